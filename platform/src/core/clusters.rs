//! Clusters, operations, progress, agents, approvals, kubeconfigs.

use serde::{Deserialize, Serialize};

use super::{
    Cx,
    call::{Call, Reply},
    fault::Fault,
    unserved,
};

/// This family's part of the state.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Store {}

/// What happens by itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Due {}

/// Answers this family's operations.
pub fn handle(_cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    Err(unserved(call))
}

/// Lets something happen.
pub fn due(_cx: &mut Cx<'_>, due: Due) {
    match due {}
}

/// Fills in the demo data.
pub fn seed(_cx: &mut Cx<'_>) {}

/// The feed of `streamClusterProgress`.
pub struct ProgressFeed {}

impl ProgressFeed {
    /// What it has to say since it was asked last.
    pub fn poll(&mut self, _cx: &mut Cx<'_>) -> super::Polled {
        super::Polled::default()
    }
}

/// Opens `streamClusterProgress`.
pub fn feed(_cx: &mut Cx<'_>, call: &Call<'_>) -> Result<ProgressFeed, Fault> {
    Err(unserved(call))
}

/// An organization's cluster by name, as the contract shows it.
pub fn find(_cx: &Cx<'_>, _organization: &str, _name: &str) -> Option<astro_api::clusters::Cluster> {
    None
}

/// An organization's clusters that can run applications (READY, UPDATING, UPGRADING).
pub fn running(_cx: &Cx<'_>, _organization: &str) -> Vec<astro_api::clusters::Cluster> {
    Vec::new()
}
