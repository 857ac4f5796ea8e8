//! `build`: where the payload goes.

use serde_json::Value;

use super::harness::*;

#[test]
fn build_writes_the_payload_beside_its_source() {
    let folder = Folder::new().with("flows/a.cxflow", CLEAN);
    folder.run("build flows/a.cxflow").exits(0).out_is("");
    let payload: Value = serde_json::from_str(&folder.read("flows/a.json")).unwrap();
    assert_eq!(payload["name"], "Reminder");
    assert_eq!(folder.names(), ["flows"]);
}

#[test]
fn build_closes_with_the_output_and_the_figures_on_standard_error() {
    Folder::of(CLEAN)
        .run("build a.cxflow")
        .exits(0)
        .out_is("")
        .err_is("a.json: 2 nodes, 1 transition, 1 path, the deepest of 1 transition\n");
}

#[test]
fn quiet_leaves_out_the_closing_line() {
    Folder::of(CLEAN).run("build -q a.cxflow").exits(0).out_is("").err_is("");
}

#[test]
fn quiet_leaves_the_findings() {
    Folder::of(BROKEN)
        .run("check -q --format short a.cxflow")
        .exits(1)
        .err_has("a.cxflow:6:11: error[CX103 unknown-node]");
}

#[test]
fn output_names_the_file() {
    let folder = Folder::of(CLEAN);
    folder.run("build a.cxflow -o other.json").exits(0);
    assert_eq!(folder.names(), ["a.cxflow", "other.json"]);
}

#[test]
fn output_of_a_dash_is_standard_output() {
    let folder = Folder::of(CLEAN);
    let run = folder.run("build a.cxflow -o -").exits(0).err_has("a.cxflow: 2 nodes");
    assert_eq!(run.json()["entry_node"], "notice");
    assert_eq!(folder.names(), ["a.cxflow"]);
}

#[test]
fn the_payload_is_the_same_on_standard_output_and_in_a_file() {
    let folder = Folder::of(CLEAN);
    let run = folder.run("build a.cxflow -o -");
    folder.run("build a.cxflow");
    assert_eq!(run.out, folder.read("a.json"));
    assert!(run.out.ends_with("}\n") && run.out.starts_with("{\n  \"name\""));
}

#[test]
fn compact_is_one_line() {
    let run = Folder::of(CLEAN).run("build --compact a.cxflow -o -").exits(0);
    assert_eq!(run.out.matches('\n').count(), 1);
    assert!(run.out.starts_with("{\"name\":\"Reminder\",\"description\":\"\",\"nodes\":["), "{}", run.out);
}

#[test]
fn the_output_folder_is_made_and_takes_every_payload() {
    let folder = Folder::new().with("x/a.cxflow", CLEAN).with("y/b.cxflow", CLEAN);
    folder.run("build x/a.cxflow y/b.cxflow --out-dir out/deep").exits(0);
    assert!(folder.has("out/deep/a.json") && folder.has("out/deep/b.json") && !folder.has("x/a.json"));
}

#[test]
fn an_output_folder_that_is_a_file_is_the_commands_fault() {
    let folder = Folder::of(CLEAN).with("out", "x");
    folder
        .run("build a.cxflow --out-dir out")
        .exits(2)
        .err_is("cxflowc: cannot create the folder out: there is a file of that name\n");
}

#[test]
fn two_sources_for_one_output_are_refused_before_anything_is_written() {
    let folder = Folder::new().with("x/a.cxflow", CLEAN).with("y/a.cxflow", CLEAN);
    let message = "cxflowc: two sources have the same output: x/a.cxflow and y/a.cxflow would both be written to out/a.json\n  help: write them into different folders, or give one of them another name\n";
    folder.run("build x/a.cxflow y/a.cxflow --out-dir out").exits(2).err_is(message);
    assert_eq!(folder.names(), ["x", "y"]);
}

#[cfg(unix)]
#[test]
fn a_file_and_its_link_under_other_settings_have_a_payload_each_or_none() {
    let settings = |queue: &str| format!("[env.prod]\nparams = {{ queue = \"{queue}\" }}\n");
    let folder = Folder::new()
        .with("de/a.cxflow", CLEAN)
        .with("de/cxflow.toml", settings("berlin"))
        .with("fr/cxflow.toml", settings("paris"))
        .with(".git/HEAD", "");
    for link in ["fr/a.cxflow", "fr/b.cxflow"] {
        std::os::unix::fs::symlink("../de/a.cxflow", folder.path(link)).unwrap();
    }
    for sources in ["de/a.cxflow fr/a.cxflow", "de fr", "."] {
        let run = folder.run(&format!("build {sources} --env prod --out-dir out")).exits(2);
        run.err_has("two sources have the same output").err_has("would both be written to out/a.json");
        assert!(!folder.has("out"), "{sources}");
    }
    folder.run("build de/a.cxflow fr/b.cxflow --env prod --out-dir out").exits(0);
    assert!(folder.read("out/a.json").contains("berlin") && folder.read("out/b.json").contains("paris"));
    folder.run("build de fr --env prod").exits(0);
    assert!(folder.read("de/a.json").contains("berlin") && folder.read("fr/a.json").contains("paris"));
}

#[test]
fn one_output_for_two_sources_is_refused() {
    let folder = Folder::of(CLEAN).with("b.cxflow", CLEAN);
    folder
        .run("build a.cxflow b.cxflow -o out.json")
        .exits(2)
        .err_has("-o names one output, but there are 2 sources")
        .err_has("--out-dir");
}

#[test]
fn a_source_is_never_overwritten_by_its_own_payload() {
    let folder = Folder::of(CLEAN);
    for output in ["a.cxflow", "./a.cxflow"] {
        folder
            .command("build a.cxflow -o")
            .arg(output)
            .run()
            .exits(2)
            .err_has("the payload of a.cxflow would replace")
            .err_has("a.cxflow, which is a flow");
    }
    assert_eq!(folder.read("a.cxflow"), CLEAN);
}

#[test]
fn a_file_that_the_flow_includes_is_never_overwritten_by_its_payload() {
    let library = "let cdn = \"https://cdn.example.com\"\n";
    let folder = Folder::of(&format!("include \"lib.cxflow\"\n{CLEAN}")).with("lib.cxflow", library);
    folder
        .run("build a.cxflow -o ./lib.cxflow")
        .exits(2)
        .err_has("the payload of a.cxflow would replace ./lib.cxflow, which is a flow");
    assert_eq!(folder.read("lib.cxflow"), library);
}

#[test]
fn output_and_output_folder_exclude_each_other() {
    Folder::of(CLEAN).run("build a.cxflow -o x.json --out-dir y").exits(2).err_has("cannot be used with");
}

#[test]
fn an_output_that_cannot_be_written_says_why() {
    let folder = Folder::of(CLEAN).with("taken.json/inside", "x");
    folder
        .run("build a.cxflow -o none/a.json")
        .exits(2)
        .err_is("cxflowc: cannot write none/a.json: its folder does not exist\n");
    folder
        .run("build a.cxflow -o taken.json")
        .exits(2)
        .err_is("cxflowc: cannot write taken.json: it is a folder\n");
}

#[test]
fn a_write_protected_output_stays_as_it_was() {
    let folder = Folder::of(CLEAN).with("a.json", "older");
    let mut permissions = std::fs::metadata(folder.path("a.json")).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(folder.path("a.json"), permissions).unwrap();
    folder
        .run("build a.cxflow")
        .exits(2)
        .err_is("cxflowc: cannot write a.json: this user may not write it\n");
    assert_eq!(folder.read("a.json"), "older");
    assert_eq!(folder.names(), ["a.cxflow", "a.json"], "no temporary file is left");
}

#[cfg(unix)]
#[test]
fn a_link_is_written_through() {
    let folder = Folder::of(CLEAN).with("real/a.json", "older");
    std::os::unix::fs::symlink("real/a.json", folder.path("a.json")).unwrap();
    folder.run("build a.cxflow").exits(0);
    assert!(folder.read("real/a.json").contains("Reminder"));
    assert!(folder.path("a.json").symlink_metadata().unwrap().is_symlink());
}

#[cfg(unix)]
#[test]
fn an_output_keeps_its_permissions() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::of(CLEAN).with("a.json", "older");
    std::fs::set_permissions(folder.path("a.json"), std::fs::Permissions::from_mode(0o640)).unwrap();
    folder.run("build a.cxflow").exits(0);
    assert_eq!(folder.path("a.json").metadata().unwrap().permissions().mode() & 0o777, 0o640);
}

#[cfg(unix)]
#[test]
fn build_writes_to_a_device_directly() {
    Folder::of(CLEAN).run("build a.cxflow -o /dev/null").exits(0).err_has("/dev/null: 2 nodes");
}

#[test]
fn errors_leave_an_older_output_alone() {
    let folder = Folder::of(BROKEN).with("a.json", "older");
    folder.run("build a.cxflow").exits(1).err_has("a.cxflow: 1 error; nothing written");
    assert_eq!(folder.read("a.json"), "older");
}

#[test]
fn errors_put_nothing_on_standard_output() {
    Folder::of(BROKEN).run("build a.cxflow -o -").exits(1).out_is("");
}

#[test]
fn a_file_with_errors_does_not_keep_others_from_being_built() {
    let folder = Folder::of(BROKEN).with("b.cxflow", CLEAN);
    folder.run("build a.cxflow b.cxflow").exits(1);
    assert_eq!(folder.names(), ["a.cxflow", "b.cxflow", "b.json"]);
}

#[test]
fn a_library_has_nothing_to_build() {
    let folder = Folder::of("let cdn = \"https://cdn.example.com\"\n");
    folder.run("build a.cxflow --allow unused").exits(0).err_is("a.cxflow: a library, nothing to build\n");
    assert_eq!(folder.names(), ["a.cxflow"]);
}

#[test]
fn as_is_builds_what_a_rule_of_the_graph_forbids() {
    let folder = Folder::of(&CLEAN.replace("disclosure notice", "play notice"));
    folder.run("build a.cxflow").exits(1).err_has("error[CX302 missing-disclosure]");
    folder
        .run("build --as-is a.cxflow")
        .exits(0)
        .err_has("warning[CX302 missing-disclosure]")
        .err_has("a.json: 2 nodes");
}

#[test]
fn as_is_does_not_build_what_names_nothing() {
    Folder::of(BROKEN).run("build --as-is a.cxflow").exits(1).err_has("error[CX103 unknown-node]");
}
