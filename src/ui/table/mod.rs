//! Tables: columns are values, rows become cards on a phone.
//!
//! [`Table`] shows rows that are at hand, [`DataTable`] what is fetched, in each of its states; with [`Features`] it
//! sorts, filters, searches, exports, selects, and keeps all of that in the address. Both take columns of a type of row;
//! what is behind them has forgotten it and is compiled once.

mod bulk;
mod column;
mod density;
mod export;
mod keys;
mod memory;
mod model;
mod rows;
mod state;
mod view;

use std::{marker::PhantomData, sync::Arc};

use leptos::prelude::*;

use self::{
    bulk::ErasedBulk,
    column::{Erased, ErasedFilter, Head, Of, of},
    view::{Paging, Spec},
};
pub use self::{
    bulk::{Bulk, Work, WorkOfAll},
    column::{Action, Card, Choice, Column, Filter, Progress, Value},
    density::Density,
};
use super::{
    button::Button,
    format,
    load::{Any, Load, Loads, Part},
    pagination::Turns,
    query_view::states,
    reactive::{maybe, reactive},
    skeleton::{Bar, Loading, width},
};

/// Where the rows of a table come from.
pub enum Rows<T> {
    /// All of them in one answer.
    Whole(Loads<Vec<T>>),
    /// A page of them in each answer, and which one is wanted.
    Paged(Loads<Part<T>>, Turns),
}

impl<T> From<Loads<Vec<T>>> for Rows<T> {
    fn from(loads: Loads<Vec<T>>) -> Self {
        Self::Whole(loads)
    }
}

impl<T> From<(Loads<Part<T>>, Turns)> for Rows<T> {
    fn from((loads, turns): (Loads<Part<T>>, Turns)) -> Self {
        Self::Paged(loads, turns)
    }
}

/// What the list of a page can do beyond showing its rows.
#[must_use]
pub struct Features<T> {
    noun: (&'static str, &'static str),
    key: Of<String>,
    search: Option<&'static str>,
    filters: Vec<ErasedFilter>,
    actions: Option<Of<Vec<Action>>>,
    bulk: Vec<ErasedBulk>,
    selects: bool,
    progress: Option<Of<Option<Progress>>>,
    row: PhantomData<fn(&T)>,
}

impl<T: Send + Sync + 'static> Features<T> {
    /// The features of a list of things: "cluster", "clusters", each with a key that no other has.
    pub fn new(one: &'static str, many: &'static str, key: impl Fn(&T) -> String + Send + Sync + 'static) -> Self {
        Self {
            noun: (one, many),
            key: of(key),
            search: None,
            filters: Vec::new(),
            actions: None,
            bulk: Vec::new(),
            selects: false,
            progress: None,
            row: PhantomData,
        }
    }

    /// A search in the names and in the columns that say so: "Filter by name or region".
    pub const fn search(mut self, placeholder: &'static str) -> Self {
        self.search = Some(placeholder);
        self
    }

    /// A filter; they stand in the order in which they are added.
    pub fn filter(mut self, filter: Filter<T>) -> Self {
        self.filters.push(filter.erased);
        self
    }

    /// What can be done with a row.
    pub fn actions(mut self, actions: impl Fn(&T) -> Vec<Action> + Send + Sync + 'static) -> Self {
        self.actions = Some(of(actions));
        self
    }

    /// Something that can be done with chosen rows.
    pub fn bulk(mut self, bulk: Bulk<T>) -> Self {
        self.bulk.push(bulk.erased);
        self
    }

    /// Rows can be chosen, to copy their names and to export them.
    pub const fn select(mut self) -> Self {
        self.selects = true;
        self
    }

    /// Work that goes on in a row.
    pub fn progress(mut self, progress: impl Fn(&T) -> Option<Progress> + Send + Sync + 'static) -> Self {
        self.progress = Some(of(progress));
        self
    }
}

/// A table of what is fetched, in each of its four states; all of them are mandatory.
#[component]
pub fn DataTable<T>(
    /// What it lists: "Clusters".
    label: &'static str,
    /// What is fetched.
    #[prop(into)]
    load: Rows<T>,
    /// Its columns.
    columns: Vec<Column<T>>,
    /// What stands there when there are no rows.
    #[prop(into)]
    empty: ViewFn,
    /// Tries again after a failure.
    #[prop(into)]
    retry: Callback<()>,
    /// What else it can do.
    #[prop(optional)]
    features: Option<Features<T>>,
    /// What tells its rows apart where it has no features: else their place does, and the focus stays at that.
    #[prop(optional)]
    key: Option<fn(&T) -> String>,
) -> AnyView
where
    T: PartialEq + Send + Sync + 'static,
{
    let whole = features.is_some();
    let Features { noun, key: own, search, filters, actions, bulk, selects, progress, .. } =
        features.unwrap_or_else(|| Features::new("row", "rows", |_| String::new()));
    let spec = Spec {
        label,
        noun,
        columns: columns.into_iter().map(|column| column.erased).collect(),
        filters,
        search,
        key: if whole { Some(own) } else { key.map(of::<T, String>) },
        actions,
        bulk,
        selects,
        progress,
        whole,
        len: |list| list.downcast_ref::<Vec<T>>().map_or(0, Vec::len),
        row: |list, index| list.downcast_ref::<Vec<T>>()?.get(index).map(|row| row as &Any),
        same: |one, two| one.downcast_ref::<T>() == two.downcast_ref::<T>(),
    };
    match load {
        Rows::Whole(load) => data_table(spec, load.erased(), None, empty, retry),
        Rows::Paged(load, turns) => {
            let parts = Parts {
                load: Signal::derive(move || load.get().turned(|part| Some(Arc::clone(&part.rows) as Arc<Any>))),
                total: Signal::derive(move || load.with(|load| load.value().and_then(|part| part.total))),
                next: Signal::derive(move || load.with(|load| load.value().and_then(|part| part.next.clone()))),
            };
            paged_table(spec, parts, turns, empty, retry)
        }
    }
}

struct Parts {
    load: Signal<Load<Any>>,
    total: Signal<Option<usize>>,
    next: Signal<Option<String>>,
}

fn paged_table(spec: Spec, parts: Parts, turns: Turns, empty: ViewFn, retry: Callback<()>) -> AnyView {
    let Parts { load, total, next } = parts;
    let busy = Signal::derive(move || load.with(Load::is_busy));
    data_table(spec, load, Some(Paging { turns, total, next, busy }), empty, retry)
}

fn data_table(
    spec: Spec,
    load: Signal<Load<Any>>,
    paging: Option<Paging>,
    empty: ViewFn,
    retry: Callback<()>,
) -> AnyView {
    let spec = Arc::new(spec);
    let skeleton = {
        let spec = Arc::clone(&spec);
        move || skeleton(&spec)
    };
    let len = spec.len;
    states(
        load,
        // A page behind the last one is empty, but the list is not.
        Box::new(move |list| {
            len(list) == 0 && paging.is_none_or(|it| it.turns.wanted().with_untracked(|it| it.page == 1))
        }),
        skeleton.into(),
        Some(empty),
        "card",
        retry,
        Box::new(move |list| view::table(Arc::clone(&spec), list, paging)),
    )
}

fn skeleton(spec: &Spec) -> AnyView {
    let shown: Vec<&Head> = spec.columns.iter().map(|column| &column.head).filter(|head| head.shown).collect();
    let rows = (0..8)
        .map(|line| {
            let bars = shown
                .iter()
                .enumerate()
                .map(|(column, head)| {
                    view! {
                        <td class=head.class()>
                            <Bar width=width(line, column)/>
                        </td>
                    }
                })
                .map(IntoAny::into_any)
                .collect_view();
            view! { <tr>{bars}</tr> }
        })
        .map(IntoAny::into_any)
        .collect_view();
    let heads = heads(&shown);
    let bar = spec.whole.then(|| {
        view! {
            <div class="toolbar">
                // Where there is no search, its place is kept for the tools.
                <div class=if spec.search.is_some() { "search search--still" } else { "search" }></div>
            </div>
        }
        .into_any()
    });
    view! {
        <Loading label=format!("Loading {}", spec.label.to_ascii_lowercase())>
            {maybe(bar)}
            <div class="table-frame">
                <table class="table table--plain">{heads} <tbody>{rows}</tbody></table>
            </div>
        </Loading>
    }
    .into_any()
}

// ------------------------------------------------------------------------------------------- rows that are at hand

/// Heads for what is compiled once, cells for what knows the type of a row.
fn apart<T>(columns: Vec<Column<T>>) -> (Vec<Head>, Vec<Erased>) {
    columns.into_iter().map(|column| (column.erased.head.clone(), column.erased)).unzip()
}

fn heads(heads: &[&Head]) -> AnyView {
    let heads = heads
        .iter()
        .map(|head| {
            view! {
                <th scope="col" class=head.number.then_some("number")>
                    {head.text}
                </th>
            }
        })
        .map(IntoAny::into_any)
        .collect_view();
    view! {
        <thead>
            <tr>{heads}</tr>
        </thead>
    }
    .into_any()
}

fn row(heads: &[Head], cells: Vec<AnyView>) -> AnyView {
    let cells = heads
        .iter()
        .zip(cells)
        .map(|(head, content)| {
            if head.names {
                view! {
                    <th scope="row" class=head.class()>
                        {content}
                    </th>
                }
                .into_any()
            } else {
                view! { <td class=head.class()>{content}</td> }.into_any()
            }
        })
        .collect_view();
    view! { <tr>{cells}</tr> }.into_any()
}

/// Rows that are drawn at once; more come by a button.
const PAGE: usize = 200;

/// A table of rows that are at hand.
#[component]
pub fn Table<T>(
    /// What it lists: "Clusters".
    #[prop(into)]
    label: String,
    /// Its columns.
    columns: Vec<Column<T>>,
    /// Its rows, drawn anew when they change.
    rows: impl Fn() -> Option<Arc<Vec<T>>> + Send + Sync + 'static,
    /// Whether it stands in a card, which frames it already.
    #[prop(optional)]
    frameless: bool,
) -> AnyView
where
    T: Send + Sync + 'static,
{
    let (heads, columns) = apart(columns);
    let draw: Drawing = Box::new(move |limit| {
        let rows = rows().unwrap_or_default();
        let cells = |item: &T| columns.iter().filter_map(|column| (column.cell)(item)).collect();
        (rows.iter().take(limit).map(cells).collect(), rows.len())
    });
    framed(label, heads, frameless, draw)
}

/// Draws the cells of the first rows, and says how many rows there are.
type Drawing = Box<dyn Fn(usize) -> (Vec<Vec<AnyView>>, usize) + Send + Sync>;

fn framed(label: String, columns: Vec<Head>, frameless: bool, rows: Drawing) -> AnyView {
    let limit = RwSignal::new(PAGE);
    let content = reactive(move || {
        let (drawn, total) = rows(limit.get());
        let hidden = total - drawn.len();
        let more = (hidden > 0).then(|| {
            let next = format!("Show {} more of {}", format::count(hidden.min(PAGE)), format::count(hidden));
            view! {
                <div class="table__more">
                    <Button label=next small=true on_press=move |()| limit.update(|limit| *limit += PAGE)/>
                </div>
            }
            .into_any()
        });
        let rows = drawn.into_iter().map(|cells| row(&columns, cells)).collect_view();
        let heads = heads(&columns.iter().collect::<Vec<_>>());
        view! {
            <table class="table">{heads} <tbody>{rows}</tbody></table>
            {maybe(more)}
        }
        .into_any()
    });
    let class = if frameless { "table-frame table-frame--bare" } else { "table-frame" };
    view! {
        // Wider than the window it scrolls: by the keyboard too, hence a focusable region with a name.
        <div class=class role="region" aria-label=label tabindex="0">
            {content}
        </div>
    }
    .into_any()
}
