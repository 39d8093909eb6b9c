//! Facts, code, differences, JSON, lengths and sizes.

use std::{fmt::Write as _, sync::Arc};

use leptos::prelude::*;
use serde_json::json;

use super::Sample;
use crate::ui::{
    Avatar, Badge, Button, Bytes, Code, CopyButton, Dash, DiffView, Duration, Fact, Facts, JsonTree, OrganizationMark,
    State, StateBadge, Time, Toggles, Tone, code::Language, facts::Layout, state::Mark,
};

/// The samples of this group.
pub fn samples() -> Vec<Sample> {
    vec![
        Sample::new("Facts", facts),
        Sample::new("Code", code),
        Sample::new("Code of 150,000 lines", long_code),
        Sample::new("Difference", diff),
        Sample::new("No difference", || {
            view! { <DiffView label="No change" old="a: 1\n".to_owned() new="a: 1\n".to_owned()/> }.into_any()
        }),
        Sample::new("JSON", json_tree),
        Sample::new("Times, lengths and sizes", measures),
        Sample::new("Copy", || {
            view! {
                <div class="row">
                    <CopyButton text="trace-5e6f7g8h9i".to_owned() what="trace id"/>
                    <CopyButton text="trace-5e6f7g8h9i".to_owned() what="trace id" labelled=true/>
                </div>
            }
            .into_any()
        }),
        Sample::new("People and organizations", || {
            view! {
                <div class="row">
                    <Avatar name="Dana Cruz"/>
                    <Avatar name="tomasz.wojcik@acme.dev"/>
                    <OrganizationMark name="acme-robotics"/>
                    <Badge text="Enterprise"/>
                    <StateBadge mark=Mark::new(Tone::Bad, "Degraded")/>
                </div>
            }
            .into_any()
        }),
    ]
}

fn facts() -> AnyView {
    let pairs = vec![
        Fact::new("Health", view! { <State mark=Mark::new(Tone::Bad, "Degraded")/> }),
        Fact::code("Namespace", Some("payments-api-k4pw")),
        Fact::new("Sync", view! { <State mark=Mark::new(Tone::Good, "Synced")/> }),
        Fact::copied("Id", Some("5d0c8a2e-7d1f-4b8b-9a53-1f6a0f4cbe77")),
    ];
    let message =
        "The node group workers-general could not be scaled: the quota of the account in us-east-1 is reached. "
            .repeat(4);
    let list = vec![
        Fact::text("Profile", Some("prod-us-multi-zone")),
        Fact::code("Revision", None),
        Fact::copied("API endpoint", Some("https://7A9F1C2D3E4F5A6B7C8D9E0F1A2B3C4D.gr7.eu-west-1.eks.amazonaws.com")),
        Fact::text("Message", Some(&message)),
        Fact::code("Name", Some("checkout-web-preview-pr-4127-nordic-disaster-recovery-northeurope-standby-01")),
    ];
    let sum = vec![
        Fact::new("vCPU", view! { <span>"48"</span> }),
        Fact::new("Memory", view! { <Bytes count=Some(206_158_430_208)/> }),
        Fact::new("Nodes", view! { <span>"3–12"</span> }),
    ];
    view! {
        <div class="stack">
            <Facts facts=pairs layout=Layout::Pairs/>
            <Facts facts=list/>
            <Facts facts=sum layout=Layout::Spread/>
        </div>
    }
    .into_any()
}

const MANIFEST: &str = "# the cluster of the payments team
apiVersion: astropulse.io/v1beta1
kind: K8sCluster
spec:
  clusterName: prod-eu
  provider: aws
  region: eu-west-1
  provisioner:
    type: eks
    eks:
      kubernetesVersion: \"1.31\"
      endpointPublicAccess: true
  clusterSpec:
    dataPlane:
      nodeGroups:
        - name: workers-general
          minNode: 3
          maxNode: 12
          machineTypes: [m6i.large, m6a.large]
          labels:
            team: payments
  note: |
    Asked for in ticket 4127. A line that is longer than any window is wide tells whether the block scrolls or wraps as it should do.
";

fn code() -> AnyView {
    let json = "{\n  \"name\": \"payments-api\",\n  \"replicas\": 3,\n  \"paused\": false,\n  \"endpoint\": null\n}\n";
    let command = "curl -H \"x-astro-api-key: $ASTROPULSE_API_KEY\" $BASE/api/v1/clusters # all of them";
    let language = RwSignal::new("yaml");
    let growing = RwSignal::new(MANIFEST.lines().take(8).collect::<Vec<_>>().join("\n"));
    let grow = move |()| {
        growing.update(|text| {
            let line = text.lines().count();
            if let Some(next) = MANIFEST.lines().nth(line) {
                let _ = write!(text, "\n{next}");
            }
        });
    };
    view! {
        <div class="stack">
            <Code text=MANIFEST.to_owned() label="Manifest of prod-eu" language=Language::Yaml file="prod-eu.yaml".to_owned()>
                <Toggles
                    label="Format"
                    options=&[("yaml", "YAML"), ("json", "JSON")]
                    chosen=language
                    on_choose=move |chosen| language.set(chosen)
                />
            </Code>
            <Code text=json.to_owned() label="Answer" language=Language::Json/>
            <Code text=command.to_owned() label="Command" language=Language::Shell numbers=false/>
            <Code text=growing label="A manifest that grows" language=Language::Yaml follow=true/>
            <div class="row"><Button label="Add a line" small=true on_press=grow/></div>
        </div>
    }
    .into_any()
}

fn long_code() -> AnyView {
    let mut text = String::with_capacity(6_000_000);
    for number in 0..150_000 {
        let _ = writeln!(text, "line{number}: \"a value of {number}\" # remark");
    }
    view! { <Code text=text label="150,000 lines" language=Language::Yaml file="long.yaml".to_owned()/> }.into_any()
}

fn diff() -> AnyView {
    let after = MANIFEST
        .replace("\"1.31\"", "\"1.32\"")
        .replace("maxNode: 12", "maxNode: 18")
        .replace("          labels:\n            team: payments\n", "");
    view! {
        <DiffView label="Change of prod-eu" old=MANIFEST.to_owned() new=after>
            <span class="strong">"Change"</span>
        </DiffView>
    }
    .into_any()
}

fn json_tree() -> AnyView {
    let value = json!({
        "id": "evt-7c1f0d2e",
        "action": "UPGRADE",
        "success": true,
        "count": 3,
        "actor": {"name": "Dana Cruz", "email": "dana@acme.dev", "roles": ["owner"]},
        "change.with.dots": {"kubernetesVersion": ["1.30", "1.31"]},
        "nothing": null,
        "empty": {},
        "long": "The node group workers-general could not be scaled. ".repeat(20),
        "many": (0..12_345).collect::<Vec<_>>(),
    });
    view! { <JsonTree value=Arc::new(value) label="Event evt-7c1f0d2e"/> }.into_any()
}

fn measures() -> AnyView {
    let facts = vec![
        Fact::new("Time", view! { <Time at=Some("2026-06-09T12:10:20Z".to_owned())/> }),
        Fact::new("No time", view! { <Time at=None/> }),
        Fact::new("What is no time", view! { <Time at=Some("soon".to_owned())/> }),
        Fact::new("Length", view! { <Duration length=Some(192_000)/> }),
        Fact::new("Short length", view! { <Duration length=Some(250)/> }),
        Fact::new("Long length", view! { <Duration length=Some(1_000_000_000)/> }),
        Fact::new("Size", view! { <Bytes count=Some(1_610_612_736)/> }),
        Fact::new("Small size", view! { <Bytes count=Some(900)/> }),
        Fact::new("No size", view! { <Bytes count=None/> }),
        Fact::new("Nothing", view! { <Dash/> }),
    ];
    view! { <Facts facts=facts layout=Layout::Pairs/> }.into_any()
}
