//! `deleteCluster` and `cancelClusterOperation`.

use astro_api::{
    audit::{AuditAction, AuditEventType},
    clusters::{ClusterOperationAccepted, ClusterStatus, Credentials, OperationStatus, OperationType},
};
use serde_json::{Map, json};

use super::{deploy, record::Change, run};
use crate::core::{
    Cx, apps,
    call::{Call, Reply},
    fault::Fault,
    people,
    roles::Capability,
    validate::Checks,
};

/// `deleteCluster`
pub fn delete(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let by = cx.require(Capability::ManageClusters)?.user.clone();
    let (organization, name) = (cx.organization()?, call.path("clusterId"));
    let given: Option<Credentials> = call.optional_body()?;
    let record = super::known(cx, &organization, name)?;
    if let Some(given) = given {
        let mut checks = Checks::new();
        deploy::credentials(&mut checks, "credentials", &given, &record.provider, &record.provisioner);
        checks.done()?;
    }
    if record.is_registered() {
        return Err(Fault::conflict(format!(
            "Cluster {name} is registered, not created here: unregister its agent instead"
        )));
    }
    if let Some(work) = cx.state.clusters.fleet(&organization).and_then(|fleet| fleet.busy(record)) {
        return Err(Fault::conflict(match work.kind {
            OperationType::Delete => format!("Cluster {name} is being deleted already"),
            _ => format!("Cluster {name} is busy: {} is under way; cancel it first", work.kind),
        })
        .with("operationId", work.id.clone()));
    }
    let record = record.clone();
    let work = run::prepare(cx, &record, OperationType::Delete, &by, Change::default());
    let operation = work.id.clone();
    run::enlist(cx, &organization, work);
    run::begin(cx, &organization, &operation, ClusterStatus::Deleting);
    let apps = apps::on_cluster(cx, &organization, name).len();
    let warnings = match apps {
        0 => Vec::new(),
        1 => vec!["1 application runs on this cluster and goes with it".to_owned()],
        count => vec![format!("{count} applications run on this cluster and go with it")],
    };
    let metadata =
        Map::from_iter([("operationId".to_owned(), json!(operation)), ("applications".to_owned(), json!(apps))]);
    cx.audit((AuditEventType::Cluster, AuditAction::Delete), ("cluster", name, name), metadata);
    let message = "Cluster deletion started";
    Ok(Reply::said(
        ClusterOperationAccepted {
            cluster_id: name.to_owned(),
            cluster_name: Some(name.to_owned()),
            operation_id: operation,
            operation_type: Some(OperationType::Delete),
            status: ClusterStatus::Deleting,
            message: Some(message.to_owned()),
            dry_run: Some(false),
            validation_passed: Some(true),
            warnings: Some(warnings),
            errors: Some(Vec::new()),
        },
        message,
    ))
}

/// `cancelClusterOperation`
pub fn cancel(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let by = cx.require(Capability::ManageClusters)?.user.clone();
    let (organization, name) = (cx.organization()?, call.path("clusterId"));
    let record = super::known(cx, &organization, name)?;
    let work = cx.state.clusters.fleet(&organization).and_then(|fleet| fleet.busy(record));
    let Some(work) = work else {
        return Err(Fault::conflict(format!("Nothing is under way on cluster {name}")));
    };
    let (operation, kind) = (work.id.clone(), work.kind.clone());
    let waited = work.status == OperationStatus::Pending;
    let why = format!("Cancelled by {}", people::display_name(cx, &by));
    run::stop(cx, &organization, &operation, &why, false);
    let metadata = Map::from_iter([
        ("operation".to_owned(), json!("cancel")),
        ("operationId".to_owned(), json!(operation)),
        ("operationType".to_owned(), json!(kind)),
    ]);
    cx.audit((AuditEventType::Cluster, AuditAction::Update), ("cluster", name, name), metadata);
    Ok(Reply::said(json!({}), if waited { "Request withdrawn" } else { "Operation cancelled" }))
}
