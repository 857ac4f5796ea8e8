//! Submissions as users meet them: real processes, folders and git repositories, against
//! `cxflowc emulate` or a platform that writes down what it is asked.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    reason = "a test"
)]

mod addresses;
mod artifact;
mod artifact_options;
mod audit;
mod audit_head;
mod checkouts;
mod emulate;
mod environment;
mod formats;
mod guards;
mod hang_up;
mod hazards;
mod job;
mod lock;
mod metrics;
mod misuse;
mod noted_first;
mod page;
mod pull;
mod pull_files;
mod screen;
mod secrets;
mod send;
mod status;
mod studio;
mod studio_doctor;
mod studio_misuse;
mod studio_page;
mod studio_prompts;
mod studio_rollback;
mod studio_skill;
mod studio_tenant;
mod submodules;
mod support;
mod terminal;
mod variables;
mod webhook;
mod webhooks_of_rehearsals;

#[path = "../harness/mod.rs"]
mod harness;
