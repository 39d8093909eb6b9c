//! Every change that the form can produce, held against the schemas of the contract.
#![cfg(all(test, not(target_arch = "wasm32")))]

use std::collections::BTreeSet;

use astro_api::{
    clusters::{Cluster, K8sClusterUpdate, K8sClusterUpdateSpec},
    manifest::Manifest,
};
use serde_json::{Value, json};

use super::model::{Typed, asking, doing};
use crate::components::manifest_form::contract::{cross_off, fields, refusals};

fn cluster(provisioner: &str) -> Cluster {
    serde_json::from_value(json!({
        "id": "a", "clusterName": "a", "provider": "aws", "status": "READY", "kubernetesVersion": "1.33",
        "provisionerType": provisioner, "tags": { "team": "platform" },
        "nodeGroups": [
            { "name": "system", "minNode": 1, "maxNode": 3, "machineTypes": ["m6g.large"], "labels": { "a": "b" } },
            { "name": "workers", "minNode": 3, "maxNode": 12, "instanceType": "spot", "machineTypes": ["m6g.xlarge"] },
        ],
    }))
    .expect("a cluster")
}

/// Everything that can be typed.
fn full(cluster: &Cluster) -> Typed {
    let mut typed = Typed::of(cluster);
    "1.34".clone_into(&mut typed.version);
    typed.allow_downgrade = true;
    for group in &mut typed.groups {
        "0".clone_into(&mut group.least);
        "20".clone_into(&mut group.most);
        group.machines = vec!["m7g.large".to_owned()];
        let other = if group.bought == "spot" { "ondemand" } else { "spot" };
        other.clone_into(&mut group.bought);
        group.labels = vec![("team".to_owned(), "web".to_owned())];
        group.taints = vec!["dedicated=web:NoSchedule".to_owned(), "spot:NoExecute".to_owned()];
    }
    let is = |provisioner: &str| cluster.provisioner_type.as_deref() == Some(provisioner);
    let only = |on: bool, text: &str| if on { text.to_owned() } else { String::new() };
    Typed {
        tags: vec![("team".to_owned(), "shop".to_owned()), ("stage".to_owned(), String::new())],
        unavailable: "25%".to_owned(),
        surge: "1".to_owned(),
        channel: only(is("gke"), "RAPID"),
        image: only(is("gke"), "COS_CONTAINERD"),
        window_start: only(is("gke"), "2027-01-16T02:00:00Z"),
        window_length: only(is("gke"), "4h"),
        networks: if is("gke") || is("aks") { vec!["203.0.113.0/24".to_owned()] } else { Vec::new() },
        family: only(is("eks"), "AL2023"),
        node_upgrades: only(is("aks"), "NodeImage"),
        upgrades: only(is("aks"), "patch"),
        credentials: "dynamic".to_owned(),
        ..typed
    }
}

fn documents(spec: &K8sClusterUpdateSpec) -> Vec<Value> {
    let manifest = Manifest::of(spec).expect("a manifest").to_json();
    let sent = [spec.clone(), asking(spec), doing(spec)].map(K8sClusterUpdate::new);
    let sent = sent.iter().map(|body| serde_json::to_value(body).expect("JSON"));
    std::iter::once(serde_json::from_str(&manifest).expect("JSON")).chain(sent).collect()
}

#[test]
fn each_change_fits_the_contract_and_the_form_has_every_field() {
    let mut left: BTreeSet<String> = fields("K8sClusterUpdate");
    for provisioner in ["eks", "gke", "aks", "selfHosted"] {
        let cluster = cluster(provisioner);
        let (none, all) = (Typed::of(&cluster), full(&cluster));
        // One thing alone, each in turn, and all of them.
        let version = Typed { version: "1.34".to_owned(), ..none.clone() };
        let groups = Typed { groups: all.groups.clone(), ..none.clone() };
        let tags = Typed { tags: all.tags.clone(), ..none.clone() };
        let vault = Typed { credentials: "vault".to_owned(), ..none.clone() };
        let settings = Typed { groups: none.groups.clone(), tags: none.tags.clone(), ..all.clone() };
        for typed in [none, version, groups, tags, vault, settings, all] {
            for document in documents(&typed.spec(&cluster, &K8sClusterUpdateSpec::default())) {
                assert_eq!(refusals("K8sClusterUpdate", &document), Vec::<String>::new(), "{provisioner}: {document}");
                cross_off(&document, "", &mut left);
            }
        }
    }
    // Keys are typed into fields that no value holds.
    left.remove("spec.credentials.data");
    assert!(left.is_empty(), "{left:?}");
}
