//! Organizations and their members.

use astro_api::{
    audit::{AuditAction, AuditEventType},
    organizations::{
        OrgAddUserRequest, OrgCreateRequest, OrgMember, OrgMemberPage, OrgRemoveUserRequest,
        Organization as OrganizationModel, Role,
    },
};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{
    super::{
        Cx, audit,
        call::{Call, Reply},
        fault::Fault,
        notifications,
        roles::Capability,
        time::{Millis, SECOND, rfc3339_seconds},
        validate::{Checks, is_uuid},
    },
    Due, display_name, email, keys,
    plans::{self, PlanId, within_limit},
};

/// How long an organization takes to be there.
const PROVISIONING: Millis = 20 * SECOND;
const LONGEST_TITLE: usize = 100;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Organization {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) title: String,
    pub(super) namespace: String,
    pub(super) owner: String,
    pub(super) plan: PlanId,
    pub(super) status: Status,
    pub(super) created_at: Millis,
    /// One that a first sign-in made: for trying out, without further members.
    pub(super) personal: bool,
    /// By user id, in the order in which they joined.
    pub(super) members: IndexMap<String, Member>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Member {
    pub(super) role: Role,
    pub(super) joined_at: Millis,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Status {
    Provisioning,
    Ready,
    Failed,
}

impl Status {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Provisioning => "PROVISIONING",
            Self::Ready => "READY",
            Self::Failed => "FAILED",
        }
    }
}

impl Organization {
    /// A new organization of one person, who owns it.
    pub(super) fn new(cx: &mut Cx<'_>, name: String, title: String, owner: &str) -> Self {
        let member = Member { role: Role::Owner, joined_at: cx.now };
        Self {
            id: cx.uuid(),
            namespace: format!("{name}-{}", cx.state.random.letters(4)),
            name,
            title,
            owner: owner.to_owned(),
            plan: PlanId::Developer,
            status: Status::Ready,
            created_at: cx.now,
            personal: false,
            members: [(owner.to_owned(), member)].into_iter().collect(),
        }
    }

    /// What a list shows; [`Organization::details`] has the rest.
    fn model(&self, user: &str) -> OrganizationModel {
        OrganizationModel {
            id: self.id.clone(),
            name: self.name.clone(),
            title: Some(self.title.clone()),
            slug: Some(self.name.clone()),
            org_namespace: Some(self.namespace.clone()),
            owner: Some(self.owner == user),
            owner_user_id: Some(self.owner.clone()),
            plan_id: Some(self.plan.as_str().to_owned()),
            user_role: self.members.get(user).map(|member| member.role.as_str().to_owned()),
            members: None,
            roles: None,
            created_at: Some(rfc3339_seconds(self.created_at)),
            member_count: i64::try_from(self.members.len()).ok(),
            status: Some(self.status.as_str().to_owned()),
        }
    }

    fn details(&self, cx: &Cx<'_>, user: &str) -> OrganizationModel {
        OrganizationModel {
            members: Some(self.members.iter().map(|(user, member)| member.model(cx, user)).collect()),
            roles: Some(plans::roles()),
            ..self.model(user)
        }
    }

    /// How many may manage members.
    fn admins(&self) -> usize {
        self.members.values().filter(|member| Capability::Members.rule().0.contains(&member.role)).count()
    }
}

impl Member {
    fn model(&self, cx: &Cx<'_>, user: &str) -> OrgMember {
        OrgMember {
            user_id: user.to_owned(),
            role: self.role.clone(),
            joined_at: Some(rfc3339_seconds(self.joined_at)),
            name: Some(display_name(cx, user)),
            email: email(cx, user),
        }
    }
}

/// The organizations of the person, that of the key first.
pub(super) fn list(cx: &Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let page = call.number("page", 1..=i64::MAX)?.unwrap_or(1);
    let page_size = call.number("pageSize", 1..=100)?;
    let caller = cx.caller()?;
    let all = cx.state.people.organizations_of(&caller.user, &caller.organization);
    let (skip, take) = page_size.map_or((0, usize::MAX), |size| bounds(page, size));
    let models = all.iter().skip(skip).take(take).map(|organization| organization.model(&caller.user));
    Ok(Reply::ok(models.collect::<Vec<_>>()))
}

fn bounds(page: i64, size: i64) -> (usize, usize) {
    let count = |number: i64| usize::try_from(number).unwrap_or(usize::MAX);
    (count((page - 1).saturating_mul(size)), count(size))
}

pub(super) fn create(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let request: OrgCreateRequest = call.body()?;
    let caller = cx.caller()?.clone();
    if !caller.global_admin {
        return Err(Fault::forbidden("Only a global admin may create organizations")
            .with("requiredRoles", vec!["global admin"]));
    }
    let title = request.title.as_deref().map(str::trim).filter(|title| !title.is_empty()).unwrap_or(&request.name);
    Checks::new()
        .name("name", &request.name)
        .that(title.chars().count() <= LONGEST_TITLE, "title", format!("must have at most {LONGEST_TITLE} characters"))
        .done()?;
    if cx.state.people.organizations.values().any(|other| other.name == request.name) {
        return Err(Fault::conflict(format!("The name \"{}\" is taken", request.name))
            .with("fields", json!({ "name": "is taken" })));
    }
    let mut organization = Organization::new(cx, request.name.clone(), title.to_owned(), &caller.user);
    organization.status = Status::Provisioning;
    let model = organization.details(cx, &caller.user);
    let id = organization.id.clone();
    cx.state.people.organizations.insert(id.clone(), organization);
    cx.after(PROVISIONING, super::super::Due::People(Due::Provisioned(id.clone())));
    note(
        cx,
        &id,
        (AuditEventType::Organization, AuditAction::Create),
        ("organization", &id, &request.name),
        Map::new(),
    );
    Ok(Reply::said(model, "The organization is being provisioned"))
}

/// An organization is ready; one whose name has the word `fail` in it is not, so that a person can see that too.
pub(super) fn provisioned(cx: &mut Cx<'_>, id: &str) {
    if let Some(organization) = cx.state.people.organizations.get_mut(id) {
        organization.status = if organization.name.contains("fail") { Status::Failed } else { Status::Ready };
    }
}

pub(super) fn get(cx: &Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let organization = visible(cx, call.path("id"))?;
    Ok(Reply::ok(organization.details(cx, &cx.caller()?.user)))
}

pub(super) fn plan(cx: &Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    Ok(Reply::ok(visible(cx, call.path("id"))?.plan.as_str()))
}

pub(super) fn list_members(cx: &Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let organization = visible(cx, call.path("id"))?;
    let page = call.number("page", 1..=i64::MAX)?.unwrap_or(1);
    let page_size = call.number("pageSize", 1..=100)?.unwrap_or(10);
    let (skip, take) = bounds(page, page_size);
    let members = organization.members.iter().skip(skip).take(take);
    Ok(Reply::ok(OrgMemberPage {
        members: members.map(|(user, member)| member.model(cx, user)).collect(),
        page,
        page_size,
        total: i64::try_from(organization.members.len()).unwrap_or(i64::MAX),
    }))
}

/// What a person may look at is theirs whichever of their keys they hold: a new organization has no key yet.
fn visible<'a>(cx: &'a Cx<'_>, id: &str) -> Result<&'a Organization, Fault> {
    let caller = cx.caller()?;
    let organization = cx.state.people.organizations.get(id).ok_or_else(|| Fault::not_found("The organization", id))?;
    if organization.members.contains_key(&caller.user) || caller.global_admin {
        Ok(organization)
    } else {
        Err(Fault::forbidden("You are not a member of this organization"))
    }
}

/// An organization whose members the caller may change. A key changes its own organization alone.
fn managed(cx: &Cx<'_>, id: &str) -> Result<Organization, Fault> {
    let caller = cx.caller()?;
    let organization = visible(cx, id)?;
    if caller.global_admin {
        return Ok(organization.clone());
    }
    if caller.key.is_some() && caller.organization != id {
        return Err(Fault::forbidden("The API key belongs to another organization"));
    }
    let role = &organization.members.get(&caller.user).map_or(Role::Viewer, |member| member.role.clone());
    Capability::Members.check(role).map(|()| organization.clone())
}

pub(super) fn add_user(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let request: OrgAddUserRequest = call.body()?;
    Checks::new()
        .that(is_uuid(&request.org_id), "orgId", "must be a UUID")
        .that(is_uuid(&request.user_id), "userId", "must be a UUID; whoami shows it")
        .that(
            matches!(request.role, Role::Viewer | Role::Editor | Role::Admin),
            "role",
            "must be one of viewer, editor, admin; owner cannot be assigned",
        )
        .done()?;
    let organization = managed(cx, &request.org_id)?;
    if organization.personal {
        return Err(Fault::conflict("A default organization is for trying out and cannot get members"));
    }
    let person =
        cx.state.people.people.get(&request.user_id).ok_or_else(|| Fault::not_found("The user", &request.user_id))?;
    let (name, email) = (person.name.clone(), person.email.clone());
    if let Some(member) = organization.members.get(&request.user_id) {
        return Err(Fault::conflict(format!(
            "{name} is already a member with the role {}; remove and add them to change it",
            member.role
        ))
        .with("fields", json!({ "userId": "is already a member" })));
    }
    within_limit(cx, &organization.id, "members", organization.members.len())?;
    let member = Member { role: request.role.clone(), joined_at: cx.now };
    let model = member.model(cx, &request.user_id);
    if let Some(organization) = cx.state.people.organizations.get_mut(&request.org_id) {
        organization.members.insert(request.user_id.clone(), member);
    }
    if let Some(person) = cx.state.people.people.get_mut(&request.user_id)
        && person.current.is_none()
    {
        person.current = Some(request.org_id.clone());
    }
    let metadata = change(&Value::Null, &json!(request.role));
    let subject = (AuditEventType::User, AuditAction::Update);
    note(cx, &request.org_id, subject, ("user", &request.user_id, &name), metadata);
    let text = format!("{name} joined {} with the role {}.", organization.title, request.role);
    notifications::mail(
        cx,
        vec![email],
        &format!("You are now a member of {}", organization.title),
        &format!("Your role is {}. Sign in and choose {} to begin.", request.role, organization.name),
        &[("open", format!("/o/{}", organization.name))],
    );
    notifications::notify(cx, &request.org_id, "member.added", "A member was added", &text);
    Ok(Reply::said(model, "User added"))
}

pub(super) fn remove_user(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let request: OrgRemoveUserRequest = call.body()?;
    Checks::new()
        .that(is_uuid(&request.org_id), "orgId", "must be a UUID")
        .that(is_uuid(&request.user_id), "userId", "must be a UUID")
        .done()?;
    let organization = managed(cx, &request.org_id)?;
    let member =
        organization.members.get(&request.user_id).ok_or_else(|| Fault::not_found("The member", &request.user_id))?;
    if Capability::Members.rule().0.contains(&member.role) && organization.admins() == 1 {
        return Err(Fault::conflict("The last admin of an organization cannot be removed"));
    }
    if member.role == Role::Owner {
        return Err(Fault::conflict("The owner of an organization cannot be removed"));
    }
    let name = display_name(cx, &request.user_id);
    let by = cx.caller()?.user.clone();
    if let Some(organization) = cx.state.people.organizations.get_mut(&request.org_id) {
        organization.members.shift_remove(&request.user_id);
    }
    let next = cx.state.people.organizations_of(&request.user_id, "").first().map(|other| other.id.clone());
    if let Some(person) = cx.state.people.people.get_mut(&request.user_id)
        && person.current.as_ref() == Some(&request.org_id)
    {
        person.current = next;
    }
    let metadata = change(&json!(member.role), &Value::Null);
    let subject = (AuditEventType::User, AuditAction::Update);
    note(cx, &request.org_id, subject, ("user", &request.user_id, &name), metadata);
    let reason = "the member was removed from the organization";
    keys::revoke_all(cx, &request.org_id, &request.user_id, &by, reason);
    let text = format!("{name} is no longer a member of {}. Their API keys were revoked.", organization.title);
    notifications::notify(cx, &request.org_id, "member.removed", "A member was removed", &text);
    Ok(Reply::said("User removed", "OK"))
}

/// A change of role, the way that the log writes changes.
fn change(from: &Value, to: &Value) -> Map<String, Value> {
    [("from".to_owned(), json!({ "role": from })), ("to".to_owned(), json!({ "role": to }))].into_iter().collect()
}

/// Writes an audit event into the log of the organization that it is about, whichever the caller's is.
fn note(
    cx: &mut Cx<'_>,
    organization: &str,
    subject: (AuditEventType, AuditAction),
    resource: (&str, &str, &str),
    metadata: Map<String, Value>,
) {
    if let Some(user) = cx.caller.as_ref().map(|caller| caller.user.clone()) {
        audit::record(cx, organization, &user, subject, resource, metadata);
    }
}
