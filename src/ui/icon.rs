//! Icons and the signs of states, drawn from the page's sprite.

use std::borrow::Cow;

use leptos::prelude::*;

use super::tag::{Tag, tag};

/// How large an icon is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Size {
    /// 14 px, beside small text.
    Small,
    /// 16 px.
    #[default]
    Medium,
    /// 24 px, in an empty state.
    Large,
}

/// An icon of Lucide by its name; `public/icons.txt` lists those that the sprite holds, and a policy test compares.
///
/// It says nothing to a screen reader: the words beside it, or the label of the control around it, do.
#[component]
pub fn Icon(
    /// The name in `public/icons.txt`.
    name: &'static str,
    /// How large it is drawn.
    #[prop(optional)]
    size: Size,
) -> AnyView {
    let class = match size {
        Size::Small => "icon icon--small",
        Size::Medium => "icon",
        Size::Large => "icon icon--large",
    };
    icon(name, class).into_any()
}

/// The same for what is in a [`Tag`].
pub(super) fn icon(name: &str, class: &'static str) -> Tag {
    symbol(class, format!("#i-{name}"))
}

/// What a state means to a person. The weight of its sign grows with its urgency: a healthy screen is nearly
/// colourless.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// As it should be.
    Good,
    /// Work is going on.
    Work,
    /// Waits for something, without anybody's doing.
    Wait,
    /// Waits for a person.
    Ask,
    /// Deserves a look.
    Warn,
    /// Failed.
    Bad,
    /// Neither good nor bad, or unknown.
    Idle,
    /// Ended.
    Off,
}

impl Tone {
    /// Its place in a list of states: what needs a person first, what is well last.
    pub const fn rank(self) -> u8 {
        match self {
            Self::Bad => 0,
            Self::Warn | Self::Ask => 1,
            Self::Work | Self::Wait => 2,
            Self::Idle | Self::Off => 3,
            Self::Good => 4,
        }
    }

    const fn sign(self) -> (&'static str, &'static str) {
        match self {
            Self::Good => ("glyph glyph--good", "#g-good"),
            Self::Work => ("glyph glyph--work", "#g-work"),
            Self::Wait => ("glyph", "#g-wait"),
            Self::Ask => ("glyph glyph--warn", "#g-wait"),
            Self::Warn => ("glyph glyph--warn", "#g-warn"),
            Self::Bad => ("glyph glyph--bad", "#g-bad"),
            Self::Idle => ("glyph", "#g-idle"),
            Self::Off => ("glyph", "#g-off"),
        }
    }
}

/// The sign of a state. The word of the state stands beside it, always.
#[component]
pub fn Glyph(tone: Tone) -> AnyView {
    glyph(tone).into_any()
}

/// The same for what is in a [`Tag`].
pub(super) fn glyph(tone: Tone) -> Tag {
    let (class, href) = tone.sign();
    symbol(class, href)
}

/// A sign that is no state's: a step that is done, one that is to come.
pub(super) fn sign(class: &'static str, href: &'static str) -> AnyView {
    symbol(class, href).into_any()
}

/// A drawing of the sprite. Not by `view!`: a static `<svg>` is parsed from markup of its own, one string for each icon.
fn symbol(class: &'static str, href: impl Into<Cow<'static, str>>) -> Tag {
    tag("svg").class(class).attr("aria-hidden", "true").tag(tag("use").attr("href", href))
}
