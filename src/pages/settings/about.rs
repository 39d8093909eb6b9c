//! What runs here: the version, the API that it talks to, and where that differed from the contract.

use leptos::prelude::*;

use crate::{
    store::{requests::Mismatch, use_store},
    ui::{Button, Card, Fact, Facts, Time, format, maybe, reactive},
};

/// What this console is.
pub fn about() -> AnyView {
    let store = use_store();
    let settings = store.client().map(|client| client.settings().clone());
    let moved = settings.as_ref().map(|settings| settings.paths.len()).unwrap_or_default();
    let base = settings.as_ref().map(|settings| settings.base.clone());
    let sockets = settings.as_ref().map(|settings| settings.websocket_base.clone());
    let moved = (moved > 0).then(|| {
        format!(
            "{} elsewhere than in the contract, by the configuration",
            format::counted(moved, "operation", "operations")
        )
    });
    let looks = RwSignal::new(0_u32);
    let found = Memo::new(move |_| {
        looks.track();
        store.requests.mismatches()
    });
    let differences = reactive(move || differences(&found.get()));
    let releases = store.releases;
    let update = reactive(move || {
        maybe(releases.offered().get().then(|| {
            view! { <p class="muted">"A newer version is there. It comes with the next reload of the page."</p> }
                .into_any()
        }))
    });
    let facts = vec![
        Fact::code("Version", Some(env!("CARGO_PKG_VERSION"))),
        Fact::copied("API", base.as_deref()),
        Fact::code("Streams", sockets.as_deref()),
        Fact::text("Paths", moved.as_deref().or(Some("As in the contract"))),
    ];
    view! {
        <Card title="About" padded=true>
            <div class="stack">
                <Facts facts=facts/>
                {update}
                <div class="row row--tight">
                    <h3 class="strong">"Differences from the contract"</h3>
                    <Button label="Look again" small=true on_press=move |()| looks.update(|looks| *looks += 1)/>
                </div>
                {differences}
            </div>
        </Card>
    }
    .into_any()
}

fn differences(found: &[Mismatch]) -> AnyView {
    if found.is_empty() {
        return view! {
            <p class="muted">"None in the latest calls: every answer, and every frame of a stream, had the form that the contract gives it."</p>
        }
        .into_any();
    }
    let rows = found
        .iter()
        .map(|it| {
            view! {
                <li>
                    <code>{it.operation}</code>
                    " "
                    <span class="muted">{format::sentence(&it.message)} " "</span>
                    <span class="muted"><Time at=format::iso(it.at)/></span>
                </li>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <p class="muted">"Answers of the latest calls, and frames of streams, that had another form. The platform may be of another version than this console."</p>
        <ul class="differences">{rows}</ul>
    }
    .into_any()
}
