//! `/_platform`: what no real platform has. A mailbox, failures on demand, counts of what was called, somebody else's
//! deeds, and pages that stand in for cloud providers and GitHub.
//!
//! For this machine only: the connection must come from it, and the request must be addressed to it, so that a page of
//! another site, which can make a browser call this machine, reaches nothing.

mod act;
mod stand_in;

use std::sync::{Arc, PoisonError, atomic::Ordering};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    middleware::{self, Next},
    response::Response,
    routing::{get, post},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{
    App,
    accept::Wire,
    answer,
    faults::Order,
    options::DataScale,
    page::{self, Page, each, escape},
    random,
};
use crate::core::{
    fault::Fault,
    time::{Millis, rfc3339},
};

/// Where the pages find their style sheet.
const AT: &str = "/_platform";

/// How far the clock is moved at most, seconds: ten years.
const FAR: f64 = 10.0 * 365.0 * 86_400.0;

/// How many policy violations are kept, the newest.
const REPORTS: usize = 1000;

/// Everything below `/_platform`.
pub fn router(app: &Arc<App>) -> Router<Arc<App>> {
    Router::new()
        .route("/", get(index))
        .route("/style.css", get(page::style))
        .route("/icon.svg", get(page::icon))
        .route("/outbox", get(outbox).delete(empty_outbox))
        .route("/act", post(act::act))
        .route("/faults", get(faults).post(add_faults).delete(remove_faults))
        .route("/seen", get(seen).delete(forget_seen))
        .route("/reset", post(reset))
        .route("/clock", get(clock).post(advance))
        .route("/settings", get(settings).post(change_settings))
        .route("/csp-report", get(reports).post(report).delete(forget_reports))
        .merge(stand_in::router())
        .fallback(nothing)
        .method_not_allowed_fallback(not_so)
        .layer(middleware::from_fn_with_state(Arc::clone(app), guard))
}

/// Lets only this machine in.
async fn guard(State(_): State<Arc<App>>, request: Request, next: Next) -> Response {
    let refusal = {
        let wire = request.extensions().get::<Wire>();
        let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
        let is_report = request.uri().path().ends_with("/csp-report");
        outsider(wire.map(|wire| wire.peer.ip()), host, request.headers(), request.method(), is_report)
    };
    match refusal {
        None => next.run(request).await,
        Some(reason) => refuse(&Fault::forbidden(reason)),
    }
}

/// Why a request isn't from this machine, if it isn't.
fn outsider(
    peer: Option<std::net::IpAddr>,
    host: Option<&str>,
    headers: &HeaderMap,
    method: &Method,
    is_report: bool,
) -> Option<&'static str> {
    if !peer.is_some_and(|peer| peer.to_canonical().is_loopback()) {
        return Some("/_platform answers connections from this machine only");
    }
    let forwarded = headers
        .get_all("x-forwarded-for")
        .iter()
        .flat_map(|value| value.to_str().unwrap_or("?").split(','))
        .all(|hop| hop.trim().parse::<std::net::IpAddr>().is_ok_and(|hop| hop.to_canonical().is_loopback()));
    if !forwarded {
        return Some("/_platform answers requests from this machine only, not those that a proxy hands on");
    }
    // The name of another site that resolves to this machine.
    if !host.is_some_and(page::is_loopback_authority) {
        return Some("/_platform answers requests to localhost or 127.0.0.1 only");
    }
    // A page of another site that posts here. Browsers send violation reports with an opaque origin.
    let origin = headers.get(header::ORIGIN).map(|origin| origin.to_str().unwrap_or("?"));
    if !method.is_safe() && !is_report && origin.is_some_and(|origin| !page::is_loopback_origin(origin)) {
        return Some("/_platform does nothing for pages of other sites");
    }
    None
}

fn refuse(fault: &Fault) -> Response {
    answer::fault(fault, &random::trace())
}

fn ok(value: &Value) -> Response {
    answer::json(StatusCode::OK, value)
}

async fn nothing(request: Request) -> Response {
    refuse(&Fault::new(404, "NOT_FOUND", format!("Nothing is served at {}", request.uri().path())))
}

async fn not_so(method: Method) -> Response {
    refuse(&Fault::new(405, "METHOD_NOT_ALLOWED", format!("{method} is not served here")))
}

/// A JSON body; an empty one counts as `{}`.
async fn body<T: DeserializeOwned>(body: Body) -> Result<T, Fault> {
    const LIMIT: usize = 5 * 1024 * 1024;
    let bytes = axum::body::to_bytes(body, LIMIT)
        .await
        .map_err(|_| Fault::new(413, "PAYLOAD_TOO_LARGE", "The body is too large"))?;
    let bytes = if bytes.trim_ascii().is_empty() { b"{}".as_slice() } else { &bytes };
    serde_path_to_error::deserialize(&mut serde_json::Deserializer::from_slice(bytes))
        .map_err(|error| Fault::invalid(error.path().to_string(), format!("is not understood: {}", error.inner())))
}

/// Whether somebody looks with a browser, rather than with a program.
fn wants_page(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

async fn index() -> Response {
    const ROUTES: &[(&str, &str, &str)] = &[
        ("outbox", "GET, DELETE", "The e-mails that the platform would have sent, with their links."),
        ("seen", "GET, DELETE", "Which operations were called, with which result, and which sockets are open."),
        (
            "faults",
            "GET, POST, DELETE",
            "Failures on demand: {\"operation\": \"listClusters\" or \"*\", \"kind\": \"delay\", \"status\", \"html\", \"truncated\", \
             \"malformed\", \"empty\", \"reset\", \"ws-drop\", \"ws-silent\" or \"ws-refuse\", \"ms\", \"status\", \"body\", \
             \"retryAfter\", \"times\" or \"always\", \"after\"}. DELETE removes all, or one with ?id=.",
        ),
        (
            "act",
            "POST",
            "What somebody else does: {\"as\": \"owner\", \"organization\", \"operation\", \"path\": {}, \"query\": {}, \"body\": {}}.",
        ),
        ("clock", "GET, POST", "Moves the platform's time forward: {\"advance\": seconds}."),
        (
            "settings",
            "GET, POST",
            "Changes how the platform runs: {\"chaos\": percent, \"latency\": ms, \"rateLimit\": bool, \"logRate\": number or \
             null, \"speed\": number}.",
        ),
        ("reset", "POST", "Begins anew: {\"seed\": number, \"scale\": \"demo\" or \"large\"}; both may be left out."),
        ("csp-report", "GET, POST, DELETE", "Violations of the content security policy that browsers have reported."),
        ("stand-in/github", "GET, POST", "Stands in for GitHub, where the app is installed."),
    ];
    let rows = each(ROUTES, |(path, methods, about)| {
        let name = if methods.contains("GET") {
            format!("<a href=\"/_platform/{path}\">{path}</a>")
        } else {
            (*path).to_owned()
        };
        format!("<tr><th scope=\"row\">{name}</th><td>{methods}</td><td>{}</td></tr>\n", escape(about))
    });
    Page {
        title: "Local platform",
        at: AT,
        form_action: None,
        body: format!(
            "<p class=\"mark\">Astro local platform</p>\n<h1>Behind the scenes</h1>\n\
             <p class=\"quiet\">For this machine only; a real platform has none of it. Bodies are JSON.</p>\n\
             <table>\n<thead><tr><th scope=\"col\">/_platform/</th><th scope=\"col\">Methods</th>\
             <th scope=\"col\">What it does</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table>"
        ),
    }
    .response(StatusCode::OK)
}

async fn outbox(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let mut mails = app.lock().state.notifications.outbox.clone();
    mails.reverse();
    if !wants_page(&headers) {
        return ok(&serde_json::to_value(mails).unwrap_or_default());
    }
    let base = app.options.base.as_str();
    let cards = each(&mails, |mail| {
        let links = each(&mail.links, |(name, path)| {
            let href = format!("{base}{}", path.trim_start_matches('/'));
            format!("<li><a href=\"{}\">{}</a></li>\n", escape(&href), escape(name))
        });
        let links = if links.is_empty() { links } else { format!("<ul>\n{links}</ul>\n") };
        format!(
            "<article class=\"card\">\n<h2>{}</h2>\n<dl class=\"mail__head\"><dt>To</dt><dd>{}</dd><dt>Sent</dt>\
             <dd><time>{}</time></dd></dl>\n<pre>{}</pre>\n{links}</article>\n",
            escape(&mail.subject),
            escape(&mail.to.join(", ")),
            escape(&mail.at),
            escape(&mail.text)
        )
    });
    let cards = if mails.is_empty() {
        "<p class=\"card quiet\">Nothing has been sent. An admin who creates a cluster makes the platform write to the \
         owners.</p>"
            .to_owned()
    } else {
        cards
    };
    Page {
        title: "Outbox",
        at: AT,
        form_action: None,
        body: format!(
            "<p class=\"mark\">Astro local platform</p>\n<h1>Outbox</h1>\n\
             <p class=\"quiet\">E-mails that the platform would have sent, the newest first.</p>\n{cards}"
        ),
    }
    .response(StatusCode::OK)
}

async fn empty_outbox(State(app): State<Arc<App>>) -> Response {
    app.lock().state.notifications.outbox.clear();
    app.unsaved.notify_one();
    answer::empty(StatusCode::NO_CONTENT)
}

async fn faults(State(app): State<Arc<App>>) -> Response {
    ok(&serde_json::to_value(app.faults.list()).unwrap_or_default())
}

async fn add_faults(State(app): State<Arc<App>>, request: Request) -> Response {
    /// One, or several in their order.
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Orders {
        Several(Vec<Value>),
        One(Value),
    }
    let orders = match body::<Orders>(request.into_body()).await {
        Ok(Orders::Several(orders)) => orders,
        Ok(Orders::One(order)) => vec![order],
        Err(fault) => return refuse(&fault),
    };
    // All are read before the first one stands.
    let orders: Result<Vec<Order>, Fault> = orders
        .into_iter()
        .map(|order| {
            let order: Order = serde_path_to_error::deserialize(order).map_err(|error| {
                Fault::invalid(error.path().to_string(), format!("is not understood: {}", error.inner()))
            })?;
            order.check().map(|()| order)
        })
        .collect();
    match orders {
        Ok(orders) => {
            let standing: Vec<_> = orders.into_iter().map(|order| app.faults.add(order)).collect();
            answer::json(StatusCode::CREATED, &serde_json::to_value(standing).unwrap_or_default())
        }
        Err(fault) => refuse(&fault),
    }
}

async fn remove_faults(State(app): State<Arc<App>>, request: Request) -> Response {
    let query = request.uri().query().unwrap_or_default();
    let id = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "id").map(|(_, id)| id.parse::<u64>());
    match id {
        None => {
            app.faults.remove(None);
            answer::empty(StatusCode::NO_CONTENT)
        }
        Some(Ok(id)) if app.faults.remove(Some(id)) > 0 => answer::empty(StatusCode::NO_CONTENT),
        Some(_) => refuse(&Fault::new(404, "NOT_FOUND", "No such fault stands")),
    }
}

async fn seen(State(app): State<Arc<App>>) -> Response {
    ok(&app.seen.report())
}

async fn forget_seen(State(app): State<Arc<App>>) -> Response {
    app.seen.clear();
    answer::empty(StatusCode::NO_CONTENT)
}

async fn reset(State(app): State<Arc<App>>, request: Request) -> Response {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Wanted {
        seed: Option<u64>,
        scale: Option<DataScale>,
    }
    let wanted = match body::<Wanted>(request.into_body()).await {
        Ok(wanted) => wanted,
        Err(fault) => return refuse(&fault),
    };
    let mut settings = app.lock().settings.clone();
    if let Some(seed) = wanted.seed {
        settings.seed = seed;
    }
    if let Some(scale) = wanted.scale {
        settings.scale = scale.into();
    }
    let told = json!({ "seed": settings.seed, "scale": DataScale::from(settings.scale) });
    let done = tokio::task::spawn_blocking(move || app.reset(settings)).await;
    match done {
        Ok(()) => ok(&told),
        Err(_) => refuse(&Fault::new(500, "INTERNAL_ERROR", "The demo data could not be made; the output says why")),
    }
}

async fn clock(State(app): State<Arc<App>>) -> Response {
    ok(&time(&app))
}

async fn advance(State(app): State<Arc<App>>, request: Request) -> Response {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Wanted {
        advance: f64,
    }
    let wanted = match body::<Wanted>(request.into_body()).await {
        Ok(wanted) => wanted,
        Err(fault) => return refuse(&fault),
    };
    if !(0.0..=FAR).contains(&wanted.advance) {
        return refuse(&Fault::invalid("advance", "must be seconds, from 0 to ten years"));
    }
    #[allow(clippy::cast_possible_truncation)]
    app.clock.advance((wanted.advance * 1000.0) as Millis);
    let passed = app.core(|platform, now| {
        platform.advance(now);
        Ok(())
    });
    app.changed();
    app.unsaved.notify_one();
    match passed {
        Ok(()) => ok(&time(&app)),
        Err(fault) => refuse(&fault),
    }
}

fn time(app: &App) -> Value {
    #[allow(clippy::cast_precision_loss)]
    let ahead = app.clock.offset() as f64 / 1000.0;
    json!({ "now": rfc3339(app.now()).as_str(), "ahead": ahead })
}

async fn settings(State(app): State<Arc<App>>) -> Response {
    ok(&current(&app))
}

async fn change_settings(State(app): State<Arc<App>>, request: Request) -> Response {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Wanted {
        chaos: Option<u8>,
        latency: Option<u64>,
        rate_limit: Option<bool>,
        /// `null`: the natural pace.
        #[serde(default)]
        log_rate: Change<Option<u32>>,
        speed: Option<f64>,
    }
    let wanted = match body::<Wanted>(request.into_body()).await {
        Ok(wanted) => wanted,
        Err(fault) => return refuse(&fault),
    };
    if wanted.chaos.is_some_and(|percent| percent > 100) {
        return refuse(&Fault::invalid("chaos", "must be a percentage"));
    }
    if wanted.latency.is_some_and(|ms| ms > 600_000) {
        return refuse(&Fault::invalid("latency", "must be milliseconds, up to ten minutes"));
    }
    if wanted.speed.is_some_and(|speed| !speed.is_finite() || speed <= 0.0) {
        return refuse(&Fault::invalid("speed", "must be above 0"));
    }
    if let Some(percent) = wanted.chaos {
        app.chaos.store(percent, Ordering::Relaxed);
    }
    if let Some(ms) = wanted.latency {
        app.latency.store(ms, Ordering::Relaxed);
    }
    {
        let settings = &mut app.lock().settings;
        settings.rate_limit = wanted.rate_limit.unwrap_or(settings.rate_limit);
        if let Change::To(log_rate) = wanted.log_rate {
            settings.log_rate = log_rate;
        }
        settings.speed = wanted.speed.unwrap_or(settings.speed);
    }
    ok(&current(&app))
}

/// A field that may be left out, and whose `null` means something.
#[derive(Default)]
enum Change<T> {
    #[default]
    No,
    To(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Change<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self::To)
    }
}

fn current(app: &App) -> Value {
    let settings = app.lock().settings.clone();
    json!({
        "chaos": app.chaos(),
        "latency": app.latency.load(Ordering::Relaxed),
        "rateLimit": settings.rate_limit,
        "logRate": settings.log_rate,
        "speed": settings.speed,
        "seed": settings.seed,
        "scale": DataScale::from(settings.scale),
    })
}

async fn reports(State(app): State<Arc<App>>) -> Response {
    let reports: Vec<Value> = app.reports.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect();
    ok(&reports.into())
}

/// Takes what browsers send, by `report-uri` (one object) as well as by `report-to` (a list of them).
async fn report(State(app): State<Arc<App>>, request: Request) -> Response {
    let sent: Value = match body(request.into_body()).await {
        Ok(sent) => sent,
        Err(fault) => return refuse(&fault),
    };
    let several = match sent {
        Value::Array(several) => several,
        one => vec![one],
    };
    let mut reports = app.reports.lock().unwrap_or_else(PoisonError::into_inner);
    for report in several {
        if reports.len() == REPORTS {
            reports.pop_front();
        }
        reports.push_back(report);
    }
    answer::empty(StatusCode::NO_CONTENT)
}

async fn forget_reports(State(app): State<Arc<App>>) -> Response {
    app.reports.lock().unwrap_or_else(PoisonError::into_inner).clear();
    answer::empty(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    const HERE: Option<IpAddr> = Some(IpAddr::V4(Ipv4Addr::LOCALHOST));
    const HOST: Option<&str> = Some("127.0.0.1:8080");

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn this_machine_gets_in() {
        let none = HeaderMap::new();
        assert_eq!(outsider(HERE, HOST, &none, &Method::POST, false), None);
        assert_eq!(outsider(Some(Ipv6Addr::LOCALHOST.into()), Some("[::1]:1"), &none, &Method::GET, false), None);
        let mapped = Ipv4Addr::LOCALHOST.to_ipv6_mapped().into();
        assert_eq!(outsider(Some(mapped), HOST, &none, &Method::GET, false), None);
        let proxied = headers(&[("x-forwarded-for", "127.0.0.1"), ("origin", "http://localhost:8081")]);
        assert_eq!(outsider(HERE, HOST, &proxied, &Method::POST, false), None);
    }

    #[test]
    fn nobody_else_does() {
        let none = HeaderMap::new();
        let elsewhere = Some(IpAddr::V4(Ipv4Addr::new(192, 168, 0, 9)));
        assert!(outsider(elsewhere, HOST, &none, &Method::GET, false).is_some());
        assert!(outsider(None, HOST, &none, &Method::GET, false).is_some());
        assert!(outsider(HERE, Some("rebound.example:8080"), &none, &Method::GET, false).is_some());
        assert!(outsider(HERE, None, &none, &Method::GET, false).is_some());
        for hops in ["203.0.113.9", "127.0.0.1, 203.0.113.9", "unknown"] {
            let mut map = HeaderMap::new();
            map.insert("x-forwarded-for", HeaderValue::from_static(hops));
            assert!(outsider(HERE, HOST, &map, &Method::GET, false).is_some(), "{hops}");
        }
    }

    #[test]
    fn a_page_of_another_site_may_not_post_but_a_browser_may_report() {
        for origin in ["https://evil.example", "null"] {
            let mut map = HeaderMap::new();
            map.insert(header::ORIGIN, HeaderValue::from_static(origin));
            assert!(outsider(HERE, HOST, &map, &Method::POST, false).is_some());
            assert!(outsider(HERE, HOST, &map, &Method::DELETE, false).is_some());
            assert_eq!(outsider(HERE, HOST, &map, &Method::POST, true), None);
        }
    }
}
