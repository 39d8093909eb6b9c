//! The panel for a new profile, in a view with a scripted platform.

use std::{cell::RefCell, rc::Rc};

use astro_console::components::ProfilePanel;
use leptos::prelude::*;
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    screen::{Screen, signed_in},
    support::{Wire, data, error, settle, until},
};

/// Opens the panel, and hands over what it creates.
async fn panel(created: Rc<RefCell<Vec<String>>>) -> (Screen, RwSignal<bool>) {
    let (screen, _, open) = signed_in(move || {
        let open = RwSignal::new(false);
        let told = RwSignal::new(None::<String>);
        Effect::new(move |_| created.borrow_mut().extend(told.get()));
        let take = move |profile: std::sync::Arc<astro_api::profiles::ApplicationProfile>| {
            told.set(Some(profile.profile_name.clone()));
        };
        (view! { <ProfilePanel open=open on_created=take/> }.into_any(), open)
    })
    .await;
    open.set(true);
    settle().await;
    (screen, open)
}

#[wasm_bindgen_test]
async fn a_profile_is_made_beside_another_form() {
    let sent: Rc<RefCell<Vec<Value>>> = Rc::default();
    let kept = Rc::clone(&sent);
    let _wire = Wire::new(move |seen| match (seen.method.as_str(), seen.target()) {
        (_, "/organizations?pageSize=100") => data(json!([{"id": "o-1", "name": "acme", "userRole": "editor"}])),
        (_, "/availability/tiers") => data(json!([
            {"name": "basic", "container": {"minSize": 1, "maxSize": 3}},
            {"name": "premium", "container": {"minSize": 3, "maxSize": 9},
             "resources": {"memory": {"minimum": "4Gi", "maximum": "8Gi"}}},
        ])),
        ("GET", "/applications/profiles") => data(json!([{"id": "p-1", "profileName": "web-standard"}])),
        ("POST", "/applications/profiles") => {
            kept.borrow_mut().push(seen.json());
            data(json!({"id": "p-2", "profileName": seen.json()["profileName"]}))
        }
        (_, target) if target.starts_with("/clusters") => data(json!([])),
        _ => error(404),
    });
    let created = Rc::default();
    let (screen, open) = panel(Rc::clone(&created)).await;
    until("the tiers", || screen.all("[data-field=availabilityTier] input").len() == 2).await;
    let create = || screen.button("Create profile");
    create().click();
    until("the rules speak", || screen.says("[data-field=profileName] .field__error", "Name is required.")).await;
    assert!(screen.says("[data-field=clusterName] .field__error", "Choose a cluster."));
    screen.type_into("[data-field=profileName] input", "web-standard");
    let name = "[data-field=profileName] .field__error";
    until("a taken name", || screen.says(name, "There is a profile web-standard already.")).await;
    screen.type_into("[data-field=profileName] input", "batch");
    screen.input("[data-field=placement] input[value=anywhere]").click();
    screen.input("[data-field=availabilityTier] input[value=premium]").click();
    screen.type_into("[data-field='resources.memory.minimum'] input", "2Gi");
    screen.type_into("[data-field='resources.memory.maximum'] input", "1Gi");
    create().click();
    let most = "[data-field='resources.memory.maximum'] .field__error";
    until("the range", || screen.says(most, "At least the minimum, 2Gi.")).await;
    assert!(sent.borrow().is_empty());
    screen.type_into("[data-field='resources.memory.maximum'] input", "2Gi");
    create().click();
    until("it is closed", || !open.get_untracked()).await;
    let memory = json!({"minimum": "2Gi", "maximum": "2Gi"});
    let body = json!({"profileName": "batch", "availabilityTier": "premium", "resources": {"memory": memory}});
    assert_eq!(*sent.borrow(), [body], "no cluster and no provider: the platform chooses");
    until("who asked for it", || *created.borrow() == ["batch"]).await;
    open.set(true);
    until("an empty form", || screen.one("[data-field=profileName] input").is_some()).await;
    assert_eq!(screen.input("[data-field=profileName] input").value(), "");
}
