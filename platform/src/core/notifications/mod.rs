//! Channels, subscriptions and the e-mails that go out.

mod catalog;
mod integrations;
mod seed;
mod subscriptions;

use std::collections::BTreeMap;

use astro_api::{
    audit::{AuditAction, AuditEventType},
    notifications::ChannelType,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use self::seed::seed;
use self::{integrations::Integration, subscriptions::Subscription};
use super::{
    Cx,
    call::{Call, Reply},
    fault::Fault,
    people,
    time::rfc3339,
    unserved,
};

/// How many messages the outbox keeps, the newest.
const OUTBOX: usize = 500;

/// This family's part of the state.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Store {
    /// By organization and channel.
    integrations: BTreeMap<String, BTreeMap<ChannelType, Integration>>,
    /// By organization and topic.
    subscriptions: BTreeMap<String, BTreeMap<String, Subscription>>,
    /// What would have gone out, oldest first.
    pub outbox: Vec<Mail>,
}

/// An e-mail that the platform would have sent; `/_platform/outbox` lists them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Mail {
    /// Recipients; for a Slack message the masked address of the webhook.
    pub to: Vec<String>,
    /// Subject line.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// Links by name (`approve`, `reject`, `unsubscribe`), as paths of the console.
    pub links: BTreeMap<String, String>,
    /// When, RFC 3339.
    pub at: String,
}

/// Answers this family's operations.
pub fn handle(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    match call.operation.id {
        "listNotificationChannels" => Ok(Reply::ok(catalog::channels())),
        "listNotificationTopics" => Ok(Reply::ok(catalog::topics())),
        "listNotificationIntegrations" => integrations::list(cx),
        "getNotificationIntegration" => integrations::get(cx, call),
        "upsertNotificationIntegration" => integrations::upsert(cx, call),
        "deleteNotificationIntegration" => integrations::delete(cx, call),
        "listNotificationSubscriptions" => subscriptions::list(cx),
        "getNotificationSubscription" => subscriptions::get(cx, call),
        "upsertNotificationSubscription" => subscriptions::upsert(cx, call),
        "deleteNotificationSubscription" => subscriptions::delete(cx, call),
        "unsubscribe" => subscriptions::unsubscribe(cx, call),
        _ => Err(unserved(call)),
    }
}

/// Puts an e-mail into the outbox.
pub fn mail(cx: &mut Cx<'_>, to: Vec<String>, subject: &str, text: &str, links: &[(&str, String)]) {
    let mail = Mail {
        to,
        subject: subject.to_owned(),
        text: text.to_owned(),
        links: links.iter().map(|(name, path)| ((*name).to_owned(), path.clone())).collect(),
        at: rfc3339(cx.now).as_str().to_owned(),
    };
    let outbox = &mut cx.state.notifications.outbox;
    if outbox.len() >= OUTBOX {
        outbox.drain(..=outbox.len() - OUTBOX);
    }
    outbox.push(mail);
}

/// Tells an organization's subscribers of a topic (`cluster.failed`, `app.deployed`).
pub fn notify(cx: &mut Cx<'_>, organization: &str, topic: &str, title: &str, text: &str) {
    let store = &cx.state.notifications;
    let Some(subscription) = store.subscriptions.get(organization).and_then(|topics| topics.get(topic)) else { return };
    if !subscription.enabled {
        return;
    }
    let channels = store.integrations.get(organization);
    let open: Vec<(ChannelType, Vec<String>)> = subscription
        .channels
        .iter()
        .filter_map(|channel| Some((channel, channels?.get(channel)?)))
        .filter(|(_, integration)| integration.enabled)
        // Slack stops with the plan that has it.
        .filter(|(channel, _)| **channel != ChannelType::Slack || people::is_enterprise(cx, organization))
        .map(|(channel, integration)| (channel.clone(), integration.recipients()))
        .filter(|(_, recipients)| !recipients.is_empty())
        .collect();
    for (channel, recipients) in open {
        let unsubscribe = format!("/notification/unsubscribe?orgId={organization}&topic={topic}&channel={channel}");
        mail(cx, recipients, title, text, &[("unsubscribe", unsubscribe)]);
    }
}

/// The organization that a request is about.
fn organization(cx: &Cx<'_>) -> Result<String, Fault> {
    Ok(cx.require(super::roles::Capability::Notifications)?.organization.clone())
}

/// A channel by its word.
fn channel(word: &str) -> Option<ChannelType> {
    Some(ChannelType::from(word)).filter(ChannelType::is_known)
}

/// Slack is part of the Enterprise plan.
fn require_plan(cx: &Cx<'_>, organization: &str, channel: &ChannelType) -> Result<(), Fault> {
    if *channel == ChannelType::Slack {
        people::require_enterprise(cx, organization, "The channel Slack")?;
    }
    Ok(())
}

/// Writes an audit event of this family.
fn note(cx: &mut Cx<'_>, action: AuditAction, kind: &str, name: &str, metadata: Map<String, Value>) {
    cx.audit((AuditEventType::Notification, action), (kind, name, name), metadata);
}

#[cfg(test)]
mod tests;
