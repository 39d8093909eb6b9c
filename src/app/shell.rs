//! The shell: sidebar, top bar, and the page between them.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{frame::Announcement, gate, update::UpdateBanner};
use crate::{
    components::{PageContext, SignInOffers, words},
    routes::{self, Page, Place},
    store::{
        Theme, Tone as ToastTone, query,
        session::{Method, Phase},
        use_store,
    },
    ui::{
        Avatar, Badge, Banner, Button, Dialog, Icon, IconButton, LiveChip, Menu, MenuLink, OrganizationMark, Sheet,
        Tone, format, maybe, reactive, state::readable, toast::ToastView,
    },
};

/// Everything around the page.
#[component]
pub fn Shell(place: Memo<Option<Place>>) -> AnyView {
    let sheet = RwSignal::new(false);
    // A link in the sheet leads to a page; the sheet has done its work then.
    Effect::new(move |_| {
        place.track();
        sheet.set(false);
    });
    let skip = |event: ev::MouseEvent| {
        // With a `<base>` in the document, a fragment alone would lead to another page.
        event.prevent_default();
        let content = document().get_element_by_id("content").and_then(|it| it.dyn_into::<HtmlElement>().ok());
        if let Some(content) = content {
            let _ = content.focus();
        }
    };
    let announcement = use_context::<Announcement>();
    view! {
        <div class="app">
            <a class="skip-link" href="#content" on:click=skip>
                "Skip to content"
            </a>
            <aside class="sidebar" aria-label="Sidebar">
                <Sidebar place=place switcher="switcher"/>
            </aside>
            <Sheet open=sheet label="Navigation">
                <Sidebar place=place switcher="sheet-switcher"/>
            </Sheet>
            <TopBar place=place sheet=sheet/>
            <main class="page" id="content" tabindex="-1">
                <OfflineBanner/>
                <UpdateBanner/>
                {gate::content(place)}
            </main>
        </div>
        <p class="visually-hidden" role="status">
            {move || announcement.map(|Announcement(text)| text.get())}
        </p>
        <SessionExpired/>
        <ToastList/>
    }
    .into_any()
}

/// The organization whose pages the sidebar leads to: that of the address, else the active one.
fn organization_of(place: Memo<Option<Place>>) -> Memo<Option<String>> {
    let active = use_store().session.active();
    Memo::new(move |_| {
        place
            .with(|place| place.as_ref().and_then(|place| place.organization().map(ToOwned::to_owned)))
            .or_else(|| active.with(|active| active.as_ref().map(|active| active.name.clone())))
    })
}

#[component]
fn Sidebar(
    place: Memo<Option<Place>>,
    /// The id of the switcher's list: the sidebar is drawn twice on a phone.
    switcher: &'static str,
) -> AnyView {
    let organization = organization_of(place);
    let groups = reactive(move || {
        let organization = organization.get();
        let of = |page: fn(&str) -> Place| organization.as_deref().map(page);
        let groups = [
            (None, vec![of(routes::home).map(|place| ("house", place))]),
            (Some("Applications"), vec![of(routes::applications).map(|place| ("boxes", place))]),
            (Some("Infrastructure"), vec![of(routes::clusters).map(|place| ("server", place))]),
            (Some("Organization"), vec![Some(("building-2", routes::organizations()))]),
        ];
        groups
            .into_iter()
            .filter(|(_, links)| links.iter().any(Option::is_some))
            .map(|(label, links)| {
                let links = links
                    .into_iter()
                    .flatten()
                    .map(|(icon, to)| view! { <SidebarLink icon=icon to=to place=place/> })
                    .map(IntoAny::into_any)
                    .collect_view();
                view! {
                    <div class="sidebar__group">
                        {maybe(label.map(|label| view! { <p class="sidebar__label">{label}</p> }.into_any()))}
                        <ul aria-label=label>{links}</ul>
                    </div>
                }
            })
            .map(IntoAny::into_any)
            .collect_view()
            .into_any()
    });
    view! {
        <nav aria-label="Main">
            <Switcher place=place id=switcher/>
            {groups}
        </nav>
        <PersonBar/>
    }
    .into_any()
}

#[component]
fn SidebarLink(icon: &'static str, to: Place, place: Memo<Option<Place>>) -> AnyView {
    let (title, href, page) = (to.title(), to.href(), to.page());
    // Home lies above every page of its organization; in the sidebar it stands for itself.
    let is_current = move || {
        place.with(|place| {
            place.as_ref().is_some_and(|place| {
                if page == Page::Home { place.page() == Page::Home } else { place.page().is_within(page) }
            })
        })
    };
    view! {
        <li>
            <a class="sidebar__link" href=href aria-current=move || is_current().then_some("page")>
                <Icon name=icon/>
                {title}
            </a>
        </li>
    }
    .into_any()
}

#[component]
fn Switcher(place: Memo<Option<Place>>, id: &'static str) -> AnyView {
    let session = use_store().session;
    let organizations = session.organizations();
    let active = session.active();
    let plan = query(move || active.get().map(|active| astro_api::organizations::plan(&active.id))).load();
    let plan = move || plan.with(|load| load.value().map(|plan| readable(plan)));
    let current = organization_of(place);
    let button = move || {
        let active = active.get();
        let name = active.as_ref().map_or("No organization", |active| &active.name).to_owned();
        let note = plan().or_else(|| active.as_ref().map(|active| active.title.clone()));
        view! {
            <OrganizationMark name=name.clone()/>
            <span class="identity__text">
                <span class="identity__name">{name}</span>
                <span class="identity__note">{note}</span>
            </span>
            <Icon name="chevrons-up-down"/>
        }
        .into_any()
    };
    let list = reactive(move || {
        let current = current.get();
        organizations
            .get()
            .into_iter()
            .map(|organization| {
                let is_current = current.as_ref() == Some(&organization.name);
                let href = routes::home(&organization.name).href();
                let side = if organization.open {
                    organization.role.as_ref().map(|role| view! { <Badge text=words::role(role)/> }.into_any())
                } else {
                    Some(view! { <span class="menu__note">"needs its own key"</span> }.into_any())
                };
                view! {
                    <MenuLink href=href current=is_current>
                        <OrganizationMark name=organization.name.clone()/>
                        <span class="menu__text">{organization.name.clone()}</span>
                        {maybe(side)}
                    </MenuLink>
                }
            })
            .map(IntoAny::into_any)
            .collect_view()
            .into_any()
    });
    let by_key = reactive(move || {
        maybe((session.method().get() == Some(Method::Key)).then(|| {
            view! {
                <p class="menu__hint">
                    "Signed in with a key: it opens one organization. Another needs another key, or single sign-on."
                </p>
            }
            .into_any()
        }))
    });
    view! {
        <Menu id=id label="Switch organization" class="identity identity--switcher" button=button>
            <p class="menu__label">"Organizations"</p>
            {list}
            {by_key}
            <hr class="menu__rule"/>
            <MenuLink href=routes::organizations().href()>
                <Icon name="building-2"/>
                <span class="menu__text">"All organizations"</span>
            </MenuLink>
        </Menu>
    }
    .into_any()
}

#[component]
fn PersonBar() -> AnyView {
    let store = use_store();
    let session = store.session;
    let who = reactive(move || {
        let name = match session.person().get() {
            Some(person) => [person.name, person.email, person.id].into_iter().find(|text| !text.is_empty()),
            None => Some("API key".to_owned()),
        };
        let name = name.unwrap_or_default();
        let note = session
            .active()
            .get()
            .and_then(|active| active.role)
            .map_or_else(|| "No role".to_owned(), |role| words::role(&role));
        view! {
            <Avatar name=name.clone()/>
            <span class="identity__text">
                <span class="identity__name">{name}</span>
                <span class="identity__note">{note}</span>
            </span>
        }
        .into_any()
    });
    let theme = store.preferences.theme();
    let next = move |()| {
        store.preferences.set_theme(match theme.get_untracked() {
            Theme::System => Theme::Light,
            Theme::Light => Theme::Dark,
            Theme::Dark => Theme::System,
        });
    };
    let icon = Signal::derive(move || match theme.get() {
        Theme::System => "contrast",
        Theme::Light => "sun",
        Theme::Dark => "moon",
    });
    let label = Signal::derive(move || {
        let theme = match theme.get() {
            Theme::System => "as the system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        };
        format!("Theme: {theme}")
    });
    view! {
        <div class="sidebar__foot">
            <div class="identity identity--still">{who}</div>
            <IconButton icon=icon label=label on_press=next/>
            <IconButton icon="log-out" label="Sign out".to_owned() on_press=move |()| session.sign_out()/>
        </div>
    }
    .into_any()
}

#[component]
fn TopBar(place: Memo<Option<Place>>, sheet: RwSignal<bool>) -> AnyView {
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
                None => view! {
                    <li>
                        <span aria-current="page">{crumb.label}</span>
                    </li>
                }
                .into_any(),
            })
            .collect_view()
            .into_any()
    });
    let live = reactive(move || {
        let connection = context.and_then(|context| context.connection().get());
        maybe(connection.map(|connection| view! { <LiveChip connection=connection/> }.into_any()))
    });
    view! {
        <header class="topbar">
            <span class="topbar__menu">
                <IconButton icon="menu" label="Open navigation".to_owned() on_press=move |()| sheet.set(true)/>
            </span>
            <nav class="crumbs" aria-label="Breadcrumbs">
                <ol>{crumbs}</ol>
            </nav>
            <span class="topbar__side">{live}</span>
        </header>
    }
    .into_any()
}

/// Says above every page that the browser has no network, and since when.
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
            view! {
                <div class="page__notice">
                    <Banner
                        icon="wifi-off"
                        title=format!("Offline since {}.", format::clock(since))
                        text="What you see may be old. It is renewed when the network is back.".to_owned()
                    />
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
    view! {
        <Dialog open=open title="Your session has ended">
            <p class="muted">"Sign in again to go on where you are. The page keeps what it shows."</p>
            <SignInOffers back=back done=|()| {}/>
            <div class="dialog__foot">
                <Button label="Sign out".to_owned() on_press=move |()| session.sign_out()/>
            </div>
        </Dialog>
    }
    .into_any()
}

#[component]
fn ToastList() -> AnyView {
    let toasts = use_store().toasts;
    let list = toasts.list();
    let items = reactive(move || {
        list.get()
            .into_iter()
            .map(|toast| {
                let tone = match toast.tone {
                    ToastTone::Neutral => Tone::Idle,
                    ToastTone::Good => Tone::Good,
                    ToastTone::Bad => Tone::Bad,
                };
                view! { <ToastView tone=tone text=toast.text dismiss=move |()| toasts.dismiss(toast.id)/> }
            })
            .map(IntoAny::into_any)
            .collect_view()
            .into_any()
    });
    view! {
        <div class="toasts" role="status">
            <ul>{items}</ul>
        </div>
    }
    .into_any()
}
