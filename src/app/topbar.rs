//! The top bar: where one is, the way to everywhere else, how the page's live connection stands.

use std::time::Duration;

use leptos::prelude::*;

use super::{nav, parts};
use crate::{
    components::{PageContext, RequestsButton},
    routes::{self, Place},
    store::use_store,
    ui::{Icon, IconButton, Keys, LiveChip, maybe, middle::middle, reactive},
};

/// The top bar. What tells of activity stands at its end.
#[component]
pub fn TopBar(
    place: Memo<Option<Place>>,
    /// Opens the navigation of a narrow window.
    sheet: RwSignal<bool>,
    /// Opens the palette.
    palette: RwSignal<bool>,
) -> AnyView {
    let preferences = use_store().preferences;
    let context = use_context::<PageContext>();
    let crumbs = reactive(move || {
        let name = context.and_then(|context| context.name().get());
        let crumbs = place.with(|place| match place {
            Some(place) => place.crumbs(name.as_deref()),
            None => vec![routes::Crumb { label: "Page not found".to_owned(), href: None }],
        });
        crumbs
            .into_iter()
            .map(|crumb| match crumb.href {
                Some(href) => view! {
                    <li>
                        <a href=href>{crumb.label}</a>
                    </li>
                }
                .into_any(),
                None => view! { <li>{here(crumb.label)}</li> }.into_any(),
            })
            .collect_view()
            .into_any()
    });
    let live = reactive(move || {
        let connection = context.and_then(|context| context.connection().get());
        maybe(connection.map(|connection| view! { <LiveChip connection=connection/> }.into_any()))
    });
    // What the page itself needs comes first.
    let settled = RwSignal::new(false);
    let soon = set_timeout_with_handle(
        move || {
            settled.try_set(true);
        },
        BELL_COMES,
    );
    on_cleanup(move || {
        if let Ok(soon) = soon {
            soon.clear();
        }
    });
    let narrow = preferences.narrow_sidebar();
    let sidebar_label =
        Signal::derive(
            move || {
                if narrow.get() { "Widen the sidebar".to_owned() } else { "Narrow the sidebar".to_owned() }
            },
        );
    view! {
        <header class="topbar">
            <span class="topbar__menu">
                <IconButton icon="menu" label="Open navigation".to_owned() on_press=move |()| sheet.set(true)/>
            </span>
            <span class="topbar__sidebar">
                <IconButton icon="panel-left" label=sidebar_label on_press=move |()| nav::toggle_sidebar(preferences)/>
            </span>
            <nav class="crumbs" aria-label="Breadcrumbs">
                <ol>{crumbs}</ol>
            </nav>
            <span class="topbar__side">
                <button type="button" class="topbar__search" aria-keyshortcuts="Control+K Meta+K" on:click=move |_| palette.set(true)>
                    <Icon name="search"/>
                    <span class="topbar__search-label">"Search or jump to"</span>
                    <Keys keys="mod+k"/>
                </button>
                {live}
                <span class="topbar__tools">
                    <RequestsButton/>
                    {reactive(move || maybe(settled.get().then(parts::bell)))}
                </span>
            </span>
        </header>
    }
    .into_any()
}

/// How long after the bar the bell comes.
const BELL_COMES: Duration = Duration::from_millis(300);

/// Where one is. Where there is no room a long name is cut in its middle.
fn here(label: String) -> AnyView {
    view! {
        <span class="crumbs__here" aria-current="page">
            {middle(&label)}
        </span>
    }
    .into_any()
}
