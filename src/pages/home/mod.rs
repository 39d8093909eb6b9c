//! An organization's home.

mod keys;
mod more;
mod now;
mod overview;
mod shelf;
mod steps;

pub use self::{overview::overview, shelf::place_of};
