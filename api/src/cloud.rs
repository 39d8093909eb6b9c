//! Cloud accounts: connections, temporary credentials, the vault of self-hosted clusters, Kubernetes versions.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    catalog::ProviderId,
    clusters::{ProvisionerType, ReleaseChannel},
    duration::GoDuration,
    null::null_as_empty,
    open_enum::open_enum,
    request::Request,
    secret,
    secret::Secret,
    timestamp::Timestamp,
};

open_enum! {
    /// Where a cloud connection stands.
    ConnectStatus { Pending = "PENDING", InProgress = "IN_PROGRESS", Completed = "COMPLETED", Failed = "FAILED" }
}

open_enum! {
    /// How much the platform may do in the cloud account.
    AccessLevel { Read = "read", Manage = "manage" }
}

/// Where a cloud connection stands. (Source: inferred.)
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CloudConnectStatus {
    pub operation_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster_name: Option<String>,
    pub provider: ProviderId,
    pub status: ConnectStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Timestamp>,
}

/// Starts the connection of an AWS account for one cluster. (Source: seed.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AwsConnectRequest {
    /// Cluster to connect for. Pattern `^[a-z]([-a-z0-9]*[a-z0-9])?$`; 1 to 50 characters.
    pub cluster_name: String,
    /// Target AWS account, 12 digits; detected from cluster metadata when absent. Pattern `^[0-9]{12}$`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination_account_id: Option<String>,
    /// How long the credentials are valid; sent as nanoseconds. The published list of values is Go's list of units, not
    /// of allowed lengths, so any length is taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<GoDuration>,
    /// Skip existence checks and force resource updates. Default `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub force_update: Option<bool>,
    /// Access level. Default `manage`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<AccessLevel>,
    /// AWS region, e.g. us-west-2; detected when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_region: Option<String>,
}

/// Docs describe what the CLI opens or saves per provider; JSON names inferred. (Source: inferred.)
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CloudConnectResult {
    pub operation_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster_name: Option<String>,
    pub provider: ProviderId,
    pub status: ConnectStatus,
    /// AWS CloudFormation quick-create link, or GCP Cloud Shell link, opened in the browser by the CLI.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setup_url: Option<String>,
    /// Azure (and others): script saved locally and run by the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setup_script: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub script_file_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instructions: Option<Vec<String>>,
}

/// Asks for temporary AWS credentials. (Source: seed.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AwsCredentialRequest {
    /// Cluster. Pattern `^[a-z]([-a-z0-9]*[a-z0-9])?$`; 1 to 50 characters.
    pub cluster_name: String,
    /// 12 digits; detected when absent. Pattern `^[0-9]{12}$`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination_account_id: Option<String>,
    /// How long the credentials are valid; sent as nanoseconds. The published list of values is Go's list of units, not
    /// of allowed lengths, so any length is taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<GoDuration>,
    /// AWS region; detected when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_region: Option<String>,
}

/// Short-lived cloud credentials by name. (Source: inferred.)
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TemporaryCredentials {
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<ProviderId>,
    /// Environment style pairs such as AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN; an access token
    /// for GCP or Azure.
    #[serde(default, deserialize_with = "null_as_empty", serialize_with = "secret::expose_map")]
    pub data: BTreeMap<String, Secret<String>>,
    pub expires_at: Timestamp,
}

/// Starts the connection of an Azure subscription for one cluster. (Source: seed.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AzureConnectRequest {
    /// Cluster name. 1 to 50 characters.
    pub cluster_name: String,
    /// How long the credentials are valid; sent as nanoseconds. The published list of values is Go's list of units, not
    /// of allowed lengths, so any length is taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<GoDuration>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub force_update: Option<bool>,
    /// Azure resource group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_group: Option<String>,
    /// Azure subscription (UUID).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subscription_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_region: Option<String>,
}

/// Starts the connection of a GCP project for one cluster. (Source: seed.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GcpConnectRequest {
    /// Cluster name. 1 to 50 characters.
    pub cluster_name: String,
    /// How long the credentials are valid; sent as nanoseconds. The published list of values is Go's list of units, not
    /// of allowed lengths, so any length is taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<GoDuration>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub force_update: Option<bool>,
    /// Access level. Default `manage`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<AccessLevel>,
    /// Project id, 6-30 characters. Pattern `^[a-z][-a-z0-9]{4,28}[a-z0-9]$`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_project_id: Option<String>,
    /// Numeric project number; required for connect (per description, though not in the required list).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_project_number: Option<String>,
    /// e.g. us-central1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_region: Option<String>,
}

/// Asks for temporary GCP credentials. (Source: seed.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GcpCredentialRequest {
    /// Cluster name. 1 to 50 characters.
    pub cluster_name: String,
    /// How long the credentials are valid; sent as nanoseconds. The published list of values is Go's list of units, not
    /// of allowed lengths, so any length is taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<GoDuration>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_project_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_region: Option<String>,
}

/// A version that a provider offers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KubernetesVersion {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_default: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channels: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_of_support: Option<String>,
}

/// The versions that a provider offers. (Source: inferred.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KubernetesVersions {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cloud_provider: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provisioner_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release_channel: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_version: Option<String>,
    #[serde(default, deserialize_with = "null_as_empty")]
    pub versions: Vec<KubernetesVersion>,
}

/// Stores the cloud keys of a self-hosted cluster in the vault. (Source: seed.)
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SelfHostedConnectRequest {
    /// AWS account or GCP project.
    pub account_id: String,
    /// State store bucket (from the setup output).
    pub bucket_name: String,
    /// Cluster. Pattern `^[a-z]([-a-z0-9]*[a-z0-9])?$`; 1 to 50 characters.
    pub cluster_name: String,
    /// Provider key-value pairs, e.g. AWS_ACCESS_KEY_ID.
    #[serde(default, deserialize_with = "null_as_empty", serialize_with = "secret::expose_map")]
    pub credentials: BTreeMap<String, Secret<String>>,
    /// Overwrite stored credentials.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub force_update: Option<bool>,
    /// Text says aws or gcp; enum also lists azure.
    pub provider: ProviderId,
    pub region: String,
}

/// Whether a self-hosted cluster's keys are stored. (Source: inferred.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VaultStatus {
    pub cluster_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bucket_name: Option<String>,
    pub stored: bool,
    /// Names only, never values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keys: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Timestamp>,
}

/// AWS connection status. Progress of the connect workflow started earlier.
///
/// Operation `getAwsConnectionStatus`; inferred.
pub fn aws_status(id: &str) -> Request<CloudConnectStatus> {
    Request::new("getAwsConnectionStatus").path("id", id)
}

/// Connect an AWS account. One-time per cluster: creates an IAM role with CloudFormation so EKS clusters can be
/// provisioned.
///
/// Operation `connectAws`; inferred.
pub fn connect_aws(body: &AwsConnectRequest) -> Request<CloudConnectResult> {
    Request::new("connectAws").json(body)
}

/// Temporary AWS credentials. Short-lived credentials for cluster operations.
///
/// Operation `getAwsCredentials`; inferred.
pub fn aws_credentials(body: &AwsCredentialRequest) -> Request<TemporaryCredentials> {
    Request::new("getAwsCredentials").json(body)
}

/// Azure connection status. Progress of the connect workflow started earlier.
///
/// Operation `getAzureConnectionStatus`; inferred.
pub fn azure_status(id: &str) -> Request<CloudConnectStatus> {
    Request::new("getAzureConnectionStatus").path("id", id)
}

/// Connect an Azure subscription. One-time per cluster: workload identity federation for AKS; yields a setup script.
///
/// Operation `connectAzure`; inferred.
pub fn connect_azure(body: &AzureConnectRequest) -> Request<CloudConnectResult> {
    Request::new("connectAzure").json(body)
}

/// Optional parameters of `getAzureCredentials`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AzureCredentialQuery {
    /// Subscription
    pub subscription_id: Option<String>,
    /// Resource group
    pub resource_group: Option<String>,
    /// Region
    pub target_region: Option<String>,
    /// Validity (string)
    pub duration: Option<String>,
}

/// Temporary Azure credentials. Short-lived credentials for cluster operations. Takes query parameters where AWS
/// and GCP take a body.
///
/// Operation `getAzureCredentials`; inferred.
pub fn azure_credentials(cluster_name: &str, options: &AzureCredentialQuery) -> Request<TemporaryCredentials> {
    Request::new("getAzureCredentials")
        .query("clusterName", cluster_name)
        .query_option("subscriptionId", options.subscription_id.as_ref())
        .query_option("resourceGroup", options.resource_group.as_ref())
        .query_option("targetRegion", options.target_region.as_ref())
        .query_option("duration", options.duration.as_ref())
}

/// GCP connection status. Progress of the connect workflow started earlier.
///
/// Operation `getGcpConnectionStatus`; inferred.
pub fn gcp_status(id: &str) -> Request<CloudConnectStatus> {
    Request::new("getGcpConnectionStatus").path("id", id)
}

/// Connect a GCP project. One-time per cluster: workload identity federation for GKE; opens Cloud Shell with a
/// script.
///
/// Operation `connectGcp`; inferred.
pub fn connect_gcp(body: &GcpConnectRequest) -> Request<CloudConnectResult> {
    Request::new("connectGcp").json(body)
}

/// Temporary GCP credentials. Short-lived credentials for cluster operations.
///
/// Operation `getGcpCredentials`; inferred.
pub fn gcp_credentials(body: &GcpCredentialRequest) -> Request<TemporaryCredentials> {
    Request::new("getGcpCredentials").json(body)
}

/// Optional parameters of `listKubernetesVersions`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KubernetesVersionQuery {
    /// Region; provider default when absent
    pub region: Option<String>,
    /// GKE only
    pub release_channel: Option<ReleaseChannel>,
    /// GKE only
    pub autopilot: Option<bool>,
}

/// Supported Kubernetes versions. Versions for a provider and provisioner; GKE can be narrowed by channel and
/// Autopilot.
///
/// Operation `listKubernetesVersions`; inferred.
pub fn kubernetes_versions(
    cloud_provider: &ProviderId,
    provisioner_type: &ProvisionerType,
    options: &KubernetesVersionQuery,
) -> Request<KubernetesVersions> {
    Request::new("listKubernetesVersions")
        .query("cloudProvider", cloud_provider)
        .query("provisionerType", provisioner_type)
        .query_option("region", options.region.as_ref())
        .query_option("releaseChannel", options.release_channel.as_ref())
        .query_option("autopilot", options.autopilot)
}

/// Store self-hosted credentials. Puts AWS or GCP keys for a self-hosted cluster into the encrypted vault. CLI:
/// cloud aws selfHosted connect.
///
/// Operation `storeSelfHostedCredentials`; inferred.
pub fn store_self_hosted(body: &SelfHostedConnectRequest) -> Request<VaultStatus> {
    Request::new("storeSelfHostedCredentials").json(body)
}

/// Delete self-hosted credentials. Removes stored keys from the vault.
///
/// Operation `deleteSelfHostedCredentials`; inferred.
pub fn delete_self_hosted(cluster_name: &str) -> Request<Map<String, Value>> {
    Request::untyped("deleteSelfHostedCredentials").query("clusterName", cluster_name)
}

/// Self-hosted vault status. Whether keys are stored for the cluster.
///
/// Operation `getSelfHostedCredentialStatus`; inferred.
pub fn self_hosted_status(cluster_name: &str) -> Request<VaultStatus> {
    Request::new("getSelfHostedCredentialStatus").query("clusterName", cluster_name)
}
