//! A link of the sidebar.

use leptos::prelude::*;

use super::{
    icon::Icon,
    reactive::{maybe, reactive},
};

/// A link to a part of the console: an icon, its name, and perhaps how much waits there.
#[component]
pub fn NavLink(
    /// An icon of the sprite.
    icon: &'static str,
    /// What the part is called.
    #[prop(into)]
    label: String,
    /// Where it is.
    #[prop(into)]
    href: String,
    /// Whether it, or what lies under it, is shown.
    #[prop(into)]
    current: Signal<bool>,
    /// How much waits there for a person; nothing is shown for none.
    #[prop(optional, into)]
    count: Signal<usize>,
    /// Whether the icon stands alone: then the name is its tooltip.
    #[prop(optional, into)]
    narrow: Signal<bool>,
) -> AnyView {
    let tip = label.clone();
    view! {
        <a
            class="sidebar__link"
            href=href
            aria-current=move || current.get().then_some("page")
            data-tip=move || narrow.get().then(|| tip.clone())
        >
            <Icon name=icon/>
            <span class="sidebar__name">{label}</span>
            {reactive(move || {
                let count = count.get();
                maybe((count > 0).then(|| view! { <span class="sidebar__count">{count}</span> }.into_any()))
            })}
        </a>
    }
    .into_any()
}
