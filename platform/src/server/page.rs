//! The platform's own pages: plain HTML without a script, one style sheet, and the checks of who may see them.

use std::net::IpAddr;

use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::Response,
};

use super::answer;

const STYLE: &str = include_str!("page.css");
const ICON: &str = concat!(
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 16 16\">",
    "<circle cx=\"8\" cy=\"8\" r=\"6\" fill=\"#6366f1\"/></svg>\n"
);

/// The style sheet of every page; each family of pages serves it below its own path.
pub async fn style() -> Response {
    answer::with_body(StatusCode::OK, "text/css; charset=utf-8", STYLE)
}

/// The icon of every page.
pub async fn icon() -> Response {
    answer::with_body(StatusCode::OK, "image/svg+xml", ICON)
}

/// A page.
pub struct Page<'a> {
    /// Title, and the heading unless the body has one.
    pub title: &'a str,
    /// Path below which the style sheet and the icon are served.
    pub at: &'a str,
    /// Where forms may lead beside the page's own origin, redirects included.
    pub form_action: Option<&'a str>,
    /// Markup of the body.
    pub body: String,
}

impl Page<'_> {
    /// The answer.
    pub fn response(self, status: StatusCode) -> Response {
        let html = format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n<title>{} · Astro local platform</title>\n\
             <link rel=\"icon\" href=\"{at}/icon.svg\">\n<link rel=\"stylesheet\" href=\"{at}/style.css\">\n</head>\n<body>\n<main>\n{}\n</main>\n</body>\n</html>\n",
            escape(self.title),
            self.body,
            at = escape(self.at),
        );
        let mut response = answer::with_body(status, "text/html; charset=utf-8", html);
        let policy = format!(
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'{}{}; base-uri 'none'; frame-ancestors 'none'",
            if self.form_action.is_some() { " " } else { "" },
            self.form_action.unwrap_or_default()
        );
        let headers = response.headers_mut();
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
        headers.insert(HeaderName::from_static("x-frame-options"), HeaderValue::from_static("DENY"));
        response
    }
}

/// Text as markup.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// The markup of several things, one after another.
pub fn each<T>(things: impl IntoIterator<Item = T>, markup: impl Fn(T) -> String) -> String {
    things.into_iter().fold(String::new(), |mut all, thing| {
        all.push_str(&markup(thing));
        all
    })
}

/// A hidden field of a form.
pub fn hidden(name: &str, value: &str) -> String {
    format!("<input type=\"hidden\" name=\"{}\" value=\"{}\">\n", escape(name), escape(value))
}

/// The origin of an absolute address, `http://localhost:8080`.
pub fn origin_of(address: &str) -> Option<&str> {
    let (scheme, rest) = address.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let valid = !authority.is_empty()
        && authority.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte));
    (valid && matches!(scheme, "http" | "https")).then(|| &address[..scheme.len() + 3 + authority.len()])
}

/// Whether an origin lies on this machine.
pub fn is_loopback_origin(origin: &str) -> bool {
    origin_of(origin) == Some(origin)
        && origin.split_once("://").is_some_and(|(_, authority)| is_loopback_authority(authority))
}

/// Whether a `Host` names this machine: `localhost`, a name below it, or an address of the loopback, with any port.
pub fn is_loopback_authority(authority: &str) -> bool {
    let host = match authority.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((host, port)) if port.is_empty() || is_port(port) => host,
            _ => return false,
        },
        None => match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
            Some(_) => return false,
            None => authority,
        },
    };
    let host = host.to_ascii_lowercase();
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
}

fn is_port(text: &str) -> bool {
    text.strip_prefix(':').is_some_and(|port| port.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_told_from_what_looks_like_it() {
        for authority in
            ["localhost", "LOCALHOST:1", "app.localhost:3000", "127.0.0.1:8080", "127.9.9.9", "[::1]:8080", "[::1]"]
        {
            assert!(is_loopback_authority(authority), "{authority}");
        }
        for authority in [
            "",
            "example.com",
            "localhost.example.com",
            "127.0.0.1.example.com",
            "10.0.0.1",
            "[::2]:1",
            "127.0.0.1:x",
            "::1",
            "[::1",
        ] {
            assert!(!is_loopback_authority(authority), "{authority}");
        }
    }

    #[test]
    fn an_origin_is_scheme_and_authority_and_nothing_else() {
        assert_eq!(origin_of("http://localhost:3000/a?b"), Some("http://localhost:3000"));
        assert_eq!(origin_of("javascript://x"), None);
        assert_eq!(origin_of("http://user@localhost"), None);
        assert!(is_loopback_origin("https://localhost"));
        for origin in
            ["null", "http://localhost/", "http://example.com", "ftp://localhost", "http://localhost@evil.example"]
        {
            assert!(!is_loopback_origin(origin), "{origin}");
        }
    }

    #[test]
    fn markup_in_text_stays_text() {
        assert_eq!(escape("<a href='x'>\"&\"</a>"), "&lt;a href=&#39;x&#39;&gt;&quot;&amp;&quot;&lt;/a&gt;");
        let page = Page { title: "<x>", at: "/x", form_action: None, body: String::new() };
        let response = page.response(StatusCode::OK);
        assert!(
            response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().starts_with("default-src 'none'")
        );
    }
}
