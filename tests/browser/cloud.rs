//! Connecting a cloud account, and secrets in several forms, with a scripted platform.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use astro_api::Secret;
use astro_console::{
    client::browser,
    components::{CloudConnect, Connecting, Reveal, Revealed, SecretForm},
    store::{Preferences, Started, Store},
};
use leptos::{mount::mount_to, prelude::*};
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    screen::{Screen, signed_in},
    support::{Wire, data, error, plain, settle, unique, until},
};

async fn panel(wanted: Connecting) -> (Screen, Store, RwSignal<bool>) {
    let (screen, store, open) = signed_in(move || {
        let open = RwSignal::new(false);
        let view = view! { <CloudConnect open=open organization="acme" wanted=Signal::stored(wanted)/> };
        (view.into_any(), open)
    })
    .await;
    open.set(true);
    settle().await;
    (screen, store, open)
}

#[wasm_bindgen_test]
async fn an_account_is_connected_renewed_and_remembered() {
    let sent: Rc<RefCell<Vec<Value>>> = Rc::default();
    let kept = Rc::clone(&sent);
    let operation = unique("op");
    let answered = operation.clone();
    let _wire = Wire::new(move |seen| match (seen.method.as_str(), seen.target()) {
        (_, "/organizations?pageSize=100") => data(json!([{"id": "o-1", "name": "acme", "userRole": "admin"}])),
        ("POST", "/cloud/aws/connect") => {
            let body = seen.json();
            kept.borrow_mut().push(body.clone());
            if body["forceUpdate"] == true {
                let url = "javascript:alert(1)";
                data(json!({"operationId": answered, "clusterName": "edge", "provider": "aws", "status": "PENDING",
                    "setupUrl": url, "instructions": ["Create the stack"]}))
            } else {
                plain(
                    409,
                    json!({"error": "Cluster edge is connected already", "error_code": "CONFLICT", "status": 409}),
                )
            }
        }
        ("GET", target) if target.ends_with("/status") => data(json!({
            "operationId": answered, "clusterName": "edge", "provider": "aws", "status": "FAILED",
            "message": "AccessDenied", "step": "verify-role",
        })),
        (_, target) if target.starts_with("/clusters") => data(json!([])),
        (_, target) if target.starts_with("/providers") => data(json!([])),
        _ => error(404),
    });
    let (screen, store, open) = panel(Connecting { cluster: "edge".to_owned(), ..Connecting::default() }).await;
    until("the form", || screen.one("[data-field=clusterName] input").is_some()).await;
    assert_eq!(screen.input("[data-field=clusterName] input").value(), "edge");
    assert!(screen.input("[data-field=clusterName] input").read_only(), "the cluster is known");
    let account = "[data-field=destinationAccountId]";
    screen.button("Start connection").click();
    until("the rule speaks", || screen.says(&format!("{account} .field__error"), "Account is required.")).await;
    screen.type_into(&format!("{account} input"), "12345");
    until("the limit", || screen.says(&format!("{account} .field__error"), "12 digits")).await;
    screen.type_into(&format!("{account} input"), "123456789012");
    screen.input("[data-field=level] input[value=read]").click();
    screen.button("Start connection").click();
    until("the conflict", || {
        screen.all("button").iter().any(|it| it.text_content().unwrap().contains("Turn on renewal"))
    })
    .await;
    assert!(open.get_untracked(), "what was typed stays");
    screen.button("Turn on renewal").click();
    settle().await;
    screen.button("Start connection").click();
    until("the end", || screen.says(".connection__words--bad", "AccessDenied")).await;
    assert!(!open.get_untracked());
    let first = json!({"clusterName": "edge", "destinationAccountId": "123456789012", "level": "read"});
    let mut second = first.clone();
    second["forceUpdate"] = json!(true);
    assert_eq!(*sent.borrow(), [first, second]);
    assert!(
        screen.all("a").iter().all(|link| !link.get_attribute("href").unwrap_or_default().starts_with("javascript"))
    );
    assert!(screen.says(".connection", "What to check"), "a failure says what helps");
    let known = store.preferences.connections().with_untracked(|known| known.of("acme"));
    let kept = known.iter().find(|it| it.operation == operation).expect("it is remembered");
    assert_eq!(
        [&kept.cluster, &kept.provider, &kept.account, &kept.level],
        ["edge", "aws", "123456789012", "read"],
        "with what it was asked for"
    );
    store.preferences.forget_connection(&operation);
}

#[wasm_bindgen_test]
fn connections_are_kept_for_the_browser() {
    let owner = Owner::new();
    owner.with(|| {
        let preferences = Preferences::new();
        let operation = unique("op");
        let started = Started {
            organization: "acme".to_owned(),
            operation: operation.clone(),
            provider: "gcp".to_owned(),
            cluster: "data-gke".to_owned(),
            at: 7,
            account: "acme-data-prod".to_owned(),
            level: "manage".to_owned(),
        };
        preferences.remember_connection(started.clone());
        let other_tab = Preferences::new();
        assert!(other_tab.connections().with_untracked(|known| known.of("acme").contains(&started)));
        preferences.forget_connection(&operation);
        let text = browser::local_storage().unwrap().get_item("astro.connections").unwrap().unwrap_or_default();
        assert!(!text.contains(&operation));
    });
}

#[wasm_bindgen_test]
async fn secrets_are_hidden_in_each_form_and_forgotten() {
    let handed: Rc<RefCell<Option<Reveal>>> = Rc::default();
    let kept = Rc::clone(&handed);
    let screen = Screen::new(move |parent| {
        Box::new(mount_to(parent, move || {
            let reveal = Reveal::new();
            *kept.borrow_mut() = Some(reveal);
            reveal.dialog()
        }))
    });
    let reveal = handed.take().unwrap();
    let pairs = BTreeMap::from([("TOKEN".to_owned(), Secret::from("value-that-opens"))]);
    let lines = |pairs: &[(&str, &str)]| format!("export {}={}\n", pairs[0].0, pairs[0].1);
    let form = SecretForm::of_pairs("Environment", "a.sh", &pairs, lines);
    let whole = SecretForm::new("Token", "a.txt", Secret::from("value-that-opens"));
    reveal.show(Revealed::new("Credentials", "They work for an hour.").form(form).form(whole));
    settle().await;
    let said = || screen.one(".secret__text").unwrap().text_content().unwrap();
    assert!(said().starts_with("export TOKEN=••") && !said().contains("value-that-opens"), "{}", said());
    screen.button("Token").click();
    settle().await;
    assert!(!said().contains("value-that"), "{}", said());
    let show = screen.all("button").into_iter().find(|it| it.get_attribute("aria-label").as_deref() == Some("Show"));
    wasm_bindgen::JsCast::unchecked_into::<web_sys::HtmlElement>(show.unwrap()).click();
    settle().await;
    assert_eq!(said(), "value-that-opens");
    screen.button("I have stored it").click();
    until("it is gone", || screen.one(".secret__text").is_none()).await;
    assert!(!screen.parent.inner_html().contains("value-that-opens"));
    assert!(!reveal.is_open().get_untracked());
}
