//! Up to four machine types side by side: where they differ, the row says so.

use std::sync::Arc;

use astro_api::catalog::MachineType;
use leptos::prelude::*;

use super::{Catalog, machine_of};
use crate::{
    components::{machine_types, roles},
    ui::{Button, ButtonLink, Card, Dash, FactsSkeleton, IconButton, Loading, load::Load, maybe, reactive},
};

/// A line of the comparison: what is compared, and the value of a machine type.
type Line = (&'static str, fn(&MachineType) -> Option<String>);

const LINES: [Line; 8] = [
    ("vCPU", |machine| Some(machine_types::cpu_text(machine))),
    ("Memory", |machine| Some(machine_types::memory_text(machine))),
    ("Memory per vCPU", per_cpu),
    ("GPU", |machine| machine.gpu.filter(|gpus| *gpus > 0).map(|gpus| gpus.to_string())),
    ("Architecture", |machine| machine.architecture.as_ref().map(|it| it.as_str().to_owned())),
    ("Category", |machine| machine.category.as_ref().map(machine_types::category)),
    ("Per hour", machine_types::price_text),
    ("Zones", |machine| machine.zones.as_ref().map(|zones| zones.join(", "))),
];

fn per_cpu(machine: &MachineType) -> Option<String> {
    let (cpu, memory) = (machine_types::cpu(machine)?, machine_types::gibibytes(machine)?);
    (cpu > 0.0).then(|| format!("{:.1} GiB", memory / cpu))
}

/// Whether machine types differ in a line.
fn differ(values: &[Option<String>]) -> bool {
    values.windows(2).any(|pair| matches!(pair, [one, two] if one != two))
}

/// The comparison, while something is compared.
pub fn compare(catalog: Catalog) -> AnyView {
    let offered = catalog.offered();
    let blocked = roles::why_not("deployCluster");
    reactive(move || {
        let names = catalog.compared.get();
        if names.is_empty() {
            return ().into_any();
        }
        let machines: Vec<Option<Arc<MachineType>>> = names.iter().map(|name| machine_of(catalog, name)).collect();
        let (is_loading, is_known) = offered.with(|load| (matches!(load, Load::Loading), load.value().is_some()));
        let side = move || {
            view! {
                <span class="push">
                    <Button label="Clear" small=true on_press=move |()| catalog.compare(&[])/>
                </span>
            }
            .into_any()
        };
        let heads = names.iter().map(|name| head(catalog, name)).collect_view();
        let lines = LINES
            .iter()
            .map(|(label, of)| {
                let values: Vec<_> = machines.iter().map(|machine| of(machine.as_deref()?)).collect();
                let class = differ(&values).then_some("compare__differs");
                let cells = values
                    .into_iter()
                    .map(|value| match value {
                        Some(value) => view! { <td>{value}</td> }.into_any(),
                        None => view! { <td><Dash/></td> }.into_any(),
                    })
                    .collect_view();
                view! {
                    <tr class=class>
                        <th scope="row">{*label}</th>
                        {cells}
                    </tr>
                }
                .into_any()
            })
            .collect_view();
        let links = names
            .iter()
            .zip(&machines)
            .map(|(name, machine)| {
                let content = match machine {
                    Some(_) => {
                        let href = catalog.create(Some(name), None, None);
                        view! {
                            <ButtonLink href=href label="Create cluster with it" small=true disabled_reason=blocked/>
                        }
                        .into_any()
                    }
                    None if is_known => view! { <span class="muted">"Not offered here"</span> }.into_any(),
                    None => view! { <Dash/> }.into_any(),
                };
                view! { <td>{content}</td> }.into_any()
            })
            .collect_view();
        let alone = (names.len() == 1)
            .then(|| view! { <p class="card__foot">"Choose another below to see where they differ."</p> }.into_any());
        if is_loading {
            return view! {
                <div class="catalog__compare">
                    <Card title="Comparison" side=side padded=true>
                        <Loading label="Loading the comparison">
                            <FactsSkeleton rows=LINES.len()/>
                        </Loading>
                    </Card>
                </div>
            }
            .into_any();
        }
        view! {
            <div class="catalog__compare">
            <Card title="Comparison" side=side>
                <div class="table-frame table-frame--bare" role="region" aria-label="Comparison" tabindex="0">
                    <table class="table compare">
                        <thead>
                            <tr>
                                <td></td>
                                {heads}
                            </tr>
                        </thead>
                        <tbody>
                            {lines}
                            <tr>
                                <td></td>
                                {links}
                            </tr>
                        </tbody>
                    </table>
                </div>
                {maybe(alone)}
            </Card>
            </div>
        }
        .into_any()
    })
}

fn head(catalog: Catalog, name: &str) -> AnyView {
    let own = name.to_owned();
    let remove = move |()| {
        let mut names = catalog.compared.get_untracked();
        names.retain(|known| *known != own);
        catalog.compare(&names);
    };
    view! {
        <th scope="col">
            <span class="row row--tight">
                <code>{name.to_owned()}</code>
                <IconButton icon="x" label=format!("Leave {name} out") on_press=remove/>
            </span>
        </th>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_differs_is_told() {
        let some = |text: &str| Some(text.to_owned());
        assert!(differ(&[some("4"), some("8")]));
        assert!(differ(&[some("4"), None]));
        assert!(!differ(&[some("4"), some("4"), some("4")]));
        assert!(!differ(&[some("4")]));
        let machine = MachineType { cpu: "4".to_owned(), memory: "16Gi".to_owned(), ..MachineType::default() };
        assert_eq!(per_cpu(&machine).as_deref(), Some("4.0 GiB"));
        assert_eq!(per_cpu(&MachineType::default()), None);
    }
}
