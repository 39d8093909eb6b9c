//! What is held of a stream that never ends: the newest items, bounded in number and in bytes.

use std::collections::VecDeque;

/// How much is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Items at most.
    pub items: usize,
    /// Bytes at most.
    pub bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { items: 50_000, bytes: 32 << 20 }
    }
}

/// The newest items. Each has a sequence number that it keeps, and that no other one ever gets.
#[derive(Debug)]
pub struct Ring<T> {
    items: VecDeque<(T, usize)>,
    first: u64,
    bytes: usize,
    limits: Limits,
}

impl<T> Ring<T> {
    /// An empty ring.
    pub const fn new(limits: Limits) -> Self {
        Self { items: VecDeque::new(), first: 0, bytes: 0, limits }
    }

    /// The number of the oldest item, or of the next one where there is none.
    pub const fn first(&self) -> u64 {
        self.first
    }

    /// The number that the next item gets.
    pub fn end(&self) -> u64 {
        self.first + self.items.len() as u64
    }

    /// How many are held.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether none is held.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// How many bytes are held.
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Adds an item and lets the oldest go until the limits are kept. The newest one stays even if it alone is beyond
    /// them.
    pub fn push(&mut self, item: T, bytes: usize, mut gone: impl FnMut(u64, T)) {
        self.items.push_back((item, bytes));
        self.bytes += bytes;
        while self.items.len() > 1 && (self.items.len() > self.limits.items || self.bytes > self.limits.bytes) {
            if let Some((item, bytes)) = self.items.pop_front() {
                self.bytes -= bytes;
                gone(self.first, item);
                self.first += 1;
            }
        }
    }

    /// An item by its number.
    pub fn get(&self, seq: u64) -> Option<&T> {
        let index = usize::try_from(seq.checked_sub(self.first)?).ok()?;
        self.items.get(index).map(|(item, _)| item)
    }

    /// All items with their numbers, the oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (u64, &T)> + Clone {
        self.items.iter().enumerate().map(|(index, (item, _))| (self.first + index as u64, item))
    }

    /// Lets all items go. Their numbers are not used again.
    pub fn clear(&mut self) {
        self.first = self.end();
        self.items.clear();
        self.bytes = 0;
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_newest_are_held_within_the_limits(
            sizes in proptest::collection::vec(0_usize..60, 0..200),
            items in 1_usize..40,
            bytes in 1_usize..400,
        ) {
            let mut ring = Ring::new(Limits { items, bytes });
            let mut gone = Vec::new();
            for (index, size) in sizes.iter().enumerate() {
                ring.push(index as u64, *size, |seq, item| gone.push((seq, item)));
                prop_assert!(ring.len() <= items);
                prop_assert!(ring.bytes() <= bytes || ring.len() == 1);
            }
            // Each went once and in order, and what is left follows on it.
            let all: Vec<_> = gone.iter().copied().chain(ring.iter().map(|(seq, item)| (seq, *item))).collect();
            let expected: Vec<_> = (0..sizes.len() as u64).map(|index| (index, index)).collect();
            prop_assert_eq!(all, expected);
            let held: usize = ring.iter().filter_map(|(_, item)| sizes.get(usize::try_from(*item).ok()?)).sum();
            prop_assert_eq!(ring.bytes(), held);
            // None went without need.
            if let Some((_, last)) = gone.last() {
                let size = sizes[usize::try_from(*last).unwrap()];
                prop_assert!(ring.len() + 1 > items || ring.bytes() + size > bytes);
            }
        }
    }

    #[test]
    fn numbers_are_stable() {
        let mut ring = Ring::new(Limits { items: 2, bytes: 100 });
        for word in ["a", "b", "c"] {
            ring.push(word, 1, |_, _| {});
        }
        assert_eq!((ring.get(0), ring.get(1), ring.get(2), ring.get(3)), (None, Some(&"b"), Some(&"c"), None));
        ring.clear();
        assert_eq!((ring.first(), ring.end(), ring.is_empty()), (3, 3, true));
        ring.push("d", 1, |_, _| {});
        assert_eq!(ring.get(3), Some(&"d"));
    }
}
