//! The shell: sidebar, top bar, and the page between them.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{
    Navigator,
    frame::Announcement,
    gate,
    nav::{offer_shortcuts, organization_of},
    parts,
    sidebar::Sidebar,
    topbar::TopBar,
    update::UpdateBanner,
};
use crate::{
    components::{PageContext, RequestDrawer},
    routes::Place,
    store::{Tone as ToastTone, session::Phase, use_store},
    ui::{
        Banner, Button, Dialog, Sheet, Shortcuts, Tone, format, maybe,
        palette::type_ahead,
        part, reactive,
        toast::{Message, ToastRegion},
    },
};

/// Everything around the page.
#[component]
pub fn Shell(place: Memo<Option<Place>>) -> AnyView {
    let preferences = use_store().preferences;
    let sheet = RwSignal::new(false);
    let finds = RwSignal::new(false);
    let help = RwSignal::new(false);
    // A link in the sheet leads to a page; the sheet has done its work then.
    Effect::new(move |_| {
        place.track();
        sheet.set(false);
    });
    // It stays once it was drawn: the dialog itself closes, and gives the focus back.
    let drawn = RwSignal::new(false);
    let helped = Memo::new(move |_| help.get() || drawn.get());
    // What is typed before the palette has arrived is meant for it.
    let characters = Signal::derive(move || preferences.character_shortcuts().get() && !finds.get());
    let typed = RwSignal::new(String::new());
    Effect::new(move |_| {
        if !finds.get() {
            typed.set(String::new());
        }
    });
    let ahead = window_event_listener(ev::keydown, move |event| {
        if finds.try_get_untracked() == Some(true) && part::is_coming() {
            type_ahead(&event, typed, finds);
        }
    });
    on_cleanup(move || ahead.remove());
    let shortcuts = Shortcuts::provide(characters);
    offer_shortcuts(shortcuts, organization_of(place), use_context::<Navigator>(), finds, help);
    let skip = |event: ev::MouseEvent| {
        // With a `<base>` in the document, a fragment alone would lead to another page.
        event.prevent_default();
        let content = document().get_element_by_id("content").and_then(|it| it.dyn_into::<HtmlElement>().ok());
        if let Some(content) = content {
            let _ = content.focus();
        }
    };
    let announcement = use_context::<Announcement>();
    let narrow = preferences.narrow_sidebar();
    let usual = use_store().session.usual();
    view! {
        <div class=move || if narrow.get() { "app app--narrow" } else { "app" }>
            <a class="skip-link" href="#content" on:click=skip>
                "Skip to content"
            </a>
            <aside class="sidebar" aria-label="Sidebar">
                <Sidebar place=place switcher="switcher" narrow=narrow/>
            </aside>
            <Sheet open=sheet label="Navigation">
                <Sidebar place=place switcher="sheet-switcher"/>
            </Sheet>
            <TopBar place=place sheet=sheet palette=finds/>
            <main class="page" id="content" tabindex="-1">
                <OfflineBanner/>
                <UpdateBanner/>
                {reactive(move || maybe(usual.get().map(parts::visit)))}
                {gate::content(place)}
            </main>
            <RequestDrawer/>
        </div>
        <p class="visually-hidden" role="status">
            {move || announcement.map(|Announcement(text)| text.get())}
        </p>
        {reactive(move || maybe(finds.get().then(|| parts::palette(place, typed, finds, help))))}
        {reactive(move || maybe(helped.get().then(|| parts::shortcuts_help(help, drawn))))}
        <SessionExpired/>
        <ToastList/>
    }
    .into_any()
}

/// Says above every page that the browser has no network, since when, and how old that makes what one sees.
#[component]
fn OfflineBanner() -> AnyView {
    let store = use_store();
    let online = store.network.online();
    let now = store.clock.now();
    // When it went away; taken once, so that the ticking clock doesn't move it.
    let since =
        Memo::new(
            move |before: Option<&Option<u64>>| {
                if online.get() { None } else { before.copied().flatten().or_else(|| Some(now.get_untracked())) }
            },
        );
    reactive(move || {
        maybe(since.get().map(|since| {
            // To the minute: it is read out when it changes.
            let minutes = Memo::new(move |_| now.get().saturating_sub(since) / 60_000);
            let text = Signal::derive(move || {
                let age = match minutes.get() {
                    0 => "less than a minute".to_owned(),
                    minutes => format::duration(minutes * 60_000),
                };
                Some(format!(
                    "What you see was read before that; the console has been offline for {age}. It renews everything by itself when the network is back."
                ))
            });
            view! {
                <div class="page__notice">
                    <Banner icon="wifi-off" title=format!("Offline since {}.", format::clock(since)) text=text/>
                </div>
            }
            .into_any()
        }))
    })
}

/// Asks to sign in again over the page, which stays as it is with all that was typed.
#[component]
fn SessionExpired() -> AnyView {
    let session = use_store().session;
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(session.phase().with(|phase| *phase == Phase::Expired)));
    let path = use_context::<PageContext>().map(|context| context.path);
    let back = Signal::derive(move || path.map(|path| path.get()).unwrap_or_default());
    let sign_out = super::sign_out();
    view! {
        <Dialog open=open title="Your session has ended">
            {reactive(move || maybe(open.get().then(|| parts::sign_in_again(back))))}
            <div class="dialog__foot">
                <Button label="Sign out".to_owned() on_press=sign_out/>
            </div>
        </Dialog>
    }
    .into_any()
}

#[component]
fn ToastList() -> AnyView {
    let toasts = use_store().toasts;
    let list = toasts.list();
    let messages = Signal::derive(move || {
        list.with(|list| {
            list.iter()
                .map(|toast| Message {
                    id: toast.id,
                    tone: match toast.tone {
                        ToastTone::Neutral => Tone::Idle,
                        ToastTone::Good => Tone::Good,
                        ToastTone::Bad => Tone::Bad,
                    },
                    text: toast.text.clone(),
                    action: toast.action.clone(),
                })
                .collect()
        })
    });
    view! {
        <ToastRegion
            messages=messages
            dismiss=move |id| toasts.dismiss(id)
            hold=move |held| toasts.hold(held)
        />
    }
    .into_any()
}
