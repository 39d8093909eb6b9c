//! A YAML or JSON text as a field of a form.

use leptos::prelude::*;

use super::{
    super::editor::{Editor, Language},
    Field, Kind,
};

/// A text in the editor: values of a chart, a policy. Where the editor cannot be had, it is a plain field.
#[component]
pub fn EditorField(
    /// What every field has.
    field: Field,
    /// The text.
    value: RwSignal<String>,
    /// What it is written in.
    #[prop(optional, into)]
    language: Signal<Language>,
    /// What stands in the empty field.
    #[prop(optional)]
    placeholder: &'static str,
    /// How high it is, in pixels.
    #[prop(default = 220)]
    height: u16,
) -> AnyView {
    let label = field.label.clone().into_owned();
    let words = field.missing();
    let empty = Box::new(move || value.with(|value| value.trim().is_empty()).then(|| words.clone()));
    let (control, frame) = field.open(empty, None);
    let read_only = Signal::derive(move || control.fixed || control.is_disabled());
    let change = move |text: String| {
        value.set(text);
        control.edited();
    };
    let body = view! {
        <div on:focusout=move |_| control.left()>
            <Editor
                value=value
                on_change=change
                label=label
                language=language
                read_only=read_only
                placeholder=placeholder
                height=height
            />
        </div>
    }
    .into_any();
    frame.draw(Kind::Group("group"), None, body)
}
