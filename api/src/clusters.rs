//! Clusters, their operations, progress, agents, approvals and kubeconfigs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    catalog::ProviderId,
    duration::GoDuration,
    kubeconfig::Kubeconfig,
    manifest::{self, Kind},
    null::null_as_empty,
    open_enum::open_enum,
    request::{Request, Stream},
    response::Eventually,
    secret,
    secret::Secret,
    timestamp::Timestamp,
};

open_enum! {
    /// What a taint does to pods that do not tolerate it.
    TaintEffect { NoSchedule = "NoSchedule", PreferNoSchedule = "PreferNoSchedule", NoExecute = "NoExecute" }
}

open_enum! {
    /// How machines are bought.
    InstanceType { Ondemand = "ondemand", Spot = "spot" }
}

open_enum! {
    /// Where a cluster stands in its life. Only some words are published; the rest are inferred.
    ClusterStatus {
        ApprovalPending = "APPROVAL_PENDING",
        ApprovalRejected = "APPROVAL_REJECTED",
        Provisioning = "PROVISIONING",
        Registering = "REGISTERING",
        Ready = "READY",
        Updating = "UPDATING",
        Upgrading = "UPGRADING",
        Deleting = "DELETING",
        Deleted = "DELETED",
        Failed = "FAILED",
        Cancelled = "CANCELLED",
    }
}

open_enum! {
    /// How cloud credentials are provided.
    CredentialType { Static = "static", Dynamic = "dynamic", Vault = "vault" }
}

open_enum! {
    /// Whether a subnet is reachable from outside.
    SubnetType { Public = "public", Private = "private" }
}

open_enum! {
    /// GKE's release channel.
    ReleaseChannel { Rapid = "RAPID", Regular = "REGULAR", Stable = "STABLE" }
}

open_enum! {
    /// How AKS updates node images.
    NodeOsUpgradeChannel {
        SecurityPatch = "SecurityPatch",
        NodeImage = "NodeImage",
        None = "None",
        Unmanaged = "Unmanaged",
    }
}

open_enum! {
    /// How AKS upgrades itself.
    AutoUpgradeChannel {
        Patch = "patch",
        Stable = "stable",
        Rapid = "rapid",
        NodeImage = "node-image",
        None = "none",
    }
}

open_enum! {
    /// The network plugin of AKS.
    NetworkPlugin { Azure = "azure", Kubenet = "kubenet", None = "none" }
}

open_enum! {
    /// What makes the cluster; registered clusters have their own words.
    ProvisionerType { SelfHosted = "selfHosted", Eks = "eks", Gke = "gke", Aks = "aks" }
}

open_enum! {
    /// What an operation does to a cluster.
    OperationType {
        Create = "CREATE",
        Update = "UPDATE",
        Upgrade = "UPGRADE",
        Delete = "DELETE",
        Register = "REGISTER",
    }
}

open_enum! {
    /// The node image of GKE.
    NodeImageType {
        CosContainerd = "COS_CONTAINERD",
        UbuntuContainerd = "UBUNTU_CONTAINERD",
        Cos = "COS",
        Ubuntu = "UBUNTU",
    }
}

open_enum! {
    /// The verdict of one check before an upgrade.
    PreflightStatus { Passed = "PASSED", Warning = "WARNING", Failed = "FAILED" }
}

open_enum! {
    /// How risky an upgrade is.
    RiskLevel { Low = "LOW", Medium = "MEDIUM", High = "HIGH" }
}

open_enum! {
    /// Where an agent stands.
    AgentState {
        Pending = "PENDING",
        WaitingForAgent = "WAITING_FOR_AGENT",
        Connected = "CONNECTED",
        Disconnected = "DISCONNECTED",
        Failed = "FAILED",
        Tombstoned = "TOMBSTONED",
    }
}

open_enum! {
    /// The processor of the nodes that run the agent.
    AgentArchitecture { Amd64 = "amd64", Arm64 = "arm64" }
}

open_enum! {
    /// Where the registration of a cluster stands.
    RegistrationStatus {
        Pending = "PENDING",
        WaitingForAgent = "WAITING_FOR_AGENT",
        Connected = "CONNECTED",
        Failed = "FAILED",
    }
}

open_enum! {
    /// Where an operation or one of its steps stands.
    OperationStatus {
        Pending = "PENDING",
        InProgress = "IN_PROGRESS",
        Completed = "COMPLETED",
        Failed = "FAILED",
        Cancelled = "CANCELLED",
    }
}

open_enum! {
    /// How much a progress message matters.
    ProgressLevel { Info = "info", Warning = "warning", Error = "error" }
}

/// Keeps pods without its toleration off a node. (Source: docs.)
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Taint {
    pub key: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    pub effect: TaintEffect,
}

/// A group of worker nodes of one kind. (Source: docs.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeGroup {
    /// AKS: starts with a lowercase letter, lowercase alphanumeric, at most 12 characters; first group is the
    /// system pool and must be ondemand. 1 to 50 characters.
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_node: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_node: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance_type: Option<InstanceType>,
    #[serde(default, deserialize_with = "null_as_empty")]
    pub machine_types: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<BTreeMap<String, String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taints: Option<Vec<Taint>>,
    /// Empty = every zone of the region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub availability_zones: Option<Vec<String>>,
}

/// The agent of a cluster in brief. (Source: inferred.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AgentSummary {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub installed: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connected: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_seen_at: Option<Timestamp>,
}

/// No published sample of a cluster response; derived from the create spec, documented states and agent texts.
/// (Source: inferred.)
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cluster {
    pub id: String,
    pub cluster_name: String,
    /// aws, gcp, azure; other strings possible for registered clusters.
    pub provider: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// selfHosted, eks, gke, aks or registered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provisioner_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kubernetes_version: Option<String>,
    pub status: ClusterStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_message: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node_groups: Option<Vec<NodeGroup>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<BTreeMap<String, String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentSummary>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cloud_connected: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub org_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Timestamp>,
}

/// Cloud credentials that an operation acts with. (Source: seed.)
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Credentials {
    /// static: explicit keys in data; dynamic: role or federation based; vault: stored by the self-hosted setup.
    #[serde(rename = "type")]
    pub kind: CredentialType,
    /// Key-value pairs, e.g. AWS_ACCESS_KEY_ID; may be empty unless static.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "secret::expose_map_option")]
    pub data: Option<BTreeMap<String, Secret<String>>>,
}

impl Credentials {
    /// A role or federation that the cloud connection set up; nothing secret is sent.
    pub const fn dynamic() -> Self {
        Self { kind: CredentialType::Dynamic, data: None }
    }

    /// The keys that the vault holds for a self-hosted cluster.
    pub const fn vault() -> Self {
        Self { kind: CredentialType::Vault, data: None }
    }

    /// Keys by their names, such as `AWS_ACCESS_KEY_ID`.
    pub const fn fixed(data: BTreeMap<String, Secret<String>>) -> Self {
        Self { kind: CredentialType::Static, data: Some(data) }
    }
}

/// A cluster on plain machines. (Source: docs.)
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SelfHostedConfig {
    pub account_id: String,
    pub bucket_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kubernetes_version: Option<String>,
    pub credentials: Credentials,
}

/// A subnet of an own network on AWS.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EksSubnet {
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<SubnetType>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cidr: Option<String>,
}

/// A managed cluster on AWS. (Source: docs.)
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EksConfig {
    /// Pattern `^[0-9]{12}$`.
    pub account_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kubernetes_version: Option<String>,
    /// Default AmazonLinux2023; update manifest lists AL2023, AL2, Bottlerocket, Ubuntu.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ami_family: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpc_id: Option<String>,
    /// /16 to /28; required with vpcId.
    #[serde(rename = "vpcCIDR", default, skip_serializing_if = "Option::is_none")]
    pub vpc_cidr: Option<String>,
    /// Keyed by availability zone; at least two zones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subnets: Option<BTreeMap<String, Vec<EksSubnet>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<BTreeMap<String, String>>,
    pub credentials: Credentials,
}

/// The subnet of an own network on GCP.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GkeSubnet {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pods_range: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub services_range: Option<String>,
}

/// A managed cluster on GCP. (Source: docs.)
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GkeConfig {
    /// 6 to 30 characters.
    pub project_id: String,
    /// Default `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub autopilot: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release_channel: Option<ReleaseChannel>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kubernetes_version: Option<String>,
    /// Default `true`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enable_workload_identity: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subnet: Option<GkeSubnet>,
    /// Exactly /28, RFC 1918; default 172.16.0.0/28.
    #[serde(rename = "masterIPv4CidrBlock", default, skip_serializing_if = "Option::is_none")]
    pub master_ipv4_cidr_block: Option<String>,
    /// CIDRs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorized_networks: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<BTreeMap<String, String>>,
    pub credentials: Credentials,
}

/// A managed cluster on Azure. (Source: docs.)
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AksConfig {
    pub subscription_id: String,
    pub resource_group: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kubernetes_version: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node_os_upgrade_channel: Option<NodeOsUpgradeChannel>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auto_upgrade_channel: Option<AutoUpgradeChannel>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enable_workload_identity: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enable_oidc_issuer: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private_cluster: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network_plugin: Option<NetworkPlugin>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network_plugin_mode: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vnet_subnet_id: Option<String>,
    #[serde(rename = "authorizedIPRanges", default, skip_serializing_if = "Option::is_none")]
    pub authorized_ip_ranges: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<BTreeMap<String, String>>,
    pub credentials: Credentials,
}

/// Exactly the member named by `type`. (Source: docs.)
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Provisioner {
    #[serde(rename = "type")]
    pub kind: ProvisionerType,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub self_hosted: Option<SelfHostedConfig>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eks: Option<EksConfig>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gke: Option<GkeConfig>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aks: Option<AksConfig>,
}

/// Self-hosted only. (Source: docs.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ControlPlaneNodeGroup {
    /// 1 to 50 characters.
    pub name: String,
    #[serde(default, deserialize_with = "null_as_empty")]
    pub machine_types: Vec<String>,
    /// Odd. Default `1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_node: Option<i64>,
    /// Odd. Default `1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_node: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<BTreeMap<String, String>>,
}

/// The control plane of a self-hosted cluster.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ControlPlane {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node_group: Option<ControlPlaneNodeGroup>,
}

/// The workers of a cluster.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DataPlane {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node_groups: Option<Vec<NodeGroup>>,
}

/// Omitted for GKE Autopilot. (Source: docs.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClusterSpec {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control_plane: Option<ControlPlane>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_plane: Option<DataPlane>,
}

/// From public manifests and provisioner pages. (Source: docs.)
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct K8sClusterSpec {
    /// Pattern `^[a-z]([-a-z0-9]*[a-z0-9])?$`; 1 to 50 characters.
    pub cluster_name: String,
    pub provider: ProviderId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    pub provisioner: Provisioner,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster_spec: Option<ClusterSpec>,
    /// Legacy flat body only (2024-25 API); approval is now decided by the caller role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval_workflow: Option<bool>,
}

/// The manifest that creates a cluster. The older flat body, the `spec` alone, is read as well; it is always written
/// wrapped. (Source: seed.)
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", try_from = "ClusterBody")]
pub struct K8sCluster {
    pub api_version: String,
    pub kind: String,
    pub spec: K8sClusterSpec,
}

impl K8sCluster {
    /// Wraps a spec.
    pub fn new(spec: K8sClusterSpec) -> Self {
        Self { api_version: manifest::API_VERSION.to_owned(), kind: Kind::K8sCluster.as_str().to_owned(), spec }
    }
}

/// Both forms of [`K8sCluster`] at once: an untagged enum would lose the path of what is wrong.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClusterBody {
    api_version: Option<String>,
    kind: Option<String>,
    spec: Option<K8sClusterSpec>,
    cluster_name: Option<String>,
    provider: Option<ProviderId>,
    region: Option<String>,
    provisioner: Option<Provisioner>,
    cluster_spec: Option<ClusterSpec>,
    approval_workflow: Option<bool>,
}

impl TryFrom<ClusterBody> for K8sCluster {
    type Error = &'static str;

    fn try_from(body: ClusterBody) -> Result<Self, Self::Error> {
        let spec = match body.spec {
            Some(spec) => spec,
            None if body.kind.is_some() => return Err("missing field `spec`"),
            None => K8sClusterSpec {
                cluster_name: body.cluster_name.ok_or("missing field `clusterName`")?,
                provider: body.provider.ok_or("missing field `provider`")?,
                region: body.region,
                provisioner: body.provisioner.ok_or("missing field `provisioner`")?,
                cluster_spec: body.cluster_spec,
                approval_workflow: body.approval_workflow,
            },
        };
        let wrapped = Self::new(spec);
        Ok(Self {
            api_version: body.api_version.unwrap_or(wrapped.api_version),
            kind: body.kind.unwrap_or(wrapped.kind),
            spec: wrapped.spec,
        })
    }
}

/// Deploy and delete answers. (Source: inferred.)
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClusterOperationAccepted {
    pub cluster_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster_name: Option<String>,
    pub operation_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation_type: Option<OperationType>,
    pub status: ClusterStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validation_passed: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warnings: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub errors: Option<Vec<String>>,
}

/// A change to a node group, matched by name. (Source: docs.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeGroupUpdate {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_node: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_node: Option<i64>,
    /// Changing these replaces nodes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub machine_types: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<BTreeMap<String, String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taints: Option<Vec<Taint>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance_type: Option<InstanceType>,
}

/// What may change on EKS alone.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EksUpdate {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ami_family: Option<String>,
}

/// When GKE may maintain the cluster, 4 to 48 hours.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MaintenanceWindow {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_time: Option<String>,
    /// 4h to 48h.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<String>,
}

/// What may change on GKE alone.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GkeUpdate {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_type: Option<NodeImageType>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release_channel: Option<ReleaseChannel>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maintenance_window: Option<MaintenanceWindow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorized_networks: Option<Vec<String>>,
}

/// How an update proceeds, and whether it is only tried. (Source: docs.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UpdateConfig {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_unavailable: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_surge: Option<String>,
    /// Default `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<bool>,
    /// Placement inferred: seed speaks of generate-report requests but lists no query parameter. Default `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generate_report: Option<bool>,
    /// Placement inferred: seed names allowDowngrade=true but lists no query parameter. Default `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allow_downgrade: Option<bool>,
}

/// What changes. (Source: docs.)
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct K8sClusterUpdateSpec {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kubernetes_version: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node_groups: Option<Vec<NodeGroupUpdate>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eks: Option<EksUpdate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gke: Option<GkeUpdate>,
    /// AKS settings (no public update manifest).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aks: Option<Map<String, Value>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update_config: Option<UpdateConfig>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<BTreeMap<String, String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credentials: Option<Credentials>,
}

/// The manifest that changes a cluster; its name comes from the path. (Source: seed.)
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct K8sClusterUpdate {
    pub api_version: String,
    pub kind: String,
    pub spec: K8sClusterUpdateSpec,
}

impl K8sClusterUpdate {
    /// Wraps a spec.
    pub fn new(spec: K8sClusterUpdateSpec) -> Self {
        Self { api_version: manifest::API_VERSION.to_owned(), kind: Kind::K8sClusterUpdate.as_str().to_owned(), spec }
    }

    /// Whether it asks what would happen, and changes nothing.
    pub fn is_dry_run(&self) -> bool {
        self.spec
            .update_config
            .as_ref()
            .is_some_and(|config| config.dry_run == Some(true) || config.generate_report == Some(true))
    }
}

/// A step of an upgrade.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UpgradeStep {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disruptive: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub estimated_duration: Option<String>,
}

/// What an upgrade does to a node group.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeGroupChange {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces_nodes: Option<bool>,
}

/// Members inferred; only the property name upgradePlan is in seed. (Source: inferred.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UpgradePlan {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_version: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_version: Option<String>,
    /// Chosen by the platform from provider and kind of change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strategy: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steps: Option<Vec<UpgradeStep>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node_groups: Option<Vec<NodeGroupChange>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub estimated_duration: Option<String>,
}

/// Seed names preflightChecks; members inferred. (Source: inferred.)
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PreflightCheck {
    pub name: String,
    pub status: PreflightStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocking: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remediation: Option<String>,
}

/// A Kubernetes API in use that the target version removes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeprecatedApi {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_version: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removed_in: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<i64>,
}

/// Whether an add-on works with the target version.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AddonCompatibility {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_version: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_version: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compatible: Option<bool>,
}

/// A PodDisruptionBudget that may hold up a node's replacement.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DisruptionBudget {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocking: Option<bool>,
}

/// What an upgrade would meet. (Source: inferred.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UpgradeReport {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generated_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk_level: Option<RiskLevel>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preflight_checks: Option<Vec<PreflightCheck>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deprecated_apis: Option<Vec<DeprecatedApi>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub addons: Option<Vec<AddonCompatibility>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pod_disruption_budgets: Option<Vec<DisruptionBudget>>,
}

/// NOT wrapped in the envelope. Element types of errors and warnings are not shown; strings assumed. (Source:
/// seed.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClusterUpdateResponse {
    pub cluster_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub errors: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<ClusterStatus>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upgrade_plan: Option<UpgradePlan>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upgrade_report: Option<UpgradeReport>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validation_passed: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warnings: Option<Vec<String>>,
    /// Named in the seed text, absent from the seed sample; may live in upgradeReport only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preflight_checks: Option<Vec<PreflightCheck>>,
    /// Inferred.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation_id: Option<String>,
}

/// A step of connecting an agent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AgentProgress {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// The state of a cluster's agent. (Source: inferred.)
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AgentStatus {
    pub cluster_id: String,
    pub connected: bool,
    pub status: AgentState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_version: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kubernetes_version: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_heartbeat: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progress: Option<Vec<AgentProgress>>,
}

/// Registers an existing cluster by its agent. (Source: seed.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AgentRegisterRequest {
    /// Cluster architecture. Default `amd64`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub architecture: Option<AgentArchitecture>,
    /// Taken from the path; ignored in the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster_name: Option<String>,
    /// Only render the manifest; nothing is stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<bool>,
    /// Detected when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kubernetes_version: Option<String>,
    /// Set by the server; ignored in the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provisioner: Option<String>,
    /// Reserved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provisioner_config: Option<Map<String, Value>>,
    /// Detected when possible.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
}

/// What to apply to a cluster so that its agent connects. (Source: inferred.)
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AgentRegistration {
    pub cluster_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation_id: Option<String>,
    pub status: RegistrationStatus,
    /// Kubernetes YAML to apply with kubectl; the CLI applies it through the current context unless --no-install.
    #[serde(serialize_with = "secret::expose")]
    pub manifest: Secret<String>,
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "secret::expose_option")]
    pub install_command: Option<Secret<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

/// Asks for a kubeconfig. (Source: seed.)
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KubeconfigRequest {
    /// Pattern `^[a-z]([-a-z0-9]*[a-z0-9])?$`; 1 to 50 characters.
    pub cluster_name: String,
    pub credentials: Credentials,
    /// How long the kubeconfig is valid; sent as nanoseconds. The published list of values is Go's list of units,
    /// not of allowed lengths, so any length is taken.
    pub duration: GoDuration,
}

/// One operation in a cluster's history. (Source: inferred.)
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClusterOperation {
    /// Single-use token of a pending approval, for decideClusterApproval. Given to owners alone, while the
    /// operation waits for the decision. (inferred)
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "secret::expose_option")]
    pub approval_token: Option<Secret<String>>,
    pub operation_id: String,
    pub cluster_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster_name: Option<String>,
    pub operation_type: OperationType,
    pub status: OperationStatus,
    pub started_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub triggered_by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// Token paging as implied by limit and pageToken. (Source: inferred.)
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClusterOperationPage {
    #[serde(default, deserialize_with = "null_as_empty")]
    pub operations: Vec<ClusterOperation>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_page_token: Option<String>,
}

/// A step of an operation. (Source: inferred.)
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProgressStep {
    pub name: String,
    pub status: OperationStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<i64>,
}

/// The progress of an operation. (Source: inferred.)
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClusterProgress {
    /// Single-use token of a pending approval, for decideClusterApproval. Given to owners alone, while the
    /// operation waits for the decision. (inferred)
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "secret::expose_option")]
    pub approval_token: Option<Secret<String>>,
    pub operation_id: String,
    pub cluster_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster_name: Option<String>,
    pub operation_type: OperationType,
    pub status: OperationStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_step: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steps: Option<Vec<ProgressStep>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Timestamp>,
}

/// One WebSocket text frame; the server closes after a terminal status. (Source: inferred.)
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClusterProgressEvent {
    pub operation_id: String,
    pub cluster_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation_type: Option<OperationType>,
    pub status: OperationStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<ProgressLevel>,
    pub message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<i64>,
    pub timestamp: Timestamp,
}

/// A page of progress over all clusters. (Source: inferred.)
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClusterProgressPage {
    #[serde(default, deserialize_with = "null_as_empty")]
    pub progress: Vec<ClusterProgress>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_page_token: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<i64>,
}

/// List clusters. All clusters of the organization.
///
/// Operation `listClusters`; docs.
pub fn list(provider_id: Option<&str>) -> Request<Vec<Cluster>> {
    Request::new("listClusters").query_option("providerId", provider_id)
}

/// Deploy a cluster. Takes the apiVersion/kind/spec form and the older flat body. dryRun=true only validates.
/// Owners start at once; admins trigger an approval (APPROVAL_PENDING). May be called by: owner, admin (with
/// approval).
///
/// The body is a [`K8sCluster`], or a manifest as it was written: what this crate does not know of it is sent too.
///
/// Operation `deployCluster`; docs.
pub fn deploy(dry_run: bool, body: &impl Serialize) -> Request<ClusterOperationAccepted> {
    Request::new("deployCluster").json(body).query_option("dryRun", dry_run.then_some(true)).harmless(dry_run)
}

/// Delete a cluster. Removes the cluster and its cloud resources. Registered clusters must use the agent unregister
/// operation. May be called by: owner, admin.
///
/// Operation `deleteCluster`; inferred.
pub fn delete(cluster_id: &str, body: Option<&Credentials>) -> Request<ClusterOperationAccepted> {
    let request = Request::new("deleteCluster").path("clusterId", cluster_id);
    match body {
        Some(body) => request.json(body),
        None => request,
    }
}

/// Get a cluster. Details of one cluster.
///
/// Operation `getCluster`; inferred.
pub fn get(cluster_id: &str) -> Request<Cluster> {
    Request::new("getCluster").path("clusterId", cluster_id)
}

/// Update a cluster. Version, node groups, tags. Dry-run and report requests always answer 200: read
/// validationPassed and preflightChecks to learn whether the change is blocked. allowDowngrade permits a rollback.
///
/// Operation `updateCluster`; inferred.
pub fn update(cluster_id: &str, body: &K8sClusterUpdate) -> Request<ClusterUpdateResponse> {
    Request::bare("updateCluster").path("clusterId", cluster_id).json(body).harmless(body.is_dry_run())
}

/// Unregister an agent. Full cleanup by default; agent-only=true only marks the agent as removed and keeps the
/// cluster record.
///
/// Operation `unregisterAgent`; inferred.
pub fn unregister_agent(cluster_id: &str, agent_only: Option<bool>) -> Request<Map<String, Value>> {
    Request::untyped("unregisterAgent").path("clusterId", cluster_id).query_option("agent-only", agent_only)
}

/// Agent status. Connection state and registration progress.
///
/// Operation `getAgentStatus`; inferred.
pub fn agent_status(cluster_id: &str, operation_id: Option<&str>) -> Request<AgentStatus> {
    Request::new("getAgentStatus").path("clusterId", cluster_id).query_option("operationId", operation_id)
}

/// Register an agent. Creates an outbound agent tunnel (mTLS) for any cluster; answers the manifest to apply.
///
/// Operation `registerAgent`; inferred.
pub fn register_agent(cluster_id: &str, body: &AgentRegisterRequest) -> Request<AgentRegistration> {
    Request::new("registerAgent").path("clusterId", cluster_id).json(body)
}

/// Sync cluster authentication. Repairs certificates or connectivity by syncing internal authentication settings.
///
/// Operation `syncClusterAuth`; inferred.
pub fn sync_auth(cluster_id: &str) -> Request<String> {
    Request::new("syncClusterAuth").path("clusterId", cluster_id)
}

/// Cancel the running operation. Sends a terminate signal to a deploy, update or delete.
///
/// Operation `cancelClusterOperation`; inferred.
pub fn cancel(cluster_id: &str) -> Request<Map<String, Value>> {
    Request::untyped("cancelClusterOperation").path("clusterId", cluster_id)
}

/// Get the kubeconfig. 202 while a self-managed cluster prepares it, 200 with the content when ready.
///
/// Operation `getKubeconfig`; docs.
pub fn kubeconfig(cluster_id: &str) -> Request<Eventually<Kubeconfig>> {
    Request::eventual("getKubeconfig").path("clusterId", cluster_id)
}

/// Generate a kubeconfig. EKS, GKE and AKS answer at once; self-managed clusters answer 202 and are polled with the
/// GET operation.
///
/// Operation `generateKubeconfig`; docs.
pub fn generate_kubeconfig(cluster_id: &str, body: &KubeconfigRequest) -> Request<Eventually<Kubeconfig>> {
    Request::eventual("generateKubeconfig").path("clusterId", cluster_id).json(body)
}

/// Optional parameters of `listClusterOperations`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OperationQuery {
    /// Maximum operations
    pub limit: Option<i64>,
    /// Page token
    pub page_token: Option<String>,
    /// aws, gcp, azure; needed when the cluster is gone
    pub provider: Option<String>,
    /// selfmanaged, eks, gke, aks; needed when the cluster is gone
    pub provisioner_type: Option<String>,
    /// Account; needed when the cluster is gone
    pub account_id: Option<String>,
    /// Region; needed when the cluster is gone
    pub region: Option<String>,
}

/// Operation history. Past operations, paged by token. For a deleted cluster pass provider, provisionerType,
/// accountId and region.
///
/// Operation `listClusterOperations`; inferred.
pub fn operations(cluster_id: &str, options: &OperationQuery) -> Request<ClusterOperationPage> {
    Request::new("listClusterOperations")
        .path("clusterId", cluster_id)
        .query_option("limit", options.limit)
        .query_option("pageToken", options.page_token.as_ref())
        .query_option("provider", options.provider.as_ref())
        .query_option("provisionerType", options.provisioner_type.as_ref())
        .query_option("accountId", options.account_id.as_ref())
        .query_option("region", options.region.as_ref())
}

/// Cluster progress. Latest or chosen operation.
///
/// Operation `getClusterProgress`; inferred.
pub fn progress(cluster_id: &str, operation_id: Option<&str>) -> Request<ClusterProgress> {
    Request::new("getClusterProgress").path("clusterId", cluster_id).query_option("operationId", operation_id)
}

/// Stream cluster progress. WebSocket of progress events. CLI: infra k8s progress stream NAME.
///
/// Operation `streamClusterProgress`; inferred.
pub fn progress_stream(cluster_id: &str, operation_id: Option<&str>) -> Stream<ClusterProgressEvent> {
    Stream::new("streamClusterProgress").path("clusterId", cluster_id).query_option("operationId", operation_id)
}

/// Cluster spec. The specification used at creation.
///
/// Operation `getClusterSpec`; inferred.
pub fn spec(cluster_id: &str) -> Request<K8sCluster> {
    Request::new("getClusterSpec").path("clusterId", cluster_id)
}

/// Approve or reject an operation. Sends the decision of an organization owner (Auth0 session). Everything travels
/// in the query, including the single-use token of the e-mail link. May be called by: owner (Auth0 session).
///
/// Operation `decideClusterApproval`; inferred.
pub fn decide_approval(cluster_name: &str, org_id: &str, token: &Secret<String>, action: &str) -> Request<String> {
    Request::new("decideClusterApproval")
        .query("clusterName", cluster_name)
        .query("orgId", org_id)
        .query("token", token.expose())
        .query("action", action)
}

/// Optional parameters of `listClusterProgress`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProgressQuery {
    /// Operation type filter
    pub operation_type: Option<String>,
    /// Status filter
    pub status: Option<String>,
    /// Maximum results
    pub limit: Option<i64>,
    /// Page token
    pub page_token: Option<String>,
}

/// Progress of all clusters. Paged progress records of the organization.
///
/// Operation `listClusterProgress`; inferred.
pub fn list_progress(options: &ProgressQuery) -> Request<ClusterProgressPage> {
    Request::new("listClusterProgress")
        .query_option("operationType", options.operation_type.as_ref())
        .query_option("status", options.status.as_ref())
        .query_option("limit", options.limit)
        .query_option("pageToken", options.page_token.as_ref())
}
