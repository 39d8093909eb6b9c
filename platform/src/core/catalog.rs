//! Providers, regions, zones, machine types: the same for everybody.

use super::{
    Cx,
    call::{Call, Reply},
    fault::Fault,
    unserved,
};

/// Answers this family's operations.
pub fn handle(_cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    Err(unserved(call))
}

/// Fills in the demo data.
pub fn seed(_cx: &mut Cx<'_>) {}
