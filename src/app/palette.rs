//! What the palette finds: parts of the console, things by their names, what the page can do, what one saw lately.

use std::sync::Arc;

use astro_api::{applications, applications::Application, clusters, clusters::Cluster, profiles};
use leptos::prelude::*;

use super::{
    Navigator,
    nav::{self, ENTRIES, organization_of},
    parts,
};
use crate::{
    components::{PageContext, marks, words},
    pages::{self, home::place_of},
    routes::{self, Place},
    store::{Shelf, Theme, Thing, query, use_store},
    ui::{
        Mark,
        palette::{Act, Item, Palette, Source, When},
        query_view,
    },
};

/// A group that changes as answers come.
type Group = Memo<Option<Arc<Source>>>;

/// Makes a group anew when what it reads changes.
fn group(make: Box<dyn Fn() -> Option<Arc<Source>> + Send + Sync>) -> Group {
    Memo::new_with_compare(move |_| make(), |_, _| true)
}

/// The palette, open. What is fetched for it is given up when it goes.
pub fn palette(
    place: Memo<Option<Place>>,
    typed: RwSignal<String>,
    open: RwSignal<bool>,
    help: RwSignal<bool>,
) -> AnyView {
    // It leads there too.
    parts::shortcuts_help::ahead();
    let store = use_store();
    let context = use_context::<PageContext>();
    let navigator = use_context::<Navigator>();
    let sign_out = super::sign_out();
    let organization = organization_of(place);
    let name = Memo::new(move |_| organization.with(|organization| organization.as_ref().map(|it| it.name.clone())));
    let clusters = query(move || name.get().map(|_| clusters::list(None)));
    let applications = query(move || name.get().map(|_| applications::list()));
    let profiles = query(move || name.get().map(|_| profiles::list()));
    let cluster_list = query_view::latest(clusters.load());
    let application_list = query_view::latest(applications.load());
    let profile_list = query_view::latest(profiles.load());

    let actions = group(Box::new(move || {
        let items: Vec<Item> = context?
            .actions()
            .into_iter()
            .map(|action| Item {
                disabled_reason: action.disabled_reason,
                ..Item::new(action.icon, action.label, Act::Run(action.run)).keys(action.shortcut)
            })
            .collect();
        Some(Arc::new(Source::of("On this page", When::Always, items)))
    }));
    let shelf = move |label: &'static str, pick: fn(&Shelf) -> Vec<Thing>| {
        group(Box::new(move || {
            let name = name.get()?;
            let things = store.preferences.shelves().with(|shelves| pick(&shelves.of(&name)));
            let clusters = cluster_list.get();
            let applications = application_list.get();
            // Until the lists are there, what one saw lately is all that can be found.
            let when = if clusters.is_some() && applications.is_some() { When::Idle } else { When::Always };
            // What is shown already is nothing to go to.
            let here = place.get();
            let item = |thing: Thing| {
                let mark = match thing.kind.as_str() {
                    words::CLUSTER => clusters.as_ref().and_then(|list| cluster_mark(list, &thing.id)),
                    _ => applications.as_ref().and_then(|list| application_mark(list, &thing.id)),
                };
                let (icon, to) = place_of(&name, &thing).filter(|(_, to)| Some(to) != here.as_ref())?;
                Some(Item { mark, ..Item::new(icon, thing.name, Act::Go(to.href())) })
            };
            Some(Arc::new(Source::of(label, when, things.into_iter().filter_map(item).collect())))
        }))
    };
    let pinned = shelf("Pinned", |shelf| shelf.pinned.clone());
    let recent = shelf("Recent", |shelf| shelf.recent_only().cloned().collect());
    let pages = group(Box::new(move || {
        let name = name.get();
        let mut items: Vec<Item> = ENTRIES
            .iter()
            .filter_map(|entry| {
                let to = entry.place(name.as_deref())?;
                Some(Item::new(entry.icon, to.title(), Act::Go(to.href())).keys(Some(entry.keys)))
            })
            .collect();
        let made = |to: Place| Item::new("plus", to.title(), Act::Go(to.href()));
        if let Some(name) = name {
            items.push(made(routes::application_deploy(&name)));
            items.push(made(routes::cluster_create(&name)));
            items.push(made(routes::profile_create(&name)));
        }
        items.push(made(routes::organization_create()));
        Some(Arc::new(Source::of("Pages", When::Always, items)))
    }));
    let of_clusters = group(Box::new(move || {
        let (name, list) = (name.get()?, cluster_list.get()?);
        let texts = list.iter().map(|cluster| format!("{} {}", cluster.cluster_name, cluster_note(cluster)));
        let texts = texts.collect::<Vec<_>>().into_iter();
        let item = move |index: usize| {
            let cluster = list.get(index)?;
            let to = routes::cluster(&name, &cluster.cluster_name);
            let item = Item::new("server", cluster.cluster_name.clone(), Act::Go(to.href()));
            Some(Item { mark: Some(marks::cluster(&cluster.status)), ..item.note(cluster_note(cluster)) })
        };
        Some(Arc::new(Source::new("Clusters", When::Typed, texts, item)))
    }));
    let of_applications = group(Box::new(move || {
        let (name, list) = (name.get()?, application_list.get()?);
        let texts = list.iter().map(|application| format!("{} {}", application.name, application_note(application)));
        let texts = texts.collect::<Vec<_>>().into_iter();
        let item = move |index: usize| {
            let application = list.get(index)?;
            let to = routes::application(&name, &application.id);
            let item = Item::new("boxes", application.name.clone(), Act::Go(to.href()));
            Some(Item { mark: Some(marks::application(application)), ..item.note(application_note(application)) })
        };
        Some(Arc::new(Source::new("Applications", When::Typed, texts, item)))
    }));
    // Who wants lines asks for them by name; a name alone leads to its application.
    let asks_for_logs = Memo::new(move |_| {
        typed.with(|typed| typed.split_whitespace().any(|word| ["log", "logs"].contains(&&*word.to_ascii_lowercase())))
    });
    let of_logs = group(Box::new(move || {
        let (name, list) = (name.get().filter(|_| asks_for_logs.get())?, application_list.get()?);
        // The page of an application offers its own, and what is shown already is nothing to go to.
        let here = place.get();
        let is_here = |id: &str| {
            here.as_ref().is_some_and(|here| {
                *here == routes::application(&name, id) || *here == routes::application_logs(&name, id)
            })
        };
        let list: Vec<Application> = list.iter().filter(|application| !is_here(&application.id)).cloned().collect();
        let texts =
            list.iter().map(|application| format!("{} {}", logs_of(application), application_note(application)));
        let texts = texts.collect::<Vec<_>>().into_iter();
        let item = move |index: usize| {
            let application = list.get(index)?;
            let to = routes::application_logs(&name, &application.id);
            let item = Item::new("scroll-text", logs_of(application), Act::Go(to.href()));
            Some(Item { mark: Some(marks::application(application)), ..item.note(application_note(application)) })
        };
        Some(Arc::new(Source::new("Logs", When::Typed, texts, item)))
    }));
    let of_profiles = group(Box::new(move || {
        let (name, list) = (name.get()?, profile_list.get()?);
        let texts = list.iter().map(|profile| format!("{} {}", profile.profile_name, words::placement(profile)));
        let texts = texts.collect::<Vec<_>>().into_iter();
        let item = move |index: usize| {
            let profile = list.get(index)?;
            let to = pages::profiles::place(&name, profile);
            Some(Item::new("layers", profile.profile_name.clone(), Act::Go(to.href())).note(words::placement(profile)))
        };
        Some(Arc::new(Source::new("Profiles", When::Typed, texts, item)))
    }));
    let organizations = group(Box::new(move || {
        let items = store.session.organizations().with(|list| {
            list.iter()
                .map(|organization| {
                    let href = routes::home(&organization.name).href();
                    let title = organization.title.clone();
                    let note = if title == organization.name { String::new() } else { title };
                    Item::new("building-2", organization.name.clone(), Act::Go(href)).note(note)
                })
                .collect()
        });
        Some(Arc::new(Source::of("Organizations", When::Typed, items)))
    }));
    let commands = group(Box::new(move || {
        let run = |run: Box<dyn Fn() + Send + Sync>| Act::Run(Callback::new(move |()| run()));
        let theme = |theme| run(Box::new(move || store.preferences.set_theme(theme)));
        let items = vec![
            Item::new("contrast", "Theme as the system", theme(Theme::System)),
            Item::new("sun", "Light theme", theme(Theme::Light)),
            Item::new("moon", "Dark theme", theme(Theme::Dark)),
            Item::new(
                "panel-left",
                "Narrow or widen the sidebar",
                run(Box::new(move || nav::toggle_sidebar(store.preferences))),
            )
            .keys(Some("[")),
            Item::new("keyboard", "Keyboard shortcuts", run(Box::new(move || help.set(true)))).keys(Some("?")),
            Item::new("log-out", "Sign out", run(Box::new(move || sign_out.run(())))),
        ];
        Some(Arc::new(Source::of("Console", When::Typed, items)))
    }));
    let groups =
        [pinned, recent, actions, pages, of_clusters, of_applications, of_logs, of_profiles, organizations, commands];
    let sources = Signal::derive(move || groups.iter().filter_map(|group| group.get()).collect::<Vec<_>>());
    let notice = move || {
        name.get()?;
        let loads = [
            ("clusters", clusters.load().erased()),
            ("applications", applications.load().erased()),
            ("profiles", profiles.load().erased()),
        ];
        let told = |wanted: fn(&crate::ui::load::Load<crate::ui::load::Any>) -> bool| {
            let names: Vec<&str> = loads.iter().filter(|(_, load)| load.with(wanted)).map(|(name, _)| *name).collect();
            match names.as_slice() {
                [] => None,
                [one] => Some((*one).to_owned()),
                [some @ .., last] => Some(format!("{} and {last}", some.join(", "))),
            }
        };
        let failed = told(|load| load.value().is_none() && load.failure().is_some())
            .map(|names| format!("The names of {names} could not be loaded, so they are not found."));
        let loading =
            told(|load| load.value().is_none() && load.is_busy()).map(|names| format!("Loading the names of {names}."));
        failed.or(loading)
    };
    let go = move |(href, aside): (String, bool)| {
        if aside {
            // Not cut off from this tab: the new one takes the session along.
            let _ = window().open_with_url_and_target(&href, "_blank");
        } else if let Some(navigator) = navigator {
            navigator.visit(format!("/{}", href.trim_start_matches("./")));
        }
    };
    view! {
        <Palette
            typed=typed
            sources=sources
            notice=Signal::derive(notice)
            searched="Pages, clusters, applications, profiles and organizations are found by name, and so is what can be done on this page."
            go=go
            close=move |()| open.set(false)
        />
    }
    .into_any()
}

fn cluster_mark(list: &[Cluster], id: &str) -> Option<Mark> {
    list.iter().find(|cluster| cluster.cluster_name == id).map(|cluster| marks::cluster(&cluster.status))
}

fn application_mark(list: &[Application], id: &str) -> Option<Mark> {
    list.iter().find(|application| application.id == id).map(marks::application)
}

fn cluster_note(cluster: &Cluster) -> String {
    let kind = words::cluster_type(cluster);
    match cluster.region.as_deref().filter(|region| !region.is_empty()) {
        Some(region) => format!("{kind} {region}"),
        None => kind,
    }
}

fn logs_of(application: &Application) -> String {
    format!("Logs of {}", application.name)
}

fn application_note(application: &Application) -> String {
    application.cluster_name.clone().unwrap_or_default()
}
