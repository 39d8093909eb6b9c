//! What is fetched, in each of its states.

use std::{marker::PhantomData, sync::Arc};

use leptos::prelude::*;

use super::{
    failure::{FailureView, StaleBanner},
    load::{Any, Failure, Load, Loads},
    reactive::{maybe, reactive},
};

/// Renders a load in its four states. None of them can be forgotten: `loading`, `empty`, `retry` (of the error) and
/// `data` are mandatory.
///
/// A refresh does not rebuild what is on screen: `data` is drawn once, and what reads its [`Latest`] follows. When a
/// refresh fails, the old value stays, under a line that says how old it is.
#[component]
pub fn QueryView<T>(
    /// What is fetched.
    load: Loads<T>,
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
    data: impl Fn(Latest<T>) -> AnyView + Send + Sync + 'static,
) -> AnyView
where
    T: Send + Sync + 'static,
{
    let (is_empty, nothing) = match empty {
        Some(Empty { when, view }) => (Some(when), Some(view)),
        None => (None, None),
    };
    let is_empty = move |value: &Any| is_empty.is_some_and(|when| value.downcast_ref().is_some_and(when));
    states(
        load.erased(),
        Box::new(is_empty),
        loading,
        nothing,
        if frameless { "" } else { "card" },
        retry,
        Box::new(move |value| data(Latest { value, item: PhantomData })),
    )
}

/// The newest value that was fetched, for what draws it.
pub struct Latest<T> {
    value: Memo<Option<Shared>>,
    item: PhantomData<fn() -> T>,
}

impl<T> Clone for Latest<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Latest<T> {}

/// The newest value of a load. It changes only when another value has come, not when a refresh begins or fails.
pub fn latest<T: Send + Sync + 'static>(load: Loads<T>) -> Latest<T> {
    Latest { value: newest(load.erased()), item: PhantomData }
}

fn newest(load: Signal<Load<Any>>) -> Memo<Option<Shared>> {
    Memo::new(move |_| load.with(|load| load.value().map(|value| Shared(Arc::clone(value)))))
}

impl<T: Send + Sync + 'static> Latest<T> {
    /// The value; reading it subscribes.
    pub fn get(self) -> Option<Arc<T>> {
        self.value.get()?.0.downcast().ok()
    }

    /// Draws a part of the value; to be called where it is drawn anew, as in [`reactive`].
    pub fn draw(self, draw: impl FnOnce(&T) -> AnyView) -> AnyView {
        self.value.with(|value| match value.as_ref().and_then(|value| value.0.downcast_ref()) {
            Some(value) => draw(value),
            None => ().into_any(),
        })
    }
}

/// A value of a load. Two are the same if they are one object.
#[derive(Clone)]
pub(super) struct Shared(pub(super) Arc<Any>);

impl PartialEq for Shared {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::addr_eq(Arc::as_ptr(&self.0), Arc::as_ptr(&other.0))
    }
}

#[derive(Clone, PartialEq)]
enum Status {
    Loading,
    Failed(Failure),
    Empty(Option<Stale>),
    Data(Shared, Option<Stale>),
}

/// Why a value could not be renewed, and from when it is.
type Stale = (Failure, u64);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Loading,
    Failed,
    Empty,
    Data,
}

fn status(load: &Load<Any>, is_empty: &dyn Fn(&Any) -> bool) -> Status {
    match load {
        Load::Loading => Status::Loading,
        Load::Failed(failure) => Status::Failed(failure.clone()),
        Load::Ready(loaded) => {
            let stale = loaded.failed.clone().map(|failure| (failure, loaded.at));
            if is_empty(&*loaded.value) {
                Status::Empty(stale)
            } else {
                Status::Data(Shared(Arc::clone(&loaded.value)), stale)
            }
        }
    }
}

/// [`QueryView`] of what has forgotten its type.
pub(super) fn states(
    load: Signal<Load<Any>>,
    is_empty: Box<dyn Fn(&Any) -> bool + Send + Sync>,
    loading: ViewFn,
    nothing: Option<ViewFn>,
    frame: &'static str,
    retry: Callback<()>,
    data: Box<dyn Fn(Memo<Option<Shared>>) -> AnyView + Send + Sync>,
) -> AnyView {
    let status = Memo::new(move |_| load.with(|load| status(load, &is_empty)));
    let phase = Memo::new(move |_| {
        status.with(|status| match status {
            Status::Loading => Phase::Loading,
            Status::Failed(_) => Phase::Failed,
            Status::Empty(_) => Phase::Empty,
            Status::Data(..) => Phase::Data,
        })
    });
    let value = Memo::new(move |before: Option<&Option<Shared>>| {
        status.with(|status| match status {
            Status::Data(value, _) => Some(value.clone()),
            // What is about to be replaced keeps what it shows until then.
            _ => before.cloned().flatten(),
        })
    });
    let stale = reactive(move || {
        status.with(|status| match status {
            Status::Empty(Some((failure, at))) | Status::Data(_, Some((failure, at))) => {
                view! { <StaleBanner failure=failure.clone() at=*at retry=retry/> }.into_any()
            }
            _ => ().into_any(),
        })
    });
    let failed = move || {
        status.with(|status| match status {
            Status::Failed(failure) => view! {
                <div class=frame>
                    <FailureView failure=failure.clone() retry=retry/>
                </div>
            }
            .into_any(),
            _ => ().into_any(),
        })
    };
    let content = reactive(move || match phase.get() {
        Phase::Loading => loading.run(),
        Phase::Failed => reactive(failed),
        Phase::Empty => maybe(nothing.as_ref().map(|view| view! { <div class=frame>{view.run()}</div> }.into_any())),
        Phase::Data => data(value),
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
