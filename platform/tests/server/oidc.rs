//! The issuer, as a console uses it.

use aws_lc_rs::{digest, signature};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use hyper::StatusCode;
use serde_json::{Value, json};

use crate::support::{ACME, Answer, Http, Local};

const VERIFIER: &str = "a-verifier-that-is-long-enough-to-be-one-0123456789";
const BACK: &str = "http://localhost:4321/auth/callback";

fn challenge() -> String {
    BASE64_URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, VERIFIER.as_bytes()))
}

/// The fields of an authorization, with changes.
fn asked(changes: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = [
        ("response_type", "code"),
        ("client_id", "astro-console"),
        ("redirect_uri", BACK),
        ("scope", "openid profile email offline_access"),
        ("state", "some-state"),
        ("nonce", "some-nonce"),
        ("code_challenge", &challenge()),
        ("code_challenge_method", "S256"),
    ]
    .into_iter()
    .filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name))
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect();
    fields.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    fields
}

fn query(fields: &[(String, String)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// The parameters that a redirect carries back.
fn carried(answer: &Answer) -> std::collections::HashMap<String, String> {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let location = answer.header("location").unwrap();
    let (to, query) = location.split_once('?').unwrap();
    assert_eq!(to, BACK);
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

/// Chooses a person on the page.
async fn choose(http: &Http, person: &str) -> String {
    let fields = asked(&[("person", person)]);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let back = carried(&http.form("/oidc/authorize", &fields).await);
    assert_eq!(back["state"], "some-state");
    assert_eq!(back["iss"], format!("{}/oidc", http.base));
    back["code"].clone()
}

async fn redeem(http: &Http, code: &str) -> Answer {
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", "astro-console"),
        ("code", code),
        ("redirect_uri", BACK),
        ("code_verifier", VERIFIER),
    ];
    http.form("/oidc/token", &fields).await
}

async fn refresh(http: &Http, token: &str) -> Answer {
    let fields = [("grant_type", "refresh_token"), ("client_id", "astro-console"), ("refresh_token", token)];
    http.form("/oidc/token", &fields).await
}

async fn sign_in(http: &Http, person: &str) -> Value {
    let code = choose(http, person).await;
    let answer = redeem(http, &code).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    answer.json()
}

fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

async fn profile(http: &Http, token: &Value) -> Answer {
    http.get("/api/v1/users/profile", &[("authorization", &format!("Bearer {}", token.as_str().unwrap()))]).await
}

#[tokio::test]
async fn the_issuer_is_found_under_the_name_by_which_it_is_asked() {
    let platform = Local::start(&[]).await;
    let path = "/oidc/.well-known/openid-configuration";
    let found = platform.get(path, &[]).await.json();
    assert_eq!(found["issuer"], format!("{}/oidc", platform.base));
    assert_eq!(found["token_endpoint"], format!("{}/oidc/token", platform.base));
    assert_eq!(found["code_challenge_methods_supported"], json!(["S256"]));
    let proxied = [("x-forwarded-host", "console.localhost:8081"), ("x-forwarded-proto", "https")];
    assert_eq!(platform.get(path, &proxied).await.json()["issuer"], "https://console.localhost:8081/oidc");
}

#[tokio::test]
async fn the_page_offers_everybody() {
    let platform = Local::start(&[]).await;
    let page = platform.get(&format!("/oidc/authorize?{}", query(&asked(&[("login_hint", "viewer")]))), &[]).await;
    assert_eq!(page.status, StatusCode::OK);
    let text = page.text();
    for person in astro_platform::core::demo::PEOPLE {
        for words in [person.name, person.about] {
            assert!(text.contains(&format!(">{words}</span>")), "{words}");
        }
    }
    let (viewer, owner) = (text.find("Victor Silva").unwrap(), text.find("Olivia Chen").unwrap());
    assert!(viewer < owner, "whoever is hinted at comes first");
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("form-action 'self' http://localhost:4321;"), "{policy}");
    assert!(!text.contains("<script") && !text.contains("style=") && !text.contains("<style"), "nothing inline");
    assert_eq!(platform.get("/oidc/style.css", &[]).await.header("content-type"), Some("text/css; charset=utf-8"));
}

#[tokio::test]
async fn a_person_signs_in_and_the_api_knows_who_it_is() {
    let platform = Local::start(&[]).await;
    let tokens = sign_in(&platform, "owner").await;
    assert_eq!((&tokens["token_type"], &tokens["expires_in"]), (&json!("Bearer"), &json!(3600)));

    let id = claims(tokens["id_token"].as_str().unwrap());
    assert_eq!(id["iss"], format!("{}/oidc", platform.base));
    assert_eq!((&id["aud"], &id["nonce"]), (&json!("astro-console"), &json!("some-nonce")));
    assert_eq!((&id["name"], &id["email"]), (&json!("Olivia Chen"), &json!("olivia@acme.example")));
    assert_eq!(id["exp"].as_i64().unwrap() - id["iat"].as_i64().unwrap(), 3600);

    let known = profile(&platform, &tokens["access_token"]).await;
    assert_eq!(known.status, StatusCode::OK, "{}", known.text());
    assert!(known.text().contains("olivia@acme.example"));
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let info = platform.get("/oidc/userinfo", &[("authorization", &bearer)]).await.json();
    assert_eq!((&info["sub"], &info["email"]), (&id["sub"], &json!("olivia@acme.example")));
    let either = [("authorization", bearer.as_str()), ("x-astro-organization-id", ACME)];
    assert_eq!(platform.get("/api/v1/notifications/integrations", &either).await.status, StatusCode::OK);
    assert_eq!(
        platform.get("/api/v1/clusters", &[("authorization", &bearer)]).await.status,
        StatusCode::UNAUTHORIZED,
        "an operation that takes a key takes no token"
    );
    assert_eq!(
        profile(&platform, &tokens["id_token"]).await.status,
        StatusCode::UNAUTHORIZED,
        "an ID token is no access token"
    );
}

#[tokio::test]
async fn anybody_can_verify_the_signature() {
    let platform = Local::start(&[]).await;
    let token = sign_in(&platform, "viewer").await["id_token"].as_str().unwrap().to_owned();
    let keys = platform.get("/oidc/jwks.json", &[]).await.json();
    let part = |name: &str| BASE64_URL_SAFE_NO_PAD.decode(keys["keys"][0][name].as_str().unwrap()).unwrap();
    let public = signature::RsaPublicKeyComponents { n: part("n"), e: part("e") };
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap();
    public.verify(&signature::RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &signature).unwrap();
    let header: Value =
        serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap()).unwrap();
    assert_eq!((&header["alg"], &header["kid"]), (&json!("RS256"), &keys["keys"][0]["kid"]));
}

#[tokio::test]
async fn a_code_works_once_for_a_minute_with_its_verifier() {
    let platform = Local::start(&[]).await;
    let code = choose(&platform, "editor").await;
    let wrong = [
        ("grant_type", "authorization_code"),
        ("client_id", "astro-console"),
        ("code", &code),
        ("redirect_uri", BACK),
        ("code_verifier", "another-verifier-that-is-long-enough-0123456789"),
    ];
    let answer = platform.form("/oidc/token", &wrong).await;
    assert_eq!((answer.status, &answer.json()["error"]), (StatusCode::BAD_REQUEST, &json!("invalid_grant")));

    let tokens = redeem(&platform, &code).await.json();
    assert_eq!(profile(&platform, &tokens["access_token"]).await.status, StatusCode::OK);
    assert_eq!(redeem(&platform, &code).await.status, StatusCode::BAD_REQUEST);
    let answer = profile(&platform, &tokens["access_token"]).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "a stolen code ends the session that it began");

    let code = choose(&platform, "editor").await;
    platform.post("/_platform/clock", &[], &json!({ "advance": 61 })).await;
    assert_eq!(redeem(&platform, &code).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn tokens_expire_and_are_refreshed_and_a_refresh_token_works_once() {
    let platform = Local::start(&["--token-lifetime", "60"]).await;
    let first = sign_in(&platform, "admin").await;
    assert_eq!(first["expires_in"], 60);
    platform.post("/_platform/clock", &[], &json!({ "advance": 61 })).await;
    let expired = profile(&platform, &first["access_token"]).await;
    assert_eq!(expired.status, StatusCode::UNAUTHORIZED);
    assert!(expired.text().contains("expired"), "{}", expired.text());

    let old = first["refresh_token"].as_str().unwrap();
    let second = refresh(&platform, old).await;
    assert_eq!(second.status, StatusCode::OK, "{}", second.text());
    let second = second.json();
    assert_eq!(profile(&platform, &second["access_token"]).await.status, StatusCode::OK);
    assert_eq!(claims(second["id_token"].as_str().unwrap())["sub"], claims(first["id_token"].as_str().unwrap())["sub"]);
    assert_ne!(second["refresh_token"], first["refresh_token"]);

    let stolen = refresh(&platform, old).await;
    assert_eq!((stolen.status, &stolen.json()["error"]), (StatusCode::BAD_REQUEST, &json!("invalid_grant")));
    assert_eq!(profile(&platform, &second["access_token"]).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(refresh(&platform, second["refresh_token"].as_str().unwrap()).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_sign_out_ends_the_session_and_leads_back() {
    let platform = Local::start(&[]).await;
    let tokens = sign_in(&platform, "owner").await;
    let leave = |hint: &str, to: &str| {
        let fields = [("id_token_hint", hint), ("post_logout_redirect_uri", to), ("state", "s")];
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        format!("/oidc/end-session?{query}")
    };
    let hint = tokens["id_token"].as_str().unwrap();
    let elsewhere = platform.get(&leave("", "https://evil.example/"), &[]).await;
    assert_eq!((elsewhere.status, elsewhere.header("location")), (StatusCode::OK, None));
    assert_eq!(profile(&platform, &tokens["access_token"]).await.status, StatusCode::OK, "no hint, no end");

    let out = platform.get(&leave(hint, "http://localhost:4321/sign-in"), &[]).await;
    assert_eq!(out.status, StatusCode::SEE_OTHER);
    assert_eq!(out.header("location"), Some("http://localhost:4321/sign-in?state=s"));
    assert_eq!(profile(&platform, &tokens["access_token"]).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(refresh(&platform, tokens["refresh_token"].as_str().unwrap()).await.status, StatusCode::BAD_REQUEST);

    let tokens = sign_in(&platform, "owner").await;
    let fields = [("client_id", "astro-console"), ("token", tokens["refresh_token"].as_str().unwrap())];
    assert_eq!(platform.form("/oidc/revoke", &fields).await.status, StatusCode::OK);
    assert_eq!(profile(&platform, &tokens["access_token"]).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_request_that_is_wrong_is_refused_where_it_is_safe() {
    let platform = Local::start(&[]).await;
    let ask = async |changes: &[(&str, &str)]| {
        platform.get(&format!("/oidc/authorize?{}", query(&asked(changes))), &[]).await
    };
    for changes in [[("redirect_uri", "https://evil.example/auth/callback")], [("client_id", "another")]] {
        let answer = ask(&changes).await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::BAD_REQUEST, None), "{changes:?}");
    }
    for (changes, error) in [
        ([("code_challenge_method", "plain")], "invalid_request"),
        ([("response_type", "token")], "unsupported_response_type"),
        ([("scope", "profile")], "invalid_scope"),
        ([("prompt", "none")], "login_required"),
    ] {
        let back = carried(&ask(&changes).await);
        assert_eq!((back["error"].as_str(), back["state"].as_str()), (error, "some-state"));
    }
    let fields = asked(&[("email", "nobody at all")]);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let answer = platform.form("/oidc/authorize", &fields).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.text().contains("role=\"alert\""));
    let fields = asked(&[("cancel", "1")]);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(carried(&platform.form("/oidc/authorize", &fields).await)["error"], "access_denied");
    let other = platform.form("/oidc/token", &[("grant_type", "password"), ("client_id", "astro-console")]).await;
    assert_eq!(other.json()["error"], "unsupported_grant_type");
    let nobody = platform.form("/oidc/token", &[("grant_type", "authorization_code")]).await;
    assert_eq!((nobody.status, &nobody.json()["error"]), (StatusCode::UNAUTHORIZED, &json!("invalid_client")));
}

#[tokio::test]
async fn somebody_new_has_no_profile_until_it_is_made() {
    let platform = Local::start(&[]).await;
    let fields = asked(&[("email", "Jane.Doe@somewhere.example")]);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let code = carried(&platform.form("/oidc/authorize", &fields).await)["code"].clone();
    let tokens = redeem(&platform, &code).await.json();
    assert_eq!(claims(tokens["id_token"].as_str().unwrap())["name"], "Jane Doe");
    assert_eq!(profile(&platform, &tokens["access_token"]).await.status, StatusCode::NOT_FOUND);
}
