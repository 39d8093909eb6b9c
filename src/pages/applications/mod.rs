//! Applications.

mod arriving;
mod can;
mod deploy;
mod faces;
mod list;
mod logs;
mod overview;
mod resources;

pub use self::{deploy::deploy, list::list, logs::logs, overview::overview};
