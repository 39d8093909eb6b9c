//! From a value of JSON to the rows that are seen.

use std::collections::HashSet;

use serde_json::Value;

use crate::ui::tree::Row;

/// Entries of a list that stand under one row each; more are grouped, so that opening one is never slow.
pub const CHUNK: usize = 100;

/// Rows that are opened at once.
pub const AT_ONCE: usize = 1_000;

/// What a row shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// Where it is: `$.spec.groups[0].name`.
    pub path: String,
    /// What it is called where it stands: `name`, `[0]`.
    pub name: String,
    /// What it is.
    pub content: Content,
}

/// What a row shows beside its name.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// An object with so many members.
    Object(usize),
    /// A list with so many entries.
    List(usize),
    /// Entries of a list, grouped.
    Chunk,
    /// A text.
    Text(String),
    /// A number, a truth value, or nothing at all, as JSON writes it.
    Literal(String),
}

/// The rows of a value, of which those in `open` show what they hold. The path of a row is its key.
pub fn rows(value: &Value, open: &HashSet<String>) -> Vec<(Row, Shown)> {
    let mut walk = Walk { open, rows: Vec::new() };
    walk.value(value, Place { path: "$".to_owned(), name: String::new(), level: 1, number: 1, of: 1, parent: None });
    walk.rows
}

struct Place {
    path: String,
    name: String,
    level: usize,
    number: usize,
    of: usize,
    parent: Option<String>,
}

struct Walk<'a> {
    open: &'a HashSet<String>,
    rows: Vec<(Row, Shown)>,
}

impl Walk<'_> {
    /// Adds a row; tells whether what it holds is to be shown.
    fn row(&mut self, place: &Place, holds: bool, content: Content) -> bool {
        let open = holds.then(|| self.open.contains(&place.path));
        self.rows.push((
            Row {
                key: place.path.clone(),
                level: place.level,
                place: place.number,
                of: place.of,
                open,
                parent: place.parent.clone(),
            },
            Shown { path: place.path.clone(), name: place.name.clone(), content },
        ));
        open == Some(true)
    }

    fn value(&mut self, value: &Value, place: Place) {
        match value {
            Value::Object(members) => {
                if self.row(&place, !members.is_empty(), Content::Object(members.len())) {
                    for (index, (name, value)) in members.iter().enumerate() {
                        let path = member(&place.path, name);
                        self.value(value, under(&place, path, name.clone(), index, members.len()));
                    }
                }
            }
            Value::Array(entries) => {
                if self.row(&place, !entries.is_empty(), Content::List(entries.len())) {
                    self.entries(entries, 0, &place.path.clone(), &place);
                }
            }
            Value::String(text) => {
                self.row(&place, false, Content::Text(text.clone()));
            }
            other => {
                self.row(&place, false, Content::Literal(other.to_string()));
            }
        }
    }

    /// Entries of the list at `list`, the first of which is its `from`th.
    fn entries(&mut self, entries: &[Value], from: usize, list: &str, place: &Place) {
        // Chunks of chunks: a list of a million opens as a hundred rows, too.
        let mut size = 1;
        while entries.len().div_ceil(size) > CHUNK {
            size *= CHUNK;
        }
        let count = entries.len().div_ceil(size);
        for (index, part) in entries.chunks(size).enumerate() {
            let at = from + index * size;
            if let (1, Some(value)) = (size, part.first()) {
                let name = format!("[{at}]");
                self.value(value, under(place, format!("{list}{name}"), name, index, count));
            } else {
                let name = format!("[{at} … {}]", at + part.len() - 1);
                let place = under(place, format!("{list}{name}"), name, index, count);
                if self.row(&place, true, Content::Chunk) {
                    self.entries(part, at, list, &place);
                }
            }
        }
    }
}

fn under(above: &Place, path: String, name: String, index: usize, of: usize) -> Place {
    Place { path, name, level: above.level + 1, number: index + 1, of, parent: Some(above.path.clone()) }
}

/// The path of a member, as JavaScript and `jq` read it.
fn member(path: &str, name: &str) -> String {
    let is_plain = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    if is_plain { format!("{path}.{name}") } else { format!("{path}[{}]", Value::from(name)) }
}

/// What to open so that as much is seen as is drawn at once: level by level.
pub fn all(value: &Value, at_once: usize) -> HashSet<String> {
    let mut open = HashSet::new();
    loop {
        let seen = rows(value, &open);
        let closed: Vec<_> = seen.iter().filter(|(row, _)| row.open == Some(false)).map(|(row, _)| &row.key).collect();
        if closed.is_empty() || seen.len() >= at_once {
            return open;
        }
        // One opens a hundred rows at most.
        let room = (at_once - seen.len()).div_ceil(CHUNK).max(1);
        let next: Vec<_> = closed.into_iter().take(room.max(at_once / CHUNK)).cloned().collect();
        open.extend(next);
    }
}

/// The value at a path that [`rows`] has made; a chunk has its part of the list.
pub fn find(value: &Value, path: &str) -> Option<Value> {
    lookup(value, "$", path)
}

fn lookup(value: &Value, at: &str, path: &str) -> Option<Value> {
    if at == path {
        return Some(value.clone());
    }
    match value {
        Value::Object(members) => members.iter().find_map(|(name, value)| {
            let below = member(at, name);
            leads(&below, path).then(|| lookup(value, &below, path)).flatten()
        }),
        Value::Array(entries) => {
            let rest = path.strip_prefix(at)?.strip_prefix('[')?;
            let (inside, _) = rest.split_once(']')?;
            if let Some((from, to)) = inside.split_once(" … ") {
                let (from, to): (usize, usize) = (from.parse().ok()?, to.parse().ok()?);
                return Some(Value::Array(entries.get(from..=to)?.to_vec()));
            }
            let index: usize = inside.parse().ok()?;
            lookup(entries.get(index)?, &format!("{at}[{index}]"), path)
        }
        _ => None,
    }
}

/// Whether one path is another one, or leads to it.
fn leads(above: &str, path: &str) -> bool {
    path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn seen(value: &Value, open: &[&str]) -> Vec<String> {
        let open = open.iter().map(|path| (*path).to_owned()).collect();
        rows(value, &open).into_iter().map(|(row, shown)| format!("{} {}", row.level, shown.path)).collect()
    }

    #[test]
    fn what_is_open_shows_what_it_holds() {
        let value = json!({"name": "prod-eu", "groups": [{"min": 3}], "a.b": {"x": null}, "none": []});
        assert_eq!(seen(&value, &[]), ["1 $"]);
        assert_eq!(
            seen(&value, &["$", "$.groups", "$.groups[0]", "$[\"a.b\"]"]),
            [
                "1 $",
                "2 $.name",
                "2 $.groups",
                "3 $.groups[0]",
                "4 $.groups[0].min",
                "2 $[\"a.b\"]",
                "3 $[\"a.b\"].x",
                "2 $.none",
            ]
        );
    }

    #[test]
    fn a_long_list_is_grouped() {
        let value = json!((0..12_345).collect::<Vec<_>>());
        let of = |open: &[&str]| seen(&value, open);
        let first = of(&["$"]);
        assert_eq!(first.len(), 3);
        assert_eq!(first[1], "2 $[0 … 9999]");
        assert_eq!(first[2], "2 $[10000 … 12344]");
        let second = of(&["$", "$[10000 … 12344]"]);
        assert_eq!(second[3], "3 $[10000 … 10099]");
        assert_eq!(second.last().unwrap(), "3 $[12300 … 12344]");
        let third = of(&["$", "$[10000 … 12344]", "$[12300 … 12344]"]);
        assert_eq!(third.last().unwrap(), "4 $[12344]");
    }

    #[test]
    fn a_value_is_found_by_the_path_of_its_row() {
        let value = json!({"a.b": {"x": [1, {"y": true}]}, "a": {"b": 2}, "long": (0..150).collect::<Vec<_>>()});
        for (row, _) in rows(&value, &all(&value, AT_ONCE)) {
            assert!(find(&value, &row.key).is_some(), "{}", row.key);
        }
        assert_eq!(find(&value, "$[\"a.b\"].x[1].y"), Some(json!(true)));
        assert_eq!(find(&value, "$.a.b"), Some(json!(2)));
        assert_eq!(find(&value, "$.long[149]"), Some(json!(149)));
        assert_eq!(find(&value, "$.long[100 … 149]").unwrap().as_array().unwrap().len(), 50);
        assert_eq!(find(&value, "$.nowhere"), None);
    }

    #[test]
    fn all_of_a_large_value_is_opened_as_far_as_it_is_drawn_at_once() {
        let small = json!({"a": {"b": {"c": [1, 2]}}});
        assert_eq!(rows(&small, &all(&small, AT_ONCE)).len(), 6);
        let large = json!((0..500).map(|index| json!({"id": index, "tags": [1, 2, 3]})).collect::<Vec<_>>());
        let count = rows(&large, &all(&large, AT_ONCE)).len();
        assert!((AT_ONCE..AT_ONCE + 20 * CHUNK).contains(&count), "{count}");
    }
}
