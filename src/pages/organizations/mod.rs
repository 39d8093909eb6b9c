//! Organizations.

mod list;

pub use self::list::list;
