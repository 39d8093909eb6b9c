//! How high rows are: one choice for all tables, remembered.

use std::cell::RefCell;

use leptos::prelude::*;

/// How high rows are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Density {
    /// 40 px.
    #[default]
    Comfortable,
    /// 32 px.
    Compact,
}

impl Density {
    pub const fn height(self) -> usize {
        match self {
            Self::Comfortable => 40,
            Self::Compact => 32,
        }
    }
}

/// In `localStorage`.
const NAME: &str = "astro.density";

/// The density that was chosen last.
pub(super) fn chosen() -> RwSignal<Density> {
    thread_local!(static CHOICE: RefCell<Option<ArcRwSignal<Density>>> = const { RefCell::new(None) });
    let signal = CHOICE.with(|choice| {
        choice.borrow_mut().get_or_insert_with(|| ArcRwSignal::new(stored())).clone()
    });
    signal.into()
}

fn stored() -> Density {
    let word = window().local_storage().ok().flatten().and_then(|storage| storage.get_item(NAME).ok().flatten());
    if word.as_deref() == Some("compact") { Density::Compact } else { Density::Comfortable }
}

/// Chooses the other density.
pub(super) fn choose(density: RwSignal<Density>) {
    let (next, word) = match density.get_untracked() {
        Density::Comfortable => (Density::Compact, "compact"),
        Density::Compact => (Density::Comfortable, "comfortable"),
    };
    density.set(next);
    if let Ok(Some(storage)) = window().local_storage() {
        // Full or forbidden: then the choice lives as long as the tab.
        let _ = storage.set_item(NAME, word);
    }
}
