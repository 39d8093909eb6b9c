//! A component that is mounted in the page of the test, and hands that use it.

use std::{any::Any, cell::RefCell, rc::Rc};

use astro_api::Secret;
use astro_console::store::{Preferences, Session, Store, session};
use leptos::{
    mount::mount_to,
    prelude::{AnyView, document},
};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement, HtmlInputElement};

use crate::support::{client, settle, unique};

/// A place of its own in the page; it goes with the test.
pub struct Screen {
    pub parent: HtmlElement,
    _mounted: Box<dyn Any>,
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.parent.remove();
    }
}

const STYLE: &str = "dialog[open]{display:block} svg{width:16px;height:16px} \
    .combo__list{max-height:304px;overflow:auto;margin:0;padding:0} .combo__row{height:32px;display:block}";

impl Screen {
    /// Mounts something into a new element.
    pub fn new(mount: impl FnOnce(HtmlElement) -> Box<dyn Any>) -> Self {
        let parent: HtmlElement = document().create_element("div").unwrap().unchecked_into();
        let style = document().create_element("style").unwrap();
        style.set_text_content(Some(STYLE));
        parent.append_child(&style).unwrap();
        document().body().unwrap().append_child(&parent).unwrap();
        let mounted = mount(parent.clone());
        Self { parent, _mounted: mounted }
    }

    pub fn one(&self, selector: &str) -> Option<HtmlElement> {
        self.parent.query_selector(selector).unwrap().map(JsCast::unchecked_into)
    }

    pub fn all(&self, selector: &str) -> Vec<Element> {
        let found = self.parent.query_selector_all(selector).unwrap();
        (0..found.length()).map(|index| found.item(index).unwrap().unchecked_into()).collect()
    }

    pub fn input(&self, selector: &str) -> HtmlInputElement {
        self.one(selector).unwrap().unchecked_into()
    }

    /// Whether an element holds a text; an empty one, whether it holds none.
    pub fn says(&self, selector: &str, text: &str) -> bool {
        self.one(selector).is_some_and(|element| {
            let said = element.text_content().unwrap();
            if text.is_empty() { said.is_empty() } else { said.contains(text) }
        })
    }

    /// The button with these words.
    pub fn button(&self, words: &str) -> HtmlElement {
        let found = self.all("button").into_iter().find(|button| button.text_content().unwrap().trim() == words);
        found.unwrap_or_else(|| panic!("no button says {words}")).unchecked_into()
    }

    pub fn type_into(&self, selector: &str, text: &str) {
        self.type_at(selector, 0, text);
    }

    /// Types into one of several.
    pub fn type_at(&self, selector: &str, index: usize, text: &str) {
        let element = self.all(selector).swap_remove(index);
        js_sys::Reflect::set(&element, &"value".into(), &text.into()).unwrap();
        element.dispatch_event(&event("InputEvent", "input", &[])).unwrap();
    }
}

/// A view below a store that is signed in with a key, and what it hands out.
pub async fn signed_in<H: 'static>(view: impl FnOnce() -> (AnyView, H) + 'static) -> (Screen, Store, H) {
    let handed: Rc<RefCell<Option<(Store, H)>>> = Rc::default();
    let kept = Rc::clone(&handed);
    let (client, _) = client();
    let screen = Screen::new(move |parent| {
        Box::new(mount_to(parent, move || {
            let preferences = Preferences::new();
            let settings = session::Settings { oidc: None, in_memory: true };
            let session = Session::with(&settings, &client, preferences, |_| {});
            let store = Store::provide_with(client, session, preferences);
            let (view, hands) = view();
            *kept.borrow_mut() = Some((store, hands));
            view
        }))
    });
    let (store, hands) = handed.take().unwrap();
    store.session.sign_in_with_key(Secret::from(unique("key"))).await.ok().unwrap();
    settle().await;
    (screen, store, hands)
}

/// Drops a file; whether the page let the browser do its own with it.
pub fn drop_file(zone: &Element, name: &str, text: &str) -> bool {
    let file = web_sys::File::new_with_str_sequence(&js_sys::Array::of1(&text.into()), name).unwrap();
    let data = web_sys::DataTransfer::new().unwrap();
    let items = js_sys::Reflect::get(&data, &"items".into()).unwrap();
    let add: js_sys::Function = js_sys::Reflect::get(&items, &"add".into()).unwrap().unchecked_into();
    add.call1(&items, &file).unwrap();
    zone.dispatch_event(&event("DragEvent", "drop", &[("dataTransfer", data.into())])).unwrap()
}

/// An event that bubbles.
pub fn event(class: &str, name: &str, more: &[(&str, JsValue)]) -> web_sys::Event {
    let init = js_sys::Object::new();
    let always = [("bubbles", JsValue::TRUE), ("cancelable", JsValue::TRUE)];
    for (name, value) in always.iter().chain(more) {
        js_sys::Reflect::set(&init, &(*name).into(), value).unwrap();
    }
    let make: js_sys::Function = js_sys::Reflect::get(&js_sys::global(), &class.into()).unwrap().unchecked_into();
    js_sys::Reflect::construct(&make, &js_sys::Array::of2(&name.into(), &init)).unwrap().unchecked_into()
}

/// Presses a key; whether the page let the browser do its own with it.
pub fn press_key(target: &Element, key: &str) -> bool {
    target.dispatch_event(&event("KeyboardEvent", "keydown", &[("key", key.into())])).unwrap()
}

/// What has the focus.
pub fn focused() -> Element {
    document().active_element().unwrap()
}
