//! Edits of several files for the protocol.

use std::collections::{BTreeMap, HashMap};

use gen_lsp_types::{
    Edit, Location, OptionalVersionedTextDocumentIdentifier, TextDocumentEdit, TextDocumentIdentifier,
    TextEdit, Uri, WorkspaceEdit,
};
use rustc_hash::FxHashSet;

use super::analysis::Analysis;
use super::session::Session;
use crate::source::Span;

/// Text edits by file.
#[derive(Debug, Default)]
pub struct Edits {
    files: BTreeMap<Uri, Vec<TextEdit>>,
    /// What was added by place.
    known: FxHashSet<(Span, String)>,
}

impl Edits {
    /// Adds an edit, unless the editor does not have the file.
    pub fn add(&mut self, flow: &Analysis, span: Span, text: &str) {
        let Some(uri) = flow.uri(span.file) else { return };
        if self.known.insert((span, text.to_owned())) {
            let edit = TextEdit { range: flow.range(span), new_text: text.to_owned() };
            self.files.entry(uri.clone()).or_default().push(edit);
        }
    }

    /// Adds an edit that does not overlap another.
    pub fn add_at(&mut self, at: &Location, text: &str) {
        let edit = TextEdit { range: at.range, new_text: text.to_owned() };
        self.files.entry(at.uri.clone()).or_default().push(edit);
    }

    /// Whether there are no edits.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The edits in the form that the editor accepts, with versions of open files if it supports them.
    pub fn for_client(self, session: &Session<'_>) -> WorkspaceEdit {
        if !session.client.versioned_edits {
            let changes: HashMap<Uri, Vec<TextEdit>> = self.files.into_iter().collect();
            return WorkspaceEdit { changes: Some(changes), ..Default::default() };
        }
        let of_file = |(uri, edits): (Uri, Vec<TextEdit>)| {
            let version =
                session.workspace.documents.get(&session.path(&uri)).map(|document| document.version);
            let text_document = OptionalVersionedTextDocumentIdentifier {
                version,
                text_document_identifier: TextDocumentIdentifier { uri },
            };
            TextDocumentEdit { text_document, edits: edits.into_iter().map(Edit::TextEdit).collect() }.into()
        };
        let changes = self.files.into_iter().map(of_file).collect();
        WorkspaceEdit { document_changes: Some(changes), ..Default::default() }
    }
}
