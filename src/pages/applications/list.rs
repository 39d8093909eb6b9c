//! `/o/:org/applications`: the applications of an organization.

use std::time::Duration;

use astro_api::applications::{self, Application, ApplicationResyncResult};
use leptos::prelude::*;

use super::can;
use crate::{
    components::{copy_action, marks, words},
    routes,
    store::{Batch, Tone as ToastTone, batch, query, use_store},
    ui::{
        Action, Bulk, Button, ButtonLink, Column, Dash, DataTable, EmptyState, Features, Filter, Look, Mark,
        PageHeader, State, Time, Tone, Value, format, maybe, reactive,
        table::{Card, Choice},
    },
};

/// How often the list is renewed: no stream tells of all applications.
const RENEW: Duration = Duration::from_secs(15);

/// The applications of an organization.
pub fn list(organization: String) -> AnyView {
    let query = query(applications::list).every(RENEW);
    let load = query.load();
    let meta = move || {
        load.with(|load| {
            maybe(load.value().filter(|list| !list.is_empty()).map(|list| {
                let bad = list.iter().filter(|it| marks::application(it).tone == Tone::Bad).count();
                let bad = (bad > 0).then(|| format!("{} not healthy", format::count(bad)));
                view! {
                    <span>{format::counted(list.len(), "application", "applications")}</span>
                    {maybe(bad.map(|bad| view! { <span>{bad}</span> }.into_any()))}
                }
                .into_any()
            }))
        })
    };
    let role = use_store().session.role();
    let form = routes::application_deploy(&organization);
    let href = form.href();
    let deploy = reactive(move || {
        let label = "Deploy application";
        match can::deploy(role.get().as_ref()) {
            None => view! { <ButtonLink href=href.clone() label=label look=Look::Primary/> }.into_any(),
            Some(reason) => view! { <Button label=label disabled_reason=Some(reason)/> }.into_any(),
        }
    });
    let empty_href = routes::application_deploy(&organization).href();
    view! {
        <PageHeader title="Applications".to_owned() meta=meta>{deploy}</PageHeader>
        <DataTable
            label="Applications"
            load=load
            columns=columns(organization.clone())
            features=features(organization)
            empty=move || {
                let href = empty_href.clone();
                view! {
                    <EmptyState
                        icon="boxes"
                        title="No applications yet"
                        text="An application comes from an image, a Helm chart or a Git repository, and runs where its profile says. With astroctl: astroctl app apply -f app.yaml."
                    >
                        {maybe(can::deploy(role.get().as_ref()).is_none().then(|| {
                            view! { <ButtonLink href=href label="Deploy the first application"/> }.into_any()
                        }))}
                    </EmptyState>
                }
                .into_any()
            }
            retry=move |()| query.refetch()
        />
    }
    .into_any()
}

/// A state as the value of a filter: what needs a person comes first.
fn choice(mark: Mark) -> Choice {
    let rank = match mark.tone {
        Tone::Bad => 1,
        Tone::Warn | Tone::Ask => 2,
        Tone::Work | Tone::Wait => 3,
        Tone::Good => 0,
        Tone::Idle | Tone::Off => 4,
    };
    let key = mark.word.to_lowercase().replace(' ', "-");
    Choice::new(key, mark.word).tone(mark.tone).rank(rank)
}

fn cluster(application: &Application) -> Option<&str> {
    application.cluster_name.as_deref().filter(|name| !name.is_empty())
}

type Resync = Batch<String, ApplicationResyncResult>;

fn features(organization: String) -> Features<Application> {
    let store = use_store();
    let role = store.session.role();
    let resync: Resync = batch(|id: &String| applications::resync(id, None));
    let resync_one = move |id: String, name: String| {
        leptos::task::spawn_local(async move {
            match resync.run(&id).await {
                Ok(()) => store.toasts.push(ToastTone::Good, format!("{name} is being resynced.")),
                Err(failure) => {
                    let text = format!("{name} was not resynced. {}", format::sentence(&failure.message));
                    store.toasts.push(ToastTone::Bad, text);
                }
            }
        });
    };
    Features::new("application", "applications", |application: &Application| application.id.clone())
        .search("Filter by name, source or cluster")
        .filter(Filter::chips("health", "Health", |it| Some(choice(marks::application(it)))))
        .filter(Filter::menu("sync", "Sync", |it: &Application| {
            it.sync_status.as_ref().map(|it| choice(marks::sync(it)))
        }))
        .filter(Filter::menu("source", "Source", |it: &Application| {
            Some(Choice::new(it.source.kind.as_str().to_owned(), words::source_type(&it.source)))
        }))
        .filter(Filter::menu("cluster", "Cluster", |it| cluster(it).map(Choice::of)))
        .filter(Filter::menu("profile", "Profile", |it: &Application| Some(Choice::of(it.profile_name.clone()))))
        .actions(move |application: &Application| {
            let (id, name) = (application.id.clone(), application.name.clone());
            let href = routes::application(&organization, &id).href();
            let run = {
                let (id, name) = (id.clone(), name.clone());
                move || resync_one(id.clone(), name.clone())
            };
            vec![
                Action::link("Open", "arrow-right", href),
                Action::run("Resync", "refresh-cw", run).unless(can::resync(role.get().as_ref())),
                copy_action("Copy name", name),
                copy_action("Copy id", id),
            ]
        })
        .bulk(
            Bulk::new("Resync", "refresh-cw", "resynced", move |it: &Application| resync.run(&it.id))
                .unless(move |_| can::resync(role.get().as_ref())),
        )
}

fn columns(organization: String) -> Vec<Column<Application>> {
    let clusters_of = organization.clone();
    vec![
        Column::new("Name", move |application: &Application| {
            let name = application.name.clone();
            let href = routes::application(&organization, &application.id).href();
            view! { <a href=href title=name>{application.name.clone()}</a> }.into_any()
        })
        .value(|application| application.name.clone())
        .names(),
        Column::new("Health", |application: &Application| {
            view! { <State mark=marks::application(application)/> }.into_any()
        })
        .value(|application| marks::application(application).word.into_owned())
        .width(132)
        .live()
        .card(Card::Side),
        Column::new("Sync", |application: &Application| match &application.sync_status {
            Some(sync) => view! { <State mark=marks::sync(sync)/> }.into_any(),
            None => view! { <Dash/> }.into_any(),
        })
        .value(|it| Value::text(it.sync_status.as_ref().map(|sync| marks::sync(sync).word.into_owned())))
        .width(132)
        .live()
        .card(Card::NoteSide),
        Column::new("Source", |application: &Application| {
            let source = words::source(&application.source);
            let title = source.clone();
            view! {
                <span class="table__clip" title=title>
                    {words::source_type(&application.source)}
                    {maybe(source.map(|source| view! { <code class="table__aside">{source}</code> }.into_any()))}
                </span>
            }
            .into_any()
        })
        .value(|it| words::source(&it.source).unwrap_or_else(|| words::source_type(&it.source).to_owned()))
        .searched(),
        Column::new("Cluster", move |application: &Application| match cluster(application) {
            Some(cluster) => {
                let href = routes::cluster(&clusters_of, cluster).href();
                view! { <a class="quiet-link" href=href>{cluster.to_owned()}</a> }.into_any()
            }
            None => view! { <Dash/> }.into_any(),
        })
        .value(|application| Value::text(cluster(application)))
        .searched()
        .width(136)
        .card(Card::Note),
        Column::new("Profile", |application: &Application| application.profile_name.clone().into_any())
            .value(|application| application.profile_name.clone())
            .width(140),
        Column::new("Changed", |application: &Application| {
            view! { <span class="muted"><Time at=changed(application)/></span> }.into_any()
        })
        .value(|application| Value::time(changed(application)))
        .width(112),
    ]
}

fn changed(application: &Application) -> Option<String> {
    words::time(application.updated_at.as_ref()).or_else(|| words::time(application.created_at.as_ref()))
}
