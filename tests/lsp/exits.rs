//! Exits of libraries in editors.

use serde_json::{Value, json};

use crate::editor::Editor;

const FLOW: &str = "flow \"F\"\nentry notice\ninclude \"verify.cxflow\" as auth with verified -> menu, failed -> bye\ndisclosure notice { say \"Hello.\"; -> auth }\nplay menu { say \"Menu.\"; -> bye }\ndisconnect bye\n";
const VERIFY: &str = "entry ask\n/// The called party is who we mean.\nexit verified\nexit failed\ncollect ask \"Please enter your number.\" {\n  on \"verified\" -> verified\n  on timeout | invalid -> failed\n}\ntest \"the right number\" on \"verified\" -> verified\n";

fn editor() -> Editor {
    let mut editor = Editor::new(&[("a.cxflow", FLOW), ("verify.cxflow", VERIFY)]);
    editor.open("a.cxflow");
    editor.open("verify.cxflow");
    editor
}

/// The labels that are offered at the mark, and the texts that they insert.
fn offered(line: &str) -> Vec<(String, String)> {
    let text = format!("{}\nplay menu {{ say \"Menu.\" }}\n", line.replace('^', ""));
    let mut editor = Editor::new(&[("a.cxflow", &text), ("verify.cxflow", VERIFY)]);
    editor.open("a.cxflow");
    let at = editor.mark("a.cxflow", line);
    let found = editor.ask("textDocument/completion", at);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let items = found["items"].as_array().unwrap().iter();
    items.map(|item| (text(&item["label"]), text(&item["textEdit"]["newText"]))).collect()
}

#[test]
fn the_exits_that_are_not_bound_are_offered() {
    let snippet = |name: &str| (name.to_owned(), format!("{name} -> ${{1:NODE}}"));
    let line = "include \"verify.cxflow\" as auth with ^";
    assert_eq!(offered(line), [snippet("verified"), snippet("failed")]);
    let line = "include \"verify.cxflow\" as auth with verified -> menu, ^";
    assert_eq!(offered(line), [snippet("failed")]);
    let line = "include \"verify.cxflow\" as auth with verified -> ^";
    assert!(offered(line).iter().any(|(label, _)| label == "menu"));
}

#[test]
fn an_exit_says_what_it_is_for_and_where_it_leads() {
    for (file, marked) in [("a.cxflow", "with veri^fied"), ("verify.cxflow", "exit verif^ied")] {
        let mut editor = editor();
        let at = editor.mark(file, marked);
        let found = editor.ask("textDocument/hover", at);
        let text = found["contents"]["value"].as_str().unwrap();
        assert!(text.contains("exit verified"), "{text}");
        assert!(text.contains("The called party is who we mean."), "{text}");
    }
    let mut editor = editor();
    let at = editor.mark("a.cxflow", "with veri^fied");
    let found = editor.ask("textDocument/hover", at);
    assert!(found["contents"]["value"].as_str().unwrap().contains("In `auth` it leads to `menu`."));
}

#[test]
fn a_binding_leads_to_the_exit_and_the_exit_to_its_bindings() {
    let mut editor = editor();
    let at = editor.mark("a.cxflow", "with veri^fied");
    let found = editor.ask("textDocument/definition", at).to_string();
    assert!(found.contains("verify.cxflow"), "{found}");
    let mut at = editor.mark("verify.cxflow", "exit verif^ied");
    at["context"] = json!({ "includeDeclaration": true });
    let found = editor.ask("textDocument/references", at);
    let places = found.as_array().unwrap();
    let of_flow = places.iter().filter(|place| place["uri"].as_str().unwrap().ends_with("a.cxflow")).count();
    assert_eq!((of_flow, places.len()), (1, 4), "{found}");
}

#[test]
fn an_exit_is_renamed_in_the_library_and_where_it_is_bound() {
    for (file, marked) in [
        ("a.cxflow", "with veri^fied"),
        ("verify.cxflow", "exit verif^ied"),
        ("verify.cxflow", "-> veri^fied\n  on"),
    ] {
        let mut editor = editor();
        let mut at = editor.mark(file, marked);
        at["newName"] = json!("known");
        let edit = editor.try_ask("textDocument/rename", at).unwrap();
        editor.apply(&edit);
        assert_eq!(editor.text("a.cxflow"), FLOW.replace("verified ->", "known ->"), "{marked}");
        let expected = VERIFY.replace("exit verified", "exit known").replace("-> verified", "-> known");
        assert_eq!(editor.text("verify.cxflow"), expected, "{marked}");
    }
}

#[test]
fn an_instance_is_renamed_where_it_is_a_target() {
    let mut editor = editor();
    let mut at = editor.mark("a.cxflow", "-> au^th");
    at["newName"] = json!("check");
    let edit = editor.try_ask("textDocument/rename", at).unwrap();
    editor.apply(&edit);
    assert_eq!(editor.text("a.cxflow"), FLOW.replace("auth", "check"));
}

#[test]
fn of_an_instance_its_variables_are_offered_behind_its_prefix() {
    let library = "entry ask\nparam attempts = 2\nvar pin lasts 1s\nexit known\ncollect ask \"Your number?\" digits 4 into pin retries attempts {\n  on entered -> known\n  on timeout | invalid -> known\n}\n";
    let flow = "flow \"F\"\nentry notice\nvar own lasts 1s\ninclude \"verify.cxflow\" as auth with known -> menu\ninclude \"words.cxflow\"\ndisclosure notice { say \"Hello.\"; -> auth }\n";
    let labels = |file: &str, line: &str| -> Vec<String> {
        let of_flow =
            format!("{flow}play menu {{ {} }}\n", if file == "a.cxflow" { line } else { "say \"Hi.\"" });
        let of_library = if file == "a.cxflow" {
            library.to_owned()
        } else {
            format!("{library}play more {{ {line} }}\n")
        };
        let plain = |text: &str| text.replacen('^', "", 1);
        let files = [
            ("a.cxflow", &*plain(&of_flow)),
            ("verify.cxflow", &*plain(&of_library)),
            ("words.cxflow", "let company = \"Lakeside\"\n"),
        ];
        let mut editor = Editor::new(&files);
        editor.open(file);
        let text = if file == "a.cxflow" { &of_flow } else { &of_library };
        let at = editor.at(file, text.find('^').unwrap());
        let answer = editor.ask("textDocument/completion", at);
        let mut labels: Vec<String> = answer["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["label"].as_str().unwrap().to_owned())
            .collect();
        labels.sort();
        labels
    };
    assert_eq!(labels("a.cxflow", "say \"${^}\""), ["auth.pin", "company", "own"]);
    assert_eq!(labels("a.cxflow", "set ^"), ["auth.pin", "own"]);
    assert_eq!(labels("verify.cxflow", "say \"${^}\""), ["attempts", "pin"]);
}
