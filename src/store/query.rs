//! Reading: a request that a view watches. [`super::cache`] has the rules; here are the values, the clock and the wire.

use std::{
    any::TypeId,
    cell::RefCell,
    collections::HashMap,
    rc::{Rc, Weak},
    sync::Arc,
    time::Duration,
};

use astro_api::{ApiError, ErrorKind, Request, request::Call};
use futures_util::future::{AbortHandle, Abortable, LocalBoxFuture};
use leptos::{prelude::*, reactive::graph::ToAnySource as _};
use send_wrapper::SendWrapper;
use wasm_bindgen_futures::spawn_local;

use super::{
    cache::{Act, Book, Flight, Key, Times},
    failure::of_watched,
    use_store,
};
use crate::{
    client::{
        Client, Priority,
        browser::{self, Interval, Timer},
    },
    ui::lasting::Readers,
    ui::load::{Any, Failure, Load, Loaded, Loads},
};

/// How long what nobody watches may still be wanted by the next page, milliseconds.
const GRACE: u64 = 50;

/// The answers that are watched or were lately, and the fetches under way.
pub struct Cache {
    client: Client,
    book: RefCell<Book>,
    slots: RefCell<HashMap<Key, Rc<Slot>>>,
    flights: RefCell<HashMap<Flight, AbortHandle>>,
    sweeping: RefCell<Option<Timer>>,
    me: Weak<Self>,
}

/// Asks for a value, whatever its type.
type Ask = Rc<dyn Fn(&Client, Priority, Option<String>) -> LocalBoxFuture<'static, Result<Arc<Any>, ApiError>>>;

/// What is kept of one key: its value, and how to ask for it.
struct Slot {
    /// The type of the value: two requests for the same may differ in it.
    item: TypeId,
    ask: Ask,
    organization: Option<String>,
    load: ArcRwSignal<Load<Any>>,
    readers: Readers,
}

impl Slot {
    /// Shows that a fetch is under way. A failure stays where it is unless somebody waits: it is being read, and drawn
    /// anew it would be read out once more.
    fn begin(&self, priority: Priority) {
        self.load.maybe_update(|load| match load {
            Load::Loading => false,
            Load::Ready(loaded) => !std::mem::replace(&mut loaded.refreshing, true),
            Load::Failed(_) if priority == Priority::Background => false,
            Load::Failed(_) => {
                *load = Load::Loading;
                true
            }
        });
    }

    /// Shows that no fetch is under way any more.
    fn rest(&self) {
        self.load.maybe_update(|load| match load {
            Load::Ready(loaded) => std::mem::replace(&mut loaded.refreshing, false),
            Load::Loading | Load::Failed(_) => false,
        });
    }

    /// Shows nothing.
    fn blank(&self) {
        self.load.set(Load::Loading);
    }
}

fn show(load: &mut Load<Any>, answer: Result<Arc<Any>, ApiError>) {
    match (answer, load) {
        (Ok(value), load) => {
            *load = Load::Ready(Loaded { value, at: browser::now(), refreshing: false, failed: None });
        }
        // What is old is worth more than nothing, and the view says that it is old. But what is gone, or not for this
        // person any more, must not be shown.
        (Err(error), Load::Ready(loaded)) if !matches!(error.kind, ErrorKind::NotFound | ErrorKind::Forbidden) => {
            loaded.refreshing = false;
            let failure = of_watched(&error);
            if loaded.failed.as_ref().is_none_or(|known| !says_the_same(known, &failure)) {
                loaded.failed = Some(failure);
            }
        }
        (Err(error), load) => {
            let failure = of_watched(&error);
            if !matches!(&*load, Load::Failed(known) if says_the_same(known, &failure)) {
                *load = Load::Failed(failure);
            }
        }
    }
}

/// Whether two failures are the same to who reads them. Another trace id is no news: for its sake the failure would be
/// drawn anew with each poll.
fn says_the_same(one: &Failure, other: &Failure) -> bool {
    *one == Failure { trace_id: one.trace_id.clone(), ..other.clone() }
}

impl Cache {
    pub(super) fn new(client: Client) -> Rc<Self> {
        Rc::new_cyclic(|me| Self {
            client,
            book: RefCell::new(Book::new(Times::default())),
            slots: RefCell::default(),
            flights: RefCell::default(),
            sweeping: RefCell::default(),
            me: me.clone(),
        })
    }

    fn watch(&self, key: Key, asked: Asked, organization: Option<String>) -> (Watch, Watched) {
        let Asked { call, item, ask } = asked;
        let operation = call.operation();
        let known = self.slots.borrow().get(&key).cloned();
        let slot = known.filter(|slot| slot.item == item).unwrap_or_else(|| {
            let slot = Rc::new(Slot {
                item,
                ask,
                organization,
                load: ArcRwSignal::new(Load::Loading),
                readers: Readers::default(),
            });
            self.slots.borrow_mut().insert(key.clone(), slot.clone());
            slot
        });
        let act = self.book.borrow_mut().watch(&key, operation.id, operation.reveals(), browser::now());
        self.act(act, Priority::Foreground);
        let watched = Watched { key: key.clone(), load: slot.load.clone(), readers: slot.readers.clone() };
        (Watch { cache: self.me.clone(), key }, watched)
    }

    fn act(&self, acts: impl IntoIterator<Item = Act>, priority: Priority) {
        for act in acts {
            match act {
                Act::Fetch(key, flight) => self.fetch(key, flight, priority),
                Act::Abort(key, flight) => {
                    if let Some(abort) = self.flights.borrow_mut().remove(&flight) {
                        abort.abort();
                    }
                    let slot = self.slots.borrow().get(&key).cloned();
                    if let Some(slot) = slot {
                        slot.rest();
                    }
                }
                Act::Forget(key) => {
                    let slot = if self.book.borrow().knows(&key) {
                        self.slots.borrow().get(&key).cloned()
                    } else {
                        self.slots.borrow_mut().remove(&key)
                    };
                    if let Some(slot) = slot {
                        slot.blank();
                    }
                }
            }
        }
    }

    fn fetch(&self, key: Key, flight: Flight, priority: Priority) {
        let slot = self.slots.borrow().get(&key).cloned();
        let (Some(slot), Some(cache)) = (slot, self.me.upgrade()) else { return };
        let (abort, registration) = AbortHandle::new_pair();
        self.flights.borrow_mut().insert(flight, abort);
        let answer = (slot.ask)(&self.client, priority, slot.organization.clone());
        let answer = Abortable::new(answer, registration);
        slot.begin(priority);
        spawn_local(async move {
            let Ok(answer) = answer.await else { return };
            cache.flights.borrow_mut().remove(&flight);
            let wanted = cache.book.borrow_mut().answered(&key, flight, browser::now(), answer.is_ok());
            if wanted {
                slot.load.update(|load| show(load, answer));
            }
        });
    }

    fn refetch(&self, key: &str) {
        let act = self.book.borrow_mut().refetch(key);
        if act.is_none() && self.book.borrow().knows(key) {
            // A poll is under way already; now somebody waits for it.
            let slot = self.slots.borrow().get(key).cloned();
            if let Some(slot) = slot {
                slot.begin(Priority::Foreground);
            }
        }
        self.act(act, Priority::Foreground);
    }

    fn renew(&self, key: &str) {
        let acts = self.book.borrow_mut().renew(key);
        self.act(acts, Priority::Foreground);
    }

    fn poll(&self, key: &str, period: u64) {
        let act = self.book.borrow_mut().poll(key, period, browser::now());
        self.act(act, Priority::Background);
    }

    /// A write has changed what these operations answer.
    pub(super) fn invalidate(&self, operations: &[&str]) {
        let acts = self.book.borrow_mut().invalidate(operations);
        self.act(acts, Priority::Foreground);
    }

    /// The tab is seen again, or the network is back.
    pub(super) fn wake(&self) {
        let acts = self.book.borrow_mut().wake(browser::now());
        self.act(acts, Priority::Background);
    }

    /// A session that had expired goes on: what failed meanwhile is worth another try.
    pub(super) fn doubt(&self) {
        self.book.borrow_mut().doubt();
        let acts = self.book.borrow_mut().wake(browser::now());
        // The person has just signed in, and waits.
        self.act(acts, Priority::Foreground);
    }

    /// Another person has signed in, or nobody.
    pub(super) fn clear(&self) {
        let acts = self.book.borrow_mut().clear();
        self.act(acts, Priority::Foreground);
        self.wake();
    }

    fn unwatch(&self, key: &str) {
        self.book.borrow_mut().unwatch(key, browser::now());
        self.sweep_after(GRACE);
    }

    fn sweep_after(&self, millis: u64) {
        let cache = self.me.clone();
        *self.sweeping.borrow_mut() = Timer::after(millis, move || {
            // Out of the timer, since sweeping sets the next one in its place.
            spawn_local(async move {
                if let Some(cache) = cache.upgrade() {
                    cache.sweep();
                }
            });
        });
    }

    fn sweep(&self) {
        let now = browser::now();
        let acts = self.book.borrow_mut().sweep(now);
        self.act(acts, Priority::Background);
        let next = self.book.borrow().sweep_at();
        if let Some(at) = next {
            self.sweep_after(at.saturating_sub(now).max(GRACE));
        }
    }
}

/// One who watches a key, until it is dropped.
struct Watch {
    cache: Weak<Cache>,
    key: Key,
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some(cache) = self.cache.upgrade() {
            cache.unwatch(&self.key);
        }
    }
}

struct Watched {
    key: Key,
    load: ArcRwSignal<Load<Any>>,
    readers: Readers,
}

/// What a view asks for, without the type of its answer.
struct Asked {
    call: Call,
    item: TypeId,
    ask: Ask,
}

impl Asked {
    fn of<T: Send + Sync + 'static>(request: Request<T>) -> Self {
        let call = request.call().clone();
        let ask: Ask = Rc::new(move |client, priority, organization| {
            let answer = client.send_for(&request, priority, organization);
            Box::pin(async move { answer.await.map(|value| Arc::new(value) as Arc<Any>) })
        });
        Self { call, item: TypeId::of::<T>(), ask }
    }
}

/// A request that is watched: its answer, kept fresh.
pub struct Query<T: Send + Sync + 'static> {
    load: Loads<T>,
    watched: RwSignal<Option<Watched>>,
    cache: StoredValue<Rc<Cache>, LocalStorage>,
}

impl<T: Send + Sync> Clone for Query<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync> Copy for Query<T> {}

impl<T: Send + Sync + 'static> Query<T> {
    /// The state to render.
    pub fn load(self) -> Loads<T> {
        self.load
    }

    /// Fetches it again now: the retry button, and the refresh button.
    pub fn refetch(self) {
        if let Some((cache, key)) = self.asked() {
            cache.refetch(&key);
        }
    }

    /// Fetches it again since something else, as a stream, has told of a change: what is on its way already may have read
    /// what was before it.
    pub fn renew(self) {
        if let Some((cache, key)) = self.asked() {
            cache.renew(&key);
        }
    }

    /// Also fetches it again and again while the tab is seen, for what no stream tells.
    #[must_use]
    pub fn every(self, period: Duration) -> Self {
        let millis = i32::try_from(period.as_millis()).unwrap_or(i32::MAX).max(1_000);
        let interval = Interval::every(millis, move || {
            if let Some((cache, key)) = self.asked().filter(|_| !browser::hidden() && browser::online()) {
                cache.poll(&key, u64::from(millis.unsigned_abs()));
            }
        });
        StoredValue::new_local(interval);
        self
    }

    fn asked(self) -> Option<(Rc<Cache>, Key)> {
        let key = self.watched.try_with_untracked(|watched| Some(watched.as_ref()?.key.clone()))??;
        Some((self.cache.try_get_value()?, key))
    }
}

/// Watches the answer of a request for as long as the current owner lives.
///
/// Signals read in `request` are followed. `None` means that nothing can be asked yet, and shows as loading. Equal
/// requests of one organization share one answer and one call. An answer a few seconds old is shown at once and renewed
/// behind; it is also renewed when the tab is seen again, when the network is back, and when a mutation makes it stale.
pub fn query<T, R>(request: impl Fn() -> R + 'static) -> Query<T>
where
    T: Send + Sync + 'static,
    R: Into<Option<Request<T>>>,
{
    let (load, watched, cache) = watching(Box::new(move || request().into().map(Asked::of)));
    Query { load: Loads::new(load), watched, cache }
}

type Watching = (Signal<Load<Any>>, RwSignal<Option<Watched>>, StoredValue<Rc<Cache>, LocalStorage>);

fn watching(asked: Box<dyn Fn() -> Option<Asked>>) -> Watching {
    let store = use_store();
    let active = store.session.active();
    let watched: RwSignal<Option<Watched>> = RwSignal::new(None);
    let watching: Rc<RefCell<Option<Watch>>> = Rc::default();
    let follow = {
        let watching = Rc::clone(&watching);
        move |_: Option<()>| {
            let asked = asked();
            let organization = active.with(|active| active.as_ref().map(|active| active.id.clone()));
            let Some(asked) = asked else {
                watched.try_set(None);
                watching.take();
                return;
            };
            let key = key_of(&asked.call, organization.as_deref());
            if watching.borrow().as_ref().is_some_and(|watch| watch.key == key) {
                return;
            }
            let Some(cache) = store.cache.try_get_value() else { return };
            let (watch, found) = cache.watch(key, asked, organization);
            watched.try_set(Some(found));
            // The old one goes after the new one has come: they may share what is under way.
            let old = watching.borrow_mut().replace(watch);
            drop(old);
        }
    };
    let effect = SendWrapper::new((RenderEffect::new(follow), watching));
    on_cleanup(move || {
        let (effect, watching) = effect.take();
        drop(effect);
        watching.take();
    });
    let load = Signal::derive(move || {
        // The inner signal is read outside of the outer one's lock.
        let found = watched.with(|watched| watched.as_ref().map(|it| (it.load.clone(), it.readers.clone())));
        found.map_or(Load::Loading, |(load, readers)| {
            // The answer is kept beyond the pages that show it.
            readers.note(|| load.to_any_source());
            load.get()
        })
    });
    (load, watched, store.cache)
}

/// Everything that an answer depends on: the organization, the operation with its parameters, and a body where reading
/// takes one. Secrets in a body are hidden in the key; no operation reads by a secret alone.
fn key_of(call: &Call, organization: Option<&str>) -> Key {
    let mut key = format!("{}\u{1e}{}", organization.unwrap_or_default(), call.key());
    if let Some(body) = call.body() {
        key.push('\u{1e}');
        key.push_str(&body.shown().to_string());
    }
    key
}
