//! Values of the contract as a person reads them.

use astro_api::{
    applications::{ApplicationSource, SourceType},
    clusters::{Cluster, NodeGroup},
    organizations::Role,
    profiles::{ApplicationProfile, MinMax},
    timestamp::Timestamp,
};

use crate::ui::state::readable;

/// What the person's shelf calls a cluster.
pub const CLUSTER: &str = "cluster";

/// What the person's shelf calls an application.
pub const APPLICATION: &str = "application";

/// A role: "Owner".
pub fn role(role: &Role) -> String {
    readable(role.as_str())
}

/// A time that has come, as text.
pub fn time(at: Option<&Timestamp>) -> Option<String> {
    at.and_then(Timestamp::known).map(ToOwned::to_owned)
}

/// What makes the cluster: "EKS", "Self-hosted", "Registered"; the provider where the platform doesn't say.
pub fn cluster_type(cluster: &Cluster) -> String {
    match cluster.provisioner_type.as_deref() {
        Some("eks") => "EKS".to_owned(),
        Some("gke") => "GKE".to_owned(),
        Some("aks") => "AKS".to_owned(),
        // The contract spells it in two ways.
        Some("selfHosted" | "selfmanaged") => "Self-hosted".to_owned(),
        Some(other) if !other.is_empty() => readable(other),
        _ => provider(&cluster.provider),
    }
}

/// A provider: "AWS".
pub fn provider(id: &str) -> String {
    match id {
        "aws" => "AWS".to_owned(),
        "gcp" => "Google Cloud".to_owned(),
        "azure" => "Azure".to_owned(),
        "onprem" => "On premises".to_owned(),
        other => readable(other),
    }
}

/// The least and the most nodes of a group: `3–12`, or `3` where both are the same.
pub fn node_range(group: &NodeGroup) -> Option<String> {
    range(group.min_node, group.max_node)
}

/// The least and the most nodes of a cluster.
pub fn cluster_nodes(cluster: &Cluster) -> Option<String> {
    let groups = cluster.node_groups.as_deref().filter(|groups| !groups.is_empty())?;
    let sum = |of: fn(&NodeGroup) -> Option<i64>| groups.iter().filter_map(of).reduce(i64::saturating_add);
    range(sum(|group| group.min_node), sum(|group| group.max_node))
}

fn range(least: Option<i64>, most: Option<i64>) -> Option<String> {
    match (least, most) {
        (Some(least), Some(most)) if least != most => Some(format!("{least}–{most}")),
        (Some(count), _) | (None, Some(count)) => Some(count.to_string()),
        (None, None) => None,
    }
}

/// What an application is deployed from: "Helm", "Git, Helm chart".
pub fn source_type(source: &ApplicationSource) -> &'static str {
    match source.kind {
        SourceType::Image => "Image",
        SourceType::Helm => "Helm chart",
        SourceType::Repository => "Helm chart in Git",
        SourceType::Yaml => "YAML in Git",
        SourceType::Other(_) => "Other source",
    }
}

/// The exact source: `acme/payments-api:v2.18.0`, `ingress-nginx 4.11.2`, `github.com/acme/shop/deploy at main`.
pub fn source(source: &ApplicationSource) -> Option<String> {
    if let Some(image) = &source.image {
        return Some(format!("{}:{}", image.repository, image.tag));
    }
    if let Some(helm) = &source.helm {
        return Some(format!("{} {}", helm.repo.chart_name, helm.repo.chart_version));
    }
    let (url, path, revision) = match (&source.repository, &source.yaml) {
        (Some(repository), _) => {
            let repo = &repository.repo;
            (&repo.repo_url, Some(&repo.path), repo.target_revision.as_ref().or(repo.target_branch.as_ref()))
        }
        (None, Some(yaml)) => match &yaml.repo {
            Some(repo) => {
                (&repo.repo_url, Some(&repo.path), repo.target_revision.as_ref().or(repo.target_branch.as_ref()))
            }
            // The older flat form.
            None => (yaml.repo_url.as_ref()?, yaml.path.as_ref(), yaml.target_branch.as_ref()),
        },
        (None, None) => return None,
    };
    let mut text = url.trim_start_matches("https://").trim_end_matches(".git").to_owned();
    if let Some(path) = path.map(|path| path.trim_matches('/')).filter(|path| !path.is_empty() && *path != ".") {
        text.push('/');
        text.push_str(path);
    }
    if let Some(revision) = revision.filter(|revision| !revision.is_empty()) {
        text.push_str(" at ");
        text.push_str(revision);
    }
    Some(text)
}

/// An application's public address as one that a browser opens.
pub fn endpoint(text: &str) -> String {
    if text.contains("://") { text.to_owned() } else { format!("https://{text}") }
}

/// Where applications of a profile run: "prod-eu", "AWS, eu-central-1", "Chosen by the platform".
pub fn placement(profile: &ApplicationProfile) -> String {
    if let Some(cluster) = profile.cluster_name.as_deref().filter(|cluster| !cluster.is_empty()) {
        return cluster.to_owned();
    }
    let cloud = profile.cloud_provider.as_ref();
    let id = cloud.and_then(|cloud| cloud.provider.as_ref().or(cloud.provider_name.as_ref()));
    let region = cloud.and_then(|cloud| cloud.region.as_deref()).filter(|region| !region.is_empty());
    match (id.map(|id| provider(id.as_str())), region) {
        (Some(provider), Some(region)) => format!("{provider}, {region}"),
        (Some(one), None) => one,
        (None, Some(region)) => region.to_owned(),
        (None, None) => "Chosen by the platform".to_owned(),
    }
}

/// A range of quantities: "100m–200m", "1Gi", "from 1Gi".
pub fn quantities(range: &MinMax) -> Option<String> {
    let filled = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    match (filled(&range.minimum), filled(&range.maximum)) {
        (Some(least), Some(most)) if least == most => Some(least),
        (Some(least), Some(most)) => Some(format!("{least}–{most}")),
        (Some(least), None) => Some(format!("from {least}")),
        (None, Some(most)) => Some(format!("up to {most}")),
        (None, None) => None,
    }
}

/// The address of a webhook without what makes it work: all but its host and the part that names the team. The platform
/// masks it already; what it forgets to mask is masked here.
pub fn masked_webhook(address: &str) -> String {
    let mut parts = address.splitn(6, '/');
    let kept: Vec<&str> = parts.by_ref().take(5).collect();
    match parts.next() {
        Some(_) => format!("{}/••••", kept.join("/")),
        None => address.to_owned(),
    }
}

/// Availability tiers.
pub mod tier {
    use astro_api::tiers::AvailabilityTier;

    use super::{quantities, range};
    use crate::ui::state::readable;

    /// What it is called: "Standard".
    pub fn name(name: &str) -> String {
        readable(name)
    }

    /// What it gives, in terms and values; what the platform does not say is left out.
    pub fn facts(tier: &AvailabilityTier) -> Vec<(&'static str, String)> {
        let scaling = tier.horizontal_auto_scaling.as_ref();
        let container = tier.container.as_ref();
        let replicas = container
            .and_then(|container| range(container.min_size, container.max_size))
            .or_else(|| scaling.and_then(|scaling| range(scaling.min_replicas, scaling.max_replicas)));
        let scales = scaling.is_some_and(|scaling| scaling.enabled == Some(true));
        let replicas = replicas.map(|count| if scales { format!("{count}, autoscaled") } else { count });
        let resources = tier.resources.as_ref();
        let placement = match (&tier.placement_preference, tier.multi_zone_deployment) {
            (Some(placement), Some(true)) => Some(format!("{}, several zones", readable(placement.as_str()))),
            (Some(placement), Some(false)) => Some(format!("{}, one zone", readable(placement.as_str()))),
            (Some(placement), None) => Some(readable(placement.as_str())),
            (None, Some(true)) => Some("Several zones".to_owned()),
            (None, Some(false)) => Some("One zone".to_owned()),
            (None, None) => None,
        };
        let facts = [
            ("Replicas", replicas),
            ("CPU", resources.and_then(|it| it.cpu.as_ref()).and_then(quantities)),
            ("Memory", resources.and_then(|it| it.memory.as_ref()).and_then(quantities)),
            ("Placement", placement),
            ("Priority", tier.priority_level.as_ref().map(|priority| readable(priority.as_str()))),
        ];
        facts.into_iter().filter_map(|(term, value)| Some((term, value?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use astro_api::applications::{GitPathRepo, ImageSource, YamlSource};

    use super::*;

    #[test]
    fn node_counts_of_groups_are_added() {
        let group = |min_node, max_node| NodeGroup { min_node, max_node, ..NodeGroup::default() };
        assert_eq!(node_range(&group(Some(3), Some(12))).as_deref(), Some("3–12"));
        assert_eq!(node_range(&group(Some(3), Some(3))).as_deref(), Some("3"));
        assert_eq!(node_range(&group(None, None)), None);
        let mut cluster: Cluster =
            serde_json::from_str(r#"{"id":"a","clusterName":"a","provider":"aws","status":"READY"}"#).unwrap();
        assert_eq!(cluster_nodes(&cluster), None);
        cluster.node_groups = Some(vec![group(Some(3), Some(12)), group(Some(1), None)]);
        assert_eq!(cluster_nodes(&cluster).as_deref(), Some("4–12"));
        assert_eq!(cluster_type(&cluster), "AWS");
    }

    #[test]
    fn a_webhook_never_shows_what_makes_it_work() {
        let whole = "https://hooks.slack.com/services/T04ACME7Q/B07DEMO00/demoDemoDemo";
        assert_eq!(masked_webhook(whole), "https://hooks.slack.com/services/T04ACME7Q/••••");
        assert_eq!(
            masked_webhook("https://hooks.slack.com/services/T04ACME7Q/****"),
            "https://hooks.slack.com/services/T04ACME7Q/••••"
        );
        assert_eq!(masked_webhook("****"), "****");
    }

    #[test]
    fn a_profile_says_where_it_leads() {
        let read = |json: &str| placement(&serde_json::from_str(json).unwrap());
        assert_eq!(read(r#"{"id":"1","profileName":"a","clusterName":"prod-eu"}"#), "prod-eu");
        let both = r#"{"id":"1","profileName":"a","cloudProvider":{"providerName":"aws","region":"eu-central-1"}}"#;
        assert_eq!(read(both), "AWS, eu-central-1");
        assert_eq!(read(r#"{"id":"1","profileName":"a"}"#), "Chosen by the platform");
        let range = |minimum: &str, maximum: &str| {
            quantities(&MinMax { minimum: Some(minimum.to_owned()), maximum: Some(maximum.to_owned()) })
        };
        assert_eq!(range("1", "4").as_deref(), Some("1–4"));
        assert_eq!(range("1Gi", "1Gi").as_deref(), Some("1Gi"));
        assert_eq!(range("", "1Gi").as_deref(), Some("up to 1Gi"));
        assert_eq!(range("", ""), None);
    }

    #[test]
    fn a_source_is_told_in_one_line() {
        let empty = |kind| ApplicationSource { kind, image: None, helm: None, repository: None, yaml: None };
        let image = ImageSource {
            registry: "docker.io".to_owned(),
            repository: "acme/payments-api".to_owned(),
            tag: "v2.18.0".to_owned(),
        };
        let of_image = ApplicationSource { image: Some(image), ..empty(SourceType::Image) };
        assert_eq!(source(&of_image).as_deref(), Some("acme/payments-api:v2.18.0"));
        let repo = GitPathRepo {
            repo_url: "https://github.com/acme/shop.git".to_owned(),
            path: "/deploy/".to_owned(),
            target_revision: Some("main".to_owned()),
            target_branch: None,
        };
        let of_yaml = ApplicationSource {
            yaml: Some(YamlSource { repo: Some(repo), ..YamlSource::default() }),
            ..empty(SourceType::Yaml)
        };
        assert_eq!(source(&of_yaml).as_deref(), Some("github.com/acme/shop/deploy at main"));
        let flat = YamlSource {
            repo_url: Some("https://github.com/acme/shop".to_owned()),
            path: Some(".".to_owned()),
            ..YamlSource::default()
        };
        let of_flat = ApplicationSource { yaml: Some(flat), ..empty(SourceType::Yaml) };
        assert_eq!(source(&of_flat).as_deref(), Some("github.com/acme/shop"));
        assert_eq!(source(&empty("wasm".into())), None);
    }
}
