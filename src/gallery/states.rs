//! Loading, empty, failure, banners, toasts, connections.

use super::Sample;

/// The samples of this group.
pub fn samples() -> Vec<Sample> {
    vec![]
}
