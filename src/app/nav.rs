//! The parts of the console: one table for the sidebar, the palette and the keys that lead there.

use leptos::prelude::*;

use crate::{
    components::PageContext,
    routes::{self, Place},
    store::{Preferences, activity::book::Book, session::Organization, use_store},
    ui::{Shortcut, Shortcuts},
};

use super::Navigator;

/// Where a part lies.
#[derive(Clone, Copy)]
pub enum To {
    /// In an organization.
    Within(fn(&str) -> Place),
    /// Nowhere in particular.
    Beside(fn() -> Place),
}

/// A part of the console.
pub struct Entry {
    /// An icon of the sprite.
    pub icon: &'static str,
    to: To,
    /// The heading above it in the sidebar.
    pub group: Option<&'static str>,
    /// The keys that lead there.
    pub keys: &'static str,
    /// How much waits there for a person.
    pub count: Option<fn() -> Signal<usize>>,
}

const fn entry(group: Option<&'static str>, icon: &'static str, to: To, keys: &'static str) -> Entry {
    Entry { icon, to, group, keys, count: None }
}

const fn counted(entry: Entry, count: fn() -> Signal<usize>) -> Entry {
    Entry { count: Some(count), ..entry }
}

/// How many clusters wait for an owner. The bell asks for all that waits, so that this costs no call.
fn waiting() -> Signal<usize> {
    let book = use_store().activity.book();
    Memo::new(move |_| book.with(Book::waiting)).into()
}

/// The parts, in the order of the sidebar. A group is what stands together under the same heading.
#[rustfmt::skip]
pub static ENTRIES: &[Entry] = &[
    entry(None,                   "house",      To::Within(routes::home),          "g h"),
    entry(Some("Applications"),   "boxes",      To::Within(routes::applications),  "g a"),
    entry(Some("Applications"),   "layers",     To::Within(routes::profiles),      "g p"),
    entry(Some("Infrastructure"), "server",     To::Within(routes::clusters),      "g c"),
    entry(Some("Infrastructure"), "activity",   To::Within(routes::operations),    "g r"),
    counted(entry(Some("Infrastructure"), "shield-check", To::Within(routes::approvals), "g v"), waiting),
    entry(Some("Infrastructure"), "cloud",      To::Within(routes::cloud_accounts), "g l"),
    entry(Some("Infrastructure"), "library",    To::Within(routes::catalog),       "g t"),
    entry(Some("Integrations"),   "github",     To::Within(routes::github),        "g i"),
    entry(Some("Integrations"),   "bell",       To::Within(routes::notifications), "g n"),
    entry(Some("Organization"),   "building-2", To::Beside(routes::organizations), "g o"),
    entry(Some("Organization"),   "users",      To::Within(routes::members),       "g m"),
    entry(Some("Organization"),   "key-round",  To::Within(routes::keys),          "g k"),
    entry(Some("Organization"),   "scroll-text", To::Within(routes::audit),        "g u"),
    entry(Some("Organization"),   "credit-card", To::Within(routes::plan),         "g b"),
    entry(Some("Console"),        "settings",   To::Beside(routes::settings),      "g s"),
];

impl Entry {
    /// The part of an organization; none where it takes one and there is none.
    pub fn place(&self, organization: Option<&str>) -> Option<Place> {
        match self.to {
            To::Within(place) => organization.map(place),
            To::Beside(place) => Some(place()),
        }
    }
}

/// The organization whose pages are led to: that of the address if the person may enter it, else the active one.
pub fn organization_of(place: Memo<Option<Place>>) -> Memo<Option<Organization>> {
    let session = use_store().session;
    let (active, organizations) = (session.active(), session.organizations());
    Memo::new(move |_| {
        let named = place.with(|place| place.as_ref()?.organization().map(ToOwned::to_owned));
        let entered = named.and_then(|named| {
            organizations.with(|list| list.iter().find(|one| one.name == named && one.open).cloned())
        });
        entered.or_else(|| active.get())
    })
}

/// Puts the parts, and the console's own commands, under their keys.
pub fn offer_shortcuts(
    shortcuts: Shortcuts,
    organization: Memo<Option<Organization>>,
    navigator: Option<Navigator>,
    palette: RwSignal<bool>,
    help: RwSignal<bool>,
) {
    let preferences = use_store().preferences;
    shortcuts.offer(Shortcut::new("mod+k", "Everywhere", "Search or jump to", move || palette.set(true)));
    shortcuts.offer(Shortcut::new("?", "Everywhere", "Show all shortcuts", move || help.set(true)));
    shortcuts.offer(Shortcut::listed("Escape", "Everywhere", "Close what lies on top"));
    shortcuts
        .offer(Shortcut::new("[", "Everywhere", "Narrow or widen the sidebar", move || toggle_sidebar(preferences)));
    for entry in ENTRIES {
        let Some(name) = entry.place(Some("o")).map(|place| place.title()) else { continue };
        let go = move || {
            let name = organization.with_untracked(|active| active.as_ref().map(|active| active.name.clone()));
            if let (Some(place), Some(navigator)) = (entry.place(name.as_deref()), navigator) {
                navigator.visit(place.path());
            }
        };
        shortcuts.offer(Shortcut::new(entry.keys, "Go to", name, go));
    }
    let Some(context) = use_context::<PageContext>() else { return };
    // What the page offers comes and goes with it.
    Effect::new(move |_| {
        for action in context.actions() {
            let Some(keys) = action.shortcut else { continue };
            let (run, reason) = (action.run, action.disabled_reason);
            let run = move || {
                if reason.is_none() {
                    run.run(());
                }
            };
            shortcuts.offer(Shortcut::new(keys, "On this page", action.label, run));
        }
    });
}

/// Makes the sidebar narrow, or wide again.
pub fn toggle_sidebar(preferences: Preferences) {
    preferences.set_narrow_sidebar(!preferences.narrow_sidebar().get_untracked());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_has_a_page_and_keys_of_its_own() {
        for (index, entry) in ENTRIES.iter().enumerate() {
            let place = entry.place(Some("acme")).expect("a place");
            assert_eq!(Place::parse(&place.path()), Some(place));
            assert!(ENTRIES.iter().skip(index + 1).all(|other| other.keys != entry.keys), "{}", entry.keys);
        }
    }

    #[test]
    fn a_group_stands_together() {
        let mut seen: Vec<Option<&str>> = Vec::new();
        for entry in ENTRIES {
            if seen.last() != Some(&entry.group) {
                assert!(!seen.contains(&entry.group), "{:?} stands in two places", entry.group);
                seen.push(entry.group);
            }
        }
    }
}
