//! The browser of a repository: rows, the keyboard, odd names, picking.

use std::{cell::RefCell, rc::Rc, sync::Arc};

use astro_api::github::{EntryType, RepoContentEntry, RepoFile};
use astro_console::{
    components::{
        Picks, Spot,
        repository_browser::{Source, Ways, browser},
    },
    ui::load::{Any, Load, Loaded, Loads},
};
use leptos::{mount::mount_to, prelude::*};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;

use crate::{
    screen::{Screen, focused, press_key},
    support::until,
};

const STYLE: &str = ".repo__scroll{position:relative;height:360px;overflow:auto} .repo__list{position:relative;margin:0;padding:0} \
    .repo__item{position:absolute;left:0;right:0;height:36px} .repo__row{display:block;height:36px}";

fn loaded<T: Send + Sync + 'static>(value: T) -> Load<Any> {
    let value: Arc<Any> = Arc::new(value);
    Load::Ready(Loaded { value, at: 0, refreshing: false, failed: None })
}

fn entry(path: &str, is_dir: bool) -> RepoContentEntry {
    let name = path.rsplit('/').next().unwrap().to_owned();
    let kind = if is_dir { EntryType::Dir } else { EntryType::File };
    RepoContentEntry { name, path: path.to_owned(), kind, size: (!is_dir).then_some(12), sha: None }
}

fn folder(path: &str) -> Vec<RepoContentEntry> {
    match path {
        "" => {
            vec![entry("README.md", false), entry("charts", true), entry("orders", true), entry("values.yaml", false)]
        }
        "charts" => vec![entry("charts/api", true), entry("charts/Chart.yaml", false)],
        "orders" => (0..20_000).map(|index| entry(&format!("orders/order-{index:05}.json"), false)).collect(),
        "odd" => ["<img src=x onerror=\"window.hacked=1\">", "a\u{202e}gpj.exe", "two\nlines"]
            .iter()
            .map(|name| RepoContentEntry { name: (*name).to_owned(), ..entry(&format!("odd/{name}"), false) })
            .collect(),
        _ => Vec::new(),
    }
}

struct Page {
    screen: Screen,
    spot: RwSignal<Spot>,
    picked: Rc<RefCell<Vec<String>>>,
}

fn page(spot: Spot, picks: Option<Picks>, linked: bool) -> Page {
    let handed: Rc<RefCell<Option<RwSignal<Spot>>>> = Rc::default();
    let kept = Rc::clone(&handed);
    let picked: Rc<RefCell<Vec<String>>> = Rc::default();
    let takes = send_wrapper::SendWrapper::new(Rc::clone(&picked));
    let screen = Screen::new(move |parent| {
        let style = document().create_element("style").unwrap();
        style.set_text_content(Some(STYLE));
        parent.append_child(&style).unwrap();
        Box::new(mount_to(parent, move || {
            let spot = RwSignal::new(spot);
            *kept.borrow_mut() = Some(spot);
            let load = Loads::new(Signal::derive(move || loaded(folder(&spot.get().folder))));
            let file = |path: String| {
                let file = RepoFile { content: format!("content of {path}\n"), path, ..RepoFile::default() };
                (Loads::new(Signal::stored(loaded(file))), Callback::new(|()| {}))
            };
            let source = Source {
                name: Signal::stored("platform-charts".to_owned()),
                load,
                retry: Callback::new(|()| {}),
                file: Callback::new(file),
            };
            let ways = Ways {
                on_go: Callback::new(move |to| spot.set(to)),
                link: linked.then(|| Callback::new(|spot: Spot| format!("?path={}", spot.path()))),
                on_pick: picks.map(|_| Callback::new(move |path| takes.borrow_mut().push(path))),
                picks: picks.unwrap_or_default(),
                tools: None,
            };
            browser(source, Memo::new(move |_| spot.get()), ways)
        }))
    });
    let spot = handed.take().unwrap();
    Page { screen, spot, picked }
}

impl Page {
    fn rows(&self) -> Vec<String> {
        self.screen.all(".repo__name").iter().map(|row| row.text_content().unwrap_or_default()).collect()
    }

    fn at(&self) -> String {
        self.spot.get_untracked().path().to_owned()
    }

    fn stop(&self) -> HtmlElement {
        self.screen.one("[data-row][tabindex='0']").expect("a row that takes the Tab key")
    }
}

fn focused_name() -> String {
    let focused = focused();
    let name = focused.query_selector(".repo__name").ok().flatten().filter(|_| focused.has_attribute("data-row"));
    name.and_then(|name| name.text_content()).unwrap_or_default()
}

#[wasm_bindgen_test]
async fn folders_come_first_and_the_readme_is_open() {
    let page = page(Spot::default(), None, false);
    until("the rows", || page.rows() == ["charts", "orders", "README.md", "values.yaml"]).await;
    until("the readme", || page.screen.says(".code", "content of README.md")).await;
    let item = page.screen.one("li.repo__item").unwrap();
    assert_eq!(item.get_attribute("aria-setsize").as_deref(), Some("4"));
    assert_eq!(page.screen.all("[data-row][tabindex='0']").len(), 1);
}

#[wasm_bindgen_test]
async fn the_keyboard_walks_opens_and_comes_back() {
    let page = page(Spot::default(), None, false);
    until("the rows", || page.rows().len() == 4).await;
    page.stop().focus().unwrap();
    assert!(!press_key(&page.stop(), "ArrowDown"), "the key is taken");
    until("the second row", || focused_name() == "orders").await;
    press_key(&focused(), "Home");
    until("the first row", || focused_name() == "charts").await;
    press_key(&focused(), "ArrowRight");
    until("the folder", || page.at() == "charts" && focused_name() == "api").await;
    press_key(&focused(), "End");
    until("its last row", || focused_name() == "Chart.yaml").await;
    press_key(&focused(), "ArrowRight");
    assert_eq!(page.at(), "charts", "a file is opened by Enter alone");
    press_key(&focused(), "ArrowLeft");
    until("where one came from", || page.at().is_empty() && focused_name() == "charts").await;
    press_key(&focused(), "ArrowLeft");
    assert_eq!(page.at(), "", "the root is the top");
}

#[wasm_bindgen_test]
async fn twenty_thousand_files_draw_what_is_seen() {
    let page = page(Spot::folder("orders"), None, false);
    until("the rows", || !page.rows().is_empty()).await;
    assert!(page.rows().len() < 100, "{} rows are drawn", page.rows().len());
    assert!(page.screen.says(".repo__count", "20,000 entries"));
    page.stop().focus().unwrap();
    press_key(&focused(), "End");
    until("the last one", || focused_name() == "order-19999.json").await;
    let scroller = page.screen.one(".repo__scroll").unwrap();
    scroller.set_scroll_top(0);
    until("the first ones", || page.rows().first().is_some_and(|name| name == "order-00000.json")).await;
    until("the focus, which scrolling leaves where it was", || focused_name() == "order-19999.json").await;
    page.screen.type_into("input[type=search]", "1234");
    until("what fits", || page.screen.says(".repo__count", "12 entries")).await;
    assert!(page.rows().iter().all(|name| name.contains("1234")));
    page.screen.type_into("input[type=search]", "none such");
    until("what is said of it", || page.screen.says(".repo__none", "No name holds “none such”.")).await;
}

#[wasm_bindgen_test]
async fn odd_names_are_text() {
    let page = page(Spot::folder("odd"), None, true);
    until("the rows", || page.rows().len() == 3).await;
    assert_eq!(page.rows(), ["<img src=x onerror=\"window.hacked=1\">", "a<U+202E>gpj.exe", "two␊lines"]);
    assert!(page.screen.one(".repo img").is_none());
    assert!(page.screen.one("bdi").is_some());
}

#[wasm_bindgen_test]
async fn places_with_an_address_are_links() {
    let page = page(Spot::folder("charts"), None, true);
    until("the rows", || page.rows().len() == 2).await;
    let hrefs: Vec<_> = page.screen.all("a[data-row]").iter().filter_map(|row| row.get_attribute("href")).collect();
    assert_eq!(hrefs, ["?path=charts/api", "?path=charts/Chart.yaml"]);
    let row: HtmlElement = page.screen.all("a[data-row]")[1].clone().unchecked_into();
    row.click();
    until("the file", || page.at() == "charts/Chart.yaml").await;
    until("which is marked", || page.screen.says("[aria-current=true]", "Chart.yaml")).await;
    let root = page.screen.one(".repo__step").unwrap();
    root.click();
    until("the root", || page.at().is_empty()).await;
}

#[wasm_bindgen_test]
async fn a_folder_or_a_file_is_picked() {
    let folders = page(Spot::folder("charts"), Some(Picks::Folder), false);
    folders.screen.button("Use this folder").click();
    assert_eq!(*folders.picked.borrow(), ["charts"]);
    let files = page(Spot::folder("charts"), Some(Picks::File), false);
    until("the rows", || files.rows().len() == 2).await;
    assert_eq!(files.screen.button("Use this file").get_attribute("aria-disabled").as_deref(), Some("true"));
    files.screen.button("Use this file").click();
    assert!(files.picked.borrow().is_empty());
    files.screen.all("[data-row]")[1].clone().unchecked_into::<HtmlElement>().click();
    until("the file", || files.at() == "charts/Chart.yaml").await;
    files.screen.button("Use this file").click();
    assert_eq!(*files.picked.borrow(), ["charts/Chart.yaml"]);
}
