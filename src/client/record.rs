//! What was sent: the last calls and sockets, for the people who want to see or repeat them. Secrets are not in here.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    fmt::Write as _,
    rc::Rc,
};

use astro_api::{
    ApiError, ErrorKind,
    operations::{Credential, Method},
    request::{Call, Route},
    secret::REDACTED,
};

use super::{WebSocketAuth, browser, shell::quoted};

/// How many calls are kept.
pub const KEPT: usize = 200;

/// Query parameters that carry a secret: the contract sends some tokens in the query.
const SECRET_PARAMETERS: [&str; 5] = ["token", "code", "state", "secret", "api_key"];

/// The page of what the frame around the pages sends for itself.
pub const FRAME: u64 = 0;

/// What became of one try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Try {
    /// HTTP status of its answer, where there was one.
    pub status: Option<u16>,
    /// Why it failed; none while it is under way, and none where it succeeded.
    pub failed: Option<ErrorKind>,
}

/// What became of a socket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Socket {
    /// Whether it is open now.
    pub open: bool,
    /// How often it was opened.
    pub opened: u32,
    /// How many frames came.
    pub frames: u64,
    /// The code that it was closed with last; none where the console closed it, or it was never open.
    pub closed: Option<u16>,
}

/// A call that was made, or is under way.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    /// Counts up from 1.
    pub id: u64,
    /// The page that was shown when it began: equal for all calls of one page, [`FRAME`] for those of no page.
    pub page: u64,
    /// The operation by its contract id.
    pub operation: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// Path and query below the API base, secrets hidden.
    pub target: String,
    /// When it was first sent or queued, milliseconds since 1970.
    pub at: u64,
    /// Milliseconds until its answer, waits and retries included.
    pub took: u64,
    /// Whether it is under way. A socket is until it is given up.
    pub pending: bool,
    /// How often it was sent.
    pub tries: u32,
    /// What became of each try, a renewed credential's included; the first few, and the last.
    pub story: Vec<Try>,
    /// HTTP status of the last answer, where there was one.
    pub status: Option<u16>,
    /// The sort of failure, if it failed.
    pub failed: Option<ErrorKind>,
    /// The platform's code for the failure, perhaps empty.
    pub code: String,
    /// What went wrong, in words.
    pub message: Option<String>,
    /// The platform's trace or request id.
    pub trace_id: Option<String>,
    /// How many bytes the last answer had, unpacked.
    pub bytes: Option<usize>,
    /// The call as a command, with `$ASTROPULSE_API_KEY` in the place of the key.
    pub curl: String,
    /// What became of the socket, if it is one.
    pub socket: Option<Socket>,
    /// What was wrong with the last of its frames that had another form than the contract's.
    pub misread: Option<String>,
}

impl Recorded {
    /// Whether it ended badly. What the console itself gave up did not fail.
    pub fn has_failed(&self) -> bool {
        !self.pending && self.failed.is_some_and(|kind| kind != ErrorKind::Aborted)
    }
}

/// The most tries that are told one by one; the limiter and the session may add theirs to the client's three.
const LONGEST_STORY: usize = 8;

type OnChange = Rc<dyn Fn()>;

struct Kept {
    recorded: Recorded,
    /// Counts while it is written to; told when it is asked for, since frames come by the thousand.
    frames: Option<Rc<Cell<u64>>>,
}

/// The last calls, oldest first.
#[derive(Default)]
pub struct Records {
    ring: RefCell<VecDeque<Kept>>,
    count: Cell<u64>,
    page: Cell<u64>,
    on_change: RefCell<Option<OnChange>>,
}

impl Records {
    /// The last calls, oldest first.
    pub fn all(&self) -> Vec<Recorded> {
        let told = |kept: &Kept| {
            let mut recorded = kept.recorded.clone();
            if let (Some(socket), Some(frames)) = (&mut recorded.socket, &kept.frames) {
                socket.frames = frames.get();
            }
            recorded
        };
        self.ring.borrow().iter().map(told).collect()
    }

    /// The page that is shown now.
    pub fn page(&self) -> u64 {
        self.page.get()
    }

    /// Another page is shown: calls that begin from now on are its own.
    pub fn turn_page(&self) {
        self.page.set(self.page.get() + 1);
        self.changed();
    }

    /// Calls something whenever there is something new to tell; frames of a socket are none.
    pub fn observe(&self, on_change: impl Fn() + 'static) {
        *self.on_change.borrow_mut() = Some(Rc::new(on_change));
    }

    /// Forgets all that has ended: on sign-out, and when a person asks for it.
    pub fn clear(&self) {
        self.ring.borrow_mut().retain(|kept| kept.recorded.pending);
        self.changed();
    }

    fn changed(&self) {
        let on_change = self.on_change.borrow().clone();
        if let Some(on_change) = on_change {
            on_change();
        }
    }

    fn change(&self, id: u64, change: impl FnOnce(&mut Recorded)) {
        let found = {
            let mut ring = self.ring.borrow_mut();
            let found = ring.iter_mut().rev().find(|kept| kept.recorded.id == id);
            found.map(|kept| change(&mut kept.recorded)).is_some()
        };
        if found {
            self.changed();
        }
    }

    fn push(
        &self,
        call: &Call,
        route: Option<&Route>,
        of_frame: bool,
        curl: String,
        frames: Option<Rc<Cell<u64>>>,
    ) -> u64 {
        let id = self.count.get() + 1;
        self.count.set(id);
        let recorded = Recorded {
            id,
            page: if of_frame { FRAME } else { self.page.get() },
            operation: call.operation().id,
            method: route.map_or(call.operation().method, |route| route.method),
            target: shown_target(call, route),
            at: browser::now(),
            took: 0,
            pending: true,
            tries: 0,
            story: Vec::new(),
            status: None,
            failed: None,
            code: String::new(),
            message: None,
            trace_id: None,
            bytes: None,
            curl,
            socket: frames.is_some().then(Socket::default),
            misread: None,
        };
        {
            let mut ring = self.ring.borrow_mut();
            // All its room at once: what it would grow out of stays a hole in the memory of the program.
            let room = KEPT.saturating_sub(ring.len());
            ring.reserve_exact(room);
            while ring.len() >= KEPT {
                // An open socket is worth more than an old call; where nothing else is left, the oldest goes.
                let gone = ring.iter().position(|kept| !kept.recorded.pending).unwrap_or_default();
                ring.remove(gone);
            }
            ring.push_back(Kept { recorded, frames });
        }
        self.changed();
        id
    }

    /// Begins to record a call. One that is dropped before [`Recording::end`] was given up.
    pub fn begin(self: &Rc<Self>, call: &Call, route: Option<&Route>, of_frame: bool, curl: String) -> Recording {
        let id = self.push(call, route, of_frame, curl, None);
        Recording { records: Rc::clone(self), id, ended: false }
    }

    /// Begins to record a socket, until it is dropped.
    pub fn begin_socket(
        self: &Rc<Self>,
        call: &Call,
        route: Option<&Route>,
        of_frame: bool,
        curl: String,
    ) -> SocketRecording {
        let frames = Rc::new(Cell::new(0));
        let id = self.push(call, route, of_frame, curl, Some(Rc::clone(&frames)));
        SocketRecording { records: Rc::clone(self), id, frames }
    }
}

/// A call under way.
pub struct Recording {
    records: Rc<Records>,
    id: u64,
    ended: bool,
}

impl Recording {
    /// Notes that it is sent once more.
    pub fn sent(&mut self) {
        self.records.change(self.id, |recorded| {
            recorded.tries += 1;
            if recorded.story.len() >= LONGEST_STORY {
                recorded.story.pop();
            }
            recorded.story.push(Try { status: None, failed: None });
        });
    }

    /// Notes what was answered.
    pub fn answered(&mut self, status: u16, trace_id: Option<&str>, bytes: usize) {
        self.records.change(self.id, |recorded| {
            recorded.status = Some(status);
            recorded.trace_id = trace_id.map(str::to_owned);
            recorded.bytes = Some(bytes);
            if let Some(last) = recorded.story.last_mut() {
                last.status = Some(status);
            }
        });
    }

    /// Notes that the try under way has failed.
    pub fn failed(&mut self, error: &ApiError) {
        self.records.change(self.id, |recorded| {
            // The status of an earlier try would stand beside the failure of this one.
            recorded.status = error.status;
            if let Some(last) = recorded.story.last_mut() {
                last.failed = Some(error.kind);
            }
        });
    }

    /// Notes how it ended.
    pub fn end(&mut self, error: Option<&ApiError>) {
        self.ended = true;
        self.records.change(self.id, |recorded| {
            recorded.pending = false;
            recorded.took = browser::now().saturating_sub(recorded.at);
            recorded.failed = error.map(|error| error.kind);
            if let Some(error) = error {
                recorded.code.clone_from(&error.code);
                recorded.message = Some(error.message.clone());
                if error.trace_id.is_some() {
                    recorded.trace_id.clone_from(&error.trace_id);
                }
            }
        });
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        if !self.ended {
            self.records.change(self.id, |recorded| {
                recorded.pending = false;
                recorded.took = browser::now().saturating_sub(recorded.at);
                recorded.failed = Some(ErrorKind::Aborted);
            });
        }
    }
}

/// A socket that is kept open.
pub struct SocketRecording {
    records: Rc<Records>,
    id: u64,
    frames: Rc<Cell<u64>>,
}

impl SocketRecording {
    fn change(&self, change: impl FnOnce(&mut Recorded, &mut Socket)) {
        self.records.change(self.id, |recorded| {
            if let Some(mut socket) = recorded.socket.take() {
                change(recorded, &mut socket);
                recorded.socket = Some(socket);
            }
        });
    }

    /// Notes that a handshake is sent.
    pub fn sent(&self) {
        self.change(|recorded, _| recorded.tries += 1);
    }

    /// Notes that it is open.
    pub fn opened(&self) {
        self.change(|recorded, socket| {
            recorded.status = Some(101);
            recorded.failed = None;
            recorded.message = None;
            recorded.trace_id = None;
            socket.open = true;
            socket.opened += 1;
        });
    }

    /// Notes that a frame came.
    pub fn heard(&self) {
        self.frames.set(self.frames.get() + 1);
    }

    /// Notes that a frame had another form than the contract's.
    pub fn misread(&self, error: &ApiError) {
        self.change(|recorded, _| recorded.misread = Some(difference(error)));
    }

    /// Notes that it is closed, and by which code; none where the console closed it.
    pub fn closed(&self, code: Option<u16>) {
        self.change(|_, socket| {
            socket.open = false;
            socket.closed = code;
        });
    }

    /// Notes why it is not opened again.
    pub fn refused(&self, error: &ApiError) {
        self.change(|recorded, socket| {
            socket.open = false;
            recorded.status = error.status;
            recorded.failed = Some(error.kind);
            recorded.code.clone_from(&error.code);
            recorded.message = Some(error.message.clone());
            recorded.trace_id.clone_from(&error.trace_id);
        });
    }
}

impl Drop for SocketRecording {
    fn drop(&mut self) {
        self.change(|recorded, socket| {
            socket.open = false;
            recorded.pending = false;
            recorded.took = browser::now().saturating_sub(recorded.at);
        });
    }
}

/// Where something differs from the contract, and how: "resources[2].kind: missing field `name`".
pub fn difference(error: &ApiError) -> String {
    let said = error.details.as_ref().and_then(serde_json::Value::as_str).unwrap_or(&error.message);
    match &error.path {
        Some(path) => format!("{path}: {said}"),
        None => said.to_owned(),
    }
}

/// Path and query below the API base, secrets hidden. What cannot be sent shows its template.
pub fn shown_target(call: &Call, route: Option<&Route>) -> String {
    let Ok(target) = call.target(route) else {
        return route.map_or(call.operation().path, |route| &route.path).to_owned();
    };
    let Some((path, query)) = target.split_once('?') else { return target };
    let mut shown = path.to_owned();
    for (index, pair) in query.split('&').enumerate() {
        shown.push(if index == 0 { '?' } else { '&' });
        match pair.split_once('=') {
            Some((name, value)) if SECRET_PARAMETERS.contains(&name) && !value.is_empty() => {
                let _ = write!(shown, "{name}={REDACTED}");
            }
            _ => shown.push_str(pair),
        }
    }
    shown
}

/// A call as a command that can be pasted into a shell. The credential is a variable, other secrets are hidden.
pub fn curl(call: &Call, route: Option<&Route>, base: &str, organization: Option<&str>) -> String {
    let method = route.map_or(call.operation().method, |route| route.method);
    let mut command = String::from("curl");
    if method != Method::Get {
        let _ = write!(command, " -X {method}");
    }
    let _ = write!(command, " {}", quoted(&format!("{base}{}", shown_target(call, route))));
    let mut header = |text: &str| {
        let _ = write!(command, " \\\n  -H {text}");
    };
    match call.credential() {
        Credential::Open => {}
        Credential::Bearer => header("\"Authorization: Bearer $ASTROPULSE_TOKEN\""),
        Credential::ApiKey | Credential::Either => header(KEY_HEADER),
    }
    if call.credential() == Credential::Either
        && let Some(organization) = organization
    {
        header(&quoted(&format!("X-Astro-Organization-ID: {organization}")));
    }
    // The only operation with a header of its own takes a key to examine.
    if let Some((name, _)) = call.header() {
        header(&format!("\"{name}: $ASTROPULSE_API_KEY\""));
    }
    if let Some(body) = call.body() {
        header("'Content-Type: application/json'");
        let _ = write!(command, " \\\n  --data {}", quoted(&body.shown().to_string()));
    }
    command
}

const KEY_HEADER: &str = "\"X-Astro-API-Key: $ASTROPULSE_API_KEY\"";

/// A socket as a command; curl speaks WebSocket since 8.11. A shell may set the header that a browser cannot, so the key
/// goes by the query only where that is the way that is configured.
pub fn curl_of_socket(call: &Call, route: Option<&Route>, websocket_base: &str, auth: WebSocketAuth) -> String {
    let target = shown_target(call, route);
    let url = format!("{websocket_base}{target}");
    match auth {
        WebSocketAuth::Subprotocol => format!("curl -N {} \\\n  -H {KEY_HEADER}", quoted(&url)),
        WebSocketAuth::Query => {
            let mark = if target.contains('?') { '&' } else { '?' };
            format!("curl -N {}\"$ASTROPULSE_API_KEY\"", quoted(&format!("{url}{mark}api_key=")))
        }
        WebSocketAuth::None => format!("curl -N {}", quoted(&url)),
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use std::process::Command;

    use astro_api::{
        Secret,
        api_keys::{self, ApiKeyRevokeRequest},
        applications, clusters, organizations,
    };

    use super::*;

    const BASE: &str = "https://api.example.com/api/v1";

    #[test]
    fn a_command_names_the_key_by_its_variable() {
        let request = api_keys::revoke("o-1", Some(&ApiKeyRevokeRequest { key_id: "it's".into(), reason: None }));
        assert_eq!(
            curl(request.call(), None, BASE, None),
            "curl -X POST 'https://api.example.com/api/v1/apikeys/o-1/revoke' \\\n  \
             -H \"Authorization: Bearer $ASTROPULSE_TOKEN\" \\\n  -H 'Content-Type: application/json' \\\n  \
             --data '{\"keyId\":\"it'\\''s\"}'"
        );
        let validate = curl(api_keys::validate(&Secret::from("astro_secret")).call(), None, BASE, None);
        assert!(!validate.contains("astro_secret") && validate.contains("$ASTROPULSE_API_KEY"), "{validate}");
    }

    #[test]
    fn tokens_in_a_query_are_hidden() {
        let request = clusters::decide_approval("prod", "o-1", &astro_api::Secret::from("one-time"), "APPROVE");
        let target = shown_target(request.call(), None);
        assert!(!target.contains("one-time") && target.contains("clusterName=prod"), "{target}");
        assert!(!curl(request.call(), None, BASE, None).contains("one-time"));
    }

    #[test]
    fn a_difference_names_its_place() {
        let mut error = ApiError::new(ErrorKind::Mismatch, "streamApplicationEvents", "It has another form.");
        assert_eq!(difference(&error), "It has another form.");
        error.details = Some("missing field `kind`".into());
        error.path = Some("resources[2]".to_owned());
        assert_eq!(difference(&error), "resources[2]: missing field `kind`");
    }

    /// The words that a real shell hands to `curl`.
    fn words(command: &str) -> Vec<String> {
        let script = format!("curl() {{ for word; do printf '%s\\0' \"$word\"; done; }}\n{command}");
        let output = Command::new("sh").arg("-c").arg(script).env("ASTROPULSE_API_KEY", "k e$y").output().unwrap();
        assert!(output.status.success(), "{command}");
        let text = String::from_utf8(output.stdout).unwrap();
        text.split_terminator('\0').map(str::to_owned).collect()
    }

    #[test]
    fn a_shell_takes_a_command_apart_as_it_was_meant() {
        let title = "Ann's `id` $HOME \"x\"\n\\";
        let body = organizations::OrgCreateRequest { name: "acme".into(), title: Some(title.into()) };
        let command = curl(organizations::create(&body).call(), None, BASE, None);
        let sent = words(&command);
        assert_eq!(
            sent.get(..6).unwrap(),
            ["-X", "POST", "https://api.example.com/api/v1/organizations", "-H", "X-Astro-API-Key: k e$y", "-H",]
        );
        let data: serde_json::Value = serde_json::from_str(sent.last().unwrap()).unwrap();
        assert_eq!(data["title"], title);
    }

    #[test]
    fn a_socket_is_opened_by_a_header_or_by_the_configured_query() {
        let stream = applications::status("a'b");
        let of = |auth| words(&curl_of_socket(stream.call(), None, "wss://live.example/api/v1", auth));
        let url = "wss://live.example/api/v1/applications/a%27b/status";
        assert_eq!(of(WebSocketAuth::Subprotocol), ["-N", url, "-H", "X-Astro-API-Key: k e$y"]);
        assert_eq!(of(WebSocketAuth::Query), ["-N".to_owned(), format!("{url}?api_key=k e$y")]);
        assert_eq!(of(WebSocketAuth::None), ["-N", url]);
    }
}
