//! The editor of YAML and JSON, and the view of what changes from one text to another.
//!
//! The editor itself is a module of JavaScript (`editor/`) that is loaded when one is shown and not before. Until it is
//! there, and where it cannot be had, a plain text field does the work; nothing that was typed is lost in between.

mod merge;
mod module;

use std::sync::Arc;

use js_sys::Array;
use leptos::{html, prelude::*};
use wasm_bindgen::{JsValue, closure::Closure};
use web_sys::HtmlTextAreaElement;

pub use self::merge::MergeView;
use self::module::{Loader, options};
use super::{
    button::Button,
    reactive::{maybe, reactive},
};

/// What a text is written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// YAML, one document or several.
    #[default]
    Yaml,
    /// JSON.
    Json,
}

impl Language {
    /// As the module names it.
    const fn name(self) -> &'static str {
        match self {
            Self::Yaml => "yaml",
            Self::Json => "json",
        }
    }
}

/// What is wrong with a text, found by somebody else than the editor: the reader of manifests, or the platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The line, from 1 on.
    pub line: usize,
    /// The column in characters, from 1 on.
    pub column: usize,
    /// Whether it can stay as it is.
    pub is_warning: bool,
    /// What is wrong, a sentence.
    pub message: String,
}

/// A field for a YAML or JSON text.
#[component]
pub fn Editor(
    /// The text. A change from outside replaces what is shown, and can be undone by the person.
    #[prop(into)]
    value: Signal<String>,
    /// Is told the text after each pause of the typing, and when the field is left.
    #[prop(into)]
    on_change: Callback<String>,
    /// What the text is, for screen readers.
    #[prop(into)]
    label: Signal<String>,
    /// What it is written in.
    #[prop(optional, into)]
    language: Signal<Language>,
    /// Whether it can be read and copied, and not changed.
    #[prop(optional, into)]
    read_only: Signal<bool>,
    /// A JSON Schema with its references put in, for checks, completion and help.
    #[prop(optional, into)]
    schema: Signal<Option<Arc<str>>>,
    /// What others have found wrong with the text.
    #[prop(optional, into)]
    errors: Signal<Vec<Mark>>,
    /// What stands in the empty field.
    #[prop(optional)]
    placeholder: &'static str,
    /// How high it is, in pixels.
    #[prop(default = 360)]
    height: u16,
) -> AnyView {
    let host = NodeRef::<html::Div>::new();
    let plain = NodeRef::<html::Textarea>::new();
    // What the person's side knows: the echo of what it told changes nothing.
    let told = StoredValue::new(value.get_untracked());
    let tell = move |text: String| {
        if told.try_set_value(text.clone()).is_none() {
            on_change.try_run(text);
        }
    };

    let loader = Loader::new(host, move |module, host| {
        let typed = plain.get_untracked();
        let text = typed.as_ref().map_or_else(|| value.get_untracked(), HtmlTextAreaElement::value);
        let focused = typed.as_ref().is_some_and(|plain| document().active_element().is_some_and(|at| at == ***plain));
        // A field that nobody has been in has its caret at the end.
        let within = typed.as_ref().filter(|_| focused);
        let place = |place: Option<Result<Option<u32>, JsValue>>| {
            place.and_then(Result::ok).flatten().map_or(JsValue::UNDEFINED, JsValue::from)
        };
        let given = options(&[
            ("value", text.into()),
            ("language", language.get_untracked().name().into()),
            ("label", label.get_untracked().into()),
            ("readOnly", read_only.get_untracked().into()),
            ("placeholder", placeholder.into()),
            ("from", place(within.map(HtmlTextAreaElement::selection_start))),
            ("to", place(within.map(HtmlTextAreaElement::selection_end))),
            ("focus", focused.into()),
        ]);
        let heard = Closure::new(tell);
        module.mount(host, &given, &heard).map(|handle| (handle, Some(heard)))
    });

    Effect::new(move |_| {
        let text = value.get();
        if told.with_value(|told| *told != text) {
            told.set_value(text.clone());
            loader.set("value", &text.into());
        }
    });
    loader.follow("language", move || language.get().name().into());
    loader.follow("label", move || label.get().into());
    loader.follow("readOnly", move || read_only.get().into());
    loader.follow("schema", move || schema.with(|schema| schema.as_deref().map_or(JsValue::NULL, JsValue::from)));
    loader.follow("errors", move || errors.with(|errors| flat(errors)));

    let field = move || {
        view! {
            <textarea
                class="editor__plain"
                node_ref=plain
                aria-label=label
                placeholder=placeholder
                readonly=read_only
                spellcheck="false"
                autocapitalize="off"
                autocomplete="off"
                wrap="off"
                prop:value=value
                on:input=move |event| tell(event_target_value(&event))
            />
        }
        .into_any()
    };
    view! {
        <div class="editor" style:height=format!("{height}px") aria-busy=move || loader.is_waiting().then_some("true")>
            <div class="editor__host" node_ref=host hidden=move || !loader.is_ready()></div>
            {loader.until_ready(field)}
        </div>
    }
    .into_any()
}

/// Four values an error, which costs the program less than objects do.
fn flat(errors: &[Mark]) -> JsValue {
    let flat = Array::new();
    for error in errors {
        // Lines and columns of a text that fits into memory fit into 32 bits.
        flat.push(&u32::try_from(error.line).unwrap_or(u32::MAX).into());
        flat.push(&u32::try_from(error.column).unwrap_or(u32::MAX).into());
        flat.push(&if error.is_warning { "warning" } else { "error" }.into());
        flat.push(&error.message.as_str().into());
    }
    flat.into()
}

impl Loader {
    /// What stands in the module's place until it is there, and why it isn't.
    fn until_ready(self, instead: impl Fn() -> AnyView + Send + 'static) -> AnyView {
        reactive(move || {
            maybe((!self.is_ready()).then(|| {
                let note = reactive(move || {
                    if self.is_waiting() {
                        view! { <p>"Loading the editor"</p> }.into_any()
                    } else {
                        view! {
                            <p role="status">"The editor could not be loaded. This plain field does the same work, without help."</p>
                            <Button label="Try again" small=true on_press=move |()| self.again()/>
                        }
                        .into_any()
                    }
                });
                view! {
                    {instead()}
                    <div class="editor__note">{note}</div>
                }
                .into_any()
            }))
        })
    }
}
