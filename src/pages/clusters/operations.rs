//! What was done to a cluster, newest first.

use std::sync::Arc;

use astro_api::clusters::{self, ClusterOperation, OperationQuery};
use leptos::prelude::*;

use crate::{
    components::{marks, words},
    store::query,
    ui::{
        Column, Dash, DataTable, Duration, EmptyState, State, Time, Turns, format,
        load::{PageWanted, Part},
        maybe, table,
    },
};

/// Operations of a page.
const PAGE: usize = 20;

/// The operations of a cluster.
pub fn operations(cluster: String) -> AnyView {
    let turns = Turns::of_address(PAGE);
    let wanted = turns.wanted();
    let query = query(move || {
        let PageWanted { size, token, .. } = wanted.get();
        let options =
            OperationQuery { limit: i64::try_from(size).ok(), page_token: token, ..OperationQuery::default() };
        clusters::operations(&cluster, &options)
    });
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
        />
    }
    .into_any()
}

fn columns() -> Vec<Column<ClusterOperation>> {
    vec![
        Column::new("Operation", |operation: &ClusterOperation| {
            marks::operation_type(&operation.operation_type).into_any()
        })
        .names(),
        Column::new("State", |operation: &ClusterOperation| {
            view! { <State mark=marks::operation(&operation.status)/> }.into_any()
        })
        .card(table::Card::Side),
        Column::new("Started", |operation: &ClusterOperation| {
            view! { <Time at=words::time(Some(&operation.started_at))/> }.into_any()
        })
        .card(table::Card::NoteSide),
        Column::new("Took", |operation: &ClusterOperation| view! { <Duration length=took(operation)/> }.into_any())
            .number(),
        Column::new("By", |operation: &ClusterOperation| match operation.triggered_by.clone() {
            Some(who) if !who.is_empty() => view! { <code class="muted">{who}</code> }.into_any(),
            _ => view! { <Dash/> }.into_any(),
        })
        .card(table::Card::Note),
        Column::new("Message", |operation: &ClusterOperation| {
            let text = operation.error.clone().or_else(|| operation.message.clone()).filter(|text| !text.is_empty());
            maybe(text.map(|text| {
                view! { <span class="operation__text" data-tip=text.clone()>{text.clone()}</span> }.into_any()
            }))
        }),
    ]
}

/// How long it took, milliseconds; none while it runs.
fn took(operation: &ClusterOperation) -> Option<u64> {
    let began = operation.started_at.known().and_then(format::parse)?;
    let ended = operation.completed_at.as_ref()?.known().and_then(format::parse)?;
    Some(ended.saturating_sub(began))
}
