//! A box to check, and a switch.

use leptos::prelude::*;

use super::{Control, Field, Frame, below, never};

/// A box that is checked or not, or neither.
#[component]
pub fn CheckField(
    /// What every field has. Unless it is optional, it has to be checked: "I have read the consequences".
    field: Field,
    /// Whether it is checked.
    value: RwSignal<bool>,
    /// Whether it stands for several things that differ: it then shows a dash. A press checks it.
    #[prop(optional, into)]
    mixed: Signal<bool>,
) -> AnyView {
    let words = field.missing();
    let empty = Box::new(move || value.with(|value| (!value).then(|| words.clone())));
    let (control, frame) = field.open(empty, None);
    draw(control, frame, value, mixed, false)
}

/// A switch: what is on or off at once, or when the form is saved.
#[component]
pub fn SwitchField(
    /// What every field has; off is a value like on.
    field: Field,
    /// Whether it is on.
    value: RwSignal<bool>,
) -> AnyView {
    let (control, mut frame) = field.open(never(), None);
    frame.optional = false;
    draw(control, frame, value, Signal::derive(|| false), true)
}

fn draw(control: Control, frame: Frame, value: RwSignal<bool>, mixed: Signal<bool>, switch: bool) -> AnyView {
    let note = frame.fixed.map(|note| view! { <span class="field__note">{note}</span> }.into_any());
    let change = move |event| {
        value.set(event_target_checked(&event));
        control.edited();
        control.left();
    };
    let body = view! {
        <label class="option">
            <input
                class=if switch { "check check--switch" } else { "check" }
                id=control.id()
                type="checkbox"
                role=switch.then_some("switch")
                disabled=move || control.fixed || control.is_disabled()
                prop:checked=move || value.get()
                prop:indeterminate=move || mixed.get()
                aria-required=(control.required.then_some("true")).filter(|_| !switch)
                aria-invalid=move || control.invalid()
                aria-describedby=move || control.described()
                on:change=change
            />
            <span>{frame.label} {note}</span>
        </label>
        <div class="option__below">{below(control, frame.hint)}</div>
    }
    .into_any();
    super::around(control, super::Kind::One, frame.name, frame.busy, body)
}
