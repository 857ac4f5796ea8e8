//! An editor that speaks with the server over pipes: it opens files, types, asks, and applies what
//! it is given, as editors do.

use std::collections::{BTreeMap, HashMap};
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::Folder;
use crate::session::framed;

/// How long an answer may take before the server counts as stuck.
const PATIENCE: Duration = Duration::from_secs(60);

/// The unit of columns that editor and server have agreed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Utf8,
    Utf16,
}

pub struct Editor {
    folder: Folder,
    /// What it calls the folder, where that is another path.
    shown_as: Option<PathBuf>,
    child: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Value>,
    unit: Unit,
    next: u64,
    texts: HashMap<String, (i64, String)>,
    findings: BTreeMap<String, Vec<Value>>,
    /// What the server said of itself.
    pub capabilities: Value,
    /// What it showed people.
    pub shown: Vec<String>,
    /// What it logged.
    pub logged: Vec<String>,
    /// What it asked for.
    pub asked: Vec<Value>,
}

/// How an editor begins.
pub struct Start<'a> {
    pub files: &'a [(&'a str, &'a str)],
    pub arguments: &'a [&'a str],
    pub capabilities: Value,
    pub variables: &'a [(&'a str, &'a str)],
}

/// What the editor of most people can do.
pub fn usual() -> Value {
    json!({
        "workspace": {
            "didChangeWatchedFiles": { "dynamicRegistration": true },
            "textDocumentContent": {},
            "workspaceEdit": { "documentChanges": true },
        },
        "textDocument": { "completion": { "completionItem": { "snippetSupport": true } } },
    })
}

impl Editor {
    /// An editor in a folder with these files.
    pub fn new(files: &[(&str, &str)]) -> Self {
        Self::start(Start { files, arguments: &[], capabilities: usual(), variables: &[] })
    }

    /// An editor with one file, `a.cxflow`, which is open.
    pub fn of(text: &str) -> Self {
        let mut editor = Self::new(&[("a.cxflow", text)]);
        editor.open("a.cxflow");
        editor
    }

    pub fn start(start: Start<'_>) -> Self {
        Self::start_as(start, None)
    }

    /// An editor that shows its folder through a link.
    pub fn through_link(files: &[(&str, &str)], link: PathBuf) -> Self {
        let start = Start { files, arguments: &[], capabilities: usual(), variables: &[] };
        Self::start_as(start, Some(link))
    }

    fn start_as(start: Start<'_>, shown_as: Option<PathBuf>) -> Self {
        let folder = Folder::new();
        #[cfg(unix)]
        if let Some(link) = &shown_as {
            std::os::unix::fs::symlink(folder.root(), link).unwrap();
        }
        for (name, text) in start.files {
            folder.write(name, text);
        }
        let mut command = folder.command("lsp").args(start.arguments).command;
        command.envs(start.variables.iter().copied()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let input = child.stdin.take();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let (sender, messages) = channel();
        thread::spawn(move || {
            while let Some(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let mut editor = Self {
            folder,
            shown_as,
            child,
            input,
            messages,
            unit: Unit::Utf16,
            next: 0,
            texts: HashMap::new(),
            findings: BTreeMap::new(),
            capabilities: Value::Null,
            shown: Vec::new(),
            logged: Vec::new(),
            asked: Vec::new(),
        };
        let root = editor.uri("");
        let params = json!({
            "processId": null,
            "rootUri": root,
            "workspaceFolders": [{ "uri": root, "name": "flows" }],
            "capabilities": start.capabilities,
        });
        let answer = editor.ask("initialize", params);
        editor.capabilities = answer["capabilities"].clone();
        if editor.capabilities["positionEncoding"] == "utf-8" {
            editor.unit = Unit::Utf8;
        }
        editor.tell("initialized", json!({}));
        editor
    }

    /// The server's process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        match &self.shown_as {
            Some(link) => link.join(name),
            None => self.folder.root().canonicalize().unwrap().join(name),
        }
    }

    pub fn uri(&self, name: &str) -> String {
        if name.contains(':') {
            return name.to_owned();
        }
        url::Url::from_file_path(self.path(name)).unwrap().to_string()
    }

    /// The file of an address.
    fn name(&self, uri: &str) -> String {
        let folder = format!("{}/", self.uri("").trim_end_matches('/'));
        uri.strip_prefix(&folder).unwrap_or(uri).to_owned()
    }

    pub fn send(&mut self, message: Value) {
        self.send_raw(&message.to_string());
    }

    /// Sends bytes as they are, without a head.
    pub fn send_bytes(&mut self, bytes: &[u8]) {
        self.input.as_mut().unwrap().write_all(bytes).unwrap();
    }

    pub fn send_raw(&mut self, body: &str) {
        let input = self.input.as_mut().unwrap();
        input.write_all(framed(body).as_bytes()).unwrap();
        input.flush().unwrap();
    }

    pub fn tell(&mut self, method: &str, params: Value) {
        self.send(json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Asks, and gives what is answered.
    pub fn ask(&mut self, method: &str, params: Value) -> Value {
        self.try_ask(method, params).unwrap_or_else(|refused| panic!("{method}: {refused}"))
    }

    /// Asks; an error is what the server says of why not.
    pub fn try_ask(&mut self, method: &str, params: Value) -> Result<Value, String> {
        self.next += 1;
        let id = self.next;
        self.send(json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        loop {
            let message =
                self.messages.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("no answer to {method}"));
            if message["method"].is_null() && message["id"] == id {
                return match message.get("error") {
                    Some(error) => Err(error["message"].as_str().unwrap_or_default().to_owned()),
                    None => Ok(message["result"].clone()),
                };
            }
            self.heard(message);
        }
    }

    /// Asks what may be refused.
    pub fn ask_any(&mut self, method: &str, params: Value) {
        let _ = self.try_ask(method, params);
    }

    fn heard(&mut self, message: Value) {
        match message["method"].as_str() {
            Some("textDocument/publishDiagnostics") => {
                let uri = message["params"]["uri"].as_str().unwrap();
                let list = message["params"]["diagnostics"].as_array().unwrap().clone();
                self.findings.insert(self.name(uri), list);
            }
            Some("window/showMessage") => {
                self.shown.push(message["params"]["message"].as_str().unwrap().to_owned());
            }
            Some("window/logMessage") => {
                self.logged.push(message["params"]["message"].as_str().unwrap().to_owned());
            }
            Some(_) if message.get("id").is_some() => {
                let answer = json!({ "jsonrpc": "2.0", "id": message["id"], "result": null });
                self.asked.push(message);
                self.send(answer);
            }
            // The answer to what was no message.
            None if message["id"].is_null() && message["error"].is_object() => {}
            other => panic!("unexpected: {other:?}"),
        }
    }

    /// Waits until the server has said all that it has to say by itself, which it does before it
    /// answers anything.
    pub fn settle(&mut self) {
        self.ask("workspace/symbol", json!({ "query": "\u{1}" }));
    }

    /// Opens a file as it is on the disk.
    pub fn open(&mut self, name: &str) {
        let text = std::fs::read_to_string(self.path(name)).unwrap();
        self.open_with(name, &text);
    }

    /// Opens a file with a text that is not saved.
    pub fn open_with(&mut self, name: &str, text: &str) {
        let uri = self.uri(name);
        self.texts.insert(name.to_owned(), (1, text.to_owned()));
        self.tell(
            "textDocument/didOpen",
            json!({ "textDocument": { "uri": uri, "languageId": "cxflow", "version": 1, "text": text } }),
        );
    }

    pub fn close(&mut self, name: &str) {
        self.texts.remove(name);
        self.tell("textDocument/didClose", json!({ "textDocument": { "uri": self.uri(name) } }));
    }

    /// The text of an open file.
    pub fn text(&self, name: &str) -> &str {
        &self.texts[name].1
    }

    /// Replaces a piece of an open file.
    pub fn replace(&mut self, name: &str, range: std::ops::Range<usize>, new: &str) {
        let place = self.range(name, range.clone());
        let uri = self.uri(name);
        let (version, text) = self.texts.get_mut(name).unwrap();
        text.replace_range(range, new);
        *version += 1;
        let version = *version;
        self.tell(
            "textDocument/didChange",
            json!({
                "textDocument": { "uri": uri, "version": version },
                "contentChanges": [{ "range": place, "text": new }],
            }),
        );
    }

    /// Replaces the first place where this stands.
    pub fn edit(&mut self, name: &str, old: &str, new: &str) {
        let at = self.text(name).find(old).unwrap_or_else(|| panic!("no {old:?} in {name}"));
        self.replace(name, at..at + old.len(), new);
    }

    /// The place of a byte.
    pub fn position(&self, name: &str, at: usize) -> Value {
        let before = &self.text(name)[..at];
        let lines = lines(before);
        let line = lines.len() - 1;
        let column = lines[line];
        let character = match self.unit {
            Unit::Utf8 => column.len(),
            Unit::Utf16 => column.encode_utf16().count(),
        };
        json!({ "line": line, "character": character })
    }

    pub fn range(&self, name: &str, range: std::ops::Range<usize>) -> Value {
        json!({ "start": self.position(name, range.start), "end": self.position(name, range.end) })
    }

    /// The byte of a place.
    pub fn offset(&self, name: &str, place: &Value) -> usize {
        let text = self.text(name);
        let line = place["line"].as_u64().unwrap() as usize;
        let breaks = |line: &&str| {
            text[line.as_ptr() as usize - text.as_ptr() as usize + line.len()..].starts_with("\r\n")
        };
        let start: usize =
            lines(text).iter().take(line).map(|line| line.len() + 1 + usize::from(breaks(line))).sum();
        let mut left = place["character"].as_u64().unwrap() as usize;
        let mut at = start;
        for c in text[start..].chars() {
            if left == 0 || matches!(c, '\n' | '\r') {
                break;
            }
            left -= if self.unit == Unit::Utf8 { c.len_utf8() } else { c.len_utf16() };
            at += c.len_utf8();
        }
        at
    }

    /// The text of a place in an open file.
    pub fn piece(&self, name: &str, range: &Value) -> &str {
        &self.text(name)[self.offset(name, &range["start"])..self.offset(name, &range["end"])]
    }

    /// Where in a file: the parameters of most questions.
    pub fn at(&self, name: &str, at: usize) -> Value {
        json!({ "textDocument": { "uri": self.uri(name) }, "position": self.position(name, at) })
    }

    /// At the first place where this stands, at its `^`: `start -> me^nu`.
    pub fn mark(&self, name: &str, marked: &str) -> Value {
        let plain = marked.replacen('^', "", 1);
        let inside = marked.find('^').unwrap();
        let at = self.text(name).find(&plain).unwrap_or_else(|| panic!("no {plain:?} in {name}"));
        self.at(name, at + inside)
    }

    /// The findings of a file: code, what stands there, and the message's first line.
    pub fn findings(&mut self, name: &str) -> Vec<String> {
        self.settle();
        let list = self.findings.get(name).cloned().unwrap_or_default();
        let shown = |one: &Value| {
            let message = one["message"].as_str().unwrap().lines().next().unwrap().to_owned();
            format!("{} [{}] {message}", one["code"].as_str().unwrap(), self.piece(name, &one["range"]))
        };
        list.iter().map(shown).collect()
    }

    /// The addresses of files that have findings, or had some.
    pub fn told_of(&mut self) -> Vec<String> {
        self.settle();
        self.findings.keys().cloned().collect()
    }

    /// The codes of a file's findings.
    pub fn codes(&mut self, name: &str) -> Vec<String> {
        self.settle();
        let list = self.findings.get(name).cloned().unwrap_or_default();
        list.iter().map(|one| one["code"].as_str().unwrap().to_owned()).collect()
    }

    /// The codes of the findings of a file that is not open.
    pub fn findings_on_disk(&mut self, name: &str) -> Vec<String> {
        assert!(!self.texts.contains_key(name));
        self.codes(name)
    }

    /// The findings as they came.
    pub fn raw_findings(&mut self, name: &str) -> Vec<Value> {
        self.settle();
        self.findings.get(name).cloned().unwrap_or_default()
    }

    /// Where something is: `file: what stands there`, with its line.
    pub fn shown_place(&self, location: &Value) -> String {
        let name = self.name(location["uri"].as_str().unwrap());
        let line = location["range"]["start"]["line"].as_u64().unwrap() + 1;
        if self.texts.contains_key(&name) {
            return format!("{name}:{line} {}", self.piece(&name, &location["range"]));
        }
        format!("{name}:{line}")
    }

    /// Applies edits of several files, open or not.
    pub fn apply(&mut self, edit: &Value) {
        let mut files: Vec<(String, Vec<Value>)> = Vec::new();
        for change in edit["documentChanges"].as_array().into_iter().flatten() {
            let name = self.name(change["textDocument"]["uri"].as_str().unwrap());
            if let Some((version, _)) = self.texts.get(&name) {
                assert_eq!(change["textDocument"]["version"], *version, "an edit of another version");
            }
            files.push((name, change["edits"].as_array().unwrap().clone()));
        }
        for (uri, edits) in edit["changes"].as_object().into_iter().flatten() {
            files.push((self.name(uri), edits.as_array().unwrap().clone()));
        }
        assert!(!files.is_empty(), "{edit}");
        for (name, edits) in files {
            let is_open = self.texts.contains_key(&name);
            if !is_open {
                self.open(&name);
            }
            self.apply_to(&name, &edits);
            if !is_open {
                std::fs::write(self.path(&name), self.text(&name)).unwrap();
                self.close(&name);
                self.saved(&name);
            }
        }
    }

    /// Applies the edits of one file.
    pub fn apply_to(&mut self, name: &str, edits: &[Value]) {
        let mut pieces: Vec<(usize, usize, String)> = edits
            .iter()
            .map(|edit| {
                let range = &edit["range"];
                let at = |place: &Value| self.offset(name, place);
                (at(&range["start"]), at(&range["end"]), edit["newText"].as_str().unwrap().to_owned())
            })
            .collect();
        pieces.sort();
        for pair in pieces.windows(2) {
            assert!(pair[0].1 <= pair[1].0, "edits over each other: {pair:?}");
        }
        for (start, end, text) in pieces.into_iter().rev() {
            self.replace(name, start..end, &text);
        }
    }

    /// Tells that a file changed on the disk.
    pub fn saved(&mut self, name: &str) {
        let uri = self.uri(name);
        self.tell("workspace/didChangeWatchedFiles", json!({ "changes": [{ "uri": uri, "type": 2 }] }));
    }

    /// Writes a file on the disk, and tells.
    pub fn write(&mut self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
        self.saved(name);
    }

    /// Says good-bye; how the server ended.
    pub fn quit(mut self) -> Option<i32> {
        self.ask("shutdown", Value::Null);
        self.tell("exit", Value::Null);
        self.input = None;
        self.child.wait().unwrap().code()
    }

    /// Goes without a word; how the server ended.
    pub fn vanish(mut self) -> Option<i32> {
        self.input = None;
        self.child.wait().unwrap().code()
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The lines of a text, which end with `\n`, `\r\n` or `\r`.
fn lines(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices() {
        if at >= start && matches!(c, '\n' | '\r') {
            lines.push(&text[start..at]);
            start = at + if text[at..].starts_with("\r\n") { 2 } else { 1 };
        }
    }
    lines.push(&text[start..]);
    lines
}

fn read(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim().split_once(": ") {
            Some(("Content-Length", value)) => length = value.parse().ok()?,
            _ if line.trim().is_empty() => break,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}
