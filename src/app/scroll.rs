//! How far pages are scrolled: a new one begins at its top, and going back leads to where one was.
//!
//! The browser would do the second by itself, but at a moment at which the page is not drawn yet. So it is asked not to,
//! and the place of each entry of its history is kept here, for as long as the page lives.

use std::{cell::RefCell, rc::Rc};

use leptos::{ev, prelude::*};
use wasm_bindgen::JsValue;
use web_sys::ScrollRestoration;

/// How many entries of the history are kept.
const KEPT: usize = 100;

/// How long a page may take to be as long as it was, milliseconds.
const PATIENCE: f64 = 2_000.0;

/// Keeps and restores places for as long as the current owner lives.
pub fn keep() {
    let by_hand = |by_hand: bool| {
        if let Ok(history) = window().history() {
            let way = if by_hand { ScrollRestoration::Manual } else { ScrollRestoration::Auto };
            let _ = history.set_scroll_restoration(way);
        }
    };
    by_hand(true);
    let places: Rc<RefCell<Vec<(String, f64)>>> = Rc::default();
    // Counts what the person does, so that nobody is pulled away from where they have scrolled to meanwhile.
    let moves = StoredValue::new(0_u32);
    let moved = move || {
        moves.try_update_value(|moves| *moves = moves.wrapping_add(1));
    };
    let scrolled = {
        let places = Rc::clone(&places);
        move || remember(&mut places.borrow_mut(), entry(), window().scroll_y().unwrap_or_default())
    };
    let back = move || {
        moved();
        let here = entry();
        let place = places.borrow().iter().find(|(of, _)| *of == here).map(|(_, place)| *place);
        restore(place.unwrap_or_default(), moves);
    };
    let listeners = [
        window_event_listener(ev::scroll, move |_| scrolled()),
        window_event_listener(ev::popstate, move |_| back()),
        window_event_listener(ev::wheel, move |_| moved()),
        window_event_listener(ev::touchmove, move |_| moved()),
        window_event_listener(ev::keydown, move |_| moved()),
        window_event_listener(ev::pointerdown, move |_| moved()),
        // A reload, or a way back from another site, is the browser's again.
        window_event_listener(ev::pagehide, move |_| by_hand(false)),
    ];
    on_cleanup(move || {
        for listener in listeners {
            listener.remove();
        }
    });
}

/// Names the entry of the history that is shown; the address does where the browser has no names for them.
fn entry() -> String {
    let property = |object: &JsValue, name: &str| js_sys::Reflect::get(object, &name.into()).ok();
    property(&window(), "navigation")
        .filter(JsValue::is_object)
        .and_then(|navigation| property(&navigation, "currentEntry"))
        .filter(JsValue::is_object)
        .and_then(|entry| property(&entry, "key")?.as_string())
        .or_else(|| window().location().href().ok())
        .unwrap_or_default()
}

fn remember(places: &mut Vec<(String, f64)>, entry: String, place: f64) {
    if let Some((_, known)) = places.iter_mut().find(|(of, _)| *of == entry) {
        *known = place;
        return;
    }
    if places.len() >= KEPT {
        places.remove(0);
    }
    places.push((entry, place));
}

/// Scrolls to a place as soon as the page reaches so far.
fn restore(place: f64, moves: StoredValue<u32>) {
    let began = js_sys::Date::now();
    let known = moves.try_get_value();
    attempt(place, began, known, moves);
}

fn attempt(place: f64, began: f64, known: Option<u32>, moves: StoredValue<u32>) {
    request_animation_frame(move || {
        if moves.try_get_value() != known || js_sys::Date::now() - began > PATIENCE {
            return;
        }
        window().scroll_to_with_x_and_y(0.0, place);
        let reached = (window().scroll_y().unwrap_or_default() - place).abs() < 2.0;
        if !reached {
            attempt(place, began, known, moves);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_entry_has_one_place_and_the_oldest_gives_way() {
        let mut places = Vec::new();
        remember(&mut places, "a".to_owned(), 10.0);
        remember(&mut places, "b".to_owned(), 20.0);
        remember(&mut places, "a".to_owned(), 30.0);
        assert_eq!(places, [("a".to_owned(), 30.0), ("b".to_owned(), 20.0)]);
        for index in 0..KEPT {
            remember(&mut places, index.to_string(), 0.0);
        }
        assert_eq!(places.len(), KEPT);
        assert!(places.iter().all(|(of, _)| of != "a"));
    }
}
