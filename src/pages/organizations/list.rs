//! `/organizations`: where the person is a member.

use astro_api::organizations::{self, Organization, Page};
use leptos::prelude::*;

use crate::{
    components::words,
    routes,
    store::{query, session, use_store},
    ui::{
        Badge, Button, Column, Dash, DataTable, EmptyState, PageHeader, Time, format, maybe, reactive, state::readable,
        table::Card,
    },
};

/// Every organization of the person.
pub fn list() -> AnyView {
    let session = use_store().session;
    let query = query(|| organizations::list(&Page::default()));
    let known = session.organizations();
    let load = query.load();
    let meta = move || {
        load.with(|load| {
            maybe(load.value().map(|list| {
                view! { <span>{format::counted(list.len(), "organization", "organizations")}</span> }.into_any()
            }))
        })
    };
    view! {
        <PageHeader title="Organizations".to_owned() meta=meta/>
        <DataTable
            label="Organizations"
            load=load
            columns=columns(known, session.active())
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

fn columns(
    known: ReadSignal<Vec<session::Organization>>,
    active: ReadSignal<Option<session::Organization>>,
) -> Vec<Column<Organization>> {
    let role = move |organization: &Organization| {
        known
            .with(|known| known.iter().find(|known| known.id == organization.id).and_then(|known| known.role.clone()))
            .map(|role| words::role(&role))
            .or_else(|| organization.user_role.as_deref().map(readable))
    };
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
        .names(),
        Column::new("Role", move |organization| or_dash(role(organization))).card(Card::Side),
        Column::new("Plan", |organization: &Organization| or_dash(organization.plan_id.as_deref().map(readable)))
            .card(Card::Note),
        Column::new("Members", |organization: &Organization| {
            let members = organization.member_count.and_then(|count| usize::try_from(count).ok());
            or_dash(members.or_else(|| organization.members.as_ref().map(Vec::len)).map(format::count))
        })
        .number(),
        Column::new("Status", |organization: &Organization| or_dash(organization.status.as_deref().map(readable)))
            .card(Card::NoteSide),
        Column::new("Created", |organization: &Organization| {
            view! { <Time at=words::time(organization.created_at.as_ref())/> }.into_any()
        }),
    ]
}

fn or_dash(text: Option<String>) -> AnyView {
    match text {
        Some(text) => text.into_any(),
        None => view! { <Dash/> }.into_any(),
    }
}
