//! What every page of an application begins with: its name and states, and the tabs of its faces.

use astro_api::applications::Application;
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use crate::{
    components::{PageAction, PageContext, live::LiveStatus, marks, words},
    routes,
    ui::{ExternalLink, Mark, StateBadge, Tab, Tabs, maybe, reactive, tabs},
};

/// The faces that the address of the application's own page chooses among.
const FACES: &[&str] = &["resources", "events", "manifest"];

/// The face that the address chooses.
pub fn face() -> Memo<&'static str> {
    tabs::chosen("tab", FACES)
}

/// How many there are of what the tabs lead to, where that is known.
#[derive(Clone, Copy)]
pub struct Counts {
    /// Kubernetes resources.
    pub resources: Signal<Option<usize>>,
    /// Events since the page was opened, and those that the platform still knew then.
    pub events: Signal<Option<usize>>,
}

/// The tabs. The logs are a page of their own, which passes its own value as `current`.
pub fn faces(organization: &str, id: &str, counts: Counts, current: Option<&'static str>) -> AnyView {
    let logs = routes::application_logs(organization, id).href();
    let list = vec![
        Tab::new("resources", "Resources").count(counts.resources),
        Tab::new("logs", "Logs").at(logs),
        Tab::new("events", "Events").count(counts.events),
        Tab::new("manifest", "Manifest"),
    ];
    match current {
        Some(current) => {
            let base = routes::application(organization, id).href();
            view! { <Tabs label="Application" tabs=list current=current base=base/> }.into_any()
        }
        None => view! { <Tabs label="Application" tabs=list/> }.into_any(),
    }
}

/// The ways to the other faces, for the palette, while the application is there.
pub fn offer(
    organization: &str,
    id: &str,
    name: impl Fn() -> Option<String> + Send + Sync + 'static,
    current: Signal<&'static str>,
) {
    const WAYS: [(&str, &str, &str); 4] = [
        ("resources", "boxes", "Resources"),
        ("logs", "scroll-text", "Logs"),
        ("events", "activity", "Events"),
        ("manifest", "file-text", "Manifest"),
    ];
    let Some(context) = use_context::<PageContext>() else { return };
    let navigate = StoredValue::new_local(use_navigate());
    let base = routes::application(organization, id).path();
    let logs = routes::application_logs(organization, id).path();
    context.offer_actions(move || {
        let (Some(name), current) = (name(), current.get()) else { return Vec::new() };
        let way = |(face, icon, word): (&'static str, &'static str, &str)| {
            let path = match face {
                "resources" => base.clone(),
                "logs" => logs.clone(),
                face => format!("{base}?tab={face}"),
            };
            let go = move || {
                navigate.try_with_value(|go| go(&path, NavigateOptions::default()));
            };
            PageAction::new(icon, format!("{word} of {name}"), go)
        };
        WAYS.into_iter().filter(|(face, ..)| *face != current).map(way).collect()
    });
}

/// The health that is known best: the stream's, else that of the last reading.
pub fn health(status: &LiveStatus, application: &Application) -> Mark {
    status.health.as_ref().map_or_else(|| marks::application(application), marks::health)
}

/// Health and sync beside the name.
pub fn badges(application: &Application, status: ReadSignal<LiveStatus>) -> AnyView {
    let read = application.clone();
    reactive(move || {
        status.with(|status| {
            let sync = status.sync.as_ref().or(read.sync_status.as_ref()).map(marks::sync);
            view! {
                <StateBadge mark=health(status, &read)/>
                {maybe(sync.map(|mark| view! { <StateBadge mark=mark/> }.into_any()))}
            }
            .into_any()
        })
    })
}

/// The link to the cluster, where it has one.
pub fn cluster_link(organization: &str, cluster: Option<&str>) -> Option<AnyView> {
    let cluster = cluster.filter(|name| !name.is_empty())?;
    let href = routes::cluster(organization, cluster).href();
    Some(view! { <a class="link" href=href>{cluster.to_owned()}</a> }.into_any())
}

/// The link to the profile.
pub fn profile_link(organization: &str, profile: &str) -> AnyView {
    let href = routes::profile(organization, profile).href();
    view! { <a class="link" href=href>{profile.to_owned()}</a> }.into_any()
}

/// What one wants to know of it at a glance.
pub fn meta(organization: &str, application: &Application) -> AnyView {
    let endpoint = application.endpoint.as_deref().filter(|endpoint| !endpoint.is_empty());
    let endpoint =
        endpoint.map(|endpoint| view! { <span><ExternalLink href=words::endpoint(endpoint)/></span> }.into_any());
    let cluster = application.cluster_name.as_deref().filter(|name| !name.is_empty()).map(|name| {
        let href = routes::cluster(organization, name).href();
        view! { <span><a class="quiet-link" href=href>{name.to_owned()}</a></span> }.into_any()
    });
    let namespace = application.target_namespace.clone().filter(|namespace| !namespace.is_empty());
    let namespace = namespace.map(|name| view! { <span>"namespace " <code>{name}</code></span> }.into_any());
    let profile = routes::profile(organization, &application.profile_name).href();
    let source = words::source(&application.source);
    let source = source.map(|source| view! { <span class="mono">{source}</span> }.into_any());
    view! {
        {maybe(endpoint)}
        {maybe(cluster)}
        {maybe(namespace)}
        {maybe(source)}
        <span>"profile " <a class="quiet-link" href=profile>{application.profile_name.clone()}</a></span>
    }
    .into_any()
}
