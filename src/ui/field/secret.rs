//! A key or a token.

use leptos::{html, prelude::*};

use super::{super::button::IconButton, Field, Kind};

/// A field for a key or token.
///
/// The text lives in the element alone: no signal, no store, no draft holds a copy. The form reads it from `input` when
/// it is submitted, and empties it.
#[component]
pub fn SecretField(
    /// What every field has.
    field: Field,
    /// The element, for the form to read.
    input: NodeRef<html::Input>,
) -> AnyView {
    let shown = RwSignal::new(false);
    let words = field.missing();
    // Whether there is something, and not what.
    let filled = RwSignal::new(false);
    let empty = Box::new(move || {
        filled.track();
        let text = input.get_untracked().map(|input| input.value()).unwrap_or_default();
        text.trim().is_empty().then(|| words.clone())
    });
    let (control, frame) = field.open(empty, None);
    let body = view! {
        <div class="field__secret">
            <input
                class="input mono"
                id=control.id()
                node_ref=input
                type=move || if shown.get() { "text" } else { "password" }
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                disabled=move || control.is_disabled()
                aria-required=control.required()
                aria-invalid=move || control.invalid()
                aria-describedby=move || control.described()
                on:input=move |_| {
                    filled.update(|filled| *filled = !*filled);
                    control.edited();
                }
                on:focusout=move |_| control.left()
                // Password managers are asked not to keep it: the tab alone does.
                data-1p-ignore=""
                data-lpignore="true"
                data-bwignore=""
            />
            <IconButton
                icon=Signal::derive(move || if shown.get() { "eye-off" } else { "eye" })
                label=Signal::derive(move || if shown.get() { "Hide".to_owned() } else { "Show".to_owned() })
                on_press=move |()| shown.update(|shown| *shown = !*shown)
            />
        </div>
    }
    .into_any();
    frame.draw(Kind::One, None, body)
}
