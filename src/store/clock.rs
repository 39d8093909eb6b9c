//! The time as a signal, for "3 minutes ago".

use leptos::prelude::*;

use super::network::Network;
use crate::{
    client::browser::{self, Interval},
    ui::lasting::{Followed, Lasting},
};

/// Ticks once a second while the tab is seen.
#[derive(Clone, Copy)]
pub struct Clock {
    now: Lasting<u64>,
}

impl Clock {
    pub(super) fn new(network: Network) -> Self {
        let now = Lasting::new(browser::now());
        let tick = move || {
            now.try_set(browser::now());
        };
        // Held by the effect, which a hidden tab makes drop it.
        Effect::new(move |_: Option<Option<Interval>>| {
            network.visible().get().then(|| {
                tick();
                Interval::every(1_000, tick)
            })?
        });
        Self { now }
    }

    /// Milliseconds since 1970. A view that shows minutes reads it through a `Memo`, so that it changes once a minute.
    pub fn now(self) -> Followed<u64> {
        self.now.read_only()
    }
}
