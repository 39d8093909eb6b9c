//! The built console: files, precompressed where a build step did that, with the page for every deep link.

use std::{fs, path::PathBuf, sync::Arc};

use anyhow::{Context as _, bail};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header},
    response::Response,
};
use serde::Deserialize;
use tower::ServiceExt as _;
use tower_http::services::ServeDir;

use super::{
    App, answer,
    options::{Base, Options},
    page::{Page, escape},
};

/// Files of these kinds are never answered with the page: it would fail later and less clearly.
const ASSETS: &[&str] = &[
    "br",
    "css",
    "gz",
    "html",
    "ico",
    "js",
    "json",
    "map",
    "mjs",
    "png",
    "svg",
    "txt",
    "ttf",
    "wasm",
    "webmanifest",
    "woff",
    "woff2",
    "xml",
];

/// Files that configure hosts and are no part of the console.
const HOSTING: &[&str] = &["_headers", "_redirects"];

/// The console's folder.
pub struct Console {
    files: ServeDir,
    base: Base,
    rules: Vec<Rule>,
}

impl Console {
    /// The console of the flags, if they name one.
    pub fn open(options: &Options) -> anyhow::Result<Option<Self>> {
        let Some(folder) = &options.console else {
            if options.headers.is_some() {
                bail!("--headers is for the console, and --console names none");
            }
            return Ok(None);
        };
        if !folder.join("index.html").is_file() {
            bail!("{} holds no index.html; is the console built?", folder.display());
        }
        let rules = match &options.headers {
            Some(file) => {
                let text = fs::read_to_string(file).with_context(|| format!("{} can't be read", file.display()))?;
                rules(&text).with_context(|| format!("{} is not a file of headers", file.display()))?
            }
            None => Vec::new(),
        };
        let folder: PathBuf = folder.clone();
        let files =
            ServeDir::new(folder).append_index_html_on_directories(false).precompressed_br().precompressed_gzip();
        Ok(Some(Self { files, base: options.base.clone(), rules }))
    }

    async fn answer(&self, request: Request) -> Response {
        let path = request.uri().path().to_owned();
        let base = self.base.as_str();
        let Some(inner) = path.strip_prefix(base) else {
            // Whoever leaves the last slash out, or starts at the top, is led to the console.
            let leads_there = path == "/" || format!("{path}/") == base;
            return if leads_there { redirect(base) } else { missing(&path) };
        };
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            let mut response = answer::empty(StatusCode::METHOD_NOT_ALLOWED);
            response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
            return response;
        }
        if HOSTING.contains(&inner) {
            return missing(&path);
        }
        let navigation = is_navigation(request.headers(), inner);
        let inner = if inner.is_empty() { "index.html" } else { inner };
        let (parts, _) = request.into_parts();
        let mut response = self.file(&parts.headers, &parts.method, inner).await;
        if response.status() == StatusCode::NOT_FOUND {
            if !navigation {
                return missing(&path);
            }
            response = self.file(&parts.headers, &parts.method, "index.html").await;
        }
        self.decorate(&path, response.headers_mut());
        response
    }

    async fn file(&self, headers: &HeaderMap, method: &Method, inner: &str) -> Response {
        let Ok(uri) = format!("/{inner}").parse::<Uri>() else { return answer::empty(StatusCode::NOT_FOUND) };
        let mut request = Request::new(Body::empty());
        *request.uri_mut() = uri;
        *request.method_mut() = method.clone();
        request.headers_mut().clone_from(headers);
        match self.files.clone().oneshot(request).await {
            Ok(response) => response.map(Body::new),
            Err(never) => match never {},
        }
    }

    /// Sets the headers of the rules, or what is safe while somebody builds and reloads.
    fn decorate(&self, path: &str, headers: &mut HeaderMap) {
        headers.append(header::VARY, HeaderValue::from_static("accept-encoding"));
        if self.rules.is_empty() {
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        }
        for rule in self.rules.iter().filter(|rule| matches(&rule.pattern, path)) {
            for (name, value) in &rule.headers {
                headers.insert(name, value.clone());
            }
        }
    }
}

/// Answers whatever is neither the API nor the issuer nor the platform's own.
pub async fn answer(State(app): State<Arc<App>>, request: Request) -> Response {
    match &app.console {
        Some(console) => console.answer(request).await,
        None if request.uri().path() == "/" => welcome(),
        None => missing(request.uri().path()),
    }
}

/// Whether a browser wants to show what it gets, and it looks like the address of a view.
fn is_navigation(headers: &HeaderMap, inner: &str) -> bool {
    let accepts_pages = headers
        .get_all(header::ACCEPT)
        .iter()
        .any(|accept| accept.to_str().is_ok_and(|text| text.contains("text/html")));
    let last = inner.rsplit('/').next().unwrap_or_default();
    let is_asset =
        last.rsplit_once('.').is_some_and(|(_, extension)| ASSETS.contains(&extension.to_ascii_lowercase().as_str()));
    accepts_pages && !is_asset
}

fn redirect(to: &str) -> Response {
    let mut response = answer::empty(StatusCode::TEMPORARY_REDIRECT);
    if let Ok(to) = HeaderValue::from_str(to) {
        response.headers_mut().insert(header::LOCATION, to);
    }
    response
}

fn missing(path: &str) -> Response {
    answer::with_body(StatusCode::NOT_FOUND, "text/plain; charset=utf-8", format!("Nothing is served at {path}\n"))
}

fn welcome() -> Response {
    Page {
        title: "Astro local platform",
        at: "/_platform",
        form_action: None,
        body: format!(
            "<h1>Astro local platform</h1>\n<p class=\"quiet\">No console is served here: <code>--console DIR</code> \
             names a built one. The API is at <code>{}</code>, the issuer at <code>/oidc</code>.</p>\n\
             <p><a href=\"/_platform\">Mailbox, faults and counts</a></p>",
            escape(super::api::BASE)
        ),
    }
    .response(StatusCode::OK)
}

/// Headers for the paths that a pattern matches.
struct Rule {
    pattern: String,
    headers: Vec<(HeaderName, HeaderValue)>,
}

fn rules(text: &str) -> anyhow::Result<Vec<Rule>> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Entry {
        r#match: String,
        headers: indexmap::IndexMap<String, String>,
    }
    let entries: Vec<Entry> = serde_json::from_str(text)?;
    entries
        .into_iter()
        .map(|entry| {
            let headers = entry
                .headers
                .into_iter()
                .map(|(name, value)| {
                    let parsed = (name.parse::<HeaderName>(), HeaderValue::from_str(&value));
                    let (Ok(name), Ok(value)) = parsed else { bail!("{name:?}: {value:?} is no header") };
                    Ok((name, value))
                })
                .collect::<anyhow::Result<_>>()?;
            Ok(Rule { pattern: entry.r#match, headers })
        })
        .collect()
}

/// Whether a pattern, in which `*` stands for any run of characters, matches the whole text.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(first) else { return false };
    let mut pieces: Vec<&str> = rest.split('*').collect();
    let last = pieces.pop().unwrap_or_default();
    for piece in pieces {
        // The earliest place leaves the most for what follows.
        match text.find(piece) {
            Some(at) => text = text.get(at + piece.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    text.len() >= last.len() && text.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_any_run_of_characters() {
        for (pattern, text) in [
            ("*", "/"),
            ("/a", "/a"),
            ("/a*", "/a"),
            ("*.js", "/x/y.js"),
            ("/*/b*c", "/a/bxc"),
            ("*a*a", "aa"),
            ("**", ""),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("/a", "/ab"), ("/a*b", "/a"), ("*a*a", "a"), ("*.js", "/x.jsx"), ("a*", "ba")] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn a_broken_file_of_headers_is_refused() {
        for text in [
            "{}",
            r#"[{"match": "*"}]"#,
            r#"[{"match": "*", "headers": {"a b": "c"}}]"#,
            r#"[{"path": "*", "headers": {}}]"#,
        ] {
            assert!(rules(text).is_err(), "{text}");
        }
        assert_eq!(rules(r#"[{"match": "*", "headers": {"X-A": "b"}}]"#).unwrap().len(), 1);
    }

    #[test]
    fn a_navigation_is_what_a_browser_shows_and_no_file() {
        let browser = HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static("text/html,*/*"))]);
        assert!(is_navigation(&browser, "o/acme/clusters"));
        assert!(is_navigation(&browser, "o/acme/files/deploy.yaml"));
        assert!(!is_navigation(&browser, "old-1234.js"));
        assert!(!is_navigation(&HeaderMap::new(), "o/acme"));
    }
}
