//! Declared kinds: what an editor offers for them, says about them and renames.

use serde_json::{Value, json};

use crate::editor::Editor;

const KINDS: &str = r#"/// Asks the customer system who is called.
kind lookup type "web_service" {
  /// Where the customer system is.
  with url: url
  with timeout: duration = 8s
  with mode: "fast" | "full" = "fast"
  with cached: bool = true
  outcome found, missing, broken
}
"#;

const FLOW: &str = r#"flow "Reminder"
entry find
include "kinds.cxflow"
lookup find with url = "https://crm.example.com/a", timeout = 3s {
  on found -> notice
  on missing | broken -> bye
}
lookup repeat with url = "https://crm.example.com/b" { -> bye }
disclosure notice { say "This is Lakeside." }
disconnect bye
notice -> repeat
"#;

fn editor() -> Editor {
    let mut editor = Editor::new(&[("a.cxflow", FLOW), ("kinds.cxflow", KINDS)]);
    editor.open("a.cxflow");
    editor.open("kinds.cxflow");
    editor
}

/// The completions at the mark `^` of a line behind the flow.
fn completed(line: &str) -> Vec<Value> {
    let marked = format!("{FLOW}{line}");
    let mut editor = Editor::new(&[("a.cxflow", &marked.replacen('^', "", 1)), ("kinds.cxflow", KINDS)]);
    editor.open("a.cxflow");
    let at = editor.at("a.cxflow", marked.find('^').unwrap());
    let answer = editor.ask("textDocument/completion", at);
    let mut items = answer["items"].as_array().unwrap().clone();
    items.sort_by_key(|item| item["sortText"].as_str().unwrap().to_owned());
    items
}

fn labels(line: &str) -> Vec<String> {
    completed(line).iter().map(|item| item["label"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_line_begins_with_a_declared_kind_and_what_it_needs() {
    let items = completed("^");
    let lookup = items.iter().find(|item| item["label"] == "lookup").unwrap();
    assert_eq!(lookup["detail"], "node");
    let text = lookup.to_string();
    assert!(text.contains("Asks the customer system who is called."), "{text}");
    let inserted = lookup["textEdit"]["newText"].as_str().unwrap();
    assert!(inserted.starts_with("lookup ${1:name} with url = ${2:"), "{inserted}");
    for outcome in ["on found -> ", "on missing -> ", "on broken -> "] {
        assert!(inserted.contains(outcome), "{inserted}");
    }
    assert!(!inserted.contains("timeout"), "it has a default: {inserted}");
}

#[test]
fn behind_with_stand_the_fields_of_the_kind_that_are_not_set_yet() {
    assert_eq!(labels("lookup other ^")[0], "with");
    assert_eq!(labels("lookup other with ^"), ["url", "timeout", "mode", "cached"]);
    assert_eq!(
        labels("lookup other with timeout = 3s, url = \"https://crm.example.com\", ^"),
        ["mode", "cached"]
    );
    assert_eq!(labels("lookup other with mode = ^"), ["\"fast\"", "\"full\""]);
    assert_eq!(labels("lookup other with cached = ^"), ["true", "false"]);
    assert_eq!(labels("lookup with with ^"), ["url", "timeout", "mode", "cached"]);
    assert_eq!(labels("lookup with with t^"), ["timeout"]);
}

#[test]
fn behind_on_stand_the_outcomes_of_the_kind_those_first_that_no_branch_takes() {
    assert_eq!(
        labels("lookup other with url = \"https://crm.example.com\" {\n  on ^\n}\n"),
        ["found", "missing", "broken"]
    );
    let second = "lookup other with url = \"https://crm.example.com\" {\n  on found -> bye\n  on ^\n}\n";
    assert_eq!(labels(second), ["missing", "broken", "found"]);
    assert_eq!(labels("repeat -> notice on ^"), ["found", "missing", "broken"]);
}

#[test]
fn in_the_block_of_a_kind_stand_its_lines_and_types() {
    assert_eq!(labels("kind speak type \"tts\" {\n  ^\n}\n"), ["with", "outcome", "sets"]);
    let types = labels("kind speak type \"tts\" {\n  with words: ^\n}\n");
    for word in ["text", "url", "phone", "integer", "duration", "bool", "queue", "language", "list of"] {
        assert!(types.contains(&word.to_owned()), "{word}: {types:?}");
    }
    assert!(labels("kind speak type \"tts\" ends as ^").contains(&"agent".to_owned()));
}

fn hover(editor: &mut Editor, name: &str, marked: &str) -> String {
    let at = editor.mark(name, marked);
    editor.ask("textDocument/hover", at)["contents"]["value"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn hover_says_what_a_kind_is_for_and_what_it_takes() {
    let mut editor = editor();
    for (name, marked) in [("a.cxflow", "look^up find"), ("kinds.cxflow", "kind loo^kup")] {
        let said = hover(&mut editor, name, marked);
        assert!(said.starts_with("```cxflow\nkind lookup type \"web_service\" {\n```\n\n"), "{said}");
        assert!(said.contains("Asks the customer system who is called."), "{said}");
        assert!(said.contains("- `timeout`: a duration, such as 8s; if it is not set, `8000`"), "{said}");
        assert!(said.ends_with("Outcomes: `found`, `missing`, `broken`"), "{said}");
    }
    let field = hover(&mut editor, "a.cxflow", "with u^rl = \"https://crm.example.com/a\"");
    assert!(field.starts_with("```cxflow\nwith url: url\n```"), "{field}");
    assert!(field.ends_with("Where the customer system is."), "{field}");
}

fn places(editor: &mut Editor, method: &str, name: &str, marked: &str) -> Vec<String> {
    let mut at = editor.mark(name, marked);
    at["context"] = json!({ "includeDeclaration": true });
    let answer = editor.ask(method, at);
    answer.as_array().into_iter().flatten().map(|place| editor.shown_place(place)).collect()
}

#[test]
fn a_kind_and_a_field_lead_to_their_declarations_and_to_all_their_uses() {
    let mut editor = editor();
    let definition = "textDocument/definition";
    assert_eq!(places(&mut editor, definition, "a.cxflow", "look^up repeat"), ["kinds.cxflow:2 lookup"]);
    assert_eq!(places(&mut editor, definition, "a.cxflow", "time^out = 3s"), ["kinds.cxflow:5 timeout"]);
    let references = "textDocument/references";
    assert_eq!(
        places(&mut editor, references, "kinds.cxflow", "kind loo^kup"),
        ["a.cxflow:4 lookup", "a.cxflow:8 lookup", "kinds.cxflow:2 lookup"]
    );
    assert_eq!(
        places(&mut editor, references, "a.cxflow", "repeat with u^rl"),
        ["a.cxflow:4 url", "a.cxflow:8 url", "kinds.cxflow:4 url"]
    );
}

fn rename(editor: &mut Editor, name: &str, marked: &str, new: &str) -> Result<(), String> {
    let mut at = editor.mark(name, marked);
    at["newName"] = json!(new);
    let edit = editor.try_ask("textDocument/rename", at)?;
    editor.apply(&edit);
    Ok(())
}

#[test]
fn a_kind_and_its_fields_are_renamed_in_all_files() {
    for (name, marked) in [("a.cxflow", "look^up find"), ("kinds.cxflow", "kind loo^kup")] {
        let mut editor = editor();
        let before = editor.codes("a.cxflow");
        rename(&mut editor, name, marked, "crm_lookup").unwrap();
        assert_eq!(editor.text("a.cxflow"), FLOW.replace("lookup ", "crm_lookup "), "{marked}");
        assert_eq!(editor.text("kinds.cxflow"), KINDS.replace("lookup ", "crm_lookup "), "{marked}");
        assert_eq!(editor.codes("a.cxflow"), before);
        rename(&mut editor, "a.cxflow", "find with u^rl", "address").unwrap();
        assert!(
            editor.text("kinds.cxflow").contains("with address: url\n"),
            "{}",
            editor.text("kinds.cxflow")
        );
        assert!(editor.text("a.cxflow").contains("repeat with address = "), "{}", editor.text("a.cxflow"));
        assert_eq!(editor.codes("a.cxflow"), before);
    }
}

#[test]
fn a_kind_gets_no_word_of_the_language_and_none_of_another_kind() {
    let mut editor = editor();
    let kinds = format!("{KINDS}kind speak type \"tts\"\n");
    editor.replace("kinds.cxflow", 0..KINDS.len(), &kinds);
    for new in ["agent", "speak", "entry", "1x"] {
        assert!(rename(&mut editor, "a.cxflow", "look^up find", new).is_err(), "{new}");
    }
    assert_eq!(editor.text("a.cxflow"), FLOW);
    assert_eq!(editor.text("kinds.cxflow"), kinds);
}

#[test]
fn a_kind_is_in_the_outline_with_its_fields_and_is_found_by_its_word() {
    let mut editor = editor();
    let asked = json!({ "textDocument": { "uri": editor.uri("kinds.cxflow") } });
    let outline = editor.ask("textDocument/documentSymbol", asked);
    assert_eq!(outline[0]["name"], "lookup");
    let fields = outline[0]["children"].as_array().unwrap().iter();
    assert_eq!(fields.map(|one| &one["name"]).collect::<Vec<_>>(), ["url", "timeout", "mode", "cached"]);
    let found = editor.ask("workspace/symbol", json!({ "query": "lookup" }));
    let found = found.as_array().unwrap().iter().map(|one| (&one["name"], &one["containerName"]));
    assert!(found.clone().any(|one| one == (&json!("lookup"), &json!("kinds.cxflow"))), "{found:?}");
}

#[test]
fn a_slip_of_an_outcome_and_a_missing_field_have_fixes() {
    let mut editor = editor();
    editor.edit("a.cxflow", "on found -> notice", "on fuond -> notice");
    editor.edit("a.cxflow", "repeat with url = \"https://crm.example.com/b\" ", "repeat ");
    let codes = editor.codes("a.cxflow");
    assert!(codes.contains(&"CX106".to_owned()), "{codes:?}");
    for (marked, title) in
        [("on fu^ond", "Write `found`"), ("lookup rep^eat", "Write `with url = \"https://example.com\"`")]
    {
        let at = editor.mark("a.cxflow", marked);
        let range = json!({ "start": at["position"], "end": at["position"] });
        let document = json!({ "uri": editor.uri("a.cxflow") });
        let asked = json!({ "textDocument": document, "range": range, "context": { "diagnostics": [] } });
        let actions = editor.ask("textDocument/codeAction", asked);
        let titles: Vec<&str> =
            actions.as_array().unwrap().iter().filter_map(|one| one["title"].as_str()).collect();
        assert!(titles.contains(&title), "{marked}: {titles:?}");
    }
}

#[test]
fn an_every_takes_declared_kinds_and_their_outcomes() {
    let kinds = labels("every ^");
    assert!(kinds.contains(&"lookup".to_owned()) && kinds.contains(&"collect".to_owned()), "{kinds:?}");
    let outcomes = labels("every lookup on ^");
    assert!(
        outcomes.contains(&"missing".to_owned()) && !outcomes.contains(&"timeout".to_owned()),
        "{outcomes:?}"
    );
    assert!(labels("every lookup except =find on missing -> ^").contains(&"bye".to_owned()));
}

#[test]
fn what_happens_on_a_tests_call_may_be_an_outcome_of_a_declared_kind() {
    let offered = labels("test \"x\" on ^");
    for outcome in ["found", "missing", "broken", "timeout"] {
        assert!(offered.iter().any(|label| label == outcome), "{outcome}: {offered:?}");
    }
    assert_eq!(offered.iter().filter(|label| *label == "found").count(), 1, "{offered:?}");
}

const ANSWERS: &str = r#"kind lookup type "web_service" {
  with url: url
  sets due on found | missing
  outcome found, missing, broken
}
kind other type "other_service" {
  outcome found, lost
}
"#;

const ASKED: &str = r#"flow "Reminder"
entry notice
var due lasts 1s
include "kinds.cxflow"
disclosure notice { say "This is Lakeside."; -> find }
lookup find with url = "https://crm.example.com/a" {
  on found | missing -> told
  -> bye
}
every lookup on broken -> bye
play told { say "${due}"; -> bye }
disconnect bye
policy house "House" { a: require =find on found | missing before =told }
apply house
test "a" with due = "x" on found -> find -> told -> bye
"#;

fn asked() -> Editor {
    let mut editor = Editor::new(&[("a.cxflow", ASKED), ("kinds.cxflow", ANSWERS)]);
    editor.open("a.cxflow");
    editor.open("kinds.cxflow");
    editor
}

#[test]
fn hover_says_whose_an_outcome_is_and_what_is_set_then() {
    let mut editor = asked();
    for (name, marked) in [("a.cxflow", "| mis^sing -> told"), ("kinds.cxflow", "found, mis^sing")] {
        let said = hover(&mut editor, name, marked);
        assert!(said.ends_with("An outcome of the kind `lookup`; it sets `due`."), "{said}");
    }
    let broken = hover(&mut editor, "a.cxflow", "every lookup on bro^ken");
    assert!(broken.ends_with("An outcome of the kind `lookup`."), "{broken}");
}

#[test]
fn an_outcome_leads_to_its_declaration_and_to_all_its_uses() {
    let mut editor = asked();
    let references = "textDocument/references";
    assert_eq!(
        places(&mut editor, references, "kinds.cxflow", "found, mis^sing"),
        ["a.cxflow:7 missing", "a.cxflow:13 missing", "kinds.cxflow:3 missing", "kinds.cxflow:4 missing"]
    );
    let definition = "textDocument/definition";
    assert_eq!(places(&mut editor, definition, "a.cxflow", "on bro^ken"), ["kinds.cxflow:4 broken"]);
}

#[test]
fn an_outcome_is_renamed_wherever_it_is_named() {
    for (name, marked) in [("a.cxflow", "| mis^sing -> told"), ("kinds.cxflow", "found | mis^sing")] {
        let mut editor = asked();
        rename(&mut editor, name, marked, "unknown_caller").unwrap();
        assert_eq!(editor.text("a.cxflow"), ASKED.replace("missing", "unknown_caller"), "{marked}");
        assert_eq!(editor.text("kinds.cxflow"), ANSWERS.replace("missing", "unknown_caller"), "{marked}");
    }
    // The event of a test may be that of either kind, so that both are renamed with it.
    let mut editor = asked();
    rename(&mut editor, "a.cxflow", "on fo^und | missing -> told", "known").unwrap();
    assert_eq!(editor.text("a.cxflow"), ASKED.replace("found", "known"));
    assert_eq!(editor.text("kinds.cxflow"), ANSWERS.replace("found", "known"));
    // Another outcome has the name.
    let mut editor = asked();
    assert!(rename(&mut editor, "a.cxflow", "on bro^ken", "missing").is_err());
}
