//! Times of lines, read and written without the browser: there may be twenty thousand a second.

use std::fmt::Write as _;

/// In which zone times are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Times {
    /// That which the person has chosen, or the browser's.
    #[default]
    Local,
    /// UTC.
    Utc,
    /// Not at all.
    Off,
}

impl Times {
    /// Its word in an address; the usual one has none.
    pub const fn word(self) -> Option<&'static str> {
        match self {
            Self::Local => None,
            Self::Utc => Some("utc"),
            Self::Off => Some("off"),
        }
    }

    /// The zone of a word; what is no word is the usual one.
    pub fn of_word(word: Option<&str>) -> Self {
        match word {
            Some("utc") => Self::Utc,
            Some("off") => Self::Off,
            _ => Self::Local,
        }
    }

    /// Minutes that this zone is ahead of UTC at a time; milliseconds since 1970.
    pub fn offset(self, at: i64) -> i64 {
        if self == Self::Utc { 0 } else { local_offset(at) }
    }
}

#[cfg(target_arch = "wasm32")]
fn local_offset(at: i64) -> i64 {
    if let Some(chosen) = super::super::format::zone_offset(at) {
        return chosen;
    }
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 stay below 2^53")]
    let minutes = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(at as f64)).get_timezone_offset();
    #[expect(clippy::cast_possible_truncation, reason = "less than a day")]
    let minutes = -(minutes as i64);
    minutes
}

#[cfg(not(target_arch = "wasm32"))]
const fn local_offset(_at: i64) -> i64 {
    0
}

/// Microseconds since 1970 of an RFC 3339 text; none where it is no time.
pub fn micros(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let number = |from: usize, to: usize| -> Option<i64> {
        bytes
            .get(from..to)?
            .iter()
            .try_fold(0_i64, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0')))
    };
    let sign = |at: usize, expected: &[u8]| bytes.get(at).is_some_and(|byte| expected.contains(byte));
    if !(sign(4, b"-") && sign(7, b"-") && sign(10, b"Tt ") && sign(13, b":") && sign(16, b":")) {
        return None;
    }
    let (month, day, hour) = (number(5, 7)?, number(8, 10)?, number(11, 13)?);
    let (minute, second) = (number(14, 16)?, number(17, 19)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 24 || minute > 59 || second > 60 {
        return None;
    }
    let mut at = 19;
    let mut fraction = 0;
    if sign(at, b".,") {
        at += 1;
        let mut unit = 100_000;
        while let Some(byte) = bytes.get(at).filter(|byte| byte.is_ascii_digit()) {
            fraction += i64::from(byte - b'0') * unit;
            unit /= 10;
            at += 1;
        }
    }
    let ahead = match bytes.get(at) {
        Some(b'Z' | b'z') if bytes.len() == at + 1 => 0,
        Some(sign @ (b'+' | b'-')) => {
            let colon = usize::from(bytes.get(at + 3) == Some(&b':'));
            if bytes.len() != at + 5 + colon {
                return None;
            }
            let minutes = number(at + 1, at + 3)? * 60 + number(at + 3 + colon, at + 5 + colon)?;
            if *sign == b'-' { -minutes } else { minutes }
        }
        _ => return None,
    };
    let seconds = days(number(0, 4)?, month, day) * 86_400 + hour * 3_600 + (minute - ahead) * 60 + second;
    Some(seconds * 1_000_000 + fraction)
}

/// Days since 1970 of a date (Howard Hinnant's `days_from_civil`).
const fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month and day of a day since 1970.
const fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + (month <= 2) as i64, month, of_year - (153 * shifted_month + 2) / 5 + 1)
}

/// `14:24:15.372`; milliseconds since 1970, and the minutes by which the zone is ahead.
pub fn clock(at: i64, offset: i64) -> String {
    let of_day = (at + offset * 60_000).rem_euclid(86_400_000);
    let mut text = String::with_capacity(12);
    digits(&mut text, of_day / 3_600_000, 2);
    text.push(':');
    digits(&mut text, of_day / 60_000 % 60, 2);
    text.push(':');
    digits(&mut text, of_day / 1_000 % 60, 2);
    text.push('.');
    digits(&mut text, of_day % 1_000, 3);
    text
}

/// `14:24:15`, or `14:24` where seconds tell nothing.
pub fn short(at: i64, offset: i64, seconds: bool) -> String {
    let mut text = clock(at, offset);
    text.truncate(if seconds { 8 } else { 5 });
    text
}

/// `2026-06-09T14:24:15.372+02:00`.
pub fn iso(at: i64, offset: i64) -> String {
    let (year, month, day) = civil((at + offset * 60_000).div_euclid(86_400_000));
    let mut text = String::with_capacity(29);
    digits(&mut text, year, 4);
    text.push('-');
    digits(&mut text, month, 2);
    text.push('-');
    digits(&mut text, day, 2);
    text.push('T');
    text.push_str(&clock(at, offset));
    if offset == 0 {
        text.push('Z');
    } else {
        text.push(if offset < 0 { '-' } else { '+' });
        digits(&mut text, offset.abs() / 60, 2);
        text.push(':');
        digits(&mut text, offset.abs() % 60, 2);
    }
    text
}

/// `UTC`, `UTC+2`, `UTC-3:30`.
pub fn zone(offset: i64) -> String {
    let mut text = "UTC".to_owned();
    if offset != 0 {
        let _ = write!(text, "{}{}", if offset < 0 { '-' } else { '+' }, offset.abs() / 60);
        if offset % 60 != 0 {
            text.push(':');
            digits(&mut text, offset.abs() % 60, 2);
        }
    }
    text
}

/// Digits with leading zeros; `write!` would cost more than all the rest of a row.
fn digits(text: &mut String, number: i64, width: u32) {
    let mut power = 10_i64.pow(width - 1);
    while power > 0 {
        text.push(char::from(b'0' + u8::try_from(number / power % 10).unwrap_or(0)));
        power /= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", Some(0)),
            ("2026-06-09T14:24:15.372Z", Some(1_781_015_055_372_000)),
            ("2026-06-09T16:24:15.372+02:00", Some(1_781_015_055_372_000)),
            ("2026-06-09 10:54:15,372-0330", Some(1_781_015_055_372_000)),
            ("2026-06-09T14:24:15.372123999Z", Some(1_781_015_055_372_123)),
            ("2024-02-29T00:00:00z", Some(1_709_164_800_000_000)),
            ("2026-06-09T14:24:15", None),
            ("2026-13-09T14:24:15Z", None),
            ("2026-06-09T14:24:15Z and more", None),
            ("yesterday", None),
            ("", None),
        ] {
            assert_eq!(micros(text), expected, "{text}");
        }
    }

    #[test]
    fn times_are_written_in_a_zone() {
        let at = 1_781_015_055_372;
        assert_eq!(clock(at, 0), "14:24:15.372");
        assert_eq!(clock(at, 600), "00:24:15.372");
        assert_eq!((short(at, 120, true), short(at, 120, false)), ("16:24:15".to_owned(), "16:24".to_owned()));
        assert_eq!(iso(at, 0), "2026-06-09T14:24:15.372Z");
        assert_eq!(iso(at, 600), "2026-06-10T00:24:15.372+10:00");
        assert_eq!(iso(at, -210), "2026-06-09T10:54:15.372-03:30");
        assert_eq!([zone(0), zone(120), zone(-210)], ["UTC", "UTC+2", "UTC-3:30"]);
    }

    #[cfg(not(target_arch = "wasm32"))]
    proptest::proptest! {
        #[test]
        fn what_is_written_is_read(at in 0_i64..4_102_444_800_000, offset in -14_i64 * 60..14 * 60) {
            proptest::prop_assert_eq!(micros(&iso(at, offset)), Some(at * 1_000));
        }

        #[test]
        fn no_text_is_too_strange(text in "[0-9TZ:.+ -]{0,32}|\\PC{0,32}") {
            let _ = micros(&text);
        }
    }
}
