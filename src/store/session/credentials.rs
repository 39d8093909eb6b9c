//! The session's credentials: who gets which, and how they are made and renewed.

mod lost;

use std::{
    future::Future,
    rc::{Rc, Weak},
};

use astro_api::{
    ErrorKind, Request,
    api_keys::{self, ApiKeyCreateRequest, ApiKeyRevokeRequest, ApiKeySource},
    duration::GoDuration,
    operations::Credential,
};
use futures_util::{
    FutureExt as _,
    future::{LocalBoxFuture, Shared},
};
use wasm_bindgen_futures::spawn_local;

use super::{KEY_NAME, Method, inner::Inner, oidc::Refreshed, vault::OwnKey};
use crate::{
    client::{Authority, Grant, Priority, browser},
    store::{errand::errand, failure::failure},
};

/// How long before its end a credential is renewed, milliseconds: long enough for whatever is about to be sent.
const MARGIN: u64 = 60_000;

/// A key that is refused within this time of its making is not renewed again: something else is wrong.
const NEW: u64 = 30_000;

/// The life of the keys that the console makes.
const KEY_HOURS: i64 = 24;

/// Why the keys of a session are revoked, for the platform's records.
pub const ENDED: &str = "The console session has ended.";

/// Stands for the organization of a pasted key that is being tried and whose organization is not known yet.
pub const CANDIDATE: &str = "?";

/// Why there is no credential.
pub type Denied = (ErrorKind, String);
/// Something under way that several wait for.
pub type Joined<T> = Shared<LocalBoxFuture<'static, Result<T, Denied>>>;

impl Inner {
    fn ended(&self) -> Denied {
        let message = if self.kept.borrow().method.is_some() {
            "Your session has ended. Sign in again."
        } else {
            "Nobody is signed in."
        };
        (ErrorKind::Unauthorized, message.to_owned())
    }

    /// The bearer token, renewed if it is about to end.
    pub async fn bearer(self: &Rc<Self>) -> Result<Grant, Denied> {
        if self.expired.get() {
            return Err(self.ended());
        }
        let tokens = self.kept.borrow().tokens.clone();
        let Some(tokens) = tokens else {
            return Err(match self.kept.borrow().method {
                None => self.ended(),
                Some(_) if self.oidc.is_some() => {
                    (ErrorKind::NoCredential, "This takes your own sign-in; an API key is not enough.".to_owned())
                }
                Some(_) => (
                    ErrorKind::NoCredential,
                    "This takes your own sign-in, which is not configured for this console; an API key is not enough."
                        .to_owned(),
                ),
            });
        };
        if tokens.expires_at > browser::now().saturating_add(MARGIN) {
            return Ok(Grant { bearer: Some(tokens.access), ..Grant::default() });
        }
        match self.refresh().await {
            // It has not ended yet, and the issuer cannot be asked just now.
            Err((kind, _)) if kind != ErrorKind::Unauthorized && tokens.expires_at > browser::now() => {
                Ok(Grant { bearer: Some(tokens.access), ..Grant::default() })
            }
            outcome => outcome,
        }
    }

    /// Gets the next bearer token; whoever needs it meanwhile joins, because the refresh token can be used once.
    async fn refresh(self: &Rc<Self>) -> Result<Grant, Denied> {
        let inner = Rc::clone(self);
        let joined = join(&mut self.refreshing.borrow_mut(), async move {
            let outcome = renew::run(Rc::clone(&inner)).await;
            inner.refreshing.borrow_mut().take();
            outcome
        });
        joined.await
    }

    /// The key of an organization, made or renewed if it must be.
    pub async fn key(self: &Rc<Self>, organization: &str) -> Result<Grant, Denied> {
        let grant = |key: &OwnKey| Grant {
            key: Some(key.secret.clone()),
            bearer: None,
            organization: Some(organization.to_owned()),
        };
        let (own, has_tokens) = {
            let kept = self.kept.borrow();
            (kept.keys.get(organization).cloned(), kept.tokens.is_some())
        };
        let now = browser::now();
        let life = own.as_ref().and_then(|key| key.expires_at).map(|end| end.saturating_sub(now));
        match own {
            Some(key) if life.is_none_or(|life| life > MARGIN * 5) => Ok(grant(&key)),
            // A key that the console did not make cannot be renewed; the platform says when it has ended.
            Some(key) if !has_tokens => Ok(grant(&key)),
            Some(key) => match self.make_key(organization).await {
                Err(_) if life.is_some_and(|life| life > 0) => Ok(grant(&key)),
                outcome => outcome,
            },
            None if has_tokens => self.make_key(organization).await,
            None if self.kept.borrow().method.is_none() => Err(self.ended()),
            None => {
                Err((ErrorKind::NoCredential, "The key of this session belongs to another organization.".to_owned()))
            }
        }
    }

    async fn make_key(self: &Rc<Self>, organization: &str) -> Result<Grant, Denied> {
        if self.leaving.get() {
            return Err(self.ended());
        }
        let joined = {
            let mut making = self.making.borrow_mut();
            let mut slot = making.remove(organization);
            let (inner, id) = (Rc::clone(self), organization.to_owned());
            let joined = join(&mut slot, async move {
                let outcome = make::run(Rc::clone(&inner), id.clone()).await;
                inner.making.borrow_mut().remove(&id);
                outcome
            });
            making.extend(slot.map(|slot| (organization.to_owned(), slot)));
            joined
        };
        joined.await
    }

    async fn grant(self: Rc<Self>, need: Credential, organization: Option<String>) -> Result<Grant, Denied> {
        if organization.as_deref() == Some(CANDIDATE) {
            let candidate = self.candidate.borrow().clone();
            return candidate.map(|key| Grant { key: Some(key), ..Grant::default() }).ok_or_else(|| self.ended());
        }
        if self.expired.get() {
            return Err(self.ended());
        }
        match (need, organization) {
            (Credential::Open, _) => Ok(Grant::default()),
            (Credential::ApiKey | Credential::Either, Some(organization)) => self.key(&organization).await,
            (Credential::Bearer, _) | (Credential::Either, None) => self.bearer().await,
            (Credential::ApiKey, None) if self.kept.borrow().method.is_none() => Err(self.ended()),
            (Credential::ApiKey, None) => Err((
                ErrorKind::NoCredential,
                "You are a member of no organization, and this is asked with an organization's key.".to_owned(),
            )),
        }
    }

    async fn refused(self: Rc<Self>, grant: Grant, organization: Option<String>, why: String) -> bool {
        let has_ended = self.expired.get() || self.leaving.get() || self.kept.borrow().method.is_none();
        if has_ended || organization.as_deref() == Some(CANDIDATE) {
            return false;
        }
        if let Some(bearer) = &grant.bearer {
            let newer = self.kept.borrow().tokens.as_ref().is_some_and(|tokens| tokens.access != *bearer);
            return newer || self.refresh().await.is_ok();
        }
        let Some(organization) = organization.or(grant.organization) else { return false };
        let (own, has_tokens) = {
            let kept = self.kept.borrow();
            (kept.keys.get(&organization).map(|key| key.secret.clone()), kept.tokens.is_some())
        };
        // Somebody else has made a new one meanwhile, or is making it: several calls are refused at once.
        if own != grant.key {
            return own.is_some() || (has_tokens && self.make_key(&organization).await.is_ok());
        }
        let now = browser::now();
        let again = self.renewed.borrow().get(&organization).is_some_and(|at| now.saturating_sub(*at) < NEW);
        if !has_tokens || again {
            self.expire(why);
            return false;
        }
        self.renewed.borrow_mut().insert(organization.clone(), now);
        self.change(|kept| {
            kept.keys.remove(&organization);
        });
        let made = self.make_key(&organization).await;
        // Whoever was removed, or has another role now, had the keys revoked: what is known of the person is old.
        let inner = Rc::clone(&self);
        spawn_local(async move {
            let _ = inner.reload(Priority::Background).await;
        });
        made.is_ok()
    }
}

errand! {
    in keys;
    /// Gets the next bearer token.
    fn renew(inner: Rc<Inner>) -> Result<Grant, Denied> {
        let turn = |inner: &Inner| inner.kept.borrow().tokens.as_ref().map(|tokens| tokens.turn);
        let before = turn(&inner);
        // A refresh token works once, and other tabs of the session have it too.
        let Some(_alone) = inner.alone("renewal").await else {
            let words = "Another tab is renewing the session and has not come to an end. Try again.";
            return Err((ErrorKind::Timeout, words.to_owned()));
        };
        inner.hear_news().await;
        let (old, subject) = {
            let kept = inner.kept.borrow();
            (kept.tokens.clone(), kept.subject.clone())
        };
        let old = old.ok_or_else(|| inner.ended())?;
        if Some(old.turn) > before {
            return Ok(Grant { bearer: Some(old.access), ..Grant::default() });
        }
        let refreshed = async {
            let discovery = inner.discover().await?;
            inner.oidc()?.refresh(&discovery, &old, &subject).await
        };
        let refreshed = refreshed.await.and_then(|refreshed| match refreshed {
            Refreshed::Good(tokens) => Ok(tokens),
            Refreshed::Refused { refused, successor } => {
                if let Some(successor) = successor {
                    inner.change(|kept| {
                        if let Some(tokens) = kept.tokens.as_mut().filter(|tokens| tokens.refresh == old.refresh) {
                            tokens.refresh = Some(successor);
                            tokens.turn += 1;
                        }
                    });
                    inner.tell_news();
                }
                Err(refused)
            }
        });
        match refreshed {
            Ok(tokens) => {
                let grant = Grant { bearer: Some(tokens.access.clone()), ..Grant::default() };
                inner.change(|kept| {
                    if kept.method == Some(Method::Oidc) && kept.subject == subject {
                        kept.tokens = Some(tokens);
                    }
                });
                inner.tell_news();
                Ok(grant)
            }
            Err(error) => {
                if error.kind == ErrorKind::Unauthorized {
                    // What the issuer says of it is no more than that.
                    inner.expire(String::new());
                }
                Err((error.kind, error.message))
            }
        }
    }
}

errand! {
    in keys;
    /// Has the platform make a key for an organization, in place of the one that is there.
    fn make(inner: Rc<Inner>, organization: String) -> Result<Grant, Denied> {
        let now = browser::now();
        let known = |inner: &Inner| {
            let kept = inner.kept.borrow();
            kept.keys.get(&organization).map(|key| (key.secret.clone(), key.expires_at))
        };
        let before = known(&inner);
        let session = inner.kept.borrow().id.clone();
        let token = |inner: &Inner| {
            let kept = inner.kept.borrow();
            kept.tokens.as_ref().filter(|_| kept.id == session).map(|tokens| tokens.access.clone())
        };
        // Another tab of the session may be making one; what it has made is told before it lets go.
        let _alone = inner.alone(&format!("key {organization}")).await;
        if let Some((secret, expires_at)) = known(&inner)
            && before.is_none_or(|(_, before)| expires_at > before)
        {
            return Ok(Grant { key: Some(secret), bearer: None, organization: Some(organization.clone()) });
        }
        // For a session that ends meanwhile, and takes its tokens along.
        let bearer = token(&inner);
        if inner.leaving.get() || bearer.is_none() {
            return Err(inner.ended());
        }
        let name = key_name();
        let note = lost::note(&organization, &name);
        // It waits for this to end: a note that stands then has lost its answer.
        let later = Rc::clone(&inner);
        spawn_local(async move { later.revoke_lost().await });
        let request = api_keys::create(&ApiKeyCreateRequest {
            duration: GoDuration::from_hours(KEY_HOURS),
            is_permanent: None,
            name: Some(name),
            org_id: organization.clone(),
            source: ApiKeySource::Ui,
        });
        let made = inner.client.send_for(&request, Priority::Foreground, None).await.map_err(|error| {
            if !failure(&error).kind.leaves_open() {
                lost::strike(&note);
            }
            (error.kind, error.message)
        })?;
        // Without its secret it serves nobody: then its note stays, and it is revoked.
        let secret = made.key.filter(|secret| !secret.is_empty()).ok_or_else(|| {
            (ErrorKind::Mismatch, "The platform made a key for this session and did not show it.".to_owned())
        })?;
        let expires_at = made
            .expires_at
            .and_then(|time| browser::parse_time(time.known()?))
            .or_else(|| Some(now + KEY_HOURS.unsigned_abs() * 3_600_000));
        let newest = token(&inner);
        if inner.leaving.get() || newest.is_none() {
            // It comes too late for who has given up the others. Its note stays where the page goes before the answer.
            let grant = Grant { bearer: newest.or(bearer), ..Grant::default() };
            inner.client.pass_write(&grant).await;
            inner.client.send_on_leaving(revocation(&organization, &made.id, ENDED).call(), &grant).await;
            lost::strike(&note);
            return Err(inner.ended());
        }
        let key = OwnKey { id: Some(made.id), secret: secret.clone(), expires_at };
        let mut old = None;
        inner.change(|kept| {
            if kept.method == Some(Method::Oidc) {
                old = kept.keys.insert(organization.clone(), key);
            }
        });
        lost::strike(&note);
        inner.tell_news();
        if let Some(id) = old.and_then(|old| old.id) {
            // Its successor is in use; what is under way with the old one has been sent.
            let request = revocation(&organization, &id, "Renewed by the console.");
            let revoked = inner.client.send_for(&request, Priority::Background, None);
            spawn_local(async move {
                let _ = revoked.await;
            });
        }
        Ok(Grant { key: Some(secret), bearer: None, organization: Some(organization.clone()) })
    }
}

/// Joins what is under way, or begins it.
fn join(
    slot: &mut Option<Joined<Grant>>,
    begin: impl Future<Output = Result<Grant, Denied>> + 'static,
) -> Joined<Grant> {
    slot.get_or_insert_with(|| {
        let joined = begin.boxed_local().shared();
        // It comes to its end even if those who wait for it leave: a key that was asked for exists.
        spawn_local(joined.clone().map(drop));
        joined
    })
    .clone()
}

/// The client's view of a session. It does not keep it alive: the session owns the client.
pub struct Holder(pub Weak<Inner>);

impl Authority for Holder {
    fn organization(&self) -> Option<String> {
        self.0.upgrade()?.kept.borrow().active.clone()
    }

    fn grant(
        &self,
        need: Credential,
        organization: Option<&str>,
    ) -> LocalBoxFuture<'static, Result<Grant, (ErrorKind, String)>> {
        let organization = organization.map(str::to_owned);
        match self.0.upgrade() {
            Some(inner) => inner.grant(need, organization).boxed_local(),
            None => async { Err((ErrorKind::Aborted, "The console is being closed.".to_owned())) }.boxed_local(),
        }
    }

    fn refused(&self, grant: &Grant, organization: Option<&str>, why: &str) -> LocalBoxFuture<'static, bool> {
        let (grant, organization, why) = (grant.clone(), organization.map(str::to_owned), why.to_owned());
        match self.0.upgrade() {
            Some(inner) => inner.refused(grant, organization, why).boxed_local(),
            None => async { false }.boxed_local(),
        }
    }
}

/// The end of a key that the console made.
pub fn revocation(organization: &str, key: &str, reason: &str) -> Request<bool> {
    let body = ApiKeyRevokeRequest { key_id: key.to_owned(), reason: Some(reason.to_owned()) };
    api_keys::revoke(organization, Some(&body))
}

/// A name that no other key has: it is found again by it.
fn key_name() -> String {
    let now = String::from(js_sys::Date::new_0().to_iso_string());
    // `2026-11-23T07:17:31.123Z` without its letters.
    let time: String = now.chars().take(23).map(|c| if c == 'T' { ' ' } else { c }).collect();
    format!("{KEY_NAME} {time}")
}
