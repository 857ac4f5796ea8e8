//! What the suites that run the command have in common: a folder, a run in it, and a platform that answers as the
//! test says.
//!
//! A suite takes it in as a module of its own, which is how cargo tells it where the command is:
//!
//! ```ignore
//! #[path = "../harness/mod.rs"]
//! mod harness;
//! ```
#![allow(dead_code, unused_imports, reason = "each suite uses its part of it")]

mod answer;
mod choices;
mod emulate;
mod flows;
mod folder;
mod platform;
mod recording;
mod run;
mod script;
pub mod updated;
mod usual;

pub use answer::{Answer, Content, Then};
pub use choices::{MESSAGE_FORMATS, verbs, verbs_of};
pub use emulate::Emulate;
pub use flows::{BROKEN, CLEAN, NOTED, WARNED};
pub use folder::Folder;
pub use platform::{Platform, Request};
pub use recording::mu_law;
pub use run::{Cxflowc, Run, Running, Watch, is_ignored};
pub use script::{Step, TOKEN, all_well, completed, job, left_queued, on, token, token_of};
