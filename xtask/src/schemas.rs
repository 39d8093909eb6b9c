//! The schemas of the manifests, taken from the contract for the editor: one a kind, with every reference put in, so
//! that whoever reads them needs nothing else.

use anyhow::{Context, Result, bail};
use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::{Map, Value, json};

/// A kind of manifest, and the schema of the contract: of the whole document, or of its `spec`.
enum Form {
    Whole(&'static str),
    Spec(&'static str),
}

const KINDS: [(&str, Form); 5] = [
    ("Application", Form::Whole("ApplicationManifest")),
    ("ApplicationProfile", Form::Spec("ProfileRequest")),
    ("K8sCluster", Form::Whole("K8sCluster")),
    ("K8sClusterUpdate", Form::Whole("K8sClusterUpdate")),
    ("K8sClusterRegistration", Form::Spec("AgentRegisterRequest")),
];

/// What the editor reads of a schema; the rest is for other readers.
const KEPT: [&str; 18] = [
    "type",
    "properties",
    "required",
    "enum",
    "const",
    "items",
    "additionalProperties",
    "pattern",
    "format",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "default",
    "description",
    "anyOf",
];

/// How deep references may lead: the contract's own schemas are a third of it.
const DEEPEST: usize = 32;

/// An object with the schema of each kind under its name.
pub fn manifests(contract: &str) -> Result<Value> {
    let documents = Yaml::load_from_str(contract).context("the contract is not YAML")?;
    let contract = documents.first().map(to_json).context("the contract is empty")?;
    let schemas = contract["components"]["schemas"].as_object().context("the contract has no schemas")?;
    let mut kinds = Map::new();
    for (kind, form) in KINDS {
        let (Form::Whole(name) | Form::Spec(name)) = form;
        let schema = schemas.get(name).with_context(|| format!("the contract has no schema {name}"))?;
        let schema = put_in(schema, schemas, 0).with_context(|| format!("the schema {name}"))?;
        let whole = match form {
            Form::Whole(_) => schema,
            Form::Spec(_) => json!({
                "type": "object",
                "properties": {
                    "apiVersion": { "type": "string", "const": "platform.astropulse.io/v1" },
                    "kind": { "type": "string", "const": kind },
                    "spec": schema,
                },
                "required": ["apiVersion", "kind", "spec"],
            }),
        };
        kinds.insert(kind.to_owned(), whole);
    }
    Ok(kinds.into())
}

/// A schema with what it refers to in the reference's place. What stands beside a reference counts more.
fn put_in(schema: &Value, schemas: &Map<String, Value>, depth: usize) -> Result<Value> {
    if depth > DEEPEST {
        bail!("it refers to itself");
    }
    let Value::Object(fields) = schema else { return Ok(schema.clone()) };
    let mut made = Map::new();
    if let Some(reference) = fields.get("$ref").and_then(Value::as_str) {
        let name = reference.rsplit('/').next().unwrap_or_default();
        let target = schemas.get(name).with_context(|| format!("{reference} leads nowhere"))?;
        merge(&mut made, put_in(target, schemas, depth + 1)?);
    }
    for part in fields.get("allOf").and_then(Value::as_array).into_iter().flatten() {
        merge(&mut made, put_in(part, schemas, depth + 1)?);
    }
    for (name, value) in fields.iter().filter(|(name, _)| KEPT.contains(&name.as_str())) {
        let value = match (name.as_str(), value) {
            ("properties", Value::Object(properties)) => properties
                .iter()
                .map(|(name, schema)| Ok((name.clone(), put_in(schema, schemas, depth + 1)?)))
                .collect::<Result<Map<_, _>>>()?
                .into(),
            ("anyOf", Value::Array(all)) => {
                all.iter().map(|schema| put_in(schema, schemas, depth + 1)).collect::<Result<Vec<_>>>()?.into()
            }
            ("items" | "additionalProperties", schema) => put_in(schema, schemas, depth + 1)?,
            ("description", Value::String(text)) => {
                if is_old(text) {
                    made.insert("deprecated".to_owned(), true.into());
                }
                // Without one of its own, the reference's is as good.
                let Some(text) = for_people(text) else { continue };
                text.into()
            }
            _ => value.clone(),
        };
        made.insert(name.clone(), value);
    }
    Ok(made.into())
}

/// Whether a field is an old spelling: it is accepted, and not offered.
fn is_old(description: &str) -> bool {
    ["Legacy", "Oldest", "Field name used"].iter().any(|start| description.starts_with(start))
}

/// A description without the notes on where the contract's authors know it from.
fn for_people(description: &str) -> Option<String> {
    const NOTES: [&str; 10] = [
        "seed",
        "inferred",
        "docs page",
        "docs ",
        "manifest",
        "Flat body",
        "documented",
        "unknown",
        "Older pages",
        "CLI",
    ];
    let is_note = |text: &str| NOTES.iter().any(|word| text.contains(word));
    let mut text = description.to_owned();
    while let Some(start) = text.find(" (")
        && let Some(length) = text[start..].find(')')
        && is_note(&text[start..start + length])
    {
        text.replace_range(start..=start + length, "");
    }
    let kept: Vec<_> = text.split_inclusive(['.', ';']).map(str::trim).filter(|part| !is_note(part)).collect();
    let text = kept.join(" ");
    let text = text.trim_end_matches(';').trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn merge(into: &mut Map<String, Value>, schema: Value) {
    if let Value::Object(fields) = schema {
        into.extend(fields);
    }
}

fn to_json(node: &Yaml<'_>) -> Value {
    match node {
        Yaml::Value(Scalar::Boolean(flag)) => Value::from(*flag),
        Yaml::Value(Scalar::Integer(number)) => Value::from(*number),
        Yaml::Value(Scalar::FloatingPoint(number)) => Value::from(number.into_inner()),
        Yaml::Value(Scalar::String(text)) => Value::from(text.as_ref()),
        Yaml::Sequence(items) => items.iter().map(to_json).collect(),
        Yaml::Mapping(entries) => {
            entries.iter().filter_map(|(name, value)| Some((name.as_str()?.to_owned(), to_json(value)))).collect()
        }
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_put_in_and_what_stands_beside_them_counts() {
        let schemas = json!({
            "A": { "type": "object", "properties": { "b": { "allOf": [{ "$ref": "#/components/schemas/B" }], "description": "mine" } }, "x-evidence": "docs" },
            "B": { "type": "string", "enum": ["x"], "description": "theirs", "examples": ["x"] },
        });
        let schemas = schemas.as_object().unwrap();
        assert_eq!(
            put_in(&schemas["A"], schemas, 0).unwrap(),
            json!({ "type": "object", "properties": { "b": { "type": "string", "enum": ["x"], "description": "mine" } } })
        );
        let round = json!({ "A": { "items": { "$ref": "#/components/schemas/A" } } });
        let round = round.as_object().unwrap();
        assert!(put_in(&round["A"], round, 0).is_err(), "a schema within itself");
    }

    #[test]
    fn notes_of_the_contract_are_not_shown() {
        assert_eq!(for_people("Immutable after creation (seed).").as_deref(), Some("Immutable after creation."));
        assert_eq!(
            for_people("Branch, tag or commit. Older pages and manifests call it targetBranch.").as_deref(),
            Some("Branch, tag or commit.")
        );
        assert_eq!(for_people("Placement inferred: seed speaks of it."), None);
        assert!(is_old("Legacy spelling.") && !is_old("Existing profile; immutable after creation."));
    }

    #[test]
    fn the_contract_has_a_schema_for_each_kind() {
        let kinds = manifests(&std::fs::read_to_string("../api/openapi.yaml").unwrap()).unwrap();
        for (kind, _) in KINDS {
            assert_eq!(kinds[kind]["properties"]["kind"]["const"], kind);
            assert!(kinds[kind]["properties"]["spec"]["properties"].is_object(), "{kind}");
        }
        let source = &kinds["Application"]["properties"]["spec"]["properties"]["source"];
        assert_eq!(source["description"], "Artifact source; immutable after creation.");
        assert_eq!(source["properties"]["image"]["required"], json!(["registry", "repository", "tag"]));
        assert!(!kinds.to_string().contains("$ref"));
        assert!(!kinds.to_string().contains("seed"));
    }
}
