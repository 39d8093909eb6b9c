//! The log as it is seen and handled.
//!
//! Keys: the lines are one stop of the Tab key. There the arrows scroll, `Enter` goes to the lines themselves, on which
//! the arrows move and `Enter` opens the details; `Escape` leads back. `/` leads to the search; `End` scrolls to the newest
//! line, and being there is following.

use std::time::Duration;

use js_sys::Array;
use leptos::{ev, html, prelude::*};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement};

use super::{
    feed::LogFeed,
    level::Level,
    line::LineId,
    model::{Levels, Metrics},
    regexp,
    row::{self, Key},
    search::Wanted,
};
use crate::ui::{
    copy::CopyButton,
    format,
    icon::{Icon, Size},
    live::LiveChip,
    load::Connection,
};

/// What a person chose. The page keeps it in its address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogOptions {
    /// Which levels are shown.
    pub levels: Levels,
    /// What is looked for.
    pub wanted: Wanted,
    /// Whether long lines are wrapped.
    pub wrap: bool,
    /// Whether times are shown.
    pub timestamps: bool,
    /// The line that the address means.
    pub line: Option<LineId>,
}

impl Default for LogOptions {
    fn default() -> Self {
        Self { levels: Levels::default(), wanted: Wanted::default(), wrap: true, timestamps: true, line: None }
    }
}

/// Rows drawn above and below what is seen.
const AROUND: u64 = 8;

/// How far from the end still counts as its end, pixels.
const NEAR_END: i32 = 4;

/// How long a search may take of a frame, milliseconds.
const SLICE: f64 = 6.0;

/// A line of an address that has not come so long after the first lines is gone.
const GONE_AFTER: Duration = Duration::from_millis(1_500);

/// What stands around the lines.
#[derive(Clone, Debug, Default, PartialEq)]
struct Told {
    counts: [usize; Level::ALL.len()],
    held: usize,
    pods: Vec<String>,
    matches: usize,
    position: Option<usize>,
    searching: bool,
    found: bool,
}

#[derive(Clone, Copy)]
struct View {
    feed: LogFeed,
    options: RwSignal<LogOptions>,
    scroller: NodeRef<html::Div>,
    sizer: NodeRef<html::Div>,
    list: NodeRef<html::Ol>,
    rows: RwSignal<Vec<Key>>,
    follow: RwSignal<bool>,
    /// How many lines had come when following ended.
    left_at: RwSignal<u64>,
    fresh: RwSignal<u64>,
    told: RwSignal<Told>,
    open: RwSignal<Option<u64>>,
    /// Counts the changes after which rows look different.
    look: StoredValue<u64>,
    /// Where the view was scrolled to when it looked last.
    seen: StoredValue<i32>,
    /// What had gone from the log when it was drawn last: places of the screen are counted from there.
    gone: StoredValue<u64>,
    /// The row at the upper edge, and how far into it the edge lies.
    anchor: StoredValue<(u64, u64)>,
    /// The line that has the focus.
    focused: StoredValue<Option<u64>>,
}

impl View {
    /// Brings what is drawn up to date: once for all that happened since the last frame.
    fn frame(self) {
        let (Some(scroller), Some(sizer), Some(list)) =
            (self.scroller.get_untracked(), self.sizer.get_untracked(), self.list.get_untracked())
        else {
            return;
        };
        let height = u64::try_from(scroller.client_height()).unwrap_or(0);
        let measured = self.measure(&scroller, &list);
        let started = js_sys::Date::now();
        let searched = self.feed.write(|log| log.search_on(|| js_sys::Date::now() - started < SLICE));

        let (total, wanted) = self.feed.read(|log| {
            let (row, inside) = self.anchor.get_value();
            (log.heights().total(), log.heights().offset(row) + inside)
        });
        // Set one by one: the content security policy refuses a style attribute, not this.
        let _ = HtmlElement::style(&sizer).set_property("height", &format!("{total}px"));
        let follows = self.follow.get_untracked();
        let top = if follows { total.saturating_sub(height) } else { wanted };
        let top = i32::try_from(top).unwrap_or(i32::MAX);
        if scroller.scroll_top() != top {
            scroller.set_scroll_top(top);
        }
        let top = scroller.scroll_top();
        self.seen.set_value(top);
        self.gone.set_value(self.feed.read(|log| log.heights().gone()));

        let from = u64::try_from(top).unwrap_or(0);
        let stretch = self.feed.read(|log| log.stretch(from, from + height, AROUND));
        let _ = HtmlElement::style(&list).set_property("transform", &format!("translateY({}px)", stretch.top));
        let (look, open) = (self.look.get_value(), self.open.get_untracked());
        let (now, linked) = self.feed.read(|log| (log.search().and_then(super::search::Search::now), log.linked()));
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
        let changed = self.rows.with_untracked(|rows| *rows != keys);
        if changed {
            self.rows.set(keys);
        }
        self.tell(!searched);
        // What was drawn anew is measured in the next frame.
        if changed || measured || !searched {
            self.feed.ask();
        }
    }

    /// Measures the rows that are drawn. Answers whether one was not as expected.
    fn measure(self, scroller: &HtmlElement, list: &HtmlElement) -> bool {
        let mut wrong = false;
        let rows = list.children();
        for index in 0..rows.length() {
            let Some(element) = rows.item(index).and_then(|row| row.dyn_into::<HtmlElement>().ok()) else { continue };
            let Some(row) = element.get_attribute("data-row").and_then(|row| row.parse::<u64>().ok()) else { continue };
            let height = u32::try_from(element.offset_height()).unwrap_or(0);
            // Rows of before the last filter are still drawn, under numbers that mean others by now.
            let is_current = self.rows.with_untracked(|keys| {
                keys.iter().any(|key| key.row == row && self.feed.read(|log| log.seq_of(row)) == Some(key.seq))
            });
            if height > 0 && is_current && self.feed.read(|log| log.heights().get(row)) != height {
                self.feed.write(|log| log.measured(row, height));
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
            let metrics = self.feed.read(super::model::Log::metrics);
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
        let (told, received) = self.feed.read(|log| {
            let search = log.search();
            let told = Told {
                counts: Level::ALL.map(|level| log.count(level)),
                held: log.held(),
                pods: log.pods().to_vec(),
                matches: search.map_or(0, super::search::Search::count),
                position: search.and_then(super::search::Search::position),
                searching,
                found: log.linked().is_some(),
            };
            (told, log.received())
        });
        if self.told.with_untracked(|before| *before != told) {
            self.told.set(told);
        }
        let left_at = self.left_at.get_untracked();
        let fresh = if follows { 0 } else { received.saturating_sub(left_at) };
        if self.fresh.get_untracked() != fresh {
            self.fresh.set(fresh);
        }
        // The line that had the focus may be drawn no more: the keys stay with the lines.
        if let (Some(seq), Some(scroller)) = (self.focused.get_value(), self.scroller.get_untracked())
            && !self.rows.with_untracked(|rows| rows.iter().any(|key| key.seq == seq))
        {
            self.focused.set_value(None);
            let _ = scroller.focus();
        }
    }

    /// Holds on to what is drawn at a place of the screen. Lines may have gone since it was drawn.
    fn set_anchor(self, top: i32) {
        let drawn = u64::try_from(top).unwrap_or(0) + self.gone.get_value();
        self.hold(drawn.saturating_sub(self.feed.read(|log| log.heights().gone())));
    }

    /// Holds on to the row at a place of the log.
    fn hold(self, place: u64) {
        let anchor = self.feed.read(|log| {
            let row = log.heights().at(place).unwrap_or(0);
            (row, place.saturating_sub(log.heights().offset(row)))
        });
        self.anchor.set_value(anchor);
    }

    fn set_follow(self, follow: bool) {
        if self.follow.get_untracked() != follow {
            if !follow {
                self.set_anchor(self.seen.get_value());
                self.left_at.set(self.feed.read(super::model::Log::received));
            }
            self.follow.set(follow);
        }
        self.feed.ask();
    }

    fn on_scroll(self) {
        let Some(scroller) = self.scroller.get_untracked() else { return };
        let top = scroller.scroll_top();
        let before = self.seen.get_value();
        self.seen.set_value(top);
        let is_at_end = scroller.scroll_height() - scroller.client_height() - top <= NEAR_END;
        // New lines move the end away from the view: only a person moves the view away from the end.
        if is_at_end {
            self.set_follow(true);
        } else if top < before {
            self.set_follow(false);
        }
        self.set_anchor(top);
        self.feed.ask();
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

    fn step(self, forwards: bool) {
        let near = self.anchor.get_value().0;
        if let Some(row) = self.feed.write(|log| log.step(forwards, near)) {
            self.show(row);
        }
    }

    /// Rows look different from now on.
    fn redraw(self) {
        self.look.update_value(|look| *look += 1);
        self.feed.ask();
    }

    fn on_key(self, event: &ev::KeyboardEvent, search: NodeRef<html::Input>) {
        let Some(scroller) = self.scroller.get_untracked() else { return };
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let focused = document().active_element();
        let line = focused.as_ref().filter(|element| element.has_attribute("data-seq"));
        match (event.key().as_str(), line) {
            ("/", _) => {
                if let Some(search) = search.get_untracked() {
                    let _ = search.focus();
                }
            }
            ("Enter", None) if focused.as_ref().is_some_and(|element| element.is_same_node(Some(&scroller))) => {
                self.set_follow(false);
                self.set_anchor(scroller.scroll_top());
                focus_line(&scroller, |lines| {
                    let edge = scroller.get_bounding_client_rect().top();
                    lines.iter().position(|line| line.get_bounding_client_rect().top() >= edge)
                });
            }
            ("Escape", Some(_)) => {
                let _ = scroller.focus();
            }
            ("ArrowDown" | "ArrowUp", Some(line)) => {
                let down = event.key() == "ArrowDown";
                focus_line(&scroller, |lines| {
                    let here = lines.iter().position(|other| other.is_same_node(Some(line)))?;
                    if down { here.checked_add(1) } else { here.checked_sub(1) }
                });
            }
            _ => return,
        }
        event.prevent_default();
    }
}

/// Gives the focus to one of the lines that are drawn.
fn focus_line(scroller: &HtmlElement, choose: impl FnOnce(&[HtmlElement]) -> Option<usize>) {
    let Ok(found) = scroller.query_selector_all("[data-seq]") else { return };
    let lines: Vec<HtmlElement> = (0..found.length()).filter_map(|index| found.item(index)?.dyn_into().ok()).collect();
    if let Some(line) = choose(&lines).and_then(|index| lines.get(index)) {
        let _ = line.focus();
    }
}

/// Offers a text as a file.
fn download(name: &str, text: &str) -> Result<(), JsValue> {
    let blob = web_sys::Blob::new_with_str_sequence(&Array::of1(&JsValue::from_str(text)))?;
    let address = web_sys::Url::create_object_url_with_blob(&blob)?;
    let anchor: web_sys::HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    anchor.set_href(&address);
    anchor.set_download(name);
    anchor.click();
    // The browser has taken the file by then.
    set_timeout(
        move || {
            let _ = web_sys::Url::revoke_object_url(&address);
        },
        Duration::from_mins(1),
    );
    Ok(())
}

/// A log, as wide and high as its place.
#[component]
pub fn LogView(
    /// The lines.
    feed: LogFeed,
    /// What a person chose.
    options: RwSignal<LogOptions>,
    /// How the connection stands that brings the lines.
    #[prop(into)]
    connection: Signal<Connection>,
    /// What a downloaded file is called.
    #[prop(into)]
    file: String,
    /// Makes the address of a line of its name.
    #[prop(optional)]
    link: Option<Callback<String, String>>,
    /// What stands first in the bar: the choice of pods and containers.
    #[prop(optional, into)]
    pickers: Option<ViewFn>,
) -> AnyView {
    let view = View {
        feed,
        options,
        scroller: NodeRef::new(),
        sizer: NodeRef::new(),
        list: NodeRef::new(),
        rows: RwSignal::new(Vec::new()),
        follow: RwSignal::new(true),
        left_at: RwSignal::new(0),
        fresh: RwSignal::new(0),
        told: RwSignal::new(Told::default()),
        open: RwSignal::new(None),
        look: StoredValue::new(0),
        seen: StoredValue::new(0),
        gone: StoredValue::new(0),
        anchor: StoredValue::new((0, 0)),
        focused: StoredValue::new(None),
    };
    let search = NodeRef::<html::Input>::new();
    let wrong = RwSignal::new(None::<String>);
    let gone = RwSignal::new(false);
    let levels = Memo::new(move |_| options.with(|options| options.levels));
    let wanted = Memo::new(move |_| options.with(|options| options.wanted.clone()));
    let wrap = Memo::new(move |_| options.with(|options| options.wrap));
    let timestamps = Memo::new(move |_| options.with(|options| options.timestamps));
    let linked = Memo::new(move |_| options.with(|options| options.line.clone()));

    Effect::new(move |_| {
        feed.frame().get();
        untrack(|| view.frame());
    });
    Effect::new(move |_| {
        let levels = levels.get();
        feed.write(|log| log.set_levels(levels));
        view.hold(0);
        view.redraw();
    });
    Effect::new(move |_| {
        match wanted.with(regexp::pattern) {
            Ok(pattern) => {
                wrong.set(None);
                feed.write(|log| log.set_search(pattern));
            }
            Err(reason) => {
                wrong.set(Some(format!("Not an expression: {reason}")));
                feed.write(|log| log.set_search(None));
            }
        }
        view.redraw();
    });
    Effect::new(move |_| {
        timestamps.track();
        let columns = if wrap.get() { 100 } else { 0 };
        feed.write(|log| log.set_metrics(Metrics { columns, ..Metrics::default() }));
        view.redraw();
    });
    // The line of the address is shown when it comes; what has not come after a while is gone.
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
                if let Some(row) = feed.read(|log| log.linked().and_then(|seq| log.row_of(seq))) {
                    view.show(row);
                }
            }
        } else if before == Some(true) && linked.with_untracked(Option::is_some) {
            gone.set(true);
        }
        found
    });
    Effect::new(move |_| {
        if linked.with(Option::is_some) && (has_lines.get() || connection.with(|now| *now == Connection::Live)) {
            set_timeout(
                move || {
                    if found.try_get_untracked() == Some(false) && linked.with_untracked(Option::is_some) {
                        let _ = gone.try_set(true);
                    }
                },
                GONE_AFTER,
            );
        }
    });
    // A connection that was up and is not comes back with lines that are known.
    Effect::new(move |was_live: Option<bool>| {
        let is_live = connection.with(|connection| matches!(connection, Connection::Live));
        if was_live == Some(true) && !is_live {
            feed.lost();
        }
        is_live
    });
    let resized = window_event_listener(ev::resize, move |_| feed.ask());
    on_cleanup(move || resized.remove());

    let toggle = Callback::new(move |seq: u64| {
        view.set_follow(false);
        if let Some(scroller) = view.scroller.get_untracked() {
            view.set_anchor(scroller.scroll_top());
        }
        view.open.update(|open| *open = (*open != Some(seq)).then_some(seq));
        // The row is drawn anew; the focus stays on it.
        request_animation_frame(move || {
            request_animation_frame(move || {
                if let Some(scroller) = view.scroller.try_get_untracked().flatten()
                    && let Ok(Some(line)) = scroller.query_selector(&format!("[data-seq='{seq}']"))
                    && let Ok(line) = line.dyn_into::<HtmlElement>()
                {
                    let _ = line.focus();
                }
            });
        });
    });
    let on_focus = move |event: ev::FocusEvent| {
        let element = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let seq = element.and_then(|element| element.get_attribute("data-seq")).and_then(|seq| seq.parse().ok());
        if seq.is_some() {
            view.set_follow(false);
        }
        view.focused.set_value(seq);
    };
    let on_blur = move |_| {
        // A row that is taken away while it has the focus fires nothing, so this is a person's doing.
        view.focused.set_value(None);
    };

    let class = move || match (wrap.get(), timestamps.get()) {
        (true, true) => "logs__view",
        (false, true) => "logs__view logs__view--long",
        (true, false) => "logs__view logs__view--timeless",
        (false, false) => "logs__view logs__view--long logs__view--timeless",
    };
    let result = move || {
        if let Some(wrong) = wrong.get() {
            return wrong;
        }
        if wanted.with(|wanted| wanted.text.is_empty()) {
            return String::new();
        }
        view.told.with(|told| match (told.position, told.matches) {
            (_, 0) if told.searching => "Searching".to_owned(),
            (_, 0) => "No match".to_owned(),
            (Some(position), matches) => format!("{} of {}", format::count(position), format::count(matches)),
            (None, matches) => format::counted(matches, "match", "matches"),
        })
    };
    let set_wanted = move |change: fn(&mut Wanted)| options.update(|options| change(&mut options.wanted));
    let on_search_key = move |event: ev::KeyboardEvent| match event.key().as_str() {
        "Enter" => {
            event.prevent_default();
            view.step(!event.shift_key());
        }
        "Escape" => {
            options.update(|options| options.wanted.text.clear());
            if let Some(scroller) = view.scroller.get_untracked() {
                let _ = scroller.focus();
            }
        }
        _ => {}
    };
    let on_download = move |()| {
        // It fails only without a document, and there is no button without one.
        let _ = download(&file, &feed.read(super::model::Log::text));
    };

    view! {
        <section class="logs" aria-label="Logs">
            <div class="logs__bar">
                {pickers.map(|pickers| pickers.run())}
                <div class="logs__levels" role="group" aria-label="Levels">
                    {Level::ALL
                        .map(|level| {
                            view! { <LevelChip level=level levels=levels options=options told=view.told/> }
                        })
                        .collect_view()}
                </div>
                <div class="logs__search">
                    <Icon name="search" size=Size::Small/>
                    <input
                        class="input"
                        type="search"
                        aria-label="Search in logs"
                        placeholder="Search"
                        autocomplete="off"
                        spellcheck="false"
                        node_ref=search
                        aria-invalid=move || wrong.with(Option::is_some).then_some("true")
                        prop:value=move || wanted.with(|wanted| wanted.text.clone())
                        on:input=move |event| {
                            let text = event_target_value(&event);
                            options.update(|options| options.wanted.text = text);
                        }
                        on:keydown=on_search_key
                    />
                    <span class="logs__extra">
                        <span class="logs__hits" role="status">{result}</span>
                        <Mini icon="chevron-up" label="Previous match" on_press=Callback::new(move |()| view.step(false))/>
                        <Mini icon="chevron-down" label="Next match" on_press=Callback::new(move |()| view.step(true))/>
                        <Mini
                            icon="case-sensitive"
                            label="Match case"
                            pressed=Signal::derive(move || Some(wanted.with(|wanted| wanted.case)))
                            on_press=Callback::new(move |()| set_wanted(|wanted| wanted.case = !wanted.case))
                        />
                        <Mini
                            icon="regex"
                            label="Regular expression"
                            pressed=Signal::derive(move || Some(wanted.with(|wanted| wanted.regex)))
                            on_press=Callback::new(move |()| set_wanted(|wanted| wanted.regex = !wanted.regex))
                        />
                    </span>
                </div>
                <div class="logs__tools">
                    <Mini
                        icon="wrap-text"
                        label="Wrap long lines"
                        pressed=Signal::derive(move || Some(wrap.get()))
                        on_press=Callback::new(move |()| options.update(|options| options.wrap = !options.wrap))
                    />
                    <Mini
                        icon="clock"
                        label="Show times"
                        pressed=Signal::derive(move || Some(timestamps.get()))
                        on_press=Callback::new(move |()| {
                            options.update(|options| options.timestamps = !options.timestamps);
                        })
                    />
                    <CopyButton
                        text=Signal::derive(move || feed.read(super::model::Log::text))
                        what="all lines that are shown"
                    />
                    <Mini icon="download" label="Download the lines that are shown" on_press=Callback::new(on_download)/>
                </div>
            </div>
            <p class="logs__gone" role="status">
                {move || {
                    gone.get().then_some("The line of this link is gone: it is not among the lines that are held here.")
                }}
            </p>
            <div
                class=class
                role="log"
                aria-label="Log lines"
                aria-live="off"
                aria-description="Enter goes to the lines, the arrows move, Enter opens one, Escape leads back. End follows the newest."
                tabindex="0"
                node_ref=view.scroller
                on:scroll=move |_| view.on_scroll()
                on:keydown=move |event| view.on_key(&event, search)
                on:focusin=on_focus
                on:focusout=on_blur
            >
                <div class="logs__sizer" node_ref=view.sizer>
                    <ol class="logs__lines" node_ref=view.list>
                        <For each=move || view.rows.get() key=|key| *key let:key>
                            {row::draw(feed, key, timestamps.get_untracked(), toggle, link)}
                        </For>
                    </ol>
                </div>
            </div>
            {move || {
                (!view.follow.get())
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="button logs__resume"
                                on:click=move |_| {
                                    view.set_follow(true);
                                    if let Some(scroller) = view.scroller.get_untracked() {
                                        let _ = scroller.focus();
                                    }
                                }
                            >
                                <Icon name="arrow-down"/>
                                {move || match usize::try_from(view.fresh.get()) {
                                    Ok(0) | Err(_) => "Follow".to_owned(),
                                    Ok(fresh) => format::counted(fresh, "new line", "new lines"),
                                }}
                            </button>
                        }
                    })
            }}
            <div class="logs__foot">
                <LiveChip connection=connection/>
                {move || (!view.follow.get()).then(|| view! { <span>"Follow paused"</span> })}
                <Pods told=view.told/>
                <span class="push">
                    {move || format!("{} held", format::counted(view.told.with(|told| told.held), "line", "lines"))}
                </span>
            </div>
        </section>
    }
    .into_any()
}

/// The pods and their colours.
#[component]
fn Pods(told: RwSignal<Told>) -> AnyView {
    let pods = Memo::new(move |_| told.with(|told| told.pods.clone()));
    (move || {
        let pods = pods.get();
        pods.iter()
            .take(12)
            .enumerate()
            .filter(|(_, pod)| !pod.is_empty())
            .map(|(index, pod)| {
                let class = format!("pod-mark {}", row::pod_class(index));
                view! {
                    <span class="logs__pod">
                        <span class=class></span>
                        {super::text::visible(row::short(pod)).into_owned()}
                    </span>
                }
            })
            .collect_view()
    })
    .into_any()
}

/// A chip that shows or hides a level. Lines without one have a chip only if there are any.
#[component]
fn LevelChip(level: Level, levels: Memo<Levels>, options: RwSignal<LogOptions>, told: RwSignal<Told>) -> AnyView {
    let count = Memo::new(move |_| told.with(|told| told.counts.get(level as usize).copied().unwrap_or(0)));
    let is_offered = Memo::new(move |_| level != Level::Other || count.get() > 0 || !levels.get().has(level));
    let (word, dot) = match level {
        Level::Error => ("Error", Some("logs__dot logs__dot--bad")),
        Level::Warn => ("Warn", Some("logs__dot logs__dot--warn")),
        Level::Info => ("Info", None),
        Level::Debug => ("Debug", None),
        Level::Other => ("Other", None),
    };
    (move || {
        is_offered.get().then(|| {
            view! {
                <button
                    type="button"
                    class="logs__level"
                    aria-pressed=move || if levels.get().has(level) { "true" } else { "false" }
                    on:click=move |_| options.update(|options| options.levels = options.levels.toggled(level))
                >
                    {dot.map(|class| view! { <span class=class></span> })}
                    {word}
                    <span class="logs__count">{move || format::count(count.get())}</span>
                </button>
            }
        })
    })
    .into_any()
}

/// A small button without words; with `pressed`, one that stays down.
#[component]
fn Mini(
    icon: &'static str,
    label: &'static str,
    #[prop(optional, into)] pressed: Signal<Option<bool>>,
    on_press: Callback<()>,
) -> AnyView {
    view! {
        <button
            type="button"
            class="logs__mini"
            aria-label=label
            data-tip=label
            aria-pressed=move || pressed.get().map(|pressed| if pressed { "true" } else { "false" })
            on:click=move |_| on_press.run(())
        >
            <Icon name=icon size=Size::Small/>
        </button>
    }
    .into_any()
}
