//! `/o/:org/clusters`: the clusters of an organization.

use std::time::Duration;

use astro_api::clusters::{self, Cluster, ClusterProgress, ClusterStatus, ProgressQuery};
use leptos::{prelude::*, task::spawn_local};

use super::{
    can::{self, is_at_work},
    existing,
};
use crate::{
    components::{ApprovalsBanner, copy_action, marks, roles, words},
    routes,
    store::{Batch, Tone as ToastTone, batch, query, use_store},
    ui::{
        Bulk, ButtonLink, Column, Dash, DataTable, EmptyState, Features, Filter, Look, Mark, PageHeader, State, Tone,
        Value, format, maybe,
        progress::Ring,
        table::{Action, Card, Choice, Progress},
        tag, titled_link, when,
    },
};

/// How often the list is renewed: no stream tells of all clusters.
const RENEW: Duration = Duration::from_secs(15);
/// How often the work that goes on is.
const RENEW_WORK: Duration = Duration::from_secs(5);

/// What goes on in clusters, as far as it is known.
type Work = Signal<Vec<ClusterProgress>>;

/// The clusters of an organization.
pub fn list(organization: String) -> AnyView {
    let query = query(|| clusters::list(None)).every(RENEW);
    let load = query.load();
    let meta = move || {
        load.with(|load| {
            maybe(load.value().filter(|list| !list.is_empty()).map(|list| {
                let mut regions: Vec<&str> = list.iter().filter_map(|cluster| cluster.region.as_deref()).collect();
                regions.sort_unstable();
                regions.dedup();
                let clusters = format::counted(list.len(), "cluster", "clusters");
                let regions = format::counted(regions.len(), "region", "regions");
                view! { <span>{format!("{clusters} in {regions}")}</span> }.into_any()
            }))
        })
    };
    let at_work = Memo::new(move |_| {
        load.with(|load| load.value().is_some_and(|list| list.iter().any(|cluster| is_at_work(&cluster.status))))
    });
    let work = work(at_work);
    let blocked = roles::why_not("deployCluster");
    let form = StoredValue::new(routes::cluster_create(&organization).href());
    let create = move |label: &'static str, look: Look| {
        view! { <ButtonLink href=form.get_value() label=label look=look disabled_reason=blocked/> }.into_any()
    };
    let register = existing::entry(&organization);
    view! {
        <PageHeader title="Clusters".to_owned() meta=meta>
            {register}
            {create("Create cluster", Look::Primary)}
        </PageHeader>
        <ApprovalsBanner organization=organization.clone()/>
        <DataTable
            label="Clusters"
            load=load
            columns=columns(organization.clone(), work)
            features=features(organization, work)
            empty=move || {
                view! {
                    <EmptyState
                        icon="server"
                        title="No clusters yet"
                        text="A cluster runs in your cloud account, or is one that runs already and is registered by its agent. With astroctl: astroctl infra k8s apply -f cluster.yaml."
                    >
                        {create("Create the first cluster", Look::Plain)}
                    </EmptyState>
                }
                .into_any()
            }
            retry=move |()| query.refetch()
        />
    }
    .into_any()
}

/// How far the work in clusters is. It is asked only while there is some; the list is whole without it.
fn work(at_work: Memo<bool>) -> Work {
    let options =
        ProgressQuery { status: Some("IN_PROGRESS".to_owned()), limit: Some(100), ..ProgressQuery::default() };
    let query = query(move || at_work.get().then(|| clusters::list_progress(&options))).every(RENEW_WORK);
    let load = query.load();
    Memo::new(move |_| {
        if !at_work.get() {
            return Vec::new();
        }
        load.with(|load| load.value().map(|page| page.progress.clone()).unwrap_or_default())
    })
    .into()
}

fn work_of(work: Work, cluster: &Cluster) -> Option<ClusterProgress> {
    let is_of = |work: &&ClusterProgress| {
        work.cluster_id == cluster.id || work.cluster_name.as_ref() == Some(&cluster.cluster_name)
    };
    work.with(|work| work.iter().find(is_of).cloned())
}

fn percent(work: &ClusterProgress) -> Option<u8> {
    work.percent.and_then(|percent| u8::try_from(percent.clamp(0, 100)).ok())
}

/// The states as a person asks for them: what goes on is one.
fn state(cluster: &Cluster) -> Choice {
    match &cluster.status {
        ClusterStatus::Ready => Choice::new("ready", "Ready").rank(0),
        status if is_at_work(status) => Choice::new("working", "In progress").rank(1),
        ClusterStatus::ApprovalPending => Choice::new("approval", "Approval").rank(2),
        ClusterStatus::Failed => Choice::new("failed", "Failed").rank(3),
        ClusterStatus::ApprovalRejected => Choice::new("approval_rejected", "Rejected"),
        other => Choice::new(other.as_str().to_ascii_lowercase(), marks::cluster(other).word),
    }
}

/// How its agent stands, where it has one.
fn agent(cluster: &Cluster) -> Option<Mark> {
    cluster.agent.as_ref().and_then(marks::agent)
}

/// Whether its cloud account is connected, where the platform says so.
fn account(cluster: &Cluster) -> Option<Mark> {
    let is_connected = cluster.cloud_connected?;
    Some(if is_connected { Mark::new(Tone::Good, "Connected") } else { Mark::new(Tone::Idle, "Not connected") })
}

fn by_mark(mark: Option<Mark>) -> Option<Choice> {
    mark.map(|mark| Choice::new(mark.word.clone(), mark.word).tone(mark.tone))
}

/// A menu of the bar: its name in the address, what it is called, and the value of a cluster.
type Facet = (&'static str, &'static str, fn(&Cluster) -> Option<Choice>);

/// The menus. Those behind the first three are seldom wanted, and a bar of them all has no room in one line.
const FACETS: [Facet; 6] = [
    ("provider", "Provider", |cluster| Some(Choice::new(cluster.provider.clone(), words::provider(&cluster.provider)))),
    ("region", "Region", |cluster| cluster.region.as_deref().filter(|region| !region.is_empty()).map(Choice::of)),
    ("version", "Version", |cluster| cluster.kubernetes_version.as_deref().map(|version| Choice::of(minor(version)))),
    ("type", "Type", |cluster| Some(Choice::of(words::cluster_type(cluster)))),
    ("agent", "Agent", |cluster| by_mark(agent(cluster))),
    ("cloud", "Cloud account", |cluster| by_mark(account(cluster))),
];

/// `1.31` of `1.31.1-gke.1678000`.
fn minor(version: &str) -> String {
    let version = version.trim_start_matches('v');
    version.split('.').take(2).collect::<Vec<_>>().join(".")
}

fn features(organization: String, work: Work) -> Features<Cluster> {
    let sync: Batch<String, String> = batch(|name: &String| clusters::sync_auth(name));
    let (may_not_sync, may_not_upgrade) = (roles::why_not("syncClusterAuth"), roles::why_not("updateCluster"));
    let toasts = use_store().toasts;
    let mut features = Features::new("cluster", "clusters", |cluster: &Cluster| cluster.id.clone())
        .search("Filter by name or region")
        .filter(Filter::chips("state", "State", |cluster| Some(state(cluster))));
    for (at, (key, label, of)) in FACETS.into_iter().enumerate() {
        let menu = Filter::menu(key, label, of);
        features = features.filter(if at < 3 { menu } else { menu.behind() });
    }
    features
        .bulk(
            Bulk::new("Synchronize authentication", "refresh-cw", "synchronized", move |cluster: &Cluster| {
                sync.run(&cluster.cluster_name)
            })
            .unless(move |cluster| may_not_sync.get_untracked().or_else(|| can::sync(cluster))),
        )
        .actions(move |cluster: &Cluster| {
            let name = cluster.cluster_name.clone();
            let href = routes::cluster(&organization, &name).href();
            let upgrade = routes::cluster_upgrade(&organization, &name).href();
            let may_not = may_not_upgrade.get_untracked().or_else(|| can::upgrade(cluster, None));
            vec![
                Action::link("Open", "arrow-right", href.clone()),
                Action::link("Kubeconfig", "key-round", format!("{href}?tab=access")),
                Action::link("Update or upgrade", "arrow-up", upgrade).unless(may_not),
                Action::run("Synchronize authentication", "refresh-cw", move || {
                    let name = name.clone();
                    let work = sync.run(&name);
                    spawn_local(async move {
                        match work.await {
                            Ok(()) => {
                                toasts.push(ToastTone::Good, format!("The authentication of {name} is synchronized."));
                            }
                            Err(failure) => toasts.push(ToastTone::Bad, format!("{name}: {}", failure.message)),
                        }
                    });
                })
                .unless(may_not_sync.get_untracked().or_else(|| can::sync(cluster))),
                copy_action("Copy name", cluster.cluster_name.clone()),
                copy_action("Copy ID", cluster.id.clone()),
            ]
        })
        .progress(move |cluster: &Cluster| {
            if !is_at_work(&cluster.status) {
                return None;
            }
            let work = work_of(work, cluster)?;
            let step = work.current_step.as_ref().map(|step| format!(", {step}")).unwrap_or_default();
            let label = format!("{} {}{step}", marks::cluster(&cluster.status).word, cluster.cluster_name);
            Some(Progress { percent: percent(&work), label })
        })
}

fn columns(organization: String, work: Work) -> Vec<Column<Cluster>> {
    vec![
        Column::new("Name", move |cluster: &Cluster| {
            let href = routes::cluster(&organization, &cluster.cluster_name).href();
            titled_link(href, cluster.cluster_name.clone()).into_any()
        })
        .value(|cluster| cluster.cluster_name.clone())
        .names(),
        Column::new("State", move |cluster: &Cluster| {
            let work = if is_at_work(&cluster.status) { work_of(work, cluster) } else { None };
            let mark = marks::cluster(&cluster.status);
            match work.as_ref().and_then(percent) {
                Some(percent) => tag("span")
                    .class("state")
                    .view(view! { <Ring percent=Signal::stored(Some(percent))/> }.into_any())
                    .text(mark.word)
                    .tag(tag("span").class("state__note").text(format!("{percent} %")))
                    .into_any(),
                None => view! { <State mark=mark/> }.into_any(),
            }
        })
        .value(|cluster| marks::cluster(&cluster.status))
        .width(164)
        .live()
        .card(Card::Side),
        Column::new("Version", |cluster: &Cluster| match &cluster.kubernetes_version {
            Some(version) => tag("code").text(version.clone()).into_any(),
            None => view! { <Dash/> }.into_any(),
        })
        .value(|cluster| Value::text(cluster.kubernetes_version.clone()))
        .width(164)
        .card(Card::NoteSide),
        Column::new("Type and region", |cluster: &Cluster| {
            let cell = tag("span").text(words::cluster_type(cluster));
            match &cluster.region {
                Some(region) => cell.tag(tag("span").class("muted").text(format!(" {region}"))),
                None => cell,
            }
            .into_any()
        })
        .key("type")
        .value(|cluster| match &cluster.region {
            Some(region) => format!("{} {region}", words::cluster_type(cluster)),
            None => words::cluster_type(cluster),
        })
        .searched()
        .card(Card::Note),
        Column::new("Nodes", |cluster: &Cluster| match words::cluster_nodes(cluster) {
            Some(nodes) => nodes.into_any(),
            None => view! { <Dash/> }.into_any(),
        })
        .value(|cluster| Value::text(words::cluster_nodes(cluster)))
        .width(80)
        .number(),
        marked("Agent", agent).width(136),
        marked("Cloud account", account).width(148),
        Column::new("Changed", |cluster: &Cluster| when(changed(cluster)))
            .value(|cluster| Value::time(changed(cluster)))
            .width(112)
            // With it the row is wider than a window of 1440 pixels.
            .extra(),
    ]
}

/// A column of states that change by themselves.
fn marked(head: &'static str, of: fn(&Cluster) -> Option<Mark>) -> Column<Cluster> {
    Column::new(head, move |cluster: &Cluster| match of(cluster) {
        Some(mark) => view! { <State mark=mark/> }.into_any(),
        None => view! { <Dash/> }.into_any(),
    })
    .value(of)
    .live()
}

fn changed(cluster: &Cluster) -> Option<String> {
    words::time(cluster.updated_at.as_ref()).or_else(|| words::time(cluster.created_at.as_ref()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_makes_a_cluster_its_agent_and_its_account_can_be_filtered_by() {
        let cluster: Cluster = serde_json::from_value(json!({
            "id": "edge", "clusterName": "edge", "provider": "onprem", "provisionerType": "registered",
            "status": "READY", "agent": {"installed": true, "connected": false}, "cloudConnected": false,
        }))
        .expect("a cluster");
        let says = FACETS.iter().filter_map(|(key, _, of)| Some((*key, of(&cluster)?.label.into_owned())));
        let label = |text: &str| text.to_owned();
        assert_eq!(
            says.collect::<Vec<_>>(),
            [
                ("provider", label("On premises")),
                ("type", label("Registered")),
                ("agent", label("Disconnected")),
                ("cloud", label("Not connected")),
            ]
        );
    }

    #[test]
    fn a_version_is_filtered_by_its_first_two_numbers() {
        for (version, expected) in
            [("1.31.1-gke.1678000", "1.31"), ("v1.30", "1.30"), ("1.29.4", "1.29"), ("odd", "odd")]
        {
            assert_eq!(minor(version), expected);
        }
    }
}
