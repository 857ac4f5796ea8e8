//! Findings as somebody types: in the open file, in what it includes and in what includes it.

use serde_json::json;

use crate::editor::Editor;

const FLOW: &str = r#"flow "Reminder"
entry notice
include "lib/menu.cxflow"
disclosure notice "https://cdn.example.com/notice.wav"
notice -> menu
"#;

const MENU: &str = r#"collect menu "Press 1 for an agent." {
  on 1 -> desk
  on timeout | invalid -> bye
}
agent desk "front_desk"
disconnect bye
"#;

fn two() -> Editor {
    Editor::new(&[("a.cxflow", FLOW), ("lib/menu.cxflow", MENU)])
}

#[test]
fn findings_follow_every_key() {
    let mut editor = Editor::of("");
    assert_eq!(editor.codes("a.cxflow"), ["CX101"]);
    let text = "flow \"F\"\nentry hello\ndisclosure hello { say \"Hello.\" }\ndisconnect bye\nhello -> bye\n";
    for (at, key) in text.char_indices() {
        editor.replace("a.cxflow", at..at, &key.to_string());
    }
    assert_eq!(editor.findings("a.cxflow"), [""; 0]);
    editor.edit("a.cxflow", "hello -> bye", "hello -> by");
    assert_eq!(
        editor.findings("a.cxflow"),
        ["CX103 [by] a transition names `by`, but there is no such node"]
    );
    editor.edit("a.cxflow", "-> by", "-> bye");
    assert_eq!(editor.findings("a.cxflow"), [""; 0]);
}

#[test]
fn a_finding_has_its_help_and_its_other_places() {
    let mut editor = Editor::of("flow \"F\"\nentry a\ndisconnect a\ndisconnect a\n");
    let findings = editor.raw_findings("a.cxflow");
    let double = findings.iter().find(|one| one["code"] == "CX104").unwrap();
    let message = double["message"].as_str().unwrap();
    assert!(message.contains("\nhelp: rename one of them"), "{message}");
    assert_eq!(double["source"], "cxflowc");
    assert_eq!(double["severity"], 1);
    let other = &double["relatedInformation"][0];
    assert_eq!(editor.shown_place(&other["location"]), "a.cxflow:3 a");
    assert_eq!(other["message"], "first declared here");
}

#[test]
fn unused_declarations_are_shown_as_unnecessary() {
    let mut editor =
        Editor::of("flow \"F\"\nentry a\nlet x = \"y\"\ndisclosure a { say \"Hi\"; -> b }\ndisconnect b\n");
    let findings = editor.raw_findings("a.cxflow");
    assert_eq!(findings[0]["code"], "CX403");
    assert_eq!(findings[0]["tags"], json!([1]));
    assert_eq!(findings[0]["severity"], 2);
}

#[test]
fn an_included_file_is_looked_at_in_the_flow_that_includes_it() {
    let mut editor = two();
    // Alone it would have no flow, no entry and no disclosure.
    editor.open("lib/menu.cxflow");
    assert_eq!(editor.findings("lib/menu.cxflow"), [""; 0]);
    editor.edit("lib/menu.cxflow", "on 1 -> desk", "on 1 -> dusk");
    assert_eq!(editor.codes("lib/menu.cxflow"), ["CX103"]);
    assert_eq!(editor.codes("a.cxflow"), [""; 0]);
}

#[test]
fn unsaved_text_is_seen_by_including_files() {
    let mut editor = two();
    editor.open("a.cxflow");
    assert_eq!(editor.codes("a.cxflow"), [""; 0]);
    editor.open("lib/menu.cxflow");
    editor.edit("lib/menu.cxflow", "collect menu", "collect choice");
    assert_eq!(editor.codes("a.cxflow"), ["CX103"]);
    // Closed without saving: the disk counts again.
    editor.close("lib/menu.cxflow");
    assert_eq!(editor.codes("a.cxflow"), [""; 0]);
}

#[test]
fn findings_of_files_that_are_not_open_come_and_go_with_the_flow() {
    let mut editor = two();
    editor.open("a.cxflow");
    editor.write("lib/menu.cxflow", &MENU.replace("on 1 -> desk", "on 1 -> dusk"));
    assert_eq!(editor.findings_on_disk("lib/menu.cxflow"), ["CX103"]);
    editor.close("a.cxflow");
    assert_eq!(editor.findings_on_disk("lib/menu.cxflow"), [""; 0]);
}

#[test]
fn a_file_that_comes_later_is_found() {
    let mut editor = Editor::new(&[("a.cxflow", FLOW)]);
    editor.open("a.cxflow");
    assert_eq!(editor.codes("a.cxflow"), ["CX111"]);
    std::fs::create_dir(editor.path("lib")).unwrap();
    editor.write("lib/menu.cxflow", MENU);
    assert_eq!(editor.codes("a.cxflow"), [""; 0]);
}

#[test]
fn an_include_that_is_typed_joins_the_file_to_its_flow() {
    let mut editor = Editor::new(&[
        ("a.cxflow", &FLOW.replace("include \"lib/menu.cxflow\"\n", "")),
        ("lib/menu.cxflow", MENU),
    ]);
    editor.open("lib/menu.cxflow");
    assert!(editor.codes("lib/menu.cxflow").contains(&"CX101".to_owned()), "alone");
    editor.open("a.cxflow");
    editor.edit("a.cxflow", "entry notice\n", "entry notice\ninclude \"lib/menu.cxflow\"\n");
    assert_eq!(editor.codes("lib/menu.cxflow"), [""; 0]);
    assert_eq!(editor.codes("a.cxflow"), [""; 0]);
}

#[test]
fn a_file_that_two_flows_include_has_the_findings_of_both_once() {
    let other = "flow \"Other\"\nentry notice\ninclude \"lib/menu.cxflow\" as es\ndisclosure notice { say \"Hi\"; -> es.menu }\n";
    let mut editor = Editor::new(&[("a.cxflow", FLOW), ("b.cxflow", other), ("lib/menu.cxflow", MENU)]);
    editor.open("lib/menu.cxflow");
    assert_eq!(editor.codes("lib/menu.cxflow"), [""; 0]);
    editor.edit("lib/menu.cxflow", "-> bye", "-> by");
    assert_eq!(editor.codes("lib/menu.cxflow"), ["CX103"]);
}

#[test]
fn files_that_include_each_other_are_said_to() {
    let mut editor =
        Editor::new(&[("a.cxflow", "include \"b.cxflow\"\n"), ("b.cxflow", "include \"a.cxflow\"\n")]);
    editor.open("a.cxflow");
    assert_eq!(editor.codes("b.cxflow"), ["CX112"]);
}

#[test]
fn a_file_that_was_never_saved_is_looked_at_too() {
    let mut editor = Editor::new(&[]);
    editor.open_with("untitled:Untitled-1", "flow \"F\"\nentry x\n");
    assert_eq!(editor.codes("untitled:Untitled-1"), ["CX103"]);
}

#[test]
fn tests_of_the_flow_run_as_one_types() {
    let flow =
        "flow \"F\"\nentry a\ndisclosure a { say \"Hi\"; -> b }\ndisconnect b\ntest \"ends\" -> a -> b\n";
    let mut editor = Editor::of(flow);
    assert_eq!(editor.codes("a.cxflow"), [""; 0]);
    editor.edit("a.cxflow", "-> a -> b\n", "on 1 -> a -> b\n");
    assert_eq!(editor.codes("a.cxflow"), ["CX502"]);
}

#[test]
fn a_whole_new_text_is_a_change_as_well() {
    let mut editor = Editor::of("flow \"F\"\n");
    let uri = editor.uri("a.cxflow");
    let text = "flow \"F\"\nentry b\ndisclosure b { say \"Hi\"; -> c }\ndisconnect c\n";
    editor.tell(
        "textDocument/didChange",
        json!({ "textDocument": { "uri": uri, "version": 7 }, "contentChanges": [{ "text": text }] }),
    );
    assert_eq!(editor.raw_findings("a.cxflow"), [json!(null); 0]);
}
