//! Notices a new version of the console under an open tab.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::network::Network;
use crate::client::{
    browser::{self, Interval, Listener},
    release::Release,
};

/// How often it looks while the tab is seen, milliseconds.
const EVERY: i32 = 10 * 60 * 1_000;

/// Who goes to and fro between tabs does not ask each time, milliseconds.
const AT_LEAST: u64 = 5_000;

/// Looks when the tab is seen or focused again, and from time to time while it is.
#[derive(Clone, Copy)]
pub struct Releases(RwSignal<Known>);

/// What is known of versions.
struct Known {
    running: Option<Release>,
    newer: Option<Release>,
    dismissed: Option<Release>,
    /// When the server was asked, milliseconds since 1970.
    asked: u64,
}

impl Releases {
    pub(super) fn new(network: Network) -> Self {
        let releases = Self(RwSignal::new(Known {
            running: Release::running(),
            newer: None,
            dismissed: None,
            // What was just loaded is as new as can be.
            asked: browser::now(),
        }));
        Effect::new(move |_: Option<Option<Interval>>| {
            network.visible().get().then(|| {
                releases.look();
                Interval::every(EVERY, move || releases.look())
            })?
        });
        StoredValue::new_local(Listener::window("focus", move |_| releases.look()));
        releases
    }

    /// Asks the server, unless it was asked just now.
    pub fn look(self) {
        let now = browser::now();
        let Some(asked) = self.0.try_with_untracked(|known| known.asked) else { return };
        if now.saturating_sub(asked) < AT_LEAST || !browser::online() {
            return;
        }
        let _ = self.0.try_update_untracked(|known| known.asked = now);
        spawn_local(async move {
            let Some(deployed) = Release::deployed().await else { return };
            let newer = |known: &Known| (known.running.as_ref()? != &deployed).then(|| deployed.clone());
            if self.0.try_with_untracked(|known| known.newer != newer(known)) == Some(true) {
                let _ = self.0.try_update(|known| known.newer = newer(known));
            }
        });
    }

    /// Whether there is a newer version that nobody has dismissed.
    pub fn offered(self) -> Signal<bool> {
        Signal::derive(move || self.0.with(|known| known.newer.is_some() && known.dismissed != known.newer))
    }

    /// Says no more of this version. The next one is told again.
    pub fn dismiss(self) {
        self.0.update(|known| known.dismissed.clone_from(&known.newer));
    }
}
