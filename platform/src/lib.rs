//! The local platform: the whole contract of the Astro Platform API, served on this machine.
//!
//! [`core`] is pure: state and a request go in, the next state and an answer come out, and the time is passed in.
//! [`server`] around it knows sockets, files and the clock, and nothing of clusters or applications.

pub mod core;
pub mod server;
