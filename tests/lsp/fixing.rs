//! Mistakes, fixed by what the editor is offered.

use serde_json::{Value, json};

use crate::editor::{Editor, Start};

/// The titles that are offered at a mark, the preferred one with a star.
fn offered(editor: &mut Editor, marked: &str) -> Vec<String> {
    let shown = |action: &Value| {
        let star = if action["isPreferred"] == true { "*" } else { "" };
        format!("{star}{}", action["title"].as_str().unwrap())
    };
    actions(editor, marked).iter().map(shown).collect()
}

fn actions(editor: &mut Editor, marked: &str) -> Vec<Value> {
    let at = editor.mark("a.cxflow", marked);
    let params = json!({
        "textDocument": at["textDocument"],
        "range": { "start": at["position"], "end": at["position"] },
        "context": { "diagnostics": [] },
    });
    editor.ask("textDocument/codeAction", params).as_array().cloned().unwrap_or_default()
}

fn take(editor: &mut Editor, marked: &str, title: &str) {
    let actions = actions(editor, marked);
    let titles: Vec<&Value> = actions.iter().map(|action| &action["title"]).collect();
    let action = actions.iter().find(|action| action["title"] == title);
    let edit = action.unwrap_or_else(|| panic!("no {title:?} among {titles:?}"))["edit"].clone();
    editor.apply(&edit);
}

const WRONG: &str = r#"entry notise
let unused = "x"
disclosure notice { say "Hi" @idenity; -> menu }
collect menu "Press 1 for an agent." {
  on 1 => desk
}
agent desk front_desk
play music "http://cdn.example.com/a.wav"
desk -> later on busy
policy house "House rules" { named: require @identity before agent }
apply hous
"#;

#[test]
fn a_flow_full_of_mistakes_is_fixed_by_clicks() {
    let mut editor = Editor::of(WRONG);
    take(&mut editor, "on 1 ^=> desk", "Write `->`");
    take(&mut editor, "desk ^front_desk", "Write `\"front_desk\"`");
    take(&mut editor, "^entry", "Write `flow \"a\"`");
    assert_eq!(offered(&mut editor, "entry not^ise"), ["*Write `notice`", "Create `disconnect notise`"]);
    take(&mut editor, "entry not^ise", "Write `notice`");
    take(&mut editor, "apply ho^us", "Write `house`");
    take(&mut editor, "@iden^ity;", "Write `@identity`");
    take(&mut editor, "let un^used", "Take the let out");
    take(&mut editor, "desk -> la^ter", "Create `disconnect later`");
    take(&mut editor, "collect me^nu", "Write `on timeout | invalid -> later`");
    take(&mut editor, "\"ht^tp://", "Write `https:`");
    take(&mut editor, "play mu^sic", "Write `-> later`");
    assert_eq!(
        editor.findings("a.cxflow"),
        [
            "CX202 [music] no call reaches `music`",
            "CX406 [busy] the platform's description does not list the condition `busy`",
        ],
        "what the node was to be for nobody knows"
    );
    assert_eq!(
        editor.text("a.cxflow"),
        r#"flow "a"
entry notice
disclosure notice { say "Hi" @identity; -> menu }
collect menu "Press 1 for an agent." {
  on 1 -> desk
  on timeout | invalid -> later
}
agent desk "front_desk"
play music "https://cdn.example.com/a.wav"
music -> later
disconnect later
desk -> later on busy
policy house "House rules" { named: require @identity before agent }
apply house
"#
    );
}

#[test]
fn an_empty_file_is_begun_by_clicks() {
    let mut editor = Editor::of("");
    let params = json!({
        "textDocument": { "uri": editor.uri("a.cxflow") },
        "range": editor.range("a.cxflow", 0..0),
        "context": { "diagnostics": [] },
    });
    let actions = editor.ask("textDocument/codeAction", params);
    assert_eq!(actions[0]["title"], "Write `flow \"a\"`");
    assert_eq!(actions[0]["diagnostics"][0]["code"], "CX101");
    editor.apply(&actions[0]["edit"]);
    assert_eq!(editor.text("a.cxflow"), "flow \"a\"\n");
}

#[test]
fn a_fix_keeps_the_files_line_breaks() {
    let mut editor = Editor::of("flow \"F\"\r\ndisclosure a { say \"Hi\"; -> b }\r\n");
    take(&mut editor, "^flow", "Write `entry a`");
    take(&mut editor, "-> ^b", "Create `disconnect b`");
    assert_eq!(
        editor.text("a.cxflow"),
        "flow \"F\"\r\nentry a\r\ndisclosure a { say \"Hi\"; -> b }\r\ndisconnect b\r\n"
    );
}

#[test]
fn only_what_is_asked_for_is_offered() {
    let mut editor = Editor::of("flow \"F\"\nentry a\n");
    let mut params = json!({
        "textDocument": { "uri": editor.uri("a.cxflow") },
        "range": editor.range("a.cxflow", 0..16),
        "context": { "diagnostics": [], "only": ["refactor"] },
    });
    assert_eq!(editor.ask("textDocument/codeAction", params.clone()), Value::Null);
    params["context"]["only"] = json!(["quickfix"]);
    assert!(!editor.ask("textDocument/codeAction", params).as_array().unwrap().is_empty());
    assert_eq!(offered(&mut editor, "flow \"^F\""), [""; 0], "nothing is wrong there");
}

#[test]
fn an_editor_that_knows_no_versions_gets_edits_without() {
    let files = [("a.cxflow", "flow \"F\"\nentry a\ndisclosure b { say \"Hi\"; -> c }\ndisconnect c\n")];
    let mut editor =
        Editor::start(Start { files: &files, arguments: &[], capabilities: json!({}), variables: &[] });
    editor.open("a.cxflow");
    let actions = actions(&mut editor, "entry ^a");
    assert!(actions[0]["edit"]["changes"].is_object(), "{actions:?}");
    editor.apply(&actions[0]["edit"].clone());
}
