//! Buttons, menus, tooltips, badges, copy buttons, avatars.

use super::Sample;

/// The samples of this group.
pub fn samples() -> Vec<Sample> {
    vec![]
}
