//! What needs attention, and what runs.

use astro_api::{
    applications::Application,
    clusters::{Cluster, ClusterStatus, OperationStatus},
};
use leptos::prelude::*;

use crate::{
    components::{
        activity as words_of, marks,
        remedy::{Remedy, remedy},
        words,
    },
    routes,
    store::{
        activity::{Entry, book::Book},
        use_store,
    },
    ui::{
        Bar, ButtonLink, Card, Count, EmptyState, Glyph, Loading, Progress, Time, Tone, format, maybe, progress::Ring,
        reactive, skeleton::Width, time::Now,
    },
};

const DAY: u64 = 86_400_000;
/// How many concerns the home page lists before it is asked for all.
const CONCERNS: usize = 6;

/// Something that a person should look at.
#[derive(Clone, Debug, PartialEq)]
pub struct Concern {
    pub tone: Tone,
    href: String,
    name: String,
    state: String,
    message: Option<String>,
    at: Option<String>,
    /// Where one does something about it, and what the link says.
    deed: Option<(String, &'static str)>,
}

/// What is known of the things to look at.
#[derive(Clone, PartialEq)]
pub enum Found {
    /// It is on its way.
    Loading,
    /// A list could not be read.
    Unknown,
    /// All of them.
    All(Vec<Concern>),
}

/// What of the lists a person should look at, the worst first. Who `decides` is sent to the approvals.
pub fn attention(
    organization: &str,
    applications: &[Application],
    clusters: &[Cluster],
    decides: bool,
) -> Vec<Concern> {
    let of_applications = applications.iter().map(|application| {
        let mark = marks::application(application);
        let href = routes::application(organization, &application.id).href();
        let (health, sync) = (application.health.as_ref(), application.sync_status.as_ref());
        let deed = match remedy(application, health, sync, application.message.as_deref().unwrap_or_default()) {
            // Its page says why, and has the button.
            Remedy::Resync => (href.clone(), "Details"),
            Remedy::Events => (format!("{href}?tab=events"), "Open events"),
            Remedy::Logs => (routes::application_logs(organization, &application.id).href(), "Open logs"),
        };
        Concern {
            tone: mark.tone,
            href,
            name: application.name.clone(),
            state: format!("is {}", mark.word.to_ascii_lowercase()),
            message: application.message.clone(),
            at: words::time(application.updated_at.as_ref()),
            deed: Some(deed),
        }
    });
    let of_clusters = clusters.iter().map(|cluster| {
        let mark = marks::cluster(&cluster.status);
        let agent = cluster.agent.as_ref().and_then(marks::agent).filter(|agent| agent.tone == Tone::Warn);
        let (tone, state) = match (mark.tone, agent) {
            (Tone::Good, Some(agent)) => (agent.tone, "has lost its agent".to_owned()),
            (Tone::Ask, _) => (mark.tone, "waits for an owner's approval".to_owned()),
            (Tone::Bad, _) => (mark.tone, "has failed".to_owned()),
            (tone, _) => (tone, format!("is {}", mark.word.to_ascii_lowercase())),
        };
        let href = routes::cluster(organization, &cluster.cluster_name).href();
        let deed = match cluster.status {
            ClusterStatus::ApprovalPending if decides => (routes::approvals(organization).href(), "Review"),
            _ => (href.clone(), "Details"),
        };
        Concern {
            tone,
            href,
            name: cluster.cluster_name.clone(),
            state,
            message: cluster.status_message.clone(),
            at: words::time(cluster.updated_at.as_ref()),
            deed: Some(deed),
        }
    });
    let all: Vec<Concern> = of_clusters.chain(of_applications).collect();
    [Tone::Bad, Tone::Ask, Tone::Warn]
        .into_iter()
        .flat_map(|tone| all.iter().filter(move |concern| concern.tone == tone).cloned())
        .collect()
}

/// Operations that failed within a day, of clusters that are not listed as failed anyway. What has completed since, a
/// retry or the deletion of the cluster, leaves nothing to do.
fn failed<'a>(entries: &'a [Entry], concerns: &[Concern], now: u64) -> Vec<&'a Entry> {
    let mut failed: Vec<&Entry> = Vec::new();
    for entry in entries.iter().filter(|entry| entry.status == OperationStatus::Failed && entry.updated + DAY > now) {
        let is_listed = concerns.iter().any(|concern| concern.name == entry.name)
            || failed.iter().any(|known| known.name == entry.name);
        let is_mended = entries.iter().any(|other| {
            other.cluster == entry.cluster
                && other.status == OperationStatus::Completed
                && other.updated > entry.updated
        });
        if !is_listed && !is_mended {
            failed.push(entry);
        }
    }
    failed
}

fn failure(organization: &str, entry: &Entry) -> Concern {
    let href = routes::cluster(organization, &entry.cluster).href();
    Concern {
        tone: Tone::Bad,
        href: href.clone(),
        name: entry.name.clone(),
        state: format!("could not be changed: {} failed", words_of::noun(entry).to_ascii_lowercase()),
        message: entry.error.clone().or_else(|| entry.message.clone()),
        at: Some(format::iso(entry.updated)),
        deed: Some((href, "Details")),
    }
}

/// What was found in the lists, below the operations that failed.
pub fn with_failed(organization: String, found: Memo<Found>) -> Memo<Found> {
    let book = use_store().activity.book();
    Memo::new(move |_| match found.get() {
        Found::All(concerns) => {
            let mut all: Vec<Concern> = book.with(|book| {
                let failed = failed(book.entries(), &concerns, Now::get_untracked());
                failed.into_iter().map(|entry| failure(&organization, entry)).collect()
            });
            all.extend(concerns);
            Found::All(all)
        }
        other => other,
    })
}

/// The card of what needs attention and what runs.
pub fn card(organization: String, found: Memo<Found>) -> AnyView {
    let book = use_store().activity.book();
    let ids = Memo::new(move |_| {
        book.with(|book| {
            book.running().filter(|entry| !entry.waits_for_approval()).map(|entry| entry.id.clone()).collect::<Vec<_>>()
        })
    });
    let is_known = Memo::new(move |_| book.with(Book::is_known));
    let is_clear = Memo::new(move |_| found.with(|found| matches!(found, Found::All(list) if list.is_empty())));
    // Without the operations nobody can say that nothing runs.
    let is_quiet = Memo::new(move |_| is_known.get() && is_clear.get() && ids.with(Vec::is_empty));
    let trouble = use_store().activity.problem();
    let count = move || match found.get() {
        Found::All(list) => list.len(),
        _ => 0,
    };
    let running = move || {
        reactive({
            let organization = organization.clone();
            let is_running = Memo::new(move |_| ids.with(|ids| !ids.is_empty()));
            move || {
                if !is_running.get() {
                    return if is_known.get() {
                        ().into_any()
                    } else if trouble.with(Option::is_some) {
                        view! {
                            <p class="card__body muted">"What runs could not be read. The bell at the top says why."</p>
                        }
                        .into_any()
                    } else if is_clear.get() {
                        still("Loading what runs")
                    } else {
                        ().into_any()
                    };
                }
                let organization = organization.clone();
                view! {
                    <h3 class="feed__label">"Running"</h3>
                    <ul>
                        <For
                            each=move || ids.get()
                            key=Clone::clone
                            children=move |id| run(organization.clone(), id)
                        />
                    </ul>
                }
                .into_any()
            }
        })
    };
    let running = StoredValue::new(running);
    let all = RwSignal::new(false);
    view! {
        <Card
            title="Now"
            side=move || maybe(Some(count()).filter(|count| *count > 0).map(|count| view! { <Count value=count/> }.into_any()))
        >
            {reactive(move || {
                if is_quiet.get() {
                    return view! {
                        <EmptyState
                            icon="circle-check"
                            title="Nothing needs attention"
                            text="No application is unhealthy, no cluster has failed or waits for a person, and nothing runs."
                        />
                    }
                    .into_any();
                }
                view! {
                    {reactive(move || listed(found.get(), all))}
                    {running.with_value(|running| running())}
                }
                .into_any()
            })}
        </Card>
    }
    .into_any()
}

fn still(label: &'static str) -> AnyView {
    view! {
        <Loading label=label>
            <div class="card__body stack">
                <Bar/>
                <Bar width=Width::Long/>
                <Bar/>
            </div>
        </Loading>
    }
    .into_any()
}

fn listed(found: Found, all: RwSignal<bool>) -> AnyView {
    match found {
        Found::Unknown => view! {
            <p class="card__body muted">"That takes both lists, applications and clusters, and one of them could not be read."</p>
        }
        .into_any(),
        Found::Loading => still("Loading what needs attention"),
        Found::All(concerns) if concerns.is_empty() => ().into_any(),
        Found::All(concerns) => {
            let count = concerns.len();
            let more = (count > CONCERNS).then(|| {
                let label = move || {
                    if all.get() { "Show fewer".to_owned() } else { format!("Show all {}", format::count(count)) }
                };
                view! {
                    <p class="card__foot">
                        <button
                            type="button"
                            class="link"
                            aria-expanded=move || if all.get() { "true" } else { "false" }
                            on:click=move |_| all.update(|all| *all = !*all)
                        >
                            {label}
                        </button>
                    </p>
                }
                .into_any()
            });
            let rows = reactive(move || {
                let shown = if all.get() { count } else { CONCERNS };
                concerns.iter().take(shown).cloned().map(row).collect_view().into_any()
            });
            view! {
                <h3 class="feed__label">"Needs attention"</h3>
                <ul>{rows}</ul>
                {maybe(more)}
            }
            .into_any()
        }
    }
}

fn row(concern: Concern) -> AnyView {
    let message = concern.message.filter(|message| !message.is_empty());
    let deed = concern.deed.map(|(href, label)| view! { <ButtonLink href=href label=label small=true/> }.into_any());
    view! {
        <li class="feed__row">
            <Glyph tone=concern.tone/>
            <div class="feed__text">
                <a class="strong quiet-link" href=concern.href>
                    {concern.name}
                </a>
                " "
                {concern.state}
                {maybe(message.map(|message| view! { <span class="feed__note feed__note--cut">{message}</span> }.into_any()))}
            </div>
            <span class="feed__side">
                <Time at=concern.at/>
            </span>
            {maybe(deed)}
        </li>
    }
    .into_any()
}

/// An operation that runs. Its words change in place, so that the focus stays where it is.
fn run(organization: String, id: String) -> AnyView {
    let book = use_store().activity.book();
    let entry = Memo::new(move |_| book.with(|book| book.entries().iter().find(|entry| entry.id == id).cloned()));
    let percent = Signal::derive(move || entry.with(|entry| entry.as_ref().and_then(|entry| entry.percent)));
    let name =
        Memo::new(move |_| entry.with(|entry| entry.as_ref().map(|entry| (entry.cluster.clone(), entry.name.clone()))));
    let verb = move || entry.with(|entry| entry.as_ref().map(|entry| marks::operation_type(&entry.kind)));
    let link = reactive(move || {
        maybe(name.get().map(|(cluster, name)| {
            let href = routes::cluster(&organization, &cluster).href();
            view! { <a class="strong quiet-link" href=href>{name}</a> }.into_any()
        }))
    });
    let note = reactive(move || {
        let note = entry.with(|entry| entry.as_ref().and_then(words_of::progress_note));
        maybe(note.map(|note| view! { <span class="feed__note feed__note--cut">{note}</span> }.into_any()))
    });
    let label = entry.with_untracked(|entry| entry.as_ref().map(words_of::noun).unwrap_or_default());
    let since = move || {
        let started = entry.with(|entry| entry.as_ref().and_then(|entry| entry.started))?;
        Some(format::duration(Now::get().saturating_sub(started)))
    };
    let told = move || percent.get().map(|percent| format!("{percent} %"));
    view! {
        <li class="feed__row">
            <Ring percent=percent/>
            <div class="feed__text">
                {verb} " " {link}
                {note}
                <div class="home__progress"><Progress label=label percent=percent/></div>
            </div>
            <span class="feed__side">
                <span class="home__percent">{told}</span>
                <span>{since}</span>
            </span>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use astro_api::clusters::OperationType;

    use super::*;

    #[test]
    fn a_failed_operation_is_listed_until_a_later_one_of_its_cluster_has_completed() {
        let entry = |id: &str, cluster: &str, status: OperationStatus, updated: u64| Entry {
            id: id.to_owned(),
            cluster: cluster.to_owned(),
            name: cluster.to_owned(),
            kind: OperationType::Upgrade,
            status,
            percent: None,
            step: None,
            message: None,
            error: None,
            started: None,
            updated,
        };
        let entries = [
            entry("retry runs", "b", OperationStatus::InProgress, 30),
            entry("retry", "a", OperationStatus::Completed, 30),
            entry("failed", "c", OperationStatus::Failed, 20),
            entry("mended", "a", OperationStatus::Failed, 20),
            entry("tried again", "b", OperationStatus::Failed, 20),
            entry("before", "c", OperationStatus::Completed, 10),
            entry("failed before", "c", OperationStatus::Failed, 5),
        ];
        let ids = |now: u64| -> Vec<_> { failed(&entries, &[], now).into_iter().map(|it| it.id.as_str()).collect() };
        assert_eq!(ids(40), ["failed", "tried again"]);
        assert!(ids(DAY + 20).is_empty());
    }

    #[test]
    fn a_failure_stands_above_a_lost_agent_and_health_is_not_listed() {
        let cluster = |name: &str, status: &str, connected: bool| -> Cluster {
            serde_json::from_value(serde_json::json!({
                "id": name, "clusterName": name, "provider": "aws", "status": status,
                "agent": { "installed": true, "connected": connected },
            }))
            .unwrap()
        };
        let clusters = [
            cluster("a", "READY", true),
            cluster("b", "READY", false),
            cluster("c", "FAILED", true),
            cluster("d", "APPROVAL_PENDING", true),
        ];
        let found = attention("acme", &[], &clusters, true);
        let names: Vec<_> = found.iter().map(|concern| concern.name.as_str()).collect();
        assert_eq!(names, ["c", "d", "b"]);
        let review = found[1].deed.clone().unwrap();
        assert_eq!(review, ("o/acme/approvals".to_owned(), "Review"));
        let details = attention("acme", &[], &clusters, false)[1].deed.clone().unwrap();
        assert_eq!(details, ("o/acme/clusters/d".to_owned(), "Details"));
    }

    #[test]
    fn logs_are_not_proposed_where_nothing_runs() {
        let application = |id: &str, health: &str, mode: &str| -> Application {
            serde_json::from_value(serde_json::json!({
                "id": id, "name": id, "profileName": "p", "status": "x", "source": { "type": "image" },
                "syncType": mode, "health": health, "syncStatus": "OutOfSync",
            }))
            .unwrap()
        };
        let all = [
            application("a", "Missing", "manual"),
            application("b", "Missing", "auto"),
            application("c", "Degraded", "auto"),
        ];
        let deeds: Vec<_> = attention("acme", &all, &[], true).into_iter().filter_map(|concern| concern.deed).collect();
        let expected = [
            ("o/acme/applications/a".to_owned(), "Details"),
            ("o/acme/applications/b?tab=events".to_owned(), "Open events"),
            ("o/acme/applications/c/logs".to_owned(), "Open logs"),
        ];
        assert_eq!(deeds, expected);
    }
}
