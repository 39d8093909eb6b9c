//! Short messages that come and go, at the foot of the window.

use leptos::prelude::*;

use super::{
    button::IconButton,
    icon::{Glyph, Tone},
};

/// One message.
#[component]
pub fn ToastView(
    /// How it is meant.
    tone: Tone,
    /// What it says.
    #[prop(into)]
    text: String,
    /// Takes it away.
    #[prop(into)]
    dismiss: Callback<()>,
) -> AnyView {
    view! {
        <li class="toast">
            <Glyph tone=tone/>
            <p class="toast__text">{text}</p>
            <IconButton icon="x" label="Dismiss".to_owned() on_press=dismiss/>
        </li>
    }
    .into_any()
}
