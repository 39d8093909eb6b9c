//! The editor's plain field, and the swap for the module, with a module that only notes what it is told.

use std::{any::Any, cell::RefCell, rc::Rc};

use astro_console::ui::editor::{Editor, Language, Mark, MergeView};
use js_sys::{Array, Function};
use leptos::{mount::mount_to, prelude::*};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Event, HtmlElement, HtmlTextAreaElement};

use crate::support::{get, set, settle, until, window};

/// A loader that the test lets succeed or fail.
struct Loader(JsValue);

const LOADER: &str = r#"
    const script = { loads: [], told: [], options: null, tell: null, destroyed: 0 };
    const handle = (host) => ({
      set: (name, value) => script.told.push(`${name}=${Array.isArray(value) ? value.join("|") : value}`),
      destroy: () => { script.destroyed += 1; },
    });
    const show = (host, options, tell) => {
      script.options = options;
      script.tell = tell;
      if (options.focus) { host.tabIndex = 0; host.hidden = false; host.focus(); }
      return handle(host);
    };
    const module = { mount: show, merge: show };
    window.astro = {
      load: (part, attempt) => new Promise((resolve, reject) => {
        script.loads.push([part, attempt]);
        script.succeed = () => resolve(module);
        script.fail = () => reject(new TypeError("Failed to fetch"));
      }),
    };
    return script;
"#;

impl Loader {
    fn new() -> Self {
        Self(Function::new_no_args(LOADER).call0(&JsValue::NULL).unwrap())
    }

    fn loads(&self) -> Vec<String> {
        Array::from(&get(&self.0, "loads")).iter().map(|load| Array::from(&load).join("/").into()).collect()
    }

    fn told(&self) -> Vec<String> {
        Array::from(&get(&self.0, "told")).iter().filter_map(|told| told.as_string()).collect()
    }

    fn option(&self, name: &str) -> JsValue {
        get(&get(&self.0, "options"), name)
    }

    fn call(&self, name: &str) {
        get(&self.0, name).unchecked_into::<Function>().call0(&JsValue::NULL).unwrap();
    }

    /// Types in the module.
    fn type_there(&self, text: &str) {
        get(&self.0, "tell").unchecked_into::<Function>().call1(&JsValue::NULL, &text.into()).unwrap();
    }
}

impl Drop for Loader {
    fn drop(&mut self) {
        set(&window(), "astro", &JsValue::UNDEFINED);
    }
}

struct Page {
    parent: HtmlElement,
    mounted: Option<Box<dyn Any>>,
    value: RwSignal<String>,
    errors: RwSignal<Vec<Mark>>,
    heard: Rc<RefCell<Vec<String>>>,
}

impl Drop for Page {
    fn drop(&mut self) {
        self.parent.remove();
    }
}

fn page(text: &str) -> Page {
    let parent: HtmlElement = document().create_element("div").unwrap().unchecked_into();
    document().body().unwrap().append_child(&parent).unwrap();
    let handed = Rc::new(RefCell::new(None));
    let heard: Rc<RefCell<Vec<String>>> = Rc::default();
    let (kept, text) = (Rc::clone(&handed), text.to_owned());
    let notes = send_wrapper::SendWrapper::new(Rc::clone(&heard));
    let mounted = mount_to(parent.clone(), move || {
        let value = RwSignal::new(text);
        let errors = RwSignal::new(Vec::new());
        *kept.borrow_mut() = Some((value, errors));
        let on_change = move |text: String| {
            notes.borrow_mut().push(text.clone());
            value.set(text);
        };
        view! { <Editor value=value on_change=on_change label="Manifest" errors=errors language=Language::Yaml/> }
    });
    let (value, errors) = handed.take().unwrap();
    Page { parent, mounted: Some(Box::new(mounted)), value, errors, heard }
}

impl Page {
    fn plain(&self) -> Option<HtmlTextAreaElement> {
        self.parent.query_selector("textarea").unwrap().map(JsCast::unchecked_into)
    }

    fn type_plain(&self, text: &str) {
        let plain = self.plain().unwrap();
        plain.set_value(text);
        plain.dispatch_event(&Event::new("input").unwrap()).unwrap();
    }

    fn heard(&self) -> Vec<String> {
        self.heard.borrow().clone()
    }

    fn says(&self, text: &str) -> bool {
        self.parent.text_content().unwrap().contains(text)
    }
}

#[wasm_bindgen_test]
async fn a_plain_field_works_until_the_module_is_there_and_nothing_is_lost_in_the_swap() {
    let loader = Loader::new();
    let page = page("a: 1\n");
    until("the load", || loader.loads() == ["editor/0"]).await;
    let plain = page.plain().unwrap();
    assert_eq!(plain.value(), "a: 1\n");
    assert_eq!(plain.get_attribute("aria-label").as_deref(), Some("Manifest"));
    plain.focus().unwrap();
    page.type_plain("a: 12\n");
    plain.set_selection_range(4, 5).unwrap();
    assert_eq!(page.heard(), ["a: 12\n"]);

    loader.call("succeed");
    until("the swap", || page.plain().is_none()).await;
    assert_eq!(loader.option("value").as_string().as_deref(), Some("a: 12\n"));
    assert_eq!((loader.option("from").as_f64(), loader.option("to").as_f64()), (Some(4.0), Some(5.0)));
    assert_eq!(loader.option("focus").as_bool(), Some(true));
    assert_eq!(loader.option("language").as_string().as_deref(), Some("yaml"));
    let host: HtmlElement = page.parent.query_selector(".editor__host").unwrap().unwrap().unchecked_into();
    assert!(!host.hidden(), "the module is shown");
    assert!(document().active_element().is_some_and(|at| at == *host), "the focus went along");
}

#[wasm_bindgen_test]
async fn what_is_typed_comes_back_once_and_what_comes_from_outside_goes_in() {
    let loader = Loader::new();
    let page = page("a: 1\n");
    until("the load", || !loader.loads().is_empty()).await;
    loader.call("succeed");
    until("the swap", || page.plain().is_none()).await;
    loader.type_there("a: 2\n");
    settle().await;
    assert_eq!(page.heard(), ["a: 2\n"]);
    assert!(!loader.told().iter().any(|told| told.starts_with("value=")), "the echo is not told: {:?}", loader.told());
    page.value.set("b: 3\n".to_owned());
    until("the new text", || loader.told().contains(&"value=b: 3\n".to_owned())).await;
    assert_eq!(page.heard(), ["a: 2\n"], "what comes from outside is not told back");
    page.errors.set(vec![Mark { line: 1, column: 4, is_warning: true, message: "Too much.".to_owned() }]);
    until("the error", || loader.told().contains(&"errors=1|4|warning|Too much.".to_owned())).await;
}

#[wasm_bindgen_test]
async fn a_module_that_cannot_be_loaded_leaves_the_plain_field_and_can_be_asked_for_again() {
    let loader = Loader::new();
    let page = page("a: 1\n");
    until("the load", || !loader.loads().is_empty()).await;
    loader.call("fail");
    until("the reason", || page.says("could not be loaded")).await;
    page.type_plain("a: 2\n");
    assert_eq!(page.heard(), ["a: 2\n"]);
    page.parent.query_selector("button").unwrap().unwrap().unchecked_into::<HtmlElement>().click();
    until("another try", || loader.loads() == ["editor/0", "editor/1"]).await;
    until("the wait", || page.says("Loading the editor")).await;
    assert_eq!(page.plain().unwrap().value(), "a: 2\n");
    loader.call("succeed");
    until("the swap", || page.plain().is_none()).await;
    assert_eq!(loader.option("value").as_string().as_deref(), Some("a: 2\n"));
}

#[wasm_bindgen_test]
async fn leaving_the_page_takes_the_module_down_and_a_late_load_does_nothing() {
    let loader = Loader::new();
    let mut shown = page("a: 1\n");
    until("the load", || !loader.loads().is_empty()).await;
    loader.call("succeed");
    until("the swap", || shown.plain().is_none()).await;
    drop(shown.mounted.take());
    assert_eq!(get(&loader.0, "destroyed").as_f64(), Some(1.0));

    let mut late = page("a: 1\n");
    until("the load", || loader.loads().len() == 2).await;
    drop(late.mounted.take());
    set(&loader.0, "options", &JsValue::NULL);
    loader.call("succeed");
    settle().await;
    assert!(get(&loader.0, "options").is_null(), "nothing is shown on a page that is gone");
}

#[wasm_bindgen_test]
async fn without_a_loader_the_plain_field_stays() {
    let page = page("a: 1\n");
    until("the reason", || page.says("could not be loaded")).await;
    assert!(page.plain().is_some());
}

#[wasm_bindgen_test]
async fn what_changes_is_readable_before_the_module_is_there() {
    let loader = Loader::new();
    let parent: HtmlElement = document().create_element("div").unwrap().unchecked_into();
    document().body().unwrap().append_child(&parent).unwrap();
    let after = std::rc::Rc::new(RefCell::new(None));
    let kept = Rc::clone(&after);
    let _mounted = mount_to(parent.clone(), move || {
        let after = RwSignal::new("a: 2\n".to_owned());
        *kept.borrow_mut() = Some(after);
        view! { <MergeView before="a: 1\n".to_owned() after=after label="Update"/> }
    });
    until("the load", || !loader.loads().is_empty()).await;
    assert!(parent.query_selector("pre").unwrap().unwrap().text_content().unwrap().contains("a: 2"));
    loader.call("succeed");
    until("the swap", || parent.query_selector("pre").unwrap().is_none()).await;
    assert_eq!(loader.option("before").as_string().as_deref(), Some("a: 1\n"));
    let after: RwSignal<String> = after.take().unwrap();
    after.set("a: 3\n".to_owned());
    until("the new text", || loader.told().contains(&"after=a: 3\n".to_owned())).await;
    parent.remove();
}
