//! Nothing typed is lost: whoever leaves a page with unsaved work is asked first, whichever way they leave.
//!
//! A link and the back button are held up and ask in a dialog of ours. Closing the tab asks in the browser's own, which
//! is all that a browser allows.

use js_sys::Reflect;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, HtmlAnchorElement, MouseEvent};

use super::{
    super::{
        confirm::{Confirm, Confirming},
        listen::{Listener, keep},
    },
    draft::Draft,
};

/// What the parts of a draft held, in their order; nothing, where that could not be written.
pub(super) type Left = Vec<Option<String>>;

/// The name in `sessionStorage` of what was typed before a sign-in. It is read once, and gone then.
const NAME: &str = "astro-console.drafts";
/// Between records, between their fields, between parts, and what a part that is not kept consists of.
const RECORD: char = '\u{1b}';
const FIELD: char = '\u{1c}';
const PART: char = '\u{1d}';
const NOTHING: &str = "\u{1a}";

/// A draft before a sign-in: the page it was on, which of its drafts it was, and its parts.
type Record = (String, usize, Left);

fn compose(records: &[Record]) -> String {
    let mut text = String::new();
    for (page, place, parts) in records {
        text.push_str(page);
        text.push(FIELD);
        text.push_str(&place.to_string());
        text.push(FIELD);
        for part in parts {
            text.push_str(part.as_deref().unwrap_or(NOTHING));
            text.push(PART);
        }
        text.push(RECORD);
    }
    text
}

fn parse(text: &str) -> Vec<Record> {
    let record = |record: &str| {
        let mut fields = record.splitn(3, FIELD);
        let (page, place) = (fields.next()?.to_owned(), fields.next()?.parse().ok()?);
        let part = |part: &str| (part != NOTHING).then(|| part.to_owned());
        Some((page, place, fields.next()?.split_terminator(PART).map(part).collect()))
    };
    text.split_terminator(RECORD).filter_map(record).collect()
}

/// A draft that is watched.
#[derive(Clone)]
struct Watched {
    key: usize,
    draft: Draft,
    page: String,
    /// Which of the drafts of its page it is.
    place: usize,
}

/// Something other than a draft that is lost with the page, while it is so, and what is asked of who leaves.
type Held = (usize, Signal<bool>, fn() -> Confirm);

/// Asks, until the view around is gone, whoever leaves the page while something is so that ends with it: a secret that is
/// shown once, work that is under way.
pub fn hold_while(active: Signal<bool>, question: fn() -> Confirm) {
    let Some(leaving) = use_context::<Leaving>() else { return };
    let key = leaving.key();
    leaving.held.update(|held| held.push((key, active, question)));
    on_cleanup(move || {
        let _ = leaving.held.try_update(|held| held.retain(|(other, ..)| *other != key));
    });
}

/// Knows every draft on the page, and asks before one is lost. The application provides one, before its router.
#[derive(Clone, Copy)]
pub struct Leaving {
    drafts: RwSignal<Vec<Watched>>,
    held: RwSignal<Vec<Held>>,
    /// What was typed before a sign-in, until a draft takes it up.
    left: StoredValue<Vec<Record>>,
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
        let drafts = RwSignal::new(Vec::<Watched>::new());
        let held = RwSignal::new(Vec::<Held>::new());
        let is_held = move || held.with(|held| held.iter().any(|(_, active, _)| active.try_get() == Some(true)));
        let leaving = Self {
            drafts,
            held,
            left: StoredValue::new(taken()),
            next: StoredValue::new(0),
            dirty: Memo::new(move |_| {
                drafts.with(|drafts| drafts.iter().any(|watched| watched.draft.is_dirty())) || is_held()
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

    /// A number that nothing else has.
    fn key(self) -> usize {
        let key = self.next.get_value();
        self.next.set_value(key + 1);
        key
    }

    /// Watches a draft until the view around is gone; what it held before a sign-in.
    pub(super) fn watch(self, draft: Draft, page: String) -> Left {
        let key = self.key();
        let place = self.drafts.with_untracked(|drafts| drafts.iter().filter(|other| other.page == page).count());
        let left = self.left.try_update_value(|left| {
            let found = left.iter().position(|(of, at, _)| *of == page && *at == place)?;
            Some(left.remove(found).2)
        });
        self.drafts.update(|drafts| drafts.push(Watched { key, draft, page, place }));
        on_cleanup(move || {
            let _ = self.drafts.try_update(|drafts| drafts.retain(|other| other.key != key));
        });
        left.flatten().unwrap_or_default()
    }

    /// Lets the person leave to sign in elsewhere: what they typed waits in the tab for their return. Nothing is asked.
    pub fn leave_to_sign_in(self) {
        let drafts = self.drafts.with_untracked(Clone::clone);
        let typed = drafts
            .into_iter()
            .filter(|watched| untrack(|| watched.draft.is_dirty()))
            .map(|watched| (watched.page, watched.place, watched.draft.texts()));
        // What no draft has taken up yet waits on: the sign-in before this one led nowhere.
        let records: Vec<Record> = typed.chain(self.left.get_value()).collect();
        if !records.is_empty()
            && let Some(storage) = storage()
        {
            // Full or forbidden, it keeps nothing; the sign-in matters more.
            let _ = storage.set_item(NAME, &compose(&records));
        }
        self.forsaken.set_value(true);
    }

    /// The way to the sign-in was none after all.
    pub fn stay(self) {
        let _ = self.forsaken.try_set_value(false);
        if let Some(storage) = storage() {
            let _ = storage.remove_item(NAME);
        }
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
    pub fn drop_draft(self, draft: Draft, close: impl Fn() + 'static) {
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
        let active = |(_, active, question): &Held| (active.try_get_untracked() == Some(true)).then_some(*question);
        let of_held = self.held.with_untracked(|held| held.iter().find_map(active));
        self.confirming.ask_then(of_held.unwrap_or(question)(), act);
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

fn storage() -> Option<web_sys::Storage> {
    window().session_storage().ok().flatten()
}

/// What was typed before a sign-in; afterwards it is nowhere but here.
fn taken() -> Vec<Record> {
    let Some(storage) = storage() else { return Vec::new() };
    let Some(text) = storage.get_item(NAME).ok().flatten() else { return Vec::new() };
    let _ = storage.remove_item(NAME);
    parse(&text)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_read_back_as_they_were() {
        let records = vec![
            ("/organizations/new".to_owned(), 0, vec![Some("acme".to_owned()), Some(String::new()), None]),
            ("/o/acme/keys".to_owned(), 3, vec![]),
        ];
        assert_eq!(parse(&compose(&records)), records);
        assert!(parse("").is_empty() && parse("nonsense").is_empty());
    }
}
