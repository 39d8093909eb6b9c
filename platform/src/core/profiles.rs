//! Application profiles and availability tiers.

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

/// Answers this family's operations.
pub fn handle(_cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    Err(unserved(call))
}

/// Fills in the demo data.
pub fn seed(_cx: &mut Cx<'_>) {}

/// An organization's profile by name.
pub fn find(_cx: &Cx<'_>, _organization: &str, _name: &str) -> Option<astro_api::profiles::ApplicationProfile> {
    None
}
