//! One editor: what it can do, and what it has open.

use std::path::PathBuf;

use gen_lsp_types::{
    ClientCapabilities, InitializeParams, TextDocumentIdentifier, TextDocumentPositionParams, Uri,
    WorkspaceFolders,
};

use super::analysis::Analysis;
use super::documents::path_of;
use super::position::Encoding;
use super::workspace::{Machine, Workspace};
use crate::source::FileId;

/// What of the protocol's options the editor knows.
#[derive(Debug, Clone, Copy, Default)]
pub struct Client {
    /// Whether a completion may have places to fill in.
    pub snippets: bool,
    /// Whether it tells of files that change on the disk when asked to.
    pub watches_files: bool,
    /// Whether edits may name the version of the file that they are for.
    pub versioned_edits: bool,
    /// Whether it reads pages that only the server has.
    pub pages: bool,
}

impl Client {
    fn of(capabilities: &ClientCapabilities) -> Self {
        let workspace = capabilities.workspace.as_ref();
        let completion = capabilities.text_document.as_ref().and_then(|text| text.completion.as_ref());
        let item = completion.and_then(|completion| completion.completion_item.as_ref());
        let watched = workspace.and_then(|workspace| workspace.did_change_watched_files.as_ref());
        let edits = workspace.and_then(|workspace| workspace.workspace_edit.as_ref());
        Self {
            snippets: item.and_then(|item| item.snippet_support).unwrap_or_default(),
            watches_files: watched.and_then(|watched| watched.dynamic_registration).unwrap_or_default(),
            versioned_edits: edits.and_then(|edits| edits.document_changes).unwrap_or_default(),
            pages: workspace.is_some_and(|workspace| workspace.text_document_content.is_some()),
        }
    }
}

/// An editor and its files.
pub struct Session<'m> {
    /// What the editor can do.
    pub client: Client,
    /// Its files.
    pub workspace: Workspace<'m>,
}

impl<'m> Session<'m> {
    /// A session as an editor begins it.
    pub fn new(params: &InitializeParams, machine: &'m dyn Machine) -> Self {
        let general = params.capabilities.general.as_ref();
        let offered = general.and_then(|general| general.position_encodings.as_deref()).unwrap_or_default();
        let mut workspace = Workspace::new(machine, Encoding::agreed(offered));
        workspace.set_folders(folders(params));
        Self { client: Client::of(&params.capabilities), workspace }
    }

    /// The one path of a file.
    pub fn path(&self, uri: &Uri) -> PathBuf {
        self.workspace.identity(&path_of(uri))
    }

    /// The flow that a file is looked at in, and the file in it.
    pub fn flow(&mut self, document: &TextDocumentIdentifier) -> Option<(&Analysis, FileId)> {
        let path = self.path(&document.uri);
        self.workspace.flow_of(&path)
    }

    /// The flow that a place is looked at in, its file and its byte.
    pub fn place(&mut self, at: &TextDocumentPositionParams) -> Option<(&Analysis, FileId, usize)> {
        let (flow, file) = self.flow(&at.text_document)?;
        Some((flow, file, flow.offset(file, at.position)))
    }
}

fn folders(params: &InitializeParams) -> Vec<Uri> {
    let several = match &params.workspace_folders_initialize_params.workspace_folders {
        Some(WorkspaceFolders::WorkspaceFolderList(folders)) => folders.as_slice(),
        _ => &[],
    };
    #[expect(deprecated, reason = "what editors send that know of one folder only")]
    let one = params.root_uri.as_ref().filter(|_| several.is_empty());
    several.iter().map(|folder| &folder.uri).chain(one).cloned().collect()
}
