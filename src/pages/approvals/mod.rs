//! Clusters that wait for an owner's decision, and the link of the e-mail that asks for it.

mod decide;
mod link;
mod list;
mod withdraw;

pub use self::{link::link, list::list, withdraw::withdrawal};
