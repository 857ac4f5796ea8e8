//! Answers messages one at a time and in their order, so that no request overtakes an edit.

use std::collections::BTreeMap;

use gen_lsp_types as lsp;
use gen_lsp_types::{LspNotificationMethod as N, LspRequestMethod as R, Uri};
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use serde::Deserialize;

use super::beginning::{Beginning, NoSession};
use super::capabilities::{capabilities, watched_files};
use super::documents::Document;
use super::findings::Findings;
use super::inbox::{Inbox, Received};
use super::machine::Machine;
use super::request_error::RequestError;
use super::session::Session;
use super::workspace::DisplayScope;
use super::{
    call_hierarchy, code_action, completion, definition, diagnostics, folding, formatting, hover, inlay_hint,
    pages, picture, references, rename, semantic_tokens, symbols,
};

/// Serves one editor until it leaves. Returns whether it sent `shutdown` first.
///
/// # Errors
///
/// If the input ends before a session begins.
pub fn serve(connection: &Connection, machine: &dyn Machine) -> Result<bool, NoSession> {
    let Some((id, beginning)) = Beginning::receive(connection)? else { return Ok(false) };
    let session = Session::new(&beginning, machine);
    let result = lsp::InitializeResult {
        capabilities: capabilities(&session),
        server_info: Some(lsp::ServerInfo {
            name: "cxflowc".to_owned(),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
    };
    // Messages before `initialized` are handled too: some editors open documents at once.
    let answer = Response::new_ok(id, result);
    if connection.sender.send(answer.into()).is_err() {
        return Ok(false);
    }
    let stale_methods = beginning.asks_again.clone();
    let mut server = Server {
        connection,
        inbox: Inbox::new(connection, machine, beginning.process, stale_methods),
        machine,
        session,
        findings: Findings::default(),
        published: BTreeMap::new(),
        stale: false,
        is_shut_down: false,
    };
    for unread in beginning.unread {
        server.log(unread);
    }
    Ok(server.run())
}

struct Server<'m> {
    connection: &'m Connection,
    /// What the editor has sent.
    inbox: Inbox<'m>,
    machine: &'m dyn Machine,
    session: Session<'m>,
    /// The findings of each file.
    findings: Findings,
    /// The diagnostics last sent for each file.
    published: BTreeMap<Uri, Vec<lsp::Diagnostic>>,
    /// Whether something has changed since they were sent.
    stale: bool,
    /// Whether the editor has sent `shutdown`.
    is_shut_down: bool,
}

impl Server<'_> {
    fn run(&mut self) -> bool {
        loop {
            // Drain pending edits before publishing diagnostics.
            let received = match self.inbox.take() {
                Some(received) => received,
                None => {
                    self.publish();
                    match self.inbox.wait() {
                        Some(received) => received,
                        None => return false,
                    }
                }
            };
            self.machine.refresh();
            match received {
                Received::Cancelled(id) => {
                    self.refuse(id, ErrorCode::RequestCanceled, "the editor has cancelled the request");
                }
                Received::Overtaken(id) => {
                    let message = "the file was edited after the request";
                    self.refuse(id, ErrorCode::ContentModified, message);
                }
                Received::Message(Message::Request(request)) => {
                    // Most requests need compiled flows anyway, and an editor that keeps sending requests
                    // must still get diagnostics.
                    self.publish();
                    let method = request.method.clone();
                    let mut response = self.answer(request);
                    self.hide_secrets(&method, &mut response);
                    self.send(response.into());
                }
                Received::Message(Message::Notification(told)) if told.method == N::Exit.as_str() => {
                    return self.is_shut_down;
                }
                Received::Message(Message::Notification(notification)) => self.handle(notification),
                Received::Message(Message::Response(_)) => {}
            }
        }
    }

    fn refuse(&self, id: RequestId, code: ErrorCode, message: &str) {
        self.send(Response::new_err(id, code as i32, message.to_owned()).into());
    }

    /// Sends a message. If the editor is gone, the next receive fails.
    fn send(&self, message: Message) {
        let _ = self.connection.sender.send(message);
    }

    fn notify<T: lsp::Notification>(&self, params: T::Params) {
        self.send(Notification::new(T::METHOD.into(), params).into());
    }

    /// Writes to the editor's log.
    fn log(&self, message: String) {
        let message = self.machine.mask().text(&message).into_owned();
        let params = lsp::LogMessageParams { kind: lsp::MessageType::Warning, message };
        self.notify::<lsp::LogMessageNotification>(params);
    }

    /// Reads a notification's params. A notification with unreadable params is logged and ignored, since it
    /// has no answer.
    fn read<T: lsp::Notification>(&self, notification: Notification) -> Option<T::Params> {
        match serde_json::from_value(notification.params) {
            Ok(params) => Some(params),
            Err(error) => {
                self.log(format!("`{}` is ignored: its params cannot be read: {error}", notification.method));
                None
            }
        }
    }

    /// Masks the process's secrets in what is shown. Text that will be written to a file is left alone, or
    /// the mask would be written there.
    fn hide_secrets(&self, method: &str, response: &mut Response) {
        let mask = self.machine.mask();
        let result = match &mut response.response_result {
            Ok(result) => result,
            Err(error) => {
                error.message = mask.words(&error.message).into_owned();
                return;
            }
        };
        match R::from(method) {
            R::TextDocumentFormatting | R::TextDocumentRename | R::TextDocumentPrepareRename => {}
            R::TextDocumentCompletion => {
                let items = result.get_mut("items").and_then(serde_json::Value::as_array_mut);
                if let Some(items) = items {
                    items.retain(|item| !mask.is_held_by(&item.to_string()));
                }
            }
            _ => mask.json(result, &["uri", "targetUri", "newText", "changes"]),
        }
    }

    fn answer(&mut self, request: Request) -> Response {
        let session = &mut self.session;
        let machine = self.machine;
        if self.is_shut_down {
            let message = "the editor has already sent `shutdown`".to_owned();
            return Response::new_err(request.id, ErrorCode::InvalidRequest as i32, message);
        }
        match R::from(request.method.as_str()) {
            R::Initialize => {
                let message = "the session has already begun".to_owned();
                Response::new_err(request.id, ErrorCode::InvalidRequest as i32, message)
            }
            R::Shutdown => {
                self.is_shut_down = true;
                Response::new_ok(request.id, ())
            }
            R::TextDocumentCompletion => {
                reply::<lsp::CompletionRequest>(request, session, completion::complete)
            }
            R::TextDocumentHover => reply::<lsp::HoverRequest>(request, session, hover::hover),
            R::TextDocumentDefinition => reply::<lsp::DefinitionRequest>(request, session, definition::find),
            R::TextDocumentReferences => reply::<lsp::ReferencesRequest>(request, session, references::find),
            R::TextDocumentDocumentHighlight => {
                reply::<lsp::DocumentHighlightRequest>(request, session, references::highlight)
            }
            R::TextDocumentPrepareRename => {
                reply::<lsp::PrepareRenameRequest>(request, session, rename::prepare)
            }
            R::TextDocumentRename => reply::<lsp::RenameRequest>(request, session, rename::rename),
            R::TextDocumentDocumentSymbol => {
                reply::<lsp::DocumentSymbolRequest>(request, session, symbols::of_document)
            }
            R::WorkspaceSymbol => {
                reply::<lsp::WorkspaceSymbolRequest>(request, session, symbols::of_workspace)
            }
            R::TextDocumentFoldingRange => {
                reply::<lsp::FoldingRangeRequest>(request, session, folding::ranges)
            }
            R::TextDocumentSemanticTokensFull => {
                reply::<lsp::SemanticTokensRequest>(request, session, semantic_tokens::tokens)
            }
            R::TextDocumentSemanticTokensFullDelta => {
                reply::<lsp::SemanticTokensDeltaRequest>(request, session, semantic_tokens::change)
            }
            R::TextDocumentSemanticTokensRange => {
                reply::<lsp::SemanticTokensRangeRequest>(request, session, semantic_tokens::in_range)
            }
            R::TextDocumentFormatting => {
                reply::<lsp::DocumentFormattingRequest>(request, session, formatting::format)
            }
            R::TextDocumentInlayHint => reply::<lsp::InlayHintRequest>(request, session, inlay_hint::hints),
            R::TextDocumentCodeAction => {
                reply::<lsp::CodeActionRequest>(request, session, code_action::actions)
            }
            R::TextDocumentPrepareCallHierarchy => {
                reply::<lsp::CallHierarchyPrepareRequest>(request, session, call_hierarchy::prepare)
            }
            R::CallHierarchyIncomingCalls => {
                reply::<lsp::CallHierarchyIncomingCallsRequest>(request, session, call_hierarchy::incoming)
            }
            R::CallHierarchyOutgoingCalls => {
                reply::<lsp::CallHierarchyOutgoingCallsRequest>(request, session, call_hierarchy::outgoing)
            }
            R::WorkspaceTextDocumentContent => {
                reply::<lsp::TextDocumentContentRequest>(request, session, |_, params| {
                    pages::page(machine, &params)
                })
            }
            _ if request.method == picture::METHOD => {
                reply::<picture::PictureRequest>(request, session, picture::draw)
            }
            _ => {
                let message = format!("cxflowc does not know {}", request.method);
                Response::new_err(request.id, ErrorCode::MethodNotFound as i32, message)
            }
        }
    }

    fn handle(&mut self, notification: Notification) {
        match N::from(notification.method.as_str()) {
            N::Initialized => self.watch(),
            N::TextDocumentDidOpen => {
                let Some(opened) = self.read::<lsp::DidOpenTextDocumentNotification>(notification) else {
                    return;
                };
                let opened = opened.text_document;
                let path = self.session.path(&opened.uri);
                let document = Document { uri: opened.uri, version: opened.version, text: opened.text };
                self.session.workspace.open(path.clone(), document);
                self.note_change(&path);
            }
            N::TextDocumentDidChange => {
                if let Some(why) = bad_range(&notification.params) {
                    self.log(format!("`{}` is ignored: a range cannot be read: {why}", notification.method));
                    return;
                }
                let Some(changed) = self.read::<lsp::DidChangeTextDocumentNotification>(notification) else {
                    return;
                };
                let uri = &changed.text_document.text_document_identifier.uri;
                let path = self.session.path(uri);
                let encoding = self.session.workspace.encoding;
                if let Some(document) = self.session.workspace.documents.get_mut(&path, uri) {
                    document.version = changed.text_document.version;
                    document.change(changed.content_changes, encoding);
                    self.note_change(&path);
                }
            }
            N::TextDocumentDidClose => {
                let Some(closed) = self.read::<lsp::DidCloseTextDocumentNotification>(notification) else {
                    return;
                };
                let path = self.session.path(&closed.text_document.uri);
                self.session.workspace.documents.close(&path, &closed.text_document.uri);
                self.session.tokens.forget(&closed.text_document.uri);
                self.note_change(&path);
            }
            N::WorkspaceDidChangeWatchedFiles => {
                let Some(changed) = self.read::<lsp::DidChangeWatchedFilesNotification>(notification) else {
                    return;
                };
                for event in changed.changes {
                    let path = self.session.path(&event.uri);
                    self.note_change(&path);
                }
            }
            N::WorkspaceDidChangeWorkspaceFolders => {
                let Some(changed) = self.read::<lsp::DidChangeWorkspaceFoldersNotification>(notification)
                else {
                    return;
                };
                let uris = |folders: Vec<lsp::WorkspaceFolder>| {
                    folders.into_iter().map(|folder| folder.uri).collect()
                };
                self.session.workspace.change_folders(uris(changed.event.added), uris(changed.event.removed));
                self.stale = true;
            }
            _ => {}
        }
    }

    fn note_change(&mut self, path: &std::path::Path) {
        self.session.workspace.note_change(path);
        self.stale = true;
    }

    /// Sends the findings of every file whose findings have changed.
    fn publish(&mut self) {
        if !std::mem::take(&mut self.stale) {
            return;
        }
        let client = self.session.client;
        for (root, flow) in self.session.workspace.changed_flows() {
            let by_file = match flow {
                Some((flow, DisplayScope::Whole)) => diagnostics::by_file(flow, client),
                Some((flow, DisplayScope::Settings)) => diagnostics::of_settings(flow, client),
                None => BTreeMap::new(),
            };
            self.findings.set(&root, by_file);
        }
        for (settings, found) in self.session.workspace.unknown_params() {
            self.findings.set(settings, diagnostics::of_params(&found, client));
        }
        for (uri, list) in self.findings.take_changed() {
            if self.published.get(&uri).map_or(list.is_empty(), |before| *before == list) {
                continue;
            }
            let path = self.session.path(&uri);
            let version = self.session.workspace.documents.get(&path).map(|open| open.version);
            let params =
                lsp::PublishDiagnosticsParams { uri: uri.clone(), version, diagnostics: list.clone() };
            self.notify::<lsp::PublishDiagnosticsNotification>(params);
            if list.is_empty() {
                self.published.remove(&uri);
            } else {
                self.published.insert(uri, list);
            }
        }
        for message in self.session.workspace.take_warnings() {
            let message = self.machine.mask().text(&message).into_owned();
            let params = lsp::ShowMessageParams { kind: lsp::MessageType::Warning, message };
            self.notify::<lsp::ShowMessageNotification>(params);
        }
    }

    /// Asks the editor to report files that change on the disk.
    fn watch(&self) {
        if self.session.client.watches_files {
            let id = "watched files".to_owned().into();
            let params = watched_files();
            self.send(Request::new(id, R::ClientRegisterCapability.into(), params).into());
        }
    }
}

/// Why the range of a change cannot be read. Without a range, the change would replace the whole text.
fn bad_range(params: &serde_json::Value) -> Option<serde_json::Error> {
    let changes = params.get("contentChanges").and_then(serde_json::Value::as_array).into_iter().flatten();
    let ranges = changes.filter_map(|change| change.get("range")).filter(|range| !range.is_null());
    ranges.map(lsp::Range::deserialize).find_map(Result::err)
}

/// Reads a request's params, calls its handler, and makes the response.
fn reply<T: lsp::Request>(
    request: Request,
    session: &mut Session<'_>,
    handle: impl FnOnce(&mut Session<'_>, T::Params) -> Result<T::Result, RequestError>,
) -> Response {
    let failed = |id, code: ErrorCode, message| Response::new_err(id, code as i32, message);
    match serde_json::from_value(request.params) {
        Err(error) => failed(request.id, ErrorCode::InvalidParams, error.to_string()),
        Ok(params) => match handle(session, params) {
            Ok(result) => Response::new_ok(request.id, result),
            Err(refusal) => failed(request.id, ErrorCode::RequestFailed, refusal),
        },
    }
}
