//! The bell, its panel, the request drawer and what a request is shown as, in views with a scripted platform.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use astro_api::{clusters, organizations, request::Call};
use astro_console::{
    client::Priority,
    components::{ActivityBell, ApprovalsBanner, RequestDrawer, RequestsButton, ShowAs},
    store::{Store, activity::Notices},
};
use leptos::prelude::*;
use serde_json::{Value, json};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement, KeyboardEvent, KeyboardEventInit};

use crate::{
    screen::{Screen, signed_in},
    support::{Answer, Seen, Sockets, Wire, data, error, settle, until},
};

/// A view below a store that is signed in with a key of `acme`.
pub struct Page {
    pub store: Store,
    pub screen: Screen,
}

impl Page {
    pub fn one(&self, selector: &str) -> Option<HtmlElement> {
        self.screen.one(selector)
    }

    pub fn get(&self, selector: &str) -> HtmlElement {
        self.one(selector).unwrap_or_else(|| panic!("no {selector} in {}", self.screen.parent.inner_html()))
    }

    pub fn all(&self, selector: &str) -> Vec<Element> {
        self.screen.all(selector)
    }

    pub fn text(&self, selector: &str) -> String {
        self.one(selector).and_then(|it| it.text_content()).unwrap_or_default()
    }
}

/// Shows something below such a store.
pub async fn page(view: impl FnOnce() -> AnyView + 'static) -> Page {
    let window = web_sys::window().unwrap();
    window.session_storage().unwrap().unwrap().clear().unwrap();
    window.local_storage().unwrap().unwrap().remove_item("astro.activity").unwrap();
    let (screen, store, ()) = signed_in(|| (view(), ())).await;
    Page { store, screen }
}

/// Answers what signing in asks, and leaves the rest to the test.
pub fn wire(mut answer: impl FnMut(&Seen) -> Answer + 'static) -> Wire {
    Wire::new(move |seen| match seen.target() {
        "/organizations?pageSize=100" => data(json!([{"id": "o-1", "name": "acme", "userRole": "owner"}])),
        _ => answer(seen),
    })
}

fn operation(id: &str, status: &str, percent: u32, at: &str) -> Value {
    json!({
        "operationId": id, "clusterId": "prod-eu", "clusterName": "prod-eu", "operationType": "UPGRADE",
        "status": status, "percent": percent, "currentStep": "node-groups", "message": "7 of 12 nodes replaced",
        "approvalToken": "one-time-token", "startedAt": "2026-06-09T10:00:00Z", "updatedAt": at,
    })
}

fn press(element: &HtmlElement, key: &str) {
    let init = KeyboardEventInit::new();
    init.set_key(key);
    init.set_bubbles(true);
    init.set_cancelable(true);
    element.dispatch_event(&KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &init).unwrap()).unwrap();
}

fn focused() -> String {
    document().active_element().map(|it| it.id()).unwrap_or_default()
}

#[wasm_bindgen_test]
async fn the_bell_tells_what_runs_and_what_ended() {
    let round = Rc::new(Cell::new(0));
    let rounds = Rc::clone(&round);
    let _sockets = Sockets::new();
    let wire = wire(move |seen| {
        assert!(seen.target().starts_with("/clusters/progress?limit=50"), "{}", seen.target());
        data(match rounds.get() {
            0 => json!({"progress": [operation("a", "IN_PROGRESS", 10, "2026-06-09T10:01:00Z")]}),
            1 => json!({"progress": [
                operation("b", "IN_PROGRESS", 62, "2026-06-09T10:05:00Z"),
                operation("a", "COMPLETED", 100, "2026-06-09T10:04:00Z"),
            ]}),
            _ => json!({"progress": [
                operation("b", "FAILED", 62, "2026-06-09T10:09:00Z"),
                operation("a", "COMPLETED", 100, "2026-06-09T10:04:00Z"),
            ]}),
        })
    });
    let page = page(|| view! { <ActivityBell/> }.into_any()).await;
    let headline = page.store.activity.headline();
    let bell = page.get("button[popovertarget]");
    let label = || bell.get_attribute("aria-label").unwrap_or_default();
    until("the first answer", || label() == "Activity, 1 running").await;
    assert_eq!(headline.get_untracked(), None, "what ran before is not followed");

    round.set(1);
    page.store.activity.refresh();
    until("the second", || label() == "Activity, 1 running, 1 ended since you last looked").await;
    assert_eq!(headline.get_untracked().as_deref(), Some("(62 %) Upgrading prod-eu"));
    assert!(page.store.toasts.list().get_untracked().is_empty(), "nobody followed it");

    bell.click();
    until("the panel", || page.all("li").len() == 2).await;
    assert_eq!(focused(), "activity");
    assert!(page.text("li").contains("node-groups: 7 of 12 nodes replaced"), "{}", page.text("li"));
    assert_eq!(page.get("progress").get_attribute("value").as_deref(), Some("62"));
    assert_eq!(page.get("[aria-pressed]").get_attribute("aria-pressed").as_deref(), Some("true"));
    assert_eq!(page.get("li a").get_attribute("href").as_deref(), Some("o/acme/clusters/prod-eu"));
    assert!(!page.screen.parent.inner_html().contains("one-time-token"));

    round.set(2);
    page.store.activity.refresh();
    until("the end", || page.text("li").contains("failed")).await;
    until("the message", || !page.store.toasts.list().get_untracked().is_empty()).await;
    let toast = page.store.toasts.list().get_untracked().remove(0);
    assert!(toast.text.starts_with("Upgrade of prod-eu failed"), "{}", toast.text);
    let (word, show) = toast.action.unwrap();
    assert_eq!(word, "Show activity");
    assert_eq!(headline.get_untracked().as_deref(), Some("Upgrade of prod-eu failed"));

    let panel = page.get("#activity");
    panel.hide_popover().unwrap();
    until("what was seen", || label() == "Activity").await;
    assert_eq!(headline.get_untracked(), None);
    let seen = web_sys::window().unwrap().local_storage().unwrap().unwrap().get_item("astro.activity").unwrap();
    assert!(seen.unwrap().starts_with("o-1 "), "it is remembered");

    // What has told of it has run again since, and has forgotten what it made.
    settle().await;
    show();
    until("the panel that the message shows", || page.one("#activity:popover-open").is_some()).await;
    drop((page, wire));
    show();
}

#[wasm_bindgen_test]
async fn a_panel_that_is_opened_anew_asks_anew() {
    let sockets = Sockets::new();
    let _wire = wire(|_| data(json!({"progress": [operation("a", "IN_PROGRESS", 10, "2026-06-09T10:01:00Z")]})));
    let shown = RwSignal::new(true);
    let page = page(move || (move || shown.get().then(|| view! { <ActivityBell/> })).into_any()).await;
    let knows = || page.store.activity.book().with_untracked(|book| !book.entries().is_empty());
    until("the answer", knows).await;
    let press = || page.get("button[popovertarget]").click();
    // Of both at once the browser tells a single time.
    press();
    page.get("#activity").hide_popover().unwrap();
    settle().await;
    assert_eq!(sockets.count(), 0);
    press();
    let socket = sockets.nth(0).await;

    // It goes with its bell, as where a session ends.
    shown.set(false);
    until("the socket's end", || socket.given_up()).await;
    shown.set(true);
    until("the next answer", knows).await;
    settle().await;
    assert_eq!(sockets.count(), 1, "nobody sees the new one");
    press();
    sockets.nth(1).await;
}

#[wasm_bindgen_test]
async fn the_panel_is_never_empty() {
    let fails = Rc::new(Cell::new(true));
    let failing = Rc::clone(&fails);
    let _wire = wire(move |_| if failing.get() { error(500) } else { data(json!({"progress": []})) });
    let page = page(|| view! { <ActivityBell/> }.into_any()).await;
    page.get("button[popovertarget]").click();
    until("the failure", || page.one("[role=alert]").is_some()).await;
    fails.set(false);
    page.store.activity.refresh();
    until("the words", || page.text("#activity").contains("Nothing has run in this organization yet.")).await;
    assert!(page.one("[role=alert]").is_none());
    assert_ne!(page.store.activity.notices().get_untracked(), Notices::On, "nobody asked for it");
}

#[wasm_bindgen_test]
async fn what_waits_is_known_however_much_has_come_since() {
    let waits = Rc::new(Cell::new(true));
    let waiting = Rc::clone(&waits);
    let wire = wire(move |seen| {
        let creation = json!({
            "operationId": "w", "clusterId": "perf-lab", "clusterName": "perf-lab", "operationType": "CREATE",
            "status": "PENDING", "startedAt": "2026-06-06T10:00:00Z", "updatedAt": "2026-06-06T10:00:00Z",
        });
        data(match seen.target() {
            "/clusters/progress?limit=50" => json!({
                "progress": [operation("n", "COMPLETED", 100, "2026-06-09T10:04:00Z")], "nextPageToken": "more",
            }),
            "/clusters/progress?status=PENDING&limit=100" if waiting.get() => {
                json!({"progress": [creation], "total": 4})
            }
            "/clusters/progress?status=PENDING&limit=100" | "/clusters/progress?status=IN_PROGRESS&limit=100" => {
                json!({"progress": []})
            }
            other => panic!("{other}"),
        })
    });
    let page = page(|| {
        view! {
            <ActivityBell/>
            <ApprovalsBanner organization="acme".to_owned()/>
        }
        .into_any()
    })
    .await;
    let says = |text: &str| page.screen.parent.text_content().unwrap().contains(text);
    until("the banner", || says("4 clusters wait for an owner's approval")).await;
    assert!(says("perf-lab and 3 more"));
    let asked = || wire.seen().iter().filter(|seen| seen.target().contains("status=")).count();
    assert_eq!(asked(), 2);
    // Opening the panel asks for the newest; all of it is asked for seldom, or when something was changed.
    page.get("button[popovertarget]").click();
    settle().await;
    assert_eq!(asked(), 2);
    waits.set(false);
    page.store.activity.refresh();
    until("the decision", || !says("owner's approval")).await;
    assert_eq!(asked(), 4);
}

#[wasm_bindgen_test]
async fn a_stream_tells_more_than_the_list() {
    let sockets = Sockets::new();
    let _wire = wire(|_| data(json!({"progress": [operation("a", "IN_PROGRESS", 10, "2026-06-09T10:01:00Z")]})));
    let page = page(|| view! { <ActivityBell/> }.into_any()).await;
    until("the answer", || page.store.activity.book().with_untracked(|book| !book.entries().is_empty())).await;
    assert_eq!(sockets.count(), 0, "nobody follows it");
    page.store.activity.watch("a", true);
    let socket = sockets.nth(0).await;
    assert!(socket.url().contains("/clusters/prod-eu/progress/stream?operationId=a"), "{}", socket.url());
    socket.open();
    let frame = |percent: u32, status: &str, at: &str| {
        json!({
            "operationId": "a", "clusterId": "prod-eu", "status": status, "step": "node-groups",
            "message": "9 of 12 nodes replaced", "percent": percent, "timestamp": at,
        })
        .to_string()
    };
    socket.say(&frame(75, "IN_PROGRESS", "2026-06-09T10:02:00.500Z"));
    let percent = || page.store.activity.book().with_untracked(|book| book.entries()[0].percent);
    until("the frame", || percent() == Some(75)).await;
    page.store.activity.refresh();
    settle().await;
    assert_eq!(percent(), Some(75), "an older answer does not turn it back");
    socket.say(&frame(100, "COMPLETED", "2026-06-09T10:03:00Z"));
    until("the end", || !page.store.toasts.list().get_untracked().is_empty()).await;
    until("the socket's end", || socket.given_up()).await;
}

#[wasm_bindgen_test]
async fn the_drawer_shows_the_calls_of_the_page() {
    let tries = Rc::new(Cell::new(0));
    let _wire = wire(move |seen| match seen.target() {
        "/clusters" => {
            tries.set(tries.get() + 1);
            if tries.get() == 1 { error(503) } else { data(json!([])) }
        }
        _ => error(404),
    });
    let page = page(|| view! { <RequestsButton/><RequestDrawer/> }.into_any()).await;
    let requests = page.store.requests;
    let client = page.store.client().unwrap();
    let _ = client.send(&organizations::get("of-another-page"), Priority::Foreground).await;
    requests.turn_page();
    assert!(client.send(&clusters::list(None), Priority::Foreground).await.is_ok());
    assert!(client.of_frame().send(&clusters::get("asked-by-the-frame"), Priority::Foreground).await.is_err());

    let button = page.get("#requests-toggle");
    assert_eq!(button.get_attribute("aria-expanded").as_deref(), Some("false"));
    button.click();
    until("the drawer", || page.all(".call").len() == 1).await;
    until("the focus", || focused() == "requests").await;
    assert!(page.text(".call").contains("2 tries") && page.text(".call").contains("200"), "{}", page.text(".call"));
    let line = page.get(".call__line");
    line.click();
    until("the details", || page.one(".call__more").is_some()).await;
    assert!(page.text(".call__more").contains("2 tries: 503, 200"));
    assert!(page.text(".call__curl").contains("$ASTROPULSE_API_KEY"));

    assert!(client.send(&clusters::get("gone"), Priority::Foreground).await.is_err());
    until("what came meanwhile", || page.all(".call").len() == 2).await;
    assert!(page.one(".call__more").is_some(), "what is open stays open");
    page.all(".requests__scope").last().unwrap().unchecked_ref::<HtmlElement>().click();
    until("the failed", || page.all(".call").len() == 1 && page.text(".call").contains("404")).await;
    page.all(".requests__scope")[1].unchecked_ref::<HtmlElement>().click();
    until("all that failed", || page.all(".call").len() == 3).await;
    press(&page.get("#requests"), "Escape");
    until("the button's focus", || focused() == "requests-toggle").await;
    assert!(page.one("#requests").is_none());
}

#[wasm_bindgen_test]
async fn a_request_is_shown_as_one_types() {
    let _wire = wire(|_| error(500));
    let handed: Rc<RefCell<Option<RwSignal<Option<Call>>>>> = Rc::default();
    let kept = Rc::clone(&handed);
    let page = page(move || {
        let call = RwSignal::new(None::<Call>);
        *kept.borrow_mut() = Some(call);
        view! { <ShowAs call=call/> }.into_any()
    })
    .await;
    let call = handed.take().unwrap();
    assert!(page.text(".show-as").contains("Fill in the required fields"));
    let create = |name: &str| {
        organizations::create(&organizations::OrgCreateRequest { name: name.into(), title: None }).call().clone()
    };
    call.set(Some(create("acme")));
    settle().await;
    assert!(page.text("pre").starts_with("curl -X POST"), "{}", page.text("pre"));
    let tabs = page.get("[role=tablist]");
    press(&tabs, "ArrowRight");
    settle().await;
    assert_eq!(page.text("pre"), "{\n  \"name\": \"acme\"\n}\n");
    assert_eq!(focused(), "show-as-Json");
    press(&tabs, "End");
    settle().await;
    assert_eq!(page.text("pre"), "astroctl org create acme\n");
    call.set(Some(create("acme-research")));
    settle().await;
    assert_eq!(page.text("pre"), "astroctl org create acme-research\n");
    assert_eq!(page.get("[role=tabpanel]").get_attribute("aria-labelledby").as_deref(), Some("show-as-Astroctl"));
    call.set(Some(clusters::list(None).call().clone()));
    settle().await;
    let shown = page.all("[role=tab]").iter().filter(|tab| !tab.has_attribute("hidden")).count();
    assert_eq!((shown, page.text("[aria-selected=true]").as_str()), (1, "curl"));
}
