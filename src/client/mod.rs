//! The wire: the only place from which anything is sent to the platform.
//!
//! [`Client::send`] takes a request, which is a value, and does the rest: the credential that the operation's row names,
//! the rate limit, the fetch, retries where the row allows them, decoding. [`stream`] does the same for WebSockets.
//!
//! The modules [`limiter`], [`retry`] and [`reconnect`] are the rules; they know no clock and no browser, so that their
//! tests run natively.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use astro_api::{
    ApiError, ErrorKind, Request, Secret,
    operations::{Credential, Method, Safety},
    request::{Call, Route},
    response::Response,
};
use futures_util::future::{Either, LocalBoxFuture, select};

pub mod browser;
mod fetch;
mod gate;
pub mod limiter;
pub mod reconnect;
pub mod record;
pub mod release;
pub mod retry;
pub mod shell;
pub mod stream;

pub use self::fetch::{Failed, Received, Sending, exchange as fetch, post_and_forget as fetch_and_forget};
use self::gate::{Bucket, Gate};

/// How the API is reached.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Base of the API with its version, an absolute URL without a slash at its end.
    pub base: String,
    /// Base of the streams, `ws://` or `wss://`, without a slash at its end.
    pub websocket_base: String,
    /// How a stream carries the key.
    pub websocket_auth: WebSocketAuth,
    /// How much one credential may send.
    pub limits: Limits,
    /// Operations that live elsewhere than in the contract.
    pub paths: BTreeMap<&'static str, Route>,
}

/// How a WebSocket carries the key, since a browser sets no headers on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebSocketAuth {
    /// In the subprotocol `astro.key.<base64url>` beside `astro.v1`.
    Subprotocol,
    /// In the query.
    Query,
    /// Not at all: a gateway adds it.
    None,
}

/// Requests a second that one credential sends at most, over all tabs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Reads a second: calls by GET, and handshakes of sockets.
    pub reads: u32,
    /// Writes a second: all other methods, as the platform counts.
    pub writes: u32,
}

/// Whether somebody waits for the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Priority {
    /// A person does.
    Foreground,
    /// Nobody does: polling, refreshing, tidying up.
    Background,
}

/// What a call is sent with.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Grant {
    /// An API key, for `X-Astro-API-Key`.
    pub key: Option<Secret<String>>,
    /// A person's token, for `Authorization: Bearer`.
    pub bearer: Option<Secret<String>>,
    /// The organization's id, for `X-Astro-Organization-ID`.
    pub organization: Option<String>,
}

impl Grant {
    fn secret(&self) -> Option<&str> {
        self.key.as_ref().or(self.bearer.as_ref()).map(|secret| secret.expose().as_str())
    }
}

/// Who has the credentials: the session.
pub trait Authority {
    /// The id of the organization that is worked in now.
    fn organization(&self) -> Option<String>;

    /// The credential for a call of an organization; it may have to be made or renewed first.
    ///
    /// # Errors
    /// There is none, in words.
    fn grant(
        &self,
        need: Credential,
        organization: Option<&str>,
    ) -> LocalBoxFuture<'static, Result<Grant, (ErrorKind, String)>>;

    /// The platform answered 401 to a credential, and why. `true`: there is another one now, try once more.
    fn refused(&self, grant: &Grant, organization: Option<&str>, why: &str) -> LocalBoxFuture<'static, bool>;
}

/// How long an answer may take, milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For what changes nothing.
    pub reads: u64,
    /// For what changes something: giving up there leaves open whether it happened.
    pub writes: u64,
}

impl Timeouts {
    /// How long an answer may take with its body. A file has twenty times as long, ten minutes: fifty megabytes come
    /// over a slow line as well.
    const fn of(self, safety: Safety, is_file: bool) -> u64 {
        match safety {
            Safety::Read if is_file => self.reads * 20,
            Safety::Read => self.reads,
            _ => self.writes,
        }
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { reads: 30_000, writes: 60_000 }
    }
}

struct Inner {
    settings: Settings,
    timeouts: Timeouts,
    gate: Gate,
    records: Rc<record::Records>,
    authority: RefCell<Option<Rc<dyn Authority>>>,
}

/// Sends requests. A handle: clones are the same client.
#[derive(Clone)]
pub struct Client(Rc<Inner>, bool);

impl Client {
    /// A client without an authority: only open operations work until [`Client::authorize`].
    pub fn new(settings: Settings) -> Self {
        Self::with_timeouts(settings, Timeouts::default())
    }

    /// A client with other timeouts, for tests.
    pub fn with_timeouts(settings: Settings, timeouts: Timeouts) -> Self {
        let gate = Gate::new(settings.limits);
        let inner = Inner { settings, timeouts, gate, records: Rc::default(), authority: RefCell::default() };
        Self(Rc::new(inner), false)
    }

    /// The same client for what the frame around the pages sends for itself: its calls are recorded as no page's.
    #[must_use]
    pub fn of_frame(&self) -> Self {
        Self(Rc::clone(&self.0), true)
    }

    /// Says who has the credentials.
    pub fn authorize(&self, authority: Rc<dyn Authority>) {
        *self.0.authority.borrow_mut() = Some(authority);
    }

    /// How the API is reached.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// The calls that were made.
    pub fn records(&self) -> &record::Records {
        &self.0.records
    }

    /// A call as a command for a shell, with a variable in the place of the credential.
    pub fn curl(&self, call: &Call) -> String {
        let (settings, route) = (&self.0.settings, self.route(call));
        if call.operation().is_stream() {
            return record::curl_of_socket(call, route, &settings.websocket_base, settings.websocket_auth);
        }
        record::curl(call, route, &settings.base, self.organization().as_deref())
    }

    /// The id of the organization that is worked in.
    pub fn organization(&self) -> Option<String> {
        self.authority()?.organization()
    }

    fn authority(&self) -> Option<Rc<dyn Authority>> {
        self.0.authority.borrow().clone()
    }

    fn route(&self, call: &Call) -> Option<&Route> {
        self.0.settings.paths.get(call.operation().id)
    }

    /// Sends a request for the organization that is worked in at this moment. Dropping the future aborts it.
    pub fn send<T: 'static>(
        &self,
        request: &Request<T>,
        priority: Priority,
    ) -> impl Future<Output = Result<T, ApiError>> + use<T> {
        let organization = self.organization();
        self.send_for(request, priority, organization)
    }

    /// Sends a request for an organization.
    ///
    /// # Errors
    /// Every failure has its kind and its words; see [`ErrorKind`].
    pub fn send_for<T: 'static>(
        &self,
        request: &Request<T>,
        priority: Priority,
        organization: Option<String>,
    ) -> impl Future<Output = Result<T, ApiError>> + use<T> {
        let (client, request) = (self.clone(), request.clone());
        async move {
            let mut answer = None;
            let mut decode = |response: &Response<'_>| {
                answer = Some(request.decode(response)?);
                Ok(())
            };
            client.call(request.call(), priority, organization, &mut decode).await?;
            answer.ok_or_else(|| ApiError::new(ErrorKind::Mismatch, request.call().operation().id, "No answer."))
        }
    }

    /// Waits until a write with this credential keeps the limit: for who sends it by [`Client::send_on_leaving`] and has
    /// the time.
    pub async fn pass_write(&self, grant: &Grant) {
        self.0.gate.pass(&Bucket::new(grant.secret(), false), Priority::Foreground).await;
    }

    /// Sends something while the page is being left: at once, without limit and retry, and it goes on when the page has
    /// gone. Who has the time may wait for the future, which ends with the answer or without one.
    ///
    /// For what tidies up on sign-out; the platform may refuse it, and nobody is told.
    pub fn send_on_leaving(&self, call: &Call, grant: &Grant) -> impl Future<Output = ()> + use<> {
        let sent = call.target(self.route(call)).ok().map(|target| {
            let mut sending = self.sending(call, &target, grant);
            sending.keepalive = true;
            fetch_and_forget(&sending)
        });
        async move {
            if let Some(sent) = sent {
                sent.await;
            }
        }
    }

    async fn call(
        &self,
        call: &Call,
        priority: Priority,
        organization: Option<String>,
        decode: &mut dyn FnMut(&Response<'_>) -> Result<(), ApiError>,
    ) -> Result<(), ApiError> {
        let route = self.route(call);
        let curl = record::curl(call, route, &self.0.settings.base, organization.as_deref());
        let mut recording = self.0.records.begin(call, route, self.1, curl);
        let outcome = match call.target(route) {
            Ok(target) => self.tries(call, &target, priority, organization.as_deref(), decode, &mut recording).await,
            Err(error) => Err(error),
        };
        recording.end(outcome.as_ref().err());
        outcome
    }

    async fn tries(
        &self,
        call: &Call,
        target: &str,
        priority: Priority,
        organization: Option<&str>,
        decode: &mut dyn FnMut(&Response<'_>) -> Result<(), ApiError>,
        recording: &mut record::Recording,
    ) -> Result<(), ApiError> {
        let method = self.route(call).map_or(call.operation().method, |route| route.method);
        let write = call.safety() != Safety::Read;
        let (mut tries, mut renewed) = (0, false);
        // How an earlier try of a write ended that may have done it: what counts when a later one cannot be sent.
        let mut unsure: Option<ApiError> = None;
        loop {
            let granted = self.grant(call, organization).await;
            let grant = granted.map_err(|error| unsure.take().unwrap_or(error))?;
            // The platform counts by the method, also what is posted and changes nothing.
            let bucket = Bucket::new(grant.secret(), method == Method::Get);
            self.0.gate.pass(&bucket, priority).await;
            tries += 1;
            recording.sent();
            let sending = self.sending(call, target, &grant);
            let error = match self.once(call, &sending, decode, recording).await {
                Ok(()) => return Ok(()),
                Err(error) => error,
            };
            recording.failed(&error);
            match error.kind {
                ErrorKind::Unauthorized if !renewed && call.credential() != Credential::Open => {
                    // Nothing was done with a credential that was refused, so this is safe for every operation.
                    renewed = true;
                    let authority = self.authority();
                    if let Some(authority) = authority
                        && authority.refused(&grant, organization, &error.message).await
                    {
                        tries -= 1;
                        continue;
                    }
                    return Err(error);
                }
                // An earlier try has done it, and its answer was lost.
                ErrorKind::NotFound if method == Method::Delete && unsure.is_some() && done(decode) => return Ok(()),
                ErrorKind::RateLimited => {
                    let millis = error.retry_after.unwrap_or(1.0).clamp(0.0, 120.0) * 1_000.0;
                    // Clamped just above.
                    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                    self.0.gate.block(&bucket, millis as u64).await;
                }
                ErrorKind::Offline => return Err(unsure.unwrap_or(error)),
                _ => unsure = write.then(|| error.clone()),
            }
            match retry::wait(tries, call.safety(), call.is_file(), &error, browser::random()) {
                Some(millis) => browser::sleep(millis).await,
                None => return Err(error),
            }
        }
    }

    async fn grant(&self, call: &Call, organization: Option<&str>) -> Result<Grant, ApiError> {
        let need = call.credential();
        if need == Credential::Open {
            return Ok(Grant::default());
        }
        let authority = self.authority();
        let granted = match authority {
            Some(authority) => authority.grant(need, organization).await,
            None => Err((ErrorKind::NoCredential, "Nobody is signed in.".to_owned())),
        };
        granted.map_err(|(kind, message)| ApiError::new(kind, call.operation().id, message))
    }

    fn sending(&self, call: &Call, target: &str, grant: &Grant) -> Sending {
        let mut headers = vec![("Accept", Secret::from("application/json"))];
        if let Some(key) = &grant.key {
            headers.push(("X-Astro-API-Key", key.clone()));
        }
        if let Some(bearer) = &grant.bearer {
            headers.push(("Authorization", format!("Bearer {}", bearer.expose()).into()));
        }
        if let Some(organization) = grant.organization.as_deref().filter(|_| call.credential() == Credential::Either) {
            headers.push(("X-Astro-Organization-ID", organization.into()));
        }
        if let Some((name, value)) = call.header() {
            headers.push((name, value.clone()));
        }
        if call.body().is_some() {
            headers.push(("Content-Type", "application/json".into()));
        }
        Sending {
            url: format!("{}{target}", self.0.settings.base),
            method: self.route(call).map_or(call.operation().method, |route| route.method).as_str(),
            headers,
            body: call.body().map(|body| body.wire().clone()),
            keepalive: false,
        }
    }

    async fn once(
        &self,
        call: &Call,
        sending: &Sending,
        decode: &mut dyn FnMut(&Response<'_>) -> Result<(), ApiError>,
        recording: &mut record::Recording,
    ) -> Result<(), ApiError> {
        let id = call.operation().id;
        let write = call.safety() != Safety::Read;
        let patience = self.0.timeouts.of(call.safety(), call.is_file());
        let exchange = std::pin::pin!(fetch::exchange(sending));
        let received = match select(exchange, browser::sleep(patience)).await {
            Either::Left((received, _)) => received,
            Either::Right(_) => {
                let message = if write {
                    "The platform did not answer in time. Whether it did what was asked is not known."
                } else {
                    "The platform did not answer in time."
                };
                return Err(ApiError::new(ErrorKind::Timeout, id, message));
            }
        };
        match received {
            Ok(received) => {
                recording.answered(received.status, received.trace_id.as_deref(), received.bytes());
                decode(&received.response())
            }
            Err(failed) => {
                let (kind, message) = self.words(failed, write);
                Err(ApiError::new(kind, id, message))
            }
        }
    }

    /// What a person can make of a request that got no answer. A browser hides the cause, so the words name what it
    /// may be.
    fn words(&self, failed: Failed, write: bool) -> (ErrorKind, String) {
        let offline = match failed {
            Failed::Redirected => false,
            // Nothing was sent, or nobody knows.
            Failed::Offline | Failed::Unreachable | Failed::CutOff if write => failed == Failed::Offline,
            // It will be asked again when the network is back, unless that is so already.
            Failed::Offline | Failed::Unreachable | Failed::CutOff => !browser::online(),
        };
        if offline {
            return (ErrorKind::Offline, "The browser has no network.".to_owned());
        }
        match failed {
            Failed::Redirected => (
                ErrorKind::NotTheApi,
                "A redirect answered instead of the platform. A proxy or a sign-in page may stand in between.".to_owned(),
            ),
            Failed::CutOff if write => (
                ErrorKind::Unreachable,
                "The connection broke off before the answer was complete. Whether the platform did what was asked is not known."
                    .to_owned(),
            ),
            Failed::CutOff => {
                (ErrorKind::Unreachable, "The connection broke off before the answer was complete.".to_owned())
            }
            Failed::Offline | Failed::Unreachable => {
                let origin = browser::origin();
                let base = &self.0.settings.base;
                let message = if base.strip_prefix(&origin).is_some_and(|path| path.starts_with('/')) {
                    format!("No connection to the platform at {base}. It may be down, or the network is.")
                } else {
                    format!(
                        "No connection to the platform at {base}. It may be down, or it does not allow calls from {origin} (CORS)."
                    )
                };
                (ErrorKind::Unreachable, message)
            }
        }
    }
}

/// Decodes what the platform might have answered to a delete whose answer was lost. What it is matters to nobody, but
/// the caller waits for a value of its type.
fn done(decode: &mut dyn FnMut(&Response<'_>) -> Result<(), ApiError>) -> bool {
    [r#"{"data":null}"#, r#"{"data":{}}"#, r#"{"data":""}"#, r#"{"data":true}"#, ""].iter().any(|body| {
        let response = Response {
            status: 200,
            content_type: Some("application/json"),
            retry_after: None,
            trace_id: None,
            body: body.as_bytes(),
        };
        decode(&response).is_ok()
    })
}
