//! Organizations.

mod create;
mod list;

pub use self::{create::create, list::list};
