//! `/api/v1` over HTTP.

use hyper::StatusCode;
use serde_json::json;

use crate::support::{ACME, Local, OWNER, VIEWER};

/// The largest body that is read.
const LIMIT: usize = 5 * 1024 * 1024;

#[tokio::test]
async fn an_answer_has_an_envelope_with_an_id_and_a_trace() {
    let platform = Local::start(&[]).await;
    let answer = platform.owner("/organizations").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert!(answer.header("x-trace-id").unwrap().starts_with("trace-"));
    let body = answer.json();
    assert_eq!(body["status"], "success");
    assert_eq!(body["id"].as_str().unwrap().len(), 36);
    assert_eq!(body["data"][0]["name"], "acme");
    let again = platform.owner("/organizations").await;
    assert_ne!(again.json()["id"], body["id"]);
    assert_ne!(again.header("x-trace-id"), answer.header("x-trace-id"));
}

#[tokio::test]
async fn a_refusal_has_the_contracts_shape_and_the_trace_of_its_header() {
    let platform = Local::start(&[]).await;
    for (headers, path, status, code) in [
        (vec![], "/organizations", StatusCode::UNAUTHORIZED, "UNAUTHORIZED"),
        (vec![("x-astro-api-key", "astro_nobody")], "/organizations", StatusCode::UNAUTHORIZED, "API_KEY_UNKNOWN"),
        (vec![("x-astro-api-key", OWNER)], "/clusters/no-such-cluster", StatusCode::NOT_FOUND, "NOT_FOUND"),
        (vec![("x-astro-api-key", OWNER)], "/nowhere", StatusCode::NOT_FOUND, "NOT_FOUND"),
        (vec![("x-astro-api-key", VIEWER)], "/cloud/kubernetes-versions", StatusCode::FORBIDDEN, "FORBIDDEN"),
        (vec![("authorization", "Bearer x.y.z")], "/users/profile", StatusCode::UNAUTHORIZED, "UNAUTHORIZED"),
        (vec![("authorization", "Basic eDp5")], "/users/profile", StatusCode::UNAUTHORIZED, "UNAUTHORIZED"),
    ] {
        let answer = platform.get(&format!("/api/v1{path}"), &headers).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text());
        let body = answer.json();
        assert_eq!(body["error_code"], code, "{path}");
        assert_eq!(body["status"], status.as_u16(), "{path}");
        assert_eq!(body["trace_id"].as_str(), answer.header("x-trace-id"), "{path}");
        assert!(body["details"].is_object(), "{path}");
        assert_eq!(answer.header("www-authenticate").is_some(), status == StatusCode::UNAUTHORIZED, "{path}");
    }
}

#[tokio::test]
async fn a_method_that_a_path_lacks_is_told_apart_from_a_path_that_there_is_none() {
    let platform = Local::start(&[]).await;
    let answer = platform.send("PUT", "/api/v1/clusters", &[], "").await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(answer.header("allow"), Some("GET, POST, HEAD, OPTIONS"));
    assert_eq!(answer.json()["error_code"], "METHOD_NOT_ALLOWED");
    for path in ["/api/v1", "/api/v1/", "/api/v1//clusters", "/api/v1/clusters/"] {
        assert_eq!(platform.get(path, &[]).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let head = platform.send("HEAD", "/api/v1/organizations", &[("x-astro-api-key", OWNER)], "").await;
    assert_eq!(head.status, StatusCode::OK);
    assert!(head.body.is_empty());
}

#[tokio::test]
async fn parameters_are_decoded() {
    let platform = Local::start(&[]).await;
    let answer = platform.owner("/applications/gr%C3%BCn%2Fblau%20x").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.json()["error"].as_str().unwrap().contains("grün/blau x"), "{}", answer.text());
    let everything = platform.owner("/clusters").await.json()["data"].as_array().unwrap().len();
    let filtered = platform.owner("/clusters?providerId=%61ws").await.json()["data"].as_array().unwrap().len();
    assert!(0 < filtered && filtered < everything, "{filtered} of {everything}");
}

#[tokio::test]
async fn bodies_are_json_and_of_bearable_size() {
    let platform = Local::start(&[]).await;
    let key = ("x-astro-api-key", OWNER);
    let post = |content_type: &'static str, body: String| {
        let http = platform.http.clone();
        async move { http.send("POST", "/api/v1/applications/profiles", &[key, ("content-type", content_type)], body).await }
    };
    let answer = post("text/plain", "{}".to_owned()).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.json()["details"]["fields"]["Content-Type"].is_string(), "{}", answer.text());

    let answer = post("application/json; charset=utf-8", "{\"name\": ".to_owned()).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);

    let padded = |size: usize| format!("{{\"name\": \"{}\"}}", "x".repeat(size - 12));
    assert_eq!(post("application/json", padded(LIMIT)).await.status, StatusCode::BAD_REQUEST);
    let answer = post("application/json", padded(LIMIT + 1)).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(answer.json()["error_code"], "PAYLOAD_TOO_LARGE");
}

#[tokio::test]
async fn what_takes_either_credential_wants_the_organization_named() {
    let platform = Local::start(&[]).await;
    let path = "/api/v1/notifications/integrations";
    let key = ("x-astro-api-key", OWNER);
    assert_eq!(platform.get(path, &[key]).await.status, StatusCode::BAD_REQUEST);
    let named = platform.get(path, &[key, ("x-astro-organization-id", ACME)]).await;
    assert_eq!(named.status, StatusCode::OK, "{}", named.text());
    let other = platform.get(path, &[key, ("x-astro-organization-id", "5c2f7e90-1d34-4b6a-9c0e-7f3a2b1d8e42")]).await;
    assert_eq!(other.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_credential_that_asks_too_often_is_told_to_wait() {
    let platform = Local::start_limited(&[]).await;
    let mut answers = Vec::new();
    for _ in 0..30 {
        answers.push(platform.owner("/organizations").await);
    }
    assert!(answers.iter().take(10).all(|answer| answer.status == StatusCode::OK), "a second's worth comes at once");
    let refused = answers.iter().find(|answer| answer.status == StatusCode::TOO_MANY_REQUESTS).unwrap();
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert_eq!(refused.json()["error_code"], "RATE_LIMITED");

    // Somebody else is not affected, and who waits may go on.
    let other = platform.get("/api/v1/organizations", &[("x-astro-api-key", VIEWER)]).await;
    assert_eq!(other.status, StatusCode::OK);
    platform.post("/_platform/clock", &[], &json!({ "advance": 1 })).await;
    assert_eq!(platform.owner("/organizations").await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_one_call_creates_the_next_one_lists() {
    let platform = Local::start(&[]).await;
    let key = ("x-astro-api-key", OWNER);
    let body =
        json!({ "profileName": "from-a-test", "clusterName": platform.cluster().await, "availabilityTier": "basic" });
    let made = platform.post("/api/v1/applications/profiles", &[key], &body).await;
    assert!(made.status.is_success(), "{}", made.text());
    let list = platform.owner("/applications/profiles").await;
    assert!(list.text().contains("from-a-test"), "{}", list.text());
}
