//! The console: a client of the Astro Platform API that runs in the browser.
//!
//! Rooms, from the wire to the pixel: [`client`] sends, [`store`] keeps and watches, [`ui`] draws, [`components`] know the
//! domain, [`pages`] show it, [`routes`] name where, and [`app`] holds it together. `docs/architecture.md` says which may
//! use which, and `tests/policy.rs` keeps it so.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

pub mod app;
pub mod client;
pub mod components;
pub mod config;
#[cfg(feature = "gallery")]
pub mod gallery;
pub mod pages;
pub mod routes;
pub mod store;
pub mod ui;
