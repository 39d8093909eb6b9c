//! Which rows a table shows, and in which order: pure, by indices, so that ten thousand rows are filtered between two
//! keystrokes.

use std::{borrow::Cow, cmp::Ordering, collections::HashMap};

use super::column::{Choice, Value};

/// A row that has no value for a filter.
const NONE: u16 = u16::MAX;

/// What of a list is searched and filtered, made once an answer.
#[derive(Debug, Default)]
pub(super) struct Index {
    len: usize,
    /// What is searched of all rows, in lower case, one behind the other.
    text: String,
    ends: Vec<usize>,
    pub facets: Vec<Facet>,
}

/// The values of a filter in the order in which they are offered, and which of them each row has.
#[derive(Debug, Default)]
pub(super) struct Facet {
    pub values: Vec<Choice>,
    of_row: Vec<u16>,
    known: HashMap<Cow<'static, str>, u16>,
}

impl Facet {
    pub fn place(&self, key: &str) -> Option<u16> {
        self.known.get(key).copied()
    }

    fn add(&mut self, choice: Option<Choice>) {
        let place = choice.map_or(NONE, |choice| {
            if let Some(place) = self.known.get(&choice.key) {
                return *place;
            }
            let place = u16::try_from(self.values.len()).unwrap_or(NONE);
            if place != NONE {
                self.known.insert(choice.key.clone(), place);
                self.values.push(choice);
            }
            place
        });
        self.of_row.push(place);
    }

    /// Puts the values into the order of their ranks and labels.
    fn settle(&mut self) {
        let mut order: Vec<(usize, Choice)> = std::mem::take(&mut self.values).into_iter().enumerate().collect();
        order.sort_by(|(_, one), (_, two)| one.rank.cmp(&two.rank).then_with(|| natural(&one.label, &two.label)));
        let mut moved = vec![NONE; order.len()];
        for (to, (from, _)) in order.iter().enumerate() {
            if let (Some(place), Ok(to)) = (moved.get_mut(*from), u16::try_from(to)) {
                *place = to;
            }
        }
        for place in self.of_row.iter_mut().chain(self.known.values_mut()) {
            *place = moved.get(usize::from(*place)).copied().unwrap_or(NONE);
        }
        self.values = order.into_iter().map(|(_, choice)| choice).collect();
    }
}

impl Index {
    /// An index of rows that come one by one: [`Self::search`] and [`Self::choose`] tell of a row, [`Self::next`] ends it.
    pub fn new(rows: usize, facets: usize) -> Self {
        let facet = || Facet { of_row: Vec::with_capacity(rows), ..Facet::default() };
        Self {
            len: 0,
            text: String::with_capacity(rows * 24),
            ends: Vec::with_capacity(rows),
            facets: std::iter::repeat_with(facet).take(facets).collect(),
        }
    }

    /// More that is searched of the row.
    pub fn search(&mut self, text: &str) {
        if text.is_ascii() {
            let start = self.text.len();
            self.text.push_str(text);
            if let Some(added) = self.text.get_mut(start..) {
                added.make_ascii_lowercase();
            }
        } else {
            self.text.push_str(&text.to_lowercase());
        }
        // A term never reaches over the end of a text.
        self.text.push('\n');
    }

    /// The row's value of a filter.
    pub fn choose(&mut self, facet: usize, choice: Option<Choice>) {
        if let Some(facet) = self.facets.get_mut(facet) {
            facet.add(choice);
        }
    }

    /// The row is complete.
    pub fn next(&mut self) {
        self.len += 1;
        self.ends.push(self.text.len());
    }

    /// All rows are told.
    pub fn settle(mut self) -> Self {
        self.facets.iter_mut().for_each(Facet::settle);
        self
    }

    /// Keeps those of `found` that hold a term. All texts are gone through at once, which is many times faster than one
    /// after the other.
    fn keep(&self, found: &mut [bool], term: &str) {
        let mut here = 0;
        let mut row = 0;
        while let Some(rest) = self.text.get(here..)
            && let Some(at) = rest.find(term)
        {
            // Up to the row that holds it, no row does.
            while self.ends.get(row).is_some_and(|end| *end <= here + at) {
                drop_row(found, row);
                row += 1;
            }
            here = self.ends.get(row).copied().unwrap_or(self.text.len());
            row += 1;
        }
        for row in row..self.len {
            drop_row(found, row);
        }
    }
}

fn drop_row(found: &mut [bool], row: usize) {
    if let Some(found) = found.get_mut(row) {
        *found = false;
    }
}

/// What a person searches and has chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    /// In lower case; a row has to hold all of them.
    pub terms: Vec<String>,
    /// For each filter the names of the values that are let through; none of them lets everything through.
    pub chosen: Vec<Vec<String>>,
}

impl Wanted {
    pub fn new(search: &str, chosen: Vec<Vec<String>>) -> Self {
        Self { terms: search.to_lowercase().split_whitespace().map(ToOwned::to_owned).collect(), chosen }
    }

    pub fn is_all(&self) -> bool {
        self.terms.is_empty() && self.chosen.iter().all(Vec::is_empty)
    }
}

/// The rows that are let through, in order, and how many each value of a filter would let through.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Shown {
    pub rows: Vec<u32>,
    /// For each filter and each of its values.
    pub counts: Vec<Vec<usize>>,
    /// For each filter: how many rows there were without it.
    pub all: Vec<usize>,
}

/// Lets the rows through that are wanted, in the order given.
///
/// The count of a value is told under the search and all other filters, but not under its own: it says how many rows
/// choosing it would show.
pub(super) fn show(index: &Index, order: &[u32], wanted: &Wanted) -> Shown {
    let chosen: Vec<Option<Vec<u16>>> = index
        .facets
        .iter()
        .enumerate()
        .map(|(at, facet)| {
            let keys = wanted.chosen.get(at).filter(|keys| !keys.is_empty())?;
            // A value that no row has lets no row through.
            Some(keys.iter().filter_map(|key| facet.place(key)).collect())
        })
        .collect();
    let mut shown = Shown {
        rows: Vec::with_capacity(order.len()),
        counts: index.facets.iter().map(|facet| vec![0; facet.values.len()]).collect(),
        all: vec![0; index.facets.len()],
    };
    let mut found = vec![true; index.len];
    for term in &wanted.terms {
        index.keep(&mut found, term);
    }
    for row in order {
        let Ok(at) = usize::try_from(*row) else { continue };
        if found.get(at) != Some(&true) {
            continue;
        }
        let mut refused = None;
        let mut refusals = 0;
        for (facet, (values, chosen)) in index.facets.iter().zip(&chosen).enumerate() {
            if let Some(chosen) = chosen
                && !values.of_row.get(at).is_some_and(|place| chosen.contains(place))
            {
                refused = Some(facet);
                refusals += 1;
            }
        }
        if refusals > 1 {
            continue;
        }
        for (facet, values) in index.facets.iter().enumerate() {
            if refused.is_some_and(|refused| refused != facet) {
                continue;
            }
            if let Some(all) = shown.all.get_mut(facet) {
                *all += 1;
            }
            let place = values.of_row.get(at).copied().unwrap_or(NONE);
            let count = shown.counts.get_mut(facet).and_then(|counts| counts.get_mut(usize::from(place)));
            if let Some(count) = count {
                *count += 1;
            }
        }
        if refused.is_none() {
            shown.rows.push(*row);
        }
    }
    shown
}

/// Row by row as they came.
pub(super) fn as_given(len: usize) -> Vec<u32> {
    (0..u32::try_from(len).unwrap_or(u32::MAX)).collect()
}

/// Rows in the order of their values. Those without one come last, whichever way; equals stay as they came.
pub(super) fn sorted(values: &[Value], descending: bool) -> Vec<u32> {
    let values: Vec<Cow<'_, Value>> = values
        .iter()
        .map(|value| match value {
            Value::Text(text) => Cow::Owned(Value::Text(text.to_lowercase())),
            other => Cow::Borrowed(other),
        })
        .collect();
    let mut order = as_given(values.len());
    let of = |row: &u32| usize::try_from(*row).ok().and_then(|row| values.get(row)).map(Cow::as_ref);
    order.sort_by(|one, two| match (of(one), of(two)) {
        (Some(Value::None) | None, Some(Value::None) | None) => Ordering::Equal,
        (Some(Value::None) | None, _) => Ordering::Greater,
        (_, Some(Value::None) | None) => Ordering::Less,
        (Some(one), Some(two)) => {
            let ordering = compare(one, two);
            if descending { ordering.reverse() } else { ordering }
        }
    });
    order
}

fn compare(one: &Value, two: &Value) -> Ordering {
    match (one, two) {
        (Value::Number(one), Value::Number(two)) => one.cmp(two),
        (Value::Time(one, _), Value::Time(two, _)) => one.cmp(two),
        (Value::Ranked(rank_one, one), Value::Ranked(rank_two, two)) => {
            rank_one.cmp(rank_two).then_with(|| natural(one, two))
        }
        (one, two) => natural(&one.words(), &two.words()),
    }
}

/// Compares as people do: `node-9` before `node-10`, `1.9` before `1.30`.
pub(super) fn natural(one: &str, two: &str) -> Ordering {
    let (mut rest_one, mut rest_two) = (one, two);
    loop {
        let (Some(first_one), Some(first_two)) = (rest_one.chars().next(), rest_two.chars().next()) else {
            return rest_one.len().cmp(&rest_two.len()).then_with(|| one.cmp(two));
        };
        if first_one.is_ascii_digit() && first_two.is_ascii_digit() {
            let (digits_one, after_one) = digits(rest_one);
            let (digits_two, after_two) = digits(rest_two);
            let ordering = digits_one.len().cmp(&digits_two.len()).then_with(|| digits_one.cmp(digits_two));
            if ordering.is_ne() {
                return ordering;
            }
            (rest_one, rest_two) = (after_one, after_two);
        } else {
            let ordering = first_one.to_lowercase().cmp(first_two.to_lowercase());
            if ordering.is_ne() {
                return ordering;
            }
            rest_one = rest_one.get(first_one.len_utf8()..).unwrap_or_default();
            rest_two = rest_two.get(first_two.len_utf8()..).unwrap_or_default();
        }
    }
}

/// The digits at the begin, without zeros before them, and what follows.
fn digits(text: &str) -> (&str, &str) {
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    (digits.trim_start_matches('0'), rest)
}

/// Which rows are drawn: the first and the one behind the last.
///
/// `above` is how many pixels of the rows lie above what is seen, `seen` how many are seen. Where a list is short, all
/// of it is drawn. The begin moves in steps, so that scrolling by a pixel draws nothing.
pub(super) fn window(rows: usize, height: usize, above: usize, seen: usize) -> (usize, usize) {
    if rows <= SHORT || height == 0 {
        return (0, rows.min(MOST));
    }
    let first = (above / height).min(rows);
    let begin = first.saturating_sub(BESIDE) / STEP * STEP;
    let end = (first + seen.div_ceil(height) + BESIDE).next_multiple_of(STEP);
    (begin, end.min(rows).min(begin + MOST))
}

/// Up to here all rows are drawn.
const SHORT: usize = 40;
/// How many are drawn beside those that are seen.
const BESIDE: usize = 4;
const STEP: usize = 4;
/// How many are drawn at most, whatever the screen.
const MOST: usize = 112;

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ui::{icon::Tone, state::Mark};

    fn index(rows: &[(&str, &str, Option<&str>)]) -> Index {
        let mut index = Index::new(rows.len(), 2);
        for (text, state, provider) in rows {
            index.search(text);
            index.choose(0, Some(Choice::of(*state)));
            index.choose(1, provider.map(Choice::of));
            index.next();
        }
        index.settle()
    }

    fn wanted(search: &str, state: &[&str], provider: &[&str]) -> Wanted {
        let owned = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect();
        Wanted::new(search, vec![owned(state), owned(provider)])
    }

    #[test]
    fn rows_are_searched_and_filtered_and_the_values_counted() {
        let index = index(&[
            ("prod-EU", "ready", Some("aws")),
            ("prod-us", "failed", Some("aws")),
            ("straße", "ready", Some("gcp")),
            ("edge", "ready", None),
        ]);
        let keys = |facet: usize| index.facets[facet].values.iter().map(|it| it.key.to_string()).collect::<Vec<_>>();
        assert_eq!(keys(0), ["failed", "ready"]);
        assert_eq!(keys(1), ["aws", "gcp"]);
        let all = as_given(4);
        let shown = show(&index, &all, &wanted("", &[], &[]));
        assert_eq!(shown.rows, [0, 1, 2, 3]);
        assert_eq!(shown.counts, [vec![1, 3], vec![2, 1]]);
        assert_eq!(shown.all, [4, 4]);
        // Each filter's counts are told without itself.
        let shown = show(&index, &all, &wanted("", &["ready"], &["aws"]));
        assert_eq!(shown.rows, [0]);
        assert_eq!(shown.counts, [vec![1, 1], vec![1, 1]]);
        assert_eq!(shown.all, [2, 3]);
        assert_eq!(show(&index, &all, &wanted("PROD eu", &[], &[])).rows, [0]);
        assert_eq!(show(&index, &all, &wanted("STRASSE", &[], &[])).rows, Vec::<u32>::new());
        assert_eq!(show(&index, &all, &wanted("STRAßE", &[], &[])).rows, [2]);
        assert_eq!(show(&index, &all, &wanted("eu ready", &[], &[])).rows, Vec::<u32>::new());
        assert_eq!(show(&index, &all, &wanted("", &["no-such"], &[])).rows, Vec::<u32>::new());
        assert_eq!(show(&index, &[3, 2, 1, 0], &wanted("", &["ready"], &[])).rows, [3, 2, 0]);
    }

    #[test]
    fn values_stand_by_rank_then_label() {
        let mut index = Index::new(3, 1);
        for choice in [Choice::of("b"), Choice::of("1.30").rank(1), Choice::of("1.9").rank(1)] {
            index.choose(0, Some(choice));
            index.next();
        }
        let index = index.settle();
        let labels: Vec<_> = index.facets[0].values.iter().map(|it| it.label.to_string()).collect();
        assert_eq!(labels, ["1.9", "1.30", "b"]);
        assert_eq!(index.facets[0].place("b"), Some(2));
        assert_eq!(show(&index, &as_given(3), &Wanted::new("", vec![vec!["b".to_owned()]])).rows, [0]);
    }

    #[test]
    fn texts_are_ordered_as_people_do() {
        let mut names = ["node-10", "Node-9", "node-9", "alpha", "1.30", "1.9", "node", "node-009"];
        names.sort_by(|one, two| natural(one, two));
        assert_eq!(names, ["1.9", "1.30", "alpha", "node", "Node-9", "node-009", "node-9", "node-10"]);
    }

    #[test]
    fn nothing_comes_last_whichever_way() {
        let values = [Value::None, Value::Number(-2), Value::Number(10), Value::None, Value::Number(3)];
        assert_eq!(sorted(&values, false), [1, 4, 2, 0, 3]);
        assert_eq!(sorted(&values, true), [2, 4, 1, 0, 3]);
        let values = [Value::Time(5, "b".to_owned()), Value::Time(3, "c".to_owned()), Value::None];
        assert_eq!(sorted(&values, false), [1, 0, 2]);
        let values = ["b", "A", "a", "B"].map(Value::from);
        assert_eq!(sorted(&values, false), [1, 2, 0, 3], "equals stay as they came");
        assert_eq!(sorted(&values, true), [0, 3, 1, 2]);
    }

    #[test]
    fn what_needs_a_person_comes_first() {
        let mark = |tone, word| Value::from(Mark::new(tone, word));
        let values = [
            mark(Tone::Good, "Healthy"),
            mark(Tone::Work, "Progressing"),
            mark(Tone::Warn, "Missing"),
            Value::None,
            mark(Tone::Idle, "Unknown"),
            mark(Tone::Bad, "Degraded"),
            mark(Tone::Ask, "Approval pending"),
        ];
        assert_eq!(sorted(&values, false), [5, 6, 2, 1, 4, 0, 3]);
        assert_eq!(sorted(&values, true), [0, 4, 1, 2, 6, 5, 3]);
    }

    #[test]
    fn a_window_covers_what_is_seen_and_little_more() {
        assert_eq!(window(40, 40, 0, 600), (0, 40));
        assert_eq!(window(10_000, 40, 0, 600), (0, 20));
        assert_eq!(window(10_000, 40, 4_000, 600), (96, 120));
        assert_eq!(window(10_000, 40, 399_400, 600), (9_980, 10_000));
        assert_eq!(window(10_000, 40, 0, 1_000_000), (0, MOST));
        assert_eq!(window(10_000, 0, 0, 600), (0, MOST));
        assert_eq!(window(0, 40, 0, 600), (0, 0));
    }

    proptest! {
        #[test]
        fn any_window_covers_what_is_seen(rows in 0_usize..20_000, height in 1_usize..80, above in 0_usize..500_000, seen in 0_usize..2_400) {
            let above = above.min((rows * height).saturating_sub(seen));
            let (begin, end) = window(rows, height, above, seen);
            prop_assert!(begin <= end && end <= rows && end - begin <= MOST);
            let needed = (seen / height + 1).min(MOST - 24);
            for row in (above / height..above / height + needed).filter(|row| *row < rows) {
                prop_assert!((begin..end).contains(&row), "{row} of {begin}..{end}");
            }
        }

        #[test]
        fn a_search_finds_what_each_text_holds(texts in prop::collection::vec("[abA é]{0,5}", 0..30), term in "[abé]{1,3}") {
            let mut index = Index::new(texts.len(), 0);
            for text in &texts {
                index.search(text);
                index.next();
            }
            let shown = show(&index.settle(), &as_given(texts.len()), &Wanted::new(&term, Vec::new()));
            let expected: Vec<u32> = (0_u32..).zip(&texts).filter(|(_, text)| text.to_lowercase().contains(&term)).map(|(at, _)| at).collect();
            prop_assert_eq!(shown.rows, expected);
        }

        #[test]
        fn natural_order_is_an_order(mut texts in prop::collection::vec("[a-bA0-1. é]{0,6}", 0..12)) {
            for one in &texts {
                prop_assert_eq!(natural(one, one), Ordering::Equal);
                for two in &texts {
                    prop_assert_eq!(natural(one, two), natural(two, one).reverse());
                }
            }
            // It panics where an order contradicts itself.
            texts.sort_by(|one, two| natural(one, two));
        }

        #[test]
        fn sorting_keeps_every_row_once(numbers in prop::collection::vec(prop::option::of(-5_i64..5), 0..40), descending: bool) {
            let values: Vec<_> = numbers.iter().map(|it| it.map_or(Value::None, Value::Number)).collect();
            let mut order = sorted(&values, descending);
            order.sort_unstable();
            prop_assert_eq!(order, as_given(values.len()));
        }
    }
}
