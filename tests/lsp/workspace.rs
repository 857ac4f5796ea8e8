//! Rename and references in a folder of many flows, most of them not open.

use serde_json::{Value, json};

use crate::editor::{Editor, Start, usual};

const LIB: &str = "param queue\nagent desk \"${queue}\" { on failed -> bye }\n";

fn flow(number: usize) -> String {
    format!(
        "flow \"Flow {number}\"\nentry notice\ninclude \"lib.cxflow\" as es with queue = \"q\"\ndisclosure notice {{ say \"Hello.\"; -> es.desk }}\ndisconnect bye\n"
    )
}

fn many(count: usize) -> Vec<(String, String)> {
    let flows = (0..count).map(|number| (format!("flow_{number}.cxflow"), flow(number)));
    flows.chain([("lib.cxflow".to_owned(), LIB.to_owned())]).collect()
}

fn editor(files: &[(String, String)]) -> Editor {
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    Editor::new(&files)
}

fn ask(editor: &mut Editor, name: &str, marked: &str, new: &str) -> Result<Value, String> {
    let mut at = editor.mark(name, marked);
    at["newName"] = json!(new);
    editor.try_ask("textDocument/rename", at)
}

fn references(editor: &mut Editor, name: &str, marked: &str) -> Vec<String> {
    let mut at = editor.mark(name, marked);
    at["context"] = json!({ "includeDeclaration": true });
    let places = editor.ask("textDocument/references", at);
    places.as_array().into_iter().flatten().map(|place| editor.shown_place(place)).collect()
}

fn on_disk(editor: &Editor, name: &str) -> String {
    std::fs::read_to_string(editor.path(name)).unwrap()
}

#[test]
fn a_name_in_a_library_is_changed_in_every_flow_that_includes_it() {
    let count = 120;
    let files = many(count);
    // From the library, and from one of the flows.
    for (open, marked) in [("lib.cxflow", "agent de^sk"), ("flow_7.cxflow", "-> es.de^sk")] {
        let mut editor = editor(&files);
        editor.open(open);
        assert_eq!(references(&mut editor, open, marked).len(), count + 1, "{open}");
        let edit = ask(&mut editor, open, marked, "mesa").unwrap();
        let changes = edit["documentChanges"].as_array().unwrap();
        assert_eq!(changes.len(), count + 1, "{open}");
        for change in changes {
            assert_eq!(change["edits"].as_array().unwrap().len(), 1, "{change}");
            let is_open = change["textDocument"]["uri"] == editor.uri(open);
            assert_eq!(change["textDocument"]["version"], if is_open { json!(1) } else { Value::Null });
        }
    }
}

#[test]
fn renaming_changes_all_flows_that_share_a_name() {
    // Each flow has a node of its own that the library names.
    let mut editor = editor(&many(40));
    editor.open("flow_3.cxflow");
    let edit = ask(&mut editor, "flow_3.cxflow", "disconnect b^ye", "end_call").unwrap();
    editor.apply(&edit);
    assert!(on_disk(&editor, "lib.cxflow").contains("on failed -> end_call"));
    for number in [0, 17, 39] {
        let name = format!("flow_{number}.cxflow");
        assert!(on_disk(&editor, &name).contains("disconnect end_call") || number == 3, "{name}");
    }
    assert_eq!(editor.codes("flow_3.cxflow"), [""; 0]);
}

#[test]
fn a_param_is_renamed_in_every_flow_that_gives_it() {
    let mut editor = editor(&many(40));
    editor.open("flow_3.cxflow");
    editor.open("flow_4.cxflow");
    let edit = ask(&mut editor, "flow_3.cxflow", "with que^ue", "team").unwrap();
    editor.apply(&edit);
    assert!(on_disk(&editor, "flow_39.cxflow").contains("with team = \"q\""));
    assert!(editor.text("flow_4.cxflow").contains("with team = \"q\""));
    assert_eq!(on_disk(&editor, "lib.cxflow"), LIB.replace("queue", "team"));
}

#[test]
fn a_name_that_another_flow_has_already_is_refused_and_the_flow_named() {
    let mut files = many(40);
    files[33].1.push_str("disconnect end_call\n");
    let mut editor = editor(&files);
    editor.open("flow_3.cxflow");
    let refused = ask(&mut editor, "flow_3.cxflow", "disconnect b^ye", "end_call").unwrap_err();
    assert!(refused.contains("the node `end_call` is declared twice"), "{refused}");
    assert!(refused.contains("in the flow `flow_33.cxflow`"), "{refused}");
}

#[test]
fn a_rule_is_renamed_in_flows_that_settings_hold_to_it() {
    let house = "policy house \"House\" {\n  person: require agent\n}\n";
    let waives =
        |flow: String| format!("{flow}waive house/person because \"tried\" by \"me\" until 2030-01-01\n");
    let mut files = many(40);
    for file in files.iter_mut().take(40) {
        file.1 = waives(std::mem::take(&mut file.1));
    }
    files.push(("house.cxflow".to_owned(), house.to_owned()));
    files.push(("cxflow.toml".to_owned(), "policies = [\"house.cxflow\"]\n".to_owned()));
    for (open, marked) in [("house.cxflow", "per^son:"), ("flow_5.cxflow", "waive house/per^son")] {
        let mut editor = editor(&files);
        editor.open(open);
        assert_eq!(references(&mut editor, open, marked).len(), 41, "{open}");
        editor.open("flow_39.cxflow");
        let edit = ask(&mut editor, open, marked, "somebody").unwrap();
        assert_eq!(edit["documentChanges"].as_array().unwrap().len(), 41, "{open}");
        let before = editor.codes("flow_39.cxflow");
        editor.apply(&edit);
        assert!(editor.text("flow_39.cxflow").contains("waive house/somebody "));
        assert_eq!(editor.codes("flow_39.cxflow"), before);
    }
}

#[test]
fn a_policy_is_renamed_in_flows_that_settings_hold_to_it() {
    let house = "policy house \"House\" {\n  person: require agent\n}\n";
    let mut files = many(3);
    files[2].1.push_str("waive house/person because \"tried\" by \"me\" until 2030-01-01\n");
    files.push(("house.cxflow".to_owned(), house.to_owned()));
    files.push(("cxflow.toml".to_owned(), "policies = [\"house.cxflow\"]\n".to_owned()));
    let mut editor = editor(&files);
    editor.open("house.cxflow");
    let edit = ask(&mut editor, "house.cxflow", "policy hou^se", "home").unwrap();
    editor.apply(&edit);
    assert!(on_disk(&editor, "flow_2.cxflow").contains("waive home/person "));
}

#[test]
fn a_renaming_sees_unreported_changes_on_the_disk() {
    let mut editor = editor(&many(3));
    editor.open("lib.cxflow");
    editor.settle();
    // Nobody tells the server.
    let moved = format!("// A new first line.\n{}", flow(1));
    std::fs::write(editor.path("flow_1.cxflow"), &moved).unwrap();
    std::fs::write(editor.path("new.cxflow"), flow(9)).unwrap();
    std::fs::remove_file(editor.path("flow_2.cxflow")).unwrap();
    let edit = ask(&mut editor, "lib.cxflow", "agent de^sk", "mesa").unwrap();
    assert_eq!(edit["documentChanges"].as_array().unwrap().len(), 4, "{edit}");
    editor.apply(&edit);
    assert_eq!(on_disk(&editor, "flow_1.cxflow"), moved.replace("es.desk", "es.mesa"));
    assert_eq!(on_disk(&editor, "new.cxflow"), flow(9).replace("es.desk", "es.mesa"));
}

#[test]
fn a_line_that_cannot_be_read_and_may_hold_the_name_refuses_a_renaming() {
    let mut refused = 0;
    for broken in [
        "notice => es.desk\n",
        "%% es.desk %%\n",
        "play x { -> es.desk\n",
        "play y { say \"\"\"\n-> es.desk\n",
    ] {
        let mut files = many(40);
        files[36].1.push_str(broken);
        let mut editor = editor(&files);
        editor.open("lib.cxflow");
        match ask(&mut editor, "lib.cxflow", "agent de^sk", "mesa") {
            Err(why) => {
                assert!(why.contains("`flow_36.cxflow` has errors"), "{why}");
                refused += 1;
            }
            Ok(edit) => {
                // A slip whose meaning is plain is renamed with the rest.
                editor.apply(&edit);
                assert!(!on_disk(&editor, "flow_36.cxflow").contains("es.desk"), "{broken}");
            }
        }
    }
    assert!(refused > 0);
    // One that does not hold it is in nobody's way.
    let mut files = many(3);
    files[2].1.push_str("notice => bye\n");
    let mut editor = editor(&files);
    editor.open("lib.cxflow");
    assert!(ask(&mut editor, "lib.cxflow", "agent de^sk", "mesa").is_ok());
}

#[test]
fn bundled_policies_are_found_and_not_renamed() {
    let files: Vec<(String, String)> = (0..3)
        .map(|number| {
            let flow = format!("{}apply us_tsr\n", flow(number));
            (format!("flow_{number}.cxflow"), flow)
        })
        .chain([("lib.cxflow".to_owned(), LIB.to_owned())])
        .collect();
    let mut editor = editor(&files);
    editor.open("flow_0.cxflow");
    let refused = ask(&mut editor, "flow_0.cxflow", "apply us_t^sr", "mine").unwrap_err();
    assert!(refused.contains("comes with the compiler"), "{refused}");
    assert_eq!(references(&mut editor, "flow_0.cxflow", "apply us_t^sr").len(), 3);
}

#[test]
fn editors_without_versions_get_plain_changes() {
    let files = many(40);
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let mut capabilities = usual();
    capabilities["workspace"] = json!({});
    let mut editor = Editor::start(Start { files: &files, arguments: &[], capabilities, variables: &[] });
    editor.open("lib.cxflow");
    let edit = ask(&mut editor, "lib.cxflow", "agent de^sk", "mesa").unwrap();
    assert_eq!(edit["changes"].as_object().unwrap().len(), 41);
}

#[test]
fn findings_follow_edits_of_what_hundreds_of_open_flows_include() {
    let count = 60;
    let mut editor = editor(&many(count));
    for number in 0..count {
        editor.open(&format!("flow_{number}.cxflow"));
    }
    editor.open("lib.cxflow");
    editor.edit("lib.cxflow", "agent desk", "agent dusk");
    for number in [0, 31, 59] {
        assert_eq!(editor.codes(&format!("flow_{number}.cxflow")), ["CX103"], "{number}");
    }
    editor.edit("lib.cxflow", "agent dusk", "agent desk");
    let unknown =
        |editor: &mut Editor| editor.codes("lib.cxflow").iter().filter(|code| *code == "CX103").count();
    editor.edit("flow_31.cxflow", "disconnect bye", "disconnect by");
    assert_eq!(unknown(&mut editor), 1, "of one flow");
    editor.edit("flow_59.cxflow", "disconnect bye", "disconnect by");
    assert_eq!(unknown(&mut editor), 1, "of two flows, said once");
    editor.edit("flow_31.cxflow", "disconnect by", "disconnect bye");
    assert_eq!(unknown(&mut editor), 1, "of the other flow");
    editor.close("flow_59.cxflow");
    editor.close("lib.cxflow");
    assert_eq!(unknown(&mut editor), 0);
}

#[test]
fn a_missing_file_that_comes_is_seen_by_all_that_include_it() {
    let mut editor =
        editor(&many(3).into_iter().filter(|(name, _)| name != "lib.cxflow").collect::<Vec<_>>());
    for number in 0..3 {
        editor.open(&format!("flow_{number}.cxflow"));
    }
    assert_eq!(editor.codes("flow_2.cxflow")[0], "CX111");
    editor.edit("flow_0.cxflow", "Hello", "Hi");
    assert_eq!(editor.codes("flow_2.cxflow")[0], "CX111");
    editor.open_with("lib.cxflow", LIB);
    for number in 0..3 {
        assert_eq!(editor.codes(&format!("flow_{number}.cxflow")), [""; 0]);
    }
}

/// What flows include has any name, and includes more.
#[test]
fn a_renaming_sees_what_is_included_whatever_its_name_is() {
    let flow = |number: usize| {
        format!(
            "flow \"F{number}\"\nentry notice\ninclude \"parts/menu.inc\" as es\ndisclosure notice {{ say \"Hello.\"; -> es.desk }}\n"
        )
    };
    let files: Vec<(String, String)> = (0..3)
        .map(|number| (format!("flow_{number}.cxflow"), flow(number)))
        .chain([
            ("parts/menu.inc".to_owned(), "include \"deep/desk\"\n".to_owned()),
            (
                "parts/deep/desk".to_owned(),
                "include \"../../end.txt\"\nagent desk \"q\" { on failed -> bye }\n".to_owned(),
            ),
            ("end.txt".to_owned(), "disconnect bye\n".to_owned()),
            // The top of what each of them may read.
            ("cxflow.toml".to_owned(), String::new()),
        ])
        .collect();
    for open in ["parts/deep/desk", "end.txt", "flow_2.cxflow"] {
        let mut editor = editor(&files);
        editor.open(open);
        let (marked, count) = match open {
            "end.txt" => ("disconnect b^ye", 2),
            "flow_2.cxflow" => ("-> es.de^sk", 4),
            _ => ("agent de^sk", 4),
        };
        let edit = ask(&mut editor, open, marked, "other").unwrap();
        assert_eq!(edit["documentChanges"].as_array().unwrap().len(), count, "{open}: {edit}");
        // It is no part of them any more.
        for number in 0..3 {
            editor.write(&format!("flow_{number}.cxflow"), "flow \"F\"\nentry a\ndisconnect a\n");
        }
        if open != "flow_2.cxflow" {
            let edit = ask(&mut editor, open, marked, "other").unwrap();
            assert_eq!(edit["documentChanges"].as_array().unwrap().len(), 1, "{open}: {edit}");
        }
    }
}

#[test]
fn a_file_of_no_folder_that_changes_on_the_disk_belongs_to_nothing() {
    let mut editor = editor(&many(2));
    let folder = editor.uri("");
    editor.tell(
        "workspace/didChangeWorkspaceFolders",
        json!({ "event": { "added": [], "removed": [{ "uri": folder, "name": "flows" }] } }),
    );
    editor.open("lib.cxflow");
    let before = editor.codes("lib.cxflow");
    editor.saved("flow_0.cxflow");
    assert_eq!(editor.codes("lib.cxflow"), before);
}
