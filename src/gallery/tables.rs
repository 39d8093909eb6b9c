//! Data tables, filter bars, pagination.

use std::{future::ready, sync::Arc};

use leptos::prelude::*;

use super::Sample;
use crate::ui::{
    Action, Bulk, Button, Column, Dash, DataTable, EmptyState, Features, Filter, Mark, Pagination, State, Tone, Turns,
    Value,
    load::{Any, Failure, FailureKind, Load, Loaded, Loads, Part},
    maybe,
    table::{Card, Choice, Progress},
    when,
};

/// The samples of this group.
pub fn samples() -> Vec<Sample> {
    vec![
        Sample::new("Table: state, progress, selection, actions", || table(some())),
        Sample::new("Table: loading", || table(Load::Loading)),
        Sample::new("Table: empty", || table(ready_with(Vec::new()))),
        Sample::new("Table: failing", || table(Load::Failed(failure()))),
        Sample::new("Table: old, since it cannot be renewed", || {
            table(match some() {
                Load::Ready(loaded) => Load::Ready(Loaded { failed: Some(failure()), ..loaded }),
                other => other,
            })
        }),
        Sample::new("Table: a page of many", paged),
        Sample::new("Pagination: numbered", || pages(240, None, 20)),
        Sample::new("Pagination: by tokens", || pages(0, Some("next"), 20)),
        Sample::new("Pagination: one page", || pages(7, None, 7)),
    ]
}

#[derive(Clone, PartialEq)]
struct Cluster {
    name: &'static str,
    tone: Tone,
    state: &'static str,
    percent: Option<u8>,
    version: Option<&'static str>,
    provider: &'static str,
    region: &'static str,
    nodes: usize,
    changed: &'static str,
}

const fn cluster(
    name: &'static str,
    tone: Tone,
    state: &'static str,
    provider: &'static str,
    region: &'static str,
) -> Cluster {
    Cluster {
        name,
        tone,
        state,
        percent: None,
        version: Some("1.31"),
        provider,
        region,
        nodes: 12,
        changed: "2026-06-09T12:10:20Z",
    }
}

fn clusters() -> Vec<Cluster> {
    vec![
        Cluster { percent: Some(62), ..cluster("prod-eu", Tone::Work, "Upgrading", "AWS", "eu-west-1") },
        cluster("prod-us", Tone::Good, "Ready", "AWS", "us-east-1"),
        Cluster {
            version: Some("1.31.1-gke.1678000"),
            nodes: 40,
            ..cluster("data-platform", Tone::Good, "Ready", "Google Cloud", "europe-west4")
        },
        Cluster {
            version: Some("1.30"),
            ..cluster(
                "retail-disaster-recovery-northeurope-standby-and-migration-01",
                Tone::Good,
                "Ready",
                "Azure",
                "northeurope",
            )
        },
        Cluster { version: None, nodes: 0, ..cluster("perf-lab", Tone::Ask, "Approval pending", "AWS", "eu-north-1") },
        cluster("test-dev", Tone::Bad, "Failed", "AWS", "us-east-1"),
    ]
}

fn columns() -> Vec<Column<Cluster>> {
    vec![
        Column::new("Name", |it: &Cluster| view! { <a href="_gallery">{it.name}</a> }.into_any())
            .value(|it| it.name)
            .names(),
        Column::new("State", |it: &Cluster| {
            let mark = Mark::new(it.tone, it.state);
            match it.percent {
                Some(percent) => view! { <State mark=mark note=format!("{percent} %")/> }.into_any(),
                None => view! { <State mark=mark/> }.into_any(),
            }
        })
        .value(|it| it.state)
        .width(168)
        .live()
        .card(Card::Side),
        Column::new("Version", |it: &Cluster| match it.version {
            Some(version) => view! { <code>{version}</code> }.into_any(),
            None => view! { <Dash/> }.into_any(),
        })
        .value(|it| Value::text(it.version))
        .width(176)
        .card(Card::NoteSide),
        Column::new("Region", |it: &Cluster| {
            view! { {it.provider} <span class="muted">" " {it.region}</span> }.into_any()
        })
        .value(|it| it.region)
        .searched()
        .card(Card::Note),
        Column::new("Nodes", |it: &Cluster| it.nodes.to_string().into_any())
            .value(|it| Value::count(Some(it.nodes)))
            .width(88)
            .number(),
        Column::new("Changed", |it: &Cluster| when(it.changed.to_owned()))
            .value(|it| Value::time(Some(it.changed.to_owned())))
            .width(112),
    ]
}

fn features() -> Features<Cluster> {
    let reason = |it: &Cluster| (it.tone == Tone::Work).then(|| format!("{} is being upgraded.", it.name));
    Features::new("cluster", "clusters", |it: &Cluster| it.name.to_owned())
        .search("Filter by name or region")
        .filter(Filter::chips("state", "State", |it: &Cluster| Some(Choice::of(it.state))))
        .filter(Filter::menu("provider", "Provider", |it: &Cluster| Some(Choice::of(it.provider))))
        .filter(Filter::menu("version", "Version", |it: &Cluster| it.version.map(Choice::of)))
        .actions(move |it: &Cluster| {
            vec![
                Action::link("Open", "arrow-right", "_gallery".to_owned()),
                Action::run("Upgrade", "arrow-up", || {}).unless(reason(it)),
                Action::run("Delete", "x", || {}).danger(),
            ]
        })
        .bulk(
            Bulk::new("Sync authentication", "refresh-cw", "synced", |it: &Cluster| {
                let result = if it.tone == Tone::Bad { Err(failure()) } else { Ok(()) };
                Box::pin(ready(result))
            })
            .unless(reason),
        )
        .bulk(
            Bulk::new("Delete", "x", "deleted", |_| Box::pin(ready(Ok(()))))
                .unless(|_| Some("Needs the role owner.".to_owned()))
                .danger(),
        )
        .progress(|it: &Cluster| {
            let percent = it.percent?;
            Some(Progress { percent: Some(percent), label: format!("Upgrading {}, node-groups", it.name) })
        })
}

fn failure() -> Failure {
    Failure {
        kind: FailureKind::Server,
        title: "The platform failed",
        message: "Internal server error.".to_owned(),
        hint: "Try again in a moment.".to_owned(),
        retry: true,
        wait: None,
        operation: "listClusters",
        status: Some(500),
        code: "INTERNAL_ERROR".to_owned(),
        trace_id: Some("trace-4f1c9a2e".to_owned()),
        fields: Vec::new(),
        detail: None,
    }
}

fn ready_with(rows: Vec<Cluster>) -> Load<Any> {
    Load::Ready(Loaded { value: Arc::new(rows), at: 1_780_000_000_000, refreshing: false, failed: None })
}

fn some() -> Load<Any> {
    ready_with(clusters())
}

fn nothing() -> AnyView {
    view! {
        <EmptyState
            icon="server"
            title="No clusters yet"
            text="A cluster runs in your cloud account, or is one that runs already and is registered by its agent."
        >
            <Button label="Create cluster".to_owned()/>
        </EmptyState>
    }
    .into_any()
}

fn table(load: Load<Any>) -> AnyView {
    let load = Loads::<Vec<Cluster>>::new(RwSignal::new(load).into());
    view! { <DataTable label="Clusters" load=load columns=columns() features=features() empty=nothing retry=|()| {}/> }
        .into_any()
}

fn paged() -> AnyView {
    let part = Part { rows: Arc::new(clusters()), total: Some(240), next: None };
    let value: Arc<Any> = Arc::new(part);
    let load = Load::Ready(Loaded { value, at: 0, refreshing: false, failed: None });
    let load = Loads::<Part<Cluster>>::new(RwSignal::new(load).into());
    let turns = Turns::of_address(20);
    view! { <DataTable label="Pages of clusters" load=(load, turns) columns=columns() empty=nothing retry=|()| {}/> }
        .into_any()
}

fn pages(total: usize, next: Option<&str>, shown: usize) -> AnyView {
    let next = next.map(ToOwned::to_owned);
    let total = next.is_none().then_some(total);
    maybe(Some(
        view! {
            <Pagination
                turns=Turns::of_address(20)
                shown=Signal::stored(shown)
                total=Signal::stored(total)
                next=Signal::stored(next)
                busy=Signal::stored(false)
            />
        }
        .into_any(),
    ))
}
