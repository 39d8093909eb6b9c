//! `/o/:org/applications/:application`: one application: its resources, events and manifest, live.

use std::sync::Arc;

use astro_api::applications::{self, AppEvent};
use leptos::prelude::*;

use super::{
    arriving,
    faces::{self, Counts},
    resources::{self, Watched},
};
use crate::{
    components::{
        PageContext, Pin, Shown,
        live::{application_events, application_status},
        manifest, marks, words,
    },
    store::{Live, query},
    ui::{
        Bar, Card, EmptyState, FactsSkeleton, Latest, LiveChip, Loading, PageHeader, QueryView, Timeline,
        load::Connection, maybe, reactive, timeline,
    },
};

/// One application.
pub fn overview(organization: String, id: String) -> AnyView {
    let query = {
        let id = id.clone();
        query(move || applications::get(&id))
    };
    let (status, live) = application_status(id.clone());
    let (events, events_live) = application_events(id.clone());
    let load = arriving::awaited(&id, query, vec![live, events_live]);
    let name = move || load.with(|load| load.value().map(|application| application.name.clone()));
    if let Some(context) = use_context::<PageContext>() {
        context.set_connection(live.connection());
        context.set_name(name);
    }
    let shown = Signal::derive(move || Shown::of(name(), load.with(|load| load.failure().map(|failure| failure.kind))));
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
    let is_there = Memo::new(move |_| load.with(|load| load.value().is_some()));
    let face = faces::face();
    let of = (organization.clone(), id.clone());
    view! {
        <PageHeader title=title aside=pin.into_any() badges=badges meta=meta/>
        // What is not there has no faces.
        {reactive(move || maybe(is_there.get().then(|| faces::faces(&of.0, &of.1, counts, None))))}
        <div>
            <QueryView
                load=load
                loading=skeleton
                empty=None
                retry=move |()| query.refetch()
                data=move |application| {
                    let (organization, id) = (organization.clone(), id.clone());
                    reactive(move || match face.get() {
                        "events" => events_of(application, events, events_live),
                        "manifest" => manifest_of(id.clone(), title.get_untracked()),
                        _ => resources::resources(
                            organization.clone(),
                            Watched { application, status, live, events },
                        ),
                    })
                }
            />
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
        text: Some(event.message.clone()).filter(|message| !message.is_empty()),
        count: event.count.and_then(|count| usize::try_from(count).ok()).unwrap_or(1),
        at: event.timestamp.as_str().to_owned(),
    }
}

fn events_of(
    application: Latest<applications::Application>,
    events: ReadSignal<Arc<Vec<AppEvent>>>,
    live: Live,
) -> AnyView {
    let name = application.get().map(|application| application.name.clone()).unwrap_or_default();
    let told = Signal::derive(move || {
        Arc::new(events.with(|events| events.iter().map(|event| told(event, true)).collect::<Vec<_>>()))
    });
    let is_told = Memo::new(move |_| events.with(|events| !events.is_empty()));
    let content = reactive(move || {
        if is_told.get() {
            return view! { <Timeline label=format!("Events of {name}") events=told/> }.into_any();
        }
        let connection = live.connection().get();
        match connection {
            Connection::Connecting => view! {
                <Loading label="Loading events">
                    <div class="card__body stack">
                        <Bar/>
                        <Bar/>
                        <Bar/>
                    </div>
                </Loading>
            }
            .into_any(),
            Connection::Refused(failure) => view! {
                <crate::ui::FailureView failure=failure retry=move |()| live.reconnect()/>
            }
            .into_any(),
            _ => view! {
                <EmptyState
                    icon="clock"
                    title="No events"
                    text="Syncs, changes of health and what Kubernetes reports show here as they happen."
                />
            }
            .into_any(),
        }
    });
    view! {
        <Card title="Events" side=move || view! { <span class="push"><LiveChip connection=live.connection()/></span> }.into_any()>
            {content}
        </Card>
    }
    .into_any()
}

fn manifest_of(id: String, name: String) -> AnyView {
    let query = query(move || applications::spec(&id));
    manifest::manifest(name, query.load().map(manifest::of), Callback::new(move |()| query.refetch()))
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
