//! One organization: what it is, its plan, its members, and what one may do there.

mod access;
mod change_role;
mod details;
mod member_add;
mod members;
mod plan;
mod roles;

pub use self::{access::access, details::details, members::members, plan::plan};
