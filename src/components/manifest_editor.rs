//! The editor with what is known of manifests: their schemas, and what the reader of manifests says of the text.

use std::sync::Arc;

use astro_api::manifest::{self, Kind};
use leptos::prelude::*;
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use crate::{
    store::manifest_schemas,
    ui::editor::{Editor, Language, Mark},
};

/// A field for manifests of some kinds, checked while one types.
#[component]
pub fn ManifestEditor(
    /// The text.
    #[prop(into)]
    value: Signal<String>,
    /// Is told the text after each pause of the typing.
    #[prop(into)]
    on_change: Callback<String>,
    /// What the text is, for screen readers.
    #[prop(into)]
    label: Signal<String>,
    /// The kinds that it may hold. A text that names none is read as the only one.
    kinds: &'static [Kind],
    /// What it is written in.
    #[prop(optional, into)]
    language: Signal<Language>,
    /// Whether it can be read and copied, and not changed.
    #[prop(optional, into)]
    read_only: Signal<bool>,
    /// What the platform has found wrong with what was sent.
    #[prop(optional, into)]
    errors: Signal<Vec<Mark>>,
    /// How high it is, in pixels.
    #[prop(default = 420)]
    height: u16,
) -> AnyView {
    let schema = RwSignal::new(None::<Arc<str>>);
    spawn_local(async move {
        if let Some(schemas) = manifest_schemas().await {
            schema.try_set(Some(schema_of(&schemas, kinds).to_string().into()));
        }
    });
    let hint = if let [kind] = kinds { Some(*kind) } else { None };
    let marks = Signal::derive(move || {
        let mut marks = errors.get();
        marks.extend(value.with(|text| unreadable(text, hint)));
        marks
    });
    view! {
        <Editor value=value on_change=on_change label=label language=language read_only=read_only schema=schema errors=marks height=height/>
    }
    .into_any()
}

/// Why a text cannot be read, at its place. What is empty is not wrong yet.
fn unreadable(text: &str, hint: Option<Kind>) -> Option<Mark> {
    if text.trim().is_empty() {
        return None;
    }
    let error = manifest::read(text, hint).err()?;
    let at = error.at?;
    Some(Mark { line: at.line, column: at.column, is_warning: false, message: error.message })
}

/// One of several kinds, each as a whole; where there is one kind, also as the old form without `kind` and `spec`.
fn schema_of(schemas: &Value, kinds: &[Kind]) -> Value {
    let mut forms: Vec<Value> = kinds.iter().filter_map(|kind| schemas.get(kind.as_str()).cloned()).collect();
    if let [whole] = forms.as_slice()
        && let Some(spec) = whole.pointer("/properties/spec")
    {
        forms.push(spec.clone());
    }
    json!({ "anyOf": forms })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_is_marked_where_it_stands() {
        let mark = unreadable("kind: Application\nspec:\n  name: [a\n", None).expect("a mistake");
        assert!(mark.line >= 3 && !mark.is_warning, "{mark:?}");
        let mark = unreadable("kind: Aplication\nspec: {}\n", None).expect("a mistake");
        assert_eq!((mark.line, mark.column), (1, 7));
        assert_eq!(unreadable("  \n", None), None);
        assert_eq!(unreadable("profileName: a\n", Some(Kind::ApplicationProfile)), None);
    }

    #[test]
    fn one_kind_may_be_written_in_the_old_form() {
        let schemas = json!({ "Application": { "properties": { "spec": { "type": "object" } } }, "K8sCluster": {} });
        assert_eq!(schema_of(&schemas, &[Kind::Application])["anyOf"].as_array().map(Vec::len), Some(2));
        assert_eq!(
            schema_of(&schemas, &[Kind::Application, Kind::K8sCluster])["anyOf"].as_array().map(Vec::len),
            Some(2)
        );
    }
}
