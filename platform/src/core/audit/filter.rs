//! What of the log somebody asks for.

use astro_api::audit::{AuditAction, AuditEventType};
use serde_json::{Map, Value};

use super::{
    super::{
        call::Call,
        fault::Fault,
        time::{DAY, Millis, parse},
    },
    Event,
};

/// The parameters that listing and exporting share.
#[derive(Clone, Default)]
pub(super) struct Filter {
    pub(super) from: Option<Millis>,
    pub(super) to: Option<Millis>,
    kind: Option<AuditEventType>,
    action: Option<AuditAction>,
    user: Option<String>,
    described: Map<String, Value>,
}

impl Filter {
    /// Everything between two times.
    pub(super) fn between(from: Millis, to: Millis) -> Self {
        Self { from: Some(from), to: Some(to), ..Self::default() }
    }

    pub(super) fn read(call: &Call<'_>) -> Result<Self, Fault> {
        let kind = call.query("eventType").map(AuditEventType::from);
        if let Some(AuditEventType::Other(_)) = kind {
            return Err(Fault::invalid("eventType", one_of(AuditEventType::KNOWN, AuditEventType::as_str)));
        }
        let action = call.query("action").map(AuditAction::from);
        if let Some(AuditAction::Other(_)) = action {
            return Err(Fault::invalid("action", one_of(AuditAction::KNOWN, AuditAction::as_str)));
        }
        let from = time(call, "startDate")?.map(|(at, _)| at);
        // A day as the end means the whole of it.
        let to = time(call, "endDate")?.map(|(at, day)| if day { at + DAY - 1 } else { at });
        if let (Some(from), Some(to)) = (from, to)
            && from > to
        {
            return Err(Fault::invalid("endDate", "must not be before startDate"));
        }
        let described = ["eventType", "action", "userId", "startDate", "endDate"]
            .into_iter()
            .filter_map(|name| Some((name.to_owned(), Value::from(call.query(name)?))))
            .collect();
        Ok(Self { from, to, kind, action, user: call.query("userId").map(str::to_owned), described })
    }

    /// Whether it looks at more than the time.
    pub(super) const fn is_narrow(&self) -> bool {
        self.kind.is_some() || self.action.is_some() || self.user.is_some()
    }

    pub(super) fn admits(&self, event: &Event) -> bool {
        self.kind.as_ref().is_none_or(|kind| *kind == event.kind)
            && self.action.as_ref().is_none_or(|action| *action == event.action)
            && self.user.as_ref().is_none_or(|user| *user == event.user)
    }

    /// The filter in the words of the request, for the event that says what was read.
    pub(super) fn describe(&self) -> Map<String, Value> {
        self.described.clone()
    }
}

/// A time, and whether it was given as a day.
fn time(call: &Call<'_>, name: &str) -> Result<Option<(Millis, bool)>, Fault> {
    let Some(text) = call.query(name) else { return Ok(None) };
    match parse(text) {
        Some(at) => Ok(Some((at, text.len() == "2024-01-15".len()))),
        None => Err(Fault::invalid(name, "must be a date such as 2024-01-15 or an RFC 3339 time")),
    }
}

fn one_of<T>(known: &[T], word: impl Fn(&T) -> &str) -> String {
    format!("must be one of {}", known.iter().map(word).collect::<Vec<_>>().join(", "))
}
