//! `/o/:org/clusters/new`: from nothing to a cluster that is being made.
//!
//! The form and the manifest are two faces of the same: [`form`] holds both, [`model`] turns one into the other. What a
//! manifest has and the form doesn't show stays in the manifest and is sent with it.

mod access;
mod contract;
mod form;
mod groups;
pub(super) mod limits;
pub(super) mod model;
mod network;
pub(super) mod place;

use std::sync::Arc;

use astro_api::{
    Request,
    clusters::{self, ClusterOperationAccepted, ClusterStatus, K8sClusterSpec},
    manifest::{Kind, Manifest},
    organizations::Role,
};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use self::{
    access::Access,
    form::Form,
    model::{SUBJECT, Typed},
};
use crate::{
    components::{
        PageAction, PageContext,
        manifest_form::{
            Outcome, Reading, Sender, Sending, Summary, Told, Unread, fill_once, import, sending, stays_text, stuck,
            text,
        },
        roles,
    },
    routes,
    store::{Tone as ToastTone, query, use_store},
    ui::{
        Address, Banner, Button, Fact, Facts, FormPage, Icon, Section, Size, Toggles, Tone, address::query_of,
        facts::Layout, format, maybe, reactive,
    },
};

const FORM: &str = "form";
const YAML: &str = "yaml";

/// The parameter of the address that names the cluster whose spec fills the form.
const FROM: &str = "from";

/// Where a cluster that came to nothing is tried again.
pub fn again(organization: &str, name: &str) -> String {
    format!("{}?{}", routes::cluster_create(organization).href(), query_of(&[(FROM, name)]))
}

/// The page.
pub fn create(organization: String) -> AnyView {
    let store = use_store();
    let form = Form::new();
    let clusters = query(|| clusters::list(None));
    let told = RwSignal::new(None::<Told>);
    let blocked = roles::why_not("deployCluster");
    let role = store.session.role();
    let is_admin = Memo::new(move |_| role.get() == Some(Role::Admin));
    let call =
        Signal::derive(move || form.manifest.with(|manifest| Some(request(false, manifest.as_ref()?).call().clone())));
    let navigate = use_navigate();
    let go = {
        let organization = organization.clone();
        StoredValue::new_local(move |name: &str, waits: bool| {
            let place = if waits { routes::approvals(&organization) } else { routes::cluster(&organization, name) };
            navigate(&place.path(), NavigateOptions::default());
        })
    };
    let created = move |(result, manifest): (Arc<ClusterOperationAccepted>, Manifest)| {
        form.draft.settle();
        let name = result.cluster_name.clone().unwrap_or_else(|| result.cluster_id.clone());
        let name = if name.is_empty() { manifest.name().unwrap_or_default().to_owned() } else { name };
        let waits = result.status == ClusterStatus::ApprovalPending;
        let words =
            if waits { format!("{name} waits for an owner's approval.") } else { format!("{name} is being created.") };
        store.toasts.push(ToastTone::Good, words);
        // Creation is asynchronous: the platform may not find it for some seconds.
        store.arrivals.made(&name);
        go.try_with_value(|go| go(&name, waits));
    };
    // A text that nobody has touched is not told to be wrong before it is sent, or is to become a form.
    let stuck = stuck(form.reading, form::shows);
    let is_tried = RwSignal::new(false);
    let reading = Signal::derive(move || {
        if is_tried.get() || stuck.get() || form.draft.is_dirty() { form.reading.get() } else { Reading::default() }
    });
    let sending = sending(Sender {
        manifest: form.manifest.into(),
        text: form.text,
        obstacles: Callback::new(move |()| {
            is_tried.set(true);
            form.obstacles()
        }),
        request,
        outcome: |result: &ClusterOperationAccepted| Outcome {
            passed: result.validation_passed,
            errors: result.errors.clone().unwrap_or_default(),
            warnings: result.warnings.clone().unwrap_or_default(),
        },
        refused: Callback::new(move |()| {
            clusters.refetch();
            form.offers.again.run(());
        }),
        done: Callback::new(created),
    });
    let Sending { pending, error, submit, ready, .. } = sending;
    let summary = Summary {
        subject: SUBJECT,
        manifest: form.manifest.into(),
        is_text: Signal::derive(move || form.is_text()),
        call,
        sending,
        blocked,
        foot: Some(ViewFn::from(move || size(form))),
    };
    let label = Signal::derive(move || {
        match (ready.get(), is_admin.get()) {
            (Some(true), false) => "Create anyway",
            (Some(true), true) => "Ask for approval anyway",
            (_, true) => "Ask for approval",
            (_, false) => "Create cluster",
        }
        .to_owned()
    });
    let consequence = Signal::derive(move || {
        match role.get() {
            Some(Role::Owner) => "A dry run comes first. You are an owner: the cluster starts without approval.",
            Some(Role::Admin) => "A dry run comes first. You are an admin: an owner has to approve the cluster.",
            _ => "A dry run comes first. You confirm again if it finds warnings.",
        }
        .to_owned()
    });

    let importing = RwSignal::new(false);
    let access = Access::new(form, organization.clone());
    let turn = move |face: &'static str| stuck.set(!form.turn(face == YAML));
    let face = Signal::derive(move || if form.is_text() { YAML } else { FORM });
    if let Some(context) = use_context::<PageContext>() {
        context.offer_actions(move || {
            let other = if form.is_text() { FORM } else { YAML };
            let words = if other == YAML { "Write the cluster as YAML" } else { "Fill in the cluster as a form" };
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
    let list = clusters.load();
    let name_of_organization = organization.clone();
    let fields = move || {
        view! {
            {stages(form)}
            {place::place(form, name_of_organization.clone(), list)}
            {place::account(form, access.draw())}
            {place::version(form)}
            {groups::groups(form)}
            {network::network(form)}
            {network::settings(form)}
        }
        .into_any()
    };
    let cancel = routes::clusters(&organization).href();
    let copied = copy(form, told);
    let notices = notices(organization, blocked, is_admin, told, stuck, copied);
    view! {
        <FormPage
            title="New cluster"
            actions=actions
            pending=pending
            error=error
            on_submit=submit
            submit=label
            blocked=blocked
            cancel=cancel
            consequence=consequence
            summary=move || summary.clone().draw()
        >
            {notices}
            {reactive(move || {
                if form.is_text() {
                    let label = "Manifest of the cluster".to_owned();
                    let manifest = text(label, &[Kind::K8sCluster], form.text, reading, error);
                    view! {
                        {manifest}
                        <Section title="Cloud account">{access.draw()}</Section>
                    }
                    .into_any()
                } else {
                    fields()
                }
            })}
        </FormPage>
        // Beside the form: what is typed in it is not the form's.
        {import(SUBJECT, form.draft, importing, told, move |read, text| form.take(read, text))}
        {access.panels()}
    }
    .into_any()
}

/// Fills the form with the spec of a cluster that is tried again, where the address asks for it; why that failed.
fn copy(form: Form, told: RwSignal<Option<Told>>) -> Signal<Unread> {
    let Some(name) = Address::of_context().get_untracked(FROM).filter(|name| !name.is_empty()) else {
        return Signal::derive(|| None);
    };
    let spec = {
        let name = name.clone();
        query(move || clusters::spec(&name))
    };
    fill_once(
        form.draft,
        told,
        spec,
        || Some(()),
        move |cluster, ()| {
            // Older forms are read as today's.
            let written = Manifest::of(&cluster.spec).ok()?;
            let reads = SUBJECT.reads(&written.to_yaml()).ok()?;
            let read = reads.first()?;
            form.take(read, None);
            Some(Told { title: format!("{name} as it was asked for. Change what should differ."), text: None })
        },
    )
}

/// The request that creates, or only checks.
fn request(dry_run: bool, manifest: &Manifest) -> Request<ClusterOperationAccepted> {
    clusters::deploy(dry_run, &manifest.whole::<K8sClusterSpec>())
}

/// What is to be said above the form.
fn notices(
    organization: String,
    blocked: Signal<Option<String>>,
    is_admin: Memo<bool>,
    told: RwSignal<Option<Told>>,
    stuck: RwSignal<bool>,
    copied: Signal<Unread>,
) -> AnyView {
    reactive(move || {
        let blocked = blocked.get().map(|reason| {
            let title = "You can view this form, but not create a cluster";
            view! { <Banner title=title text=Some(reason) tone=Tone::Warn/> }.into_any()
        });
        let approval = is_admin.get().then(|| {
            let title = "An owner has to approve this cluster";
            let text = format!(
                "You are an admin of {organization}. The owners get an e-mail, and the cluster is made when one of them approves it."
            );
            view! { <Banner title=title text=Some(text) tone=Tone::Ask/> }.into_any()
        });
        let stuck = stuck.get().then(stays_text);
        let failed = copied.get().map(|(failure, retry)| {
            let title = format!("What was asked for could not be read: {}", failure.title);
            view! {
                <Banner title=title text=Some(format::sentence(&failure.message)) tone=Tone::Bad>
                    <Button label="Try again" small=true on_press=retry/>
                </Banner>
            }
            .into_any()
        });
        let told = told.get().map(|it| {
            view! {
                <Banner title=it.title text=it.text icon="file-text">
                    <Button label="Dismiss" small=true on_press=move |()| told.set(None)/>
                </Banner>
            }
            .into_any()
        });
        view! {
            {maybe(blocked)}
            {maybe(approval)}
            {maybe(failed)}
            {maybe(stuck)}
            {maybe(told)}
        }
        .into_any()
    })
}

/// The parts of the form, by the headings of their sections, and the paths of their fields.
const PARTS: [(&str, &[&str]); 5] = [
    ("Place", &["clusterName", "region"]),
    ("Cloud account", &["accountId", "projectId", "subscriptionId", "resourceGroup", "bucketName"]),
    ("Version", &[]),
    ("Node groups", &["nodeGroups", "controlPlane"]),
    ("Network", &["vpc", "subnet", "networkId", "masterIPv4", "authorized", "vnet"]),
];

/// Whether a part of the form has what it needs.
fn is_done(typed: &Typed, paths: &[&str]) -> bool {
    let found = limits::problems(typed).into_iter().chain(limits::missing(typed));
    !found.map(|(path, _)| path).any(|path| paths.iter().any(|part| path.contains(part)))
}

/// The parts of the form: which have what they need, and a way to each.
fn stages(form: Form) -> AnyView {
    let items = PARTS
        .iter()
        .enumerate()
        .map(|(index, (title, paths))| {
            let done = Memo::new(move |_| form.typed.with(|typed| is_done(typed, paths)));
            let go = move |_| {
                let found = document().query_selector(&format!("section[aria-label='{title}'] h2")).ok().flatten();
                if let Some(heading) = found.and_then(|heading| heading.dyn_into::<HtmlElement>().ok()) {
                    heading.set_tab_index(-1);
                    let _ = heading.focus();
                    heading.scroll_into_view();
                }
            };
            view! {
                <li class="stages__item">
                    <button type="button" class="stages__go" data-done=move || done.get().then_some("") on:click=go>
                        <span class="stages__mark">
                            {reactive(move || {
                                if done.get() {
                                    view! {
                                        <Icon name="check" size=Size::Small/>
                                        <span class="visually-hidden">"Complete: "</span>
                                    }
                                    .into_any()
                                } else {
                                    (index + 1).into_any()
                                }
                            })}
                        </span>
                        {*title}
                    </button>
                </li>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <nav aria-label="Parts of the form">
            <ol class="stages">{items}</ol>
        </nav>
    }
    .into_any()
}

/// How large the cluster is, and what its machines cost at least, as far as the catalog says.
fn size(form: Form) -> AnyView {
    let Some(typed) = form.manifest.with(|manifest| {
        let spec = manifest.as_ref()?.spec::<K8sClusterSpec>().ok()?;
        Some(Typed::of(&spec))
    }) else {
        return ().into_any();
    };
    if typed.is_autopilot() || typed.groups.is_empty() {
        return ().into_any();
    }
    let (least, most) = typed.nodes();
    let nodes = if least == most { least.to_string() } else { format!("{least} to {most}") };
    let mut facts = vec![Fact::new("Worker nodes", nodes)];
    let price = form.offers.machines.with(|load| {
        let list = load.value()?;
        typed.groups.iter().try_fold(0.0, |sum, group| {
            let prices = group
                .machines
                .iter()
                .filter_map(|name| list.iter().find(|machine| machine.name == *name)?.price_per_hour);
            let cheapest =
                prices.fold(None::<f64>, |least, price| Some(least.map_or(price, |least| least.min(price))))?;
            #[expect(clippy::cast_precision_loss, reason = "a thousand nodes at most")]
            Some(cheapest.mul_add(group.range().0 as f64, sum))
        })
    });
    if let Some(price) = price.filter(|price| *price > 0.0) {
        facts.push(Fact::new("From, per hour (list price)", format!("${price:.2}")));
    }
    view! {
        <div class="manifest-form__foot">
            <Facts facts=facts layout=Layout::Spread/>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_done_once_it_has_what_it_needs() {
        let mut typed = Typed::default();
        let done = |typed: &Typed| PARTS.map(|(_, paths)| is_done(typed, paths));
        assert_eq!(done(&typed), [false, false, true, false, true]);
        "prod".clone_into(&mut typed.name);
        "123456789012".clone_into(&mut typed.account);
        typed.groups[0].machines.push("t3.large".to_owned());
        assert_eq!(done(&typed), [true; 5]);
        model::OWN.clone_into(&mut typed.network);
        assert!(!done(&typed)[4]);
    }
}
