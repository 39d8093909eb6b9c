//! The field family, alone and in each of its states.

use super::Sample;

/// The samples of this group.
pub fn samples() -> Vec<Sample> {
    vec![]
}
