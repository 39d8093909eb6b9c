//! The regions of a provider, and the zones of the one that is looked at.

use std::sync::Arc;

use astro_api::catalog::{Region, Zone};
use leptos::prelude::*;

use super::Catalog;
use crate::{
    components::{machine_types, words},
    ui::{
        Card, Column, Dash, FactsSkeleton, Latest, Loading, Mark, QueryView, State, Table, Tone, format, reactive,
        table,
    },
};

fn skeleton() -> AnyView {
    view! {
        <Loading label="Loading the catalog">
            <FactsSkeleton rows=8/>
        </Loading>
    }
    .into_any()
}

/// The face.
pub fn regions(catalog: Catalog) -> AnyView {
    let (regions, zones) = (catalog.regions, catalog.zones);
    let of_provider = move |list: Latest<Vec<Region>>| regions_card(catalog, list);
    let of_region = move |list: Latest<Vec<Zone>>| zones_card(catalog, list);
    view! {
        <div class="columns">
            <QueryView
                load=regions.load()
                loading=skeleton
                empty=None
                retry=move |()| regions.refetch()
                data=of_provider
            />
            <QueryView
                load=machine_types::of_region(regions.load(), zones.load(), Some(Vec::new()))
                loading=skeleton
                empty=None
                retry=move |()| {
                    regions.refetch();
                    zones.refetch();
                }
                data=of_region
            />
        </div>
    }
    .into_any()
}

fn regions_card(catalog: Catalog, list: Latest<Vec<Region>>) -> AnyView {
    reactive(move || {
        let columns = vec![
            Column::new("Region", move |region: &Region| {
                let id = region.id.clone();
                let href = {
                    let id = id.clone();
                    move || catalog.address.link(&[("region", Some(id.clone())), ("zone", None), ("machine", None)])
                };
                let is_current = {
                    let id = id.clone();
                    move || catalog.region.with(|region| *region == id).then_some("true")
                };
                view! { <a href=href aria-current=is_current><code>{id}</code></a> }.into_any()
            })
            .names(),
            Column::new("Place", |region: &Region| match region.display_name.clone() {
                Some(name) => name.into_any(),
                None => view! { <Dash/> }.into_any(),
            })
            .card(table::Card::Note),
        ];
        let rows: Option<Arc<Vec<Region>>> = list.get();
        let count = rows.as_ref().map_or(0, |list| list.len());
        let provider = words::provider(&catalog.provider.get());
        let title = format!("{} of {provider}", format::counted(count, "region", "regions"));
        view! {
            <Card title=title>
                <Table label="Regions" columns=columns rows=move || rows.clone() frameless=true/>
            </Card>
        }
        .into_any()
    })
}

fn zones_card(catalog: Catalog, list: Latest<Vec<Zone>>) -> AnyView {
    reactive(move || {
        let columns = vec![
            Column::new("Zone", |zone: &Zone| view! { <code>{zone.name.clone()}</code> }.into_any()).names(),
            Column::new("Status", |zone: &Zone| match zone.status.as_deref() {
                Some("available") => view! { <State mark=Mark::new(Tone::Good, "Available")/> }.into_any(),
                Some(other) => view! { <State mark=Mark::unknown(other)/> }.into_any(),
                None => view! { <Dash/> }.into_any(),
            })
            .card(table::Card::Side),
        ];
        let region = catalog.region.get();
        let title = if region.is_empty() { "Zones".to_owned() } else { format!("Zones of {region}") };
        let rows: Option<Arc<Vec<Zone>>> = list.get();
        view! {
            <Card title=title>
                <Table label="Zones" columns=columns rows=move || rows.clone() frameless=true/>
            </Card>
        }
        .into_any()
    })
}
