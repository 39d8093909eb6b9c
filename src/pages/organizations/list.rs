//! `/organizations`: where the person is a member.

use std::time::Duration;

use astro_api::organizations::{self, Organization, Page};
use leptos::{prelude::*, task::spawn_local};

use super::create::why_not;
use crate::{
    components::{YourId, copy_action, marks, words},
    routes,
    store::{Tone, query, session, use_store},
    ui::{
        Action, Badge, Button, ButtonLink, Column, Dash, DataTable, EmptyState, Features, Filter, Look, Mark,
        PageHeader, State, Time, Value, format,
        lasting::Followed,
        load::Loads,
        maybe, reactive,
        state::readable,
        table::{Card, Choice},
        tally,
    },
};

/// How often the list is read while an organization is being provisioned.
const RENEW: Duration = Duration::from_secs(3);

/// Follows organizations that are being provisioned to their end, and tells it.
fn follow(load: Loads<Vec<Organization>>) {
    let toasts = use_store().toasts;
    let is_pending = |it: &Organization| it.status.as_deref().is_some_and(marks::is_provisioning);
    let pending = Memo::new(move |_| load.with(|load| load.value().is_some_and(|list| list.iter().any(is_pending))));
    // The same answer, asked for more often.
    let _ = query(move || pending.get().then(|| organizations::list(&Page::default()))).every(RENEW);
    Effect::new(move |before: Option<Vec<String>>| {
        let before = before.unwrap_or_default();
        let Some(list) = load.with(|load| load.value().cloned()) else { return before };
        for it in list.iter().filter(|it| before.contains(&it.id) && !is_pending(it)) {
            let has_failed = it.status.as_deref() == Some("FAILED");
            let (tone, text) = if has_failed {
                (Tone::Bad, format!("{} could not be provisioned. Ask support, or create another.", it.name))
            } else {
                (Tone::Good, format!("{} is ready.", it.name))
            };
            toasts.push(tone, text);
        }
        list.iter().filter(|it| is_pending(it)).map(|it| it.id.clone()).collect()
    });
}

/// Every organization of the person.
pub fn list() -> AnyView {
    let session = use_store().session;
    let active = session.active();
    let is_member = Memo::new(move |_| active.with(Option::is_some));
    // It is asked with an organization's key, and a member of none has no key.
    let query = query(move || is_member.get().then(|| organizations::list(&Page::default())));
    let known = session.organizations();
    let load = query.load();
    follow(load);
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
    let toasts = use_store().toasts;
    let looking = RwSignal::new(false);
    let look = Callback::new(move |()| {
        looking.set(true);
        query.refetch();
        spawn_local(async move {
            let outcome = session.reload().await;
            let _ = looking.try_set(false);
            if let Err(failure) = outcome {
                toasts.push(Tone::Bad, format!("{}: {}", failure.title, format::sentence(&failure.message)));
            }
        });
    });
    let content = reactive(move || {
        if !is_member.get() {
            return view! {
                <div class="stack">
                    <div class="card">{nobody(looking, look)}</div>
                    <YourId/>
                </div>
            }
            .into_any();
        }
        view! {
            <DataTable
                label="Organizations"
                load=load
                columns=columns(known, active)
                features=features(known)
                empty=move || nobody(looking, look)
                retry=move |()| query.refetch()
            />
        }
        .into_any()
    });
    view! {
        <PageHeader title="Organizations".to_owned() meta=meta>{action}</PageHeader>
        {content}
    }
    .into_any()
}

/// What stands there for a member of no organization.
fn nobody(looking: RwSignal<bool>, look: Callback<()>) -> AnyView {
    view! {
        <EmptyState
            icon="building-2"
            title="You are not a member of any organization yet"
            text="An admin adds you by your user ID. After that the organization stands here."
        >
            <Button label="Look again".to_owned() busy=looking on_press=look/>
        </EmptyState>
    }
    .into_any()
}

fn columns(known: Known, active: Followed<Option<session::Organization>>) -> Vec<Column<Organization>> {
    let preferences = use_store().preferences;
    vec![
        Column::new("Name", move |organization: &Organization| {
            let id = organization.id.clone();
            let title = organization.title.clone().filter(|title| *title != organization.name && !title.is_empty());
            let is_active = move || active.with(|active| active.as_ref().is_some_and(|it| it.id == id));
            let name = organization.name.clone();
            let is_start = move || preferences.start().with(|start| start.as_ref() == Some(&name));
            view! {
                <span class="row">
                    <a href=routes::home(&organization.name).href()>{organization.name.clone()}</a>
                    {maybe(title.map(|title| view! { <span class="muted table__aside">{title}</span> }.into_any()))}
                    {reactive(move || maybe(is_active().then(|| view! { <Badge text="Active"/> }.into_any())))}
                    {reactive(move || maybe(is_start().then(|| view! { <Badge text="Default"/> }.into_any())))}
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
        Column::new("Status", |organization: &Organization| match status(organization) {
            Some(mark) => view! { <State mark=mark/> }.into_any(),
            None => view! { <Dash/> }.into_any(),
        })
        .value(status)
        .live()
        .card(Card::NoteSide),
        Column::new("Created", |organization: &Organization| {
            view! { <Time at=words::time(organization.created_at.as_ref())/> }.into_any()
        })
        .value(|organization| Value::time(words::time(organization.created_at.as_ref())))
        .width(112),
    ]
}

type Known = Followed<Vec<session::Organization>>;

fn role(known: Known, organization: &Organization) -> Option<String> {
    known
        .with(|known| known.iter().find(|known| known.id == organization.id).and_then(|known| known.role.clone()))
        .map(|role| words::role(&role))
        .or_else(|| organization.user_role.as_deref().map(readable))
}

fn plan(organization: &Organization) -> Option<String> {
    organization.plan_id.as_deref().map(readable)
}

fn status(organization: &Organization) -> Option<Mark> {
    organization.status.as_deref().filter(|status| !status.is_empty()).map(marks::organization)
}

fn members(organization: &Organization) -> Option<usize> {
    let counted = organization.member_count.and_then(|count| usize::try_from(count).ok());
    counted.or_else(|| organization.members.as_ref().map(Vec::len))
}

fn features(known: Known) -> Features<Organization> {
    let preferences = use_store().preferences;
    let choice = |label: String| Choice::new(label.to_lowercase(), label);
    Features::new("organization", "organizations", |organization: &Organization| organization.id.clone())
        .search("Filter by name")
        .actions(move |organization: &Organization| {
            let name = &organization.name;
            let start = preferences.start().with(|start| start.as_ref() == Some(name));
            let (verb, chosen) =
                if start { ("Begin where I was last", None) } else { ("Begin new tabs here", Some(name.clone())) };
            vec![
                Action::link("Open", "arrow-right", routes::home(name).href()),
                Action::link("Details", "building-2", routes::organization(name).href()),
                Action::link("Members", "users", routes::members(name).href()),
                copy_action("Copy organization id", organization.id.clone()),
                Action::run(verb, "star", move || preferences.set_start(chosen.clone())),
            ]
        })
        .filter(Filter::menu("role", "Role", move |organization| role(known, organization).map(choice)))
        .filter(Filter::menu("plan", "Plan", move |organization| plan(organization).map(choice)))
}

fn or_dash(text: Option<String>) -> AnyView {
    match text {
        Some(text) => text.into_any(),
        None => view! { <Dash/> }.into_any(),
    }
}
