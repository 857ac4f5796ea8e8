//! The canonical layout of a file.
//!
//! Pure: text to text. Tokens and comments stay as they are written and in their order; only what
//! stands between them changes. The result is read again and has to come to the same tree
//! (`same.rs`); where it does not, nobody gets it.

mod layout;
mod read;
mod same;

use crate::diagnostics::Diagnostics;
use crate::source::{FileId, Source, Sources, Span};

/// Why a file is left as it is.
///
/// ```
/// use cxflowc::{Source, Sources, Unformatted, format};
///
/// let mut sources = Sources::default();
/// let file = sources.add(Source::new("a.cxflow", "a.cxflow", b"entry menu menu\n".to_vec()));
/// assert!(matches!(format(&sources, file), Err(Unformatted::Errors(_))));
/// ```
#[derive(Debug)]
pub enum Unformatted {
    /// It has syntax errors: these.
    Errors(Diagnostics),
    /// The formatted text would mean something else from here on, which is a mistake of ours.
    Differs(Span),
}

/// The text of a file in the canonical layout, the same for every layout of the same lines.
///
/// Line breaks are those that most of the file's lines have, and a byte-order mark stays.
///
/// ```
/// use cxflowc::{Source, Sources};
///
/// let mut sources = Sources::default();
/// let file = sources.add(Source::new("a.cxflow", "a.cxflow", b"entry  a;a->b\n".to_vec()));
/// assert_eq!(cxflowc::format(&sources, file).unwrap(), "entry a\n\na -> b\n");
/// ```
///
/// # Errors
///
/// Where the file has syntax errors, and where the formatted text would mean something else.
pub fn format(sources: &Sources, file: FileId) -> Result<String, Unformatted> {
    let mut diagnostics = Diagnostics::default();
    let tree = super::parse(sources, file, &mut diagnostics);
    if tree.broken || diagnostics.has_errors() {
        return Err(Unformatted::Errors(diagnostics));
    }
    let source = sources.get(file);
    let formatted = layout::text(&read::file(source.text()));
    if formatted == source.text() {
        return Ok(formatted);
    }
    let mut again = Sources::default();
    let copy = again.add(Source::new(source.name(), source.path(), formatted.into_bytes()));
    let mut diagnostics = Diagnostics::default();
    let tree_again = super::parse(&again, copy, &mut diagnostics);
    if diagnostics.has_errors() {
        return Err(Unformatted::Differs(Span::new(file, 0, 0)));
    }
    match same::difference(sources, file, &tree, &again, &tree_again) {
        Some(span) => Err(Unformatted::Differs(span)),
        None => Ok(again.get(copy).text().to_owned()),
    }
}
