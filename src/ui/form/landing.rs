//! Which field a fault belongs to.

use super::super::format;

/// A path as names apart by dots, in small letters: `$.body.nodeGroups[0].name` and `/nodeGroups/0/name` alike.
fn plain(path: &str) -> String {
    let mut parts: Vec<_> = path
        .split(['.', '/', '[', ']'])
        .map(|part| part.trim_matches(['"', '\'', '$']))
        .filter(|part| !part.is_empty())
        .collect();
    if parts.len() > 1 && matches!(parts.first(), Some(&("body" | "data"))) {
        parts.remove(0);
    }
    parts.join(".").to_lowercase()
}

fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// The place among `names` of the field that a path means: the same path, else the one field that ends in the same name.
pub fn field(path: &str, names: &[&str]) -> Option<usize> {
    let wanted = plain(path);
    let names: Vec<_> = names.iter().map(|name| plain(name)).collect();
    if let Some(at) = names.iter().position(|name| *name == wanted) {
        return Some(at);
    }
    // A field that stands for a whole list takes what is wrong with one of its items.
    let inside = names.iter().position(|name| !name.is_empty() && wanted.starts_with(&format!("{name}.")));
    if inside.is_some() {
        return inside;
    }
    let mut alike = names.iter().enumerate().filter(|(_, name)| last(name) == last(&wanted));
    match (alike.next(), alike.next()) {
        (Some((at, _)), None) => Some(at),
        _ => None,
    }
}

/// Verbs that a fault begins with whose subject is the field.
const VERBS: [&str; 10] = ["is", "are", "was", "must", "has", "have", "can", "cannot", "may", "needs"];

/// A fault as a sentence under its field. One that is no sentence gets the field's label: "too long" becomes
/// "Name: too long.", and "is taken" becomes "Name is taken."
pub fn words(text: &str, label: &str) -> String {
    let text = format::sentence(text);
    if !text.chars().next().is_some_and(char::is_lowercase) {
        return text;
    }
    let is_told = text.split_whitespace().next().is_some_and(|first| VERBS.contains(&first));
    format!("{label}{} {text}", if is_told { "" } else { ":" })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 5] = ["name", "title", "nodeGroups[0].name", "nodeGroups[1].name", "labels"];

    #[test]
    fn a_path_finds_its_field_however_it_is_written() {
        assert_eq!(field("name", &NAMES), Some(0));
        assert_eq!(field("$.name", &NAMES), Some(0));
        assert_eq!(field("/title", &NAMES), Some(1));
        assert_eq!(field("body.Title", &NAMES), Some(1));
        assert_eq!(field("nodeGroups[1].name", &NAMES), Some(3));
        assert_eq!(field("/nodeGroups/0/name", &NAMES), Some(2));
        assert_eq!(field("spec.title", &NAMES), Some(1));
        assert_eq!(field("labels.app", &NAMES), Some(4));
    }

    #[test]
    fn what_could_be_several_or_none_is_left() {
        assert_eq!(field("nodeGroups[2].name", &NAMES), None);
        assert_eq!(field("quota", &NAMES), None);
        assert_eq!(field("", &NAMES), None);
    }

    #[test]
    fn a_fault_is_a_sentence() {
        assert_eq!(words("Must be unique", "Name"), "Must be unique.");
        assert_eq!(words("too long", "Name"), "Name: too long.");
        assert_eq!(words("is no region of aws", "Region"), "Region is no region of aws.");
        assert_eq!(
            words("must be 12 hours at most", "Credentials live for"),
            "Credentials live for must be 12 hours at most."
        );
        assert_eq!(words("issuer: not known", "Issuer"), "Issuer: issuer: not known.");
    }
}
