//! Applications.

mod can;
mod faces;
mod list;
mod logs;
mod overview;
mod resources;

pub use self::{list::list, logs::logs, overview::overview};
