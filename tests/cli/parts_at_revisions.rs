//! Folders and parts at a git revision: they stand for what they stand for on disk.

use super::harness::*;

const MENU: &str = "agent desk \"queue\"\n";

fn flow(name: &str, include: &str) -> String {
    format!(
        "flow \"{name}\"\ninclude \"{include}\"\nentry notice\ndisclosure notice \"https://cdn.example.com/n.wav\"\nnotice -> desk\n"
    )
}

/// A repository whose work tree has gone on since `v1`: the menu has another name, and nothing includes it.
fn repository() -> Folder {
    let folder = Folder::new()
        .with("flows/a.cxflow", flow("A", "../menus/menu.cxflow"))
        .with("flows/b.cxflow", flow("B", "../menus/menu.cxflow"))
        .with("menus/menu.cxflow", MENU)
        .with("menus/alone.cxflow", MENU)
        .with("flows/.hidden/c.cxflow", CLEAN)
        .committed();
    folder.git(&["mv", "menus/menu.cxflow", "menus/renamed.cxflow"]);
    folder.git(&["rm", "-r", "--quiet", "flows"]);
    folder
}

fn clean(name: &str) -> String {
    format!("{name}: no findings; 2 nodes, 1 transition, 1 path, the deepest of 1 transition\n")
}

#[test]
fn a_part_is_checked_in_the_flows_of_its_revision() {
    let folder = repository();
    let flows = [clean("v1:flows/a.cxflow"), clean("v1:flows/b.cxflow")].concat();
    for part in ["v1:menus/menu.cxflow", "v1:./menus/menu.cxflow"] {
        let said = format!("{part} is a part of v1:flows/a.cxflow and v1:flows/b.cxflow\n");
        folder.run(&format!("check {part}")).exits(0).err_is(&[said, flows.clone()].concat());
    }
    let below = folder.command("check v1:./menu.cxflow").folder(&folder.path("menus")).run().exits(0);
    below.err_is(&format!("v1:./menu.cxflow is a part of v1:flows/a.cxflow and v1:flows/b.cxflow\n{flows}"));
    let parent = folder.command("check v1:../menus/menu.cxflow").folder(&folder.path("menus")).run();
    parent.exits(0).err_has(&flows);
}

#[test]
fn every_verb_works_on_these_flows() {
    let folder = repository();
    let part = "v1:menus/menu.cxflow";
    let said = "v1:menus/menu.cxflow is a part of v1:flows/a.cxflow and v1:flows/b.cxflow\n";
    folder.run(&format!("build {part} --out-dir out")).exits(0).err_has(said);
    assert!(folder.has("out/a.json") && folder.has("out/b.json") && !folder.has("out/menu.json"));
    folder.run(&format!("test {part}")).exits(0).err_has("v1:flows/b.cxflow: no tests");
    folder.run(&format!("policy check {part}")).exits(0).err_has("v1:flows/b.cxflow: 4 rules");
    folder.run(&format!("status {part}")).exits(1).out_has("v1:flows/b.cxflow: never submitted");
    folder
        .run(&format!("submit --emulate {part}"))
        .exits(2)
        .err_has("v1:menus/menu.cxflow is a part of v1:flows/a.cxflow and v1:flows/b.cxflow")
        .err_has("help: name the flows themselves");
}

#[test]
fn findings_of_a_shared_file_at_a_revision_are_reported_once() {
    let folder = Folder::of(&flow("A", "menu.cxflow"))
        .with("b.cxflow", flow("B", "menu.cxflow"))
        .with("menu.cxflow", "agent desk \"queue\"\ndesk -> nowhere\n")
        .committed();
    for arguments in ["v1:menu.cxflow", "v1:.", "v1:a.cxflow v1:menu.cxflow v1:b.cxflow"] {
        let run = folder.run(&format!("check --message-format short {arguments}")).exits(1);
        assert_eq!(run.err.matches("names `nowhere`").count(), 1, "{arguments}: {}", run.err);
        assert!(run.err.contains("v1:menu.cxflow:2:9: error"), "{arguments}: {}", run.err);
    }
}

#[test]
fn a_file_that_nothing_includes_is_read_as_a_flow() {
    repository().run("check v1:menus/alone.cxflow").exits(1).err_has("CX101").err_lacks("is a part");
}

#[test]
fn a_part_of_parts_and_an_instance_lead_to_the_flow_at_the_top() {
    let folder =
        Folder::of(&flow("A", "outer.cxflow\" as x //").replace("-> desk", "-> x.desk").replace(" //\"", ""))
            .with("outer.cxflow", "include \"in/inner.cxflow\"\n")
            .with("in/inner.cxflow", MENU)
            .committed();
    folder.run("check v1:in/inner.cxflow").exits(0).err_has("v1:in/inner.cxflow is a part of v1:a.cxflow\n");
}

#[test]
fn a_folder_of_a_revision_stands_for_the_flows_below_it() {
    let folder = repository();
    let flows = [clean("v1:flows/a.cxflow"), clean("v1:flows/b.cxflow")].concat();
    for spelling in ["v1:flows", "v1:flows/", "v1:./flows"] {
        folder.run(&format!("check {spelling}")).exits(0).err_is(&flows);
    }
    // The menus of a folder of menus are looked at in the flows of other folders.
    folder.run("check v1:menus").exits(1).err_has(&flows).err_has("v1:menus/alone.cxflow: 2 errors");
    folder.run("check v1:.").exits(1).err_has(&flows).err_lacks("hidden").err_lacks("is a part");
    folder.run("build v1:flows --out-dir out").exits(0);
    assert!(folder.has("out/a.json") && folder.has("out/b.json"));
}

#[test]
fn a_folder_without_flows_and_one_that_is_not_there_are_refused() {
    let folder = Folder::of(CLEAN).with("docs/readme.txt", "x").committed();
    folder.run("check v1:docs").exits(2).err_has("there is no .cxflow file in v1:docs");
    folder.run("check v1:none").exits(2).err_has("cannot read v1:none: there is no such file");
    folder.run("check v9:docs").exits(2).err_has("v9 is not a git revision here");
    folder.run("fmt --check v1:docs").exits(2).err_has("at a git revision");
}

#[cfg(unix)]
#[test]
fn links_of_a_revision_are_the_files_that_they_lead_to() {
    let folder = Folder::of(&flow("A", "link.cxflow")).with("menu.cxflow", MENU);
    std::os::unix::fs::symlink("menu.cxflow", folder.path("link.cxflow")).unwrap();
    std::os::unix::fs::symlink("a.cxflow", folder.path("z.cxflow")).unwrap();
    let folder = folder.committed();
    folder.run("check v1:.").exits(0).err_is(&clean("v1:a.cxflow"));
    for part in ["v1:menu.cxflow", "v1:link.cxflow"] {
        folder.run(&format!("check {part}")).exits(0).err_has(&format!("{part} is a part of v1:a.cxflow\n"));
    }
}

#[test]
fn two_revisions_and_the_disk_are_told_apart() {
    let folder = Folder::of(&flow("A", "menu.cxflow")).with("menu.cxflow", MENU).committed();
    folder.write("b.cxflow", flow("B", "menu.cxflow"));
    folder.git(&["add", "."]);
    folder.git(&["commit", "--quiet", "-m", "second"]);
    folder.write("c.cxflow", flow("C", "menu.cxflow"));
    folder
        .run("check v1:menu.cxflow HEAD:menu.cxflow menu.cxflow")
        .exits(0)
        .err_has("v1:menu.cxflow is a part of v1:a.cxflow\n")
        .err_has("HEAD:menu.cxflow is a part of HEAD:a.cxflow and HEAD:b.cxflow\n")
        .err_has("\nmenu.cxflow is a part of a.cxflow, b.cxflow and c.cxflow\n");
}

#[test]
fn names_with_blanks_colons_and_letters_beyond_ascii_are_found() {
    let folder = Folder::of(CLEAN)
        .with("my flows/Grüße: 1.cxflow", flow("A", "the menü.cxflow"))
        .with("my flows/the menü.cxflow", MENU)
        .committed();
    let run = folder.command("check").arg("v1:my flows/the menü.cxflow").run().exits(0);
    run.err_has("v1:my flows/the menü.cxflow is a part of v1:my flows/Grüße: 1.cxflow\n");
    folder.command("check").arg("v1:my flows").run().exits(0).err_is(&clean("v1:my flows/Grüße: 1.cxflow"));
}

#[test]
fn hundreds_of_flows_of_a_revision_are_checked_in_one_run() {
    let mut folder = Folder::new().with("menus/menu.cxflow", MENU);
    for number in 0..200 {
        folder = folder.with(&format!("flows/f{number:03}.cxflow"), flow("A", "../menus/menu.cxflow"));
    }
    let folder = folder.committed();
    let run = folder.run("check v1:menus/menu.cxflow").exits(0);
    assert_eq!(run.err.lines().count(), 201);
    run.err_has("v1:flows/f002.cxflow and 197 more\n");
}

#[test]
fn a_part_is_simulated_where_it_has_one_flow() {
    let folder = Folder::of(&flow("A", "one.cxflow"))
        .with("b.cxflow", flow("B", "one.cxflow").replace("one", "two"))
        .with("c.cxflow", flow("C", "two.cxflow"))
        .with("one.cxflow", MENU)
        .with("two.cxflow", MENU)
        .committed();
    for revision in ["", "v1:"] {
        folder
            .run(&format!("simulate {revision}one.cxflow"))
            .exits(0)
            .err_is(&format!("{revision}one.cxflow is a part of {revision}a.cxflow\n"))
            .out_has("nodes        2\n");
        folder
            .run(&format!("simulate {revision}two.cxflow"))
            .exits(2)
            .out_is("")
            .err_has(&format!(
                "{revision}two.cxflow is a part of {revision}b.cxflow and {revision}c.cxflow\n"
            ))
            .err_has(&format!(
                "cxflowc: {revision}two.cxflow belongs to {revision}b.cxflow and {revision}c.cxflow\n  help: name one of these flows\n"
            ));
    }
}
