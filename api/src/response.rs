//! From bytes to values: envelopes, bare answers, and every shape of error.

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use crate::{
    error::{ApiError, ErrorKind, RAW_LIMIT},
    located::{self, Misfit},
    operations::Operation,
};

/// An HTTP answer, whoever received it.
#[derive(Clone, Copy)]
pub struct Response<'a> {
    /// HTTP status.
    pub status: u16,
    /// The `Content-Type` header.
    pub content_type: Option<&'a str>,
    /// The `Retry-After` header, seconds.
    pub retry_after: Option<f64>,
    /// A request or trace id from the headers (`X-Request-ID`, `X-Trace-ID`), used where the body has none.
    pub trace_id: Option<&'a str>,
    /// The body as it came.
    pub body: &'a [u8],
}

/// The envelope of a 202: the work goes on, and there is no data yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Pending {
    /// The platform's id of the work.
    pub id: Option<String>,
    /// What it says about it.
    pub message: Option<String>,
}

/// An answer that may not be there yet: 200 with the value, 202 while it is prepared.
#[derive(Clone)]
pub enum Eventually<T> {
    /// The value.
    Ready(T),
    /// Ask again in a few seconds.
    Pending(Pending),
}

/// Decodes `{data, id, message, status}` to its data.
pub fn enveloped<T: DeserializeOwned>(operation: &'static Operation, response: &Response<'_>) -> Result<T, ApiError> {
    match opened(operation, response)? {
        Some(data) => located::read(data).map_err(|at| misfit(operation, response, &at.under("data"))),
        // Go writes an empty list as `null`, and some answers have no data at all.
        None => [Value::Null, Value::Array(Vec::new())]
            .into_iter()
            .find_map(|empty| located::read(empty).ok())
            .ok_or_else(|| no_data(operation, response)),
    }
}

/// Decodes an enveloped object that has no published form. The work is done whatever it holds, or if it holds nothing.
pub fn untyped(operation: &'static Operation, response: &Response<'_>) -> Result<Map<String, Value>, ApiError> {
    refuse_failure(operation, response)?;
    if response.body.is_empty() {
        return Ok(Map::new());
    }
    Ok(match opened(operation, response)? {
        Some(Value::Object(data)) => data,
        _ => Map::new(),
    })
}

/// Decodes an answer that has no envelope.
pub fn bare<T: DeserializeOwned>(operation: &'static Operation, response: &Response<'_>) -> Result<T, ApiError> {
    refuse_failure(operation, response)?;
    located::read(parse(operation, response)?).map_err(|at| misfit(operation, response, &at))
}

/// Takes any success, 204 above all, as done.
pub fn done(operation: &'static Operation, response: &Response<'_>) -> Result<(), ApiError> {
    refuse_failure(operation, response)
}

/// Decodes a 200 to its data, and a 202 to what the platform says about the wait.
pub fn eventually<T: DeserializeOwned>(
    operation: &'static Operation,
    response: &Response<'_>,
) -> Result<Eventually<T>, ApiError> {
    if response.status == 202 {
        let pending = if response.body.is_empty() { Pending::default() } else { bare(operation, response)? };
        return Ok(Eventually::Pending(pending));
    }
    enveloped(operation, response).map(Eventually::Ready)
}

/// Decodes a success to its text, whatever its type (an exported file).
pub fn text(operation: &'static Operation, response: &Response<'_>) -> Result<String, ApiError> {
    refuse_failure(operation, response)?;
    if is_html(response) {
        return Err(not_the_api(operation, response));
    }
    String::from_utf8(response.body.to_vec())
        .map_err(|_| mismatch(operation, response, "The answer is not UTF-8 text."))
}

/// The data of an envelope; `null` counts as none.
fn opened(operation: &'static Operation, response: &Response<'_>) -> Result<Option<Value>, ApiError> {
    refuse_failure(operation, response)?;
    match parse(operation, response)? {
        Value::Object(mut envelope) => Ok(envelope.remove("data").filter(|data| !data.is_null())),
        _ => Err(mismatch(operation, response, OTHER_FORM)),
    }
}

const OTHER_FORM: &str = "The answer has another form than the contract.";

/// The JSON of an answer. Parsing is the same for all types, so it is not repeated for each.
fn parse(operation: &'static Operation, response: &Response<'_>) -> Result<Value, ApiError> {
    if response.body.is_empty() {
        return Err(mismatch(operation, response, "The answer is empty."));
    }
    if is_html(response) {
        return Err(not_the_api(operation, response));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(response.body);
    let value = Value::deserialize(&mut deserializer).map_err(|error| {
        let message = if error.is_eof() { "The answer was cut off." } else { "The answer is not valid JSON." };
        let mut mismatch = mismatch(operation, response, message);
        // serde_json quotes the offending value, which may be a secret.
        if !operation.reveals() {
            mismatch.details = Some(Value::String(error.to_string()));
        }
        mismatch
    })?;
    deserializer.end().map_err(|_| mismatch(operation, response, "The answer has something after its end."))?;
    Ok(value)
}

fn misfit(operation: &'static Operation, response: &Response<'_>, at: &Misfit) -> ApiError {
    let mut mismatch = mismatch(operation, response, OTHER_FORM);
    // Serde quotes the offending value, which may be a secret.
    if !operation.reveals() {
        mismatch.details = Some(Value::String(at.message().to_owned()));
    }
    mismatch.path = Some(at.path()).filter(|path| !path.is_empty());
    mismatch
}

fn no_data(operation: &'static Operation, response: &Response<'_>) -> ApiError {
    let mut error = mismatch(operation, response, "The answer has no data.");
    error.path = Some("data".to_owned());
    error
}

fn base(operation: &'static Operation, response: &Response<'_>, kind: ErrorKind, message: &str) -> ApiError {
    let mut error = ApiError::new(kind, operation.id, message);
    error.status = Some(response.status);
    error.retry_after = response.retry_after;
    error.trace_id = response.trace_id.map(str::to_owned);
    if !operation.reveals() {
        let cut = response.body.get(..RAW_LIMIT).unwrap_or(response.body);
        error.raw = Some(String::from_utf8_lossy(cut).into_owned()).filter(|raw| !raw.is_empty());
    }
    error
}

fn mismatch(operation: &'static Operation, response: &Response<'_>, message: &str) -> ApiError {
    base(operation, response, ErrorKind::Mismatch, message)
}

fn not_the_api(operation: &'static Operation, response: &Response<'_>) -> ApiError {
    base(
        operation,
        response,
        ErrorKind::NotTheApi,
        "A web page answered instead of the platform. A proxy or a sign-in page may stand in between.",
    )
}

fn is_html(response: &Response<'_>) -> bool {
    response.content_type.is_some_and(|kind| kind.to_ascii_lowercase().starts_with("text/html"))
        || response.body.trim_ascii_start().first() == Some(&b'<')
}

/// Turns any status that is not a success into the error that the platform describes.
fn refuse_failure(operation: &'static Operation, response: &Response<'_>) -> Result<(), ApiError> {
    if (200..300).contains(&response.status) {
        return Ok(());
    }
    let kind = match response.status {
        400 | 422 => ErrorKind::Invalid,
        401 => ErrorKind::Unauthorized,
        403 => ErrorKind::Forbidden,
        404 | 410 => ErrorKind::NotFound,
        409 => ErrorKind::Conflict,
        408 | 504 => ErrorKind::Timeout,
        429 => ErrorKind::RateLimited,
        500.. => ErrorKind::Server,
        _ => ErrorKind::Unexpected,
    };
    if is_html(response) {
        let mut error = not_the_api(operation, response);
        if kind != ErrorKind::Server {
            error.kind = kind;
        }
        return Err(error);
    }
    let fallback = match kind {
        ErrorKind::Invalid => "The platform did not accept the request.",
        ErrorKind::Unauthorized => "The platform did not accept the credential.",
        ErrorKind::Forbidden => "Your role or the plan does not allow this.",
        ErrorKind::NotFound => "The platform does not know this.",
        ErrorKind::Conflict => "The current state does not allow this.",
        ErrorKind::Timeout => "The platform did not answer in time.",
        ErrorKind::RateLimited => "Too many requests.",
        ErrorKind::Server => "The platform failed.",
        _ => "The platform answered in an unexpected way.",
    };
    let mut error = base(operation, response, kind, fallback);
    if let Ok(Value::Object(mut object)) = serde_json::from_slice::<Value>(response.body) {
        // The published shape is flat; an older edition nests it under `body`.
        if let Some(Value::Object(inner)) = object.get_mut("body") {
            object = std::mem::take(inner);
        }
        let mut take =
            |names: &[&str]| names.iter().find_map(|name| object.remove(*name)).filter(|value| !value.is_null());
        // `{message, requestId, statusCode}` is what other platforms of this family answer.
        if let Some(Value::String(message)) = take(&["error", "message", "title"])
            && !message.is_empty()
        {
            error.message = message;
        }
        if let Some(Value::String(code)) = take(&["error_code", "errorCode", "code"]) {
            error.code = code;
        }
        if let Some(Value::String(id)) = take(&["trace_id", "traceId", "requestId", "request_id"]) {
            error.trace_id = Some(id);
        }
        error.details = take(&["details"]).filter(|details| details.as_object().is_none_or(|map| !map.is_empty()));
    }
    Err(error)
}
