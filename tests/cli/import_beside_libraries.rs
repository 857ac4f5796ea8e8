//! `import` into a folder whose settings name libraries of kinds.

use super::harness::*;

const SETTINGS: &str = r#"[platform]
library = ["kinds.cxflow", "cxone"]
[studio]
library_ids = ["LOOKUP=11111111-1111-1111-1111-111111111111", "XFER=21111111-1111-1111-1111-111111111111", "RATE=31111111-1111-1111-1111-111111111111"]
"#;

const KINDS: &str = r#"contact account lasts 3s
var due lasts 1s
kind lookup type "LOOKUP" {
  with url: url
  with timeout: duration = 8s
  with full: bool = false
  sets due on found
  outcome found, missing
}
kind transfer type "XFER" ends as agent {
  with number: phone
  outcome busy, no_answer, failed
}
kind rate type "RATE" {
  with level: integer
  with tags: list of text = ["a"]
  outcome good, bad
}
"#;

fn folder(flow: &str) -> Folder {
    Folder::new().with("cxflow.toml", SETTINGS).with("kinds.cxflow", KINDS).with("a.cxflow", flow)
}

fn flow(nodes: &str) -> String {
    format!(
        "flow \"Arrears\"\nentry notice\ndisclosure notice {{ say \"This is Lakeside Bank.\"; -> find }}\n{nodes}\ndisconnect bye\n"
    )
}

/// The script of a flow, imported beside it; the script that comes out of that is the same.
#[track_caller]
fn imported(folder: &Folder) -> String {
    folder.run("build a.cxflow --target studio -o a.json").exits(0);
    folder.run("import a.json -o b.cxflow").exits(0);
    folder.run("check b.cxflow --target studio").exits(0);
    folder.run("build b.cxflow --target studio -o b.json").exits(0);
    assert_eq!(folder.read("a.json"), folder.read("b.json"));
    folder.read("b.cxflow")
}

#[test]
fn a_script_takes_the_kinds_of_the_folder() {
    let own = flow(
        "lookup find with url = \"https://crm.example.com/${account}\", timeout = 1500ms, full = true {\n  on found -> grade\n  -> hold\n}\n\
         rate grade with level = 3, tags = [\"a\", \"b\"] {\n  on good -> go\n  on bad -> hold\n}\n\
         transfer go with number = \"+12025550100\" { on busy | no_answer | failed -> bye }\n\
         music hold with MusicFile = \"hold.wav\", SecondstoPlay = 5\nhold -> owed\n\
         play owed { say \"Account ${account}.\"; -> bye }",
    );
    let written = imported(&folder(&own));
    for line in [
        "lookup find with url = \"https://crm.example.com/${account}\", timeout = 1.5s, full = true {\n  on found -> grade\n  -> hold\n}",
        "rate grade with level = 3, tags = [\"a\", \"b\"] {",
        "transfer go with number = \"+12025550100\" {",
        "music hold with MusicFile = \"hold.wav\", SecondstoPlay = 5",
    ] {
        assert!(written.contains(line), "{line}\n{written}");
    }
    // What the library declares is not declared again.
    assert!(
        !written.contains("kind ") && !written.contains("contact ") && !written.contains("var "),
        "{written}"
    );
}

#[test]
fn a_value_that_the_library_s_kind_sets_is_its_variable() {
    let own = flow(
        "lookup find with url = \"https://crm.example.com/\" { on found -> owed; on missing -> bye }\n\
         play owed { say \"You owe ${due}.\"; -> bye }",
    );
    let written = imported(&folder(&own));
    assert!(written.contains("lookup find with url = \"https://crm.example.com/\" {"), "{written}");
    assert!(written.contains("say \"You owe ${due}.\"") && !written.contains("contact due"), "{written}");
}

/// Nodes that the library's kinds of the same type do not say, each with the kind that it gets.
const OTHERS: [(&str, &str); 5] = [
    // Other fields.
    (
        "kind own type \"LOOKUP\" {\n  with address: text\n  outcome found, missing\n}\nown find with address = \"x\" { on found | missing -> bye }",
        "kind lookup_2 type \"LOOKUP\" {\n  with address: text\n",
    ),
    // Values of another type.
    (
        "kind own type \"RATE\" {\n  with level: text\n  with tags: text\n  outcome good, bad\n}\nown find with level = \"high\", tags = \"x\" { on good | bad -> bye }",
        "kind rate_2 type \"RATE\" {\n  with level: text\n",
    ),
    // Other outcomes.
    (
        "kind own type \"RATE\" {\n  with level: integer\n  with tags: list of text\n  outcome fine, bad\n}\nown find with level = 1, tags = [\"a\"] { on fine | bad -> bye }",
        "  outcome fine, bad\n",
    ),
    // Fields in another order, which counts.
    (
        "kind own type \"RATE\" {\n  with tags: list of text\n  with level: integer\n  outcome good, bad\n}\nown find with level = 1, tags = [\"a\"] { on good | bad -> bye }",
        "kind rate_2 type \"RATE\" {\n  with tags: text\n",
    ),
    // A field that the library's kind always sends is not there.
    (
        "kind own type \"LOOKUP\" {\n  with url: url\n  outcome found, missing\n}\nown find with url = \"https://a.example.com/\" { on found | missing -> bye }",
        "kind lookup_2 type \"LOOKUP\" {\n  with url: text\n",
    ),
];

#[test]
fn what_does_not_fit_a_kind_of_the_folder_gets_one_of_another_name() {
    for (nodes, kind) in OTHERS {
        let written = imported(&folder(&flow(nodes)));
        assert!(written.contains(kind), "{kind}\n{written}");
    }
}

#[test]
fn a_payload_declares_no_field_again_that_the_folder_declares() {
    let folder = folder(&flow("play find { say \"Account ${account}.\"; -> bye }"));
    folder.run("build a.cxflow -o a.json").exits(0);
    folder.run("import a.json -o b.cxflow").exits(0);
    assert!(!folder.read("b.cxflow").contains("contact "));
    folder.run("build b.cxflow -o b.json").exits(0);
    assert_eq!(folder.read("a.json"), folder.read("b.json"));
}

#[test]
fn a_payload_takes_the_kinds_of_the_folder() {
    let own = flow(
        "lookup find with url = \"https://crm.example.com/${account}\", timeout = 1500ms {\n  on found -> owed\n  -> bye\n}\n\
         play owed { say \"You owe ${due}.\"; -> grade }\n\
         rate grade with level = 3, tags = [\"a\", \"b\"] {\n  on good -> go\n  on bad -> bye\n}\n\
         transfer go with number = \"+12025550100\" { on busy | no_answer | failed -> bye }",
    );
    let folder = folder(&own);
    folder.run("build a.cxflow -o a.json").exits(0);
    folder.run("import a.json -o b.cxflow").exits(0);
    let written = folder.read("b.cxflow");
    for line in [
        "lookup find with url = \"https://crm.example.com/${account}\", timeout = 1.5s {",
        "rate grade with level = 3, tags = [\"a\", \"b\"] {",
        "transfer go with number = \"+12025550100\" {",
    ] {
        assert!(written.contains(line), "{line}\n{written}");
    }
    assert!(!written.contains("contact ") && !written.contains("node "), "{written}");
    folder.run("build b.cxflow -o b.json").exits(0);
    assert_eq!(folder.read("a.json"), folder.read("b.json"));
    // A value of another type is none of the kind.
    let other = folder.read("a.json").replace("\"level\": 3", "\"level\": \"high\"");
    assert_ne!(other, folder.read("a.json"));
    folder.write("c.json", &other);
    folder.run("import c.json -o c.cxflow").exits(0);
    assert!(folder.read("c.cxflow").contains("node grade type \"RATE\" {"), "{}", folder.read("c.cxflow"));
    folder.run("build c.cxflow -o d.json").exits(0);
    assert_eq!(folder.read("d.json"), other);
}

#[test]
fn a_node_that_is_left_only_where_it_fails_ends_the_call() {
    let own = "kind transfer type \"XFER\" ends as agent {\n  with number: phone\n  outcome busy, no_answer, failed\n}\n\
               transfer find with number = \"+12025550100\" { on busy | no_answer -> bye; on failed -> bye }";
    let folder = Folder::new().with("a.cxflow", flow(own));
    folder.run("build a.cxflow -o a.json").exits(0);
    folder.run("import a.json -o b.cxflow").exits(0);
    let written = folder.read("b.cxflow");
    assert!(written.contains("node find type \"XFER\" ends {"), "{written}");
    folder.run("build b.cxflow -o b.json").exits(0);
    assert_eq!(folder.read("a.json"), folder.read("b.json"));
    // A node with an outcome that is none of a failure goes on somewhere, or lacks it.
    folder.write("c.json", folder.read("a.json").replace("\"failed\"", "\"declined\""));
    folder.run("import c.json -o c.cxflow").exits(0);
    assert!(folder.read("c.cxflow").contains("node find type \"XFER\" {"), "{}", folder.read("c.cxflow"));
}
