//! What the server can do, as the protocol lists it.

use gen_lsp_types::{
    ChangeNotifications, CodeActionKind, CodeActionOptions, CompletionOptions,
    DidChangeWatchedFilesRegistrationOptions, FileSystemWatcher, GlobPattern, LspNotificationMethod,
    Registration, RegistrationParams, RenameOptions, SemanticTokensFullDelta, SemanticTokensOptions,
    ServerCapabilities, TextDocumentContent, TextDocumentContentOptions, TextDocumentSyncKind,
    TextDocumentSyncOptions, WorkspaceFoldersServerCapabilities, WorkspaceOptions,
};

use super::diagnostics::PAGES;
use super::semantic_tokens::legend;
use super::session::Session;

/// What the server offers an editor.
pub fn capabilities(session: &Session<'_>) -> ServerCapabilities {
    ServerCapabilities {
        position_encoding: Some(session.workspace.encoding.kind()),
        text_document_sync: Some(
            TextDocumentSyncOptions {
                open_close: Some(true),
                change: Some(TextDocumentSyncKind::Incremental),
                ..Default::default()
            }
            .into(),
        ),
        completion_provider: Some(CompletionOptions {
            // Characters before a name, a tag or a text that can be completed.
            trigger_characters: Some(["{", ">", "@", "=", "/", "\"", " "].map(str::to_owned).to_vec()),
            ..Default::default()
        }),
        hover_provider: Some(true.into()),
        definition_provider: Some(true.into()),
        references_provider: Some(true.into()),
        document_highlight_provider: Some(true.into()),
        rename_provider: Some(RenameOptions { prepare_provider: Some(true), ..Default::default() }.into()),
        document_symbol_provider: Some(true.into()),
        workspace_symbol_provider: Some(true.into()),
        folding_range_provider: Some(true.into()),
        semantic_tokens_provider: Some(
            SemanticTokensOptions {
                legend: legend(),
                range: Some(true.into()),
                full: Some(SemanticTokensFullDelta { delta: Some(true) }.into()),
                ..Default::default()
            }
            .into(),
        ),
        document_formatting_provider: Some(true.into()),
        inlay_hint_provider: Some(true.into()),
        code_action_provider: Some(
            CodeActionOptions {
                code_action_kinds: Some(vec![CodeActionKind::QuickFix]),
                ..Default::default()
            }
            .into(),
        ),
        call_hierarchy_provider: Some(true.into()),
        workspace: Some(WorkspaceOptions {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(ChangeNotifications::Bool(true)),
            }),
            text_document_content: Some(TextDocumentContent::Options(TextDocumentContentOptions {
                schemes: vec![PAGES.to_owned()],
            })),
            ..Default::default()
        }),
        ..Default::default()
    }
}

/// The files whose changes on the disk matter.
pub fn watched_files() -> RegistrationParams {
    let watcher = |pattern: &str| FileSystemWatcher {
        glob_pattern: GlobPattern::Pattern(pattern.to_owned()),
        kind: None,
    };
    let options = DidChangeWatchedFilesRegistrationOptions {
        watchers: vec![watcher("**/*.cxflow"), watcher("**/cxflow.toml"), watcher("**/policies.lock")],
    };
    let registration = Registration {
        id: "watched files".to_owned(),
        method: LspNotificationMethod::WorkspaceDidChangeWatchedFiles.into(),
        register_options: serde_json::to_value(options).ok(),
    };
    RegistrationParams { registrations: vec![registration] }
}
