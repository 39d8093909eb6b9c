//! The crate against its contract: `openapi.yaml` is read, and every operation, example and form is held to it.
// Options left alone are `Default::default()` here: their type's name says nothing that the function doesn't.
#![allow(clippy::default_trait_access)]

mod contract;
mod decoding;
mod manifests;
mod operations;
mod policy;
mod requests;
mod support;
