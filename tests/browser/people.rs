//! Who is meant, what a role or a plan does not cover, and values that look secret, with a scripted platform.

use std::{cell::RefCell, rc::Rc, sync::Arc};

use astro_api::manifest::read;
use astro_console::components::{manifest, people, refusal};
use leptos::{mount::mount_to, prelude::*};
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    screen::{Screen, signed_in},
    support::{Answer, Seen, Wire, data, error, until},
};

/// A view for who is signed in by a key.
async fn shown(view: impl FnOnce() -> AnyView + 'static) -> Screen {
    signed_in(|| (view(), ())).await.0
}

/// The organization acme with two members, for one who has a role in it.
fn acme(role: &'static str) -> impl FnMut(&Seen) -> Answer {
    move |seen| {
        let target = seen.target();
        if target == "/organizations?pageSize=100" {
            data(json!([{"id": "o-1", "name": "acme", "userRole": role}]))
        } else if target.starts_with("/organizations/o-1/members") {
            data(json!({"members": [
                {"userId": "u-1", "name": "Olivia Chen", "email": "olivia@acme.example", "role": "owner"},
                {"userId": "u 2", "name": "", "email": "adam@acme.example", "role": "viewer"},
            ], "total": 2, "page": 1, "pageSize": 100}))
        } else if target.starts_with("/organizations/o-1/plan") {
            data(json!("developer"))
        } else {
            error(404)
        }
    }
}

fn links(screen: &Screen) -> Vec<(String, String)> {
    let link = |it: &web_sys::Element| (it.text_content().unwrap_or_default(), it.get_attribute("href").unwrap());
    screen.all("a").iter().map(link).collect()
}

#[wasm_bindgen_test]
async fn a_person_is_called_by_name_and_led_to_and_a_stranger_is_an_id() {
    let wire = Wire::new(acme("owner"));
    let screen = shown(|| {
        let person = |id| view! { <p>{people::person(id)}</p> }.into_any();
        view! { {person(Some("u-1"))} {person(Some("u 2"))} {person(Some("u-3"))} {person(None)} }.into_any()
    })
    .await;
    until("the names", || screen.all("a").len() == 2).await;
    let expected = [("Olivia Chen", "o/acme/members?q=u-1"), ("adam@acme.example", "o/acme/members?q=u%202")];
    assert_eq!(links(&screen), expected.map(|(name, href)| (name.to_owned(), href.to_owned())));
    assert!(screen.says("p:nth-of-type(3) code", "u-3"));
    let asked = wire.sent("GET", "/organizations/o-1/members");
    assert_eq!(asked.len(), 1, "all of them share one answer");
}

#[wasm_bindgen_test]
async fn a_refusal_by_the_plan_leads_to_the_plans() {
    let _wire = Wire::new(acme("admin"));
    let tries = Rc::new(RefCell::new(0));
    let count = StoredValue::new_local(Rc::clone(&tries));
    let screen = shown(move || {
        refusal::of_plan("listAuditEvents", "The audit log", move || {
            count.with_value(|count| *count.borrow_mut() += 1);
        })
    })
    .await;
    until("the plan", || screen.says(".empty", "This organization is on Developer.")).await;
    assert!(screen.says(".empty", "The audit log is part of the Enterprise plan"));
    assert!(links(&screen).contains(&("Compare plans".to_owned(), "o/acme/plan".to_owned())));
    screen.button("Check again").click();
    assert_eq!(*tries.borrow(), 1);
}

#[wasm_bindgen_test]
async fn a_refusal_by_the_role_says_which_it_takes_who_can_help_and_what_one_may() {
    let _wire = Wire::new(acme("viewer"));
    let screen = shown(|| refusal::of_plan("listAuditEvents", "The audit log", || {})).await;
    until("who can help", || screen.says(".refusal__help", "Ask Olivia Chen (owner).")).await;
    assert!(screen.says(".empty", "The audit log is not open to your role"));
    assert!(links(&screen).contains(&("My access".to_owned(), "o/acme/access".to_owned())));
}

const DATABASE: &str = "apiVersion: platform.astropulse.io/v1
kind: Application
spec:
  name: orders-db
  profileName: web-standard
  source:
    type: helm
    helm:
      repo: {repoURL: https://charts.example, chartName: postgresql, chartVersion: 1.0.0}
      values:
        type: object
        object: {auth: {password: correct-horse, existingSecret: of-the-team}}
";

#[wasm_bindgen_test]
async fn what_looks_secret_in_a_manifest_shows_when_it_is_asked_for() {
    let screen = Screen::new(|parent| {
        Box::new(mount_to(parent, || {
            let found = read(DATABASE, None).unwrap().into_iter().next().map(|read| read.manifest);
            manifest::shown("orders-db".to_owned(), Signal::stored(Some(Arc::new(found))))
        }))
    });
    until("the manifest", || screen.says(".code__scroll", "of-the-team")).await;
    assert!(!screen.says(".code__scroll", "correct-horse"));
    assert!(screen.says(".code__hidden", "1 value looks secret. Copy and download contain it."));
    screen.button("Show").click();
    until("the password", || screen.says(".code__scroll", "correct-horse")).await;
    screen.button("Hide").click();
    until("the veil", || !screen.says(".code__scroll", "correct-horse")).await;
    screen.button("JSON").click();
    until("JSON", || screen.says(".code__scroll", "\"existingSecret\"")).await;
    assert!(!screen.says(".code__scroll", "correct-horse"), "neither in the other language");
}
