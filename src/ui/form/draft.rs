//! What a form holds until it is saved.

use leptos::prelude::*;

use super::leaving::Leaving;

/// What is done to a part of a draft, whatever its type.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Deed {
    /// Tells whether it differs from what is saved.
    Compare,
    /// What it holds is saved.
    Settle,
    /// Goes back to what is saved.
    Reset,
}

type Slot = Box<dyn Fn(Deed) -> bool + Send + Sync>;

/// The values of a form. The form owns them: no answer of the platform overwrites what was typed. A copy is a handle of
/// the same.
///
/// A draft that differs from what is saved is unsaved work. Leaving the page then asks first; see [`Leaving`].
#[derive(Clone, Copy)]
pub struct Draft {
    slots: RwSignal<Vec<Slot>>,
    dirty: Memo<bool>,
}

impl Default for Draft {
    fn default() -> Self {
        Self::new()
    }
}

impl Draft {
    /// A draft without parts, which lives as long as the view around it.
    pub fn new() -> Self {
        let slots = RwSignal::new(Vec::<Slot>::new());
        let dirty = Memo::new(move |_| slots.with(|slots| slots.iter().any(|slot| slot(Deed::Compare))));
        if let Some(leaving) = use_context::<Leaving>() {
            leaving.watch(dirty.into());
        }
        Self { slots, dirty }
    }

    /// A part of the draft: what is saved at first, and the signal that a field edits.
    pub fn part<T>(self, saved: T) -> RwSignal<T>
    where
        T: Clone + PartialEq + Send + Sync + 'static,
    {
        let (now, saved) = (RwSignal::new(saved.clone()), RwSignal::new(saved));
        self.keep(now, saved);
        now
    }

    /// A part whose saved value is fetched. It follows what is fetched until the person changes something in the draft,
    /// and from then on nothing but the person changes it.
    pub fn follows<T>(self, empty: T, source: impl Fn() -> Option<T> + Send + Sync + 'static) -> RwSignal<T>
    where
        T: Clone + PartialEq + Send + Sync + 'static,
    {
        let first = untrack(&source);
        let (now, saved) =
            (RwSignal::new(first.clone().unwrap_or_else(|| empty.clone())), RwSignal::new(first.unwrap_or(empty)));
        self.keep(now, saved);
        Effect::new(move |_| {
            if let Some(fetched) = source()
                && !self.dirty.get_untracked()
                && saved.with_untracked(|saved| *saved != fetched)
            {
                saved.set(fetched.clone());
                now.set(fetched);
            }
        });
        now
    }

    fn keep<T>(self, now: RwSignal<T>, saved: RwSignal<T>)
    where
        T: Clone + PartialEq + Send + Sync + 'static,
    {
        let slot: Slot = Box::new(move |deed| match deed {
            Deed::Compare => now.try_with(|now| saved.try_with(|saved| now != saved)).flatten() == Some(true),
            Deed::Settle => {
                let _ = now.try_get_untracked().map(|now| saved.try_set(now));
                false
            }
            Deed::Reset => {
                let _ = saved.try_get_untracked().map(|saved| now.try_set(saved));
                false
            }
        });
        self.slots.update(|slots| slots.push(slot));
    }

    fn each(self, deed: Deed) {
        let _ = self.slots.try_with_untracked(|slots| {
            for slot in slots {
                slot(deed);
            }
        });
    }

    /// Whether it differs from what is saved; reading it subscribes.
    pub fn is_dirty(self) -> bool {
        self.dirty.try_get() == Some(true)
    }

    /// Whether it differs from what is saved, as a signal.
    pub fn dirty(self) -> Signal<bool> {
        self.dirty.into()
    }

    /// What it holds is saved now: call it when the platform has accepted it, before the page is left.
    pub fn settle(self) {
        self.each(Deed::Settle);
    }

    /// Goes back to what is saved.
    pub fn reset(self) {
        self.each(Deed::Reset);
    }
}
