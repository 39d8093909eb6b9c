//! What containers write. Line N of a container's life is a function of the seed, the pod and N alone, timestamp
//! included: nothing is kept, any part can be had again, and who reconnects with `tail` finds the lines it knew.
//!
//! Time here is counted in microseconds, so that lines of one container never share a timestamp, however fast they come.

mod clock;
mod forms;

pub use self::forms::Style;
use super::record::{Exit, Run};
use crate::core::ids::Random;

/// Microseconds since the Unix epoch.
pub type Micros = i64;

/// Entries are laid out in chunks, so that any line is found without those before it.
const CHUNK: u64 = 64;

/// How many lines the node keeps of a container, like a kubelet that rotates its files.
const KEPT: u64 = 2000;

/// However fast a container writes, the node keeps this many seconds of it.
const KEPT_SECONDS: u64 = 20;

/// The writer of one container's life.
#[derive(Clone, Debug)]
pub struct Writer {
    /// The pod.
    pub pod: String,
    /// The container.
    pub container: String,
    /// The life that it writes of.
    pub started: Micros,
    ended: Option<(Micros, Exit)>,
    style: Style,
    seed: u64,
    period: i64,
    head: String,
}

/// A line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// When it was written.
    pub at: Micros,
    /// Whether to standard error.
    pub stderr: bool,
    /// The text, without its end of line.
    pub text: String,
}

/// Where an entry of a chunk is, and what it is.
struct Entry {
    index: u64,
    lines: u64,
    sort: Sort,
    at: Micros,
    random: Random,
}

#[derive(Clone, Copy)]
enum Sort {
    Banner(usize),
    Trace(usize),
    Single,
}

impl Writer {
    /// A writer; `period` is the time between two lines in microseconds.
    pub fn new(seed: u64, pod: &str, container: &str, style: Style, run: Run, period: i64) -> Self {
        let started = run.started * 1000;
        // Its own words come from its own sequence, whatever else is asked for.
        let own = Random::new(seed).derive(&format!("{seed}/{pod}/{container}/{started}")).bits();
        let name = |text: &str| serde_json::to_string(text).unwrap_or_default();
        Self {
            pod: pod.to_owned(),
            container: container.to_owned(),
            started,
            ended: run.ended.map(|(at, exit)| (at * 1000, exit)),
            style,
            seed: own,
            period: period.max(2),
            head: format!("Z\",\"pod\":{},\"container\":{},\"stream\":\"", name(pod), name(container)),
        }
    }

    /// Ends its life, if it hasn't ended yet.
    pub fn end(&mut self, at: Micros, exit: Exit) {
        self.ended.get_or_insert((at, exit));
    }

    /// Whether its life is over.
    pub const fn is_over(&self) -> bool {
        self.ended.is_some()
    }

    /// Milliseconds between two lines.
    pub const fn pace(&self) -> i64 {
        self.period / 1000
    }

    /// How many lines there are at a time.
    pub fn total(&self, now: Micros) -> u64 {
        let Some((ended, exit)) = self.ended else { return self.body(now) };
        if now < ended {
            return self.body(now);
        }
        let last = forms::last_words(self.style, exit).len() as u64;
        self.body(ended) + last.min((now - ended).unsigned_abs() + 1)
    }

    /// The first line that is still kept, when there are so many.
    pub fn oldest(&self, total: u64) -> u64 {
        let second = u64::try_from(1_000_000 / self.period).unwrap_or_default();
        total.saturating_sub(KEPT.max(second * KEPT_SECONDS))
    }

    fn body(&self, now: Micros) -> u64 {
        let elapsed = now - self.started;
        if elapsed < 0 {
            return 0;
        }
        // Every line before this one is there; of the chunk's rest, those whose time has come.
        let sure = (elapsed / self.period).unsigned_abs();
        let mut total = sure;
        for entry in self.entries(sure / CHUNK) {
            if entry.index + entry.lines > total && entry.at <= now {
                let there = (now - entry.at).unsigned_abs() + 1;
                total = total.max(entry.index + entry.lines.min(there));
            }
        }
        total
    }

    fn entries(&self, chunk: u64) -> impl Iterator<Item = Entry> + '_ {
        let mut within = 0;
        std::iter::from_fn(move || {
            if within >= CHUNK {
                return None;
            }
            let index = chunk * CHUNK + within;
            let mut random = Random::new(self.seed ^ index.wrapping_mul(0x9fb2_1c65_1e98_df25));
            let jitter = random.below(self.period.unsigned_abs()).cast_signed();
            let banner = forms::banner(self.style);
            let place = usize::try_from(index).unwrap_or(usize::MAX);
            let traces = forms::traces(self.style);
            let sort = if place < banner.len() {
                Sort::Banner(place)
            } else if !traces.is_empty() && random.below(140) == 0 {
                let which = usize::try_from(random.below(traces.len() as u64)).unwrap_or_default();
                // The header line comes first; one that doesn't fit the chunk is left out.
                if traces[which].len() as u64 + 1 + within <= CHUNK { Sort::Trace(which) } else { Sort::Single }
            } else {
                Sort::Single
            };
            let lines = match sort {
                Sort::Trace(which) => traces[which].len() as u64 + 1,
                _ => 1,
            };
            within += lines;
            let at = self.started + index.cast_signed() * self.period + jitter;
            Some(Entry { index, lines, sort, at, random })
        })
    }

    /// The lines from one number up to another, which must not be past [`Writer::total`].
    pub fn lines(&self, from: u64, to: u64, out: &mut Vec<Line>) {
        let body = self.ended.map_or(u64::MAX, |(at, _)| self.body(at));
        let mut chunk = from / CHUNK;
        while chunk * CHUNK < to.min(body) {
            for mut entry in self.entries(chunk) {
                if entry.index + entry.lines <= from || entry.index >= to.min(body) {
                    continue;
                }
                let texts = match entry.sort {
                    Sort::Banner(place) => vec![forms::banner_line(self.style, place, entry.at)],
                    Sort::Trace(which) => forms::trace(self.style, which, entry.at, &mut entry.random),
                    Sort::Single => vec![forms::single(self.style, entry.at, &mut entry.random)],
                };
                for (offset, (stderr, text)) in (0..).zip(texts) {
                    let number = entry.index + offset;
                    if (from..to.min(body)).contains(&number) {
                        out.push(Line { at: entry.at + offset.cast_signed(), stderr, text });
                    }
                }
            }
            chunk += 1;
        }
        if let Some((at, exit)) = self.ended {
            for (offset, text) in (0_u64..).zip(forms::last_words(self.style, exit)) {
                if (from..to).contains(&(body + offset)) {
                    let stderr = exit != Exit::Completed;
                    let text = forms::dated(self.style, text, at);
                    out.push(Line { at: at + offset.cast_signed(), stderr, text });
                }
            }
        }
    }

    /// A line as a frame of `streamApplicationLogs`, written by hand: there may be tens of thousands a second.
    pub fn frame(&self, line: &Line) -> String {
        let mut frame = String::with_capacity(self.head.len() + line.text.len() + 80);
        frame.push_str("{\"timestamp\":\"");
        clock::Civil::of(line.at).iso(&mut frame);
        frame.push_str(&self.head);
        frame.push_str(if line.stderr { "stderr\",\"message\":" } else { "stdout\",\"message\":" });
        frame.push_str(&serde_json::to_string(&line.text).unwrap_or_default());
        frame.push('}');
        frame
    }
}

#[cfg(test)]
mod tests {
    use astro_api::applications::AppLogLine;

    use super::*;

    const NOW: Micros = 1_781_000_000_000_000;

    fn writer(style: Style, period: i64, ended: Option<(i64, Exit)>) -> Writer {
        let run = Run { number: 0, started: NOW / 1000 - 600_000, ended };
        Writer::new(7, "shop-app-abc-12345", "app", style, run, period)
    }

    fn all(writer: &Writer, from: u64, to: u64) -> Vec<Line> {
        let mut out = Vec::new();
        writer.lines(from, to, &mut out);
        out
    }

    #[test]
    fn any_part_of_a_log_can_be_had_again_and_again() {
        for style in Style::ALL {
            let writer = writer(*style, 250_000, None);
            let total = writer.total(NOW);
            let whole = all(&writer, 0, total);
            assert_eq!(whole.len() as u64, total, "{style:?}");
            assert!(whole.windows(2).all(|pair| pair[0].at < pair[1].at), "{style:?}: timestamps grow");
            assert!(whole.last().unwrap().at <= NOW);
            for from in [0, 1, 63, 64, 65, 500, total - 1] {
                let part = all(&writer, from, total);
                assert_eq!(part, whole[usize::try_from(from).unwrap()..], "{style:?} from {from}");
            }
        }
    }

    #[test]
    fn lines_come_one_by_one_as_time_passes() {
        let writer = writer(Style::Spring, 250_000, None);
        let mut seen = writer.total(NOW);
        for step in 1..400 {
            let now = NOW + step * 100_000;
            let total = writer.total(now);
            assert!(total >= seen);
            assert!(all(&writer, seen, total).iter().all(|line| line.at <= now && line.at > now - 100_000));
            seen = total;
        }
    }

    #[test]
    fn a_crash_leaves_its_last_words_and_nothing_after_them() {
        let ended = NOW / 1000 - 5000;
        let writer = writer(Style::Python, 250_000, Some((ended, Exit::Error)));
        let total = writer.total(NOW);
        assert_eq!(total, writer.total(NOW + 60_000_000));
        let lines = all(&writer, 0, total);
        assert_eq!(lines.len() as u64, total);
        assert!(lines.iter().any(|line| line.text.starts_with("Traceback")));
        assert!(lines.last().unwrap().stderr);
        assert!(lines.windows(2).all(|pair| pair[0].at < pair[1].at));
    }

    #[test]
    fn frames_are_lines_of_the_contract_whatever_is_in_them() {
        for style in Style::ALL {
            let writer = writer(*style, 20_000, None);
            for line in all(&writer, 0, 2000) {
                let frame = writer.frame(&line);
                let read: AppLogLine = serde_json::from_str(&frame).unwrap_or_else(|error| panic!("{error}: {frame}"));
                assert_eq!(read.message, line.text);
                assert_eq!(read.pod, writer.pod);
                let text = read.timestamp.unwrap();
                let time: jiff::Timestamp = text.as_str().parse().unwrap();
                assert_eq!(time.as_microsecond(), line.at);
            }
        }
    }

    #[test]
    fn the_forms_that_a_console_must_cope_with_all_occur() {
        let text: String = Style::ALL
            .iter()
            .flat_map(|style| all(&writer(*style, 20_000, None), 0, 4000))
            .map(|line| line.text + "\n")
            .collect();
        for form in [
            "{\"level\":",
            "level=warn",
            "[ERROR]",
            "\u{1b}[31m",
            "Traceback (most",
            "goroutine 1",
            "at java.base/",
            "stack backtrace:",
            "<script>",
            "\u{202e}",
            "\u{7}",
            "GET /",
            "订单",
            "הזמנה",
            "I0",
        ] {
            assert!(text.contains(form), "{form:?} never occurs");
        }
        assert!(text.lines().any(|line| line.len() > 8000), "no line is very long");
    }
}
