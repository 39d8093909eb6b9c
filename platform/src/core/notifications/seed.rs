//! The channels and subscriptions of the demo data.

use astro_api::notifications::ChannelType::{self, Email, Slack};

use super::{
    super::{Cx, demo, time::DAY},
    integrations::{Integration, Target},
    subscriptions::Subscription,
};

/// Fills in the demo data.
pub fn seed(cx: &mut Cx<'_>) {
    let emails = |list: &[&str]| Target::Email(list.iter().map(|text| (*text).to_owned()).collect());
    let webhook = "https://hooks.slack.com/services/T04ACME7Q/B07DEMO00/demoDemoDemoDemoDemoDemo";
    integrate(cx, demo::ACME, Email, emails(&["olivia@acme.example", "platform@acme.example"]), 310);
    integrate(cx, demo::ACME, Slack, Target::Slack(webhook.to_owned()), 66);
    integrate(cx, demo::GLOBEX, Email, emails(&["maya@globex.example"]), 140);
    let both: &[ChannelType] = &[Email, Slack];
    for (organization, topic, channels, enabled, age) in [
        (demo::ACME, "cluster.approval_pending", both, true, 66),
        (demo::ACME, "cluster.failed", both, true, 66),
        (demo::ACME, "cluster.upgraded", &[Email][..], true, 200),
        (demo::ACME, "agent.disconnected", &[Slack][..], true, 60),
        (demo::ACME, "app.degraded", both, true, 66),
        (demo::ACME, "app.deployed", &[Slack][..], false, 60),
        (demo::ACME, "apikey.expiring", &[Email][..], true, 120),
        (demo::ACME, "member.added", &[Email][..], true, 120),
        (demo::GLOBEX, "cluster.failed", &[Email][..], true, 140),
        (demo::GLOBEX, "app.degraded", &[Email][..], true, 140),
    ] {
        let subscription = Subscription {
            id: format!("sub-{}", cx.state.random.hex(8)),
            channels: channels.to_vec(),
            enabled,
            created_at: cx.now - age * DAY,
            updated_at: cx.now - age / 3 * DAY,
        };
        let topics = cx.state.notifications.subscriptions.entry(organization.to_owned()).or_default();
        topics.insert(topic.to_owned(), subscription);
    }
}

fn integrate(cx: &mut Cx<'_>, organization: &str, channel: ChannelType, target: Target, age: i64) {
    let integration = Integration {
        id: format!("int-{channel}"),
        target,
        enabled: true,
        created_at: cx.now - age * DAY,
        updated_at: cx.now - age * DAY,
    };
    cx.state.notifications.integrations.entry(organization.to_owned()).or_default().insert(channel, integration);
}
