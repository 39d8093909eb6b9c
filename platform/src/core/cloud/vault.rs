//! The vault: cloud keys of self-hosted clusters. Only their names are kept; the values have no use here.

use astro_api::{
    audit::{AuditAction, AuditEventType},
    catalog::ProviderId,
    cloud::{SelfHostedConnectRequest, VaultStatus},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, json};

use crate::core::{
    Cx,
    call::{Call, Reply},
    catalog,
    fault::Fault,
    time::{self, Millis},
    validate::{Checks, is_aws_account, is_bucket, is_project_id},
};

/// What the vault holds for a cluster.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Entry {
    provider: String,
    account: String,
    region: String,
    bucket: String,
    keys: Vec<String>,
    created_at: Millis,
    updated_at: Millis,
}

impl Entry {
    fn view(&self, cluster: &str) -> VaultStatus {
        VaultStatus {
            cluster_name: cluster.to_owned(),
            provider: Some(self.provider.clone()),
            account_id: Some(self.account.clone()),
            region: Some(self.region.clone()),
            bucket_name: Some(self.bucket.clone()),
            stored: true,
            keys: Some(self.keys.clone()),
            created_at: Some(time::rfc3339_seconds(self.created_at)),
            updated_at: Some(time::rfc3339_seconds(self.updated_at)),
        }
    }
}

pub fn store(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let body: SelfHostedConnectRequest = call.body()?;
    let is_missing = |name: &str| body.credentials.get(name).is_none_or(|value| value.expose().trim().is_empty());
    let mut checks = Checks::new();
    checks.that(body.provider != ProviderId::Azure, "provider", "must be aws or gcp for a self-hosted cluster").that(
        catalog::region(body.provider.as_str(), &body.region).is_some(),
        "region",
        format!("is not a region of {}", body.provider),
    );
    match body.provider {
        ProviderId::Aws => {
            checks.that(is_aws_account(&body.account_id), "accountId", "must be 12 digits");
            for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
                checks.that(!is_missing(name), format!("credentials.{name}"), "is required");
            }
        }
        ProviderId::Gcp => {
            checks.that(is_project_id(&body.account_id), "accountId", "must be the id of a project");
            checks.that(!body.credentials.is_empty(), "credentials", "must hold the keys of a service account");
        }
        _ => {}
    }
    for name in body.credentials.keys() {
        checks.that(!is_missing(name), format!("credentials.{name}"), "must not be empty");
    }
    checks
        .that(
            is_bucket(&body.bucket_name),
            "bucketName",
            "must be 3 to 63 lowercase letters, digits, hyphens or periods, starting and ending with a letter or digit",
        )
        .done()?;
    let (organization, now) = (cx.organization()?, cx.now);
    let vault = &mut cx.state.cloud.accounts.entry(organization).or_default().vault;
    let before = vault.get(&body.cluster_name);
    if before.is_some() && body.force_update != Some(true) {
        return Err(Fault::conflict(format!(
            "The vault holds credentials of cluster {} already; forceUpdate overwrites them",
            body.cluster_name
        )));
    }
    let renewed = before.is_some();
    let entry = Entry {
        provider: body.provider.to_string(),
        account: body.account_id.clone(),
        region: body.region.clone(),
        bucket: body.bucket_name.clone(),
        keys: body.credentials.keys().cloned().collect(),
        created_at: before.map_or(now, |before| before.created_at),
        updated_at: now,
    };
    let view = entry.view(&body.cluster_name);
    vault.insert(body.cluster_name.clone(), entry);
    let metadata = Map::from_iter([
        ("operation".to_owned(), json!(if renewed { "renew-vault" } else { "store-vault" })),
        ("account".to_owned(), json!(body.account_id)),
    ]);
    let resource = (body.provider.as_str(), body.cluster_name.as_str(), body.cluster_name.as_str());
    let action = if renewed { AuditAction::Update } else { AuditAction::Create };
    cx.audit((AuditEventType::Provider, action), resource, metadata);
    Ok(Reply::said(view, "Credentials stored"))
}

pub fn status(cx: &Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let cluster = named(call)?;
    let accounts = cx.state.cloud.accounts.get(&cx.organization()?);
    let entry = accounts.and_then(|accounts| accounts.vault.get(cluster));
    Ok(Reply::ok(entry.map_or_else(
        || VaultStatus { cluster_name: cluster.to_owned(), stored: false, ..VaultStatus::default() },
        |entry| entry.view(cluster),
    )))
}

pub fn delete(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let cluster = named(call)?;
    let organization = cx.organization()?;
    let accounts = cx.state.cloud.accounts.get_mut(&organization);
    let entry = accounts
        .and_then(|accounts| accounts.vault.remove(cluster))
        .ok_or_else(|| Fault::not_found("Vault entry of cluster", cluster))?;
    let metadata = Map::from_iter([("operation".to_owned(), json!("delete-vault"))]);
    cx.audit((AuditEventType::Provider, AuditAction::Delete), (&entry.provider, cluster, cluster), metadata);
    Ok(Reply::said(json!({}), "Credentials deleted"))
}

/// Credentials of the demo data.
pub fn seed(
    cx: &mut Cx<'_>,
    organization: &str,
    cluster: &str,
    (provider, account, bucket, region): (&str, &str, &str, &str),
    at: Millis,
) {
    let keys: &[&str] =
        if provider == "gcp" { &["GOOGLE_CREDENTIALS"] } else { &["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] };
    let entry = Entry {
        provider: provider.to_owned(),
        account: account.to_owned(),
        region: region.to_owned(),
        bucket: bucket.to_owned(),
        keys: keys.iter().map(|&key| key.to_owned()).collect(),
        created_at: at,
        updated_at: at,
    };
    cx.state.cloud.accounts.entry(organization.to_owned()).or_default().vault.insert(cluster.to_owned(), entry);
}

fn named<'a>(call: &'a Call<'_>) -> Result<&'a str, Fault> {
    let cluster = call.required("clusterName")?;
    Checks::new().name("clusterName", cluster).done()?;
    Ok(cluster)
}
