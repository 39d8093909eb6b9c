//! Organizations, members, API keys, the signed-in person, plans and prices.

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

/// Whom a key speaks for; expired, revoked and unknown keys are refused with the reason.
pub fn caller_by_key(_cx: &mut Cx<'_>, _key: &str) -> Result<super::Caller, Fault> {
    Err(Fault::unauthorized("The API key is not valid"))
}

/// Whom a verified token speaks for, in the organization named or else in the person's current one.
pub fn caller_by_subject(
    _cx: &mut Cx<'_>,
    subject: &super::call::Subject,
    organization: Option<&str>,
) -> super::Caller {
    super::Caller {
        user: subject.id.clone(),
        organization: organization.unwrap_or_default().to_owned(),
        role: None,
        key: None,
        bearer: true,
        global_admin: false,
    }
}

/// Whether an organization is on the Enterprise plan.
pub fn is_enterprise(_cx: &Cx<'_>, _organization: &str) -> bool {
    false
}

/// The e-mail addresses of an organization's owners.
pub fn owner_emails(_cx: &Cx<'_>, _organization: &str) -> Vec<String> {
    Vec::new()
}

/// A person's name, or the id where nobody is known by it.
pub fn display_name(_cx: &Cx<'_>, user: &str) -> String {
    user.to_owned()
}
