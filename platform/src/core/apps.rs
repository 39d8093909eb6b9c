//! Applications and their streams.

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

/// A feed of one of an application's three streams.
pub struct AppFeed {}

impl AppFeed {
    /// What it has to say since it was asked last.
    pub fn poll(&mut self, _cx: &mut Cx<'_>) -> super::Polled {
        super::Polled::default()
    }
}

/// Opens a stream of an application.
pub fn feed(_cx: &mut Cx<'_>, call: &Call<'_>) -> Result<AppFeed, Fault> {
    Err(unserved(call))
}

/// The names of an organization's applications that use a profile.
pub fn using_profile(_cx: &Cx<'_>, _organization: &str, _profile: &str) -> Vec<String> {
    Vec::new()
}

/// The names of an organization's applications that run on a cluster.
pub fn on_cluster(_cx: &Cx<'_>, _organization: &str, _cluster: &str) -> Vec<String> {
    Vec::new()
}
