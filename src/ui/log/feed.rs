//! Where lines come in: they are taken at once, and the view is woken once a frame.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

use leptos::prelude::*;

use super::{line::Line, model::Log, resume::QUIET, ring::Limits};

struct Inner {
    log: RefCell<Log>,
    /// A frame is asked for.
    asked: Cell<bool>,
    /// A clock runs for the lines that are held back.
    waiting: Cell<bool>,
}

/// A log that grows. It lives as long as the owner in which it was made.
#[derive(Clone, Copy)]
pub struct LogFeed {
    inner: StoredValue<Rc<Inner>, LocalStorage>,
    frame: RwSignal<u64>,
}

/// Milliseconds since 1970.
pub fn now() -> u64 {
    // Positive and far below 2^53.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "milliseconds since 1970")]
    let now = js_sys::Date::now().max(0.0) as u64;
    now
}

impl LogFeed {
    /// An empty log that holds at most so much.
    pub fn new(limits: Limits) -> Self {
        let inner = Inner { log: RefCell::new(Log::new(limits)), asked: Cell::new(false), waiting: Cell::new(false) };
        Self { inner: StoredValue::new_local(Rc::new(inner)), frame: RwSignal::new(0) }
    }

    /// A line came.
    pub fn push(self, line: Line) {
        self.change(|log| log.push(line, now()));
        self.wait();
    }

    /// Another connection begins; lines that come again are recognized.
    pub fn lost(self) {
        self.change(Log::lost);
    }

    /// How many lines a connection that begins now should ask for, so that it overlaps with what is held; `None` where
    /// nothing is held yet.
    pub fn tail(self) -> Option<u64> {
        self.read(|log| log.tail(now()))
    }

    /// Lets all lines go: other pods, another container.
    pub fn clear(self) {
        self.change(Log::clear);
    }

    /// Something about the log, as it is now.
    pub(super) fn read<T: Default>(self, read: impl FnOnce(&Log) -> T) -> T {
        self.inner.try_with_value(|inner| read(&inner.log.borrow())).unwrap_or_default()
    }

    /// Changes the log without asking for a frame.
    pub(super) fn write<T: Default>(self, write: impl FnOnce(&mut Log) -> T) -> T {
        self.inner.try_with_value(|inner| write(&mut inner.log.borrow_mut())).unwrap_or_default()
    }

    fn change(self, change: impl FnOnce(&mut Log)) {
        self.write(change);
        self.ask();
    }

    /// Asks for a frame, if none is asked for.
    pub(super) fn ask(self) {
        let is_first = self.inner.try_with_value(|inner| !inner.asked.replace(true)).unwrap_or(false);
        if is_first {
            request_animation_frame(move || {
                self.inner.try_with_value(|inner| inner.asked.set(false));
                let _ = self.frame.try_update(|frame| *frame += 1);
            });
        }
    }

    /// The number of the frame; it grows once for all that came since the last one.
    pub(super) fn frame(self) -> RwSignal<u64> {
        self.frame
    }

    /// Looks after the lines that are held back, until none is.
    fn wait(self) {
        let must = self
            .inner
            .try_with_value(|inner| {
                let holds = inner.log.borrow_mut().poll(now());
                holds && !inner.waiting.replace(true)
            })
            .unwrap_or(false);
        if must {
            set_timeout(
                move || {
                    self.inner.try_with_value(|inner| inner.waiting.set(false));
                    self.wait();
                    self.ask();
                },
                Duration::from_millis(QUIET),
            );
        }
    }
}
