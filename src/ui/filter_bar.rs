//! What stands above a list: a search, filters with their counts, tools.
//!
//! A filter is either a row of chips, "All 14", "Ready 10", one of which is pressed, or a dashed chip that opens a menu
//! of values and becomes "Provider AWS ×" once some are chosen.

use std::{cell::Cell, sync::Arc};

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, EventTarget, HtmlElement, HtmlInputElement};

use super::{
    format,
    icon::{Glyph, Icon, Size, Tone},
    reactive::{maybe, reactive},
};

/// A value that a filter offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Its name in the address.
    pub key: String,
    /// What a person reads.
    pub label: String,
    /// The sign before it.
    pub tone: Option<Tone>,
    /// How many rows it would show, where that is known.
    pub count: Option<usize>,
}

/// How a filter shows itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// "All 14", and a chip for each value: one of them at a time.
    Chips,
    /// A dashed chip with a menu of values, any number of them.
    Menu,
    /// The same with one value at most: what the platform filters by, and takes one of.
    One,
    /// A menu that is seldom wanted: it stands behind "More" until then, or while something of it is chosen.
    Behind,
}

/// A filter: what it offers, and what of that is chosen. The closures are read where signals are followed.
#[derive(Clone)]
pub struct BarFilter {
    /// What it is called: "Provider".
    pub label: &'static str,
    /// How it shows itself.
    pub style: Style,
    /// Its values, in order.
    pub offers: Arc<dyn Fn() -> Vec<Offer> + Send + Sync>,
    /// How many values it has, whatever their counts.
    pub many: Arc<dyn Fn() -> usize + Send + Sync>,
    /// The names of those that are chosen; none lets everything through.
    pub chosen: Arc<dyn Fn() -> Vec<String> + Send + Sync>,
    /// How many rows there are without it.
    pub all: Arc<dyn Fn() -> Option<usize> + Send + Sync>,
    /// Takes what is chosen.
    pub choose: Callback<Vec<String>>,
}

/// The search field of a bar.
#[derive(Clone)]
pub struct BarSearch {
    /// What it looks for: "Filter by name or region".
    pub placeholder: &'static str,
    /// Its accessible name: "Filter clusters".
    pub label: String,
    /// Its text.
    pub text: Signal<String>,
    /// Takes what is typed.
    pub set: Callback<String>,
    /// The element, for a shortcut to focus.
    pub input: NodeRef<html::Input>,
}

/// An id that no other element of the page has.
pub(super) fn unique(prefix: &str) -> String {
    thread_local!(static COUNT: Cell<u32> = const { Cell::new(0) });
    let count = COUNT.with(|count| count.replace(count.get() + 1));
    format!("{prefix}-{count}")
}

/// Search, filters and tools above a list.
#[component]
pub fn FilterBar(
    /// The search, if there is one.
    #[prop(optional_no_strip)]
    search: Option<BarSearch>,
    /// The filters, in order.
    #[prop(optional)]
    filters: Vec<BarFilter>,
    /// What a screen reader is told when it changes: "8 of 14 clusters".
    #[prop(optional, into)]
    told: Signal<String>,
    /// Tools at its end.
    #[prop(optional)]
    children: Option<Children>,
) -> AnyView {
    let parted = filters.iter().any(|filter| filter.style == Style::Chips)
        && filters.iter().any(|filter| filter.style != Style::Chips);
    let asked = RwSignal::new(false);
    let more = more(&filters, asked);
    let mut chips = Vec::new();
    let mut menus = Vec::new();
    for filter in filters {
        match filter.style {
            Style::Chips => chips.push(chip_row(filter)),
            Style::Menu | Style::One | Style::Behind => menus.push(menu(filter, asked)),
        }
    }
    view! {
        <div class="toolbar">
            {maybe(search.map(search_field))}
            {chips}
            {maybe(parted.then(|| view! { <span class="rule"></span> }.into_any()))}
            {menus}
            {more}
            {maybe(children.map(|children| view! { <div class="toolbar__tools">{children()}</div> }.into_any()))}
            <p class="visually-hidden" role="status">
                {move || told.get()}
            </p>
        </div>
    }
    .into_any()
}

fn search_field(search: BarSearch) -> AnyView {
    let BarSearch { placeholder, label, text, set, input } = search;
    let typed = move |event: ev::Event| {
        if let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) {
            set.run(input.value());
        }
    };
    let key = move |event: ev::KeyboardEvent| {
        // The first Escape empties it, the next one leaves it.
        if event.key() == "Escape" {
            event.prevent_default();
            event.stop_propagation();
            if text.with_untracked(String::is_empty) {
                if let Some(input) = input.get_untracked() {
                    let _ = input.blur();
                }
            } else {
                set.run(String::new());
            }
        }
    };
    view! {
        <div class="search" role="search">
            <Icon name="search" size=Size::Small/>
            <input
                class="input"
                type="search"
                node_ref=input
                placeholder=placeholder
                aria-label=label
                aria-keyshortcuts="/"
                autocomplete="off"
                spellcheck="false"
                prop:value=move || text.get()
                on:input=typed
                on:keydown=key
            />
            <kbd class="search__key" aria-hidden="true">
                "/"
            </kbd>
        </div>
    }
    .into_any()
}

fn offer_label(offer: &Offer) -> AnyView {
    let count = offer.count.map(format::count);
    view! {
        {offer.label.clone()}
        {maybe(count.map(|count| view! { " " <span class="chip__count">{count}</span> }.into_any()))}
    }
    .into_any()
}

/// "All 14", "Ready 10": one of them is pressed. The pressed one, pressed again, gives way to "All".
fn chip_row(filter: BarFilter) -> AnyView {
    let BarFilter { label, offers, chosen, all, choose, .. } = filter;
    let press = {
        let chosen = Arc::clone(&chosen);
        move |event: ev::MouseEvent| {
            let Some(chip) = closest(event.target(), "[data-value]") else { return };
            let value = chip.get_attribute("data-value").unwrap_or_default();
            let is_pressed = untrack(|| chosen()).contains(&value);
            choose.run(if value.is_empty() || is_pressed { Vec::new() } else { vec![value] });
        }
    };
    let chips = reactive(move || {
        let chosen = chosen();
        let mut offers = offers();
        // A value of the address that no row has is shown all the same, since it filters.
        for key in &chosen {
            if !offers.iter().any(|offer| offer.key == *key) {
                offers.push(Offer { key: key.clone(), label: key.clone(), tone: None, count: Some(0) });
            }
        }
        let everything = Offer { key: String::new(), label: "All".to_owned(), tone: None, count: all() };
        std::iter::once(everything)
            .chain(offers)
            .map(|offer| {
                let pressed = if offer.key.is_empty() { chosen.is_empty() } else { chosen.contains(&offer.key) };
                view! {
                    <button
                        type="button"
                        class="chip"
                        aria-pressed=if pressed { "true" } else { "false" }
                        data-value=offer.key.clone()
                    >
                        {offer_label(&offer)}
                    </button>
                }
                .into_any()
            })
            .collect_view()
            .into_any()
    });
    view! {
        <div class="chips" role="group" aria-label=format!("Filter by {}", label.to_lowercase()) on:click=press>
            {chips}
        </div>
    }
    .into_any()
}

/// What brings the filters that are seldom wanted, and puts them away again.
fn more(filters: &[BarFilter], asked: RwSignal<bool>) -> AnyView {
    let behind = filters.iter().filter(|filter| filter.style == Style::Behind);
    let many: Vec<_> = behind.map(|filter| Arc::clone(&filter.many)).collect();
    let is_useful = Memo::new(move |_| many.iter().any(|many| many() > 1));
    reactive(move || {
        maybe(is_useful.get().then(|| {
            view! {
                <button
                    type="button"
                    class="chip"
                    aria-label="More filters"
                    aria-expanded=move || if asked.get() { "true" } else { "false" }
                    on:click=move |_| asked.update(|asked| *asked = !*asked)
                >
                    "More"
                </button>
            }
            .into_any()
        }))
    })
}

/// More values than these are not drawn at once; typing finds the rest.
const DRAWN: usize = 100;
/// From here on the menu has a search of its own.
const MANY: usize = 9;

/// The chip of a filter, and the menu that it opens.
fn menu(filter: BarFilter, asked: RwSignal<bool>) -> AnyView {
    let BarFilter { label, style, offers, many, chosen, choose, .. } = filter;
    let is_one = style == Style::One;
    let id = unique("filter");
    let name = id.clone();
    let opener = NodeRef::<html::Button>::new();
    let list = NodeRef::<html::Div>::new();
    let open = RwSignal::new(false);
    let needle = RwSignal::new(String::new());
    let chip = {
        let (offers, chosen) = (Arc::clone(&offers), Arc::clone(&chosen));
        reactive(move || {
            let chosen = chosen();
            if chosen.is_empty() {
                return view! {
                    <Icon name="plus" size=Size::Small/>
                    <span>{label}</span>
                }
                .into_any();
            }
            let value = if let [one, rest @ ..] = chosen.as_slice()
                && rest.len() < 2
            {
                let offers = untrack(|| offers());
                let name = |key: &String| {
                    offers
                        .iter()
                        .find(|offer| offer.key == *key)
                        .map_or_else(|| key.clone(), |offer| offer.label.clone())
                };
                rest.iter().fold(name(one), |text, key| format!("{text}, {}", name(key)))
            } else {
                format!("{} chosen", chosen.len())
            };
            view! {
                <span class="chip__part">{label}</span>
                <span class="chip__value">{value}</span>
            }
            .into_any()
        })
    };
    let is_set = {
        let chosen = Arc::clone(&chosen);
        Memo::new(move |_| !chosen().is_empty())
    };
    // A filter that has nothing to choose from, and nothing chosen, is not offered.
    let many = Memo::new(move |_| many());
    // Who has used one that stands behind goes on with it: it does not go while the focus is on it or in it.
    let used = RwSignal::new(false);
    let is_useful = Memo::new(move |_| {
        let is_asked = style != Style::Behind || asked.get() || used.get();
        is_set.get() || (many.get() > 1 && is_asked)
    });
    let clear = move |_| {
        used.set(true);
        choose.run(Vec::new());
        if let Some(opener) = opener.get_untracked() {
            let _ = opener.focus();
        }
    };
    let cross = reactive(move || {
        maybe(is_set.get().then(|| {
            view! {
                <button type="button" class="chip__clear" aria-label=format!("Clear filter {label}") on:click=clear>
                    <Icon name="x" size=Size::Small/>
                </button>
            }
            .into_any()
        }))
    });
    let toggled = move |event: ev::Event| {
        let is_open = opens(&event);
        open.set(is_open);
        needle.set(String::new());
        if is_open {
            used.set(true);
            // Its content is drawn by effects of this same turn.
            request_animation_frame(move || {
                if let Some(list) = list.try_get_untracked().flatten() {
                    step(&list, 1);
                }
            });
        }
    };
    let pick = {
        let chosen = Arc::clone(&chosen);
        move |event: ev::Event| {
            let Some(value) = closest(event.target(), "[data-value]").and_then(|it| it.get_attribute("data-value"))
            else {
                return;
            };
            let mut values = untrack(|| chosen());
            if is_one {
                // It has done its work, and the focus goes back to the chip.
                choose.run(vec![value]);
                if let Some(list) = list.get_untracked() {
                    let _ = list.hide_popover();
                }
                if let Some(opener) = opener.get_untracked() {
                    let _ = opener.focus();
                }
                return;
            }
            if let Some(place) = values.iter().position(|known| *known == value) {
                values.remove(place);
            } else {
                values.push(value);
            }
            choose.run(values);
        }
    };
    let walk = move |event: ev::KeyboardEvent| {
        let by = match event.key().as_str() {
            "ArrowDown" => 1,
            "ArrowUp" => -1,
            // A field for searching takes the key for itself in Safari, also when there is nothing to clear in it.
            "Escape" => {
                event.prevent_default();
                event.stop_propagation();
                if let Some(list) = list.get_untracked() {
                    // It fails where it is hidden already.
                    let _ = list.hide_popover();
                }
                if let Some(opener) = opener.get_untracked() {
                    let _ = opener.focus();
                }
                return;
            }
            _ => return,
        };
        if let Some(list) = list.get_untracked() {
            event.prevent_default();
            step(&list, by);
        }
    };
    let finder = reactive(move || {
        maybe((open.get() && many.get() > MANY).then(|| {
            let typed = move |event: ev::Event| {
                if let Some(input) = event.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok()) {
                    needle.set(input.value().to_lowercase());
                }
            };
            view! {
                <input
                    class="input menu__search"
                    type="search"
                    placeholder=format!("Find {}", label.to_lowercase())
                    aria-label=format!("Find {}", label.to_lowercase())
                    autocomplete="off"
                    on:input=typed
                />
            }
            .into_any()
        }))
    });
    let values = reactive(move || {
        if !open.get() {
            return ().into_any();
        }
        let chosen = chosen();
        let offers = offers();
        let wanted = needle.get();
        let found: Vec<_> =
            offers.iter().filter(|offer| wanted.is_empty() || offer.label.to_lowercase().contains(&wanted)).collect();
        let more = found.len().saturating_sub(DRAWN);
        let rest = match (found.is_empty(), more) {
            (true, _) => Some("Nothing matches".to_owned()),
            (false, 0) => None,
            (false, more) => Some(format!("{} more: type to find them", format::count(more))),
        };
        let values = found
            .into_iter()
            .take(DRAWN)
            .map(|offer| {
                let checked = chosen.contains(&offer.key);
                view! {
                    <label class="menu__item">
                        <input
                            type=if is_one { "radio" } else { "checkbox" }
                            class=if is_one { "check check--radio" } else { "check" }
                            name=is_one.then(|| name.clone())
                            prop:checked=checked
                            data-value=offer.key.clone()
                        />
                        {maybe(offer.tone.map(|tone| view! { <Glyph tone=tone/> }.into_any()))}
                        <span class="menu__text">{offer.label.clone()}</span>
                        <span class="menu__note">{offer.count.map(format::count)}</span>
                    </label>
                }
                .into_any()
            })
            .collect_view();
        view! {
            {values}
            {maybe(rest.map(|rest| view! { <p class="menu__hint">{rest}</p> }.into_any()))}
        }
        .into_any()
    });
    view! {
        <span class="chip-slot" hidden=move || !is_useful.get()>
            <span class=move || if is_set.get() { "chip chip--set" } else { "chip" }>
                <button
                    type="button"
                    class="chip__open"
                    node_ref=opener
                    popovertarget=id.clone()
                    aria-expanded=move || if open.get() { "true" } else { "false" }
                >
                    {chip}
                </button>
                {cross}
            </span>
            <div
                class="menu menu--values"
                id=id
                popover="auto"
                data-float="start"
                role="group"
                aria-label=format!("Filter by {}", label.to_lowercase())
                node_ref=list
                on:toggle=toggled
                on:change=pick
                on:keydown=walk
            >
                {finder}
                {values}
            </div>
        </span>
    }
    .into_any()
}

pub(super) fn closest(target: Option<EventTarget>, selector: &str) -> Option<Element> {
    target?.dyn_into::<Element>().ok()?.closest(selector).ok()?
}

/// Whether a popover that has changed is open now.
pub(super) fn opens(event: &ev::Event) -> bool {
    event.dyn_ref::<web_sys::ToggleEvent>().is_some_and(|event| event.new_state() == "open")
}

/// Moves the focus among the controls of a list, around its ends.
pub(super) fn step(list: &HtmlElement, by: i32) {
    let Ok(items) = list.query_selector_all("a, button, input") else { return };
    let items: Vec<HtmlElement> = (0..items.length()).filter_map(|index| items.item(index)?.dyn_into().ok()).collect();
    let count = i32::try_from(items.len()).unwrap_or(0);
    if count == 0 {
        return;
    }
    let focused = document().active_element();
    let here = items.iter().position(|item| focused.as_ref().is_some_and(|focused| focused.is_same_node(Some(item))));
    let next = match here.and_then(|here| i32::try_from(here).ok()) {
        Some(here) => (here + by).rem_euclid(count),
        None if by > 0 => 0,
        None => count - 1,
    };
    if let Some(item) = usize::try_from(next).ok().and_then(|next| items.get(next)) {
        // It fails for nothing that can take the focus.
        let _ = item.focus();
    }
}
