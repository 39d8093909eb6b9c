//! Applications.

mod can;
mod list;
mod logs;
mod overview;

pub use self::{list::list, logs::logs, overview::overview};
