//! What comes in and what goes out, free of any server.

use astro_api::operations::Operation;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{fault::Fault, strict::Strict};

/// A request that has been matched to an operation.
#[derive(Clone, Default)]
pub struct Input {
    /// Path parameters, decoded.
    pub path: Vec<(&'static str, String)>,
    /// Query parameters, decoded, in their order.
    pub query: Vec<(String, String)>,
    /// The API key, however it travelled.
    pub key: Option<String>,
    /// The subject of a bearer token that the server has verified.
    pub subject: Option<Subject>,
    /// `X-Astro-Organization-ID`.
    pub organization: Option<String>,
    /// `X-Validate-API-Key`.
    pub validate_key: Option<String>,
    /// The body as it came.
    pub body: Vec<u8>,
    /// The caller's address, for the audit log.
    pub address: String,
    /// The caller's `User-Agent`, for the audit log.
    pub agent: String,
}

/// Who a verified bearer token speaks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The issuer's id of the person (`sub`), which is also the platform's user id.
    pub id: String,
    /// E-mail address.
    pub email: String,
    /// Full name.
    pub name: String,
}

/// A request on its way through the platform.
pub struct Call<'a> {
    /// The row of the operation.
    pub operation: &'static Operation,
    /// What came with it.
    pub input: &'a Input,
}

impl Call<'_> {
    /// A path parameter; the router has put every one of the template there.
    pub fn path(&self, name: &str) -> &str {
        self.input.path.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }

    /// A query parameter; empty counts as absent, like Go's frameworks do.
    pub fn query(&self, name: &str) -> Option<&str> {
        self.input
            .query
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// A required query parameter.
    pub fn required(&self, name: &str) -> Result<&str, Fault> {
        self.query(name).ok_or_else(|| Fault::invalid(name, "is required"))
    }

    /// A boolean query parameter.
    pub fn flag(&self, name: &str) -> Result<Option<bool>, Fault> {
        self.query(name)
            .map(|value| value.parse().map_err(|_| Fault::invalid(name, "must be true or false")))
            .transpose()
    }

    /// An integer query parameter within bounds.
    pub fn number(&self, name: &str, bounds: std::ops::RangeInclusive<i64>) -> Result<Option<i64>, Fault> {
        self.query(name)
            .map(|value| {
                value.parse().ok().filter(|number| bounds.contains(number)).ok_or_else(|| {
                    Fault::invalid(name, format!("must be a whole number from {} to {}", bounds.start(), bounds.end()))
                })
            })
            .transpose()
    }

    /// The JSON body; what doesn't fit is answered with the field that is wrong.
    pub fn body<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        if self.input.body.is_empty() {
            return Err(Fault::invalid("body", "is required"));
        }
        let value: Value = serde_json::from_slice(&self.input.body)
            .map_err(|error| Fault::invalid("body", format!("is not JSON: {error}")))?;
        serde_path_to_error::deserialize(Strict(&value)).map_err(|error| {
            let path = error.path().to_string();
            let field = if path == "." { "body" } else { &path };
            let text = error.inner().to_string();
            // serde_json appends the position, which means nothing to who filled in a form.
            let text = text.split(" at line ").next().unwrap_or_default().to_owned();
            // A missing field is reported on its parent.
            if let Some(missing) = text.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`')) {
                let field = if path == "." { missing.to_owned() } else { format!("{path}.{missing}") };
                return Fault::invalid(field, "is required");
            }
            Fault::invalid(field, text)
        })
    }

    /// The JSON body of an operation that has an optional one.
    pub fn optional_body<T: DeserializeOwned>(&self) -> Result<Option<T>, Fault> {
        if self.input.body.trim_ascii().is_empty() { Ok(None) } else { self.body().map(Some) }
    }
}

/// What goes out.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// JSON with a status.
    Json(u16, Value),
    /// A file.
    File {
        /// `Content-Type`.
        content_type: &'static str,
        /// Name offered for saving.
        name: String,
        /// The content.
        body: String,
    },
    /// 204.
    Empty,
}

impl Reply {
    /// A success in the envelope.
    pub fn ok(data: impl Serialize) -> Self {
        Self::enveloped(200, data, "OK")
    }

    /// A success in the envelope, with a message of its own.
    pub fn said(data: impl Serialize, message: impl Into<String>) -> Self {
        Self::enveloped(200, data, message)
    }

    /// The envelope with any status.
    pub fn enveloped(status: u16, data: impl Serialize, message: impl Into<String>) -> Self {
        let data = serde_json::to_value(data).unwrap_or(Value::Null);
        // The server fills in the id, which is the request's own.
        Self::Json(status, json!({ "data": data, "id": "", "message": message.into(), "status": "success" }))
    }

    /// A success without the envelope.
    pub fn bare(value: impl Serialize) -> Self {
        Self::Json(200, serde_json::to_value(value).unwrap_or(Value::Null))
    }
}
