//! From what is typed to a `K8sClusterUpdate`, and what it changes of a cluster. Pure: no signal, no browser.

use std::collections::BTreeMap;

use astro_api::clusters::{
    Cluster, ClusterUpdateResponse, EksUpdate, GkeUpdate, InstanceType, K8sClusterUpdateSpec, NodeGroup,
    NodeGroupUpdate, PreflightCheck, PreflightStatus, UpdateConfig,
};
use serde_json::{Map, Value, json};

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
        }
    }

    /// What differs from the group as it is; none where nothing does.
    fn update(&self, group: &NodeGroup) -> Option<NodeGroupUpdate> {
        let number = |text: &str, before: Option<i64>| text.trim().parse().ok().filter(|count| Some(*count) != before);
        let bought = Some(InstanceType::from(self.bought.as_str()))
            .filter(|_| !self.bought.is_empty())
            .filter(|bought| *bought != *group.instance_type.as_ref().unwrap_or(&InstanceType::Ondemand));
        let machines = Some(self.machines.clone()).filter(|list| !list.is_empty() && *list != group.machine_types);
        let update = NodeGroupUpdate {
            name: group.name.clone(),
            min_node: number(&self.least, group.min_node),
            max_node: number(&self.most, group.max_node),
            machine_types: machines,
            instance_type: bought,
            ..NodeGroupUpdate::default()
        };
        let is_nothing = update == NodeGroupUpdate { name: group.name.clone(), ..NodeGroupUpdate::default() };
        (!is_nothing).then_some(update)
    }

    /// What is wrong with its sizes.
    pub fn wrong(&self) -> Option<String> {
        let number = |text: &str| text.trim().parse::<i64>().ok();
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
    /// GKE's channel; empty leaves it.
    pub channel: String,
    /// EKS's image family; empty leaves it.
    pub family: String,
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
        Self {
            allow_downgrade: config.allow_downgrade == Some(true),
            unavailable: config.max_unavailable.unwrap_or_default(),
            surge: config.max_surge.unwrap_or_default(),
            channel: spec
                .gke
                .as_ref()
                .and_then(|gke| gke.release_channel.as_ref())
                .map(ToString::to_string)
                .unwrap_or_default(),
            family: spec.eks.as_ref().and_then(|eks| eks.ami_family.clone()).unwrap_or_default(),
            ..Self::of(&after)
        }
    }

    /// The manifest: what differs from the cluster, on top of what a manifest had that the form does not show.
    pub fn spec(&self, cluster: &Cluster, base: &K8sClusterUpdateSpec) -> K8sClusterUpdateSpec {
        let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let mut groups = Vec::new();
        for (group, typed) in cluster.node_groups.iter().flatten().zip(&self.groups) {
            let hidden = base.node_groups.iter().flatten().find(|it| it.name == group.name);
            let labels = hidden.and_then(|it| it.labels.clone());
            let taints = hidden.and_then(|it| it.taints.clone());
            let update = typed.update(group);
            if update.is_some() || labels.is_some() || taints.is_some() {
                let update = update
                    .unwrap_or_else(|| NodeGroupUpdate { name: group.name.clone(), ..NodeGroupUpdate::default() });
                groups.push(NodeGroupUpdate { labels, taints, ..update });
            }
        }
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
        let mut gke = base.gke.clone();
        if let Some(channel) = filled(&self.channel) {
            gke.get_or_insert_with(GkeUpdate::default).release_channel = Some(channel.as_str().into());
        }
        let mut eks = base.eks.clone();
        if let Some(family) = filled(&self.family) {
            eks.get_or_insert_with(EksUpdate::default).ami_family = Some(family);
        }
        K8sClusterUpdateSpec {
            kubernetes_version: filled(&self.version).filter(|it| cluster.kubernetes_version.as_ref() != Some(it)),
            node_groups: (!groups.is_empty()).then_some(groups),
            eks,
            gke,
            aks: base.aks.clone(),
            update_config: (config != UpdateConfig::default()).then_some(config),
            tags: (!tags.is_empty()).then_some(tags),
            credentials: base.credentials.clone(),
        }
    }
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

/// What a change may touch of a cluster, as a document; with the settings of a manifest, where it has some.
fn document(cluster: &Cluster, settings: Option<&K8sClusterUpdateSpec>) -> Map<String, Value> {
    let mut document = Map::new();
    let mut put = |name: &str, value: Value| {
        let is_nothing = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
        if !is_nothing && !value.as_object().is_some_and(Map::is_empty) {
            document.insert(name.to_owned(), value);
        }
    };
    put("kubernetesVersion", json!(cluster.kubernetes_version));
    put("nodeGroups", json!(cluster.node_groups));
    put("tags", json!(cluster.tags));
    if let Some(spec) = settings {
        put("eks", json!(spec.eks));
        put("gke", json!(spec.gke));
        put("aks", json!(spec.aks));
    }
    document
}

/// A cluster before and after a change, as YAML.
pub fn before_and_after(cluster: &Cluster, spec: &K8sClusterUpdateSpec) -> (String, String) {
    let yaml = |document: Map<String, Value>| astro_api::manifest::yaml_of(&document);
    (yaml(document(cluster, None)), yaml(document(&applied(cluster, spec), Some(spec))))
}

/// The numbers of a version: 1, 31, 1 and 1678000 of `v1.31.1-gke.1678000`.
fn numbers(version: &str) -> Vec<u64> {
    version.split(|letter: char| !letter.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect()
}

/// Whether a version is older than another.
pub fn is_older(version: &str, than: &str) -> bool {
    let (one, other) = (numbers(version), numbers(than));
    !one.is_empty() && !other.is_empty() && one < other
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
    match astro_api::duration::GoDuration::parse(text) {
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
            "nodeGroups": [
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
        let (before, after) = before_and_after(&cluster, &spec);
        assert_eq!(before, after);
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
        let (before, after) = before_and_after(&cluster, &spec);
        assert!(before.contains("1.30.4") && after.contains("1.31.2") && after.contains("stage: prod"), "{after}");
        assert_eq!(Typed::read(&cluster, &spec), typed, "and back");
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
    }
}
