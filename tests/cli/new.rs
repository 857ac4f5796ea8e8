//! `new`: every template with every file for CI, and what is there already.

use super::harness::*;

const TEMPLATES: [&str; 5] = ["menu", "reminder", "survey", "collections", "studio"];
/// What `--ci` takes, with the file that it writes.
const CI: [(&str, &str); 2] = [("github", ".github/workflows/cxflow.yml"), ("gitlab", ".gitlab-ci.yml")];

/// What keeps its layout, has no finding, not even a note, and passes tests that cover all of it.
fn is_sound(folder: &Folder, what: &str) {
    folder.run(&format!("fmt --check {what}")).exits(0);
    let run = folder.run(&format!("check -v --deny warnings {what}")).exits(0);
    assert!(!run.err.contains("note["), "{}", run.err);
    folder.run(&format!("test --min-coverage 100 {what}")).exits(0);
}

#[test]
fn git_leaves_out_the_payload_of_the_flow_and_no_other_file() {
    for name in ["call", "call [2]", "what?"] {
        let folder = Folder::new().with("other.json", "{}");
        folder.git(&["init", "--quiet"]);
        folder.command("new").arg(name).run().exits(0);
        folder.command("build").arg(format!("{name}.cxflow")).run().exits(0);
        let payload = format!("{name}.json");
        assert!(folder.has(&payload), "{name}");
        folder.git(&["check-ignore", "--quiet", "--", &payload]);
        // Git refuses to add what it leaves out.
        folder.git(&["add", "other.json"]);
    }
}

#[test]
fn every_template_is_sound_with_and_without_a_file_for_ci() {
    for template in TEMPLATES {
        let folder = Folder::new();
        folder.run(&format!("new call --template {template}")).exits(0);
        assert_eq!(folder.names(), [".gitignore", "call.cxflow", "cxflow.toml"], "{template}");
        is_sound(&folder, "call.cxflow");
        folder.run("build --deny warnings call.cxflow").exits(0);
        for (ci, path) in CI {
            let folder = Folder::new();
            folder
                .run(&format!("new call --template {template} --ci {ci}"))
                .exits(0)
                .err_has(path)
                .err_has("CXFLOWC_REPOSITORY");
            is_sound(&folder, ".");
            let text = folder.read(path);
            assert!(text.contains(concat!("--tag v", env!("CARGO_PKG_VERSION"))), "{text}");
            assert!(!text.contains("{{version}}") && !text.contains("{{rust}}"), "{text}");
        }
    }
}

#[test]
fn every_template_is_sound_without_the_settings_too() {
    for template in TEMPLATES {
        let folder = Folder::new();
        folder.run(&format!("new call --template {template}")).exits(0);
        std::fs::remove_file(folder.path("cxflow.toml")).unwrap();
        folder.run("build --deny warnings call.cxflow").exits(0);
    }
}

#[test]
fn all_templates_live_in_one_folder_under_the_settings_of_the_first() {
    for first in TEMPLATES {
        let folder = Folder::new();
        folder.run(&format!("new first --template {first}")).exits(0);
        for template in TEMPLATES {
            let run = folder.run(&format!("new {template} --template {template}")).exits(0);
            run.err_has("cxflow.toml: already there").err_has(".gitignore: already there");
        }
        is_sound(&folder, ".");
    }
}

#[test]
fn the_template_for_studio_is_a_script_with_its_settings() {
    let folder = Folder::new();
    let run = folder.run("new first --template studio").exits(0);
    run.err_has("`cxflowc build --target studio first.cxflow` compiles it");
    let run = folder.run("check -v --deny warnings --target studio first.cxflow").exits(0);
    assert!(!run.err.contains("note["), "{}", run.err);
    folder.run("submit --emulate --target studio first.cxflow").exits(0).err_has("0 errors, 0 warnings");
}

#[test]
fn without_a_template_it_is_the_menu() {
    let folder = Folder::new();
    folder.run("new one").exits(0);
    folder.run("new two --template menu").exits(0);
    assert_eq!(folder.read("one.cxflow").replace("\"One\"", "\"Two\""), folder.read("two.cxflow"));
}

#[test]
fn the_opt_out_is_recorded_wherever_the_call_asks_for_a_key() {
    for (template, keys) in [
        ("menu", vec!["human,9", "unknown,9"]),
        ("reminder", vec!["human,9", "human,1,9", "unknown,9"]),
        ("survey", vec!["human,9", "human,1,9", "human,1,5,9", "human,1,1,9"]),
        ("collections", vec!["human,9", "human,1,9", "human,1,\"verified\",9", "human,2"]),
    ] {
        let folder = Folder::new();
        folder.run(&format!("new call --template {template}")).exits(0);
        for keys in keys {
            let run = folder.command("simulate call.cxflow --format json --keys").arg(keys).run().exits(0);
            assert!(run.out.contains("stopped"), "{template} {keys}: {}", run.out);
        }
    }
}

#[test]
fn a_right_party_is_found_before_anything_private_is_said() {
    for (template, from, to) in [
        ("reminder", "on human | unknown -> notice", "on human | unknown -> menu"),
        ("collections", "  on 1 -> verify\n", "  on 1 -> account_menu\n"),
        ("collections", "say \"Please call us back.\"", "say \"Please call us back about ${amount_due}.\""),
        ("reminder", "say \"Please call us back on", "say \"Your visit is on ${visit_day}. Call us on"),
        ("menu", "action \"dnc_add\" @optout @optout-record", "action \"dnc_add\" @optout"),
        ("survey", "action \"dnc_add\" @optout @optout-record", "action \"dnc_add\" @optout"),
    ] {
        let folder = Folder::new();
        folder.run(&format!("new call --template {template}")).exits(0);
        let text = folder.read("call.cxflow");
        assert!(text.contains(from), "{template} has no {from}");
        folder.write("call.cxflow", text.replace(from, to));
        folder.run("check call.cxflow").exits(1).err_has("CX301");
    }
}

#[test]
fn the_environment_in_the_settings_holds_once_it_is_no_comment() {
    let folder = Folder::new();
    folder.run("new call").exits(0);
    let settings = folder.read("cxflow.toml");
    let (above, environment) = settings.split_once("# [env.prod]").unwrap();
    let environment: String =
        environment.lines().map(|line| format!("{}\n", line.trim_start_matches("# "))).collect();
    let environment = environment.replace("#\n", "\n").replace("The params", "# The params");
    folder.write("cxflow.toml", format!("{above}[env.prod]{environment}"));
    folder.run("build --deny warnings --env prod call.cxflow").exits(0);
    assert!(folder.read("call.json").contains("prod_queue"));
}

#[test]
fn existing_files_are_left_alone_and_reported() {
    for (ci, path) in CI {
        let folder = Folder::new()
            .with("cxflow.toml", "languages = [\"en\"]\n")
            .with(".gitignore", "mine\n")
            .with(path, "mine: true\n");
        let run = folder.run(&format!("new call --ci {ci}")).exits(0);
        for name in ["cxflow.toml", ".gitignore", path] {
            assert!(run.err.contains(&format!("{name}: already there, left alone\n")), "{}", run.err);
        }
        assert_eq!(folder.read("cxflow.toml"), "languages = [\"en\"]\n");
        assert_eq!(folder.read(".gitignore"), "mine\n");
        assert_eq!(folder.read(path), "mine: true\n");
        folder.run("build --deny warnings call.cxflow").exits(0);
    }
}

#[test]
fn a_flow_that_is_there_already_keeps_everything_from_being_written() {
    let folder = Folder::new().with("call.cxflow", CLEAN);
    folder.run("new call --ci github").exits(2).err_has("call.cxflow already exists");
    assert_eq!(folder.names(), ["call.cxflow"]);
    assert_eq!(folder.read("call.cxflow"), CLEAN);
}

#[test]
fn settings_are_not_written_where_they_would_hold_for_other_flows() {
    for other in ["other.cxflow", "below/it/other.cxflow"] {
        let folder = Folder::new().with(other, CLEAN);
        let run = folder.run("new call").exits(0);
        run.err_has("cxflow.toml: not written, since it would apply to the other flows here too");
        assert!(!folder.has("cxflow.toml"));
        folder.run("check --deny warnings .").exits(0);
    }
}

#[test]
fn settings_above_are_enough() {
    let folder = Folder::new().with("cxflow.toml", "languages = [\"en\"]\n").with("flows/a.txt", "");
    let run = folder.run("new flows/call").exits(0);
    run.err_has("cxflow.toml: already there and applies to the flow; left alone");
    assert!(!folder.has("flows/cxflow.toml"));
    assert!(folder.has("flows/.gitignore"));
}

#[test]
fn the_file_for_ci_is_written_at_the_top_of_the_repository() {
    for (ci, path) in CI {
        let folder = Folder::new().with("flows/a.txt", "").with(".git/HEAD", "ref: refs/heads/main\n");
        folder.run(&format!("new flows/call --ci {ci}")).exits(0).err_has(path);
        assert!(folder.has(path), "{:?}", folder.names());
        assert!(folder.has("flows/cxflow.toml"));
    }
}

#[test]
fn new_leaves_nothing_if_one_file_cannot_be_written() {
    // What should be a folder of the last file is a file.
    let folder = Folder::new().with(".github", "");
    folder.run("new call --ci github").exits(2).err_has(".github/workflows/cxflow.yml");
    assert_eq!(folder.names(), [".github"]);
}

#[cfg(unix)]
#[test]
fn a_file_too_large_for_the_disk_leaves_nothing_behind() {
    // The limit of the shell stands for a disk with room for some of the files: a block has 512 bytes, or 1024.
    for blocks in [0, 1, 2] {
        let folder = Folder::new();
        let mut command = folder.command("");
        let program = command.command.get_program().to_owned();
        let mut shell = std::process::Command::new("sh");
        shell
            .args(["-c", &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"",), "sh"])
            .arg(program)
            .args(["new", "call", "--ci", "github"])
            .current_dir(folder.root());
        command.command = shell;
        let run = command.run().exits(2);
        assert!(run.err.contains("cannot write"), "{}", run.err);
        assert!(folder.names().is_empty(), "{blocks}: {:?}", folder.names());
    }
}

#[test]
fn completion_and_manual_know_the_options() {
    let folder = Folder::new();
    let page = folder.run("man new").exits(0);
    for (option, words) in [("--template", &TEMPLATES[..]), ("--ci", &["github", "gitlab"])] {
        // What the script of a shell asks.
        let line = format!("cxflowc new {option} ");
        let run = folder.command("").env("CXFLOWC_COMPLETE", "bash").arg("--").arg(line).run().exits(0);
        for word in words {
            assert!(run.out.contains(word), "{word}: {}", run.out);
            assert!(page.out.contains(word), "{word}");
        }
    }
    folder.run("new call --template remindr").exits(2).err_has("reminder");
}
