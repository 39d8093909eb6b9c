//! The first parts of the form: what makes the cluster and where, in which account, and its version.

use std::sync::Arc;

use astro_api::{
    catalog::{self, Provider, ProviderId},
    cloud::{self, KubernetesVersion, KubernetesVersionQuery, KubernetesVersions},
    clusters::{Cluster, ProvisionerType, ReleaseChannel},
};
use leptos::prelude::*;

use super::{form::Form, limits, model};
use crate::{
    components::rules,
    store::query,
    ui::{
        Button, CardsField, Choice, ComboField, RadioField, Section, SegmentsField, TextField, format,
        load::{FailureKind, Loads},
        maybe, reactive,
    },
};

/// The kinds, each with what a person calls it, what makes it, and the providers that have it.
const KINDS: [(&str, &str, &str, &[&str]); 4] = [
    (model::EKS, "AWS", "EKS", &[model::AWS]),
    (model::GKE, "Google Cloud", "GKE", &[model::GCP]),
    (model::AKS, "Azure", "AKS", &[model::AZURE]),
    (model::SELF_HOSTED, "Self-hosted", "AWS or Google Cloud", &[model::AWS, model::GCP]),
];

/// What is chosen of a place, and by their ids the groups that depend on it.
struct Chosen {
    kind: String,
    cloud: String,
    region: String,
    version: String,
    groups: Vec<usize>,
}

/// Why a kind cannot be had, as far as the catalog says.
fn refused(kind: &str, providers: &[&str], list: &[Provider]) -> Option<String> {
    let offers = |provider: &&&str| {
        list.iter().any(|known| {
            known.id.as_str() == **provider
                && known.enabled != Some(false)
                && known.provisioners.as_ref().is_none_or(|all| all.iter().any(|word| word == kind))
        })
    };
    (!providers.iter().any(|provider| offers(&provider))).then(|| "The platform does not offer it.".to_owned())
}

/// What makes the cluster, what it is called and where it is.
pub fn place(form: Form, organization: String, clusters: Loads<Vec<Cluster>>) -> AnyView {
    let parts = form.parts;
    let providers = query(catalog::providers).load();
    let kinds = Signal::derive(move || {
        KINDS
            .into_iter()
            .map(|(kind, label, note, at)| {
                let choice = Choice::new(kind, label).note(note);
                let reason = providers.with(|load| refused(kind, at, load.value()?));
                match reason {
                    Some(reason) => choice.disabled(reason),
                    None => choice,
                }
            })
            .collect::<Vec<_>>()
    });
    Effect::new(move |before: Option<Chosen>| {
        let groups = form.groups.with(|groups| groups.iter().map(|group| group.id).collect());
        let now = Chosen {
            kind: parts.kind.get(),
            cloud: parts.cloud.get(),
            region: parts.region.get(),
            version: parts.version.get(),
            groups,
        };
        // A manifest brings groups of its own, and all that belongs to its provider.
        let Some(before) = before.filter(|before| before.groups == now.groups) else { return now };
        let (from, to) = (model::provider(&before.kind, &before.cloud), model::provider(&now.kind, &now.cloud));
        if from != to && before.region == now.region {
            form.change_provider(from, to);
        }
        if before.kind != now.kind && before.version == now.version {
            form.change_kind(&before.kind, &now.kind);
        }
        now
    });
    let variant = reactive(move || match parts.kind.get().as_str() {
        model::GKE => {
            let choices = vec![
                Choice::new(model::STANDARD, "Standard").note("Node groups of your choice."),
                Choice::new(model::AUTOPILOT, "Autopilot").note("Google manages the nodes: there are no node groups."),
            ];
            let field = form.field("provisioner.gke.autopilot", "Mode");
            view! { <RadioField field=field value=parts.mode choices=Signal::stored(choices)/> }.into_any()
        }
        model::SELF_HOSTED => {
            let choices = vec![Choice::new(model::AWS, "AWS"), Choice::new(model::GCP, "Google Cloud")];
            view! {
                <SegmentsField
                    field=form.field("provider", "Machines from")
                    value=parts.cloud
                    choices=Signal::stored(choices)
                />
            }
            .into_any()
        }
        _ => ().into_any(),
    });
    let name = crate::ui::Field::new("spec.clusterName", "Name")
        .hint("Lowercase letters, digits and hyphens. It cannot change later.".to_owned())
        .check(move || {
            form.problem("clusterName").or_else(|| {
                let name = parts.name.with(|name| name.trim().to_owned());
                let is_taken =
                    clusters.with(|load| load.value().is_some_and(|list| list.iter().any(|it| is_called(it, &name))));
                is_taken.then(|| format!("{organization} has a cluster {name} already. Names are unique."))
            })
        });
    view! {
        <Section title="Place">
            <CardsField
                field=form.field("provisioner.type", "Kind")
                value=parts.kind
                choices=kinds
            />
            {variant}
            <div class="fields">
                <TextField field=name value=parts.name limit=model::NAME placeholder="prod-eu-north-1"/>
                {region(form)}
            </div>
        </Section>
    }
    .into_any()
}

/// Whether a cluster has a name, and still holds it.
fn is_called(cluster: &Cluster, name: &str) -> bool {
    use astro_api::clusters::ClusterStatus;
    let is_over = matches!(
        cluster.status,
        ClusterStatus::Deleted | ClusterStatus::Cancelled | ClusterStatus::ApprovalRejected | ClusterStatus::Failed
    );
    cluster.cluster_name == name && !is_over
}

fn region(form: Form) -> AnyView {
    let parts = form.parts;
    let (regions, zones) = (form.offers.regions, form.offers.zones);
    let unknown = Signal::derive(move || {
        let provider = parts.kind.with(|kind| parts.cloud.with(|cloud| model::provider(kind, cloud).to_owned()));
        rules::region(parts.region, regions.load(), &provider)
    });
    let hint = Signal::derive(move || {
        if parts.region.with(String::is_empty) {
            return "Without one, the platform takes the provider's first.".to_owned();
        }
        zones.load().with(|load| match load.value() {
            Some(zones) if zones.len() < 7 => {
                let names: Vec<_> = zones.iter().map(|zone| zone.name.as_str()).collect();
                format!("{}: {}.", format::counted(zones.len(), "zone", "zones"), names.join(", "))
            }
            Some(zones) => format!("{}.", format::counted(zones.len(), "zone", "zones")),
            None => String::new(),
        })
    });
    let choices = regions.load().map(|list: &Vec<catalog::Region>| {
        list.iter()
            .map(|it| {
                let label = it.display_name.clone().filter(|name| *name != it.id).unwrap_or_default();
                Choice::plain(it.id.clone()).note(label)
            })
            .collect::<Vec<_>>()
    });
    let field = form.field("region", "Region").optional().hint(hint).error(unknown);
    let field = field.check(move || form.problem("region").or_else(|| unknown.get()));
    view! {
        <ComboField
            field=field
            value=parts.region
            choices=choices
            retry=move |()| regions.refetch()
            free=true
            placeholder="Choose a region"
        />
    }
    .into_any()
}

/// The account that pays, and how the platform gets in.
pub fn account(form: Form, access: AnyView) -> AnyView {
    let parts = form.parts;
    let fields = reactive(move || {
        let kind = parts.kind.get();
        let cloud = parts.cloud.get();
        let aws = |path: &'static str| {
            view! {
                <TextField
                    field=form.field(path, "AWS account").hint("Its 12 digits.".to_owned())
                    value=parts.account
                    placeholder="123456789012"
                    sort="numeric"
                    mono=true
                />
            }
            .into_any()
        };
        let gcp = |path: &'static str| {
            view! {
                <TextField
                    field=form.field(path, "Google Cloud project").hint("Its ID, not its number.".to_owned())
                    value=parts.project
                    placeholder="acme-production"
                    limit=30
                    mono=true
                />
            }
            .into_any()
        };
        match kind.as_str() {
            model::EKS => aws("provisioner.eks.accountId"),
            model::GKE => gcp("provisioner.gke.projectId"),
            model::AKS => view! {
                <TextField
                    field=form.field("provisioner.aks.subscriptionId", "Subscription").hint("Its ID, a UUID.".to_owned())
                    value=parts.subscription
                    placeholder="1b4e28ba-2fa1-4d3b-a3f5-ef19b5a7633b"
                    mono=true
                />
                <TextField
                    field=form.field("provisioner.aks.resourceGroup", "Resource group")
                    value=parts.resource_group
                    limit=90
                    placeholder="rg-production"
                    mono=true
                />
            }
            .into_any(),
            _ => {
                let account = if cloud == model::GCP {
                    gcp("provisioner.selfHosted.accountId")
                } else {
                    aws("provisioner.selfHosted.accountId")
                };
                let bucket = form
                    .field("provisioner.selfHosted.bucketName", "Bucket")
                    .hint("Keeps the cluster's state. The setup of the account makes it.".to_owned());
                view! {
                    {account}
                    <TextField field=bucket value=parts.bucket limit=63 placeholder="acme-state" mono=true/>
                }
                .into_any()
            }
        }
    });
    view! {
        <Section title="Cloud account">
            <div class="fields">{fields}</div>
            {credentials(form)}
            {access}
        </Section>
    }
    .into_any()
}

/// Where the keys come from, where there is a choice: a manifest may have brought its own.
fn credentials(form: Form) -> AnyView {
    let parts = form.parts;
    let had_keys = parts.credentials.with_untracked(|word| word == model::STATIC);
    let had_keys = Memo::new(move |before: Option<&bool>| {
        before.copied().unwrap_or(had_keys) || parts.credentials.with(|word| word == model::STATIC)
    });
    reactive(move || {
        if !had_keys.get() {
            return ().into_any();
        }
        let (kind, is_own) = parts.kind.with(|kind| (kind.clone(), kind == model::SELF_HOSTED));
        let usual = if is_own {
            Choice::new(model::VAULT, "The platform's vault").note("Keys that are stored there for this cluster.")
        } else {
            Choice::new(model::DYNAMIC, "The account's connection").note("A role that the platform takes on; no keys.")
        };
        let keys = Choice::new(model::STATIC, "Keys in the manifest")
            .note("As they were imported. They are sent, and never shown.");
        let field = form.field(limits::block(&kind, "credentials.type"), "Credentials");
        view! { <RadioField field=field value=parts.credentials choices=Signal::stored(vec![usual, keys])/> }.into_any()
    })
}

/// How long a version is supported, in sentences; empty where the platform does not say.
pub fn support(version: &KubernetesVersion) -> String {
    let mut note = match version.status.as_deref() {
        Some("preview") => "Preview. ".to_owned(),
        Some("extended") => "Extended support. ".to_owned(),
        _ => String::new(),
    };
    if let Some(end) = &version.end_of_support {
        let day = format::calendar(end);
        let words =
            if version.status.as_deref() == Some("extended") { "Standard support ended" } else { "Supported to" };
        note = format!("{note}{words} {day}.");
    }
    note.trim_end().to_owned()
}

/// A version as a card.
fn version_choice(version: &KubernetesVersion) -> Option<Choice> {
    let name = version.version.clone()?;
    let channels = version.channels.as_deref().unwrap_or_default();
    let mut choice = Choice::plain(name).note(support(version));
    if version.is_default == Some(true) {
        choice = choice.badge("Default");
    }
    if !channels.is_empty() {
        let words: Vec<_> = channels.iter().map(|word| word.to_lowercase()).collect();
        choice = choice.fact("Channels", words.join(", "));
    }
    Some(choice)
}

/// What can be chosen as a version: the platform's own choice, what is offered, and what is chosen already.
fn version_choices(offered: Option<&KubernetesVersions>, chosen: &str) -> Vec<Choice> {
    let mut choices = vec![Choice::new(model::DEFAULT, "The default").note(
        match offered.and_then(|offered| offered.default_version.as_deref()) {
            Some(version) => format!("The platform takes {version} now."),
            None => "The platform takes what it recommends.".to_owned(),
        },
    )];
    let versions = offered.map(|offered| offered.versions.as_slice()).unwrap_or_default();
    choices.extend(versions.iter().filter_map(version_choice));
    if choices.iter().all(|choice| choice.value != chosen) {
        let is_minor = versions.iter().filter_map(|it| it.version.as_deref()).any(|version| {
            version.strip_prefix(chosen.trim_start_matches('v')).is_some_and(|rest| rest.starts_with('.'))
        });
        let note = match (offered, is_minor) {
            (None, _) => "",
            (Some(_), true) => "The newest of this line.",
            (Some(_), false) => "Not offered here.",
        };
        choices.push(Choice::plain(chosen.to_owned()).note(note));
    }
    choices
}

/// The version of Kubernetes, and the channel that GKE follows.
pub fn version(form: Form) -> AnyView {
    let parts = form.parts;
    // For which kind they are asked: the field may be a step ahead.
    let asked = StoredValue::new(String::new());
    let versions = query(move || {
        let provider = parts.kind.with(|kind| parts.cloud.with(|cloud| model::provider(kind, cloud).to_owned()));
        let kind = parts.kind.get();
        asked.set_value(kind.clone());
        let is_gke = kind == model::GKE;
        let options = KubernetesVersionQuery {
            // What is typed is not asked for with each letter.
            region: form.offers.regions.load().with(|load| {
                let region = parts.region.get();
                load.value()?.iter().any(|it| it.id == region).then_some(region)
            }),
            release_channel: parts
                .channel
                .with(|word| (is_gke && word != model::DEFAULT).then(|| ReleaseChannel::from(word.as_str()))),
            autopilot: parts.mode.with(|mode| (is_gke && mode == model::AUTOPILOT).then_some(true)),
        };
        cloud::kubernetes_versions(
            &ProviderId::from(provider.as_str()),
            &ProvisionerType::from(kind.as_str()),
            &options,
        )
    });
    let load = versions.load();
    // Of another region mostly the same are offered: what was there stays until they have come, and nothing below moves.
    let kept = StoredValue::new(None::<(String, Arc<KubernetesVersions>)>);
    let choices = Signal::derive(move || {
        let (kind, chosen) = (parts.kind.get(), parts.version.get());
        load.with(|load| match load.value() {
            Some(offered) => kept.set_value(Some((asked.get_value(), Arc::clone(offered)))),
            None if load.failure().is_some() => kept.set_value(None),
            None => {}
        });
        kept.with_value(|kept| {
            let offered = kept.as_ref().filter(|(of, _)| *of == kind);
            version_choices(offered.map(|(_, offered)| &**offered), &chosen)
        })
    });
    let channel = reactive(move || {
        maybe(parts.kind.with(|kind| kind == model::GKE).then(|| {
            let mut choices = vec![Choice::new(model::DEFAULT, "The default")];
            choices.extend(ReleaseChannel::KNOWN.iter().map(|it| {
                let word = it.as_str();
                Choice::new(word, crate::ui::state::readable(word))
            }));
            let field = form
                .field("provisioner.gke.releaseChannel", "Release channel")
                .hint("How early Google brings new versions to the cluster.".to_owned());
            view! { <SegmentsField field=field value=parts.channel choices=Signal::stored(choices)/> }.into_any()
        }))
    });
    let cards = reactive(move || {
        let path = limits::block(&parts.kind.get(), "kubernetesVersion");
        view! { <CardsField field=form.field(path, "Kubernetes") value=parts.version choices=choices/> }.into_any()
    });
    let failed = reactive(move || {
        let failure = load.with(|load| load.failure().filter(|_| load.value().is_none()).cloned());
        maybe(failure.map(|failure| {
            let words = format!("The versions could not be read. {}", format::sentence(&failure.message));
            // Who may not read them is told the same again.
            let may_help = failure.kind != FailureKind::Forbidden;
            let again = may_help.then(|| {
                view! { <Button label="Try again" small=true on_press=move |()| versions.refetch()/> }.into_any()
            });
            view! {
                <p class="row muted" role="status">
                    <span>{words}</span>
                    {maybe(again)}
                </p>
            }
            .into_any()
        }))
    });
    view! {
        <Section title="Version">
            {channel}
            {cards}
            {failed}
        </Section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn provider(json: &str) -> Provider {
        serde_json::from_str(json).expect("a provider")
    }

    #[test]
    fn a_kind_that_the_platform_does_not_offer_says_so() {
        let list = [
            provider(r#"{"id":"aws","name":"AWS","enabled":true,"provisioners":["eks"]}"#),
            provider(r#"{"id":"gcp","name":"GCP","enabled":false,"provisioners":["gke","selfHosted"]}"#),
            provider(r#"{"id":"azure","name":"Azure"}"#),
            provider(r#"{"id":"oracle","name":"Oracle","provisioners":["oke"]}"#),
        ];
        let says = |at: usize| refused(KINDS[at].0, KINDS[at].3, &list);
        assert_eq!((says(0), says(2)), (None, None));
        assert!(says(1).is_some(), "Google Cloud is off");
        assert!(says(3).is_some(), "self-hosted is nowhere");
    }

    #[test]
    fn a_version_says_how_long_it_is_supported() {
        let says = |json: &str| support(&serde_json::from_str(json).expect("a version"));
        assert_eq!(says(r#"{"version":"1.34","status":"supported"}"#), "");
        assert_eq!(says(r#"{"version":"1.31","status":"extended"}"#), "Extended support.");
        assert_eq!(says(r#"{"version":"1.35","status":"preview"}"#), "Preview.");
    }

    #[test]
    fn versions_are_cards_with_what_is_chosen_among_them() {
        let offered: KubernetesVersions = serde_json::from_str(
            r#"{"defaultVersion":"1.34.5-gke.1193000","versions":[
                {"version":"1.35.2-gke.1269000","status":"supported","channels":["RAPID"]},
                {"version":"1.34.5-gke.1193000","status":"supported","isDefault":true},
                {"version":"1.31.14-gke.1033000","status":"extended"}]}"#,
        )
        .expect("versions");
        let choices = |chosen: &str| version_choices(Some(&offered), chosen);
        let all = choices(model::DEFAULT);
        assert_eq!(all.len(), 4);
        assert_eq!(all[0].note, "The platform takes 1.34.5-gke.1193000 now.");
        assert_eq!(all[2].badge, "Default");
        assert_eq!(choices("1.34").last().map(|it| it.note.as_str()), Some("The newest of this line."));
        assert_eq!(choices("1.20").last().map(|it| it.note.as_str()), Some("Not offered here."));
        assert_eq!(version_choices(None, "1.20").len(), 2);
    }
}
