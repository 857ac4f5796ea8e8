//! What people see: how findings are cut to a width, in which characters they are drawn, which
//! columns they name, and that nothing in a file or its name speaks to the terminal.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    reason = "a test"
)]

mod hazards;
mod pictures;

#[path = "../harness/mod.rs"]
mod harness;
