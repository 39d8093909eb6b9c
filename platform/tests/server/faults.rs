//! Every kind of failure, as a client meets it.

use std::time::Duration;

use hyper::StatusCode;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::Instant,
};

use crate::support::{Local, OWNER, ending, eventually, next_text, within};

const LIST: &str = "/organizations";

async fn with(order: Value) -> Local {
    let platform = Local::start(&[]).await;
    platform.fault(order).await;
    platform
}

#[tokio::test]
async fn delay() {
    let platform = with(json!({ "operation": "listOrganizations", "kind": "delay", "ms": 300 })).await;
    let started = Instant::now();
    assert_eq!(platform.owner(LIST).await.status, StatusCode::OK);
    assert!(started.elapsed() >= Duration::from_millis(300));
}

#[tokio::test]
async fn status_with_the_contracts_words_or_ones_own() {
    let platform = with(json!([
        { "operation": "listOrganizations", "kind": "status", "status": 503, "retryAfter": 7 },
        { "operation": "listOrganizations", "kind": "status", "status": 418, "body": { "message": "teapot" } },
        { "operation": "listOrganizations", "kind": "status", "body": "plain words" },
    ]))
    .await;
    let answer = platform.owner(LIST).await;
    assert_eq!((answer.status, answer.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, Some("7")));
    assert_eq!(answer.json()["trace_id"].as_str(), answer.header("x-trace-id"));
    let answer = platform.owner(LIST).await;
    assert_eq!((answer.status, answer.json()), (StatusCode::IM_A_TEAPOT, json!({ "message": "teapot" })));
    let answer = platform.owner(LIST).await;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::INTERNAL_SERVER_ERROR, Some("text/plain")));
    assert_eq!(platform.owner(LIST).await.status, StatusCode::OK, "each strikes once");
}

#[tokio::test]
async fn html() {
    let platform = with(json!({ "operation": "*", "kind": "html" })).await;
    let answer = platform.owner(LIST).await;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::BAD_GATEWAY, Some("text/html")));
    assert!(answer.text().contains("502 Bad Gateway"));
}

#[tokio::test]
async fn truncated_malformed_and_empty_spoil_an_answer_whose_work_is_done() {
    let platform = Local::start(&[]).await;
    let whole = platform.owner(LIST).await.body.len();
    for kind in ["truncated", "malformed", "empty"] {
        platform.fault(json!({ "operation": "listOrganizations", "kind": kind })).await;
        let answer = platform.owner(LIST).await;
        assert_eq!(answer.status, StatusCode::OK, "{kind}");
        assert!(serde_json::from_slice::<Value>(&answer.body).is_err(), "{kind}: {}", answer.text());
        match kind {
            "truncated" => assert_eq!(answer.body.len(), whole / 2),
            "empty" => assert!(answer.body.is_empty()),
            _ => assert!(!answer.body.is_empty()),
        }
        platform.fault(json!({ "operation": "createApplicationProfile", "kind": kind })).await;
        let name = format!("lost-{kind}");
        let body = json!({ "profileName": name, "clusterName": platform.cluster().await, "availabilityTier": "basic" });
        platform.post("/api/v1/applications/profiles", &[("x-astro-api-key", OWNER)], &body).await;
        assert!(platform.owner("/applications/profiles").await.text().contains(&name), "{kind}: the work was done");
    }
    platform.fault(json!({ "operation": "*", "kind": "malformed", "body": "{]", "status": 201 })).await;
    let answer = platform.owner(LIST).await;
    assert_eq!((answer.status, answer.text().as_str()), (StatusCode::CREATED, "{]"));
}

/// A reset is an error of the connection, not an orderly end without an answer.
#[tokio::test]
async fn reset() {
    let platform = with(json!({ "operation": "*", "kind": "reset", "times": 2 })).await;
    assert!(platform.try_send("GET", "/api/v1/organizations", &[("x-astro-api-key", OWNER)], "").await.is_err());

    let mut raw = TcpStream::connect(platform.base.strip_prefix("http://").unwrap()).await.unwrap();
    raw.write_all(b"GET /api/v1/organizations HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    let mut nothing = Vec::new();
    let error = within(raw.read_to_end(&mut nothing)).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    assert!(nothing.is_empty());

    assert_eq!(platform.owner(LIST).await.status, StatusCode::OK);
    let seen = platform.get("/_platform/seen", &[]).await.json();
    assert_eq!(seen["operations"]["listOrganizations"]["statuses"], json!({ "reset": 2, "200": 1 }));
}

#[tokio::test]
async fn a_socket_is_refused() {
    let platform = with(json!({ "operation": "streamApplicationStatus", "kind": "ws-refuse" })).await;
    let path = format!("/applications/{}/status", platform.running_application().await);
    let Err(answer) = platform.open(&path, &[("x-astro-api-key", OWNER)]).await else { panic!("it was opened") };
    assert_eq!((answer.status, answer.json()["error_code"].as_str()), (StatusCode::UNAUTHORIZED, Some("UNAUTHORIZED")));
    assert!(platform.open(&path, &[("x-astro-api-key", OWNER)]).await.is_ok());
}

#[tokio::test]
async fn an_open_socket_is_dropped_at_once_and_a_new_one_after_its_frames() {
    let platform = Local::start(&["--log-rate", "100"]).await;
    let app = platform.running_application().await;
    let status = format!("/applications/{app}/status");
    let (mut socket, _) = platform.browser_socket(&status, OWNER).await;
    assert!(next_text(&mut socket).await.is_some());
    platform.fault(json!({ "operation": "streamApplicationStatus", "kind": "ws-drop" })).await;
    assert_eq!(ending(&mut socket).await, None, "no close frame");

    platform.fault(json!({ "operation": "streamApplicationLogs", "kind": "ws-drop", "after": 7 })).await;
    let (mut socket, _) = platform.browser_socket(&format!("/applications/{app}/logs"), OWNER).await;
    let mut frames = 0;
    while next_text(&mut socket).await.is_some() {
        frames += 1;
    }
    // A reset may overtake what was sent just before it, but nothing follows it.
    assert!(frames <= 7, "{frames}");
}

#[tokio::test]
async fn a_silent_socket_stays_open_and_says_nothing_more() {
    let platform = Local::start(&["--log-rate", "500"]).await;
    let app = platform.running_application().await;
    let (mut socket, _) = platform.browser_socket(&format!("/applications/{app}/logs?tail=1"), OWNER).await;
    assert!(next_text(&mut socket).await.is_some());
    platform.fault(json!({ "operation": "streamApplicationLogs", "kind": "ws-silent" })).await;
    let sent = async || platform.get("/_platform/seen", &[]).await.json()["sockets"]["streamApplicationLogs"].clone();
    eventually("silence", || async {
        let before = sent().await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        (sent().await == before).then_some(())
    })
    .await;
    assert_eq!(sent().await["open"], 1);
    // What was on its way is read; then there is neither a frame nor an end.
    let quiet = async { while next_text(&mut socket).await.is_some() {} };
    assert!(tokio::time::timeout(Duration::from_millis(500), quiet).await.is_err());
    drop(socket);
    eventually("the end of the socket", || async { (sent().await["open"] == 0).then_some(()) }).await;
}

#[tokio::test]
async fn faults_are_listed_counted_and_removed() {
    let platform = Local::start(&[]).await;
    let order = json!({ "operation": "listOrganizations", "kind": "status", "always": true, "after": 1 });
    let added = platform.post("/_platform/faults", &[], &order).await.json();
    let id = added[0]["id"].as_u64().unwrap();
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(platform.owner(LIST).await.status.as_u16());
    }
    assert_eq!(statuses, [200, 500, 500]);
    let listed = platform.get("/_platform/faults", &[]).await.json();
    assert_eq!((listed[0]["id"].as_u64(), listed[0]["struck"].as_u64()), (Some(id), Some(2)));
    let removed = platform.send("DELETE", &format!("/_platform/faults?id={id}"), &[], "").await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT);
    assert_eq!(platform.owner(LIST).await.status, StatusCode::OK);
    let missing = platform.send("DELETE", &format!("/_platform/faults?id={id}"), &[], "").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);

    for wrong in [
        json!({ "operation": "listPods", "kind": "delay" }),
        json!({ "operation": "*", "kind": "explode" }),
        json!({ "operation": "*", "kind": "delay", "often": 3 }),
        json!([{ "operation": "*", "kind": "delay" }, { "operation": "*", "kind": "delay", "times": 0 }]),
        json!(7),
    ] {
        let answer = platform.post("/_platform/faults", &[], &wrong).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
    assert_eq!(platform.get("/_platform/faults", &[]).await.json(), json!([]));
}
