//! Randomness that nobody may guess: codes and tokens. Everything of the demo data comes from the core's own source, which
//! a seed reproduces.

use aws_lc_rs::rand;
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};

fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    // The system's source fails only where a process could not run at all.
    rand::fill(&mut bytes).expect("the system has a source of randomness");
    bytes
}

/// 256 bits as text that fits into an address.
pub fn token() -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes::<32>())
}

/// The id by which a request is found again.
pub fn trace() -> String {
    format!("trace-{:016x}", u64::from_be_bytes(bytes()))
}

/// A version 4 UUID.
pub fn uuid() -> String {
    let value = u128::from_be_bytes(bytes());
    let value = (value & !(0xf << 76) & !(0b11 << 62)) | (0x4 << 76) | (0b10 << 62);
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        value >> 96,
        (value >> 80) & 0xffff,
        (value >> 64) & 0xffff,
        (value >> 48) & 0xffff,
        value & 0xffff_ffff_ffff
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::validate::is_uuid;

    #[test]
    fn ids_have_their_forms_and_never_repeat() {
        let id = uuid();
        assert!(is_uuid(&id), "{id}");
        assert_eq!(id.as_bytes()[14], b'4');
        assert!(b"89ab".contains(&id.as_bytes()[19]));
        assert_ne!(id, uuid());
        assert_eq!(token().len(), 43);
        assert_eq!(trace().len(), 22);
    }
}
