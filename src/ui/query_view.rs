//! What is fetched, in each of its states.

use std::sync::Arc;

use leptos::prelude::*;

use super::{
    failure::{FailureView, StaleBanner},
    load::{Load, Loaded},
    reactive::{maybe, reactive},
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Loading,
    Failed,
    Empty,
    Data,
}

/// Renders a load in its four states. None of them can be forgotten: `loading`, `empty`, `retry` (of the error) and
/// `data` are mandatory.
///
/// A refresh does not rebuild what is on screen: `data` is drawn once and gets a signal. When a refresh fails, the old
/// value stays, under a line that says how old it is.
#[component]
pub fn QueryView<T>(
    /// What is fetched.
    #[prop(into)]
    load: Signal<Load<T>>,
    /// The skeleton of the layout that `data` will have.
    #[prop(into)]
    loading: ViewFn,
    /// What it says when there is nothing, and when that is so.
    empty: Option<Empty<T>>,
    /// Whether it stands in a card, so that a failure and emptiness bring none of their own.
    #[prop(optional)]
    frameless: bool,
    /// Tries again after a failure.
    #[prop(into)]
    retry: Callback<()>,
    /// Draws the value.
    data: impl Fn(Signal<Arc<T>>) -> AnyView + Send + Sync + 'static,
) -> AnyView
where
    T: Send + Sync + 'static,
{
    let is_empty = empty.as_ref().map(|empty| empty.when);
    let phase = Memo::new(move |_| {
        load.with(|load| match load {
            Load::Loading => Phase::Loading,
            Load::Failed(_) => Phase::Failed,
            Load::Ready(loaded) if is_empty.is_some_and(|when| when(&loaded.value)) => Phase::Empty,
            Load::Ready(_) => Phase::Data,
        })
    });
    let stale = reactive(move || {
        load.with(|load| match load {
            Load::Ready(Loaded { failed: Some(failure), at, .. }) => {
                view! { <StaleBanner failure=failure.clone() at=*at retry=retry/> }.into_any()
            }
            _ => ().into_any(),
        })
    });
    let frame = if frameless { "" } else { "card" };
    let content = reactive(move || match phase.get() {
        Phase::Loading => loading.run(),
        Phase::Failed => reactive(move || {
            load.with(|load| match load {
                Load::Failed(failure) => view! {
                    <div class=frame>
                        <FailureView failure=failure.clone() retry=retry/>
                    </div>
                }
                .into_any(),
                _ => ().into_any(),
            })
        }),
        Phase::Empty => {
            maybe(empty.as_ref().map(|empty| view! { <div class=frame>{empty.view.run()}</div> }.into_any()))
        }
        Phase::Data => match load.with_untracked(|load| load.value().cloned()) {
            Some(first) => {
                let latest = Memo::new_with_compare(
                    move |before: Option<&Arc<T>>| {
                        load.with(|load| load.value().cloned())
                            .or_else(|| before.cloned())
                            .unwrap_or_else(|| Arc::clone(&first))
                    },
                    |before, now| match (before, now) {
                        (Some(before), Some(now)) => !Arc::ptr_eq(before, now),
                        _ => true,
                    },
                );
                data(Signal::derive(move || latest.get()))
            }
            None => ().into_any(),
        },
    });
    [stale, content].into_any()
}

/// When a value counts as empty, and what is shown then.
#[derive(Clone)]
pub struct Empty<T> {
    when: fn(&T) -> bool,
    view: ViewFn,
}

impl<T> Empty<T> {
    /// Shows `view` when `when` holds.
    pub fn new(when: fn(&T) -> bool, view: impl Into<ViewFn>) -> Self {
        Self { when, view: view.into() }
    }
}
