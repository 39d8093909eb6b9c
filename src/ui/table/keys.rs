//! The keys of a list: `/` searches, j and k walk, Enter opens, x chooses.

use leptos::ev;
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::view::Core;
use crate::ui::shortcuts::{Shortcut, Shortcuts};

const GROUP: &str = "Lists";

/// Offers the keys that work wherever the focus is, for as long as the table is there: those of the page's first list.
pub(super) fn offer(core: Core) {
    let Some(shortcuts) = Shortcuts::of_context() else { return };
    let shortcut = |keys, label: &'static str, act: fn(Core)| {
        Shortcut::new(keys, GROUP, label, move || {
            if core.is_first() {
                act(core);
            }
        })
    };
    if core.spec().search.is_some() {
        shortcuts.offer(shortcut("/", "Filter the list", Core::find));
    }
    shortcuts.offer(shortcut("j", "Go to the next row", |core| core.walk(true)).repeating());
    shortcuts.offer(shortcut("k", "Go to the row before", |core| core.walk(false)).repeating());
    // It is for the row that has the focus: `inside` minds it.
    shortcuts.offer(Shortcut::listed("Enter", GROUP, "Open the row, or its menu"));
    if core.spec().selectable() {
        shortcuts.offer(shortcut("x", "Select the row", Core::pick));
    }
}

/// The keys that work while the focus is on the list or in it.
pub(super) fn inside(core: Core, event: &ev::KeyboardEvent) {
    if event.default_prevented() || event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let is_in = |selector: &str| {
        target.as_ref().is_some_and(|target| target.closest(selector).is_ok_and(|found| found.is_some()))
    };
    if is_in("[popover]") {
        return;
    }
    match event.key().as_str() {
        "ArrowDown" => core.walk(true),
        "ArrowUp" => core.walk(false),
        // A link or a button that has the focus takes it itself.
        "Enter" if !is_in("a, button, input") => core.open(),
        "Escape" if core.has_selection() => core.clear_selection(),
        _ => return,
    }
    event.prevent_default();
}
