//! How far work is: a bar, and the ring that stands in the place of a state's sign.

use leptos::prelude::*;

use super::{
    icon::{Glyph, Tone},
    reactive::reactive,
};

/// How far work is, in percent: a bar.
#[component]
pub fn Progress(
    /// What is under way: "Upgrade of prod-eu".
    #[prop(into)]
    label: String,
    /// 0 to 100; none where the platform doesn't say.
    #[prop(into)]
    percent: Signal<Option<u8>>,
    /// 2 px, along the lower hairline of a row that is positioned.
    #[prop(optional)]
    thin: bool,
) -> AnyView {
    view! {
        <progress
            class=if thin { "progress progress--thin" } else { "progress" }
            max="100"
            value=move || percent.get().map(|percent| percent.min(100).to_string())
            aria-label=label
        ></progress>
    }
    .into_any()
}

/// The sign of work that fills as it goes on. Without a number it is the sign of work alone.
#[component]
pub fn Ring(
    /// 0 to 100.
    #[prop(into)]
    percent: Signal<Option<u8>>,
) -> AnyView {
    reactive(move || match percent.get() {
        Some(percent) => {
            let part = format!("{} 100", percent.min(100));
            view! {
                <svg class="glyph glyph--work" viewBox="0 0 14 14" aria-hidden="true">
                    {circle("glyph__track", None)}
                    {circle("glyph__value", Some(part))}
                </svg>
            }
            .into_any()
        }
        None => view! { <Glyph tone=Tone::Work/> }.into_any(),
    })
}

fn circle(class: &'static str, part: Option<String>) -> AnyView {
    view! { <circle class=class cx="7" cy="7" r="5" pathLength="100" stroke-dasharray=part></circle> }.into_any()
}
