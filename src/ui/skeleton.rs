//! Skeletons: the layout of what is loading, without its words.

use leptos::prelude::*;

/// A bar where a text will stand.
#[component]
pub fn Bar(
    /// How long it is, so that neighbours differ as words do.
    #[prop(optional)]
    width: Width,
) -> AnyView {
    let class = match width {
        Width::Middle => "skeleton",
        Width::Long => "skeleton skeleton--long",
        Width::Short => "skeleton skeleton--short",
    };
    view! { <span class=class></span> }.into_any()
}

/// How long a bar is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Width {
    /// 60 %.
    #[default]
    Middle,
    /// 85 %.
    Long,
    /// 36 %.
    Short,
}

/// The width of the bar at a place of a table or list, the same on each drawing.
pub const fn width(row: usize, column: usize) -> Width {
    match (row * 5 + column * 3) % 7 {
        0 | 3 => Width::Long,
        1 | 4 | 6 => Width::Middle,
        _ => Width::Short,
    }
}

/// Wraps a skeleton: says to a screen reader that something loads, and hides the bars from it.
#[component]
pub fn Loading(
    /// What loads: "Loading clusters".
    #[prop(into)]
    label: String,
    /// The bars.
    children: Children,
) -> AnyView {
    view! {
        <div role="status" aria-busy="true">
            <span class="visually-hidden">{label}</span>
            <div aria-hidden="true">{children()}</div>
        </div>
    }
    .into_any()
}

/// A card of terms and values that is loading.
#[component]
pub fn FactsSkeleton(
    /// How many terms.
    rows: usize,
) -> AnyView {
    let rows = (0..rows)
        .map(|row| {
            view! {
                <div class="facts__bar">
                    <Bar width=width(row, 0)/>
                    <Bar width=width(row, 1)/>
                </div>
            }
        })
        .map(IntoAny::into_any)
        .collect_view();
    view! {
        <div class="card">
            <div class="card__body stack">{rows}</div>
        </div>
    }
    .into_any()
}
