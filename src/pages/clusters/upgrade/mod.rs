//! `/o/:org/clusters/:cluster/upgrade`: another version, other nodes, other tags for a cluster that runs.
//!
//! The form and the manifest are two faces of the same; [`model`] turns one into the other. Nothing is changed before the
//! platform was asked what would happen ([`report`]), and a blocked change is an answer, not an error.

mod contract;
mod model;
pub mod report;

use std::sync::Arc;

use astro_api::{
    catalog::{self, MachineTypeFilter},
    cloud::{self, KubernetesVersionQuery, KubernetesVersions},
    clusters::{
        self, Cluster, ClusterUpdateResponse, CredentialType, Credentials, K8sCluster, K8sClusterUpdate,
        K8sClusterUpdateSpec,
    },
    manifest::{Kind, Manifest, Read},
};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use self::model::{SUBJECT, Typed, TypedGroup};
use super::{
    can,
    create::{limits, model::NODES, place},
    images, labels,
    overview::RENEW,
};
use crate::{
    components::{
        PageAction, PageContext, ShowAs,
        credentials::CredentialsChoice,
        manifest_form::{Reading, Told, import, stays_text, stuck, text},
        marks, roles,
        show_as::shown_manifest,
        words,
    },
    routes,
    store::{Tone as ToastTone, mutation, query, use_store},
    ui::{
        Address, Banner, Button, ButtonLink, Card, CheckField, Choice, DiffView, Draft, FactsSkeleton, Field, FormPage,
        Glyph, Icon, Loading, MultiField, NumberField, PageHeader, PairsField, QueryView, Section, SelectField, State,
        TextField, Time, Toggles, Tone,
        address::Step,
        field::ready,
        format,
        load::{Failure, FailureKind, Load, Loads},
        maybe, reactive,
        time::Now,
    },
};

const FORM: &str = "form";
const YAML: &str = "yaml";
/// The parameter of the address that says how it is written.
const VIEW: &str = "view";

/// What the platform answered, and to what.
#[derive(Clone)]
struct Verdict {
    of: K8sClusterUpdateSpec,
    response: Arc<ClusterUpdateResponse>,
    at: u64,
}

impl Verdict {
    /// An answer that has just come.
    fn new(of: K8sClusterUpdateSpec, response: &ClusterUpdateResponse) -> Self {
        let response = Arc::new(model::by_name(response, &model::group_names(&of)));
        Self { of, response, at: Now::get_untracked() }
    }
}

impl PartialEq for Verdict {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.response, &other.response)
    }
}

/// The page.
pub fn upgrade(organization: String, name: String) -> AnyView {
    let query = {
        let name = name.clone();
        query(move || clusters::get(&name)).every(RENEW)
    };
    // The form holds on to the cluster that it was opened for: a refresh must not move what is typed.
    view! {
        <QueryView
            // What is typed is held against the cluster as it is now, not as it was on the page before.
            load=query.load().first_hand()
            loading={
                let name = name.clone();
                move || {
                    view! {
                        <PageHeader title=format!("Upgrade {name}")/>
                        <Loading label="Loading the cluster"><FactsSkeleton rows=6/></Loading>
                    }
                    .into_any()
                }
            }
            empty=None
            retry=move |()| query.refetch()
            data=move |cluster| match untrack(|| cluster.get()) {
                Some(first) => {
                    let now = Signal::derive(move || cluster.get());
                    form(organization.clone(), Arc::clone(&first), now)
                }
                None => ().into_any(),
            }
        />
    }
    .into_any()
}

/// The fields of one node group.
#[derive(Clone, Copy)]
struct GroupFields {
    name: StoredValue<String>,
    /// How many nodes it has at least, and at most; a group whose sizes the platform does not tell needs none.
    least: RwSignal<String>,
    most: RwSignal<String>,
    sized: (bool, bool),
    machines: RwSignal<Vec<String>>,
    bought: RwSignal<String>,
    labels: RwSignal<Vec<(String, String)>>,
    taints: RwSignal<Vec<String>>,
    /// Whether the fields of labels and taints are shown.
    more: RwSignal<bool>,
}

impl GroupFields {
    fn of(draft: Draft, group: &TypedGroup) -> Self {
        Self {
            name: StoredValue::new(group.name.clone()),
            least: draft.part(group.least.clone()),
            most: draft.part(group.most.clone()),
            sized: (!group.least.is_empty(), !group.most.is_empty()),
            machines: draft.part(group.machines.clone()),
            bought: draft.part(group.bought.clone()),
            labels: draft.part(group.labels.clone()),
            taints: draft.part(group.taints.clone()),
            more: RwSignal::new(false),
        }
    }

    fn put(self, group: TypedGroup) {
        self.least.set(group.least);
        self.most.set(group.most);
        self.machines.set(group.machines);
        self.bought.set(group.bought);
        self.labels.set(group.labels);
        self.taints.set(group.taints);
    }

    fn typed(self) -> TypedGroup {
        TypedGroup {
            name: self.name.get_value(),
            least: self.least.get(),
            most: self.most.get(),
            machines: self.machines.get(),
            bought: self.bought.get(),
            labels: self.labels.get(),
            taints: self.taints.get(),
        }
    }
}

/// The settings that are texts, by the provider that has them.
#[derive(Clone, Copy)]
struct Settings {
    channel: RwSignal<String>,
    image: RwSignal<String>,
    window_start: RwSignal<String>,
    window_length: RwSignal<String>,
    networks: RwSignal<Vec<String>>,
    family: RwSignal<String>,
    node_upgrades: RwSignal<String>,
    upgrades: RwSignal<String>,
}

/// The form, shared by its parts. A copy is a handle of the same.
#[derive(Clone, Copy)]
struct Form {
    cluster: StoredValue<Arc<Cluster>>,
    /// What it was created with: no operation tells the settings of a provider as they are now.
    manifest: Loads<K8sCluster>,
    draft: Draft,
    version: RwSignal<String>,
    allow_downgrade: RwSignal<bool>,
    groups: StoredValue<Vec<GroupFields>>,
    tags: RwSignal<Vec<(String, String)>>,
    unavailable: RwSignal<String>,
    surge: RwSignal<String>,
    settings: Settings,
    method: RwSignal<String>,
    credentials: CredentialsChoice,
    /// What a manifest had that the form does not show.
    base: RwSignal<Held>,
    /// What stands in the editor.
    text: RwSignal<String>,
    address: Address,
    is_text: Memo<bool>,
    reading: Memo<Reading>,
    /// What would be sent.
    spec: Memo<Option<K8sClusterUpdateSpec>>,
}

/// A spec in a signal: it has no `Debug`.
#[derive(Clone, Default, PartialEq)]
struct Held(K8sClusterUpdateSpec);

/// What a text changes, where nothing is wrong with it.
fn spec_of(reading: &Reading) -> Option<K8sClusterUpdateSpec> {
    reading.manifest.as_ref().filter(|_| reading.problems.is_empty())?.spec().ok()
}

impl Form {
    fn new(cluster: Arc<Cluster>) -> Self {
        let draft = Draft::new();
        let first = Typed::of(&cluster);
        let address = Address::of_context();
        let asked = address.get_untracked("version").filter(|version| !version.is_empty());
        let version = draft.part(first.version);
        if let Some(asked) = asked {
            version.set(asked);
        }
        let allow_downgrade = draft.part(false);
        let groups: Vec<_> = first.groups.iter().map(|group| GroupFields::of(draft, group)).collect();
        let tags = draft.part(first.tags);
        let empty = || draft.part(String::new());
        let (unavailable, surge, method) = (empty(), empty(), empty());
        let settings = Settings {
            channel: empty(),
            image: empty(),
            window_start: empty(),
            window_length: empty(),
            networks: draft.part(Vec::new()),
            family: empty(),
            node_upgrades: empty(),
            upgrades: empty(),
        };
        let text = empty();
        let base = RwSignal::new(Held::default());
        let view = address.param(VIEW);
        let is_text = Memo::new(move |_| view.with(|view| view.as_deref() == Some(YAML)));
        let reading = Memo::new_with_compare(
            move |_| {
                if is_text.get() { text.with(|text| Reading::of(&SUBJECT, text)) } else { Reading::default() }
            },
            |_, _| true,
        );
        let of = Arc::clone(&cluster);
        let fields = groups.clone();
        let typed = Memo::new(move |_| Typed {
            version: version.get(),
            allow_downgrade: allow_downgrade.get(),
            groups: fields.iter().map(|group| group.typed()).collect(),
            tags: tags.get(),
            unavailable: unavailable.get(),
            surge: surge.get(),
            channel: settings.channel.get(),
            image: settings.image.get(),
            window_start: settings.window_start.get(),
            window_length: settings.window_length.get(),
            networks: settings.networks.get(),
            family: settings.family.get(),
            node_upgrades: settings.node_upgrades.get(),
            upgrades: settings.upgrades.get(),
            credentials: method.get(),
        });
        let spec = Memo::new(move |_| {
            let spec = if is_text.get() {
                reading.with(spec_of)
            } else {
                Some(typed.with(|typed| base.with(|Held(base)| typed.spec(&of, base))))
            };
            spec.map(|spec| model::doing(&spec))
        });
        let has_settings =
            cluster.provisioner_type.as_deref().is_some_and(|word| matches!(word, "eks" | "gke" | "aks"));
        let name = cluster.cluster_name.clone();
        let manifest = query(move || has_settings.then(|| clusters::spec(&name)));
        Self {
            credentials: CredentialsChoice::optional(&cluster, method),
            cluster: StoredValue::new(cluster),
            manifest: manifest.load(),
            draft,
            version,
            allow_downgrade,
            groups: StoredValue::new(groups),
            tags,
            unavailable,
            surge,
            settings,
            method,
            base,
            text,
            address,
            is_text,
            reading,
            spec,
        }
    }

    fn cluster(self) -> Arc<Cluster> {
        self.cluster.get_value()
    }

    /// The settings that the cluster was created with, once they are read.
    fn created(self) -> Option<K8sClusterUpdateSpec> {
        self.manifest.with(|load| load.value().map(|manifest| model::created(&manifest.spec)))
    }

    /// What a setting was at creation, in a sentence.
    fn was(self, path: &'static str) -> String {
        match self.created() {
            Some(created) => model::as_created(&created, path)
                .map_or_else(|| "Not set at creation.".to_owned(), |value| format!("As created: {value}.")),
            None if self.manifest.with(Load::is_busy) => String::new(),
            None => "What it is now cannot be read.".to_owned(),
        }
    }

    /// What is sent of a change: with the keys that are typed in, which no signal holds.
    fn with_keys(self, spec: K8sClusterUpdateSpec) -> K8sClusterUpdateSpec {
        let typed = if self.is_text.get_untracked() { None } else { self.credentials.typed() };
        let credentials = typed.or(spec.credentials);
        K8sClusterUpdateSpec { credentials, ..spec }
    }

    /// Takes what a manifest says into the fields.
    fn fill(self, spec: &K8sClusterUpdateSpec) {
        let typed = Typed::read(&self.cluster(), spec);
        self.version.set(typed.version);
        self.allow_downgrade.set(typed.allow_downgrade);
        for (fields, group) in self.groups.get_value().into_iter().zip(typed.groups) {
            fields.put(group);
        }
        self.tags.set(typed.tags);
        self.unavailable.set(typed.unavailable);
        self.surge.set(typed.surge);
        self.settings.channel.set(typed.channel);
        self.settings.image.set(typed.image);
        self.settings.window_start.set(typed.window_start);
        self.settings.window_length.set(typed.window_length);
        self.settings.networks.set(typed.networks);
        self.settings.family.set(typed.family);
        self.settings.node_upgrades.set(typed.node_upgrades);
        self.settings.upgrades.set(typed.upgrades);
        self.method.set(typed.credentials);
        self.base.set(Held(spec.clone()));
    }

    /// Shows the form as text, or the text as a form; whether that could be.
    fn turn(self, to_text: bool) -> bool {
        if to_text == self.is_text.get_untracked() {
            return true;
        }
        let was_clean = !untrack(|| self.draft.is_dirty());
        if to_text {
            let spec = self.spec.get_untracked();
            // What was written by hand stays, with its comments, while it says the same.
            let written = self.text.with_untracked(|text| spec_of(&Reading::of(&SUBJECT, text)));
            let same = written.is_some_and(|written| spec.as_ref() == Some(&model::doing(&written)));
            if let Some(manifest) = spec.filter(|_| !same).and_then(|spec| Manifest::of(&spec).ok()) {
                self.text.set(manifest.to_yaml());
            }
        } else {
            let Some(spec) = self.reading.with_untracked(spec_of) else { return false };
            self.fill(&spec);
        }
        if was_clean {
            // The same in another form is no work that could be lost.
            self.draft.settle();
        }
        self.address.set(VIEW, to_text.then(|| YAML.to_owned()), Step::Replace);
        true
    }

    /// Takes a manifest that was imported: into the fields, or as the text that it is.
    fn take(self, read: &Read, text: Option<String>) {
        match spec_of(&Reading::of(&SUBJECT, &read.manifest.to_yaml())) {
            Some(spec) if !self.is_text.get_untracked() => self.fill(&spec),
            _ => {
                self.text.set(text.unwrap_or_else(|| read.manifest.to_yaml()));
                self.address.set(VIEW, Some(YAML.to_owned()), Step::Replace);
            }
        }
    }

    /// Whether an older version is chosen.
    fn goes_back(self) -> bool {
        let current = self.cluster().kubernetes_version.clone().unwrap_or_default();
        let target = self.spec.with(|spec| spec.as_ref().and_then(|spec| spec.kubernetes_version.clone()));
        target.is_some_and(|target| model::is_older(&target, &current))
    }
}

fn form(organization: String, cluster: Arc<Cluster>, now: Signal<Option<Arc<Cluster>>>) -> AnyView {
    let store = use_store();
    let name = cluster.cluster_name.clone();
    let form = Form::new(Arc::clone(&cluster));
    let role = roles::why_not("updateCluster");
    let blocked =
        Signal::derive(move || role.get().or_else(|| now.get().and_then(|cluster| can::upgrade(&cluster, None))));
    let of = name.clone();
    let check =
        mutation(move |spec: &K8sClusterUpdateSpec| clusters::update(&of, &K8sClusterUpdate::new(model::asking(spec))));
    let of = name.clone();
    let send = mutation(move |spec: &K8sClusterUpdateSpec| clusters::update(&of, &K8sClusterUpdate::new(spec.clone())));
    let verdict = RwSignal::new(None::<Verdict>);
    let obstacle = RwSignal::new(None::<String>);
    Effect::new(move |_| {
        form.spec.track();
        obstacle.set(None);
    });
    // What was said of another change is no answer to this one.
    let current =
        Memo::new(move |_| form.spec.with(|spec| verdict.get().filter(|verdict| spec.as_ref() == Some(&verdict.of))));
    let passed = Memo::new(move |_| current.with(|it| it.as_ref().is_some_and(|it| model::has_passed(&it.response))));
    let replaced =
        Memo::new(move |_| current.with(|it| it.as_ref().map(|it| model::replaced(&it.response)).unwrap_or_default()));
    let typed_name = RwSignal::new(String::new());
    let navigate = use_navigate();
    let back = routes::cluster(&organization, &name);
    let leave = {
        let path = back.path();
        StoredValue::new_local(move || navigate(&path, NavigateOptions::default()))
    };
    let started = {
        let name = name.clone();
        move |response: Arc<ClusterUpdateResponse>, spec: K8sClusterUpdateSpec| {
            if !model::has_passed(&response)
                || response.operation_id.is_none() && response.message.as_deref() == Some("Nothing to change")
            {
                // It was refused after all: another change came first.
                let _ = verdict.try_set(Some(Verdict::new(spec, &response)));
                lead();
                return;
            }
            form.draft.settle();
            form.credentials.forget();
            if let Some(id) = &response.operation_id {
                store.activity.watch(id, true);
            }
            store.activity.refresh();
            let doing = match spec.kubernetes_version {
                Some(_) if untrack(|| form.goes_back()) => "taken back",
                Some(_) => "upgraded",
                None => "updated",
            };
            store.toasts.push(ToastTone::Good, format!("{name} is being {doing}."));
            leave.try_with_value(|leave| leave());
        }
    };
    let sent = StoredValue::new(Vec::<String>::new());
    let submit = move |()| {
        let Some(spec) = form.spec.get_untracked() else {
            let problem = form.reading.with_untracked(|reading| reading.problems.first().cloned());
            obstacle.set(Some(problem.unwrap_or_else(|| "The manifest cannot be read.".to_owned())));
            return;
        };
        if model::is_empty(&spec) {
            obstacle
                .set(Some("Nothing changes yet. Choose another version, other nodes or other tags first.".to_owned()));
            return;
        }
        send.reset();
        sent.set_value(model::group_names(&spec));
        if passed.get_untracked() {
            let started = started.clone();
            send.run_then(form.with_keys(spec.clone()), move |response| started(response, spec));
        } else {
            check.run_then(form.with_keys(spec.clone()), move |response| {
                let _ = verdict.try_set(Some(Verdict::new(spec, &response)));
                lead();
            });
        }
    };
    let pending = Signal::derive(move || check.pending().get() || send.pending().get());
    let error = Signal::derive(move || {
        let failure = check.error().get().or_else(|| send.error().get())?;
        // A manifest has its node groups at the places where they are sent; the form has those that do not change as well.
        let is_text = form.is_text.get_untracked();
        Some(if is_text { failure } else { sent.with_value(|groups| at_fields(failure, groups)) })
    });
    let changes_version =
        Memo::new(move |_| form.spec.with(|spec| spec.as_ref().is_some_and(|spec| spec.kubernetes_version.is_some())));
    let goes_back = Memo::new(move |_| form.goes_back());
    let label = Signal::derive(move || {
        match (passed.get(), changes_version.get()) {
            (false, _) => "Check the change",
            (true, true) if goes_back.get() => "Downgrade cluster",
            (true, true) => "Upgrade cluster",
            (true, false) => "Update cluster",
        }
        .to_owned()
    });
    let consequence = Signal::derive(move || {
        let groups = replaced.get();
        if !passed.get() {
            "Checking changes nothing: the platform says what would happen.".to_owned()
        } else if !groups.is_empty() {
            let back = match changes_version.get() {
                true if goes_back.get() => ", and what needs the newer Kubernetes may stop working",
                true => ", and a control plane cannot go back",
                false => "",
            };
            format!("The nodes of {} are replaced{back}.", groups.join(", "))
        } else if goes_back.get() {
            "What needs the newer Kubernetes may stop working.".to_owned()
        } else if changes_version.get() {
            "A control plane cannot go back.".to_owned()
        } else {
            "No node is replaced.".to_owned()
        }
    });
    let (importing, told) = (RwSignal::new(false), RwSignal::new(None::<Told>));
    let face = Signal::derive(move || if form.is_text.get() { YAML } else { FORM });
    let stuck = stuck(form.reading, |reading| spec_of(reading).is_some());
    let turn = move |face: &'static str| stuck.set(!form.turn(face == YAML));
    if let Some(context) = use_context::<PageContext>() {
        context.offer_actions(move || {
            let other = if form.is_text.get() { FORM } else { YAML };
            let words = if other == YAML { "Write the change as YAML" } else { "Fill in the change as a form" };
            vec![
                PageAction::new("upload", "Import a manifest", move || importing.set(true)),
                PageAction::new("file-text", words, move || turn(other)),
            ]
        });
    }
    let actions = move || {
        view! {
            <Button label="Import" icon="upload" on_press=move |()| importing.set(true)/>
            <Toggles label="Write it as" options=&[(FORM, "Form"), (YAML, "YAML")] chosen=face on_choose=turn/>
        }
        .into_any()
    };
    let meta = {
        let cluster = Arc::clone(&cluster);
        move || {
            let region = cluster.region.clone().map(|region| view! { <span>{region}</span> }.into_any());
            view! {
                <span>{words::cluster_type(&cluster)}</span>
                {maybe(region)}
                {reactive(move || {
                    maybe(now.get().map(|cluster| view! { <span><State mark=marks::cluster(&cluster.status)/></span> }.into_any()))
                })}
            }
            .into_any()
        }
    };
    let versions = versions(&cluster);
    let to = back.href();
    let agent = format!("{to}?tab=agent");
    let is_registered = can::is_registered(&cluster);
    let confirmed = name.clone();
    view! {
        <FormPage
            title=format!("Upgrade {name}")
            meta=meta
            actions=actions
            pending=pending
            error=error
            on_submit=submit
            submit=label
            blocked=blocked
            cancel=to
            consequence=consequence
            summary=move || summary(form, verdict, current)
        >
            {reactive(move || {
                maybe(blocked.get().map(|reason| {
                    let agent = agent.clone();
                    let title = if role.with(Option::is_some) {
                        "You can view this form, but not upgrade the cluster"
                    } else {
                        "It cannot be changed now"
                    };
                    view! {
                        <Banner title=title text=Some(reason) tone=Tone::Warn>
                            {maybe(is_registered.then(|| view! { <ButtonLink href=agent label="Show the agent" small=true/> }.into_any()))}
                        </Banner>
                    }
                    .into_any()
                }))
            })}
            {reactive(move || {
                maybe(stuck.get().then(stays_text))
            })}
            {reactive(move || {
                maybe(told.get().map(|it| {
                    view! {
                        <Banner title=it.title text=it.text icon="file-text">
                            <Button label="Dismiss" small=true on_press=move |()| told.set(None)/>
                        </Banner>
                    }
                    .into_any()
                }))
            })}
            {reactive(move || {
                maybe(obstacle.get().map(|text| view! { <Banner title=text tone=Tone::Warn/> }.into_any()))
            })}
            {measures(form, current)}
            {reactive(move || {
                if form.is_text.get() {
                    let label = "Manifest of the change".to_owned();
                    text(label, &[Kind::K8sClusterUpdate], form.text, form.reading.into(), error)
                } else {
                    view! {
                        <fieldset class="upgrade__fields" role="presentation" disabled=move || role.with(Option::is_some)>
                            {fields(form, versions, current)}
                        </fieldset>
                    }
                    .into_any()
                }
            })}
            <div id="verdict" role="status" aria-label="What the platform says" tabindex="-1">
                {reactive(move || match current.get() {
                    Some(verdict) => verdict_view(&verdict),
                    None => ().into_any(),
                })}
            </div>
            {reactive(move || {
                let groups = replaced.get();
                if groups.is_empty() || !passed.get() {
                    return ().into_any();
                }
                let name = confirmed.clone();
                let wanted = name.clone();
                let field = Field::new("confirm", format!("Type {name} to confirm"))
                    .needed("Type the name of the cluster first.")
                    .check(move || {
                        typed_name
                            .with(|typed| typed.trim() != wanted)
                            .then(|| format!("This is not {wanted}. Capital and small letters count."))
                    });
                view! {
                    <Section title="Confirm" text="Nodes are drained and replaced: pods on them start anew elsewhere.">
                        <TextField field=field value=typed_name mono=true/>
                    </Section>
                }
                .into_any()
            })}
        </FormPage>
        // Beside the form: what is typed in it is not the form's.
        {import(SUBJECT, form.draft, importing, told, move |read, text| form.take(read, text))}
    }
    .into_any()
}

/// A failure whose parts are called as the fields of the form are.
fn at_fields(failure: Failure, groups: &[String]) -> Failure {
    let of_form = |(path, text): &(String, String)| (model::field_of(path, groups), text.clone());
    let fields = failure.fields.iter().map(of_form).collect();
    Failure { fields, message: model::told(&failure.message, groups), ..failure }
}

/// Brings what the platform says into sight, once it is drawn.
fn lead() {
    request_animation_frame(|| {
        let verdict = document().get_element_by_id("verdict");
        if let Some(verdict) = verdict.and_then(|verdict| verdict.dyn_into::<HtmlElement>().ok()) {
            let _ = verdict.focus();
            verdict.scroll_into_view();
        }
    });
}

fn verdict_view(verdict: &Verdict) -> AnyView {
    let passed = model::has_passed(&verdict.response);
    let (tone, words) =
        match (passed, model::checks(&verdict.response).iter().any(|it| it.status.as_str() == "WARNING")) {
            (false, _) => (Tone::Bad, "The change is blocked"),
            (true, true) => (Tone::Warn, "The change can be made, with warnings"),
            (true, false) => (Tone::Good, "The change can be made"),
        };
    let at = Some(format::iso(verdict.at));
    view! {
        <div class="stack">
            <p class="verdict__line">
                <Glyph tone=tone/>
                <span><strong>{words}</strong> " " <span class="muted">"Dry run and report of " <Time at=at/></span></span>
            </p>
            {report::report(&verdict.response)}
        </div>
    }
    .into_any()
}

/// The versions that the provider offers.
fn versions(cluster: &Cluster) -> Loads<KubernetesVersions> {
    let provider = cluster.provider.as_str().into();
    let provisioner = cluster.provisioner_type.as_deref().unwrap_or_default().into();
    let options = KubernetesVersionQuery { region: cluster.region.clone(), ..KubernetesVersionQuery::default() };
    let is_registered = can::is_registered(cluster);
    let query = query(move || (!is_registered).then(|| cloud::kubernetes_versions(&provider, &provisioner, &options)));
    query.load()
}

/// What it is, what it will be, and what that costs, at a glance.
fn measures(form: Form, current: Memo<Option<Verdict>>) -> AnyView {
    let before = form.cluster().kubernetes_version.clone().unwrap_or_else(|| "Unknown".to_owned());
    let groups = form.cluster().node_groups.as_ref().map_or(0, Vec::len);
    reactive(move || {
        let before = before.clone();
        let target = form.spec.with(|spec| spec.as_ref().and_then(|spec| spec.kubernetes_version.clone()));
        let is_same = target.is_none();
        let target = target.unwrap_or_else(|| before.clone());
        let versions = view! {
            <code>{before}</code>
            <Icon name="arrow-right"/>
            <code class=if is_same { "muted" } else { "" }>{target}</code>
        }
        .into_any();
        let verdict = current.get();
        let response = verdict.as_ref().map(|verdict| &*verdict.response);
        let plan = response.and_then(|response| response.upgrade_plan.as_ref());
        let unknown = || view! { <span class="muted">"–"</span> }.into_any();
        let length = plan.and_then(|plan| plan.estimated_duration.as_deref()).map(model::length);
        let replaced = response.map(model::replaced);
        let risk =
            response.and_then(|response| response.upgrade_report.as_ref()?.risk_level.as_ref()).map(report::risk);
        let checks = response.map(model::checks).filter(|checks| !checks.is_empty());
        let note = if is_same { "The version stays" } else { "From, and to" };
        view! {
            <dl class="card measures">
                {report::measure("Version", versions, Some(note.to_owned()))}
                {report::measure(
                    "Estimated time",
                    length.map_or_else(unknown, IntoAny::into_any),
                    Some(if response.is_some() { "By the platform" } else { "After the check" }.to_owned()),
                )}
                {report::measure(
                    "Node groups replaced",
                    replaced.as_ref().map_or_else(unknown, |list| format::count(list.len()).into_any()),
                    replaced.as_ref().map(|_| format!("of {}", format::count(groups))),
                )}
                {report::measure(
                    "Risk",
                    risk.map_or_else(unknown, |mark| view! { <State mark=mark/> }.into_any()),
                    checks.map(|checks| report::tally(&checks)),
                )}
            </dl>
        }
        .into_any()
    })
}

fn fields(form: Form, versions: Loads<KubernetesVersions>, verdict: Memo<Option<Verdict>>) -> AnyView {
    let cluster = form.cluster();
    let current = cluster.kubernetes_version.clone().unwrap_or_default();
    let choices = {
        let current = current.clone();
        Signal::derive(move || {
            let mut choices = vec![];
            let listed = versions.with(|load| load.value().cloned());
            let offered = listed.map(|it| it.versions.clone()).unwrap_or_default();
            if !current.is_empty() && !offered.iter().any(|it| it.version.as_deref() == Some(current.as_str())) {
                choices.push(Choice::new(current.clone(), format!("{current}, current")));
            }
            for version in offered {
                let Some(name) = version.version.clone().filter(|name| !name.is_empty()) else { continue };
                let mut label = name.clone();
                if name == current {
                    label.push_str(", current");
                } else if version.is_default == Some(true) {
                    label.push_str(", default");
                }
                let support = place::support(&version);
                if !support.is_empty() {
                    label = format!("{label}. {support}");
                }
                choices.push(Choice::new(name, label));
            }
            choices
        })
    };
    let may_not = roles::why_not("updateCluster");
    let hint = Signal::derive(move || {
        // Where the role is the reason, the banner says so.
        let is_told = may_not.get().is_some();
        let failure = |load: &Load<KubernetesVersions>| {
            load.failure()
                .filter(|failure| !is_told || failure.kind != FailureKind::Forbidden)
                .map(|failure| failure.message.clone())
        };
        match versions.with(|load| (load.value().is_some(), failure(load))) {
            (false, Some(message)) => {
                format!("The versions on offer could not be read: {}", format::sentence(&message))
            }
            _ => "One minor version at a time; the platform says which way is open.".to_owned(),
        }
    });
    let goes_back = Memo::new(move |_| form.goes_back());
    let version = Field::new("kubernetesVersion", "Kubernetes version").hint(hint);
    let groups = form.groups.get_value();
    let has_groups = !groups.is_empty();
    let machines = machines(&cluster);
    let rows = groups.into_iter().map(|group| group_fields(form, group, machines, verdict)).collect_view();
    let provisioner = cluster.provisioner_type.clone().unwrap_or_default();
    let settings = settings(form, &provisioner);
    view! {
        <Section title="Version">
            <SelectField field=version value=form.version choices=choices/>
            {reactive(move || {
                maybe(goes_back.get().then(|| {
                    let field = Field::new("updateConfig.allowDowngrade", "Allow going back to an older version")
                        .hint("Objects of newer APIs may be lost: take a backup first.".to_owned())
                        .optional();
                    view! { <CheckField field=field value=form.allow_downgrade/> }.into_any()
                }))
            })}
        </Section>
        {maybe(has_groups.then(|| {
            view! {
                <Section title="Node groups" text="Other machine types replace nodes; sizes change in place.">
                    <div class="stack">{rows}</div>
                </Section>
            }
            .into_any()
        }))}
        <Section title="Tags" text="They reach the cloud's own resources. What is removed here stays there.">
            <PairsField field=Field::new("tags", "Tags").optional() value=form.tags name="Tag" add="Add tag"/>
        </Section>
        <Section title="How it proceeds" text="Left empty, the platform chooses.">
            <div class="fields">
                <TextField
                    field=share("updateConfig.maxSurge", "Surge nodes", form.surge)
                    value=form.surge
                    placeholder="1 or 25%"
                />
                <TextField
                    field=share("updateConfig.maxUnavailable", "Unavailable nodes", form.unavailable)
                    value=form.unavailable
                    placeholder="1 or 25%"
                />
            </div>
        </Section>
        {settings}
        <Section title="Access" text="Credentials used for this change.">{form.credentials.fields("credentials.")}</Section>
    }
    .into_any()
}

/// A number of nodes, or a share of them.
fn share(path: &'static str, label: &'static str, value: RwSignal<String>) -> Field {
    Field::new(path, label).optional().check(move || value.with(|text| model::share(text)))
}

/// A setting that stays as it is unless a word is chosen.
fn word(path: &'static str, label: &'static str, value: RwSignal<String>, choices: Vec<Choice>) -> AnyView {
    word_in(Field::new(path, label), value, choices)
}

/// The same of one that the cluster was created with.
fn word_of(
    form: Form,
    path: &'static str,
    label: &'static str,
    value: RwSignal<String>,
    choices: Vec<Choice>,
) -> AnyView {
    word_in(Field::new(path, label).hint(Signal::derive(move || form.was(path))), value, choices)
}

fn word_in(field: Field, value: RwSignal<String>, choices: Vec<Choice>) -> AnyView {
    let field = field.optional();
    view! { <SelectField field=field value=value choices=Signal::stored(choices) placeholder="Keep current"/> }
        .into_any()
}

/// The networks that may reach the API server.
fn networks(form: Form, path: &'static str, value: RwSignal<Vec<String>>) -> AnyView {
    let hint = move || {
        let was = form.was(path);
        format!("{was} All of them: those that are not named lose their access. Left empty, they stay as they are.")
    };
    let field = Field::new(path, "Networks that may reach the API server")
        .optional()
        .hint(Signal::derive(hint))
        .check(move || value.with(|list| limits::networks(list)));
    view! { <MultiField field=field value=value choices=ready(Vec::new) free=true placeholder="203.0.113.0/24"/> }
        .into_any()
}

/// What may change on one provider alone.
fn settings(form: Form, provisioner: &str) -> AnyView {
    let settings = form.settings;
    let plain = |words: &[&'static str]| words.iter().copied().map(Choice::plain).collect::<Vec<_>>();
    let readable = |words: &[&'static str]| {
        words.iter().map(|it| Choice::new(*it, crate::ui::state::readable(it))).collect::<Vec<_>>()
    };
    let (title, fields) = match provisioner {
        "gke" => {
            let (start, length) = (settings.window_start, settings.window_length);
            let starts = Field::new("gke.maintenanceWindow.startTime", "Maintenance begins")
                .optional()
                .check(move || start.with(|text| model::moment(text)));
            let lasts = Field::new("gke.maintenanceWindow.duration", "And lasts")
                .optional()
                .check(move || length.with(|text| model::window_length(text)));
            let images = plain(&["COS_CONTAINERD", "UBUNTU_CONTAINERD", "COS", "UBUNTU"]);
            let fields = view! {
                <div class="fields">
                    {word_of(form, "gke.releaseChannel", "Release channel", settings.channel, readable(&["RAPID", "REGULAR", "STABLE"]))}
                    {word("gke.imageType", "Node image", settings.image, images)}
                    <TextField field=starts value=start placeholder="2027-01-16T02:00:00Z" mono=true/>
                    <TextField field=lasts value=length placeholder="4h" mono=true/>
                </div>
                {networks(form, "gke.authorizedNetworks", settings.networks)}
            };
            ("GKE", fields.into_any())
        }
        "eks" => {
            let family = settings.family;
            // An import may bring another word for the same.
            let choices = Signal::derive(move || family.with(|word| images::families(word)));
            let hint = Signal::derive(move || form.was("eks.amiFamily"));
            let field = Field::new("eks.amiFamily", "Node image").hint(hint).optional();
            (
                "EKS",
                view! { <SelectField field=field value=family choices=choices placeholder="Keep current"/> }.into_any(),
            )
        }
        "aks" => {
            let of_nodes = plain(&["SecurityPatch", "NodeImage", "None", "Unmanaged"]);
            let fields = view! {
                <div class="fields">
                    {word_of(form, "aks.autoUpgradeChannel", "Automatic upgrades", settings.upgrades, plain(&["patch", "stable", "rapid", "node-image", "none"]))}
                    {word_of(form, "aks.nodeOsUpgradeChannel", "Node OS upgrades", settings.node_upgrades, of_nodes)}
                </div>
                {networks(form, "aks.authorizedIPRanges", settings.networks)}
            };
            ("AKS", fields.into_any())
        }
        _ => return ().into_any(),
    };
    view! { <Section title=title text="Left empty, they stay as they are.">{fields}</Section> }.into_any()
}

/// The machine types of the cluster's region, as its first zone has them.
fn machines(cluster: &Cluster) -> Loads<Vec<Choice>> {
    let provider = StoredValue::new(cluster.provider.clone());
    let region = StoredValue::new(cluster.region.clone());
    let zones = query(move || Some(catalog::zones(&provider.get_value(), &region.get_value()?)));
    let zones = zones.load();
    let zone =
        Memo::new(move |_| zones.with(|load| load.value().and_then(|list| list.first().map(|zone| zone.id.clone()))));
    let machines = query(move || {
        let (provider, region) = (provider.get_value(), region.get_value()?);
        Some(catalog::machine_types(&provider, &region, &zone.get()?, &MachineTypeFilter::default()))
    });
    machines.load().map(|list| {
        let choice = |machine: &catalog::MachineType| {
            let note = format!("{} vCPU, {}", machine.cpu, machine.memory);
            Choice::new(machine.name.clone(), machine.name.clone()).note(note)
        };
        list.iter().map(choice).collect::<Vec<_>>()
    })
}

fn group_fields(
    form: Form,
    group: GroupFields,
    machines: Loads<Vec<Choice>>,
    current: Memo<Option<Verdict>>,
) -> AnyView {
    let name = group.name.get_value();
    let cluster = form.cluster();
    let said = move |field: &'static str| {
        Signal::derive(move || {
            group.name.with_value(|name| current.with(|it| model::said_of(&it.as_ref()?.response, name, field)))
        })
    };
    let unlisted = move || {
        let mut groups = cluster.node_groups.iter().flatten();
        let before = groups.find(|it| group.name.with_value(|name| *name == it.name));
        let before = before.map(|it| it.machine_types.as_slice()).unwrap_or_default();
        let region = cluster.region.as_deref().unwrap_or_default();
        let chosen = group.machines.get();
        machines.with(|load| {
            let listed = load.value()?.iter().map(|choice| choice.value.as_str());
            model::unlisted(&chosen, before, listed, region)
        })
    };
    let of_machines = said("machineTypes");
    let capacities = vec![Choice::new("ondemand", "On demand"), Choice::new("spot", "Spot")];
    let sized = |field: Field, is_sized: bool| if is_sized { field } else { field.optional() };
    let least =
        sized(Field::new(format!("nodeGroups.{name}.minNode"), "Minimum nodes"), group.sized.0).error(said("minNode"));
    let most = sized(Field::new(format!("nodeGroups.{name}.maxNode"), "Maximum nodes"), group.sized.1)
        .error(said("maxNode"))
        .check(move || group.typed().wrong());
    let types = Field::new(format!("nodeGroups.{name}.machineTypes"), "Machine types")
        // Only the first zone is asked, so that it may be right all the same.
        .hint(Signal::derive(move || unlisted().unwrap_or_default()))
        .error(of_machines);
    let capacity = Field::new(format!("nodeGroups.{name}.instanceType"), "Capacity");
    let label = name.clone();
    view! {
        <div class="group-card" role="group" aria-label=label>
            <div class="group-card__head">
                <h3>{name}</h3>
            </div>
            <div class="group-card__body">
                <div class="fields">
                    <NumberField field=least value=group.least least=0 most=NODES/>
                    <NumberField field=most value=group.most least=1 most=NODES/>
                    <SelectField field=capacity value=group.bought choices=Signal::stored(capacities)/>
                </div>
                <MultiField field=types value=group.machines choices=machines free=true whole=|_| false/>
                {marks_of(group)}
            </div>
        </div>
    }
    .into_any()
}

/// Labels and taints of a group: shown where it has some, else on demand.
fn marks_of(group: GroupFields) -> AnyView {
    let is_shown = Memo::new(move |before: Option<&bool>| {
        // What was shown stays, so that nothing goes away under the hand of who takes the last label out.
        let has_some = !group.labels.with(Vec::is_empty) || !group.taints.with(Vec::is_empty);
        before == Some(&true) || group.more.get() || has_some
    });
    reactive(move || {
        if !is_shown.get() {
            return view! {
                <div class="group-card__foot">
                    <span>"No labels, no taints"</span>
                    <button type="button" class="link push" on:click=move |_| group.more.set(true)>
                        "Set labels and taints"
                    </button>
                </div>
            }
            .into_any();
        }
        let name = group.name.get_value();
        let labels = Field::new(format!("nodeGroups.{name}.labels"), "Labels")
            .check(move || group.labels.with(|list| limits::labels(list)));
        let taints = Field::new(format!("nodeGroups.{name}.taints"), "Taints")
            .check(move || group.taints.with(|list| limits::taints(list)));
        labels::fields(labels, taints, group.labels, group.taints)
    })
}

/// What changes, and the request.
fn summary(form: Form, verdict: RwSignal<Option<Verdict>>, current: Memo<Option<Verdict>>) -> AnyView {
    let cluster = form.cluster();
    let both = Memo::new(move |before: Option<&(String, String)>| {
        let spec = form.spec.get();
        let created = form.created();
        let both = |spec: &K8sClusterUpdateSpec| model::before_and_after(&cluster, spec, created.as_ref());
        match (spec, before) {
            (Some(spec), _) => both(&spec),
            // While the text cannot be read, what it said before stands.
            (None, Some(before)) => before.clone(),
            (None, None) => both(&K8sClusterUpdateSpec::default()),
        }
    });
    let old = Signal::derive(move || both.with(|(old, _)| old.clone()));
    let new = Signal::derive(move || both.with(|(_, new)| new.clone()));
    let name = form.cluster().cluster_name.clone();
    let call = {
        let name = name.clone();
        Signal::derive(move || {
            let mut spec = form.spec.get()?;
            let lacks_keys = |it: &Credentials| it.kind == CredentialType::Static && it.data.is_none();
            if spec.credentials.as_ref().is_some_and(lacks_keys) {
                spec.credentials = Some(form.credentials.shown());
            }
            Some(clusters::update(&name, &K8sClusterUpdate::new(spec)).call().clone())
        })
    };
    let manifest = Signal::derive(move || form.spec.with(|spec| spec.as_ref().and_then(shown_manifest)));
    let as_created = reactive(move || {
        let has_settings = form.spec.with(|spec| spec.as_ref().is_some_and(model::has_settings));
        let words = if form.created().is_some() {
            Some(
                "Settings are shown as the cluster was created with them: what was changed since, the platform does not tell.",
            )
        } else {
            let has_failed = form.manifest.with(|load| load.failure().is_some());
            has_failed.then_some("The settings as they are cannot be read: what is set here replaces them.")
        };
        maybe(words.filter(|_| has_settings).map(|words| view! { <p class="card__foot">{words}</p> }.into_any()))
    });
    let stale = reactive(move || {
        let is_stale = verdict.with(Option::is_some) && current.with(Option::is_none);
        maybe(is_stale.then(|| {
            view! {
                <p class="card__foot">
                    <Glyph tone=Tone::Idle/>
                    "Changed since the last check."
                </p>
            }
            .into_any()
        }))
    });
    view! {
        <div class="stack">
        <Card title="Changes">
            <DiffView label=format!("Changes of {name}") old=old new=new frameless=true/>
            {as_created}
            {stale}
        </Card>
        <ShowAs call=call manifest=manifest/>
        </div>
    }
    .into_any()
}
