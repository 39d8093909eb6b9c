//! Terms and values.

use leptos::prelude::*;

/// A term with its value.
pub struct Fact {
    term: &'static str,
    value: AnyView,
}

impl Fact {
    /// A fact that is always told; without a value it says so.
    pub fn new(term: &'static str, value: impl IntoAny) -> Self {
        Self { term, value: value.into_any() }
    }

    /// A fact of a text that may be absent.
    pub fn text(term: &'static str, value: Option<&str>) -> Self {
        match value.filter(|value| !value.is_empty()) {
            Some(value) => Self::new(term, value.to_owned()),
            None => Self::new(term, super::time::Dash()),
        }
    }

    /// A fact that one copies: an id, a version, a name of something elsewhere.
    pub fn code(term: &'static str, value: Option<&str>) -> Self {
        match value.filter(|value| !value.is_empty()) {
            Some(value) => Self::new(term, view! { <code>{value.to_owned()}</code> }),
            None => Self::new(term, super::time::Dash()),
        }
    }
}

/// Facts in one column of terms and one of values.
#[component]
pub fn Facts(facts: Vec<Fact>) -> AnyView {
    let rows = facts
        .into_iter()
        .map(|fact| {
            view! {
                <dt>{fact.term}</dt>
                <dd>{fact.value}</dd>
            }
        })
        .map(IntoAny::into_any)
        .collect_view();
    view! { <dl class="facts">{rows}</dl> }.into_any()
}
