//! Numbers, times and durations as a person reads them.
//!
//! What depends on language and zone is left to the browser's `Intl`: no table of either is in the program.

use std::{cell::RefCell, fmt::Write as _};

use js_sys::{Array, Date, Function, Intl::DateTimeFormat, Number, Object, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};

const SECOND: u64 = 1000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
const UNITS: [(u64, &str); 4] = [(DAY, "d"), (HOUR, "h"), (MINUTE, "m"), (SECOND, "s")];

/// How a person wants numbers and times written. What is not chosen is the browser's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Region {
    /// A language with its region: `de-DE`. Without, dates follow the browser, and numbers are written `12,043`.
    pub language: Option<String>,
    /// A zone of the tz database: `Europe/Berlin`.
    pub zone: Option<String>,
}

thread_local! {
    static REGION: RefCell<Region> = RefCell::new(Region::default());
    /// The hour that the zone's distance to UTC was last asked for, and the distance in minutes: logs ask per line.
    static OFFSET: RefCell<Option<(i64, i64)>> = const { RefCell::new(None) };
}

/// Chooses how numbers and times are written from now on. What has been drawn stays until it is drawn again. A language or
/// a zone that the browser does not know is the same as none.
pub fn set_region(region: Region) {
    let knows = |language: Option<&str>, zone: Option<&str>| {
        let chosen = Object::new();
        if let Some(zone) = zone {
            let _ = Reflect::set(&chosen, &JsValue::from_str("timeZone"), &JsValue::from_str(zone));
        }
        let languages = language.map(JsValue::from_str).into_iter().collect::<Array>();
        // The constructor throws on what it does not know; called by hand, so that this is heard.
        let intl = Reflect::get(&js_sys::global(), &JsValue::from_str("Intl")).ok();
        let format = intl.and_then(|intl| Reflect::get(&intl, &JsValue::from_str("DateTimeFormat")).ok());
        let format = format.and_then(|format| format.dyn_into::<Function>().ok());
        format.is_some_and(|format| Reflect::construct(&format, &Array::of2(&languages, &chosen)).is_ok())
    };
    let Region { language, zone } = region;
    let language = language.filter(|language| knows(Some(language), None));
    let zone = zone.filter(|zone| knows(None, Some(zone)));
    OFFSET.with_borrow_mut(|offset| *offset = None);
    REGION.with_borrow_mut(|region| *region = Region { language, zone });
}

/// The zones that the browser knows, by name.
pub fn zones() -> Vec<String> {
    let intl = Reflect::get(&js_sys::global(), &JsValue::from_str("Intl")).ok();
    let list = intl.and_then(|intl| {
        let list = Reflect::get(&intl, &JsValue::from_str("supportedValuesOf")).ok()?.dyn_into::<Function>().ok()?;
        list.call1(&intl, &JsValue::from_str("timeZone")).ok()
    });
    let list = list.map(|list| Array::from(&list)).unwrap_or_default();
    list.iter().filter_map(|zone| zone.as_string()).collect()
}

/// The zone of the browser: `Europe/Berlin`.
pub fn system_zone() -> Option<String> {
    let options = DateTimeFormat::new(&Array::new(), &Object::new()).resolved_options();
    Reflect::get(&options, &JsValue::from_str("timeZone")).ok()?.as_string()
}

/// Minutes that the chosen zone is ahead of UTC at a time, milliseconds since 1970; none where no zone is chosen.
pub fn zone_offset(at: i64) -> Option<i64> {
    let zone = REGION.with_borrow(|region| region.zone.clone())?;
    let hour = at.div_euclid(3_600_000);
    if let Some((of, offset)) = OFFSET.with_borrow(|offset| *offset)
        && of == hour
    {
        return Some(offset);
    }
    let chosen = Object::new();
    for (name, value) in [("timeZone", zone.as_str()), ("timeZoneName", "longOffset")] {
        let _ = Reflect::set(&chosen, &JsValue::from_str(name), &JsValue::from_str(value));
    }
    let format: Function = DateTimeFormat::new(&Array::of1(&JsValue::from_str("en-US")), &chosen).format();
    let text = format.call1(&JsValue::UNDEFINED, &date(at.unsigned_abs())).ok()?.as_string()?;
    let offset = minutes_of(&text)?;
    OFFSET.with_borrow_mut(|known| *known = Some((hour, offset)));
    Some(offset)
}

/// Minutes that the clocks a person sees are ahead of UTC at a time, milliseconds since 1970: those of the chosen zone, or
/// of the browser's.
pub fn offset(at: i64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "at most some hundred minutes")]
    zone_offset(at).unwrap_or_else(|| -(date(at.max(0).unsigned_abs()).get_timezone_offset() as i64))
}

/// The zone in which times are shown: `Europe/Berlin`.
pub fn zone() -> String {
    REGION.with_borrow(|region| region.zone.clone()).or_else(system_zone).unwrap_or_else(|| "UTC".to_owned())
}

/// The minutes in `6/9/2026, GMT+02:00`.
fn minutes_of(text: &str) -> Option<i64> {
    let (_, rest) = text.split_once("GMT")?;
    if rest.is_empty() {
        return Some(0);
    }
    let sign = if rest.starts_with(['-', '\u{2212}']) { -1 } else { 1 };
    let rest = rest.trim_start_matches(['+', '-', '\u{2212}']);
    let (hours, minutes) = rest.split_once(':').unwrap_or((rest, "0"));
    Some(sign * (hours.parse::<i64>().ok()? * 60 + minutes.get(..2).unwrap_or(minutes).parse::<i64>().ok()?))
}

/// A number with its thousands apart: `12,043`, or as the chosen language writes it.
pub fn count(value: usize) -> String {
    let language = REGION.with_borrow(|region| region.language.clone());
    match language {
        #[expect(clippy::cast_precision_loss, reason = "nobody counts beyond 2^53")]
        Some(language) => String::from(Number::from(value as f64).to_locale_string(&language)),
        None => grouped(&value.to_string()),
    }
}

/// A price: `499`, `12.50`.
pub fn amount(value: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "prices are small, and none is negative"
    )]
    let cents = (value.max(0.0) * 100.0 + 0.5) as usize;
    match cents % 100 {
        0 => count(cents / 100),
        rest => format!("{}.{rest:02}", count(cents / 100)),
    }
}

fn grouped(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number with its noun: `1 cluster`, `14 clusters`.
pub fn counted(value: usize, one: &str, many: &str) -> String {
    format!("{} {}", count(value), if value == 1 { one } else { many })
}

/// A text that others can follow: the platform's messages often lack their full stop.
pub fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() || text.ends_with(['.', '?', '!', ':', '…']) { text.to_owned() } else { format!("{text}.") }
}

/// How far a time lies from now, in one unit: `21 m ago`, `in 3 d`. Times in milliseconds since 1970.
pub fn relative(then: u64, now: u64) -> String {
    let distance = then.abs_diff(now);
    let text = match distance {
        ..SECOND => return "just now".to_owned(),
        SECOND..MINUTE => format!("{} s", distance / SECOND),
        MINUTE..HOUR => format!("{} m", distance / MINUTE),
        HOUR..DAY => format!("{} h", distance / HOUR),
        _ => format!("{} d", distance / DAY),
    };
    if then < now { format!("{text} ago") } else { format!("in {text}") }
}

/// A length of time in its two largest units: `3 m 12 s`. Milliseconds.
pub fn duration(length: u64) -> String {
    let mut text = String::new();
    let mut rest = length;
    let mut parts = 0;
    for (size, unit) in UNITS {
        let whole = rest / size;
        if whole > 0 && parts < 2 {
            let _ = write!(text, "{}{whole} {unit}", if parts > 0 { " " } else { "" });
        }
        if whole > 0 || parts > 0 {
            parts += 1;
        }
        rest %= size;
    }
    if text.is_empty() { "0 s".to_owned() } else { text }
}

/// A length of time in all of its units: `1 d 2 h 3 m 4 s`, and below a second `250 ms`. Milliseconds.
pub fn exact_duration(length: u64) -> String {
    if length < SECOND {
        return format!("{length} ms");
    }
    let mut text = String::new();
    let mut rest = length;
    for (size, unit) in UNITS {
        let whole = rest / size;
        if whole > 0 {
            let _ = write!(text, "{}{whole} {unit}", if text.is_empty() { "" } else { " " });
        }
        rest %= size;
    }
    text
}

/// A size in binary units, with one decimal below ten: `1.5 GiB`, `512 MiB`, `900 B`.
pub fn bytes(count: u64) -> String {
    const NAMES: [&str; 7] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    // Whole numbers alone: writing a float takes five kilobytes of program.
    let mut unit = 0;
    while unit + 1 < NAMES.len() && count >> (10 * unit) >= 1024 {
        unit += 1;
    }
    let Some(below) = unit.checked_sub(1) else { return format!("{count} B") };
    // In 1024ths of the unit, then rounded.
    let part = count >> (10 * below);
    let (tenths, whole) = ((part * 20 / 1024).div_ceil(2), (part * 2 / 1024).div_ceil(2));
    let name = |unit: usize| NAMES.get(unit).copied().unwrap_or_default();
    match (tenths, whole) {
        (_, 1024) => format!("1 {}", name(unit + 1)),
        (..100, _) if tenths % 10 > 0 => format!("{}.{} {}", tenths / 10, tenths % 10, name(unit)),
        _ => format!("{whole} {}", name(unit)),
    }
}

/// A size in bytes, exactly: `1,610,612,736 bytes`; the same as [`bytes`] where that is exact.
pub fn exact_bytes(count: u64) -> String {
    if count < 1024 {
        return bytes(count);
    }
    format!("{} bytes", grouped(&count.to_string()))
}

/// Milliseconds since 1970 of an RFC 3339 text; none where it is no time.
pub fn parse(text: &str) -> Option<u64> {
    let value = Date::parse(text);
    // Before 1970 lies nothing that a platform of today reports; 2^53 is far beyond what a date can hold.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be in range")]
    (value.is_finite() && value >= 0.0).then_some(value as u64)
}

/// The exact time in the language and zone that are chosen, or the browser's: `9 Jun 2026, 14:10:20 CEST`.
pub fn local(at: u64) -> String {
    formatted(at, &[("dateStyle", "medium"), ("timeStyle", "long")])
}

/// The day of an RFC 3339 text as one speaks of it: `Today`, `Yesterday`, `Tuesday, 9 June 2026`. A text that is no
/// time is of no day.
pub fn day(text: &str, now: u64) -> String {
    let Some(at) = parse(text) else { return String::new() };
    let name = |at| formatted(at, &[("dateStyle", "full")]);
    let day = name(at);
    match () {
        () if day == name(now) => "Today".to_owned(),
        () if day == name(now.saturating_sub(DAY)) => "Yesterday".to_owned(),
        () => day,
    }
}

/// A day without its time: `27 Dec 2026`. What is no time comes back as it is.
pub fn calendar(text: &str) -> String {
    match parse(text) {
        // A day of a calendar is the same day everywhere.
        Some(at) => formatted(at, &[("dateStyle", "medium"), ("timeZone", "UTC")]),
        None => text.to_owned(),
    }
}

/// A time that something has gone on since: `14:24`, and before today with its day.
pub fn since(at: u64, now: u64) -> String {
    let today = formatted(at, &[("dateStyle", "full")]) == formatted(now, &[("dateStyle", "full")]);
    if today { clock(at) } else { formatted(at, &[("dateStyle", "medium"), ("timeStyle", "short")]) }
}

/// Hours and minutes in the browser's language and zone: `14:10`.
pub fn clock(at: u64) -> String {
    formatted(at, &[("timeStyle", "short")])
}

/// Hours, minutes and seconds in the browser's language and zone: `14:10:20`.
pub fn clock_exact(at: u64) -> String {
    formatted(at, &[("timeStyle", "medium")])
}

/// A time as RFC 3339 has it, which [`parse`] reads: `2026-06-09T12:10:20.000Z`.
pub fn iso(at: u64) -> String {
    String::from(date(at).to_iso_string())
}

/// The exact time in UTC: `2026-06-09 12:10:20`.
pub fn utc(at: u64) -> String {
    let iso = iso(at);
    iso.get(..19).unwrap_or(&iso).replace('T', " ")
}

/// A day in UTC, in the browser's language: `9 Jun`, or in full `Tuesday, 9 June 2026`.
pub fn utc_day(at: u64, full: bool) -> String {
    if full {
        formatted(at, &[("dateStyle", "full"), ("timeZone", "UTC")])
    } else {
        formatted(at, &[("day", "numeric"), ("month", "short"), ("timeZone", "UTC")])
    }
}

fn date(at: u64) -> Date {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 stay below 2^53")]
    Date::new(&JsValue::from_f64(at as f64))
}

fn formatted(at: u64, options: &[(&str, &str)]) -> String {
    let region = REGION.with_borrow(Clone::clone);
    let chosen = Object::new();
    let zone = region.zone.as_deref().map(|zone| ("timeZone", zone));
    // A zone among the options is meant, whatever is chosen.
    for (name, value) in zone.into_iter().chain(options.iter().copied()) {
        // A plain object takes any property.
        let _ = Reflect::set(&chosen, &JsValue::from_str(name), &JsValue::from_str(value));
    }
    let languages = region.language.as_deref().map(JsValue::from_str).into_iter().collect::<Array>();
    let format: Function = DateTimeFormat::new(&languages, &chosen).format();
    format.call1(&JsValue::UNDEFINED, &date(at)).ok().and_then(|text| text.as_string()).unwrap_or_else(|| utc(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        for (value, expected) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(count(value), expected);
        }
        assert_eq!(counted(1, "cluster", "clusters"), "1 cluster");
        assert_eq!(counted(0, "cluster", "clusters"), "0 clusters");
    }

    #[test]
    fn a_price_has_cents_where_it_needs_them() {
        for (value, expected) in [(499.0, "499"), (12.5, "12.50"), (0.05, "0.05"), (1999.99, "1,999.99"), (-1.0, "0")] {
            assert_eq!(amount(value), expected);
        }
    }

    #[test]
    fn the_distance_of_a_zone_is_read() {
        for (text, expected) in [
            ("6/9/2026, GMT+02:00", Some(120)),
            ("6/9/2026, GMT-03:30", Some(-210)),
            ("6/9/2026, GMT", Some(0)),
            ("6/9/2026, GMT+5:45", Some(345)),
            ("6/9/2026, CEST", None),
        ] {
            assert_eq!(minutes_of(text), expected, "{text}");
        }
    }

    #[test]
    fn a_sentence_ends() {
        assert_eq!(sentence("the key is not known "), "the key is not known.");
        assert_eq!(sentence("Try again."), "Try again.");
        assert_eq!(sentence(""), "");
    }

    #[test]
    fn a_distance_is_told_in_one_unit() {
        let now = 1_700_000_000_000;
        for (then, expected) in [
            (now, "just now"),
            (now - 999, "just now"),
            (now - 12 * SECOND, "12 s ago"),
            (now - 59 * MINUTE - 59 * SECOND, "59 m ago"),
            (now - HOUR, "1 h ago"),
            (now - 34 * DAY, "34 d ago"),
            (now + 3 * DAY + HOUR, "in 3 d"),
        ] {
            assert_eq!(relative(then, now), expected);
        }
    }

    #[test]
    fn a_length_is_told_in_its_two_largest_units() {
        for (length, expected) in [
            (0, "0 s"),
            (999, "0 s"),
            (192 * SECOND, "3 m 12 s"),
            (HOUR, "1 h"),
            (HOUR + 5 * SECOND, "1 h"),
            (DAY + 2 * HOUR + 3 * MINUTE, "1 d 2 h"),
        ] {
            assert_eq!(duration(length), expected);
        }
    }
    #[test]
    fn a_length_is_told_exactly() {
        for (length, expected) in [
            (0, "0 ms"),
            (250, "250 ms"),
            (192 * SECOND, "3 m 12 s"),
            (DAY + 2 * HOUR + 3 * MINUTE + 4 * SECOND + 5, "1 d 2 h 3 m 4 s"),
        ] {
            assert_eq!(exact_duration(length), expected);
        }
    }

    #[test]
    fn a_size_is_told_in_binary_units() {
        const KI: u64 = 1024;
        for (size, expected) in [
            (0, "0 B"),
            (900, "900 B"),
            (1023, "1023 B"),
            (KI, "1 KiB"),
            (KI + 512, "1.5 KiB"),
            (KI * KI - 1, "1 MiB"),
            (10 * KI * KI, "10 MiB"),
            (512 * KI * KI + 1, "512 MiB"),
            (9_990_000, "9.5 MiB"),
            (KI * KI * KI * 3 / 2, "1.5 GiB"),
            (u64::MAX, "16 EiB"),
        ] {
            assert_eq!(bytes(size), expected, "{size}");
        }
        assert_eq!(exact_bytes(900), "900 B");
        assert_eq!(exact_bytes(1_610_612_736), "1,610,612,736 bytes");
    }
}
