//! Signing in.

mod again;
mod callback;
mod sign_in;

pub use self::{again::again, callback::callback, sign_in::sign_in};
