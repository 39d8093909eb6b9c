//! Live data: a WebSocket that a view watches.

use std::{cell::RefCell, rc::Rc};

use astro_api::{ApiError, ErrorKind, Frame, Request, Stream};
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use serde::de::DeserializeOwned;

use super::{failure::failure, session::Phase, use_store};
use crate::{
    client::{
        reconnect::{State, Times},
        stream::{Again, Probing, Subscription},
    },
    ui::load::Connection,
};

/// What to open, and what to read by HTTP when a socket is refused, since a browser does not tell why.
pub struct Source<T> {
    stream: Stream<T>,
    probing: Probing,
    again: Option<Again>,
}

impl<T: 'static> Source<T> {
    /// `probe` reads the same thing as the stream with the same credential: `applications::get(id)` beside
    /// `applications::status(id)`.
    pub fn new<P: 'static>(stream: Stream<T>, probe: Request<P>) -> Self {
        Self { stream, probing: Probing::with(probe), again: None }
    }

    /// Before each connection but the first, `again` says what to open: a stream that has no cursor asks for as much as
    /// overlaps with what is known. It is also the moment to remember that what comes next may be known.
    #[must_use]
    pub fn resuming(mut self, again: impl Fn() -> Stream<T> + 'static) -> Self
    where
        T: DeserializeOwned,
    {
        self.again = Some(Rc::new(move || again().call().clone()));
        self
    }
}

/// A live connection of a view.
#[derive(Clone, Copy)]
pub struct Live {
    connection: RwSignal<Connection>,
    open: StoredValue<Rc<RefCell<Option<Subscription>>>, LocalStorage>,
}

impl Live {
    /// How it stands.
    pub fn connection(self) -> Signal<Connection> {
        self.connection.into()
    }

    /// Tries again at once: the button beside a lost or refused connection.
    pub fn reconnect(self) {
        if let Some(open) = self.open.try_get_value()
            && let Some(subscription) = open.borrow().as_ref()
        {
            subscription.retry();
        }
    }
}

/// The live connections of all views.
#[derive(Clone, Copy)]
pub struct Streams {
    open: RwSignal<Vec<(u64, Connection)>>,
    count: StoredValue<u64>,
}

impl Streams {
    pub(super) fn new() -> Self {
        Self { open: RwSignal::new(Vec::new()), count: StoredValue::new(0) }
    }

    /// How live data stands as a whole: the connection that is worst off; `None` where nothing is live.
    pub fn worst(self) -> Signal<Option<Connection>> {
        Signal::derive(move || {
            self.open.with(|open| {
                open.iter().map(|(_, connection)| connection).max_by_key(|connection| badness(connection)).cloned()
            })
        })
    }

    fn join(self) -> u64 {
        let id = self.count.try_update_value(|count| {
            *count += 1;
            *count
        });
        id.unwrap_or_default()
    }

    fn tell(self, id: u64, connection: &Connection) {
        self.open.try_update(|open| match open.iter_mut().find(|(known, _)| *known == id) {
            Some((_, known)) => known.clone_from(connection),
            None => open.push((id, connection.clone())),
        });
    }

    fn leave(self, id: u64) {
        self.open.try_update(|open| open.retain(|(known, _)| *known != id));
    }
}

const fn badness(connection: &Connection) -> u8 {
    match connection {
        Connection::Ended => 0,
        Connection::Live => 1,
        Connection::Paused => 2,
        Connection::Connecting => 3,
        Connection::Reconnecting { .. } => 4,
        Connection::Offline { .. } => 5,
        Connection::Refused(_) => 6,
    }
}

/// Watches a stream for as long as the current owner lives; `on_frame` gets each frame as it comes.
///
/// Signals read in `source` are followed; `None` closes. A frame of a form that the console does not know arrives as an
/// error and does not end the stream.
pub fn stream<T, R>(
    source: impl Fn() -> R + 'static,
    on_frame: impl FnMut(Result<Frame<T>, ApiError>) + 'static,
) -> Live
where
    T: DeserializeOwned + 'static,
    R: Into<Option<Source<T>>>,
{
    let store = use_store();
    let active = store.session.active();
    let connection = RwSignal::new(Connection::Connecting);
    let open: Rc<RefCell<Option<Subscription>>> = Rc::default();
    let opened: Rc<RefCell<Option<String>>> = Rc::default();
    let on_frame = Rc::new(RefCell::new(on_frame));
    let id = store.streams.join();
    let show = move |now: Connection| {
        store.streams.tell(id, &now);
        connection.try_set(now);
    };
    let follow = {
        let open = Rc::clone(&open);
        move |_: Option<()>| {
            let source: Option<Source<T>> = source().into();
            let organization = active.with(|active| active.as_ref().map(|active| active.id.clone()));
            let Some(source) = source else {
                opened.take();
                open.take();
                store.streams.leave(id);
                connection.try_set(Connection::Ended);
                return;
            };
            let key = format!("{}\u{1e}{}", organization.unwrap_or_default(), source.stream.call().key());
            if opened.borrow().as_ref() == Some(&key) {
                return;
            }
            *opened.borrow_mut() = Some(key);
            // The old socket goes before the new one comes: its frames are not for this view any more.
            open.take();
            show(Connection::Connecting);
            let Some(client) = store.client() else { return };
            let on_frame = Rc::clone(&on_frame);
            let subscription = client.open_resuming(
                &source.stream,
                source.again,
                source.probing,
                Times::default(),
                move |frame| {
                    if let Ok(mut on_frame) = on_frame.try_borrow_mut() {
                        on_frame(frame);
                    }
                },
                move |state, refused| show(connection_of(state, refused)),
            );
            *open.borrow_mut() = Some(subscription);
        }
    };
    let phase = store.session.phase();
    let take_up = {
        let open = Rc::clone(&open);
        // What was refused for a session that had ended is opened with the new one; what is open stays.
        move |before: Option<bool>| {
            let expired = phase.with(|phase| *phase == Phase::Expired);
            if before == Some(true)
                && !expired
                && let Some(subscription) = open.borrow().as_ref()
            {
                subscription.retry();
            }
            expired
        }
    };
    let effects = SendWrapper::new((RenderEffect::new(follow), RenderEffect::new(take_up), Rc::clone(&open)));
    on_cleanup(move || {
        let (follow, take_up, open) = effects.take();
        drop((follow, take_up));
        open.take();
        store.streams.leave(id);
    });
    Live { connection, open: StoredValue::new_local(open) }
}

fn connection_of(state: State, refused: Option<&ApiError>) -> Connection {
    match state {
        State::Connecting => Connection::Connecting,
        State::Live => Connection::Live,
        State::Reconnecting { at } => Connection::Reconnecting { at },
        State::Offline { since } => Connection::Offline { since },
        State::Paused => Connection::Paused,
        State::Ended => Connection::Ended,
        State::Refused => match refused {
            Some(error) => Connection::Refused(failure(error)),
            // The machine refuses for a reason only; without one there is nothing to show but the next try.
            None => Connection::Refused(failure(&ApiError::new(ErrorKind::Unexpected, "", "The platform refuses."))),
        },
    }
}
