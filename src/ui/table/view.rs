//! The table as it stands on a page: bar, head, rows, pages, and what can be done with the chosen rows.
//!
//! Nothing here knows the type of a row: what does, comes as closures in a [`Spec`].

mod menu;
mod selection;
mod tools;
mod walk;

use std::{collections::HashSet, sync::Arc};

use leptos::{ev, html, prelude::*};

use super::{
    bulk::{ErasedBulk, Runner},
    column::{Action, Erased, ErasedFilter, Of, Progress, Value},
    density::Density,
    export,
    memory::{self, Place},
    model::{self, Index, Shown, Wanted},
    rows::{self, Elements, Frame},
    state::{Sort, State},
};
use crate::ui::{
    button::Button,
    download::download,
    empty::EmptyState,
    filter_bar::{closest, unique},
    format,
    icon::{Icon, Size},
    load::Any,
    pagination::{Pagination, Turns},
    query_view::Shared,
    reactive::{maybe, reactive},
};

/// A row of an answer.
pub(super) type RowOf = fn(&Any, usize) -> Option<&Any>;

/// A table without the type of its rows.
pub(super) struct Spec {
    pub label: &'static str,
    /// "cluster", "clusters".
    pub noun: (&'static str, &'static str),
    pub columns: Vec<Erased>,
    pub filters: Vec<ErasedFilter>,
    pub search: Option<&'static str>,
    pub key: Option<Of<String>>,
    pub actions: Option<Of<Vec<Action>>>,
    pub bulk: Vec<ErasedBulk>,
    pub selects: bool,
    pub progress: Option<Of<Option<Progress>>>,
    /// Whether the address keeps its state and the keyboard walks its rows: for the list that a page is about.
    pub whole: bool,
    pub len: fn(&Any) -> usize,
    pub row: RowOf,
    pub same: fn(&Any, &Any) -> bool,
}

impl Spec {
    pub fn selectable(&self) -> bool {
        self.selects || !self.bulk.is_empty()
    }

    pub fn key_of(&self, row: &Any, index: usize) -> String {
        self.key.as_ref().and_then(|key| key(row)).unwrap_or_else(|| index.to_string())
    }

    /// What the row is called.
    pub fn name_of(&self, row: &Any) -> Option<String> {
        let column = self.columns.iter().find(|column| column.head.names)?;
        Some(column.value.as_ref()?(row)?.words().into_owned())
    }

    fn count(&self, rows: usize) -> String {
        format::counted(rows, self.noun.0, self.noun.1)
    }

    fn column(&self, key: &str) -> Option<(usize, &Erased)> {
        self.columns.iter().enumerate().find(|(_, column)| column.head.key == key)
    }
}

/// Two are the same if they are one object: comparing ten thousand rows would cost more than drawing them.
pub(super) struct Same<T>(pub Arc<T>);

impl<T> Clone for Same<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> PartialEq for Same<T> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// Whether all, some or none of the rows that are shown are chosen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chosen {
    None,
    Some,
    All,
}

/// The pages of a list that comes in pages: which one is wanted, how many rows there are, the next page's token.
#[derive(Clone, Copy)]
pub(super) struct Paging {
    pub turns: Turns,
    pub total: Signal<Option<usize>>,
    pub next: Signal<Option<String>>,
    pub busy: Signal<bool>,
}

/// Rows that a person was at, by their keys.
#[derive(Default)]
struct Marks {
    /// From where a range is chosen.
    anchor: Option<String>,
    /// On which the keyboard is, or was last.
    cursor: Option<String>,
}

/// A table on screen. A copy is a handle of the same.
#[derive(Clone, Copy)]
pub(super) struct Core {
    spec: StoredValue<Arc<Spec>>,
    list: Memo<Option<Shared>>,
    state: StoredValue<State>,
    shown: Memo<Same<Shown>>,
    index: Memo<Same<Index>>,
    wanted: Memo<Wanted>,
    /// The columns that are shown, by their place.
    pub columns: Memo<Vec<usize>>,
    density: StoredValue<Density>,
    /// The keys of the chosen rows.
    pub selection: RwSignal<HashSet<String>>,
    marks: StoredValue<Marks>,
    pub frame: RwSignal<Arc<Frame>>,
    /// What was shown when the frame was made.
    drawn: StoredValue<Same<Shown>>,
    /// The row whose menu is open.
    menu: RwSignal<Option<String>>,
    pub menu_id: StoredValue<String>,
    menu_list: NodeRef<html::Div>,
    pub scroller: NodeRef<html::Div>,
    pub body: NodeRef<html::Tbody>,
    search: NodeRef<html::Input>,
    /// Of a row, in pixels, as it was measured.
    height: StoredValue<usize>,
    asked: StoredValue<bool>,
    runner: StoredValue<Runner>,
    paging: StoredValue<Option<Paging>>,
}

impl Core {
    pub fn spec(self) -> Arc<Spec> {
        self.spec.get_value()
    }

    fn state(self) -> State {
        self.state.get_value()
    }

    /// How many rows lie on the pages before this one.
    pub fn above(self) -> usize {
        let wanted = self.paging.get_value().map(|paging| paging.turns.wanted().get_untracked());
        wanted.map_or(0, |wanted| wanted.page.saturating_sub(1).saturating_mul(wanted.size))
    }

    fn runner(self) -> Runner {
        self.runner.get_value()
    }

    pub fn new(spec: Arc<Spec>, list: Memo<Option<Shared>>, paging: Option<Paging>) -> Self {
        let state = State::of_context();
        let whole = spec.whole;
        let index = {
            let spec = Arc::clone(&spec);
            Memo::new(move |_| {
                Same(Arc::new(
                    list.with(|list| list.as_ref().map_or_else(Index::default, |list| index_of(&spec, &*list.0))),
                ))
            })
        };
        let order = {
            let spec = Arc::clone(&spec);
            Memo::new(move |_| {
                // What comes in pages is sorted by the platform.
                let sort = if whole && paging.is_none() { state.sort.get() } else { None };
                Same(Arc::new(
                    list.with(|list| list.as_ref().map_or_else(Vec::new, |list| order_of(&spec, &*list.0, sort))),
                ))
            })
        };
        let chosen: Vec<_> = spec.filters.iter().map(|filter| state.chosen(filter.key)).collect();
        let searches = spec.search.is_some();
        let wanted = Memo::new(move |_| {
            let search = if searches { state.search.get().unwrap_or_default() } else { String::new() };
            Wanted::new(&search, chosen.iter().map(Memo::get).collect())
        });
        let shown = Memo::new(move |_| {
            let (index, order) = (index.get(), order.get());
            Same(Arc::new(wanted.with(|wanted| model::show(&index.0, &order.0, wanted))))
        });
        let columns = {
            let spec = Arc::clone(&spec);
            Memo::new(move |_| {
                let chosen = if whole { state.columns.get() } else { None };
                let is_shown = |column: &Erased| match &chosen {
                    Some(chosen) => column.head.names || chosen.iter().any(|key| *key == column.head.key),
                    None => column.head.shown,
                };
                spec.columns.iter().enumerate().filter(|(_, it)| is_shown(it)).map(|(at, _)| at).collect::<Vec<_>>()
            })
        };
        Self {
            spec: StoredValue::new(spec),
            list,
            state: StoredValue::new(state),
            shown,
            index,
            wanted,
            columns,
            density: StoredValue::new(Density::of_context()),
            selection: RwSignal::new(HashSet::new()),
            marks: StoredValue::new(Marks::default()),
            frame: RwSignal::new(Arc::default()),
            drawn: StoredValue::new(Same(Arc::default())),
            menu: RwSignal::new(None),
            menu_id: StoredValue::new(unique("row-menu")),
            menu_list: NodeRef::new(),
            scroller: NodeRef::new(),
            body: NodeRef::new(),
            search: NodeRef::new(),
            height: StoredValue::new(0),
            asked: StoredValue::new(false),
            runner: StoredValue::new(Runner::new()),
            paging: StoredValue::new(paging),
        }
    }

    /// Draws the rows that are seen now, and a few beside them.
    fn lay_out(self) {
        let (Some(Some(list)), Some(shown)) = (self.list.try_get_untracked(), self.shown.try_get_untracked()) else {
            return;
        };
        let Some(before) = self.frame.try_get_untracked() else { return };
        let height = match self.height.get_value() {
            0 => self.density.get_value().height(),
            measured => measured,
        };
        let rows = &shown.0.rows;
        let is_newer = before.list.as_ref() != Some(&list);
        if is_newer {
            self.stay(&before, &list, rows, height);
        }
        let range = self.visible(rows.len(), height);
        let is_other = self.drawn.try_update_value(|drawn| std::mem::replace(drawn, shown.clone()) != shown);
        if before.is(&list, rows, range, height) {
            return;
        }
        let is_leap = range.0 >= before.end || range.1 <= before.begin;
        let elements = if !is_newer && (is_other == Some(true) || is_leap) && !self.is_used() {
            Elements::InPlace
        } else {
            Elements::Own
        };
        let frame = Frame::of(&self.spec(), list, rows, range, height, &before, elements);
        self.frame.try_set(Arc::new(frame));
    }

    /// Whether a person is using one of the rows: with the focus in it, or with its menu open.
    fn is_used(self) -> bool {
        let open = self.menu_list.get_untracked().is_some_and(|list| list.matches(":popover-open").unwrap_or_default());
        open || self.focused().is_some()
    }

    /// When an answer brings rows above those that are seen, these stay where they are.
    fn stay(self, before: &Frame, list: &Shared, rows: &[u32], height: usize) {
        let Some(scroller) = self.scroller.get_untracked() else { return };
        let top = usize::try_from(scroller.scroll_top()).unwrap_or(0);
        if top == 0 || before.list.is_none() {
            return;
        }
        let first = top / height.max(1);
        let Some(seen) = before.rows.iter().find(|drawn| drawn.position >= first) else { return };
        let spec = self.spec();
        let now = rows.iter().position(|index| {
            let row = usize::try_from(*index).ok().and_then(|index| Some((index, (spec.row)(&*list.0, index)?)));
            row.is_some_and(|(index, row)| spec.key_of(row, index) == *seen.key)
        });
        let Some(now) = now else { return };
        let moved = i32::try_from(now * height).unwrap_or(0) - i32::try_from(seen.position * height).unwrap_or(0);
        if moved != 0 {
            scroller.set_scroll_top(scroller.scroll_top() + moved);
        }
    }

    /// Draws anew in the next frame what is seen then.
    fn ask(self) {
        if self.asked.try_get_value() != Some(false) {
            return;
        }
        self.asked.set_value(true);
        request_animation_frame(move || {
            if self.asked.try_set_value(false).is_none() {
                self.lay_out();
                self.remember();
            }
        });
    }

    fn remember(self) {
        if let Some(scroller) = self.scroller.try_get_untracked().flatten() {
            memory::remember(Place { list: scroller.scroll_top(), window: scrolled() });
        }
    }

    /// Whoever comes back finds the list where it was left.
    fn recall(self) {
        // Taken now: what scrolls while the page is drawn is remembered in its stead.
        let Some(place) = memory::known().filter(|place| *place != Place::default()) else { return };
        // Once the rows stand, and after the heading of the page has got the focus.
        request_animation_frame(move || {
            if !memory::came_back() {
                return;
            }
            request_animation_frame(move || {
                let Some(scroller) = self.scroller.try_get_untracked().flatten() else { return };
                scroller.set_scroll_top(place.list);
                if place.window > 0 {
                    window().scroll_to_with_x_and_y(0.0, f64::from(place.window));
                }
                self.lay_out();
            });
        });
    }

    /// Takes the height of a row from those that are drawn: it depends on density, zoom and the width of the window.
    fn measure(self) {
        let Some(body) = self.body.try_get_untracked().flatten() else { return };
        let Ok(Some(row)) = body.query_selector("[data-row]") else { return };
        let rect = row.get_bounding_client_rect();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels, not below nothing")]
        let height = rect.height().round().max(0.0) as usize;
        if height > 0 && self.height.try_get_value() != Some(height) && self.height.try_set_value(height).is_none() {
            self.lay_out();
        }
    }

    /// Makes the drawn rows follow what is shown.
    fn follow(self) {
        Effect::new(move |before: Option<(Wanted, Option<Sort>)>| {
            self.list.track();
            self.shown.track();
            self.columns.track();
            self.density.get_value().compact.track();
            let now = (self.wanted.get(), self.state().sort.get());
            untrack(|| {
                // What a person searches, filters or sorts begins at its top.
                if before.is_some_and(|before| before != now)
                    && let Some(scroller) = self.scroller.get_untracked()
                    && scroller.scroll_top() > 0
                {
                    scroller.set_scroll_top(0);
                }
                self.lay_out();
            });
            request_animation_frame(move || self.measure());
            now
        });
        // Rows that are gone are not chosen any more.
        Effect::new(move |_| {
            self.list.track();
            untrack(|| self.forget_gone());
        });
        let scrolled = window_event_listener(ev::scroll, move |_| self.ask());
        let resized = window_event_listener(ev::resize, move |_| {
            self.ask();
            request_animation_frame(move || self.measure());
        });
        on_cleanup(move || {
            scrolled.remove();
            resized.remove();
        });
    }

    fn forget_gone(self) {
        if self.selection.with_untracked(HashSet::is_empty) {
            return;
        }
        let spec = self.spec();
        let Some(Some(list)) = self.list.try_get_untracked() else { return };
        let there: HashSet<String> = (0..(spec.len)(&*list.0))
            .filter_map(|index| Some(spec.key_of((spec.row)(&*list.0, index)?, index)))
            .collect();
        self.selection.maybe_update(|selection| {
            let before = selection.len();
            selection.retain(|key| there.contains(key));
            selection.len() != before
        });
    }

    /// Runs for each row that is shown, in order: its place in the answer, and the row.
    fn each(self, rows: &[u32], mut act: impl FnMut(usize, &Any)) {
        let spec = self.spec();
        let Some(Some(list)) = self.list.try_get_untracked() else { return };
        for index in rows.iter().filter_map(|index| usize::try_from(*index).ok()) {
            if let Some(row) = (spec.row)(&*list.0, index) {
                act(index, row);
            }
        }
    }

    /// The chosen rows that are there, in the order in which they are shown; those that filters hide come last.
    fn chosen_rows(self) -> Vec<u32> {
        let selection = self.selection.get_untracked();
        let spec = self.spec();
        let shown = self.shown.get_untracked();
        let mut found = Vec::with_capacity(selection.len());
        let mut add = |rows: &[u32]| {
            self.each(rows, |index, row| {
                if selection.contains(&spec.key_of(row, index))
                    && let Ok(index) = u32::try_from(index)
                {
                    found.push(index);
                }
            });
            found.len()
        };
        if add(&shown.0.rows) < selection.len() {
            let seen: HashSet<u32> = shown.0.rows.iter().copied().collect();
            let hidden: Vec<u32> =
                model::as_given(self.index_len()).into_iter().filter(|index| !seen.contains(index)).collect();
            add(&hidden);
        }
        found
    }

    fn index_len(self) -> usize {
        let spec = self.spec();
        self.list.try_get_untracked().flatten().map_or(0, |list| (spec.len)(&*list.0))
    }

    /// Chooses a row, or lets it go; with `range` all from the one that was chosen last.
    fn toggle(self, key: &str, range: bool) {
        if !self.spec().selectable() {
            return;
        }
        let chosen = !self.selection.with_untracked(|selection| selection.contains(key));
        let mut keys = vec![key.to_owned()];
        if range && let Some(anchor) = self.marks.with_value(|marks| marks.anchor.clone()) {
            keys = self.between(&anchor, key).unwrap_or(keys);
        }
        self.marks.update_value(|marks| marks.anchor = Some(key.to_owned()));
        self.runner().forget();
        self.selection.update(|selection| {
            for key in keys {
                if chosen {
                    selection.insert(key);
                } else {
                    selection.remove(&key);
                }
            }
        });
    }

    /// The keys of the rows that are shown, in order.
    fn shown_keys(self) -> Vec<String> {
        let shown = self.shown.get_untracked();
        let spec = self.spec();
        let mut keys = Vec::with_capacity(shown.0.rows.len());
        self.each(&shown.0.rows, |index, row| keys.push(spec.key_of(row, index)));
        keys
    }

    /// The keys of the rows from one to another, both of them too.
    fn between(self, one: &str, two: &str) -> Option<Vec<String>> {
        let mut keys = self.shown_keys();
        let (one, two) = (keys.iter().position(|key| key == one)?, keys.iter().position(|key| key == two)?);
        Some(keys.drain(one.min(two)..=one.max(two)).collect())
    }

    fn chosen(self) -> Chosen {
        let count = self.selection.with(HashSet::len);
        if count == 0 {
            return Chosen::None;
        }
        let shown = self.shown.get();
        let spec = self.spec();
        let mut inside = 0;
        self.selection.with_untracked(|selection| {
            self.each(&shown.0.rows, |index, row| {
                if selection.contains(&spec.key_of(row, index)) {
                    inside += 1;
                }
            });
        });
        if inside > 0 && inside == shown.0.rows.len() { Chosen::All } else { Chosen::Some }
    }

    /// Chooses all rows that are shown, or lets all go.
    fn toggle_all(self) {
        let keys = self.shown_keys();
        self.runner().forget();
        self.selection.update(|selection| {
            if keys.iter().all(|key| selection.contains(key)) {
                selection.clear();
            } else {
                selection.extend(keys);
            }
        });
    }

    pub fn clear_selection(self) {
        self.runner().forget();
        self.marks.update_value(|marks| marks.anchor = None);
        self.selection.set(HashSet::new());
    }

    /// A press anywhere in the rows.
    pub fn clicked(self, event: &ev::MouseEvent) {
        let Some(key) = closest(event.target(), "[data-row]").and_then(|row| row.get_attribute("data-row")) else {
            return;
        };
        self.marks.update_value(|marks| marks.cursor = Some(key.clone()));
        if closest(event.target(), ".table__check").is_some() {
            self.toggle(&key, event.shift_key());
        } else if let Some(button) = closest(event.target(), ".table__actions button") {
            self.menu_pressed(key, button, event);
        }
    }

    /// Rows as they are exported: of the columns that are shown, what has a value.
    fn exported(self, rows: &[u32]) -> (Vec<(String, &'static str)>, Vec<Vec<Value>>) {
        let spec = self.spec();
        let columns: Vec<&Erased> = self
            .columns
            .get_untracked()
            .into_iter()
            .filter_map(|at| spec.columns.get(at))
            .filter(|it| it.value.is_some())
            .collect();
        let heads = columns.iter().map(|column| (column.head.key.to_string(), column.head.text)).collect();
        let mut values = Vec::with_capacity(rows.len());
        self.each(rows, |_, row| {
            let of = |column: &&Erased| column.value.as_ref().and_then(|value| value(row)).unwrap_or_default();
            values.push(columns.iter().map(of).collect());
        });
        (heads, values)
    }

    fn export(self, rows: &[u32], as_json: bool) {
        let (heads, values) = self.exported(rows);
        let name = self.spec().label.to_lowercase().replace(' ', "-");
        // A browser that refuses files has told the person so itself.
        let _ = if as_json {
            let keys: Vec<&str> = heads.iter().map(|(key, _)| key.as_str()).collect();
            download(&format!("{name}.json"), "application/json", &export::json(&keys, &values))
        } else {
            let heads: Vec<&str> = heads.iter().map(|(_, text)| *text).collect();
            // Without the mark at its beginning, Excel reads it as the code page of the machine.
            download(&format!("{name}.csv"), "text/csv", &format!("\u{feff}{}", export::csv(&heads, &values)))
        };
    }

    /// Lets all rows through.
    fn clear_filters(self) {
        let mut changes = vec![(super::state::SEARCH, None)];
        let spec = self.spec();
        changes.extend(spec.filters.iter().map(|filter| (filter.key, None)));
        self.state().address.set_all(&changes, crate::ui::address::Step::Push);
        if let Some(search) = self.search.get_untracked() {
            let _ = search.focus();
        }
    }
}

fn scrolled() -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "pixels of a page")]
    window().scroll_y().map_or(0, |pixels| pixels as i32)
}

fn index_of(spec: &Spec, list: &Any) -> Index {
    let len = (spec.len)(list);
    let mut index = Index::new(len, spec.filters.len());
    let searched: Vec<_> = spec
        .columns
        .iter()
        .filter(|column| column.searched && spec.search.is_some())
        .filter_map(|column| column.value.as_ref())
        .collect();
    for row in (0..len).filter_map(|at| (spec.row)(list, at)) {
        for value in &searched {
            if let Some(value) = value(row) {
                index.search(&value.words());
            }
        }
        for (at, filter) in spec.filters.iter().enumerate() {
            index.choose(at, (filter.choice)(row).flatten());
        }
        index.next();
    }
    index.settle()
}

fn order_of(spec: &Spec, list: &Any, sort: Option<Sort>) -> Vec<u32> {
    let len = (spec.len)(list);
    let value = sort.as_ref().and_then(|sort| spec.column(&sort.key)).and_then(|(_, column)| column.value.as_ref());
    match (sort.as_ref(), value) {
        (Some(sort), Some(value)) => {
            let of = |at| (spec.row)(list, at).and_then(|row| value(row)).unwrap_or_default();
            model::sorted(&(0..len).map(of).collect::<Vec<_>>(), sort.descending)
        }
        _ => model::as_given(len),
    }
}

/// The table below its bar.
pub(super) fn table(spec: Arc<Spec>, list: Memo<Option<Shared>>, paging: Option<Paging>) -> AnyView {
    memory::listen();
    let core = Core::new(Arc::clone(&spec), list, paging);
    core.follow();
    if spec.whole {
        core.recall();
        super::keys::offer(core);
    }
    let nothing = Memo::new(move |_| core.shown.with(|shown| shown.0.rows.is_empty()));
    let busy = move || paging.is_some_and(|paging| paging.busy.get());
    let clear = Callback::new(move |()| core.clear_filters());
    let nothing_matches = reactive(move || {
        maybe((nothing.get() && !core.wanted.with(Wanted::is_all)).then(|| {
            view! {
                <EmptyState
                    icon="search"
                    title="Nothing matches"
                    text=format!("No {} has all that is searched and filtered for.", core.spec().noun.0)
                >
                    <Button label="Clear filters".to_owned() small=true on_press=clear/>
                </EmptyState>
            }
            .into_any()
        }))
    });
    let class = move || {
        let compact = core.density.get_value().compact.get();
        match (compact, busy()) {
            (false, false) => "table table--fixed",
            (true, false) => "table table--fixed table--compact",
            (false, true) => "table table--fixed table--busy",
            (true, true) => "table table--fixed table--compact table--busy",
        }
    };
    // What became of rows that are gone stays to be read.
    let has_bar = Memo::new(move |_| {
        let has_chosen = !core.selection.with(HashSet::is_empty);
        core.spec().selectable() && (has_chosen || core.runner().has_told())
    });
    let rowcount = move || {
        let seen = core.shown.with(|shown| shown.0.rows.len()) + core.above();
        match paging.map(|paging| (paging.total.get(), paging.next.get())) {
            // More follow, and nobody knows how many.
            Some((None, Some(_))) => "-1".to_owned(),
            Some((Some(total), _)) => (total + 1).to_string(),
            _ => (seen + 1).to_string(),
        }
    };
    let bar = (spec.whole).then(|| tools::bar(core));
    let turned = paging.map(|paging| {
        let on_page = Signal::derive(move || core.shown.with(|shown| shown.0.rows.len()));
        view! { <Pagination turns=paging.turns shown=on_page total=paging.total next=paging.next busy=paging.busy/> }
            .into_any()
    });
    let frame_class = if spec.whole { "table-frame table-frame--tall" } else { "table-frame" };
    view! {
        {maybe(bar)}
        // Wider than the window it scrolls: by the keyboard too, hence a focusable region with a name.
        <div
            class=frame_class
            role="region"
            aria-label=spec.label
            tabindex="0"
            data-table=""
            node_ref=core.scroller
            on:scroll=move |_| core.ask()
            on:keydown=move |event| super::keys::inside(core, &event)
        >
            <table
                class=class
                aria-rowcount=rowcount
                aria-busy=move || busy().then_some("true")
                style:min-width=move || least_width(core)
                hidden=move || nothing.get()
            >
                {reactive(move || widths(core))}
                <thead on:click=move |event| head_clicked(core, &event)>{reactive(move || head(core))}</thead>
                {rows::body(core)}
            </table>
            {nothing_matches}
        </div>
        {maybe(turned)}
        {menu::row_menu(core)}
        {reactive(move || maybe(has_bar.get().then(|| selection::selection_bar(core))))}
        {maybe((!spec.bulk.is_empty()).then(|| core.runner().dialog(core.selection)))}
    }
    .into_any()
}

const CHECK: u16 = 42;
const ACTIONS: u16 = 48;
/// Of a column that takes its share of what is left.
const LEAST: u16 = 132;
const LEAST_NAME: u16 = 220;

fn least_width(core: Core) -> String {
    let spec = core.spec();
    let columns = core.columns.get();
    let sum: u16 = columns
        .iter()
        .filter_map(|at| spec.columns.get(*at))
        .map(|column| column.head.width.unwrap_or(if column.head.names { LEAST_NAME } else { LEAST }))
        .sum();
    let beside = if spec.selectable() { CHECK } else { 0 } + if spec.actions.is_some() { ACTIONS } else { 0 };
    format!("{}px", sum + beside)
}

fn widths(core: Core) -> AnyView {
    let spec = core.spec();
    let col = |width: Option<u16>| {
        view! { <col style:width=width.map_or_else(String::new, |width| format!("{width}px"))/> }.into_any()
    };
    let mut cols = Vec::new();
    if spec.selectable() {
        cols.push(col(Some(CHECK)));
    }
    for at in core.columns.get() {
        cols.push(col(spec.columns.get(at).and_then(|column| column.head.width)));
    }
    if spec.actions.is_some() {
        cols.push(col(Some(ACTIONS)));
    }
    view! { <colgroup>{cols}</colgroup> }.into_any()
}

fn head(core: Core) -> AnyView {
    let spec = core.spec();
    let sort = if spec.whole && core.paging.with_value(Option::is_none) { core.state().sort.get() } else { None };
    let sortable = spec.whole && core.paging.with_value(Option::is_none);
    let mut cells = Vec::new();
    if spec.selectable() {
        let label = format!("Select all {}", spec.noun.1);
        cells.push(
            view! {
                <td class="table__check">
                    {reactive(move || {
                        let chosen = core.chosen();
                        view! {
                            <input
                                type="checkbox"
                                class="check"
                                aria-label=label.clone()
                                prop:checked=chosen == Chosen::All
                                prop:indeterminate=chosen == Chosen::Some
                            />
                        }
                        .into_any()
                    })}
                </td>
            }
            .into_any(),
        );
    }
    for at in core.columns.get() {
        let Some(column) = spec.columns.get(at) else { continue };
        let head = &column.head;
        let by = sort.as_ref().filter(|sort| sort.key == head.key);
        let mut class = if head.names { "table__name".to_owned() } else { String::new() };
        if head.number {
            class.push_str(" number");
        }
        let content = if sortable && column.value.is_some() {
            let icon = by.map(|by| {
                let name = if by.descending { "arrow-down" } else { "arrow-up" };
                view! { <Icon name=name size=Size::Small/> }.into_any()
            });
            view! {
                <button type="button" class="table__sort" data-sort=head.key.to_string()>
                    {head.text}
                    {maybe(icon)}
                </button>
            }
            .into_any()
        } else {
            head.text.into_any()
        };
        let direction = by.map(|by| if by.descending { "descending" } else { "ascending" });
        cells.push(view! { <th scope="col" class=class aria-sort=direction>{content}</th> }.into_any());
    }
    if spec.actions.is_some() {
        cells.push(
            view! {
                <th scope="col" class="table__actions">
                    <span class="visually-hidden">"Actions"</span>
                </th>
            }
            .into_any(),
        );
    }
    view! { <tr aria-rowindex="1">{cells}</tr> }.into_any()
}

fn head_clicked(core: Core, event: &ev::MouseEvent) {
    if closest(event.target(), ".table__check").is_some() {
        core.toggle_all();
    } else if let Some(key) = closest(event.target(), "[data-sort]").and_then(|it| it.get_attribute("data-sort")) {
        let before = core.state().sort.get_untracked();
        core.state().set_sort(Sort::pressed(before.as_ref(), &key).as_ref());
    }
}
