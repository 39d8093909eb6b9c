//! A manifest that is there already: chosen, dropped or pasted, in any of the published forms.

use astro_api::manifest::{self, Read};
use leptos::prelude::*;

use super::{Subject, sentence};
use crate::ui::{
    Button, Draft, Field, FileField, SidePanel,
    field::{TextFile, refuse_files},
    maybe, reactive,
};

/// What was imported, to be told above the form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// What happened.
    pub title: String,
    /// What it became.
    pub text: Option<String>,
}

/// The panel in which a manifest is imported. `take` gets it, with the text as it was written where that is one manifest.
pub fn import(
    subject: Subject,
    draft: Draft,
    open: RwSignal<bool>,
    told: RwSignal<Option<Told>>,
    take: impl Fn(&Read, Option<String>) + Copy + Send + Sync + 'static,
) -> AnyView {
    panel(subject, draft, open, told, Callback::new(move |(read, text): (Read, Option<String>)| take(&read, text)))
}

fn panel(
    subject: Subject,
    draft: Draft,
    open: RwSignal<bool>,
    told: RwSignal<Option<Told>>,
    give: Callback<(Read, Option<String>)>,
) -> AnyView {
    let file = RwSignal::new(None::<TextFile>);
    let problem = RwSignal::new(None::<String>);
    let several = StoredValue::new(Vec::<Read>::new());
    let names = RwSignal::new(Vec::<(String, String)>::new());
    let take = move |read: Read, text: Option<String>| {
        told.set(Some(words_of(&subject, &read)));
        give.run((read, text));
        file.set(None);
        names.set(Vec::new());
        open.set(false);
    };
    Effect::new(move |_| {
        let Some(TextFile { text, .. }) = file.get() else { return };
        problem.set(None);
        names.set(Vec::new());
        match subject.reads(&text) {
            Err(error) => problem.set(Some(sentence(&error))),
            Ok(mut reads) if reads.len() == 1 => take(reads.remove(0), Some(text)),
            Ok(reads) => {
                names.set(reads.iter().map(|read| (subject.named)(&read.manifest)).collect());
                several.set_value(reads);
            }
        }
    });
    // A manifest may be dropped on the form before this is open.
    refuse_files();
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
            take(read, None);
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
                    alone=true
                />
                {reactive(move || maybe(names.with(|names| (!names.is_empty()).then(|| list(&subject, names, choose)))))}
                {reactive(move || maybe(draft.is_dirty().then(|| {
                    view! { <p class="field__hint">"What is in the form now is replaced."</p> }.into_any()
                })))}
            </div>
        </SidePanel>
    }
    .into_any()
}

fn list(
    subject: &Subject,
    names: &[(String, String)],
    choose: impl Fn(usize) + Copy + Send + Sync + 'static,
) -> AnyView {
    let items = names
        .iter()
        .enumerate()
        .map(|(at, (name, note))| {
            view! {
                <li class="manifest-form__found">
                    <span class="manifest-form__found-text">
                        <strong>{name.clone()}</strong>
                        <span class="muted">{note.clone()}</span>
                    </span>
                    <Button label=format!("Take {name}") small=true on_press=move |()| choose(at)/>
                </li>
            }
            .into_any()
        })
        .collect_view();
    let (many, verb) = (subject.noun.1, subject.verb.1);
    view! {
        <p>{format!("It holds {} {many}. One is {verb} at a time.", names.len())}</p>
        <ul class="manifest-form__list">{items}</ul>
    }
    .into_any()
}

/// What reading changed, for the person to know.
fn words_of(subject: &Subject, read: &Read) -> Told {
    let (name, _) = (subject.named)(&read.manifest);
    let notes: Vec<String> = read.notes.iter().map(|note| format!("Line {}: {}", note.at.line, note.message)).collect();
    Told { title: format!("{name} was imported."), text: (!notes.is_empty()).then(|| notes.join(" ")) }
}
