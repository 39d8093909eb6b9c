//! Points in time: relative in the text, exact in the tooltip.

use leptos::prelude::*;

use super::{format, lasting::Followed, tag::tag};

/// The present, milliseconds since 1970, as a signal that ticks. The application provides it; without one, times are
/// told against the moment at which they were drawn.
#[derive(Clone, Copy)]
pub struct Now(pub Followed<u64>);

impl Now {
    /// The present; reading it subscribes to the ticks.
    pub fn get() -> u64 {
        match use_context::<Self>() {
            Some(Self(now)) => now.try_get().unwrap_or_default(),
            None => at_once(),
        }
    }

    /// The present without the ticks.
    pub fn get_untracked() -> u64 {
        match use_context::<Self>() {
            Some(Self(now)) => now.try_get_untracked().unwrap_or_default(),
            None => at_once(),
        }
    }
}

fn at_once() -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the present is after 1970")]
    {
        js_sys::Date::now() as u64
    }
}

/// A point in time, such as `21 m ago`. Hovered, it tells the exact local time and UTC (see [`super::tooltip`]).
#[component]
pub fn Time(
    /// RFC 3339; what is no time is shown as it is, and nothing at all as a dash.
    #[prop(into)]
    at: Option<String>,
) -> AnyView {
    let Some(text) = at.filter(|text| !text.is_empty()) else { return view! { <Dash/> }.into_any() };
    let Some(then) = format::parse(&text) else { return tag("span").text(text).into_any() };
    let now = use_context::<Now>();
    let told = move || format::relative(then, now.map_or_else(at_once, |Now(now)| now.get()));
    tag("time").attr("datetime", text).view(told.into_any()).into_any()
}

/// The same in a list, where it stands back.
pub fn when(at: impl Into<Option<String>>) -> AnyView {
    let at = at.into();
    tag("span").class("muted").view(view! { <Time at=at/> }.into_any()).into_any()
}

/// Stands where there is no value.
#[component]
pub fn Dash() -> AnyView {
    let sign = tag("span").class("faint").attr("aria-hidden", "true").text("–");
    (sign, tag("span").class("visually-hidden").text("none")).into_any()
}
