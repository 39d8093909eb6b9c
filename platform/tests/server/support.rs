//! A platform on a free port, a plain HTTP client, and waiting for conditions.

use std::time::Duration;

use astro_platform::server::{Options, Running};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use clap::Parser as _;
use futures_util::StreamExt as _;
use http_body_util::{BodyExt as _, Full};
use hyper::{HeaderMap, Request, StatusCode, body::Bytes, header};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::Value;
use tokio::{net::TcpStream, time::Instant};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{self, Message, client::IntoClientRequest as _, handshake::client::Response as Handshake},
};

pub const OWNER: &str = "astro_demo_owner_5d1c7a9e";
pub const VIEWER: &str = "astro_demo_viewer_6a4e0b85";
pub const ACME: &str = "8b1d6c0e-5b7a-4f3e-8f16-3b0c2f9d7a11";

/// How long a condition may take on a machine that does much else.
pub const DEADLINE: Duration = Duration::from_secs(30);

/// A client that follows no redirect and keeps no cookie.
#[derive(Clone)]
pub struct Http {
    client: Client<HttpConnector, Full<Bytes>>,
    pub base: String,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&self.body)))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

impl Http {
    pub fn new(base: impl Into<String>) -> Self {
        Self { client: Client::builder(TokioExecutor::new()).build_http(), base: base.into() }
    }

    /// Sends whatever it is told; an error means that no whole answer came.
    pub async fn try_send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Result<Answer, Box<dyn std::error::Error + Send + Sync>> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.client.request(request.body(Full::new(body.into()))?).await?;
        let (parts, body) = response.into_parts();
        let body = body.collect().await?.to_bytes();
        Ok(Answer { status: parts.status, headers: parts.headers, body })
    }

    pub async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: impl Into<Bytes>) -> Answer {
        self.try_send(method, path, headers, body).await.unwrap_or_else(|error| panic!("{method} {path}: {error:?}"))
    }

    pub async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send("GET", path, headers, "").await
    }

    pub async fn post(&self, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        let mut headers = headers.to_vec();
        headers.push(("content-type", "application/json"));
        self.send("POST", path, &headers, body.to_string()).await
    }

    pub async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send("POST", path, &[("content-type", "application/x-www-form-urlencoded")], body).await
    }

    /// Reads an operation with the owner's key.
    pub async fn owner(&self, path: &str) -> Answer {
        self.get(&format!("/api/v1{path}"), &[("x-astro-api-key", OWNER)]).await
    }

    /// Adds a fault.
    pub async fn fault(&self, order: Value) {
        let answer = self.post("/_platform/faults", &[], &order).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    }

    /// The name of an application that runs.
    pub async fn running_application(&self) -> String {
        let list = self.owner("/applications").await.json();
        let running = list["data"].as_array().unwrap().iter().find(|app| app["status"] == "RUNNING").unwrap();
        running["name"].as_str().unwrap().to_owned()
    }

    /// The name of some cluster.
    pub async fn cluster(&self) -> String {
        self.owner("/clusters").await.json()["data"][0]["clusterName"].as_str().unwrap().to_owned()
    }
}

/// A platform of its own for one test.
pub struct Local {
    running: Running,
    pub http: Http,
}

impl std::ops::Deref for Local {
    type Target = Http;

    fn deref(&self) -> &Http {
        &self.http
    }
}

impl Local {
    /// Starts one with more flags than a free port and no rate limit.
    pub async fn start(flags: &[&str]) -> Self {
        Self::start_limited(&[&["--rate-limit", "off"], flags].concat()).await
    }

    pub async fn start_limited(flags: &[&str]) -> Self {
        let options = Options::parse_from([&["astro-platform", "--listen", "127.0.0.1:0"], flags].concat());
        let running = Running::start(options).await.unwrap();
        let http = Http::new(format!("http://{}", running.address()));
        Self { running, http }
    }

    pub async fn stop(self) {
        self.running.stop().await.unwrap();
    }
}

/// An open WebSocket.
pub type Socket = WebSocketStream<TcpStream>;

impl Http {
    /// Opens a WebSocket, or tells how it was refused.
    pub async fn open(&self, path: &str, headers: &[(&str, &str)]) -> Result<(Socket, Handshake), Answer> {
        let authority = self.base.strip_prefix("http://").unwrap();
        let mut request = format!("ws://{authority}/api/v1{path}").into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(header::HeaderName::try_from(*name).unwrap(), value.parse().unwrap());
        }
        let stream = TcpStream::connect(authority).await.unwrap();
        match tokio_tungstenite::client_async(request, stream).await {
            Ok(opened) => Ok(opened),
            Err(tungstenite::Error::Http(response)) => {
                let (parts, body) = response.into_parts();
                Err(Answer { status: parts.status, headers: parts.headers, body: body.unwrap_or_default().into() })
            }
            Err(error) => panic!("{path}: {error:?}"),
        }
    }

    /// Opens a WebSocket as a browser does, with the key in a subprotocol.
    pub async fn browser_socket(&self, path: &str, key: &str) -> (Socket, Handshake) {
        let protocols = key_protocols(key);
        match self.open(path, &[("sec-websocket-protocol", &protocols)]).await {
            Ok(opened) => opened,
            Err(answer) => panic!("{path}: {} {}", answer.status, answer.text()),
        }
    }
}

/// What a console offers.
pub fn key_protocols(key: &str) -> String {
    format!("astro.v1, astro.key.{}", BASE64_URL_SAFE_NO_PAD.encode(key))
}

/// The next text frame; nothing once the socket is closed or broken.
pub async fn next_text(socket: &mut Socket) -> Option<String> {
    loop {
        let message = within(socket.next()).await?;
        match message.ok()? {
            Message::Text(text) => return Some(text.as_str().to_owned()),
            Message::Close(_) => return None,
            _ => {}
        }
    }
}

/// How a socket ends: the code of the close frame, or nothing when the connection just breaks.
pub async fn ending(socket: &mut Socket) -> Option<u16> {
    loop {
        match within(socket.next()).await? {
            Ok(Message::Close(frame)) => return frame.map(|frame| frame.code.into()),
            Ok(_) => {}
            Err(_) => return None,
        }
    }
}

/// Waits for a future, but not for ever.
#[track_caller]
pub fn within<F: Future>(future: F) -> impl Future<Output = F::Output> {
    let caller = std::panic::Location::caller();
    async move {
        let waited = tokio::time::timeout(DEADLINE, future).await;
        waited.unwrap_or_else(|_| panic!("nothing happened within {DEADLINE:?}, waited for at {caller}"))
    }
}

/// Asks again and again until there is an answer.
pub async fn eventually<T, F: Future<Output = Option<T>>>(what: &str, mut ask: impl FnMut() -> F) -> T {
    let started = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(started.elapsed() < DEADLINE, "{what} did not come about within {DEADLINE:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
