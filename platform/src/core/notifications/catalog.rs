//! What can be subscribed to, and over what: the same for everybody.

use astro_api::notifications::{ChannelType, NotificationChannel, NotificationTopic, TopicCategory};

pub(super) fn channels() -> Vec<NotificationChannel> {
    let channel = |kind, name: &str, description: &str, enterprise, field: &str| NotificationChannel {
        kind,
        name: Some(name.to_owned()),
        description: Some(description.to_owned()),
        enterprise_only: Some(enterprise),
        config_fields: Some(vec![field.to_owned()]),
    };
    vec![
        channel(ChannelType::Email, "E-mail", "A message to each address of a list", false, "emails"),
        channel(ChannelType::Slack, "Slack", "A message by an incoming webhook", true, "webhookUrl"),
    ]
}

/// Topic, name, description and group.
const TOPICS: &[(&str, &str, &str, TopicCategory)] = &[
    ("cluster.approval_pending", "Approval needed", "An admin asks for a new cluster", TopicCategory::Cluster),
    ("cluster.created", "Cluster created", "A new cluster is ready", TopicCategory::Cluster),
    ("cluster.updated", "Cluster updated", "A change of a cluster has ended", TopicCategory::Cluster),
    ("cluster.upgraded", "Cluster upgraded", "A cluster runs a new version of Kubernetes", TopicCategory::Cluster),
    ("cluster.deleted", "Cluster deleted", "A cluster and its resources are gone", TopicCategory::Cluster),
    ("cluster.failed", "Cluster failed", "An operation on a cluster failed", TopicCategory::Cluster),
    ("agent.disconnected", "Agent disconnected", "A registered cluster is out of reach", TopicCategory::Cluster),
    ("app.deployed", "Application deployed", "A deployment has ended well", TopicCategory::Application),
    ("app.degraded", "Application degraded", "An application is not healthy any more", TopicCategory::Application),
    ("app.recovered", "Application recovered", "An application is healthy again", TopicCategory::Application),
    (
        "app.sync_failed",
        "Synchronization failed",
        "Git and the cluster could not be reconciled",
        TopicCategory::Application,
    ),
    ("app.deleted", "Application deleted", "An application and its resources are gone", TopicCategory::Application),
    ("apikey.expiring", "API key expires", "An API key has a day left", TopicCategory::System),
    ("member.added", "Member added", "Somebody joined the organization", TopicCategory::System),
    ("member.removed", "Member removed", "Somebody left the organization", TopicCategory::System),
    ("system.maintenance", "Maintenance", "The platform will be worked on", TopicCategory::System),
];

pub(super) fn topics() -> Vec<NotificationTopic> {
    TOPICS
        .iter()
        .map(|(topic, name, description, category)| NotificationTopic {
            topic: (*topic).to_owned(),
            name: Some((*name).to_owned()),
            description: Some((*description).to_owned()),
            category: Some(category.clone()),
        })
        .collect()
}

/// Whether there is such a topic.
pub(super) fn is_topic(topic: &str) -> bool {
    TOPICS.iter().any(|(known, ..)| *known == topic)
}
