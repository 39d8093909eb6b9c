//! Copying to the clipboard.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlElement, HtmlTextAreaElement};

use super::{
    icon::{Icon, Size},
    reactive::reactive,
};

/// How long a button says that it has copied.
const THANKS: Duration = Duration::from_millis(1600);

/// Copies a text; tells whether it is on the clipboard. To be called while a press is handled.
pub async fn to_clipboard(text: &str) -> bool {
    // Without a secure origin there is no clipboard, and a browser or a frame around the console may refuse it.
    if window().is_secure_context() && JsFuture::from(window().navigator().clipboard().write_text(text)).await.is_ok() {
        return true;
    }
    copy_selected(text).unwrap_or(false)
}

/// The older way, which asks for no permission: the browser copies what is selected.
fn copy_selected(text: &str) -> Result<bool, JsValue> {
    let document = document();
    let focused = document.active_element().and_then(|element| element.dyn_into::<HtmlElement>().ok());
    // Beside what has the focus, since all outside of an open dialog can't be selected.
    let place = focused.as_ref().and_then(|element| element.closest("dialog").ok().flatten());
    let Some(place) = place.or_else(|| document.body().map(JsCast::unchecked_into)) else { return Ok(false) };
    let field: HtmlTextAreaElement = document.create_element("textarea")?.unchecked_into();
    field.set_value(text);
    field.set_read_only(true);
    field.set_class_name("visually-hidden");
    place.append_child(&field)?;
    field.select();
    let command: js_sys::Function = js_sys::Reflect::get(&document, &"execCommand".into())?.dyn_into()?;
    let done = command.call1(&document, &"copy".into());
    field.remove();
    if let Some(focused) = focused {
        focused.focus()?;
    }
    Ok(done?.is_truthy())
}

/// A small button that copies a text and says so.
#[component]
pub fn CopyButton(
    /// What is copied. Never a secret that is not on the screen.
    #[prop(into)]
    text: Signal<String>,
    /// What is copied, in words: "trace id".
    #[prop(into)]
    what: String,
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
    let said = move || match outcome.get() {
        Some(true) => "Copied",
        Some(false) => "Not copied. The browser refuses it: select the text and copy it by hand.",
        None => "",
    };
    let class =
        if labelled { "button button--ghost button--small" } else { "button button--ghost button--icon button--small" };
    view! {
        <button
            type="button"
            class=class
            aria-label=(!labelled).then(|| format!("Copy {what}"))
            data-tip=move || (!labelled).then(|| if outcome.get().is_some() { said().to_owned() } else { format!("Copy {what}") })
            on:click=copy
        >
            {icon}
            {move || if labelled { word() } else { "" }}
        </button>
        <span class="visually-hidden" role="status">
            {said}
        </span>
    }
    .into_any()
}
