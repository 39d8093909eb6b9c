//! Tabs, steppers, timelines, resource trees.

use std::sync::Arc;

use leptos::prelude::*;

use super::Sample;
use crate::ui::{
    Button, Count, Progress, Resource, ResourceTree, Ring, Stage, State, Step, Stepper, Tab, Tabs, Timeline, Tone,
    Took, fresh, state::Mark, timeline,
};

/// The samples of this group.
pub fn samples() -> Vec<Sample> {
    vec![
        Sample::new("Tabs", tabs),
        Sample::new("Steps of an operation that runs", || stepper("Steps that run", running())),
        Sample::new("Steps of an operation that failed", || stepper("Steps that failed", failed())),
        Sample::new("Steps that are done, and steps that wait for a person", || {
            view! {
                {stepper("Steps that are done", done())}
                {stepper("Steps that wait", waiting())}
            }
            .into_any()
        }),
        Sample::new("Progress", progress),
        Sample::new("Timeline", || {
            view! { <Timeline label="Events of payments-api" events=Arc::new(events())/> }.into_any()
        }),
        Sample::new("Resource tree", tree),
        Sample::new("A value that changes", changing),
    ]
}

fn tabs() -> AnyView {
    let plain = vec![
        Tab::new("resources", "Resources").count(Some(11)),
        Tab::new("logs", "Logs").at("_gallery?group=logs"),
        Tab::new("events", "Events").count(Some(1_204)),
        Tab::new("manifest", "Manifest"),
        Tab::new("unknown", "Not counted yet").count(None),
    ];
    let many = ["Overview", "Node groups", "Operations", "Upgrades", "Applications", "Agent", "Access", "Manifest"];
    let many = many.into_iter().map(|name| Tab::new(name, name)).collect();
    view! {
        <div class="stack gallery__tabs">
            <Tabs label="Application" param="face" tabs=plain/>
            <Tabs label="More than a phone holds" param="many" tabs=many/>
        </div>
    }
    .into_any()
}

fn stepper(label: &'static str, steps: Vec<Step>) -> AnyView {
    view! { <Stepper label=label steps=steps/> }.into_any()
}

const MINUTE: u64 = 60_000;

fn now() -> u64 {
    crate::ui::time::Now::get_untracked()
}

fn running() -> Vec<Step> {
    vec![
        Step::new("validate", Stage::Done).message("Passed").took(Took::Length(4_000)),
        Step::new("network", Stage::Done).message("VPC and 6 subnets in 3 zones").took(Took::Length(138_000)),
        Step::new("control-plane", Stage::Done).message("API endpoint answers").took(Took::Length(581_000)),
        Step::new("node-groups", Stage::Running)
            .message("workers-general: 1 of 3 nodes ready")
            .percent(33)
            .took(Took::Since(now() - 3 * MINUTE)),
        Step::new("platform-services", Stage::Todo).took(Took::Words("about 4 m".to_owned())),
    ]
}

fn failed() -> Vec<Step> {
    vec![
        Step::new("validate", Stage::Done).took(Took::Length(4_000)),
        Step::new("control-plane-of-retail-disaster-recovery-northeurope-standby-01", Stage::Failed)
            .message(
                "Quota of us-east1 reached: 64 of 64 vCPU. Ask the cloud for more or choose another region, then try again.",
            )
            .took(Took::Length(2_460_000)),
        Step::new("node-groups", Stage::Skipped),
        Step::new("platform-services", Stage::Skipped),
    ]
}

fn done() -> Vec<Step> {
    vec![
        Step::new("validate", Stage::Done).took(Took::Length(900)),
        Step::new("drain", Stage::Skipped).message("No node had to go"),
        Step::new("apply", Stage::Done).took(Took::Length(7_200_000)),
    ]
}

fn waiting() -> Vec<Step> {
    vec![
        Step::new("approval", Stage::Waiting)
            .message("An owner has to approve it")
            .took(Took::Since(now() - 12 * MINUTE)),
        Step::new("validate", Stage::Todo),
    ]
}

fn progress() -> AnyView {
    let rings = [0, 12, 40, 75, 100]
        .map(|percent| {
            view! {
                <span class="state">
                    <Ring percent=Some(percent)/>
                    "Upgrading"
                    <span class="state__note">{format!("{percent} %")}</span>
                </span>
            }
            .into_any()
        })
        .into_iter()
        .collect_view();
    view! {
        <div class="stack">
            <Progress label="Upgrade of prod-eu" percent=Some(62)/>
            <Progress label="Creation of ml-training-gpu" percent=None/>
            <div class="row">{rings} <span class="state"><Ring percent=None/> "Provisioning"</span></div>
        </div>
    }
    .into_any()
}

fn ago(length: u64) -> String {
    let at = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64({
        #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 stay below 2^53")]
        let at = (now() - length) as f64;
        at
    }));
    at.to_iso_string().into()
}

fn events() -> Vec<timeline::Event> {
    let event = |tone, title: &str, object: Option<&str>, text: &str, count, length| timeline::Event {
        tone,
        title: title.to_owned(),
        object: object.map(ToOwned::to_owned),
        text: Some(text.to_owned()).filter(|text| !text.is_empty()),
        count,
        at: ago(length),
    };
    let pod = Some("Pod/payments-api-7d9c8b6f54-x8rlm");
    vec![
        event(Tone::Bad, "BackOff", pod, "Back-off restarting failed container api", 38, 12_000),
        event(
            Tone::Warn,
            "Unhealthy",
            pod,
            "Readiness probe failed: Get \"http://10.40.12.214:8080/healthz\": connection refused",
            6,
            2 * MINUTE,
        ),
        event(
            Tone::Good,
            "Pulled",
            pod,
            "Container image \"docker.io/acme/payments-api:v2.18.0\" already present",
            1,
            3 * MINUTE,
        ),
        event(Tone::Work, "OperationStarted", None, "Initiated sync to v2.18.0", 1, 9 * MINUTE),
        event(Tone::Idle, "Something that the console does not know", None, "", 1, 1_500 * MINUTE),
        event(
            Tone::Off,
            "Killing",
            Some("Pod/payments-api-6c9f7d8b5-p2mvd"),
            "Stopping container api",
            1_204,
            4_000 * MINUTE,
        ),
    ]
}

fn resource(kind: &str, name: &str, parent: Option<&str>, tone: Tone, word: &str, note: Option<&str>) -> Resource {
    Resource {
        key: format!("{kind}/{name}"),
        parent: parent.map(ToOwned::to_owned),
        tone,
        word: word.to_owned(),
        kind: kind.to_owned(),
        name: name.to_owned(),
        note: note.map(ToOwned::to_owned),
        also: None,
    }
}

fn tree() -> AnyView {
    let set = Some("ReplicaSet/payments-api-7d9c8b6f54");
    let out_of_sync = Some(Mark::new(Tone::Warn, "Out of sync"));
    let resources = RwSignal::new(Arc::new(vec![
        Resource {
            also: out_of_sync,
            ..resource("Deployment", "payments-api", None, Tone::Bad, "Degraded", Some("2 of 3 healthy"))
        },
        resource(
            "ReplicaSet",
            "payments-api-7d9c8b6f54",
            Some("Deployment/payments-api"),
            Tone::Bad,
            "Degraded",
            Some("2 of 3 healthy"),
        ),
        resource("Pod", "payments-api-7d9c8b6f54-2kqzn", set, Tone::Good, "Healthy", None),
        resource("Pod", "payments-api-7d9c8b6f54-h4v9d", set, Tone::Good, "Healthy", None),
        resource("Pod", "payments-api-7d9c8b6f54-x8rlm", set, Tone::Bad, "Degraded", None),
        resource("Service", "payments-api", None, Tone::Good, "Healthy", None),
        resource("Ingress", "payments-api", None, Tone::Good, "Healthy", None),
        resource(
            "Certificate",
            "payments-api-k4pw-acme-dev-tls",
            Some("Ingress/payments-api"),
            Tone::Good,
            "Healthy",
            None,
        ),
        resource("HorizontalPodAutoscaler", "payments-api", None, Tone::Work, "Progressing", None),
        resource("ConfigMap", "payments-api-feature-flags-eu-and-us-production", None, Tone::Warn, "Out of sync", None),
        resource("ServiceAccount", "payments-api", None, Tone::Idle, "", None),
    ]));
    let selected = RwSignal::new(Some("Pod/payments-api-7d9c8b6f54-x8rlm".to_owned()));
    view! {
        <ResourceTree
            label="Resources of payments-api"
            resources=resources
            selected=selected
            on_select=move |key| selected.set(Some(key))
        />
    }
    .into_any()
}

fn changing() -> AnyView {
    let ready = RwSignal::new(true);
    let mark = move || if ready.get() { Mark::new(Tone::Good, "Ready") } else { Mark::new(Tone::Work, "Upgrading") };
    view! {
        <div class="row">
            {fresh(move || format!("{:?}", mark()), move || view! { <State mark=mark()/> }.into_any())}
            <Button label="Change it" small=true on_press=move |()| ready.update(|ready| *ready = !*ready)/>
            <Count value=12/>
        </div>
    }
    .into_any()
}
