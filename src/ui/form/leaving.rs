//! Nothing typed is lost: whoever leaves a page with unsaved work is asked first, whichever way they leave.
//!
//! A link and the back button are held up and ask in a dialog of ours. Closing the tab asks in the browser's own, which
//! is all that a browser allows.

use js_sys::Reflect;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, HtmlAnchorElement, MouseEvent};

use super::super::{
    confirm::{Confirm, Confirming},
    listen::{Listener, keep},
};

/// Knows every draft on the page, and asks before one is lost. The application provides one, before its router.
#[derive(Clone, Copy)]
pub struct Leaving {
    drafts: RwSignal<Vec<(usize, Signal<bool>)>>,
    next: StoredValue<usize>,
    dirty: Memo<bool>,
    confirming: Confirming,
    /// The page that the unsaved work belongs to: its path in the document.
    page: StoredValue<String>,
    /// The next steps through the history are our own.
    own: StoredValue<u32>,
    /// The person has said that it may be lost.
    forsaken: StoredValue<bool>,
    /// Where in the history the browser was before its last step.
    before: StoredValue<Option<i32>>,
}

impl Leaving {
    /// Puts one into the context, and holds up whoever leaves.
    pub fn provide() -> Self {
        let drafts = RwSignal::new(Vec::<(usize, Signal<bool>)>::new());
        let leaving = Self {
            drafts,
            next: StoredValue::new(0),
            dirty: Memo::new(move |_| {
                drafts.with(|drafts| drafts.iter().any(|(_, draft)| draft.try_get() == Some(true)))
            }),
            confirming: Confirming::provide(),
            page: StoredValue::new(String::new()),
            own: StoredValue::new(0),
            forsaken: StoredValue::new(false),
            before: StoredValue::new(None),
        };
        provide_context(leaving);
        leaving.listen();
        leaving
    }

    fn listen(self) {
        let window = window();
        let mut listeners = vec![
            Listener::new(&window, "click", true, Box::new(move |event| self.pressed(&event))),
            Listener::new(&window, "popstate", true, Box::new(move |event| self.stepped(&event))),
        ];
        if let Some(navigation) = navigation() {
            let moved = move |event: Event| {
                let from = Reflect::get(&event, &"from".into()).ok();
                self.before.set_value(from.and_then(|from| index(&from)));
            };
            listeners.push(Listener::new(&navigation, "currententrychange", false, Box::new(moved)));
        }
        keep(listeners);
        // A page that listens to its closing is not kept for the way back: it listens only while there is something to lose.
        let closing = StoredValue::new_local(None::<Listener>);
        Effect::new(move |_| {
            let dirty = self.dirty.get();
            self.forsaken.set_value(false);
            if dirty {
                self.page.set_value(path());
            }
            closing.set_value(dirty.then(|| {
                let ask = move |event: Event| {
                    if !self.forsaken.get_value() {
                        event.prevent_default();
                    }
                };
                Listener::new(&leptos::prelude::window(), "beforeunload", false, Box::new(ask))
            }));
        });
        on_cleanup(move || {
            let _ = closing.try_set_value(None);
        });
    }

    /// Watches a draft until the view around is gone.
    pub fn watch(self, dirty: Signal<bool>) {
        let key = self.next.get_value();
        self.next.set_value(key + 1);
        self.drafts.update(|drafts| drafts.push((key, dirty)));
        on_cleanup(move || {
            let _ = self.drafts.try_update(|drafts| drafts.retain(|(other, _)| *other != key));
        });
    }

    /// Whether something on the page is not saved; reading it subscribes.
    pub fn is_dirty(self) -> bool {
        self.dirty.try_get() == Some(true)
    }

    fn holds(self) -> bool {
        self.dirty.try_get_untracked() == Some(true) && !self.forsaken.get_value()
    }

    /// Does what leaves the page: at once, or after the person has said that what they typed may go.
    pub fn leave(self, go: impl Fn() + 'static) {
        if self.holds() {
            self.ask(go);
        } else {
            go();
        }
    }

    /// Closes a form that is a part of its page, such as a panel, and asks first if its own draft is unsaved.
    pub fn drop_draft(self, draft: super::Draft, close: impl Fn() + 'static) {
        if untrack(|| draft.is_dirty()) {
            let act = move || {
                draft.reset();
                close();
            };
            self.confirming.ask_then(question(), act);
        } else {
            close();
        }
    }

    fn ask(self, go: impl Fn() + 'static) {
        let act = move || {
            self.forsaken.set_value(true);
            go();
            // Whoever stays after all, because the way led nowhere, is asked again.
            set_timeout(
                move || {
                    let _ = self.forsaken.try_set_value(false);
                },
                std::time::Duration::from_secs(1),
            );
        };
        self.confirming.ask_then(question(), act);
    }

    /// A press on a link that leads to another page of the console.
    fn pressed(self, event: &Event) {
        let Some(link) = link_of(event).filter(|_| self.holds()) else { return };
        let Ok(url) = web_sys::Url::new(&link.href()) else { return };
        let here = window().location();
        // A step on the same page, such as to another tab, loses nothing; the way to another site the browser holds up.
        if here.origin().ok() != Some(url.origin()) || here.pathname().ok() == Some(url.pathname()) {
            return;
        }
        event.prevent_default();
        event.stop_immediate_propagation();
        let href = link.href();
        self.ask(move || follow(&href));
    }

    /// The browser has gone a step through its history, and the router is about to follow.
    fn stepped(self, event: &Event) {
        if self.own.get_value() > 0 {
            self.own.update_value(|own| *own -= 1);
            event.stop_immediate_propagation();
            return;
        }
        if !self.holds() || self.page.with_value(|page| *page == path()) {
            return;
        }
        event.stop_immediate_propagation();
        let now = navigation().and_then(|navigation| index(&Reflect::get(&navigation, &"currentEntry".into()).ok()?));
        // Without the Navigation API one cannot see which way it went; most go back.
        let by = match (self.before.get_value(), now) {
            (Some(before), Some(now)) if before != now => before - now,
            _ => 1,
        };
        self.own.update_value(|own| *own += 1);
        go(by);
        self.ask(move || go(-by));
    }
}

fn question() -> Confirm {
    Confirm::new("Leave without saving?", "What you entered here is not saved and will be gone.", "Discard")
        .keep("Keep editing")
        .danger()
}

/// The path of the document.
fn path() -> String {
    window().location().pathname().unwrap_or_default()
}

fn go(by: i32) {
    if let Ok(history) = window().history() {
        let _ = history.go_with_delta(by);
    }
}

/// The Navigation API, where the browser has it.
fn navigation() -> Option<web_sys::EventTarget> {
    Reflect::get(&window(), &"navigation".into()).ok()?.dyn_into().ok()
}

/// The place of an entry in the history.
fn index(entry: &JsValue) -> Option<i32> {
    #[expect(clippy::cast_possible_truncation, reason = "a place in the history")]
    Some(Reflect::get(entry, &"index".into()).ok()?.as_f64()? as i32)
}

/// The link that a press follows in this tab.
fn link_of(event: &Event) -> Option<HtmlAnchorElement> {
    let press = event.dyn_ref::<MouseEvent>()?;
    if press.default_prevented()
        || press.button() != 0
        || press.ctrl_key()
        || press.meta_key()
        || press.shift_key()
        || press.alt_key()
    {
        return None;
    }
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let link = target.closest("a[href]").ok()??.dyn_into::<HtmlAnchorElement>().ok()?;
    (link.target().is_empty() && !link.has_attribute("download")).then_some(link)
}

/// Follows a link again: the one that was pressed may be gone with its menu.
fn follow(href: &str) {
    let document = document();
    let Some(link) = document.create_element("a").ok().and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok())
    else {
        return;
    };
    link.set_href(href);
    if let Some(body) = document.body() {
        let _ = body.append_child(&link);
        link.click();
        link.remove();
    }
}
