//! The head of a page.

use leptos::prelude::*;

use super::reactive::{maybe, reactive};

/// Title row: the page's name with its states, its facts in one muted line, its actions.
///
/// There is one on every page. Its `<h1>` takes the focus after a navigation.
#[component]
pub fn PageHeader(
    /// The page's name.
    #[prop(into)]
    title: Signal<String>,
    /// What stands right behind the name and is drawn once, such as a star.
    #[prop(optional)]
    aside: Option<AnyView>,
    /// States beside the name, drawn anew when they change.
    #[prop(optional, into)]
    badges: ViewFn,
    /// Facts under it, each an element of its own, drawn anew when they change.
    #[prop(optional, into)]
    meta: Option<ViewFn>,
    /// What can be done here, the primary action last.
    #[prop(optional)]
    children: Option<Children>,
) -> AnyView {
    view! {
        <div class="page__head">
            <div class="page__heading">
                <div class="page__title">
                    <h1 tabindex="-1">{move || title.get()}</h1>
                    {maybe(aside)}
                    {reactive(move || badges.run())}
                </div>
                {meta.map(|meta| view! { <div class="meta">{reactive(move || meta.run())}</div> })}
            </div>
            {children.map(|children| view! { <div class="page__actions">{children()}</div> })}
        </div>
    }
    .into_any()
}
