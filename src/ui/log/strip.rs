//! The strip above a log: how many lines came when, where errors are, and which part is seen. A press leads there.

use leptos::{ev, html, prelude::*};

use super::{
    rate::{self, Rate},
    time::{self, Times},
    view::View,
};
use crate::ui::{
    format,
    reactive::{maybe, reactive},
};

/// The strip of a view.
pub fn strip(view: View) -> AnyView {
    let rate = view.rate;
    let chart = NodeRef::<html::Div>::new();
    let times = view.options.part(|options| options.times);
    let has_bars = Memo::new(move |_| rate.with(|rate| !rate.bars.is_empty()));
    let told = move |at: i64| {
        let offset = times.get().offset(at);
        // Within minutes, seconds tell the ends apart.
        let is_short = rate.with(|rate| rate.to() - rate.from < 600_000);
        time::short(at, offset, is_short)
    };
    let ends = Memo::new(move |_| {
        let (from, to) = rate.with(|rate| (rate.from, rate.to()));
        (told(from), told(to))
    });
    let window = Memo::new(move |_| {
        let (from, to) = view.seen_times.get()?;
        rate.with(|rate| {
            let (left, right) = (rate.place(from), rate.place(to));
            Some((left, (right - left.min(right)).max(rate::WIDTH / 2)))
        })
    });
    // The bar in the middle of what is seen: where the keyboard stands.
    let index = Memo::new(move |_| {
        let (from, to) = view.seen_times.get().unwrap_or_default();
        rate.with(|rate| (i64::from(rate.place(i64::midpoint(from, to)) / rate::WIDTH)).min(last(rate)))
    });
    let words = move || {
        rate.with(|rate| {
            let at = rate.from + index.get() * rate.step;
            let bar = usize::try_from(index.get()).ok().and_then(|index| rate.bars.get(index)).copied();
            let bar = bar.unwrap_or_default();
            let lines = format::counted(bar.lines as usize, "line", "lines");
            let errors = format::counted(bar.errors as usize, "error", "errors");
            format!("{}, {lines}, {errors}", time::short(at, Times::Local.offset(at), true))
        })
    };
    // A time of the strip at a place of the window, pixels.
    let at_place = move |x: i32| -> Option<i64> {
        let around = chart.get_untracked()?.get_bounding_client_rect();
        if around.width() <= 0.0 {
            return None;
        }
        rate.with_untracked(|rate| {
            let span = rate.to() - rate.from;
            #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a part of some days")]
            let within = (span as f64 * (f64::from(x) - around.left()) / around.width()) as i64;
            Some(rate.from + within.clamp(0, span))
        })
    };
    let go = move |event: &ev::PointerEvent| {
        if let Some(at) = at_place(event.client_x()) {
            view.show_time(at);
        }
    };
    let on_down = move |event: ev::PointerEvent| {
        if event.button() == 0 {
            if let Some(chart) = chart.get_untracked() {
                // It fails for a pointer that is gone already.
                let _ = chart.set_pointer_capture(event.pointer_id());
            }
            go(&event);
        }
    };
    let on_move = move |event: ev::PointerEvent| {
        if event.buttons() & 1 == 1 {
            go(&event);
        }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        let last = rate.with_untracked(last);
        let here = index.get_untracked();
        let to = match event.key().as_str() {
            "ArrowLeft" | "ArrowDown" => here - 1,
            "ArrowRight" | "ArrowUp" => here + 1,
            "PageDown" => here - 10,
            "PageUp" => here + 10,
            "Home" => 0,
            "End" => {
                event.prevent_default();
                view.follow_end();
                return;
            }
            _ => return,
        };
        event.prevent_default();
        let to = to.clamp(0, last);
        view.show_time(rate.with_untracked(|rate| rate.from + to * rate.step));
    };
    reactive(move || {
        maybe(has_bars.get().then(|| {
            view! {
                <div class="logs__rate">
                    <span>{move || ends.with(|(from, _)| from.clone())}</span>
                    <div
                        class="logs__chart"
                        role="slider"
                        tabindex="0"
                        aria-label="Lines over time"
                        aria-valuemin="0"
                        aria-valuemax=move || rate.with(last).to_string()
                        aria-valuenow=move || index.get().to_string()
                        aria-valuetext=words
                        node_ref=chart
                        on:pointerdown=on_down
                        on:pointermove=on_move
                        on:keydown=on_key
                    >
                        <svg
                            viewBox=move || format!("0 0 {} {}", rate.with(Rate::width), rate::HEIGHT)
                            preserveAspectRatio="none"
                            aria-hidden="true"
                        >
                            <path class="logs__bars" d=move || rate.with(|rate| rate.outline(false))></path>
                            <path class="logs__bars logs__bars--bad" d=move || rate.with(|rate| rate.outline(true))></path>
                            <rect
                                class="logs__window"
                                y="0"
                                height=rate::HEIGHT.to_string()
                                x=move || window.get().map_or(0, |(left, _)| left).to_string()
                                width=move || window.get().map_or(0, |(_, width)| width).to_string()
                            ></rect>
                        </svg>
                    </div>
                    <span>{move || ends.with(|(_, to)| to.clone())}</span>
                </div>
            }
            .into_any()
        }))
    })
}

/// The number of the last bar.
fn last(rate: &Rate) -> i64 {
    i64::try_from(rate.bars.len()).unwrap_or(1) - 1
}
