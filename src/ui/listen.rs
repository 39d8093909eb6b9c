//! Listeners on what Leptos does not draw, or in the phase before the elements get an event.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Event, EventTarget};

/// A listener; it is removed when this is dropped.
#[must_use = "a dropped listener hears nothing"]
pub struct Listener {
    target: EventTarget,
    name: &'static str,
    capture: bool,
    closure: Closure<dyn FnMut(Event)>,
}

impl Listener {
    /// Listens to an event of a target; with `capture` before the elements inside of it hear of it.
    pub fn new(target: &EventTarget, name: &'static str, capture: bool, handler: Box<dyn FnMut(Event)>) -> Self {
        let closure = Closure::wrap(handler);
        // It fails for no callback that is a function.
        let _ = target.add_event_listener_with_callback_and_bool(name, closure.as_ref().unchecked_ref(), capture);
        Self { target: target.clone(), name, capture, closure }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let callback = self.closure.as_ref().unchecked_ref();
        let _ = self.target.remove_event_listener_with_callback_and_bool(self.name, callback, self.capture);
    }
}

/// Keeps listeners until the view around is gone.
pub fn keep(listeners: Vec<Listener>) {
    let kept = StoredValue::new_local(listeners);
    on_cleanup(move || {
        let _ = kept.try_update_value(Vec::clear);
    });
}

/// Whether a node lies in an element, or is it.
pub fn holds(element: &web_sys::Element, target: Option<EventTarget>) -> bool {
    let node = target.and_then(|target| target.dyn_into::<web_sys::Node>().ok());
    node.is_some_and(|node| element.contains(Some(&node)))
}
