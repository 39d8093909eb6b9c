//! Organizations, members, roles and plans.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{null::null_as_empty, open_enum::open_enum, request::Request, timestamp::Timestamp};

open_enum! {
    /// A role in an organization. `owner` cannot be assigned through the API.
    Role { Owner = "owner", Admin = "admin", Editor = "editor", Viewer = "viewer" }
}

/// userId, role, joinedAt are published; name and email inferred. (Source: docs.)
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrgMember {
    pub user_id: String,
    /// owner cannot be assigned through the API.
    pub role: Role,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joined_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// Something that a role may do. (Source: docs.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrgPermission {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// From the roles array of the organization sample. (Source: docs.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrgRole {
    pub id: String,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permissions: Option<Vec<OrgPermission>>,
}

/// Published sample of get-by-id. (Source: docs.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Organization {
    pub id: String,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub org_namespace: Option<String>,
    /// Caller owns it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_user_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_role: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub members: Option<Vec<OrgMember>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roles: Option<Vec<OrgRole>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    /// Named in seed text; not in the published sample.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member_count: Option<i64>,
    /// Provisioning status, named in seed text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
}

/// Creates an organization. (Source: seed.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrgCreateRequest {
    /// Unique; lowercase, digits, hyphens; starts with a letter. Pattern `^[a-z]([-a-z0-9]*[a-z0-9])?$`; 1 to
    /// 50 characters.
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// A page of members. (Source: inferred.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrgMemberPage {
    #[serde(default, deserialize_with = "null_as_empty")]
    pub members: Vec<OrgMember>,
    pub page: i64,
    pub page_size: i64,
    pub total: i64,
}

/// Adds a member by the user id that `whoami` shows. (Source: seed.)
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrgAddUserRequest {
    pub org_id: String,
    pub role: Role,
    pub user_id: String,
}

/// Plan names Developer (default, free, limited) and Enterprise are documented. (Source: inferred.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    pub id: String,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub features: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limits: Option<BTreeMap<String, i64>>,
}

/// Removes a member; never the last admin. (Source: seed.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrgRemoveUserRequest {
    pub org_id: String,
    pub user_id: String,
}

/// Optional parameters of `listOrganizations`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// Page
    pub page: Option<i64>,
    /// Page size
    pub page_size: Option<i64>,
}

/// List organizations. Organizations of the caller.
///
/// Operation `listOrganizations`; docs.
pub fn list(options: &Page) -> Request<Vec<Organization>> {
    Request::new("listOrganizations").query_option("page", options.page).query_option("pageSize", options.page_size)
}

/// Create an organization. The caller becomes its admin (docs: owner). Unique name. Global admin role needed
/// (docs). May be called by: global admin.
///
/// Operation `createOrganization`; docs.
pub fn create(body: &OrgCreateRequest) -> Request<Organization> {
    Request::new("createOrganization").json(body)
}

/// Get an organization. Details, plan, members, roles.
///
/// Operation `getOrganization`; docs.
pub fn get(id: &str) -> Request<Organization> {
    Request::new("getOrganization").path("id", id)
}

/// List members. Paged members.
///
/// Operation `listOrganizationMembers`; inferred.
pub fn members(id: &str, options: &Page) -> Request<OrgMemberPage> {
    Request::new("listOrganizationMembers")
        .path("id", id)
        .query_option("page", options.page)
        .query_option("pageSize", options.page_size)
}

/// Get the plan. Plan name as a bare string.
///
/// Operation `getOrganizationPlan`; inferred.
pub fn plan(id: &str) -> Request<String> {
    Request::new("getOrganizationPlan").path("id", id)
}

/// Add a member. Role viewer, editor or admin. May be called by: admin, owner.
///
/// Operation `addOrganizationUser`; docs.
pub fn add_user(body: &OrgAddUserRequest) -> Request<OrgMember> {
    Request::new("addOrganizationUser").json(body)
}

/// List plans. Subscription plans.
///
/// Operation `listPlans`; inferred.
pub fn plans() -> Request<Vec<Plan>> {
    Request::new("listPlans")
}

/// Remove a member. The last admin cannot be removed. May be called by: admin, owner.
///
/// Operation `removeOrganizationUser`; docs.
pub fn remove_user(body: &OrgRemoveUserRequest) -> Request<String> {
    Request::new("removeOrganizationUser").json(body)
}

/// List roles. Assignable roles.
///
/// Operation `listOrganizationRoles`; inferred.
pub fn roles() -> Request<Vec<OrgRole>> {
    Request::new("listOrganizationRoles")
}
