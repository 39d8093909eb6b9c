//! The scripted network: `fetch` and `WebSocket` of the page are replaced for as long as a script lives.

use std::{
    cell::{Cell, RefCell},
    future::Future,
    rc::Rc,
};

use astro_api::{ErrorKind, Secret, operations::Credential};
use astro_console::client::{Authority, Client, Grant, Limits, Settings, Timeouts, WebSocketAuth, browser};
use futures_util::future::LocalBoxFuture;
use js_sys::{Array, Function, Reflect};
use leptos::prelude::request_animation_frame;
use serde_json::{Value, json};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{CloseEvent, CloseEventInit, Event, EventTarget, MessageEvent, MessageEventInit};

/// A request that the page has sent.
#[derive(Clone, Debug)]
pub struct Seen {
    pub method: String,
    pub url: String,
    pub headers: Value,
    pub body: String,
    pub redirect: String,
    pub keepalive: bool,
    /// Milliseconds since 1970.
    pub at: u64,
}

impl Seen {
    /// What follows the API base.
    pub fn target(&self) -> &str {
        self.url.split_once("/api/v1").map_or(self.url.as_str(), |(_, target)| target)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.as_str()
    }

    pub fn key(&self) -> &str {
        self.header("x-astro-api-key").unwrap_or_default()
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// A field of a form.
    pub fn form(&self, name: &str) -> Option<String> {
        web_sys::UrlSearchParams::new_with_str(&self.body).ok()?.get(name)
    }
}

/// What is answered.
pub enum Answer {
    /// A status, headers, and a body.
    Body(u16, Vec<(&'static str, &'static str)>, String),
    /// The connection fails.
    Fail,
    /// A redirect, which a page does not see into.
    Redirect,
    /// Nothing, until the page gives up.
    Hang,
}

/// A success in the envelope.
pub fn data(data: impl Into<Value>) -> Answer {
    plain(200, json!({"data": data.into(), "status": 200}))
}

/// JSON as it is.
pub fn plain(status: u16, body: impl Into<Value>) -> Answer {
    Answer::Body(status, vec![("Content-Type", "application/json")], body.into().to_string())
}

/// An error of the platform.
pub fn error(status: u16) -> Answer {
    plain(
        status,
        json!({"error": format!("refused with {status}"), "error_code": "E", "status": status, "trace_id": "t-1"}),
    )
}

type OnFetch = Closure<dyn FnMut(String, String, String, String, String, bool) -> JsValue>;

/// A scripted network.
pub struct Wire {
    seen: Rc<RefCell<Vec<Seen>>>,
    before: JsValue,
    script: JsValue,
    _answer: OnFetch,
}

const FETCH: &str = r#"
    const script = { answer, aborted: 0 };
    window.fetch = async (input, init) => {
      const request = new Request(input, init);
      const headers = JSON.stringify(Object.fromEntries(request.headers));
      const body = await request.clone().text();
      const answer = script.answer(request.method, request.url, headers, body, request.redirect, request.keepalive);
      if (answer === null) throw new TypeError("Failed to fetch");
      if (answer === undefined) {
        return new Promise((_, reject) => {
          const abort = () => { script.aborted += 1; reject(new DOMException("Aborted", "AbortError")); };
          if (request.signal.aborted) abort();
          request.signal.addEventListener("abort", abort);
        });
      }
      if (answer === false) return Response.error();
      return new Response(answer.body, { status: answer.status, headers: JSON.parse(answer.headers) });
    };
    return script;
"#;

impl Wire {
    /// Answers every request of the page.
    pub fn new(mut answer: impl FnMut(&Seen) -> Answer + 'static) -> Self {
        let seen: Rc<RefCell<Vec<Seen>>> = Rc::default();
        let on_fetch = {
            let seen = Rc::clone(&seen);
            OnFetch::new(move |method, url, headers: String, body, redirect, keepalive| {
                let headers = serde_json::from_str(&headers).unwrap();
                let request = Seen { method, url, headers, body, redirect, keepalive, at: browser::now() };
                seen.borrow_mut().push(request.clone());
                match answer(&request) {
                    Answer::Fail => JsValue::NULL,
                    Answer::Hang => JsValue::UNDEFINED,
                    Answer::Redirect => JsValue::FALSE,
                    Answer::Body(status, headers, body) => {
                        let headers: serde_json::Map<String, Value> =
                            headers.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
                        let answer = js_sys::Object::new();
                        set(&answer, "status", &status.into());
                        set(&answer, "headers", &Value::from(headers).to_string().into());
                        // A body is not allowed where there is none.
                        let body = if status == 204 { JsValue::NULL } else { body.into() };
                        set(&answer, "body", &body);
                        answer.into()
                    }
                }
            })
        };
        let before = get(&window(), "fetch");
        let script = Function::new_with_args("answer", FETCH).call1(&JsValue::NULL, on_fetch.as_ref()).unwrap();
        Self { seen, before, script, _answer: on_fetch }
    }

    /// Everything that was sent so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.borrow().clone()
    }

    /// What was sent to a target, in order.
    pub fn sent(&self, method: &str, target: &str) -> Vec<Seen> {
        let matches = |seen: &&Seen| seen.method == method && seen.target().split('?').next() == Some(target);
        self.seen.borrow().iter().filter(matches).cloned().collect()
    }

    /// How many requests the page has given up.
    pub fn aborted(&self) -> f64 {
        get(&self.script, "aborted").as_f64().unwrap()
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        set(&window(), "fetch", &self.before);
    }
}

/// Scripted WebSockets.
pub struct Sockets {
    before: JsValue,
    opened: Array,
}

const SOCKETS: &str = r"
    const sockets = [];
    window.WebSocket = class extends EventTarget {
      constructor(url, protocols) {
        super();
        this.url = url;
        this.protocols = protocols;
        this.given_up = false;
        sockets.push(this);
      }
      close() { this.given_up = true; }
    };
    return sockets;
";

/// A socket that the page has opened.
pub struct Socket(JsValue);

impl Sockets {
    pub fn new() -> Self {
        let before = get(&window(), "WebSocket");
        let opened = Function::new_no_args(SOCKETS).call0(&JsValue::NULL).unwrap();
        Self { before, opened: opened.unchecked_into() }
    }

    pub fn count(&self) -> usize {
        self.opened.length() as usize
    }

    /// The socket that was opened as the `index`th, once it is there.
    pub async fn nth(&self, index: usize) -> Socket {
        until("a socket", || self.count() > index).await;
        Socket(self.opened.get(u32::try_from(index).unwrap()))
    }
}

impl Drop for Sockets {
    fn drop(&mut self) {
        set(&window(), "WebSocket", &self.before);
    }
}

impl Socket {
    pub fn url(&self) -> String {
        get(&self.0, "url").as_string().unwrap()
    }

    pub fn protocols(&self) -> Vec<String> {
        Array::from(&get(&self.0, "protocols")).iter().filter_map(|protocol| protocol.as_string()).collect()
    }

    pub fn given_up(&self) -> bool {
        get(&self.0, "given_up").is_truthy()
    }

    fn dispatch(&self, event: &Event) {
        self.0.unchecked_ref::<EventTarget>().dispatch_event(event).unwrap();
    }

    pub fn open(&self) {
        self.dispatch(&Event::new("open").unwrap());
    }

    pub fn say(&self, text: &str) {
        let init = MessageEventInit::new();
        init.set_data(&text.into());
        self.dispatch(&MessageEvent::new_with_event_init_dict("message", &init).unwrap());
    }

    pub fn close(&self, code: u16) {
        let init = CloseEventInit::new();
        init.set_code(code);
        self.dispatch(&CloseEvent::new_with_event_init_dict("close", &init).unwrap());
    }
}

pub fn window() -> JsValue {
    js_sys::global().into()
}

pub fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap()
}

pub fn set(object: &JsValue, name: &str, value: &JsValue) {
    Reflect::set(object, &name.into(), value).unwrap();
}

/// Waits until something is so. A test that waits in vain fails with the reason.
pub async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = browser::now();
    while !is_so() {
        assert!(browser::now() - start < 8_000, "waited in vain for {what}");
        browser::sleep(4).await;
    }
}

/// Lets everything happen that is ready to.
pub async fn settle() {
    for _ in 0..10 {
        browser::sleep(0).await;
    }
}

/// Waits for the next frame, and all that was asked of it before.
pub async fn frame() {
    let drawn = Rc::new(Cell::new(false));
    let now = Rc::clone(&drawn);
    request_animation_frame(move || now.set(true));
    until("a frame", || drawn.get()).await;
}

/// A text that no other test has, so that buckets and storage are apart.
pub fn unique(prefix: &str) -> String {
    format!("{prefix}-{}", browser::base64url(browser::random_bytes::<9>().unwrap()))
}

/// The API on the page's own origin, without a limit that matters.
pub fn settings() -> Settings {
    Settings {
        base: format!("{}/api/v1", browser::origin()),
        websocket_base: "wss://live.example/api/v1".to_owned(),
        websocket_auth: WebSocketAuth::Subprotocol,
        limits: Limits { reads: 1_000, writes: 1_000 },
        paths: std::collections::BTreeMap::new(),
    }
}

/// An authority with a key and perhaps a token, which counts how often it was told of a refusal.
pub struct Keyring {
    pub key: RefCell<String>,
    pub bearer: Option<String>,
    pub next: RefCell<Vec<String>>,
    pub refusals: RefCell<u32>,
}

impl Keyring {
    pub fn new() -> Rc<Self> {
        Rc::new(Self {
            key: RefCell::new(unique("key")),
            bearer: None,
            next: RefCell::default(),
            refusals: RefCell::default(),
        })
    }
}

impl Authority for Keyring {
    fn organization(&self) -> Option<String> {
        Some("o-1".to_owned())
    }

    fn grant(
        &self,
        need: Credential,
        organization: Option<&str>,
    ) -> LocalBoxFuture<'static, Result<Grant, (ErrorKind, String)>> {
        let organization = organization.map(str::to_owned);
        let granted = match (need, &self.bearer) {
            (Credential::Bearer, None) => Err((ErrorKind::NoCredential, "no token".to_owned())),
            (Credential::Bearer, Some(bearer)) => {
                Ok(Grant { bearer: Some(Secret::from(bearer.as_str())), ..Grant::default() })
            }
            _ => Ok(Grant { key: Some(self.key.borrow().as_str().into()), bearer: None, organization }),
        };
        Box::pin(async move { granted })
    }

    fn refused(&self, _grant: &Grant, _organization: Option<&str>, _why: &str) -> LocalBoxFuture<'static, bool> {
        *self.refusals.borrow_mut() += 1;
        let next = self.next.borrow_mut().pop();
        let renewed = next.is_some();
        if let Some(next) = next {
            *self.key.borrow_mut() = next;
        }
        Box::pin(async move { renewed })
    }
}

/// A client with a key.
pub fn client() -> (Client, Rc<Keyring>) {
    client_with(settings())
}

pub fn client_with(settings: Settings) -> (Client, Rc<Keyring>) {
    let client = Client::with_timeouts(settings, Timeouts { reads: 3_000, writes: 3_000 });
    let keyring = Keyring::new();
    client.authorize(keyring.clone());
    (client, keyring)
}

/// Runs a future beside the test and keeps what came of it.
pub fn beside<T: 'static>(future: impl Future<Output = T> + 'static) -> Rc<RefCell<Option<T>>> {
    let result: Rc<RefCell<Option<T>>> = Rc::default();
    let kept = Rc::clone(&result);
    wasm_bindgen_futures::spawn_local(async move {
        let value = future.await;
        *kept.borrow_mut() = Some(value);
    });
    result
}
