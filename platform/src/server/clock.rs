//! What time it is on the platform: the machine's clock, plus what a test has moved it forward.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};

use crate::core::time::Millis;

/// A clock that never runs backwards, whatever happens to the machine's.
#[derive(Default)]
pub struct Clock {
    offset: AtomicI64,
    latest: AtomicI64,
}

impl Clock {
    /// A clock that is ahead of the machine's, as one was before a restart.
    pub fn ahead(offset: Millis) -> Self {
        Self { offset: AtomicI64::new(offset), latest: AtomicI64::new(0) }
    }

    /// The time.
    pub fn now(&self) -> Millis {
        let now = wall() + self.offset();
        self.latest.fetch_max(now, Ordering::Relaxed).max(now)
    }

    /// How far it is ahead of the machine's clock.
    pub fn offset(&self) -> Millis {
        self.offset.load(Ordering::Relaxed)
    }

    /// Moves it forward.
    pub fn advance(&self, by: Millis) {
        self.offset.fetch_add(by.max(0), Ordering::Relaxed);
    }

    /// Back to the machine's time, for a platform that begins anew.
    pub fn reset(&self) {
        self.offset.store(0, Ordering::Relaxed);
        self.latest.store(0, Ordering::Relaxed);
    }
}

fn wall() -> Millis {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| Millis::try_from(since.as_millis()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_moved_forward_and_set_back_only_by_a_reset() {
        let clock = Clock::default();
        let start = clock.now();
        clock.advance(60_000);
        assert!(clock.now() >= start + 60_000);
        clock.advance(-60_000);
        assert!(clock.now() >= start + 60_000);
        clock.reset();
        assert!(clock.now() < start + 60_000);
    }

    #[test]
    fn it_never_runs_backwards() {
        let clock = Clock::ahead(60_000);
        let before = clock.now();
        clock.offset.store(0, Ordering::Relaxed);
        assert_eq!(clock.now(), before);
    }
}
