//! `import`.

use super::harness::*;

/// As the platform hands it out: another order of fields, and empty ones.
const PAYLOAD: &str = r#"{
  "entry_node": "notice",
  "name": "Recall",
  "description": null,
  "transitions": [
    {"condition": "input=1", "from_node": "menu", "to_node": "desk"},
    {"condition": "always", "from_node": "notice", "to_node": "menu"},
    {"condition": "timeout|invalid", "from_node": "menu", "to_node": "bye"}
  ],
  "nodes": [
    {"id": "notice", "type": "disclosure", "actions": [{"directive": "play", "media_url": "https://cdn.example.com/notice.wav", "text": ""}]},
    {"id": "menu", "type": "collect", "actions": [{"directive": "collect", "text": "Hello {first_name}. Press 1.", "max_retries": 2}]},
    {"id": "desk", "type": "agent", "actions": [{"directive": "route", "text": "front_desk", "max_retries": 0}]},
    {"id": "bye", "type": "disconnect", "actions": [{"directive": "disconnect"}]}
  ]
}
"#;

const FLOW: &str = r#"flow "Recall"
entry notice

contact first_name

disclosure notice "https://cdn.example.com/notice.wav"

collect menu "Hello ${first_name}. Press 1." retries 2 {
  on 1 -> desk
  on timeout | invalid -> bye
}

agent desk "front_desk"
disconnect bye

notice -> menu
"#;

const FIGURES: &str = "4 nodes, 3 transitions, 2 paths, the deepest of 2 transitions\n";

#[test]
fn a_payload_becomes_a_flow_on_standard_output() {
    let folder = Folder::new().with("a.json", PAYLOAD);
    folder.run("import a.json").exits(0).out_is(FLOW).err_is(&format!("a.json: {FIGURES}"));
    folder.run("import -q a.json").exits(0).out_is(FLOW).err_is("");
    folder.run("import -o - a.json").exits(0).out_is(FLOW);
    assert_eq!(folder.names(), ["a.json"]);
    folder
        .command("import -")
        .input(PAYLOAD)
        .run()
        .exits(0)
        .out_is(FLOW)
        .err_is(&format!("<stdin>: {FIGURES}"));
}

#[test]
fn the_flow_builds_to_the_payload() {
    let folder = Folder::new().with("a.json", PAYLOAD);
    folder.run("import -o a.cxflow a.json").exits(0).out_is("").err_is(&format!("a.cxflow: {FIGURES}"));
    folder.run("fmt --check a.cxflow").exits(0);
    folder.run("build --deny warnings -o b.json a.cxflow").exits(0);
    folder.run("import b.json").exits(0).out_is(FLOW);
}

#[test]
fn a_folder_takes_several_flows() {
    let folder = Folder::new().with("a.json", PAYLOAD).with("b.json", PAYLOAD);
    folder
        .run("import a.json b.json")
        .exits(2)
        .out_is("")
        .err_has("2 flows cannot all go to standard output");
    folder.run("import --out-dir flows a.json b.json").exits(0).out_is("");
    assert_eq!(folder.read("flows/a.cxflow"), FLOW);
    assert_eq!(folder.read("flows/b.cxflow"), FLOW);
    folder
        .run("import --out-dir other a.json a.json")
        .exits(2)
        .err_has("a.json and a.json would both be written to other/a.cxflow");
    assert_eq!(folder.names(), ["a.json", "b.json", "flows"]);
}

#[test]
fn import_replaces_files_only_with_force() {
    let folder = Folder::of("// mine\n").with("a.json", PAYLOAD);
    let refused = "cxflowc: a.cxflow already exists\n  \
                   help: name another file, or replace this one with --force; nothing was written\n";
    folder.run("import -o a.cxflow a.json").exits(2).out_is("").err_is(refused);
    folder.run("import --out-dir . a.json").exits(2).err_has("a.cxflow already exists");
    assert_eq!(folder.read("a.cxflow"), "// mine\n");
    folder.run("import --force -o a.cxflow a.json").exits(0);
    assert_eq!(folder.read("a.cxflow"), FLOW);
    folder.run("import --force -o a.json a.json").exits(2).err_has("which is a source of this run");
    folder.run("import --force -o cxflow.toml a.json").exits(2).err_has("a file with settings");
    folder.run("import --force -o nowhere/a.cxflow a.json").exits(2).err_has("its folder does not exist");
    assert_eq!(folder.read("a.json"), PAYLOAD);
}

#[test]
fn errors_of_a_payload_are_shown_at_their_place() {
    let broken = PAYLOAD.replace("\"to_node\": \"desk\"", "\"to_node\": \"desks\"").replace("2}", "-2}");
    let folder = Folder::new().with("a.json", &broken);
    let shown = "a.json:6:62: error[CX603 bad-node-id]: a transition names `desks`, but there is no such node\n\
                 a.json:12:131: error[CX602 not-a-payload]: an action's `max_retries` is `-2`, not a whole number from 0 to 4294967295\n\
                 a.json: 2 errors; nothing written\n";
    folder.run("import --format short -o a.cxflow a.json").exits(1).out_is("").err_is(shown);
    assert_eq!(folder.names(), ["a.json"]);
    let human = folder.run("import a.json").exits(1).out_is("");
    human.err_has("help: did you mean `desk`?").err_has("╭─[a.json:6:62]");
    folder.run("import --format json -o a.cxflow a.json").exits(1).out_has("\"code\":\"CX603\"");
    folder.run("import --format sarif -o a.cxflow a.json").exits(1).out_has("\"ruleId\": \"CX602\"");
}

#[test]
fn text_that_is_no_json_has_one_finding() {
    let utf16: Vec<u8> = PAYLOAD.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (bytes, said) in [
        (
            PAYLOAD.replacen("],", "]", 1).into_bytes(),
            "a.json:10:3: error[CX601 not-json]: expected `,` or `}` here, found `\"`",
        ),
        (Vec::new(), "a.json:1:1: error[CX601 not-json]: expected a value here, but the text ends"),
        (
            "[".repeat(100_000).into_bytes(),
            "a.json:1:100001: error[CX601 not-json]: expected a value here, but the text ends",
        ),
        (
            "[".repeat(100_000).into_bytes().into_iter().chain("]".repeat(100_000).into_bytes()).collect(),
            "a.json:1:1: error[CX602 not-a-payload]: a payload is an array, not an object",
        ),
        (utf16.clone(), "a.json:1:2: error[CX601 not-json]: expected a key in double quotes, found `\\u{0}`"),
        (
            [b"\xff\xfe".to_vec(), utf16].concat(),
            "a.json:1:1: error[CX004 not-utf8]: this is not a text file: it holds zero bytes",
        ),
        (
            b"{\"name\": \"Caf\xe9\"}".to_vec(),
            "a.json:1:14: error[CX004 not-utf8]: byte 13 of the file is not UTF-8",
        ),
    ] {
        let folder = Folder::new().with("a.json", &bytes);
        let run = folder.run("import --format short a.json").exits(1).out_is("");
        run.err_has(said).err_has("a.json: 1 error; nothing written");
    }
    let folder = Folder::new().with("a.json", format!("\u{FEFF}{PAYLOAD}"));
    folder.run("import a.json").exits(0).out_is(FLOW);
}

#[test]
fn an_untranslatable_field_is_a_warning() {
    let more = PAYLOAD.replace("\"name\": \"Recall\",", "\"name\": \"Recall\", \"owner\": {\"id\": [7]},");
    let folder = Folder::new().with("a.json", &more);
    let warned = "a.json:3:21: warning[CX604 not-imported]: the language has no words for the field `owner` of a payload\n\
         a.json: 4 nodes, 3 transitions, 2 paths, the deepest of 2 transitions; in the payload 1 warning\n";
    folder.run("import --format short a.json").exits(0).out_is(FLOW).err_is(warned);
}

#[test]
fn the_closing_line_says_whose_findings_it_counts() {
    let more = PAYLOAD
        .replace("\"name\": \"Recall\",", "\"name\": \"Recall\", \"owner\": 7,")
        .replace("\"to_node\": \"bye\"", "\"to_node\": \"notice\"");
    let folder = Folder::new().with("a.json", &more);
    folder
        .run("import --as-is a.json -o a.cxflow")
        .exits(0)
        .err_has("; in the payload 1 warning; in the flow ");
}

#[test]
fn a_flow_is_not_imported() {
    let folder = Folder::new().with("a.cxflow", FLOW);
    folder
        .run("import a.cxflow")
        .exits(2)
        .out_is("")
        .message_has("a.cxflow is a flow already, and `import` reads payloads")
        .err_has("help: check it with `cxflowc check a.cxflow`");
    // What a payload says is not taken for a flow.
    let folder = Folder::new().with("a.json", PAYLOAD.replace("Press 1.", "Press 1; flow on."));
    folder.run("import a.json").exits(0);
}

#[test]
fn a_flow_that_breaks_rules_is_imported_with_its_findings() {
    let cycle = PAYLOAD.replace("\"to_node\": \"bye\"", "\"to_node\": \"notice\"");
    let folder = Folder::new().with("a.json", &cycle);
    let run = folder.run("import --format short -o a.cxflow a.json").exits(1);
    run.err_has("a.cxflow:").err_has("error[CX203 cycle]");
    assert!(folder.read("a.cxflow").contains("on timeout | invalid -> notice"));
    folder.run("check --format short a.cxflow").exits(1).err_has("error[CX203 cycle]");
    folder.run("import --as-is --force -o a.cxflow a.json").exits(0).err_has("warning");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let folder = Folder::new().with("a.json", PAYLOAD);
    folder.run("import b.json").exits(2).err_has("cannot read b.json").err_has("name a payload, `-` for");
    folder.run("import .").exits(2).err_has("it is a folder").err_has("*.json");
}
