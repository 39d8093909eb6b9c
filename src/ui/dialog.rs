//! What lies over the page: dialogs, and the sheet of a phone. Each is a `<dialog>`, so that the browser keeps the focus
//! inside, hides the page from screen readers and gives the focus back.

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{
    focus::Origin,
    reactive::{maybe, reactive},
};

/// What takes the focus when a dialog opens: what asks for it, else the first field, else whatever the browser finds.
const FIRST: [&str; 2] =
    ["[autofocus]", "[data-modal-body] :is(input, select, textarea):not(:disabled, :read-only, [type=file])"];

/// Keeps the element's state equal to the signal. `closing` counts the closings of our own, of which the browser tells
/// later: by then it may be open again.
fn follow(open: RwSignal<bool>, closing: StoredValue<u32>) -> NodeRef<html::Dialog> {
    let node = NodeRef::<html::Dialog>::new();
    // The browser gives the focus back, but not to what was taken away by what was done in here.
    let origin = StoredValue::new_local(None::<Origin>);
    let give_back = move || {
        if let Some(origin) = origin.try_update_value(Option::take).flatten() {
            origin.hold();
        }
    };
    // It may go with the part of the page that it belongs to.
    on_cleanup(give_back);
    Effect::new(move |_| {
        let Some(dialog) = node.get() else { return };
        if open.get() && !dialog.open() {
            // Its content is drawn by effects of this same turn, and is to take the focus.
            request_animation_frame(move || {
                if open.try_get_untracked() == Some(true) && !dialog.open() {
                    let _ = origin.try_set_value(Origin::here());
                    // It fails only for an element that is not in the document, which then cannot be seen either.
                    let _ = dialog.show_modal();
                    let first = FIRST.iter().find_map(|selector| dialog.query_selector(selector).ok().flatten());
                    if let Some(first) = first.and_then(|first| first.dyn_into::<HtmlElement>().ok()) {
                        let _ = first.focus();
                    }
                }
            });
        } else if !open.get() {
            if dialog.open() {
                closing.update_value(|closing| *closing += 1);
                dialog.close();
            }
            give_back();
        }
    });
    node
}

/// A `<dialog>` with its behaviour, whatever it looks like.
pub(super) struct Modal {
    /// Whether it is open.
    pub open: RwSignal<bool>,
    /// How it looks.
    pub class: &'static str,
    /// What it is called.
    pub label: Signal<String>,
    /// What Escape does; nothing, where a choice has to be made.
    pub dismiss: Option<Callback<()>>,
    /// Whether a press beside it does the same.
    pub beside: bool,
    /// Its content, drawn while it is open.
    pub content: ViewFn,
}

/// Draws a modal.
pub(super) fn modal(modal: Modal) -> AnyView {
    let Modal { open, class, label, dismiss, beside, content } = modal;
    let closing = StoredValue::new(0);
    let node = follow(open, closing);
    let leave = move || {
        if let Some(dismiss) = dismiss {
            dismiss.run(());
        }
    };
    // A browser lets a page refuse `cancel` once, and closes the dialog at the second Escape. It asks nobody where the
    // key itself was taken.
    let keys = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" && !event.default_prevented() {
            event.prevent_default();
            leave();
        }
    };
    let cancel = move |event: ev::Event| {
        // A file dialog inside of it sends one too.
        let own = node.get_untracked().is_some_and(|node| event.target().as_ref() == Some(node.as_ref()));
        if own {
            event.prevent_default();
            leave();
        }
    };
    // The dialog's own box is its backdrop; its content covers the rest. A press that began inside, as when text is
    // selected, is none beside it.
    let began = StoredValue::new(false);
    let is_own = move |event: &ev::MouseEvent| {
        node.get_untracked().is_some_and(|node| event.target().as_ref() == Some(node.as_ref()))
    };
    let down = move |event: ev::MouseEvent| began.set_value(is_own(&event));
    let press = move |event: ev::MouseEvent| {
        if beside && began.get_value() && is_own(&event) {
            leave();
        }
    };
    view! {
        <dialog
            class=class
            node_ref=node
            aria-label=move || label.get()
            on:keydown=keys
            on:cancel=cancel
            on:mousedown=down
            on:click=press
            on:close=move |event| {
                let own = node.try_get_untracked().flatten();
                if own.is_none_or(|own| event.target().as_ref() != Some(own.as_ref())) {
                    return;
                }
                let is_ours = closing.try_update_value(|closing| {
                    let is_ours = *closing > 0;
                    *closing = closing.saturating_sub(1);
                    is_ours
                });
                if is_ours == Some(false) {
                    let _ = open.try_set(false);
                }
            }
        >
            {reactive(move || if open.get() { content.run() } else { ().into_any() })}
        </dialog>
    }
    .into_any()
}

/// How wide a dialog is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Width {
    /// 440 px: a question.
    #[default]
    Question,
    /// 640 px: a form, or something to read.
    Form,
    /// 960 px: a comparison.
    Wide,
}

/// A dialog in the middle of the window. Long content scrolls inside of it, and its foot stays in sight.
///
/// What has the attribute `autofocus` takes the focus: give it to the safe button.
#[component]
pub fn Dialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// Its heading.
    #[prop(into)]
    title: Signal<String>,
    /// Whether Escape closes it; otherwise a choice in it must be made.
    #[prop(optional)]
    dismissible: bool,
    /// What Escape does instead of closing it.
    #[prop(optional, into)]
    on_dismiss: Option<Callback<()>>,
    /// How wide it is.
    #[prop(optional)]
    width: Width,
    /// Its buttons: the safe one first, the primary one last.
    #[prop(optional, into)]
    foot: Option<ViewFn>,
    /// Its content, drawn while it is open.
    children: ChildrenFn,
) -> AnyView {
    let class = match width {
        Width::Question => "dialog",
        Width::Form => "dialog dialog--form",
        Width::Wide => "dialog dialog--wide",
    };
    let close = dismissible.then(|| Callback::new(move |()| open.set(false)));
    let content = move || {
        let foot = foot.as_ref().map(|foot| view! { <div class="dialog__foot">{foot.run()}</div> }.into_any());
        view! {
            <div class="dialog__body" data-modal-body="">
                <h2 class="dialog__title">{move || title.get()}</h2>
                {children()}
            </div>
            {maybe(foot)}
        }
        .into_any()
    };
    modal(Modal {
        open,
        class,
        label: title,
        dismiss: on_dismiss.or(close),
        beside: false,
        content: ViewFn::from(content),
    })
}

/// A panel that slides in from the side of a narrow window. A press beside it closes it.
#[component]
pub fn Sheet(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// What it is: "Navigation".
    label: &'static str,
    /// Its content, drawn while it is open.
    children: ChildrenFn,
) -> AnyView {
    let content = move || view! { <div class="sheet__body">{children()}</div> }.into_any();
    modal(Modal {
        open,
        class: "sheet",
        label: label.into(),
        dismiss: Some(Callback::new(move |()| open.set(false))),
        beside: true,
        content: ViewFn::from(content),
    })
}
