//! OpenID Connect: authorization code with PKCE, as OpenID Connect Core and RFC 7636 describe it for a public client.

use astro_api::{ApiError, ErrorKind, Secret, located};
use futures_util::future::{Either, select};
use js_sys::{ArrayBuffer, Uint8Array};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Url, UrlSearchParams};

use super::{
    claims::{self, Expected},
    vault::Tokens,
};
use crate::client::{self, Failed, Sending, browser};

/// An OpenID Connect issuer and this client of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Oidc {
    /// Issuer, an absolute URL without a slash at its end.
    pub issuer: String,
    /// Whether the configuration gave a path on the console's own origin: then a proxy stands in between, and the
    /// issuer may know itself by another name.
    pub issuer_is_path: bool,
    /// The id of the console at the issuer.
    pub client_id: String,
    /// Scopes to ask for.
    pub scopes: Vec<String>,
    /// What the token is to be for, where the issuer wants to be told.
    pub audience: Option<String>,
}

/// Stands for the operation in the failures of a sign-in.
const OPERATION: &str = "signIn";

/// The name in `sessionStorage` of a sign-in that is under way.
const PENDING: &str = "astro.sign-in";

/// How long a sign-in may take, milliseconds.
const PATIENCE: u64 = 20 * 60 * 1_000;

/// How long the issuer may take to answer, milliseconds.
const TIMEOUT: u64 = 20_000;

/// The part of the issuer's discovery document that the console uses.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Discovery {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    end_session_endpoint: Option<String>,
    revocation_endpoint: Option<String>,
}

/// What came of a refresh that the issuer has answered.
pub enum Refreshed {
    /// The next tokens.
    Good(Tokens),
    /// The answer is not accepted, as when the clock of this computer is wrong. The refresh token is spent all the same,
    /// and its successor is what the next try needs.
    Refused {
        /// Why.
        refused: ApiError,
        /// The next refresh token, where the answer may be trusted so far.
        successor: Option<Secret<String>>,
    },
}

/// A sign-in that is under way: what must be known again when the person comes back from the issuer.
#[derive(Serialize, Deserialize)]
struct Pending {
    state: String,
    nonce: String,
    #[serde(serialize_with = "astro_api::secret::expose")]
    verifier: Secret<String>,
    return_to: String,
    at: u64,
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: Secret<String>,
    token_type: String,
    expires_in: Option<f64>,
    refresh_token: Option<Secret<String>>,
    id_token: Option<Secret<String>>,
}

#[derive(Deserialize)]
struct TokenRefusal {
    error: String,
    error_description: Option<String>,
}

/// A failure of the sign-in in words.
pub fn problem(kind: ErrorKind, message: impl Into<String>) -> ApiError {
    ApiError::new(kind, OPERATION, message)
}

fn storage_is_forbidden() -> ApiError {
    problem(
        ErrorKind::Unexpected,
        "The browser keeps nothing for this page, and a sign-in has to be remembered while the issuer asks who you are. Allow storage for this site.",
    )
}

impl Oidc {
    /// Reads the issuer's discovery document.
    ///
    /// # Errors
    /// It cannot be had, or is another issuer's.
    pub async fn discover(&self) -> Result<Discovery, ApiError> {
        let url = format!("{}/.well-known/openid-configuration", self.issuer);
        let sending = Sending { url, method: "GET", headers: Vec::new(), body: None, keepalive: false };
        let discovery: Discovery = self.ask(&sending).await?;
        if !self.issuer_is_path && discovery.issuer.trim_end_matches('/') != self.issuer {
            return Err(problem(
                ErrorKind::Mismatch,
                format!("The issuer at {} calls itself {}.", self.issuer, discovery.issuer),
            ));
        }
        Ok(discovery)
    }

    /// Begins a sign-in: remembers it in this tab, and answers the address of the issuer's page.
    ///
    /// # Errors
    /// The browser lacks what PKCE needs.
    pub async fn begin(&self, discovery: &Discovery, return_to: String) -> Result<String, ApiError> {
        let secret = || browser::random_bytes::<32>().map(browser::base64url);
        let (Some(state), Some(nonce), Some(verifier)) = (secret(), secret(), secret()) else {
            return Err(no_crypto());
        };
        let challenge = sha256(&verifier).await.ok_or_else(no_crypto)?;
        let pending = Pending {
            state: state.clone(),
            nonce: nonce.clone(),
            verifier: verifier.into(),
            return_to,
            at: browser::now(),
        };
        let text = serde_json::to_string(&pending).unwrap_or_default();
        let kept = browser::session_storage().is_some_and(|storage| storage.set_item(PENDING, &text).is_ok());
        if !kept {
            return Err(storage_is_forbidden());
        }
        let redirect = redirect_uri();
        let scope = self.scopes.join(" ");
        let mut parameters = vec![
            ("response_type", "code"),
            ("client_id", self.client_id.as_str()),
            ("redirect_uri", redirect.as_str()),
            ("scope", scope.as_str()),
            ("state", state.as_str()),
            ("nonce", nonce.as_str()),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ];
        parameters.extend(self.audience.as_deref().map(|audience| ("audience", audience)));
        with_query(&discovery.authorization_endpoint, &parameters)
            .ok_or_else(|| problem(ErrorKind::Mismatch, "The issuer names no usable sign-in page."))
    }

    /// Ends a sign-in with the query of the address that the issuer sent the person back to. Answers the tokens, the
    /// subject, and where the person wanted to go.
    ///
    /// # Errors
    /// The person cancelled, the answer belongs to no sign-in of this tab, or the issuer does not keep to the protocol.
    pub async fn complete(&self, discovery: &Discovery, query: &str) -> Result<(Tokens, String, String), ApiError> {
        let answer = UrlSearchParams::new_with_str(query)
            .map_err(|_| problem(ErrorKind::Invalid, "The address of this page cannot be read."))?;
        let pending = take_pending(answer.get("state").as_deref())?;
        if let Some(error) = answer.get("error") {
            return Err(refusal(&error, answer.get("error_description")));
        }
        // RFC 9207: an answer of another issuer must not be taken for this one's.
        if answer.get("iss").is_some_and(|issuer| issuer != discovery.issuer) {
            return Err(problem(ErrorKind::Mismatch, "The answer comes from another issuer."));
        }
        let code = answer.get("code").ok_or_else(|| problem(ErrorKind::Mismatch, "The issuer sent no code."))?;
        let redirect = redirect_uri();
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", redirect.as_str()),
            ("client_id", self.client_id.as_str()),
            ("code_verifier", pending.verifier.expose().as_str()),
        ];
        let answer: TokenAnswer = self.ask(&form_post(&discovery.token_endpoint, &form)?).await?;
        let id = answer.id_token.clone().ok_or_else(|| problem(ErrorKind::Mismatch, "The issuer sent no ID token."))?;
        let subject = self.check(discovery, &id, Some(&pending.nonce))?;
        Ok((tokens(answer, None)?, subject, pending.return_to))
    }

    /// Gets the next bearer token. The refresh token is spent by it, and the answer carries its successor: keep that also
    /// where the rest of the answer is refused.
    ///
    /// # Errors
    /// [`ErrorKind::Unauthorized`] if the issuer does not accept the refresh token any more, another kind if it could
    /// not be asked.
    pub async fn refresh(&self, discovery: &Discovery, old: &Tokens, subject: &str) -> Result<Refreshed, ApiError> {
        let Some(refresh) = &old.refresh else {
            return Err(problem(ErrorKind::Unauthorized, "The session has ended. Sign in again."));
        };
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh.expose().as_str()),
            ("client_id", self.client_id.as_str()),
        ];
        let answer: TokenAnswer = self.ask(&form_post(&discovery.token_endpoint, &form)?).await?;
        let successor = answer.refresh_token.clone();
        let refuse = |refused| Ok(Refreshed::Refused { refused, successor: successor.clone() });
        if let Some(id) = &answer.id_token {
            match self.check(discovery, id, None) {
                Ok(found) if found == subject => {}
                Ok(_) => {
                    let words = "The issuer has answered for somebody else. Sign in again.";
                    return Ok(Refreshed::Refused {
                        refused: problem(ErrorKind::Unauthorized, words),
                        successor: None,
                    });
                }
                Err(refused) => return refuse(refused),
            }
        }
        match tokens(answer, Some(old)) {
            Ok(tokens) => Ok(Refreshed::Good(tokens)),
            Err(refused) => refuse(refused),
        }
    }

    /// The address at which the issuer signs the person out.
    pub fn sign_out_page(&self, discovery: &Discovery, id_token: Option<&Secret<String>>) -> Option<String> {
        let back = browser::resolve("sign-in")?;
        let mut parameters = vec![("client_id", self.client_id.as_str()), ("post_logout_redirect_uri", back.as_str())];
        parameters.extend(id_token.map(|token| ("id_token_hint", token.expose().as_str())));
        with_query(discovery.end_session_endpoint.as_deref()?, &parameters)
    }

    /// Tells the issuer that a refresh token is not needed any more, where it takes that (RFC 7009). Nobody waits.
    pub fn give_back(&self, discovery: &Discovery, refresh: &Secret<String>) {
        let form = [
            ("token", refresh.expose().as_str()),
            ("token_type_hint", "refresh_token"),
            ("client_id", self.client_id.as_str()),
        ];
        if let Some(Ok(mut sending)) = discovery.revocation_endpoint.as_ref().map(|url| form_post(url, &form)) {
            sending.keepalive = true;
            drop(client::fetch_and_forget(&sending));
        }
    }

    fn check(&self, discovery: &Discovery, token: &Secret<String>, nonce: Option<&str>) -> Result<String, ApiError> {
        let expected = Expected { issuer: &discovery.issuer, client_id: &self.client_id, nonce, now: browser::now() };
        claims::check(token.expose(), &expected)
            .map_err(|reason| problem(ErrorKind::Unexpected, format!("The issuer's ID token is refused: {reason}.")))
    }

    async fn ask<T: DeserializeOwned>(&self, sending: &Sending) -> Result<T, ApiError> {
        let exchange = std::pin::pin!(client::fetch(sending));
        let received = match select(exchange, browser::sleep(TIMEOUT)).await {
            Either::Left((received, _)) => received.map_err(|failed| self.not_reached(failed))?,
            Either::Right(_) => {
                return Err(problem(ErrorKind::Timeout, format!("{} did not answer in time.", self.issuer)));
            }
        };
        let response = received.response();
        if response.status == 200 {
            return located::parse(response.body).ok_or_else(|| {
                problem(
                    ErrorKind::Mismatch,
                    format!("{} does not answer as an OpenID Connect issuer does.", self.issuer),
                )
            });
        }
        let mut error = match located::parse::<TokenRefusal>(response.body) {
            Some(said) if response.status < 500 => refusal(&said.error, said.error_description),
            _ => problem(ErrorKind::Server, format!("{} answered with {}.", self.issuer, response.status)),
        };
        error.status = Some(response.status);
        Err(error)
    }

    fn not_reached(&self, failed: Failed) -> ApiError {
        match failed {
            Failed::Offline => problem(ErrorKind::Offline, "The browser has no network."),
            Failed::Redirected => {
                problem(ErrorKind::NotTheApi, format!("{} answers with a redirect to elsewhere.", self.issuer))
            }
            Failed::Unreachable | Failed::CutOff => problem(
                ErrorKind::Unreachable,
                format!(
                    "No connection to the sign-in at {}. It may be down, or not know this console's address.",
                    self.issuer
                ),
            ),
        }
    }
}

fn no_crypto() -> ApiError {
    problem(
        ErrorKind::Unexpected,
        "This browser offers no cryptography here. Sign-in works over https, and on localhost, only.",
    )
}

/// What the issuer's error codes mean to a person.
fn refusal(code: &str, description: Option<String>) -> ApiError {
    let mut error = match code {
        "access_denied" => problem(ErrorKind::Forbidden, "The sign-in was cancelled or is not allowed."),
        "invalid_grant" | "login_required" | "interaction_required" | "consent_required" => {
            problem(ErrorKind::Unauthorized, "The session has ended. Sign in again.")
        }
        "temporarily_unavailable" | "server_error" => problem(ErrorKind::Server, "The sign-in failed at the issuer."),
        _ => problem(ErrorKind::Unexpected, "The issuer refuses the sign-in."),
    };
    if let Some(description) = description.filter(|text| !text.is_empty()) {
        error.message = format!("{} It says: {description}", error.message);
    }
    code.clone_into(&mut error.code);
    error
}

fn tokens(answer: TokenAnswer, old: Option<&Tokens>) -> Result<Tokens, ApiError> {
    if !answer.token_type.eq_ignore_ascii_case("bearer") {
        return Err(problem(ErrorKind::Mismatch, "The issuer's token is not a bearer token."));
    }
    let seconds = answer.expires_in.unwrap_or(3_600.0).clamp(0.0, 365.0 * 86_400.0);
    // Clamped just above.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let lifetime = (seconds * 1_000.0) as u64;
    Ok(Tokens {
        access: answer.access_token,
        // An issuer that does not rotate sends none, and the old one stays good.
        refresh: answer.refresh_token.or_else(|| old.and_then(|old| old.refresh.clone())),
        id: answer.id_token.or_else(|| old.and_then(|old| old.id.clone())),
        expires_at: browser::now().saturating_add(lifetime),
        turn: old.map_or(0, |old| old.turn + 1),
    })
}

fn redirect_uri() -> String {
    browser::resolve("auth/callback").unwrap_or_default()
}

fn with_query(url: &str, parameters: &[(&str, &str)]) -> Option<String> {
    let url = Url::new(url).ok().filter(|url| matches!(url.protocol().as_str(), "https:" | "http:"))?;
    let query = url.search_params();
    for (name, value) in parameters {
        query.set(name, value);
    }
    Some(url.href())
}

fn form_post(url: &str, form: &[(&str, &str)]) -> Result<Sending, ApiError> {
    let parameters = UrlSearchParams::new().map_err(|_| no_crypto())?;
    for (name, value) in form {
        parameters.set(name, value);
    }
    Ok(Sending {
        url: url.to_owned(),
        method: "POST",
        headers: vec![
            ("Content-Type", "application/x-www-form-urlencoded".into()),
            ("Accept", "application/json".into()),
        ],
        body: Some(String::from(parameters.to_string()).into()),
        keepalive: false,
    })
}

/// The sign-in that this tab has begun with a state. It is used up by this, whatever comes of it.
fn take_pending(state: Option<&str>) -> Result<Pending, ApiError> {
    let storage = browser::session_storage().ok_or_else(storage_is_forbidden)?;
    let text: Option<Secret<String>> = storage.get_item(PENDING).ok().flatten().map(Secret::from);
    let _ = storage.remove_item(PENDING);
    text.and_then(|text| located::parse::<Pending>(text.expose().as_bytes()))
        .filter(|pending| Some(pending.state.as_str()) == state)
        .filter(|pending| browser::now().saturating_sub(pending.at) <= PATIENCE)
        .ok_or_else(|| {
            problem(
                ErrorKind::Invalid,
                "This answer belongs to no sign-in of this tab. It may be an old one, or begun in another tab. Sign in again.",
            )
        })
}

/// Where the sign-in leads that this tab has begun. [`Oidc::complete`] uses that up, whatever comes of it.
pub fn pending_return() -> String {
    let text = browser::session_storage().and_then(|storage| storage.get_item(PENDING).ok().flatten());
    text.map(Secret::<String>::from)
        .and_then(|text| located::parse::<Pending>(text.expose().as_bytes()))
        .map_or_else(|| "/".to_owned(), |pending| safe_return(&pending.return_to))
}

async fn sha256(text: &str) -> Option<String> {
    // Absent outside of secure contexts, although its type says otherwise.
    let crypto = web_sys::window()?.crypto().ok()?;
    let subtle = js_sys::Reflect::get(&crypto, &"subtle".into()).ok()?.dyn_into::<web_sys::SubtleCrypto>().ok()?;
    let digest = subtle.digest_with_str_and_u8_array("SHA-256", text.as_bytes()).ok()?;
    let digest = JsFuture::from(digest).await.ok()?.dyn_into::<ArrayBuffer>().ok()?;
    Some(browser::base64url(Uint8Array::new(&digest).to_vec()))
}

/// A path of the console to return to after sign-in, or `/`: what comes in from an address must not lead elsewhere.
pub fn safe_return(path: &str) -> String {
    let safe = path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains(['\\', '#'])
        && !path.chars().any(char::is_control)
        && !["/sign-in", "/auth/"].iter().any(|own| path.starts_with(own));
    if safe { path.to_owned() } else { "/".to_owned() }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn only_a_path_of_the_console_is_returned_to() {
        for path in ["/", "/o/acme/clusters?sort=name", "/o/a%20b"] {
            assert_eq!(safe_return(path), path);
        }
        for path in [
            "",
            "https://evil.example/",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "javascript:alert(1)",
            "/a\nb",
            "/sign-in?x",
            "/auth/callback?code=1",
        ] {
            assert_eq!(safe_return(path), "/", "{path}");
        }
    }

    #[test]
    fn a_refusal_keeps_the_issuers_words() {
        let error = refusal("access_denied", Some("user is blocked".into()));
        assert_eq!((error.kind, error.code.as_str()), (ErrorKind::Forbidden, "access_denied"));
        assert!(error.message.ends_with("It says: user is blocked"));
        assert_eq!(refusal("invalid_grant", None).kind, ErrorKind::Unauthorized);
    }
}
