//! The state behind the view: the ring, the rows of it that are shown, their heights, and the search.

use std::{collections::VecDeque, fmt::Write as _};

use super::{
    fields::{self, Shaped},
    heights::Heights,
    level::{self, Level},
    line::{Gap, Line, LineId},
    rate::Rate,
    resume::{Next, Resume},
    ring::{Limits, Ring},
    search::{Pattern, Search},
    text, time,
};

/// A line longer than this is cut when it comes; bytes.
const LONGEST: usize = 256 << 10;

/// So much of a line is drawn; the whole of it is searched, copied and downloaded. Bytes.
pub const DRAWN: usize = 16 << 10;

/// So many pods have an order, which gives them their colours; so many containers are offered.
const NAMES: usize = 256;

/// A line that continues another one comes so soon behind it, microseconds.
const AT_ONCE: i64 = 1_000_000;

/// The rate of lines is looked at over so long before the newest one, microseconds.
const LATELY: i64 = 10_000_000;

/// A connection that begins again asks for so many lines at least, and at most.
const TAIL: (u64, u64) = (1_000, 400_000);

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

/// Which lines are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of these levels.
    pub levels: Levels,
    /// Of these pods; none stands for all.
    pub pods: Vec<String>,
    /// Of these containers; none stands for all.
    pub containers: Vec<String>,
}

impl Filter {
    /// Whether a line comes from one of the chosen pods and containers.
    fn has_source(&self, line: &Line) -> bool {
        let has = |chosen: &[String], name: &String| chosen.is_empty() || chosen.contains(name);
        has(&self.pods, &line.pod) && has(&self.containers, &line.container)
    }
}

/// A line that is held.
#[derive(Clone, Debug)]
pub struct Held {
    /// As it came.
    pub line: Line,
    /// How grave it is.
    pub level: Level,
    /// Whether it continues another line, whose level it has.
    pub is_more: bool,
    /// Its time, microseconds since 1970, where it has one.
    pub at: Option<i64>,
}

impl Held {
    /// Its time in milliseconds.
    pub fn millis(&self) -> Option<i64> {
        self.at.map(|at| at.div_euclid(1_000))
    }
}

/// What the ring holds.
#[derive(Clone, Debug)]
pub enum Entry {
    /// A line.
    Line(Held),
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

/// The last line of a container, for those that continue it.
struct Lead {
    pod: String,
    container: String,
    level: Level,
    at: Option<i64>,
}

/// A log.
pub struct Log {
    ring: Ring<Entry>,
    resume: Resume,
    filter: Filter,
    /// Whether lines are shown as they came.
    raw: bool,
    /// The entries that are shown. The heights count the same rows, and know the number of the first.
    rows: VecDeque<u64>,
    heights: Heights,
    metrics: Metrics,
    search: Option<Search>,
    linked: Option<(LineId, Option<u64>)>,
    /// By level, of the chosen pods and containers.
    counts: [usize; Level::ALL.len()],
    held: usize,
    pods: Vec<String>,
    containers: Vec<String>,
    leads: Vec<Lead>,
    received: u64,
    /// The most lines of any second of late, and when the newest line came; milliseconds.
    peak: Peak,
}

/// How fast lines come.
#[derive(Clone, Copy, Debug, Default)]
struct Peak {
    second: u64,
    count: u64,
    most: u64,
    latest: u64,
}

impl Peak {
    fn count(&mut self, now: u64) {
        self.latest = now;
        if now / 1_000 == self.second {
            self.count += 1;
        } else {
            // What was fast once fades within some seconds.
            let passed = (now / 1_000).saturating_sub(self.second).min(32);
            self.most = self.count.max(self.most - (self.most / 8).saturating_mul(passed).min(self.most));
            (self.second, self.count) = (now / 1_000, 1);
        }
    }

    fn most(self) -> u64 {
        self.most.max(self.count)
    }
}

impl Log {
    /// An empty log.
    pub fn new(limits: Limits) -> Self {
        Self {
            ring: Ring::new(limits),
            resume: Resume::default(),
            filter: Filter::default(),
            raw: false,
            rows: VecDeque::new(),
            heights: Heights::default(),
            metrics: Metrics::default(),
            search: None,
            linked: None,
            counts: [0; Level::ALL.len()],
            held: 0,
            pods: Vec::new(),
            containers: Vec::new(),
            leads: Vec::new(),
            received: 0,
            peak: Peak::default(),
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
        for _ in &next {
            self.peak.count(now);
        }
        self.append(next);
    }

    /// How many lines a connection that begins now should ask for, so that it begins before the last line that is held:
    /// twice what may have been written meanwhile, by the fastest second of late. `None` where nothing is held yet.
    pub fn tail(&self, now: u64) -> Option<u64> {
        let away = now.saturating_sub(self.peak.latest).div_ceil(1_000);
        let (least, most) = TAIL;
        // The handshake takes its time, and the platform's clock is another one.
        let tail = least + 2 * self.peak.most() * (away + 2);
        (self.held > 0).then_some(tail.min(most))
    }

    /// The connection is lost: the next lines repeat some that are known.
    pub fn lost(&mut self) {
        self.resume.lost();
    }

    /// Time has passed. Answers whether lines are still held back.
    pub fn poll(&mut self, now: u64) -> bool {
        let next = self.resume.poll(now);
        self.append(next);
        self.resume.is_holding()
    }

    /// Lets all lines go; what comes is another choice of the same containers, which stay on offer: once one alone is
    /// asked for, no other writes.
    pub fn clear(&mut self) {
        self.resume.clear();
        self.ring.clear();
        self.counts = [0; Level::ALL.len()];
        self.held = 0;
        self.peak = Peak::default();
        self.pods.clear();
        self.leads.clear();
        if let Some((_, found)) = &mut self.linked {
            *found = None;
        }
        self.rebuild(0);
    }

    fn append(&mut self, next: Vec<Next>) {
        for next in next {
            let (entry, bytes) = match next {
                Next::Line(line) => {
                    self.received += 1;
                    self.held += 1;
                    remember(&mut self.pods, &line.pod);
                    remember(&mut self.containers, &line.container);
                    let at = line.timestamp.as_deref().and_then(time::micros);
                    let (level, is_more) = self.level_of(&line, at);
                    if self.filter.has_source(&line)
                        && let Some(count) = self.counts.get_mut(level as usize)
                    {
                        *count += 1;
                    }
                    let bytes = line.bytes();
                    (Entry::Line(Held { line, level, is_more, at }), bytes)
                }
                Next::Gap(gap) => {
                    // What comes next may continue a line that is missing.
                    self.leads.clear();
                    (Entry::Gap(gap), size_of::<Gap>())
                }
            };
            let seq = self.ring.end();
            if let (Some((id, found @ None)), Entry::Line(held)) = (&mut self.linked, &entry)
                && held.line.is(id)
            {
                *found = Some(seq);
            }
            if self.is_shown(&entry) {
                self.heights.push(estimate(self.metrics, &entry));
                self.rows.push_back(seq);
            }
            let (counts, filter, all) = (&mut self.counts, &self.filter, &mut self.held);
            self.ring.push(entry, bytes, |_, gone| {
                if let Entry::Line(held) = gone {
                    *all = all.saturating_sub(1);
                    if filter.has_source(&held.line)
                        && let Some(count) = counts.get_mut(held.level as usize)
                    {
                        *count = count.saturating_sub(1);
                    }
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

    /// How grave a line is. One that says nothing of it, such as a frame of a stack trace, is as grave as the line of its
    /// container that it continues, so that no filter parts them; the second says whether it is one of those.
    fn level_of(&mut self, line: &Line, at: Option<i64>) -> (Level, bool) {
        let own = level::detect(&line.message);
        let Some(lead) = self.leads.iter_mut().find(|lead| lead.pod == line.pod && lead.container == line.container)
        else {
            if self.leads.len() < NAMES {
                let (pod, container) = (line.pod.clone(), line.container.clone());
                self.leads.push(Lead { pod, container, level: own, at });
            }
            return (own, false);
        };
        let is_at_once = lead.at.zip(at).is_none_or(|(before, now)| (now - before).abs() <= AT_ONCE);
        let is_more = own == Level::Other && is_at_once && level::continues(&line.message, lead.level);
        let level = if is_more { lead.level } else { own };
        (lead.level, lead.at) = (level, at);
        (level, is_more)
    }

    fn is_shown(&self, entry: &Entry) -> bool {
        match entry {
            Entry::Line(held) => self.filter.levels.has(held.level) && self.filter.has_source(&held.line),
            Entry::Gap(_) => true,
        }
    }

    /// Draws anew what is held. `first`: the number of the first row.
    fn rebuild(&mut self, first: u64) {
        self.heights.clear(first);
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

    /// Shows these lines alone.
    pub fn set_filter(&mut self, filter: Filter) {
        if filter == self.filter {
            return;
        }
        let is_of_others = filter.pods != self.filter.pods || filter.containers != self.filter.containers;
        self.filter = filter;
        if is_of_others {
            self.counts = [0; Level::ALL.len()];
            for (_, entry) in self.ring.iter() {
                if let Entry::Line(held) = entry
                    && self.filter.has_source(&held.line)
                    && let Some(count) = self.counts.get_mut(held.level as usize)
                {
                    *count += 1;
                }
            }
        }
        self.rebuild(0);
    }

    /// Shows lines as they came, or as they are read.
    pub fn set_raw(&mut self, raw: bool) {
        if raw != self.raw {
            self.raw = raw;
            // The rows are the same: whoever reads one goes on with it.
            self.rebuild(self.heights.first());
        }
    }

    /// A line as it is shown.
    pub fn shape<'a>(&self, line: &'a Line) -> Shaped<'a> {
        fields::shape(&line.message, self.raw)
    }

    /// What rows are expected to measure.
    pub const fn metrics(&self) -> Metrics {
        self.metrics
    }

    /// What rows measure by now; all are estimated anew if that differs.
    pub fn set_metrics(&mut self, metrics: Metrics) {
        if metrics != self.metrics {
            self.metrics = metrics;
            // A row keeps its number, by which the view holds on to the one that is read.
            self.heights.clear(self.heights.first());
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
                Entry::Line(held) => held.line.is(&id).then_some(seq),
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
                Some(Entry::Line(held)) => search.visit(*seq, &fields::shape(&held.line.message, self.raw).text),
                _ => search.next = seq + 1,
            }
        }
        true
    }

    /// The search.
    pub const fn search(&self) -> Option<&Search> {
        self.search.as_ref()
    }

    /// Whether it is known which match lies next to a row: all is searched, or that row is and something was found.
    /// True without a search, which has no matches.
    pub fn knows_step(&self, near: u64) -> bool {
        let Some(search) = &self.search else { return true };
        let is_searched = self.rows.back().is_none_or(|last| *last < search.next);
        is_searched || search.count() > 0 && self.seq_of(near).is_some_and(|seq| seq < search.next)
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

    /// The row of an entry, or of the next one that is shown.
    pub fn row_near(&self, seq: u64) -> Option<u64> {
        let index = self.rows.partition_point(|known| *known < seq);
        let index = index.min(self.rows.len().checked_sub(1)?);
        Some(self.heights.first() + index as u64)
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
    pub const fn held(&self) -> usize {
        self.held
    }

    /// How many rows there are.
    pub fn shown(&self) -> usize {
        self.rows.len()
    }

    /// The number that the next entry gets.
    pub fn end(&self) -> u64 {
        self.ring.end()
    }

    /// How many rows there are of an entry and of those that came after it.
    pub fn shown_from(&self, seq: u64) -> usize {
        self.rows.len() - self.rows.partition_point(|known| *known < seq)
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

    /// The containers, in the order of their appearance.
    pub fn containers(&self) -> &[String] {
        &self.containers
    }

    /// How many lines of the chosen pods and containers came when.
    pub fn rate(&self) -> Rate {
        Rate::of(self.ring.iter().filter_map(|(_, entry)| match entry {
            Entry::Line(held) if self.filter.has_source(&held.line) => {
                Some((held.millis()?, held.level == Level::Error && !held.is_more))
            }
            _ => None,
        }))
    }

    /// How many lines came in a second of late, by their own times.
    pub fn pace(&self) -> Option<u64> {
        let newest = self.ring.iter().rev().find_map(|(_, entry)| entry.at())?;
        let times = || self.ring.iter().rev().filter_map(|(_, entry)| entry.at());
        let count = times().take_while(|at| *at > newest - LATELY).count();
        // Where lines come fast, less than that is held.
        let span = times().nth(count.saturating_sub(1)).map_or(0, |oldest| newest - oldest).max(1_000_000);
        let span = if count < self.held { LATELY } else { span };
        Some((count as u64 * 1_000_000).div_ceil(span.unsigned_abs()))
    }

    /// The time of a row's line, milliseconds since 1970.
    pub fn time_of(&self, row: u64) -> Option<i64> {
        self.get(self.seq_of(row)?)?.at().map(|at| at.div_euclid(1_000))
    }

    /// The first row of a time or later, milliseconds since 1970; the last one where all are earlier.
    pub fn row_at(&self, at: i64) -> Option<u64> {
        let found = self
            .rows
            .iter()
            .position(|seq| self.ring.get(*seq).and_then(Entry::at).is_some_and(|of| of.div_euclid(1_000) >= at));
        let index = found.or_else(|| self.rows.len().checked_sub(1))?;
        Some(self.heights.first() + index as u64)
    }

    /// The lines that are shown, as text.
    pub fn text(&self) -> String {
        self.text_of(self.rows.iter().copied())
    }

    /// Some entries as text, a line each.
    pub fn text_of(&self, entries: impl IntoIterator<Item = u64>) -> String {
        let mut all = String::new();
        for seq in entries {
            match self.ring.get(seq) {
                Some(Entry::Line(held)) => held.line.write(&mut all),
                Some(Entry::Gap(_)) => all.push_str("--- lines may be missing here ---\n"),
                None => {}
            }
        }
        all
    }
}

impl Entry {
    /// Its time, microseconds since 1970.
    const fn at(&self) -> Option<i64> {
        match self {
            Self::Line(held) => held.at,
            Self::Gap(_) => None,
        }
    }
}

fn remember(names: &mut Vec<String>, name: &String) {
    // Mostly it is the one of the line before.
    if names.len() < NAMES && !names.contains(name) {
        names.push(name.clone());
    }
}

fn estimate(metrics: Metrics, entry: &Entry) -> u32 {
    let lines = match entry {
        Entry::Line(held) if metrics.columns > 0 => {
            // Bytes are enough to guess by: what is drawn gets measured.
            held.line.message.len().min(DRAWN).div_ceil(metrics.columns).max(1)
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

    fn without(level: Level) -> Filter {
        Filter { levels: Levels::default().toggled(level), ..Filter::default() }
    }

    fn shown(log: &Log) -> Vec<String> {
        log.text().lines().map(|line| line.trim_start_matches("api-x api ").to_owned()).collect()
    }

    #[test]
    fn levels_hide_lines_and_counts_follow_what_is_held() {
        let mut log = log(3, &["INFO a", "ERROR b", "INFO c", "DEBUG d"]);
        assert_eq!(shown(&log), ["ERROR b", "INFO c", "DEBUG d"]);
        assert_eq!((log.count(Level::Info), log.count(Level::Error), log.held(), log.received()), (1, 1, 3, 4));
        log.set_filter(without(Level::Info));
        assert_eq!(shown(&log), ["ERROR b", "DEBUG d"]);
        log.push(line("INFO e"), 0);
        assert_eq!(shown(&log), ["DEBUG d"]);
        assert_eq!(log.heights().total(), 20);
        log.set_filter(Filter::default());
        assert_eq!(shown(&log), ["INFO c", "DEBUG d", "INFO e"]);
    }

    #[test]
    fn a_stack_trace_stays_with_its_line() {
        let mut log = log(20, &[]);
        let mut push = |pod: &str, second: u32, message: &str| {
            let timestamp = Some(format!("2026-06-09T14:24:{second:02}Z"));
            log.push(Line { pod: pod.to_owned(), timestamp, ..line(message) }, 0);
        };
        push("a", 1, "ERROR no ledger");
        push("b", 1, "listening");
        push("a", 1, "java.lang.IllegalStateException: no ledger");
        push("b", 1, "    at another's");
        push("a", 1, "\tat io.acme.Ledger.book(Ledger.java:42)");
        push("a", 1, "Caused by: java.io.IOException: broken pipe");
        push("a", 9, "    much later");
        push("a", 9, "plain");
        push("a", 9, "    of the plain one");
        assert_eq!((log.count(Level::Error), log.count(Level::Other)), (4, 5));
        assert_eq!(log.rate().bars.iter().map(|bar| bar.errors).sum::<u32>(), 1, "it is one error");
        log.set_filter(without(Level::Other));
        assert_eq!(log.shown(), 4);
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
        assert_eq!((log.row_of(16), log.seq_of(24)), (Some(16), Some(24)), "whoever reads one goes on with it");
        log.set_raw(true);
        assert_eq!((log.row_of(16), log.seq_of(24)), (Some(16), Some(24)));
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
        log.set_filter(without(Level::Error));
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
        log.set_filter(without(Level::Info));
        assert_eq!(shown(&log), ["--- lines may be missing here ---"]);
        log.clear();
        assert_eq!((shown(&log).len(), log.held(), log.heights().total()), (0, 0, 0));
    }

    #[test]
    fn pods_and_containers_are_chosen_and_counted() {
        let mut log = log(4, &[]);
        for (pod, container, message) in
            [("a", "web", "INFO 1"), ("b", "web", "INFO 2"), ("a", "proxy", "ERROR 3"), ("b", "web", "ERROR 4")]
        {
            let line = Line { pod: pod.to_owned(), container: container.to_owned(), ..line(message) };
            log.push(line, 0);
        }
        assert_eq!(
            (log.pods(), log.containers()),
            (&["a".to_owned(), "b".to_owned()][..], &["web".to_owned(), "proxy".to_owned()][..])
        );
        log.set_filter(Filter { pods: vec!["a".to_owned()], ..Filter::default() });
        assert_eq!((log.shown(), log.held(), log.count(Level::Info), log.count(Level::Error)), (2, 4, 1, 1));
        log.set_filter(Filter { containers: vec!["web".to_owned()], ..Filter::default() });
        assert_eq!((log.shown(), log.count(Level::Info), log.count(Level::Error)), (3, 2, 1));
        log.push(Line { pod: "c".to_owned(), container: "web".to_owned(), ..line("INFO 5") }, 0);
        assert_eq!((log.shown(), log.held(), log.count(Level::Info)), (3, 4, 2), "the first one is gone");
        log.clear();
        assert_eq!((log.pods().len(), log.containers().len()), (0, 2), "one alone leaves the choice of the others");
    }

    #[test]
    fn a_search_looks_at_what_is_shown() {
        let mut log = log(10, &[r#"{"level":"info","msg":"paid","status":200}"#]);
        let find = |log: &mut Log, text: &str| {
            log.set_search(Words::new(text, true).map(|words| Box::new(words) as Box<dyn Pattern>));
            assert!(log.search_on(|| true));
            log.search().map(Search::count)
        };
        assert_eq!((find(&mut log, "status=200"), find(&mut log, "\"status\"")), (Some(1), Some(0)));
        log.set_raw(true);
        assert_eq!((find(&mut log, "status=200"), find(&mut log, "\"status\"")), (Some(0), Some(1)));
    }

    #[test]
    fn times_lead_to_rows_and_a_rate() {
        let mut log = log(100, &[]);
        for second in 0..40 {
            let message = if second % 4 == 0 { "ERROR x" } else { "INFO x" };
            let timestamp = Some(format!("2026-06-09T14:24:{second:02}Z"));
            log.push(Line { timestamp, ..line(message) }, 0);
        }
        let first = 1_781_015_040_000;
        assert_eq!((log.time_of(0), log.time_of(39), log.time_of(40)), (Some(first), Some(first + 39_000), None));
        assert_eq!(
            (log.row_at(0), log.row_at(first + 10_001), log.row_at(first + 99_000)),
            (Some(0), Some(11), Some(39))
        );
        let rate = log.rate();
        assert_eq!((rate.from, rate.bars.iter().map(|bar| bar.errors).sum::<u32>()), (first, 10));
        assert_eq!(log.pace(), Some(1));
    }

    #[test]
    fn a_new_connection_asks_for_more_than_it_can_have_missed() {
        let mut log = log(10_000, &[]);
        assert_eq!(log.tail(0), None);
        for number in 0..3_000_u64 {
            log.push(line(&number.to_string()), 1_000_000 + number);
        }
        // A thousand a second, away for four.
        assert!(log.tail(1_007_000).is_some_and(|tail| tail > 8_000 && tail < 20_000), "{:?}", log.tail(1_007_000));
        assert_eq!(log.tail(9_000_000_000), Some(400_000));
    }

    #[test]
    fn an_endless_line_is_cut() {
        let mut log = log(10, &[]);
        log.push(line(&"ü".repeat(LONGEST)), 0);
        assert!(log.bytes() < LONGEST + 1000);
        assert!(log.text().trim_end().ends_with("… cut, 524288 bytes in all"));
    }
}
