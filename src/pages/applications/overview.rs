//! `/o/:org/applications/:application`: one application, with its live status.

use std::sync::Arc;

use astro_api::applications::{self, AppResource, Application, Condition, Health};
use leptos::prelude::*;

use crate::{
    components::{
        PageContext,
        live::{LiveStatus, application_status},
        marks, words,
    },
    routes,
    store::{Live, query},
    ui::{
        Banner, Button, Card, Column, Count, Dash, ExternalLink, Fact, Facts, FactsSkeleton, Glyph, Loading,
        PageHeader, QueryView, State, StateBadge, Table, Time, Tone, load::Connection, state::readable, table,
    },
};

/// One application.
pub fn overview(organization: String, id: String) -> AnyView {
    let query = {
        let id = id.clone();
        query(move || applications::get(&id))
    };
    let load = query.load();
    let application =
        Memo::new(move |_| load.with(|load| load.value().map(|application| Shown(Arc::clone(application)))));
    let (status, live) = application_status(id.clone());
    if let Some(context) = use_context::<PageContext>() {
        context.set_connection(live.connection());
        context.set_name(move || application.with(|shown| shown.as_ref().map(|Shown(it)| it.name.clone())));
    }
    let title = Signal::derive(move || {
        application.with(|shown| shown.as_ref().map_or_else(|| id.clone(), |Shown(it)| it.name.clone()))
    });
    let badges = move || {
        (move || {
            application.get().map(|Shown(application)| {
                status.with(|status| {
                    let sync = status.sync.as_ref().or(application.sync_status.as_ref()).map(marks::sync);
                    view! {
                        <StateBadge mark=health(status, &application)/>
                        {sync.map(|mark| view! { <StateBadge mark=mark/> })}
                    }
                })
            })
        })
        .into_any()
    };
    let clusters_of = organization.clone();
    let meta = move || {
        let organization = clusters_of.clone();
        (move || application.get().map(|Shown(application)| meta(&organization, &application))).into_any()
    };
    view! {
        <PageHeader title=title badges=badges meta=meta/>
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

/// An application that is compared by identity: the store hands out the same object until there is a newer one.
#[derive(Clone)]
struct Shown(Arc<Application>);

impl PartialEq for Shown {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
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
    view! {
        {endpoint.map(|endpoint| view! { <span><ExternalLink href=words::endpoint(endpoint)/></span> })}
        {cluster_link(organization, application.cluster_name.as_deref()).map(|link| view! { <span>{link}</span> })}
        {words::source(&application.source).map(|source| view! { <span class="mono">{source}</span> })}
        <span>"profile " {application.profile_name.clone()}</span>
    }
    .into_any()
}

fn content(
    organization: String,
    application: Signal<Arc<Application>>,
    status: Signal<LiveStatus>,
    live: Live,
) -> AnyView {
    let trouble = move || {
        application.with(|application| {
            status.with(|status| {
                let mark = health(status, application);
                // The message of the last reading is of its moment, and what the stream has told is newer.
                let message = if status.at.is_some() { &status.message } else { &application.message }.clone();
                let title = match status.health.as_ref().or(application.health.as_ref()) {
                    Some(Health::Degraded) => "The application is degraded",
                    Some(Health::Missing) => "Resources of the application are missing",
                    _ if mark.tone == Tone::Bad => "The application is not healthy",
                    _ => {
                        return message
                            .filter(|message| !message.is_empty())
                            .map(|message| view! { <Banner title=message/> }.into_any());
                    }
                };
                Some(view! { <Banner title=title.to_owned() text=message tone=Tone::Bad/> }.into_any())
            })
        })
    };
    let details =
        move || application.with(|application| status.with(|status| details(&organization, application, status)));
    view! {
        <div class="stack">
            {trouble}
            {move || connection_trouble(live)}
            <div class="columns">
                <div class="stack">{resources(status, live)} {conditions(status, live)}</div>
                <div class="stack">{details}</div>
            </div>
        </div>
    }
    .into_any()
}

/// What a person can do when the stream does not come back by itself.
fn connection_trouble(live: Live) -> Option<AnyView> {
    live.connection().with(|connection| match connection {
        Connection::Refused(failure) => {
            let text = format!("{} What stands below is what was read last.", failure.message);
            Some(
                view! {
                    <Banner title="The status is not followed live".to_owned() text=text tone=Tone::Warn>
                        <Button label="Try again".to_owned() small=true on_press=move |()| live.reconnect()/>
                    </Banner>
                }
                .into_any(),
            )
        }
        _ => None,
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
    let text = move || match live.connection().get() {
        Connection::Refused(_) | Connection::Ended => format!("The platform told no {what}."),
        Connection::Live => format!("No {what} yet. They show as soon as the platform reports them."),
        _ => format!("Waiting for the live status to tell the {what}."),
    };
    view! { <p class="card__body muted">{text}</p> }.into_any()
}

fn resources(status: Signal<LiveStatus>, live: Live) -> AnyView {
    let rows = Memo::new(move |_| {
        let mut rows = status.with(|status| status.resources.clone()).unwrap_or_default();
        // What is wrong stands above; the rest keeps the platform's order.
        rows.sort_by_key(|resource| match resource.health.as_ref().map(|health| marks::health(health).tone) {
            Some(Tone::Bad) => 0,
            Some(Tone::Work) => 1,
            _ => 2,
        });
        Arc::new(rows)
    });
    let is_told = Memo::new(move |_| rows.with(|rows| !rows.is_empty()));
    let count = move || is_told.get().then(|| view! { <Count value=rows.with(|rows| rows.len())/> });
    let content = move || {
        if is_told.get() {
            view! { <Table label="Resources" frameless=true columns=resource_columns() rows=rows/> }.into_any()
        } else {
            not_told(live, "resources")
        }
    };
    view! {
        <Card title="Resources" side=move || count.into_any()>
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

fn conditions(status: Signal<LiveStatus>, live: Live) -> AnyView {
    let conditions = Memo::new(move |_| status.with(|status| status.conditions.clone()).unwrap_or_default());
    let content = move || {
        conditions.with(|conditions| {
            if conditions.is_empty() {
                not_told(live, "conditions")
            } else {
                view! { <ul>{conditions.iter().map(condition).collect_view()}</ul> }.into_any()
            }
        })
    };
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
                {reason.map(|reason| view! { <span class="muted">", " {reason}</span> })}
                {message.map(|message| view! { <span class="feed__note">{message}</span> })}
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
