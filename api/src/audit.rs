//! The audit log: who did what, when, from where. Enterprise plan, admins and owners.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{null::null_as_empty, open_enum::open_enum, request::Request, timestamp::Timestamp};

open_enum! {
    /// What an audit event is about.
    AuditEventType {
        Cluster = "CLUSTER",
        Application = "APPLICATION",
        AppProfile = "APP_PROFILE",
        Organization = "ORGANIZATION",
        User = "USER",
        ApiKey = "API_KEY",
        Provider = "PROVIDER",
        Notification = "NOTIFICATION",
        Audit = "AUDIT",
    }
}

open_enum! {
    /// What was done.
    AuditAction {
        Create = "CREATE",
        Update = "UPDATE",
        Delete = "DELETE",
        Upgrade = "UPGRADE",
        Revoke = "REVOKE",
        Resync = "RESYNC",
        Read = "READ",
    }
}

open_enum! {
    /// Whether it succeeded.
    AuditResult { Success = "SUCCESS", Failure = "FAILURE" }
}

open_enum! {
    /// A period of audit statistics, ending now.
    StatisticsPeriod { Week = "7d", Month = "30d", Quarter = "90d" }
}

/// The person of an audit event.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditUser {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// Event types, actions, timestamp, user attribution, IP address and user agent are documented; the exact JSON
/// names are inferred. (Source: docs.)
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditEvent {
    pub id: String,
    pub timestamp: Timestamp,
    pub event_type: AuditEventType,
    pub action: AuditAction,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub org_id: Option<String>,
    pub user_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<AuditUser>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<AuditResult>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip_address: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Map<String, Value>>,
}

/// Page container; only that it is an object is known from seed. (Source: inferred.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditEventPage {
    #[serde(default, deserialize_with = "null_as_empty")]
    pub events: Vec<AuditEvent>,
    pub page: i64,
    pub page_size: i64,
    pub total: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_pages: Option<i64>,
}

/// Events of one person.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserCount {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<i64>,
}

/// Events of one day.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DayCount {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<i64>,
}

/// Counts of audit events over a period. (Source: inferred.)
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditStatistics {
    pub period: StatisticsPeriod,
    pub total_events: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_event_type: Option<BTreeMap<String, i64>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_action: Option<BTreeMap<String, i64>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_user: Option<Vec<UserCount>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub daily: Option<Vec<DayCount>>,
}

/// Optional parameters of `listAuditEvents`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AuditFilter {
    /// Page number
    pub page: Option<i64>,
    /// Page size
    pub page_size: Option<i64>,
    /// Event type filter
    pub event_type: Option<String>,
    /// Action filter
    pub action: Option<String>,
    /// User filter
    pub user_id: Option<String>,
    /// Start, flexible formats (2024-01-15 or RFC 3339)
    pub start_date: Option<String>,
    /// End, flexible formats
    pub end_date: Option<String>,
}

/// List audit events. Filterable, paged. Enterprise plan and admin role needed. May be called by: admin, enterprise
/// plan.
///
/// Operation `listAuditEvents`; inferred.
pub fn list(options: &AuditFilter) -> Request<AuditEventPage> {
    Request::new("listAuditEvents")
        .query_option("page", options.page)
        .query_option("pageSize", options.page_size)
        .query_option("eventType", options.event_type.as_ref())
        .query_option("action", options.action.as_ref())
        .query_option("userId", options.user_id.as_ref())
        .query_option("startDate", options.start_date.as_ref())
        .query_option("endDate", options.end_date.as_ref())
}

/// Get an audit event. One event. Enterprise plan and admin role. May be called by: admin, enterprise plan.
///
/// Operation `getAuditEvent`; inferred.
pub fn get(event_id: &str) -> Request<AuditEvent> {
    Request::new("getAuditEvent").path("eventId", event_id)
}

/// Optional parameters of `exportAuditEvents`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AuditExport {
    /// File format
    pub format: Option<String>,
    /// Event type filter
    pub event_type: Option<String>,
    /// Action filter
    pub action: Option<String>,
    /// User filter
    pub user_id: Option<String>,
    /// Start, flexible formats (2024-01-15 or RFC 3339)
    pub start_date: Option<String>,
    /// End, flexible formats
    pub end_date: Option<String>,
}

/// Export audit events. Raw CSV or JSON file, not enveloped (seed sample is a bare string without content type).
/// May be called by: admin, enterprise plan.
///
/// Operation `exportAuditEvents`; inferred.
pub fn export(options: &AuditExport) -> Request<String> {
    Request::file("exportAuditEvents")
        .query_option("format", options.format.as_ref())
        .query_option("eventType", options.event_type.as_ref())
        .query_option("action", options.action.as_ref())
        .query_option("userId", options.user_id.as_ref())
        .query_option("startDate", options.start_date.as_ref())
        .query_option("endDate", options.end_date.as_ref())
}

/// Get audit statistics. Totals and breakdowns. May be called by: admin, enterprise plan.
///
/// Operation `getAuditStatistics`; inferred.
pub fn statistics(period: Option<&str>) -> Request<AuditStatistics> {
    Request::new("getAuditStatistics").query_option("period", period)
}
