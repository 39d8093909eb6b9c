//! The module of JavaScript: loading it, trying again, and telling it what to show.

use js_sys::{Function, Object, Promise, Reflect};
use leptos::{html, prelude::*};
use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::HtmlElement;

/// Is told what was typed.
pub type Heard = Closure<dyn FnMut(String)>;

#[wasm_bindgen]
extern "C" {
    /// What `editor/main.js` exports.
    pub type Module;
    #[wasm_bindgen(method, catch)]
    pub fn mount(this: &Module, host: &HtmlElement, options: &Object, tell: &Heard) -> Result<Handle, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn merge(this: &Module, host: &HtmlElement, options: &Object) -> Result<Handle, JsValue>;

    /// An editor or a view of changes that is shown.
    pub type Handle;
    #[wasm_bindgen(method)]
    fn set(this: &Handle, name: &str, value: &JsValue);
    #[wasm_bindgen(method)]
    fn destroy(this: &Handle);
}

/// Imports a part of the console that not every page needs. `public/boot.js` provides the way, because an import by
/// address cannot be written in Rust.
async fn load(part: &str, attempt: u32) -> Result<Module, JsValue> {
    let parts = Reflect::get(&js_sys::global(), &"astro".into())?;
    let load: Function = Reflect::get(&parts, &"load".into())?.dyn_into()?;
    let module: Promise = load.call2(&JsValue::NULL, &part.into(), &attempt.into())?.dyn_into()?;
    JsFuture::from(module).await.map(JsCast::unchecked_into)
}

/// An object of JavaScript.
pub fn options(fields: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in fields {
        // Setting a field of a fresh object does not fail.
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Waiting,
    Ready,
    Failed,
}

/// What is shown, and what it tells.
type Shown = (Handle, Option<Heard>);
type Mount = Box<dyn Fn(&Module, &HtmlElement) -> Result<Shown, JsValue>>;

/// Loads the module and shows something by it. A copy is a handle of the same.
#[derive(Clone, Copy)]
pub struct Loader {
    host: NodeRef<html::Div>,
    phase: RwSignal<Phase>,
    attempt: StoredValue<u32>,
    shown: StoredValue<Option<Shown>, LocalStorage>,
    mount: StoredValue<Mount, LocalStorage>,
}

impl Loader {
    /// Begins to load as soon as the host is in the page. `mount` shows what is to be shown in it.
    pub fn new(
        host: NodeRef<html::Div>,
        mount: impl Fn(&Module, &HtmlElement) -> Result<Shown, JsValue> + 'static,
    ) -> Self {
        let loader = Self {
            host,
            phase: RwSignal::new(Phase::Waiting),
            attempt: StoredValue::new(0),
            shown: StoredValue::new_local(None),
            mount: StoredValue::new_local(Box::new(mount)),
        };
        Effect::new(move |begun: Option<bool>| {
            let there = host.with(Option::is_some);
            if there && begun != Some(true) {
                loader.load();
            }
            there || begun == Some(true)
        });
        // What was typed last is told on the way out, so that this comes before the signals go.
        let shown = loader.shown;
        on_cleanup(move || {
            let Some(Some((handle, heard))) = shown.try_update_value(Option::take) else { return };
            handle.destroy();
            drop(SendWrapper::new(heard));
        });
        loader
    }

    pub fn is_ready(self) -> bool {
        self.phase.get() == Phase::Ready
    }

    pub fn is_waiting(self) -> bool {
        self.phase.get() == Phase::Waiting
    }

    /// Tries again to load it.
    pub fn again(self) {
        self.attempt.update_value(|attempt| *attempt += 1);
        self.phase.set(Phase::Waiting);
        self.load();
    }

    fn load(self) {
        let attempt = self.attempt.get_value();
        spawn_local(async move {
            let module = load("editor", attempt).await;
            // The page may have gone on meanwhile.
            let Some(Some(host)) = self.host.try_get_untracked() else { return };
            let shown = module.and_then(|module| {
                // What is hidden takes no focus.
                host.set_hidden(false);
                self.mount.try_with_value(|mount| mount(&module, &host)).unwrap_or(Err(JsValue::NULL))
            });
            match shown {
                Ok(shown) => {
                    if let Some(Some((handle, _))) = self.shown.try_set_value(Some(shown)) {
                        handle.destroy();
                    }
                    self.phase.try_set(Phase::Ready);
                }
                Err(error) => {
                    host.set_hidden(true);
                    leptos::logging::warn!("the editor could not be loaded: {error:?}");
                    self.phase.try_set(Phase::Failed);
                }
            }
        });
    }

    /// Changes what is shown, if it is there.
    pub fn set(self, name: &str, value: &JsValue) {
        self.shown.try_with_value(|shown| {
            if let Some((handle, _)) = shown {
                handle.set(name, value);
            }
        });
    }

    /// Keeps one of the things that the module was told at its value, from when it is there.
    pub fn follow(self, name: &'static str, value: impl Fn() -> JsValue + 'static) {
        self.follow_boxed(name, Box::new(value));
    }

    fn follow_boxed(self, name: &'static str, value: Box<dyn Fn() -> JsValue>) {
        Effect::new(move |_| {
            if self.is_ready() {
                self.set(name, &value());
            }
        });
    }
}
