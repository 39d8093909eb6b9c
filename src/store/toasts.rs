//! Short messages that come and go.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::client::browser;

/// How long a message stays that needs no answer, milliseconds.
const STAY: u64 = 6_000;

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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    /// Names it for [`Toasts::dismiss`].
    pub id: u64,
    /// How it is meant.
    pub tone: Tone,
    /// What it says.
    pub text: String,
}

/// The messages on screen.
#[derive(Clone, Copy)]
pub struct Toasts {
    list: RwSignal<Vec<Toast>>,
    count: StoredValue<u64>,
}

impl Toasts {
    pub(super) fn new() -> Self {
        Self { list: RwSignal::new(Vec::new()), count: StoredValue::new(0) }
    }

    /// The messages, oldest first.
    pub fn list(self) -> ReadSignal<Vec<Toast>> {
        self.list.read_only()
    }

    /// Shows a message; one that is not [`Tone::Bad`] goes by itself after a few seconds.
    pub fn push(self, tone: Tone, text: impl Into<String>) {
        let Some(id) = self.count.try_update_value(|count| {
            *count += 1;
            *count
        }) else {
            return;
        };
        let toast = Toast { id, tone, text: text.into() };
        self.list.try_update(|list| {
            // The same again is still one message.
            list.retain(|other| other.text != toast.text);
            list.push(toast);
            let surplus = list.len().saturating_sub(AT_ONCE);
            list.drain(..surplus);
        });
        if tone != Tone::Bad {
            spawn_local(async move {
                browser::sleep(STAY).await;
                self.dismiss(id);
            });
        }
    }

    /// Takes a message away.
    pub fn dismiss(self, id: u64) {
        if self.list.try_with_untracked(|list| list.iter().any(|toast| toast.id == id)) == Some(true) {
            self.list.try_update(|list| list.retain(|toast| toast.id != id));
        }
    }
}
