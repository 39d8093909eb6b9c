//! The rows that are drawn: those that are seen, and a few beside them.
//!
//! A row is drawn once for its key. A newer answer changes what its cells say in place, so that focus, selection and
//! scroll stay; its neighbours give it another position, no other element.

use std::sync::Arc;

use leptos::prelude::*;
use web_sys::Element;

use super::{
    column::{Card, Progress, Value},
    model,
    view::{Core, Spec},
};
use crate::ui::{
    fresh,
    icon::Icon,
    query_view::Shared,
    reactive::{maybe, reactive},
};

/// A row that is drawn.
#[derive(Clone, PartialEq)]
pub(super) struct Drawn {
    pub key: Arc<str>,
    /// Its place among the rows that are shown.
    pub position: usize,
    /// Its place in the answer.
    pub index: usize,
    /// Another one where an answer has changed it.
    version: u32,
}

/// What is drawn of a list.
#[derive(Default)]
pub(super) struct Frame {
    pub list: Option<Shared>,
    pub rows: Vec<Drawn>,
    pub begin: usize,
    pub end: usize,
    pub total: usize,
    /// Of a row, in pixels.
    pub height: usize,
}

impl Frame {
    fn find(&self, key: &str) -> Option<&Drawn> {
        self.rows.iter().find(|drawn| &*drawn.key == key)
    }

    /// The rows from `begin` to `end` of what is shown, and what an answer has changed of those that were drawn before.
    pub fn of(
        spec: &Spec,
        list: Shared,
        shown: &[u32],
        (begin, end): (usize, usize),
        height: usize,
        before: &Self,
    ) -> Self {
        let same_list = before.list.as_ref() == Some(&list);
        let mut rows: Vec<Drawn> = Vec::with_capacity(end - begin);
        for position in begin..end {
            let Some(index) = shown.get(position).and_then(|index| usize::try_from(*index).ok()) else { break };
            let Some(row) = (spec.row)(&*list.0, index) else { continue };
            let mut key: Arc<str> = spec.key_of(row, index).into();
            if rows.iter().any(|other| other.key == key) {
                // Two rows of one name: each is drawn all the same.
                key = format!("{key} {index}").into();
            }
            let version = before.find(&key).map_or(0, |known| {
                let old = before.list.as_ref().and_then(|list| (spec.row)(&*list.0, known.index));
                let is_same = same_list || old.is_some_and(|old| (spec.same)(old, row));
                if is_same { known.version } else { known.version.wrapping_add(1) }
            });
            rows.push(Drawn { key, position, index, version });
        }
        Self { list: Some(list), rows, begin, end, total: shown.len(), height }
    }

    /// Whether drawing these rows would change nothing.
    pub fn is(&self, list: &Shared, shown: &[u32], (begin, end): (usize, usize), height: usize) -> bool {
        self.list.as_ref() == Some(list)
            && (self.begin, self.end, self.height, self.total) == (begin, end, height, shown.len())
            && self
                .rows
                .iter()
                .zip(shown.get(begin..end).unwrap_or_default())
                .all(|(drawn, index)| usize::try_from(*index) == Ok(drawn.index))
    }
}

/// The body of the table: a gap for the rows above, the rows, a gap for those below.
pub(super) fn body(core: Core) -> AnyView {
    let gap = move |pixels: fn(&Frame) -> usize| {
        let height = Memo::new(move |_| core.frame.with(|frame| pixels(frame)));
        view! {
            <tr class="table__gap" aria-hidden="true" hidden=move || height.get() == 0>
                <td style:height=move || format!("{}px", height.get())></td>
            </tr>
        }
        .into_any()
    };
    view! {
        <tbody node_ref=core.body on:click=move |event| core.clicked(&event)>
            {gap(|frame| frame.begin * frame.height)}
            <For
                each=move || core.frame.get().rows.clone()
                key=|drawn: &Drawn| Arc::clone(&drawn.key)
                children=move |drawn: Drawn| row(core, drawn)
            />
            {gap(|frame| (frame.total - frame.end.min(frame.total)) * frame.height)}
        </tbody>
    }
    .into_any()
}

fn row(core: Core, drawn: Drawn) -> AnyView {
    let key = Arc::clone(&drawn.key);
    let now = {
        let key = Arc::clone(&key);
        Memo::new(move |before: Option<&Drawn>| {
            let found = core.frame.with(|frame| frame.find(&key).cloned());
            // What is about to go keeps what it shows until then.
            found.or_else(|| before.cloned()).unwrap_or_else(|| drawn.clone())
        })
    };
    let selected = {
        let key = Arc::clone(&key);
        Memo::new(move |_| core.selection.with(|selection| selection.contains(&*key)))
    };
    let mut known = Vec::new();
    reactive(move || {
        let drawn = now.get();
        let selected = core.spec().selectable().then(|| selected.get());
        core.columns.track();
        let frame = core.frame.get_untracked();
        let row = frame.list.as_ref().and_then(|list| (core.spec().row)(&*list.0, drawn.index));
        match row {
            Some(row) => core.draw(row, &drawn, selected, &mut known),
            None => ().into_any(),
        }
    })
}

/// The value that a live column had when it was drawn last, and how often it has changed.
pub(super) type Known = Vec<(usize, Value, u32)>;

impl Core {
    fn draw(self, row: &crate::ui::load::Any, drawn: &Drawn, selected: Option<bool>, known: &mut Known) -> AnyView {
        let spec = self.spec();
        let name = spec.name_of(row).unwrap_or_else(|| drawn.key.to_string());
        let columns = self.columns.get_untracked();
        let progress = spec.progress.as_ref().and_then(|progress| progress(row).flatten());
        // The bar lies across the row; it stands in a cell that is no frame of its own.
        let place = columns
            .iter()
            .find(|at| spec.columns.get(**at).is_some_and(|column| column.head.card == Card::Side))
            .or_else(|| columns.last())
            .copied();
        let mut cells = Vec::with_capacity(columns.len() + 2);
        if let Some(selected) = selected {
            cells.push(check(&name, selected));
        }
        for at in columns {
            let Some(column) = spec.columns.get(at) else { continue };
            let content = (column.cell)(row);
            let mut class = column.head.class();
            if let Some(value) = column.value.as_ref().filter(|_| column.head.live).and_then(|value| value(row)) {
                class.push(' ');
                class.push_str(fresh::class(note(known, at, value)));
            }
            let bar = progress.as_ref().filter(|_| place == Some(at)).map(bar);
            if column.head.names {
                cells.push(view! { <th scope="row" class=class>{content} {maybe(bar)}</th> }.into_any());
            } else {
                cells.push(view! { <td class=class>{content} {maybe(bar)}</td> }.into_any());
            }
        }
        if spec.actions.is_some() {
            cells.push(self.opener(&name));
        }
        view! {
            <tr
                data-row=drawn.key.to_string()
                tabindex="-1"
                aria-rowindex=(self.above() + drawn.position + 2).to_string()
                aria-selected=selected.map(|selected| if selected { "true" } else { "false" })
            >
                {cells}
            </tr>
        }
        .into_any()
    }

    /// The button that opens the row's menu, which all rows share.
    fn opener(self, name: &str) -> AnyView {
        view! {
            <td class="table__actions">
                <button
                    type="button"
                    class="button button--ghost button--icon button--small"
                    aria-label=format!("Actions for {name}")
                    popovertarget=self.menu_id.get_value()
                >
                    <Icon name="ellipsis"/>
                </button>
            </td>
        }
        .into_any()
    }

    /// Which rows are drawn: those that are seen, with a few beside them unless it has to be `at_once`.
    pub fn visible(self, total: usize, height: usize, at_once: bool) -> (usize, usize) {
        let (Some(scroller), Some(body)) = (self.scroller.get_untracked(), self.body.get_untracked()) else {
            return model::window(total, height, 0, 1_000);
        };
        let edge = |element: &Element| element.get_bounding_client_rect().top();
        let window = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or(1_000.0);
        let top = edge(&scroller).max(0.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels, not below nothing")]
        let pixels = |value: f64| value.max(0.0) as usize;
        let choose = if at_once { model::at_once } else { model::window };
        choose(total, height, pixels(top - edge(&body)), pixels(window - top))
    }
}

fn check(name: &str, selected: bool) -> AnyView {
    view! {
        <td class="table__check">
            <input type="checkbox" class="check" aria-label=format!("Select {name}") prop:checked=selected/>
        </td>
    }
    .into_any()
}

fn bar(progress: &Progress) -> AnyView {
    view! {
        <progress
            class="progress progress--thin table__progress"
            max="100"
            value=progress.percent.map(|percent| percent.min(100).to_string())
            aria-label=progress.label.clone()
        ></progress>
    }
    .into_any()
}

/// Notes the value of a live column; how often it has changed since the row is drawn.
fn note(known: &mut Known, column: usize, value: Value) -> u32 {
    let Some((_, before, times)) = known.iter_mut().find(|(at, ..)| *at == column) else {
        known.push((column, value, 0));
        return 0;
    };
    if *before != value {
        *before = value;
        *times = times.wrapping_add(1).max(1);
    }
    *times
}
