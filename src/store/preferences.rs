//! Choices that outlive the tab, in `localStorage`. Nothing here is secret.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::StorageEvent;

use super::{
    connections::{Connections, Started},
    shelf::{Shelves, Thing},
};
use crate::{
    client::browser::{self, Listener},
    ui::lasting::{Followed, Lasting},
};

/// `boot.js` reads this one before anything is painted.
const THEME: &str = "astro.theme";

const ORGANIZATION: &str = "astro.organization";

const DENSITY: &str = "astro.density";

const SIDEBAR: &str = "astro.sidebar";

const CHARACTERS: &str = "astro.shortcuts";

const ZONE: &str = "astro.zone";

const LANGUAGE: &str = "astro.language";

const START: &str = "astro.start";

const STORAGE: &str = "astro.session-storage";

const TABS: &str = "astro.tabs";

const SHELVES: &str = "astro.shelves";

const CONNECTIONS: &str = "astro.connections";

/// Light, dark, or what the system says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// What the system says.
    #[default]
    System,
    /// Light, whatever the system says.
    Light,
    /// Dark, whatever the system says.
    Dark,
}

impl Theme {
    const fn word(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }

    fn read(word: Option<&str>) -> Self {
        match word {
            Some("light") => Self::Light,
            Some("dark") => Self::Dark,
            _ => Self::System,
        }
    }
}

/// The person's choices. A handle; it lives as long as the program.
#[derive(Clone, Copy)]
pub struct Preferences(StoredValue<Choices>);

#[derive(Clone, Copy)]
struct Choices {
    theme: Lasting<Theme>,
    organization: Lasting<Option<String>>,
    compact: Lasting<bool>,
    narrow: Lasting<bool>,
    characters: Lasting<bool>,
    zone: Lasting<Option<String>>,
    language: Lasting<Option<String>>,
    start: Lasting<Option<String>>,
    memory: Lasting<bool>,
    shared: Lasting<bool>,
    shelves: Lasting<Shelves>,
    connections: Lasting<Connections>,
}

impl Preferences {
    /// Reads what is stored, and follows what other tabs choose.
    pub fn new() -> Self {
        let preferences = Self(StoredValue::new(Choices {
            theme: Lasting::new(Theme::read(read(THEME).as_deref())),
            organization: Lasting::new(read(ORGANIZATION)),
            compact: Lasting::new(is_compact()),
            narrow: Lasting::new(is_narrow()),
            characters: Lasting::new(has_characters()),
            zone: Lasting::new(read(ZONE)),
            language: Lasting::new(read(LANGUAGE)),
            start: Lasting::new(read(START)),
            memory: Lasting::new(is_in_memory()),
            shared: Lasting::new(is_shared()),
            shelves: Lasting::new(stored_shelves()),
            connections: Lasting::new(stored_connections()),
        }));
        let other_tab = Listener::window("storage", move |event| {
            let event = event.dyn_into::<StorageEvent>().ok();
            preferences.follow(event.and_then(|event| event.key()).as_deref());
        });
        StoredValue::new_local(other_tab);
        preferences
    }

    fn choices(self) -> Choices {
        self.0.get_value()
    }

    /// Whether the program is being taken down.
    fn is_gone(self) -> bool {
        self.0.try_with_value(|_| ()).is_none()
    }

    /// Another tab has changed what is kept under a name; under none: everything is gone.
    fn follow(self, name: Option<&str>) {
        if self.is_gone() {
            return;
        }
        let changed = |known: &str| name.is_none_or(|name| name == known);
        if changed(THEME) {
            let chosen = Theme::read(read(THEME).as_deref());
            self.choices().theme.try_set(chosen);
            show(chosen);
        }
        if changed(DENSITY) {
            self.choices().compact.try_set(is_compact());
        }
        if changed(SIDEBAR) {
            self.choices().narrow.try_set(is_narrow());
        }
        if changed(CHARACTERS) {
            self.choices().characters.try_set(has_characters());
        }
        if changed(ZONE) {
            self.choices().zone.try_set(read(ZONE));
        }
        if changed(LANGUAGE) {
            self.choices().language.try_set(read(LANGUAGE));
        }
        if changed(START) {
            self.choices().start.try_set(read(START));
        }
        if changed(STORAGE) {
            self.choices().memory.try_set(is_in_memory());
        }
        if changed(TABS) {
            self.choices().shared.try_set(is_shared());
        }
        if changed(SHELVES) {
            self.choices().shelves.try_set(stored_shelves());
        }
        if changed(CONNECTIONS) {
            self.choices().connections.try_set(stored_connections());
        }
    }

    /// The theme.
    pub fn theme(self) -> Followed<Theme> {
        self.choices().theme.read_only()
    }

    /// Chooses a theme; the page follows at once, as do other tabs.
    pub fn set_theme(self, theme: Theme) {
        write(THEME, theme.word());
        self.choices().theme.try_set(theme);
        show(theme);
    }

    /// Whether tables stand close: rows of 32 px instead of 40.
    pub fn compact(self) -> Followed<bool> {
        self.choices().compact.read_only()
    }

    /// Chooses how close tables stand.
    pub fn set_compact(self, compact: bool) {
        write(DENSITY, compact.then_some("compact"));
        self.choices().compact.try_set(compact);
    }

    /// Whether the sidebar is a narrow strip of icons.
    pub fn narrow_sidebar(self) -> Followed<bool> {
        self.choices().narrow.read_only()
    }

    /// Makes the sidebar narrow or wide.
    pub fn set_narrow_sidebar(self, narrow: bool) {
        write(SIDEBAR, narrow.then_some("narrow"));
        self.choices().narrow.try_set(narrow);
    }

    /// Whether shortcuts that are plain characters are on.
    pub fn character_shortcuts(self) -> Followed<bool> {
        self.choices().characters.read_only()
    }

    /// Switches shortcuts that are plain characters on or off.
    pub fn set_character_shortcuts(self, on: bool) {
        write(CHARACTERS, (!on).then_some("off"));
        self.choices().characters.try_set(on);
    }

    /// The time zone that times are told in; none: the browser's.
    pub fn zone(self) -> Followed<Option<String>> {
        self.choices().zone.read_only()
    }

    /// Chooses the time zone.
    pub fn set_zone(self, zone: Option<String>) {
        write(ZONE, zone.as_deref());
        self.choices().zone.try_set(zone);
    }

    /// The language of numbers and dates; none: the browser's.
    pub fn language(self) -> Followed<Option<String>> {
        self.choices().language.read_only()
    }

    /// Chooses the language of numbers and dates.
    pub fn set_language(self, language: Option<String>) {
        write(LANGUAGE, language.as_deref());
        self.choices().language.try_set(language);
    }

    /// The name of the organization that a new tab begins in; none: the one that was worked in last.
    pub fn start(self) -> Followed<Option<String>> {
        self.choices().start.read_only()
    }

    /// Chooses the organization that a new tab begins in.
    pub fn set_start(self, organization: Option<String>) {
        write(START, organization.as_deref());
        self.choices().start.try_set(organization);
    }

    /// The organization that a new tab begins in, if one was chosen, and the one that was worked in last; for whoever may
    /// outlive the program, which knows neither any more.
    pub(super) fn begins(self) -> (Option<String>, Option<String>) {
        let both = |choices: &Choices| (choices.start.get_untracked(), choices.organization.get_untracked());
        self.0.try_with_value(both).unwrap_or_default()
    }

    /// Whether a session is to end with a reload.
    pub fn memory_session(self) -> Followed<bool> {
        self.choices().memory.read_only()
    }

    /// Chooses whether a session ends with a reload; the present ones of all tabs follow.
    pub fn set_memory_session(self, on: bool) {
        write(STORAGE, on.then_some("memory"));
        self.choices().memory.try_set(on);
    }

    /// Whether a new tab may join the session of another.
    pub fn shared_session(self) -> Followed<bool> {
        self.choices().shared.read_only()
    }

    /// The same, for whoever may outlive the program.
    pub(super) fn shares(self) -> bool {
        self.0.try_with_value(|choices| choices.shared.get_untracked()).unwrap_or_default()
    }

    /// Chooses whether a new tab may join the session of another.
    pub fn set_shared_session(self, on: bool) {
        write(TABS, (!on).then_some("apart"));
        self.choices().shared.try_set(on);
    }

    /// The name of the organization that was worked in last.
    pub fn organization(self) -> Followed<Option<String>> {
        self.choices().organization.read_only()
    }

    pub(super) fn remember_organization(self, name: Option<String>) {
        if self.is_gone() {
            return;
        }
        write(ORGANIZATION, name.as_deref());
        if let Some(name) = &name {
            self.change_shelves(|shelves| shelves.enter(name));
        }
        self.choices().organization.try_set(name);
    }

    /// What is pinned and was looked at lately, for each organization.
    pub fn shelves(self) -> Followed<Shelves> {
        self.choices().shelves.read_only()
    }

    /// Remembers that something was looked at.
    pub fn visit(self, organization: &str, thing: Thing) {
        self.change_shelves(|shelves| shelves.visit(organization, thing));
    }

    /// Pins something or lets it go.
    pub fn pin(self, organization: &str, thing: Thing, pin: bool) {
        self.change_shelves(|shelves| shelves.pin(organization, thing, pin));
    }

    /// Pins an organization or lets it go.
    pub fn pin_organization(self, organization: &str, pin: bool) {
        self.change_shelves(|shelves| shelves.pin_organization(organization, pin));
    }

    /// Forgets something that is no more.
    pub fn forget(self, organization: &str, kind: &str, id: &str) {
        self.change_shelves(|shelves| shelves.forget(organization, kind, id));
    }

    /// The cloud connections that were started in this browser.
    pub fn connections(self) -> Followed<Connections> {
        self.choices().connections.read_only()
    }

    /// Remembers that a cloud connection was started.
    pub fn remember_connection(self, started: Started) {
        self.change_connections(|connections| connections.add(started));
    }

    /// Forgets a cloud connection by its operation.
    pub fn forget_connection(self, operation: &str) {
        self.change_connections(|connections| connections.forget(operation));
    }

    /// Whoever signs in next has not started them.
    pub(super) fn forget_connections(self) {
        if !self.is_gone() {
            write(CONNECTIONS, None);
            self.choices().connections.try_set(Connections::default());
        }
    }

    /// Changes the newest of what all tabs have kept; where nothing can be kept, what this tab knows.
    fn change_connections(self, change: impl FnOnce(&mut Connections)) {
        if self.is_gone() {
            return;
        }
        let kept = read(CONNECTIONS).map(|text| Connections::parse(&text));
        let mut connections = kept.or_else(|| self.choices().connections.try_get_untracked()).unwrap_or_default();
        change(&mut connections);
        write(CONNECTIONS, Some(&connections.text()));
        self.choices().connections.try_set(connections);
    }

    /// Changes the newest of what all tabs have kept; where nothing can be kept, what this tab knows.
    fn change_shelves(self, change: impl FnOnce(&mut Shelves)) {
        let mut shelves = read(SHELVES)
            .map(|text| Shelves::parse(&text))
            .or_else(|| self.choices().shelves.try_get_untracked())
            .unwrap_or_default();
        change(&mut shelves);
        write(SHELVES, Some(&shelves.text()));
        if self.choices().shelves.try_with_untracked(|known| *known != shelves) == Some(true) {
            self.choices().shelves.try_set(shelves);
        }
    }
}

fn is_compact() -> bool {
    read(DENSITY).as_deref() == Some("compact")
}

fn is_narrow() -> bool {
    read(SIDEBAR).as_deref() == Some("narrow")
}

fn is_in_memory() -> bool {
    read(STORAGE).as_deref() == Some("memory")
}

fn is_shared() -> bool {
    read(TABS).as_deref() != Some("apart")
}

fn has_characters() -> bool {
    read(CHARACTERS).as_deref() != Some("off")
}

fn stored_shelves() -> Shelves {
    read(SHELVES).map(|text| Shelves::parse(&text)).unwrap_or_default()
}

fn stored_connections() -> Connections {
    read(CONNECTIONS).map(|text| Connections::parse(&text)).unwrap_or_default()
}

impl Default for Preferences {
    fn default() -> Self {
        Self::new()
    }
}

/// What is stored below a name in `localStorage`.
pub(super) fn read(name: &str) -> Option<String> {
    browser::local_storage()?.get_item(name).ok()?
}

/// Stores a text below a name in `localStorage`, or takes it away.
pub(super) fn write(name: &str, value: Option<&str>) {
    let Some(storage) = browser::local_storage() else { return };
    // Full or forbidden: then the choice lives as long as the tab.
    let _ = match value {
        Some(value) => storage.set_item(name, value),
        None => storage.remove_item(name),
    };
}

fn show(theme: Theme) {
    let Some(root) = web_sys::window().and_then(|window| window.document()).and_then(|page| page.document_element())
    else {
        return;
    };
    let _ = match theme.word() {
        Some(word) => root.set_attribute("data-theme", word),
        None => root.remove_attribute("data-theme"),
    };
}
