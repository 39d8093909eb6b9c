//! Copying to the clipboard.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen_futures::JsFuture;

use super::{
    icon::{Icon, Size},
    reactive::reactive,
};

/// How long a button says that it has copied.
const THANKS: Duration = Duration::from_millis(1600);

/// Copies a text. Without a secure origin there is no clipboard, and the browser may refuse it: then it answers `false`.
pub async fn to_clipboard(text: &str) -> bool {
    window().is_secure_context() && JsFuture::from(window().navigator().clipboard().write_text(text)).await.is_ok()
}

/// A small button that copies a text and says so.
#[component]
pub fn CopyButton(
    /// What is copied. Never a secret that is not on the screen.
    #[prop(into)]
    text: Signal<String>,
    /// What is copied, in words: "trace id".
    what: &'static str,
    /// Whether the word stands beside the icon.
    #[prop(optional)]
    labelled: bool,
) -> AnyView {
    let outcome = RwSignal::new(None::<bool>);
    let copy = move |_| {
        let text = text.get_untracked();
        spawn_local(async move {
            let done = to_clipboard(&text).await;
            let _ = outcome.try_set(Some(done));
            set_timeout(
                move || {
                    let _ = outcome.try_set(None);
                },
                THANKS,
            );
        });
    };
    let icon = reactive(move || {
        let name = match outcome.get() {
            Some(true) => "check",
            Some(false) => "x",
            None => "copy",
        };
        view! { <Icon name=name size=Size::Small/> }.into_any()
    });
    let word = move || match outcome.get() {
        Some(true) => "Copied",
        Some(false) => "Not copied",
        None => "Copy",
    };
    let class =
        if labelled { "button button--ghost button--small" } else { "button button--ghost button--icon button--small" };
    view! {
        <button
            type="button"
            class=class
            aria-label=(!labelled).then(|| format!("Copy {what}"))
            data-tip=move || (!labelled).then(|| format!("{} {what}", word()))
            on:click=copy
        >
            {icon}
            {move || if labelled { word() } else { "" }}
        </button>
        <span class="visually-hidden" role="status">
            {move || if outcome.get().is_some() { word() } else { "" }}
        </span>
    }
    .into_any()
}
