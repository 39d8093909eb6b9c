//! Fields of forms.

use leptos::{html, prelude::*};

use super::{
    button::IconButton,
    icon::{Icon, Size},
    reactive::{maybe, reactive},
};

/// A field for a key or token.
///
/// The text lives in the element alone: no signal, no store, no draft holds a copy. The form reads it from `input` when
/// it is submitted, and empties it.
#[component]
pub fn SecretField(
    /// An id, unique on the page.
    id: &'static str,
    /// What it asks for.
    label: &'static str,
    /// What helps to fill it.
    hint: &'static str,
    /// What is wrong with what was entered.
    #[prop(into)]
    error: Signal<Option<String>>,
    /// The element, for the form to read.
    input: NodeRef<html::Input>,
) -> AnyView {
    let shown = RwSignal::new(false);
    let hint_id = format!("{id}-hint");
    let error_id = format!("{id}-error");
    let described = {
        let (hint_id, error_id) = (hint_id.clone(), error_id.clone());
        move || if error.with(Option::is_some) { format!("{error_id} {hint_id}") } else { hint_id.clone() }
    };
    view! {
        <div class="field">
            <label class="field__label" for=id>
                {label}
            </label>
            <div class="field__secret">
                <input
                    class="input mono"
                    id=id
                    node_ref=input
                    type=move || if shown.get() { "text" } else { "password" }
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    required=true
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    aria-describedby=described
                    // Password managers are asked not to keep it: the tab alone does.
                    data-1p-ignore=""
                    data-lpignore="true"
                    data-bwignore=""
                />
                <IconButton
                    icon=Signal::derive(move || if shown.get() { "eye-off" } else { "eye" })
                    label=Signal::derive(move || if shown.get() { "Hide".to_owned() } else { "Show".to_owned() })
                    on_press=move |()| shown.update(|shown| *shown = !*shown)
                />
            </div>
            <p class="field__error" id=error_id role="alert">
                {reactive(move || {
                    maybe(error.get().map(|error| {
                        view! {
                            <Icon name="circle-alert" size=Size::Small/>
                            <span>{error}</span>
                        }
                        .into_any()
                    }))
                })}
            </p>
            <p class="field__hint" id=hint_id>
                {hint}
            </p>
        </div>
    }
    .into_any()
}
