//! The emulator as programs meet it that nobody here wrote: over real sockets, and each answer held
//! against `docs/openapi.yaml` or `docs/studio-openapi.yaml`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    reason = "a test"
)]

mod bounds;
mod command;
mod crowd;
mod deliveries;
mod description;
mod destinations;
mod faults;
mod flows;
mod heads;
mod hosts;
mod http;
mod jobs;
mod seeds;
mod shutdown;
mod studio_bounds;
mod studio_description;
mod studio_files;
mod studio_history;
mod studio_scripts;
mod studio_sign_in;
mod studio_skills;
mod studio_support;
mod studio_syntax;
mod subscriptions;
mod support;
mod tokens;
mod verdicts;

#[path = "../harness/mod.rs"]
mod harness;
