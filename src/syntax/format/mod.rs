//! The canonical layout of a file.
//!
//! It is pure: text to text. Tokens and comments keep their spelling and order; only the white space between
//! them changes, and the line breaks within a statement stay. The result is parsed again and must give the same tree (`same.rs`), or else it is an error.

mod layout;
mod read;
mod same;

use rustc_hash::FxHashSet;

use super::KnownKinds;
use super::ast::{Ast, Declaration, NodeKind};
use crate::diagnostics::Diagnostics;
use crate::source::{FileId, Source, Sources, Span};

/// Why a file is not formatted.
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
    /// It has these syntax errors.
    Errors(Diagnostics),
    /// The formatted text would mean something else from this place on, which is a bug.
    Differs(Span),
}

/// The text of a file in the canonical layout. Of the layout of the file, only the line breaks within statements stay.
///
/// Line breaks are those of most of the file's lines, and a byte-order mark is kept.
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
/// If the file has syntax errors, or the formatted text would mean something else.
pub fn format(sources: &Sources, file: FileId) -> Result<String, Unformatted> {
    let mut diagnostics = Diagnostics::default();
    let tree = super::parse(sources, file, &mut diagnostics);
    if tree.broken || diagnostics.has_errors() {
        // The finding about a broken line names the kinds that it knows.
        let kinds: FxHashSet<Box<str>> = kinds(sources, &tree).collect();
        if !kinds.is_empty() {
            let mut of_kinds = Diagnostics::default();
            super::parse_with(sources, file, KnownKinds::Only(&kinds), &mut of_kinds);
            if of_kinds.has_errors() {
                return Err(Unformatted::Errors(of_kinds));
            }
        }
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

/// The kinds that a file declares, and those of its nodes, which another file may declare.
fn kinds<'a>(sources: &'a Sources, tree: &'a Ast) -> impl Iterator<Item = Box<str>> + 'a {
    tree.items.iter().filter_map(|item| match &item.declaration {
        Declaration::Kind(kind) => Some(sources.text(kind.name.span).into()),
        Declaration::Node(node) if !node.broken => match node.kind {
            Some(NodeKind::Declared(word)) => Some(sources.text(word).into()),
            _ => None,
        },
        _ => None,
    })
}
