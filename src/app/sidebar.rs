//! The sidebar: the organization, the parts of the console, the person.

use leptos::{ev, prelude::*};

use super::{
    nav::{ENTRIES, Entry, organization_of},
    switcher::Switcher,
};
use crate::{
    components::words,
    routes::{self, Page, Place},
    store::{Theme, use_store},
    ui::{Avatar, IconButton, maybe, nav_link::NavLink, reactive},
};

/// Everything in the sidebar.
#[component]
pub fn Sidebar(
    place: Memo<Option<Place>>,
    /// The id of the switcher's list: the sidebar is drawn twice on a phone.
    switcher: &'static str,
    /// Whether it is a narrow strip of icons.
    #[prop(optional, into)]
    narrow: Signal<bool>,
) -> AnyView {
    let tight = tight();
    let narrow = Signal::derive(move || narrow.get() || tight.get());
    let organization = organization_of(place);
    let name = Memo::new(move |_| organization.with(|organization| organization.as_ref().map(|it| it.name.clone())));
    let groups = reactive(move || {
        let name = name.get();
        let mut groups: Vec<(Option<&str>, Vec<AnyView>)> = Vec::new();
        for entry in ENTRIES {
            let Some(to) = entry.place(name.as_deref()) else { continue };
            let link = link(entry, to, place, narrow);
            match groups.last_mut() {
                Some((group, links)) if *group == entry.group => links.push(link),
                _ => groups.push((entry.group, vec![link])),
            }
        }
        groups
            .into_iter()
            .map(|(label, links)| {
                view! {
                    <div class="sidebar__group">
                        {maybe(label.map(|label| view! { <p class="sidebar__label">{label}</p> }.into_any()))}
                        <ul aria-label=label>{links}</ul>
                    </div>
                }
                .into_any()
            })
            .collect_view()
            .into_any()
    });
    view! {
        <nav aria-label="Main">
            <Switcher place=place id=switcher narrow=narrow/>
            {groups}
        </nav>
        <PersonBar narrow=narrow/>
    }
    .into_any()
}

/// The widths at which style/shell.css shows the icons alone, whatever was chosen.
const TIGHT: &str = "(min-width: 768px) and (max-width: 1023px)";

/// Whether the window has room for the icons alone.
fn tight() -> RwSignal<bool> {
    let query = window().match_media(TIGHT).ok().flatten();
    let is_tight = move || query.as_ref().is_some_and(web_sys::MediaQueryList::matches);
    let now = RwSignal::new(is_tight());
    let resized = window_event_listener(ev::resize, move |_| now.set(is_tight()));
    on_cleanup(move || resized.remove());
    now
}

fn link(entry: &Entry, to: Place, place: Memo<Option<Place>>, narrow: Signal<bool>) -> AnyView {
    let page = to.page();
    // Home lies above every page of its organization; in the sidebar it stands for itself.
    let current = Signal::derive(move || {
        place.with(|place| {
            place.as_ref().is_some_and(|place| {
                if page == Page::Home { place.page() == Page::Home } else { place.page().is_within(page) }
            })
        })
    });
    let count = entry.count.map_or_else(|| Signal::stored(0), |count| count());
    view! {
        <li>
            <NavLink icon=entry.icon label=to.title() href=to.href() current=current count=count narrow=narrow/>
        </li>
    }
    .into_any()
}

#[component]
fn PersonBar(narrow: Signal<bool>) -> AnyView {
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
        let tip = narrow.get().then(|| format!("{name}, {note}"));
        let text = view! {
            <Avatar name=name.clone()/>
            <span class="identity__text">
                <span class="identity__name">{name}</span>
                <span class="identity__note">{note}</span>
            </span>
        }
        .into_any();
        match session.active().get() {
            Some(active) => {
                let href = routes::access(&active.name).href();
                view! {
                    <a class="identity" href=href data-tip=tip>
                        <span class="visually-hidden">"My access: "</span>
                        {text}
                    </a>
                }
                .into_any()
            }
            None => view! { <div class="identity identity--still" data-tip=tip>{text}</div> }.into_any(),
        }
    });
    let theme = store.preferences.theme();
    let next = move |()| store.preferences.set_theme(after(theme.get_untracked()));
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
            {who}
            <IconButton icon=icon label=label on_press=next/>
            <IconButton icon="log-out" label="Sign out".to_owned() on_press=super::sign_out()/>
        </div>
    }
    .into_any()
}

/// The theme that the button changes to.
fn after(theme: Theme) -> Theme {
    match theme {
        Theme::System => Theme::Light,
        Theme::Light => Theme::Dark,
        Theme::Dark => Theme::System,
    }
}
