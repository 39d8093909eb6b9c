//! The run-time configuration: `config.json`, read before the program starts.
//!
//! `docs/configuration.md` lists the fields. Reading is strict, because a mistake that is overlooked here shows up later
//! as something else: a field that is unknown or of the wrong kind is named by its JSON path.

use std::{collections::BTreeMap, fmt::Display};

use astro_api::{operations, request::Route};
use serde_json::{Map, Value};

use crate::{
    client::{self, Limits, Sending, WebSocketAuth, browser},
    store::session::{self, Oidc},
};

/// Everything that the configuration says, checked and with its defaults filled in.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// How the API is reached.
    pub client: client::Settings,
    /// How people sign in.
    pub session: session::Settings,
    /// How the console presents itself.
    pub branding: Branding,
    /// Where the GitHub app is installed.
    pub github_app: Option<String>,
}

/// Name, logo and accent colour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branding {
    /// The name of the console, `Astro Console` unless configured.
    pub name: String,
    /// URL of a logo that replaces the built-in one, absolute.
    pub logo: Option<String>,
    /// A CSS colour, of which the accents are made.
    pub accent: Option<String>,
}

/// What is wrong with the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigProblem {
    /// JSON path of the wrong field (`rateLimit.reads`), or empty where the file as a whole is meant.
    pub field: String,
    /// What is wrong with it, a sentence.
    pub message: String,
}

/// Reads `config.json` beside the page (resolved against the document's base).
///
/// # Errors
/// A file that cannot be fetched, is not JSON, or has a field that the console doesn't know or accept.
pub async fn load() -> Result<Config, ConfigProblem> {
    let url = browser::resolve("config.json").ok_or_else(|| problem("", "The address of this page has no base."))?;
    let sending = Sending { url, method: "GET", headers: Vec::new(), body: None, keepalive: false };
    let received = client::fetch(&sending)
        .await
        .map_err(|_| problem("", "The file could not be fetched. The server or the network may be down."))?;
    let response = received.response();
    if response.status != 200 {
        return Err(problem("", format!("The server answered {} for the file.", response.status)));
    }
    let text = std::str::from_utf8(response.body).map_err(|_| problem("", "The file is not UTF-8 text."))?;
    parse(text, &browser::resolve)
}

/// Reads the configuration's text. `resolve` makes a URL absolute against the document's base, or says that it is none.
///
/// # Errors
/// Names the first field that is wrong.
pub fn parse(text: &str, resolve: &dyn Fn(&str) -> Option<String>) -> Result<Config, ConfigProblem> {
    let root: Value = serde_json::from_str(text).map_err(|error| {
        let hint = if text.trim_start().starts_with('<') { " It looks like a web page." } else { "" };
        problem("", format!("The file is not JSON: {error}.{hint}"))
    })?;
    let root = Fields::root(&root)?;
    root.only(&["api", "websocket", "oidc", "session", "rateLimit", "paths", "branding", "embedOrigins", "links"])?;

    let api = root.object("api")?;
    api.only(&["base"])?;
    let base = api.url("base", resolve, &["http:", "https:"])?.map_or_else(
        || without_slash(resolve("/api/v1")).ok_or_else(|| api.problem("base", "There is no origin to find it on.")),
        Ok,
    )?;

    let websocket = root.object("websocket")?;
    websocket.only(&["base", "auth"])?;
    let websocket_base =
        websocket.url("base", resolve, &["http:", "https:", "ws:", "wss:"])?.unwrap_or_else(|| base.clone());
    let websocket_auth = match websocket.text("auth")? {
        None | Some("subprotocol") => WebSocketAuth::Subprotocol,
        Some("query") => WebSocketAuth::Query,
        Some("none") => WebSocketAuth::None,
        Some(other) => {
            return Err(
                websocket.problem("auth", format!("\"{other}\" is none of \"subprotocol\", \"query\" and \"none\"."))
            );
        }
    };

    let limit = root.object("rateLimit")?;
    limit.only(&["reads", "writes"])?;
    let limits = Limits { reads: limit.number("reads")?.unwrap_or(10), writes: limit.number("writes")?.unwrap_or(5) };

    let session = root.object("session")?;
    session.only(&["storage"])?;
    let in_memory = match session.text("storage")? {
        None | Some("session") => false,
        Some("memory") => true,
        Some(other) => {
            return Err(session.problem("storage", format!("\"{other}\" is neither \"session\" nor \"memory\".")));
        }
    };

    let branding = root.object("branding")?;
    branding.only(&["name", "logo", "accent"])?;
    let accent = branding.text("accent")?;
    if let Some(accent) = accent
        && (accent.is_empty() || !accent.chars().all(|c| c.is_ascii_alphanumeric() || "#(),.%/ -".contains(c)))
    {
        return Err(branding.problem("accent", format!("\"{accent}\" is not a CSS colour, such as \"#4f46e5\".")));
    }

    // For the header files that are made at build time; checked here so that a mistake is found wherever it is looked at.
    root.texts("embedOrigins")?;

    let links = root.object("links")?;
    links.only(&["githubApp"])?;

    Ok(Config {
        client: client::Settings {
            websocket_base: as_websocket(&websocket_base),
            base,
            websocket_auth,
            limits,
            paths: paths(&root)?,
        },
        session: session::Settings { oidc: oidc(&root, resolve)?, in_memory },
        branding: Branding {
            name: branding.text("name")?.unwrap_or("Astro Console").to_owned(),
            logo: branding.url("logo", resolve, &["http:", "https:"])?,
            accent: accent.map(str::to_owned),
        },
        github_app: links.url("githubApp", resolve, &["http:", "https:"])?,
    })
}

fn oidc(root: &Fields<'_>, resolve: &dyn Fn(&str) -> Option<String>) -> Result<Option<Oidc>, ConfigProblem> {
    if !root.has("oidc") {
        return Ok(None);
    }
    let oidc = root.object("oidc")?;
    oidc.only(&["issuer", "clientId", "scopes", "audience"])?;
    let required = |name: &str| oidc.problem(name, "It is required with \"oidc\".");
    let written = oidc.text("issuer")?.ok_or_else(|| required("issuer"))?;
    let scopes = oidc
        .texts("scopes")?
        .unwrap_or_else(|| ["openid", "profile", "email", "offline_access"].into_iter().map(str::to_owned).collect());
    if !scopes.iter().any(|scope| scope == "openid") {
        return Err(oidc.problem("scopes", "\"openid\" must be among them: without it there is no ID token."));
    }
    Ok(Some(Oidc {
        issuer: oidc.url("issuer", resolve, &["http:", "https:"])?.ok_or_else(|| required("issuer"))?,
        issuer_is_path: written.starts_with('/'),
        client_id: oidc.text("clientId")?.filter(|id| !id.is_empty()).ok_or_else(|| required("clientId"))?.to_owned(),
        scopes,
        audience: oidc.text("audience")?.map(str::to_owned),
    }))
}

fn paths(root: &Fields<'_>) -> Result<BTreeMap<&'static str, Route>, ConfigProblem> {
    let paths = root.object("paths")?;
    let mut routes = BTreeMap::new();
    for id in paths.names() {
        let operation =
            operations::find(id).ok_or_else(|| paths.problem(id, "The contract has no operation of this name."))?;
        if let Some(text) = paths.text(id)? {
            let route = Route::parse(operation, text)
                .map_err(|message| paths.problem(id, format!("\"{text}\": {message}.")))?;
            routes.insert(operation.id, route);
        }
    }
    Ok(routes)
}

fn as_websocket(url: &str) -> String {
    // `http` becomes `ws`, `https` becomes `wss`.
    url.strip_prefix("http").map_or_else(|| url.to_owned(), |rest| format!("ws{rest}"))
}

fn without_slash(url: Option<String>) -> Option<String> {
    url.map(|url| url.trim_end_matches('/').to_owned())
}

fn problem(field: impl Display, message: impl Into<String>) -> ConfigProblem {
    ConfigProblem { field: field.to_string(), message: message.into() }
}

/// The fields of a JSON object, and where in the file it stands.
struct Fields<'a> {
    path: String,
    map: Option<&'a Map<String, Value>>,
}

impl<'a> Fields<'a> {
    fn root(value: &'a Value) -> Result<Self, ConfigProblem> {
        match value {
            Value::Object(map) => Ok(Self { path: String::new(), map: Some(map) }),
            _ => Err(problem("", "The file is not a JSON object.")),
        }
    }

    fn path(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    fn problem(&self, name: &str, message: impl Into<String>) -> ConfigProblem {
        problem(self.path(name), message)
    }

    fn get(&self, name: &str) -> Option<&'a Value> {
        self.map?.get(name)
    }

    fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    fn names(&self) -> impl Iterator<Item = &'a String> + use<'a> {
        self.map.into_iter().flat_map(|map| map.keys())
    }

    fn only(&self, known: &[&str]) -> Result<(), ConfigProblem> {
        match self.names().find(|name| !known.contains(&name.as_str())) {
            Some(name) => {
                Err(self.problem(name, format!("The console knows no such field, only {}.", known.join(", "))))
            }
            None => Ok(()),
        }
    }

    fn object(&self, name: &str) -> Result<Self, ConfigProblem> {
        match self.get(name) {
            None => Ok(Self { path: self.path(name), map: None }),
            Some(Value::Object(map)) => Ok(Self { path: self.path(name), map: Some(map) }),
            Some(_) => Err(self.problem(name, "It must be an object.")),
        }
    }

    fn text(&self, name: &str) -> Result<Option<&'a str>, ConfigProblem> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.problem(name, "It must be a text.")),
        }
    }

    fn texts(&self, name: &str) -> Result<Option<Vec<String>>, ConfigProblem> {
        let list = match self.get(name) {
            None => return Ok(None),
            Some(Value::Array(list)) => list,
            Some(_) => return Err(self.problem(name, "It must be a list of texts.")),
        };
        let texts = list.iter().enumerate().map(|(index, item)| {
            let text = item.as_str().filter(|text| !text.is_empty());
            text.map(str::to_owned).ok_or_else(|| self.problem(&format!("{name}[{index}]"), "It must be a text."))
        });
        texts.collect::<Result<_, _>>().map(Some)
    }

    /// A whole number from 1 to 1000.
    fn number(&self, name: &str) -> Result<Option<u32>, ConfigProblem> {
        let Some(value) = self.get(name) else { return Ok(None) };
        value
            .as_u64()
            .and_then(|number| u32::try_from(number).ok())
            .filter(|number| (1..=1_000).contains(number))
            .map(Some)
            .ok_or_else(|| self.problem(name, "It must be a whole number from 1 to 1000."))
    }

    /// An absolute URL without a slash at its end.
    fn url(
        &self,
        name: &str,
        resolve: &dyn Fn(&str) -> Option<String>,
        schemes: &[&str],
    ) -> Result<Option<String>, ConfigProblem> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let url = without_slash(resolve(text).filter(|_| !text.is_empty()))
            .filter(|url| schemes.iter().any(|scheme| url.starts_with(scheme)) && !url.contains(['?', '#']));
        if url.is_some() {
            return Ok(url);
        }
        let schemes: Vec<String> = schemes.iter().map(|scheme| format!("{scheme}//")).collect();
        let schemes = schemes.join(", ");
        Err(self.problem(name, format!("\"{text}\" is neither a path on this origin nor a URL with {schemes}.")))
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    /// Resolves as a browser does for a page below `/a/b/`, as far as the tests need it.
    fn resolve(url: &str) -> Option<String> {
        if url.contains(' ') {
            None
        } else if url.contains("://") {
            Some(url.to_owned())
        } else if url.starts_with('/') {
            Some(format!("https://console.example.com{url}"))
        } else {
            Some(format!("https://console.example.com/a/b/{url}"))
        }
    }

    fn read(text: &str) -> Result<Config, ConfigProblem> {
        parse(text, &resolve)
    }

    #[test]
    fn everything_has_a_default() {
        let config = read("{}").unwrap();
        assert_eq!(config.client.base, "https://console.example.com/api/v1");
        assert_eq!(config.client.websocket_base, "wss://console.example.com/api/v1");
        assert_eq!(config.client.websocket_auth, WebSocketAuth::Subprotocol);
        assert_eq!(config.client.limits, Limits { reads: 10, writes: 5 });
        assert_eq!(config.session, session::Settings { oidc: None, in_memory: false });
        assert_eq!(config.branding.name, "Astro Console");
    }

    #[test]
    fn the_documented_example_is_read() {
        let documentation = include_str!("../docs/configuration.md");
        let example = documentation.split("```json").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
        let config = read(example).unwrap();
        let oidc = config.session.oidc.unwrap();
        assert_eq!(oidc.issuer, "https://login.example.com");
        assert_eq!(oidc.audience.as_deref(), Some("https://api.astropulse.io"));
        assert_eq!(config.client.paths["revokeApiKey"].path, "/apikeys/{orgId}/revoke");
        assert_eq!(config.branding.logo.as_deref(), Some("https://console.example.com/a/b/logo.svg"));
    }

    #[test]
    fn the_shipped_file_is_read() {
        assert!(read(include_str!("../public/config.json")).is_ok());
    }

    #[test]
    fn a_websocket_base_may_be_a_path_or_any_url() {
        for (written, read_as) in [
            ("/ws/api/v1", "wss://console.example.com/ws/api/v1"),
            ("wss://api.example.com/v1/", "wss://api.example.com/v1"),
            ("http://localhost:1/v1", "ws://localhost:1/v1"),
        ] {
            let config = read(&format!(r#"{{"websocket": {{"base": "{written}"}}}}"#)).unwrap();
            assert_eq!(config.client.websocket_base, read_as);
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        // `cargo xtask dist` refuses what is listed, too.
        let listed: Vec<Value> = serde_json::from_str(include_str!("../tests/refused-configurations.json")).unwrap();
        let listed = listed.iter().map(|it| (it["config"].to_string(), it["field"].as_str().unwrap().to_owned()));
        let no_json = ["", "<html>"].map(|text| (text.to_owned(), String::new()));
        for (text, field) in no_json.into_iter().chain(listed) {
            let problem = read(&text).unwrap_err();
            assert_eq!(problem.field, field, "{text}: {}", problem.message);
            assert!(problem.message.ends_with('.'), "{}", problem.message);
        }
    }
}
