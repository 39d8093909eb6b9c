//! Going on after a connection was lost.
//!
//! The platform has no cursor: a new connection begins with its last lines, some of which are known. For each pod and
//! container the longest overlap with the lines that were kept tells what is new. Where nothing overlaps, lines may be
//! missing, and that is said; continuity is never claimed.

use std::collections::{BTreeMap, VecDeque};

use super::line::{Gap, Line};

/// So many lines of each container are remembered, by their fingerprints.
const KEPT: usize = 2_000;

/// So many containers are remembered.
const SOURCES: usize = 512;

/// The last lines of a connection have come when none came for so long, or at the latest after [`PATIENCE`];
/// milliseconds.
pub const QUIET: u64 = 300;
/// See [`QUIET`].
pub const PATIENCE: u64 = 2_000;
/// So many lines are held back at most before they are looked at.
const HELD_BACK: usize = 20_000;

/// How many of the lines that came are among those kept, by the longest overlap; `None` where nothing overlaps.
///
/// The end of what was kept is the start of what came, or all that was kept lies within what came. Where several places
/// fit equally well it is the first: a line shown twice is better than one that is lost.
pub fn overlap(kept: &[u64], came: &[u64]) -> Option<usize> {
    if kept.is_empty() || came.is_empty() {
        return None;
    }
    if kept.len() <= came.len()
        && let Some(end) = scan(kept, came).position(|matched| matched == kept.len())
    {
        return Some(end + 1);
    }
    scan(came, kept).last().filter(|matched| *matched > 0)
}

/// For each item of a text, how long the longest start of the pattern is that ends there (Knuth, Morris and Pratt).
fn scan<'a>(pattern: &'a [u64], text: &'a [u64]) -> impl Iterator<Item = usize> + 'a {
    let step = |borders: &[usize], mut matched: usize, item: u64| {
        while matched > 0 && pattern.get(matched) != Some(&item) {
            matched = borders.get(matched - 1).copied().unwrap_or(0);
        }
        matched + usize::from(pattern.get(matched) == Some(&item))
    };
    let mut borders = vec![0];
    let mut matched = 0;
    for item in pattern.iter().skip(1) {
        matched = step(&borders, matched, *item);
        borders.push(matched);
    }
    let mut matched = 0;
    text.iter().map(move |item| {
        matched = step(&borders, matched, *item);
        matched
    })
}

/// A pod and a container.
type Key = (String, String);

fn key(line: &Line) -> Key {
    (line.pod.clone(), line.container.clone())
}

#[derive(Debug, Default)]
struct Kept {
    prints: VecDeque<u64>,
    last_time: Option<String>,
    /// When it was written last, on a clock of lines.
    used: u64,
    /// A new connection has not shown yet where this one goes on.
    awaited: bool,
}

/// A line to append, or a place where lines may be missing.
#[derive(Debug, PartialEq)]
pub enum Next {
    /// A new line.
    Line(Line),
    /// Before the next line of this container.
    Gap(Gap),
}

/// Which lines are new.
#[derive(Debug, Default)]
pub struct Resume {
    kept: BTreeMap<Key, Kept>,
    clock: u64,
    held: Vec<Line>,
    since: u64,
    latest: u64,
}

impl Resume {
    /// The connection is lost: what comes from now on belongs to a new one.
    pub fn lost(&mut self) -> Vec<Next> {
        let next = self.settle();
        for kept in self.kept.values_mut() {
            kept.awaited = true;
        }
        next
    }

    /// Nothing of the past counts any more: the lines that come are of something else.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Whether lines are held back.
    pub fn is_holding(&self) -> bool {
        !self.held.is_empty()
    }

    /// A line came; `now` in milliseconds. Answers what to append.
    pub fn push(&mut self, line: Line, now: u64) -> Vec<Next> {
        let awaited = self.kept.get(&key(&line)).is_some_and(|kept| kept.awaited);
        if !awaited && self.held.is_empty() {
            self.keep(&line);
            return vec![Next::Line(line)];
        }
        // Others are held back too, so that all stay in order.
        if self.held.is_empty() {
            self.since = now;
        }
        self.latest = now;
        self.held.push(line);
        self.poll(now)
    }

    /// Time has passed; `now` in milliseconds. Answers what to append.
    pub fn poll(&mut self, now: u64) -> Vec<Next> {
        let is_quiet = now.saturating_sub(self.latest) >= QUIET || now.saturating_sub(self.since) >= PATIENCE;
        if self.is_holding() && (is_quiet || self.held.len() >= HELD_BACK) { self.settle() } else { Vec::new() }
    }

    fn settle(&mut self) -> Vec<Next> {
        let held = std::mem::take(&mut self.held);
        let mut came: BTreeMap<Key, Vec<u64>> = BTreeMap::new();
        for line in &held {
            came.entry(key(line)).or_default().push(line.print());
        }
        // For each container: how many of its lines are known, and where it was left if none is.
        let mut known: BTreeMap<Key, (usize, Option<Gap>)> = BTreeMap::new();
        for (key, came) in came {
            let Some(kept) = self.kept.get_mut(&key) else { continue };
            if !std::mem::take(&mut kept.awaited) {
                continue;
            }
            let state = if let Some(count) = overlap(kept.prints.make_contiguous(), &came) {
                (count, None)
            } else {
                kept.prints.clear();
                let (pod, container) = key.clone();
                (0, Some(Gap { pod, container, from: kept.last_time.take(), to: None }))
            };
            known.insert(key, state);
        }
        let mut next = Vec::with_capacity(held.len());
        for line in held {
            if let Some((count, gap)) = known.get_mut(&key(&line)) {
                if *count > 0 {
                    *count -= 1;
                    continue;
                }
                if let Some(gap) = gap.take() {
                    next.push(Next::Gap(Gap { to: line.timestamp.clone(), ..gap }));
                }
            }
            self.keep(&line);
            next.push(Next::Line(line));
        }
        next
    }

    fn keep(&mut self, line: &Line) {
        self.clock += 1;
        let key = key(line);
        if !self.kept.contains_key(&key) && self.kept.len() >= SOURCES {
            let oldest = self.kept.iter().min_by_key(|(_, kept)| kept.used).map(|(key, _)| key.clone());
            if let Some(oldest) = oldest {
                self.kept.remove(&oldest);
            }
        }
        let kept = self.kept.entry(key).or_default();
        kept.used = self.clock;
        kept.prints.push_back(line.print());
        if kept.prints.len() > KEPT {
            kept.prints.pop_front();
        }
        if line.timestamp.is_some() {
            kept.last_time.clone_from(&line.timestamp);
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line(pod: &str, number: usize) -> Line {
        Line {
            timestamp: Some(format!("2026-06-09T14:24:{:02}.{:03}Z", number / 1000, number % 1000)),
            pod: pod.to_owned(),
            container: "api".to_owned(),
            stream: None,
            message: format!("line {number}"),
        }
    }

    fn words(next: &[Next]) -> Vec<String> {
        next.iter()
            .map(|next| match next {
                Next::Line(line) => format!("{} {}", line.pod, line.message),
                Next::Gap(gap) => format!("gap {} {:?} {:?}", gap.pod, gap.from.as_deref(), gap.to.as_deref()),
            })
            .collect()
    }

    /// The definition, tried at every place.
    fn slow(kept: &[u64], came: &[u64]) -> Option<usize> {
        let fits = |end: usize| {
            let length = end.min(kept.len());
            (kept[kept.len() - length..] == came[end - length..end]).then_some((length, end))
        };
        let mut best: Option<(usize, usize)> = None;
        for (length, end) in (1..=came.len()).filter_map(fits).filter(|(length, _)| *length > 0) {
            if best.is_none_or(|(most, _)| length > most) {
                best = Some((length, end));
            }
        }
        best.map(|(_, end)| end)
    }

    proptest! {
        #[test]
        fn the_overlap_is_the_longest(
            kept in proptest::collection::vec(0_u64..3, 0..12),
            came in proptest::collection::vec(0_u64..3, 0..12),
        ) {
            prop_assert_eq!(overlap(&kept, &came), slow(&kept, &came));
        }

        /// Distinct lines, a connection that is lost again and again, a tail longer than each gap: every line once.
        #[test]
        fn every_line_comes_once(
            pods in proptest::collection::vec(0_usize..3, 1..200),
            cuts in proptest::collection::vec((1_usize..40, 0_usize..20), 0..8),
        ) {
            let names = ["a", "b", "c"];
            let all: Vec<_> = pods.iter().enumerate().map(|(at, pod)| line(names[*pod], at)).collect();
            let mut resume = Resume::default();
            let mut shown = Vec::new();
            let mut at = 0;
            let mut now = 0;
            for (length, missed) in cuts {
                let end = (at + length).min(all.len());
                for line in &all[at..end] {
                    now += 1;
                    shown.extend(resume.push(line.clone(), now));
                }
                shown.extend(resume.lost());
                // The new connection begins with everything up to what was written meanwhile.
                at = (end + missed).min(all.len());
                for line in &all[..at] {
                    shown.extend(resume.push(line.clone(), now));
                }
                now += QUIET;
                shown.extend(resume.poll(now));
            }
            for line in &all[at..] {
                shown.extend(resume.push(line.clone(), now));
            }
            now += QUIET;
            shown.extend(resume.poll(now));
            // Each pod's lines are in order; pods are merged as they came.
            for pod in names {
                let of = |lines: Vec<String>| -> Vec<String> {
                    lines.into_iter().filter(|line| line.starts_with(pod) || line.starts_with("gap")).collect()
                };
                let expected: Vec<_> = all.iter().cloned().map(Next::Line).collect();
                prop_assert_eq!(of(words(&shown)), of(words(&expected)));
            }
        }
    }

    #[test]
    fn a_gap_is_marked_with_its_times() {
        let mut resume = Resume::default();
        for number in 0..5 {
            assert_eq!(resume.push(line("a", number), 0).len(), 1, "at first nothing is held back");
        }
        resume.push(line("b", 0), 0);
        assert!(resume.lost().is_empty());
        let mut next = Vec::new();
        for (pod, number) in [("a", 8), ("b", 0), ("a", 9), ("b", 1), ("c", 3)] {
            next.extend(resume.push(line(pod, number), 1_000));
        }
        assert!(next.is_empty() && resume.is_holding());
        assert!(resume.poll(1_000 + QUIET - 1).is_empty());
        let gap = r#"gap a Some("2026-06-09T14:24:00.004Z") Some("2026-06-09T14:24:00.008Z")"#;
        assert_eq!(words(&resume.poll(1_000 + QUIET)), [gap, "a line 8", "a line 9", "b line 1", "c line 3"]);
        assert_eq!(resume.push(line("a", 10), 2_000).len(), 1, "and it goes on");
    }

    #[test]
    fn a_stream_that_is_never_quiet_is_not_held_back_for_ever() {
        let mut resume = Resume::default();
        resume.push(line("a", 0), 0);
        resume.lost();
        let mut next = Vec::new();
        for now in 0..=PATIENCE {
            next.extend(resume.push(line("a", usize::try_from(now).unwrap()), now));
        }
        assert_eq!(next.len() as u64, PATIENCE, "all but the one that was known");
    }

    #[test]
    fn a_pod_that_is_silent_at_first_is_compared_when_it_speaks() {
        let mut resume = Resume::default();
        resume.push(line("a", 0), 0);
        resume.push(line("b", 0), 0);
        resume.lost();
        resume.push(line("a", 0), 10);
        assert!(resume.poll(10 + QUIET).is_empty());
        resume.push(line("b", 0), 5_000);
        resume.push(line("b", 1), 5_000);
        assert_eq!(words(&resume.poll(5_000 + QUIET)), ["b line 1"]);
    }
}
