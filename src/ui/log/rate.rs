//! How many lines came when: the strip above a log.

use std::fmt::Write as _;

/// So many bars at most.
const BARS: i64 = 120;

/// Lengths of a bar, milliseconds; longer ones are multiples of a day.
const STEPS: [i64; 20] = [
    100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000,
    3_600_000, 7_200_000, 14_400_000, 43_200_000, 86_400_000,
];

/// The lines of one stretch of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bar {
    /// All of them.
    pub lines: u32,
    /// Those that are errors.
    pub errors: u32,
}

/// Bars of equal lengths, from the oldest line to the newest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rate {
    /// Where the first bar begins, milliseconds since 1970; a multiple of the step, so that bars stay as lines come.
    pub from: i64,
    /// The length of a bar, milliseconds.
    pub step: i64,
    /// The bars.
    pub bars: Vec<Bar>,
}

/// The height of the strip in units of its drawing.
pub const HEIGHT: u32 = 220;

/// The width of a bar in the same units.
pub const WIDTH: u32 = 10;

impl Rate {
    /// Counts lines: their times, milliseconds since 1970, and whether they are errors.
    pub fn of(lines: impl Iterator<Item = (i64, bool)> + Clone) -> Self {
        let ends = lines.clone().fold(None, |ends, (at, _)| match ends {
            None => Some((at, at)),
            Some((first, last)) => Some((at.min(first), at.max(last))),
        });
        let Some((first, last)) = ends else { return Self::default() };
        let span = last - first;
        let days = span / (86_400_000 * (BARS - 2)) + 1;
        let step = STEPS.into_iter().find(|step| span / step + 2 <= BARS).unwrap_or(86_400_000 * days);
        let from = first.div_euclid(step) * step;
        let count = usize::try_from((last - from) / step + 1).unwrap_or(1);
        let mut bars = vec![Bar::default(); count];
        for (at, is_error) in lines {
            let index = usize::try_from((at - from) / step).unwrap_or(0);
            if let Some(bar) = bars.get_mut(index) {
                bar.lines += 1;
                bar.errors += u32::from(is_error);
            }
        }
        Self { from, step, bars }
    }

    /// Where the last bar ends.
    pub fn to(&self) -> i64 {
        self.from + self.step * i64::try_from(self.bars.len()).unwrap_or(0)
    }

    /// The width of all bars.
    pub fn width(&self) -> u32 {
        WIDTH * u32::try_from(self.bars.len()).unwrap_or(1).max(1)
    }

    /// Where a time lies in the drawing.
    pub fn place(&self, at: i64) -> u32 {
        let within = (at - self.from).clamp(0, self.to() - self.from);
        u32::try_from(within * i64::from(WIDTH) / self.step.max(1)).unwrap_or(0)
    }

    /// The bars as an outline to fill: of all lines, or of the errors among them.
    pub fn outline(&self, errors: bool) -> String {
        let most = self.bars.iter().map(|bar| bar.lines).max().unwrap_or(0).max(1);
        let mut path = String::new();
        for (index, bar) in self.bars.iter().enumerate() {
            let value = if errors { bar.errors } else { bar.lines };
            if value > 0 {
                // A single error among thousands is still seen.
                let least = if errors { 24 } else { 12 };
                let height = (u64::from(value) * u64::from(HEIGHT) / u64::from(most)).max(least);
                let left = index * 10 + 1;
                let _ = write!(path, "M{left} {HEIGHT}v-{height}h8v{height}z");
            }
        }
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lines: &[(i64, bool)]) -> Rate {
        Rate::of(lines.iter().copied())
    }

    #[test]
    fn bars_have_a_round_length_and_keep_their_places() {
        let rate = of(&[(10_050, false), (10_950, true), (70_000, false)]);
        assert_eq!((rate.from, rate.step, rate.bars.len()), (10_000, 1_000, 61));
        assert_eq!(rate.bars[0], Bar { lines: 2, errors: 1 });
        let later = of(&[(10_950, true), (70_000, false), (70_900, false)]);
        assert_eq!((later.from, later.step), (rate.from, rate.step));
        assert_eq!((rate.place(0), rate.place(10_500), rate.place(90_000)), (0, 5, rate.width()));
        assert_eq!(of(&[(5, false)]).bars.len(), 1);
        assert_eq!(of(&[]), Rate::default());
        assert_eq!(of(&[]).outline(false), "");
    }

    #[test]
    fn an_error_is_seen_among_thousands() {
        let mut lines = vec![(0, false); 5_000];
        lines.push((1, true));
        assert_eq!(of(&lines).outline(true), "M1 220v-24h8v24z");
        assert_eq!(of(&lines).outline(false), "M1 220v-220h8v220z");
    }

    #[cfg(not(target_arch = "wasm32"))]
    proptest::proptest! {
        #[test]
        fn every_line_lies_in_a_bar(
            lines in proptest::collection::vec((0_i64..100_000_000_000, proptest::bool::ANY), 1..50), near in 0_u32..36
        ) {
            let lines: Vec<_> = lines.into_iter().map(|(at, bad)| (at >> near, bad)).collect();
            let rate = of(&lines);
            let counted: u32 = rate.bars.iter().map(|bar| bar.lines).sum();
            let errors: u32 = rate.bars.iter().map(|bar| bar.errors).sum();
            proptest::prop_assert_eq!(counted as usize, lines.len());
            proptest::prop_assert_eq!(errors as usize, lines.iter().filter(|(_, bad)| *bad).count());
            proptest::prop_assert!(rate.bars.len() <= 120);
            proptest::prop_assert!(rate.bars[0].lines > 0 && rate.bars.last().unwrap().lines > 0);
        }
    }
}
