//! What stands around the pages: sign-in or shell, the window's title, and the care for focus and screen readers that a
//! navigation without a page load needs.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::{BACK, Base, Navigator, parts, shell::Shell, sign_in_path, way_back};
use crate::{
    components::{Brand, PageContext, activity, requests},
    routes::{Page, Place},
    store::{session::Phase, use_store},
    ui::{
        focus,
        part::{Arrived, waiting},
        reactive,
    },
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Scene {
    /// A kept session is taken up, or the address is about to change.
    Waiting,
    SignIn,
    SignInCallback,
    Shell,
}

/// Shows the scene that the address and the session ask for.
#[component]
pub fn Frame(place: Memo<Option<Place>>) -> AnyView {
    let session = use_store().session;
    let phase = session.phase();
    let page = Memo::new(move |_| place.with(|place| place.as_ref().map(Place::page)));
    let scene = Memo::new(move |_| match (page.get(), phase.get()) {
        (Some(Page::SignInCallback), _) => Scene::SignInCallback,
        (_, Phase::Starting) | (Some(Page::SignIn), Phase::SignedIn) => Scene::Waiting,
        (Some(Page::SignIn), _) => Scene::SignIn,
        (_, Phase::SignedOut) => Scene::Waiting,
        (_, Phase::SignedIn | Phase::Expired) => Scene::Shell,
    });
    let query = leptos_router::hooks::use_query_map();
    let back = Signal::derive(move || way_back(query.with(|query| query.get(BACK))));
    let navigator = use_context::<Navigator>();
    let context = use_context::<PageContext>();
    let go = move |path: &str| {
        if let Some(navigator) = navigator {
            navigator.replace(path);
        }
    };
    // Who is signed in has nothing to do on the sign-in page, and who is not has nothing to do elsewhere.
    Effect::new(move |_| match (page.get(), phase.get()) {
        (Some(Page::SignIn), Phase::SignedIn) => go(&back.get_untracked()),
        (Some(Page::SignIn | Page::SignInCallback), _) => {}
        (_, Phase::SignedOut) => {
            let from = context.map(|context| context.path.get_untracked()).unwrap_or_default();
            go(&sign_in_path(&way_back(Some(from))));
        }
        _ => {}
    });
    reactive(move || match scene.get() {
        Scene::Waiting => waiting(),
        // The effect above leads on as soon as the session says so.
        Scene::SignIn => bare(parts::sign_in(back)),
        Scene::SignInCallback => bare(parts::callback(Callback::new(move |path: String| go(&path)))),
        Scene::Shell => view! { <Shell place=place/> }.into_any(),
    })
}

/// A page without the shell.
fn bare(page: AnyView) -> AnyView {
    view! {
        <main id="content" tabindex="-1">
            {page}
        </main>
    }
    .into_any()
}

/// Keeps the window's title, and after each navigation moves the focus to the new page's heading and says its name.
///
/// The first page takes no focus: there the browser's own start of the document is right.
pub fn follow(place: Memo<Option<Place>>, context: PageContext) {
    let product = Brand::get().name;
    let title = {
        let product = product.clone();
        Memo::new(move |_| {
            place.with(|place| match place {
                Some(place) => place.window_title(context.name().get().as_deref(), &product),
                None => format!("Page not found · {product}"),
            })
        })
    };
    // What the person follows comes first: tabs cut the end.
    let followed = use_store().activity.headline();
    let own = context.headline();
    let headline = Memo::new(move |_| followed.get().or_else(|| own.get()));
    Effect::new(move |_| {
        title.with(|title| {
            headline.with(|headline| match headline {
                Some(headline) => document().set_title(&format!("{headline} · {title}")),
                None => document().set_title(title),
            });
        });
    });
    Effect::new(move |first: Option<()>| {
        place.track();
        if first.is_some() {
            focus::once_drawn(focus_heading);
        }
    });
    // A page that had to be fetched has its heading later.
    provide_context(Arrived(Callback::new(|()| {
        request_animation_frame(|| {
            if document().active_element().is_some_and(|element| element.id() == "content") {
                focus_heading();
            }
        });
    })));
    bring_ahead();
    provide_context(Announcement(Signal::derive(move || {
        place.with(|place| match place {
            None => "Page not found".to_owned(),
            // Its address holds an id, which nobody wants to hear.
            Some(place) if place.page() == Page::Application => {
                context.name().get().unwrap_or_else(|| "Application".to_owned())
            }
            Some(place) if place.page() == Page::Key => context.name().get().unwrap_or_else(|| "API key".to_owned()),
            Some(place) => place.title(),
        })
    })));
}

/// Brings the part of a page when the pointer or the focus comes to a link to it: mostly it is there before the click.
fn bring_ahead() {
    let base: Base = use_context().unwrap_or_else(Base::of_document);
    let towards = move |event: web_sys::Event| {
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let is_in = |selector| {
            target.as_ref().is_some_and(|target| target.closest(selector).is_ok_and(|found| found.is_some()))
        };
        if is_in(".topbar__search") {
            parts::palette::ahead();
        } else if is_in(".identity--switcher") {
            parts::organization_list::ahead();
        } else if is_in(".bell") {
            activity::ahead();
        } else if is_in("#requests-toggle") {
            requests::ahead();
        }
        let link = target
            .and_then(|element| element.closest("a[href]").ok().flatten())
            .and_then(|link| link.dyn_into::<web_sys::HtmlAnchorElement>().ok());
        if let Some(link) = link
            && window().location().origin().is_ok_and(|origin| origin == link.origin())
            && let Some(place) = Place::parse(base.strip(&link.pathname()))
        {
            parts::ahead(place.page());
        }
    };
    // The key that comes before the one that opens the palette.
    let command = window_event_listener(leptos::ev::keydown, |event| {
        if matches!(event.key().as_str(), "Control" | "Meta") {
            parts::palette::ahead();
        }
    });
    on_cleanup(move || command.remove());
    for event in ["pointerover", "focusin"] {
        let handle = window_event_listener_untyped(event, towards.clone());
        on_cleanup(move || handle.remove());
    }
}

/// What a screen reader says after a navigation.
#[derive(Clone, Copy)]
pub struct Announcement(pub Signal<String>);

/// How often, and how long apart in milliseconds, a heading is looked for that comes late: its page may have to be loaded.
const LOOKS: u32 = 60;
const PAUSE: u64 = 50;

fn focus_heading() {
    if take_focus("#content h1") || !take_focus("#content") {
        return;
    }
    look_again(LOOKS);
}

/// Gives a late heading the focus, unless the person has put it elsewhere by then.
fn look_again(left: u32) {
    let again = move || {
        let focused = document().active_element();
        let waits = focused.is_none_or(|focused| focused.id() == "content" || focused.tag_name() == "BODY");
        if waits && !take_focus("#content h1") && left > 0 {
            look_again(left - 1);
        }
    };
    set_timeout(again, std::time::Duration::from_millis(PAUSE));
}

/// Puts the focus on an element without moving the page: how far that is scrolled is [`super::scroll`]'s.
fn take_focus(selector: &str) -> bool {
    document().query_selector(selector).ok().flatten().is_some_and(|element| focus::quietly(&element))
}
