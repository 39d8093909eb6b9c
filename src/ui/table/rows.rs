//! The rows that are drawn: those that are seen, and a few beside them.
//!
//! A row keeps its element for as long as it is drawn: a newer answer changes what its cells say in place, so that focus,
//! selection and scroll stay; its neighbours give it another position, no other element. Where none of them stays in its
//! place, as in a search or a leap, the elements that stand there show the new rows: to change what a row says costs a
//! browser a fraction of making one.

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
    icon::icon,
    keyed::keyed,
    query_view::Shared,
    reactive::{maybe, reactive},
    tag::{Tag, tag},
};

/// A row that is drawn.
#[derive(Clone, PartialEq)]
pub(super) struct Drawn {
    pub key: Arc<str>,
    /// The number of its element.
    slot: u32,
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
    /// How many elements there have been.
    slots: u32,
}

/// Which elements rows get that are drawn now.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Elements {
    /// Rows that stay keep theirs, others get new ones: focus goes with an element, also from a dialog back to it.
    Own,
    /// Each gets the one that stands in its place. For when no row is being used.
    InPlace,
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
        elements: Elements,
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
            rows.push(Drawn { key, slot: 0, position, index, version });
        }
        let slots = before.share_out(&mut rows, elements);
        Self { list: Some(list), rows, begin, end, total: shown.len(), height, slots }
    }

    /// Gives rows their elements; how many there have been since.
    fn share_out(&self, rows: &mut [Drawn], elements: Elements) -> u32 {
        let mut slots = self.slots;
        for (at, row) in rows.iter_mut().enumerate() {
            let known = match elements {
                Elements::Own => self.find(&row.key),
                Elements::InPlace => self.rows.get(at),
            };
            row.slot = known.map_or_else(
                || {
                    slots = slots.wrapping_add(1);
                    slots
                },
                |known| known.slot,
            );
        }
        slots
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
    let rows = Owner::current().map(|owner| {
        reactive(move || {
            let frame = core.frame.get();
            let slots = frame.rows.iter().map(|drawn| drawn.slot).collect();
            keyed(&owner, slots, move |at| maybe(frame.rows.get(at).map(|drawn| row(core, drawn.clone()))))
        })
    });
    view! {
        <tbody node_ref=core.body on:click=move |event| core.clicked(&event)>
            {gap(|frame| frame.begin * frame.height)}
            {maybe(rows)}
            {gap(|frame| (frame.total - frame.end.min(frame.total)) * frame.height)}
        </tbody>
    }
    .into_any()
}

fn row(core: Core, drawn: Drawn) -> AnyView {
    let slot = drawn.slot;
    let now = Memo::new(move |before: Option<&Drawn>| {
        let found = core.frame.with(|frame| frame.rows.iter().find(|row| row.slot == slot).cloned());
        // What is about to go keeps what it shows until then.
        found.or_else(|| before.cloned()).unwrap_or_else(|| drawn.clone())
    });
    let selected =
        Memo::new(move |_| now.with(|drawn| core.selection.with(|selection| selection.contains(&*drawn.key))));
    let mut known = Vec::new();
    let mut key = now.with_untracked(|drawn| Arc::clone(&drawn.key));
    reactive(move || {
        let drawn = now.get();
        if drawn.key != key {
            // Another row's values have not changed, they are others.
            known.clear();
            key = Arc::clone(&drawn.key);
        }
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
        let mut drawing = tag("tr")
            .class("table__row")
            .attr("data-row", drawn.key.to_string())
            .attr("tabindex", "-1")
            .attr("aria-rowindex", (self.above() + drawn.position + 2).to_string())
            .maybe("aria-selected", selected.map(|selected| if selected { "true" } else { "false" }));
        if let Some(selected) = selected {
            drawing = drawing.tag(check(&name, selected));
        }
        for at in columns {
            let Some(column) = spec.columns.get(at) else { continue };
            let mut class = column.head.class();
            if let Some(value) = column.value.as_ref().filter(|_| column.head.live).and_then(|value| value(row)) {
                class.push(' ');
                class.push_str(fresh::class(note(known, at, value)));
            }
            let cell = if column.head.names { tag("th").attr("scope", "row") } else { tag("td") };
            let mut cell = cell.class(class);
            if let Some(content) = (column.cell)(row) {
                cell = cell.view(content);
            }
            if let Some(progress) = progress.as_ref().filter(|_| place == Some(at)) {
                cell = cell.tag(bar(progress));
            }
            drawing = drawing.tag(cell);
        }
        if spec.actions.is_some() {
            drawing = drawing.tag(self.opener(&name));
        }
        drawing.into_any()
    }

    /// The button that opens the row's menu, which all rows share.
    fn opener(self, name: &str) -> Tag {
        let button = tag("button")
            .attr("type", "button")
            .class("button button--ghost button--icon button--small")
            .attr("aria-label", format!("Actions for {name}"))
            .attr("popovertarget", self.menu_id.get_value())
            .tag(icon("ellipsis", "icon"));
        tag("td").class("table__actions").tag(button)
    }

    /// Which rows are drawn: those that are seen, with a few beside them.
    pub fn visible(self, total: usize, height: usize) -> (usize, usize) {
        let (Some(scroller), Some(body)) = (self.scroller.get_untracked(), self.body.get_untracked()) else {
            return model::window(total, height, 0, 1_000);
        };
        let edge = |element: &Element| element.get_bounding_client_rect().top();
        let window = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or(1_000.0);
        let top = edge(&scroller).max(0.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels, not below nothing")]
        let pixels = |value: f64| value.max(0.0) as usize;
        model::window(total, height, pixels(top - edge(&body)), pixels(window - top))
    }
}

fn check(name: &str, selected: bool) -> Tag {
    let label = format!("Select {name}");
    let check = tag("input").class("check").attr("type", "checkbox").attr("aria-label", label).checked(selected);
    tag("td").class("table__check").tag(check)
}

fn bar(progress: &Progress) -> Tag {
    tag("progress")
        .class("progress progress--thin table__progress")
        .attr("max", "100")
        .maybe("value", progress.percent.map(|percent| percent.min(100).to_string()))
        .attr("aria-label", progress.label.clone())
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

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    fn rows(keys: &str) -> Vec<Drawn> {
        let row = |(position, key): (usize, char)| Drawn {
            key: key.to_string().into(),
            slot: 0,
            position,
            index: position,
            version: 0,
        };
        keys.chars().enumerate().map(row).collect()
    }

    /// The elements of rows by their keys, drawn one set after the other.
    fn drawn(first: &str, second: &str, elements: Elements) -> (Vec<u32>, Vec<u32>) {
        let slots = |rows: &[Drawn]| rows.iter().map(|row| row.slot).collect::<Vec<_>>();
        let mut these = rows(first);
        let slots_of_first = Frame::default().share_out(&mut these, Elements::Own);
        let before = Frame { rows: these, slots: slots_of_first, ..Frame::default() };
        let mut after = rows(second);
        before.share_out(&mut after, elements);
        (slots(&before.rows), slots(&after))
    }

    #[test]
    fn a_row_keeps_its_element_and_another_gets_a_new_one() {
        assert_eq!(drawn("abc", "cxa", Elements::Own), (vec![1, 2, 3], vec![3, 4, 1]));
    }

    #[test]
    fn who_searches_moves_no_element() {
        assert_eq!(drawn("abcd", "dxb", Elements::InPlace).1, [1, 2, 3]);
        assert_eq!(drawn("ab", "bxyz", Elements::InPlace).1, [1, 2, 3, 4]);
    }
}
