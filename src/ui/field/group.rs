//! Several fields with a rule of their own: how many rows there have to be, what they have to be together.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::{super::listen, Field, Kind, never};

/// A group of fields, with what is wrong with them together below them.
#[component]
pub fn GroupField(
    /// What every field has. Its rule is that of the group.
    field: Field,
    /// The fields, and the button that adds some.
    children: Children,
) -> AnyView {
    let (control, frame) = field.open(never(), None);
    let out = move |event: ev::FocusEvent| {
        let around = event.current_target().and_then(|target| target.dyn_into::<Element>().ok());
        if !around.is_some_and(|around| listen::holds(&around, event.related_target())) {
            control.left();
        }
    };
    let body = view! {
        <div on:input=move |_| control.edited() on:change=move |_| control.edited() on:focusout=out>
            {children()}
        </div>
    }
    .into_any();
    frame.draw(Kind::Group("group"), None, body)
}
