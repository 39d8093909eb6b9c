//! `/o/:org/operations`: what is and was done to all clusters, live.

use std::{sync::Arc, time::Duration};

use astro_api::clusters::{self, ClusterProgress, OperationStatus, OperationType, ProgressQuery};
use leptos::prelude::*;

use crate::{
    components::{marks, operation, words},
    routes,
    store::{paged, query},
    ui::{
        Address, BarFilter, Button, Column, DataTable, EmptyState, Features, FilterBar, Look, Offer, PageHeader, State,
        Turns, Value,
        address::{Step, query_of},
        filter_bar::Style,
        format,
        load::{PageWanted, Part},
        maybe,
        progress::Ring,
        quiet_link, reactive, table, when,
    },
};

/// Operations of a page.
const PAGE: usize = 50;
/// How often the page is renewed while the tab is seen: no stream tells of all clusters.
const RENEW: Duration = Duration::from_secs(5);

const TYPE: &str = "type";
const STATUS: &str = "status";

/// The word of the contract that the address means; what it does not mean filters nothing.
fn word(chosen: Option<&str>, known: &[&'static str]) -> Option<&'static str> {
    known.iter().copied().find(|word| chosen.is_some_and(|chosen| chosen.eq_ignore_ascii_case(word)))
}

fn types() -> Vec<&'static str> {
    // The order in which a cluster meets them.
    vec!["CREATE", "REGISTER", "UPDATE", "UPGRADE", "DELETE"]
}

fn statuses() -> Vec<&'static str> {
    vec!["IN_PROGRESS", "PENDING", "COMPLETED", "FAILED", "CANCELLED"]
}

/// Whether an operation may still change.
const fn is_under_way(status: &OperationStatus) -> bool {
    matches!(status, OperationStatus::Pending | OperationStatus::InProgress)
}

/// The page.
pub fn list(organization: String) -> AnyView {
    let address = Address::of_context();
    let turns = Turns::of_address(PAGE);
    let wanted = turns.wanted();
    let kind = Memo::new(move |_| word(address.get(TYPE).as_deref(), &types()));
    let status = Memo::new(move |_| word(address.get(STATUS).as_deref(), &statuses()));
    let options = move |wanted: &PageWanted| ProgressQuery {
        operation_type: kind.get().map(ToOwned::to_owned),
        status: status.get().map(ToOwned::to_owned),
        limit: i64::try_from(wanted.size).ok(),
        page_token: wanted.token.clone(),
    };
    let page = paged(
        move || wanted.get(),
        move |wanted| Some(clusters::list_progress(&options(wanted))),
        |page| Part {
            rows: Arc::new(page.progress.clone()),
            total: page.total.and_then(|total| usize::try_from(total).ok()),
            next: page.next_page_token.clone().filter(|token| !token.is_empty()),
        },
    );
    let load = page.load();
    // The same request, asked again and again: whoever watches it shares the answer.
    let _ = query(move || clusters::list_progress(&options(&wanted.get()))).every(RENEW);
    let meta = move || {
        let total = load.with(|load| load.value().and_then(|part| part.total));
        maybe(total.map(|total| view! { <span>{format::counted(total, "operation", "operations")}</span> }.into_any()))
    };
    let is_filtered = Memo::new(move |_| kind.get().is_some() || status.get().is_some());
    let clear = move |()| address.set_all(&[(TYPE, None), (STATUS, None), ("page", None), ("token", None)], Step::Push);
    let choose = move |name: &'static str, value: Option<String>| {
        // Another list has other pages.
        address.set_all(&[(name, value), ("page", None), ("token", None)], Step::Push);
    };
    let filters = vec![
        filter("State", statuses, status, Callback::new(move |value| choose(STATUS, value))),
        filter("Type", types, kind, Callback::new(move |value| choose(TYPE, value))),
    ];
    view! {
        <PageHeader title="Operations".to_owned() meta=meta/>
        <div class="operations__filters"><FilterBar filters=filters/></div>
        <DataTable
            label="Operations"
            load=(load, turns)
            columns=columns(organization)
            empty=move || {
                reactive(move || {
                    if is_filtered.get() {
                        view! {
                            <EmptyState
                                icon="activity"
                                title="No such operations"
                                text="No operation has this type and this state."
                            >
                                <Button label="Show all operations" look=Look::Plain on_press=clear/>
                            </EmptyState>
                        }
                        .into_any()
                    } else {
                        view! {
                            <EmptyState
                                icon="activity"
                                title="No operations yet"
                                text="Creating, registering, updating, upgrading and deleting a cluster show here, with how far each is and how it ended."
                            />
                        }
                        .into_any()
                    }
                })
            }
            retry=move |()| page.refetch()
            features=Features::new("operation", "operations", |it: &ClusterProgress| it.operation_id.clone())
        />
    }
    .into_any()
}

/// A filter that the platform applies: one value at a time.
fn filter(
    label: &'static str,
    values: fn() -> Vec<&'static str>,
    chosen: Memo<Option<&'static str>>,
    choose: Callback<Option<String>>,
) -> BarFilter {
    let offers = move || {
        values()
            .into_iter()
            .map(|word| {
                let (said, tone) = if label == "State" {
                    let mark = marks::operation(&OperationStatus::from(word));
                    (mark.word.into_owned(), Some(mark.tone))
                } else {
                    (marks::operation_type(&OperationType::from(word)), None)
                };
                Offer { key: word.to_ascii_lowercase(), label: said, tone, count: None }
            })
            .collect()
    };
    BarFilter {
        label,
        style: if label == "State" { Style::Chips } else { Style::Menu },
        offers: Arc::new(offers),
        many: Arc::new(move || values().len()),
        chosen: Arc::new(move || chosen.get().map(str::to_ascii_lowercase).into_iter().collect()),
        all: Arc::new(|| None),
        choose: Callback::new(move |list: Vec<String>| {
            // The contract takes one: the newest press counts.
            let before = chosen.get_untracked().map(str::to_ascii_lowercase);
            let new = list.iter().rev().find(|value| before.as_ref() != Some(value)).or_else(|| list.last());
            choose.run(new.cloned());
        }),
    }
}

/// The address of an operation: the history of its cluster, with its steps open.
fn href(organization: &str, operation: &ClusterProgress) -> String {
    let name = operation.cluster_name.as_deref().unwrap_or(&operation.cluster_id);
    let query = query_of(&[("tab", "operations"), ("operation", &operation.operation_id)]);
    format!("{}?{query}", routes::cluster(organization, name).href())
}

fn columns(organization: String) -> Vec<Column<ClusterProgress>> {
    let clusters_of = organization.clone();
    vec![
        Column::new("Operation", move |operation: &ClusterProgress| {
            let href = href(&organization, operation);
            view! { <a href=href>{marks::operation_type(&operation.operation_type)}</a> }.into_any()
        })
        .value(|operation| marks::operation_type(&operation.operation_type))
        .names()
        .width(120),
        Column::new("Cluster", move |operation: &ClusterProgress| {
            let name = operation.cluster_name.clone().unwrap_or_else(|| operation.cluster_id.clone());
            let href = routes::cluster(&clusters_of, &name).href();
            quiet_link(href, name).into_any()
        })
        .value(|operation| operation.cluster_name.clone().unwrap_or_else(|| operation.cluster_id.clone()))
        .card(table::Card::Note),
        Column::new("State", |operation: &ClusterProgress| {
            let mark = marks::operation(&operation.status);
            let percent = operation.percent.and_then(|percent| u8::try_from(percent.clamp(0, 100)).ok());
            match percent.filter(|_| operation.status == OperationStatus::InProgress) {
                Some(percent) => view! {
                    <span class="state">
                        <Ring percent=Signal::stored(Some(percent))/>
                        {mark.word.into_owned()}
                        <span class="state__note">{format!("{percent} %")}</span>
                    </span>
                }
                .into_any(),
                None if operation.operation_type == OperationType::Create
                    && operation.status == OperationStatus::Pending =>
                {
                    view! { <State mark=crate::ui::Mark::new(crate::ui::Tone::Ask, "Approval pending")/> }.into_any()
                }
                None => view! { <State mark=mark/> }.into_any(),
            }
        })
        .key("status")
        .value(|operation| marks::operation(&operation.status))
        .live()
        .width(176)
        .card(table::Card::Side),
        Column::new("Step", |operation: &ClusterProgress| {
            maybe(step(operation).map(|step| view! { <code class="muted">{step}</code> }.into_any()))
        })
        .value(|operation| Value::text(step(operation)))
        .width(168),
        Column::new("Started", |operation: &ClusterProgress| when(words::time(operation.started_at.as_ref())))
            .key("began")
            .value(|operation| Value::time(words::time(operation.started_at.as_ref())))
            .width(112)
            .card(table::Card::NoteSide),
        Column::new("Took", |operation: &ClusterProgress| operation::took(operation))
            .value(|operation| Value::text(operation::length(operation).map(format::duration)))
            .number()
            .width(104),
        Column::new("Message", |operation: &ClusterProgress| operation::said_cell(message(operation)))
            .value(|operation| Value::text(message(operation))),
        Column::new("ID", |operation: &ClusterProgress| operation::id_cell(&operation.operation_id))
            .value(|operation| operation.operation_id.clone())
            .extra(),
    ]
}

/// The step that it is at.
fn step(operation: &ClusterProgress) -> Option<String> {
    operation.current_step.clone().filter(|_| is_under_way(&operation.status))
}

fn message(operation: &ClusterProgress) -> Option<String> {
    operation::reason(operation.error.as_ref(), operation.message.as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_the_contract_can_be_filtered_by() {
        let known: Vec<&str> = OperationType::KNOWN.iter().map(OperationType::as_str).collect();
        assert!(known.iter().all(|word| types().contains(word)) && known.len() == types().len());
        let known: Vec<&str> = OperationStatus::KNOWN.iter().map(OperationStatus::as_str).collect();
        assert!(known.iter().all(|word| statuses().contains(word)) && known.len() == statuses().len());
    }

    #[test]
    fn an_address_filters_by_words_that_are_known() {
        assert_eq!(word(Some("in_progress"), &statuses()), Some("IN_PROGRESS"));
        assert_eq!(word(Some("everything"), &statuses()), None);
        assert_eq!(word(None, &statuses()), None);
    }
}
