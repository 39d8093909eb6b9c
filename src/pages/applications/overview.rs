//! `/o/:org/applications/:application`: one application: its resources, events and manifest, live.

use astro_api::applications::{self, AppEvent};
use leptos::prelude::*;

use super::{
    actions::Acts,
    events,
    faces::{self, Counts},
    resources::{self, Watched},
};
use crate::{
    components::{
        PageContext, Pin, Shown, arriving,
        live::{application_events, application_status},
        manifest, marks, words,
    },
    routes,
    store::query,
    ui::{
        ButtonLink, EmptyState, FactsSkeleton, Loading, PageHeader, QueryView,
        load::{Connection, Failure, FailureKind},
        maybe, reactive, text, timeline,
    },
};

/// One application.
pub fn overview(organization: String, id: String) -> AnyView {
    let query = {
        let id = id.clone();
        query(move || applications::get(&id))
    };
    let (status, live) = application_status(id.clone());
    let (events, events_problem, events_live) = application_events(id.clone());
    let load = arriving::awaited(&id, query, vec![live, events_live]);
    // Once known it keeps its name, also when it is gone.
    let known = Memo::new(move |before: Option<&Option<String>>| {
        let now = load.with(|load| load.value().map(|application| application.name.clone()));
        now.or_else(|| before.cloned().flatten())
    });
    let name = move || known.get();
    if let Some(context) = use_context::<PageContext>() {
        context.set_connection(live.connection());
        context.set_name(name);
    }
    // A connection that ends may end because the application is gone. One that is not allowed leaves what was read.
    Effect::new(move |_| {
        let may_be_gone = live.connection().with(|now| match now {
            Connection::Ended => true,
            Connection::Refused(failure) => failure.kind == FailureKind::NotFound,
            _ => false,
        });
        if may_be_gone {
            query.renew();
        }
    });
    let is_gone = Memo::new(move |_| {
        let is_missing = |failure: &Failure| failure.kind == FailureKind::NotFound;
        known.with(Option::is_some) && load.with(|load| load.failure().is_some_and(is_missing))
    });
    let shown = Signal::derive(move || {
        let known = name().filter(|_| !is_gone.get());
        Shown::of(known, load.with(|load| load.failure().map(|failure| failure.kind)))
    });
    let acts = Acts::new(&organization, &id, load, status);
    let pin = view! { <Pin organization=organization.clone() kind=words::APPLICATION id=id.clone() shown=shown/> };
    let title = {
        let id = id.clone();
        Signal::derive(move || name().unwrap_or_else(|| id.clone()))
    };
    let badges = move || load.with(|load| maybe(load.value().map(|application| faces::badges(application, status))));
    let meta = {
        let organization = organization.clone();
        move || load.with(|load| maybe(load.value().map(|application| faces::meta(&organization, application))))
    };
    let counts = Counts {
        resources: Signal::derive(move || status.with(|status| status.resources.as_ref().map(Vec::len))),
        events: Signal::derive(move || Some(events.with(|events| events.len())).filter(|count| *count > 0)),
    };
    let is_there = Memo::new(move |_| load.with(|load| load.value().is_some()) && !is_gone.get());
    let face = faces::face();
    faces::offer(&organization, &id, name, face.into());
    let of = (organization.clone(), id.clone());
    let buttons = reactive(move || maybe(is_there.get().then(|| acts.buttons())));
    let whole = {
        let organization = organization.clone();
        move || {
            let (organization, id) = (organization.clone(), id.clone());
            view! {
                <QueryView
                    load=load
                    loading=skeleton
                    empty=None
                    retry=move |()| query.refetch()
                    data=move |application| {
                        let (organization, id) = (organization.clone(), id.clone());
                        reactive(move || match face.get() {
                            "events" => events::events(title.get_untracked(), events, events_problem, events_live),
                            "manifest" => manifest_of(id.clone(), title.get_untracked(), acts),
                            _ => resources::resources(
                                organization.clone(),
                                Watched { application, status, live, events, acts },
                            ),
                        })
                    }
                />
            }
            .into_any()
        }
    };
    view! {
        <PageHeader title=title aside=pin.into_any() badges=badges meta=meta>{buttons}</PageHeader>
        {acts.trouble()}
        // What is not there has no faces.
        {reactive(move || maybe(is_there.get().then(|| faces::faces(&of.0, &of.1, counts, None))))}
        <div>
            {reactive(move || {
                if is_gone.get() { gone(&organization, &title.get_untracked()) } else { whole() }
            })}
        </div>
    }
    .into_any()
}

/// An event as the timeline has it.
pub(super) fn told(event: &AppEvent, with_object: bool) -> timeline::Event {
    timeline::Event {
        tone: marks::event(event),
        title: event.reason.clone(),
        object: event.object.clone().filter(|object| with_object && !object.is_empty()),
        text: Some(text::visible_lines(&event.message).into_owned()).filter(|message| !message.is_empty()),
        count: event.count.and_then(|count| usize::try_from(count).ok()).unwrap_or(1),
        at: event.timestamp.as_str().to_owned(),
    }
}

/// The spec as it was deployed, and the way to another like it.
fn manifest_of(id: String, name: String, acts: Acts) -> AnyView {
    let query = query(move || applications::spec(&id));
    let (copy, may_not) = acts.copying();
    view! {
        <div class="stack">
            <div class="row">
                <p class="muted">"The spec as it was deployed. Nothing changes it; a copy may differ."</p>
                <span class="push">
                    <ButtonLink href=copy label="Deploy a copy" small=true disabled_reason=may_not/>
                </span>
            </div>
            {manifest::manifest(name, query.load().map(manifest::of), Callback::new(move |()| query.refetch()))}
        </div>
    }
    .into_any()
}

/// What stands in the place of an application that was deleted while its page was open.
fn gone(organization: &str, name: &str) -> AnyView {
    let list = routes::applications(organization).href();
    view! {
        <div class="card">
            <EmptyState
                icon="trash-2"
                title=format!("{name} was deleted")
                text="Somebody deleted it while this page was open. Its resources and logs went with it."
            >
                <ButtonLink href=list label="Back to applications"/>
            </EmptyState>
        </div>
    }
    .into_any()
}

fn skeleton() -> AnyView {
    view! {
        <Loading label="Loading the application">
            <div class="application">
                <FactsSkeleton rows=8/>
                <FactsSkeleton rows=10/>
            </div>
        </Loading>
    }
    .into_any()
}
