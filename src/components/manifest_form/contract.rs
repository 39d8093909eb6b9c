//! What a form writes, held against the schemas of the contract. For tests.
#![cfg(all(test, not(target_arch = "wasm32")))]

use std::{collections::BTreeSet, sync::LazyLock};

use serde_json::{Map, Value, json};

/// The schemas of the contract, closed: a name that a schema does not list is refused, so that a misnamed field that may
/// be left out is found as well.
static SCHEMAS: LazyLock<Map<String, Value>> = LazyLock::new(|| {
    let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/api/openapi.yaml"));
    let mut contract = astro_api::manifest::read_values(text).expect("the contract is YAML");
    let Some(Value::Object(mut schemas)) =
        contract.get_mut("components").and_then(|it| it.get_mut("schemas")).map(Value::take)
    else {
        panic!("the contract has no schemas");
    };
    schemas.values_mut().for_each(close);
    schemas
});

fn close(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            fields.values_mut().for_each(close);
            if fields.get("properties").is_some_and(Value::is_object) && !fields.contains_key("additionalProperties") {
                fields.insert("additionalProperties".to_owned(), json!(false));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

/// What a schema of the contract has against a value: the place, and why.
pub fn refusals(schema: &str, value: &Value) -> Vec<String> {
    assert!(SCHEMAS.contains_key(schema), "the contract has no schema {schema}");
    let root = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$ref": format!("#/components/schemas/{schema}"),
        "components": { "schemas": *SCHEMAS },
    });
    let validator = jsonschema::validator_for(&root).expect("the contract's schemas");
    validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// The fields that a schema of the contract has, by their paths: `spec.provisioner.eks.subnets.*[].id`.
pub fn fields(schema: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    collect(&SCHEMAS[schema], "", &mut found);
    found
}

fn collect(schema: &Value, path: &str, found: &mut BTreeSet<String>) {
    if let Some(name) = schema["$ref"].as_str().and_then(|it| it.rsplit('/').next()) {
        collect(&SCHEMAS[name], path, found);
    }
    for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        found.insert(path.clone());
        collect(schema, &path, found);
    }
    collect_each(&schema["items"], &format!("{path}[]"), found);
    collect_each(&schema["additionalProperties"], &format!("{path}.*"), found);
}

fn collect_each(schema: &Value, path: &str, found: &mut BTreeSet<String>) {
    if schema.is_object() {
        collect(schema, path, found);
    }
}

/// Takes the fields that a value has from a list, written in the same way.
pub fn cross_off(value: &Value, path: &str, left: &mut BTreeSet<String>) {
    left.remove(path);
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let dot = if path.is_empty() { "" } else { "." };
                cross_off(value, &format!("{path}{dot}{name}"), left);
                cross_off(value, &format!("{path}{dot}*"), left);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| cross_off(item, &format!("{path}[]"), left)),
        _ => {}
    }
}

#[test]
fn a_misnamed_field_is_refused() {
    let right = json!({
        "apiVersion": "platform.astropulse.io/v1", "kind": "K8sCluster",
        "spec": {
            "clusterName": "a", "provider": "aws",
            "provisioner": { "type": "eks", "eks": {
                "accountId": "123456789012", "amiFamily": "AL2023", "credentials": { "type": "dynamic" },
            } },
        },
    });
    assert_eq!(refusals("K8sCluster", &right), Vec::<String>::new());
    let text = right.to_string();
    for (name, wrong) in
        [("accountId", "account"), ("amiFamily", "ami"), ("\"eks\":", "\"Eks\":"), ("provider\"", "cloud\"")]
    {
        let wrong: Value = serde_json::from_str(&text.replace(name, wrong)).expect("JSON");
        assert!(!refusals("K8sCluster", &wrong).is_empty(), "{wrong}");
    }
}
