//! A manifest as text: what it holds, and what is wrong with it.

use astro_api::manifest::{self, Kind, Manifest, ManifestError, Read};
use leptos::prelude::*;

use super::{Subject, Told};
use crate::{
    components::ManifestEditor,
    store::Query,
    ui::{Banner, Draft, Section, TextMark, Tone, format, load::Failure, reactive},
};

/// What a text holds, as a form understands it.
#[derive(Clone, Default)]
pub struct Reading {
    /// What the text describes.
    pub manifest: Option<Manifest>,
    /// What is wrong or worth knowing, at its place.
    pub marks: Vec<TextMark>,
    /// Why it cannot be sent, in sentences.
    pub problems: Vec<String>,
    read: Option<Read>,
}

impl Reading {
    /// Reads a text with one manifest.
    pub fn of(subject: &Subject, text: &str) -> Self {
        if text.trim().is_empty() {
            let problems = vec!["There is no manifest yet. Type, paste or import one.".to_owned()];
            return Self { problems, ..Self::default() };
        }
        let read = match subject.reads(text) {
            Ok(mut reads) if reads.len() == 1 => reads.remove(0),
            Ok(reads) => {
                let (count, many, verb) = (reads.len(), subject.noun.1, subject.verb.0);
                let problem = format!("The text describes {count} {many}. {verb} one at a time.");
                return Self { problems: vec![problem], ..Self::default() };
            }
            // The editor marks the place itself.
            Err(error) => return Self { problems: vec![sentence(&error)], ..Self::default() },
        };
        let mut reading = Self {
            marks: read
                .notes
                .iter()
                .map(|note| mark(note.at, true, note.message.clone()))
                .chain(read.placeholders.iter().map(|placeholder| {
                    mark(placeholder.at, false, format!("Put your own in the place of {}.", placeholder.text))
                }))
                .collect(),
            problems: left_open(&read),
            ..Self::default()
        };
        match (subject.faults)(&read) {
            Ok(faults) => {
                // A placeholder is told already, whatever else is wrong with what it stands for.
                let is_told =
                    |path: &str| read.placeholders.iter().any(|it| it.path.trim_start_matches("spec.") == path);
                for (path, problem) in faults.into_iter().filter(|(path, _)| !is_told(path)) {
                    reading.problems.push(format!("{path}: {problem}"));
                    if let Some(at) = read.locate(&format!("spec.{path}")) {
                        reading.marks.push(mark(at, false, problem));
                    }
                }
                reading.manifest = Some(read.manifest.clone());
            }
            Err(error) => {
                if let Some(at) = error.at {
                    reading.marks.push(mark(at, false, error.message.clone()));
                }
                reading.problems.push(sentence(&error));
            }
        }
        reading.read = Some(read);
        reading
    }

    /// What the text describes, without what is wrong with it.
    #[must_use]
    pub fn without_faults(self) -> Self {
        Self { marks: Vec::new(), problems: Vec::new(), ..self }
    }

    /// What the platform said of fields, at their places in the text.
    pub fn marks_of(&self, fields: &[(String, String)]) -> Vec<TextMark> {
        let Some(read) = &self.read else { return Vec::new() };
        let place = |path: &str| {
            let path = path.trim_start_matches("$.").trim_start_matches("spec.");
            read.locate(&format!("spec.{path}"))
        };
        fields
            .iter()
            .filter_map(|(path, text)| Some(mark(place(path)?, false, format!("{path}: {}", format::sentence(text)))))
            .collect()
    }
}

fn mark(at: manifest::Position, is_warning: bool, message: String) -> TextMark {
    TextMark { line: at.line, column: at.column, is_warning, message }
}

/// Placeholders of an example that nobody has replaced.
pub fn left_open(read: &Read) -> Vec<String> {
    read.placeholders
        .iter()
        .map(|placeholder| {
            let path = placeholder.path.trim_start_matches("spec.");
            format!("{path}: {} is a placeholder. Put your own in its place.", placeholder.text)
        })
        .collect()
}

/// Whether the form was asked to show a text and could not: it stays so until `fits` finds that it can.
pub fn stuck(reading: Memo<Reading>, fits: fn(&Reading) -> bool) -> RwSignal<bool> {
    let stuck = RwSignal::new(false);
    Effect::new(move |_| {
        if stuck.get() && reading.with(fits) {
            stuck.set(false);
        }
    });
    stuck
}

/// Says that the form cannot show the text yet.
pub fn stays_text() -> AnyView {
    let text = "The form can show it once what is marked in the text is mended.".to_owned();
    view! { <Banner title="It stays YAML for now" text=Some(text) tone=Tone::Warn/> }.into_any()
}

/// What to fill a form with could not be read, and how to try again.
pub type Unread = Option<(Failure, Callback<()>)>;

/// Fills a form once with what is fetched, as soon as what has to be `known` for it is; `fill` answers what is said then.
/// What was kept from before may be of another that had the name. What was typed before a sign-in is newer and stays. Why
/// it could not be fetched.
pub fn fill_once<T: Send + Sync + 'static, K>(
    draft: Draft,
    told: RwSignal<Option<Told>>,
    fetched: Query<T>,
    known: impl Fn() -> Option<K> + 'static,
    fill: impl Fn(&T, K) -> Option<Told> + 'static,
) -> Signal<Unread> {
    let load = fetched.load().first_hand();
    let done = StoredValue::new(false);
    Effect::new(move |_| {
        let Some(known) = known() else { return };
        let Some(value) = load.with(|load| load.value().cloned()) else { return };
        if done.get_value() {
            return;
        }
        done.set_value(true);
        if untrack(|| draft.is_dirty()) {
            return;
        }
        if let Some(words) = fill(&value, known) {
            // Nothing of it was typed: leaving loses nothing.
            draft.settle();
            told.set(Some(words));
        }
    });
    Signal::derive(move || {
        let failure = load.with(|load| load.failure().filter(|_| load.value().is_none()).cloned())?;
        Some((failure, Callback::new(move |()| fetched.refetch())))
    })
}

/// An error of the reader with its place in front.
pub fn sentence(error: &ManifestError) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The manifest as text, in place of the form's fields, with what is wrong under it.
pub fn text(
    label: String,
    kinds: &'static [Kind],
    value: RwSignal<String>,
    reading: Signal<Reading>,
    error: Signal<Option<Failure>>,
) -> AnyView {
    let marks = Signal::derive(move || {
        reading.with(|reading| {
            let mut marks: Vec<TextMark> = reading.marks.clone();
            marks.extend(error.with(|error| error.as_ref().map(|it| reading.marks_of(&it.fields)).unwrap_or_default()));
            marks
        })
    });
    let problems = reactive(move || {
        let problems = reading.with(|reading| reading.problems.clone());
        let items = problems.into_iter().map(|text| view! { <li>{text}</li> }.into_any()).collect_view();
        view! { <ul class="manifest-form__problems" aria-label="What is wrong with the manifest">{items}</ul> }
            .into_any()
    });
    view! {
        <Section title="Manifest" text="With apiVersion, kind and spec, or the older form with the fields alone.">
            <ManifestEditor
                value=value
                on_change=move |text| value.set(text)
                label=label
                kinds=kinds
                errors=marks
                height=520
            />
            <div role="status">{problems}</div>
        </Section>
    }
    .into_any()
}
