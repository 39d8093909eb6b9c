//! `/_platform`.

use hyper::StatusCode;
use serde_json::{Value, json};

use crate::support::{Local, OWNER, VIEWER};

#[tokio::test]
async fn it_answers_this_machine_only() {
    let platform = Local::start(&[]).await;
    for path in ["/_platform", "/_platform/seen", "/_platform/style.css", "/_platform/stand-in/github"] {
        assert_eq!(platform.get(path, &[]).await.status, StatusCode::OK, "{path}");
        for header in [("host", "rebound.example"), ("x-forwarded-for", "203.0.113.9")] {
            let answer = platform.get(path, &[header]).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {header:?}");
        }
    }
    let foreign = platform.post("/_platform/reset", &[("origin", "https://evil.example")], &json!({})).await;
    assert_eq!(foreign.status, StatusCode::FORBIDDEN);
    assert_eq!(platform.get("/_platform/nowhere", &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(platform.send("PUT", "/_platform/seen", &[], "").await.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn somebody_else_acts_and_everybody_sees_it() {
    let platform = Local::start(&[]).await;
    let app = platform.running_application().await;
    let deed = |who: &str| json!({ "as": who, "operation": "deleteApplication", "path": { "appId": app } });
    let refused = platform.post("/_platform/act", &[], &deed("viewer")).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "roles count here as well: {}", refused.text());
    let done = platform.post("/_platform/act", &[], &deed("owner")).await;
    assert!(done.status.is_success(), "{}", done.text());
    assert!(done.header("x-trace-id").is_none() || !done.body.is_empty() || done.status == StatusCode::NO_CONTENT);

    for (wrong, field) in [
        (json!({ "as": "owner", "operation": "nothing" }), "operation"),
        (json!({ "as": "owner", "operation": "streamApplicationLogs" }), "operation"),
        (json!({ "as": "owner", "operation": "deleteApplication" }), "path.appId"),
        (json!({ "as": "owner", "operation": "listClusters", "path": { "x": 1 } }), "path.x"),
        (json!({ "operation": "listClusters" }), "as"),
    ] {
        let answer = platform.post("/_platform/act", &[], &wrong).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{wrong}");
        assert!(answer.text().contains(field), "{wrong}: {}", answer.text());
    }
}

#[tokio::test]
async fn the_outbox_holds_what_was_written_to_the_owners() {
    let platform = Local::start(&[]).await;
    let before = platform.get("/_platform/outbox", &[]).await.json().as_array().unwrap().len();
    let cluster = json!({
        "apiVersion": "platform.astropulse.io/v1",
        "kind": "K8sCluster",
        "spec": {
            "clusterName": "mail-me",
            "provider": "aws",
            "region": "eu-central-1",
            "provisioner": { "type": "eks", "eks": { "accountId": "123456789012", "credentials": { "type": "dynamic" } } },
            "clusterSpec": {
                "dataPlane": {
                    "nodeGroups": [{
                        "name": "default-pool",
                        "minNode": 1,
                        "maxNode": 3,
                        "instanceType": "ondemand",
                        "machineTypes": ["t3.medium"],
                    }],
                },
            },
        },
    });
    let connect = json!({
        "as": "admin", "operation": "connectAws",
        "body": { "clusterName": "mail-me", "destinationAccountId": "123456789012" },
    });
    let connected = platform.post("/_platform/act", &[], &connect).await;
    assert!(connected.status.is_success(), "{}", connected.text());
    let setup = connected.json()["data"]["setupUrl"].as_str().unwrap().to_owned();
    let page = platform.get(&setup, &[("accept", "text/html")]).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains("Create stack") && page.text().contains("mail-me"), "{}", page.text());
    let confirmed = platform.send("POST", &setup, &[], "").await;
    assert_eq!(confirmed.status, StatusCode::OK, "{}", confirmed.text());
    // Verification takes its time, which a test need not wait for.
    platform.post("/_platform/clock", &[], &json!({ "advance": 3600 })).await;

    let deed = json!({ "as": "admin", "operation": "deployCluster", "body": cluster });
    let asked = platform.post("/_platform/act", &[], &deed).await;
    assert!(asked.status.is_success(), "{}", asked.text());
    let mails = platform.get("/_platform/outbox", &[]).await.json();
    assert!(mails.as_array().unwrap().len() > before, "{mails}");
    let mail = mails.as_array().unwrap().iter().find(|mail| mail["text"].to_string().contains("mail-me")).unwrap();
    assert!(mail["to"].to_string().contains("olivia@acme.example"), "{mail}");

    let page = platform.get("/_platform/outbox", &[("accept", "text/html")]).await;
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(page.header("content-security-policy").unwrap().contains("default-src 'none'"));
    assert!(page.text().contains("mail-me"));

    assert_eq!(platform.send("DELETE", "/_platform/outbox", &[], "").await.status, StatusCode::NO_CONTENT);
    assert_eq!(platform.get("/_platform/outbox", &[]).await.json(), json!([]));
}

#[tokio::test]
async fn calls_are_counted_until_they_are_forgotten() {
    let platform = Local::start(&[]).await;
    platform.owner("/organizations").await;
    platform.get("/api/v1/organizations", &[]).await;
    platform.get("/api/v1/nowhere", &[]).await;
    let seen = platform.get("/_platform/seen", &[]).await.json();
    assert_eq!(seen["operations"]["listOrganizations"]["statuses"], json!({ "200": 1, "401": 1 }));
    assert_eq!(seen["operations"]["listOrganizations"]["last"]["status"], "401");
    assert_eq!(seen["unmatched"], json!({ "GET /nowhere": 1 }));
    assert_eq!(platform.send("DELETE", "/_platform/seen", &[], "").await.status, StatusCode::NO_CONTENT);
    assert_eq!(platform.get("/_platform/seen", &[]).await.json()["operations"], json!({}));
}

#[tokio::test]
async fn a_reset_begins_anew_and_a_seed_gives_the_same_again() {
    let platform = Local::start(&["--seed", "3"]).await;
    // Ids of operations are drawn at random.
    let ids = async || {
        let list = platform.owner("/clusters/progress").await.json();
        let list = list["data"]["progress"].as_array().unwrap().clone();
        list.iter().map(|progress| progress["operationId"].clone()).collect::<Vec<Value>>()
    };
    let first = ids().await;
    let app = platform.running_application().await;
    let deed = json!({ "as": "owner", "operation": "deleteApplication", "path": { "appId": app } });
    assert!(platform.post("/_platform/act", &[], &deed).await.status.is_success());
    platform.fault(json!({ "operation": "*", "kind": "status", "always": true })).await;
    platform.post("/_platform/clock", &[], &json!({ "advance": 7200 })).await;

    let told = platform.post("/_platform/reset", &[], &json!({})).await.json();
    assert_eq!(told, json!({ "seed": 3, "scale": "demo" }));
    assert_eq!(ids().await, first);
    assert_eq!(platform.get("/_platform/clock", &[]).await.json()["ahead"], 0.0);
    let told = platform.post("/_platform/reset", &[], &json!({ "seed": 4 })).await.json();
    assert_eq!(told["seed"], 4);
    assert_ne!(ids().await, first);
    assert_eq!(platform.post("/_platform/reset", &[], &json!({ "sed": 4 })).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn time_passes_at_command() {
    let platform = Local::start(&[]).await;
    let before = platform.get("/_platform/clock", &[]).await.json();
    let after = platform.post("/_platform/clock", &[], &json!({ "advance": 86400.5 })).await.json();
    assert_eq!(after["ahead"], 86400.5);
    assert!(after["now"].as_str().unwrap() > before["now"].as_str().unwrap());
    for wrong in [json!({ "advance": -1 }), json!({ "advance": 1e12 }), json!({}), json!({ "advance": "1" })] {
        assert_eq!(platform.post("/_platform/clock", &[], &wrong).await.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
}

#[tokio::test]
async fn settings_change_while_it_runs() {
    let platform = Local::start(&[]).await;
    let changed = json!({ "rateLimit": true, "logRate": 50, "speed": 9.5 });
    let told = platform.post("/_platform/settings", &[], &changed).await.json();
    assert_eq!((&told["rateLimit"], &told["logRate"], &told["speed"]), (&json!(true), &json!(50), &json!(9.5)));
    let mut statuses = Vec::new();
    for _ in 0..30 {
        statuses.push(platform.get("/api/v1/organizations", &[("x-astro-api-key", VIEWER)]).await.status);
    }
    assert!(statuses.contains(&StatusCode::TOO_MANY_REQUESTS));
    let told = platform.post("/_platform/settings", &[], &json!({ "logRate": null })).await.json();
    assert_eq!((&told["rateLimit"], &told["logRate"]), (&json!(true), &json!(null)));
    for wrong in [json!({ "chaos": 101 }), json!({ "speed": 0 }), json!({ "latency": 1e9 }), json!({ "color": 1 })] {
        assert_eq!(platform.post("/_platform/settings", &[], &wrong).await.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
}

#[tokio::test]
async fn violation_reports_are_collected() {
    let platform = Local::start(&[]).await;
    let one = json!({ "csp-report": { "violated-directive": "script-src" } });
    let headers = [("content-type", "application/csp-report"), ("origin", "null")];
    let sent = platform.send("POST", "/_platform/csp-report", &headers, one.to_string()).await;
    assert_eq!(sent.status, StatusCode::NO_CONTENT);
    let several = json!([{ "type": "csp-violation" }, { "type": "csp-violation" }]);
    platform
        .send("POST", "/_platform/csp-report", &[("content-type", "application/reports+json")], several.to_string())
        .await;
    let reports = platform.get("/_platform/csp-report", &[]).await.json();
    assert_eq!(reports.as_array().unwrap().len(), 3);
    assert_eq!(reports[0], one);
    assert_eq!(platform.send("DELETE", "/_platform/csp-report", &[], "").await.status, StatusCode::NO_CONTENT);
    assert_eq!(platform.get("/_platform/csp-report", &[]).await.json(), json!([]));
}

#[tokio::test]
async fn the_app_is_installed_on_the_stand_in_of_github() {
    let platform = Local::start(&[]).await;
    let page = platform.get("/_platform/stand-in/github", &[("accept", "text/html")]).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains("Only some of them"), "{}", page.text());

    let installed = platform.form("/_platform/stand-in/github?organization=acme", &[("account", "acme-labs")]).await;
    assert_eq!(installed.status, StatusCode::OK, "{}", installed.text());
    let list = platform.owner("/integrations/github/installations").await;
    assert!(list.text().contains("acme-labs"), "{}", list.text());
    let to = "/_platform/stand-in/github?organization=acme&redirect_uri=%2Fo%2Facme%2Fgithub";
    let back = platform.form(to, &[("account", "acme-tools")]).await;
    let location = back.header("location").unwrap();
    assert!(location.starts_with("/o/acme/github?installation_id=") && location.ends_with("&setup_action=install"));
    for (path, account) in [
        ("/_platform/stand-in/github?organization=nobody", "acme-x"),
        ("/_platform/stand-in/github?redirect_uri=https%3A%2F%2Fevil.example", "acme-x"),
        ("/_platform/stand-in/github", "not an account"),
    ] {
        let refused = platform.form(path, &[("account", account)]).await;
        assert!(refused.status.is_client_error(), "{path}: {}", refused.text());
    }

    let nobody = platform.get("/_platform/stand-in/cloudformation?operation=none", &[]).await;
    assert_eq!(nobody.status, StatusCode::NOT_FOUND);
    assert_eq!(platform.get("/_platform/stand-in/elsewhere", &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(platform.get("/api/v1/organizations", &[("x-astro-api-key", OWNER)]).await.status, StatusCode::OK);
}
