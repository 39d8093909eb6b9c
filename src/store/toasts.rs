//! Short messages that come and go.

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
    pub action: Option<(String, Callback<()>)>,
}

/// The messages on screen.
#[derive(Clone, Copy)]
pub struct Toasts(&'static Parts);

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
        Self(Box::leak(Box::new(parts)))
    }

    /// The messages, oldest first.
    pub fn list(self) -> Followed<Vec<Toast>> {
        self.0.list.read_only()
    }

    /// Shows a message; one that is not [`Tone::Bad`] goes by itself after a few seconds.
    pub fn push(self, tone: Tone, text: impl Into<String>) {
        self.show(tone, text.into(), None);
    }

    /// Shows a message with what can be done about it: "Undo".
    pub fn push_with(self, tone: Tone, text: impl Into<String>, word: impl Into<String>, act: Callback<()>) {
        self.show(tone, text.into(), Some((word.into(), act)));
    }

    /// Keeps the messages for as long as somebody reads them.
    pub fn hold(self, held: bool) {
        self.0.held.try_set_value(held);
    }

    fn show(self, tone: Tone, text: String, action: Option<(String, Callback<()>)>) {
        let Some(id) = self.0.count.try_update_value(|count| {
            *count += 1;
            *count
        }) else {
            return;
        };
        let toast = Toast { id, tone, text, action };
        self.0.list.try_update(|list| {
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
                    if self.0.held.try_get_value() != Some(true) {
                        left = left.saturating_sub(LOOK);
                    }
                }
                self.dismiss(id);
            });
        }
    }

    /// Takes a message away.
    pub fn dismiss(self, id: u64) {
        if self.0.list.try_with_untracked(|list| list.iter().any(|toast| toast.id == id)) == Some(true) {
            self.0.list.try_update(|list| list.retain(|toast| toast.id != id));
        }
    }
}
