//! A choice between two or three ways to see the same thing, in a toolbar.

use std::borrow::Cow;

use leptos::prelude::*;

/// Buttons in one frame, of which one is down.
#[component]
pub fn Toggles(
    /// What is chosen: "Format".
    label: &'static str,
    /// Values with their words.
    #[prop(into)]
    options: Cow<'static, [(&'static str, &'static str)]>,
    /// The value that is down.
    #[prop(into)]
    chosen: Signal<&'static str>,
    /// Chooses one.
    #[prop(into)]
    on_choose: Callback<&'static str>,
) -> AnyView {
    let items = options
        .iter()
        .map(|&(value, word)| {
            view! {
                <button
                    type="button"
                    class="toggles__item"
                    aria-pressed=move || if chosen.get() == value { "true" } else { "false" }
                    on:click=move |_| on_choose.run(value)
                >
                    {word}
                </button>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <span class="toggles" role="group" aria-label=label>
            {items}
        </span>
    }
    .into_any()
}
