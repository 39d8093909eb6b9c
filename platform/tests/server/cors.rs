//! What pages of other origins may do.

use hyper::StatusCode;

use crate::support::{Answer, Local, OWNER};

const CONSOLE: &str = "http://localhost:9999";

async fn preflight(platform: &Local, origin: &str) -> Answer {
    let headers = [
        ("origin", origin),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "x-astro-api-key,authorization,x-astro-organization-id,content-type"),
    ];
    platform.send("OPTIONS", "/api/v1/clusters", &headers, "").await
}

fn allowed(answer: &Answer) -> Option<&str> {
    answer.header("access-control-allow-origin")
}

#[tokio::test]
async fn every_origin_of_this_machine_may_call_unless_told_otherwise() {
    let platform = Local::start(&[]).await;
    let answer = preflight(&platform, CONSOLE).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(allowed(&answer), Some(CONSOLE));
    let headers = answer.header("access-control-allow-headers").unwrap();
    for name in ["x-astro-api-key", "authorization", "x-astro-organization-id", "x-validate-api-key", "content-type"] {
        assert!(headers.contains(name), "{name} in {headers}");
    }
    assert_eq!(allowed(&preflight(&platform, "https://example.com").await), None);

    let answer = platform.get("/api/v1/organizations", &[("origin", CONSOLE), ("x-astro-api-key", OWNER)]).await;
    assert_eq!(allowed(&answer), Some(CONSOLE));
    let exposed = answer.header("access-control-expose-headers").unwrap();
    for name in ["retry-after", "x-trace-id", "content-disposition"] {
        assert!(exposed.contains(name), "{name} in {exposed}");
    }
    // A refusal must be readable too, or the console could only say that something failed.
    let refused = platform.get("/api/v1/organizations", &[("origin", CONSOLE)]).await;
    assert_eq!((refused.status, allowed(&refused)), (StatusCode::UNAUTHORIZED, Some(CONSOLE)));
    let discovery = platform.get("/oidc/.well-known/openid-configuration", &[("origin", CONSOLE)]).await;
    assert_eq!(allowed(&discovery), Some(CONSOLE));
    let inner = platform.get("/_platform/seen", &[("origin", CONSOLE)]).await;
    assert_eq!(allowed(&inner), None, "what lies behind the scenes is for no page");
}

#[tokio::test]
async fn it_can_be_all_one_or_none() {
    let all = Local::start(&["--cors", "*"]).await;
    assert_eq!(allowed(&preflight(&all, "https://example.com").await), Some("*"));

    let one = Local::start(&["--cors", "https://console.example"]).await;
    assert_eq!(allowed(&preflight(&one, "https://console.example").await), Some("https://console.example"));
    assert_ne!(allowed(&preflight(&one, CONSOLE).await), Some(CONSOLE));

    let none = Local::start(&["--cors", "off"]).await;
    let answer = preflight(&none, CONSOLE).await;
    assert_eq!((answer.status, allowed(&answer)), (StatusCode::NO_CONTENT, None));
    assert_eq!(answer.header("allow"), Some("GET, POST, HEAD, OPTIONS"));
}
