//! The field family, alone and in each of its states.

use leptos::prelude::*;

use super::Sample;
use crate::ui::{
    CardsField, CheckField, Choice, ComboField, DurationField, EditorField, Field, FileField, MultiField, NumberField,
    PairsField, RadioField, SecretField, SegmentsField, SelectField, SwitchField, TextArea, TextField,
    field::{TextFile, ready},
    load::{Failure, FailureKind, Load, Loads},
};

fn text(value: &str) -> RwSignal<String> {
    RwSignal::new(value.to_owned())
}

fn says(words: &'static str) -> Signal<Option<String>> {
    Signal::derive(move || Some(words.to_owned()))
}

fn regions() -> Vec<Choice> {
    vec![
        Choice::new("eu-north-1", "eu-north-1").note("Stockholm").group("Europe"),
        Choice::new("eu-west-1", "eu-west-1").note("Ireland").group("Europe"),
        Choice::new("us-east-1", "us-east-1").note("N. Virginia").group("Americas"),
        Choice::new("sa-east-1", "sa-east-1")
            .note("São Paulo")
            .group("Americas")
            .disabled("not enabled in the account"),
    ]
}

fn providers() -> Vec<Choice> {
    vec![
        Choice::new("aws", "AWS").note("EKS"),
        Choice::new("gcp", "Google Cloud").note("GKE").badge("Preview"),
        Choice::new("azure", "Azure").note("AKS"),
        Choice::new("self", "Self-hosted").disabled("No account of this provider is connected."),
    ]
}

fn machines() -> Vec<Choice> {
    let families = ["c7g", "m7g", "r7g", "m7i", "c7i", "t4g"];
    let sizes = [("medium", 1), ("large", 2), ("xlarge", 4), ("2xlarge", 8), ("4xlarge", 16), ("8xlarge", 32)];
    families
        .iter()
        .flat_map(|family| {
            sizes.iter().map(move |(size, cores)| {
                let name = format!("{family}.{size}");
                let choice = Choice::plain(name).note(format!("{cores} vCPU, {} GiB", cores * 4));
                if *cores > 16 { choice.disabled("above the quota") } else { choice }
            })
        })
        .collect()
}

/// As many as no list should draw.
fn many() -> Vec<Choice> {
    (0..5_000)
        .map(|number| Choice::plain(format!("registry.acme.example/payments/api:1.{}.{}", number / 100, number % 100)))
        .collect()
}

fn load(load: Load<Vec<Choice>>) -> Loads<Vec<Choice>> {
    let load = match load {
        Load::Failed(failure) => Load::Failed(failure),
        _ => Load::Loading,
    };
    Loads::new(Signal::derive(move || load.clone()))
}

fn down() -> Failure {
    Failure {
        kind: FailureKind::Server,
        title: "The platform failed",
        message: "Machine types are not available at the moment".to_owned(),
        hint: String::new(),
        retry: true,
        wait: None,
        operation: "listMachineTypes",
        status: Some(503),
        code: "UNAVAILABLE".to_owned(),
        trace_id: Some("trace-5e6f7g8h9i".to_owned()),
        fields: Vec::new(),
        detail: None,
    }
}

fn pairs(all: &[(&str, &str)]) -> RwSignal<Vec<(String, String)>> {
    RwSignal::new(all.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
}

fn list(all: &[&str]) -> RwSignal<Vec<String>> {
    RwSignal::new(all.iter().map(|value| (*value).to_owned()).collect())
}

/// The samples of this group.
pub fn samples() -> Vec<Sample> {
    vec![
        Sample::new("Text", || {
            view! {
                <div class="fields">
                    <TextField
                        field=Field::new("name", "Name").hint("Lowercase letters, digits, hyphens. At most 50.")
                        value=text("prod-eu-north-1")
                        limit=50
                    />
                    <TextField field=Field::new("title", "Title").optional() value=text("") placeholder="Acme Robotics"/>
                    <TextField
                        field=Field::new("name", "Name")
                            .error(says("Use lowercase letters, digits and hyphens, for example prod-eu."))
                            .hint("It is part of addresses.")
                        value=text("Prod EU")
                    />
                    <TextField
                        field=Field::new("cluster", "Cluster").fixed("cannot change later")
                        value=text("prod-us-east-1")
                    />
                    <TextField
                        field=Field::new("host", "Host name")
                            .disabled(says("The tier “basic” has no public endpoint."))
                        value=text("")
                    />
                    <TextField
                        field=Field::new("name", "Name").busy(true).hint("Looking whether it is free.")
                        value=text("checkout-web")
                    />
                    <TextField
                        field=Field::new("name", "Name of a thing that has a rather long label in this language")
                            .error(says("At most 50 characters; this has 60."))
                        value=text("payments-api-for-the-european-region-with-a-very-long-name-x")
                        limit=50
                    />
                </div>
            }
            .into_any()
        }),
        Sample::new("Text in several lines", || {
            view! {
                <div class="fields">
                    <TextArea
                        field=Field::new("reason", "Reason").optional().hint("Who approves it reads it.")
                        value=text("Nodes run out of memory since Tuesday.\nFour more until the fix is out.")
                        limit=500
                    />
                    <TextArea
                        field=Field::new("ca", "Certificate").error(says("This is no certificate in PEM form."))
                        value=text("-----BEGIN CERT-----")
                        mono=true
                    />
                </div>
            }
            .into_any()
        }),
        Sample::new("Number", || {
            view! {
                <div class="fields">
                    <NumberField field=Field::new("min", "Minimum nodes") value=text("3") least=1 most=12/>
                    <NumberField field=Field::new("disk", "Disk") value=text("1,200") unit="GiB" least=20/>
                    <NumberField
                        field=Field::new("max", "Maximum nodes").error(says("At least as many as the least: 3."))
                        value=text("2")
                    />
                    <NumberField
                        field=Field::new("replicas", "Replicas").disabled(says("The autoscaler decides."))
                        value=text("3")
                    />
                    <NumberField field=Field::new("port", "Port").fixed("cannot change later") value=text("8080")/>
                </div>
            }
            .into_any()
        }),
        Sample::new("Select", || {
            view! {
                <div class="fields">
                    <SelectField field=Field::new("region", "Region") value=text("eu-north-1") choices=regions()/>
                    <SelectField
                        field=Field::new("region", "Region").error(says("Region is required."))
                        value=text("")
                        choices=regions()
                    />
                    <SelectField
                        field=Field::new("region", "Region").hint("It is no longer offered; it stays until you choose another.")
                        value=text("eu-central-9")
                        choices=regions()
                    />
                    <SelectField
                        field=Field::new("zone", "Zone").disabled(says("Choose a region first."))
                        value=text("")
                        choices=vec![]
                    />
                </div>
            }
            .into_any()
        }),
        Sample::new("Cards", || {
            view! {
                <div class="stack">
                    <CardsField field=Field::new("provider", "Provider") value=text("aws") choices=providers()/>
                    <CardsField
                        field=Field::new("provider", "Provider").error(says("Provider is required."))
                        value=text("")
                        choices=providers()
                    />
                    <CardsField
                        field=Field::new("provider", "Provider").fixed("cannot change later")
                        value=text("gcp")
                        choices=providers()
                    />
                </div>
            }
            .into_any()
        }),
        Sample::new("Cards with facts", || {
            let tiers = vec![
                Choice::new("basic", "Basic")
                    .badge("Default")
                    .fact("Replicas", "1–3")
                    .fact("Memory", "128Mi–256Mi")
                    .fact("Placement", "Soft, one zone"),
                Choice::new("premium", "Premium")
                    .fact("Replicas", "3–9, autoscaled")
                    .fact("Memory", "4Gi–8Gi")
                    .fact("Placement", "Hard, several zones"),
                Choice::new("custom", "Ours, spread over every zone of each region that we have")
                    .fact("Replicas", "12–120, autoscaled")
                    .fact("Placement", "Hard, several zones"),
            ];
            view! { <CardsField field=Field::new("tier", "Availability tier") value=text("basic") choices=tiers/> }
                .into_any()
        }),
        Sample::new("Radio buttons and segments", || {
            let capacities = || {
                vec![
                    Choice::new("ondemand", "On demand").note("Runs until you stop it."),
                    Choice::new("spot", "Spot").note("Cheaper, and may be taken away with two minutes of notice."),
                ]
            };
            let expiries = || vec!["7 d", "30 d", "90 d", "Never"].into_iter().map(Choice::plain).collect::<Vec<_>>();
            view! {
                <div class="fields">
                    <RadioField field=Field::new("capacity", "Capacity") value=text("ondemand") choices=capacities()/>
                    <RadioField
                        field=Field::new("capacity", "Capacity").error(says("Capacity is required."))
                        value=text("")
                        choices=capacities()
                    />
                    <SegmentsField
                        field=Field::new("expiry", "Expires").hint("On 9 July 2026.")
                        value=text("30 d")
                        choices=expiries()
                    />
                    <SegmentsField
                        field=Field::new("expiry", "Expires").disabled(says("Keys of single sign-on end after 24 hours."))
                        value=text("7 d")
                        choices=expiries()
                    />
                </div>
            }
            .into_any()
        }),
        Sample::new("Checkbox and switch", || {
            view! {
                <div class="fields">
                    <CheckField
                        field=Field::new("previews", "Deploy previews").hint("The key may deploy previews of pull requests.")
                        value=RwSignal::new(false)
                    />
                    <CheckField field=Field::new("all", "All events").optional() value=RwSignal::new(false) mixed=true/>
                    <CheckField
                        field=Field::new("read", "I have read what is deleted").error(says("Read it first."))
                        value=RwSignal::new(false)
                    />
                    <CheckField
                        field=Field::new("force", "Force").disabled(says("Only owners may force."))
                        value=RwSignal::new(true)
                    />
                    <SwitchField
                        field=Field::new("autoscale", "Scale by itself").hint("Between the least and the most nodes.")
                        value=RwSignal::new(true)
                    />
                    <SwitchField field=Field::new("public", "Public endpoint") value=RwSignal::new(false)/>
                    <SwitchField
                        field=Field::new("audit", "Audit").disabled(says("The plan decides."))
                        value=RwSignal::new(true)
                    />
                </div>
            }
            .into_any()
        }),
        Sample::new("Combobox", || {
            view! {
                <div class="fields">
                    <ComboField
                        field=Field::new("machine", "Machine type").hint("36 of them, by name or size.")
                        value=text("m7g.xlarge")
                        choices=ready(machines)
                    />
                    <ComboField field=Field::new("image", "Image").optional() value=text("") choices=ready(many)/>
                    <ComboField
                        field=Field::new("machine", "Machine type")
                        value=text("")
                        choices=load(Load::Loading)
                    />
                    <ComboField
                        field=Field::new("machine", "Machine type")
                        value=text("")
                        choices=load(Load::Failed(down()))
                        retry=|()| {}
                    />
                    <ComboField
                        field=Field::new("branch", "Branch").hint("One of the repository, or another.")
                        value=text("feature/payments-rework")
                        choices=ready(|| ["main", "release"].map(Choice::plain).to_vec())
                        free=true
                    />
                    <ComboField
                        field=Field::new("project", "Project").fixed("cannot change later")
                        value=text("acme-platform")
                        choices=ready(Vec::new)
                    />
                </div>
            }
            .into_any()
        }),
        Sample::new("Several of many", || {
            view! {
                <div class="fields">
                    <MultiField
                        field=Field::new("types", "Machine types")
                        value=list(&["m7g.xlarge", "m7g.2xlarge", "c7g.large"])
                        choices=ready(machines)
                    />
                    <MultiField
                        field=Field::new("events", "Events").error(says("Choose at least one event."))
                        value=list(&[])
                        choices=ready(machines)
                    />
                    <MultiField
                        field=Field::new("teams", "Teams").disabled(says("Only owners may change teams."))
                        value=list(&["platform", "a-team-with-a-name-that-is-much-longer-than-its-field-is-wide"])
                        choices=ready(Vec::new)
                        free=true
                    />
                </div>
            }
            .into_any()
        }),
        Sample::new("Names with values", || {
            view! {
                <div class="fields">
                    <PairsField
                        field=Field::new("labels", "Labels").optional().hint("Several lines of name=value can be pasted.")
                        value=pairs(&[("app", "payments-api"), ("team", "payments")])
                        name="Label"
                        add="Add label"
                    />
                    <PairsField
                        field=Field::new("tags", "Tags").error(says("“app” is there twice."))
                        value=pairs(&[("app", "payments-api"), ("app", "checkout-web")])
                        name="Tag"
                        add="Add tag"
                    />
                    <PairsField
                        field=Field::new("taints", "Taints").fixed("cannot change later")
                        value=pairs(&[("dedicated", "gpu:NoSchedule")])
                    />
                    <PairsField field=Field::new("variables", "Variables") value=pairs(&[]) add="Add variable"/>
                </div>
            }
            .into_any()
        }),
        Sample::new("Duration", || {
            view! {
                <div class="fields">
                    <DurationField
                        field=Field::new("expires", "Expires after").hint("On 9 July 2026.")
                        value=text("720h0m0s")
                        presets=&["24h", "7d", "30d", "90d"]
                    />
                    <DurationField
                        field=Field::new("timeout", "Timeout").error(says("At most 7 d."))
                        value=text("8d")
                    />
                    <DurationField
                        field=Field::new("expires", "Expires after").disabled(says("The organization decides."))
                        value=text("90m")
                        presets=&["30m", "1h"]
                    />
                </div>
            }
            .into_any()
        }),
        Sample::new("File", || {
            let file = TextFile {
                name: "kubeconfig-of-the-european-production-cluster.yaml".to_owned(),
                text: "apiVersion: v1\nkind: Config\n".repeat(120),
            };
            view! {
                <div class="fields">
                    <FileField
                        field=Field::new("kubeconfig", "Kubeconfig").hint("Of the cluster that you register.")
                        value=RwSignal::new(None)
                        what="a kubeconfig"
                    />
                    <FileField field=Field::new("kubeconfig", "Kubeconfig") value=RwSignal::new(Some(file))/>
                    <FileField
                        field=Field::new("key", "Service account").error(says("key.json has 3.2 MiB. At most 1.0 MiB are taken."))
                        value=RwSignal::new(None)
                        what="a key in JSON"
                    />
                    <FileField
                        field=Field::new("values", "Values").disabled(says("Choose a chart first."))
                        value=RwSignal::new(None)
                    />
                </div>
            }
            .into_any()
        }),
        Sample::new("Editor in a form", || {
            view! {
                <div class="fields">
                    <EditorField
                        field=Field::new("values", "Values as YAML").hint("They lie over the chart's own.")
                        value=text("replicas: 2\nimage:\n  tag: v3\n")
                        height=140
                    />
                    <EditorField
                        field=Field::new("values", "Values as YAML")
                            .error(says("Line 1: A bracket that was opened is not closed here, or a comma is missing."))
                        value=text("replicas: [2\n")
                        height=140
                    />
                    <EditorField
                        field=Field::new("values", "Values as YAML").disabled(says("Choose a chart first."))
                        value=text("")
                        placeholder="replicas: 2"
                        height=140
                    />
                </div>
            }
            .into_any()
        }),
        Sample::new("Secret", || {
            view! {
                <div class="fields">
                    <SecretField
                        field=Field::new("key", "API key").hint("It stays in the tabs of this browser, and is gone when you sign out.")
                        input=NodeRef::new()
                    />
                </div>
            }
            .into_any()
        }),
    ]
}
