//! The pages, one folder a family.
//!
//! A page is a function that returns an [`leptos::prelude::AnyView`]: the type of a page ends at its boundary, and the
//! program can later be split along it.

pub mod applications;
pub mod approvals;
pub mod audit;
pub mod catalog;
pub mod cloud;
pub mod clusters;
pub mod errors;
pub mod github;
pub mod home;
pub mod keys;
pub mod notifications;
pub mod operations;
pub mod organization;
pub mod organizations;
pub mod profiles;
pub mod session;
pub mod settings;
