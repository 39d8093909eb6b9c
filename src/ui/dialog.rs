//! What lies over the page: dialogs and the sheet of a phone. Both are `<dialog>`, so that the browser keeps the focus
//! inside, hides the page from screen readers and gives the focus back.

use leptos::{ev, html, prelude::*};

use super::reactive::reactive;

/// Keeps the element's state equal to the signal, and the signal equal to what Escape did.
fn follow(open: RwSignal<bool>) -> NodeRef<html::Dialog> {
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = node.get() else { return };
        if open.get() && !dialog.open() {
            // Its content is drawn by effects of this same turn, and is to take the focus.
            request_animation_frame(move || {
                if open.try_get_untracked() == Some(true) && !dialog.open() {
                    // It fails only for an element that is not in the document, which then cannot be seen either.
                    let _ = dialog.show_modal();
                }
            });
        } else if !open.get() && dialog.open() {
            dialog.close();
        }
    });
    node
}

/// A dialog in the middle of the window.
#[component]
pub fn Dialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// Its heading.
    #[prop(into)]
    title: String,
    /// Whether Escape closes it; otherwise a choice in it must be made.
    #[prop(optional)]
    dismissible: bool,
    /// Its content, drawn while it is open.
    children: ChildrenFn,
) -> AnyView {
    let node = follow(open);
    let cancel = move |event: ev::Event| {
        if !dismissible {
            event.prevent_default();
        }
    };
    let label = title.clone();
    view! {
        <dialog
            class="dialog"
            node_ref=node
            aria-label=label
            on:cancel=cancel
            on:close=move |_| open.set(false)
        >
            {reactive(move || {
                if !open.get() {
                    return ().into_any();
                }
                view! {
                    <div class="dialog__body">
                        <h2 class="dialog__title">{title.clone()}</h2>
                        {children()}
                    </div>
                }
                .into_any()
            })}
        </dialog>
    }
    .into_any()
}

/// A panel that slides in from the side of a narrow window. A press beside it closes it.
#[component]
pub fn Sheet(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// What it is: "Navigation".
    label: &'static str,
    /// Its content, drawn while it is open.
    children: ChildrenFn,
) -> AnyView {
    let node = follow(open);
    // The dialog's own box is its backdrop; its content covers the rest.
    let press = move |event: ev::MouseEvent| {
        if let (Some(target), Some(dialog)) = (event.target(), node.get_untracked())
            && target == *AsRef::<web_sys::EventTarget>::as_ref(&dialog)
        {
            open.set(false);
        }
    };
    view! {
        <dialog class="sheet" node_ref=node aria-label=label on:click=press on:close=move |_| open.set(false)>
            {reactive(move || {
                if !open.get() {
                    return ().into_any();
                }
                view! { <div class="sheet__body">{children()}</div> }.into_any()
            })}
        </dialog>
    }
    .into_any()
}
