//! Kubeconfigs: of managed clusters at once, of the others after a while.

use astro_api::{
    audit::{AuditAction, AuditEventType},
    clusters::KubeconfigRequest,
    duration::GoDuration,
    kubeconfig::{Kubeconfig as Yaml, base64},
};
use serde_json::{Map, json};

use super::{
    deploy,
    record::{Kubeconfig, Record},
};
use crate::core::{
    Cx,
    call::{Call, Reply},
    fault::Fault,
    roles::Capability,
    time::{Millis, SECOND},
    validate::Checks,
};

/// How long a cluster that the platform doesn't manage takes to issue one.
const PREPARATION: Millis = 20 * SECOND;
const LONGEST: GoDuration = GoDuration::from_hours(24 * 365);

/// `generateKubeconfig`
pub fn generate(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    cx.require(Capability::Kubeconfig)?;
    let (organization, name) = (cx.organization()?, call.path("clusterId"));
    let body: KubeconfigRequest = call.body()?;
    let record = super::known(cx, &organization, name)?;
    let mut checks = Checks::new();
    checks.that(body.cluster_name == name, "clusterName", format!("must be the cluster of the path, {name}"));
    checks.that(body.duration <= LONGEST, "duration", "must be a year at most");
    deploy::credentials(&mut checks, "credentials", &body.credentials, &record.provider, &record.provisioner);
    checks.done()?;
    if !record.is_running() {
        return Err(Fault::conflict(format!("Cluster {name} is {}; it must be READY", record.status)));
    }
    if record.is_registered() && !record.agent.as_ref().is_some_and(super::record::Agent::is_connected) {
        return Err(Fault::conflict(format!("The agent of cluster {name} is not connected")));
    }
    let is_managed = matches!(record.provisioner.as_str(), "eks" | "gke" | "aks");
    let pause = cx.paced(PREPARATION);
    let ready_at = if is_managed { cx.now } else { cx.now + pause };
    let token = format!("local-platform-{}", cx.state.random.hex(48));
    let expires_at = ready_at.saturating_add(body.duration.as_nanos() / 1_000_000);
    let kubeconfig = Kubeconfig { ready_at, expires_at, token };
    let metadata = Map::from_iter([
        ("operation".to_owned(), json!("kubeconfig")),
        ("duration".to_owned(), json!(body.duration.to_string())),
    ]);
    let Some(record) = cx.state.clusters.fleet_mut(&organization).clusters.get_mut(name) else {
        return Err(Fault::not_found("Cluster", name));
    };
    let reply = if is_managed { Reply::ok(yaml(record, &kubeconfig)) } else { pending() };
    record.kubeconfig = Some(kubeconfig);
    cx.audit((AuditEventType::Cluster, AuditAction::Read), ("cluster", name, name), metadata);
    Ok(reply)
}

/// `getKubeconfig`
pub fn get(cx: &Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    cx.require(Capability::Kubeconfig)?;
    let (organization, name) = (cx.organization()?, call.path("clusterId"));
    let record = super::known(cx, &organization, name)?;
    let kubeconfig = record.kubeconfig.as_ref().ok_or_else(|| Fault::not_found("Kubeconfig of cluster", name))?;
    if cx.now < kubeconfig.ready_at {
        return Ok(pending());
    }
    if kubeconfig.expires_at <= cx.now {
        return Err(Fault::conflict(format!("The kubeconfig of cluster {name} has expired; generate another")));
    }
    Ok(Reply::ok(yaml(record, kubeconfig)))
}

fn pending() -> Reply {
    let message = "Kubeconfig generation in progress";
    Reply::Json(202, json!({ "data": [], "id": "", "message": message, "status": "accepted" }))
}

fn yaml(record: &Record, kubeconfig: &Kubeconfig) -> Yaml {
    let name = &record.name;
    let server = record.endpoint().unwrap_or_default();
    let context = match (record.provisioner.as_str(), record.account.as_deref(), record.region.as_deref()) {
        ("eks", Some(account), Some(region)) => format!("arn:aws:eks:{region}:{account}:cluster/{name}"),
        ("gke", Some(project), Some(region)) => format!("gke_{project}_{region}_{name}"),
        _ => name.clone(),
    };
    let certificate = "-----BEGIN CERTIFICATE-----\nThis is the local platform: there is no cluster behind this.\n\
                       -----END CERTIFICATE-----\n";
    let certificate = base64::encode(certificate.as_bytes());
    Yaml::new(format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: {context}\nclusters:\n- name: {context}\n  cluster:\n    \
         server: {server}\n    certificate-authority-data: {certificate}\ncontexts:\n- name: {context}\n  context:\n    \
         cluster: {context}\n    user: astro-{name}\nusers:\n- name: astro-{name}\n  user:\n    token: {}\n",
        kubeconfig.token
    ))
}
