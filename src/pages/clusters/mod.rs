//! Clusters.

mod list;
mod operations;
mod overview;

pub use self::{list::list, overview::overview};
