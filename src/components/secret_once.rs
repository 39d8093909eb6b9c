//! What was made and is shown once: a token, a key, credentials, in the forms in which they are taken along.

use std::collections::BTreeMap;

use astro_api::{Secret, secret::REDACTED};
use leptos::prelude::*;

use crate::ui::{SecretOnce, Toggles, maybe, once::masked, reactive};

/// A form of a secret: as it is, as environment variables, as JSON.
#[derive(Clone)]
pub struct SecretForm {
    word: &'static str,
    file: String,
    text: Secret<String>,
    hidden: Option<String>,
}

impl SecretForm {
    /// A form by its word, the name of its file, and the text itself.
    pub fn new(word: &'static str, file: impl Into<String>, text: Secret<String>) -> Self {
        Self { word, file: file.into(), text, hidden: None }
    }

    /// A form of several secrets by their names. `write` makes the text; it also makes what is shown while they are hidden.
    pub fn of_pairs(
        word: &'static str,
        file: impl Into<String>,
        secrets: &BTreeMap<String, Secret<String>>,
        write: impl Fn(&[(&str, &str)]) -> String,
    ) -> Self {
        let open: Vec<_> = secrets.iter().map(|(name, secret)| (name.as_str(), secret.expose().as_str())).collect();
        let hidden: Vec<_> = secrets.keys().map(|name| (name.as_str(), REDACTED)).collect();
        Self::new(word, file, Secret::new(write(&open))).hidden(write(&hidden))
    }

    /// What stands for it while it is hidden, where secrets are only a part of it.
    #[must_use]
    pub fn hidden(mut self, text: impl Into<String>) -> Self {
        self.hidden = Some(text.into());
        self
    }
}

/// What is shown: its heading, what it is for and how long it works, its forms.
pub struct Revealed {
    title: String,
    text: String,
    forms: Vec<SecretForm>,
    usage: ViewFn,
}

impl Revealed {
    /// What is told of a secret: "API key terraform-production", and a sentence about it.
    pub fn new(title: impl Into<String>, text: impl Into<String>) -> Self {
        Self { title: title.into(), text: text.into(), forms: Vec::new(), usage: ViewFn::default() }
    }

    /// A form of it. Of several, the first is shown at first.
    #[must_use]
    pub fn form(mut self, form: SecretForm) -> Self {
        self.forms.push(form);
        self
    }

    /// How it is used, drawn below it; without the secret itself.
    #[must_use]
    pub fn usage(mut self, usage: impl Into<ViewFn>) -> Self {
        self.usage = usage.into();
        self
    }
}

/// Shows secrets, one at a time, until each is stored. No signal holds one. A copy is a handle of the same; it lives as
/// long as the page that made it, and the secret with it.
#[derive(Clone, Copy)]
pub struct Reveal {
    open: RwSignal<bool>,
    title: RwSignal<String>,
    text: RwSignal<String>,
    words: RwSignal<Vec<&'static str>>,
    chosen: RwSignal<&'static str>,
    forms: StoredValue<Vec<SecretForm>>,
    usage: StoredValue<ViewFn>,
}

impl Default for Reveal {
    fn default() -> Self {
        Self::new()
    }
}

impl Reveal {
    /// One that shows nothing yet.
    pub fn new() -> Self {
        Self {
            open: RwSignal::new(false),
            title: RwSignal::new(String::new()),
            text: RwSignal::new(String::new()),
            words: RwSignal::new(Vec::new()),
            chosen: RwSignal::new(""),
            forms: StoredValue::new(Vec::new()),
            usage: StoredValue::new(ViewFn::default()),
        }
    }

    /// Shows one that has come. Whoever asked for it resets the mutation, whose answer holds it as well.
    pub fn show(self, revealed: Revealed) {
        let Revealed { title, text, forms, usage } = revealed;
        let words: Vec<&'static str> = forms.iter().map(|form| form.word).collect();
        let first = words.first().copied().unwrap_or_default();
        self.forms.try_set_value(forms);
        self.usage.try_set_value(usage);
        self.title.try_set(title);
        self.text.try_set(text);
        self.words.try_set(words);
        self.chosen.try_set(first);
        self.open.try_set(true);
    }

    /// Whether one is shown and not stored yet.
    pub fn is_open(self) -> Signal<bool> {
        self.open.into()
    }

    /// Of the form that is chosen.
    fn of<R: Default>(self, read: impl FnOnce(&SecretForm) -> R) -> R {
        let chosen = self.chosen.get();
        self.forms
            .try_with_value(|forms| forms.iter().find(|form| form.word == chosen).map(read))
            .flatten()
            .unwrap_or_default()
    }

    /// The dialog that shows it, for the end of the page.
    pub fn dialog(self) -> AnyView {
        let secret = move |()| self.of(|form| form.text.expose().clone());
        let hidden = move |()| self.of(|form| form.hidden.clone().unwrap_or_else(|| masked(form.text.expose())));
        let forms = move || {
            reactive(move || {
                let words = self.words.get();
                maybe((words.len() > 1).then(|| {
                    let options: Vec<_> = words.into_iter().map(|word| (word, word)).collect();
                    let choose = move |word| self.chosen.set(word);
                    view! { <div><Toggles label="Show it as" options=options chosen=self.chosen on_choose=choose/></div> }
                        .into_any()
                }))
            })
        };
        let usage = move || self.usage.try_with_value(ViewFn::run).into_any();
        view! {
            <SecretOnce
                open=self.open
                title=self.title
                text=self.text
                secret=secret
                hidden=hidden
                file=Signal::derive(move || self.of(|form| form.file.clone()))
                forms=forms
                usage=usage
                done=move |()| self.forms.set_value(Vec::new())
            />
        }
        .into_any()
    }
}
