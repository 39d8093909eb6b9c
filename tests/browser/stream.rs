//! The manager of WebSockets.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use astro_api::{ApiError, ErrorKind, Frame, applications};
use astro_console::client::{
    WebSocketAuth, browser,
    reconnect::{State, Times},
    stream::{Probing, Subscription},
};
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{Answer, Sockets, Wire, client, client_with, data, error, settings, until};

const FAST: Times = Times { handshake: 5_000, silence: 5_000, hidden: 5_000, first: 20, longest: 40 };

struct Watched {
    states: Rc<RefCell<Vec<State>>>,
    refused: Rc<RefCell<Option<ApiError>>>,
    frames: Rc<RefCell<Vec<String>>>,
    subscription: Option<Subscription>,
}

impl Watched {
    fn with(client: &astro_console::client::Client, times: Times) -> Self {
        let (states, refused, frames) = <(Rc<RefCell<Vec<_>>>, Rc<RefCell<_>>, Rc<RefCell<Vec<_>>>)>::default();
        let subscription = client.open(
            &applications::status("web"),
            Probing::with(applications::get("web")),
            times,
            {
                let frames = Rc::clone(&frames);
                move |frame| {
                    frames.borrow_mut().push(match frame {
                        Ok(Frame::Item(item)) => item.status,
                        Ok(Frame::Text(text)) => text,
                        Err(error) => format!("{:?}", error.kind),
                    });
                }
            },
            {
                let (states, refused) = (Rc::clone(&states), Rc::clone(&refused));
                move |state, error| {
                    states.borrow_mut().push(state);
                    *refused.borrow_mut() = error.cloned();
                }
            },
        );
        Self { states, refused, frames, subscription: Some(subscription) }
    }

    fn state(&self) -> State {
        self.states.borrow().last().copied().unwrap_or(State::Connecting)
    }

    async fn comes_to(&self, state: State) {
        until(&format!("{state:?}"), || self.state() == state).await;
    }
}

fn frame(status: &str) -> String {
    json!({"appId": "web", "status": status, "timestamp": "2026-06-08T17:41:05Z"}).to_string()
}

#[wasm_bindgen_test]
async fn a_socket_carries_the_key_beside_its_protocol_and_closes_when_dropped() {
    let sockets = Sockets::new();
    let (client, keyring) = client();
    let mut watched = Watched::with(&client, FAST);
    let socket = sockets.nth(0).await;
    assert_eq!(socket.url(), "wss://live.example/api/v1/applications/web/status");
    let key = format!("astro.key.{}", browser::base64url(keyring.key.borrow().as_str()));
    assert_eq!(socket.protocols(), ["astro.v1".to_owned(), key]);
    socket.open();
    watched.comes_to(State::Live).await;
    socket.say(&frame("RUNNING"));
    socket.say("plain text");
    socket.say(r#"{"status": {}}"#);
    assert_eq!(*watched.frames.borrow(), ["RUNNING", "plain text", "Mismatch"]);
    let misread = client.records().all()[0].misread.clone().unwrap();
    assert!(!misread.is_empty() && client.records().all()[0].pending, "{misread}");
    assert_eq!(watched.state(), State::Live);
    watched.subscription.take();
    assert!(socket.given_up());
    socket.say(&frame("LATE"));
    assert_eq!(watched.frames.borrow().len(), 3);
}

#[wasm_bindgen_test]
async fn the_configuration_chooses_the_way_of_the_key() {
    let sockets = Sockets::new();
    for (index, way) in [WebSocketAuth::Query, WebSocketAuth::None].into_iter().enumerate() {
        let mut chosen = settings();
        chosen.websocket_auth = way;
        let (client, keyring) = client_with(chosen);
        keyring.key.replace("a/b".to_owned());
        let _watched = Watched::with(&client, FAST);
        let socket = sockets.nth(index).await;
        assert_eq!(socket.protocols(), ["astro.v1"]);
        assert_eq!(socket.url().ends_with("?api_key=a%2Fb"), way == WebSocketAuth::Query, "{}", socket.url());
    }
}

#[wasm_bindgen_test]
async fn a_lost_socket_is_replaced() {
    let sockets = Sockets::new();
    let (client, _) = client();
    let watched = Watched::with(&client, FAST);
    for index in 0..3 {
        let socket = sockets.nth(index).await;
        socket.open();
        socket.say(&frame("RUNNING"));
        watched.comes_to(State::Live).await;
        socket.close(1006);
        until("the loss to show", || watched.state() != State::Live).await;
        assert!(matches!(watched.state(), State::Reconnecting { .. }));
    }
    sockets.nth(3).await.open();
    watched.comes_to(State::Live).await;
    assert_eq!(watched.frames.borrow().len(), 3);
}

#[wasm_bindgen_test]
async fn a_stream_that_comes_again_asks_for_what_overlaps() {
    let sockets = Sockets::new();
    let (client, _) = client();
    let tail = |tail: i64| {
        let options = applications::LogOptions { tail: Some(tail), ..applications::LogOptions::default() };
        applications::logs("web", &options)
    };
    let asked = Rc::new(Cell::new(0));
    let resume = {
        let asked = Rc::clone(&asked);
        Rc::new(move || {
            asked.set(asked.get() + 1);
            tail(900).call().clone()
        })
    };
    let probing = Probing::with(applications::get("web"));
    let silence = Times { silence: 300, ..FAST };
    let _kept = client.open_resuming(&tail(100), Some(resume), probing, silence, |_| {}, |_, _| {});
    let first = sockets.nth(0).await;
    assert!(first.url().ends_with("?tail=100"), "{}", first.url());
    assert_eq!(asked.get(), 0);
    first.open();
    first.close(1006);
    let second = sockets.nth(1).await;
    assert!(second.url().ends_with("?tail=900"), "{}", second.url());
    // One that is replaced without a word because it is silent brings known lines too.
    second.open();
    let third = sockets.nth(2).await;
    assert!(third.url().ends_with("?tail=900"), "{}", third.url());
    assert_eq!(asked.get(), 2);
}

#[wasm_bindgen_test]
async fn a_refused_socket_is_explained_by_http() {
    let sockets = Sockets::new();
    let wire = Wire::new(|_| error(403));
    let (client, _) = client();
    let watched = Watched::with(&client, FAST);
    sockets.nth(0).await.close(1006);
    watched.comes_to(State::Refused).await;
    let refused = watched.refused.borrow().clone().unwrap();
    assert_eq!((refused.kind, refused.trace_id.as_deref()), (ErrorKind::Forbidden, Some("t-1")));
    assert_eq!(wire.sent("GET", "/applications/web").len(), 1);
    // Longer than any wait of these times.
    browser::sleep(120).await;
    assert_eq!(sockets.count(), 1);
    watched.subscription.as_ref().unwrap().retry();
    sockets.nth(1).await.open();
    watched.comes_to(State::Live).await;
}

#[wasm_bindgen_test]
async fn a_socket_that_fails_for_no_reason_of_the_platforms_is_tried_again() {
    let sockets = Sockets::new();
    let wire = Wire::new(|_| data(json!({"id": "web", "name": "web"})));
    let (client, _) = client();
    let watched = Watched::with(&client, FAST);
    sockets.nth(0).await.close(1006);
    sockets.nth(1).await.open();
    watched.comes_to(State::Live).await;
    assert_eq!(wire.seen().len(), 1);
}

#[wasm_bindgen_test]
async fn a_refusal_over_the_socket_is_explained_too() {
    let sockets = Sockets::new();
    let asked = Rc::new(Cell::new(false));
    let was_asked = Rc::clone(&asked);
    let _wire = Wire::new(move |_| {
        was_asked.set(true);
        error(404)
    });
    let (client, _) = client();
    let watched = Watched::with(&client, FAST);
    let socket = sockets.nth(0).await;
    socket.open();
    socket.say(&json!({"error": "gone", "error_code": "NOT_FOUND", "status": 404}).to_string());
    watched.comes_to(State::Refused).await;
    assert!(asked.get() && socket.given_up() && watched.frames.borrow().is_empty());
}

#[wasm_bindgen_test]
async fn a_silent_socket_is_replaced_unseen() {
    let sockets = Sockets::new();
    let (client, _) = client();
    let watched = Watched::with(&client, Times { silence: 40, ..FAST });
    let first = sockets.nth(0).await;
    first.open();
    watched.comes_to(State::Live).await;
    let second = sockets.nth(1).await;
    assert!(first.given_up());
    second.open();
    second.say(&frame("RUNNING"));
    until("a frame of the new one", || watched.frames.borrow().len() == 1).await;
    assert_eq!(*watched.states.borrow(), [State::Live]);
}

#[wasm_bindgen_test]
async fn without_a_network_it_waits_for_one() {
    let sockets = Sockets::new();
    let (client, _) = client();
    let watched = Watched::with(&client, FAST);
    let socket = sockets.nth(0).await;
    socket.open();
    watched.comes_to(State::Live).await;
    announce("offline");
    assert!(matches!(watched.state(), State::Offline { .. }));
    assert!(socket.given_up());
    announce("online");
    sockets.nth(1).await.open();
    watched.comes_to(State::Live).await;
}

#[wasm_bindgen_test]
async fn what_ends_in_order_has_ended() {
    let sockets = Sockets::new();
    let (client, _) = client();
    let watched = Watched::with(&client, FAST);
    let socket = sockets.nth(0).await;
    socket.open();
    socket.close(1000);
    watched.comes_to(State::Ended).await;
    assert_eq!(sockets.count(), 1);
}

#[wasm_bindgen_test]
async fn without_a_key_no_socket_is_opened() {
    let sockets = Sockets::new();
    let wire = Wire::new(|_| Answer::Fail);
    let client = astro_console::client::Client::new(settings());
    let watched = Watched::with(&client, FAST);
    watched.comes_to(State::Refused).await;
    assert_eq!(watched.refused.borrow().as_ref().unwrap().kind, ErrorKind::NoCredential);
    assert_eq!((sockets.count(), wire.seen().len()), (0, 0));
}

fn announce(event: &str) {
    let event = web_sys::Event::new(event).unwrap();
    web_sys::window().unwrap().dispatch_event(&event).unwrap();
}
