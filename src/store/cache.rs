//! When a query is fetched, given up and forgotten: the rules, without clock, browser or values.
//!
//! The book has an entry for each key that is watched or was lately. What happens goes in, what is to be done comes out.

use std::collections::HashMap;

/// Names a question: equal keys have equal answers.
pub type Key = String;

/// Names one fetch, so that the answer of one that was given up is told from the current one's.
pub type Flight = u64;

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Fetch it.
    Fetch(Key, Flight),
    /// Nobody waits for this any more.
    Abort(Key, Flight),
    /// Forget the answer.
    Forget(Key),
}

/// The times of a cache, milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// How long an answer is shown without being renewed behind, when somebody new looks at it.
    pub fresh: u64,
    /// How long an answer is kept that nobody looks at.
    pub keep: u64,
}

impl Default for Times {
    fn default() -> Self {
        Self { fresh: 5_000, keep: 300_000 }
    }
}

#[derive(Clone, Debug, Default)]
struct Entry {
    operation: &'static str,
    watchers: u32,
    /// When the last answer came, a failure too.
    answered: Option<u64>,
    /// Whether that was a failure.
    failed: bool,
    /// Something has changed what it shows.
    stale: bool,
    flight: Option<Flight>,
    unwatched: Option<u64>,
    /// Whether the answer holds secrets and goes as soon as nobody looks.
    secret: bool,
}

/// The state of every key.
#[derive(Clone, Debug)]
pub struct Book {
    times: Times,
    entries: HashMap<Key, Entry>,
    flights: Flight,
}

impl Book {
    /// An empty book.
    pub fn new(times: Times) -> Self {
        Self { times, entries: HashMap::new(), flights: 0 }
    }

    fn fetch(flights: &mut Flight, key: &str, entry: &mut Entry) -> Act {
        *flights += 1;
        entry.flight = Some(*flights);
        // What changes from here on makes it stale anew.
        entry.stale = false;
        Act::Fetch(key.to_owned(), *flights)
    }

    /// Somebody looks at a key. `secret`: the answer must not stay when nobody does.
    pub fn watch(&mut self, key: &str, operation: &'static str, secret: bool, now: u64) -> Option<Act> {
        let fresh = self.times.fresh;
        let entry = self.entries.entry(key.to_owned()).or_default();
        entry.operation = operation;
        entry.secret = secret;
        entry.watchers += 1;
        entry.unwatched = None;
        let old = entry.stale || entry.answered.is_none_or(|at| now.saturating_sub(at) >= fresh);
        (old && entry.flight.is_none()).then(|| Self::fetch(&mut self.flights, key, entry))
    }

    /// One who looked at a key looks away. What follows of it comes with the next [`Book::sweep`], because a page that
    /// gives way to another with the same question looks away for a moment.
    pub fn unwatch(&mut self, key: &str, now: u64) {
        if let Some(entry) = self.entries.get_mut(key) {
            entry.watchers = entry.watchers.saturating_sub(1);
            if entry.watchers == 0 {
                entry.unwatched = Some(now);
            }
        }
    }

    /// A fetch has ended; `ok`: with a value. `false`: its answer is not wanted any more, do not show it.
    pub fn answered(&mut self, key: &str, flight: Flight, now: u64, ok: bool) -> bool {
        match self.entries.get_mut(key) {
            Some(entry) if entry.flight == Some(flight) => {
                entry.flight = None;
                entry.answered = Some(now);
                entry.failed = !ok;
                true
            }
            _ => false,
        }
    }

    /// Somebody wants a key anew, now.
    pub fn refetch(&mut self, key: &str) -> Option<Act> {
        let entry = self.entries.get_mut(key)?;
        entry.flight.is_none().then(|| Self::fetch(&mut self.flights, key, entry))
    }

    /// A poll wants a key anew, unless something else has just brought an answer.
    pub fn poll(&mut self, key: &str, period: u64, now: u64) -> Option<Act> {
        let entry = self.entries.get_mut(key)?;
        let due = entry.answered.is_some_and(|at| now.saturating_sub(at) >= period / 2);
        (due && entry.watchers > 0 && entry.flight.is_none()).then(|| Self::fetch(&mut self.flights, key, entry))
    }

    /// A write has changed what some operations answer. Keys that are watched are fetched again; a fetch that was under
    /// way may have read what was before, and starts over.
    pub fn invalidate(&mut self, operations: &[&str]) -> Vec<Act> {
        self.outdate(&|_, operation| operations.contains(&operation))
    }

    /// Something else has told that what a key shows has changed: as after a write.
    pub fn renew(&mut self, key: &str) -> Vec<Act> {
        self.outdate(&|known, _| known == key)
    }

    fn outdate(&mut self, is_meant: &dyn Fn(&str, &str) -> bool) -> Vec<Act> {
        let mut acts = Vec::new();
        for (key, entry) in &mut self.entries {
            if !is_meant(key, entry.operation) {
                continue;
            }
            entry.stale = true;
            if let Some(flight) = entry.flight.take() {
                acts.push(Act::Abort(key.clone(), flight));
            }
            if entry.watchers > 0 {
                acts.push(Self::fetch(&mut self.flights, key, entry));
            }
        }
        acts
    }

    /// Whether there is anything about a key.
    pub fn knows(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// Nothing is certain any more, as after an expired session: [`Book::wake`] fetches all that is watched.
    pub fn doubt(&mut self) {
        for entry in self.entries.values_mut() {
            entry.stale = true;
        }
    }

    /// The tab is seen again, or the network is back: what is watched and not fresh is fetched, and what has failed,
    /// however lately.
    pub fn wake(&mut self, now: u64) -> Vec<Act> {
        let fresh = self.times.fresh;
        let mut acts = Vec::new();
        for (key, entry) in &mut self.entries {
            let old = entry.stale || entry.failed || entry.answered.is_none_or(|at| now.saturating_sub(at) >= fresh);
            if entry.watchers > 0 && entry.flight.is_none() && old {
                acts.push(Self::fetch(&mut self.flights, key, entry));
            }
        }
        acts
    }

    /// Gives up what nobody waits for and forgets what nobody has looked at for long.
    pub fn sweep(&mut self, now: u64) -> Vec<Act> {
        let keep = self.times.keep;
        let mut acts = Vec::new();
        self.entries.retain(|key, entry| {
            let Some(since) = entry.unwatched else { return true };
            if let Some(flight) = entry.flight.take() {
                acts.push(Act::Abort(key.clone(), flight));
                // Whatever made it worth fetching still holds.
                entry.stale = true;
            }
            let gone = entry.secret || entry.answered.is_none() || now.saturating_sub(since) >= keep;
            if gone {
                acts.push(Act::Forget(key.clone()));
            }
            !gone
        });
        acts
    }

    /// When the next [`Book::sweep`] has something to forget.
    pub fn sweep_at(&self) -> Option<u64> {
        self.entries
            .values()
            .filter_map(|entry| entry.unwatched)
            .min()
            .map(|since| since.saturating_add(self.times.keep))
    }

    /// Forgets everything: another person has signed in, or nobody. Who still looks asks anew by [`Book::wake`].
    pub fn clear(&mut self) -> Vec<Act> {
        let mut acts = Vec::new();
        self.entries.retain(|key, entry| {
            if let Some(flight) = entry.flight.take() {
                acts.push(Act::Abort(key.clone(), flight));
            }
            acts.push(Act::Forget(key.clone()));
            entry.answered = None;
            entry.stale = true;
            entry.watchers > 0
        });
        acts
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn book() -> Book {
        Book::new(Times::default())
    }

    fn fetch(key: &str, flight: Flight) -> Act {
        Act::Fetch(key.to_owned(), flight)
    }

    #[test]
    fn two_who_ask_the_same_share_one_fetch() {
        let mut book = book();
        assert_eq!(book.watch("a", "listClusters", false, 0), Some(fetch("a", 1)));
        assert_eq!(book.watch("a", "listClusters", false, 1), None);
        assert!(book.answered("a", 1, 10, true));
        assert_eq!(book.watch("a", "listClusters", false, 11), None);
        assert_eq!(book.watch("a", "listClusters", false, 9_000), Some(fetch("a", 2)));
    }

    #[test]
    fn what_nobody_waits_for_is_given_up_but_not_at_once() {
        let mut book = book();
        book.watch("a", "listClusters", false, 0);
        book.unwatch("a", 5);
        assert_eq!(book.watch("a", "listClusters", false, 5), None);
        book.unwatch("a", 6);
        assert_eq!(book.sweep(6), [Act::Abort("a".into(), 1), Act::Forget("a".into())]);
        assert!(!book.answered("a", 1, 7, true), "an answer nobody wants");
    }

    #[test]
    fn an_answer_is_kept_for_a_while_and_a_secret_is_not() {
        let mut book = book();
        for (key, secret) in [("plain", false), ("secret", true)] {
            let Some(Act::Fetch(_, flight)) = book.watch(key, "getCluster", secret, 0) else { panic!() };
            book.answered(key, flight, 1, true);
            book.unwatch(key, 2);
        }
        assert_eq!(book.sweep(3), [Act::Forget("secret".into())]);
        assert_eq!(book.sweep(300_001), []);
        assert_eq!(book.sweep_at(), Some(300_002));
        assert_eq!(book.sweep(300_002), [Act::Forget("plain".into())]);
    }

    #[test]
    fn a_write_starts_over_what_was_read_before_it() {
        let mut book = book();
        book.watch("a", "listClusters", false, 0);
        assert_eq!(book.invalidate(&["listClusters"]), [Act::Abort("a".into(), 1), fetch("a", 2)]);
        assert!(!book.answered("a", 1, 5, true));
        assert!(book.answered("a", 2, 6, true));
        assert_eq!(book.invalidate(&["getCluster"]), []);
    }

    #[test]
    fn what_a_stream_tells_starts_over_what_was_read_before_it() {
        let mut book = book();
        book.watch("a", "getCluster", false, 0);
        book.watch("b", "getCluster", false, 0);
        assert_eq!(book.refetch("a"), None, "who presses gets what is on its way");
        assert_eq!(book.renew("a"), [Act::Abort("a".into(), 1), fetch("a", 3)]);
        assert!(!book.answered("a", 1, 5, true), "it may have read what was before");
        assert!(book.answered("b", 2, 5, true));
    }

    #[test]
    fn what_is_stale_and_not_watched_is_fetched_when_it_is_looked_at() {
        let mut book = book();
        book.watch("a", "listClusters", false, 0);
        book.answered("a", 1, 1, true);
        book.unwatch("a", 2);
        assert_eq!(book.invalidate(&["listClusters"]), []);
        assert_eq!(book.watch("a", "listClusters", false, 3), Some(fetch("a", 2)));
    }

    #[test]
    fn a_poll_waits_for_its_period_and_its_predecessor() {
        let mut book = book();
        book.watch("a", "listClusters", false, 0);
        assert_eq!(book.poll("a", 10_000, 20_000), None);
        book.answered("a", 1, 20_000, true);
        assert_eq!(book.poll("a", 10_000, 24_000), None);
        assert_eq!(book.poll("a", 10_000, 30_000), Some(fetch("a", 2)));
    }

    #[test]
    fn what_has_failed_is_fetched_when_the_network_is_back_and_not_for_each_who_looks() {
        let mut book = book();
        book.watch("a", "listClusters", false, 0);
        assert!(book.answered("a", 1, 1_000, false));
        assert_eq!(book.watch("a", "listClusters", false, 2_000), None);
        assert_eq!(book.wake(3_000), [fetch("a", 2)]);
        assert!(book.answered("a", 2, 3_500, true));
        assert_eq!(book.wake(4_000), []);
    }

    #[derive(Clone, Debug)]
    enum Step {
        Watch(usize),
        Unwatch(usize),
        Answer(usize),
        Late(Flight),
        Refetch(usize),
        Invalidate(usize),
        Renew(usize),
        Poll(usize),
        Doubt,
        Wake,
        Sweep,
        Clear,
    }

    const KEYS: [(&str, &str, bool); 3] =
        [("a", "listClusters", false), ("b", "getCluster", false), ("c", "getKubeconfig", true)];

    fn step() -> impl Strategy<Value = Step> {
        let key = 0..KEYS.len();
        prop_oneof![
            4 => key.clone().prop_map(Step::Watch),
            3 => key.clone().prop_map(Step::Unwatch),
            4 => key.clone().prop_map(Step::Answer),
            1 => (0_u64..50).prop_map(Step::Late),
            1 => key.clone().prop_map(Step::Refetch),
            2 => key.clone().prop_map(Step::Invalidate),
            1 => key.clone().prop_map(Step::Renew),
            1 => key.prop_map(Step::Poll),
            1 => Just(Step::Doubt),
            1 => Just(Step::Wake),
            3 => Just(Step::Sweep),
            1 => Just(Step::Clear),
        ]
    }

    proptest! {
        #[test]
        fn every_watched_key_has_an_answer_or_one_fetch(steps in prop::collection::vec((step(), 0_u64..400_000), 0..120)) {
            let mut book = book();
            let mut now = 0;
            let mut watchers = [0_u32; 3];
            let mut flights: HashMap<Key, Flight> = HashMap::new();
            // When the newest fetch of a key began, and when it was last invalidated.
            let (mut begun, mut invalidated) = ([0_usize; 3], [0_usize; 3]);
            let mut values: HashMap<Key, usize> = HashMap::new();
            for (count, (step, pause)) in steps.into_iter().enumerate() {
                now += pause;
                let mut acts = Vec::new();
                match step {
                    Step::Watch(index) => {
                        let (key, operation, secret) = KEYS[index];
                        watchers[index] += 1;
                        acts.extend(book.watch(key, operation, secret, now));
                    }
                    Step::Unwatch(index) => if watchers[index] > 0 {
                        watchers[index] -= 1;
                        book.unwatch(KEYS[index].0, now);
                    },
                    Step::Answer(index) => if let Some(flight) = flights.remove(KEYS[index].0) {
                        prop_assert!(book.answered(KEYS[index].0, flight, now, count % 3 > 0));
                        values.insert(KEYS[index].0.into(), begun[index]);
                    },
                    Step::Late(flight) => for (key, ..) in KEYS {
                        if flights.get(key) != Some(&flight) {
                            prop_assert!(!book.answered(key, flight, now, true));
                        }
                    },
                    Step::Refetch(index) => acts.extend(book.refetch(KEYS[index].0)),
                    Step::Invalidate(index) => {
                        invalidated[index] = count;
                        acts.extend(book.invalidate(&[KEYS[index].1]));
                    }
                    Step::Renew(index) => {
                        invalidated[index] = count;
                        acts.extend(book.renew(KEYS[index].0));
                    }
                    Step::Poll(index) => acts.extend(book.poll(KEYS[index].0, 10_000, now)),
                    Step::Doubt => book.doubt(),
                    Step::Wake => acts.extend(book.wake(now)),
                    Step::Sweep => acts.extend(book.sweep(now)),
                    Step::Clear => acts.extend(book.clear()),
                }
                for act in acts {
                    match act {
                        Act::Fetch(key, flight) => {
                            let index = KEYS.iter().position(|(name, ..)| *name == key).unwrap();
                            begun[index] = count;
                            prop_assert!(flights.insert(key, flight).is_none(), "two fetches of one key");
                        }
                        Act::Abort(key, flight) => prop_assert_eq!(flights.remove(&key), Some(flight)),
                        Act::Forget(key) => {
                            values.remove(&key);
                        }
                    }
                }
                // Clearing is followed by a wake: whoever still looks asks anew.
                if matches!(step, Step::Clear) {
                    for act in book.wake(now) {
                        let Act::Fetch(key, flight) = act else { panic!("{act:?}") };
                        let index = KEYS.iter().position(|(name, ..)| *name == key).unwrap();
                        begun[index] = count;
                        prop_assert!(flights.insert(key, flight).is_none());
                    }
                }
                for (index, (key, _, secret)) in KEYS.into_iter().enumerate() {
                    let flying = flights.contains_key(key);
                    if watchers[index] > 0 {
                        prop_assert!(flying || values.contains_key(key), "{} is watched in vain", key);
                        // What is shown, or will be, was asked for after the last write.
                        prop_assert!(begun[index] >= invalidated[index] || !values.contains_key(key) && !flying);
                    } else if matches!(step, Step::Sweep) {
                        prop_assert!(!flying, "nobody waits for {}", key);
                        prop_assert!(!(secret && values.contains_key(key)), "a secret stays");
                    }
                }
            }
        }
    }
}
