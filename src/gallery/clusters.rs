//! What is told of a cluster: an operation that runs, and the credentials of an operation.

use astro_api::clusters::{Cluster, ClusterProgress, ClusterProgressEvent};
use leptos::prelude::*;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::Sample;
use crate::{
    components::{credentials::CredentialsChoice, operation},
    ui::{Button, Card, maybe},
};

/// The samples of this group.
pub fn samples() -> Vec<Sample> {
    vec![
        Sample::new("An operation that runs, with its messages", || operation_of(&running(), messages())),
        Sample::new("An operation that failed", || operation_of(&failed(), Vec::new())),
        Sample::new("Credentials for a managed cluster", || credentials("eks", "aws", false)),
        Sample::new("Credentials for a self-hosted cluster", || credentials("selfHosted", "gcp", true)),
        Sample::new("Credentials for a registered cluster", || credentials("registered", "onprem", true)),
    ]
}

fn read<T: DeserializeOwned>(value: &Value) -> Option<T> {
    serde_json::from_value(value.clone()).ok()
}

fn operation_of(progress: &Value, messages: Vec<ClusterProgressEvent>) -> AnyView {
    let actions = ViewFn::from(|| {
        view! {
            <span class="muted">"Leaving this page does not stop it."</span>
            <span class="push">
                <Button label="Cancel operation" small=true/>
            </span>
        }
        .into_any()
    });
    maybe(read::<ClusterProgress>(progress).map(|progress| operation::still(progress, messages, actions)))
}

fn running() -> Value {
    json!({
        "operationId": "op-1", "clusterId": "prod-eu", "clusterName": "prod-eu", "operationType": "UPGRADE",
        "status": "IN_PROGRESS", "percent": 62, "currentStep": "node-groups/general-purpose-memory-optimized",
        "startedAt": "2026-06-09T12:00:00Z", "updatedAt": "2026-06-09T12:21:00Z",
        "message": "7 of 12 nodes replaced",
        "steps": [
            {"name": "preflight", "status": "COMPLETED", "message": "1.34 to 1.35 is a supported path", "startedAt": "2026-06-09T12:00:00Z", "completedAt": "2026-06-09T12:00:20Z"},
            {"name": "control-plane", "status": "COMPLETED", "startedAt": "2026-06-09T12:00:20Z", "completedAt": "2026-06-09T12:10:00Z"},
            {"name": "node-groups/general-purpose-memory-optimized", "status": "IN_PROGRESS", "percent": 58, "message": "7 of 12 nodes replaced", "startedAt": "2026-06-09T12:10:00Z"},
            {"name": "verify", "status": "PENDING"},
        ],
    })
}

fn failed() -> Value {
    let mut progress = running();
    if let Some(progress) = progress.as_object_mut() {
        progress.insert("status".to_owned(), json!("FAILED"));
        progress.insert("error".to_owned(), json!("Quota of vCPUs is used up in eu-central-1: 128 of 128"));
        if let Some(step) = progress.get_mut("steps").and_then(|steps| steps.get_mut(2)).and_then(Value::as_object_mut)
        {
            step.insert("status".to_owned(), json!("FAILED"));
        }
    }
    progress
}

fn messages() -> Vec<ClusterProgressEvent> {
    let event = |at: &str, step: &str, level: &str, message: &str| {
        read(&json!({
            "operationId": "op-1", "clusterId": "prod-eu", "status": "IN_PROGRESS", "step": step, "level": level,
            "message": message, "timestamp": at,
        }))
    };
    let told = [
        event("2026-06-09T12:00:00Z", "preflight", "info", "Running preflight checks"),
        event("2026-06-09T12:00:20Z", "control-plane", "info", "Upgrading the control plane to 1.35"),
        event(
            "2026-06-09T12:14:00Z",
            "node-groups",
            "warning",
            "PodDisruptionBudget monitoring/grafana allows no disruption; waiting",
        ),
        event("2026-06-09T12:21:00Z", "node-groups", "info", "7 of 12 nodes replaced"),
    ];
    told.into_iter().flatten().collect()
}

fn credentials(provisioner: &str, provider: &str, connected: bool) -> AnyView {
    let cluster = json!({
        "id": "a", "clusterName": "a", "provider": provider, "provisionerType": provisioner, "status": "READY",
        "cloudConnected": connected,
    });
    maybe(read::<Cluster>(&cluster).map(|cluster| {
        let fields = CredentialsChoice::of(&cluster).fields("credentials.");
        view! {
            <Card title="Credentials" padded=true>
                <div class="stack">{fields}</div>
            </Card>
        }
        .into_any()
    }))
}
