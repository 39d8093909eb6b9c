//! Go's empty lists and maps arrive as `null`.

use serde::{Deserialize, Deserializer};

/// Reads `null` as the empty value.
pub fn null_as_empty<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}
