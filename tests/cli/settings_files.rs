//! What is read as a file: settings, includes and policies that are links, pipes, folders or outside.
#![cfg(unix)]

use std::os::unix::fs::symlink;
use std::process::Command;
use std::time::{Duration, Instant};

use super::harness::*;

const HOUSE: &str = "policy house \"House\" {\n  short: limit depth 10\n}\n";

fn including(path: &str) -> String {
    format!("{CLEAN}include \"{path}\"\n")
}

fn pipe(folder: &Folder, name: &str) {
    assert!(Command::new("mkfifo").arg(folder.path(name)).status().unwrap().success());
}

/// A run that ends by itself: what waits for a pipe's other end never does.
fn ends(folder: &Folder, arguments: &str) -> Run {
    let began = Instant::now();
    let run = folder.run(arguments);
    assert!(began.elapsed() < Duration::from_secs(60));
    run
}

#[test]
fn settings_that_are_there_and_cannot_be_read_end_with_status_2() {
    for (kind, said) in [
        ("dangling", "it is a link to a file that does not exist"),
        ("loop", "cannot read cxflow.toml: "),
        ("folder", "it is a folder"),
        ("pipe", "it is a named pipe"),
        ("device", "it is a device"),
        ("kernel", ""),
    ] {
        let folder = Folder::of(CLEAN);
        folder.git(&["init", "--quiet"]);
        let path = folder.path("cxflow.toml");
        match kind {
            "dangling" => symlink("nowhere.toml", &path).unwrap(),
            "loop" => symlink("cxflow.toml", &path).unwrap(),
            "folder" => std::fs::create_dir(&path).unwrap(),
            "pipe" => pipe(&folder, "cxflow.toml"),
            "device" => symlink("/dev/zero", &path).unwrap(),
            _ => symlink("/proc/self/environ", &path).unwrap(),
        }
        for verb in ["check", "build", "test", "policy check"] {
            let run = ends(&folder, &format!("{verb} a.cxflow")).exits(2);
            // What lies outside is refused before anybody looks what it is.
            assert!(run.err.contains(said) || run.err.contains("outside the repository"), "{kind}: {run:#?}");
        }
        assert!(!folder.has("a.json"));
    }
}

#[test]
fn settings_without_permission_end_with_status_2() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::of(CLEAN).with("cxflow.toml", "policies = [\"us_tsr\"]\n");
    let path = folder.path("cxflow.toml");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::read(&path).is_ok() {
        eprintln!("not tried: the superuser may read every file");
        return;
    }
    folder.run("check a.cxflow").exits(2).err_has("cannot read cxflow.toml: it may not be read by this user");
}

#[test]
fn a_link_to_settings_in_the_repository_is_followed() {
    let folder = Folder::of(CLEAN).with("shared/team.toml", "policies = [\"us_tsr\"]\n");
    symlink("shared/team.toml", folder.path("cxflow.toml")).unwrap();
    let folder = folder.committed();
    folder.run("check a.cxflow --format short").exits(1).err_has("`us_tsr`");
    folder.run("check v1:a.cxflow --format short").exits(1).err_has("`us_tsr`");
}

#[test]
fn at_a_revision_links_to_nothing_loops_and_folders_end_with_status_2() {
    for kind in ["dangling", "loop", "folder", "outside"] {
        let folder = Folder::of(CLEAN);
        match kind {
            "dangling" => symlink("nowhere.toml", folder.path("cxflow.toml")).unwrap(),
            "loop" => symlink("cxflow.toml", folder.path("cxflow.toml")).unwrap(),
            "folder" => folder.write("cxflow.toml/x", ""),
            _ => symlink("/etc/hostname", folder.path("cxflow.toml")).unwrap(),
        }
        let folder = folder.committed();
        folder.run("check v1:a.cxflow").exits(2).err_has("cannot read v1:cxflow.toml: ");
    }
}

#[test]
fn a_blob_that_git_cannot_produce_ends_with_status_2() {
    let origin = Folder::of(CLEAN).with("cxflow.toml", "policies = [\"us_tsr\"]\n").committed();
    origin.git(&["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}", origin.root().display());
    let clone = Folder::new();
    clone.git(&["clone", "--quiet", "--no-checkout", "--filter=blob:none", &url, "c"]);
    let inside = clone.path("c");
    // The flow alone is fetched; then the remote is gone.
    let shown = Command::new("git").args(["show", "HEAD:a.cxflow"]).current_dir(&inside).output().unwrap();
    assert!(shown.status.success());
    drop(origin);
    let run = clone.command("check HEAD:a.cxflow").folder(&inside).run().exits(2);
    run.err_has("cannot read HEAD:cxflow.toml: git cannot produce it: ");
}

#[test]
fn a_shallow_clone_has_the_settings_of_its_commit() {
    let origin = Folder::of(CLEAN).with("cxflow.toml", "policies = [\"us_tsr\"]\n").committed();
    let url = format!("file://{}", origin.root().display());
    let clone = Folder::new();
    clone.git(&["clone", "--quiet", "--depth", "1", &url, "c"]);
    drop(origin);
    let run = clone.command("check HEAD:a.cxflow --format short").folder(&clone.path("c")).run().exits(1);
    run.err_has("`us_tsr`");
}

#[test]
fn an_include_of_no_regular_file_is_a_finding_at_once() {
    let folder = Folder::new();
    pipe(&folder, "pipe.cxflow");
    for verb in ["check", "build", "test", "simulate", "policy check"] {
        folder.write("a.cxflow", including("pipe.cxflow"));
        ends(&folder, &format!("{verb} --message-format short a.cxflow"))
            .exits(1)
            .err_has("error[CX707 not-a-regular-file]: cannot include `pipe.cxflow`: it is a named pipe");
    }
    for path in ["/dev/zero", "/dev/stdin", "/proc/self/environ", "/proc/self/mem", "/dev/tty"] {
        folder.write("a.cxflow", including(path));
        ends(&folder, "check --format short a.cxflow").exits(1).err_has("CX706 outside-repository");
        let run = ends(&folder, "check --format short a.cxflow --allow-outside /");
        run.exits(1).err_lacks("PATH=");
    }
    folder.write("a.cxflow", including("/proc/self/environ"));
    ends(&folder, "check --format short a.cxflow --allow-outside /").exits(1).err_has("CX707 not-a-regular");
}

#[test]
fn a_policy_file_that_is_no_regular_file_is_a_finding_at_once() {
    let folder = Folder::of(CLEAN);
    pipe(&folder, "pipe.cxflow");
    ends(&folder, "check --format short a.cxflow --policy pipe.cxflow").exits(1).err_has("CX707");
    folder.write("cxflow.toml", "policies = [\"pipe.cxflow\"]\n");
    ends(&folder, "check --format short a.cxflow").exits(1).err_has("cxflow.toml:1:13: error[CX707");
}

#[test]
fn files_outside_the_repository_are_read_only_if_allowed() {
    let outside = Folder::new().with("lib.cxflow", "let unused_name = \"x\"\n").with("house.cxflow", HOUSE);
    let real = outside.root().canonicalize().unwrap();
    let folder = Folder::new().with("repository/flows/a.cxflow", CLEAN);
    folder.write("repository/.git/HEAD", "ref: refs/heads/main\n");
    symlink(&real, folder.path("repository/flows/link")).unwrap();
    symlink(real.join("lib.cxflow"), folder.path("repository/flows/direct.cxflow")).unwrap();
    folder.write("beside.cxflow", "let b = \"x\"\n");
    let absolute = real.join("lib.cxflow").display().to_string();
    for path in [
        absolute.as_str(),
        "link/lib.cxflow",
        "direct.cxflow",
        "../../beside.cxflow",
        "../flows/../../beside.cxflow",
        "../../not-there.cxflow",
        "link/not-there.cxflow",
        "/etc/passwd",
    ] {
        folder.write("repository/flows/a.cxflow", including(path));
        let run = folder.run("check --format short repository/flows/a.cxflow").exits(1);
        run.err_has("CX706 outside-repository");
    }
    for path in [absolute.as_str(), "link/lib.cxflow", "direct.cxflow"] {
        folder.write("repository/flows/a.cxflow", including(path));
        let command = folder.command("check --format short repository/flows/a.cxflow --allow-outside");
        command.arg(&real).run().exits(0).err_lacks("CX706");
    }
    folder.write("repository/lib.cxflow", "let c = \"x\"\n");
    folder.write("repository/flows/a.cxflow", including("../lib.cxflow"));
    folder.run("check --format short repository/flows/a.cxflow").exits(0);
}

#[test]
fn policies_outside_the_repository_are_not_read_either() {
    let outside = Folder::new().with("house.cxflow", HOUSE);
    let path = outside.path("house.cxflow").display().to_string();
    let folder = Folder::of(CLEAN);
    folder.git(&["init", "--quiet"]);
    // Whoever names a file on the command line wants it read; what it includes is another matter.
    folder.command("check --format short a.cxflow --policy").arg(&path).run().exits(0);
    outside.write("outer.cxflow", "include \"house.cxflow\"\n");
    let outer = outside.path("outer.cxflow");
    let run = folder.command("check --format short a.cxflow --policy").arg(&outer).run().exits(1);
    run.err_has("CX706 outside-repository");
    folder.write("cxflow.toml", format!("policies = [\"{path}\"]\n"));
    folder.run("check --format short a.cxflow").exits(1).err_has("cxflow.toml:1:13: error[CX706");
    folder.command("check a.cxflow --allow-outside").arg(outside.root()).run().exits(0);
}

#[test]
fn a_revision_does_not_lead_out_of_the_repository() {
    for path in ["/etc/passwd", "../../etc/passwd", "link.cxflow"] {
        let folder = Folder::of(&including(path));
        symlink("/etc/passwd", folder.path("link.cxflow")).unwrap();
        let run = folder.committed().run("check --format short v1:a.cxflow").exits(1);
        run.err_has("CX706 outside-repository");
    }
}

#[test]
fn a_flow_that_is_a_pipe_is_refused_and_one_that_is_handed_over_is_read() {
    let folder = Folder::of(CLEAN);
    pipe(&folder, "pipe.cxflow");
    ends(&folder, "check pipe.cxflow")
        .exits(2)
        .err_has("it is a named pipe")
        .err_has("write `- < pipe.cxflow` instead");
    folder.command("check /dev/stdin").input(CLEAN).run().exits(0).err_has("2 nodes");
}

#[test]
fn a_file_that_declares_no_policy_is_an_error() {
    let folder = Folder::of(CLEAN).with("house.cxflow", HOUSE);
    for text in ["", "// policy house {}\n", "let a = \"x\"\n", "include \"other.cxflow\"\n"] {
        folder.write("other.cxflow", "// nothing\n");
        folder.write("empty.cxflow", text);
        folder
            .run("check --format short a.cxflow --policy empty.cxflow")
            .exits(1)
            .err_has("error[CX705 no-policy-in-file]: `empty.cxflow` declares no policy");
    }
    folder.write("cxflow.toml", "policies = [\"empty.cxflow\"]\n");
    folder.run("check --format short a.cxflow").exits(1).err_has("cxflow.toml:1:13: error[CX705");
}

#[test]
fn the_policies_that_a_policy_file_includes_count() {
    let strict = HOUSE.replace("limit depth 10", "require collect before agent");
    let folder =
        Folder::of(CLEAN).with("p/house.cxflow", strict).with("p/all.cxflow", "include \"house.cxflow\"\n");
    folder.write("p/outer.cxflow", "include \"all.cxflow\"\n");
    for file in ["p/all.cxflow", "p/outer.cxflow"] {
        folder
            .run(&format!("check --format short a.cxflow --policy {file}"))
            .exits(1)
            .err_has("house/short")
            .err_lacks("CX705");
    }
}

#[test]
fn settings_above_a_repository_inside_another_one_are_named() {
    let folder = Folder::new().with("outer/cxflow.toml", "policies = [\"us_tsr\"]\n");
    folder.write("outer/.git/HEAD", "ref: refs/heads/main\n");
    folder.write("outer/flows/a.cxflow", CLEAN);
    folder.write("outer/sub/inner/flows/a.cxflow", CLEAN);
    folder.write("outer/sub/inner/.git", "gitdir: ../../.git/modules/inner\n");
    folder.write("outer/.git/modules/inner/HEAD", "ref: refs/heads/main\n");
    folder.run("check -v outer/flows/a.cxflow").err_lacks("CX715").err_has("us_tsr");
    let check =
        |arguments: &str| folder.run(&format!("check outer/sub/inner/flows/a.cxflow {arguments}")).exits(0);
    check("").err_lacks("CX715").err_lacks("us_tsr");
    check("--deny warnings").err_lacks("CX715");
    check("-v").err_has("`outer/cxflow.toml` does not apply here: it is above the flow's repository");
    check("-v").err_has("settings are read up to `outer/sub/inner`");
    // The nearest one is named.
    folder.write("outer/sub/cxflow.toml", "");
    check("-v").err_has("`outer/sub/cxflow.toml` does not apply here");
    // Settings of its own do not change that.
    folder.write("outer/sub/inner/cxflow.toml", "longest_waiver = \"30 days\"\n");
    check("-v").err_has("CX715");
    // What is around no repository is nobody's.
    std::fs::rename(folder.path("outer/.git"), folder.path("elsewhere")).unwrap();
    folder.write("outer/sub/inner/.git", "gitdir: ../../../elsewhere/modules/inner\n");
    check("-v").err_lacks("CX715");
}

#[test]
fn an_audit_log_outside_of_the_repository_is_refused() {
    for (log, is_inside) in [
        ("../../x.jsonl", false),
        ("../x.jsonl", false),
        ("/tmp/other/sub/x.jsonl", false),
        ("logs/../../../x.jsonl", false),
        ("link/x.jsonl", false),
        ("logs/x.jsonl", true),
        ("../flows/x.jsonl", true),
        (".git/x.jsonl", false),
    ] {
        let folder = Folder::new().with("repo/cxflow.toml", "").with("repo/flows/a.cxflow", CLEAN);
        folder.git(&["init", "--quiet", "repo"]);
        let text = format!("[env.prod]\naudit = \"{log}\"\n");
        let name = if log.starts_with("../flows") { "repo/flows/cxflow.toml" } else { "repo/cxflow.toml" };
        folder.write(name, text);
        #[cfg(unix)]
        std::os::unix::fs::symlink(folder.root(), folder.path("repo/link")).unwrap();
        for arguments in
            ["check repo", "check --env prod repo/flows/a.cxflow", "submit --emulate --env prod repo"]
        {
            let run = folder.run(arguments).exits(if is_inside { 0 } else { 1 });
            if !is_inside {
                run.err_has("CX703").err_has(&format!("the audit log `{log}` lies outside"));
            }
        }
        folder.git(&["-C", "repo", "add", "."]);
        folder.git(&["-C", "repo", "commit", "--quiet", "-m", "first"]);
        let run = folder.command("check HEAD:flows/a.cxflow").folder(&folder.path("repo")).run();
        run.exits(if is_inside { 0 } else { 1 });
        if log.starts_with("../") && !is_inside {
            folder.run("check repo --allow-outside .").exits(if log == "../x.jsonl" { 0 } else { 1 });
        }
    }
}

#[test]
fn the_settings_are_no_flow() {
    let folder =
        Folder::of(CLEAN).with("cxflow.toml", "policies = []\n").with("s/cxflow.toml", "x").committed();
    for arguments in [
        "check cxflow.toml",
        "build cxflow.toml",
        "fmt cxflow.toml",
        "test cxflow.toml",
        "check ./s/cxflow.toml",
        "check v1:cxflow.toml",
        "check a.cxflow cxflow.toml",
        "simulate cxflow.toml",
        "policy check cxflow.toml",
    ] {
        folder.run(arguments).exits(2).err_has("cxflow.toml holds settings, not a flow").err_lacks("CX001");
    }
}

#[test]
fn an_output_for_a_library_is_an_error() {
    let folder = Folder::of("let a = \"x\"\n").with("b.cxflow", "policy p \"P\" { a: forbid agent }\n");
    for arguments in [
        "build a.cxflow -o x.json",
        "build a.cxflow -o -",
        "build --depfile d.d a.cxflow",
        "build --depfile d.d a.cxflow b.cxflow",
        "build --depfile d.d .",
        "test --min-coverage 100 a.cxflow",
        "test --min-coverage 0 .",
        "submit --emulate a.cxflow",
        "submit --emulate .",
    ] {
        folder.run(arguments).exits(2).err_has("flow, so ");
    }
    folder.run("build a.cxflow").exits(0);
    folder.run("test a.cxflow").exits(0);
    // Beside a flow a library is as it was.
    folder.write("c.cxflow", CLEAN);
    for arguments in ["build --depfile d.d .", "submit --emulate .", "test --min-coverage 0 ."] {
        folder.run(arguments).exits(0);
    }
}

#[test]
fn helps_of_settings_say_where_things_are() {
    for (text, code, help) in [
        ("[prod]\nqueue = \"x\"\n", "CX702", "if `prod` is an environment, write `[env.prod.params]`"),
        ("[en]\nqueue = \"x\"\n", "CX702", "`\"en.queue\" = …` under `[env.NAME.params]`"),
        ("[env.prod]\nclient_id = \"x\"\n", "CX702", "in the variable CXONE_PROD_CLIENT_ID"),
        ("[env.my-eu]\nclient-id = \"x\"\n", "CX702", "in the variable CXONE_MY_EU_CLIENT_ID"),
        ("[env.prod.facts]\nconsent = \"x\"\n", "CX702", "facts are stated in the flow"),
        ("[facts]\nconsent = \"x\"\n", "CX702", "facts are stated in the flow"),
        ("[env.prod.path]\ntoken = \"/x\"\n", "CX702", "did you mean `[env.prod.paths]`?"),
        ("[env.prod.path]\ntoken = \"s3cr3t-x\"\n", "CX704", "CXONE_PROD_CLIENT_SECRET"),
    ] {
        let run =
            Folder::of(CLEAN).with("cxflow.toml", text).run("check --message-format json a.cxflow").exits(1);
        let found = run.lines();
        assert_eq!((found.len(), &found[0]["code"]), (1, &code.into()), "{text}");
        assert!(found[0]["help"].as_str().unwrap().contains(help), "{text}: {}", found[0]["help"]);
    }
}
