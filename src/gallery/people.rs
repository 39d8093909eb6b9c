//! People, what they may not see, and what is kept from who looks over their shoulder.

use std::sync::Arc;

use astro_api::manifest::{self, Manifest};
use leptos::prelude::*;

use super::Sample;
use crate::components::{manifest as shown, people, refusal};

/// The samples of this group.
pub fn samples() -> Vec<Sample> {
    vec![
        Sample::new("Refusal: by the role", || {
            refusal::of_role("listNotificationIntegrations", "Setting up notifications", || {})
        }),
        Sample::new("Refusal: by the plan", || refusal::of_plan("listAuditEvents", "The audit log", || {})),
        Sample::new("Person: none, and one that is no member", || {
            view! {
                <p>{people::person(None)}</p>
                <p>{people::person(Some("0b6f5c1e-9d7a-4c0e-8a51-7f2e9b3d6c48"))}</p>
            }
            .into_any()
        }),
        Sample::new("Manifest: values that look secret", || shown::shown("orders-db".to_owned(), kept())),
    ]
}

const DATABASE: &str = "\
apiVersion: platform.astropulse.io/v1
kind: Application
spec:
  name: orders-db
  profileName: web-standard
  source:
    type: helm
    helm:
      repo:
        repoURL: https://charts.bitnami.com/bitnami
        chartName: postgresql
        chartVersion: 16.4.1
      values:
        type: object
        object:
          auth:
            username: orders
            password: correct-horse
            existingSecret: orders-db-of-the-team
          backup:
            secretAccessKey: battery-staple
          extraEnvVars:
            - name: REPLICATION_TOKEN
              value: 9f2c
";

/// A chart with passwords in its values.
fn kept() -> Signal<Option<Arc<Option<Manifest>>>> {
    let manifest = manifest::read(DATABASE, None).ok().and_then(|found| found.into_iter().next());
    Signal::stored(Some(Arc::new(manifest.map(|read| read.manifest))))
}
