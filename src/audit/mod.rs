//! The audit log: what was done, by whom, with which payload. It consists of JSON lines, each chained to
//! the one before it.
//!
//! A line ends with its seal: `prev`, the SHA-256 of the line before, and `sha256`, the SHA-256 of its own
//! bytes up to there. So a changed byte shows in its line, and a line that was removed, added or moved
//! shows in the next. `docs/audit.md` describes the format.
//!
//! [`Log`] appends, `verify` checks. Both block, so asynchronous code must call them from a thread that may
//! block.

mod append;
mod entry;
mod error;
mod hash;
mod lock;
mod noted;
mod seal;
mod tail;
mod tear;
mod torn;
mod verify;

pub use append::{Appended, Log};
pub use entry::{Action, AuditEntry, EntryContext, Policy, SettingsFile, Status};
pub use error::{AuditError, CONVERTED_ENDS};
pub use hash::Hash;
pub use seal::{MAX_LINE, begins_log as may_be_log, begins_with_line};
pub use tear::Tear;
pub use verify::{LogFault, LogProblem, LogReport, Repair, verify, verify_file, verify_open};
