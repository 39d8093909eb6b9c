//! The applications that belong to something: to a cluster, to a profile.

use astro_api::applications::Application;
use leptos::prelude::*;

use super::{marks, words};
use crate::{
    routes,
    ui::{
        Bar, Card, Column, Count, Dash, Empty, QueryView, State, Table, load::Loads, maybe, quiet_link,
        table::Card as Place, when,
    },
};

/// A card with applications.
#[component]
pub fn ApplicationsCard(
    /// The organization by its name.
    organization: String,
    /// The applications.
    load: Loads<Vec<Application>>,
    /// What it says when there are none.
    none: &'static str,
    /// Whether their cluster is told.
    #[prop(optional)]
    with_cluster: bool,
    /// Tries again after a failure.
    #[prop(into)]
    retry: Callback<()>,
) -> AnyView {
    let count =
        move || load.with(|load| maybe(load.value().map(|rows| view! { <Count value=rows.len()/> }.into_any())));
    view! {
        <Card title="Applications" side=count>
            <QueryView
                load=load
                loading=|| view! { <p class="card__body"><Bar/></p> }.into_any()
                empty=Some(
                    Empty::new(Vec::is_empty, move || view! { <p class="card__body muted">{none}</p> }.into_any()),
                )
                frameless=true
                retry=retry
                data=move |rows| {
                    let columns = columns(organization.clone(), with_cluster);
                    view! { <Table label="Applications" frameless=true columns=columns rows=move || rows.get()/> }.into_any()
                }
            />
        </Card>
    }
    .into_any()
}

fn columns(organization: String, with_cluster: bool) -> Vec<Column<Application>> {
    let clusters_of = organization.clone();
    let mut columns = vec![
        Column::new("Name", move |application: &Application| {
            let href = routes::application(&organization, &application.id).href();
            view! { <a href=href>{application.name.clone()}</a> }.into_any()
        })
        .names(),
        Column::new("Health", |application: &Application| {
            view! { <State mark=marks::application(application)/> }.into_any()
        })
        .card(Place::Side),
        Column::new("Sync", |application: &Application| match &application.sync_status {
            Some(sync) => view! { <State mark=marks::sync(sync)/> }.into_any(),
            None => view! { <Dash/> }.into_any(),
        })
        .card(Place::NoteSide),
        Column::new("Source", |application: &Application| {
            view! { <span class="muted">{words::source_type(&application.source)}</span> }.into_any()
        })
        .card(Place::Note),
    ];
    if with_cluster {
        columns.push(Column::new("Cluster", move |application: &Application| {
            match application.cluster_name.as_deref().filter(|cluster| !cluster.is_empty()) {
                Some(cluster) => {
                    let href = routes::cluster(&clusters_of, cluster).href();
                    quiet_link(href, cluster.to_owned()).into_any()
                }
                None => view! { <Dash/> }.into_any(),
            }
        }));
    }
    columns
        .push(Column::new("Changed", |application: &Application| when(words::time(application.updated_at.as_ref()))));
    columns
}
