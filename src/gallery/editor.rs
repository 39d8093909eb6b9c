//! The editor and its merge view.

use std::fmt::Write as _;

use astro_api::manifest::Kind;
use leptos::prelude::*;

use super::Sample;
use crate::{
    components::ManifestEditor,
    ui::{Button, Editor, Language, MergeView, TextMark},
};

const APPLICATION: &str = "\
apiVersion: platform.astropulse.io/v1
kind: Application
spec:
  name: payments-api
  namespace: payments
  profileName: standard-eu
  source:
    type: image
    image:
      registry: docker.io
      repository: acme/payments-api
      tag: v2.14.0
  externalAccess:
    accessType: Ingress
    domain: acme.example
  syncType: auto
";

const WRONG: &str = "\
# Everything that can be wrong with a manifest.
apiVersion: platform.astropulse.io/v1
kind: Application
spec:
  name: Payments API
  nmaespace: payments
  profileName: <YOUR_PROFILE_NAME>
  source:
    type: helm
    image:
      registry: docker.io
      repository: acme/payments-api-with-a-name-that-is-longer-than-any-name-that-people-usually-give-to-anything
  syncType: automatic
";

const BEFORE: &str = "\
apiVersion: platform.astropulse.io/v1
kind: K8sClusterUpdate
spec:
  kubernetesVersion: \"1.30\"
  nodeGroups:
    - name: general
      minNode: 2
      maxNode: 6
      labels:
        tier: web
    - name: batch
      minNode: 0
      maxNode: 4
      instanceType: spot
      labels:
        tier: batch
    - name: memory
      minNode: 1
      maxNode: 2
      labels:
        tier: cache
  updateConfig:
    maxUnavailable: \"1\"
    maxSurge: 25%
  tags:
    environment: production
";

const AFTER: &str = "\
apiVersion: platform.astropulse.io/v1
kind: K8sClusterUpdate
spec:
  kubernetesVersion: \"1.31\"
  nodeGroups:
    - name: general
      minNode: 3
      maxNode: 10
      labels:
        tier: web
    - name: batch
      minNode: 0
      maxNode: 4
      instanceType: spot
      labels:
        tier: batch
    - name: memory
      minNode: 1
      maxNode: 2
      labels:
        tier: cache
  updateConfig:
    maxUnavailable: \"1\"
    maxSurge: 25%
  tags:
    environment: production
    team: platform
";

/// The samples of this group.
pub fn samples() -> Vec<Sample> {
    vec![
        Sample::new("Manifest", || manifest(APPLICATION, "Manifest of payments-api", &Kind::ALL)),
        Sample::new("Manifest with mistakes", || manifest(WRONG, "Manifest with mistakes", &[Kind::Application])),
        Sample::new("Empty", || {
            let text = RwSignal::new(String::new());
            view! {
                <Editor
                    value=text
                    on_change=move |typed| text.set(typed)
                    label="An empty text"
                    placeholder="Paste a manifest, or begin with apiVersion"
                    height=160
                />
            }
            .into_any()
        }),
        Sample::new("JSON, read only, with a refusal of the platform", || {
            let text = "{\n  \"profileName\": \"standard-eu\",\n  \"clusterName\": \"prod-eu\",\n  \"availabilityTier\": \"basic\"\n}\n";
            let errors = vec![TextMark {
                line: 3,
                column: 18,
                is_warning: false,
                message: "The organization has no cluster prod-eu.".to_owned(),
            }];
            view! {
                <Editor
                    value=text.to_owned()
                    on_change=|_| {}
                    label="Profile as JSON"
                    language=Language::Json
                    read_only=true
                    errors=errors
                    height=180
                />
            }
            .into_any()
        }),
        Sample::new("Text from outside", outside),
        Sample::new("What changes", || {
            view! { <MergeView before=BEFORE.to_owned() after=AFTER.to_owned() label="Update of prod-eu"/> }.into_any()
        }),
        Sample::new("What changes, side by side", || {
            view! {
                <MergeView before=BEFORE.to_owned() after=AFTER.to_owned() label="Update of prod-eu, both" side_by_side=true/>
            }
            .into_any()
        }),
        Sample::new("Nothing changes", || {
            view! { <MergeView before=AFTER.to_owned() after=AFTER.to_owned() label="Nothing"/> }.into_any()
        }),
    ]
}

fn manifest(text: &'static str, label: &'static str, kinds: &'static [Kind]) -> AnyView {
    let text = RwSignal::new(text.to_owned());
    view! { <ManifestEditor value=text on_change=move |typed| text.set(typed) label=label kinds=kinds height=400/> }
        .into_any()
}

/// What is typed is shown below; buttons put another text in its place.
fn outside() -> AnyView {
    let text = RwSignal::new("name: prod-eu\n".to_owned());
    let long = move |()| {
        let mut lines = String::new();
        for line in 0..150_000 {
            // Writing to a text does not fail.
            let _ = writeln!(lines, "field-{line}: the value of this field");
        }
        text.set(lines);
    };
    view! {
        <div class="stack">
            <Editor value=text on_change=move |typed| text.set(typed) label="Text from outside" height=160/>
            <div class="row">
                <Button label="Put in another text" on_press=move |()| text.set("name: prod-us\nregion: us-east-1\n".to_owned())/>
                <Button label="Put in five megabytes" on_press=long/>
                <output class="muted mono" aria-label="What the program knows">
                    {move || text.with(|text| format!("{} characters", text.chars().count()))}
                </output>
            </div>
        </div>
    }
    .into_any()
}
