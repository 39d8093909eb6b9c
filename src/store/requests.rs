//! The calls that the pages made, for those who want to see or repeat them.

use std::{cell::Cell, rc::Rc};

use astro_api::ErrorKind;
use leptos::prelude::*;

pub use crate::client::record::{FRAME, Recorded, Socket, Try, difference};
use crate::{
    client::{
        Client,
        browser::{Interval, Timer},
    },
    ui::lasting::{Followed, Lasting},
};

/// Many changes within this time are one, milliseconds.
const TOGETHER: u64 = 50;

/// How often what goes on by itself is told anew: frames of a socket, the time that a call has taken.
const AGAIN: i32 = 1_000;

/// An answer, or a frame of a stream, that had another form than the contract gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The operation by its contract id.
    pub operation: &'static str,
    /// What was not understood.
    pub message: String,
    /// When it was asked for, milliseconds since 1970.
    pub at: u64,
}

/// The calls that were made, a handle. Nobody pays for it while nobody looks.
#[derive(Clone, Copy)]
pub struct Requests(&'static Parts);

/// What the handle leads to. It lives as long as the program.
struct Parts {
    open: Lasting<bool>,
    calls: Lasting<Vec<Recorded>>,
    page: Lasting<u64>,
    client: StoredValue<Client, LocalStorage>,
    ticking: StoredValue<Option<Interval>, LocalStorage>,
    soon: StoredValue<Option<Timer>, LocalStorage>,
}

impl Requests {
    pub(super) fn new(client: &Client) -> Self {
        let parts = Parts {
            open: Lasting::new(false),
            calls: Lasting::new(Vec::new()),
            page: Lasting::new(FRAME),
            client: StoredValue::new_local(client.clone()),
            ticking: StoredValue::new_local(None),
            soon: StoredValue::new_local(None),
        };
        let requests = Self(Box::leak(Box::new(parts)));
        let pending = Rc::new(Cell::new(false));
        client.records().observe(move || {
            if requests.0.open.try_get_untracked() != Some(true) || pending.replace(true) {
                return;
            }
            let waiting = Rc::clone(&pending);
            let timer = Timer::after(TOGETHER, move || {
                waiting.set(false);
                requests.show();
            });
            // The one before it has fired.
            requests.0.soon.try_set_value(timer);
        });
        requests
    }

    /// Whether somebody looks.
    pub fn open(self) -> Followed<bool> {
        self.0.open.read_only()
    }

    /// Shows or hides them.
    pub fn set_open(self, open: bool) {
        self.0.open.try_set(open);
        let ticking = if open { Interval::every(AGAIN, move || self.show()) } else { None };
        self.0.ticking.try_set_value(ticking);
        self.show();
    }

    /// The calls, oldest first; kept up to date while somebody looks.
    pub fn calls(self) -> Followed<Vec<Recorded>> {
        self.0.calls.read_only()
    }

    /// Answers among the latest calls that had another form than the contract gives them, and the last such frame of each
    /// stream.
    pub fn mismatches(self) -> Vec<Mismatch> {
        let Some(client) = self.0.client.try_get_value() else { return Vec::new() };
        let all = client.records().all();
        all.into_iter()
            .filter_map(|call| {
                let is_misfit = call.failed == Some(ErrorKind::Mismatch);
                let message = if is_misfit { call.message.unwrap_or_default() } else { call.misread? };
                Some(Mismatch { operation: call.operation, message, at: call.at })
            })
            .collect()
    }

    /// The number of the page that is shown, which its calls bear.
    pub fn page(self) -> Followed<u64> {
        self.0.page.read_only()
    }

    /// Another page is shown: what is sent from now on is its own.
    pub fn turn_page(self) {
        if let Some(client) = self.0.client.try_get_value() {
            client.records().turn_page();
            self.0.page.try_set(client.records().page());
        }
    }

    /// Forgets what has ended.
    pub fn clear(self) {
        if let Some(client) = self.0.client.try_get_value() {
            client.records().clear();
        }
    }

    fn show(self) {
        let Some(client) = self.0.client.try_get_value() else { return };
        let now = if self.0.open.try_get_untracked() == Some(true) { client.records().all() } else { Vec::new() };
        self.0.calls.maybe_update(|calls| {
            let changed = *calls != now;
            if changed {
                *calls = now;
            }
            changed
        });
    }
}
