//! Input that is not a message, and messages that come too early, twice or too late, are answered as the
//! protocol says.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::editor::Editor;
use crate::harness::Folder;
use crate::session::{self, framed};

/// What a server answers to these bodies, and its exit status.
fn talk(bodies: &[&str]) -> (Vec<Value>, Option<i32>) {
    let (said, run) = session::talk(&Folder::new(), bodies);
    (said, run.status)
}

const INITIALIZE: &str =
    r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":null,"capabilities":{}}}"#;
const SHUTDOWN: &str = r#"{"jsonrpc":"2.0","id":2,"method":"shutdown"}"#;
const EXIT: &str = r#"{"jsonrpc":"2.0","method":"exit"}"#;

/// The errors among the answers: id and code.
fn errors(said: &[Value]) -> Vec<(Value, i64)> {
    let failed = said.iter().filter(|one| one.get("error").is_some());
    failed.map(|one| (one["id"].clone(), one["error"]["code"].as_i64().unwrap())).collect()
}

#[test]
fn a_malformed_message_is_answered_and_the_session_goes_on() {
    for (body, id, code) in [
        ("this is no JSON", Value::Null, -32700),
        (r#"{"jsonrpc":"2.0","id":9,"method":"#, Value::Null, -32700),
        ("", Value::Null, -32700),
        ("17", Value::Null, -32600),
        ("[]", Value::Null, -32600),
        (r#"[{"jsonrpc":"2.0","id":9,"method":"shutdown"}]"#, Value::Null, -32600),
        (r#"{"id":9,"method":"shutdown"}"#, json!(9), -32600),
        (r#"{"jsonrpc":"1.0","id":"é","method":"shutdown"}"#, json!("é"), -32600),
        (r#"{"jsonrpc":"2.0","id":null,"method":"shutdown"}"#, Value::Null, -32600),
        (r#"{"jsonrpc":"2.0","id":9.5,"method":"shutdown"}"#, json!(9.5), -32600),
        (r#"{"jsonrpc":"2.0","id":9,"method":null}"#, json!(9), -32600),
        (r#"{"jsonrpc":"2.0","id":9,"method":"$/nobody"}"#, json!(9), -32601),
        (INITIALIZE, json!(1), -32600),
    ] {
        let (said, status) = talk(&[INITIALIZE, body, SHUTDOWN, EXIT]);
        assert_eq!(errors(&said), [(id, code)], "{body}");
        assert!(said.iter().any(|one| one["id"] == 2 && one.get("error").is_none()), "{body}: {said:?}");
        assert_eq!(status, Some(0), "{body}");
    }
}

#[test]
fn notifications_get_no_answer() {
    for body in [
        r#"{"jsonrpc":"2.0","method":"$/nobody"}"#,
        r#"{"jsonrpc":"2.0","method":"$/setTrace","params":{"value":"verbose"}}"#,
        r#"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":77}}"#,
        r#"{"jsonrpc":"2.0","id":5,"result":null}"#,
        r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"no JSON"}}"#,
    ] {
        let (said, status) = talk(&[INITIALIZE, body, SHUTDOWN, EXIT]);
        assert_eq!(said.len(), 2, "{body}: {said:?}");
        assert_eq!(status, Some(0), "{body}");
    }
}

#[test]
fn a_request_before_initialize_is_refused_with_a_message() {
    let hover = r#"{"jsonrpc":"2.0","id":"h","method":"textDocument/hover","params":{}}"#;
    let answer = r#"{"jsonrpc":"2.0","id":5,"result":null}"#;
    let (said, status) = talk(&[hover, SHUTDOWN, answer, INITIALIZE, SHUTDOWN, EXIT]);
    assert_eq!(errors(&said), [(json!("h"), -32002), (json!(2), -32002)]);
    assert_eq!(said[0]["error"]["message"], "`initialize` must come before textDocument/hover");
    assert_eq!(status, Some(0));
}

#[test]
fn an_initialize_without_params_is_refused_and_the_next_one_counts() {
    for params in ["", r#","params":null"#, r#","params":[]"#, r#","params":"x""#] {
        let without = format!(r#"{{"jsonrpc":"2.0","id":0,"method":"initialize"{params}}}"#);
        let (said, status) = talk(&[&without, INITIALIZE, SHUTDOWN, EXIT]);
        assert_eq!(errors(&said), [(json!(0), -32602)], "{params}");
        assert!(said[1]["result"]["capabilities"].is_object(), "{said:?}");
        assert_eq!(status, Some(0), "{params}");
    }
}

#[test]
fn a_head_that_is_none_is_answered() {
    for head in ["Content-Length: -1", "Content-Length: x", "Content-Length: 99999999999", "X: 1"] {
        let rest = [INITIALIZE, SHUTDOWN, EXIT].map(framed).concat();
        let folder = Folder::new();
        let server = folder.command("lsp").input(format!("{head}\r\n\r\n{SHUTDOWN}{rest}"));
        let run = server.run().exits(0);
        assert_eq!(run.out.matches("-32700").count(), 1, "{head}: {run:?}");
        assert_eq!(run.out.matches("\"id\":null").count(), 1, "{head}: {run:?}");
    }
}

#[test]
fn exit_without_shutdown_ends_with_1() {
    assert_eq!(talk(&[EXIT]), (Vec::new(), Some(1)));
    assert_eq!(talk(&[SHUTDOWN, EXIT]).1, Some(1), "no session had begun");
    assert_eq!(talk(&[INITIALIZE, EXIT]).1, Some(1));
    assert_eq!(talk(&[INITIALIZE, SHUTDOWN, SHUTDOWN, EXIT]).1, Some(0));
    assert_eq!(errors(&talk(&[INITIALIZE, SHUTDOWN, INITIALIZE, EXIT]).0), [(json!(1), -32600)]);
}

/// A process that has ended stays in the list of processes until its parent takes note of it.
#[cfg(target_os = "linux")]
#[test]
fn an_editor_whose_end_nobody_has_noted_has_ended() {
    let mut editor = Command::new("true").spawn().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_cxflowc"));
    let mut server = command.arg("lsp").stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let body = json!({
        "jsonrpc": "2.0", "id": 1, "method": "initialize",
        "params": { "processId": editor.id(), "capabilities": {} },
    });
    let mut input = server.stdin.take().unwrap();
    input.write_all(framed(&body.to_string()).as_bytes()).unwrap();
    // The pipe stays open: a server that goes on would make this wait for ever.
    assert_eq!(server.wait().unwrap().code(), Some(1));
    editor.wait().unwrap();
}

const BROKEN: &str = "flow \"F\"\nentry a\ndisconnect a\na -> b\n";
const WHOLE: &str = "flow \"F\"\nentry a\ndisconnect a\n";

/// Opens, edits and closes a file at several addresses, which are one document.
fn at_addresses(editor: &mut Editor, other: &str) {
    let first = editor.uri("a.cxflow");
    let symbols = |editor: &mut Editor, uri: &str| {
        let asked = json!({ "textDocument": { "uri": uri } });
        editor.ask("textDocument/documentSymbol", asked)[0]["name"].clone()
    };
    let open = |editor: &mut Editor, uri: &str, text: &str| {
        let document = json!({ "uri": uri, "languageId": "cxflow", "version": 1, "text": text });
        editor.tell("textDocument/didOpen", json!({ "textDocument": document }));
    };
    let change = |editor: &mut Editor, uri: &str, text: &str| {
        let document = json!({ "uri": uri, "version": 2 });
        let params = json!({ "textDocument": document, "contentChanges": [{ "text": text }] });
        editor.tell("textDocument/didChange", params);
    };
    let close = |editor: &mut Editor, uri: &str| {
        editor.tell("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
    };
    open(editor, &first, "flow \"One\"\nentry a\ndisconnect a\n");
    assert_eq!(symbols(editor, other), "One", "{other}");
    open(editor, other, "flow \"Two\"\nentry a\ndisconnect a\n");
    assert_eq!(symbols(editor, &first), "Two", "{other}");
    change(editor, &first, "flow \"Three\"\nentry a\ndisconnect a\n");
    assert_eq!(symbols(editor, other), "Three", "{other}");
    close(editor, other);
    assert_eq!(symbols(editor, &first), "Three", "{other}");
    close(editor, &first);
    assert_eq!(symbols(editor, other), Value::Null, "closed: {other}");
}

#[test]
fn a_file_on_a_drive_is_one_document_however_the_drive_is_spelt() {
    let mut editor = Editor::new(&[]);
    let text = |editor: &mut Editor, uri: &str| {
        let asked = json!({ "textDocument": { "uri": uri } });
        editor.ask("textDocument/documentSymbol", asked)[0]["name"].clone()
    };
    let spellings =
        ["c:/x.cxflow", "C:/x.cxflow", "c%3A/x.cxflow", "C%3A/x.cxflow", "c%3a/x.cxflow", "C%3a/%78.cxflow"];
    for (number, one) in spellings.iter().enumerate() {
        let document = json!({
            "uri": format!("file:///{one}"), "languageId": "cxflow", "version": 1,
            "text": format!("flow \"F{number}\"\nentry a\ndisconnect a\n"),
        });
        editor.tell("textDocument/didOpen", json!({ "textDocument": document }));
        for other in spellings {
            assert_eq!(
                text(&mut editor, &format!("file:///{other}")),
                format!("F{number}"),
                "{one} as {other}"
            );
        }
    }
    for one in spellings {
        editor.tell("textDocument/didClose", json!({ "textDocument": { "uri": format!("file:///{one}") } }));
    }
    assert_eq!(text(&mut editor, "file:///c:/x.cxflow"), Value::Null);
}

#[test]
fn a_file_at_several_addresses_is_one_document() {
    let mut editor = Editor::new(&[("a.cxflow", WHOLE)]);
    let first = editor.uri("a.cxflow");
    let path = first.strip_prefix("file://").unwrap().to_owned();
    let (folder, _) = path.rsplit_once('/').unwrap();
    for other in [
        format!("file://{folder}/%61.cxflow"),
        format!("file://{folder}/a%2Ecxflow"),
        format!("file://{folder}//a.cxflow"),
    ] {
        at_addresses(&mut editor, &other);
    }
    // The host of this machine is none.
    let document = json!({
        "uri": format!("file://localhost{path}"), "languageId": "cxflow", "version": 1, "text": BROKEN,
    });
    editor.tell("textDocument/didOpen", json!({ "textDocument": document }));
    assert!(editor.codes("a.cxflow").contains(&"CX103".to_owned()));
    #[cfg(unix)]
    {
        let mut editor = Editor::new(&[("a.cxflow", WHOLE)]);
        std::os::unix::fs::symlink(editor.path("a.cxflow"), editor.path("b.cxflow")).unwrap();
        let other = editor.uri("b.cxflow");
        at_addresses(&mut editor, &other);
    }
}
