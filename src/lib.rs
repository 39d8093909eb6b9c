//! The console: a client of the Astro Platform API that runs in the browser.
//!
//! Rooms, from the wire to the pixel: [`client`] sends, [`store`] keeps and watches, [`ui`] draws. Each uses only the
//! ones before it; `docs/architecture.md` says more.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

pub mod client;
pub mod config;
pub mod store;
pub mod ui;
