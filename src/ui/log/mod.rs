//! The log view: lines of many containers as they come, bounded in memory, drawn a screenful at a time.
//!
//! What it knows is pure and tested natively: [`ring`] holds, [`resume`] goes on after a lost connection, [`ansi`],
//! [`fields`], [`level`], [`text`] and [`time`] read a line, [`search`] finds, [`heights`] places rows, [`rate`] counts
//! over time, [`model`] joins them. [`feed`] takes lines in and wakes the view once a frame; [`options`] keeps what a
//! person chose in the address; [`view`] draws with [`bar`](self), `strip` and `row`.

pub mod ansi;
mod bar;
pub mod feed;
pub mod fields;
pub mod heights;
pub mod level;
pub mod line;
pub mod model;
pub mod options;
pub mod rate;
pub mod regexp;
pub mod resume;
pub mod ring;
mod row;
pub mod search;
mod strip;
pub mod time;
pub mod view;

pub use self::{
    feed::LogFeed,
    level::Level,
    line::{Line, LineId},
    model::{Filter, Levels},
    options::{LogOptions, Options},
    ring::Limits,
    search::Wanted,
    time::Times,
    view::LogView,
};
use super::text;
