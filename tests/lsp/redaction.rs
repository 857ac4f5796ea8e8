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
