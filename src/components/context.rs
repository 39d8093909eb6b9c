//! What a page and the frame around it tell each other.

use leptos::prelude::*;

use crate::ui::load::Connection;

/// The page that is shown, as its frame sees it. Provided by the frame.
#[derive(Clone, Copy)]
pub struct PageContext {
    /// The path below the console's own, with its query: where to come back to after signing in.
    pub path: Signal<String>,
    name: RwSignal<Option<String>>,
    connection: RwSignal<Option<Signal<Connection>>>,
}

impl PageContext {
    /// The context of a frame.
    pub fn new(path: Signal<String>) -> Self {
        Self { path, name: RwSignal::new(None), connection: RwSignal::new(None) }
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

    /// Shows in the top bar how the page's live connection stands, until the page is left.
    pub fn set_connection(self, connection: Signal<Connection>) {
        let _ = self.connection.try_set(Some(connection));
        on_cleanup(move || {
            let _ = self.connection.try_set(None);
        });
    }

    /// What the page is called, where it said so.
    pub fn name(self) -> ReadSignal<Option<String>> {
        self.name.read_only()
    }

    /// The live connection of the page, where it has one.
    pub fn connection(self) -> ReadSignal<Option<Signal<Connection>>> {
        self.connection.read_only()
    }
}
