//! How high rows are: one choice for all tables.

use leptos::prelude::*;

/// How close the rows of tables stand, as a person has chosen it; the application provides it and remembers the choice.
/// Without one, a table keeps it to itself.
#[derive(Clone, Copy)]
pub struct Density {
    /// Whether rows are 32 px high instead of 40.
    pub compact: Signal<bool>,
    /// Takes another choice.
    pub choose: Callback<bool>,
}

impl Density {
    pub(super) fn of_context() -> Self {
        use_context().unwrap_or_else(|| {
            let compact = RwSignal::new(false);
            Self { compact: compact.into(), choose: Callback::new(move |chosen| compact.set(chosen)) }
        })
    }

    /// Of a row, in pixels, before one is measured.
    pub(super) fn height(self) -> usize {
        if self.compact.get_untracked() { 32 } else { 40 }
    }
}
