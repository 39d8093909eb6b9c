//! `/oidc`: an OpenID Connect issuer for development. It knows the people of the demo data and asks for no password.
//!
//! Authorization code with PKCE (S256) for one public client; RS256; refresh tokens that change with every use; user
//! info, revocation and sign-out. Its name follows the address by which it was asked, so that it equals what a console
//! was configured with, behind a development proxy as well.

mod foreign;
mod grants;
mod keys;
mod sign_in;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use anyhow::Context as _;
use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::Response,
    routing::{any, get, post},
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub use self::foreign::Foreign;
use self::{
    grants::{Grant, Grants, Tokens},
    keys::Keys,
};
use super::{App, accept::Wire, answer, page, random};
use crate::core::{call::Subject, time::Millis};

/// The one client: a console, which is public and so has no secret.
pub const CLIENT: &str = "astro-console";
/// What access tokens are for, where a request names no audience.
const AUDIENCE: &str = "astro-platform";
/// Tells access tokens from ID tokens (RFC 9068).
const ACCESS_TOKEN: &str = "at+jwt";
const ID_TOKEN: &str = "JWT";

/// The issuer: its key, and what it has granted.
pub struct Issuer {
    keys: Keys,
    grants: Mutex<Grants>,
    /// Somebody else's, whose tokens count as well.
    foreign: Option<Foreign>,
}

/// What outlives a restart.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Kept {
    signing_key: String,
    grants: Grants,
}

/// The claims of an access token.
#[derive(Serialize, Deserialize)]
struct AccessClaims {
    iss: String,
    sub: String,
    aud: String,
    client_id: String,
    scope: String,
    sid: String,
    jti: String,
    iat: i64,
    exp: i64,
    name: String,
    email: String,
}

impl Issuer {
    /// An issuer with a key of its own, made now.
    pub fn new() -> anyhow::Result<Self> {
        Ok(Self { keys: Keys::generate()?, grants: Mutex::default(), foreign: None })
    }

    /// An issuer as it was before a restart.
    pub fn restore(kept: Kept) -> anyhow::Result<Self> {
        let der = BASE64_STANDARD.decode(kept.signing_key).context("the signing key is not base64")?;
        Ok(Self { keys: Keys::from_pkcs8(&der)?, grants: Mutex::new(kept.grants), foreign: None })
    }

    /// Lets the people of another issuer in as well.
    pub fn trust(&mut self, foreign: Foreign) {
        self.foreign = Some(foreign);
    }

    /// What outlives a restart.
    pub fn keep(&self) -> Kept {
        Kept { signing_key: BASE64_STANDARD.encode(self.keys.pkcs8()), grants: self.grants().clone() }
    }

    /// Signs everybody out. The key stays: access tokens are for the person, who is still there.
    pub fn forget(&self) {
        *self.grants() = Grants::default();
    }

    /// Whom an `Authorization` header speaks for, or why nobody.
    pub fn subject(&self, authorization: &str, now: Millis) -> Result<Subject, &'static str> {
        if let Some(foreign) = &self.foreign
            && let Some(subject) = foreign.subject(token_of(authorization)?, now)
        {
            return Ok(subject);
        }
        let claims = self.access(authorization, now)?;
        Ok(Subject { id: claims.sub, email: claims.email, name: claims.name })
    }

    fn access(&self, authorization: &str, now: Millis) -> Result<AccessClaims, &'static str> {
        let token = token_of(authorization)?;
        let claims: AccessClaims =
            self.keys.verify(token, ACCESS_TOKEN).ok_or("The token is not an access token of this issuer")?;
        if claims.exp * 1000 <= now {
            return Err("The token has expired");
        }
        if self.grants().is_over(&claims.sid) {
            return Err("The session of this token is over");
        }
        Ok(claims)
    }

    fn grants(&self) -> MutexGuard<'_, Grants> {
        self.grants.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn token_of(authorization: &str) -> Result<&str, &'static str> {
    match authorization.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(token.trim()),
        _ => Err("Authorization must be Bearer and a token"),
    }
}

/// Everything below `/oidc`.
pub fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/.well-known/openid-configuration", get(discovery))
        .route("/jwks.json", get(jwks))
        .route("/authorize", get(sign_in::ask).post(sign_in::decide))
        .route("/token", post(token))
        .route("/revoke", post(revoke))
        .route("/userinfo", any(user_info))
        .route("/end-session", get(end_session).post(end_session))
        .route("/style.css", get(page::style))
        .route("/icon.svg", get(page::icon))
}

/// The issuer by the name under which it was asked. A proxy on this machine says which that was.
fn issuer_of(uri: &Uri, headers: &HeaderMap, wire: Option<&Wire>) -> String {
    let forwarded = |name: &str| {
        wire.filter(|wire| wire.peer.ip().to_canonical().is_loopback())?;
        let value = headers.get(name)?.to_str().ok()?;
        value.split(',').next().map(str::trim).filter(|value| !value.is_empty())
    };
    let host = forwarded("x-forwarded-host")
        .or_else(|| headers.get(header::HOST)?.to_str().ok())
        .or_else(|| uri.authority().map(axum::http::uri::Authority::as_str))
        .unwrap_or("localhost");
    let scheme = if forwarded("x-forwarded-proto") == Some("https") { "https" } else { "http" };
    format!("{scheme}://{host}/oidc")
}

async fn discovery(request: Request) -> Response {
    let issuer = issuer_of(request.uri(), request.headers(), request.extensions().get());
    let at = |path: &str| format!("{issuer}/{path}");
    answer::json(
        StatusCode::OK,
        &json!({
            "issuer": issuer,
            "authorization_endpoint": at("authorize"),
            "token_endpoint": at("token"),
            "userinfo_endpoint": at("userinfo"),
            "jwks_uri": at("jwks.json"),
            "end_session_endpoint": at("end-session"),
            "revocation_endpoint": at("revoke"),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "claims_supported": ["sub", "name", "email", "email_verified", "auth_time", "nonce", "sid"],
            "token_endpoint_auth_methods_supported": ["none"],
            "code_challenge_methods_supported": ["S256"],
            "prompt_values_supported": ["none", "login", "select_account"],
            "authorization_response_iss_parameter_supported": true,
        }),
    )
}

async fn jwks(State(app): State<Arc<App>>) -> Response {
    answer::json(StatusCode::OK, &app.issuer.keys.jwks())
}

/// The fields of a form, or of a query.
type Fields = HashMap<String, String>;

fn fields(encoded: &[u8]) -> Fields {
    form_urlencoded::parse(encoded).into_owned().collect()
}

/// The fields of a request's body.
async fn form(request: Request) -> Result<Fields, Response> {
    const LIMIT: usize = 64 * 1024;
    match axum::body::to_bytes(request.into_body(), LIMIT).await {
        Ok(bytes) => Ok(fields(&bytes)),
        Err(_) => Err(refusal(StatusCode::PAYLOAD_TOO_LARGE, "invalid_request", "The form is too large")),
    }
}

/// An error in the words of OAuth 2.0.
fn refusal(status: StatusCode, error: &str, description: &str) -> Response {
    answer::json(status, &json!({ "error": error, "error_description": description }))
}

async fn token(State(app): State<Arc<App>>, request: Request) -> Response {
    let fields = match form(request).await {
        Ok(fields) => fields,
        Err(response) => return response,
    };
    let field = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    if field("client_id") != CLIENT {
        return refusal(StatusCode::UNAUTHORIZED, "invalid_client", "client_id must be astro-console");
    }
    let now = app.now();
    let redeemed = match field("grant_type") {
        "authorization_code" => {
            app.issuer.grants().redeem(field("code"), field("redirect_uri"), field("code_verifier"), now)
        }
        "refresh_token" => app.issuer.grants().refresh(field("refresh_token"), field("scope"), now),
        _ => {
            return refusal(
                StatusCode::BAD_REQUEST,
                "unsupported_grant_type",
                "grant_type must be authorization_code or refresh_token",
            );
        }
    };
    app.unsaved.notify_one();
    match redeemed.and_then(|tokens| answer_tokens(&app, &tokens, now)) {
        Ok(body) => {
            let mut response = answer::json(StatusCode::OK, &body);
            response.headers_mut().insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
            response
        }
        Err(reason) => refusal(StatusCode::BAD_REQUEST, "invalid_grant", reason),
    }
}

fn answer_tokens(app: &App, tokens: &Tokens, now: Millis) -> Result<Value, &'static str> {
    const NOT_SIGNED: &str = "The token could not be signed";
    let Tokens { grant, sid, scope, refresh } = tokens;
    let lifetime = i64::from(app.options.token_lifetime);
    let issued = now / 1000;
    let access = AccessClaims {
        iss: grant.issuer.clone(),
        sub: grant.subject.clone(),
        aud: grant.audience.clone().unwrap_or_else(|| AUDIENCE.to_owned()),
        client_id: CLIENT.to_owned(),
        scope: scope.clone(),
        sid: sid.clone(),
        jti: random::uuid(),
        iat: issued,
        exp: issued + lifetime,
        name: grant.name.clone(),
        email: grant.email.clone(),
    };
    let mut id = json!({
        "iss": grant.issuer,
        "sub": grant.subject,
        "aud": CLIENT,
        "azp": CLIENT,
        "iat": issued,
        "exp": issued + lifetime,
        "auth_time": grant.signed_in_at / 1000,
        "sid": sid,
    });
    if let (Value::Object(id), Value::Object(claims)) = (&mut id, claims_of(grant, scope)) {
        id.extend(claims);
        if let Some(nonce) = &grant.nonce {
            id.insert("nonce".to_owned(), nonce.as_str().into());
        }
    }
    let mut body = json!({
        "access_token": app.issuer.keys.sign(ACCESS_TOKEN, &access).ok_or(NOT_SIGNED)?,
        "id_token": app.issuer.keys.sign(ID_TOKEN, &id).ok_or(NOT_SIGNED)?,
        "token_type": "Bearer",
        "expires_in": lifetime,
        "scope": scope,
    });
    if let (Value::Object(body), Some(refresh)) = (&mut body, refresh) {
        body.insert("refresh_token".to_owned(), refresh.as_str().into());
    }
    Ok(body)
}

/// What the scopes let a client know of a person.
fn claims_of(grant: &Grant, scope: &str) -> Value {
    let has = |wanted: &str| scope.split(' ').any(|scope| scope == wanted);
    let mut claims = serde_json::Map::new();
    if has("profile") {
        claims.insert("name".to_owned(), grant.name.as_str().into());
    }
    if has("email") {
        claims.insert("email".to_owned(), grant.email.as_str().into());
        claims.insert("email_verified".to_owned(), true.into());
    }
    claims.into()
}

async fn user_info(State(app): State<Arc<App>>, request: Request) -> Response {
    let authorization =
        request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    match app.issuer.access(authorization, app.now()) {
        Ok(claims) => {
            let has = |wanted: &str| claims.scope.split(' ').any(|scope| scope == wanted);
            let mut info = json!({ "sub": claims.sub });
            if has("profile") {
                info["name"] = claims.name.as_str().into();
            }
            if has("email") {
                info["email"] = claims.email.as_str().into();
                info["email_verified"] = true.into();
            }
            answer::json(StatusCode::OK, &info)
        }
        Err(reason) => {
            let mut response = refusal(StatusCode::UNAUTHORIZED, "invalid_token", reason);
            let challenge = HeaderValue::from_static("Bearer realm=\"astro\", error=\"invalid_token\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
            response
        }
    }
}

/// RFC 7009: ends the session that a refresh token belongs to; an unknown token is no error.
async fn revoke(State(app): State<Arc<App>>, request: Request) -> Response {
    let fields = match form(request).await {
        Ok(fields) => fields,
        Err(response) => return response,
    };
    if fields.get("client_id").map(String::as_str) != Some(CLIENT) {
        return refusal(StatusCode::UNAUTHORIZED, "invalid_client", "client_id must be astro-console");
    }
    if let Some(token) = fields.get("token") {
        app.issuer.grants().revoke(token, app.now());
        app.unsaved.notify_one();
    }
    answer::empty(StatusCode::OK)
}

/// What a sign-out wants to know of an ID token.
#[derive(Deserialize)]
struct Hint {
    sid: String,
}

/// RP-initiated logout: ends the session of the ID token, and leads back to the console.
async fn end_session(State(app): State<Arc<App>>, request: Request) -> Response {
    let fields = if request.method() == axum::http::Method::POST {
        match form(request).await {
            Ok(fields) => fields,
            Err(response) => return response,
        }
    } else {
        fields(request.uri().query().unwrap_or_default().as_bytes())
    };
    // An ID token that has expired still tells which session is meant.
    let hint = fields.get("id_token_hint").and_then(|hint| app.issuer.keys.verify::<Hint>(hint, ID_TOKEN));
    if let Some(Hint { sid }) = hint {
        app.issuer.grants().end(&sid, app.now());
        app.unsaved.notify_one();
    }
    let back = fields.get("post_logout_redirect_uri").map(String::as_str).unwrap_or_default();
    if page::origin_of(back).is_some_and(page::is_loopback_origin) {
        let state = fields.get("state").map(|state| ("state", state.as_str()));
        return answer::redirect(back, state.as_slice());
    }
    sign_in::signed_out(!back.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_issuer_is_named_as_it_was_asked() {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_static("localhost:8080"));
        let uri = Uri::from_static("/oidc/token");
        assert_eq!(issuer_of(&uri, &headers, None), "http://localhost:8080/oidc");
        // Nobody vouches for these without a connection from this machine.
        headers.insert("x-forwarded-host", HeaderValue::from_static("console.localhost:3000"));
        assert_eq!(issuer_of(&uri, &headers, None), "http://localhost:8080/oidc");
    }

    #[test]
    fn it_is_the_same_issuer_after_a_restart() {
        let issuer = Issuer::new().unwrap();
        let token = issuer.keys.sign(ID_TOKEN, &json!({ "sub": "x" })).unwrap();
        let again = Issuer::restore(issuer.keep()).unwrap();
        assert_eq!(again.keys.verify::<Value>(&token, ID_TOKEN).unwrap()["sub"], "x");
        assert!(Issuer::restore(Kept { signing_key: "AAAA".to_owned(), grants: Grants::default() }).is_err());
    }
}
