//! What a page and the frame around it tell each other.

use leptos::prelude::*;

use crate::ui::{
    lasting::{Followed, Lasting},
    load::Connection,
};

/// Something that can be done on the page that is shown; the palette lists it.
#[derive(Clone)]
pub struct PageAction {
    /// A verb and its object: "Resync payments-api".
    pub label: String,
    /// An icon of the sprite.
    pub icon: &'static str,
    /// The keys that do the same, as [`crate::ui::Shortcut`] writes them.
    pub shortcut: Option<&'static str>,
    /// Why it may not be done now.
    pub disabled_reason: Option<String>,
    /// Does it.
    pub run: Callback<()>,
}

impl PageAction {
    /// An action without a shortcut that may be done.
    pub fn new(icon: &'static str, label: impl Into<String>, run: impl Fn() + Send + Sync + 'static) -> Self {
        let run = Callback::new(move |()| run());
        Self { label: label.into(), icon, shortcut: None, disabled_reason: None, run }
    }

    /// The same with a shortcut.
    #[must_use]
    pub fn keys(mut self, keys: &'static str) -> Self {
        self.shortcut = Some(keys);
        self
    }

    /// The same, not to be done for a reason.
    #[must_use]
    pub fn disabled(mut self, reason: Option<String>) -> Self {
        self.disabled_reason = reason;
        self
    }
}

/// The page that is shown, as its frame sees it. Provided by the frame.
#[derive(Clone, Copy)]
pub struct PageContext {
    /// The path below the console's own, with its query: where to come back to after signing in.
    pub path: Signal<String>,
    name: Lasting<Option<String>>,
    headline: Lasting<Option<String>>,
    connection: Lasting<Option<Signal<Connection>>>,
    actions: Lasting<Vec<(u64, Signal<Vec<PageAction>>)>>,
    count: StoredValue<u64>,
}

impl PageContext {
    /// The context of a frame.
    pub fn new(path: Signal<String>) -> Self {
        Self {
            path,
            name: Lasting::new(None),
            headline: Lasting::new(None),
            connection: Lasting::new(None),
            actions: Lasting::new(Vec::new()),
            count: StoredValue::new(0),
        }
    }

    /// Says what the page is called where its address holds an id only: for the crumbs and the window's title. It holds
    /// until the page is left.
    pub fn set_name(self, name: impl Fn() -> Option<String> + 'static) {
        Effect::new(move |_| {
            let _ = self.name.try_set(name());
        });
        on_cleanup(move || {
            let _ = self.name.try_set(None);
        });
    }

    /// Says what the window's title begins with, such as how far the work is that the page shows. It holds until the page
    /// is left.
    pub fn set_headline(self, headline: impl Fn() -> Option<String> + 'static) {
        Effect::new(move |_| {
            let _ = self.headline.try_set(headline());
        });
        on_cleanup(move || {
            let _ = self.headline.try_set(None);
        });
    }

    /// Shows in the top bar how the page's live connection stands, until the page is left.
    pub fn set_connection(self, connection: Signal<Connection>) {
        let _ = self.connection.try_set(Some(connection));
        on_cleanup(move || {
            let _ = self.connection.try_set(None);
        });
    }

    /// Offers actions in the palette, and by their shortcuts, for as long as the current owner lives. Signals that are
    /// read in `actions` are followed. A page and the parts of it may each offer theirs.
    pub fn offer_actions(self, actions: impl Fn() -> Vec<PageAction> + Send + Sync + 'static) {
        let Some(id) = self.count.try_update_value(|count| {
            *count += 1;
            *count
        }) else {
            return;
        };
        let actions = Signal::derive(actions);
        self.actions.try_update(|list| list.push((id, actions)));
        on_cleanup(move || {
            self.actions.try_update(|list| list.retain(|(of, _)| *of != id));
        });
    }

    /// Everything that can be done on the page; reading it subscribes.
    pub fn actions(self) -> Vec<PageAction> {
        let list = self.actions.read_only().get();
        list.into_iter().filter_map(|(_, actions)| actions.try_get()).flatten().collect()
    }

    /// What the page is called, where it said so.
    pub fn name(self) -> Followed<Option<String>> {
        self.name.read_only()
    }

    /// What the window's title begins with, where the page said so.
    pub fn headline(self) -> Followed<Option<String>> {
        self.headline.read_only()
    }

    /// The live connection of the page, where it has one.
    pub fn connection(self) -> Followed<Option<Signal<Connection>>> {
        self.connection.read_only()
    }
}
