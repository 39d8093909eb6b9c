//! The state behind the view: the ring, the rows of it that are shown, their heights, and the search.

use std::{collections::VecDeque, fmt::Write as _};

use super::{
    ansi,
    heights::Heights,
    level::{self, Level},
    line::{Gap, Line, LineId},
    resume::{Next, Resume},
    ring::{Limits, Ring},
    search::{Pattern, Search},
    text,
};

/// A line longer than this is cut when it comes; bytes.
const LONGEST: usize = 256 << 10;

/// So much of a line is drawn; the whole of it is searched, copied and downloaded. Bytes.
pub const DRAWN: usize = 16 << 10;

/// So many pods have an order, which gives them their colours.
const PODS: usize = 256;

/// Which levels are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Levels([bool; Level::ALL.len()]);

impl Default for Levels {
    fn default() -> Self {
        Self([true; Level::ALL.len()])
    }
}

impl Levels {
    /// Whether a level is shown.
    pub const fn has(self, level: Level) -> bool {
        let Self([error, warn, info, debug, other]) = self;
        match level {
            Level::Error => error,
            Level::Warn => warn,
            Level::Info => info,
            Level::Debug => debug,
            Level::Other => other,
        }
    }

    /// The same with one level the other way.
    #[must_use]
    pub fn toggled(mut self, level: Level) -> Self {
        if let Some(shown) = self.0.get_mut(level as usize) {
            *shown = !*shown;
        }
        self
    }
}

/// What the ring holds.
#[derive(Clone, Debug)]
pub enum Entry {
    /// A line and its level.
    Line(Line, Level),
    /// Lines may be missing here.
    Gap(Gap),
}

/// What rows are expected to measure, until they are drawn. Pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metrics {
    /// One line of text.
    pub line: u32,
    /// What a row has beside its text.
    pub around: u32,
    /// Characters that fit beside each other; 0 where lines aren't wrapped.
    pub columns: usize,
}

impl Default for Metrics {
    fn default() -> Self {
        Self { line: 20, around: 0, columns: 0 }
    }
}

/// A stretch of rows to draw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stretch {
    /// Row numbers and the sequence numbers of their entries.
    pub rows: Vec<(u64, u64)>,
    /// Where the first one begins, pixels.
    pub top: u64,
}

/// A log.
pub struct Log {
    ring: Ring<Entry>,
    resume: Resume,
    levels: Levels,
    /// The entries that are shown. The heights count the same rows, and know the number of the first.
    rows: VecDeque<u64>,
    heights: Heights,
    metrics: Metrics,
    search: Option<Search>,
    linked: Option<(LineId, Option<u64>)>,
    counts: [usize; Level::ALL.len()],
    pods: Vec<String>,
    received: u64,
}

impl Log {
    /// An empty log.
    pub fn new(limits: Limits) -> Self {
        Self {
            ring: Ring::new(limits),
            resume: Resume::default(),
            levels: Levels::default(),
            rows: VecDeque::new(),
            heights: Heights::default(),
            metrics: Metrics::default(),
            search: None,
            linked: None,
            counts: [0; Level::ALL.len()],
            pods: Vec::new(),
            received: 0,
        }
    }

    /// A line came; `now` in milliseconds.
    pub fn push(&mut self, mut line: Line, now: u64) {
        if line.message.len() > LONGEST {
            let whole = line.message.len();
            line.message.truncate(text::start(&line.message, LONGEST).len());
            let _ = write!(line.message, " … cut, {whole} bytes in all");
        }
        let next = self.resume.push(line, now);
        self.append(next);
    }

    /// The connection is lost: the next lines repeat some that are known.
    pub fn lost(&mut self) {
        let next = self.resume.lost();
        self.append(next);
    }

    /// Time has passed. Answers whether lines are still held back.
    pub fn poll(&mut self, now: u64) -> bool {
        let next = self.resume.poll(now);
        self.append(next);
        self.resume.is_holding()
    }

    /// Lets everything go; what comes is of something else.
    pub fn clear(&mut self) {
        self.resume.clear();
        self.ring.clear();
        self.counts = [0; Level::ALL.len()];
        self.pods.clear();
        if let Some((_, found)) = &mut self.linked {
            *found = None;
        }
        self.rebuild();
    }

    fn append(&mut self, next: Vec<Next>) {
        for next in next {
            let (entry, bytes) = match next {
                Next::Line(line) => {
                    self.received += 1;
                    if self.pods.len() < PODS && !self.pods.contains(&line.pod) {
                        self.pods.push(line.pod.clone());
                    }
                    let level = level::detect(&line.message);
                    if let Some(count) = self.counts.get_mut(level as usize) {
                        *count += 1;
                    }
                    let bytes = line.bytes();
                    (Entry::Line(line, level), bytes)
                }
                Next::Gap(gap) => (Entry::Gap(gap), size_of::<Gap>()),
            };
            let seq = self.ring.end();
            if let (Some((id, found @ None)), Entry::Line(line, _)) = (&mut self.linked, &entry)
                && line.is(id)
            {
                *found = Some(seq);
            }
            if self.is_shown(&entry) {
                self.heights.push(estimate(self.metrics, &entry));
                self.rows.push_back(seq);
            }
            let counts = &mut self.counts;
            self.ring.push(entry, bytes, |_, gone| {
                if let Entry::Line(_, level) = gone
                    && let Some(count) = counts.get_mut(level as usize)
                {
                    *count = count.saturating_sub(1);
                }
            });
        }
        let first = self.ring.first();
        while self.rows.front().is_some_and(|seq| *seq < first) {
            self.rows.pop_front();
            self.heights.pop();
        }
        if let Some(search) = &mut self.search {
            search.forget(first);
        }
    }

    const fn is_shown(&self, entry: &Entry) -> bool {
        match entry {
            Entry::Line(_, level) => self.levels.has(*level),
            Entry::Gap(_) => true,
        }
    }

    fn rebuild(&mut self) {
        self.heights.clear();
        let rows: VecDeque<_> =
            self.ring.iter().filter(|(_, entry)| self.is_shown(entry)).map(|(seq, _)| seq).collect();
        for seq in &rows {
            if let Some(entry) = self.ring.get(*seq) {
                self.heights.push(estimate(self.metrics, entry));
            }
        }
        self.rows = rows;
        if let Some(search) = &mut self.search {
            search.restart();
        }
    }

    /// Shows these levels alone.
    pub fn set_levels(&mut self, levels: Levels) {
        if levels != self.levels {
            self.levels = levels;
            self.rebuild();
        }
    }

    /// What rows are expected to measure.
    pub const fn metrics(&self) -> Metrics {
        self.metrics
    }

    /// What rows measure by now; all are estimated anew if that differs.
    pub fn set_metrics(&mut self, metrics: Metrics) {
        if metrics != self.metrics {
            self.metrics = metrics;
            self.heights.clear();
            for seq in &self.rows {
                if let Some(entry) = self.ring.get(*seq) {
                    self.heights.push(estimate(metrics, entry));
                }
            }
        }
    }

    /// Looks for something, or for nothing.
    pub fn set_search(&mut self, pattern: Option<Box<dyn Pattern>>) {
        self.search = pattern.map(Search::new);
    }

    /// Marks the line of an address.
    pub fn set_linked(&mut self, id: Option<LineId>) {
        self.linked = id.map(|id| {
            let found = self.ring.iter().find_map(|(seq, entry)| match entry {
                Entry::Line(line, _) => line.is(&id).then_some(seq),
                Entry::Gap(_) => None,
            });
            (id, found)
        });
    }

    /// The line of the address, as long as it is held.
    pub fn linked(&self) -> Option<u64> {
        self.linked.as_ref().and_then(|(_, found)| *found).filter(|seq| self.ring.get(*seq).is_some())
    }

    /// Searches on for as long as there is time. Answers whether all is searched.
    pub fn search_on(&mut self, mut has_time: impl FnMut() -> bool) -> bool {
        let Some(search) = &mut self.search else { return true };
        let from = self.rows.partition_point(|seq| *seq < search.next);
        for (count, seq) in self.rows.range(from..).enumerate() {
            // The clock is not looked at for each line.
            if count % 64 == 63 && !has_time() {
                return false;
            }
            match self.ring.get(*seq) {
                Some(Entry::Line(line, _)) => search.visit(*seq, &ansi::plain(&line.message)),
                _ => search.next = seq + 1,
            }
        }
        true
    }

    /// The search.
    pub const fn search(&self) -> Option<&Search> {
        self.search.as_ref()
    }

    /// Goes to another match; the first one lies near a row. Answers its row.
    pub fn step(&mut self, forwards: bool, near: u64) -> Option<u64> {
        let near = self.seq_of(near).unwrap_or_else(|| self.ring.end());
        let seq = self.search.as_mut()?.step(forwards, near)?;
        self.row_of(seq)
    }

    /// An entry.
    pub fn get(&self, seq: u64) -> Option<&Entry> {
        self.ring.get(seq)
    }

    /// The row of an entry, if it is shown.
    pub fn row_of(&self, seq: u64) -> Option<u64> {
        self.rows.binary_search(&seq).ok().map(|index| self.heights.first() + index as u64)
    }

    /// The entry of a row.
    pub fn seq_of(&self, row: u64) -> Option<u64> {
        let index = usize::try_from(row.checked_sub(self.heights.first())?).ok()?;
        self.rows.get(index).copied()
    }

    /// The heights of the rows.
    pub const fn heights(&self) -> &Heights {
        &self.heights
    }

    /// A row was drawn and measured.
    pub fn measured(&mut self, row: u64, height: u32) {
        self.heights.set(row, height);
    }

    /// The rows between two places, and some around them.
    pub fn stretch(&self, from: u64, to: u64, around: u64) -> Stretch {
        let (Some(first), Some(last)) = (self.heights.at(from), self.heights.at(to)) else { return Stretch::default() };
        let first = first.saturating_sub(around).max(self.heights.first());
        let end = (last + 1 + around).min(self.heights.end());
        let rows = (first..end).filter_map(|row| Some((row, self.seq_of(row)?))).collect();
        Stretch { rows, top: self.heights.offset(first) }
    }

    /// How many lines of a level are held.
    pub fn count(&self, level: Level) -> usize {
        self.counts.get(level as usize).copied().unwrap_or(0)
    }

    /// How many lines are held.
    pub fn held(&self) -> usize {
        self.counts.iter().sum()
    }

    /// How many lines have come in all.
    pub const fn received(&self) -> u64 {
        self.received
    }

    /// How many bytes are held.
    pub const fn bytes(&self) -> usize {
        self.ring.bytes()
    }

    /// The pods, in the order of their appearance.
    pub fn pods(&self) -> &[String] {
        &self.pods
    }

    /// The lines that are shown, as text.
    pub fn text(&self) -> String {
        let mut all = String::new();
        for seq in &self.rows {
            match self.ring.get(*seq) {
                Some(Entry::Line(line, _)) => line.write(&mut all),
                Some(Entry::Gap(_)) => all.push_str("--- lines may be missing here ---\n"),
                None => {}
            }
        }
        all
    }
}

fn estimate(metrics: Metrics, entry: &Entry) -> u32 {
    let lines = match entry {
        Entry::Line(line, _) if metrics.columns > 0 => {
            // Bytes are enough to guess by: what is drawn gets measured.
            line.message.len().min(DRAWN).div_ceil(metrics.columns).max(1)
        }
        _ => 1,
    };
    metrics.around + metrics.line * u32::try_from(lines).unwrap_or(u32::MAX / metrics.line.max(1) / 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::log::{resume::QUIET, search::Words};

    fn line(message: &str) -> Line {
        Line { pod: "api-x".to_owned(), container: "api".to_owned(), message: message.to_owned(), ..Line::default() }
    }

    fn log(items: usize, messages: &[&str]) -> Log {
        let mut log = Log::new(Limits { items, bytes: 1 << 20 });
        for message in messages {
            log.push(line(message), 0);
        }
        log
    }

    fn shown(log: &Log) -> Vec<String> {
        log.text().lines().map(|line| line.trim_start_matches("api-x api ").to_owned()).collect()
    }

    #[test]
    fn levels_hide_lines_and_counts_follow_what_is_held() {
        let mut log = log(3, &["INFO a", "ERROR b", "INFO c", "DEBUG d"]);
        assert_eq!(shown(&log), ["ERROR b", "INFO c", "DEBUG d"]);
        assert_eq!((log.count(Level::Info), log.count(Level::Error), log.held(), log.received()), (1, 1, 3, 4));
        log.set_levels(Levels::default().toggled(Level::Info));
        assert_eq!(shown(&log), ["ERROR b", "DEBUG d"]);
        log.push(line("INFO e"), 0);
        assert_eq!(shown(&log), ["DEBUG d"]);
        assert_eq!(log.heights().total(), 20);
        log.set_levels(Levels::default());
        assert_eq!(shown(&log), ["INFO c", "DEBUG d", "INFO e"]);
    }

    #[test]
    fn rows_keep_their_places_while_old_ones_go() {
        let mut log = log(10, &[]);
        for number in 0..25 {
            log.push(line(&format!("line {number}")), 0);
        }
        assert_eq!((log.heights().first(), log.heights().end()), (15, 25));
        log.measured(16, 60);
        assert_eq!(log.heights().offset(17), 80);
        let stretch = log.stretch(25, 90, 1);
        assert_eq!((stretch.rows.first(), stretch.rows.last(), stretch.top), (Some(&(15, 15)), Some(&(18, 18)), 0));
        assert_eq!((log.row_of(16), log.row_of(3), log.seq_of(24)), (Some(16), None, Some(24)));
        log.set_metrics(Metrics { line: 20, around: 4, columns: 3 });
        assert_eq!(log.heights().total(), 10 * (4 + 3 * 20));
    }

    #[test]
    fn a_search_goes_on_with_new_lines_and_in_what_is_shown() {
        let mut log = log(4, &["INFO x", "ERROR x x", "none"]);
        log.set_search(Words::new("X", false).map(|words| Box::new(words) as Box<dyn Pattern>));
        assert!(log.search_on(|| true));
        let count = |log: &Log| log.search().map(Search::count);
        assert_eq!(count(&log), Some(3));
        assert_eq!(log.step(true, 0), Some(0));
        log.push(line("\u{1b}[31mx\u{1b}[0m"), 0);
        log.push(line("x"), 0);
        assert!(log.search_on(|| true));
        assert_eq!(count(&log), Some(4), "the first line is gone");
        log.set_levels(Levels::default().toggled(Level::Error));
        assert!(log.search_on(|| true));
        assert_eq!(count(&log), Some(2));
        let mut long = self::log(1000, &["x"; 1000]);
        long.set_search(Words::new("x", true).map(|words| Box::new(words) as Box<dyn Pattern>));
        let mut slices = 1;
        while !long.search_on(|| false) {
            slices += 1;
        }
        assert_eq!(count(&long), Some(1000));
        assert!(slices > 5, "it was cut into slices");
    }

    #[test]
    fn a_linked_line_is_found_before_and_after_it_comes_and_may_go() {
        let mut log = log(3, &["a", "b"]);
        log.set_linked(Some(line("b").id()));
        assert_eq!(log.linked(), Some(1));
        log.set_linked(Some(line("c").id()));
        assert_eq!(log.linked(), None);
        log.push(line("c"), 0);
        assert_eq!(log.linked(), Some(2));
        for _ in 0..3 {
            log.push(line("d"), 0);
        }
        assert_eq!(log.linked(), None);
    }

    #[test]
    fn a_gap_is_a_row_that_no_level_hides() {
        let mut log = log(10, &["INFO a"]);
        log.lost();
        log.push(line("INFO z"), 0);
        assert!(!log.poll(QUIET));
        assert_eq!(shown(&log), ["INFO a", "--- lines may be missing here ---", "INFO z"]);
        log.set_levels(Levels::default().toggled(Level::Info));
        assert_eq!(shown(&log), ["--- lines may be missing here ---"]);
        log.clear();
        assert_eq!((shown(&log).len(), log.held(), log.heights().total()), (0, 0, 0));
    }

    #[test]
    fn an_endless_line_is_cut() {
        let mut log = log(10, &[]);
        log.push(line(&"ü".repeat(LONGEST)), 0);
        assert!(log.bytes() < LONGEST + 1000);
        assert!(log.text().trim_end().ends_with("… cut, 524288 bytes in all"));
    }
}
