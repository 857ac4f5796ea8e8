//! Message formats.

use serde_json::Value;

use super::harness::*;

const MESSAGE: &str = "a transition names `bey`, but there is no such node";

#[test]
fn the_command_takes_these_formats_and_no_others() {
    let said = format!("[possible values: {}]", MESSAGE_FORMATS.join(", "));
    Folder::of(CLEAN).run("check --message-format nothing a.cxflow").exits(2).err_has(&said);
}

#[test]
fn human_shows_the_line_the_place_and_the_help() {
    let expected = "\
error[CX103 unknown-node]

  × a transition names `bey`, but there is no such node
   ╭─[a.cxflow:6:11]
 6 │ notice -> bey
   ·           ─┬─
   ·            ╰── no such node
   ╰────
  help: did you mean `bye`?

a.cxflow: 1 error
";
    Folder::of(BROKEN).run("check a.cxflow").exits(1).out_is("").err_is(expected);
}

#[test]
fn short_is_one_line_on_standard_error() {
    let expected = format!("a.cxflow:6:11: error[CX103 unknown-node]: {MESSAGE}\na.cxflow: 1 error\n");
    Folder::of(BROKEN).run("check --message-format short a.cxflow").exits(1).out_is("").err_is(&expected);
}

#[test]
fn format_is_another_name_for_message_format_in_build_and_check() {
    let folder = Folder::of(BROKEN);
    for verb in ["build", "check"] {
        folder
            .command(verb)
            .arg("-q")
            .arg("--format")
            .arg("short")
            .arg("a.cxflow")
            .run()
            .exits(1)
            .err_is(&format!("a.cxflow:6:11: error[CX103 unknown-node]: {MESSAGE}\n"));
    }
}

#[test]
fn json_is_one_object_a_line_on_standard_output() {
    let run = Folder::of(BROKEN).run("check --format json a.cxflow").exits(1).err_is("a.cxflow: 1 error\n");
    let start = BROKEN.find("bey").unwrap();
    let span = serde_json::json!({ "start": start, "end": start + 3 });
    let end = BROKEN.find("disconnect bye").unwrap() + "disconnect bye".len();
    let below = serde_json::json!({ "start": end, "end": end });
    let expected = serde_json::json!({
        "code": "CX103",
        "name": "unknown-node",
        "severity": "error",
        "message": MESSAGE,
        "help": "did you mean `bye`?",
        "file": "a.cxflow",
        "span": span,
        "line": 6,
        "column": 11,
        "labels": [{ "message": "no such node", "file": "a.cxflow", "span": span, "line": 6, "column": 11 }],
        "notes": [],
        "fixes": [
            { "title": "Write `bye`", "edits": [{ "file": "a.cxflow", "span": span, "text": "bye" }] },
            {
                "title": "Create `disconnect bey`",
                "edits": [{ "file": "a.cxflow", "span": below, "text": "\ndisconnect bey" }],
            },
        ],
    });
    assert_eq!(run.lines(), [expected]);
}

#[test]
fn json_keeps_its_fields_in_order() {
    let run = Folder::of(BROKEN).run("check --format json a.cxflow");
    let fields =
        ["code", "name", "severity", "message", "help", "file", "span", "line", "column", "labels", "notes"];
    let at: Vec<usize> = fields.iter().map(|field| run.out.find(&format!("\"{field}\":")).unwrap()).collect();
    assert!(at.is_sorted(), "{}", run.out);
}

#[test]
fn json_has_a_null_where_there_is_no_help() {
    let run = Folder::of(NOTED).run("check --format json a.cxflow").exits(0);
    let help = &run.lines()[0]["help"];
    assert!(help.is_null() || help.is_string(), "{help}");
}

#[test]
fn json_has_notes_without_being_asked() {
    let run = Folder::of(NOTED).run("check --format json a.cxflow").exits(0);
    assert_eq!(run.lines()[0]["severity"], "note");
    assert_eq!(run.lines()[0]["code"], "CX406");
}

#[test]
fn json_goes_to_standard_error_where_the_payload_takes_standard_output() {
    let run = Folder::of(WARNED).run("build -q --format json -o - a.cxflow").exits(0);
    assert_eq!(run.json()["name"], "Reminder");
    let finding: Value = serde_json::from_str(run.err.trim()).unwrap();
    assert_eq!(finding["code"], "CX403");
}

#[test]
fn json_of_a_flow_without_findings_is_empty() {
    Folder::of(CLEAN).run("check --format json a.cxflow").exits(0).out_is("");
}

#[test]
fn sarif_has_what_the_standard_requires() {
    let run = Folder::of(BROKEN).run("check --format sarif a.cxflow").exits(1).err_is("a.cxflow: 1 error\n");
    let log = run.json();
    assert_eq!(log["version"], "2.1.0");
    assert!(log["$schema"].as_str().unwrap().ends_with("sarif-2.1.0.json"));
    let run = &log["runs"][0];
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["name"], "cxflowc");
    assert_eq!(driver["semanticVersion"], env!("CARGO_PKG_VERSION"));
    assert_eq!(run["columnKind"], "utf16CodeUnits");
    assert_eq!(driver["fullName"], concat!("cxflowc ", env!("CARGO_PKG_VERSION")));
    assert_eq!(run["automationDetails"]["id"], "cxflowc/");
    assert_eq!(run["invocations"], serde_json::json!([{ "executionSuccessful": true }]));
    let result = &run["results"][0];
    assert_eq!(result["ruleId"], "CX103");
    assert_eq!(result["level"], "error");
    assert_eq!(result["message"]["text"], format!("{MESSAGE}.\ndid you mean `bye`?"));
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "a.cxflow");
    assert_eq!(
        place["region"],
        serde_json::json!({ "startLine": 6, "startColumn": 11, "endLine": 6, "endColumn": 14 })
    );
}

#[test]
fn a_sarif_result_points_at_its_rule() {
    let log = Folder::of(BROKEN).run("check --format sarif a.cxflow").json();
    let run = &log["runs"][0];
    let index = usize::try_from(run["results"][0]["ruleIndex"].as_u64().unwrap()).unwrap();
    let rule = &run["tool"]["driver"]["rules"][index];
    assert_eq!(rule["id"], "CX103");
    assert_eq!(rule["defaultConfiguration"]["level"], "error");
    assert!(!rule["fullDescription"]["text"].as_str().unwrap().is_empty());
}

#[test]
fn a_sarif_result_has_the_fixes_that_fix_it() {
    let log = Folder::of(BROKEN).run("check --format sarif a.cxflow").json();
    let fix = &log["runs"][0]["results"][0]["fixes"][0];
    assert_eq!(fix["description"]["text"], "Write `bye`.");
    let change = &fix["artifactChanges"][0];
    assert_eq!(change["artifactLocation"]["uri"], "a.cxflow");
    let replacement = &change["replacements"][0];
    assert_eq!(replacement["insertedContent"]["text"], "bye");
    let region = serde_json::json!({ "startLine": 6, "startColumn": 11, "endLine": 6, "endColumn": 14 });
    assert_eq!(replacement["deletedRegion"], region);
}

#[test]
fn sarif_is_one_log_for_all_files() {
    let log =
        Folder::of(BROKEN).with("b.cxflow", WARNED).run("check --format sarif a.cxflow b.cxflow").json();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let levels: Vec<&str> = results.iter().map(|result| result["level"].as_str().unwrap()).collect();
    assert_eq!(levels, ["error", "warning"]);
}

#[test]
fn sarif_of_a_flow_without_findings_is_a_log_without_results() {
    let log = Folder::of(CLEAN).run("check --format sarif a.cxflow").exits(0).json();
    assert_eq!(log["runs"][0]["results"], serde_json::json!([]));
}

#[test]
fn sarif_writes_odd_file_names_as_uris() {
    let folder = Folder::new().with("Menü 1%.cxflow", BROKEN);
    let log = folder.command("check --format sarif").arg("Menü 1%.cxflow").run().exits(1).json();
    let uri = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(uri, "Men%C3%BC%201%25.cxflow");
}

#[test]
fn sarif_shows_further_places_as_related_locations() {
    let text = CLEAN.replace("agent sales", "play notice \"https://cdn.example.com/b.wav\"\nagent sales");
    let log = Folder::of(&text).run("check --format sarif a.cxflow").json();
    let related = &log["runs"][0]["results"][0]["relatedLocations"][0];
    assert_eq!(related["physicalLocation"]["region"]["startLine"], 4);
    assert_eq!(related["message"]["text"], "first declared here.");
}

#[test]
fn github_is_an_annotation_on_standard_error() {
    let expected = "::error file=a.cxflow,line=6,col=11,endColumn=14,title=CX103 unknown-node::\
                    a transition names `bey`, but there is no such node%0Ahelp: did you mean `bye`?\n";
    Folder::of(BROKEN).run("check -q --format github a.cxflow").exits(1).out_is("").err_is(expected);
}

#[test]
fn github_escapes_what_its_commands_are_made_of() {
    let folder = Folder::new().with("a,b:100%.cxflow", BROKEN.replace("bey", "`50% off`"));
    let run = folder.command("check -q --format github").arg("a,b:100%.cxflow").run().exits(1);
    assert!(run.err.contains("::error file=a%2Cb%3A100%25.cxflow,line=6,"), "{}", run.err);
    assert!(run.err.contains("names `50%25 off`, but"), "{}", run.err);
}

#[test]
fn github_calls_a_warning_warning_and_a_note_notice() {
    Folder::of(WARNED).run("check --format github a.cxflow").err_has("::warning file=a.cxflow,line=3,");
    Folder::of(NOTED).run("check -v --format github a.cxflow").err_has("::notice file=a.cxflow,line=4,");
}

#[test]
fn columns_count_characters_in_every_format() {
    let folder = Folder::of("flow \"Äöü 😀\"; entry bey\n");
    folder.run("check --format short a.cxflow").err_has("a.cxflow:1:21: error[CX103");
    folder.run("check a.cxflow").err_has("╭─[a.cxflow:1:21]");
    assert_eq!(folder.run("check --format json a.cxflow").lines()[0]["column"], 21);
    folder.run("check --format github a.cxflow").err_has("line=1,col=21,endColumn=24,");
}

#[test]
fn github_has_the_help_and_the_notes() {
    let folder = Folder::of(
        "flow \"A\"\ninclude \"m.cxflow\" as a\ninclude \"m.cxflow\" as b\nentry notice\n\
         disclosure notice \"https://cdn.example.com/n.wav\"\nnotice -> a.desk | b.desk\n",
    )
    .with("m.cxflow", "agent desk \"q\"\ndesk -> nowhere on busy\n");
    folder.run("check a.cxflow --message-format github").exits(1).err_has(
        "such node%0Ahelp: declare it, as in `disconnect nowhere`, or name a declared node\
         %0Anote: the same in each instance of the file: `a` and `b`\n",
    );
}
