//! A compiler for outbound call flows: text in, payload and diagnostics out.
//!
//! A flow goes one way: text → tree ([`syntax`]) → flow ([`resolve`]) → findings ([`check`]) →
//! payload ([`emit`]). Each stage takes the last one's result, goes on past errors and adds what
//! it found to one list. All of this is pure; the command line ([`cli`], a default feature) brings
//! files and the terminal.
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
//! cxflowc::emit::cxone::write(&compiled.flow, true, &mut payload)?;
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

#[cfg(feature = "cli")]
pub mod audit;
pub mod bundled;
pub mod check;
#[cfg(feature = "cli")]
pub mod cli;
pub mod codes;
mod compile;
pub mod condition;
#[cfg(feature = "cli")]
pub mod cxone;
pub mod diagnostics;
pub mod emit;
#[cfg(feature = "cli")]
pub mod emulator;
pub mod flow;
pub mod graph;
#[cfg(feature = "cli")]
pub mod lsp;
#[cfg(feature = "cli")]
pub mod metrics;
pub mod policy;
pub mod resolve;
pub mod settings;
pub mod simulate;
pub mod source;
pub mod speech;
pub mod spelling;
pub mod syntax;
pub mod table;

pub use compile::{Compiled, Options, compile, compile_sources, compile_with};
pub use syntax::format::{Unformatted, format};
