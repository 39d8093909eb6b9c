//! What runs and what has ended in one organization: the rules, without clock, browser or wire.
//!
//! Answers of `listClusterProgress` and frames of `streamClusterProgress` go in; what has ended since comes out.

use astro_api::clusters::{OperationStatus, OperationType};

/// How many operations are kept, unless more of them run.
pub const KEPT: usize = 50;

/// An operation on a cluster, as far as the bell tells of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The operation's id.
    pub id: String,
    /// The cluster's id, which its address takes.
    pub cluster: String,
    /// What the cluster is called.
    pub name: String,
    /// What is done to it.
    pub kind: OperationType,
    /// Where it stands.
    pub status: OperationStatus,
    /// How far it is, 0 to 100.
    pub percent: Option<u8>,
    /// The step that it is at.
    pub step: Option<String>,
    /// What it said last.
    pub message: Option<String>,
    /// Why it failed.
    pub error: Option<String>,
    /// When it began, milliseconds since 1970 by the platform's clock.
    pub started: Option<u64>,
    /// When it was changed last, milliseconds since 1970 by the platform's clock: of what has ended, its end.
    pub updated: u64,
}

impl Entry {
    /// Whether it has not ended. A status of no known name has: nobody can wait for its end.
    pub const fn is_running(&self) -> bool {
        matches!(self.status, OperationStatus::Pending | OperationStatus::InProgress)
    }

    /// Whether an owner has to decide before it begins: only the creation of a cluster waits for that.
    pub const fn waits_for_approval(&self) -> bool {
        matches!((&self.kind, &self.status), (OperationType::Create, OperationStatus::Pending))
    }

    /// How long it took, milliseconds, if it has ended.
    pub fn took(&self) -> Option<u64> {
        if self.is_running() { None } else { Some(self.updated.saturating_sub(self.started?)) }
    }
}

/// A frame of an operation's stream.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// Where it stands.
    pub status: OperationStatus,
    /// The step that speaks.
    pub step: Option<String>,
    /// What it says.
    pub message: String,
    /// How far it is, 0 to 100.
    pub percent: Option<u8>,
    /// Whether the message tells of a failure.
    pub is_error: bool,
    /// When it was said, milliseconds since 1970 by the platform's clock.
    pub at: u64,
}

/// The end of an operation, which has just become known.
#[derive(Clone, Debug, PartialEq)]
pub struct Ended {
    /// The operation as it ended.
    pub entry: Entry,
    /// Whether the person followed it, so that its end is told aloud.
    pub watched: bool,
}

/// All that runs or waits, however old it is: what the platform answers when it is asked by status.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Open {
    /// The operations.
    pub entries: Vec<Entry>,
    /// How many more wait than the answer had room for.
    pub beyond: usize,
}

/// What is known of one organization.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Book {
    entries: Vec<Entry>,
    /// How many more wait than are listed.
    beyond: usize,
    /// Whether there are older ones than the last answer had room for.
    more: bool,
    /// Whether there was an answer.
    known: bool,
    /// Ends up to this time have been seen, by the platform's clock.
    seen: Option<u64>,
    watched: Vec<String>,
}

impl Book {
    /// A book that goes on where the person last looked, and follows what was followed.
    pub const fn new(seen: Option<u64>, watched: Vec<String>) -> Self {
        Self { entries: Vec::new(), beyond: 0, more: false, known: false, seen, watched }
    }

    /// What runs, newest first, and then what has ended, the last first.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Whether there was an answer.
    pub const fn is_known(&self) -> bool {
        self.known
    }

    /// What runs, newest first.
    pub fn running(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.is_running())
    }

    /// How many clusters wait for an owner's decision.
    pub fn waiting(&self) -> usize {
        self.running().filter(|entry| entry.waits_for_approval()).count() + self.beyond
    }

    /// Whether the platform knows older operations than these.
    pub const fn has_more(&self) -> bool {
        self.more
    }

    /// Whether it ended since the person last looked.
    pub fn is_unread(&self, entry: &Entry) -> bool {
        !entry.is_running() && self.seen.is_some_and(|seen| entry.updated > seen)
    }

    /// How many ended since the person last looked.
    pub fn unread(&self) -> usize {
        self.entries.iter().filter(|entry| self.is_unread(entry)).count()
    }

    /// Whether the person follows it: its progress stands in the window's title, and its end is told aloud.
    pub fn is_watched(&self, id: &str) -> bool {
        self.watched.iter().any(|known| known == id)
    }

    /// The ids that are followed.
    pub fn watched(&self) -> &[String] {
        &self.watched
    }

    /// Follows an operation, or no longer.
    pub fn watch(&mut self, id: &str, watched: bool) {
        self.watched.retain(|known| known != id);
        if watched {
            self.watched.push(id.to_owned());
            let surplus = self.watched.len().saturating_sub(KEPT);
            self.watched.drain(..surplus);
        }
    }

    /// The person has looked: all that has ended is seen. Answers until when.
    pub fn look(&mut self) -> Option<u64> {
        let latest = self.entries.iter().filter(|entry| !entry.is_running()).map(|entry| entry.updated).max();
        self.seen = self.seen.max(latest);
        self.seen
    }

    /// Another tab of the console has shown all that ended until a time.
    pub fn seen_elsewhere(&mut self, until: u64) {
        self.seen = self.seen.max(Some(until));
    }

    /// Takes in an answer: the newest operations, of which `more` tells whether there are older ones. Gives back what has
    /// ended since the last answer.
    pub fn answer(&mut self, answer: Vec<Entry>, more: bool) -> Vec<Ended> {
        self.answer_with(answer, more, None)
    }

    /// The same, with all that runs or waits where that was asked for as well.
    pub fn answer_with(&mut self, mut answer: Vec<Entry>, more: bool, open: Option<Open>) -> Vec<Ended> {
        let first = !self.known;
        self.known = true;
        self.more = more;
        let is_swept = open.is_some() || !more;
        if is_swept {
            self.beyond = open.as_ref().map_or(0, |open| open.beyond);
        }
        // The newest were read first: of what is in both, they may know less, and never of an end that is not so.
        for entry in open.into_iter().flat_map(|open| open.entries) {
            if !answer.iter().any(|known| known.id == entry.id) {
                answer.push(entry);
            }
        }
        let mut ended = Vec::new();
        for entry in &mut answer {
            match self.entries.iter().find(|known| known.id == entry.id) {
                // What has ended stays so: an answer may be older than the frame that told the end.
                Some(known) if !known.is_running() && entry.is_running() => entry.clone_from(known),
                // A frame has told more since this answer was written.
                Some(known) if known.is_running() && entry.is_running() && known.updated > entry.updated => {
                    entry.clone_from(known);
                }
                Some(known) if known.is_running() && !entry.is_running() => {
                    ended.push(Ended { entry: entry.clone(), watched: self.is_watched(&entry.id) });
                }
                // It began and ended between two answers.
                None if !first && !entry.is_running() && self.seen.is_some_and(|seen| entry.updated > seen) => {
                    ended.push(Ended { entry: entry.clone(), watched: true });
                }
                None if !first && entry.is_running() => self.watch(&entry.id, true),
                _ => {}
            }
        }
        if !is_swept {
            // What still runs may be older than all that the answer had room for.
            let missing = |entry: &&Entry| entry.is_running() && !answer.iter().any(|known| known.id == entry.id);
            let kept: Vec<Entry> = self.entries.iter().filter(missing).cloned().collect();
            answer.extend(kept);
        }
        self.entries = answer;
        self.tidy();
        if first && self.seen.is_none() {
            // Whoever comes for the first time has missed nothing.
            self.look();
            self.seen = self.seen.or(Some(0));
        }
        ended
    }

    /// Takes in a frame of an operation's stream. Gives the operation back if this is its end.
    pub fn frame(&mut self, id: &str, frame: Frame) -> Option<Ended> {
        let entry = self.entries.iter_mut().find(|entry| entry.id == id)?;
        // A stream tells from the beginning; what was known before is older.
        if !entry.is_running() || frame.at < entry.updated {
            return None;
        }
        entry.updated = frame.at;
        entry.status = frame.status;
        entry.percent = frame.percent.or(entry.percent);
        if entry.is_running() {
            entry.step = frame.step.or(entry.step.take());
            entry.message = Some(frame.message);
            return None;
        }
        entry.step = None;
        if frame.is_error {
            entry.error = Some(frame.message);
        } else {
            entry.message = Some(frame.message);
        }
        let entry = entry.clone();
        let ended = Ended { watched: self.is_watched(id), entry };
        self.tidy();
        Some(ended)
    }

    fn tidy(&mut self) {
        self.entries.sort_by_key(|entry| {
            let at = if entry.is_running() { entry.started.unwrap_or(entry.updated) } else { entry.updated };
            (!entry.is_running(), std::cmp::Reverse(at))
        });
        let running = self.entries.iter().filter(|entry| entry.is_running()).count();
        self.entries.truncate(KEPT.max(running));
        let entries = &self.entries;
        // What has ended needs no following; what the answer does not have may be new, and comes with the next.
        self.watched.retain(|id| entries.iter().all(|entry| entry.id != *id || entry.is_running()));
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entry(id: &str, status: OperationStatus, started: u64, updated: u64) -> Entry {
        Entry {
            id: id.to_owned(),
            cluster: "prod-eu".to_owned(),
            name: "prod-eu".to_owned(),
            kind: OperationType::Upgrade,
            status,
            percent: Some(10),
            step: Some("node-groups".to_owned()),
            message: None,
            error: None,
            started: Some(started),
            updated,
        }
    }

    fn running(id: &str, started: u64, updated: u64) -> Entry {
        entry(id, OperationStatus::InProgress, started, updated)
    }

    fn done(id: &str, started: u64, updated: u64) -> Entry {
        entry(id, OperationStatus::Completed, started, updated)
    }

    fn frame(status: OperationStatus, percent: u8, at: u64) -> Frame {
        Frame { status, step: None, message: format!("at {percent}"), percent: Some(percent), is_error: false, at }
    }

    fn ids(book: &Book) -> Vec<&str> {
        book.entries().iter().map(|entry| entry.id.as_str()).collect()
    }

    #[test]
    fn what_runs_comes_first_and_what_ended_by_its_end() {
        let mut book = Book::default();
        book.answer(vec![done("a", 1, 50), running("b", 10, 20), done("c", 2, 90), running("d", 15, 16)], false);
        assert_eq!(ids(&book), ["d", "b", "c", "a"]);
    }

    #[test]
    fn who_comes_for_the_first_time_has_missed_nothing_and_who_comes_back_has() {
        let mut first = Book::default();
        assert_eq!(first.answer(vec![done("a", 1, 50)], false), []);
        assert_eq!(first.unread(), 0);
        let mut back = Book::new(Some(40), Vec::new());
        assert_eq!(
            back.answer(vec![done("a", 1, 50), done("b", 1, 30)], false),
            [],
            "what is long over is told softly"
        );
        assert_eq!(back.unread(), 1);
        assert_eq!(back.look(), Some(50));
        assert_eq!(back.unread(), 0);
    }

    #[test]
    fn an_end_is_told_once_by_whoever_brings_it_first() {
        let mut book = Book::default();
        book.answer(vec![running("a", 1, 10)], false);
        assert_eq!(book.frame("a", frame(OperationStatus::InProgress, 40, 20)), None);
        let ended = book.frame("a", frame(OperationStatus::Completed, 100, 30)).unwrap();
        assert_eq!((ended.entry.percent, ended.entry.took(), ended.watched), (Some(100), Some(29), false));
        assert_eq!(book.unread(), 1);
        assert_eq!(book.answer(vec![running("a", 1, 29)], false), [], "an answer from before the end changes nothing");
        assert_eq!(book.answer(vec![done("a", 1, 30)], false), []);
        assert_eq!(book.frame("a", frame(OperationStatus::Completed, 100, 30)), None);
        assert_eq!(book.unread(), 1);
    }

    #[test]
    fn an_answer_does_not_turn_progress_back() {
        let mut book = Book::default();
        book.answer(vec![running("a", 1, 10_000)], false);
        book.frame("a", frame(OperationStatus::InProgress, 60, 12_400));
        book.answer(vec![running("a", 1, 12_000)], false);
        assert_eq!(book.entries()[0].percent, Some(60));
        assert_eq!(
            book.frame("a", frame(OperationStatus::InProgress, 5, 9_000)),
            None,
            "a stream tells from the start"
        );
        assert_eq!(book.entries()[0].percent, Some(60));
    }

    #[test]
    fn what_begins_while_one_looks_is_followed_and_what_ended_is_no_longer() {
        let mut book = Book::default();
        book.answer(vec![running("old", 1, 10)], false);
        assert!(!book.is_watched("old"));
        book.answer(vec![running("old", 1, 10), running("new", 20, 20)], false);
        assert!(book.is_watched("new") && !book.is_watched("old"));
        book.watch("old", true);
        let ended = book.answer(vec![done("old", 1, 30), running("new", 20, 20)], false);
        assert!(ended.iter().all(|ended| ended.watched) && ended.len() == 1);
        assert_eq!(book.watched(), ["new"]);
    }

    #[test]
    fn what_began_and_ended_between_two_answers_is_told() {
        let mut book = Book::default();
        book.answer(vec![done("a", 1, 50)], false);
        let ended = book.answer(vec![done("b", 55, 60), done("a", 1, 50)], false);
        assert_eq!(ended.iter().map(|ended| ended.entry.id.as_str()).collect::<Vec<_>>(), ["b"]);
        assert_eq!(book.unread(), 1);
    }

    #[test]
    fn what_runs_longer_than_a_page_holds_stays() {
        let mut book = Book::default();
        book.answer(vec![running("long", 1, 10)], true);
        book.answer(vec![done("a", 20, 30)], true);
        assert_eq!(ids(&book), ["long", "a"]);
        book.answer(vec![done("a", 20, 30)], false);
        assert_eq!(ids(&book), ["a"], "a whole answer without it means that it is gone");
    }

    #[test]
    fn what_waits_is_counted_however_much_has_come_since() {
        let waits =
            |id: &str, at: u64| Entry { kind: OperationType::Create, ..entry(id, OperationStatus::Pending, at, at) };
        let newest = || (0..50_u64).map(|at| done(&format!("n{at}"), 100 + at, 101 + at)).collect::<Vec<_>>();
        let mut book = Book::default();
        let open = Open { entries: vec![waits("a", 1), waits("b", 2), running("c", 3, 4)], beyond: 7 };
        assert_eq!(book.answer_with(newest(), true, Some(open)), []);
        assert_eq!((book.waiting(), book.running().count(), book.entries().len()), (9, 3, 50));
        assert!(book.has_more());
        // The bell asks for the newest alone in between.
        book.answer(newest(), true);
        assert_eq!(book.waiting(), 9, "nothing has told of a decision");
        let open = Open { entries: vec![waits("b", 2)], beyond: 0 };
        assert_eq!(book.answer_with(newest(), true, Some(open)), [], "nobody knows how what is gone has ended");
        assert_eq!((book.waiting(), book.running().count()), (1, 1));
        let open = Open { entries: (0..80).map(|at| waits(&format!("w{at}"), at)).collect(), beyond: 0 };
        book.answer_with(newest(), true, Some(open));
        assert_eq!(book.waiting(), 80, "what waits is not left out for want of room");
        book.answer(vec![waits("b", 2)], false);
        assert_eq!((book.waiting(), book.has_more()), (1, false), "a whole answer says it all");
    }

    #[test]
    fn what_is_in_both_answers_stands_once() {
        let mut book = Book::default();
        let open = Open { entries: vec![running("a", 1, 10)], beyond: 0 };
        book.answer_with(vec![running("a", 1, 12), done("b", 0, 5)], true, Some(open));
        assert_eq!(ids(&book), ["a", "b"]);
        assert_eq!(book.entries()[0].updated, 12);
    }

    #[test]
    fn another_tab_has_shown_it() {
        let mut book = Book::new(Some(0), Vec::new());
        book.answer(vec![done("a", 1, 50)], false);
        book.seen_elsewhere(50);
        assert_eq!(book.unread(), 0);
        book.seen_elsewhere(10);
        assert_eq!(book.unread(), 0, "time seen does not run backwards");
    }

    proptest! {
        #[test]
        fn an_end_is_never_taken_back_and_never_told_twice(
            steps in prop::collection::vec((0_usize..4, 0_u8..6, 0_u64..1_000, any::<bool>()), 1..80),
        ) {
            let mut book = Book::default();
            let mut told: Vec<String> = Vec::new();
            let mut over: Vec<String> = Vec::new();
            book.answer((0..4).map(|index| running(&index.to_string(), index, 0)).collect(), false);
            for (which, percent, at, ends) in steps {
                let id = which.to_string();
                let status = if ends { OperationStatus::Completed } else { OperationStatus::InProgress };
                let ended: Vec<Ended> = if percent % 2 == 0 {
                    book.frame(&id, frame(status, percent, at)).into_iter().collect()
                } else {
                    let entries = (0..4)
                        .map(|index| {
                            let id = index.to_string();
                            if index == which { entry(&id, status.clone(), 0, at) } else { running(&id, 0, 0) }
                        })
                        .collect();
                    book.answer(entries, false)
                };
                for Ended { entry, .. } in ended {
                    prop_assert!(!told.contains(&entry.id), "{} was told twice", entry.id);
                    told.push(entry.id);
                }
                for entry in book.entries() {
                    if entry.is_running() {
                        prop_assert!(!over.contains(&entry.id), "{} runs again", entry.id);
                    } else if !over.contains(&entry.id) {
                        over.push(entry.id.clone());
                    }
                }
                prop_assert!(book.unread() <= over.len());
                prop_assert_eq!(told.len(), over.len());
            }
        }
    }
}
