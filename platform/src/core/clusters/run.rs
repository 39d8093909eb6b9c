//! Operations under way: they start, take their steps, come to an end, or are cancelled.

use astro_api::clusters::{AgentState, ClusterStatus, OperationStatus, OperationType, ProgressLevel};

use super::{
    Due, agent, plan,
    record::{Change, Fleet, Record, Work},
};
use crate::core::{
    Cx, apps, catalog, notifications,
    time::{HOUR, Millis},
};

/// How long a decision may take.
pub const APPROVAL_LIFE: Millis = 72 * HOUR;

/// A new operation on a cluster, not begun yet.
pub fn prepare(cx: &mut Cx<'_>, record: &Record, kind: OperationType, by: &str, change: Change) -> Work {
    let steps = plan::steps(&kind, record, &change);
    Work {
        id: cx.uuid(),
        cluster: record.name.clone(),
        status: OperationStatus::Pending,
        by: by.to_owned(),
        requested_at: cx.now,
        started_at: None,
        completed_at: None,
        updated_at: cx.now,
        message: String::new(),
        error: String::new(),
        current: 0,
        said: 0,
        log: Vec::new(),
        fault: plan::fault(&kind, record, &change, &steps),
        before: record.status.clone(),
        change,
        approval: None,
        kind,
        steps,
    }
}

/// Adds an operation to its cluster; it goes on by [`begin`].
pub fn enlist(cx: &mut Cx<'_>, organization: &str, work: Work) {
    let fleet = cx.state.clusters.fleet_mut(organization);
    if let Some(record) = fleet.clusters.get_mut(&work.cluster) {
        record.operations.push(work.id.clone());
        fleet.operations.insert(work.id.clone(), work);
    }
}

/// Lets an operation begin.
pub fn begin(cx: &mut Cx<'_>, organization: &str, operation: &str, status: ClusterStatus) {
    let now = cx.now;
    let fleet = cx.state.clusters.fleet_mut(organization);
    let Some(work) = fleet.operations.get_mut(operation) else { return };
    work.status = OperationStatus::InProgress;
    work.started_at = Some(now);
    work.updated_at = now;
    if let Some(record) = fleet.clusters.get_mut(&work.cluster) {
        record.status = status;
        record.status_message = None;
        record.updated_at = now;
    }
    beat(cx, organization, operation);
}

/// What comes next in an operation: a message, the end of a step, the beginning of another, the end.
pub fn beat(cx: &mut Cx<'_>, organization: &str, operation: &str) {
    let now = cx.now;
    let Some(work) = cx.state.clusters.fleet_mut(organization).operations.get_mut(operation) else { return };
    if work.status != OperationStatus::InProgress {
        return;
    }
    let Some(step) = work.steps.get_mut(work.current) else { return };
    if let Some(message) = step.says.get(work.said).cloned() {
        if work.said == 0 {
            step.status = OperationStatus::InProgress;
            step.started_at = Some(now);
        }
        step.message.clone_from(&message);
        step.percent = percent(work.said, step.says.len());
        work.said += 1;
        let pause = step.millis / i64::try_from(step.says.len()).unwrap_or(1);
        let name = step.name.clone();
        work.say(now, Some(&name), ProgressLevel::Info, message);
        let due = Due::Beat { organization: organization.to_owned(), operation: operation.to_owned() };
        cx.after(pause, super::super::Due::Clusters(due));
        return;
    }
    if let Some((at, error)) = work.fault.clone()
        && at == work.current
    {
        fail(cx, organization, operation, &error);
        return;
    }
    step.status = OperationStatus::Completed;
    step.completed_at = Some(now);
    step.percent = 100;
    // What was said is in the log; the plan isn't needed again.
    step.says = Vec::new();
    work.current += 1;
    work.said = 0;
    if work.current < work.steps.len() {
        beat(cx, organization, operation);
    } else {
        complete(cx, organization, operation);
    }
}

fn percent(said: usize, of: usize) -> i64 {
    i64::try_from(said * 100 / of.max(1)).unwrap_or(100)
}

/// The operation comes to its good end.
fn complete(cx: &mut Cx<'_>, organization: &str, operation: &str) {
    let now = cx.now;
    let fleet = cx.state.clusters.fleet_mut(organization);
    let Some(work) = fleet.operations.get_mut(operation) else { return };
    work.status = OperationStatus::Completed;
    work.completed_at = Some(now);
    let name = work.cluster.clone();
    let message = match work.kind {
        OperationType::Update => format!("Cluster {name} is updated"),
        OperationType::Upgrade => {
            format!("Cluster {name} runs Kubernetes {}", work.change.version.as_deref().unwrap_or_default())
        }
        OperationType::Delete => format!("Cluster {name} is deleted"),
        OperationType::Register => format!("The agent of {name} is connected"),
        _ => "Cluster is ready".to_owned(),
    };
    work.say(now, None, ProgressLevel::Info, message.clone());
    let (kind, change) = (work.kind.clone(), work.change.clone());
    if kind == OperationType::Delete {
        bury(fleet, &name, ClusterStatus::Deleted, now);
    } else if let Some(record) = fleet.clusters.get_mut(&name) {
        record.status = ClusterStatus::Ready;
        record.status_message = None;
        record.updated_at = now;
        apply(record, &kind, change, now);
    }
    match kind {
        OperationType::Register => agent::watch(cx, organization, &name),
        OperationType::Delete => apps::cluster_gone(cx, organization, &name),
        _ => {}
    }
    let topic = match kind {
        OperationType::Update => "cluster.updated",
        OperationType::Upgrade => "cluster.upgraded",
        OperationType::Delete => "cluster.deleted",
        _ => "cluster.created",
    };
    notifications::notify(cx, organization, topic, &message, &format!("Operation {operation} is complete."));
}

fn apply(record: &mut Record, kind: &OperationType, change: Change, now: Millis) {
    if let Some(version) = change.version {
        record.version = Some(version);
    }
    if let Some(groups) = change.node_groups {
        record.node_groups = Some(groups);
    }
    if let Some(channel) = change.channel {
        record.channel = Some(channel);
    }
    record.tags.extend(change.tags);
    if *kind == OperationType::Register {
        if let Some(agent) = &mut record.agent {
            agent.state = AgentState::Connected;
            agent.last_seen = Some(now);
        }
        if record.version.is_none() {
            record.version = Some(plan::detected_version(&record.name));
        }
        if record.provider == agent::UNKNOWN {
            let found = record.region.as_deref().and_then(catalog::provider_of);
            record.provider = found.unwrap_or("onprem").to_owned();
        }
    }
}

/// The operation ends with an error.
fn fail(cx: &mut Cx<'_>, organization: &str, operation: &str, error: &str) {
    let now = cx.now;
    let fleet = cx.state.clusters.fleet_mut(organization);
    let Some(work) = fleet.operations.get_mut(operation) else { return };
    error.clone_into(&mut work.error);
    let (name, kind, before) = (work.cluster.clone(), work.kind.clone(), work.before.clone());
    let step = close(work, OperationStatus::Failed, error, now);
    let what = match kind {
        OperationType::Update => "Updating",
        OperationType::Upgrade => "Upgrading",
        OperationType::Delete => "Deleting",
        OperationType::Register => "Registering",
        _ => "Creating",
    };
    let title = format!("{what} cluster {name} failed at {step}");
    work.say(now, Some(&step), ProgressLevel::Error, format!("{step} failed: {error}"));
    if let Some(record) = fleet.clusters.get_mut(&name) {
        // What ran before an update or upgrade still runs.
        record.status = match kind {
            OperationType::Update | OperationType::Upgrade => before,
            OperationType::Register if !record.is_registered() => before,
            _ => ClusterStatus::Failed,
        };
        record.status_message = Some(format!("{title}: {error}"));
        record.updated_at = now;
        if kind == OperationType::Register
            && let Some(agent) = &mut record.agent
        {
            agent.state = AgentState::Failed;
        }
    }
    notifications::notify(cx, organization, "cluster.failed", &title, error);
}

/// Ends an operation at its current step, whose name it returns.
fn close(work: &mut Work, status: OperationStatus, why: &str, now: Millis) -> String {
    work.status = status.clone();
    work.completed_at = Some(now);
    for step in &mut work.steps {
        step.says = Vec::new();
    }
    let Some(step) = work.steps.get_mut(work.current) else { return String::new() };
    if step.status == OperationStatus::InProgress {
        step.status = status;
        step.completed_at = Some(now);
        why.clone_into(&mut step.message);
    }
    step.name.clone()
}

/// Stops an operation that waits or runs: by a person, by an owner's rejection, by time.
pub fn stop(cx: &mut Cx<'_>, organization: &str, operation: &str, why: &str, rejected: bool) {
    let now = cx.now;
    let fleet = cx.state.clusters.fleet_mut(organization);
    let Some(work) = fleet.operations.get_mut(operation) else { return };
    let (name, kind, before) = (work.cluster.clone(), work.kind.clone(), work.before.clone());
    close(work, OperationStatus::Cancelled, why, now);
    work.say(now, None, ProgressLevel::Warning, why);
    if let Some(record) = fleet.clusters.get_mut(&name) {
        let is_new = match kind {
            OperationType::Create => true,
            OperationType::Register => record.is_registered(),
            _ => false,
        };
        record.status = if rejected {
            ClusterStatus::ApprovalRejected
        } else if is_new {
            ClusterStatus::Cancelled
        } else {
            before
        };
        record.status_message = Some(why.to_owned());
        record.updated_at = now;
        if kind == OperationType::Register {
            record.agent = None;
        }
    }
}

/// Takes a cluster from the list; its history stays.
pub fn bury(fleet: &mut Fleet, name: &str, status: ClusterStatus, now: Millis) {
    if let Some(mut record) = fleet.clusters.shift_remove(name) {
        record.status = status;
        record.updated_at = now;
        record.kubeconfig = None;
        fleet.gone.push(record);
    }
}
