//! Cloud connections, temporary credentials, the vault, Kubernetes versions.
//!
//! A connection is the trust that one cluster's creation needs: the person opens the provider's page (here a stand-in
//! below `/_platform/stand-in/`) or runs a script, and the platform then verifies what came of it. The stand-in calls
//! [`confirm`]; who doesn't open it is confirmed after a minute and a half.
//!
//! Faults by hand: a cluster whose name contains `deny` is connected to an account that refuses the platform, one
//! whose name contains `expire` is never confirmed by itself, so that its connection expires after an hour.

mod connect;
mod credentials;
mod vault;

use std::collections::BTreeMap;

use astro_api::{
    catalog::ProviderId,
    cloud::{AccessLevel, CloudConnectStatus, ConnectStatus},
    clusters::ProvisionerType,
};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::{
    Cx,
    call::{Call, Reply},
    catalog::{self, versions},
    fault::Fault,
    roles::Capability,
    time::{self, Millis},
    unserved,
};

/// This family's part of the state.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Store {
    accounts: BTreeMap<String, Accounts>,
}

/// What an organization has connected.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Accounts {
    /// By operation id, oldest first.
    connections: IndexMap<String, Connection>,
    /// The operation of each cluster's latest connection.
    latest: BTreeMap<String, String>,
    /// By cluster.
    vault: BTreeMap<String, vault::Entry>,
}

/// The trust between a cloud account and the platform, for one cluster.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Connection {
    id: String,
    cluster: String,
    provider: ProviderId,
    /// AWS account, GCP project or Azure subscription.
    account: String,
    /// GCP's project number or Azure's resource group.
    within: String,
    region: String,
    level: AccessLevel,
    status: ConnectStatus,
    step: String,
    message: String,
    confirmed: bool,
    updated_at: Millis,
    expires_at: Millis,
}

impl Connection {
    fn is_made(&self) -> bool {
        self.status == ConnectStatus::Completed
    }

    fn role_arn(&self) -> Option<String> {
        (self.provider == ProviderId::Aws && self.is_made())
            .then(|| format!("arn:aws:iam::{}:role/astro-{}", self.account, self.cluster))
    }

    fn view(&self) -> CloudConnectStatus {
        CloudConnectStatus {
            operation_id: self.id.clone(),
            cluster_name: Some(self.cluster.clone()),
            provider: self.provider.clone(),
            status: self.status.clone(),
            step: Some(self.step.clone()),
            message: Some(self.message.clone()),
            role_arn: self.role_arn(),
            updated_at: Some(time::rfc3339_seconds(self.updated_at)),
        }
    }
}

/// What happens by itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Due {
    /// Nobody has opened the provider's page: the stand-in person does.
    Unattended {
        /// The organization.
        organization: String,
        /// The connection's operation.
        operation: String,
    },
    /// The platform verifies what the person has set up.
    Verify {
        /// The organization.
        organization: String,
        /// The connection's operation.
        operation: String,
    },
    /// The link has become too old.
    Expires {
        /// The organization.
        organization: String,
        /// The connection's operation.
        operation: String,
    },
}

/// Answers this family's operations.
pub fn handle(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    cx.require(Capability::Cloud)?;
    match call.operation.id {
        "connectAws" => connect::aws(cx, call),
        "connectGcp" => connect::gcp(cx, call),
        "connectAzure" => connect::azure(cx, call),
        "getAwsConnectionStatus" => status(cx, call, &ProviderId::Aws),
        "getGcpConnectionStatus" => status(cx, call, &ProviderId::Gcp),
        "getAzureConnectionStatus" => status(cx, call, &ProviderId::Azure),
        "getAwsCredentials" => credentials::aws(cx, call),
        "getGcpCredentials" => credentials::gcp(cx, call),
        "getAzureCredentials" => credentials::azure(cx, call),
        "listKubernetesVersions" => kubernetes_versions(call),
        "storeSelfHostedCredentials" => vault::store(cx, call),
        "getSelfHostedCredentialStatus" => vault::status(cx, call),
        "deleteSelfHostedCredentials" => vault::delete(cx, call),
        _ => Err(unserved(call)),
    }
}

/// Lets something happen.
pub fn due(cx: &mut Cx<'_>, due: Due) {
    match due {
        Due::Unattended { organization, operation } => connect::confirmed(cx, &organization, &operation),
        Due::Verify { organization, operation } => connect::verify(cx, &organization, &operation),
        Due::Expires { organization, operation } => connect::expire(cx, &organization, &operation),
    }
}

/// Fills in the demo data: the clusters' own seed connects what they need.
pub fn seed(_cx: &mut Cx<'_>) {}

/// Whether the cloud account of a cluster is connected (or, for self-hosted ones, its credentials stored).
pub fn is_connected(cx: &Cx<'_>, organization: &str, cluster: &str) -> bool {
    latest(cx, organization, cluster).is_some_and(Connection::is_made) || is_stored(cx, organization, cluster)
}

/// How much the platform may do in the account that a cluster has at a provider; nothing while it isn't connected.
pub fn access(cx: &Cx<'_>, organization: &str, cluster: &str, provider: &str) -> Option<AccessLevel> {
    let connection = latest(cx, organization, cluster)?;
    // One at another provider opens nothing here.
    (connection.is_made() && connection.provider.as_str() == provider).then(|| connection.level.clone())
}

/// Whether the vault holds the cloud keys of a self-hosted cluster.
pub fn is_stored(cx: &Cx<'_>, organization: &str, cluster: &str) -> bool {
    cx.state.cloud.accounts.get(organization).is_some_and(|accounts| accounts.vault.contains_key(cluster))
}

/// Brings a connection that waits for a person on its way, as if the person had done what the provider's page asks.
/// The stand-in pages call it.
pub fn confirm(cx: &mut Cx<'_>, operation: &str) -> Result<CloudConnectStatus, Fault> {
    let organization = owner_of(cx, operation).ok_or_else(|| Fault::not_found("Connection operation", operation))?;
    connect::confirmed(cx, &organization, operation);
    connection(cx, operation).ok_or_else(|| Fault::not_found("Connection operation", operation))
}

/// Where a connection stands, whoever's it is; for the stand-in pages.
pub fn connection(cx: &Cx<'_>, operation: &str) -> Option<CloudConnectStatus> {
    cx.state.cloud.accounts.values().find_map(|accounts| accounts.connections.get(operation)).map(Connection::view)
}

/// A connection of the demo data that was made long ago.
pub(super) fn seed_connection(
    cx: &mut Cx<'_>,
    organization: &str,
    cluster: &str,
    (provider, account, within, region): (ProviderId, &str, &str, &str),
    at: Millis,
) {
    let id = cx.uuid();
    let connection = Connection {
        id: id.clone(),
        cluster: cluster.to_owned(),
        account: account.to_owned(),
        within: within.to_owned(),
        region: region.to_owned(),
        level: AccessLevel::Manage,
        status: ConnectStatus::Completed,
        step: "verify-role".to_owned(),
        message: connect::success(&provider).to_owned(),
        provider,
        confirmed: true,
        updated_at: at,
        expires_at: at,
    };
    let accounts = cx.state.cloud.accounts.entry(organization.to_owned()).or_default();
    accounts.latest.insert(cluster.to_owned(), id.clone());
    accounts.connections.insert(id, connection);
}

pub(super) use connect::{RESOURCE_GROUP, is_resource_group};
pub(super) use vault::seed as seed_vault;

fn owner_of(cx: &Cx<'_>, operation: &str) -> Option<String> {
    let mut accounts = cx.state.cloud.accounts.iter();
    accounts.find(|(_, accounts)| accounts.connections.contains_key(operation)).map(|(name, _)| name.clone())
}

fn latest<'a>(cx: &'a Cx<'_>, organization: &str, cluster: &str) -> Option<&'a Connection> {
    let accounts = cx.state.cloud.accounts.get(organization)?;
    accounts.connections.get(accounts.latest.get(cluster)?)
}

fn status(cx: &Cx<'_>, call: &Call<'_>, provider: &ProviderId) -> Result<Reply, Fault> {
    let (organization, id) = (cx.organization()?, call.path("id"));
    let accounts = cx.state.cloud.accounts.get(&organization);
    accounts
        .and_then(|accounts| accounts.connections.get(id))
        .filter(|connection| connection.provider == *provider)
        .map(|connection| Reply::ok(connection.view()))
        .ok_or_else(|| Fault::not_found("Connection operation", id))
}

fn kubernetes_versions(call: &Call<'_>) -> Result<Reply, Fault> {
    let provider = ProviderId::from(call.required("cloudProvider")?);
    let provisioner = ProvisionerType::from(call.required("provisionerType")?);
    let channel = call.query("releaseChannel");
    // Autopilot follows the channels; `autopilot` narrows nothing further.
    if !provisions(&provider, &provisioner) {
        return Err(Fault::invalid("provisionerType", format!("{provisioner} doesn't run on {provider}")));
    }
    let region = call.query("region").unwrap_or_else(|| catalog::default_region(provider.as_str()));
    if catalog::region(provider.as_str(), region).is_none() {
        return Err(Fault::invalid("region", format!("is not a region of {provider}")));
    }
    Ok(Reply::ok(versions::view(provider.as_str(), provisioner.as_str(), region, channel)))
}

/// Whether a provisioner makes clusters on a provider.
pub fn provisions(provider: &ProviderId, provisioner: &ProvisionerType) -> bool {
    matches!(
        (provider, provisioner),
        (ProviderId::Aws, ProvisionerType::Eks | ProvisionerType::SelfHosted)
            | (ProviderId::Gcp, ProvisionerType::Gke | ProvisionerType::SelfHosted)
            | (ProviderId::Azure, ProvisionerType::Aks)
    )
}

#[cfg(test)]
mod tests;
