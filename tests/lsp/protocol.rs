//! How a session begins and ends, and input that is not a request.

use std::io::Write;

use serde_json::{Value, json};

use crate::editor::{Editor, Start, usual};
use crate::harness::Folder;
use crate::session::{framed, talk};

const FLOW: &str = "flow \"F\"\nentry né\n";

#[test]
fn a_session_ends_well_after_good_bye_only() {
    assert_eq!(Editor::of(FLOW).quit(), Some(0));
    assert_eq!(Editor::of(FLOW).vanish(), Some(1));
}

#[test]
fn malformed_input_is_refused_in_words() {
    Folder::new().run("lsp").exits(2).err_has("language server protocol").err_has("cxflowc check");
}

#[test]
fn columns_are_counted_as_agreed() {
    let text =
        "flow \"F\"\nentry a\n/* 😀 */ x\ndisclosure a \"https://é😀.example.com/a.wav\" { -> nowhere }\n";
    for offered in [json!(null), json!(["utf-8"]), json!(["utf-16"]), json!(["utf-8", "utf-16"])] {
        let mut capabilities = usual();
        if !offered.is_null() {
            capabilities["general"] = json!({ "positionEncodings": offered });
        }
        let files = [("a.cxflow", text)];
        let mut editor = Editor::start(Start { files: &files, arguments: &[], capabilities, variables: &[] });
        let agreed = if offered[0] == "utf-8" { "utf-8" } else { "utf-16" };
        assert_eq!(editor.capabilities["positionEncoding"], agreed);
        editor.open("a.cxflow");
        let findings = editor.findings("a.cxflow");
        assert!(findings.iter().any(|one| one.starts_with("CX103 [nowhere]")), "{offered}: {findings:?}");
        editor.edit("a.cxflow", "é😀.example", "cdn.😀");
        editor.edit("a.cxflow", "cdn.😀", "cdn.example");
        assert!(editor.codes("a.cxflow").contains(&"CX103".to_owned()));
        editor.edit("a.cxflow", "nowhere", "a");
        assert!(!editor.codes("a.cxflow").contains(&"CX103".to_owned()));
    }
}

#[test]
fn unknown_requests_are_answered_and_unknown_notifications_ignored() {
    let mut editor = Editor::of(FLOW);
    let refused = editor.try_ask("textDocument/moniker", json!({})).unwrap_err();
    assert!(refused.contains("moniker"), "{refused}");
    assert!(editor.try_ask("textDocument/hover", json!({ "textDocument": 3 })).is_err());
    editor.tell("$/cancelRequest", json!({ "id": 4 }));
    editor.tell("textDocument/didChange", json!({ "no": "such thing" }));
    editor.tell("nobody/knows", json!([1]));
    editor.send_raw("this is no JSON");
    let elsewhere =
        json!({ "textDocument": { "uri": "untitled:x" }, "position": { "line": 9, "character": 9 } });
    assert_eq!(editor.ask("textDocument/hover", elsewhere), Value::Null);
    assert_eq!(editor.logged.len(), 1, "{:?}", editor.logged);
    assert!(editor.logged[0].starts_with("`textDocument/didChange` is ignored"), "{:?}", editor.logged);
    assert_eq!(editor.quit(), Some(0));
}

/// Each message between these two is nothing that a server can take; the session goes on.
#[test]
fn a_head_that_is_none_does_not_end_the_session() {
    for bad in [
        "Content-Length: -5\r\n\r\n{}",
        "Content-Length: abc\r\n\r\n{}",
        "Content-Length: 99999999999999\r\n\r\n{}",
        "X: 1\r\n\r\n{}",
        "\r\n\r\n",
        "{}\n",
    ] {
        let mut editor = Editor::of(FLOW);
        editor.send_bytes(bad.as_bytes());
        assert!(editor.codes("a.cxflow").contains(&"CX001".to_owned()), "{bad}");
        assert_eq!(editor.quit(), Some(0), "{bad}");
    }
}

#[test]
fn unreadable_editor_capabilities_are_logged_and_the_rest_counts() {
    let mut capabilities = usual();
    capabilities["workspace"]["workspaceEdit"]["documentChanges"] = json!("yes");
    capabilities["textDocument"]["foldingRange"] = json!([]);
    let files = [("a.cxflow", FLOW)];
    let mut editor = Editor::start(Start { files: &files, arguments: &[], capabilities, variables: &[] });
    editor.open("a.cxflow");
    assert_eq!(editor.codes("a.cxflow")[0], "CX001");
    assert_eq!(editor.logged.len(), 1, "{:?}", editor.logged);
    assert!(
        editor.logged[0].contains("`capabilities.workspace.workspaceEdit.documentChanges`"),
        "{:?}",
        editor.logged
    );
    assert_eq!(editor.asked.len(), 1, "it tells of files");
}

/// Talks to a server without the helper that keeps to the protocol.
struct Bare(std::process::Child);

impl Bare {
    fn start() -> Self {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_cxflowc"));
        command.arg("lsp").stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
        Self(command.spawn().unwrap())
    }

    fn send(&mut self, message: Value) {
        let input = self.0.stdin.as_mut().unwrap();
        input.write_all(framed(&message.to_string()).as_bytes()).unwrap();
    }
}

fn initialize(process: Value) -> Value {
    let params = json!({ "processId": process, "capabilities": {} });
    json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params })
}

#[test]
fn a_document_that_is_opened_before_initialized_has_its_findings() {
    let open = json!({ "uri": "untitled:x", "languageId": "cxflow", "version": 1, "text": FLOW });
    let open =
        json!({ "jsonrpc": "2.0", "method": "textDocument/didOpen", "params": { "textDocument": open } });
    let messages = [
        // Before `initialize` a notification is dropped, as the protocol has it.
        open.clone(),
        initialize(Value::Null),
        open,
        json!({ "jsonrpc": "2.0", "method": "initialized", "params": {} }),
        json!({ "jsonrpc": "2.0", "id": 2, "method": "shutdown" }),
        json!({ "jsonrpc": "2.0", "method": "exit" }),
    ];
    let (_, run) = talk(&Folder::new(), &messages.map(|message| message.to_string()));
    run.exits(0).out_has("publishDiagnostics").out_has("CX001");
}

#[cfg(unix)]
#[test]
fn the_server_ends_when_the_process_of_the_editor_ends() {
    let mut editor = std::process::Command::new("cat").stdin(std::process::Stdio::piped()).spawn().unwrap();
    let mut server = Bare::start();
    server.send(initialize(json!(editor.id())));
    server.send(json!({ "jsonrpc": "2.0", "method": "initialized", "params": {} }));
    std::thread::sleep(std::time::Duration::from_secs(3));
    assert!(server.0.try_wait().unwrap().is_none(), "the editor is there");
    drop(editor.stdin.take());
    editor.wait().unwrap();
    // The pipe stays open: it is ours. A server that goes on would make this wait for ever.
    let _pipe = server.0.stdin.take();
    assert_eq!(server.0.wait().unwrap().code(), Some(1));
}

#[test]
fn half_a_character_is_no_end() {
    let mut editor = Editor::of("flow \"F\"\nentry a\ndisconnect a\n");
    // What JavaScript makes of half an emoji.
    let change = |line: u32, text: &str| {
        let uri = "URI";
        format!(
            r#"{{"jsonrpc":"2.0","method":"textDocument/didChange","params":{{"textDocument":{{"uri":"{uri}","version":2}},"contentChanges":[{{"range":{{"start":{{"line":{line},"character":0}},"end":{{"line":{line},"character":0}}}},"text":"{text}"}}]}}}}"#
        )
    };
    let uri = editor.uri("a.cxflow");
    editor.send_raw(&change(2, "// \\ud83d").replace("URI", &uri));
    editor.send_raw(&change(2, "\\n").replace("URI", &uri));
    editor.settle();
    // The comment took the rest of its line until the break came before it.
    let symbols = editor.ask("textDocument/documentSymbol", json!({ "textDocument": { "uri": uri } }));
    assert_eq!(symbols.as_array().unwrap().len(), 1, "{symbols}");
    assert_eq!(editor.quit(), Some(0));
}

/// A change with a range that is none must not take the place of the whole text.
#[test]
fn a_change_whose_range_cannot_be_read_changes_nothing() {
    let text = "flow \"F\"\nentry a\ndisconnect a\n";
    for range in [
        json!({ "start": { "line": -1, "character": 0 }, "end": { "line": 0, "character": 0 } }),
        json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 4294967296_u64 } }),
        json!({ "start": { "line": 0, "character": 0 } }),
        json!({ "start": { "line": "0", "character": 0 }, "end": { "line": 0, "character": 0 } }),
        json!([0, 0]),
        json!("all"),
        json!({}),
    ] {
        let mut editor = Editor::of(text);
        let uri = editor.uri("a.cxflow");
        let change = json!({ "range": range, "text": "x" });
        editor.tell(
            "textDocument/didChange",
            json!({ "textDocument": { "uri": uri, "version": 2 }, "contentChanges": [change] }),
        );
        let symbols = editor.ask("textDocument/documentSymbol", json!({ "textDocument": { "uri": uri } }));
        assert_eq!(symbols[0]["name"], "F", "{range}");
        assert_eq!(editor.logged.len(), 1, "{range}: {:?}", editor.logged);
    }
}

#[test]
fn a_cut_through_a_character_leaves_its_other_half() {
    let mut editor = Editor::of("flow \"😀\"\nentry a\ndisconnect a\n");
    let uri = editor.uri("a.cxflow");
    // The second half of the emoji goes, as UTF-16 counts.
    let range = json!({ "start": { "line": 0, "character": 7 }, "end": { "line": 0, "character": 8 } });
    editor.tell(
        "textDocument/didChange",
        json!({ "textDocument": { "uri": uri, "version": 2 }, "contentChanges": [{ "range": range, "text": "" }] }),
    );
    let symbols = editor.ask("textDocument/documentSymbol", json!({ "textDocument": { "uri": uri } }));
    assert_eq!(symbols[0]["name"], "\u{FFFD}");
    assert_eq!(symbols[0]["range"]["end"]["character"], 8, "as many columns as the editor has");
}

#[test]
fn codes_link_to_pages_that_the_server_has() {
    let mut editor = Editor::of("flow \"F\"\nentry a\ndisconnect a\na -> b\n");
    let finding = editor.raw_findings("a.cxflow").into_iter().find(|one| one["code"] == "CX103").unwrap();
    let page = finding["codeDescription"]["href"].as_str().unwrap();
    let text = editor.ask("workspace/textDocumentContent", json!({ "uri": page }))["text"].clone();
    let text = text.as_str().unwrap();
    assert!(text.starts_with("# CX103 unknown-node\n"), "{text}");
    assert!(text.contains("```cxflow\n"), "{text}");
    let refused =
        editor.try_ask("workspace/textDocumentContent", json!({ "uri": "cxflowc:/explain/CX999.md" }));
    assert!(refused.is_err());
}

#[test]
fn an_editor_that_cannot_show_pages_gets_no_links() {
    let files = [("a.cxflow", FLOW)];
    let mut editor =
        Editor::start(Start { files: &files, arguments: &[], capabilities: json!({}), variables: &[] });
    editor.open("a.cxflow");
    let findings = editor.raw_findings("a.cxflow");
    assert!(!findings.is_empty());
    assert!(findings.iter().all(|one| one.get("codeDescription").is_none()), "{findings:?}");
    assert!(editor.asked.is_empty(), "it cannot tell of files");
}

#[test]
fn options_of_the_command_line_apply_to_the_server() {
    let flow =
        "flow \"F\"\nentry a\nparam queue\ndisclosure a { say \"Hi\" }\nagent b \"${queue}\"\na -> b\n";
    let toml = "[env.prod.params]\nqueue = \"sales\"\n";
    let files = [("a.cxflow", flow), ("cxflow.toml", toml)];
    let mut editor =
        Editor::start(Start { files: &files, arguments: &[], capabilities: usual(), variables: &[] });
    editor.open("a.cxflow");
    assert_eq!(editor.codes("a.cxflow"), ["CX110"]);
    let arguments = ["--env", "prod"];
    let mut editor =
        Editor::start(Start { files: &files, arguments: &arguments, capabilities: usual(), variables: &[] });
    editor.open("a.cxflow");
    assert_eq!(editor.codes("a.cxflow"), [""; 0]);
    // Settings that are wrong are told of once, and the file is looked at all the same.
    editor.write("cxflow.toml", "[env.test.params]\nqueue = \"sales\"\n");
    assert_eq!(editor.codes("a.cxflow"), ["CX711", "CX110"]);
    editor.edit("a.cxflow", "Hi", "Hello");
    editor.settle();
    assert_eq!(editor.shown.len(), 1, "{:?}", editor.shown);
    assert!(editor.shown[0].contains("no environment `prod`"), "{:?}", editor.shown);
}
