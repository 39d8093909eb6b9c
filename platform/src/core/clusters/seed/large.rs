//! What a large customer has: five hundred clusters, and ten thousand operations on them and on those before them.

use std::collections::BTreeMap;

use astro_api::clusters::{AgentState, ClusterStatus, K8sClusterSpec, OperationType};
use serde_json::{Value, json};

use super::{AWS_DEVELOPMENT, AWS_PRODUCTION, End, Past, Told, aks, eks, gke, group, id, start};
use crate::core::{
    Cx,
    catalog::versions,
    clusters::{
        plan,
        record::{Agent, Change, Record},
        run,
    },
    demo::ACME,
    ids::Random,
    time::{DAY, HOUR, MINUTE, Millis},
};

/// All clusters of the customer.
const CLUSTERS: usize = 500;

/// All operations of the customer, those that run and wait among them.
pub const OPERATIONS: usize = 10_000;

/// Clusters that are gone.
const GONE: usize = 420;

/// Upgrades that run.
const RUNNING: usize = 6;

/// What [`super::under_way`] adds: three creations, of which one is long over, and an upgrade.
const OF_THE_DEMO: usize = 4;

/// Requests that wait for an owner, by the hours that they have waited. Many operations have come since.
const WAITING: [i64; 4] = [66, 51, 38, 12];

const TEAMS: [&str; 16] = [
    "checkout",
    "search",
    "billing",
    "identity",
    "media",
    "ads",
    "fraud",
    "logistics",
    "mobile",
    "partners",
    "pricing",
    "support",
    "insights",
    "loyalty",
    "catalog",
    "messaging",
];
const REGIONS: [(&str, &str); 9] = [
    ("aws", "us-east-1"),
    ("aws", "eu-west-1"),
    ("aws", "ap-southeast-2"),
    ("gcp", "us-central1"),
    ("gcp", "europe-west1"),
    ("gcp", "asia-southeast1"),
    ("azure", "eastus2"),
    ("azure", "northeurope"),
    ("azure", "southeastasia"),
];

/// All that is over.
pub fn past(cx: &mut Cx<'_>, past: &mut Past) {
    clusters(cx, past);
    gone(cx, past);
    operations(cx, past);
}

/// Five hundred clusters: a company that gives each team its own, in every region that it sells in.
fn clusters(cx: &mut Cx<'_>, past: &mut Past) {
    let now = cx.now;
    let mut random = cx.state.random.derive("clusters");
    let known = cx.state.clusters.fleet(ACME).map_or(0, |fleet| fleet.clusters.len());
    // Three more follow that are under way, and those that wait.
    for index in 0..(CLUSTERS - 3 - WAITING.len()).saturating_sub(known) {
        let team = TEAMS[index % TEAMS.len()];
        let (provider, region) = REGIONS[index / TEAMS.len() % REGIONS.len()];
        let environment = ["prod", "stage", "dev", "perf"][index / (TEAMS.len() * REGIONS.len()) % 4];
        let name = format!("{team}-{environment}-{}", region.replace('-', ""));
        let at = now - i64::try_from(20 + random.below(700)).unwrap_or(20) * DAY;
        let size = (1 + i64::try_from(random.below(4)).unwrap_or(0), 6 + i64::try_from(random.below(12)).unwrap_or(0));
        let labels = BTreeMap::from([("team", team), ("environment", environment)]);
        let pool = |machine: &str| json!([group("workers", size, "ondemand", &[machine], json!(labels))]);
        let spec = match provider {
            "aws" => {
                let version = *random.pick(&["1.33", "1.34", "1.35"]);
                let account = if environment == "prod" { AWS_PRODUCTION } else { AWS_DEVELOPMENT };
                eks(&name, region, (account, version), json!({ "tags": labels }), pool("m7i.xlarge"))
            }
            "gcp" => {
                let version = *random.pick(&["1.33.9-gke.1060000", "1.34.5-gke.1193000"]);
                gke(&name, region, ("acme-teams", version), json!({ "labels": labels }), pool("n2-standard-4"))
            }
            _ => aks(&name, region, ("rg-acme-teams", "1.33.8"), json!(labels), pool("Standard_D4s_v5")),
        };
        let who = *random.pick(&["owner", "admin"]);
        let Some(record) = past.cluster(cx, ACME, who, at, spec) else { continue };
        cx.state.clusters.fleet_mut(ACME).clusters.insert(name, record);
    }
}

/// Clusters that lived for some days: reviews, rehearsals, load tests. Some never came to be.
fn gone(cx: &mut Cx<'_>, past: &mut Past) {
    const PURPOSES: [&str; 4] = ["review", "loadtest", "rehearsal", "migration"];
    let mut random = cx.state.random.derive("clusters that are gone");
    for index in 0..GONE {
        let team = *random.pick(&TEAMS);
        let name = format!("{team}-{}-{:03}", random.pick(&PURPOSES), index + 1);
        let region = *random.pick(&["us-east-1", "eu-west-1", "ap-southeast-2"]);
        let pool = json!([group("workers", (1, 4), "spot", &["m7i.xlarge"], json!({ "team": team }))]);
        let tags = json!({ "tags": { "team": team, "environment": "temporary" } });
        let spec = eks(&name, region, (AWS_DEVELOPMENT, "1.34"), tags, pool);
        let Ok(spec) = serde_json::from_value::<K8sClusterSpec>(spec) else { continue };
        let end = cx.now - between(&mut random, 3 * HOUR, 600 * DAY);
        let at = end - between(&mut random, 2 * HOUR, 21 * DAY);
        let who = *random.pick(&["owner", "admin"]);
        let mut record = Record::of(spec, Some("1.34".to_owned()), region.to_owned(), &id(who), at);
        let created = match random.below(12) {
            0 => End::Failed("node-groups".to_owned(), plan::quota_error(&record)),
            1 => End::Cancelled("control-plane".to_owned(), cancelled(who)),
            _ => End::Well,
        };
        for (kind, at, end) in [(OperationType::Create, at, created), (OperationType::Delete, end, End::Well)] {
            past.tell(cx, ACME, &Told { record: &record, kind, who, at, change: Change::default(), end });
        }
        record.status = ClusterStatus::Deleted;
        record.updated_at = end + 9 * MINUTE;
        cx.state.clusters.fleet_mut(ACME).gone.push(record);
    }
}

/// What was done to the clusters that are there, until there are as many operations as a large customer has.
fn operations(cx: &mut Cx<'_>, past: &mut Past) {
    let mut random = cx.state.random.derive("operations");
    let told = past.0.iter().filter(|(organization, _)| organization == ACME).count();
    let missing = OPERATIONS.saturating_sub(told + OF_THE_DEMO + RUNNING + WAITING.len());
    let Some(fleet) = cx.state.clusters.fleet(ACME) else { return };
    let is_managed = |record: &&Record| record.status == ClusterStatus::Ready && !record.is_registered();
    let records: Vec<Record> = fleet.clusters.values().filter(is_managed).cloned().collect();
    // A pipeline changes the demo's own clusters every day, and production more often than the rest.
    let weight = |record: &Record| match record.name.contains("-prod-") {
        _ if is_of_demo(record) => 30,
        true => 3,
        false => 2,
    };
    let all: usize = records.iter().map(weight).sum();
    let mut left = missing;
    for (index, record) in records.iter().enumerate() {
        let share = if index + 1 == records.len() { left } else { (missing * weight(record) / all.max(1)).min(left) };
        left -= share;
        busy(cx, past, &mut random, record, share);
    }
}

/// Whether the small company has it too, with a history that fits its story.
fn is_of_demo(record: &Record) -> bool {
    !TEAMS.iter().any(|team| record.name.starts_with(team)) || record.name == "ml-training"
}

/// A number of operations on a cluster, one after the other, closer together the newer they are.
fn busy(cx: &mut Cx<'_>, past: &mut Past, random: &mut Random, record: &Record, count: usize) {
    let (begin, end) = (record.created_at + 2 * HOUR, cx.now - 2 * HOUR);
    let upgrades = if is_of_demo(record) { Vec::new() } else { upgrades(record, (end - begin) / (150 * DAY)) };
    let mut upgrade = 0;
    let mut updated = record.updated_at;
    for index in 0..count {
        let at = begin + along(end - begin, index, count, random);
        let who = *random.pick(&["owner", "admin", "admin"]);
        let due = (upgrade + 1) * count / (upgrades.len() + 1);
        let told = match upgrades.get(upgrade) {
            Some((from, to)) if index + 1 >= due => {
                // The first try does not always do it.
                let end = if index + 1 == due { first_try(random, who, to) } else { End::Well };
                upgrade += usize::from(matches!(end, End::Well));
                let before = Record { version: Some((*from).to_owned()), ..record.clone() };
                let change = Change { version: Some((*to).to_owned()), ..Change::default() };
                (before, OperationType::Upgrade, change, end)
            }
            _ if index == 0 && random.chance(0.12) && record.agent.is_none() => {
                (record.clone(), OperationType::Register, Change::default(), End::Well)
            }
            _ => update(random, record, who),
        };
        let (before, kind, change, end) = told;
        let is_agent = kind == OperationType::Register;
        past.tell(cx, ACME, &Told { record: &before, kind, who, at, change, end });
        let Some((_, work)) = past.0.last() else { continue };
        updated = updated.max(work.completed_at.unwrap_or(at));
        let (operation, version) = (work.id.clone(), "0.4.2".to_owned());
        if let Some(record) = cx.state.clusters.fleet_mut(ACME).clusters.get_mut(&record.name) {
            record.updated_at = updated;
            if is_agent {
                record.agent = Some(Agent { state: AgentState::Connected, version, last_seen: Some(at), operation });
            }
        }
    }
}

/// The upgrades that led to the version that a cluster has, oldest first; at most so many.
fn upgrades(record: &Record, most: i64) -> Vec<(&'static str, &'static str)> {
    let offers = versions::of(&record.provisioner);
    let Some(now) = offers.iter().position(|offer| Some(offer.version) == record.version.as_deref()) else {
        return Vec::new();
    };
    let most = usize::try_from(most).unwrap_or_default();
    let mut steps: Vec<_> = offers
        .windows(2)
        .skip(now)
        .filter_map(|pair| pair.first().zip(pair.last()))
        .map(|(to, from)| (from.version, to.version))
        .take(most)
        .collect();
    steps.reverse();
    steps
}

fn first_try(random: &mut Random, who: &str, to: &str) -> End {
    match random.below(8) {
        0 => End::Failed(
            "preflight".to_owned(),
            format!("flowcontrol.apiserver.k8s.io/v1beta3 is still in use and is not served by {to}"),
        ),
        1 => End::Failed("node-groups/workers".to_owned(), drain_error()),
        2 => End::Cancelled("control-plane".to_owned(), cancelled(who)),
        _ => End::Well,
    }
}

/// An update as they come every day: other limits, other machines, another tag.
fn update(random: &mut Random, record: &Record, who: &str) -> (Record, OperationType, Change, End) {
    let mut before = record.clone();
    let group = before.node_groups.iter_mut().flatten().next();
    let what = random.below(10);
    let (change, step, error) = match group {
        Some(group) if what < 6 => {
            let step = format!("node-groups/{}", group.name);
            let most = group.max_node.unwrap_or(4);
            group.max_node = Some(if most > 2 && random.chance(0.5) { most / 2 } else { most + 4 });
            (Change { node_groups: record.node_groups.clone(), ..Change::default() }, step, plan::quota_error(record))
        }
        Some(group) if what < 8 => {
            let step = format!("node-groups/{}", group.name);
            group.machine_types = vec![older_machine(&record.provider).to_owned()];
            (Change { node_groups: record.node_groups.clone(), ..Change::default() }, step, drain_error())
        }
        _ => {
            let tag = ("cost-center".to_owned(), format!("cc-{}", 100 + random.below(900)));
            let error = "The provider throttles requests: Rate exceeded. Try again in some minutes".to_owned();
            (Change { tags: BTreeMap::from([tag]), ..Change::default() }, "settings".to_owned(), error)
        }
    };
    let end = match random.below(100) {
        0..7 => End::Failed(step, error),
        7..10 => End::Cancelled(step, cancelled(who)),
        _ => End::Well,
    };
    (before, OperationType::Update, change, end)
}

fn older_machine(provider: &str) -> &'static str {
    match provider {
        "aws" => "m6i.xlarge",
        "gcp" => "n2-standard-2",
        _ => "Standard_D2s_v5",
    }
}

fn drain_error() -> String {
    "Draining a node timed out after 15m0s: cannot evict pod as it would violate the pod's disruption budget".to_owned()
}

fn cancelled(who: &str) -> String {
    let name = crate::core::demo::person(who).map_or(who, |person| person.name);
    format!("Cancelled by {name}")
}

fn between(random: &mut Random, least: Millis, most: Millis) -> Millis {
    least + i64::try_from(random.below((most - least).unsigned_abs().max(1))).unwrap_or_default()
}

/// Where the `index`th of `count` lies on a span: none overlaps the next, and the newer ones lie closer together.
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
fn along(span: Millis, index: usize, count: usize, random: &mut Random) -> Millis {
    let share = (index as f64 + 0.8 * random.unit()) / count.max(1) as f64;
    (span as f64 * share.sqrt()) as Millis
}

/// What goes on while the platform starts.
pub fn under_way(cx: &mut Cx<'_>) {
    let now = cx.now;
    for (index, hours) in WAITING.into_iter().enumerate() {
        let team = TEAMS[index * 3 % TEAMS.len()];
        let pool = json!([group("workers", (3, 12), "ondemand", &["m7i.xlarge"], json!({ "team": team }))]);
        let tags = json!({ "tags": { "team": team, "environment": "canary" } });
        let name = format!("{team}-canary-euwest1");
        let spec: Value = eks(&name, "eu-west-1", (AWS_PRODUCTION, "1.35"), tags, pool);
        start(cx, ACME, ("admin", now - hours * HOUR), spec, false);
    }
    let can_be_upgraded = |record: &&Record| {
        let newest = versions::of(&record.provisioner).iter().find(|offer| offer.status == "supported");
        !is_of_demo(record)
            && record.status == ClusterStatus::Ready
            && newest.is_some_and(|newest| record.version.as_deref() != Some(newest.version))
    };
    let fleet = cx.state.clusters.fleet_mut(ACME);
    let stages = fleet.clusters.values().filter(|record| record.name.contains("-stage-")).filter(can_be_upgraded);
    let records: Vec<Record> = stages.take(RUNNING).cloned().collect();
    for (record, minutes) in records.iter().zip(1..) {
        let offers = versions::of(&record.provisioner);
        let at = offers.iter().position(|offer| Some(offer.version) == record.version.as_deref());
        let next = at.and_then(|at| offers.get(at.checked_sub(1)?));
        let change = Change { version: next.map(|offer| offer.version.to_owned()), ..Change::default() };
        cx.now = now - cx.paced(minutes * MINUTE);
        let work = run::prepare(cx, record, OperationType::Upgrade, &id("admin"), change);
        let operation = work.id.clone();
        run::enlist(cx, ACME, work);
        run::begin(cx, ACME, &operation, ClusterStatus::Upgrading);
        cx.now = now;
    }
    // What has waited for days is not the newest.
    let fleet = cx.state.clusters.fleet_mut(ACME);
    fleet.operations.sort_by(|_, one, _, other| one.requested_at.cmp(&other.requested_at));
}
