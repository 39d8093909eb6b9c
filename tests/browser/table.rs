//! The data table in a browser: rows that are drawn, sorting, filtering, choosing, the keyboard, live changes.

use std::{
    cell::RefCell,
    future::ready,
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use astro_console::ui::{
    Action, Address, Bulk, Column, Confirm, ConfirmHost, DataTable, EmptyState, Features, Filter, Turns, Value,
    confirm::Confirming,
    load::{Any, Failure, FailureKind, Load, Loaded, Loads, Part},
    shortcuts::{Shortcuts, ShortcutsHelp},
    table::Choice,
};
use leptos::{mount::mount_to, prelude::*};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement, HtmlInputElement};

use crate::support::{settle, until};

#[derive(Clone, Debug, PartialEq)]
struct Item {
    name: String,
    state: &'static str,
    number: i64,
}

fn items(count: usize) -> Vec<Item> {
    let state = |at: usize| ["ready", "failed", "ready", "working"][at % 4];
    (0..count)
        .map(|at| Item { name: format!("item-{at}"), state: state(at), number: i64::try_from(at % 10).unwrap() })
        .collect()
}

/// A mounted table, 400 px high, with rows of 40 px.
struct Page {
    parent: HtmlElement,
    load: RwSignal<Load<Any>>,
    address: Address,
    shown: Rc<RefCell<String>>,
    _mounted: Box<dyn std::any::Any>,
}

impl Drop for Page {
    fn drop(&mut self) {
        self.parent.remove();
    }
}

const STYLE: &str = ".table-frame{height:400px;overflow:auto} table{table-layout:fixed;border-spacing:0} \
    td,th{height:40px;padding:0;box-sizing:border-box;white-space:nowrap} thead th{position:sticky;top:0} \
    [hidden]{display:none} .table__gap td{padding:0;border:0} svg{width:16px;height:16px} .toolbar{display:flex;gap:8px}";

fn answer(rows: Vec<Item>) -> Load<Any> {
    Load::Ready(Loaded { value: Arc::new(rows), at: 0, refreshing: false, failed: None })
}

fn failure() -> Failure {
    Failure {
        kind: FailureKind::Server,
        title: "The platform failed",
        message: "it broke".to_owned(),
        hint: String::new(),
        retry: true,
        wait: None,
        operation: "listItems",
        status: Some(500),
        code: String::new(),
        trace_id: Some("trace-1".to_owned()),
        fields: Vec::new(),
        detail: None,
    }
}

fn columns() -> Vec<Column<Item>> {
    vec![
        Column::new("Name", |it: &Item| view! { <a href="#there">{it.name.clone()}</a> }.into_any())
            .value(|it| it.name.clone())
            .names(),
        Column::new("State", |it: &Item| it.state.into_any()).value(|it| it.state).live(),
        Column::new("Number", |it: &Item| it.number.to_string().into_any())
            .value(|it| Value::Number(it.number))
            .number(),
        Column::new("Note", |_: &Item| "note".into_any()).extra(),
    ]
}

fn features() -> Features<Item> {
    Features::new("item", "items", |it: &Item| it.name.clone())
        .search("Filter by name")
        .filter(Filter::chips("state", "State", |it: &Item| Some(Choice::of(it.state))))
        .filter(Filter::menu("digit", "Digit", |it: &Item| Some(Choice::of(it.number.to_string()))))
        .actions(|it: &Item| {
            vec![
                Action::run("Rename", "copy", || {}),
                Action::run("Stop", "x", || {}).unless((it.state == "ready").then(|| "It is ready.".to_owned())),
            ]
        })
        .bulk(
            Bulk::new("Sync", "refresh-cw", "synced", |it: &Item| {
                Box::pin(ready(if it.state == "failed" { Err(failure()) } else { Ok(()) }))
            })
            .unless(|it: &Item| (it.state == "working").then(|| "it works".to_owned())),
        )
}

/// A table of items with these features.
fn table(load: RwSignal<Load<Any>>, features: Features<Item>) -> AnyView {
    let load = Loads::<Vec<Item>>::new(load.into());
    view! {
        <DataTable
            label="Items"
            load=load
            columns=columns()
            features=features
            empty=|| view! { <EmptyState icon="server" title="No items yet" text="There are none."/> }.into_any()
            retry=|()| {}
        />
    }
    .into_any()
}

fn page(query: &str, rows: Load<Any>) -> Page {
    page_of(query, move |load| table(load, features()), rows)
}

fn page_of(query: &str, draw: impl FnOnce(RwSignal<Load<Any>>) -> AnyView + 'static, rows: Load<Any>) -> Page {
    let parent: HtmlElement = document().create_element("div").unwrap().unchecked_into();
    let style = document().create_element("style").unwrap();
    style.set_text_content(Some(STYLE));
    parent.append_child(&style).unwrap();
    let place: HtmlElement = document().create_element("div").unwrap().unchecked_into();
    parent.append_child(&place).unwrap();
    document().body().unwrap().append_child(&parent).unwrap();
    let shown = Rc::new(RefCell::new(String::new()));
    let handed = Rc::new(RefCell::new(None));
    let (kept, written, query) = (Rc::clone(&handed), Rc::clone(&shown), query.to_owned());
    let mounted = mount_to(place, move || {
        let address = Address::new(move |path, _| path.clone_into(&mut written.borrow_mut()));
        address.arrive("/items", &query);
        provide_context(address);
        Shortcuts::provide(Signal::stored(true));
        let load = RwSignal::new(rows);
        *kept.borrow_mut() = Some((load, address));
        draw(load)
    });
    let (load, address) = handed.take().unwrap();
    Page { parent, load, address, shown, _mounted: Box::new(mounted) }
}

impl Page {
    fn one(&self, selector: &str) -> Option<HtmlElement> {
        self.parent.query_selector(selector).unwrap().map(JsCast::unchecked_into)
    }

    fn all(&self, selector: &str) -> Vec<Element> {
        let found = self.parent.query_selector_all(selector).unwrap();
        (0..found.length()).map(|index| found.item(index).unwrap().unchecked_into()).collect()
    }

    fn names(&self) -> Vec<String> {
        self.all("[data-row] .table__name").iter().map(|name| name.text_content().unwrap()).collect()
    }

    fn says(&self, selector: &str, text: &str) -> bool {
        self.all(selector).iter().any(|element| element.text_content().unwrap().contains(text))
    }

    fn row(&self, name: &str) -> HtmlElement {
        self.one(&format!("[data-row='{name}']")).unwrap_or_else(|| panic!("{name} is not drawn: {:?}", self.names()))
    }

    fn press(&self, selector: &str) {
        self.one(selector).unwrap_or_else(|| panic!("nothing is {selector}")).click();
    }

    fn chip(&self, text: &str) -> HtmlElement {
        let found = self.all(".chips .chip").into_iter().find(|chip| chip.text_content().unwrap().starts_with(text));
        found.unwrap_or_else(|| panic!("no chip {text}")).unchecked_into()
    }

    async fn rows(&self) -> Vec<String> {
        until("rows", || !self.names().is_empty()).await;
        self.names()
    }

    fn scroller(&self) -> HtmlElement {
        self.one("[data-table]").unwrap()
    }

    fn table(&self) -> HtmlElement {
        self.one("table").unwrap()
    }

    /// The names of the chosen rows that are drawn.
    fn chosen(&self) -> Vec<String> {
        let of = |row: &Element| row.get_attribute("data-row").unwrap();
        self.all("[data-row][aria-selected=true]").iter().map(of).collect()
    }
}

fn key(target: &Element, key: &str) {
    dispatch(target, "KeyboardEvent", "keydown", &[("key", key.into())]);
}

fn focused_row() -> Option<String> {
    document().active_element()?.closest("[data-row]").ok()??.get_attribute("data-row")
}

fn is_checked(element: &HtmlElement) -> (bool, bool) {
    let input: &HtmlInputElement = element.unchecked_ref();
    (input.checked(), input.indeterminate())
}

#[wasm_bindgen_test]
async fn ten_thousand_rows_are_a_few_elements() {
    let page = page("", answer(items(10_000)));
    page.rows().await;
    let height = || page.table().offset_height();
    until("the full height", || height() > 399_000).await;
    assert!(page.all("tbody tr").len() <= 120, "{}", page.all("tbody tr").len());
    assert_eq!(page.table().get_attribute("aria-rowcount").as_deref(), Some("10001"));
    assert_eq!(page.row("item-0").get_attribute("aria-rowindex").as_deref(), Some("2"));
    page.scroller().set_scroll_top(200_000);
    until("the middle", || page.names().iter().any(|name| name == "item-5000")).await;
    assert_eq!(page.row("item-5000").get_attribute("aria-rowindex").as_deref(), Some("5002"));
    assert!(page.all("tbody tr").len() <= 120);
    // A row stands where its position says.
    let top = page.row("item-5000").get_bounding_client_rect().top() - page.scroller().get_bounding_client_rect().top();
    assert!((top - (5_000.0 * 40.0 + 40.0 - 200_000.0)).abs() < 4.0, "{top}");
    page.scroller().set_scroll_top(500_000);
    until("the end", || page.names().last().is_some_and(|name| name == "item-9999")).await;
}

#[wasm_bindgen_test]
async fn a_head_sorts_up_down_and_back_and_the_address_knows() {
    let page = page("", answer(items(30)));
    page.rows().await;
    let sorted = |text: &str| page.one(&format!("th[aria-sort='{text}']")).map(|head| head.text_content().unwrap());
    page.press("[data-sort=number]");
    until("up", || page.names()[..3] == ["item-0", "item-10", "item-20"]).await;
    assert_eq!(sorted("ascending").as_deref(), Some("Number"));
    page.press("[data-sort=number]");
    until("down", || page.names()[..3] == ["item-9", "item-19", "item-29"]).await;
    assert_eq!(sorted("descending").as_deref(), Some("Number"));
    assert_eq!(*page.shown.borrow(), "/items?sort=-number");
    page.press("[data-sort=number]");
    until("as it came", || page.names()[..3] == ["item-0", "item-1", "item-2"]).await;
    assert_eq!(*page.shown.borrow(), "/items");
    assert!(page.one("th[aria-sort]").is_none());
}

#[wasm_bindgen_test]
async fn the_address_says_what_is_shown() {
    let page = page("?q=ITEM-1&state=ready&digit=0,2&sort=-name&columns=number,note", answer(items(30)));
    assert_eq!(page.rows().await, ["item-12", "item-10"]);
    let heads: Vec<_> = page.all("thead th").iter().map(|head| head.text_content().unwrap()).collect();
    assert_eq!(heads, ["Name", "Number", "Note", "Actions"]);
    assert_eq!(page.chip("ready").get_attribute("aria-pressed").as_deref(), Some("true"));
    assert!(page.says(".chip--set", "Digit"));
    assert!(page.says(".toolbar__told", "2 of 30 items"));
    // Another address of the same page, as "back" brings it.
    page.address.arrive("/items", "?q=item-29");
    until("what that says", || page.names() == ["item-29"]).await;
    let input: HtmlInputElement = page.one("input[type=search]").unwrap().unchecked_into();
    assert_eq!(input.value(), "item-29");
}

#[wasm_bindgen_test]
async fn chips_count_under_the_other_filters_and_nothing_can_match() {
    let page = page("", answer(items(40)));
    page.rows().await;
    assert_eq!(page.chip("All").text_content().unwrap(), "All 40");
    assert_eq!(page.chip("ready").text_content().unwrap(), "ready 20");
    page.chip("failed").click();
    until("the failed", || page.names().len() == 10).await;
    assert_eq!(page.chip("ready").text_content().unwrap(), "ready 20", "its count is told without its own filter");
    let input: HtmlInputElement = page.one("input[type=search]").unwrap().unchecked_into();
    input.set_value("item-3");
    input.dispatch_event(&web_sys::Event::new("input").unwrap()).unwrap();
    // item-3, item-30 to item-39, of which 33 and 37 have failed.
    until("both", || page.names() == ["item-33", "item-37"]).await;
    assert_eq!(page.chip("All").text_content().unwrap(), "All 11");
    input.set_value("zzz");
    input.dispatch_event(&web_sys::Event::new("input").unwrap()).unwrap();
    until("nothing", || page.says(".empty", "Nothing matches")).await;
    assert!(!page.says(".empty", "No items yet"));
    page.press(".empty .button");
    until("everything", || page.names().len() == 40).await;
    assert!(page.one(".empty").is_none());
    until("the address", || *page.shown.borrow() == "/items").await;
}

#[wasm_bindgen_test]
async fn the_four_states_are_told_apart() {
    let page = page("", Load::Loading);
    assert!(page.one("[aria-busy=true]").is_some());
    page.load.set(answer(Vec::new()));
    until("emptiness", || page.says(".empty", "No items yet")).await;
    page.load.set(Load::Failed(failure()));
    until("the failure", || page.says("[role=alert]", "it broke")).await;
    page.load.set(answer(items(3)));
    assert_eq!(page.rows().await.len(), 3);
}

#[wasm_bindgen_test]
async fn rows_are_chosen_one_by_one_in_ranges_and_all_at_once() {
    let page = page("", answer(items(50)));
    page.rows().await;
    let all = || page.one("thead .check").unwrap();
    assert_eq!(is_checked(&all()), (false, false));
    page.press("[data-row='item-3'] .check");
    until("one", || page.chosen() == ["item-3"]).await;
    assert_eq!(is_checked(&all()), (false, true));
    shift_click(&page.row("item-6").query_selector(".check").unwrap().unwrap());
    until("a range", || page.chosen() == ["item-3", "item-4", "item-5", "item-6"]).await;
    assert!(page.says(".selection-bar", "4 selected"));
    // What a filter hides stays chosen, and is told.
    page.chip("failed").click();
    until("the hidden", || page.says(".selection-bar", "4 selected, 3 of them hidden")).await;
    page.chip("All").click();
    until("the hidden back", || page.says(".selection-bar", "4 selected") && !page.says(".selection-bar", "hidden"))
        .await;
    all().click();
    // Of fifty rows not all are drawn.
    until("all", || page.says(".selection-bar", "50 selected")).await;
    assert_eq!(page.chosen(), page.names());
    assert_eq!(is_checked(&all()), (true, false));
    all().click();
    until("none", || page.chosen().is_empty() && page.one(".selection-bar").is_none()).await;
    // What is gone is not chosen any more.
    page.press("[data-row='item-9'] .check");
    page.press("[data-row='item-1'] .check");
    until("two", || page.says(".selection-bar", "2 selected")).await;
    page.load.set(answer(items(5)));
    until("one is left", || page.says(".selection-bar", "1 selected")).await;
}

fn shift_click(element: &Element) {
    dispatch(element, "MouseEvent", "click", &[("shiftKey", true.into())]);
}

fn dispatch(target: &Element, class: &str, kind: &str, properties: &[(&str, wasm_bindgen::JsValue)]) {
    let init = js_sys::Object::new();
    let always = [("bubbles", true.into()), ("cancelable", true.into())];
    for (name, value) in properties.iter().chain(&always) {
        js_sys::Reflect::set(&init, &(*name).into(), value).unwrap();
    }
    let make: js_sys::Function = js_sys::Reflect::get(&js_sys::global(), &class.into()).unwrap().unchecked_into();
    let arguments = js_sys::Array::of2(&kind.into(), &init);
    let event: web_sys::Event = js_sys::Reflect::construct(&make, &arguments).unwrap().unchecked_into();
    target.dispatch_event(&event).unwrap();
}

#[wasm_bindgen_test]
async fn a_bulk_action_tells_what_became_of_each() {
    let page = page("", answer(items(8)));
    page.rows().await;
    let sync = || page.one(".selection-bar .button").unwrap();
    // item-3 works: nothing can be done with it alone.
    page.press("[data-row='item-3'] .check");
    until("the bar", || page.one(".selection-bar").is_some()).await;
    until("the reason", || sync().get_attribute("aria-disabled").is_some()).await;
    assert_eq!(sync().get_attribute("aria-description").as_deref(), Some("it works"));
    for name in ["item-0", "item-1", "item-2"] {
        page.press(&format!("[data-row='{name}'] .check"));
    }
    until("it may", || sync().get_attribute("aria-disabled").is_none()).await;
    sync().click();
    until("the result", || page.says(".selection-bar", "2 synced, 1 failed, 1 left out")).await;
    until("each of them", || page.all(".outcome").len() == 4).await;
    assert!(page.says(".outcome", "item-1The platform failed: it broke."), "{}", page.parent.text_content().unwrap());
    assert!(page.says(".outcome", "item-3Left out: it works."));
    let dialog = page.one("dialog").unwrap();
    until("the dialog", || dialog.has_attribute("open")).await;
    page.press("dialog .button");
    until("it is closed", || !dialog.has_attribute("open")).await;
}

#[wasm_bindgen_test]
async fn work_is_stopped_on_the_way_and_the_failed_are_chosen_again() {
    let may_go_on = RwSignal::new(false);
    let begun = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&begun);
    let draw = move |load: RwSignal<Load<Any>>| {
        let features = Features::new("item", "items", |it: &Item| it.name.clone()).bulk(Bulk::new(
            "Sync",
            "refresh-cw",
            "synced",
            move |it: &Item| {
                count.fetch_add(1, Ordering::Relaxed);
                let outcome = if it.state == "failed" { Err(failure()) } else { Ok(()) };
                Box::pin(async move {
                    until("it may go on", || may_go_on.get_untracked()).await;
                    outcome
                })
            },
        ));
        table(load, features)
    };
    let page = page_of("", draw, answer(items(8)));
    page.rows().await;
    page.press("thead .check");
    until("the bar", || page.one(".selection-bar .button").is_some()).await;
    page.press(".selection-bar .button");
    let button = |words: &str| {
        let found = page.all(".button").into_iter().find(|it| it.text_content().unwrap() == words);
        found.map(JsCast::unchecked_into::<HtmlElement>)
    };
    until("there is a way to stop", || button("Stop").is_some()).await;
    assert!(page.one("[aria-label='Clear selection']").is_none(), "what goes on is not hidden");
    let stop = button("Stop").unwrap();
    stop.focus().unwrap();
    stop.click();
    may_go_on.set(true);
    until("what became of it", || page.says(".selection-bar", "2 synced, 1 failed, 5 left out")).await;
    assert_eq!(begun.load(Ordering::Relaxed), 3, "no further row is begun");
    until("the report", || page.one("dialog[open] .outcome").is_some()).await;
    let first = page.all(".outcome").remove(0).text_content().unwrap();
    assert!(first.starts_with("item-1"), "failures first: {first}");
    button("Select the failed").unwrap().click();
    until("it alone is chosen", || page.one("dialog[open]").is_none() && page.chosen() == ["item-1"]).await;
    let bar: Element = page.one(".selection-bar").unwrap().into();
    until("the focus stays at hand", || bar.contains(document().active_element().as_deref())).await;
    assert!(page.says(".selection-bar", "1 selected") && !page.says(".selection-bar", "failed"));
}

#[wasm_bindgen_test]
async fn what_was_done_with_rows_that_are_gone_is_said_and_the_focus_stays_in_the_table() {
    let page = page("", answer(items(8)));
    page.rows().await;
    for name in ["item-0", "item-2"] {
        page.press(&format!("[data-row='{name}'] .check"));
    }
    until("the bar", || page.one(".selection-bar .button").is_some()).await;
    page.press(".selection-bar .button");
    until("the result", || page.says(".selection-bar", "2 synced")).await;
    page.load.set(answer(items(8).into_iter().filter(|it| it.state != "ready").collect()));
    until("they are gone", || !page.names().contains(&"item-0".to_owned())).await;
    assert!(page.says(".selection-bar [role=status]", "2 synced"));
    let clear = page.one("[aria-label='Clear selection']").unwrap();
    clear.focus().unwrap();
    clear.click();
    until("the bar is gone", || page.one(".selection-bar").is_none()).await;
    assert_eq!(document().active_element().unwrap(), page.scroller().into());
}

#[wasm_bindgen_test]
async fn rows_are_sent_together_once_the_question_is_answered() {
    let sent = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&sent);
    let draw = move |load: RwSignal<Load<Any>>| {
        Confirming::provide();
        let features = Features::new("item", "items", |it: &Item| it.name.clone()).bulk(
            Bulk::together("Delete", "trash-2", "deleted", move |items: &[&Item]| {
                count.fetch_add(1, Ordering::Relaxed);
                let why = |it: &&Item| (it.state == "failed").then(|| "in use by shop".to_owned());
                Box::pin(ready(Ok(items.iter().map(why).collect())))
            })
            .danger()
            .unless(|it: &Item| (it.state == "working").then(|| "it works".to_owned()))
            .asks(|names| Confirm::new("Delete items", names.join(" and "), "Delete them")),
        );
        let features = features.bulk(
            Bulk::new("Stop", "x", "stopped", |_: &Item| {
                Box::pin(async {
                    settle().await;
                    Ok(())
                })
            })
            .asks(|names| Confirm::new("Stop items", names.join(" and "), "Stop them")),
        );
        view! {
            {table(load, features)}
            <ConfirmHost/>
        }
        .into_any()
    };
    let page = page_of("", draw, answer(items(8)));
    page.rows().await;
    for name in ["item-0", "item-1", "item-3"] {
        page.press(&format!("[data-row='{name}'] .check"));
    }
    until("the bar", || page.one(".selection-bar .button--danger").is_some()).await;
    page.press(".selection-bar .button--danger");
    until("the question", || page.says("dialog[open]", "item-0 and item-1")).await;
    assert!(!page.says("dialog[open]", "item-3"), "what is left out anyway is not asked for");
    let button = |words: &str| {
        let found = page.all("dialog[open] .button").into_iter().find(|it| it.text_content().unwrap() == words);
        found.unwrap_or_else(|| panic!("no button {words}")).unchecked_into::<HtmlElement>()
    };
    button("Cancel").click();
    until("it is closed", || page.one("dialog[open]").is_none()).await;
    assert_eq!(sent.load(Ordering::Relaxed), 0);
    page.press(".selection-bar .button--danger");
    until("the question", || page.says("dialog[open]", "item-0 and item-1")).await;
    button("Delete them").click();
    until("the report", || page.says(".selection-bar", "1 deleted, 2 left out")).await;
    assert_eq!(sent.load(Ordering::Relaxed), 1, "one request");
    // A dialog has its content one frame before it is open.
    until("what became of each", || page.one("dialog[open] .outcome").is_some()).await;
    assert!(page.says(".outcome", "item-1Left out: in use by shop."), "{}", page.parent.text_content().unwrap());
    assert!(page.says(".outcome", "item-3Left out: it works."));
    button("Close").click();
    until("the report is closed", || page.one("dialog[open]").is_none()).await;

    // One after the other, they come to an end as well, although the question is long gone.
    let stop = page.all(".selection-bar .button").into_iter().find(|it| it.text_content().unwrap() == "Stop").unwrap();
    stop.unchecked_ref::<HtmlElement>().click();
    until("the question", || page.says("dialog[open]", "item-0 and item-1 and item-3")).await;
    button("Stop them").click();
    until("all are stopped", || page.says(".selection-bar", "3 stopped")).await;
}

#[wasm_bindgen_test]
async fn the_keyboard_walks_opens_and_chooses() {
    let page = page("", answer(items(5_000)));
    page.rows().await;
    let body: Element = document().body().unwrap().into();
    key(&body, "j");
    until("the first", || focused_row().as_deref() == Some("item-0")).await;
    let focused = || document().active_element().unwrap();
    key(&focused(), "j");
    assert_eq!(focused_row().as_deref(), Some("item-1"));
    key(&focused(), "ArrowDown");
    key(&focused(), "k");
    assert_eq!(focused_row().as_deref(), Some("item-1"));
    key(&focused(), "x");
    until("it is chosen", || page.chosen() == ["item-1"]).await;
    assert_eq!(focused_row().as_deref(), Some("item-1"), "the focus stays");
    key(&focused(), "Escape");
    until("nothing is chosen", || page.chosen().is_empty()).await;
    // It goes on where it was, also where its row is not drawn any more.
    page.scroller().set_scroll_top(100_000);
    until("other rows", || page.names().iter().any(|name| name == "item-2500")).await;
    key(&body, "j");
    until("the next", || focused_row().as_deref() == Some("item-2")).await;
    key(&focused(), "/");
    assert_eq!(focused().get_attribute("aria-label").as_deref(), Some("Filter items"));
    // Who types does not walk.
    key(&focused(), "j");
    assert_eq!(focused().get_attribute("aria-label").as_deref(), Some("Filter items"));
}

#[wasm_bindgen_test]
async fn the_keys_of_a_list_are_listed() {
    let draw = |load| {
        let help = RwSignal::new(true);
        view! {
            {table(load, features())}
            <ShortcutsHelp open=help switch=|_: bool| {}/>
        }
        .into_any()
    };
    let page = page_of("", draw, answer(items(3)));
    until("the keys", || page.says(".shortcuts__row dt", "Select the row")).await;
    assert!(page.says(".shortcuts__row dt", "Open the row, or its menu"));
}

#[wasm_bindgen_test]
async fn a_row_that_is_not_shown_is_not_chosen_by_its_key() {
    let page = page("", answer(items(8)));
    page.rows().await;
    let body: Element = document().body().unwrap().into();
    page.row("item-0").click();
    page.chip("failed").click();
    until("the failed", || page.names() == ["item-1", "item-5"]).await;
    key(&body, "x");
    settle().await;
    assert!(page.one(".selection-bar").is_none());
    page.chip("All").click();
    until("all", || page.names().len() == 8).await;
    key(&body, "x");
    until("it is chosen", || page.chosen() == ["item-0"]).await;
}

#[wasm_bindgen_test]
async fn what_was_copied_is_said_of_what_was_chosen_then() {
    let page = page("", answer(items(4)));
    page.rows().await;
    page.press("[data-row='item-0'] .check");
    let button = |words: &str| {
        let found = page.all(".selection-bar .button").into_iter().find(|it| it.text_content().unwrap() == words);
        found.map(JsCast::unchecked_into::<HtmlElement>)
    };
    until("the bar", || button("Copy names").is_some()).await;
    button("Copy names").unwrap().click();
    until("it is said", || button("Copied").is_some() || button("Not copied").is_some()).await;
    page.press("[data-row='item-1'] .check");
    until("it can be copied", || page.says(".selection-bar", "2 selected") && button("Copy names").is_some()).await;
}

#[wasm_bindgen_test]
async fn the_focus_stays_with_its_row_in_a_table_without_features() {
    let draw = |load: RwSignal<Load<Any>>| {
        let rows = Loads::<Vec<Item>>::new(load.into());
        view! {
            <DataTable
                label="Items"
                load=rows
                columns=columns()
                empty=|| ().into_any()
                retry=|()| {}
                key=|it: &Item| it.name.clone()
            />
        }
        .into_any()
    };
    let page = page_of("", draw, answer(items(3)));
    page.rows().await;
    let link: HtmlElement = page.row("item-0").query_selector("a").unwrap().unwrap().unchecked_into();
    link.focus().unwrap();
    let mut next = items(3);
    for name in ["new", "newer"] {
        next.insert(0, Item { name: name.to_owned(), state: "ready", number: 0 });
    }
    page.load.set(answer(next));
    until("the new rows", || page.names() == ["newer", "new", "item-0", "item-1", "item-2"]).await;
    let focused = document().active_element().unwrap();
    assert_eq!(focused.text_content().as_deref(), Some("item-0"));
    assert!(focused.is_same_node(Some(&link)));
}

#[wasm_bindgen_test]
async fn a_newer_answer_changes_cells_in_place() {
    let page = page("", answer(items(20)));
    page.rows().await;
    let row = page.row("item-4");
    let link: HtmlElement = row.query_selector("a").unwrap().unwrap().unchecked_into();
    link.focus().unwrap();
    page.press("[data-row='item-4'] .check");
    until("it is chosen", || page.chosen() == ["item-4"]).await;
    link.focus().unwrap();
    let mut next = items(20);
    next[4].state = "failed";
    next.remove(0);
    page.load.set(answer(next));
    until("the new state", || page.row("item-4").text_content().unwrap().contains("failed")).await;
    assert_eq!(page.row("item-4"), row, "the same element");
    assert_eq!(document().active_element().unwrap(), link.into(), "the focus stays");
    assert_eq!(page.chosen(), ["item-4"]);
    assert_eq!(row.get_attribute("aria-rowindex").as_deref(), Some("5"));
    assert!(row.query_selector(".fresh--odd").unwrap().is_some(), "the change is highlighted");
    let other = page.row("item-5");
    assert!(other.query_selector(".fresh").unwrap().is_none(), "what did not change is not");
}

#[wasm_bindgen_test]
async fn a_search_changes_rows_in_place_except_the_one_that_is_used() {
    let page = page("", answer(items(100)));
    page.rows().await;
    let first = page.row("item-0");
    page.press("[data-row='item-0'] .check");
    until("it is chosen", || page.chosen() == ["item-0"]).await;
    page.address.arrive("/items", "q=item-9");
    until("what was searched", || page.names().len() == 11 && page.names()[0] == "item-9").await;
    assert_eq!(page.row("item-9"), first, "the element of the row that stood there");
    assert!(first.query_selector(".fresh").unwrap().is_none(), "another row's value is no change");
    assert!(first.query_selector("[aria-label='Select item-9']").unwrap().is_some());
    assert_eq!(is_checked(first.query_selector(".check").unwrap().unwrap().unchecked_ref()), (false, false));
    assert_eq!(page.all("[data-row]").len(), 11);

    let link: HtmlElement = first.query_selector("a").unwrap().unwrap().unchecked_into();
    link.focus().unwrap();
    page.address.arrive("/items", "q=item-0");
    until("another search", || page.names() == ["item-0"]).await;
    assert_ne!(page.row("item-0"), first, "what has the focus never becomes another row");
    assert!(is_checked(page.row("item-0").query_selector(".check").unwrap().unwrap().unchecked_ref()).0);
}

#[wasm_bindgen_test]
async fn rows_that_are_scrolled_to_take_the_elements_of_those_that_go() {
    let page = page("", answer(items(1_000)));
    page.rows().await;
    until("the full height", || page.table().offset_height() > 39_000).await;
    let before = page.all("[data-row]");
    page.scroller().set_scroll_top(20_000);
    until("the middle", || page.names().iter().any(|name| name == "item-500")).await;
    let kept = before.iter().filter(|row| row.is_connected()).count();
    assert!(kept + 4 >= before.len(), "{kept} of {} elements are still used", before.len());
    let positions: Vec<f64> = page.all("[data-row]").iter().map(|row| row.get_bounding_client_rect().top()).collect();
    assert!(positions.is_sorted(), "{positions:?}");
    assert!(page.names().windows(2).all(|pair| number(&pair[0]) + 1 == number(&pair[1])), "{:?}", page.names());
}

#[wasm_bindgen_test]
async fn scrolling_by_some_rows_takes_the_focus_from_none_that_stays() {
    let page = page("", answer(items(1_000)));
    page.rows().await;
    until("the full height", || page.table().offset_height() > 39_000).await;
    page.scroller().set_scroll_top(4_000);
    until("the middle", || page.names().iter().any(|name| name == "item-105")).await;
    let link: HtmlElement = page.row("item-105").query_selector("a").unwrap().unwrap().unchecked_into();
    link.focus().unwrap();
    for top in [4_160, 4_000, 3_840, 4_000] {
        let before = page.names();
        page.scroller().set_scroll_top(top);
        until("other rows", || page.names() != before).await;
        settle().await;
        assert!(document().active_element().unwrap().is_same_node(Some(&link)), "at {top}: {:?}", focused_row());
        assert_eq!(focused_row().as_deref(), Some("item-105"));
    }
}

fn number(name: &str) -> usize {
    name.trim_start_matches("item-").parse().unwrap()
}

#[wasm_bindgen_test]
async fn rows_that_come_above_do_not_push_those_that_are_seen() {
    let page = page("", answer(items(2_000)));
    page.rows().await;
    until("the full height", || page.table().offset_height() > 79_000).await;
    page.scroller().set_scroll_top(40_000);
    until("the middle", || page.names().iter().any(|name| name == "item-1000")).await;
    let top = || page.row("item-1000").get_bounding_client_rect().top();
    let before = top();
    let mut next = items(2_000);
    next.splice(0..0, (0..10).map(|at| Item { name: format!("new-{at}"), state: "ready", number: 0 }));
    page.load.set(answer(next));
    until("the new answer", || page.table().get_attribute("aria-rowcount").as_deref() == Some("2011")).await;
    settle().await;
    until("the place", || (top() - before).abs() < 2.0).await;
}

#[wasm_bindgen_test]
async fn a_row_has_a_menu_that_says_why_not() {
    let page = page("", answer(items(4)));
    page.rows().await;
    page.press("[data-row='item-0'] .table__actions button");
    until("its entries", || page.all("[data-at]").len() == 2).await;
    assert!(page.says("[data-at='1']", "It is ready."));
    assert_eq!(page.one("[data-at='1']").unwrap().get_attribute("aria-disabled").as_deref(), Some("true"));
    until("the focus", || document().active_element().is_some_and(|it| it.has_attribute("data-at"))).await;
    page.press("[data-at='0']");
    until("it is closed", || page.all("[data-at]").is_empty()).await;
    page.press("[data-row='item-1'] .table__actions button");
    until("the other row's", || page.all("[data-at]").len() == 2 && !page.says("[data-at='1']", "It is ready.")).await;
}

#[wasm_bindgen_test]
async fn another_rows_menu_opens_while_one_is_open() {
    let page = page("", answer(items(4)));
    page.rows().await;
    page.press("[data-row='item-0'] .table__actions button");
    until("its entries", || page.says(".menu:popover-open [data-at='1']", "It is ready.")).await;
    page.press("[data-row='item-1'] .table__actions button");
    until("the other row's", || {
        page.all(".menu:popover-open [data-at]").len() == 2 && !page.says("[data-at='1']", "It is ready.")
    })
    .await;
    // The same row's closes it.
    page.press("[data-row='item-1'] .table__actions button");
    until("it is closed", || page.one(".menu:popover-open").is_none() && page.all("[data-at]").is_empty()).await;
}

#[wasm_bindgen_test]
async fn columns_are_chosen_and_the_address_knows() {
    let page = page("", answer(items(4)));
    page.rows().await;
    page.press("[aria-label=Columns]");
    until("the columns", || page.one("[data-value=note]").is_some()).await;
    page.press("[data-value=note]");
    until("one more", || page.says("thead", "Note")).await;
    page.press("[data-value=state]");
    until("one less", || !page.says("thead", "State")).await;
    until("the address", || *page.shown.borrow() == "/items?columns=name,number,note").await;
    page.press("[data-value=note]");
    page.press("[data-value=state]");
    until("as usual", || *page.shown.borrow() == "/items").await;
}

/// Shown by the program alone, a popover knows no button to lie beside.
#[wasm_bindgen_test]
async fn a_list_that_a_key_opens_lies_beside_its_button_and_has_the_focus() {
    let page = page("", answer(items(4)));
    page.rows().await;
    let opener = page.one("[aria-label=Columns]").unwrap();
    opener.focus().unwrap();
    key(&opener, "ArrowDown");
    let focused = || document().active_element().unwrap();
    until("the first column", || focused().has_attribute("data-value")).await;
    let (top, foot) = (focused().get_bounding_client_rect().top(), opener.get_bounding_client_rect().bottom());
    assert!(top >= foot, "{top} is not below {foot}");
    let first = focused();
    key(&focused(), "ArrowDown");
    assert!(!focused().is_same_node(Some(&first)) && focused().has_attribute("data-value"));
}

#[wasm_bindgen_test]
async fn pages_are_turned_by_number_and_the_old_one_stays() {
    let part = |from: usize| Part {
        rows: Arc::new(items(60).split_off(from).into_iter().take(20).collect::<Vec<_>>()),
        total: Some(60),
        next: None,
    };
    let ready = move |from: usize, refreshing: bool| {
        Load::Ready(Loaded { value: Arc::new(part(from)) as Arc<Any>, at: 0, refreshing, failed: None })
    };
    let page = page_of(
        "?page=2",
        |load| {
            let rows = (Loads::<Part<Item>>::new(load.into()), Turns::of_address(20));
            view! { <DataTable label="Items" load=rows columns=columns() features=features() empty=|| ().into_any() retry=|()| {}/> }
                .into_any()
        },
        ready(20, false),
    );
    page.rows().await;
    assert!(page.says(".pages__range", "21–40 of 60"));
    assert_eq!(page.one("[aria-current=page]").unwrap().text_content().as_deref(), Some("2"));
    assert_eq!(page.table().get_attribute("aria-rowcount").as_deref(), Some("61"));
    assert_eq!(page.row("item-20").get_attribute("aria-rowindex").as_deref(), Some("22"), "of all, not of the page");
    assert!(page.one("[data-sort]").is_none(), "a page alone is not sorted");
    page.press("[aria-label='Next page']");
    assert_eq!(*page.shown.borrow(), "/items?page=3");
    page.load.set(ready(20, true));
    until("it is busy", || page.table().get_attribute("aria-busy").as_deref() == Some("true")).await;
    assert_eq!(page.names()[0], "item-20", "the old page stays");
    page.load.set(ready(40, false));
    until("the next", || page.names()[0] == "item-40").await;
    assert_eq!(page.row("item-40").get_attribute("aria-rowindex").as_deref(), Some("42"));
    page.press("[aria-label=Export]");
    until("what is exported", || page.says(".menu__label", "20 items, this page")).await;
    assert_eq!(page.one("[aria-label='Next page']").unwrap().get_attribute("aria-disabled").as_deref(), Some("true"));
    page.press("[aria-label='First page']");
    assert_eq!(*page.shown.borrow(), "/items");
}

#[wasm_bindgen_test]
async fn pages_are_turned_by_tokens_that_are_remembered() {
    let ready = |next: Option<&str>| {
        let part = Part { rows: Arc::new(items(5)), total: None, next: next.map(ToOwned::to_owned) };
        Load::Ready(Loaded { value: Arc::new(part) as Arc<Any>, at: 0, refreshing: false, failed: None })
    };
    let page = page_of(
        "",
        |load| {
            let rows = (Loads::<Part<Item>>::new(load.into()), Turns::of_address(5));
            view! { <DataTable label="Items" load=rows columns=columns() empty=|| ().into_any() retry=|()| {}/> }
                .into_any()
        },
        ready(Some("two")),
    );
    page.rows().await;
    assert!(page.one(".pages__number").is_none(), "nobody knows how many there are");
    assert_eq!(page.table().get_attribute("aria-rowcount").as_deref(), Some("-1"));
    page.press("[aria-label='Next page']");
    assert_eq!(*page.shown.borrow(), "/items?page=2&token=two");
    page.load.set(ready(Some("three")));
    settle().await;
    page.press("[aria-label='Next page']");
    assert_eq!(*page.shown.borrow(), "/items?page=3&token=three");
    page.load.set(ready(None));
    until("the end", || {
        page.one("[aria-label='Next page']").is_some_and(|it| it.get_attribute("aria-disabled").is_some())
    })
    .await;
    assert_eq!(page.table().get_attribute("aria-rowcount").as_deref(), Some("16"), "the last page tells");
    page.press("[aria-label='Previous page']");
    assert_eq!(*page.shown.borrow(), "/items?page=2&token=two");
    page.press("[aria-label='Previous page']");
    assert_eq!(*page.shown.borrow(), "/items");
}
