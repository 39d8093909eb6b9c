//! Signals that outlive who reads them.
//!
//! A signal of the reactive system keeps a note of each effect and each memo that has read it, also when that is gone:
//! it is crossed out when the reader runs again, which one that is gone never does. Where signal and reader belong to
//! one page that is no loss, since they go together. But what lives as long as the program and is read by every page
//! would keep a note, and with it the memory, of each thing that was ever drawn. [`Lasting`] crosses them out itself.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use leptos::{
    prelude::*,
    reactive::{
        graph::{AnySource, AnySubscriber, Observer, Source, ToAnySource},
        traits::{DefinedAt, IsDisposed, Notify, UntrackableGuard},
    },
};

/// How many readers are noted before the first look for those that are gone.
const FEW: usize = 32;

/// Who has read a signal that outlives them. A copy is a handle of the same.
#[derive(Clone, Default)]
pub struct Readers(Arc<Mutex<Noted>>);

#[derive(Default)]
struct Noted {
    /// One that reads again is noted again, until the next look.
    all: Vec<AnySubscriber>,
    /// How many were still there at the last look.
    left: usize,
}

impl Readers {
    /// Notes who is reading the source just now. To be called before each reading that subscribes.
    pub fn note(&self, source: impl FnOnce() -> AnySource) {
        if let Some(reader) = Observer::get()
            && self.add(reader)
        {
            self.cross_out(&source());
        }
    }

    /// Whether so many have come that a look is worth its time.
    fn add(&self, reader: AnySubscriber) -> bool {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        noted.all.push(reader);
        noted.all.len() >= FEW.max(noted.left * 2)
    }

    /// Makes the source forget readers that are gone.
    fn cross_out(&self, source: &AnySource) {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut seen = HashSet::new();
        noted.all.retain(|reader| {
            let is_there = reader.1.strong_count() > 0;
            if !is_there {
                source.remove_subscriber(reader);
            }
            is_there && seen.insert(reader.0)
        });
        noted.left = noted.all.len();
    }
}

/// A signal of the program that pages read. This end writes; [`Self::read_only`] gives the one that is read.
pub struct Lasting<T: 'static> {
    signal: RwSignal<T>,
    readers: StoredValue<Readers>,
}

impl<T> Clone for Lasting<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Lasting<T> {}

impl<T: Send + Sync + 'static> Lasting<T> {
    /// A signal that lives as long as the current owner.
    #[track_caller]
    pub fn new(value: T) -> Self {
        Self { signal: RwSignal::new(value), readers: StoredValue::new(Readers::default()) }
    }

    /// The end that is read.
    pub fn read_only(self) -> Followed<T> {
        Followed { signal: self.signal.read_only(), readers: self.readers }
    }
}

impl<T> DefinedAt for Lasting<T> {
    fn defined_at(&self) -> Option<&'static std::panic::Location<'static>> {
        self.signal.defined_at()
    }
}

impl<T: 'static> IsDisposed for Lasting<T> {
    fn is_disposed(&self) -> bool {
        self.signal.is_disposed()
    }
}

impl<T: Send + Sync + 'static> ReadUntracked for Lasting<T> {
    type Value = <RwSignal<T> as ReadUntracked>::Value;

    fn try_read_untracked(&self) -> Option<Self::Value> {
        self.signal.try_read_untracked()
    }
}

impl<T: Send + Sync + 'static> Notify for Lasting<T> {
    fn notify(&self) {
        self.signal.notify();
    }
}

impl<T: Send + Sync + 'static> Write for Lasting<T> {
    type Value = T;

    fn try_write(&self) -> Option<impl UntrackableGuard<Target = Self::Value>> {
        self.signal.try_write()
    }

    fn try_write_untracked(&self) -> Option<impl std::ops::DerefMut<Target = Self::Value>> {
        self.signal.try_write_untracked()
    }
}

/// A signal of the program, to be read.
pub struct Followed<T: 'static> {
    signal: ReadSignal<T>,
    readers: StoredValue<Readers>,
}

impl<T> Clone for Followed<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Followed<T> {}

impl<T> DefinedAt for Followed<T> {
    fn defined_at(&self) -> Option<&'static std::panic::Location<'static>> {
        self.signal.defined_at()
    }
}

impl<T: 'static> IsDisposed for Followed<T> {
    fn is_disposed(&self) -> bool {
        self.signal.is_disposed()
    }
}

impl<T: Send + Sync + 'static> ReadUntracked for Followed<T> {
    type Value = <ReadSignal<T> as ReadUntracked>::Value;

    fn try_read_untracked(&self) -> Option<Self::Value> {
        self.signal.try_read_untracked()
    }
}

impl<T: Send + Sync + 'static> Track for Followed<T> {
    fn track(&self) {
        if !self.signal.is_disposed() {
            self.readers.try_with_value(|readers| readers.note(|| self.signal.to_any_source()));
            self.signal.track();
        }
    }
}

impl<T: Clone + Send + Sync + 'static> From<Followed<T>> for Signal<T> {
    fn from(followed: Followed<T>) -> Self {
        Self::derive(move || followed.get())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_that_are_gone_are_crossed_out_and_the_rest_still_hear() {
        let program = Owner::new();
        program.set();
        let signal = Lasting::new(1);
        let stays = Memo::new(move |_| signal.read_only().get() * 2);
        assert_eq!(stays.get_untracked(), 2);
        for _ in 0..1_000 {
            let page = program.child();
            page.with(|| {
                let shown = Memo::new(move |_| signal.read_only().get() + 1);
                assert_eq!(shown.get_untracked(), 2);
            });
            page.cleanup();
        }
        let noted = signal.readers.with_value(|readers| readers.0.lock().unwrap().all.len());
        assert!(noted <= FEW, "{noted}");
        signal.set(5);
        assert_eq!(stays.get_untracked(), 10);
    }
}
