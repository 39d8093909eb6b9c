//! What changes from one text to another.

mod model;

use std::{collections::HashSet, sync::Arc};

use leptos::prelude::*;

use self::model::{Change, Comparison, Line, Pair, Stretch, compare, pairs};
use super::{format, reactive::reactive, toggles::Toggles};

const UNIFIED: &str = "unified";
const BESIDE: &str = "beside";

/// What changes from one text to another, line by line, with the words that differ.
///
/// Long runs that are the same are hidden behind a button. Side by side it takes twice the width, so a narrow place has it
/// below each other.
#[component]
pub fn DiffView(
    /// What changes: "Change of prod-eu".
    #[prop(into)]
    label: String,
    /// The text before.
    #[prop(into)]
    old: Signal<String>,
    /// The text after.
    #[prop(into)]
    new: Signal<String>,
    /// Whether it stands in a card, which frames it already.
    #[prop(optional)]
    frameless: bool,
    /// What stands at the begin of its bar.
    #[prop(optional)]
    children: Option<Children>,
) -> AnyView {
    let comparison = Memo::new(move |_| Arc::new(old.with(|old| new.with(|new| compare(old, new)))));
    let layout = RwSignal::new(UNIFIED);
    let opened = RwSignal::new(HashSet::<usize>::new());
    Effect::new(move |_| {
        comparison.track();
        opened.set(HashSet::new());
    });
    let open = Callback::new(move |index| {
        opened.update(|opened| {
            opened.insert(index);
        });
    });
    let stat = reactive(move || stat(&comparison.get()));
    let content = reactive(move || {
        let comparison = comparison.get();
        if comparison.added + comparison.removed == 0 {
            return view! { <p class="diff__none">"Nothing changes."</p> }.into_any();
        }
        let is_beside = layout.get() == BESIDE;
        let stretches = comparison.stretches.iter().enumerate();
        let rows = opened.with(|opened| {
            stretches
                .map(|(index, stretch)| match stretch {
                    Stretch::Hidden(lines) if !opened.contains(&index) => hidden(index, lines.len(), open),
                    Stretch::Shown(lines) | Stretch::Hidden(lines) => drawn(lines, is_beside),
                })
                .collect_view()
        });
        view! { <div class=if is_beside { "diff__lines diff__lines--beside" } else { "diff__lines" }>{rows}</div> }
            .into_any()
    });
    view! {
        <div class=if frameless { "diff" } else { "diff diff--box" }>
            <div class="diff__bar">
                {children.map(|children| children())}
                {stat}
                <span class="diff__choices push">
                    <Toggles
                        label="Layout"
                        options=&[(UNIFIED, "Unified"), (BESIDE, "Side by side")]
                        chosen=layout
                        on_choose=move |chosen| layout.set(chosen)
                    />
                </span>
            </div>
            <div class="diff__scroll" role="region" aria-label=label tabindex="0">
                {content}
            </div>
        </div>
    }
    .into_any()
}

fn stat(comparison: &Comparison) -> AnyView {
    let words = format!(
        "{} added, {} removed",
        format::counted(comparison.added, "line", "lines"),
        format::counted(comparison.removed, "line", "lines")
    );
    view! {
        <span class="diff__stat">
            <span class="visually-hidden">{words}</span>
            <ins aria-hidden="true">{format!("+{}", format::count(comparison.added))}</ins>
            " "
            <del aria-hidden="true">{format!("−{}", format::count(comparison.removed))}</del>
        </span>
    }
    .into_any()
}

fn hidden(index: usize, count: usize, open: Callback<usize>) -> AnyView {
    let words = format!("Show {}", format::counted(count, "unchanged line", "unchanged lines"));
    view! {
        <button type="button" class="diff__hidden" on:click=move |_| open.run(index)>
            {words}
        </button>
    }
    .into_any()
}

fn drawn(lines: &[Line], beside: bool) -> AnyView {
    if beside {
        pairs(lines).into_iter().map(pair).collect_view().into_any()
    } else {
        lines.iter().map(unified).collect_view().into_any()
    }
}

const fn class(change: Change) -> &'static str {
    match change {
        Change::Same => "diff__line",
        Change::Removed => "diff__line diff__line--removed",
        Change::Added => "diff__line diff__line--added",
    }
}

fn unified(line: &Line) -> AnyView {
    view! {
        <div class=class(line.change)>
            {number(line.old)}
            {number(line.new)}
            {code(line)}
        </div>
    }
    .into_any()
}

fn pair((old, new): Pair<'_>) -> AnyView {
    let half = |line: Option<&Line>, number_of: fn(&Line) -> Option<usize>| match line {
        Some(line) => view! {
            <div class=class(line.change)>
                {number(number_of(line))}
                {code(line)}
            </div>
        }
        .into_any(),
        None => view! { <div class="diff__line diff__line--none"></div> }.into_any(),
    };
    view! {
        <div class="diff__pair">
            {half(old, |line| line.old)}
            {half(new, |line| line.new)}
        </div>
    }
    .into_any()
}

fn number(number: Option<usize>) -> AnyView {
    view! {
        <span class="diff__number" aria-hidden="true">
            {number.map(|number| number.to_string())}
        </span>
    }
    .into_any()
}

/// The sign and the words of a line. Whole lines are `<del>` and `<ins>`, so that a screen reader tells them.
fn code(line: &Line) -> AnyView {
    let parts = line
        .parts
        .iter()
        .map(|(differs, text)| {
            let text = text.clone();
            if *differs { view! { <mark class="diff__word">{text}</mark> }.into_any() } else { text.into_any() }
        })
        .collect_view();
    let sign = match line.change {
        Change::Same => "",
        Change::Removed => "-",
        Change::Added => "+",
    };
    let parts = match line.change {
        Change::Same => parts.into_any(),
        Change::Removed => view! { <del>{parts}</del> }.into_any(),
        Change::Added => view! { <ins>{parts}</ins> }.into_any(),
    };
    view! {
        <span class="diff__sign" aria-hidden="true">
            {sign}
        </span>
        <code class="diff__code">{parts}</code>
    }
    .into_any()
}
