//! A panel at the side of the window: a short form, or the details of what was pressed, with the page still in sight.

use leptos::prelude::*;

use super::{
    button::IconButton,
    dialog::{Modal, modal},
    reactive::maybe,
};

/// What stands in a panel's frame: its body scrolls, head and foot stay.
pub(super) fn inside(title: Signal<String>, close: Callback<()>, body: AnyView, foot: Option<AnyView>) -> AnyView {
    view! {
        <header class="panel__head">
            <h2 class="panel__title">{move || title.get()}</h2>
            <IconButton icon="x" label="Close" on_press=close/>
        </header>
        <div class="panel__body" data-modal-body="">
            {body}
        </div>
        {maybe(foot.map(|foot| view! { <footer class="dialog__foot">{foot}</footer> }.into_any()))}
    }
    .into_any()
}

/// A panel at the right side of the window; on a phone it takes all of it. Escape, the cross and a press beside it
/// close it, and the focus goes back to where it was.
#[component]
pub fn SidePanel(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// Its heading.
    #[prop(into)]
    title: Signal<String>,
    /// What closing does instead: to ask first, where something would be lost.
    #[prop(optional, into)]
    on_dismiss: Option<Callback<()>>,
    /// Its buttons: the safe one first, the primary one last.
    #[prop(optional, into)]
    foot: Option<ViewFn>,
    /// Its content, drawn while it is open.
    children: ChildrenFn,
) -> AnyView {
    let close = on_dismiss.unwrap_or_else(|| Callback::new(move |()| open.set(false)));
    let content = move || {
        let foot = foot.as_ref().map(ViewFn::run);
        view! { <div class="panel__frame">{inside(title, close, children(), foot)}</div> }.into_any()
    };
    modal(Modal {
        open,
        class: "panel",
        label: title,
        dismiss: Some(close),
        beside: true,
        content: ViewFn::from(content),
    })
}
