//! What a person chose, kept in the address.

use leptos::prelude::*;

use super::{
    level::Level,
    line::LineId,
    model::{Filter, Levels},
    search::Wanted,
    time::Times,
};
use crate::ui::address::{Address, Step};

/// Numbers of lines that are offered to begin with.
pub const TAILS: [u32; 5] = [200, 1_000, 5_000, 20_000, 50_000];

/// What is asked for, where nothing is said.
const TAIL: u32 = 1_000;

/// What a person chose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogOptions {
    /// Which lines are shown.
    pub filter: Filter,
    /// What is looked for.
    pub wanted: Wanted,
    /// Whether long lines are wrapped.
    pub wrap: bool,
    /// How times are told.
    pub times: Times,
    /// Whether a program's own colours are shown.
    pub colours: bool,
    /// Whether lines are shown as they came, JSON and all.
    pub raw: bool,
    /// How many lines from before the stream begins with.
    pub tail: u32,
    /// Whether the containers that ended last are shown instead of those that run.
    pub previous: bool,
    /// The line that the address means.
    pub line: Option<LineId>,
}

impl Default for LogOptions {
    fn default() -> Self {
        Self {
            filter: Filter::default(),
            wanted: Wanted::default(),
            wrap: true,
            times: Times::Local,
            colours: true,
            raw: false,
            tail: TAIL,
            previous: false,
            line: None,
        }
    }
}

const NAMES: [&str; 13] =
    ["level", "pod", "container", "q", "case", "regex", "wrap", "time", "colours", "raw", "tail", "previous", "line"];

/// Names in a list; none stands for all. A name with a comma cannot be a pod's.
fn list(names: &[String]) -> Option<String> {
    (!names.is_empty()).then(|| names.join(","))
}

fn flag(set: bool, value: &'static str) -> Option<String> {
    set.then(|| value.to_owned())
}

impl LogOptions {
    /// Reads the parameters of an address; what makes no sense is as if it were not there.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Self {
        let is = |name: &str, value: &str| get(name).as_deref() == Some(value);
        let names = |name: &str| -> Vec<String> {
            let list = get(name).unwrap_or_default();
            list.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect()
        };
        let tail = get("tail").and_then(|tail| tail.parse().ok()).unwrap_or(TAIL);
        Self {
            filter: Filter {
                levels: get("level").map_or_else(Levels::default, |levels| Levels::of_words(&levels)),
                pods: names("pod"),
                containers: names("container"),
            },
            wanted: Wanted { text: get("q").unwrap_or_default(), case: is("case", "1"), regex: is("regex", "1") },
            wrap: !is("wrap", "0"),
            times: Times::of_word(get("time").as_deref()),
            colours: !is("colours", "0"),
            raw: is("raw", "1"),
            tail: tail.clamp(1, 1_000_000),
            previous: is("previous", "1"),
            line: get("line").and_then(|line| line.parse().ok()),
        }
    }

    /// The parameters, in the order of [`NAMES`]; what is as usual has none.
    pub fn write(&self) -> Vec<(&'static str, Option<String>)> {
        let filter = &self.filter;
        let values = [
            (filter.levels != Levels::default()).then(|| filter.levels.words()),
            list(&filter.pods),
            list(&filter.containers),
            Some(self.wanted.text.clone()).filter(|text| !text.is_empty()),
            flag(self.wanted.case, "1"),
            flag(self.wanted.regex, "1"),
            flag(!self.wrap, "0"),
            self.times.word().map(str::to_owned),
            flag(!self.colours, "0"),
            flag(self.raw, "1"),
            (self.tail != TAIL).then(|| self.tail.to_string()),
            flag(self.previous, "1"),
            self.line.as_ref().map(ToString::to_string),
        ];
        NAMES.into_iter().zip(values).collect()
    }

    /// The same view of one line, without what might hide it. One pod or one container alone stays: its lines are asked
    /// for, and the line need not be among those of all.
    fn linking(mut self, id: &LineId) -> Self {
        self.line = Some(id.clone());
        self.wanted = Wanted::default();
        self.filter.levels = Levels::default();
        for names in [&mut self.filter.pods, &mut self.filter.containers] {
            if names.len() > 1 {
                names.clear();
            }
        }
        self
    }
}

impl Levels {
    /// The levels of an address, by their words; with none that is known, none is shown but what has no level.
    fn of_words(words: &str) -> Self {
        let mut levels = Self::default();
        for level in Level::ALL {
            if !words.split(',').any(|word| word == level.word()) {
                levels = levels.toggled(level);
            }
        }
        levels
    }

    fn words(self) -> String {
        let shown: Vec<_> = Level::ALL.into_iter().filter(|level| self.has(*level)).map(Level::word).collect();
        // Not one at all is a choice too, and an empty value would be taken for no choice by people who edit addresses.
        if shown.is_empty() { "none".to_owned() } else { shown.join(",") }
    }
}

/// The options of a view, kept in an address: a link brings them along, and a reload keeps them.
#[derive(Clone, Copy)]
pub struct Options {
    address: Address,
    now: Memo<LogOptions>,
}

impl Options {
    /// The options of an address.
    pub fn new(address: Address) -> Self {
        Self { address, now: Memo::new(move |_| LogOptions::read(|name| address.get(name))) }
    }

    /// Those of the address that the program provides.
    pub fn of_context() -> Self {
        Self::new(Address::of_context())
    }

    /// Reads them, and subscribes to all.
    pub fn with<T>(self, read: impl FnOnce(&LogOptions) -> T) -> T {
        self.now.with(read)
    }

    /// Reads them without subscribing.
    pub fn with_untracked<T>(self, read: impl FnOnce(&LogOptions) -> T) -> T {
        self.now.with_untracked(read)
    }

    /// A part of them, as a signal that changes only with it.
    pub fn part<T: Clone + PartialEq + Send + Sync + 'static>(
        self,
        part: impl Fn(&LogOptions) -> T + Send + Sync + 'static,
    ) -> Memo<T> {
        Memo::new(move |_| self.now.with(&part))
    }

    /// Changes them in the address that is shown.
    pub fn update(self, change: impl FnOnce(&mut LogOptions)) {
        self.change(Step::Replace, change);
    }

    /// Changes them as a step that "back" undoes: another choice of lines.
    pub fn push(self, change: impl FnOnce(&mut LogOptions)) {
        self.change(Step::Push, change);
    }

    fn change(self, step: Step, change: impl FnOnce(&mut LogOptions)) {
        let mut options = self.now.get_untracked();
        change(&mut options);
        self.address.set_all(&options.write(), step);
    }

    /// Where a line lives: the same view without what might hide it.
    pub fn link(self, id: &LineId) -> String {
        let options = self.now.get_untracked().linking(id);
        untrack(|| self.absolute(&options))
    }

    /// Where all that is shown lives.
    pub fn here(self) -> String {
        untrack(|| self.absolute(&self.now.get()))
    }

    fn absolute(self, options: &LogOptions) -> String {
        let path = self.address.link(&options.write());
        let base = document().base_uri().ok().flatten().unwrap_or_default();
        web_sys::Url::new_with_base(&path, &base).map_or(path, |url| url.href())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> LogOptions {
        LogOptions::read(|name| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    }

    fn written(options: &LogOptions) -> String {
        let pairs = options.write().into_iter().filter_map(|(name, value)| Some(format!("{name}={}", value?)));
        pairs.collect::<Vec<_>>().join("&")
    }

    #[test]
    fn what_is_usual_leaves_the_address_alone() {
        assert_eq!(written(&LogOptions::default()), "");
        assert_eq!(read(&[]), LogOptions::default());
    }

    #[test]
    fn every_option_is_in_the_address_and_read_back() {
        let pairs = [
            ("level", "error,warn"),
            ("pod", "a,b"),
            ("container", "web"),
            ("q", "x & y"),
            ("case", "1"),
            ("regex", "1"),
            ("wrap", "0"),
            ("time", "utc"),
            ("colours", "0"),
            ("raw", "1"),
            ("tail", "5000"),
            ("previous", "1"),
            ("line", "2026-06-09T14:24:15.372Z~api-x~api~071558b46adadbf0"),
        ];
        let options = read(&pairs);
        let expected: Vec<_> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(written(&options), expected.join("&"));
        assert!(options.filter.levels.has(Level::Warn) && !options.filter.levels.has(Level::Info));
        assert_eq!(options.filter.pods, ["a", "b"]);
    }

    #[test]
    fn a_link_to_a_line_keeps_what_its_stream_was_asked_for() {
        let id: LineId = "2026-06-09T14:24:15.372Z~a~api~071558b46adadbf0".parse().expect("a line");
        let linked = |pairs: &[(&str, &str)]| written(&read(pairs).linking(&id)).replace(&format!("line={id}"), "line");
        assert_eq!(linked(&[("pod", "a"), ("level", "error"), ("q", "x"), ("tail", "200")]), "pod=a&tail=200&line");
        assert_eq!(linked(&[("pod", "a,b"), ("container", "api")]), "container=api&line");
        assert_eq!(linked(&[("container", "api,web"), ("previous", "1")]), "previous=1&line");
    }

    #[test]
    fn nonsense_is_as_if_it_were_not_there() {
        let odd = [("tail", "many"), ("time", "mars"), ("line", "x"), ("wrap", "maybe"), ("pod", ",")];
        assert_eq!(read(&odd), LogOptions::default());
        assert_eq!(read(&[("tail", "0")]).tail, 1);
        let none = read(&[("level", "none")]);
        assert!(Level::ALL.into_iter().all(|level| !none.filter.levels.has(level)));
        assert_eq!(written(&none), "level=none");
    }
}
