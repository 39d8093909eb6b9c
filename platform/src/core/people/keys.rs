//! API keys: each speaks for one person in one organization.

use astro_api::{
    api_keys::{
        ApiKey, ApiKeyCreateRequest, ApiKeyDeleteRequest, ApiKeyDeleted, ApiKeyMetadata, ApiKeyRevokeRequest,
        ApiKeySource, ApiKeyStatus, ApiKeyValidation, FeatureFlags,
    },
    audit::{AuditAction, AuditEventType},
    duration::GoDuration,
    secret::Secret,
    timestamp::Timestamp,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{
    super::{
        Caller, Cx, audit,
        call::{Call, Reply},
        fault::Fault,
        ids::Random,
        notifications,
        roles::Capability,
        time::{DAY, Millis, rfc3339_seconds},
    },
    Due, Store, is_enterprise,
};

const DEFAULT_LIFETIME: GoDuration = GoDuration::from_hours(24);
const SHORTEST_LIFETIME: GoDuration = GoDuration::from_secs(1);
const LONGEST_NAME: usize = 100;
const LONGEST_REASON: usize = 500;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Key {
    pub(super) id: String,
    pub(super) name: Option<String>,
    pub(super) masked: String,
    pub(super) organization: String,
    pub(super) user: String,
    pub(super) status: ApiKeyStatus,
    pub(super) source: ApiKeySource,
    pub(super) permanent: bool,
    pub(super) duration: GoDuration,
    pub(super) created_at: Millis,
    pub(super) expires_at: Option<Millis>,
    pub(super) last_used_at: Option<Millis>,
    pub(super) revoked: Option<Revocation>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Revocation {
    pub(super) at: Millis,
    pub(super) by: String,
    pub(super) reason: String,
}

/// How a key was asked for.
pub(super) struct Wanted {
    pub(super) name: Option<String>,
    pub(super) organization: String,
    pub(super) user: String,
    pub(super) source: ApiKeySource,
    pub(super) permanent: bool,
    pub(super) duration: GoDuration,
}

impl Key {
    fn label(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.masked)
    }

    /// What an answer shows; the secret only where it has just been made.
    fn model(&self, cx: &Cx<'_>, secret: &str) -> ApiKey {
        let organization = cx.state.people.organizations.get(&self.organization);
        let revoked = self.revoked.as_ref();
        let time = |at: Option<Millis>| at.map_or_else(Timestamp::default, rfc3339_seconds);
        ApiKey {
            id: self.id.clone(),
            name: self.name.clone(),
            key: Some(Secret::from(secret)),
            masked_key: Some(self.masked.clone()),
            org_id: self.organization.clone(),
            org_namespace: organization.map(|organization| organization.namespace.clone()),
            user_id: Some(self.user.clone()),
            status: self.status.clone(),
            source: Some(self.source.clone()),
            is_permanent: Some(self.permanent),
            duration: Some(self.duration),
            created_at: Some(rfc3339_seconds(self.created_at)),
            // The platform writes an empty text for a time that hasn't come.
            expires_at: Some(time(self.expires_at)),
            last_used_at: Some(time(self.last_used_at)),
            revoked_at: Some(time(revoked.map(|revoked| revoked.at))),
            revoked_by: Some(revoked.map(|revoked| revoked.by.clone()).unwrap_or_default()),
            revoked_reason: Some(revoked.map(|revoked| revoked.reason.clone()).unwrap_or_default()),
            feature_flags: Some(FeatureFlags {
                deploy_preview_access: Some(is_enterprise(cx, &self.organization)),
                nova_chat_enabled: Some(true),
            }),
        }
    }
}

pub(super) fn list(cx: &Cx<'_>) -> Result<Reply, Fault> {
    let user = &cx.caller()?.user;
    let mut keys: Vec<&Key> = cx.state.people.keys.values().filter(|key| key.user == *user).collect();
    keys.sort_by_key(|key| std::cmp::Reverse(key.created_at));
    Ok(Reply::ok(keys.into_iter().map(|key| key.model(cx, "")).collect::<Vec<_>>()))
}

pub(super) fn create(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let request: ApiKeyCreateRequest = call.body()?;
    let caller = cx.caller()?.clone();
    if !cx.state.people.organizations.contains_key(&request.org_id) {
        return Err(Fault::not_found("The organization", &request.org_id));
    }
    if cx.state.people.role(&request.org_id, &caller.user).is_none() {
        return Err(Fault::forbidden("You are not a member of this organization"));
    }
    let name = request.name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    if name.as_ref().is_some_and(|name| name.chars().count() > LONGEST_NAME) {
        return Err(Fault::invalid("name", format!("must have at most {LONGEST_NAME} characters")));
    }
    let permanent = request.is_permanent.unwrap_or(false);
    let duration = match request.duration {
        _ if permanent => GoDuration::default(),
        duration if duration == GoDuration::default() => DEFAULT_LIFETIME,
        duration if duration < SHORTEST_LIFETIME => {
            return Err(Fault::invalid("duration", "must be at least a second (1000000000), or 0 for 24 hours"));
        }
        duration => duration,
    };
    let wanted = Wanted {
        name,
        organization: request.org_id,
        user: caller.user.clone(),
        source: request.source,
        permanent,
        duration,
    };
    let secret = new_secret(&mut cx.state.random);
    let key = issue(cx, wanted, &secret);
    let metadata = [
        ("source".to_owned(), json!(key.source)),
        ("isPermanent".to_owned(), json!(permanent)),
        ("expiresAt".to_owned(), json!(key.expires_at.map(rfc3339_seconds))),
    ];
    note(cx, &key, AuditAction::Create, metadata.into_iter().collect());
    let model = key.model(cx, &secret);
    Ok(Reply::said(model, "API key created; the secret is shown only this once"))
}

/// A secret that looks like the platform's.
pub(super) fn new_secret(random: &mut Random) -> String {
    format!("astro_{}", random.hex(32))
}

/// Makes a key as of now, and lets it expire.
pub(super) fn issue(cx: &mut Cx<'_>, wanted: Wanted, secret: &str) -> Key {
    let lifetime = wanted.duration.as_nanos() / 1_000_000;
    let expires_at = (!wanted.permanent).then(|| cx.now.saturating_add(lifetime));
    let key = Key {
        id: cx.uuid(),
        name: wanted.name,
        masked: masked(secret),
        organization: wanted.organization,
        user: wanted.user,
        status: ApiKeyStatus::Active,
        source: wanted.source,
        permanent: wanted.permanent,
        duration: wanted.duration,
        created_at: cx.now,
        expires_at,
        last_used_at: None,
        revoked: None,
    };
    keep(cx, key.clone(), secret);
    key
}

/// Takes a key into the state, with what will happen to it.
pub(super) fn keep(cx: &mut Cx<'_>, key: Key, secret: &str) {
    if let Some(at) = key.expires_at.filter(|_| key.status == ApiKeyStatus::Active) {
        // A key of a day is watched by who made it; a longer one is forgotten.
        if at - key.created_at > 2 * DAY && at - DAY > cx.now {
            cx.at(at - DAY, super::super::Due::People(Due::KeyExpiring(key.id.clone())));
        }
        cx.at(at, super::super::Due::People(Due::KeyExpired(key.id.clone())));
    }
    cx.state.people.secrets.insert(secret.to_owned(), key.id.clone());
    cx.state.people.keys.insert(key.id.clone(), key);
}

/// The prefix and the last four characters.
pub(super) fn masked(secret: &str) -> String {
    let tail: String = secret.chars().skip(secret.chars().count().saturating_sub(4)).collect();
    format!("astro_{}{tail}", "*".repeat(16))
}

pub(super) fn get(cx: &Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let key = reachable(cx, call.path("orgId"), call.path("keyId"))?;
    Ok(Reply::ok(key.model(cx, "")))
}

pub(super) fn revoke(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let request: ApiKeyRevokeRequest = call.body()?;
    let reason = request.reason.map(|reason| reason.trim().to_owned()).unwrap_or_default();
    if reason.chars().count() > LONGEST_REASON {
        return Err(Fault::invalid("reason", format!("must have at most {LONGEST_REASON} characters")));
    }
    let key = reachable(cx, call.path("orgId"), &request.key_id)?;
    // Once more changes nothing, neither who did it first nor why.
    if key.status != ApiKeyStatus::Revoked {
        let (id, by) = (key.id.clone(), cx.caller()?.user.clone());
        block(cx, &id, &by, &reason);
    }
    Ok(Reply::said(true, "API key revoked"))
}

/// Revokes a key and notes it.
fn block(cx: &mut Cx<'_>, id: &str, by: &str, reason: &str) {
    let revocation = Revocation { at: cx.now, by: by.to_owned(), reason: reason.to_owned() };
    let Some(key) = cx.state.people.keys.get_mut(id) else { return };
    key.status = ApiKeyStatus::Revoked;
    key.revoked = Some(revocation);
    let key = key.clone();
    note(cx, &key, AuditAction::Revoke, [("reason".to_owned(), json!(reason))].into_iter().collect());
}

/// Revokes the keys of somebody who is no longer a member.
pub(super) fn revoke_all(cx: &mut Cx<'_>, organization: &str, user: &str, by: &str, reason: &str) {
    let ids: Vec<String> = cx
        .state
        .people
        .keys
        .values()
        .filter(|key| key.organization == organization && key.user == user && key.status == ApiKeyStatus::Active)
        .map(|key| key.id.clone())
        .collect();
    for id in ids {
        block(cx, &id, by, reason);
    }
}

pub(super) fn delete(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let request: ApiKeyDeleteRequest = call.body()?;
    let key = reachable(cx, call.path("orgId"), &request.key_id)?.clone();
    cx.state.people.keys.shift_remove(&key.id);
    cx.state.people.secrets.retain(|_, id| *id != key.id);
    note(cx, &key, AuditAction::Delete, Map::new());
    Ok(Reply::said(ApiKeyDeleted { key_id: Some(key.id), deleted: Some(true) }, "API key deleted"))
}

/// Counts of the caller's keys in the organization at hand.
pub(super) fn metadata(cx: &Cx<'_>) -> Result<Reply, Fault> {
    let Caller { user, organization, .. } = cx.caller()?;
    let keys: Vec<&Key> = cx
        .state
        .people
        .keys
        .values()
        .filter(|key| key.user == *user && (organization.is_empty() || key.organization == *organization))
        .collect();
    let count = |status: ApiKeyStatus| {
        i64::try_from(keys.iter().filter(|key| key.status == status).count()).unwrap_or(i64::MAX)
    };
    let last = keys.iter().filter(|key| key.last_used_at.is_some()).max_by_key(|key| key.last_used_at);
    Ok(Reply::ok(ApiKeyMetadata {
        active: count(ApiKeyStatus::Active),
        expired: count(ApiKeyStatus::Expired),
        revoked: count(ApiKeyStatus::Revoked),
        total: i64::try_from(keys.len()).ok(),
        last_activity_at: last.and_then(|key| key.last_used_at).map(rfc3339_seconds),
        last_used_key_id: last.map(|key| key.id.clone()),
    }))
}

/// Says of any key what it is worth; whoever holds its secret may know.
pub(super) fn validate(cx: &Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    const HEADER: &str = "X-Validate-API-Key";
    let secret = call.input.validate_key.as_deref().map(str::trim).filter(|key| !key.is_empty());
    let secret = secret.ok_or_else(|| Fault::invalid(HEADER, "is required"))?;
    let key = find(&cx.state.people, secret).ok_or_else(|| Fault::invalid(HEADER, "is no key of this platform"))?;
    let organization = cx.state.people.organizations.get(&key.organization);
    Ok(Reply::ok(ApiKeyValidation {
        valid: Some(key.status == ApiKeyStatus::Active),
        status: key.status.clone(),
        expires_at: Some(key.expires_at.map_or_else(Timestamp::default, rfc3339_seconds)),
        org_id: Some(key.organization.clone()),
        org_namespace: organization.map(|organization| organization.namespace.clone()),
    }))
}

/// Whom a key speaks for.
pub(super) fn caller(cx: &mut Cx<'_>, secret: &str) -> Result<Caller, Fault> {
    let refuse = |code, message: String| Err(Fault::new(401, code, message));
    let now = cx.now;
    let store = &mut cx.state.people;
    let Some(key) = store.secrets.get(secret).and_then(|id| store.keys.get_mut(id)) else {
        return refuse("API_KEY_UNKNOWN", "The API key is not known; it may have been deleted".to_owned());
    };
    match key.status {
        ApiKeyStatus::Active => {}
        ApiKeyStatus::Expired => {
            let at = key.expires_at.map(rfc3339_seconds).unwrap_or_default();
            return refuse("API_KEY_EXPIRED", format!("The API key expired at {}", at.as_str()));
        }
        _ => {
            let reason = key.revoked.as_ref().map(|revoked| revoked.reason.clone()).filter(|text| !text.is_empty());
            let message = reason.map_or_else(
                || "The API key was revoked".to_owned(),
                |reason| format!("The API key was revoked: {reason}"),
            );
            return refuse("API_KEY_REVOKED", message);
        }
    }
    key.last_used_at = Some(now);
    let (id, user, organization) = (key.id.clone(), key.user.clone(), key.organization.clone());
    Ok(Caller {
        role: store.role(&organization, &user),
        global_admin: store.people.get(&user).is_some_and(|person| person.global_admin),
        user,
        organization,
        key: Some(id),
        bearer: false,
    })
}

fn find<'a>(store: &'a Store, secret: &str) -> Option<&'a Key> {
    store.keys.get(store.secrets.get(secret)?)
}

/// A key that the caller may look at and end: one's own, or a member's where the caller manages members.
fn reachable<'a>(cx: &'a Cx<'_>, organization: &str, id: &str) -> Result<&'a Key, Fault> {
    let caller = cx.caller()?;
    let store = &cx.state.people;
    let key = store
        .keys
        .get(id)
        .filter(|key| key.organization == organization)
        .ok_or_else(|| Fault::not_found("The API key", id))?;
    if key.user == caller.user || caller.global_admin {
        return Ok(key);
    }
    match store.role(organization, &caller.user) {
        Some(role) => Capability::Members.check(&role).map(|()| key),
        None => Err(Fault::forbidden("You are not a member of this organization")),
    }
}

pub(super) fn expiring(cx: &mut Cx<'_>, id: &str) {
    let Some(key) = cx.state.people.keys.get(id).filter(|key| key.status == ApiKeyStatus::Active).cloned() else {
        return;
    };
    let at = key.expires_at.map(rfc3339_seconds).unwrap_or_default();
    let text = format!("The API key \"{}\" expires at {}.", key.label(), at.as_str());
    notifications::notify(cx, &key.organization, "apikey.expiring", "An API key expires in a day", &text);
}

pub(super) fn expired(cx: &mut Cx<'_>, id: &str) {
    if let Some(key) = cx.state.people.keys.get_mut(id).filter(|key| key.status == ApiKeyStatus::Active) {
        key.status = ApiKeyStatus::Expired;
    }
}

/// Writes the audit event, into the log of the key's own organization.
fn note(cx: &mut Cx<'_>, key: &Key, action: AuditAction, metadata: Map<String, Value>) {
    let Some(user) = cx.caller.as_ref().map(|caller| caller.user.clone()) else { return };
    let subject = (AuditEventType::ApiKey, action);
    audit::record(cx, &key.organization, &user, subject, ("api_key", &key.id, key.label()), metadata);
}
