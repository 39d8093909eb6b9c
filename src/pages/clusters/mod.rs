//! Clusters.

mod access;
mod actions;
mod agent;
mod can;
mod create;
mod delete;
mod existing;
mod gone;
mod images;
mod install;
mod labels;
mod list;
mod operations;
mod overview;
mod upgrade;

pub use self::{
    create::create,
    existing::existing,
    list::list,
    overview::overview,
    upgrade::{report::report as upgrade_report, upgrade},
};
