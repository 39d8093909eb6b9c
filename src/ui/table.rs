//! Tables: columns are values, rows become cards on a phone.

use std::sync::Arc;

use leptos::prelude::*;

use super::{
    button::Button,
    format,
    load::Loads,
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

/// The head of a column, and what its cells look like.
#[derive(Clone)]
struct Head {
    text: &'static str,
    names: bool,
    number: bool,
    card: Card,
}

impl Head {
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

type Cell<T> = Arc<dyn Fn(&T) -> AnyView + Send + Sync>;

/// A column: its head, and how a row fills it.
#[must_use]
pub struct Column<T> {
    head: Head,
    cell: Cell<T>,
}

impl<T> Column<T> {
    /// A column of text.
    pub fn new(head: &'static str, cell: impl Fn(&T) -> AnyView + Send + Sync + 'static) -> Self {
        let head = Head { text: head, names: false, number: false, card: Card::Hidden };
        Self { head, cell: Arc::new(cell) }
    }

    /// The column that names the row: its head cell, and the title of its card.
    pub const fn names(mut self) -> Self {
        self.head.names = true;
        self.head.card = Card::Title;
        self
    }

    /// A column of numbers alone: right-aligned, in tabular figures.
    pub const fn number(mut self) -> Self {
        self.head.number = true;
        self
    }

    /// Where it goes when the row is a card.
    pub const fn card(mut self, card: Card) -> Self {
        self.head.card = card;
        self
    }
}

/// Heads for what is compiled once, cells for what knows the type of a row.
fn apart<T>(columns: Vec<Column<T>>) -> (Vec<Head>, Vec<Cell<T>>) {
    columns.into_iter().map(|column| (column.head, column.cell)).unzip()
}

fn heads(heads: &[Head]) -> AnyView {
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
    let (heads, cells) = apart(columns);
    framed(label, heads, frameless, rows_of(cells, rows))
}

/// Draws the cells of the first rows, and says how many rows there are.
type Rows = Box<dyn Fn(usize) -> (Vec<Vec<AnyView>>, usize) + Send + Sync>;

fn rows_of<T>(cells: Vec<Cell<T>>, rows: impl Fn() -> Option<Arc<Vec<T>>> + Send + Sync + 'static) -> Rows
where
    T: Send + Sync + 'static,
{
    Box::new(move |limit| {
        let rows = rows().unwrap_or_default();
        let drawn = rows.iter().take(limit).map(|item| cells.iter().map(|cell| cell(item)).collect()).collect();
        (drawn, rows.len())
    })
}

fn framed(label: String, columns: Vec<Head>, frameless: bool, rows: Rows) -> AnyView {
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
        view! {
            <table class="table">{heads(&columns)} <tbody>{rows}</tbody></table>
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

/// A table of what is fetched, in each of its four states; all of them are mandatory.
#[component]
pub fn DataTable<T>(
    /// What it lists: "Clusters".
    label: &'static str,
    /// What is fetched.
    load: Loads<Vec<T>>,
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
    let (heads, cells) = apart(columns);
    let skeleton = {
        let heads = heads.clone();
        move || skeleton(label, &heads)
    };
    view! {
        <QueryView
            load=load
            loading=skeleton
            empty=Some(Empty::new(Vec::is_empty, empty))
            retry=retry
            data=move |latest| {
                framed(label.to_owned(), heads.clone(), false, rows_of(cells.clone(), move || latest.get()))
            }
        />
    }
    .into_any()
}

fn skeleton(label: &str, columns: &[Head]) -> AnyView {
    let rows = (0..8)
        .map(|line| {
            let bars = columns
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
    let heads = heads(columns);
    view! {
        <Loading label=format!("Loading {}", label.to_ascii_lowercase())>
            <div class="table-frame">
                <table class="table table--plain">{heads} <tbody>{rows}</tbody></table>
            </div>
        </Loading>
    }
    .into_any()
}
