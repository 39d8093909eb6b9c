//! Why a request was refused.

use serde_json::{Map, Value, json};

use super::call::Reply;

/// A refusal in the contract's words.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// HTTP status.
    pub status: u16,
    /// `error_code`.
    pub code: &'static str,
    /// `error`: a sentence for a person.
    pub message: String,
    /// `details`.
    pub details: Map<String, Value>,
    /// `Retry-After`, seconds.
    pub retry_after: Option<u64>,
}

impl Fault {
    /// A refusal with neither details nor a wait.
    pub fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), details: Map::new(), retry_after: None }
    }

    /// 400 that names the field by its JSON path, `spec.clusterName`, or by the parameter's name.
    ///
    /// `reason` continues a sentence that begins with the field: "must be 12 digits".
    pub fn invalid(field: impl Into<String>, reason: impl Into<String>) -> Self {
        let (field, reason) = (field.into(), reason.into());
        let mut fault = Self::new(400, "VALIDATION_ERROR", format!("{field} {reason}"));
        fault.details.insert("fields".to_owned(), json!({ field: reason }));
        fault
    }

    /// 400 that names several fields at once.
    pub fn invalid_fields(fields: Vec<(String, String)>) -> Self {
        let message = fields.iter().map(|(field, reason)| format!("{field} {reason}")).collect::<Vec<_>>().join("; ");
        let mut fault = Self::new(400, "VALIDATION_ERROR", message);
        let fields: Map<String, Value> =
            fields.into_iter().map(|(field, reason)| (field, Value::String(reason))).collect();
        fault.details.insert("fields".to_owned(), Value::Object(fields));
        fault
    }

    /// 401.
    pub fn unauthorized(message: impl Into<String>) -> Self {
        Self::new(401, "UNAUTHORIZED", message)
    }

    /// 403 with its reason.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(403, "FORBIDDEN", message)
    }

    /// 404.
    pub fn not_found(what: &str, name: &str) -> Self {
        Self::new(404, "NOT_FOUND", format!("{what} \"{name}\" was not found"))
    }

    /// 409.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(409, "CONFLICT", message)
    }

    /// 429.
    pub fn rate_limited(seconds: u64) -> Self {
        let mut fault = Self::new(429, "RATE_LIMITED", format!("Too many requests, try again in {seconds} s"));
        fault.retry_after = Some(seconds);
        fault
    }

    /// Adds a detail.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.details.insert(name.to_owned(), value.into());
        self
    }

    /// The body of the answer; the server fills in the trace id.
    pub fn reply(&self) -> Reply {
        Reply::Json(
            self.status,
            json!({
                "details": self.details,
                "error": self.message,
                "error_code": self.code,
                "status": self.status,
                "trace_id": "",
            }),
        )
    }
}
