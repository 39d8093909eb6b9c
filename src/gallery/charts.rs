//! Sparklines, bar charts, donuts.

use leptos::prelude::*;

use super::Sample;
use crate::ui::{
    BarChart, Donut, Part, Sparkline, Tone,
    chart::{Bar, Unit},
};

const EVENTS: Unit = ("event", "events");

/// The samples of this group.
pub fn samples() -> Vec<Sample> {
    vec![
        Sample::new("Bars that can be chosen", brushed),
        Sample::new("Bars", || view! { <BarChart label="Audit events by day" bars=days(30) unit=EVENTS/> }.into_any()),
        Sample::new("Few bars, and none", || {
            view! {
                <div class="stack">
                    <BarChart label="Three days" bars=days(3) unit=EVENTS/>
                    <BarChart label="Quiet days" bars=quiet() unit=EVENTS/>
                    <BarChart label="Nothing" bars=Vec::new() unit=EVENTS/>
                </div>
            }
            .into_any()
        }),
        Sample::new("Sparkline", || {
            view! {
                <div class="row">
                    <Sparkline label="Events by day" bars=days(30) unit=EVENTS/>
                    <Sparkline label="Quiet days" bars=quiet() unit=EVENTS/>
                    <Sparkline label="One day" bars=days(1) unit=EVENTS/>
                </div>
            }
            .into_any()
        }),
        Sample::new("Donut", || {
            view! {
                <div class="stack">
                    <Donut label="Audit events by result" parts=results()/>
                    <Donut label="Applications by health" parts=healths()/>
                    <Donut label="Nothing" parts=Vec::new()/>
                </div>
            }
            .into_any()
        }),
    ]
}

fn days(count: usize) -> Vec<Bar> {
    const TOTALS: [usize; 10] = [52, 71, 83, 64, 78, 31, 22, 69, 88, 118];
    (0..count)
        .map(|index| {
            let total = TOTALS.get(index % TOTALS.len()).copied().unwrap_or_default();
            let label = if index < 20 { format!("{} May", index + 12) } else { format!("{} Jun", index - 19) };
            let name = format!("{label} 2026");
            Bar { label, name, total, failed: if index % 7 == 2 { index % 4 + 1 } else { 0 } }
        })
        .collect()
}

fn quiet() -> Vec<Bar> {
    days(14).into_iter().map(|bar| Bar { total: 0, failed: 0, ..bar }).collect()
}

fn brushed() -> AnyView {
    let brush = RwSignal::new(Some((23, 29)));
    view! {
        <BarChart
            label="Audit events by day"
            bars=days(30)
            unit=EVENTS
            brush=brush
            on_brush=move |chosen| brush.set(chosen)
        />
    }
    .into_any()
}

fn part(tone: Tone, name: &str, count: usize) -> Part {
    Part { tone, name: name.to_owned(), count }
}

fn results() -> Vec<Part> {
    vec![part(Tone::Good, "Success", 621), part(Tone::Bad, "Failed", 17)]
}

fn healths() -> Vec<Part> {
    vec![
        part(Tone::Good, "Healthy", 1_204),
        part(Tone::Work, "Progressing", 96),
        part(Tone::Warn, "Out of sync", 41),
        part(Tone::Bad, "Degraded", 3),
        part(Tone::Idle, "Unknown", 130),
    ]
}
