//! Form shells, panels, confirmations, show as.

use super::Sample;

/// The samples of this group.
pub fn samples() -> Vec<Sample> {
    vec![]
}
