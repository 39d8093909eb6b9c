//! Which topics an organization hears of, and over which channels.

use astro_api::{
    audit::AuditAction,
    notifications::{ChannelType, NotificationSubscription, NotificationSubscriptionRequest, UnsubscribeRequest},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{
    super::{
        Cx,
        call::{Call, Reply},
        fault::Fault,
        time::{Millis, rfc3339_seconds},
        validate::Checks,
    },
    catalog::is_topic,
    channel, note, organization, require_plan,
};

const UNKNOWN_TOPIC: &str = "must be one of the topics that listNotificationTopics names";
const UNKNOWN_CHANNEL: &str = "must be one of email, slack";

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Subscription {
    pub(super) id: String,
    pub(super) channels: Vec<ChannelType>,
    pub(super) enabled: bool,
    pub(super) created_at: Millis,
    pub(super) updated_at: Millis,
}

impl Subscription {
    fn model(&self, topic: &str) -> NotificationSubscription {
        NotificationSubscription {
            id: Some(self.id.clone()),
            topic: topic.to_owned(),
            channels: self.channels.clone(),
            enabled: self.enabled,
            created_at: Some(rfc3339_seconds(self.created_at)),
            updated_at: Some(rfc3339_seconds(self.updated_at)),
        }
    }

    fn describe(&self) -> Value {
        json!({ "channels": self.channels, "enabled": self.enabled })
    }
}

pub(super) fn list(cx: &Cx<'_>) -> Result<Reply, Fault> {
    let organization = organization(cx)?;
    let topics = cx.state.notifications.subscriptions.get(&organization).into_iter().flatten();
    Ok(Reply::ok(topics.map(|(topic, subscription)| subscription.model(topic)).collect::<Vec<_>>()))
}

pub(super) fn get(cx: &Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let topic = call.path("topic");
    let organization = organization(cx)?;
    find(cx, &organization, topic)
        .map(|subscription| Reply::ok(subscription.model(topic)))
        .ok_or_else(|| Fault::not_found("The subscription", topic))
}

fn find<'a>(cx: &'a Cx<'_>, organization: &str, topic: &str) -> Option<&'a Subscription> {
    cx.state.notifications.subscriptions.get(organization)?.get(topic)
}

pub(super) fn upsert(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let request: NotificationSubscriptionRequest = call.body()?;
    let organization = organization(cx)?;
    let topic = request.topic.ok_or_else(|| Fault::invalid("topic", "is required"))?;
    if !is_topic(&topic) {
        return Err(Fault::invalid("topic", UNKNOWN_TOPIC));
    }
    let known = find(cx, &organization, &topic).cloned();
    let channels = match (request.channels, &known) {
        (Some(wanted), _) => read_channels(cx, &organization, wanted)?,
        // The switch of a topic leaves its channels alone.
        (None, Some(known)) => known.channels.clone(),
        (None, None) => return Err(Fault::invalid("channels", "must have at least one channel")),
    };
    let subscription = Subscription {
        id: known.as_ref().map_or_else(|| format!("sub-{}", cx.state.random.hex(8)), |known| known.id.clone()),
        channels,
        enabled: request.enabled.unwrap_or(true),
        created_at: known.as_ref().map_or(cx.now, |known| known.created_at),
        updated_at: cx.now,
    };
    let model = subscription.model(&topic);
    save(cx, &organization, &topic, known, subscription);
    Ok(Reply::ok(model))
}

fn read_channels(cx: &Cx<'_>, organization: &str, wanted: Vec<ChannelType>) -> Result<Vec<ChannelType>, Fault> {
    let mut checks = Checks::new();
    checks.that(!wanted.is_empty(), "channels", "must have at least one channel");
    for (index, word) in wanted.iter().enumerate() {
        checks.that(word.is_known(), format!("channels[{index}]"), UNKNOWN_CHANNEL);
    }
    checks.done()?;
    let configured = cx.state.notifications.integrations.get(organization);
    let mut channels: Vec<ChannelType> = Vec::new();
    for (index, channel) in wanted.into_iter().enumerate() {
        require_plan(cx, organization, &channel)?;
        if !configured.is_some_and(|configured| configured.contains_key(&channel)) {
            let reason = format!("is not configured: set up the integration {channel} first");
            return Err(Fault::invalid(format!("channels[{index}]"), reason));
        }
        if !channels.contains(&channel) {
            channels.push(channel);
        }
    }
    Ok(channels)
}

/// Keeps a subscription and notes what changed.
fn save(cx: &mut Cx<'_>, organization: &str, topic: &str, known: Option<Subscription>, subscription: Subscription) {
    let mut metadata: Map<_, _> = [("to".to_owned(), subscription.describe())].into_iter().collect();
    if let Some(known) = &known {
        metadata.insert("from".to_owned(), known.describe());
    }
    let action = if known.is_some() { AuditAction::Update } else { AuditAction::Create };
    note(cx, action, "subscription", topic, metadata);
    let topics = cx.state.notifications.subscriptions.entry(organization.to_owned()).or_default();
    topics.insert(topic.to_owned(), subscription);
}

pub(super) fn delete(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let topic = call.path("topic");
    let organization = organization(cx)?;
    cx.state
        .notifications
        .subscriptions
        .get_mut(&organization)
        .and_then(|topics| topics.remove(topic))
        .ok_or_else(|| Fault::not_found("The subscription", topic))?;
    note(cx, AuditAction::Delete, "subscription", topic, Map::new());
    Ok(Reply::said(true, "Subscription deleted"))
}

/// What the link in an e-mail asks for. It can be followed twice.
pub(super) fn unsubscribe(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let request: UnsubscribeRequest = call.body()?;
    let organization = organization(cx)?;
    let word = request.channel.as_deref().filter(|word| !word.is_empty());
    let only = word.and_then(channel);
    Checks::new()
        .that(is_topic(&request.topic), "topic", UNKNOWN_TOPIC)
        .that(word.is_none() || only.is_some(), "channel", UNKNOWN_CHANNEL)
        .done()?;
    let Some(known) = find(cx, &organization, &request.topic).cloned() else {
        return Ok(Reply::said(true, "There was no subscription"));
    };
    let mut subscription = known.clone();
    match only {
        // The last channel stays, turned off, so that turning it on again is enough.
        Some(only) if subscription.channels != [only.clone()] => {
            subscription.channels.retain(|channel| *channel != only);
        }
        _ => subscription.enabled = false,
    }
    if subscription != known {
        subscription.updated_at = cx.now;
        save(cx, &organization, &request.topic, Some(known), subscription);
    }
    Ok(Reply::said(true, "Unsubscribed"))
}
