//! What each operation consists of, how long that takes by nature, and what it says on its way.
//!
//! The times are those that the providers' own consoles show: an EKS control plane needs seven minutes, a GKE one
//! four. `--speed` divides them.

use astro_api::clusters::{NodeGroup, OperationStatus, OperationType};

use super::record::{Change, Record, Step};
use crate::core::{
    catalog::versions,
    time::{MINUTE, Millis, SECOND},
};

/// The steps of an operation.
pub fn steps(kind: &OperationType, record: &Record, change: &Change) -> Vec<Step> {
    match kind {
        OperationType::Update => update(record, change),
        OperationType::Upgrade => upgrade(record, change),
        OperationType::Delete => delete(record),
        OperationType::Register => register(record),
        _ => create(record),
    }
}

/// How long some steps take together.
pub fn total(steps: &[Step]) -> Millis {
    steps.iter().map(|step| step.millis).sum()
}

/// The step at which an operation on a cluster fails whose name contains `fail`, or that sets a tag whose value does, and
/// what the provider says then.
pub fn fault(kind: &OperationType, record: &Record, change: &Change, steps: &[Step]) -> Option<(usize, String)> {
    // Deleting always works: otherwise nobody would get rid of such a cluster.
    let is_meant = record.name.contains("fail") || change.tags.values().any(|value| value.contains("fail"));
    if !is_meant || *kind == OperationType::Delete {
        return None;
    }
    let last = steps.len().checked_sub(1)?;
    let at = steps.iter().position(|step| step.name.starts_with("node-groups") || step.name == "agent-connect");
    Some((at.unwrap_or(last / 2), quota_error(record)))
}

/// What a provider says when it has no more machines.
pub fn quota_error(record: &Record) -> String {
    let group = record.groups().first().map_or("default-pool", |group| group.name.as_str());
    let region = record.region.as_deref().unwrap_or("the region");
    match record.provisioner.as_str() {
        "eks" => format!(
            "Node group {group}: AsgInstanceLaunchFailures: Could not launch On-Demand Instances. \
             VcpuLimitExceeded - You have requested more vCPU capacity than your current vCPU limit of 32 allows for \
             the instance bucket that the specified instance type belongs to"
        ),
        "gke" => format!(
            "Node pool {group}: Insufficient regional quota to satisfy request: resource \"CPUS\": request requires \
             '24.0' and is short '8.0'. project has a quota of '24.0' with '16.0' available in {region}"
        ),
        "aks" => format!(
            "Agent pool {group}: ErrCode_InsufficientVCPUQuota: Insufficient vcpu quota requested 16, remaining 4 for \
             family standardDSv5Family for region {region}"
        ),
        "selfHosted" => {
            format!("Timed out after 10m0s waiting for https://api.{}.k8s.local:6443/readyz", record.name)
        }
        _ => "No agent connected within 15 minutes; check that the manifest was applied and that the cluster reaches \
              tunnel.astropulse.example:443"
            .to_owned(),
    }
}

fn step(name: impl Into<String>, seconds: i64, says: impl IntoIterator<Item = String>) -> Step {
    Step {
        name: name.into(),
        millis: seconds * SECOND,
        says: says.into_iter().collect(),
        status: OperationStatus::Pending,
        message: String::new(),
        started_at: None,
        completed_at: None,
        percent: 0,
    }
}

fn create(record: &Record) -> Vec<Step> {
    let Record { name, provider, provisioner, .. } = record;
    let region = record.region.as_deref().unwrap_or_default();
    let version = record.version.as_deref().unwrap_or_default();
    let account = record.account.as_deref().unwrap_or_default();
    let mut steps = vec![step("validate", 4, ["Validating the specification".to_owned()])];
    steps.push(match provisioner.as_str() {
        "eks" => step("cloud-access", 6, [format!("Assuming arn:aws:iam::{account}:role/astro-{name}")]),
        "gke" => step("cloud-access", 6, [format!("Impersonating astro-{name}@{account}.iam.gserviceaccount.com")]),
        "aks" => step("cloud-access", 6, [format!("Signing in to subscription {account}")]),
        _ => step("cloud-access", 6, ["Reading the credentials from the vault".to_owned()]),
    });
    match provisioner.as_str() {
        "gke" => steps.extend([
            step(
                "network",
                30,
                [
                    format!("Creating the VPC network astro-{name}"),
                    format!("Creating the subnet in {region} with ranges for pods and services"),
                ],
            ),
            step(
                "control-plane",
                240,
                [
                    format!("Creating GKE control plane {version} in {region}"),
                    "Control plane is PROVISIONING".to_owned(),
                    "Configuring Workload Identity".to_owned(),
                    "Control plane is RUNNING".to_owned(),
                ],
            ),
        ]),
        "aks" => steps.extend([
            step("resource-group", 15, [format!("Preparing the resource group in {region}")]),
            step(
                "network",
                40,
                [
                    format!("Creating the virtual network astro-{name}"),
                    "Creating the load balancer and its public address".to_owned(),
                ],
            ),
            step(
                "control-plane",
                200,
                [
                    format!("Creating AKS control plane {version} in {region}"),
                    "Provisioning state is Creating".to_owned(),
                    "Enabling the OIDC issuer".to_owned(),
                    "Provisioning state is Succeeded".to_owned(),
                ],
            ),
        ]),
        "selfHosted" => steps.extend([
            step("state-store", 10, ["Writing the cluster's state to the bucket".to_owned()]),
            step(
                "network",
                60,
                [
                    format!("Creating the network of {name} on {provider}"),
                    "Creating security groups and the load balancer of the API server".to_owned(),
                ],
            ),
            step(
                "control-plane",
                240,
                [
                    format!("Starting the control plane's machines in {region}"),
                    "Bootstrapping etcd".to_owned(),
                    format!("Installing Kubernetes {version}"),
                    format!("Waiting for https://api.{name}.k8s.local:6443"),
                    "API server is healthy".to_owned(),
                ],
            ),
        ]),
        _ => steps.extend([
            step(
                "network",
                70,
                [
                    format!("Creating VPC astro-{name} in {region}"),
                    "Creating public and private subnets".to_owned(),
                    "Creating NAT gateways".to_owned(),
                ],
            ),
            step(
                "control-plane",
                420,
                [
                    format!("Creating EKS control plane {version}"),
                    "EKS control plane is CREATING (2m elapsed)".to_owned(),
                    "EKS control plane is CREATING (4m elapsed)".to_owned(),
                    "EKS control plane is CREATING (6m elapsed)".to_owned(),
                    "EKS control plane is ACTIVE".to_owned(),
                ],
            ),
        ]),
    }
    if !record.is_autopilot() {
        steps.push(node_groups(record.groups()));
    }
    let addons = match provisioner.as_str() {
        "eks" => ["vpc-cni", "coredns, kube-proxy", "aws-ebs-csi-driver"],
        "gke" => ["gke-metadata-server", "kube-dns", "gcp-compute-persistent-disk-csi-driver"],
        "aks" => ["azure-cni-overlay", "coredns", "azure-disk-csi-driver"],
        _ => ["cilium", "coredns", "cluster-autoscaler"],
    };
    steps.extend([
        step("addons", 45, addons.map(|addon| format!("Installing {addon}"))),
        step(
            "platform-services",
            50,
            [
                "Installing Pulse, the delivery service".to_owned(),
                "Installing the ingress controller".to_owned(),
                "Installing cert-manager and external-dns".to_owned(),
            ],
        ),
        step("verify", 10, ["Checking that every node and add-on is ready".to_owned()]),
    ]);
    steps
}

fn node_groups(groups: &[NodeGroup]) -> Step {
    let mut says = Vec::new();
    let mut nodes = 0;
    for group in groups {
        let wanted = nodes_of(group);
        nodes += wanted;
        let machines = group.machine_types.join(", ");
        says.push(format!("Creating node group {} ({machines})", group.name));
        for ready in [wanted / 2, wanted].into_iter().filter(|ready| *ready > 0) {
            says.push(format!("Node group {}: {ready} of {wanted} nodes ready", group.name));
        }
    }
    if says.is_empty() {
        says.push("No node groups to create".to_owned());
    }
    step("node-groups", (90 + 12 * nodes).min(240), says)
}

/// How many nodes a group has: the autoscaler starts from the minimum, and there is always one.
pub fn nodes_of(group: &NodeGroup) -> i64 {
    group.min_node.unwrap_or(1).clamp(1, 1000)
}

/// The groups that an update touches, and whether their nodes are replaced.
pub fn touched<'a>(record: &'a Record, change: &'a Change) -> impl Iterator<Item = (&'a NodeGroup, bool)> {
    let groups = change.node_groups.as_deref().unwrap_or_default();
    groups.iter().filter_map(|group| {
        let before = record.groups().iter().find(|before| before.name == group.name);
        if before == Some(group) {
            return None;
        }
        Some((group, before.is_some_and(|before| is_replacement(before, group))))
    })
}

/// Whether going from one form of a group to another takes new machines.
pub fn is_replacement(before: &NodeGroup, after: &NodeGroup) -> bool {
    before.machine_types != after.machine_types || before.instance_type != after.instance_type
}

fn update(record: &Record, change: &Change) -> Vec<Step> {
    let mut steps = vec![step("validate", 4, ["Validating the change".to_owned()])];
    steps.push(step("cloud-access", 6, ["Checking access to the cloud account".to_owned()]));
    for (group, replaces) in touched(record, change) {
        steps.push(if replaces { replace_nodes(group, "node-groups/", None) } else { scale(group) });
    }
    if !change.tags.is_empty() || change.channel.is_some() || steps.len() == 2 {
        steps.push(step("settings", 20, ["Applying tags and settings".to_owned()]));
    }
    steps.push(step("verify", 10, ["Checking that every node is ready".to_owned()]));
    steps
}

fn scale(group: &NodeGroup) -> Step {
    let wanted = nodes_of(group);
    let most = group.max_node.unwrap_or(wanted);
    step(
        format!("node-groups/{}", group.name),
        60,
        [
            format!("Setting node group {} to {wanted}-{most} nodes", group.name),
            format!("Node group {}: {wanted} of {wanted} nodes ready", group.name),
        ],
    )
}

fn replace_nodes(group: &NodeGroup, prefix: &str, version: Option<&str>) -> Step {
    let nodes = nodes_of(group);
    let to = version.map_or_else(|| group.machine_types.join(", "), str::to_owned);
    let mut says = vec![format!("Replacing {nodes} node(s) of {} by {to}", group.name)];
    for node in 1..=nodes.min(4) {
        says.push(format!("Draining node {node} of {nodes} in {}", group.name));
    }
    says.push(format!("Node group {}: {nodes} of {nodes} nodes replaced", group.name));
    step(format!("{prefix}{}", group.name), (60 + 60 * nodes).min(600), says)
}

fn upgrade(record: &Record, change: &Change) -> Vec<Step> {
    let from = record.version.as_deref().unwrap_or_default();
    let to = change.version.as_deref().unwrap_or_default();
    let mut steps = vec![step(
        "preflight",
        20,
        ["Running preflight checks".to_owned(), format!("{from} to {to} is a supported path")],
    )];
    if record.provisioner == "selfHosted" {
        steps.push(step("backup", 30, ["Taking a snapshot of etcd".to_owned()]));
    }
    let seconds = match record.provisioner.as_str() {
        "eks" => 540,
        "gke" => 360,
        "aks" => 300,
        _ => 420,
    };
    steps.push(step(
        "control-plane",
        seconds,
        [
            format!("Upgrading the control plane to {to}"),
            "First API server replaced".to_owned(),
            "Second API server replaced".to_owned(),
            format!("Control plane runs {to}"),
        ],
    ));
    steps.push(step(
        "addons",
        60,
        [
            "Upgrading coredns".to_owned(),
            "Upgrading the network plugin".to_owned(),
            "Upgrading the storage driver".to_owned(),
        ],
    ));
    let groups = change.node_groups.as_deref().unwrap_or_else(|| record.groups());
    steps.extend(groups.iter().map(|group| replace_nodes(group, "node-groups/", Some(to))));
    steps.push(step("verify", 15, ["Checking that every node runs the new version".to_owned()]));
    steps
}

fn delete(record: &Record) -> Vec<Step> {
    let mut steps = vec![step(
        "drain-workloads",
        40,
        ["Removing applications".to_owned(), "Waiting for volumes to detach".to_owned()],
    )];
    steps.push(step("load-balancers", 45, ["Deleting load balancers and DNS records".to_owned()]));
    if !record.groups().is_empty() {
        let says = record.groups().iter().map(|group| format!("Deleting node group {}", group.name));
        steps.push(step("node-groups", 120, says));
    }
    steps.extend([
        step(
            "control-plane",
            if record.provisioner == "eks" { 210 } else { 150 },
            ["Deleting the control plane".to_owned(), "Control plane is DELETING".to_owned()],
        ),
        step("network", 60, ["Deleting subnets and gateways".to_owned(), "Deleting the network".to_owned()]),
        step("cleanup", 10, ["Removing the cluster's records".to_owned()]),
    ]);
    steps
}

fn register(record: &Record) -> Vec<Step> {
    vec![
        step("create-record", 1, [format!("Cluster {} recorded", record.name)]),
        step(
            "agent-connect",
            45,
            [
                "Waiting for the agent; apply the manifest".to_owned(),
                "Agent opened its tunnel, checking its certificate".to_owned(),
            ],
        ),
        step("detect-cluster", 5, ["Reading version, region and provider".to_owned()]),
    ]
}

/// The words of a duration as people write it: `12m`, `45s`, `1h10m`.
pub fn roughly(millis: Millis) -> String {
    let minutes = (millis + MINUTE / 2) / MINUTE;
    match minutes {
        0 => format!("{}s", millis / SECOND),
        1..60 => format!("{minutes}m"),
        _ => format!("{}h{}m", minutes / 60, minutes % 60),
    }
}

/// The version that an agent finds in a cluster of which nothing else is known.
pub fn detected_version(name: &str) -> String {
    let offers = versions::of("selfHosted");
    let index = usize::try_from(super::record::digest(name) % 3).unwrap_or_default();
    offers.get(index + 1).map_or("1.33.9", |offer| offer.version).to_owned()
}
