//! Pictures of flows, in all formats.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    clippy::expect_used,
    reason = "a test"
)]

mod colours;
mod findings;
mod geometry;
mod highlights;
mod hostile;
mod pages;
mod readme;
mod shapes;
mod support;

#[path = "../harness/updated.rs"]
mod updated;
