//! `/o/:org/applications`: the applications of an organization.

use astro_api::applications::{self, Application};
use leptos::prelude::*;

use crate::{
    components::{marks, words},
    routes,
    store::query,
    ui::{Column, Dash, DataTable, EmptyState, PageHeader, State, Time, Tone, format, maybe, table::Card},
};

/// The applications of an organization.
pub fn list(organization: String) -> AnyView {
    let query = query(applications::list);
    let load = query.load();
    let meta = move || {
        load.with(|load| {
            maybe(load.value().filter(|list| !list.is_empty()).map(|list| {
                let bad = list.iter().filter(|it| marks::application(it).tone == Tone::Bad).count();
                let bad = (bad > 0).then(|| format!("{} not healthy", format::count(bad)));
                view! {
                    <span>{format::counted(list.len(), "application", "applications")}</span>
                    {maybe(bad.map(|bad| view! { <span>{bad}</span> }.into_any()))}
                }
                .into_any()
            }))
        })
    };
    view! {
        <PageHeader title="Applications".to_owned() meta=meta/>
        <DataTable
            label="Applications"
            load=load
            columns=columns(organization)
            empty=|| {
                view! {
                    <EmptyState
                        icon="boxes"
                        title="No applications yet"
                        text="An application comes from an image, a Helm chart or a Git repository, and runs where its profile says. With astroctl: astroctl app apply -f app.yaml."
                    />
                }
                .into_any()
            }
            retry=move |()| query.refetch()
        />
    }
    .into_any()
}

fn columns(organization: String) -> Vec<Column<Application>> {
    let clusters_of = organization.clone();
    vec![
        Column::new("Name", move |application: &Application| {
            let href = routes::application(&organization, &application.id).href();
            view! { <a href=href>{application.name.clone()}</a> }.into_any()
        })
        .names(),
        Column::new("Health", |application: &Application| {
            view! { <State mark=marks::application(application)/> }.into_any()
        })
        .card(Card::Side),
        Column::new("Sync", |application: &Application| match &application.sync_status {
            Some(sync) => view! { <State mark=marks::sync(sync)/> }.into_any(),
            None => view! { <Dash/> }.into_any(),
        })
        .card(Card::NoteSide),
        Column::new("Source", |application: &Application| {
            view! {
                <span class="table__clip" title=words::source(&application.source)>
                    {words::source_type(&application.source)}
                    {words::source(&application.source).map(|source| view! { <code class="table__aside">{source}</code> })}
                </span>
            }
            .into_any()
        }),
        Column::new("Cluster", move |application: &Application| {
            match application.cluster_name.as_deref().filter(|name| !name.is_empty()) {
                Some(cluster) => {
                    let href = routes::cluster(&clusters_of, cluster).href();
                    view! { <a class="quiet-link" href=href>{cluster.to_owned()}</a> }.into_any()
                }
                None => view! { <Dash/> }.into_any(),
            }
        })
        .card(Card::Note),
        Column::new("Profile", |application: &Application| application.profile_name.clone().into_any()),
        Column::new("Changed", |application: &Application| {
            let at =
                words::time(application.updated_at.as_ref()).or_else(|| words::time(application.created_at.as_ref()));
            view! { <span class="muted"><Time at=at/></span> }.into_any()
        }),
    ]
}
