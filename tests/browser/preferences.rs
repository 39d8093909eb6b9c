//! Choices that outlive the tab.

use astro_console::{
    client::browser,
    store::{Preferences, Theme},
};
use leptos::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

fn shown() -> Option<String> {
    document().document_element().unwrap().get_attribute("data-theme")
}

#[wasm_bindgen_test]
fn a_theme_is_shown_and_kept() {
    let owner = Owner::new();
    owner.with(|| {
        let preferences = Preferences::new();
        for (theme, word) in [(Theme::Dark, Some("dark")), (Theme::Light, Some("light")), (Theme::System, None)] {
            preferences.set_theme(theme);
            assert_eq!(preferences.theme().get_untracked(), theme);
            assert_eq!(shown().as_deref(), word);
            assert_eq!(browser::local_storage().unwrap().get_item("astro.theme").unwrap().as_deref(), word);
            assert_eq!(Preferences::new().theme().get_untracked(), theme);
        }
    });
}

#[wasm_bindgen_test]
fn another_tabs_choice_is_followed() {
    let owner = Owner::new();
    owner.with(|| {
        let preferences = Preferences::new();
        browser::local_storage().unwrap().set_item("astro.theme", "dark").unwrap();
        let init = web_sys::StorageEventInit::new();
        init.set_key(Some("astro.theme"));
        let event = web_sys::StorageEvent::new_with_event_init_dict("storage", &init).unwrap();
        window().dispatch_event(&event).unwrap();
        assert_eq!(preferences.theme().get_untracked(), Theme::Dark);
        assert_eq!(shown().as_deref(), Some("dark"));
        preferences.set_theme(Theme::System);
    });
}
