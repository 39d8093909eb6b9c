//! Going on after a connection was lost.
//!
//! The platform has no cursor: a new connection begins with its last lines, some of which are known. For each pod and
//! container the longest overlap with the lines that were kept tells what is new. Where nothing overlaps, lines may be
//! missing, and that is said; continuity is never claimed.

use std::collections::{BTreeMap, VecDeque};

use super::{
    line::{Gap, Line},
    time,
};

/// So many lines of each container are remembered, by their fingerprints.
const KEPT: usize = 2_000;

/// So many containers are remembered.
const SOURCES: usize = 512;

/// The last lines of a connection have come when none came for so long, or at the latest after [`PATIENCE`];
/// milliseconds.
pub const QUIET: u64 = 300;
/// See [`QUIET`]. It does not count while lines come that are older than those that were kept.
pub const PATIENCE: u64 = 2_000;
/// A tail that stops for so long, before it has come to what is new, goes no further.
const STALL: u64 = 10_000;
/// So many lines are held back at most before they are looked at.
const HELD_BACK: usize = 200_000;
/// Beyond so many, what is surely known is not held back.
const MANY: usize = 20_000;

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

/// The borders of a pattern: for each of its starts, the longest shorter start that is also its end.
fn borders_of(pattern: &[u64]) -> Vec<usize> {
    let mut borders = Vec::with_capacity(pattern.len());
    let mut matched = 0;
    for (at, item) in pattern.iter().enumerate() {
        if at > 0 {
            matched = step(pattern, &borders, matched, *item);
        }
        borders.push(matched);
    }
    borders
}

/// One step of the search for a pattern (Knuth, Morris and Pratt): how much of it ends with this item.
fn step(pattern: &[u64], borders: &[usize], mut matched: usize, item: u64) -> usize {
    while matched > 0 && pattern.get(matched) != Some(&item) {
        matched = borders.get(matched - 1).copied().unwrap_or(0);
    }
    matched + usize::from(pattern.get(matched) == Some(&item))
}

/// For each item of a text, how long the longest start of the pattern is that ends there.
fn scan<'a>(pattern: &'a [u64], text: &'a [u64]) -> impl Iterator<Item = usize> + 'a {
    let borders = borders_of(pattern);
    let mut matched = 0;
    text.iter().map(move |item| {
        matched = step(pattern, &borders, matched, *item);
        matched
    })
}

/// What a new connection has not shown yet: where this container goes on.
#[derive(Debug)]
struct Awaited {
    /// What was kept, and its borders: the pattern that is looked for in what comes.
    pattern: Vec<u64>,
    borders: Vec<usize>,
    matched: usize,
    /// The fingerprints of what came and is held back.
    came: Vec<u64>,
    /// What came last is older than what was kept last: the new lines are still to come.
    is_past: bool,
}

/// A container.
#[derive(Debug, Default)]
struct Source {
    pod: String,
    container: String,
    /// The fingerprints of the last lines, and their times, where they had one; microseconds.
    prints: VecDeque<(u64, Option<i64>)>,
    /// The time of the newest line that was kept.
    last: Option<i64>,
    last_time: Option<String>,
    /// When it was written last, on a clock of lines.
    used: u64,
    awaited: Option<Awaited>,
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
    sources: Vec<Source>,
    /// Where each pod and container stands in `sources`.
    index: BTreeMap<String, BTreeMap<String, usize>>,
    clock: u64,
    held: Vec<(Line, usize)>,
    /// How many containers have lines that are held back because it is not known where they go on.
    unclear: usize,
    since: u64,
    latest: u64,
    /// The time of the oldest line of the first connection, microseconds.
    begun: Option<i64>,
    /// A later connection tells its lines.
    is_later: bool,
}

impl Resume {
    /// The connection is lost: what comes from now on belongs to a new one.
    ///
    /// What is held back goes: it was not shown, and the next connection brings it again.
    pub fn lost(&mut self) {
        self.held.clear();
        self.unclear = 0;
        self.is_later = self.begun.is_some();
        for source in &mut self.sources {
            let pattern: Vec<_> = source.prints.iter().map(|(print, _)| *print).collect();
            let borders = borders_of(&pattern);
            let is_known = !pattern.is_empty();
            source.awaited =
                is_known.then_some(Awaited { pattern, borders, matched: 0, came: Vec::new(), is_past: false });
        }
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
        let index = self.source(&line);
        let at = line.timestamp.as_deref().and_then(time::micros);
        if self.is_from_before(at, index) {
            // The tail goes on, and what is held back waits for it.
            self.latest = now;
            return Vec::new();
        }
        let is_clear = self.sources.get(index).is_none_or(|source| source.awaited.is_none());
        if is_clear && self.held.is_empty() {
            self.keep(&line, index);
            return vec![Next::Line(line)];
        }
        // Others are held back too, so that all stay in order.
        if self.held.is_empty() {
            self.since = now;
        }
        self.latest = now;
        let is_pressed = self.held.len() >= MANY;
        if let Some(source) = self.sources.get_mut(index)
            && let Some(awaited) = &mut source.awaited
        {
            let print = line.print();
            awaited.matched = step(&awaited.pattern, &awaited.borders, awaited.matched, print);
            awaited.is_past = at.zip(source.last).is_some_and(|(at, last)| at < last);
            if awaited.matched == awaited.pattern.len() {
                // All that was kept has come again: what follows is new, and nothing of this is.
                let was_unclear = !awaited.came.is_empty();
                source.awaited = None;
                if was_unclear {
                    self.unclear -= 1;
                    self.held.retain(|(_, of)| *of != index);
                }
                return if self.unclear == 0 { self.settle() } else { Vec::new() };
            }
            // A long tail begins far before what was kept. Lines of then are known, and need no room.
            let first = source.prints.front().and_then(|(_, at)| *at);
            if is_pressed && awaited.matched == 0 && at.zip(first).is_some_and(|(at, first)| at < first) {
                return Vec::new();
            }
            if awaited.came.is_empty() {
                self.unclear += 1;
            }
            awaited.came.push(print);
        }
        self.held.push((line, index));
        self.poll(now)
    }

    /// Whether a line of a container of which nothing was kept is older than all that was shown: a later connection asks
    /// for more than the first one did, and what the first one left out is nothing new.
    fn is_from_before(&self, at: Option<i64>, index: usize) -> bool {
        let is_unknown = self.sources.get(index).is_none_or(|source| source.prints.is_empty());
        self.is_later && is_unknown && at.zip(self.begun).is_some_and(|(at, begun)| at < begun)
    }

    /// Time has passed; `now` in milliseconds. Answers what to append.
    pub fn poll(&mut self, now: u64) -> Vec<Next> {
        if !self.is_holding() {
            return Vec::new();
        }
        let silence = now.saturating_sub(self.latest);
        // A tail that stalls before it has come to what is new says nothing yet.
        let is_past = self.is_in_the_past();
        let is_quiet = silence >= if is_past { STALL } else { QUIET };
        let is_long = now.saturating_sub(self.since) >= PATIENCE && !is_past;
        let is_much = self.held.len() >= HELD_BACK;
        if is_quiet || is_long || is_much || self.unclear == 0 { self.settle() } else { Vec::new() }
    }

    /// Whether a tail is still being told that begins before what was kept last.
    fn is_in_the_past(&self) -> bool {
        self.sources.iter().filter_map(|source| source.awaited.as_ref()).any(|awaited| awaited.is_past)
    }

    fn settle(&mut self) -> Vec<Next> {
        let held = std::mem::take(&mut self.held);
        self.unclear = 0;
        // For each container that is still unclear: how many of its lines are known, and where it was left if none is.
        let mut known: BTreeMap<usize, (usize, Option<Gap>)> = BTreeMap::new();
        for (index, source) in self.sources.iter_mut().enumerate() {
            let Some(awaited) = source.awaited.take_if(|awaited| !awaited.came.is_empty()) else { continue };
            let state = if let Some(count) = overlap(&awaited.pattern, &awaited.came) {
                (count, None)
            } else {
                source.prints.clear();
                let (pod, container) = (source.pod.clone(), source.container.clone());
                (0, Some(Gap { pod, container, from: source.last_time.take(), to: None }))
            };
            known.insert(index, state);
        }
        let mut next = Vec::with_capacity(held.len());
        for (line, index) in held {
            if let Some((count, gap)) = known.get_mut(&index) {
                if *count > 0 {
                    *count -= 1;
                    continue;
                }
                if let Some(gap) = gap.take() {
                    next.push(Next::Gap(Gap { to: line.timestamp.clone(), ..gap }));
                }
            }
            self.keep(&line, index);
            next.push(Next::Line(line));
        }
        next
    }

    /// The place of a line's container.
    fn source(&mut self, line: &Line) -> usize {
        let known = self.index.get(&line.pod).and_then(|containers| containers.get(&line.container));
        if let Some(index) = known {
            return *index;
        }
        let fresh = Source { pod: line.pod.clone(), container: line.container.clone(), ..Source::default() };
        // Lines that are held back name their containers by place: until they are told, no place changes hands.
        let index = if self.sources.len() < SOURCES || self.is_holding() {
            self.sources.push(fresh);
            self.sources.len() - 1
        } else {
            let oldest = self.sources.iter().enumerate().min_by_key(|(_, source)| source.used);
            let oldest = oldest.map_or(0, |(index, _)| index);
            if let Some(source) = self.sources.get_mut(oldest) {
                let gone = std::mem::replace(source, fresh);
                if let Some(containers) = self.index.get_mut(&gone.pod) {
                    containers.remove(&gone.container);
                }
            }
            oldest
        };
        self.index.entry(line.pod.clone()).or_default().insert(line.container.clone(), index);
        index
    }

    fn keep(&mut self, line: &Line, index: usize) {
        self.clock += 1;
        let at = line.timestamp.as_deref().and_then(time::micros);
        if !self.is_later {
            self.begun = self.begun.into_iter().chain(at).min();
        }
        let Some(source) = self.sources.get_mut(index) else { return };
        source.used = self.clock;
        source.prints.push_back((line.print(), at));
        if source.prints.len() > KEPT {
            source.prints.pop_front();
        }
        source.last = at.or(source.last);
        if line.timestamp.is_some() {
            source.last_time.clone_from(&line.timestamp);
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

        /// Distinct lines, a connection that is lost again and again, in the middle of its tail too, and each tail longer
        /// than the gap: every line once.
        #[test]
        fn every_line_comes_once(
            pods in proptest::collection::vec(0_usize..3, 1..200),
            cuts in proptest::collection::vec((1_usize..40, 0_usize..20, 0_usize..60), 0..8),
        ) {
            let names = ["a", "b", "c"];
            let all: Vec<_> = pods.iter().enumerate().map(|(at, pod)| line(names[*pod], at)).collect();
            let mut resume = Resume::default();
            let mut shown = Vec::new();
            let mut at = 0;
            let mut now = 0;
            for (length, missed, half) in cuts {
                let end = (at + length).min(all.len());
                for line in &all[at..end] {
                    now += 1;
                    shown.extend(resume.push(line.clone(), now));
                }
                resume.lost();
                for line in all[..end].iter().take(half) {
                    shown.extend(resume.push(line.clone(), now));
                }
                resume.lost();
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
        resume.lost();
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
    fn what_is_known_again_in_full_is_not_waited_for() {
        let mut resume = Resume::default();
        for number in 0..5 {
            resume.push(line("a", number), 0);
            resume.push(line("b", number), 0);
        }
        resume.lost();
        let mut next = Vec::new();
        for number in 0..7 {
            for pod in ["a", "b"] {
                next.extend(resume.push(line(pod, number), 1_000));
            }
        }
        assert_eq!(words(&next), ["a line 5", "b line 5", "a line 6", "b line 6"]);
        assert!(!resume.is_holding());
    }

    #[test]
    fn a_long_tail_is_waited_for_while_it_tells_what_is_old() {
        let mut resume = Resume::default();
        for number in 10..20 {
            resume.push(line("a", number), 0);
        }
        resume.lost();
        // Slowly, and with a stall, through lines of before those that are known.
        let mut next = Vec::new();
        for number in 0..19 {
            next.extend(resume.push(line("a", number), 1_000 + 500 * number as u64));
            next.extend(resume.poll(1_000 + 500 * number as u64 + 450));
        }
        assert!(next.is_empty(), "{next:?}");
        next.extend(resume.push(line("a", 19), 11_000));
        next.extend(resume.push(line("a", 20), 11_000));
        assert_eq!(words(&next), ["a line 20"]);
    }

    #[test]
    fn a_connection_that_is_lost_in_the_middle_of_its_tail_loses_nothing() {
        let mut resume = Resume::default();
        for number in 10..20 {
            resume.push(line("a", number), 0);
        }
        resume.lost();
        for number in 5..18 {
            assert!(resume.push(line("a", number), 1_000).is_empty());
        }
        resume.lost();
        let mut next = Vec::new();
        for number in 5..23 {
            next.extend(resume.push(line("a", number), 2_000));
        }
        assert_eq!(words(&next), ["a line 20", "a line 21", "a line 22"]);
    }

    #[test]
    fn what_the_first_connection_left_out_is_nothing_new() {
        let mut resume = Resume::default();
        for number in 10..15 {
            resume.push(line("a", number), 0);
        }
        resume.lost();
        // The new connection asks for more, and goes back to what a quiet pod wrote before.
        let mut next = resume.push(line("b", 3), 1_000);
        for number in 10..15 {
            next.extend(resume.push(line("a", number), 1_000));
        }
        next.extend(resume.push(line("a", 15), 1_000));
        next.extend(resume.push(line("b", 16), 1_000));
        assert_eq!(words(&next), ["a line 15", "b line 16"]);
        resume.clear();
        assert_eq!(words(&resume.push(line("b", 3), 2_000)), ["b line 3"], "of something else");
    }

    #[test]
    fn a_pod_that_is_silent_at_first_is_compared_when_it_speaks() {
        let mut resume = Resume::default();
        resume.push(line("a", 0), 0);
        resume.push(line("b", 0), 0);
        resume.lost();
        resume.push(line("a", 0), 10);
        assert!(resume.poll(10 + QUIET).is_empty());
        assert!(resume.push(line("b", 0), 5_000).is_empty());
        assert_eq!(words(&resume.push(line("b", 1), 5_000)), ["b line 1"]);
    }
}
