//! What happens to applications, kept small and told in full when somebody listens.

use astro_api::applications::{AppEvent, EventSource, EventType, Health, SyncStatus};
use serde::{Deserialize, Serialize};

use super::record::{App, Replicas, Workload};
use crate::core::{
    ids::Random,
    time::{Millis, SECOND, rfc3339_seconds},
};

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Happened {
    /// When.
    pub at: Millis,
    /// What.
    pub what: What,
}

/// What can happen to an application.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum What {
    /// It was deployed, by somebody with this name.
    Created(String),
    /// It waits for something before it can start.
    Waiting(String),
    /// Somebody asked for a sync.
    Requested {
        /// The person's name.
        by: String,
        /// Whether a running one was to be ended.
        force: bool,
    },
    /// A sync that hung was ended.
    Terminated,
    /// A sync to a revision began.
    SyncStarted(String),
    /// A sync to a revision went through.
    SyncSucceeded(String),
    /// A sync could not be done.
    SyncFailed(String),
    /// A newer revision is there.
    Pushed(String),
    /// Another comparison.
    Compared(SyncStatus, SyncStatus),
    /// Another health.
    Health(Health, Health),
    /// Another number of replicas of a template.
    Scaled {
        /// The pod template's hash.
        template: String,
        /// How many there were.
        from: u32,
        /// How many there are to be.
        to: u32,
    },
    /// The autoscaler wants another number of replicas.
    Rescaled(Replicas),
    /// A pod was made and given to a node.
    Scheduled(String),
    /// A pod's containers started.
    Started(String),
    /// A pod started and isn't ready yet.
    Unready(String),
    /// A pod is told to end.
    Killing(String),
    /// A pod's image can't be pulled.
    PullFailed(String),
    /// A pod's image can't be pulled, for the n-th time.
    PullBackOff(String, u32),
    /// A pod's container crashed for the n-th time.
    BackOff(String, u32),
    /// A pod's container took more memory than it may.
    OutOfMemory(String),
    /// A job made a pod.
    JobStarted(String),
    /// A job's pod ended well.
    JobCompleted(String),
    /// The rollout took too long.
    DeadlineExceeded,
}

struct Teller<'a> {
    app: &'a App,
    at: Millis,
    out: Vec<AppEvent>,
}

impl Teller<'_> {
    fn pulse(&mut self, kind: EventType, phase: &str, reason: &str, message: String) {
        self.out.push(AppEvent {
            source: EventSource::Pulse,
            kind,
            reason: reason.to_owned(),
            message,
            timestamp: rfc3339_seconds(self.at),
            phase: Some(phase.to_owned()),
            object: None,
            namespace: None,
            count: None,
        });
    }

    fn k8s(&mut self, after: Millis, kind: EventType, object: String, reason: &str, message: String, count: u32) {
        self.out.push(AppEvent {
            source: EventSource::K8s,
            kind,
            reason: reason.to_owned(),
            message,
            timestamp: rfc3339_seconds(self.at + after * SECOND),
            phase: None,
            object: Some(object),
            namespace: Some(self.app.namespace.clone()),
            count: Some(i64::from(count)),
        });
    }
}

/// What happened, in the words of Argo CD and Kubernetes.
pub fn tell(app: &App, happened: &Happened, k8s: bool) -> Vec<AppEvent> {
    use EventType::{Normal, Warning};
    let mut t = Teller { app, at: happened.at, out: Vec::new() };
    let main = app.containers().into_iter().next().unwrap_or_default();
    let component = app.component();
    let cluster = app.cluster.as_deref().unwrap_or("in-cluster");
    let owner = match app.workload {
        Workload::StatefulSet => format!("StatefulSet/{component}"),
        Workload::CronJob => format!("CronJob/{component}"),
        _ => format!("Deployment/{component}"),
    };
    match &happened.what {
        What::Created(by) => t.pulse(
            Normal,
            "Pending",
            "ApplicationCreated",
            format!("{by} created application \"{}\" on cluster \"{cluster}\"", app.name()),
        ),
        What::Waiting(why) => t.pulse(Normal, "Pending", "Waiting", why.clone()),
        What::Requested { by, force } => t.pulse(
            Normal,
            "Syncing",
            "ResyncRequested",
            format!("{by} requested a {}resync", if *force { "forced " } else { "" }),
        ),
        What::Terminated => t.pulse(
            Warning,
            "Syncing",
            "OperationTerminated",
            "Terminated the sync that was waiting for deletion, on request".to_owned(),
        ),
        What::SyncStarted(revision) => t.pulse(
            Normal,
            "Syncing",
            "OperationStarted",
            format!("Initiated sync of namespace \"{}\" to {revision}", app.namespace),
        ),
        What::SyncSucceeded(revision) => t.pulse(
            Normal,
            "Syncing",
            "OperationCompleted",
            format!("Sync operation to {revision} succeeded: successfully synced (all tasks run)"),
        ),
        What::SyncFailed(why) => t.pulse(Warning, "Failed", "OperationCompleted", format!("Sync operation failed: {why}")),
        What::Pushed(revision) => {
            t.pulse(Normal, "Comparing", "RevisionDetected", format!("New revision {revision} of the source"));
        }
        What::Compared(from, to) => t.pulse(
            Normal,
            "Comparing",
            "ResourceUpdated",
            format!("Updated sync status: {from} -> {to}"),
        ),
        What::Health(from, to) => t.pulse(
            if *to == Health::Degraded { Warning } else { Normal },
            match to {
                Health::Healthy => "Running",
                Health::Degraded => "Degraded",
                _ => "Rollout",
            },
            "ResourceUpdated",
            format!("Updated health status: {from} -> {to}"),
        ),
        What::DeadlineExceeded => {
            t.pulse(
                Warning,
                "Degraded",
                "ProgressDeadlineExceeded",
                format!("{} has exceeded its progress deadline", owner.replace('/', " \"") + "\""),
            );
        }
        _ if !k8s => {}
        What::Scaled { template, from, to } => {
            let set = format!("{component}-{template}");
            let (reason, message) = if app.workload == Workload::StatefulSet {
                let verb = if to > from { "create" } else { "delete" };
                ("SuccessfulCreate", format!("{verb} Pod {component}-{} in StatefulSet {component} successful", to.max(from).saturating_sub(1)))
            } else {
                let way = if to > from { "up" } else { "down" };
                ("ScalingReplicaSet", format!("Scaled {way} replica set {set} from {from} to {to}"))
            };
            t.k8s(0, Normal, owner, reason, message, 1);
        }
        What::Rescaled(replicas) => t.k8s(
            0,
            Normal,
            format!("HorizontalPodAutoscaler/{component}"),
            "SuccessfulRescale",
            format!(
                "New size: {}; reason: cpu resource utilization (percentage of request) {} target",
                replicas.wanted,
                if replicas.wanted > replicas.min { "above" } else { "below" }
            ),
            1,
        ),
        What::Scheduled(pod) => {
            let node = node(app, pod);
            if app.workload == Workload::Deployment {
                let set = pod.rsplit_once('-').map_or(pod.as_str(), |(set, _)| set);
                t.k8s(0, Normal, format!("ReplicaSet/{set}"), "SuccessfulCreate", format!("Created pod: {pod}"), 1);
            }
            let object = format!("Pod/{pod}");
            let assigned = format!("Successfully assigned {}/{pod} to {node}", app.namespace);
            t.k8s(0, Normal, object.clone(), "Scheduled", assigned, 1);
            t.k8s(1, Normal, object, "Pulling", format!("Pulling image \"{}\"", app.image()), 1);
        }
        What::Started(pod) => {
            let object = format!("Pod/{pod}");
            let mut random = Random::new(0).derive(pod);
            let (millis, bytes) = (900 + random.below(6000), 24_000_000 + random.below(400_000_000));
            t.k8s(
                0,
                Normal,
                object.clone(),
                "Pulled",
                format!(
                    "Successfully pulled image \"{}\" in {}.{:03}s ({}.{:03}s including waiting). Image size: {bytes} bytes.",
                    app.image(),
                    millis / 1000,
                    millis % 1000,
                    millis / 1000,
                    millis % 1000,
                ),
                1,
            );
            for container in app.containers() {
                t.k8s(0, Normal, object.clone(), "Created", format!("Created container: {container}"), 1);
                t.k8s(0, Normal, object.clone(), "Started", format!("Started container {container}"), 1);
            }
        }
        What::Unready(pod) => t.k8s(
            0,
            Warning,
            format!("Pod/{pod}"),
            "Unhealthy",
            format!("Readiness probe failed: Get \"http://10.42.{}.{}:8080/healthz\": dial tcp: connect: connection refused", pod.len() % 16, pod.bytes().map(u32::from).sum::<u32>() % 250 + 2),
            1,
        ),
        What::Killing(pod) => {
            t.k8s(0, Normal, format!("Pod/{pod}"), "Killing", format!("Stopping container {main}"), 1);
        }
        What::PullFailed(pod) => {
            let image = app.image();
            let object = format!("Pod/{pod}");
            t.k8s(
                0,
                Warning,
                object.clone(),
                "Failed",
                format!("Failed to pull image \"{image}\": rpc error: code = NotFound desc = failed to pull and unpack image \"{image}\": failed to resolve reference \"{image}\": {image}: not found"),
                1,
            );
            t.k8s(0, Warning, object, "Failed", "Error: ErrImagePull".to_owned(), 1);
        }
        What::PullBackOff(pod, count) => {
            let object = format!("Pod/{pod}");
            t.k8s(0, Normal, object.clone(), "BackOff", format!("Back-off pulling image \"{}\"", app.image()), *count);
            t.k8s(0, Warning, object, "Failed", "Error: ImagePullBackOff".to_owned(), *count);
        }
        What::BackOff(pod, count) => t.k8s(
            0,
            Warning,
            format!("Pod/{pod}"),
            "BackOff",
            format!("Back-off restarting failed container {main} in pod {pod}_{}", app.namespace),
            *count,
        ),
        What::OutOfMemory(pod) => {
            t.k8s(
                0,
                Warning,
                format!("Node/{}", node(app, pod)),
                "OOMKilling",
                format!("Memory cgroup out of memory: Killed process {} ({main}) total-vm:4718592kB, anon-rss:261640kB", 4000 + pod.len() * 37),
                1,
            );
        }
        What::JobStarted(pod) => {
            let job = pod.rsplit_once('-').map_or(pod.as_str(), |(job, _)| job);
            t.k8s(0, Normal, format!("CronJob/{component}"), "SuccessfulCreate", format!("Created job {job}"), 1);
            t.k8s(0, Normal, format!("Job/{job}"), "SuccessfulCreate", format!("Created pod: {pod}"), 1);
        }
        What::JobCompleted(pod) => {
            let job = pod.rsplit_once('-').map_or(pod.as_str(), |(job, _)| job);
            t.k8s(0, Normal, format!("Job/{job}"), "Completed", "Job completed".to_owned(), 1);
            let saw = format!("Saw completed job: {job}, condition: Complete");
            t.k8s(1, Normal, format!("CronJob/{component}"), "SawCompletedJob", saw, 1);
        }
    }
    t.out
}

/// The node of a pod; the cluster's machines are named like those of its provider.
pub fn node(app: &App, pod: &str) -> String {
    let mut random = Random::new(0).derive(pod);
    let cluster = app.cluster.as_deref().unwrap_or("cluster");
    if cluster.contains("gke") {
        return format!("gke-{cluster}-default-pool-{}-{}", random.hex(8), random.letters(4));
    }
    format!("ip-10-0-{}-{}.ec2.internal", random.below(96), 4 + random.below(250))
}
