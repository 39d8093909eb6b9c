//! `/api/v1`: finds the operation, reads the request, asks the core, and lets faults have their way with the answer.

use std::sync::Arc;

use astro_api::operations::{self, Credential, Operation};
use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts},
    response::Response,
};
use http_body_util::BodyExt as _;

use super::{App, accept::Wire, answer, faults::Kind, random, sockets};
use crate::core::{call::Input, fault::Fault};

/// Where the contract's paths begin.
pub const BASE: &str = "/api/v1";

/// The largest body that is read.
const BODY_LIMIT: usize = 5 * 1024 * 1024;

/// How much of a larger one is thrown away, so that the client reads the refusal instead of a broken connection.
const DRAIN_LIMIT: usize = 64 * 1024 * 1024;

/// Answers whatever comes to the API.
pub async fn answer(State(app): State<Arc<App>>, request: Request) -> Response {
    let trace = random::trace();
    let (parts, body) = request.into_parts();
    let mut response = respond(&app, &trace, parts, body).await;
    if let Ok(trace) = HeaderValue::from_str(&trace) {
        response.headers_mut().insert(HeaderName::from_static(answer::TRACE), trace);
    }
    response
}

async fn respond(app: &Arc<App>, trace: &str, mut parts: Parts, body: Body) -> Response {
    let path = parts.uri.path().strip_prefix(BASE).unwrap_or_default().to_owned();
    let Some((operation, captured)) = find(&parts.method, &path) else {
        app.seen.unmatched(parts.method.as_str(), &path);
        return nowhere(&parts.method, &path, trace);
    };
    let seen = |outcome: &str| app.seen.call(operation.id, parts.method.as_str(), &path, outcome, app.now());

    tokio::time::sleep(app.latency()).await;
    let order = app
        .faults
        .of_request(operation)
        .or_else(|| app.faults.chance(app.chaos()).then(|| app.faults.chaos(operation.is_stream())));
    if let Some(order) = &order {
        if order.kind == Kind::Reset
            && let Some(wire) = parts.extensions.get::<Wire>()
        {
            seen("reset");
            wire.reset().await;
        }
        if let Some(response) = order.instead(trace) {
            seen(response.status().as_str());
            return response;
        }
        if order.kind == Kind::Delay {
            tokio::time::sleep(order.delay()).await;
        }
    }

    let response = match input(app, operation, captured, &parts, body).await {
        Err(fault) => answer::fault(&fault, trace),
        Ok(input) if operation.is_stream() => {
            let method = parts.method.clone();
            let response = sockets::open(app, operation, input, &mut parts, trace).await;
            app.seen.call(operation.id, method.as_str(), &path, response.status().as_str(), app.now());
            return response;
        }
        Ok(input) => match app.core(|platform, now| platform.handle(now, operation, &input)) {
            Ok(reply) => {
                // A read leaves its mark too: in the audit log, and on the key.
                app.unsaved.notify_one();
                if operation.method != operations::Method::Get {
                    app.changed();
                }
                answer::reply(reply, trace)
            }
            Err(fault) => answer::fault(&fault, trace),
        },
    };
    let response = match &order {
        Some(order) => order.spoil(response).await,
        None => response,
    };
    seen(response.status().as_str());
    response
}

/// The operation of a path. HEAD asks for what GET would answer; hyper leaves the body out.
fn find(method: &Method, path: &str) -> Option<operations::Routed> {
    let word = if method == Method::HEAD { "GET" } else { method.as_str() };
    operations::route(operations::Method::parse(word)?, path)
        .filter(|(operation, _)| method != Method::HEAD || !operation.is_stream())
}

/// 404, or 405 with the methods that would do.
fn nowhere(method: &Method, path: &str, trace: &str) -> Response {
    let mut methods: Vec<&str> = operations::methods(path).into_iter().map(operations::Method::as_str).collect();
    if methods.is_empty() {
        let path: String = path.chars().take(200).collect();
        return answer::fault(&Fault::new(404, "NOT_FOUND", format!("Nothing is served at {BASE}{path}")), trace);
    }
    if methods.contains(&"GET") {
        methods.push("HEAD");
    }
    methods.push("OPTIONS");
    let allow = methods.join(", ");
    let mut response = if method == Method::OPTIONS {
        answer::empty(StatusCode::NO_CONTENT)
    } else {
        let fault = Fault::new(405, "METHOD_NOT_ALLOWED", format!("{method} is not served here; {allow} are"));
        answer::fault(&fault, trace)
    };
    if let Ok(allow) = HeaderValue::from_str(&allow) {
        response.headers_mut().insert(header::ALLOW, allow);
    }
    response
}

/// Everything that the core wants to know of a request.
async fn input(
    app: &App,
    operation: &Operation,
    path: Vec<(&'static str, String)>,
    parts: &Parts,
    body: Body,
) -> Result<Input, Fault> {
    let headers = &parts.headers;
    let mut input = Input {
        path,
        query: form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()).into_owned().collect(),
        key: text(headers, "x-astro-api-key"),
        organization: text(headers, "x-astro-organization-id"),
        validate_key: text(headers, "x-validate-api-key"),
        address: address(parts),
        agent: text(headers, "user-agent").unwrap_or_default(),
        ..Input::default()
    };
    let bearer_counts = match operation.credential {
        Credential::Bearer => true,
        Credential::Either => input.key.is_none(),
        Credential::ApiKey | Credential::Open => false,
    };
    if bearer_counts && let Some(authorization) = text(headers, "authorization") {
        input.subject = Some(app.issuer.subject(&authorization, app.now()).map_err(Fault::unauthorized)?);
    }
    input.body = read(body).await?.to_vec();
    if operation.method != operations::Method::Get && !input.body.is_empty() {
        require_json(headers)?;
    }
    Ok(input)
}

async fn read(body: Body) -> Result<Bytes, Fault> {
    let too_large = || Fault::new(413, "PAYLOAD_TOO_LARGE", format!("The body is larger than {BODY_LIMIT} bytes"));
    let mut body = body;
    let mut bytes = Vec::new();
    let mut count = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| Fault::invalid("body", format!("can't be read: {error}")))?;
        let Ok(data) = frame.into_data() else { continue };
        count += data.len();
        if count > DRAIN_LIMIT {
            return Err(too_large());
        }
        if count <= BODY_LIMIT {
            bytes.extend_from_slice(&data);
        }
    }
    if count > BODY_LIMIT { Err(too_large()) } else { Ok(bytes.into()) }
}

/// The contract knows no 415, and its 400 says the same.
fn require_json(headers: &HeaderMap) -> Result<(), Fault> {
    let content_type = text(headers, "content-type").unwrap_or_default().to_ascii_lowercase();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    if essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json")) {
        return Ok(());
    }
    Err(Fault::invalid("Content-Type", "must be application/json"))
}

/// A header as text; what isn't UTF-8 becomes a value that nothing equals. An empty one counts as absent.
fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = String::from_utf8_lossy(headers.get(name)?.as_bytes());
    let value = value.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

/// Where a request comes from. A proxy on this machine says for whom it asks.
fn address(parts: &Parts) -> String {
    let Some(wire) = parts.extensions.get::<Wire>() else { return String::new() };
    let peer = wire.peer.ip().to_canonical();
    text(&parts.headers, "x-forwarded-for")
        .filter(|_| peer.is_loopback())
        .and_then(|list| list.split(',').next()?.trim().parse().ok())
        .unwrap_or(peer)
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn head_is_get_but_never_a_stream() {
        assert_eq!(find(&Method::HEAD, "/clusters").map(|(operation, _)| operation.id), Some("listClusters"));
        assert!(find(&Method::HEAD, "/applications/a/logs").is_none());
        assert!(find(&Method::TRACE, "/clusters").is_none());
    }

    #[test]
    fn a_path_without_the_method_says_which_it_has() {
        let response = nowhere(&Method::PUT, "/clusters", "t");
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(response.headers()[header::ALLOW], "GET, POST, HEAD, OPTIONS");
        assert_eq!(nowhere(&Method::OPTIONS, "/clusters", "t").status(), StatusCode::NO_CONTENT);
        assert_eq!(nowhere(&Method::GET, "/nowhere", "t").status(), StatusCode::NOT_FOUND);
    }

    #[test]
    fn json_is_recognised_with_parameters_and_suffixes() {
        let with = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(value));
            require_json(&headers)
        };
        assert!(with("application/json; charset=utf-8").is_ok());
        assert!(with("Application/JSON").is_ok());
        assert!(with("application/problem+json").is_ok());
        assert!(with("text/plain").is_err());
        assert!(require_json(&HeaderMap::new()).is_err());
    }
}
