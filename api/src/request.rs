//! Requests are values: what to send, and what type answers.

use std::{fmt::Write as _, marker::PhantomData};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use crate::{
    error::{ApiError, ErrorKind},
    operations::{self, Credential, Method, Operation, Safety},
    response::{self, Eventually, Response},
    secret::{self, Secret},
};

/// RFC 3986's unreserved characters stay as they are.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

fn encode(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

/// The body of a request: the JSON that goes over the wire, and the same with its secrets hidden.
#[derive(Clone)]
pub struct Body {
    wire: Secret<String>,
    shown: Value,
}

impl Body {
    /// The JSON to send.
    pub const fn wire(&self) -> &Secret<String> {
        &self.wire
    }

    /// The JSON to show, secrets replaced by [`secret::REDACTED`].
    pub const fn shown(&self) -> &Value {
        &self.shown
    }
}

/// Where an operation lives: its method and path below the API base. Configuration may replace an inferred one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The HTTP method.
    pub method: Method,
    /// The path template, `/clusters/{clusterId}`.
    pub path: String,
}

impl Route {
    /// Reads an override such as `PUT /apikeys/{orgId}/revoke` for an operation.
    ///
    /// # Errors
    /// Says in words what is wrong: an unknown method, a path without its slash, a parameter that the operation
    /// doesn't have or whose place is missing.
    pub fn parse(operation: &Operation, text: &str) -> Result<Self, String> {
        let (method, path) =
            text.trim().split_once(' ').ok_or("expected a method and a path, such as \"GET /clusters\"")?;
        let method = Method::parse(method).ok_or_else(|| format!("\"{method}\" is not a method"))?;
        let path = path.trim();
        let folded = path.split('/').any(|segment| matches!(segment, "." | ".."));
        if !path.starts_with('/') || path.contains("//") || path.contains(['?', '#', ' ']) || folded || !balanced(path)
        {
            return Err(format!("\"{path}\" is not a path below the API base"));
        }
        let (theirs, ours) = (placeholders(path), placeholders(operation.path));
        for name in &theirs {
            if !ours.contains(name) {
                return Err(format!("{} has no parameter {{{name}}}", operation.id));
            }
        }
        for name in &ours {
            if !theirs.contains(name) {
                return Err(format!("the path needs {{{name}}}"));
            }
        }
        Ok(Self { method, path: path.to_owned() })
    }
}

/// Whether every brace of a path template has its counterpart.
fn balanced(template: &str) -> bool {
    template.split('/').all(|segment| match segment.strip_prefix('{') {
        Some(name) => name.strip_suffix('}').is_some_and(|name| !name.is_empty() && !name.contains(['{', '}'])),
        None => !segment.contains(['{', '}']),
    })
}

/// The names between braces in a path template.
pub fn placeholders(template: &str) -> Vec<&str> {
    template.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0)).collect()
}

/// What to send for one operation: everything but the host and the credential.
#[derive(Clone)]
pub struct Call {
    operation: &'static Operation,
    path: Vec<(&'static str, String)>,
    query: Vec<(&'static str, String)>,
    header: Option<(&'static str, Secret<String>)>,
    body: Option<Body>,
    safety: Safety,
    file: bool,
    unsendable: Option<String>,
}

impl Call {
    fn new(id: &'static str) -> Self {
        let operation = operations::get(id);
        Self {
            operation,
            path: Vec::new(),
            query: Vec::new(),
            header: None,
            body: None,
            safety: operation.safety,
            file: false,
            unsendable: None,
        }
    }

    /// The row of the operation.
    pub const fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// Whether it may be sent again; a dry run may, whatever its operation.
    pub const fn safety(&self) -> Safety {
        self.safety
    }

    /// Whether a file answers it, which may be large: an export takes minutes on a slow line.
    pub const fn is_file(&self) -> bool {
        self.file
    }

    /// Which credential it needs.
    pub const fn credential(&self) -> Credential {
        self.operation.credential
    }

    /// A header of this operation's own, such as the key to validate.
    pub const fn header(&self) -> Option<&(&'static str, Secret<String>)> {
        self.header.as_ref()
    }

    /// The JSON body.
    pub const fn body(&self) -> Option<&Body> {
        self.body.as_ref()
    }

    /// The path and query below the API base, parameters percent-encoded; from `route` where configuration names one.
    ///
    /// # Errors
    /// A parameter that is empty, `.` or `..` would reach another operation, and a body that cannot be written none at
    /// all.
    pub fn target(&self, route: Option<&Route>) -> Result<String, ApiError> {
        if let Some(reason) = &self.unsendable {
            return Err(ApiError::new(ErrorKind::Invalid, self.operation.id, reason.clone()));
        }
        let template = route.map_or(self.operation.path, |route| &route.path);
        let mut target = String::with_capacity(template.len() + 40);
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, tail) = after.split_once('}').unwrap_or((after, ""));
            let value = self.path.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value.as_str());
            let refused = match value {
                "" => Some(format!("The request needs a value for \"{name}\".")),
                // Browsers fold such a segment away, encoded or not, and the request would reach elsewhere.
                "." | ".." => Some(format!("\"{value}\" cannot be the \"{name}\" of a request.")),
                _ => None,
            };
            if let Some(reason) = refused {
                return Err(ApiError::new(ErrorKind::Invalid, self.operation.id, reason));
            }
            target.push_str(before);
            target.push_str(&encode(value));
            rest = tail;
        }
        target.push_str(rest);
        for (index, (name, value)) in self.query.iter().enumerate() {
            let _ = write!(target, "{}{name}={}", if index == 0 { '?' } else { '&' }, encode(value));
        }
        Ok(target)
    }

    /// Identifies what is asked: equal keys have equal answers. The organization is the store's to add.
    pub fn key(&self) -> String {
        let mut key = self.operation.id.to_owned();
        for (name, value) in self.path.iter().chain(&self.query) {
            let _ = write!(key, "&{name}={}", encode(value));
        }
        key
    }

    /// A parameter of the path by its name in the template.
    pub fn path(&self, name: &str) -> Option<&str> {
        self.path.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// The query parameters.
    pub fn query(&self) -> &[(&'static str, String)] {
        &self.query
    }
}

type Decode<T> = fn(&'static Operation, &Response<'_>) -> Result<T, ApiError>;

/// One operation with its arguments, and the type that answers it.
pub struct Request<T> {
    call: Call,
    decode: Decode<T>,
}

impl<T> Clone for Request<T> {
    fn clone(&self) -> Self {
        Self { call: self.call.clone(), decode: self.decode }
    }
}

impl<T> Request<T> {
    fn with(id: &'static str, decode: Decode<T>) -> Self {
        Self { call: Call::new(id), decode }
    }

    /// What to send.
    pub const fn call(&self) -> &Call {
        &self.call
    }

    /// Decodes an answer.
    pub fn decode(&self, response: &Response<'_>) -> Result<T, ApiError> {
        (self.decode)(self.call.operation, response)
    }

    pub(crate) fn path(mut self, name: &'static str, value: impl ToString) -> Self {
        self.call.path.push((name, value.to_string()));
        self
    }

    pub(crate) fn query(mut self, name: &'static str, value: impl ToString) -> Self {
        self.call.query.push((name, value.to_string()));
        self
    }

    pub(crate) fn query_option(self, name: &'static str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.query(name, value),
            None => self,
        }
    }

    /// Marks a request that changes nothing, such as a dry run: it may be sent again.
    pub(crate) const fn harmless(mut self, harmless: bool) -> Self {
        if harmless {
            self.call.safety = Safety::Read;
        }
        self
    }

    pub(crate) fn header(mut self, name: &'static str, value: &Secret<String>) -> Self {
        self.call.header = Some((name, value.clone()));
        self
    }

    pub(crate) fn json(mut self, body: &impl Serialize) -> Self {
        match (serde_json::to_string(body), secret::redacted(|| serde_json::to_value(body))) {
            (Ok(wire), Ok(shown)) => self.call.body = Some(Body { wire: wire.into(), shown }),
            (Err(error), _) | (_, Err(error)) => {
                self.call.unsendable = Some(format!("The request cannot be written as JSON: {error}."));
            }
        }
        self
    }
}

impl<T: DeserializeOwned> Request<T> {
    /// An operation that answers in the envelope, as nearly all do.
    pub(crate) fn new(id: &'static str) -> Self {
        Self::with(id, response::enveloped)
    }

    /// An operation that answers without the envelope.
    pub(crate) fn bare(id: &'static str) -> Self {
        Self::with(id, response::bare)
    }
}

impl<T: DeserializeOwned> Request<Eventually<T>> {
    /// An operation that may answer 202 until its data is ready.
    pub(crate) fn eventual(id: &'static str) -> Self {
        Self::with(id, response::eventually)
    }
}

impl Request<Map<String, Value>> {
    /// An operation that answers an object of no published form, which nobody needs.
    pub(crate) fn untyped(id: &'static str) -> Self {
        Self::with(id, response::untyped)
    }
}

impl Request<()> {
    /// An operation whose success says it all.
    pub(crate) fn unanswered(id: &'static str) -> Self {
        Self::with(id, response::done)
    }
}

impl Request<String> {
    /// An operation that answers a file.
    pub(crate) fn file(id: &'static str) -> Self {
        let mut request = Self::with(id, response::text);
        request.call.file = true;
        request
    }
}

/// One frame of a stream.
#[derive(Clone, Debug, PartialEq)]
pub enum Frame<T> {
    /// A frame of the contract's form.
    Item(T),
    /// Plain text: the platform may send lines as they are.
    Text(String),
}

/// A WebSocket operation with its arguments, and the type of its frames.
pub struct Stream<T> {
    request: Request<()>,
    /// Reads a frame of the contract's form at once, where the stream is one of lines.
    lines: Option<fn(&str) -> Option<T>>,
    item: PhantomData<fn() -> T>,
}

impl<T> Clone for Stream<T> {
    fn clone(&self) -> Self {
        Self { request: self.request.clone(), lines: self.lines, item: PhantomData }
    }
}

impl<T: DeserializeOwned> Stream<T> {
    pub(crate) fn new(id: &'static str) -> Self {
        Self { request: Request::unanswered(id), lines: None, item: PhantomData }
    }

    /// A stream of a program's own lines: a frame of another form is a line, even one that is JSON.
    ///
    /// There may be twenty thousand a second: a frame of the contract's form is read without the way over a value, which
    /// finds the place of a mismatch.
    pub(crate) fn of_lines(mut self) -> Self {
        self.lines = Some(|frame| serde_json::from_str(frame).ok());
        self
    }

    pub(crate) fn path(mut self, name: &'static str, value: impl ToString) -> Self {
        self.request = self.request.path(name, value);
        self
    }

    pub(crate) fn query_option(mut self, name: &'static str, value: Option<impl ToString>) -> Self {
        self.request = self.request.query_option(name, value);
        self
    }

    /// What to open.
    pub const fn call(&self) -> &Call {
        &self.request.call
    }

    /// Decodes one text frame.
    ///
    /// # Errors
    /// A frame that is an error of the platform's, or JSON of another form than the contract's.
    pub fn decode(&self, frame: &str) -> Result<Frame<T>, ApiError> {
        let operation = self.call().operation();
        if !frame.trim_start().starts_with('{') {
            return Ok(Frame::Text(frame.to_owned()));
        }
        if let Some(item) = self.lines.and_then(|read| read(frame)) {
            return Ok(Frame::Item(item));
        }
        let response = Response {
            status: 200,
            content_type: Some("application/json"),
            retry_after: None,
            trace_id: None,
            body: frame.as_bytes(),
        };
        match response::bare(operation, &response) {
            Ok(item) => Ok(Frame::Item(item)),
            Err(mismatch) => {
                let Ok(Value::Object(object)) = serde_json::from_str::<Value>(frame) else {
                    // A log line may begin with a brace and be no JSON at all.
                    return Ok(Frame::Text(frame.to_owned()));
                };
                let status = object.get("status").and_then(Value::as_u64).and_then(|status| u16::try_from(status).ok());
                match status.filter(|status| *status >= 400 && object.contains_key("error_code")) {
                    Some(status) => {
                        let failed = Response { status, ..response };
                        response::done(operation, &failed).map(|()| Frame::Text(frame.to_owned()))
                    }
                    None if self.lines.is_some() => Ok(Frame::Text(frame.to_owned())),
                    None => Err(mismatch),
                }
            }
        }
    }
}
