//! The signed-in person.

use serde::{Deserialize, Serialize};

use crate::{open_enum::open_enum, organizations::Role, request::Request, timestamp::Timestamp};

open_enum! {
    /// A role on the platform as a whole.
    GlobalRole { Admin = "admin", Developer = "developer" }
}

/// Names the organization to work in. (Source: seed.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SwitchOrganizationRequest {
    pub org_id: String,
}

/// An organization of a person, with the role there.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Membership {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub org_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
}

/// Text names memberships, roles and active organization. (Source: inferred.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserProfile {
    pub id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
    /// Documented global roles; new users get developer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub global_role: Option<GlobalRole>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_org_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organizations: Option<Vec<Membership>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
}

/// Switch organization. Sets the active organization; the caller must be a member.
///
/// Operation `switchOrganization`; inferred.
pub fn switch_organization(body: &SwitchOrganizationRequest) -> Request<UserProfile> {
    Request::new("switchOrganization").json(body)
}

/// My profile. Profile, memberships, roles, active organization.
///
/// Operation `getUserProfile`; inferred.
pub fn profile() -> Request<UserProfile> {
    Request::new("getUserProfile")
}

/// Create my profile. Creates the profile after the first login, or returns the existing one.
///
/// Operation `createUserProfile`; inferred.
pub fn create_profile() -> Request<UserProfile> {
    Request::new("createUserProfile")
}
