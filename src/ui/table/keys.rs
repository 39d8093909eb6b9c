//! The keys of a list: `/` searches, j and k walk, Enter opens, x chooses.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

use super::view::Core;

/// Listens to the keyboard for as long as the table is there.
pub(super) fn offer(core: Core) {
    let listener = window_event_listener(ev::keydown, move |event| {
        if event.default_prevented() || event.ctrl_key() || event.meta_key() || event.alt_key() || types(&event) {
            return;
        }
        let inside = core.has_focus();
        if !inside && (!core.is_first() || is_covered()) {
            return;
        }
        let acted = match event.key().as_str() {
            "/" => core.find(),
            "j" => {
                core.walk(true);
                true
            }
            "k" => {
                core.walk(false);
                true
            }
            "ArrowDown" if inside => {
                core.walk(true);
                true
            }
            "ArrowUp" if inside => {
                core.walk(false);
                true
            }
            "x" => core.pick(),
            // A link or a button that has the focus takes it itself.
            "Enter" if inside && !is_on_control(&event) => core.open(),
            "Escape" => core.escape(),
            _ => false,
        };
        if acted {
            event.prevent_default();
        }
    });
    on_cleanup(move || listener.remove());
}

fn target(event: &ev::KeyboardEvent) -> Option<Element> {
    // Through the shadow root of an editor.
    event.composed_path().get(0).dyn_into::<Element>().ok()
}

/// Whether somebody types, or walks through an open list.
fn types(event: &ev::KeyboardEvent) -> bool {
    let Some(target) = target(event) else { return false };
    if let Some(input) = target.dyn_ref::<HtmlInputElement>()
        && !matches!(input.type_().as_str(), "checkbox" | "radio")
    {
        return true;
    }
    target
        .closest("textarea, select, [contenteditable], [role=textbox], [role=combobox], [popover]")
        .is_ok_and(|found| found.is_some())
}

fn is_on_control(event: &ev::KeyboardEvent) -> bool {
    target(event).is_some_and(|target| target.closest("a, button, input").is_ok_and(|found| found.is_some()))
}

fn is_covered() -> bool {
    document().query_selector("dialog:modal").is_ok_and(|dialog| dialog.is_some())
}
