//! `/auth/callback`: the issuer has sent the person back.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    components::{BrandMark, sign_in::SignInFailure},
    store::{session::pending_return, use_store},
    ui::{ButtonLink, Look, load::Failure, reactive},
};

/// Ends the sign-in; `go` takes the path to go on to. The address holds a code that works once, so `go` replaces it.
/// `sign_in` is the address of the sign-in page that leads to a path: another try goes where this one was to go.
pub fn callback(go: Callback<String>, sign_in: fn(&str) -> String) -> AnyView {
    let session = use_store().session;
    let href = sign_in(&pending_return());
    let failure = RwSignal::new(None::<Failure>);
    spawn_local(async move {
        match session.complete_sign_in().await {
            Ok(path) => {
                let _ = go.try_run(path);
            }
            Err(problem) => {
                let _ = failure.try_set(Some(problem));
            }
        }
    });
    let content = reactive(move || match failure.get() {
        None => view! {
            <h1 tabindex="-1">"Signing in"</h1>
            <p class="gate__wait" role="status">
                <span class="spinner" aria-hidden="true"></span>
                "Finishing at the issuer"
            </p>
        }
        .into_any(),
        Some(failure) => view! {
            <h1 tabindex="-1">"Not signed in"</h1>
            <SignInFailure failure=failure/>
            <ButtonLink href=href.clone() label="Back to sign-in" look=Look::Primary/>
        }
        .into_any(),
    });
    view! {
        <div class="gate">
            <div class="gate__card">
                <BrandMark/>
                {content}
            </div>
        </div>
    }
    .into_any()
}
