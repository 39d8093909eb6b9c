//! Copying from a menu.

use leptos::task::spawn_local;

use crate::{
    store::{Tone, use_store},
    ui::{copy::to_clipboard, table::Action},
};

/// An entry of a row's menu that copies a text and says so.
pub fn copy_action(label: &'static str, text: String) -> Action {
    let toasts = use_store().toasts;
    Action::run(label, "copy", move || {
        let text = text.clone();
        spawn_local(async move {
            if to_clipboard(&text).await {
                toasts.push(Tone::Neutral, format!("Copied {text}."));
            } else {
                toasts.push(Tone::Bad, "Not copied: the browser does not allow it here.");
            }
        });
    })
}
