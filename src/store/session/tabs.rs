//! What the tabs of one browser tell each other, so that a person signs in once and signs out once.
//!
//! In the hall all tabs of this console meet. Nothing secret is said there: a tab without a session asks for one and names
//! the channel on which it listens, which nobody else can guess; whoever signs out says whose session ends. In a room meet
//! the tabs of one session, which alone know its name. Who has renewed the tokens or a key says so there.
//!
//! A refresh token works once, and an issuer takes a second use for theft. So a tab renews only while it holds a lock, and
//! asks in the room first whether another has done so already.

use std::rc::{Rc, Weak};

use astro_api::{ApiError, Secret, located};
use futures_channel::oneshot;
use futures_util::future::{Either, select};
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{BroadcastChannel, Event, MessageEvent};

use super::{
    Method,
    inner::Inner,
    vault::{Kept, OwnKey, Tokens, new_id},
};
use crate::{
    client::browser::{self, Listener},
    store::{decision, errand::errand},
};

/// How long a new tab waits for a session before it asks to sign in, milliseconds.
const PATIENCE: u64 = 150;

/// How long an answer may still come while it asks already, milliseconds: a tab that is busy, or has to load first what
/// answers, takes its time.
const LATE: u64 = 30_000;

/// How often, and how long apart in milliseconds, a tab that is about to renew looks whether another has. Who gives up
/// before a busy one has answered spends a token that is spent.
const LOOKS: u32 = 15;
const PAUSE: u64 = 20;

/// How long a lock may be held by others who live: none of them is longer at it, milliseconds.
const LOCKED: u64 = 30_000;

/// The connections of a tab to the others.
pub struct Tabs {
    hall: Option<BroadcastChannel>,
    _heard: Option<Listener>,
    room: Option<Room>,
    /// Tells that somebody is signed in here.
    presence: Option<browser::Presence>,
}

/// What tabs of one session tell each other.
struct Room {
    id: String,
    channel: BroadcastChannel,
    _heard: Listener,
}

/// What was renewed.
#[derive(Serialize, Deserialize)]
struct News {
    tokens: Option<Tokens>,
    keys: std::collections::BTreeMap<String, OwnKey>,
}

/// A name that the tabs of this console share, wherever on its origin it lies.
fn name(of: &str) -> String {
    let base = browser::resolve("./").unwrap_or_default();
    format!("astro.{of} {base}")
}

fn text_of(event: Event) -> Option<String> {
    event.dyn_into::<MessageEvent>().ok()?.data().as_string()
}

fn channel(of: &str, hear: impl FnMut(String) + 'static) -> Option<(BroadcastChannel, Listener)> {
    let channel = BroadcastChannel::new(&name(of)).ok()?;
    let mut hear = hear;
    let heard = Listener::new(&channel, "message", move |event| {
        if let Some(text) = text_of(event) {
            hear(text);
        }
    });
    Some((channel, heard))
}

impl Tabs {
    /// Comes into the hall.
    pub fn new(inner: Weak<Inner>) -> Self {
        let hall = channel("session", move |text| {
            if let Some(inner) = inner.upgrade().filter(|inner| inner.kept.borrow().method.is_some()) {
                spawn_local(async move {
                    let _ = hear::run(inner, text).await;
                });
            }
        });
        let (hall, heard) = hall.unzip();
        Self { hall, _heard: heard, room: None, presence: None }
    }

    fn say(&self, text: &str) {
        if let Some(hall) = &self.hall {
            let _ = hall.post_message(&text.into());
        }
    }
}

impl Drop for Tabs {
    fn drop(&mut self) {
        if let Some(hall) = &self.hall {
            hall.close();
        }
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.channel.close();
    }
}

impl Inner {
    /// Whether this tab's session may be had by others.
    fn is_shared(&self) -> bool {
        let is_whole = self.kept.borrow().method.is_some() && !self.completing.get() && !self.leaving.get();
        is_whole && !self.expired.get() && self.preferences.shares() && !self.is_in_memory()
    }

    /// Says that the person signs out.
    pub fn tell_sign_out(&self) {
        let kept = self.kept.borrow();
        self.tabs(|tabs| tabs.say(&format!("out {} {}", kept.id, kept.identity())));
    }

    /// Says that the person has signed in: tabs whose session had ended go on.
    pub fn tell_sign_in(&self) {
        let identity = self.kept.borrow().identity();
        self.tabs(|tabs| tabs.say(&format!("in {identity}")));
    }

    /// Tells that somebody is signed in here, or that nobody is. Leaves a room that is not this session's.
    pub fn attend(&self) {
        let kept = self.kept.borrow();
        let is_there = kept.method.is_some() && !self.is_in_memory();
        self.tabs(|tabs| {
            // Where it is kept makes no difference here: a refresh token is spent once by all tabs that have it.
            if tabs.room.as_ref().is_some_and(|room| kept.method.is_none() || room.id != kept.id) {
                tabs.room = None;
            }
            if is_there != tabs.presence.is_some() {
                tabs.presence = is_there.then(|| browser::Presence::new(&name("signed-in")));
            }
        });
    }

    /// Comes into the room of the session.
    pub fn enter_room(&self) {
        let id = self.kept.borrow().id.clone();
        if id.is_empty() {
            return;
        }
        let me = self.me.clone();
        self.tabs(|tabs| {
            if tabs.room.as_ref().is_some_and(|room| room.id == id) {
                return;
            }
            let room = channel(&id, move |text| {
                if let Some(inner) = me.upgrade() {
                    inner.listen(text.into());
                }
            });
            tabs.room = room.map(|(channel, heard)| Room { id, channel, _heard: heard });
        });
    }

    /// Takes in what another tab of the session says.
    fn listen(&self, text: Secret<String>) {
        let turn = self.kept.borrow().tokens.as_ref().map_or(0, |tokens| tokens.turn);
        if let Some(than) = text.expose().strip_prefix("newer ") {
            if than.parse().is_ok_and(|than: u32| turn > than) {
                self.tell_news();
            }
            return;
        }
        let Some(news) = located::parse::<News>(text.expose().as_bytes()) else { return };
        if self.kept.borrow().method != Some(Method::Oidc) {
            return;
        }
        let newer = news.tokens.filter(|tokens| tokens.turn > turn);
        if newer.is_some() {
            self.expired.set(false);
        }
        self.change(|kept| {
            kept.tokens = newer.or(kept.tokens.take());
            for (organization, key) in news.keys {
                let is_newer = kept.keys.get(&organization).is_none_or(|own| key.expires_at > own.expires_at);
                if is_newer {
                    kept.keys.insert(organization, key);
                }
            }
        });
    }

    /// Hands the session to the tab that has asked for it.
    fn answer(&self, nonce: &str) {
        let text = serde_json::to_string(&*self.kept.borrow()).map(Secret::from);
        if let (Ok(channel), Ok(text)) = (BroadcastChannel::new(&name(nonce)), text) {
            let _ = channel.post_message(&text.expose().as_str().into());
            channel.close();
        }
    }

    /// Whether another tab may have a session for this one. Who opens the sign-in page wants to sign in, perhaps as
    /// somebody else; and the way back from the issuer brings a session.
    pub fn may_join(&self) -> bool {
        let Some(location) = web_sys::window().map(|window| window.location()) else { return false };
        let here = location.origin().and_then(|origin| Ok(origin + &location.pathname()?)).ok();
        let is_here = |page| here.is_some() && browser::resolve(page) == here;
        self.preferences.shares() && !self.is_in_memory() && !is_here("sign-in") && !is_here("auth/callback")
    }

    /// Takes up the session of another tab, if one has one.
    pub fn join(self: &Rc<Self>) {
        let inner = Rc::clone(self);
        spawn_local(async move {
            let _ = join::run(Rc::clone(&inner)).await;
            inner.go_on_without();
        });
    }

    /// Comes into the room of the session and brings what renews credentials, and what hands the session to other tabs: by
    /// the time that is needed, the console may have been updated, and its old parts be gone.
    pub fn settle_in(self: &Rc<Self>) {
        if self.kept.borrow().tokens.is_some() {
            let inner = Rc::clone(self);
            spawn_local(async move {
                let _ = enter::run(inner).await;
            });
        }
    }

    fn say_in_room(&self, text: &str) {
        self.tabs(|tabs| {
            if let Some(room) = &tabs.room {
                let _ = room.channel.post_message(&text.into());
            }
        });
    }

    /// Says what the newest tokens and keys are.
    pub fn tell_news(&self) {
        let kept = self.kept.borrow();
        let news = News { tokens: kept.tokens.clone(), keys: kept.keys.clone() };
        if let Ok(text) = serde_json::to_string(&news) {
            let text = Secret::from(text);
            self.say_in_room(text.expose());
        }
    }

    /// Asks for newer tokens and keys, and gives others the time to answer.
    pub async fn hear_news(&self) {
        let turn = |inner: &Self| inner.kept.borrow().tokens.as_ref().map_or(0, |tokens| tokens.turn);
        let before = turn(self);
        self.say_in_room(&format!("newer {before}"));
        for _ in 0..LOOKS {
            browser::sleep(PAUSE).await;
            if turn(self) > before {
                return;
            }
        }
    }

    /// Does what one tab of the session alone may do at a time, until what this answers is dropped.
    pub async fn alone(&self, at: &str) -> Option<browser::Held> {
        self.enter_room();
        let id = self.kept.borrow().id.clone();
        browser::hold(&format!("astro.{at} {id}"), LOCKED).await
    }
}

errand! {
    in keys;
    /// Comes into the room of the session, and looks for what an earlier page of the tab has lost.
    fn enter(inner: Rc<Inner>) -> Result<(), ApiError> {
        inner.enter_room();
        inner.revoke_lost().await;
        Ok(())
    }
}

errand! {
    in session;
    /// Takes up the session of another tab. It lies where the sign-in page does, which is next if there is none.
    fn join(inner: Rc<Inner>) -> Result<(), ApiError> {
        if !browser::is_held(&name("signed-in")).await {
            return Ok(());
        }
        let nonce = new_id();
        let (tell, mut told) = oneshot::channel::<Secret<String>>();
        let mut tell = Some(tell);
        let listening = channel(&nonce, move |text| {
            if let Some(tell) = tell.take() {
                let _ = tell.send(text.into());
            }
        });
        let Some((listening, _heard)) = listening else { return Ok(()) };
        // Whose session has ended goes on with the same person's alone.
        let wanted = inner.kept.borrow().method.map(|_| inner.kept.borrow().identity());
        let ask = format!("ask {nonce} {}", wanted.as_deref().unwrap_or_default());
        inner.tabs(|tabs| tabs.say(&ask));
        let soon = select(&mut told, browser::sleep(PATIENCE)).await;
        let answer = if let Either::Left((answer, _)) = soon {
            answer.ok()
        } else {
            inner.go_on_without();
            match select(told, browser::sleep(LATE)).await {
                Either::Left((answer, _)) => answer.ok(),
                Either::Right(_) => None,
            }
        };
        listening.close();
        let kept = answer.and_then(|text| located::parse::<Kept>(text.expose().as_bytes()));
        if let Some(kept) = kept.filter(|kept| kept.method.is_some()) {
            let is_awaited = match wanted {
                Some(identity) => inner.expired.get() && kept.identity() == identity,
                None => inner.kept.borrow().method.is_none(),
            };
            // Who tries a key signs in by it.
            if is_awaited && inner.candidate.borrow().is_none() {
                inner.take_over(kept);
            }
        }
        Ok(())
    }
}

errand! {
    in keys;
    /// Takes in what is said in the hall.
    fn hear(inner: Rc<Inner>, text: String) -> Result<(), ApiError> {
        let Some((verb, rest)) = text.split_once(' ') else { return Ok(()) };
        let (first, second) = rest.split_once(' ').unwrap_or_default();
        let is_own = |identity: &str| {
            let kept = inner.kept.borrow();
            kept.method.is_some() && kept.identity() == identity
        };
        match verb {
            "ask" if inner.is_shared() && (second.is_empty() || is_own(second)) => inner.answer(first),
            "in" if inner.expired.get() && is_own(rest) => inner.join(),
            "out" if is_own(second) => {
                // The keys of a session that both have are revoked by whoever signs out.
                if inner.kept.borrow().id != first {
                    spawn_local(inner.give_up_keys());
                }
                decision::forget();
                inner.forget_person();
            }
            _ => {}
        }
        Ok(())
    }
}
