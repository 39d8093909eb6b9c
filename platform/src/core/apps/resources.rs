//! The tree of Kubernetes resources that an application consists of, and its conditions.

use astro_api::applications::{
    AppResource, AppStatusEvent, Condition, ConditionStatus, Health, SourceType, SyncStatus,
};

use super::record::{App, Phase, PodState, Workload};
use crate::core::time::{Millis, rfc3339, rfc3339_seconds};

/// A frame of `streamApplicationStatus`.
pub fn status(app: &App, at: Millis) -> AppStatusEvent {
    AppStatusEvent {
        app_id: app.name().to_owned(),
        status: app.status().to_owned(),
        health: Some(app.health()),
        sync_status: Some(app.sync.clone()),
        revision: Some(app.revision.clone()).filter(|revision| !revision.is_empty()),
        message: app.message.clone(),
        conditions: Some(conditions(app)),
        resources: Some(resources(app)),
        timestamp: rfc3339(at),
    }
}

fn condition(kind: &str, holds: bool, reason: &str, message: String, at: Millis) -> Condition {
    Condition {
        kind: kind.to_owned(),
        status: if holds { ConditionStatus::True } else { ConditionStatus::False },
        reason: Some(reason.to_owned()),
        message: Some(message),
        last_transition_time: Some(rfc3339_seconds(at)),
    }
}

/// The conditions of the application and of what carries its pods.
pub fn conditions(app: &App) -> Vec<Condition> {
    let mut list = Vec::new();
    let (ready, wanted) = (app.ready(), app.replicas.wanted);
    let synced = app.sync == SyncStatus::Synced;
    let revision = app.pushed.as_deref().unwrap_or(&app.revision);
    match app.phase {
        Phase::Unreachable => {
            let message = app.message.clone().unwrap_or_default();
            let mut unknown = condition("Available", false, "ClusterUnreachable", message, app.since);
            unknown.status = ConditionStatus::Unknown;
            return vec![unknown];
        }
        Phase::Failed => {
            let message = app.message.clone().unwrap_or_default();
            list.push(condition("ComparisonError", true, "ComparisonError", message, app.since));
        }
        _ => {}
    }
    list.push(condition(
        "Synced",
        synced,
        match &app.sync {
            SyncStatus::Synced => "Synced",
            SyncStatus::OutOfSync => "OutOfSync",
            _ => "ComparisonError",
        },
        if synced {
            format!("The cluster has what {revision} says")
        } else {
            format!("The cluster doesn't have what {revision} says")
        },
        app.compared,
    ));
    if matches!(app.workload, Workload::Deployment | Workload::StatefulSet) && !app.pods.is_empty() {
        let available = ready > 0 && ready + 1 >= wanted;
        list.push(if available {
            let message = "Deployment has minimum availability.".to_owned();
            condition("Available", true, "MinimumReplicasAvailable", message, app.since)
        } else {
            let message = "Deployment does not have minimum availability.".to_owned();
            condition("Available", false, "MinimumReplicasUnavailable", message, app.since)
        });
        let set = format!("{}-{}", app.component(), app.template);
        list.push(match app.phase {
            Phase::Degraded if ready < wanted => condition(
                "Progressing",
                false,
                "ProgressDeadlineExceeded",
                format!("ReplicaSet \"{set}\" has timed out progressing."),
                app.since,
            ),
            Phase::Deploying => condition(
                "Progressing",
                true,
                "ReplicaSetUpdated",
                format!("ReplicaSet \"{set}\" is progressing."),
                app.since,
            ),
            _ => condition(
                "Progressing",
                true,
                "NewReplicaSetAvailable",
                format!("ReplicaSet \"{set}\" has successfully progressed."),
                app.since,
            ),
        });
    }
    list
}

struct Tree<'a> {
    app: &'a App,
    out: Vec<AppResource>,
}

impl Tree<'_> {
    fn add(&mut self, kind: &str, name: String, health: Option<Health>, managed: bool) {
        // What Argo CD manages has a sync status; what a controller made from it has none.
        let changed = matches!(kind, "Deployment" | "StatefulSet" | "ConfigMap" | "CronJob" | "KafkaTopic");
        let sync = match (&self.app.sync, managed) {
            (_, false) => None,
            (SyncStatus::OutOfSync, true) if changed || self.app.phase == Phase::Pending => Some(SyncStatus::OutOfSync),
            (SyncStatus::Unknown, true) => Some(SyncStatus::Unknown),
            _ => Some(SyncStatus::Synced),
        };
        let health = match self.app.phase {
            Phase::Unreachable => health.map(|_| Health::Unknown),
            Phase::Pending => health.map(|_| Health::Missing),
            _ => health,
        };
        self.out.push(AppResource {
            kind: kind.to_owned(),
            name,
            namespace: Some(self.app.namespace.clone()),
            health,
            sync_status: sync,
        });
    }
}

const fn pod_health(state: PodState) -> Health {
    match state {
        PodState::Ready | PodState::Completed => Health::Healthy,
        PodState::Pulling | PodState::Starting | PodState::Terminating => Health::Progressing,
        PodState::CrashLoop | PodState::ImageMissing => Health::Degraded,
    }
}

/// Everything that the application consists of, owners before what they own.
pub fn resources(app: &App) -> Vec<AppResource> {
    let mut tree = Tree { app, out: Vec::with_capacity(16) };
    // Without manifests nothing is known of what would be there.
    if app.phase == Phase::Failed && app.pods.is_empty() {
        return tree.out;
    }
    let component = app.component();
    let started = app.phase != Phase::Pending;
    let health = app.health();
    let image = app.spec.source.kind == SourceType::Image;
    tree.add("ServiceAccount", component.clone(), None, true);
    match app.workload {
        Workload::Custom => {
            for (kind, name) in custom(app) {
                tree.add(kind, name, Some(health.clone()), true);
            }
            return tree.out;
        }
        Workload::CronJob => {
            tree.add("ConfigMap", format!("{component}-config"), None, true);
            tree.add("CronJob", component, Some(health), true);
            for pod in &app.pods {
                if let Some((job, _)) = pod.name.rsplit_once('-') {
                    tree.add("Job", job.to_owned(), Some(pod_health(pod.state)), false);
                }
                tree.add("Pod", pod.name.clone(), Some(pod_health(pod.state)), false);
            }
            return tree.out;
        }
        Workload::Deployment | Workload::StatefulSet => {}
    }
    tree.add("ConfigMap", format!("{component}-config"), None, true);
    tree.add("Secret", format!("{component}-env"), None, true);
    tree.add("Service", component.clone(), Some(Health::Healthy), true);
    if app.workload == Workload::StatefulSet {
        tree.add("StatefulSet", component.clone(), Some(health), true);
        for pod in &app.pods {
            tree.add("PersistentVolumeClaim", format!("data-{}", pod.name), Some(Health::Healthy), false);
        }
    } else {
        tree.add("Deployment", component.clone(), Some(health), true);
        if started {
            let set = &app.template;
            let worst = if app.count(|pod| pod.template == *set && pod.state != PodState::Ready) == 0 {
                Health::Healthy
            } else if app.phase == Phase::Degraded {
                Health::Degraded
            } else {
                Health::Progressing
            };
            tree.add("ReplicaSet", format!("{component}-{set}"), Some(worst), false);
            if let Some(before) = &app.template_before {
                tree.add("ReplicaSet", format!("{component}-{before}"), Some(Health::Healthy), false);
            }
        }
    }
    for pod in &app.pods {
        tree.add("Pod", pod.name.clone(), Some(pod_health(pod.state)), false);
    }
    if app.replicas.autoscaled {
        tree.add("HorizontalPodAutoscaler", component.clone(), Some(Health::Healthy), true);
    }
    if app.replicas.min > 1 {
        tree.add("PodDisruptionBudget", component.clone(), Some(Health::Healthy), true);
    }
    if image && app.endpoint.is_some() {
        tree.add("Ingress", component.clone(), Some(Health::Healthy), true);
        tree.add("Certificate", format!("{component}-tls"), Some(Health::Healthy), false);
    }
    if started {
        tree.add("EndpointSlice", format!("{component}-{}", app.template.get(..5).unwrap_or("x7k2q")), None, false);
    }
    tree.out
}

/// The custom resources of an application that consists of nothing else, told from its name and path.
fn custom(app: &App) -> Vec<(&'static str, String)> {
    let name = app.name();
    let yaml = app.spec.source.yaml.as_ref();
    let path = yaml
        .and_then(|yaml| yaml.repo.as_ref().map(|repo| repo.path.as_str()).or(yaml.path.as_deref()))
        .unwrap_or_default();
    let about = |word: &str| name.contains(word) || path.contains(word);
    if about("kafka") || about("strimzi") {
        let topic = |topic: &str| ("KafkaTopic", format!("{name}-{topic}"));
        vec![
            ("Kafka", name.to_owned()),
            ("KafkaNodePool", format!("{name}-brokers")),
            topic("orders"),
            topic("payments"),
            topic("inventory"),
        ]
    } else if about("cert") || about("issuer") || about("nginx") {
        vec![("Issuer", format!("{name}-letsencrypt")), ("Certificate", format!("{name}-wildcard"))]
    } else if about("rule") || about("alert") || about("dashboard") {
        vec![
            ("PrometheusRule", format!("{name}-slo")),
            ("PrometheusRule", format!("{name}-capacity")),
            ("ServiceMonitor", name.to_owned()),
        ]
    } else {
        vec![("NetworkPolicy", format!("{name}-default-deny")), ("NetworkPolicy", format!("{name}-allow-dns"))]
    }
}
