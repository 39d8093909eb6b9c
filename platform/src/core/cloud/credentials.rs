//! Temporary credentials of a connected account. They are plainly made up: nothing here opens any cloud.

use std::collections::BTreeMap;

use astro_api::{
    audit::{AuditAction, AuditEventType},
    catalog::ProviderId,
    cloud::{AwsCredentialRequest, ConnectStatus, GcpCredentialRequest, TemporaryCredentials},
    duration::GoDuration,
    secret::Secret,
};
use serde_json::{Map, json};

use super::{
    Connection,
    connect::{RESOURCE_GROUP, is_resource_group, short_enough},
    latest,
};
use crate::core::{
    Cx,
    call::{Call, Reply},
    catalog,
    fault::Fault,
    time,
    validate::{Checks, is_uuid},
};

const USUAL: GoDuration = GoDuration::from_hours(1);

/// What a person asked for, the same for every provider.
struct Wanted<'a> {
    provider: ProviderId,
    cluster: &'a str,
    /// The field and value of an account that was named.
    account: Option<(&'static str, &'a str)>,
    region: Option<&'a str>,
    duration: Option<GoDuration>,
}

pub fn aws(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let body: AwsCredentialRequest = call.body()?;
    issue(
        cx,
        &Wanted {
            provider: ProviderId::Aws,
            cluster: &body.cluster_name,
            account: body.destination_account_id.as_deref().map(|account| ("destinationAccountId", account)),
            region: body.target_region.as_deref(),
            duration: body.duration,
        },
    )
}

pub fn gcp(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let body: GcpCredentialRequest = call.body()?;
    issue(
        cx,
        &Wanted {
            provider: ProviderId::Gcp,
            cluster: &body.cluster_name,
            account: body.target_project_id.as_deref().map(|project| ("targetProjectId", project)),
            region: body.target_region.as_deref(),
            duration: body.duration,
        },
    )
}

pub fn azure(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let cluster = call.required("clusterName")?;
    let subscription = call.query("subscriptionId");
    let mut checks = Checks::new();
    checks.name("clusterName", cluster);
    if let Some(subscription) = subscription {
        checks.that(is_uuid(subscription), "subscriptionId", "must be a UUID");
    }
    if let Some(group) = call.query("resourceGroup") {
        checks.that(is_resource_group(group), "resourceGroup", RESOURCE_GROUP);
    }
    checks.done()?;
    // A query carries text: Go's own form, or nanoseconds.
    let duration = call
        .query("duration")
        .map(|text| GoDuration::parse(text).ok_or_else(|| Fault::invalid("duration", "must be a duration such as 1h")))
        .transpose()?;
    issue(
        cx,
        &Wanted {
            provider: ProviderId::Azure,
            cluster,
            account: subscription.map(|subscription| ("subscriptionId", subscription)),
            region: call.query("targetRegion"),
            duration,
        },
    )
}

fn issue(cx: &mut Cx<'_>, wanted: &Wanted<'_>) -> Result<Reply, Fault> {
    let duration = wanted.duration.unwrap_or(USUAL);
    Checks::new().that(duration.as_nanos() > 0, "duration", "must be positive").done()?;
    short_enough(Some(duration))?;
    if let Some(region) = wanted.region
        && catalog::region(wanted.provider.as_str(), region).is_none()
    {
        return Err(Fault::invalid("targetRegion", format!("is not a region of {}", wanted.provider)));
    }
    let organization = cx.organization()?;
    let connection = latest(cx, &organization, wanted.cluster)
        .filter(|connection| connection.provider == wanted.provider)
        .cloned()
        .ok_or_else(|| Fault::not_found(&format!("Connection to {} of cluster", wanted.provider), wanted.cluster))?;
    if connection.status != ConnectStatus::Completed {
        return Err(Fault::conflict(format!(
            "The connection of cluster {} is {}: {}",
            wanted.cluster, connection.status, connection.message
        )));
    }
    if let Some((field, account)) = wanted.account
        && account != connection.account
    {
        return Err(Fault::invalid(field, format!("is not the connected account, {}", connection.account)));
    }
    let region = wanted.region.unwrap_or(&connection.region).to_owned();
    let data = data(cx, &connection, region);
    let metadata = Map::from_iter([
        ("operation".to_owned(), json!("temporary-credentials")),
        ("cluster".to_owned(), json!(wanted.cluster)),
        ("duration".to_owned(), json!(duration.to_string())),
    ]);
    let provider = wanted.provider.as_str();
    cx.audit((AuditEventType::Provider, AuditAction::Read), (provider, &connection.id, wanted.cluster), metadata);
    Ok(Reply::ok(TemporaryCredentials {
        kind: Some("dynamic".to_owned()),
        provider: Some(wanted.provider.clone()),
        data,
        expires_at: time::rfc3339(cx.now + duration.as_nanos() / 1_000_000),
    }))
}

fn data(cx: &mut Cx<'_>, connection: &Connection, region: String) -> BTreeMap<String, Secret<String>> {
    let random = &mut cx.state.random;
    let pairs = match connection.provider {
        ProviderId::Gcp => vec![
            ("GOOGLE_OAUTH_ACCESS_TOKEN", format!("ya29.local-platform-{}", random.hex(40))),
            ("CLOUDSDK_CORE_PROJECT", connection.account.clone()),
            ("CLOUDSDK_COMPUTE_REGION", region),
        ],
        ProviderId::Azure => vec![
            ("AZURE_ACCESS_TOKEN", format!("local-platform.{}.{}", random.hex(32), random.hex(32))),
            ("AZURE_SUBSCRIPTION_ID", connection.account.clone()),
            ("AZURE_RESOURCE_GROUP", connection.within.clone()),
            ("AZURE_LOCATION", region),
        ],
        _ => vec![
            ("AWS_ACCESS_KEY_ID", format!("ASIALOCAL{}", random.hex(11).to_uppercase())),
            ("AWS_SECRET_ACCESS_KEY", format!("local-platform-{}", random.hex(24))),
            ("AWS_SESSION_TOKEN", format!("local-platform-{}", random.hex(64))),
            ("AWS_REGION", region),
        ],
    };
    pairs.into_iter().map(|(name, value)| (name.to_owned(), Secret::new(value))).collect()
}
