//! The canonical layout: `tests/format/*.cxflow`, and what holds of any flow.
//!
//! A case is a title, a text, and the text that it comes to:
//!
//! ```text
//! //=== what the case shows
//! the text
//! //=> formatted
//! the formatted text
//! ```
//!
//! Blank lines before the next title belong to no text. `UPDATE=1 cargo test --test format` rewrites
//! what is formatted; read the difference before you commit it.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test"
)]

mod any_layout;
mod cases;
mod every_file;

#[path = "../harness/mod.rs"]
mod harness;

use cxflowc::Unformatted;
use cxflowc::source::{Source, Sources};

/// The formatted text, or the codes of what is wrong with it.
fn format(text: &str) -> Result<String, Vec<&'static str>> {
    let mut sources = Sources::default();
    let file = sources.add(Source::new("a.cxflow", "a.cxflow", text.as_bytes().to_vec()));
    cxflowc::format(&sources, file).map_err(|why| match why {
        Unformatted::Errors(diagnostics) => diagnostics.iter().map(|one| one.code.id).collect(),
        Unformatted::Differs(span) => panic!("it means something else at {:?}: {text}", sources.text(span)),
    })
}

/// The formatted text, which stays as it is when it is formatted again.
#[track_caller]
fn formatted(text: &str) -> String {
    let once = format(text).unwrap_or_else(|codes| panic!("{codes:?}: {text}"));
    assert_eq!(format(&once).as_ref(), Ok(&once), "formatted twice:\n{text}");
    once
}
