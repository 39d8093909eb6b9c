//! The program: it starts, mounts, and decides which page an address shows.

mod crash;
mod frame;
mod gate;
mod nav;
mod palette;
mod parts;
mod scroll;
mod shell;
mod sidebar;
mod start;
mod switcher;
mod topbar;
mod update;
mod visit;

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    components::Router,
    hooks::{use_location, use_navigate},
    location::{BrowserUrl, LocationProvider},
};
use wasm_bindgen::JsCast;

pub use self::start::start;
use crate::{
    components::{Brand, PageContext},
    config::Config,
    pages::github::GithubApp,
    routes::{self, Place},
    store::{Store, decision, session::Phase, use_store},
    ui::{
        Address, Button, ButtonLink, ConfirmHost, Leaving,
        address::Step,
        failure::Remedy,
        format::{Region, set_region},
        load::{Failure, FailureKind},
        maybe,
        popover::lay_floats,
        reactive,
        table::Density,
        time::Now,
        tooltip::TooltipHost,
    },
};

/// The path below which the console is served, without its slash at the end: empty, or `/a/b`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Base(String);

impl Base {
    /// Where the document's `<base>` points. A document without one is served at the root.
    fn of_document() -> Self {
        let has_base = document().query_selector("base[href]").is_ok_and(|base| base.is_some());
        let path = has_base.then(|| document().base_uri().ok().flatten()).flatten().and_then(|uri| {
            let url = web_sys::Url::new(&uri).ok()?;
            Some(url.pathname())
        });
        Self(path.unwrap_or_default().trim_end_matches('/').to_owned())
    }

    /// A path of the document as one of the console.
    fn strip<'a>(&self, path: &'a str) -> &'a str {
        match path.strip_prefix(self.0.as_str()) {
            Some("") => "/",
            Some(rest) if rest.starts_with('/') => rest,
            // The document is elsewhere than its base says: an address that no route has.
            _ => path,
        }
    }
}

/// Goes to addresses of the console.
#[derive(Clone, Copy)]
struct Navigator {
    go: StoredValue<Go, LocalStorage>,
    leaving: Option<Leaving>,
}

type Go = Box<dyn Fn(&str, NavigateOptions)>;

impl Navigator {
    fn of_router() -> Self {
        Self { go: StoredValue::new_local(Box::new(use_navigate())), leaving: use_context() }
    }

    /// Brings the query of the page that is shown to the browser's address.
    fn show(self, path: &str, step: Step) {
        let options = NavigateOptions { replace: step == Step::Replace, scroll: false, ..NavigateOptions::default() };
        self.go.try_with_value(|go| go(path, options));
    }

    /// Goes to a path below the console's own, as a link does: after asking, where something typed would be lost.
    fn visit(self, path: String) {
        self.leave(move || {
            self.go.try_with_value(|go| go(&path, NavigateOptions::default()));
        });
    }

    /// Does what leaves the page: after asking, where something typed would be lost.
    fn leave(self, go: impl Fn() + 'static) {
        match self.leaving {
            Some(leaving) => leaving.leave(go),
            None => go(),
        }
    }

    /// Goes to a path below the console's own, in place of the address that is shown: it was none to come back to.
    fn replace(self, path: &str) {
        self.go.try_with_value(|go| go(path, NavigateOptions { replace: true, ..NavigateOptions::default() }));
    }
}

/// The program below its configuration.
#[component]
fn App(config: Config) -> AnyView {
    let store = Store::provide(&config.client, &config.session);
    if !config.session.in_memory {
        decision::keep();
    }
    provide_context(Now(store.clock.now()));
    let preferences = store.preferences;
    provide_context(Density {
        compact: preferences.compact().into(),
        choose: Callback::new(move |compact| preferences.set_compact(compact)),
    });
    // Before anything is drawn, and again when the person or another tab chooses.
    let region = RenderEffect::new(move |_| {
        set_region(Region { language: preferences.language().get(), zone: preferences.zone().get() });
    });
    on_cleanup(move || drop(region));
    if let Some(accent) = &config.branding.accent {
        wear(accent);
    }
    provide_context(Brand { name: config.branding.name, logo: config.branding.logo });
    provide_context(GithubApp(config.github_app));
    let base = Base::of_document();
    provide_context(base.clone());
    lay_floats();
    // Before the router, which is not to hear of a step that is held up.
    Leaving::provide();
    view! {
        <Router base=base.0>
            <Pages/>
        </Router>
        <ConfirmHost/>
        <TooltipHost/>
    }
    .into_any()
}

/// Puts on the configured accent colour, of which the style sheet then makes its tokens (`style/tokens.css`).
fn wear(accent: &str) {
    let root = document().document_element().and_then(|root| root.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(root) = root {
        // A style can always be set.
        let _ = root.style().set_property("--brand", accent);
    }
}

/// Follows the address, and provides what depends on it.
#[component]
fn Pages() -> AnyView {
    let location = use_location();
    let base: Base = use_context().unwrap_or_else(|| Base(String::new()));
    let navigator = Navigator::of_router();
    provide_context(navigator);
    let address = Address::new(move |path, step| navigator.show(path, step));
    provide_context(address);
    // The page of a place may be drawn before any effect runs, and is to find its own address.
    let place = {
        let base = base.clone();
        Memo::new(move |_| {
            location.pathname.with(|path| {
                let path = base.strip(path);
                location.search.with_untracked(|query| address.arrive(path, query));
                Place::parse(path)
            })
        })
    };
    let arrive = {
        let base = base.clone();
        RenderEffect::new(move |_| {
            location.pathname.with(|path| location.search.with(|query| address.arrive(base.strip(path), query)));
        })
    };
    // Calls that begin from here on are the new page's.
    let turn = {
        let requests = use_store().requests;
        RenderEffect::new(move |_| {
            location.pathname.track();
            requests.turn_page();
        })
    };
    on_cleanup(move || drop((arrive, turn)));
    let path = Signal::derive(move || {
        let query = location.search.get();
        let path = location.pathname.with(|path| base.strip(path).to_owned());
        if query.is_empty() { path } else { format!("{path}?{query}") }
    });
    let context = PageContext::new(path);
    provide_context(context);
    provide_context(remedies(path));
    complete_navigations(place);
    scroll::keep();
    frame::follow(place, context);
    view! { <frame::Frame place=place/> }.into_any()
}

/// The router writes an address into the history once the page for it is there. Ours is there as soon as the signal has
/// changed, because this program maps addresses to pages itself: see [`crate::routes`].
fn complete_navigations(place: Memo<Option<Place>>) {
    let Some(browser) = use_context::<BrowserUrl>() else { return };
    let url = browser.as_url().clone();
    Effect::new(move |_| {
        place.track();
        url.track();
        browser.ready_to_complete();
    });
}

/// What a failure offers beside trying again.
fn remedies(path: Signal<String>) -> Remedy {
    let session = use_store().session;
    let (phase, offers_oidc) = (session.phase(), session.offers_oidc());
    let navigator = use_context::<Navigator>();
    Remedy(std::sync::Arc::new(move |failure: &Failure| match failure.kind {
        FailureKind::NeedsCredential if offers_oidc => Some(parts::oidc_button(path)),
        FailureKind::SignedOut | FailureKind::NeedsCredential => {
            let go = move |()| {
                let Some(navigator) = navigator else { return };
                let path = sign_in_path(&path.get_untracked());
                navigator.leave(move || navigator.replace(&path));
            };
            // Who has signed in since would be led back here at once, to a page without what was typed.
            Some(reactive(move || {
                let can = phase.with(|phase| *phase != Phase::SignedIn);
                maybe(can.then(|| view! { <Button label="Sign in".to_owned() small=true on_press=go/> }.into_any()))
            }))
        }
        FailureKind::Forbidden => Some(parts::roles(failure.operation)),
        FailureKind::NotFound => above(&path.get_untracked()),
        _ => None,
    }))
}

/// The way to the page above the one that is shown: there stands what there is.
fn above(path: &str) -> Option<AnyView> {
    let place = Place::parse(path.split(['?', '#']).next().unwrap_or_default())?;
    let crumb = place.crumbs(None).into_iter().rev().find(|crumb| crumb.href.is_some())?;
    let label = format!("Go to {}", crumb.label);
    Some(view! { <ButtonLink href=crumb.href.unwrap_or_default() label=label small=true/> }.into_any())
}

/// Signs out: after asking, where something typed would be lost.
fn sign_out() -> Callback<()> {
    let session = use_store().session;
    let leaving = use_context::<Leaving>();
    Callback::new(move |()| match leaving {
        Some(leaving) => leaving.leave(move || session.sign_out()),
        None => session.sign_out(),
    })
}

/// The query parameter that holds where to come back to.
const BACK: &str = "return";

/// The sign-in page's path, with the way back.
fn sign_in_path(back: &str) -> String {
    let path = routes::sign_in().path();
    if back == "/" { path } else { format!("{path}?{BACK}={}", leptos_router::location::Url::escape(back)) }
}

/// The same as the address of a link.
fn sign_in_href(back: &str) -> String {
    sign_in_path(back).trim_start_matches('/').to_owned()
}

/// A path of the console that the address names as the one to come back to. Anything else, such as another site's
/// address, leads to the start.
fn way_back(named: Option<String>) -> String {
    named
        .filter(|path| path.starts_with('/') && !path.starts_with("//") && !path.contains('\\'))
        .filter(|path| {
            let path = path.split(['?', '#']).next().unwrap_or_default();
            Place::parse(path)
                .is_some_and(|place| !matches!(place.page(), routes::Page::SignIn | routes::Page::SignInCallback))
        })
        .unwrap_or_else(|| routes::start().path())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_the_document_becomes_one_of_the_console() {
        let base = Base("/a/b".to_owned());
        assert_eq!(base.strip("/a/b/o/acme"), "/o/acme");
        assert_eq!(base.strip("/a/b/"), "/");
        assert_eq!(base.strip("/a/b"), "/");
        assert_eq!(base.strip("/a/bc"), "/a/bc");
        assert_eq!(Base(String::new()).strip("/o/acme"), "/o/acme");
    }

    #[test]
    fn the_way_back_is_a_page_of_the_console_or_the_start() {
        let back = |path: &str| way_back(Some(path.to_owned()));
        assert_eq!(back("/o/acme/clusters?q=x"), "/o/acme/clusters?q=x");
        for other in ["//evil.example/o/acme", "https://evil.example", "/\\evil.example", "/sign-in", "/nowhere", ""] {
            assert_eq!(back(other), "/", "{other}");
        }
        assert_eq!(way_back(None), "/");
    }
}
