//! `/o/:org/clusters/:cluster`: one cluster: what it is and runs, its manifest, its operations.

use std::{sync::Arc, time::Duration};

use astro_api::{
    applications,
    clusters::{
        self, Cluster, ClusterProgress, ClusterStatus, InstanceType, NodeGroup, OperationStatus, OperationType,
    },
};
use leptos::prelude::*;

use super::{access, actions::Acts, agent as agent_face, can, create, gone, operations};
use crate::{
    components::{
        ApplicationsCard, PageContext, Pin, Shown, arriving, manifest, marks, operation, people, roles, words,
    },
    routes,
    store::{Query, query},
    ui::{
        Address, Banner, ButtonLink, Card, Column, Count, Dash, Fact, Facts, FactsSkeleton, Latest, Loading, Mark,
        PageHeader, QueryView, State, StateBadge, Tab, Table, Tabs, Time, Tone, address::query_of, load::FailureKind,
        maybe, reactive, table, tabs,
    },
};

/// The faces of a cluster; the first is what its page shows by itself.
const FACES: &[&str] = &["overview", "operations", "manifest", "access", "agent", "danger"];

/// How often it is read again: the stream tells of its operation alone.
pub(super) const RENEW: Duration = Duration::from_secs(15);

/// One cluster. Its name is its id in the contract.
pub fn overview(organization: String, name: String) -> AnyView {
    let query = {
        let name = name.clone();
        query(move || clusters::get(&name)).every(RENEW)
    };
    let load = arriving::awaited(&name, query, Vec::new());
    let badges = move || {
        load.with(|load| {
            maybe(load.value().map(|it| view! { <StateBadge mark=marks::cluster(&it.status)/> }.into_any()))
        })
    };
    let meta = move || load.with(|load| maybe(load.value().map(|cluster| meta(cluster))));
    let shown = {
        let name = name.clone();
        Signal::derive(move || {
            load.with(|load| Shown::of(load.value().map(|_| name.clone()), load.failure().map(|failure| failure.kind)))
        })
    };
    let pin = view! { <Pin organization=organization.clone() kind=words::CLUSTER id=name.clone() shown=shown/> };
    let is_there = Memo::new(move |_| load.with(|load| load.value().is_some()));
    let face = tabs::chosen("tab", FACES);
    let applications = query_applications();
    let count = {
        let name = name.clone();
        Signal::derive(move || {
            let here =
                |application: &applications::Application| application.cluster_name.as_deref() == Some(name.as_str());
            applications.load().with(|load| load.value().map(|all| all.iter().filter(|it| here(it)).count()))
        })
    };
    let renew = Callback::new(move |()| query.renew());
    let followed = operation::follow(name.clone(), None, renew);
    let acts = Acts::new(&organization, &name, load, followed.under_way(), count, renew);
    if let Some(context) = use_context::<PageContext>() {
        context.set_headline(move || followed.headline());
    }
    // Once gone, the page still knows what it was: its history takes that.
    let remembered = RwSignal::new(None::<Cluster>);
    Effect::new(move |_| {
        if let Some(cluster) = load.with(|load| load.value().map(|cluster| (**cluster).clone())) {
            remembered.set(Some(cluster));
        }
    });
    let is_gone = Memo::new(move |_| {
        load.with(|load| load.failure().is_some_and(|failure| failure.kind == FailureKind::NotFound))
    });
    let history = {
        let name = name.clone();
        reactive(move || maybe(is_gone.get().then(|| gone::history(name.clone(), remembered.get_untracked()))))
    };
    // What was seen here, or is come to for an operation of it, is gone by what was done to it: that is no failure.
    let for_operation = Address::of_context().get_untracked(operations::OPERATION).is_some();
    let is_over = Memo::new(move |_| is_gone.get() && (for_operation || remembered.with(Option::is_some)));
    let over = {
        let (organization, name) = (organization.clone(), name.clone());
        move || gone::over(&organization, &name, remembered.get_untracked().as_ref())
    };
    let title = name.clone();
    let faces = move || {
        let (organization, name) = (organization.clone(), name.clone());
        view! {
            <QueryView
                load=load
                loading=skeleton
                empty=None
                retry=move |()| query.refetch()
                data=move |cluster| {
                    let (organization, name) = (organization.clone(), name.clone());
                    reactive(move || match face.get() {
                        "operations" => operations::operations(name.clone(), None),
                        "manifest" => manifest_of(name.clone()),
                        // Drawn once: reading the cluster again must not draw a face anew, which would forget what it has.
                        "access" => untrack(|| access::access(cluster)),
                        "agent" => untrack(|| agent_face::agent(organization.clone(), cluster, count, renew)),
                        "danger" => acts.danger_zone(),
                        _ => content(&organization, &name, cluster, Around { acts, followed, applications }),
                    })
                }
            />
        }
        .into_any()
    };
    view! {
        <PageHeader title=title aside=pin.into_any() badges=badges meta=meta>
            {acts.buttons()}
        </PageHeader>
        // What is not there has no faces.
        {reactive(move || {
            maybe(is_there.get().then(|| {
                let list = vec![
                    Tab::new("overview", "Overview"),
                    Tab::new("operations", "Operations"),
                    Tab::new("manifest", "Manifest"),
                    Tab::new("access", "Access"),
                    Tab::new("agent", "Agent"),
                    Tab::new("danger", "Danger zone"),
                ];
                view! { <Tabs label="Cluster" tabs=list/> }.into_any()
            }))
        })}
        <div>
            {reactive(move || if is_over.get() { over() } else { faces() })}
            {history}
        </div>
        {acts.dialogs()}
    }
    .into_any()
}

/// All applications: the contract has no list by cluster.
fn query_applications() -> Query<Vec<applications::Application>> {
    query(applications::list)
}

/// What the overview stands on, beside the cluster.
#[derive(Clone, Copy)]
struct Around {
    acts: Acts,
    followed: operation::Followed,
    applications: Query<Vec<applications::Application>>,
}

fn manifest_of(name: String) -> AnyView {
    let query = {
        let name = name.clone();
        query(move || clusters::spec(&name))
    };
    let load = query.load().map(|cluster| manifest::of(&cluster.spec));
    manifest::manifest(name, load, Callback::new(move |()| query.refetch()))
}

fn meta(cluster: &Cluster) -> AnyView {
    let region = cluster.region.clone().map(|region| view! { <span>{region}</span> }.into_any());
    let version = cluster.kubernetes_version.clone();
    let version = version.map(|version| view! { <span>"Kubernetes " <code>{version}</code></span> }.into_any());
    let nodes = words::cluster_nodes(cluster).map(|nodes| view! { <span>{nodes} " nodes"</span> }.into_any());
    view! {
        <span>{words::cluster_type(cluster)}</span>
        {maybe(region)}
        {maybe(version)}
        {maybe(nodes)}
    }
    .into_any()
}

/// What is said of an operation that has not done what it should, and the words that lead to another try.
fn undone(progress: &ClusterProgress) -> (String, Tone, Option<&'static str>) {
    let (what, again) = match &progress.operation_type {
        OperationType::Create => ("creation", None),
        OperationType::Update => ("update", Some("Update again")),
        OperationType::Upgrade => ("upgrade", Some("Upgrade again")),
        OperationType::Delete => ("deletion", None),
        OperationType::Register => ("installation of the agent", None),
        OperationType::Other(_) => ("operation", None),
    };
    match &progress.status {
        OperationStatus::Cancelled => (format!("The last {what} was cancelled"), Tone::Warn, again),
        _ => (format!("The last {what} failed"), Tone::Bad, again),
    }
}

fn banner(
    organization: &str,
    acts: Acts,
    operation: Memo<Option<String>>,
    last: Memo<Option<ClusterProgress>>,
    cluster: &Cluster,
) -> Option<AnyView> {
    let mut message = cluster.status_message.clone().filter(|message| !message.is_empty());
    let mut change_again = None;
    let (title, tone) = match &cluster.status {
        ClusterStatus::Failed => ("The last operation failed".to_owned(), Tone::Bad),
        ClusterStatus::Cancelled => ("The creation of this cluster was cancelled".to_owned(), Tone::Warn),
        ClusterStatus::ApprovalPending => {
            let href = routes::approvals(organization).href();
            return Some(
                view! {
                    <Banner
                        title="An owner has to approve this cluster before it is made"
                        text=message
                        tone=Tone::Ask
                    >
                        {acts.withdraw_button()}
                        <ButtonLink href=href label="Show approvals" small=true/>
                    </Banner>
                }
                .into_any(),
            );
        }
        ClusterStatus::ApprovalRejected => ("An owner rejected this cluster".to_owned(), Tone::Warn),
        status => match last.get().filter(|_| !can::is_at_work(status)) {
            // What ran before a change still runs, so the state tells nothing of it.
            Some(progress) => {
                let (title, tone, again) = undone(&progress);
                message = message.or(progress.error).or(progress.message).filter(|message| !message.is_empty());
                change_again = again.map(|label| acts.again_button(label));
                (title, tone)
            }
            // Elsewhere the message is the news.
            None => return message.map(|message| view! { <Banner title=message/> }.into_any()),
        },
    };
    let name = &cluster.cluster_name;
    let operation = operation.get().map(|id| {
        let query = query_of(&[("tab", "operations"), (operations::OPERATION, &id)]);
        let href = format!("{}?{query}", routes::cluster(organization, name).href());
        view! { <ButtonLink href=href label="Show the operation" small=true/> }.into_any()
    });
    let again = can::is_tried_again(cluster).then(|| {
        let href = create::again(organization, name);
        let blocked = roles::why_not("deployCluster");
        view! { <ButtonLink href=href label="Create again" small=true disabled_reason=blocked/> }.into_any()
    });
    let banner = view! {
        <Banner title=title text=message tone=tone>
            {maybe(operation)}
            {maybe(again.or(change_again))}
        </Banner>
    };
    Some(banner.into_any())
}

fn content(organization: &str, name: &str, cluster: Latest<Cluster>, around: Around) -> AnyView {
    let Around { acts, followed, applications } = around;
    let of = organization.to_owned();
    let (operation, last) = (followed.id(), followed.undone());
    let part = move |draw: fn(&Cluster) -> AnyView| reactive(move || cluster.draw(draw));
    view! {
        <div class="stack">
            {acts.trouble()}
            {reactive(move || cluster.draw(|cluster| maybe(banner(&of, acts, operation, last, cluster))))}
            {followed.card(ViewFn::from(move || acts.cancel_button()))}
            <div class="columns">
                <div class="stack">
                    {part(node_groups)}
                    {runs_here(organization.to_owned(), name.to_owned(), applications)}
                    {part(tags)}
                </div>
                <div class="stack">
                    {part(details)}
                    {part(agent)}
                </div>
            </div>
        </div>
    }
    .into_any()
}

fn details(cluster: &Cluster) -> AnyView {
    let mut facts = vec![
        Fact::new("State", view! { <State mark=marks::cluster(&cluster.status)/> }),
        Fact::text("Provider", Some(&words::provider(&cluster.provider))),
        Fact::text("Provisioner", Some(&words::cluster_type(cluster))),
        Fact::code("Region", cluster.region.as_deref()),
        Fact::code("Version", cluster.kubernetes_version.as_deref()),
        Fact::code("Account", cluster.account_id.as_deref()),
        Fact::copied("API endpoint", cluster.endpoint.as_deref()),
        Fact::new(
            "Cloud account",
            match cluster.cloud_connected {
                Some(true) => view! { <State mark=Mark::new(Tone::Good, "Connected")/> }.into_any(),
                Some(false) => view! { <State mark=Mark::new(Tone::Idle, "Not connected")/> }.into_any(),
                None => view! { <Dash/> }.into_any(),
            },
        ),
        Fact::new("Created by", people::person(cluster.created_by.as_deref())),
        Fact::new("Created", view! { <Time at=words::time(cluster.created_at.as_ref())/> }),
        Fact::new("Changed", view! { <Time at=words::time(cluster.updated_at.as_ref())/> }),
    ];
    // In most operations the name is the id.
    if cluster.id != cluster.cluster_name {
        facts.push(Fact::code("ID", Some(&cluster.id)));
    }
    view! {
        <Card title="Details" padded=true>
            <Facts facts=facts/>
        </Card>
    }
    .into_any()
}

fn agent(cluster: &Cluster) -> AnyView {
    let Some(agent) = &cluster.agent else {
        return view! {
            <Card title="Agent" padded=true>
                <p class="muted">"No agent is installed. Registered clusters need one; it is optional for others."</p>
            </Card>
        }
        .into_any();
    };
    let state = match marks::agent(agent) {
        Some(mark) => view! { <State mark=mark/> }.into_any(),
        None => "Not installed".into_any(),
    };
    let facts = vec![
        Fact::new("State", state),
        Fact::code("Version", agent.version.as_deref()),
        Fact::new("Last seen", view! { <Time at=words::time(agent.last_seen_at.as_ref())/> }),
    ];
    view! {
        <Card title="Agent" padded=true>
            <Facts facts=facts/>
        </Card>
    }
    .into_any()
}

fn tags(cluster: &Cluster) -> AnyView {
    let content = match cluster.tags.as_ref().filter(|tags| !tags.is_empty()) {
        None => view! {
            <p class="muted">"No tags. They are set in the manifest and reach the cloud's own resources."</p>
        }
        .into_any(),
        Some(tags) => {
            let tags = tags
                .iter()
                .map(|(name, value)| {
                    view! {
                        <li class="pair">
                            <span class="pair__name">{name.clone()}</span>
                            <span>{value.clone()}</span>
                        </li>
                    }
                })
                .map(IntoAny::into_any)
                .collect_view();
            view! { <ul class="row">{tags}</ul> }.into_any()
        }
    };
    view! {
        <Card title="Tags" padded=true>
            {content}
        </Card>
    }
    .into_any()
}

fn node_groups(cluster: &Cluster) -> AnyView {
    let groups = cluster.node_groups.clone().unwrap_or_default();
    let count = groups.len();
    let content = if groups.is_empty() {
        view! {
            <p class="card__body muted">
                "The platform names no node groups here. An Autopilot or registered cluster manages its own nodes."
            </p>
        }
        .into_any()
    } else {
        let columns = group_columns(&groups);
        let rows = Arc::new(groups);
        let rows = move || Some(Arc::clone(&rows));
        view! { <Table label="Node groups" frameless=true columns=columns rows=rows/> }.into_any()
    };
    view! {
        <Card title="Node groups" side=move || view! { <Count value=count/> }.into_any()>
            {content}
        </Card>
    }
    .into_any()
}

fn group_columns(groups: &[NodeGroup]) -> Vec<Column<NodeGroup>> {
    let mut columns = vec![
        Column::new("Name", |group: &NodeGroup| group.name.clone().into_any()).names(),
        Column::new("Nodes", |group: &NodeGroup| or_dash(words::node_range(group))).number().card(table::Card::Side),
        Column::new("Machines", |group: &NodeGroup| {
            let bought = group.instance_type.as_ref().map(|kind| match kind {
                InstanceType::Ondemand => "on demand".to_owned(),
                kind => kind.as_str().to_owned(),
            });
            view! {
                <code>{group.machine_types.join(", ")}</code>
                {maybe(bought.map(|bought| view! { <span class="table__aside">" " {bought}</span> }.into_any()))}
            }
            .into_any()
        })
        .card(table::Card::Note),
        Column::new("Zones", |group: &NodeGroup| {
            match group.availability_zones.as_ref().filter(|zones| !zones.is_empty()) {
                Some(zones) => zones.join(", ").into_any(),
                None => view! { <span class="muted">"All"</span> }.into_any(),
            }
        }),
    ];
    // Few clusters have any, and the column is wide.
    if groups.iter().any(|group| group.taints.as_ref().is_some_and(|taints| !taints.is_empty())) {
        columns.push(Column::new("Taints", |group: &NodeGroup| {
            let taints: Vec<_> = group
                .taints
                .iter()
                .flatten()
                .map(|taint| {
                    let value = taint.value.as_deref().map(|value| format!("={value}")).unwrap_or_default();
                    format!("{}{value}:{}", taint.key, taint.effect)
                })
                .collect();
            or_dash((!taints.is_empty()).then(|| taints.join(", ")))
        }));
    }
    columns
}

fn or_dash(text: Option<String>) -> AnyView {
    match text {
        Some(text) => text.into_any(),
        None => view! { <Dash/> }.into_any(),
    }
}

/// What runs there, read from the list of all.
fn runs_here(organization: String, cluster: String, query: Query<Vec<applications::Application>>) -> AnyView {
    let rows = query.load().map(move |all| {
        let here = all.iter().filter(|application| application.cluster_name.as_deref() == Some(cluster.as_str()));
        here.cloned().collect::<Vec<_>>()
    });
    view! {
        <ApplicationsCard
            organization=organization
            load=rows
            none="No application runs on this cluster."
            retry=move |()| query.refetch()
        />
    }
    .into_any()
}

fn skeleton() -> AnyView {
    view! {
        <Loading label="Loading the cluster">
            <div class="columns">
                <div class="stack">
                    <FactsSkeleton rows=4/>
                    <FactsSkeleton rows=2/>
                </div>
                <div class="stack">
                    <FactsSkeleton rows=9/>
                    <FactsSkeleton rows=3/>
                </div>
            </div>
        </Loading>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::undone;
    use crate::ui::Tone;

    #[test]
    fn an_operation_that_came_to_nothing_is_told_with_its_kind_and_its_end() {
        let of = |kind: &str, status: &str| {
            let progress = json!({"operationId": "op-1", "clusterId": "a", "operationType": kind, "status": status});
            undone(&serde_json::from_value(progress).unwrap())
        };
        assert_eq!(of("UPGRADE", "FAILED"), ("The last upgrade failed".to_owned(), Tone::Bad, Some("Upgrade again")));
        assert_eq!(
            of("UPDATE", "CANCELLED"),
            ("The last update was cancelled".to_owned(), Tone::Warn, Some("Update again"))
        );
        assert_eq!(of("DELETE", "CANCELLED").2, None, "it is started where it was");
    }
}
