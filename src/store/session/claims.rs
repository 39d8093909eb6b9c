//! What an ID token says, and whether it is meant for this sign-in.
//!
//! The signature is not checked: the token comes straight from the issuer's token endpoint over TLS, and there OpenID
//! Connect Core 3.1.3.7 lets the connection vouch for the issuer. What the token says is still checked.

use astro_api::located;
use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::Value;

use crate::client::browser;

/// How far the clocks of issuer and browser may be apart, seconds.
const LEEWAY: u64 = 60;

/// Whom a token is meant for: one, or several.
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl<'de> Deserialize<'de> for Audience {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = |value: Value| match value {
            Value::String(text) => Ok(text),
            _ => Err(D::Error::custom("an audience is a text")),
        };
        match Value::deserialize(deserializer)? {
            Value::Array(items) => items.into_iter().map(text).collect::<Result<_, _>>().map(Self::Many),
            one => text(one).map(Self::One),
        }
    }
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: f64,
    iat: Option<f64>,
    nonce: Option<String>,
    azp: Option<String>,
}

/// What a token must say.
pub struct Expected<'a> {
    /// The issuer, as its own discovery document names it.
    pub issuer: &'a str,
    /// This client.
    pub client_id: &'a str,
    /// The nonce of the sign-in; a token that comes with a refresh has none.
    pub nonce: Option<&'a str>,
    /// Milliseconds since 1970.
    pub now: u64,
}

/// Checks a token's claims and answers its subject.
///
/// # Errors
/// Says in words what is wrong with it. The words hold nothing of the token.
pub fn check(token: &str, expected: &Expected<'_>) -> Result<String, &'static str> {
    let mut parts = token.split('.');
    let (Some(_), Some(payload), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Err("it is not a signed token");
    };
    let bytes = browser::from_base64url(payload).ok_or("it cannot be decoded")?;
    let claims: Claims = located::parse(&bytes).ok_or("a claim is missing or has another form")?;
    if claims.iss != expected.issuer {
        return Err("it comes from another issuer");
    }
    let several = match &claims.aud {
        Audience::One(one) if one == expected.client_id => false,
        Audience::Many(many) if many.iter().any(|one| one == expected.client_id) => many.len() > 1,
        _ => return Err("it is meant for another client"),
    };
    if (several && claims.azp.is_none()) || claims.azp.is_some_and(|azp| azp != expected.client_id) {
        return Err("it was given to another client");
    }
    if expected.nonce.is_some() && claims.nonce.as_deref() != expected.nonce {
        return Err("it belongs to another sign-in");
    }
    // Seconds since 1970 are far below 2^53.
    #[allow(clippy::cast_precision_loss)]
    let (now, leeway) = (expected.now as f64 / 1_000.0, LEEWAY as f64);
    if claims.exp + leeway <= now {
        return Err("it has expired; the clock of this computer may be wrong");
    }
    if claims.iat.is_some_and(|iat| iat > now + leeway) {
        return Err("it is from the future; the clock of this computer may be wrong");
    }
    if claims.sub.is_empty() {
        return Err("it names nobody");
    }
    Ok(claims.sub)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn token(claims: &Value) -> String {
        format!("e30.{}.c2ln", browser::base64url(claims.to_string()))
    }

    fn claims() -> Value {
        json!({"iss": "https://id.example/", "sub": "u-1", "aud": "console", "exp": 1_100, "iat": 1_000, "nonce": "n"})
    }

    fn with(name: &str, value: Value) -> Value {
        let mut claims = claims();
        claims[name] = value;
        claims
    }

    const EXPECTED: Expected<'_> =
        Expected { issuer: "https://id.example/", client_id: "console", nonce: Some("n"), now: 1_000_000 };

    #[test]
    fn a_good_token_names_its_subject() {
        assert_eq!(check(&token(&claims()), &EXPECTED).as_deref(), Ok("u-1"));
        assert!(check(&token(&with("aud", json!(["console"]))), &EXPECTED).is_ok());
        let mut shared = with("aud", json!(["api", "console"]));
        assert!(check(&token(&shared), &EXPECTED).is_err(), "several audiences and no azp");
        shared["azp"] = json!("console");
        assert!(check(&token(&shared), &EXPECTED).is_ok());
        let refreshed = Expected { nonce: None, ..EXPECTED };
        assert!(check(&token(&with("nonce", Value::Null)), &refreshed).is_ok());
    }

    #[test]
    fn every_wrong_claim_is_refused() {
        for (name, value) in [
            ("iss", json!("https://id.example")),
            ("aud", json!("other")),
            ("aud", json!(["other"])),
            ("azp", json!("other")),
            ("nonce", json!("m")),
            ("nonce", Value::Null),
            ("exp", json!(940)),
            ("exp", json!("1100")),
            ("iat", json!(1_061)),
            ("sub", json!("")),
        ] {
            assert!(check(&token(&with(name, value.clone())), &EXPECTED).is_err(), "{name} = {value}");
        }
        assert!(check(&token(&with("exp", json!(941))), &EXPECTED).is_ok(), "within the leeway");
        for text in ["", "a.b", "a.b.c.d", "e30.!.c", "e30.e30.c"] {
            assert!(check(text, &EXPECTED).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_refused_without_a_panic(text in ".*", payload in prop::collection::vec(any::<u8>(), 0..60)) {
            prop_assert!(check(&text, &EXPECTED).is_err());
            let token = format!("a.{}.c", browser::base64url(payload));
            prop_assert!(check(&token, &EXPECTED).is_err());
        }
    }
}
