//! Exit status and order.

use super::harness::*;

#[test]
fn a_flow_without_findings_exits_0() {
    Folder::of(CLEAN)
        .run("check a.cxflow")
        .exits(0)
        .out_is("")
        .err_is("a.cxflow: no findings; 2 nodes, 1 transition, 1 path, the deepest of 1 transition\n");
}

#[test]
fn a_warning_exits_0() {
    Folder::of(WARNED).run("check a.cxflow").exits(0).err_has("a.cxflow: 1 warning\n");
}

#[test]
fn an_error_exits_1() {
    Folder::of(BROKEN).run("check a.cxflow").exits(1).err_has("a.cxflow: 1 error\n");
}

#[test]
fn the_highest_exit_status_counts() {
    let folder = Folder::of(BROKEN).with("b.cxflow", CLEAN);
    folder.run("check a.cxflow b.cxflow").exits(1);
    folder.run("check b.cxflow nope.cxflow a.cxflow").exits(2);
}

#[test]
fn check_writes_nothing() {
    let folder = Folder::of(CLEAN);
    folder.run("check a.cxflow").exits(0);
    assert_eq!(folder.names(), ["a.cxflow"]);
}

#[test]
fn bad_usage_exits_2() {
    let folder = Folder::of(CLEAN);
    for arguments in
        ["", "biuld a.cxflow", "build", "check", "build --nope a.cxflow", "build --format xml a.cxflow"]
    {
        folder.run(arguments).exits(2).out_is("");
    }
}

#[test]
fn help_and_version_exit_0_on_standard_output() {
    let folder = Folder::new();
    folder.run("--help").exits(0).out_has("Usage: cxflowc").err_is("");
    folder.run("build --help").exits(0).out_has("Exit status: 0 done");
    folder.run("--version").exits(0).out_is(concat!("cxflowc ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn files_are_reported_in_the_order_given() {
    let names: Vec<String> = (0..20).map(|number| format!("f{}.cxflow", (number * 7) % 20)).collect();
    let folder = names.iter().fold(Folder::new(), |folder, name| folder.with(name, BROKEN));
    let run = folder.run(&format!("check -q --format short {}", names.join(" "))).exits(1);
    let reported: Vec<&str> = run.err.lines().map(|line| line.split(':').next().unwrap()).collect();
    assert_eq!(reported, names);
}

#[test]
fn a_finding_in_a_file_that_several_include_is_reported_once() {
    let folder = ["a.cxflow", "b.cxflow"]
        .into_iter()
        .fold(Folder::new(), |folder, name| folder.with(name, format!("{CLEAN}include \"lib.cxflow\"\n")));
    let run = folder.with("lib.cxflow", "let = 2\n").run("check --format short a.cxflow b.cxflow").exits(1);
    assert_eq!(run.err.matches("lib.cxflow:1:").count(), 1, "{}", run.err);
}
