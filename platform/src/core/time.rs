//! Time as the core sees it: milliseconds that somebody passes in.

use astro_api::timestamp::Timestamp;

/// Milliseconds since the Unix epoch.
pub type Millis = i64;

/// One second.
pub const SECOND: Millis = 1000;
/// One minute.
pub const MINUTE: Millis = 60 * SECOND;
/// One hour.
pub const HOUR: Millis = 60 * MINUTE;
/// One day.
pub const DAY: Millis = 24 * HOUR;

/// RFC 3339 in UTC, to the second, or to the millisecond where there are any.
pub fn rfc3339(at: Millis) -> Timestamp {
    Timestamp::new(jiff::Timestamp::from_millisecond(at).map_or_else(|_| String::new(), |time| time.to_string()))
}

/// Whole seconds, as the platform writes most times.
pub fn rfc3339_seconds(at: Millis) -> Timestamp {
    rfc3339(at - at.rem_euclid(SECOND))
}

/// Reads RFC 3339; without an offset it is UTC, and a date alone is its first instant.
pub fn parse(text: &str) -> Option<Millis> {
    if let Ok(time) = text.parse::<jiff::Timestamp>() {
        return Some(time.as_millisecond());
    }
    let civil: jiff::civil::DateTime = text.parse().ok()?;
    Some(civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_millisecond())
}

/// The UTC date of a time, `2026-06-08`.
pub fn date(at: Millis) -> String {
    rfc3339(at).as_str().split('T').next().unwrap_or_default().to_owned()
}
