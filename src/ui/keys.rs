//! Keys of the keyboard as they stand in hints.

use leptos::prelude::*;

/// Whether the keyboard has a Command key, which stands for Control in shortcuts.
pub fn is_apple() -> bool {
    let platform = window().navigator().platform().unwrap_or_default();
    ["Mac", "iPhone", "iPad"].iter().any(|name| platform.starts_with(name))
}

/// A stroke such as `mod+k` or `Enter` as the names on its keys.
fn names(stroke: &str, apple: bool) -> Vec<String> {
    let mut names = Vec::new();
    let key = match stroke.strip_prefix("mod+") {
        Some(key) => {
            names.push(if apple { "⌘" } else { "Ctrl" }.to_owned());
            key
        }
        None => stroke,
    };
    names.push(match key {
        "Escape" => "Esc".to_owned(),
        "ArrowUp" => "↑".to_owned(),
        "ArrowDown" => "↓".to_owned(),
        // With another key a letter stands as on the keyboard, alone as it is typed.
        key if key.len() == 1 && !names.is_empty() => key.to_ascii_uppercase(),
        key => key.to_owned(),
    });
    names
}

/// The keys of a shortcut: `mod+k`, `/`, or one after the other, `g c`.
#[component]
pub fn Keys(
    /// As the registry of shortcuts writes them.
    keys: &'static str,
) -> AnyView {
    let apple = is_apple();
    let keys = keys
        .split(' ')
        .enumerate()
        .map(|(index, stroke)| {
            let then = (index > 0).then(|| view! { <span class="visually-hidden">" then "</span> });
            let keys = names(stroke, apple).into_iter().map(|name| view! { <kbd>{name}</kbd> }).collect_view();
            view! {
                {then}
                {keys}
            }
            .into_any()
        })
        .collect_view();
    view! { <span class="keys">{keys}</span> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn a_stroke_is_named_as_its_keyboard_has_it() {
        for (stroke, apple, expected) in [
            ("mod+k", false, "Ctrl K"),
            ("mod+k", true, "⌘ K"),
            ("mod+Enter", false, "Ctrl Enter"),
            ("g", false, "g"),
            ("Enter", false, "Enter"),
            ("Escape", true, "Esc"),
        ] {
            assert_eq!(names(stroke, apple).join(" "), expected);
        }
    }
}
