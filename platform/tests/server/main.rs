//! The server from outside: real listeners on free ports, real HTTP, real WebSockets.

mod api;
mod chaos;
mod console;
mod control;
mod cors;
mod faults;
mod oidc;
mod program;
mod sockets;
mod support;
