//! The demo data: a company's clusters in every state, and what was done to them.

mod large;

use astro_api::{
    catalog::ProviderId,
    clusters::{AgentState, ClusterStatus, K8sClusterSpec, OperationStatus, OperationType, ProgressLevel},
};
use serde_json::{Value, json};

use super::{
    agent, approval, plan,
    record::{Agent, Change, Record, Work},
    run,
};
use crate::core::{
    Cx, Scale,
    catalog::{self, versions},
    cloud,
    demo::{self, ACME, GLOBEX},
    ids::Random,
    time::{DAY, HOUR, MINUTE, Millis},
};

const AWS_PRODUCTION: &str = "418273650912";
const AWS_DEVELOPMENT: &str = "730551829046";
const AZURE: &str = "6f1c2b8a-93d4-4e57-8a60-d2b7c4e91f35";

/// Fills in the demo data.
pub fn seed(cx: &mut Cx<'_>) {
    let mut past = Past::default();
    acme(cx, &mut past);
    globex(cx, &mut past);
    let is_large = cx.settings.scale == Scale::Large;
    if is_large {
        large::past(cx, &mut past);
    }
    past.remember(cx);
    under_way(cx);
    if is_large {
        large::under_way(cx);
    }
}

/// What happened before the platform started. Operations are listed by time, so they are put down at the end.
#[derive(Default)]
struct Past(Vec<(String, Work)>);

impl Past {
    /// Notes an operation that came to an end.
    fn tell(&mut self, cx: &mut Cx<'_>, organization: &str, told: &Told<'_>) {
        let now = std::mem::replace(&mut cx.now, told.at);
        let work = finished(cx, told);
        cx.now = now;
        self.0.push((organization.to_owned(), work));
    }

    /// A cluster that was created long ago and is ready, with its cloud account connected.
    fn cluster(&mut self, cx: &mut Cx<'_>, organization: &str, who: &str, at: Millis, spec: Value) -> Option<Record> {
        let spec: K8sClusterSpec = serde_json::from_value(spec).ok()?;
        let provisioner = spec.provisioner.kind.to_string();
        let wanted = [
            spec.provisioner.eks.as_ref().and_then(|eks| eks.kubernetes_version.clone()),
            spec.provisioner.gke.as_ref().and_then(|gke| gke.kubernetes_version.clone()),
            spec.provisioner.aks.as_ref().and_then(|aks| aks.kubernetes_version.clone()),
            spec.provisioner.self_hosted.as_ref().and_then(|own| own.kubernetes_version.clone()),
        ];
        let wanted = wanted.into_iter().flatten().next();
        let offer = wanted.and_then(|version| versions::resolve(&provisioner, &version));
        let offer = offer.or_else(|| versions::default(&provisioner, None))?;
        let region = spec.region.clone()?;
        connect(cx, organization, &spec, &region, at - 40 * MINUTE);
        let mut record = Record::of(spec, Some(offer.version.to_owned()), region, &id(who), at);
        record.status = ClusterStatus::Ready;
        let told =
            Told { record: &record, kind: OperationType::Create, who, at, change: Change::default(), end: End::Well };
        self.tell(cx, organization, &told);
        record.updated_at = self.0.last().and_then(|(_, work)| work.completed_at).unwrap_or(at);
        Some(record)
    }

    /// Notes that a cluster was upgraded from another version to the one that it has.
    fn upgraded(
        &mut self,
        cx: &mut Cx<'_>,
        organization: &str,
        record: &mut Record,
        from: &str,
        who: &str,
        at: Millis,
    ) {
        let change = Change { version: record.version.clone(), ..Change::default() };
        let before = Record { version: Some(from.to_owned()), ..record.clone() };
        let told = Told { record: &before, kind: OperationType::Upgrade, who, at, change, end: End::Well };
        self.tell(cx, organization, &told);
        record.updated_at = self.0.last().and_then(|(_, work)| work.completed_at).unwrap_or(at);
    }

    /// Notes that a cluster's first node group was made larger.
    fn grown(&mut self, cx: &mut Cx<'_>, organization: &str, record: &mut Record, who: &str, at: Millis) {
        let before = {
            let mut before = record.clone();
            for group in before.node_groups.iter_mut().flatten().take(1) {
                group.max_node = group.max_node.map(|most| (most / 2).max(1));
            }
            before
        };
        let change = Change { node_groups: record.node_groups.clone(), ..Change::default() };
        let told = Told { record: &before, kind: OperationType::Update, who, at, change, end: End::Well };
        self.tell(cx, organization, &told);
        record.updated_at = record.updated_at.max(at);
    }

    fn remember(mut self, cx: &mut Cx<'_>) {
        self.0.sort_by_key(|(_, work)| work.requested_at);
        for (organization, work) in self.0 {
            let fleet = cx.state.clusters.fleet_mut(&organization);
            let record = match fleet.clusters.get_mut(&work.cluster) {
                Some(record) => Some(record),
                None => fleet.gone.iter_mut().find(|record| record.name == work.cluster),
            };
            if let Some(record) = record {
                record.operations.push(work.id.clone());
                fleet.operations.insert(work.id.clone(), work);
            }
        }
    }
}

/// An operation to tell of.
struct Told<'a> {
    record: &'a Record,
    kind: OperationType,
    who: &'a str,
    at: Millis,
    change: Change,
    end: End,
}

/// How an operation ended.
enum End {
    Well,
    /// At a step, with an error.
    Failed(String, String),
    /// At a step, by a person.
    Cancelled(String, String),
    /// Before it began, with a sentence.
    Rejected(String),
}

fn id(who: &str) -> String {
    demo::person(who).map_or_else(|| who.to_owned(), |person| person.id.to_owned())
}

/// An operation as it would look had the platform been there: every step at its time, each a little off.
fn finished(cx: &mut Cx<'_>, told: &Told<'_>) -> Work {
    let mut work = run::prepare(cx, told.record, told.kind.clone(), &id(told.who), told.change.clone());
    let mut random = Random::new(0).derive(&work.id);
    let mut at = told.at;
    work.fault = None;
    if let End::Rejected(why) = &told.end {
        work.status = OperationStatus::Cancelled;
        work.completed_at = Some(at + 2 * HOUR);
        work.steps.iter_mut().for_each(|step| step.says = Vec::new());
        work.say(at + 2 * HOUR, None, ProgressLevel::Warning, why.clone());
        return work;
    }
    work.started_at = Some(at);
    work.status = OperationStatus::InProgress;
    for index in 0..work.steps.len() {
        let Some(step) = work.steps.get_mut(index) else { break };
        let said = std::mem::take(&mut step.says).pop().unwrap_or_default();
        let name = step.name.clone();
        let began = at;
        at += step.millis * (85 + i64::try_from(random.below(30)).unwrap_or_default()) / 100;
        step.message.clone_from(&said);
        step.started_at = Some(began);
        step.completed_at = Some(at);
        work.current = index;
        let stopped = match &told.end {
            End::Failed(at, why) if *at == name => Some((OperationStatus::Failed, why)),
            End::Cancelled(at, why) if *at == name => Some((OperationStatus::Cancelled, why)),
            _ => None,
        };
        if let Some((status, why)) = stopped {
            step.status = status.clone();
            step.percent = 60;
            step.message.clone_from(why);
            work.status = status;
            work.completed_at = Some(at);
            work.steps.iter_mut().for_each(|step| step.says = Vec::new());
            if work.status == OperationStatus::Failed {
                work.error.clone_from(why);
                work.say(at, Some(&name), ProgressLevel::Error, format!("{name} failed: {why}"));
            } else {
                work.say(at, None, ProgressLevel::Warning, why.clone());
            }
            return work;
        }
        step.status = OperationStatus::Completed;
        step.percent = 100;
        work.say(at, Some(&name), ProgressLevel::Info, said);
    }
    work.status = OperationStatus::Completed;
    work.completed_at = Some(at);
    let name = &told.record.name;
    let message = match &told.kind {
        OperationType::Update => format!("Cluster {name} is updated"),
        OperationType::Upgrade => {
            format!("Cluster {name} runs Kubernetes {}", told.change.version.as_deref().unwrap_or_default())
        }
        OperationType::Delete => format!("Cluster {name} is deleted"),
        OperationType::Register => format!("The agent of {name} is connected"),
        _ => "Cluster is ready".to_owned(),
    };
    work.say(at, None, ProgressLevel::Info, message);
    work
}

fn connect(cx: &mut Cx<'_>, organization: &str, spec: &K8sClusterSpec, region: &str, at: Millis) {
    let (name, provisioner) = (&spec.cluster_name, &spec.provisioner);
    if let Some(own) = &provisioner.self_hosted {
        let place = (spec.provider.as_str(), own.account_id.as_str(), own.bucket_name.as_str(), region);
        cloud::seed_vault(cx, organization, name, place, at);
    } else if let Some(account) = super::record::account(provisioner) {
        let within = provisioner.aks.as_ref().map_or("", |aks| aks.resource_group.as_str());
        let within = if spec.provider == ProviderId::Gcp { "481516234200" } else { within };
        cloud::seed_connection(cx, organization, name, (spec.provider.clone(), account, within, region), at);
    }
}

fn group(name: &str, (least, most): (i64, i64), kind: &str, machines: &[&str], labels: Value) -> Value {
    json!({
        "name": name, "minNode": least, "maxNode": most, "instanceType": kind, "machineTypes": machines,
        "labels": labels,
    })
}

fn eks(name: &str, region: &str, (account, version): (&str, &str), more: Value, groups: Value) -> Value {
    let mut eks = json!({ "accountId": account, "kubernetesVersion": version, "credentials": { "type": "dynamic" } });
    if let (Some(eks), Value::Object(more)) = (eks.as_object_mut(), more) {
        eks.extend(more);
    }
    json!({
        "clusterName": name, "provider": "aws", "region": region,
        "provisioner": { "type": "eks", "eks": eks },
        "clusterSpec": { "dataPlane": { "nodeGroups": groups } },
    })
}

fn gke(name: &str, region: &str, (project, version): (&str, &str), more: Value, groups: Value) -> Value {
    let mut gke = json!({ "projectId": project, "kubernetesVersion": version, "credentials": { "type": "dynamic" } });
    if let (Some(gke), Value::Object(more)) = (gke.as_object_mut(), more) {
        gke.extend(more);
    }
    let mut spec = json!({
        "clusterName": name, "provider": "gcp", "region": region, "provisioner": { "type": "gke", "gke": gke },
    });
    if let (Some(spec), false) = (spec.as_object_mut(), groups.is_null()) {
        spec.insert("clusterSpec".to_owned(), json!({ "dataPlane": { "nodeGroups": groups } }));
    }
    spec
}

fn aks(name: &str, region: &str, (resources, version): (&str, &str), tags: Value, groups: Value) -> Value {
    json!({
        "clusterName": name, "provider": "azure", "region": region,
        "provisioner": { "type": "aks", "aks": {
            "subscriptionId": AZURE, "resourceGroup": resources, "kubernetesVersion": version,
            "enableOidcIssuer": true, "enableWorkloadIdentity": true, "networkPlugin": "azure",
            "networkPluginMode": "overlay", "tags": tags, "credentials": { "type": "dynamic" },
        } },
        "clusterSpec": { "dataPlane": { "nodeGroups": groups } },
    })
}

fn acme(cx: &mut Cx<'_>, past: &mut Past) {
    let now = cx.now;
    let ago = |days: i64, minutes: i64| now - days * DAY - minutes * MINUTE;
    let put = |cx: &mut Cx<'_>, record: Record| {
        cx.state.clusters.fleet_mut(ACME).clusters.insert(record.name.clone(), record);
    };
    let tags = |team: &str, environment: &str| json!({ "tags": { "team": team, "environment": environment } });
    let prod = json!({ "environment": "production" });

    let groups = json!([
        group("system", (3, 6), "ondemand", &["m7i.large"], json!({ "role": "system" })),
        group("general", (4, 12), "ondemand", &["m7i.xlarge", "m6i.xlarge"], prod),
        group("spot", (0, 20), "spot", &["m7i.2xlarge", "m6i.2xlarge"], json!({ "capacity": "spot" })),
    ]);
    let spec = eks("prod-eu", "eu-central-1", (AWS_PRODUCTION, "1.35"), tags("platform", "production"), groups);
    if let Some(mut record) = past.cluster(cx, ACME, "owner", ago(302, 95), spec) {
        past.upgraded(cx, ACME, &mut record, "1.33", "owner", ago(121, 610));
        past.grown(cx, ACME, &mut record, "owner", ago(12, 566));
        past.upgraded(cx, ACME, &mut record, "1.34", "owner", ago(9, 480));
        put(cx, record);
    }
    let subnets = |zone: &str, third: i64| {
        json!([
            { "type": "private", "id": format!("subnet-0c4{zone}91be27d5f0"), "cidr": format!("10.40.{third}.0/20") },
            { "type": "public", "id": format!("subnet-0a8{zone}36fd41c7e2"), "cidr": format!("10.40.{}.0/24", 192 + third / 16) },
        ])
    };
    let mut own = tags("platform", "production");
    if let Some(own) = own.as_object_mut() {
        own.insert("vpcId".to_owned(), json!("vpc-0b7e2c94d18a6f350"));
        own.insert("vpcCIDR".to_owned(), json!("10.40.0.0/16"));
        let zones =
            json!({ "us-east-1a": subnets("a", 0), "us-east-1b": subnets("b", 16), "us-east-1c": subnets("c", 32) });
        own.insert("subnets".to_owned(), zones);
    }
    let groups = json!([
        group("system", (3, 6), "ondemand", &["m7i.large"], json!({ "role": "system" })),
        group("general", (6, 18), "ondemand", &["m7i.xlarge", "m6i.xlarge"], json!({ "environment": "production" })),
        group("arm", (2, 8), "ondemand", &["m7g.xlarge"], json!({ "architecture": "arm64" })),
    ]);
    let spec = eks("prod-us", "us-east-1", (AWS_PRODUCTION, "1.34"), own, groups);
    if let Some(mut record) = past.cluster(cx, ACME, "owner", ago(298, 310), spec) {
        past.grown(cx, ACME, &mut record, "admin", ago(77, 200));
        past.upgraded(cx, ACME, &mut record, "1.33", "owner", ago(41, 425));
        put(cx, record);
    }
    let groups = json!([
        group("default-pool", (2, 5), "ondemand", &["t3.xlarge"], json!({ "environment": "staging" })),
        group("spot", (0, 10), "spot", &["t3.large", "t3a.large"], json!({ "capacity": "spot" })),
    ]);
    let spec = eks("staging", "eu-west-1", (AWS_DEVELOPMENT, "1.34"), tags("platform", "staging"), groups);
    if let Some(mut record) = past.cluster(cx, ACME, "admin", ago(297, 30), spec) {
        past.upgraded(cx, ACME, &mut record, "1.33", "admin", ago(63, 377));
        put(cx, record);
    }
    let mut gpu = group("gpu", (0, 4), "ondemand", &["g2-standard-12"], json!({ "accelerator": "nvidia-l4" }));
    if let Some(gpu) = gpu.as_object_mut() {
        gpu.insert(
            "taints".to_owned(),
            json!([{ "key": "nvidia.com/gpu", "value": "present", "effect": "NoSchedule" }]),
        );
    }
    let groups = json!([
        group("default-pool", (3, 6), "ondemand", &["n2-standard-4"], json!({ "environment": "production" })),
        group("memory", (2, 8), "ondemand", &["n2-highmem-8"], json!({ "workload": "clickhouse" })),
        gpu,
    ]);
    let more = json!({
        "releaseChannel": "REGULAR", "enableWorkloadIdentity": true, "networkId": "acme-shared",
        "subnet": { "name": "data-europe-west4", "podsRange": "pods", "servicesRange": "services" },
        "masterIPv4CidrBlock": "172.16.8.0/28", "authorizedNetworks": ["203.0.113.0/24", "198.51.100.16/28"],
        "labels": { "team": "data", "environment": "production" },
    });
    let spec = gke("data-gke", "europe-west4", ("acme-data-prod", "1.34.5-gke.1193000"), more, groups);
    if let Some(mut record) = past.cluster(cx, ACME, "owner", ago(212, 155), spec) {
        past.upgraded(cx, ACME, &mut record, "1.33.9-gke.1060000", "admin", ago(28, 250));
        put(cx, record);
    }
    let groups = json!([
        group("system", (2, 4), "ondemand", &["Standard_D4s_v5"], json!({ "role": "system" })),
        group("apps", (2, 9), "ondemand", &["Standard_D8s_v5"], json!({ "environment": "internal" })),
    ]);
    let owned_by = json!({ "team": "it", "environment": "internal" });
    let spec = aks("internal-tools", "westeurope", ("rg-acme-internal", "1.34.4"), owned_by, groups);
    if let Some(mut record) = past.cluster(cx, ACME, "admin", ago(168, 45), spec) {
        past.grown(cx, ACME, &mut record, "admin", ago(18, 90));
        put(cx, record);
    }
    let more = json!({ "autopilot": true, "releaseChannel": "RAPID", "labels": { "team": "growth" } });
    let spec = gke("previews", "us-central1", ("acme-previews", "1.35.2-gke.1269000"), more, Value::Null);
    if let Some(record) = past.cluster(cx, ACME, "owner", ago(54, 340), spec) {
        put(cx, record);
    }
    let spec = json!({
        "clusterName": "build-farm", "provider": "aws", "region": "eu-north-1",
        "provisioner": { "type": "selfHosted", "selfHosted": {
            "accountId": AWS_DEVELOPMENT, "bucketName": "acme-build-farm-state", "kubernetesVersion": "1.34.5",
            "credentials": { "type": "vault" },
        } },
        "clusterSpec": {
            "controlPlane": { "nodeGroup": {
                "name": "control-plane", "machineTypes": ["c7i.large"], "minNode": 3, "maxNode": 3,
            } },
            "dataPlane": { "nodeGroups": [
                group("builders", (2, 16), "spot", &["c7i.4xlarge", "c6i.2xlarge"], json!({ "workload": "ci" })),
            ] },
        },
    });
    if let Some(record) = past.cluster(cx, ACME, "owner", ago(140, 620), spec) {
        put(cx, record);
    }
    for (name, region, days, state) in [
        ("edge-oslo", None, 96, AgentState::Connected),
        ("edge-singapore", Some("ap-southeast-1"), 71, AgentState::Disconnected),
    ] {
        registered(cx, past, name, region, (ago(days, 220), state));
    }
    ended(cx, past);
}

/// A cluster that somebody else made, and its agent.
fn registered(cx: &mut Cx<'_>, past: &mut Past, name: &str, region: Option<&str>, (at, state): (Millis, AgentState)) {
    let now = cx.now;
    let provider = region.and_then(catalog::provider_of).unwrap_or("onprem");
    let mut record = Record::registered(name, provider, region.map(str::to_owned), &id("admin"), at);
    let told = Told {
        record: &record,
        kind: OperationType::Register,
        who: "admin",
        at,
        change: Change::default(),
        end: End::Well,
    };
    past.tell(cx, ACME, &told);
    record.status = ClusterStatus::Ready;
    record.version = Some(plan::detected_version(name));
    let operation = past.0.last().map(|(_, work)| work.id.clone()).unwrap_or_default();
    record.agent = Some(Agent {
        last_seen: Some(now - 3 * HOUR - 12 * MINUTE),
        state: state.clone(),
        version: "0.4.2".to_owned(),
        operation,
    });
    cx.state.clusters.fleet_mut(ACME).clusters.insert(name.to_owned(), record);
    if state == AgentState::Connected {
        agent::watch(cx, ACME, name);
    }
}

/// Clusters that came to nothing, and one that is gone.
fn ended(cx: &mut Cx<'_>, past: &mut Past) {
    let now = cx.now;
    let workers = || json!([group("default-pool", (6, 24), "ondemand", &["c7i.4xlarge"], json!({}))]);
    let more = || json!({ "tags": { "team": "performance" } });
    let spec = eks("loadtest", "us-west-2", (AWS_DEVELOPMENT, "1.34"), more(), workers());
    let at = now - 26 * HOUR;
    if let Ok(spec) = serde_json::from_value::<K8sClusterSpec>(spec) {
        connect(cx, ACME, &spec, "us-west-2", at - 35 * MINUTE);
        let mut record = Record::of(spec, Some("1.34".to_owned()), "us-west-2".to_owned(), &id("owner"), at);
        let error = plan::quota_error(&record);
        record.status = ClusterStatus::Failed;
        record.status_message = Some(format!("Creating cluster loadtest failed at node-groups: {error}"));
        let end = End::Failed("node-groups".to_owned(), error);
        let told =
            Told { record: &record, kind: OperationType::Create, who: "owner", at, change: Change::default(), end };
        past.tell(cx, ACME, &told);
        record.updated_at = at + 13 * MINUTE;
        cx.state.clusters.fleet_mut(ACME).clusters.insert("loadtest".to_owned(), record);
    }
    let spec = eks("hackathon", "ap-south-1", (AWS_DEVELOPMENT, "1.35"), json!({}), workers());
    let at = now - 5 * DAY;
    if let Ok(spec) = serde_json::from_value::<K8sClusterSpec>(spec) {
        let mut record = Record::of(spec, Some("1.35".to_owned()), "ap-south-1".to_owned(), &id("admin"), at);
        let why = "Olivia Chen rejected cluster hackathon";
        record.status = ClusterStatus::ApprovalRejected;
        record.status_message = Some(why.to_owned());
        let end = End::Rejected(why.to_owned());
        let told =
            Told { record: &record, kind: OperationType::Create, who: "admin", at, change: Change::default(), end };
        past.tell(cx, ACME, &told);
        record.updated_at = at + 2 * HOUR;
        cx.state.clusters.fleet_mut(ACME).clusters.insert("hackathon".to_owned(), record);
    }
    let groups = json!([group("default-pool", (6, 6), "ondemand", &["m5.xlarge"], json!({}))]);
    let spec = eks("legacy-vpc", "eu-west-1", (AWS_PRODUCTION, "1.32"), json!({}), groups);
    if let Some(mut record) = past.cluster(cx, ACME, "owner", now - 301 * DAY, spec) {
        let at = now - 20 * DAY - 3 * HOUR;
        let told = Told {
            record: &record,
            kind: OperationType::Delete,
            who: "admin",
            at,
            change: Change::default(),
            end: End::Well,
        };
        past.tell(cx, ACME, &told);
        record.status = ClusterStatus::Deleted;
        record.updated_at = at + 9 * MINUTE;
        cx.state.clusters.fleet_mut(ACME).gone.push(record);
    }
}

fn globex(cx: &mut Cx<'_>, past: &mut Past) {
    let now = cx.now;
    let labels = json!({ "labels": { "environment": "production" }, "releaseChannel": "STABLE" });
    let groups = json!([group("default-pool", (1, 3), "ondemand", &["e2-standard-4"], json!({}))]);
    let main = gke("main", "europe-west1", ("globex-main", "1.33.9-gke.1060000"), labels, groups);
    let groups = json!([group("default-pool", (1, 2), "spot", &["t3.large"], json!({}))]);
    let dev = eks("dev", "eu-west-1", ("902184736655", "1.34"), json!({ "tags": { "environment": "dev" } }), groups);
    for (days, spec) in [(190, main), (64, dev)] {
        if let Some(record) = past.cluster(cx, GLOBEX, "two-organizations", now - days * DAY, spec) {
            cx.state.clusters.fleet_mut(GLOBEX).clusters.insert(record.name.clone(), record);
        }
    }
}

/// What is going on while the platform starts: one creation, one upgrade, one request that waits.
fn under_way(cx: &mut Cx<'_>) {
    let now = cx.now;
    let groups = json!([
        group("system", (2, 4), "ondemand", &["m7i.large"], json!({ "role": "system" })),
        group("general", (3, 9), "ondemand", &["m7i.xlarge"], json!({ "environment": "production" })),
    ]);
    let tags = json!({ "tags": { "team": "platform", "environment": "production" } });
    let spec = eks("prod-apac", "ap-southeast-1", (AWS_PRODUCTION, "1.34"), tags, groups);
    let elapsed = cx.paced(5 * MINUTE);
    start(cx, ACME, ("owner", now - elapsed), spec, true);

    let groups = json!([
        group("default-pool", (2, 4), "ondemand", &["n2-standard-8"], json!({})),
        group("training", (1, 6), "ondemand", &["a2-highgpu-1g"], json!({ "accelerator": "nvidia-a100" })),
    ]);
    let more = json!({ "labels": { "team": "data", "environment": "research" } });
    let spec = gke("ml-training", "us-central1", ("acme-research", "1.33.9-gke.1060000"), more, groups);
    let mut past = Past::default();
    if let Some(record) = past.cluster(cx, ACME, "owner", now - 110 * DAY, spec) {
        cx.state.clusters.fleet_mut(ACME).clusters.insert(record.name.clone(), record.clone());
        past.remember_before(cx);
        let elapsed = cx.paced(4 * MINUTE);
        let change = Change { version: Some("1.34.5-gke.1193000".to_owned()), ..Change::default() };
        cx.now = now - elapsed;
        let work = run::prepare(cx, &record, OperationType::Upgrade, &id("admin"), change);
        let operation = work.id.clone();
        run::enlist(cx, ACME, work);
        run::begin(cx, ACME, &operation, ClusterStatus::Upgrading);
        cx.now = now;
    }

    let groups = json!([
        group("system", (3, 5), "ondemand", &["Standard_D4s_v5"], json!({ "role": "system" })),
        group("pci", (3, 6), "ondemand", &["Standard_D8s_v5"], json!({ "compliance": "pci-dss" })),
    ]);
    let owned_by = json!({ "team": "payments", "compliance": "pci-dss" });
    let spec = aks("payments-pci", "northeurope", ("rg-acme-payments", "1.34.4"), owned_by, groups);
    start(cx, ACME, ("admin", now - 3 * HOUR), spec, false);
}

impl Past {
    /// Puts operations down before all that is known already, since they are older.
    fn remember_before(self, cx: &mut Cx<'_>) {
        for (organization, work) in self.0 {
            let fleet = cx.state.clusters.fleet_mut(&organization);
            let position = fleet.operations.values().filter(|other| other.requested_at <= work.requested_at).count();
            if let Some(record) = fleet.clusters.get_mut(&work.cluster) {
                record.operations.push(work.id.clone());
                fleet.operations.shift_insert(position, work.id.clone(), work);
            }
        }
    }
}

/// A creation that somebody has just asked for.
fn start(cx: &mut Cx<'_>, organization: &str, (who, at): (&str, Millis), spec: Value, approved: bool) {
    let now = cx.now;
    let Ok(spec) = serde_json::from_value::<K8sClusterSpec>(spec) else { return };
    let provisioner = spec.provisioner.kind.to_string();
    let wanted = spec.provisioner.eks.as_ref().and_then(|eks| eks.kubernetes_version.clone());
    let offer = wanted.and_then(|version| versions::resolve(&provisioner, &version));
    let version = offer.or_else(|| versions::default(&provisioner, None)).map(|offer| offer.version.to_owned());
    let region = spec.region.clone().unwrap_or_default();
    connect(cx, organization, &spec, &region, at - 30 * MINUTE);
    cx.now = at;
    let mut record = Record::of(spec, version, region, &id(who), at);
    record.status = if approved { ClusterStatus::Provisioning } else { ClusterStatus::ApprovalPending };
    let work = run::prepare(cx, &record, OperationType::Create, &id(who), Change::default());
    let operation = work.id.clone();
    cx.state.clusters.fleet_mut(organization).clusters.insert(record.name.clone(), record);
    run::enlist(cx, organization, work);
    if approved {
        run::begin(cx, organization, &operation, ClusterStatus::Provisioning);
    } else {
        approval::ask(cx, organization, &operation);
    }
    cx.now = now;
}
