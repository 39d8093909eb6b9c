//! What the design system shows, in a browser: tabs, trees, steps, code, differences, JSON, charts, values that change.

use std::{cell::RefCell, rc::Rc, sync::Arc};

use astro_console::ui::{
    Address, BarChart, BarFilter, Code, CopyButton, DiffView, Donut, Fact, Facts, Figure, FilterBar, JsonTree, Mark,
    Offer, Part, Progress, Resource, ResourceTree, Ring, Stage, Step, Stepper, Tab, Tabs, Timeline, Tone, Took,
    address::Step as Way,
    chart::{Bar, Brush},
    code::Language,
    filter_bar::Style,
    format::{self, Region},
    fresh, timeline,
    toast::{Message, ToastRegion},
};
use js_sys::{Array, Function, Object, Reflect};
use leptos::{mount::mount_to, prelude::*};
use serde_json::json;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement};

use crate::support::{settle, until};

/// A mounted view.
struct Page {
    parent: HtmlElement,
    _mounted: Box<dyn std::any::Any>,
}

impl Drop for Page {
    fn drop(&mut self) {
        self.parent.remove();
    }
}

fn page(view: impl FnOnce() -> AnyView + 'static) -> Page {
    let parent: HtmlElement = document().create_element("div").unwrap().unchecked_into();
    document().body().unwrap().append_child(&parent).unwrap();
    let mounted = mount_to(parent.clone(), view);
    Page { parent, _mounted: Box::new(mounted) }
}

impl Page {
    fn all(&self, selector: &str) -> Vec<HtmlElement> {
        let found = self.parent.query_selector_all(selector).unwrap();
        (0..found.length()).map(|index| found.item(index).unwrap().unchecked_into()).collect()
    }

    fn one(&self, selector: &str) -> HtmlElement {
        self.all(selector).into_iter().next().unwrap_or_else(|| panic!("nothing is {selector}"))
    }

    fn texts(&self, selector: &str) -> Vec<String> {
        self.all(selector).iter().map(text).collect()
    }

    /// The element whose text holds some words.
    fn with_text(&self, selector: &str, words: &str) -> HtmlElement {
        let found = self.all(selector).into_iter().find(|element| text(element).contains(words));
        found.unwrap_or_else(|| panic!("no {selector} says {words}"))
    }
}

fn text(element: &HtmlElement) -> String {
    element.text_content().unwrap_or_default()
}

fn attribute(element: &Element, name: &str) -> String {
    element.get_attribute(name).unwrap_or_default()
}

fn focused() -> HtmlElement {
    document().active_element().unwrap().unchecked_into()
}

fn event(kind: &str, name: &str, values: &[(&str, JsValue)]) -> web_sys::Event {
    let init = Object::new();
    for (name, value) in values.iter().chain(&[("bubbles", JsValue::TRUE), ("cancelable", JsValue::TRUE)]) {
        Reflect::set(&init, &(*name).into(), value).unwrap();
    }
    let make: Function = Reflect::get(&js_sys::global(), &kind.into()).unwrap().unchecked_into();
    Reflect::construct(&make, &Array::of2(&name.into(), &init)).unwrap().unchecked_into()
}

/// Presses a key where the focus is.
fn press(key: &str) {
    focused().dispatch_event(&event("KeyboardEvent", "keydown", &[("key", key.into())])).unwrap();
}

fn pointer(target: &Element, name: &str, x: f64) {
    let values = [("clientX", x.into()), ("pointerId", 1.into()), ("button", 0.into())];
    target.dispatch_event(&event("PointerEvent", name, &values)).unwrap();
}

#[wasm_bindgen_test]
async fn tabs_are_links_that_change_the_address() {
    let address = Rc::new(RefCell::new(None));
    let kept = Rc::clone(&address);
    let page = page(move || {
        let address = Address::new(|_, _| {});
        address.arrive("/o/acme/applications/4f1", "only=unhealthy");
        provide_context(address);
        *kept.borrow_mut() = Some(address);
        let tabs = vec![
            Tab::new("resources", "Resources").count(Some(1_204)),
            Tab::new("events", "Events").count(None),
            Tab::new("logs", "Logs").at("o/acme/applications/4f1/logs"),
        ];
        view! { <Tabs label="Application" tabs=tabs/> }.into_any()
    });
    let address = address.borrow().unwrap();
    let hrefs: Vec<_> = page.all("nav a").iter().map(|link| attribute(link, "href")).collect();
    assert_eq!(
        hrefs,
        [
            "o/acme/applications/4f1?only=unhealthy",
            "o/acme/applications/4f1?only=unhealthy&tab=events",
            "o/acme/applications/4f1/logs",
        ]
    );
    assert_eq!(page.texts("nav a"), ["Resources1,204", "Events", "Logs"]);
    let current = || page.texts("[aria-current=page]");
    assert_eq!(current(), ["Resources1,204"]);
    address.set("tab", Some("events".to_owned()), Way::Push);
    settle().await;
    assert_eq!(current(), ["Events"]);
    address.set("tab", Some("nonsense".to_owned()), Way::Push);
    settle().await;
    assert_eq!(current(), ["Resources1,204"], "an address that somebody mistyped shows the first");

    page.one("nav a").focus().unwrap();
    for (key, expected) in
        [("ArrowRight", "Events"), ("End", "Logs"), ("ArrowRight", "Resources"), ("ArrowLeft", "Logs")]
    {
        press(key);
        assert!(text(&focused()).starts_with(expected), "{key} leads to {}", text(&focused()));
    }
}

#[wasm_bindgen_test]
async fn tabs_of_a_page_beside_lead_back() {
    let page = page(|| {
        let tabs = vec![
            Tab::new("resources", "Resources"),
            Tab::new("events", "Events"),
            Tab::new("logs", "Logs").at("a/logs"),
        ];
        view! { <Tabs label="Application" tabs=tabs current="logs" base="a".to_owned()/> }.into_any()
    });
    settle().await;
    let hrefs: Vec<_> = page.all("nav a").iter().map(|link| attribute(link, "href")).collect();
    assert_eq!(hrefs, ["a", "a?tab=events", "a/logs"]);
    assert_eq!(page.texts("[aria-current=page]"), ["Logs"]);
}

fn resource(kind: &str, name: &str, parent: Option<&str>, tone: Tone, word: &str) -> Resource {
    Resource {
        key: format!("{kind}/{name}"),
        parent: parent.map(ToOwned::to_owned),
        tone,
        word: word.to_owned(),
        kind: kind.to_owned(),
        name: name.to_owned(),
        note: None,
        also: None,
    }
}

fn resources() -> Vec<Resource> {
    vec![
        resource("Deployment", "api", None, Tone::Bad, "Degraded"),
        resource("ReplicaSet", "api-7d9c", Some("Deployment/api"), Tone::Bad, "Degraded"),
        resource("Pod", "api-7d9c-2kqzn", Some("ReplicaSet/api-7d9c"), Tone::Good, "Healthy"),
        resource("Pod", "api-7d9c-x8rlm", Some("ReplicaSet/api-7d9c"), Tone::Bad, "Degraded"),
        resource("Service", "api", None, Tone::Good, "Healthy"),
    ]
}

struct Tree {
    page: Page,
    resources: RwSignal<Arc<Vec<Resource>>>,
    selected: RwSignal<Option<String>>,
}

fn tree(list: Vec<Resource>) -> Tree {
    let handed = Rc::new(RefCell::new(None));
    let kept = Rc::clone(&handed);
    let page = page(move || {
        let resources = RwSignal::new(Arc::new(list));
        let selected = RwSignal::new(None);
        *kept.borrow_mut() = Some((resources, selected));
        let choose = move |key| selected.set(Some(key));
        view! { <ResourceTree label="Resources of api" resources=resources selected=selected on_select=choose/> }
            .into_any()
    });
    let (resources, selected) = handed.take().unwrap();
    Tree { page, resources, selected }
}

impl Tree {
    fn rows(&self) -> Vec<String> {
        self.page.all("[role=treeitem]").iter().map(|row| attribute(row, "data-key")).collect()
    }

    fn row(&self, key: &str) -> HtmlElement {
        let found = self.page.all("[role=treeitem]").into_iter().find(|row| attribute(row, "data-key") == key);
        found.unwrap_or_else(|| panic!("{key} is not seen"))
    }
}

#[wasm_bindgen_test]
async fn a_tree_tells_where_each_row_lies() {
    let tree = tree(resources());
    settle().await;
    let told: Vec<_> = tree
        .page
        .all("[role=treeitem]")
        .iter()
        .map(|row| {
            ["aria-level", "aria-posinset", "aria-setsize", "aria-expanded", "aria-selected"]
                .map(|name| attribute(row, name))
                .join(" ")
        })
        .collect();
    assert_eq!(told, ["1 1 2 true false", "2 1 1 true false", "3 1 2  false", "3 2 2  false", "1 2 2  false"]);
    let stops = tree.page.all("[role=treeitem][tabindex='0']");
    assert_eq!(stops.len(), 1, "one row takes the Tab key");
    assert_eq!(text(&tree.row("Pod/api-7d9c-x8rlm")), "Podapi-7d9c-x8rlmDegraded");
}

#[wasm_bindgen_test]
async fn a_row_tells_its_difference_and_keeps_the_end_of_its_name() {
    let long = "a-very-long-application-name-that-somebody-chose-7d9c8b6f54-2kqzn";
    let tree = tree(vec![Resource {
        note: Some("1 of 1 healthy".to_owned()),
        also: Some(Mark::new(Tone::Warn, "Out of sync")),
        ..resource("Deployment", long, None, Tone::Warn, "Healthy")
    }]);
    settle().await;
    let row = tree.row(&format!("Deployment/{long}"));
    assert_eq!(text(&row), format!("Deployment{long}Healthy1 of 1 healthyOut of sync"));
    assert_eq!(row.query_selector(".middle__tail").unwrap().unwrap().text_content().unwrap_or_default(), "6f54-2kqzn");
}

#[wasm_bindgen_test]
async fn a_tree_is_walked_by_keys() {
    let tree = tree(resources());
    settle().await;
    tree.row("Deployment/api").focus().unwrap();
    let at = || attribute(&focused(), "data-key");
    for (key, expected) in [
        ("ArrowUp", "Deployment/api"),
        ("ArrowDown", "ReplicaSet/api-7d9c"),
        ("ArrowRight", "Pod/api-7d9c-2kqzn"),
        ("ArrowRight", "Pod/api-7d9c-2kqzn"),
        ("ArrowLeft", "ReplicaSet/api-7d9c"),
        ("End", "Service/api"),
        ("Home", "Deployment/api"),
        ("s", "Service/api"),
        ("Home", "Deployment/api"),
    ] {
        press(key);
        settle().await;
        assert_eq!(at(), expected, "{key}");
    }
    press("ArrowLeft");
    settle().await;
    assert_eq!(tree.rows(), ["Deployment/api", "Service/api"], "closed");
    assert_eq!(attribute(&tree.row("Deployment/api"), "aria-expanded"), "false");
    press("*");
    settle().await;
    assert_eq!(tree.rows().len(), 5, "open again");
    press("Enter");
    settle().await;
    assert_eq!(tree.selected.get_untracked().as_deref(), Some("Deployment/api"));
    assert_eq!(attribute(&tree.row("Deployment/api"), "aria-selected"), "true");
}

#[wasm_bindgen_test]
async fn a_press_selects_and_its_arrow_opens() {
    let tree = tree(resources());
    settle().await;
    let toggle: HtmlElement =
        tree.row("Deployment/api").query_selector(".tree__toggle").unwrap().unwrap().unchecked_into();
    toggle.click();
    settle().await;
    assert_eq!(tree.rows(), ["Deployment/api", "Service/api"]);
    assert_eq!(tree.selected.get_untracked(), None, "the arrow only closes");
    tree.row("Service/api").click();
    settle().await;
    assert_eq!(tree.selected.get_untracked().as_deref(), Some("Service/api"));
    // What a link names is seen, whatever was closed.
    tree.selected.set(Some("Pod/api-7d9c-x8rlm".to_owned()));
    settle().await;
    assert_eq!(attribute(&tree.row("Pod/api-7d9c-x8rlm"), "aria-selected"), "true");
}

#[wasm_bindgen_test]
async fn what_changes_takes_neither_focus_nor_place() {
    let tree = tree(resources());
    settle().await;
    tree.row("Pod/api-7d9c-x8rlm").focus().unwrap();
    let element = focused();
    tree.resources.update(|resources| {
        let resources = Arc::make_mut(resources);
        resources[3] = resource("Pod", "api-7d9c-x8rlm", Some("ReplicaSet/api-7d9c"), Tone::Good, "Healthy");
        resources.insert(2, resource("Pod", "api-7d9c-new01", Some("ReplicaSet/api-7d9c"), Tone::Work, "Progressing"));
    });
    settle().await;
    assert!(focused().is_same_node(Some(&element)), "the same row has the focus");
    assert_eq!(text(&tree.row("Pod/api-7d9c-x8rlm")), "Podapi-7d9c-x8rlmHealthy");
    assert!(element.query_selector(".fresh").unwrap().is_some(), "what changed is washed");
    assert!(tree.row("Service/api").query_selector(".fresh").unwrap().is_none(), "the rest is not");
    assert_eq!(tree.rows()[2], "Pod/api-7d9c-new01");
}

#[wasm_bindgen_test]
async fn the_focus_outlives_its_row() {
    let tree = tree(resources());
    settle().await;
    tree.row("Pod/api-7d9c-x8rlm").focus().unwrap();
    tree.resources.update(|resources| {
        Arc::make_mut(resources).remove(3);
    });
    until("the focus on what it lay under", || attribute(&focused(), "data-key") == "ReplicaSet/api-7d9c").await;
    press("ArrowDown");
    assert_eq!(attribute(&focused(), "data-key"), "Pod/api-7d9c-2kqzn", "and the keys go on from there");
}

#[wasm_bindgen_test]
async fn one_of_five_hundred_resources_changes_alone() {
    let set = "ReplicaSet/api-7d9c";
    let mut list = resources();
    list.extend(
        (0..500).map(|index| resource("Pod", &format!("api-7d9c-{index:05}"), Some(set), Tone::Good, "Healthy")),
    );
    let tree = tree(list);
    settle().await;
    let first = tree.page.one("[role=treeitem]");
    assert_eq!(tree.rows().len(), 505);
    tree.resources.update(|resources| {
        Arc::make_mut(resources)[200].word = String::from("Degraded");
    });
    settle().await;
    let page = tree.page.all("[role=treeitem]");
    assert!(first.is_same_node(Some(&page[0])), "what did not change stays");
    assert!(tree.page.all(".fresh").len() == 1, "what did is washed");
}

#[wasm_bindgen_test]
async fn steps_tell_how_they_stand() {
    let steps = RwSignal::new(vec![
        Step::new("validate", Stage::Done).took(Took::Length(4_000)),
        Step::new("network", Stage::Running).message("2 of 6 subnets").percent(33),
        Step::new("control-plane", Stage::Todo),
    ]);
    let page = page(move || view! { <Stepper label="Creation of ml-training-gpu" steps=steps/> }.into_any());
    settle().await;
    assert_eq!(page.texts("li"), ["Done: validate4 s", "Running: network2 of 6 subnets", "To come: control-plane"]);
    assert_eq!(text(&page.one("[aria-current=step]")), "Running: network2 of 6 subnets");
    assert_eq!(text(&page.one("[role=status]")), "Step 2 of 3, network: running");
    assert_eq!(attribute(&page.one(".glyph__value"), "stroke-dasharray"), "33 100");
    steps.update(|steps| {
        steps[1] = Step::new("network", Stage::Failed).message("Quota reached");
        steps[2].stage = Stage::Skipped;
    });
    settle().await;
    assert_eq!(text(&page.one("[role=status]")), "Step 2 of 3, network: failed");
    assert!(page.all("[aria-current]").is_empty());
}

#[wasm_bindgen_test]
async fn progress_is_told_or_unknown() {
    let percent = RwSignal::new(Some(62));
    let page = page(move || {
        view! {
            <Progress label="Upgrade of prod-eu" percent=percent/>
            <Ring percent=percent/>
        }
        .into_any()
    });
    settle().await;
    let bar = page.one("progress");
    assert_eq!(attribute(&bar, "value"), "62");
    percent.set(None);
    settle().await;
    assert!(!bar.has_attribute("value"), "a bar without a value is of unknown length");
    assert!(page.all(".glyph__value").is_empty());
    percent.set(Some(250));
    settle().await;
    assert_eq!(attribute(&bar, "value"), "100");
}

#[wasm_bindgen_test]
async fn megabytes_of_code_are_drawn_a_part_at_a_time() {
    let all = (0..60_000).map(|number| format!("key{number}: {number}\n")).collect::<Vec<_>>().concat();
    let page = page(move || {
        view! { <Code text=all label="A long manifest" language=Language::Yaml file="long.yaml".to_owned()/> }
            .into_any()
    });
    settle().await;
    assert_eq!(page.all(".code__line").len(), 2_000);
    assert!(text(&page.one(".code__more")).contains("2,000 of 60,000 lines"));
    let first = page.one(".code__line");
    page.with_text("button", "Show 5,000 more lines").click();
    settle().await;
    assert_eq!(page.all(".code__line").len(), 7_000);
    assert!(first.is_same_node(Some(&page.one(".code__line"))), "what was drawn stays");
}

#[wasm_bindgen_test]
async fn code_has_colours_and_tells_what_is_new() {
    let text_of = RwSignal::new("name: api\nreplicas: 3\n".to_owned());
    let page =
        page(move || view! { <Code text=text_of label="Manifest" language=Language::Yaml follow=true/> }.into_any());
    settle().await;
    assert_eq!(page.texts(".code__line"), ["name: api", "replicas: 3"]);
    assert_eq!(page.texts(".code__key"), ["name", "replicas"]);
    assert_eq!(page.texts(".code__literal"), ["3"]);
    assert!(page.all(".code__line--fresh").is_empty());
    text_of.set("name: api\npaused: true\nreplicas: 3\n".to_owned());
    settle().await;
    assert_eq!(page.texts(".code__line--fresh"), ["paused: true"]);
    let region = page.one("[role=region]");
    assert_eq!((attribute(&region, "aria-label"), attribute(&region, "tabindex")), ("Manifest".into(), "0".into()));

    let long = "x".repeat(100_000);
    text_of.set(long);
    settle().await;
    let line = text(&page.one(".code__line"));
    assert!(line.len() < 5_000 && line.contains("96,000 letters more"), "{} letters", line.len());
}

#[wasm_bindgen_test]
async fn a_difference_hides_what_is_the_same() {
    let before = (0..30).map(|number| format!("line {number}\n")).collect::<Vec<_>>().concat();
    let after = before.replace("line 15\n", "line fifteen\n");
    let page = page(move || view! { <DiffView label="Change of prod-eu" old=before new=after/> }.into_any());
    settle().await;
    assert_eq!(page.texts("del code, code del"), ["line 15"]);
    assert_eq!(page.texts("code ins"), ["line fifteen"]);
    assert_eq!(page.texts("mark"), ["15", "fifteen"]);
    assert!(text(&page.one(".diff__stat")).contains("1 line added, 1 line removed"));
    assert_eq!(page.texts(".diff__hidden"), ["Show 12 unchanged lines", "Show 11 unchanged lines"]);
    page.one(".diff__hidden").click();
    settle().await;
    assert_eq!(page.texts(".diff__hidden"), ["Show 11 unchanged lines"]);
    assert!(page.texts("code").contains(&"line 0".to_owned()));
    page.with_text("button", "Side by side").click();
    settle().await;
    let pair = page.all(".diff__pair").into_iter().find(|pair| text(pair).contains("fifteen")).unwrap();
    assert_eq!(text(&pair), "16-line 1516+line fifteen");
}

#[wasm_bindgen_test]
async fn json_opens_as_far_as_one_needs() {
    let value = json!({
        "name": "prod-eu",
        "a.b": {"deep": [true]},
        "long": "x".repeat(500),
        "many": (0..1_234).collect::<Vec<_>>(),
    });
    let page = page(move || view! { <JsonTree value=Arc::new(value) label="Event"/> }.into_any());
    settle().await;
    let rows = || page.texts("[role=treeitem]");
    assert_eq!(rows().len(), 5, "{:?}", rows());
    assert_eq!(rows()[1], "name: \"prod-eu\"");
    assert!(rows()[3].ends_with("380 letters more"));
    page.with_text("[role=treeitem]", "many").click();
    settle().await;
    assert_eq!(rows()[5], "[0 … 99]: ");
    assert_eq!(rows().len(), 5 + 13);
    page.with_text("[role=treeitem]", "[1200 … 1233]").click();
    settle().await;
    assert_eq!(rows().last().unwrap(), "[1233]: 1233");
    assert_eq!(text(&page.one(".json__path")), "$.many[1200 … 1233]");
    page.with_text("[role=treeitem]", "long").click();
    settle().await;
    assert_eq!(text(&page.one(".json__text")).len(), 500, "a long text is shown whole when it is chosen");
    page.with_text("button", "Collapse all").click();
    settle().await;
    assert_eq!(rows().len(), 5);
    page.with_text("button", "Expand all").click();
    settle().await;
    assert!(rows().iter().any(|row| row == "[0]: true"), "{:?}", &rows()[..8]);
}

fn bars() -> Vec<Bar> {
    (1..=10)
        .map(|day| Bar {
            label: format!("{day} Jun"),
            name: format!("{day} June 2026"),
            total: day * 10,
            failed: usize::from(day == 3),
        })
        .collect()
}

#[wasm_bindgen_test]
async fn a_stretch_of_a_chart_is_chosen_by_keys_and_by_pointer() {
    let brush = RwSignal::new(None::<Brush>);
    let page = page(move || {
        let choose = move |chosen| brush.set(chosen);
        view! { <BarChart label="Events by day" bars=bars() unit=("event", "events") brush=brush on_brush=choose/> }
            .into_any()
    });
    page.parent.style().set_property("width", "400px").unwrap();
    settle().await;
    let told = attribute(&page.one("[role=img]"), "aria-label");
    assert_eq!(told, "Events by day: 550 events, 1 failed. Most: 100, 10 June 2026.");
    let cells = page.texts("table tbody tr:nth-child(3) > *");
    assert_eq!(cells, ["3 June 2026", "30", "1"]);
    assert_eq!(page.all(".chart__bar--bad").len(), 1);

    let ends = page.all("[role=slider]");
    assert_eq!(attribute(&ends[0], "aria-valuetext"), "1 June 2026");
    assert_eq!(attribute(&ends[1], "aria-valuetext"), "10 June 2026");
    ends[0].focus().unwrap();
    press("ArrowRight");
    settle().await;
    assert_eq!(brush.get_untracked(), Some((1, 9)));
    assert!(focused().is_same_node(Some(&ends[0])), "the focus stays on what moves");
    assert_eq!(attribute(&ends[0], "aria-valuetext"), "2 June 2026");
    press("Home");
    settle().await;
    assert_eq!(brush.get_untracked(), None, "all of it is no choice");

    let plot = page.one(".chart__plot");
    plot.style().set_property("position", "relative").unwrap();
    let place = plot.get_bounding_client_rect();
    let x = |column: f64| place.left() + place.width() * (column + 0.5) / 10.0;
    pointer(&plot, "pointerdown", x(6.0));
    pointer(&plot, "pointermove", x(3.0));
    settle().await;
    assert_eq!(brush.get_untracked(), None, "not before it is let go");
    assert_eq!(page.all(".chart__bar--chosen").len(), 4);
    pointer(&plot, "pointerup", x(3.0));
    settle().await;
    assert_eq!(brush.get_untracked(), Some((3, 6)));
}

#[wasm_bindgen_test]
async fn a_donut_has_its_numbers_in_a_table() {
    let parts = vec![
        Part { tone: Tone::Good, name: "Success".to_owned(), count: 621 },
        Part { tone: Tone::Bad, name: "Failed".to_owned(), count: 1 },
    ];
    let page = page(move || view! { <Donut label="By result" parts=parts/> }.into_any());
    settle().await;
    assert_eq!(page.texts("tbody tr"), ["Success621100 %", "Failed1< 1 %"]);
    assert_eq!(text(&page.one("caption")), "By result");
    assert_eq!(page.all(".donut__ring .donut__part--bad").len(), 1, "the smallest failure is seen");
}

#[wasm_bindgen_test]
async fn a_value_is_washed_when_it_changes_and_not_before() {
    let value = RwSignal::new(1);
    let page = page(move || fresh(move || value.get().to_string(), move || value.get().into_any()));
    settle().await;
    let class = || page.one("span").class_name();
    assert_eq!(class(), "");
    value.set(2);
    settle().await;
    let first = class();
    assert!(first.contains("fresh"));
    value.set(2);
    settle().await;
    assert_eq!(class(), first, "the same again is no change");
    value.set(3);
    settle().await;
    assert!(class().contains("fresh") && class() != first);
}

#[wasm_bindgen_test]
async fn events_stand_under_their_days() {
    let event = |title: &str, at: &str, count| timeline::Event {
        tone: Tone::Warn,
        title: title.to_owned(),
        object: Some("Pod/api-7d9c".to_owned()),
        text: Some("It fails".to_owned()),
        count,
        at: at.to_owned(),
    };
    let mut list = vec![event("BackOff", "2026-06-09T12:00:00Z", 38), event("Pulled", "2026-06-07T12:00:00Z", 1)];
    list.extend((0..150).map(|_| event("Old", "2026-06-01T12:00:00Z", 1)));
    let page = page(move || view! { <Timeline label="Events of api" events=Arc::new(list)/> }.into_any());
    settle().await;
    assert_eq!(page.all("h3").len(), 3);
    assert_eq!(page.all("ul").len(), 3);
    assert!(page.texts("li")[0].starts_with("BackOff× 38Pod/api-7d9cIt fails"));
    assert_eq!(page.all("li").len(), 100);
    page.with_text("button", "Show 52 more of 52").click();
    settle().await;
    assert_eq!(page.all("li").len(), 152);
}

#[wasm_bindgen_test]
async fn facts_say_that_there_is_nothing_and_open_what_is_long() {
    let long = "The quota is reached. ".repeat(40);
    let page = page(move || {
        let facts =
            vec![Fact::text("Profile", None), Fact::text("Message", Some(&long)), Fact::copied("Id", Some("evt-7c1f"))];
        view! { <Facts facts=facts/> }.into_any()
    });
    settle().await;
    let values = page.all("dd");
    assert!(text(&values[0]).contains("none"));
    assert!(text(&values[1]).len() < 300);
    let more = page.with_text("button", "Show all");
    assert_eq!(attribute(&more, "aria-expanded"), "false");
    more.click();
    settle().await;
    assert!(text(&values[1]).len() > 800);
    assert_eq!(attribute(&page.one("[aria-label]"), "aria-label"), "Copy id");
}

/// The clipboard of the page and its older command, scripted for as long as this lives.
struct Clipboard {
    before: JsValue,
    copied: Rc<RefCell<Vec<String>>>,
    _command: Closure<dyn FnMut(JsValue) -> bool>,
}

impl Clipboard {
    /// Refuses the newer way; `allows` says whether the older one works.
    fn refusing(allows: bool) -> Self {
        let navigator = Reflect::get(&js_sys::global(), &"navigator".into()).unwrap();
        let before = Reflect::get(&navigator, &"clipboard".into()).unwrap();
        let refuse = Function::new_no_args("return Promise.reject(new DOMException('no', 'NotAllowedError'));");
        let clipboard = Object::new();
        Reflect::set(&clipboard, &"writeText".into(), &refuse).unwrap();
        Self::put(&clipboard);
        let copied: Rc<RefCell<Vec<String>>> = Rc::default();
        let kept = Rc::clone(&copied);
        let command = Closure::new(move |_| {
            let field = document().active_element().unwrap();
            let value = Reflect::get(&field, &"value".into()).unwrap().as_string().unwrap();
            kept.borrow_mut().push(value);
            allows
        });
        let document: JsValue = document().into();
        Reflect::set(&document, &"execCommand".into(), AsRef::<JsValue>::as_ref(&command)).unwrap();
        Self { before, copied, _command: command }
    }

    fn put(clipboard: &JsValue) {
        let put = "Object.defineProperty(navigator, 'clipboard', { value: clipboard, configurable: true });";
        Function::new_with_args("clipboard", put).call1(&JsValue::NULL, clipboard).unwrap();
    }
}

impl Drop for Clipboard {
    fn drop(&mut self) {
        Self::put(&self.before);
        Reflect::delete_property(document().unchecked_ref::<Object>(), &"execCommand".into()).unwrap();
    }
}

#[wasm_bindgen_test]
async fn a_refused_clipboard_is_not_the_end() {
    let clipboard = Clipboard::refusing(true);
    let page = page(|| view! { <CopyButton text="trace-5e6f".to_owned() what="trace id" labelled=true/> }.into_any());
    let button = page.one("button");
    button.focus().unwrap();
    button.click();
    until("the older way", || text(&page.one("[role=status]")) == "Copied").await;
    assert_eq!(*clipboard.copied.borrow(), ["trace-5e6f"]);
    assert!(focused().is_same_node(Some(&button)), "the focus comes back");
    assert!(document().query_selector("body textarea").unwrap().is_none());
    drop(clipboard);
    let _clipboard = Clipboard::refusing(false);
    button.click();
    until("the refusal", || text(&page.one("[role=status]")).starts_with("Not copied")).await;
}

#[wasm_bindgen_test]
async fn messages_wait_for_who_reads_them() {
    let message = |id, tone, text: &str| Message { id, tone, text: text.to_owned(), action: None };
    let list = vec![message(1, Tone::Good, "Resync started"), message(2, Tone::Bad, "Not deleted")];
    let handed = Rc::new(RefCell::new(None));
    let kept = Rc::clone(&handed);
    let page = page(move || {
        let messages = RwSignal::new(list);
        let held = RwSignal::new(false);
        let undone = RwSignal::new(false);
        let undo: Arc<dyn Fn() + Send + Sync> = Arc::new(move || undone.set(true));
        messages.update(|list| list[0].action = Some(("Undo".to_owned(), undo)));
        *kept.borrow_mut() = Some((messages, held, undone));
        let dismiss = move |id| messages.update(|list| list.retain(|message| message.id != id));
        view! { <ToastRegion messages=messages dismiss=dismiss hold=move |now| held.set(now)/> }.into_any()
    });
    let (messages, held, undone) = handed.take().unwrap();
    settle().await;
    assert_eq!(page.texts("[role=status] p"), ["Resync started"]);
    assert_eq!(page.texts("[role=alert] p"), ["Not deleted"], "what failed is told at once");
    let region = page.one(".toasts");
    region.dispatch_event(&event("PointerEvent", "pointerenter", &[])).unwrap();
    assert!(held.get_untracked());
    region.dispatch_event(&event("PointerEvent", "pointerleave", &[])).unwrap();
    assert!(!held.get_untracked());
    let undo = page.with_text("button", "Undo");
    undo.focus().unwrap();
    settle().await;
    assert!(held.get_untracked(), "the focus holds them, too");
    messages.update(|list| list.push(message(3, Tone::Good, "Another one")));
    settle().await;
    assert!(focused().is_same_node(Some(&undo)), "another message takes no focus");
    undo.click();
    settle().await;
    assert!(undone.get_untracked() && !held.get_untracked());
    assert_eq!(page.texts("p"), ["Not deleted", "Another one"]);
}

/// A filter of one value, as the audit log has them.
fn one_of_two(chosen: RwSignal<Vec<String>>) -> BarFilter {
    let offer =
        |key: &str, label: &str| Offer { key: key.to_owned(), label: label.to_owned(), tone: None, count: None };
    BarFilter {
        label: "Type",
        style: Style::One,
        offers: Arc::new(move || vec![offer("cluster", "Cluster"), offer("user", "Member")]),
        many: Arc::new(|| 2),
        chosen: Arc::new(move || chosen.get()),
        all: Arc::new(|| None),
        choose: Callback::new(move |values| chosen.set(values)),
    }
}

#[wasm_bindgen_test]
async fn a_filter_of_one_value_takes_one_and_closes() {
    let owner = Owner::new();
    let chosen = owner.with(|| RwSignal::new(Vec::<String>::new()));
    let page = page(move || view! { <FilterBar filters=vec![one_of_two(chosen)]/> }.into_any());
    settle().await;
    page.one(".chip__open").click();
    until("the filter", || page.all("input[type=radio]").len() == 2).await;
    let names: Vec<_> = page.all("input").iter().map(|input| input.get_attribute("name").unwrap_or_default()).collect();
    assert!(!names[0].is_empty() && names[0] == names[1], "they are one group: {names:?}");
    page.one("input[data-value=cluster]").click();
    until("the filter", || chosen.get_untracked() == ["cluster"]).await;
    settle().await;
    assert!(!page.one(".menu").matches(":popover-open").unwrap(), "it has done its work");
    let focused = document().active_element().unwrap();
    assert!(focused.is_same_node(Some(&page.one(".chip__open"))), "the focus is back on the chip");
    page.one(".chip__open").click();
    until("the filter", || page.all("input[type=radio]").len() == 2).await;
    page.one("input[data-value=user]").click();
    until("the filter", || chosen.get_untracked() == ["user"]).await;
    page.one(".chip__clear").click();
    until("the filter", || chosen.with_untracked(Vec::is_empty)).await;
    drop(owner);
}

#[wasm_bindgen_test]
async fn the_parts_of_a_figure_lead_where_they_are_listed() {
    let page = page(|| {
        let part = |tone, name: &str, count| Part { tone, name: name.to_owned(), count };
        view! {
            <Figure
                label="Clusters"
                href="clusters"
                value=14
                note="12 ready"
                parts=vec![part(Tone::Good, "Ready", 12), part(Tone::Bad, "Failed", 2)]
                leads=vec!["clusters?state=ready".to_owned(), "clusters?state=failed".to_owned()]
            />
            <Figure label="Operations" href="operations" value=1 note="running">
                <ul class="legend legend--list">
                    <li>"Upgrade of prod-eu"</li>
                </ul>
            </Figure>
        }
        .into_any()
    });
    settle().await;
    let leads: Vec<_> = page.all(".legend__lead").iter().filter_map(|lead| lead.get_attribute("href")).collect();
    assert_eq!(leads, ["clusters?state=ready", "clusters?state=failed"]);
    assert_eq!(page.all(".share").len(), 1, "a list stands in the place of shares");
    assert_eq!(page.texts("li").last().map(String::as_str), Some("Upgrade of prod-eu"));
}

#[wasm_bindgen_test]
fn a_day_of_the_calendar_is_the_same_in_every_zone() {
    let region = Region { language: Some("en-GB".to_owned()), zone: Some("America/New_York".to_owned()) };
    format::set_region(region);
    let at = format::parse("2026-06-09T00:00:00Z").unwrap();
    let said = [format::calendar("2026-12-27"), format::utc_day(at, true), format::utc_day(at, false)];
    let local = format::local(at);
    format::set_region(Region::default());
    for (said, day) in said.iter().zip(["27 Dec", "9 June", "9 Jun"]) {
        assert!(said.contains(day), "{said}");
    }
    assert!(local.contains("8 Jun"), "{local}");
}
