//! The wire.

use std::{cell::Cell, rc::Rc};

use astro_api::{
    ErrorKind, api_keys, applications, clusters, notifications, operations, organizations, profiles, request::Route,
};
use astro_console::client::{Client, Limits, Priority, Timeouts};
use js_sys::Function;
use serde_json::json;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{
    Answer, Keyring, Wire, beside, client, client_with, data, error, plain, settings, settle, unique, until,
};

const FOREGROUND: Priority = Priority::Foreground;

/// What the browser says of its network, until this is dropped.
pub struct Network(Function);

const NETWORK: &str = "
    if (online === undefined) delete navigator.onLine;
    else Object.defineProperty(navigator, 'onLine', { value: online, configurable: true });
";

impl Network {
    pub fn new(online: bool) -> Self {
        let network = Self(Function::new_with_args("online", NETWORK));
        network.set(online);
        network
    }

    pub fn set(&self, online: bool) {
        self.0.call1(&JsValue::NULL, &JsValue::from(online)).unwrap();
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        self.0.call0(&JsValue::NULL).unwrap();
    }
}

#[wasm_bindgen_test]
async fn a_read_carries_the_key_and_nothing_else() {
    let wire = Wire::new(|_| data(json!([])));
    let (client, keyring) = client();
    assert!(client.send(&clusters::list(None), FOREGROUND).await.unwrap().is_empty());
    let seen = &wire.seen()[0];
    assert_eq!((seen.method.as_str(), seen.target()), ("GET", "/clusters"));
    assert_eq!(seen.key(), *keyring.key.borrow());
    assert_eq!(seen.header("authorization"), None);
    assert_eq!(seen.header("x-astro-organization-id"), None);
    // A redirect that was followed would take the key along.
    assert_eq!(seen.redirect, "manual");
}

#[wasm_bindgen_test]
async fn a_target_arrives_as_it_was_encoded() {
    let wire = Wire::new(|_| error(404));
    let (client, _) = client();
    let failed = client.send(&applications::get("a/b c..é"), FOREGROUND).await.err().unwrap();
    assert_eq!((failed.kind, failed.trace_id.as_deref()), (ErrorKind::NotFound, Some("t-1")));
    assert_eq!(wire.seen()[0].target(), "/applications/a%2Fb%20c..%C3%A9");
}

#[wasm_bindgen_test]
async fn either_credential_goes_with_the_organization() {
    let wire = Wire::new(|_| data(json!([])));
    let (client, _) = client();
    let _ = client.send(&notifications::subscriptions(), FOREGROUND).await;
    assert_eq!(wire.seen()[0].header("x-astro-organization-id"), Some("o-1"));
}

#[wasm_bindgen_test]
async fn without_a_credential_nothing_is_sent() {
    let wire = Wire::new(|_| data(json!([])));
    let (client, _) = client();
    let failed = client.send(&api_keys::list(), FOREGROUND).await.err().unwrap();
    assert_eq!((failed.kind, failed.message.as_str()), (ErrorKind::NoCredential, "no token"));
    let nobody = Client::new(settings());
    let failed = nobody.send(&clusters::list(None), FOREGROUND).await.err().unwrap();
    assert_eq!(failed.kind, ErrorKind::NoCredential);
    assert!(wire.seen().is_empty());
}

#[wasm_bindgen_test]
async fn a_read_is_tried_three_times() {
    let wire = Wire::new(|_| error(503));
    let (client, _) = client();
    let failed = client.send(&clusters::list(None), FOREGROUND).await.err().unwrap();
    assert_eq!((failed.kind, failed.status), (ErrorKind::Server, Some(503)));
    assert_eq!(wire.seen().len(), 3);
    assert_eq!(client.records().all()[0].tries, 3);
}

#[wasm_bindgen_test]
async fn a_create_is_sent_once_whatever_happens() {
    for answer in [|| error(500), || error(429), || Answer::Fail, || Answer::Redirect] {
        let wire = Wire::new(move |_| answer());
        let (client, _) = client();
        let create = organizations::create(&organizations::OrgCreateRequest { name: "acme".into(), title: None });
        assert!(client.send(&create, FOREGROUND).await.is_err());
        assert_eq!(wire.seen().len(), 1);
    }
}

#[wasm_bindgen_test]
async fn a_refused_key_is_replaced_once_and_the_call_sent_again() {
    let wire =
        Wire::new(|seen| if seen.key() == "fresh" { data(json!({"id": "o", "name": "acme"})) } else { error(401) });
    let (client, keyring) = client();
    keyring.next.borrow_mut().push("fresh".into());
    let create = organizations::create(&organizations::OrgCreateRequest { name: "acme".into(), title: None });
    assert_eq!(client.send(&create, FOREGROUND).await.ok().unwrap().id, "o");
    assert_eq!(wire.seen().len(), 2);

    *keyring.key.borrow_mut() = "stale".into();
    keyring.next.borrow_mut().push("stale too".into());
    let failed = client.send(&clusters::list(None), FOREGROUND).await.err().unwrap();
    assert_eq!(failed.kind, ErrorKind::Unauthorized);
    assert_eq!(*keyring.refusals.borrow(), 2);
    assert_eq!(wire.seen().len(), 4);
}

#[wasm_bindgen_test]
async fn dropping_the_future_aborts_the_fetch() {
    let wire = Wire::new(|_| Answer::Hang);
    let (client, _) = client();
    {
        let request = clusters::list(None);
        let mut answer = Box::pin(client.send(&request, FOREGROUND));
        futures_util::future::select(&mut answer, Box::pin(until("a request", || !wire.seen().is_empty()))).await;
        assert!(wire.aborted() < 1.0);
    }
    until("the abort", || wire.aborted() >= 1.0).await;
    assert_eq!(client.records().all()[0].failed, Some(ErrorKind::Aborted));
}

#[wasm_bindgen_test]
async fn an_answer_that_does_not_come_is_given_up() {
    let wire = Wire::new(|_| Answer::Hang);
    let client = Client::with_timeouts(settings(), Timeouts { reads: 30, writes: 40 });
    client.authorize(Keyring::new());
    let read = client.send(&clusters::list(None), FOREGROUND).await.err().unwrap();
    assert_eq!(read.kind, ErrorKind::Timeout);
    assert_eq!(wire.seen().len(), 2);
    let write = client.send(&applications::deploy(false, &application()), FOREGROUND).await.err().unwrap();
    assert!(write.message.contains("not known"), "{}", write.message);
    until("every fetch to be aborted", || wire.aborted() >= 3.0).await;
}

fn application() -> applications::ApplicationDeployRequest {
    serde_json::from_value(json!({
        "name": "web", "profileName": "p",
        "source": {"type": "image", "image": {"registry": "r", "repository": "i", "tag": "1"}},
    }))
    .unwrap()
}

#[wasm_bindgen_test]
async fn each_silence_has_its_own_words() {
    let _wire = Wire::new(|seen| if seen.url.contains("redirect") { Answer::Redirect } else { Answer::Fail });
    let (client, _) = client();
    let own = client.send(&applications::get("x"), FOREGROUND).await.err().unwrap();
    assert_eq!(own.kind, ErrorKind::Unreachable);
    assert!(!own.message.contains("CORS"), "{}", own.message);
    let redirected = client.send(&applications::get("redirect"), FOREGROUND).await.err().unwrap();
    assert_eq!(redirected.kind, ErrorKind::NotTheApi);

    let mut elsewhere = settings();
    elsewhere.base = "https://api.example/api/v1".into();
    let (client, _) = client_with(elsewhere);
    let foreign = client.send(&applications::get("x"), FOREGROUND).await.err().unwrap();
    assert!(foreign.message.contains("CORS") && foreign.message.contains("https://api.example"), "{}", foreign.message);
}

#[wasm_bindgen_test]
async fn a_write_is_offline_only_where_it_was_not_sent() {
    let network = Rc::new(Network::new(false));
    let drops = Rc::clone(&network);
    let wire = Wire::new(move |_| {
        drops.set(false);
        Answer::Fail
    });
    let (client, _) = client();
    let create = organizations::create(&organizations::OrgCreateRequest { name: "acme".into(), title: None });
    let kept = client.send(&create, FOREGROUND).await.err().unwrap();
    assert_eq!(kept.kind, ErrorKind::Offline);
    // From here on the network goes once the request is on its way.
    network.set(true);
    let lost = client.send(&create, FOREGROUND).await.err().unwrap();
    assert_eq!(lost.kind, ErrorKind::Unreachable);
    network.set(true);
    let twice = client.send(&applications::delete("a-1"), FOREGROUND).await.err().unwrap();
    assert_eq!(twice.kind, ErrorKind::Unreachable, "the first try may have done it");
    assert_eq!(wire.sent("DELETE", "/applications/a-1").len(), 2);
    network.set(true);
    let read = client.send(&clusters::list(None), FOREGROUND).await.err().unwrap();
    assert_eq!(read.kind, ErrorKind::Offline);
    assert_eq!(wire.sent("GET", "/clusters").len(), 1);
}

#[wasm_bindgen_test]
async fn a_delete_whose_answer_was_lost_counts_as_done() {
    let count = Rc::new(Cell::new(0));
    let calls = Rc::clone(&count);
    let _wire = Wire::new(move |_| {
        calls.set(calls.get() + 1);
        if calls.get() == 1 { Answer::Fail } else { error(404) }
    });
    let (client, _) = client();
    client.send(&profiles::delete("p-1"), FOREGROUND).await.ok().unwrap();
    assert_eq!(count.get(), 2);
    // Asked for the first time, it is simply not there.
    let failed = client.send(&applications::delete("a-1"), FOREGROUND).await.err().unwrap();
    assert_eq!(failed.kind, ErrorKind::NotFound);
}

#[wasm_bindgen_test]
async fn no_second_holds_more_than_the_limit() {
    let wire = Wire::new(|_| data(json!([])));
    let mut limited = settings();
    limited.limits = Limits { reads: 5, writes: 5 };
    // Two clients of one key are two tabs: they share nothing but the browser's storage.
    let (one, keyring) = client_with(limited.clone());
    let two = Client::new(limited);
    two.authorize(keyring);
    let mut answers: Vec<_> = (0..7)
        .flat_map(|_| [one.clone(), two.clone()])
        .map(|client| beside(async move { client.send(&clusters::list(None), Priority::Background).await.is_ok() }))
        .collect();
    settle().await;
    let first = beside(async move { one.send(&profiles::list(), FOREGROUND).await.is_ok() });
    until("every answer", || answers.iter().chain([&first]).all(|answer| *answer.borrow() == Some(true))).await;
    answers.clear();
    let times: Vec<u64> = wire.seen().iter().map(|seen| seen.at).collect();
    assert_eq!(times.len(), 15);
    for start in &times {
        let within = times.iter().filter(|time| (*start..start + 1_000).contains(time)).count();
        assert!(within <= 5, "{within} within a second of {start}: {times:?}");
    }
    // A person's request came last and did not wait for all the others.
    let place = wire.seen().iter().position(|seen| seen.target().starts_with("/applications/profiles")).unwrap();
    assert!(place < 10, "{place}");
}

#[wasm_bindgen_test]
async fn what_is_posted_counts_as_a_write_also_where_it_changes_nothing() {
    let wire = Wire::new(|_| error(400));
    let mut limited = settings();
    limited.limits = Limits { reads: 100, writes: 1 };
    let (client, _) = client_with(limited);
    for _ in 0..2 {
        let _ = client.send(&applications::deploy(true, &application()), FOREGROUND).await;
    }
    let times: Vec<u64> = wire.seen().iter().map(|seen| seen.at).collect();
    assert_eq!(times.len(), 2);
    assert!(times[1] - times[0] >= 1_000, "{times:?}");
}

#[wasm_bindgen_test]
async fn what_the_platform_asks_for_is_waited_for_by_all() {
    let count = Rc::new(Cell::new(0));
    let wire = Wire::new(move |_| {
        count.set(count.get() + 1);
        if count.get() == 1 {
            Answer::Body(429, vec![("Retry-After", "1")], json!({"error": "slow down"}).to_string())
        } else {
            data(json!([]))
        }
    });
    let (client, _) = client();
    client.send(&clusters::list(None), FOREGROUND).await.ok().unwrap();
    let seen = wire.seen();
    assert_eq!(seen.len(), 2);
    assert!(seen[1].at - seen[0].at >= 950, "{}", seen[1].at - seen[0].at);
}

#[wasm_bindgen_test]
async fn an_operation_goes_where_the_configuration_says() {
    let wire = Wire::new(|_| data(json!([])));
    let mut moved = settings();
    let operation = operations::find("listClusters").unwrap();
    moved.paths.insert(operation.id, Route::parse(operation, "POST /k8s/all").unwrap());
    let (client, _) = client_with(moved);
    client.send(&clusters::list(None), FOREGROUND).await.ok().unwrap();
    assert_eq!((wire.seen()[0].method.as_str(), wire.seen()[0].target()), ("POST", "/k8s/all"));
    assert!(client.records().all()[0].curl.starts_with("curl -X POST"));
}

#[wasm_bindgen_test]
async fn what_was_sent_is_on_record_without_its_secrets() {
    let _wire = Wire::new(|_| {
        Answer::Body(
            200,
            vec![("X-Request-ID", "r-9"), ("Content-Type", "application/json")],
            json!({"data": []}).to_string(),
        )
    });
    let (client, keyring) = client();
    *keyring.key.borrow_mut() = unique("astro_secret");
    client.send(&clusters::list(None), FOREGROUND).await.ok().unwrap();
    let record = &client.records().all()[0];
    assert_eq!((record.operation, record.status, record.failed), ("listClusters", Some(200), None));
    assert_eq!(record.trace_id.as_deref(), Some("r-9"));
    assert!(!format!("{record:?}").contains("astro_secret"));
    assert!(record.curl.contains("$ASTROPULSE_API_KEY"));
}

#[wasm_bindgen_test]
async fn what_is_not_the_contract_says_where() {
    let _wire = Wire::new(|seen| match seen.target() {
        "/clusters" => data(json!([{"name": 7}])),
        "/applications" => Answer::Body(200, vec![("Content-Type", "text/html")], "<!doctype html>".into()),
        _ => plain(200, json!("")),
    });
    let (client, _) = client();
    let mismatch = client.send(&clusters::list(None), FOREGROUND).await.err().unwrap();
    assert_eq!(mismatch.kind, ErrorKind::Mismatch);
    assert!(mismatch.path.as_deref().is_some_and(|path| path.starts_with("data[0]")), "{:?}", mismatch.path);
    let page = client.send(&applications::list(), FOREGROUND).await.err().unwrap();
    assert_eq!(page.kind, ErrorKind::NotTheApi);
}
