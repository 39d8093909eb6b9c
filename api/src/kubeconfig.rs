//! Kubeconfigs, in each of the forms that the platform's documents suggest.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::secret::Secret;

/// A kubeconfig as YAML text.
///
/// The contract says an array of bytes, which Go writes as base64; an older page says a string. All three are read:
/// base64, YAML as it is, and an array of integers. It is written as base64, like Go does.
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
                f.write_str("a kubeconfig as base64, YAML or an array of bytes")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Kubeconfig, E> {
                let compact: String = text.split_ascii_whitespace().collect();
                let decoded = base64::decode(&compact).and_then(|bytes| String::from_utf8(bytes).ok());
                Ok(Kubeconfig::new(decoded.filter(|_| !compact.is_empty()).unwrap_or_else(|| text.to_owned())))
            }
            fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<Kubeconfig, A::Error> {
                let mut bytes = Vec::with_capacity(seq.size_hint().unwrap_or(4096));
                while let Some(byte) = seq.next_element::<u8>()? {
                    bytes.push(byte);
                }
                String::from_utf8(bytes)
                    .map(Kubeconfig::new)
                    .map_err(|_| de::Error::custom("a kubeconfig that is not UTF-8"))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
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
        assert!(serde_json::from_str::<Kubeconfig>("[256]").is_err());
        assert!(serde_json::from_str::<Kubeconfig>("[255, 254]").is_err());
    }
}
