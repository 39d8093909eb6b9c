//! The few things of the browser that the client and the store need, each in one place.

use std::{
    cell::RefCell,
    future::Future,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, Waker},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::future::Either;
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Event, EventTarget, Notification, NotificationOptions, NotificationPermission, Storage};

/// Milliseconds since 1970.
pub fn now() -> u64 {
    // Positive and far below 2^53.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let now = js_sys::Date::now().max(0.0) as u64;
    now
}

/// A number from 0 up to, but not including, 1.
pub fn random() -> f64 {
    js_sys::Math::random()
}

/// Milliseconds since 1970 of a time as the platform writes it.
pub fn parse_time(text: &str) -> Option<u64> {
    let millis = js_sys::Date::parse(text);
    // A date that is none is NaN.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    (millis >= 0.0).then_some(millis as u64)
}

/// Whether the browser believes that it has a network.
pub fn online() -> bool {
    web_sys::window().is_none_or(|window| window.navigator().on_line())
}

/// Whether the tab is hidden.
pub fn hidden() -> bool {
    web_sys::window().and_then(|window| window.document()).is_some_and(|document| document.hidden())
}

/// The origin of the page, `https://console.example.com`.
pub fn origin() -> String {
    web_sys::window().and_then(|window| window.location().origin().ok()).unwrap_or_default()
}

/// A URL as it resolves against the document's base; the console may live below any path.
pub fn resolve(url: &str) -> Option<String> {
    let base = web_sys::window()?.document()?.base_uri().ok()??;
    Some(web_sys::Url::new_with_base(url, &base).ok()?.href())
}

/// Storage that outlives the tab. Absent where the person or an embedding page forbids it.
pub fn local_storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// Storage that lives as long as the tab.
pub fn session_storage() -> Option<Storage> {
    web_sys::window()?.session_storage().ok()?
}

/// Bytes that nobody can guess; `None` where the browser has no source of them.
pub fn random_bytes<const N: usize>() -> Option<[u8; N]> {
    let mut bytes = [0; N];
    web_sys::window()?.crypto().ok()?.get_random_values_with_u8_array(&mut bytes).ok()?;
    Some(bytes)
}

/// Base64 as URLs and WebSocket subprotocols take it, without padding.
pub fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes behind [`base64url`].
pub fn from_base64url(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()
}

/// A listener that is removed when it is dropped.
pub struct Listener {
    target: EventTarget,
    event: &'static str,
    closure: Closure<dyn FnMut(Event)>,
}

impl Listener {
    /// Listens to an event of a target.
    pub fn new(target: &EventTarget, event: &'static str, on_event: impl FnMut(Event) + 'static) -> Self {
        let closure = Closure::<dyn FnMut(Event)>::new(on_event);
        // Fails only where the target is none.
        let _ = target.add_event_listener_with_callback(event, closure.as_ref().unchecked_ref());
        Self { target: target.clone(), event, closure }
    }

    /// Listens to an event of the window.
    pub fn window(event: &'static str, on_event: impl FnMut(Event) + 'static) -> Option<Self> {
        Some(Self::new(web_sys::window()?.as_ref(), event, on_event))
    }

    /// Listens to an event of the document.
    pub fn document(event: &'static str, on_event: impl FnMut(Event) + 'static) -> Option<Self> {
        Some(Self::new(web_sys::window()?.document()?.as_ref(), event, on_event))
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.target.remove_event_listener_with_callback(self.event, self.closure.as_ref().unchecked_ref());
    }
}

/// Runs something once after a while, unless it is dropped before.
pub struct Timer {
    id: i32,
    _closure: Closure<dyn FnMut()>,
}

impl Timer {
    /// Starts the wait. A delay longer than the browser's clock can count (24 days) is cut.
    pub fn after(millis: u64, run: impl FnOnce() + 'static) -> Option<Self> {
        let closure = Closure::once(run);
        let millis = i32::try_from(millis).unwrap_or(i32::MAX);
        let id = web_sys::window()?
            .set_timeout_with_callback_and_timeout_and_arguments_0(closure.as_ref().unchecked_ref(), millis)
            .ok()?;
        Some(Self { id, _closure: closure })
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            window.clear_timeout_with_handle(self.id);
        }
    }
}

/// Runs something again and again, until it is dropped.
pub struct Interval {
    id: i32,
    _closure: Closure<dyn FnMut()>,
}

impl Interval {
    /// Starts; the first run comes after one period.
    pub fn every(millis: i32, run: impl FnMut() + 'static) -> Option<Self> {
        let closure = Closure::<dyn FnMut()>::new(run);
        let id = web_sys::window()?
            .set_interval_with_callback_and_timeout_and_arguments_0(closure.as_ref().unchecked_ref(), millis)
            .ok()?;
        Some(Self { id, _closure: closure })
    }
}

impl Drop for Interval {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            window.clear_interval_with_handle(self.id);
        }
    }
}

#[derive(Default)]
struct Slept {
    over: bool,
    waker: Option<Waker>,
}

/// A wait that takes its timer along when it is dropped.
pub struct Sleep {
    slept: Rc<RefCell<Slept>>,
    _timer: Option<Timer>,
}

/// Waits.
pub fn sleep(millis: u64) -> Sleep {
    let slept = Rc::new(RefCell::new(Slept::default()));
    let timer = Timer::after(millis, {
        let slept = Rc::clone(&slept);
        move || {
            let waker = {
                let mut slept = slept.borrow_mut();
                slept.over = true;
                slept.waker.take()
            };
            if let Some(waker) = waker {
                waker.wake();
            }
        }
    });
    // Without a window there is nothing to wait for.
    if timer.is_none() {
        slept.borrow_mut().over = true;
    }
    Sleep { slept, _timer: timer }
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut slept = self.slept.borrow_mut();
        if slept.over {
            return Poll::Ready(());
        }
        slept.waker = Some(context.waker().clone());
        Poll::Pending
    }
}

/// How long another tab may keep a lock before this one goes on without it: a frozen tab must not stop the others.
const LOCK_PATIENCE: u64 = 1_000;

/// Runs something while no other tab runs something under the same name.
///
/// Web Locks exist in secure contexts alone; without them it simply runs, so that a single tab is still correct.
pub async fn exclusively<R: 'static>(name: &str, run: impl FnOnce() -> R + 'static) -> Option<R> {
    let run = Rc::new(RefCell::new(Some(run)));
    let result = Rc::new(RefCell::new(None));
    let once = {
        let (run, result) = (Rc::clone(&run), Rc::clone(&result));
        move || {
            // Taken, so that a lock that is granted late runs nothing a second time.
            let run = run.borrow_mut().take();
            if let Some(run) = run {
                let value = run();
                *result.borrow_mut() = Some(value);
            }
        }
    };
    if let Some(granted) = request_lock(name, None, {
        let once = once.clone();
        move |_| {
            once();
            Promise::resolve(&JsValue::UNDEFINED)
        }
    }) {
        let _ = futures_util::future::select(JsFuture::from(granted), sleep(LOCK_PATIENCE)).await;
    }
    once();
    result.borrow_mut().take()
}

/// A lock that all pages of the origin share; it is let go when this is dropped.
pub struct Held(Option<Function>);

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(let_go) = &self.0 {
            let _ = let_go.call0(&JsValue::UNDEFINED);
        }
    }
}

/// Says under a name that this page is there, until it is dropped: see [`is_held`].
pub struct Presence {
    _held: Rc<RefCell<Option<Held>>>,
}

impl Presence {
    /// Says so from now on.
    pub fn new(name: &str) -> Self {
        let held = Rc::new(RefCell::new(None));
        let slot = Rc::downgrade(&held);
        let body = move |_| {
            Promise::new(&mut |let_go, _| {
                let granted = Held(Some(let_go));
                if let Some(slot) = slot.upgrade() {
                    *slot.borrow_mut() = Some(granted);
                }
            })
        };
        request_lock(name, Some(("mode", "shared".into())), body);
        Self { _held: held }
    }
}

/// Takes a lock, and waits for it so many milliseconds. `None`: somebody else has it still.
///
/// Where there are no locks, which are for secure contexts alone, it counts as taken: a single tab is still correct.
pub async fn hold(name: &str, patience: u64) -> Option<Held> {
    let (grant, granted) = futures_channel::oneshot::channel::<Held>();
    let mut grant = Some(grant);
    // A lock is held until its promise is settled. Who has given up does not hear of it, and it is let go at once.
    let body = move |_| {
        Promise::new(&mut |let_go, _| {
            let held = Held(Some(let_go));
            drop(grant.take().map(|grant| grant.send(held)));
        })
    };
    if request_lock(name, None, body).is_none() {
        return Some(Held(None));
    }
    match futures_util::future::select(granted, sleep(patience)).await {
        Either::Left((held, _)) => held.ok(),
        Either::Right(_) => None,
    }
}

/// Whether somebody holds a lock. `false` where there are none.
pub async fn is_held(name: &str) -> bool {
    let (tell, told) = futures_channel::oneshot::channel();
    let body = move |lock: JsValue| {
        let _ = tell.send(lock.is_null());
        Promise::resolve(&JsValue::UNDEFINED)
    };
    // Asked for in this way, there is a call without a lock where it cannot be had at once.
    request_lock(name, Some(("ifAvailable", true.into())), body).is_some() && told.await.unwrap_or_default()
}

fn request_lock(
    name: &str,
    option: Option<(&str, JsValue)>,
    body: impl FnOnce(JsValue) -> Promise + 'static,
) -> Option<Promise> {
    let locks = Reflect::get(&web_sys::window()?.navigator(), &"locks".into()).ok().filter(JsValue::is_object)?;
    let request = Reflect::get(&locks, &"request".into()).ok()?.dyn_into::<Function>().ok()?;
    let body = Closure::once_into_js(body);
    let options = Object::new();
    if let Some((name, value)) = option {
        Reflect::set(&options, &name.into(), &value).ok()?;
    }
    request.call3(&locks, &name.into(), &options, &body).ok()?.dyn_into().ok()
}

/// What the browser says about notifications.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// It has none, or none on this origin: they need a secure one.
    Unsupported,
    /// It asks when it is asked to.
    Undecided,
    /// It shows none.
    Refused,
    /// It shows them.
    Granted,
}

/// Whether notifications may be shown.
pub fn notice_permission() -> Permission {
    let known = web_sys::window().is_some_and(|window| {
        window.is_secure_context() && Reflect::has(&window, &"Notification".into()).unwrap_or_default()
    });
    if !known {
        return Permission::Unsupported;
    }
    match Notification::permission() {
        NotificationPermission::Granted => Permission::Granted,
        NotificationPermission::Denied => Permission::Refused,
        _ => Permission::Undecided,
    }
}

/// Lets the browser ask the person; call it from a press.
pub async fn ask_for_notices() -> Permission {
    if notice_permission() == Permission::Undecided
        && let Ok(asked) = Notification::request_permission()
    {
        // A refusal is an answer too.
        let _ = JsFuture::from(asked).await;
    }
    notice_permission()
}

/// A notification of the browser's.
pub struct Notice(Notification);

impl Notice {
    /// Shows one, in the place of an earlier one of the same tag. Nothing secret: it lies on the desktop.
    pub fn show(title: &str, text: &str, tag: &str) -> Option<Self> {
        let options = NotificationOptions::new();
        options.set_body(text);
        options.set_tag(tag);
        Notification::new_with_options(title, &options).ok().map(Self)
    }

    /// On a press shows the console's window, closes the notification, and does something.
    pub fn on_press(&self, act: impl Fn() + 'static) -> Listener {
        let notice = self.0.clone();
        Listener::new(self.0.as_ref(), "click", move |_| {
            if let Some(window) = web_sys::window() {
                let _ = window.focus();
            }
            notice.close();
            act();
        })
    }
}
