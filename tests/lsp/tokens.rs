//! The colours of a part of a file, and what has changed in them.

use serde_json::{Value, json};

use crate::editor::Editor;

const FLOW: &str = "flow \"F\"\nentry notice\ndisclosure notice { say \"Hello.\" @x }\nnotice -> menu\ncollect menu \"Press 1.\" {\n  on 1 -> bye\n  on timeout | invalid -> bye\n}\ndisconnect bye\n";

fn full(editor: &mut Editor) -> Value {
    let params = json!({ "textDocument": { "uri": editor.uri("a.cxflow") } });
    editor.ask("textDocument/semanticTokens/full", params)
}

fn change(editor: &mut Editor, since: &Value) -> Value {
    let params = json!({ "textDocument": { "uri": editor.uri("a.cxflow") }, "previousResultId": since });
    editor.ask("textDocument/semanticTokens/full/delta", params)
}

fn numbers(data: &Value) -> Vec<u64> {
    data.as_array().unwrap().iter().map(|one| one.as_u64().unwrap()).collect()
}

/// The numbers after the edits of an answer.
fn applied(before: &[u64], answer: &Value) -> Vec<u64> {
    let mut after = before.to_vec();
    for edit in answer["edits"].as_array().unwrap() {
        let start = usize::try_from(edit["start"].as_u64().unwrap()).unwrap();
        let count = usize::try_from(edit["deleteCount"].as_u64().unwrap()).unwrap();
        after.splice(start..start + count, numbers(&edit["data"]));
    }
    after
}

/// Each token with its line and its column.
fn placed(numbers: &[u64]) -> Vec<[u64; 5]> {
    let (mut line, mut column) = (0, 0);
    let place = |token: &[u64]| {
        line += token[0];
        column = if token[0] == 0 { column + token[1] } else { token[1] };
        [line, column, token[2], token[3], token[4]]
    };
    numbers.chunks(5).map(place).collect()
}

#[test]
fn the_server_says_that_it_gives_parts_and_changes() {
    let editor = Editor::of(FLOW);
    let offer = &editor.capabilities["semanticTokensProvider"];
    assert_eq!((&offer["range"], &offer["full"]["delta"]), (&json!(true), &json!(true)));
}

#[test]
fn a_change_gives_a_few_numbers_that_lead_to_all() {
    for (old, new) in [
        ("notice -> menu", "notice ->  menu"),
        ("say \"Hello.\" @x", "say \"Hello.\""),
        ("on 1 -> bye\n", "on 1 -> bye\n  on 2 -> bye\n"),
        ("  on 1 -> bye\n", ""),
        ("flow", "// first\nflow"),
        ("disconnect bye\n", "disconnect bye"),
        ("disconnect bye", "disconnect bye\nagent desk \"q\" { on failed -> bye }"),
        ("Hello", "Hello!"),
        ("timeout | invalid", "invalid | timeout"),
        ("disclosure notice", "play notice"),
    ] {
        let mut editor = Editor::of(FLOW);
        let first = full(&mut editor);
        editor.edit("a.cxflow", old, new);
        let delta = change(&mut editor, &first["resultId"]);
        let edits = delta["edits"].as_array().unwrap_or_else(|| panic!("{new}: {delta}"));
        assert!(edits.len() <= 1, "{new}: {delta}");
        assert!(edits.iter().all(|edit| numbers(&edit["data"]).len() <= 45), "{new}: {delta}");
        let after = applied(&numbers(&first["data"]), &delta);
        assert_eq!(after, numbers(&full(&mut editor)["data"]), "{new}");
    }
}

#[test]
fn changes_follow_each_other() {
    let mut editor = Editor::of(FLOW);
    let first = full(&mut editor);
    let (mut id, mut known) = (first["resultId"].clone(), numbers(&first["data"]));
    for (old, new) in [("-> menu", "->  menu"), ("on 1", "on 2"), ("Hello", "Good day"), ("@x", "@x @y")] {
        editor.edit("a.cxflow", old, new);
        let delta = change(&mut editor, &id);
        known = applied(&known, &delta);
        id = delta["resultId"].clone();
    }
    assert_eq!(known, numbers(&full(&mut editor)["data"]));
}

#[test]
fn without_a_change_there_is_no_edit() {
    let mut editor = Editor::of(FLOW);
    let first = full(&mut editor);
    assert_eq!(change(&mut editor, &first["resultId"])["edits"], json!([]));
}

#[test]
fn all_tokens_are_given_if_the_editor_means_another_answer() {
    let mut editor = Editor::of(FLOW);
    let first = full(&mut editor);
    let second = full(&mut editor);
    assert_ne!(first["resultId"], second["resultId"]);
    for stale in [&first["resultId"], &json!(""), &json!("another")] {
        let answer = change(&mut editor, stale);
        assert_eq!(answer["data"], first["data"], "{stale}");
    }
    let last = full(&mut editor);
    editor.close("a.cxflow");
    editor.open_with("a.cxflow", FLOW);
    assert_eq!(change(&mut editor, &last["resultId"])["data"], first["data"], "after it was closed");
}

#[test]
fn a_range_has_exactly_the_tokens_that_lie_in_it() {
    let mut editor = Editor::of(FLOW);
    let all = placed(&numbers(&full(&mut editor)["data"]));
    let ends = [(0, 0), (0, 2), (1, 6), (2, 13), (3, 3), (5, 0), (6, 20), (8, 11), (9, 0), (99, 0)];
    for (at, start) in ends.iter().enumerate() {
        for end in &ends[at..] {
            let position = |(line, character): (u64, u64)| json!({ "line": line, "character": character });
            let params = json!({
                "textDocument": { "uri": editor.uri("a.cxflow") },
                "range": { "start": position(*start), "end": position(*end) },
            });
            let some = editor.ask("textDocument/semanticTokens/range", params);
            let is_in =
                |token: &&[u64; 5]| (token[0], token[1]) < *end && (token[0], token[1] + token[2]) > *start;
            let expected: Vec<[u64; 5]> = all.iter().filter(is_in).copied().collect();
            assert_eq!(placed(&numbers(&some["data"])), expected, "{start:?} to {end:?}");
        }
    }
}
