//! Cloud accounts: the connections of clusters, temporary credentials, the vault of self-hosted clusters.

mod accounts;
mod credentials;
mod join;
mod vault;

pub use self::{accounts::accounts, vault::Keys};
