//! What two texts do not share: lines, the words that differ in them, and the runs that are the same.

use similar::{ChangeTag, TextDiff};

/// Unchanged lines that stand around a change.
const AROUND: usize = 3;

/// A run of unchanged lines is hidden if it is at least so long: a button in the place of two lines saves nothing.
const WORTH: usize = 4;

/// A part of a line, and whether the other text has another one in its place.
pub type Part = (bool, String);

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Both texts have it.
    Same,
    /// The new text has it no more.
    Removed,
    /// The new text has it alone.
    Added,
}

/// A line of either text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What became of it.
    pub change: Change,
    /// Its number in the old text, from 1.
    pub old: Option<usize>,
    /// Its number in the new text, from 1.
    pub new: Option<usize>,
    /// The line.
    pub parts: Vec<Part>,
}

/// A stretch of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stretch {
    /// Lines that are shown.
    Shown(Vec<Line>),
    /// Unchanged lines that are shown when one asks for them.
    Hidden(Vec<Line>),
}

/// A comparison of two texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Its stretches, in order.
    pub stretches: Vec<Stretch>,
    /// How many lines were added.
    pub added: usize,
    /// How many lines were removed.
    pub removed: usize,
}

/// Compares two texts.
pub fn compare(old: &str, new: &str) -> Comparison {
    let diff = TextDiff::from_lines(old, new);
    let mut lines = Vec::new();
    for change in diff.iter_all_changes() {
        let text = change.value().trim_end_matches(['\n', '\r']).to_owned();
        lines.push(Line {
            change: match change.tag() {
                ChangeTag::Equal => Change::Same,
                ChangeTag::Delete => Change::Removed,
                ChangeTag::Insert => Change::Added,
            },
            old: change.old_index().map(|index| index + 1),
            new: change.new_index().map(|index| index + 1),
            parts: vec![(false, text)],
        });
    }
    mark_words(&mut lines);
    let count = |change| lines.iter().filter(|line| line.change == change).count();
    Comparison { added: count(Change::Added), removed: count(Change::Removed), stretches: stretches(lines) }
}

/// Tells the words apart in removed lines that added ones stand in the place of.
fn mark_words(lines: &mut [Line]) {
    let mut at = 0;
    while at < lines.len() {
        let run =
            |from: usize, change: Change| lines.iter().skip(from).take_while(|line| line.change == change).count();
        let removed = run(at, Change::Removed);
        let added = run(at + removed, Change::Added);
        // Only lines that pair off are the same line before and after.
        if removed > 0 && removed == added {
            for index in at..at + removed {
                let text = |index: usize| lines.get(index).map(whole).unwrap_or_default();
                if let Some((old, new)) = words(&text(index), &text(index + removed)) {
                    if let Some(line) = lines.get_mut(index) {
                        line.parts = old;
                    }
                    if let Some(line) = lines.get_mut(index + removed) {
                        line.parts = new;
                    }
                }
            }
        }
        at += (removed + added).max(1);
    }
}

/// The whole of a line.
pub fn whole(line: &Line) -> String {
    line.parts.iter().map(|(_, text)| text.as_str()).collect()
}

/// The parts of two lines; none where they share too little for it to help.
fn words(old: &str, new: &str) -> Option<(Vec<Part>, Vec<Part>)> {
    // Lines of megabytes are told apart as wholes.
    if old.len().max(new.len()) > 2_000 {
        return None;
    }
    let diff = TextDiff::from_words(old, new);
    let (mut before, mut after) = (Vec::new(), Vec::new());
    let mut shared = 0;
    for change in diff.iter_all_changes() {
        let text = change.value();
        match change.tag() {
            ChangeTag::Equal => {
                shared += text.trim().len();
                push(&mut before, false, text);
                push(&mut after, false, text);
            }
            ChangeTag::Delete => push(&mut before, true, text),
            ChangeTag::Insert => push(&mut after, true, text),
        }
    }
    let longest = old.trim().len().max(new.trim().len());
    (shared * 4 >= longest && shared > 0).then_some((before, after))
}

fn push(parts: &mut Vec<Part>, differs: bool, text: &str) {
    match parts.last_mut() {
        Some((known, before)) if *known == differs => before.push_str(text),
        _ => parts.push((differs, text.to_owned())),
    }
}

fn stretches(lines: Vec<Line>) -> Vec<Stretch> {
    let total = lines.len();
    let changed: Vec<bool> = lines.iter().map(|line| line.change != Change::Same).collect();
    // A line is shown if a change is near.
    let mut near = vec![false; total];
    for (index, _) in changed.iter().enumerate().filter(|(_, changed)| **changed) {
        for shown in near.iter_mut().take(index + AROUND + 1).skip(index.saturating_sub(AROUND)) {
            *shown = true;
        }
    }
    let mut stretches: Vec<Stretch> = Vec::new();
    for (line, near) in lines.into_iter().zip(near) {
        match (stretches.last_mut(), near) {
            (Some(Stretch::Shown(lines)), true) | (Some(Stretch::Hidden(lines)), false) => lines.push(line),
            (_, true) => stretches.push(Stretch::Shown(vec![line])),
            (_, false) => stretches.push(Stretch::Hidden(vec![line])),
        }
    }
    // What is not worth hiding joins its neighbours.
    let mut joined: Vec<Stretch> = Vec::new();
    for stretch in stretches {
        let stretch = match stretch {
            Stretch::Hidden(lines) if lines.len() < WORTH => Stretch::Shown(lines),
            other => other,
        };
        match (joined.last_mut(), stretch) {
            (Some(Stretch::Shown(before)), Stretch::Shown(lines)) => before.extend(lines),
            (_, stretch) => joined.push(stretch),
        }
    }
    joined
}

/// A row of two columns: an old line beside the new one that stands in its place.
pub type Pair<'a> = (Option<&'a Line>, Option<&'a Line>);

/// Lines side by side.
pub fn pairs(lines: &[Line]) -> Vec<Pair<'_>> {
    let mut rows = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        if line.change == Change::Same {
            rows.push((Some(line), Some(line)));
            at += 1;
            continue;
        }
        let run = |from: usize, change: Change| {
            lines.get(from..).unwrap_or_default().iter().take_while(|line| line.change == change).count()
        };
        let removed = run(at, Change::Removed);
        let added = run(at + removed, Change::Added);
        for index in 0..removed.max(added) {
            let old = (index < removed).then(|| lines.get(at + index)).flatten();
            let new = (index < added).then(|| lines.get(at + removed + index)).flatten();
            rows.push((old, new));
        }
        at += (removed + added).max(1);
    }
    rows
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(comparison: &Comparison) -> Vec<String> {
        let line = |line: &Line| {
            let sign = match line.change {
                Change::Same => ' ',
                Change::Removed => '-',
                Change::Added => '+',
            };
            let parts =
                line.parts.iter().map(|(differs, text)| if *differs { format!("<{text}>") } else { text.clone() });
            format!("{sign}{}", parts.collect::<String>())
        };
        let mut out = Vec::new();
        for stretch in &comparison.stretches {
            match stretch {
                Stretch::Shown(lines) => out.extend(lines.iter().map(line)),
                Stretch::Hidden(lines) => out.push(format!("… {}", lines.len())),
            }
        }
        out
    }

    #[test]
    fn words_are_told_apart_within_lines() {
        let comparison = compare(
            "eks:\n  kubernetesVersion: \"1.30\"\n  amiFamily: AL2\n",
            "eks:\n  kubernetesVersion: \"1.31\"\n  amiFamily: AL2023\n  spot: true\n",
        );
        // Two lines became three, so that none is known to stand in the place of another.
        assert_eq!((comparison.added, comparison.removed), (3, 2));
        let comparison = compare("version: \"1.30\" # now\n", "version: \"1.31\" # now\n");
        assert_eq!(text(&comparison), ["-version: <\"1.30\"> # now", "+version: <\"1.31\"> # now"]);
        let comparison = compare("one\n", "two\n");
        assert_eq!(text(&comparison), ["-one", "+two"], "they share nothing");
    }

    #[test]
    fn long_runs_that_are_the_same_are_hidden() {
        let before = (0..20).map(|number| format!("line {number}\n")).collect::<Vec<_>>().concat();
        let after = before.replace("line 10\n", "line ten\n");
        assert_eq!(
            text(&compare(&before, &after)),
            [
                "… 7",
                " line 7",
                " line 8",
                " line 9",
                "-line <10>",
                "+line <ten>",
                " line 11",
                " line 12",
                " line 13",
                "… 6",
            ]
        );
        assert_eq!(text(&compare(&before, &before)), ["… 20"]);
        assert_eq!(text(&compare("", "")), [""; 0]);
        let after = before.replace("line 5\n", "line five\n");
        assert_eq!(text(&compare(&before, &after))[0], " line 0", "two lines are not worth a button");
    }

    #[test]
    fn numbers_are_those_of_each_text() {
        let comparison = compare("a\nb\nc\n", "a\nx\ny\nc");
        let [Stretch::Shown(lines)] = comparison.stretches.as_slice() else { panic!("one stretch") };
        let numbers: Vec<_> = lines.iter().map(|line| (line.old, line.new)).collect();
        assert_eq!(numbers[0], (Some(1), Some(1)));
        assert_eq!(numbers[1], (Some(2), None));
        assert!(numbers.contains(&(None, Some(2))) && numbers.contains(&(None, Some(3))));
    }

    #[test]
    fn an_old_line_stands_beside_the_new_one() {
        let comparison = compare("a\nb\n", "a\nx\ny\n");
        let [Stretch::Shown(lines)] = comparison.stretches.as_slice() else { panic!("one stretch") };
        let rows: Vec<_> = pairs(lines).into_iter().map(|(old, new)| (old.map(whole), new.map(whole))).collect();
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(rows, [(some("a"), some("a")), (some("b"), some("x")), (None, some("y"))]);
    }

    proptest! {
        #[test]
        fn both_texts_can_be_read_off(old in "[ab\\n ]{0,60}", new in "[ab\\n ]{0,60}") {
            let comparison = compare(&old, &new);
            let lines: Vec<_> = comparison
                .stretches
                .iter()
                .flat_map(|stretch| match stretch {
                    Stretch::Shown(lines) | Stretch::Hidden(lines) => lines,
                })
                .collect();
            let read = |change| {
                let of: Vec<_> = lines.iter().filter(|line| line.change != change).map(|line| whole(line)).collect();
                of.join("\n")
            };
            prop_assert_eq!(read(Change::Added), old.strip_suffix('\n').unwrap_or(&old));
            prop_assert_eq!(read(Change::Removed), new.strip_suffix('\n').unwrap_or(&new));
        }
    }
}
