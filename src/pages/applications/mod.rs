//! Applications.

mod list;
mod overview;

pub use self::{list::list, overview::overview};
