//! A banner: one fact about the page, above its content.

use leptos::prelude::*;

use super::icon::{Glyph, Icon, Tone};

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
    view! {
        <div class=class role="status">
            {icon.map(|name| view! { <Icon name=name/> })}
            {icon.is_none().then_some(tone).flatten().map(|tone| view! { <Glyph tone=tone/> })}
            <div class="banner__text">
                <p class="banner__title">{move || title.get()}</p>
                {move || text.get().map(|text| view! { <p class="muted">{text}</p> })}
            </div>
            {children.map(|children| children())}
        </div>
    }
    .into_any()
}
