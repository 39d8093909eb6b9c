//! `/o/:org`: what the organization has, and what needs attention there.

use astro_api::{
    applications::{self, Application},
    clusters::{self, Cluster, ClusterStatus},
    profiles,
};
use leptos::prelude::*;

use super::{
    keys, more,
    now::{self, Found, attention},
    shelf::shelf_card,
    steps,
};
use crate::{
    components::{activity as words_of, marks, roles},
    routes::{self, Place},
    store::{activity::book::Book, query, session, use_store},
    ui::{
        ButtonLink, Figure, Figures, Glyph, Latest, Look, Mark, PageHeader, Part, QueryView, Tone, address::query_of,
        figure_skeleton, format, load::Load, maybe, progress::Ring, reactive, time::Now,
    },
};

/// How many operations the tile names.
const NAMED: usize = 3;
const DAY: u64 = 86_400_000;

/// Where clouds are connected.
pub fn clouds(organization: &str) -> Place {
    routes::cloud_accounts(organization)
}

/// Where a cluster is created.
pub fn new_cluster(organization: &str) -> Place {
    routes::cluster_create(organization)
}

/// Where the person's keys are listed.
pub fn keys_href(organization: &str) -> String {
    routes::keys(organization).href()
}

/// An organization's home.
pub fn overview(organization: session::Organization) -> AnyView {
    let applications = query(applications::list);
    let clusters = query(|| clusters::list(None));
    let name = organization.name.clone();
    let not_decide = roles::why_not("decideClusterApproval");
    let decides = Memo::new(move |_| not_decide.with(Option::is_none));
    let found = {
        let name = name.clone();
        Memo::new(move |_| {
            applications.load().with(|applications| {
                clusters.load().with(|clusters| match (applications.value(), clusters.value()) {
                    (Some(applications), Some(clusters)) => {
                        Found::All(attention(&name, applications, clusters, decides.get()))
                    }
                    // Without both lists nobody can say that all is well.
                    _ if applications.is_busy() || clusters.is_busy() => Found::Loading,
                    _ => Found::Unknown,
                })
            })
        })
    };
    let found = now::with_failed(name.clone(), found);
    let book = use_store().activity.book();
    let running = Memo::new(move |_| {
        book.with(|book| book.is_known().then(|| book.running().filter(|it| !it.waits_for_approval()).count()))
    });
    let versions = Memo::new(move |_| clusters.load().with(|load| load.value().and_then(|list| versions(list))));
    let meta = {
        let title = organization.title.clone();
        move || {
            let concerns = match found.get() {
                Found::All(list) if !list.is_empty() => {
                    Some(format::counted(list.len(), "thing needs attention", "things need attention"))
                }
                // Without the operations nobody can say so.
                Found::All(_) if running.get().is_some() => Some("All is well".to_owned()),
                _ => None,
            };
            let running = running.get().filter(|count| *count > 0);
            let running = running.map(|count| format::counted(count, "operation running", "operations running"));
            let facts = [Some(title.clone()), concerns, running, versions.get()];
            facts.into_iter().flatten().map(|fact| view! { <span>{fact}</span> }.into_any()).collect_view().into_any()
        }
    };
    let not_deploy = roles::why_not("deployApplication");
    let not_create = roles::why_not("deployCluster");
    let (deploy, create) = (routes::application_deploy(&name).href(), new_cluster(&name).href());
    let figure_of_applications = {
        let name = name.clone();
        move |list: Latest<Vec<Application>>| {
            let name = name.clone();
            reactive(move || list.draw(|list| application_figure(&name, list)))
        }
    };
    let figure_of_clusters = {
        let name = name.clone();
        move |list: Latest<Vec<Cluster>>| {
            let name = name.clone();
            reactive(move || list.draw(|list| cluster_figure(&name, list)))
        }
    };
    // Whoever has both has done all of it.
    let wants_steps = Memo::new(move |_| {
        let count = |known: Option<usize>| known.filter(|_| matches!(found.get(), Found::All(_)));
        let applications = count(applications.load().with(|load| load.value().map(|list| list.len())))?;
        let clusters = count(clusters.load().with(|load| load.value().map(|list| list.len())))?;
        (applications == 0 || clusters == 0).then_some((clusters, applications))
    });
    // Nothing else here takes the profiles, so that they are not asked for where no step is left.
    let profiles = query(move || wants_steps.get().map(|_| profiles::list()));
    let has_profiles = Memo::new(move |_| profiles.load().with(|load| load.value().map(|list| !list.is_empty())));
    // Drawn once, so that no step turns to done under the pointer.
    let is_read = Memo::new(move |_| profiles.load().with(|load| !matches!(load, Load::Loading)));
    let next = {
        let name = name.clone();
        reactive(move || {
            let (wanted, has_profiles) = (wants_steps.get().filter(|_| is_read.get()), has_profiles.get());
            maybe(wanted.map(|(clusters, applications)| steps::card(&name, clusters, applications, has_profiles)))
        })
    };
    let operations = operations_figure(name.clone());
    let keys = keys::tile(&organization);
    let now = now::card(name.clone(), found);
    let activity = more::activity(organization.clone());
    let may_read = more::may_read(&organization);
    let slot = move || if may_read.get() == Some(false) { "home__slot" } else { "home__slot home__slot--awaited" };
    view! {
        <PageHeader title="Home".to_owned() meta=meta>
            <ButtonLink href=create label="Create cluster" disabled_reason=not_create/>
            <ButtonLink href=deploy label="Deploy application" look=Look::Primary disabled_reason=not_deploy/>
        </PageHeader>
        <div class="stack">
            <div class="home__figures">
                <Figures>
                    <div>
                        <QueryView
                            load=applications.load()
                            loading=figure_skeleton
                            empty=None
                            frameless=true
                            retry=move |()| applications.refetch()
                            data=figure_of_applications
                        />
                    </div>
                    <div>
                        <QueryView
                            load=clusters.load()
                            loading=figure_skeleton
                            empty=None
                            frameless=true
                            retry=move |()| clusters.refetch()
                            data=figure_of_clusters
                        />
                    </div>
                    <div>{operations}</div>
                    <div>{keys}</div>
                </Figures>
            </div>
            {next}
            // It has its height before it comes, so that nothing jumps.
            <div class=slot>{activity}</div>
            <div class="home">
                {now}
                <div class="stack">{more::recently(organization)} {shelf_card(name)}</div>
            </div>
        </div>
    }
    .into_any()
}

/// Counts marks by their words, the healthy ones first and the rest by their number.
fn parts(marks: impl Iterator<Item = Mark>) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for mark in marks {
        match parts.iter_mut().find(|part| part.name == mark.word) {
            Some(part) => part.count += 1,
            None => parts.push(Part { tone: mark.tone, name: mark.word.into_owned(), count: 1 }),
        }
    }
    // A handful of parts: the standard library's sort would be more program than this whole page.
    let mut sorted: Vec<Part> = Vec::with_capacity(parts.len());
    for part in parts {
        let rank = |part: &Part| (part.tone == Tone::Good, part.count);
        let place = sorted.iter().position(|other| rank(other) < rank(&part)).unwrap_or(sorted.len());
        sorted.insert(place, part);
    }
    sorted
}

fn good(parts: &[Part]) -> usize {
    parts.iter().filter(|part| part.tone == Tone::Good).map(|part| part.count).sum()
}

/// The address of a list, reduced to one value of a filter.
fn filtered(place: &Place, key: &str, value: &str) -> String {
    format!("{}?{}", place.href(), query_of(&[(key, value)]))
}

fn application_figure(organization: &str, list: &[Application]) -> AnyView {
    let parts = parts(list.iter().map(marks::application));
    let note = format!("{} healthy", format::count(good(&parts)));
    let place = routes::applications(organization);
    let lead = |part: &Part| filtered(&place, "health", &part.name.to_lowercase().replace(' ', "-"));
    let leads = parts.iter().map(lead).collect::<Vec<_>>();
    view! { <Figure label="Applications" href=place.href() value=list.len() note=note parts=parts leads=leads/> }
        .into_any()
}

/// The sorts of states by which the list of clusters is filtered: the value, its word.
fn state(status: &ClusterStatus) -> (String, Mark) {
    let mark = marks::cluster(status);
    match (status, mark.tone) {
        (ClusterStatus::ApprovalPending, _) => ("approval".to_owned(), Mark::new(Tone::Ask, "Approval")),
        (ClusterStatus::ApprovalRejected, tone) => ("approval_rejected".to_owned(), Mark::new(tone, "Rejected")),
        (_, Tone::Work) => ("working".to_owned(), Mark::new(Tone::Work, "In progress")),
        _ => (status.as_str().to_ascii_lowercase(), mark),
    }
}

fn cluster_figure(organization: &str, list: &[Cluster]) -> AnyView {
    let parts = parts(list.iter().map(|cluster| state(&cluster.status).1));
    let note = format!("{} ready", format::count(good(&parts)));
    let place = routes::clusters(organization);
    let key = |part: &Part| {
        let states = list.iter().map(|cluster| state(&cluster.status));
        states.into_iter().find(|(_, mark)| mark.word == part.name).map(|(key, _)| key).unwrap_or_default()
    };
    let leads = parts.iter().map(|part| filtered(&place, "state", &key(part))).collect::<Vec<_>>();
    view! { <Figure label="Clusters" href=place.href() value=list.len() note=note parts=parts leads=leads/> }.into_any()
}

/// What runs, and what ended within a day. The bell asks for it, so that this costs no call.
fn operations_figure(organization: String) -> AnyView {
    let activity = use_store().activity;
    let book = activity.book();
    let is_known = Memo::new(move |_| book.with(Book::is_known));
    let trouble = activity.problem();
    reactive(move || {
        if !is_known.get() {
            if trouble.with(Option::is_some) {
                return view! {
                    <div class="figure">
                        <h2 class="home__label">"Operations"</h2>
                        <p class="home__none">"What runs could not be read. The bell at the top says why."</p>
                    </div>
                }
                .into_any();
            }
            return figure_skeleton();
        }
        let href = routes::operations(&organization).href();
        let now = Now::get_untracked();
        let (running, lately, is_more, rows) = book.with(|book| {
            let running = book.running().filter(|entry| !entry.waits_for_approval()).count();
            let is_late = |entry: &&crate::store::activity::Entry| !entry.is_running() && entry.updated + DAY > now;
            let ended = book.entries().iter().filter(|it| !it.is_running()).count();
            let lately = book.entries().iter().filter(is_late).count();
            // Where all that is known ended in a day, more may have.
            let is_more = book.has_more() && lately == ended && lately > 0;
            let rows = book.entries().iter().filter(|entry| !entry.waits_for_approval()).take(NAMED);
            (running, lately, is_more, rows.cloned().collect::<Vec<_>>())
        });
        let least = if is_more { "at least " } else { "" };
        let ended = if lately == 0 { "none".to_owned() } else { format!("{least}{}", format::count(lately)) };
        let note = format!("running, {ended} finished in 24 h");
        let rows = rows
            .into_iter()
            .map(|entry| {
                let sign = if entry.is_running() {
                    view! { <Ring percent=Signal::stored(entry.percent)/> }.into_any()
                } else {
                    view! { <Glyph tone=marks::operation(&entry.status).tone/> }.into_any()
                };
                let side = match entry.percent.filter(|_| entry.is_running()) {
                    Some(percent) => format!("{percent} %"),
                    None if entry.is_running() => "waits".to_owned(),
                    None => format::relative(entry.updated, now),
                };
                view! {
                    <li class="legend__row">
                        {sign}
                        <span class="home__cut">{words_of::noun(&entry)}</span>
                        <span>{side}</span>
                    </li>
                }
                .into_any()
            })
            .collect::<Vec<_>>();
        let none = rows.is_empty().then(|| view! { <p class="home__none">"Nothing has run yet."</p> }.into_any());
        view! {
            <Figure label="Operations" href=href value=running note=note>
                <ul class="legend legend--list">{rows}</ul>
                {maybe(none)}
            </Figure>
        }
        .into_any()
    })
}

/// A version of Kubernetes as two numbers, for comparing: `v1.34.2` is 1 and 34.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.trim_start_matches('v').split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// Which versions the clusters have: "Kubernetes 1.33 to 1.35 on 14 clusters".
fn versions(clusters: &[Cluster]) -> Option<String> {
    let known = clusters.iter().filter_map(|cluster| version(cluster.kubernetes_version.as_deref()?));
    let (least, most, count) = known.fold((None, None, 0_usize), |(least, most, count), it| {
        (
            Some(least.map_or(it, |least: (u32, u32)| least.min(it))),
            Some(most.map_or(it, |most: (u32, u32)| most.max(it))),
            count + 1,
        )
    });
    let ((least, most), on) = (least.zip(most)?, format::counted(count, "cluster", "clusters"));
    let word = |(major, minor): (u32, u32)| format!("{major}.{minor}");
    Some(if least == most {
        format!("Kubernetes {} on {on}", word(least))
    } else {
        format!("Kubernetes {} to {} on {on}", word(least), word(most))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_counted_and_the_healthy_ones_come_first() {
        let marks = [
            Mark::new(Tone::Bad, "Failed"),
            Mark::new(Tone::Work, "Updating"),
            Mark::new(Tone::Good, "Ready"),
            Mark::new(Tone::Work, "Updating"),
        ];
        let parts: Vec<_> = parts(marks.into_iter()).into_iter().map(|part| (part.name, part.count)).collect();
        assert_eq!(parts, [("Ready".to_owned(), 1), ("Updating".to_owned(), 2), ("Failed".to_owned(), 1)]);
    }

    #[test]
    fn versions_are_compared_as_numbers() {
        let cluster = |version: &str| -> Cluster {
            serde_json::from_value(serde_json::json!({
                "id": version, "clusterName": version, "provider": "aws", "status": "READY", "kubernetesVersion": version,
            }))
            .unwrap()
        };
        let of = |list: &[&str]| versions(&list.iter().map(|it| cluster(it)).collect::<Vec<_>>());
        assert_eq!(
            of(&["1.9", "v1.34.2", "1.31.1-gke.1678000"]).as_deref(),
            Some("Kubernetes 1.9 to 1.34 on 3 clusters")
        );
        assert_eq!(of(&["1.34"]).as_deref(), Some("Kubernetes 1.34 on 1 cluster"));
        assert_eq!(of(&["latest"]), None);
    }

    #[test]
    fn states_are_those_that_the_list_filters_by() {
        let key = |word: &str| state(&word.into()).0;
        let keys = ["READY", "UPGRADING", "APPROVAL_PENDING", "FAILED", "CANCELLED"].map(key);
        assert_eq!(keys, ["ready", "working", "approval", "failed", "cancelled"]);
    }
}
