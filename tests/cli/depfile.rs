//! `build --depfile`: the files that payloads are made of. tests/consumers/ninja tries it with make and
//! ninja.

use super::harness::*;

fn folder() -> Folder {
    Folder::of(&format!("include \"lib/texts.cxflow\"\n{CLEAN}"))
        .with("lib/texts.cxflow", "let cdn = \"https://cdn.example.com\"\n")
        .with("b.cxflow", CLEAN)
}

#[test]
fn a_depfile_names_the_payload_and_every_file_that_it_is_made_of() {
    let folder = folder()
        .with("cxflow.toml", "policies = [\"policies/house.cxflow\"]\n")
        .with("policies/house.cxflow", "policy house { calm: forbid voicemail }\n");
    folder.run("build a.cxflow --depfile a.d").exits(0);
    let files = ["a.cxflow", "cxflow.toml", "lib/texts.cxflow", "policies/house.cxflow"];
    let rule: String = files.iter().map(|file| format!(" \\\n  {file}")).collect();
    let empty: String = files.iter().map(|file| format!("{file}:\n")).collect();
    assert_eq!(folder.read("a.d"), format!("a.json:{rule}\n{empty}"));
}

#[test]
fn a_policy_of_the_command_line_counts_and_one_of_the_compiler_does_not() {
    let folder = folder().with("p.cxflow", "policy house { calm: forbid voicemail }\n");
    folder.run("build b.cxflow --policy p.cxflow -o out.json --depfile out.d").exits(0);
    assert_eq!(folder.read("out.d"), "out.json: \\\n  b.cxflow \\\n  p.cxflow\nb.cxflow:\np.cxflow:\n");
}

#[test]
fn several_payloads_have_a_rule_each() {
    let folder = folder();
    folder.run("build a.cxflow b.cxflow lib --out-dir out --depfile all.d").exits(0);
    let rules = "out/a.json: \\\n  a.cxflow \\\n  lib/texts.cxflow\nout/b.json: \\\n  b.cxflow\n";
    let empty = "a.cxflow:\nb.cxflow:\nlib/texts.cxflow:\n";
    assert_eq!(folder.read("all.d"), [rules, empty].concat());
}

#[test]
fn a_library_has_no_rule() {
    let folder = folder().with("all.d", "older");
    folder.run("build lib/texts.cxflow b.cxflow --depfile all.d").exits(0);
    assert!(!folder.read("all.d").contains("texts.json"));
}

#[test]
fn errors_leave_an_older_depfile_alone() {
    let folder = Folder::of(BROKEN).with("a.d", "older");
    folder.run("build a.cxflow --depfile a.d").exits(1);
    assert_eq!(folder.read("a.d"), "older");
}

#[test]
fn a_source_with_errors_keeps_its_rule_beside_one_that_is_built() {
    let folder = folder().with("c.cxflow", BROKEN);
    folder.run("build b.cxflow c.cxflow --depfile all.d").exits(1);
    assert!(folder.read("all.d").contains("c.json: \\\n  c.cxflow\n"));
}

#[test]
fn spaces_and_signs_are_escaped() {
    let folder = Folder::new().with("a b$c#d.cxflow", CLEAN);
    folder.command("build").arg("a b$c#d.cxflow").arg("--depfile").arg("x y.d").run().exits(0);
    assert_eq!(folder.read("x y.d"), "a\\ b$$c\\#d.json: \\\n  a\\ b$$c\\#d.cxflow\na\\ b$$c\\#d.cxflow:\n");
}

#[test]
fn a_name_that_make_and_ninja_read_in_two_ways_is_refused() {
    let folder = Folder::new().with("it's.cxflow", CLEAN);
    folder
        .command("build --depfile a.d")
        .arg("it's.cxflow")
        .run()
        .exits(2)
        .err_has("--depfile cannot name it's.json: make and ninja read `'` differently");
    assert!(!folder.has("a.d"));
}

#[test]
fn a_depfile_replaces_no_source_and_no_other_output() {
    let folder = folder().with("flow.txt", CLEAN);
    for arguments in [
        "a.cxflow --depfile a.cxflow",
        "a.cxflow --depfile cxflow.toml",
        "a.cxflow --depfile a.json",
        "a.cxflow --depfile ./x --message-file x",
        "flow.txt --depfile flow.txt",
    ] {
        folder.run(&format!("build {arguments}")).exits(2);
    }
    assert_eq!(folder.read("flow.txt"), CLEAN);
    assert!(!folder.has("x") && !folder.has("cxflow.toml"));
}

#[test]
fn an_output_or_source_that_is_no_file_has_no_depfile() {
    let folder = folder().committed();
    folder.run("build a.cxflow -o - --depfile a.d").exits(2).err_has("this payload goes to standard output");
    folder
        .run("build v1:a.cxflow -o a.json --depfile a.d")
        .exits(2)
        .err_has("v1:a.cxflow is at a git revision");
    folder
        .command("build - -o a.json --depfile a.d")
        .input("include \"lib/texts.cxflow\"\n".to_owned() + CLEAN)
        .run()
        .exits(0);
    assert_eq!(folder.read("a.d"), "a.json: \\\n  lib/texts.cxflow\nlib/texts.cxflow:\n");
}

#[test]
fn a_depfile_that_cannot_be_written_is_status_2() {
    folder()
        .run("build a.cxflow --depfile none/a.d")
        .exits(2)
        .err_has("cannot write none/a.d: its folder does not exist");
}
