//! `/o/:org/access`: what one may do in an organization, by area, and why.

use astro_api::{
    organizations::{self, Role},
    users::GlobalRole,
};
use leptos::prelude::*;

use super::roles::{permissions_list, purpose};
use crate::{
    components::{roles, words},
    routes,
    store::{Store, query, session::Method, use_store},
    ui::{ButtonLink, Card, Fact, Facts, Glyph, PageHeader, Tone, maybe, query_view, reactive, state::readable},
};

/// What an action takes beside a role.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    /// Nothing.
    Role,
    /// The Enterprise plan.
    Enterprise,
    /// A person's own session: a key cannot.
    Person,
}

/// Something that one does, by the operation whose rule decides.
type Deed = (&'static str, &'static str, Takes);

/// What can be done in an organization, by the areas of the sidebar.
const AREAS: [(&str, &[Deed]); 5] = [
    (
        "Applications",
        &[
            ("See applications, logs and events", "listApplications", Takes::Role),
            ("Deploy and resync applications", "deployApplication", Takes::Role),
            ("Create and delete profiles", "createApplicationProfile", Takes::Role),
            ("Delete applications", "deleteApplication", Takes::Role),
        ],
    ),
    (
        "Infrastructure",
        &[
            ("See clusters and their operations", "listClusters", Takes::Role),
            ("Take kubeconfigs", "generateKubeconfig", Takes::Role),
            ("Create, change and delete clusters", "deployCluster", Takes::Role),
            ("Approve clusters that admins ask for", "decideClusterApproval", Takes::Person),
            ("Connect clouds and take their credentials", "connectAws", Takes::Role),
        ],
    ),
    (
        "Integrations",
        &[
            ("Browse linked GitHub repositories", "listGithubInstallations", Takes::Role),
            ("Link GitHub accounts, make tokens", "mapGithubInstallation", Takes::Role),
            ("Set up e-mail and subscriptions", "upsertNotificationIntegration", Takes::Role),
            ("Set up Slack", "upsertNotificationIntegration", Takes::Enterprise),
        ],
    ),
    (
        "Organization",
        &[
            ("See members and the plan", "listOrganizationMembers", Takes::Role),
            ("Add and remove members", "addOrganizationUser", Takes::Role),
            ("Read and export the audit log", "listAuditEvents", Takes::Enterprise),
        ],
    ),
    ("API keys", &[("List, create and revoke your own keys", "listApiKeys", Takes::Person)]),
];

/// Why one may not do something; none where one may.
fn refusal(deed: Deed, role: Option<&Role>, plan: Option<&str>, method: Option<Method>) -> Option<String> {
    let (_, operation, takes) = deed;
    roles::refused(operation, role).or_else(|| match takes {
        Takes::Enterprise => {
            let plan = plan.filter(|plan| !plan.eq_ignore_ascii_case("enterprise"))?;
            Some(format!("Needs the Enterprise plan. This organization is on {}.", readable(plan)))
        }
        Takes::Person => {
            (method == Some(Method::Key)).then(|| "Needs you to sign in as yourself: a key cannot do it.".to_owned())
        }
        Takes::Role => None,
    })
}

/// What one may do in an organization.
pub fn access(organization: String) -> AnyView {
    let store = use_store();
    let active = store.session.active();
    let id = Memo::new(move |_| active.with(|active| active.as_ref().map(|active| active.id.clone())));
    let plan = query_view::latest(query(move || id.get().map(|id| organizations::plan(&id))).load());
    let details = query_view::latest(query(move || id.get().map(|id| organizations::get(&id))).load());
    let role = store.session.role();
    let method = store.session.method();
    let title = organization.clone();
    let meta = move || {
        let text = match role.get() {
            Some(role) => format!("{} in {title}", words::role(&role)),
            None => format!("No known role in {title}"),
        };
        view! { <span>{text}</span> }.into_any()
    };
    let areas = reactive(move || {
        let (role, plan, method) = (role.get(), plan.get(), method.get());
        AREAS
            .iter()
            .map(|(name, deeds)| {
                let rows = deeds
                    .iter()
                    .map(|deed| {
                        row(*deed, refusal(*deed, role.as_ref(), plan.as_ref().map(|plan| plan.as_str()), method))
                    })
                    .collect_view();
                view! {
                    <Card title=*name>
                        <ul class="rights">{rows}</ul>
                    </Card>
                }
                .into_any()
            })
            .collect_view()
            .into_any()
    });
    let said = reactive(move || {
        let permissions = details.get().and_then(|it| {
            let role = role.get()?;
            it.roles.clone()?.into_iter().find(|it| it.id == role.as_str())?.permissions
        });
        maybe(permissions.filter(|list| !list.is_empty()).map(|list| {
            view! {
                <Card title="In the platform's words" padded=true>
                    {permissions_list(list)}
                </Card>
            }
            .into_any()
        }))
    });
    view! {
        <PageHeader title="My access".to_owned() meta=meta>
            <ButtonLink href=routes::members(&organization).href() label="Members"/>
        </PageHeader>
        <div class="columns">
            <div class="stack">{areas}</div>
            <div class="stack">{you(store)} {said}</div>
        </div>
    }
    .into_any()
}

fn row((text, ..): Deed, refusal: Option<String>) -> AnyView {
    let (tone, word) = if refusal.is_none() { (Tone::Good, "Yes: ") } else { (Tone::Off, "No: ") };
    view! {
        <li class="rights__row">
            <Glyph tone=tone/>
            <span>
                <span class="visually-hidden">{word}</span>
                <span class=if refusal.is_some() { "muted" } else { "" }>{text}</span>
                {maybe(refusal.map(|reason| view! { <span class="rights__reason">{reason}</span> }.into_any()))}
            </span>
        </li>
    }
    .into_any()
}

/// Who one is: the id is what others add one by.
fn you(store: Store) -> AnyView {
    let session = store.session;
    reactive(move || {
        let role = session.role().get();
        let note = role.as_ref().map(|role| view! { <p class="muted">{purpose(role)}</p> }.into_any());
        let person = session.person().get();
        let has_id = person.is_some();
        let facts = match person {
            Some(person) => {
                let global = match person.global_role {
                    Some(GlobalRole::Admin) => "Admin: may create organizations",
                    Some(GlobalRole::Developer) => "Developer",
                    _ => "",
                };
                vec![
                    Fact::copied("User ID", Some(&person.id)),
                    Fact::text("Name", Some(&person.name)),
                    Fact::text("E-mail", Some(&person.email)),
                    Fact::text("Role here", role.as_ref().map(words::role).as_deref()),
                    Fact::text("Role on the platform", Some(global)),
                ]
            }
            None => vec![
                Fact::text("Signed in with", Some("API key (no person attached)")),
                Fact::text("Role here", role.as_ref().map(words::role).as_deref()),
            ],
        };
        view! {
            <Card title="You" padded=true>
                <div class="stack">
                    {maybe(note)}
                    <Facts facts=facts/>
                    {maybe(has_id.then(|| {
                        view! {
                            <p class="muted small">"Another organization adds you by your user ID. It is no secret."</p>
                        }
                        .into_any()
                    }))}
                </div>
            </Card>
        }
        .into_any()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_deed_is_one_of_the_contract() {
        for (_, deeds) in AREAS {
            for (text, operation, _) in deeds {
                assert!(astro_api::operations::find(operation).is_some(), "{text}: {operation} is no operation");
            }
        }
    }

    #[test]
    fn the_role_comes_before_the_plan_and_the_plan_before_nothing() {
        let audit = ("", "listAuditEvents", Takes::Enterprise);
        let says = |role, plan| refusal(audit, Some(&role), plan, Some(Method::Oidc)).unwrap_or_default();
        assert!(says(Role::Viewer, Some("developer")).starts_with("Needs the role admin"));
        assert!(says(Role::Owner, Some("developer")).starts_with("Needs the Enterprise plan"));
        assert_eq!(says(Role::Owner, Some("enterprise")), "");
        assert_eq!(says(Role::Owner, None), "", "nobody knows");
        let keys = ("", "listApiKeys", Takes::Person);
        assert!(refusal(keys, Some(&Role::Owner), None, Some(Method::Key)).is_some());
        assert!(refusal(keys, Some(&Role::Viewer), None, Some(Method::Oidc)).is_none());
    }
}
