//! Failures on demand: by hand and from tests through `/_platform/faults`, and at random with `--chaos`.
//!
//! | kind | what happens | the operation runs |
//! |---|---|---|
//! | `delay` | `ms` pass (2000 unless given), then the answer | yes |
//! | `status` | `status` (500) with `body`, or an error in the contract's shape; `retryAfter` sets the header | no |
//! | `html` | `status` (502) with the HTML page of a proxy | no |
//! | `truncated` | the answer, cut in the middle | yes |
//! | `malformed` | the answer's status with `body`, or with something that is no JSON | yes |
//! | `empty` | the answer's status without a body | yes |
//! | `reset` | the TCP connection is reset | no |
//! | `ws-refuse` | a WebSocket is refused with `status` (401) | no |
//! | `ws-drop` | a WebSocket's connection is reset, open ones at once | |
//! | `ws-silent` | a WebSocket stays open and says nothing more, open ones from now on | |
//!
//! `times` says how often (once, unless given), `always` until it is removed. `after` lets so many calls pass first; for
//! `ws-drop` and `ws-silent`, so many frames of each socket.

use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use astro_api::operations::{self, Operation};
use axum::{
    body::Body,
    http::{StatusCode, header},
    response::Response,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::watch;

use super::answer;
use crate::core::{fault::Fault as Refusal, ids::Random};

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The answer comes late.
    Delay,
    /// An error instead of the answer.
    Status,
    /// A proxy's page instead of the answer.
    Html,
    /// Half of the answer.
    Truncated,
    /// An answer that is no JSON.
    Malformed,
    /// An answer without a body.
    Empty,
    /// The connection is reset.
    Reset,
    /// A socket is closed without a word.
    WsDrop,
    /// A socket stays open and says nothing more.
    WsSilent,
    /// A socket is refused.
    WsRefuse,
}

impl Kind {
    /// Whether it strikes open sockets, rather than requests.
    const fn is_of_open_sockets(self) -> bool {
        matches!(self, Self::WsDrop | Self::WsSilent)
    }

    /// Whether it can strike a request of this sort; a stream's request has no body to spoil.
    const fn fits(self, stream: bool) -> bool {
        match self {
            Self::Delay | Self::Status | Self::Html | Self::Reset => true,
            Self::Truncated | Self::Malformed | Self::Empty => !stream,
            Self::WsRefuse => stream,
            Self::WsDrop | Self::WsSilent => false,
        }
    }
}

/// A fault as somebody orders it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Order {
    /// The operation's id, or `*`.
    pub operation: String,
    /// What goes wrong.
    pub kind: Kind,
    /// Milliseconds of a delay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ms: Option<u64>,
    /// Status of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Body of the answer: text as it is, anything else as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// `Retry-After` of the answer, seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
    /// How often.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// Until it is removed.
    #[serde(default)]
    pub always: bool,
    /// What passes first.
    #[serde(default)]
    pub after: u64,
}

impl Order {
    /// Refuses what could never strike.
    pub fn check(&self) -> Result<(), Refusal> {
        if self.operation != "*" && operations::find(&self.operation).is_none() {
            return Err(Refusal::invalid("operation", "must be an operation's id or *"));
        }
        if self.times == Some(0) {
            return Err(Refusal::invalid("times", "must be at least 1"));
        }
        if self.always && self.times.is_some() {
            return Err(Refusal::invalid("times", "cannot be given together with always"));
        }
        if self.status.is_some_and(|status| !(200..=599).contains(&status)) {
            return Err(Refusal::invalid("status", "must be from 200 to 599"));
        }
        Ok(())
    }

    fn is_of(&self, operation: &Operation) -> bool {
        self.operation == "*" || self.operation == operation.id
    }

    fn text(&self) -> Option<String> {
        self.body.as_ref().map(|body| match body {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        })
    }

    /// How long a delay lasts.
    pub fn delay(&self) -> std::time::Duration {
        std::time::Duration::from_millis(self.ms.unwrap_or(2000))
    }

    /// What is answered without asking the operation; nothing where it runs.
    pub fn instead(&self, trace: &str) -> Option<Response> {
        match self.kind {
            Kind::Status | Kind::WsRefuse => {
                let status = self.status.unwrap_or(if self.kind == Kind::Status { 500 } else { 401 });
                let mut response = match self.text() {
                    Some(text) => {
                        let looks_like_json = text.trim_start().starts_with(['{', '[']);
                        let content_type = if looks_like_json { "application/json" } else { "text/plain" };
                        answer::with_body(answer::status_of(status), content_type, text)
                    }
                    None => answer::fault(&refusal(status), trace),
                };
                if let Some(seconds) = self.retry_after {
                    response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
                }
                Some(response)
            }
            Kind::Html => {
                let status = answer::status_of(self.status.unwrap_or(502));
                Some(answer::with_body(status, "text/html", self.text().unwrap_or_else(|| proxy_page(status))))
            }
            _ => None,
        }
    }

    /// What is left of the operation's answer.
    pub async fn spoil(&self, response: Response) -> Response {
        let (mut parts, body) = response.into_parts();
        let body = match self.kind {
            Kind::Truncated => {
                // The core's answers are in memory as a whole.
                let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
                Body::from(bytes.slice(..bytes.len() / 2))
            }
            Kind::Malformed => {
                parts.headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
                Body::from(self.text().unwrap_or_else(|| r#"{"data": {"items": [}, "status": "success""#.to_owned()))
            }
            Kind::Empty => Body::empty(),
            _ => body,
        };
        parts.headers.remove(header::CONTENT_LENGTH);
        if let Some(status) = self.status.filter(|_| matches!(self.kind, Kind::Malformed | Kind::Empty)) {
            parts.status = answer::status_of(status);
        }
        Response::from_parts(parts, body)
    }
}

/// An order that may still strike.
#[derive(Clone, Debug, Serialize)]
pub struct Standing {
    /// Names it for its removal.
    pub id: u64,
    /// What was ordered.
    #[serde(flatten)]
    pub order: Order,
    /// How often it has struck.
    pub struck: u32,
    #[serde(skip)]
    passed: u64,
}

/// The orders that stand.
pub struct Faults {
    standing: Mutex<Vec<Standing>>,
    ids: AtomicU64,
    changes: watch::Sender<u64>,
    chance: Mutex<Random>,
}

impl Faults {
    /// No orders; `seed` decides what chaos does.
    pub fn new(seed: u64) -> Self {
        Self {
            standing: Mutex::default(),
            ids: AtomicU64::new(1),
            changes: watch::Sender::new(0),
            // Moved away from the demo data's sequence, of which this is no part.
            chance: Mutex::new(Random::new(seed.rotate_left(32) ^ 0xc4a0_5000)),
        }
    }

    /// Adds an order, behind those that stand.
    pub fn add(&self, order: Order) -> Standing {
        let standing = Standing { id: self.ids.fetch_add(1, Ordering::Relaxed), order, struck: 0, passed: 0 };
        self.standing().push(standing.clone());
        self.changes.send_modify(|version| *version += 1);
        standing
    }

    /// The orders that stand.
    pub fn list(&self) -> Vec<Standing> {
        self.standing().clone()
    }

    /// Removes one order, or all; says how many.
    pub fn remove(&self, id: Option<u64>) -> usize {
        let mut standing = self.standing();
        let before = standing.len();
        standing.retain(|standing| id.is_some_and(|id| id != standing.id));
        before - standing.len()
    }

    /// Tells when an order was added, for sockets that are open.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// What strikes this request, if anything.
    pub fn of_request(&self, operation: &Operation) -> Option<Order> {
        self.strike(|standing| {
            if !standing.order.is_of(operation) || !standing.order.kind.fits(operation.is_stream()) {
                return false;
            }
            standing.passed += 1;
            standing.passed > standing.order.after
        })
    }

    /// What strikes this open socket after it has carried so many frames, if anything.
    pub fn of_socket(&self, operation: &Operation, frames: u64) -> Option<Kind> {
        self.strike(|standing| {
            standing.order.kind.is_of_open_sockets()
                && standing.order.is_of(operation)
                && frames >= standing.order.after
        })
        .map(|order| order.kind)
    }

    fn strike(&self, mut hits: impl FnMut(&mut Standing) -> bool) -> Option<Order> {
        let mut list = self.standing();
        let index = list.iter_mut().position(&mut hits)?;
        let standing = list.get_mut(index)?;
        standing.struck += 1;
        let order = standing.order.clone();
        if !order.always && standing.struck >= order.times.unwrap_or(1) {
            list.remove(index);
        }
        Some(order)
    }

    /// Whether something of this probability happens.
    pub fn chance(&self, percent: u8) -> bool {
        percent > 0 && self.random().chance(f64::from(percent) / 100.0)
    }

    /// A time between two, for what happens at random.
    pub fn milliseconds(&self, from: u64, to: u64) -> u64 {
        from + self.random().below((to - from).max(1))
    }

    /// What chaos does to a request that it has picked.
    pub fn chaos(&self, stream: bool) -> Order {
        let error = |status| (Kind::Status, Some(status));
        let page = |status| (Kind::Html, Some(status));
        let (kind, status) = match self.random().below(if stream { 6 } else { 8 }) {
            0 => error(500),
            1 => error(503),
            2 => page(502),
            3 => page(503),
            4 => (Kind::Reset, None),
            5 => (Kind::Delay, None),
            6 => (Kind::Truncated, None),
            _ => (Kind::Empty, None),
        };
        let ms = (kind == Kind::Delay).then(|| self.milliseconds(500, 4000));
        let operation = "*".to_owned();
        Order { operation, kind, ms, status, body: None, retry_after: None, times: None, always: false, after: 0 }
    }

    fn standing(&self) -> MutexGuard<'_, Vec<Standing>> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn random(&self) -> MutexGuard<'_, Random> {
        self.chance.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A refusal in the words that the platform has for a status.
fn refusal(status: u16) -> Refusal {
    match status {
        400 => Refusal::new(400, "VALIDATION_ERROR", "Validation error in the request"),
        401 => Refusal::unauthorized("Missing or invalid credentials"),
        403 => Refusal::forbidden("Role or plan does not allow this"),
        404 => Refusal::new(404, "NOT_FOUND", "Resource not found"),
        409 => Refusal::conflict("State does not allow this"),
        429 => Refusal::rate_limited(1),
        503 => Refusal::new(503, "UNAVAILABLE", "The platform is not available at the moment"),
        other => Refusal::new(other, "INTERNAL_ERROR", "Internal server error"),
    }
}

fn proxy_page(status: StatusCode) -> String {
    format!(
        "<html>\r\n<head><title>{status}</title></head>\r\n<body>\r\n<center><h1>{status}</h1></center>\r\n\
         <hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(operation: &str, kind: &str) -> Order {
        serde_json::from_value(serde_json::json!({ "operation": operation, "kind": kind })).unwrap()
    }

    fn row(id: &str) -> &'static Operation {
        operations::find(id).unwrap()
    }

    #[test]
    fn an_order_strikes_its_operation_so_often_and_is_gone() {
        let faults = Faults::new(1);
        faults.add(Order { times: Some(2), after: 1, ..order("listClusters", "reset") });
        assert_eq!(faults.of_request(row("listApplications")), None);
        let struck: Vec<bool> = (0..4).map(|_| faults.of_request(row("listClusters")).is_some()).collect();
        assert_eq!(struck, [false, true, true, false]);
        assert!(faults.list().is_empty());
    }

    #[test]
    fn always_lasts_until_it_is_removed() {
        let faults = Faults::new(1);
        let standing = faults.add(Order { always: true, ..order("*", "status") });
        assert!((0..5).all(|_| faults.of_request(row("listClusters")).is_some()));
        assert_eq!(faults.remove(Some(standing.id + 1)), 0);
        assert_eq!(faults.remove(Some(standing.id)), 1);
        assert!(faults.of_request(row("listClusters")).is_none());
    }

    #[test]
    fn a_socket_is_struck_by_what_is_a_sockets() {
        let faults = Faults::new(1);
        let stream = row("streamApplicationLogs");
        faults.add(order("*", "truncated"));
        assert!(faults.of_request(stream).is_none());
        assert!(faults.of_socket(stream, 9).is_none());
        faults.add(Order { after: 3, ..order("*", "ws-drop") });
        assert!(faults.of_request(stream).is_none());
        assert_eq!(faults.of_socket(stream, 2), None);
        assert_eq!(faults.of_socket(stream, 3), Some(Kind::WsDrop));
        assert_eq!(faults.of_socket(stream, 3), None);
    }

    #[test]
    fn chaos_is_as_likely_as_it_was_asked_to_be_and_varied() {
        let faults = Faults::new(7);
        let hits = (0..2000).filter(|_| faults.chance(20)).count();
        assert!((300..500).contains(&hits), "{hits}");
        assert!(!(0..200).any(|_| faults.chance(0)));
        let kinds: Vec<Kind> = (0..200).map(|_| faults.chaos(false).kind).collect();
        for kind in [Kind::Status, Kind::Html, Kind::Reset, Kind::Delay, Kind::Truncated, Kind::Empty] {
            assert!(kinds.contains(&kind), "{kind:?}");
        }
        assert!((0..200).all(|_| faults.chaos(true).kind.fits(true)));
    }

    #[test]
    fn an_order_that_could_never_strike_is_refused() {
        assert!(order("*", "delay").check().is_ok());
        assert!(order("listPods", "delay").check().is_err());
        assert!(Order { times: Some(0), ..order("*", "delay") }.check().is_err());
        assert!(Order { times: Some(1), always: true, ..order("*", "delay") }.check().is_err());
        assert!(Order { status: Some(99), ..order("*", "status") }.check().is_err());
    }
}
