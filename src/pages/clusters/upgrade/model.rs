//! From what is typed to a `K8sClusterUpdate`, and what it changes of a cluster. Pure: no signal, no browser.

use std::collections::BTreeMap;

use astro_api::{
    clusters::{
        Cluster, ClusterUpdateResponse, CredentialType, Credentials, EksUpdate, GkeUpdate, InstanceType,
        K8sClusterSpec, K8sClusterUpdateSpec, MaintenanceWindow, NodeGroup, NodeGroupUpdate, NodeImageType,
        PreflightCheck, PreflightStatus, ReleaseChannel, Taint, UpdateConfig,
    },
    duration::GoDuration,
    manifest::{Kind, Manifest, ManifestError, Read, yaml_of},
};
use serde_json::{Map, Value, json};

use super::super::create::{
    limits,
    model::{number, taint, taint_text},
};
use crate::components::manifest_form::{Faults, Subject};

/// What AKS calls what may change on it. The contract leaves the names open; at creation they are these.
const NODE_UPGRADES: &str = "nodeOsUpgradeChannel";
const UPGRADES: &str = "autoUpgradeChannel";
const RANGES: &str = "authorizedIPRanges";

/// The providers that have settings of their own.
const OWN: [&str; 3] = ["eks", "gke", "aks"];

/// The settings that a cluster is created with already. Of the others nobody can tell what they are.
const TOLD: [&str; 6] = ["amiFamily", "releaseChannel", "authorizedNetworks", NODE_UPGRADES, UPGRADES, RANGES];

/// A node group as it is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TypedGroup {
    /// Its name, which does not change.
    pub name: String,
    /// The least nodes.
    pub least: String,
    /// The most nodes.
    pub most: String,
    /// Its machine types.
    pub machines: Vec<String>,
    /// How machines are bought.
    pub bought: String,
    /// What its nodes are marked with.
    pub labels: Vec<(String, String)>,
    /// As `kubectl` writes them.
    pub taints: Vec<String>,
}

impl TypedGroup {
    /// A group as it is.
    pub fn of(group: &NodeGroup) -> Self {
        let number = |count: Option<i64>| count.map(|count| count.to_string()).unwrap_or_default();
        Self {
            name: group.name.clone(),
            least: number(group.min_node),
            most: number(group.max_node),
            machines: group.machine_types.clone(),
            bought: group.instance_type.as_ref().map_or("ondemand", InstanceType::as_str).to_owned(),
            labels: group.labels.clone().unwrap_or_default().into_iter().collect(),
            taints: group.taints.iter().flatten().map(taint_text).collect(),
        }
    }

    /// What differs from the group as it is; none where nothing does.
    fn update(&self, group: &NodeGroup) -> Option<NodeGroupUpdate> {
        let other = |text: &str, before: Option<i64>| number(text).filter(|count| Some(*count) != before);
        let bought = Some(InstanceType::from(self.bought.as_str()))
            .filter(|_| !self.bought.is_empty())
            .filter(|bought| *bought != *group.instance_type.as_ref().unwrap_or(&InstanceType::Ondemand));
        let machines = Some(self.machines.clone()).filter(|list| !list.is_empty() && *list != group.machine_types);
        // Labels and taints are sent whole: what is left out of them is taken away.
        let named = self.labels.iter().filter(|(name, _)| !name.trim().is_empty());
        let labels: BTreeMap<String, String> =
            named.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned())).collect();
        let taints: Vec<Taint> = self.taints.iter().filter_map(|text| taint(text)).collect();
        let update = NodeGroupUpdate {
            name: group.name.clone(),
            min_node: other(&self.least, group.min_node),
            max_node: other(&self.most, group.max_node),
            machine_types: machines,
            instance_type: bought,
            labels: (labels != group.labels.clone().unwrap_or_default()).then_some(labels),
            taints: (taints != group.taints.clone().unwrap_or_default()).then_some(taints),
        };
        let is_nothing = update == NodeGroupUpdate { name: group.name.clone(), ..NodeGroupUpdate::default() };
        (!is_nothing).then_some(update)
    }

    /// What is wrong with its sizes.
    pub fn wrong(&self) -> Option<String> {
        match (number(&self.least), number(&self.most)) {
            (Some(least), Some(most)) if most < least => Some(format!("At least the minimum, {least}.")),
            _ => None,
        }
    }
}

/// What is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// The version; the current one changes nothing.
    pub version: String,
    /// Whether an older version may be gone back to.
    pub allow_downgrade: bool,
    /// The node groups, in the cluster's order.
    pub groups: Vec<TypedGroup>,
    /// Tags.
    pub tags: Vec<(String, String)>,
    /// How many nodes may be away: `1`, `25%`.
    pub unavailable: String,
    /// How many nodes may be added meanwhile.
    pub surge: String,
    /// GKE's channel; empty leaves it, as with all settings that follow.
    pub channel: String,
    /// GKE's image of the nodes.
    pub image: String,
    /// When GKE may maintain the cluster.
    pub window_start: String,
    /// For how long.
    pub window_length: String,
    /// Networks that may reach the API server, on GKE and on AKS.
    pub networks: Vec<String>,
    /// EKS's image family.
    pub family: String,
    /// How AKS renews the systems of the nodes.
    pub node_upgrades: String,
    /// How AKS upgrades by itself.
    pub upgrades: String,
    /// By whose rights it is done: the word of the contract; empty where nothing is sent along.
    pub credentials: String,
}

impl Typed {
    /// A cluster as it is: nothing changes.
    pub fn of(cluster: &Cluster) -> Self {
        Self {
            version: cluster.kubernetes_version.clone().unwrap_or_default(),
            groups: cluster.node_groups.iter().flatten().map(TypedGroup::of).collect(),
            tags: cluster.tags.clone().unwrap_or_default().into_iter().collect(),
            ..Self::default()
        }
    }

    /// A cluster as a manifest wants it. What the form does not show stays in the manifest.
    pub fn read(cluster: &Cluster, spec: &K8sClusterUpdateSpec) -> Self {
        let after = applied(cluster, spec);
        let config = spec.update_config.clone().unwrap_or_default();
        let gke = spec.gke.clone().unwrap_or_default();
        let window = gke.maintenance_window.unwrap_or_default();
        let of_aks = |name: &str| {
            let value = spec.aks.as_ref().and_then(|aks| aks.get(name));
            value.and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let ranges = spec.aks.as_ref().and_then(|aks| texts(aks.get(RANGES)?));
        Self {
            allow_downgrade: config.allow_downgrade == Some(true),
            unavailable: config.max_unavailable.unwrap_or_default(),
            surge: config.max_surge.unwrap_or_default(),
            channel: gke.release_channel.as_ref().map(ToString::to_string).unwrap_or_default(),
            image: gke.image_type.as_ref().map(ToString::to_string).unwrap_or_default(),
            window_start: window.start_time.unwrap_or_default(),
            window_length: window.duration.unwrap_or_default(),
            networks: gke.authorized_networks.or(ranges).unwrap_or_default(),
            family: spec.eks.as_ref().and_then(|eks| eks.ami_family.clone()).unwrap_or_default(),
            node_upgrades: of_aks(NODE_UPGRADES),
            upgrades: of_aks(UPGRADES),
            credentials: spec.credentials.as_ref().map(|it| it.kind.to_string()).unwrap_or_default(),
            ..Self::of(&after)
        }
    }

    /// The manifest: what differs from the cluster, on top of what a manifest had that the form does not show.
    pub fn spec(&self, cluster: &Cluster, base: &K8sClusterUpdateSpec) -> K8sClusterUpdateSpec {
        let mut groups: Vec<NodeGroupUpdate> = cluster
            .node_groups
            .iter()
            .flatten()
            .zip(&self.groups)
            .filter_map(|(group, typed)| typed.update(group))
            .collect();
        // What names no group of the cluster is left for the platform to refuse.
        let is_known = |name: &String| cluster.node_groups.iter().flatten().any(|group| group.name == *name);
        groups.extend(base.node_groups.iter().flatten().filter(|it| !is_known(&it.name)).cloned());
        let before = cluster.tags.clone().unwrap_or_default();
        let tags: BTreeMap<String, String> =
            self.tags.iter().filter(|(name, value)| before.get(name) != Some(value)).cloned().collect();
        let config = UpdateConfig {
            max_unavailable: filled(&self.unavailable),
            max_surge: filled(&self.surge),
            allow_downgrade: self.allow_downgrade.then_some(true),
            ..UpdateConfig::default()
        };
        let provisioner = cluster.provisioner_type.as_deref().unwrap_or_default();
        let eks = EksUpdate { ami_family: filled(&self.family) };
        let gke = self.gke(provisioner, base.gke.as_ref());
        K8sClusterUpdateSpec {
            kubernetes_version: filled(&self.version).filter(|it| cluster.kubernetes_version.as_ref() != Some(it)),
            node_groups: (!groups.is_empty()).then_some(groups),
            eks: (eks != EksUpdate::default() || base.eks.is_some()).then_some(eks),
            gke: (gke != GkeUpdate::default() || base.gke.is_some()).then_some(gke),
            aks: self.aks(provisioner, base.aks.as_ref()),
            update_config: (config != UpdateConfig::default()).then_some(config),
            tags: (!tags.is_empty()).then_some(tags),
            credentials: self.credentials(base.credentials.as_ref()),
        }
    }

    fn gke(&self, provisioner: &str, base: Option<&GkeUpdate>) -> GkeUpdate {
        let window =
            MaintenanceWindow { start_time: filled(&self.window_start), duration: filled(&self.window_length) };
        let had_window = base.is_some_and(|base| base.maintenance_window.is_some());
        let had_networks = base.is_some_and(|base| base.authorized_networks.is_some());
        let networks = self.networks.clone();
        GkeUpdate {
            image_type: filled(&self.image).map(|word| NodeImageType::from(word.as_str())),
            release_channel: filled(&self.channel).map(|word| ReleaseChannel::from(word.as_str())),
            maintenance_window: (window != MaintenanceWindow::default() || had_window).then_some(window),
            // An empty list takes all of them away.
            authorized_networks: (had_networks || provisioner == "gke" && !networks.is_empty()).then_some(networks),
        }
    }

    fn aks(&self, provisioner: &str, base: Option<&Map<String, Value>>) -> Option<Map<String, Value>> {
        let mut aks = base.cloned().unwrap_or_default();
        for (name, text) in [(NODE_UPGRADES, &self.node_upgrades), (UPGRADES, &self.upgrades)] {
            match filled(text) {
                Some(word) => {
                    aks.insert(name.to_owned(), word.into());
                }
                // What is no text there, the form did not show.
                None if aks.get(name).is_some_and(Value::is_string) => {
                    aks.shift_remove(name);
                }
                None => {}
            }
        }
        let had_ranges = aks.get(RANGES).is_some_and(|value| texts(value).is_some());
        if had_ranges || provisioner == "aks" && !self.networks.is_empty() && !aks.contains_key(RANGES) {
            aks.insert(RANGES.to_owned(), json!(self.networks));
        }
        (!aks.is_empty() || base.is_some()).then_some(aks)
    }

    /// By whose rights; keys that a manifest holds stay in it, and those that are typed in are added when it is sent.
    fn credentials(&self, base: Option<&Credentials>) -> Option<Credentials> {
        let kind = CredentialType::from(filled(&self.credentials)?.as_str());
        let before = base.filter(|before| before.kind == kind).cloned();
        Some(before.unwrap_or(Credentials { kind, data: None }))
    }
}

fn filled(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// A list of texts.
fn texts(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|item| item.as_str().map(str::to_owned)).collect()
}

/// What is wrong with a number of nodes, or a share of them.
pub fn share(text: &str) -> Option<String> {
    let text = text.trim();
    let (digits, most) = text.strip_suffix('%').map_or((text, 1000), |digits| (digits, 100));
    let fits = text.is_empty() || digits.parse::<u32>().is_ok_and(|number| number <= most);
    (!fits).then(|| "A number of nodes or a percentage: 1, 25%.".to_owned())
}

/// What is wrong with the length of a maintenance window.
pub fn window_length(text: &str) -> Option<String> {
    let text = text.trim();
    let bounds = GoDuration::from_hours(4)..=GoDuration::from_hours(48);
    let fits = text.is_empty() || GoDuration::parse(text).is_some_and(|length| bounds.contains(&length));
    (!fits).then(|| "From 4 to 48 hours: 4h, 12h.".to_owned())
}

/// What is wrong with the beginning of a maintenance window.
pub fn moment(text: &str) -> Option<String> {
    let text = text.trim();
    let pattern = "0000-00-00T00:00:00";
    let is_like = |(letter, like): (char, char)| if like == '0' { letter.is_ascii_digit() } else { letter == like };
    let rest = text.get(pattern.len()..).unwrap_or_default();
    let fits =
        text.is_empty() || text.chars().zip(pattern.chars()).all(is_like) && rest.starts_with(['Z', '+', '-', '.']);
    (!fits).then(|| "A date with its time and zone: 2027-01-16T02:00:00Z.".to_owned())
}

/// What the form makes, for the pieces that all such forms share.
pub const SUBJECT: Subject = Subject {
    kind: Kind::K8sClusterUpdate,
    noun: ("change", "changes"),
    verb: ("Make", "made"),
    faults,
    named,
    hidden: Manifest::hidden::<K8sClusterUpdateSpec>,
};

/// What is wrong with a manifest, whichever cluster it is for.
fn faults(read: &Read) -> Result<Faults, ManifestError> {
    let spec = read.spec::<K8sClusterUpdateSpec>()?;
    let mut found = Faults::new();
    let mut says = |path: String, problem: Option<String>| {
        if let Some(problem) = problem {
            found.push((path, problem));
        }
    };
    for (index, group) in spec.node_groups.iter().flatten().enumerate() {
        let at = |field: &str| format!("nodeGroups[{index}].{field}");
        says(at("name"), group.name.trim().is_empty().then(|| "It is required.".to_owned()));
        let range = group.min_node.zip(group.max_node).filter(|(least, most)| most < least);
        says(at("maxNode"), range.map(|(least, _)| format!("At least the minimum, {least}.")));
        let labels: Vec<_> = group.labels.clone().unwrap_or_default().into_iter().collect();
        says(at("labels"), limits::labels(&labels));
        says(at("taints"), limits::taints(&group.taints.iter().flatten().map(taint_text).collect::<Vec<_>>()));
    }
    if let Some(config) = &spec.update_config {
        says("updateConfig.maxSurge".to_owned(), config.max_surge.as_deref().and_then(share));
        says("updateConfig.maxUnavailable".to_owned(), config.max_unavailable.as_deref().and_then(share));
    }
    if let Some(gke) = &spec.gke {
        says(
            "gke.authorizedNetworks".to_owned(),
            limits::networks(gke.authorized_networks.as_deref().unwrap_or_default()),
        );
        let window = gke.maintenance_window.clone().unwrap_or_default();
        says("gke.maintenanceWindow.duration".to_owned(), window.duration.as_deref().and_then(window_length));
        says("gke.maintenanceWindow.startTime".to_owned(), window.start_time.as_deref().and_then(moment));
    }
    Ok(found)
}

/// A change has no name of its own: it is told by what it does.
fn named(manifest: &Manifest) -> (String, String) {
    let note = manifest.spec::<K8sClusterUpdateSpec>().ok().map(|spec| {
        let version = spec.kubernetes_version.map(|version| format!("Kubernetes {version}"));
        let groups = spec.node_groups.filter(|groups| !groups.is_empty()).map(|groups| {
            let names: Vec<String> = groups.into_iter().map(|group| group.name).collect();
            format!("node groups {}", names.join(", "))
        });
        version.into_iter().chain(groups).collect::<Vec<_>>().join(", ")
    });
    ("The change".to_owned(), note.unwrap_or_default())
}

/// Whether a manifest changes anything: how it proceeds, and by whose rights, is no change.
pub fn is_empty(spec: &K8sClusterUpdateSpec) -> bool {
    spec.kubernetes_version.is_none()
        && spec.node_groups.as_ref().is_none_or(Vec::is_empty)
        && spec.tags.as_ref().is_none_or(BTreeMap::is_empty)
        && spec.eks.as_ref().is_none_or(|eks| *eks == EksUpdate::default())
        && spec.gke.as_ref().is_none_or(|gke| *gke == GkeUpdate::default())
        && spec.aks.as_ref().is_none_or(Map::is_empty)
}

/// The request that only asks: what would happen, and a report of it.
pub fn asking(spec: &K8sClusterUpdateSpec) -> K8sClusterUpdateSpec {
    let config = spec.update_config.clone().unwrap_or_default();
    let config = UpdateConfig { dry_run: Some(true), generate_report: Some(true), ..config };
    K8sClusterUpdateSpec { update_config: Some(config), ..spec.clone() }
}

/// The request that does it, whatever a manifest said of trying.
pub fn doing(spec: &K8sClusterUpdateSpec) -> K8sClusterUpdateSpec {
    let config =
        spec.update_config.clone().map(|config| UpdateConfig { dry_run: None, generate_report: None, ..config });
    K8sClusterUpdateSpec { update_config: config.filter(|config| *config != UpdateConfig::default()), ..spec.clone() }
}

/// The cluster as it would be.
fn applied(cluster: &Cluster, spec: &K8sClusterUpdateSpec) -> Cluster {
    let mut after = cluster.clone();
    if let Some(version) = &spec.kubernetes_version {
        after.kubernetes_version = Some(version.clone());
    }
    for update in spec.node_groups.iter().flatten() {
        let groups = after.node_groups.get_or_insert_with(Vec::new);
        let Some(group) = groups.iter_mut().find(|group| group.name == update.name) else { continue };
        group.min_node = update.min_node.or(group.min_node);
        group.max_node = update.max_node.or(group.max_node);
        if let Some(machines) = &update.machine_types {
            group.machine_types.clone_from(machines);
        }
        group.instance_type = update.instance_type.clone().or(group.instance_type.take());
        group.labels = update.labels.clone().or(group.labels.take());
        group.taints = update.taints.clone().or(group.taints.take());
    }
    if let Some(tags) = &spec.tags {
        after.tags.get_or_insert_with(BTreeMap::new).extend(tags.clone());
    }
    after
}

/// The settings that a cluster was created with, in the words of a change.
pub fn created(spec: &K8sClusterSpec) -> K8sClusterUpdateSpec {
    let provisioner = &spec.provisioner;
    let of_aks = provisioner.aks.as_ref().map(|aks| {
        let all = [
            (NODE_UPGRADES, json!(aks.node_os_upgrade_channel)),
            (UPGRADES, json!(aks.auto_upgrade_channel)),
            (RANGES, json!(aks.authorized_ip_ranges)),
        ];
        let given = all.into_iter().filter(|(_, value)| !value.is_null());
        given.map(|(name, value)| (name.to_owned(), value)).collect::<Map<String, Value>>()
    });
    K8sClusterUpdateSpec {
        eks: provisioner.eks.as_ref().map(|eks| EksUpdate { ami_family: eks.ami_family.clone() }),
        gke: provisioner.gke.as_ref().map(|gke| GkeUpdate {
            release_channel: gke.release_channel.clone(),
            authorized_networks: gke.authorized_networks.clone(),
            ..GkeUpdate::default()
        }),
        aks: of_aks,
        ..K8sClusterUpdateSpec::default()
    }
}

/// The settings of one of [`OWN`], by their names.
fn settings(spec: &K8sClusterUpdateSpec, member: &str) -> Map<String, Value> {
    let value = match member {
        "eks" => json!(spec.eks),
        "gke" => json!(spec.gke),
        _ => json!(spec.aks),
    };
    match value {
        Value::Object(settings) => settings,
        _ => Map::new(),
    }
}

/// Whether a change sets something that one provider alone has.
pub fn has_settings(spec: &K8sClusterUpdateSpec) -> bool {
    OWN.iter().any(|member| !settings(spec, member).is_empty())
}

/// What a setting was at creation, in words: "REGULAR"; "203.0.113.0/24, 198.51.100.16/28".
pub fn as_created(created: &K8sClusterUpdateSpec, path: &str) -> Option<String> {
    let (member, name) = path.split_once('.')?;
    match settings(created, member).get(name)? {
        Value::String(text) => Some(text.clone()),
        list => texts(list).filter(|list| !list.is_empty()).map(|list| list.join(", ")),
    }
}

/// What a change may touch of a cluster, as a document.
fn document(cluster: &Cluster) -> Map<String, Value> {
    let mut document = Map::new();
    put(&mut document, "kubernetesVersion", json!(cluster.kubernetes_version));
    put(&mut document, "nodeGroups", json!(cluster.node_groups));
    put(&mut document, "tags", json!(cluster.tags));
    document
}

fn put(document: &mut Map<String, Value>, name: &str, value: Value) {
    let is_nothing = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
    if !is_nothing && !value.as_object().is_some_and(Map::is_empty) {
        document.insert(name.to_owned(), value);
    }
}

/// A cluster before and after a change, as YAML. `created` are the settings that it was created with, where they are
/// known; a setting that nobody knows is marked, since it replaces what does not show.
pub fn before_and_after(
    cluster: &Cluster,
    spec: &K8sClusterUpdateSpec,
    created: Option<&K8sClusterUpdateSpec>,
) -> (String, String) {
    let (mut old, mut new) = (document(cluster), document(&applied(cluster, spec)));
    let mut unknown = Vec::new();
    for member in OWN {
        let before = created.map(|created| settings(created, member)).unwrap_or_default();
        let given = settings(spec, member);
        let is_untold = |name: &&String| created.is_none() || !TOLD.contains(&name.as_str());
        unknown.extend(given.keys().filter(is_untold).map(|name| (member, name.clone())));
        let mut after = before.clone();
        after.extend(given);
        put(&mut old, member, Value::Object(before));
        put(&mut new, member, Value::Object(after));
    }
    (yaml_of(&old), marked(&yaml_of(&new), &unknown))
}

/// A document with a mark behind the names of settings, each with the provider that it stands under.
fn marked(yaml: &str, names: &[(&str, String)]) -> String {
    let mut text = String::new();
    let mut member = "";
    for line in yaml.lines() {
        if !line.starts_with(' ') {
            member = line.trim_end_matches(':');
        }
        text.push_str(line);
        let inner = line.strip_prefix("  ").filter(|rest| !rest.starts_with([' ', '-']));
        let name = inner.and_then(|rest| rest.split(':').next());
        if name.is_some_and(|name| names.iter().any(|(of, it)| *of == member && it == name)) {
            text.push_str("  # replaces all that is set");
        }
        text.push('\n');
    }
    text
}

/// The names of the node groups of a change, in the order in which they are sent.
pub fn group_names(spec: &K8sClusterUpdateSpec) -> Vec<String> {
    spec.node_groups.iter().flatten().map(|group| group.name.clone()).collect()
}

/// A path of a request as the fields of the form are called: they have a node group's name, where the request has its
/// place among those that change. `groups` are their names.
pub fn field_of(path: &str, groups: &[String]) -> String {
    let parts = path.split(['.', '/', '[', ']']).filter(|part| !part.is_empty());
    let mut of_groups = false;
    let parts = parts.skip_while(|part| matches!(*part, "$" | "body" | "spec")).map(|part| {
        let name = part.parse::<usize>().ok().filter(|_| of_groups).and_then(|place| groups.get(place));
        of_groups = part == "nodeGroups";
        name.map_or(part, String::as_str)
    });
    parts.collect::<Vec<_>>().join(".")
}

/// What the platform says of a node group by its place in the request, told by its name.
pub fn told(text: &str, groups: &[String]) -> String {
    groups.iter().enumerate().fold(text.to_owned(), |text, (place, name)| {
        text.replace(&format!("spec.nodeGroups[{place}]."), &format!("Node group {name}: "))
            .replace(&format!("nodeGroups[{place}]"), &format!("nodeGroups.{name}"))
    })
}

/// An answer whose errors and warnings name the node groups.
pub fn by_name(response: &ClusterUpdateResponse, groups: &[String]) -> ClusterUpdateResponse {
    let all =
        |texts: Option<&[String]>| texts.map(|texts| texts.iter().map(|text| told(text, groups)).collect::<Vec<_>>());
    let (errors, warnings) = (all(response.errors.as_deref()), all(response.warnings.as_deref()));
    ClusterUpdateResponse { errors, warnings, ..response.clone() }
}

/// What an answer says of a field of a node group.
pub fn said_of(response: &ClusterUpdateResponse, group: &str, field: &str) -> Option<String> {
    let group = format!("Node group {group}: ");
    response.errors.iter().flatten().filter_map(|error| error.strip_prefix(group.as_str())).find_map(|error| {
        let rest = error.strip_prefix(field)?;
        rest.starts_with([' ', '[', '.']).then(|| error.to_owned())
    })
}

/// What is said of machine types that are new to a node group and that its region does not list.
pub fn unlisted<'a>(
    chosen: &[String],
    before: &[String],
    mut listed: impl Iterator<Item = &'a str> + Clone,
    region: &str,
) -> Option<String> {
    let is_new = |name: &&String| !before.contains(name);
    let gone: Vec<&str> = chosen
        .iter()
        .filter(is_new)
        .map(String::as_str)
        .filter(|name| !listed.clone().any(|known| known == *name))
        .collect();
    listed.next()?;
    // Only one of its zones was asked, so it is for the platform to refuse.
    (!gone.is_empty()).then(|| {
        format!("Not on the list of {region}: {}. The check tells whether the platform takes it.", gone.join(", "))
    })
}

/// The numbers of a version: 1, 31, 1 and 1678000 of `v1.31.1-gke.1678000`.
fn numbers(version: &str) -> Vec<u64> {
    version.split(|letter: char| !letter.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect()
}

/// Whether a version is older than another. A minor is no older than a patch of it.
pub fn is_older(version: &str, than: &str) -> bool {
    let (one, other) = (numbers(version), numbers(than));
    let both = one.len().min(other.len());
    one.iter().take(both).lt(other.iter().take(both))
}

/// What the platform checks before it changes anything: from the answer, else from its report. What fails comes first.
pub fn checks(response: &ClusterUpdateResponse) -> Vec<PreflightCheck> {
    let of_report = response.upgrade_report.as_ref().and_then(|report| report.preflight_checks.as_ref());
    let mut checks = response.preflight_checks.as_ref().or(of_report).cloned().unwrap_or_default();
    checks.sort_by_key(|check| match &check.status {
        PreflightStatus::Failed => 0,
        PreflightStatus::Warning => 1,
        PreflightStatus::Other(_) => 2,
        PreflightStatus::Passed => 3,
    });
    checks
}

/// Whether the change may be made: what the platform says, else whether it names an error.
pub fn has_passed(response: &ClusterUpdateResponse) -> bool {
    response.validation_passed.unwrap_or_else(|| response.errors.as_ref().is_none_or(Vec::is_empty))
}

/// What stands against it, and is said by no check already.
pub fn errors(response: &ClusterUpdateResponse) -> Vec<String> {
    let checks = checks(response);
    let is_said = |error: &String| checks.iter().any(|check| check.message.as_ref() == Some(error));
    response.errors.iter().flatten().filter(|error| !is_said(error)).cloned().collect()
}

/// What deserves a look, and is said by no check already.
pub fn warnings(response: &ClusterUpdateResponse) -> Vec<String> {
    let checks = checks(response);
    let is_said = |warning: &String| checks.iter().any(|check| check.message.as_ref() == Some(warning));
    response.warnings.iter().flatten().filter(|warning| !is_said(warning)).cloned().collect()
}

/// The node groups whose nodes are replaced.
pub fn replaced(response: &ClusterUpdateResponse) -> Vec<String> {
    let groups = response.upgrade_plan.as_ref().and_then(|plan| plan.node_groups.as_ref());
    groups
        .into_iter()
        .flatten()
        .filter(|group| group.replaces_nodes == Some(true))
        .map(|group| group.name.clone().unwrap_or_else(|| "a node group".to_owned()))
        .collect()
}

/// A length as Go writes it, as a person does: `38 m`, `1 h 5 m`.
pub fn length(text: &str) -> String {
    let text = text.trim().trim_start_matches('~');
    match GoDuration::parse(text) {
        Some(length) => {
            let minutes = length.as_secs().max(0) / 60;
            let (hours, minutes_left) = (minutes / 60, minutes % 60);
            match (hours, minutes_left, length.as_secs()) {
                (0, 0, seconds) => format!("{seconds} s"),
                (0, minutes, _) => format!("{minutes} m"),
                (hours, 0, _) => format!("{hours} h"),
                (hours, minutes, _) => format!("{hours} h {minutes} m"),
            }
        }
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cluster() -> Cluster {
        serde_json::from_value(json!({
            "id": "a", "clusterName": "a", "provider": "aws", "status": "READY", "kubernetesVersion": "1.30.4",
            "provisionerType": "eks", "nodeGroups": [
                {"name": "system", "minNode": 1, "maxNode": 3, "machineTypes": ["m6g.large"]},
                {"name": "workers", "minNode": 3, "maxNode": 12, "instanceType": "spot", "machineTypes": ["m6g.xlarge"]},
            ],
            "tags": {"team": "platform"},
        }))
        .unwrap()
    }

    #[test]
    fn what_is_left_as_it_is_changes_nothing() {
        let cluster = cluster();
        let spec = Typed::of(&cluster).spec(&cluster, &K8sClusterUpdateSpec::default());
        assert!(is_empty(&spec) && spec == K8sClusterUpdateSpec::default());
        let (before, after) = before_and_after(&cluster, &spec, None);
        assert_eq!(before, after);
        let created: K8sClusterUpdateSpec = serde_json::from_value(json!({"eks": {"amiFamily": "AL2"}})).unwrap();
        let (before, after) = before_and_after(&cluster, &spec, Some(&created));
        assert_eq!(before, after, "what it was created with stays");
        assert!(before.contains("amiFamily: AL2") && !has_settings(&spec));
    }

    #[test]
    fn only_what_differs_is_sent() {
        let cluster = cluster();
        let mut typed = Typed::of(&cluster);
        "1.31.2".clone_into(&mut typed.version);
        "20".clone_into(&mut typed.groups[1].most);
        typed.groups[1].machines = vec!["m7g.xlarge".to_owned()];
        typed.tags.insert(0, ("stage".to_owned(), "prod".to_owned()));
        "1".clone_into(&mut typed.surge);
        let spec = typed.spec(&cluster, &K8sClusterUpdateSpec::default());
        assert_eq!(
            serde_json::to_value(&spec).unwrap(),
            json!({
                "kubernetesVersion": "1.31.2",
                "nodeGroups": [{"name": "workers", "maxNode": 20, "machineTypes": ["m7g.xlarge"]}],
                "tags": {"stage": "prod"},
                "updateConfig": {"maxSurge": "1"},
            })
        );
        let (before, after) = before_and_after(&cluster, &spec, None);
        assert!(before.contains("1.30.4") && after.contains("1.31.2") && after.contains("stage: prod"), "{after}");
        assert_eq!(Typed::read(&cluster, &spec), typed, "and back");
    }

    #[test]
    fn a_list_that_is_replaced_shows_what_goes() {
        let manifest: K8sClusterSpec = serde_json::from_value(json!({
            "clusterName": "a", "provider": "gcp", "region": "europe-west4",
            "provisioner": {"type": "gke", "gke": {
                "projectId": "acme-data", "releaseChannel": "REGULAR", "credentials": {"type": "dynamic"},
                "authorizedNetworks": ["203.0.113.0/24", "198.51.100.16/28"],
            }},
        }))
        .unwrap();
        let created = created(&manifest);
        assert_eq!(as_created(&created, "gke.releaseChannel").as_deref(), Some("REGULAR"));
        assert_eq!(as_created(&created, "gke.authorizedNetworks").as_deref(), Some("203.0.113.0/24, 198.51.100.16/28"));
        assert_eq!(as_created(&created, "gke.imageType"), None);
        let spec: K8sClusterUpdateSpec =
            serde_json::from_value(json!({"gke": {"imageType": "COS", "authorizedNetworks": ["192.0.2.0/24"]}}))
                .unwrap();
        assert!(has_settings(&spec));
        let (before, after) = before_and_after(&cluster(), &spec, Some(&created));
        assert!(before.contains("203.0.113.0/24") && before.contains("releaseChannel: REGULAR"), "{before}");
        assert!(!after.contains("203.0.113.0/24") && after.contains("192.0.2.0/24"), "{after}");
        assert!(after.contains("releaseChannel: REGULAR\n"), "what is not set stays: {after}");
        assert!(after.contains("authorizedNetworks:\n"), "its lines show what goes: {after}");
        assert!(after.contains("imageType: COS  # replaces all that is set\n"), "nobody knows it: {after}");
        let (before, after) = before_and_after(&cluster(), &spec, None);
        assert!(!before.contains("gke"), "{before}");
        assert!(after.contains("authorizedNetworks:  # replaces all that is set\n"), "{after}");
    }

    #[test]
    fn a_node_group_is_told_by_its_name() {
        let spec: K8sClusterUpdateSpec =
            serde_json::from_value(json!({"nodeGroups": [{"name": "spot", "machineTypes": ["z9.mega"]}]})).unwrap();
        let groups = group_names(&spec);
        for path in [
            "spec.nodeGroups[0].machineTypes[0]",
            "$.spec.nodeGroups[0].machineTypes[0]",
            "/nodeGroups/0/machineTypes/0",
        ] {
            assert_eq!(field_of(path, &groups), "nodeGroups.spot.machineTypes.0");
        }
        assert_eq!(field_of("spec.nodeGroups[3].maxNode", &groups), "nodeGroups.3.maxNode");
        assert_eq!(field_of("spec.gke.authorizedNetworks[0]", &groups), "gke.authorizedNetworks.0");
        let response = ClusterUpdateResponse {
            errors: Some(vec!["spec.nodeGroups[0].machineTypes[0] is not a machine type of aws".to_owned()]),
            ..ClusterUpdateResponse::default()
        };
        let response = by_name(&response, &groups);
        assert_eq!(errors(&response), ["Node group spot: machineTypes[0] is not a machine type of aws"]);
        assert_eq!(
            said_of(&response, "spot", "machineTypes").as_deref(),
            Some("machineTypes[0] is not a machine type of aws")
        );
        assert!(said_of(&response, "default-pool", "machineTypes").is_none());
        assert!(said_of(&response, "spot", "machine").is_none());
        assert_eq!(told("nodeGroups[0] and nodeGroups[1]", &groups), "nodeGroups.spot and nodeGroups[1]");
    }

    #[test]
    fn a_machine_type_that_is_new_and_not_listed_is_noticed() {
        let names = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let of = |chosen: &str, listed: &[&'static str]| {
            unlisted(&names(chosen), &names("t3.large old.large"), listed.iter().copied(), "eu-west-1")
        };
        let listed = ["t3.large", "t3a.large"];
        assert!(of("t3a.large z9.mega", &listed).is_some_and(|told| told.contains("eu-west-1: z9.mega.")));
        assert_eq!(of("t3a.large old.large", &listed), None, "it has that already");
        assert_eq!(of("z9.mega", &[]), None, "there is no list");
    }

    #[test]
    fn what_the_form_does_not_show_stays() {
        let cluster = cluster();
        let base: K8sClusterUpdateSpec = serde_json::from_value(json!({
            "nodeGroups": [{"name": "system", "labels": {"a": "b"}}, {"name": "ghost", "minNode": 1}],
            "aks": {"x": 1},
        }))
        .unwrap();
        let spec = Typed::read(&cluster, &base).spec(&cluster, &base);
        assert_eq!(serde_json::to_value(&spec).unwrap(), serde_json::to_value(&base).unwrap());
        assert!(!is_empty(&spec));
    }

    #[test]
    fn settings_of_each_provider_go_both_ways() {
        for (provisioner, text) in [
            (
                "gke",
                json!({"gke": {
                    "imageType": "COS_CONTAINERD", "releaseChannel": "STABLE", "authorizedNetworks": ["10.0.0.0/8"],
                    "maintenanceWindow": {"startTime": "2027-01-16T02:00:00Z", "duration": "4h"},
                }}),
            ),
            ("gke", json!({"gke": {"authorizedNetworks": []}})),
            ("eks", json!({"eks": {"amiFamily": "AL2023"}, "credentials": {"type": "vault"}})),
            (
                "aks",
                json!({"aks": {
                    "nodeOsUpgradeChannel": "NodeImage", "autoUpgradeChannel": "patch", "x": [1],
                    "authorizedIPRanges": ["10.0.0.0/8"],
                }}),
            ),
            ("aks", json!({"aks": {"nodeOsUpgradeChannel": 7, "authorizedIPRanges": "all"}})),
            ("selfHosted", json!({"credentials": {"type": "static", "data": {"TOKEN": "t"}}})),
        ] {
            let cluster = Cluster { provisioner_type: Some(provisioner.to_owned()), ..cluster() };
            let base: K8sClusterUpdateSpec = serde_json::from_value(text).unwrap();
            let back = Typed::read(&cluster, &base).spec(&cluster, &base);
            assert!(back == base, "{}", serde_json::to_string(&back.aks).unwrap());
        }
        let cluster = Cluster { provisioner_type: Some("aks".to_owned()), ..cluster() };
        let base: K8sClusterUpdateSpec =
            serde_json::from_value(json!({"aks": {"autoUpgradeChannel": "patch", "x": 1}})).unwrap();
        let typed = Typed { upgrades: String::new(), ..Typed::read(&cluster, &base) };
        assert_eq!(serde_json::to_value(typed.spec(&cluster, &base).aks).unwrap(), json!({"x": 1}), "it was taken out");
    }

    #[test]
    fn labels_and_taints_are_sent_whole() {
        let mut cluster = cluster();
        cluster.node_groups.as_mut().unwrap()[0].labels = Some([("a".to_owned(), "b".to_owned())].into());
        let mut typed = Typed::of(&cluster);
        typed.groups[0].labels = vec![];
        typed.groups[1].labels = vec![(" team ".to_owned(), "web".to_owned()), (String::new(), "x".to_owned())];
        typed.groups[1].taints = vec!["dedicated=web:NoSchedule".to_owned()];
        let spec = typed.spec(&cluster, &K8sClusterUpdateSpec::default());
        assert_eq!(
            serde_json::to_value(&spec).unwrap(),
            json!({"nodeGroups": [
                {"name": "system", "labels": {}},
                {"name": "workers", "labels": {"team": "web"},
                 "taints": [{"key": "dedicated", "value": "web", "effect": "NoSchedule"}]},
            ]})
        );
    }

    #[test]
    fn a_manifest_says_what_is_wrong_with_it() {
        let text = "kind: K8sClusterUpdate\nspec:\n  nodeGroups: [{name: a, minNode: 3, maxNode: 2, taints: [{key: k, effect: Later}]}]\n  updateConfig: {maxSurge: half}\n  gke: {maintenanceWindow: {startTime: tonight, duration: 1h}, authorizedNetworks: [all]}\n";
        let read = SUBJECT.reads(text).unwrap().remove(0);
        let paths: Vec<String> = faults(&read).unwrap().into_iter().map(|(path, _)| path).collect();
        assert_eq!(
            paths,
            [
                "nodeGroups[0].maxNode",
                "nodeGroups[0].taints",
                "updateConfig.maxSurge",
                "gke.authorizedNetworks",
                "gke.maintenanceWindow.duration",
                "gke.maintenanceWindow.startTime",
            ]
        );
        for right in ["2027-01-16T02:00:00Z", "2027-01-16T02:00:00.5+01:00", ""] {
            assert_eq!(moment(right), None);
        }
        for right in ["4h", "48h0m0s", "720m", ""] {
            assert_eq!(window_length(right), None);
        }
    }

    #[test]
    fn asking_changes_nothing_and_doing_does_not_ask() {
        let spec: K8sClusterUpdateSpec = serde_json::from_value(
            json!({"kubernetesVersion": "1.31", "updateConfig": {"dryRun": true, "maxSurge": "1"}}),
        )
        .unwrap();
        let asks = asking(&spec).update_config.unwrap();
        assert_eq!(
            (asks.dry_run, asks.generate_report, asks.max_surge.as_deref()),
            (Some(true), Some(true), Some("1"))
        );
        let does = doing(&spec).update_config.unwrap();
        assert_eq!((does.dry_run, does.generate_report, does.max_surge.as_deref()), (None, None, Some("1")));
    }

    #[test]
    fn versions_are_compared_by_their_numbers() {
        assert!(is_older("1.9.1", "1.10.0"));
        assert!(is_older("v1.30.5-gke.1443001", "1.31.1-gke.1"));
        assert!(!is_older("1.31", "1.31"));
        assert!(!is_older("latest", "1.31"));
        assert!(!is_older("1.34", "1.34.5-gke.1193000") && is_older("1.33", "1.34.4"));
    }

    #[test]
    fn what_a_check_says_is_said_once_and_what_fails_comes_first() {
        let response: ClusterUpdateResponse = serde_json::from_value(json!({
            "clusterId": "a",
            "errors": ["skips a minor", "something else"],
            "upgradeReport": {"preflightChecks": [
                {"name": "addons", "status": "PASSED", "message": "fine"},
                {"name": "odd", "status": "MAYBE"},
                {"name": "version-skew", "status": "FAILED", "message": "skips a minor"},
            ]},
            "upgradePlan": {"nodeGroups": [{"name": "a", "replacesNodes": true}, {"name": "b"}]},
        }))
        .unwrap();
        assert_eq!(
            checks(&response).iter().map(|it| it.name.as_str()).collect::<Vec<_>>(),
            ["version-skew", "odd", "addons"]
        );
        assert_eq!(errors(&response), ["something else"]);
        assert!(!has_passed(&response));
        assert_eq!(replaced(&response), ["a"]);
    }

    #[test]
    fn lengths_are_told_as_people_do() {
        for (text, expected) in
            [("38m0s", "38 m"), ("1h5m", "1 h 5 m"), ("2h", "2 h"), ("20s", "20 s"), ("~10m", "10 m"), ("soon", "soon")]
        {
            assert_eq!(length(text), expected);
        }
    }

    #[test]
    fn the_most_nodes_are_not_fewer_than_the_least() {
        let group = |least: &str, most: &str| TypedGroup {
            least: least.to_owned(),
            most: most.to_owned(),
            ..TypedGroup::default()
        };
        assert!(group("3", "2").wrong().is_some());
        assert!(group("3", "").wrong().is_none() && group("3", "3").wrong().is_none());
        assert!(group("3", "1,000").wrong().is_none());
        let sent = group("3", "1,000").update(&NodeGroup { min_node: Some(3), ..NodeGroup::default() });
        assert_eq!(sent.and_then(|sent| sent.max_node), Some(1_000));
    }
}
