//! Short messages that come and go.

use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::{
    client::browser,
    ui::lasting::{Followed, Lasting},
};

/// How long a message stays that needs no answer, milliseconds; and how often it looks whether somebody reads it.
const STAY: u64 = 6_000;
const LOOK: u64 = 500;

/// How many are on screen; older ones give way.
const AT_ONCE: usize = 4;

/// How a message is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Something happened.
    Neutral,
    /// Something succeeded.
    Good,
    /// Something failed; it stays until it is dismissed.
    Bad,
}

/// What a message offers to do. It is nobody's: a message may outlive the view that it comes from.
type Action = Arc<dyn Fn() + Send + Sync>;

/// A message.
#[derive(Clone)]
pub struct Toast {
    /// Names it for [`Toasts::dismiss`].
    pub id: u64,
    /// How it is meant.
    pub tone: Tone,
    /// What it says.
    pub text: String,
    /// What can be done about it, with its word.
    pub action: Option<(String, Action)>,
    /// The view that it goes with.
    view: Option<u64>,
}

/// The messages on screen.
#[derive(Clone, Copy)]
pub struct Toasts {
    parts: &'static Parts,
    /// The view that alone can do what is offered; none, where that can be done at any time.
    view: Option<u64>,
}

/// What the handle leads to. It lives as long as the program.
struct Parts {
    list: Lasting<Vec<Toast>>,
    count: StoredValue<u64>,
    /// Somebody reads them: none goes by itself.
    held: StoredValue<bool>,
}

impl Toasts {
    pub(super) fn new() -> Self {
        let parts = Parts { list: Lasting::new(Vec::new()), count: StoredValue::new(0), held: StoredValue::new(false) };
        Self { parts: Box::leak(Box::new(parts)), view: None }
    }

    /// The same for the view around, which alone can do what its messages offer: those go with it.
    #[must_use]
    pub fn of_view(self) -> Self {
        let view = self.number();
        on_cleanup(move || {
            if self.take(|toast| toast.view.is_some() && toast.view == view) {
                // A browser tells of no end of the focus or the pointer in what was taken away.
                self.hold(false);
            }
        });
        Self { view, ..self }
    }

    /// A number that nothing else has.
    fn number(self) -> Option<u64> {
        self.parts.count.try_update_value(|count| {
            *count += 1;
            *count
        })
    }

    /// The messages, oldest first.
    pub fn list(self) -> Followed<Vec<Toast>> {
        self.parts.list.read_only()
    }

    /// Shows a message; one that is not [`Tone::Bad`] goes by itself after a few seconds.
    pub fn push(self, tone: Tone, text: impl Into<String>) {
        self.show(tone, text.into(), None);
    }

    /// Shows a message with what can be done about it: "Show activity". It outlives the view around, except for what
    /// comes by [`Toasts::of_view`].
    pub fn push_with(
        self,
        tone: Tone,
        text: impl Into<String>,
        word: impl Into<String>,
        act: impl Fn() + Send + Sync + 'static,
    ) {
        self.show(tone, text.into(), Some((word.into(), Arc::new(act))));
    }

    /// Keeps the messages for as long as somebody reads them.
    pub fn hold(self, held: bool) {
        self.parts.held.try_set_value(held);
    }

    fn show(self, tone: Tone, text: String, action: Option<(String, Action)>) {
        let Some(id) = self.number() else { return };
        let view = self.view.filter(|_| action.is_some());
        let toast = Toast { id, tone, text, action, view };
        self.parts.list.try_update(|list| {
            // The same again is still one message.
            list.retain(|other| other.text != toast.text);
            list.push(toast);
            while list.len() > AT_ONCE {
                // What failed stays longest.
                let oldest = list.iter().position(|toast| toast.tone != Tone::Bad).unwrap_or_default();
                list.remove(oldest);
            }
        });
        if tone != Tone::Bad {
            spawn_local(async move {
                let mut left = STAY;
                while left > 0 {
                    browser::sleep(LOOK).await;
                    if self.parts.held.try_get_value() != Some(true) {
                        left = left.saturating_sub(LOOK);
                    }
                }
                self.dismiss(id);
            });
        }
    }

    /// Takes a message away.
    pub fn dismiss(self, id: u64) {
        self.take(|toast| toast.id == id);
    }

    fn take(self, goes: impl Fn(&Toast) -> bool) -> bool {
        let has_some = self.parts.list.try_with_untracked(|list| list.iter().any(&goes)) == Some(true);
        if has_some {
            self.parts.list.try_update(|list| list.retain(|toast| !goes(toast)));
        }
        has_some
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn texts(toasts: Toasts) -> Vec<String> {
        toasts.list().with_untracked(|list| list.iter().map(|toast| toast.text.clone()).collect())
    }

    #[test]
    fn what_a_message_offers_outlives_its_view_and_what_the_view_alone_can_do_goes_with_it() {
        let program = Owner::new();
        program.set();
        let toasts = Toasts::new();
        let done = Arc::new(AtomicUsize::new(0));
        let page = program.child();
        page.with(|| {
            let done = Arc::clone(&done);
            toasts.push_with(Tone::Bad, "Failed.", "Show activity", move || {
                done.fetch_add(1, Ordering::Relaxed);
            });
            let own = toasts.of_view();
            own.push_with(Tone::Bad, "Ended.", "Undo", || {});
            own.push(Tone::Bad, "Not saved.");
        });
        assert_eq!(texts(toasts), ["Failed.", "Ended.", "Not saved."]);
        toasts.hold(true);
        page.cleanup();
        assert_eq!(texts(toasts), ["Failed.", "Not saved."]);
        assert!(!toasts.parts.held.get_value(), "nobody reads what is gone");
        for (_, act) in toasts.list().get_untracked().into_iter().filter_map(|toast| toast.action) {
            act();
        }
        assert_eq!(done.load(Ordering::Relaxed), 1);
    }
}
