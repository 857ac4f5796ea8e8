//! Sessions of the language server: each line of the input is a message. Every request has one
//! answer, and the session goes on to its end.
#![no_main]

use std::io;
use std::path::Path;

use cxflowc::Options;
use cxflowc::cxone::Mask;
use cxflowc::diagnostics::{Code, Diagnostics};
use cxflowc::lsp::{FolderFlows, Machine, UnreadableSettings};
use cxflowc::resolve::Files;
use cxflowc::settings::Settings;
use cxflowc::source::Sources;
use cxflowc_fuzz::Memory;
use libfuzzer_sys::fuzz_target;
use lsp_server::{Connection, Message, Notification, Request};
use serde_json::{Value, json};

const URI: &str = "file:///w/a.cxflow";

struct Nowhere {
    files: Memory,
    mask: Mask,
}

/// Where no include is found.
struct Empty;

impl Files for Empty {
    fn read(&self, _: &Path) -> io::Result<Vec<u8>> {
        Err(io::ErrorKind::NotFound.into())
    }
}

impl Machine for Nowhere {
    fn disk(&self) -> &dyn Files {
        &self.files
    }

    fn disk_of(&self, _: &Path) -> Box<dyn Files> {
        Box::new(Empty)
    }

    fn flows_below(&self, _: &Path, _: usize) -> FolderFlows {
        FolderFlows::default()
    }

    fn is_running(&self, _: u32) -> bool {
        true
    }

    fn options(
        &self,
        _: &Path,
        _: &dyn Files,
        _: &mut Sources,
        _: &mut Diagnostics,
    ) -> Result<(Options, Settings), Box<UnreadableSettings>> {
        Ok((Options::default(), Settings::default()))
    }

    fn mask(&self) -> &Mask {
        &self.mask
    }

    fn explanation(&self, code: &'static Code) -> String {
        code.id.to_owned()
    }
}

/// What a byte asks for.
const ASKED: [&str; 13] = [
    "completion",
    "hover",
    "definition",
    "references",
    "documentHighlight",
    "documentSymbol",
    "formatting",
    "foldingRange",
    "semanticTokens/full",
    "prepareRename",
    "rename",
    "codeAction",
    "selectionRange",
];

fn message(number: usize, line: &[u8]) -> Option<Message> {
    let [kind, line_number, column, text @ ..] = line else { return None };
    let text = String::from_utf8_lossy(text).replace('\u{1}', "\n");
    let at = json!({ "line": line_number % 32, "character": column % 64 });
    let notify =
        |method: &str, params: Value| Message::Notification(Notification::new(method.to_owned(), params));
    Some(match kind % 16 {
        0 => notify(
            "textDocument/didOpen",
            json!({ "textDocument":
            { "uri": URI, "languageId": "cxflow", "version": number, "text": text } }),
        ),
        1 => notify(
            "textDocument/didChange",
            json!({ "textDocument": { "uri": URI, "version": number },
            "contentChanges": [{ "range": { "start": at, "end": at }, "text": text }] }),
        ),
        2 => notify("textDocument/didClose", json!({ "textDocument": { "uri": URI } })),
        // Any method with any parameters.
        3 => {
            let (method, params) = text.split_once(' ').unwrap_or((&text, "null"));
            let params = serde_json::from_str::<Value>(params).unwrap_or(Value::Null);
            if matches!(method, "exit" | "shutdown" | "initialize" | "initialized") {
                return None;
            }
            Message::Request(Request::new((number as i32).into(), method.to_owned(), params))
        }
        kind => {
            let method = ASKED[usize::from(kind) % ASKED.len()];
            let params = json!({ "textDocument": { "uri": URI }, "position": at, "positions": [at],
                "range": { "start": { "line": 0, "character": 0 }, "end": at },
                "context": { "includeDeclaration": true, "diagnostics": [] },
                "options": { "tabSize": 2, "insertSpaces": true }, "newName": text });
            Message::Request(Request::new((number as i32).into(), format!("textDocument/{method}"), params))
        }
    })
}

fuzz_target!(|bytes: &[u8]| {
    let (server, client) = Connection::memory();
    let machine = Nowhere { files: Memory::default(), mask: Mask::new([]) };
    let ask = |message: Message| client.sender.send(message).expect("the server listens");
    ask(Message::Request(Request::new(
        10_000.into(),
        "initialize".to_owned(),
        json!({ "capabilities": {} }),
    )));
    ask(Message::Notification(Notification::new("initialized".to_owned(), json!({}))));
    let mut asked = 2;
    for (number, line) in bytes.split(|&byte| byte == b'\n').take(40).enumerate() {
        let Some(message) = message(number, line) else { continue };
        asked += usize::from(matches!(message, Message::Request(_)));
        ask(message);
    }
    ask(Message::Request(Request::new(10_001.into(), "shutdown".to_owned(), Value::Null)));
    ask(Message::Notification(Notification::new("exit".to_owned(), Value::Null)));
    cxflowc::lsp::serve(&server, &machine).expect("the session ends as it was told to");
    drop(server);
    let answered = client.receiver.iter().filter(|message| matches!(message, Message::Response(_))).count();
    assert_eq!(answered, asked, "each request has one answer");
});
