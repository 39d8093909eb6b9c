//! A manifest as the platform has it: YAML or JSON, to be read and taken along.

use std::sync::Arc;

use astro_api::{
    manifest::{Manifest, Spec, yaml_of},
    secret::redacted,
};
use leptos::prelude::*;
use serde_json::{Map, Value};

use crate::ui::{
    Address, Button, Code, FactsSkeleton, Loading, QueryView, Toggles, address::Step, code::Language, format,
    load::Loads, maybe, reactive,
};

const YAML: &str = "yaml";
const JSON: &str = "json";

/// What stands for a value that looks secret.
const VEIL: &str = "••••••••";

/// The last words of names whose values are secret; what may follow a name of another thing is no such word.
const SECRET: [&str; 11] = [
    "password",
    "passwords",
    "passwd",
    "pwd",
    "passphrase",
    "secret",
    "secrets",
    "token",
    "tokens",
    "apikey",
    "credentials",
];

/// What stands before `key` where the key is a secret, and no name or label.
const OF_KEYS: [&str; 12] = [
    "access",
    "api",
    "auth",
    "client",
    "encryption",
    "jwt",
    "license",
    "master",
    "private",
    "secret",
    "session",
    "signing",
];

/// The words of a name in lower case: `dbPassword`, `DB_PASSWORD` and `db.password` have two.
fn words_of(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let (mut begins, mut was_lower) = (true, false);
    for letter in name.chars() {
        if !letter.is_alphanumeric() {
            begins = true;
            continue;
        }
        if begins || (was_lower && letter.is_uppercase()) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(letter.to_lowercase());
        }
        (begins, was_lower) = (false, letter.is_lowercase());
    }
    words
}

/// Whether what is called so is meant to be secret. `existingSecret` and its like name a secret, and hold none.
fn looks_secret(name: &str) -> bool {
    let words = words_of(name);
    let last = words.last().map(String::as_str).unwrap_or_default();
    let before = words.len().checked_sub(2).and_then(|at| words.get(at)).map(String::as_str).unwrap_or_default();
    let is_reference = words.first().is_some_and(|word| word == "existing") || matches!(before, "image" | "pull");
    !is_reference && (SECRET.contains(&last) || (last == "key" && OF_KEYS.contains(&before)))
}

/// Puts a veil over a value; returns how many texts it covers.
fn cover(value: &mut Value) -> usize {
    match value {
        // Nothing to see, or hidden for good: nobody is to be offered what is not there.
        Value::String(text) if text.is_empty() || text == VEIL => 0,
        Value::String(_) | Value::Number(_) => {
            *value = VEIL.into();
            1
        }
        Value::Array(list) => list.iter_mut().map(|item| if item.is_object() { veil(item) } else { cover(item) }).sum(),
        Value::Object(_) => veil(value),
        Value::Null | Value::Bool(_) => 0,
    }
}

/// Puts a veil over whatever looks secret in a value; returns how many texts it covers.
fn veil(value: &mut Value) -> usize {
    match value {
        Value::Array(list) => list.iter_mut().map(veil).sum(),
        Value::Object(object) => veil_object(object),
        _ => 0,
    }
}

fn veil_object(object: &mut Map<String, Value>) -> usize {
    // A variable of a container: its name says what its value is.
    let is_secret = object.get("name").and_then(Value::as_str).is_some_and(looks_secret);
    let of = |(name, value): (&String, &mut Value)| {
        if looks_secret(name) || (is_secret && name == "value") { cover(value) } else { veil(value) }
    };
    object.iter_mut().map(|(name, value)| of((name, value))).sum()
}

/// What looks secret in a manifest is covered until somebody wants to see it. A copy is a handle of the same.
#[derive(Clone, Copy)]
pub struct Veiled {
    /// The document under its veil, and how many values that covers; none where nothing looks secret.
    under: Memo<Option<(Map<String, Value>, usize)>>,
    is_off: RwSignal<bool>,
}

impl Veiled {
    /// Looks at a document.
    pub fn of(document: impl Fn() -> Option<Map<String, Value>> + Send + Sync + 'static) -> Self {
        let under = Memo::new(move |_| {
            let mut document = document()?;
            let count = veil_object(&mut document);
            (count > 0).then_some((document, count))
        });
        Self { under, is_off: RwSignal::new(false) }
    }

    /// The document under its veil, while it has one; reading it subscribes.
    pub fn covered(self) -> Option<Map<String, Value>> {
        if self.is_off.get() { None } else { self.under.get().map(|(document, _)| document) }
    }

    /// Says how many values are covered, beside the button that shows them.
    pub fn note(self) -> AnyView {
        reactive(move || {
            maybe(self.under.get().map(|(_, count)| {
                let (values, them) = if count == 1 { ("value looks", "it") } else { ("values look", "them") };
                let what = format!("{} {values} secret. Copy and download contain {them}.", format::count(count));
                let label = Signal::derive(move || if self.is_off.get() { "Hide" } else { "Show" }.to_owned());
                view! {
                    <span class="code__hidden">
                        <span>{what}</span>
                        <Button label=label small=true on_press=move |()| self.is_off.update(|it| *it = !*it)/>
                    </span>
                }
                .into_any()
            }))
        })
    }
}

/// The manifest of a spec; what is secret in it is replaced, since it is only shown.
pub fn of<S: Spec>(spec: &S) -> Option<Manifest> {
    redacted(|| Manifest::of(spec)).ok()
}

/// The manifest of a thing in each of its states, with a choice of its language, which the address keeps.
pub fn manifest(name: String, load: Loads<Option<Manifest>>, retry: Callback<()>) -> AnyView {
    view! {
        <QueryView
            load=load
            loading=skeleton
            empty=None
            retry=retry
            data=move |manifest| shown(name.clone(), Signal::derive(move || manifest.get()))
        />
    }
    .into_any()
}

fn skeleton() -> AnyView {
    view! {
        <Loading label="Loading the manifest">
            <FactsSkeleton rows=10/>
        </Loading>
    }
    .into_any()
}

/// A manifest that is there.
pub fn shown(name: String, manifest: Signal<Option<Arc<Option<Manifest>>>>) -> AnyView {
    let address = Address::of_context();
    let format = Memo::new(move |_| if address.get("format").as_deref() == Some(JSON) { JSON } else { YAML });
    let whole = Memo::new(move |_| {
        let write = if format.get() == JSON { Manifest::to_json } else { Manifest::to_yaml };
        manifest.with(|manifest| manifest.as_deref().and_then(Option::as_ref).map(write).unwrap_or_default())
    });
    let veiled = Veiled::of(move || manifest.with(|manifest| Some(manifest.as_deref()?.as_ref()?.document().clone())));
    let taken: Signal<String> = whole.into();
    let text = Signal::derive(move || match veiled.covered() {
        Some(document) if format.get() == JSON => serde_json::to_string_pretty(&document).unwrap_or_default(),
        Some(document) => yaml_of(&document),
        None => whole.get(),
    });
    let language = Signal::derive(move || if format.get() == JSON { Language::Json } else { Language::Yaml });
    let label = format!("Manifest of {name}");
    let file = Signal::derive(move || format!("{name}.{}", format.get()));
    let choose = move |chosen: &'static str| {
        address.set("format", (chosen != YAML).then(|| chosen.to_owned()), Step::Push);
    };
    view! {
        <div class="card">
            <Code text=text label=label language=language taken=taken file=file frameless=true>
                <Toggles label="Format" options=&[(YAML, "YAML"), (JSON, "JSON")] chosen=format on_choose=choose/>
                {veiled.note()}
            </Code>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_of_secrets_are_known_and_those_of_other_things_are_not() {
        for name in [
            "password",
            "dbPassword",
            "DB_PASSWORD",
            "root-password",
            "auth.token",
            "githubToken",
            "apiKey",
            "API_KEY",
            "secretKey",
            "clientSecret",
            "jwtSecret",
            "AWS_SECRET_ACCESS_KEY",
            "passphrase",
            "credentials",
            "apikey",
        ] {
            assert!(looks_secret(name), "{name}");
        }
        for name in [
            "existingSecret",
            "existingSecretPasswordKey",
            "secretName",
            "secretKeyRef",
            "imagePullSecrets",
            "key",
            "topologyKey",
            "tokenPath",
            "passwordLength",
            "keys",
            "monkey",
            "automountServiceAccountTokenName",
            "",
        ] {
            assert!(!looks_secret(name), "{name}");
        }
    }

    #[test]
    fn what_looks_secret_is_covered_and_the_rest_stays() {
        let mut value = json!({
            "auth": { "password": "hunter2", "existingSecret": "db", "token": "", "pin": 7 },
            "tokens": ["a", { "name": "ci", "value": "b" }],
            "env": [{ "name": "DB_PASSWORD", "value": "hunter3" }, { "name": "PORT", "value": "80" }],
            "secret": { "name": "tls", "create": true },
            "passwd": 1234,
            "apiKey": VEIL,
        });
        assert_eq!(veil(&mut value), 4);
        assert_eq!(
            value,
            json!({
                "auth": { "password": VEIL, "existingSecret": "db", "token": "", "pin": 7 },
                "tokens": [VEIL, { "name": "ci", "value": "b" }],
                "env": [{ "name": "DB_PASSWORD", "value": VEIL }, { "name": "PORT", "value": "80" }],
                "secret": { "name": "tls", "create": true },
                "passwd": VEIL,
                "apiKey": VEIL,
            })
        );
    }
}
