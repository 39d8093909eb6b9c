//! From things with parents to the rows that are seen.

use std::collections::{HashMap, HashSet};

/// A row that is seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Names it.
    pub key: String,
    /// How deep it lies; the roots lie at 1.
    pub level: usize,
    /// Its place among its siblings, from 1.
    pub place: usize,
    /// How many siblings there are, itself included.
    pub of: usize,
    /// Whether what lies under it is seen; none where nothing does.
    pub open: Option<bool>,
    /// What it lies under.
    pub parent: Option<String>,
}

/// The rows of things in the order in which they are given, parents before children. `things` are keys with the keys of
/// their parents; what lies under nothing that is known, or in a circle, is a root.
pub fn flatten(things: &[(&str, Option<&str>)], closed: &HashSet<String>) -> Vec<Row> {
    let known: HashMap<&str, Option<&str>> = things.iter().copied().collect();
    let parent_of = |key: &str| known.get(key).copied().flatten().filter(|parent| known.contains_key(parent));
    let is_in_a_circle = |key: &str| {
        let mut above = parent_of(key);
        let mut steps = 0;
        while let Some(parent) = above {
            // What leads into a circle without being a part of it lies under one of its roots.
            if parent == key || steps > known.len() {
                return parent == key;
            }
            above = parent_of(parent);
            steps += 1;
        }
        false
    };
    let mut children: HashMap<Option<&str>, Vec<&str>> = HashMap::new();
    let mut seen = HashSet::new();
    for (key, _) in things {
        // A key that stands twice is one thing.
        if seen.insert(*key) {
            let parent = parent_of(key).filter(|_| !is_in_a_circle(key));
            children.entry(parent).or_default().push(key);
        }
    }
    let mut rows = Vec::with_capacity(things.len());
    descend(&children, closed, None, 1, &mut rows);
    rows
}

fn descend(
    children: &HashMap<Option<&str>, Vec<&str>>,
    closed: &HashSet<String>,
    parent: Option<&str>,
    level: usize,
    rows: &mut Vec<Row>,
) {
    let Some(keys) = children.get(&parent) else { return };
    for (index, key) in keys.iter().enumerate() {
        let open = children.contains_key(&Some(*key)).then(|| !closed.contains(*key));
        rows.push(Row {
            key: (*key).to_owned(),
            level,
            place: index + 1,
            of: keys.len(),
            open,
            parent: parent.map(ToOwned::to_owned),
        });
        if open == Some(true) {
            descend(children, closed, Some(key), level + 1, rows);
        }
    }
}

/// The row that takes the place of one that is not there any more: what it lay under, or what stands there now.
pub fn heir<'a>(before: &[Row], now: &'a [Row], gone: &str) -> Option<&'a Row> {
    let index = before.iter().position(|row| row.key == gone)?;
    let mut above = before.get(index).and_then(|row| row.parent.as_deref());
    while let Some(parent) = above {
        // A parent that was closed over it.
        if let Some(row) = now.iter().find(|row| row.key == parent) {
            return Some(row);
        }
        above = before.iter().find(|row| row.key == parent).and_then(|row| row.parent.as_deref());
    }
    now.get(index.min(now.len().saturating_sub(1)))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn seen(things: &[(&str, Option<&str>)], closed: &[&str]) -> Vec<String> {
        let closed = closed.iter().map(|key| (*key).to_owned()).collect();
        let text = |row: Row| {
            let sign = match row.open {
                Some(true) => "-",
                Some(false) => "+",
                None => "",
            };
            format!("{}{sign}{} {}/{}", "  ".repeat(row.level - 1), row.key, row.place, row.of)
        };
        flatten(things, &closed).into_iter().map(text).collect()
    }

    const THINGS: [(&str, Option<&str>); 5] = [
        ("pod-2", Some("set")),
        ("deployment", None),
        ("set", Some("deployment")),
        ("pod-1", Some("set")),
        ("service", None),
    ];

    #[test]
    fn children_stand_under_their_parents() {
        assert_eq!(
            seen(&THINGS, &[]),
            ["-deployment 1/2", "  -set 1/1", "    pod-2 1/2", "    pod-1 2/2", "service 2/2"]
        );
    }

    #[test]
    fn what_lies_under_a_closed_one_is_not_seen() {
        assert_eq!(seen(&THINGS, &["set"]), ["-deployment 1/2", "  +set 1/1", "service 2/2"]);
        assert_eq!(seen(&THINGS, &["deployment", "service"]), ["+deployment 1/2", "service 2/2"]);
    }

    #[test]
    fn orphans_and_circles_are_roots() {
        let things = [("a", Some("b")), ("b", Some("a")), ("c", Some("nowhere")), ("d", Some("d")), ("e", Some("a"))];
        assert_eq!(seen(&things, &[]), ["-a 1/4", "  e 1/1", "b 2/4", "c 3/4", "d 4/4"]);
        assert_eq!(seen(&[("a", None), ("a", None)], &[]), ["a 1/1"]);
    }

    #[test]
    fn the_focus_goes_to_what_is_left() {
        let closed = HashSet::new();
        let before = flatten(&THINGS, &closed);
        let after = flatten(&THINGS, &HashSet::from(["deployment".to_owned()]));
        assert_eq!(heir(&before, &after, "pod-1").unwrap().key, "deployment");
        let without: Vec<_> = THINGS.into_iter().filter(|(key, _)| *key != "pod-1").collect();
        assert_eq!(heir(&before, &flatten(&without, &closed), "pod-1").unwrap().key, "set");
        assert_eq!(heir(&before, &flatten(&THINGS[1..4], &closed), "service").unwrap().key, "pod-1");
        assert_eq!(heir(&before, &[], "service"), None);
    }

    proptest! {
        #[test]
        fn open_trees_show_everything_once(parents in prop::collection::vec(prop::option::of(0_usize..20), 0..20)) {
            let names: Vec<_> = (0..20).map(|index| format!("k{index}")).collect();
            let things: Vec<_> = parents
                .iter()
                .enumerate()
                .map(|(index, parent)| (names[index].as_str(), parent.map(|parent| names[parent].as_str())))
                .collect();
            let rows = flatten(&things, &HashSet::new());
            let keys: HashSet<_> = rows.iter().map(|row| row.key.clone()).collect();
            prop_assert_eq!(keys.len(), things.len());
            prop_assert_eq!(rows.len(), things.len());
            for pair in rows.windows(2) {
                prop_assert!(pair[1].level <= pair[0].level + 1);
            }
        }
    }
}
