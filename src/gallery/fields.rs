//! The field family, alone and in each of its states.

use leptos::prelude::*;

use super::Sample;
use crate::ui::{
    CardsField, CheckField, Choice, Field, NumberField, RadioField, SecretField, SegmentsField, SelectField,
    SwitchField, TextArea, TextField,
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
                            .error(says("At most 50 characters; this has 62."))
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
                    <NumberField field=Field::new("min", "Nodes, least") value=text("3") least=1 most=12/>
                    <NumberField field=Field::new("disk", "Disk") value=text("1,200") unit="GiB" least=20/>
                    <NumberField
                        field=Field::new("max", "Nodes, most").error(says("At least as many as the least: 3."))
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
                        field=Field::new("region", "Region").error(says("Region is needed."))
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
                        field=Field::new("provider", "Provider").error(says("Provider is needed."))
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
                        field=Field::new("capacity", "Capacity").error(says("Capacity is needed."))
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
        Sample::new("Secret", || {
            view! {
                <div class="fields">
                    <SecretField
                        field=Field::new("key", "API key").hint("It stays in this tab and is gone when you sign out.")
                        input=NodeRef::new()
                    />
                </div>
            }
            .into_any()
        }),
    ]
}
