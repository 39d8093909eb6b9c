//! GitHub, the way the console meets it.

use serde_json::{Value, json};

use super::{
    super::{
        demo::{ACME, GLOBEX},
        testing::World,
        time::SECOND,
    },
    install,
};

const INC: &str = "51234567";
const LABS: &str = "51234890";
const LEGACY: &str = "43007112";
const CHARTS: &str = "https://github.com/acme-inc/platform-charts";

fn on(world: &mut World, id: &'static str, handle: &str, installation: &str) -> Value {
    world.call(id).with_key_of(handle).path("installation_id", installation).data()
}

fn browse(world: &mut World, url: &str, path: &str) -> Vec<Value> {
    let data = world.call("browseRepository").with_key_of("viewer").query("repoUrl", url).query("path", path).data();
    data.as_array().unwrap().clone()
}

#[test]
fn an_available_installation_is_linked_and_synced_and_unlinked() {
    let mut world = World::new();
    let detected = world.call("syncGithubInstallations").with_key_of("viewer").data();
    assert_eq!(detected["available"][0]["accountLogin"], "acme-labs");
    assert_eq!(detected["refreshed"], false);
    let refused = world.call("mapGithubInstallation").with_key_of("viewer").path("installation_id", LABS).refusal();
    assert_eq!(refused.0, 403);
    let mapped = on(&mut world, "mapGithubInstallation", "editor", LABS);
    assert_eq!((mapped["syncStatus"].as_str(), mapped["orgId"].as_str()), (Some("PENDING"), Some(ACME)));
    world.pass(5 * SECOND);
    assert_eq!(on(&mut world, "getGithubInstallation", "viewer", LABS)["syncStatus"], "SYNCED");
    assert_eq!(on(&mut world, "mapGithubInstallation", "editor", LABS)["syncStatus"], "SYNCED", "twice is once");
    assert_eq!(on(&mut world, "listGithubRepositories", "viewer", LABS).as_array().unwrap().len(), 2);
    assert_eq!(on(&mut world, "deleteGithubInstallation", "editor", LABS)["deleted"], true);
    let gone = world.call("getGithubInstallation").with_key_of("viewer").path("installation_id", LABS).refusal();
    assert_eq!(gone.0, 404);
    let detected = world.call("syncGithubInstallations").with_key_of("viewer").body(json!({})).data();
    assert_eq!(detected["available"][0]["accountLogin"], "acme-labs", "the app stays installed on GitHub");
}

#[test]
fn a_refresh_heals_credentials_and_takes_an_editor() {
    let mut world = World::new();
    assert_eq!(on(&mut world, "getGithubInstallation", "viewer", LEGACY)["syncStatus"], "FAILED");
    let body = json!({ "refresh": true });
    assert_eq!(world.call("syncGithubInstallations").with_key_of("viewer").body(body.clone()).refusal().0, 403);
    let detected = world.call("syncGithubInstallations").with_key_of("editor").body(body).data();
    assert_eq!(detected["refreshed"], true);
    world.pass(5 * SECOND);
    assert_eq!(on(&mut world, "getGithubInstallation", "viewer", LEGACY)["syncStatus"], "SYNCED");
    let wrong =
        world.call("syncGithubInstallations").with_key_of("editor").body(json!({ "refresh": "yes" })).wrong_fields();
    assert_eq!(wrong, ["refresh"]);
}

#[test]
fn other_organizations_learn_nothing() {
    let mut world = World::new();
    let globex = "astro_demo_globex_9b3a6e04";
    for id in
        ["getGithubInstallation", "mapGithubInstallation", "listGithubRepositories", "createGithubInstallationToken"]
    {
        for installation in [INC, LABS, "1", "no-number"] {
            let refused = world.call(id).key(globex).path("installation_id", installation).refusal();
            assert_eq!(refused.0, 404, "{id} {installation}");
        }
    }
    let refused = world.call("listRepositoryBranches").key(globex).query("repoUrl", CHARTS).refusal();
    assert_eq!(refused.0, 404);
}

#[test]
fn an_installation_on_github_is_linked_when_github_calls_back() {
    let mut world = World::new();
    let now = world.now;
    let id = install(&mut world.platform.cx(now), Some(GLOBEX), "globex-corp", true);
    let again = install(&mut world.platform.cx(now), Some(GLOBEX), "Globex-Corp", false);
    assert_eq!(id, again, "an account has one installation");
    let call = |world: &mut World, id: &str, action: &str| {
        world.call("githubCallback").query("installation_id", id).query("setup_action", action).ask()
    };
    let told = call(&mut world, &id.to_string(), "install").unwrap();
    assert_eq!((told["installationId"].as_i64(), told["mapped"].as_bool()), (Some(id), Some(true)));
    let list = world.call("listGithubInstallations").key("astro_demo_globex_9b3a6e04").data();
    assert!(list.as_array().unwrap().iter().any(|known| known["accountLogin"] == "globex-corp"));
    // Without an organization that waits for it, somebody has to link it.
    assert_eq!(call(&mut world, LABS, "update").unwrap()["mapped"], false);
    assert_eq!(call(&mut world, "5", "install").unwrap_err().status, 400);
    assert_eq!(call(&mut world, LABS, "dance").unwrap_err().status, 400);
}

#[test]
fn repositories_are_reached_by_every_form_of_their_address() {
    let mut world = World::new();
    for url in [
        CHARTS,
        "https://github.com/acme-inc/platform-charts.git",
        "https://github.com/acme-inc/platform-charts/",
        "https://github.com/Acme-Inc/Platform-Charts.git/",
        "git@github.com:acme-inc/platform-charts.git",
        "ssh://git@github.com/acme-inc/platform-charts.git",
        "github.com/acme-inc/platform-charts",
    ] {
        let branches = world.call("listRepositoryBranches").with_key_of("viewer").query("repoUrl", url).data();
        assert_eq!(branches[0], "main", "{url}");
    }
    for url in
        ["https://gitlab.com/a/b", "platform-charts", "https://github.com/acme-inc", "https://github.com/a/b/c", "x"]
    {
        let wrong = world.call("listRepositoryBranches").with_key_of("viewer").query("repoUrl", url).wrong_fields();
        assert_eq!(wrong, ["repoUrl"], "{url}");
    }
    let unknown = "https://github.com/acme-inc/nothing";
    assert_eq!(world.call("listRepositoryBranches").with_key_of("viewer").query("repoUrl", unknown).refusal().0, 404);
    let public = "https://github.com/astropulseinc/astro-platform-apps";
    assert!(browse(&mut world, public, "resources/strimzi").iter().any(|entry| entry["name"] == "kafka-topic.yaml"));
}

#[test]
fn a_repository_is_browsed_down_to_its_files() {
    let mut world = World::new();
    let root = browse(&mut world, CHARTS, "");
    assert_eq!(
        (root[0]["name"].as_str(), root[0]["type"].as_str()),
        (Some("charts"), Some("dir")),
        "directories first"
    );
    let chart = browse(&mut world, CHARTS, "/charts/payments-api/");
    let values = chart.iter().find(|entry| entry["name"] == "values.yaml").unwrap();
    assert_eq!(values["path"], "charts/payments-api/values.yaml");
    let file = world
        .call("getRepositoryFile")
        .with_key_of("viewer")
        .query("repoUrl", CHARTS)
        .query("filePath", "charts/payments-api/values.yaml")
        .data();
    assert_eq!(file["size"], values["size"]);
    assert_eq!(file["content"].as_str().unwrap().len() as u64, file["size"].as_u64().unwrap());
    assert_eq!(file["branch"], "main");
    // The release branch was cut before the ledger came.
    let at = |world: &mut World, branch: &str| {
        let body = json!({ "repoUrl": CHARTS, "branch": branch, "path": "charts/payments-ledger" });
        world.call("validateRepositoryPath").with_key_of("viewer").body(body).ask()
    };
    assert_eq!(at(&mut world, "main").unwrap()["type"], "directory");
    assert_eq!(at(&mut world, "release-1.2").unwrap()["exists"], false);
    assert_eq!(at(&mut world, "nope").unwrap_err().status, 404);
    let status = |world: &mut World, path: &str| {
        world
            .call("getRepositoryFile")
            .with_key_of("viewer")
            .query("repoUrl", "https://github.com/acme-inc/cart")
            .query("filePath", path)
            .refusal()
    };
    assert_eq!(status(&mut world, "nope.yaml").0, 404);
    for path in ["deploy", "logo.png", "../../etc/passwd"] {
        let refused = status(&mut world, path);
        assert!(refused.0 == 400 && refused.2.starts_with("filePath"), "{path}: {refused:?}");
    }
    assert!(browse(&mut world, "https://github.com/acme-inc/new-service-2026", "").is_empty(), "no commits, no files");
}

#[test]
fn twenty_thousand_files_are_no_trouble() {
    let mut world = World::new();
    let url = "https://github.com/acme-inc/fixtures-archive";
    assert_eq!(browse(&mut world, url, "orders").len(), 5000);
    assert_eq!(browse(&mut world, url, "by-day/2025/07/15").len(), 50);
    let file = |world: &mut World, path: &str| {
        world.call("getRepositoryFile").with_key_of("viewer").query("repoUrl", url).query("filePath", path).data()
    };
    let told = file(&mut world, "orders/order-00039.json");
    let content = told["content"].as_str().unwrap();
    assert_eq!(content.len() as u64, told["size"].as_u64().unwrap());
    let records: Value = serde_json::from_str(content).unwrap();
    assert_eq!(records.as_array().unwrap().len(), 40);
}

#[test]
fn tokens_are_short_lived_fake_and_for_editors() {
    let mut world = World::new();
    let token = on(&mut world, "createGithubInstallationToken", "editor", INC);
    assert!(token["token"].as_str().unwrap().starts_with("ghs_demo"));
    assert_eq!(token["expiresAt"], "2026-11-23T10:30:00Z");
    let body = json!({ "repoUrl": format!("{CHARTS}.git") });
    let token = world.call("createRepositoryToken").with_key_of("editor").body(body.clone()).data();
    assert_eq!(token["repository"], "acme-inc/platform-charts");
    assert_eq!(world.call("createRepositoryToken").with_key_of("viewer").body(body).refusal().0, 403);
    assert_eq!(world.call("createRepositoryToken").with_key_of("editor").body(json!({})).wrong_fields(), ["repoUrl"]);
    let wrong = world
        .call("createRepositoryToken")
        .with_key_of("editor")
        .body(json!({ "repoUrl": CHARTS, "x": 1 }))
        .wrong_fields();
    assert_eq!(wrong, ["x"]);
}
