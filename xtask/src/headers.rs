//! The response headers of the production artifact, from the configuration of a deployment, for the hosts that people use.
//!
//! | file | for |
//! |---|---|
//! | `dist/_headers`, `dist/_redirects` | Netlify, Cloudflare Pages |
//! | `dist-hosting/nginx.conf` | nginx: include it in `http { }` |
//! | `dist-hosting/Caddyfile` | Caddy |
//! | `dist-hosting/headers.json` | the local platform, `astro-platform --headers FILE` |
//!
//! `headers.json` is an array of `{"match": "<glob>", "headers": {"<name>": "<value>"}}`. The glob is compared with the
//! request's path, and `*` matches any run of characters; of two entries that set one header the later one counts.
//!
//! Everything is `no-cache` (kept, but asked for again) except the files whose names carry a hash of their content: those
//! are listed one by one and never asked for again. So a deep link, whose path no list can hold, is right as well.

use std::fmt::Write as _;

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};

use crate::config;

const FOR_GOOD: &str = "public, max-age=31536000, immutable";
const ASK_AGAIN: &str = "no-cache";

/// What a deployment's `config.json` says about other origins. Everything else in it is the console's affair.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Deployment {
    /// Origins beside its own that the console sends requests to and opens sockets to.
    connect: Vec<String>,
    /// Origins beside its own that images come from.
    images: Vec<String>,
    /// Origins of the pages that may show the console in a frame.
    embed: Vec<String>,
}

impl Deployment {
    /// Reads a configuration and refuses one that the console could not use.
    pub fn from_json(text: &str) -> Result<Self> {
        let value: Value = serde_json::from_str(text).context("it is not JSON")?;
        config::check(&value)?;

        let mut deployment = Self::default();
        let text_at = |pointer: &str| value.pointer(pointer).and_then(Value::as_str);
        let api = text_at("/api/base");
        let socket = text_at("/websocket/base");
        let connect = [
            api.map(|url| origin("api.base", url)).transpose()?.flatten(),
            // Without a base of their own, sockets go where requests go.
            socket
                .or(api)
                .map(|url| origin("websocket.base", url))
                .transpose()?
                .flatten()
                .map(|origin| socket_origin(&origin)),
            text_at("/oidc/issuer").map(|url| origin("oidc.issuer", url)).transpose()?.flatten(),
        ];
        for origin in connect.into_iter().flatten() {
            if !deployment.connect.contains(&origin) {
                deployment.connect.push(origin);
            }
        }
        if let Some(logo) = text_at("/branding/logo")
            && logo.contains("://")
        {
            deployment.images.extend(origin("branding.logo", logo)?);
        }
        let embed = value.get("embedOrigins").and_then(Value::as_array);
        for (index, text) in embed.into_iter().flatten().filter_map(Value::as_str).enumerate() {
            let field = format!("embedOrigins[{index}]");
            match origin(&field, text)? {
                Some(origin) if origin == text.trim_end_matches('/') => deployment.embed.push(origin),
                _ => bail!("{field} must be an origin such as https://portal.example.com, not {text}"),
            }
        }
        Ok(deployment)
    }

    /// The content security policy. It allows what the program does and nothing else: no inline script or style, no
    /// `eval` but of WebAssembly, no plugin, no form target, and markup only through the policy of boot.js.
    pub fn content_security_policy(&self) -> String {
        let with = |first: &str, origins: &[String]| {
            std::iter::once(first).chain(origins.iter().map(String::as_str)).collect::<Vec<_>>().join(" ")
        };
        let ancestors = if self.embed.is_empty() { "'none'".to_owned() } else { self.embed.join(" ") };
        [
            "default-src 'none'".to_owned(),
            "script-src 'self' 'wasm-unsafe-eval'".to_owned(),
            "style-src 'self'".to_owned(),
            format!("connect-src {}", with("'self'", &self.connect)),
            format!("img-src {}", with("'self' data:", &self.images)),
            "font-src 'self'".to_owned(),
            // The page has a <base> of its own, which is how it runs below any path.
            "base-uri 'self'".to_owned(),
            "form-action 'none'".to_owned(),
            format!("frame-ancestors {ancestors}"),
            "require-trusted-types-for 'script'".to_owned(),
            "trusted-types default".to_owned(),
        ]
        .join("; ")
    }

    /// The headers of every answer.
    fn everywhere(&self) -> Vec<(&'static str, String)> {
        let mut headers = vec![
            ("Content-Security-Policy", self.content_security_policy()),
            ("X-Content-Type-Options", "nosniff".to_owned()),
            // The address of a page names organizations and, on return from sign-in, carries a code.
            ("Referrer-Policy", "no-referrer".to_owned()),
            ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()".to_owned()),
            // Pages that the console opens (GitHub, CloudFormation) keep no hold on it, and stay able to close.
            ("Cross-Origin-Opener-Policy", "same-origin-allow-popups".to_owned()),
        ];
        if self.embed.is_empty() {
            // For browsers without frame-ancestors. It knows no list, so it must not stand beside one.
            headers.push(("X-Frame-Options", "DENY".to_owned()));
        }
        headers
    }
}

/// The artifact as the hosts see it.
#[derive(Debug)]
pub struct Artifact {
    /// Path below which it is served, with a slash at both ends.
    pub base: String,
    /// Files with a hash in their name, relative to the base.
    pub hashed: Vec<String>,
}

impl Artifact {
    fn hashed_paths(&self) -> impl Iterator<Item = String> {
        self.hashed.iter().map(|file| format!("{}{file}", self.base))
    }

    /// `_headers`. Hosts join the values of one header from several rules, so that the general rule leaves caching to
    /// their default, which is to ask again.
    pub fn netlify_headers(&self, deployment: &Deployment) -> String {
        let mut text = format!("{}*\n", self.base);
        for (name, value) in deployment.everywhere() {
            let _ = writeln!(text, "  {name}: {value}");
        }
        for path in self.hashed_paths() {
            let _ = write!(text, "{path}\n  Cache-Control: {FOR_GOOD}\n");
        }
        text
    }

    /// `_redirects`: a deep link is answered with the page.
    pub fn netlify_redirects(&self) -> String {
        format!("{base}* {base}index.html 200\n", base = self.base)
    }

    /// A server of nginx.
    pub fn nginx(&self, deployment: &Deployment) -> String {
        let base = &self.base;
        let mut cache = String::new();
        for path in self.hashed_paths() {
            // As an expression: names of this length need a larger hash table, whose size may be set once only.
            let _ = writeln!(cache, "    \"~^{}$\" \"{FOR_GOOD}\";", path.replace('.', r"\."));
        }
        let mut headers = String::new();
        for (name, value) in deployment.everywhere() {
            let _ = writeln!(headers, "    add_header {name} \"{value}\" always;");
        }
        let assets = assets_pattern(base);
        format!(
            r#"# Include this in `http {{ }}`; the content of dist belongs into /srv/www{base}
# An API on the same origin needs a location of its own here, with the Upgrade and Connection headers for its sockets.

map $uri $console_cache {{
    default "{ASK_AGAIN}";
{cache}}}

server {{
    listen 80;
    root /srv/www;
    gzip_static on;
    # With the brotli module: brotli_static on;

    # Here and nowhere below: a location with an add_header of its own would inherit none of these.
{headers}    add_header Cache-Control $console_cache always;

    # A file of an earlier version is missing; answered with the page, it would fail later and less clearly.
    location ~ "{assets}" {{
        try_files $uri =404;
    }}

    # A deep link is answered with the page.
    location {base} {{
        try_files $uri {base}index.html;
    }}
}}
"#
        )
    }

    /// A site of Caddy.
    pub fn caddy(&self, deployment: &Deployment) -> String {
        let base = &self.base;
        let mut headers = String::new();
        for (name, value) in deployment.everywhere() {
            let _ = writeln!(headers, "\t\t{name} \"{value}\"");
        }
        let hashed = self.hashed_paths().collect::<Vec<_>>().join(" ");
        let assets = assets_pattern(base);
        format!(
            "# The content of dist belongs into /srv/www{base}\n\
             # An API on the same origin needs a `handle` of its own with reverse_proxy.\n\
             :80 {{\n\
             \troot * /srv/www\n\n\
             \theader {{\n{headers}\t}}\n\
             \t@hashed path {hashed}\n\
             \theader @hashed Cache-Control \"{FOR_GOOD}\"\n\
             \t@unhashed not path {hashed}\n\
             \theader @unhashed Cache-Control \"{ASK_AGAIN}\"\n\n\
             \t# A file of an earlier version is missing; answered with the page, it would fail later and less clearly.\n\
             \t@asset path_regexp \"{assets}\"\n\
             \thandle @asset {{\n\t\tfile_server {{\n\t\t\tprecompressed br gzip\n\t\t}}\n\t}}\n\n\
             \t# A deep link is answered with the page.\n\
             \thandle {base}* {{\n\t\ttry_files {{path}} {base}index.html\n\t\tfile_server {{\n\t\t\tprecompressed br gzip\n\t\t}}\n\t}}\n\
             }}\n"
        )
    }

    /// `headers.json` of the local platform.
    pub fn local(&self, deployment: &Deployment) -> Value {
        let mut everywhere: Map<String, Value> =
            deployment.everywhere().into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
        everywhere.insert("Cache-Control".to_owned(), ASK_AGAIN.into());
        let hashed = self.hashed_paths().map(|path| json!({ "match": path, "headers": { "Cache-Control": FOR_GOOD } }));
        Value::Array(std::iter::once(json!({ "match": "*", "headers": everywhere })).chain(hashed).collect())
    }
}

/// Whether a file's name carries a hash of its content: Trunk writes 16 hexadecimal digits, esbuild 8 letters and digits
/// in capitals, both after the last hyphen.
pub fn is_hashed(file: &str) -> bool {
    let name = file.rsplit('/').next().unwrap_or(file);
    let stem = name.split('.').next().unwrap_or(name);
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    let Some((_, hash)) = stem.rsplit_once('-') else { return false };
    let lower_hex = |character: char| character.is_ascii_digit() || ('a'..='f').contains(&character);
    let upper = |character: char| character.is_ascii_digit() || character.is_ascii_uppercase();
    (hash.len() == 16 && hash.chars().all(lower_hex)) || (hash.len() == 8 && hash.chars().all(upper))
}

/// Files of the artifact, as opposed to addresses of views: they lie in the base itself, in `fonts` or in `editor`.
fn assets_pattern(base: &str) -> String {
    format!(r"^{}((fonts|editor)/)?[^/]+\.(css|js|json|svg|wasm|woff2)$", base.replace('.', r"\."))
}

/// The origin of an absolute address; nothing for a path, which stays on the console's own origin. What comes out is
/// written into header files, so that nothing but the letters of an origin may pass.
fn origin(field: &str, url: &str) -> Result<Option<String>> {
    if url.starts_with('/') && !url.starts_with("//") {
        return Ok(None);
    }
    let refuse =
        || format!("{field} must be a path such as /api/v1 or an address such as https://api.example.com, not {url:?}");
    let (scheme, rest) = url.split_once("://").with_context(refuse)?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let allowed = |character: char| character.is_ascii_alphanumeric() || ".-:[]".contains(character);
    if !["http", "https", "ws", "wss"].contains(&scheme) || host.is_empty() || !host.chars().all(allowed) {
        bail!(refuse());
    }
    Ok(Some(format!("{scheme}://{host}")))
}

fn socket_origin(origin: &str) -> String {
    match origin.strip_prefix("http") {
        Some(rest) => format!("ws{rest}"),
        None => origin.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    fn artifact(base: &str) -> Artifact {
        Artifact {
            base: base.to_owned(),
            hashed: vec!["app-0123456789abcdef.css".to_owned(), "fonts/inter-ABCD1234.woff2".to_owned()],
        }
    }

    #[test]
    fn the_policy_of_a_console_on_the_origin_of_its_api() {
        let deployment = Deployment::from_json(r#"{"api": {"base": "/api/v1"}}"#).unwrap();
        assert_eq!(
            deployment.content_security_policy(),
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
             font-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
             trusted-types default"
        );
        assert_eq!(deployment, Deployment::from_json("{}").unwrap());
    }

    #[test]
    fn other_origins_are_named_once_each() {
        let deployment = Deployment::from_json(
            r#"{"api": {"base": "https://api.example.com/api/v1"}, "oidc": {"issuer": "https://api.example.com/oidc", "clientId": "c"},
                "branding": {"logo": "https://cdn.example.com/logo.svg"}}"#,
        )
        .unwrap();
        let policy = deployment.content_security_policy();
        assert!(policy.contains("connect-src 'self' https://api.example.com wss://api.example.com;"), "{policy}");
        assert!(policy.contains("img-src 'self' data: https://cdn.example.com;"), "{policy}");
    }

    #[test]
    fn a_socket_base_of_its_own_takes_the_place_of_the_derived_one() {
        let deployment = Deployment::from_json(
            r#"{"api": {"base": "https://api.example.com/v1"}, "websocket": {"base": "wss://live.example.com/v1"}}"#,
        )
        .unwrap();
        let policy = deployment.content_security_policy();
        assert!(policy.contains("connect-src 'self' https://api.example.com wss://live.example.com;"), "{policy}");
    }

    /// What the documentation shows, and what the console comes with, is accepted.
    #[test]
    fn the_documented_configuration_is_accepted() {
        let root = Path::new("..");
        let page = fs::read_to_string(root.join("docs/configuration.md")).unwrap();
        let example = page.split("```json").nth(1).unwrap().split("```").next().unwrap();
        let policy = Deployment::from_json(example).unwrap().content_security_policy();
        assert!(policy.contains("frame-ancestors https://portal.example.com;"), "{policy}");
        for name in ["config.json", "config.dev.json"] {
            let text = fs::read_to_string(root.join("public").join(name)).unwrap();
            Deployment::from_json(&text).unwrap();
        }
    }

    #[test]
    fn embedding_replaces_the_denial() {
        let closed = Deployment::default();
        assert!(closed.everywhere().iter().any(|(name, value)| *name == "X-Frame-Options" && value == "DENY"));
        let open = Deployment::from_json(r#"{"embedOrigins": ["https://portal.example.com"]}"#).unwrap();
        assert!(open.content_security_policy().contains("frame-ancestors https://portal.example.com;"));
        assert!(open.everywhere().iter().all(|(name, _)| *name != "X-Frame-Options"));
    }

    #[test]
    fn a_bad_configuration_is_refused_with_the_field() {
        for (text, words) in [
            ("[]", "object"),
            ("{", "not JSON"),
            (r#"{"api": {"base": 1}}"#, "api.base must be a string"),
            (r#"{"api": {"base": "example.com"}}"#, "api.base"),
            (r#"{"api": {"base": "https://a b"}}"#, "api.base"),
            (r#"{"api": {"base": "https://a;script-src *"}}"#, "api.base"),
            (r#"{"apiBase": "/api/v1"}"#, "apiBase is no field"),
            (r#"{"oidc": "https://x"}"#, "oidc must be an object"),
            (r#"{"oidc": {"issuer": "ftp://x"}}"#, "oidc.issuer"),
            (r#"{"embedOrigins": "https://x"}"#, "embedOrigins"),
            (r#"{"embedOrigins": ["https://x/path"]}"#, "embedOrigins[0]"),
            (r#"{"embedOrigins": ["*"]}"#, "embedOrigins[0]"),
        ] {
            let error = format!("{:#}", Deployment::from_json(text).unwrap_err());
            assert!(error.contains(words), "{text}: {error}");
        }
    }

    #[test]
    fn only_names_with_a_hash_are_kept_for_good() {
        for name in [
            "astro-console-0123456789abcdef.js",
            "astro-console-0123456789abcdef_bg.wasm",
            "fonts/inter-latin-wght-normal-ABCD1234.woff2",
        ] {
            assert!(is_hashed(name), "{name}");
        }
        for name in [
            "index.html",
            "boot.js",
            "config.json",
            "icon.svg",
            "fonts/inter-latin-wght-normal.woff2",
            "astro-console.js",
        ] {
            assert!(!is_hashed(name), "{name}");
        }
    }

    #[test]
    fn every_host_gets_policy_fallback_and_caching() {
        let deployment = Deployment::default();
        let policy = deployment.content_security_policy();
        let artifact = artifact("/a/b/");
        let nginx = artifact.nginx(&deployment);
        let caddy = artifact.caddy(&deployment);
        let netlify = artifact.netlify_headers(&deployment);
        for text in [&nginx, &caddy, &netlify] {
            assert!(text.contains(&policy), "{text}");
            assert!(text.contains("/a/b/app-0123456789abcdef"), "{text}");
            assert!(text.contains(FOR_GOOD), "{text}");
        }
        assert!(nginx.contains("try_files $uri /a/b/index.html;"));
        assert!(caddy.contains("try_files {path} /a/b/index.html"));
        assert_eq!(artifact.netlify_redirects(), "/a/b/* /a/b/index.html 200\n");
    }

    #[test]
    fn the_local_platform_asks_again_but_for_hashed_names() {
        let local = artifact("/").local(&Deployment::default());
        assert_eq!(local[0]["match"], "*");
        assert_eq!(local[0]["headers"]["Cache-Control"], "no-cache");
        assert_eq!(local[2]["match"], "/fonts/inter-ABCD1234.woff2");
        assert_eq!(local[2]["headers"]["Cache-Control"], FOR_GOOD);
    }
}
