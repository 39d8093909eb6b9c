//! Names that are cut in their middle where there is no room: names differ at their ends.

use leptos::prelude::*;

/// How many letters of a long name stay at its end.
const TAIL: usize = 10;

/// A name in two parts, of which the first gives way; for an element that is a row of both.
pub fn middle(name: &str) -> AnyView {
    let (head, tail) = parted(name);
    view! {
        <span class="middle__head">{head.to_owned()}</span>
        <span class="middle__tail">{tail.to_owned()}</span>
    }
    .into_any()
}

/// The part of a name that may be cut, and the end that stays; a short one has none.
fn parted(name: &str) -> (&str, &str) {
    let letters = name.chars().count();
    let cut = name.char_indices().nth(letters.saturating_sub(TAIL)).map_or(0, |(at, _)| at);
    name.split_at_checked(cut).filter(|_| letters > 2 * TAIL).unwrap_or((name, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_long_name_stays() {
        assert_eq!(parted("payments-api-7d9c8b6f54-2kqzn"), ("payments-api-7d9c8b", "6f54-2kqzn"));
        assert_eq!(parted("payments-api"), ("payments-api", ""));
        assert_eq!(parted("größte-anwendung-für-dich-üben"), ("größte-anwendung-für", "-dich-üben"));
        assert_eq!(parted(""), ("", ""));
    }
}
