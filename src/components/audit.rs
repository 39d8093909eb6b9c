//! Audit events as a person reads them: who did what to which thing, from where, and what that changed.

use astro_api::{
    audit::{AuditAction, AuditEvent, AuditEventType, AuditResult, AuditStatistics},
    manifest, organizations,
};
use leptos::prelude::{Get, GetUntracked, Memo, With};
use serde_json::{Map, Value};

use super::{people, roles};
use crate::{
    routes,
    store::{query, use_store},
    ui::{Mark, Tone, address, chart, format, state::readable},
};

/// The query of the log that names a person.
pub const USER: &str = "user";

/// Where all stands that a person did in an organization.
pub fn of_person(organization: &str, id: &str) -> String {
    format!("{}?{}", routes::audit(organization).href(), address::query_of(&[(USER, id)]))
}

/// Whether a plan has the log, as far as is known: the Developer plan has none.
pub fn is_in_plan(plan: &str) -> bool {
    !plan.eq_ignore_ascii_case("developer")
}

/// Why the log of the active organization is not open to the person, by the role or by the plan. None where it is, or
/// nobody knows: the platform says it when it is asked.
pub fn why_not() -> Memo<Option<String>> {
    let active = use_store().session.active();
    let by_role = roles::why_not("listAuditEvents");
    let plan = query(move || {
        let active = active.get().filter(|_| by_role.with(Option::is_none));
        active.map(|active| organizations::plan(&active.id))
    });
    Memo::new(move |_| {
        by_role.get().or_else(|| {
            let plan = plan.load().get().value().cloned().filter(|plan| !is_in_plan(plan))?;
            let name = active.get()?.name;
            Some(format!("The audit log is part of the Enterprise plan. {name} is on {}.", readable(&plan)))
        })
    })
}

/// What an event is about: "API key".
pub fn kind(kind: &AuditEventType) -> String {
    match kind {
        AuditEventType::AppProfile => "Profile".to_owned(),
        AuditEventType::ApiKey => "API key".to_owned(),
        AuditEventType::Audit => "Audit log".to_owned(),
        AuditEventType::User => "Member".to_owned(),
        AuditEventType::Provider => "Cloud account".to_owned(),
        other => readable(other.as_str()),
    }
}

/// The same within a sentence: "API key", "cluster".
pub fn noun(of: &AuditEventType) -> String {
    let word = kind(of);
    if *of == AuditEventType::ApiKey { word } else { word.to_ascii_lowercase() }
}

/// What was done, as a verb: "Resync".
pub fn action(action: &AuditAction) -> String {
    readable(action.as_str())
}

/// What was done, as one tells it: "resynced"; what failed was only tried: "tried to resync".
pub fn told(action: &AuditAction, failed: bool) -> String {
    let word = readable(action.as_str()).to_ascii_lowercase();
    match action {
        _ if failed => format!("tried to {word}"),
        AuditAction::Read => word,
        AuditAction::Resync => "resynced".to_owned(),
        // Most verbs of English end so; the words are open.
        _ if word.ends_with('e') => format!("{word}d"),
        _ => format!("{word}ed"),
    }
}

/// Whether it succeeded.
pub fn result(result: Option<&AuditResult>) -> Option<Mark> {
    Some(match result? {
        AuditResult::Success => Mark::new(Tone::Good, "Success"),
        AuditResult::Failure => Mark::new(Tone::Bad, "Failed"),
        AuditResult::Other(word) => Mark::unknown(word),
    })
}

/// Whether it failed.
pub fn failed(event: &AuditEvent) -> bool {
    event.status == Some(AuditResult::Failure)
}

fn filled(text: Option<&String>) -> Option<&str> {
    text.map(String::as_str).filter(|text| !text.is_empty())
}

/// Who did it: the name, or what else is known of the person.
pub fn person(event: &AuditEvent) -> String {
    let user = event.user.as_ref();
    let known = user.and_then(|user| filled(user.name.as_ref()).or_else(|| filled(user.email.as_ref())));
    known.map_or_else(|| event.user_id.clone(), ToOwned::to_owned)
}

/// What it was done to: its name, or its id.
pub fn object(event: &AuditEvent) -> Option<&str> {
    filled(event.resource_name.as_ref()).or_else(|| filled(event.resource_id.as_ref()))
}

/// The address of the thing of an event, for who is signed in; none where it is gone, or is shown nowhere.
pub fn href(organization: &str, event: &AuditEvent) -> Option<String> {
    let me = use_store().session.person().get_untracked();
    place(organization, me.as_ref().map(|person| person.id.as_str()), event)
}

/// The same for a person; a key is shown to nobody but its owner.
fn place(organization: &str, me: Option<&str>, event: &AuditEvent) -> Option<String> {
    let gone = event.action == AuditAction::Delete && !failed(event);
    let name = object(event)?;
    let id = filled(event.resource_id.as_ref()).unwrap_or(name);
    let place = match event.event_type {
        _ if gone => return None,
        AuditEventType::Cluster => routes::cluster(organization, name),
        AuditEventType::Application => routes::application(organization, id),
        AuditEventType::AppProfile => routes::profile(organization, name),
        AuditEventType::Notification => routes::notifications(organization),
        AuditEventType::Provider => routes::cloud_accounts(organization),
        AuditEventType::Organization => routes::organization(organization),
        AuditEventType::ApiKey if me == Some(event.user_id.as_str()) && id != name => routes::key(organization, id),
        AuditEventType::User => return Some(people::href(organization, id)),
        _ => return None,
    };
    Some(place.href())
}

/// A program that spoke for the person: "Firefox 149 on Linux", "astroctl 0.0.94, github-actions"; what is not known is
/// told as it came.
pub fn program(agent: &str) -> String {
    let version = |name: &str| {
        let rest = agent.split_once(&format!("{name}/"))?.1;
        let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '.').unwrap_or(rest.len());
        rest.get(..end).filter(|version| !version.is_empty())
    };
    if let Some(number) = version("astroctl") {
        let note = agent.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map(|(note, _)| note);
        return note.map_or_else(|| format!("astroctl {number}"), |note| format!("astroctl {number}, {note}"));
    }
    // The order matters: each of them also claims to be those below it.
    let browsers = [("Edge", "Edg"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Version")];
    let found = browsers.into_iter().find_map(|(name, token)| Some((name, version(token)?)));
    let Some((name, number)) = found.filter(|_| agent.starts_with("Mozilla/")) else { return agent.to_owned() };
    let systems = [("Android", "Android"), ("iPhone", "iOS"), ("iPad", "iPadOS"), ("Windows", "Windows")];
    let rest = [("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")];
    let system = systems.into_iter().chain(rest).find(|(token, _)| agent.contains(token));
    let number = number.split('.').next().unwrap_or(number);
    system.map_or_else(|| format!("{name} {number}"), |(_, system)| format!("{name} {number} on {system}"))
}

/// What an event says of itself beside who, what and where.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Said {
    /// The thing before and after, as YAML; none where nothing of the kind was noted.
    pub change: Option<(String, String)>,
    /// Why it failed or was done.
    pub reason: Option<String>,
    /// The operation that it began.
    pub operation: Option<String>,
    /// The rest, by its names.
    pub rest: Vec<(String, String)>,
}

/// Two names under which the state before and after a change is noted.
const SIDES: [(&str, &str); 4] = [("from", "to"), ("before", "after"), ("old", "new"), ("oldValue", "newValue")];

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Object(object) => manifest::yaml_of(object),
        other => serde_json::to_string_pretty(other).unwrap_or_default(),
    }
}

/// A line of YAML for each thing that is a line; nothing at all is no line.
fn lines(value: Option<&Value>) -> String {
    let mut text = value.map(text).unwrap_or_default();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// Reads what the platform has noted; the names in it are not published, so that every one that is not known is told.
pub fn said(metadata: Option<&Map<String, Value>>) -> Said {
    let Some(metadata) = metadata else { return Said::default() };
    let inner = metadata.get("changes").or_else(|| metadata.get("change")).and_then(Value::as_object);
    let sides = [Some(metadata), inner].into_iter().flatten().find_map(|of| {
        let (before, after) =
            SIDES.into_iter().find(|(before, after)| of.contains_key(*before) || of.contains_key(*after))?;
        Some((before, after, of))
    });
    let change = sides.map(|(before, after, of)| (lines(of.get(before)), lines(of.get(after))));
    let of_inner = sides.is_some_and(|(_, _, of)| inner.is_some_and(|inner| std::ptr::eq(inner, of)));
    let word = |names: &[&str]| {
        names.iter().find_map(|name| metadata.get(*name)).and_then(Value::as_str).map(ToOwned::to_owned)
    };
    let is_taken = |name: &str| {
        matches!(name, "reason" | "operationId")
            || (of_inner && matches!(name, "changes" | "change"))
            || (!of_inner && sides.is_some_and(|(before, after, _)| name == before || name == after))
    };
    let rest = metadata.iter().filter(|(name, _)| !is_taken(name));
    let rest = rest.map(|(name, value)| (readable(name), text(value).trim_end().to_owned())).collect();
    Said { change, reason: word(&["reason"]), operation: word(&["operationId"]), rest }
}

/// Days since 1970 of a date, `2026-06-09`; a time of that day will do.
pub fn day_number(date: &str) -> Option<i64> {
    let mut parts = date.get(..10)?.splitn(3, '-').map(str::parse::<i64>);
    let (Some(Ok(year)), Some(Ok(month)), Some(Ok(day))) = (parts.next(), parts.next(), parts.next()) else {
        return None;
    };
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Years that begin in March, so that the odd day is the last one.
    let year = if month <= 2 { year - 1 } else { year };
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let (era, in_era) = (year.div_euclid(400), year.rem_euclid(400));
    Some(era * 146_097 + in_era * 365 + in_era / 4 - in_era / 100 + of_year - 719_468)
}

/// The date of a number of days since 1970: `2026-06-09`.
pub fn date_of(number: i64) -> String {
    let number = number + 719_468;
    let (era, in_era) = (number.div_euclid(146_097), number.rem_euclid(146_097));
    let year = (in_era - in_era / 1460 + in_era / 36_524 - in_era / 146_096) / 365;
    let of_year = in_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

const DAY: i64 = 86_400_000;

/// How many minutes clocks are ahead of UTC at a time, milliseconds since 1970: [`format::offset`].
pub type Clocks = fn(i64) -> i64;

/// The number of the day that clocks show at a time, milliseconds since 1970.
pub fn day_at(at: i64, clocks: Clocks) -> i64 {
    (at + clocks(at) * 60_000).div_euclid(DAY)
}

/// The time at which clocks begin a day, milliseconds since 1970.
pub fn begin_of(day: i64, clocks: Clocks) -> i64 {
    let midnight = day * DAY;
    // In the night in which the clocks change, the first guess lies on the wrong side of it.
    let guess = midnight - clocks(midnight) * 60_000;
    midnight - clocks(guess) * 60_000
}

/// A time as RFC 3339 writes it in UTC: `2026-06-03T22:00:00Z`.
pub fn instant(at: i64) -> String {
    let (day, rest) = (at.div_euclid(DAY), at.rem_euclid(DAY));
    let (hours, minutes, seconds) = (rest / 3_600_000, rest / 60_000 % 60, rest / 1_000 % 60);
    let thousandths = if rest % 1_000 == 0 { String::new() } else { format!(".{:03}", rest % 1_000) };
    format!("{}T{hours:02}:{minutes:02}:{seconds:02}{thousandths}Z", date_of(day))
}

/// The days of statistics with their counts, in order and without a gap; a day that the platform leaves out had none.
pub fn days(statistics: &AuditStatistics) -> Vec<(String, usize)> {
    let mut known: Vec<(i64, usize)> = Vec::new();
    for day in statistics.daily.iter().flatten() {
        let Some(number) = day.date.as_deref().and_then(day_number) else { continue };
        let count = day.count.and_then(|count| usize::try_from(count).ok()).unwrap_or_default();
        let place = known.iter().position(|(other, _)| *other >= number).unwrap_or(known.len());
        match known.get_mut(place) {
            Some((same, sum)) if *same == number => *sum += count,
            _ => known.insert(place, (number, count)),
        }
    }
    let (Some((first, _)), Some((last, _))) = (known.first().copied(), known.last().copied()) else {
        return Vec::new();
    };
    // What is no statistics of a period is not drawn day by day.
    if last - first > 400 {
        return known.into_iter().map(|(number, count)| (date_of(number), count)).collect();
    }
    let mut known = known.into_iter().peekable();
    (first..=last)
        .map(|number| (date_of(number), known.next_if(|(other, _)| *other == number).map_or(0, |(_, count)| count)))
        .collect()
}

/// The days of statistics as bars of a chart.
pub fn bars(statistics: &AuditStatistics) -> Vec<chart::Bar> {
    let bar = |(date, total): (String, usize)| {
        let at = format::parse(&date).unwrap_or_default();
        chart::Bar { label: format::utc_day(at, false), name: format::utc_day(at, true), total, failed: 0 }
    };
    days(statistics).into_iter().map(bar).collect()
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn event(value: Value) -> AuditEvent {
        let mut whole = json!({
            "id": "evt-1", "timestamp": "2026-06-09T12:10:20Z", "eventType": "CLUSTER", "action": "UPGRADE", "userId": "u-1",
        });
        whole.as_object_mut().unwrap().extend(value.as_object().unwrap().clone());
        serde_json::from_value(whole).unwrap()
    }

    #[test]
    fn what_was_done_is_told_and_what_failed_was_tried() {
        for (word, done, tried) in [
            ("CREATE", "created", "tried to create"),
            ("RESYNC", "resynced", "tried to resync"),
            ("READ", "read", "tried to read"),
            ("DELETE", "deleted", "tried to delete"),
            ("RESTART", "restarted", "tried to restart"),
        ] {
            assert_eq!(told(&word.into(), false), done);
            assert_eq!(told(&word.into(), true), tried);
        }
        assert_eq!(noun(&AuditEventType::ApiKey), "API key");
        assert_eq!(noun(&AuditEventType::AppProfile), "profile");
    }

    #[test]
    fn a_thing_is_led_to_unless_it_is_gone() {
        let of = |value| place("acme", Some("u-1"), &event(value)).map(|href| format!("/{href}"));
        assert_eq!(of(json!({"resourceName": "prod-eu"})).as_deref(), Some("/o/acme/clusters/prod-eu"));
        assert_eq!(of(json!({"resourceName": "prod-eu", "action": "DELETE"})), None);
        let tried = json!({"resourceName": "prod-eu", "action": "DELETE", "status": "FAILURE"});
        assert_eq!(of(tried).as_deref(), Some("/o/acme/clusters/prod-eu"));
        let application = json!({"eventType": "APPLICATION", "resourceId": "a-1", "resourceName": "shop"});
        assert_eq!(of(application).as_deref(), Some("/o/acme/applications/a-1"));
        assert_eq!(of(json!({"eventType": "AUDIT", "resourceName": "Audit events"})), None);
        let key = json!({"eventType": "API_KEY", "resourceId": "k-1", "resourceName": "ci"});
        assert_eq!(of(key.clone()).as_deref(), Some("/o/acme/keys/k-1"));
        assert_eq!(place("acme", Some("u-2"), &event(key.clone())), None, "of somebody else");
        assert_eq!(place("acme", None, &event(key)), None, "a pasted key tells no person");
        assert_eq!(of(json!({"eventType": "API_KEY", "resourceName": "ci"})), None, "which of this name is not told");
        let member = json!({"eventType": "USER", "resourceId": "u 2", "resourceName": "Zoë"});
        assert_eq!(of(member).as_deref(), Some("/o/acme/members?q=u%202"));
        assert_eq!(of(json!({})), None);
    }

    #[test]
    fn a_person_has_a_name_or_what_else_is_known() {
        assert_eq!(person(&event(json!({"user": {"name": "Olivia Chen"}}))), "Olivia Chen");
        assert_eq!(person(&event(json!({"user": {"name": "", "email": "o@acme.example"}}))), "o@acme.example");
        assert_eq!(person(&event(json!({}))), "u-1");
    }

    #[test]
    fn a_day_begins_when_the_clocks_say_so() {
        let june = day_number("2026-06-03").unwrap();
        assert_eq!(instant(begin_of(june, |_| 0)), "2026-06-03T00:00:00Z");
        assert_eq!(instant(begin_of(june, |_| 120)), "2026-06-02T22:00:00Z");
        assert_eq!(instant(begin_of(june + 1, |_| -210) - 1), "2026-06-04T03:29:59.999Z");
        // Berlin, where the clocks go from two to three at 01:00 UTC of 29 March.
        let berlin: Clocks = |at| if at < 1_774_746_000_000 { 60 } else { 120 };
        let march = day_number("2026-03-29").unwrap();
        assert_eq!(instant(begin_of(march, berlin)), "2026-03-28T23:00:00Z");
        assert_eq!(instant(begin_of(march + 1, berlin)), "2026-03-29T22:00:00Z");
        assert_eq!(day_at(begin_of(march, berlin), berlin), march);
        assert_eq!(day_at(begin_of(march, berlin) - 1, berlin), march - 1);
    }

    #[test]
    fn programs_are_told_by_their_names() {
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:149.0) Gecko/20100101 Firefox/149.0";
        let chrome = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";
        let safari = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/27.0 Safari/605.1.15";
        for (agent, expected) in [
            (firefox, "Firefox 149 on Linux"),
            (chrome, "Chrome 156 on macOS"),
            (safari, "Safari 27 on macOS"),
            ("astroctl/0.0.94 (github-actions)", "astroctl 0.0.94, github-actions"),
            ("astroctl/0.0.94", "astroctl 0.0.94"),
            ("curl/8.5.0", "curl/8.5.0"),
            ("", ""),
        ] {
            assert_eq!(program(agent), expected);
        }
    }

    #[test]
    fn a_change_has_two_sides_and_the_rest_is_told() {
        let of = |value: Value| said(value.as_object());
        let both = of(json!({"nodeGroup": "general", "from": {"maxNode": 6}, "to": {"maxNode": 12}}));
        assert_eq!(both.change, Some(("maxNode: 6\n".to_owned(), "maxNode: 12\n".to_owned())));
        assert_eq!(both.rest, [("Node group".to_owned(), "general".to_owned())]);
        let words = of(json!({"from": "1.34", "to": "1.35", "reason": "planned"}));
        assert_eq!(words.change, Some(("1.34\n".to_owned(), "1.35\n".to_owned())));
        assert_eq!((words.reason.as_deref(), words.rest.len()), (Some("planned"), 0));
        let made = of(json!({"to": {"enabled": true}, "operationId": "op-1"}));
        assert_eq!(made.change, Some((String::new(), "enabled: true\n".to_owned())));
        assert_eq!(made.operation.as_deref(), Some("op-1"));
        let inside = of(json!({"changes": {"before": {"a": 1}, "after": {"a": 2}}, "force": true}));
        assert_eq!(inside.change, Some(("a: 1\n".to_owned(), "a: 2\n".to_owned())));
        assert_eq!(inside.rest, [("Force".to_owned(), "true".to_owned())]);
        assert_eq!(of(json!({"force": true})).change, None);
        assert_eq!(said(None), Said::default());
    }

    #[test]
    fn days_stand_without_a_gap() {
        let statistics =
            |daily: Value| serde_json::from_value(json!({"period": "7d", "totalEvents": 3, "daily": daily})).unwrap();
        let gap = json!([{"date": "2026-03-01", "count": 2}, {"date": "2026-02-27", "count": 1}, {"date": "soon"}]);
        let expected = [("2026-02-27", 1), ("2026-02-28", 0), ("2026-03-01", 2)];
        assert_eq!(days(&statistics(gap)), expected.map(|(date, count)| (date.to_owned(), count)));
        assert!(days(&statistics(json!([]))).is_empty());
        assert!(days(&statistics(json!(null))).is_empty());
    }

    #[test]
    fn dates_that_are_none_are_refused() {
        assert_eq!(day_number("1970-01-01"), Some(0));
        assert_eq!(day_number("2026-11-26T04:26:23Z"), Some(20_783));
        for text in ["", "yesterday", "2026-13-01", "2026-00-10", "2026-1-1", "20261126xx", "2026-11-äß"] {
            assert_eq!(day_number(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_day_is_its_date_and_back(number in -100_000_i64..200_000) {
            prop_assert_eq!(day_number(&date_of(number)), Some(number));
        }
    }
}
