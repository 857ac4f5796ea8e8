//! Requests about a place: what it is, where it comes from, where else it occurs.

use serde_json::{Value, json};

use crate::editor::Editor;

const FLOW: &str = r#"flow "Reminder"
entry notice
include "lib/end.cxflow" as es with queue = "es_desk"

let cdn = "https://cdn.example.com"

/// The law wants it said.
disclosure notice "${cdn}/notice.wav"

/// The only menu.
collect menu "Press 1 for an agent, 2 for Spanish, 3, 4 or 5 to wait." retries 2 {
  on 1 | 3..5 -> desk
  on 2 -> es.desk
  on timeout | invalid -> bye
}
agent desk "front_desk"
disconnect bye

play skip "${cdn}/skip.wav"
skip -> menu
notice -> menu

policy house "House rules" {
  /// Nobody waits for long.
  shallow: limit depth 5
  fast: require fact ring <= 20s
  rate: oblige "At most 3% are abandoned"
}
fact ring = 10s
apply house
waive house/fast because "tried" by "me" until 2030-01-01
attest house/rate because "report 7" by "k.roe" until 2030-01-01

test "the desk" on 1 -> menu -> desk
"#;

const END: &str = "param queue\nagent desk \"${queue}\" { on failed -> bye }\n";

fn editor() -> Editor {
    let mut editor = Editor::new(&[("a.cxflow", FLOW), ("lib/end.cxflow", END)]);
    editor.open("a.cxflow");
    editor
}

fn hover(editor: &mut Editor, marked: &str) -> String {
    let at = editor.mark("a.cxflow", marked);
    let hover = editor.ask("textDocument/hover", at);
    hover["contents"]["value"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_node_says_what_it_is_for_and_how_one_gets_there() {
    let mut editor = editor();
    assert_eq!(
        hover(&mut editor, "on 1 | 3..5 -> de^sk"),
        "```cxflow\nagent desk \"front_desk\"\n```\n\nOne path leads here: `notice -> menu -> desk`\n\nDisclosed: every path here plays a disclosure."
    );
    assert!(
        hover(&mut editor, "disconnect b^ye")
            .contains("2 paths lead here, a shortest: `notice -> menu -> bye`")
    );
    let menu = hover(&mut editor, "skip -> me^nu");
    assert!(menu.contains("\n\nThe only menu.\n\n"), "{menu}");
    assert!(hover(&mut editor, "entry not^ice").ends_with("The call begins here."));
    assert!(hover(&mut editor, "play sk^ip").ends_with("No path leads here."));
    editor.edit("a.cxflow", "entry notice", "entry skip");
    let desk = hover(&mut editor, "on 1 | 3..5 -> de^sk");
    assert!(desk.ends_with("Not disclosed on `skip -> menu -> desk`"), "{desk}");
}

#[test]
fn a_node_says_in_which_language_it_is_heard() {
    let text = "flow \"F\"\nlanguage \"en-US\" voice \"Joanna\"\nentry a\nplay a {\n  say \"Hi\"\n  say \"Hola\" language \"es-US\"\n}\n";
    let mut editor = Editor::new(&[("a.cxflow", text)]);
    editor.open("a.cxflow");
    let of_node = hover(&mut editor, "play a^ {");
    assert!(of_node.contains("Heard in `en-US` with the voice `Joanna` and in `es-US`."), "{of_node}");
}

#[test]
fn other_names_say_how_they_are_declared() {
    let mut editor = editor();
    assert_eq!(hover(&mut editor, "${c^dn}/skip"), "```cxflow\nlet cdn = \"https://cdn.example.com\"\n```");
    let rule = hover(&mut editor, "sha^llow:");
    assert!(rule.contains("Nobody waits for long.\n\n**holds**"), "{rule}");
    assert!(hover(&mut editor, "apply ho^use").ends_with("3 rules: 2 hold, 1 attested"));
    let duty = hover(&mut editor, "attest house/ra^te");
    assert!(duty.contains("**obligation**: At most 3% are abandoned"), "{duty}");
    assert!(duty.contains("Attested by k.roe until 2030-01-01: report 7"), "{duty}");
    assert!(hover(&mut editor, "waive house/fa^st").contains("**holds**"));
    assert!(hover(&mut editor, "require fact ri^ng").contains("fact ring = 10s"));
    assert!(hover(&mut editor, "require fact ri^ng").contains("Nobody vouches for it."));
    editor.edit(
        "a.cxflow",
        "fact ring = 10s",
        "fact ring = 10s because \"profile 12\" by \"k.roe\" until 2099-01-01",
    );
    let fact = hover(&mut editor, "fact ri^ng =");
    assert!(fact.contains("Vouched for by k.roe until 2099-01-01: profile 12"), "{fact}");
    editor.edit("a.cxflow", "until 2099-01-01", "until 2020-01-01");
    let fact = hover(&mut editor, "fact ri^ng =");
    assert!(fact.contains("The evidence by k.roe ended on 2020-01-01: profile 12"), "{fact}");
    assert_eq!(hover(&mut editor, "Press 1 for^ an agent"), "");
}

#[test]
fn a_rule_that_settings_apply_says_what_became_of_it_in_each_open_flow() {
    let flow = |name: &str, node: &str| {
        format!("flow \"{name}\"\nentry hello\ndisclosure hello {{ say \"Hello.\"; -> end }}\n{node}\n")
    };
    let mut editor = Editor::new(&[
        ("a.cxflow", &flow("A", "agent end \"q\"")),
        ("b.cxflow", &flow("B", "disconnect end")),
        ("house.cxflow", "policy house \"House\" {\n  /// A person.\n  person: require agent\n}\n"),
        ("cxflow.toml", "policies = [\"house.cxflow\"]\n"),
    ]);
    editor.open("house.cxflow");
    let said = |editor: &mut Editor| {
        let at = editor.mark("house.cxflow", "per^son:");
        editor.ask("textDocument/hover", at)["contents"]["value"].as_str().unwrap().to_owned()
    };
    assert!(!said(&mut editor).contains("**"), "no flow is open");
    editor.open("a.cxflow");
    assert!(said(&mut editor).ends_with("- `a.cxflow`: **holds**"), "{}", said(&mut editor));
    editor.open("b.cxflow");
    let both = said(&mut editor);
    assert!(both.contains("- `a.cxflow`: **holds**\n- `b.cxflow`: **violated**: "), "{both}");
    let at = editor.mark("house.cxflow", "policy hou^se");
    let policy = editor.ask("textDocument/hover", at)["contents"]["value"].clone();
    assert!(!policy.as_str().unwrap().contains("1 rules"), "{policy}");
}

#[test]
fn a_finding_explains_itself_where_it_is() {
    let mut editor = editor();
    editor.edit("a.cxflow", "notice -> menu\n", "notice -> many\n");
    let said = hover(&mut editor, "notice -> ma^ny");
    assert!(said.contains("**CX103 unknown-node**"), "{said}");
}

/// VS Code shows the finding on top of the same hover.
#[test]
fn hover_shows_the_finding_above_the_name() {
    let mut editor = editor();
    editor.edit("a.cxflow", "entry notice", "entry menu");
    let said = hover(&mut editor, "play sk^ip");
    let (meaning, card) = said.split_once("\n\n```cxflow\nplay skip ").unwrap_or_else(|| panic!("{said}"));
    assert!(meaning.starts_with("**CX"), "{said}");
    assert!(card.contains("\n```\n\nNo path leads here."), "{said}");
}

fn definition(editor: &mut Editor, name: &str, marked: &str) -> Vec<String> {
    let at = editor.mark(name, marked);
    let answer = editor.ask("textDocument/definition", at);
    answer.as_array().into_iter().flatten().map(|place| editor.shown_place(place)).collect()
}

#[test]
fn names_lead_to_their_declarations_in_other_files_too() {
    let mut editor = editor();
    assert_eq!(definition(&mut editor, "a.cxflow", "skip -> me^nu"), ["a.cxflow:11 menu"]);
    assert_eq!(definition(&mut editor, "a.cxflow", "-> es.de^sk"), ["lib/end.cxflow:2"]);
    assert_eq!(definition(&mut editor, "a.cxflow", "with que^ue"), ["lib/end.cxflow:1"]);
    assert_eq!(definition(&mut editor, "a.cxflow", "include \"lib/e^nd"), ["lib/end.cxflow:1"]);
    assert_eq!(definition(&mut editor, "a.cxflow", "test \"the desk\" on 1 -> me^nu"), ["a.cxflow:11 menu"]);
    assert_eq!(definition(&mut editor, "a.cxflow", "Press 1 f^or"), [""; 0]);
    editor.open("lib/end.cxflow");
    // Inside the instance the including file's names are known as well.
    assert_eq!(definition(&mut editor, "lib/end.cxflow", "on failed -> by^e"), ["a.cxflow:17 bye"]);
}

#[test]
fn references_are_all_places_of_a_name() {
    let mut editor = editor();
    editor.open("lib/end.cxflow");
    let mut at = editor.mark("a.cxflow", "disconnect b^ye");
    at["context"] = json!({ "includeDeclaration": false });
    let places = editor.ask("textDocument/references", at.clone());
    let places: Vec<String> =
        places.as_array().unwrap().iter().map(|place| editor.shown_place(place)).collect();
    assert_eq!(places, ["a.cxflow:14 bye", "lib/end.cxflow:2 bye"]);
    at["context"] = json!({ "includeDeclaration": true });
    assert_eq!(editor.ask("textDocument/references", at.clone()).as_array().unwrap().len(), 3);
    let highlights = editor.ask("textDocument/documentHighlight", at);
    assert_eq!(highlights.as_array().unwrap().len(), 2, "in this file: {highlights}");
}

fn rename(editor: &mut Editor, name: &str, marked: &str, new: &str) -> Result<(), String> {
    let mut at = editor.mark(name, marked);
    at["newName"] = json!(new);
    let edit = editor.try_ask("textDocument/rename", at)?;
    editor.apply(&edit);
    Ok(())
}

#[test]
fn a_node_is_renamed_across_includes() {
    let mut editor = editor();
    let before = editor.codes("a.cxflow");
    editor.open("lib/end.cxflow");
    rename(&mut editor, "lib/end.cxflow", "agent de^sk", "mesa").unwrap();
    assert!(editor.text("a.cxflow").contains("on 2 -> es.mesa\n"));
    assert!(editor.text("a.cxflow").contains("agent desk \"front_desk\""), "another node of that name");
    assert_eq!(editor.text("lib/end.cxflow"), END.replace("desk", "mesa"));
    rename(&mut editor, "a.cxflow", "disconnect b^ye", "menu 1").unwrap();
    assert!(editor.text("a.cxflow").contains("disconnect `menu 1`\n"), "{}", editor.text("a.cxflow"));
    assert!(editor.text("lib/end.cxflow").contains("on failed -> `menu 1`"));
    assert_eq!(editor.codes("a.cxflow"), before);
}

#[test]
fn a_param_is_renamed_where_it_is_set_in_files_that_are_not_open() {
    let mut editor = editor();
    editor.close("a.cxflow");
    editor.open("lib/end.cxflow");
    rename(&mut editor, "lib/end.cxflow", "${que^ue}", "team").unwrap();
    assert_eq!(editor.text("lib/end.cxflow"), END.replace("queue", "team"));
    let saved = std::fs::read_to_string(editor.path("a.cxflow")).unwrap();
    assert!(saved.contains("with team = \"es_desk\""), "{saved}");
}

#[test]
fn prepare_rename_shows_what_will_be_renamed() {
    let mut editor = editor();
    let at = editor.mark("a.cxflow", "-> es.de^sk");
    let shown = editor.ask("textDocument/prepareRename", at);
    assert_eq!(shown["placeholder"], "desk");
    assert_eq!(editor.piece("a.cxflow", &shown["range"]), "desk");
    let at = editor.mark("a.cxflow", "Press 1 f^or");
    assert_eq!(editor.ask("textDocument/prepareRename", at), Value::Null);
}

#[test]
fn a_name_that_is_taken_or_none_is_refused() {
    let mut editor = editor();
    let refused = rename(&mut editor, "a.cxflow", "disconnect b^ye", "menu").unwrap_err();
    assert!(refused.contains("the node `menu` is declared twice"), "{refused}");
    let refused = rename(&mut editor, "a.cxflow", "let c^dn", "1x").unwrap_err();
    assert!(refused.contains("`1x` is not a name"), "{refused}");
    // It would be taken for the instance's own.
    let refused = rename(&mut editor, "a.cxflow", "disconnect b^ye", "desk").unwrap_err();
    assert!(refused.contains("not renamed"), "{refused}");
    assert_eq!(editor.text("a.cxflow"), FLOW);
}

#[test]
fn a_name_that_would_be_caught_by_an_instance_is_refused() {
    let flow = "flow \"F\"\nentry a\ninclude \"lib.cxflow\" as x\ndisclosure a { say \"Hi\"; -> x.menu }\ndisconnect bye\n";
    let lib = "play menu { say \"Hm\"; -> bye }\ndisconnect own\nevery play on failed -> own\n";
    let mut editor = Editor::new(&[("a.cxflow", flow), ("lib.cxflow", lib)]);
    editor.open("a.cxflow");
    let refused = rename(&mut editor, "a.cxflow", "disconnect b^ye", "own").unwrap_err();
    assert!(refused.contains("another name would change its meaning"), "{refused}");
}

#[test]
fn the_outline_has_what_the_file_declares() {
    let mut editor = editor();
    let params = json!({ "textDocument": { "uri": editor.uri("a.cxflow") } });
    let outline = editor.ask("textDocument/documentSymbol", params);
    let names: Vec<&str> =
        outline.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        ["Reminder", "es", "cdn", "notice", "menu", "desk", "bye", "skip", "house", "ring", "the desk"]
    );
    let house = &outline[8];
    assert_eq!(house["children"][0]["name"], "shallow");
    assert_eq!(editor.piece("a.cxflow", &outline[4]["selectionRange"]), "menu");
    assert!(editor.piece("a.cxflow", &outline[4]["range"]).ends_with('}'));
    let ways: Vec<(&str, &str, String)> = outline[4]["children"]
        .as_array()
        .unwrap()
        .iter()
        .map(|way| {
            let place = editor.piece("a.cxflow", &way["selectionRange"]).to_owned();
            (way["name"].as_str().unwrap(), way["detail"].as_str().unwrap(), place)
        })
        .collect();
    assert_eq!(
        ways,
        [
            ("1, 3–5 → desk", "1 | 3..5", "desk".to_owned()),
            ("2 → es.desk", "2", "es.desk".to_owned()),
            ("no input, wrong key → bye", "timeout | invalid", "bye".to_owned()),
        ]
    );
    let found = editor.ask("workspace/symbol", json!({ "query": "desk" }));
    let found = found.as_array().unwrap().iter();
    let names: Vec<&Value> = found.map(|one| &one["name"]).collect();
    assert!(names.iter().all(|name| !name.as_str().unwrap().contains('→')), "only declarations: {names:?}");
    let found = editor.ask("workspace/symbol", json!({ "query": "mnu" }));
    assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
    assert_eq!(found[0]["containerName"], "a.cxflow");
}

#[test]
fn unopened_files_are_found_by_name_too() {
    let mut editor =
        Editor::new(&[("a.cxflow", FLOW), ("lib/end.cxflow", END), ("b.cxflow", "disconnect elsewhere\n")]);
    let names = |found: &Value| -> Vec<String> {
        found
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["containerName"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        names(&editor.ask("workspace/symbol", json!({ "query": "desk" }))),
        ["a.cxflow", "a.cxflow", "lib/end.cxflow"]
    );
    assert_eq!(names(&editor.ask("workspace/symbol", json!({ "query": "elsewh" }))), ["b.cxflow"]);
    editor.write("b.cxflow", "disconnect here\n");
    assert_eq!(names(&editor.ask("workspace/symbol", json!({ "query": "elsewh" }))), [""; 0]);
}

#[test]
fn blocks_comments_and_includes_fold() {
    let text = "// one\n// two\ninclude \"a\"\ninclude \"b\"\n\ncollect m \"\"\"\n  x\n  \"\"\" {\n  on 1 -> a\n}\nplay b \"\"\"\n  y\n  \"\"\"\n";
    let mut editor = Editor::of(text);
    let params = json!({ "textDocument": { "uri": editor.uri("a.cxflow") } });
    let folds = editor.ask("textDocument/foldingRange", params);
    let folds: Vec<String> = folds
        .as_array()
        .unwrap()
        .iter()
        .map(|one| format!("{}-{} {}", one["startLine"], one["endLine"], one["kind"].as_str().unwrap_or("")))
        .collect();
    assert_eq!(folds, ["5-8 ", "10-12 ", "2-3 imports", "0-1 comment"]);
}

#[test]
fn every_word_has_the_colour_of_what_it_is() {
    let text = "flow \"F\"\nentry on\ndisclosure on { say \"${cdn}\" @x; on failed -> on }\nlet cdn = \"é\"\nentry -> on\nwaive\n";
    let mut editor = Editor::of(text);
    let legend = editor.capabilities["semanticTokensProvider"]["legend"]["tokenTypes"].clone();
    let params = json!({ "textDocument": { "uri": editor.uri("a.cxflow") } });
    let tokens = editor.ask("textDocument/semanticTokens/full", params);
    let numbers: Vec<u64> =
        tokens["data"].as_array().unwrap().iter().map(|one| one.as_u64().unwrap()).collect();
    let (mut line, mut column) = (0, 0);
    let mut words = Vec::new();
    for token in numbers.chunks(5) {
        line += token[0];
        column = if token[0] == 0 { column + token[1] } else { token[1] };
        let start = json!({ "line": line, "character": column });
        let end = json!({ "line": line, "character": column + token[2] });
        let word = editor.piece("a.cxflow", &json!({ "start": start, "end": end }));
        let what = legend[token[3] as usize].as_str().unwrap();
        words.push(format!("{word} {what}{}", if token[4] == 1 { " declared" } else { "" }));
    }
    assert_eq!(
        words,
        [
            "flow keyword",
            "entry keyword",
            "on function",
            "disclosure keyword",
            "on function declared",
            "say keyword",
            "cdn parameter",
            "@x decorator",
            "on keyword",
            "failed enumMember",
            "on function",
            "let keyword",
            "cdn parameter declared",
            "on function",
        ]
    );
}

#[test]
fn a_file_is_brought_into_its_layout_line_by_line() {
    let text = "flow   \"F\"\nentry a\n\n\n\ndisclosure a{say \"Hi\";->b}\ndisconnect b\n";
    let mut editor = Editor::of(text);
    let params = json!({ "textDocument": { "uri": editor.uri("a.cxflow") }, "options": { "tabSize": 8, "insertSpaces": false } });
    let edits = editor.ask("textDocument/formatting", params.clone());
    let edits = edits.as_array().unwrap().clone();
    assert!(edits.len() > 1, "not the whole file at once: {edits:?}");
    editor.apply_to("a.cxflow", &edits);
    let formatted = "flow \"F\"\nentry a\n\ndisclosure a { say \"Hi\"; -> b }\ndisconnect b\n";
    assert_eq!(editor.text("a.cxflow"), formatted);
    assert_eq!(editor.ask("textDocument/formatting", params.clone()), json!([]));
    editor.edit("a.cxflow", "entry a", "entry  a a");
    assert_eq!(editor.ask("textDocument/formatting", params), Value::Null, "it has a syntax error");
}

#[test]
fn lines_say_what_stands_behind_them() {
    let mut editor = editor();
    editor.edit("a.cxflow", "apply house\n", "apply house\nevery collect on failed -> bye\n");
    editor.edit("a.cxflow", "play skip \"${cdn}/skip.wav\"\nskip -> menu\n", "");
    let text = editor.text("a.cxflow").to_owned();
    let params = json!({ "textDocument": { "uri": editor.uri("a.cxflow") }, "range": editor.range("a.cxflow", 0..text.len()) });
    let hints = editor.ask("textDocument/inlayHint", params);
    let shown: Vec<String> = hints
        .as_array()
        .unwrap()
        .iter()
        .map(|hint| {
            let at = editor.offset("a.cxflow", &hint["position"]);
            let line = text[..at].rsplit('\n').next().unwrap();
            format!("{} // {}", line.trim(), hint["label"].as_str().unwrap())
        })
        .collect();
    assert_eq!(
        shown,
        [
            "on 1 | 3..5 // input=1|input=3|input=4|input=5",
            "on 2 // input=2",
            "every collect on failed // for 1 node",
            "test \"the desk\" // passes; covers 3 of 5 nodes and 2 of 6 transitions",
        ]
    );
    let some =
        json!({ "textDocument": { "uri": editor.uri("a.cxflow") }, "range": editor.range("a.cxflow", 0..5) });
    assert_eq!(editor.ask("textDocument/inlayHint", some), json!([]));
}

#[test]
fn the_flow_is_walked_node_by_node() {
    let mut editor = editor();
    let at = editor.mark("a.cxflow", "collect me^nu");
    let items = editor.ask("textDocument/prepareCallHierarchy", at);
    assert_eq!(items[0]["name"], "menu");
    let incoming = editor.ask("callHierarchy/incomingCalls", json!({ "item": items[0] }));
    let names = |calls: &Value, end: &str| -> Vec<String> {
        let calls = calls.as_array().unwrap().iter();
        calls
            .map(|call| {
                format!(
                    "{} {}",
                    call[end]["name"].as_str().unwrap(),
                    call["fromRanges"].as_array().unwrap().len()
                )
            })
            .collect()
    };
    assert_eq!(names(&incoming, "from"), ["notice 1", "skip 1"]);
    let outgoing = editor.ask("callHierarchy/outgoingCalls", json!({ "item": items[0] }));
    assert_eq!(names(&outgoing, "to"), ["desk 1", "es.desk 1", "bye 1"]);
    assert_eq!(editor.piece("a.cxflow", &outgoing[1]["fromRanges"][0]), "es.desk");
    let further = editor.ask("callHierarchy/outgoingCalls", json!({ "item": outgoing[1]["to"] }));
    assert_eq!(names(&further, "to"), ["bye 1"]);
}

#[test]
fn hours_say_when_they_are_open() {
    let text = "flow \"F\"\nentry now\n/// The desk.\nhours office in \"America/New_York\" { mon..fri 9:00..17:00; closed 2026-12-25 }\ndecide now { when open office -> bye; else -> bye }\ndisconnect bye\n";
    let mut editor = Editor::new(&[("a.cxflow", text)]);
    editor.open("a.cxflow");
    let said = hover(&mut editor, "when open off^ice");
    for part in
        ["The desk.", "By the clock of `America/New_York`:\n- mon..fri 9:00..17:00\n- closed 2026-12-25"]
    {
        assert!(said.contains(part), "{said}");
    }
    assert_eq!(definition(&mut editor, "a.cxflow", "when open off^ice").len(), 1);
}
