//! The palette: one field that leads everywhere.
//!
//! A combobox with its list, as the ARIA Authoring Practices describe it: the focus stays in the field, and the arrow keys
//! move through what fits. What there is to find is handed in as [`Source`]s; they may come while it is open.

use std::sync::Arc;

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, EventTarget};

use super::{
    fuzzy::{self, Needle},
    icon::Icon,
    keys::Keys,
    reactive::{maybe, reactive},
    state::{Mark, State},
};

/// What a line does.
#[derive(Clone)]
pub enum Act {
    /// Leads to an address.
    Go(String),
    /// Does something.
    Run(Callback<()>),
}

/// A line of the palette.
#[derive(Clone)]
pub struct Item {
    /// An icon of the sprite.
    pub icon: &'static str,
    /// What it is called.
    pub name: String,
    /// What tells it from others of its name; it is searched too. Empty for none.
    pub note: String,
    /// How it stands.
    pub mark: Option<Mark>,
    /// The keys that do the same.
    pub keys: Option<&'static str>,
    /// Why it cannot be done now.
    pub disabled_reason: Option<String>,
    /// What it does.
    pub act: Act,
}

impl Item {
    /// A line that leads somewhere or does something.
    pub fn new(icon: &'static str, name: impl Into<String>, act: Act) -> Self {
        Self { icon, name: name.into(), note: String::new(), mark: None, keys: None, disabled_reason: None, act }
    }

    /// The same with a note.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    /// The same with keys that do it too.
    #[must_use]
    pub fn keys(mut self, keys: Option<&'static str>) -> Self {
        self.keys = keys;
        self
    }
}

/// When lines are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// As long as nothing is typed.
    Idle,
    /// If they fit what is typed.
    Typed,
    /// Both.
    Always,
}

type Draw = Box<dyn Fn(usize) -> Option<Item> + Send + Sync>;

/// A group of lines. Lines are made when they are shown; only the text in which to search exists for all of them.
pub struct Source {
    label: &'static str,
    when: When,
    most: usize,
    texts: Vec<String>,
    item: Draw,
}

/// How many lines of a group are shown.
const MOST: usize = 7;

impl Source {
    /// A group of many things: for each the text in which to search, and how the line of an index is made.
    pub fn new(
        label: &'static str,
        when: When,
        texts: impl Iterator<Item = String>,
        item: impl Fn(usize) -> Option<Item> + Send + Sync + 'static,
    ) -> Self {
        let texts = texts.map(|text| text.to_ascii_lowercase()).collect();
        Self { label, when, most: MOST, texts, item: Box::new(item) }
    }

    /// A group of a few lines, all of which are shown.
    pub fn of(label: &'static str, when: When, items: Vec<Item>) -> Self {
        let texts: Vec<String> = items.iter().map(|item| format!("{} {}", item.name, item.note)).collect();
        let most = items.len();
        Self { most, ..Self::new(label, when, texts.into_iter(), move |index| items.get(index).cloned()) }
    }
}

/// Names a line as long as its group keeps its order.
type Place = (&'static str, usize);

struct Line {
    place: Place,
    item: Item,
}

struct Group {
    label: &'static str,
    lines: Vec<Line>,
}

/// What fits.
struct Found {
    needle: Needle,
    groups: Vec<Group>,
}

impl Found {
    fn of(typed: &str, sources: &[Arc<Source>]) -> Self {
        let needle = Needle::new(typed);
        let idle = needle.is_empty();
        let mut ranked: Vec<(u32, Group)> = Vec::new();
        for source in sources {
            if source.when == (if idle { When::Typed } else { When::Idle }) {
                continue;
            }
            let (best, _) = needle.best(source.texts.iter().map(String::as_str), source.most);
            let Some(rank) = best.first().map(|(rank, _)| fuzzy::class(*rank)) else { continue };
            let line =
                |(_, index): (u32, usize)| (source.item)(index).map(|item| Line { place: (source.label, index), item });
            let lines: Vec<Line> = best.into_iter().filter_map(line).collect();
            // The group with the best line comes first; of equals, the one that was handed in first.
            let place = ranked.partition_point(|(known, _)| *known <= rank);
            ranked.insert(place, (rank, Group { label: source.label, lines }));
        }
        Self { needle, groups: ranked.into_iter().map(|(_, group)| group).collect() }
    }

    fn lines(&self) -> impl Iterator<Item = &Line> {
        self.groups.iter().flat_map(|group| &group.lines)
    }

    /// The line that is chosen: the first as long as nobody has chosen another, or it is gone.
    fn chosen(&self, chosen: Option<Place>) -> usize {
        self.lines().position(|line| Some(line.place) == chosen).unwrap_or(0)
    }
}

/// Which line an arrow key leads to.
fn step(key: &str, at: usize, count: usize) -> Option<usize> {
    let last = count.checked_sub(1)?;
    Some(match key {
        "ArrowDown" if at >= last => 0,
        "ArrowDown" => at + 1,
        "ArrowUp" if at == 0 => last,
        "ArrowUp" => at - 1,
        "Home" => 0,
        "End" => last,
        "PageDown" => (at + MOST).min(last),
        "PageUp" => at.saturating_sub(MOST),
        _ => return None,
    })
}

const LIST: &str = "palette-list";

/// Keeps what is pressed while the palette is on its way: who knows its keys types on, and does not wait for it.
/// Says whether the key was taken.
pub fn type_ahead(event: &ev::KeyboardEvent, typed: RwSignal<String>, open: RwSignal<bool>) -> bool {
    let commands = (event.ctrl_key() || event.meta_key() || event.alt_key()) && !event.get_modifier_state("AltGraph");
    if commands || event.is_composing() {
        return false;
    }
    let key = event.key();
    let mut letters = key.chars();
    match (key.as_str(), letters.next(), letters.next()) {
        (_, Some(letter), None) => typed.update(|typed| typed.push(letter)),
        ("Backspace", ..) => typed.update(|typed| {
            typed.pop();
        }),
        ("Escape", ..) => open.set(false),
        // It would press whatever has the focus on the page.
        ("Enter", ..) => {}
        _ => return false,
    }
    event.prevent_default();
    true
}

fn option_id(index: usize) -> String {
    format!("palette-option-{index}")
}

/// The palette. It is open for as long as it is there, and closes itself through `close`.
#[component]
pub fn Palette(
    /// What is typed; it may hold something from before the palette was there.
    typed: RwSignal<String>,
    /// What there is to find.
    sources: Signal<Vec<Arc<Source>>>,
    /// What is being loaded or could not be: a sentence under the list.
    #[prop(into)]
    notice: Signal<Option<String>>,
    /// What can be found, for when nothing is.
    searched: &'static str,
    /// Goes to an address; the second says whether in a new tab.
    #[prop(into)]
    go: Callback<(String, bool)>,
    /// Takes it away.
    #[prop(into)]
    close: Callback<()>,
) -> AnyView {
    let dialog = NodeRef::<html::Dialog>::new();
    let input = NodeRef::<html::Input>::new();
    let chosen = RwSignal::new(None::<Place>);
    let found = Memo::new_with_compare(
        move |_| typed.with(|typed| sources.with(|sources| Arc::new(Found::of(typed, sources)))),
        |_, _| true,
    );
    let count = move || found.with(|found| found.lines().count());
    let at = Memo::new(move |_| found.with(|found| found.chosen(chosen.get())));
    Effect::new(move |_| {
        if let (Some(dialog), Some(input)) = (dialog.get(), input.get())
            && !dialog.open()
        {
            // It fails only for an element that is not in the document.
            let _ = dialog.show_modal();
            let _ = input.focus();
        }
    });
    // The chosen line stays in sight.
    Effect::new(move |_| {
        let at = at.get();
        found.track();
        request_animation_frame(move || {
            if let Some(option) = document().get_element_by_id(&option_id(at)) {
                let options = web_sys::ScrollIntoViewOptions::new();
                options.set_block(web_sys::ScrollLogicalPosition::Nearest);
                option.scroll_into_view_with_scroll_into_view_options(&options);
            }
        });
    });
    let is_over = StoredValue::new(false);
    let end = move || {
        if is_over.try_update_value(|is_over| std::mem::replace(is_over, true)) == Some(false) {
            close.run(());
        }
    };
    // Said at once: the browser tells of a dialog's end only later, and keys that come before would go nowhere.
    let shut = move || {
        if let Some(dialog) = dialog.get_untracked() {
            // It gives the focus back.
            dialog.close();
        }
        end();
    };
    let leave = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" && !event.is_composing() {
            event.prevent_default();
            shut();
        }
    };
    let choose = move |index: usize| {
        let place = found.with_untracked(|found| found.lines().nth(index).map(|line| line.place));
        if place.is_some() {
            chosen.set(place);
        }
    };
    let open = move |index: usize, aside: bool| {
        let item = found.with_untracked(|found| found.lines().nth(index).map(|line| line.item.clone()));
        let Some(item) = item.filter(|item| item.disabled_reason.is_none()) else { return };
        if !(aside && matches!(item.act, Act::Go(_))) {
            shut();
        }
        match item.act {
            Act::Go(address) => go.run((address, aside)),
            Act::Run(run) => run.run(()),
        }
    };
    let press = move |event: ev::KeyboardEvent| {
        if event.is_composing() {
            return;
        }
        let key = event.key();
        let command = event.ctrl_key() || event.meta_key();
        if key == "Enter" {
            event.prevent_default();
            open(at.get_untracked(), command);
        } else if command && key.eq_ignore_ascii_case("k") {
            // The keys that opened it close it.
            event.prevent_default();
            shut();
        } else if let Some(next) = step(&key, at.get_untracked(), untrack(count))
            && !event.shift_key()
            && !command
        {
            event.prevent_default();
            choose(next);
        }
    };
    let index_of = |target: Option<EventTarget>| {
        let option = target?.dyn_into::<Element>().ok()?.closest("[data-index]").ok()??;
        option.get_attribute("data-index")?.parse::<usize>().ok()
    };
    let click = move |event: ev::MouseEvent| {
        if let Some(index) = index_of(event.target()) {
            open(index, event.ctrl_key() || event.meta_key());
        }
    };
    // Only a pointer that moves chooses: the list also moves under one that rests.
    let hover = move |event: ev::PointerEvent| {
        if (event.movement_x(), event.movement_y()) != (0, 0)
            && let Some(index) = index_of(event.target())
            && index != at.get_untracked()
        {
            choose(index);
        }
    };
    // The dialog's own box is its backdrop; its content covers the rest.
    let press_beside = move |event: ev::MouseEvent| {
        if let (Some(target), Some(dialog)) = (event.target(), dialog.get_untracked())
            && target == *AsRef::<EventTarget>::as_ref(&dialog)
        {
            shut();
        }
    };
    let list = reactive(move || found.with(|found| draw(found, at, searched, typed)));
    let status = move || match count() {
        0 => "Nothing matches".to_owned(),
        1 => "1 result".to_owned(),
        count => format!("{count} results"),
    };
    view! {
        <dialog
            class="palette"
            node_ref=dialog
            aria-label="Search or jump to"
            on:click=press_beside
            on:keydown=leave
            on:close=move |_| end()
        >
            <div class="palette__search">
                <Icon name="search"/>
                <input
                    node_ref=input
                    type="text"
                    role="combobox"
                    aria-label="Search or jump to"
                    aria-expanded="true"
                    aria-autocomplete="list"
                    aria-controls=LIST
                    aria-activedescendant=move || (count() > 0).then(|| option_id(at.get()))
                    placeholder="Search or jump to"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    enterkeyhint="go"
                    prop:value=move || typed.get()
                    on:input=move |event| {
                        chosen.set(None);
                        typed.set(event_target_value(&event));
                    }
                    on:keydown=press
                />
                <button type="button" class="palette__close" aria-label="Close, Esc" on:click=move |_| shut()>
                    <kbd>"Esc"</kbd>
                </button>
            </div>
            <div class="palette__body" on:click=click on:pointermove=hover>
                {list}
                {reactive(move || {
                    maybe(notice.get().map(|notice| view! { <p class="palette__notice">{notice}</p> }.into_any()))
                })}
            </div>
            <div class="palette__foot">
                <span>
                    <span class="keys">
                        <kbd>"↑"</kbd>
                        <kbd>"↓"</kbd>
                    </span>
                    "choose"
                </span>
                <span>
                    <Keys keys="Enter"/>
                    "open"
                </span>
                <span>
                    <Keys keys="mod+Enter"/>
                    "open in a new tab"
                </span>
            </div>
            <p class="visually-hidden" role="status">
                {status}
            </p>
        </dialog>
    }
    .into_any()
}

fn draw(found: &Found, at: Memo<usize>, searched: &'static str, typed: RwSignal<String>) -> AnyView {
    if found.groups.is_empty() {
        let typed = typed.get_untracked();
        let title = if typed.trim().is_empty() {
            "Nothing is here yet".to_owned()
        } else {
            format!("Nothing matches “{}”", typed.trim())
        };
        return view! {
            // What the field controls is there also when it is empty.
            <div class="palette__list" id=LIST role="listbox" aria-label="Results"></div>
            <div class="palette__empty">
                <p class="strong">{title}</p>
                <p class="muted">{searched}</p>
            </div>
        }
        .into_any();
    }
    let mut index = 0;
    let groups = found
        .groups
        .iter()
        .map(|group| {
            let id = format!("palette-group-{}", group.label.replace(' ', "-"));
            let label_id = id.clone();
            let first = index;
            index += group.lines.len();
            let lines = group
                .lines
                .iter()
                .enumerate()
                .map(|(offset, line)| option(&line.item, &found.needle, first + offset, at))
                .collect_view();
            view! {
                <div role="group" aria-labelledby=id>
                    <p class="palette__label" id=label_id>
                        {group.label}
                    </p>
                    {lines}
                </div>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <div class="palette__list" id=LIST role="listbox" aria-label="Results">
            {groups}
        </div>
    }
    .into_any()
}

fn option(item: &Item, needle: &Needle, index: usize, at: Memo<usize>) -> AnyView {
    let reason = item.disabled_reason.clone();
    let note = reason.clone().unwrap_or_else(|| item.note.clone());
    let note = (!note.is_empty()).then(|| {
        // A reason is no text that was searched.
        let words = if reason.is_some() { note.into_any() } else { marked(needle, &note) };
        view! { <span class="hit__note">{words}</span> }.into_any()
    });
    view! {
        <div
            class="hit"
            role="option"
            id=option_id(index)
            data-index=index
            aria-selected=move || if at.get() == index { "true" } else { "false" }
            aria-disabled=reason.map(|_| "true")
        >
            <Icon name=item.icon/>
            <span class="hit__name">{marked(needle, &item.name)}</span>
            {maybe(note)}
            {maybe(item.mark.clone().map(|mark| view! { <State mark=mark/> }.into_any()))}
            {maybe(item.keys.map(|keys| view! { <Keys keys=keys/> }.into_any()))}
        </div>
    }
    .into_any()
}

/// A text with what fits in it marked.
fn marked(needle: &Needle, text: &str) -> AnyView {
    let mut parts = Vec::new();
    let mut end = 0;
    let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default().to_owned();
    for mark in needle.marks(text) {
        parts.push(part(end, mark.start).into_any());
        end = mark.end;
        parts.push(view! { <mark>{part(mark.start, mark.end)}</mark> }.into_any());
    }
    parts.push(part(end, text.len()).into_any());
    parts.collect_view().into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(label: &'static str, when: When, names: &[&str]) -> Arc<Source> {
        let items = names.iter().map(|name| Item::new("house", *name, Act::Go((*name).to_owned()))).collect();
        Arc::new(Source::of(label, when, items))
    }

    fn names(found: &Found) -> Vec<(&'static str, Vec<&str>)> {
        let of = |group: &'_ Group| group.label;
        found
            .groups
            .iter()
            .map(|group| (of(group), group.lines.iter().map(|line| line.item.name.as_str()).collect()))
            .collect()
    }

    fn sources() -> Vec<Arc<Source>> {
        vec![
            source("Recent", When::Idle, &["prod-eu"]),
            source("Pages", When::Always, &["Home", "Clusters"]),
            source("Clusters", When::Typed, &["staging", "prod-eu", "eu-prod"]),
        ]
    }

    #[test]
    fn an_empty_field_shows_what_is_at_hand() {
        let found = Found::of(" ", &sources());
        assert_eq!(names(&found), [("Recent", vec!["prod-eu"]), ("Pages", vec!["Home", "Clusters"])]);
    }

    #[test]
    fn the_group_with_the_best_line_comes_first() {
        let found = Found::of("prod", &sources());
        assert_eq!(names(&found), [("Clusters", vec!["prod-eu", "eu-prod"])]);
        let found = Found::of("clust", &sources());
        assert_eq!(names(&found), [("Pages", vec!["Clusters"])]);
        assert!(Found::of("nothing like it", &sources()).groups.is_empty());
    }

    #[test]
    fn a_choice_survives_what_comes_late_and_falls_back_to_the_first_line() {
        let found = Found::of("e", &sources());
        let place = found.lines().nth(1).map(|line| line.place);
        assert_eq!(found.chosen(place), 1);
        assert_eq!(found.chosen(Some(("Gone", 3))), 0);
        assert_eq!(found.chosen(None), 0);
    }

    #[test]
    fn the_arrow_keys_go_around_the_ends() {
        for (key, at, expected) in [
            ("ArrowDown", 0, Some(1)),
            ("ArrowDown", 9, Some(0)),
            ("ArrowUp", 0, Some(9)),
            ("End", 3, Some(9)),
            ("Home", 3, Some(0)),
            ("PageDown", 5, Some(9)),
            ("PageUp", 5, Some(0)),
            ("a", 0, None),
        ] {
            assert_eq!(step(key, at, 10), expected, "{key}");
        }
        assert_eq!(step("ArrowDown", 0, 0), None);
    }
}
