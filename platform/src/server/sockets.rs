//! The contract's four WebSockets: who may open one, and what travels on it.
//!
//! A feed is asked for frames only when the socket has taken those before, and never for more than a little time at
//! once, so that a slow reader costs the platform no memory: it falls behind, and who takes nothing at all for
//! [`STALL`] loses the connection.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use astro_api::operations::Operation;
use axum::{
    extract::{
        FromRequestParts as _,
        ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade},
    },
    http::{HeaderMap, HeaderValue, header, request::Parts},
    response::Response,
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use futures_util::{Sink, SinkExt as _, Stream, StreamExt as _};
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep, timeout};

use super::{App, accept::Wire, answer, faults::Kind, options::SocketAuth, seen::OpenSocket};
use crate::core::{Feed, call::Input, fault::Fault, time::Millis};

/// The protocol that a client offers first, and that the platform answers.
const PROTOCOL: &str = "astro.v1";
/// Begins the subprotocol that carries a key.
const KEY_PROTOCOL: &str = "astro.key.";
/// The parameter that carries a key.
const KEY_PARAMETER: &str = "api_key";

/// How often a socket is pinged.
const PING: Duration = Duration::from_secs(15);
/// How long a client may be silent, pongs included.
const SILENCE: Duration = Duration::from_secs(45);
/// How long one write may wait for the client to read.
const STALL: Duration = Duration::from_secs(30);
/// How long the client may take to answer a close.
const CLOSING: Duration = Duration::from_secs(5);
/// How long a feed is left alone when it doesn't say itself.
const ASK_AGAIN: Duration = Duration::from_millis(250);
/// How close together two looks at a feed are at most, however much changes.
const NOT_BEFORE: Duration = Duration::from_millis(50);
/// The span that a feed is asked for at once when the reader has fallen behind.
const SPAN: Millis = 250;
/// Nor is a long gap, such as a clock that was moved by hand, cut into more pieces than this.
const PIECES: Millis = 240;
/// Bytes that wait for the network before a write waits too.
const BUFFER: usize = 128 * 1024;

/// Opens the operation's stream, or answers why not, before anything is upgraded.
pub async fn open(
    app: &Arc<App>,
    operation: &'static Operation,
    mut input: Input,
    parts: &mut Parts,
    trace: &str,
) -> Response {
    if let Some(refusal) = not_an_upgrade(&parts.headers, trace) {
        return refusal;
    }
    let upgrade = match WebSocketUpgrade::from_request_parts(parts, &()).await {
        Ok(upgrade) => upgrade,
        Err(rejection) => return answer::fault(&Fault::new(400, "BAD_REQUEST", rejection.body_text()), trace),
    };
    let offered = offered(&parts.headers);
    if let Err(fault) = take_key(&mut input, &offered, &app.options.ws_auth) {
        return answer::fault(&fault, trace);
    }
    let feed = match app.core(|platform, now| platform.open(now, operation, &input)) {
        Ok(feed) => feed,
        Err(fault) => return answer::fault(&fault, trace),
    };
    let Some(wire) = parts.extensions.get::<Wire>().cloned() else {
        return answer::fault(&Fault::new(500, "INTERNAL_ERROR", "The connection is unknown"), trace);
    };
    let upgrade = upgrade
        .protocols([PROTOCOL])
        .max_message_size(64 * 1024)
        .write_buffer_size(BUFFER / 2)
        .max_write_buffer_size(BUFFER * 8);
    let app = Arc::clone(app);
    upgrade
        .on_upgrade(move |socket| async move { Conversation { app: &app, operation, feed }.hold(socket, wire).await })
}

/// 426 for a request that doesn't ask for a WebSocket, or for one of another version.
fn not_an_upgrade(headers: &HeaderMap, trace: &str) -> Option<Response> {
    let holds = |name: header::HeaderName, word: &str| {
        headers
            .get_all(name)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .any(|value| value.split(',').any(|part| part.trim().eq_ignore_ascii_case(word)))
    };
    if !holds(header::UPGRADE, "websocket") || !holds(header::CONNECTION, "upgrade") {
        let fault = Fault::new(426, "UPGRADE_REQUIRED", "This operation is a WebSocket: ask for an upgrade");
        let mut response = answer::fault(&fault, trace);
        response.headers_mut().insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
        return Some(response);
    }
    if !holds(header::SEC_WEBSOCKET_VERSION, "13") {
        let fault = Fault::new(426, "UPGRADE_REQUIRED", "Version 13 of the WebSocket protocol is needed");
        let mut response = answer::fault(&fault, trace);
        response.headers_mut().insert(header::SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
        return Some(response);
    }
    None
}

/// The subprotocols of the handshake.
fn offered(headers: &HeaderMap) -> Vec<String> {
    headers
        .get_all(header::SEC_WEBSOCKET_PROTOCOL)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|protocol| protocol.trim().to_owned())
        .collect()
}

/// Finds the key in the ways that are switched on; the header counts first.
fn take_key(input: &mut Input, offered: &[String], ways: &[SocketAuth]) -> Result<(), Fault> {
    let on = |way| ways.contains(&way);
    let header = input.key.take().filter(|_| on(SocketAuth::Header));
    let subprotocol = match offered.iter().find_map(|protocol| protocol.strip_prefix(KEY_PROTOCOL)) {
        Some(encoded) if on(SocketAuth::Subprotocol) => {
            let key = BASE64_URL_SAFE_NO_PAD.decode(encoded).ok().and_then(|bytes| String::from_utf8(bytes).ok());
            let key = key.ok_or_else(|| {
                Fault::invalid("Sec-WebSocket-Protocol", "holds a key that isn't base64url without padding")
            })?;
            // A browser drops a connection whose answer names none of its protocols, and the key is no name to repeat.
            if !offered.iter().any(|protocol| protocol == PROTOCOL) {
                return Err(Fault::invalid("Sec-WebSocket-Protocol", format!("must offer {PROTOCOL} beside the key")));
            }
            Some(key)
        }
        _ => None,
    };
    let mut query = None;
    input.query.retain(|(name, value)| {
        let is_key = name == KEY_PARAMETER;
        if is_key {
            query = Some(value.clone());
        }
        !is_key
    });
    input.key = header.or(subprotocol).or(query.filter(|_| on(SocketAuth::Query)));
    Ok(())
}

/// How a conversation ends.
#[derive(Debug, PartialEq)]
enum End {
    /// With a close frame.
    Close(u16, &'static str),
    /// The client has closed, or went away.
    Left,
    /// The connection is reset.
    Drop,
    /// It stays open, and nothing more is said.
    Silence,
}

/// One open socket.
struct Conversation<'a> {
    app: &'a App,
    operation: &'static Operation,
    feed: Feed,
}

impl Conversation<'_> {
    async fn hold(mut self, socket: WebSocket, wire: Wire) {
        let open = self.app.seen.socket(self.operation.id);
        let (mut sink, mut stream) = socket.split();
        let begun = Instant::now();
        let heard = AtomicU64::new(0);
        let end = tokio::select! {
            end = listen(&mut stream, begun, &heard) => end,
            end = self.talk(&mut sink, &open, begun, &heard) => end,
        };
        match end {
            End::Close(code, reason) => {
                let frame = CloseFrame { code, reason: reason.into() };
                let goodbye = async {
                    sink.send(Message::Close(Some(frame))).await?;
                    // The client's own close ends the stream.
                    while stream.next().await.is_some() {}
                    Ok::<(), axum::Error>(())
                };
                let _ = timeout(CLOSING, goodbye).await;
            }
            End::Left => {
                let _ = timeout(CLOSING, sink.close()).await;
            }
            End::Drop => wire.linger_no_more(),
            End::Silence => {
                let mut lives = self.app.lives.subscribe();
                tokio::select! {
                    () = wire.gone() => {}
                    () = self.app.shutdown.cancelled() => {}
                    _ = lives.changed() => {}
                }
            }
        }
    }

    /// Sends what the feed has to say until something ends it.
    async fn talk(
        &mut self,
        sink: &mut (impl Sink<Message> + Unpin),
        open: &OpenSocket<'_>,
        begun: Instant,
        heard: &AtomicU64,
    ) -> End {
        let app = self.app;
        let mut changes = app.changes.subscribe();
        let mut lives = app.lives.subscribe();
        let mut orders = app.faults.watch();
        let mut doom = app.doom();
        let mut ping = interval_at(Instant::now() + PING, PING);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut sent = 0_u64;
        let mut at = app.now();
        loop {
            orders.mark_unchanged();
            match app.faults.of_socket(self.operation, sent) {
                Some(Kind::WsDrop) => return End::Drop,
                Some(_) => return End::Silence,
                None => {}
            }
            changes.mark_unchanged();
            let now = app.now();
            at = next_look(at, now);
            let feed = &mut self.feed;
            let Ok(polled) = app.core(|platform, _| Ok(platform.poll(at, feed))) else {
                return End::Close(1011, "the platform failed");
            };
            for frame in polled.frames {
                if let Some(end) = send(sink.feed(Message::Text(frame.into()))).await {
                    return end;
                }
                sent += 1;
                open.sent(1);
                // A fault that waits for a number of frames strikes in the middle of a batch as well.
                match app.faults.of_socket(self.operation, sent) {
                    None => {}
                    Some(kind) => {
                        let _ = send(sink.flush()).await;
                        return if kind == Kind::WsDrop { End::Drop } else { End::Silence };
                    }
                }
            }
            if let Some(end) = send(sink.flush()).await {
                return end;
            }
            if polled.ended {
                return End::Close(1000, "the stream has ended");
            }
            let wait = match polled.again {
                _ if at < now => Duration::ZERO,
                0 => ASK_AGAIN,
                again => Duration::from_millis(again.into()),
            };
            let change = async {
                sleep(NOT_BEFORE.min(wait)).await;
                changes.changed().await
            };
            tokio::select! {
                () = sleep(wait) => {}
                _ = change => {}
                _ = orders.changed() => {}
                _ = lives.changed() => return End::Close(1012, "the platform begins anew"),
                () = app.shutdown.cancelled() => return End::Close(1001, "the platform stops"),
                () = &mut doom => return End::Drop,
                _ = ping.tick() => {
                    let silent = begun.elapsed().saturating_sub(Duration::from_millis(heard.load(Ordering::Relaxed)));
                    if silent > SILENCE {
                        return End::Drop;
                    }
                    if let Some(end) = send(sink.send(Message::Ping(Vec::new().into()))).await {
                        return end;
                    }
                    if app.faults.chance(app.chaos()) {
                        return End::Drop;
                    }
                }
            }
        }
    }
}

impl App {
    /// When chaos drops a socket: for most never, for its share after some seconds.
    fn doom(&self) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
        if self.faults.chance(self.chaos()) {
            Box::pin(sleep(Duration::from_millis(self.faults.milliseconds(1000, 10_000))))
        } else {
            Box::pin(std::future::pending())
        }
    }
}

/// Reads until the client leaves. What it says means nothing, but that it is there.
async fn listen(
    stream: &mut (impl Stream<Item = Result<Message, axum::Error>> + Unpin),
    begun: Instant,
    heard: &AtomicU64,
) -> End {
    while let Some(Ok(message)) = stream.next().await {
        let since = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        heard.store(since, Ordering::Relaxed);
        if let Message::Close(_) = message {
            break;
        }
    }
    End::Left
}

/// Writes, but doesn't wait for ever: who reads nothing loses the connection.
async fn send<E>(write: impl Future<Output = Result<(), E>>) -> Option<End> {
    match timeout(STALL, write).await {
        Ok(Ok(())) => None,
        Ok(Err(_)) => Some(End::Left),
        Err(_) => Some(End::Drop),
    }
}

/// The time that a feed is asked for next: now, or a little after the last time when that is long ago.
fn next_look(last: Millis, now: Millis) -> Millis {
    let behind = now - last;
    last + behind.min(SPAN.max(behind / PIECES))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: &[SocketAuth] = &[SocketAuth::Header, SocketAuth::Subprotocol, SocketAuth::Query];

    fn keyed(key: Option<&str>, query: &[(&str, &str)], offered: &[&str], ways: &[SocketAuth]) -> Result<Input, Fault> {
        let mut input = Input {
            key: key.map(str::to_owned),
            query: query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            ..Input::default()
        };
        let offered: Vec<String> = offered.iter().map(|protocol| (*protocol).to_owned()).collect();
        take_key(&mut input, &offered, ways).map(|()| input)
    }

    #[test]
    fn a_key_travels_by_header_subprotocol_or_query_and_in_this_order() {
        let key = |input: Result<Input, Fault>| input.unwrap().key;
        let protocols = ["astro.v1", "astro.key.c2VjcmV0"];
        assert_eq!(key(keyed(None, &[], &protocols, ALL)).as_deref(), Some("secret"));
        assert_eq!(key(keyed(Some("header"), &[("api_key", "q")], &protocols, ALL)).as_deref(), Some("header"));
        assert_eq!(key(keyed(None, &[("api_key", "q")], &["astro.v1"], ALL)).as_deref(), Some("q"));
        assert_eq!(key(keyed(None, &[], &["astro.v1"], ALL)), None);
    }

    #[test]
    fn a_way_that_is_off_carries_nothing_and_the_query_is_cleaned_all_the_same() {
        let input =
            keyed(None, &[("api_key", "q"), ("tail", "5")], &["astro.key.c2VjcmV0"], &[SocketAuth::Header]).unwrap();
        assert_eq!(input.key, None);
        assert_eq!(input.query, [("tail".to_owned(), "5".to_owned())]);
        assert_eq!(keyed(Some("header"), &[], &[], &[SocketAuth::Query]).unwrap().key, None);
    }

    #[test]
    fn a_key_that_cannot_be_read_or_stands_alone_is_refused() {
        let status = |offered: &[&str]| keyed(None, &[], offered, ALL).err().map(|fault| fault.status);
        assert_eq!(status(&["astro.v1", "astro.key.%%"]), Some(400));
        assert_eq!(status(&["astro.key.c2VjcmV0"]), Some(400));
    }

    #[test]
    fn a_slow_reader_is_given_its_frames_in_pieces() {
        assert_eq!(next_look(1000, 1100), 1100);
        assert_eq!(next_look(1000, 9000), 1250);
        assert_eq!(next_look(0, 2_400_000), 10_000);
        let (mut at, mut looks) = (0, 0);
        while at < 30 * 24 * 3_600_000 {
            at = next_look(at, 30 * 24 * 3_600_000);
            looks += 1;
        }
        assert!(looks < 5000, "{looks}");
    }
}
