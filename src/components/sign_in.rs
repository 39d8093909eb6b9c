//! Signing in: by the issuer, by a pasted key, on a page of its own or in place.

use std::fmt::Write as _;

use astro_api::Secret;
use leptos::{html, prelude::*, task::spawn_local};

use super::PageContext;
use crate::{
    store::use_store,
    ui::{
        Banner, Button, EmptyState, Field, Leaving, Look, PlainForm, SecretField, Tone, format::sentence,
        load::Failure, maybe, reactive,
    },
};

/// Leaves for the issuer's sign-in page and comes back to `back`, a path below the console's own.
#[component]
pub fn OidcButton(
    /// Where to go on afterwards.
    #[prop(into)]
    back: Signal<String>,
    /// What it says.
    #[prop(optional)]
    label: Option<&'static str>,
    /// Whether it is the primary action.
    #[prop(optional)]
    look: Look,
    /// 28 px instead of 32.
    #[prop(optional)]
    small: bool,
) -> AnyView {
    let session = use_store().session;
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let leaving = use_context::<Leaving>();
    let leave = move |()| {
        let _ = busy.try_set(true);
        let _ = failure.try_set(None);
        let back = back.get_untracked();
        // What is typed on the page behind comes back with the person.
        if let Some(leaving) = leaving {
            leaving.leave_to_sign_in();
        }
        spawn_local(async move {
            // On success the page is left, and this never goes on.
            if let Err(problem) = session.sign_in_with_oidc(&back).await {
                let _ = failure.try_set(Some(problem));
                if let Some(leaving) = leaving {
                    leaving.stay();
                }
            }
            let _ = busy.try_set(false);
        });
    };
    let label = label.unwrap_or("Continue with single sign-on").to_owned();
    view! {
        <Button label=label look=look small=small busy=busy on_press=leave/>
        {reactive(move || maybe(failure.get().map(|failure| view! { <SignInFailure failure=failure/> }.into_any())))}
    }
    .into_any()
}

/// A form that takes a pasted key.
#[component]
pub fn KeyForm(
    /// What the button says.
    label: &'static str,
    /// Whether its button is the primary action of the screen.
    #[prop(optional)]
    look: Look,
    /// Goes on after the key was accepted.
    #[prop(into)]
    done: Callback<()>,
) -> AnyView {
    let session = use_store().session;
    let input = NodeRef::<html::Input>::new();
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let submit = move |()| {
        let Some(field) = input.get_untracked() else { return };
        let text = field.value();
        let key = text.trim();
        failure.set(None);
        busy.set(true);
        let key = Secret::from(key);
        spawn_local(async move {
            let outcome = session.sign_in_with_key(key).await;
            let _ = busy.try_set(false);
            match outcome {
                Ok(()) => {
                    field.set_value("");
                    let _ = done.try_run(());
                }
                Err(problem) => {
                    let _ = failure.try_set(Some(problem));
                    let _ = field.focus();
                }
            }
        });
    };
    let note = move || maybe(failure.get().map(|failure| view! { <SignInFailure failure=failure/> }.into_any()));
    let key = Field::new("key", "API key")
        .hint("It stays in the tabs of this browser, and is gone when you sign out.")
        .needed("Paste a key first.");
    view! {
        <PlainForm label="Sign in with a key" pending=busy error=failure on_submit=submit submit=label look=look note=note>
            <SecretField field=key input=input/>
        </PlainForm>
    }
    .into_any()
}

/// Stands in place of what a key cannot do, and offers the sign-in that can. It comes back to the page that is shown.
#[component]
pub fn NeedsPerson(
    /// "API keys are managed by a person".
    #[prop(into)]
    title: String,
    /// What would be here, and why a key is not enough.
    #[prop(into)]
    text: String,
) -> AnyView {
    let path = use_context::<PageContext>().map(|context| context.path);
    let back = Signal::derive(move || path.map(|path| path.get()).unwrap_or_default());
    let offers_oidc = use_store().session.offers_oidc();
    let way = if offers_oidc {
        view! { <OidcButton back=back look=Look::Primary label="Sign in with single sign-on"/> }.into_any()
    } else {
        view! { <p class="muted">"Sign-in by OpenID Connect is not configured here; astroctl can do it."</p> }
            .into_any()
    };
    view! {
        <div class="card">
            <EmptyState icon="lock" title=title text=text>
                {way}
            </EmptyState>
        </div>
    }
    .into_any()
}

/// Why signing in did not work.
#[component]
pub fn SignInFailure(failure: Failure) -> AnyView {
    let mut text = sentence(&failure.message);
    if !failure.hint.is_empty() {
        text.push(' ');
        text.push_str(&failure.hint);
    }
    if let Some(trace) = &failure.trace_id {
        let _ = write!(text, " Trace {trace}.");
    }
    view! { <Banner title=failure.title.to_owned() text=text tone=Tone::Bad/> }.into_any()
}

/// Every way to sign in that the configuration offers.
#[component]
pub fn SignInOffers(
    /// Where to go on afterwards, a path below the console's own.
    #[prop(into)]
    back: Signal<String>,
    /// Goes on after a key was accepted; the issuer's way comes back by itself.
    #[prop(into)]
    done: Callback<()>,
) -> AnyView {
    let offers_oidc = use_store().session.offers_oidc();
    let by_issuer = offers_oidc.then(|| {
        view! {
            <div class="offers__way">
                <OidcButton back=back look=Look::Primary/>
            </div>
            <p class="offers__or">
                <span>"or"</span>
            </p>
        }
        .into_any()
    });
    let look = if offers_oidc { Look::Plain } else { Look::Primary };
    view! {
        <div class="stack">
            {maybe(by_issuer)}
            <KeyForm label="Sign in with key" look=look done=done/>
        </div>
    }
    .into_any()
}
