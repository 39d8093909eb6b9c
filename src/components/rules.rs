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

/// A Kubernetes quantity: a number with a unit, such as `250m`, `512Mi`, `2`.
fn quantity(text: &str) -> Option<f64> {
    let digits = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(digits)?;
    let factor = match unit {
        "m" => 1e-3,
        "" => 1.0,
        "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "P" => 1e15,
        "Ki" => 1024.0,
        "Mi" => 1024f64.powi(2),
        "Gi" => 1024f64.powi(3),
        "Ti" => 1024f64.powi(4),
        "Pi" => 1024f64.powi(5),
        _ => return None,
    };
    let is_number = number.starts_with(|letter: char| letter.is_ascii_digit()) && !number.ends_with('.');
    number.parse::<f64>().ok().filter(|_| is_number).map(|number| number * factor)
}

/// What is wrong with one end of a range of quantities; empty ones are left to the tier. `least` is the other end, where
/// this is the upper one.
pub fn bound(text: &str, least: Option<&str>, example: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let Some(most) = quantity(text).filter(|value| *value > 0.0) else {
        return Some(format!("Write a number with a unit, such as {example}."));
    };
    let least = least.map(str::trim).filter(|least| !least.is_empty())?;
    (quantity(least)? > most).then(|| format!("At least the minimum, {least}."))
}

#[cfg(test)]
mod tests {
    use super::{bound, name, quantity};

    #[test]
    fn quantities_are_read_as_the_platform_reads_them() {
        assert_eq!(quantity("1024Mi"), quantity("1Gi"));
        assert_eq!(quantity("1.5k"), Some(1500.0));
        for text in ["", "Mi", "1mi", "-1", "1 Gi", "1..2", ".5", "1.", "1e3", "Infinity", "∞", "1ä"] {
            assert_eq!(quantity(text), None, "{text}");
        }
    }

    #[test]
    fn a_range_has_its_ends_in_order() {
        assert_eq!(bound("", Some("1Gi"), "512Mi"), None);
        assert_eq!(bound(" 512Mi ", Some("256Mi"), "512Mi"), None);
        assert_eq!(bound("lots", None, "512Mi").as_deref(), Some("Write a number with a unit, such as 512Mi."));
        assert_eq!(bound("0", None, "512Mi").as_deref(), Some("Write a number with a unit, such as 512Mi."));
        assert_eq!(bound("512Mi", Some("1Gi"), "512Mi").as_deref(), Some("At least the minimum, 1Gi."));
        assert_eq!(bound("512Mi", Some("lots"), "512Mi"), None, "the other end says so itself");
    }

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
