//! A manifest that is there already: chosen, dropped or pasted, in any of the published forms.

use astro_api::{
    applications::ApplicationDeployRequest,
    manifest::{self, Manifest, Read},
};
use leptos::prelude::*;

use super::{form::Form, model, source::sentence};
use crate::{
    components::words,
    ui::{Button, Field, FileField, SidePanel, field::TextFile, maybe, reactive},
};

/// What was imported, to be told above the form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// What happened.
    pub title: String,
    /// What it became.
    pub text: Option<String>,
}

/// The panel in which a manifest is imported.
pub fn panel(form: Form, open: RwSignal<bool>, told: RwSignal<Option<Told>>) -> AnyView {
    let file = RwSignal::new(None::<TextFile>);
    let problem = RwSignal::new(None::<String>);
    let several = StoredValue::new(Vec::<Read>::new());
    let names = RwSignal::new(Vec::<(String, String)>::new());
    let take = move |read: &Read, text: Option<String>| {
        form.take(read, text);
        told.set(Some(words_of(read)));
        file.set(None);
        names.set(Vec::new());
        open.set(false);
    };
    Effect::new(move |_| {
        let Some(TextFile { text, .. }) = file.get() else { return };
        problem.set(None);
        names.set(Vec::new());
        match model::applications(&text) {
            Err(error) => problem.set(Some(sentence(&error))),
            Ok(mut reads) if reads.len() == 1 => take(&reads.remove(0), Some(text)),
            Ok(reads) => {
                names.set(reads.iter().map(|read| named(&read.manifest)).collect());
                several.set_value(reads);
            }
        }
    });
    // Closed without a choice, it begins anew.
    Effect::new(move |_| {
        if !open.get() {
            file.set(None);
            problem.set(None);
            names.set(Vec::new());
        }
    });
    let choose = move |at: usize| {
        if let Some(read) = several.with_value(|reads| reads.get(at).cloned()) {
            take(&read, None);
        }
    };
    view! {
        <SidePanel open=open title="Import a manifest">
            <div class="stack">
                <p class="muted">
                    "YAML or JSON, as astroctl takes it: with apiVersion, kind and spec, or the older form with the fields alone. Old names are replaced, and it is said."
                </p>
                <FileField
                    field=Field::new("manifest", "Manifest").error(problem)
                    value=file
                    limit=manifest::MAX_BYTES
                    accept=".yaml,.yml,.json"
                    what="a manifest"
                />
                {reactive(move || maybe(names.with(|names| (!names.is_empty()).then(|| list(names, choose)))))}
                {reactive(move || maybe(form.draft.is_dirty().then(|| {
                    view! { <p class="field__hint">"What is in the form now is replaced."</p> }.into_any()
                })))}
            </div>
        </SidePanel>
    }
    .into_any()
}

/// What an application is called, and what it is deployed from.
fn named(manifest: &Manifest) -> (String, String) {
    let source = manifest.spec::<ApplicationDeployRequest>().ok().map(|spec| {
        let kind = words::source_type(&spec.source);
        match words::source(&spec.source) {
            Some(source) => format!("{kind}, {source}"),
            None => kind.to_owned(),
        }
    });
    (manifest.name().unwrap_or("Without a name").to_owned(), source.unwrap_or_default())
}

fn list(names: &[(String, String)], choose: impl Fn(usize) + Copy + Send + Sync + 'static) -> AnyView {
    let items = names
        .iter()
        .enumerate()
        .map(|(at, (name, source))| {
            view! {
                <li class="deploy__found">
                    <span class="deploy__found-text">
                        <strong>{name.clone()}</strong>
                        <span class="muted">{source.clone()}</span>
                    </span>
                    <Button label=format!("Take {name}") small=true on_press=move |()| choose(at)/>
                </li>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <p>{format!("It holds {} applications. One is deployed at a time.", names.len())}</p>
        <ul class="deploy__list">{items}</ul>
    }
    .into_any()
}

/// What reading changed, for the person to know.
fn words_of(read: &Read) -> Told {
    let (name, _) = named(&read.manifest);
    let notes: Vec<String> = read.notes.iter().map(|note| format!("Line {}: {}", note.at.line, note.message)).collect();
    Told { title: format!("{name} was imported."), text: (!notes.is_empty()).then(|| notes.join(" ")) }
}
