//! Heights of rows and the sums of them: where a row begins, and which row lies at a place.
//!
//! Rows come at the end and go at the start, for ever, so a Fenwick tree lies around a ring: every step costs the
//! logarithm of the number of rows. Heights are whole pixels, so that sums are exact.

/// Heights of the rows from [`Self::first`] up to, but not including, [`Self::end`]. A row keeps its number.
#[derive(Debug, Default)]
pub struct Heights {
    /// The Fenwick tree; its place 0 is not used.
    tree: Vec<u64>,
    /// By row number modulo their count, which is a power of two.
    values: Vec<u32>,
    first: u64,
    end: u64,
    /// The heights of all rows that were taken away at the start.
    gone: u64,
}

impl Heights {
    /// The oldest row.
    pub const fn first(&self) -> u64 {
        self.first
    }

    /// The row that comes next.
    pub const fn end(&self) -> u64 {
        self.end
    }

    /// By how much everything has moved up since rows began to go: a place that was read before is now higher by what
    /// was added here.
    pub const fn gone(&self) -> u64 {
        self.gone
    }

    /// Forgets all rows; the next one has the number `first`.
    pub fn clear(&mut self, first: u64) {
        self.tree.fill(0);
        self.values.fill(0);
        (self.first, self.end) = (first, first);
    }

    /// Adds a row at the end.
    pub fn push(&mut self, height: u32) {
        if self.end - self.first == self.values.len() as u64 {
            self.grow();
        }
        let slot = self.slot(self.end);
        self.end += 1;
        self.write(slot, height);
    }

    /// Takes the oldest row away.
    pub fn pop(&mut self) {
        if self.first < self.end {
            self.gone += u64::from(self.get(self.first));
            let slot = self.slot(self.first);
            self.write(slot, 0);
            self.first += 1;
        }
    }

    /// The height of a row; 0 where there is none.
    pub fn get(&self, row: u64) -> u32 {
        if !self.holds(row) {
            return 0;
        }
        self.values.get(self.slot(row)).copied().unwrap_or(0)
    }

    /// Corrects a height. A row that is gone is left alone.
    pub fn set(&mut self, row: u64, height: u32) {
        if self.holds(row) {
            let slot = self.slot(row);
            self.write(slot, height);
        }
    }

    /// The height of all rows.
    pub fn total(&self) -> u64 {
        self.sum(self.values.len())
    }

    /// Where a row begins; for a row beyond the last, where that one ends.
    pub fn offset(&self, row: u64) -> u64 {
        if row <= self.first {
            return 0;
        }
        if row >= self.end {
            return self.total();
        }
        let (from, to) = (self.slot(self.first), self.slot(row));
        if to > from { self.sum(to) - self.sum(from) } else { self.total() - self.sum(from) + self.sum(to) }
    }

    /// The row at a place; the last one below all of them. `None` where there is no row.
    pub fn at(&self, place: u64) -> Option<u64> {
        if self.first == self.end {
            return None;
        }
        if place >= self.total() {
            return Some(self.end - 1);
        }
        let from = self.slot(self.first);
        let before = self.sum(from);
        let behind = self.total() - before;
        let slot = if place < behind { self.slot_at(before + place) } else { self.slot_at(place - behind) };
        let count = self.values.len();
        Some(self.first + ((slot + count - from) % count.max(1)) as u64)
    }

    const fn holds(&self, row: u64) -> bool {
        row >= self.first && row < self.end
    }

    #[expect(clippy::cast_possible_truncation, reason = "less than the length of a vector")]
    fn slot(&self, row: u64) -> usize {
        (row % (self.values.len() as u64).max(1)) as usize
    }

    /// The sum of the slots before this one.
    fn sum(&self, slot: usize) -> u64 {
        let mut sum = 0;
        let mut at = slot;
        while at > 0 {
            sum += self.tree.get(at).copied().unwrap_or(0);
            at &= at - 1;
        }
        sum
    }

    fn write(&mut self, slot: usize, height: u32) {
        let Some(value) = self.values.get_mut(slot) else { return };
        let before = std::mem::replace(value, height);
        let mut at = slot + 1;
        while let Some(sum) = self.tree.get_mut(at) {
            *sum = *sum + u64::from(height) - u64::from(before);
            at += at & at.wrapping_neg();
        }
    }

    /// The slot in which a sum over the slots from the first is passed.
    fn slot_at(&self, place: u64) -> usize {
        let mut slot = 0;
        let mut rest = place;
        let mut step = self.values.len();
        while step > 0 {
            if let Some(sum) = self.tree.get(slot + step)
                && *sum <= rest
            {
                slot += step;
                rest -= sum;
            }
            step /= 2;
        }
        slot
    }

    fn grow(&mut self) {
        let rows: Vec<_> = (self.first..self.end).map(|row| (row, self.get(row))).collect();
        let count = (self.values.len() * 2).max(64);
        self.values = vec![0; count];
        self.tree = vec![0; count + 1];
        for (row, height) in rows {
            let slot = self.slot(row);
            self.write(slot, height);
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use std::collections::VecDeque;

    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug)]
    enum Step {
        Push(u32),
        Pop,
        Set(u64, u32),
        Clear(u64),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            12 => (0_u32..80).prop_map(Step::Push),
            6 => Just(Step::Pop),
            6 => (0_u64..300, 0_u32..80).prop_map(|(row, height)| Step::Set(row, height)),
            1 => (0..1_000_u64).prop_map(Step::Clear),
        ]
    }

    proptest! {
        #[test]
        fn sums_are_those_of_a_plain_list(steps in proptest::collection::vec(step(), 0..400)) {
            let mut heights = Heights::default();
            let mut plain = VecDeque::new();
            let mut first = 0;
            for step in steps {
                match step {
                    Step::Push(height) => {
                        heights.push(height);
                        plain.push_back(height);
                    }
                    Step::Pop => {
                        heights.pop();
                        first += u64::from(plain.pop_front().is_some());
                    }
                    Step::Set(row, height) => {
                        heights.set(row, height);
                        let index = row.checked_sub(first).and_then(|index| usize::try_from(index).ok());
                        if let Some(value) = index.and_then(|index| plain.get_mut(index)) {
                            *value = height;
                        }
                    }
                    Step::Clear(next) => {
                        heights.clear(next);
                        plain.clear();
                        first = next;
                    }
                }
            }
            prop_assert_eq!((heights.first(), heights.end()), (first, first + plain.len() as u64));
            let mut offset = 0;
            for (row, height) in (first..).zip(&plain) {
                prop_assert_eq!(heights.get(row), *height);
                prop_assert_eq!(heights.offset(row), offset);
                if *height > 0 {
                    prop_assert_eq!(heights.at(offset), Some(row));
                    prop_assert_eq!(heights.at(offset + u64::from(*height) - 1), Some(row));
                }
                offset += u64::from(*height);
            }
            prop_assert_eq!(heights.total(), offset);
            prop_assert_eq!(heights.at(offset + 5), plain.len().checked_sub(1).map(|last| first + last as u64));
        }
    }

    #[test]
    fn places_outside_are_told_as_the_ends() {
        let mut heights = Heights::default();
        assert_eq!((heights.at(0), heights.offset(9), heights.get(0)), (None, 0, 0));
        for _ in 0..100 {
            heights.push(20);
        }
        for _ in 0..40 {
            heights.pop();
        }
        heights.set(3, 7);
        assert_eq!(heights.gone(), 800);
        assert_eq!((heights.offset(3), heights.offset(40), heights.offset(41), heights.offset(1000)), (0, 0, 20, 1200));
    }
}
