//! What was done to a cluster, newest first.

use std::{sync::Arc, time::Duration as Period};

use astro_api::clusters::{self, ClusterOperation, OperationQuery};
use leptos::prelude::*;

use crate::{
    components::{marks, operation, people, words},
    store::query,
    ui::{
        Address, Column, DataTable, Duration, EmptyState, Fact, Facts, Features, SidePanel, State, Time, Turns, Value,
        address::Step,
        format,
        load::{PageWanted, Part},
        maybe, reactive, table,
    },
};

/// Operations of a page.
const PAGE: usize = 20;
/// How often the page is renewed.
const RENEW: Period = Period::from_secs(15);
/// The parameter of the address that names the operation that is looked into.
pub const OPERATION: &str = "operation";

/// The operations of a cluster. One that is gone is found by where it was.
pub fn operations(cluster: String, gone: Option<OperationQuery>) -> AnyView {
    let turns = Turns::of_address(PAGE);
    let wanted = turns.wanted();
    let query = {
        let cluster = cluster.clone();
        query(move || {
            let PageWanted { size, token, .. } = wanted.get();
            let options = OperationQuery {
                limit: i64::try_from(size).ok(),
                page_token: token,
                ..gone.clone().unwrap_or_default()
            };
            clusters::operations(&cluster, &options)
        })
        .every(RENEW)
    };
    let page = query.load().map(|page| Part {
        rows: Arc::new(page.operations.clone()),
        total: None,
        next: page.next_page_token.clone().filter(|token| !token.is_empty()),
    });
    view! {
        <DataTable
            label="Operations"
            load=(page, turns)
            columns=columns()
            empty=|| {
                view! {
                    <EmptyState
                        icon="clock"
                        title="No operations"
                        text="Creating, updating, upgrading and deleting the cluster show here, with who asked for it."
                    />
                }
                .into_any()
            }
            retry=move |()| query.refetch()
            features=Features::new("operation", "operations", |it: &ClusterOperation| it.operation_id.clone())
        />
        {one(cluster)}
    }
    .into_any()
}

/// The operation that the address names, in a panel: its steps, and all that it has said.
fn one(cluster: String) -> AnyView {
    let address = Address::of_context();
    let chosen = address.param(OPERATION);
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(chosen.with(Option::is_some)));
    Effect::new(move |was: Option<bool>| {
        let is = open.get();
        if was == Some(true) && !is && chosen.with_untracked(Option::is_some) {
            address.set(OPERATION, None, Step::Push);
        }
        is
    });
    view! {
        <SidePanel open=open title="Operation">
            {
                let cluster = cluster.clone();
                reactive(move || {
                    maybe(chosen.get().map(|id| {
                        let facts = vec![Fact::copied("ID", Some(&id))];
                        view! {
                            {operation::follow(cluster.clone(), Some(id), Callback::new(|()| {})).whole()}
                            <Facts facts=facts/>
                        }
                        .into_any()
                    }))
                })
            }
        </SidePanel>
    }
    .into_any()
}

fn columns() -> Vec<Column<ClusterOperation>> {
    let address = Address::of_context();
    vec![
        Column::new("Operation", move |operation: &ClusterOperation| {
            let id = operation.operation_id.clone();
            let href = move || address.link(&[(OPERATION, Some(id.clone()))]);
            view! { <a href=href>{marks::operation_type(&operation.operation_type)}</a> }.into_any()
        })
        .value(|operation| marks::operation_type(&operation.operation_type))
        .names()
        .width(128),
        Column::new("State", |operation: &ClusterOperation| {
            view! { <State mark=marks::operation(&operation.status)/> }.into_any()
        })
        .value(|operation| marks::operation(&operation.status))
        .width(136)
        .card(table::Card::Side),
        Column::new("Started", |operation: &ClusterOperation| {
            view! { <Time at=words::time(Some(&operation.started_at))/> }.into_any()
        })
        .value(|operation| Value::time(words::time(Some(&operation.started_at))))
        .width(128)
        .card(table::Card::NoteSide),
        Column::new("Took", |operation: &ClusterOperation| view! { <Duration length=took(operation)/> }.into_any())
            .value(|operation| Value::text(took(operation).map(format::duration)))
            .number()
            .width(104),
        Column::new("By", |operation: &ClusterOperation| people::person(operation.triggered_by.as_deref()))
            .value(|operation| Value::text(operation.triggered_by.clone()))
            .width(168)
            .card(table::Card::Note),
        Column::new("Message", |operation: &ClusterOperation| operation::said_cell(message(operation)))
            .value(|operation| Value::text(message(operation))),
        Column::new("ID", |operation: &ClusterOperation| operation::id_cell(&operation.operation_id))
            .value(|operation| operation.operation_id.clone())
            .extra(),
    ]
}

fn message(operation: &ClusterOperation) -> Option<String> {
    operation::reason(operation.error.as_ref(), operation.message.as_ref())
}

/// How long it took, milliseconds; none while it runs.
fn took(operation: &ClusterOperation) -> Option<u64> {
    let began = operation.started_at.known().and_then(format::parse)?;
    let ended = operation.completed_at.as_ref()?.known().and_then(format::parse)?;
    Some(ended.saturating_sub(began))
}
