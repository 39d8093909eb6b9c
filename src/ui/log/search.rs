//! Finding in a log: what is looked for, which lines have it, and which of them is shown.

use std::{collections::VecDeque, ops::Range};

/// What a person typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The text or the expression; empty for no search.
    pub text: String,
    /// Whether capitals count.
    pub case: bool,
    /// Whether it is a regular expression.
    pub regex: bool,
}

/// Something that occurs in lines. The browser's regular expressions are one, so that the program brings no engine.
pub trait Pattern {
    /// Where it occurs: byte ranges in order, none of them empty, none over another.
    fn find(&self, line: &str) -> Vec<Range<usize>>;
}

/// A text as it is; capitals of ASCII count or don't.
pub struct Words {
    text: String,
    case: bool,
}

impl Words {
    /// `None` where this needs to know the capitals of other scripts, which the browser's expressions do.
    pub fn new(text: &str, case: bool) -> Option<Self> {
        (case || text.is_ascii()).then(|| Self { text: text.to_owned(), case })
    }
}

impl Pattern for Words {
    fn find(&self, line: &str) -> Vec<Range<usize>> {
        if self.text.is_empty() {
            return Vec::new();
        }
        if self.case {
            return line.match_indices(&self.text).map(|(at, found)| at..at + found.len()).collect();
        }
        // The text is ASCII, so a match begins and ends between two characters.
        let (line, text) = (line.as_bytes(), self.text.as_bytes());
        let Some(first) = text.first() else { return Vec::new() };
        let (small, capital) = (first.to_ascii_lowercase(), first.to_ascii_uppercase());
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(step) =
            line.get(from..).and_then(|rest| rest.iter().position(|byte| *byte == small || *byte == capital))
        {
            let at = from + step;
            let end = at + text.len();
            if line.get(at..end).is_some_and(|part| part.eq_ignore_ascii_case(text)) {
                found.push(at..end);
                from = end;
            } else {
                from = at + 1;
            }
        }
        found
    }
}

/// A text in which every sign of an expression stands for itself.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        if r"\^$.*+?()[]{}|/".contains(letter) {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

struct Hit {
    seq: u64,
    count: usize,
    /// All matches found before this line, also those whose lines are gone by now.
    before: usize,
}

/// The matches in the lines that are shown.
pub struct Search {
    pattern: Box<dyn Pattern>,
    hits: VecDeque<Hit>,
    found: usize,
    /// The match that is shown: its line, and which one in it.
    now: Option<(u64, usize)>,
    /// The first line that has not been searched.
    pub(super) next: u64,
}

impl Search {
    /// A search that begins.
    pub fn new(pattern: Box<dyn Pattern>) -> Self {
        Self { pattern, hits: VecDeque::new(), found: 0, now: None, next: 0 }
    }

    /// Searches a line; lines come in order.
    pub fn visit(&mut self, seq: u64, text: &str) {
        let count = self.pattern.find(text).len();
        if count > 0 {
            self.hits.push_back(Hit { seq, count, before: self.found });
            self.found += count;
        }
        self.next = seq + 1;
    }

    /// Lines before this one are gone.
    pub fn forget(&mut self, first: u64) {
        while self.hits.front().is_some_and(|hit| hit.seq < first) {
            self.hits.pop_front();
        }
        if self.now.is_some_and(|(seq, _)| seq < first) {
            self.now = None;
        }
    }

    /// Begins anew with the same pattern, from the first line. The match that is shown stays, if it is found again.
    pub fn restart(&mut self) {
        self.hits.clear();
        (self.found, self.next) = (0, 0);
    }

    /// Where the pattern occurs in a text.
    pub fn find(&self, text: &str) -> Vec<Range<usize>> {
        self.pattern.find(text)
    }

    /// How many matches there are.
    pub fn count(&self) -> usize {
        self.hits.front().map_or(0, |hit| self.found - hit.before)
    }

    /// Which of all matches is shown, from 1.
    pub fn position(&self) -> Option<usize> {
        let (seq, nth) = self.now?;
        let index = self.hits.binary_search_by_key(&seq, |hit| hit.seq).ok()?;
        Some(self.hits.get(index)?.before - self.hits.front()?.before + nth + 1)
    }

    /// The match that is shown.
    pub const fn now(&self) -> Option<(u64, usize)> {
        self.now
    }

    /// Goes to the next or the previous match, around the ends. The first time it is the one nearest to a line.
    pub fn step(&mut self, forwards: bool, near: u64) -> Option<u64> {
        let last = self.hits.len().checked_sub(1)?;
        let from =
            self.now.and_then(|(seq, nth)| Some((self.hits.binary_search_by_key(&seq, |hit| hit.seq).ok()?, nth)));
        let (index, nth) = match from {
            Some((index, nth)) if forwards => match self.hits.get(index) {
                Some(hit) if nth + 1 < hit.count => (index, nth + 1),
                _ if index < last => (index + 1, 0),
                _ => (0, 0),
            },
            Some((index, nth)) if nth > 0 => (index, nth - 1),
            Some((0, _)) => (last, usize::MAX),
            Some((index, _)) => (index - 1, usize::MAX),
            None if forwards => (self.hits.partition_point(|hit| hit.seq < near) % (last + 1), 0),
            None => match self.hits.partition_point(|hit| hit.seq <= near) {
                0 => (last, usize::MAX),
                after => (after - 1, usize::MAX),
            },
        };
        let hit = self.hits.get(index)?;
        self.now = Some((hit.seq, nth.min(hit.count - 1)));
        Some(hit.seq)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str, case: bool) -> Box<dyn Pattern> {
        Box::new(Words::new(text, case).unwrap())
    }

    #[test]
    fn capitals_count_if_asked() {
        let found = |text, case, line| {
            words(text, case).find(line).into_iter().map(|found| (found.start, found.end)).collect::<Vec<_>>()
        };
        assert_eq!(found("err", false, "Err ERR e err"), [(0, 3), (4, 7), (10, 13)]);
        assert_eq!(found("Err", true, "Err ERR err"), [(0, 3)]);
        assert_eq!(found("aa", false, "aaaa"), [(0, 2), (2, 4)]);
        assert_eq!(found("ü", true, "grün Ü"), [(2, 4)]);
        assert_eq!(found("n", false, "grün"), [(4, 5)]);
        assert!(found("", false, "x").is_empty());
        assert!(Words::new("ü", false).is_none());
        assert_eq!(escaped("a.b[1]"), r"a\.b\[1\]");
    }

    #[test]
    fn one_walks_through_all_matches_and_around() {
        let mut search = Search::new(words("x", false));
        assert_eq!((search.step(true, 0), search.count()), (None, 0));
        for (seq, text) in (10..).zip(["x x", "none", "x", "xxx"]) {
            search.visit(seq, text);
        }
        assert_eq!((search.count(), search.position()), (6, None));
        let mut forwards = Vec::new();
        for _ in 0..7 {
            search.step(true, 11);
            forwards.push(search.position().unwrap());
        }
        assert_eq!(forwards, [3, 4, 5, 6, 1, 2, 3], "from the line that was looked at");
        search.step(false, 0);
        assert_eq!((search.position(), search.now()), (Some(2), Some((10, 1))));
        search.step(false, 0);
        search.step(false, 0);
        assert_eq!(search.now(), Some((13, 2)));
        search.forget(12);
        assert_eq!((search.count(), search.position()), (4, Some(4)));
        search.forget(14);
        assert_eq!((search.count(), search.position(), search.now()), (0, None, None));
    }

    #[cfg(not(target_arch = "wasm32"))]
    proptest::proptest! {
        #[test]
        fn matches_are_those_of_the_lowered_text(text in "[aAbB]{1,3}", line in "[aAbBü ]{0,40}") {
            let lowered = line.to_ascii_lowercase();
            let expected: Vec<_> = lowered
                .match_indices(&text.to_ascii_lowercase())
                .map(|(at, found)| at..at + found.len())
                .collect();
            proptest::prop_assert_eq!(words(&text, false).find(&line), expected);
        }
    }
}
