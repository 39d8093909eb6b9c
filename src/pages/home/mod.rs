//! An organization's home.

mod overview;

pub use self::overview::overview;
