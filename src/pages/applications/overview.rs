//! `/o/:org/applications/:application`: one application, with its live status.

use std::sync::Arc;

use astro_api::applications::{self, AppResource, Application, Condition, Health};
use leptos::prelude::*;

use crate::{
    components::{
        PageContext, Pin, Shown,
        live::{LiveStatus, application_status},
        marks, words,
    },
    routes,
    store::{Live, query},
    ui::{
        Banner, Button, ButtonLink, Card, Column, Count, Dash, ExternalLink, Fact, Facts, FactsSkeleton, Glyph, Latest,
        Loading, PageHeader, QueryView, State, StateBadge, Table, Time, Tone, format::sentence, load::Connection,
        maybe, reactive, state::readable, table,
    },
};

/// One application.
pub fn overview(organization: String, id: String) -> AnyView {
    let query = {
        let id = id.clone();
        query(move || applications::get(&id))
    };
    let load = query.load();
    let (status, live) = application_status(id.clone());
    let name = move || load.with(|load| load.value().map(|application| application.name.clone()));
    if let Some(context) = use_context::<PageContext>() {
        context.set_connection(live.connection());
        context.set_name(name);
    }
    let logs = routes::application_logs(&organization, &id).href();
    let shown = Signal::derive(move || Shown::of(name(), load.with(|load| load.failure().map(|failure| failure.kind))));
    let pin = view! { <Pin organization=organization.clone() kind=words::APPLICATION id=id.clone() shown=shown/> };
    let title = Signal::derive(move || name().unwrap_or_else(|| id.clone()));
    let badges = move || {
        load.with(|load| {
            let Some(application) = load.value() else { return ().into_any() };
            status.with(|status| {
                let sync = status.sync.as_ref().or(application.sync_status.as_ref()).map(marks::sync);
                view! {
                    <StateBadge mark=health(status, application)/>
                    {maybe(sync.map(|mark| view! { <StateBadge mark=mark/> }.into_any()))}
                }
                .into_any()
            })
        })
    };
    let meta = {
        let organization = organization.clone();
        move || load.with(|load| maybe(load.value().map(|application| meta(&organization, application))))
    };
    view! {
        <PageHeader title=title aside=pin.into_any() badges=badges meta=meta>
            <ButtonLink href=logs label="Logs"/>
        </PageHeader>
        <QueryView
            load=load
            loading=skeleton
            empty=None
            retry=move |()| query.refetch()
            data=move |application| content(organization.clone(), application, status, live)
        />
    }
    .into_any()
}

/// The health that is known best: the stream's, else that of the last reading.
fn health(status: &LiveStatus, application: &Application) -> crate::ui::Mark {
    status.health.as_ref().map_or_else(|| marks::application(application), marks::health)
}

fn cluster_link(organization: &str, cluster: Option<&str>) -> Option<AnyView> {
    let cluster = cluster.filter(|name| !name.is_empty())?;
    let href = routes::cluster(organization, cluster).href();
    Some(view! { <a class="link" href=href>{cluster.to_owned()}</a> }.into_any())
}

fn meta(organization: &str, application: &Application) -> AnyView {
    let endpoint = application.endpoint.as_deref().filter(|endpoint| !endpoint.is_empty());
    let endpoint =
        endpoint.map(|endpoint| view! { <span><ExternalLink href=words::endpoint(endpoint)/></span> }.into_any());
    let cluster = cluster_link(organization, application.cluster_name.as_deref());
    let cluster = cluster.map(|link| view! { <span>{link}</span> }.into_any());
    let source = words::source(&application.source);
    let source = source.map(|source| view! { <span class="mono">{source}</span> }.into_any());
    view! {
        {maybe(endpoint)}
        {maybe(cluster)}
        {maybe(source)}
        <span>"profile " {application.profile_name.clone()}</span>
    }
    .into_any()
}

fn content(
    organization: String,
    application: Latest<Application>,
    status: ReadSignal<LiveStatus>,
    live: Live,
) -> AnyView {
    let trouble = reactive(move || application.draw(|application| status.with(|status| trouble(application, status))));
    let details = reactive(move || {
        application.draw(|application| status.with(|status| details(&organization, application, status)))
    });
    view! {
        <div class="stack">
            {trouble}
            {reactive(move || connection_trouble(live))}
            <div class="columns">
                <div class="stack">{resources(status, live)} {conditions(status, live)}</div>
                <div class="stack">{details}</div>
            </div>
        </div>
    }
    .into_any()
}

/// What is wrong with the application, or what the platform says about it.
fn trouble(application: &Application, status: &LiveStatus) -> AnyView {
    // The message of the last reading is of its moment, and what the stream has told is newer.
    let message = if status.at.is_some() { &status.message } else { &application.message };
    let message = message.clone().filter(|message| !message.is_empty());
    let title = match status.health.as_ref().or(application.health.as_ref()) {
        Some(Health::Degraded) => "The application is degraded",
        Some(Health::Missing) => "Resources of the application are missing",
        _ if health(status, application).tone == Tone::Bad => "The application is not healthy",
        _ => return maybe(message.map(|message| view! { <Banner title=message/> }.into_any())),
    };
    view! { <Banner title=title.to_owned() text=message tone=Tone::Bad/> }.into_any()
}

/// What a person can do when the stream does not come back by itself.
fn connection_trouble(live: Live) -> AnyView {
    live.connection().with(|connection| match connection {
        Connection::Refused(failure) => {
            let text = format!("{} What stands below is what was read last.", sentence(&failure.message));
            view! {
                <Banner title="The status is not followed live".to_owned() text=text tone=Tone::Warn>
                    <Button label="Try again".to_owned() small=true on_press=move |()| live.reconnect()/>
                </Banner>
            }
            .into_any()
        }
        _ => ().into_any(),
    })
}

fn details(organization: &str, application: &Application, status: &LiveStatus) -> AnyView {
    let revision = status.revision.as_deref().or(application.revision.as_deref());
    let endpoint = match application.endpoint.as_deref().filter(|endpoint| !endpoint.is_empty()) {
        Some(endpoint) => view! { <ExternalLink href=words::endpoint(endpoint)/> }.into_any(),
        None => view! { <span class="muted">"Not reachable from outside"</span> }.into_any(),
    };
    let sync = match status.sync.as_ref().or(application.sync_status.as_ref()) {
        Some(sync) => view! { <State mark=marks::sync(sync)/> }.into_any(),
        None => view! { <Dash/> }.into_any(),
    };
    let cluster =
        cluster_link(organization, application.cluster_name.as_deref()).unwrap_or_else(|| view! { <Dash/> }.into_any());
    let facts = vec![
        Fact::new("Health", view! { <State mark=health(status, application)/> }),
        Fact::new("Sync", sync),
        Fact::text("Overall state", Some(&readable(&application.status))),
        Fact::text("Sync mode", application.sync_type.as_ref().map(|mode| readable(mode.as_str())).as_deref()),
        Fact::new("Endpoint", endpoint),
        Fact::text("Source", Some(words::source_type(&application.source))),
        Fact::code("Revision", revision),
        Fact::new("Cluster", cluster),
        Fact::code("Namespace", application.target_namespace.as_deref()),
        Fact::text("Profile", Some(&application.profile_name)),
        Fact::code("Created by", application.created_by.as_deref()),
        Fact::new("Created", view! { <Time at=words::time(application.created_at.as_ref())/> }),
        Fact::new("Changed", view! { <Time at=words::time(application.updated_at.as_ref())/> }),
        Fact::code("Id", Some(&application.id)),
    ];
    view! {
        <Card title="Details" padded=true>
            <Facts facts=facts/>
        </Card>
    }
    .into_any()
}

/// What stands where the stream has not told yet.
fn not_told(live: Live, what: &'static str) -> AnyView {
    view! {
        <p class="card__body muted">
            {move || match live.connection().get() {
                Connection::Refused(_) | Connection::Ended => format!("The platform told no {what}."),
                Connection::Live => format!("No {what} yet. They show as soon as the platform reports them."),
                _ => format!("Waiting for the live status to tell the {what}."),
            }}
        </p>
    }
    .into_any()
}

fn resources(status: ReadSignal<LiveStatus>, live: Live) -> AnyView {
    let rows = Memo::new(move |_| {
        let rows = status.with(|status| status.resources.clone()).unwrap_or_default();
        // What is wrong stands above; the rest keeps the platform's order.
        let is_bad =
            |resource: &AppResource| resource.health.as_ref().is_some_and(|it| marks::health(it).tone == Tone::Bad);
        let (bad, rest): (Vec<_>, Vec<_>) = rows.into_iter().partition(is_bad);
        Arc::new(bad.into_iter().chain(rest).collect::<Vec<_>>())
    });
    let is_told = Memo::new(move |_| rows.with(|rows| !rows.is_empty()));
    let count = move || maybe(is_told.get().then(|| view! { <Count value=rows.with(|rows| rows.len())/> }.into_any()));
    let content = reactive(move || {
        if is_told.get() {
            view! { <Table label="Resources" frameless=true columns=resource_columns() rows=move || Some(rows.get())/> }
                .into_any()
        } else {
            not_told(live, "resources")
        }
    });
    view! {
        <Card title="Resources" side=count>
            {content}
        </Card>
    }
    .into_any()
}

fn resource_columns() -> Vec<Column<AppResource>> {
    vec![
        Column::new("Resource", |resource: &AppResource| {
            view! {
                <span class="resource">
                    <span class="resource__kind">{resource.kind.clone()}</span>
                    <code>{resource.name.clone()}</code>
                </span>
            }
            .into_any()
        })
        .names(),
        Column::new("Health", |resource: &AppResource| match &resource.health {
            Some(health) => view! { <State mark=marks::health(health)/> }.into_any(),
            None => view! { <Dash/> }.into_any(),
        })
        .card(table::Card::Side),
        Column::new("Sync", |resource: &AppResource| match &resource.sync_status {
            Some(sync) => view! { <State mark=marks::sync(sync)/> }.into_any(),
            None => view! { <Dash/> }.into_any(),
        }),
    ]
}

fn conditions(status: ReadSignal<LiveStatus>, live: Live) -> AnyView {
    let content = reactive(move || {
        status.with(|status| match status.conditions.as_deref() {
            Some(conditions) if !conditions.is_empty() => {
                view! { <ul>{conditions.iter().map(condition).collect_view()}</ul> }.into_any()
            }
            _ => not_told(live, "conditions"),
        })
    });
    view! {
        <Card title="Conditions">{content}</Card>
    }
    .into_any()
}

fn condition(condition: &Condition) -> AnyView {
    let reason = condition.reason.clone().filter(|reason| !reason.is_empty());
    let message = condition.message.clone().filter(|message| !message.is_empty());
    view! {
        <li class="feed__row">
            <Glyph tone=marks::condition(condition)/>
            <div class="feed__text">
                <span class="strong">{condition.kind.clone()}</span>
                " "
                <span class="muted">{readable(condition.status.as_str())}</span>
                {maybe(reason.map(|reason| view! { <span class="muted">", " {reason}</span> }.into_any()))}
                {maybe(message.map(|message| view! { <span class="feed__note">{message}</span> }.into_any()))}
            </div>
            <span class="feed__side">
                <Time at=words::time(condition.last_transition_time.as_ref())/>
            </span>
        </li>
    }
    .into_any()
}

fn skeleton() -> AnyView {
    view! {
        <Loading label="Loading the application">
            <div class="columns">
                <div class="stack">
                    <FactsSkeleton rows=6/>
                    <FactsSkeleton rows=3/>
                </div>
                <div class="stack">
                    <FactsSkeleton rows=10/>
                </div>
            </div>
        </Loading>
    }
    .into_any()
}
