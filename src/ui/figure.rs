//! Figures: several answers in one card, parted by hairlines.

use leptos::prelude::*;

use super::{
    format,
    icon::{Glyph, Icon, Tone},
    skeleton::{Bar, Loading, Width},
};

/// Figures side by side.
#[component]
pub fn Figures(children: Children) -> AnyView {
    view! { <div class="card figures">{children()}</div> }.into_any()
}

/// What stands in the place of a figure that is on its way.
pub fn figure_skeleton() -> AnyView {
    view! {
        <div class="figure figure--still">
            <Loading label="Loading the figure">
                <div class="stack">
                    <Bar width=Width::Short/>
                    <Bar/>
                    <Bar width=Width::Long/>
                </div>
            </Loading>
        </div>
    }
    .into_any()
}

/// A part of a whole: a tone, its name, how many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What it means.
    pub tone: Tone,
    /// Its name.
    pub name: String,
    /// How many.
    pub count: usize,
}

const fn fill(tone: Tone) -> &'static str {
    match tone {
        Tone::Good => "fill--good",
        Tone::Work => "fill--work",
        Tone::Warn | Tone::Ask => "fill--warn",
        Tone::Bad => "fill--bad",
        Tone::Wait | Tone::Idle | Tone::Off => "fill--rest",
    }
}

/// A figure with its note, the shares of its parts, and their legend. It is a link to what it counts.
#[component]
pub fn Figure(
    /// What it counts.
    label: &'static str,
    /// Where those are listed.
    #[prop(into)]
    href: String,
    /// How many.
    value: usize,
    /// What stands beside the number.
    #[prop(into)]
    note: String,
    /// Its parts, the healthy ones first.
    #[prop(optional)]
    parts: Vec<Part>,
    /// Where each of the parts is listed, in their order; without them they lead nowhere of their own.
    #[prop(optional)]
    leads: Vec<String>,
    /// What stands in the place of parts: the first few of what is counted.
    #[prop(optional)]
    children: Option<Children>,
) -> AnyView {
    let total: usize = parts.iter().map(|part| part.count).sum();
    let mut from = 0;
    let bars = parts
        .iter()
        .map(|part| {
            // Whole per mille keep the bars free of floating point in the markup.
            let (start, end) = (from * 1000 / total.max(1), (from + part.count) * 1000 / total.max(1));
            from += part.count;
            view! { <rect class=fill(part.tone) x=start.to_string() width=(end - start).to_string() height="6"></rect> }
        })
        .map(IntoAny::into_any)
        .collect_view();
    let mut leads = leads.into_iter();
    let legend = parts
        .into_iter()
        .map(|part| {
            let name = match leads.next() {
                Some(href) => view! { <a class="legend__lead" href=href>{part.name}</a> }.into_any(),
                None => view! { <span>{part.name}</span> }.into_any(),
            };
            view! {
                <li class="legend__row">
                    <Glyph tone=part.tone/>
                    {name}
                    <span>{format::count(part.count)}</span>
                </li>
            }
        })
        .map(IntoAny::into_any)
        .collect_view();
    let content = match children {
        Some(children) => children(),
        // The legend tells the same in words.
        None => view! {
            <svg class="share" viewBox="0 0 1000 6" preserveAspectRatio="none" aria-hidden="true">
                {bars}
            </svg>
            <ul class="legend">{legend}</ul>
        }
        .into_any(),
    };
    view! {
        <div class="figure">
            <a class="figure__label" href=href>
                {label}
                <Icon name="arrow-right"/>
            </a>
            <p class="figure__value">
                {format::count(value)} <span class="figure__note">{note}</span>
            </p>
            {content}
        </div>
    }
    .into_any()
}
