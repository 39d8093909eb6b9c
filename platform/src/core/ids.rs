//! Everything random, from one number: the same seed gives the same platform.

use serde::{Deserialize, Serialize};

/// A SplitMix64 generator. Its whole state is two numbers, so it persists with the rest; nothing here is secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Random {
    seed: u64,
    state: u64,
}

impl Random {
    /// Starts a sequence.
    pub const fn new(seed: u64) -> Self {
        Self { seed, state: seed }
    }

    /// A sequence of its own for `name`, that neither reads nor moves this one: what streams and lists derive from an
    /// object's name stays the same whatever else happened.
    #[must_use]
    pub fn derive(&self, name: &str) -> Self {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ self.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        for byte in name.bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        Self::new(hash)
    }

    /// The next 64 bits.
    pub const fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`, which must not be 0.
    pub const fn below(&mut self, bound: u64) -> u64 {
        self.bits() % bound
    }

    /// A number between 0 and 1.
    #[allow(clippy::cast_precision_loss)]
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Whether something with this probability happens.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// One of a list, which must not be empty.
    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        let index = usize::try_from(self.below(list.len() as u64)).unwrap_or_default();
        &list[index]
    }

    /// Lower-case letters and digits, as in pod names.
    pub fn letters(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(*self.pick(b"bcdfghjklmnpqrstvwxz2456789"))).collect()
    }

    /// Hexadecimal digits.
    pub fn hex(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(*self.pick(b"0123456789abcdef"))).collect()
    }

    /// A version 4 UUID.
    pub fn uuid(&mut self) -> String {
        let (a, b) = (self.bits(), self.bits());
        let (a, b) = ((a & !0xf000) | 0x4000, (b & !(0b11 << 62)) | (0b10 << 62));
        format!(
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            a >> 32,
            (a >> 16) & 0xffff,
            a & 0xffff,
            b >> 48,
            b & 0xffff_ffff_ffff
        )
    }
}
