//! The issuer's signing key and the tokens that it signs.

use anyhow::{Context as _, anyhow};
use aws_lc_rs::{
    digest,
    encoding::{AsDer as _, Pkcs8V1Der},
    rsa::KeySize,
    signature::{KeyPair as _, RsaKeyPair},
};
use base64::{
    Engine as _,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

/// An RSA key of 2048 bits, for RS256.
pub struct Keys {
    pkcs8: Vec<u8>,
    signing: EncodingKey,
    verifying: DecodingKey,
    id: String,
    modulus: String,
    exponent: String,
}

impl Keys {
    /// A new key.
    pub fn generate() -> anyhow::Result<Self> {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| anyhow!("no signing key could be made"))?;
        Self::from_pair(&pair)
    }

    /// A key that was kept.
    pub fn from_pkcs8(der: &[u8]) -> anyhow::Result<Self> {
        let pair = RsaKeyPair::from_pkcs8(der).map_err(|error| anyhow!("the signing key can't be used: {error}"))?;
        Self::from_pair(&pair)
    }

    fn from_pair(pair: &RsaKeyPair) -> anyhow::Result<Self> {
        let der: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| anyhow!("the signing key can't be written"))?;
        let pkcs8 = der.as_ref().to_vec();
        let pem =
            format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", BASE64_STANDARD.encode(&pkcs8));
        let signing = EncodingKey::from_rsa_pem(pem.as_bytes()).context("the signing key can't be used")?;
        let public = pair.public_key();
        let modulus = BASE64_URL_SAFE_NO_PAD.encode(public.modulus().big_endian_without_leading_zero());
        let exponent = BASE64_URL_SAFE_NO_PAD.encode(public.exponent().big_endian_without_leading_zero());
        let verifying = DecodingKey::from_rsa_components(&modulus, &exponent)?;
        // The key's thumbprint (RFC 7638): members in this order, without a space.
        let thumbprint = format!(r#"{{"e":"{exponent}","kty":"RSA","n":"{modulus}"}}"#);
        let id = BASE64_URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, thumbprint.as_bytes()));
        Ok(Self { pkcs8, signing, verifying, id, modulus, exponent })
    }

    /// The private key, to be kept.
    pub fn pkcs8(&self) -> &[u8] {
        &self.pkcs8
    }

    /// The public key, as clients fetch it.
    pub fn jwks(&self) -> Value {
        json!({ "keys": [{
            "kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.id, "n": self.modulus, "e": self.exponent,
        }] })
    }

    /// A token of a type (`typ`).
    pub fn sign(&self, kind: &str, claims: &impl Serialize) -> Option<String> {
        let mut header = Header::new(Algorithm::RS256);
        header.typ = Some(kind.to_owned());
        header.kid = Some(self.id.clone());
        jsonwebtoken::encode(&header, claims, &self.signing).ok()
    }

    /// The claims of a token, if this key signed it as this type. Times are the caller's affair: the platform's clock
    /// isn't the machine's.
    pub fn verify<T: DeserializeOwned>(&self, token: &str, kind: &str) -> Option<T> {
        let mut validation = Validation::new(Algorithm::RS256);
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_aud = false;
        let verified = jsonwebtoken::decode::<T>(token, &self.verifying, &validation).ok()?;
        (verified.header.typ.as_deref() == Some(kind)).then_some(verified.claims)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_signs_it_verifies_and_nothing_else() {
        let keys = Keys::generate().unwrap();
        let token = keys.sign("JWT", &json!({ "sub": "x", "exp": 1 })).unwrap();
        assert_eq!(keys.verify::<Value>(&token, "JWT").unwrap()["sub"], "x");
        assert!(keys.verify::<Value>(&token, "at+jwt").is_none(), "another type");
        assert!(Keys::generate().unwrap().verify::<Value>(&token, "JWT").is_none(), "another key");
        let (head, rest) = token.split_once('.').unwrap();
        let (_, signature) = rest.split_once('.').unwrap();
        let forged = BASE64_URL_SAFE_NO_PAD.encode(r#"{"sub":"y"}"#);
        assert!(keys.verify::<Value>(&format!("{head}.{forged}.{signature}"), "JWT").is_none(), "other claims");
        let none = BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#);
        assert!(keys.verify::<Value>(&format!("{none}.{forged}."), "JWT").is_none(), "no signature");
    }

    #[test]
    fn the_published_key_has_no_private_part() {
        let jwks = Keys::generate().unwrap().jwks();
        let key = jwks["keys"][0].as_object().unwrap();
        let mut members: Vec<&str> = key.keys().map(String::as_str).collect();
        members.sort_unstable();
        assert_eq!(members, ["alg", "e", "kid", "kty", "n", "use"]);
        assert_eq!(key["e"], "AQAB");
        assert_eq!(key["kid"].as_str().unwrap().len(), 43);
    }
}
