//! The accept loop. It is the server's own, because a fault that resets the connection has to reach the socket.

use std::{
    io,
    net::SocketAddr,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{Router, body::Body};
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt as _;

/// What a handler may know of the connection that a request came by; an extension of every request.
#[derive(Clone)]
pub struct Wire {
    /// The other end.
    pub peer: SocketAddr,
    socket: Arc<TcpStream>,
    cut: CancellationToken,
}

impl Wire {
    /// Resets the connection: the other end gets RST, neither an answer nor an orderly end.
    pub async fn reset(&self) -> ! {
        self.linger_no_more();
        self.cut.cancel();
        // The loop below drops the connection, and this future with it.
        std::future::pending().await
    }

    /// Makes the end of the connection a reset, for a WebSocket, whose owner drops it.
    pub fn linger_no_more(&self) {
        // A socket that refuses this is one that is closed already.
        let _ = self.socket.set_zero_linger();
    }

    /// Waits, without reading anything, until the other end has gone.
    pub async fn gone(&self) {
        const LOOK_AGAIN: Duration = Duration::from_millis(200);
        // Unread bytes keep the socket readable, so that readiness alone would return at once.
        while let Ok(ready) = self.socket.ready(tokio::io::Interest::READABLE).await {
            if ready.is_read_closed() {
                return;
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }
}

/// Accepts connections until `shutdown`; each is a task of `tasks`.
pub async fn serve(listener: TcpListener, router: Router, shutdown: CancellationToken, tasks: TaskTracker) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = shutdown.cancelled() => return,
        };
        match accepted {
            Ok((stream, peer)) => {
                tasks.spawn(connection(stream, peer, router.clone(), shutdown.clone()));
            }
            // Out of file descriptors, say: a busy loop would make it worse.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

async fn connection(stream: TcpStream, peer: SocketAddr, router: Router, shutdown: CancellationToken) {
    // Frames of a stream are small, and each is wanted at once.
    let _ = stream.set_nodelay(true);
    let socket = Arc::new(stream);
    let cut = CancellationToken::new();
    let wire = Wire { peer, socket: Arc::clone(&socket), cut: cut.clone() };
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(wire.clone());
        router.clone().oneshot(request)
    });
    let mut connection =
        pin!(http1::Builder::new().serve_connection(TokioIo::new(Socket(socket)), service).with_upgrades());
    let mut closing = false;
    loop {
        tokio::select! {
            biased;
            () = cut.cancelled() => return,
            () = shutdown.cancelled(), if !closing => {
                closing = true;
                connection.as_mut().graceful_shutdown();
            }
            // A connection that fails is a client that went away; there is nobody to tell.
            _ = connection.as_mut() => return,
        }
    }
}

/// A TCP stream that more than one may hold: hyper reads and writes, a fault resets.
struct Socket(Arc<TcpStream>);

impl AsyncRead for Socket {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        loop {
            ready!(self.0.poll_read_ready(cx))?;
            match self.0.try_read(buffer.initialize_unfilled()) {
                Ok(count) => {
                    buffer.advance(count);
                    return Poll::Ready(Ok(()));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }
}

impl AsyncWrite for Socket {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        loop {
            ready!(self.0.poll_write_ready(cx))?;
            match self.0.try_write(bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                done => return Poll::Ready(done),
            }
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        loop {
            ready!(self.0.poll_write_ready(cx))?;
            match self.0.try_write_vectored(slices) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                done => return Poll::Ready(done),
            }
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        // A stream behind a shared reference has no `shutdown`, the socket itself has.
        Poll::Ready(socket_shutdown(&self.0))
    }
}

fn socket_shutdown(stream: &TcpStream) -> io::Result<()> {
    match socket2::SockRef::from(stream).shutdown(std::net::Shutdown::Write) {
        // The other end was faster.
        Err(error) if error.kind() == io::ErrorKind::NotConnected => Ok(()),
        done => done,
    }
}
