//! `/o/:org/approvals`: clusters that wait for an owner, for every member to see and for owners to decide.

use std::time::Duration;

use astro_api::{
    Secret,
    clusters::{self, Cluster, ClusterProgress, ClusterStatus, OperationStatus, OperationType, ProgressQuery},
    organizations::OrgMember,
};
use leptos::{html, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{
    decide::{self, Decision, TooLate},
    withdraw::{Withdrawal, withdrawal},
};
use crate::{
    components::{OidcButton, PageContext, people, roles, words},
    routes,
    store::{
        Mutation, Tone as ToastTone,
        decision::{self, Asked},
        query, use_store,
    },
    ui::{
        Banner, Button, ButtonLink, Card, EmptyState, Fact, Facts, FactsSkeleton, Field, Loading, Look, PageHeader,
        PlainForm, QueryView, SecretField, Time, Tone,
        confirm::Confirming,
        format::{self, counted},
        load::{Failure, FailureKind},
        maybe, reactive,
    },
};

/// How often it is renewed: no stream tells of what waits.
const RENEW: Duration = Duration::from_secs(15);

/// A cluster that waits.
#[derive(Clone, PartialEq)]
struct Waiting {
    name: String,
    cluster: Option<Cluster>,
    /// When it was asked for, as the platform writes it.
    since: Option<String>,
    token: Option<Secret<String>>,
}

/// What waits, oldest first: what the clusters say, with the tokens of the operations.
fn waiting(clusters: &[Cluster], pending: &[ClusterProgress]) -> Vec<Waiting> {
    let operation_of = |name: &str| {
        pending.iter().find(|it| {
            it.operation_type == OperationType::Create
                && it.status == OperationStatus::Pending
                && (it.cluster_name.as_deref() == Some(name) || it.cluster_id == name)
        })
    };
    let mut list: Vec<Waiting> = clusters
        .iter()
        .filter(|cluster| cluster.status == ClusterStatus::ApprovalPending)
        .map(|cluster| {
            let operation = operation_of(&cluster.cluster_name);
            let asked = operation.and_then(|it| it.started_at.as_ref()).or(cluster.created_at.as_ref());
            Waiting {
                name: cluster.cluster_name.clone(),
                cluster: Some(cluster.clone()),
                since: words::time(asked),
                token: operation.and_then(|it| it.approval_token.clone()),
            }
        })
        .collect();
    list.sort_by(|one, other| one.since.cmp(&other.since));
    list
}

/// A cluster in a few words: "EKS in eu-north-1, 3–12 nodes".
fn brief(cluster: &Cluster) -> String {
    let mut text = words::cluster_type(cluster);
    if let Some(region) = cluster.region.as_deref().filter(|region| !region.is_empty()) {
        text = format!("{text} in {region}");
    }
    match words::cluster_nodes(cluster) {
        Some(nodes) => format!("{text}, {nodes} nodes"),
        None => text,
    }
}

/// What each card stands on.
#[derive(Clone, Copy)]
struct Ground {
    organization: StoredValue<String>,
    organization_id: Signal<String>,
    decide: Mutation<Decision, String>,
    confirming: Option<Confirming>,
    refetch: Callback<()>,
    /// What became of the last decision that came too late.
    late: RwSignal<Option<(String, TooLate, String)>>,
    may_not: Signal<Option<String>>,
    may_not_withdraw: Signal<Option<String>>,
    has_bearer: Signal<bool>,
    withdrawal: Withdrawal,
}

impl Ground {
    fn decide(self, waiting: &Waiting, approve: bool) {
        let (Some(confirming), Some(token)) = (self.confirming, waiting.token.clone()) else { return };
        let toasts = use_store().toasts;
        let what = waiting.cluster.as_ref().map(brief);
        let name = waiting.name.clone();
        confirming.ask(decide::question(&name, what.as_deref(), approve), move || {
            let sent = Decision {
                cluster: name.clone(),
                organization: self.organization_id.get_untracked(),
                token: token.clone(),
                approve,
            };
            let name = name.clone();
            async move {
                match self.decide.outcome(sent).await {
                    Ok(_) => {
                        toasts.push(ToastTone::Good, decide::done(&name, approve));
                        Ok(())
                    }
                    Err(failure) => self.told(name, failure),
                }
            }
        });
    }

    /// What came too late is told on the page, and the list is read again.
    fn told(self, name: String, failure: Failure) -> Result<(), Failure> {
        match TooLate::of(&failure, &name) {
            Some(late) => {
                let _ = self.late.try_set(Some((name, late, format::sentence(&failure.message))));
                self.refetch.run(());
                Ok(())
            }
            None => Err(failure),
        }
    }
}

/// The page.
pub fn list(organization: String) -> AnyView {
    let session = use_store().session;
    let all = query(|| clusters::list(None)).every(RENEW);
    let options = ProgressQuery { status: Some("PENDING".to_owned()), limit: Some(100), ..ProgressQuery::default() };
    let pending = query(move || clusters::list_progress(&options)).every(RENEW);
    let tokens = pending.load();
    let load = all.load();
    let active = session.active();
    let refetch = Callback::new(move |()| {
        all.refetch();
        pending.refetch();
    });
    let ground = Ground {
        organization: StoredValue::new(organization),
        organization_id: Signal::derive(move || {
            active.with(|it| it.as_ref().map(|it| it.id.clone())).unwrap_or_default()
        }),
        decide: decide::decide(),
        confirming: use_context(),
        refetch,
        late: RwSignal::new(None),
        may_not: roles::why_not("decideClusterApproval"),
        may_not_withdraw: roles::why_not("cancelClusterOperation"),
        has_bearer: session.has_bearer(),
        withdrawal: withdrawal(refetch),
    };
    let count = Memo::new(move |_| {
        load.with(|load| {
            load.value().map(|list| list.iter().filter(|it| it.status == ClusterStatus::ApprovalPending).count())
        })
    });
    let meta = move || {
        maybe(count.get().map(|count| {
            let text = match count {
                0 => "Nothing waits".to_owned(),
                count => format!("{} for an owner", counted(count, "cluster waits", "clusters wait")),
            };
            view! { <span>{text}</span> }.into_any()
        }))
    };
    let members = people::members();
    view! {
        <PageHeader title="Approvals".to_owned() meta=meta/>
        <div class="stack">
            {notices(ground, count)}
            <QueryView
                load=load
                loading=|| {
                    view! { <Loading label="Loading what waits"><FactsSkeleton rows=5/></Loading> }.into_any()
                }
                empty=None
                retry=ground.refetch
                data=move |clusters| {
                    let list = Memo::new(move |_| {
                        let Some(clusters) = clusters.get() else { return Vec::new() };
                        let pending = tokens.with(|load| load.value().cloned());
                        waiting(&clusters, pending.as_deref().map(|page| page.progress.as_slice()).unwrap_or_default())
                    });
                    let are_tokens_read = Memo::new(move |_| tokens.with(|load| !load.is_busy() || load.value().is_some()));
                    reactive(move || {
                        let list = list.get();
                        if list.is_empty() {
                            return none();
                        }
                        let members = members.get();
                        let members: &[OrgMember] = members.as_ref().map(|page| page.members.as_slice()).unwrap_or_default();
                        let lacks_token = are_tokens_read.get()
                            && ground.may_not.with(Option::is_none)
                            && list.iter().any(|it| it.token.is_none());
                        let cards = list.iter().map(|it| card(ground, it, members)).collect_view();
                        view! {
                            <ul class="stack" aria-label="Clusters that wait">
                                {cards}
                            </ul>
                            {maybe(lacks_token.then(|| {
                                let title = "The link in the e-mail decides";
                                let text = "The platform hands out no token here. Owners have got an e-mail with a link to approve and one to reject: open it, or paste it below.";
                                view! { <Banner title=title text=Some(text.to_owned()) tone=Tone::Ask/> }.into_any()
                            }))}
                        }
                        .into_any()
                    })
                }
            />
            {pasted()}
        </div>
    }
    .into_any()
}

fn none() -> AnyView {
    view! {
        <div class="card">
            <EmptyState
                icon="shield-check"
                title="Nothing waits for approval"
                text="When an admin creates a cluster, an owner decides whether it is made. The request stands here until then, and owners get an e-mail."
            />
        </div>
    }
    .into_any()
}

/// What is to be said above the list.
fn notices(ground: Ground, count: Memo<Option<usize>>) -> AnyView {
    let offers_oidc = use_store().session.offers_oidc();
    let path = use_context::<PageContext>().map_or_else(|| Signal::stored(String::new()), |context| context.path);
    reactive(move || {
        let waits = count.get().unwrap_or_default() > 0;
        let late = ground.late.get().map(|(name, late, said)| {
            let (title, text) = late.words();
            let href = ground.organization.with_value(|organization| routes::cluster(organization, &name).href());
            view! {
                <Banner title=title text=Some(format!("{said} {text}")) tone=Tone::Warn>
                    <ButtonLink href=href label=format!("Show {name}") small=true/>
                    <Button label="Dismiss" small=true on_press=move |()| ground.late.set(None)/>
                </Banner>
            }
            .into_any()
        });
        let note = match (ground.may_not.get(), ground.has_bearer.get()) {
            _ if !waits => None,
            (Some(_), _) => Some(view! {
                <Banner title="An owner decides" icon="clock" text=Some("The requester is notified by e-mail. Owners may be reminded: they find it here and in their e-mail.".to_owned())/>
            }
            .into_any()),
            (None, false) => {
                let text = "A key does not tell who you are. Sign in as yourself, and you come back to this page.";
                let button = offers_oidc.then(|| {
                    view! { <OidcButton back=path small=true label="Sign in with single sign-on"/> }.into_any()
                });
                Some(view! {
                    <Banner title="Sign in to decide" icon="lock" text=Some(text.to_owned())>
                        {maybe(button)}
                    </Banner>
                }
                .into_any())
            }
            (None, true) => None,
        };
        view! {
            {maybe(late)}
            {maybe(note)}
        }
        .into_any()
    })
}

/// Who asked for a cluster, as far as the members tell.
pub(super) fn who(cluster: &Cluster, members: &[OrgMember]) -> Option<String> {
    let by = cluster.created_by.as_deref()?;
    Some(people::name_of(members, by).unwrap_or_else(|| by.to_owned()))
}

/// What one decides about.
pub(super) fn facts(cluster: Option<&Cluster>, since: Option<String>, members: &[OrgMember]) -> Vec<Fact> {
    let groups = cluster.and_then(|cluster| cluster.node_groups.as_deref()).filter(|groups| !groups.is_empty());
    let groups = groups.map(|groups| {
        let names = groups.iter().map(|group| {
            let nodes = words::node_range(group).unwrap_or_default();
            format!("{}: {nodes} {}", group.name, group.machine_types.join(", "))
        });
        names.collect::<Vec<_>>().join("; ")
    });
    vec![
        Fact::text("Cluster", cluster.map(brief).as_deref()),
        Fact::code("Version", cluster.and_then(|it| it.kubernetes_version.as_deref())),
        Fact::text("Node groups", groups.as_deref()),
        Fact::code("Account", cluster.and_then(|it| it.account_id.as_deref())),
        Fact::text("Requested by", cluster.and_then(|cluster| who(cluster, members)).as_deref()),
        Fact::new("Requested", view! { <Time at=since/> }),
    ]
}

fn card(ground: Ground, waiting: &Waiting, members: &[OrgMember]) -> AnyView {
    let name = waiting.name.clone();
    let (organization, cluster) = (ground.organization.get_value(), waiting.cluster.as_ref());
    let href = routes::cluster(&organization, &name).href();
    let manifest = format!("{href}?tab=manifest");
    let facts = facts(cluster, waiting.since.clone(), members);
    let (approved, rejected) = (waiting.clone(), waiting.clone());
    let has_token = waiting.token.is_some();
    let blocked = Signal::derive(move || {
        ground.may_not.get().or_else(|| {
            if !ground.has_bearer.get() {
                Some("Deciding needs your own sign-in. You are signed in with an API key.".to_owned())
            } else if has_token {
                None
            } else {
                Some("The link in the e-mail decides: no token is given here.".to_owned())
            }
        })
    });
    let withdrawn = name.clone();
    let label = name.clone();
    let title = name.clone();
    view! {
        <li aria-label=label>
            <section class="card">
                <div class="card__head">
                    <h2>
                        <a class="link" href=href>
                            {title}
                        </a>
                    </h2>
                    <a class="link push" href=manifest>
                        "Manifest"
                    </a>
                </div>
                <div class="card__body">
                    <Facts facts=facts/>
                </div>
                <div class="card__foot approval__actions">
                    <Button
                        label="Withdraw request"
                        look=Look::Ghost
                        disabled_reason=ground.may_not_withdraw
                        on_press=move |()| ground.withdrawal.ask(withdrawn.clone())
                    />
                    <span class="row push">
                        <Button
                            label="Reject"
                            look=Look::Danger
                            disabled_reason=blocked
                            on_press=move |()| ground.decide(&rejected, false)
                        />
                        <Button
                            label="Approve"
                            icon="check"
                            disabled_reason=blocked
                            on_press=move |()| ground.decide(&approved, true)
                        />
                    </span>
                </div>
            </section>
        </li>
    }
    .into_any()
}

/// Takes the link of an e-mail that was opened elsewhere.
fn pasted() -> AnyView {
    let input = NodeRef::<html::Input>::new();
    let failure = RwSignal::new(None::<Failure>);
    let navigate = StoredValue::new_local(use_navigate());
    let submit = move |()| {
        let Some(field) = input.get_untracked() else { return };
        let Some(asked) = Asked::read(&field.value()) else {
            failure.set(Some(unreadable()));
            return;
        };
        failure.set(None);
        field.set_value("");
        decision::put(asked);
        navigate.try_with_value(|go| go(&routes::approval_link().path(), NavigateOptions::default()));
    };
    let field = Field::new("link", "Approval link")
        .hint("It works once, so it is hidden like a password.".to_owned())
        .needed("Paste the link first.");
    view! {
        <Card title="A link from an e-mail" padded=true>
            <PlainForm label="A link from an e-mail" pending=false error=failure on_submit=submit submit="Open link">
                <SecretField field=field input=input/>
            </PlainForm>
        </Card>
    }
    .into_any()
}

fn unreadable() -> Failure {
    Failure {
        kind: FailureKind::Invalid,
        title: "This is not such a link",
        message: "A link to approve or reject names the cluster, the organization and a token.".to_owned(),
        hint: "Copy it whole from the e-mail: right-click the button there, and copy its address.".to_owned(),
        retry: false,
        wait: None,
        operation: "",
        status: None,
        code: String::new(),
        trace_id: None,
        fields: Vec::new(),
        detail: None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn cluster(name: &str, status: &str) -> Cluster {
        serde_json::from_value(json!({
            "id": name, "clusterName": name, "provider": "aws", "provisionerType": "eks", "region": "eu-north-1",
            "status": status, "nodeGroups": [{"name": "a", "minNode": 3, "maxNode": 12, "machineTypes": ["m6g.large"]}],
            "createdBy": "u-1", "createdAt": "2026-06-09T12:00:00Z",
        }))
        .unwrap()
    }

    fn operation(cluster: &str, kind: &str, token: Option<&str>) -> ClusterProgress {
        serde_json::from_value(json!({
            "operationId": "op", "clusterId": cluster, "operationType": kind, "status": "PENDING",
            "approvalToken": token, "startedAt": "2026-06-09T11:00:00Z",
        }))
        .unwrap()
    }

    #[test]
    fn what_waits_is_what_the_clusters_say_and_the_tokens_come_from_the_operations() {
        let clusters =
            [cluster("late", "APPROVAL_PENDING"), cluster("perf", "APPROVAL_PENDING"), cluster("ready", "READY")];
        let pending = [operation("perf", "CREATE", Some("t")), operation("ready", "CREATE", Some("x"))];
        let list = waiting(&clusters, &pending);
        let names: Vec<_> = list.iter().map(|it| (it.name.as_str(), it.token.is_some())).collect();
        assert_eq!(names, [("perf", true), ("late", false)], "the oldest request first");
        assert!(waiting(&clusters[..1], &[operation("late", "DELETE", Some("x"))])[0].token.is_none());
        assert_eq!(brief(&clusters[0]), "EKS in eu-north-1, 3–12 nodes");
    }
}
