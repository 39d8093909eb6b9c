//! How an organization is reached: an address list, a webhook.

use astro_api::{
    audit::AuditAction,
    notifications::{ChannelType, NotificationConfig, NotificationIntegration, NotificationIntegrationRequest},
    secret::Secret,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, json};

use super::{
    super::{
        Cx,
        call::{Call, Reply},
        fault::Fault,
        time::{Millis, rfc3339_seconds},
        validate::Checks,
    },
    channel, note, organization, require_plan,
};

const WEBHOOKS: &str = "https://hooks.slack.com/services/";
const MOST_ADDRESSES: usize = 50;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Integration {
    pub(super) id: String,
    pub(super) target: Target,
    pub(super) enabled: bool,
    pub(super) created_at: Millis,
    pub(super) updated_at: Millis,
}

/// Where messages go.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Target {
    Email(Vec<String>),
    Slack(String),
}

impl Integration {
    pub(super) fn recipients(&self) -> Vec<String> {
        match &self.target {
            Target::Email(addresses) => addresses.clone(),
            Target::Slack(webhook) => vec![masked(webhook)],
        }
    }

    fn model(&self, channel: &ChannelType) -> NotificationIntegration {
        let config = match &self.target {
            Target::Email(addresses) => NotificationConfig { webhook_url: None, emails: Some(addresses.clone()) },
            Target::Slack(webhook) => {
                NotificationConfig { webhook_url: Some(Secret::from(masked(webhook))), emails: None }
            }
        };
        NotificationIntegration {
            id: Some(self.id.clone()),
            channel: channel.clone(),
            config: Some(config),
            enabled: self.enabled,
            created_at: Some(rfc3339_seconds(self.created_at)),
            updated_at: Some(rfc3339_seconds(self.updated_at)),
        }
    }
}

/// A webhook's address without what makes it work: `https://hooks.slack.com/services/T000/****`.
fn masked(webhook: &str) -> String {
    let team = webhook.strip_prefix(WEBHOOKS).and_then(|rest| rest.split('/').next()).unwrap_or_default();
    format!("{WEBHOOKS}{team}/****")
}

pub(super) fn list(cx: &Cx<'_>) -> Result<Reply, Fault> {
    let organization = organization(cx)?;
    let integrations = cx.state.notifications.integrations.get(&organization);
    let integrations = integrations.into_iter().flatten();
    Ok(Reply::ok(integrations.map(|(channel, integration)| integration.model(channel)).collect::<Vec<_>>()))
}

pub(super) fn get(cx: &Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let (channel, integration) = find(cx, call)?;
    Ok(Reply::ok(integration.model(&channel)))
}

fn find<'a>(cx: &'a Cx<'_>, call: &Call<'_>) -> Result<(ChannelType, &'a Integration), Fault> {
    let organization = organization(cx)?;
    let word = call.path("channel");
    channel(word)
        .and_then(|channel| {
            let integration = cx.state.notifications.integrations.get(&organization)?.get(&channel)?;
            Some((channel, integration))
        })
        .ok_or_else(|| Fault::not_found("The integration", word))
}

pub(super) fn upsert(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let request: NotificationIntegrationRequest = call.body()?;
    let organization = organization(cx)?;
    let channel = request.channel.ok_or_else(|| Fault::invalid("channel", "is required")).and_then(|word| {
        channel(word.as_str()).ok_or_else(|| Fault::invalid("channel", "must be one of email, slack"))
    })?;
    require_plan(cx, &organization, &channel)?;
    let known = cx.state.notifications.integrations.get(&organization).and_then(|channels| channels.get(&channel));
    let known = known.cloned();
    let target = match &request.config {
        Some(config) => read_target(&channel, config, known.as_ref())?,
        // The switch of a channel: its secret is not known to who turns it.
        None => known
            .as_ref()
            .map(|integration| integration.target.clone())
            .ok_or_else(|| Fault::invalid("config", "is required until the channel is configured"))?,
    };
    let integration = Integration {
        id: known.as_ref().map_or_else(|| format!("int-{channel}"), |known| known.id.clone()),
        target,
        enabled: request.enabled.unwrap_or(true),
        created_at: known.as_ref().map_or(cx.now, |known| known.created_at),
        updated_at: cx.now,
    };
    let describe =
        |integration: &Integration| json!({ "enabled": integration.enabled, "recipients": integration.recipients() });
    let mut metadata: Map<_, _> = [("to".to_owned(), describe(&integration))].into_iter().collect();
    if let Some(known) = &known {
        metadata.insert("from".to_owned(), describe(known));
    }
    let action = if known.is_some() { AuditAction::Update } else { AuditAction::Create };
    note(cx, action, "integration", channel.as_str(), metadata);
    let model = integration.model(&channel);
    cx.state.notifications.integrations.entry(organization).or_default().insert(channel, integration);
    Ok(Reply::ok(model))
}

fn read_target(
    channel: &ChannelType,
    config: &NotificationConfig,
    known: Option<&Integration>,
) -> Result<Target, Fault> {
    let mut checks = Checks::new();
    let target = if *channel == ChannelType::Slack {
        let webhook = config.webhook_url.as_ref().map(|webhook| webhook.expose().trim().to_owned());
        let webhook = webhook.filter(|webhook| !webhook.is_empty());
        let webhook = webhook.ok_or_else(|| Fault::invalid("config.webhookUrl", "is required"))?;
        // What a form got masked comes back masked, and means the address that it stands for.
        if let Some(Integration { target: Target::Slack(kept), .. }) = known
            && webhook == masked(kept)
        {
            return Ok(Target::Slack(kept.clone()));
        }
        let parts: Vec<&str> = webhook.strip_prefix(WEBHOOKS).map(|rest| rest.split('/').collect()).unwrap_or_default();
        let word = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
        checks.that(
            parts.len() == 3 && parts.iter().all(word),
            "config.webhookUrl",
            format!("must be the address of an incoming webhook, {WEBHOOKS}T…/B…/…"),
        );
        Target::Slack(webhook)
    } else {
        let addresses = config.emails.clone().unwrap_or_default();
        checks.that(!addresses.is_empty(), "config.emails", "must have at least one address");
        checks.that(
            addresses.len() <= MOST_ADDRESSES,
            "config.emails",
            format!("must have at most {MOST_ADDRESSES} addresses"),
        );
        let mut kept: Vec<String> = Vec::new();
        for (index, address) in addresses.iter().map(|address| address.trim()).enumerate() {
            checks.that(is_address(address), format!("config.emails[{index}]"), "must be an e-mail address");
            if !kept.iter().any(|other| other.eq_ignore_ascii_case(address)) {
                kept.push(address.to_owned());
            }
        }
        Target::Email(kept)
    };
    checks.done().map(|()| target)
}

/// As much of an address as can be told without sending: something, an at sign, a domain with a dot.
fn is_address(text: &str) -> bool {
    text.len() <= 254
        && !text.contains(|letter: char| letter.is_whitespace() || letter.is_control() || ",;<>\"".contains(letter))
        && text.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty()
                && !domain.contains('@')
                && domain.contains('.')
                && domain.split('.').all(|label| !label.is_empty())
        })
}

pub(super) fn delete(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let (channel, _) = find(cx, call)?;
    let organization = organization(cx)?;
    if let Some(channels) = cx.state.notifications.integrations.get_mut(&organization) {
        channels.remove(&channel);
    }
    note(cx, AuditAction::Delete, "integration", channel.as_str(), Map::new());
    Ok(Reply::said(true, "Integration deleted"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_other_text() {
        for good in ["a@b.co", "first.last+tag@mail.acme.example"] {
            assert!(is_address(good), "{good}");
        }
        for bad in ["", "a", "a@b", "@b.co", "a@b..co", "a@.co", "a b@c.co", "a@b@c.co", "a@b.co,c@d.co", "<a@b.co>"] {
            assert!(!is_address(bad), "{bad}");
        }
    }

    #[test]
    fn a_masked_webhook_keeps_the_team_alone() {
        assert_eq!(
            masked("https://hooks.slack.com/services/T0A/B1/secret"),
            "https://hooks.slack.com/services/T0A/****"
        );
    }
}
