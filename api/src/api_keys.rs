//! API keys: each belongs to one person and one organization.

use serde::{Deserialize, Serialize};

use crate::{
    duration, duration::GoDuration, open_enum::open_enum, request::Request, secret, secret::Secret,
    timestamp::Timestamp,
};

open_enum! {
    /// Where an API key stands in its life.
    ApiKeyStatus { Active = "ACTIVE", Expired = "EXPIRED", Revoked = "REVOKED" }
}

open_enum! {
    /// Where an API key was made.
    ApiKeySource { Cli = "cli", Ui = "ui" }
}

/// Features that a key may use.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FeatureFlags {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deploy_preview_access: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nova_chat_enabled: Option<bool>,
}

/// Field list taken from the expanded Redoc sample of the list operation; status value ACTIVE is documented,
/// EXPIRED and REVOKED follow from the operation texts. (Source: docs.)
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiKey {
    pub id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Full secret. Present on creation only; elsewhere empty (inferred).
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "secret::expose_option")]
    pub key: Option<Secret<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub masked_key: Option<String>,
    pub org_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub org_namespace: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    pub status: ApiKeyStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<ApiKeySource>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_permanent: Option<bool>,
    /// Nanoseconds.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "duration::as_text")]
    pub duration: Option<GoDuration>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feature_flags: Option<FeatureFlags>,
}

/// Asks for a new key. (Source: seed.)
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiKeyCreateRequest {
    /// How long the key is valid, 24 hours by the published text; sent as nanoseconds. The published list of values is
    /// Go's list of units, not of allowed lengths, so any length is taken.
    pub duration: GoDuration,
    /// Never expires when true. Default `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_permanent: Option<bool>,
    /// Label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Organization UUID.
    pub org_id: String,
    /// Origin; used for audit and rate limiting.
    pub source: ApiKeySource,
}

/// Names the key to delete. (Source: seed.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiKeyDeleteRequest {
    /// Key id, not the secret.
    pub key_id: String,
}

/// Confirms that a key is gone. (Source: inferred.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiKeyDeleted {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted: Option<bool>,
}

/// Names the key to revoke, and why. (Source: seed.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiKeyRevokeRequest {
    /// Key id.
    pub key_id: String,
    /// Optional reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Counts by key state plus most recent key activity (names inferred from the operation text). (Source: inferred.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiKeyMetadata {
    pub active: i64,
    pub expired: i64,
    pub revoked: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_activity_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_key_id: Option<String>,
}

/// Key state, expiry and organization. (Source: inferred.)
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiKeyValidation {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid: Option<bool>,
    pub status: ApiKeyStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub org_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub org_namespace: Option<String>,
}

/// List my API keys. All keys of the signed-in user over all organizations, whatever their state. May be called by:
/// signed-in user.
///
/// Operation `listApiKeys`; docs.
pub fn list() -> Request<Vec<ApiKey>> {
    Request::new("listApiKeys")
}

/// Create an API key. Issues a key bound to one organization. The secret is shown once. Default validity 24h
/// according to the field text; a login through the CLI made 30-day keys in older docs.
///
/// Operation `createApiKey`; docs.
pub fn create(body: &ApiKeyCreateRequest) -> Request<ApiKey> {
    Request::new("createApiKey").json(body)
}

/// Delete an API key. Removes a key record by id (body keyId).
///
/// Operation `deleteApiKey`; docs.
pub fn delete(org_id: &str, body: &ApiKeyDeleteRequest) -> Request<ApiKeyDeleted> {
    Request::new("deleteApiKey").path("orgId", org_id).json(body)
}

/// Get one API key. Name, state, expiry and organization of a key.
///
/// Operation `getApiKey`; inferred.
pub fn get(org_id: &str, key_id: &str) -> Request<ApiKey> {
    Request::new("getApiKey").path("orgId", org_id).path("keyId", key_id)
}

/// Revoke an API key. Blocks the key; the record stays for audit.
///
/// Operation `revokeApiKey`; inferred.
pub fn revoke(org_id: &str, body: Option<&ApiKeyRevokeRequest>) -> Request<bool> {
    let request = Request::new("revokeApiKey").path("orgId", org_id);
    match body {
        Some(body) => request.json(body),
        None => request,
    }
}

/// Get API key counts. Counts per state and latest activity for the user in the organization (no organization
/// parameter is listed, so the active one).
///
/// Operation `getApiKeyMetadata`; inferred.
pub fn metadata() -> Request<ApiKeyMetadata> {
    Request::new("getApiKeyMetadata")
}

/// Validate an API key. State, expiry and organization of the key sent in X-Validate-API-Key.
///
/// Operation `validateApiKey`; inferred.
pub fn validate(key: &Secret<String>) -> Request<ApiKeyValidation> {
    Request::new("validateApiKey").header("X-Validate-API-Key", key)
}
