//! Choices that outlive the tab, in `localStorage`. Nothing here is secret.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::StorageEvent;

use crate::client::browser::{self, Listener};

/// `boot.js` reads this one before anything is painted.
const THEME: &str = "astro.theme";

const ORGANIZATION: &str = "astro.organization";

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

/// The person's choices.
#[derive(Clone, Copy)]
pub struct Preferences {
    theme: RwSignal<Theme>,
    organization: RwSignal<Option<String>>,
}

impl Preferences {
    /// Reads what is stored, and follows what other tabs choose.
    pub fn new() -> Self {
        let theme = RwSignal::new(Theme::read(read(THEME).as_deref()));
        let preferences = Self { theme, organization: RwSignal::new(read(ORGANIZATION)) };
        let other_tab = Listener::window("storage", move |event| {
            let event = event.dyn_into::<StorageEvent>().ok();
            if event.and_then(|event| event.key()).as_deref() == Some(THEME) {
                let chosen = Theme::read(read(THEME).as_deref());
                theme.try_set(chosen);
                show(chosen);
            }
        });
        StoredValue::new_local(other_tab);
        preferences
    }

    /// The theme.
    pub fn theme(self) -> ReadSignal<Theme> {
        self.theme.read_only()
    }

    /// Chooses a theme; the page follows at once, as do other tabs.
    pub fn set_theme(self, theme: Theme) {
        write(THEME, theme.word());
        self.theme.try_set(theme);
        show(theme);
    }

    /// The name of the organization that was worked in last.
    pub fn organization(self) -> ReadSignal<Option<String>> {
        self.organization.read_only()
    }

    pub(super) fn remember_organization(self, name: Option<String>) {
        write(ORGANIZATION, name.as_deref());
        self.organization.try_set(name);
    }
}

impl Default for Preferences {
    fn default() -> Self {
        Self::new()
    }
}

fn read(name: &str) -> Option<String> {
    browser::local_storage()?.get_item(name).ok()?
}

fn write(name: &str, value: Option<&str>) {
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
