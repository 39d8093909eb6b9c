//! `updateCluster`: version, node groups, tags. A blocked change is an answer, not an error.

use astro_api::{
    audit::{AuditAction, AuditEventType},
    clusters::{
        ClusterStatus, ClusterUpdateResponse, K8sClusterUpdate, K8sClusterUpdateSpec, NodeGroup, NodeGroupUpdate,
        OperationType, PreflightStatus, UpdateConfig,
    },
    duration::GoDuration,
};
use serde_json::{Map, Value, json};

use super::{
    deploy, plan,
    preflight::Outlook,
    record::{Change, Record},
    run,
};
use crate::core::{
    Cx,
    call::{Call, Input, Reply},
    catalog::{self, versions},
    fault::Fault,
    roles::Capability,
    validate::Checks,
};

/// `updateCluster`
pub fn handle(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let by = cx.require(Capability::ManageClusters)?.user.clone();
    let (organization, name) = (cx.organization()?, call.path("clusterId"));
    let record = super::known(cx, &organization, name)?.clone();
    let spec = read(call)?;
    let config = spec.update_config.clone().unwrap_or_default();
    let only_asks = config.dry_run == Some(true) || config.generate_report == Some(true);
    let mut checks = Checks::new();
    let change = wanted(&mut checks, &record, &spec);
    let work = cx.state.clusters.fleet(&organization).and_then(|fleet| fleet.busy(&record));
    let busy = if record.status == ClusterStatus::Ready {
        // A cluster stays READY while its agent is on the way.
        work.map(|work| format!("Cluster {name} is busy: {} is under way; cancel it first", work.kind))
    } else {
        Some(format!("Cluster {name} is {}; it must be READY", record.status))
    };
    let mut errors = if only_asks {
        let mut errors = deploy::errors(checks);
        errors.extend(busy);
        errors
    } else {
        checks.done()?;
        if let Some(busy) = busy {
            return Err(Fault::conflict(busy));
        }
        Vec::new()
    };
    let outlook = Outlook {
        organization: &organization,
        record: &record,
        change: &change,
        allow_downgrade: config.allow_downgrade == Some(true),
        max_surge: config.max_surge.as_deref(),
    };
    let preflight = outlook.checks(cx);
    let said = |status: &PreflightStatus| {
        preflight.iter().filter(|check| check.status == *status).filter_map(|check| check.message.clone()).collect()
    };
    let blocked: Vec<String> = said(&PreflightStatus::Failed);
    errors.extend(blocked);
    let mut warnings: Vec<String> = said(&PreflightStatus::Warning);
    let is_empty = is_empty(&record, &change, &spec);
    if is_empty {
        warnings.push("Nothing would change".to_owned());
    }
    let passed = errors.is_empty();
    let mut response = ClusterUpdateResponse {
        cluster_id: name.to_owned(),
        validation_passed: Some(passed),
        errors: Some(errors),
        warnings: Some(warnings),
        status: Some(record.status.clone()),
        upgrade_plan: Some(outlook.plan()),
        upgrade_report: (config.generate_report == Some(true)).then(|| outlook.report(cx, &preflight)),
        preflight_checks: Some(preflight),
        message: None,
        operation_id: None,
    };
    let kind = outlook.kind();
    response.message = Some(
        match (passed, config.dry_run, only_asks, is_empty) {
            (_, Some(true), ..) => "Dry run completed",
            (_, _, true, _) => "Report generated",
            (false, ..) => "The change is blocked",
            (.., true) => "Nothing to change",
            _ if kind == OperationType::Upgrade => "Cluster upgrade started",
            _ => "Cluster update started",
        }
        .to_owned(),
    );
    if only_asks || !passed || is_empty {
        return Ok(Reply::bare(response));
    }
    let (action, status) = match kind {
        OperationType::Upgrade => (AuditAction::Upgrade, ClusterStatus::Upgrading),
        _ => (AuditAction::Update, ClusterStatus::Updating),
    };
    let metadata = metadata(&record, &change);
    let work = run::prepare(cx, &record, kind, &by, change);
    let operation = work.id.clone();
    run::enlist(cx, &organization, work);
    run::begin(cx, &organization, &operation, status.clone());
    cx.audit((AuditEventType::Cluster, action), ("cluster", name, name), metadata);
    response.status = Some(status);
    response.operation_id = Some(operation);
    Ok(Reply::bare(response))
}

/// The manifest. A GKE block that holds nothing but comments is `null`, which the contract lets pass.
fn read(call: &Call<'_>) -> Result<K8sClusterUpdateSpec, Fault> {
    let mut body: Value = call.body()?;
    if let Some(spec) = body.get_mut("spec").and_then(Value::as_object_mut)
        && spec.get("gke").is_some_and(Value::is_null)
    {
        spec.remove("gke");
    }
    let input = Input { body: body.to_string().into_bytes(), ..call.input.clone() };
    let call = Call { operation: call.operation, input: &input };
    Ok(call.body::<K8sClusterUpdate>()?.spec)
}

/// What changes, held against the rules that no schema can say.
fn wanted(checks: &mut Checks, record: &Record, spec: &K8sClusterUpdateSpec) -> Change {
    let mut change = Change { tags: spec.tags.clone().unwrap_or_default(), ..Change::default() };
    change.tags.retain(|name, value| record.tags.get(name) != Some(value));
    if let Some(version) = &spec.kubernetes_version {
        let offer = versions::resolve(&record.provisioner, version);
        let reason = if record.is_registered() {
            "can't be changed here: the cluster is registered, not created here".to_owned()
        } else {
            format!("is not offered by {}", record.provisioner)
        };
        checks.that(offer.is_some(), "spec.kubernetesVersion", reason);
        // A minor that the cluster is at already asks for nothing.
        let same = |offer: &&versions::Offer| {
            let current = record.version.as_deref();
            current == Some(offer.version)
                || (version != offer.version && current.and_then(versions::minor) == versions::minor(offer.version))
        };
        change.version = offer.filter(|offer| !same(offer)).map(|offer| offer.version.to_owned());
    }
    if let Some(updates) = &spec.node_groups {
        change.node_groups =
            Some(groups(checks, record, updates)).filter(|groups| groups.as_slice() != record.groups());
    }
    for (member, given) in [("eks", spec.eks.is_some()), ("gke", spec.gke.is_some()), ("aks", spec.aks.is_some())] {
        let field = format!("spec.{member}");
        checks.that(
            !given || record.provisioner == member,
            field,
            format!("is not for a {} cluster", record.provisioner),
        );
    }
    if let Some(gke) = &spec.gke {
        deploy::networks(checks, gke.authorized_networks.as_deref(), "spec.gke.authorizedNetworks");
        if let Some(text) = gke.maintenance_window.as_ref().and_then(|window| window.duration.as_deref()) {
            let fits = GoDuration::parse(text)
                .is_some_and(|length| (GoDuration::from_hours(4)..=GoDuration::from_hours(48)).contains(&length));
            checks.that(fits, "spec.gke.maintenanceWindow.duration", "must be from 4h to 48h");
        }
        change.channel = gke.release_channel.clone().filter(|channel| record.channel.as_ref() != Some(channel));
    }
    if let Some(credentials) = &spec.credentials {
        deploy::credentials(checks, "spec.credentials", credentials, &record.provider, &record.provisioner);
    }
    if let Some(UpdateConfig { max_unavailable, max_surge, .. }) = &spec.update_config {
        for (field, value) in [("maxUnavailable", max_unavailable), ("maxSurge", max_surge)] {
            let fits = value.as_deref().is_none_or(is_share);
            checks.that(
                fits,
                format!("spec.updateConfig.{field}"),
                "must be a number of nodes or a percentage: 1, 25%",
            );
        }
    }
    change
}

/// A number of nodes, or a percentage of them.
fn is_share(text: &str) -> bool {
    let digits = text.strip_suffix('%').unwrap_or(text);
    let most = if digits.len() == text.len() { 1000 } else { 100 };
    digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.parse::<u32>().is_ok_and(|number| number <= most)
}

/// The node groups as they would be.
fn groups(checks: &mut Checks, record: &Record, updates: &[NodeGroupUpdate]) -> Vec<NodeGroup> {
    let place = record.region.as_deref().and_then(|region| catalog::region(&record.provider, region));
    let mut groups = record.groups().to_vec();
    for (index, update) in updates.iter().enumerate() {
        let at = format!("spec.nodeGroups[{index}]");
        let Some(position) = groups.iter().position(|group| group.name == update.name) else {
            checks.that(false, format!("{at}.name"), format!("is not a node group of {}", record.name));
            continue;
        };
        let Some(group) = groups.get_mut(position) else { continue };
        if let Some(machines) = &update.machine_types {
            deploy::machines(checks, machines, &at, &record.provider, place);
            group.machine_types.clone_from(machines);
        }
        group.min_node = update.min_node.or(group.min_node);
        group.max_node = update.max_node.or(group.max_node);
        deploy::limits(checks, &at, group.min_node, group.max_node);
        if update.labels.is_some() {
            group.labels.clone_from(&update.labels);
        }
        if update.taints.is_some() {
            group.taints.clone_from(&update.taints);
        }
        if update.instance_type.is_some() {
            group.instance_type.clone_from(&update.instance_type);
        }
        if record.provisioner == "aks" {
            deploy::aks_pool(checks, group, &at, position == 0);
        }
    }
    groups
}

/// Whether a request asks for nothing that isn't so already.
fn is_empty(record: &Record, change: &Change, spec: &K8sClusterUpdateSpec) -> bool {
    let settings = spec.eks.as_ref().is_some_and(|eks| eks.ami_family.is_some())
        || spec.aks.as_ref().is_some_and(|aks| !aks.is_empty())
        || spec.gke.as_ref().is_some_and(|gke| {
            gke.image_type.is_some() || gke.maintenance_window.is_some() || gke.authorized_networks.is_some()
        });
    change.version.is_none()
        && change.channel.is_none()
        && change.tags.is_empty()
        && plan::touched(record, change).next().is_none()
        && !settings
}

fn metadata(record: &Record, change: &Change) -> Map<String, Value> {
    let mut metadata = Map::new();
    if let Some(version) = &change.version {
        metadata.insert("from".to_owned(), json!(record.version));
        metadata.insert("to".to_owned(), json!(version));
    }
    let groups: Vec<&str> = plan::touched(record, change).map(|(group, _)| group.name.as_str()).collect();
    if !groups.is_empty() {
        metadata.insert("nodeGroups".to_owned(), json!(groups));
    }
    if !change.tags.is_empty() {
        metadata.insert("tags".to_owned(), json!(change.tags));
    }
    metadata
}
