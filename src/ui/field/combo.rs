//! One, or several, of many: a field in which one types, and a list under it.
//!
//! It is a combobox with a listbox of the ARIA Authoring Practices: the focus stays in the field, the arrow keys walk the
//! list, Enter chooses, Escape closes. Of the list, only the rows in sight are drawn, so that thousands do not hang.

use std::{ops::Range, sync::Arc};

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::{
    super::{
        format,
        icon::{Icon, Size},
        listen::{Listener, holds},
        load::{Any, Failure, Load, Loaded, Loads},
        popover::{self, Align},
        reactive::{maybe, reactive},
    },
    Choice, Control, Field, Frame, Kind,
};

/// Height of a row, pixels; `style/combo.css` says the same.
const ROW: usize = 32;
/// Rows that the list shows at once.
const SHOWN: usize = 9;
/// Rows that are drawn beyond both ends, so that a quick scroll finds something.
const SPARE: usize = 6;

/// Choices that are there, for a field that expects some that are fetched.
pub fn ready(choices: impl Fn() -> Vec<Choice> + Send + Sync + 'static) -> Loads<Vec<Choice>> {
    Loads::new(Signal::derive(move || {
        let value: Arc<Any> = Arc::new(choices());
        Load::Ready(Loaded { value, at: 0, refreshing: false, failed: None })
    }))
}

/// What is chosen: one value or several.
#[derive(Clone, Copy)]
enum Held {
    One(RwSignal<String>),
    Many(RwSignal<Vec<String>>),
}

impl Held {
    fn has(self, value: &str) -> bool {
        match self {
            Self::One(held) => held.with(|held| held == value),
            Self::Many(held) => held.with(|held| held.iter().any(|held| held == value)),
        }
    }

    fn is_empty(self) -> bool {
        match self {
            Self::One(held) => held.with(String::is_empty),
            Self::Many(held) => held.with(Vec::is_empty),
        }
    }
}

/// The choices that a text finds, by their places; all of them, if it is empty.
fn matches(choices: &[Choice], text: &str) -> Vec<usize> {
    let words: Vec<_> = text.split_whitespace().map(str::to_lowercase).collect();
    choices
        .iter()
        .enumerate()
        .filter(|(_, choice)| {
            let inside = [&choice.label, &choice.value, &choice.note, &choice.group].map(|text| text.to_lowercase());
            words.iter().all(|word| inside.iter().any(|text| text.contains(word.as_str())))
        })
        .map(|(at, _)| at)
        .collect()
}

/// The row that Enter chooses after a text was typed: the one that is called so, else the first that is not chosen yet.
fn best(found: &[Choice], text: &str, is_chosen: impl Fn(&str) -> bool) -> Option<usize> {
    let text = text.trim().to_lowercase();
    let is_called = |choice: &Choice| choice.label.to_lowercase() == text || choice.value.to_lowercase() == text;
    let fresh = |choice: &Choice| !is_chosen(&choice.value);
    let exact = found.iter().position(is_called);
    exact.or_else(|| found.iter().position(fresh)).or_else(|| (!found.is_empty()).then_some(0))
}

/// The rows that are drawn when `first` is the topmost in sight.
fn drawn(first: usize, count: usize) -> Range<usize> {
    // After a filter the list may be shorter than where it was scrolled to.
    let first = first.min(count.saturating_sub(SHOWN));
    let last = first.saturating_add(SHOWN + SPARE).min(count);
    first.saturating_sub(SPARE).min(last)..last
}

/// Where a key leads in a list of `count` rows; nothing, where it doesn't lead to a row.
fn walked(key: &str, active: Option<usize>, count: usize) -> Option<usize> {
    let last = count.checked_sub(1)?;
    match (key, active) {
        ("ArrowDown", None) | ("Home", Some(_)) => Some(0),
        ("ArrowUp", None) | ("End", Some(_)) => Some(last),
        ("ArrowDown", Some(active)) => Some(if active >= last { 0 } else { active + 1 }),
        ("ArrowUp", Some(active)) => Some(active.checked_sub(1).unwrap_or(last)),
        ("PageDown", active) => Some((active.unwrap_or(0) + SHOWN).min(last)),
        ("PageUp", active) => Some(active.unwrap_or(0).saturating_sub(SHOWN)),
        _ => None,
    }
}

/// A field of this sort, as all of its handlers see it.
#[derive(Clone, Copy)]
struct Combo {
    control: Control,
    choices: Loads<Vec<Choice>>,
    held: Held,
    free: bool,
    /// Where several texts are held: whether a text is a value by itself.
    whole: fn(&str) -> bool,
    searched: bool,
    /// What stands in the field.
    text: RwSignal<String>,
    /// Whether the text is a search, and not the name of what is chosen.
    typing: RwSignal<bool>,
    open: RwSignal<bool>,
    /// The row that Enter chooses.
    active: RwSignal<Option<usize>>,
    /// The topmost row in sight.
    first: RwSignal<usize>,
    found: Memo<Arc<Vec<Choice>>>,
    input: NodeRef<html::Input>,
    outline: NodeRef<html::Div>,
    float: NodeRef<html::Div>,
    list: NodeRef<html::Ul>,
    listeners: StoredValue<Vec<Listener>, LocalStorage>,
}

impl Combo {
    fn new(
        control: Control,
        held: Held,
        text: RwSignal<String>,
        typing: RwSignal<bool>,
        choices: Loads<Vec<Choice>>,
        free: Option<fn(&str) -> bool>,
        on_search: Option<Callback<String>>,
    ) -> Self {
        let searched = on_search.is_some();
        let found = Memo::new(move |_| {
            let choices = choices.get();
            let Some(all) = choices.value() else { return Arc::default() };
            if searched || !typing.get() {
                return Arc::clone(all);
            }
            let text = text.get();
            Arc::new(matches(all, &text).into_iter().filter_map(|at| all.get(at).cloned()).collect())
        });
        if let Some(on_search) = on_search {
            Effect::new(move |_| {
                let wanted = if typing.get() { text.get() } else { String::new() };
                on_search.run(wanted);
            });
        }
        let combo = Self {
            control,
            choices,
            held,
            free: free.is_some(),
            whole: free.unwrap_or(|_| true),
            searched,
            text,
            typing,
            open: RwSignal::new(false),
            active: RwSignal::new(None),
            first: RwSignal::new(0),
            found,
            input: NodeRef::new(),
            outline: NodeRef::new(),
            float: NodeRef::new(),
            list: NodeRef::new(),
            listeners: StoredValue::new_local(Vec::new()),
        };
        combo.follow();
        combo
    }

    /// Shows and hides the list, and keeps it in its place while its content changes.
    fn follow(self) {
        // Choices that come after the text.
        Effect::new(move |_| {
            self.found.track();
            let waits = self.open.get_untracked() && self.typing.get_untracked();
            if waits && self.active.get_untracked().is_none() {
                self.active.set(self.best());
            }
        });
        Effect::new(move |_| {
            let (Some(outline), Some(float)) = (self.outline.get(), self.float.get()) else { return };
            if self.open.get() {
                self.found.track();
                self.choices.with(|_| {});
                // Once its rows are drawn, so that its height is known.
                request_animation_frame(move || {
                    if self.open.try_get_untracked() == Some(true) {
                        let listeners = popover::show(&outline, &float, Align::Stretch);
                        let _ = self.listeners.try_set_value(listeners);
                        self.reveal();
                    }
                });
            } else {
                self.listeners.update_value(Vec::clear);
                // It fails where it is hidden already.
                let _ = float.hide_popover();
            }
        });
        on_cleanup(move || {
            let _ = self.listeners.try_update_value(Vec::clear);
        });
    }

    fn show(self) {
        if !self.control.takes() || self.open.get_untracked() {
            return;
        }
        self.first.set(0);
        let chosen = match self.held {
            Held::One(held) => held.get_untracked(),
            Held::Many(_) => String::new(),
        };
        let at = self.found.with_untracked(|found| found.iter().position(|choice| choice.value == chosen));
        self.active.set(at.filter(|_| !chosen.is_empty()));
        self.open.set(true);
    }

    fn hide(self) {
        let _ = self.open.try_set(false);
        let _ = self.active.try_set(None);
    }

    /// Scrolls the list so that the active row is in sight.
    fn reveal(self) {
        let (Some(active), Some(Some(float))) = (self.active.get_untracked(), self.list.try_get_untracked()) else {
            return;
        };
        let pixels = |rows: usize| i32::try_from(rows * ROW).unwrap_or(i32::MAX);
        let (top, height) = (float.scroll_top(), float.client_height());
        let (from, to) = (pixels(active), pixels(active + 1));
        if from < top {
            float.set_scroll_top(from);
        } else if to > top + height {
            float.set_scroll_top(to - height);
        }
        self.scrolled(&float);
    }

    fn scrolled(self, list: &HtmlElement) {
        let first = usize::try_from(list.scroll_top()).unwrap_or(0) / ROW;
        if self.first.try_get_untracked() != Some(first) {
            let _ = self.first.try_set(first);
        }
    }

    fn walk(self, to: usize) {
        self.active.set(Some(to));
        // The row may have to be drawn before the field can name it.
        self.first.update(|first| {
            if to < *first || to >= *first + SHOWN {
                *first = to.saturating_sub(SHOWN / 2);
            }
        });
        self.reveal();
    }

    fn typed(self, text: String) {
        self.text.set(text);
        self.typing.set(true);
        if let (Held::One(held), true) = (self.held, self.free) {
            held.set(self.text.get_untracked());
        }
        self.control.edited();
        self.first.set(0);
        let is_empty = self.text.with_untracked(|text| text.trim().is_empty());
        if is_empty && let (Held::One(held), false) = (self.held, self.free) {
            held.set(String::new());
        }
        self.open.set(self.control.takes());
        self.active.set(self.best());
    }

    /// The row that Enter takes for what was typed. Where the text is a value it must not take what was not meant.
    fn best(self) -> Option<usize> {
        let text = self.text.get_untracked();
        if text.trim().is_empty() || self.is_value() {
            return None;
        }
        let is_chosen = |value: &str| matches!(self.held, Held::Many(_)) && untrack(|| self.held.has(value));
        self.found.with_untracked(|found| best(found, &text, is_chosen))
    }

    /// Whether what stands in the field counts as it is, so that nothing of the list has to be taken in its place.
    fn is_value(self) -> bool {
        let text = self.text.with_untracked(|text| text.trim().to_owned());
        self.free
            && match self.held {
                _ if text.is_empty() => true,
                // It is held already, so that the field's own rule tells.
                Held::One(_) => self.control.wrong().is_none(),
                Held::Many(_) => {
                    (self.whole)(&text) || self.found.with_untracked(|found| found.iter().any(|it| it.value == text))
                }
            }
    }

    /// Chooses a row, or gives it back where several are held.
    fn choose(self, at: usize) {
        let Some(choice) = self.found.with_untracked(|found| found.get(at).cloned()) else { return };
        if !choice.reason.is_empty() || !self.control.takes() {
            return;
        }
        match self.held {
            Held::One(held) => {
                held.set(choice.value);
                self.text.set(choice.label);
                self.typing.set(false);
                self.hide();
            }
            Held::Many(held) => {
                held.update(|held| match held.iter().position(|held| *held == choice.value) {
                    Some(known) => drop(held.remove(known)),
                    None => held.push(choice.value),
                });
                self.text.set(String::new());
                self.typing.set(false);
                if let Some(at) =
                    self.found.with_untracked(|found| found.iter().position(|it| it.label == choice.label))
                {
                    self.walk(at);
                }
            }
        }
        self.control.edited();
        self.control.left();
    }

    /// Takes the text as a value, where several are held and any text is allowed.
    fn take_text(self) -> bool {
        let Held::Many(held) = self.held else { return false };
        let text = self.text.with_untracked(|text| text.trim().to_owned());
        if !self.free || text.is_empty() {
            return false;
        }
        held.update(|held| {
            if !held.contains(&text) {
                held.push(text);
            }
        });
        self.text.set(String::new());
        self.typing.set(false);
        self.control.edited();
        true
    }

    fn key(self, event: &ev::KeyboardEvent) {
        let key = event.key();
        let is_open = self.open.get_untracked();
        let count = self.found.with_untracked(|found| found.len());
        let active = self.active.get_untracked();
        match key.as_str() {
            "ArrowDown" | "ArrowUp" if !is_open => {
                event.prevent_default();
                self.show();
                if !event.alt_key()
                    && self.active.get_untracked().is_none()
                    && let Some(to) = walked(&key, None, count)
                {
                    self.walk(to);
                }
            }
            "ArrowUp" if event.alt_key() => {
                event.prevent_default();
                self.hide();
            }
            "ArrowDown" | "ArrowUp" | "PageDown" | "PageUp" | "Home" | "End" if is_open => {
                if let Some(to) = walked(&key, active, count) {
                    event.prevent_default();
                    self.walk(to);
                }
            }
            "Enter" if is_open => {
                event.prevent_default();
                match active {
                    Some(active) => self.choose(active),
                    None if self.take_text() => {}
                    None => self.hide(),
                }
            }
            "Enter" | "," if self.take_text() => event.prevent_default(),
            "Tab" if is_open => {
                match active {
                    Some(active) if matches!(self.held, Held::One(_)) && !self.is_value() => self.choose(active),
                    _ => {}
                }
                self.hide();
            }
            "Escape" if is_open => {
                // Or the dialog around would close as well.
                event.prevent_default();
                event.stop_propagation();
                self.hide();
            }
            "Escape" if self.typing.get_untracked() => {
                event.prevent_default();
                event.stop_propagation();
                self.revert();
            }
            "Backspace" if self.text.with_untracked(String::is_empty) => {
                if let Held::Many(held) = self.held
                    && self.control.takes()
                    && held.with_untracked(|held| !held.is_empty())
                {
                    held.update(|held| drop(held.pop()));
                    self.control.edited();
                }
            }
            _ => {}
        }
    }

    /// The name of a value, where it is known.
    fn label(self, value: &str) -> String {
        self.choices.with(|choices| {
            let known = choices.value().and_then(|all| all.iter().find(|choice| choice.value == value));
            known.map_or_else(|| value.to_owned(), |choice| choice.label.clone())
        })
    }

    /// Shows again what is chosen.
    fn revert(self) {
        let text = match self.held {
            Held::One(held) => untrack(|| self.label(&held.get())),
            Held::Many(_) => String::new(),
        };
        self.text.set(text);
        self.typing.set(false);
    }

    /// The focus has left: a text that means one choice is that choice, another stays and is named by the rule.
    fn left(self) {
        self.hide();
        if self.typing.try_get_untracked() == Some(true) && !self.free {
            let text = self.text.with_untracked(|text| text.trim().to_lowercase());
            let exact = self.choices.get_untracked().value().and_then(|all| {
                all.iter()
                    .find(|choice| {
                        choice.reason.is_empty()
                            && (choice.label.to_lowercase() == text || choice.value.to_lowercase() == text)
                    })
                    .cloned()
            });
            match (exact, self.held) {
                (Some(choice), Held::One(held)) => {
                    held.set(choice.value);
                    self.text.set(choice.label);
                    self.typing.set(false);
                }
                (None, _) if text.is_empty() => self.revert(),
                _ => {}
            }
        } else if self.typing.try_get_untracked() == Some(true) {
            self.take_text();
        }
        self.control.left();
    }

    fn draw(self, frame: Frame, placeholder: &'static str, retry: Option<Callback<()>>) -> AnyView {
        let control = self.control;
        let list_id = control.part("list");
        let is_multi = matches!(self.held, Held::Many(_));
        let active = {
            let row = control.part("row");
            move || self.active.get().map(|at| format!("{row}-{at}"))
        };
        let input = view! {
            <input
                class="combo__input"
                id=control.id()
                node_ref=self.input
                type="text"
                role="combobox"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                placeholder=move || if is_multi && !self.held.is_empty() { " " } else { placeholder }
                readonly=control.fixed
                disabled=move || control.is_disabled()
                aria-autocomplete="list"
                aria-expanded=move || if self.open.get() { "true" } else { "false" }
                aria-controls=list_id.clone()
                aria-activedescendant=move || if self.open.get() { active() } else { None }
                aria-required=control.required()
                aria-invalid=move || control.invalid()
                aria-describedby=move || control.described()
                prop:value=move || self.text.get()
                on:input=move |event| self.typed(event_target_value(&event))
                on:keydown=move |event| self.key(&event)
            />
        }
        .into_any();
        let chips = match self.held {
            Held::Many(held) => {
                reactive(move || held.get().into_iter().map(|value| self.chip(value)).collect::<Vec<_>>().into_any())
            }
            Held::One(_) => ().into_any(),
        };
        let press = move |event: ev::MouseEvent| {
            let on_button = event
                .target()
                .and_then(|target| target.dyn_into::<Element>().ok())
                .is_some_and(|target| target.closest("button").is_ok_and(|button| button.is_some()));
            if on_button {
                return;
            }
            if let Some(input) = self.input.get_untracked() {
                let _ = input.focus();
            }
            if self.open.get_untracked() && !self.typing.get_untracked() {
                self.hide();
            } else {
                self.show();
            }
        };
        let focus_out = move |event: ev::FocusEvent| {
            // A browser says that the focus leaves what is taken away, too, when nothing of the field is left.
            let (Some(outline), Some(float)) = (self.outline.try_get_untracked(), self.float.try_get_untracked())
            else {
                return;
            };
            let stays = outline.is_some_and(|outline| holds(&outline, event.related_target()))
                || float.is_some_and(|float| holds(&float, event.related_target()));
            if !stays {
                self.left();
            }
        };
        let float = self.float_view(list_id, is_multi, retry);
        let body = view! {
            <div class="combo" on:focusout=focus_out>
                <div class="combo__outline" node_ref=self.outline on:click=press>
                    {chips}
                    {input}
                    <Icon name="chevrons-up-down" size=Size::Small/>
                </div>
                {float}
            </div>
        }
        .into_any();
        frame.draw(Kind::One, None, body)
    }

    fn chip(self, value: String) -> AnyView {
        let label = {
            let value = value.clone();
            move || self.label(&value)
        };
        let words = label.clone();
        let remove = move |_| {
            if let Held::Many(held) = self.held {
                held.update(|held| held.retain(|held| *held != value));
                self.control.edited();
                self.control.left();
            }
            if let Some(input) = self.input.get_untracked() {
                let _ = input.focus();
            }
        };
        view! {
            <span class="combo__chip">
                <span class="truncate">{label}</span>
                {maybe((!self.control.fixed).then(|| {
                    view! {
                        <button
                            type="button"
                            class="combo__remove"
                            aria-label=move || format!("Remove {}", words())
                            disabled=move || self.control.is_disabled()
                            on:click=remove
                        >
                            <Icon name="x" size=Size::Small/>
                        </button>
                    }
                    .into_any()
                }))}
            </span>
        }
        .into_any()
    }

    /// The list under the field.
    fn float_view(self, list_id: String, is_multi: bool, retry: Option<Callback<()>>) -> AnyView {
        let label = self.control.part("label");
        // A press on the list leaves the focus where it is.
        let hold = move |event: ev::MouseEvent| {
            let on_button = event
                .target()
                .and_then(|target| target.dyn_into::<Element>().ok())
                .is_some_and(|target| target.closest("button").is_ok_and(|button| button.is_some()));
            if !on_button {
                event.prevent_default();
            }
        };
        let pick = move |event: ev::MouseEvent| {
            let row = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            let row = row.and_then(|target| target.closest("[data-at]").ok().flatten());
            if let Some(at) = row.and_then(|row| row.get_attribute("data-at")?.parse().ok()) {
                self.choose(at);
            }
        };
        let rows = reactive(move || if self.open.get() { self.rows() } else { ().into_any() });
        let state = reactive(move || if self.open.get() { self.state(retry) } else { ().into_any() });
        view! {
            <div class="combo__float" popover="manual" node_ref=self.float on:mousedown=hold>
                <ul
                    class="combo__list"
                    id=list_id
                    role="listbox"
                    node_ref=self.list
                    aria-labelledby=label
                    aria-multiselectable=is_multi.then_some("true")
                    on:click=pick
                    on:scroll=move |_| {
                        if let Some(list) = self.list.get_untracked() {
                            self.scrolled(&list);
                        }
                    }
                >
                    {rows}
                </ul>
                {state}
            </div>
            <span class="visually-hidden" role="status">
                {move || self.said()}
            </span>
        }
        .into_any()
    }

    fn rows(self) -> AnyView {
        let found = self.found.get();
        let range = drawn(self.first.get(), found.len());
        let (before, after) = (range.start * ROW, (found.len() - range.end) * ROW);
        let active = self.active.get();
        let row = self.control.part("row");
        let count = found.len();
        let rows: Vec<_> = found
            .iter()
            .enumerate()
            .skip(range.start)
            .take(range.end - range.start)
            .map(|(at, choice)| {
                let is_chosen = self.held.has(&choice.value);
                let is_blocked = !choice.reason.is_empty();
                let note = if is_blocked { choice.reason.clone() } else { choice.note.clone() };
                view! {
                    <li
                        class="combo__row"
                        id=format!("{row}-{at}")
                        role="option"
                        data-at=at.to_string()
                        data-active=(active == Some(at)).then_some("")
                        aria-selected=if is_chosen { "true" } else { "false" }
                        aria-disabled=is_blocked.then_some("true")
                        aria-setsize=count.to_string()
                        aria-posinset=(at + 1).to_string()
                    >
                        <span class="combo__mark">
                            {maybe(is_chosen.then(|| view! { <Icon name="check" size=Size::Small/> }.into_any()))}
                        </span>
                        <span class="combo__label">{choice.label.clone()}</span>
                        <span class="combo__note">{note}</span>
                    </li>
                }
                .into_any()
            })
            .collect();
        let gap = |pixels: usize| {
            (pixels > 0).then(|| view! { <li role="presentation" style:height=format!("{pixels}px")></li> }.into_any())
        };
        view! {
            {maybe(gap(before))}
            {rows}
            {maybe(gap(after))}
        }
        .into_any()
    }

    /// What stands under the rows: that they are coming, that there are none, why there are none.
    fn state(self, retry: Option<Callback<()>>) -> AnyView {
        let choices = self.choices.get();
        let count = self.found.with(|found| found.len());
        match choices {
            Load::Loading => view! {
                <p class="combo__state">
                    <span class="spinner" aria-hidden="true"></span>
                    "Loading"
                </p>
            }
            .into_any(),
            Load::Failed(failure) => failed(&failure, retry),
            Load::Ready(loaded) if loaded.refreshing && self.searched => view! {
                <p class="combo__state">
                    <span class="spinner" aria-hidden="true"></span>
                    "Searching"
                </p>
            }
            .into_any(),
            Load::Ready(_) if count == 0 => {
                let text = self.text.with(|text| text.trim().to_owned());
                let words = match (text.is_empty(), self.is_value()) {
                    (true, true) => "No suggestions. Type what you need.".to_owned(),
                    (true, false) => "There is nothing to choose from.".to_owned(),
                    (false, true) => format!("No suggestion for “{text}”. It is taken as it is."),
                    (false, false) => format!("Nothing matches “{text}”."),
                };
                view! { <p class="combo__state">{words}</p> }.into_any()
            }
            Load::Ready(_) => ().into_any(),
        }
    }

    /// What a screen reader is told of the list.
    fn said(self) -> String {
        if !self.open.get() {
            return String::new();
        }
        self.choices.with(|choices| match choices {
            Load::Loading => "Loading".to_owned(),
            Load::Failed(failure) => format!("{}. {}", failure.title, failure.message),
            Load::Ready(_) => match self.found.with(|found| found.len()) {
                0 => "No match".to_owned(),
                count => format::counted(count, "choice", "choices"),
            },
        })
    }
}

fn failed(failure: &Failure, retry: Option<Callback<()>>) -> AnyView {
    let again = retry.filter(|_| failure.retry);
    view! {
        <div class="combo__state combo__state--failed">
            <Icon name="circle-alert" size=Size::Small/>
            <span>{format!("{}. {}", failure.title, format::sentence(&failure.message))}</span>
            {maybe(again.map(|retry| {
                view! {
                    <button type="button" class="button button--small" on:click=move |_| retry.run(())>
                        "Try again"
                    </button>
                }
                .into_any()
            }))}
        </div>
    }
    .into_any()
}

/// One of many, by typing.
#[component]
pub fn ComboField(
    /// What every field has.
    field: Field,
    /// The value of what is chosen; empty where nothing is.
    value: RwSignal<String>,
    /// What can be chosen; [`ready`] makes it of choices that are there.
    choices: Loads<Vec<Choice>>,
    /// Tries again to fetch them.
    #[prop(optional, into)]
    retry: Option<Callback<()>>,
    /// Whether a text is a value as well, and the choices are suggestions. Of one that the field's rule refuses, Enter
    /// takes the first match.
    #[prop(optional)]
    free: bool,
    /// Is told what is searched for, where the platform does the finding. Without it the list is filtered here.
    #[prop(optional, into)]
    on_search: Option<Callback<String>>,
    /// What stands there while nothing is chosen.
    #[prop(default = "Type to search")]
    placeholder: &'static str,
) -> AnyView {
    let words = field.missing();
    let (text, typing) = (RwSignal::new(String::new()), RwSignal::new(false));
    let unknown = move || {
        let text = text.with(|text| text.trim().to_owned());
        (typing.get() && !free && !text.is_empty()).then(|| format!("“{text}” is not in the list. Choose one of it."))
    };
    let empty = Box::new(move || (value.with(String::is_empty) && unknown().is_none()).then(|| words.clone()));
    let (control, frame) = field.open(empty, Some(Box::new(unknown)));
    let combo = Combo::new(control, Held::One(value), text, typing, choices, free.then_some(|_| true), on_search);
    // The name of what is chosen, also when it comes later than the value, and when others set the value.
    Effect::new(move |before: Option<String>| {
        let now = value.get();
        let label = combo.label(&now);
        // Typing makes the text the value where it is free, and elsewhere at most takes the value away: another value is
        // set by others, and counts more than a search that was begun.
        // A text that was just emptied is no such search: it waits for what comes.
        let is_typed =
            text.with_untracked(|text| if free { *text == now } else { now.is_empty() || text.trim().is_empty() });
        if typing.get_untracked() && !is_typed && before.is_some_and(|before| before != now) {
            typing.set(false);
        }
        if !typing.get_untracked() && text.with_untracked(|text| *text != label) {
            text.set(label);
        }
        now
    });
    combo.draw(frame, placeholder, retry)
}

/// Several of many: each is a chip, and typing finds more.
#[component]
pub fn MultiField(
    /// What every field has.
    field: Field,
    /// The values of what is chosen, in the order of choosing.
    value: RwSignal<Vec<String>>,
    /// What can be chosen; [`ready`] makes it of choices that are there.
    choices: Loads<Vec<Choice>>,
    /// Tries again to fetch them.
    #[prop(optional, into)]
    retry: Option<Callback<()>>,
    /// Whether a text is a value as well, and the choices are suggestions. Enter or a comma takes it.
    #[prop(optional)]
    free: bool,
    /// Of free ones: whether a text is a value by itself. Where it is none, Enter takes the first match.
    #[prop(default = |_| true)]
    whole: fn(&str) -> bool,
    /// Is told what is searched for, where the platform does the finding.
    #[prop(optional, into)]
    on_search: Option<Callback<String>>,
    /// What stands there while nothing is chosen.
    #[prop(default = "Type to search")]
    placeholder: &'static str,
) -> AnyView {
    let words = field.missing();
    let (text, typing) = (RwSignal::new(String::new()), RwSignal::new(false));
    let empty = Box::new(move || value.with(Vec::is_empty).then(|| words.clone()));
    let own = Box::new(move || {
        let text = text.with(|text| text.trim().to_owned());
        (typing.get() && !free && !text.is_empty()).then(|| format!("“{text}” is not in the list."))
    });
    let (control, frame) = field.open(empty, Some(own));
    Combo::new(control, Held::Many(value), text, typing, choices, free.then_some(whole), on_search).draw(
        frame,
        placeholder,
        retry,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn regions() -> Vec<Choice> {
        vec![
            Choice::new("eu-north-1", "eu-north-1").note("Stockholm"),
            Choice::new("eu-west-1", "eu-west-1").note("Ireland"),
            Choice::new("us-east-1", "us-east-1").note("N. Virginia").group("Americas"),
        ]
    }

    #[test]
    fn each_word_is_looked_for_in_all_that_is_shown() {
        let all = regions();
        assert_eq!(matches(&all, ""), [0, 1, 2]);
        assert_eq!(matches(&all, "eu"), [0, 1]);
        assert_eq!(matches(&all, "STOCK eu"), [0]);
        assert_eq!(matches(&all, "americas"), [2]);
        assert!(matches(&all, "eu virginia").is_empty());
    }

    #[test]
    fn enter_takes_what_is_called_so_else_the_first_that_is_not_chosen() {
        let all = regions();
        let nothing = |_: &str| false;
        assert_eq!(best(&all, "eu", nothing), Some(0));
        assert_eq!(best(&all, " EU-west-1 ", nothing), Some(1));
        assert_eq!(best(&all, "eu", |value| value == "eu-north-1"), Some(1));
        assert_eq!(best(&all[..1], "eu", |_| true), Some(0), "a chosen one is given back");
        assert_eq!(best(&[], "eu", nothing), None);
    }

    #[test]
    fn the_rows_that_are_drawn_are_few_and_hold_those_in_sight() {
        assert_eq!(drawn(0, 0), 0..0);
        assert_eq!(drawn(0, 3), 0..3);
        for first in [0, 1, 100, 4_991] {
            let range = drawn(first, 5_000);
            assert!(range.contains(&first) && range.len() <= SHOWN + 2 * SPARE, "{first}: {range:?}");
        }
        assert_eq!(drawn(400, 3), 0..3);
    }

    #[test]
    fn keys_walk_around_the_ends() {
        assert_eq!(walked("ArrowDown", None, 3), Some(0));
        assert_eq!(walked("ArrowUp", None, 3), Some(2));
        assert_eq!(walked("ArrowDown", Some(2), 3), Some(0));
        assert_eq!(walked("ArrowUp", Some(0), 3), Some(2));
        assert_eq!(walked("End", Some(0), 3), Some(2));
        assert_eq!(walked("Home", None, 3), None, "without a row the caret moves");
        assert_eq!(walked("PageDown", None, 5_000), Some(9));
        assert_eq!(walked("ArrowDown", None, 0), None);
    }
}
