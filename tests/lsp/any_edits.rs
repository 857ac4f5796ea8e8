//! The server outlives any text and any edits, and says of the result what it says of a file that
//! was opened so.

use std::cell::RefCell;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;

use crate::editor::{Editor, Start, usual};

const FLOW: &str = include_str!("../../examples/card_payment.cxflow");

/// What people type, what they paste, and what nobody should.
const PIECES: &[&str] = &[
    "",
    "",
    " ",
    "\n",
    "\r\n",
    "\r",
    ";",
    "{",
    "}",
    "\"",
    "\"\"\"",
    "`",
    "->",
    "on ",
    "1..9",
    "| ",
    "@",
    "=",
    "${",
    "}",
    "//",
    "///",
    "collect menu ",
    "play x ",
    "policy p {",
    "include \"a.cxflow\"\n",
    "include \"b.cxflow\" as b\n",
    "é",
    "😀",
    "\u{FEFF}",
    "\u{202E}",
    "\0",
    "\t",
    "disconnect bye\n",
    "a -> b -> c\n",
    "retries 99999999999",
    "waive ",
    "attest ",
    "test \"x\" on 1 -> a\n",
    "every collect on timeout -> bye\n",
    "let x = \"${x}\"\n",
    "\\",
];

#[derive(Debug, Clone)]
struct Change {
    from: usize,
    length: usize,
    piece: usize,
}

fn change() -> impl Strategy<Value = Change> {
    (0..10_000usize, prop_oneof![Just(0usize), 0..40usize], 0..PIECES.len())
        .prop_map(|(from, length, piece)| Change { from, length, piece })
}

/// The start of a character at a share of the text.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap()
}

fn apply(editor: &mut Editor, change: &Change) {
    let text = editor.text("a.cxflow").to_owned();
    let start = boundary(&text, change.from * (text.len() + 1) / 10_000);
    let end = boundary(&text, start + change.length).max(start);
    // An editor's line ends where the protocol's does: inside `\r\n` nobody can stand.
    let splits = |at: usize| at > 0 && text[..at].ends_with('\r') && text[at..].starts_with('\n');
    let (start, end) = (start - usize::from(splits(start)), end + usize::from(splits(end)));
    editor.replace("a.cxflow", start..end, PIECES[change.piece]);
}

/// Asks everything there is to ask at a place.
fn ask_all(editor: &mut Editor, at: usize) {
    let place = editor.at("a.cxflow", at);
    let file = json!({ "textDocument": place["textDocument"] });
    let whole = editor.range("a.cxflow", 0..editor.text("a.cxflow").len());
    for method in
        ["completion", "hover", "definition", "documentHighlight", "prepareRename", "prepareCallHierarchy"]
    {
        editor.ask_any(&format!("textDocument/{method}"), place.clone());
    }
    let with = |key: &str, value: serde_json::Value| {
        let mut params = place.clone();
        params[key] = value;
        params
    };
    editor.ask_any("textDocument/references", with("context", json!({ "includeDeclaration": true })));
    editor.ask_any("textDocument/rename", with("newName", json!("new name")));
    for method in ["documentSymbol", "foldingRange", "semanticTokens/full"] {
        editor.ask_any(&format!("textDocument/{method}"), file.clone());
    }
    let mut ranged = file.clone();
    ranged["range"] = whole;
    ranged["context"] = json!({ "diagnostics": [] });
    ranged["options"] = json!({ "tabSize": 2, "insertSpaces": true });
    for method in ["inlayHint", "codeAction", "formatting"] {
        editor.ask_any(&format!("textDocument/{method}"), ranged.clone());
    }
}

#[test]
fn any_edits_leave_the_server_alive_and_right() {
    for unit in ["utf-8", "utf-16"] {
        let mut capabilities = usual();
        capabilities["general"] = json!({ "positionEncodings": [unit] });
        let files = [("a.cxflow", FLOW), ("b.cxflow", "collect menu \"Press 1\" {\n  on 1 -> menu\n}\n")];
        let editor = RefCell::new(Editor::start(Start {
            files: &files,
            arguments: &[],
            capabilities,
            variables: &[],
        }));
        let config = Config { cases: 60, failure_persistence: None, ..Config::default() };
        let sequence = (proptest::collection::vec(change(), 1..25), any::<bool>(), 0..10_000usize);
        TestRunner::new(config)
            .run(&sequence, |(changes, empty, place)| {
                let editor = &mut *editor.borrow_mut();
                editor.open_with("a.cxflow", if empty { "" } else { FLOW });
                for change in &changes {
                    apply(editor, change);
                }
                let text = editor.text("a.cxflow").to_owned();
                ask_all(editor, boundary(&text, place * (text.len() + 1) / 10_000));
                let edited = editor.raw_findings("a.cxflow");
                editor.close("a.cxflow");
                editor.open_with("a.cxflow", &text);
                prop_assert_eq!(editor.raw_findings("a.cxflow"), edited, "{:?}", text);
                editor.close("a.cxflow");
                Ok(())
            })
            .unwrap();
        assert_eq!(editor.into_inner().quit(), Some(0));
    }
}
