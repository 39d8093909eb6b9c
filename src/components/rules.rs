//! Rules that several forms check before the platform does, each as the contract writes it.

use astro_api::catalog::Region;
use leptos::prelude::*;

use super::words;
use crate::ui::{field::Span, load::Loads};

/// The longest that credentials for a cloud account live.
pub const LONGEST: Span = Span(12 * 3_600);

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

/// `<YOUR_NAME>` of an example that nobody has replaced.
pub fn placeholder(text: &str) -> Option<String> {
    let inner = text.strip_prefix('<')?.strip_suffix('>')?;
    let is_one = !inner.is_empty() && !inner.contains(['<', '>', '/']);
    is_one.then(|| format!("{text} is a placeholder: put your own in its place."))
}

/// The rule of a text that is there: no placeholder, and what `rule` says. What is empty is said by the field itself.
pub fn filled(text: &str, rule: fn(&str) -> Option<String>) -> Option<String> {
    let text = text.trim();
    if text.is_empty() { None } else { placeholder(text).or_else(|| rule(text)) }
}

/// What is wrong with a region, once the list of the provider's is there.
pub fn region(region: RwSignal<String>, known: Loads<Vec<Region>>, provider: &str) -> Option<String> {
    let region = region.with(|region| region.trim().to_owned());
    let is_unknown =
        !region.is_empty() && known.with(|load| load.value().is_some_and(|list| list.iter().all(|it| it.id != region)));
    is_unknown.then(|| format!("{} has no region {region}. Choose one of the list.", words::provider(provider)))
}

/// A label of a DNS name: lowercase letters, digits and hyphens, none of these at the ends; 63 of them at most.
pub fn is_label(text: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    text.len() <= 63
        && text.chars().all(|letter| plain(letter) || letter == '-')
        && text.starts_with(plain)
        && text.ends_with(plain)
}

/// What is wrong with the number of an AWS account: 12 digits.
pub fn aws_account(text: &str) -> Option<String> {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    if digits == 12 && text.len() == 12 {
        return None;
    }
    Some(if digits == 12 && text.chars().all(|letter| letter.is_ascii_digit() || matches!(letter, '-' | ' ')) {
        "Write the 12 digits without anything between them.".to_owned()
    } else if digits == text.chars().count() {
        format!("An account has 12 digits; this has {digits}.")
    } else {
        "An account is 12 digits, such as 123456789012.".to_owned()
    })
}

/// What is wrong with the id of a Google Cloud project: 6 to 30 of `^[a-z][-a-z0-9]*[a-z0-9]$`.
pub fn project_id(text: &str) -> Option<String> {
    let count = text.chars().count();
    if count > 1 && text.chars().all(|letter| letter.is_ascii_digit()) {
        return Some("This is a project's number. Its id has letters, such as acme-production.".to_owned());
    }
    if let Some(problem) = name(text) {
        return Some(problem);
    }
    (!(6..=30).contains(&count)).then(|| format!("A project id has 6 to 30 characters; this has {count}."))
}

/// What is wrong with the id of an Azure subscription: a UUID.
pub fn subscription(text: &str) -> Option<String> {
    let fits = text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        });
    (!fits).then(|| "A subscription has an id such as 1b4e28ba-2fa1-4d3b-a3f5-ef19b5a7633b.".to_owned())
}

/// What is wrong with the name of an Azure resource group.
pub fn resource_group(text: &str) -> Option<String> {
    let count = text.chars().count();
    if count > 90 {
        return Some(format!("At most 90 characters; this has {count}."));
    }
    if text.ends_with('.') {
        return Some("It does not end with a period.".to_owned());
    }
    let fits = text.chars().all(|letter| letter.is_alphanumeric() || "-_().".contains(letter));
    (!fits).then(|| "Use letters, digits, hyphens, underscores, parentheses and periods.".to_owned())
}

/// What is wrong with the name of a bucket, as S3 and Cloud Storage both take it.
pub fn bucket(text: &str) -> Option<String> {
    let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    let count = text.chars().count();
    if let Some((_, bare)) = text.split_once("://") {
        return Some(format!("Write the name alone: {}.", bare.split('/').next().unwrap_or_default()));
    }
    if text.chars().any(char::is_uppercase) {
        return Some(format!("Use small letters: {}.", text.to_lowercase()));
    }
    if !text.chars().all(|letter| plain(letter) || "-._".contains(letter)) {
        return Some("Use lowercase letters, digits, hyphens, underscores and periods.".to_owned());
    }
    if !(3..=63).contains(&count) {
        return Some(format!("A bucket's name has 3 to 63 characters; this has {count}."));
    }
    let fits = text.starts_with(plain) && text.ends_with(plain);
    (!fits).then(|| "Begin and end with a letter or a digit.".to_owned())
}

/// An IPv4 network as its address and the length of its prefix: `10.0.0.0/16`.
pub fn network(text: &str) -> Option<(std::net::Ipv4Addr, u8)> {
    let (address, length) = text.split_once('/')?;
    let length = length.parse().ok().filter(|length| *length <= 32)?;
    Some((address.parse().ok()?, length))
}

/// Whether a network lies within another.
pub fn lies_in(inner: (std::net::Ipv4Addr, u8), outer: (std::net::Ipv4Addr, u8)) -> bool {
    let mask = u32::MAX.checked_shl(32 - u32::from(outer.1)).unwrap_or(0);
    inner.1 >= outer.1 && u32::from(inner.0) & mask == u32::from(outer.0) & mask
}

/// Whether a text is an e-mail address, as far as can be told without sending: something, an at sign, a domain with a dot.
pub fn is_email(text: &str) -> bool {
    let parts = |letter: char| letter.is_whitespace() || letter.is_control() || ",;<>\"".contains(letter);
    text.len() <= 254
        && !text.contains(parts)
        && text.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty()
                && !domain.contains('@')
                && domain.contains('.')
                && domain.split('.').all(|label| !label.is_empty())
        })
}

/// Where Slack's incoming webhooks are.
const WEBHOOKS: &str = "https://hooks.slack.com/services/";

/// What is wrong with the address of an incoming webhook of Slack: `https://hooks.slack.com/services/T…/B…/…`.
pub fn slack_webhook(text: &str) -> Option<String> {
    let Some(rest) = text.strip_prefix(WEBHOOKS) else {
        let host = text.split_once("://").map_or(text, |(_, rest)| rest);
        let host = host.split(['/', '?', '#']).next().unwrap_or_default();
        return Some(match host {
            "" => "Paste the whole address of the webhook.".to_owned(),
            "hooks.slack.com" if text.starts_with("http://") => "Begin with https.".to_owned(),
            "hooks.slack.com" => format!("The address of a webhook begins with {WEBHOOKS}."),
            host if host.contains('.') && !host.contains('@') => {
                format!("That is an address at {host}. Slack's webhooks are at hooks.slack.com.")
            }
            _ => format!("The address of a webhook begins with {WEBHOOKS}."),
        });
    };
    let parts: Vec<&str> = rest.split('/').collect();
    let is_word = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (parts.len() != 3 || !parts.iter().all(is_word))
        .then(|| format!("It is not whole: three parts follow {WEBHOOKS}, such as T000/B000/XXXX."))
}

/// What is wrong with a user id, which the contract has as a UUID: 8, 4, 4, 4 and 12 hexadecimal digits.
pub fn user_id(text: &str) -> Option<String> {
    let text = text.trim();
    if text.contains('@') {
        return Some("This is an e-mail address. The platform adds people by their user ID.".to_owned());
    }
    let groups: Vec<&str> = text.split('-').collect();
    let is_uuid = groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()));
    (!is_uuid).then(|| {
        "A user ID has 32 digits and letters a to f in five groups, such as 2b7f0a1e-9c34-4d8e-8a52-6f1d3c5b7e90."
            .to_owned()
    })
}

/// A Kubernetes quantity: a number with a unit, such as `250m`, `512Mi`, `2`.
pub fn quantity(text: &str) -> Option<f64> {
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

/// What is wrong with the number of a Google Cloud project.
pub fn project_number(text: &str) -> Option<String> {
    let text = text.trim();
    let is_number = (1..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    (!is_number).then(|| "Digits alone, such as 481516234200. Google shows it beside the project's id.".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_a_project_is_told_from_its_id() {
        assert_eq!(project_number(" 481516234200 "), None);
        for text in ["", "acme-data-prod", "12-34", &"1".repeat(21)] {
            assert!(project_number(text).is_some(), "{text}");
        }
    }

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
    fn what_the_clouds_call_their_accounts() {
        let says = |rule: fn(&str) -> Option<String>, text: &str| filled(text, rule).unwrap_or_default();
        assert_eq!(says(aws_account, " 123456789012 "), "");
        assert_eq!(says(aws_account, "12345678901"), "An account has 12 digits; this has 11.");
        assert!(says(aws_account, "1234-5678-9012").contains("without anything between"));
        assert!(says(aws_account, "acme").contains("123456789012"));
        assert!(says(aws_account, "<ACCOUNT_ID>").contains("placeholder"));
        assert_eq!(says(project_id, "acme-production"), "");
        assert!(says(project_id, "482910337755").contains("number"));
        assert_eq!(says(project_id, "acme"), "A project id has 6 to 30 characters; this has 4.");
        assert_eq!(says(project_id, "acme-"), "End with a letter or a digit.");
        assert_eq!(says(subscription, "1B4E28BA-2fa1-4d3b-a3f5-ef19b5a7633b"), "");
        for text in ["1b4e28ba2fa14d3ba3f5ef19b5a7633b", "acme", "1b4e28ba-2fa1-4d3b-a3f5-ef19b5a7633g"] {
            assert!(says(subscription, text).contains("1b4e28ba"), "{text}");
        }
        assert_eq!(says(resource_group, "rg-acme_(prod).eu"), "");
        assert!(says(resource_group, "rg.").contains("period"));
        assert!(says(resource_group, "rg acme").contains("letters"));
        assert_eq!(says(bucket, "acme-state.eu"), "");
        assert_eq!(says(bucket, "s3://acme-state/x"), "Write the name alone: acme-state.");
        assert_eq!(says(bucket, "Acme"), "Use small letters: acme.");
        assert!(says(bucket, "ab").contains("3 to 63"));
        assert!(says(bucket, "-acme").contains("Begin and end"));
    }

    #[test]
    fn networks_are_read_and_compared() {
        let read = |text: &str| network(text).expect("a network");
        assert!(lies_in(read("10.0.1.0/24"), read("10.0.0.0/16")));
        assert!(!lies_in(read("10.1.0.0/24"), read("10.0.0.0/16")));
        assert!(!lies_in(read("10.0.0.0/8"), read("10.0.0.0/16")));
        assert!(lies_in(read("203.0.113.0/24"), read("0.0.0.0/0")));
        for text in ["10.0.0.0", "10.0.0/16", "10.0.0.256/16", "10.0.0.0/33", "::/0", ""] {
            assert_eq!(network(text), None, "{text}");
        }
    }

    #[test]
    fn addresses_are_told_from_other_text() {
        for good in ["a@b.co", "first.last+tag@mail.acme.example"] {
            assert!(super::is_email(good), "{good}");
        }
        for bad in ["", "a", "a@b", "@b.co", "a@b..co", "a@.co", "a b@c.co", "a@b@c.co", "a@b.co,c@d.co", "<a@b.co>"] {
            assert!(!super::is_email(bad), "{bad}");
        }
    }

    #[test]
    fn a_webhook_is_slacks() {
        let says = |text: &str| super::slack_webhook(text).unwrap_or_default();
        assert_eq!(says("https://hooks.slack.com/services/T04/B07/demoDemo"), "");
        for other in ["https://example.com/services/T0/B0/x", "https://hooks.slack.com.evil.example/services/T0/B0/x"] {
            assert!(says(other).starts_with("That is an address at "), "{other}: {}", says(other));
            assert!(says(other).ends_with("Slack's webhooks are at hooks.slack.com."), "{other}");
        }
        assert_eq!(says("http://hooks.slack.com/services/T0/B0/x"), "Begin with https.");
        for part in [
            "https://hooks.slack.com/services/T0",
            "https://hooks.slack.com/services/T0/****",
            "https://hooks.slack.com/services/T0/B0/x/y",
        ] {
            assert!(says(part).starts_with("It is not whole"), "{part}: {}", says(part));
        }
        assert!(says("hooks.slack.com/services/T0/B0/x").starts_with("The address of a webhook begins with"));
        assert!(says("https://user@hooks.slack.com/services/T0/B0/x").starts_with("The address of a webhook begins"));
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
