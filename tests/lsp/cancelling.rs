//! Requests that wait and that the editor no longer needs: those that it cancels, and those that an edit overtakes.

use serde_json::{Value, json};

use crate::harness::Folder;
use crate::session::talk;

const CANCELLED: i64 = -32800;
const MODIFIED: i64 = -32801;

/// A flow that takes longer to compile than the messages behind it take to arrive.
fn flow() -> String {
    let nodes: String =
        (0..4000).map(|node| format!("play n{node} {{ say \"Hi\"; -> n{} }}\n", node + 1)).collect();
    format!("flow \"F\"\nentry n0\n{nodes}disconnect n4000\n")
}

fn request(id: impl Into<Value>, method: &str, uri: &str) -> Value {
    let params = json!({
        "textDocument": { "uri": uri },
        "position": { "line": 1, "character": 7 },
        "range": { "start": { "line": 0, "character": 0 }, "end": { "line": 1, "character": 0 } },
    });
    json!({ "id": id.into(), "method": format!("textDocument/{method}"), "params": params })
}

fn cancel(id: impl Into<Value>) -> Value {
    json!({ "method": "$/cancelRequest", "params": { "id": id.into() } })
}

fn edit(uri: &str, version: i32) -> Value {
    let start = json!({ "line": 0, "character": 0 });
    let change = json!({ "range": { "start": start, "end": start }, "text": "\n" });
    let document = json!({ "uri": uri, "version": version });
    json!({ "method": "textDocument/didChange", "params": { "textDocument": document, "contentChanges": [change] } })
}

/// What a server answers that has opened the flow: the results and errors by id, in their order.
fn answers(stale: Value, messages: &[Value]) -> Vec<(Value, Result<Value, i64>)> {
    let open = |uri: &str, text: &str| {
        let document = json!({ "uri": uri, "languageId": "cxflow", "version": 1, "text": text });
        json!({ "method": "textDocument/didOpen", "params": { "textDocument": document } })
    };
    let capabilities = json!({ "general": { "staleRequestSupport": stale } });
    let start = json!({ "id": 0, "method": "initialize", "params": { "processId": null, "capabilities": capabilities } });
    let mut all = vec![start, open("untitled:a", &flow()), open("untitled:b", "flow \"B\"\n")];
    // While the server works on this, the others arrive.
    all.push(request(1, "hover", "untitled:a"));
    all.extend(messages.iter().cloned());
    all.push(json!({ "id": 99, "method": "shutdown" }));
    all.push(json!({ "method": "exit" }));
    let bodies: Vec<String> = all
        .into_iter()
        .map(|mut message| {
            message["jsonrpc"] = json!("2.0");
            message.to_string()
        })
        .collect();
    let (said, run) = talk(&Folder::new(), &bodies);
    run.exits(0);
    let answers = said.into_iter().filter(|message| message.get("method").is_none());
    answers
        .map(|mut message| {
            let result = match message["error"]["code"].as_i64() {
                Some(code) => Err(code),
                None => Ok(message["result"].take()),
            };
            (message["id"].clone(), result)
        })
        .filter(|(id, _)| ![json!(0), json!(1), json!(99)].contains(id))
        .collect()
}

fn codes(answers: &[(Value, Result<Value, i64>)]) -> Vec<(Value, i64)> {
    answers.iter().map(|(id, result)| (id.clone(), *result.as_ref().err().unwrap_or(&0))).collect()
}

#[test]
fn a_waiting_request_that_is_cancelled_is_refused_in_its_turn() {
    let answers = answers(
        Value::Null,
        &[
            request(2, "completion", "untitled:a"),
            request("three", "documentSymbol", "untitled:a"),
            request(4, "hover", "untitled:a"),
            request(5, "foldingRange", "untitled:a"),
            cancel(2),
            cancel("three"),
            cancel(5),
            cancel(5),
        ],
    );
    let expected = [(json!(2), CANCELLED), (json!("three"), CANCELLED), (json!(4), 0), (json!(5), CANCELLED)];
    assert_eq!(codes(&answers), expected);
}

#[test]
fn what_does_not_wait_cannot_be_cancelled() {
    let answers = answers(
        Value::Null,
        &[
            cancel(2),
            cancel(1),
            cancel(77),
            cancel("2"),
            cancel(json!(null)),
            cancel(json!([2])),
            cancel(2.5),
            cancel(99_i64 << 40),
            json!({ "method": "$/cancelRequest" }),
            request(2, "hover", "untitled:a"),
            // The next request of this name is another one.
            request(3, "hover", "untitled:a"),
            cancel(3),
            request(3, "hover", "untitled:a"),
        ],
    );
    assert_eq!(codes(&answers)[0], (json!(2), 0));
    assert_eq!(answers.len(), 3);
    assert_eq!(codes(&answers)[2], (json!(3), 0));
}

#[test]
fn a_request_that_an_edit_overtakes_is_refused_if_the_editor_sends_it_again() {
    let stale = json!({ "cancel": true, "retryOnContentModified": [
        "textDocument/semanticTokens/full", "textDocument/semanticTokens/range",
    ] });
    let messages = [
        request(2, "semanticTokens/full", "untitled:a"),
        request(3, "semanticTokens/range", "untitled:b"),
        request(4, "hover", "untitled:a"),
        edit("untitled:a", 2),
        request(5, "semanticTokens/range", "untitled:a"),
        edit("untitled:a", 3),
        request(6, "semanticTokens/range", "untitled:a"),
    ];
    let refused = [(json!(2), MODIFIED), (json!(3), 0), (json!(4), 0), (json!(5), MODIFIED), (json!(6), 0)];
    assert_eq!(codes(&answers(stale, &messages)), refused);
    for stale in [Value::Null, json!({ "cancel": true, "retryOnContentModified": [] })] {
        let all: Vec<i64> = codes(&answers(stale, &messages)).into_iter().map(|(_, code)| code).collect();
        assert_eq!(all, [0; 5]);
    }
}
