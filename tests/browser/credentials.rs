//! The credentials of an operation on a cluster in a browser: what suits a cluster is chosen, and keys reach the request
//! from their fields alone.

use std::{cell::RefCell, rc::Rc};

use astro_api::clusters::{Cluster, CredentialType, Credentials};
use astro_console::components::credentials::CredentialsChoice;
use leptos::{mount::mount_to, prelude::*};
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlInputElement;

use crate::{screen::Screen, support::settle};

type Choice = Rc<RefCell<Option<CredentialsChoice>>>;

fn shown(provisioner: &str, provider: &str) -> (Screen, CredentialsChoice) {
    let cluster: Cluster = serde_json::from_value(json!({
        "id": "a", "clusterName": "a", "provider": provider, "provisionerType": provisioner, "status": "READY",
        "cloudConnected": true,
    }))
    .unwrap();
    let kept: Choice = Rc::default();
    let keeping = Rc::clone(&kept);
    let screen = Screen::new(move |parent| {
        Box::new(mount_to(parent, move || {
            let choice = CredentialsChoice::of(&cluster);
            *keeping.borrow_mut() = Some(choice);
            choice.fields("credentials.")
        }))
    });
    let choice = kept.borrow().expect("a choice");
    (screen, choice)
}

fn sent(credentials: &Credentials) -> serde_json::Value {
    serde_json::to_value(credentials).unwrap()
}

fn type_into(input: &HtmlInputElement, text: &str) {
    input.set_value(text);
    input.dispatch_event(&web_sys::InputEvent::new("input").unwrap()).unwrap();
}

#[wasm_bindgen_test]
async fn what_suits_a_cluster_is_chosen_and_no_key_is_asked_for() {
    let (screen, choice) = shown("eks", "aws");
    settle().await;
    assert_eq!(screen.all("input[type=radio]").len(), 2, "a managed cluster has no vault");
    assert!(screen.all("input[type=password]").is_empty());
    assert_eq!(sent(&choice.read()), json!({"type": "dynamic", "data": {}}));

    let (screen, choice) = shown("selfHosted", "gcp");
    settle().await;
    assert_eq!(screen.all("input[type=radio]").len(), 3);
    assert_eq!(choice.read().kind, CredentialType::Vault);

    let (screen, choice) = shown("registered", "onprem");
    settle().await;
    assert!(screen.all("input").is_empty(), "an agent acts by its own rights");
    assert_eq!(choice.read().kind, CredentialType::Dynamic);
}

#[wasm_bindgen_test]
async fn keys_are_read_from_their_fields_shown_hidden_and_forgotten() {
    let (screen, choice) = shown("eks", "aws");
    settle().await;
    screen.input("input[type=radio][value=static]").click();
    settle().await;
    let fields = screen.all("input[type=password]");
    assert_eq!(fields.len(), 3);
    let key = screen.input("input[type=password]");
    type_into(&key, " AKIA0123 ");
    let read = sent(&choice.read());
    assert_eq!(
        read,
        json!({"type": "static", "data": {"AWS_ACCESS_KEY_ID": "AKIA0123"}}),
        "what is left out is not sent"
    );
    let shown = astro_api::secret::redacted(|| sent(&untrack(|| choice.shown()))).to_string();
    assert!(shown.contains("AWS_SECRET_ACCESS_KEY") && !shown.contains("AKIA0123"), "{shown}");
    choice.forget();
    assert_eq!(key.value(), "");
}
