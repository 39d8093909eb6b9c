//! What signs in again, over a page whose session has ended.

use leptos::prelude::*;

use crate::{
    components::SignInOffers,
    store::use_store,
    ui::{focus, format::sentence, maybe},
};

/// Why the session has ended, where the platform has said so, and every way to go on; `back` is the page's path.
pub fn again(back: Signal<String>) -> AnyView {
    // Where this part comes after its dialog has opened, only "Sign out" was there to take the focus.
    Effect::new(|_| {
        request_animation_frame(|| {
            let field = document().query_selector("dialog[open]:has(.dialog__foot :focus) input").ok().flatten();
            if let Some(field) = field {
                focus::quietly(&field);
            }
        });
    });
    let why = sentence(&use_store().session.ended_by());
    let why = (!why.is_empty()).then(|| view! { <p>{why}</p> }.into_any());
    view! {
        {maybe(why)}
        <p class="muted">"Sign in again to go on where you are. The page keeps what it shows."</p>
        <SignInOffers back=back done=|()| {}/>
    }
    .into_any()
}
