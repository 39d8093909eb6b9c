//! Nothing to show: what would be here, and the next action.

use leptos::prelude::*;

use super::icon::{Icon, Size};

/// Says that there is nothing, what would be here, and what to do next.
#[component]
pub fn EmptyState(
    /// Which icon.
    icon: &'static str,
    /// "No clusters yet".
    #[prop(into)]
    title: String,
    /// What would be here, and how it gets here.
    #[prop(into)]
    text: String,
    /// Buttons or links for the next action.
    #[prop(optional)]
    children: Option<Children>,
) -> AnyView {
    view! {
        <div class="empty">
            <Icon name=icon size=Size::Large/>
            <div>
                <h2>{title}</h2>
                <p>{text}</p>
            </div>
            {children.map(|children| view! { <div class="row">{children()}</div> })}
        </div>
    }
    .into_any()
}
