//! `--chaos` and `--latency`.

use std::{collections::BTreeSet, time::Duration};

use futures_util::future::join_all;
use serde_json::json;
use tokio::time::Instant;

use crate::support::{Http, Local, OWNER};

/// What became of a request.
async fn outcome(http: &Http) -> String {
    match http.try_send("GET", "/api/v1/organizations", &[("x-astro-api-key", OWNER)], "").await {
        Err(_) => "reset".to_owned(),
        Ok(answer) if answer.status == 200 && answer.body.is_empty() => "empty".to_owned(),
        Ok(answer) if answer.status == 200 => match serde_json::from_slice::<serde_json::Value>(&answer.body) {
            Ok(_) => "answer".to_owned(),
            Err(_) => "truncated".to_owned(),
        },
        Ok(answer) => {
            let page = answer.header("content-type") == Some("text/html");
            format!("{}{}", answer.status.as_u16(), if page { " page" } else { "" })
        }
    }
}

#[tokio::test]
async fn chaos_fails_its_share_in_varied_ways() {
    let platform = Local::start(&["--chaos", "100", "--seed", "5"]).await;
    let outcomes: Vec<String> = join_all((0..120).map(|_| outcome(&platform))).await;
    let varied: BTreeSet<&str> = outcomes.iter().map(String::as_str).collect();
    for kind in ["500", "503", "502 page", "503 page", "reset", "truncated", "empty"] {
        assert!(varied.contains(kind), "{kind} in {varied:?}");
    }
    // Only those that come late come whole.
    let whole = outcomes.iter().filter(|outcome| *outcome == "answer").count();
    assert!(whole < 40, "{whole}");

    platform.post("/_platform/settings", &[], &json!({ "chaos": 20 })).await;
    let outcomes = join_all((0..200).map(|_| outcome(&platform))).await;
    let whole = outcomes.iter().filter(|outcome| *outcome == "answer").count();
    assert!((140..=185).contains(&whole), "{whole} of 200");

    platform.post("/_platform/settings", &[], &json!({ "chaos": 0 })).await;
    assert!(join_all((0..50).map(|_| outcome(&platform))).await.iter().all(|outcome| outcome == "answer"));
}

#[tokio::test]
async fn latency_comes_before_every_answer() {
    let platform = Local::start(&["--latency", "150"]).await;
    let started = Instant::now();
    outcome(&platform).await;
    assert!(started.elapsed() >= Duration::from_millis(150));
    let settings = platform.post("/_platform/settings", &[], &json!({ "latency": 0 })).await.json();
    assert_eq!(settings["latency"], 0);
}
