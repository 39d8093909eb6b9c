//! What the form holds, as plain values: read from a manifest, written into one, checked by the contract's rules.

use std::collections::BTreeMap;

use astro_api::{
    catalog::ProviderId,
    clusters::{
        AksConfig, AutoUpgradeChannel, ClusterSpec, ControlPlane, ControlPlaneNodeGroup, CredentialType, Credentials,
        DataPlane, EksConfig, EksSubnet, GkeConfig, GkeSubnet, InstanceType, K8sClusterSpec, NetworkPlugin, NodeGroup,
        NodeOsUpgradeChannel, Provisioner, ProvisionerType, ReleaseChannel, SelfHostedConfig, SubnetType, Taint,
        TaintEffect,
    },
    manifest::{Kind, Manifest, ManifestError, Read},
};
use serde::{Deserialize, Serialize};

use super::limits;
use crate::components::manifest_form::{Faults, Subject};

/// The most characters of a name, of a cluster or of a node group.
pub const NAME: usize = 50;
/// The most nodes of a group.
pub const NODES: i64 = 1000;

/// The words of `provisioner.type`.
pub const EKS: &str = "eks";
pub const GKE: &str = "gke";
pub const AKS: &str = "aks";
pub const SELF_HOSTED: &str = "selfHosted";
pub const KINDS: [&str; 4] = [EKS, GKE, AKS, SELF_HOSTED];

/// The words of `provider`.
pub const AWS: &str = "aws";
pub const GCP: &str = "gcp";
pub const AZURE: &str = "azure";

/// How GKE runs the nodes.
pub const STANDARD: &str = "standard";
pub const AUTOPILOT: &str = "autopilot";

/// Where the nodes are: a network that the platform makes, or one that is there.
pub const NEW: &str = "new";
pub const OWN: &str = "own";

/// A choice that is left to the platform: the manifest says nothing.
pub const DEFAULT: &str = "default";
pub const ON: &str = "on";
pub const OFF: &str = "off";

/// What the contract calls the ways of buying machines.
pub const ON_DEMAND: &str = "ondemand";
pub const SPOT: &str = "spot";

/// Where the keys to the cloud come from.
pub const DYNAMIC: &str = "dynamic";
pub const VAULT: &str = "vault";
pub const STATIC: &str = "static";

/// A group of nodes as it is typed: workers, or the control plane of a self-hosted cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    pub name: String,
    pub least: String,
    pub most: String,
    /// The word of `instanceType`; empty where the manifest does not say.
    pub capacity: String,
    pub machines: Vec<String>,
    /// Empty means every zone of the region.
    pub zones: Vec<String>,
    pub labels: Vec<(String, String)>,
    /// As `kubectl` writes them: `dedicated=gpu:NoSchedule`.
    pub taints: Vec<String>,
}

impl Group {
    /// What a new group of workers begins with.
    pub fn workers(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            least: "1".to_owned(),
            most: "3".to_owned(),
            capacity: ON_DEMAND.to_owned(),
            ..Self::default()
        }
    }

    /// Whether nothing is said of it.
    pub fn is_blank(&self) -> bool {
        self.name.trim().is_empty() && self.machines.is_empty()
    }

    /// The least and the most nodes, as the platform takes them.
    pub fn range(&self) -> (i64, i64) {
        let least = number(&self.least).unwrap_or(1);
        (least, number(&self.most).unwrap_or_else(|| least.max(1)))
    }
}

/// A subnet of an own network on AWS as it is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subnet {
    pub zone: String,
    /// Public or private; empty where the manifest does not say.
    pub kind: String,
    pub id: String,
    pub cidr: String,
}

/// Declares the values of a form once: as plain values, and as the signals that fields edit.
macro_rules! typed {
    ($($(#[$doc:meta])* $name:ident: $sort:ty = $begin:expr,)*) => {
        /// Everything that the form holds, as it was typed. What several kinds have in common they share, so that
        /// choosing another kind keeps it.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct Typed {
            $($(#[$doc])* pub $name: $sort,)*
            /// The control plane of a self-hosted cluster.
            pub control: Group,
            /// The groups of workers, in order.
            pub groups: Vec<Group>,
            /// The subnets of an own network on AWS.
            pub subnets: Vec<Subnet>,
        }

        impl Default for Typed {
            fn default() -> Self {
                Self {
                    $($name: $begin,)*
                    control: Group { name: "control-plane".to_owned(), least: "1".to_owned(), ..Group::default() },
                    groups: vec![Group::workers("workers")],
                    subnets: Vec::new(),
                }
            }
        }

        /// The values as signals of a draft. A copy is a handle of the same.
        #[derive(Clone, Copy)]
        pub struct Parts {
            $(pub $name: leptos::prelude::RwSignal<$sort>,)*
        }

        impl Parts {
            /// Parts of a draft that begin with what is given.
            pub fn new(draft: crate::ui::Draft, first: &Typed) -> Self {
                Self { $($name: draft.part(first.$name.clone()),)* }
            }

            /// What they hold; reading it subscribes. The groups and subnets are others' to fill in.
            pub fn read(self) -> Typed {
                use leptos::prelude::Get;
                Typed {
                    $($name: self.$name.get(),)*
                    control: Group::default(),
                    groups: Vec::new(),
                    subnets: Vec::new(),
                }
            }

            /// Puts values in.
            pub fn put(self, typed: &Typed) {
                use leptos::prelude::Set;
                $(self.$name.set(typed.$name.clone());)*
            }
        }
    };
}

typed! {
    name: String = String::new(),
    /// The word of `provisioner.type`.
    kind: String = EKS.to_owned(),
    /// The provider of a self-hosted cluster.
    cloud: String = AWS.to_owned(),
    /// How GKE runs the nodes.
    mode: String = STANDARD.to_owned(),
    region: String = String::new(),
    /// The AWS account.
    account: String = String::new(),
    /// The Google Cloud project.
    project: String = String::new(),
    subscription: String = String::new(),
    resource_group: String = String::new(),
    bucket: String = String::new(),
    /// Where the keys to the cloud come from.
    credentials: String = DYNAMIC.to_owned(),
    version: String = DEFAULT.to_owned(),
    /// The release channel of GKE.
    channel: String = DEFAULT.to_owned(),
    ami: String = DEFAULT.to_owned(),
    /// A new network or an own one.
    network: String = NEW.to_owned(),
    vpc: String = String::new(),
    vpc_cidr: String = String::new(),
    /// The network of GKE, or of a self-hosted cluster.
    network_id: String = String::new(),
    subnet: String = String::new(),
    pods: String = String::new(),
    services: String = String::new(),
    control_cidr: String = String::new(),
    /// Networks that may reach the API server.
    authorized: Vec<String> = Vec::new(),
    /// The subnet of AKS.
    vnet: String = String::new(),
    plugin: String = DEFAULT.to_owned(),
    plugin_mode: String = DEFAULT.to_owned(),
    private: String = DEFAULT.to_owned(),
    identity: String = DEFAULT.to_owned(),
    issuer: String = DEFAULT.to_owned(),
    node_upgrades: String = DEFAULT.to_owned(),
    upgrades: String = DEFAULT.to_owned(),
    /// Tags, or labels on Google Cloud.
    tags: Vec<(String, String)> = Vec::new(),
}

/// A text without the blanks around it, or nothing.
fn some(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// A field that may be absent: an empty one that a manifest has stays as it is there.
fn optional(text: &str, before: Option<&String>) -> Option<String> {
    some(text).or_else(|| before.filter(|before| before.trim().is_empty()).cloned())
}

/// A list that may be absent, in the same way.
fn several<T: Clone>(list: Vec<T>, before: Option<&Vec<T>>) -> Option<Vec<T>> {
    if list.is_empty() { before.filter(|before| before.is_empty()).cloned() } else { Some(list) }
}

fn pairs(list: &[(String, String)], before: Option<&BTreeMap<String, String>>) -> Option<BTreeMap<String, String>> {
    if list.is_empty() {
        return before.filter(|before| before.is_empty()).cloned();
    }
    Some(list.iter().map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned())).collect())
}

fn listed(map: Option<&BTreeMap<String, String>>) -> Vec<(String, String)> {
    map.map(|map| map.iter().map(|(name, value)| (name.clone(), value.clone())).collect()).unwrap_or_default()
}

/// A choice that may be left to the platform.
fn chosen(word: &str) -> Option<&str> {
    Some(word.trim()).filter(|word| !word.is_empty() && *word != DEFAULT)
}

fn word(value: Option<&str>) -> String {
    value.unwrap_or(DEFAULT).to_owned()
}

fn flag(word: &str) -> Option<bool> {
    match word {
        ON => Some(true),
        OFF => Some(false),
        _ => None,
    }
}

fn flagged(value: Option<bool>) -> String {
    match value {
        Some(true) => ON,
        Some(false) => OFF,
        None => DEFAULT,
    }
    .to_owned()
}

/// What a text means as a number of nodes.
pub fn number(text: &str) -> Option<i64> {
    let bare: String = text.chars().filter(|letter| !letter.is_whitespace() && *letter != ',').collect();
    bare.parse().ok()
}

fn counted(value: Option<i64>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// A taint as `kubectl` writes it.
pub fn taint_text(taint: &Taint) -> String {
    match &taint.value {
        Some(value) => format!("{}={value}:{}", taint.key, taint.effect.as_str()),
        None => format!("{}:{}", taint.key, taint.effect.as_str()),
    }
}

/// What a text means as a taint.
pub fn taint(text: &str) -> Option<Taint> {
    let (rest, effect) = text.trim().rsplit_once(':')?;
    let (key, value) = match rest.split_once('=') {
        Some((key, value)) => (key, Some(value.to_owned())),
        None => (rest, None),
    };
    (!key.is_empty() && !effect.is_empty()).then(|| Taint {
        key: key.to_owned(),
        value,
        effect: TaintEffect::from(effect),
    })
}

impl Group {
    fn of(group: &NodeGroup) -> Self {
        Self {
            name: group.name.clone(),
            least: counted(group.min_node),
            most: counted(group.max_node),
            capacity: group.instance_type.as_ref().map(|it| it.as_str().to_owned()).unwrap_or_default(),
            machines: group.machine_types.clone(),
            zones: group.availability_zones.clone().unwrap_or_default(),
            labels: listed(group.labels.as_ref()),
            taints: group.taints.iter().flatten().map(taint_text).collect(),
        }
    }

    fn of_control(group: &ControlPlaneNodeGroup) -> Self {
        Self {
            name: group.name.clone(),
            least: counted(group.min_node),
            most: counted(group.max_node),
            machines: group.machine_types.clone(),
            labels: listed(group.labels.as_ref()),
            ..Self::default()
        }
    }

    fn spec(&self, before: Option<&NodeGroup>) -> NodeGroup {
        NodeGroup {
            name: self.name.trim().to_owned(),
            min_node: number(&self.least),
            max_node: number(&self.most),
            instance_type: some(&self.capacity).map(|word| InstanceType::from(word.as_str())),
            machine_types: self.machines.clone(),
            labels: pairs(&self.labels, before.and_then(|it| it.labels.as_ref())),
            taints: several(
                self.taints.iter().filter_map(|text| taint(text)).collect(),
                before.and_then(|it| it.taints.as_ref()),
            ),
            availability_zones: several(self.zones.clone(), before.and_then(|it| it.availability_zones.as_ref())),
        }
    }

    fn control(&self, before: Option<&ControlPlaneNodeGroup>) -> ControlPlaneNodeGroup {
        ControlPlaneNodeGroup {
            name: self.name.trim().to_owned(),
            machine_types: self.machines.clone(),
            min_node: number(&self.least),
            max_node: number(&self.most),
            labels: pairs(&self.labels, before.and_then(|it| it.labels.as_ref())),
        }
    }
}

/// Whether the form has fields for a manifest: of kinds that it does not know, it has none.
pub fn fits(spec: &K8sClusterSpec) -> bool {
    let Provisioner { kind, self_hosted, eks, gke, aks } = &spec.provisioner;
    match (kind, &spec.provider) {
        (ProvisionerType::Eks, ProviderId::Aws) => eks.is_some(),
        (ProvisionerType::Gke, ProviderId::Gcp) => gke.is_some(),
        (ProvisionerType::Aks, ProviderId::Azure) => aks.is_some(),
        (ProvisionerType::SelfHosted, ProviderId::Aws | ProviderId::Gcp) => self_hosted.is_some(),
        _ => false,
    }
}

impl Typed {
    /// What a manifest holds of what the form shows.
    pub fn of(spec: &K8sClusterSpec) -> Self {
        let text = |text: Option<&String>| text.cloned().unwrap_or_default();
        let mut typed = Self {
            name: spec.cluster_name.clone(),
            kind: spec.provisioner.kind.as_str().to_owned(),
            cloud: if spec.provider == ProviderId::Gcp { GCP } else { AWS }.to_owned(),
            region: text(spec.region.as_ref()),
            control: Group::default(),
            groups: Vec::new(),
            ..Self::default()
        };
        let Provisioner { self_hosted, eks, gke, aks, .. } = &spec.provisioner;
        if let Some(eks) = eks {
            typed.account.clone_from(&eks.account_id);
            typed.version = word(eks.kubernetes_version.as_deref());
            typed.ami = word(eks.ami_family.as_deref());
            typed.vpc = text(eks.vpc_id.as_ref());
            typed.vpc_cidr = text(eks.vpc_cidr.as_ref());
            typed.subnets = subnets(eks.subnets.as_ref());
            if eks.vpc_id.is_some() || eks.vpc_cidr.is_some() || eks.subnets.is_some() {
                OWN.clone_into(&mut typed.network);
            }
            typed.tags = listed(eks.tags.as_ref());
            eks.credentials.kind.as_str().clone_into(&mut typed.credentials);
        }
        if let Some(gke) = gke {
            typed.project.clone_from(&gke.project_id);
            if gke.autopilot == Some(true) {
                AUTOPILOT.clone_into(&mut typed.mode);
            }
            typed.channel = word(gke.release_channel.as_ref().map(ReleaseChannel::as_str));
            typed.version = word(gke.kubernetes_version.as_deref());
            typed.identity = flagged(gke.enable_workload_identity);
            typed.network_id = text(gke.network_id.as_ref());
            if let Some(subnet) = &gke.subnet {
                typed.subnet = text(subnet.name.as_ref());
                typed.pods = text(subnet.pods_range.as_ref());
                typed.services = text(subnet.services_range.as_ref());
            }
            if gke.network_id.is_some() || gke.subnet.is_some() {
                OWN.clone_into(&mut typed.network);
            }
            typed.control_cidr = text(gke.master_ipv4_cidr_block.as_ref());
            typed.authorized = gke.authorized_networks.clone().unwrap_or_default();
            typed.tags = listed(gke.labels.as_ref());
            gke.credentials.kind.as_str().clone_into(&mut typed.credentials);
        }
        if let Some(aks) = aks {
            typed.subscription.clone_from(&aks.subscription_id);
            typed.resource_group.clone_from(&aks.resource_group);
            typed.version = word(aks.kubernetes_version.as_deref());
            typed.node_upgrades = word(aks.node_os_upgrade_channel.as_ref().map(NodeOsUpgradeChannel::as_str));
            typed.upgrades = word(aks.auto_upgrade_channel.as_ref().map(AutoUpgradeChannel::as_str));
            typed.identity = flagged(aks.enable_workload_identity);
            typed.issuer = flagged(aks.enable_oidc_issuer);
            typed.private = flagged(aks.private_cluster);
            typed.plugin = word(aks.network_plugin.as_ref().map(NetworkPlugin::as_str));
            typed.plugin_mode = word(aks.network_plugin_mode.as_deref());
            typed.vnet = text(aks.vnet_subnet_id.as_ref());
            if aks.vnet_subnet_id.is_some() {
                OWN.clone_into(&mut typed.network);
            }
            typed.authorized = aks.authorized_ip_ranges.clone().unwrap_or_default();
            typed.tags = listed(aks.tags.as_ref());
            aks.credentials.kind.as_str().clone_into(&mut typed.credentials);
        }
        if let Some(own) = self_hosted {
            if spec.provider == ProviderId::Gcp { &mut typed.project } else { &mut typed.account }
                .clone_from(&own.account_id);
            typed.bucket.clone_from(&own.bucket_name);
            typed.network_id = text(own.network_id.as_ref());
            if own.network_id.is_some() {
                OWN.clone_into(&mut typed.network);
            }
            typed.version = word(own.kubernetes_version.as_deref());
            own.credentials.kind.as_str().clone_into(&mut typed.credentials);
        }
        if let Some(cluster) = &spec.cluster_spec {
            let control = cluster.control_plane.as_ref().and_then(|plane| plane.node_group.as_ref());
            typed.control = control.map(Group::of_control).unwrap_or_default();
            let groups = cluster.data_plane.as_ref().and_then(|plane| plane.node_groups.as_ref());
            typed.groups = groups.into_iter().flatten().map(Group::of).collect();
        }
        typed
    }

    /// The word of `provider`.
    pub fn provider(&self) -> &str {
        provider(&self.kind, &self.cloud)
    }

    pub fn is_autopilot(&self) -> bool {
        self.kind == GKE && self.mode == AUTOPILOT
    }

    /// What is created. `before` is what a manifest held that was read: what the form does not show comes from there.
    pub fn spec(&self, before: Option<&K8sClusterSpec>) -> K8sClusterSpec {
        K8sClusterSpec {
            cluster_name: self.name.trim().to_owned(),
            provider: ProviderId::from(self.provider()),
            region: optional(&self.region, before.and_then(|before| before.region.as_ref())),
            provisioner: self.provisioner(before.map(|before| &before.provisioner)),
            cluster_spec: self.cluster(before.and_then(|before| before.cluster_spec.as_ref())),
            approval_workflow: before.and_then(|before| before.approval_workflow),
        }
    }

    fn provisioner(&self, before: Option<&Provisioner>) -> Provisioner {
        let none = |kind| Provisioner { kind, self_hosted: None, eks: None, gke: None, aks: None };
        match self.kind.as_str() {
            GKE => {
                let gke = self.gke(before.and_then(|before| before.gke.as_ref()));
                Provisioner { gke: Some(gke), ..none(ProvisionerType::Gke) }
            }
            AKS => {
                let aks = self.aks(before.and_then(|before| before.aks.as_ref()));
                Provisioner { aks: Some(aks), ..none(ProvisionerType::Aks) }
            }
            SELF_HOSTED => {
                let own = self.self_hosted(before.and_then(|before| before.self_hosted.as_ref()));
                Provisioner { self_hosted: Some(own), ..none(ProvisionerType::SelfHosted) }
            }
            _ => {
                let eks = self.eks(before.and_then(|before| before.eks.as_ref()));
                Provisioner { eks: Some(eks), ..none(ProvisionerType::Eks) }
            }
        }
    }

    /// The credentials as they were, where they are still of the sort that is chosen; keys are never typed here.
    fn credentials(&self, before: Option<&Credentials>) -> Credentials {
        let wanted = CredentialType::from(self.credential_word());
        match before.filter(|before| before.kind == wanted) {
            Some(before) => before.clone(),
            None => Credentials { kind: wanted, data: None },
        }
    }

    /// Managed clusters take a role, self-hosted ones the vault; keys in the manifest stay where they were written.
    pub fn credential_word(&self) -> &str {
        let is_self_hosted = self.kind == SELF_HOSTED;
        match self.credentials.as_str() {
            VAULT if !is_self_hosted => DYNAMIC,
            DYNAMIC if is_self_hosted => VAULT,
            other => other,
        }
    }

    fn eks(&self, before: Option<&EksConfig>) -> EksConfig {
        let is_own = self.network == OWN;
        let own = |text: &str, before: Option<&String>| if is_own { optional(text, before) } else { None };
        EksConfig {
            account_id: self.account.trim().to_owned(),
            kubernetes_version: chosen(&self.version).map(ToOwned::to_owned),
            ami_family: chosen(&self.ami).map(ToOwned::to_owned),
            vpc_id: own(&self.vpc, before.and_then(|it| it.vpc_id.as_ref())),
            vpc_cidr: own(&self.vpc_cidr, before.and_then(|it| it.vpc_cidr.as_ref())),
            subnets: if is_own { by_zone(&self.subnets, before.and_then(|it| it.subnets.as_ref())) } else { None },
            tags: pairs(&self.tags, before.and_then(|it| it.tags.as_ref())),
            credentials: self.credentials(before.map(|it| &it.credentials)),
        }
    }

    fn gke(&self, before: Option<&GkeConfig>) -> GkeConfig {
        let is_own = self.network == OWN;
        let subnet_before = before.and_then(|it| it.subnet.as_ref());
        let subnet = GkeSubnet {
            name: optional(&self.subnet, subnet_before.and_then(|it| it.name.as_ref())),
            pods_range: optional(&self.pods, subnet_before.and_then(|it| it.pods_range.as_ref())),
            services_range: optional(&self.services, subnet_before.and_then(|it| it.services_range.as_ref())),
        };
        let was_standard = before.and_then(|it| it.autopilot) == Some(false);
        GkeConfig {
            project_id: self.project.trim().to_owned(),
            autopilot: if self.mode == AUTOPILOT { Some(true) } else { was_standard.then_some(false) },
            release_channel: chosen(&self.channel).map(ReleaseChannel::from),
            kubernetes_version: chosen(&self.version).map(ToOwned::to_owned),
            enable_workload_identity: flag(&self.identity),
            network_id: if is_own {
                optional(&self.network_id, before.and_then(|it| it.network_id.as_ref()))
            } else {
                None
            },
            subnet: (is_own && (subnet != GkeSubnet::default() || subnet_before.is_some())).then_some(subnet),
            master_ipv4_cidr_block: optional(
                &self.control_cidr,
                before.and_then(|it| it.master_ipv4_cidr_block.as_ref()),
            ),
            authorized_networks: several(
                self.authorized.clone(),
                before.and_then(|it| it.authorized_networks.as_ref()),
            ),
            labels: pairs(&self.tags, before.and_then(|it| it.labels.as_ref())),
            credentials: self.credentials(before.map(|it| &it.credentials)),
        }
    }

    fn aks(&self, before: Option<&AksConfig>) -> AksConfig {
        AksConfig {
            subscription_id: self.subscription.trim().to_owned(),
            resource_group: self.resource_group.trim().to_owned(),
            kubernetes_version: chosen(&self.version).map(ToOwned::to_owned),
            node_os_upgrade_channel: chosen(&self.node_upgrades).map(NodeOsUpgradeChannel::from),
            auto_upgrade_channel: chosen(&self.upgrades).map(AutoUpgradeChannel::from),
            enable_workload_identity: flag(&self.identity),
            enable_oidc_issuer: flag(&self.issuer),
            private_cluster: flag(&self.private),
            network_plugin: chosen(&self.plugin).map(NetworkPlugin::from),
            network_plugin_mode: chosen(&self.plugin_mode).map(ToOwned::to_owned),
            vnet_subnet_id: if self.network == OWN {
                optional(&self.vnet, before.and_then(|it| it.vnet_subnet_id.as_ref()))
            } else {
                None
            },
            authorized_ip_ranges: several(
                self.authorized.clone(),
                before.and_then(|it| it.authorized_ip_ranges.as_ref()),
            ),
            tags: pairs(&self.tags, before.and_then(|it| it.tags.as_ref())),
            credentials: self.credentials(before.map(|it| &it.credentials)),
        }
    }

    fn self_hosted(&self, before: Option<&SelfHostedConfig>) -> SelfHostedConfig {
        let account = if self.cloud == GCP { &self.project } else { &self.account };
        SelfHostedConfig {
            account_id: account.trim().to_owned(),
            bucket_name: self.bucket.trim().to_owned(),
            network_id: if self.network == OWN {
                optional(&self.network_id, before.and_then(|it| it.network_id.as_ref()))
            } else {
                None
            },
            kubernetes_version: chosen(&self.version).map(ToOwned::to_owned),
            credentials: self.credentials(before.map(|it| &it.credentials)),
        }
    }

    fn cluster(&self, before: Option<&ClusterSpec>) -> Option<ClusterSpec> {
        if self.is_autopilot() {
            // What it may not have is left out; an empty block that was written stays.
            return before.filter(|before| **before == ClusterSpec::default()).cloned();
        }
        let plane = before.and_then(|before| before.control_plane.as_ref());
        let control_plane = if self.kind != SELF_HOSTED {
            None
        } else if self.control.is_blank() {
            plane.filter(|plane| plane.node_group.is_none()).cloned()
        } else {
            let before = plane.and_then(|plane| plane.node_group.as_ref());
            Some(ControlPlane { node_group: Some(self.control.control(before)) })
        };
        let known = before.and_then(|before| before.data_plane.as_ref()?.node_groups.as_ref());
        let groups: Vec<NodeGroup> = self
            .groups
            .iter()
            .map(|group| {
                let name = group.name.trim();
                group.spec(known.and_then(|known| known.iter().find(|before| before.name == name)))
            })
            .collect();
        let data_plane = if groups.is_empty() {
            before
                .and_then(|before| before.data_plane.clone())
                .filter(|plane| plane.node_groups.iter().flatten().next().is_none())
        } else {
            Some(DataPlane { node_groups: Some(groups) })
        };
        let spec = ClusterSpec { control_plane, data_plane };
        (spec != ClusterSpec::default() || before.is_some()).then_some(spec)
    }

    /// How many nodes the workers have, at least and at most.
    pub fn nodes(&self) -> (i64, i64) {
        if self.is_autopilot() {
            return (0, 0);
        }
        self.groups
            .iter()
            .map(Group::range)
            .fold((0, 0), |(least, most), (low, high)| (least.saturating_add(low), most.saturating_add(high)))
    }
}

/// The word of `provider` for a kind.
pub fn provider<'a>(kind: &str, cloud: &'a str) -> &'a str {
    match kind {
        GKE => GCP,
        AKS => AZURE,
        SELF_HOSTED => cloud,
        _ => AWS,
    }
}

fn subnets(map: Option<&BTreeMap<String, Vec<EksSubnet>>>) -> Vec<Subnet> {
    let of = |zone: &String, subnet: &EksSubnet| Subnet {
        zone: zone.clone(),
        kind: subnet.kind.as_ref().map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
        id: subnet.id.clone().unwrap_or_default(),
        cidr: subnet.cidr.clone().unwrap_or_default(),
    };
    map.into_iter().flatten().flat_map(|(zone, list)| list.iter().map(move |subnet| of(zone, subnet))).collect()
}

fn by_zone(
    rows: &[Subnet],
    before: Option<&BTreeMap<String, Vec<EksSubnet>>>,
) -> Option<BTreeMap<String, Vec<EksSubnet>>> {
    if rows.is_empty() {
        return before.filter(|before| before.values().all(Vec::is_empty)).cloned();
    }
    let mut map = BTreeMap::<String, Vec<EksSubnet>>::new();
    for row in rows {
        let subnet = EksSubnet {
            kind: some(&row.kind).map(|word| SubnetType::from(word.as_str())),
            id: some(&row.id),
            cidr: some(&row.cidr),
        };
        map.entry(row.zone.trim().to_owned()).or_default().push(subnet);
    }
    Some(map)
}

/// What the form makes, for the pieces that all such forms share.
pub const SUBJECT: Subject = Subject {
    kind: Kind::K8sCluster,
    noun: ("cluster", "clusters"),
    verb: ("Create", "created"),
    faults,
    named,
    hidden: Manifest::hidden::<K8sClusterSpec>,
};

fn faults(read: &Read) -> Result<Faults, ManifestError> {
    let spec = read.spec::<K8sClusterSpec>()?;
    if !fits(&spec) {
        return Ok(limits::misfit(&spec));
    }
    let typed = Typed::of(&spec);
    let mut found = limits::missing(&typed);
    found.extend(limits::problems(&typed));
    Ok(found)
}

/// What a cluster is called, and what makes it where.
fn named(manifest: &Manifest) -> (String, String) {
    let note = manifest.spec::<K8sClusterSpec>().ok().map(|spec| {
        let kind = spec.provisioner.kind.as_str().to_uppercase();
        let kind = if spec.provisioner.kind == ProvisionerType::SelfHosted { "Self-hosted".to_owned() } else { kind };
        match &spec.region {
            Some(region) => format!("{kind}, {region}"),
            None => kind,
        }
    });
    (manifest.name().unwrap_or("Without a name").to_owned(), note.unwrap_or_default())
}

/// A manifest with what the form holds put into it. Without one, a new manifest.
pub fn written(typed: &Typed, base: Option<&Manifest>) -> Option<Manifest> {
    match base {
        Some(base) => {
            let before = base.spec::<K8sClusterSpec>().ok();
            let mut manifest = base.clone();
            manifest.set_spec(&typed.spec(before.as_ref())).ok()?;
            Some(manifest)
        }
        None => Manifest::of(&typed.spec(None)).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every published form of a cluster, as `api` keeps them for its own tests.
    pub const FORMS: [&str; 8] = [
        include_str!("../../../../api/tests/manifests/cluster-eks.yaml"),
        include_str!("../../../../api/tests/manifests/cluster-eks-network.yaml"),
        include_str!("../../../../api/tests/manifests/cluster-gke-network.yaml"),
        include_str!("../../../../api/tests/manifests/cluster-gke-autopilot.yaml"),
        include_str!("../../../../api/tests/manifests/cluster-aks.yaml"),
        include_str!("../../../../api/tests/manifests/cluster-self-hosted.yaml"),
        include_str!("../../../../api/tests/manifests/cluster-self-hosted-no-region.yaml"),
        include_str!("../../../../api/tests/manifests/cluster-flat-static.yaml"),
    ];

    /// Forms that people write and the form has no field for.
    const ODD: [&str; 6] = [
        "kind: K8sCluster\nmetadata: {labels: {team: web}}\nspec:\n  clusterName: a\n  provider: aws\n  colour: red\n  provisioner: {type: eks, eks: {accountId: '123456789012', logging: true, credentials: {type: dynamic, sessionName: x}}}\n  clusterSpec: {dataPlane: {nodeGroups: [{name: a, machineTypes: [t3.large], diskSize: 50, taints: [{key: k, effect: NoExecute}, {key: j, value: '', effect: Later}]}]}, addons: [x]}\n",
        "clusterName: a\nprovider: gcp\nregion: ''\napprovalWorkflow: true\nprovisioner: {type: gke, gke: {projectId: acme-project, autopilot: false, authorizedNetworks: [], labels: {}, subnet: {}, credentials: {type: dynamic}}}\nclusterSpec: {}\n",
        "clusterName: a\nprovider: azure\nprovisioner: {type: aks, aks: {subscriptionId: x, resourceGroup: y, networkPlugin: cilium, networkPluginMode: overlay, nodeOsUpgradeChannel: None, autoUpgradeChannel: node-image, privateCluster: true, enableOidcIssuer: false, vnetSubnetId: '', authorizedIPRanges: [10.0.0.0/8], tags: {a: b}, credentials: {type: dynamic}}}\nclusterSpec: {dataPlane: {nodeGroups: []}}\n",
        "clusterName: a\nprovider: gcp\nprovisioner: {type: selfHosted, selfHosted: {accountId: acme-project, bucketName: b, networkId: n, kubernetesVersion: '1.31', credentials: {type: vault}}}\nclusterSpec: {controlPlane: {nodeGroup: {name: c, machineTypes: [e2-small], minNode: 3, maxNode: 5, labels: {a: b}}}, dataPlane: {nodeGroups: [{name: w, machineTypes: [e2-small], availabilityZones: [us-central1-a], instanceType: reserved}]}}\n",
        "clusterName: a\nprovider: gcp\nprovisioner: {type: gke, gke: {projectId: acme-project, autopilot: true, credentials: {type: dynamic}}}\nclusterSpec: {}\n",
        "clusterName: a\nprovider: aws\nprovisioner: {type: selfHosted, selfHosted: {accountId: '123456789012', bucketName: b, credentials: {type: vault}}}\nclusterSpec: {controlPlane: {}}\n",
    ];

    fn read(text: &str) -> Read {
        SUBJECT.reads(text).unwrap_or_else(|error| panic!("{error}\n{text}")).remove(0)
    }

    #[test]
    fn what_is_read_comes_back_without_loss() {
        for text in FORMS.iter().chain(&ODD) {
            let manifest = read(text).manifest;
            let spec: K8sClusterSpec = manifest.spec().unwrap_or_else(|error| panic!("{error}\n{text}"));
            assert!(fits(&spec), "{text}");
            let back = written(&Typed::of(&spec), Some(&manifest)).expect("a manifest");
            assert!(back == manifest, "{text}\n{}\n{}", manifest.to_yaml(), back.to_yaml());
        }
    }

    #[test]
    fn what_the_form_does_not_know_stays_when_something_changes() {
        let manifest = read(ODD[0]).manifest;
        let mut typed = Typed::of(&manifest.spec().expect("a spec"));
        "b".clone_into(&mut typed.name);
        typed.groups.push(Group { machines: vec!["m7g.xlarge".to_owned()], ..Group::workers("more") });
        let text = written(&typed, Some(&manifest)).expect("a manifest").to_yaml();
        for kept in
            ["colour: red", "logging: true", "sessionName: x", "diskSize: 50", "team: web", "addons", "m7g.xlarge"]
        {
            assert!(text.contains(kept), "{kept}\n{text}");
        }
    }

    #[test]
    fn another_kind_takes_what_is_its_own() {
        let mut typed = Typed::of(&read(FORMS[1]).manifest.spec().expect("a spec"));
        GKE.clone_into(&mut typed.kind);
        "acme-project".clone_into(&mut typed.project);
        let base = read(FORMS[1]).manifest;
        let manifest = written(&typed, Some(&base)).expect("a manifest");
        let spec: K8sClusterSpec = manifest.spec().expect("a spec");
        assert_eq!((spec.provider, spec.provisioner.kind), (ProviderId::Gcp, ProvisionerType::Gke));
        assert!(spec.provisioner.eks.is_none() && !manifest.to_yaml().contains("vpc"), "{}", manifest.to_yaml());
        AUTOPILOT.clone_into(&mut typed.mode);
        assert!(!written(&typed, Some(&base)).expect("a manifest").to_yaml().contains("nodeGroups"));
    }

    #[test]
    fn keys_of_a_manifest_are_sent_and_never_shown() {
        let manifest = read(FORMS[7]).manifest;
        let typed = Typed::of(&manifest.spec().expect("a spec"));
        assert_eq!(typed.credential_word(), STATIC);
        let back = written(&typed, Some(&manifest)).expect("a manifest");
        assert!(back.to_yaml().contains("AKIAEXAMPLE"));
        assert!(!(SUBJECT.hidden)(&back).to_yaml().contains("AKIAEXAMPLE"));
    }

    #[test]
    fn taints_are_written_as_kubectl_does() {
        for text in ["dedicated=gpu:NoSchedule", "dedicated:NoExecute", "a=:PreferNoSchedule"] {
            assert_eq!(taint_text(&taint(text).expect("a taint")), text);
        }
        for text in ["dedicated", ":NoSchedule", "=x:NoSchedule", "a:"] {
            assert!(taint(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_placeholder_is_told_once() {
        let text = "clusterName: <YOUR_CLUSTER_NAME>\nprovider: aws\nprovisioner:\n  type: eks\n  eks:\n    accountId: <YOUR_AWS_ACCOUNT_ID>\n";
        let reading = crate::components::manifest_form::Reading::of(&SUBJECT, text);
        for name in ["<YOUR_CLUSTER_NAME>", "<YOUR_AWS_ACCOUNT_ID>"] {
            let problems = reading.problems.iter().filter(|problem| problem.contains(name)).count();
            let marks = reading.marks.iter().filter(|mark| mark.message.contains(name)).count();
            assert_eq!((problems, marks), (1, 1), "{name}: {:?}", reading.problems);
        }
    }

    #[test]
    fn kinds_that_nobody_knows_stay_text() {
        let says = |text: &str| {
            faults(&read(text))
                .expect("faults")
                .into_iter()
                .map(|(path, text)| format!("{path}: {text}"))
                .collect::<Vec<_>>()
                .join(" ")
        };
        let text = FORMS[0].replace("provider: aws", "provider: ibm");
        assert!(says(&text).contains("provider: "), "{}", says(&text));
        let text = "clusterName: a\nprovider: aws\nprovisioner: {type: openshift, openshift: {}}\n";
        assert!(says(text).contains("provisioner.type: "), "{}", says(text));
        assert!(says("clusterName: a\nprovider: aws\nprovisioner: {type: eks}\n").contains("provisioner.eks: "));
    }
}
