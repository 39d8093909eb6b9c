//! The Astro Platform API as values.
//!
//! Each of the contract's operations is a function that returns a [`request::Request`] (or a [`request::Stream`] for
//! the WebSockets): what to send, and what type answers. The values know no browser and no runtime, so they are
//! tested natively against `openapi.yaml`, sent by the console, shown as `curl`, and served by the local platform.
//!
//! - [`operations`] is the one table: everything else that a program needs to know of an operation.
//! - [`response`] decodes answers, [`error`] says what went wrong.
//! - [`manifest`] reads and writes the YAML and JSON files that people keep in Git.
//! - The remaining modules hold models and functions by the contract's tags.
//!
//! What the contract marks as inferred may differ on the real platform; it is changed in one row of the table, one
//! struct here, or in the console's configuration.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

pub mod api_keys;
pub mod applications;
pub mod audit;
pub mod catalog;
pub mod cloud;
pub mod clusters;
pub mod duration;
pub mod error;
pub mod github;
pub mod kubeconfig;
pub mod located;
pub mod manifest;
pub mod notifications;
mod null;
mod open_enum;
pub mod operations;
pub mod organizations;
pub mod pricing;
pub mod profiles;
pub mod request;
pub mod response;
pub mod secret;
pub mod tiers;
pub mod timestamp;
pub mod users;

pub use error::{ApiError, ErrorKind};
pub use request::{Frame, Request, Stream};
pub use secret::Secret;
