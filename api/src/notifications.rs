//! Notification channels, integrations and subscriptions.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::{
    null::null_as_empty, open_enum::open_enum, request::Request, secret, secret::Secret, timestamp::Timestamp,
};

open_enum! {
    /// How notifications are sent.
    ChannelType { Email = "email", Slack = "slack" }
}

open_enum! {
    /// A group of notification topics.
    TopicCategory { Cluster = "cluster", Application = "application", System = "system" }
}

/// A way to be notified. The platform may answer the bare word instead (`"slack"`), which is read as its type.
/// (Source: inferred.)
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NotificationChannel {
    #[serde(rename = "type")]
    pub kind: ChannelType,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enterprise_only: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config_fields: Option<Vec<String>>,
}

impl<'de> Deserialize<'de> for NotificationChannel {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Object {
            #[serde(rename = "type")]
            kind: ChannelType,
            name: Option<String>,
            description: Option<String>,
            enterprise_only: Option<bool>,
            config_fields: Option<Vec<String>>,
        }
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = NotificationChannel;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a channel or its name")
            }
            fn visit_str<E: de::Error>(self, word: &str) -> Result<NotificationChannel, E> {
                let kind = ChannelType::from(word);
                Ok(NotificationChannel {
                    kind,
                    name: None,
                    description: None,
                    enterprise_only: None,
                    config_fields: None,
                })
            }
            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<NotificationChannel, A::Error> {
                let Object { kind, name, description, enterprise_only, config_fields } =
                    Object::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Ok(NotificationChannel { kind, name, description, enterprise_only, config_fields })
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

/// Where a channel sends to: a Slack webhook, or the recipients of e-mails. (Source: inferred.)
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NotificationConfig {
    /// The Slack webhook; masked in answers (inferred).
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "secret::expose_option")]
    pub webhook_url: Option<Secret<String>>,
    /// Email recipients.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emails: Option<Vec<String>>,
}

/// A configured channel. Webhook URLs come masked. (Source: inferred.)
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NotificationIntegration {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    pub channel: ChannelType,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config: Option<NotificationConfig>,
    pub enabled: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Timestamp>,
}

/// Configures a channel. (Source: seed.)
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NotificationIntegrationRequest {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<ChannelType>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config: Option<NotificationConfig>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

/// A topic and the channels that it goes to. (Source: inferred.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NotificationSubscription {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    pub topic: String,
    #[serde(default, deserialize_with = "null_as_empty")]
    pub channels: Vec<ChannelType>,
    pub enabled: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Timestamp>,
}

/// At least one channel is required by the text although the schema marks nothing required. (Source: seed.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NotificationSubscriptionRequest {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channels: Option<Vec<ChannelType>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
}

/// Seed gives cluster.failed and app.deployed as examples; the docs page groups topics as Cluster Pipeline,
/// Application Pipeline, System Events. (Source: inferred.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NotificationTopic {
    pub topic: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<TopicCategory>,
}

/// Leaves a topic, on one channel or on all. (Source: seed.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnsubscribeRequest {
    /// Only this channel; all when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    pub topic: String,
}

/// List channels. Supported delivery channels. No header is listed.
///
/// Operation `listNotificationChannels`; inferred.
pub fn channels() -> Request<Vec<NotificationChannel>> {
    Request::new("listNotificationChannels")
}

/// List integrations. Configured delivery channels.
///
/// Operation `listNotificationIntegrations`; inferred.
pub fn integrations() -> Request<Vec<NotificationIntegration>> {
    Request::new("listNotificationIntegrations")
}

/// Configure an integration. Replaces the settings of one channel.
///
/// Operation `upsertNotificationIntegration`; inferred.
pub fn upsert_integration(body: &NotificationIntegrationRequest) -> Request<NotificationIntegration> {
    Request::new("upsertNotificationIntegration").json(body)
}

/// Delete an integration. Subscriptions over the channel stop delivering.
///
/// Operation `deleteNotificationIntegration`; inferred.
pub fn delete_integration(channel: &str) -> Request<bool> {
    Request::new("deleteNotificationIntegration").path("channel", channel)
}

/// Get an integration. Settings of one channel.
///
/// Operation `getNotificationIntegration`; inferred.
pub fn integration(channel: &str) -> Request<NotificationIntegration> {
    Request::new("getNotificationIntegration").path("channel", channel)
}

/// List subscriptions. Topics and their channels.
///
/// Operation `listNotificationSubscriptions`; inferred.
pub fn subscriptions() -> Request<Vec<NotificationSubscription>> {
    Request::new("listNotificationSubscriptions")
}

/// Save a subscription. Upsert by topic; at least one channel.
///
/// Operation `upsertNotificationSubscription`; inferred.
pub fn upsert_subscription(body: &NotificationSubscriptionRequest) -> Request<NotificationSubscription> {
    Request::new("upsertNotificationSubscription").json(body)
}

/// Delete a subscription. No more alerts for the topic.
///
/// Operation `deleteNotificationSubscription`; inferred.
pub fn delete_subscription(topic: &str) -> Request<bool> {
    Request::new("deleteNotificationSubscription").path("topic", topic)
}

/// Get a subscription. One topic.
///
/// Operation `getNotificationSubscription`; inferred.
pub fn subscription(topic: &str) -> Request<NotificationSubscription> {
    Request::new("getNotificationSubscription").path("topic", topic)
}

/// List topics. Topics that can be subscribed. No header is listed.
///
/// Operation `listNotificationTopics`; inferred.
pub fn topics() -> Request<Vec<NotificationTopic>> {
    Request::new("listNotificationTopics")
}

/// Unsubscribe. Turns off a topic, on one channel or all.
///
/// Operation `unsubscribe`; inferred.
pub fn unsubscribe(body: &UnsubscribeRequest) -> Request<bool> {
    Request::new("unsubscribe").json(body)
}
