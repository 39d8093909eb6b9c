//! What a person has pinned and lately looked at, for each organization: ids and names, nothing else.
//!
//! Here are the rules, without the browser; [`super::Preferences`] keeps the text in `localStorage`, where other versions of
//! the console, other tabs and people write too. So whatever is not understood is left out, and everything is bounded.

use serde_json::{Map, Value};

/// How many things an organization's shelf remembers of each sort.
const PINNED: usize = 24;
const RECENT: usize = 8;

/// How many organizations are remembered.
const ORGANIZATIONS: usize = 24;

/// Longest id or name that is kept, bytes.
const LONGEST: usize = 256;

/// Something with a page of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thing {
    /// What it is: `cluster`, `application`.
    pub kind: String,
    /// Its id in the contract.
    pub id: String,
    /// What people call it.
    pub name: String,
}

impl Thing {
    /// A thing.
    pub fn new(kind: impl Into<String>, id: impl Into<String>, name: impl Into<String>) -> Self {
        Self { kind: kind.into(), id: id.into(), name: name.into() }
    }

    fn is(&self, kind: &str, id: &str) -> bool {
        self.kind == kind && self.id == id
    }

    fn is_sound(&self) -> bool {
        [&self.kind, &self.id, &self.name].iter().all(|text| !text.is_empty() && text.len() <= LONGEST)
    }

    fn read(value: &Value) -> Option<Self> {
        let text = |index: usize| value.get(index).and_then(Value::as_str);
        Some(Self::new(text(0)?, text(1)?, text(2)?)).filter(Self::is_sound)
    }

    fn write(&self) -> Value {
        Value::Array([&self.kind, &self.id, &self.name].into_iter().map(|text| Value::from(text.as_str())).collect())
    }
}

/// What is remembered of one organization.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shelf {
    /// Pinned things, in the order in which they were pinned.
    pub pinned: Vec<Thing>,
    /// Things that were looked at, the latest first.
    pub recent: Vec<Thing>,
}

impl Shelf {
    /// Whether something is pinned.
    pub fn has_pinned(&self, kind: &str, id: &str) -> bool {
        self.pinned.iter().any(|thing| thing.is(kind, id))
    }

    /// What was looked at and is not pinned anyway, the latest first.
    pub fn recent_only(&self) -> impl Iterator<Item = &Thing> {
        self.recent.iter().filter(|thing| !self.has_pinned(&thing.kind, &thing.id))
    }
}

/// What is remembered of every organization.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shelves {
    /// The organizations by name, the one worked in last first.
    list: Vec<(String, Shelf)>,
    /// The names of pinned organizations.
    pinned: Vec<String>,
}

impl Shelves {
    /// Reads what was kept.
    pub fn parse(text: &str) -> Self {
        let kept: Value = serde_json::from_str(text).unwrap_or_default();
        let mut shelves = Self::default();
        for name in list(&kept, "pinned").filter_map(Value::as_str) {
            shelves.pin_organization(name, true);
        }
        for entry in list(&kept, "organizations").take(ORGANIZATIONS) {
            let Some(name) = entry.get("name").and_then(Value::as_str).filter(|name| fits(name)) else { continue };
            if shelves.list.iter().any(|(known, _)| known == name) {
                continue;
            }
            let things = |part: &str, most: usize| {
                let mut things: Vec<Thing> = Vec::new();
                for thing in list(entry, part).filter_map(Thing::read) {
                    if things.len() < most && !things.iter().any(|known| known.is(&thing.kind, &thing.id)) {
                        things.push(thing);
                    }
                }
                things
            };
            let shelf = Shelf { pinned: things("pinned", PINNED), recent: things("recent", RECENT) };
            shelves.list.push((name.to_owned(), shelf));
        }
        shelves
    }

    /// The text to keep.
    pub fn text(&self) -> String {
        let organizations = self
            .list
            .iter()
            .map(|(name, shelf)| {
                let things = |list: &[Thing]| Value::Array(list.iter().map(Thing::write).collect());
                let mut entry = Map::new();
                entry.insert("name".to_owned(), Value::from(name.as_str()));
                entry.insert("pinned".to_owned(), things(&shelf.pinned));
                entry.insert("recent".to_owned(), things(&shelf.recent));
                Value::Object(entry)
            })
            .collect();
        let mut kept = Map::new();
        let pinned = self.pinned.iter().map(|name| Value::from(name.as_str())).collect();
        kept.insert("pinned".to_owned(), Value::Array(pinned));
        kept.insert("organizations".to_owned(), Value::Array(organizations));
        Value::Object(kept).to_string()
    }

    /// What is remembered of an organization.
    pub fn of(&self, organization: &str) -> Shelf {
        self.list.iter().find(|(name, _)| name == organization).map(|(_, shelf)| shelf.clone()).unwrap_or_default()
    }

    /// The place of an organization in a list: pinned ones first, then those worked in lately, then the others.
    pub fn rank(&self, organization: &str) -> usize {
        let of = |place: Option<usize>| place.unwrap_or(ORGANIZATIONS);
        let pinned = of(self.pinned.iter().position(|name| name == organization));
        let recent = of(self.list.iter().position(|(name, _)| name == organization));
        if pinned < ORGANIZATIONS { pinned } else { ORGANIZATIONS + recent }
    }

    /// Whether an organization is pinned.
    pub fn has_pinned_organization(&self, organization: &str) -> bool {
        self.pinned.iter().any(|name| name == organization)
    }

    /// Pins an organization or lets it go.
    pub fn pin_organization(&mut self, organization: &str, pin: bool) {
        self.pinned.retain(|name| name != organization);
        if pin && fits(organization) && self.pinned.len() < ORGANIZATIONS {
            self.pinned.push(organization.to_owned());
        }
    }

    /// An organization is worked in.
    pub fn enter(&mut self, organization: &str) {
        self.shelf(organization);
    }

    /// Something is looked at.
    pub fn visit(&mut self, organization: &str, thing: Thing) {
        if !thing.is_sound() {
            return;
        }
        let Some(shelf) = self.shelf(organization) else { return };
        // It may have another name by now.
        if let Some(pinned) = shelf.pinned.iter_mut().find(|known| known.is(&thing.kind, &thing.id)) {
            pinned.name.clone_from(&thing.name);
        }
        shelf.recent.retain(|known| !known.is(&thing.kind, &thing.id));
        shelf.recent.insert(0, thing);
        shelf.recent.truncate(RECENT);
    }

    /// Pins something or lets it go. The oldest gives way where there are too many.
    pub fn pin(&mut self, organization: &str, thing: Thing, pin: bool) {
        if !thing.is_sound() {
            return;
        }
        let Some(shelf) = self.shelf(organization) else { return };
        shelf.pinned.retain(|known| !known.is(&thing.kind, &thing.id));
        if pin {
            shelf.pinned.push(thing);
            let surplus = shelf.pinned.len().saturating_sub(PINNED);
            shelf.pinned.drain(..surplus);
        }
    }

    /// Something is no more.
    pub fn forget(&mut self, organization: &str, kind: &str, id: &str) {
        if let Some((_, shelf)) = self.list.iter_mut().find(|(name, _)| name == organization) {
            shelf.pinned.retain(|thing| !thing.is(kind, id));
            shelf.recent.retain(|thing| !thing.is(kind, id));
        }
    }

    /// The shelf of an organization, which thereby is the one worked in last.
    fn shelf(&mut self, organization: &str) -> Option<&mut Shelf> {
        if !fits(organization) {
            return None;
        }
        let place = self.list.iter().position(|(name, _)| name == organization);
        let entry = place.map_or_else(|| (organization.to_owned(), Shelf::default()), |place| self.list.remove(place));
        self.list.insert(0, entry);
        self.list.truncate(ORGANIZATIONS);
        self.list.first_mut().map(|(_, shelf)| shelf)
    }
}

fn fits(name: &str) -> bool {
    !name.is_empty() && name.len() <= LONGEST
}

fn list<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cluster(id: &str) -> Thing {
        Thing::new("cluster", id, id)
    }

    fn ids(things: &[Thing]) -> Vec<&str> {
        things.iter().map(|thing| thing.id.as_str()).collect()
    }

    #[test]
    fn what_was_looked_at_last_stands_first_and_old_things_give_way() {
        let mut shelves = Shelves::default();
        for id in 0..12 {
            shelves.visit("acme", cluster(&id.to_string()));
        }
        shelves.visit("acme", cluster("9"));
        assert_eq!(ids(&shelves.of("acme").recent), ["9", "11", "10", "8", "7", "6", "5", "4"]);
        assert_eq!(shelves.of("globex"), Shelf::default());
    }

    #[test]
    fn what_is_pinned_stays_until_it_is_let_go_or_gone() {
        let mut shelves = Shelves::default();
        shelves.visit("acme", cluster("a"));
        shelves.visit("acme", cluster("b"));
        shelves.pin("acme", cluster("a"), true);
        let shelf = shelves.of("acme");
        assert!(shelf.has_pinned("cluster", "a") && !shelf.has_pinned("application", "a"));
        assert_eq!(shelf.recent_only().map(|thing| thing.id.as_str()).collect::<Vec<_>>(), ["b"]);
        shelves.visit("acme", Thing::new("cluster", "a", "renamed"));
        assert_eq!(shelves.of("acme").pinned, [Thing::new("cluster", "a", "renamed")]);
        shelves.pin("acme", cluster("a"), false);
        assert_eq!(shelves.of("acme").pinned, []);
        shelves.pin("acme", cluster("b"), true);
        shelves.forget("acme", "cluster", "b");
        assert_eq!(ids(&shelves.of("acme").recent), ["a"]);
        assert_eq!(shelves.of("acme").pinned, []);
    }

    #[test]
    fn organizations_are_ranked_by_pin_and_by_use() {
        let mut shelves = Shelves::default();
        shelves.enter("acme");
        shelves.enter("globex");
        shelves.pin_organization("initech", true);
        let mut names = ["acme", "other", "initech", "globex"];
        names.sort_by_key(|name| shelves.rank(name));
        assert_eq!(names, ["initech", "globex", "acme", "other"]);
        shelves.pin_organization("initech", false);
        assert!(!shelves.has_pinned_organization("initech"));
    }

    #[test]
    fn what_is_not_understood_is_left_out() {
        for text in [
            "",
            "null",
            "[]",
            "{",
            r#"{"organizations": 3, "pinned": {"a": 1}}"#,
            r#"{"organizations":[1,{"name":""}]}"#,
        ] {
            assert_eq!(Shelves::parse(text), Shelves::default(), "{text}");
        }
        let text = r#"{"pinned":[1,"acme","acme"],"organizations":[{"name":"acme","recent":[["cluster","a"],["cluster","b","B"],7,["cluster","b","B"]]},{"name":"acme"}]}"#;
        let shelves = Shelves::parse(text);
        assert_eq!(shelves.of("acme").recent, [Thing::new("cluster", "b", "B")]);
        assert_eq!(shelves.pinned, ["acme"]);
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in ".*") {
            Shelves::parse(&text);
        }

        #[test]
        fn what_is_kept_is_read_back_and_bounded(steps in prop::collection::vec((0_u8..5, 0_u8..40, 0_u8..40), 0..200)) {
            let mut shelves = Shelves::default();
            for (what, organization, thing) in steps {
                let organization = format!("o{organization}");
                let thing = cluster(&format!("c{thing}"));
                match what {
                    0 => shelves.visit(&organization, thing),
                    1 => shelves.pin(&organization, thing, true),
                    2 => shelves.forget(&organization, "cluster", &thing.id),
                    3 => shelves.pin_organization(&organization, true),
                    _ => shelves.enter(&organization),
                }
            }
            prop_assert_eq!(&Shelves::parse(&shelves.text()), &shelves);
            prop_assert!(shelves.list.len() <= ORGANIZATIONS && shelves.pinned.len() <= ORGANIZATIONS);
            for (_, shelf) in &shelves.list {
                prop_assert!(shelf.pinned.len() <= PINNED && shelf.recent.len() <= RECENT);
            }
        }
    }
}
