//! The one manager of WebSockets: [`super::reconnect`]'s rules with the browser's sockets, clock and events.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use astro_api::{ApiError, ErrorKind, Frame, Request, Stream, request::Call};
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{CloseEvent, MessageEvent, WebSocket};

use super::{
    Client, Grant, Priority, WebSocketAuth,
    browser::{self, Listener, Timer},
    gate::Bucket,
    reconnect::{Input, Machine, Output, Probe, State, Times},
    record::SocketRecording,
};

/// The protocol that the platform speaks and echoes.
const PROTOCOL: &str = "astro.v1";

/// The subprotocol that carries the key.
const KEY_PROTOCOL: &str = "astro.key.";

/// The query parameter that carries the key, where the configuration chooses that way.
const KEY_PARAMETER: &str = "api_key";

type Read = dyn Fn(&Client) -> LocalBoxFuture<'static, Result<(), ApiError>>;

/// A read by HTTP that answers as the stream would: a browser does not tell why a socket was refused.
#[derive(Clone)]
pub struct Probing(Rc<Read>);

impl Probing {
    /// Reads with a request of the same resource and the same credential as the stream.
    pub fn with<P: 'static>(request: Request<P>) -> Self {
        Self(Rc::new(move |client| {
            let answer = client.send(&request, Priority::Foreground);
            Box::pin(async move { answer.await.map(drop) })
        }))
    }
}

/// Makes the call of a connection that comes after another one: where a stream has no cursor, it asks for what overlaps
/// with what is known.
pub type Again = Rc<dyn Fn() -> Call>;

/// What the owner of a stream is told.
pub trait Handler {
    /// A text frame came. What is wrong with it is answered back: an error that the platform sent as a frame, or another
    /// form than the contract's.
    fn on_text(&mut self, text: &str) -> Result<(), ApiError>;
    /// The connection stands differently now; with [`State::Refused`] comes the reason.
    fn on_state(&mut self, state: State, refused: Option<&ApiError>);
}

struct Typed<T, F, S> {
    stream: Stream<T>,
    on_frame: F,
    on_state: S,
}

impl<T, F, S> Handler for Typed<T, F, S>
where
    T: DeserializeOwned + 'static,
    F: FnMut(Result<Frame<T>, ApiError>) + 'static,
    S: FnMut(State, Option<&ApiError>) + 'static,
{
    fn on_text(&mut self, text: &str) -> Result<(), ApiError> {
        let frame = self.stream.decode(text);
        let error = frame.as_ref().err().cloned();
        // A refusal is the driver's to look into.
        if !error.as_ref().is_some_and(is_refusal) {
            (self.on_frame)(frame);
        }
        error.map_or(Ok(()), Err)
    }

    fn on_state(&mut self, state: State, refused: Option<&ApiError>) {
        (self.on_state)(state, refused);
    }
}

/// Whether trying again changes nothing.
const fn is_refusal(error: &ApiError) -> bool {
    matches!(error.kind, ErrorKind::Unauthorized | ErrorKind::Forbidden | ErrorKind::NotFound | ErrorKind::NoCredential)
}

/// An open stream. Dropping it closes the socket.
pub struct Subscription(Rc<Driver>);

impl Subscription {
    /// Tries again at once.
    pub fn retry(&self) {
        self.0.take(Input::Retry);
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.0.stop();
    }
}

impl Client {
    /// Opens a stream for the organization that is worked in at this moment, and keeps it open.
    pub fn open<T: DeserializeOwned + 'static>(
        &self,
        stream: &Stream<T>,
        probing: Probing,
        times: Times,
        on_frame: impl FnMut(Result<Frame<T>, ApiError>) + 'static,
        on_state: impl FnMut(State, Option<&ApiError>) + 'static,
    ) -> Subscription {
        self.open_resuming(stream, None, probing, times, on_frame, on_state)
    }

    /// The same; `resume` is asked what to open before each connection but the first.
    pub fn open_resuming<T: DeserializeOwned + 'static>(
        &self,
        stream: &Stream<T>,
        resume: Option<Again>,
        probing: Probing,
        times: Times,
        on_frame: impl FnMut(Result<Frame<T>, ApiError>) + 'static,
        on_state: impl FnMut(State, Option<&ApiError>) + 'static,
    ) -> Subscription {
        let handler = Typed { stream: stream.clone(), on_frame, on_state };
        let call = stream.call().clone();
        let recording = self.0.records.begin_socket(&call, self.route(&call), self.1, self.curl(&call));
        let driver = Rc::new(Driver {
            client: self.clone(),
            call,
            resume,
            organization: self.organization(),
            probing,
            machine: RefCell::new(Machine::new(times)),
            shown: Cell::new(State::Connecting),
            refused: RefCell::default(),
            generation: Cell::default(),
            socket: RefCell::default(),
            timer: RefCell::default(),
            listeners: RefCell::default(),
            handler: RefCell::new(Box::new(handler)),
            again: Cell::new(false),
            stopped: Cell::new(false),
            recording: RefCell::new(Some(recording)),
        });
        driver.start();
        Subscription(driver)
    }
}

/// A socket with its listeners, which go before it does.
struct Socket {
    socket: WebSocket,
    _listeners: [Listener; 3],
}

impl Drop for Socket {
    fn drop(&mut self) {
        // Fails for no code and no reason.
        let _ = self.socket.close();
    }
}

struct Driver {
    client: Client,
    call: Call,
    resume: Option<Again>,
    organization: Option<String>,
    probing: Probing,
    machine: RefCell<Machine>,
    shown: Cell<State>,
    refused: RefCell<Option<ApiError>>,
    /// Counts sockets and probes: what an earlier one still brings is not for this one.
    generation: Cell<u64>,
    socket: RefCell<Option<Socket>>,
    timer: RefCell<Option<Timer>>,
    listeners: RefCell<Vec<Listener>>,
    handler: RefCell<Box<dyn Handler>>,
    again: Cell<bool>,
    stopped: Cell<bool>,
    /// Gone once the stream is stopped.
    recording: RefCell<Option<SocketRecording>>,
}

impl Driver {
    fn start(self: &Rc<Self>) {
        let listen = |event: &'static str, input: Input| {
            let driver = Rc::downgrade(self);
            Listener::window(event, move |_| {
                if let Some(driver) = driver.upgrade() {
                    driver.take(input);
                }
            })
        };
        let visibility = {
            let driver = Rc::downgrade(self);
            Listener::document("visibilitychange", move |_| {
                if let Some(driver) = driver.upgrade() {
                    driver.take(if browser::hidden() { Input::Hidden } else { Input::Visible });
                }
            })
        };
        self.listeners.borrow_mut().extend(
            [listen("online", Input::Online), listen("offline", Input::Offline), visibility].into_iter().flatten(),
        );
        self.take(Input::Start);
        if browser::hidden() {
            self.take(Input::Hidden);
        }
    }

    fn stop(&self) {
        self.stopped.set(true);
        self.generation.set(self.generation.get() + 1);
        self.timer.take();
        self.socket.take();
        self.listeners.take();
        self.recording.take();
    }

    fn record(&self, note: impl FnOnce(&SocketRecording)) {
        if let Some(recording) = &*self.recording.borrow() {
            note(recording);
        }
    }

    /// Brings the machine what happened and does what it says.
    fn take(self: &Rc<Self>, input: Input) {
        if self.stopped.get() {
            return;
        }
        let outputs = self.machine.borrow_mut().on(input, browser::now(), browser::random());
        for output in outputs {
            // What is under way now is overtaken.
            let generation = self.generation.get() + 1;
            self.generation.set(generation);
            match output {
                Output::Close => {
                    if self.socket.take().is_some() {
                        self.record(|recording| recording.closed(None));
                    }
                }
                Output::Open => {
                    self.socket.take();
                    spawn_local(Rc::clone(self).open(generation));
                }
                Output::Probe => {
                    self.socket.take();
                    spawn_local(Rc::clone(self).probe(generation));
                }
            }
        }
        let wake = self.machine.borrow().wake_at().and_then(|at| {
            let driver = Rc::downgrade(self);
            Timer::after(at.saturating_sub(browser::now()), move || {
                if let Some(driver) = driver.upgrade() {
                    // Out of its own timer: the wake may set the next one, which drops this.
                    spawn_local(async move { driver.take(Input::Wake) });
                }
            })
        });
        *self.timer.borrow_mut() = wake;
        self.show();
    }

    fn show(&self) {
        let state = self.machine.borrow().state();
        if self.shown.replace(state) != state {
            let refused = self.refused.borrow().clone();
            if state == State::Refused
                && let Some(error) = &refused
            {
                self.record(|recording| recording.refused(error));
            }
            if let Ok(mut handler) = self.handler.try_borrow_mut() {
                handler.on_state(state, refused.as_ref().filter(|_| state == State::Refused));
            }
        }
    }

    fn is_current(&self, generation: u64) -> bool {
        !self.stopped.get() && self.generation.get() == generation
    }

    async fn open(self: Rc<Self>, generation: u64) {
        let grant = match self.client.grant(&self.call, self.organization.as_deref()).await {
            Ok(grant) => grant,
            Err(error) => {
                if self.is_current(generation) {
                    self.refuse(error);
                }
                return;
            }
        };
        // A handshake counts as a read. What comes back by itself lets a person's clicks pass first.
        let is_again = self.again.replace(true);
        let priority = if is_again { Priority::Background } else { Priority::Foreground };
        self.client.0.gate.pass(&Bucket::new(grant.secret(), true), priority).await;
        if !self.is_current(generation) {
            return;
        }
        self.record(SocketRecording::sent);
        let socket = match &self.resume {
            Some(resume) if is_again => self.connect(&grant, &resume()),
            _ => self.connect(&grant, &self.call),
        };
        let Some(socket) = socket else {
            self.take(Input::Closed(1006));
            return;
        };
        *self.socket.borrow_mut() = Some(Socket { _listeners: self.listen(&socket, generation), socket });
    }

    fn connect(&self, grant: &Grant, call: &Call) -> Option<WebSocket> {
        let settings = self.client.settings();
        let target = call.target(self.client.route(call)).ok()?;
        let mut url = format!("{}{target}", settings.websocket_base);
        let protocols = js_sys::Array::of1(&PROTOCOL.into());
        if let Some(key) = &grant.key {
            match settings.websocket_auth {
                WebSocketAuth::Subprotocol => {
                    protocols.push(&format!("{KEY_PROTOCOL}{}", browser::base64url(key.expose())).into());
                }
                WebSocketAuth::Query => {
                    url.push(if url.contains('?') { '&' } else { '?' });
                    url.push_str(KEY_PARAMETER);
                    url.push('=');
                    url.push_str(&String::from(js_sys::encode_uri_component(key.expose())));
                }
                WebSocketAuth::None => {}
            }
        }
        WebSocket::new_with_str_sequence(&url, &protocols).ok()
    }

    fn listen(self: &Rc<Self>, socket: &WebSocket, generation: u64) -> [Listener; 3] {
        let on = |event: &'static str, handle: fn(&Rc<Self>, JsValue)| {
            let driver = Rc::downgrade(self);
            Listener::new(socket, event, move |event| {
                if let Some(driver) = driver.upgrade().filter(|driver| driver.is_current(generation)) {
                    handle(&driver, event.into());
                }
            })
        };
        [
            on("open", |driver, _| {
                driver.record(SocketRecording::opened);
                driver.take(Input::Opened);
            }),
            on("message", |driver, event| {
                let text = event.dyn_into::<MessageEvent>().ok().and_then(|event| event.data().as_string());
                driver.heard(text.as_deref());
            }),
            on("close", |driver, event| {
                let code = event.dyn_into::<CloseEvent>().map_or(1006, |event| event.code());
                driver.record(|recording| recording.closed(Some(code)));
                // The socket and this very listener go with the next step; it comes after the listener has returned.
                let driver = Rc::clone(driver);
                let generation = driver.generation.get();
                spawn_local(async move {
                    if driver.is_current(generation) {
                        driver.socket.take();
                        driver.take(Input::Closed(code));
                    }
                });
            }),
        ]
    }

    fn heard(self: &Rc<Self>, text: Option<&str>) {
        let heard = self.machine.borrow_mut().on(Input::Heard, browser::now(), 0.0);
        debug_assert!(heard.is_empty(), "a frame asks for nothing");
        self.record(SocketRecording::heard);
        let Some(text) = text else { return };
        let outcome = match self.handler.try_borrow_mut() {
            Ok(mut handler) => handler.on_text(text),
            Err(_) => Ok(()),
        };
        match outcome {
            // The probe finds out whether a new credential helps.
            Err(error) if is_refusal(&error) => self.take(Input::Doubted),
            Err(error) if error.kind == ErrorKind::Mismatch => self.record(|recording| recording.misread(&error)),
            _ => {}
        }
    }

    fn refuse(self: &Rc<Self>, error: ApiError) {
        let input = if is_refusal(&error) { Input::Refused } else { Input::Closed(1006) };
        *self.refused.borrow_mut() = Some(error);
        self.take(input);
    }

    async fn probe(self: Rc<Self>, generation: u64) {
        let answer = (self.probing.0)(&self.client).await;
        if !self.is_current(generation) {
            return;
        }
        let verdict = match answer {
            Err(error) if is_refusal(&error) => {
                *self.refused.borrow_mut() = Some(error);
                Probe::Refused
            }
            _ => Probe::Unclear,
        };
        self.take(Input::Probed(verdict));
    }
}
