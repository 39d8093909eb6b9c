//! Kubeconfigs, in each of the forms that the platform's documents suggest.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::secret::Secret;

/// A kubeconfig as YAML text.
///
/// The contract says an array of bytes, which Go writes as base64; an older page says a string. All are read: base64,
/// YAML as it is, an array of integers, and an array of strings, which are either of the first two in pieces. It is
/// written as base64, like Go does.
#[derive(Clone, PartialEq)]
pub struct Kubeconfig(Secret<String>);

impl Kubeconfig {
    /// Wraps YAML text.
    pub fn new(yaml: impl Into<String>) -> Self {
        Self(Secret::new(yaml.into()))
    }

    /// The YAML.
    pub const fn yaml(&self) -> &Secret<String> {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Kubeconfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Kubeconfig;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a kubeconfig as base64, YAML, an array of bytes or an array of strings")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Kubeconfig, E> {
                Ok(Kubeconfig::new(decoded(text).unwrap_or_else(|| text.to_owned())))
            }
            fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<Kubeconfig, A::Error> {
                let mut bytes = Vec::with_capacity(seq.size_hint().unwrap_or(4096));
                let mut texts = Vec::<String>::new();
                while let Some(part) = seq.next_element::<Part>()? {
                    match part {
                        Part::Byte(byte) if texts.is_empty() => bytes.push(byte),
                        Part::Text(text) if bytes.is_empty() => texts.push(text),
                        _ => return Err(de::Error::custom("a kubeconfig of both bytes and strings")),
                    }
                }
                if !texts.is_empty() {
                    return Ok(Kubeconfig::new(joined(&texts)));
                }
                String::from_utf8(bytes)
                    .map(Kubeconfig::new)
                    .map_err(|_| de::Error::custom("a kubeconfig that is not UTF-8"))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

/// An element of an array that is a kubeconfig.
#[derive(Deserialize)]
#[serde(untagged)]
enum Part {
    Byte(u8),
    Text(String),
}

/// What a text means as base64, if it is that.
fn decoded(text: &str) -> Option<String> {
    let compact: String = text.split_ascii_whitespace().collect();
    let bytes = base64::decode(&compact).filter(|_| !compact.is_empty())?;
    String::from_utf8(bytes).ok()
}

/// The text of several strings: one encoded text in pieces, texts that are encoded each, or lines.
fn joined(texts: &[String]) -> String {
    if let Some(text) = decoded(&texts.concat()) {
        return text;
    }
    let each: Option<Vec<String>> = texts.iter().map(|text| decoded(text)).collect();
    let texts = each.as_deref().unwrap_or(texts);
    let mut whole = String::new();
    for text in texts {
        whole.push_str(text);
        // Lines come with their ends, or without.
        if !text.ends_with('\n') {
            whole.push('\n');
        }
    }
    whole
}

impl Serialize for Kubeconfig {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&base64::encode(self.0.expose().as_bytes()))
    }
}

/// Standard base64 with or without padding, and the URL alphabet without: what the platform writes and what a
/// WebSocket subprotocol may carry.
pub mod base64 {
    use ::base64::{
        Engine,
        alphabet::STANDARD,
        engine::{
            DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig,
            general_purpose::{STANDARD as PADDED, URL_SAFE_NO_PAD},
        },
    };

    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &STANDARD,
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
    );

    /// Reads the standard alphabet.
    pub fn decode(text: &str) -> Option<Vec<u8>> {
        LENIENT.decode(text).ok()
    }

    /// Writes the standard alphabet with padding.
    pub fn encode(bytes: &[u8]) -> String {
        PADDED.encode(bytes)
    }

    /// Writes the URL alphabet without padding.
    pub fn encode_url(bytes: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads the URL alphabet without padding.
    pub fn decode_url(text: &str) -> Option<Vec<u8>> {
        URL_SAFE_NO_PAD.decode(text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_form_and_writes_base64() {
        let yaml = "apiVersion: v1\nkind: Config\n";
        let bytes = serde_json::to_string(yaml.as_bytes()).unwrap();
        let encoded = base64::encode(yaml.as_bytes());
        for json in [
            serde_json::to_string(yaml).unwrap(),
            format!("\"{encoded}\""),
            format!("\"{}\"", encoded.trim_end_matches('=')),
            bytes,
        ] {
            let read: Kubeconfig = serde_json::from_str(&json).unwrap();
            assert_eq!(read.yaml().expose(), yaml, "{json}");
            assert_eq!(serde_json::to_string(&read).unwrap(), format!("\"{encoded}\""));
        }
        for wrong in ["[256]", "[255, 254]", "[97, \"a\"]", "[\"a\", 97]", "[null]", "[[\"a\"]]", "{}", "7"] {
            assert!(serde_json::from_str::<Kubeconfig>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn reads_an_array_of_strings() {
        let yaml = "apiVersion: v1\nkind: Config\nclusters: []\n";
        let encoded = base64::encode(yaml.as_bytes());
        let (first, second) = encoded.split_at(20);
        let lines: Vec<&str> = yaml.lines().collect();
        let whole_lines: Vec<&str> = yaml.split_inclusive('\n').collect();
        let each: Vec<String> = lines.iter().map(|line| base64::encode(line.as_bytes())).collect();
        for json in [
            serde_json::to_string(&[yaml]).unwrap(),
            serde_json::to_string(&[&encoded]).unwrap(),
            serde_json::to_string(&[first, second]).unwrap(),
            serde_json::to_string(&lines).unwrap(),
            serde_json::to_string(&whole_lines).unwrap(),
            serde_json::to_string(&each).unwrap(),
        ] {
            let read: Kubeconfig = serde_json::from_str(&json).unwrap();
            assert_eq!(read.yaml().expose(), yaml, "{json}");
        }
    }
}
