//! States as a sign and a word, badges and counts.

use std::borrow::Cow;

use leptos::prelude::*;

use super::{
    format,
    icon::{Tone, glyph},
    tag::tag,
};

/// A state as a person reads it: what it means, and its word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// What it means.
    pub tone: Tone,
    /// Its word, in sentence case.
    pub word: Cow<'static, str>,
}

impl Mark {
    /// A state with a word of the console's own.
    pub const fn new(tone: Tone, word: &'static str) -> Self {
        Self { tone, word: Cow::Borrowed(word) }
    }

    /// A state that the console doesn't know: a neutral sign and the platform's word, made readable.
    pub fn unknown(word: &str) -> Self {
        Self { tone: Tone::Idle, word: Cow::Owned(readable(word)) }
    }
}

/// Turns a word of the wire into one of a sentence: `APPROVAL_PENDING` and `OutOfSync` into `Approval pending` and
/// `Out of sync`.
pub fn readable(word: &str) -> String {
    // The words are ASCII; anything else is left as it is, without Unicode's case tables in the program.
    let shouted = !word.bytes().any(|byte| byte.is_ascii_lowercase());
    let mut text = String::with_capacity(word.len() + 4);
    let mut before = ' ';
    for letter in word.chars() {
        let parts = matches!(letter, '_' | '-' | ' ');
        let begins = !shouted && letter.is_ascii_uppercase() && before.is_ascii_lowercase();
        if (parts || begins) && before != ' ' {
            text.push(' ');
            before = ' ';
        }
        if parts {
            continue;
        }
        text.push(if text.is_empty() { letter.to_ascii_uppercase() } else { letter.to_ascii_lowercase() });
        before = letter;
    }
    text.truncate(text.trim_end().len());
    if text.is_empty() { "Unknown".to_owned() } else { text }
}

/// A state as it stands in a table or a list.
#[component]
pub fn State(
    /// The state.
    mark: Mark,
    /// A muted word behind it, such as a percentage.
    #[prop(optional, into)]
    note: Option<String>,
) -> AnyView {
    let class = if mark.tone == Tone::Bad { "state state--bad" } else { "state" };
    let state = tag("span").class(class).tag(glyph(mark.tone)).text(mark.word);
    match note {
        Some(note) => state.tag(tag("span").class("state__note").text(note)),
        None => state,
    }
    .into_any()
}

/// A state as it stands beside a title.
#[component]
pub fn StateBadge(mark: Mark) -> AnyView {
    let class = if mark.tone == Tone::Bad { "badge badge--bad" } else { "badge" };
    tag("span").class(class).tag(glyph(mark.tone)).text(mark.word).into_any()
}

/// A label that is no state: a plan, a role.
#[component]
pub fn Badge(#[prop(into)] text: String) -> AnyView {
    tag("span").class("badge badge--plain").text(text).into_any()
}

/// A number that belongs to the label before it.
#[component]
pub fn Count(value: usize) -> AnyView {
    tag("span").class("count").text(format::count(value)).into_any()
}

#[cfg(test)]
mod tests {
    use super::readable;

    #[test]
    fn words_of_the_wire_become_words_of_a_sentence() {
        for (word, expected) in [
            ("APPROVAL_PENDING", "Approval pending"),
            ("OutOfSync", "Out of sync"),
            ("RUNNING", "Running"),
            ("Ready", "Ready"),
            ("self-hosted", "Self hosted"),
            ("selfHosted", "Self hosted"),
            ("WAITING_FOR_AGENT", "Waiting for agent"),
            ("__", "Unknown"),
            ("", "Unknown"),
            ("größe_unbekannt", "Größe unbekannt"),
        ] {
            assert_eq!(readable(word), expected, "{word}");
        }
    }
}
