//! Serde's messages in the words of somebody who writes manifests.

use super::ManifestError;

/// Turns a message of serde's about the value at `path` into an error in plain words.
///
/// Values below `credentials` are not repeated.
pub fn explain(mut path: String, message: &str) -> ManifestError {
    if let Some(name) = quoted(message, "missing field `") {
        path.push('.');
        path.push_str(name);
        let message = format!("{path} is missing.");
        return ManifestError { at: None, path: Some(path), message };
    }
    let found = message.strip_prefix("invalid type: ").or_else(|| message.strip_prefix("invalid value: "));
    let message = match found.and_then(|rest| rest.rsplit_once(", expected ")) {
        Some((_, expected)) if path.contains("credentials") => format!("{path} must be {}.", wanted(expected)),
        Some((found, expected)) => format!("{path} must be {}, not {}.", wanted(expected), given(found)),
        None => format!("{path} has another form than the platform takes."),
    };
    ManifestError { at: None, path: Some(path), message }
}

fn quoted<'a>(message: &'a str, before: &str) -> Option<&'a str> {
    message.strip_prefix(before)?.split('`').next()
}

fn wanted(expected: &str) -> &str {
    match expected {
        "i64" | "u64" => "a whole number",
        "f64" => "a number",
        "a boolean" => "true or false",
        "a string" | "a borrowed string" | "a str" => "text",
        "a sequence" => "a list",
        "a map" => "a group of names and values",
        other if other.starts_with("struct ") => "a group of names and values",
        other => other,
    }
}

fn given(found: &str) -> String {
    match found.split_once(' ') {
        Some(("string", text)) => format!("the text {text}"),
        Some(("integer", number)) => number.trim_matches('`').to_owned(),
        Some(("floating", number)) => number.trim_start_matches("point ").trim_matches('`').to_owned(),
        Some(("boolean", value)) => value.trim_matches('`').to_owned(),
        _ => match found {
            "sequence" => "a list",
            "map" => "a group of names and values",
            "null" => "empty",
            other => other,
        }
        .to_owned(),
    }
}
