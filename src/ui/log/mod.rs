//! The log view: lines of many containers as they come, bounded in memory, drawn a screenful at a time.
//!
//! What it knows is pure and tested natively: [`ring`] holds, [`resume`] goes on after a lost connection, [`ansi`],
//! [`level`] and [`text`] read a line, [`search`] finds, [`heights`] places rows, [`model`] joins them. [`feed`] takes
//! lines in and wakes the view once a frame; [`view`] and [`row`] draw.

pub mod ansi;
pub mod feed;
pub mod heights;
pub mod level;
pub mod line;
pub mod model;
pub mod regexp;
pub mod resume;
pub mod ring;
mod row;
pub mod search;
pub mod text;
pub mod view;

pub use self::{
    feed::LogFeed,
    level::Level,
    line::{Line, LineId},
    model::Levels,
    ring::Limits,
    search::Wanted,
    view::{LogOptions, LogView},
};
