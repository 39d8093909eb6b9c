//! The contract held against every request before its family sees it: types, required fields, words, patterns, bounds.
//!
//! What a schema can say is said once, in `api/openapi.yaml`, and checked here for all operations alike; a family
//! checks what a schema cannot say (that a cluster exists, that a minimum is below its maximum).

use std::{collections::HashMap, sync::LazyLock};

use regex_lite::Regex;
use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::{Map, Value};

use super::{call::Call, fault::Fault, time, validate::is_uuid};

/// The contract is a constant of the program: read once, and the same for every platform in the process.
static CONTRACT: LazyLock<Contract> = LazyLock::new(|| {
    Contract::read(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../api/openapi.yaml"))).unwrap_or_default()
});

/// A name of the platform's: how a person is told what [`Checks::name`](super::validate::Checks::name) wants.
const LABEL: &str = "^[a-z]([-a-z0-9]*[a-z0-9])?$";

type Problems = Vec<(String, String)>;

/// Refuses a request that the contract doesn't allow, naming each field that is wrong.
pub fn check(call: &Call<'_>) -> Result<(), Fault> {
    let contract = &*CONTRACT;
    let Some(shape) = contract.operations.get(call.operation.id) else { return Ok(()) };
    let mut problems = Problems::new();
    for parameter in &shape.parameters {
        contract.parameter(parameter, call, &mut problems);
    }
    if let Some(body) = &shape.body {
        contract.body(body, &call.input.body, &mut problems);
    }
    if problems.is_empty() { Ok(()) } else { Err(Fault::invalid_fields(problems)) }
}

#[derive(Default)]
struct Contract {
    operations: HashMap<String, Shape>,
    schemas: Map<String, Value>,
    patterns: HashMap<String, Regex>,
}

#[derive(Default)]
struct Shape {
    parameters: Vec<Parameter>,
    body: Option<Body>,
}

struct Parameter {
    name: String,
    in_path: bool,
    required: bool,
    schema: Value,
}

struct Body {
    required: bool,
    schema: Value,
}

impl Contract {
    fn read(text: &str) -> Option<Self> {
        let document = Yaml::load_from_str(text).ok()?.first().map(json)?;
        let mut contract = Self::default();
        for methods in document.get("paths")?.as_object()?.values() {
            for operation in methods.as_object()?.values() {
                let id = operation.get("operationId")?.as_str()?.to_owned();
                contract.operations.insert(id, Shape::read(operation));
            }
        }
        contract.schemas.clone_from(document.get("components")?.get("schemas")?.as_object()?);
        let mut patterns = HashMap::new();
        contract.schemas.values().for_each(|schema| collect_patterns(schema, &mut patterns));
        for shape in contract.operations.values() {
            shape.parameters.iter().for_each(|parameter| collect_patterns(&parameter.schema, &mut patterns));
            shape.body.iter().for_each(|body| collect_patterns(&body.schema, &mut patterns));
        }
        contract.patterns = patterns;
        Some(contract)
    }

    fn parameter(&self, parameter: &Parameter, call: &Call<'_>, problems: &mut Problems) {
        let Parameter { name, in_path, required, schema } = parameter;
        let given: Vec<&str> = if *in_path {
            vec![call.path(name)]
        } else {
            call.input.query.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str()).collect()
        };
        match given.as_slice() {
            [] if *required => problems.push((name.clone(), "is required".to_owned())),
            [] => {}
            [text] => {
                let value = match kinds(schema).as_slice() {
                    ["integer"] => text.parse::<i64>().ok().map(Value::from),
                    ["number"] => text.parse::<f64>().ok().filter(|number| number.is_finite()).map(Value::from),
                    ["boolean"] => text.parse::<bool>().ok().map(Value::from),
                    // An empty text counts as absent, and then a required one is missing.
                    _ if text.is_empty() && *required => {
                        problems.push((name.clone(), "is required".to_owned()));
                        return;
                    }
                    _ if text.is_empty() => return,
                    _ => Some(Value::from(*text)),
                };
                // What isn't even of the type is held against the schema as the text that it is.
                self.value(schema, &value.unwrap_or_else(|| Value::from(*text)), name, problems);
            }
            _ => problems.push((name.clone(), "must be given once".to_owned())),
        }
    }

    fn body(&self, body: &Body, bytes: &[u8], problems: &mut Problems) {
        if bytes.trim_ascii().is_empty() {
            if body.required {
                problems.push(("body".to_owned(), "is required".to_owned()));
            }
            return;
        }
        match serde_json::from_slice::<Value>(bytes) {
            Ok(value) => self.value(&body.schema, &value, "", problems),
            Err(error) => problems.push(("body".to_owned(), format!("is not JSON: {error}"))),
        }
    }

    /// Holds a value against a schema. A value of the wrong type is reported once, not for everything else that it
    /// then lacks.
    fn value(&self, schema: &Value, value: &Value, at: &str, problems: &mut Problems) {
        let Some(schema) = self.resolve(schema) else { return };
        let kinds = kinds_of(schema);
        if !kinds.is_empty() && !kinds.iter().any(|kind| is_kind(value, kind)) {
            let expected = kinds.iter().map(|kind| words_for_kind(kind)).collect::<Vec<_>>().join(" or ");
            problems.push((field(at), format!("must be {expected}")));
            return;
        }
        for each in list(schema, "allOf") {
            self.value(each, value, at, problems);
        }
        for choice in ["anyOf", "oneOf"] {
            self.any_of(list(schema, choice), value, at, problems);
        }
        if let Some(reason) = self.scalar(schema, value) {
            problems.push((field(at), reason));
            return;
        }
        match value {
            Value::Object(object) => self.object(schema, object, at, problems),
            Value::Array(items) => self.array(schema, items, at, problems),
            _ => {}
        }
    }

    /// Of several forms, the one that fits best says what is wrong.
    fn any_of(&self, choices: &[Value], value: &Value, at: &str, problems: &mut Problems) {
        let best = choices
            .iter()
            .map(|choice| {
                let mut found = Problems::new();
                self.value(choice, value, at, &mut found);
                found
            })
            .min_by_key(Vec::len);
        problems.extend(best.unwrap_or_default());
    }

    fn object(&self, schema: &Map<String, Value>, object: &Map<String, Value>, at: &str, problems: &mut Problems) {
        for name in list(schema, "required").iter().filter_map(Value::as_str) {
            if !object.contains_key(name) {
                problems.push((join(at, name), "is required".to_owned()));
            }
        }
        let properties = schema.get("properties").and_then(Value::as_object);
        for (name, value) in object {
            let path = join(at, name);
            match properties.and_then(|properties| properties.get(name)).or_else(|| schema.get("additionalProperties"))
            {
                Some(Value::Bool(false)) => problems.push((path, "is not known".to_owned())),
                Some(schema) => self.value(schema, value, &path, problems),
                None => {}
            }
        }
    }

    fn array(&self, schema: &Map<String, Value>, items: &[Value], at: &str, problems: &mut Problems) {
        let count = items.len() as u64;
        if let Some(least) = schema.get("minItems").and_then(Value::as_u64).filter(|least| count < *least) {
            problems.push((field(at), format!("must have at least {least} item{}", plural(least))));
        }
        if let Some(most) = schema.get("maxItems").and_then(Value::as_u64).filter(|most| count > *most) {
            problems.push((field(at), format!("must have at most {most} item{}", plural(most))));
        }
        let Some(each) = schema.get("items") else { return };
        for (index, item) in items.iter().enumerate() {
            self.value(each, item, &format!("{at}[{index}]"), problems);
        }
    }

    /// The first thing that is wrong with a text, a number or a word.
    fn scalar(&self, schema: &Map<String, Value>, value: &Value) -> Option<String> {
        if let Some(words) = schema.get("enum").and_then(Value::as_array)
            && !words.contains(value)
        {
            let words = words.iter().map(plain).collect::<Vec<_>>();
            return Some(format!("must be one of {}", words.join(", ")));
        }
        if let Some(only) = schema.get("const").filter(|only| *only != value) {
            return Some(format!("must be {}", plain(only)));
        }
        match value {
            Value::String(text) => self.text(schema, text),
            Value::Number(number) => {
                let number = number.as_f64()?;
                let bound = |name: &str| schema.get(name).and_then(Value::as_f64);
                if let Some(least) = bound("minimum").filter(|least| number < *least) {
                    return Some(format!("must be at least {least}"));
                }
                if let Some(most) = bound("maximum").filter(|most| number > *most) {
                    return Some(format!("must be at most {most}"));
                }
                None
            }
            _ => None,
        }
    }

    fn text(&self, schema: &Map<String, Value>, text: &str) -> Option<String> {
        let length = text.chars().count() as u64;
        let bound = |name: &str| schema.get(name).and_then(Value::as_u64);
        if let Some(least) = bound("minLength").filter(|least| length < *least) {
            return Some(match least {
                1 => "must not be empty".to_owned(),
                _ => format!("must have at least {least} characters"),
            });
        }
        if let Some(most) = bound("maxLength").filter(|most| length > *most) {
            return Some(format!("must have at most {most} character{}", plural(most)));
        }
        if let Some(pattern) = schema.get("pattern").and_then(Value::as_str)
            && self.patterns.get(pattern).is_some_and(|regex| !regex.is_match(text))
        {
            return Some(words_for_pattern(pattern));
        }
        match schema.get("format").and_then(Value::as_str) {
            Some("uuid") if !is_uuid(text) => Some("must be a UUID".to_owned()),
            Some("date-time") if time::parse(text).is_none() => Some("must be an RFC 3339 time".to_owned()),
            _ => None,
        }
    }

    fn resolve<'a>(&'a self, schema: &'a Value) -> Option<&'a Map<String, Value>> {
        let schema = schema.as_object()?;
        match schema.get("$ref").and_then(Value::as_str) {
            Some(reference) => self.schemas.get(reference.rsplit('/').next()?)?.as_object(),
            None => Some(schema),
        }
    }
}

impl Shape {
    fn read(operation: &Value) -> Self {
        let parameters = operation.get("parameters").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let parameters = parameters
            .iter()
            .filter_map(|parameter| {
                // Headers are the credentials, which admission looks at.
                let place = parameter.get("in")?.as_str()?;
                (place == "path" || place == "query").then_some(Parameter {
                    name: parameter.get("name")?.as_str()?.to_owned(),
                    in_path: place == "path",
                    required: parameter.get("required").and_then(Value::as_bool).unwrap_or(false),
                    schema: parameter.get("schema").cloned().unwrap_or_default(),
                })
            })
            .collect();
        let body = operation.get("requestBody").and_then(|body| {
            Some(Body {
                required: body.get("required").and_then(Value::as_bool).unwrap_or(false),
                schema: body.get("content")?.get("application/json")?.get("schema")?.clone(),
            })
        });
        Self { parameters, body }
    }
}

fn json(node: &Yaml<'_>) -> Value {
    match node {
        Yaml::Value(Scalar::Boolean(flag)) => Value::from(*flag),
        Yaml::Value(Scalar::Integer(number)) => Value::from(*number),
        Yaml::Value(Scalar::FloatingPoint(number)) => Value::from(number.into_inner()),
        Yaml::Value(Scalar::String(text)) => Value::from(text.as_ref()),
        Yaml::Sequence(items) => items.iter().map(json).collect(),
        Yaml::Mapping(entries) => entries
            .iter()
            .map(|(name, value)| {
                let name = match json(name) {
                    Value::String(name) => name,
                    // Status codes are numbers to YAML.
                    other => other.to_string(),
                };
                (name, json(value))
            })
            .collect::<Map<String, Value>>()
            .into(),
        Yaml::Tagged(_, inner) => json(inner),
        _ => Value::Null,
    }
}

fn collect_patterns(schema: &Value, found: &mut HashMap<String, Regex>) {
    match schema {
        Value::Object(object) => {
            if let Some(Value::String(pattern)) = object.get("pattern")
                && let Ok(regex) = Regex::new(pattern)
            {
                found.insert(pattern.clone(), regex);
            }
            object.values().for_each(|value| collect_patterns(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_patterns(item, found)),
        _ => {}
    }
}

fn list<'a>(schema: &'a Map<String, Value>, name: &str) -> &'a [Value] {
    schema.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn kinds(schema: &Value) -> Vec<&str> {
    schema.as_object().map(kinds_of).unwrap_or_default()
}

fn kinds_of(schema: &Map<String, Value>) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(kind)) => vec![kind],
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn is_kind(value: &Value, kind: &str) -> bool {
    match (kind, value) {
        ("null", Value::Null)
        | ("boolean", Value::Bool(_))
        | ("string", Value::String(_))
        | ("number", Value::Number(_))
        | ("object", Value::Object(_))
        | ("array", Value::Array(_)) => true,
        // JSON Schema counts 1.0 among the integers, as JavaScript writes it or not.
        ("integer", Value::Number(number)) => number.as_f64().is_some_and(|number| number.fract() == 0.0),
        _ => false,
    }
}

fn words_for_kind(kind: &str) -> &str {
    match kind {
        "null" => "null",
        "boolean" => "true or false",
        "string" => "a string",
        "number" => "a number",
        "integer" => "a whole number",
        "object" => "an object",
        "array" => "a list",
        other => other,
    }
}

fn words_for_pattern(pattern: &str) -> String {
    match pattern {
        LABEL => "must be lowercase letters, digits or hyphens, start with a letter and end with a letter or digit",
        "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$" => {
            "must be lowercase letters, digits or hyphens, and start and end with a letter or digit"
        }
        "^[0-9]{12}$" => "must be 12 digits",
        "^[a-z][-a-z0-9]{4,28}[a-z0-9]$" => {
            "must be 6 to 30 lowercase letters, digits or hyphens, start with a letter and end with a letter or digit"
        }
        "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$" => "must be a UUID",
        _ if pattern.starts_with("^[0-9]+([.][0-9]+)?(m|k|") => {
            "must be a Kubernetes quantity, such as 250m, 512Mi or 2"
        }
        _ if pattern.starts_with("^https://hooks[.]slack[.]com/") => {
            "must begin with https://hooks.slack.com/services/"
        }
        _ if pattern.contains('@') => "must be an e-mail address",
        _ => return format!("must match {pattern}"),
    }
    .to_owned()
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn field(at: &str) -> String {
    if at.is_empty() { "body".to_owned() } else { at.to_owned() }
}

fn join(at: &str, name: &str) -> String {
    if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") }
}

const fn plural(count: u64) -> &'static str {
    if count == 1 { "" } else { "s" }
}

/// Holds an answer against the contract: a status that the operation documents, and a body of its schema. For tests.
#[cfg(test)]
pub(crate) fn conforms(id: &str, status: u16, body: &Value) -> Result<(), String> {
    static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
        let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../api/openapi.yaml"));
        Yaml::load_from_str(text).unwrap().first().map(json).unwrap()
    });
    let methods =
        DOCUMENT["paths"].as_object().unwrap().values().flat_map(|methods| methods.as_object().unwrap().values());
    let operation = methods.into_iter().find(|operation| operation["operationId"] == id).unwrap();
    let mut response = &operation["responses"][status.to_string()];
    if let Some(reference) = response.get("$ref").and_then(Value::as_str) {
        response = &DOCUMENT["components"]["responses"][reference.rsplit('/').next().unwrap()];
    }
    if response.is_null() {
        return Err(format!("{id} doesn't document the status {status}"));
    }
    let mut problems = Problems::new();
    CONTRACT.value(&response["content"]["application/json"]["schema"], body, "", &mut problems);
    if problems.is_empty() { Ok(()) } else { Err(format!("{id} answers {status} with {problems:?}: {body}")) }
}

#[cfg(test)]
mod tests {
    use astro_api::operations::{self, OPERATIONS};
    use serde_json::json;

    use super::*;
    use crate::core::call::Input;

    fn problems(id: &str, query: &[(&str, &str)], body: &str) -> Value {
        let input = Input {
            path: vec![("orgId", "o".to_owned())],
            query: query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            body: body.as_bytes().to_vec(),
            ..Input::default()
        };
        match check(&Call { operation: operations::find(id).unwrap(), input: &input }) {
            Ok(()) => Value::Null,
            Err(fault) => {
                assert_eq!(fault.status, 400);
                fault.details["fields"].clone()
            }
        }
    }

    fn walk(value: &Value, visit: &mut impl FnMut(&str)) {
        match value {
            Value::Object(object) => {
                object.get("pattern").and_then(Value::as_str).into_iter().for_each(&mut *visit);
                object.values().for_each(|value| walk(value, visit));
            }
            Value::Array(items) => items.iter().for_each(|item| walk(item, visit)),
            _ => {}
        }
    }

    #[test]
    fn every_operation_is_known_and_every_pattern_compiles() {
        for operation in &OPERATIONS {
            assert!(CONTRACT.operations.contains_key(operation.id), "{}", operation.id);
        }
        assert_eq!(CONTRACT.operations.len(), OPERATIONS.len());
        let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../api/openapi.yaml"));
        let document = Yaml::load_from_str(text).unwrap().first().map(json).unwrap();
        let mut count = 0;
        walk(&document, &mut |pattern| {
            count += 1;
            assert!(Regex::new(pattern).is_ok(), "{pattern}");
        });
        assert!(count > 10, "{count} patterns");
    }

    #[test]
    fn a_body_is_refused_by_field_and_all_at_once() {
        assert_eq!(problems("createOrganization", &[], r#"{"name":"acme","title":"Acme"}"#), Value::Null);
        assert_eq!(
            problems("createOrganization", &[], r#"{"title":null}"#),
            json!({"name": "is required", "title": "must be a string"})
        );
        assert_eq!(problems("createOrganization", &[], ""), json!({"body": "is required"}));
        assert_eq!(problems("createOrganization", &[], "[]"), json!({"body": "must be an object"}));
        assert!(problems("createOrganization", &[], "{").get("body").is_some());
        assert_eq!(problems("createOrganization", &[], r#"{"name":""}"#), json!({"name": "must not be empty"}));
        for name in ["Acme", "-a", "a-", "1a", "a b"] {
            let found = problems("createOrganization", &[], &json!({ "name": name }).to_string());
            assert!(found["name"].as_str().unwrap().starts_with("must be lowercase"), "{found}");
        }
        assert_eq!(
            problems("createOrganization", &[], &json!({"name": "a".repeat(51)}).to_string()),
            json!({"name": "must have at most 50 characters"})
        );
        assert_eq!(
            problems("createApiKey", &[], r#"{"duration":1.5,"orgId":"o","source":"web"}"#),
            json!({"duration": "must be a whole number", "source": "must be one of cli, ui"})
        );
        assert_eq!(
            problems("bulkDeleteApplicationProfiles", &[], r#"{"profileNames":["a",1]}"#),
            json!({"profileNames[1]": "must be a string"})
        );
        assert_eq!(problems("revokeApiKey", &[], ""), Value::Null, "an optional body may be absent");
        assert_eq!(problems("revokeApiKey", &[], "{}"), json!({"keyId": "is required"}));
    }

    #[test]
    fn parameters_are_typed_and_given_once() {
        assert_eq!(problems("listAuditEvents", &[("page", "2"), ("pageSize", "100")], ""), Value::Null);
        assert_eq!(problems("listAuditEvents", &[("pageSize", "101")], ""), json!({"pageSize": "must be at most 100"}));
        for page in ["x", "", "1.5", "99999999999999999999"] {
            assert_eq!(problems("listAuditEvents", &[("page", page)], ""), json!({"page": "must be a whole number"}));
        }
        assert_eq!(
            problems("listAuditEvents", &[("page", "1"), ("page", "2")], ""),
            json!({"page": "must be given once"})
        );
    }
}
