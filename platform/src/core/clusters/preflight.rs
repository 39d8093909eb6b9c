//! What an update or upgrade would meet: checks, a plan, a report.

use astro_api::{
    cloud::AccessLevel,
    clusters::{
        AddonCompatibility, DeprecatedApi, DisruptionBudget, InstanceType, NodeGroupChange, OperationType,
        PreflightCheck, PreflightStatus, RiskLevel, UpgradePlan, UpgradeReport, UpgradeStep,
    },
};

use super::{
    plan,
    record::{Change, Record, digest},
};
use crate::core::{Cx, apps, catalog::versions, cloud, time};

/// What is wanted of a cluster, for looking ahead.
pub struct Outlook<'a> {
    /// The organization.
    pub organization: &'a str,
    /// The cluster as it is.
    pub record: &'a Record,
    /// What would change.
    pub change: &'a Change,
    /// Whether going back is allowed.
    pub allow_downgrade: bool,
    /// How many nodes may be added at once, as the request says it.
    pub max_surge: Option<&'a str>,
}

impl Outlook<'_> {
    /// Whether the version changes.
    pub const fn kind(&self) -> OperationType {
        if self.change.version.is_some() { OperationType::Upgrade } else { OperationType::Update }
    }

    fn versions(&self) -> Option<(&str, &str)> {
        self.record.version.as_deref().zip(self.change.version.as_deref())
    }

    /// The checks that run before anything changes.
    pub fn checks(&self, cx: &Cx<'_>) -> Vec<PreflightCheck> {
        let mut checks = vec![self.cloud_access(cx)];
        let passed = |name: &str, message: String| check(name, PreflightStatus::Passed, true, message, None);
        if let Some((from, to)) = self.versions() {
            checks.push(self.skew(from, to));
        }
        let nodes: i64 = self.record.groups().iter().map(plan::nodes_of).sum();
        checks.push(passed("node-readiness", format!("{nodes} of {nodes} nodes are ready")));
        if self.replaces_nodes() {
            checks.push(match self.budgets(cx).first() {
                Some(budget) => {
                    let (namespace, name) =
                        (budget.namespace.clone().unwrap_or_default(), budget.name.clone().unwrap_or_default());
                    check(
                        "pod-disruption-budgets",
                        PreflightStatus::Warning,
                        false,
                        format!("PodDisruptionBudget {namespace}/{name} allows no disruption"),
                        Some(format!("Raise the replicas of {namespace}/{name}, or its maxUnavailable")),
                    )
                }
                None => passed("pod-disruption-budgets", "Every budget allows a disruption".to_owned()),
            });
        }
        if self.kind() == OperationType::Upgrade {
            let used = self.deprecated();
            checks.push(match used.first() {
                Some(api) => check(
                    "deprecated-apis",
                    PreflightStatus::Warning,
                    false,
                    format!(
                        "{} object(s) of {} {} use an API that goes away in {}",
                        api.count.unwrap_or_default(),
                        api.api_version.as_deref().unwrap_or_default(),
                        api.kind.as_deref().unwrap_or_default(),
                        api.removed_in.as_deref().unwrap_or_default()
                    ),
                    Some("Move the manifests to the API's successor before the version that removes it".to_owned()),
                ),
                None => passed("deprecated-apis", "No API in use goes away".to_owned()),
            });
            checks.push(passed("addons", "Every add-on works with the target version".to_owned()));
        }
        checks
    }

    fn cloud_access(&self, cx: &Cx<'_>) -> PreflightCheck {
        let name = &self.record.name;
        let how = "Connect the cloud account of the cluster first".to_owned();
        let failed = |message: String| check("cloud-access", PreflightStatus::Failed, true, message, Some(how.clone()));
        match cloud::access(cx, self.organization, name, &self.record.provider) {
            Some(AccessLevel::Read) => failed(format!("The connection of cluster {name} has access level read")),
            Some(_) => check(
                "cloud-access",
                PreflightStatus::Passed,
                true,
                "The platform may act in the cloud account".to_owned(),
                None,
            ),
            None if cloud::is_stored(cx, self.organization, name) => check(
                "cloud-access",
                PreflightStatus::Passed,
                true,
                "The vault holds the cluster's credentials".to_owned(),
                None,
            ),
            None => failed(format!("The cloud account of cluster {name} is not connected")),
        }
    }

    fn skew(&self, from: &str, to: &str) -> PreflightCheck {
        let minors = versions::minor(to).zip(versions::minor(from)).map_or(0, |(to, from)| to - from);
        let failed = |message: String, remediation: &str| {
            check("version-skew", PreflightStatus::Failed, true, message, Some(remediation.to_owned()))
        };
        let back = versions::numbers(to) < versions::numbers(from);
        match minors {
            2.. => failed(format!("{from} to {to} skips a minor version"), "Upgrade one minor version at a time"),
            ..-1 => failed(format!("{from} to {to} goes back more than one minor version"), "Go back one at a time"),
            _ if back && !self.allow_downgrade => {
                failed(format!("{to} is older than {from}"), "Set updateConfig.allowDowngrade to go back")
            }
            _ if back => check(
                "version-skew",
                PreflightStatus::Warning,
                false,
                format!("{from} to {to} is a downgrade"),
                Some("Take a backup: objects of newer APIs are lost".to_owned()),
            ),
            _ => check(
                "version-skew",
                PreflightStatus::Passed,
                true,
                format!("{from} to {to} is a supported path"),
                None,
            ),
        }
    }

    fn replaces_nodes(&self) -> bool {
        self.kind() == OperationType::Upgrade || plan::touched(self.record, self.change).any(|(_, replaces)| replaces)
    }

    /// A cluster that runs something has one budget that holds on to its pods; which, stays the same.
    fn budgets(&self, cx: &Cx<'_>) -> Vec<DisruptionBudget> {
        let mut apps = apps::on_cluster(cx, self.organization, &self.record.name);
        apps.sort();
        let index = usize::try_from(digest(&self.record.name) % (apps.len().max(1) as u128)).unwrap_or_default();
        let budget = |name: &String| DisruptionBudget {
            namespace: Some(name.clone()),
            name: Some(name.clone()),
            blocking: Some(false),
        };
        apps.get(index).map(budget).into_iter().collect()
    }

    fn deprecated(&self) -> Vec<DeprecatedApi> {
        let target = self.change.version.as_deref().and_then(versions::minor);
        // Half of the clusters still have such an object; no version on offer removes it.
        let uses = target.is_some() && digest(&self.record.name).is_multiple_of(2);
        let api = || DeprecatedApi {
            api_version: Some("v1".to_owned()),
            kind: Some("Endpoints".to_owned()),
            removed_in: target.map(|minor| format!("1.{}", minor + 3)),
            count: Some(4),
        };
        uses.then(api).into_iter().collect()
    }

    fn addons(&self) -> Vec<AddonCompatibility> {
        let addon = |name: &str, current: &str, target: &str| AddonCompatibility {
            name: Some(name.to_owned()),
            current_version: Some(current.to_owned()),
            target_version: Some(target.to_owned()),
            compatible: Some(true),
        };
        let network = match self.record.provisioner.as_str() {
            "eks" => addon("vpc-cni", "1.20.4", "1.21.0"),
            "gke" => addon("dataplane-v2", "1.16.9", "1.17.4"),
            "aks" => addon("azure-cni", "1.6.30", "1.7.2"),
            _ => addon("cilium", "1.17.9", "1.18.4"),
        };
        vec![addon("coredns", "1.12.4", "1.13.1"), network, addon("cert-manager", "1.18.2", "1.18.2")]
    }

    /// The plan, step by step.
    pub fn plan(&self) -> UpgradePlan {
        let kind = self.kind();
        let (from, to) =
            self.versions().map_or((None, None), |(from, to)| (Some(from.to_owned()), Some(to.to_owned())));
        let steps = plan::steps(&kind, self.record, self.change);
        let total = plan::total(&steps);
        let rows = steps.iter().zip(1..).map(|(step, order)| {
            let is_group = step.name.starts_with("node-groups/");
            let replaces = is_group && step.says.iter().any(|message| message.starts_with("Replacing"));
            let action = match step.name.as_str() {
                "preflight" | "validate" | "verify" | "cloud-access" => "check",
                "backup" => "snapshot",
                "settings" => "apply",
                _ if replaces => "rolling-replace",
                _ if is_group => "scale",
                _ => "upgrade",
            };
            let changes = self.versions().is_some() && (replaces || matches!(step.name.as_str(), "control-plane"));
            UpgradeStep {
                order: Some(order),
                component: Some(step.name.replacen("node-groups/", "nodegroup/", 1)),
                action: Some(action.to_owned()),
                from: from.clone().filter(|_| changes),
                to: to.clone().filter(|_| changes),
                // Pods move when their nodes go, and where there is one API server it is away for a moment.
                disruptive: Some(replaces || (step.name == "control-plane" && self.record.provisioner == "selfHosted")),
                estimated_duration: Some(plan::roughly(step.millis)),
            }
        });
        UpgradePlan {
            current_version: self.record.version.clone(),
            target_version: to.clone().or_else(|| self.record.version.clone()),
            strategy: Some(self.strategy().to_owned()),
            steps: Some(rows.collect()),
            node_groups: Some(self.groups()),
            estimated_duration: Some(plan::roughly(total)),
        }
    }

    fn strategy(&self) -> &'static str {
        match (self.replaces_nodes(), self.record.provisioner.as_str(), self.max_surge) {
            (false, ..) => "in-place",
            (true, "gke" | "aks", surge) if surge != Some("0") => "surge",
            _ => "rolling",
        }
    }

    fn groups(&self) -> Vec<NodeGroupChange> {
        let wanted = self.change.node_groups.as_deref().unwrap_or_else(|| self.record.groups());
        let row = |group: &astro_api::clusters::NodeGroup| {
            let before = self.record.groups().iter().find(|before| before.name == group.name);
            let mut changes = Vec::new();
            if self.change.version.is_some() {
                changes.push("version".to_owned());
            }
            match before {
                None => changes.push("new".to_owned()),
                Some(before) => {
                    if before.machine_types != group.machine_types {
                        let (old, new) = (before.machine_types.join(", "), group.machine_types.join(", "));
                        changes.push(format!("machine types {old} to {new}"));
                    }
                    if before.instance_type != group.instance_type {
                        let word = group.instance_type.as_ref().map_or("ondemand", InstanceType::as_str);
                        changes.push(format!("instances {word}"));
                    }
                    if (before.min_node, before.max_node) != (group.min_node, group.max_node) {
                        let size = |group: &astro_api::clusters::NodeGroup| {
                            format!(
                                "{}-{}",
                                plan::nodes_of(group),
                                group.max_node.unwrap_or_else(|| plan::nodes_of(group))
                            )
                        };
                        changes.push(format!("size {} to {}", size(before), size(group)));
                    }
                    if before.labels != group.labels {
                        changes.push("labels".to_owned());
                    }
                    if before.taints != group.taints {
                        changes.push("taints".to_owned());
                    }
                }
            }
            let replaces =
                self.change.version.is_some() || before.is_some_and(|before| plan::is_replacement(before, group));
            (!changes.is_empty()).then(|| NodeGroupChange {
                name: Some(group.name.clone()),
                change: Some(changes.join(", ")),
                replaces_nodes: Some(replaces),
            })
        };
        wanted.iter().filter_map(row).collect()
    }

    /// The report that a person reads before deciding.
    pub fn report(&self, cx: &Cx<'_>, checks: &[PreflightCheck]) -> UpgradeReport {
        let count = |status: &PreflightStatus| checks.iter().filter(|check| check.status == *status).count();
        let (blocking, warnings) = (count(&PreflightStatus::Failed), count(&PreflightStatus::Warning));
        let is_upgrade = self.kind() == OperationType::Upgrade;
        UpgradeReport {
            generated_at: Some(time::rfc3339_seconds(cx.now)),
            summary: Some(format!("{warnings} warning{}, {blocking} blocking", if warnings == 1 { "" } else { "s" })),
            risk_level: Some(match (blocking, self.replaces_nodes()) {
                (1.., _) => RiskLevel::High,
                (0, true) => RiskLevel::Medium,
                (0, false) => RiskLevel::Low,
            }),
            preflight_checks: Some(checks.to_vec()),
            deprecated_apis: Some(if is_upgrade { self.deprecated() } else { Vec::new() }),
            addons: Some(if is_upgrade { self.addons() } else { Vec::new() }),
            pod_disruption_budgets: Some(self.budgets(cx)),
        }
    }
}

fn check(
    name: &str,
    status: PreflightStatus,
    blocking: bool,
    message: String,
    remediation: Option<String>,
) -> PreflightCheck {
    PreflightCheck { name: name.to_owned(), status, blocking: Some(blocking), message: Some(message), remediation }
}
