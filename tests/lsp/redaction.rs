//! The server's process may know secrets that a flow's repository holds as well.

use serde_json::json;

use crate::editor::{Editor, Start, usual};

const SECRET: &str = "kQ7vz-93Xw81pL-r4tY";

#[test]
fn no_finding_shows_a_secret_of_the_process() {
    let files = [
        ("a.cxflow", "flow \"Reminder\"\ninclude \".env\"\nentry kQ7vz\ndisconnect bye\n"),
        (".env", "notice -> kQ7vz-93Xw81pL-r4tY\nkQ7vz-93Xw81pL-r4tY\n"),
    ];
    let findings = |variables: &[(&str, &str)]| {
        let start = Start { files: &files, arguments: &[], capabilities: usual(), variables };
        let mut editor = Editor::start(start);
        editor.open("a.cxflow");
        editor.open(".env");
        let mut all = json!(editor.raw_findings("a.cxflow")).to_string();
        all.push_str(&json!(editor.raw_findings(".env")).to_string());
        all
    };
    let open = findings(&[]);
    let hidden = findings(&[("CXONE_PROD_CLIENT_SECRET", SECRET)]);
    assert!(open.contains("kQ7vz"), "nothing to hide: {open}");
    for piece in ["kQ7vz", "93Xw81pL", "r4tY"] {
        assert!(!hidden.contains(piece), "{piece:?} in {hidden}");
    }
    assert!(hidden.contains("*****"), "{hidden}");
}

#[test]
fn no_answer_shows_a_secret_and_no_edit_is_covered() {
    let flow = format!(
        "flow \"F\"\nentry hello\n/// {SECRET} waits here.\ndisclosure hello {{   say \"Hello.\"; -> node_of_secret }}\n/// {SECRET}\ndisconnect node_of_secret\nlet x = \"{SECRET}\"\n"
    );
    let answers = |variables: &[(&str, &str)]| {
        let files = [("a.cxflow", flow.as_str())];
        let mut editor =
            Editor::start(Start { files: &files, arguments: &[], capabilities: usual(), variables });
        editor.open("a.cxflow");
        let uri = editor.uri("a.cxflow");
        let document = json!({ "textDocument": { "uri": uri } });
        let hover = editor.mark("a.cxflow", "entry he^llo");
        let complete = editor.mark("a.cxflow", "-> ^node_of");
        let mut shown = editor.ask("textDocument/hover", hover).to_string();
        shown.push_str(&editor.ask("textDocument/completion", complete).to_string());
        shown.push_str(&editor.ask("textDocument/documentSymbol", document.clone()).to_string());
        shown.push_str(&editor.ask("workspace/symbol", json!({ "query": "" })).to_string());
        shown.push_str(&json!(editor.raw_findings("a.cxflow")).to_string());
        let mut params = document;
        params["options"] = json!({ "tabSize": 2, "insertSpaces": true });
        let edits = editor.ask("textDocument/formatting", params);
        editor.apply_to("a.cxflow", edits.as_array().unwrap());
        (shown, editor.text("a.cxflow").to_owned())
    };
    let (open, formatted) = answers(&[]);
    assert!(open.contains(SECRET), "nothing to hide: {open}");
    let (hidden, same) = answers(&[("CXONE_PROD_CLIENT_SECRET", SECRET)]);
    assert!(!hidden.contains("kQ7vz"), "{hidden}");
    assert!(hidden.contains("CX712"), "{hidden}");
    assert_eq!(formatted, same);
    assert_eq!(same.matches(SECRET).count(), 3);
}
