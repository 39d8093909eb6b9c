//! The card of an operation as the platform and its stream tell of it, and the report of a dry run.

use std::{cell::Cell, rc::Rc};

use astro_console::{
    components::{
        live::{application_events, application_status, trouble},
        operation::follow,
    },
    pages::clusters::upgrade_report,
};
use leptos::{mount::mount_to, prelude::*};
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    activity::{Page, page, wire},
    screen::Screen,
    support::{Answer, Sockets, data, settle, until},
};

fn progress(status: &str, percent: u32, steps: [&str; 3], error: Option<&str>) -> Value {
    let step = |name: &str, status: &str| {
        json!({
            "name": name, "status": status, "message": format!("{name} says this"),
            "startedAt": "2026-06-09T10:00:00Z",
        })
    };
    json!({
        "operationId": "op-1", "clusterId": "prod-eu", "clusterName": "prod-eu", "operationType": "UPGRADE",
        "status": status, "percent": percent, "currentStep": "control-plane", "message": "First API server replaced",
        "error": error, "startedAt": "2026-06-09T10:00:00Z", "updatedAt": "2026-06-09T10:01:00Z",
        "steps": [step("preflight", steps[0]), step("control-plane", steps[1]), step("node-groups/workers", steps[2])],
    })
}

fn frame(status: &str, percent: u32, message: &str, at: &str) -> String {
    json!({
        "operationId": "op-1", "clusterId": "prod-eu", "status": status, "step": "control-plane",
        "message": message, "percent": percent, "timestamp": at,
    })
    .to_string()
}

/// The card below a store, and how often it told a change.
async fn card(whole: bool) -> (Page, Rc<Cell<u32>>) {
    let ends = Rc::new(Cell::new(0));
    let told = send_wrapper::SendWrapper::new(Rc::clone(&ends));
    let page = page(move || {
        let followed = follow("prod-eu".to_owned(), None, Callback::new(move |()| told.set(told.get() + 1)));
        let actions = ViewFn::from(|| view! { <button>"Cancel operation"</button> }.into_any());
        if whole { followed.whole() } else { followed.card(actions) }
    })
    .await;
    (page, ends)
}

#[wasm_bindgen_test]
async fn the_card_of_an_operation_follows_its_stream_to_its_end() {
    let sockets = Sockets::new();
    let failed = Rc::new(Cell::new(false));
    let fails = Rc::clone(&failed);
    let _wire = wire(move |seen| {
        assert!(seen.target().starts_with("/clusters/prod-eu/progress"), "{}", seen.target());
        data(if fails.get() {
            progress("FAILED", 40, ["COMPLETED", "FAILED", "PENDING"], Some("Timed out after 10m0s"))
        } else {
            progress("IN_PROGRESS", 20, ["COMPLETED", "IN_PROGRESS", "PENDING"], None)
        })
    });
    let (page, ends) = card(false).await;
    until("the card", || page.text("h2").contains("Upgrade prod-eu")).await;
    assert_eq!(page.get("progress").get_attribute("value").as_deref(), Some("20"));
    let list = page.get("[aria-label='Steps of the operation Upgrade']");
    assert_eq!(page.all("[aria-label='Steps of the operation Upgrade'] > li").len(), 3);
    let current = page.all("[aria-current=step]");
    assert_eq!(current.len(), 1, "{}", list.inner_html());
    assert!(current[0].text_content().unwrap().contains("control-plane"));
    assert!(page.text("button").contains("Cancel operation"));
    assert!(page.one("details").is_none(), "nothing was said yet");

    let socket = sockets.nth(0).await;
    assert!(socket.url().contains("/clusters/prod-eu/progress/stream?operationId=op-1"), "{}", socket.url());
    socket.open();
    socket.say(&frame("IN_PROGRESS", 35, "Second API server replaced", "2026-06-09T10:02:00Z"));
    until("the frame", || page.get("progress").get_attribute("value").as_deref() == Some("35")).await;
    assert!(page.text("[aria-current=step]").contains("Second API server replaced"));
    // A stream that connects again tells everything once more.
    socket.say(&frame("IN_PROGRESS", 10, "Upgrading the control plane", "2026-06-09T10:00:30Z"));
    socket.say(&frame("IN_PROGRESS", 35, "Second API server replaced", "2026-06-09T10:02:00Z"));
    until("both messages", || page.all("details li").len() == 2).await;
    assert_eq!(page.get("progress").get_attribute("value").as_deref(), Some("35"), "it does not go back");

    failed.set(true);
    socket.say(&frame("FAILED", 40, "control-plane failed", "2026-06-09T10:10:00Z"));
    until("the reason", || page.screen.parent.text_content().unwrap().contains("Timed out after 10m0s")).await;
    settle().await;
    assert_eq!(ends.get(), 1, "an end is told once");
    assert!(page.one("progress").is_none() && page.one("[aria-current=step]").is_none());
    assert!(!page.screen.parent.text_content().unwrap().contains("Cancel operation"), "there is nothing to cancel");
    assert!(page.text("details summary").contains('3'));
}

#[wasm_bindgen_test]
async fn an_end_is_read_anew_although_it_is_being_read() {
    let sockets = Sockets::new();
    let asked = Rc::new(Cell::new(0));
    let calls = Rc::clone(&asked);
    let wire = wire(move |_| {
        calls.set(calls.get() + 1);
        match calls.get() {
            1 => data(progress("IN_PROGRESS", 20, ["COMPLETED", "IN_PROGRESS", "PENDING"], None)),
            // This one has read what was before the end.
            2 => Answer::Hang,
            _ => data(progress("COMPLETED", 100, ["COMPLETED"; 3], None)),
        }
    });
    let (page, ends) = card(false).await;
    until("the card", || page.text("h2").contains("Upgrade prod-eu")).await;
    let socket = sockets.nth(0).await;
    socket.open();
    let next = frame("IN_PROGRESS", 70, "Draining workers", "2026-06-09T10:02:00Z");
    socket.say(&next.replace("control-plane", "node-groups/workers"));
    until("the read of the next step", || asked.get() == 2).await;
    socket.say(&frame("COMPLETED", 100, "Upgraded", "2026-06-09T10:03:00Z"));
    until("the read of the end", || asked.get() == 3).await;
    until("its steps", || page.one("[aria-current=step]").is_none()).await;
    assert!(wire.aborted() >= 1.0 && ends.get() == 1);
}

#[wasm_bindgen_test]
async fn an_operation_that_begins_is_told_with_the_frame_that_says_so() {
    let sockets = Sockets::new();
    let _wire = wire(|_| data(progress("PENDING", 0, ["PENDING"; 3], None)));
    let (page, changes) = card(false).await;
    until("the card", || page.text("h2").contains("Upgrade prod-eu")).await;
    let socket = sockets.nth(0).await;
    socket.open();
    settle().await;
    assert_eq!(changes.get(), 0, "it waits as it did");
    socket.say(&frame("IN_PROGRESS", 2, "An owner approved it", "2026-06-09T10:02:00Z"));
    until("the news", || changes.get() == 1).await;
}

#[wasm_bindgen_test]
async fn what_is_over_shows_no_card_unless_it_is_asked_for() {
    let sockets = Sockets::new();
    let _wire = wire(|_| data(progress("COMPLETED", 100, ["COMPLETED"; 3], None)));
    let (page, ends) = card(false).await;
    settle().await;
    assert!(page.one("h2").is_none(), "{}", page.screen.parent.inner_html());
    assert_eq!(sockets.count(), 0);
    drop(page);
    let (page, _) = card(true).await;
    until("the whole of it", || page.text("h2").contains("Upgrade prod-eu")).await;
    assert!(page.one("progress").is_none());
    assert_eq!(page.all("[aria-label='Steps of the operation Upgrade'] > li").len(), 3);
    assert_eq!(ends.get(), 0);
}

#[wasm_bindgen_test]
async fn a_frame_of_another_form_is_told_and_is_a_difference_from_the_contract() {
    let sockets = Sockets::new();
    let _wire = wire(|_| data(progress("IN_PROGRESS", 20, ["COMPLETED", "IN_PROGRESS", "PENDING"], None)));
    let page = page(|| {
        let (status, _) = application_status("web".to_owned());
        let (events, problem, _) = application_events("web".to_owned());
        let followed = follow("prod-eu".to_owned(), None, Callback::new(|()| ()));
        view! {
            <div id="misread-status">{trouble(move || status.with(|status| status.problem.clone()))}</div>
            <div id="misread-events">{trouble(move || problem.get())}</div>
            <p id="misread-count">{move || events.with(|events| events.len())}</p>
            <div id="misread-operation">{followed.card(ViewFn::from(|| ().into_any()))}</div>
        }
        .into_any()
    })
    .await;
    for index in 0..3 {
        let socket = sockets.nth(index).await;
        socket.open();
        socket.say(r#"{"type": "Normal", "reason": "Pulled", "message": "", "status": {}}"#);
        if socket.url().contains("/events") {
            let event = json!({
                "source": "pulse", "type": "Normal", "reason": "Synced", "message": "",
                "timestamp": "2026-06-09T10:00:00Z",
            });
            socket.say(&event.to_string());
        }
    }
    until("the status", || page.text("#misread-status").contains("Not every live message is understood")).await;
    until("the operation", || page.text("#misread-operation").contains("Not every live message is understood")).await;
    until("the event that was understood", || page.text("#misread-count") == "1").await;
    let told = page.text("#misread-events");
    assert!(told.contains("live message is understood") && told.contains("missing field `source`"), "{told}");
    let differences: Vec<_> = page.store.requests.mismatches().into_iter().map(|it| it.operation).collect();
    for operation in ["streamApplicationStatus", "streamApplicationEvents", "streamClusterProgress"] {
        assert!(differences.contains(&operation), "{operation}: {differences:?}");
    }
}

fn report(answer: Value) -> Screen {
    let response = serde_json::from_value(answer).unwrap();
    Screen::new(move |parent| Box::new(mount_to(parent, move || upgrade_report(&response))))
}

#[wasm_bindgen_test]
fn the_report_of_a_blocked_change_begins_with_what_blocks_it() {
    let screen = report(json!({
        "clusterId": "a", "validationPassed": false,
        "errors": ["1.33 to 1.35 skips a minor", "account is suspended"],
        "warnings": ["one budget may hold up"],
        "preflightChecks": [
            {"name": "credentials", "status": "PASSED", "message": "they work"},
            {"name": "budgets", "status": "WARNING", "message": "one budget may hold up"},
            {"name": "odd", "status": "MAYBE_LATER"},
            {"name": "quota", "status": "FAILED", "blocking": false, "message": "little is left"},
            {"name": "version-skew", "status": "FAILED", "blocking": true, "message": "1.33 to 1.35 skips a minor",
             "remediation": "Go to 1.34 first"},
        ],
    }));
    let heads: Vec<String> = screen.all("h2").iter().map(|it| it.text_content().unwrap()).collect();
    assert_eq!(heads, ["What stands against it", "Preflight checks"], "what a check says is not said twice");
    let against = screen.all("section:first-of-type li");
    assert_eq!(against.len(), 1);
    assert!(against[0].text_content().unwrap().contains("account is suspended."));
    let rows: Vec<String> =
        screen.all("section:last-of-type > ul > li").iter().map(|it| it.text_content().unwrap()).collect();
    assert!(rows[0].contains("quota") && rows[0].contains("Failed, not blocking"), "{rows:?}");
    assert!(rows[1].contains("version-skew") && rows[1].contains("Go to 1.34 first."), "{rows:?}");
    assert!(rows[2].contains("budgets") && rows[3].contains("Maybe later"), "{rows:?}");
    assert!(screen.one("details").unwrap().get_attribute("open").is_none(), "what passed is folded away");
    assert!(screen.says("summary", "1 passed: credentials"));
    assert!(screen.parent.text_content().unwrap().contains("1 blocking"));
}

#[wasm_bindgen_test]
fn the_report_shows_the_plan_in_its_order_and_marks_what_disrupts() {
    let screen = report(json!({
        "clusterId": "a", "validationPassed": true,
        "upgradePlan": {
            "strategy": "surge",
            "steps": [
                {"order": 1, "component": "control-plane", "action": "upgrade", "from": "1.33", "to": "1.34",
                 "disruptive": false, "estimatedDuration": "9m0s"},
                {"order": 2, "component": "nodegroup/workers", "action": "replace-nodes", "disruptive": true,
                 "estimatedDuration": "1h5m"},
            ],
            "nodeGroups": [{"name": "workers", "change": "1.33 to 1.34", "replacesNodes": true}],
        },
        "upgradeReport": {
            "summary": "two objects use an API that goes away", "riskLevel": "MEDIUM",
            "deprecatedApis": [{"apiVersion": "flowcontrol/v1beta3", "kind": "FlowSchema", "removedIn": "1.34", "count": 2}],
            "addons": [{"name": "coredns", "currentVersion": "1.11", "targetVersion": "1.12", "compatible": false}],
            "podDisruptionBudgets": [{"namespace": "shop", "name": "cart", "blocking": true}],
        },
    }));
    let steps: Vec<String> = screen.all(".plan > li").iter().map(|it| it.text_content().unwrap()).collect();
    assert_eq!(steps.len(), 2);
    assert!(
        steps[0].contains("1.33 to 1.34") && steps[0].contains("9 m") && !steps[0].contains("Disruptive"),
        "{steps:?}"
    );
    assert!(steps[1].contains("Node group workers") && steps[1].contains("Replaces nodes"), "{steps:?}");
    assert!(steps[1].contains("1 h 5 m"), "{steps:?}");
    let all = screen.parent.text_content().unwrap();
    for said in [
        "2 steps, 1 disruptive",
        "The platform names no checks for this change.",
        "2 objects use an API that 1.34 removes",
        "1.11 to 1.12",
        "Does not work",
        "shop/cart",
        "Blocks",
    ] {
        assert!(all.contains(said), "{said}: {all}");
    }
}
