//! Rules that several forms check before the platform does, each as the contract writes it.

/// What is wrong with the name of an organization, a profile or an application: 1 to 50 of `^[a-z]([-a-z0-9]*[a-z0-9])?$`.
/// Its length is the field's limit.
pub fn name(name: &str) -> Option<String> {
    let problem = if name.chars().any(char::is_uppercase) {
        format!("Use small letters: {}.", suggestion(name))
    } else if name.chars().any(|letter| !letter.is_ascii_lowercase() && !letter.is_ascii_digit() && letter != '-') {
        match suggestion(name).as_str() {
            "" => "Use lowercase letters, digits and hyphens.".to_owned(),
            better => format!("Use lowercase letters, digits and hyphens, for example {better}."),
        }
    } else if !name.starts_with(|letter: char| letter.is_ascii_lowercase()) {
        "Begin with a letter.".to_owned()
    } else if name.ends_with('-') {
        "End with a letter or a digit.".to_owned()
    } else {
        return None;
    };
    Some(problem)
}

/// A name that keeps the rule and is close to what was typed; empty, if nothing is left of it.
fn suggestion(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars().flat_map(char::to_lowercase) {
        if letter.is_ascii_lowercase() || (letter.is_ascii_digit() && !text.is_empty()) {
            text.push(letter);
        } else if !text.is_empty() && !text.ends_with('-') {
            text.push('-');
        }
    }
    text.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn names_keep_the_rule_of_the_contract() {
        for good in ["a", "acme", "acme-2", "a--b", "team-a1"] {
            assert_eq!(name(good), None, "{good}");
        }
        let says = |text: &str| name(text).unwrap_or_default();
        assert_eq!(says("Acme"), "Use small letters: acme.");
        assert_eq!(says("acme robotics"), "Use lowercase letters, digits and hyphens, for example acme-robotics.");
        assert_eq!(says("прод"), "Use lowercase letters, digits and hyphens.");
        assert_eq!(says("1st"), "Begin with a letter.");
        assert_eq!(says("-a"), "Begin with a letter.");
        assert_eq!(says("acme-"), "End with a letter or a digit.");
    }
}
