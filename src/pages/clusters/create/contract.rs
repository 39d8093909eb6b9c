//! Every manifest that the form can produce, held against the schemas of the contract.
#![cfg(all(test, not(target_arch = "wasm32")))]

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::Value;

use super::{
    limits,
    model::{
        AKS, AUTOPILOT, AWS, AZURE, DEFAULT, DYNAMIC, EKS, GCP, GKE, Group, NEW, OFF, ON, ON_DEMAND, OWN, SELF_HOSTED,
        SPOT, STANDARD, Subnet, Typed, VAULT, written,
    },
};
use crate::components::manifest_form::contract::{cross_off, fields, refusals};

/// The six kinds: type, mode of GKE, provider of a self-hosted one.
const KINDS: [(&str, &str, &str); 6] = [
    (EKS, STANDARD, AWS),
    (GKE, STANDARD, AWS),
    (GKE, AUTOPILOT, AWS),
    (AKS, STANDARD, AZURE),
    (SELF_HOSTED, STANDARD, AWS),
    (SELF_HOSTED, STANDARD, GCP),
];

fn owned(list: &[&str]) -> Vec<String> {
    list.iter().map(|&text| text.to_owned()).collect()
}

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// What has to be typed, and nothing else.
fn bare((kind, mode, cloud): (&str, &str, &str)) -> Typed {
    let mut typed =
        Typed { name: "shop-eu".to_owned(), kind: kind.to_owned(), mode: mode.to_owned(), ..Typed::default() };
    match kind {
        EKS => "123456789012".clone_into(&mut typed.account),
        GKE => "acme-production".clone_into(&mut typed.project),
        AKS => {
            "6f1c2b8a-93d4-4e57-8a60-d2b7c4e91f35".clone_into(&mut typed.subscription);
            "rg-acme".clone_into(&mut typed.resource_group);
        }
        _ => {
            cloud.clone_into(&mut typed.cloud);
            "123456789012".clone_into(&mut typed.account);
            "acme-production".clone_into(&mut typed.project);
            "acme-state".clone_into(&mut typed.bucket);
            typed.control.machines = owned(&["c7i.large"]);
        }
    }
    if kind == SELF_HOSTED { VAULT } else { DYNAMIC }.clone_into(&mut typed.credentials);
    typed.groups = vec![Group { machines: owned(&["m7i.large"]), ..Group::workers("workers") }];
    typed
}

/// All that can be typed for a kind.
fn full(kind: (&str, &str, &str)) -> Typed {
    let typed = bare(kind);
    let subnet = |zone: &str, kind: &str, third: u8| Subnet {
        zone: zone.to_owned(),
        kind: kind.to_owned(),
        id: format!("subnet-0c4a91be{third:02}"),
        cidr: format!("10.40.{third}.0/24"),
    };
    let group = |name: &str, capacity: &str| Group {
        name: name.to_owned(),
        least: "0".to_owned(),
        most: "9".to_owned(),
        capacity: capacity.to_owned(),
        machines: owned(&["m7i.large", "m6i.large"]),
        zones: owned(&["eu-central-1a", "eu-central-1b"]),
        labels: pairs(&[("team", "shop"), ("acme.example/tier", "")]),
        taints: owned(&["dedicated=gpu:NoSchedule", "spot:PreferNoSchedule"]),
    };
    Typed {
        region: "eu-central-1".to_owned(),
        version: "1.34".to_owned(),
        channel: "REGULAR".to_owned(),
        ami: "AL2023".to_owned(),
        network: OWN.to_owned(),
        vpc: "vpc-0b7e2c94d18a6f350".to_owned(),
        vpc_cidr: "10.40.0.0/16".to_owned(),
        subnets: vec![subnet("eu-central-1a", "private", 1), subnet("eu-central-1b", "public", 2)],
        network_id: "acme-shared".to_owned(),
        subnet: "shop-eu".to_owned(),
        pods: "pods".to_owned(),
        services: "services".to_owned(),
        control_cidr: "172.16.8.0/28".to_owned(),
        authorized: owned(&["203.0.113.0/24"]),
        vnet: "/subscriptions/6f1c/resourceGroups/rg/providers/x/virtualNetworks/v/subnets/s".to_owned(),
        plugin: "azure".to_owned(),
        plugin_mode: "overlay".to_owned(),
        private: ON.to_owned(),
        identity: ON.to_owned(),
        issuer: ON.to_owned(),
        node_upgrades: "SecurityPatch".to_owned(),
        upgrades: "patch".to_owned(),
        tags: pairs(&[("team", "shop"), ("stage", "")]),
        control: Group {
            name: "control-plane".to_owned(),
            least: "3".to_owned(),
            most: "5".to_owned(),
            machines: owned(&["c7i.large"]),
            labels: pairs(&[("role", "control")]),
            ..Group::default()
        },
        groups: vec![group("system", ON_DEMAND), group("burst", SPOT)],
        ..typed
    }
}

fn document(typed: &Typed) -> Value {
    let manifest = written(typed, None).expect("a manifest");
    serde_json::from_str(&manifest.to_json()).expect("JSON")
}

fn complaints(typed: &Typed) -> Vec<(String, String)> {
    let mut found = limits::missing(typed);
    found.extend(limits::problems(typed));
    found
}

#[test]
fn each_kind_fits_the_contract_with_and_without_options() {
    for kind in KINDS {
        for typed in [bare(kind), full(kind)] {
            assert_eq!(complaints(&typed), [], "{kind:?}");
            let document = document(&typed);
            assert_eq!(refusals("K8sCluster", &document), Vec::<String>::new(), "{kind:?}: {document}");
        }
    }
}

#[test]
fn the_form_has_every_field_of_the_contract() {
    let mut left: BTreeSet<String> = fields("K8sCluster");
    for kind in KINDS {
        cross_off(&document(&full(kind)), "", &mut left);
    }
    // Keys are never typed here, and an approval is decided by the role of who asks.
    left.retain(|path| !path.ends_with("credentials.data") && path != "spec.approvalWorkflow");
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn what_the_limits_of_the_contract_refuse_the_form_refuses_too() {
    type Spoil = (usize, fn(&mut Typed));
    let spoil: [Spoil; 8] = [
        (0, |typed| "Shop EU".clone_into(&mut typed.name)),
        (0, |typed| typed.name = "a".repeat(51)),
        (0, |typed| "12345".clone_into(&mut typed.account)),
        (0, |typed| "10.40.0.0/8".clone_into(&mut typed.vpc_cidr)),
        (1, |typed| "Acme".clone_into(&mut typed.project)),
        (1, |typed| "172.16.0.0/24".clone_into(&mut typed.control_cidr)),
        (1, |typed| typed.authorized = (0..51).map(|at| format!("10.{at}.0.0/16")).collect()),
        (0, |typed| typed.groups.iter_mut().for_each(|group| group.machines.clear())),
    ];
    for (kind, spoil) in spoil {
        let mut typed = full(KINDS[kind]);
        spoil(&mut typed);
        assert!(!refusals("K8sCluster", &document(&typed)).is_empty(), "{:?}", complaints(&typed));
        assert!(!complaints(&typed).is_empty(), "{}", document(&typed));
    }
}

proptest! {
    /// Whatever the form lets through, whichever options are chosen, the contract takes.
    #[test]
    fn any_choice_of_options_fits_the_contract(kind in 0_usize..6, picks in prop::collection::vec(0_usize..6, 40)) {
        let full = full(KINDS[kind]);
        let mut typed = bare(KINDS[kind]);
        let mut picks = picks.into_iter();
        let mut pick = move |pool: &[&str]| pool[picks.next().unwrap_or_default() % pool.len()].to_owned();
        typed.name = pick(&["a", "shop-eu", "shop2", "Shop", ""]);
        typed.region = pick(&["", "eu-central-1", " us-east-1 "]);
        typed.version = pick(&[DEFAULT, "1.34", "1.34.5-gke.1193000"]);
        typed.channel = pick(&[DEFAULT, "RAPID", "REGULAR", "STABLE"]);
        typed.ami = pick(&[DEFAULT, "AL2023", "Bottlerocket"]);
        typed.network = pick(&[NEW, OWN, OWN]);
        typed.vpc = pick(&["", &full.vpc, &full.vpc, "vpc-1"]);
        typed.vpc_cidr = pick(&["", &full.vpc_cidr, "10.0.0.0/28", "10.0.0.0/29"]);
        typed.network_id = pick(&["", &full.network_id, "a b"]);
        typed.subnet = pick(&["", &full.subnet]);
        typed.pods = pick(&["", &full.pods]);
        typed.services = pick(&["", &full.services]);
        typed.control_cidr = pick(&["", "10.0.0.16/28", "192.168.0.0/28", "172.16.0.0/27", "8.8.8.0/28"]);
        typed.vnet = pick(&["", &full.vnet]);
        typed.plugin = pick(&[DEFAULT, "azure", "kubenet", "none"]);
        typed.plugin_mode = pick(&[DEFAULT, "overlay"]);
        typed.private = pick(&[DEFAULT, ON, OFF]);
        typed.identity = pick(&[DEFAULT, ON, OFF]);
        typed.issuer = pick(&[DEFAULT, ON, OFF]);
        typed.node_upgrades = pick(&[DEFAULT, "SecurityPatch", "NodeImage", "None", "Unmanaged"]);
        typed.upgrades = pick(&[DEFAULT, "patch", "stable", "rapid", "node-image", "none"]);
        typed.account = pick(&[&typed.account, &typed.account, "12"]);
        if pick(&["", ON]) == ON { typed.tags.clone_from(&full.tags); }
        if pick(&["", ON]) == ON { typed.authorized.clone_from(&full.authorized); }
        if pick(&["", ON]) == ON { typed.subnets.clone_from(&full.subnets); }
        match pick(&["", "", ON, DEFAULT]).as_str() {
            ON => typed.control.clone_from(&full.control),
            // Nothing is said of it, or a machine is missing.
            DEFAULT => typed.control = Group::default(),
            _ => {}
        }
        for _ in 0..pick(&["", "x", "xx"]).len() {
            typed.groups.push(Group {
                name: pick(&["more", "gpu", ""]),
                least: pick(&["", "0", "3", "1,000"]),
                most: pick(&["", "3", "1001"]),
                capacity: pick(&["", ON_DEMAND, SPOT]),
                machines: owned(&["m7i.large"]),
                taints: owned(&[&pick(&["a:NoExecute", "a=b:NoSchedule", "a:Later"])]),
                labels: pairs(&[("team", &pick(&["", "shop", "a b"]))]),
                ..Group::default()
            });
        }
        let document = document(&typed);
        if complaints(&typed).is_empty() {
            prop_assert_eq!(refusals("K8sCluster", &document), Vec::<String>::new(), "{}", document);
        }
    }
}
