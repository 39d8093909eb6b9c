//! Whole numbers.

use leptos::{ev, prelude::*};

use super::{
    super::{format, reactive::maybe},
    Control, Field, Kind,
};

/// What a text means as a whole number. Spaces and grouping commas are forgiven, as in a pasted `1,000`.
fn number(text: &str) -> Option<i64> {
    let bare: String = text.chars().filter(|letter| !letter.is_whitespace() && *letter != ',').collect();
    bare.parse().ok()
}

/// A number in words of the page, also a negative one.
fn words(number: i64) -> String {
    let size = format::count(usize::try_from(number.unsigned_abs()).unwrap_or(usize::MAX));
    if number < 0 { format!("-{size}") } else { size }
}

/// What is wrong with a text that is to be a number within bounds.
fn wrong(text: &str, least: Option<i64>, most: Option<i64>) -> Option<String> {
    let Some(number) = number(text) else {
        return Some("Enter a whole number, such as 3.".to_owned());
    };
    let low = least.is_some_and(|least| number < least);
    let high = most.is_some_and(|most| number > most);
    if !low && !high {
        return None;
    }
    Some(match (least, most) {
        (Some(least), Some(most)) => format!("Between {} and {}.", words(least), words(most)),
        (Some(least), None) => format!("At least {}.", words(least)),
        (None, Some(most)) => format!("At most {}.", words(most)),
        (None, None) => return None,
    })
}

/// The number a step away, within bounds; from nothing it starts at the least.
fn stepped(text: &str, by: i64, least: Option<i64>, most: Option<i64>) -> i64 {
    let next = match number(text) {
        Some(number) => number.saturating_add(by),
        None => least.unwrap_or(0),
    };
    next.max(least.unwrap_or(i64::MIN)).min(most.unwrap_or(i64::MAX))
}

/// A whole number with its unit. The value is the text as it was typed, so that nothing typed is lost; `parse` it once
/// the form is submitted.
///
/// It is a spinbutton of the ARIA Authoring Practices: the arrow keys step by one, Page Up and Page Down by ten.
#[component]
pub fn NumberField(
    /// What every field has.
    field: Field,
    /// The text of the number.
    value: RwSignal<String>,
    /// The least that is allowed.
    #[prop(optional, into)]
    least: Option<i64>,
    /// The most that is allowed.
    #[prop(optional, into)]
    most: Option<i64>,
    /// What it counts: "GiB". It stands behind the number.
    #[prop(optional)]
    unit: &'static str,
) -> AnyView {
    let empty_words = field.missing();
    let label = field.label.clone().into_owned();
    let empty = Box::new(move || value.with(|value| value.trim().is_empty()).then(|| empty_words.clone()));
    let own = Box::new(move || value.with(|value| wrong(value, least, most)));
    let (control, frame) = field.open(empty, Some(own));
    let step = move |by: i64| {
        if control.takes() {
            value.update(|text| *text = stepped(text, by, least, most).to_string());
            control.edited();
            control.left();
        }
    };
    let keys = move |event: ev::KeyboardEvent| {
        let by = match event.key().as_str() {
            "ArrowUp" => 1,
            "ArrowDown" => -1,
            "PageUp" => 10,
            "PageDown" => -10,
            _ => return,
        };
        event.prevent_default();
        step(by);
    };
    let now = move || value.with(|value| number(value));
    let said = move || now().map(|now| format!("{} {unit}", words(now)).trim_end().to_owned());
    let unit_shown = (!unit.is_empty())
        .then(|| view! { <span class="number-field__unit" id=control.part("unit")>{unit}</span> }.into_any());
    let body = view! {
        <div class="number-field">
            <input
                class="input"
                id=control.id()
                type="text"
                inputmode="numeric"
                role="spinbutton"
                autocomplete="off"
                readonly=control.fixed
                disabled=move || control.is_disabled()
                aria-valuenow=move || now().map(|now| now.to_string())
                aria-valuetext=said
                aria-valuemin=least.map(|least| least.to_string())
                aria-valuemax=most.map(|most| most.to_string())
                aria-required=control.required()
                aria-invalid=move || control.invalid()
                aria-describedby=move || control.described()
                prop:value=move || value.get()
                on:input=move |event| {
                    value.set(event_target_value(&event));
                    control.edited();
                }
                on:focusout=move |_| control.left()
                on:keydown=keys
            />
            {maybe(unit_shown)}
            {maybe((!control.fixed).then(|| buttons(control, label, now, least, most, step)))}
        </div>
    }
    .into_any();
    frame.draw(Kind::One, None, body)
}

/// Less and more. They are no stops of the Tab key: the arrow keys of the field do the same.
fn buttons(
    control: Control,
    label: String,
    now: impl Fn() -> Option<i64> + Copy + Send + Sync + 'static,
    least: Option<i64>,
    most: Option<i64>,
    step: impl Fn(i64) + Copy + 'static,
) -> AnyView {
    let blocked = move |by: i64| {
        let end = if by < 0 { least } else { most };
        control.is_disabled() || now().is_some_and(|now| end.is_some_and(|end| (now - end) * by >= 0))
    };
    let button = |by: i64, sign: AnyView, words: String| {
        view! {
            <button
                type="button"
                class="number-field__step"
                tabindex="-1"
                aria-label=words
                disabled=move || blocked(by)
                on:click=move |_| step(by)
            >
                {sign}
            </button>
        }
        .into_any()
    };
    view! {
        {button(-1, view! { <super::Icon name="minus" size=super::Size::Small/> }.into_any(), format!("Less: {label}"))}
        {button(1, view! { <super::Icon name="plus" size=super::Size::Small/> }.into_any(), format!("More: {label}"))}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_as_a_number() {
        assert_eq!(number(" 1,000 "), Some(1_000));
        assert_eq!(number("-3"), Some(-3));
        for text in ["", "3.5", "1e3", "three", "99999999999999999999"] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_out_of_bounds_is_told_the_bounds() {
        assert_eq!(wrong("3", Some(1), Some(9)), None);
        assert_eq!(wrong("0", Some(1), Some(9)).as_deref(), Some("Between 1 and 9."));
        assert_eq!(wrong("0", Some(1), None).as_deref(), Some("At least 1."));
        assert_eq!(wrong("10", None, Some(9)).as_deref(), Some("At most 9."));
        assert_eq!(wrong("x", None, None).as_deref(), Some("Enter a whole number, such as 3."));
    }

    #[test]
    fn steps_stay_within_bounds() {
        assert_eq!(stepped("", 1, Some(2), Some(9)), 2);
        assert_eq!(stepped("8", 10, Some(2), Some(9)), 9);
        assert_eq!(stepped("3", -10, Some(2), Some(9)), 2);
        assert_eq!(stepped("x", -1, None, None), 0);
        assert_eq!(stepped(&i64::MAX.to_string(), 1, None, None), i64::MAX);
    }
}
