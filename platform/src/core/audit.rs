//! The audit log.

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

/// Writes an audit event. `resource` is type, id and name.
pub fn record(
    _cx: &mut Cx<'_>,
    _organization: &str,
    _user: &str,
    _subject: (astro_api::audit::AuditEventType, astro_api::audit::AuditAction),
    _resource: (&str, &str, &str),
    _metadata: serde_json::Map<String, serde_json::Value>,
) {
}
