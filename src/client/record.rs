//! What was sent: the last calls, for the people who want to see or repeat them. Secrets are not in here.

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

use super::browser;

/// How many calls are kept.
const KEPT: usize = 200;

/// Query parameters that carry a secret: the contract sends some tokens in the query.
const SECRET_PARAMETERS: [&str; 4] = ["token", "code", "state", "secret"];

/// A call that was made.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    /// Counts up from 1.
    pub id: u64,
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
    /// How often it was sent.
    pub tries: u32,
    /// HTTP status of the answer, where there was one.
    pub status: Option<u16>,
    /// The sort of failure, if it failed.
    pub failed: Option<ErrorKind>,
    /// The platform's trace or request id.
    pub trace_id: Option<String>,
    /// The call as a command, with `$ASTROPULSE_API_KEY` in the place of the key.
    pub curl: String,
}

type OnRecord = Rc<dyn Fn(&Recorded)>;

/// The last calls, oldest first.
#[derive(Default)]
pub struct Records {
    ring: RefCell<VecDeque<Recorded>>,
    count: Cell<u64>,
    on_record: RefCell<Option<OnRecord>>,
}

impl Records {
    /// The last calls, oldest first.
    pub fn all(&self) -> Vec<Recorded> {
        self.ring.borrow().iter().cloned().collect()
    }

    /// Calls something with each call from now on.
    pub fn observe(&self, on_record: impl Fn(&Recorded) + 'static) {
        *self.on_record.borrow_mut() = Some(Rc::new(on_record));
    }

    /// Forgets all: on sign-out.
    pub fn clear(&self) {
        self.ring.borrow_mut().clear();
    }

    fn push(&self, recorded: Recorded) {
        let observer = self.on_record.borrow().clone();
        if let Some(observer) = observer {
            observer(&recorded);
        }
        let mut ring = self.ring.borrow_mut();
        while ring.len() >= KEPT {
            ring.pop_front();
        }
        ring.push_back(recorded);
    }

    /// Begins to record a call. One that is dropped before [`Recording::end`] was given up.
    pub fn begin(self: &Rc<Self>, call: &Call, route: Option<&Route>, curl: String) -> Recording {
        let id = self.count.get() + 1;
        self.count.set(id);
        Recording {
            records: Rc::clone(self),
            recorded: Some(Recorded {
                id,
                operation: call.operation().id,
                method: route.map_or(call.operation().method, |route| route.method),
                target: shown_target(call, route),
                at: browser::now(),
                took: 0,
                tries: 0,
                status: None,
                failed: Some(ErrorKind::Aborted),
                trace_id: None,
                curl,
            }),
        }
    }
}

/// A call under way.
pub struct Recording {
    records: Rc<Records>,
    recorded: Option<Recorded>,
}

impl Recording {
    /// Notes that it is sent once more.
    pub fn sent(&mut self) {
        if let Some(recorded) = &mut self.recorded {
            recorded.tries += 1;
        }
    }

    /// Notes what was answered.
    pub fn answered(&mut self, status: u16, trace_id: Option<&str>) {
        if let Some(recorded) = &mut self.recorded {
            recorded.status = Some(status);
            recorded.trace_id = trace_id.map(str::to_owned);
        }
    }

    /// Notes how it ended.
    pub fn end(&mut self, error: Option<&ApiError>) {
        if let Some(recorded) = &mut self.recorded {
            recorded.failed = error.map(|error| error.kind);
            if let Some(trace_id) = error.and_then(|error| error.trace_id.as_ref()) {
                recorded.trace_id = Some(trace_id.clone());
            }
        }
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        if let Some(mut recorded) = self.recorded.take() {
            recorded.took = browser::now().saturating_sub(recorded.at);
            self.records.push(recorded);
        }
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

/// Quotes a text for a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
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
        Credential::ApiKey | Credential::Either => header("\"X-Astro-API-Key: $ASTROPULSE_API_KEY\""),
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

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use astro_api::{
        Secret,
        api_keys::{self, ApiKeyRevokeRequest},
        clusters,
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
        let request = clusters::decide_approval("prod", "o-1", "one-time", "APPROVE");
        let target = shown_target(request.call(), None);
        assert!(!target.contains("one-time") && target.contains("clusterName=prod"), "{target}");
        assert!(!curl(request.call(), None, BASE, None).contains("one-time"));
    }
}
