//! Pictures of flows, in all formats.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]

mod colours;
mod findings;
mod geometry;
mod highlights;
mod hostile;
mod pages;
mod shapes;
mod support;
