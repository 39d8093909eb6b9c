//! `/o/:org/clusters`: the clusters of an organization.

use astro_api::clusters::{self, Cluster};
use leptos::prelude::*;

use crate::{
    components::{marks, words},
    routes,
    store::query,
    ui::{Column, Dash, DataTable, EmptyState, PageHeader, State, Time, format, maybe, table::Card},
};

/// The clusters of an organization.
pub fn list(organization: String) -> AnyView {
    let query = query(|| clusters::list(None));
    let load = query.load();
    let meta = move || {
        load.with(|load| {
            maybe(load.value().filter(|list| !list.is_empty()).map(|list| {
                let mut regions: Vec<&str> = Vec::new();
                for region in list.iter().filter_map(|cluster| cluster.region.as_deref()) {
                    if !regions.contains(&region) {
                        regions.push(region);
                    }
                }
                let clusters = format::counted(list.len(), "cluster", "clusters");
                let regions = format::counted(regions.len(), "region", "regions");
                view! { <span>{format!("{clusters} in {regions}")}</span> }.into_any()
            }))
        })
    };
    view! {
        <PageHeader title="Clusters".to_owned() meta=meta/>
        <DataTable
            label="Clusters"
            load=load
            columns=columns(organization)
            empty=|| {
                view! {
                    <EmptyState
                        icon="server"
                        title="No clusters yet"
                        text="A cluster runs in your cloud account, or is one that runs already and is registered by its agent. With astroctl: astroctl infra k8s apply -f cluster.yaml."
                    />
                }
                .into_any()
            }
            retry=move |()| query.refetch()
        />
    }
    .into_any()
}

fn columns(organization: String) -> Vec<Column<Cluster>> {
    vec![
        Column::new("Name", move |cluster: &Cluster| {
            let href = routes::cluster(&organization, &cluster.cluster_name).href();
            view! { <a href=href>{cluster.cluster_name.clone()}</a> }.into_any()
        })
        .names(),
        Column::new("State", |cluster: &Cluster| view! { <State mark=marks::cluster(&cluster.status)/> }.into_any())
            .card(Card::Side),
        Column::new("Version", |cluster: &Cluster| match &cluster.kubernetes_version {
            Some(version) => view! { <code>{version.clone()}</code> }.into_any(),
            None => view! { <Dash/> }.into_any(),
        })
        .card(Card::NoteSide),
        Column::new("Type and region", |cluster: &Cluster| {
            view! {
                {words::cluster_type(cluster)}
                {maybe(cluster.region.clone().map(|region| view! { <span class="muted">" " {region}</span> }.into_any()))}
            }
            .into_any()
        })
        .card(Card::Note),
        Column::new("Nodes", |cluster: &Cluster| match words::cluster_nodes(cluster) {
            Some(nodes) => nodes.into_any(),
            None => view! { <Dash/> }.into_any(),
        })
        .number(),
        Column::new("Agent", |cluster: &Cluster| match cluster.agent.as_ref().and_then(marks::agent) {
            Some(mark) => view! { <State mark=mark/> }.into_any(),
            None => view! { <Dash/> }.into_any(),
        }),
        Column::new("Changed", |cluster: &Cluster| {
            let at = words::time(cluster.updated_at.as_ref()).or_else(|| words::time(cluster.created_at.as_ref()));
            view! { <span class="muted"><Time at=at/></span> }.into_any()
        }),
    ]
}
