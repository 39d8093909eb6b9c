//! One type for everything that must not leak.

use std::{cell::Cell, collections::BTreeMap};

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeMap};
use zeroize::Zeroize;

/// Stands where a secret was, in copied commands, request listings and drafts.
pub const REDACTED: &str = "••••••••";

/// A key, token, credential or kubeconfig.
///
/// It has no `Debug`, no `Display` and no `Serialize`: a secret reaches the wire only through a field that says
/// `#[serde(serialize_with = "secret::expose…")]`, and those places are counted by a test. Its memory is zeroed when
/// it is dropped.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Secret<T: Zeroize>(T);

impl<T: Zeroize> Secret<T> {
    /// Wraps a value; from here on it is reached by [`Secret::expose`] alone.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself. Each call is a place to ask where it goes next.
    pub const fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl From<&str> for Secret<String> {
    fn from(value: &str) -> Self {
        Self::new(value.to_owned())
    }
}

impl From<String> for Secret<String> {
    fn from(value: String) -> Self {
        Self::new(value)
    }
}

impl Secret<String> {
    /// Whether there is nothing to protect: the platform answers empty strings where a secret is not shown.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'de, T: Zeroize + Deserialize<'de>> Deserialize<'de> for Secret<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self)
    }
}

thread_local! {
    static REDACTING: Cell<bool> = const { Cell::new(false) };
}

/// Runs `body` with every secret serialized as [`REDACTED`]: how a request is shown, copied or kept.
pub fn redacted<R>(body: impl FnOnce() -> R) -> R {
    struct Restore(bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            REDACTING.set(self.0);
        }
    }
    let _restore = Restore(REDACTING.replace(true));
    body()
}

/// Whether secrets are hidden now: for what serializes them in a way of its own.
pub fn is_redacting() -> bool {
    REDACTING.get()
}

fn shown(secret: &Secret<String>) -> &str {
    if REDACTING.get() && !secret.is_empty() { REDACTED } else { secret.expose() }
}

/// Serializes a secret in the clear, for a body field that carries one.
pub fn expose<S: Serializer>(secret: &Secret<String>, serializer: S) -> Result<S::Ok, S::Error> {
    shown(secret).serialize(serializer)
}

/// [`expose`] for an optional field.
pub fn expose_option<S: Serializer>(secret: &Option<Secret<String>>, serializer: S) -> Result<S::Ok, S::Error> {
    secret.as_ref().map(shown).serialize(serializer)
}

/// [`expose`] for a map of secrets, such as cloud credentials by name.
pub fn expose_map<S: Serializer>(secrets: &BTreeMap<String, Secret<String>>, serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(secrets.len()))?;
    for (name, secret) in secrets {
        map.serialize_entry(name, shown(secret))?;
    }
    map.end()
}

/// [`expose_map`] for an optional field.
pub fn expose_map_option<S: Serializer>(
    secrets: &Option<BTreeMap<String, Secret<String>>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match secrets {
        Some(secrets) => expose_map(secrets, serializer),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize, Deserialize)]
    struct Body {
        #[serde(serialize_with = "expose")]
        key: Secret<String>,
    }

    #[test]
    fn a_secret_is_serialized_only_where_the_field_says_so_and_is_hidden_when_shown() {
        let body = Body { key: "astro_1".into() };
        assert_eq!(serde_json::to_string(&body).unwrap(), r#"{"key":"astro_1"}"#);
        let shown = redacted(|| serde_json::to_string(&body).unwrap());
        assert!(!shown.contains("astro_1"), "{shown}");
        assert_eq!(serde_json::to_string(&body).unwrap(), r#"{"key":"astro_1"}"#);
    }

    #[test]
    fn redacting_ends_even_when_the_body_panics() {
        let _ = std::panic::catch_unwind(|| redacted(|| panic!("boom")));
        assert!(!REDACTING.get());
    }
}
