//! `--message-file`: findings in a file of their own.

use serde_json::Value;

use super::harness::*;

#[test]
fn a_sarif_log_goes_to_its_file_and_nothing_else_does() {
    let folder = Folder::of(BROKEN);
    folder
        .run("check --message-format sarif --message-file out.sarif a.cxflow")
        .exits(1)
        .out_is("")
        .err_is("a.cxflow: 1 error\n");
    let log: Value = serde_json::from_str(&folder.read("out.sarif")).unwrap();
    assert_eq!(log["runs"][0]["results"][0]["ruleId"], "CX103");
}

#[test]
fn every_format_can_have_its_file() {
    let folder = Folder::of(BROKEN);
    let cases = [
        ("human", "error[CX103 unknown-node]\n"),
        ("short", "a.cxflow:6:11: error[CX103"),
        ("json", "{\"code\":\"CX103\""),
        ("sarif", "{\n"),
        ("github", "::error file=a.cxflow"),
    ];
    assert_eq!(cases.map(|(format, _)| format), MESSAGE_FORMATS);
    for (format, begins) in cases {
        let arguments =
            format!("check --color always --message-format {format} --message-file out.txt a.cxflow");
        folder.run(&arguments).exits(1).out_is("").err_lacks("CX103");
        let text = folder.read("out.txt");
        assert!(text.starts_with(begins) && !text.contains('\u{1b}'), "{format}: {text}");
    }
}

#[test]
fn every_verb_with_findings_can_write_them_to_a_file() {
    let folder = Folder::of(BROKEN).with("odd.cxflow", "flow flow\n");
    for arguments in [
        "build a.cxflow",
        "build a.cxflow -o -",
        "test a.cxflow",
        "test --format junit a.cxflow",
        "simulate a.cxflow",
        "graph a.cxflow",
        "prompts a.cxflow",
        "report a.cxflow",
        "policy check a.cxflow",
        "fmt odd.cxflow",
        "submit --emulate a.cxflow",
        "status a.cxflow",
    ] {
        folder
            .run(&format!("{arguments} --message-format json --message-file out.json"))
            .exits(1)
            .err_lacks("{\"code\"");
        assert!(folder.read("out.json").starts_with("{\"code\":\"CX"), "{arguments}");
        std::fs::remove_file(folder.path("out.json")).unwrap();
    }
}

#[test]
fn a_run_without_findings_leaves_an_empty_file() {
    let folder = Folder::of(CLEAN).with("out.json", "older");
    folder.run("check --message-format json --message-file out.json a.cxflow").exits(0);
    assert_eq!(folder.read("out.json"), "");
}

#[test]
fn a_file_that_cannot_be_written_is_status_2() {
    let folder = Folder::of(BROKEN).with("taken/x", "");
    for (place, why) in [("none/out.json", "its folder does not exist"), ("taken", "it is a folder")] {
        folder
            .run(&format!("check --message-format json --message-file {place} a.cxflow"))
            .exits(2)
            .err_has(&format!("cxflowc: cannot write {place}: {why}\n"));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_status_2() {
    Folder::of(CLEAN)
        .run("check --message-format sarif --message-file /dev/full a.cxflow")
        .exits(2)
        .err_has("cxflowc: cannot write /dev/full: No space left on device");
}

#[test]
fn neither_a_flow_nor_its_settings_are_replaced() {
    let folder = Folder::of(CLEAN).with("flow.txt", CLEAN).with("inc.inc", "let a = \"b\"\n");
    folder.write("b.cxflow", format!("include \"inc.inc\"\n{CLEAN}"));
    for (source, place) in [
        ("a.cxflow", "a.cxflow"),
        ("a.cxflow", "new.cxflow"),
        ("a.cxflow", "cxflow.toml"),
        ("a.cxflow", "cxflow.lock"),
        ("flow.txt", "flow.txt"),
        ("flow.txt", "./flow.txt"),
        ("b.cxflow", "inc.inc"),
    ] {
        folder.run(&format!("check --message-file {place} {source}")).exits(2).err_has("replace");
    }
    assert_eq!((folder.read("flow.txt"), folder.read("a.cxflow")), (CLEAN.to_owned(), CLEAN.to_owned()));
    assert_eq!(folder.read("inc.inc"), "let a = \"b\"\n");
    assert!(!folder.has("cxflow.toml") && !folder.has("new.cxflow"));
}

#[test]
fn the_message_file_replaces_no_other_output() {
    let folder = Folder::of(CLEAN);
    for arguments in [
        "build a.cxflow --message-file a.json",
        "build a.cxflow -o x --message-file ./x",
        "submit --emulate a.cxflow --metrics m.prom --message-file m.prom",
        "submit --emulate a.cxflow --audit log --message-file log",
    ] {
        folder.run(arguments).exits(2).err_has("both name");
    }
    assert_eq!(folder.names(), ["a.cxflow"]);
}

#[test]
fn standard_output_needs_no_message_file() {
    Folder::of(CLEAN).run("check --message-file - a.cxflow").exits(2).err_has("name a file");
}

#[test]
fn a_source_that_cannot_be_read_leaves_the_findings_of_the_others() {
    let folder = Folder::of(BROKEN);
    folder
        .run("check --message-format json --message-file out.json a.cxflow none.cxflow")
        .exits(2)
        .err_has("cannot read none.cxflow");
    assert!(folder.read("out.json").starts_with("{\"code\":\"CX103\""));
}
