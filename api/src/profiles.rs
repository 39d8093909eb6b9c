//! Application profiles: where applications run and with how much.

use serde::{Deserialize, Serialize};

use crate::{catalog::ProviderId, null::null_as_empty, request::Request, tiers::TierName, timestamp::Timestamp};

/// Where applications of a profile go when no cluster is fixed. (Source: docs.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProfileCloudProvider {
    /// Manifests use `provider`; a docs page uses `providerName`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<ProviderId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_name: Option<ProviderId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
}

/// A range of a resource in Kubernetes quantities (`100m`, `256Mi`). (Source: seed.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MinMax {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<String>,
}

/// Only effective for image applications. (Source: seed.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProfileResources {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<MinMax>,
    /// Present in tier definitions; in profiles only memory is documented.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu: Option<MinMax>,
}

/// Echo of the request plus identity and timestamps. (Source: inferred.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApplicationProfile {
    pub id: String,
    pub profile_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub org_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cloud_provider: Option<ProfileCloudProvider>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub availability_tier: Option<TierName>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resources: Option<ProfileResources>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application_count: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Timestamp>,
}

/// With neither clusterName nor cloudProvider the platform picks by proximity. (Source: seed.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProfileRequest {
    /// Image applications only. Default `basic`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub availability_tier: Option<TierName>,
    /// Provider and region placement; ignored when clusterName is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cloud_provider: Option<ProfileCloudProvider>,
    /// Fixed target cluster; wins over cloudProvider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster_name: Option<String>,
    /// DNS name, must start with a letter. Pattern `^[a-z]([-a-z0-9]*[a-z0-9])?$`; 1 to 50 characters.
    pub profile_name: String,
    /// Resource bounds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resources: Option<ProfileResources>,
}

/// Confirms that a profile is gone. (Source: inferred.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProfileDeleted {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted: Option<bool>,
}

/// Names the profiles to delete; those in use are skipped. (Source: seed.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProfileBulkDeleteRequest {
    /// Profile names (not ids).
    #[serde(default, deserialize_with = "null_as_empty")]
    pub profile_names: Vec<String>,
}

/// A profile that was not deleted, and why.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SkippedProfile {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applications: Option<Vec<String>>,
}

/// Seed text: in-use profiles are skipped and reported; field names inferred. (Source: inferred.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProfileBulkDeleteResult {
    #[serde(default, deserialize_with = "null_as_empty")]
    pub deleted: Vec<String>,
    #[serde(default, deserialize_with = "null_as_empty")]
    pub skipped: Vec<SkippedProfile>,
}

/// List profiles. All profiles of the organization.
///
/// Operation `listApplicationProfiles`; inferred.
pub fn list() -> Request<Vec<ApplicationProfile>> {
    Request::new("listApplicationProfiles")
}

/// Create a profile. Placement and runtime defaults for applications.
///
/// Operation `createApplicationProfile`; inferred.
pub fn create(body: &ProfileRequest) -> Request<ApplicationProfile> {
    Request::new("createApplicationProfile").json(body)
}

/// Delete a profile. Refused while applications use it.
///
/// Operation `deleteApplicationProfile`; inferred.
pub fn delete(profile_id: &str) -> Request<ProfileDeleted> {
    Request::new("deleteApplicationProfile").path("profileId", profile_id)
}

/// Get a profile. One profile.
///
/// Operation `getApplicationProfile`; inferred.
pub fn get(profile_id: &str) -> Request<ApplicationProfile> {
    Request::new("getApplicationProfile").path("profileId", profile_id)
}

/// Delete several profiles. Deletes the named profiles; those in use are skipped and reported.
///
/// Operation `bulkDeleteApplicationProfiles`; inferred.
pub fn bulk_delete(body: &ProfileBulkDeleteRequest) -> Request<ProfileBulkDeleteResult> {
    Request::new("bulkDeleteApplicationProfiles").json(body)
}
