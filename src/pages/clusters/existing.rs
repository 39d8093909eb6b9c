//! `/o/:org/clusters/new/existing`: a cluster that runs already is registered by its agent.

use std::sync::Arc;

use astro_api::clusters::{
    self, AgentArchitecture, AgentRegisterRequest, AgentState, AgentStatus, Cluster, ClusterStatus,
};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::install::{self, Manifest, Register};
use crate::{
    components::{PageAction, PageContext, ShowAs, roles, rules, words},
    routes,
    store::{Tone as ToastTone, query, use_store},
    ui::{
        Address, Banner, Button, ButtonLink, Card, Draft, FailureNote, Field, FormPage, Look, PageHeader, Section,
        TextField, Tone, address::Step, format, maybe, reactive, time::Now,
    },
};

/// The parameters of the address: the cluster that is waited for, and its operation.
const CLUSTER: &str = "cluster";
const OPERATION: &str = "operation";

/// What is typed.
#[derive(Clone, Copy)]
struct Form {
    draft: Draft,
    name: RwSignal<String>,
    architecture: RwSignal<String>,
    region: RwSignal<String>,
    version: RwSignal<String>,
}

impl Form {
    fn new() -> Self {
        let draft = Draft::new();
        Self {
            draft,
            name: draft.part(String::new()),
            architecture: draft.part(AgentArchitecture::Amd64.as_str().to_owned()),
            region: draft.part(String::new()),
            version: draft.part(String::new()),
        }
    }

    /// The name and the body, as they would be sent now.
    fn body(self, dry_run: bool) -> (String, AgentRegisterRequest) {
        let filled =
            |signal: RwSignal<String>| signal.with(|text| Some(text.trim().to_owned()).filter(|text| !text.is_empty()));
        let body = AgentRegisterRequest {
            architecture: filled(self.architecture).map(|word| AgentArchitecture::from(word.as_str())),
            dry_run: dry_run.then_some(true),
            kubernetes_version: filled(self.version),
            region: filled(self.region),
            ..AgentRegisterRequest::default()
        };
        (filled(self.name).unwrap_or_default(), body)
    }
}

/// What is wrong with a version of Kubernetes.
fn version(text: &str) -> Option<String> {
    let bare = text.trim().trim_start_matches('v');
    let numbers = bare.split(['-', '+']).next().unwrap_or_default();
    let parts: Vec<&str> = numbers.split('.').collect();
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_sound = (2..=3).contains(&parts.len()) && parts.iter().all(is_number);
    (!is_sound).then(|| "Write it as 1.31 or 1.31.4, or leave it empty.".to_owned())
}

/// The way to this page from the list of clusters, for its head; the palette has it too.
pub fn entry(organization: &str) -> AnyView {
    let place = routes::cluster_register(organization);
    let blocked = roles::why_not("registerAgent");
    let (href, path) = (place.href(), place.path());
    let navigate = StoredValue::new_local(use_navigate());
    if let Some(context) = use_context::<PageContext>() {
        context.offer_actions(move || {
            let path = path.clone();
            let go = move || {
                navigate.try_with_value(|go| go(&path, NavigateOptions::default()));
            };
            vec![PageAction::new("plus", "Register cluster", go).disabled(blocked.get())]
        });
    }
    view! { <ButtonLink href=href label="Register cluster" disabled_reason=blocked/> }.into_any()
}

/// The page.
pub fn existing(organization: String) -> AnyView {
    let address = Address::of_context();
    let (cluster, operation) = (address.param(CLUSTER), address.param(OPERATION));
    let manifest = Manifest::new();
    let register = install::register();
    reactive(move || {
        let organization = organization.clone();
        match cluster.get().filter(|name| !name.is_empty()) {
            Some(name) => waiting(&organization, name, operation.get(), Way { address, manifest, register }),
            None => form(&organization, address, manifest, register),
        }
    })
}

fn form(organization: &str, address: Address, manifest: Manifest, register: Register) -> AnyView {
    let form = Form::new();
    let preview = Manifest::new();
    let look = install::register();
    let all = query(|| clusters::list(None));
    let blocked = roles::why_not("registerAgent");
    let submit = move |()| {
        let sent = untrack(|| form.body(false));
        register.run_then(sent, move |registration| {
            form.draft.settle();
            manifest.take(&registration);
            register.reset();
            let name = registration.cluster_id.clone();
            address.set_all(&[(CLUSTER, Some(name)), (OPERATION, registration.operation_id.clone())], Step::Push);
        });
    };
    // What was shown is not what would be applied any more.
    Effect::new(move |before: Option<(String, AgentRegisterRequest)>| {
        let now = form.body(true);
        if before.is_some_and(|before| before != now) {
            preview.forget();
        }
        now
    });
    let show = move |()| {
        let sent = untrack(|| form.body(true));
        look.run_then(sent, move |registration| {
            preview.take(&registration);
            look.reset();
        });
    };
    let clusters = all.load();
    let taken = Memo::new(move |_| {
        let name = form.name.with(|name| name.trim().to_owned());
        clusters.with(|load| load.value().and_then(|list| holder(list, &name).cloned()))
    });
    // The platform would refuse it anyway, and not so soon.
    let nameless = Memo::new(move |_| {
        let name = form.name.with(|name| name.trim().to_owned());
        if name.is_empty() {
            return Some("It takes a name first.".to_owned());
        }
        rules::name(&name).or_else(|| taken.get().map(|_| "It takes a name that is free.".to_owned()))
    });
    let may_not_look = Signal::derive(move || blocked.get().or_else(|| nameless.get()));
    let call = Signal::derive(move || {
        let (name, body) = form.body(false);
        (!name.is_empty()).then(|| clusters::register_agent(&name, &body).call().clone())
    });
    let summary = move || {
        view! {
            <Card title="The agent's manifest" padded=true>
                {reactive(move || {
                    if preview.is_there() {
                        return preview.draw();
                    }
                    view! {
                        <div class="stack">
                            <p class="muted">"A dry run shows what would be applied, and registers nothing."</p>
                            <div>
                                <Button
                                    label="Show the manifest"
                                    icon="eye"
                                    busy=look.pending()
                                    disabled_reason=may_not_look
                                    on_press=show
                                />
                            </div>
                            {reactive(move || {
                                let failure = look.error().get();
                                maybe(failure.map(|failure| view! { <FailureNote failure=failure/> }.into_any()))
                            })}
                        </div>
                    }
                    .into_any()
                })}
            </Card>
            <ShowAs call=call id="show-register"/>
        }
        .into_any()
    };
    if let Some(context) = use_context::<PageContext>() {
        context.offer_actions(move || {
            vec![
                PageAction::new("eye", "Show the agent's manifest by a dry run", move || show(()))
                    .disabled(may_not_look.get()),
            ]
        });
    }
    let (organization, cancel) = (organization.to_owned(), routes::clusters(organization).href());
    view! {
        <FormPage
            title="Register cluster"
            pending=register.pending()
            error=register.error()
            on_submit=submit
            submit="Register cluster".to_owned()
            blocked=blocked
            cancel=cancel
            consequence="Nothing changes in the cluster until its manifest is applied.".to_owned()
            summary=summary
        >
            {reactive(move || {
                maybe(blocked.get().map(|reason| {
                    let title = "You can view this form, but not register a cluster";
                    view! { <Banner title=title text=Some(reason) tone=Tone::Warn/> }.into_any()
                }))
            })}
            {fields(form, organization, taken)}
        </FormPage>
    }
    .into_any()
}

/// The cluster that holds a name. An agent under that name would be taken for its own, whatever runs it.
fn holder<'a>(clusters: &'a [Cluster], name: &str) -> Option<&'a Cluster> {
    let is_over = |cluster: &Cluster| {
        matches!(cluster.status, ClusterStatus::Deleted | ClusterStatus::Cancelled | ClusterStatus::ApprovalRejected)
    };
    clusters.iter().find(|cluster| cluster.cluster_name == name && !is_over(cluster))
}

/// What a cluster is, in a few words: "EKS, us-east-1".
fn brief(cluster: &Cluster) -> String {
    let region = cluster.region.clone().filter(|region| !region.is_empty());
    std::iter::once(words::cluster_type(cluster)).chain(region).collect::<Vec<_>>().join(", ")
}

fn fields(form: Form, organization: String, taken: Memo<Option<Cluster>>) -> AnyView {
    let of = organization.clone();
    let name = Field::new("clusterId", "Name")
        .hint("What the cluster is called here. It cannot change later.".to_owned())
        .check(move || {
            let name = form.name.with(|name| name.trim().to_owned());
            rules::name(&name).or_else(|| {
                let cluster = taken.get()?;
                let with = if cluster.agent.is_some() { " with an agent" } else { "" };
                Some(format!("{organization} has a cluster {name}{with} already ({}).", brief(&cluster)))
            })
        });
    let way = move || {
        maybe(taken.get().map(|cluster| {
            let name = cluster.cluster_name;
            let href = format!("{}?tab=agent", routes::cluster(&of, &name).href());
            let text = "For the agent of that cluster, go to its page. For another cluster, choose another name.";
            view! {
                <Banner title=format!("{name} is taken") text=Some(text.to_owned()) tone=Tone::Warn>
                    <ButtonLink href=href label=format!("Agent of {name}") small=true/>
                </Banner>
            }
            .into_any()
        }))
    };
    view! {
        <Section title="Cluster" text="It stays where it is and as it is. The platform reaches it through an agent, which connects from inside.">
            <TextField field=name value=form.name limit=50 placeholder="onprem-berlin" mono=true/>
            {reactive(way)}
            {install::architecture(form.architecture)}
        </Section>
        <Section title="Details" text="The agent finds them out by itself where it can.">
            <TextField
                field=Field::new("region", "Region").optional().hint("Of its cloud provider, such as eu-central-1.".to_owned())
                value=form.region
                mono=true
            />
            <TextField
                field=Field::new("kubernetesVersion", "Kubernetes version")
                    .optional()
                    .hint("Detected when it is empty.".to_owned())
                    .check(move || form.version.with(|text| version(text)))
                value=form.version
                placeholder="1.31"
                mono=true
            />
        </Section>
    }
    .into_any()
}

/// What outlives one registration, and leads to the next.
#[derive(Clone, Copy)]
struct Way {
    address: Address,
    manifest: Manifest,
    register: Register,
}

/// The same registration once more, for nodes of an architecture. What was found out of the cluster stays said: the
/// platform may have forgotten it with the registration that failed.
fn once_more(failed: Option<&AgentStatus>, architecture: &str) -> AgentRegisterRequest {
    AgentRegisterRequest {
        architecture: Some(AgentArchitecture::from(architecture)),
        region: failed.and_then(|status| status.region.clone()),
        kubernetes_version: failed.and_then(|status| status.kubernetes_version.clone()),
        ..AgentRegisterRequest::default()
    }
}

/// What registers anew after a registration that failed.
fn anew(
    name: String,
    way: Way,
    state: Memo<Option<Arc<AgentStatus>>>,
    chosen: RwSignal<String>,
    blocked: Signal<Option<String>>,
) -> AnyView {
    let Way { address, manifest, register } = way;
    let press = move |()| {
        let body = state.with_untracked(|state| chosen.with_untracked(|word| once_more(state.as_deref(), word)));
        register.run_then((name.clone(), body), move |registration| {
            manifest.take(&registration);
            register.reset();
            // It is waited for under the new operation; the one that failed stays what it is.
            address.set(OPERATION, registration.operation_id.clone(), Step::Replace);
        });
    };
    let lead = view! {
        <p class="muted">"Registers the cluster under the same name and makes a new manifest, with a token of its own."</p>
        {install::architecture(chosen)}
    };
    let button = view! {
        <Button
            label="Register again"
            look=Look::Primary
            busy=register.pending()
            disabled_reason=blocked
            on_press=press
        />
    };
    install::asking(register, lead.into_any(), button.into_any())
}

/// The manifest, and the agent that is waited for.
fn waiting(organization: &str, name: String, operation: Option<String>, way: Way) -> AnyView {
    let Way { manifest, register, .. } = way;
    let store = use_store();
    let (load, retry) = install::status(name.clone(), operation);
    let state = install::state_of(load);
    let since = Now::get_untracked();
    let blocked = roles::why_not("registerAgent");
    let connected = Memo::new(move |_| state.with(|state| state.as_ref().is_some_and(|state| state.connected)));
    let awaited = Memo::new(move |_| state.with(|state| state.as_ref().is_none_or(|state| install::is_awaited(state))));
    let failed =
        Memo::new(move |_| state.with(|state| state.as_ref().is_some_and(|it| it.status == AgentState::Failed)));
    let chosen = RwSignal::new(AgentArchitecture::Amd64.as_str().to_owned());
    let told = name.clone();
    Effect::new(move |before: Option<bool>| {
        let now = connected.get();
        if now && before == Some(false) {
            store.toasts.push(ToastTone::Good, format!("The agent of {told} is connected."));
            manifest.forget();
        }
        now
    });
    let place = routes::cluster(organization, &name).href();
    let head_place = place.clone();
    let buttons = move || {
        let place = head_place.clone();
        let look = install::look(connected.get());
        view! { <ButtonLink href=place label="Open cluster" look=look/> }.into_any()
    };
    let done = {
        let name = name.clone();
        move || {
            maybe(connected.get().then(|| {
                let href = place.clone();
                let text = "Applications can be deployed to it now. Its page shows its agent, and unregisters it.";
                view! {
                    <Banner title=format!("{name} is registered") text=Some(text.to_owned()) tone=Tone::Good>
                        <ButtonLink href=href label="Open cluster" look=Look::Plain small=true/>
                    </Banner>
                }
                .into_any()
            }))
        }
    };
    let install_card = {
        let name = name.clone();
        move || {
            let name = name.clone();
            if failed.get() {
                let again = anew(name, way, state, chosen, blocked);
                return view! { <Card title="Install the agent" padded=true>{again}</Card> }.into_any();
            }
            maybe(awaited.get().then(move || {
                view! {
                    <Card title="Install the agent" padded=true>
                        {reactive(move || {
                            if manifest.is_there() {
                                manifest.draw()
                            } else {
                                install::again(name.clone(), register, manifest, blocked)
                            }
                        })}
                    </Card>
                }
                .into_any()
            }))
        }
    };
    let title = format!("Register {name}");
    view! {
        <PageHeader
            title=title
            meta=move || {
                let text = state.with(|state| match state {
                    Some(state) if state.connected => "The agent is connected".to_owned(),
                    Some(state) => format::sentence(&crate::components::marks::agent_state(&state.status).word),
                    None => "Asking for the agent".to_owned(),
                });
                view! { <span role="status">{text}</span> }.into_any()
            }
        >
            {reactive(buttons)}
        </PageHeader>
        <div class="stack">
            {reactive(done)}
            <div class="columns">
                <div class="stack">{reactive(install_card)} {agent_card(load, retry, since)}</div>
                <div class="stack">
                    <Card title="What happens" padded=true>
                        <ol class="connection__steps">
                            <li>"The manifest is applied to the cluster, by you or by whoever may."</li>
                            <li>"The agent starts there and connects to the platform, outwards on port 443."</li>
                            <li>"The platform sees version, region and nodes, and the cluster is ready within seconds."</li>
                        </ol>
                    </Card>
                    <p class="muted">"You can leave this page: the address brings it back, and the bell tells when the agent is there."</p>
                </div>
            </div>
        </div>
    }
    .into_any()
}

fn agent_card(load: crate::ui::load::Loads<AgentStatus>, retry: Callback<()>, since: u64) -> AnyView {
    view! { <Card title="Agent">{install::standing(load, retry, since)}</Card> }.into_any()
}

#[cfg(test)]
mod tests {
    use astro_api::clusters::Cluster;
    use serde_json::json;

    use super::{brief, holder, once_more, version};

    #[test]
    fn a_name_is_held_by_what_is_there_or_comes() {
        let cluster = |name: &str, status: &str| -> Cluster {
            serde_json::from_value(json!({
                "id": name, "clusterName": name, "provider": "aws", "provisionerType": "eks", "region": "us-east-1",
                "status": status,
            }))
            .unwrap()
        };
        let all = [cluster("prod-us", "READY"), cluster("old", "CANCELLED"), cluster("soon", "APPROVAL_PENDING")];
        assert_eq!(holder(&all, "prod-us").map(brief).as_deref(), Some("EKS, us-east-1"));
        assert!(holder(&all, "soon").is_some());
        assert!(holder(&all, "old").is_none() && holder(&all, "new").is_none());
    }

    #[test]
    fn what_is_registered_again_keeps_what_is_known_of_it() {
        let failed = serde_json::from_value(json!({
            "clusterId": "edge", "connected": false, "status": "FAILED", "region": "eu-west-1",
        }))
        .unwrap();
        let body = serde_json::to_value(once_more(Some(&failed), "arm64")).unwrap();
        assert_eq!(body, json!({"architecture": "arm64", "region": "eu-west-1"}));
        assert_eq!(serde_json::to_value(once_more(None, "amd64")).unwrap(), json!({"architecture": "amd64"}));
    }

    #[test]
    fn versions_are_taken_as_kubernetes_writes_them() {
        for text in ["1.31", "v1.31.4", "1.30.2-gke.1600", "1.29.0+k3s1"] {
            assert_eq!(version(text), None, "{text}");
        }
        for text in ["latest", "1", "1.x", "1.2.3.4", "v"] {
            assert!(version(text).is_some(), "{text}");
        }
    }
}
