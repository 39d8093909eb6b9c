//! Applications and their streams, the way the console and the command line meet them.

use std::collections::BTreeSet;

use astro_api::{
    applications::{AppEvent, AppLogLine, AppStatusEvent, Application, EventSource, Health, SyncStatus},
    operations,
};
use serde_json::{Value, json};

use super::super::{
    Feed, Platform, Scale, Settings,
    call::Input,
    demo::{self, ACME},
    fault::Fault,
    testing::World,
    time::{DAY, HOUR, MINUTE, Millis, SECOND},
};

fn image(name: &str, tag: &str) -> Value {
    json!({
        "name": name, "profileName": "internal-basic",
        "source": { "type": "image", "image": { "registry": "ghcr.io", "repository": "acme-inc/storefront", "tag": tag } },
    })
}

fn deploy(world: &mut World, body: Value) -> Value {
    world.call("deployApplication").with_key_of("editor").body(body).data()
}

fn get(world: &mut World, name: &str) -> Application {
    serde_json::from_value(world.call("getApplication").with_key_of("viewer").path("appId", name).data()).unwrap()
}

/// A stream of the viewer's, opened like the server opens it.
fn open(world: &mut World, id: &'static str, app: &str, query: &[(&str, &str)]) -> Result<Feed, Fault> {
    let input = Input {
        path: vec![("appId", app.to_owned())],
        query: query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        key: demo::person("viewer").and_then(|person| person.key).map(str::to_owned),
        ..Input::default()
    };
    world.platform.open(world.now, operations::find(id).unwrap(), &input)
}

fn poll<T: serde::de::DeserializeOwned>(world: &mut World, feed: &mut Feed) -> (Vec<T>, bool) {
    let polled = world.platform.poll(world.now, feed);
    (polled.frames.iter().map(|frame| serde_json::from_str(frame).unwrap()).collect(), polled.ended)
}

/// Polls until there is nothing more to say at this moment.
fn drain(world: &mut World, feed: &mut Feed) -> (Vec<AppLogLine>, bool) {
    let mut lines = Vec::new();
    loop {
        let polled = world.platform.poll(world.now, feed);
        lines.extend(polled.frames.iter().map(|frame| serde_json::from_str::<AppLogLine>(frame).unwrap()));
        if polled.again != 1 {
            return (lines, polled.ended);
        }
    }
}

fn words(line: &AppLogLine) -> (String, String, String) {
    (line.pod.clone(), line.timestamp.as_ref().unwrap().as_str().to_owned(), line.message.clone())
}

#[test]
fn the_demo_has_every_source_and_every_state() {
    let mut world = World::new();
    let apps: Vec<Application> =
        serde_json::from_value(world.call("listApplications").with_key_of("viewer").data()).unwrap();
    assert!(apps.len() >= 24, "{}", apps.len());
    let all = |told: fn(&Application) -> String| apps.iter().map(told).collect::<BTreeSet<_>>();
    let sources = all(|app| app.source.kind.to_string());
    assert_eq!(sources, ["helm", "image", "repository", "yaml"].map(str::to_owned).into());
    let states = all(|app| app.status.clone());
    for state in ["PENDING", "DEPLOYING", "RUNNING", "Ready", "DEGRADED", "FAILED", "SUSPENDED", "UNKNOWN"] {
        assert!(states.contains(state), "{state} is missing in {states:?}");
    }
    let health = all(|app| app.health.clone().unwrap().to_string());
    assert_eq!(health.len(), Health::KNOWN.len(), "{health:?}");
    let sync = all(|app| app.sync_status.clone().unwrap().to_string());
    assert_eq!(sync.len(), SyncStatus::KNOWN.len(), "{sync:?}");
    let globex = world.call("listApplications").key("astro_demo_globex_9b3a6e04").data();
    assert_eq!(globex.as_array().unwrap().len(), 3);
}

#[test]
fn a_deployed_application_rolls_out_and_runs() {
    let mut world = World::new();
    let result = deploy(&mut world, image("shop", "2026.1.0"));
    assert_eq!((result["id"].as_str(), result["status"].as_str()), (Some("shop"), Some("PENDING")));
    let mut feed = open(&mut world, "streamApplicationStatus", "shop", &[]).unwrap();
    let mut told: Vec<AppStatusEvent> = Vec::new();
    for _ in 0..80 {
        told.extend(poll::<AppStatusEvent>(&mut world, &mut feed).0);
        world.pass(500);
    }
    let mut states: Vec<&str> = told.iter().map(|frame| frame.status.as_str()).collect();
    states.dedup();
    assert_eq!(states, ["PENDING", "DEPLOYING", "RUNNING"]);
    assert_eq!(told[0].health, Some(Health::Missing));
    assert!(
        told.iter().any(|frame| {
            frame.message.as_deref() == Some("Waiting for rollout: 0 of 1 updated replicas available")
        })
    );
    let last = told.last().unwrap();
    let kinds: Vec<&str> = last.resources.as_ref().unwrap().iter().map(|resource| resource.kind.as_str()).collect();
    for kind in ["Deployment", "ReplicaSet", "Pod", "Service", "Ingress", "ConfigMap"] {
        assert!(kinds.contains(&kind), "{kind} is missing in {kinds:?}");
    }
    assert!(last.conditions.as_ref().unwrap().iter().all(|condition| condition.last_transition_time.is_some()));
    let app = get(&mut world, "shop");
    assert_eq!(
        (app.status.as_str(), app.health, app.sync_status),
        ("RUNNING", Some(Health::Healthy), Some(SyncStatus::Synced))
    );
    assert_eq!(app.cluster_name.as_deref(), Some("staging"));
    assert!(app.endpoint.unwrap().starts_with("https://shop-"));
    assert_eq!(app.org_id.as_deref(), Some(ACME));
    let mut spec = world.call("getApplicationSpec").with_key_of("viewer").path("appId", "shop").data();
    assert_eq!(spec, image("shop", "2026.1.0"), "the spec is what was deployed");
    spec["name"] = json!("clone-of-shop");
    deploy(&mut world, spec);
    let using = super::using_profile(&world.platform.cx(world.now), ACME, "internal-basic");
    assert!(using.contains(&"shop".to_owned()) && using.contains(&"clone-of-shop".to_owned()));
}

#[test]
fn names_are_unique_and_profiles_must_exist() {
    let mut world = World::new();
    deploy(&mut world, image("shop", "1"));
    let (status, code, message) =
        world.call("deployApplication").with_key_of("owner").body(image("shop", "2")).refusal();
    assert_eq!((status, code), (409, "CONFLICT"));
    assert!(message.contains("shop"), "{message}");
    let mut body = image("other", "1");
    body["profileName"] = json!("no-such-profile");
    let wrong = world.call("deployApplication").with_key_of("editor").body(body.clone()).wrong_fields();
    assert_eq!(wrong, ["profileName"]);
    body["name"] = json!("shop");
    let dry = world.call("deployApplication").with_key_of("editor").query("dryRun", "true").body(body).data();
    assert_eq!(dry["validationPassed"], false);
    assert_eq!(dry["errors"].as_array().unwrap().len(), 2, "{dry}");
    assert_eq!(world.call("getApplication").with_key_of("viewer").path("appId", "other").refusal().0, 404);
}

#[test]
fn a_dry_run_warns_and_creates_nothing() {
    let mut world = World::new();
    let body = json!({
        "name": "dry", "namespace": "default", "profileName": "batch", "syncType": "manual",
        "source": { "type": "yaml", "yaml": { "repo": {
            "repoURL": "https://github.com/acme-inc/k8s-manifests.git", "path": "no/such/path", "targetRevision": "main",
        } } },
        "externalAccess": { "domain": "acme.example" },
    });
    let dry = world.call("deployApplication").with_key_of("editor").query("dryRun", "true").body(body).data();
    assert_eq!((dry["dryRun"].as_bool(), dry["validationPassed"].as_bool()), (Some(true), Some(true)));
    let warnings = dry["warnings"].to_string();
    for word in ["externalAccess has no effect", "no/such/path", "manual", "belongs to Kubernetes"] {
        assert!(warnings.contains(word), "{word:?} is missing in {warnings}");
    }
    assert_eq!(world.call("getApplication").with_key_of("viewer").path("appId", "dry").refusal().0, 404);
}

#[test]
fn each_wrong_field_is_named() {
    let mut world = World::new();
    let helm = json!({ "type": "helm", "helm": { "repo": { "repoURL": "https://x.example", "chartName": "c", "chartVersion": "1.0.0" } } });
    let git = |path: &str| json!({ "type": "repository", "repository": { "repo": { "repoURL": "https://github.com/a/b", "path": path } } });
    let cases: Vec<(&str, Value, &str)> = vec![
        ("/name", json!("Shop"), "name"),
        ("/name", json!("shop-"), "name"),
        ("/name", json!("x".repeat(51)), "name"),
        ("/name", json!(7), "name"),
        ("/namespace", json!("x".repeat(64)), "namespace"),
        ("/namespace", json!(null), "namespace"),
        ("/syncType", json!("sometimes"), "syncType"),
        ("/externalAccess", json!({ "accessType": "None" }), "externalAccess.accessType"),
        ("/externalAccess", json!({ "accessType": "Tunnel" }), "externalAccess.accessType"),
        ("/externalAccess", json!({ "hostname": "not a host" }), "externalAccess.hostname"),
        ("/externalAccess", json!([]), "externalAccess"),
        ("/source/type", json!("zip"), "source.type"),
        ("/source/type", json!("helm"), "source.helm"),
        ("/source/image/registry", json!("https://ghcr.io"), "source.image.registry"),
        ("/source/image/repository", json!("Acme/Shop"), "source.image.repository"),
        ("/source/image/tag", json!(""), "source.image.tag"),
        ("/source/image/tag", json!("a b"), "source.image.tag"),
        (
            "/source",
            {
                let mut s = helm.clone();
                s["helm"]["repo"]["repoURL"] = json!("ftp://x");
                s
            },
            "source.helm.repo.repoURL",
        ),
        (
            "/source",
            {
                let mut s = helm.clone();
                s["helm"]["repo"]["chartVersion"] = json!("latest please");
                s
            },
            "source.helm.repo.chartVersion",
        ),
        (
            "/source",
            {
                let mut s = helm.clone();
                s["helm"]["values"] = json!({ "type": "files" });
                s
            },
            "source.helm.values.files",
        ),
        (
            "/source",
            {
                let mut s = helm;
                s["helm"]["values"] = json!({ "type": "magic" });
                s
            },
            "source.helm.values.type",
        ),
        ("/source", git("../up"), "source.repository.repo.path"),
        ("/source", json!({ "type": "yaml", "yaml": {} }), "source.yaml.repo"),
    ];
    for (pointer, value, field) in cases {
        let mut body = image("shop", "1.0.0");
        let (parent, last) = pointer.rsplit_once('/').unwrap();
        body.pointer_mut(parent).unwrap()[last] = value;
        let wrong = world.call("deployApplication").with_key_of("editor").body(body).wrong_fields();
        assert!(wrong.contains(&field.to_owned()), "{pointer}: {wrong:?}");
    }
}

#[test]
fn roles_decide_who_deploys_resyncs_and_deletes() {
    let mut world = World::new();
    let refused = world.call("deployApplication").with_key_of("viewer").body(image("shop", "1")).refusal();
    assert_eq!(refused.0, 403);
    assert!(refused.2.contains("viewer"), "{}", refused.2);
    assert_eq!(world.call("resyncApplication").with_key_of("viewer").path("appId", "cart").refusal().0, 403);
    for handle in ["viewer", "editor", "admin"] {
        assert_eq!(
            world.call("deleteApplication").with_key_of(handle).path("appId", "cart").refusal().0,
            403,
            "{handle}"
        );
    }
    assert_eq!(world.call("deleteApplication").with_key_of("owner").path("appId", "cart").data(), Value::Null);
    assert_eq!(world.call("deleteApplication").with_key_of("owner").path("appId", "cart").refusal().0, 404);
    // Another organization's applications don't exist.
    let stranger = world.call("getApplication").key("astro_demo_globex_9b3a6e04").path("appId", "storefront").refusal();
    assert_eq!(stranger.0, 404);
}

#[test]
fn writes_leave_audit_events() {
    let mut world = World::new();
    deploy(&mut world, image("shop", "1"));
    world.pass(MINUTE);
    world.call("resyncApplication").with_key_of("editor").path("appId", "shop").body(json!({ "force": true })).data();
    world.call("deleteApplication").with_key_of("owner").path("appId", "shop").data();
    world.call("deleteApplication").with_key_of("viewer").path("appId", "cart").refusal();
    let page = world.call("listAuditEvents").with_key_of("owner").query("eventType", "APPLICATION").data();
    let told: Vec<(&str, &str)> = page["events"]
        .as_array()
        .unwrap()
        .iter()
        .take(4)
        .map(|event| (event["action"].as_str().unwrap(), event["resourceName"].as_str().unwrap()))
        .collect();
    assert_eq!(told, [("DELETE", "cart"), ("DELETE", "shop"), ("RESYNC", "shop"), ("CREATE", "shop")]);
}

#[test]
fn an_image_that_does_not_exist_degrades_the_application() {
    let mut world = World::new();
    deploy(&mut world, image("shop", "1.0-missing"));
    world.pass(20 * SECOND);
    assert_eq!(get(&mut world, "shop").status, "DEPLOYING");
    world.pass(MINUTE);
    let app = get(&mut world, "shop");
    assert_eq!((app.status.as_str(), app.health), ("DEGRADED", Some(Health::Degraded)));
    assert!(app.message.unwrap().contains("ImagePullBackOff"));
    let mut events = open(&mut world, "streamApplicationEvents", "shop", &[("k8s", "true")]).unwrap();
    let (told, ended) = poll::<AppEvent>(&mut world, &mut events);
    assert!(!ended);
    let reasons: Vec<&str> = told.iter().map(|event| event.reason.as_str()).collect();
    for reason in ["ApplicationCreated", "Scheduled", "Pulling", "Failed", "BackOff", "ProgressDeadlineExceeded"] {
        assert!(reasons.contains(&reason), "{reason} is missing in {reasons:?}");
    }
    let (again, _) = poll::<AppEvent>(&mut world, &mut events);
    assert!(again.is_empty(), "nothing is told twice");
    let mut pulse = open(&mut world, "streamApplicationEvents", "shop", &[]).unwrap();
    assert!(poll::<AppEvent>(&mut world, &mut pulse).0.iter().all(|event| event.source == EventSource::Pulse));
    world.pass(2 * MINUTE);
    assert!(poll::<AppEvent>(&mut world, &mut events).0.iter().any(|event| event.count > Some(1)));
}

#[test]
fn a_container_that_dies_has_a_previous_log_with_its_stack_trace() {
    let mut world = World::new();
    let frame: AppStatusEvent = {
        let mut feed = open(&mut world, "streamApplicationStatus", "mailer", &[]).unwrap();
        poll(&mut world, &mut feed).0.remove(0)
    };
    assert_eq!(frame.status, "DEGRADED");
    let pod = frame.resources.unwrap().into_iter().find(|resource| resource.kind == "Pod").unwrap().name;
    let query = [("previous", "true"), ("pod", pod.as_str()), ("container", "app")];
    let mut feed = open(&mut world, "streamApplicationLogs", "mailer", &query).unwrap();
    let (lines, ended) = drain(&mut world, &mut feed);
    assert!(ended, "what is over isn't followed");
    assert!(lines.iter().all(|line| line.pod == pod && line.container == "app"));
    assert!(lines.iter().any(|line| line.message.starts_with("Traceback")), "{lines:?}");
    // Restarts go on, and who follows sees the next life's first lines after the last one's last.
    let mut follow =
        open(&mut world, "streamApplicationLogs", "mailer", &[("tail", "0"), ("pod", &pod), ("container", "app")])
            .unwrap();
    assert!(drain(&mut world, &mut follow).0.is_empty());
    let mut seen = Vec::new();
    for _ in 0..700 {
        world.pass(SECOND);
        seen.extend(drain(&mut world, &mut follow).0);
    }
    let starts = seen.iter().filter(|line| line.message.contains("Loading configuration")).count();
    assert!((2..=4).contains(&starts), "{starts} lives in about twelve minutes of five-minute backoffs");
    let mut unique: Vec<_> = seen.iter().map(words).collect();
    let count = unique.len();
    unique.dedup();
    assert_eq!(unique.len(), count, "no line comes twice");
}

#[test]
fn a_source_that_cannot_be_found_fails_the_sync() {
    let mut world = World::new();
    let body = json!({
        "name": "charted", "profileName": "internal-basic",
        "source": { "type": "repository", "repository": { "repo": {
            "repoURL": "https://github.com/acme-inc/platform-charts/", "path": "charts/nowhere", "targetRevision": "main",
        } } },
        "externalAccess": { "accessType": "None" },
    });
    deploy(&mut world, body);
    world.pass(10 * SECOND);
    let app = get(&mut world, "charted");
    assert_eq!((app.status.as_str(), app.sync_status), ("FAILED", Some(SyncStatus::Unknown)));
    assert!(app.message.unwrap().contains("charts/nowhere: app path does not exist"));
    world.call("resyncApplication").with_key_of("editor").path("appId", "charted").data();
    world.pass(10 * SECOND);
    assert_eq!(get(&mut world, "charted").status, "FAILED");
}

#[test]
fn manual_syncs_wait_to_be_asked() {
    let mut world = World::new();
    let mut body = image("shop", "1.0.0");
    body["syncType"] = json!("manual");
    deploy(&mut world, body);
    world.pass(10 * MINUTE);
    let app = get(&mut world, "shop");
    assert_eq!(
        (app.status.as_str(), app.health, app.sync_status),
        ("PENDING", Some(Health::Missing), Some(SyncStatus::OutOfSync))
    );
    let result = world.call("resyncApplication").with_key_of("editor").path("appId", "shop").data();
    assert_eq!(
        (result["status"].as_str(), result["syncStatus"].as_str()),
        (Some("RESYNC_REQUESTED"), Some("OutOfSync"))
    );
    world.pass(MINUTE);
    assert_eq!(get(&mut world, "shop").status, "RUNNING");
    // One that runs and is behind catches up with its chart.
    let before = get(&mut world, "external-dns");
    assert_eq!(before.sync_status, Some(SyncStatus::OutOfSync));
    world.call("resyncApplication").with_key_of("editor").path("appId", "external-dns").data();
    world.pass(2 * MINUTE);
    let after = get(&mut world, "external-dns");
    assert_eq!((after.status.as_str(), after.sync_status), ("RUNNING", Some(SyncStatus::Synced)));
    assert_ne!(before.revision, after.revision);
}

#[test]
fn a_sync_that_hangs_yields_to_force_alone() {
    let mut world = World::new();
    world.pass(10 * MINUTE);
    let app = get(&mut world, "payments-ledger");
    assert_eq!(app.status, "DEPLOYING");
    assert!(app.message.unwrap().contains("waiting for deletion"));
    let refused = world.call("resyncApplication").with_key_of("editor").path("appId", "payments-ledger").refusal();
    assert_eq!(refused.0, 409);
    let body = json!({ "force": true });
    world.call("resyncApplication").with_key_of("editor").path("appId", "payments-ledger").body(body).data();
    world.pass(2 * MINUTE);
    let app = get(&mut world, "payments-ledger");
    assert_eq!((app.status.as_str(), app.sync_status), ("RUNNING", Some(SyncStatus::Synced)));
    // What doesn't answer can't be synced.
    assert_eq!(
        world.call("resyncApplication").with_key_of("owner").path("appId", "warehouse-scanner").refusal().0,
        409
    );
}

#[test]
fn pushes_arrive_and_are_rolled_out_one_pod_after_another() {
    let mut world = World::new();
    let mut feed = open(&mut world, "streamApplicationStatus", "payments-api", &[]).unwrap();
    let mut told: Vec<AppStatusEvent> = Vec::new();
    for _ in 0..(9 * 60) {
        told.extend(poll::<AppStatusEvent>(&mut world, &mut feed).0);
        world.pass(SECOND);
    }
    let revisions: BTreeSet<_> = told.iter().filter_map(|frame| frame.revision.clone()).collect();
    assert!(revisions.len() >= 2, "{revisions:?}");
    assert!(told.iter().any(|frame| frame.sync_status == Some(SyncStatus::OutOfSync)));
    let rolling = told.iter().filter(|frame| frame.status == "DEPLOYING");
    let sets = |frame: &AppStatusEvent| {
        frame.resources.iter().flatten().filter(|resource| resource.kind == "ReplicaSet").count()
    };
    assert!(rolling.clone().any(|frame| sets(frame) == 2), "old and new replica sets are there together");
    assert_eq!(told.last().unwrap().status, "RUNNING");
}

#[test]
fn flaky_applications_degrade_and_recover_and_autoscalers_scale() {
    let mut world = World::new();
    let mut states = Vec::new();
    let mut counts = BTreeSet::new();
    let mut flaky = open(&mut world, "streamApplicationStatus", "recommendations", &[]).unwrap();
    let mut scaled = open(&mut world, "streamApplicationStatus", "storefront", &[]).unwrap();
    for _ in 0..(20 * 60) {
        states.extend(poll::<AppStatusEvent>(&mut world, &mut flaky).0.into_iter().map(|frame| frame.status));
        for frame in poll::<AppStatusEvent>(&mut world, &mut scaled).0 {
            let pods = frame
                .resources
                .iter()
                .flatten()
                .filter(|resource| resource.kind == "Pod" && resource.health == Some(Health::Healthy));
            counts.insert(pods.count());
        }
        world.pass(SECOND);
    }
    states.dedup();
    assert!(states.len() >= 3 && states.contains(&"DEGRADED".to_owned()), "{states:?}");
    assert!(states.iter().all(|state| state == "RUNNING" || state == "DEGRADED"), "{states:?}");
    assert!(counts.len() >= 3 && counts.iter().all(|count| *count <= 9), "{counts:?}");
}

#[test]
fn a_status_stream_begins_with_a_snapshot_beats_and_ends_with_the_application() {
    let mut world = World::new();
    let mut feed = open(&mut world, "streamApplicationStatus", "hello-world", &[]).unwrap();
    let (first, _) = poll::<AppStatusEvent>(&mut world, &mut feed);
    assert_eq!(first.len(), 1);
    world.pass(10 * SECOND);
    assert!(poll::<AppStatusEvent>(&mut world, &mut feed).0.is_empty());
    world.pass(5 * SECOND);
    let (beat, _) = poll::<AppStatusEvent>(&mut world, &mut feed);
    assert_eq!((beat.len(), beat[0].app_id.as_str()), (1, "hello-world"));
    world.call("deleteApplication").with_key_of("owner").path("appId", "hello-world").data();
    deploy(&mut world, image("hello-world", "2.0.0"));
    let (last, ended) = poll::<AppStatusEvent>(&mut world, &mut feed);
    assert!(ended, "the new application of that name is another");
    assert_eq!(last[0].status, "DELETED");
    let mut fresh = open(&mut world, "streamApplicationStatus", "hello-world", &[]).unwrap();
    assert_eq!(poll::<AppStatusEvent>(&mut world, &mut fresh).0[0].status, "PENDING");
}

#[test]
fn streams_are_refused_like_requests() {
    let mut world = World::new();
    for id in ["streamApplicationStatus", "streamApplicationEvents", "streamApplicationLogs"] {
        assert_eq!(open(&mut world, id, "nothing", &[]).err().unwrap().status, 404, "{id}");
        let input = Input { path: vec![("appId", "cart".to_owned())], ..Input::default() };
        let refused = world.platform.open(world.now, operations::find(id).unwrap(), &input).err().unwrap();
        assert_eq!(refused.status, 401, "{id}");
    }
    let refused = |world: &mut World, query: &[(&str, &str)]| {
        open(world, "streamApplicationLogs", "cart", query).err().unwrap().status
    };
    assert_eq!(refused(&mut world, &[("pod", "cart-app-nope")]), 404);
    assert_eq!(refused(&mut world, &[("container", "nope")]), 404);
    assert_eq!(refused(&mut world, &[("tail", "-1")]), 400);
    assert_eq!(refused(&mut world, &[("follow", "maybe")]), 400);
}

#[test]
fn who_reconnects_with_tail_gets_the_lines_it_knew() {
    let mut world = World::new();
    let mut feed = open(&mut world, "streamApplicationLogs", "storefront", &[("tail", "100")]).unwrap();
    let (mut known, _) = drain(&mut world, &mut feed);
    assert_eq!(known.len(), 100);
    for _ in 0..20 {
        world.pass(SECOND);
        known.extend(drain(&mut world, &mut feed).0);
    }
    assert!(known.len() > 150, "{}", known.len());
    let times: Vec<_> = known.iter().map(|line| line.timestamp.clone().unwrap().as_str().to_owned()).collect();
    assert!(times.is_sorted(), "pods are merged by time");
    assert!(known.iter().map(|line| &line.pod).collect::<BTreeSet<_>>().len() >= 3);
    drop(feed);
    let mut again = open(&mut world, "streamApplicationLogs", "storefront", &[("tail", "60")]).unwrap();
    let (resumed, _) = drain(&mut world, &mut again);
    let expected: Vec<_> = known[known.len() - 60..].iter().map(words).collect();
    assert_eq!(resumed.iter().map(words).collect::<Vec<_>>(), expected);
}

#[test]
fn without_follow_a_log_ends_and_one_pod_can_be_chosen() {
    let mut world = World::new();
    let mut feed =
        open(&mut world, "streamApplicationLogs", "checkout", &[("follow", "false"), ("tail", "200")]).unwrap();
    let (lines, ended) = drain(&mut world, &mut feed);
    assert!(ended);
    assert_eq!(lines.len(), 200);
    let containers: BTreeSet<_> = lines.iter().map(|line| line.container.as_str()).collect();
    assert_eq!(containers, ["app", "istio-proxy"].into());
    let pod = lines[0].pod.clone();
    let query = [("follow", "false"), ("pod", pod.as_str()), ("container", "istio-proxy"), ("tail", "5")];
    let mut feed = open(&mut world, "streamApplicationLogs", "checkout", &query).unwrap();
    let (lines, ended) = drain(&mut world, &mut feed);
    assert!(ended && lines.len() == 5);
    assert!(lines.iter().all(|line| line.pod == pod && line.container == "istio-proxy"));
    // Nothing ended badly, so nothing came before.
    let mut feed = open(&mut world, "streamApplicationLogs", "preview-4812", &[("previous", "true")]).unwrap();
    assert_eq!(drain(&mut world, &mut feed), (Vec::new(), true));
}

#[test]
fn a_log_goes_on_over_a_rollout() {
    let mut world = World::new();
    deploy(&mut world, image("shop", "1.0.0"));
    world.pass(MINUTE);
    let mut feed = open(&mut world, "streamApplicationLogs", "shop", &[("tail", "10")]).unwrap();
    drain(&mut world, &mut feed);
    world.call("resyncApplication").with_key_of("editor").path("appId", "shop").body(json!({ "force": true })).data();
    let mut lines = Vec::new();
    for _ in 0..60 {
        world.pass(SECOND);
        let (more, ended) = drain(&mut world, &mut feed);
        assert!(!ended);
        lines.extend(more);
    }
    let pods: BTreeSet<_> = lines.iter().map(|line| line.pod.clone()).collect();
    assert_eq!(pods.len(), 2, "the old pod and the new one: {pods:?}");
    assert!(lines.iter().any(|line| line.message.contains("shutting down gracefully")));
}

#[test]
fn the_log_rate_is_kept() {
    let mut world = World::with(Settings { log_rate: Some(20_000), rate_limit: false, ..Settings::default() });
    let mut feed = open(&mut world, "streamApplicationLogs", "storefront", &[("tail", "1000")]).unwrap();
    let (known, _) = drain(&mut world, &mut feed);
    assert_eq!(known.len(), 1000);
    let mut count = 0;
    for _ in 0..20 {
        world.pass(50);
        count += drain(&mut world, &mut feed).0.len();
    }
    assert!((19_900..=20_100).contains(&count), "{count} lines in a second");
    // After a gap everything is still there.
    world.pass(3 * SECOND);
    let mut again = open(&mut world, "streamApplicationLogs", "storefront", &[("tail", "60000")]).unwrap();
    let missed = drain(&mut world, &mut feed).0;
    let resumed = drain(&mut world, &mut again).0;
    assert_eq!(resumed.len(), 60_000);
    assert_eq!(words(resumed.last().unwrap()), words(missed.last().unwrap()));
    assert!(resumed.iter().any(|line| words(line) == words(&missed[100])));
}

#[test]
fn everything_survives_being_kept() {
    let mut world = World::new();
    deploy(&mut world, image("shop", "1.0.0"));
    world.pass(5 * SECOND);
    let kept = serde_json::to_string(&world.platform.state).unwrap();
    let state = serde_json::from_str(&kept).unwrap();
    let list = |world: &mut World| world.call("listApplications").with_key_of("viewer").data();
    let before = list(&mut world);
    let mut restarted =
        World { platform: Platform::with_state(world.platform.settings.clone(), state), now: world.now };
    assert_eq!(list(&mut restarted), before);
    for world in [&mut world, &mut restarted] {
        world.pass(3 * MINUTE);
    }
    assert_eq!(list(&mut restarted), list(&mut world), "and goes on in the same way");
    assert_eq!(get(&mut restarted, "shop").status, "RUNNING");
}

#[test]
fn the_same_seed_gives_the_same_platform() {
    let shown = |seed| {
        let mut world = World::with(Settings { seed, rate_limit: false, ..Settings::default() });
        world.pass(HOUR);
        world.call("listApplications").with_key_of("viewer").data()
    };
    assert_eq!(shown(5), shown(5));
    assert_ne!(shown(5), shown(6));
}

#[test]
fn a_long_sleep_is_caught_up_with_quickly() {
    let mut world = World::new();
    let before = world.platform.state.scheduled;
    world.pass(365 * DAY);
    let steps = world.platform.state.scheduled - before;
    assert!(steps < 50_000, "{steps} steps");
    assert_eq!(get(&mut world, "storefront").status, "RUNNING");
}

#[test]
fn speed_shortens_lifecycles() {
    let mut world = World::with(Settings { speed: 20.0, rate_limit: false, ..Settings::default() });
    deploy(&mut world, image("shop", "1.0.0"));
    world.pass(2 * SECOND);
    assert_eq!(get(&mut world, "shop").status, "RUNNING");
}

#[test]
fn the_large_scale_has_ten_thousand_applications() {
    let settings = Settings { scale: Scale::Large, rate_limit: false, ..Settings::default() };
    let mut world = World::with(settings);
    let apps = world.call("listApplications").with_key_of("viewer").data();
    let apps = apps.as_array().unwrap();
    assert_eq!(apps.len(), 10_000);
    let names: BTreeSet<_> = apps.iter().map(|app| app["name"].as_str().unwrap()).collect();
    assert_eq!(names.len(), 10_000);
    let running = apps.iter().filter(|app| app["status"] == "RUNNING").count();
    assert!((8_500..9_900).contains(&running), "{running}");
    let before = world.platform.state.scheduled;
    world.pass(10 * MINUTE);
    let steps: u64 = world.platform.state.scheduled - before;
    let a_second: Millis = 600;
    assert!(steps < 60 * a_second.unsigned_abs(), "{steps} steps in ten minutes");
}

#[test]
fn applications_share_the_fate_of_their_cluster() {
    let mut world = World::new();
    assert_eq!(get(&mut world, "warehouse-scanner").status, "UNKNOWN");
    // Somebody repairs the tunnel of its cluster's agent.
    world.call("syncClusterAuth").with_key_of("admin").path("clusterId", "edge-singapore").data();
    world.pass(MINUTE);
    let app = get(&mut world, "warehouse-scanner");
    assert_eq!((app.status.as_str(), app.sync_status), ("RUNNING", Some(SyncStatus::Synced)));
    let now = world.now;
    super::cluster_lost(&mut world.platform.cx(now), ACME, "edge-singapore");
    let app = get(&mut world, "warehouse-scanner");
    assert_eq!((app.health, app.sync_status), (Some(Health::Unknown), Some(SyncStatus::Unknown)));
    // What was written since doesn't arrive.
    let mut feed = open(&mut world, "streamApplicationLogs", "warehouse-scanner", &[("tail", "5")]).unwrap();
    assert_eq!(drain(&mut world, &mut feed).0.len(), 5);
    world.pass(MINUTE);
    assert!(drain(&mut world, &mut feed).0.is_empty());
    world.call("unregisterAgent").with_key_of("owner").path("clusterId", "edge-singapore").data();
    assert_eq!(world.call("getApplication").with_key_of("viewer").path("appId", "warehouse-scanner").refusal().0, 404);
    assert!(drain(&mut world, &mut feed).1, "its streams end");
}
