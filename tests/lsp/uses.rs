//! A name that is used very often.

use std::collections::BTreeSet;

use serde_json::json;

use crate::editor::Editor;

const USES: usize = 20_000;

/// A flow whose node `bye` is used very often, from as many nodes.
fn flow() -> String {
    let mut text = "flow \"F\"\nentry n0\ndisclosure n0 { say \"Hello.\" }\nn0 -> bye\n".to_owned();
    for number in 1..USES {
        text += &format!("n0 -> bye on {}\n", number % 10);
    }
    text + "disconnect bye\n"
}

/// This counts places, not time.
#[test]
fn every_use_of_a_name_is_found_once_however_many_there_are() {
    let text = flow();
    let mut editor = Editor::new(&[("a.cxflow", &text)]);
    editor.open("a.cxflow");
    let at = editor.mark("a.cxflow", "disconnect b^ye");
    let highlights = editor.ask("textDocument/documentHighlight", at.clone());
    let mut of_references = at.clone();
    of_references["context"] = json!({ "includeDeclaration": true });
    let references = editor.ask("textDocument/references", of_references);
    for (what, list) in [("highlights", highlights), ("references", references)] {
        let list = list.as_array().unwrap();
        let places: BTreeSet<String> = list.iter().map(|one| one["range"].to_string()).collect();
        assert_eq!((list.len(), places.len()), (USES + 1, USES + 1), "{what}");
    }
    let mut of_rename = at;
    of_rename["newName"] = json!("farewell");
    let edit = editor.ask("textDocument/rename", of_rename);
    let files = edit["documentChanges"].as_array().unwrap();
    assert_eq!(files.len(), 1);
    let edits = files[0]["edits"].as_array().unwrap();
    let places: BTreeSet<String> = edits.iter().map(|one| one["range"].to_string()).collect();
    assert_eq!((edits.len(), places.len()), (USES + 1, USES + 1));
    assert!(edits.iter().all(|one| one["newText"] == "farewell"));
}
