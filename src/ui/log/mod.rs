pub mod ansi;
pub mod heights;
pub mod level;
pub mod line;
pub mod resume;
pub mod ring;
pub mod text;
