//! Where a list was scrolled to, for whoever comes back to it by the browser's "back".

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
};

use leptos::{ev, prelude::*};

/// How many addresses are remembered.
const KEPT: usize = 50;

/// Pixels of the list's own scrolling, and of the window's.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Place {
    pub list: i32,
    pub window: i32,
}

thread_local! {
    static PLACES: RefCell<VecDeque<(String, Place)>> = const { RefCell::new(VecDeque::new()) };
    /// Whether the page that is shown was come to by "back" or "forward".
    static CAME_BACK: Cell<bool> = const { Cell::new(false) };
    static LISTENS: Cell<bool> = const { Cell::new(false) };
}

/// Listens to how pages are come to: once, for as long as the program lives.
pub(super) fn listen() {
    if LISTENS.with(|listens| listens.replace(true)) {
        return;
    }
    // Never removed: what is remembered outlives every table.
    let _ = window_event_listener(ev::popstate, |_| CAME_BACK.with(|came| came.set(true)));
    // Whatever else leads to a page begins with one of these.
    let _ = window_event_listener(ev::pointerdown, |_| CAME_BACK.with(|came| came.set(false)));
    let _ = window_event_listener(ev::click, |_| CAME_BACK.with(|came| came.set(false)));
    let _ = window_event_listener(ev::keydown, |_| CAME_BACK.with(|came| came.set(false)));
}

fn here() -> Option<String> {
    window().location().href().ok()
}

/// Remembers where the list of this address is scrolled to.
pub(super) fn remember(place: Place) {
    let Some(here) = here() else { return };
    PLACES.with(|places| {
        if let Ok(mut places) = places.try_borrow_mut() {
            places.retain(|(address, _)| *address != here);
            if places.len() >= KEPT {
                places.pop_front();
            }
            places.push_back((here, place));
        }
    });
}

/// Where the list of this address was scrolled to when it was left.
pub(super) fn known() -> Option<Place> {
    let here = here()?;
    PLACES.with(|places| {
        let places = places.try_borrow().ok()?;
        places.iter().find(|(address, _)| *address == here).map(|(_, place)| *place)
    })
}

/// Whether the page that is shown was come to by "back" or "forward". Known from the next frame on: the router hears of it
/// first, and may have drawn the page by then.
pub(super) fn came_back() -> bool {
    CAME_BACK.with(Cell::get)
}
