//! Tables: columns are values, rows become cards on a phone.

use std::sync::Arc;

use leptos::prelude::*;

use super::{
    button::Button,
    format,
    load::Load,
    query_view::{Empty, QueryView},
    reactive::{maybe, reactive},
    skeleton::{Bar, Loading, width},
};

/// Where a cell goes when the row is a card: a grid of two lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Card {
    /// First line, at its begin.
    Title,
    /// First line, at its end.
    Side,
    /// Second line, at its begin.
    Note,
    /// Second line, at its end.
    NoteSide,
    /// Nowhere.
    #[default]
    Hidden,
}

impl Card {
    const fn class(self) -> &'static str {
        match self {
            Self::Title => "cell--title",
            Self::Side => "cell--side",
            Self::Note => "cell--note",
            Self::NoteSide => "cell--note-side",
            Self::Hidden => "cell--hidden",
        }
    }
}

type Cell<T> = Arc<dyn Fn(&T) -> AnyView + Send + Sync>;

/// A column: its head, and how a row fills it.
#[must_use]
pub struct Column<T> {
    head: &'static str,
    names: bool,
    number: bool,
    card: Card,
    cell: Cell<T>,
}

impl<T> Clone for Column<T> {
    fn clone(&self) -> Self {
        Self { head: self.head, names: self.names, number: self.number, card: self.card, cell: Arc::clone(&self.cell) }
    }
}

impl<T> Column<T> {
    /// A column of text.
    pub fn new(head: &'static str, cell: impl Fn(&T) -> AnyView + Send + Sync + 'static) -> Self {
        Self { head, names: false, number: false, card: Card::Hidden, cell: Arc::new(cell) }
    }

    /// The column that names the row: its head cell, and the title of its card.
    pub const fn names(mut self) -> Self {
        self.names = true;
        self.card = Card::Title;
        self
    }

    /// A column of numbers alone: right-aligned, in tabular figures.
    pub const fn number(mut self) -> Self {
        self.number = true;
        self
    }

    /// Where it goes when the row is a card.
    pub const fn card(mut self, card: Card) -> Self {
        self.card = card;
        self
    }

    fn class(&self) -> String {
        let mut class = self.card.class().to_owned();
        if self.names {
            class.push_str(" table__name");
        }
        if self.number {
            class.push_str(" number");
        }
        class
    }
}

fn heads<T>(columns: &[Column<T>]) -> AnyView {
    let heads = columns
        .iter()
        .map(|column| {
            view! {
                <th scope="col" class=column.number.then_some("number")>
                    {column.head}
                </th>
            }
        })
        .collect_view();
    view! {
        <thead>
            <tr>{heads}</tr>
        </thead>
    }
    .into_any()
}

fn row<T>(columns: &[Column<T>], item: &T) -> AnyView {
    let cells = columns
        .iter()
        .map(|column| {
            let content = (column.cell)(item);
            if column.names {
                view! {
                    <th scope="row" class=column.class()>
                        {content}
                    </th>
                }
                .into_any()
            } else {
                view! { <td class=column.class()>{content}</td> }.into_any()
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
    /// Its rows.
    #[prop(into)]
    rows: Signal<Arc<Vec<T>>>,
    /// Whether it stands in a card, which frames it already.
    #[prop(optional)]
    frameless: bool,
) -> AnyView
where
    T: Send + Sync + 'static,
{
    let limit = RwSignal::new(PAGE);
    let head = heads(&columns);
    let body = reactive(move || {
        let limit = limit.get();
        rows.with(|rows| rows.iter().take(limit).map(|item| row(&columns, item)).collect_view()).into_any()
    });
    let more = reactive(move || {
        let hidden = rows.with(|rows| rows.len().saturating_sub(limit.get()));
        maybe((hidden > 0).then(|| {
            let next = format!("Show {} more of {}", format::count(hidden.min(PAGE)), format::count(hidden));
            view! {
                <div class="table__more">
                    <Button label=next small=true on_press=move |()| limit.update(|limit| *limit += PAGE)/>
                </div>
            }
            .into_any()
        }))
    });
    let class = if frameless { "table-frame table-frame--bare" } else { "table-frame" };
    view! {
        // Wider than the window it scrolls: by the keyboard too, hence a focusable region with a name.
        <div class=class role="region" aria-label=label tabindex="0">
            <table class="table">{head} <tbody>{body}</tbody></table>
            {more}
        </div>
    }
    .into_any()
}

/// A table of what is fetched, in each of its four states; all of them are mandatory.
#[component]
pub fn DataTable<T>(
    /// What it lists: "Clusters".
    label: &'static str,
    /// What is fetched.
    #[prop(into)]
    load: Signal<Load<Vec<T>>>,
    /// Its columns.
    columns: Vec<Column<T>>,
    /// What stands there when there are no rows.
    #[prop(into)]
    empty: ViewFn,
    /// Tries again after a failure.
    #[prop(into)]
    retry: Callback<()>,
) -> AnyView
where
    T: Send + Sync + 'static,
{
    let skeleton = {
        let columns = columns.clone();
        move || skeleton(label, &columns)
    };
    view! {
        <QueryView
            load=load
            loading=skeleton
            empty=Some(Empty::new(Vec::is_empty, empty))
            retry=retry
            data=move |rows| view! { <Table label=label columns=columns.clone() rows=rows/> }.into_any()
        />
    }
    .into_any()
}

fn skeleton<T>(label: &str, columns: &[Column<T>]) -> AnyView {
    let rows = (0..8)
        .map(|row| {
            let cells = columns
                .iter()
                .enumerate()
                .map(|(index, column)| {
                    view! {
                        <td class=column.class()>
                            <Bar width=width(row, index)/>
                        </td>
                    }
                })
                .collect_view();
            view! { <tr>{cells}</tr> }
        })
        .collect_view();
    let head = heads(columns);
    view! {
        <Loading label=format!("Loading {}", label.to_ascii_lowercase())>
            <div class="table-frame">
                <table class="table table--plain">{head} <tbody>{rows}</tbody></table>
            </div>
        </Loading>
    }
    .into_any()
}
