//! Charts: grey, with failures in red; the accent enters as a selection alone.
//!
//! Each is drawn as SVG without a library, says what it shows in one sentence, and has its numbers as a table for those
//! who don't see it.

mod scale;

use std::{fmt::Write as _, sync::Arc};

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::Element;

pub use self::scale::{Brush, histogram};
use self::scale::{End, between, column_at, every, height, moved, top};
use super::{
    figure::Part,
    format,
    icon::Tone,
    reactive::{maybe, reactive},
};

/// A value with its name, such as a day with what happened on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// As it stands at the axis: "9 Jun".
    pub label: String,
    /// As it stands in the tooltip and the table: "Tuesday, 9 June 2026".
    pub name: String,
    /// How many.
    pub total: usize,
    /// How many of them failed.
    pub failed: usize,
}

/// One thing and several of it: `("event", "events")`.
pub type Unit = (&'static str, &'static str);

fn told(bar: &Bar, unit: Unit) -> String {
    let failed = if bar.failed > 0 { format!(", {} failed", format::count(bar.failed)) } else { String::new() };
    format!("{}: {}{failed}", bar.name, format::counted(bar.total, unit.0, unit.1))
}

/// What a chart shows, in one sentence.
fn summary(label: &str, bars: &[Bar], unit: Unit) -> String {
    let total: usize = bars.iter().map(|bar| bar.total).sum();
    let failed: usize = bars.iter().map(|bar| bar.failed).sum();
    let mut text = format!("{label}: {}", format::counted(total, unit.0, unit.1));
    if failed > 0 {
        let _ = write!(text, ", {} failed", format::count(failed));
    }
    if let Some(most) = bars.iter().max_by_key(|bar| bar.total).filter(|most| most.total > 0) {
        let _ = write!(text, ". Most: {}, {}", format::count(most.total), most.name);
    }
    text.push('.');
    text
}

/// The numbers of a chart, for those who don't see it.
fn numbers(label: &str, bars: &[Bar]) -> AnyView {
    let rows = bars
        .iter()
        .map(|bar| {
            view! {
                <tr>
                    <th scope="row">{bar.name.clone()}</th>
                    <td>{format::count(bar.total)}</td>
                    <td>{format::count(bar.failed)}</td>
                </tr>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <div class="visually-hidden">
            <table>
                <caption>{label.to_owned()}</caption>
                <thead>
                    <tr>
                        <th scope="col">"When"</th>
                        <th scope="col">"All"</th>
                        <th scope="col">"Failed"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn rect(class: &'static str, x: usize, y: usize, width: usize, height: usize) -> AnyView {
    view! {
        <rect
            class=class
            x=x.to_string()
            y=y.to_string()
            width=width.to_string()
            height=height.to_string()
        ></rect>
    }
    .into_any()
}

/// The width of a column, and at most of the bar in it, in units of the drawing.
const COLUMN: usize = 100;
const BAR: usize = 72;

/// The width of each of some bars: a few of them stay bars, and don't become walls.
fn bar_width(bars: usize) -> usize {
    BAR.min(8 * bars)
}

/// Up to so many bars are wide enough for a label to stand in their middle.
const FEW: usize = 12;

/// Bars over time. With `on_brush`, a stretch of them can be chosen: drawn over them with the pointer, or by its two ends
/// with the keyboard.
#[component]
pub fn BarChart(
    /// What it shows: "Audit events by day".
    #[prop(into)]
    label: String,
    /// The bars, oldest first.
    #[prop(into)]
    bars: Signal<Vec<Bar>>,
    /// What is counted.
    unit: Unit,
    /// What is chosen, by columns.
    #[prop(optional, into)]
    brush: Signal<Option<Brush>>,
    /// Chooses a stretch; all of them is none.
    #[prop(optional, into)]
    on_brush: Option<Callback<Option<Brush>>>,
) -> AnyView {
    let bars = Memo::new(move |_| Arc::new(bars.get()));
    let count = Memo::new(move |_| bars.with(|bars| bars.len()));
    let end = Memo::new(move |_| top(bars.with(|bars| bars.iter().map(|bar| bar.total).max()).unwrap_or_default()));
    // While it is drawn, the brush is the chart's own.
    let drawn = RwSignal::new(None::<(usize, usize)>);
    let shown = Memo::new(move |_| drawn.get().map(|(from, to)| between(from, to)).or_else(|| brush.get()));
    let plot = NodeRef::<html::Div>::new();
    let choose = move |brush: Brush| {
        if let Some(on_brush) = on_brush {
            let whole = brush == (0, count.get_untracked().saturating_sub(1));
            on_brush.run((!whole).then_some(brush));
        }
    };
    let under = move |event: &ev::PointerEvent| {
        let place = plot.get_untracked()?.get_bounding_client_rect();
        Some(column_at(f64::from(event.client_x()) - place.left(), place.width(), count.get_untracked()))
    };
    let on_down = move |event: ev::PointerEvent| {
        let is_end =
            event.target().and_then(|it| it.dyn_into::<Element>().ok()?.closest(".brush__end").ok()?).is_some();
        if on_brush.is_none() || event.button() != 0 {
            return;
        }
        let Some(at) = under(&event) else { return };
        // An end that is seized moves, and the other one stays.
        let other = shown
            .get_untracked()
            .filter(|_| is_end)
            .map(|(from, to)| if at.abs_diff(from) <= at.abs_diff(to) { to } else { from });
        drawn.set(Some((other.unwrap_or(at), at)));
        if let Some(plot) = plot.get_untracked() {
            // It fails where the pointer is gone already.
            let _ = plot.set_pointer_capture(event.pointer_id());
        }
        if !is_end {
            event.prevent_default();
        }
    };
    let on_move = move |event: ev::PointerEvent| {
        if let (Some((from, to)), Some(at)) = (drawn.get_untracked(), under(&event))
            && to != at
        {
            drawn.set(Some((from, at)));
        }
    };
    let on_up = move |_: ev::PointerEvent| {
        if let Some((from, to)) = drawn.get_untracked() {
            drawn.set(None);
            choose(between(from, to));
        }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" && drawn.get_untracked().is_some() {
            event.prevent_default();
            event.stop_propagation();
            drawn.set(None);
        }
    };
    let has_any = Memo::new(move |_| bars.with(|bars| bars.iter().any(|bar| bar.total > 0)));
    let drawing = reactive(move || {
        let (bars, end, shown) = (bars.get(), end.get(), shown.get());
        let width = bar_width(bars.len());
        let all = bars
            .iter()
            .enumerate()
            .map(|(index, bar)| {
                let x = index * COLUMN + (COLUMN - width) / 2;
                let is_chosen = shown.is_some_and(|(from, to)| (from..=to).contains(&index));
                let whole = height(bar.total, end);
                let failed = height(bar.failed, end).min(whole);
                // Two per cent is the least red that is seen.
                let failed = if failed > 0 { failed.max(20).min(whole.max(20)) } else { 0 };
                let red = (failed > 0).then(|| rect("chart__bar chart__bar--bad", x, 1000 - failed, width, failed));
                let class = if is_chosen { "chart__bar chart__bar--chosen" } else { "chart__bar" };
                view! {
                    <g>
                        {rect(class, x, 1000 - whole, width, whole)}
                        {maybe(red)}
                        <rect
                            class="chart__touch"
                            data-tip=told(bar, unit)
                            x=(index * COLUMN).to_string()
                            y="0"
                            width=COLUMN.to_string()
                            height="1000"
                        ></rect>
                    </g>
                }
                .into_any()
            })
            .collect_view();
        let place = format!("0 0 {} 1000", (bars.len() * COLUMN).max(1));
        view! {
            <svg viewBox=place preserveAspectRatio="none" aria-hidden="true">
                {all}
            </svg>
        }
        .into_any()
    });
    let axis = reactive(move || {
        bars.with(|bars| {
            let step = every(bars.len());
            let few = bars.len() <= FEW;
            let class = if few { "chart__label chart__label--middle" } else { "chart__label" };
            let labels = bars
                .iter()
                .enumerate()
                .step_by(step)
                .map(|(index, bar)| {
                    let halves = 2 * index + usize::from(few);
                    let left = format!("{}%", halves * 50 / bars.len().max(1));
                    // Near the end there is no room for a word.
                    let fits = index * 100 / bars.len().max(1) <= 92;
                    maybe(
                        fits.then(|| view! { <span class=class style:left=left>{bar.label.clone()}</span> }.into_any()),
                    )
                })
                .collect_view();
            view! { <div class="chart__axis" aria-hidden="true">{labels}</div> }.into_any()
        })
    });
    let ends = on_brush.map(|_| {
        let ends = [("From", End::From), ("To", End::To)]
            .map(|(name, which)| brush_end(&label, name, which, bars, shown, Callback::new(choose)));
        let brushed = move || {
            let count = count.get().max(1);
            let (from, to) = shown.get().unwrap_or((0, count - 1));
            (from * 1000 / count, (to + 1) * 1000 / count)
        };
        let percent = |thousandths: usize| format!("{}.{}%", thousandths / 10, thousandths % 10);
        view! {
            <div
                class=move || if shown.get().is_some() { "brush" } else { "brush brush--whole" }
                style:left=move || percent(brushed().0)
                style:right=move || percent(1000 - brushed().1)
            >
                {ends.into_iter().collect_view()}
            </div>
        }
        .into_any()
    });
    let said = {
        let label = label.clone();
        move || bars.with(|bars| summary(&label, bars, unit))
    };
    let nothing = reactive(move || {
        maybe((!has_any.get()).then(|| {
            view! {
                <span class="chart__none" aria-hidden="true">
                    {format!("No {}", unit.1)}
                </span>
            }
            .into_any()
        }))
    });
    let scale = reactive(move || {
        maybe(has_any.get().then(|| {
            view! {
                <div class="chart__scale" aria-hidden="true">
                    <span>{move || format::count(end.get())}</span>
                    <span>{move || format::count(end.get() / 2)}</span>
                    <span>"0"</span>
                </div>
            }
            .into_any()
        }))
    });
    view! {
        <div class="chart">
            <div
                class=if on_brush.is_some() { "chart__plot chart__plot--brushed" } else { "chart__plot" }
                node_ref=plot
                on:pointerdown=on_down
                on:pointermove=on_move
                on:pointerup=on_up
                on:pointercancel=move |_| drawn.set(None)
                on:keydown=on_key
            >
                <span class="visually-hidden" role="img" aria-label=said></span>
                {drawing}
                {nothing}
                {maybe(ends)}
            </div>
            {scale}
            {axis}
            {reactive(move || bars.with(|bars| numbers(&label, bars)))}
        </div>
    }
    .into_any()
}

/// An end of the brush: a slider over the columns.
fn brush_end(
    label: &str,
    name: &'static str,
    which: End,
    bars: Memo<Arc<Vec<Bar>>>,
    shown: Memo<Option<Brush>>,
    choose: Callback<Brush>,
) -> AnyView {
    let count = move || bars.with(|bars| bars.len());
    let brush = move || shown.get().unwrap_or((0, count().saturating_sub(1)));
    let at = move || match which {
        End::From => brush().0,
        End::To => brush().1,
    };
    let on_key = move |event: ev::KeyboardEvent| {
        let count = bars.with_untracked(|bars| bars.len());
        let brush = shown.get_untracked().unwrap_or((0, count.saturating_sub(1)));
        if let Some(next) = moved(brush, which, &event.key(), count) {
            event.prevent_default();
            choose.run(next);
        }
    };
    let class = match which {
        End::From => "brush__end",
        End::To => "brush__end brush__end--to",
    };
    view! {
        <span
            class=class
            role="slider"
            tabindex="0"
            aria-label=format!("{label}, {}", name.to_ascii_lowercase())
            aria-valuemin="1"
            aria-valuemax=move || count().to_string()
            aria-valuenow=move || (at() + 1).to_string()
            aria-valuetext=move || bars.with(|bars| bars.get(at()).map(|bar| bar.name.clone()))
            on:keydown=on_key
        >
            <span class="brush__grip"></span>
        </span>
    }
    .into_any()
}

/// The course of a few values, as small as a word.
#[component]
pub fn Sparkline(
    /// What it shows: "Requests a minute".
    #[prop(into)]
    label: String,
    /// The values, oldest first.
    #[prop(into)]
    bars: Signal<Vec<Bar>>,
    /// What is counted.
    unit: Unit,
) -> AnyView {
    let line = move || {
        bars.with(|bars| {
            let most = bars.iter().map(|bar| bar.total).max().unwrap_or_default().max(1);
            let last = bars.len().saturating_sub(1).max(1);
            // Some room above and below, for the width of the line.
            let height = |bar: &Bar| 190 - bar.total * 180 / most;
            let points = bars.iter().enumerate().map(|(index, bar)| format!("{},{}", index * 1000 / last, height(bar)));
            let mut points: Vec<_> = points.collect();
            // One value is a line, too.
            if let [bar] = bars.as_slice() {
                points.push(format!("1000,{}", height(bar)));
            }
            points.join(" ")
        })
    };
    let said = {
        let label = label.clone();
        move || bars.with(|bars| summary(&label, bars, unit))
    };
    view! {
        <span class="sparkline">
            <span class="visually-hidden" role="img" aria-label=said></span>
            <svg class="sparkline__plot" viewBox="0 0 1000 200" preserveAspectRatio="none" aria-hidden="true">
                <polyline class="sparkline__line" points=line></polyline>
            </svg>
            {reactive(move || bars.with(|bars| numbers(&label, bars)))}
        </span>
    }
    .into_any()
}

/// The class of a part: failures and warnings have their colours, the rest, which is counted, differs in its grey.
const fn share_class(tone: Tone, greys: &mut usize) -> &'static str {
    match tone {
        Tone::Bad => return "donut__part donut__part--bad",
        Tone::Warn | Tone::Ask => return "donut__part donut__part--warn",
        _ => *greys += 1,
    }
    match *greys % 4 {
        1 => "donut__part",
        2 => "donut__part donut__part--second",
        3 => "donut__part donut__part--third",
        _ => "donut__part donut__part--fourth",
    }
}

/// A share of a whole, rounded: `12 %`; what is there is never `0 %`.
fn share(count: usize, total: usize) -> String {
    match (count * 100 + total / 2) / total.max(1) {
        0 if count > 0 => "< 1 %".to_owned(),
        percent => format!("{percent} %"),
    }
}

/// The parts of a whole: a ring, and beside it their names, numbers and shares as a table.
#[component]
pub fn Donut(
    /// What it shows: "Audit events by result".
    #[prop(into)]
    label: String,
    /// The parts.
    #[prop(into)]
    parts: Signal<Vec<Part>>,
) -> AnyView {
    reactive(move || {
        parts.with(|parts| {
            let total: usize = parts.iter().map(|part| part.count).sum();
            let (mut from, mut greys) = (0, 0);
            let mut arcs = Vec::new();
            let mut rows = Vec::new();
            for part in parts {
                let class = share_class(part.tone, &mut greys);
                let (begin, end) = (from * 1000 / total.max(1), (from + part.count) * 1000 / total.max(1));
                from += part.count;
                // A hairline of the plane stands between neighbours.
                let gap = if end - begin == 1000 { 0 } else { 6 };
                if end > begin {
                    let length = (end - begin).saturating_sub(gap).max(4);
                    arcs.push(
                        view! {
                            <circle
                                class=class
                                cx="50"
                                cy="50"
                                r="42"
                                pathLength="1000"
                                stroke-dasharray=format!("{length} {}", 1000 - length)
                                stroke-dashoffset=format!("-{begin}")
                            ></circle>
                        }
                        .into_any(),
                    );
                }
                rows.push(
                    view! {
                        <tr>
                            <th scope="row">
                                <svg class="donut__key" viewBox="0 0 8 8" aria-hidden="true">
                                    {rect(class, 0, 0, 8, 8)}
                                </svg>
                                {part.name.clone()}
                            </th>
                            <td class="number">{format::count(part.count)}</td>
                            <td class="number muted">{share(part.count, total)}</td>
                        </tr>
                    }
                    .into_any(),
                );
            }
            view! {
                <div class="donut">
                    <div class="donut__ring">
                        <svg viewBox="0 0 100 100" aria-hidden="true">
                            {circle()}
                            {arcs}
                        </svg>
                        <span class="donut__total" aria-hidden="true">
                            {format::count(total)}
                        </span>
                    </div>
                    <table class="donut__table">
                        <caption class="visually-hidden">{label.clone()}</caption>
                        <thead class="visually-hidden">
                            <tr>
                                <th scope="col">"Part"</th>
                                <th scope="col">"Number"</th>
                                <th scope="col">"Share"</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            }
            .into_any()
        })
    })
}

/// The ring under the parts: what is seen where there are none.
fn circle() -> AnyView {
    view! { <circle class="donut__track" cx="50" cy="50" r="42" pathLength="1000"></circle> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_is_told_in_one_sentence() {
        let bar = |name: &str, total, failed| Bar { label: name.to_owned(), name: name.to_owned(), total, failed };
        let unit = ("event", "events");
        let bars = [bar("8 June", 12, 0), bar("9 June", 1_200, 3)];
        assert_eq!(summary("Audit", &bars, unit), "Audit: 1,212 events, 3 failed. Most: 1,200, 9 June.");
        assert_eq!(summary("Audit", &[], unit), "Audit: 0 events.");
        assert_eq!(told(&bars[0], unit), "8 June: 12 events");
        assert_eq!(told(&bar("9 June", 1, 1), unit), "9 June: 1 event, 1 failed");
    }

    #[test]
    fn neighbours_of_a_donut_differ() {
        let mut greys = 0;
        let tones = [Tone::Good, Tone::Bad, Tone::Work, Tone::Warn, Tone::Off, Tone::Off];
        let classes = tones.map(|tone| share_class(tone, &mut greys));
        for (index, class) in classes.iter().enumerate() {
            assert!(!classes[..index].contains(class), "{class}");
        }
    }

    #[test]
    fn a_share_that_is_there_is_not_nothing() {
        assert_eq!(share(1, 1000), "< 1 %");
        assert_eq!(share(0, 1000), "0 %");
        assert_eq!(share(0, 0), "0 %");
        assert_eq!(share(2, 3), "67 %");
    }
}
