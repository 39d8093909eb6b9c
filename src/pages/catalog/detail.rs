//! One machine type, in a panel beside the list.

use astro_api::catalog::{self, MachineType};
use leptos::prelude::*;

use super::{Catalog, MOST};
use crate::{
    components::{machine_types, roles},
    store::query,
    ui::{
        Button, ButtonLink, Fact, Facts, FactsSkeleton, Latest, Loading, QueryView, SidePanel, address::Step, reactive,
    },
};

/// The panel; it is open while the address names a machine type.
pub fn detail(catalog: Catalog) -> AnyView {
    let address = catalog.address;
    let machine = address.param("machine");
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        let is_named = machine.with(Option::is_some);
        if open.get_untracked() != is_named {
            open.set(is_named);
        }
    });
    Effect::new(move |before: Option<bool>| {
        let is_open = open.get();
        if before == Some(true) && !is_open && address.get_untracked("machine").is_some() {
            address.set("machine", None, Step::Push);
        }
        is_open
    });
    let title = Signal::derive(move || machine.get().unwrap_or_else(|| "Machine type".to_owned()));
    view! {
        <SidePanel open=open title=title>
            {move || content(catalog)}
        </SidePanel>
    }
    .into_any()
}

fn content(catalog: Catalog) -> AnyView {
    let machine = catalog.address.param("machine");
    let query = query(move || {
        let (provider, region) = (catalog.provider.get(), catalog.region.get());
        let zone = catalog.zone.get();
        let zone = Some(zone.as_str()).filter(|zone| !zone.is_empty());
        let id = machine.get().filter(|_| !region.is_empty())?;
        Some(catalog::machine_type(&provider, &region, &id, zone))
    });
    let draw = move |machine: Latest<MachineType>| reactive(move || machine.draw(|machine| shown(catalog, machine)));
    view! {
        <QueryView
            load=machine_types::of_region(catalog.regions.load(), query.load(), None)
            loading=|| {
                view! {
                    <Loading label="Loading the machine type">
                        <FactsSkeleton rows=7/>
                    </Loading>
                }
                .into_any()
            }
            empty=None
            frameless=true
            retry=move |()| {
                catalog.regions.refetch();
                query.refetch();
            }
            data=draw
        />
    }
    .into_any()
}

fn shown(catalog: Catalog, machine: &MachineType) -> AnyView {
    let name = machine.name.clone();
    let facts = vec![
        Fact::new("vCPU", machine_types::cpu_text(machine)),
        Fact::new("Memory", machine_types::memory_text(machine)),
        Fact::text("GPU", machine.gpu.filter(|gpus| *gpus > 0).map(|gpus| gpus.to_string()).as_deref()),
        Fact::text("Architecture", machine.architecture.as_ref().map(astro_api::catalog::Architecture::as_str)),
        Fact::text("Category", machine.category.as_ref().map(machine_types::category).as_deref()),
        Fact::text("Per hour", machine_types::price_text(machine).as_deref()),
        Fact::text("Region", Some(catalog.region.get().as_str())),
        Fact::text("Zones", machine.zones.as_ref().map(|zones| zones.join(", ")).as_deref()),
        Fact::copied("Name", Some(machine.name.as_str())),
    ];
    let is_compared = catalog.compared.with(|names| names.contains(&name));
    let full = Signal::derive(move || {
        let count = catalog.compared.with(Vec::len);
        (count >= MOST && !is_compared).then(|| format!("{MOST} are compared already."))
    });
    let label = if is_compared { "Leave out of the comparison" } else { "Add to the comparison" };
    let toggle = {
        let name = name.clone();
        move |()| {
            let mut names = catalog.compared.get_untracked();
            match names.iter().position(|known| *known == name) {
                Some(at) => drop(names.remove(at)),
                None => names.push(name.clone()),
            }
            catalog.compare(&names);
        }
    };
    let create = catalog.create(Some(&name), None, None);
    let blocked = roles::why_not("deployCluster");
    view! {
        <div class="stack">
            <Facts facts=facts/>
            <p class="muted">"Prices are what the platform lists: on demand, before taxes and discounts."</p>
            <div class="row">
                <ButtonLink href=create label="Create cluster with it" disabled_reason=blocked/>
                <Button label=label disabled_reason=full on_press=toggle/>
            </div>
        </div>
    }
    .into_any()
}
