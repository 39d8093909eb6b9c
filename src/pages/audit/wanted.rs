//! What of the log is wanted: the filters of the address, and what they ask the platform for.

use astro_api::audit::{AuditExport, AuditFilter};

use crate::{
    components::audit::{Clocks, begin_of, date_of, day_number, instant},
    ui::{Address, load::PageWanted},
};

/// Parameters of the address.
pub const TYPE: &str = "type";
/// What was done.
pub const ACTION: &str = "action";
/// A person by the id.
pub const USER: &str = crate::components::audit::USER;
/// The first day, or a time.
pub const FROM: &str = "from";
/// The last day, or a time.
pub const TO: &str = "to";
/// The event that is open.
pub const EVENT: &str = "event";
/// The period of the statistics.
pub const PERIOD: &str = "period";

/// The most rows that the platform gives at once.
pub const MOST: usize = 100;

/// What of the log is wanted. Nothing at all is everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// One type, as the address has it: `cluster`.
    pub kind: Option<String>,
    /// One action: `delete`.
    pub action: Option<String>,
    /// One person, by the id.
    pub user: Option<String>,
    /// A day, `2026-06-03`, or an exact time.
    pub from: Option<String>,
    /// The same; a day is meant whole.
    pub to: Option<String>,
}

/// The number of a day; none where a text is a time, or neither.
fn whole_day(text: &str) -> Option<i64> {
    day_number(text).filter(|_| text.len() == 10)
}

/// A time as the platform is asked: the begin or the end of a day by the clocks that the person sees. What is no day goes
/// as it is, so that the platform says what is wrong with it.
fn time(text: &str, ends: bool, clocks: Clocks) -> String {
    match (whole_day(text), ends) {
        (None, _) => text.to_owned(),
        (Some(day), false) => instant(begin_of(day, clocks)),
        (Some(day), true) => instant(begin_of(day + 1, clocks) - 1),
    }
}

/// From and to for whole days of UTC, which the platform counts by: as days where those of the clocks are the same.
pub fn days_of_utc(from: &str, to: &str, clocks: Clocks) -> (String, String) {
    let end = |text: &str, ends| {
        let exact = time(text, ends, |_| 0);
        if time(text, ends, clocks) == exact { text.to_owned() } else { exact }
    };
    (end(from, false), end(to, true))
}

impl Wanted {
    /// What the address asks for; reading it subscribes.
    pub fn of(address: Address) -> Self {
        let get = |name| address.get(name).filter(|text| !text.is_empty());
        Self { kind: get(TYPE), action: get(ACTION), user: get(USER), from: get(FROM), to: get(TO) }
    }

    /// Whether anything is left out.
    pub fn is_filtered(&self) -> bool {
        *self != Self::default()
    }

    fn word(word: Option<&String>) -> Option<String> {
        word.map(|word| word.to_ascii_uppercase())
    }

    fn start(&self, clocks: Clocks) -> Option<String> {
        self.from.as_deref().map(|from| time(from, false, clocks))
    }

    fn end(&self, clocks: Clocks) -> Option<String> {
        self.to.as_deref().map(|to| time(to, true, clocks))
    }

    /// A page of it.
    pub fn list(&self, page: &PageWanted, clocks: Clocks) -> AuditFilter {
        AuditFilter {
            page: i64::try_from(page.page).ok(),
            page_size: i64::try_from(page.size.min(MOST)).ok(),
            event_type: Self::word(self.kind.as_ref()),
            action: Self::word(self.action.as_ref()),
            user_id: self.user.clone(),
            start_date: self.start(clocks),
            end_date: self.end(clocks),
        }
    }

    /// All of it as a file.
    pub fn export(&self, format: &str, clocks: Clocks) -> AuditExport {
        AuditExport {
            format: Some(format.to_owned()),
            event_type: Self::word(self.kind.as_ref()),
            action: Self::word(self.action.as_ref()),
            user_id: self.user.clone(),
            start_date: self.start(clocks),
            end_date: self.end(clocks),
        }
    }

    /// Why it can hold nothing: its end lies before its begin.
    pub fn is_backwards(&self) -> bool {
        match (self.from.as_deref().and_then(day_number), self.to.as_deref().and_then(day_number)) {
            (Some(from), Some(to)) => to < from,
            _ => false,
        }
    }
}

/// A stretch of days that ends today.
pub struct Preset {
    /// Its name in a menu.
    pub key: &'static str,
    /// What a person reads.
    pub label: &'static str,
    /// How many days it has, today included.
    pub days: i64,
}

/// The stretches that are offered.
pub const PRESETS: [Preset; 6] = [
    Preset { key: "1d", label: "Today", days: 1 },
    Preset { key: "7d", label: "Last 7 days", days: 7 },
    Preset { key: "30d", label: "Last 30 days", days: 30 },
    Preset { key: "90d", label: "Last 90 days", days: 90 },
    Preset { key: "1y", label: "Last year", days: 365 },
    Preset { key: "10y", label: "Last 10 years", days: 3_652 },
];

impl Preset {
    /// Its first day.
    pub fn from(&self, today: i64) -> String {
        date_of(today - (self.days - 1))
    }
}

/// The stretch that the wanted times are; none where they are others.
pub fn preset(wanted: &Wanted, today: i64) -> Option<&'static Preset> {
    if wanted.to.is_some() {
        return None;
    }
    let from = wanted.from.as_deref()?;
    PRESETS.iter().find(|preset| preset.from(today) == from)
}

/// The columns of a chart of days of UTC that lie within the wanted times, at least in part; none where all of them do,
/// or none does.
pub fn brush(wanted: &Wanted, first: i64, count: usize, clocks: Clocks) -> Option<(usize, usize)> {
    let last = i64::try_from(count).ok()?.checked_sub(1).filter(|last| *last >= 0)?;
    let from = wanted.start(clocks).as_deref().and_then(day_number).map(|day| day - first);
    let to = wanted.end(clocks).as_deref().and_then(day_number).map(|day| day - first);
    if from.is_none() && to.is_none() {
        return None;
    }
    let (from, to) = (from.unwrap_or(0).max(0), to.unwrap_or(last).min(last));
    if from > to || from > last || to < 0 || (from, to) == (0, last) {
        return None;
    }
    Some((usize::try_from(from).ok()?, usize::try_from(to).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(from: Option<&str>, to: Option<&str>) -> Wanted {
        Wanted { from: from.map(ToOwned::to_owned), to: to.map(ToOwned::to_owned), ..Wanted::default() }
    }

    #[test]
    fn the_platform_is_asked_for_whole_days() {
        let asked = Wanted { kind: Some("api_key".to_owned()), ..wanted(Some("2026-06-03"), Some("2026-06-09")) };
        let list = asked.list(&PageWanted { page: 3, size: 1_000, token: None }, |_| 0);
        assert_eq!(list.start_date.as_deref(), Some("2026-06-03T00:00:00Z"));
        assert_eq!(list.end_date.as_deref(), Some("2026-06-09T23:59:59.999Z"));
        assert_eq!((list.page, list.page_size), (Some(3), Some(100)), "the platform gives at most a hundred");
        assert_eq!(list.event_type.as_deref(), Some("API_KEY"));
        let export = asked.export("csv", |_| 0);
        assert_eq!((export.start_date, export.end_date), (list.start_date, list.end_date));
        let odd = wanted(Some("yesterday"), Some("2026-06-09T12:00:00Z"));
        let list = odd.list(&PageWanted { page: 1, size: 50, token: None }, |_| 120);
        assert_eq!(list.start_date.as_deref(), Some("yesterday"), "the platform says what is wrong");
        assert_eq!(list.end_date.as_deref(), Some("2026-06-09T12:00:00Z"));
    }

    #[test]
    fn a_day_is_that_of_the_clocks_which_the_rows_are_told_in() {
        let asked = wanted(Some("2026-06-03"), Some("2026-06-03")).export("csv", |_| 330);
        assert_eq!(asked.start_date.as_deref(), Some("2026-06-02T18:30:00Z"));
        assert_eq!(asked.end_date.as_deref(), Some("2026-06-03T18:29:59.999Z"));
        let of = |clocks| days_of_utc("2026-06-03", "2026-06-09", clocks);
        assert_eq!(of(|_| 0), ("2026-06-03".to_owned(), "2026-06-09".to_owned()));
        assert_eq!(of(|_| 60), ("2026-06-03T00:00:00Z".to_owned(), "2026-06-09T23:59:59.999Z".to_owned()));
        let first = day_number("2026-06-01").unwrap();
        let (from, to) = of(|_| 60);
        assert_eq!(
            brush(&wanted(Some(&from), Some(&to)), first, 30, |_| 60),
            Some((2, 8)),
            "the days that were chosen"
        );
        let touched = brush(&wanted(Some("2026-06-03"), Some("2026-06-09")), first, 30, |_| 60);
        assert_eq!(touched, Some((1, 8)), "the days that are touched");
    }

    #[test]
    fn a_stretch_is_known_again() {
        let today = day_number("2026-11-26").unwrap();
        for it in &PRESETS {
            let from = it.from(today);
            assert_eq!(preset(&wanted(Some(&from), None), today).map(|it| it.key), Some(it.key));
            assert!(preset(&wanted(Some(&from), Some("2026-11-26")), today).is_none());
        }
        assert_eq!(PRESETS[0].from(today), "2026-11-26");
        assert_eq!(PRESETS[1].from(today), "2026-11-20");
    }

    #[test]
    fn a_chart_shows_which_of_its_days_are_wanted() {
        let first = day_number("2026-06-01").unwrap();
        let of = |from, to| brush(&wanted(from, to), first, 30, |_| 0);
        assert_eq!(of(None, None), None);
        assert_eq!(of(Some("2026-06-03"), Some("2026-06-09")), Some((2, 8)));
        assert_eq!(of(Some("2026-06-03T10:00:00Z"), None), Some((2, 29)));
        assert_eq!(of(Some("2016-01-01"), Some("2026-06-01")), Some((0, 0)));
        assert_eq!(of(Some("2016-01-01"), None), None, "all of them");
        assert_eq!(of(Some("2026-07-01"), None), None, "none of them");
        assert_eq!(of(None, Some("2026-05-01")), None);
        assert_eq!(of(Some("2026-06-09"), Some("2026-06-03")), None);
        assert_eq!(brush(&wanted(Some("2026-06-03"), None), first, 0, |_| 0), None);
    }

    #[test]
    fn an_end_before_the_begin_is_seen() {
        assert!(wanted(Some("2026-06-09"), Some("2026-06-03")).is_backwards());
        assert!(!wanted(Some("2026-06-09"), Some("2026-06-09")).is_backwards());
        assert!(!wanted(Some("2026-06-09"), None).is_backwards());
        assert!(!Wanted::default().is_filtered());
    }
}
