//! Who may do what in an organization, for saying it where the platform refuses.
//!
//! The platform decides; this table only explains. It rests on the role table of the published documentation ("Basic
//! concepts", "Approval workflow") and on what the contract says at single operations; operations that it does not name
//! are open to every role.

use astro_api::organizations::{OrgMember, Role};
use leptos::{prelude::*, task::spawn_local};

use super::{people, words};
use crate::{
    store::use_store,
    ui::{maybe, reactive},
};

const WRITERS: &[Role] = &[Role::Editor, Role::Admin, Role::Owner];
const ADMINS: &[Role] = &[Role::Admin, Role::Owner];
const OWNERS: &[Role] = &[Role::Owner];

/// The roles that an operation takes; none where every role will do, or nothing is known.
pub fn needed(operation: &str) -> Option<&'static [Role]> {
    Some(match operation {
        "deleteApplication" | "decideClusterApproval" => OWNERS,
        "deployApplication"
        | "resyncApplication"
        | "createApplicationProfile"
        | "deleteApplicationProfile"
        | "bulkDeleteApplicationProfiles"
        | "getKubeconfig"
        | "generateKubeconfig"
        | "deleteGithubInstallation"
        | "mapGithubInstallation"
        | "syncGithubInstallations"
        | "createGithubInstallationToken"
        | "createRepositoryToken" => WRITERS,
        "deployCluster"
        | "deleteCluster"
        | "updateCluster"
        | "registerAgent"
        | "unregisterAgent"
        | "syncClusterAuth"
        | "cancelClusterOperation"
        | "connectAws"
        | "connectGcp"
        | "connectAzure"
        | "listKubernetesVersions"
        | "getAwsConnectionStatus"
        | "getGcpConnectionStatus"
        | "getAzureConnectionStatus"
        | "getAwsCredentials"
        | "getGcpCredentials"
        | "getAzureCredentials"
        | "storeSelfHostedCredentials"
        | "deleteSelfHostedCredentials"
        | "getSelfHostedCredentialStatus"
        | "listNotificationIntegrations"
        | "getNotificationIntegration"
        | "upsertNotificationIntegration"
        | "deleteNotificationIntegration"
        | "listNotificationSubscriptions"
        | "getNotificationSubscription"
        | "upsertNotificationSubscription"
        | "deleteNotificationSubscription"
        | "unsubscribe"
        | "listAuditEvents"
        | "getAuditEvent"
        | "exportAuditEvents"
        | "getAuditStatistics"
        | "addOrganizationUser"
        | "removeOrganizationUser" => ADMINS,
        _ => return None,
    })
}

/// Several as one reads them: "editor, admin or owner".
fn one_of(roles: &[Role]) -> String {
    let mut text = String::new();
    for (index, role) in roles.iter().enumerate() {
        if index > 0 {
            text.push_str(if index + 1 == roles.len() { " or " } else { ", " });
        }
        text.push_str(&words::role(role).to_ascii_lowercase());
    }
    text
}

/// Why one with a role may not do what an operation does; what a button says that is disabled for it. A role that nobody
/// knows, here or at all, is left to the platform.
pub fn refused(operation: &str, has: Option<&Role>) -> Option<String> {
    let (takes, has) = (needed(operation)?, has.filter(|has| has.is_known())?);
    let role = words::role(has).to_ascii_lowercase();
    (!takes.contains(has)).then(|| format!("Needs the role {}. Yours is {role}.", one_of(takes)))
}

/// Who may do what an operation does: "The audit log is for the role admin or owner."
pub fn takes(operation: &str, what: &str) -> String {
    needed(operation).map(|takes| format!("{what} is for the role {}.", one_of(takes))).unwrap_or_default()
}

/// [`refused`] for the role in the active organization.
pub fn why_not(operation: &'static str) -> Signal<Option<String>> {
    let role = use_store().session.role();
    Signal::derive(move || refused(operation, role.get().as_ref()))
}

/// Which role one has and which it takes.
fn verdict(has: Option<&Role>, takes: Option<&[Role]>, organization: &str) -> String {
    let has_one = has.is_some_and(|has| takes.is_some_and(|takes| takes.contains(has)));
    let role = has.map(|has| words::role(has).to_ascii_lowercase());
    match (role, takes) {
        (Some(role), Some(_)) if has_one => {
            format!(
                "Your role in {organization} is {role}, which covers this. The organization's plan may not include it."
            )
        }
        (Some(role), Some(takes)) => {
            format!("Your role in {organization} is {role}. This takes the role {}.", one_of(takes))
        }
        (None, Some(takes)) => format!("This takes the role {} in {organization}.", one_of(takes)),
        (Some(role), None) => format!("Your role in {organization} is {role}."),
        (None, None) => String::new(),
    }
}

/// Those who can do what one may not, or give one the role: at most three by name.
fn helpers(members: &[OrgMember], takes: &[Role], own_id: &str) -> Option<String> {
    let name =
        |member: &OrgMember| format!("{} ({})", people::called(member), words::role(&member.role).to_ascii_lowercase());
    let able: Vec<String> = members
        .iter()
        .filter(|member| takes.contains(&member.role) && ADMINS.contains(&member.role) && member.user_id != own_id)
        .map(name)
        .collect();
    let (first, rest) = (able.iter().take(3).cloned().collect::<Vec<_>>().join(", "), able.len().saturating_sub(3));
    match (able.is_empty(), rest) {
        (true, _) => None,
        (false, 0) => Some(format!("Ask {first}.")),
        (false, 1) => Some(format!("Ask {first} or another.")),
        (false, rest) => Some(format!("Ask {first} or one of {rest} others.")),
    }
}

/// Says under a refusal which role it takes, which one has, and who can help.
pub fn explain(operation: &'static str) -> AnyView {
    let session = use_store().session;
    let active = session.active();
    let takes = needed(operation);
    // The role may have changed since it was read: what is said below is to be true.
    spawn_local(async move {
        let _ = session.reload().await;
    });
    let members = people::members();
    reactive(move || {
        let Some(organization) = active.get() else { return ().into_any() };
        let verdict = verdict(organization.role.as_ref(), takes, &organization.name);
        let own_id =
            session.person().with(|person| person.as_ref().map(|person| person.id.clone())).unwrap_or_default();
        let helpers = members.get().and_then(|page| helpers(&page.members, takes.unwrap_or(ADMINS), &own_id));
        view! {
            <div class="failure__role">
                {maybe((!verdict.is_empty()).then(|| view! { <p>{verdict}</p> }.into_any()))}
                {maybe(helpers.map(|helpers| view! { <p>{helpers}</p> }.into_any()))}
            </div>
        }
        .into_any()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_that_is_named_is_one_of_the_contract() {
        let named = include_str!("roles.rs");
        let table = named.split("Some(match operation {").nth(1).and_then(|rest| rest.split("_ => return").next());
        for operation in table.expect("the table").split('"').skip(1).step_by(2) {
            assert!(needed(operation).is_some(), "{operation}");
            assert!(astro_api::operations::find(operation).is_some(), "{operation} is no operation");
        }
        assert_eq!(needed("listClusters"), None);
    }

    #[test]
    fn a_refusal_tells_what_one_has_and_what_it_takes() {
        assert_eq!(
            verdict(Some(&Role::Viewer), needed("deployApplication"), "acme"),
            "Your role in acme is viewer. This takes the role editor, admin or owner."
        );
        assert_eq!(
            verdict(Some(&Role::Admin), needed("listAuditEvents"), "acme"),
            "Your role in acme is admin, which covers this. The organization's plan may not include it."
        );
        assert_eq!(verdict(None, needed("deleteApplication"), "acme"), "This takes the role owner in acme.");
        assert_eq!(verdict(Some(&Role::Editor), None, "acme"), "Your role in acme is editor.");
    }

    #[test]
    fn who_may_not_is_told_before_trying() {
        let says = |operation, role: Option<Role>| refused(operation, role.as_ref());
        assert_eq!(
            says("resyncApplication", Some(Role::Viewer)).as_deref(),
            Some("Needs the role editor, admin or owner. Yours is viewer.")
        );
        assert_eq!(
            says("deleteApplication", Some(Role::Admin)).as_deref(),
            Some("Needs the role owner. Yours is admin.")
        );
        assert_eq!(says("deleteApplication", Some(Role::Owner)), None);
        assert_eq!(says("deleteApplication", Some("auditor".into())), None, "the platform decides");
        assert_eq!(says("deleteApplication", None), None);
        assert_eq!(says("listClusters", Some(Role::Viewer)), None);
    }

    #[test]
    fn who_can_help_is_named_with_their_role() {
        let member = |id: &str, role, name: &str| OrgMember {
            user_id: id.to_owned(),
            role,
            joined_at: None,
            name: Some(name.to_owned()).filter(|name| !name.is_empty()),
            email: None,
        };
        let members = [
            member("1", Role::Viewer, "Victor"),
            member("2", Role::Owner, "Olivia Chen"),
            member("3", Role::Admin, ""),
            member("4", Role::Admin, "Me"),
        ];
        assert_eq!(helpers(&members, ADMINS, "4").as_deref(), Some("Ask Olivia Chen (owner), 3 (admin)."));
        assert_eq!(helpers(&members, OWNERS, "").as_deref(), Some("Ask Olivia Chen (owner)."));
        assert_eq!(helpers(&members[..1], ADMINS, ""), None);
    }
}
