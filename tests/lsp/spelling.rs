//! The server spells paths as the editor does, and documents that are not files get no findings.

use serde_json::{Value, json};

use crate::editor::Editor;
use crate::harness::Folder;

const FLOW: &str =
    "flow \"F\"\nentry notice\ninclude \"lib.cxflow\"\ndisclosure notice { say \"Hello.\"; -> desk }\n";
const LIB: &str = "agent desk \"q\" { on failed -> bye }\ndisconnect bye\ndisconnect unused\n";

/// Every address in an answer.
fn addresses(answer: &Value, found: &mut Vec<String>) {
    match answer {
        Value::String(text) if text.starts_with("file:") => found.push(text.clone()),
        Value::Array(list) => list.iter().for_each(|one| addresses(one, found)),
        Value::Object(fields) => fields.iter().for_each(|(name, one)| {
            if name.starts_with("file:") {
                found.push(name.clone());
            }
            addresses(one, found);
        }),
        _ => {}
    }
}

#[cfg(unix)]
#[test]
fn a_folder_behind_a_link_keeps_the_editors_spelling_in_every_answer() {
    for name in ["link", "my flows", "a+b (c) @d", "grüße", "50%"] {
        let folder = Folder::new();
        let link = folder.root().canonicalize().unwrap().join(name);
        let mut editor = Editor::through_link(&[("a.cxflow", FLOW), ("lib.cxflow", LIB)], link);
        let base = editor.uri("").trim_end_matches('/').to_owned();
        editor.open("a.cxflow");
        assert_eq!(editor.told_of(), ["lib.cxflow"], "of the file that is not open");
        let at = editor.mark("a.cxflow", "-> de^sk");
        let with = |key: &str, value: Value| {
            let mut params = at.clone();
            params[key] = value;
            params
        };
        let questions = [
            ("textDocument/definition", at.clone()),
            ("textDocument/references", with("context", json!({ "includeDeclaration": true }))),
            ("textDocument/rename", with("newName", json!("mesa"))),
            ("textDocument/prepareCallHierarchy", at.clone()),
            ("workspace/symbol", json!({ "query": "desk" })),
        ];
        for (method, params) in questions {
            let answer = editor.ask(method, params);
            let mut found = Vec::new();
            addresses(&answer, &mut found);
            assert!(!found.is_empty(), "{method}: {answer}");
            for uri in found {
                assert!(uri.starts_with(&format!("{base}/")), "{method}: {uri} is not in {base}");
            }
        }
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_is_opened_through_a_link_names_its_neighbours_so() {
    let outside = Folder::of(FLOW).with("lib.cxflow", LIB);
    let real = outside.root().canonicalize().unwrap();
    let mut editor = Editor::new(&[]);
    std::os::unix::fs::symlink(&real, editor.path("linked")).unwrap();
    editor.open("linked/a.cxflow");
    assert_eq!(editor.told_of(), ["linked/lib.cxflow"]);
}

#[test]
fn a_name_with_escapes_is_the_file_that_it_means() {
    for name in ["my flow.cxflow", "a:b.cxflow", "ü.cxflow", "100%.cxflow", "a#b?.cxflow"] {
        let mut editor = Editor::new(&[("a/x.cxflow", LIB)]);
        let mut uri = format!("{}/", editor.uri("a"));
        for byte in name.bytes() {
            uri.push_str(&format!("%{byte:02X}"));
        }
        std::fs::write(editor.path(&format!("a/{name}")), FLOW.replace("lib.cxflow", "x.cxflow")).unwrap();
        editor.open_with(&uri, &FLOW.replace("lib.cxflow", "x.cxflow").replace("-> desk", "-> dusk"));
        assert_eq!(editor.codes(&format!("a/{}", uri.rsplit('/').next().unwrap()))[0], "CX103", "{name}");
    }
}

#[test]
fn a_document_without_a_file_has_no_findings_and_replaces_no_file() {
    for scheme in
        ["git", "gitfs", "vscode-notebook-cell", "vscode-vfs", "http", "output", "vscode-scm", "review"]
    {
        let mut editor = Editor::new(&[("a.cxflow", FLOW), ("lib.cxflow", LIB)]);
        editor.open("a.cxflow");
        let before = editor.told_of();
        let file = editor.uri("a.cxflow");
        let uri = format!("{}?%7B%22ref%22%3A%22HEAD%22%7D#x", file.replacen("file", scheme, 1));
        editor.open_with(&uri, "nonsense that is no flow\n");
        assert_eq!(editor.told_of(), before, "{scheme}");
        assert_eq!(editor.codes("a.cxflow"), [""; 0], "{scheme}");
        let params = json!({ "textDocument": { "uri": uri }, "position": { "line": 0, "character": 1 } });
        assert_eq!(editor.ask("textDocument/hover", params), Value::Null, "{scheme}");
        // Closing it does not close the file.
        editor.edit("a.cxflow", "-> desk", "-> dusk");
        editor.close(&uri);
        assert_eq!(editor.codes("a.cxflow"), ["CX103"], "{scheme}");
    }
}

#[test]
fn a_file_that_is_not_saved_yet_is_looked_at_and_takes_no_files_place() {
    let mut editor = Editor::new(&[("a.cxflow", FLOW), ("lib.cxflow", LIB)]);
    editor.open("a.cxflow");
    let untitled = editor.uri("a.cxflow").replacen("file://", "untitled:", 1);
    editor.open_with(&untitled, "flow \"F\"\nentry x\n");
    assert_eq!(editor.codes(&untitled), ["CX103"]);
    assert_eq!(editor.codes("a.cxflow"), [""; 0]);
}
