//! `/sign-in`: who are you, and which key do you have?

use leptos::prelude::*;

use crate::{
    components::{BrandMark, SignInOffers},
    ui::{maybe, reactive},
};

/// The sign-in page. `back` is the path to go on to, and `done` goes there.
pub fn sign_in(back: Signal<String>, done: Callback<()>) -> AnyView {
    let returning = reactive(move || {
        let back = back.get();
        maybe((back != "/").then(|| {
            view! {
                <p class="gate__note">"Afterwards you come back to " <code>{back}</code></p>
            }
            .into_any()
        }))
    });
    view! {
        <div class="gate">
            <div class="gate__card">
                <BrandMark/>
                <h1 tabindex="-1">"Sign in"</h1>
                <SignInOffers back=back done=done/>
            </div>
            {returning}
        </div>
    }
    .into_any()
}
