//! What a view may have to show: a value that loads, a failure in words, a live connection.
//!
//! The store produces these values, so that the design system renders every state without knowing where it came from.

use std::{any, marker::PhantomData, sync::Arc};

use leptos::prelude::*;

/// A value whose type is forgotten, so that what keeps and shows values of many types is compiled once.
pub type Any = dyn any::Any + Send + Sync;

/// A value that is fetched: each of its states is to be rendered.
pub enum Load<T: ?Sized> {
    /// Nothing to show yet.
    Loading,
    /// A value, perhaps an old one; [`Loaded`] says how things stand with it.
    Ready(Loaded<T>),
    /// No value, and why.
    Failed(Failure),
}

/// A value with its age and what became of the last try to renew it.
pub struct Loaded<T: ?Sized> {
    /// The value.
    pub value: Arc<T>,
    /// When it arrived, milliseconds since 1970.
    pub at: u64,
    /// Whether a newer one is being fetched.
    pub refreshing: bool,
    /// Why the last refresh brought no newer value: show the value, and say so.
    pub failed: Option<Failure>,
}

impl<T: ?Sized> Load<T> {
    /// The value, old or new.
    pub const fn value(&self) -> Option<&Arc<T>> {
        match self {
            Self::Ready(loaded) => Some(&loaded.value),
            Self::Loading | Self::Failed(_) => None,
        }
    }

    /// Why there is no value, or no newer one.
    pub const fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Failed(failure) => Some(failure),
            Self::Ready(loaded) => loaded.failed.as_ref(),
            Self::Loading => None,
        }
    }

    /// Whether a request is under way for what is shown.
    pub const fn is_busy(&self) -> bool {
        match self {
            Self::Loading => true,
            Self::Ready(loaded) => loaded.refreshing,
            Self::Failed(_) => false,
        }
    }

    /// The same state of another value, which `value` makes of this one; loading, where it makes none.
    pub(crate) fn turned<U: ?Sized>(self, value: impl FnOnce(Arc<T>) -> Option<Arc<U>>) -> Load<U> {
        match self {
            Self::Loading => Load::Loading,
            Self::Failed(failure) => Load::Failed(failure),
            Self::Ready(loaded) => match value(loaded.value) {
                Some(value) => {
                    Load::Ready(Loaded { value, at: loaded.at, refreshing: loaded.refreshing, failed: loaded.failed })
                }
                None => Load::Loading,
            },
        }
    }
}

impl<T> Load<T> {
    /// The same state of a part of the value.
    pub fn map<U>(self, part: impl FnOnce(&T) -> U) -> Load<U> {
        self.turned(|value| Some(Arc::new(part(&value))))
    }
}

/// A load as a signal: what a view reads.
///
/// The type of the value is remembered here alone. Below is one signal of [`Any`], whatever is fetched, since each type
/// of signal costs the program three kilobytes.
pub struct Loads<T> {
    erased: Signal<Load<Any>>,
    item: PhantomData<fn() -> T>,
}

impl<T> Clone for Loads<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Loads<T> {}

impl<T: Send + Sync + 'static> Loads<T> {
    /// Remembers the type of what a signal holds.
    pub fn new(erased: Signal<Load<Any>>) -> Self {
        Self { erased, item: PhantomData }
    }

    /// The load as it is kept, without its type.
    pub fn erased(self) -> Signal<Load<Any>> {
        self.erased
    }

    /// The load; reading it subscribes.
    pub fn get(self) -> Load<T> {
        self.erased.get().turned(|value| value.downcast().ok())
    }

    /// The load, without subscribing.
    pub fn get_untracked(self) -> Load<T> {
        self.erased.get_untracked().turned(|value| value.downcast().ok())
    }

    /// Reads the load, and subscribes.
    pub fn with<R>(self, read: impl FnOnce(&Load<T>) -> R) -> R {
        read(&self.get())
    }

    /// The load for what is filled in once, as a form is: what was kept from before shows as loading until it has been
    /// renewed, or could not be. What comes later is no cause to wait again.
    #[must_use]
    pub fn first_hand(self) -> Self {
        let has_come = Memo::new(move |before| before == Some(&true) || self.erased.with(|load| !load.is_busy()));
        Self::new(Signal::derive(move || if has_come.get() { self.erased.get() } else { Load::Loading }))
    }

    /// The loads of a part of the value.
    pub fn map<U: Send + Sync + 'static>(self, part: impl Fn(&T) -> U + Send + Sync + 'static) -> Loads<U> {
        Loads::new(Signal::derive(move || self.get().map(&part).turned(|value| Some(value as _))))
    }
}

// Derived, these would ask the same of `T`.
impl<T: ?Sized> Clone for Load<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Loading => Self::Loading,
            Self::Ready(loaded) => Self::Ready(loaded.clone()),
            Self::Failed(failure) => Self::Failed(failure.clone()),
        }
    }
}

impl<T: ?Sized> Clone for Loaded<T> {
    fn clone(&self) -> Self {
        Self { value: Arc::clone(&self.value), at: self.at, refreshing: self.refreshing, failed: self.failed.clone() }
    }
}

/// Two loads are the same if they show the same value object in the same state.
impl<T: ?Sized> PartialEq for Load<T> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Loading, Self::Loading) => true,
            (Self::Failed(one), Self::Failed(two)) => one == two,
            (Self::Ready(one), Self::Ready(two)) => {
                std::ptr::addr_eq(Arc::as_ptr(&one.value), Arc::as_ptr(&two.value))
                    && one.at == two.at
                    && one.refreshing == two.refreshing
                    && one.failed == two.failed
            }
            _ => false,
        }
    }
}

/// The sort of a failure, as far as a view treats it differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FailureKind {
    /// Something that was entered is not accepted; [`Failure::fields`] may say what.
    Invalid,
    /// The credential is missing, expired or revoked: signing in helps.
    SignedOut,
    /// This needs a credential that the session does not have: a person's session where only a key is at hand, or a
    /// key of another organization.
    NeedsCredential,
    /// The role or the plan does not allow it.
    Forbidden,
    /// There is no such thing.
    NotFound,
    /// Its state does not allow it now.
    Conflict,
    /// Too many requests.
    RateLimited,
    /// The platform failed.
    Server,
    /// The platform answered something that the console does not understand.
    Mismatch,
    /// No answer in time.
    Timeout,
    /// The browser has no network.
    Offline,
    /// The platform cannot be reached.
    Unreachable,
    /// The console gave it up because nobody needed it any more.
    Aborted,
    /// Anything else.
    Other,
}

impl FailureKind {
    /// Whether a write that ended so may have been done all the same: its answer came too late, not at all, or makes no
    /// sense.
    pub const fn leaves_open(self) -> bool {
        matches!(self, Self::Server | Self::Mismatch | Self::Timeout | Self::Unreachable | Self::Other)
    }
}

/// A failure in words, with all that a person needs to act on it or to report it.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// What a view may treat differently.
    pub kind: FailureKind,
    /// A short heading: "The platform failed".
    pub title: &'static str,
    /// What happened, in the platform's words where it gave some.
    pub message: String,
    /// What a person can do about it; empty where the message says it.
    pub hint: String,
    /// Whether the same again may succeed, so that a retry is worth a button.
    pub retry: bool,
    /// Seconds that the platform asks to wait before another try.
    pub wait: Option<f64>,
    /// The operation by its contract id, for reports.
    pub operation: &'static str,
    /// The HTTP status, where there was one.
    pub status: Option<u16>,
    /// The platform's error code, perhaps empty.
    pub code: String,
    /// The platform's trace id, to be copied into a report.
    pub trace_id: Option<String>,
    /// What is wrong with which field of the request: JSON path, text.
    pub fields: Vec<(String, String)>,
    /// More for those who look into it: where a mismatch is, and the raw answer.
    pub detail: Option<String>,
}

/// Which page of a list is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageWanted {
    /// From 1 on.
    pub page: usize,
    /// How many rows it has at most.
    pub size: usize,
    /// The token that the page before has named, where pages have one.
    pub token: Option<String>,
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct Part<T> {
    /// Its rows.
    pub rows: Arc<Vec<T>>,
    /// How many rows there are in all, where the platform tells.
    pub total: Option<usize>,
    /// The token of the page behind, where pages have one and there is one.
    pub next: Option<String>,
}

/// The state of a live connection.
#[derive(Clone, Debug, PartialEq)]
pub enum Connection {
    /// Opening for the first time.
    Connecting,
    /// Open.
    Live,
    /// Lost; the next try comes at a time, milliseconds since 1970, or is under way if that has passed.
    Reconnecting {
        /// Milliseconds since 1970.
        at: u64,
    },
    /// The browser has no network since a time, milliseconds since 1970; it reconnects by itself.
    Offline {
        /// Milliseconds since 1970.
        since: u64,
    },
    /// Closed while the tab is hidden; it reconnects by itself.
    Paused,
    /// The platform refuses it, and trying again would change nothing.
    Refused(Failure),
    /// The platform has said all that there is to say.
    Ended,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_hand_is_what_has_been_renewed() {
        let owner = Owner::new();
        owner.set();
        let ready = |word: &str, refreshing| {
            Load::Ready(Loaded { value: Arc::new(word.to_owned()) as Arc<Any>, at: 0, refreshing, failed: None })
        };
        let erased = RwSignal::new(ready("old", true));
        let loads = Loads::<String>::new(erased.into()).first_hand();
        let shown = || loads.get_untracked().value().map(|value| value.as_str().to_owned());
        assert_eq!(shown(), None);
        erased.set(ready("new", false));
        assert_eq!(shown().as_deref(), Some("new"));
        erased.set(ready("new", true));
        assert_eq!(shown().as_deref(), Some("new"), "nobody waits twice");
    }
}
