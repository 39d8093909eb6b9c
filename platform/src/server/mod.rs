//! The server around the core: sockets, files and the clock.
//!
//! | module | what it serves |
//! |---|---|
//! | `api` | `/api/v1`: the operations of the contract over HTTP |
//! | `sockets` | its four WebSockets |
//! | `oidc` | `/oidc`: an OpenID Connect issuer for development |
//! | `control` | `/_platform`: mailbox, faults, counts and stand-in pages, for this machine only |
//! | `console` | the built console, where a folder is given |
//!
//! [`faults`] and `seen` stand between the API and the core; `keep` is the state's file, `accept` the sockets.

mod accept;
mod answer;
mod api;
mod clock;
mod console;
mod control;
pub mod faults;
pub mod greeting;
mod keep;
mod oidc;
mod options;
mod page;
mod random;
mod seen;
mod sockets;

use std::{
    collections::VecDeque,
    net::SocketAddr,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU8, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Context as _;
use axum::{
    Router,
    http::{HeaderName, HeaderValue, Method, header, request},
    routing::any,
};
use serde_json::Value;
use tokio::{
    net::TcpListener,
    sync::{Notify, watch},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower_http::cors::{AllowOrigin, CorsLayer};

pub use self::options::{Base, Cors, DataScale, Options, SocketAuth, Switch};
use self::{
    clock::Clock,
    console::Console,
    faults::Faults,
    keep::Kept,
    oidc::{Foreign, Issuer},
    seen::Seen,
};
use crate::core::{Platform, Settings, fault::Fault, time::Millis};

/// How long connections may take to end after the platform was told to stop.
const GRACE: Duration = Duration::from_secs(3);

/// How often the state is written at most.
const SAVE_EVERY: Duration = Duration::from_secs(1);

/// Everything that requests share.
pub struct App {
    options: Options,
    platform: Mutex<Platform>,
    clock: Clock,
    issuer: Issuer,
    faults: Faults,
    seen: Seen,
    console: Option<Console>,
    latency: AtomicU64,
    chaos: AtomicU8,
    /// Violations of the content security policy that browsers have reported.
    reports: Mutex<VecDeque<Value>>,
    /// Counts writes and lifecycle steps: sockets look at their feeds when it moves.
    changes: watch::Sender<u64>,
    /// Counts resets: a socket of the time before has nothing to say any more.
    lives: watch::Sender<u64>,
    agenda: Notify,
    unsaved: Notify,
    shutdown: CancellationToken,
}

impl App {
    fn new(options: Options, kept: Option<Kept>) -> anyhow::Result<Self> {
        let console = Console::open(&options)?;
        let (clock, mut issuer, state) = match kept {
            Some(kept) => (Clock::ahead(kept.clock_ahead), Issuer::restore(kept.issuer)?, Some(kept.platform)),
            None => (Clock::default(), Issuer::new()?, None),
        };
        if let (Some(name), Some(keys)) = (&options.issuer, &options.issuer_keys) {
            issuer.trust(Foreign::read(name, keys)?);
        }
        let settings = options.settings();
        let platform = match state {
            Some(state) => Platform::with_state(settings, state),
            None => Platform::new(settings, clock.now()),
        };
        Ok(Self {
            faults: Faults::new(options.seed),
            seen: Seen::default(),
            platform: Mutex::new(platform),
            clock,
            issuer,
            console,
            latency: AtomicU64::new(options.latency),
            chaos: AtomicU8::new(options.chaos),
            reports: Mutex::default(),
            changes: watch::Sender::new(0),
            lives: watch::Sender::new(0),
            agenda: Notify::new(),
            unsaved: Notify::new(),
            shutdown: CancellationToken::new(),
            options,
        })
    }

    /// The time on the platform.
    fn now(&self) -> Millis {
        self.clock.now()
    }

    fn lock(&self) -> MutexGuard<'_, Platform> {
        self.platform.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks the core. A panic there is an answer 500 and a line on stderr, and the platform goes on.
    fn core<T>(&self, ask: impl FnOnce(&mut Platform, Millis) -> Result<T, Fault>) -> Result<T, Fault> {
        let mut platform = self.lock();
        let now = self.now();
        let answer = catch_unwind(AssertUnwindSafe(|| ask(&mut platform, now)));
        drop(platform);
        answer.unwrap_or_else(|_| Err(Fault::new(500, "INTERNAL_ERROR", "The platform failed; its output says where")))
    }

    /// Tells sockets and the agenda that something has changed.
    fn changed(&self) {
        self.changes.send_modify(|count| *count += 1);
        self.agenda.notify_one();
    }

    /// Begins anew: the demo data of a seed, no faults, no counts, nobody signed in, the machine's time.
    fn reset(&self, settings: Settings) {
        self.clock.reset();
        let now = self.now();
        // Made before the lock is taken: a large platform takes its time.
        let fresh = Platform::new(settings, now);
        *self.lock() = fresh;
        self.issuer.forget();
        self.faults.remove(None);
        self.seen.clear();
        self.reports.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.lives.send_modify(|count| *count += 1);
        self.changed();
        self.unsaved.notify_one();
    }

    /// Lets things happen when they are due, also while nobody asks.
    async fn follow_agenda(self: Arc<Self>) {
        /// The clock may be moved by hand, and the machine may sleep: nothing waits longer than this without a look.
        const LOOK_AGAIN: Millis = 1000;
        loop {
            let due = self.lock().next_due();
            let now = self.now();
            match due {
                Some(due) if due <= now => {
                    let advanced = self.core(|platform, now| {
                        platform.advance(now);
                        Ok(())
                    });
                    self.changes.send_modify(|count| *count += 1);
                    self.unsaved.notify_one();
                    if advanced.is_err() {
                        // What panicked has left the agenda; another look at once could fail in a tight loop.
                        tokio::time::sleep(Duration::from_millis(100)).await;
                    }
                }
                due => {
                    let wait = due.map_or(LOOK_AGAIN, |due| (due - now).min(LOOK_AGAIN));
                    tokio::select! {
                        () = tokio::time::sleep(Duration::from_millis(wait.unsigned_abs())) => {}
                        () = self.agenda.notified() => {}
                        () = self.shutdown.cancelled() => return,
                    }
                }
            }
            if self.shutdown.is_cancelled() {
                return;
            }
            tokio::task::yield_now().await;
        }
    }

    /// Writes the state's file after changes, and a last time at the end.
    async fn keep_state(self: Arc<Self>) -> anyhow::Result<()> {
        let Some(file) = self.options.data.clone() else { return Ok(()) };
        loop {
            tokio::select! {
                () = self.unsaved.notified() => {}
                () = self.shutdown.cancelled() => return self.save(&file).await,
            }
            let started = Instant::now();
            if let Err(error) = self.save(&file).await {
                eprintln!("astro-platform: {error:#}");
            }
            // A large state takes long to write: never more than a small share of the time.
            let pause = SAVE_EVERY.max(started.elapsed() * 10);
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.shutdown.cancelled() => return self.save(&file).await,
            }
        }
    }

    async fn save(self: &Arc<Self>, file: &std::path::Path) -> anyhow::Result<()> {
        let (app, file) = (Arc::clone(self), file.to_owned());
        tokio::task::spawn_blocking(move || {
            let state = app.lock().state.clone();
            keep::write(&file, &Kept { clock_ahead: app.clock.offset(), issuer: app.issuer.keep(), platform: state })
        })
        .await?
    }
}

/// A platform that listens.
pub struct Running {
    app: Arc<App>,
    address: SocketAddr,
    connections: TaskTracker,
    keeper: tokio::task::JoinHandle<anyhow::Result<()>>,
}

impl Running {
    /// Starts one.
    ///
    /// # Errors
    /// When the address is taken, or a file of the flags is missing or broken. A broken state file is left as it is.
    pub async fn start(options: Options) -> anyhow::Result<Self> {
        let kept = match &options.data {
            Some(file) => keep::read(file)?,
            None => None,
        };
        let listen = options.listen;
        let listener =
            TcpListener::bind(listen).await.with_context(|| format!("{listen} can't be listened on; is it taken?"))?;
        let address = listener.local_addr()?;
        let app = Arc::new(tokio::task::spawn_blocking(move || App::new(options, kept)).await??);
        // So that a file that can't be written is known now, and not when the work of an hour is lost.
        if let Some(file) = app.options.data.clone() {
            app.save(&file).await?;
        }
        let connections = TaskTracker::new();
        tokio::spawn(accept::serve(listener, router(&app), app.shutdown.clone(), connections.clone()));
        tokio::spawn(Arc::clone(&app).follow_agenda());
        let keeper = tokio::spawn(Arc::clone(&app).keep_state());
        Ok(Self { app, address, connections, keeper })
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// How it was started.
    pub fn options(&self) -> &Options {
        &self.app.options
    }

    /// Ends every connection, sockets with a word, and writes the state.
    ///
    /// # Errors
    /// When the state can't be written.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.app.shutdown.cancel();
        self.connections.close();
        // Who doesn't go in time is left behind: the program ends anyway.
        let _ = tokio::time::timeout(GRACE, self.connections.wait()).await;
        self.keeper.await?
    }
}

fn router(app: &Arc<App>) -> Router {
    let mut open = Router::new()
        .route(api::BASE, any(api::answer))
        .route(&format!("{}/{{*rest}}", api::BASE), any(api::answer))
        .nest("/oidc", oidc::router());
    if let Some(cors) = cors(&app.options.cors) {
        open = open.layer(cors);
    }
    open.nest("/_platform", control::router(app)).fallback(console::answer).with_state(Arc::clone(app))
}

/// What pages of other origins may do.
fn cors(cors: &Cors) -> Option<CorsLayer> {
    let origins = match cors {
        Cors::Off => return None,
        Cors::Any => AllowOrigin::any(),
        Cors::Origin(origin) => AllowOrigin::exact(HeaderValue::from_str(origin).ok()?),
        Cors::Loopback => AllowOrigin::predicate(|origin: &HeaderValue, _: &request::Parts| {
            origin.to_str().is_ok_and(page::is_loopback_origin)
        }),
    };
    let headers = [
        "x-astro-api-key",
        "authorization",
        "x-astro-organization-id",
        "x-validate-api-key",
        "content-type",
        "accept",
        "cache-control",
    ];
    Some(
        CorsLayer::new()
            .allow_origin(origins)
            .allow_methods([Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
            .allow_headers(headers.map(HeaderName::from_static))
            .expose_headers([
                header::RETRY_AFTER,
                HeaderName::from_static(answer::TRACE),
                header::CONTENT_DISPOSITION,
                header::WWW_AUTHENTICATE,
            ])
            .max_age(Duration::from_mins(10)),
    )
}

impl App {
    fn chaos(&self) -> u8 {
        self.chaos.load(Ordering::Relaxed)
    }

    fn latency(&self) -> Duration {
        Duration::from_millis(self.latency.load(Ordering::Relaxed))
    }
}
