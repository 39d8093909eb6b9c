//! The versions of Kubernetes that a provider's provisioners offer.

use astro_api::{
    catalog::ProviderId,
    cloud::{self, KubernetesVersion, KubernetesVersionQuery, KubernetesVersions},
    clusters::{ProvisionerType, ReleaseChannel},
};
use leptos::prelude::*;

use super::{Catalog, bound};
use crate::{
    components::{roles, words},
    store::query,
    ui::{
        Badge, ButtonLink, Card, Choice, Column, Dash, Empty, EmptyState, Field, Latest, Loading, Mark, QueryView,
        SegmentsField, State, Table, Tone, format, maybe, reactive, state::readable, table,
    },
};

/// Every release channel.
const EVERY: &str = "all";

/// A provisioner as a person reads it.
fn kind_word(kind: &str) -> String {
    match kind {
        "eks" => "EKS".to_owned(),
        "gke" => "GKE".to_owned(),
        "aks" => "AKS".to_owned(),
        "selfHosted" => "Self-hosted".to_owned(),
        other => readable(other),
    }
}

/// The provisioners of a provider: what the catalog says, else what the contract knows.
fn kinds(catalog: Catalog) -> Vec<String> {
    let provider = catalog.provider.get();
    let told = catalog.providers.load().with(|load| {
        let list = load.value()?;
        list.iter().find(|it| it.id.as_str() == provider)?.provisioners.clone()
    });
    told.filter(|kinds| !kinds.is_empty()).unwrap_or_else(|| {
        let known: &[&str] = match provider.as_str() {
            "gcp" => &["gke", "selfHosted"],
            "azure" => &["aks"],
            _ => &["eks", "selfHosted"],
        };
        known.iter().map(|kind| (*kind).to_owned()).collect()
    })
}

fn status(version: &KubernetesVersion) -> Option<Mark> {
    version.status.as_deref().map(|status| match status {
        "supported" => Mark::new(Tone::Good, "Supported"),
        "extended" => Mark::new(Tone::Warn, "Extended support"),
        "preview" => Mark::new(Tone::Idle, "Preview"),
        other => Mark::unknown(other),
    })
}

/// The face.
pub fn versions(catalog: Catalog) -> AnyView {
    let address = catalog.address;
    let kind = Memo::new(move |_| {
        let kinds = kinds(catalog);
        let named = address.get("kind").filter(|named| kinds.contains(named));
        named.or_else(|| kinds.first().cloned()).unwrap_or_default()
    });
    let channel =
        Memo::new(move |_| address.get("channel").filter(|word| !word.is_empty()).unwrap_or_else(|| EVERY.to_owned()));
    let kind_field = bound(address, kind, "kind", &["channel"]);
    let channel_field = bound(address, channel, "channel", &[]);
    let kind_choices = Signal::derive(move || {
        kinds(catalog).into_iter().map(|kind| Choice::new(kind.clone(), kind_word(&kind))).collect::<Vec<_>>()
    });
    let query = query(move || {
        let provider = ProviderId::from(catalog.provider.get().as_str());
        let kind = kind.get();
        let options = KubernetesVersionQuery {
            region: Some(catalog.region.get()).filter(|region| !region.is_empty()),
            release_channel: Some(channel.get())
                .filter(|word| word != EVERY && kind == "gke")
                .map(|word| ReleaseChannel::from(word.as_str())),
            autopilot: None,
        };
        (!kind.is_empty())
            .then(|| cloud::kubernetes_versions(&provider, &ProvisionerType::from(kind.as_str()), &options))
    });
    let channels = reactive(move || {
        maybe((kind.get() == "gke").then(|| {
            let mut choices = vec![Choice::new(EVERY, "All")];
            choices.extend(ReleaseChannel::KNOWN.iter().map(|it| Choice::new(it.as_str(), readable(it.as_str()))));
            let field = Field::new("channel", "Release channel");
            view! { <SegmentsField field=field value=channel_field choices=Signal::stored(choices)/> }.into_any()
        }))
    });
    // Where the versions of another provider are known already, the card stays, and its heading has to follow.
    let draw = move |versions: Latest<KubernetesVersions>| reactive(move || list(catalog, kind, versions));
    let is_empty = |versions: &KubernetesVersions| versions.versions.is_empty();
    view! {
        <div class="stack">
            <div class="row catalog__kinds">
                <SegmentsField field=Field::new("kind", "Made by") value=kind_field choices=kind_choices/>
                {channels}
            </div>
            <QueryView
                load=query.load()
                loading=|| {
                    view! {
                        <Loading label="Loading the versions">
                            <crate::ui::FactsSkeleton rows=6/>
                        </Loading>
                    }
                    .into_any()
                }
                empty=Some(Empty::new(
                    is_empty,
                    || {
                        view! {
                            <EmptyState
                                icon="layers"
                                title="No versions here"
                                text="The provisioner offers none in this region and channel."
                            />
                        }
                        .into_any()
                    },
                ))
                retry=move |()| query.refetch()
                data=draw
            />
        </div>
    }
    .into_any()
}

fn list(catalog: Catalog, kind: Memo<String>, versions: Latest<KubernetesVersions>) -> AnyView {
    let blocked = roles::why_not("deployCluster");
    let columns = vec![
        Column::new("Version", |version: &KubernetesVersion| {
            let badge = (version.is_default == Some(true)).then(|| view! { <Badge text="Default"/> }.into_any());
            view! {
                <span class="row row--tight">
                    <code>{version.version.clone()}</code>
                    {maybe(badge)}
                </span>
            }
            .into_any()
        })
        .names(),
        Column::new("Status", |version: &KubernetesVersion| match status(version) {
            Some(mark) => view! { <State mark=mark/> }.into_any(),
            None => view! { <Dash/> }.into_any(),
        })
        .card(table::Card::Side),
        Column::new("Standard support ends", |version: &KubernetesVersion| match &version.end_of_support {
            Some(end) => format::calendar(end).into_any(),
            None => view! { <Dash/> }.into_any(),
        })
        .card(table::Card::Note),
        Column::new("Channels", |version: &KubernetesVersion| match version.channels.as_deref() {
            Some(channels) if !channels.is_empty() => {
                channels.iter().map(|word| readable(word)).collect::<Vec<_>>().join(", ").into_any()
            }
            _ => view! { <Dash/> }.into_any(),
        }),
        Column::new("New cluster", move |version: &KubernetesVersion| {
            let Some(name) = version.version.clone() else { return ().into_any() };
            let href = catalog.create(None, Some(&kind.get_untracked()), Some(&name));
            let label = "Create cluster with it";
            view! { <ButtonLink href=href label=label small=true disabled_reason=blocked/> }.into_any()
        })
        .card(table::Card::NoteSide),
    ];
    let title = format!("Kubernetes on {}", words::provider(&catalog.provider.get()));
    view! {
        <Card title=title>
            <Table
                label="Versions of Kubernetes"
                columns=columns
                rows=move || versions.get().map(|versions| std::sync::Arc::new(versions.versions.clone()))
                frameless=true
            />
        </Card>
    }
    .into_any()
}
