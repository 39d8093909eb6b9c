//! Notifications of an organization: channels, and which topics go over them.

mod channel_edit;
mod channels;
mod overview;
mod topics;
mod unsubscribe;

use astro_api::notifications::{ChannelType, NotificationTopic};

pub use self::{overview::overview, unsubscribe::unsubscribe};
use crate::ui::state::readable;

/// What a channel is called within the console: the platform's name for it, or its word made readable.
fn channel_name(kind: &ChannelType, name: Option<&str>) -> String {
    match (name.filter(|name| !name.is_empty()), kind) {
        (Some(name), _) => name.to_owned(),
        (None, ChannelType::Email) => "E-mail".to_owned(),
        (None, other) => readable(other.as_str()),
    }
}

/// What a topic is called: its name, or its word.
fn topic_name(topic: &NotificationTopic) -> String {
    topic.name.clone().filter(|name| !name.is_empty()).unwrap_or_else(|| topic.topic.clone())
}

/// The icon of a channel.
const fn channel_icon(kind: &ChannelType) -> &'static str {
    match kind {
        ChannelType::Email => "mail",
        ChannelType::Slack => "message-square",
        ChannelType::Other(_) => "bell",
    }
}
