//! Data tables, filter bars, pagination.

use super::Sample;

/// The samples of this group.
pub fn samples() -> Vec<Sample> {
    vec![]
}
