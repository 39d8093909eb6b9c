//! The network of the cluster, who reaches its API server, and what else can be set.

use astro_api::clusters::{AutoUpgradeChannel, NetworkPlugin, NodeOsUpgradeChannel};
use leptos::prelude::*;

use super::{
    super::images,
    form::{Form, SubnetForm},
    limits::{NETWORKS, SUBNETS, block},
    model::{self, Subnet},
};
use crate::ui::{
    Button, CardsField, Choice, IconButton, MultiField, PairsField, Section, SegmentsField, SelectField, TextField,
    field::{GroupField, ready},
    maybe, reactive,
    state::readable,
};

/// A network that the platform makes, or one that is there.
pub fn network(form: Form) -> AnyView {
    let parts = form.parts;
    let choices = Signal::derive(move || {
        let (new, own) = match parts.kind.get().as_str() {
            model::EKS => (
                Choice::new(model::NEW, "New VPC").note("The platform makes it, with subnets in every zone."),
                Choice::new(model::OWN, "Existing VPC").note("VPC ID, its network, and subnets by zone."),
            ),
            model::GKE => (
                Choice::new(model::NEW, "New network")
                    .note("The platform makes it, with ranges for pods and services."),
                Choice::new(model::OWN, "Existing network").note("Network, subnet, and its secondary ranges."),
            ),
            model::AKS => (
                Choice::new(model::NEW, "New network").note("The platform makes it."),
                Choice::new(model::OWN, "Existing subnet").note("A subnet of a virtual network of yours."),
            ),
            _ => (
                Choice::new(model::NEW, "New network").note("The platform makes it."),
                Choice::new(model::OWN, "Existing network").note("By its ID."),
            ),
        };
        vec![new, own]
    });
    // What each kind takes is drawn anew with it.
    let which = Memo::new(move |_| (parts.kind.get(), parts.network.with(|network| network == model::OWN)));
    let fields = reactive(move || {
        let (kind, is_own) = which.get();
        let own = is_own.then(|| match kind.as_str() {
            model::EKS => eks(form),
            model::GKE => gke(form),
            model::AKS => aks(form),
            _ => {
                let field = form.field(block(&kind, "networkId"), "Network");
                view! { <TextField field=field value=parts.network_id placeholder="vpc-0a1b2c3d4e5f67890" mono=true/> }
                    .into_any()
            }
        });
        let reach = match kind.as_str() {
            model::GKE => Some(gke_reach(form)),
            model::AKS => Some(aks_reach(form)),
            _ => None,
        };
        view! {
            {maybe(own)}
            {maybe(reach)}
        }
        .into_any()
    });
    view! {
        <Section title="Network">
            <CardsField field=form.field("network", "Network of the nodes") value=parts.network choices=choices/>
            {fields}
        </Section>
    }
    .into_any()
}

fn eks(form: Form) -> AnyView {
    let parts = form.parts;
    let cidr = form.field(block(model::EKS, "vpcCIDR"), "Network of the VPC").hint("From /16 to /28.".to_owned());
    let add = move |()| {
        let taken =
            form.subnets.with_untracked(|rows| rows.iter().map(|row| row.zone.get_untracked()).collect::<Vec<_>>());
        let zones = form.offers.zones.load().get_untracked();
        let zone = zones.value().and_then(|zones| zones.iter().find(|zone| !taken.contains(&zone.id)));
        form.add_subnet(&Subnet {
            zone: zone.map(|zone| zone.id.clone()).unwrap_or_default(),
            kind: "private".to_owned(),
            ..Subnet::default()
        });
    };
    let rows = reactive(move || {
        let rows = form.subnets.get();
        rows.into_iter().enumerate().map(|(index, row)| subnet(form, row, index)).collect_view().into_any()
    });
    let field = form.field(SUBNETS, "Subnets by zone").hint("In at least two zones.".to_owned());
    view! {
        <div class="fields">
            <TextField
                field=form.field(block(model::EKS, "vpcId"), "VPC")
                value=parts.vpc
                placeholder="vpc-0a1b2c3d4e5f67890"
                mono=true
            />
            <TextField field=cidr value=parts.vpc_cidr placeholder="10.0.0.0/16" mono=true/>
        </div>
        <GroupField field=field>
            <div class="subnets">
                {rows}
                <div>
                    <Button label="Add subnet" icon="plus" small=true on_press=add/>
                </div>
            </div>
        </GroupField>
    }
    .into_any()
}

fn subnet(form: Form, row: SubnetForm, index: usize) -> AnyView {
    let path = |field: &str| format!("{SUBNETS}[{index}].{field}");
    let zones = Signal::derive(move || {
        form.offers.zones.load().with(|load| {
            load.value()
                .map(|list| list.iter().map(|zone| Choice::plain(zone.id.clone())).collect())
                .unwrap_or_default()
        })
    });
    let zone = form.zone_field(path("zone"), "Zone", Signal::derive(move || vec![row.zone.get()]));
    let kinds = vec![Choice::new("private", "Private"), Choice::new("public", "Public")];
    let label = move || format!("Remove subnet {}", index + 1);
    view! {
        <div class="subnets__row">
            <SelectField field=zone value=row.zone choices=zones/>
            <SelectField
                field=form.field(path("type"), "Reach").optional()
                value=row.kind
                choices=Signal::stored(kinds)
                placeholder="Not said"
            />
            <TextField
                field=form.field(path("id"), "Subnet")
                value=row.subnet
                placeholder="subnet-0a1b2c3d"
                mono=true
            />
            <TextField
                field=form.field(path("cidr"), "Network").optional()
                value=row.cidr
                placeholder="10.0.1.0/24"
                mono=true
            />
            <IconButton icon="trash-2" label=Signal::derive(label) on_press=move |()| form.remove_subnet(row.id)/>
        </div>
    }
    .into_any()
}

fn gke(form: Form) -> AnyView {
    let parts = form.parts;
    let text = |path: &'static str, label: &'static str, value: RwSignal<String>, example: &'static str| {
        view! { <TextField field=form.field(block(model::GKE, path), label) value=value placeholder=example mono=true/> }
            .into_any()
    };
    view! {
        <div class="fields">
            {text("networkId", "Network", parts.network_id, "acme-network")}
            {text("subnet.name", "Subnet", parts.subnet, "acme-subnet")}
        </div>
        <div class="fields">
            {text("subnet.podsRange", "Range of the pods", parts.pods, "pods")}
            {text("subnet.servicesRange", "Range of the services", parts.services, "services")}
        </div>
    }
    .into_any()
}

fn aks(form: Form) -> AnyView {
    let field = form
        .field(block(model::AKS, "vnetSubnetId"), "Subnet")
        .hint("Its whole ID, as az network shows it.".to_owned());
    view! {
        <TextField
            field=field
            value=form.parts.vnet
            placeholder="/subscriptions/…/virtualNetworks/acme/subnets/nodes"
            mono=true
        />
    }
    .into_any()
}

/// Networks that may reach the API server.
fn authorized(form: Form, path: String, label: &'static str) -> AnyView {
    let authorized = form.parts.authorized;
    let hint = Signal::derive(move || {
        let count = authorized.with(Vec::len);
        if count == 0 {
            "From everywhere, if none is named. Enter or a comma takes one.".to_owned()
        } else {
            format!("{count} of at most {NETWORKS}.")
        }
    });
    let field = form.field(path, label).optional().hint(hint);
    view! {
        <MultiField field=field value=authorized choices=ready(Vec::new) free=true placeholder="203.0.113.0/24"/>
    }
    .into_any()
}

fn gke_reach(form: Form) -> AnyView {
    let cidr = form
        .field(block(model::GKE, "masterIPv4CidrBlock"), "Network of the control plane")
        .optional()
        .hint("A private /28 that overlaps with no other. Without one, 172.16.0.0/28.".to_owned());
    view! {
        <TextField field=cidr value=form.parts.control_cidr placeholder="172.16.0.0/28" mono=true/>
        {authorized(form, block(model::GKE, "authorizedNetworks"), "Networks that reach the API server")}
    }
    .into_any()
}

fn aks_reach(form: Form) -> AnyView {
    let parts = form.parts;
    let mut plugins = vec![Choice::new(model::DEFAULT, "The default")];
    plugins.extend(NetworkPlugin::KNOWN.iter().map(|it| Choice::new(it.as_str(), readable(it.as_str()))));
    let modes = vec![Choice::new(model::DEFAULT, "The default"), Choice::new("overlay", "Overlay")];
    view! {
        <div class="fields">
            <SelectField
                field=form.field(block(model::AKS, "networkPlugin"), "Network plugin")
                value=parts.plugin
                choices=Signal::stored(plugins)
            />
            <SelectField
                field=form.field(block(model::AKS, "networkPluginMode"), "Mode of the plugin")
                value=parts.plugin_mode
                choices=Signal::stored(modes)
            />
        </div>
        {switch(form, block(model::AKS, "privateCluster"), "Private cluster", parts.private, "Its API server has no public address.")}
        {authorized(form, block(model::AKS, "authorizedIPRanges"), "Networks that reach the API server")}
    }
    .into_any()
}

/// On, off, or left to the platform.
fn switch(form: Form, path: String, label: &'static str, value: RwSignal<String>, hint: &'static str) -> AnyView {
    let choices =
        vec![Choice::new(model::DEFAULT, "The default"), Choice::new(model::ON, "On"), Choice::new(model::OFF, "Off")];
    view! {
        <SegmentsField field=form.field(path, label).hint(hint.to_owned()) value=value choices=Signal::stored(choices)/>
    }
    .into_any()
}

/// What else can be set of a kind, and its tags.
pub fn settings(form: Form) -> AnyView {
    let parts = form.parts;
    let kind = Memo::new(move |_| parts.kind.get());
    reactive(move || {
        let kind = kind.get();
        let own = match kind.as_str() {
            model::EKS => {
                let choices = Signal::derive(move || {
                    let mut choices = vec![Choice::new(model::DEFAULT, "The default, Amazon Linux 2023")];
                    choices.extend(parts.ami.with(|word| images::families(word)));
                    choices
                });
                view! {
                    <SelectField
                        field=form.field(block(model::EKS, "amiFamily"), "Node image")
                        value=parts.ami
                        choices=choices
                    />
                }
                .into_any()
            }
            model::GKE => switch(
                form,
                block(model::GKE, "enableWorkloadIdentity"),
                "Workload identity",
                parts.identity,
                "Workloads act as service accounts of Google Cloud, without keys. On by default.",
            ),
            model::AKS => aks_settings(form),
            _ => ().into_any(),
        };
        let tags = match kind.as_str() {
            model::EKS | model::AKS => {
                Some(("tags", "Tags", "Tag", "Add tag", "On everything that is made in the account."))
            }
            model::GKE => {
                Some(("labels", "Labels", "Label", "Add label", "On everything that is made in the project."))
            }
            _ => None,
        };
        let Some((path, label, one, add, hint)) = tags else { return ().into_any() };
        let field = form.field(block(&kind, path), label).optional().hint(hint.to_owned());
        view! {
            <Section title="Settings">
                {own}
                <PairsField field=field value=parts.tags name=one add=add/>
            </Section>
        }
        .into_any()
    })
}

fn aks_settings(form: Form) -> AnyView {
    let parts = form.parts;
    let mut nodes = vec![Choice::new(model::DEFAULT, "The default")];
    nodes.extend(NodeOsUpgradeChannel::KNOWN.iter().map(|it| {
        let label = match it {
            NodeOsUpgradeChannel::SecurityPatch => "Security patches".to_owned(),
            NodeOsUpgradeChannel::NodeImage => "Node images".to_owned(),
            other => readable(other.as_str()),
        };
        Choice::new(it.as_str(), label)
    }));
    let mut versions = vec![Choice::new(model::DEFAULT, "The default")];
    versions.extend(AutoUpgradeChannel::KNOWN.iter().map(|it| {
        let label = match it {
            AutoUpgradeChannel::NodeImage => "Node image".to_owned(),
            other => readable(other.as_str()),
        };
        Choice::new(it.as_str(), label)
    }));
    view! {
        <div class="fields">
            <SelectField
                field=form.field(block(model::AKS, "autoUpgradeChannel"), "Upgrades of Kubernetes")
                value=parts.upgrades
                choices=Signal::stored(versions)
            />
            <SelectField
                field=form.field(block(model::AKS, "nodeOsUpgradeChannel"), "Upgrades of the nodes")
                value=parts.node_upgrades
                choices=Signal::stored(nodes)
            />
        </div>
        {switch(
            form,
            block(model::AKS, "enableWorkloadIdentity"),
            "Workload identity",
            parts.identity,
            "Workloads act as identities of Azure, without keys. It takes the OIDC issuer.",
        )}
        {switch(
            form,
            block(model::AKS, "enableOidcIssuer"),
            "OIDC issuer",
            parts.issuer,
            "Other systems can check the tokens of the cluster's service accounts.",
        )}
    }
    .into_any()
}
