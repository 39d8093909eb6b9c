//! Queries and mutations, in views.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

use astro_api::{applications, clusters, organizations};
use astro_console::{
    store::{Mutation, Query, Store, mutation, paged, query},
    ui::load::{FailureKind, Load, PageWanted, Part},
};
use leptos::prelude::*;
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    client::Network,
    screen::{Screen, signed_in},
    support::{Answer, Seen, Wire, data, error, plain, settle, until},
};

type Clusters = Query<Vec<clusters::Cluster>>;

/// A page with a store, signed in with a key, and what its view handed out.
struct Page<H> {
    store: Store,
    hands: H,
    _screen: Screen,
}

/// Mounts a view below a store. The session is one of a pasted key of the organization `acme`.
async fn page<H: 'static>(view: impl FnOnce() -> H + 'static) -> Page<H> {
    web_sys::window().unwrap().session_storage().unwrap().unwrap().clear().unwrap();
    let (screen, store, hands) = signed_in(|| (().into_any(), view())).await;
    Page { store, hands, _screen: screen }
}

/// Answers what signing in asks, and leaves the rest to the test.
fn wire(mut answer: impl FnMut(&Seen) -> Answer + 'static) -> Wire {
    Wire::new(move |seen| match seen.target() {
        "/organizations?pageSize=100" => data(json!([{"id": "o-1", "name": "acme", "userRole": "owner"}])),
        _ => answer(seen),
    })
}

fn named(name: &str) -> Answer {
    let example: Value = json!({"id": name, "clusterName": name, "provider": "aws", "status": "READY"});
    data(json!([example]))
}

fn is_signed_in(store: &Store) -> bool {
    store.session.active().get_untracked().is_some()
}

fn watch() -> Clusters {
    let store = astro_console::store::use_store();
    let active = store.session.active();
    query(move || active.get().map(|_| clusters::list(None)))
}

fn is_ready<T: Send + Sync>(query: Query<T>) -> bool {
    matches!(query.load().get_untracked(), Load::Ready(loaded) if !loaded.refreshing)
}

#[wasm_bindgen_test]
async fn equal_queries_share_one_call() {
    let wire = wire(|_| named("one"));
    let page = page(|| (watch(), watch())).await;
    assert!(is_signed_in(&page.store));
    until("the answer", || is_ready(page.hands.0) && is_ready(page.hands.1)).await;
    let (one, two) = (page.hands.0.load().get_untracked(), page.hands.1.load().get_untracked());
    assert!(one == two);
    assert_eq!(wire.sent("GET", "/clusters").len(), 1);
}

#[wasm_bindgen_test]
async fn a_failed_refresh_keeps_what_was_known_and_says_so() {
    let failing = Rc::new(Cell::new(false));
    let fails = Rc::clone(&failing);
    let wire = wire(move |_| if fails.get() { error(400) } else { named("one") });
    let page = page(watch).await;
    until("the answer", || is_ready(page.hands)).await;
    failing.set(true);
    page.hands.refetch();
    let Load::Ready(loaded) = page.hands.load().get_untracked() else { panic!("the old value is gone") };
    assert!(loaded.refreshing);
    until("the failure", || is_ready(page.hands)).await;
    let load = page.hands.load().get_untracked();
    let failure = load.failure().unwrap();
    assert_eq!((failure.kind, failure.trace_id.as_deref()), (FailureKind::Invalid, Some("t-1")));
    assert_eq!(load.value().unwrap().len(), 1);
    failing.set(false);
    page.hands.refetch();
    until("a good answer", || page.hands.load().get_untracked().failure().is_none() && is_ready(page.hands)).await;
    assert_eq!(wire.sent("GET", "/clusters").len(), 3);
}

#[wasm_bindgen_test]
async fn what_is_gone_is_not_shown_any_more() {
    let gone = Rc::new(Cell::new(false));
    let is_gone = Rc::clone(&gone);
    let _wire = wire(move |_| if is_gone.get() { error(404) } else { named("one") });
    let page = page(watch).await;
    until("the answer", || is_ready(page.hands)).await;
    gone.set(true);
    page.hands.refetch();
    until("the failure", || matches!(page.hands.load().get_untracked(), Load::Failed(_))).await;
    assert_eq!(page.hands.load().get_untracked().failure().unwrap().kind, FailureKind::NotFound);
}

#[wasm_bindgen_test]
async fn a_failure_of_the_first_call_shows_and_can_be_retried() {
    let count = Rc::new(Cell::new(0));
    let calls = Rc::clone(&count);
    let _wire = wire(move |_| {
        calls.set(calls.get() + 1);
        if calls.get() == 1 { error(403) } else { named("one") }
    });
    let page = page(watch).await;
    until("the failure", || matches!(page.hands.load().get_untracked(), Load::Failed(_))).await;
    page.hands.refetch();
    assert!(matches!(page.hands.load().get_untracked(), Load::Loading));
    until("the answer", || is_ready(page.hands)).await;
}

#[wasm_bindgen_test]
async fn a_failure_that_is_polled_stays_until_somebody_asks() {
    let count = Rc::new(Cell::new(0));
    let calls = Rc::clone(&count);
    let wire = wire(move |_| {
        calls.set(calls.get() + 1);
        if calls.get() > 3 {
            return Answer::Hang;
        }
        plain(403, json!({"error": "not you", "status": 403, "trace_id": format!("t-{}", calls.get())}))
    });
    let states = Rc::new(RefCell::new(Vec::new()));
    let noted = Rc::clone(&states);
    let page = page(move || {
        let clusters = watch().every(Duration::from_secs(1));
        Effect::new(move |_| {
            let load = clusters.load().get();
            noted.borrow_mut().push((matches!(load, Load::Loading), load.failure().and_then(|it| it.trace_id.clone())));
        });
        clusters
    })
    .await;
    until("the failure", || matches!(page.hands.load().get_untracked(), Load::Failed(_))).await;
    settle().await;
    states.borrow_mut().clear();
    until("the polls", || wire.sent("GET", "/clusters").len() == 4).await;
    settle().await;
    let failed = |state: &(bool, Option<String>)| !state.0 && state.1.as_deref() == Some("t-1");
    assert!(states.borrow().iter().all(failed), "{:?}", states.borrow());
    assert!(matches!(page.hands.load().get_untracked(), Load::Failed(_)));
    // Who presses while the poll is under way sees that something happens.
    page.hands.refetch();
    assert!(matches!(page.hands.load().get_untracked(), Load::Loading));
    assert_eq!(wire.sent("GET", "/clusters").len(), 4);
}

#[wasm_bindgen_test]
async fn what_nobody_watches_is_aborted() {
    let wire = wire(|_| Answer::Hang);
    let shown = Rc::new(RefCell::new(None));
    let give = Rc::clone(&shown);
    let page = page(move || {
        let show = RwSignal::new(true);
        *give.borrow_mut() = Some(show);
        Effect::new(move |_| {
            if show.get() {
                watch();
            }
        });
    })
    .await;
    until("the request", || wire.sent("GET", "/clusters").len() == 1).await;
    assert!(wire.aborted() < 1.0);
    shown.borrow().unwrap().set(false);
    until("the abort", || wire.aborted() >= 1.0).await;
    drop(page);
}

#[wasm_bindgen_test]
async fn a_query_follows_its_signals() {
    let wire = wire(|seen| named(seen.target()));
    let provider = Rc::new(RefCell::new(None));
    let give = Rc::clone(&provider);
    let page = page(move || {
        let provider = RwSignal::new("aws");
        *give.borrow_mut() = Some(provider);
        let active = astro_console::store::use_store().session.active();
        query(move || active.get().map(|_| clusters::list(Some(provider.get()))))
    })
    .await;
    until("the answer", || is_ready(page.hands)).await;
    provider.borrow().unwrap().set("gcp");
    until("the second answer", || wire.sent("GET", "/clusters").len() == 2 && is_ready(page.hands)).await;
    let asked: Vec<_> = wire.sent("GET", "/clusters").iter().map(|seen| seen.target().to_owned()).collect();
    assert!(asked[0].contains("aws") && asked[1].contains("gcp"), "{asked:?}");
    // Back to what is known: it shows at once.
    provider.borrow().unwrap().set("aws");
    settle().await;
    assert!(page.hands.load().get_untracked().value().is_some());
    assert_eq!(wire.sent("GET", "/clusters").len(), 2);
}

#[wasm_bindgen_test]
async fn a_write_refetches_what_it_makes_stale() {
    let names = Rc::new(RefCell::new("before"));
    let written = Rc::clone(&names);
    let wire = wire(move |seen| {
        if seen.method == "DELETE" {
            *written.borrow_mut() = "after";
            Answer::Body(204, vec![], String::new())
        } else {
            let name = *written.borrow();
            data(
                json!([{"id": name, "name": name, "profileName": "p", "status": "RUNNING", "source": {"type": "yaml"}}]),
            )
        }
    });
    let page = page(|| {
        let active = astro_console::store::use_store().session.active();
        let list = query(move || active.get().map(|_| applications::list()));
        let delete: Mutation<String, ()> = mutation(|id: &String| applications::delete(id));
        (list, delete)
    })
    .await;
    let (list, delete) = page.hands;
    until("the list", || is_ready(list)).await;
    let done = Rc::new(Cell::new(false));
    let is_done = Rc::clone(&done);
    delete.run_then("a-1".into(), move |_| is_done.set(true));
    assert!(delete.pending().get_untracked());
    delete.run("a-1".into());
    until("the end", || done.get()).await;
    assert!(!delete.pending().get_untracked());
    until("the new list", || {
        list.load().get_untracked().value().is_some_and(|list| format!("{:?}", list[0]).contains("after"))
    })
    .await;
    assert_eq!((wire.sent("DELETE", "/applications/a-1").len(), wire.sent("GET", "/applications").len()), (1, 2));
}

#[wasm_bindgen_test]
async fn a_failed_write_says_why_and_refetches_nothing() {
    let wire = wire(|seen| if seen.method == "GET" { named("one") } else { error(409) });
    let page = page(|| {
        let create = mutation(|name: &String| {
            organizations::create(&organizations::OrgCreateRequest { name: name.clone(), title: None })
        });
        (watch(), create)
    })
    .await;
    let (list, create) = page.hands;
    until("the list", || is_ready(list)).await;
    create.run("acme".into());
    until("the failure", || create.error().get_untracked().is_some()).await;
    assert_eq!(create.error().get_untracked().unwrap().kind, FailureKind::Conflict);
    assert!(create.result().get_untracked().is_none());
    create.reset();
    assert!(create.error().get_untracked().is_none());
    assert_eq!(wire.sent("GET", "/clusters").len(), 1);
}

#[wasm_bindgen_test]
async fn a_write_without_a_network_says_what_has_become_of_it() {
    let network = Rc::new(Network::new(true));
    let drops = Rc::clone(&network);
    let wire = wire(move |seen| {
        if seen.method == "GET" {
            return data(json!([]));
        }
        drops.set(false);
        Answer::Fail
    });
    let page = page(|| {
        let active = astro_console::store::use_store().session.active();
        let list = query(move || active.get().map(|_| applications::list()));
        let delete: Mutation<String, ()> = mutation(|id: &String| applications::delete(id));
        (list, delete)
    })
    .await;
    let (list, delete) = page.hands;
    let failure = || delete.error().get_untracked();
    until("the list", || is_ready(list)).await;
    delete.run("a-1".into());
    until("the failure", || failure().is_some()).await;
    let lost = failure().unwrap();
    assert_eq!(lost.kind, FailureKind::Unreachable);
    assert!(lost.hint.contains("look before you try again"), "{}", lost.hint);
    until("the new list", || wire.sent("GET", "/applications").len() == 2 && is_ready(list)).await;
    // The network is still away.
    delete.run("a-1".into());
    until("the other failure", || failure().is_some()).await;
    let kept = failure().unwrap();
    assert_eq!(kept.kind, FailureKind::Offline);
    assert_eq!(kept.hint, "Nothing was sent. Try again when the network is back.");
    settle().await;
    assert_eq!(wire.sent("GET", "/applications").len(), 2);
}

#[wasm_bindgen_test]
async fn signing_out_leaves_nothing_behind() {
    let _wire = wire(|_| named("one"));
    let page = page(watch).await;
    until("the answer", || is_ready(page.hands)).await;
    page.store.session.sign_out();
    until("the end of the session", || !is_signed_in(&page.store)).await;
    until("the empty view", || matches!(page.hands.load().get_untracked(), Load::Loading)).await;
}

#[wasm_bindgen_test]
async fn a_page_stays_until_the_next_one_is_there() {
    let wire = wire(|seen| {
        let number = seen.target().split("page=").nth(1).and_then(|rest| rest.split('&').next()).unwrap().to_owned();
        match number.as_str() {
            "2" => Answer::Hang,
            "4" => error(400),
            number => data(json!({
                "members": [{"userId": format!("u-{number}"), "role": "viewer"}],
                "page": 1, "pageSize": 20, "total": 70,
            })),
        }
    });
    let number = Rc::new(RefCell::new(None));
    let give = Rc::clone(&number);
    let page = page(move || {
        let number = RwSignal::new(1_usize);
        *give.borrow_mut() = Some(number);
        let active = astro_console::store::use_store().session.active();
        paged(
            move || PageWanted { page: number.get(), size: 20, token: None },
            move |wanted| {
                let options = organizations::Page {
                    page: i64::try_from(wanted.page).ok(),
                    page_size: i64::try_from(wanted.size).ok(),
                };
                active.get().map(|_| organizations::members("o-1", &options))
            },
            |answer: &organizations::OrgMemberPage| Part {
                rows: std::sync::Arc::new(answer.members.clone()),
                total: usize::try_from(answer.total).ok(),
                next: None,
            },
        )
    })
    .await;
    let number = number.borrow().unwrap();
    let first = || page.hands.load().get_untracked().value().map(|part| part.rows[0].user_id.clone());
    until("the first page", || first().as_deref() == Some("u-1")).await;
    let one = page.hands.load().get_untracked();
    assert_eq!(one.value().unwrap().total, Some(70));
    settle().await;
    assert!(one == page.hands.load().get_untracked(), "the same page is the same object");
    number.set(2);
    until("the request", || wire.seen().iter().any(|seen| seen.target().contains("page=2"))).await;
    let load = page.hands.load().get_untracked();
    assert!(load.is_busy() && first().as_deref() == Some("u-1"), "the old page stays");
    number.set(3);
    until("the third page", || first().as_deref() == Some("u-3")).await;
    until("rest", || !page.hands.load().get_untracked().is_busy()).await;
    number.set(4);
    until("the failure", || matches!(page.hands.load().get_untracked(), Load::Failed(_))).await;
    number.set(3);
    until("the third page again", || first().as_deref() == Some("u-3")).await;
}
