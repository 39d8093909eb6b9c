//! An issuer that is somebody else's: its access tokens let people in beside those of our own.

use std::path::Path;

use anyhow::Context as _;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, jwk::JwkSet};
use serde::Deserialize;

use super::AUDIENCE;
use crate::core::{call::Subject, time::Millis};

/// Its name, and what it signs with.
pub struct Foreign {
    name: String,
    keys: Vec<(Option<String>, DecodingKey)>,
}

/// What of its access tokens counts here. Times and the type of the token are checked by hand: the platform's clock isn't
/// the machine's.
#[derive(Deserialize)]
struct Claims {
    sub: String,
    exp: i64,
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
}

impl Foreign {
    /// An issuer by its name and the file of its public keys.
    pub fn read(name: &str, keys: &Path) -> anyhow::Result<Self> {
        let file = keys.display();
        let text = std::fs::read_to_string(keys).with_context(|| format!("{file} can't be read"))?;
        Self::new(name, &text).with_context(|| format!("{file} is no JSON Web Key Set with RSA keys"))
    }

    fn new(name: &str, jwks: &str) -> anyhow::Result<Self> {
        let set: JwkSet = serde_json::from_str(jwks)?;
        let keys: Vec<_> = set
            .keys
            .iter()
            .map(|key| Ok((key.common.key_id.clone(), DecodingKey::from_jwk(key)?)))
            .collect::<anyhow::Result<_>>()?;
        anyhow::ensure!(!keys.is_empty(), "there is no key");
        Ok(Self { name: name.to_owned(), keys })
    }

    /// Whom a token speaks for, if this issuer gave it, for this platform, and it hasn't ended.
    pub fn subject(&self, token: &str, now: Millis) -> Option<Subject> {
        let header = jsonwebtoken::decode_header(token).ok()?;
        // An ID token is for the console, and must not open the platform (RFC 9068).
        header.typ.as_deref().filter(|typ| typ.eq_ignore_ascii_case(super::ACCESS_TOKEN))?;
        let mut validation = Validation::new(Algorithm::RS256);
        validation.validate_exp = false;
        validation.set_issuer(&[&self.name]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
        let key = &self.keys.iter().find(|(id, _)| header.kid.is_none() || *id == header.kid)?.1;
        let claims = jsonwebtoken::decode::<Claims>(token, key, &validation).ok()?.claims;
        (claims.exp * 1000 > now && !claims.sub.is_empty()).then_some(Subject {
            id: claims.sub,
            email: claims.email,
            name: claims.name,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::server::oidc::keys::Keys;

    #[test]
    fn only_its_own_access_tokens_for_this_platform_count() {
        let keys = Keys::generate().unwrap();
        let foreign = Foreign::new("https://id.example", &keys.jwks().to_string()).unwrap();
        let claims = |name: &str, value: serde_json::Value| {
            let mut claims = json!({ "iss": "https://id.example", "aud": "astro-platform", "sub": "x", "exp": 10 });
            claims[name] = value;
            claims
        };
        let good = keys.sign("at+jwt", &claims("email", json!("x@id.example"))).unwrap();
        assert_eq!(foreign.subject(&good, 9_999).map(|subject| subject.email).as_deref(), Some("x@id.example"));
        assert!(foreign.subject(&good, 10_000).is_none(), "it has ended");
        for (name, value) in [("iss", json!("https://other")), ("aud", json!("another")), ("sub", json!(""))] {
            let token = keys.sign("at+jwt", &claims(name, value)).unwrap();
            assert!(foreign.subject(&token, 0).is_none(), "{name}");
        }
        assert!(foreign.subject(&keys.sign("JWT", &claims("a", json!(1))).unwrap(), 0).is_none(), "an ID token");
        let others = Keys::generate().unwrap().sign("at+jwt", &claims("a", json!(1))).unwrap();
        assert!(foreign.subject(&others, 0).is_none(), "another key");
        assert!(Foreign::new("https://id.example", r#"{"keys": []}"#).is_err());
    }
}
