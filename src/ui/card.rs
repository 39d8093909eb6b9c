//! Cards: a heading over content that reaches the card's edges.

use leptos::prelude::*;

use super::reactive::reactive;

/// A section of a page with its heading.
#[component]
pub fn Card(
    /// Its heading.
    #[prop(into)]
    title: String,
    /// What stands at the end of the heading: a count, a connection, a link; drawn anew when it changes.
    #[prop(optional, into)]
    side: ViewFn,
    /// Whether the content keeps its distance from the edges; tables and feeds do not.
    #[prop(optional)]
    padded: bool,
    /// Its content.
    children: Children,
) -> AnyView {
    let content = children();
    let content =
        if padded { view! { <div class="card__body">{content}</div> }.into_any() } else { content.into_any() };
    view! {
        <section class="card">
            <div class="card__head">
                <h2>{title}</h2>
                {reactive(move || side.run())}
            </div>
            {content}
        </section>
    }
    .into_any()
}
