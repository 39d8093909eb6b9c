//! What was made a moment ago, and which the platform may not find yet.

use leptos::prelude::*;

use crate::client::browser;

/// How long a thing that was made may be unknown, milliseconds: creation is not finished when it is answered.
const PATIENCE: u64 = 30_000;
/// Things that are remembered.
const KEPT: usize = 16;

/// Things that were made in this tab a moment ago. A copy is a handle of the same.
#[derive(Clone, Copy)]
pub struct Arrivals {
    /// Id, and when it was made, milliseconds since 1970.
    list: StoredValue<Vec<(String, u64)>>,
}

impl Arrivals {
    pub(super) fn new() -> Self {
        Self { list: StoredValue::new(Vec::new()) }
    }

    /// A thing of this id was made now.
    pub fn made(self, id: &str) {
        let _ = self.list.try_update_value(|made| {
            made.retain(|(known, _)| known != id);
            made.push((id.to_owned(), browser::now()));
            if made.len() > KEPT {
                made.remove(0);
            }
        });
    }

    /// Whether "not found" may still mean "not yet".
    pub fn is_expected(self, id: &str) -> bool {
        let now = browser::now();
        self.list
            .try_with_value(|made| made.iter().any(|(known, at)| known == id && now.saturating_sub(*at) < PATIENCE))
            == Some(true)
    }
}
