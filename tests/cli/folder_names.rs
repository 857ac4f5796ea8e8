//! What a folder stands for: names that differ in capitals, slips of names, and what is left out.

use super::harness::*;

#[test]
fn the_capitals_of_an_ending_do_not_matter() {
    let folder = Folder::new().with("flows/A.CXFLOW", BROKEN).with("flows/b.CxFlow", CLEAN).committed();
    for place in ["flows", "v1:flows"] {
        folder
            .run(&format!("check {place}"))
            .exits(1)
            .err_has(&format!("{place}/A.CXFLOW: 1 error"))
            .err_has(&format!("{place}/b.CxFlow: no findings"));
    }
    folder.run("fmt --check flows").exits(1).out_has("flows/A.CXFLOW\n");
    folder.run("build flows/b.CxFlow").exits(0);
    assert!(folder.has("flows/b.json"));
}

#[test]
fn a_part_is_found_in_a_flow_whose_ending_has_capitals() {
    let flow = CLEAN.replace("agent sales \"${queue}\"", "include \"part.cxflow\"");
    let folder =
        Folder::new().with("A.CXFLOW", flow).with("part.cxflow", "agent sales \"${queue}\"\n").committed();
    folder.run("check part.cxflow").exits(0).err_has("part.cxflow is a part of A.CXFLOW\n");
    folder.run("check v1:part.cxflow").exits(0).err_has("v1:part.cxflow is a part of v1:A.CXFLOW\n");
}

#[test]
fn a_slip_of_a_name_is_said_and_does_not_stop_the_others() {
    for name in [
        "b.cxflo",
        "b.cxflows",
        "b.cxlfow",
        "b.cflow",
        "b.CXFLO",
        "b.cxflow.txt",
        "b.cxflow ",
        "b.cxflow (1)",
        "inner/b.cxfow",
    ] {
        let folder = Folder::of(CLEAN).with(&format!("flows/{name}"), BROKEN).with("flows/a.cxflow", CLEAN);
        let said = format!("cxflowc: flows/{name} is left out: the name of a flow ends in .cxflow\n");
        for verb in ["check", "build", "test", "policy check", "fmt --check", "submit --emulate"] {
            folder.run(&format!("{verb} flows")).err_has(&said);
        }
        folder.run("check flows").exits(0).err_has("flows/a.cxflow: no findings");
    }
    let alone = Folder::new().with("flows/b.cxflo", BROKEN);
    alone
        .run("check flows")
        .exits(2)
        .err_has("flows/b.cxflo is left out")
        .err_has("there is no .cxflow file");
}

#[test]
fn copies_of_editors_and_files_of_other_kinds_are_passed_over_in_silence() {
    let folder = Folder::new().with("flows/a.cxflow", CLEAN);
    for name in [
        "a.cxflow~",
        ".a.cxflow.swp",
        "#a.cxflow#",
        "a.cxflow.orig",
        "a.cxflow.bak",
        "a.json",
        "a.cxflow.d",
        "readme.txt",
        "cxflow.lock",
        ".cxflow",
    ] {
        folder.write(&format!("flows/{name}"), "x");
    }
    let run = folder.run("check -v flows").exits(0);
    run.err_is("flows/a.cxflow: no findings; 2 nodes, 1 transition, 1 path, the deepest of 1 transition\n");
}

#[test]
fn a_hidden_folder_with_flows_is_named_with_v() {
    let folder = Folder::new()
        .with("flows/a.cxflow", CLEAN)
        .with("flows/.old/x/b.cxflow", BROKEN)
        .with("flows/.empty/readme.txt", "x")
        .with("flows/.git/c.cxflow", CLEAN);
    let said = "flows/.old is left out: its name begins with a dot, and there are flows in it\n";
    folder.run("check -v flows").exits(0).err_has(said).err_lacks(".empty").err_lacks(".git");
    folder.run("check flows").exits(0).err_lacks(".old");
}

#[cfg(unix)]
#[test]
fn a_link_to_a_folder_is_named_with_v_unless_it_is_looked_into() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new()
        .with("flows/a.cxflow", CLEAN)
        .with("flows/inner/b.cxflow", CLEAN)
        .with("elsewhere/c.cxflow", CLEAN);
    symlink("../elsewhere", folder.path("flows/outside")).unwrap();
    symlink("inner", folder.path("flows/same")).unwrap();
    symlink("..", folder.path("flows/inner/loop")).unwrap();
    symlink("somebody@host.123", folder.path("flows/.#a.cxflow")).unwrap();
    let run = folder.run("check -v flows").exits(0);
    let said = "flows/outside is left out: it is a link, and there are flows in it\n";
    assert!(run.err.starts_with(said), "{}", run.err);
    assert_eq!(run.err.matches("left out").count(), 1, "{}", run.err);
    // Named itself, a link is the folder that it leads to.
    folder.run("check flows/outside").exits(0).err_has("flows/outside/c.cxflow: no findings");
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_and_a_pipe_are_not_passed_over() {
    let folder = Folder::new().with("flows/a.cxflow", CLEAN);
    std::os::unix::fs::symlink("nowhere", folder.path("flows/b.cxflow")).unwrap();
    let made = std::process::Command::new("mkfifo").arg(folder.path("flows/c.cxflow")).status().unwrap();
    assert!(made.success());
    for verb in ["check", "build", "test", "policy check", "fmt --check"] {
        folder
            .run(&format!("{verb} flows"))
            .exits(2)
            .err_has("cannot read flows/b.cxflow: it is a link to a file that does not exist")
            .err_has("cannot read flows/c.cxflow: it is a named pipe");
    }
}

#[test]
fn a_folder_at_a_revision_names_what_it_leaves_out() {
    let inner = Folder::new().with("b.cxflow", BROKEN).committed();
    let folder = Folder::new()
        .with("flows/a.cxflow", CLEAN)
        .with("flows/x/c.cxflo", BROKEN)
        .with("flows/x/d.cxflow.txt", BROKEN)
        .with("flows/x/e.cxflow~", BROKEN)
        .with("flows/.hidden/f.cxflo", BROKEN)
        .with("other/g.cxflo", BROKEN);
    folder.git(&["init", "--quiet"]);
    let url = format!("file://{}", inner.root().display());
    folder.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &url, "flows/vendor"]);
    folder.git(&["add", "."]);
    folder.git(&["commit", "--quiet", "-m", "first"]);
    let run = folder.run("check HEAD:flows").exits(0).err_has("HEAD:flows/a.cxflow: no findings");
    let run = run.err_has("HEAD:flows/x/c.cxflo is left out: the name of a flow ends in .cxflow");
    let run = run.err_has("HEAD:flows/x/d.cxflow.txt is left out");
    let run = run.err_has("HEAD:flows/vendor is left out: it is a submodule");
    run.err_lacks("e.cxflow~").err_lacks("f.cxflo").err_lacks("g.cxflo");
    folder
        .run("check HEAD:flows/x")
        .exits(2)
        .err_has("c.cxflo is left out")
        .err_has("there is no .cxflow file");
}
