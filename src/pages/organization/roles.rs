//! The roles of an organization, explained by what the platform lets each do.

use astro_api::organizations::{OrgPermission, OrgRole, Role};
use leptos::prelude::*;

use crate::{
    components::words,
    ui::{Badge, Dash, Fact, Facts, Icon, format::counted, maybe},
};

/// What a role is for, in one sentence.
pub fn purpose(role: &Role) -> &'static str {
    match role {
        Role::Owner => {
            "Everything, and the only one who approves clusters and deletes applications. Cannot be assigned."
        }
        Role::Admin => "Manages clusters, cloud accounts, notifications and members. New clusters wait for an owner.",
        Role::Editor => "Deploys applications and changes profiles. Touches neither clusters nor members.",
        Role::Viewer => "Sees clusters and applications, and changes nothing.",
        Role::Other(_) => "A role of the platform that this console does not know.",
    }
}

/// Roles below each other, each opens to what it may do. `mine` is marked; `count` says how many members have one.
pub fn list(roles: &[OrgRole], mine: Option<&Role>, count: impl Fn(&Role) -> Option<usize>) -> AnyView {
    let rows = roles
        .iter()
        .map(|it| {
            let role = Role::from(it.id.as_str());
            let permissions = it.permissions.clone().unwrap_or_default();
            let members = count(&role).map(|count| counted(count, "member", "members"));
            let is_mine = mine == Some(&role);
            view! {
                <details class="role">
                    <summary class="role__head">
                        <Icon name="chevron-right"/>
                        <span class="role__name">{words::role(&role)}</span>
                        {maybe(is_mine.then(|| view! { <Badge text="Yours"/> }.into_any()))}
                        <span class="role__note">
                            {members.unwrap_or_else(|| counted(permissions.len(), "permission", "permissions"))}
                        </span>
                    </summary>
                    <p class="muted">{purpose(&role)}</p>
                    {permissions_list(permissions)}
                </details>
            }
            .into_any()
        })
        .collect_view();
    view! { <div>{rows}</div> }.into_any()
}

/// Permissions in the platform's words.
pub fn permissions_list(permissions: Vec<OrgPermission>) -> AnyView {
    let facts = permissions
        .into_iter()
        .map(|it| {
            let name = [it.name, it.id].into_iter().flatten().find(|text| !text.is_empty()).unwrap_or_default();
            match it.description.filter(|text| !text.is_empty()) {
                Some(text) => Fact::new(name, text),
                None => Fact::new(name, view! { <Dash/> }),
            }
        })
        .collect();
    view! { <Facts facts=facts/> }.into_any()
}

/// What a role adds to a list of cards: the names of its permissions in one line.
pub fn in_short(role: &OrgRole) -> String {
    let names = role.permissions.iter().flatten().filter_map(|it| it.name.clone()).collect::<Vec<_>>();
    names.join(", ")
}
