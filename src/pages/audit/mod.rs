//! The audit log of an organization.

mod event;
mod export;
mod log;
mod statistics;
mod table;
mod wanted;

pub use self::log::log;
