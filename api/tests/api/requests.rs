//! Targets, keys and overrides of requests.

use astro_api::{
    ErrorKind, applications, catalog,
    clusters::{self, Credentials, K8sClusterUpdate, K8sClusterUpdateSpec, UpdateConfig},
    github,
    operations::{self, Method, Safety},
    organizations,
    request::Route,
};

fn target(name: &str) -> String {
    applications::get(name).call().target(None).unwrap()
}

#[test]
fn a_parameter_stays_in_its_segment() {
    assert_eq!(target("hello-world"), "/applications/hello-world");
    assert_eq!(target("a/b"), "/applications/a%2Fb");
    assert_eq!(target("a b?c#d"), "/applications/a%20b%3Fc%23d");
    assert_eq!(target("ü"), "/applications/%C3%BC");
    assert_eq!(target("%2F"), "/applications/%252F");
    assert_eq!(target("a{b}"), "/applications/a%7Bb%7D");
    assert_eq!(target("~a_b.c-d"), "/applications/~a_b.c-d");
}

#[test]
fn a_parameter_never_climbs_out() {
    // Browsers fold "." and ".." away, in their encoded form as well, so such a request must not exist.
    for name in [".", ".."] {
        let error = applications::get(name).call().target(None).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Invalid, "{name}");
    }
    assert_eq!(target("..."), "/applications/...");
    assert_eq!(target("../a"), "/applications/..%2Fa");
    assert_eq!(github::browse("r", None, Some("..")).call().target(None).unwrap().rsplit_once('=').unwrap().1, "..");
}

#[test]
fn a_parameter_without_value_reaches_nothing() {
    let error = clusters::get("").call().target(None).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Invalid);
    assert_eq!(error.operation, "getCluster");
    assert!(error.message.contains("clusterId"), "{error}");
    assert!(catalog::machine_types("aws", "", "z", &Default::default()).call().target(None).is_err());
}

#[test]
fn a_key_tells_requests_apart_and_nothing_else() {
    let key = |name: &str| clusters::operations(name, &Default::default()).call().key();
    assert_eq!(key("a"), key("a"));
    assert_ne!(key("a"), key("b"));
    assert_ne!(clusters::get("a").call().key(), clusters::spec("a").call().key());
    assert_ne!(clusters::list(None).call().key(), clusters::list(Some("aws")).call().key());
    let page = |page| organizations::list(&organizations::Page { page: Some(page), page_size: None }).call().key();
    assert_ne!(page(1), page(2));
    // Values that contain what stands between parts.
    let paths = |branch: &str, path: &str| github::browse("r", Some(branch), Some(path)).call().key();
    assert_ne!(paths("a\u{1f}path=b", "c"), paths("a", "b\u{1f}path=c"));
}

#[test]
fn an_override_moves_an_operation() {
    let revoke = operations::find("revokeApiKey").unwrap();
    let route = Route::parse(revoke, "PUT /keys/{orgId}/revoked").unwrap();
    assert_eq!(route.method, Method::Put);
    let request = astro_api::api_keys::revoke("o 1", None);
    assert_eq!(request.call().target(Some(&route)).unwrap(), "/keys/o%201/revoked");
    assert_eq!(Route::parse(revoke, "  delete   /keys/{orgId} ").unwrap().method, Method::Delete);
    for (text, why) in [
        ("", "method"),
        ("/keys/{orgId}", "method"),
        ("FETCH /keys/{orgId}", "FETCH"),
        ("PUT keys/{orgId}", "not a path"),
        ("PUT //evil.example/{orgId}", "not a path"),
        ("PUT /keys/{orgId}?a=b", "not a path"),
        ("PUT /keys/{orgId}/../x", "not a path"),
        ("PUT /keys/{orgId", "not a path"),
        ("PUT /keys/orgId}", "not a path"),
        ("PUT /keys/{orgId}/{keyId}", "keyId"),
        ("PUT /keys", "orgId"),
    ] {
        let error = Route::parse(revoke, text).unwrap_err();
        assert!(error.contains(why), "{text}: {error}");
    }
}

#[test]
fn what_changes_nothing_may_be_sent_again() {
    let mut update = K8sClusterUpdate::new(K8sClusterUpdateSpec::default());
    assert_eq!(update.kind, "K8sClusterUpdate");
    assert_eq!(clusters::update("c", &update).call().safety(), Safety::Once);
    for config in [
        UpdateConfig { dry_run: Some(true), ..Default::default() },
        UpdateConfig { generate_report: Some(true), ..Default::default() },
    ] {
        update.spec.update_config = Some(config);
        assert_eq!(clusters::update("c", &update).call().safety(), Safety::Read);
    }
    assert_eq!(clusters::delete("c", None).call().safety(), Safety::Repeatable);
}

#[test]
fn a_body_is_shown_without_its_secrets() {
    let data = [("AWS_SECRET_ACCESS_KEY".to_owned(), "s3cret".into())].into();
    let request = clusters::delete("c", Some(&Credentials::fixed(data)));
    let body = request.call().body().unwrap();
    assert!(body.wire().expose().contains("s3cret"));
    assert!(!body.shown().to_string().contains("s3cret"));
    assert_eq!(body.shown()["data"]["AWS_SECRET_ACCESS_KEY"], astro_api::secret::REDACTED);
}
