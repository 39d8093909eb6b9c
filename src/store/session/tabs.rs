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
    client::browser::{self, Hold, Listener},
    store::{decision, errand::errand},
};

/// How long a new tab waits for a session before it asks to sign in, milliseconds.
const PATIENCE: u64 = 150;

/// How long an answer may still come while it asks already, milliseconds.
const LATE: u64 = 3_000;

/// How often, and how long apart in milliseconds, a tab that is about to renew looks whether another has.
const LOOKS: u32 = 5;
const PAUSE: u64 = 20;

/// How long a lock may be held by others who live: none of them is longer at it, milliseconds.
const LOCKED: u64 = 30_000;

/// The connections of a tab to the others.
pub struct Tabs {
    hall: Option<BroadcastChannel>,
    _heard: Option<Listener>,
    room: Option<Room>,
    /// Dropped, it tells that nobody is signed in here any more.
    presence: Option<oneshot::Sender<()>>,
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
            if let Some(inner) = inner.upgrade() {
                inner.hear(&text);
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
        !self.expired.get() && self.kept.borrow().method.is_some() && self.preferences.shares() && !self.is_in_memory()
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

    fn hear(self: &Rc<Self>, text: &str) {
        let Some((verb, rest)) = text.split_once(' ') else { return };
        let is_own = |identity: &str| {
            let kept = self.kept.borrow();
            kept.method.is_some() && kept.identity() == identity
        };
        match verb {
            "ask" if self.is_shared() => {
                let (inner, rest) = (Rc::clone(self), rest.to_owned());
                spawn_local(async move {
                    let _ = answer::run(inner, rest).await;
                });
            }
            "in" if self.expired.get() && is_own(rest) => self.join(),
            "out" => {
                let (id, identity) = rest.split_once(' ').unwrap_or_default();
                if is_own(identity) {
                    // The keys of a session that both have are revoked by whoever signs out.
                    if self.kept.borrow().id != id {
                        drop(self.give_up_keys());
                    }
                    decision::forget();
                    self.forget();
                }
            }
            _ => {}
        }
    }

    /// Comes into the room of the session, or leaves it; and tells that somebody is signed in here, or that nobody is.
    pub fn attend(&self) {
        let id = {
            let kept = self.kept.borrow();
            Some(kept.id.clone()).filter(|id| kept.method.is_some() && !id.is_empty() && !self.is_in_memory())
        };
        let me = self.me.clone();
        self.tabs(|tabs| {
            if tabs.room.as_ref().map(|room| &room.id) != id.as_ref() {
                tabs.room = id.as_ref().and_then(|id| {
                    let (channel, heard) = channel(id, move |text| {
                        if let Some(inner) = me.upgrade() {
                            spawn_local(async move {
                                let _ = listen::run(inner, text).await;
                            });
                        }
                    })?;
                    Some(Room { id: id.clone(), channel, _heard: heard })
                });
            }
            match (id.is_some(), tabs.presence.is_some()) {
                (true, false) => {
                    let (leave, left) = oneshot::channel();
                    tabs.presence = Some(leave);
                    spawn_local(async move {
                        let _held = browser::hold(&name("signed-in"), Hold::Among, LOCKED).await;
                        let _ = left.await;
                    });
                }
                (false, true) => tabs.presence = None,
                _ => {}
            }
        });
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
            if browser::is_held(&name("signed-in")).await {
                let _ = join::run(Rc::clone(&inner)).await;
            }
            inner.go_on_without();
        });
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
        let id = self.kept.borrow().id.clone();
        browser::hold(&format!("astro.{at} {id}"), Hold::Alone, LOCKED).await
    }
}

errand! {
    in keys;
    /// Takes up the session of another tab.
    fn join(inner: Rc<Inner>) -> Result<(), ApiError> {
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
            if is_awaited {
                inner.take_over(kept);
            }
        }
        Ok(())
    }
}

errand! {
    in keys;
    /// Hands the session to the tab that has asked for it.
    fn answer(inner: Rc<Inner>, asked: String) -> Result<(), ApiError> {
        let (nonce, wanted) = asked.split_once(' ').unwrap_or_default();
        let kept = inner.kept.borrow();
        if wanted.is_empty() || wanted == kept.identity() {
            let text = serde_json::to_string(&*kept).map(Secret::from);
            if let (Ok(channel), Ok(text)) = (BroadcastChannel::new(&name(nonce)), text) {
                let _ = channel.post_message(&text.expose().as_str().into());
                channel.close();
            }
        }
        Ok(())
    }
}

errand! {
    in keys;
    /// Takes in what another tab of the session says.
    fn listen(inner: Rc<Inner>, text: String) -> Result<(), ApiError> {
        let text = Secret::from(text);
        let turn = inner.kept.borrow().tokens.as_ref().map_or(0, |tokens| tokens.turn);
        if let Some(than) = text.expose().strip_prefix("newer ") {
            if than.parse().is_ok_and(|than: u32| turn > than) {
                inner.tell_news();
            }
            return Ok(());
        }
        let Some(news) = located::parse::<News>(text.expose().as_bytes()) else { return Ok(()) };
        if inner.kept.borrow().method != Some(Method::Oidc) {
            return Ok(());
        }
        let newer = news.tokens.filter(|tokens| tokens.turn > turn);
        if newer.is_some() {
            inner.expired.set(false);
        }
        inner.change(|kept| {
            kept.tokens = newer.or(kept.tokens.take());
            for (organization, key) in news.keys {
                let is_newer = kept.keys.get(&organization).is_none_or(|own| key.expires_at > own.expires_at);
                if is_newer {
                    kept.keys.insert(organization, key);
                }
            }
        });
        Ok(())
    }
}
