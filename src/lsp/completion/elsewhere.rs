//! What a list has of other files, and of the flow without the line at the cursor.

use gen_lsp_types::TextDocumentPositionParams;

use super::context::{CursorLine, CursorSpot, spot};
use super::item::Item;
use super::names;
use crate::lsp::session::Session;
use crate::resolve::include_path;
use crate::syntax::tokens::tokens;
use crate::syntax::words::LineContext;

/// What a list has of other files, and of the flow without the line.
#[derive(Default)]
pub struct Elsewhere {
    /// The params and the exits of the file that the line includes.
    pub params: Vec<Item>,
    /// The codes that the flow has findings of and that the waiver of the line can excuse.
    pub waivable: Vec<Item>,
    /// The flow files beside this one.
    pub files: Vec<String>,
}

/// Looks for what the list at a place has of elsewhere.
pub fn elsewhere(session: &mut Session<'_>, at: &TextDocumentPositionParams) -> Elsewhere {
    let Some((flow, file, offset)) = session.place(at) else { return Elsewhere::default() };
    let path = flow.compiled.sources.get(file).path().to_owned();
    let root = flow.root.clone();
    let text = flow.text(file);
    match spot(text, offset) {
        CursorSpot::Text { before, .. } if before.trim() == "include" => {
            let folder = session.path(&at.text_document.uri);
            let folder = folder.parent();
            let files = folder.map(|folder| session.workspace.files_below(folder)).unwrap_or_default();
            Elsewhere { files, ..Elsewhere::default() }
        }
        CursorSpot::Line(CursorLine { place: LineContext::File, before, .. }) => {
            let words = tokens(before);
            let first = words.first();
            if first.is_some_and(|first| first.is("include")) {
                // The line is unfinished, so the flow does not include that file yet.
                let target = words.get(1).and_then(|target| include_path(&path, target.text));
                let source = target.and_then(|target| session.workspace.source(&root, &target));
                let params = source.map(names::bound_names_of).unwrap_or_default();
                return Elsewhere { params, ..Elsewhere::default() };
            }
            if first.is_some_and(|first| first.is("waive")) {
                let others = without_line(text, offset);
                let waivable = others.map(|others| {
                    let replaced = [(path, others)].into_iter().collect();
                    names::findings(&session.workspace.with_replacements(&root, &replaced))
                });
                return Elsewhere { waivable: waivable.unwrap_or_default(), ..Elsewhere::default() };
            }
            Elsewhere::default()
        }
        _ => Elsewhere::default(),
    }
}

/// A text without the line at a place, if a waiver is typed there. Its line is unfinished, and with such a line, paths
/// are not checked.
fn without_line(text: &str, offset: usize) -> Option<String> {
    let start = text.get(..offset)?.rfind('\n').map_or(0, |end| end + 1);
    let end = text.get(offset..)?.find('\n').map_or(text.len(), |end| offset + end);
    Some([text.get(..start)?, text.get(end..)?].concat())
}
