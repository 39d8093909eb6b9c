//! Signing in.

mod callback;
mod sign_in;

pub use self::{callback::callback, sign_in::sign_in};
