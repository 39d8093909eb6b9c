//! Who is signed in: a person plus one key for each organization.
//!
//! Most operations take only a key, and a key belongs to one organization; some take only a person's bearer token. A
//! session by OpenID Connect has both: the console makes itself a key for each organization that it enters and revokes
//! them when it signs out. A session by a pasted key has that one key.

mod claims;
mod credentials;
mod inner;
mod oidc;
mod tabs;
mod vault;

use std::rc::Rc;

use astro_api::{Secret, organizations::Role, users::GlobalRole};
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use serde::{Deserialize, Serialize};
use wasm_bindgen_futures::spawn_local;

pub use self::oidc::{Oidc, pending_return};
use self::{
    inner::{Inner, Standing},
    vault::Kept,
};
use super::{failure::failure, preferences::Preferences};
use crate::{
    client::{Client, Priority},
    ui::lasting::{Followed, Lasting},
    ui::load::Failure,
};

/// How people sign in, from the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Sign-in by OpenID Connect, if configured.
    pub oidc: Option<Oidc>,
    /// Whether credentials lie in memory alone, so that a reload signs out.
    pub in_memory: bool,
}

/// Where the session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// A kept session is being taken up, or another tab is asked for its; show a spinner, not the sign-in page.
    Starting,
    /// Nobody is signed in.
    SignedOut,
    /// Somebody is.
    SignedIn,
    /// Somebody was: the credential is not accepted any more and could not be renewed. Pages keep what they show.
    Expired,
}

/// How the person signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Method {
    /// OpenID Connect: keys are made as needed, and operations that take a bearer token work.
    Oidc,
    /// A pasted key: its organization alone, and no operation that takes a bearer token.
    Key,
}

/// The signed-in person. A pasted key does not tell who that is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// User id, which others need to add the person to an organization.
    pub id: String,
    /// Full name, perhaps empty.
    pub name: String,
    /// E-mail address, perhaps empty.
    pub email: String,
    /// The role on the platform as a whole.
    pub global_role: Option<GlobalRole>,
}

/// An organization of the session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organization {
    /// UUID.
    pub id: String,
    /// Unique DNS name: `/o/{name}/…`.
    pub name: String,
    /// What people call it; the name where it has none.
    pub title: String,
    /// The person's role there.
    pub role: Option<Role>,
    /// Whether the session has, or can make itself, a key for it. `false`: a pasted key of another organization.
    pub open: bool,
}

/// What became of [`Session::enter`].
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// The session now works in it.
    Entered,
    /// The session's pasted key belongs to another organization; offer OpenID Connect or another key.
    NeedsKey,
    /// The person is no member, or there is no such organization: the platform doesn't tell which.
    Forbidden,
    /// The key could not be made.
    Failed(Failure),
}

/// How the console's own keys are told from others in a list of keys.
pub const KEY_NAME: &str = "console session";

/// The session, a handle.
#[derive(Clone, Copy)]
pub struct Session {
    phase: Lasting<Phase>,
    method: Lasting<Option<Method>>,
    person: Lasting<Option<Person>>,
    organizations: Lasting<Vec<Organization>>,
    active: Lasting<Option<Organization>>,
    usual: Lasting<Option<Organization>>,
    has_key: Lasting<bool>,
    own_keys: Lasting<Vec<String>>,
    offers_oidc: bool,
    in_memory: bool,
    inner: StoredValue<Rc<Inner>, LocalStorage>,
}

impl Session {
    pub(super) fn start(settings: &Settings, client: &Client, preferences: Preferences) -> Self {
        let session = Self::with(settings, client, preferences, |url| {
            if let Some(window) = web_sys::window() {
                let _ = window.location().assign(url);
            }
        });
        // Another tab may choose it as well.
        let memory = preferences.memory_session();
        Effect::new(move |_| session.keep_in_memory(memory.get()));
        session
    }

    /// A session that leaves for other pages by `leave`; for tests, which must stay where they are.
    pub fn with(
        settings: &Settings,
        client: &Client,
        preferences: Preferences,
        leave: impl Fn(&str) + 'static,
    ) -> Self {
        let phase = Lasting::new(Phase::SignedOut);
        let method = Lasting::new(None);
        let person = Lasting::new(None);
        let organizations = Lasting::new(Vec::new());
        let active = Lasting::new(None);
        let usual = Lasting::new(None);
        let has_key = Lasting::new(false);
        let own_keys = Lasting::new(Vec::new());
        let show = move |kept: &Kept, standing: Standing| {
            method.try_set(kept.method);
            set_changed(person, kept.person.clone());
            set_changed(organizations, kept.organizations.clone());
            set_changed(active, kept.active().cloned());
            set_changed(usual, kept.usual().cloned());
            set_changed(has_key, kept.active.as_ref().is_some_and(|id| kept.keys.contains_key(id)));
            set_changed(own_keys, kept.keys.values().filter_map(|key| key.id.clone()).collect());
            set_changed(
                phase,
                match kept.method {
                    None if standing == Standing::Asking => Phase::Starting,
                    None => Phase::SignedOut,
                    Some(_) if standing == Standing::Expired => Phase::Expired,
                    Some(_) if kept.person.is_none() && kept.organizations.is_empty() => Phase::Starting,
                    Some(_) => Phase::SignedIn,
                },
            );
        };
        let inner = Inner::start(settings, client, preferences, Box::new(leave), Box::new(show));
        let closing = SendWrapper::new(Rc::downgrade(&inner));
        on_cleanup(move || {
            if let Some(inner) = closing.upgrade() {
                inner.close();
            }
        });
        Self {
            phase,
            method,
            person,
            organizations,
            active,
            usual,
            has_key,
            own_keys,
            offers_oidc: settings.oidc.is_some(),
            in_memory: settings.in_memory,
            inner: StoredValue::new_local(inner),
        }
    }

    /// Where the session stands.
    pub fn phase(self) -> Followed<Phase> {
        self.phase.read_only()
    }

    /// Why the session has expired, in the platform's words; empty where it gave none. It is there before the phase says
    /// so.
    pub fn ended_by(self) -> String {
        self.inner().map(|inner| inner.ended_by.borrow().clone()).unwrap_or_default()
    }

    /// How the person signed in.
    pub fn method(self) -> Followed<Option<Method>> {
        self.method.read_only()
    }

    /// The person; `None` for a pasted key.
    pub fn person(self) -> Followed<Option<Person>> {
        self.person.read_only()
    }

    /// The organizations of the session, by title.
    pub fn organizations(self) -> Followed<Vec<Organization>> {
        self.organizations.read_only()
    }

    /// The organization that is worked in. `None` for a person who is a member of none.
    pub fn active(self) -> Followed<Option<Organization>> {
        self.active.read_only()
    }

    /// The organization that the person works in, while a link has led into another: offer the switch.
    pub fn usual(self) -> Followed<Option<Organization>> {
        self.usual.read_only()
    }

    /// Whether the key of the active organization is at hand. Otherwise the next call that takes one has it made.
    pub fn has_key(self) -> Followed<bool> {
        self.has_key.read_only()
    }

    /// The ids of the keys that the console made for this session.
    pub fn own_keys(self) -> Followed<Vec<String>> {
        self.own_keys.read_only()
    }

    /// Whether the configuration keeps sessions in memory alone, whatever a person chooses.
    pub const fn is_memory_configured(self) -> bool {
        self.in_memory
    }

    /// Keeps the session in memory alone from now on, or in the tab, so that it lasts over a reload.
    fn keep_in_memory(self, in_memory: bool) {
        let in_memory = in_memory || self.in_memory;
        if let Some(inner) = self.inner().filter(|inner| inner.is_in_memory() != in_memory) {
            inner.keep_in_memory(in_memory);
        }
    }

    /// Lets go of a key of the session that has been ended on purpose: the next call that takes one has another made, and
    /// none is refused before.
    pub fn let_go(self, key: &str) {
        if let Some(inner) = self.inner() {
            inner.let_go(key);
        }
    }

    /// The role in the active organization.
    pub fn role(self) -> Signal<Option<Role>> {
        Signal::derive(move || self.active().get().and_then(|active| active.role))
    }

    /// Whether operations that take a person's bearer token work.
    pub fn has_bearer(self) -> Signal<bool> {
        Signal::derive(move || self.method().get() == Some(Method::Oidc))
    }

    /// Whether sign-in by OpenID Connect is configured.
    pub const fn offers_oidc(self) -> bool {
        self.offers_oidc
    }

    /// The session's inside, unless the program is being taken down.
    fn inner(self) -> Option<Rc<Inner>> {
        self.inner.try_get_value()
    }

    /// Leaves for the issuer's sign-in page. `return_to` is a path of the console (below its base, with query), shown
    /// after sign-in; anything else leads to the start page. On success the page is left.
    ///
    /// # Errors
    /// The issuer cannot be reached or says something that it must not.
    pub async fn sign_in_with_oidc(self, return_to: &str) -> Result<(), Failure> {
        match self.inner() {
            Some(inner) => inner.begin(return_to).await.map_err(|error| failure(&error)),
            None => Ok(()),
        }
    }

    /// Ends the sign-in on the page that the issuer sends the person back to: call it on `/auth/callback`. Answers the
    /// path to go on to (replace the history entry: the URL holds the code).
    ///
    /// # Errors
    /// The person cancelled, the answer belongs to no sign-in of this tab, or something on the way failed.
    pub async fn complete_sign_in(self) -> Result<String, Failure> {
        let query = web_sys::window().and_then(|window| window.location().search().ok()).unwrap_or_default();
        self.complete_sign_in_with(&query).await
    }

    /// [`Session::complete_sign_in`] with the query of the address.
    ///
    /// # Errors
    /// The same.
    pub async fn complete_sign_in_with(self, query: &str) -> Result<String, Failure> {
        let Some(inner) = self.inner() else { return Ok("/".to_owned()) };
        inner.complete(query).await.map_err(|error| failure(&error))
    }

    /// Signs in by a pasted key, after it has been tried.
    ///
    /// # Errors
    /// The key is not accepted, or could not be tried.
    pub async fn sign_in_with_key(self, key: Secret<String>) -> Result<(), Failure> {
        match self.inner() {
            Some(inner) => inner.take_key(key).await,
            None => Ok(()),
        }
    }

    /// Makes the organization of a name the one that is worked in.
    pub async fn enter(self, name: &str) -> Entry {
        self.go_into(name, false).await
    }

    /// Goes into the organization of a name because a link leads there. What the person works in stays what it was, as
    /// [`Session::usual`], until they say otherwise.
    pub async fn visit(self, name: &str) -> Entry {
        self.go_into(name, true).await
    }

    async fn go_into(self, name: &str, by_link: bool) -> Entry {
        match self.inner() {
            Some(inner) => inner.enter(name, by_link).await,
            None => Entry::Forbidden,
        }
    }

    /// Makes the organization that a link led into the one that is worked in.
    ///
    /// # Errors
    /// The platform has not taken it; what the person works in stays what it was.
    pub async fn settle(self) -> Result<(), Failure> {
        match self.inner() {
            Some(inner) => inner.settle().await.map_err(|error| failure(&error)),
            None => Ok(()),
        }
    }

    /// Reads person and organizations again, as after one was made or left.
    ///
    /// # Errors
    /// They could not be read; what was known stays.
    pub async fn reload(self) -> Result<(), Failure> {
        match self.inner() {
            Some(inner) => inner.reload(Priority::Foreground).await.map_err(|error| failure(&error)),
            None => Ok(()),
        }
    }

    /// Signs out here and in all tabs where the same person is: revokes the keys that the console made, forgets everything, and leaves for the
    /// issuer's sign-out page, or for `/sign-in`.
    pub fn sign_out(self) {
        if let Some(inner) = self.inner() {
            spawn_local(async move { inner.sign_out().await });
        }
    }
}

/// Sets a signal if its value differs: views that show a person need not be drawn anew because a role was read again.
fn set_changed<T: PartialEq + Send + Sync + 'static>(signal: Lasting<T>, value: T) {
    if signal.try_with_untracked(|old| *old != value) == Some(true) {
        signal.try_set(value);
    }
}
