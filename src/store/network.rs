//! Whether the browser has a network, and whether the tab is seen.

use leptos::prelude::*;

use crate::{
    client::browser::{self, Listener},
    ui::lasting::{Followed, Lasting},
};

/// What the browser says about its surroundings.
#[derive(Clone, Copy)]
pub struct Network {
    online: Lasting<bool>,
    visible: Lasting<bool>,
}

impl Network {
    pub(super) fn new() -> Self {
        let online = Lasting::new(browser::online());
        let visible = Lasting::new(!browser::hidden());
        let on_network = move |_| {
            online.try_set(browser::online());
        };
        let listeners = [
            Listener::window("online", on_network),
            Listener::window("offline", on_network),
            Listener::document("visibilitychange", move |_| {
                visible.try_set(!browser::hidden());
            }),
        ];
        // They live as long as the store.
        StoredValue::new_local(listeners);
        Self { online, visible }
    }

    /// Whether the browser has a network: `false` shows the offline banner.
    pub fn online(self) -> Followed<bool> {
        self.online.read_only()
    }

    /// Whether the tab is seen.
    pub fn visible(self) -> Followed<bool> {
        self.visible.read_only()
    }
}
