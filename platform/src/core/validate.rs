//! Section 6 of the domain guide: what a value must look like. Each check names its field.

use super::fault::Fault;

/// Collects what is wrong with a request, so that a person learns it all at once.
#[derive(Default)]
pub struct Checks(Vec<(String, String)>);

impl Checks {
    /// Starts with nothing wrong.
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes `reason` unless `holds`.
    pub fn that(&mut self, holds: bool, field: impl Into<String>, reason: impl Into<String>) -> &mut Self {
        if !holds {
            self.0.push((field.into(), reason.into()));
        }
        self
    }

    /// A name of 1 to 50 lower-case letters, digits and hyphens that starts with a letter and doesn't end in a hyphen.
    pub fn name(&mut self, field: &str, value: &str) -> &mut Self {
        self.that(
            (1..=50).contains(&value.chars().count()) && is_dns_label(value),
            field,
            "must be 1 to 50 lowercase letters, digits or hyphens, start with a letter and end with a letter or digit",
        )
    }

    /// Answers 400 if anything was wrong.
    pub fn done(&mut self) -> Result<(), Fault> {
        if self.0.is_empty() { Ok(()) } else { Err(Fault::invalid_fields(std::mem::take(&mut self.0))) }
    }
}

/// Lower-case letters, digits and hyphens; starts with a letter; ends with a letter or digit.
pub fn is_dns_label(value: &str) -> bool {
    let bytes = value.as_bytes();
    bytes.first().is_some_and(u8::is_ascii_lowercase)
        && bytes.last().is_some_and(|last| *last != b'-')
        && bytes.iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-')
}

/// The text form of a UUID.
pub fn is_uuid(value: &str) -> bool {
    value.len() == 36
        && value.bytes().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// The number of an AWS account.
pub fn is_aws_account(value: &str) -> bool {
    value.len() == 12 && value.bytes().all(|byte| byte.is_ascii_digit())
}

/// The id of a GCP project.
pub fn is_project_id(value: &str) -> bool {
    (6..=30).contains(&value.len()) && is_dns_label(value)
}

/// The name of a bucket, as S3 and Cloud Storage both take it.
pub fn is_bucket(value: &str) -> bool {
    let plain = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let bytes = value.as_bytes();
    (3..=63).contains(&bytes.len())
        && plain(bytes.first())
        && plain(bytes.last())
        && bytes.iter().all(|byte| plain(Some(byte)) || b"-._".contains(byte))
}

/// An IPv4 network as its address and the length of its prefix: `10.0.0.0/16`.
pub fn network(value: &str) -> Option<(std::net::Ipv4Addr, u8)> {
    let (address, length) = value.split_once('/')?;
    let length = length.parse().ok().filter(|length| *length <= 32)?;
    Some((address.parse().ok()?, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cloud_names_follow_the_providers_rules() {
        for (value, account, project, bucket) in [
            ("123456789012", true, false, true),
            ("12345678901", false, false, true),
            ("my-project", false, true, true),
            ("my-project-", false, false, false),
            ("short", false, false, true),
            ("ab", false, false, false),
            ("Upper-case", false, false, false),
            ("", false, false, false),
        ] {
            assert_eq!(is_aws_account(value), account, "{value}");
            assert_eq!(is_project_id(value), project, "{value}");
            assert_eq!(is_bucket(value), bucket, "{value}");
        }
    }

    #[test]
    fn networks_have_an_address_and_a_length() {
        assert_eq!(network("10.0.0.0/16"), Some((std::net::Ipv4Addr::new(10, 0, 0, 0), 16)));
        for value in ["10.0.0.0", "10.0.0/16", "10.0.0.256/16", "10.0.0.0/33", "10.0.0.0/", "::/0", ""] {
            assert_eq!(network(value), None, "{value}");
        }
    }
}
