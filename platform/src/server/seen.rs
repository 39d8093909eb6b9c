//! Which operations were called, and how each call ended: what a test asks after it has used the console.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use astro_api::operations::OPERATIONS;
use serde::Serialize;
use serde_json::{Value, json};

use crate::core::time::{Millis, rfc3339};

/// Requests that are no operation are remembered by their text, up to this many.
const UNMATCHED: usize = 100;

/// Counts since the start or the last reset.
#[derive(Default)]
pub struct Seen(Mutex<Counts>);

#[derive(Default)]
struct Counts {
    operations: BTreeMap<&'static str, Calls>,
    sockets: BTreeMap<&'static str, Sockets>,
    unmatched: BTreeMap<String, u64>,
}

#[derive(Default)]
struct Calls {
    statuses: BTreeMap<String, u64>,
    last: Value,
}

#[derive(Default, Serialize)]
struct Sockets {
    /// How many are open.
    open: u64,
    /// How many frames they and those before them were sent.
    frames: u64,
}

impl Seen {
    /// Notes a call of an operation. `outcome` is the status, or what happened instead of an answer.
    pub fn call(&self, operation: &'static str, method: &str, path: &str, outcome: &str, at: Millis) {
        let mut counts = self.counts();
        let calls = counts.operations.entry(operation).or_default();
        *calls.statuses.entry(outcome.to_owned()).or_default() += 1;
        calls.last = json!({ "method": method, "path": path, "status": outcome, "at": rfc3339(at).as_str() });
    }

    /// Notes a request that the contract doesn't know.
    pub fn unmatched(&self, method: &str, path: &str) {
        let mut counts = self.counts();
        let text = format!("{method} {path}");
        if counts.unmatched.len() < UNMATCHED || counts.unmatched.contains_key(&text) {
            *counts.unmatched.entry(text).or_default() += 1;
        }
    }

    /// Notes an open socket until the guard is dropped.
    pub fn socket(&self, operation: &'static str) -> OpenSocket<'_> {
        self.counts().sockets.entry(operation).or_default().open += 1;
        OpenSocket { seen: self, operation }
    }

    /// Everything, as `/_platform/seen` shows it.
    pub fn report(&self) -> Value {
        let counts = self.counts();
        let operations: BTreeMap<_, _> = counts
            .operations
            .iter()
            .map(|(operation, calls)| {
                let total: u64 = calls.statuses.values().sum();
                (operation, json!({ "calls": total, "statuses": calls.statuses, "last": calls.last }))
            })
            .collect();
        json!({ "total": OPERATIONS.len(), "operations": operations, "sockets": counts.sockets, "unmatched": counts.unmatched })
    }

    /// Forgets the calls; sockets that are open stay counted.
    pub fn clear(&self) {
        let mut counts = self.counts();
        counts.operations.clear();
        counts.unmatched.clear();
        counts.sockets.retain(|_, sockets| {
            sockets.frames = 0;
            sockets.open > 0
        });
    }

    fn counts(&self) -> std::sync::MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts a socket as open until it is dropped.
#[must_use]
pub struct OpenSocket<'a> {
    seen: &'a Seen,
    operation: &'static str,
}

impl OpenSocket<'_> {
    /// Notes frames that were sent.
    pub fn sent(&self, frames: u64) {
        self.seen.counts().sockets.entry(self.operation).or_default().frames += frames;
    }
}

impl Drop for OpenSocket<'_> {
    fn drop(&mut self) {
        if let Some(sockets) = self.seen.counts().sockets.get_mut(self.operation) {
            sockets.open -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_counted_by_operation_and_status() {
        let seen = Seen::default();
        seen.call("listClusters", "GET", "/clusters", "200", 0);
        seen.call("listClusters", "GET", "/clusters", "200", 0);
        seen.call("listClusters", "GET", "/clusters", "reset", 0);
        seen.unmatched("GET", "/nowhere");
        let report = seen.report();
        assert_eq!(report["operations"]["listClusters"]["calls"], 3);
        assert_eq!(report["operations"]["listClusters"]["statuses"], json!({ "200": 2, "reset": 1 }));
        assert_eq!(report["operations"]["listClusters"]["last"]["at"], "1970-01-01T00:00:00Z");
        assert_eq!(report["unmatched"]["GET /nowhere"], 1);
        seen.clear();
        assert_eq!(seen.report()["operations"], json!({}));
    }

    #[test]
    fn a_socket_counts_while_it_is_open() {
        let seen = Seen::default();
        let one = seen.socket("streamApplicationLogs");
        let two = seen.socket("streamApplicationLogs");
        seen.clear();
        assert_eq!(seen.report()["sockets"]["streamApplicationLogs"]["open"], 2);
        one.sent(3);
        drop(one);
        drop(two);
        assert_eq!(seen.report()["sockets"]["streamApplicationLogs"], json!({ "open": 0, "frames": 3 }));
        seen.clear();
        assert_eq!(seen.report()["sockets"], json!({}));
    }
}
