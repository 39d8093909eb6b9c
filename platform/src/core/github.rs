//! GitHub installations and repositories.

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
