//! The signed-in person.

use astro_api::{
    audit::{AuditAction, AuditEventType},
    users::{GlobalRole, Membership, SwitchOrganizationRequest, UserProfile},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, json};

use super::{
    super::{
        Cx, audit,
        call::{Call, Reply},
        fault::Fault,
        time::{Millis, rfc3339_seconds},
        validate::is_dns_label,
    },
    organizations::Organization,
};

/// Somebody who has signed in before.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Person {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) global_admin: bool,
    pub(super) created_at: Millis,
    /// The organization that the person works in.
    pub(super) current: Option<String>,
}

impl Person {
    fn model(&self, cx: &Cx<'_>) -> UserProfile {
        let current = self.current.as_deref().unwrap_or_default();
        let organizations = cx.state.people.organizations_of(&self.id, current);
        let organizations = organizations.into_iter().map(|organization| Membership {
            org_id: Some(organization.id.clone()),
            name: Some(organization.name.clone()),
            role: organization.members.get(&self.id).map(|member| member.role.clone()),
        });
        UserProfile {
            id: self.id.clone(),
            email: Some(self.email.clone()),
            name: Some(self.name.clone()),
            picture: None,
            global_role: Some(if self.global_admin { GlobalRole::Admin } else { GlobalRole::Developer }),
            current_org_id: self.current.clone(),
            organizations: Some(organizations.collect()),
            created_at: Some(rfc3339_seconds(self.created_at)),
        }
    }
}

/// The caller's profile, where there is one.
fn mine<'a>(cx: &'a Cx<'_>) -> Result<Option<&'a Person>, Fault> {
    let user = &cx.caller()?.user;
    Ok(cx.state.people.people.get(user))
}

pub(super) fn get(cx: &Cx<'_>) -> Result<Reply, Fault> {
    match mine(cx)? {
        Some(person) => Ok(Reply::ok(person.model(cx))),
        None => Err(Fault::new(404, "PROFILE_NOT_FOUND", "You have no profile yet; the first sign-in creates it")),
    }
}

/// The first sign-in: a profile, and an organization of one's own for trying things out.
pub(super) fn create(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    if let Some(person) = mine(cx)? {
        return Ok(Reply::said(person.model(cx), "The profile exists already"));
    }
    let Some(subject) = call.input.subject.clone() else {
        return Err(Fault::unauthorized("A profile is created for the person of a bearer token"));
    };
    let name = default_name(cx, &subject.email);
    let title = format!("{} (default)", if subject.name.is_empty() { &name } else { &subject.name });
    let mut organization = Organization::new(cx, name, title, &subject.id);
    organization.personal = true;
    let person = Person {
        id: subject.id.clone(),
        name: if subject.name.is_empty() { subject.email.clone() } else { subject.name },
        email: subject.email,
        global_admin: false,
        created_at: cx.now,
        current: Some(organization.id.clone()),
    };
    let (id, name) = (organization.id.clone(), organization.name.clone());
    cx.state.people.organizations.insert(id.clone(), organization);
    cx.state.people.people.insert(person.id.clone(), person.clone());
    let created = AuditAction::Create;
    let who = ("user", person.id.as_str(), person.name.as_str());
    audit::record(cx, &id, &person.id, (AuditEventType::User, created.clone()), who, Map::new());
    let what = ("organization", id.as_str(), name.as_str());
    audit::record(cx, &id, &person.id, (AuditEventType::Organization, created), what, Map::new());
    Ok(Reply::said(person.model(cx), "Welcome"))
}

/// A free name after the person's address: `noah-k4x9`.
fn default_name(cx: &mut Cx<'_>, email: &str) -> String {
    let local: String = email
        .split('@')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase()
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' })
        .take(40)
        .collect();
    let local = local.trim_matches('-');
    let stem = if is_dns_label(local) { local } else { "org" };
    loop {
        let name = format!("{stem}-{}", cx.state.random.letters(4));
        if !cx.state.people.organizations.values().any(|other| other.name == name) {
            return name;
        }
    }
}

pub(super) fn switch(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let request: SwitchOrganizationRequest = call.body()?;
    let caller = cx.caller()?.clone();
    // Whether an organization exists is none of the business of who isn't in it.
    if cx.state.people.role(&request.org_id, &caller.user).is_none() {
        return Err(Fault::forbidden("You are not a member of this organization"));
    }
    let Some(person) = cx.state.people.people.get_mut(&caller.user) else {
        return Err(Fault::forbidden("You have no profile yet; the first sign-in creates it"));
    };
    let before = person.current.replace(request.org_id.clone());
    let person = person.clone();
    if before.as_ref() != Some(&request.org_id) {
        let name = |id: Option<&String>| {
            id.and_then(|id| cx.state.people.organizations.get(id)).map(|organization| organization.name.clone())
        };
        let metadata = [
            ("from".to_owned(), json!({ "organization": name(before.as_ref()) })),
            ("to".to_owned(), json!({ "organization": name(Some(&request.org_id)) })),
        ];
        let metadata = metadata.into_iter().collect();
        let subject = (AuditEventType::User, AuditAction::Update);
        audit::record(cx, &request.org_id, &caller.user, subject, ("user", &person.id, &person.name), metadata);
    }
    Ok(Reply::ok(person.model(cx)))
}
