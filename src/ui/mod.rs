//! The design system: knows no API and no route.

pub mod load;
