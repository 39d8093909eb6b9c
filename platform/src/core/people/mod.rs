//! People, organizations, their members and plans, API keys.

mod keys;
mod organizations;
mod plans;
mod profile;
mod seed;

use std::collections::BTreeMap;

use astro_api::{api_keys::ApiKeySource, organizations::Role};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use self::{keys::Key, organizations::Organization, plans::PlanId, profile::Person};
pub use self::{plans::within_limit, seed::seed};
use super::{
    Caller, Cx,
    call::{Call, Reply, Subject},
    demo,
    fault::Fault,
    time::Millis,
    unserved,
};

/// This family's part of the state.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Store {
    /// Everybody who ever signed in, by id. Who has left stays: the audit log speaks of them.
    people: IndexMap<String, Person>,
    /// By id.
    organizations: IndexMap<String, Organization>,
    /// By id.
    keys: IndexMap<String, Key>,
    /// Ids of keys by their secret.
    secrets: BTreeMap<String, String>,
}

/// What happens by itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Due {
    /// An organization is ready, or could not be made.
    Provisioned(String),
    /// A key has a day left.
    KeyExpiring(String),
    /// A key's time is over.
    KeyExpired(String),
}

/// Answers this family's operations.
pub fn handle(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    match call.operation.id {
        "listApiKeys" => keys::list(cx),
        "createApiKey" => keys::create(cx, call),
        "deleteApiKey" => keys::delete(cx, call),
        "getApiKey" => keys::get(cx, call),
        "revokeApiKey" => keys::revoke(cx, call),
        "getApiKeyMetadata" => keys::metadata(cx),
        "validateApiKey" => keys::validate(cx, call),
        "listOrganizations" => organizations::list(cx, call),
        "createOrganization" => organizations::create(cx, call),
        "getOrganization" => organizations::get(cx, call),
        "listOrganizationMembers" => organizations::list_members(cx, call),
        "addOrganizationUser" => organizations::add_user(cx, call),
        "removeOrganizationUser" => organizations::remove_user(cx, call),
        "listOrganizationRoles" => Ok(Reply::ok(plans::assignable_roles())),
        "getOrganizationPlan" => organizations::plan(cx, call),
        "listPlans" => Ok(Reply::ok(plans::plans())),
        "getPricing" => Ok(Reply::ok(plans::pricing())),
        "getUserProfile" => profile::get(cx),
        "createUserProfile" => profile::create(cx, call),
        "switchOrganization" => profile::switch(cx, call),
        _ => Err(unserved(call)),
    }
}

/// Lets something happen.
pub fn due(cx: &mut Cx<'_>, due: Due) {
    match due {
        Due::Provisioned(organization) => organizations::provisioned(cx, &organization),
        Due::KeyExpiring(key) => keys::expiring(cx, &key),
        Due::KeyExpired(key) => keys::expired(cx, &key),
    }
}

/// Whom a key speaks for; expired, revoked and unknown keys are refused with the reason.
pub fn caller_by_key(cx: &mut Cx<'_>, key: &str) -> Result<Caller, Fault> {
    keys::caller(cx, key)
}

/// Whom a verified token speaks for, in the organization named or else in the person's current one.
pub fn caller_by_subject(cx: &mut Cx<'_>, subject: &Subject, organization: Option<&str>) -> Caller {
    let store = &cx.state.people;
    let person = store.people.get(&subject.id);
    let organization =
        organization.or_else(|| person.and_then(|person| person.current.as_deref())).unwrap_or_default().to_owned();
    Caller {
        user: subject.id.clone(),
        role: store.role(&organization, &subject.id),
        organization,
        key: None,
        bearer: true,
        global_admin: person.is_some_and(|person| person.global_admin),
    }
}

/// A person as a token would name them, by id or by the handle of a demo person.
pub fn subject(cx: &Cx<'_>, user: &str) -> Result<Subject, Fault> {
    if let Some(person) = demo::person(user) {
        return Ok(Subject { id: person.id.to_owned(), email: person.email.to_owned(), name: person.name.to_owned() });
    }
    let person = cx.state.people.people.get(user).ok_or_else(|| Fault::not_found("The person", user))?;
    Ok(Subject { id: user.to_owned(), email: person.email.clone(), name: person.name.clone() })
}

/// The id of an organization, by id or name.
pub fn organization_id(cx: &Cx<'_>, wanted: &str) -> Result<String, Fault> {
    cx.state
        .people
        .organizations
        .values()
        .find(|organization| organization.id == wanted || organization.name == wanted)
        .map(|organization| organization.id.clone())
        .ok_or_else(|| Fault::not_found("The organization", wanted))
}

/// Whether an organization is on the Enterprise plan.
pub fn is_enterprise(cx: &Cx<'_>, organization: &str) -> bool {
    cx.state.people.organizations.get(organization).is_some_and(|organization| organization.plan == PlanId::Enterprise)
}

/// Refuses what the Developer plan doesn't have; `what` begins the sentence ("The audit log").
pub fn require_enterprise(cx: &Cx<'_>, organization: &str, what: &str) -> Result<(), Fault> {
    if is_enterprise(cx, organization) {
        return Ok(());
    }
    Err(Fault::new(403, "PLAN_REQUIRED", format!("{what} needs the Enterprise plan"))
        .with("requiredPlan", PlanId::Enterprise.as_str()))
}

/// An organization's members with their roles, in the order in which they joined.
pub fn members(cx: &Cx<'_>, organization: &str) -> Vec<(String, Role)> {
    cx.state.people.organizations.get(organization).map_or_else(Vec::new, |organization| {
        organization.members.iter().map(|(user, member)| (user.clone(), member.role.clone())).collect()
    })
}

/// What was done to a key that is there: it was made, or revoked for a reason.
pub struct KeyEvent {
    /// The key's id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Whose it is.
    pub user: String,
    /// When, milliseconds since 1970.
    pub at: Millis,
    /// Where it was made.
    pub source: ApiKeySource,
    /// Why it was revoked; `None` of one that was made.
    pub revoked: Option<String>,
}

/// What people did to their own keys of an organization, of those that are there.
pub fn key_events(cx: &Cx<'_>, organization: &str) -> Vec<KeyEvent> {
    let keys = cx.state.people.keys.values().filter(|key| key.organization == organization);
    keys.flat_map(|key| {
        let event = |at, revoked| KeyEvent {
            id: key.id.clone(),
            name: key.name.clone().unwrap_or_default(),
            user: key.user.clone(),
            at,
            source: key.source.clone(),
            revoked,
        };
        let made = event(key.created_at, None);
        let by_self = key.revoked.as_ref().filter(|it| it.by == key.user);
        let revoked = by_self.map(|it| event(it.at, Some(it.reason.clone())));
        [Some(made), revoked]
    })
    .flatten()
    .collect()
}

/// The e-mail addresses of an organization's owners.
pub fn owner_emails(cx: &Cx<'_>, organization: &str) -> Vec<String> {
    members(cx, organization)
        .into_iter()
        .filter(|(_, role)| *role == Role::Owner)
        .filter_map(|(user, _)| email(cx, &user))
        .collect()
}

/// An organization's namespace, as applications and clusters show it.
pub fn namespace(cx: &Cx<'_>, organization: &str) -> Option<String> {
    cx.state.people.organizations.get(organization).map(|organization| organization.namespace.clone())
}

/// A person's name, or the id where nobody is known by it.
pub fn display_name(cx: &Cx<'_>, user: &str) -> String {
    cx.state.people.people.get(user).map_or_else(|| user.to_owned(), |person| person.name.clone())
}

/// A person's e-mail address.
pub fn email(cx: &Cx<'_>, user: &str) -> Option<String> {
    cx.state.people.people.get(user).map(|person| person.email.clone())
}

impl Store {
    /// A person's role in an organization; none when the person isn't a member.
    fn role(&self, organization: &str, user: &str) -> Option<Role> {
        Some(self.organizations.get(organization)?.members.get(user)?.role.clone())
    }

    /// The organizations of a person, the one named first.
    fn organizations_of<'a>(&'a self, user: &str, first: &str) -> Vec<&'a Organization> {
        let mut found: Vec<&Organization> =
            self.organizations.values().filter(|organization| organization.members.contains_key(user)).collect();
        found.sort_by_key(|organization| organization.id != first);
        found
    }
}

#[cfg(test)]
mod tests;
