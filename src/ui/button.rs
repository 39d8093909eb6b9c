//! Buttons, and links that look like them.

use leptos::prelude::*;

use super::{
    icon::{Icon, Size},
    reactive::{maybe, reactive},
};

/// How a button looks. A screen has one primary button at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// An outline.
    #[default]
    Plain,
    /// Filled with the accent.
    Primary,
    /// No outline.
    Ghost,
    /// Red words: it leads to a question that destroys.
    Danger,
    /// Filled with red: it destroys. It stands in a dialog alone.
    Destroy,
}

const fn class(look: Look, small: bool) -> &'static str {
    match (look, small) {
        (Look::Plain, false) => "button",
        (Look::Plain, true) => "button button--small",
        (Look::Primary, false) => "button button--primary",
        (Look::Primary, true) => "button button--primary button--small",
        (Look::Ghost, false) => "button button--ghost",
        (Look::Ghost, true) => "button button--ghost button--small",
        (Look::Danger, false) => "button button--danger",
        (Look::Danger, true) => "button button--danger button--small",
        (Look::Destroy, false) => "button button--destroy",
        (Look::Destroy, true) => "button button--destroy button--small",
    }
}

/// A button. Its words are a verb: "Revoke key".
#[component]
pub fn Button(
    /// What it says.
    #[prop(into)]
    label: Signal<String>,
    /// How it looks.
    #[prop(optional)]
    look: Look,
    /// 28 px instead of 32, for toolbars and cards.
    #[prop(optional)]
    small: bool,
    /// Whether it submits the form around it.
    #[prop(optional)]
    submit: bool,
    /// Whether it has the focus when the dialog around it opens: the safe one of its buttons.
    #[prop(optional)]
    first: bool,
    /// An icon before the words.
    #[prop(optional)]
    icon: Option<&'static str>,
    /// Work is going on: it turns, and takes no second press.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Why it may not be pressed now. It stays focusable, so that the reason can be read.
    #[prop(optional, into)]
    disabled_reason: Signal<Option<String>>,
    /// What it does; a submit button may leave it out.
    #[prop(optional, into)]
    on_press: Option<Callback<()>>,
) -> AnyView {
    let blocked = move || busy.get() || disabled_reason.with(Option::is_some);
    let press = move |event: leptos::ev::MouseEvent| {
        if busy.get_untracked() || disabled_reason.with_untracked(Option::is_some) {
            event.prevent_default();
        } else if let Some(on_press) = on_press {
            on_press.run(());
        }
    };
    view! {
        <button
            type=if submit { "submit" } else { "button" }
            class=class(look, small)
            autofocus=first
            aria-disabled=move || blocked().then_some("true")
            aria-busy=move || busy.get().then_some("true")
            aria-description=move || disabled_reason.get()
            data-tip=move || disabled_reason.get()
            on:click=press
        >
            {reactive(move || {
                if busy.get() {
                    view! { <span class="spinner" aria-hidden="true"></span> }.into_any()
                } else {
                    maybe(icon.map(|name| view! { <Icon name=name/> }.into_any()))
                }
            })}
            {move || label.get()}
        </button>
    }
    .into_any()
}

/// A button without words. Its label is its tooltip and its accessible name.
#[component]
pub fn IconButton(
    /// Which icon.
    #[prop(into)]
    icon: Signal<&'static str>,
    /// What it does.
    #[prop(into)]
    label: Signal<String>,
    /// What it does.
    #[prop(into)]
    on_press: Callback<()>,
) -> AnyView {
    view! {
        <button
            type="button"
            class="button button--ghost button--icon button--small"
            aria-label=move || label.get()
            data-tip=move || label.get()
            on:click=move |_| on_press.run(())
        >
            {reactive(move || view! { <Icon name=icon.get()/> }.into_any())}
        </button>
    }
    .into_any()
}

/// A link that looks like a button: it leads somewhere, it does nothing.
#[component]
pub fn ButtonLink(
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// What it says.
    #[prop(into)]
    label: String,
    /// How it looks.
    #[prop(optional)]
    look: Look,
    /// 28 px instead of 32.
    #[prop(optional)]
    small: bool,
    /// Why it may not be followed now: then it is a button that says so.
    #[prop(optional, into)]
    disabled_reason: Signal<Option<String>>,
    /// Whether it leads to another site: in a tab of its own, which learns nothing of this one.
    #[prop(optional)]
    external: bool,
) -> AnyView {
    reactive(move || {
        let label = label.clone();
        match disabled_reason.get() {
            None => {
                let href = href.clone();
                let icon = external.then(|| view! { <Icon name="arrow-up-right"/> }.into_any());
                view! {
                    <a
                        class=class(look, small)
                        href=href
                        target=external.then_some("_blank")
                        rel=external.then_some("noopener noreferrer")
                    >
                        {label}
                        {maybe(icon)}
                    </a>
                }
                .into_any()
            }
            Some(reason) => view! { <Button label=label small=small disabled_reason=Some(reason)/> }.into_any(),
        }
    })
}

/// A link to another site, in a tab of its own, which learns nothing of this one.
#[component]
pub fn ExternalLink(
    /// An `http` or `https` address; anything else is shown as text, since the platform's data decide it.
    #[prop(into)]
    href: String,
    /// What it says; without it, the address without its scheme.
    #[prop(optional, into)]
    label: Option<String>,
) -> AnyView {
    let bare = href.strip_prefix("https://").or_else(|| href.strip_prefix("http://"));
    match bare {
        Some(bare) => {
            let label = label.unwrap_or_else(|| bare.trim_end_matches('/').to_owned());
            view! {
                <a class="link link--external" href=href target="_blank" rel="noopener noreferrer">
                    {label}
                    <Icon name="arrow-up-right" size=Size::Small/>
                </a>
            }
            .into_any()
        }
        None => view! { <span>{label.unwrap_or(href)}</span> }.into_any(),
    }
}
