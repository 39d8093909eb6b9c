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
