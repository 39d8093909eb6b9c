//! Applications.

mod actions;
mod changes;
mod delete;
mod deploy;
mod events;
mod faces;
mod list;
mod logs;
mod overview;
mod resources;

pub use self::{deploy::deploy, list::list, logs::logs, overview::overview};
