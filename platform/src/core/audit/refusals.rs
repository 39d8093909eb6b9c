//! What somebody tried and was refused leaves an event as well.

use astro_api::{
    audit::{AuditAction, AuditEventType},
    operations::{Method, Operation, Safety},
};
use serde_json::{Map, Value, json};

use super::{
    super::{Cx, call::Call, fault::Fault},
    Resource, write,
};

/// The fields of a body that say what a request is about, the most telling first.
const NAMES: [&str; 8] =
    ["name", "clusterName", "profileName", "keyId", "userId", "topic", "channel", "destinationAccountId"];

/// Notes a write that the caller's role, plan or the state of things didn't allow. What was never understood (400,
/// 404) changed nothing and tells an auditor nothing.
pub fn refused(cx: &mut Cx<'_>, call: &Call<'_>, fault: &Fault) {
    if fault.status != 403 && fault.status != 409 {
        return;
    }
    let Some((kind, action, resource)) = subject(call.operation) else { return };
    let Some(caller) = cx.caller.clone().filter(|caller| caller.role.is_some()) else { return };
    let body: Map<String, Value> = serde_json::from_slice(&call.input.body).unwrap_or_default();
    let named = NAMES.iter().find_map(|name| body.get(*name)?.as_str());
    let id = call.input.path.last().map(|(_, value)| value.as_str()).or(named).unwrap_or_default();
    let resource = Resource::from((resource, id, named.unwrap_or(id)));
    let metadata = [
        ("operation".to_owned(), json!(call.operation.id)),
        ("reason".to_owned(), json!(fault.message)),
        ("code".to_owned(), json!(fault.code)),
    ];
    let metadata = metadata.into_iter().collect();
    write(cx, &caller.organization, &caller.user, (kind, action), resource, metadata, true);
}

/// What a write would have done, in the log's words.
fn subject(operation: &Operation) -> Option<(AuditEventType, AuditAction, &'static str)> {
    if operation.safety == Safety::Read {
        return None;
    }
    let mut segments = operation.path.trim_start_matches('/').split('/');
    let (kind, resource) = match (segments.next()?, segments.next()) {
        ("apikeys", _) => (AuditEventType::ApiKey, "api_key"),
        ("applications", Some("profiles")) => (AuditEventType::AppProfile, "application_profile"),
        ("applications", _) => (AuditEventType::Application, "application"),
        ("clusters", _) => (AuditEventType::Cluster, "cluster"),
        ("cloud", _) => (AuditEventType::Provider, "cloud_connection"),
        ("integrations", _) => (AuditEventType::Provider, "github_installation"),
        ("notifications", _) => (AuditEventType::Notification, "notification"),
        ("organizations", Some("adduser" | "removeuser")) | ("users", _) => (AuditEventType::User, "user"),
        ("organizations", _) => (AuditEventType::Organization, "organization"),
        _ => return None,
    };
    let action = match operation.id {
        "revokeApiKey" => AuditAction::Revoke,
        "resyncApplication" => AuditAction::Resync,
        "removeOrganizationUser" | "unsubscribe" | "decideClusterApproval" | "cancelClusterOperation" => {
            AuditAction::Update
        }
        _ => match operation.method {
            Method::Delete => AuditAction::Delete,
            Method::Put | Method::Patch => AuditAction::Update,
            Method::Post | Method::Get => AuditAction::Create,
        },
    };
    Some((kind, action, resource))
}
