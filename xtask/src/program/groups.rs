//! Which modules lie together in one file.
//!
//! `wasm-split-cli` makes a module for every set of parts that share code: more than a thousand. Each costs a browser a
//! compilation and an instantiation, and each file a request. A part has to load all it needs, and had better load nothing
//! else. So the modules are put together, pair by pair, as long as that pays: what it spares are requests of the parts that
//! need both, what it costs are the bytes that a part loads in vain.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BinaryHeap};

use anyhow::{Result, ensure};

/// The parts that mostly come first: what they load counts for more.
pub const FIRST: [&str; 5] = ["bell", "home", "clusters", "applications", "organizations"];

/// By how much more.
const FIRST_COUNTS: u32 = 8;

/// How many bytes of unoptimised program a part would rather load in vain than ask for one more file. Optimised and
/// compressed, a quarter of that travels.
const FILE: u64 = 12 * 1024;

/// The parts that need something: one bit each.
type Parts = u128;

/// Modules by number that lie together, in their order.
pub type Group = Vec<usize>;

struct Candidate {
    parts: Parts,
    size: u64,
    members: Group,
}

/// Puts modules together, each given by the parts that need it and its size in bytes.
pub fn group(modules: &[(Vec<&str>, u64)]) -> Result<Vec<Group>> {
    let mut bits: BTreeMap<&str, Parts> = modules.iter().flat_map(|(users, _)| users).map(|user| (*user, 0)).collect();
    ensure!(bits.len() <= 128, "the program has {} parts, of which 128 can be told apart", bits.len());
    for (number, bit) in bits.values_mut().enumerate() {
        *bit = 1 << number;
    }
    let first = FIRST.iter().filter_map(|part| bits.get(part)).fold(0, |all, bit| all | bit);
    let weight = |parts: Parts| u64::from(parts.count_ones() + FIRST_COUNTS * (parts & first).count_ones());
    let gain = |a: &Candidate, b: &Candidate| {
        // What one part alone needs keeps a file that is called after it.
        let own = a.parts.is_power_of_two() || b.parts.is_power_of_two();
        if own && a.parts != b.parts {
            return None;
        }
        let spared = FILE * weight(a.parts & b.parts);
        let in_vain = a.size * weight(b.parts & !a.parts) + b.size * weight(a.parts & !b.parts);
        spared.checked_sub(in_vain).filter(|gain| *gain > 0)
    };

    let mut candidates: Vec<Option<Candidate>> = Vec::new();
    let mut pairs = BinaryHeap::new();
    let put = |candidates: &mut Vec<Option<Candidate>>, pairs: &mut BinaryHeap<Pair>, new: Candidate| {
        for (other, candidate) in candidates.iter().enumerate() {
            if let Some(gain) = candidate.as_ref().and_then(|candidate| gain(candidate, &new)) {
                pairs.push(Pair { gain, of: (other, candidates.len()) });
            }
        }
        candidates.push(Some(new));
    };
    for (number, (users, size)) in modules.iter().enumerate() {
        let parts = users.iter().filter_map(|user| bits.get(user)).fold(0, |all, bit| all | bit);
        put(&mut candidates, &mut pairs, Candidate { parts, size: *size, members: vec![number] });
    }
    while let Some(Pair { of: (a, b), .. }) = pairs.pop() {
        if candidates[a].is_none() || candidates[b].is_none() {
            continue;
        }
        if let (Some(mut a), Some(b)) = (candidates[a].take(), candidates[b].take()) {
            a.parts |= b.parts;
            a.size += b.size;
            a.members.extend(b.members);
            put(&mut candidates, &mut pairs, a);
        }
    }
    let mut groups: Vec<Group> = candidates.into_iter().flatten().map(|candidate| candidate.members).collect();
    for group in &mut groups {
        group.sort_unstable();
    }
    groups.sort_unstable();
    Ok(groups)
}

/// Two candidates and what it gains to put them together. Of equal ones the first come first, so that a program is
/// always laid out in the same way.
#[derive(PartialEq, Eq)]
struct Pair {
    gain: u64,
    of: (usize, usize),
}

impl Ord for Pair {
    fn cmp(&self, other: &Self) -> Ordering {
        self.gain.cmp(&other.gain).then_with(|| other.of.cmp(&self.of))
    }
}

impl PartialOrd for Pair {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_lie_together_where_that_spares_requests() {
        let small = 100;
        let large = 100 * 1024;
        let modules = [
            (vec!["keys"], large),
            (vec!["keys", "members"], small),
            (vec!["keys", "members"], large),
            (vec!["keys", "members", "audit"], small),
            (vec!["clusters"], large),
            (vec!["clusters", "members"], small),
        ];
        // The small one that the audit log needs as well is too large with the others for it to load.
        let together = group(&modules).unwrap();
        assert!(together.contains(&vec![4]) && together.contains(&vec![0]), "{together:?}");
        assert!(together.iter().any(|group| group.contains(&1) && group.contains(&2)), "the same parts: {together:?}");
        let mut all: Vec<usize> = together.into_iter().flatten().collect();
        all.sort_unstable();
        assert_eq!(all, [0, 1, 2, 3, 4, 5], "each once");
        assert!(group(&[]).unwrap().is_empty());
    }

    #[test]
    fn what_one_part_alone_needs_stays_alone() {
        let modules = [(vec!["keys"], 1), (vec!["members"], 1), (vec!["keys", "members"], 1), (vec!["keys"], 1)];
        assert_eq!(group(&modules).unwrap(), [vec![0, 3], vec![1], vec![2]]);
    }

    #[test]
    fn a_little_is_loaded_in_vain_to_spare_a_request() {
        let modules = [(vec!["audit", "keys"], 9_000), (vec!["audit", "keys", "members"], 1_000)];
        assert_eq!(group(&modules).unwrap(), [[0, 1]]);
        let modules = [(vec!["audit", "keys"], 90_000), (vec!["audit", "keys", "members"], 1_000)];
        assert_eq!(group(&modules).unwrap(), [[0], [1]]);
    }

    #[test]
    fn more_parts_than_there_are_bits_are_refused() {
        let names: Vec<String> = (0..129).map(|number| number.to_string()).collect();
        let modules: Vec<_> = names.iter().map(|name| (vec![name.as_str()], 1)).collect();
        assert!(group(&modules).is_err());
        assert_eq!(group(&modules[..128]).unwrap().len(), 128);
    }
}
