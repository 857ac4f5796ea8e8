//! A compiler for outbound call flows: text in, payload and diagnostics out.
//!
//! [`compile`] and [`compile_with`] read a flow, check it and decide the rules of its policies over
//! every path. [`write_payload`] writes what the platform takes, [`format`](fn@format) lays a text
//! out, and [`finding_to_json`] tells another program what was found. Nothing here reads a file, the
//! clock or the network: includes come through [`Files`], the day through [`Options`]. Without the
//! default feature `cli` nothing else is built.
//!
//! What stands on this page is what other programs may use. Before 1.0 a minor version may change
//! it, and the changelog says so.
//!
//! ```
//! let text = r#"
//! flow "Reminder"
//! entry notice
//! disclosure notice "https://cdn.example.com/notice.wav"
//! disconnect goodbye
//! notice -> goodbye
//! "#;
//! let compiled = cxflowc::compile("reminder.cxflow", text);
//! assert!(compiled.is_complete());
//!
//! let mut payload = Vec::new();
//! cxflowc::write_payload(&compiled.flow, true, &mut payload)?;
//! assert!(payload.starts_with(br#"{"name":"Reminder""#));
//!
//! let broken = cxflowc::compile("reminder.cxflow", text.replace("-> goodbye", "-> goodby"));
//! let finding = broken.diagnostics.iter().next().unwrap();
//! assert_eq!(finding.code.to_string(), "CX103 unknown-node");
//! assert_eq!(finding.help.as_deref(), Some("did you mean `goodbye`?"));
//! # Ok::<(), std::io::Error>(())
//! ```

// What is compiled into other programs has no unsafe code at all.
#![cfg_attr(not(feature = "cli"), forbid(unsafe_code))]

extern crate alloc;

// The compiler's parts. They are public for our own tests, benches and fuzz targets, and change from
// one version to the next without notice.
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod audit;
#[doc(hidden)]
pub mod bundled;
#[doc(hidden)]
pub mod check;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
#[doc(hidden)]
pub mod codes;
mod compile;
#[doc(hidden)]
pub mod condition;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cxone;
#[doc(hidden)]
pub mod diagnostics;
#[doc(hidden)]
pub mod diff;
#[doc(hidden)]
pub mod emit;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod emulator;
#[doc(hidden)]
pub mod flow;
#[doc(hidden)]
pub mod graph;
#[doc(hidden)]
pub mod host;
#[doc(hidden)]
pub mod import;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod lsp;
#[doc(hidden)]
pub mod media;
#[doc(hidden)]
pub mod merge;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod metrics;
#[doc(hidden)]
pub mod picture;
#[doc(hidden)]
pub mod policy;
#[doc(hidden)]
pub mod prompts;
#[doc(hidden)]
pub mod report;
#[doc(hidden)]
pub mod resolve;
#[doc(hidden)]
pub mod settings;
#[doc(hidden)]
pub mod simulate;
#[doc(hidden)]
pub mod source;
#[doc(hidden)]
pub mod speech;
#[doc(hidden)]
pub mod spelling;
#[doc(hidden)]
pub mod syntax;
#[doc(hidden)]
pub mod table;
#[doc(hidden)]
pub mod threads;
#[doc(hidden)]
pub mod time_zones;

// What other programs may use. `tests/compiler/public_api.txt` has it with its signatures.
pub use check::Platform;
#[doc(hidden)]
pub use compile::compile_sources;
pub use compile::{Compiled, Options, compile, compile_with};
pub use diagnostics::render::json as finding_to_json;
pub use diagnostics::{Code, Diagnostic, Diagnostics, Edit, Fix, Label, Severity};
pub use emit::flows::write as write_payload;
pub use flow::Flow;
pub use policy::{JudgedRule, RuleVerdict};
pub use resolve::{BuildSettings, Files, LibraryChoice, PolicyChoice};
pub use source::{FileId, Position, Source, Sources, Span};
pub use syntax::format::{Unformatted, format};
