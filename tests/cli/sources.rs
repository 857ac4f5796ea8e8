//! Sources: standard input, git revisions, what cannot be read.

use super::harness::*;

#[test]
fn standard_input_builds_to_standard_output() {
    let folder = Folder::new();
    let run = folder.command("build -").input(CLEAN).run().exits(0).err_has("<stdin>: 2 nodes");
    assert_eq!(run.json()["name"], "Reminder");
    assert!(folder.names().is_empty());
}

#[test]
fn findings_of_standard_input_are_in_a_file_of_that_name() {
    Folder::new()
        .command("check --format short -")
        .input(BROKEN)
        .run()
        .exits(1)
        .err_has("<stdin>:6:11: error[CX103 unknown-node]");
}

#[test]
fn standard_input_includes_from_the_working_folder() {
    let folder = Folder::new().with("queues.cxflow", "let queue = \"vip\"\n");
    let text = CLEAN.replace("param queue = \"sales_queue\"", "include \"queues.cxflow\"");
    let run = folder.command("build -").input(text).run().exits(0);
    assert_eq!(run.json()["nodes"][1]["actions"][0]["text"], "vip");
}

#[test]
fn standard_input_is_read_once() {
    Folder::new().run("check - -").exits(2).err_is("cxflowc: standard input can be read only once\n");
}

#[test]
fn standard_input_has_no_name_in_an_output_folder() {
    let folder = Folder::new();
    folder
        .command("build - --out-dir out")
        .input(CLEAN)
        .run()
        .exits(2)
        .err_has("<stdin> has no name that --out-dir could use");
    assert!(folder.names().is_empty());
}

#[test]
fn a_revision_builds_to_standard_output() {
    let folder = Folder::of(CLEAN).committed();
    folder.write("a.cxflow", BROKEN);
    let run = folder.run("build v1:a.cxflow").exits(0).err_has("v1:a.cxflow: 2 nodes");
    assert_eq!(run.json()["name"], "Reminder");
    assert!(!folder.has("a.json"));
}

#[test]
fn a_revision_includes_the_files_of_that_revision() {
    let including = CLEAN.replace("param queue = \"sales_queue\"", "include \"lib/queues.cxflow\"");
    let folder = Folder::new()
        .with("flows/a.cxflow", including)
        .with("flows/lib/queues.cxflow", "let queue = \"then\"\n")
        .committed();
    folder.write("flows/lib/queues.cxflow", "let queue = \"now\"\n");
    let run = folder.run("build v1:flows/a.cxflow").exits(0);
    assert_eq!(run.json()["nodes"][1]["actions"][0]["text"], "then");
}

#[test]
fn a_revision_takes_the_settings_file_of_that_revision() {
    let folder = Folder::new()
        .with("flows/a.cxflow", CLEAN)
        .with("cxflow.toml", "[env.prod]\nparams = { queue = \"then\" }\n")
        .committed();
    folder.write("cxflow.toml", "[env.prod]\nparams = { queue = \"now\" }\n");
    let run = folder.run("build --env prod v1:flows/a.cxflow").exits(0);
    assert_eq!(run.json()["nodes"][1]["actions"][0]["text"], "then");
}

#[test]
fn findings_of_a_revision_are_in_a_file_with_the_revisions_name() {
    let folder = Folder::of(BROKEN).committed();
    folder
        .run("check --format short HEAD:a.cxflow")
        .exits(1)
        .err_has("HEAD:a.cxflow:6:11: error[CX103 unknown-node]");
}

#[test]
fn a_path_of_a_revision_begins_at_the_repositorys_top() {
    let folder = Folder::new().with("flows/a.cxflow", CLEAN).committed();
    let inside = folder.path("flows");
    folder.command("check HEAD:flows/a.cxflow").folder(&inside).run().exits(0);
    folder.command("check HEAD:a.cxflow").folder(&inside).run().exits(2);
}

#[test]
fn a_path_of_a_revision_with_a_dot_begins_at_the_working_folder() {
    let folder = Folder::new().with("flows/a.cxflow", CLEAN).with("b.cxflow", CLEAN).committed();
    let inside = folder.path("flows");
    folder.command("check HEAD:./a.cxflow").folder(&inside).run().exits(0);
    folder.command("check HEAD:../b.cxflow").folder(&inside).run().exits(0);
}

#[test]
fn a_file_that_is_there_is_no_revision() {
    let folder = Folder::new().with("HEAD:a.cxflow", CLEAN);
    folder.run("check HEAD:a.cxflow").exits(0);
}

#[test]
fn an_unknown_revision_says_so() {
    Folder::of(CLEAN).committed().run("check v9:a.cxflow").exits(2).err_has("v9 is not a git revision here");
}

#[test]
fn a_revision_outside_a_repository_says_so() {
    // `GIT_CEILING_DIRECTORIES` keeps git from looking above the folder.
    let folder = Folder::of(CLEAN);
    let ceiling = folder.root().parent().unwrap().display().to_string();
    folder
        .command("check HEAD:a.cxflow")
        .env("GIT_CEILING_DIRECTORIES", &ceiling)
        .run()
        .exits(2)
        .err_has("there is no file HEAD:a.cxflow, and this folder is not in a git repository")
        .err_has("git says: not a git repository");
}

#[test]
fn a_file_that_a_revision_lacks_says_so() {
    Folder::of(CLEAN)
        .committed()
        .run("check HEAD:b.cxflow")
        .exits(2)
        .err_has("cannot read HEAD:b.cxflow: there is no such file");
}

#[test]
fn a_file_that_is_not_there_says_so() {
    let expected = "cxflowc: cannot read nope.cxflow: there is no such file\n  \
                    help: name a .cxflow file, `-` for standard input, or `REV:PATH` for a file at a git revision\n";
    Folder::new().run("check nope.cxflow").exits(2).out_is("").err_is(expected);
}

#[test]
fn a_verb_that_takes_one_flow_says_which_flows_a_folder_has() {
    let folder =
        Folder::new().with("one/a.cxflow", CLEAN).with("two/b.cxflow", CLEAN).with("two/c.cxflow", CLEAN);
    for name in ["d", "e", "f", "g"] {
        folder.write(&format!("many/{name}.cxflow"), CLEAN);
    }
    let folder = folder.committed();
    for verb in ["simulate", "graph", "report", "prompts", "preview"] {
        for (argument, help) in [
            ("one", "name the flow in it: one/a.cxflow"),
            ("two", "name one of its flows: two/b.cxflow or two/c.cxflow"),
            ("many", "name one of its 4 flows, such as many/d.cxflow, many/e.cxflow or many/f.cxflow"),
        ] {
            folder.run(&format!("{verb} {argument}")).exits(2).out_is("").err_is(&format!(
                "cxflowc: {argument} is a folder, but one flow is needed\n  help: {help}\n"
            ));
        }
        if verb != "preview" {
            folder.run(&format!("{verb} HEAD:two")).exits(2).err_is(
                "cxflowc: HEAD:two is a folder, but one flow is needed\n  \
                 help: name one of its flows: HEAD:two/b.cxflow or HEAD:two/c.cxflow\n",
            );
        }
    }
}

#[test]
fn what_cannot_change_is_not_followed() {
    let folder = Folder::of(CLEAN).committed();
    for verb in ["preview", "check --watch"] {
        for source in ["-", "HEAD:a.cxflow"] {
            folder
                .command(&format!("{verb} {source}"))
                .input(CLEAN)
                .run()
                .exits(2)
                .err_has("follows files on this disk, and ")
                .err_has("help: name a file on this disk\n");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_says_so() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::of(CLEAN);
    std::fs::set_permissions(folder.path("a.cxflow"), std::fs::Permissions::from_mode(0o000)).unwrap();
    // The superuser may read it all the same.
    if std::fs::read(folder.path("a.cxflow")).is_err() {
        folder
            .run("check a.cxflow")
            .exits(2)
            .err_is("cxflowc: cannot read a.cxflow: it may not be read by this user\n");
    }
}

#[test]
fn a_file_that_cannot_be_read_does_not_hide_the_others() {
    let folder = Folder::of(BROKEN);
    folder
        .run("check --format short nope.cxflow a.cxflow")
        .exits(2)
        .err_has("a.cxflow:6:11: error[CX103")
        .err_has("cannot read nope.cxflow");
}

#[test]
fn an_include_that_is_not_there_is_a_finding() {
    let folder = Folder::of(&CLEAN.replace("param queue = \"sales_queue\"", "include \"nope.cxflow\""));
    folder
        .run("check --format short a.cxflow")
        .exits(1)
        .err_has("a.cxflow:3:9: error[CX111 include-not-found]");
}

#[test]
fn a_finding_in_an_include_names_that_file() {
    let folder = Folder::new()
        .with("flows/a.cxflow", format!("{CLEAN}include \"lib.cxflow\"\n"))
        .with("flows/lib.cxflow", "let = 2\n");
    folder.run("check --format short flows/a.cxflow").exits(1).err_has("flows/lib.cxflow:1:");
}

#[test]
fn a_name_that_is_nearly_that_of_a_file_is_told_the_files_name() {
    let folder = Folder::new()
        .with("campaign.cxflow", CLEAN)
        .with("lib/end.cxflow", "disconnect bye\n")
        .with("caf\u{e9}.cxflow", CLEAN)
        .with("house.cxflow", "policy house \"A policy\" {}\n")
        .committed();
    let here = folder.root().display().to_string();
    for (written, meant) in [
        ("Campaign.cxflow", "campaign.cxflow"),
        ("campain.cxflow", "campaign.cxflow"),
        ("campaign", "campaign.cxflow"),
        ("campaign.cxf", "campaign.cxflow"),
        ("./CAMPAIGN.cxflow", "./campaign.cxflow"),
        ("LIB/end.cxflow", "lib/end.cxflow"),
        ("lib/End.cxflow", "lib/end.cxflow"),
        ("lib/ende.cxflow", "lib/end.cxflow"),
        ("cafe\u{301}.cxflow", "caf\u{e9}.cxflow"),
        ("v1:campain.cxflow", "v1:campaign.cxflow"),
        ("v1:Campaign.cxflow", "v1:campaign.cxflow"),
        ("v1:lib/END.cxflow", "v1:lib/end.cxflow"),
        (&format!("{here}/campain.cxflow"), &format!("{here}/campaign.cxflow")),
    ] {
        let said = format!("did you mean `{meant}`?");
        for verb in ["check", "test", "build", "simulate", "graph", "prompts", "report"] {
            folder.run(&format!("{verb} {written}")).exits(2).out_is("").err_has(&said);
        }
        // It follows files on this disk alone.
        if !written.starts_with("v1:") {
            folder.run(&format!("preview {written}")).exits(2).out_is("").err_has(&said);
        }
    }
    for written in ["House.cxflow", "hous.cxflow", "./housse.cxflow"] {
        let run = folder.run(&format!("check campaign.cxflow --policy {written}"));
        run.exits(1).err_has("CX111").err_has("did you mean `").err_has("house.cxflow`?");
    }
    for written in ["nothing_of_the_kind.cxflow", "v1:nothing_of_the_kind.cxflow"] {
        folder.run(&format!("check {written}")).exits(2).err_lacks("did you mean");
    }
}

#[test]
fn the_very_name_in_a_folder_beside_it_comes_before_a_name_that_is_near() {
    let part = "disconnect bye\n";
    let folder = Folder::of(CLEAN)
        .with("lib/end.cxflow", part)
        .with("lib/only.cxflow", part)
        .with("ende.cxflow", CLEAN)
        .with("top.cxflow", CLEAN)
        .with("lib/topp.cxflow", part)
        .with("lib/deep/end.cxflow", part)
        .committed();
    for (written, meant) in [
        ("end.cxflow", "lib/end.cxflow"),
        ("./end.cxflow", "./lib/end.cxflow"),
        ("only.cxflow", "lib/only.cxflow"),
        ("lib/top.cxflow", "lib/../top.cxflow"),
        ("v1:end.cxflow", "v1:lib/end.cxflow"),
        // A folder that is misspelled is the slip.
        ("lbi/end.cxflow", "lib/end.cxflow"),
        // Other capitals are nearer than another folder.
        ("Ende.cxflow", "ende.cxflow"),
        // The name is nowhere.
        ("endee.cxflow", "ende.cxflow"),
        ("lib/onli.cxflow", "lib/only.cxflow"),
    ] {
        let said = format!("did you mean `{meant}`?");
        folder.run(&format!("check {written}")).exits(2).err_has(&said);
    }
    // An include is told the same, and never the file that it stands in.
    for (name, written, help) in [
        ("x.cxflow", "only.cxflow", "did you mean `lib/only.cxflow`?"),
        ("lib/y.cxflow", "top.cxflow", "did you mean `../top.cxflow`?"),
    ] {
        folder.write(name, format!("include \"{written}\"\n{CLEAN}"));
        folder.run(&format!("check {name}")).exits(1).err_has(help);
    }
    folder.write("lib/deep/own.cxflow", format!("include \"../own.cxflow\"\n{CLEAN}"));
    folder.run("check lib/deep/own.cxflow").exits(1).err_lacks("own.cxflow`?");
}

#[test]
fn a_part_of_several_flows_names_them_where_one_flow_is_asked_for() {
    let flow = |name: &str| {
        CLEAN.replace("entry notice", &format!("include \"end.cxflow\"\nlet {name} = \"1\"\nentry notice"))
    };
    let mut folder = Folder::new().with("end.cxflow", "let closing = \"Goodbye.\"\n");
    for name in ["a", "b", "c"] {
        folder = folder.with(&format!("{name}.cxflow"), flow(name));
    }
    for arguments in ["simulate -q end.cxflow", "simulate end.cxflow", "simulate -q end.cxflow --paths"] {
        let run = folder.run(arguments);
        run.exits(2).err_has(
            "end.cxflow belongs to a.cxflow, b.cxflow and c.cxflow\n  help: name one of these flows",
        );
    }
}
