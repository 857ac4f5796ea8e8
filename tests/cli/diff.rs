//! `diff`: versions of a flow on the disk and in git.

use crate::harness::Folder;

const FLOW: &str = r#"flow "Reminder"
entry notice
apply us_regf
fact hours = mon..fri 9:00..20:00

disclosure notice @mini_miranda { say "This is Lakeside Dental." }
collect menu "Press 1 to confirm, 2 for an agent." {
  on 1 -> confirmed
  on 2 -> desk
  on timeout | invalid -> bye
}
play confirmed { say "Thank you. See you then." }
agent desk "front-desk"
disconnect bye
notice -> menu
confirmed -> bye
"#;

/// A repository whose last commit has the flow.
fn repository() -> Folder {
    Folder::new().with("a.cxflow", FLOW).committed()
}

#[test]
fn one_file_is_compared_with_the_last_commit() {
    let folder = repository();
    folder.run("diff a.cxflow").exits(0).out_is("").err_has("a.cxflow: no changes");
    folder.write("a.cxflow", FLOW.replace("Lakeside", "Seaside").replace("on 2 -> desk", "on 3 -> desk"));
    let run = folder.run("diff a.cxflow").exits(0);
    run.out_has("HEAD:a.cxflow -> a.cxflow")
        .out_has("[-Lakeside-]{+Seaside+}")
        .out_has("~ menu on [-2-]{+3+} -> desk\n")
        .out_has("for example notice -> menu -(3)-> desk");
}

#[test]
fn the_exit_status_tells_changes_if_it_is_asked_to() {
    let folder = repository();
    folder.run("diff a.cxflow --exit-code").exits(0);
    folder.run("diff a.cxflow --exit-code --format json").exits(0);
    folder.write("a.cxflow", format!("// a comment\n{}", FLOW.replace("\nagent", "\n\n\nagent")));
    folder.run("diff a.cxflow --exit-code").exits(0).err_has("no changes");
    folder.write("a.cxflow", FLOW.replace("front-desk", "back-office"));
    folder.run("diff a.cxflow --exit-code").exits(1).out_has("[-front-desk-]{+back-office+}");
    folder.run("diff a.cxflow --exit-code --format json").exits(1);
    folder.run("diff a.cxflow").exits(0);
}

#[test]
fn two_files_are_compared_and_so_are_two_revisions() {
    let folder = repository().with("b.cxflow", FLOW.replace("desk", "reception"));
    folder.run("diff a.cxflow b.cxflow").exits(0).out_has("agent reception, before desk");
    folder.git(&["add", "."]);
    folder.git(&["commit", "-qm", "second"]);
    folder.run("diff HEAD~1:a.cxflow HEAD:b.cxflow").exits(0).out_has("HEAD~1:a.cxflow -> HEAD:b.cxflow");
    folder.command("diff - b.cxflow").input(FLOW).run().exits(0).out_has("<stdin> -> b.cxflow");
}

#[test]
fn each_flow_below_a_folder_is_compared_with_a_revision() {
    let folder = Folder::new()
        .with("flows/a.cxflow", FLOW)
        .with("flows/gone.cxflow", FLOW)
        .with("flows/lib/ends.cxflow", "disconnect stop\n")
        .committed();
    folder.write("flows/a.cxflow", FLOW.replace("desk", "reception"));
    std::fs::remove_file(folder.path("flows/gone.cxflow")).unwrap();
    folder.write(
        "flows/new.cxflow",
        "flow \"Other\"\nentry hi\ndisclosure hi { say \"Hello.\"; -> over }\ndisconnect over\n",
    );
    let run = folder.run("diff --base HEAD flows").exits(0);
    run.out_has("agent reception, before desk")
        .out_has("HEAD:flows/gone.cxflow is gone")
        .out_has("flows/new.cxflow is new: ")
        .lacks("does not build");
    let markdown = folder.run("diff --base HEAD flows --format markdown").exits(0);
    markdown.out_has("### `flows/a.cxflow`\n").out_has("### `HEAD:flows/gone.cxflow` is gone");
}

#[test]
fn a_flow_in_a_folder_of_the_repository_is_found_at_the_revision() {
    let folder = Folder::new().with("flows/a.cxflow", FLOW).committed();
    folder.write("flows/a.cxflow", FLOW.replace("desk", "reception"));
    let inside = folder.path("flows");
    folder.command("diff a.cxflow").folder(&inside).run().exits(0).out_has("agent reception, before desk");
    folder
        .command("diff --base HEAD .")
        .folder(&inside)
        .run()
        .exits(0)
        .out_has("agent reception, before desk");
    let path = folder.path("flows/a.cxflow");
    folder.command("diff").arg(&path).run().exits(0).out_has("agent reception, before desk");
}

#[test]
fn a_change_in_an_included_file_is_a_change_of_the_flow() {
    let flow = "flow \"A\"\ninclude \"ends.cxflow\"\nentry a\ndisclosure a { say \"Hello.\" }\na -> stop\n";
    let folder = Folder::new()
        .with("a.cxflow", flow)
        .with("ends.cxflow", "play stop { say \"Bye.\" }\ndisconnect out\nstop -> out\n")
        .committed();
    folder.write("ends.cxflow", "play stop { say \"Good bye.\" }\ndisconnect out\nstop -> out\n");
    folder.run("diff a.cxflow").exits(0).out_has("play stop\n").out_has("[-Bye-]{+Good bye+}");
    folder.run("diff ends.cxflow").exits(0).err_has("ends.cxflow is a part of").out_has("play stop\n");
}

#[test]
fn settings_count_as_they_are_at_each_version() {
    let folder = repository().with("cxflow.toml", "policies = [\"us_tsr\"]\n");
    let run = folder.run("diff a.cxflow").exits(0);
    run.out_has("Strengthens compliance\n  + policy us_tsr\n").out_has("+ setting policies: \"us_tsr\"");
    folder.git(&["add", "."]);
    folder.git(&["commit", "-qm", "settings"]);
    std::fs::remove_file(folder.path("cxflow.toml")).unwrap();
    folder.run("diff a.cxflow").exits(0).out_has("Weakens compliance\n").out_has("  - policy us_tsr\n");
}

#[test]
fn a_renamed_flow_is_compared_with_what_it_was() {
    let folder = repository();
    std::fs::remove_file(folder.path("a.cxflow")).unwrap();
    folder.write("b.cxflow", FLOW);
    folder.write(
        "c.cxflow",
        "flow \"Other\"\nentry hello\ndisclosure hello { say \"Hello.\"; -> over }\ndisconnect over\n",
    );
    let run = folder.run("diff --base HEAD .").exits(0);
    run.err_has("b.cxflow: no changes").out_has("c.cxflow is new: ").lacks("is gone");
    let waiver = "waive baseline/depth because \"a long survey\" by \"k.roe\" until 2099-01-01\n";
    folder.write("b.cxflow", FLOW.replace("Lakeside", "Seaside") + waiver);
    let run = folder.run("diff --base HEAD .").exits(0);
    run.out_has(
        "HEAD:a.cxflow -> ./b.cxflow\n\nWeakens compliance\n  + waiver baseline/depth: until 2099-01-01",
    );
}

#[test]
fn waivers_of_a_new_flow_weaken_compliance() {
    let folder = repository();
    let flow = "flow \"Other\"\nentry hello\ndisclosure hello { say \"Hello.\"; -> over }\ndisconnect over\n";
    folder.write(
        "new/b.cxflow",
        flow.to_owned() + "waive baseline/depth because \"a long survey\" by \"k.roe\" until 2099-01-01\n",
    );
    let run = folder.run("diff --base HEAD .").exits(0);
    run.out_has("new/b.cxflow is new: ").out_has("\n\nWeakens compliance\n  + waiver baseline/depth: until ");
    let markdown = folder.run("diff --base HEAD . --format markdown").exits(0);
    markdown.out_has("**Weakens compliance**\n\n- new: waiver <code>baseline/depth</code>: <code>until ");
    let json = folder.run("diff --base HEAD new --format json").exits(0).json();
    assert_eq!((&json["weaker"], &json["before"]), (&true.into(), &serde_json::Value::Null));
}

#[test]
fn an_exemption_that_lets_a_broken_rule_pass_weakens_compliance() {
    let text = |exempt: &str| {
        format!(
            "flow \"A\"\nentry a\ndisclosure a {{ say \"Hello.\"; -> b }}\ndisconnect b\nfact consent = \"yes\"\n\
             policy house {{\n  kept: require fact consent\n  quiet: forbid disclosure{exempt}\n}}\napply house\n"
        )
    };
    let exempt = " exempt when consent = \"yes\" because \"the law\"";
    let folder = Folder::new().with("a.cxflow", text("")).with("b.cxflow", text(exempt));
    let open = exempt.replace("consent", "age");
    let folder = folder.with("c.cxflow", text(&open));
    for other in ["b.cxflow", "c.cxflow"] {
        let lines = folder.run(&format!("diff a.cxflow {other} --format json")).exits(0).lines();
        let verdicts = lines[0]["changes"]["verdicts"].as_array().unwrap();
        let quiet = verdicts.iter().find(|one| one["rule"] == "house/quiet").unwrap();
        assert_eq!(quiet["effect"], "weaker", "{quiet}");
    }
}

#[test]
fn a_version_that_does_not_build_is_never_called_unchanged() {
    let flow = FLOW.replace("on 2 -> desk", "on 2 -> nowhere");
    let folder = Folder::new().with("a.cxflow", flow.clone()).committed();
    folder
        .run("diff a.cxflow")
        .exits(0)
        .out_has("a.cxflow does not build: ")
        .out_has(", and nothing has changed\n");
    let markdown = folder.run("diff a.cxflow --format markdown").exits(0);
    markdown.out_has("### `a.cxflow`\n\nThis version **does not build**: ");
    assert_eq!(folder.run("diff a.cxflow --format json").exits(0).json()["builds"], false);
    folder.write("a.cxflow", FLOW);
    folder.run("diff a.cxflow").exits(0).lacks("does not build");
    assert_eq!(folder.run("diff a.cxflow --format json").exits(0).json()["builds"], true);
}

#[test]
fn includes_are_the_same_from_wherever_they_are_seen() {
    let flow =
        "flow \"A\"\nentry a\ninclude \"../common.cxflow\"\ndisclosure a { say \"Hello.\"; -> stop }\n";
    let folder = Folder::new()
        .with("flows/a.cxflow", flow)
        .with("common.cxflow", "disconnect stop\n")
        .with("cxflow.toml", "policies = [\"us_hipaa_voicemail\"]\n")
        .committed();
    let inside = folder.path("flows");
    folder.command("diff a.cxflow").folder(&inside).run().exits(0).out_is("").err_has("no changes");
    folder.command("diff").arg(folder.path("flows/a.cxflow")).run().exits(0).out_is("").err_has("no changes");
    // Settings that are gone are settings, and no include.
    std::fs::remove_file(folder.path("cxflow.toml")).unwrap();
    folder.run("diff flows/a.cxflow").exits(0).out_has("- setting policies").lacks("include");
}

#[test]
fn a_flow_is_compared_from_outside_its_repository() {
    let folder = repository();
    folder.write("a.cxflow", FLOW.replace("desk", "reception"));
    let (outside, file) = (Folder::new(), folder.path("a.cxflow"));
    let run = outside.command("diff").arg(&file).run().exits(0);
    run.out_has("HEAD:a.cxflow -> ").out_has("agent reception, before desk");
    let elsewhere = Folder::new().with("b.cxflow", FLOW).committed();
    elsewhere.command("diff").arg(&file).run().exits(0).out_has("agent reception, before desk");
    elsewhere
        .command("diff --base HEAD b.cxflow")
        .arg(&file)
        .run()
        .exits(2)
        .message_has("same git repository");
}

#[test]
fn json_has_a_line_for_each_flow() {
    let folder = repository();
    folder.write("a.cxflow", FLOW.replace("apply us_regf\n", ""));
    let value = folder.run("diff a.cxflow --format json").exits(0).json();
    assert_eq!(value["before"], "HEAD:a.cxflow");
    assert_eq!(value["weaker"], true);
    let change = &value["changes"]["compliance"][0];
    assert_eq!((&change["subject"], &change["name"]), (&"policy".into(), &"us_regf".into()), "{change}");
    assert_eq!(change["after"], serde_json::Value::Null);
}

#[test]
fn two_files_are_both_named() {
    let folder = repository().with("b.cxflow", FLOW).with("c.cxflow", FLOW.replace("Lakeside", "Seaside"));
    folder.run("diff a.cxflow b.cxflow").exits(0).out_is("").err_is("a.cxflow -> b.cxflow: no changes\n");
    folder.run("diff a.cxflow c.cxflow --format markdown").exits(0).out_has("### `a.cxflow` -> `c.cxflow`\n");
    // One file at two times has one name.
    folder.run("diff a.cxflow").exits(0).err_is("a.cxflow: no changes\n");
    folder.run("diff HEAD:a.cxflow a.cxflow").exits(0).err_is("a.cxflow: no changes\n");
    folder.write("a.cxflow", FLOW.replace("Lakeside", "Seaside"));
    folder.run("diff a.cxflow --format markdown").exits(0).out_has("### `a.cxflow`\n");
}

#[test]
fn what_is_no_flow_is_not_compared() {
    let folder = repository().with("prose.cxflow", "Dear all,\nthis is a letter.\n");
    folder.run("build a.cxflow -o a.json").exits(0);
    for files in ["a.json a.cxflow", "a.cxflow a.json"] {
        folder
            .run(&format!("diff {files}"))
            .exits(2)
            .message_has("a.json is a payload, and `diff` compares flows")
            .err_has("cxflowc import a.json");
    }
    folder
        .run("diff prose.cxflow")
        .exits(0)
        .out_is("prose.cxflow is new, and cannot be read as a whole\n")
        .err_has("what cannot be read is not compared: see `cxflowc check prose.cxflow`");
}

#[test]
fn a_version_that_cannot_be_read_as_a_whole_is_compared_as_far_as_it_can() {
    let folder = repository();
    folder.write("a.cxflow", FLOW.replace("agent desk \"front-desk\"", "agnt desk \"front-desk\""));
    let run = folder.run("diff a.cxflow").exits(0);
    run.out_has("+ error CX001").err_has("what cannot be read is not compared");
}

#[test]
fn diff_says_why_flows_cannot_be_compared() {
    let folder = repository().with("sub/b.cxflow", FLOW);
    folder.run("diff nowhere.cxflow").exits(2).message_has("nowhere.cxflow");
    folder.run("diff a.cxflow --base nowhere").exits(2).message_has("nowhere");
    folder.run("diff HEAD:a.cxflow").exits(2).message_has("`diff` compares two");
    folder.run("diff a.cxflow sub").exits(2).message_has("neither may be a folder");
    folder.run("diff a.cxflow sub/b.cxflow a.cxflow").exits(2).message_has("two versions are compared");
    folder.run("diff --base HEAD HEAD:a.cxflow").exits(2).message_has("files on this disk");
    folder.run("diff").exits(2);
    let alone = Folder::new().with("a.cxflow", FLOW);
    alone.run("diff a.cxflow").exits(2);
}

#[test]
fn colours_are_for_terminals() {
    let folder = repository();
    folder.write("a.cxflow", FLOW.replace("front-desk", "back-office"));
    folder.run("diff a.cxflow").lacks("\u{1b}");
    folder.run("diff a.cxflow --color always").out_has("\u{1b}[31m[-front-desk-]\u{1b}[0m");
}

/// What docs/ci.md tells git to do, done by git.
#[test]
fn git_shows_payloads_as_flows_and_names_the_node() {
    let folder = Folder::of(FLOW);
    folder.run("build -q a.cxflow").exits(0);
    let attributes = "*.json diff=payload\n*.cxflow diff=cxflow\n";
    let folder = folder.with(".gitattributes", attributes).committed();
    let import = format!("'{}' import -q --as-is", env!("CARGO_BIN_EXE_cxflowc"));
    folder.git(&["config", "diff.payload.textconv", &import]);
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/ci.md")).unwrap();
    let pattern =
        page.lines().find_map(|line| line.strip_prefix("git config diff.cxflow.xfuncname '")).unwrap();
    folder.git(&["config", "diff.cxflow.xfuncname", pattern.trim_end_matches('\'')]);
    folder.write("a.cxflow", FLOW.replace("on 2 -> desk", "on 3 -> desk"));
    folder.run("build -q a.cxflow").exits(0);
    let shown = std::process::Command::new("git")
        .args(["diff", "-U1"])
        .current_dir(folder.root())
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .output()
        .unwrap();
    let shown = String::from_utf8(shown.stdout).unwrap();
    let (flow, payload) = shown.split_once("diff --git a/a.json").unwrap();
    for part in [flow, payload] {
        assert!(part.contains("-  on 2 -> desk\n+  on 3 -> desk\n"), "{shown}");
    }
    assert!(flow.contains("@@ collect menu \"Press 1 to confirm"), "{shown}");
}
