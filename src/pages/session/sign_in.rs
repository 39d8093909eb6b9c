//! `/sign-in`: who are you, and which key do you have?

use leptos::prelude::*;

use crate::components::{BrandMark, SignInOffers};

/// The sign-in page. `back` is the path to go on to, and `done` goes there.
pub fn sign_in(back: Signal<String>, done: Callback<()>) -> AnyView {
    let returning = move || {
        let back = back.get();
        (back != "/").then(|| {
            view! {
                <p class="gate__note">"Afterwards you come back to " <code>{back}</code></p>
            }
        })
    };
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
