//! `deployCluster`: what a specification must hold, and who may start it.

use astro_api::{
    audit::{AuditAction, AuditEventType},
    catalog::ProviderId,
    cloud::AccessLevel,
    clusters::{
        AksConfig, ClusterOperationAccepted, ClusterStatus, ControlPlaneNodeGroup, CredentialType, Credentials,
        EksConfig, GkeConfig, InstanceType, K8sCluster, K8sClusterSpec, NodeGroup, OperationType, Provisioner,
        ProvisionerType, ReleaseChannel, SelfHostedConfig,
    },
    organizations::Role,
};
use serde_json::{Map, Value, json};

use super::{
    approval,
    record::{Change, Record},
    run,
};
use crate::core::{
    Cx,
    call::{Call, Reply},
    catalog::{self, Place, versions},
    cloud,
    fault::Fault,
    people,
    roles::Capability,
    validate::{Checks, is_aws_account, is_bucket, is_dns_label, is_project_id, network},
};

/// Names that would hide an operation's own path, `/clusters/progress`.
pub const RESERVED: [&str; 2] = ["progress", "approval"];

/// What EKS boots its nodes from, in the spellings of the documents.
const AMI_FAMILIES: [&str; 7] =
    ["AmazonLinux2023", "AL2023", "AmazonLinux2", "AL2", "Bottlerocket", "Ubuntu", "Ubuntu2204"];

/// `deployCluster`
pub fn handle(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let caller = cx.require(Capability::ManageClusters)?.clone();
    let dry_run = call.flag("dryRun")?.unwrap_or(false);
    // The older body is the specification alone.
    let (spec, at) = if call.body::<Map<String, Value>>()?.contains_key("spec") {
        (call.body::<K8sCluster>()?.spec, "spec.")
    } else {
        (call.body::<K8sClusterSpec>()?, "")
    };
    let organization = caller.organization.clone();
    let name = spec.cluster_name.clone();
    let mut checks = Checks::new();
    inspect(&mut checks, &spec, at);
    let taken = super::record(cx, &organization, &name)
        .filter(|record| !record.is_over())
        .map(|record| format!("Cluster {name} exists already and is {}", record.status));
    let allowed = within_plan(cx, &organization, &name);
    let waits = caller.role != Some(Role::Owner);
    let status = if waits { ClusterStatus::ApprovalPending } else { ClusterStatus::Provisioning };
    let mut accepted = ClusterOperationAccepted {
        cluster_id: name.clone(),
        cluster_name: Some(name.clone()),
        operation_id: String::new(),
        operation_type: Some(OperationType::Create),
        status: status.clone(),
        message: None,
        dry_run: Some(dry_run),
        validation_passed: Some(true),
        warnings: Some(warnings(cx, &organization, &spec, at)),
        errors: Some(Vec::new()),
    };
    if dry_run {
        let mut errors = errors(checks);
        errors.extend(taken);
        errors.extend(allowed.err().map(|fault| fault.message));
        errors.extend(unreachable(cx, &organization, &spec));
        let passed = errors.is_empty();
        accepted.validation_passed = Some(passed);
        accepted.message = Some(if passed { "Validation passed" } else { "Validation failed" }.to_owned());
        accepted.errors = Some(errors);
        return Ok(Reply::said(accepted, "Dry run completed"));
    }
    checks.done()?;
    if let Some(taken) = taken {
        return Err(Fault::conflict(taken));
    }
    allowed?;
    let fault = unreachable(cx, &organization, &spec);
    let provisioner = spec.provisioner.kind.as_str();
    let channel = channel(&spec.provisioner);
    let version = match wanted_version(&spec.provisioner) {
        Some(version) => versions::resolve(provisioner, version),
        None => versions::default(provisioner, channel),
    };
    let region = spec.region.clone().unwrap_or_else(|| catalog::default_region(spec.provider.as_str()).to_owned());
    let version = version.map(|offer| offer.version.to_owned());
    let metadata = Map::from_iter([
        ("provider".to_owned(), json!(spec.provider)),
        ("provisioner".to_owned(), json!(spec.provisioner.kind)),
        ("region".to_owned(), json!(region)),
        ("approval".to_owned(), json!(waits)),
    ]);
    let mut record = Record::of(spec, version, region, &caller.user, cx.now);
    let mut work = run::prepare(cx, &record, OperationType::Create, &caller.user, Change::default());
    if let Some(error) = fault {
        let step = work.steps.iter().position(|step| step.name == "cloud-access").unwrap_or_default();
        work.fault = Some((step, error));
    }
    accepted.operation_id.clone_from(&work.id);
    let fleet = cx.state.clusters.fleet_mut(&organization);
    // A creation that came to nothing left only its history.
    record.operations = fleet.clusters.shift_remove(&name).map(|before| before.operations).unwrap_or_default();
    record.status = status;
    fleet.clusters.insert(name.clone(), record);
    run::enlist(cx, &organization, work);
    let message = if waits {
        approval::ask(cx, &organization, &accepted.operation_id);
        "The cluster waits for an owner's approval"
    } else {
        run::begin(cx, &organization, &accepted.operation_id, ClusterStatus::Provisioning);
        "Cluster deployment started"
    };
    cx.audit((AuditEventType::Cluster, AuditAction::Create), ("cluster", &name, &name), metadata);
    accepted.message = Some(message.to_owned());
    Ok(Reply::said(accepted, message))
}

/// Refuses one more cluster than the organization's plan allows.
pub fn within_plan(cx: &Cx<'_>, organization: &str, name: &str) -> Result<(), Fault> {
    let fleet = cx.state.clusters.fleet(organization);
    let others = fleet.into_iter().flat_map(|fleet| fleet.clusters.values());
    let count = others.filter(|record| record.name != name && !record.is_over()).count();
    people::within_limit(cx, organization, "clusters", count)
}

/// What was found wrong, in sentences.
pub fn errors(mut checks: Checks) -> Vec<String> {
    let Err(fault) = checks.done() else { return Vec::new() };
    let fields = fault.details.get("fields").and_then(Value::as_object);
    let sentence = |(field, reason): (&String, &Value)| format!("{field} {}", reason.as_str().unwrap_or_default());
    fields.into_iter().flatten().map(sentence).collect()
}

/// Why the platform can't work in the cloud account, if it can't.
fn unreachable(cx: &Cx<'_>, organization: &str, spec: &K8sClusterSpec) -> Option<String> {
    let name = &spec.cluster_name;
    let credentials = given(&spec.provisioner)?;
    match credentials.kind {
        CredentialType::Static => None,
        CredentialType::Vault => (!cloud::is_stored(cx, organization, name))
            .then(|| format!("The vault holds no credentials of cluster {name}: store them before creating it")),
        _ => match cloud::access(cx, organization, name, spec.provider.as_str()) {
            None => Some(format!(
                "The {} account is not connected for cluster {name}: connect it before creating the cluster",
                spec.provider
            )),
            Some(AccessLevel::Read) => {
                Some(format!("The connection of cluster {name} has access level read: creating a cluster takes manage"))
            }
            Some(_) => None,
        },
    }
}

fn given(provisioner: &Provisioner) -> Option<&Credentials> {
    match provisioner {
        Provisioner { kind: ProvisionerType::Eks, eks, .. } => eks.as_ref().map(|eks| &eks.credentials),
        Provisioner { kind: ProvisionerType::Gke, gke, .. } => gke.as_ref().map(|gke| &gke.credentials),
        Provisioner { kind: ProvisionerType::Aks, aks, .. } => aks.as_ref().map(|aks| &aks.credentials),
        Provisioner { self_hosted, .. } => self_hosted.as_ref().map(|own| &own.credentials),
    }
}

fn wanted_version(provisioner: &Provisioner) -> Option<&str> {
    match provisioner {
        Provisioner { kind: ProvisionerType::Eks, eks, .. } => eks.as_ref()?.kubernetes_version.as_deref(),
        Provisioner { kind: ProvisionerType::Gke, gke, .. } => gke.as_ref()?.kubernetes_version.as_deref(),
        Provisioner { kind: ProvisionerType::Aks, aks, .. } => aks.as_ref()?.kubernetes_version.as_deref(),
        Provisioner { self_hosted, .. } => self_hosted.as_ref()?.kubernetes_version.as_deref(),
    }
}

fn channel(provisioner: &Provisioner) -> Option<&str> {
    provisioner.gke.as_ref()?.release_channel.as_ref().map(ReleaseChannel::as_str)
}

fn warnings(cx: &Cx<'_>, organization: &str, spec: &K8sClusterSpec, at: &str) -> Vec<String> {
    let mut warnings = Vec::new();
    let provisioner = &spec.provisioner;
    if spec.region.is_none() {
        let region = catalog::default_region(spec.provider.as_str());
        warnings.push(format!("{at}region is not given: {region} is taken"));
    }
    let offer = wanted_version(provisioner).and_then(|text| versions::resolve(provisioner.kind.as_str(), text));
    if let Some(offer) = offer.filter(|offer| offer.status != "supported") {
        let version = offer.version;
        warnings.push(match offer.status {
            "preview" => format!("Kubernetes {version} is a preview"),
            _ => format!("Standard support of Kubernetes {version} ended on {}", offer.end_of_support),
        });
    }
    let groups = spec.cluster_spec.as_ref().and_then(|spec| spec.data_plane.as_ref()?.node_groups.as_deref());
    let groups = groups.unwrap_or_default();
    if !groups.is_empty() && groups.iter().all(|group| group.instance_type == Some(InstanceType::Spot)) {
        warnings.push("Every node group is spot: all nodes may go at once".to_owned());
    }
    if let [group] = groups
        && group.max_node.unwrap_or(1) == 1
    {
        warnings.push("The cluster has one node at most: upgrades interrupt what runs on it".to_owned());
    }
    if super::record(cx, organization, &spec.cluster_name).is_some_and(Record::is_over) {
        warnings.push(format!("An earlier attempt at {} is replaced", spec.cluster_name));
    }
    warnings
}

/// Holds a specification against the rules that no schema can say.
fn inspect(checks: &mut Checks, spec: &K8sClusterSpec, at: &str) {
    let provider = spec.provider.as_str();
    checks.that(!RESERVED.contains(&spec.cluster_name.as_str()), format!("{at}clusterName"), "is a reserved word");
    let wanted = spec.region.as_deref().unwrap_or_else(|| catalog::default_region(provider));
    let place = catalog::region(provider, wanted);
    checks.that(place.is_some(), format!("{at}region"), format!("is not a region of {provider}"));
    provisioner(checks, spec, at, place);
    let at = format!("{at}clusterSpec.");
    let autopilot = spec.provisioner.gke.as_ref().is_some_and(|gke| gke.autopilot == Some(true));
    let cluster = spec.cluster_spec.as_ref();
    let control = cluster.and_then(|cluster| cluster.control_plane.as_ref()?.node_group.as_ref());
    let groups = cluster.and_then(|cluster| cluster.data_plane.as_ref()?.node_groups.as_deref()).unwrap_or_default();
    if spec.provisioner.kind == ProvisionerType::SelfHosted {
        if let Some(group) = control {
            control_plane(checks, group, &format!("{at}controlPlane.nodeGroup"), provider, place);
        }
    } else {
        let field = format!("{at}controlPlane");
        checks.that(control.is_none(), field, "is only for self-hosted clusters: the provider runs it");
    }
    let field = format!("{at}dataPlane.nodeGroups");
    if spec.provisioner.kind == ProvisionerType::Gke && autopilot {
        checks.that(groups.is_empty(), field, "must be left out with Autopilot, which manages the nodes");
        return;
    }
    checks.that(!groups.is_empty(), field.clone(), "must have at least one node group");
    for (index, group) in groups.iter().enumerate() {
        let at = format!("{field}[{index}]");
        let twin = groups.iter().take(index).any(|other| other.name == group.name);
        checks.that(!twin, format!("{at}.name"), "must be unique in the cluster");
        node_group(checks, group, &at, provider, place);
        if spec.provisioner.kind == ProvisionerType::Aks {
            aks_pool(checks, group, &at, index == 0);
        }
    }
}

fn provisioner(checks: &mut Checks, spec: &K8sClusterSpec, at: &str, place: Option<&'static Place>) {
    let Provisioner { kind, self_hosted, eks, gke, aks } = &spec.provisioner;
    let at = format!("{at}provisioner");
    checks.that(
        cloud::provisions(&spec.provider, kind),
        format!("{at}.type"),
        format!("{kind} doesn't run on {}", spec.provider),
    );
    let members = [
        (ProvisionerType::SelfHosted, self_hosted.is_some()),
        (ProvisionerType::Eks, eks.is_some()),
        (ProvisionerType::Gke, gke.is_some()),
        (ProvisionerType::Aks, aks.is_some()),
    ];
    for (member, present) in members {
        let field = format!("{at}.{member}");
        if member == *kind {
            checks.that(present, field, "is required for this type");
        } else {
            checks.that(!present, field, format!("must not be given for type {kind}"));
        }
    }
    let provider = spec.provider.as_str();
    let at = format!("{at}.{kind}");
    if let Some(version) = wanted_version(&spec.provisioner) {
        let field = format!("{at}.kubernetesVersion");
        checks.that(versions::resolve(kind.as_str(), version).is_some(), field, format!("is not offered by {kind}"));
    }
    if let Some(given) = given(&spec.provisioner) {
        credentials(checks, &format!("{at}.credentials"), given, provider, kind.as_str());
    }
    match kind {
        ProvisionerType::Eks => eks.iter().for_each(|eks| eks_network(checks, eks, &at, place)),
        ProvisionerType::Gke => gke.iter().for_each(|gke| gke_network(checks, gke, &at)),
        ProvisionerType::Aks => aks.iter().for_each(|aks| aks_network(checks, aks, &at)),
        _ => self_hosted.iter().for_each(|own| self_hosting(checks, own, &at, &spec.provider)),
    }
}

/// What credentials must hold to act on a cluster.
pub fn credentials(checks: &mut Checks, at: &str, given: &Credentials, provider: &str, provisioner: &str) {
    match given.kind {
        CredentialType::Static => {
            let data = given.data.as_ref();
            let has = |name: &str| data.and_then(|data| data.get(name)).is_some_and(|value| !value.is_empty());
            if provider == "aws" {
                for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
                    checks.that(has(name), format!("{at}.data.{name}"), "is required with type static");
                }
            } else {
                let filled = data.is_some_and(|data| !data.is_empty());
                checks.that(filled, format!("{at}.data"), "must hold the keys with type static");
            }
        }
        CredentialType::Vault => {
            let field = format!("{at}.type");
            checks.that(provisioner == "selfHosted", field, "vault is only for self-hosted clusters");
        }
        _ => {}
    }
}

fn eks_network(checks: &mut Checks, eks: &EksConfig, at: &str, place: Option<&'static Place>) {
    let EksConfig { ami_family, vpc_id, vpc_cidr, subnets, .. } = eks;
    if let Some(family) = ami_family {
        let field = format!("{at}.amiFamily");
        checks.that(AMI_FAMILIES.contains(&family.as_str()), field, one_of(&AMI_FAMILIES));
    }
    let own = [("vpcId", vpc_id.is_some()), ("vpcCIDR", vpc_cidr.is_some()), ("subnets", subnets.is_some())];
    if own.iter().any(|(_, present)| *present) {
        for (field, present) in own {
            checks.that(present, format!("{at}.{field}"), "is required: an own VPC takes vpcId, vpcCIDR and subnets");
        }
    }
    if let Some(id) = vpc_id {
        let hex = id.strip_prefix("vpc-").is_some_and(|id| id.len() >= 8 && id.bytes().all(|b| b.is_ascii_hexdigit()));
        checks.that(hex, format!("{at}.vpcId"), "must be the id of a VPC, such as vpc-0a1b2c3d4e5f67890");
    }
    let whole = vpc_cidr.as_deref().and_then(network);
    if vpc_cidr.is_some() {
        let fits = whole.is_some_and(|(_, length)| (16..=28).contains(&length));
        checks.that(fits, format!("{at}.vpcCIDR"), "must be an IPv4 network from /16 to /28");
    }
    let Some(zones) = subnets else { return };
    checks.that(zones.len() >= 2, format!("{at}.subnets"), "must span at least two zones");
    for (zone, subnets) in zones {
        let at = format!("{at}.subnets.{zone}");
        let known = place.is_none_or(|place| place.has_zone("aws", zone));
        checks.that(known, at.clone(), "is not a zone of the region");
        checks.that(!subnets.is_empty(), at.clone(), "must have a subnet");
        for (index, subnet) in subnets.iter().enumerate() {
            let Some(cidr) = &subnet.cidr else { continue };
            let fits = network(cidr).is_some_and(|inner| whole.is_none_or(|whole| contains(whole, inner)));
            checks.that(fits, format!("{at}[{index}].cidr"), "must be an IPv4 network inside vpcCIDR");
        }
    }
}

/// Whether a network lies within another.
fn contains((outer, outer_length): (std::net::Ipv4Addr, u8), (inner, length): (std::net::Ipv4Addr, u8)) -> bool {
    let mask = u32::MAX.checked_shl(32 - u32::from(outer_length)).unwrap_or(0);
    length >= outer_length && u32::from(outer) & mask == u32::from(inner) & mask
}

fn gke_network(checks: &mut Checks, gke: &GkeConfig, at: &str) {
    if let Some(cidr) = &gke.master_ipv4_cidr_block {
        let fits = network(cidr).is_some_and(|(address, length)| length == 28 && address.is_private());
        checks.that(fits, format!("{at}.masterIPv4CidrBlock"), "must be a private (RFC 1918) network of exactly /28");
    }
    networks(checks, gke.authorized_networks.as_deref(), &format!("{at}.authorizedNetworks"));
    let subnet = gke.subnet.clone().unwrap_or_default();
    if gke.network_id.is_some() || gke.subnet.is_some() {
        let filled = |value: &Option<String>| value.as_ref().is_some_and(|value| !value.is_empty());
        for (field, present) in [
            ("networkId", filled(&gke.network_id)),
            ("subnet.name", filled(&subnet.name)),
            ("subnet.podsRange", filled(&subnet.pods_range)),
            ("subnet.servicesRange", filled(&subnet.services_range)),
        ] {
            checks.that(present, format!("{at}.{field}"), "is required for an own network");
        }
    }
}

/// At most 50 networks that may reach the API server.
pub fn networks(checks: &mut Checks, given: Option<&[String]>, at: &str) {
    let given = given.unwrap_or_default();
    checks.that(given.len() <= 50, at, "must have at most 50 networks");
    for (index, cidr) in given.iter().enumerate() {
        checks.that(network(cidr).is_some(), format!("{at}[{index}]"), "must be a network such as 203.0.113.0/24");
    }
}

fn aks_network(checks: &mut Checks, aks: &AksConfig, at: &str) {
    let group = &aks.resource_group;
    checks.that(cloud::is_resource_group(group), format!("{at}.resourceGroup"), cloud::RESOURCE_GROUP);
    networks(checks, aks.authorized_ip_ranges.as_deref(), &format!("{at}.authorizedIPRanges"));
    let mode = aks.network_plugin_mode.as_deref();
    checks.that(mode.is_none_or(|mode| mode == "overlay"), format!("{at}.networkPluginMode"), "must be overlay");
}

fn self_hosting(checks: &mut Checks, own: &SelfHostedConfig, at: &str, provider: &ProviderId) {
    let field = format!("{at}.accountId");
    if *provider == ProviderId::Gcp {
        checks.that(is_project_id(&own.account_id), field, "must be the id of a project");
    } else {
        checks.that(is_aws_account(&own.account_id), field, "must be 12 digits");
    }
    let field = format!("{at}.bucketName");
    checks.that(is_bucket(&own.bucket_name), field, "must be the name of a bucket: 3 to 63 lowercase characters");
}

fn control_plane(
    checks: &mut Checks,
    group: &ControlPlaneNodeGroup,
    at: &str,
    provider: &str,
    place: Option<&'static Place>,
) {
    let (least, most) = (group.min_node.unwrap_or(1), group.max_node.unwrap_or(group.min_node.unwrap_or(1)));
    for (field, nodes) in [("minNode", least), ("maxNode", most)] {
        checks.that(nodes > 0 && nodes % 2 == 1, format!("{at}.{field}"), "must be odd, so that etcd has a majority");
    }
    checks.that(least <= most, format!("{at}.minNode"), "must not exceed maxNode");
    checks.that(is_dns_label(&group.name), format!("{at}.name"), NAME);
    machines(checks, &group.machine_types, at, provider, place);
}

const NAME: &str = "must be lowercase letters, digits or hyphens, start with a letter and end with a letter or digit";

fn node_group(checks: &mut Checks, group: &NodeGroup, at: &str, provider: &str, place: Option<&'static Place>) {
    checks.that(is_dns_label(&group.name), format!("{at}.name"), NAME);
    limits(checks, at, group.min_node, group.max_node);
    machines(checks, &group.machine_types, at, provider, place);
    let zones = group.availability_zones.as_deref().unwrap_or_default();
    for (index, zone) in zones.iter().enumerate() {
        let known = place.is_none_or(|place| place.has_zone(provider, zone));
        checks.that(known, format!("{at}.availabilityZones[{index}]"), "is not a zone of the region");
    }
    for (index, taint) in group.taints.as_deref().unwrap_or_default().iter().enumerate() {
        checks.that(!taint.key.is_empty(), format!("{at}.taints[{index}].key"), "must not be empty");
    }
}

/// The most nodes that a group may have, as the providers' own limits go.
const MOST_NODES: i64 = 1000;

/// How many nodes a group may have.
pub fn limits(checks: &mut Checks, at: &str, least: Option<i64>, most: Option<i64>) {
    let effective = most.unwrap_or_else(|| least.unwrap_or(1).max(1));
    checks.that(least.unwrap_or(1) <= effective, format!("{at}.minNode"), "must not exceed maxNode");
    checks.that(effective <= MOST_NODES, format!("{at}.maxNode"), format!("must be at most {MOST_NODES}"));
}

/// Machine types that the region offers.
pub fn machines(checks: &mut Checks, given: &[String], at: &str, provider: &str, place: Option<&'static Place>) {
    checks.that(!given.is_empty(), format!("{at}.machineTypes"), "must have at least one machine type");
    for (index, name) in given.iter().enumerate() {
        let machine = catalog::machine(provider, name);
        let field = format!("{at}.machineTypes[{index}]");
        checks.that(machine.is_some(), field.clone(), format!("is not a machine type of {provider}"));
        if let (Some(machine), Some(place)) = (machine, place) {
            checks.that(machine.is_offered(place), field, format!("is not offered in {}", place.id));
        }
    }
}

/// AKS names its pools narrowly, and its first pool carries the system.
pub fn aks_pool(checks: &mut Checks, group: &NodeGroup, at: &str, first: bool) {
    let name = group.name.as_str();
    let narrow = name.len() <= 12
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let field = format!("{at}.name");
    checks.that(narrow, field, "must be at most 12 lowercase letters or digits and start with a letter on AKS");
    if first {
        let field = format!("{at}.instanceType");
        checks.that(
            group.instance_type != Some(InstanceType::Spot),
            field,
            "must be ondemand for the first pool on AKS, which is the system pool",
        );
    }
}

fn one_of(words: &[&str]) -> String {
    format!("must be one of {}", words.join(", "))
}
