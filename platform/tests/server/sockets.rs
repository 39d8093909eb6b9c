//! The four WebSockets: opened, refused, fed, and ended.

use astro_api::{
    applications::{self, LogOptions},
    clusters,
    request::{Frame, Stream},
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use futures_util::SinkExt as _;
use hyper::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_tungstenite::tungstenite::Message;

use crate::support::{Answer, Local, OWNER, ending, eventually, key_protocols, next_text, within};

/// The path of a stream as a client sends it.
fn target<T: DeserializeOwned>(stream: &Stream<T>) -> String {
    stream.call().target(None).unwrap()
}

/// Opens a stream as a browser does, and decodes its first frame.
async fn first_frame<T: DeserializeOwned>(platform: &Local, stream: &Stream<T>) -> T {
    let (mut socket, handshake) = platform.browser_socket(&target(stream), OWNER).await;
    assert_eq!(handshake.status(), StatusCode::SWITCHING_PROTOCOLS);
    assert_eq!(handshake.headers()["sec-websocket-protocol"], "astro.v1");
    assert!(handshake.headers().contains_key("x-trace-id"));
    let text = next_text(&mut socket).await.expect("a frame");
    match stream.decode(&text) {
        Ok(Frame::Item(item)) => item,
        Ok(Frame::Text(text)) => panic!("not of the contract's form: {text}"),
        Err(error) => panic!("{error}: {text}"),
    }
}

#[tokio::test]
async fn each_stream_says_what_the_contract_promises() {
    let platform = Local::start(&[]).await;
    let app = platform.running_application().await;
    let status = first_frame(&platform, &applications::status(&app)).await;
    assert!(!status.app_id.is_empty());
    first_frame(&platform, &applications::events(&app, Some(true))).await;
    let options = LogOptions { tail: Some(5), ..LogOptions::default() };
    let line = first_frame(&platform, &applications::logs(&app, &options)).await;
    assert!(!line.pod.is_empty());

    let progress = platform.owner("/clusters/progress").await.json();
    let cluster = progress["data"]["progress"]
        .as_array()
        .and_then(|list| list.iter().find(|progress| progress["status"] == "IN_PROGRESS"))
        .unwrap_or_else(|| panic!("{progress}"));
    let name = cluster["clusterId"].as_str().unwrap();
    first_frame(&platform, &clusters::progress_stream(name, None)).await;
}

/// Every way of refusing, for each of the four operations.
#[tokio::test]
async fn a_socket_is_refused_before_it_opens() {
    let platform = Local::start(&[]).await;
    let (app, cluster) = (platform.running_application().await, platform.cluster().await);
    for (known, unknown) in [
        (format!("/applications/{app}/status"), "/applications/no-such-app/status"),
        (format!("/applications/{app}/events"), "/applications/no-such-app/events"),
        (format!("/applications/{app}/logs"), "/applications/no-such-app/logs"),
        (format!("/clusters/{cluster}/progress/stream"), "/clusters/no-such-cluster/progress/stream"),
    ] {
        let refused = |path: String, headers: Vec<(&'static str, String)>| {
            let http = platform.http.clone();
            async move {
                let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
                match http.open(&path, &headers).await {
                    Ok(_) => panic!("{path} was opened"),
                    Err(answer) => answer,
                }
            }
        };
        let check = |answer: Answer, status: StatusCode| {
            assert_eq!(answer.status, status, "{known}: {}", answer.text());
            assert_eq!(answer.header("content-type"), Some("application/json"));
        };
        let protocol = |value: &str| vec![("sec-websocket-protocol", value.to_owned())];
        check(refused(known.clone(), vec![]).await, StatusCode::UNAUTHORIZED);
        check(refused(known.clone(), protocol("astro.v1")).await, StatusCode::UNAUTHORIZED);
        check(refused(known.clone(), protocol(&key_protocols("astro_wrong"))).await, StatusCode::UNAUTHORIZED);
        check(refused(known.clone(), protocol("astro.v1, astro.key.!!")).await, StatusCode::BAD_REQUEST);
        let alone = format!("astro.key.{}", BASE64_URL_SAFE_NO_PAD.encode(OWNER));
        check(refused(known.clone(), protocol(&alone)).await, StatusCode::BAD_REQUEST);
        check(refused(unknown.to_owned(), protocol(&key_protocols(OWNER))).await, StatusCode::NOT_FOUND);

        platform.fault(json!({ "operation": "*", "kind": "ws-refuse", "status": 403 })).await;
        check(refused(known.clone(), protocol(&key_protocols(OWNER))).await, StatusCode::FORBIDDEN);

        let plain = platform.owner(&known).await;
        assert_eq!(plain.header("upgrade"), Some("websocket"));
        check(plain, StatusCode::UPGRADE_REQUIRED);
        let old = [
            ("x-astro-api-key", OWNER),
            ("connection", "upgrade"),
            ("upgrade", "websocket"),
            ("sec-websocket-version", "8"),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ];
        let old = platform.get(&format!("/api/v1{known}"), &old).await;
        assert_eq!(old.header("sec-websocket-version"), Some("13"));
        check(old, StatusCode::UPGRADE_REQUIRED);
    }
    let logs = format!("/applications/{app}/logs?tail=many");
    let Err(answer) = platform.open(&logs, &[("x-astro-api-key", OWNER)]).await else { panic!("{logs} was opened") };
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.text().contains("tail"), "{}", answer.text());
}

#[tokio::test]
async fn a_key_travels_in_the_ways_that_are_switched_on() {
    let by_header = vec![("x-astro-api-key", OWNER.to_owned())];
    let by_protocol = vec![("sec-websocket-protocol", key_protocols(OWNER))];
    let query = format!("?api_key={OWNER}");
    for ways in ["header", "subprotocol", "query", "header,subprotocol,query"] {
        let platform = Local::start(&["--ws-auth", ways]).await;
        let path = format!("/applications/{}/status", platform.running_application().await);
        for (way, query, headers) in [
            ("header", "", by_header.clone()),
            ("subprotocol", "", by_protocol.clone()),
            ("query", query.as_str(), vec![]),
        ] {
            let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
            match platform.open(&format!("{path}{query}"), &headers).await {
                Ok((mut socket, handshake)) => {
                    assert!(ways.contains(way), "{way} is off in {ways}");
                    assert_eq!(handshake.headers().contains_key("sec-websocket-protocol"), way == "subprotocol");
                    assert!(next_text(&mut socket).await.is_some());
                }
                Err(answer) => {
                    assert!(!ways.contains(way), "{way} is on in {ways}: {}", answer.text());
                    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
                }
            }
        }
    }
}

#[tokio::test]
async fn a_stream_that_has_an_end_closes_normally() {
    let platform = Local::start(&[]).await;
    let app = platform.running_application().await;
    let path = format!("/applications/{app}/logs?follow=false&tail=3");
    let (mut socket, _) = platform.browser_socket(&path, OWNER).await;
    assert_eq!(ending(&mut socket).await, Some(1000));
}

#[tokio::test]
async fn a_client_that_closes_is_answered_and_counted_no_more() {
    let platform = Local::start(&[]).await;
    let app = platform.running_application().await;
    let (mut socket, _) = platform.browser_socket(&format!("/applications/{app}/status"), OWNER).await;
    assert!(next_text(&mut socket).await.is_some());
    let open = async || {
        let seen = platform.get("/_platform/seen", &[]).await.json();
        seen["sockets"]["streamApplicationStatus"]["open"].as_u64().unwrap()
    };
    assert_eq!(open().await, 1);
    within(socket.close(None)).await.unwrap();
    eventually("the end of the socket", || async { (open().await == 0).then_some(()) }).await;
}

#[tokio::test]
async fn a_ping_is_answered() {
    let platform = Local::start(&[]).await;
    let app = platform.running_application().await;
    let (mut socket, _) = platform.browser_socket(&format!("/applications/{app}/status"), OWNER).await;
    within(socket.send(Message::Ping("here?".into()))).await.unwrap();
    let pong = async {
        use futures_util::StreamExt as _;
        while let Some(Ok(message)) = socket.next().await {
            if let Message::Pong(payload) = message {
                return payload;
            }
        }
        panic!("the socket has ended");
    };
    assert_eq!(within(pong).await.as_ref(), b"here?");
}

#[tokio::test]
async fn sockets_are_told_when_the_platform_begins_anew_or_stops() {
    let platform = Local::start(&[]).await;
    let path = format!("/applications/{}/status", platform.running_application().await);
    let (mut socket, _) = platform.browser_socket(&path, OWNER).await;
    assert!(next_text(&mut socket).await.is_some());
    assert_eq!(platform.post("/_platform/reset", &[], &json!({})).await.status, StatusCode::OK);
    assert_eq!(ending(&mut socket).await, Some(1012));

    let (mut socket, _) = platform.browser_socket(&path, OWNER).await;
    assert!(next_text(&mut socket).await.is_some());
    let stopped = tokio::spawn(platform.stop());
    assert_eq!(ending(&mut socket).await, Some(1001));
    drop(socket);
    within(stopped).await.unwrap();
}

#[tokio::test]
async fn what_somebody_does_reaches_an_open_stream() {
    let platform = Local::start(&["--speed", "1000"]).await;
    let app = platform.running_application().await;
    let stream = applications::status(&app);
    let (mut socket, _) = platform.browser_socket(&target(&stream), OWNER).await;
    assert!(next_text(&mut socket).await.is_some(), "the state at the start");
    let deed = json!({ "as": "owner", "operation": "resyncApplication", "path": { "appId": app }, "body": {} });
    let done = platform.post("/_platform/act", &[], &deed).await;
    assert!(done.status.is_success(), "{}", done.text());
    assert!(next_text(&mut socket).await.is_some(), "what came of it");
}

/// A reader that takes nothing gets no more than what the network holds, however much there would be to say.
#[tokio::test]
async fn a_slow_reader_costs_no_memory() {
    let platform = Local::start(&["--log-rate", "2000"]).await;
    let app = platform.running_application().await;
    let authority = platform.base.strip_prefix("http://").unwrap().to_owned();
    let mut raw = tokio::net::TcpStream::connect(&authority).await.unwrap();
    let handshake = format!(
        "GET /api/v1/applications/{app}/logs HTTP/1.1\r\nHost: {authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nX-Astro-API-Key: {OWNER}\r\n\r\n"
    );
    raw.write_all(handshake.as_bytes()).await.unwrap();
    let mut status = [0; 12];
    within(raw.read_exact(&mut status)).await.unwrap();
    assert_eq!(&status, b"HTTP/1.1 101");

    let frames = async || {
        let seen = platform.get("/_platform/seen", &[]).await.json();
        seen["sockets"]["streamApplicationLogs"]["frames"].as_u64().unwrap_or(0)
    };
    // Ten minutes of lines: over a million of them.
    platform.post("/_platform/clock", &[], &json!({ "advance": 600 })).await;
    // The count stands still while there is more to say: the socket is full, and nothing is made ahead.
    let stuck = eventually("a full socket", || async {
        let before = frames().await;
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        (before > 0 && frames().await == before).then_some(before)
    })
    .await;
    assert!(stuck < 200_000, "{stuck} frames for a reader that takes none");

    // And it goes on when the reader does.
    let mut taken = vec![0; 4 * 1024 * 1024];
    within(raw.read_exact(&mut taken)).await.unwrap();
    eventually("more frames", || async { (frames().await > stuck).then_some(()) }).await;
}
