//! `/o/:org/applications`: the applications of an organization.

use std::time::Duration;

use astro_api::applications::{self, Application, ApplicationResyncResult};
use leptos::prelude::*;

use super::{actions::copy_of, delete};
use crate::{
    components::{copy_action, marks, roles, words},
    routes,
    store::{Batch, Tone as ToastTone, batch, query, use_store},
    ui::{
        Action, Bulk, ButtonLink, Column, Dash, DataTable, EmptyState, ExternalLink, Features, Filter, Look, Mark,
        PageHeader, State, Tone, Value,
        confirm::{Confirm, Confirming},
        format, quiet_link, some_are,
        table::{Card, Choice},
        tag, tally,
        time::Now,
        titled_link, when,
    },
};

/// How often the list is renewed: no stream tells of all applications.
const RENEW: Duration = Duration::from_secs(15);

/// The applications of an organization.
pub fn list(organization: String) -> AnyView {
    let query = query(applications::list).every(RENEW);
    let load = query.load();
    let meta = tally(load, ("application", "applications"), |list| {
        some_are(list.iter().filter(|it| marks::application(it).tone == Tone::Bad).count(), "failing")
    });
    let blocked = roles::why_not("deployApplication");
    let form = StoredValue::new(routes::application_deploy(&organization).href());
    let deploy = move |label: &'static str, look: Look| {
        view! { <ButtonLink href=form.get_value() label=label look=look disabled_reason=blocked/> }.into_any()
    };
    view! {
        <PageHeader title="Applications".to_owned() meta=meta>{deploy("Deploy application", Look::Primary)}</PageHeader>
        <DataTable
            label="Applications"
            load=load
            columns=columns(organization.clone())
            features=features(organization)
            empty=move || {
                view! {
                    <EmptyState
                        icon="boxes"
                        title="No applications yet"
                        text="An application comes from an image, a Helm chart or a Git repository, and runs where its profile says. With astroctl: astroctl app apply -f app.yaml."
                    >
                        {deploy("Deploy the first application", Look::Plain)}
                    </EmptyState>
                }
                .into_any()
            }
            retry=move |()| query.refetch()
        />
    }
    .into_any()
}

/// A state as the value of a filter: behind those that are well what needs a person comes first.
fn choice(mark: Mark) -> Choice {
    let rank = if mark.tone == Tone::Good { 0 } else { 1 + mark.tone.rank() };
    let key = mark.word.to_lowercase().replace(' ', "-");
    Choice::new(key, mark.word).tone(mark.tone).rank(rank)
}

fn cluster(application: &Application) -> Option<&str> {
    application.cluster_name.as_deref().filter(|name| !name.is_empty())
}

/// So many applications are resynced without a question: a few seconds.
const UNASKED: usize = 20;

type Resync = Batch<String, ApplicationResyncResult>;

fn features(organization: String) -> Features<Application> {
    let store = use_store();
    let role = store.session.role();
    let confirming = use_context::<Confirming>();
    let may_not = move |operation: &'static str| roles::refused(operation, role.get().as_ref());
    let remove: Batch<String, ()> = batch(|id: &String| applications::delete(id));
    let ask = move |application: Application| {
        let Some(confirming) = confirming else { return };
        confirming.ask(delete::one(&application, None), move || {
            let (work, name) = (remove.run(&application.id), application.name.clone());
            async move {
                work.await?;
                store.toasts.push(ToastTone::Good, format!("{name} is deleted."));
                Ok(())
            }
        });
    };
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
        .filter(
            Filter::menu("source", "Source", |it: &Application| {
                Some(Choice::new(it.source.kind.as_str().to_owned(), words::source_type(&it.source)))
            })
            .behind(),
        )
        .filter(Filter::menu("cluster", "Cluster", |it| cluster(it).map(Choice::of)).behind())
        .filter(
            Filter::menu("profile", "Profile", |it: &Application| Some(Choice::of(it.profile_name.clone()))).behind(),
        )
        .filter(
            Filter::menu("access", "Access", |it: &Application| {
                let is_public = endpoint(it).is_some();
                Some(if is_public {
                    Choice::new("public", "Public")
                } else {
                    Choice::new("inside", "Inside the cluster")
                })
            })
            .behind(),
        )
        .filter(
            Filter::menu("age", "Age", |it: &Application| {
                Some(age(format::parse(&created(it)?)?, Now::get_untracked()))
            })
            .behind(),
        )
        .actions(move |application: &Application| {
            let (id, name) = (application.id.clone(), application.name.clone());
            let href = routes::application(&organization, &id).href();
            let run = {
                let (id, name) = (id.clone(), name.clone());
                move || resync_one(id.clone(), name.clone())
            };
            let delete = {
                let application = application.clone();
                move || ask(application.clone())
            };
            vec![
                Action::link("Open", "arrow-right", href),
                Action::link("Open logs", "scroll-text", routes::application_logs(&organization, &id).href()),
                Action::run("Resync", "refresh-cw", run).unless(may_not("resyncApplication")),
                Action::link("Deploy a copy", "copy", copy_of(&organization, &id)).unless(may_not("deployApplication")),
                copy_action("Copy name", name),
                copy_action("Copy id", id),
                Action::run("Delete", "trash-2", delete).danger().unless(may_not("deleteApplication")),
            ]
        })
        .bulk(
            Bulk::new("Resync", "refresh-cw", "resynced", move |it: &Application| resync.run(&it.id))
                .asks(|names| {
                    let title = format!("Resync {} applications?", format::count(names.len()));
                    let text = "Each is synced with its source now, a few at a time. It can be stopped on the way.";
                    Confirm::new(title, text, "Resync")
                })
                .above(UNASKED)
                .unless(move |_| may_not("resyncApplication")),
        )
        .bulk(
            Bulk::new("Delete", "trash-2", "deleted", move |it: &Application| remove.run(&it.id))
                .danger()
                .asks(delete::several)
                .unless(move |_| may_not("deleteApplication")),
        )
}

fn columns(organization: String) -> Vec<Column<Application>> {
    let (clusters_of, profiles_of) = (organization.clone(), organization.clone());
    vec![
        Column::new("Name", move |application: &Application| {
            let href = routes::application(&organization, &application.id).href();
            titled_link(href, application.name.clone()).into_any()
        })
        .value(|application| application.name.clone())
        .names(),
        Column::new("Health", |application: &Application| {
            view! { <State mark=marks::application(application)/> }.into_any()
        })
        .value(marks::application)
        .width(120)
        .live()
        .card(Card::Side),
        Column::new("Sync", |application: &Application| match &application.sync_status {
            Some(sync) => view! { <State mark=marks::sync(sync)/> }.into_any(),
            None => view! { <Dash/> }.into_any(),
        })
        .value(|it| it.sync_status.as_ref().map(marks::sync))
        .width(120)
        .live()
        .card(Card::NoteSide),
        Column::new("Source", |application: &Application| {
            let kind = words::source_type(&application.source);
            // Both do not fit: the filter tells the kinds apart, and hovering says it.
            match words::source(&application.source) {
                Some(source) => {
                    let cell = tag("span").class("table__clip").attr("title", format!("{kind} {source}"));
                    cell.tag(tag("code").class("table__aside").text(source)).into_any()
                }
                None => tag("span").class("table__clip").text(kind).into_any(),
            }
        })
        .value(|it| words::source(&it.source).unwrap_or_else(|| words::source_type(&it.source).to_owned()))
        .searched(),
        Column::new("Cluster", move |application: &Application| match cluster(application) {
            Some(cluster) => {
                let href = routes::cluster(&clusters_of, cluster).href();
                quiet_link(href, cluster.to_owned()).into_any()
            }
            None => view! { <Dash/> }.into_any(),
        })
        .value(|application| Value::text(cluster(application)))
        .searched()
        .width(112)
        .card(Card::Note),
        Column::new("Profile", move |application: &Application| {
            let href = routes::profile(&profiles_of, &application.profile_name).href();
            quiet_link(href, application.profile_name.clone()).into_any()
        })
        .value(|application| application.profile_name.clone())
        .width(124),
        Column::new("Endpoint", |application: &Application| match endpoint(application) {
            Some(endpoint) => {
                let link = view! { <ExternalLink href=words::endpoint(endpoint)/> }.into_any();
                let cell = tag("span").class("table__clip applications__endpoint").attr("title", endpoint.to_owned());
                cell.view(link).into_any()
            }
            None => view! { <Dash/> }.into_any(),
        })
        .value(|application| Value::text(endpoint(application)))
        .searched(),
        Column::new("Created", |application: &Application| when(created(application)))
            .key("age")
            .value(|application| Value::time(created(application)))
            .width(96),
        Column::new("Changed", |application: &Application| when(changed(application)))
            .value(|application| Value::time(changed(application)))
            .width(112)
            .extra(),
    ]
}

fn endpoint(application: &Application) -> Option<&str> {
    application.endpoint.as_deref().filter(|endpoint| !endpoint.is_empty())
}

fn created(application: &Application) -> Option<String> {
    words::time(application.created_at.as_ref())
}

/// How old something is, as a value of a filter. Both times in milliseconds.
fn age(created: u64, now: u64) -> Choice {
    const DAY: u64 = 24 * 60 * 60 * 1000;
    match now.saturating_sub(created) / DAY {
        0 => Choice::new("day", "Less than a day").rank(0),
        1..7 => Choice::new("week", "Less than a week").rank(1),
        7..30 => Choice::new("month", "Less than a month").rank(2),
        _ => Choice::new("older", "Older").rank(3),
    }
}

fn changed(application: &Application) -> Option<String> {
    words::time(application.updated_at.as_ref()).or_else(|| words::time(application.created_at.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_told_by_whole_days() {
        const HOUR: u64 = 60 * 60 * 1000;
        let now = 400 * 24 * HOUR;
        let of = |hours: u64| age(now - hours * HOUR, now).key;
        for (hours, key) in [(0, "day"), (23, "day"), (24, "week"), (167, "week"), (168, "month"), (719, "month")] {
            assert_eq!(of(hours), key, "{hours} hours");
        }
        assert_eq!((of(720), of(9_000)), ("older".into(), "older".into()));
        assert_eq!(age(now + HOUR, now).key, "day", "the platform's clock may be ahead");
        let ranks: Vec<u8> = [0, 24, 168, 720].map(|hours| age(now - hours * HOUR, now).rank).to_vec();
        assert_eq!(ranks, [0, 1, 2, 3], "the youngest first");
    }
}
