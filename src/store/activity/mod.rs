//! What runs in the organization, and what has ended since the person last looked.
//!
//! The platform's list of all progress is asked for again and again while the tab is seen: often while something runs,
//! seldom otherwise. What the person follows, or looks at in the open panel, is read live as well. [`book`] has the
//! rules; here are the clock, the wire and the memory.

pub mod book;
mod memory;

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
};

use astro_api::{
    ErrorKind,
    clusters::{self, ClusterProgress, ClusterProgressEvent, OperationStatus, ProgressLevel, ProgressQuery},
    timestamp::Timestamp,
};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use self::book::{Book, Open};
pub use self::book::{Ended, Entry};
use super::{Store, failure::of_watched, network::Network, preferences, session::Phase};
use crate::{
    client::{
        Client, Priority,
        browser::{self, Listener, Permission, Timer},
        reconnect::Times,
        stream::{Probing, Subscription},
    },
    ui::lasting::{Followed, Lasting},
    ui::load::Failure,
};

/// How often to ask while something runs, milliseconds.
const BUSY: u64 = 10_000;

/// How often to ask while nothing does.
const QUIET: u64 = 60_000;

/// How often a hidden tab asks whose person wants to be notified of an end.
const UNSEEN: u64 = 30_000;

/// What was asked for this lately is not asked for again because the tab is seen.
const FRESH: u64 = 5_000;

/// How long the window's title tells of an end once the console is seen, milliseconds.
const TITLE_STAYS: u64 = 10_000;

/// How many operations that run, and how many that wait, are asked for at a time.
const OPEN: i64 = 100;

/// How many operations are read live at a time.
const LIVE: usize = 3;

/// How many notifications are kept to be clicked.
const SHOWN: usize = 8;

/// Until when ends were seen, in `localStorage`.
const SEEN: &str = "astro.activity";

/// What is followed, in `sessionStorage`: the organization and the operations.
const WATCHED: &str = "astro.watched";

/// Whether the person wants notifications, in `localStorage`.
const NOTIFY: &str = "astro.notify";

/// Whether the browser tells of an end while the console is not seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notices {
    /// The browser cannot, at least not here.
    Impossible,
    /// The person has not asked for it.
    Off,
    /// The browser refuses, and only its own settings change that.
    Refused,
    /// It does.
    On,
}

/// The activity of the organization that is worked in, a handle.
#[derive(Clone, Copy)]
pub struct Activity(&'static Parts);

/// What the handle leads to. It lives as long as the program; in the handle itself it would make the store a large thing
/// to pass around.
struct Parts {
    book: Lasting<Book>,
    problem: Lasting<Option<Failure>>,
    news: Lasting<Vec<Ended>>,
    finished: Lasting<Option<Entry>>,
    headline: Lasting<Option<String>>,
    /// How often something outside wanted to know what is new.
    wanted: Lasting<u32>,
    open: Lasting<bool>,
    notices: Lasting<Notices>,
    driver: StoredValue<Rc<Driver>, LocalStorage>,
}

struct Driver {
    client: Client,
    network: Network,
    organization: RefCell<Option<String>>,
    timer: RefCell<Option<Timer>>,
    /// What an earlier question still brings is not for this one.
    generation: Cell<u64>,
    asked: Cell<u64>,
    /// When all that runs or waits was asked for last.
    swept: Cell<u64>,
    streams: RefCell<HashMap<String, Subscription>>,
    shown: RefCell<Vec<(browser::Notice, Listener)>>,
}

impl Activity {
    pub(super) fn new(client: &Client, network: Network) -> Self {
        let driver = Driver {
            client: client.of_frame(),
            network,
            organization: RefCell::default(),
            timer: RefCell::default(),
            generation: Cell::default(),
            asked: Cell::default(),
            swept: Cell::default(),
            streams: RefCell::default(),
            shown: RefCell::default(),
        };
        let parts = Parts {
            book: Lasting::new(Book::default()),
            problem: Lasting::new(None),
            news: Lasting::new(Vec::new()),
            finished: Lasting::new(None),
            headline: Lasting::new(None),
            wanted: Lasting::new(0),
            open: Lasting::new(false),
            notices: Lasting::new(notices()),
            driver: StoredValue::new_local(Rc::new(driver)),
        };
        Self(Box::leak(Box::new(parts)))
    }

    /// An activity that nobody asks the platform for, as it stands: for the gallery.
    #[cfg(feature = "gallery")]
    pub fn still(store: Store, book: Book, problem: Option<Failure>) -> Self {
        let Some(client) = store.client() else { return store.activity };
        let activity = Self::new(&client, store.network);
        activity.0.book.set(book);
        activity.0.problem.set(problem);
        activity
    }

    /// What runs and what has ended.
    pub fn book(self) -> Followed<Book> {
        self.0.book.read_only()
    }

    /// Why nothing, or nothing newer, is known.
    pub fn problem(self) -> Followed<Option<Failure>> {
        self.0.problem.read_only()
    }

    /// Ends that nobody has told yet; who tells them calls [`Activity::take_news`].
    pub fn has_news(self) -> bool {
        self.0.news.read_only().with(|news| !news.is_empty())
    }

    /// Takes the ends to be told.
    pub fn take_news(self) -> Vec<Ended> {
        self.0.news.try_update(std::mem::take).unwrap_or_default()
    }

    /// What was followed and ended last, until the person has looked or can have read it in the window's title.
    pub fn finished(self) -> Followed<Option<Entry>> {
        self.0.finished.read_only()
    }

    /// What the window's title tells of what the person follows.
    pub fn headline(self) -> Followed<Option<String>> {
        self.0.headline.read_only()
    }

    /// Says what the window's title is to tell.
    pub fn set_headline(self, headline: Option<String>) {
        self.0.headline.try_set(headline);
    }

    /// Whether the panel is open.
    pub fn open(self) -> Followed<bool> {
        self.0.open.read_only()
    }

    /// Says that the panel was opened or closed. What ended is seen when it closes, so that it is marked until then.
    pub fn set_open(self, open: bool) {
        if self.0.open.try_get_untracked() == Some(open) {
            return;
        }
        self.0.open.try_set(open);
        if open {
            self.wake();
        } else {
            self.look();
        }
        self.go_live();
    }

    fn look(self) {
        self.0.finished.try_set(None);
        let until = self.0.book.try_update(Book::look).flatten();
        let organization = self.0.driver.try_get_value().and_then(|driver| driver.organization.borrow().clone());
        if let (Some(until), Some(organization)) = (until, organization) {
            let text = preferences::read(SEEN).unwrap_or_default();
            preferences::write(SEEN, Some(&memory::remembered(&text, &organization, until)));
        }
    }

    /// Follows an operation, or no longer: its progress stands in the window's title, and its end is told. Who starts an
    /// operation calls this with the id that the platform answers.
    pub fn watch(self, id: &str, watched: bool) {
        self.0.book.try_update(|book| book.watch(id, watched));
        self.remember_watched();
        self.go_live();
    }

    fn remember_watched(self) {
        let Some(driver) = self.0.driver.try_get_value() else { return };
        let organization = driver.organization.borrow().clone();
        let watched = self.0.book.try_with_untracked(|book| book.watched().join(" "));
        if let (Some(organization), Some(watched), Some(storage)) = (organization, watched, browser::session_storage())
        {
            // Full or forbidden: then it lives as long as the page. Nothing followed leaves nothing behind: an answer may
            // still come while one signs out.
            let _ = if watched.is_empty() {
                storage.remove_item(WATCHED)
            } else {
                storage.set_item(WATCHED, &format!("{organization} {watched}"))
            };
        }
    }

    /// Whether the browser tells of an end while the console is not seen.
    pub fn notices(self) -> Followed<Notices> {
        self.0.notices.read_only()
    }

    /// Asks the browser for leave to notify, which it grants to a press alone, and remembers the choice.
    pub async fn notify_me(self) {
        let permission = browser::ask_for_notices().await;
        preferences::write(NOTIFY, (permission == Permission::Granted).then_some("on"));
        self.0.notices.try_set(notices());
    }

    /// Notifies no longer.
    pub fn stop_notifying(self) {
        preferences::write(NOTIFY, None);
        self.0.notices.try_set(notices());
    }

    /// Notifies of an end, if the person wants it and doesn't see the console. A press on it shows the console and does
    /// `on_press`. Several tabs notify once: the platform's id of the operation names the notification.
    pub fn notify(self, id: &str, title: &str, text: &str, on_press: impl Fn() + 'static) {
        let Some(driver) = self.0.driver.try_get_value() else { return };
        if self.0.notices.try_get_untracked() != Some(Notices::On) || !browser::hidden() {
            return;
        }
        if let Some(notice) = browser::Notice::show(title, text, id) {
            let listener = notice.on_press(on_press);
            let mut shown = driver.shown.borrow_mut();
            if shown.len() >= SHOWN {
                shown.remove(0);
            }
            shown.push((notice, listener));
        }
    }

    /// Asks soon: something has changed what runs, or a person wants it. Only who follows asks; whoever changes something
    /// need not know how.
    pub fn refresh(self) {
        self.0.wanted.try_update(|wanted| *wanted = wanted.wrapping_add(1));
    }

    /// Follows the organization that is worked in for as long as the current owner lives.
    pub fn follow(self, store: Store) {
        let session = store.session;
        // Nothing that happens by itself has a key made: what could not be entered is tried again by the person alone. A
        // key that is being renewed is away for a moment.
        let organization = Memo::new(move |before: Option<&Option<String>>| {
            let signed_in = session.phase().get() == Phase::SignedIn;
            let has_key = session.has_key().get();
            let active = session.active().get().filter(|active| signed_in && active.open)?;
            let is_followed = before.and_then(Option::as_ref) == Some(&active.id);
            (has_key || is_followed).then_some(active.id)
        });
        Effect::new(move |_| self.turn(organization.get()));
        Effect::new(move |before: Option<u32>| {
            let wanted = self.0.wanted.read_only().get();
            if before.is_some_and(|before| before != wanted)
                && let Some(driver) = self.0.driver.try_get_value()
                && driver.organization.borrow().is_some()
            {
                // What has changed may be older than the newest.
                driver.swept.set(0);
                self.ask(&driver);
            }
            wanted
        });
        // Whoever signs out leaves nothing in the tab.
        Effect::new(move |_| {
            if session.phase().get() == Phase::SignedOut
                && let Some(storage) = browser::session_storage()
            {
                let _ = storage.remove_item(WATCHED);
            }
        });
        let wakeful = Memo::new(move |_| store.network.online().get() && store.network.visible().get());
        Effect::new(move |before: Option<bool>| {
            let now = wakeful.get();
            if now && before == Some(false) {
                // The browser's settings may have changed meanwhile.
                self.0.notices.try_set(notices());
                if self.has_failed() {
                    // However lately that was.
                    self.refresh();
                } else {
                    self.wake();
                }
            }
            now
        });
        // The title tells of an end until it can have been read.
        let finished = self.0.finished;
        Effect::new(move |_: Option<Option<Timer>>| {
            let seen = finished.read_only().with(Option::is_some) && store.network.visible().get();
            let forget = move || {
                finished.try_set(None);
            };
            seen.then(|| Timer::after(TITLE_STAYS, forget))?
        });
        let other_tab = Listener::window("storage", move |_| {
            self.0.notices.try_set(notices());
            let Some(driver) = self.0.driver.try_get_value() else { return };
            let organization = driver.organization.borrow().clone();
            let seen = organization.zip(preferences::read(SEEN));
            if let Some(until) = seen.and_then(|(organization, text)| memory::seen(&text, &organization)) {
                self.0.book.maybe_update(|book| {
                    let before = book.unread();
                    book.seen_elsewhere(until);
                    book.unread() != before
                });
            }
        });
        StoredValue::new_local(other_tab);
        on_cleanup(move || self.turn(None));
    }

    /// Begins with another organization, or rests.
    fn turn(self, organization: Option<String>) {
        let Some(driver) = self.0.driver.try_get_value() else { return };
        if *driver.organization.borrow() == organization {
            return;
        }
        driver.generation.set(driver.generation.get() + 1);
        driver.timer.take();
        driver.streams.take();
        driver.swept.set(0);
        driver.organization.borrow_mut().clone_from(&organization);
        self.0.problem.try_set(None);
        self.0.news.try_set(Vec::new());
        self.0.finished.try_set(None);
        let seen = organization.as_deref().and_then(|id| memory::seen(&preferences::read(SEEN)?, id));
        let watched = organization.as_deref().and_then(watched_of).unwrap_or_default();
        self.0.book.try_set(Book::new(seen, watched));
        if organization.is_some() {
            self.ask(&driver);
        }
    }

    /// The tab is seen again, the network is back, or the panel was opened.
    fn wake(self) {
        let Some(driver) = self.0.driver.try_get_value() else { return };
        if driver.organization.borrow().is_none() {
            return;
        }
        if browser::now().saturating_sub(driver.asked.get()) >= FRESH {
            self.ask(&driver);
        } else {
            self.ask_later(&driver);
        }
    }

    fn ask(self, driver: &Rc<Driver>) {
        let generation = driver.generation.get() + 1;
        driver.generation.set(generation);
        driver.asked.set(browser::now());
        driver.timer.take();
        let options = ProgressQuery { limit: i64::try_from(book::KEPT).ok(), ..ProgressQuery::default() };
        let organization = driver.organization.borrow().clone();
        let answer =
            driver.client.send_for(&clusters::list_progress(&options), Priority::Background, organization.clone());
        let driver = Rc::clone(driver);
        spawn_local(async move {
            let answer = answer.await;
            if driver.generation.get() != generation {
                return;
            }
            match answer {
                Ok(page) => {
                    let more = page.next_page_token.is_some_and(|token| !token.is_empty());
                    let open = if more { driver.sweep(organization).await } else { None };
                    if driver.generation.get() != generation {
                        return;
                    }
                    // Approval tokens end here: an entry has no place for one.
                    let entries = page.progress.into_iter().map(entry).collect();
                    let ended =
                        self.0.book.try_update(|book| book.answer_with(entries, more, open)).unwrap_or_default();
                    self.0.problem.try_set(None);
                    self.tell(ended);
                    self.remember_watched();
                }
                Err(error) => {
                    self.0.problem.try_set(Some(of_watched(&error)));
                    if matches!(error.kind, ErrorKind::Unauthorized | ErrorKind::NoCredential) {
                        // The session asks to sign in; another turn comes with it.
                        return;
                    }
                }
            }
            self.ask_later(&driver);
            self.go_live();
        });
    }

    fn ask_later(self, driver: &Rc<Driver>) {
        let runs = self.0.book.try_with_untracked(|book| book.running().next().is_some()) == Some(true);
        let seen = driver.network.visible().try_get_untracked() == Some(true);
        let wanted = self.0.notices.try_get_untracked() == Some(Notices::On);
        let wait = match (seen, runs) {
            (true, true) if !self.has_failed() => BUSY,
            (true, _) => QUIET,
            // Also after a failure: the end is still to be told.
            (false, true) if wanted => UNSEEN,
            // It is asked when the tab is seen again.
            (false, _) => {
                driver.timer.take();
                return;
            }
        };
        let weak = Rc::downgrade(driver);
        let timer = Timer::after(wait, move || {
            // Out of its own timer, which the next question drops.
            spawn_local(async move {
                let Some(driver) = weak.upgrade() else { return };
                let seen = driver.network.visible().try_get_untracked() == Some(true);
                if !browser::online() {
                    // A hidden tab is not woken when the network is back.
                    self.ask_later(&driver);
                    return;
                }
                if seen || self.0.notices.try_get_untracked() == Some(Notices::On) {
                    self.ask(&driver);
                }
            });
        });
        *driver.timer.borrow_mut() = timer;
    }

    fn has_failed(self) -> bool {
        self.0.problem.try_with_untracked(Option::is_some) == Some(true)
    }

    fn tell(self, ended: Vec<Ended>) {
        if let Some(last) = ended.iter().rfind(|ended| ended.watched) {
            self.0.finished.try_set(Some(last.entry.clone()));
        }
        if !ended.is_empty() {
            self.0.news.try_update(|news| news.extend(ended));
        }
    }

    /// Opens the streams of what is followed or looked at, and closes the others.
    fn go_live(self) {
        let Some(driver) = self.0.driver.try_get_value() else { return };
        let open = self.0.open.try_get_untracked() == Some(true);
        let wanted = self.0.book.try_with_untracked(|book| {
            let wanted =
                |entry: &&Entry| entry.status == OperationStatus::InProgress && (open || book.is_watched(&entry.id));
            let named = |entry: &Entry| (entry.id.clone(), entry.cluster.clone());
            book.running().filter(wanted).take(LIVE).map(named).collect::<Vec<_>>()
        });
        let wanted = wanted.filter(|_| driver.organization.borrow().is_some()).unwrap_or_default();
        let gone: Vec<Subscription> = {
            let mut streams = driver.streams.borrow_mut();
            let gone: Vec<String> =
                streams.keys().filter(|id| !wanted.iter().any(|(known, _)| known == *id)).cloned().collect();
            gone.iter().filter_map(|id| streams.remove(id)).collect()
        };
        drop(gone);
        for (id, cluster) in wanted {
            if driver.streams.borrow().contains_key(&id) {
                continue;
            }
            let subscription = {
                let id = id.clone();
                driver.client.open(
                    &clusters::progress_stream(&cluster, Some(&id)),
                    Probing::with(clusters::progress(&cluster, Some(&id))),
                    Times::default(),
                    move |frame| {
                        // One of another form is on record, and the next answer tells what it had.
                        if let Ok(astro_api::Frame::Item(event)) = frame {
                            self.hear(&event);
                        }
                    },
                    // What a stream does not tell, the next answer does.
                    |_, _| {},
                )
            };
            driver.streams.borrow_mut().insert(id, subscription);
        }
    }

    fn hear(self, event: &ClusterProgressEvent) {
        let Some(at) = at(Some(&event.timestamp)) else { return };
        let frame = book::Frame {
            status: event.status.clone(),
            step: event.step.clone(),
            message: event.message.clone(),
            percent: percent(event.percent),
            is_error: event.level == Some(ProgressLevel::Error),
            at,
        };
        let ended = self.0.book.try_update(|book| book.frame(&event.operation_id, frame)).flatten();
        if let Some(ended) = ended {
            self.tell(vec![ended]);
            // Out of the stream's own hands, which is closed now. The record says more than the last frame did.
            spawn_local(async move {
                self.go_live();
                self.refresh();
            });
        }
    }
}

impl Driver {
    /// Asks for all that waits and all that runs, which may be older than the newest operations; seldom, as it takes two
    /// calls. None where it was asked for lately, or could not be.
    async fn sweep(&self, organization: Option<String>) -> Option<Open> {
        if browser::now().saturating_sub(self.swept.get()) < QUIET {
            return None;
        }
        let mut open = Open::default();
        for status in [OperationStatus::Pending, OperationStatus::InProgress] {
            let is_waiting = status == OperationStatus::Pending;
            let options = ProgressQuery {
                status: Some(status.as_str().to_owned()),
                limit: Some(OPEN),
                ..ProgressQuery::default()
            };
            let request = clusters::list_progress(&options);
            let page = self.client.send_for(&request, Priority::Background, organization.clone()).await.ok()?;
            if is_waiting {
                let total = page.total.and_then(|total| usize::try_from(total).ok()).unwrap_or_default();
                open.beyond = total.saturating_sub(page.progress.len());
            }
            open.entries.extend(page.progress.into_iter().map(entry));
        }
        self.swept.set(browser::now());
        Some(open)
    }
}

fn notices() -> Notices {
    match browser::notice_permission() {
        Permission::Unsupported => Notices::Impossible,
        Permission::Refused => Notices::Refused,
        Permission::Granted if preferences::read(NOTIFY).as_deref() == Some("on") => Notices::On,
        Permission::Granted | Permission::Undecided => Notices::Off,
    }
}

/// What was followed in an organization before a reload of the tab.
fn watched_of(organization: &str) -> Option<Vec<String>> {
    let text = browser::session_storage()?.get_item(WATCHED).ok()??;
    let mut words = text.split(' ').filter(|word| !word.is_empty());
    (words.next() == Some(organization)).then(|| words.take(book::KEPT).map(str::to_owned).collect())
}

fn at(time: Option<&Timestamp>) -> Option<u64> {
    browser::parse_time(time?.known()?)
}

fn percent(percent: Option<i64>) -> Option<u8> {
    percent.map(|percent| u8::try_from(percent.clamp(0, 100)).unwrap_or_default())
}

fn entry(progress: ClusterProgress) -> Entry {
    let said = |text: Option<String>| text.filter(|text| !text.is_empty());
    let started = at(progress.started_at.as_ref());
    let updated = at(progress.updated_at.as_ref()).or(started).unwrap_or_default();
    let step = said(progress.current_step);
    // The step's own words say more than those of the whole.
    let of_step = progress.steps.into_iter().flatten().find(|known| Some(&known.name) == step.as_ref());
    let message = of_step.and_then(|step| said(step.message)).or_else(|| said(progress.message));
    Entry {
        id: progress.operation_id,
        name: said(progress.cluster_name).unwrap_or_else(|| progress.cluster_id.clone()),
        cluster: progress.cluster_id,
        kind: progress.operation_type,
        status: progress.status,
        percent: percent(progress.percent),
        step,
        message,
        error: said(progress.error),
        started,
        updated,
    }
}
