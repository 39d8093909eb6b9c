//! The rate limiter in front of the wire: [`super::limiter`]'s rules with this browser's clock, tabs and promises.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
};

use futures_channel::oneshot;
use wasm_bindgen_futures::spawn_local;

use super::{
    Limits, Priority, browser,
    limiter::{self, Ledger, Queue},
};

/// Ledgers lie in `localStorage` below this name. They hold times and a short hash of the credential, nothing else.
const PREFIX: &str = "astro.rate.";

/// What a request counts against.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Bucket {
    name: String,
    reads: bool,
}

impl Bucket {
    /// The bucket of a credential (`None`: sent without one) for reads or for writes.
    pub fn new(credential: Option<&str>, reads: bool) -> Self {
        // 32 bits of a hash tell credentials apart and nothing about them. FNV-1a, since WebCrypto would have to be
        // awaited and nothing here is a question of trust.
        let hash = credential
            .unwrap_or_default()
            .bytes()
            .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        Self { name: format!("{PREFIX}{hash:08x}.{}", if reads { "r" } else { "w" }), reads }
    }
}

#[derive(Default)]
struct Line {
    queue: RefCell<Queue<oneshot::Sender<()>>>,
    moving: Cell<bool>,
    // Used where localStorage is forbidden: then each tab counts for itself.
    ledger: RefCell<Ledger>,
}

/// The limiter of this tab.
pub struct Gate {
    limits: Limits,
    lines: RefCell<HashMap<Bucket, Rc<Line>>>,
}

impl Gate {
    /// A limiter, which also clears away what earlier credentials left.
    pub fn new(limits: Limits) -> Self {
        clear_away();
        Self { limits, lines: RefCell::default() }
    }

    /// Waits until a request may be sent. Dropping the future leaves the queue.
    pub async fn pass(&self, bucket: &Bucket, priority: Priority) {
        let (turn, granted) = oneshot::channel();
        let line = self.line(bucket);
        line.queue.borrow_mut().push(priority, turn);
        if !line.moving.replace(true) {
            let limit = if bucket.reads { self.limits.reads } else { self.limits.writes };
            spawn_local(move_on(line, bucket.clone(), limit));
        }
        // The sender is dropped only together with the line, and then nobody is left to wait.
        let _ = granted.await;
    }

    /// Holds everything back that counts against a bucket: the platform said so.
    pub async fn block(&self, bucket: &Bucket, millis: u64) {
        let line = self.line(bucket);
        let name = bucket.name.clone();
        browser::exclusively(&bucket.name, move || {
            change(&name, &line, |ledger| ledger.block(browser::now().saturating_add(millis)));
        })
        .await;
    }

    fn line(&self, bucket: &Bucket) -> Rc<Line> {
        Rc::clone(self.lines.borrow_mut().entry(bucket.clone()).or_default())
    }
}

/// Lets one after the other through until nobody waits.
async fn move_on(line: Rc<Line>, bucket: Bucket, limit: u32) {
    loop {
        let Some(priority) = line.queue.borrow_mut().next_priority(oneshot::Sender::is_canceled) else { break };
        let wait = browser::exclusively(&bucket.name, {
            let (name, line) = (bucket.name.clone(), Rc::clone(&line));
            move || {
                change(&name, &line, |ledger| {
                    let now = browser::now();
                    let wait = ledger.wait(now, limiter::share(limit, priority));
                    if wait == 0 {
                        ledger.note(now);
                    }
                    wait
                })
            }
        })
        .await
        .unwrap_or_default();
        if wait > 0 {
            // Somebody more urgent may come while this one waits, so a wait for the background's share is cut short.
            browser::sleep(if priority == Priority::Background { wait.min(100) } else { wait }).await;
            continue;
        }
        // Whoever is first now goes. One who left in this moment hands the turn on.
        loop {
            let Some(turn) = line.queue.borrow_mut().pop() else { break };
            if turn.send(()).is_ok() {
                break;
            }
        }
    }
    line.moving.set(false);
}

/// Changes the ledger, in `localStorage` if there is one. Other tabs are kept out by the lock around it.
fn change<R>(name: &str, line: &Line, change: impl FnOnce(&mut Ledger) -> R) -> R {
    let mut own = line.ledger.borrow_mut();
    let storage = browser::local_storage();
    if let Some(text) = storage.as_ref().and_then(|storage| storage.get_item(name).ok().flatten()) {
        *own = Ledger::read(&text);
    }
    let result = change(&mut own);
    if let Some(storage) = storage {
        let _ = storage.set_item(name, &own.write());
    }
    result
}

fn clear_away() {
    let Some(storage) = browser::local_storage() else { return };
    let now = browser::now();
    let names: Vec<String> = (0..storage.length().unwrap_or_default())
        .filter_map(|index| storage.key(index).ok().flatten())
        .filter(|name| name.starts_with(PREFIX))
        .collect();
    for name in names {
        let ledger = storage.get_item(&name).ok().flatten().map(|text| Ledger::read(&text));
        if ledger.is_none_or(|ledger| ledger.is_over(now)) {
            let _ = storage.remove_item(&name);
        }
    }
}
