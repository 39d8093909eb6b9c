//! `/o/:org/catalog`: what the providers offer: regions, zones, machine types, versions of Kubernetes.
//!
//! Where one looks, what is filtered, what is compared and what is opened lies in the address.

mod compare;
mod detail;
mod regions;
mod versions;

use std::sync::Arc;

use astro_api::catalog::{self, MachineType, MachineTypeFilter, Provider, ProviderId, Region, Zone};
use leptos::prelude::*;

use crate::{
    components::{copy_action, machine_types, roles, words},
    routes,
    store::{Query, query},
    ui::{
        Action, Address, Bulk, ButtonLink, Choice, Column, ComboField, DataTable, EmptyState, Features, Field,
        PageHeader, SegmentsField, SelectField, Tab, Tabs,
        address::{Step, query_of},
        format,
        load::Loads,
        maybe, reactive, tabs,
    },
};

/// The faces of the catalog; the first is what it shows by itself.
const FACES: &[&str] = &["types", "versions", "regions"];

/// The most machine types that are compared.
const MOST: usize = 4;

/// What the catalog is asked for, and where it is looked at. A copy is a handle of the same.
#[derive(Clone, Copy)]
struct Catalog {
    organization: StoredValue<String>,
    address: Address,
    provider: Memo<String>,
    region: Memo<String>,
    zone: Memo<String>,
    providers: Query<Vec<Provider>>,
    regions: Query<Vec<Region>>,
    zones: Query<Vec<Zone>>,
    machines: Query<Vec<MachineType>>,
    /// The names of those that are compared.
    compared: Memo<Vec<String>>,
}

impl Catalog {
    fn new(organization: String) -> Self {
        let address = Address::of_context();
        let param = |name: &'static str| Memo::new(move |_| address.get(name).unwrap_or_default());
        let provider =
            Memo::new(move |_| address.get("provider").filter(|id| !id.is_empty()).unwrap_or_else(|| "aws".to_owned()));
        let region = param("region");
        let providers = query(catalog::providers);
        let regions = query(move || provider.with(|provider| catalog::regions(provider)));
        let place = move || {
            let region = region.get();
            (!region.is_empty()).then(|| (provider.get(), region))
        };
        let zones = query(move || place().map(|(provider, region)| catalog::zones(&provider, &region)));
        // Without one in the address, the first.
        let zone = Memo::new(move |_| {
            address
                .get("zone")
                .filter(|id| !id.is_empty())
                .or_else(|| zones.load().with(|load| load.value().and_then(|zones| Some(zones.first()?.id.clone()))))
        });
        let machines = query(move || {
            let (provider, region) = place()?;
            let zone = zone.get()?;
            Some(catalog::machine_types(&provider, &region, &zone, &MachineTypeFilter::default()))
        });
        let zone = Memo::new(move |_| zone.get().unwrap_or_default());
        let compared = Memo::new(move |_| {
            let text = address.get("compare").unwrap_or_default();
            let mut names = Vec::<String>::new();
            for name in text.split(',').map(str::trim).filter(|name| !name.is_empty()) {
                if names.len() < MOST && !names.iter().any(|known| known == name) {
                    names.push(name.to_owned());
                }
            }
            names
        });
        let catalog = Self {
            organization: StoredValue::new(organization),
            address,
            provider,
            region,
            zone,
            providers,
            regions,
            zones,
            machines,
            compared,
        };
        // One looks at a region: without one in the address, at the first.
        Effect::new(move |_| {
            let first = regions.load().with(|load| load.value().and_then(|list| Some(list.first()?.id.clone())));
            if let Some(first) = first.filter(|_| region.with(String::is_empty)) {
                address.set("region", Some(first), Step::Replace);
            }
        });
        catalog
    }

    /// The machine types of the place.
    fn offered(self) -> Loads<Vec<MachineType>> {
        machine_types::of_place(self.regions.load(), self.zones.load(), self.machines.load())
    }

    fn compare(self, names: &[String]) {
        let text = (!names.is_empty()).then(|| names.join(","));
        self.address.set("compare", text, Step::Push);
    }

    /// Where the form for a new cluster lives, with what is chosen here filled in.
    fn create(self, machine: Option<&str>, kind: Option<&str>, version: Option<&str>) -> String {
        let (provider, region) = (self.provider.get(), self.region.get());
        let mut params = vec![("provider", provider.as_str()), ("region", region.as_str())];
        for (name, value) in [("machine", machine), ("kind", kind), ("version", version)] {
            params.extend(value.map(|value| (name, value)));
        }
        params.retain(|(_, value)| !value.is_empty());
        let form = self.organization.with_value(|organization| routes::cluster_create(organization).href());
        format!("{form}?{}", query_of(&params))
    }
}

/// A field that writes its value into the address as a step, and follows it. What depends on it is forgotten with it.
fn bound(
    address: Address,
    value: Memo<String>,
    name: &'static str,
    forgets: &'static [&'static str],
) -> RwSignal<String> {
    let field = RwSignal::new(value.get_untracked());
    Effect::new(move |_| {
        let value = value.get();
        if field.with_untracked(|field| *field != value) {
            field.set(value);
        }
    });
    Effect::new(move |before: Option<String>| {
        let now = field.get();
        if before.is_some_and(|before| before != now) && value.get_untracked() != now {
            let mut changes = vec![(name, (!now.is_empty()).then(|| now.clone()))];
            changes.extend(forgets.iter().map(|name| (*name, None)));
            address.set_all(&changes, Step::Push);
        }
        now
    });
    field
}

/// The catalog.
pub fn catalog(organization: String) -> AnyView {
    let catalog = Catalog::new(organization);
    let face = tabs::chosen("tab", FACES);
    let meta = move || {
        catalog.machines.load().with(|load| {
            maybe(load.value().map(|list| {
                let count = format::counted(list.len(), "machine type", "machine types");
                view! { <span>{format!("{count} in {}", catalog.region.get())}</span> }.into_any()
            }))
        })
    };
    let blocked = roles::why_not("deployCluster");
    let new = reactive(move || {
        let href = catalog.create(None, None, None);
        view! { <ButtonLink href=href label="Create cluster here" disabled_reason=blocked/> }.into_any()
    });
    let list = vec![
        Tab::new("types", "Machine types"),
        Tab::new("versions", "Kubernetes versions"),
        Tab::new("regions", "Regions and zones"),
    ];
    view! {
        <PageHeader title="Catalog".to_owned() meta=meta>{new}</PageHeader>
        {place(catalog, face)}
        <Tabs label="Catalog" tabs=list/>
        {reactive(move || match face.get() {
            "versions" => versions::versions(catalog),
            "regions" => regions::regions(catalog),
            _ => types(catalog),
        })}
        {detail::detail(catalog)}
    }
    .into_any()
}

/// Where one looks.
fn place(catalog: Catalog, face: Memo<&'static str>) -> AnyView {
    let Catalog { address, providers, regions, zones, .. } = catalog;
    let provider =
        bound(address, catalog.provider, "provider", &["region", "zone", "compare", "machine", "kind", "channel"]);
    let region = bound(address, catalog.region, "region", &["zone", "machine"]);
    let zone = bound(address, catalog.zone, "zone", &[]);
    let known = providers.load();
    let provider_choices = Signal::derive(move || {
        known.with(|load| match load.value() {
            Some(list) => list
                .iter()
                .map(|it| {
                    let choice = Choice::new(it.id.as_str(), words::provider(it.id.as_str()));
                    if it.enabled == Some(false) { choice.disabled("Not offered") } else { choice }
                })
                .collect::<Vec<_>>(),
            // What the contract knows stands in until the catalog has come, or where it does not.
            None => ProviderId::KNOWN.iter().map(|it| Choice::new(it.as_str(), words::provider(it.as_str()))).collect(),
        })
    });
    let region_choices = regions.load().map(|list: &Vec<Region>| {
        list.iter()
            .map(|it| Choice::plain(it.id.clone()).note(it.display_name.clone().unwrap_or_default()))
            .collect::<Vec<_>>()
    });
    let unknown = Signal::derive(move || {
        let region = catalog.region.get();
        let is_unknown = !region.is_empty()
            && regions.load().with(|load| load.value().is_some_and(|list| list.iter().all(|it| it.id != region)));
        is_unknown.then(|| format!("{} has no region {region}.", words::provider(&catalog.provider.get())))
    });
    let zone_choices = Signal::derive(move || {
        zones.load().with(|load| {
            load.value().map(|list| list.iter().map(|it| Choice::plain(it.id.clone())).collect()).unwrap_or_default()
        })
    });
    let zone_field = reactive(move || {
        maybe((face.get() == "types").then(|| {
            view! {
                <SelectField
                    field=Field::new("zone", "Zone")
                    value=zone
                    choices=zone_choices
                />
            }
            .into_any()
        }))
    });
    view! {
        <div class="fields catalog__place">
            <SegmentsField field=Field::new("provider", "Provider") value=provider choices=provider_choices/>
            <ComboField
                field=Field::new("region", "Region").error(unknown)
                value=region
                choices=region_choices
                retry=move |()| regions.refetch()
                placeholder="Choose a region"
            />
            {zone_field}
        </div>
    }
    .into_any()
}

/// The machine types of a zone.
fn types(catalog: Catalog) -> AnyView {
    let Catalog { machines, zones, regions, .. } = catalog;
    let mut columns = vec![
        Column::new("Name", move |machine: &MachineType| {
            let id = machine.id.clone();
            let href = catalog.address.link(&[("machine", Some(id))]);
            view! { <a href=href><code>{machine.name.clone()}</code></a> }.into_any()
        })
        .value(|machine| machine.name.clone())
        .names(),
    ];
    columns.extend(machine_types::columns());
    let compare = Bulk::together("Compare", "columns-3", "compared", move |rows: &[&MachineType]| {
        let names: Vec<String> = rows.iter().take(MOST).map(|machine| machine.name.clone()).collect();
        catalog.compare(&names);
        let fate = |at: usize| (at >= MOST).then(|| format!("At most {MOST} are compared."));
        let fates: Vec<_> = (0..rows.len()).map(fate).collect();
        Box::pin(std::future::ready(Ok(fates)))
    });
    let blocked = roles::why_not("deployCluster");
    let mut features = Features::new("machine type", "machine types", |machine: &MachineType| machine.name.clone())
        .search("Filter by name")
        .bulk(compare)
        .actions(move |machine: &MachineType| {
            let name = machine.name.clone();
            let details = catalog.address.link(&[("machine", Some(machine.id.clone()))]);
            let mut names = catalog.compared.get_untracked();
            let is_compared = names.contains(&name);
            let label = if is_compared { "Leave out of the comparison" } else { "Compare" };
            let full = (names.len() >= MOST && !is_compared).then(|| format!("{MOST} are compared already."));
            if is_compared {
                names.retain(|known| *known != name);
            } else {
                names.push(name.clone());
            }
            vec![
                Action::link("Details", "arrow-right", details),
                Action::run(label, "columns-3", move || catalog.compare(&names)).unless(full),
                Action::link("Create cluster with it", "plus", catalog.create(Some(&name), None, None))
                    .unless(blocked.get()),
                copy_action("Copy name", name),
            ]
        });
    for filter in machine_types::filters() {
        features = features.filter(filter);
    }
    view! {
        {compare::compare(catalog)}
        <DataTable
            label="Machine types"
            load=catalog.offered()
            columns=columns
            features=features
            empty=|| {
                view! {
                    <EmptyState
                        icon="server"
                        title="No machine types here"
                        text="The provider offers none in this zone. Choose another zone or region."
                    />
                }
                .into_any()
            }
            retry=move |()| {
                regions.refetch();
                zones.refetch();
                machines.refetch();
            }
        />
    }
    .into_any()
}

/// A machine type of the list by its name.
fn machine_of(catalog: Catalog, name: &str) -> Option<Arc<MachineType>> {
    catalog
        .machines
        .load()
        .with(|load| load.value()?.iter().find(|machine| machine.name == name).map(|machine| Arc::new(machine.clone())))
}
