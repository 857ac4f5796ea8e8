//! Messages in any order, right and wrong: each request has one answer, nothing panics, and at the end
//! the findings are those of a server that opened the same texts.

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::harness::Folder;
use crate::session::talk;

const FLOW: &str = "flow \"😀 F\"\nentry notice\ninclude \"lib.cxflow\" as es with queue = \"q\"\ndisclosure notice { say \"Hello.\" @greeting-line; -> es.desk }\ndisconnect bye\n";
const LIB: &str = "param queue\r\nagent desk \"${queue}\" { on failed -> bye } // 😀\r\n";
const OTHER: &str = "flow \"G\"\nentry a\ndisconnect a\n";

/// The files of the folder. The last one is no file there.
const FILES: [(&str, &str); 4] =
    [("a.cxflow", FLOW), ("lib.cxflow", LIB), ("g.cxflow", OTHER), ("new.cxflow", OTHER)];

/// What is pasted.
const PIECES: &[&str] =
    &["", "x", "😀", "\n", "\r", "\r\n", "disconnect bye\n", "}", "\"", "-> es.desk", "\u{FFFD}", "é", "`"];

/// Requests with a place in a file.
const ASKED: &[&str] = &[
    "textDocument/hover",
    "textDocument/completion",
    "textDocument/definition",
    "textDocument/references",
    "textDocument/rename",
    "textDocument/prepareRename",
    "textDocument/documentHighlight",
    "textDocument/documentSymbol",
    "textDocument/foldingRange",
    "textDocument/semanticTokens/full",
    "textDocument/formatting",
    "textDocument/inlayHint",
    "textDocument/codeAction",
    "textDocument/prepareCallHierarchy",
    "callHierarchy/incomingCalls",
    "callHierarchy/outgoingCalls",
    "workspace/symbol",
    "workspace/textDocumentContent",
    "workspace/executeCommand",
    "$/nobody",
    "",
];

/// What is no message, and the code of its answer.
const JUNK: &[(&str, i64)] = &[
    ("", -32700),
    ("{", -32700),
    ("nonsense", -32700),
    ("[]", -32600),
    ("17", -32600),
    ("null", -32600),
    ("{}", -32600),
    (r#"{"jsonrpc":"2.0"}"#, -32600),
    (r#"{"jsonrpc":"1.0","method":"exit"}"#, -32600),
    (r#"{"jsonrpc":"2.0","id":null,"method":"shutdown"}"#, -32600),
    (r#"{"jsonrpc":"2.0","id":{},"method":"shutdown"}"#, -32600),
];

/// What needs no answer.
const PASSED_OVER: &[&str] = &[
    r#"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":424242}}"#,
    r#"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":"x"}}"#,
    r#"{"jsonrpc":"2.0","method":"$/cancelRequest"}"#,
    r#"{"jsonrpc":"2.0","method":"$/setTrace","params":{"value":"verbose"}}"#,
    r#"{"jsonrpc":"2.0","method":"initialized","params":{}}"#,
    r#"{"jsonrpc":"2.0","method":"initialized"}"#,
    r#"{"jsonrpc":"2.0","method":"workspace/didChangeConfiguration","params":{"settings":null}}"#,
    r#"{"jsonrpc":"2.0","method":"workspace/didChangeWatchedFiles","params":{"changes":[{"uri":"no uri","type":9}]}}"#,
    r#"{"jsonrpc":"2.0","method":"textDocument/didSave","params":3}"#,
    r#"{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":3}}}"#,
    r#"{"jsonrpc":"2.0","method":"textDocument/didChange","params":[]}"#,
    r#"{"jsonrpc":"2.0","method":"textDocument/didClose"}"#,
    r#"{"jsonrpc":"2.0","id":"watched files","result":null}"#,
    r#"{"jsonrpc":"2.0","id":"watched files","error":{"code":-1,"message":"no"}}"#,
    r#"{"jsonrpc":"2.0","id":99999,"result":{"x":1}}"#,
    r#"{"jsonrpc":"2.0","method":"","params":null}"#,
];

#[derive(Debug, Clone)]
enum Step {
    Initialize(usize),
    Shutdown,
    Exit,
    Junk(usize),
    PassedOver(usize),
    Open(usize, usize),
    Close(usize),
    Saved(usize),
    Folders(bool),
    /// A file, its version, the places from which and to which, and what is written there. Without a
    /// place, all of it.
    Change(usize, i32, Vec<(Option<[u32; 4]>, usize)>),
    /// A place that no text has, as it is written.
    BadChange(usize, &'static str),
    Ask(usize, usize, [u32; 2]),
    BadAsk(usize, &'static str),
}

/// Lines, columns.
fn place() -> impl Strategy<Value = [u32; 2]> {
    prop_oneof![
        4 => (0..8u32, 0..30u32),
        1 => (0..8u32, prop_oneof![Just(0), Just(6), Just(7), Just(8), Just(u32::MAX)]),
        1 => (prop_oneof![Just(0), Just(99), Just(u32::MAX)], 0..30u32),
    ]
    .prop_map(|(line, character)| [line, character])
}

fn step() -> impl Strategy<Value = Step> {
    let file = || 0..FILES.len();
    let change = (proptest::option::weighted(0.85, (place(), place())), 0..PIECES.len())
        .prop_map(|(places, piece)| (places.map(|([a, b], [c, d])| [a, b, c, d]), piece));
    let bad_place = prop_oneof![
        Just(r#"{"range":{"start":{"line":-1,"character":0},"end":{"line":0,"character":0}},"text":"x"}"#),
        Just(r#"{"range":{"start":{"line":0.5,"character":0},"end":{"line":0,"character":0}},"text":"x"}"#),
        Just(
            r#"{"range":{"start":{"line":0,"character":99999999999},"end":{"line":0,"character":0}},"text":"x"}"#
        ),
        Just(r#"{"range":null,"text":7}"#),
        Just(r#""x""#),
    ];
    prop_oneof![
        1 => (0..5usize).prop_map(Step::Initialize),
        1 => Just(Step::Shutdown),
        1 => Just(Step::Exit),
        6 => (0..JUNK.len()).prop_map(Step::Junk),
        8 => (0..PASSED_OVER.len()).prop_map(Step::PassedOver),
        20 => (file(), file()).prop_map(|(file, text)| Step::Open(file, text)),
        8 => file().prop_map(Step::Close),
        3 => file().prop_map(Step::Saved),
        2 => any::<bool>().prop_map(Step::Folders),
        30 => (file(), -3..9i32, proptest::collection::vec(change, 0..4))
            .prop_map(|(file, version, changes)| Step::Change(file, version, changes)),
        3 => (file(), bad_place).prop_map(|(file, change)| Step::BadChange(file, change)),
        25 => (0..ASKED.len(), file(), place()).prop_map(|(method, file, place)| Step::Ask(method, file, place)),
        4 => (0..ASKED.len(), prop_oneof![Just("null"), Just("[]"), Just("3"), Just("{}"), Just(r#"{"textDocument":{"uri":"::"}}"#)])
            .prop_map(|(method, params)| Step::BadAsk(method, params)),
    ]
}

/// Replaces a piece as an editor does that counts in UTF-16.
fn replace(text: &str, [line, column, to_line, to_column]: [u32; 4], new: &str) -> String {
    let units: Vec<u16> = text.encode_utf16().collect();
    let (start, end) = ((line, column).min((to_line, to_column)), (line, column).max((to_line, to_column)));
    if start == end && new.is_empty() {
        return text.to_owned();
    }
    let is_break = |at: usize| matches!(units.get(at), Some(0x0A | 0x0D));
    let offset = |(line, column): (u32, u32)| {
        let mut at = 0;
        for _ in 0..line {
            while at < units.len() && !is_break(at) {
                at += 1;
            }
            if at == units.len() {
                return at;
            }
            at += if units[at] == 0x0D && units.get(at + 1) == Some(&0x0A) { 2 } else { 1 };
        }
        let mut left = column;
        while left > 0 && at < units.len() && !is_break(at) {
            at += 1;
            left -= 1;
        }
        at
    };
    let [start, end] = [start, end].map(offset);
    [
        String::from_utf16_lossy(&units[..start]),
        new.to_owned(),
        String::from_utf16_lossy(&units[end.max(start)..]),
    ]
    .concat()
}

/// What a conversation comes to.
#[derive(Default)]
struct Expected {
    bodies: Vec<String>,
    /// The ids of requests that are answered.
    ids: Vec<i64>,
    /// The codes of the answers to what is no message.
    junk: Vec<i64>,
    begun: bool,
    leaving: bool,
    gone: bool,
    folders: bool,
    open: Vec<Option<String>>,
}

impl Expected {
    fn request(&mut self, method: &str, params: &str) {
        let id = i64::try_from(self.bodies.len()).unwrap();
        self.ids.push(id);
        let method = json!(method);
        self.bodies.push(format!(r#"{{"jsonrpc":"2.0","id":{id},"method":{method},"params":{params}}}"#));
    }

    fn tell(&mut self, method: &str, params: &Value) {
        self.bodies.push(json!({ "jsonrpc": "2.0", "method": method, "params": params }).to_string());
    }

    fn add(&mut self, step: &Step, folder: &Path) {
        if self.gone {
            return;
        }
        let uri = |file: usize| url::Url::from_file_path(folder.join(FILES[file].0)).unwrap().to_string();
        let root = url::Url::from_file_path(folder).unwrap().to_string();
        match step {
            Step::Initialize(kind) => {
                let params = match kind {
                    0 => json!(null),
                    1 => {
                        json!({ "rootUri": 3, "workspaceFolders": [{ "uri": root }], "capabilities": "all" })
                    }
                    _ => json!({ "processId": null, "rootUri": root, "capabilities": {} }),
                };
                self.request("initialize", &params.to_string());
                self.folders |= !self.begun && *kind > 0;
                self.begun |= *kind > 0;
            }
            Step::Shutdown => {
                self.request("shutdown", "null");
                self.leaving |= self.begun;
            }
            Step::Exit => {
                self.tell("exit", &Value::Null);
                self.gone = true;
            }
            Step::Junk(number) => {
                let (body, code) = JUNK[*number];
                self.bodies.push(body.to_owned());
                self.junk.push(code);
            }
            Step::PassedOver(number) => self.bodies.push(PASSED_OVER[*number].to_owned()),
            Step::Open(file, text) => {
                let text = FILES[*text].1;
                let document =
                    json!({ "uri": uri(*file), "languageId": "cxflow", "version": 1, "text": text });
                self.tell("textDocument/didOpen", &json!({ "textDocument": document }));
                if self.begun {
                    self.open[*file] = Some(text.to_owned());
                }
            }
            Step::Close(file) => {
                self.tell("textDocument/didClose", &json!({ "textDocument": { "uri": uri(*file) } }));
                self.open[*file] = None;
            }
            Step::Saved(file) => {
                let changes = json!([{ "uri": uri(*file), "type": 2 }]);
                self.tell("workspace/didChangeWatchedFiles", &json!({ "changes": changes }));
            }
            Step::Folders(added) => {
                let folder = json!([{ "uri": root, "name": "x" }]);
                let event = match added {
                    true => json!({ "added": folder, "removed": [] }),
                    false => json!({ "added": [], "removed": folder }),
                };
                self.tell("workspace/didChangeWorkspaceFolders", &json!({ "event": event }));
                if self.begun {
                    self.folders = *added;
                }
            }
            Step::Change(file, version, changes) => {
                let shown = changes.iter().map(|(places, piece)| {
                    let text = PIECES[*piece];
                    match places {
                        Some([line, column, to_line, to_column]) => json!({
                            "range": {
                                "start": { "line": line, "character": column },
                                "end": { "line": to_line, "character": to_column },
                            },
                            "text": text,
                        }),
                        None => json!({ "text": text }),
                    }
                });
                let shown: Vec<Value> = shown.collect();
                let document = json!({ "uri": uri(*file), "version": version });
                self.tell(
                    "textDocument/didChange",
                    &json!({ "textDocument": document, "contentChanges": shown }),
                );
                if let Some(text) = &mut self.open[*file] {
                    for (places, piece) in changes {
                        *text = match places {
                            Some(places) => replace(text, *places, PIECES[*piece]),
                            None => PIECES[*piece].to_owned(),
                        };
                    }
                }
            }
            Step::BadChange(file, change) => {
                let document = json!({ "uri": uri(*file), "version": 2 });
                let change: Value = serde_json::from_str(change).unwrap();
                self.tell(
                    "textDocument/didChange",
                    &json!({ "textDocument": document, "contentChanges": [change] }),
                );
            }
            Step::Ask(method, file, [line, character]) => {
                let place = json!({ "line": line, "character": character });
                let params = json!({
                    "textDocument": { "uri": uri(*file) },
                    "position": place,
                    "range": { "start": { "line": 0, "character": 0 }, "end": place },
                    "context": { "includeDeclaration": true, "diagnostics": [] },
                    "options": { "tabSize": 2, "insertSpaces": true },
                    "newName": "other",
                    "query": "e",
                    "command": "x",
                    "uri": "cxflowc:/explain/CX103.md",
                });
                self.request(ASKED[*method], &params.to_string());
            }
            Step::BadAsk(method, params) => self.request(ASKED[*method], params),
        }
    }
}

/// The last findings of each file that has some.
fn findings(said: &[Value]) -> BTreeMap<String, Value> {
    let mut last = BTreeMap::new();
    for one in said.iter().filter(|one| one["method"] == "textDocument/publishDiagnostics") {
        last.insert(one["params"]["uri"].as_str().unwrap().to_owned(), one["params"]["diagnostics"].clone());
    }
    last.retain(|_, list| list != &json!([]));
    last
}

fn check(folder: &Folder, steps: &[Step]) -> Result<(), TestCaseError> {
    let path = &folder.root().canonicalize().unwrap();
    let mut expected = Expected { open: vec![None; FILES.len()], ..Expected::default() };
    for step in steps {
        expected.add(step, path);
    }
    let ended_early = expected.gone;
    if !ended_early {
        if !expected.begun {
            expected.add(&Step::Initialize(2), path);
        }
        // Whatever is waiting is told before this is answered.
        expected.request("workspace/symbol", r#"{"query":""}"#);
        expected.add(&Step::Shutdown, path);
        expected.add(&Step::Exit, path);
    }
    let (said, run) = talk(folder, &expected.bodies);
    let well = expected.begun && expected.leaving;
    prop_assert_eq!(run.status, Some(i32::from(!well)), "{}", run.err);
    prop_assert_eq!(&run.err, "");
    let answers: Vec<&Value> = said.iter().filter(|one| one.get("method").is_none()).collect();
    let mut ids: Vec<i64> = answers.iter().filter_map(|one| one["id"].as_i64()).collect();
    ids.sort_unstable();
    prop_assert_eq!(&ids, &expected.ids, "one answer to each request");
    for answer in &answers {
        prop_assert!(answer.get("result").is_some() != answer.get("error").is_some(), "{}", answer);
    }
    let junk = answers.iter().filter(|one| one["id"].is_null());
    let junk: Vec<i64> = junk.map(|one| one["error"]["code"].as_i64().unwrap()).collect();
    prop_assert_eq!(&junk, &expected.junk, "one answer to what is no message");
    if ended_early {
        return Ok(());
    }
    let mut fresh = Expected { open: vec![None; FILES.len()], ..Expected::default() };
    let params = match expected.folders {
        true => json!({ "rootUri": url::Url::from_file_path(path).unwrap(), "capabilities": {} }),
        false => json!({ "capabilities": {} }),
    };
    fresh.request("initialize", &params.to_string());
    for (file, text) in expected.open.iter().enumerate() {
        if let Some(text) = text {
            let uri = url::Url::from_file_path(path.join(FILES[file].0)).unwrap();
            let document = json!({ "uri": uri, "languageId": "cxflow", "version": 1, "text": text });
            fresh.tell("textDocument/didOpen", &json!({ "textDocument": document }));
        }
    }
    fresh.request("workspace/symbol", r#"{"query":""}"#);
    fresh.request("shutdown", "null");
    fresh.tell("exit", &Value::Null);
    let (anew, run) = talk(folder, &fresh.bodies);
    prop_assert_eq!(run.status, Some(0));
    prop_assert_eq!(findings(&said), findings(&anew), "{:?}", expected.open);
    Ok(())
}

fn folder() -> Folder {
    FILES.iter().take(3).fold(Folder::new(), |folder, (name, text)| folder.with(name, text))
}

#[test]
fn any_messages_in_any_order_are_answered_and_leave_the_findings_right() {
    let folder = folder();
    // Most sessions begin with `initialize`; the others find out.
    let begins = proptest::option::weighted(0.9, 1..5usize);
    let sequence = (begins, proptest::collection::vec(step(), 0..40));
    let config = Config { cases: 80, failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
        .run(&sequence, |(begins, steps)| {
            let steps: Vec<Step> = begins.map(Step::Initialize).into_iter().chain(steps).collect();
            check(&folder, &steps)
        })
        .unwrap();
}

#[test]
fn orders_that_clients_are_known_for() {
    let folder = folder();
    let begin = || Step::Initialize(2);
    let change = |places: [u32; 4], piece: usize| Step::Change(0, 2, vec![(Some(places), piece)]);
    for steps in [
        vec![Step::Ask(0, 0, [0, 0]), begin(), begin(), Step::Open(0, 0)],
        vec![begin(), Step::Change(0, 1, vec![(None, 1)]), Step::Open(0, 0), Step::Close(0), Step::Close(0)],
        vec![begin(), Step::Open(0, 0), Step::Open(0, 2), Step::Change(0, -3, vec![(None, 6)])],
        vec![Step::Initialize(0), Step::Initialize(1), Step::Open(0, 0)],
        vec![begin(), Step::Open(0, 0), Step::Shutdown, change([4, 0, 9, 9], 0), Step::Ask(0, 0, [0, 0])],
        vec![begin(), Step::Open(0, 0), Step::Exit, Step::Open(1, 1)],
        vec![Step::Exit],
        vec![Step::Shutdown, Step::Exit],
        // Ranges between the halves of a pair, the wrong way round, and beyond every end.
        vec![begin(), Step::Open(0, 0), change([0, 7, 0, 7], 0)],
        vec![begin(), Step::Open(0, 0), change([0, 7, 0, 7], 1)],
        vec![begin(), Step::Open(0, 0), change([0, 6, 0, 7], 0), change([0, 7, 0, 8], 1)],
        vec![begin(), Step::Open(0, 0), change([3, 5, 0, 7], 0)],
        vec![begin(), Step::Open(0, 0), change([u32::MAX, u32::MAX, 0, 7], 4)],
        vec![begin(), Step::Open(0, 0), change([99, 0, 99, 99], 6)],
        vec![
            begin(),
            Step::Open(1, 1),
            Step::Change(1, 5, vec![(Some([0, 99, 1, 0]), 4), (Some([1, 0, 1, 0]), 3)]),
        ],
    ] {
        check(&folder, &steps).unwrap_or_else(|why| panic!("{steps:?}: {why}"));
    }
}
