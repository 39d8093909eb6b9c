//! How many requests a credential may send: the rules, without clock or browser.
//!
//! The platform counts requests a second for each credential and refuses what is above. It does not say how it counts,
//! so the console keeps to the strictest reading: in no second, wherever it begins, does it send more than the limit.
//! What was sent is written into a ledger that all tabs share.

use std::{
    collections::{BinaryHeap, VecDeque},
    fmt::Write as _,
};

use super::Priority;

/// The window in which no more than the limit is sent: a second, and a tenth for what the network compresses on the way.
pub const WINDOW: u64 = 1_100;

/// The longest that the platform may silence the console. A clock that was set wrong for a moment must not stop it for a
/// day.
const LONGEST_BLOCK: u64 = 120_000;

/// What was sent lately with one credential.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    sent: Vec<u64>,
    blocked_until: u64,
}

impl Ledger {
    /// Reads what [`Ledger::write`] wrote. Anything else is an empty ledger: any script of the origin may write there.
    pub fn read(text: &str) -> Self {
        let mut numbers = text.split(' ').map_while(|number| number.parse().ok());
        let blocked_until = numbers.next().unwrap_or_default();
        Self { sent: numbers.collect(), blocked_until }
    }

    /// The ledger as text.
    pub fn write(&self) -> String {
        let mut text = self.blocked_until.to_string();
        for time in &self.sent {
            let _ = write!(text, " {time}");
        }
        text
    }

    /// Whether nothing in it matters any more.
    pub fn is_over(&self, now: u64) -> bool {
        self.blocked_until <= now && !self.sent.iter().any(|time| Self::counts(*time, now))
    }

    /// Times in the future come from a clock that was set back; they would block for as long.
    const fn counts(time: u64, now: u64) -> bool {
        time <= now && now - time < WINDOW
    }

    /// How long to wait before the next request, milliseconds; 0: it may go now.
    pub fn wait(&self, now: u64, limit: u32) -> u64 {
        let blocked = if self.blocked_until > now.saturating_add(LONGEST_BLOCK) {
            0
        } else {
            self.blocked_until.saturating_sub(now)
        };
        let mut recent: BinaryHeap<u64> = self.sent.iter().copied().filter(|time| Self::counts(*time, now)).collect();
        // The newest that are free to go beside this one; the one before them has to leave the window first.
        for _ in 1..limit.max(1) {
            recent.pop();
        }
        let crowded = recent.peek().map_or(0, |time| (time + WINDOW).saturating_sub(now));
        blocked.max(crowded)
    }

    /// Notes that a request goes now.
    pub fn note(&mut self, now: u64) {
        self.sent.retain(|time| Self::counts(*time, now));
        self.sent.push(now);
    }

    /// Nothing goes before a time: the platform said so.
    pub fn block(&mut self, until: u64) {
        self.blocked_until = self.blocked_until.max(until);
    }
}

/// The limit for a priority: what nobody waits for leaves some room to what a person does next.
pub const fn share(limit: u32, priority: Priority) -> u32 {
    match priority {
        Priority::Foreground => limit,
        Priority::Background => {
            let share = limit - limit / 5;
            if share == 0 { 1 } else { share }
        }
    }
}

/// Requests that wait for their turn: what a person does overtakes polling, and within each the first comes first.
pub struct Queue<W> {
    foreground: VecDeque<W>,
    background: VecDeque<W>,
}

impl<W> Default for Queue<W> {
    fn default() -> Self {
        Self { foreground: VecDeque::new(), background: VecDeque::new() }
    }
}

impl<W> Queue<W> {
    /// Joins the queue.
    pub fn push(&mut self, priority: Priority, waiter: W) {
        match priority {
            Priority::Foreground => self.foreground.push_back(waiter),
            Priority::Background => self.background.push_back(waiter),
        }
    }

    /// Takes away those who gave up, and tells the priority of the next.
    pub fn next_priority(&mut self, gone: impl Fn(&W) -> bool) -> Option<Priority> {
        self.foreground.retain(|waiter| !gone(waiter));
        self.background.retain(|waiter| !gone(waiter));
        if self.foreground.is_empty() {
            (!self.background.is_empty()).then_some(Priority::Background)
        } else {
            Some(Priority::Foreground)
        }
    }

    /// Takes the next.
    pub fn pop(&mut self) -> Option<W> {
        self.foreground.pop_front().or_else(|| self.background.pop_front())
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_full_window_waits_for_its_oldest_request() {
        let mut ledger = Ledger::default();
        for time in [1_000, 1_100, 1_200] {
            assert_eq!(ledger.wait(time, 3), 0);
            ledger.note(time);
        }
        assert_eq!(ledger.wait(1_300, 3), 1_000 + WINDOW - 1_300);
        assert_eq!(ledger.wait(1_000 + WINDOW, 3), 0);
    }

    #[test]
    fn a_block_holds_everything_back_but_not_for_a_day() {
        let mut ledger = Ledger::default();
        ledger.block(5_000);
        ledger.block(3_000);
        assert_eq!(ledger.wait(1_000, 10), 4_000);
        ledger.block(100_000_000);
        assert_eq!(ledger.wait(1_000, 10), 0);
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_stop_the_console() {
        let mut ledger = Ledger::default();
        for _ in 0..10 {
            ledger.note(1_000_000);
        }
        assert_eq!(ledger.wait(500_000, 10), 0);
    }

    proptest! {
        /// Several tabs, each with its own requests, share a ledger: no window holds more than the limit, and each
        /// request goes in the end.
        #[test]
        fn no_second_holds_more_than_the_limit(
            limit in 1_u32..12,
            mut arrivals in prop::collection::vec((0_u64..6_000, any::<bool>()), 1..80),
        ) {
            arrivals.sort_by_key(|(time, _)| *time);
            let mut arrivals = VecDeque::from(arrivals);
            let (mut now, mut ledger, mut queue) = (0, Ledger::default(), Queue::default());
            let mut sent = Vec::new();
            let total = arrivals.len();
            while sent.len() < total {
                while let Some((_, background)) = arrivals.pop_front_if(|(time, _)| *time <= now) {
                    let priority = if background { Priority::Background } else { Priority::Foreground };
                    queue.push(priority, priority);
                }
                let Some(priority) = queue.next_priority(|_| false) else {
                    now = arrivals.front().map_or(now + 1, |(time, _)| *time);
                    continue;
                };
                // Every step goes through text, as it does between tabs.
                ledger = Ledger::read(&ledger.write());
                match ledger.wait(now, share(limit, priority)) {
                    0 => {
                        ledger.note(now);
                        let taken = queue.pop();
                        prop_assert_eq!(taken, Some(priority));
                        sent.push(now);
                    }
                    wait => {
                        prop_assert!(wait <= WINDOW);
                        now += wait;
                    }
                }
            }
            for (index, start) in sent.iter().enumerate() {
                let within = sent[index..].iter().take_while(|time| **time < start + WINDOW).count();
                prop_assert!(within <= limit as usize, "{} of {} at {}", within, limit, start);
            }
        }

        #[test]
        fn foreground_is_never_behind_background(order in prop::collection::vec(any::<bool>(), 0..40)) {
            let mut queue = Queue::default();
            for (index, background) in order.iter().enumerate() {
                let priority = if *background { Priority::Background } else { Priority::Foreground };
                queue.push(priority, (*background, index));
            }
            let taken: Vec<_> = std::iter::from_fn(|| queue.pop()).collect();
            let mut expected: Vec<_> = order.iter().copied().enumerate().map(|(index, b)| (b, index)).collect();
            expected.sort_unstable();
            prop_assert_eq!(taken, expected);
        }

        #[test]
        fn any_text_is_a_ledger(text in ".*") {
            let mut ledger = Ledger::read(&text);
            ledger.wait(1_000, 10);
            ledger.note(1_000);
            prop_assert_eq!(Ledger::read(&ledger.write()), ledger);
        }
    }
}
