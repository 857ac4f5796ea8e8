//! What a SARIF log says about a run that failed.

use serde_json::{Value, json};

use super::harness::*;

/// The notifications of the log that a run left in `log.sarif`: each one's text, and the file that it is about.
fn notifications(folder: &Folder) -> Vec<(String, String)> {
    let log: Value = serde_json::from_str(&folder.read("log.sarif")).unwrap();
    let invocation = &log["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false, "{invocation}");
    let one = |one: &Value| {
        let artifact = &one["locations"][0]["physicalLocation"]["artifactLocation"];
        let text = one["message"]["text"].as_str().unwrap().to_owned();
        (text, artifact["uri"].as_str().unwrap_or("nowhere").to_owned())
    };
    invocation["toolExecutionNotifications"].as_array().unwrap().iter().map(one).collect()
}

fn uris(folder: &Folder) -> Vec<String> {
    notifications(folder).into_iter().map(|(_, uri)| uri).collect()
}

#[test]
fn a_source_that_could_not_be_read_has_its_place() {
    let folder = Folder::of(CLEAN)
        .with("flows/inner/b.cxflow", CLEAN)
        .with("loop/cxflow.toml/x", "")
        .with("loop/a.cxflow", CLEAN)
        .with("empty/readme.txt", "x")
        .committed();
    for (arguments, expected) in [
        ("check none.cxflow", "none.cxflow"),
        ("check a.cxflow ./none.cxflow", "none.cxflow"),
        ("check no/such/none.cxflow", "no/such/none.cxflow"),
        ("check no/../none.cxflow", "none.cxflow"),
        ("check v1:none.cxflow", "none.cxflow"),
        ("check v1:./flows/none.cxflow", "flows/none.cxflow"),
        ("check v1:empty", "empty"),
        ("check v1:none/", "none"),
        ("check nobody:flows", "flows"),
        ("check nobody:a.cxflow", "a.cxflow"),
        ("check empty", "empty"),
        ("check loop/a.cxflow", "loop/cxflow.toml"),
        ("check --env prod a.cxflow", "a.cxflow"),
        ("build none.cxflow", "none.cxflow"),
        ("build --out-dir out none.cxflow a.cxflow", "none.cxflow"),
        ("test none.cxflow", "none.cxflow"),
        ("policy check none.cxflow", "none.cxflow"),
        ("status none.cxflow", "none.cxflow"),
        ("simulate none.cxflow", "none.cxflow"),
        ("simulate flows", "flows"),
        ("fmt none.cxflow", "none.cxflow"),
        ("fmt --check a.cxflow none.cxflow", "none.cxflow"),
        ("build a.cxflow -o no/such.json", "no/such.json"),
    ] {
        let run =
            folder.run(&format!("{arguments} --message-format sarif --message-file log.sarif")).exits(2);
        assert_eq!(uris(&folder), [expected], "{arguments}: {}", run.err);
    }
}

#[test]
fn each_of_several_has_its_own() {
    let folder = Folder::of(BROKEN).committed();
    folder
        .run("check one.cxflow a.cxflow two.cxflow --message-format sarif --message-file log.sarif")
        .exits(2)
        .err_has("cannot read one.cxflow")
        .err_has("cannot read two.cxflow");
    assert_eq!(uris(&folder), ["one.cxflow", "two.cxflow"]);
    let log: Value = serde_json::from_str(&folder.read("log.sarif")).unwrap();
    assert_eq!(log["runs"][0]["results"].as_array().unwrap().len(), 1);
}

#[test]
fn a_place_outside_of_the_repository_is_absolute() {
    let folder = Folder::of(CLEAN).with("inner/a.cxflow", CLEAN);
    folder.git(&["init", "--quiet", "inner"]);
    let arguments = "check ../none.cxflow a.cxflow --message-format sarif --message-file ../log.sarif";
    folder.command(arguments).folder(&folder.path("inner")).run().exits(2);
    let place = std::fs::canonicalize(folder.path("")).unwrap().join("none.cxflow");
    assert_eq!(uris(&folder), [format!("file://{}", place.display())]);
}

#[test]
fn a_result_without_a_file_has_no_location() {
    let folder = Folder::of(CLEAN);
    folder.run("check a.cxflow --set nobody=1 --message-format sarif --message-file log.sarif").exits(2);
    let [(text, uri)] = &notifications(&folder)[..] else { panic!("one notification") };
    assert!(text.starts_with("--set nobody: no file declares"), "{text}");
    assert_eq!(uri, "nowhere");
}

#[test]
fn the_names_of_files_cannot_speak_to_who_shows_the_log() {
    let folder = Folder::of(CLEAN);
    let command = folder.command("check --message-format sarif --message-file log.sarif");
    command.arg("a\u{202e}\u{1b}[2J\nb.cxflow").run().exits(2);
    let [(text, uri)] = &notifications(&folder)[..] else { panic!("one notification") };
    assert!(text.contains("a\\u{202e}\\u{1b}[2J\\u{a}b.cxflow"), "{text}");
    assert_eq!(uri, "a%E2%80%AE%1B%5B2J%0Ab.cxflow");
}

#[test]
fn a_run_that_stops_early_replaces_no_source() {
    let folder = Folder::of(CLEAN).with("flow.txt", CLEAN).with("empty/x", "");
    folder.run("check flow.txt empty --message-format sarif --message-file ./flow.txt").exits(2);
    assert_eq!(folder.read("flow.txt"), CLEAN);
    folder.run("build a.cxflow empty -o x --message-format sarif --message-file ./x").exits(2);
    assert!(!folder.has("x"));
}

#[test]
fn standard_output_has_the_log_where_nothing_else_has_it() {
    let folder = Folder::of(CLEAN).with("empty/x", "");
    let log = folder.run("check empty --message-format sarif").exits(2).json();
    let said = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"];
    assert_eq!(*said, json!("there is no .cxflow file in empty."));
    folder.run("test empty --message-format sarif").exits(2).out_is("").err_has("executionSuccessful");
}
