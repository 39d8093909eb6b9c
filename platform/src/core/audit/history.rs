//! Ninety days of a company's work, as its audit log remembers them.

use astro_api::{
    audit::{AuditAction as Action, AuditEventType as Kind},
    organizations::Role,
};
use serde_json::{Map, Value, json};

use super::{
    super::{
        Cx, Scale, apps, clusters, demo,
        ids::Random,
        people,
        time::{DAY, HOUR, MINUTE, Millis},
    },
    Event, Resource, event_id,
};

const DAYS: i64 = 90;

const BROWSERS: [&str; 3] = [
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:149.0) Gecko/20100101 Firefox/149.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/27.0 Safari/605.1.15",
];
const COMMAND_LINE: &str = "astroctl/0.0.94 (linux/amd64)";
const PIPELINE: &str = "astroctl/0.0.94 (github-actions)";

/// Somebody who does things, from their usual places.
struct Actor {
    id: String,
    role: Role,
    address: String,
    browser: &'static str,
}

/// What there is to do things to.
struct Names {
    clusters: Vec<String>,
    applications: Vec<String>,
    profiles: Vec<String>,
}

/// Fills in the demo data.
pub fn seed(cx: &mut Cx<'_>) {
    let count = if cx.settings.scale == Scale::Large { 100_000 } else { 1_100 };
    write_history(cx, demo::ACME, count);
    tell_story(cx);
    write_history(cx, demo::GLOBEX, 140);
    for events in cx.state.audit.events.values_mut() {
        events.sort_by_key(|event| event.at);
    }
}

fn write_history(cx: &mut Cx<'_>, organization: &str, count: usize) {
    let mut random = cx.state.random.derive(&format!("audit history of {organization}"));
    let names = names(cx, organization);
    let actors: Vec<Actor> = people::members(cx, organization)
        .into_iter()
        .map(|(id, role)| {
            let mut own = random.derive(&id);
            let network = *own.pick(&["203.0.113", "198.51.100", "192.0.2"]);
            let address = format!("{network}.{}", 10 + own.below(200));
            let browser = *own.pick(&BROWSERS);
            Actor { id, role, address, browser }
        })
        .collect();
    if actors.is_empty() {
        return;
    }
    let mut events = (0..count).filter_map(|_| event(&mut random, cx.now, &actors, &names)).collect::<Vec<_>>();
    events.extend(people::key_events(cx, organization).into_iter().filter_map(|deed| {
        let actor = actors.iter().find(|actor| actor.id == deed.user)?;
        Some(Event {
            id: event_id(&mut random),
            at: deed.at,
            kind: Kind::ApiKey,
            action: if deed.revoked.is_some() { Action::Revoke } else { Action::Create },
            user: deed.user,
            resource: Resource::from(("api_key", deed.id.as_str(), deed.name.as_str())),
            failed: false,
            address: actor.address.clone(),
            agent: actor.browser.to_owned(),
            metadata: Map::from_iter(match deed.revoked {
                Some(reason) => [("reason".to_owned(), json!(reason))],
                None => [("source".to_owned(), json!(deed.source))],
            }),
        })
    }));
    events.retain(|event| event.at > cx.now - DAYS * DAY);
    cx.state.audit.events.entry(organization.to_owned()).or_default().extend(events);
}

fn names(cx: &Cx<'_>, organization: &str) -> Names {
    let or = |found: Vec<String>, fallback: &[&str]| {
        if found.is_empty() { fallback.iter().map(|name| (*name).to_owned()).collect() } else { found }
    };
    let clusters: Vec<String> =
        clusters::running(cx, organization).into_iter().map(|cluster| cluster.cluster_name).take(12).collect();
    let mut applications: Vec<String> =
        clusters.iter().flat_map(|cluster| apps::on_cluster(cx, organization, cluster).into_iter().take(12)).collect();
    applications.sort();
    applications.dedup();
    Names {
        clusters: or(clusters, &["prod-eu", "prod-us", "staging", "data-gke"]),
        applications: or(applications, &["checkout", "catalog", "payments", "search", "storefront", "notifications"]),
        profiles: or(Vec::new(), &["web-standard", "web-premium", "batch", "internal-basic", "preview"]),
    }
}

/// Who works does so by day, and seldom on a Sunday.
fn moment(random: &mut Random, now: Millis) -> Millis {
    loop {
        let ago = i64::try_from(random.below(DAYS.unsigned_abs() * DAY.unsigned_abs())).unwrap_or_default();
        let at = now - ago;
        // The epoch began on a Thursday.
        let weekend = matches!((at.div_euclid(DAY) + 4).rem_euclid(7), 0 | 6);
        let likely = match at.rem_euclid(DAY) / HOUR {
            7..=17 => 1.0,
            6 | 18..=20 => 0.3,
            _ => 0.05,
        };
        if random.chance(if weekend { likely * 0.15 } else { likely }) {
            return at;
        }
    }
}

fn event(random: &mut Random, now: Millis, actors: &[Actor], names: &Names) -> Option<Event> {
    let at = moment(random, now);
    let (kind, action, resource, metadata, refusal) = deed(random, names);
    // Failures of what was allowed: the platform itself could not do it.
    let broke = refusal.is_none() && action != Action::Read && random.chance(0.025);
    let may = |actor: &&Actor| match (&refusal, &kind) {
        (Some(_), _) => actor.role == Role::Editor,
        (None, Kind::Application | Kind::AppProfile) if action == Action::Delete && kind == Kind::Application => {
            actor.role == Role::Owner
        }
        (None, Kind::Application | Kind::AppProfile | Kind::ApiKey) => actor.role != Role::Viewer,
        (None, _) => matches!(actor.role, Role::Owner | Role::Admin),
    };
    let able: Vec<&Actor> = actors.iter().filter(may).collect();
    if able.is_empty() {
        return None;
    }
    let actor = *random.pick(&able);
    let by_tool = matches!(kind, Kind::Application | Kind::Cluster | Kind::AppProfile);
    let (address, agent) = match random.below(10) {
        0..=3 if by_tool => ("192.0.2.44".to_owned(), PIPELINE),
        4..=5 if by_tool => (actor.address.clone(), COMMAND_LINE),
        _ => (actor.address.clone(), actor.browser),
    };
    let mut metadata = metadata;
    if let Some(reason) = refusal {
        metadata.insert("reason".to_owned(), json!(reason));
    } else if broke {
        let reason = *random.pick(&[
            "The cloud provider answered 429 RequestLimitExceeded",
            "Timed out waiting for the condition",
            "The chart could not be fetched: connection reset by peer",
            "Another operation is in progress on this resource",
        ]);
        metadata.insert("reason".to_owned(), json!(reason));
    }
    Some(Event {
        id: event_id(random),
        at,
        kind,
        action,
        user: actor.id.clone(),
        resource,
        failed: broke || refusal.is_some(),
        address,
        agent: agent.to_owned(),
        metadata,
    })
}

/// Days ago, who, what, to what, and what else there is to say of it.
type Told = (i64, &'static str, Kind, Action, (&'static str, &'static str), Value);

type Deed = (Kind, Action, Resource, Map<String, Value>, Option<&'static str>);

/// Something to do, as often as it is done.
fn deed(random: &mut Random, names: &Names) -> Deed {
    let resource = |kind: &str, name: &str| Resource::from((kind, name, name));
    let about = |value: Value| match value {
        Value::Object(map) => map,
        _ => Map::new(),
    };
    let plain = |kind, action, resource, metadata| (kind, action, resource, about(metadata), None);
    match random.below(1000) {
        0..=419 => {
            let application = random.pick(&names.applications).clone();
            let (major, minor, patch) = (1 + random.below(4), random.below(30), random.below(12));
            let from = format!("{major}.{minor}.{patch}");
            let to = format!("{major}.{minor}.{}", patch + 1);
            let metadata = json!({ "from": { "tag": from }, "to": { "tag": to }, "commit": random.hex(7) });
            plain(Kind::Application, Action::Create, resource("application", &application), metadata)
        }
        420..=609 => {
            let force = random.chance(0.12);
            let application = random.pick(&names.applications).clone();
            plain(Kind::Application, Action::Resync, resource("application", &application), json!({ "force": force }))
        }
        610..=639 => {
            let application = format!("preview-{}", 400 + random.below(300));
            plain(Kind::Application, Action::Delete, resource("application", &application), json!({}))
        }
        640..=659 => {
            let application = random.pick(&names.applications).clone();
            let reason = "The role editor may not delete applications; it takes owner";
            (Kind::Application, Action::Delete, resource("application", &application), Map::new(), Some(reason))
        }
        660..=739 => {
            let cluster = random.pick(&names.clusters).clone();
            let most = 3 + random.below(6);
            let metadata = json!({
                "nodeGroup": *random.pick(&["general", "workers", "spot", "memory"]),
                "from": { "maxNode": most },
                "to": { "maxNode": most + 1 + random.below(4) },
            });
            plain(Kind::Cluster, Action::Update, resource("cluster", &cluster), metadata)
        }
        740..=754 => {
            let cluster = random.pick(&names.clusters).clone();
            let minor = 32 + random.below(3);
            let metadata = json!({ "from": format!("1.{minor}"), "to": format!("1.{}", minor + 1) });
            plain(Kind::Cluster, Action::Upgrade, resource("cluster", &cluster), metadata)
        }
        755..=764 => {
            let cluster = format!("sandbox-{}", random.letters(4));
            let action = if random.chance(0.5) { Action::Create } else { Action::Delete };
            plain(Kind::Cluster, action, resource("cluster", &cluster), json!({ "provider": "aws" }))
        }
        765..=774 => {
            let cluster = random.pick(&names.clusters).clone();
            let reason = "The role editor may not create, change or delete clusters; it takes admin or owner";
            (Kind::Cluster, Action::Update, resource("cluster", &cluster), Map::new(), Some(reason))
        }
        775..=804 => {
            let profile = random.pick(&names.profiles).clone();
            let action = if random.chance(0.7) { Action::Create } else { Action::Delete };
            plain(Kind::AppProfile, action, resource("application_profile", &profile), json!({}))
        }
        805..=874 => {
            let name = *random.pick(&["console session", "ci deploy", "local", "terraform", "grafana exporter"]);
            // Keys that are gone: those that are there tell of themselves.
            let id = random.uuid();
            let metadata = json!({ "source": if name.starts_with("console") { "ui" } else { "cli" } });
            plain(Kind::ApiKey, Action::Delete, Resource::from(("api_key", id.as_str(), name)), metadata)
        }
        875..=889 => {
            let cluster = random.pick(&names.clusters).clone();
            let metadata = json!({ "provider": *random.pick(&["aws", "gcp", "azure"]) });
            plain(Kind::Provider, Action::Create, resource("cloud_connection", &cluster), metadata)
        }
        890..=904 => {
            let topic = *random.pick(&["cluster.failed", "app.degraded", "app.deployed", "apikey.expiring"]);
            let metadata = json!({ "from": { "channels": ["email"] }, "to": { "channels": ["email", "slack"] } });
            plain(Kind::Notification, Action::Update, resource("subscription", topic), metadata)
        }
        _ => {
            let what = *random.pick(&["events", "events", "events", "statistics", "export"]);
            let name = format!("Audit {what}");
            let resource = Resource::from(("audit_log", what, name.as_str()));
            plain(Kind::Audit, Action::Read, resource, json!({}))
        }
    }
}

/// What people talk about afterwards: who came and went, the large changes, and one bad afternoon.
fn tell_story(cx: &mut Cx<'_>) {
    let mut random = cx.state.random.derive("audit story");
    let told: &[Told] = &[
        (
            89,
            "owner",
            Kind::Organization,
            Action::Update,
            ("organization", "acme"),
            json!({"from": {"plan": "developer"}, "to": {"plan": "enterprise"}}),
        ),
        (
            88,
            "admin",
            Kind::User,
            Action::Update,
            ("user", "Mateo Álvarez"),
            json!({"from": {"role": null}, "to": {"role": "editor"}}),
        ),
        (
            82,
            "owner",
            Kind::Provider,
            Action::Create,
            ("cloud_connection", "prod-eu"),
            json!({"provider": "aws", "region": "eu-central-1"}),
        ),
        (
            81,
            "owner",
            Kind::Cluster,
            Action::Create,
            ("cluster", "prod-eu"),
            json!({"provider": "aws", "provisioner": "eks", "region": "eu-central-1"}),
        ),
        (
            74,
            "admin",
            Kind::Cluster,
            Action::Create,
            ("cluster", "staging"),
            json!({"provider": "aws", "approvedBy": "Olivia Chen"}),
        ),
        (66, "owner", Kind::Notification, Action::Create, ("integration", "slack"), json!({"to": {"enabled": true}})),
        (
            60,
            "editor",
            Kind::AppProfile,
            Action::Create,
            ("application_profile", "web-premium"),
            json!({"availabilityTier": "premium"}),
        ),
        (
            45,
            "admin",
            Kind::User,
            Action::Update,
            ("user", "Zoë de Vries"),
            json!({"from": {"role": null}, "to": {"role": "viewer"}}),
        ),
        (41, "owner", Kind::Cluster, Action::Upgrade, ("cluster", "prod-us"), json!({"from": "1.33", "to": "1.34"})),
        (
            33,
            "owner",
            Kind::User,
            Action::Update,
            ("user", "Ruth Adeyemi"),
            json!({"from": {"role": "editor"}, "to": {"role": null}}),
        ),
        (
            33,
            "owner",
            Kind::ApiKey,
            Action::Revoke,
            ("api_key", "ruth laptop"),
            json!({"reason": "The member was removed from the organization"}),
        ),
        (20, "admin", Kind::Cluster, Action::Delete, ("cluster", "legacy-vpc"), json!({"provider": "aws", "nodes": 6})),
        (9, "owner", Kind::Cluster, Action::Upgrade, ("cluster", "prod-eu"), json!({"from": "1.34", "to": "1.35"})),
        (
            2,
            "admin",
            Kind::Provider,
            Action::Create,
            ("cloud_connection", "data-gke"),
            json!({"provider": "gcp", "projectId": "acme-data-prod"}),
        ),
    ];
    let mut events = Vec::new();
    let day = |ago: i64| (cx.now - ago * DAY).div_euclid(DAY) * DAY;
    let mut tell =
        |at, who: &str, kind: &Kind, action: &Action, (sort, name): (&str, &str), metadata: Value, failed| {
            let Some(person) = demo::person(who) else { return };
            let Value::Object(metadata) = metadata else { return };
            events.push(Event {
                id: event_id(&mut random),
                at,
                kind: kind.clone(),
                action: action.clone(),
                user: person.id.to_owned(),
                resource: Resource::from((sort, name, name)),
                failed,
                address: "203.0.113.24".to_owned(),
                agent: BROWSERS[0].to_owned(),
                metadata,
            });
        };
    for (index, (ago, who, kind, action, resource, metadata)) in (0_i64..).zip(told) {
        tell(day(*ago) + 9 * HOUR + index * 17 * MINUTE, who, kind, action, *resource, metadata.clone(), false);
    }
    let afternoon = day(12) + 14 * HOUR;
    for minute in [0, 3, 5, 9, 14, 16, 21, 27, 35, 48] {
        let failed = minute < 27;
        let metadata = if failed {
            json!({ "force": true, "reason": "The application controller did not answer" })
        } else {
            json!({ "force": true })
        };
        let what = ("application", "checkout");
        tell(afternoon + minute * MINUTE, "editor", &Kind::Application, &Action::Resync, what, metadata, failed);
    }
    let change = json!({"nodeGroup": "general", "from": {"maxNode": 6}, "to": {"maxNode": 12}});
    let cluster = ("cluster", "prod-eu");
    tell(afternoon + 24 * MINUTE, "owner", &Kind::Cluster, &Action::Update, cluster, change, false);
    cx.state.audit.events.entry(demo::ACME.to_owned()).or_default().extend(events);
}
