//! The resources of an application as a tree, and beside it the one that is chosen, or the application as a whole.

use std::{collections::BTreeSet, sync::Arc};

use astro_api::applications::{AppEvent, AppResource, Application, Condition, Health};
use leptos::prelude::*;

use super::{
    actions::Acts,
    changes,
    faces::{cluster_link, health, profile_link},
    overview::told,
};
use crate::{
    components::{
        live::{LiveStatus, trouble},
        marks, people,
        remedy::{Remedy, remedy},
        resources::{Only, family, key, reduced, tree},
        words,
    },
    routes,
    store::Live,
    ui::{
        Address, Banner, Button, ButtonLink, Card, Dash, ExternalLink, Fact, Facts, Glyph, IconButton, Latest,
        Resource, ResourceTree, State, Time, Timeline, Tone,
        address::Step,
        facts::Layout,
        format::{self, counted, sentence},
        load::Connection,
        maybe, reactive,
        state::readable,
    },
};

/// The parameters of the address: the resource that is chosen, and what the tree is reduced to.
const RESOURCE: &str = "resource";
const ONLY: &str = "only";

/// What is known of the application, and how.
#[derive(Clone, Copy)]
pub struct Watched {
    pub application: Latest<Application>,
    pub status: ReadSignal<LiveStatus>,
    pub live: Live,
    pub events: ReadSignal<Arc<Vec<AppEvent>>>,
    pub acts: Acts,
}

/// The resources, and what is chosen of them.
pub fn resources(organization: String, watched: Watched) -> AnyView {
    let Watched { application, status, live, events, acts } = watched;
    let listed = Memo::new(move |_| Arc::new(status.with(|status| status.resources.clone()).unwrap_or_default()));
    let whole = Memo::new(move |_| Arc::new(listed.with(|listed| tree(listed))));
    let cause = {
        let organization = organization.clone();
        reactive(move || {
            application.draw(|application| {
                status
                    .with(|status| events.with(|events| maybe(cause(&organization, application, status, events, acts))))
            })
        })
    };
    view! {
        <div class="stack">
            {cause}
            {reactive(move || connection_trouble(live))}
            {trouble(move || status.with(|status| status.problem.clone()))}
            <div class="application">
                {tree_card(application, listed, whole, live)}
                <div class="stack">{chosen(organization, watched, listed, whole)}</div>
                <div class="stack">
                    {reactive(move || application.draw(|application| changes::changes(application, acts)))}
                </div>
            </div>
        </div>
    }
    .into_any()
}

/// What is wrong with the application and since when, in one sentence; or what the platform says about it.
fn cause(
    organization: &str,
    application: &Application,
    status: &LiveStatus,
    events: &[AppEvent],
    acts: Acts,
) -> Option<AnyView> {
    // The message of the last reading is of its moment, and what the stream has told is newer.
    let message = if status.at.is_some() { &status.message } else { &application.message };
    let message = message.clone().filter(|message| !message.is_empty());
    let is_bad = health(status, application).tone == Tone::Bad;
    if !is_bad {
        return message.map(|message| view! { <Banner title=message/> }.into_any());
    }
    let known = status.health.as_ref().or(application.health.as_ref());
    let title = match (failing_pods(status), known) {
        (Some(pods), _) => pods,
        (None, Some(Health::Degraded)) => "The application is degraded".to_owned(),
        (None, Some(Health::Missing)) => "Resources of the application are missing".to_owned(),
        (None, _) => "The application is not healthy".to_owned(),
    };
    let since = since(status);
    let title = since.map_or(title.clone(), |since| format!("{title} since {since}"));
    // Without a message of its own, a pod may say why.
    let reason = events.iter().find(|event| {
        marks::event(event) == Tone::Bad && event.object.as_deref().is_some_and(|object| object.starts_with("Pod/"))
    });
    let reason = reason.map(|event| format!("{}: {}", event.reason, sentence(&event.message)));
    let text = message.map(|message| sentence(&message)).or(reason);
    let sync = status.sync.as_ref().or(application.sync_status.as_ref());
    let deed = match remedy(application, known, sync, text.as_deref().unwrap_or_default()) {
        Remedy::Resync => acts.resync_button(),
        Remedy::Events => {
            let href = format!("{}?tab=events", routes::application(organization, &application.id).href());
            view! { <ButtonLink href=href label="Open events" small=true/> }.into_any()
        }
        Remedy::Logs => {
            let href = routes::application_logs(organization, &application.id).href();
            view! { <ButtonLink href=href label="Open logs" small=true/> }.into_any()
        }
    };
    Some(view! { <Banner title=title text=text tone=Tone::Bad>{deed}</Banner> }.into_any())
}

/// "2 of 3 pods are degraded".
fn failing_pods(status: &LiveStatus) -> Option<String> {
    let pods: Vec<_> = status.resources.iter().flatten().filter(|resource| resource.kind == "Pod").collect();
    let bad = pods.iter().filter(|pod| Only::Unhealthy.holds(pod)).count();
    let verb = if bad == 1 { "is" } else { "are" };
    (bad > 0).then(|| format!("{bad} of {} {verb} degraded", counted(pods.len(), "pod", "pods")))
}

/// Since when it fails: the first of the conditions that say so.
fn since(status: &LiveStatus) -> Option<String> {
    let failing = status.conditions.iter().flatten().filter(|condition| marks::condition(condition) == Tone::Bad);
    let times = failing.filter_map(|condition| condition.last_transition_time.as_ref()?.known().map(ToOwned::to_owned));
    let first = times.filter_map(|text| format::parse(&text)).min()?;
    Some(format::since(first, crate::ui::time::Now::get_untracked()))
}

/// What a person can do when the stream does not come back by itself.
fn connection_trouble(live: Live) -> AnyView {
    live.connection().with(|connection| match connection {
        Connection::Refused(failure) => {
            let text = format!("{} What stands below is what was read last.", sentence(&failure.message));
            view! {
                <Banner title="The status is not followed live".to_owned() text=text tone=Tone::Warn>
                    <Button label="Try again".to_owned() small=true on_press=move |()| live.reconnect()/>
                </Banner>
            }
            .into_any()
        }
        _ => ().into_any(),
    })
}

/// What stands where the stream has not told yet.
fn not_told(live: Live, what: &'static str) -> AnyView {
    view! {
        <p class="card__body muted">
            {move || match live.connection().get() {
                Connection::Refused(_) | Connection::Ended => format!("The platform told no {what}."),
                Connection::Live => format!("No {what} yet. They show as soon as the platform reports them."),
                _ => format!("Waiting for the live status to tell the {what}."),
            }}
        </p>
    }
    .into_any()
}

fn tree_card(
    application: Latest<Application>,
    listed: Memo<Arc<Vec<AppResource>>>,
    whole: Memo<Arc<Vec<Resource>>>,
    live: Live,
) -> AnyView {
    let address = Address::of_context();
    let selected = address.param(RESOURCE);
    let only = Memo::new(move |_| match address.get(ONLY).as_deref() {
        Some("unhealthy") => Some(Only::Unhealthy),
        Some("out-of-sync") => Some(Only::OutOfSync),
        _ => None,
    });
    let shown = Memo::new(move |_| match only.get() {
        None => whole.get(),
        Some(only) => {
            let wanted: BTreeSet<_> =
                listed.with(|listed| listed.iter().filter(|it| only.holds(it)).map(key).collect());
            Arc::new(reduced((*whole.get()).clone(), &wanted))
        }
    });
    let choose = move |key: String| address.set(RESOURCE, Some(key), Step::Push);
    let filters = move || {
        let filters = [
            (Only::Unhealthy, "unhealthy", "Unhealthy", Tone::Bad),
            (Only::OutOfSync, "out-of-sync", "Out of sync", Tone::Warn),
        ];
        let chips = filters.map(|(which, value, word, tone)| {
            let count = listed.with(|listed| listed.iter().filter(|it| which.holds(it)).count());
            let is_on = only.get() == Some(which);
            // What was chosen stays, so that it can be taken back.
            maybe((count > 0 || is_on).then(|| {
                let toggle = move |_| address.set(ONLY, (!is_on).then(|| value.to_owned()), Step::Push);
                view! {
                    <button
                        type="button"
                        class="tree-filter"
                        aria-pressed=if is_on { "true" } else { "false" }
                        on:click=toggle
                    >
                        <Glyph tone=tone/>
                        {word}
                        <span class="tree-filter__count">{count.to_string()}</span>
                    </button>
                }
                .into_any()
            }))
        });
        view! { <span class="push row row--tight">{chips.into_iter().collect_view()}</span> }.into_any()
    };
    let is_told = Memo::new(move |_| listed.with(|listed| !listed.is_empty()));
    let content = reactive(move || {
        if !is_told.get() {
            return not_told(live, "resources");
        }
        let name = application.get().map(|application| application.name.clone()).unwrap_or_default();
        let is_empty = Memo::new(move |_| shown.with(|shown| shown.is_empty()));
        view! {
            <ResourceTree label=format!("Resources of {name}") resources=shown selected=selected on_select=choose/>
            {reactive(move || {
                maybe(is_empty.get().then(|| {
                    view! { <p class="card__body muted">"None of the resources is so any more."</p> }.into_any()
                }))
            })}
        }
        .into_any()
    });
    view! {
        <Card title="Resources" side=filters>
            {content}
        </Card>
    }
    .into_any()
}

/// The resource that the address names, where there is such a one; else the application.
fn chosen(
    organization: String,
    watched: Watched,
    listed: Memo<Arc<Vec<AppResource>>>,
    whole: Memo<Arc<Vec<Resource>>>,
) -> AnyView {
    let address = Address::of_context();
    let named = address.param(RESOURCE);
    // Another value of the same resource does not draw the card anew.
    let which = Memo::new(move |_| {
        let named = named.get()?;
        listed.with(|listed| listed.iter().any(|it| key(it) == named)).then_some(named)
    });
    let is_gone = Memo::new(move |_| {
        named.with(Option::is_some) && which.with(Option::is_none) && listed.with(|listed| !listed.is_empty())
    });
    reactive(move || {
        if let Some(which) = which.get() {
            return one(&organization, &which, watched, listed, whole);
        }
        let gone = is_gone
            .get()
            .then(|| view! { <Banner title="The chosen resource is not there any more".to_owned()/> }.into_any());
        view! {
            {maybe(gone)}
            {all_of_it(organization.clone(), watched)}
        }
        .into_any()
    })
}

/// Events that stand beside the tree; the rest have a tab of their own.
const LATEST: usize = 5;

/// The application as a whole.
fn all_of_it(organization: String, watched: Watched) -> AnyView {
    let Watched { application, status, events, .. } = watched;
    let address = Address::of_context();
    let name = move || application.get().map(|application| application.name.clone()).unwrap_or_default();
    let details = reactive(move || {
        application.draw(|application| status.with(|status| details(&organization, application, status)))
    });
    let latest = Memo::new(move |_| {
        events.with(|events| Arc::new(events.iter().take(LATEST).map(|event| told(event, true)).collect::<Vec<_>>()))
    });
    let count = Memo::new(move |_| events.with(|events| events.len()));
    let is_told = Memo::new(move |_| count.get() > 0);
    let label = format!("Latest events of {}", name());
    view! {
        <section class="card" aria-labelledby="chosen">
            <div class="card__head">
                <div class="card__title">
                    <p class="small muted">"Application"</p>
                    <h2 class="card__name" id="chosen">
                        {name}
                    </h2>
                </div>
            </div>
            <div class="card__body">{details}</div>
            <h3 class="feed__label">"Conditions"</h3>
            {conditions(watched)}
            <div class="feed__label">
                <h3>"Events"</h3>
                {reactive(move || {
                    maybe((count.get() > LATEST).then(|| {
                        let href = address.link(&[("tab", Some("events".to_owned()))]);
                        let words = format!("All {}", format::count(count.get()));
                        view! { <a class="link push" href=href>{words}</a> }.into_any()
                    }))
                })}
            </div>
            {reactive(move || {
                if is_told.get() {
                    view! { <Timeline label=label.clone() events=latest by_day=false/> }.into_any()
                } else {
                    view! { <p class="card__body muted">"No events are known."</p> }.into_any()
                }
            })}
        </section>
    }
    .into_any()
}

fn one(
    organization: &str,
    which: &str,
    watched: Watched,
    listed: Memo<Arc<Vec<AppResource>>>,
    whole: Memo<Arc<Vec<Resource>>>,
) -> AnyView {
    let address = Address::of_context();
    let events = watched.events;
    let (kind, name) = which.split_once('/').unwrap_or(("", which));
    let (kind, name) = (kind.to_owned(), name.to_owned());
    let facts = {
        let which = which.to_owned();
        move || listed.with(|listed| maybe(listed.iter().find(|it| key(it) == which).map(facts)))
    };
    // Its own, and those of what lies under it: a Deployment says nothing of why its pods fail.
    let its = {
        let which = which.to_owned();
        Memo::new(move |_| {
            let family = whole.with(|whole| family(whole, &which));
            events.with(|events| {
                let of = |event: &&AppEvent| event.object.as_ref().is_some_and(|object| family.contains(object));
                let told = |event: &AppEvent| told(event, event.object.as_ref() != Some(&which));
                Arc::new(events.iter().filter(of).map(told).collect::<Vec<_>>())
            })
        })
    };
    let is_told = Memo::new(move |_| its.with(|its| !its.is_empty()));
    let label = format!("Events of {name}");
    // A pod alone writes; what lies above it writes by its pods.
    let logs = (kind == "Pod").then(|| watched.application.get()).flatten().map(|application| {
        let href = routes::application_logs(organization, &application.id).href();
        let href = format!("{href}?pod={name}");
        view! { <ButtonLink href=href label="Logs" small=true/> }.into_any()
    });
    let conditions = its_conditions(watched, which, whole);
    let close = move |()| address.set(RESOURCE, None, Step::Push);
    view! {
        <section class="card" aria-labelledby="chosen">
            <div class="card__head">
                <div class="card__title">
                    <p class="small muted">{kind}</p>
                    <h2 class="card__name" id="chosen">
                        {name}
                    </h2>
                </div>
                <span class="push row row--tight">
                    {maybe(logs)}
                    <IconButton icon="x" label="Show the whole application".to_owned() on_press=close/>
                </span>
            </div>
            <div class="card__body">{reactive(facts)}</div>
            <h3 class="feed__label">"Conditions"</h3>
            {conditions}
            <div class="feed__label">
                <h3>"Events"</h3>
                <span class="push faint">"Newest first"</span>
            </div>
            {reactive(move || {
                if is_told.get() {
                    view! { <Timeline label=label.clone() events=its by_day=false/> }.into_any()
                } else {
                    view! { <p class="card__body muted">"No events of it are known."</p> }.into_any()
                }
            })}
        </section>
    }
    .into_any()
}

fn facts(resource: &AppResource) -> AnyView {
    let health = match &resource.health {
        Some(health) => view! { <State mark=marks::health(health)/> }.into_any(),
        None => view! { <Dash/> }.into_any(),
    };
    let sync = match &resource.sync_status {
        Some(sync) => view! { <State mark=marks::sync(sync)/> }.into_any(),
        None => view! { <span class="muted">"Not from the source"</span> }.into_any(),
    };
    let facts = vec![
        Fact::new("Health", health),
        Fact::code("Namespace", resource.namespace.as_deref()),
        Fact::new("Sync", sync),
        Fact::copied("Name", Some(&resource.name)),
    ];
    view! { <Facts facts=facts layout=Layout::Pairs/> }.into_any()
}

fn details(organization: &str, application: &Application, status: &LiveStatus) -> AnyView {
    let revision = status.revision.as_deref().or(application.revision.as_deref());
    let endpoint = match application.endpoint.as_deref().filter(|endpoint| !endpoint.is_empty()) {
        Some(endpoint) => view! { <ExternalLink href=words::endpoint(endpoint)/> }.into_any(),
        None => view! { <span class="muted">"Not reachable from outside"</span> }.into_any(),
    };
    let sync = match status.sync.as_ref().or(application.sync_status.as_ref()) {
        Some(sync) => view! { <State mark=marks::sync(sync)/> }.into_any(),
        None => view! { <Dash/> }.into_any(),
    };
    let cluster =
        cluster_link(organization, application.cluster_name.as_deref()).unwrap_or_else(|| view! { <Dash/> }.into_any());
    let facts = vec![
        Fact::new("Health", view! { <State mark=health(status, application)/> }),
        Fact::new("Sync", sync),
        Fact::text("Overall state", Some(&readable(&application.status))),
        Fact::text("Sync mode", application.sync_type.as_ref().map(|mode| readable(mode.as_str())).as_deref()),
        Fact::new("Endpoint", endpoint),
        Fact::text("Source", Some(words::source_type(&application.source))),
        Fact::code("Revision", revision),
        Fact::new("Cluster", cluster),
        Fact::code("Namespace", application.target_namespace.as_deref()),
        Fact::new("Profile", profile_link(organization, &application.profile_name)),
        Fact::new("Created by", people::person(application.created_by.as_deref())),
        Fact::new("Created", view! { <Time at=words::time(application.created_at.as_ref())/> }),
        Fact::new("Changed", view! { <Time at=words::time(application.updated_at.as_ref())/> }),
        Fact::copied("ID", Some(&application.id)),
    ];
    view! { <Facts facts=facts layout=Layout::Pairs/> }.into_any()
}

fn conditions(watched: Watched) -> AnyView {
    let Watched { status, live, .. } = watched;
    reactive(move || {
        status.with(|status| match status.conditions.as_deref() {
            Some(conditions) if !conditions.is_empty() => {
                view! { <ul>{conditions.iter().map(condition).collect_view()}</ul> }.into_any()
            }
            _ => not_told(live, "conditions"),
        })
    })
}

/// The conditions that speak of a resource, or of what lies under it. The platform tells conditions of the application as
/// a whole.
fn its_conditions(watched: Watched, which: &str, whole: Memo<Arc<Vec<Resource>>>) -> AnyView {
    let which = which.to_owned();
    reactive(move || {
        let rows: Vec<_> = whole.with(|whole| {
            let family = family(whole, &which);
            let of =
                |condition: &&Condition| condition.message.as_ref().is_some_and(|text| speaks_of(text, &family, whole));
            watched.status.with(|status| status.conditions.iter().flatten().filter(of).map(condition).collect())
        });
        if rows.is_empty() {
            let text = "None of the application's conditions names it.";
            return view! { <p class="card__body muted">{text}</p> }.into_any();
        }
        view! { <ul>{rows}</ul> }.into_any()
    })
}

/// Whether a text names one of these resources: by its whole name, and by its kind where the text has a kind in front of
/// the name, as in `ReplicaSet "shop-7d9c"`.
fn speaks_of(text: &str, family: &BTreeSet<String>, whole: &[Resource]) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '-' || letter == '.';
    // A point at the end of a sentence is no part of a name.
    let goes_on = |rest: &str| rest.trim_start_matches('.').starts_with(is_part);
    let names = |kind: &str, name: &str| {
        text.match_indices(name).any(|(at, _)| {
            let before = text.get(..at).unwrap_or_default();
            let after = text.get(at + name.len()..).unwrap_or_default();
            let in_front = before.trim_end_matches(|letter: char| !letter.is_alphanumeric());
            let word = in_front.rsplit(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default();
            let is_kind = whole.iter().any(|it| it.kind.eq_ignore_ascii_case(word));
            !before.ends_with(is_part) && !goes_on(after) && (!is_kind || word.eq_ignore_ascii_case(kind))
        })
    };
    family.iter().filter_map(|key| key.split_once('/')).any(|(kind, name)| names(kind, name))
}

fn condition(condition: &Condition) -> AnyView {
    let reason = condition.reason.clone().filter(|reason| !reason.is_empty());
    let message = condition.message.clone().filter(|message| !message.is_empty());
    view! {
        <li class="feed__row">
            <Glyph tone=marks::condition(condition)/>
            <div class="feed__text">
                <span class="strong">{condition.kind.clone()}</span>
                " "
                <span class="muted">{readable(condition.status.as_str())}</span>
                {maybe(reason.map(|reason| view! { <span class="muted">", " {reason}</span> }.into_any()))}
                {maybe(message.map(|message| view! { <span class="feed__note">{message}</span> }.into_any()))}
            </div>
            <span class="feed__side">
                <Time at=words::time(condition.last_transition_time.as_ref())/>
            </span>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_speaks_of_what_it_names_in_full() {
        let resource = |kind: &str, name: &str| AppResource {
            kind: kind.to_owned(),
            name: name.to_owned(),
            ..AppResource::default()
        };
        let whole = tree(&[
            resource("Deployment", "mailer-app"),
            resource("ReplicaSet", "mailer-app-7d9c"),
            resource("Service", "mailer-app"),
            resource("Service", "app"),
        ]);
        let says = |text: &str, which: &str| speaks_of(text, &family(&whole, which), &whole);
        let late = "ReplicaSet \"mailer-app-7d9c\" has timed out progressing.";
        assert!(says(late, "ReplicaSet/mailer-app-7d9c"));
        assert!(says(late, "Deployment/mailer-app"), "what lies under it");
        assert!(!says(late, "Service/mailer-app"));
        let named = "The deployment mailer-app.";
        assert!(says(named, "Deployment/mailer-app"));
        assert!(!says(named, "Service/mailer-app"), "of another kind");
        assert!(says("Nothing answers behind mailer-app: wait", "Service/mailer-app"), "of no kind");
        assert!(!says("mailer-app.example.com", "Service/mailer-app"));
        assert!(!says(named, "Service/app"));
    }
}
