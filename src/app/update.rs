//! The banner that tells of a new version of the console.

use leptos::prelude::*;

use crate::{
    store::use_store,
    ui::{Banner, Button, IconButton, Look, maybe, reactive},
};

/// Offers a newer version, politely: nothing reloads by itself, and who dismisses it hears no more of that version.
#[component]
pub fn UpdateBanner() -> AnyView {
    let releases = use_store().releases;
    let offered = releases.offered();
    let reload = move |()| {
        // A browser asks before it leaves a page with unsaved work.
        let _ = window().location().reload();
    };
    reactive(move || {
        maybe(offered.get().then(|| {
            view! {
                <div class="page__notice">
                    <Banner
                        icon="download"
                        title="A new version of the console is available".to_owned()
                        text="You can go on with this one and update when it suits you.".to_owned()
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
