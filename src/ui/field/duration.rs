//! A length of time: a number with its unit, and the usual ones at hand.

use leptos::prelude::*;

use super::{
    super::{
        icon::{Icon, Size},
        reactive::reactive,
    },
    Field, Kind,
};

/// Seconds of each unit, the largest first, with its letter and its word.
const UNITS: [(u64, char, &str); 4] =
    [(86_400, 'd', "days"), (3_600, 'h', "hours"), (60, 'm', "minutes"), (1, 's', "seconds")];

/// A length of time in whole seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(pub u64);

impl Span {
    /// Reads `720h0m0s`, `30d`, `1h30m`, `90 s`. Fractions of a second are cut; nothing, if it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let mut total = 0_u64;
        let mut digits = String::new();
        let mut letters = text.chars().filter(|letter| !letter.is_whitespace()).peekable();
        letters.peek()?;
        while let Some(letter) = letters.next() {
            if letter.is_ascii_digit() || letter == '.' {
                digits.push(letter);
                continue;
            }
            // `ms`, `us` and `ns` are less than a second.
            let is_tiny = matches!(letter, 'm' | 'u' | 'µ' | 'n') && letters.peek() == Some(&'s');
            let amount: f64 = digits.parse().ok()?;
            if is_tiny {
                letters.next();
            } else {
                let (size, ..) = UNITS.iter().find(|(_, unit, _)| *unit == letter)?;
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "seconds, and never negative"
                )]
                #[expect(clippy::cast_precision_loss, reason = "units are small")]
                let seconds = (amount * *size as f64) as u64;
                total = total.checked_add(seconds)?;
            }
            digits.clear();
        }
        digits.is_empty().then_some(Self(total))
    }

    /// The number and the largest unit that holds it whole.
    pub fn parts(self) -> (u64, char) {
        let found = UNITS.iter().find(|(size, ..)| self.0 > 0 && self.0.is_multiple_of(*size));
        found.map_or((self.0, 's'), |(size, unit, _)| (self.0 / size, *unit))
    }

    /// `30 d`, `36 h`: as a person writes it.
    pub fn words(self) -> String {
        let (amount, unit) = self.parts();
        format!("{amount} {unit}")
    }

    /// `720h0m0s`: as Go writes it.
    pub fn go(self) -> String {
        format!("{}h{}m{}s", self.0 / 3_600, self.0 / 60 % 60, self.0 % 60)
    }

    /// Nanoseconds, as the contract counts them.
    pub fn nanoseconds(self) -> i64 {
        i64::try_from(self.0).unwrap_or(i64::MAX).saturating_mul(1_000_000_000)
    }
}

/// The amount and the unit of a text, as far as they are there: also of what is no length of time yet.
fn split(text: &str) -> (String, Option<char>) {
    let text = text.trim();
    let last = text.chars().last().filter(|last| UNITS.iter().any(|(_, unit, _)| unit == last));
    let typed = last.and_then(|last| text.strip_suffix(last)).unwrap_or(text);
    // What was typed stays as it was: `24h` is not turned into a day, and `1.` keeps the dot that a digit is to follow.
    let is_number = typed.chars().all(|letter| letter.is_ascii_digit() || letter == '.')
        && typed.chars().filter(|letter| *letter == '.').count() < 2;
    match Span::parse(text).filter(|_| !is_number) {
        Some(span) => {
            let (amount, unit) = span.parts();
            (amount.to_string(), Some(unit))
        }
        None => (typed.to_owned(), last),
    }
}

/// What is wrong with a length of time.
fn wrong(text: &str, least: Option<Span>, most: Option<Span>) -> Option<String> {
    let Some(span) = Span::parse(text) else {
        return Some("Enter a whole number, such as 30.".to_owned());
    };
    match (least, most) {
        (Some(least), _) if span < least => Some(format!("At least {}.", least.words())),
        (_, Some(most)) if span > most => Some(format!("At most {}.", most.words())),
        _ => None,
    }
}

/// A length of time. The value is a text such as `30d`; [`Span::parse`] reads it, also one that the platform wrote.
#[component]
pub fn DurationField(
    /// What every field has.
    field: Field,
    /// The text; empty where nothing is entered.
    value: RwSignal<String>,
    /// The usual lengths, one press each: `["24h", "7d"]`.
    #[prop(optional)]
    presets: &'static [&'static str],
    /// The least that is allowed.
    #[prop(optional, into)]
    least: Option<Span>,
    /// The most that is allowed.
    #[prop(optional, into)]
    most: Option<Span>,
    /// The units that are offered, by their letters. An empty field begins with the first.
    #[prop(default = "dhm")]
    units: &'static str,
) -> AnyView {
    let words = field.missing();
    let empty = Box::new(move || value.with(|value| split(value).0.is_empty()).then(|| words.clone()));
    let own = Box::new(move || value.with(|value| wrong(value, least, most)));
    let (control, frame) = field.open(empty, Some(own));
    // The unit that is chosen while there is no number yet.
    let usual = units.chars().next().unwrap_or('s');
    let unit = RwSignal::new(value.with_untracked(|value| split(value).1).unwrap_or(usual));
    Effect::new(move |_| {
        if let (amount, Some(now)) = value.with(|value| split(value))
            && !amount.is_empty()
        {
            unit.set(now);
        }
    });
    let amount = move || value.with(|value| split(value).0);
    let write = move |amount: String, unit: char| {
        let amount = amount.trim().to_owned();
        value.set(if amount.is_empty() { String::new() } else { format!("{amount}{unit}") });
        control.edited();
    };
    let options = UNITS
        .iter()
        .filter(|(_, letter, _)| units.contains(*letter) || unit.get_untracked() == *letter)
        .map(|(_, letter, word)| {
            let letter = *letter;
            view! {
                <option value=letter.to_string() selected=move || unit.get() == letter>
                    {*word}
                </option>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    let label = control.part("label");
    let presets = reactive(move || {
        let now = value.with(|value| Span::parse(value));
        presets
            .iter()
            .map(|preset| {
                let span = Span::parse(preset);
                let words = preset
                    .chars()
                    .next_back()
                    .map_or_else(String::new, |unit| format!("{} {unit}", preset.strip_suffix(unit).unwrap_or(preset)));
                view! {
                    <button
                        type="button"
                        class="preset"
                        data-preset=*preset
                        aria-pressed=if now.is_some() && now == span { "true" } else { "false" }
                        disabled=control.fixed || control.is_disabled()
                    >
                        {words}
                    </button>
                }
                .into_any()
            })
            .collect::<Vec<_>>()
            .into_any()
    });
    let press = move |event: leptos::ev::MouseEvent| {
        if let Some(preset) = preset_of(&event) {
            value.set(preset);
            control.edited();
            control.left();
        }
    };
    let body = view! {
        <div class="duration">
            <input
                class="input duration__amount"
                id=control.id()
                type="text"
                inputmode="numeric"
                autocomplete="off"
                readonly=control.fixed
                disabled=move || control.is_disabled()
                aria-labelledby=label
                aria-required=control.required()
                aria-invalid=move || control.invalid()
                aria-describedby=move || control.described()
                prop:value=amount
                on:input=move |event| {
                    let text = event_target_value(&event);
                    // A whole length may be pasted: `720h0m0s`.
                    if text.chars().any(char::is_alphabetic) && Span::parse(&text).is_some() {
                        value.set(text);
                        control.edited();
                    } else {
                        write(text, unit.get_untracked());
                    }
                }
                on:focusout=move |_| control.left()
            />
            <span class="select">
                <select
                    class="input"
                    aria-label="Unit"
                    disabled=move || control.fixed || control.is_disabled()
                    on:change=move |event| {
                        if let Some(letter) = event_target_value(&event).chars().next() {
                            unit.set(letter);
                            write(untrack(amount), letter);
                            control.left();
                        }
                    }
                >
                    {options}
                </select>
                <Icon name="chevron-down" size=Size::Small/>
            </span>
            <span class="duration__presets" on:click=press>
                {presets}
            </span>
        </div>
    }
    .into_any();
    frame.draw(Kind::One, None, body)
}

fn preset_of(event: &leptos::ev::MouseEvent) -> Option<String> {
    use wasm_bindgen::JsCast;
    let target = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    target.closest("[data-preset]").ok()??.get_attribute("data-preset")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_as_people_and_the_platform_write_them() {
        for (text, seconds) in [
            ("720h0m0s", 2_592_000),
            ("30d", 2_592_000),
            ("30 d", 2_592_000),
            ("1h30m", 5_400),
            ("90s", 90),
            ("1.5h", 5_400),
            ("1m0.5s", 60),
            ("1500ms", 0),
            ("0s", 0),
        ] {
            assert_eq!(Span::parse(text), Some(Span(seconds)), "{text}");
        }
        for text in ["", " ", "30", "h", "x", "-1h", "3y", "1h2"] {
            assert_eq!(Span::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_length_takes_its_largest_whole_unit() {
        assert_eq!(Span(2_592_000).words(), "30 d");
        assert_eq!(Span(129_600).words(), "36 h");
        assert_eq!(Span(0).words(), "0 s");
        assert_eq!(Span(2_592_000).go(), "720h0m0s");
        assert_eq!(Span(3_600).nanoseconds(), 3_600_000_000_000);
        assert_eq!(Span(u64::MAX).nanoseconds(), i64::MAX);
    }

    #[test]
    fn what_was_typed_is_kept() {
        assert_eq!(split("24h"), ("24".to_owned(), Some('h')));
        for amount in ["1", "1.", "1.5", "0", "0.", "0.5", ".5", "."] {
            assert_eq!(split(&format!("{amount}h")), (amount.to_owned(), Some('h')));
        }
        assert_eq!(split("90 s"), ("90".to_owned(), Some('s')));
        assert_eq!(split("1.5.d"), ("1.5.".to_owned(), Some('d')));
        assert_eq!(split("720h0m0s"), ("30".to_owned(), Some('d')));
        assert_eq!(split("abcd"), ("abc".to_owned(), Some('d')));
        assert_eq!(split("12"), ("12".to_owned(), None));
        assert_eq!(split(""), (String::new(), None));
    }

    #[test]
    fn bounds_are_named() {
        let wrong = |text: &str| wrong(text, Some(Span(3_600)), Some(Span(86_400)));
        assert_eq!(wrong("2h"), None);
        assert_eq!(wrong("59m").as_deref(), Some("At least 1 h."));
        assert_eq!(wrong("25h").as_deref(), Some("At most 1 d."));
        assert!(wrong("xd").is_some());
    }
}
