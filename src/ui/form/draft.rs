//! What a form holds until it is saved.

use std::any::Any;

use leptos::prelude::*;

use super::{
    super::address::Address,
    leaving::{Leaving, Left},
};

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

/// A part of a draft, without its type.
struct Slot {
    act: Box<dyn Fn(Deed) -> bool + Send + Sync>,
    /// What it holds as a text, where that can be read back.
    text: Box<dyn Fn() -> Option<String> + Send + Sync>,
}

/// Between the items of a list, and between the two of a pair: characters that nobody types.
const ITEM: char = '\u{1e}';
const HALF: char = '\u{1f}';

/// A value of a form as a text. What is no text, number of texts or yes and no is not kept: a file may be a secret.
fn written(value: &dyn Any) -> Option<String> {
    if let Some(text) = value.downcast_ref::<String>() {
        return Some(text.clone());
    }
    if let Some(on) = value.downcast_ref::<bool>() {
        return Some(if *on { "1" } else { "" }.to_owned());
    }
    let mut text = String::new();
    if let Some(list) = value.downcast_ref::<Vec<String>>() {
        for item in list {
            text.push_str(item);
            text.push(ITEM);
        }
        return Some(text);
    }
    for (name, value) in value.downcast_ref::<Vec<(String, String)>>()? {
        for (part, end) in [(name, HALF), (value, ITEM)] {
            text.push_str(part);
            text.push(end);
        }
    }
    Some(text)
}

/// Reads a text back as a value of the same type as another.
fn read<T: Clone + 'static>(text: &str, like: &T) -> Option<T> {
    let like: &dyn Any = like;
    let items = || text.split_terminator(ITEM);
    let value: Box<dyn Any> = if like.is::<String>() {
        Box::new(text.to_owned())
    } else if like.is::<bool>() {
        Box::new(text == "1")
    } else if like.is::<Vec<String>>() {
        Box::new(items().map(ToOwned::to_owned).collect::<Vec<String>>())
    } else if like.is::<Vec<(String, String)>>() {
        let pair = |item: &str| item.split_once(HALF).map(|(name, value)| (name.to_owned(), value.to_owned()));
        Box::new(items().filter_map(pair).collect::<Vec<_>>())
    } else {
        return None;
    };
    value.downcast().ok().map(|value| *value)
}

/// The values of a form. The form owns them: no answer of the platform overwrites what was typed. A copy is a handle of
/// the same.
///
/// A draft that differs from what is saved is unsaved work. Leaving the page then asks first; see [`Leaving`]. Whoever
/// leaves to sign in again, which takes another site, finds it on return.
#[derive(Clone, Copy)]
pub struct Draft {
    slots: RwSignal<Vec<Slot>>,
    dirty: Memo<bool>,
    /// What was typed here before a sign-in.
    left: StoredValue<Left>,
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
        let dirty = Memo::new(move |_| slots.with(|slots| slots.iter().any(|slot| (slot.act)(Deed::Compare))));
        let draft = Self { slots, dirty, left: StoredValue::new(Vec::new()) };
        if let Some(leaving) = use_context::<Leaving>() {
            let page = use_context::<Address>().map(Address::path).unwrap_or_default();
            draft.left.set_value(leaving.watch(draft, page));
        }
        draft
    }

    /// What its parts hold, for a while.
    pub(super) fn texts(self) -> Left {
        let texts = self.slots.try_with_untracked(|slots| slots.iter().map(|slot| (slot.text)()).collect());
        texts.unwrap_or_default()
    }

    /// What the next part held before a sign-in.
    fn before<T: Clone + 'static>(self, like: &T) -> Option<T> {
        let at = self.slots.with_untracked(Vec::len);
        self.left.with_value(|left| left.get(at).and_then(Option::as_ref).and_then(|text| read(text, like)))
    }

    /// A part of the draft: what is saved at first, and the signal that a field edits.
    pub fn part<T>(self, saved: T) -> RwSignal<T>
    where
        T: Clone + PartialEq + Send + Sync + 'static,
    {
        let before = self.before(&saved);
        let (now, saved) = (RwSignal::new(before.unwrap_or_else(|| saved.clone())), RwSignal::new(saved));
        self.keep(now, saved);
        now
    }

    /// A part whose saved value is fetched. It follows what is fetched until the person changes something in the draft,
    /// and from then on nothing but the person changes it.
    pub fn follows<T>(self, empty: T, source: impl Fn() -> Option<T> + Send + Sync + 'static) -> RwSignal<T>
    where
        T: Clone + PartialEq + Send + Sync + 'static,
    {
        let saved = untrack(&source).unwrap_or(empty);
        let before = self.before(&saved);
        let (now, saved) = (RwSignal::new(before.unwrap_or_else(|| saved.clone())), RwSignal::new(saved));
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
        let act = move |deed| match deed {
            Deed::Compare => now.try_with(|now| saved.try_with(|saved| now != saved)).flatten() == Some(true),
            Deed::Settle => {
                let _ = now.try_get_untracked().map(|now| saved.try_set(now));
                false
            }
            Deed::Reset => {
                let _ = saved.try_get_untracked().map(|saved| now.try_set(saved));
                false
            }
        };
        let text = move || now.try_get_untracked().and_then(|now| written(&now));
        self.slots.update(|slots| slots.push(Slot { act: Box::new(act), text: Box::new(text) }));
    }

    fn each(self, deed: Deed) {
        let _ = self.slots.try_with_untracked(|slots| {
            for slot in slots {
                (slot.act)(deed);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn back<T: Clone + PartialEq + std::fmt::Debug + 'static>(value: T, other: T) {
        let text = written(&value).expect("a text");
        assert_eq!(read(&text, &other), Some(value));
    }

    #[test]
    fn values_are_read_back_as_they_were() {
        back("a\nb".to_owned(), String::new());
        back(true, false);
        back(false, true);
        back(vec!["a".to_owned(), String::new()], Vec::new());
        back(Vec::<String>::new(), Vec::new());
        back(vec![("a=b".to_owned(), "c".to_owned()), (String::new(), String::new())], Vec::new());
        assert_eq!(written(&7_u32), None);
        assert_eq!(read("7", &7_u32), None);
    }
}
