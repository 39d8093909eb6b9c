//! What a session consists of, and where the tab keeps it.

use std::collections::BTreeMap;

use astro_api::{Secret, located, secret};
use serde::{Deserialize, Serialize};

use super::{Method, Organization, Person};
use crate::client::browser;

/// The name in `sessionStorage`.
const NAME: &str = "astro.session";

/// What the issuer gave.
#[derive(Clone, Serialize, Deserialize)]
pub struct Tokens {
    /// The bearer token.
    #[serde(serialize_with = "secret::expose")]
    pub access: Secret<String>,
    /// For the next bearer token; spent when used.
    #[serde(serialize_with = "secret::expose_option")]
    pub refresh: Option<Secret<String>>,
    /// A hint for the issuer on sign-out.
    #[serde(serialize_with = "secret::expose_option")]
    pub id: Option<Secret<String>>,
    /// Milliseconds since 1970.
    pub expires_at: u64,
    /// How often they were renewed: the tabs of a session tell by it which are the newest.
    #[serde(default)]
    pub turn: u32,
}

/// A key of an organization.
#[derive(Clone, Serialize, Deserialize)]
pub struct OwnKey {
    /// The platform's id of a key that the console made; a pasted one has none here and is not the console's to revoke.
    pub id: Option<String>,
    /// The key.
    #[serde(serialize_with = "secret::expose")]
    pub secret: Secret<String>,
    /// Milliseconds since 1970.
    pub expires_at: Option<u64>,
}

/// A session.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Kept {
    /// How the person signed in; `None`: nobody has.
    pub method: Option<Method>,
    /// Names the session, among the tabs that have it; nobody else can guess it.
    #[serde(default)]
    pub id: String,
    /// The subject of the ID token.
    pub subject: String,
    /// What the issuer gave.
    pub tokens: Option<Tokens>,
    /// Keys by organization id.
    pub keys: BTreeMap<String, OwnKey>,
    /// The person.
    pub person: Option<Person>,
    /// The organizations.
    pub organizations: Vec<Organization>,
    /// Id of the one that the platform takes for active, where a call names none.
    #[serde(default)]
    pub current: Option<String>,
    /// Id of the active one.
    pub active: Option<String>,
    /// Id of the one that the person works in, while a link has led into another.
    #[serde(default)]
    pub usual: Option<String>,
}

impl Kept {
    /// The active organization.
    pub fn active(&self) -> Option<&Organization> {
        let id = self.active.as_ref()?;
        self.organizations.iter().find(|organization| organization.id == *id)
    }

    /// The one that the person works in, while a link has led into another.
    pub fn usual(&self) -> Option<&Organization> {
        let id = self.usual.as_ref().filter(|id| Some(*id) != self.active.as_ref())?;
        self.organizations.iter().find(|organization| organization.id == *id)
    }

    /// Whose session it is, in words that other tabs may hear.
    pub fn identity(&self) -> String {
        match self.method {
            // A key does not tell whose it is.
            Some(Method::Key) => format!("session {}", self.id),
            _ => format!("person {}", self.subject),
        }
    }
}

/// A name for a new session.
pub fn new_id() -> String {
    browser::random_bytes::<16>().map(browser::base64url).unwrap_or_default()
}

/// Where a session lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vault {
    /// Whether it ends with a reload.
    pub in_memory: bool,
}

impl Vault {
    /// The session that the tab kept over a reload.
    pub fn open(self) -> Option<Kept> {
        if self.in_memory {
            Self::clear();
            return None;
        }
        let text: Secret<String> = browser::session_storage()?.get_item(NAME).ok()??.into();
        located::parse::<Kept>(text.expose().as_bytes()).filter(|kept| kept.method.is_some())
    }

    /// Keeps a session.
    pub fn keep(self, kept: &Kept) {
        if self.in_memory {
            return;
        }
        if let (Some(storage), Ok(text)) = (browser::session_storage(), serde_json::to_string(kept)) {
            let text = Secret::from(text);
            let _ = storage.set_item(NAME, text.expose());
        }
    }

    /// Forgets it.
    pub fn clear() {
        if let Some(storage) = browser::session_storage() {
            let _ = storage.remove_item(NAME);
        }
    }
}
