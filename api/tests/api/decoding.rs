//! Answers in every form that they come in: the contract's examples, errors, and what proxies and accidents make.

use astro_api::{
    ApiError, ErrorKind, Frame, applications, clusters,
    error::RAW_LIMIT,
    github, notifications,
    operations::OPERATIONS,
    organizations,
    response::{Eventually, Response},
    secret,
};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::{
    operations::{Built, sample},
    support::{self, refusals, same},
};

fn answered(status: u16, body: &[u8]) -> Response<'_> {
    Response { status, content_type: Some("application/json"), retry_after: None, trace_id: None, body }
}

#[test]
fn each_example_of_an_answer_decodes_and_encodes_back_equal() {
    let mut count = 0;
    for operation in support::OPERATIONS.iter().filter(|operation| !operation.is_stream()) {
        let built = sample(operation);
        for (status, media, example) in operation.answers() {
            if status >= 300 {
                continue;
            }
            count += 1;
            let id = operation.id;
            let body = match (media, example) {
                ("", _) => String::new(),
                ("text/csv", text) => text.as_str().unwrap().to_owned(),
                _ => example.to_string(),
            };
            let response = Response { content_type: Some(media), ..answered(status, body.as_bytes()) };
            let decoded = (built.decode)(&response).unwrap_or_else(|error| panic!("{id}: {error:?}"));
            let expected = match (id, status) {
                (_, 204) => Value::Null,
                (_, 202) => json!({ "pending": { "id": example["id"], "message": example["message"] } }),
                ("exportAuditEvents", _) => Value::String(body),
                ("updateCluster", _) => example.clone(),
                _ => example["data"].clone(),
            };
            assert!(same(&decoded, &expected), "{id} {status}\n{decoded:#}\n{expected:#}");
        }
    }
    assert_eq!(count, 99, "a success of each operation but the streams, two of the export and the kubeconfigs");
}

#[test]
fn each_example_of_a_frame_decodes_and_encodes_back_equal() {
    let streams: Vec<_> = support::OPERATIONS.iter().filter(|operation| operation.is_stream()).collect();
    assert_eq!(streams.len(), 4);
    for operation in streams {
        let message = &operation.body["x-websocket-message"];
        let example = &message["example"];
        assert_eq!(refusals(&message["schema"], example), Vec::<String>::new(), "{}", operation.id);
        let frame = sample(operation).frame.unwrap();
        assert!(same(&frame(&example.to_string()).unwrap(), example), "{}", operation.id);
        // A server may send lines as they are.
        assert_eq!(frame("GET /health 200").unwrap(), json!("GET /health 200"), "{}", operation.id);
        let error = frame(r#"{"error": "No such application", "error_code": "NOT_FOUND", "status": 404}"#).unwrap_err();
        assert_eq!((error.kind, error.code.as_str()), (ErrorKind::NotFound, "NOT_FOUND"), "{}", operation.id);
    }
}

#[test]
fn what_encodes_back_fits_the_schema() {
    for operation in support::OPERATIONS.iter().filter(|operation| !operation.is_stream()) {
        let Some(content) = operation.body.pointer("/responses/200/content/application~1json") else { continue };
        if operation.id == "exportAuditEvents" {
            continue;
        }
        let data = (sample(operation).decode)(&answered(200, content["example"].to_string().as_bytes())).unwrap();
        let whole = match operation.id {
            "updateCluster" => data,
            _ => json!({ "data": data, "id": "1", "message": "OK", "status": "success" }),
        };
        assert_eq!(refusals(&content["schema"], &whole), Vec::<String>::new(), "{}", operation.id);
    }
}

#[test]
fn each_example_of_an_error_decodes_in_both_published_shapes() {
    let mut count = 0;
    for operation in support::OPERATIONS.iter().filter(|operation| !operation.is_stream()) {
        let built = sample(operation);
        for (status, _, example) in operation.answers() {
            if status < 400 {
                continue;
            }
            for body in [example.clone(), json!({ "body": example })] {
                count += 1;
                let error = failed(&built, status, &body.to_string());
                assert_eq!(error.operation, operation.id);
                assert_eq!(error.status, Some(status));
                assert_eq!(error.kind, kind(status), "{status}");
                assert_eq!(error.message, example["error"], "{}", operation.id);
                assert_eq!(error.code, example["error_code"], "{}", operation.id);
                assert_eq!(error.trace_id.as_deref(), example["trace_id"].as_str());
            }
        }
    }
    assert!(count > 500, "{count}");
}

fn kind(status: u16) -> ErrorKind {
    match status {
        400 => ErrorKind::Invalid,
        401 => ErrorKind::Unauthorized,
        403 => ErrorKind::Forbidden,
        404 => ErrorKind::NotFound,
        409 => ErrorKind::Conflict,
        429 => ErrorKind::RateLimited,
        _ => ErrorKind::Server,
    }
}

fn failed(built: &Built, status: u16, body: &str) -> ApiError {
    (built.decode)(&answered(status, body.as_bytes())).unwrap_err()
}

fn clusters_from(status: u16, body: &str) -> Result<Vec<clusters::Cluster>, ApiError> {
    clusters::list(None).decode(&answered(status, body.as_bytes()))
}

fn refused(body: &str) -> ApiError {
    clusters_from(200, body).err().unwrap()
}

#[test]
fn the_envelope_may_be_half_empty() {
    assert!(clusters_from(200, r#"{"data": []}"#).unwrap().is_empty());
    assert!(clusters_from(200, r#"{"data": null, "status": "success"}"#).unwrap().is_empty(), "Go's empty list");
    let error = clusters::get("a").decode(&answered(200, br#"{"data": null}"#)).err().unwrap();
    assert_eq!((error.kind, error.path.as_deref()), (ErrorKind::Mismatch, Some("data")));
    let error = clusters::get("a").decode(&answered(200, br#"{"status": "success"}"#)).err().unwrap();
    assert_eq!(error.path.as_deref(), Some("data"));
}

#[test]
fn empty_lists_within_may_be_null() {
    let page = br#"{"data": {"members": null, "page": 1, "pageSize": 10, "total": 0}}"#;
    let page = organizations::members("o", &Default::default()).decode(&answered(200, page)).unwrap();
    assert!(page.members.is_empty());
}

#[test]
fn a_success_without_published_form_is_a_success() {
    for body in [&br#"{"data": {"a": 1}}"#[..], br#"{"data": null}"#, br#"{"data": "done"}"#, b"{}", b""] {
        let decoded = clusters::cancel("c").decode(&answered(200, body));
        assert!(decoded.is_ok(), "{}", String::from_utf8_lossy(body));
    }
    assert!(clusters::cancel("c").decode(&answered(200, b"<html>")).is_err());
}

#[test]
fn no_content_is_done() {
    assert_eq!(applications::delete("a").decode(&answered(204, b"")), Ok(()));
    assert_eq!(applications::delete("a").decode(&answered(200, br#"{"data": {}}"#)), Ok(()));
}

#[test]
fn a_kubeconfig_may_take_its_time() {
    let decode = |status, body: &[u8]| clusters::kubeconfig("c").decode(&answered(status, body));
    match decode(202, br#"{"data": [], "id": "w-1", "message": "Soon"}"#).ok().unwrap() {
        Eventually::Pending(pending) => assert_eq!(pending.message.as_deref(), Some("Soon")),
        Eventually::Ready(_) => panic!("ready"),
    }
    assert!(matches!(decode(202, b""), Ok(Eventually::Pending(_))));
    match decode(200, br#"{"data": "YXBpVmVyc2lvbjogdjEK"}"#).ok().unwrap() {
        Eventually::Ready(kubeconfig) => assert_eq!(kubeconfig.yaml().expose(), "apiVersion: v1\n"),
        Eventually::Pending(_) => panic!("pending"),
    }
}

#[test]
fn a_mismatch_says_where() {
    for (body, path) in [
        (r#"{"data": [{"id": 1, "clusterName": "a", "provider": "aws", "status": "READY"}]}"#, "data[0].id"),
        (
            r#"{"data": [{"id": "1", "clusterName": "a", "provider": "aws", "status": "READY"}, {"id": "2", "clusterName": "b", "provider": "aws", "status": "READY", "createdAt": 7}]}"#,
            "data[1].createdAt",
        ),
        (
            r#"{"data": [{"id": "1", "clusterName": "a", "provider": "aws", "status": "READY", "nodeGroups": [{"name": "n", "labels": {"a": []}}]}]}"#,
            "data[0].nodeGroups[0].labels.a",
        ),
        (r#"{"data": {}}"#, "data"),
        (r#"{"data": [{}]}"#, "data[0]"),
    ] {
        let error = refused(body);
        assert_eq!((error.kind, error.path.as_deref()), (ErrorKind::Mismatch, Some(path)), "{body}");
        assert_eq!(error.raw.as_deref(), Some(body));
        assert!(error.details.is_some());
    }
    let spec = br#"{"data": {"apiVersion": "v", "kind": "K8sCluster", "spec": {"clusterName": "a", "provider": "aws", "provisioner": {"type": 3}}}}"#;
    let error = clusters::spec("c").decode(&answered(200, spec)).err().unwrap();
    assert_eq!(error.path.as_deref(), Some("data.spec.provisioner.type"), "the custom forms keep the path");
    let error = notifications::channels().decode(&answered(200, br#"{"data": ["slack", {"type": 1}]}"#)).unwrap_err();
    assert_eq!(error.path.as_deref(), Some("data[1].type"));
}

#[test]
fn what_is_new_to_the_contract_is_no_failure() {
    let body = r#"{"data": [{"id": "1", "clusterName": "a", "provider": "oci", "status": "HIBERNATING", "new": {"a": 1}}], "more": 1}"#;
    let cluster = clusters_from(200, body).unwrap().remove(0);
    assert_eq!(cluster.status.as_str(), "HIBERNATING");
    assert!(!cluster.status.is_known());
    let words = notifications::channels().decode(&answered(200, br#"{"data": ["slack", {"type": "email"}]}"#)).unwrap();
    assert_eq!(words.iter().map(|channel| channel.kind.as_str()).collect::<Vec<_>>(), ["slack", "email"]);
}

#[test]
fn a_clusters_flat_spec_is_read_as_the_wrapped_one() {
    let spec = json!({ "clusterName": "a", "provider": "aws", "provisioner": { "type": "eks" } });
    let flat = json!({ "data": spec }).to_string();
    let cluster = clusters::spec("a").decode(&answered(200, flat.as_bytes())).ok().unwrap();
    assert_eq!((cluster.kind.as_str(), cluster.spec.cluster_name.as_str()), ("K8sCluster", "a"));
    assert_eq!(serde_json::to_value(&cluster).unwrap()["spec"], spec);
    let without = json!({ "data": { "clusterName": "a", "provider": "aws" } }).to_string();
    let error = clusters::spec("a").decode(&answered(200, without.as_bytes())).err().unwrap();
    assert_eq!(error.kind, ErrorKind::Mismatch);
}

#[test]
fn a_web_page_is_not_the_platform() {
    let page = "<!doctype html><title>Sign in</title>";
    for (status, kind) in [
        (200, ErrorKind::NotTheApi),
        (502, ErrorKind::NotTheApi),
        (401, ErrorKind::Unauthorized),
        (404, ErrorKind::NotFound),
    ] {
        let error = clusters_from(status, page).err().unwrap();
        assert_eq!((error.kind, error.status), (kind, Some(status)));
        assert_eq!(error.raw.as_deref(), Some(page));
    }
    let typed = Response { content_type: Some("Text/HTML; charset=utf-8"), ..answered(200, b"Sign in") };
    assert_eq!(clusters::list(None).decode(&typed).err().unwrap().kind, ErrorKind::NotTheApi);
    let exported = astro_api::audit::export(&Default::default()).decode(&answered(200, page.as_bytes())).unwrap_err();
    assert_eq!(exported.kind, ErrorKind::NotTheApi);
}

#[test]
fn broken_answers_say_how_they_are_broken() {
    for (body, words) in [
        ("", "empty"),
        (r#"{"data": [{"id": "1""#, "cut off"),
        ("{\"data\": [", "cut off"),
        ("{data: []}", "not valid JSON"),
        ("nonsense", "not valid JSON"),
        (r#"{"data": []} {"data": []}"#, "after its end"),
        ("\"text\"", "another form"),
        ("[[]]", "another form"),
    ] {
        let error = refused(body);
        assert_eq!(error.kind, ErrorKind::Mismatch, "{body}");
        assert!(error.message.contains(words), "{body}: {error}");
        assert_eq!(error.raw.is_some(), !body.is_empty());
    }
    assert_eq!(refused("\u{feff}{}").kind, ErrorKind::Mismatch);
    let error = clusters::list(None).decode(&answered(200, b"{\"data\": \"\xff\"}")).err().unwrap();
    assert_eq!(error.kind, ErrorKind::Mismatch);
}

#[test]
fn errors_of_the_family_are_read() {
    let body = r#"{"message": "Cluster is busy", "requestId": "req-1", "statusCode": 409}"#;
    let error = clusters_from(409, body).err().unwrap();
    assert_eq!(error.kind, ErrorKind::Conflict);
    assert_eq!((error.message.as_str(), error.trace_id.as_deref()), ("Cluster is busy", Some("req-1")));
    assert_eq!(error.code, "");
}

#[test]
fn errors_without_a_body_have_words_of_their_own() {
    for (status, kind) in [
        (400, ErrorKind::Invalid),
        (401, ErrorKind::Unauthorized),
        (403, ErrorKind::Forbidden),
        (404, ErrorKind::NotFound),
        (408, ErrorKind::Timeout),
        (409, ErrorKind::Conflict),
        (410, ErrorKind::NotFound),
        (418, ErrorKind::Unexpected),
        (422, ErrorKind::Invalid),
        (429, ErrorKind::RateLimited),
        (500, ErrorKind::Server),
        (504, ErrorKind::Timeout),
        (302, ErrorKind::Unexpected),
        (100, ErrorKind::Unexpected),
    ] {
        for body in ["", "null", "[]", "Service Unavailable", "{}", r#"{"error": ""}"#, r#"{"error": null}"#] {
            let error = clusters_from(status, body).err().unwrap();
            assert_eq!(error.kind, kind, "{status} {body}");
            assert!(!error.message.is_empty(), "{status} {body}");
            assert!(error.to_string().contains("listClusters") && error.to_string().contains(&status.to_string()));
        }
    }
}

#[test]
fn headers_fill_what_the_body_leaves_out() {
    let with = |body| Response { retry_after: Some(1.5), trace_id: Some("header-1"), ..answered(429, body) };
    let error = clusters::list(None).decode(&with(b"{}")).err().unwrap();
    assert_eq!((error.retry_after, error.trace_id.as_deref()), (Some(1.5), Some("header-1")));
    let error = clusters::list(None).decode(&with(br#"{"trace_id": "body-1"}"#)).err().unwrap();
    assert_eq!(error.trace_id.as_deref(), Some("body-1"));
}

#[test]
fn details_name_the_fields_in_every_common_form() {
    let fields = |details: Value| {
        let body = json!({ "error": "Bad", "error_code": "VALIDATION_ERROR", "status": 400, "details": details });
        clusters_from(400, &body.to_string()).err().unwrap().fields()
    };
    let one = [("spec.clusterName".to_owned(), "is too long".to_owned())];
    assert_eq!(fields(json!({ "field": "spec.clusterName", "message": "is too long" })), one);
    assert_eq!(fields(json!({ "path": "spec.clusterName", "reason": "is too long" })), one);
    assert_eq!(fields(json!({ "fields": { "spec.clusterName": "is too long" } })), one);
    assert_eq!(fields(json!({ "fields": [{ "field": "spec.clusterName", "message": "is too long" }] })), one);
    assert_eq!(fields(json!({ "errors": [{ "property": "spec.clusterName", "error": "is too long" }] })), one);
    assert_eq!(fields(json!({ "spec.clusterName": "is too long" })), one);
    for none in [json!({}), json!(null), json!([]), json!("text"), json!({ "errors": [1, {}] })] {
        assert!(fields(none.clone()).is_empty(), "{none}");
    }
}

#[test]
fn a_raw_body_is_cut_and_never_kept_where_secrets_are_answered() {
    let long = "x".repeat(RAW_LIMIT * 2);
    assert_eq!(refused(&long).raw.unwrap().len(), RAW_LIMIT);
    // A cut through a character is no reason to fail.
    let long = "ü".repeat(RAW_LIMIT);
    assert!(refused(&format!("x{long}")).raw.unwrap().ends_with('\u{fffd}'));

    let secret = "ghs_16C7e42F292c6912E7710c838347Ae178B4a";
    let mut count = 0;
    for operation in support::OPERATIONS.iter().filter(|operation| !operation.is_stream()) {
        let built = sample(operation);
        if !built.call.operation().reveals() {
            continue;
        }
        count += 1;
        for body in [
            format!(r#"{{"data": {{"token": 1, "key": "{secret}"#),
            format!(r#"{{"data": "{secret}"}}"#),
            format!(r#"{{"data": ["{secret}"]}}"#),
            format!("<html>{secret}"),
            secret.to_owned(),
        ] {
            for status in [200, 400, 502] {
                let Err(error) = (built.decode)(&answered(status, body.as_bytes())) else { continue };
                assert!(!format!("{error:?} {error}").contains(secret), "{}: {error:?}", operation.id);
                assert_eq!(error.raw, None, "{}", operation.id);
            }
        }
    }
    assert!(count > 10, "{count}");
}

/// An answer that holds something hidden when shown must be marked, so that it is kept nowhere.
#[test]
fn every_operation_that_answers_secrets_is_marked() {
    const NEVER_SHOWN_IN_EXAMPLES: [&str; 3] = ["listApiKeys", "getApiKey", "getClusterSpec"];
    let schemas = &support::CONTRACT["components"]["schemas"];
    for operation in support::OPERATIONS.iter().filter(|operation| !operation.is_stream()) {
        let built = sample(operation);
        for (status, media, example) in operation.answers() {
            if status != 200 || media != "application/json" {
                continue;
            }
            let body = example.to_string();
            let shown = secret::redacted(|| (built.decode)(&answered(200, body.as_bytes()))).unwrap();
            let hides = shown.to_string().contains(secret::REDACTED);
            assert!(!hides || built.call.operation().reveals(), "{} answers secrets", operation.id);
        }
    }
    for id in NEVER_SHOWN_IN_EXAMPLES {
        assert!(OPERATIONS.iter().any(|row| row.id == id && row.reveals()), "{id}");
    }
    assert!(schemas.get("ApiKey").is_some());
}

#[test]
fn lines_of_a_log_are_lines_whatever_they_hold() {
    let logs = applications::logs("a", &Default::default());
    for line in [
        "plain",
        "",
        "{not json",
        r#"{"level": "info", "msg": "started"}"#,
        r#"{"status": 500}"#,
        "[1]",
        "\u{1b}[31mred",
    ] {
        assert_eq!(logs.decode(line), Ok(Frame::Text(line.to_owned())), "{line}");
    }
    let status = applications::status("a");
    assert_eq!(status.decode(r#"{"level": "info"}"#).unwrap_err().kind, ErrorKind::Mismatch);
}

#[test]
fn numbers_of_github_may_be_large() {
    let body = br#"{"data": [{"installationId": 9007199254740993, "accountLogin": "a", "accountType": "User", "syncStatus": "SYNCED"}]}"#;
    let list = github::installations().decode(&answered(200, body)).unwrap();
    assert_eq!(list[0].installation_id, 9_007_199_254_740_993);
}

/// Every operation, built once; the properties feed the same ones.
fn everything() -> Vec<(&'static str, Built, Vec<u8>)> {
    support::OPERATIONS
        .iter()
        .map(|operation| {
            let message = operation.body.get("x-websocket-message");
            let example = message.map_or_else(|| operation.answers()[0].2, |message| &message["example"]);
            (operation.id, sample(operation), example.to_string().into_bytes())
        })
        .collect()
}

fn feed(built: &Built, status: u16, body: &[u8]) {
    match &built.frame {
        Some(frame) => {
            let _ = frame(&String::from_utf8_lossy(body));
        }
        None => {
            if let Err(error) = (built.decode)(&answered(status, body)) {
                let _ = (error.to_string(), error.fields());
            }
        }
    }
}

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-zA-Z0-9 <>:/-]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((field(), inner), 0..6)
                .prop_map(|entries| Value::Object(entries.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// Names that decoders look for, so that arbitrary values get past the first field.
fn field() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "data",
            "id",
            "name",
            "status",
            "message",
            "error",
            "error_code",
            "details",
            "body",
            "timestamp",
            "spec",
            "kind",
            "type",
            "clusterName",
            "operations",
            "progress",
            "events",
            "members",
            "key",
            "token",
            "expiresAt",
        ])
        .prop_map(str::to_owned),
        "[a-z]{1,6}",
    ]
}

#[test]
fn arbitrary_json_never_panics() {
    let everything = everything();
    proptest!(ProptestConfig::with_cases(200), |(value in anything(), wrap in any::<bool>(), status in prop::sample::select(vec![200_u16, 202, 204, 400, 429, 500]))| {
        let body = if wrap { json!({ "data": value }) } else { value };
        let body = body.to_string();
        for (_, built, _) in &everything {
            feed(built, status, body.as_bytes());
        }
    });
}

#[test]
fn damaged_examples_never_panic() {
    let everything = everything();
    proptest!(ProptestConfig::with_cases(200), |(cut in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), byte in any::<u8>())| {
        for (_, built, example) in &everything {
            feed(built, 200, &example[..cut.index(example.len() + 1)]);
            let mut damaged = example.clone();
            let at = at.index(damaged.len());
            damaged[at] = byte;
            feed(built, 200, &damaged);
            damaged.remove(at);
            feed(built, 200, &damaged);
        }
    });
}

#[test]
fn arbitrary_bytes_never_panic() {
    let everything = everything();
    proptest!(ProptestConfig::with_cases(100), |(bytes in prop::collection::vec(any::<u8>(), 0..200), status in 100_u16..600)| {
        for (_, built, _) in &everything {
            feed(built, status, &bytes);
        }
    });
}

/// Every field of every example, taken away or set to nothing or to another type: a decoder says no, or copes.
#[test]
fn every_field_of_every_example_may_be_missing_or_wrong() {
    fn paths(value: &Value, path: &str, found: &mut Vec<String>) {
        let children: Vec<(String, &Value)> = match value {
            Value::Object(map) => {
                map.iter().map(|(name, value)| (name.replace('~', "~0").replace('/', "~1"), value)).collect()
            }
            Value::Array(items) => items.iter().enumerate().map(|(index, value)| (index.to_string(), value)).collect(),
            _ => Vec::new(),
        };
        for (name, value) in children {
            let path = format!("{path}/{name}");
            paths(value, &path, found);
            found.push(path);
        }
    }
    for (id, built, example) in everything() {
        let Ok(example) = serde_json::from_slice::<Value>(&example) else { panic!("{id}") };
        let mut found = Vec::new();
        paths(&example, "", &mut found);
        for path in found {
            for wrong in [Value::Null, json!(-1), json!("<wrong>"), json!([[]]), json!({ "": {} })] {
                let mut damaged = example.clone();
                *damaged.pointer_mut(&path).unwrap() = wrong;
                feed(&built, 200, damaged.to_string().as_bytes());
            }
        }
    }
}
