//! What the issuer has granted: codes that work once, and sessions with a refresh token that changes with every use.
//!
//! Pure: the time is passed in. Codes and refresh tokens are kept only as their SHA-256.

use std::collections::HashMap;

use aws_lc_rs::digest;
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use crate::{
    core::time::{DAY, Millis, SECOND},
    server::random,
};

/// How long a code may be redeemed.
const CODE_LIFETIME: Millis = 60 * SECOND;
/// How long a session lives without being used.
const SESSION_LIFETIME: Millis = 30 * DAY;

/// Who let whom know what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Grant {
    /// The issuer's name in the person's browser.
    pub issuer: String,
    /// The person's id.
    pub subject: String,
    /// The person's name.
    pub name: String,
    /// The person's e-mail address.
    pub email: String,
    /// Scopes, with a space between them.
    pub scope: String,
    /// What the access token is for, where the client said so.
    pub audience: Option<String>,
    /// The client's nonce, for the ID token.
    pub nonce: Option<String>,
    /// When the person signed in.
    pub signed_in_at: Millis,
}

/// What a redeemed code or refresh token gives.
#[derive(Debug, PartialEq)]
pub struct Tokens {
    /// Who and what.
    pub grant: Grant,
    /// The session.
    pub sid: String,
    /// The scopes of these tokens, which a refresh may narrow.
    pub scope: String,
    /// The next refresh token, where one was asked for.
    pub refresh: Option<String>,
}

/// Everything granted.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Grants {
    codes: HashMap<String, Code>,
    sessions: HashMap<String, Session>,
    /// Refresh tokens, those that were used as well: one that comes back tells of a theft.
    refresh: HashMap<String, Refresh>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Code {
    grant: Grant,
    redirect_uri: String,
    challenge: String,
    expires_at: Millis,
    /// The session that it opened.
    used: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Session {
    grant: Grant,
    over: bool,
    expires_at: Millis,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Refresh {
    sid: String,
    used: bool,
}

impl Grants {
    /// A code for a person who has signed in.
    pub fn issue(&mut self, grant: Grant, redirect_uri: &str, challenge: &str, now: Millis) -> String {
        self.sweep(now);
        let code = random::token();
        self.codes.insert(
            hash(&code),
            Code {
                grant,
                redirect_uri: redirect_uri.to_owned(),
                challenge: challenge.to_owned(),
                expires_at: now + CODE_LIFETIME,
                used: None,
            },
        );
        code
    }

    /// Turns a code into a session. A second time ends what the first began.
    pub fn redeem(
        &mut self,
        code: &str,
        redirect_uri: &str,
        verifier: &str,
        now: Millis,
    ) -> Result<Tokens, &'static str> {
        let Some(code) = self.codes.get_mut(&hash(code)) else { return Err("The code is unknown or has expired") };
        if let Some(sid) = code.used.clone() {
            self.end(&sid, now);
            return Err("The code was used before; the session that it began is over");
        }
        if code.expires_at <= now {
            return Err("The code is unknown or has expired");
        }
        if code.redirect_uri != redirect_uri {
            return Err("redirect_uri is not the one of the authorization");
        }
        if !(43..=128).contains(&verifier.len()) || hash(verifier) != code.challenge {
            return Err("code_verifier does not fit the code_challenge");
        }
        let sid = random::uuid();
        code.used = Some(sid.clone());
        let grant = code.grant.clone();
        let session = Session { grant: grant.clone(), over: false, expires_at: now + SESSION_LIFETIME };
        self.sessions.insert(sid.clone(), session);
        let scope = grant.scope.clone();
        let refresh = scope.split(' ').any(|scope| scope == "offline_access").then(|| self.next_refresh(&sid));
        Ok(Tokens { grant, sid, scope, refresh })
    }

    /// Exchanges a refresh token for the next. One that was exchanged before ends its session.
    pub fn refresh(&mut self, token: &str, scope: &str, now: Millis) -> Result<Tokens, &'static str> {
        const UNKNOWN: &str = "The refresh token is unknown, or its session is over";
        let hashed = hash(token);
        let Refresh { sid, used } = self.refresh.get(&hashed).cloned().ok_or(UNKNOWN)?;
        if used {
            self.end(&sid, now);
            return Err("The refresh token was used before; its session is over");
        }
        let session = self.sessions.get_mut(&sid).filter(|session| !session.over && session.expires_at > now);
        let session = session.ok_or(UNKNOWN)?;
        let granted = &session.grant.scope;
        if !scope.split_whitespace().all(|wanted| granted.split(' ').any(|granted| granted == wanted)) {
            return Err("scope asks for more than was granted");
        }
        let scope = if scope.trim().is_empty() { granted.clone() } else { scope.trim().to_owned() };
        session.expires_at = now + SESSION_LIFETIME;
        // The nonce answers one authorization, not those tokens that come later.
        let grant = Grant { nonce: None, ..session.grant.clone() };
        if let Some(entry) = self.refresh.get_mut(&hashed) {
            entry.used = true;
        }
        let refresh = Some(self.next_refresh(&sid));
        Ok(Tokens { grant, sid, scope, refresh })
    }

    /// Ends the session of a refresh token.
    pub fn revoke(&mut self, token: &str, now: Millis) {
        if let Some(Refresh { sid, .. }) = self.refresh.get(&hash(token)).cloned() {
            self.end(&sid, now);
        }
    }

    /// Ends a session: its refresh tokens and its access tokens work no more.
    pub fn end(&mut self, sid: &str, now: Millis) {
        if let Some(session) = self.sessions.get_mut(sid) {
            session.over = true;
            session.expires_at = now + SESSION_LIFETIME;
        }
    }

    /// Whether a session was ended. One that isn't known any more is no reason to refuse: its access tokens have expired
    /// long before, or the platform has begun anew.
    pub fn is_over(&self, sid: &str) -> bool {
        self.sessions.get(sid).is_some_and(|session| session.over)
    }

    fn next_refresh(&mut self, sid: &str) -> String {
        let token = random::token();
        self.refresh.insert(hash(&token), Refresh { sid: sid.to_owned(), used: false });
        token
    }

    /// Forgets what can't be used any more, so that a platform that runs for weeks doesn't grow.
    fn sweep(&mut self, now: Millis) {
        // A used code is remembered a while longer than it lives: coming back it still ends its session.
        self.codes.retain(|_, code| code.expires_at + 10 * CODE_LIFETIME > now);
        self.sessions.retain(|_, session| session.expires_at > now);
        let sessions = &self.sessions;
        self.refresh.retain(|_, refresh| sessions.contains_key(&refresh.sid));
    }
}

/// SHA-256 as base64url: what `S256` means, and how codes and tokens are kept.
fn hash(text: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    /// The pair of RFC 7636, appendix B.
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    const BACK: &str = "http://localhost/auth/callback";

    fn grant(scope: &str) -> Grant {
        Grant {
            issuer: "http://localhost/oidc".to_owned(),
            subject: "olivia".to_owned(),
            name: "Olivia Chen".to_owned(),
            email: "olivia@acme.example".to_owned(),
            scope: scope.to_owned(),
            audience: None,
            nonce: Some("n".to_owned()),
            signed_in_at: 0,
        }
    }

    fn signed_in(grants: &mut Grants) -> Tokens {
        let code = grants.issue(grant("openid offline_access"), BACK, CHALLENGE, 0);
        grants.redeem(&code, BACK, VERIFIER, 0).unwrap()
    }

    #[test]
    fn a_code_works_once_for_a_minute_and_for_whoever_asked() {
        let mut grants = Grants::default();
        let code = grants.issue(grant("openid"), BACK, CHALLENGE, 0);
        assert!(grants.redeem(&code, "http://localhost/other/auth/callback", VERIFIER, 0).is_err());
        assert!(grants.redeem(&code, BACK, "x".repeat(43).as_str(), 0).is_err());
        assert!(grants.redeem(&code, BACK, "", 0).is_err());
        assert!(grants.redeem(&code, BACK, VERIFIER, CODE_LIFETIME).is_err());
        let tokens = grants.redeem(&code, BACK, VERIFIER, CODE_LIFETIME - 1).unwrap();
        assert_eq!(tokens.refresh, None, "nobody asked for offline_access");
        assert_eq!(tokens.grant.nonce.as_deref(), Some("n"));

        assert!(!grants.is_over(&tokens.sid));
        assert!(grants.redeem(&code, BACK, VERIFIER, CODE_LIFETIME - 1).is_err());
        assert!(grants.is_over(&tokens.sid), "a second use ends the session of the first");
    }

    #[test]
    fn a_refresh_token_changes_with_every_use_and_betrays_its_thief() {
        let mut grants = Grants::default();
        let first = signed_in(&mut grants);
        let old = first.refresh.unwrap();
        let second = grants.refresh(&old, "", 1).unwrap();
        assert_eq!(second.sid, first.sid);
        assert_eq!(second.grant.nonce, None);
        let new = second.refresh.unwrap();
        assert_ne!(new, old);

        assert!(grants.refresh(&old, "", 2).is_err(), "used before");
        assert!(grants.is_over(&first.sid));
        assert!(grants.refresh(&new, "", 2).is_err(), "the session is over for both");
    }

    #[test]
    fn a_refresh_may_narrow_the_scope_and_never_widen_it() {
        let mut grants = Grants::default();
        let token = signed_in(&mut grants).refresh.unwrap();
        assert!(grants.refresh(&token, "openid email", 1).is_err());
        assert_eq!(grants.refresh(&token, "openid", 1).unwrap().scope, "openid");
    }

    #[test]
    fn a_session_ends_by_revocation_sign_out_and_idleness() {
        let mut grants = Grants::default();
        let one = signed_in(&mut grants);
        grants.revoke(one.refresh.as_deref().unwrap(), 1);
        assert!(grants.is_over(&one.sid));

        let two = signed_in(&mut grants);
        grants.end(&two.sid, 1);
        assert!(grants.refresh(two.refresh.as_deref().unwrap(), "", 1).is_err());

        let three = signed_in(&mut grants);
        assert!(grants.refresh(three.refresh.as_deref().unwrap(), "", SESSION_LIFETIME).is_err());
    }

    #[test]
    fn what_is_over_is_forgotten() {
        let mut grants = Grants::default();
        for _ in 0..50 {
            signed_in(&mut grants);
        }
        grants.issue(grant("openid"), BACK, CHALLENGE, 2 * SESSION_LIFETIME);
        assert_eq!((grants.codes.len(), grants.sessions.len(), grants.refresh.len()), (1, 0, 0));
    }

    #[test]
    fn neither_codes_nor_tokens_are_kept_as_they_are() {
        let mut grants = Grants::default();
        let code = grants.issue(grant("openid offline_access"), BACK, CHALLENGE, 0);
        let refresh = grants.redeem(&code, BACK, VERIFIER, 0).unwrap().refresh.unwrap();
        let kept = serde_json::to_string(&grants).unwrap();
        assert!(!kept.contains(&code) && !kept.contains(&refresh));
    }
}
