//! The session of one editor: its capabilities and its open files.

use std::path::PathBuf;

use gen_lsp_types::{TextDocumentIdentifier, TextDocumentPositionParams, Uri};

use super::analysis::Analysis;
use super::beginning::Beginning;
pub use super::beginning::Client;
use super::documents::path_of;
use super::machine::Machine;
use super::position::Encoding;
use super::token_results::TokenResults;
use super::workspace::Workspace;
use crate::source::FileId;

/// An editor and its files.
pub struct Session<'m> {
    /// What the editor can do.
    pub client: Client,
    /// Its files.
    pub workspace: Workspace<'m>,
    /// The last semantic tokens of its open documents.
    pub tokens: TokenResults,
}

impl<'m> Session<'m> {
    /// A session with the options that the editor gave in `initialize`.
    pub fn new(beginning: &Beginning, machine: &'m dyn Machine) -> Self {
        let mut workspace = Workspace::new(machine, Encoding::agreed(&beginning.encodings));
        workspace.set_folders(beginning.folders.clone());
        Self { client: beginning.client, workspace, tokens: TokenResults::default() }
    }

    /// The canonical path of a file.
    pub fn path(&self, uri: &Uri) -> PathBuf {
        self.workspace.identity(&path_of(uri))
    }

    /// The flow in which to look at a file, and the file in it.
    pub fn flow(&mut self, document: &TextDocumentIdentifier) -> Option<(&Analysis, FileId)> {
        let path = self.path(&document.uri);
        self.workspace.flow_of(&path)
    }

    /// The flow in which to look at a place, with its file and byte offset.
    pub fn place(&mut self, at: &TextDocumentPositionParams) -> Option<(&Analysis, FileId, usize)> {
        let (flow, file) = self.flow(&at.text_document)?;
        Some((flow, file, flow.offset(file, at.position)))
    }
}
