//! The audit log: who did what, when, from where. Enterprise plan, admins and owners.

mod export;
mod filter;
mod history;
mod refusals;

use std::collections::BTreeMap;

use astro_api::audit::{
    AuditAction, AuditEvent, AuditEventPage, AuditEventType, AuditResult, AuditStatistics, AuditUser, DayCount,
    StatisticsPeriod, UserCount,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use self::filter::Filter;
pub use self::{history::seed, refusals::refused};
use super::{
    Cx,
    call::{Call, Reply},
    fault::Fault,
    people,
    roles::Capability,
    time::{DAY, MINUTE, Millis, date, rfc3339},
    unserved,
};

/// How long going on with the same reading counts as one: turning pages must not push the pages along.
const ONE_READING: Millis = 5 * MINUTE;

/// This family's part of the state.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Store {
    /// Events by organization, oldest first.
    events: BTreeMap<String, Vec<Event>>,
}

/// One thing that somebody did, or was refused.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Event {
    id: u64,
    at: Millis,
    kind: AuditEventType,
    action: AuditAction,
    user: String,
    resource: Resource,
    failed: bool,
    address: String,
    agent: String,
    metadata: Map<String, Value>,
}

/// What it was done to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Resource {
    kind: String,
    id: String,
    name: String,
}

impl From<(&str, &str, &str)> for Resource {
    fn from((kind, id, name): (&str, &str, &str)) -> Self {
        Self { kind: kind.to_owned(), id: id.to_owned(), name: name.to_owned() }
    }
}

impl Event {
    fn label(&self) -> String {
        format!("evt-{:012x}", self.id)
    }

    fn model(&self, cx: &Cx<'_>, organization: &str) -> AuditEvent {
        let filled = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        AuditEvent {
            id: self.label(),
            timestamp: rfc3339(self.at),
            event_type: self.kind.clone(),
            action: self.action.clone(),
            org_id: Some(organization.to_owned()),
            user_id: self.user.clone(),
            user: Some(AuditUser {
                id: Some(self.user.clone()),
                name: Some(people::display_name(cx, &self.user)),
                email: people::email(cx, &self.user),
            }),
            resource_type: filled(&self.resource.kind),
            resource_id: filled(&self.resource.id),
            resource_name: filled(&self.resource.name),
            status: Some(if self.failed { AuditResult::Failure } else { AuditResult::Success }),
            ip_address: filled(&self.address),
            user_agent: filled(&self.agent),
            metadata: Some(self.metadata.clone()).filter(|metadata| !metadata.is_empty()),
        }
    }
}

/// Answers this family's operations.
pub fn handle(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let organization = readable(cx)?;
    match call.operation.id {
        "listAuditEvents" => list(cx, call, &organization),
        "getAuditEvent" => get(cx, call, &organization),
        "exportAuditEvents" => export::export(cx, call, &organization),
        "getAuditStatistics" => statistics(cx, call, &organization),
        _ => Err(unserved(call)),
    }
}

/// The organization whose log the caller may read.
fn readable(cx: &Cx<'_>) -> Result<String, Fault> {
    let organization = cx.require(Capability::Audit)?.organization.clone();
    people::require_enterprise(cx, &organization, "The audit log")?;
    Ok(organization)
}

fn list(cx: &mut Cx<'_>, call: &Call<'_>, organization: &str) -> Result<Reply, Fault> {
    let filter = Filter::read(call)?;
    let page = call.number("page", 1..=i64::MAX)?.unwrap_or(1);
    let page_size = call.number("pageSize", 1..=100)?.unwrap_or(50);
    let skip = usize::try_from((page - 1).saturating_mul(page_size)).unwrap_or(usize::MAX);
    let take = usize::try_from(page_size).unwrap_or(usize::MAX);

    let store = &cx.state.audit;
    let matching = store.matching(organization, &filter);
    let total = if filter.is_narrow() {
        matching.clone().count()
    } else {
        // Without a condition on each event the range of times alone tells how many there are.
        store.within(organization, &filter).len()
    };
    let events = matching.skip(skip).take(take).map(|event| event.model(cx, organization)).collect();
    let total = i64::try_from(total).unwrap_or(i64::MAX);
    read(cx, organization, ("audit_log", "events", "Audit events"), filter.describe());
    Ok(Reply::ok(AuditEventPage {
        events,
        page,
        page_size,
        total,
        total_pages: Some(total.saturating_add(page_size - 1) / page_size),
    }))
}

fn get(cx: &mut Cx<'_>, call: &Call<'_>, organization: &str) -> Result<Reply, Fault> {
    let label = call.path("eventId");
    let missing = || Fault::not_found("The audit event", label);
    let id = label.strip_prefix("evt-").and_then(|id| u64::from_str_radix(id, 16).ok()).ok_or_else(missing)?;
    let events = cx.state.audit.events.get(organization).map_or(&[][..], Vec::as_slice);
    // Who asks for one event has usually just seen it in a list, so the newest come first.
    let event = events.iter().rev().find(|event| event.id == id && event.label() == label).ok_or_else(missing)?;
    let model = event.model(cx, organization);
    read(cx, organization, ("audit_event", label, label), Map::new());
    Ok(Reply::ok(model))
}

/// Counts the last 7, 30 or 90 days of the calendar in UTC, today included.
fn statistics(cx: &mut Cx<'_>, call: &Call<'_>, organization: &str) -> Result<Reply, Fault> {
    let period = StatisticsPeriod::from(call.query("period").unwrap_or("30d"));
    let days = match period {
        StatisticsPeriod::Week => 7,
        StatisticsPeriod::Month => 30,
        StatisticsPeriod::Quarter => 90,
        StatisticsPeriod::Other(_) => return Err(Fault::invalid("period", "must be one of 7d, 30d, 90d")),
    };
    let today = cx.now.div_euclid(DAY);
    let first = today - (days - 1);
    let mut daily: BTreeMap<Millis, i64> = (first..=today).map(|day| (day, 0)).collect();
    let (mut kinds, mut actions, mut users) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::<&str, i64>::new());
    let mut total = 0;
    let events = cx.state.audit.within(organization, &Filter::between(first * DAY, cx.now));
    for event in events {
        total += 1;
        *daily.entry(event.at.div_euclid(DAY)).or_default() += 1;
        *kinds.entry(&event.kind).or_insert(0_i64) += 1;
        *actions.entry(&event.action).or_insert(0_i64) += 1;
        *users.entry(&event.user).or_default() += 1;
    }
    let mut by_user: Vec<UserCount> = users
        .into_iter()
        .map(|(user, count)| UserCount {
            user_id: Some(user.to_owned()),
            name: Some(people::display_name(cx, user)),
            count: Some(count),
        })
        .collect();
    by_user.sort_by_key(|user| std::cmp::Reverse(user.count));
    let statistics = AuditStatistics {
        period,
        total_events: total,
        by_event_type: Some(kinds.into_iter().map(|(kind, count)| (kind.as_str().to_owned(), count)).collect()),
        by_action: Some(actions.into_iter().map(|(action, count)| (action.as_str().to_owned(), count)).collect()),
        by_user: Some(by_user),
        daily: Some(
            daily
                .into_iter()
                .map(|(day, count)| DayCount { date: Some(date(day * DAY)), count: Some(count) })
                .collect(),
        ),
    };
    let metadata = [("period".to_owned(), json!(statistics.period))].into_iter().collect();
    read(cx, organization, ("audit_log", "statistics", "Audit statistics"), metadata);
    Ok(Reply::ok(statistics))
}

/// Writes an audit event of something that was done. `resource` is type, id and name.
pub fn record(
    cx: &mut Cx<'_>,
    organization: &str,
    user: &str,
    subject: (AuditEventType, AuditAction),
    resource: (&str, &str, &str),
    metadata: Map<String, Value>,
) {
    write(cx, organization, user, subject, resource.into(), metadata, false);
}

/// Writes that the log was read, once for a reading that goes on over several pages.
fn read(cx: &mut Cx<'_>, organization: &str, resource: (&str, &str, &str), metadata: Map<String, Value>) {
    let Some(user) = cx.caller.as_ref().map(|caller| caller.user.clone()) else { return };
    let resource = Resource::from(resource);
    let since = cx.now - ONE_READING;
    let goes_on = cx.state.audit.events.get(organization).is_some_and(|events| {
        events.iter().rev().take_while(|event| event.at > since).any(|event| {
            event.action == AuditAction::Read
                && event.user == user
                && event.resource == resource
                && event.metadata == metadata
        })
    });
    if !goes_on {
        write(cx, organization, &user, (AuditEventType::Audit, AuditAction::Read), resource, metadata, false);
    }
}

fn write(
    cx: &mut Cx<'_>,
    organization: &str,
    user: &str,
    (kind, action): (AuditEventType, AuditAction),
    resource: Resource,
    metadata: Map<String, Value>,
    failed: bool,
) {
    let event = Event {
        id: event_id(&mut cx.state.random),
        at: cx.now,
        kind,
        action,
        user: user.to_owned(),
        resource,
        failed,
        address: cx.address.clone(),
        agent: cx.agent.clone(),
        metadata,
    };
    cx.state.audit.add(organization, event);
}

/// 48 bits, as many as the twelve digits of a label show.
const fn event_id(random: &mut super::ids::Random) -> u64 {
    random.bits() >> 16
}

impl Store {
    fn add(&mut self, organization: &str, event: Event) {
        let events = match self.events.get_mut(organization) {
            Some(events) => events,
            None => self.events.entry(organization.to_owned()).or_default(),
        };
        // Nearly always the end: lifecycles happen at their own times, a little before the request that woke them.
        let place = match events.last() {
            Some(last) if last.at > event.at => events.partition_point(|other| other.at <= event.at),
            _ => events.len(),
        };
        events.insert(place, event);
    }

    /// The events in a filter's range of times, oldest first.
    fn within(&self, organization: &str, filter: &Filter) -> &[Event] {
        let events = self.events.get(organization).map_or(&[][..], Vec::as_slice);
        let from = filter.from.map_or(0, |from| events.partition_point(|event| event.at < from));
        let to = filter.to.map_or(events.len(), |to| events.partition_point(|event| event.at <= to));
        events.get(from..to).unwrap_or_default()
    }

    /// The events that a filter lets through, newest first.
    fn matching<'a>(
        &'a self,
        organization: &str,
        filter: &'a Filter,
    ) -> impl Iterator<Item = &'a Event> + Clone + use<'a> {
        self.within(organization, filter).iter().rev().filter(|event| filter.admits(event))
    }
}

#[cfg(test)]
mod tests;
