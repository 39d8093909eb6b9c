//! Terms and values.

use std::borrow::Cow;

use leptos::prelude::*;

use super::{copy::CopyButton, time::Dash};

/// So many letters of a value are shown at first; longer ones open.
const LONG: usize = 240;

/// A term with its value.
pub struct Fact {
    term: Cow<'static, str>,
    value: AnyView,
}

impl Fact {
    /// A fact that is always told; without a value it says so.
    pub fn new(term: impl Into<Cow<'static, str>>, value: impl IntoAny) -> Self {
        Self { term: term.into(), value: value.into_any() }
    }

    /// A fact of a text that may be absent.
    pub fn text(term: &'static str, value: Option<&str>) -> Self {
        Self::of(term, value, |value| if value.chars().count() > LONG { long(value) } else { value.into_any() })
    }

    /// A fact that is written as it is: an id, a version, a name of something elsewhere.
    pub fn code(term: &'static str, value: Option<&str>) -> Self {
        Self::of(term, value, |value| view! { <code>{value}</code> }.into_any())
    }

    /// A fact that one takes along: an id, an address.
    pub fn copied(term: &'static str, value: Option<&str>) -> Self {
        Self::of(term, value, |value| {
            view! {
                <span class="copyable">
                    <code>{value.clone()}</code>
                    <CopyButton text=value what=term.to_ascii_lowercase()/>
                </span>
            }
            .into_any()
        })
    }

    fn of(term: &'static str, value: Option<&str>, draw: impl FnOnce(String) -> AnyView) -> Self {
        let value = match value.filter(|value| !value.is_empty()) {
            Some(value) => draw(value.to_owned()),
            None => view! { <Dash/> }.into_any(),
        };
        Self { term: term.into(), value }
    }
}

/// A long text: its begin, and the rest when one asks for it.
fn long(text: String) -> AnyView {
    let open = RwSignal::new(false);
    let begin: String = text.chars().take(LONG).collect();
    view! {
        <span>{move || if open.get() { text.clone() } else { format!("{begin}…") }}</span>
        " "
        <button
            type="button"
            class="link facts__more"
            aria-expanded=move || if open.get() { "true" } else { "false" }
            on:click=move |_| open.update(|open| *open = !*open)
        >
            {move || if open.get() { "Show less" } else { "Show all" }}
        </button>
    }
    .into_any()
}

/// How facts are laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// One under the other, each with its term beside it.
    #[default]
    List,
    /// Two beside each other where there is room.
    Pairs,
    /// Terms at the begin, values at the end: a sum.
    Spread,
}

/// Facts: terms and values.
#[component]
pub fn Facts(
    /// The facts.
    facts: Vec<Fact>,
    /// How they are laid out.
    #[prop(optional)]
    layout: Layout,
) -> AnyView {
    let class = match layout {
        Layout::List => "facts",
        Layout::Pairs => "facts facts--pairs",
        Layout::Spread => "facts facts--spread",
    };
    let rows = facts
        .into_iter()
        .map(|fact| {
            view! {
                <div class="facts__row">
                    <dt>{fact.term}</dt>
                    <dd>{fact.value}</dd>
                </div>
            }
        })
        .map(IntoAny::into_any)
        .collect_view();
    view! { <dl class=class>{rows}</dl> }.into_any()
}
