//! The path of one call, given its events, and a flow's tests.

mod call;
mod coverage;
mod events;
mod several;
mod stuck;
mod test_findings;
mod test_run;
mod values;
mod walk;
mod written;

pub use call::{Call, CallInput, Reaction, attempts, collects};
pub use coverage::{Coverage, Covered};
pub use events::{BadEvent, Events};
pub use stuck::{accepted, choices, instead, refused_entries, refused_entry};
pub use test_findings::CODES;
pub use test_run::{Ran, TestRun, run_tests, run_tests_with};
pub use values::{CallValues, GivenValue, typed_value};
pub use walk::{CallState, Continuation, StuckReason, Walk, Walker};
pub use written::{action, as_test, named, path_with_events, said, script};
