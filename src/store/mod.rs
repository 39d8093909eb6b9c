//! The small reactive store: what pages read and write.
//!
//! ```text
//! let clusters = query(|| clusters::list(&Default::default()));        // Query<Vec<Cluster>>
//! view! { move || match clusters.load().get() { Load::Loading => …, Load::Ready(loaded) => …, Load::Failed(f) => … } }
//! ```
//!
//! [`Store::provide`] puts it into the context at the root of the program; [`use_store`] takes it from there.

pub mod activity;
mod arrivals;
mod assets;
pub mod cache;
pub mod clock;
pub mod connections;
pub mod decision;
mod errand;
pub mod failure;
pub mod github;
pub mod mutation;
pub mod network;
pub mod paged;
pub mod preferences;
pub mod query;
pub mod release;
pub mod requests;
pub mod session;
pub mod shelf;
pub mod stream;
pub mod toasts;

use std::rc::Rc;

use astro_api::operations::Operation;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

pub use self::{
    activity::Activity,
    arrivals::Arrivals,
    assets::manifest_schemas,
    clock::Clock,
    connections::{Connections, Started},
    mutation::{Batch, Mutation, batch, mutation},
    network::Network,
    paged::{Paged, paged},
    preferences::{Preferences, Theme},
    query::{Query, query},
    release::Releases,
    requests::Requests,
    session::Session,
    shelf::{Shelf, Shelves, Thing},
    stream::{Live, Source, Streams, stream},
    toasts::{Toast, Toasts, Tone},
};
use self::{query::Cache, session::Phase};
pub use crate::client::shell;
use crate::client::{self, Client};

/// The store's parts. All of them are handles: copy them into closures as you like.
#[derive(Clone, Copy)]
pub struct Store {
    /// Who is signed in, and the organization that is worked in.
    pub session: Session,
    /// Theme and other choices that outlive the tab.
    pub preferences: Preferences,
    /// Short messages that come and go.
    pub toasts: Toasts,
    /// The time, ticking.
    pub clock: Clock,
    /// Whether the browser has a network and the tab is seen.
    pub network: Network,
    /// Newer versions of the console.
    pub releases: Releases,
    /// The live connections of all views.
    pub streams: Streams,
    /// What runs in the organization, and what has ended.
    pub activity: Activity,
    /// What was made in this tab a moment ago.
    pub arrivals: Arrivals,
    /// The calls that were made, for those who look.
    pub requests: Requests,
    cache: StoredValue<Rc<Cache>, LocalStorage>,
    client: StoredValue<Client, LocalStorage>,
}

impl Store {
    /// Makes the store of a configuration and provides it to everything below the current owner, which must live as
    /// long as the program. A session that the tab kept over a reload is taken up at once.
    pub fn provide(client: &client::Settings, session: &session::Settings) -> Self {
        let client = Client::new(client.clone());
        let preferences = Preferences::new();
        let session = Session::start(session, &client, preferences);
        Self::provide_with(client, session, preferences)
    }

    /// [`Store::provide`] with parts that a test has made.
    pub fn provide_with(client: Client, session: Session, preferences: Preferences) -> Self {
        let network = Network::new();
        let cache = Cache::new(client.clone());
        let store = Self {
            session,
            preferences,
            toasts: Toasts::new(),
            clock: Clock::new(network),
            network,
            releases: Releases::new(network),
            streams: Streams::new(),
            activity: Activity::new(&client, network),
            arrivals: Arrivals::new(),
            requests: Requests::new(&client),
            cache: StoredValue::new_local(cache),
            client: StoredValue::new_local(client),
        };
        store.follow();
        provide_context(store);
        store
    }

    /// Keeps the cache in step with network, tab and session.
    fn follow(self) {
        let wakeful = Memo::new(move |_| self.network.online().get() && self.network.visible().get());
        Effect::new(move |before: Option<bool>| {
            let now = wakeful.get();
            if now && before == Some(false) {
                self.with_cache(Cache::wake);
            }
            now
        });
        let session = self.session;
        let who = Memo::new(move |_| {
            let method = session.method().get()?;
            Some((method, session.person().with(|person| person.as_ref().map(|person| person.id.clone()))))
        });
        Effect::new(move |before: Option<Option<(session::Method, Option<String>)>>| {
            let now = who.get();
            if let Some(Some(before)) = before
                && Some(&before) != now.as_ref()
            {
                self.with_cache(Cache::clear);
            }
            now
        });
        Effect::new(move |before: Option<Phase>| {
            let now = session.phase().get();
            if before == Some(Phase::Expired) && now == Phase::SignedIn {
                self.with_cache(Cache::doubt);
            }
            now
        });
    }

    fn with_cache(self, act: impl FnOnce(&Cache)) {
        if let Some(cache) = self.cache.try_get_value() {
            act(&cache);
        }
    }

    /// The client, for what is neither read nor written nor watched: the calls that were made, and commands for a shell.
    /// `None` while the program is being taken down.
    pub fn client(self) -> Option<Client> {
        self.client.try_get_value()
    }

    /// An operation has succeeded that changes what others answer.
    fn changed(self, operation: &Operation) {
        self.with_cache(|cache| cache.invalidate(operation.stale));
        if operation.stale.contains(&"listClusterProgress") {
            self.activity.refresh();
        }
        if ["getUserProfile", "listOrganizations"].iter().any(|id| operation.stale.contains(id)) {
            let session = self.session;
            spawn_local(async move {
                // What was known stays if this fails, and the next start reads it again.
                let _ = session.reload().await;
            });
        }
    }
}

/// The store that [`Store::provide`] put into the context.
///
/// # Panics
/// Without one: that is a view outside of the program.
pub fn use_store() -> Store {
    expect_context()
}
