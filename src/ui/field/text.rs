//! Text, in one line or in many.

use leptos::{html, prelude::*};

use super::{
    super::reactive::{maybe, reactive},
    Control, Field, Kind,
};

/// What is too long, in words.
fn too_long(text: &str, limit: usize) -> Option<String> {
    let count = text.chars().count();
    (count > limit).then(|| format!("At most {limit} characters; this has {count}."))
}

/// Counts characters where the contract has a limit, once the end is near enough to matter.
fn counter(value: RwSignal<String>, limit: Option<usize>) -> Option<AnyView> {
    let limit = limit?;
    let count = move || value.with(|value| value.chars().count());
    Some(reactive(move || {
        let count = count();
        maybe((count * 2 > limit).then(|| {
            view! {
                <span class="field__count" data-over=(count > limit).then_some("")>
                    {format!("{count} of {limit}")}
                </span>
            }
            .into_any()
        }))
    }))
}

/// The rule of a text: not empty, not too long.
fn open(field: Field, value: RwSignal<String>, limit: Option<usize>) -> (Control, super::Frame) {
    let words = field.missing();
    let empty = Box::new(move || value.with(|value| value.trim().is_empty()).then(|| words.clone()));
    let own = limit.map(|limit| Box::new(move || value.with(|value| too_long(value, limit))) as super::Check);
    field.open(empty, own)
}

/// A text in one line.
#[component]
pub fn TextField(
    /// What every field has.
    field: Field,
    /// The text.
    value: RwSignal<String>,
    /// The most characters that the contract allows. More can be typed, and is named: what is pasted is not cut.
    #[prop(optional)]
    limit: Option<usize>,
    /// An example of a value, never the only explanation.
    #[prop(optional)]
    placeholder: &'static str,
    /// Whether it is something that is copied: an id, a path.
    #[prop(optional)]
    mono: bool,
    /// The sort of text, for the keyboard of a phone: `email`, `url`, `search`.
    #[prop(default = "text")]
    sort: &'static str,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
) -> AnyView {
    let (control, frame) = open(field, value, limit);
    let input = view! {
        <input
            class=if mono { "input mono" } else { "input" }
            id=control.id()
            type="text"
            inputmode=sort
            placeholder=placeholder
            autocomplete=autocomplete
            autocapitalize="off"
            spellcheck="false"
            readonly=control.fixed
            disabled=move || control.is_disabled()
            aria-required=control.required()
            aria-invalid=move || control.invalid()
            aria-describedby=move || control.described()
            prop:value=move || value.get()
            on:input=move |event| {
                value.set(event_target_value(&event));
                control.edited();
            }
            on:focusout=move |_| control.left()
        />
    }
    .into_any();
    frame.draw(Kind::One, counter(value, limit), input)
}

/// A text in several lines. It grows with what is in it; Ctrl and Enter together submit the form.
#[component]
pub fn TextArea(
    /// What every field has.
    field: Field,
    /// The text.
    value: RwSignal<String>,
    /// The most characters that the contract allows.
    #[prop(optional)]
    limit: Option<usize>,
    /// An example of a value.
    #[prop(optional)]
    placeholder: &'static str,
    /// Whether it is something that is copied: a manifest, a key.
    #[prop(optional)]
    mono: bool,
    /// Lines that it shows when it is empty.
    #[prop(default = 3)]
    rows: u32,
    /// The element, for who wants to read or move the selection.
    #[prop(optional)]
    node: NodeRef<html::Textarea>,
) -> AnyView {
    let (control, frame) = open(field, value, limit);
    let input = view! {
        <textarea
            class=if mono { "input input--area mono" } else { "input input--area" }
            id=control.id()
            node_ref=node
            rows=rows
            placeholder=placeholder
            autocomplete="off"
            spellcheck=if mono { "false" } else { "true" }
            readonly=control.fixed
            disabled=move || control.is_disabled()
            aria-required=control.required()
            aria-invalid=move || control.invalid()
            aria-describedby=move || control.described()
            prop:value=move || value.get()
            on:input=move |event| {
                value.set(event_target_value(&event));
                control.edited();
            }
            on:focusout=move |_| control.left()
        ></textarea>
    }
    .into_any();
    frame.draw(Kind::One, counter(value, limit), input)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_counted_and_not_bytes() {
        assert_eq!(too_long("äöü🦀", 4), None);
        assert_eq!(too_long("äöü🦀x", 4).as_deref(), Some("At most 4 characters; this has 5."));
    }
}
