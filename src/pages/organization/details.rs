//! `/o/:org/organization`: what an organization is, what its plan allows and how much of that is used.

use std::time::Duration;

use astro_api::{
    applications, clusters,
    organizations::{self, Organization, Plan, Role},
    profiles,
};
use leptos::prelude::*;

use super::roles;
use crate::{
    components::{marks, people::called, words},
    routes,
    store::{query, use_store},
    ui::{
        Badge, ButtonLink, Card, Fact, Facts, FactsSkeleton, Latest, Loading, PageHeader, QueryView, State, StateBadge,
        Time, format, maybe, query_view, reactive, state::readable,
    },
};

/// How often an organization is looked at that is being provisioned.
const RENEW: Duration = Duration::from_secs(3);

/// What an organization is.
pub fn details(organization: String) -> AnyView {
    let session = use_store().session;
    let active = session.active();
    let id = Memo::new(move |_| active.with(|active| active.as_ref().map(|active| active.id.clone())));
    let query = query(move || id.get().map(|id| organizations::get(&id)));
    let load = query.load();
    let pending = Memo::new(move |_| {
        load.with(|load| load.value().is_some_and(|it| it.status.as_deref().is_some_and(marks::is_provisioning)))
    });
    let _ =
        crate::store::query(move || id.get().filter(|_| pending.get()).map(|id| organizations::get(&id))).every(RENEW);
    let found = query_view::latest(load);
    let badges = move || {
        found.draw(|it| {
            maybe(
                it.status
                    .as_deref()
                    .filter(|status| !status.is_empty())
                    .map(|status| view! { <StateBadge mark=marks::organization(status)/> }.into_any()),
            )
        })
    };
    let meta = move || {
        found.draw(|it| {
            let title = it.title.clone().filter(|title| *title != it.name && !title.is_empty());
            maybe(title.map(|title| view! { <span>{title}</span> }.into_any()))
        })
    };
    let (members, plan) = (routes::members(&organization).href(), routes::plan(&organization).href());
    let title = organization.clone();
    view! {
        <PageHeader title=title badges=badges meta=meta>
            <ButtonLink href=members label="Members"/>
            <ButtonLink href=plan label="Plan"/>
        </PageHeader>
        <QueryView
            load=load
            loading=|| view! { <Loading label="Loading the organization"><FactsSkeleton rows=9/></Loading> }.into_any()
            empty=None
            retry=move |()| query.refetch()
            data=move |found| content(&organization, found)
        />
    }
    .into_any()
}

fn content(organization: &str, found: Latest<Organization>) -> AnyView {
    let role = use_store().session.role();
    let name = organization.to_owned();
    let facts = {
        let name = name.clone();
        reactive(move || found.draw(|it| facts(&name, it)))
    };
    let roles = reactive(move || {
        found.draw(|it| {
            let members = it.members.clone();
            let count = move |role: &Role| members.as_ref().map(|all| all.iter().filter(|it| it.role == *role).count());
            roles::list(&it.roles.clone().unwrap_or_default(), role.get().as_ref(), count)
        })
    });
    view! {
        <div class="columns">
            <div class="stack">
                <Card title="Organization" padded=true>
                    {facts}
                </Card>
                <Card title="Roles">{roles}</Card>
            </div>
            <div class="stack">{usage(name, found)}</div>
        </div>
    }
    .into_any()
}

fn facts(organization: &str, it: &Organization) -> AnyView {
    let text = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let members = it.member_count.and_then(|count| usize::try_from(count).ok());
    let members = members.or_else(|| it.members.as_ref().map(Vec::len));
    let owner = it.owner_user_id.as_ref().map(|id| {
        let found = it.members.iter().flatten().find(|member| member.user_id == *id);
        found.map_or_else(|| id.clone(), called)
    });
    let owner = match (owner, it.owner) {
        (Some(owner), Some(true)) => Some(format!("{owner} (you)")),
        (owner, _) => owner,
    };
    let plan = text(&it.plan_id).map(|plan| readable(&plan));
    let status = match text(&it.status) {
        Some(status) => view! { <State mark=marks::organization(&status)/> }.into_any(),
        None => view! { <crate::ui::Dash/> }.into_any(),
    };
    let list = routes::members(organization).href();
    let plans = routes::plan(organization).href();
    let facts = vec![
        Fact::new("Status", status),
        Fact::new("Plan", view! { <a class="link" href=plans>{plan.unwrap_or_else(|| "Not told".to_owned())}</a> }),
        Fact::new(
            "Members",
            view! {
                <a class="link" href=list>
                    {members.map_or_else(|| "All members".to_owned(), |count| format::counted(count, "member", "members"))}
                </a>
            },
        ),
        Fact::text("Owner", owner.as_deref()),
        Fact::text("Title", text(&it.title).as_deref()),
        Fact::copied("Name", Some(&it.name)),
        Fact::copied("Namespace", text(&it.org_namespace).as_deref()),
        Fact::code("Slug", text(&it.slug).as_deref()),
        Fact::new("Created", view! { <Time at=words::time(it.created_at.as_ref())/> }),
        Fact::copied("ID", Some(&it.id)),
    ];
    view! { <Facts facts=facts/> }.into_any()
}

/// How much of what the plan allows is used.
fn usage(organization: String, found: Latest<Organization>) -> AnyView {
    let plans = query(organizations::plans);
    let clusters = query_view::latest(query(|| clusters::list(None)).load());
    let applications = query_view::latest(query(applications::list).load());
    let profiles = query_view::latest(query(profiles::list).load());
    let used = move |what: &str| match what {
        "clusters" => clusters.get().map(|list| list.len()),
        "applications" => applications.get().map(|list| list.len()),
        "profiles" => profiles.get().map(|list| list.len()),
        "members" => found.get().and_then(|it| usize::try_from(it.member_count?).ok()),
        _ => None,
    };
    let href = routes::plan(&organization).href();
    let link = move || view! { <a class="link push" href=href.clone()>"Compare plans"</a> }.into_any();
    view! {
        <Card title="Plan limits" padded=true side=link>
            <QueryView
                load=plans.load()
                loading=|| view! { <Loading label="Loading the limits"><FactsSkeleton rows=4/></Loading> }.into_any()
                empty=None
                frameless=true
                retry=move |()| plans.refetch()
                data=move |plans| {
                    reactive(move || {
                        let id = found.get().and_then(|it| it.plan_id.clone());
                        plans.draw(|plans: &Vec<Plan>| limits(plans.iter().find(|plan| Some(&plan.id) == id.as_ref()), used))
                    })
                }
            />
        </Card>
    }
    .into_any()
}

/// What a limit counts, as a person says it.
pub fn limit_name(what: &str) -> &'static str {
    match what {
        "clusters" => "Clusters",
        "applications" => "Applications",
        "profiles" => "Profiles",
        "members" => "Members",
        _ => "Other",
    }
}

fn limits(plan: Option<&Plan>, used: impl Fn(&str) -> Option<usize>) -> AnyView {
    let Some(plan) = plan else {
        return view! { <p class="muted">"The platform does not say which limits the plan has."</p> }.into_any();
    };
    let limits = plan.limits.clone().unwrap_or_default();
    let known = ["clusters", "applications", "profiles", "members"];
    let facts = known
        .iter()
        .map(|what| {
            let count = used(what);
            let limit = limits.get(*what).copied();
            let is_full = matches!((count, limit), (Some(count), Some(limit)) if i64::try_from(count).is_ok_and(|count| count >= limit));
            let text = match (count, limit) {
                (Some(count), Some(limit)) => format!("{} of {limit}", format::count(count)),
                (None, Some(limit)) => format!("At most {limit}"),
                (Some(count), None) => format!("{}, no limit", format::count(count)),
                (None, None) => "No limit".to_owned(),
            };
            Fact::new(
                limit_name(what),
                view! {
                    <span class="row row--tight">
                        {text}
                        {maybe(is_full.then(|| view! { <Badge text="Full"/> }.into_any()))}
                    </span>
                },
            )
        })
        .collect();
    view! { <Facts facts=facts/> }.into_any()
}
