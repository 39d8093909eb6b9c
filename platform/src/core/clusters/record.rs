//! What the platform remembers of clusters and their operations, and how the contract shows it.

use std::collections::BTreeMap;

use astro_api::{
    clusters::{
        AgentState, AgentSummary, Cluster, ClusterOperation, ClusterProgress, ClusterProgressEvent, ClusterStatus,
        K8sClusterSpec, NodeGroup, OperationStatus, OperationType, ProgressLevel, ProgressStep, Provisioner,
        ReleaseChannel,
    },
    duration::GoDuration,
    organizations::Role,
    secret::Secret,
};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::core::{
    Caller, Cx, cloud,
    time::{self, Millis, SECOND},
};

/// What registered clusters have for a provisioner.
pub const REGISTERED: &str = "registered";

/// The clusters of an organization, and all that was ever done to them.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Fleet {
    /// By name, in the order of creation.
    pub clusters: IndexMap<String, Record>,
    /// Clusters that no longer exist, for their history.
    pub gone: Vec<Record>,
    /// By id, in the order in which they were requested.
    pub operations: IndexMap<String, Work>,
}

impl Fleet {
    /// The operations of a cluster, newest first.
    pub fn history<'a>(&'a self, record: &'a Record) -> impl DoubleEndedIterator<Item = &'a Work> {
        record.operations.iter().rev().filter_map(|id| self.operations.get(id))
    }

    /// The operation that a cluster is busy with, if any.
    pub fn busy<'a>(&'a self, record: &'a Record) -> Option<&'a Work> {
        self.history(record).next().filter(|work| work.is_open())
    }

    /// A cluster, or what is remembered of the latest of that name.
    pub fn remembered(&self, name: &str) -> Option<&Record> {
        self.clusters.get(name).or_else(|| self.gone.iter().rev().find(|record| record.name == name))
    }
}

/// A cluster.
#[derive(Clone, Serialize, Deserialize)]
pub struct Record {
    /// Name, which is also the id.
    pub name: String,
    /// `aws`, `gcp`, `azure`, or what an agent found.
    pub provider: String,
    /// The provider's region.
    pub region: Option<String>,
    /// `selfHosted`, `eks`, `gke`, `aks` or `registered`.
    pub provisioner: String,
    /// AWS account, GCP project or Azure subscription.
    pub account: Option<String>,
    /// As the provisioner writes it.
    pub version: Option<String>,
    /// Where it stands.
    pub status: ClusterStatus,
    /// Why, where that isn't plain.
    pub status_message: Option<String>,
    /// The workers; none with Autopilot and where the platform doesn't manage them.
    pub node_groups: Option<Vec<NodeGroup>>,
    /// Tags or labels.
    pub tags: BTreeMap<String, String>,
    /// GKE's channel.
    pub channel: Option<ReleaseChannel>,
    /// The agent, where one is or was installed.
    pub agent: Option<Agent>,
    /// The user who created or registered it.
    pub created_by: String,
    /// When.
    pub created_at: Millis,
    /// When something about it changed last.
    pub updated_at: Millis,
    /// The specification as created, without credentials; registered clusters have none.
    pub spec: Option<K8sClusterSpec>,
    /// Its operations, oldest first.
    pub operations: Vec<String>,
    /// The kubeconfig that was asked for last.
    pub kubeconfig: Option<Kubeconfig>,
}

impl Record {
    /// A cluster that is about to be created.
    pub fn of(spec: K8sClusterSpec, version: Option<String>, region: String, by: &str, now: Millis) -> Self {
        let provisioner = &spec.provisioner;
        let tags = match provisioner {
            Provisioner { eks: Some(eks), .. } => eks.tags.clone(),
            Provisioner { gke: Some(gke), .. } => gke.labels.clone(),
            Provisioner { aks: Some(aks), .. } => aks.tags.clone(),
            _ => None,
        };
        let data_plane = spec.cluster_spec.as_ref().and_then(|spec| spec.data_plane.as_ref());
        Self {
            name: spec.cluster_name.clone(),
            provider: spec.provider.to_string(),
            region: Some(region),
            provisioner: provisioner.kind.to_string(),
            account: account(provisioner).map(str::to_owned),
            version,
            status: ClusterStatus::Provisioning,
            status_message: None,
            node_groups: data_plane.and_then(|plane| plane.node_groups.clone()),
            tags: tags.unwrap_or_default(),
            channel: provisioner.gke.as_ref().and_then(|gke| gke.release_channel.clone()),
            agent: None,
            created_by: by.to_owned(),
            created_at: now,
            updated_at: now,
            spec: Some(without_credentials(spec)),
            operations: Vec::new(),
            kubeconfig: None,
        }
    }

    /// A cluster that an agent is going to report.
    pub fn registered(name: &str, provider: &str, region: Option<String>, by: &str, now: Millis) -> Self {
        Self {
            name: name.to_owned(),
            provider: provider.to_owned(),
            region,
            provisioner: REGISTERED.to_owned(),
            account: None,
            version: None,
            status: ClusterStatus::Registering,
            status_message: None,
            node_groups: None,
            tags: BTreeMap::new(),
            channel: None,
            agent: None,
            created_by: by.to_owned(),
            created_at: now,
            updated_at: now,
            spec: None,
            operations: Vec::new(),
            kubeconfig: None,
        }
    }

    /// Whether the platform only knows it by its agent.
    pub fn is_registered(&self) -> bool {
        self.provisioner == REGISTERED
    }

    /// Whether applications can run on it.
    pub const fn is_running(&self) -> bool {
        matches!(self.status, ClusterStatus::Ready | ClusterStatus::Updating | ClusterStatus::Upgrading)
    }

    /// Whether it never came to be, or came to nothing: its name may be used again.
    pub const fn is_over(&self) -> bool {
        matches!(self.status, ClusterStatus::Failed | ClusterStatus::Cancelled | ClusterStatus::ApprovalRejected)
    }

    /// Whether GKE manages the nodes.
    pub fn is_autopilot(&self) -> bool {
        let gke = self.spec.as_ref().and_then(|spec| spec.provisioner.gke.as_ref());
        gke.is_some_and(|gke| gke.autopilot == Some(true))
    }

    /// The node groups, of which there may be none.
    pub fn groups(&self) -> &[NodeGroup] {
        self.node_groups.as_deref().unwrap_or_default()
    }

    /// The address of the API server, once there is one.
    pub fn endpoint(&self) -> Option<String> {
        let exists = self.is_running() || self.status == ClusterStatus::Deleting;
        let region = self.region.as_deref().unwrap_or("local");
        let hash = digest(&self.name);
        exists.then(|| match self.provisioner.as_str() {
            "eks" => format!("https://{hash:032X}.gr7.{region}.eks.amazonaws.com"),
            "gke" => format!("https://34.{}.{}.{}", hash % 190 + 20, hash / 7 % 250, hash / 911 % 250 + 2),
            "aks" => format!("https://{}-dns-{:08x}.hcp.{region}.azmk8s.io:443", self.name, hash & 0xffff_ffff),
            "selfHosted" => format!("https://api.{}.k8s.local:6443", self.name),
            _ => format!("https://{}.tunnel.astropulse.example", self.name),
        })
    }

    /// As the contract shows it.
    pub fn view(&self, cx: &Cx<'_>, organization: &str) -> Cluster {
        Cluster {
            id: self.name.clone(),
            cluster_name: self.name.clone(),
            provider: self.provider.clone(),
            region: self.region.clone(),
            provisioner_type: Some(self.provisioner.clone()),
            account_id: self.account.clone(),
            kubernetes_version: self.version.clone(),
            status: self.status.clone(),
            status_message: self.status_message.clone(),
            endpoint: self.endpoint(),
            node_groups: self.node_groups.clone(),
            tags: (!self.tags.is_empty()).then(|| self.tags.clone()),
            agent: self.agent.as_ref().map(|agent| agent.summary(cx.now)),
            cloud_connected: Some(cloud::is_connected(cx, organization, &self.name)),
            org_id: Some(organization.to_owned()),
            created_by: Some(self.created_by.clone()),
            created_at: Some(time::rfc3339_seconds(self.created_at)),
            updated_at: Some(time::rfc3339_seconds(self.updated_at)),
        }
    }
}

/// The account that a provisioner works in.
pub fn account(provisioner: &Provisioner) -> Option<&str> {
    match provisioner {
        Provisioner { eks: Some(eks), .. } => Some(&eks.account_id),
        Provisioner { gke: Some(gke), .. } => Some(&gke.project_id),
        Provisioner { aks: Some(aks), .. } => Some(&aks.subscription_id),
        Provisioner { self_hosted: Some(own), .. } => Some(&own.account_id),
        _ => None,
    }
}

/// The specification that is kept: keys that a person sent along are used once and forgotten.
fn without_credentials(mut spec: K8sClusterSpec) -> K8sClusterSpec {
    let provisioner = &mut spec.provisioner;
    let given = [
        provisioner.eks.as_mut().map(|eks| &mut eks.credentials),
        provisioner.gke.as_mut().map(|gke| &mut gke.credentials),
        provisioner.aks.as_mut().map(|aks| &mut aks.credentials),
        provisioner.self_hosted.as_mut().map(|own| &mut own.credentials),
    ];
    for credentials in given.into_iter().flatten() {
        credentials.data = None;
    }
    spec
}

/// A number that stays the same for a name.
pub fn digest(name: &str) -> u128 {
    name.bytes().fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d, |hash: u128, byte| {
        (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
    })
}

/// A cluster's agent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Agent {
    /// Where it stands.
    pub state: AgentState,
    /// Its own version.
    pub version: String,
    /// The last heartbeat before it went away; a connected one has just been heard.
    pub last_seen: Option<Millis>,
    /// The operation that registered it.
    pub operation: String,
}

impl Agent {
    /// Whether the tunnel stands.
    pub fn is_connected(&self) -> bool {
        self.state == AgentState::Connected
    }

    /// The latest heartbeat: agents are heard every 15 seconds.
    pub fn heartbeat(&self, now: Millis) -> Option<Millis> {
        if self.is_connected() { Some(now - now.rem_euclid(15 * SECOND)) } else { self.last_seen }
    }

    fn summary(&self, now: Millis) -> AgentSummary {
        AgentSummary {
            installed: Some(matches!(self.state, AgentState::Connected | AgentState::Disconnected)),
            connected: Some(self.is_connected()),
            version: self.last_seen.or(self.heartbeat(now)).map(|_| self.version.clone()),
            last_seen_at: self.heartbeat(now).map(time::rfc3339_seconds),
        }
    }
}

/// A kubeconfig that was asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Kubeconfig {
    /// From when on it is there.
    pub ready_at: Millis,
    /// Until when it is good.
    pub expires_at: Millis,
    /// The token in it.
    pub token: String,
}

/// An operation on a cluster.
#[derive(Clone, Serialize, Deserialize)]
pub struct Work {
    /// Its id.
    pub id: String,
    /// The cluster's name.
    pub cluster: String,
    /// What it does.
    pub kind: OperationType,
    /// Where it stands.
    pub status: OperationStatus,
    /// The user who asked for it.
    pub by: String,
    /// When it was asked for.
    pub requested_at: Millis,
    /// When it began, which an approval may delay.
    pub started_at: Option<Millis>,
    /// When it ended, well or not.
    pub completed_at: Option<Millis>,
    /// When something last happened.
    pub updated_at: Millis,
    /// The latest message.
    pub message: String,
    /// Why it failed.
    pub error: String,
    /// What it consists of.
    pub steps: Vec<Step>,
    /// The step that runs.
    pub current: usize,
    /// How many of that step's messages were said.
    pub said: usize,
    /// What was said, for the stream.
    pub log: Vec<Line>,
    /// The step at which it will fail, and why.
    pub fault: Option<(usize, String)>,
    /// The status that the cluster goes back to when it doesn't come to its end.
    pub before: ClusterStatus,
    /// What it changes when it comes to its end.
    pub change: Change,
    /// The approval that it waits, or waited, for.
    pub approval: Option<Approval>,
}

/// What an operation changes.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Change {
    /// The version afterwards.
    pub version: Option<String>,
    /// The node groups afterwards.
    pub node_groups: Option<Vec<NodeGroup>>,
    /// Tags that are added.
    pub tags: BTreeMap<String, String>,
    /// The channel afterwards.
    pub channel: Option<ReleaseChannel>,
    /// The architecture of a registration's nodes.
    pub architecture: Option<String>,
}

/// An owner's decision.
#[derive(Clone, Serialize, Deserialize)]
pub struct Approval {
    /// The single-use token.
    pub token: String,
    /// Until when it may be used.
    pub expires_at: Millis,
    /// What became of it: who decided, what, and when.
    pub decided: Option<(String, String, Millis)>,
}

/// A step of an operation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Step {
    /// Its name, `control-plane`.
    pub name: String,
    /// How long it takes by nature.
    pub millis: Millis,
    /// What it says on its way, evenly spread.
    pub says: Vec<String>,
    /// Where it stands.
    pub status: OperationStatus,
    /// What it said last.
    pub message: String,
    /// When it began.
    pub started_at: Option<Millis>,
    /// When it ended.
    pub completed_at: Option<Millis>,
    /// How far it is.
    pub percent: i64,
}

/// Something that was said.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Line {
    /// When.
    pub at: Millis,
    /// In which step, if in any.
    pub step: Option<String>,
    /// How much it matters.
    pub level: ProgressLevel,
    /// The text.
    pub message: String,
    /// How far the operation was.
    pub percent: i64,
    /// Where it stood.
    pub status: OperationStatus,
}

impl Work {
    /// Whether it may still change.
    pub const fn is_open(&self) -> bool {
        matches!(self.status, OperationStatus::Pending | OperationStatus::InProgress)
    }

    /// How far it is.
    pub fn percent(&self) -> i64 {
        if self.status == OperationStatus::Completed {
            return 100;
        }
        let total: Millis = self.steps.iter().map(|step| step.millis).sum();
        let done: Millis = self.steps.iter().map(|step| step.millis * step.percent / 100).sum();
        (done * 100 / total.max(1)).clamp(0, 99)
    }

    /// Says something: the message, and a line of the stream.
    pub fn say(&mut self, at: Millis, step: Option<&str>, level: ProgressLevel, message: impl Into<String>) {
        self.message = message.into();
        self.updated_at = at;
        self.log.push(Line {
            at,
            step: step.map(str::to_owned),
            level,
            message: self.message.clone(),
            percent: self.percent(),
            status: self.status.clone(),
        });
    }

    /// The token of a decision that is still to be taken, for owners' eyes alone.
    fn token(&self, caller: Option<&Caller>) -> Option<Secret<String>> {
        let approval = self.approval.as_ref().filter(|approval| approval.decided.is_none())?;
        let is_owner = caller.is_some_and(|caller| caller.role == Some(Role::Owner));
        (is_owner && self.status == OperationStatus::Pending).then(|| Secret::new(approval.token.clone()))
    }

    /// As a row of the history.
    pub fn entry(&self, caller: Option<&Caller>) -> ClusterOperation {
        let started = self.started_at.unwrap_or(self.requested_at);
        ClusterOperation {
            approval_token: self.token(caller),
            operation_id: self.id.clone(),
            cluster_id: self.cluster.clone(),
            cluster_name: Some(self.cluster.clone()),
            operation_type: self.kind.clone(),
            status: self.status.clone(),
            started_at: time::rfc3339_seconds(started),
            completed_at: self.completed_at.map(time::rfc3339_seconds),
            duration: self.completed_at.map(|at| GoDuration::from_secs((at - started) / SECOND).to_string()),
            triggered_by: Some(self.by.clone()),
            message: Some(self.message.clone()),
            error: (!self.error.is_empty()).then(|| self.error.clone()),
        }
    }

    /// As a progress record.
    pub fn progress(&self, caller: Option<&Caller>) -> ClusterProgress {
        let current = self.steps.get(self.current).filter(|_| self.status == OperationStatus::InProgress);
        ClusterProgress {
            approval_token: self.token(caller),
            operation_id: self.id.clone(),
            cluster_id: self.cluster.clone(),
            cluster_name: Some(self.cluster.clone()),
            operation_type: self.kind.clone(),
            status: self.status.clone(),
            percent: Some(self.percent()),
            current_step: current.map(|step| step.name.clone()),
            steps: Some(self.steps.iter().map(Step::view).collect()),
            message: Some(self.message.clone()),
            error: (!self.error.is_empty()).then(|| self.error.clone()),
            started_at: Some(time::rfc3339_seconds(self.started_at.unwrap_or(self.requested_at))),
            updated_at: Some(time::rfc3339_seconds(self.updated_at)),
        }
    }

    /// A line as a frame of the stream.
    pub fn frame(&self, line: &Line) -> ClusterProgressEvent {
        ClusterProgressEvent {
            operation_id: self.id.clone(),
            cluster_id: self.cluster.clone(),
            operation_type: Some(self.kind.clone()),
            status: line.status.clone(),
            step: line.step.clone(),
            level: Some(line.level.clone()),
            message: line.message.clone(),
            percent: Some(line.percent),
            timestamp: time::rfc3339(line.at),
        }
    }
}

impl Step {
    fn view(&self) -> ProgressStep {
        ProgressStep {
            name: self.name.clone(),
            status: self.status.clone(),
            message: (!self.message.is_empty()).then(|| self.message.clone()),
            started_at: self.started_at.map(time::rfc3339_seconds),
            completed_at: self.completed_at.map(time::rfc3339_seconds),
            percent: Some(self.percent),
        }
    }
}
