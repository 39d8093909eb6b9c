//! Clusters.

mod access;
mod actions;
mod can;
mod delete;
mod gone;
mod list;
mod operations;
mod overview;
mod upgrade;

pub use self::{list::list, overview::overview, upgrade::upgrade};
