//! One exchange over HTTP.

use astro_api::{Secret, response::Response};
use gloo_net::http;
use js_sys::Reflect;
use web_sys::{AbortController, Headers, RequestCache, RequestCredentials, RequestInit, RequestRedirect};

use super::browser;

/// A request as it goes over the wire.
pub struct Sending {
    /// Absolute URL.
    pub url: String,
    /// HTTP method.
    pub method: &'static str,
    /// Headers; any of them may carry a credential.
    pub headers: Vec<(&'static str, Secret<String>)>,
    /// The body.
    pub body: Option<Secret<String>>,
    /// Whether it goes on when the page is left.
    pub keepalive: bool,
}

/// An answer.
pub struct Received {
    /// HTTP status.
    pub status: u16,
    /// A request or trace id from the headers.
    pub trace_id: Option<String>,
    content_type: Option<String>,
    retry_after: Option<f64>,
    body: Vec<u8>,
}

impl Received {
    /// How long the body is, unpacked.
    pub const fn bytes(&self) -> usize {
        self.body.len()
    }

    /// The answer as `api` decodes it.
    pub fn response(&self) -> Response<'_> {
        Response {
            status: self.status,
            content_type: self.content_type.as_deref(),
            retry_after: self.retry_after,
            trace_id: self.trace_id.as_deref(),
            body: &self.body,
        }
    }
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failed {
    /// The browser had no network already when it was to be sent.
    Offline,
    /// Refused, reset, unknown host, or an answer that the browser withholds from this origin.
    Unreachable,
    /// The answer began and did not end.
    CutOff,
    /// Something answered with a redirect. It is not followed: the credential would go along.
    Redirected,
}

/// Aborts the fetch when the future that waits for it is dropped: dropping a fetch's promise alone does not stop it.
struct Abort(Option<AbortController>);

impl Drop for Abort {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}

// gloo-net's own builder parses the URL and writes it anew; the target is to arrive exactly as `api` has encoded it, so
// the request is built here.
fn build(sending: &Sending, controller: Option<&AbortController>) -> Option<web_sys::Request> {
    let headers = Headers::new().ok()?;
    for (name, value) in &sending.headers {
        headers.set(name, value.expose()).ok()?;
    }
    let init = RequestInit::new();
    init.set_method(sending.method);
    init.set_headers(&headers);
    // Answers belong to a credential that the browser's cache knows nothing of.
    init.set_cache(RequestCache::NoStore);
    // Cookies of a gateway on the same origin; never to another one.
    init.set_credentials(RequestCredentials::SameOrigin);
    init.set_redirect(RequestRedirect::Manual);
    if let Some(body) = &sending.body {
        init.set_body(&body.expose().as_str().into());
    }
    if let Some(controller) = controller {
        init.set_signal(Some(&controller.signal()));
    }
    if sending.keepalive {
        let _ = Reflect::set(&init, &"keepalive".into(), &true.into());
    }
    web_sys::Request::new_with_str_and_init(&sending.url, &init).ok()
}

/// Sends a request and reads its answer. Dropping the future aborts it.
///
/// # Errors
/// There was no answer, or not a whole one.
pub async fn exchange(sending: &Sending) -> Result<Received, Failed> {
    let abort = Abort(AbortController::new().ok());
    let request = build(sending, abort.0.as_ref()).ok_or(Failed::Unreachable)?;
    // Asked before: a network that goes away later may have taken the request along.
    let unsent = if browser::online() { Failed::Unreachable } else { Failed::Offline };
    let response = http::Request::from(request).send().await.map_err(|_| unsent)?;
    if response.status() == 0 {
        return Err(Failed::Redirected);
    }
    let headers = response.headers();
    let mut received = Received {
        status: response.status(),
        trace_id: ["x-trace-id", "x-request-id"].iter().find_map(|name| headers.get(name)),
        content_type: headers.get("content-type"),
        retry_after: headers.get("retry-after").and_then(|text| seconds(&text)),
        body: Vec::new(),
    };
    received.body = response.binary().await.map_err(|_| Failed::CutOff)?;
    Ok(received)
}

/// Sends a request that goes on when the page is left. It is on its way when this returns; who waits for the future
/// learns when there was an answer, or none, and who drops it takes nothing back.
pub fn post_and_forget(sending: &Sending) -> impl Future<Output = ()> + use<> {
    let answered = build(sending, None).zip(web_sys::window()).map(|(request, window)| {
        // It hears of a refusal at once, which would otherwise be reported as unhandled.
        wasm_bindgen_futures::JsFuture::from(window.fetch_with_request(&request))
    });
    async move {
        if let Some(answered) = answered {
            let _ = answered.await;
        }
    }
}

/// `Retry-After` is a number of seconds or a date.
fn seconds(text: &str) -> Option<f64> {
    let text = text.trim();
    // Whole seconds, says HTTP; reading floats would take ten kilobytes of tables.
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(f64::from(seconds));
    }
    let millis = browser::parse_time(text)?.saturating_sub(browser::now());
    // Far below 2^53.
    #[allow(clippy::cast_precision_loss)]
    Some(millis as f64 / 1_000.0)
}
