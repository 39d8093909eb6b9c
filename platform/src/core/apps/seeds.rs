//! The applications of the demo data: every source and every state, as a shop of 2026 might run them.

use astro_api::applications::{
    AccessType, ApplicationDeployRequest, ApplicationSource, ExternalAccess, GitChartRepo, GitPathRepo, HelmRepo,
    HelmSource, HelmValues, HelmValuesType, ImageSource, RepositorySource, SourceType, SyncStatus, SyncType,
    YamlSource,
};
use serde_json::{Value, json};

use super::{
    deploy::{self, Placement, happened},
    events::What,
    lifecycle::{self, Step},
    logs::Style,
    record::{App, Exit, Habit, Phase, Pod, PodState, Run, Sync, Workload},
};
use crate::core::{
    Cx, Scale,
    demo::{ACME, GLOBEX, person},
    ids::Random,
    people, profiles,
    time::{DAY, HOUR, MINUTE, Millis, SECOND},
};

/// How many applications the large scale has.
const LARGE: usize = 10_000;

/// The state that an application is found in.
#[derive(Clone, Copy, PartialEq)]
enum State {
    Running,
    /// A new revision waits, because syncs are manual.
    Behind,
    /// Its container starts and dies.
    Crashing,
    /// Its image doesn't exist.
    Imageless,
    /// A sync waits for something to be deleted, and waits on.
    Hanging,
    /// A rollout is about to begin.
    Rolling,
    /// Paused.
    Suspended,
    /// Its path in Git doesn't exist.
    Failed,
    /// Deployed with manual syncs, and never synced.
    Unsynced,
    /// On a cluster that doesn't answer.
    Unreachable,
}

struct Plan {
    name: &'static str,
    profile: &'static str,
    cluster: &'static str,
    source: ApplicationSource,
    state: State,
    style: Style,
    habit: Habit,
    /// Age in days, and days since the last deployment.
    days: (i64, i64),
    by: &'static str,
}

fn image(repository: &str, tag: &str) -> ApplicationSource {
    let (registry, repository) = repository.split_once('/').unwrap_or(("docker.io", repository));
    let image = ImageSource { registry: registry.to_owned(), repository: repository.to_owned(), tag: tag.to_owned() };
    ApplicationSource { image: Some(image), ..empty(SourceType::Image) }
}

const fn empty(kind: SourceType) -> ApplicationSource {
    ApplicationSource { kind, image: None, helm: None, repository: None, yaml: None }
}

fn helm(url: &str, chart: &str, version: &str, values: Value) -> ApplicationSource {
    let repo = HelmRepo {
        repo_url: url.to_owned(),
        chart_name: chart.to_owned(),
        chart_version: version.to_owned(),
        release_name: None,
    };
    let values = match values {
        Value::Object(object) => {
            Some(HelmValues { kind: Some(HelmValuesType::Object), object: Some(object), files: None })
        }
        _ => None,
    };
    ApplicationSource { helm: Some(HelmSource { repo, values }), ..empty(SourceType::Helm) }
}

fn chart(path: &str, files: &[&str]) -> ApplicationSource {
    let repo = GitChartRepo {
        repo_url: "https://github.com/acme-inc/platform-charts".to_owned(),
        path: path.to_owned(),
        target_revision: Some("main".to_owned()),
        target_branch: None,
        release_name: None,
    };
    let values = HelmValues {
        kind: Some(HelmValuesType::Files),
        object: None,
        files: Some(files.iter().map(|file| (*file).to_owned()).collect()),
    };
    let values = Some(values).filter(|_| !files.is_empty());
    ApplicationSource { repository: Some(RepositorySource { repo, values }), ..empty(SourceType::Repository) }
}

/// A chart in a Git server of the company's own, which no GitHub installation reaches.
fn own_chart(path: &str) -> ApplicationSource {
    let mut source = chart(path, &["values.yaml"]);
    if let Some(repository) = &mut source.repository {
        OWN_GIT.clone_into(&mut repository.repo.repo_url);
    }
    source
}

fn yaml(url: &str, path: &str, exclude: Option<&str>) -> ApplicationSource {
    let repo = GitPathRepo {
        repo_url: url.to_owned(),
        path: path.to_owned(),
        target_revision: Some("main".to_owned()),
        target_branch: None,
    };
    let yaml = YamlSource { repo: Some(repo), exclude: exclude.map(str::to_owned), ..YamlSource::default() };
    ApplicationSource { yaml: Some(yaml), ..empty(SourceType::Yaml) }
}

const MANIFESTS: &str = "https://github.com/acme-inc/k8s-manifests";
const PUBLIC: &str = "https://github.com/astropulseinc/astro-platform-apps";
const OWN_GIT: &str = "https://git.acme.example/platform/deployments";
const BITNAMI: &str = "https://charts.bitnami.com/bitnami";

#[rustfmt::skip]
fn acme() -> Vec<Plan> {
    use Habit::{Flaky, Pushed, Scaled, Steady};
    use State::{Behind, Crashing, Failed, Hanging, Imageless, Rolling, Running, Suspended, Unreachable, Unsynced};
    let plan = |name, profile, cluster, source, state, style, habit, days, by| Plan { name, profile, cluster, source, state, style, habit, days, by };
    let grafana = json!({ "persistence": { "enabled": true, "storageClassName": "gp3", "size": "20Gi" }, "adminPassword": "change-me-please", "ingress": { "enabled": false } });
    let nginx = json!({ "controller": { "service": { "annotations": { "service.beta.kubernetes.io/aws-load-balancer-type": "nlb", "service.beta.kubernetes.io/aws-load-balancer-scheme": "internet-facing" } }, "replicaCount": 3 } });
    vec![
        plan("storefront", "web-premium", "prod-us", image("ghcr.io/acme-inc/storefront", "2026.23.4"), Running, Style::Pino, Scaled(3 * MINUTE), (288, 2), "editor"),
        plan("checkout", "web-premium", "prod-us", image("ghcr.io/acme-inc/checkout", "5.18.0"), Running, Style::Spring, Steady, (285, 6), "editor"),
        plan("cart", "web-standard", "prod-eu", image("ghcr.io/acme-inc/cart", "3.4.2"), Running, Style::Logfmt, Steady, (281, 19), "two-organizations"),
        plan("catalog-search", "web-premium", "prod-us", image("ghcr.io/acme-inc/catalog-search", "0.31.1"), Running, Style::Ansi, Scaled(5 * MINUTE), (203, 4), "two-organizations"),
        plan("recommendations", "web-standard", "prod-eu", image("ghcr.io/acme-inc/recommendations", "1.12.0"), Running, Style::Python, Flaky(6 * MINUTE), (164, 9), "editor"),
        plan("payments-api", "web-standard", "prod-eu", chart("charts/payments-api", &["values.yaml", "values-prod.yaml"]), Running, Style::Go, Pushed(4 * MINUTE), (240, 1), "editor"),
        plan("payments-ledger", "web-standard", "prod-eu", chart("charts/payments-ledger", &["values.yaml"]), Hanging, Style::Spring, Steady, (240, 0), "admin"),
        plan("notifications-worker", "web-standard", "prod-eu", image("ghcr.io/acme-inc/notifications-worker", "2.7.3"), Running, Style::Json, Steady, (152, 33), "editor"),
        plan("identity", "web-standard", "prod-eu", helm(BITNAMI, "keycloak", "24.7.4", json!({ "production": true, "proxy": "edge", "replicaCount": 3 })), Running, Style::Bracketed, Steady, (270, 41), "admin"),
        plan("web-gateway", "web-standard", "prod-eu", helm("https://kubernetes.github.io/ingress-nginx", "ingress-nginx", "4.13.0", nginx), Running, Style::Access, Steady, (290, 27), "admin"),
        plan("mailer", "internal-basic", "staging", image("ghcr.io/acme-inc/mailer", "1.8.0-broken"), Crashing, Style::Python, Steady, (96, 0), "editor"),
        plan("image-resizer", "internal-basic", "staging", image("ghcr.io/acme-inc/image-resizer", "0.9.0-missing-arm64"), Imageless, Style::Rust, Steady, (44, 0), "two-organizations"),
        plan("grafana", "internal-basic", "staging", helm("https://grafana.github.io/helm-charts", "grafana", "9.3.2", grafana), Running, Style::Logfmt, Steady, (280, 12), "admin"),
        plan("prometheus", "internal-basic", "staging", helm("https://prometheus-community.github.io/helm-charts", "kube-prometheus-stack", "75.15.1", json!({ "alertmanager": { "enabled": true }, "prometheus": { "prometheusSpec": { "retention": "15d" } } })), Running, Style::Logfmt, Steady, (280, 12), "admin"),
        plan("external-dns", "internal-basic", "staging", helm(BITNAMI, "external-dns", "9.0.2", json!({ "provider": "aws", "domainFilters": ["acme.example"], "policy": "sync" })), Behind, Style::Logfmt, Steady, (277, 58), "admin"),
        plan("cert-manager", "internal-basic", "staging", helm("https://charts.jetstack.io", "cert-manager", "v1.18.2", json!({ "crds": { "enabled": true } })), Running, Style::Klog, Steady, (290, 31), "owner"),
        plan("clickhouse", "batch", "data-gke", helm(BITNAMI, "clickhouse", "9.4.1", json!({ "auth": { "username": "analytics", "existingSecret": "clickhouse-auth" }, "shards": 1, "replicaCount": 3, "zookeeper": { "enabled": false } })), Running, Style::Bracketed, Steady, (190, 22), "editor"),
        plan("strimzi-kafka-operator", "batch", "data-gke", helm("oci://quay.io/strimzi-helm", "strimzi-kafka-operator", "0.47.0", Value::Null), Running, Style::Bracketed, Steady, (188, 40), "editor"),
        plan("kafka-cluster", "batch", "data-gke", yaml(PUBLIC, "resources/strimzi", Some("*.md")), Running, Style::Plain, Steady, (187, 15), "editor"),
        plan("nightly-billing", "batch", "data-gke", yaml(MANIFESTS, "jobs/nightly-billing", None), Running, Style::Python, Steady, (130, 17), "editor"),
        plan("data-export", "batch", "data-gke", yaml(MANIFESTS, "jobs/data-export", None), Suspended, Style::Python, Steady, (121, 64), "two-organizations"),
        plan("ml-inference", "batch", "data-gke", chart("charts/ml-inference-gpu", &["values.yaml"]), Failed, Style::Json, Steady, (1, 0), "two-organizations"),
        plan("feature-flags", "preview", "staging", image("ghcr.io/acme-inc/feature-flags", "0.4.0"), Unsynced, Style::Json, Steady, (0, 0), "editor"),
        plan("preview-4812", "preview", "staging", image("ghcr.io/acme-inc/storefront", "pr-4812"), Rolling, Style::Pino, Steady, (1, 0), "editor"),
        plan("support-chat", "edge-eu", "prod-eu", image("ghcr.io/acme-inc/support-chat", "2.2.0"), Running, Style::Zoo, Steady, (77, 8), "two-organizations"),
        plan("hello-world", "internal-basic", "staging", image("docker.io/astropulse/latency", "v1.0.0"), Running, Style::Plain, Steady, (295, 290), "owner"),
        plan("warehouse-scanner", "preview", "edge-singapore", image("ghcr.io/acme-inc/warehouse-scanner", "1.3.9"), Unreachable, Style::Logfmt, Steady, (210, 71), "admin"),
    ]
}

#[rustfmt::skip]
fn globex() -> Vec<Plan> {
    let plan = |name, profile, source, state, style, days| Plan { name, profile, cluster: "main", source, state, style, habit: Habit::Steady, days, by: "two-organizations" };
    vec![
        plan("booking", "web-standard", image("docker.io/globex/booking", "1.4.0"), State::Running, Style::Json, (110, 6)),
        plan("hello-world", "lab", image("docker.io/astropulse/latency", "v1.0.0"), State::Running, Style::Plain, (100, 100)),
        plan("price-crawler", "lab", image("docker.io/globex/price-crawler", "0.2.0-broken"), State::Crashing, Style::Go, (12, 0)),
    ]
}

/// Fills in the demo data.
pub fn seed(cx: &mut Cx<'_>) {
    for (organization, plans) in [(ACME, acme()), (GLOBEX, globex())] {
        for plan in plans {
            plant(cx, organization, plan);
        }
    }
    if cx.settings.scale == Scale::Large {
        large(cx);
    }
}

fn request(plan: &Plan) -> ApplicationDeployRequest {
    let internal = matches!(plan.source.kind, SourceType::Repository | SourceType::Helm);
    let access = match plan.name {
        "storefront" => {
            Some(ExternalAccess { hostname: Some("shop.acme.example".to_owned()), ..ExternalAccess::default() })
        }
        "checkout" | "cart" | "support-chat" => {
            Some(ExternalAccess { domain: Some("acme.example".to_owned()), ..ExternalAccess::default() })
        }
        _ if internal => Some(ExternalAccess { access_type: Some(AccessType::None), ..ExternalAccess::default() }),
        _ => None,
    };
    let manual = matches!(plan.state, State::Behind | State::Unsynced);
    ApplicationDeployRequest {
        external_access: access,
        name: plan.name.to_owned(),
        namespace: None,
        profile_name: plan.profile.to_owned(),
        source: plan.source.clone(),
        sync_type: Some(if manual { SyncType::Manual } else { SyncType::Auto }),
    }
}

fn plant(cx: &mut Cx<'_>, organization: &str, plan: Plan) {
    let request = request(&plan);
    let profile = profiles::find(cx, organization, plan.profile);
    let tier = profile.as_ref().and_then(|profile| profile.availability_tier.as_ref());
    let tier = tier.filter(|_| plan.source.kind == SourceType::Image);
    let named = profile.as_ref().and_then(|profile| profile.cluster_name.clone());
    let placed = || {
        let (cluster, _) = deploy::place(cx, organization, profile.as_ref()?).ok()?;
        Some(cluster)
    };
    let cluster = match plan.state {
        State::Unreachable => None,
        _ => named.or_else(placed),
    };
    let placement =
        Placement { cluster: cluster.or_else(|| Some(plan.cluster.to_owned())), replicas: deploy::replicas(tier) };
    let user = person(plan.by).map(|person| person.id).unwrap_or_default();
    let mut random = cx.state.random.derive(&format!("{organization}/{}", plan.name));
    let namespace = deploy::namespace(plan.name, &mut random);
    let mut app = deploy::create(cx, organization, user, request, &placement, namespace);
    app.style = plan.style;
    app.habit = plan.habit;
    let now = cx.now;
    let some = |random: &mut Random, bound: Millis| random.below(bound.unsigned_abs()).cast_signed();
    app.created_at = now - plan.days.0 * DAY - some(&mut random, 9 * HOUR) - 30 * MINUTE;
    let deployed = match plan.days.1 {
        0 => now - 8 * MINUTE - some(&mut random, 10 * MINUTE),
        days => now - days * DAY - some(&mut random, 9 * HOUR),
    };
    let by = people::display_name(cx, user);
    let deployed = deployed.max(app.created_at + SECOND);
    settle(&mut app, plan.state, by, deployed, now, &mut random);
    let name = plan.name;
    cx.state.apps.add(app);
    lifecycle::take(cx, organization, name, |turn| {
        turn.habits();
        if plan.state == State::Rolling {
            turn.later(SECOND, Step::Compare);
        }
    });
}

/// Brings an application into the state that it is found in, with what happened on the way.
fn settle(app: &mut App, state: State, by: String, deployed: Millis, now: Millis, random: &mut Random) {
    let note = |app: &mut App, at: Millis, what: What| app.history.push(happened(at, what));
    let created_at = app.created_at;
    note(app, created_at, What::Created(by));
    app.since = deployed;
    app.compared = deployed;
    app.updated_at = deployed;
    if state == State::Unsynced {
        app.message = Some("Waiting for a sync: syncType is manual".to_owned());
        return;
    }
    let revision = app.revision.clone();
    note(app, deployed, What::SyncStarted(revision.clone()));
    if state == State::Failed {
        let path = app.spec.source.repository.as_ref().map(|git| git.repo.path.clone()).unwrap_or_default();
        let why = format!(
            "Failed to load target state: failed to generate manifest for source 1 of 1: rpc error: code = Unknown desc = {path}: app path does not exist"
        );
        note(app, deployed + 3 * SECOND, What::SyncFailed(why.clone()));
        app.sync = SyncStatus::Unknown;
        app.phase = Phase::Failed;
        app.message = Some(why);
        return;
    }
    app.sync = SyncStatus::Synced;
    note(app, deployed + 2 * SECOND, What::SyncSucceeded(revision.clone()));
    note(app, deployed + 2 * SECOND, What::Compared(SyncStatus::OutOfSync, SyncStatus::Synced));
    if matches!(app.workload, Workload::Deployment | Workload::StatefulSet) {
        let (template, to) = (app.template.clone(), app.replicas.wanted);
        note(app, deployed + 2 * SECOND, What::Scaled { template, from: 0, to });
        // It wasn't the first deployment unless it is as old as the application.
        app.template_before = Some(random.letters(10))
            .filter(|_| deployed > app.created_at + DAY && app.workload == Workload::Deployment);
        for _ in 0..to {
            let Some(name) = app.next_pod(random) else { break };
            let template = app.template.clone();
            app.pods.push(Pod { name: name.clone(), template, state: PodState::Ready, run: None, before: None });
            let started = deployed + 5 * SECOND + random.below(9000).cast_signed();
            note(app, deployed + 3 * SECOND, What::Scheduled(name.clone()));
            if state == State::Imageless {
                note(app, started, What::PullFailed(name.clone()));
                note(app, now - 2 * MINUTE, What::PullBackOff(name, 5));
                continue;
            }
            note(app, started, What::Started(name));
            if let Some(pod) = app.pods.last_mut() {
                pod.start(started);
                // Some pods of old deployments were moved or restarted once.
                if now - started > 20 * DAY && random.chance(0.15) {
                    pod.end(started + 11 * DAY, Exit::OutOfMemory);
                    pod.start(started + 11 * DAY + 10 * SECOND);
                    pod.state = PodState::Ready;
                }
            }
        }
    }
    app.phase = Phase::Running;
    app.since = deployed + 20 * SECOND;
    for pod in &mut app.pods {
        pod.state = PodState::Ready;
    }
    match state {
        State::Running | State::Failed | State::Unsynced => {}
        State::Behind => {
            let next = deploy::next_revision(&app.spec.source, &revision, random);
            let at = now - 2 * DAY - random.below(20_000_000).cast_signed();
            note(app, at, What::Pushed(next.clone()));
            note(app, at, What::Compared(SyncStatus::Synced, SyncStatus::OutOfSync));
            app.message = Some(format!("Revision {next} waits for a sync: syncType is manual"));
            app.pushed = Some(next);
            app.compare(at, SyncStatus::OutOfSync);
        }
        State::Crashing => crash(app, now),
        State::Imageless => {
            for pod in &mut app.pods {
                pod.run = None;
                pod.state = PodState::ImageMissing;
            }
            let pod = app.pods.first().map(|pod| pod.name.clone()).unwrap_or_default();
            let why = format!("Back-off pulling image \"{}\" in pod {pod}: ImagePullBackOff", app.image());
            note(app, deployed + 47 * SECOND, What::DeadlineExceeded);
            app.enter(deployed + 47 * SECOND, Phase::Degraded, Some(why));
        }
        State::Hanging => {
            let at = now - 26 * MINUTE;
            note(app, at, What::Requested { by: "Adam Novak".to_owned(), force: false });
            note(app, at, What::SyncStarted(revision));
            app.operation = Some(Sync { id: random.uuid(), hangs: true, force: false });
            app.compare(at, SyncStatus::OutOfSync);
            let claim = format!("PersistentVolumeClaim/{}-journal", app.component());
            app.enter(at, Phase::Deploying, Some(format!("waiting for deletion of {claim}, which has a finalizer")));
        }
        State::Rolling => {
            app.pushed = app.spec.source.image.as_ref().map(|image| image.tag.clone());
            app.compare(now, SyncStatus::OutOfSync);
        }
        State::Suspended => {
            app.enter(deployed + HOUR, Phase::Suspended, Some("The schedule is suspended (spec.suspend)".to_owned()));
        }
        State::Unreachable => {
            let at = now - 52 * MINUTE;
            app.sync = SyncStatus::Unknown;
            app.compared = at;
            let cluster = app.cluster.clone().unwrap_or_default();
            let why = format!("Cluster \"{cluster}\" doesn't answer: its agent is disconnected");
            note(app, at, What::Waiting(why.clone()));
            app.enter(at, Phase::Unreachable, Some(why));
        }
    }
}

/// Its pods have crashed a few times.
fn crash(app: &mut App, now: Millis) {
    let main = app.containers().swap_remove(0);
    let names: Vec<String> = app.pods.iter().map(|pod| pod.name.clone()).collect();
    for (index, pod) in (0..).zip(&mut app.pods) {
        let ended = now - 35 * SECOND - index * 41 * SECOND;
        pod.before =
            Some(Run { number: 5, started: ended - 260 * SECOND, ended: Some((ended - 254 * SECOND, Exit::Error)) });
        pod.run = Some(Run { number: 6, started: ended - 6 * SECOND, ended: Some((ended, Exit::Error)) });
        pod.state = PodState::CrashLoop;
    }
    for (count, minutes) in [(1, 7), (2, 6), (3, 5), (6, 1)] {
        for name in &names {
            app.history.push(happened(now - minutes * MINUTE, What::BackOff(name.clone(), count)));
        }
    }
    let pod = names.first().cloned().unwrap_or_default();
    let why = format!("back-off restarting failed container {main} in pod {pod}: CrashLoopBackOff (exit code 1)");
    app.enter(now - 6 * MINUTE, Phase::Degraded, Some(why));
}

const AREAS: [&str; 25] = [
    "checkout",
    "catalog",
    "search",
    "pricing",
    "inventory",
    "loyalty",
    "returns",
    "shipping",
    "billing",
    "invoicing",
    "identity",
    "consent",
    "fraud",
    "ledger",
    "payouts",
    "support",
    "reviews",
    "media",
    "ads",
    "campaigns",
    "telemetry",
    "forecast",
    "suppliers",
    "warehouse",
    "delivery",
];
const PARTS: [&str; 20] = [
    "api",
    "web",
    "worker",
    "gateway",
    "sync",
    "indexer",
    "exporter",
    "importer",
    "scheduler",
    "consumer",
    "backend",
    "admin",
    "proxy",
    "cache",
    "webhook",
    "reports",
    "events",
    "rules",
    "bot",
    "mobile",
];
const PLACES: [&str; 25] = [
    "de", "fr", "nl", "es", "it", "pl", "se", "no", "dk", "fi", "uk", "ie", "us", "ca", "mx", "br", "jp", "kr", "au",
    "nz", "in", "sg", "za", "ae", "ch",
];

/// Fills the organization up to ten thousand.
fn large(cx: &mut Cx<'_>) {
    let mut random = cx.state.random.derive("large applications");
    let clusters: Vec<String> =
        super::super::clusters::running(cx, ACME).into_iter().map(|cluster| cluster.cluster_name).collect();
    let known: Vec<_> = ["web-standard", "web-premium", "batch", "internal-basic", "edge-eu", "preview"]
        .into_iter()
        .map(|name| (name, profiles::find(cx, ACME, name)))
        .collect();
    let authors =
        ["owner", "admin", "editor", "two-organizations"].map(|handle| person(handle).map_or("", |person| person.id));
    let names: Vec<String> = authors.iter().map(|author| people::display_name(cx, author)).collect();
    let missing = LARGE.saturating_sub(cx.state.apps.organizations.get(ACME).map_or(0, |apps| apps.iter().count()));
    // A stride that shares no factor with the number of combinations visits each of them once.
    let combinations = AREAS.len() * PARTS.len() * PLACES.len();
    for index in 0..missing {
        let at = index * 7919 % combinations;
        let (area, part, place) =
            (AREAS[at % 25], PARTS[at / 25 % PARTS.len()], PLACES[at / 25 / PARTS.len() % PLACES.len()]);
        let name = format!("{area}-{part}-{place}");
        let (profile, found) = random.pick(&known);
        let source = match random.below(20) {
            0..=13 => image(
                &format!("ghcr.io/acme-inc/{area}-{part}"),
                &format!("{}.{}.{}", 1 + random.below(6), random.below(30), random.below(12)),
            ),
            14..=16 => helm(
                "oci://ghcr.io/acme-inc/charts",
                &format!("{area}-{part}"),
                &format!("1.{}.{}", random.below(40), random.below(9)),
                Value::Null,
            ),
            17..=18 => own_chart(&format!("charts/{area}-{part}")),
            _ => yaml(OWN_GIT, &format!("policies/{area}"), None),
        };
        let kind = source.kind.clone();
        let state = match (random.below(200), &kind) {
            (0..=2, SourceType::Image) => State::Crashing,
            (3..=4, SourceType::Image) => State::Imageless,
            (5..=8, SourceType::Helm | SourceType::Repository) => State::Behind,
            (9..=10, _) => State::Unsynced,
            _ => State::Running,
        };
        let mut source = source;
        if let Some(image) = &mut source.image {
            match state {
                State::Crashing => image.tag.push_str("-broken"),
                State::Imageless => image.tag.push_str("-missing"),
                _ => {}
            }
        }
        let manual = matches!(state, State::Behind | State::Unsynced);
        let request = ApplicationDeployRequest {
            external_access: None,
            name: name.clone(),
            namespace: None,
            profile_name: (*profile).to_owned(),
            source,
            sync_type: Some(if manual { SyncType::Manual } else { SyncType::Auto }),
        };
        let tier =
            found.as_ref().and_then(|profile| profile.availability_tier.as_ref()).filter(|_| kind == SourceType::Image);
        let fixed = found.as_ref().and_then(|profile| profile.cluster_name.clone());
        let cluster = fixed
            .or_else(|| clusters.get(index % clusters.len().max(1)).cloned())
            .or_else(|| Some("staging".to_owned()));
        let placement = Placement { cluster, replicas: deploy::replicas(tier) };
        let who = usize::try_from(random.below(4)).unwrap_or_default();
        let namespace = deploy::namespace(&name, &mut random);
        let mut app = deploy::create(cx, ACME, authors[who], request, &placement, namespace);
        // Thousands of repositories don't change every half an hour.
        app.habit = if matches!(kind, SourceType::Repository) { Habit::Pushed(12 * HOUR) } else { Habit::Steady };
        app.created_at = cx.now - random.below(700 * 24 * 3_600_000).cast_signed() - HOUR;
        let deployed =
            (cx.now - random.below(60 * 24 * 3_600_000).cast_signed() - 10 * MINUTE).max(app.created_at + SECOND);
        settle(&mut app, state, names[who].clone(), deployed, cx.now, &mut random);
        cx.state.apps.add(app);
        lifecycle::take(cx, ACME, &name, |turn| {
            turn.habits();
        });
    }
}
