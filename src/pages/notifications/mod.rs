//! Notifications of an organization: channels, and which topics go over them.

mod channel_edit;
mod channels;
mod overview;
mod topics;
mod unsubscribe;

use astro_api::notifications::{ChannelType, NotificationIntegration, NotificationTopic};

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

/// Those of the channels that are switched off: nothing goes over them.
fn off(integrations: &[NotificationIntegration], channels: &[ChannelType]) -> Vec<ChannelType> {
    let is_off = |kind: &&ChannelType| integrations.iter().any(|it| it.channel == **kind && !it.enabled);
    channels.iter().filter(is_off).cloned().collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_off_is_told_from_what_was_never_set_up() {
        let integration = |channel: ChannelType, enabled| NotificationIntegration {
            id: None,
            channel,
            config: None,
            enabled,
            created_at: None,
            updated_at: None,
        };
        let (email, slack) = (ChannelType::Email, ChannelType::Slack);
        let both = [email.clone(), slack.clone(), "pager".into()];
        let set_up = [integration(email.clone(), true), integration(slack.clone(), false)];
        assert_eq!(off(&set_up, &both), [slack]);
        assert!(off(&set_up, &[email]).is_empty() && off(&[], &both).is_empty());
    }
}
