//! From the core's replies to HTTP responses, in the contract's shapes.

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use serde_json::Value;

use super::random;
use crate::core::{call::Reply, fault::Fault};

/// Header of the id by which a request is found again, in every answer of the API.
pub const TRACE: &str = "x-trace-id";

/// An answer with a body of a type.
pub fn with_body(status: StatusCode, content_type: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// JSON.
pub fn json(status: StatusCode, value: &Value) -> Response {
    with_body(status, "application/json", value.to_string())
}

/// An answer without a body.
pub fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// Leads to an address with parameters, by a GET.
pub fn redirect(to: &str, pairs: &[(&str, &str)]) -> Response {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let separator = match (query.is_empty(), to.contains('?')) {
        (true, _) => "",
        (false, true) => "&",
        (false, false) => "?",
    };
    let mut response = empty(StatusCode::SEE_OTHER);
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(location) = HeaderValue::from_str(&format!("{to}{separator}{query}")) {
        headers.insert(header::LOCATION, location);
    }
    response
}

/// What the core answers, with the ids that only the server knows.
pub fn reply(reply: Reply, trace: &str) -> Response {
    match reply {
        Reply::Json(status, mut value) => {
            identify(&mut value, trace);
            json(status_of(status), &value)
        }
        Reply::File { content_type, name, body } => {
            let mut response = with_body(StatusCode::OK, content_type, body);
            if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename=\"{}\"", quotable(&name))) {
                response.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
            }
            response
        }
        Reply::Empty => empty(StatusCode::NO_CONTENT),
    }
}

/// A refusal, with what HTTP wants beside the body.
pub fn fault(fault: &Fault, trace: &str) -> Response {
    let mut response = reply(fault.reply(), trace);
    let headers = response.headers_mut();
    if let Some(seconds) = fault.retry_after {
        headers.insert(header::RETRY_AFTER, seconds.into());
    }
    if fault.status == 401 {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"astro\""));
    }
    response
}

/// A status that the core gave; it knows only real ones.
pub fn status_of(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Fills in the id of an envelope, or the trace id of an error.
fn identify(value: &mut Value, trace: &str) {
    let Value::Object(object) = value else { return };
    if object.contains_key("error_code") {
        object.insert("trace_id".to_owned(), trace.into());
    } else if object.len() == 4
        && ["data", "id", "message", "status"].iter().all(|name| object.contains_key(*name))
        && object.get("id").is_some_and(|id| id == "")
    {
        object.insert("id".to_owned(), random::uuid().into());
    }
}

/// A file's name without what would end the quotes around it.
fn quotable(name: &str) -> String {
    name.chars().filter(|letter| letter.is_ascii_graphic() && !"\"\\/".contains(*letter)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_envelope_gets_an_id_an_error_a_trace_and_a_bare_answer_keeps_its_own() {
        let mut envelope = json!({ "data": {}, "id": "", "message": "OK", "status": "success" });
        identify(&mut envelope, "trace-1");
        assert_eq!(envelope["id"].as_str().unwrap().len(), 36);

        let mut error = json!({ "details": {}, "error": "no", "error_code": "X", "status": 400, "trace_id": "" });
        identify(&mut error, "trace-1");
        assert_eq!(error["trace_id"], "trace-1");

        let bare = json!({ "id": "", "validationPassed": true });
        let mut same = bare.clone();
        identify(&mut same, "trace-1");
        assert_eq!(same, bare);
    }

    #[test]
    fn a_refusal_says_when_to_come_back_and_how_to_authenticate() {
        let limited = fault(&Fault::rate_limited(2), "trace-1");
        assert_eq!(limited.headers()[header::RETRY_AFTER], "2");
        let unknown = fault(&Fault::unauthorized("no"), "trace-1");
        assert!(unknown.headers().contains_key(header::WWW_AUTHENTICATE));
    }

    #[test]
    fn a_file_is_offered_under_its_name() {
        let file = Reply::File { content_type: "text/csv", name: "au\"dit.csv".to_owned(), body: "a,b".to_owned() };
        let response = reply(file, "trace-1");
        assert_eq!(response.headers()[header::CONTENT_DISPOSITION], "attachment; filename=\"audit.csv\"");
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/csv");
    }

    #[test]
    fn a_redirect_keeps_the_query_that_is_there() {
        let location = |to: &str, pairs: &[(&str, &str)]| redirect(to, pairs).headers()[header::LOCATION].clone();
        assert_eq!(location("http://a/b", &[("x", "a b&c")]), "http://a/b?x=a+b%26c");
        assert_eq!(location("http://a/b?c=d", &[("x", "y")]), "http://a/b?c=d&x=y");
        assert_eq!(location("http://a/b", &[]), "http://a/b");
    }
}
