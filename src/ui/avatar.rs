//! Initials that stand for a person or an organization.

use leptos::prelude::*;

/// The first letters of the first two words of a name: `DC` for "Dana Cruz", `D` for `dana@example.com`.
pub fn initials(name: &str) -> String {
    let name = name.split('@').next().unwrap_or(name);
    name.split([' ', '.', '_'])
        .filter_map(|word| word.chars().find(|letter| letter.is_ascii_alphanumeric() || !letter.is_ascii()))
        .take(2)
        .map(|letter| letter.to_ascii_uppercase())
        .collect()
}

/// A person: initials in a circle. The name stands beside it.
#[component]
pub fn Avatar(#[prop(into)] name: String) -> AnyView {
    view! {
        <span class="avatar" aria-hidden="true">
            {initials(&name)}
        </span>
    }
    .into_any()
}

/// An organization: its initial in a square. The name stands beside it.
#[component]
pub fn OrganizationMark(#[prop(into)] name: String) -> AnyView {
    let initial: String = initials(&name).chars().take(1).collect();
    view! {
        <span class="avatar avatar--square" aria-hidden="true">
            {initial}
        </span>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn two_letters_at_most() {
        for (name, expected) in [
            ("Dana Cruz", "DC"),
            ("dana cruz iglesias", "DC"),
            ("dana@example.com", "D"),
            ("dana.cruz@example.com", "DC"),
            ("acme-robotics", "A"),
            ("", ""),
            ("  ", ""),
        ] {
            assert_eq!(initials(name), expected, "{name}");
        }
    }
}
