//! Short messages that come and go, at the foot of the window.

use std::sync::Arc;

use leptos::prelude::*;

use super::{
    button::{Button, IconButton},
    icon::{Glyph, Tone},
    reactive::maybe,
};

/// What a message offers to do. It is nobody's: a message may outlive the view that it comes from.
pub type Action = Arc<dyn Fn() + Send + Sync>;

/// A message.
#[derive(Clone)]
pub struct Message {
    /// Names it.
    pub id: u64,
    /// How it is meant.
    pub tone: Tone,
    /// What it says.
    pub text: String,
    /// What can be done about it, with its word.
    pub action: Option<(String, Action)>,
}

/// The messages on screen, oldest first. What failed is told at once; the rest waits until a screen reader is done.
///
/// They stay while the pointer or the focus is on them: nobody has to hurry.
#[component]
pub fn ToastRegion(
    /// The messages.
    #[prop(into)]
    messages: Signal<Vec<Message>>,
    /// Takes one away.
    #[prop(into)]
    dismiss: Callback<u64>,
    /// Told when somebody reads them, so that none goes, and when that is over.
    #[prop(into)]
    hold: Callback<bool>,
) -> AnyView {
    let of = move |bad: bool| {
        let wanted = move || {
            messages.with(|list| {
                list.iter().filter(|message| (message.tone == Tone::Bad) == bad).cloned().collect::<Vec<_>>()
            })
        };
        let row = move |Message { id, tone, text, action }: Message| {
            let dismiss = move |()| {
                dismiss.run(id);
                // What had the focus is gone, and tells of no end of it.
                hold.run(false);
            };
            let action = action.map(|(word, act)| (word, Callback::new(move |()| act())));
            ToastView(ToastViewProps { tone, text, action, dismiss: Callback::new(dismiss) })
        };
        view! {
            <div role=if bad { "alert" } else { "status" }>
                <ul class="toasts__list">
                    <For each=wanted key=|message| message.id children=row/>
                </ul>
            </div>
        }
        .into_any()
    };
    view! {
        <div
            class="toasts"
            on:pointerenter=move |_| hold.run(true)
            on:pointerleave=move |_| hold.run(false)
            on:focusin=move |_| hold.run(true)
            on:focusout=move |_| hold.run(false)
        >
            {of(true)}
            {of(false)}
        </div>
    }
    .into_any()
}

/// One message.
#[component]
pub fn ToastView(
    /// How it is meant.
    tone: Tone,
    /// What it says.
    #[prop(into)]
    text: String,
    /// What can be done about it, with its word. It takes the message away, too.
    #[prop(optional)]
    action: Option<(String, Callback<()>)>,
    /// Takes it away.
    #[prop(into)]
    dismiss: Callback<()>,
) -> AnyView {
    let action = action.map(|(word, act)| {
        let press = move |()| {
            act.run(());
            dismiss.run(());
        };
        view! { <Button label=word small=true on_press=press/> }
    });
    view! {
        <li class="toast">
            <Glyph tone=tone/>
            <p class="toast__text">{text}</p>
            {maybe(action.map(IntoAny::into_any))}
            <IconButton icon="x" label="Dismiss".to_owned() on_press=dismiss/>
        </li>
    }
    .into_any()
}
