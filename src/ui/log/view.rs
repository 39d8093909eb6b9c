//! The log as it is seen and handled.
//!
//! Keys: the lines are one stop of the Tab key. There the arrows, Page Up and Down, Home and End scroll; `j` and `k`, or
//! `Enter`, go to the lines themselves, on which the same keys move and `Enter` opens the details; `Escape` leads back.
//! `/` leads to the search, `n` and `p` from match to match; `End` is the newest line, and being there is following.

use std::time::Duration;

use leptos::{ev, html, leptos_dom::helpers::IntervalHandle, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusOptions, HtmlElement};

use super::{
    bar,
    feed::LogFeed,
    level::Level,
    line::LineId,
    model::{Log, Metrics},
    options::{Options, TAILS},
    rate::Rate,
    regexp,
    row::{self, Key, Look},
    search::Search,
    strip, text,
    time::{self, Times},
};
use crate::ui::{
    button::Button,
    empty::EmptyState,
    format,
    icon::{Glyph, Icon, Tone},
    live::LiveChip,
    load::Connection,
    reactive::{maybe, reactive},
    shortcuts::{Shortcut, Shortcuts},
};

/// Rows drawn above and below what is seen.
const AROUND: u64 = 8;

/// How far from the end still counts as its end, pixels.
const NEAR_END: i32 = 4;

/// The room that the button takes which leads to the new lines, pixels.
const PILL: u64 = 52;

/// How often rows are measured for one frame.
const ROUNDS: u32 = 3;

/// How long a search may take of a frame, milliseconds.
const SLICE: f64 = 6.0;

/// A line of an address that has not come so long after the first lines is gone.
const GONE_AFTER: Duration = Duration::from_millis(1_500);

/// How often the strip and the pace are counted anew.
const BEAT: Duration = Duration::from_secs(1);

/// What stands around the lines.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Told {
    pub counts: [usize; Level::ALL.len()],
    pub held: usize,
    pub shown: usize,
    pub received: u64,
    pub pods: Vec<String>,
    pub containers: Vec<String>,
    pub matches: usize,
    pub position: Option<usize>,
    pub searching: bool,
    pub found: bool,
}

#[derive(Clone, Copy)]
pub struct View {
    pub feed: LogFeed,
    pub options: Options,
    scroller: NodeRef<html::Div>,
    sizer: NodeRef<html::Div>,
    list: NodeRef<html::Ol>,
    rows: RwSignal<Vec<Key>>,
    follow: RwSignal<bool>,
    fresh: RwSignal<usize>,
    pub told: RwSignal<Told>,
    /// Why the expression that is looked for is none.
    pub wrong: RwSignal<Option<String>>,
    pub rate: RwSignal<Rate>,
    /// The times of the first and the last line that are seen, milliseconds since 1970.
    pub seen_times: RwSignal<Option<(i64, i64)>>,
    /// Lines a second of late.
    pace: RwSignal<Option<u64>>,
    open: RwSignal<Option<u64>>,
    place: StoredValue<Place>,
}

/// Where the view stands: what nothing is drawn anew for.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    /// Counts the changes after which rows look different.
    look: u64,
    /// Where the view was scrolled to when it looked last.
    seen: i32,
    /// What had gone from the log when it was drawn last: places of the screen are counted from there.
    gone: u64,
    /// The row at the upper edge, and how far into it the edge lies.
    anchor: (u64, u64),
    /// The line that has the focus.
    focused: Option<u64>,
    /// The line that gets the focus when it is drawn.
    wished: Option<u64>,
    /// How many lines had come when the strip was counted last.
    counted: Option<u64>,
    /// The first entry that came after following had ended.
    left_at: u64,
    /// The line whose details have just been opened, and are to be seen.
    opened: Option<u64>,
    /// Rows are drawn that were not measured yet.
    unsettled: bool,
    /// A pointer is down on the lines: what is under it stays there, so that a press meets what it was aimed at and a
    /// text can be selected while lines come.
    pressed: bool,
    /// A step to another match, forwards or back, that was asked for before the search had come so far.
    step: Option<bool>,
}

/// What the view is made of.
struct Parts {
    scroller: HtmlElement,
    sizer: HtmlElement,
    list: HtmlElement,
}

impl View {
    fn set(self, change: impl FnOnce(&mut Place)) {
        // The view may be gone when what it asked for comes.
        self.place.try_update_value(change);
    }

    /// Brings what is drawn up to date: once for all that happened since the last frame.
    fn frame(self) {
        let Some(parts) = self.parts() else { return };
        let started = js_sys::Date::now();
        let searched = self.feed.write(|log| log.search_on(|| js_sys::Date::now() - started < SLICE));
        if let Some(forwards) = self.place.with_value(|place| place.step) {
            self.step(forwards);
        }
        let changed = self.lay(&parts);
        if self.place.with_value(|place| place.counted.is_none()) {
            self.beat();
        }
        self.tell(!searched);
        if changed || self.place.with_value(|place| place.unsettled) {
            self.settle_soon(0);
        } else {
            self.grant(&parts.scroller);
        }
        if !searched {
            self.feed.ask();
        }
    }

    /// After the rows are drawn and before they are painted, what was expected of their heights is corrected unseen.
    fn settle_soon(self, round: u32) {
        self.set(|place| place.unsettled = false);
        spawn_local(async move { self.settle(round) });
    }

    /// Measures what has just been drawn, and puts it where it belongs. Other rows may come into sight by that.
    fn settle(self, round: u32) {
        let Some(parts) = self.parts() else { return };
        if self.measure(&parts) && self.lay(&parts) {
            if round < ROUNDS {
                self.settle_soon(round + 1);
                return;
            }
            self.set(|place| place.unsettled = true);
            self.feed.ask();
        }
        self.grant(&parts.scroller);
    }

    fn parts(self) -> Option<Parts> {
        Some(Parts {
            scroller: self.scroller.try_get_untracked()??.unchecked_into(),
            sizer: self.sizer.try_get_untracked()??.unchecked_into(),
            list: self.list.try_get_untracked()??.unchecked_into(),
        })
    }

    /// Scrolls to where the view stands, and chooses the rows that are seen there. Answers whether others are drawn now.
    fn lay(self, parts: &Parts) -> bool {
        let Parts { scroller, sizer, list } = parts;
        let height = u64::try_from(scroller.client_height()).unwrap_or(0);
        let (total, wanted) = self.feed.read(|log| {
            let (row, inside) = self.place.with_value(|place| place.anchor);
            (log.heights().total(), log.heights().offset(row) + inside)
        });
        // Set one by one: the content security policy refuses a style attribute, not this.
        let _ = HtmlElement::style(sizer).set_property("height", &format!("{total}px"));
        let follows = self.follow.get_untracked() && !self.place.with_value(|place| place.pressed);
        let top = if follows { total.saturating_sub(height) } else { wanted };
        let top = i32::try_from(top).unwrap_or(i32::MAX);
        if scroller.scroll_top() != top {
            scroller.set_scroll_top(top);
        }
        let top = scroller.scroll_top();
        let gone = self.feed.read(|log| log.heights().gone());
        self.set(|place| (place.seen, place.gone) = (top, gone));

        let from = u64::try_from(top).unwrap_or(0);
        let stretch = self.feed.read(|log| log.stretch(from, from + height, AROUND));
        let _ = HtmlElement::style(list).set_property("transform", &format!("translateY({}px)", stretch.top));
        let (look, open) = (self.place.with_value(|place| place.look), self.open.get_untracked());
        let (now, linked) = self.feed.read(|log| (log.search().and_then(Search::now), log.linked()));
        let keys: Vec<_> = stretch
            .rows
            .into_iter()
            .map(|(row, seq)| Key {
                row,
                seq,
                look,
                now: now.filter(|(line, _)| *line == seq).map(|(_, nth)| nth),
                open: open == Some(seq),
                linked: linked == Some(seq),
            })
            .collect();
        let times = self.feed.read(|log| {
            let time = |place: u64| log.heights().at(place).and_then(|row| log.time_of(row));
            time(from).zip(time((from + height).saturating_sub(1)))
        });
        if times.is_some() && self.seen_times.get_untracked() != times {
            self.seen_times.set(times);
        }
        let changed = self.rows.with_untracked(|rows| *rows != keys);
        if changed {
            self.rows.set(keys);
        }
        changed
    }

    /// Measures the rows that are drawn. Answers whether one was not as expected.
    fn measure(self, Parts { scroller, list, .. }: &Parts) -> bool {
        let mut wrong = false;
        let rows = list.children();
        let keys = self.rows.get_untracked();
        for (index, key) in (0..rows.length()).zip(keys) {
            let Some(element) = rows.item(index).and_then(|row| row.dyn_into::<HtmlElement>().ok()) else { continue };
            // Rows of before the last filter are still drawn, under numbers that mean others by now.
            let is_drawn = element.get_attribute("data-row").and_then(|row| row.parse().ok()) == Some(key.row);
            let height = u32::try_from(element.offset_height()).unwrap_or(0);
            let (seq, known) = self.feed.read(|log| (log.seq_of(key.row), log.heights().get(key.row)));
            if is_drawn && height > 0 && height != known && seq == Some(key.seq) {
                self.feed.write(|log| log.measured(key.row, height));
                wrong = true;
            }
        }
        // The columns of the text, from the first line that is drawn.
        if self.options.with_untracked(|options| options.wrap)
            && let Ok(Some(text)) = list.query_selector(".log-line__text")
        {
            let width = text.get_bounding_client_rect().width().min(f64::from(scroller.client_width()));
            // JetBrains Mono advances by 0.6 of its size, less the tracking of the style sheet.
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few hundred columns")]
            let columns = ((width / 7.375) as usize).max(1);
            let metrics = self.feed.read(Log::metrics);
            // Scrollbars come and go by a column or two; that isn't worth a new estimate of every row.
            if metrics.columns.abs_diff(columns) > 2 {
                self.feed.write(|log| log.set_metrics(Metrics { columns, ..metrics }));
                wrong = true;
            }
        }
        wrong
    }

    fn tell(self, searching: bool) {
        let follows = self.follow.get_untracked();
        let left_at = self.place.with_value(|place| place.left_at);
        let (told, fresh) = self.feed.read(|log| {
            let search = log.search();
            let told = Told {
                counts: Level::ALL.map(|level| log.count(level)),
                held: log.held(),
                shown: log.shown(),
                received: log.received(),
                pods: log.pods().to_vec(),
                containers: log.containers().to_vec(),
                matches: search.map_or(0, Search::count),
                position: search.and_then(Search::position),
                searching,
                found: log.linked().is_some(),
            };
            // What the filter hides is nothing new to see.
            (told, if follows { 0 } else { log.shown_from(left_at) })
        });
        if self.told.with_untracked(|before| *before != told) {
            self.told.set(told);
        }
        if self.fresh.get_untracked() != fresh {
            self.fresh.set(fresh);
        }
        // The line that had the focus may be drawn no more: the keys stay with the lines.
        if let (Some(seq), Some(scroller)) =
            (self.place.with_value(|place| place.focused), self.scroller.get_untracked())
            && !self.rows.with_untracked(|rows| rows.iter().any(|key| key.seq == seq))
        {
            self.set(|place| place.focused = None);
            let _ = scroller.focus();
        }
    }

    /// Counts the strip and the pace anew, if lines have come since.
    fn beat(self) {
        let received = self.feed.read(Log::received);
        if received == 0 || self.place.with_value(|place| place.counted) == Some(received) {
            return;
        }
        self.set(|place| place.counted = Some(received));
        let (rate, pace) = self.feed.read(|log| (log.rate(), log.pace()));
        if self.rate.with_untracked(|known| *known != rate) {
            self.rate.set(rate);
        }
        if self.pace.get_untracked() != pace {
            self.pace.set(pace);
        }
    }

    /// Gives the focus to the line that was to have it, once it is drawn, and shows the details that were opened.
    fn grant(self, scroller: &HtmlElement) {
        let is_drawn = |seq: u64| self.rows.with_untracked(|rows| rows.iter().any(|key| key.seq == seq && key.open));
        if let Some(seq) = self.place.with_value(|place| place.opened).filter(|seq| is_drawn(*seq)) {
            self.set(|place| place.opened = None);
            if let Some(row) = self.feed.read(|log| log.row_of(seq)) {
                self.reveal(row, PILL);
            }
        }
        let Some(seq) = self.place.with_value(|place| place.wished) else { return };
        if let Ok(Some(line)) = scroller.query_selector(&format!("[data-seq='{seq}']"))
            && let Ok(line) = line.dyn_into::<HtmlElement>()
        {
            self.set(|place| place.wished = None);
            // The view scrolls by itself: the browser's own scrolling would be taken for a person's.
            let still = FocusOptions::new();
            still.set_prevent_scroll(true);
            let _ = line.focus_with_options(&still);
        }
    }

    /// Leads the focus to the lines as a whole.
    pub fn focus(self) {
        if let Some(scroller) = self.scroller.get_untracked() {
            let _ = scroller.focus();
        }
    }

    /// Goes to the newest line and stays with it.
    pub fn follow_end(self) {
        self.set_follow(true);
    }

    /// Shows what was written at a time, milliseconds since 1970.
    pub fn show_time(self, at: i64) {
        let Some(row) = self.feed.read(|log| log.row_at(at)) else { return };
        let end = self.feed.read(|log| log.heights().end());
        if row + 1 == end { self.set_follow(true) } else { self.show(row) }
    }

    /// Scrolls no further than it takes to see a row, with so much room below it.
    fn reveal(self, row: u64, room: u64) {
        let Some(scroller) = self.scroller.get_untracked() else { return };
        let height = u64::try_from(scroller.client_height()).unwrap_or(0);
        let top = u64::try_from(self.place.with_value(|place| place.seen)).unwrap_or(0);
        let (from, to) = self.feed.read(|log| {
            let from = log.heights().offset(row);
            let to = from + u64::from(log.heights().get(row));
            // No further than to the end: what comes later must not move what is read.
            (from, (to + room).min(log.heights().total()))
        });
        if from < top {
            self.hold(from);
        } else if to > top + height {
            self.hold(to.saturating_sub(height).min(from));
        }
        self.feed.ask();
    }

    /// Leads the focus to the line of a row.
    fn go_to(self, row: u64) {
        self.set_follow(false);
        if let Some(seq) = self.feed.read(|log| log.seq_of(row)) {
            self.reveal(row, 0);
            self.set(|place| place.wished = Some(seq));
            self.feed.ask();
        }
    }

    /// Holds on to what is drawn at a place of the screen. Lines may have gone since it was drawn.
    fn set_anchor(self, top: i32) {
        let drawn = u64::try_from(top).unwrap_or(0) + self.place.with_value(|place| place.gone);
        self.hold(drawn.saturating_sub(self.feed.read(|log| log.heights().gone())));
    }

    /// Holds on to the row at a place of the log.
    fn hold(self, place: u64) {
        let anchor = self.feed.read(|log| {
            let row = log.heights().at(place).unwrap_or(0);
            (row, place.saturating_sub(log.heights().offset(row)))
        });
        self.set(|place| place.anchor = anchor);
    }

    fn set_follow(self, follow: bool) {
        if self.follow.get_untracked() != follow {
            if !follow {
                self.set_anchor(self.place.with_value(|place| place.seen));
                let end = self.feed.read(Log::end);
                self.set(|place| place.left_at = end);
            }
            self.follow.set(follow);
        }
        self.feed.ask();
    }

    fn on_scroll(self) {
        let Some(scroller) = self.scroller.get_untracked() else { return };
        let top = scroller.scroll_top();
        let before = self.place.with_value(|place| place.seen);
        if top == before {
            // The view's own doing, which comes back as an event.
            return;
        }
        self.set(|place| place.seen = top);
        let is_at_end = scroller.scroll_height() - scroller.client_height() - top <= NEAR_END;
        // New lines move the end away from the view: only a person moves the view away from the end. Who goes there to
        // read the details of a line stays with them.
        // Up is away, however little: a smooth scroll begins with steps of a pixel or two.
        if top < before {
            self.set_follow(false);
        } else if is_at_end && !self.sees_details(top) {
            self.set_follow(true);
        }
        self.set_anchor(top);
        self.feed.ask();
    }

    /// Whether a line is seen whose details are open, in a view that ends with the log.
    fn sees_details(self, top: i32) -> bool {
        let Some(open) = self.open.get_untracked() else { return false };
        let top = u64::try_from(top).unwrap_or(0);
        self.feed.read(|log| {
            let heights = log.heights();
            log.row_of(open).is_some_and(|row| heights.offset(row) + u64::from(heights.get(row)) > top)
        })
    }

    /// A pointer goes down on the lines.
    fn press(self) {
        self.set_anchor(self.place.with_value(|place| place.seen));
        self.set(|place| place.pressed = true);
    }

    /// The pointer goes up, wherever it is by then. A text that it has selected stays where it is.
    fn release(self) {
        if !self.place.try_update_value(|place| std::mem::take(&mut place.pressed)).unwrap_or(false) {
            return;
        }
        let selected = window().get_selection().ok().flatten().filter(|selected| !selected.is_collapsed());
        let lines = self.list.get_untracked();
        if selected.zip(lines).is_some_and(|(text, lines)| lines.contains(text.anchor_node().as_ref())) {
            self.set_follow(false);
        }
        self.feed.ask();
    }

    /// What is selected over several lines is copied as lines: the browser would put each column on a line of its own.
    fn copy(self, event: &ev::ClipboardEvent) {
        let selected = window().get_selection().ok().flatten().filter(|selected| !selected.is_collapsed());
        let range = selected.and_then(|selected| selected.get_range_at(0).ok());
        let (Some(range), Some(list), Some(data)) = (range, self.list.get_untracked(), event.clipboard_data()) else {
            return;
        };
        let children = list.children();
        let mut rows: Vec<Element> = (0..children.length())
            .filter_map(|index| children.item(index))
            .filter(|row| range.intersects_node(row).unwrap_or(false))
            .collect();
        // It ends before the first letter of the line that it reaches last.
        let ends_before = range.end_offset() == Ok(0);
        if ends_before
            && rows.len() > 1
            && rows.last().is_some_and(|row| row.contains(range.end_container().ok().as_ref()))
        {
            rows.pop();
        }
        // Inside one cell the browser's own way is what is wanted.
        let around = range.common_ancestor_container().ok();
        let is_inside = |row: &Element| around.as_ref().is_some_and(|around| !around.contains(Some(row)));
        if rows.is_empty() || rows.len() == 1 && rows.iter().all(is_inside) {
            return;
        }
        let numbers = rows.iter().filter_map(|row| row.get_attribute("data-row")?.parse().ok());
        let text = self.feed.read(|log| {
            let entries: Vec<u64> = numbers.filter_map(|row| log.seq_of(row)).collect();
            log.text_of(entries)
        });
        if data.set_data("text/plain", text.trim_end()).is_ok() {
            event.prevent_default();
        }
    }

    /// Shows a row in the middle of the view.
    fn show(self, row: u64) {
        let Some(scroller) = self.scroller.get_untracked() else { return };
        self.set_follow(false);
        let height = u64::try_from(scroller.client_height()).unwrap_or(0);
        let place = self.feed.read(|log| log.heights().offset(row));
        self.hold(place.saturating_sub(height / 2));
        self.feed.ask();
    }

    /// Goes to another match; while a search is under way, as soon as it has come so far.
    pub fn step(self, forwards: bool) {
        let near = self.place.with_value(|place| place.anchor).0;
        let is_known = self.feed.read(|log| log.knows_step(near));
        self.set(|place| place.step = (!is_known).then_some(forwards));
        if is_known && let Some(row) = self.feed.write(|log| log.step(forwards, near)) {
            self.show(row);
        }
    }

    /// Rows look different from now on.
    fn redraw(self) {
        self.place.update_value(|place| place.look += 1);
        self.feed.ask();
    }

    /// Opens the details of a line, or closes them. The row is drawn anew; the focus stays on it.
    fn toggle(self, seq: u64) {
        self.set_follow(false);
        if let Some(scroller) = self.scroller.get_untracked() {
            self.set_anchor(scroller.scroll_top());
        }
        self.open.update(|open| *open = (*open != Some(seq)).then_some(seq));
        self.set(|place| place.opened = self.open.get_untracked());
        self.set(|place| place.focused = None);
        self.set(|place| place.wished = Some(seq));
        self.feed.ask();
    }

    /// The row of the line that has the focus.
    fn focused_row(self) -> Option<u64> {
        let seq = document().active_element()?.get_attribute("data-seq")?.parse().ok()?;
        self.feed.read(|log| log.row_of(seq))
    }

    /// Leads the focus to the next line or to the one before; from elsewhere to the first or the last that is seen.
    fn walk(self, down: bool) {
        let Some(scroller) = self.scroller.get_untracked() else { return };
        let height = u64::try_from(scroller.client_height()).unwrap_or(0);
        let top = u64::try_from(scroller.scroll_top()).unwrap_or(0);
        let row = match (self.focused_row(), down) {
            (Some(row), true) => Some(row + 1),
            (Some(row), false) => row.checked_sub(1),
            (None, true) => self.feed.read(|log| {
                let row = log.heights().at(top)?;
                // One of which only the lower part is seen is not where one looks.
                let is_cut = log.heights().offset(row) < top && row + 1 < log.heights().end();
                Some(row + u64::from(is_cut))
            }),
            (None, false) => self.feed.read(|log| log.heights().at((top + height).saturating_sub(1))),
        };
        if let Some(row) = row {
            self.go_to(row);
        }
    }

    fn on_key(self, event: &ev::KeyboardEvent) {
        let Some(scroller) = self.scroller.get_untracked() else { return };
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let key = event.key();
        let focused = self.focused_row();
        let is_on_lines = document().active_element().is_some_and(|element| element.is_same_node(Some(&scroller)));
        // The row a page away from another.
        let page = |row: u64, down: bool| {
            let height = u64::try_from(scroller.client_height()).unwrap_or(0);
            self.feed.read(|log| {
                let place = log.heights().offset(row);
                log.heights().at(if down { place + height } else { place.saturating_sub(height) })
            })
        };
        match (key.as_str(), focused) {
            ("Enter", None) if is_on_lines => self.walk(true),
            ("ArrowDown" | "j", Some(_)) => self.walk(true),
            ("ArrowUp" | "k", Some(_)) => self.walk(false),
            ("j" | "k", None) if is_on_lines => self.walk(key == "j"),
            ("PageDown" | "PageUp", Some(row)) => {
                if let Some(row) = page(row, key == "PageDown") {
                    self.go_to(row);
                }
            }
            ("Home", Some(_)) => self.go_to(self.feed.read(|log| log.heights().first())),
            ("End", Some(_)) => {
                self.focus();
                self.set_follow(true);
            }
            ("Escape", Some(_)) => self.focus(),
            _ => return,
        }
        event.prevent_default();
    }
}

/// Offers the keys that work wherever the focus is, for as long as the view is there.
fn offer_keys(view: View, search: NodeRef<html::Input>) {
    let find = move || {
        if let Some(search) = search.get_untracked() {
            let _ = search.focus();
            search.select();
        }
    };
    let Some(shortcuts) = Shortcuts::of_context() else { return };
    let keys = |keys, label: &'static str, run: Box<dyn Fn() + Send + Sync>| Shortcut::new(keys, "Logs", label, run);
    shortcuts.offer(keys("/", "Search in the log", Box::new(find)));
    shortcuts.offer(keys("j", "Go to the next line", Box::new(move || view.walk(true))).repeating());
    shortcuts.offer(keys("k", "Go to the line before", Box::new(move || view.walk(false))).repeating());
    shortcuts.offer(keys("n", "Go to the next match", Box::new(move || view.step(true))).repeating());
    shortcuts.offer(keys("p", "Go to the match before", Box::new(move || view.step(false))).repeating());
}

/// A log, as wide and high as its place.
#[component]
pub fn LogView(
    /// The lines.
    feed: LogFeed,
    /// What a person chose.
    options: Options,
    /// How the connection stands that brings the lines.
    #[prop(into)]
    connection: Signal<Connection>,
    /// What a downloaded file is called.
    #[prop(into)]
    file: String,
    /// The pods that are known before they have written a line.
    #[prop(optional, into)]
    pods: Signal<Vec<String>>,
    /// The containers that are known before they have written a line.
    #[prop(optional, into)]
    containers: Signal<Vec<String>>,
    /// Why the stream has ended, in a sentence, where more is known than that it has.
    #[prop(optional, into)]
    ended: Signal<Option<String>>,
    /// Whether it has ended because the one pod that is chosen is gone: all are offered then, and not the same again.
    #[prop(optional, into)]
    podless: Signal<bool>,
    /// Whether it has ended because the one container that is chosen is refused: all are offered then.
    #[prop(optional, into)]
    containerless: Signal<bool>,
    /// Opens the stream again.
    #[prop(optional, into)]
    retry: Option<Callback<()>>,
) -> AnyView {
    let view = View {
        feed,
        options,
        scroller: NodeRef::new(),
        sizer: NodeRef::new(),
        list: NodeRef::new(),
        rows: RwSignal::new(Vec::new()),
        follow: RwSignal::new(true),
        fresh: RwSignal::new(0),
        told: RwSignal::new(Told::default()),
        wrong: RwSignal::new(None),
        rate: RwSignal::new(Rate::default()),
        seen_times: RwSignal::new(None),
        pace: RwSignal::new(None),
        open: RwSignal::new(None),
        place: StoredValue::new(Place::default()),
    };
    let search = NodeRef::<html::Input>::new();
    let gone = RwSignal::new(false);
    let end = End { words: ended, podless, containerless, retry };
    follow_options(view);
    follow_link(view, connection, gone);
    Effect::new(move |_| {
        feed.frame().get();
        untrack(|| view.frame());
    });
    // The same lines may stay in sight, and break otherwise.
    let resized = window_event_listener(ev::resize, move |_| {
        view.set(|place| place.unsettled = true);
        feed.ask();
    });
    let released = [
        window_event_listener(ev::pointerup, move |_| view.release()),
        window_event_listener(ev::pointercancel, move |_| view.release()),
    ];
    offer_keys(view, search);
    let beat = set_interval_with_handle(move || view.beat(), BEAT).ok();
    on_cleanup(move || {
        resized.remove();
        released.into_iter().for_each(WindowListenerHandle::remove);
        beat.as_ref().map(IntervalHandle::clear);
    });

    let on_click = move |event: ev::MouseEvent| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let line = target.and_then(|target| target.closest("[data-seq]").ok().flatten());
        let seq = line.and_then(|line| line.get_attribute("data-seq")).and_then(|seq| seq.parse().ok());
        if let Some(seq) = seq {
            view.toggle(seq);
        }
    };
    let on_focus = move |event: ev::FocusEvent| {
        let element = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let seq = element.and_then(|element| element.get_attribute("data-seq")).and_then(|seq| seq.parse().ok());
        if seq.is_some() {
            view.set_follow(false);
        }
        view.set(|place| place.focused = seq);
    };
    let on_blur = move |_| {
        // A row that is taken away while it has the focus fires nothing, so this is a person's doing.
        view.set(|place| place.focused = None);
    };
    let wrap = options.part(|options| options.wrap);
    let times = options.part(|options| options.times);
    let class = move || match (wrap.get(), times.get() != Times::Off) {
        (true, true) => "logs__view",
        (false, true) => "logs__view logs__view--long",
        (true, false) => "logs__view logs__view--timeless",
        (false, false) => "logs__view logs__view--long logs__view--timeless",
    };
    let draw = move |key: Key| {
        let (times, colours) = options.with_untracked(|options| (options.times, options.colours));
        row::draw(feed, key, Look { times, colours, options })
    };
    view! {
        <section
            class="logs"
            aria-label="Logs"
            data-received=move || view.told.with(|told| told.received).to_string()
        >
            {bar::bar(view, pods, containers, file, search)}
            {strip::strip(view)}
            {notices(view, connection, gone, end)}
            <div class="logs__stage">
                <div
                    class=class
                    role="log"
                    aria-label="Log lines"
                    aria-live="off"
                    aria-description="j and k go from line to line, Enter opens one, Escape leads back. End follows the newest."
                    tabindex="0"
                    node_ref=view.scroller
                    on:scroll=move |_| view.on_scroll()
                    on:keydown=move |event| view.on_key(&event)
                    on:click=on_click
                    on:focusin=on_focus
                    on:focusout=on_blur
                >
                    <div class="logs__sizer" node_ref=view.sizer>
                        <ol
                            class="logs__lines"
                            node_ref=view.list
                            on:pointerdown=move |event| {
                                if event.button() == 0 {
                                    view.press();
                                }
                            }
                            on:copy=move |event| view.copy(&event)
                        >
                            <For each=move || view.rows.get() key=|key| *key let:key>
                                {draw(key)}
                            </For>
                        </ol>
                    </div>
                </div>
                {empty(view, connection, end)}
                {resume_button(view)}
            </div>
            {foot(view, connection)}
        </section>
    }
    .into_any()
}

/// Brings what a person chose to the log.
fn follow_options(view: View) {
    let View { feed, options, .. } = view;
    let filter = options.part(|options| options.filter.clone());
    let wanted = options.part(|options| options.wanted.clone());
    let wrap = options.part(|options| options.wrap);
    let raw = options.part(|options| options.raw);
    let drawn = options.part(|options| (options.times, options.colours));
    Effect::new(move |first: Option<()>| {
        let filter = filter.get();
        // What is looked at stays where it is, as far as it is still shown.
        let anchor = feed.read(|log| log.seq_of(view.place.with_value(|place| place.anchor).0));
        feed.write(|log| log.set_filter(filter));
        if first.is_some() {
            let row = feed.read(|log| anchor.and_then(|seq| log.row_near(seq)));
            view.set(|place| place.anchor = (row.unwrap_or(0), 0));
            view.set(|place| place.counted = None);
        }
        view.redraw();
    });
    Effect::new(move |_| {
        // A step through what was looked for before is not one through this.
        view.set(|place| place.step = None);
        match wanted.with(regexp::pattern) {
            Ok(pattern) => {
                view.wrong.set(None);
                feed.write(|log| log.set_search(pattern));
            }
            Err(reason) => {
                view.wrong.set(Some(format!("Not an expression: {reason}")));
                feed.write(|log| log.set_search(None));
            }
        }
        view.redraw();
    });
    Effect::new(move |_| {
        drawn.track();
        let raw = raw.get();
        let columns = if wrap.get() { 100 } else { 0 };
        feed.write(|log| {
            log.set_raw(raw);
            log.set_metrics(Metrics { columns, ..Metrics::default() });
        });
        view.redraw();
    });
}

/// Shows the line of the address when it comes, and says when it is gone.
fn follow_link(view: View, connection: Signal<Connection>, gone: RwSignal<bool>) {
    let View { feed, options, .. } = view;
    let linked: Memo<Option<LineId>> = options.part(|options| options.line.clone());
    let shown = StoredValue::new(false);
    Effect::new(move |_| {
        let line = linked.get();
        shown.set_value(line.is_none());
        gone.set(false);
        feed.write(|log| log.set_linked(line));
        feed.ask();
    });
    let found = Memo::new(move |_| view.told.with(|told| told.found));
    let has_lines = Memo::new(move |_| view.told.with(|told| told.held > 0));
    Effect::new(move |before: Option<bool>| {
        let found = found.get();
        if found {
            gone.set(false);
            if !shown.get_value() {
                shown.set_value(true);
                if let Some((seq, row)) = feed.read(|log| log.linked().and_then(|seq| Some((seq, log.row_of(seq)?)))) {
                    view.open.set(Some(seq));
                    view.show(row);
                }
            }
        } else if before == Some(true) && linked.with_untracked(Option::is_some) {
            gone.set(true);
        }
        found
    });
    Effect::new(move |_| {
        let is_there = has_lines.get()
            || connection.with(|now| matches!(now, Connection::Live | Connection::Ended | Connection::Refused(_)));
        if linked.with(Option::is_some) && is_there {
            set_timeout(
                move || {
                    if found.try_get_untracked() == Some(false)
                        && linked.try_with_untracked(Option::is_some) == Some(true)
                    {
                        let _ = gone.try_set(true);
                    }
                },
                GONE_AFTER,
            );
        }
    });
}

/// Why no more lines come, and what a person can do then.
#[derive(Clone, Copy)]
struct End {
    words: Signal<Option<String>>,
    podless: Signal<bool>,
    containerless: Signal<bool>,
    retry: Option<Callback<()>>,
}

impl End {
    /// The button beside the words; reading it subscribes.
    fn deed(self, options: Options) -> Option<AnyView> {
        if self.podless.get() {
            let all = move |()| options.push(|options| options.filter.pods.clear());
            return Some(view! { <Button label="Show all pods".to_owned() small=true on_press=all/> }.into_any());
        }
        if self.containerless.get() {
            let all = move |()| options.push(|options| options.filter.containers.clear());
            let deeds = view! {
                <Button label="Show all containers".to_owned() small=true on_press=all/>
                {maybe(self.retry.map(again))}
            };
            return Some(deeds.into_any());
        }
        self.retry.map(again)
    }
}

/// What has to be said above the lines.
fn notices(view: View, connection: Signal<Connection>, gone: RwSignal<bool>, end: End) -> AnyView {
    let options = view.options;
    let has_lines = Memo::new(move |_| view.told.with(|told| told.held > 0));
    let further = options.part(|options| TAILS.into_iter().find(|size| *size > options.tail));
    let is_gone = reactive(move || {
        maybe(gone.get().then(|| {
            let held = view.told.with(|told| told.held);
            let words = format!(
                "The line of this link is gone: it is not among the {} that are held here.",
                format::counted(held, "line", "lines")
            );
            let more = further.get().map(|size| {
                let label = format!("Look through {} lines", format::count(size as usize));
                view! {
                    <Button
                        label=label
                        small=true
                        on_press=move |()| options.push(|options| options.tail = size)
                    />
                }
                .into_any()
            });
            view! {
                <Glyph tone=Tone::Warn/>
                <span class="logs__words">{words}</span>
                {maybe(more)}
                <Button label="Follow the newest".to_owned() small=true on_press=move |()| {
                    options.push(|options| options.line = None);
                    view.set_follow(true);
                }/>
            }
            .into_any()
        }))
    });
    let is_over = reactive(move || {
        let words = connection.with(|connection| match connection {
            Connection::Refused(failure) => Some(format!("{}. {}", failure.title, format::sentence(&failure.message))),
            Connection::Ended => Some(end.words.get().unwrap_or_else(|| "The platform ended the stream.".to_owned())),
            _ => None,
        });
        maybe(words.filter(|_| has_lines.get()).map(|words| {
            view! {
                <Glyph tone=Tone::Warn/>
                <span class="logs__words">{words}</span>
                {maybe(end.deed(options))}
            }
            .into_any()
        }))
    });
    view! {
        <div class="logs__notice" role="status">{is_gone}</div>
        <div class="logs__notice" role="status">{is_over}</div>
    }
    .into_any()
}

fn again(retry: Callback<()>) -> AnyView {
    view! { <Button label="Try again".to_owned() small=true on_press=retry/> }.into_any()
}

/// What stands where lines would be.
fn empty(view: View, connection: Signal<Connection>, end: End) -> AnyView {
    let options = view.options;
    let state = Memo::new(move |_| view.told.with(|told| (told.held == 0, told.shown == 0)));
    let draw = move |icon: &'static str, title: String, text: String, action: Option<AnyView>| {
        view! {
            <div class="logs__empty">
                <EmptyState icon=icon title=title text=text>
                    {maybe(action)}
                </EmptyState>
            </div>
        }
        .into_any()
    };
    reactive(move || match state.get() {
        (true, _) => connection.with(|connection| match connection {
            Connection::Refused(failure) => draw(
                "circle-alert",
                failure.title.to_owned(),
                format!("{} {}", format::sentence(&failure.message), failure.hint),
                end.retry.map(again),
            ),
            Connection::Ended => draw(
                "scroll-text",
                match (end.podless.get(), end.containerless.get(), options.with(|options| options.previous)) {
                    (true, ..) => "The pod is gone",
                    (_, true, _) => "No lines of this container",
                    (.., true) => "No earlier run",
                    _ => "The stream has ended",
                }
                .to_owned(),
                end.words.get().unwrap_or_else(|| "The platform ended the stream, and it had no lines.".to_owned()),
                end.deed(options),
            ),
            Connection::Live => draw(
                "scroll-text",
                "No lines yet".to_owned(),
                "They show here as soon as a container writes one.".to_owned(),
                None,
            ),
            Connection::Paused => draw(
                "scroll-text",
                "Paused".to_owned(),
                "Logs are not followed while the tab is hidden.".to_owned(),
                None,
            ),
            Connection::Connecting | Connection::Reconnecting { .. } | Connection::Offline { .. } => {
                view! { <p class="logs__empty faint">"Waiting for the first lines"</p> }.into_any()
            }
        }),
        (false, true) => {
            let all = move |()| options.push(|options| options.filter = super::model::Filter::default());
            let button = view! { <Button label="Show all lines".to_owned() small=true on_press=all/> }.into_any();
            draw(
                "scroll-text",
                "None of the lines is shown".to_owned(),
                "No line that is held here has the chosen levels, pods and containers.".to_owned(),
                Some(button),
            )
        }
        (false, false) => ().into_any(),
    })
}

fn resume_button(view: View) -> AnyView {
    let is_offered = Memo::new(move |_| !view.follow.get() && view.told.with(|told| told.held > 0));
    reactive(move || {
        maybe(is_offered.get().then(|| {
            view! {
                <button
                    type="button"
                    class="button logs__resume"
                    on:click=move |_| {
                        view.set_follow(true);
                        view.focus();
                    }
                >
                    <Icon name="arrow-down"/>
                    {move || match view.fresh.get() {
                        0 => "Follow".to_owned(),
                        fresh => format::counted(fresh, "new line", "new lines"),
                    }}
                </button>
            }
            .into_any()
        }))
    })
}

fn foot(view: View, connection: Signal<Connection>) -> AnyView {
    let times = view.options.part(|options| options.times);
    let pace = move || {
        let is_live = connection.with(|connection| *connection == Connection::Live);
        view.pace.get().filter(|_| is_live).and_then(|pace| usize::try_from(pace).ok())
    };
    let held = move || {
        let held = format::counted(view.told.with(|told| told.held), "line", "lines");
        match pace() {
            Some(pace) => format!("{held} held, {} per second", format::count(pace)),
            None => format!("{held} held"),
        }
    };
    let came = move || {
        let received = usize::try_from(view.told.with(|told| told.received)).unwrap_or(0);
        format!("{} came since this view was opened", format::counted(received, "line", "lines"))
    };
    let zone = move || match times.get() {
        Times::Off => "Times off".to_owned(),
        Times::Utc => "UTC".to_owned(),
        Times::Local => {
            let at = view.seen_times.get().map_or(0, |(_, to)| to);
            format!("Local time, {}", time::zone(Times::Local.offset(at)))
        }
    };
    view! {
        <div class="logs__foot">
            <span class="logs__state">
                <LiveChip connection=connection/>
                {move || if view.follow.get() { "" } else { "Follow paused" }}
            </span>
            {pod_marks(view)}
            <span class="push" data-tip=came>
                {held}
            </span>
            <span class="logs__zone">{zone}</span>
        </div>
    }
    .into_any()
}

/// The pods and their colours.
fn pod_marks(view: View) -> AnyView {
    let pods = Memo::new(move |_| view.told.with(|told| told.pods.clone()));
    reactive(move || {
        pods.get()
            .iter()
            .take(12)
            .enumerate()
            .filter(|(_, pod)| !pod.is_empty())
            .map(|(index, pod)| {
                let class = format!("pod-mark {}", row::pod_class(index));
                view! {
                    <span class="logs__pod" data-tip=text::visible(pod).into_owned()>
                        <span class=class></span>
                        {text::visible(row::short(pod)).into_owned()}
                    </span>
                }
                .into_any()
            })
            .collect_view()
            .into_any()
    })
}
