//! What the console refuses to start with, refused while an artifact is made: here the mistake meets the one who made it,
//! there everybody who visits.
//!
//! The console reads the file by `src/config.rs`. `tests/refused-configurations.json` holds both to the same answers.

use anyhow::{Context, Result, anyhow, bail};
use astro_api::{operations, request::Route};
use serde_json::Value;

/// What a field holds.
enum Kind {
    /// Fields of its own, by their names.
    Fields(&'static [(&'static str, Kind)]),
    Text,
    Texts,
    /// A path, or an address with one of these schemes.
    Address(&'static [&'static str]),
    /// One of these words.
    Word(&'static [&'static str]),
    /// A whole number from 1 to 1000.
    Number,
    Colour,
    /// Methods and paths, by the id of an operation.
    Paths,
}

const WEB: &[&str] = &["http", "https"];

const CONFIG: Kind = Kind::Fields(&[
    ("api", Kind::Fields(&[("base", Kind::Address(WEB))])),
    (
        "websocket",
        Kind::Fields(&[
            ("base", Kind::Address(&["http", "https", "ws", "wss"])),
            ("auth", Kind::Word(&["subprotocol", "query", "none"])),
        ]),
    ),
    (
        "oidc",
        Kind::Fields(&[
            ("issuer", Kind::Address(WEB)),
            ("clientId", Kind::Text),
            ("scopes", Kind::Texts),
            ("audience", Kind::Text),
        ]),
    ),
    ("session", Kind::Fields(&[("storage", Kind::Word(&["session", "memory"]))])),
    ("rateLimit", Kind::Fields(&[("reads", Kind::Number), ("writes", Kind::Number)])),
    ("paths", Kind::Paths),
    ("branding", Kind::Fields(&[("name", Kind::Text), ("logo", Kind::Address(WEB)), ("accent", Kind::Colour)])),
    ("embedOrigins", Kind::Texts),
    ("links", Kind::Fields(&[("githubApp", Kind::Address(WEB))])),
]);

/// Refuses a configuration that the console would refuse, and names the field.
pub fn check(config: &Value) -> Result<()> {
    if !config.is_object() {
        bail!("it must be a JSON object");
    }
    check_field("", &CONFIG, config)?;
    let Some(oidc) = config.get("oidc") else { return Ok(()) };
    for name in ["issuer", "clientId"] {
        if oidc.get(name).and_then(Value::as_str).is_none_or(str::is_empty) {
            bail!("oidc.{name} is required with oidc");
        }
    }
    let scopes = oidc.get("scopes").and_then(Value::as_array);
    if scopes.is_some_and(|scopes| !scopes.iter().any(|scope| scope == "openid")) {
        bail!("oidc.scopes must have openid among them");
    }
    Ok(())
}

fn check_field(path: &str, kind: &Kind, value: &Value) -> Result<()> {
    match kind {
        Kind::Fields(known) => {
            for (name, value) in value.as_object().with_context(|| format!("{path} must be an object"))? {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                let Some((_, kind)) = known.iter().find(|(known, _)| known == name) else {
                    bail!("{path} is no field that the console knows; docs/configuration.md lists them");
                };
                check_field(&path, kind, value)?;
            }
        }
        Kind::Text => {
            text_of(path, value)?;
        }
        Kind::Texts => {
            let texts = value.as_array().with_context(|| format!("{path} must be a list of strings"))?;
            if let Some(index) = texts.iter().position(|text| text.as_str().is_none_or(str::is_empty)) {
                bail!("{path}[{index}] must be a string");
            }
        }
        Kind::Address(schemes) => {
            let text = text_of(path, value)?;
            let scheme = text.split_once(':').map(|(scheme, _)| scheme).filter(|scheme| !scheme.contains('/'));
            let is_known = scheme.is_none_or(|scheme| schemes.contains(&scheme));
            if text.is_empty() || text.contains(['?', '#']) || !is_known {
                bail!("{path} must be a path or an address with {}, not {text:?}", schemes.join(", "));
            }
        }
        Kind::Word(words) => {
            let text = text_of(path, value)?;
            if !words.contains(&text) {
                bail!("{path} must be one of {}, not {text:?}", words.join(", "));
            }
        }
        Kind::Number => {
            if value.as_u64().is_none_or(|number| !(1..=1_000).contains(&number)) {
                bail!("{path} must be a whole number from 1 to 1000");
            }
        }
        Kind::Colour => {
            let text = text_of(path, value)?;
            let allowed = |letter: char| letter.is_ascii_alphanumeric() || "#(),.%/ -".contains(letter);
            if text.is_empty() || !text.chars().all(allowed) {
                bail!("{path} must be a CSS colour such as #4f46e5, not {text:?}");
            }
        }
        Kind::Paths => {
            for (id, route) in value.as_object().with_context(|| format!("{path} must be an object"))? {
                let path = format!("{path}.{id}");
                let operation = operations::find(id)
                    .with_context(|| format!("{path}: the contract has no operation of this name"))?;
                Route::parse(operation, text_of(&path, route)?).map_err(|why| anyhow!("{path}: {why}"))?;
            }
        }
    }
    Ok(())
}

fn text_of<'a>(path: &str, value: &'a Value) -> Result<&'a str> {
    value.as_str().with_context(|| format!("{path} must be a string"))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// What stops the console at its start does not become an artifact. The console's own test reads the same list.
    #[test]
    fn what_the_console_refuses_is_refused() {
        let list = fs::read_to_string("../tests/refused-configurations.json").unwrap();
        let list: Vec<Value> = serde_json::from_str(&list).unwrap();
        assert!(list.len() > 20);
        for sample in &list {
            let Err(error) = check(&sample["config"]) else { panic!("{sample} was accepted") };
            let error = error.to_string();
            assert!(error.contains(sample["field"].as_str().unwrap()), "{sample}: {error}");
        }
    }
}
