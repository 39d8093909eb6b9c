//! Rows and requests against the contract.

use std::collections::{BTreeMap, BTreeSet};

use astro_api::operations::{self, Credential, Method, Safety};
use serde_json::Value;

use crate::{
    operations::{build, sample},
    support::{self, refusals, sorted},
};

#[test]
fn the_table_is_the_contract() {
    let rows: Vec<&str> = operations::OPERATIONS.iter().map(|row| row.id).collect();
    let contract: Vec<&str> = support::OPERATIONS.iter().map(|operation| operation.id).collect();
    assert_eq!(rows, contract, "one row for each operation, in the contract's order");
    assert_eq!(rows.iter().collect::<BTreeSet<_>>().len(), 100);
    for operation in support::OPERATIONS.iter() {
        let row = operations::find(operation.id).unwrap();
        let id = operation.id;
        assert_eq!(row.method.as_str(), operation.method, "{id}");
        assert_eq!(row.path, operation.path, "{id}");
        assert_eq!(row.is_stream(), operation.is_stream(), "{id}");

        let security = operation.body.get("security").unwrap_or(&support::CONTRACT["security"]);
        let ways: Vec<BTreeSet<&str>> = security
            .as_array()
            .unwrap()
            .iter()
            .map(|way| way.as_object().unwrap().keys().map(String::as_str).collect())
            .collect();
        let any = |scheme: &str| ways.iter().any(|way| way.contains(scheme));
        let credential = match (any("ApiKeyAuth"), any("Auth0Bearer")) {
            (true, true) => Credential::Either,
            (true, false) => Credential::ApiKey,
            (false, true) => Credential::Bearer,
            (false, false) => Credential::Open,
        };
        assert_eq!(row.credential, credential, "{id}");
        assert_eq!(row.needs_admin(), any("AdminAuth"), "{id}");
        for scheme in ways.iter().flatten() {
            assert!(["ApiKeyAuth", "Auth0Bearer", "AdminAuth"].contains(scheme), "{id}: {scheme}");
        }
    }
}

#[test]
fn safety_fits_the_method() {
    // A callback stores what GitHub sends, though it is a GET; a check of a path reads, though it is a POST.
    let exceptions = BTreeMap::from([("githubCallback", Safety::Once), ("validateRepositoryPath", Safety::Read)]);
    for row in &operations::OPERATIONS {
        match exceptions.get(row.id) {
            Some(safety) => assert_eq!(row.safety, *safety, "{}", row.id),
            None => assert_eq!(row.safety == Safety::Read, row.method == Method::Get, "{}", row.id),
        }
        for create in ["create", "deploy", "connect", "register", "add"] {
            if row.id.starts_with(create) {
                assert_eq!(row.safety, Safety::Once, "{} may make two", row.id);
            }
        }
    }
}

#[test]
fn what_an_operation_makes_stale_can_be_fetched_again() {
    for row in &operations::OPERATIONS {
        for stale in row.stale {
            let read = operations::find(stale).unwrap_or_else(|| panic!("{}: no operation {stale}", row.id));
            assert!(read.safety == Safety::Read && !read.is_stream(), "{}: {stale} is not a read", row.id);
        }
        assert!(row.stale.is_empty() || row.safety != Safety::Read, "{} reads, and makes nothing stale", row.id);
        assert_eq!(row.stale.iter().collect::<BTreeSet<_>>().len(), row.stale.len(), "{}", row.id);
    }
}

#[test]
fn each_function_builds_the_request_of_the_contract() {
    for operation in support::OPERATIONS.iter() {
        let id = operation.id;
        let built = sample(operation);
        assert_eq!(built.call.operation().id, id);

        let mut path = operation.path.to_owned();
        let (mut query, mut headers) = (Vec::new(), Vec::new());
        for parameter in operation.parameters() {
            match parameter.place {
                "path" => path = path.replace(&format!("{{{}}}", parameter.name), &encoded(&parameter.sample())),
                "query" => query.push((parameter.name, parameter.sample())),
                "header" => headers.push(parameter.name),
                other => panic!("{id}: a parameter in {other}"),
            }
        }
        assert!(!path.contains('{'), "{id}: {path}");
        assert_eq!(sorted(built.call.query()), sorted(&query), "{id}");
        let target = built.call.target(None).unwrap();
        let (target_path, target_query) = target.split_once('?').unwrap_or((&target, ""));
        assert_eq!(target_path, path, "{id}");
        let pairs: BTreeSet<String> = target_query.split('&').map(str::to_owned).collect();
        let expected: BTreeSet<String> = if query.is_empty() {
            BTreeSet::from([String::new()])
        } else {
            query.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect()
        };
        assert_eq!(pairs, expected, "{id}");

        // The credentials' headers come from the row; what is left is the operation's own.
        headers.retain(|name| !["X-Astro-API-Key", "Authorization", "X-Astro-Organization-ID"].contains(name));
        assert_eq!(built.call.header().map(|(name, _)| *name), headers.first().copied(), "{id}");
        assert!(headers.len() < 2, "{id}");
        assert_eq!(built.call.body().is_some(), operation.body.get("requestBody").is_some(), "{id}");
    }
}

#[test]
fn each_body_goes_over_the_wire_as_the_contract_has_it() {
    for operation in support::OPERATIONS.iter() {
        for example in operation.bodies() {
            let built = build(operation.id, Some(example));
            let wire: Value = serde_json::from_str(built.call.body().unwrap().wire().expose()).unwrap();
            let schema = operation.body_schema().unwrap();
            assert_eq!(refusals(schema, &wire), Vec::<String>::new(), "{}\n{wire:#}", operation.id);
            // A cluster's older flat body is read, and sent wrapped.
            let expected = match operation.id {
                "deployCluster" if example.get("spec").is_none() => &wire["spec"],
                _ => &wire,
            };
            assert!(support::same(expected, example), "{}\n{wire:#}\n{example:#}", operation.id);
        }
    }
}

#[test]
fn the_schemas_refuse_what_they_should() {
    let profile = support::schema("ProfileRequest");
    assert!(refusals(&profile, &serde_json::json!({ "profileName": "near" })).is_empty());
    for wrong in
        [serde_json::json!({}), serde_json::json!({ "profileName": 1 }), serde_json::json!({ "profileName": "No" })]
    {
        assert!(!refusals(&profile, &wrong).is_empty(), "{wrong}");
    }
}

#[test]
fn the_examples_of_the_contract_fit_their_schemas() {
    for operation in support::OPERATIONS.iter() {
        for example in operation.bodies() {
            let refused = refusals(operation.body_schema().unwrap(), example);
            assert_eq!(refused, Vec::<String>::new(), "{}", operation.id);
        }
    }
}

#[test]
fn a_parameter_that_is_left_out_is_not_sent() {
    use astro_api::{applications, audit, catalog, cloud, clusters, github, organizations};
    for (target, expected) in [
        (clusters::list(None).call().target(None), "/clusters"),
        (clusters::unregister_agent("c", None).call().target(None), "/clusters/c/agent"),
        (clusters::operations("c", &Default::default()).call().target(None), "/clusters/c/operations"),
        (clusters::list_progress(&Default::default()).call().target(None), "/clusters/progress"),
        (clusters::progress("c", None).call().target(None), "/clusters/c/progress"),
        (applications::logs("a", &Default::default()).call().target(None), "/applications/a/logs"),
        (audit::list(&Default::default()).call().target(None), "/audit/events"),
        (audit::export(&Default::default()).call().target(None), "/audit/export"),
        (audit::statistics(None).call().target(None), "/audit/statistics"),
        (organizations::list(&Default::default()).call().target(None), "/organizations"),
        (github::browse("r", None, None).call().target(None), "/integrations/github/repository/contents?repoUrl=r"),
        (
            cloud::azure_credentials("c", &Default::default()).call().target(None),
            "/cloud/azure/credentials?clusterName=c",
        ),
        (
            catalog::machine_types("aws", "r", "z", &Default::default()).call().target(None),
            "/providers/aws/regions/r/z/machinetypes",
        ),
    ] {
        assert_eq!(target.unwrap(), expected);
    }
    for (id, required) in support::OPERATIONS.iter().flat_map(|operation| {
        let required = operation.parameters().into_iter().filter(|p| p.place == "path");
        required.map(|p| (operation.id, p.required))
    }) {
        assert!(required, "{id}");
    }
}

#[test]
fn an_optional_body_may_be_left_out() {
    use astro_api::{api_keys, applications, clusters, github};
    assert!(api_keys::revoke("o", None).call().body().is_none());
    assert!(applications::resync("a", None).call().body().is_none());
    assert!(clusters::delete("c", None).call().body().is_none());
    assert!(github::sync(None).call().body().is_none());
    let optional: Vec<&str> = support::OPERATIONS
        .iter()
        .filter(|operation| operation.body.pointer("/requestBody/required") == Some(&Value::Bool(false)))
        .map(|operation| operation.id)
        .collect();
    assert_eq!(optional, ["revokeApiKey", "resyncApplication", "deleteCluster", "syncGithubInstallations"]);
}

/// RFC 3986's encoding, written again: the test must not ask the code what is right.
fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
