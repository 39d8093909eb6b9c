//! `/organizations`: where the person is a member.

use astro_api::organizations::{self, Organization, Page};
use leptos::prelude::*;

use super::create::why_not;
use crate::{
    components::words,
    routes,
    store::{query, session, use_store},
    ui::{
        Badge, Button, ButtonLink, Column, Dash, DataTable, EmptyState, Features, Filter, Look, PageHeader, Time,
        Value, format, maybe, reactive,
        state::readable,
        table::{Card, Choice},
        tally,
    },
};

/// Every organization of the person.
pub fn list() -> AnyView {
    let session = use_store().session;
    let query = query(|| organizations::list(&Page::default()));
    let known = session.organizations();
    let load = query.load();
    let meta = tally(load, ("organization", "organizations"), |_| None);
    let blocked = why_not(session);
    let action = view! {
        <ButtonLink
            href=routes::organization_create().href()
            label="New organization"
            look=Look::Primary
            disabled_reason=blocked
        />
    };
    view! {
        <PageHeader title="Organizations".to_owned() meta=meta>{action}</PageHeader>
        <DataTable
            label="Organizations"
            load=load
            columns=columns(known, session.active())
            features=features(known)
            empty=move || {
                view! {
                    <EmptyState
                        icon="building-2"
                        title="You are not a member of any organization yet"
                        text="An admin adds you by your user id. After that the organization stands here."
                    >
                        <Button label="Look again".to_owned() on_press=move |()| query.refetch()/>
                    </EmptyState>
                }
                .into_any()
            }
            retry=move |()| query.refetch()
        />
    }
    .into_any()
}

fn columns(known: Known, active: ReadSignal<Option<session::Organization>>) -> Vec<Column<Organization>> {
    vec![
        Column::new("Name", move |organization: &Organization| {
            let id = organization.id.clone();
            let title = organization.title.clone().filter(|title| *title != organization.name && !title.is_empty());
            let is_active = move || active.with(|active| active.as_ref().is_some_and(|it| it.id == id));
            view! {
                <span class="row">
                    <a href=routes::home(&organization.name).href()>{organization.name.clone()}</a>
                    {maybe(title.map(|title| view! { <span class="muted table__aside">{title}</span> }.into_any()))}
                    {reactive(move || maybe(is_active().then(|| view! { <Badge text="Active"/> }.into_any())))}
                </span>
            }
            .into_any()
        })
        .value(|organization| organization.name.clone())
        .names(),
        Column::new("Role", move |organization| or_dash(role(known, organization)))
            .value(move |organization| Value::text(role(known, organization)))
            .card(Card::Side),
        Column::new("Plan", |organization| or_dash(plan(organization)))
            .value(|organization| Value::text(plan(organization)))
            .card(Card::Note),
        Column::new("Members", |organization| or_dash(members(organization).map(format::count)))
            .value(|organization| Value::count(members(organization)))
            .width(112)
            .number(),
        Column::new("Status", |organization| or_dash(status(organization)))
            .value(|organization| Value::text(status(organization)))
            .card(Card::NoteSide),
        Column::new("Created", |organization: &Organization| {
            view! { <Time at=words::time(organization.created_at.as_ref())/> }.into_any()
        })
        .value(|organization| Value::time(words::time(organization.created_at.as_ref())))
        .width(112),
    ]
}

type Known = ReadSignal<Vec<session::Organization>>;

fn role(known: Known, organization: &Organization) -> Option<String> {
    known
        .with(|known| known.iter().find(|known| known.id == organization.id).and_then(|known| known.role.clone()))
        .map(|role| words::role(&role))
        .or_else(|| organization.user_role.as_deref().map(readable))
}

fn plan(organization: &Organization) -> Option<String> {
    organization.plan_id.as_deref().map(readable)
}

fn status(organization: &Organization) -> Option<String> {
    organization.status.as_deref().map(readable)
}

fn members(organization: &Organization) -> Option<usize> {
    let counted = organization.member_count.and_then(|count| usize::try_from(count).ok());
    counted.or_else(|| organization.members.as_ref().map(Vec::len))
}

fn features(known: Known) -> Features<Organization> {
    let choice = |label: String| Choice::new(label.to_lowercase(), label);
    Features::new("organization", "organizations", |organization: &Organization| organization.id.clone())
        .search("Filter by name")
        .filter(Filter::menu("role", "Role", move |organization| role(known, organization).map(choice)))
        .filter(Filter::menu("plan", "Plan", move |organization| plan(organization).map(choice)))
}

fn or_dash(text: Option<String>) -> AnyView {
    match text {
        Some(text) => text.into_any(),
        None => view! { <Dash/> }.into_any(),
    }
}
