//! Files in which a merge was not finished, as an editor shows them.

use serde_json::{Value, json};

use crate::editor::Editor;

/// A flow with a place for what a merge left.
fn flow(conflict: &str) -> String {
    format!(
        "flow \"F\"\nentry   notice\n{conflict}disclosure notice {{ say \"Hello.\" }}\ndisconnect bye\nnotice -> bye\n"
    )
}

const CONFLICTS: [&str; 7] = [
    "<<<<<<< HEAD\nlet a = \"x\"\n=======\nlet a = \"y\"\n>>>>>>> theirs\n",
    "<<<<<<< HEAD\nlet a = \"x\"\n||||||| base\nlet a = \"z\"\n=======\nlet a = \"y\"\n>>>>>>> theirs\n",
    "<<<<<<< HEAD\nplay a {\n  say \"x\"\n=======\nplay a {\n  say \"y\"\n>>>>>>> theirs\n  -> bye\n}\n",
    "<<<<<<< HEAD\n=======\nagent desk \"sales\"\n>>>>>>> theirs\n",
    "<<<<<<< HEAD\r\nlet a = \"x\"\r\n=======\r\nlet a = \"y\"\r\n>>>>>>> theirs\r\n",
    "<<<<<<< HEAD\n",
    ">>>>>>> theirs\n",
];

#[test]
fn a_merge_conflict_is_one_finding_and_is_not_formatted() {
    for conflict in CONFLICTS {
        let text = flow(conflict);
        let mut editor = Editor::of(&text);
        assert_eq!(editor.codes("a.cxflow"), ["CX006"], "{conflict}");
        let params = json!({ "textDocument": { "uri": editor.uri("a.cxflow") }, "options": { "tabSize": 2, "insertSpaces": true } });
        assert_eq!(editor.ask("textDocument/formatting", params.clone()), Value::Null, "{conflict}");
        assert_eq!(editor.text("a.cxflow"), text);

        editor.edit("a.cxflow", conflict, "");
        assert_eq!(editor.codes("a.cxflow"), [""; 0], "{conflict}");
        assert_ne!(editor.ask("textDocument/formatting", params), Value::Null);
    }
}

#[test]
fn a_merge_conflict_in_an_included_file_is_shown_there_alone() {
    for conflict in CONFLICTS {
        let menu = format!("{conflict}disconnect end\n");
        let root = flow("include \"menu.cxflow\" as en\n").replace("-> bye", "-> en.end");
        let root = root.replace("disconnect bye\n", "");
        let mut editor = Editor::new(&[("a.cxflow", &root), ("menu.cxflow", &menu)]);
        editor.open("a.cxflow");
        editor.open("menu.cxflow");
        assert_eq!(editor.codes("a.cxflow"), [""; 0], "{conflict}");
        assert_eq!(editor.codes("menu.cxflow"), ["CX006"], "{conflict}");
    }
}
