//! Dates as log lines write them. A calendar library would do, but lines come by the ten thousand.

use std::fmt::Write as _;

use super::Micros;

/// A point in time in UTC.
#[derive(Clone, Copy, Debug)]
pub struct Civil {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
    micros: i64,
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl Civil {
    /// Splits a time, by Howard Hinnant's `civil_from_days`.
    pub const fn of(at: Micros) -> Self {
        let seconds = at.div_euclid(1_000_000);
        let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        Self {
            year: year_of_era + era * 400 + (month <= 2) as i64,
            month,
            day: day_of_year - (153 * shifted_month + 2) / 5 + 1,
            hour: rest / 3600,
            minute: rest / 60 % 60,
            second: rest % 60,
            micros: at.rem_euclid(1_000_000),
        }
    }

    /// `2026-06-08T17:41:05.123456`, without the `Z`.
    pub fn iso(&self, out: &mut String) {
        self.digits(out, 'T', '.');
    }

    fn digits(&self, out: &mut String, middle: char, dot: char) {
        push(out, self.year, 4);
        out.push('-');
        push(out, self.month, 2);
        out.push('-');
        push(out, self.day, 2);
        out.push(middle);
        self.time(out);
        out.push(dot);
        push(out, self.micros, 6);
    }

    fn time(&self, out: &mut String) {
        push(out, self.hour, 2);
        out.push(':');
        push(out, self.minute, 2);
        out.push(':');
        push(out, self.second, 2);
    }

    /// `2026-06-08T17:41:05.123Z`
    pub fn millis(&self) -> String {
        let mut out = String::with_capacity(27);
        self.iso(&mut out);
        out.truncate(out.len() - 3);
        out.push('Z');
        out
    }

    /// `2026-06-08T17:41:05.123456Z`
    pub fn full(&self) -> String {
        let mut out = String::with_capacity(27);
        self.iso(&mut out);
        out.push('Z');
        out
    }

    /// `2026-06-08 17:41:05,123`
    pub fn comma(&self) -> String {
        let mut out = String::with_capacity(26);
        self.digits(&mut out, ' ', ',');
        out.truncate(out.len() - 3);
        out
    }

    /// `08/Jun/2026:17:41:05 +0000`
    pub fn access(&self) -> String {
        let month = usize::try_from(self.month - 1).ok().and_then(|index| MONTHS.get(index)).unwrap_or(&"Jan");
        let mut out = String::with_capacity(26);
        let _ = write!(out, "{:02}/{month}/{}:", self.day, self.year);
        self.time(&mut out);
        out.push_str(" +0000");
        out
    }

    /// `0608 17:41:05.123456`
    pub fn klog(&self) -> String {
        let mut out = String::with_capacity(20);
        push(&mut out, self.month, 2);
        push(&mut out, self.day, 2);
        out.push(' ');
        self.time(&mut out);
        out.push('.');
        push(&mut out, self.micros, 6);
        out
    }
}

/// Digits with leading zeros.
fn push(out: &mut String, number: i64, width: u32) {
    let mut power = 10_i64.pow(width - 1);
    while power > 0 {
        out.push(char::from(b'0' + u8::try_from(number / power % 10).unwrap_or_default()));
        power /= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_agrees_with_the_calendar() {
        for at in (0..4_000_000_000_000_000).step_by(86_400_000_000 * 13 + 12_345_678) {
            let mut text = String::new();
            Civil::of(at).iso(&mut text);
            let time = jiff::Timestamp::from_microsecond(at).unwrap();
            assert_eq!(text, time.strftime("%Y-%m-%dT%H:%M:%S.%6f").to_string());
        }
        assert_eq!(Civil::of(1_780_940_465_123_456).access(), "08/Jun/2026:17:41:05 +0000");
        assert_eq!(Civil::of(1_780_940_465_123_456).comma(), "2026-06-08 17:41:05,123");
        assert_eq!(Civil::of(1_780_940_465_123_456).klog(), "0608 17:41:05.123456");
    }
}
