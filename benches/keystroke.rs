//! How long an editor waits after a key: `cargo bench --bench keystroke`. From the edit of a flow to
//! its findings, through the language server but not through pipes.

mod flows;

use std::path::Path;
use std::thread;

use cxflowc::Options;
use cxflowc::cxone::Mask;
use cxflowc::diagnostics::{Code, Diagnostics};
use cxflowc::lsp::{FolderFlows, Machine, UnreadableSettings, serve};
use cxflowc::resolve::Files;
use cxflowc::settings::Settings;
use cxflowc::source::Sources;
use divan::Bencher;
use lsp_server::{Connection, Message, Notification, Request};
use serde_json::{Value, json};

/// The command's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const FILE: &str = "file:///flow.cxflow";

fn main() {
    divan::main();
}

#[derive(Default)]
struct Nowhere {
    mask: Mask,
}

impl Files for Nowhere {
    fn read(&self, _: &Path) -> std::io::Result<Vec<u8>> {
        Err(std::io::ErrorKind::NotFound.into())
    }
}

impl Machine for Nowhere {
    fn disk(&self) -> &dyn Files {
        self
    }
    fn disk_of(&self, _: &Path) -> Box<dyn Files> {
        Box::new(Nowhere::default())
    }
    fn flows_below(&self, _: &Path, _: usize) -> FolderFlows {
        FolderFlows::default()
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
    fn is_running(&self, _: u32) -> bool {
        true
    }

    fn explanation(&self, _: &'static Code) -> String {
        String::new()
    }
}

fn tell(editor: &Connection, method: &str, params: Value) {
    editor.sender.send(Notification::new(method.into(), params).into()).unwrap_or_default();
}

/// The next findings.
fn findings(editor: &Connection) -> usize {
    for message in &editor.receiver {
        if let Message::Notification(told) = message
            && told.method == "textDocument/publishDiagnostics"
        {
            return told.params.get("diagnostics").and_then(Value::as_array).map_or(0, Vec::len);
        }
    }
    0
}

/// A key that breaks a transition's target, and one that fixes it again.
#[divan::bench(args = [50, 5_000, 50_000], sample_count = 50)]
fn two_keys(bencher: Bencher<'_, '_>, nodes: usize) {
    keys(bencher, nodes, 0);
}

/// The same in a flow of 50 nodes while so many others are open.
#[divan::bench(args = [10, 1_000, 10_000], sample_count = 50)]
fn two_keys_beside(bencher: Bencher<'_, '_>, others: usize) {
    keys(bencher, 50, others);
}

fn keys(bencher: Bencher<'_, '_>, nodes: usize, others: usize) {
    let (editor, server) = Connection::memory();
    let server = thread::spawn(move || serve(&server, &Nowhere::default()).is_ok());
    let start = Request::new(1.into(), "initialize".into(), json!({ "capabilities": {} }));
    editor.sender.send(start.into()).unwrap_or_default();
    tell(&editor, "initialized", json!({}));
    let text = flows::tree(nodes);
    let line = text.lines().count() - 1;
    let at = text.lines().next_back().and_then(|line| line.rfind("-> ")).map_or(0, |at| at + 3);
    for other in 0..others {
        let uri = format!("file:///other/{other}.cxflow");
        let text = "flow \"Other\"\nentry bye\ndisconnect bye\n";
        let document = json!({ "uri": uri, "languageId": "cxflow", "version": 1, "text": text });
        tell(&editor, "textDocument/didOpen", json!({ "textDocument": document }));
        findings(&editor);
    }
    let document = json!({ "uri": FILE, "languageId": "cxflow", "version": 1, "text": text });
    tell(&editor, "textDocument/didOpen", json!({ "textDocument": document }));
    let edit = |from: usize, to: usize, text: &str| {
        let place = |column: usize| json!({ "line": line, "character": column });
        let change = json!({ "range": { "start": place(from), "end": place(to) }, "text": text });
        let document = json!({ "uri": FILE, "version": 2 });
        tell(
            &editor,
            "textDocument/didChange",
            json!({ "textDocument": document, "contentChanges": [change] }),
        );
        findings(&editor)
    };
    bencher.bench_local(|| {
        assert!(edit(at, at, "x") > 0);
        edit(at, at + 1, "")
    });
    tell(&editor, "exit", Value::Null);
    drop(editor);
    assert!(server.join().unwrap_or_default());
}
