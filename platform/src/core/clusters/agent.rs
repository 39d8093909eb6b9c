//! Agents: registering, their state, and what happens to their tunnels.

use astro_api::{
    audit::{AuditAction, AuditEventType},
    clusters::{
        AgentProgress, AgentRegisterRequest, AgentRegistration, AgentState, AgentStatus, ClusterStatus,
        OperationStatus, OperationType, RegistrationStatus,
    },
    secret::Secret,
};
use serde_json::{Map, json};

use super::{
    Due,
    record::{Agent, Change, Record, digest},
    run,
};
use crate::core::{
    Cx, apps,
    call::{Call, Reply},
    catalog,
    fault::Fault,
    notifications,
    roles::Capability,
    time::{self, HOUR, MINUTE, Millis, SECOND},
    validate::Checks,
};

/// The provider of a registered cluster before its agent has looked.
pub const UNKNOWN: &str = "unknown";
/// The version of the agents that are installed today.
const VERSION: &str = "0.4.2";
/// How long a manifest's token is good for.
const MANIFEST_LIFE: Millis = HOUR;
/// How long an agent needs to come back once its cluster's authentication is synced.
const RECONNECTION: Millis = 5 * SECOND;

/// `registerAgent`
pub fn register(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let by = cx.require(Capability::ManageClusters)?.user.clone();
    let name = call.path("clusterId");
    Checks::new()
        .name("clusterId", name)
        .that(!super::deploy::RESERVED.contains(&name), "clusterId", "is a reserved word")
        .done()?;
    let body: AgentRegisterRequest = call.body()?;
    let architecture = body.architecture.map_or_else(|| "amd64".to_owned(), |word| word.to_string());
    let organization = cx.organization()?;
    let dry_run = body.dry_run == Some(true);
    let existing = super::record(cx, &organization, name);
    if let Some(record) = existing {
        let fleet = cx.state.clusters.fleet(&organization);
        let busy = fleet.and_then(|fleet| fleet.busy(record));
        if let Some(work) = busy.filter(|work| work.kind == OperationType::Register && !dry_run) {
            // Who registers and who installs may be two teams: both get the same manifest.
            let (operation, expires_at) = (work.id.clone(), work.requested_at + MANIFEST_LIFE);
            let architecture = work.change.architecture.clone().unwrap_or(architecture);
            let registration = registration(cx, name, &architecture, Some(operation), expires_at);
            return Ok(Reply::said(registration, "The registration is under way"));
        }
        if record
            .agent
            .as_ref()
            .is_some_and(|agent| matches!(agent.state, AgentState::Connected | AgentState::Disconnected))
        {
            return Err(Fault::conflict(format!("Cluster {name} has an agent already; unregister it first")));
        }
        if busy.is_some() || !(record.is_running() || record.is_over()) {
            return Err(Fault::conflict(format!("Cluster {name} is {}; wait until it is READY", record.status)));
        }
    }
    super::deploy::within_plan(cx, &organization, name)?;
    if dry_run {
        let mut registration = registration(cx, name, &architecture, None, cx.now + MANIFEST_LIFE);
        registration.status = RegistrationStatus::Pending;
        registration.dry_run = Some(true);
        return Ok(Reply::said(registration, "Dry run completed"));
    }
    let mut record = if let Some(record) = existing.filter(|record| record.is_running()) {
        record.clone()
    } else {
        let region = body.region.filter(|region| !region.is_empty());
        let provider = region.as_deref().and_then(catalog::provider_of).unwrap_or(UNKNOWN);
        let mut record = Record::registered(name, provider, region, &by, cx.now);
        record.operations = existing.map(|record| record.operations.clone()).unwrap_or_default();
        record.version = body.kubernetes_version.filter(|version| !version.is_empty());
        record
    };
    let change = Change { architecture: Some(architecture.clone()), ..Change::default() };
    let work = run::prepare(cx, &record, OperationType::Register, &by, change);
    let operation = work.id.clone();
    record.agent = Some(Agent {
        state: AgentState::WaitingForAgent,
        version: VERSION.to_owned(),
        last_seen: None,
        operation: operation.clone(),
    });
    // A cluster that the platform made stays what it is while its agent is on the way.
    let status = record.status.clone();
    cx.state.clusters.fleet_mut(&organization).clusters.insert(name.to_owned(), record);
    run::enlist(cx, &organization, work);
    run::begin(cx, &organization, &operation, status);
    let metadata =
        Map::from_iter([("operation".to_owned(), json!("register")), ("operationId".to_owned(), json!(operation))]);
    cx.audit((AuditEventType::Cluster, AuditAction::Create), ("cluster", name, name), metadata);
    let registration = registration(cx, name, &architecture, Some(operation), cx.now + MANIFEST_LIFE);
    Ok(Reply::said(registration, "Apply the manifest to the cluster"))
}

fn registration(
    cx: &Cx<'_>,
    name: &str,
    architecture: &str,
    operation: Option<String>,
    expires_at: Millis,
) -> AgentRegistration {
    let token = cx.state.random.derive(operation.as_deref().unwrap_or(name)).hex(32);
    AgentRegistration {
        cluster_id: name.to_owned(),
        status: RegistrationStatus::WaitingForAgent,
        manifest: Secret::new(manifest(name, architecture, &token)),
        install_command: Some(Secret::new(format!("astroctl infra k8s register agent --cluster-name {name}"))),
        dry_run: Some(false),
        expires_at: operation.is_some().then(|| time::rfc3339_seconds(expires_at)),
        operation_id: operation,
    }
}

/// What `kubectl apply` takes. The token is made up and opens nothing.
fn manifest(name: &str, architecture: &str, token: &str) -> String {
    format!(
        r#"apiVersion: v1
kind: Namespace
metadata:
  name: astro-agent
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: astro-agent
  namespace: astro-agent
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: astro-agent
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: cluster-admin
subjects:
  - kind: ServiceAccount
    name: astro-agent
    namespace: astro-agent
---
apiVersion: v1
kind: Secret
metadata:
  name: astro-agent-bootstrap
  namespace: astro-agent
stringData:
  cluster: {name}
  token: local-platform-{token}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: astro-agent
  namespace: astro-agent
spec:
  replicas: 1
  selector:
    matchLabels:
      app: astro-agent
  template:
    metadata:
      labels:
        app: astro-agent
    spec:
      serviceAccountName: astro-agent
      nodeSelector:
        kubernetes.io/arch: {architecture}
      containers:
        - name: agent
          image: registry.astropulse.example/agent:{VERSION}
          args: ["--tunnel=tunnel.astropulse.example:443", "--cluster={name}"]
          envFrom:
            - secretRef:
                name: astro-agent-bootstrap
          resources:
            requests: {{cpu: 50m, memory: 64Mi}}
            limits: {{memory: 128Mi}}
"#
    )
}

/// `getAgentStatus`
pub fn status(cx: &Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    cx.require(Capability::Read)?;
    let (organization, name) = (cx.organization()?, call.path("clusterId"));
    let record = super::known(cx, &organization, name)?;
    let agent = record.agent.as_ref().ok_or_else(|| Fault::not_found("Agent of cluster", name))?;
    let operation = match call.query("operationId") {
        Some(id) if !record.operations.iter().any(|known| known == id) => {
            return Err(Fault::not_found("Operation", id));
        }
        Some(id) => id,
        None => &agent.operation,
    };
    let work = cx.state.clusters.fleet(&organization).and_then(|fleet| fleet.operations.get(operation));
    let progress = work.map(|work| {
        let step = |step: &super::record::Step| AgentProgress {
            step: Some(step.name.clone()),
            status: Some(step.status.to_string()),
            message: Some(step.message.clone()).filter(|message| !message.is_empty()),
        };
        work.steps.iter().map(step).collect()
    });
    Ok(Reply::ok(AgentStatus {
        cluster_id: name.to_owned(),
        connected: agent.is_connected(),
        status: agent.state.clone(),
        agent_version: agent.heartbeat(cx.now).map(|_| agent.version.clone()),
        kubernetes_version: record.version.as_ref().map(|version| format!("v{}", version.trim_start_matches('v'))),
        region: record.region.clone(),
        provider: Some(record.provider.clone()).filter(|provider| provider != UNKNOWN),
        last_heartbeat: agent.heartbeat(cx.now).map(time::rfc3339_seconds),
        operation_id: work.map(|work| work.id.clone()),
        progress,
    }))
}

/// `unregisterAgent`
pub fn unregister(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let by = cx.require(Capability::ManageClusters)?.user.clone();
    let agent_only = call.flag("agent-only")?.unwrap_or(false);
    let (organization, name) = (cx.organization()?, call.path("clusterId"));
    let record = super::known(cx, &organization, name)?;
    let is_registered = record.is_registered();
    if record.agent.is_none() && (agent_only || !is_registered) {
        return Err(Fault::not_found("Agent of cluster", name));
    }
    if agent_only && record.agent.as_ref().is_some_and(|agent| agent.state == AgentState::Tombstoned) {
        return Err(Fault::conflict(format!("The agent of {name} is removed already")));
    }
    let fleet = cx.state.clusters.fleet(&organization);
    let registering = fleet.and_then(|fleet| fleet.busy(record)).map(|work| (work.id.clone(), work.kind.clone()));
    match registering {
        Some((operation, OperationType::Register)) => {
            run::stop(cx, &organization, &operation, "The agent was unregistered", false);
        }
        Some((_, kind)) => {
            return Err(Fault::conflict(format!("Cluster {name} is busy: {kind} is under way; cancel it first")));
        }
        None => {}
    }
    let now = cx.now;
    if is_registered && !agent_only {
        remove(cx, &organization, name, &by);
    } else if let Some(record) = cx.state.clusters.fleet_mut(&organization).clusters.get_mut(name) {
        record.updated_at = now;
        if agent_only {
            let last_seen = record.agent.as_ref().and_then(|agent| agent.heartbeat(now));
            if let Some(agent) = &mut record.agent {
                agent.state = AgentState::Tombstoned;
                agent.last_seen = last_seen;
            }
            if is_registered {
                record.status_message =
                    Some("The agent was removed; register it again to reach the cluster".to_owned());
            }
        } else {
            record.agent = None;
        }
    }
    let metadata =
        Map::from_iter([("operation".to_owned(), json!("unregister")), ("agentOnly".to_owned(), json!(agent_only))]);
    let action = if is_registered && !agent_only { AuditAction::Delete } else { AuditAction::Update };
    cx.audit((AuditEventType::Cluster, action), ("cluster", name, name), metadata);
    Ok(Reply::said(json!({}), if agent_only { "Agent removed" } else { "Agent unregistered" }))
}

/// Forgets a registered cluster at once; its history says so.
fn remove(cx: &mut Cx<'_>, organization: &str, name: &str, by: &str) {
    let Some(record) = super::record(cx, organization, name).cloned() else { return };
    let mut work = run::prepare(cx, &record, OperationType::Delete, by, Change::default());
    work.steps.clear();
    work.status = OperationStatus::Completed;
    work.started_at = Some(cx.now);
    work.completed_at = Some(cx.now);
    let message = format!("Cluster {name} is unregistered");
    work.say(cx.now, None, astro_api::clusters::ProgressLevel::Info, message);
    run::enlist(cx, organization, work);
    let now = cx.now;
    run::bury(cx.state.clusters.fleet_mut(organization), name, ClusterStatus::Deleted, now);
    apps::cluster_gone(cx, organization, name);
}

/// `syncClusterAuth`: repairs the tunnel of an agent that lost it.
pub fn sync_auth(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    cx.require(Capability::ManageClusters)?;
    let (organization, name) = (cx.organization()?, call.path("clusterId"));
    let record = super::known(cx, &organization, name)?;
    if !record.is_running() {
        return Err(Fault::conflict(format!("Cluster {name} is {}; it must be READY", record.status)));
    }
    if record.agent.as_ref().is_some_and(|agent| agent.state == AgentState::Disconnected) {
        let due = Due::AgentReturns { organization, cluster: name.to_owned() };
        cx.after(RECONNECTION, super::super::Due::Clusters(due));
    }
    let metadata = Map::from_iter([("operation".to_owned(), json!("sync-auth"))]);
    cx.audit((AuditEventType::Cluster, AuditAction::Update), ("cluster", name, name), metadata);
    Ok(Reply::ok(format!("Authentication configuration synced for {name}")))
}

/// Tunnels break now and then. Whatever the speed of lifecycles, that is seldom: who tests agents must not meet it.
pub fn watch(cx: &mut Cx<'_>, organization: &str, cluster: &str) {
    let pause = 20 * MINUTE + i64::try_from(cx.state.random.below(40)).unwrap_or_default() * MINUTE;
    let due = Due::AgentDrops { organization: organization.to_owned(), cluster: cluster.to_owned() };
    cx.at(cx.now + pause, super::super::Due::Clusters(due));
}

/// A tunnel breaks.
pub fn drops(cx: &mut Cx<'_>, organization: &str, cluster: &str) {
    let now = cx.now;
    let Some(record) = cx.state.clusters.fleet_mut(organization).clusters.get_mut(cluster) else { return };
    let Some(agent) = record.agent.as_mut().filter(|agent| agent.state == AgentState::Connected) else { return };
    agent.last_seen = agent.heartbeat(now);
    agent.state = AgentState::Disconnected;
    let outage = 45 * SECOND + i64::try_from(digest(&format!("{cluster}{now}")) % 150).unwrap_or_default() * SECOND;
    let due = Due::AgentReturns { organization: organization.to_owned(), cluster: cluster.to_owned() };
    cx.at(now + outage, super::super::Due::Clusters(due));
    let title = format!("The agent of {cluster} is disconnected");
    notifications::notify(cx, organization, "agent.disconnected", &title, "It reconnects by itself.");
    apps::cluster_lost(cx, organization, cluster);
}

/// A tunnel stands again.
pub fn returns(cx: &mut Cx<'_>, organization: &str, cluster: &str) {
    let now = cx.now;
    let Some(record) = cx.state.clusters.fleet_mut(organization).clusters.get_mut(cluster) else { return };
    let Some(agent) = record.agent.as_mut().filter(|agent| agent.state == AgentState::Disconnected) else { return };
    agent.state = AgentState::Connected;
    agent.last_seen = Some(now);
    record.status_message = None;
    watch(cx, organization, cluster);
    apps::cluster_back(cx, organization, cluster);
}
