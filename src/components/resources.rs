//! The Kubernetes resources of an application as a tree.
//!
//! The platform lists them without their owners. What a controller makes is named after it, though, which is how a person
//! reads such a list too: `payments-api-7d9c` belongs to the Deployment `payments-api`.

use std::collections::{BTreeSet, HashMap};

use astro_api::applications::{AppResource, Health, SyncStatus};

use super::marks;
use crate::ui::{Mark, Resource, Tone};

/// The kinds that make a kind.
fn makers(kind: &str) -> &'static [&'static str] {
    match kind {
        "Pod" => &["ReplicaSet", "StatefulSet", "DaemonSet", "Job", "Deployment"],
        "ReplicaSet" => &["Deployment", "Rollout"],
        "Job" => &["CronJob"],
        "ControllerRevision" => &["StatefulSet", "DaemonSet"],
        "EndpointSlice" => &["Service"],
        "CertificateRequest" => &["Certificate"],
        "Order" => &["CertificateRequest"],
        "Challenge" => &["Order"],
        _ => &[],
    }
}

/// What runs comes first, then how it is reached, then what it is given.
fn rank(kind: &str) -> usize {
    const ORDER: [&[&str]; 5] = [
        &["Deployment", "Rollout", "StatefulSet", "DaemonSet", "CronJob", "Job", "ReplicaSet", "Pod"],
        &["Service", "Ingress", "HTTPRoute", "Gateway", "Certificate"],
        &["HorizontalPodAutoscaler", "PodDisruptionBudget", "PersistentVolumeClaim"],
        // What no other line names stands between.
        &[],
        &["ConfigMap", "Secret", "ServiceAccount", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"],
    ];
    ORDER.iter().position(|kinds| kinds.contains(&kind)).unwrap_or(3)
}

/// What names a resource among those of its application; the platform's events name it so, too.
pub fn key(resource: &AppResource) -> String {
    format!("{}/{}", resource.kind, resource.name)
}

/// How a resource is: its health where it is not well, else whether it is as it should be.
pub fn mark(resource: &AppResource) -> Mark {
    let health = resource.health.as_ref().map(marks::health);
    let sync = resource.sync_status.as_ref().map(marks::sync);
    match (health, sync) {
        (Some(health), Some(sync)) if health.tone == Tone::Good && sync.tone != Tone::Good => sync,
        (Some(health), _) => health,
        (None, Some(sync)) => sync,
        // What the platform says nothing of needs no word.
        (None, None) => Mark::new(Tone::Idle, ""),
    }
}

/// The resources as a tree, siblings in the platform's order.
pub fn tree(resources: &[AppResource]) -> Vec<Resource> {
    let mut ranked: Vec<_> = resources.iter().collect();
    ranked.sort_by_key(|resource| rank(&resource.kind));
    let parents: Vec<_> = ranked.iter().map(|resource| parent(resource, resources)).collect();
    let pods = pods(&ranked, &parents);
    ranked
        .iter()
        .zip(parents)
        .map(|(resource, parent)| {
            let mark = mark(resource);
            let key = key(resource);
            let note = pods.get(&key).map(|(well, all)| format!("{well} of {all} healthy"));
            // A health that is not well, and the note of the pods, would stand in the place of the difference.
            let sync = resource.sync_status.as_ref().filter(|sync| **sync == SyncStatus::OutOfSync).map(marks::sync);
            let also = sync.filter(|sync| note.is_some() || sync.word != mark.word);
            let word = match (&also, &resource.health) {
                (None, _) => mark.word,
                (Some(_), Some(health)) => marks::health(health).word,
                (Some(_), None) => "".into(),
            };
            Resource {
                key,
                parent,
                tone: mark.tone,
                word: word.into_owned(),
                kind: resource.kind.clone(),
                name: resource.name.clone(),
                note,
                also,
            }
        })
        .collect()
}

/// The key of what made a resource, by its name.
fn parent(resource: &AppResource, all: &[AppResource]) -> Option<String> {
    if resource.kind == "PersistentVolumeClaim" {
        // A StatefulSet names its claims `<template>-<set>-<number>`.
        let (name, number) = resource.name.rsplit_once('-')?;
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        let set = all.iter().filter(|it| it.kind == "StatefulSet" && is_number);
        return set.filter(|it| name.ends_with(&format!("-{}", it.name))).max_by_key(|it| it.name.len()).map(key);
    }
    let makers = makers(&resource.kind);
    let is_named_after = |maker: &&AppResource| {
        makers.contains(&maker.kind.as_str())
            && resource.name.strip_prefix(maker.name.as_str()).is_some_and(|rest| rest.starts_with('-'))
    };
    // Of `payments` and `payments-api` the longer name is right.
    all.iter().filter(is_named_after).max_by_key(|maker| maker.name.len()).map(key)
}

/// How many pods lie under each resource, and how many of them are well.
fn pods(resources: &[&AppResource], parents: &[Option<String>]) -> HashMap<String, (usize, usize)> {
    let above: HashMap<String, &Option<String>> = resources.iter().map(|it| key(it)).zip(parents).collect();
    let mut counts: HashMap<String, (usize, usize)> = HashMap::new();
    for pod in resources.iter().filter(|resource| resource.kind == "Pod") {
        let is_well = pod.health == Some(Health::Healthy);
        let mut parent = above.get(&key(pod)).copied().cloned().flatten();
        while let Some(at) = parent {
            let (well, all) = counts.entry(at.clone()).or_default();
            *all += 1;
            *well += usize::from(is_well);
            parent = above.get(&at).copied().cloned().flatten();
        }
    }
    counts
}

/// The keys of what lies under a resource, itself included.
pub fn family(tree: &[Resource], key: &str) -> BTreeSet<String> {
    let mut family = BTreeSet::from([key.to_owned()]);
    loop {
        let more: Vec<_> = tree
            .iter()
            .filter(|it| it.parent.as_ref().is_some_and(|parent| family.contains(parent)) && !family.contains(&it.key))
            .map(|it| it.key.clone())
            .collect();
        if more.is_empty() {
            return family;
        }
        family.extend(more);
    }
}

/// What a tree is reduced to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Only {
    /// What is not well.
    Unhealthy,
    /// What differs from its source.
    OutOfSync,
}

impl Only {
    /// Whether a resource is one of them.
    pub fn holds(self, resource: &AppResource) -> bool {
        match self {
            Self::Unhealthy => resource.health.as_ref().is_some_and(|health| marks::health(health).tone == Tone::Bad),
            Self::OutOfSync => resource.sync_status == Some(SyncStatus::OutOfSync),
        }
    }
}

/// The resources that count, and what they lie under.
pub fn reduced(tree: Vec<Resource>, wanted: &BTreeSet<String>) -> Vec<Resource> {
    let above: HashMap<_, _> = tree.iter().map(|it| (it.key.clone(), it.parent.clone())).collect();
    let mut kept = BTreeSet::new();
    for key in wanted {
        let mut at = Some(key.clone());
        while let Some(key) = at.filter(|key| kept.insert(key.clone())) {
            at = above.get(&key).cloned().flatten();
        }
    }
    tree.into_iter().filter(|it| kept.contains(&it.key)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resource(kind: &str, name: &str, health: Option<Health>) -> AppResource {
        AppResource { kind: kind.to_owned(), name: name.to_owned(), health, ..AppResource::default() }
    }

    fn sample() -> Vec<AppResource> {
        vec![
            resource("ServiceAccount", "payments", None),
            resource("Deployment", "payments", Some(Health::Healthy)),
            resource("Deployment", "payments-api", Some(Health::Degraded)),
            resource("ReplicaSet", "payments-api-7d9c", Some(Health::Degraded)),
            resource("ReplicaSet", "payments-55f", Some(Health::Healthy)),
            resource("Pod", "payments-api-7d9c-2kqzn", Some(Health::Healthy)),
            resource("Pod", "payments-api-7d9c-x8rlm", Some(Health::Degraded)),
            resource("Pod", "payments-55f-aaaaa", Some(Health::Healthy)),
            resource("StatefulSet", "db", Some(Health::Healthy)),
            resource("PersistentVolumeClaim", "data-db-0", Some(Health::Healthy)),
            resource("PersistentVolumeClaim", "backup", None),
            resource("KafkaTopic", "orders", None),
            resource("Service", "payments-api", Some(Health::Healthy)),
        ]
    }

    #[test]
    fn what_is_made_lies_under_its_maker() {
        let tree = tree(&sample());
        let parent = |key: &str| tree.iter().find(|it| it.key == key).unwrap().parent.clone().unwrap_or_default();
        assert_eq!(parent("Pod/payments-api-7d9c-2kqzn"), "ReplicaSet/payments-api-7d9c");
        assert_eq!(parent("Pod/payments-55f-aaaaa"), "ReplicaSet/payments-55f");
        assert_eq!(parent("ReplicaSet/payments-api-7d9c"), "Deployment/payments-api");
        assert_eq!(parent("ReplicaSet/payments-55f"), "Deployment/payments");
        assert_eq!(parent("PersistentVolumeClaim/data-db-0"), "StatefulSet/db");
        assert_eq!(parent("PersistentVolumeClaim/backup"), "");
        assert_eq!(parent("Service/payments-api"), "");
    }

    #[test]
    fn what_runs_stands_first_and_what_it_is_given_last() {
        let tree = tree(&sample());
        let roots: Vec<_> = tree.iter().filter(|it| it.parent.is_none()).map(|it| it.key.as_str()).collect();
        assert_eq!(
            roots,
            [
                "Deployment/payments",
                "Deployment/payments-api",
                "StatefulSet/db",
                "Service/payments-api",
                "PersistentVolumeClaim/backup",
                "KafkaTopic/orders",
                "ServiceAccount/payments",
            ]
        );
    }

    #[test]
    fn pods_are_counted_all_the_way_up() {
        let tree = tree(&sample());
        let note = |key: &str| tree.iter().find(|it| it.key == key).unwrap().note.clone();
        assert_eq!(note("Deployment/payments-api").as_deref(), Some("1 of 2 healthy"));
        assert_eq!(note("ReplicaSet/payments-api-7d9c").as_deref(), Some("1 of 2 healthy"));
        assert_eq!(note("StatefulSet/db"), None);
    }

    #[test]
    fn a_difference_is_told_beside_what_stands_in_its_place() {
        let mut all = sample();
        for resource in &mut all {
            resource.sync_status = Some(SyncStatus::OutOfSync);
        }
        let tree = tree(&all);
        let told = |key: &str| {
            let it = tree.iter().find(|it| it.key == key).unwrap();
            (it.tone, it.word.clone(), it.also.as_ref().map(|mark| mark.word.clone().into_owned()))
        };
        let out = || "Out of sync".to_owned();
        assert_eq!(told("Deployment/payments"), (Tone::Warn, "Healthy".to_owned(), Some(out())), "beside its pods");
        assert_eq!(told("Deployment/payments-api"), (Tone::Bad, "Degraded".to_owned(), Some(out())));
        assert_eq!(told("StatefulSet/db"), (Tone::Warn, out(), None), "once is enough");
    }

    #[test]
    fn a_reduced_tree_keeps_the_way_to_what_counts() {
        let all = sample();
        let bad = all.iter().filter(|it| Only::Unhealthy.holds(it) && it.kind == "Pod").map(key).collect();
        let keys: Vec<_> = reduced(tree(&all), &bad).into_iter().map(|it| it.key).collect();
        assert_eq!(keys, ["Deployment/payments-api", "ReplicaSet/payments-api-7d9c", "Pod/payments-api-7d9c-x8rlm"]);
        let family = family(&tree(&all), "Deployment/payments-api");
        assert_eq!(family.len(), 4);
    }

    #[test]
    fn a_difference_shows_where_health_is_fine() {
        let mut config = resource("ConfigMap", "flags", None);
        assert_eq!(mark(&config).tone, Tone::Idle);
        config.sync_status = Some(SyncStatus::OutOfSync);
        assert_eq!(mark(&config).tone, Tone::Warn);
        config.health = Some(Health::Healthy);
        assert_eq!(mark(&config).tone, Tone::Warn);
        config.health = Some(Health::Degraded);
        assert_eq!(mark(&config).tone, Tone::Bad);
    }
}
