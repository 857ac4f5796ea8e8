//! Whole folders, and parts: files that belong to the flows that include them.

use super::harness::*;

/// A menu to be included, with a node that is named after it.
const MENU: &str = "agent desk \"queue\"\n";

/// A flow that includes a menu.
fn flow(name: &str, include: &str) -> String {
    format!(
        "flow \"{name}\"\ninclude \"{include}\"\nentry notice\ndisclosure notice \"https://cdn.example.com/n.wav\"\nnotice -> desk\n"
    )
}

/// Two flows in a folder, a menu of both in another one, and a repository around them.
fn repository() -> Folder {
    Folder::new()
        .with("flows/a.cxflow", flow("A", "../menus/menu.cxflow"))
        .with("flows/b.cxflow", flow("B", "../menus/menu.cxflow"))
        .with("menus/menu.cxflow", MENU)
        .committed()
}

const A: &str = "flows/a.cxflow: no findings; 2 nodes, 1 transition, 1 path, the deepest of 1 transition\n";
const B: &str = "flows/b.cxflow: no findings; 2 nodes, 1 transition, 1 path, the deepest of 1 transition\n";
const IS_PART: &str = "menus/menu.cxflow is a part of flows/a.cxflow and flows/b.cxflow\n";

#[test]
fn a_folder_stands_for_the_flows_below_it() {
    let folder = repository();
    for spelling in ["flows", "flows/", "./flows"] {
        let names = [A, B].concat().replace("flows/", &format!("{}/", spelling.trim_end_matches('/')));
        folder.run(&format!("check {spelling}")).exits(0).err_is(&names);
    }
    folder.run("check .").exits(0).err_is(&[A, B].concat().replace("flows/", "./flows/"));
}

#[test]
fn every_verb_that_takes_sources_takes_folders() {
    let folder = repository();
    folder.run("build flows").exits(0).err_has("flows/a.json: 2 nodes").err_has("flows/b.json: 2 nodes");
    assert!(folder.has("flows/a.json") && folder.has("flows/b.json") && !folder.has("menus/menu.json"));
    folder.run("build . --out-dir out").exits(0);
    assert!(folder.has("out/a.json") && folder.has("out/b.json") && !folder.has("out/menu.json"));
    folder.run("test flows").exits(0).err_has("flows/a.cxflow: no tests\nflows/b.cxflow: no tests\n");
    folder.run("policy check flows").exits(0).err_has("flows/b.cxflow: 4 rules of 1 policy");
    folder
        .run("status flows")
        .exits(1)
        .out_is("flows/a.cxflow: never submitted\nflows/b.cxflow: never submitted\n");
    folder
        .run("submit --emulate .")
        .exits(0)
        .out_has("flows/a.cxflow: in place")
        .out_has("flows/b.cxflow: in place");
}

#[test]
fn a_folder_without_a_flow_is_refused() {
    let folder = Folder::of(CLEAN).with("empty/readme.txt", "x").with(".hidden/a.cxflow", CLEAN);
    for verb in ["check", "build", "test", "policy check", "status", "submit --emulate"] {
        folder.run(&format!("{verb} empty")).exits(2).err_has("there is no .cxflow file in empty");
    }
    folder.run("check .").exits(0).err_lacks("hidden");
}

#[test]
fn a_part_alone_is_checked_in_the_flows_that_include_it() {
    let folder = repository();
    for verb in ["check", "build", "test", "policy check"] {
        let run = folder.run(&format!("{verb} menus/menu.cxflow")).exits(0).err_lacks("CX101");
        assert!(run.err.starts_with(IS_PART), "{verb}: {}", run.err);
    }
    folder.run("check menus/menu.cxflow").err_is(&[IS_PART, A, B].concat());
    assert!(folder.has("flows/a.json") && folder.has("flows/b.json") && !folder.has("menus/menu.json"));
    folder.run("status menus/menu.cxflow").exits(1).out_has("flows/a.cxflow: never submitted");
}

#[test]
fn findings_of_an_included_file_are_reported_once() {
    let folder = repository();
    folder.write("menus/menu.cxflow", "agent desk \"queue\"\nlet unused_one = \"x\"\ndesk -> nowhere\n");
    for arguments in [
        "menus/menu.cxflow",
        "menus",
        "flows",
        ".",
        "flows/a.cxflow menus/menu.cxflow flows/b.cxflow",
        "menus/menu.cxflow menus ./menus/menu.cxflow",
    ] {
        let run = folder.run(&format!("check --message-format short {arguments}")).exits(1);
        assert_eq!(run.err.matches("names `nowhere`").count(), 1, "{arguments}: {}", run.err);
        assert!(run.err.contains("menus/menu.cxflow:3:9: error"), "{arguments}: {}", run.err);
    }
}

#[test]
fn all_files_can_be_named_as_a_shell_or_a_hook_names_them() {
    let folder = repository();
    folder
        .run("check flows/a.cxflow flows/b.cxflow menus/menu.cxflow")
        .exits(0)
        .err_is(&[IS_PART, A, B].concat());
}

#[test]
fn a_changed_flow_and_a_changed_part_bring_every_flow_of_the_part() {
    repository().run("check flows/b.cxflow menus/menu.cxflow").exits(0).err_is(&[IS_PART, B, A].concat());
}

#[test]
fn a_file_is_compiled_once_however_it_is_named() {
    let folder = repository();
    let absolute = folder.path("flows/a.cxflow");
    let run = folder.command("check flows/a.cxflow flows ./flows/a.cxflow").arg(absolute).run().exits(0);
    run.err_is(&[A, B].concat());
    folder.run("build flows/a.cxflow ./flows/a.cxflow").exits(0).err_has("flows/a.json: 2 nodes");
}

#[test]
fn a_file_of_two_flows_has_its_findings_once_under_any_name() {
    let folder = repository();
    folder.write("menus/menu.cxflow", "agent desk \"queue\"\ndesk -> nowhere\n");
    let run = folder
        .command("check --message-format short flows/a.cxflow")
        .arg(folder.path("flows/b.cxflow"))
        .run()
        .exits(1);
    assert_eq!(run.err.matches("names `nowhere`").count(), 1, "{}", run.err);
}

#[cfg(unix)]
#[test]
fn a_link_to_a_file_is_that_file() {
    let folder = repository();
    std::os::unix::fs::symlink("a.cxflow", folder.path("flows/z.cxflow")).unwrap();
    folder.run("check flows").exits(0).err_is(&[A, B].concat());
}

#[test]
fn a_part_of_parts_belongs_to_the_flow_at_the_top() {
    let folder = Folder::of(&flow("A", "outer.cxflow"))
        .with("outer.cxflow", "include \"inner.cxflow\"\n")
        .with("inner.cxflow", MENU);
    folder
        .run("check inner.cxflow")
        .exits(0)
        .err_has("inner.cxflow is a part of a.cxflow\na.cxflow: no findings");
    folder
        .run("check .")
        .exits(0)
        .err_is("./a.cxflow: no findings; 2 nodes, 1 transition, 1 path, the deepest of 1 transition\n");
}

#[test]
fn an_instance_makes_a_part_as_well() {
    let folder = Folder::of(
        &flow("A", "menu.cxflow")
            .replace("menu.cxflow\"", "menu.cxflow\" as en")
            .replace("-> desk", "-> en.desk"),
    )
    .with("menu.cxflow", MENU);
    folder.run("check menu.cxflow").exits(0).err_has("menu.cxflow is a part of a.cxflow\n");
}

#[test]
fn a_file_that_nothing_includes_is_taken_as_a_flow() {
    Folder::of(MENU).run("check a.cxflow").exits(1).err_has("CX101 missing-flow").err_lacks("is a part");
    let folder = repository();
    folder.write("menus/old.cxflow", MENU);
    folder
        .run("check .")
        .exits(1)
        .err_has("./menus/old.cxflow: 2 errors")
        .err_has("./flows/a.cxflow: no findings");
}

#[test]
fn a_part_whose_includer_is_no_flow_is_checked_in_that() {
    let folder = Folder::new()
        .with("all.cxflow", "include \"texts.cxflow\"\n")
        .with("texts.cxflow", "let a = \"b\"\n");
    folder
        .run("check texts.cxflow")
        .exits(0)
        .err_has("texts.cxflow is a part of all.cxflow\nall.cxflow: no findings; a library\n");
}

#[test]
fn a_flow_that_another_one_includes_is_a_flow_of_its_own() {
    let folder = Folder::of(CLEAN).with("b.cxflow", "include \"a.cxflow\"\n");
    folder.run("check a.cxflow").exits(0).err_lacks("is a part").err_has("a.cxflow: no findings; 2 nodes");
    folder.run("build a.cxflow").exits(0);
    assert!(folder.has("a.json"));
}

#[test]
fn files_that_include_each_other_are_reported_once() {
    let folder = Folder::new()
        .with("x.cxflow", "include \"y.cxflow\"\nlet a = \"b\"\n")
        .with("y.cxflow", "include \"x.cxflow\"\n");
    for arguments in [".", "x.cxflow", "y.cxflow", "y.cxflow x.cxflow"] {
        let run = folder.run(&format!("check --message-format short {arguments}")).exits(1);
        assert_eq!(run.err.matches("the file includes itself").count(), 1, "{arguments}: {}", run.err);
    }
}

#[test]
fn parts_are_found_from_a_folder_below() {
    let folder = repository();
    folder.command("check menu.cxflow").folder(&folder.path("menus")).run().exits(0).err_has(
        "menu.cxflow is a part of ../flows/a.cxflow and ../flows/b.cxflow\n../flows/a.cxflow: no findings",
    );
}

#[test]
fn a_folder_of_parts_is_checked_in_the_flows_of_other_folders() {
    let folder = repository();
    folder.run("check menus").exits(0).err_is(&[IS_PART, A, B].concat());
}

#[test]
fn outside_a_repository_the_working_folder_is_searched() {
    let folder = Folder::new()
        .with("flows/a.cxflow", flow("A", "../menus/menu.cxflow"))
        .with("menus/menu.cxflow", MENU);
    // Without a repository a flow includes what lies in its own folder, unless more is allowed.
    folder
        .run("check menus/menu.cxflow --allow-outside .")
        .exits(0)
        .err_has("menus/menu.cxflow is a part of flows/a.cxflow\n");
}

#[test]
fn many_flows_of_a_part_are_counted() {
    let mut folder = Folder::new().with("menu.cxflow", MENU);
    for number in 0..9 {
        folder = folder.with(&format!("f{number}.cxflow"), flow("A", "menu.cxflow"));
    }
    folder
        .run("check menu.cxflow")
        .exits(0)
        .err_has(
            "menu.cxflow is a part of f0.cxflow, f1.cxflow, f2.cxflow and 6 more\nf0.cxflow: no findings",
        )
        .err_has("f8.cxflow: no findings");
}

#[test]
fn one_output_for_a_part_of_several_flows_is_refused() {
    repository()
        .run("build menus/menu.cxflow -o out.json")
        .exits(2)
        .err_has("-o names one output, but there are 2 sources");
}

#[test]
fn a_part_is_not_submitted() {
    let folder = repository();
    folder
        .run("submit --emulate menus/menu.cxflow")
        .exits(2)
        .out_is("")
        .err_has("menus/menu.cxflow is a part of flows/a.cxflow and flows/b.cxflow\n")
        .err_has("help: name the flows themselves, or the folder that they are in");
    // Flows of other folders are not sent because a part of theirs lies in this one.
    folder.run("submit --emulate menus").out_is("");
}

#[test]
fn a_folder_of_thousands_is_checked_in_one_run() {
    let mut folder = Folder::new().with("menus/menu.cxflow", MENU);
    for number in 0..300 {
        folder = folder.with(&format!("flows/f{number:03}.cxflow"), flow("A", "../menus/menu.cxflow"));
        folder.write(&format!("menus/m{number:03}.cxflow"), "let a = \"b\"\n");
    }
    let run = folder.run("check flows menus --allow-outside .").exits(0);
    assert_eq!(run.err.lines().count(), 600);
    let names: Vec<&str> = run.err.lines().filter_map(|line| line.split(':').next()).collect();
    assert!(names[..300].is_sorted() && names[300..].is_sorted());
}
