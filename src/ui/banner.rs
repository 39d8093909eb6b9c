//! A banner: one fact about the page, above its content.

use leptos::prelude::*;

use super::{
    icon::{Glyph, Icon, Tone},
    reactive::{maybe, reactive},
};

/// One fact about the page, and perhaps what to do about it.
#[component]
pub fn Banner(
    /// The fact, in one sentence.
    #[prop(into)]
    title: Signal<String>,
    /// More about it.
    #[prop(optional, into)]
    text: Signal<Option<String>>,
    /// How much it matters; a sign stands before it.
    #[prop(optional)]
    tone: Option<Tone>,
    /// An icon instead of the sign.
    #[prop(optional)]
    icon: Option<&'static str>,
    /// Buttons at its end.
    #[prop(optional)]
    children: Option<Children>,
) -> AnyView {
    let class = match tone {
        Some(Tone::Bad) => "banner banner--bad",
        Some(Tone::Warn | Tone::Ask) => "banner banner--warn",
        _ => "banner",
    };
    let sign = match (icon, tone) {
        (Some(name), _) => view! { <Icon name=name/> }.into_any(),
        (None, Some(tone)) => view! { <Glyph tone=tone/> }.into_any(),
        (None, None) => ().into_any(),
    };
    view! {
        <div class=class role="status">
            {sign}
            <div class="banner__text">
                <p class="banner__title">{move || title.get()}</p>
                {reactive(move || maybe(text.get().map(|text| view! { <p class="muted">{text}</p> }.into_any())))}
            </div>
            {children.map(|children| children())}
        </div>
    }
    .into_any()
}
