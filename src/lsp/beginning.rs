//! What an editor says about itself in `initialize`. Each value is read separately: an unreadable one
//! counts as absent and is reported, so that the others still count.

use gen_lsp_types::{LspNotificationMethod as N, LspRequestMethod as R, PositionEncodingKind, Uri};
use lsp_server::{Connection, ErrorCode, Message, RequestId, Response};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The protocol's options that the editor supports.
#[derive(Debug, Clone, Copy, Default)]
pub struct Client {
    /// Whether a completion may have places to fill in.
    pub snippets: bool,
    /// Whether it can report files that change on the disk.
    pub watches_files: bool,
    /// Whether edits may state the version of the file that they are for.
    pub versioned_edits: bool,
    /// Whether it can show pages that only the server has.
    pub pages: bool,
}

/// The params of `initialize`.
#[derive(Debug, Default)]
pub struct Beginning {
    /// The editor's process, if it gave one.
    pub process: Option<u32>,
    /// The folders that it shows.
    pub folders: Vec<Uri>,
    /// The units of columns that it offers.
    pub encodings: Vec<PositionEncodingKind>,
    /// Its capabilities.
    pub client: Client,
    /// The requests that it sends again if they are refused because of an edit.
    pub asks_again: Vec<String>,
    /// The values that cannot be read, and why.
    pub unread: Vec<String>,
}

/// The input ended before a session began.
#[derive(Debug)]
pub struct NoSession;

impl std::error::Error for NoSession {}

impl std::fmt::Display for NoSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the input ended before `initialize`")
    }
}

impl Beginning {
    /// Waits for the request that begins a session; `None` if the editor exits before.
    ///
    /// # Errors
    ///
    /// If the input ends before.
    pub fn receive(connection: &Connection) -> Result<Option<(RequestId, Self)>, NoSession> {
        let refuse = |id, code: ErrorCode, message| {
            // If the editor is gone, the next receive fails.
            let _ = connection.sender.send(Response::new_err(id, code as i32, message).into());
        };
        loop {
            match connection.receiver.recv().map_err(|_| NoSession)? {
                Message::Request(request) if request.method == R::Initialize.as_str() => {
                    match Self::read(&request.params) {
                        Ok(beginning) => return Ok(Some((request.id, beginning))),
                        Err(why) => refuse(request.id, ErrorCode::InvalidParams, why),
                    }
                }
                Message::Request(request) => {
                    let message = format!("`initialize` must come before {}", request.method);
                    refuse(request.id, ErrorCode::ServerNotInitialized, message);
                }
                Message::Notification(notification) if notification.method == N::Exit.as_str() => {
                    return Ok(None);
                }
                // The protocol says to drop them.
                Message::Notification(_) | Message::Response(_) => {}
            }
        }
    }

    /// Reads the params.
    ///
    /// # Errors
    ///
    /// If the params are not an object.
    pub fn read(params: &Value) -> Result<Self, String> {
        if !params.is_object() {
            return Err("the params of `initialize` must be an object".to_owned());
        }
        let mut reader = Reader { params, unread: Vec::new() };
        let process = reader.read::<i64>("/processId").and_then(|id| u32::try_from(id).ok());
        let mut folders: Vec<Uri> = Vec::new();
        for number in 0..reader.length("/workspaceFolders") {
            folders.extend(reader.read::<Uri>(&format!("/workspaceFolders/{number}/uri")));
        }
        // The older field of editors that support a single folder.
        if folders.is_empty() {
            folders.extend(reader.read::<Uri>("/rootUri"));
        }
        let mut encodings: Vec<PositionEncodingKind> = Vec::new();
        for number in 0..reader.length("/capabilities/general/positionEncodings") {
            encodings.extend(reader.read(&format!("/capabilities/general/positionEncodings/{number}")));
        }
        let mut asks_again: Vec<String> = Vec::new();
        let stale = "/capabilities/general/staleRequestSupport/retryOnContentModified";
        for number in 0..reader.length(stale) {
            asks_again.extend(reader.read::<String>(&format!("{stale}/{number}")));
        }
        let client = Client {
            snippets: reader.flag("/capabilities/textDocument/completion/completionItem/snippetSupport"),
            watches_files: reader.flag("/capabilities/workspace/didChangeWatchedFiles/dynamicRegistration"),
            versioned_edits: reader.flag("/capabilities/workspace/workspaceEdit/documentChanges"),
            pages: reader.value("/capabilities/workspace/textDocumentContent").is_some(),
        };
        Ok(Self { process, folders, encodings, client, asks_again, unread: reader.unread })
    }
}

struct Reader<'a> {
    params: &'a Value,
    unread: Vec<String>,
}

impl<'a> Reader<'a> {
    /// The value at a path; `None`, with a report, if a value above it is not an object.
    fn value(&mut self, path: &str) -> Option<&'a Value> {
        let mut value = self.params;
        let mut above = String::new();
        for piece in path.split('/').skip(1) {
            value = match value {
                Value::Object(fields) => fields.get(piece)?,
                Value::Array(list) => list.get(piece.parse::<usize>().ok()?)?,
                Value::Null => return None,
                _ => {
                    self.note(&above, "it is not an object");
                    return None;
                }
            };
            above.push('/');
            above.push_str(piece);
        }
        Some(value).filter(|value| !value.is_null())
    }

    fn read<T: DeserializeOwned>(&mut self, path: &str) -> Option<T> {
        let value = self.value(path)?;
        match T::deserialize(value) {
            Ok(read) => Some(read),
            Err(error) => {
                self.note(path, &error.to_string());
                None
            }
        }
    }

    fn flag(&mut self, path: &str) -> bool {
        self.read(path).unwrap_or_default()
    }

    /// The length of a list.
    fn length(&mut self, path: &str) -> usize {
        match self.value(path) {
            Some(Value::Array(list)) => list.len(),
            Some(_) => {
                self.note(path, "it is not a list");
                0
            }
            None => 0,
        }
    }

    fn note(&mut self, path: &str, why: &str) {
        let name = path.trim_start_matches('/').replace('/', ".");
        let message = format!("`{name}` of `initialize` cannot be read and counts as absent: {why}");
        if !self.unread.contains(&message) {
            self.unread.push(message);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn unreadable_values_count_as_absent_and_are_reported_once() {
        for (params, named) in [
            (json!({ "processId": "7" }), &["processId"][..]),
            (json!({ "processId": 1.5 }), &["processId"]),
            (json!({ "workspaceFolders": "x" }), &["workspaceFolders"]),
            (json!({ "workspaceFolders": ["x"] }), &["workspaceFolders.0"]),
            (json!({ "workspaceFolders": [{ "uri": "no uri" }] }), &["workspaceFolders.0.uri"]),
            (
                json!({ "workspaceFolders": [{ "uri": 3 }, { "uri": "a b" }] }),
                &["workspaceFolders.0.uri", "workspaceFolders.1.uri"],
            ),
            (json!({ "rootUri": "/tmp" }), &["rootUri"]),
            (json!({ "rootUri": { "path": "/tmp" } }), &["rootUri"]),
            (json!({ "capabilities": [] }), &[]),
            (json!({ "capabilities": 3 }), &["capabilities"]),
            (json!({ "capabilities": { "workspace": true } }), &["capabilities.workspace"]),
            (
                json!({ "capabilities": { "general": { "positionEncodings": "utf-8" } } }),
                &["capabilities.general.positionEncodings"],
            ),
            (
                json!({ "capabilities": { "general": { "positionEncodings": [8] } } }),
                &["capabilities.general.positionEncodings.0"],
            ),
            (
                json!({ "capabilities": { "workspace": { "workspaceEdit": { "documentChanges": "yes" } } } }),
                &["capabilities.workspace.workspaceEdit.documentChanges"],
            ),
        ] {
            let read = Beginning::read(&params).unwrap();
            let names: Vec<&str> =
                read.unread.iter().filter_map(|message| message.split('`').nth(1)).collect();
            assert_eq!(names, named, "{params}");
        }
    }

    #[test]
    fn readable_values_count_among_unreadable_ones() {
        let params = json!({
            "processId": -1,
            "trace": "loud",
            "clientInfo": 3,
            "initializationOptions": [null],
            "rootUri": "file:///elsewhere",
            "workspaceFolders": [{ "name": 3, "uri": "file:///a" }, 7, { "uri": "file:///b" }],
            "capabilities": {
                "textDocument": {
                    "foldingRange": "yes",
                    "completion": { "completionItem": { "snippetSupport": true, "tagSupport": 9 } },
                },
                "workspace": { "textDocumentContent": {}, "didChangeWatchedFiles": null },
                "general": { "positionEncodings": ["utf-8", null, "ebcdic"] },
            },
        });
        let read = Beginning::read(&params).unwrap();
        let folders: Vec<&str> = read.folders.iter().map(Uri::as_str).collect();
        assert_eq!(folders, ["file:///a", "file:///b"]);
        assert_eq!(read.process, None);
        assert!(read.client.snippets && read.client.pages && !read.client.watches_files);
        assert_eq!(read.encodings.first(), Some(&PositionEncodingKind::UTF8));
        assert_eq!(read.unread.len(), 1, "{:?}", read.unread);
        for params in [json!(null), json!([]), json!(3), json!("x")] {
            Beginning::read(&params).unwrap_err();
        }
    }
}
