//! The log view in a browser: rows, following, searching, links, the keyboard.

use astro_console::ui::{
    Address,
    load::Connection,
    log::{Level, Levels, Limits, Line, LogFeed, LogView, Options},
};
use leptos::{mount::mount_to, prelude::*};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement, HtmlInputElement};

use crate::{
    screen::{event, press_key},
    support::until,
};

/// A mounted view, 600 px high, with the sizes that the style sheet gives it.
struct Page {
    parent: HtmlElement,
    feed: LogFeed,
    options: Options,
    address: Address,
    connection: RwSignal<Connection>,
    _mounted: Box<dyn std::any::Any>,
}

impl Drop for Page {
    fn drop(&mut self) {
        self.parent.remove();
    }
}

const STYLE: &str = ".logs{display:flex;flex-direction:column;height:100%;font:12px monospace} \
    .logs__stage{position:relative;display:flex;flex-direction:column;flex:1;min-height:0} .logs__view{flex:1;overflow:auto;min-height:0;overflow-anchor:none} .logs__lines{margin:0;padding:0} \
    .log-line{display:block;min-height:20px;line-height:20px;overflow-wrap:anywhere;white-space:pre-wrap} \
    .log-line__text{display:block} svg{width:16px;height:16px}";

fn page(limits: Limits, query: &str) -> Page {
    let parent: HtmlElement = document().create_element("div").unwrap().unchecked_into();
    let style = document().create_element("style").unwrap();
    style.set_text_content(Some(STYLE));
    parent.append_child(&style).unwrap();
    parent.style().set_property("height", "600px").unwrap();
    parent.style().set_property("width", "800px").unwrap();
    document().body().unwrap().append_child(&parent).unwrap();
    let handed = std::rc::Rc::new(std::cell::RefCell::new(None));
    let kept = std::rc::Rc::clone(&handed);
    let query = query.to_owned();
    let mounted = mount_to(parent.clone(), move || {
        let feed = LogFeed::new(limits);
        let address = Address::new(|_, _| {});
        address.arrive("/logs", &query);
        let options = Options::new(address);
        let connection = RwSignal::new(Connection::Live);
        *kept.borrow_mut() = Some((feed, options, address, connection));
        let pods = Signal::stored(vec!["api-7d9c-q9w2z".to_owned()]);
        view! { <LogView feed=feed options=options connection=connection file="logs.txt" pods=pods retry=|()| {}/> }
    });
    let (feed, options, address, connection) = handed.take().unwrap();
    Page { parent, feed, options, address, connection, _mounted: Box::new(mounted) }
}

fn line(number: usize, message: &str) -> Line {
    Line {
        timestamp: Some(format!("2026-06-09T14:{:02}:{:02}.000Z", number / 60 % 60, number % 60)),
        pod: format!("api-7d9c-{}", ["2kqzn", "h4v9d"][number % 2]),
        container: "api".to_owned(),
        stream: None,
        message: message.to_owned(),
    }
}

impl Page {
    fn fill(&self, numbers: std::ops::Range<usize>) {
        for number in numbers {
            self.feed.push(line(number, &format!("INFO line {number}.")));
        }
    }

    fn one(&self, selector: &str) -> Option<HtmlElement> {
        self.parent.query_selector(selector).unwrap().map(JsCast::unchecked_into)
    }

    fn all(&self, selector: &str) -> Vec<Element> {
        let found = self.parent.query_selector_all(selector).unwrap();
        (0..found.length()).map(|index| found.item(index).unwrap().unchecked_into()).collect()
    }

    fn texts(&self) -> Vec<String> {
        self.all(".log-line__text").iter().map(|text| text.text_content().unwrap()).collect()
    }

    fn shows(&self, text: &str) -> bool {
        self.texts().iter().any(|shown| shown.contains(text))
    }

    fn says(&self, selector: &str, text: &str) -> bool {
        self.one(selector).is_some_and(|element| element.text_content().unwrap().contains(text))
    }

    fn scroller(&self) -> HtmlElement {
        self.one(".logs__view").unwrap()
    }

    fn press(&self, selector: &str) {
        self.one(selector).unwrap().click();
    }
}

#[wasm_bindgen_test]
async fn a_few_rows_stand_for_many_and_the_end_is_followed() {
    let page = page(Limits::default(), "");
    page.fill(0..5_000);
    until("the last line", || page.shows("line 4999.")).await;
    assert!(page.all(".log-line").len() < 60, "{} rows", page.all(".log-line").len());
    assert!(page.says(".logs__foot", "5,000 lines held"));
    let scroller = page.scroller();
    until("the end", || scroller.scroll_height() - scroller.client_height() - scroller.scroll_top() <= 4).await;
    page.fill(5_000..5_100);
    until("the new end", || page.shows("line 5099.")).await;
}

#[wasm_bindgen_test]
async fn scrolling_up_stops_following_and_a_button_resumes() {
    let page = page(Limits { items: 1_000, bytes: 1 << 20 }, "");
    page.fill(0..1_000);
    until("the last line", || page.shows("line 999.")).await;
    let scroller = page.scroller();
    until("the end", || scroller.scroll_top() > 15_000).await;
    scroller.set_scroll_top(10_000);
    until("the pause", || page.says(".logs__resume", "Follow")).await;
    until("the lines there", || page.shows("line 500.") && !page.shows("line 999.")).await;
    page.fill(1_000..1_200);
    until("the count", || page.says(".logs__resume", "200 new lines")).await;
    assert!(page.shows("line 500."), "what is read stays while old lines go: {:?}", page.texts());
    page.press(".logs__resume");
    until("the newest", || page.shows("line 1199.") && page.one(".logs__resume").is_none()).await;
}

#[wasm_bindgen_test]
async fn the_details_of_the_last_line_stay_while_lines_come() {
    let page = page(Limits::default(), "");
    page.fill(0..300);
    until("the last line", || page.shows("line 299.")).await;
    let times = page.all(".log-line__time");
    times.last().unwrap().unchecked_ref::<HtmlElement>().click();
    until("its details", || page.one(".log-line__detail").is_some()).await;
    let scroller = page.scroller();
    scroller.set_scroll_top(scroller.scroll_height());
    let below = || scroller.scroll_height() - scroller.client_height() - scroller.scroll_top();
    until("the end", || below() <= 4).await;
    let place = || page.one(".log-line__detail").map(|detail| detail.get_bounding_client_rect().top());
    let before = place();
    page.fill(300..350);
    until("the count", || page.says(".logs__resume", "50 new lines")).await;
    assert_eq!(place(), before);
    // Further down, where the line is out of sight, the end is the end.
    scroller.set_scroll_top(scroller.scroll_height());
    until("following", || page.one(".logs__resume").is_none()).await;
    page.fill(350..400);
    until("the newest", || page.shows("line 399.")).await;
}

#[wasm_bindgen_test]
async fn nothing_moves_under_a_pressed_pointer_and_what_it_selects_stays() {
    let page = page(Limits::default(), "");
    page.fill(0..300);
    until("the end", || page.shows("line 299.")).await;
    let pointer = |name| {
        let text = page.all(".log-line__text").pop().unwrap();
        text.dispatch_event(&event("PointerEvent", name, &[])).unwrap();
        text
    };
    let selection = window().get_selection().unwrap().unwrap();
    selection.remove_all_ranges().unwrap();
    let held = pointer("pointerdown");
    page.fill(300..400);
    until("the new lines", || page.says(".logs__foot", "400 lines held")).await;
    assert!(!page.shows("line 399."));
    assert!(held.is_connected());
    pointer("pointerup");
    until("the newest", || page.shows("line 399.")).await;

    let held = pointer("pointerdown");
    selection.select_all_children(&held).unwrap();
    pointer("pointerup");
    page.fill(400..500);
    until("the pause", || page.says(".logs__resume", "100 new lines")).await;
    assert!(held.is_connected());
    selection.remove_all_ranges().unwrap();
}

#[wasm_bindgen_test]
async fn lines_are_copied_as_lines() {
    let page = page(Limits::default(), "");
    page.fill(0..3);
    until("the lines", || page.texts().len() == 3).await;
    let selection = window().get_selection().unwrap().unwrap();
    let copied = || {
        let data = web_sys::DataTransfer::new().unwrap();
        let copying = event("ClipboardEvent", "copy", &[("clipboardData", data.clone().into())]);
        page.one(".logs__lines").unwrap().dispatch_event(&copying).unwrap();
        data.get_data("text/plain").unwrap()
    };
    let texts = page.all(".log-line__text");
    selection.set_base_and_extent(&texts[0], 0, &texts[1], 1).unwrap();
    assert_eq!(
        copied(),
        "2026-06-09T14:00:00.000Z api-7d9c-2kqzn api INFO line 0.\n2026-06-09T14:00:01.000Z api-7d9c-h4v9d api INFO line 1."
    );
    selection.select_all_children(&texts[1]).unwrap();
    assert_eq!(copied(), "", "a part of one line is the browser's");
    selection.remove_all_ranges().unwrap();
}

#[wasm_bindgen_test]
async fn opened_details_are_seen_and_what_a_filter_hides_is_nothing_new() {
    let page = page(Limits::default(), "level=warn");
    for number in 0..300 {
        page.feed.push(line(number, &format!("WARN line {number}.")));
    }
    until("the last line", || page.shows("line 299.")).await;
    page.all(".log-line__time").last().unwrap().unchecked_ref::<HtmlElement>().click();
    // As much of them as there is room for, which depends on the height of the bars, which have no style in this test.
    let view = page.scroller().get_bounding_client_rect();
    until("its details", || {
        page.one(".log-line__detail").is_some_and(|detail| {
            let line = detail.parent_element().unwrap().get_bounding_client_rect();
            line.bottom() <= view.bottom() || (line.top() - view.top()).abs() < 1.0
        })
    })
    .await;
    page.fill(300..340);
    page.feed.push(line(340, "WARN line 340."));
    until("the count", || page.says(".logs__resume", "1 new line")).await;
    assert!(page.says(".logs__foot", "341 lines held"));
}

#[wasm_bindgen_test]
async fn a_step_that_is_asked_for_before_a_search_has_found_anything_comes_with_the_first_match() {
    let page = page(Limits::default(), "");
    page.fill(0..2_000);
    until("the end", || page.shows("line 1999.")).await;
    page.options.update(|options| "line 19.".clone_into(&mut options.wanted.text));
    leptos::task::tick().await;
    assert!(!page.says(".logs__hits", "1 match"), "the search has only begun");
    page.press("[aria-label='Next match']");
    until("the match", || page.all("mark.is-now").len() == 1 && page.says(".logs__hits", "1 of 1")).await;
}

#[wasm_bindgen_test]
async fn a_search_counts_marks_and_walks() {
    let page = page(Limits::default(), "");
    page.fill(0..2_000);
    page.options.update(|options| "LINE 19".clone_into(&mut options.wanted.text));
    until("the count", || page.says(".logs__hits", "111 matches")).await;
    let input: HtmlInputElement = page.one(".logs__search input").unwrap().unchecked_into();
    assert_eq!(input.value(), "LINE 19");
    page.press("[aria-label='Next match']");
    page.press("[aria-label='Next match']");
    until("a position", || page.says(".logs__hits", "of 111")).await;
    until("the match", || page.all("mark.is-now").len() == 1).await;
    page.press("[aria-label='Match case']");
    until("none", || page.says(".logs__hits", "No match")).await;
    page.press("[aria-label='Regular expression']");
    page.options.update(|options| r"line 1?\d\.$".clone_into(&mut options.wanted.text));
    until("the expression", || page.says(".logs__hits", "20 matches")).await;
    page.options.update(|options| "(".clone_into(&mut options.wanted.text));
    until("the reason", || page.says(".logs__hits", "Not an expression")).await;
    assert_eq!(input.get_attribute("aria-invalid").as_deref(), Some("true"));
    assert!(page.all("mark").is_empty());
    press_key(&input, "Escape");
    until("no search", || page.says(".logs__hits", "") && input.value().is_empty()).await;
    assert_eq!(document().active_element().unwrap(), page.scroller().into());
}

#[wasm_bindgen_test]
async fn other_scripts_are_found_whatever_their_case() {
    let page = page(Limits::default(), "");
    page.feed.push(line(0, "🦀 GRÜN und grün"));
    page.options.update(|options| "grün".clone_into(&mut options.wanted.text));
    until("the marks", || {
        let marks: Vec<_> = page.all("mark").iter().map(|mark| mark.text_content().unwrap()).collect();
        marks == ["GRÜN", "grün"]
    })
    .await;
}

#[wasm_bindgen_test]
async fn levels_hide_and_colours_are_spans() {
    let page = page(Limits::default(), "");
    page.feed.push(line(0, "\u{1b}[31mERROR\u{1b}[0m \u{202e}<b>not markup</b>"));
    page.feed.push(line(1, "INFO fine"));
    until("both", || page.texts().len() == 2).await;
    assert!(page.says(".log-line--error .ansi--red", "ERROR"));
    assert!(page.shows("<U+202E><b>not markup</b>"));
    assert!(page.one(".log-line b").is_none());
    let chip = page.all(".logs__level").into_iter().find(|chip| chip.text_content().unwrap() == "Info1").unwrap();
    assert_eq!(chip.get_attribute("aria-pressed").as_deref(), Some("true"));
    chip.unchecked_ref::<HtmlElement>().click();
    until("one", || page.texts().len() == 1).await;
    assert!(!page.options.with_untracked(|options| options.filter.levels.has(Level::Info)));
    assert_ne!(page.all(".log-line__pod")[0].class_name(), "log-line__pod");
}

#[wasm_bindgen_test]
async fn wrapped_rows_of_any_height_stay_in_place() {
    let page = page(Limits::default(), "");
    for number in 0..400 {
        page.feed.push(line(number, &format!("line {number}. {}", "word ".repeat(number * 7 % 90))));
    }
    until("the last line", || page.shows("line 399.")).await;
    let scroller = page.scroller();
    scroller.set_scroll_top(scroller.scroll_top() / 2);
    until("the pause", || page.one(".logs__resume").is_some()).await;
    // Once all is measured, each row begins where the one before it ends.
    until("settled rows", || {
        let edge = scroller.get_bounding_client_rect();
        let rows = page.all(".log-line");
        let first = rows.first().map(Element::get_bounding_client_rect);
        let last = rows.last().map(Element::get_bounding_client_rect);
        first.is_some_and(|first| first.top() <= edge.top()) && last.is_some_and(|last| last.bottom() >= edge.bottom())
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_link_shows_its_line_and_says_when_it_is_gone() {
    let wanted = line(250, "INFO line 250.").id();
    let page = page(Limits { items: 1_000, bytes: 1 << 20 }, &format!("line={wanted}"));
    page.fill(0..1_000);
    until("the line", || page.says(".log-line--linked", "line 250.")).await;
    assert!(!page.says(".logs__notice", "gone"));
    page.fill(1_000..1_400);
    until("the notice", || page.says(".logs__notice", "is gone")).await;
    page.options.update(|options| options.line = Some(line(1, "never").id()));
    until("no notice", || !page.says(".logs__notice", "gone")).await;
    until("the notice again", || page.says(".logs__notice", "is gone")).await;
}

#[wasm_bindgen_test]
async fn a_lost_connection_goes_on_without_a_line_twice_or_marks_the_gap() {
    let page = page(Limits::default(), "");
    page.fill(0..10);
    until("the lines", || page.texts().len() == 10).await;
    page.feed.lost();
    page.fill(5..14);
    until("those that are new", || page.texts().len() == 14).await;
    assert!(page.one(".log-line--gap").is_none());
    page.feed.lost();
    page.fill(20..22);
    until("the gaps of both pods", || page.all(".log-line--gap").len() == 2).await;
    assert!(page.says(".log-line--gap", "Lines of 2kqzn / api may be missing between"));
    assert!(page.says(".logs__foot", "16 lines held"));
}

#[wasm_bindgen_test]
async fn the_keyboard_walks_the_lines_and_opens_one() {
    let page = page(Limits::default(), "");
    page.fill(0..300);
    until("the last line", || page.shows("line 299.")).await;
    let scroller = page.scroller();
    scroller.focus().unwrap();
    let focused = || document().active_element().unwrap();
    let seq = || focused().get_attribute("data-seq").and_then(|seq| seq.parse::<u64>().ok());
    press_key(&scroller, "j");
    until("a line with the focus", || seq().is_some()).await;
    let first = seq().unwrap();
    for (key, expected) in [("ArrowDown", first + 1), ("j", first + 2), ("k", first + 1), ("ArrowUp", first)] {
        press_key(&focused(), key);
        until(key, || seq() == Some(expected)).await;
    }
    focused().unchecked_into::<HtmlElement>().click();
    until("its details", || page.says(".log-line__detail", "api-7d9c-")).await;
    until("the focus on it", || {
        seq() == Some(first) && focused().get_attribute("aria-expanded").as_deref() == Some("true")
    })
    .await;
    press_key(&focused(), "Home");
    until("the first line", || seq() == Some(0)).await;
    press_key(&focused(), "PageDown");
    // How many lines a page has here depends on the height of the bars, which have no style in this test.
    let page_of_lines = u64::try_from(scroller.client_height() / 40).unwrap().max(1);
    until("a page on", || seq().is_some_and(|seq| seq >= page_of_lines)).await;
    press_key(&focused(), "Escape");
    assert_eq!(focused(), scroller.clone().into());
    press_key(&scroller, "k");
    until("a line again", || seq().is_some()).await;
    press_key(&focused(), "End");
    until("following", || page.one(".logs__resume").is_none()).await;
}

#[wasm_bindgen_test]
async fn an_opened_line_tells_its_fields() {
    let page = page(Limits::default(), "q=DATABASE_URL&time=utc");
    page.feed.push(line(0, r#"{"level":"error","msg":"DATABASE_URL is not set","key":"DATABASE_URL","n":{"a":1}}"#));
    until("the line", || page.texts() == [r"DATABASE_URL is not set  key=DATABASE_URL n.a=1"]).await;
    let fields = page.all(".log-line__fields");
    assert!(fields.iter().any(|part| part.text_content().unwrap().contains("n.a=1")));
    assert!(page.says(".log-line__time", "14:00:00.000"));
    page.press(".log-line__time");
    until("its details", || page.one(".log-line__detail").is_some()).await;
    let told: Vec<_> = page.all(".log-line__detail dd").iter().map(|value| value.text_content().unwrap()).collect();
    assert_eq!(told, ["2026-06-09T14:00:00.000Z", "api-7d9c-2kqzn", "api", "error", "DATABASE_URL", "1"]);
    assert_eq!(page.all(".log-line__detail mark").len(), 1);
    page.options.update(|options| options.raw = true);
    until("as it came", || page.shows(r#"{"level":"error","msg""#)).await;
}

#[wasm_bindgen_test]
async fn pods_are_chosen_and_the_address_knows() {
    let page = page(Limits::default(), "level=info,error");
    page.fill(0..10);
    until("the lines", || page.texts().len() == 10).await;
    assert!(page.says(".logs__picker", "All 3"), "one is known that has written nothing");
    let boxes = page.all(".logs__sheet .logs__choice:has(.pod-mark) input");
    boxes[0].unchecked_ref::<HtmlElement>().click();
    until("those of one", || page.texts().len() == 5).await;
    assert!(page.says(".logs__picker", "2kqzn"));
    assert_eq!(page.address.get_untracked("pod").as_deref(), Some("api-7d9c-2kqzn"));
    assert_eq!(page.address.get_untracked("level").as_deref(), Some("error,info"));
    page.options.update(|options| options.filter.levels = Levels::default().toggled(Level::Info));
    until("none", || page.says(".logs__empty", "None of the lines is shown")).await;
    page.press(".logs__empty button");
    until("all", || page.texts().len() == 10).await;
    assert_eq!(page.address.get_untracked("pod"), None);
}

#[wasm_bindgen_test]
async fn the_strip_leads_to_a_time() {
    let page = page(Limits::default(), "time=utc");
    page.fill(0..3_000);
    until("the strip", || page.one(".logs__chart").is_some()).await;
    let chart = page.one(".logs__chart").unwrap();
    assert_eq!(chart.get_attribute("role").as_deref(), Some("slider"));
    press_key(&chart, "Home");
    until("the first line", || page.shows("line 0.")).await;
    assert!(page.one(".logs__resume").is_some(), "following has ended");
    until("where it is", || chart.get_attribute("aria-valuenow").as_deref() == Some("0")).await;
    press_key(&chart, "End");
    until("the last line", || page.shows("line 2999.")).await;
    assert!(chart.get_attribute("aria-valuetext").unwrap().contains("lines"));
}

#[wasm_bindgen_test]
async fn what_is_empty_says_why() {
    let page = page(Limits::default(), "previous=1");
    until("live", || page.says(".logs__empty", "No lines yet")).await;
    page.connection.set(Connection::Ended);
    until("ended", || page.says(".logs__empty", "No earlier run")).await;
    page.feed.push(line(0, "INFO x"));
    until("a line", || page.texts().len() == 1).await;
    assert!(page.one(".logs__empty").is_none());
    until("why no more come", || page.says(".logs__foot", "1 line held")).await;
}
