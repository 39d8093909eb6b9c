//! The banner that tells of a new version of the console.

use leptos::prelude::*;

use crate::{
    store::use_store,
    ui::{Banner, Button, IconButton, Leaving, Look, maybe, reactive},
};

/// Offers a newer version, politely: nothing reloads by itself, and who dismisses it hears no more of that version.
#[component]
pub fn UpdateBanner() -> AnyView {
    let releases = use_store().releases;
    let offered = releases.offered();
    let leaving = use_context::<Leaving>();
    let reload = move |()| {
        let reload = || {
            let _ = window().location().reload();
        };
        match leaving {
            Some(leaving) => leaving.leave(reload),
            None => reload(),
        }
    };
    let advice = Signal::derive(move || {
        let text = if leaving.is_some_and(Leaving::is_dirty) {
            "What you have typed here is not saved. Save it first, or go on and update later."
        } else {
            "You can go on with this one and update when it suits you."
        };
        Some(text.to_owned())
    });
    reactive(move || {
        maybe(offered.get().then(|| {
            view! {
                <div class="page__notice">
                    <Banner
                        icon="download"
                        title="A new version of the console is available".to_owned()
                        text=advice
                    >
                        <Button label="Reload to update" look=Look::Primary small=true on_press=reload/>
                        <IconButton icon="x" label="Dismiss" on_press=move |()| releases.dismiss()/>
                    </Banner>
                </div>
            }
            .into_any()
        }))
    })
}
