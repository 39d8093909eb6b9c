//! An organization's home.

mod overview;
mod shelf;

pub use self::{overview::overview, shelf::place_of};
