//! One of few: a native select, radio buttons, cards, segments.

use leptos::{html, prelude::*};

use super::{
    super::{
        icon::{Icon, Size},
        reactive::{maybe, reactive},
        state::Badge,
    },
    Control, Field, Kind,
};

/// Something that can be chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// What the request calls it.
    pub value: String,
    /// What a person calls it.
    pub label: String,
    /// A second, muted line or column.
    pub note: String,
    /// A word in a badge: "Default".
    pub badge: String,
    /// The heading that it stands under, in a list.
    pub group: String,
    /// Why it cannot be chosen; empty where it can.
    pub reason: String,
    /// What it means in terms and values, on a card.
    pub facts: Vec<(&'static str, String)>,
}

impl Choice {
    /// A choice by its value and what it is called.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), ..Self::default() }
    }

    /// A choice that is called by its value.
    pub fn plain(value: impl Into<String>) -> Self {
        let value = value.into();
        Self { label: value.clone(), value, ..Self::default() }
    }

    /// With a muted note.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    /// With a word in a badge.
    #[must_use]
    pub fn badge(mut self, badge: impl Into<String>) -> Self {
        self.badge = badge.into();
        self
    }

    /// Under a heading.
    #[must_use]
    pub fn group(mut self, group: impl Into<String>) -> Self {
        self.group = group.into();
        self
    }

    /// With a term and its value, where it is a card.
    #[must_use]
    pub fn fact(mut self, term: &'static str, value: impl Into<String>) -> Self {
        self.facts.push((term, value.into()));
        self
    }

    /// Not to be chosen, and why.
    #[must_use]
    pub fn disabled(mut self, reason: impl Into<String>) -> Self {
        self.reason = reason.into();
        self
    }
}

fn open(field: Field, value: RwSignal<String>) -> (Control, super::Frame) {
    let words = field.missing();
    field.open(Box::new(move || value.with(String::is_empty).then(|| words.clone())), None)
}

/// The native select: for a dozen of choices. More of them, or choices that are fetched, take a `ComboField`.
#[component]
pub fn SelectField(
    /// What every field has.
    field: Field,
    /// The value of what is chosen; empty where nothing is.
    value: RwSignal<String>,
    /// What can be chosen. A value that is none of them is shown as it is.
    #[prop(into)]
    choices: Signal<Vec<Choice>>,
    /// What stands there while nothing is chosen.
    #[prop(default = "Choose")]
    placeholder: &'static str,
) -> AnyView {
    let (control, frame) = open(field, value);
    let node = NodeRef::<html::Select>::new();
    let is_optional = !control.required;
    // After the options are drawn: a select cannot hold what it does not offer.
    Effect::new(move |_| {
        choices.track();
        let value = value.get();
        if let Some(node) = node.get()
            && node.value() != value
        {
            node.set_value(&value);
        }
    });
    let options = reactive(move || {
        let choices = choices.get();
        let value = value.get();
        let is_known = value.is_empty() || choices.iter().any(|choice| choice.value == value);
        let mut drawn = Vec::new();
        if is_optional || value.is_empty() {
            drawn.push(option(&Choice::new("", placeholder), &value));
        }
        if !is_known {
            drawn.push(option(&Choice::plain(value.clone()), &value));
        }
        let mut rest = choices.as_slice();
        while let Some(first) = rest.first() {
            let count = rest.iter().take_while(|choice| choice.group == first.group).count();
            let (same, others) = rest.split_at(count);
            let same = same.iter().map(|choice| option(choice, &value)).collect_view();
            drawn.push(if first.group.is_empty() {
                same.into_any()
            } else {
                view! { <optgroup label=first.group.clone()>{same}</optgroup> }.into_any()
            });
            rest = others;
        }
        drawn.into_any()
    });
    let body = view! {
        <span class="select">
            <select
                class="input"
                id=control.id()
                node_ref=node
                disabled=move || control.fixed || control.is_disabled()
                aria-required=control.required()
                aria-invalid=move || control.invalid()
                aria-describedby=move || control.described()
                on:change=move |event| {
                    value.set(event_target_value(&event));
                    control.edited();
                    control.left();
                }
                on:focusout=move |_| control.left()
            >
                {options}
            </select>
            <Icon name="chevron-down" size=Size::Small/>
        </span>
    }
    .into_any();
    frame.draw(Kind::One, None, body)
}

fn option(choice: &Choice, chosen: &str) -> AnyView {
    let mut label = choice.label.clone();
    for part in [&choice.note, &choice.reason] {
        if !part.is_empty() {
            label.push_str(", ");
            label.push_str(part);
        }
    }
    let is_chosen = choice.value == chosen;
    let is_blocked = !choice.reason.is_empty() && !is_chosen;
    view! {
        <option value=choice.value.clone() selected=is_chosen disabled=is_blocked>
            {label}
        </option>
    }
    .into_any()
}

/// How radio buttons look.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Rows,
    Cards,
    Segments,
}

/// Radio buttons below each other: two to five choices that want a line of explanation.
#[component]
pub fn RadioField(
    /// What every field has.
    field: Field,
    /// The value of what is chosen; empty where nothing is.
    value: RwSignal<String>,
    /// What can be chosen.
    #[prop(into)]
    choices: Signal<Vec<Choice>>,
) -> AnyView {
    group(field, value, choices, Shape::Rows)
}

/// Radio buttons as cards: a decision that shapes what follows, such as provider or tier.
#[component]
pub fn CardsField(
    /// What every field has.
    field: Field,
    /// The value of what is chosen; empty where nothing is.
    value: RwSignal<String>,
    /// What can be chosen.
    #[prop(into)]
    choices: Signal<Vec<Choice>>,
) -> AnyView {
    group(field, value, choices, Shape::Cards)
}

/// Radio buttons in one line: two to five short words.
#[component]
pub fn SegmentsField(
    /// What every field has.
    field: Field,
    /// The value of what is chosen; empty where nothing is.
    value: RwSignal<String>,
    /// What can be chosen.
    #[prop(into)]
    choices: Signal<Vec<Choice>>,
) -> AnyView {
    group(field, value, choices, Shape::Segments)
}

fn group(field: Field, value: RwSignal<String>, choices: Signal<Vec<Choice>>, shape: Shape) -> AnyView {
    let (control, frame) = open(field, value);
    let name = control.id();
    let class = match shape {
        Shape::Rows => "options",
        Shape::Cards => "choices",
        Shape::Segments => "segments",
    };
    let body = view! {
        <div
            class=class
            on:change=move |event| {
                value.set(event_target_value(&event));
                control.edited();
                control.left();
            }
        >
            {reactive(move || {
                let name = name.clone();
                choices
                    .get()
                    .into_iter()
                    .map(move |choice| radio(control, &name, choice, value, shape))
                    .collect_view()
                    .into_any()
            })}
        </div>
    }
    .into_any();
    frame.draw(Kind::Group("radiogroup"), None, body)
}

fn radio(control: Control, name: &str, choice: Choice, value: RwSignal<String>, shape: Shape) -> AnyView {
    let Choice { value: own, label, note, badge, reason, facts, .. } = choice;
    let is_blocked = !reason.is_empty();
    let below = if is_blocked { reason } else { note };
    let is_chosen = {
        let own = own.clone();
        move || value.with(|value| *value == own)
    };
    let input = view! {
        <input
            class=if shape == Shape::Segments { "segments__radio" } else { "check check--radio" }
            type="radio"
            name=name.to_owned()
            value=own
            disabled=move || is_blocked || control.fixed || control.is_disabled()
            prop:checked=is_chosen
        />
    }
    .into_any();
    if shape == Shape::Segments {
        return view! {
            <label class="segments__item">
                {input}
                {label}
            </label>
        }
        .into_any();
    }
    let facts = (!facts.is_empty()).then(|| {
        let facts = facts.into_iter().map(|(term, value)| {
            view! {
                <span class="choice__fact">
                    <span class="choice__term">{term}</span>
                    " "
                    <span>{value}</span>
                </span>
            }
            .into_any()
        });
        view! { <span class="choice__facts">{facts.collect_view()}</span> }.into_any()
    });
    view! {
        <label class=if shape == Shape::Cards { "choice" } else { "option" }>
            {input}
            <span class="choice__text">
                <span class="choice__label">
                    {label}
                    {maybe((!badge.is_empty()).then(|| view! { <Badge text=badge/> }.into_any()))}
                </span>
                {maybe((!below.is_empty()).then(|| view! { <span class="choice__note">{below}</span> }.into_any()))}
                {maybe(facts)}
            </span>
        </label>
    }
    .into_any()
}
