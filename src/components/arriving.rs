//! A thing that was made a moment ago may be unknown for some seconds: "not found" means "not yet" then.

use std::time::Duration;

use leptos::prelude::*;

use crate::{
    store::{Arrivals, Live, Query, use_store},
    ui::load::{Connection, FailureKind, Load, Loads},
};

/// How often it is asked for, milliseconds.
const PAUSE: u64 = 1_200;

/// The state of a query that waits for a thing which was made a moment ago. Its streams, refused like the query, are
/// opened again once it is there.
pub fn awaited<T: Send + Sync + 'static>(id: &str, query: Query<T>, streams: Vec<Live>) -> Loads<T> {
    let load = query.load();
    let arrivals = use_store().arrivals;
    if !arrivals.is_expected(id) {
        return load;
    }
    let waiting = RwSignal::new(true);
    wait(id.to_owned(), arrivals, query, waiting);
    // What was kept from before may be of one that had the name and is gone.
    let is_there = Memo::new(move |_| load.with(|load| load.value().is_some() && !load.is_busy()));
    Effect::new(move |_| {
        if is_there.get() && waiting.get() {
            waiting.set(false);
        }
    });
    let name = id.to_owned();
    Effect::new(move |_| {
        let is_there = is_there.get();
        for live in &streams {
            // Opened before it was known, a stream may be refused at any time until it is.
            let is_refused = live.connection().with(|connection| matches!(connection, Connection::Refused(_)));
            if is_there && is_refused && arrivals.is_expected(&name) {
                live.reconnect();
            }
        }
    });
    let erased = load.erased();
    Loads::new(Signal::derive(move || {
        let load = erased.get();
        let is_unknown = load.failure().is_some_and(|failure| failure.kind == FailureKind::NotFound);
        let is_open = load.is_busy() || (is_unknown && load.value().is_none());
        if is_open && waiting.get() { Load::Loading } else { load }
    }))
}

/// Asks again until it is there, or has had its time.
fn wait<T: Send + Sync + 'static>(id: String, arrivals: Arrivals, query: Query<T>, waiting: RwSignal<bool>) {
    let again = move || {
        if waiting.try_get_untracked() != Some(true) {
            return;
        }
        if !arrivals.is_expected(&id) {
            let _ = waiting.try_set(false);
            return;
        }
        query.refetch();
        wait(id, arrivals, query, waiting);
    };
    set_timeout(again, Duration::from_millis(PAUSE));
}
