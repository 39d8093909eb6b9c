//! What can go wrong between a request and its answer.

use std::fmt;

use serde_json::{Map, Value};

/// The sort of a failure: what a person can do about it differs by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// 400 or 422: the request names something that the platform does not accept.
    Invalid,
    /// 401: the credential is missing, expired, revoked or of another organization.
    Unauthorized,
    /// 403: the role or the plan does not allow it.
    Forbidden,
    /// 404: there is no such thing, or not for this organization.
    NotFound,
    /// 409: the state of the thing does not allow it now.
    Conflict,
    /// 429: too many requests; [`ApiError::retry_after`] says how long to wait.
    RateLimited,
    /// 5xx: the platform failed.
    Server,
    /// Another status that is not a success.
    Unexpected,
    /// The answer is not what the contract promises; [`ApiError::path`] says where.
    Mismatch,
    /// Something between the console and the platform answered: a proxy's HTML page, say.
    NotTheApi,
    /// No answer in time.
    Timeout,
    /// The browser has no network.
    Offline,
    /// The request never reached the platform, or its answer was withheld: connection refused or reset, or a
    /// cross-origin call that the platform does not allow. A browser does not tell these apart.
    Unreachable,
    /// The console gave the request up, because nobody needs the answer any more.
    Aborted,
    /// No credential of the sort that the operation needs is at hand, so nothing was sent.
    NoCredential,
}

/// A failure of one operation, with everything that a person needs to act on it or to report it.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiError {
    /// The sort of failure.
    pub kind: ErrorKind,
    /// The operation by its contract id.
    pub operation: &'static str,
    /// The HTTP status, where there was one.
    pub status: Option<u16>,
    /// The platform's error code (`VALIDATION_ERROR`), or empty.
    pub code: String,
    /// The platform's message, or the console's own where the platform gave none.
    pub message: String,
    /// The platform's details as they came.
    pub details: Option<Value>,
    /// The platform's trace or request id, for support.
    pub trace_id: Option<String>,
    /// Seconds to wait before another try, from `Retry-After`.
    pub retry_after: Option<f64>,
    /// The JSON path of a mismatch, such as `data[3].createdAt`.
    pub path: Option<String>,
    /// The raw body, cut at [`RAW_LIMIT`] bytes; absent where the operation answers secrets.
    pub raw: Option<String>,
}

/// Bytes of a raw body that an error keeps.
pub const RAW_LIMIT: usize = 4096;

impl ApiError {
    /// An error that no answer stands behind.
    pub fn new(kind: ErrorKind, operation: &'static str, message: impl Into<String>) -> Self {
        Self {
            kind,
            operation,
            status: None,
            code: String::new(),
            message: message.into(),
            details: None,
            trace_id: None,
            retry_after: None,
            path: None,
            raw: None,
        }
    }

    /// Whether the same request may succeed later without anybody changing anything.
    pub const fn is_transient(&self) -> bool {
        matches!(
            self.kind,
            ErrorKind::RateLimited
                | ErrorKind::Server
                | ErrorKind::Timeout
                | ErrorKind::Offline
                | ErrorKind::Unreachable
                | ErrorKind::NotTheApi
        )
    }

    /// The fields that the platform named, each with what is wrong with it, as JSON paths of the request's body.
    ///
    /// `details` has no published form, so the common ones are read: `{field, message}`, `{fields: {name: text}}`,
    /// `{errors: [{field, message}]}` and a plain map of texts.
    pub fn fields(&self) -> Vec<(String, String)> {
        fn text(map: &Map<String, Value>) -> Option<(String, String)> {
            let field = ["field", "path", "property"].iter().find_map(|name| map.get(*name)?.as_str())?;
            let message = ["message", "reason", "error", "description"]
                .iter()
                .find_map(|name| map.get(*name)?.as_str())
                .unwrap_or_default();
            Some((field.to_owned(), message.to_owned()))
        }
        fn plain(map: &Map<String, Value>) -> Vec<(String, String)> {
            map.iter().filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect()
        }
        let Some(Value::Object(details)) = &self.details else { return Vec::new() };
        if let Some(one) = text(details) {
            return vec![one];
        }
        match details.get("fields").or_else(|| details.get("errors")) {
            Some(Value::Object(fields)) => plain(fields),
            Some(Value::Array(list)) => list.iter().filter_map(|item| text(item.as_object()?)).collect(),
            _ => plain(details),
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match self.status {
            Some(status) => write!(f, " ({}, HTTP {status})", self.operation),
            None => write!(f, " ({})", self.operation),
        }
    }
}

impl std::error::Error for ApiError {}
