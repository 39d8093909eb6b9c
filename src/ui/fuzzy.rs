//! Finding names by a few letters.
//!
//! A word fits best at the beginning of a name, then at the beginning of a word in it, then anywhere, and last with other
//! letters in between. Several words have to fit all, in any order. Case is ignored where it is ASCII's.

use std::ops::Range;

/// What was typed, ready for comparing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needle {
    words: Vec<String>,
}

/// How well a word fits; less is better.
const PREFIX: u32 = 1_000;
const WORD: u32 = 2_000;
const WITHIN: u32 = 3_000;
const SCATTERED: u32 = 4_000;

/// How well a text fits that [`Needle::rank`] has ranked, without the finer differences: for comparing groups.
pub const fn class(rank: u32) -> u32 {
    rank / 1_000
}

impl Needle {
    /// Reads what was typed.
    pub fn new(text: &str) -> Self {
        Self { words: text.split_whitespace().map(str::to_ascii_lowercase).collect() }
    }

    /// Whether nothing was typed, which fits everything.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// How well a text fits, less is better; none where it doesn't. The text is in ASCII's lower case already.
    pub fn rank(&self, text: &str) -> Option<u32> {
        self.words.iter().try_fold(0, |worst, word| {
            let (rank, _) = fit(word, text)?;
            // The worst word decides, and the others only among equals.
            Some(if class(rank) > class(worst) { rank } else { worst.max(rank) })
        })
    }

    /// The bytes of a text that fit, apart and in order.
    pub fn marks(&self, text: &str) -> Vec<Range<usize>> {
        let text = text.to_ascii_lowercase();
        let mut marks: Vec<Range<usize>> = Vec::new();
        for word in &self.words {
            for mark in fit(word, &text).map(|(_, marks)| marks).unwrap_or_default() {
                let place = marks.partition_point(|known| known.start < mark.start);
                marks.insert(place, mark);
            }
        }
        let mut apart: Vec<Range<usize>> = Vec::with_capacity(marks.len());
        for mark in marks {
            match apart.last_mut() {
                Some(last) if mark.start <= last.end => last.end = last.end.max(mark.end),
                _ => apart.push(mark),
            }
        }
        apart
    }

    /// The `most` best of many texts as rank and index, the best first and equal ones in their order; and how many fit
    /// in all.
    pub fn best<'a>(&self, texts: impl Iterator<Item = &'a str>, most: usize) -> (Vec<(u32, usize)>, usize) {
        let mut best: Vec<(u32, usize)> = Vec::with_capacity(most + 1);
        let mut count = 0;
        for (index, text) in texts.enumerate() {
            let Some(rank) = self.rank(text) else { continue };
            count += 1;
            if best.len() < most || best.last().is_some_and(|(worst, _)| rank < *worst) {
                let place = best.partition_point(|(known, _)| *known <= rank);
                best.insert(place, (rank, index));
                best.truncate(most);
            }
        }
        (best, count)
    }
}

/// How well a word fits a text, and where.
fn fit(word: &str, text: &str) -> Option<(u32, Vec<Range<usize>>)> {
    let short = |length: usize| u32::try_from(length.min(999)).unwrap_or(999);
    let mut within = None;
    for (at, _) in text.match_indices(word) {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        if before.is_none_or(|letter| !letter.is_alphanumeric()) {
            let rest = short(text.len() - word.len());
            let rank = if at == 0 { if rest == 0 { 0 } else { PREFIX + rest } } else { WORD + short(at) };
            return Some((rank, one(at, word)));
        }
        within.get_or_insert(at);
    }
    if let Some(at) = within {
        return Some((WITHIN + short(at), one(at, word)));
    }
    scattered(word, text).map(|(gaps, marks)| (SCATTERED + short(gaps), marks))
}

fn one(at: usize, word: &str) -> Vec<Range<usize>> {
    std::iter::once(at..at + word.len()).collect()
}

/// Where the letters of a word stand in a text in their order, and how far they are apart.
fn scattered(word: &str, text: &str) -> Option<(usize, Vec<Range<usize>>)> {
    // The first end that is possible, and from there backwards the last beginning: the shortest way to this end.
    let mut letters = word.chars();
    let mut wanted = letters.next()?;
    let mut end = None;
    for (at, letter) in text.char_indices() {
        if letter == wanted {
            let Some(next) = letters.next() else {
                end = Some(at + letter.len_utf8());
                break;
            };
            wanted = next;
        }
    }
    let end = end?;
    let mut letters = word.chars().rev();
    let mut wanted = letters.next();
    let mut marks: Vec<Range<usize>> = Vec::new();
    for (at, letter) in text.get(..end)?.char_indices().rev() {
        if Some(letter) != wanted {
            continue;
        }
        let mark = at..at + letter.len_utf8();
        match marks.first_mut() {
            Some(first) if first.start == mark.end => first.start = at,
            _ => marks.insert(0, mark),
        }
        wanted = letters.next();
        if wanted.is_none() {
            break;
        }
    }
    let start = marks.first().map_or(end, |first| first.start);
    let length = marks.iter().map(|mark| mark.end - mark.start).sum::<usize>();
    Some(((end - start).saturating_sub(length), marks))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found<'a>(typed: &str, texts: &[&'a str]) -> Vec<&'a str> {
        let (best, _) = Needle::new(typed).best(texts.iter().copied(), 20);
        best.into_iter().map(|(_, index)| texts[index]).collect()
    }

    fn marked(typed: &str, text: &str) -> String {
        let mut shown = String::new();
        let mut at = 0;
        for mark in Needle::new(typed).marks(text) {
            shown.push_str(&text[at..mark.start]);
            let _ = std::fmt::Write::write_fmt(&mut shown, format_args!("[{}]", &text[mark.clone()]));
            at = mark.end;
        }
        shown + &text[at..]
    }

    #[test]
    fn the_beginning_comes_before_a_word_before_the_middle_before_letters_apart() {
        let texts = ["p-r-o-d", "reprod", "eu-prod", "prod-eu", "prod", "staging"];
        assert_eq!(found("prod", &texts), ["prod", "prod-eu", "eu-prod", "reprod", "p-r-o-d"]);
        assert_eq!(found("prd", &["prod-eu", "p-x-r-x-d", "xprdx"]), ["xprdx", "prod-eu", "p-x-r-x-d"]);
    }

    #[test]
    fn a_later_word_counts_more_than_an_earlier_middle() {
        assert_eq!(marked("pay", "repay-pay"), "repay-[pay]");
        assert_eq!(found("api", &["rapid", "payments-api"]), ["payments-api", "rapid"]);
    }

    #[test]
    fn words_fit_in_any_order_and_all_of_them() {
        let texts = ["prod-eu-west-1", "prod-us-east-1", "staging-eu-west-1"];
        assert_eq!(found("eu prod", &texts), ["prod-eu-west-1"]);
        assert_eq!(marked("eu prod", "Prod-EU-west-1"), "[Prod]-[EU]-west-1");
        assert_eq!(found("", &texts), texts);
    }

    #[test]
    fn what_fits_is_marked() {
        assert_eq!(marked("pmts", "payments-api"), "[p]ay[m]en[ts]-api");
        assert_eq!(marked("grö", "die-größe"), "die-[grö]ße");
        assert_eq!(marked("öe", "die-größe"), "die-gr[ö]ß[e]");
        assert_eq!(marked("zz", "payments-api"), "payments-api");
    }

    #[test]
    fn the_best_few_of_many_are_kept_and_all_are_counted() {
        let names: Vec<String> = (0..10_000).map(|index| format!("service-{index}")).collect();
        let (best, count) = Needle::new("service-99").best(names.iter().map(String::as_str), 3);
        assert_eq!(best.iter().map(|(_, index)| *index).collect::<Vec<_>>(), [99, 990, 991]);
        assert!(count >= 111, "{count}");
    }

    proptest! {
        #[test]
        fn any_text_is_found_by_some_of_its_letters(text in "[a-zß-]{1,30}", picks in prop::collection::vec(any::<bool>(), 30)) {
            let word: String = text.chars().zip(&picks).filter(|(letter, pick)| **pick && *letter != ' ').map(|(letter, _)| letter).collect();
            prop_assert!(Needle::new(&word).rank(&text).is_some());
        }

        #[test]
        fn marks_are_apart_in_order_and_whole_letters(typed in ".{0,12}", text in ".{0,40}") {
            let mut end = 0;
            for mark in Needle::new(&typed).marks(&text) {
                prop_assert!(mark.start >= end && mark.start < mark.end);
                prop_assert!(text.get(mark.clone()).is_some());
                end = mark.end + 1;
            }
        }

        #[test]
        fn what_has_a_rank_has_marks(typed in "[a-c ]{1,6}", text in "[a-c-]{0,20}") {
            let needle = Needle::new(&typed);
            if let Some(rank) = needle.rank(&text) {
                prop_assert_eq!(needle.is_empty(), needle.marks(&text).is_empty());
                prop_assert!(class(rank) <= 4);
            }
        }
    }
}
