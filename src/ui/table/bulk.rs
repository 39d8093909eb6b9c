//! What can be done with chosen rows, one after the other, and what became of each.

use std::{
    borrow::Cow,
    cell::{Cell, RefCell},
    collections::HashSet,
    future::Future,
    marker::PhantomData,
    pin::Pin,
    rc::Rc,
    sync::Arc,
};

use leptos::{prelude::*, task::spawn_local};

use super::column::{Of, of};
use crate::ui::{
    button::Button,
    confirm::{Confirm, Confirming},
    dialog::Dialog,
    focus::Origin,
    form::hold_while,
    format,
    icon::{Glyph, Tone},
    load::{Any, Failure},
    reactive::{maybe, reactive},
};

/// What becomes of one row.
pub type Work = Pin<Box<dyn Future<Output = Result<(), Failure>>>>;

/// What becomes of rows that are sent together: for each, in their order, why it was left out, if it was.
pub type WorkOfAll = Pin<Box<dyn Future<Output = Result<Vec<Option<String>>, Failure>>>>;

/// Asks, by the names of the rows, before it is done.
type Question = Arc<dyn Fn(&[String]) -> Confirm + Send + Sync>;

/// What is done with all rows in one.
type Together = Arc<dyn Fn(&[&Any]) -> WorkOfAll + Send + Sync>;

/// Something that is done with each of the chosen rows.
#[must_use]
pub struct Bulk<T> {
    pub(super) erased: ErasedBulk,
    row: PhantomData<fn(&T)>,
}

#[derive(Clone)]
pub(super) struct ErasedBulk {
    pub label: Cow<'static, str>,
    pub icon: &'static str,
    /// "resynced": what is said of rows with which it was done.
    pub done: &'static str,
    pub danger: bool,
    /// Why it cannot be done with a row.
    pub reason: Of<Option<String>>,
    pub run: Of<Work>,
    together: Option<Together>,
    question: Option<Question>,
    /// Of so many rows it does not ask.
    unasked: usize,
}

impl<T: Send + Sync + 'static> Bulk<T> {
    /// An action with a verb, an icon, what is said when it is done ("resynced"), and the work of one row.
    pub fn new(
        label: impl Into<Cow<'static, str>>,
        icon: &'static str,
        done: &'static str,
        run: impl Fn(&T) -> Work + Send + Sync + 'static,
    ) -> Self {
        let reason: Of<Option<String>> = Arc::new(|_| Some(None));
        let erased = ErasedBulk {
            label: label.into(),
            icon,
            done,
            danger: false,
            reason,
            run: of(run),
            together: None,
            question: None,
            unasked: 0,
        };
        Self { erased, row: PhantomData }
    }

    /// An action whose rows are sent together, in one request that says what became of each.
    pub fn together(
        label: impl Into<Cow<'static, str>>,
        icon: &'static str,
        done: &'static str,
        run: impl Fn(&[&T]) -> WorkOfAll + Send + Sync + 'static,
    ) -> Self {
        let mut bulk = Self::new(label, icon, done, |_| Box::pin(std::future::ready(Ok(()))));
        bulk.erased.together =
            Some(Arc::new(move |rows| run(&rows.iter().filter_map(|row| row.downcast_ref::<T>()).collect::<Vec<_>>())));
        bulk
    }

    /// Asks first: what is asked, of the names of the rows with which it would be done.
    pub fn asks(mut self, question: impl Fn(&[String]) -> Confirm + Send + Sync + 'static) -> Self {
        self.erased.question = Some(Arc::new(question));
        self
    }

    /// Asks only where it is more than so many rows, with which it takes a while.
    pub const fn above(mut self, rows: usize) -> Self {
        self.erased.unasked = rows;
        self
    }

    /// Why it cannot be done with a row now; such rows are left out.
    pub fn unless(mut self, reason: impl Fn(&T) -> Option<String> + Send + Sync + 'static) -> Self {
        self.erased.reason = of(reason);
        self
    }

    /// It destroys something.
    pub const fn danger(mut self) -> Self {
        self.erased.danger = true;
        self
    }
}

/// What became of a row.
#[derive(Clone)]
enum Fate {
    Waits,
    Done,
    LeftOut(String),
    Failed(Failure),
}

/// A chosen row: its key, its name, the list that it is in, and its place there.
#[derive(Clone)]
pub(super) struct Chosen {
    pub key: String,
    pub name: String,
    pub list: Arc<Any>,
    pub index: usize,
}

/// A row with which something is done: its key, its name, and what became of it.
#[derive(Clone)]
struct Fated {
    key: String,
    name: String,
    fate: Fate,
}

/// A row that waits for its turn: its place among the chosen ones, and where it is.
type Waiting = (usize, (Arc<Any>, usize));

/// Work with chosen rows that is under way or has ended.
#[derive(Clone, Copy)]
pub(super) struct Runner {
    rows: RwSignal<Vec<Fated>>,
    running: RwSignal<bool>,
    /// No further row is begun.
    stopping: RwSignal<bool>,
    title: RwSignal<String>,
    /// "resynced".
    done: StoredValue<&'static str>,
    open: RwSignal<bool>,
    confirming: Option<Confirming>,
}

/// How many rows are worked on at a time: the platform counts requests.
const AT_ONCE: usize = 3;

impl Runner {
    pub fn new() -> Self {
        let running = RwSignal::new(false);
        // Work ends with the page that it was begun on.
        hold_while(running.into(), || {
            let text = "What waits for its turn is left as it is; what is done stays done.";
            Confirm::new("Stop and leave?", text, "Stop and leave").keep("Stay").danger()
        });
        Self {
            rows: RwSignal::new(Vec::new()),
            running,
            stopping: RwSignal::new(false),
            title: RwSignal::new(String::new()),
            done: StoredValue::new(""),
            open: RwSignal::new(false),
            confirming: use_context::<Confirming>(),
        }
    }

    pub fn is_running(self) -> bool {
        self.running.get()
    }

    /// Whether there is something to say: work is under way, or has ended and is not forgotten.
    pub fn has_told(self) -> bool {
        self.rows.with(|rows| !rows.is_empty())
    }

    /// Whether it has been asked to stop, and has not yet.
    pub fn is_stopping(self) -> bool {
        self.stopping.get()
    }

    /// Begins no further row; those that are under way come to their end.
    pub fn stop(self) {
        self.stopping.set(true);
    }

    /// Forgets what became of the rows before.
    pub fn forget(self) {
        if !self.running.get_untracked() && !self.rows.with_untracked(Vec::is_empty) {
            self.rows.set(Vec::new());
        }
    }

    /// Does something with rows, which have names; asks first, if that is its way.
    pub fn start(self, bulk: &ErasedBulk, rows: Vec<Chosen>, row_of: super::view::RowOf) {
        if self.running.get_untracked() {
            return;
        }
        let (Some(question), Some(confirming)) = (&bulk.question, self.confirming) else {
            self.begin(bulk, rows, row_of);
            return;
        };
        let may = |chosen: &&Chosen| {
            let reason = row_of(&*chosen.list, chosen.index).and_then(|row| (bulk.reason)(row)).flatten();
            reason.is_none()
        };
        let names: Vec<_> = rows.iter().filter(may).map(|chosen| chosen.name.clone()).collect();
        if names.len() <= bulk.unasked && bulk.unasked > 0 {
            self.begin(bulk, rows, row_of);
            return;
        }
        let bulk = bulk.clone();
        confirming.ask_then(question(&names), move || self.begin(&bulk, rows.clone(), row_of));
    }

    fn begin(self, bulk: &ErasedBulk, rows: Vec<Chosen>, row_of: super::view::RowOf) {
        let mut fates = Vec::new();
        let mut works = Vec::new();
        for Chosen { key, name, list, index } in rows {
            let Some(row) = row_of(&*list, index) else { continue };
            let fate = (bulk.reason)(row).flatten().map_or(Fate::Waits, Fate::LeftOut);
            if matches!(fate, Fate::Waits) {
                works.push((fates.len(), (list, index)));
            }
            fates.push(Fated { key, name, fate });
        }
        self.title.set(bulk.label.to_string());
        self.done.set_value(bulk.done);
        self.rows.set(fates);
        self.stopping.set(false);
        self.running.set(true);
        match &bulk.together {
            Some(together) => self.all_in_one(together, &works, row_of),
            None => self.one_by_one(&bulk.run, works, row_of),
        }
    }

    fn all_in_one(self, together: &Together, works: &[Waiting], row_of: super::view::RowOf) {
        let rows: Vec<_> = works.iter().filter_map(|(_, (list, index))| row_of(&**list, *index)).collect();
        let places: Vec<_> = works.iter().map(|(place, _)| *place).collect();
        let work = together(&rows);
        spawn_local(async move {
            let answer = work.await;
            self.rows.try_update(|rows| {
                for (at, place) in places.into_iter().enumerate() {
                    let Some(Fated { fate: known, .. }) = rows.get_mut(place) else { continue };
                    *known = match &answer {
                        Ok(reasons) => reasons.get(at).cloned().flatten().map_or(Fate::Done, Fate::LeftOut),
                        Err(failure) => Fate::Failed(failure.clone()),
                    };
                }
            });
            self.ended();
        });
    }

    fn one_by_one(self, run: &Of<Work>, mut works: Vec<Waiting>, row_of: super::view::RowOf) {
        works.reverse();
        // No part of a view: the question that it began with is gone by now, and with it all that it owned.
        let waiting = Rc::new(RefCell::new(works));
        let under_way = Rc::new(Cell::new(AT_ONCE));
        for _ in 0..AT_ONCE {
            let (run, waiting, under_way) = (Arc::clone(run), Rc::clone(&waiting), Rc::clone(&under_way));
            spawn_local(async move {
                // Gone with its view is stopped, too.
                while self.stopping.try_get_untracked() == Some(false) {
                    let next = waiting.borrow_mut().pop();
                    let Some((place, (list, index))) = next else { break };
                    let work = row_of(&*list, index).and_then(|row| run(row));
                    let Some(work) = work else { continue };
                    let fate = match work.await {
                        Ok(()) => Fate::Done,
                        Err(failure) => Fate::Failed(failure),
                    };
                    self.rows.try_update(|rows| {
                        if let Some(Fated { fate: known, .. }) = rows.get_mut(place) {
                            *known = fate;
                        }
                    });
                }
                under_way.set(under_way.get() - 1);
                if under_way.get() == 0 {
                    self.ended();
                }
            });
        }
    }

    fn ended(self) {
        let origin = Origin::here();
        if self.running.try_set(false).is_some() {
            // Gone with its view.
            return;
        }
        // The button that stops it goes with it.
        if let Some(origin) = origin {
            origin.hold();
        }
        self.rows.try_update(|rows| {
            for Fated { fate, .. } in rows {
                if matches!(fate, Fate::Waits) {
                    *fate = Fate::LeftOut("stopped before its turn.".to_owned());
                }
            }
        });
        let all_done = self.rows.try_with_untracked(|rows| rows.iter().all(|row| matches!(row.fate, Fate::Done)));
        if all_done == Some(false) {
            self.open.try_set(true);
        }
    }

    /// What is said in the bar: "2 of 5", "5 resynced", "4 resynced, 1 failed".
    pub fn told(self) -> Option<String> {
        self.rows.with(|rows| {
            if rows.is_empty() {
                return None;
            }
            let count = |is: fn(&Fate) -> bool| rows.iter().filter(|row| is(&row.fate)).count();
            let done = count(|fate| matches!(fate, Fate::Done));
            let failed = count(|fate| matches!(fate, Fate::Failed(_)));
            let left_out = count(|fate| matches!(fate, Fate::LeftOut(_)));
            if self.running.get() {
                let ended = done + failed;
                return Some(format!("{} of {}", format::count(ended), format::count(rows.len() - left_out)));
            }
            let mut text = format!("{} {}", format::count(done), self.done.get_value());
            for (count, word) in [(failed, "failed"), (left_out, "left out")] {
                if count > 0 {
                    text = format!("{text}, {} {word}", format::count(count));
                }
            }
            Some(text)
        })
    }

    /// The keys of the rows with which it failed.
    fn failed(self) -> HashSet<String> {
        let is_failed = |row: &&Fated| matches!(row.fate, Fate::Failed(_));
        self.rows.with(|rows| rows.iter().filter(is_failed).map(|row| row.key.clone()).collect())
    }

    /// What became of each row, in a dialog that opens by itself when not all went well. From there those with which it
    /// failed are chosen, to try it with them again.
    pub fn dialog(self, selection: RwSignal<HashSet<String>>) -> AnyView {
        let list = move || {
            let mut rows = self.rows.get();
            // What a person has to see to comes first.
            rows.sort_by_key(|row| match row.fate {
                Fate::Failed(_) => 0,
                Fate::LeftOut(_) => 1,
                Fate::Waits => 2,
                Fate::Done => 3,
            });
            rows.into_iter()
                .map(|Fated { name, fate, .. }| {
                    let (tone, word, note) = match fate {
                        Fate::Waits => (Tone::Wait, "Waits".to_owned(), None),
                        Fate::Done => (Tone::Good, "Done".to_owned(), None),
                        Fate::LeftOut(reason) => (Tone::Idle, format!("Left out: {}", format::sentence(&reason)), None),
                        Fate::Failed(failure) => (
                            Tone::Bad,
                            format!("{}: {}", failure.title, format::sentence(&failure.message)),
                            failure.trace_id,
                        ),
                    };
                    view! {
                        <li class="outcome">
                            <Glyph tone=tone/>
                            <span class="outcome__name">{name}</span>
                            <span class="outcome__text">
                                {word}
                                {maybe(note.map(|trace| view! { " " <code>{trace}</code> }.into_any()))}
                            </span>
                        </li>
                    }
                    .into_any()
                })
                .collect_view()
                .into_any()
        };
        let again = move |()| {
            selection.set(untrack(|| self.failed()));
            self.open.set(false);
            self.forget();
        };
        let has_failed = Memo::new(move |_| !self.running.get() && !self.failed().is_empty());
        let select_failed = move || {
            maybe(has_failed.get().then(|| view! { <Button label="Select the failed" on_press=again/> }.into_any()))
        };
        reactive(move || {
            let title = self.title.get();
            view! {
                <Dialog open=self.open title=title dismissible=true>
                    <p class="muted" role="status">
                        {move || self.told()}
                    </p>
                    <ul class="outcomes">{reactive(list)}</ul>
                    <div class="dialog__foot">
                        <Button label="Close".to_owned() on_press=move |()| self.open.set(false)/>
                        {reactive(select_failed)}
                    </div>
                </Dialog>
            }
            .into_any()
        })
    }

    pub fn show(self) {
        self.open.set(true);
    }
}
