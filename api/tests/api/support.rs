//! The contract as JSON, and what the tests ask of it.

use std::{collections::BTreeMap, sync::LazyLock};

use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::{Map, Value, json};

/// The prefix that the API base stands for.
const BASE: &str = "/api/v1";

/// `openapi.yaml`.
pub static CONTRACT: LazyLock<Value> = LazyLock::new(|| {
    let text = std::fs::read_to_string("openapi.yaml").unwrap();
    json_of(&Yaml::load_from_str(&text).unwrap()[0])
});

/// The operations of the contract in its order: id, method, path below the base, and the operation itself.
pub static OPERATIONS: LazyLock<Vec<Described>> = LazyLock::new(|| {
    let mut operations = Vec::new();
    for (path, item) in CONTRACT["paths"].as_object().unwrap() {
        for (method, body) in item.as_object().unwrap() {
            operations.push(Described {
                id: body["operationId"].as_str().unwrap(),
                method: method.to_uppercase(),
                path: path.strip_prefix(BASE).unwrap(),
                body,
            });
        }
    }
    operations
});

/// An operation as the contract describes it.
pub struct Described {
    pub id: &'static str,
    pub method: String,
    pub path: &'static str,
    pub body: &'static Value,
}

/// The operation of an id.
pub fn described(id: &str) -> &'static Described {
    OPERATIONS.iter().find(|operation| operation.id == id).unwrap_or_else(|| panic!("no operation {id}"))
}

/// A parameter of an operation.
pub struct Parameter {
    pub name: &'static str,
    pub place: &'static str,
    pub required: bool,
    pub schema: &'static Value,
    pub example: Option<&'static Value>,
}

impl Parameter {
    /// The contract's example, else a value that the schema allows.
    pub fn sample(&self) -> String {
        if let Some(example) = self.example {
            return example.as_str().map_or_else(|| example.to_string(), str::to_owned);
        }
        let listed = self.schema.get("enum").or_else(|| self.schema.get("x-known-values"));
        match (listed, self.schema["type"].as_str()) {
            (Some(words), _) => words[0].as_str().unwrap().to_owned(),
            (None, Some("integer")) => "7".to_owned(),
            (None, Some("boolean")) => "true".to_owned(),
            (None, Some("string")) => format!("{}-{} ü/&?", self.place, self.name),
            (None, other) => panic!("{}: {other:?}", self.name),
        }
    }
}

impl Described {
    pub fn parameters(&self) -> Vec<Parameter> {
        let list = self.body.get("parameters").and_then(Value::as_array);
        list.into_iter()
            .flatten()
            .map(|parameter| {
                let parameter = resolved(parameter);
                Parameter {
                    name: parameter["name"].as_str().unwrap(),
                    place: parameter["in"].as_str().unwrap(),
                    required: parameter["required"].as_bool().unwrap(),
                    schema: resolved(&parameter["schema"]),
                    example: parameter.get("example"),
                }
            })
            .collect()
    }

    /// A parameter's sample.
    pub fn sample(&self, place: &str, name: &str) -> String {
        let found = self.parameters().into_iter().find(|parameter| parameter.place == place && parameter.name == name);
        found.unwrap_or_else(|| panic!("{} has no parameter {name} in {place}", self.id)).sample()
    }

    /// The schema of the body.
    pub fn body_schema(&self) -> Option<&'static Value> {
        self.body.get("requestBody").map(|body| &body["content"]["application/json"]["schema"])
    }

    /// Every example of the body: of the media type, of its schema, and of the schemas that this names.
    pub fn bodies(&self) -> Vec<&'static Value> {
        let Some(body) = self.body.get("requestBody") else { return Vec::new() };
        let media = &body["content"]["application/json"];
        let mut found: Vec<&Value> = media.get("example").into_iter().collect();
        let schema = &media["schema"];
        let variants = schema.get("anyOf").and_then(Value::as_array);
        for schema in std::iter::once(schema).chain(variants.into_iter().flatten()) {
            found.extend(resolved(schema).get("examples").and_then(Value::as_array).into_iter().flatten());
        }
        assert!(!found.is_empty(), "{} has a body without example", self.id);
        found
    }

    /// The examples of its answers: status, media type, body.
    pub fn answers(&self) -> Vec<(u16, &'static str, &'static Value)> {
        let mut found = Vec::new();
        for (status, answer) in self.body["responses"].as_object().unwrap() {
            let status = status.parse().unwrap();
            match resolved(answer).get("content").and_then(Value::as_object) {
                Some(content) => {
                    for (media, body) in content {
                        found.push((status, media.as_str(), &body["example"]));
                    }
                }
                None => found.push((status, "", &Value::Null)),
            }
        }
        found
    }

    pub fn is_stream(&self) -> bool {
        self.body.get("x-websocket").is_some()
    }
}

/// Follows a `$ref`.
pub fn resolved(value: &'static Value) -> &'static Value {
    match value.get("$ref").and_then(Value::as_str) {
        Some(reference) => resolved(CONTRACT.pointer(reference.trim_start_matches('#')).unwrap()),
        None => value,
    }
}

/// What a schema of the contract has against a value.
pub fn refusals(schema: &Value, value: &Value) -> Vec<String> {
    let mut root = Map::new();
    root.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    root.insert("allOf".to_owned(), json!([schema]));
    root.insert("components".to_owned(), CONTRACT["components"].clone());
    let validator = jsonschema::validator_for(&Value::Object(root)).unwrap();
    validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// The schema of a name.
pub fn schema(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// Equal but for the spelling of numbers: `0` and `0.0` are one number in JSON.
pub fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left == right || left.as_f64() == right.as_f64(),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(name, left)| right.get(name).is_some_and(|right| same(left, right)))
        }
        _ => left == right,
    }
}

fn json_of(yaml: &Yaml<'_>) -> Value {
    match yaml {
        Yaml::Value(Scalar::Null) => Value::Null,
        Yaml::Value(Scalar::Boolean(value)) => (*value).into(),
        Yaml::Value(Scalar::Integer(value)) => (*value).into(),
        Yaml::Value(Scalar::FloatingPoint(value)) => (**value).into(),
        Yaml::Value(Scalar::String(value)) => value.as_ref().into(),
        Yaml::Sequence(items) => items.iter().map(json_of).collect(),
        Yaml::Mapping(entries) => entries
            .iter()
            .map(|(name, value)| match json_of(name) {
                Value::String(name) => (name, json_of(value)),
                name => (name.to_string(), json_of(value)),
            })
            .collect(),
        other => panic!("{other:?}"),
    }
}

/// YAML as saphyr's own loader understands it: a second opinion on what this crate writes.
pub fn second_opinion(yaml: &str) -> Vec<Value> {
    Yaml::load_from_str(yaml).unwrap_or_else(|error| panic!("{error}\n{yaml}")).iter().map(json_of).collect()
}

/// A copy of the map, for comparing regardless of order.
pub fn sorted(pairs: &[(&'static str, String)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}
