//! Points in time as the platform writes them.

use serde::{Deserialize, Serialize};

/// An RFC 3339 time in UTC (`2026-06-08T17:20:31Z`), kept as it came.
///
/// The platform answers an empty string where a time has not come yet (`revokedAt`), so ask [`Timestamp::known`].
/// Formatting and arithmetic belong to whoever has a clock and a time zone: the browser's `Intl`, the local
/// platform's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(String);

impl Timestamp {
    /// Wraps an RFC 3339 text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text as it came, perhaps empty.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, unless the platform left it empty or sent Go's zero time.
    pub fn known(&self) -> Option<&str> {
        Some(self.0.as_str()).filter(|text| !text.is_empty() && !text.starts_with("0001-01-01"))
    }
}
