//! Settings that were deleted, emptied, cut off or thinned out, and an environment that some lack.

use super::harness::*;

const LAW: &str = "policies = [\"house.cxflow\"]\n";
const HOUSE: &str = "policy house \"House\" { no: forbid agent }\n";

fn short(folder: &Folder, arguments: &str) -> Run {
    folder.run(&format!("check --message-format short {arguments}"))
}

#[test]
fn deleted_settings_are_reported_once_where_they_were() {
    let folder = Folder::new().with("cxflow.toml", LAW).with("house.cxflow", HOUSE);
    let folder = folder.with("my flows/it's/cxflow.toml", "longest_waiver = \"30 days\"\n");
    let names = ["a.cxflow", "b.cxflow", "my flows/it's/c.cxflow", "my flows/it's/d.cxflow"];
    names.iter().for_each(|name| folder.write(name, CLEAN));
    let folder = folder.committed();
    std::fs::remove_file(folder.path("cxflow.toml")).unwrap();
    let run = short(&folder, ".").exits(0);
    assert_eq!(run.err.matches("CX717").count(), 1, "{run:#?}");
    run.err_has("cxflow.toml:1:1: warning[CX717");
    std::fs::remove_file(folder.path("my flows/it's/cxflow.toml")).unwrap();
    let run = short(&folder, ".").exits(0).err_has("my flows/it's/cxflow.toml:1:1: warning[CX717");
    assert_eq!(run.err.matches("CX717").count(), 2, "{run:#?}");
    // Each in one run, of one flow that is named in its folder as well.
    let run =
        folder.command("check --message-format json c.cxflow").folder(&folder.path("my flows/it's")).run();
    let files: Vec<String> = run.lines().iter().map(|one| one["file"].to_string()).collect();
    assert_eq!(files, ["\"../../cxflow.toml\"", "\"cxflow.toml\""], "{run:#?}");
    let sarif = folder.run("check --message-format sarif .").json();
    let uri = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(uri, "cxflow.toml");
    short(&folder, "--deny warnings .").exits(1);
    short(&folder, "--allow deleted-settings .").exits(0).err_lacks("[CX717");
}

#[test]
fn the_command_that_gets_deleted_settings_back_works_in_every_folder() {
    for name in
        ["cxflow.toml", "my flows/cxflow.toml", "it's/cxflow.toml", "a$b/cxflow.toml", "ö/cxflow.toml"]
    {
        let folder = Folder::new().with(name, "longest_waiver = \"30 days\"\n");
        let flow = std::path::Path::new(name).with_file_name("x").join("a.cxflow");
        let folder = folder.with(flow.to_str().unwrap(), CLEAN).committed();
        std::fs::remove_file(folder.path(name)).unwrap();
        let within = folder.path(flow.parent().unwrap().to_str().unwrap());
        let run = folder.command("check --message-format json a.cxflow").folder(&within).run();
        let help = run.lines()[0]["help"].as_str().unwrap().to_owned();
        let command = help.split('`').nth(1).unwrap();
        let status = std::process::Command::new("sh").args(["-c", command]).current_dir(&within).status();
        assert!(status.unwrap().success(), "{command}");
        assert!(folder.has(name), "{command}");
    }
}

#[test]
fn settings_that_were_emptied_are_missed() {
    for text in ["", "\n", "# policies = [\"house.cxflow\"]\n", "\r\n# nothing\r\n", "\u{FEFF}", "  \t"] {
        let folder = Folder::of(CLEAN).with("cxflow.toml", LAW).with("house.cxflow", HOUSE).committed();
        folder.write("cxflow.toml", text);
        let said = "cxflow.toml:1:1: warning[CX709 empty-setting]: `cxflow.toml` sets nothing";
        for source in ["a.cxflow", ".", "house.cxflow"] {
            let run = short(&folder, source).exits(0).err_has(said);
            assert_eq!(run.err.matches("CX709").count(), 1, "{run:#?}");
        }
        // Added, it is still to be committed; committed, it is as somebody wanted it.
        folder.git(&["add", "."]);
        short(&folder, "--deny warnings a.cxflow").exits(1).err_has("error[CX709");
        short(&folder, "v1:a.cxflow").exits(1).err_has("house/no");
        folder.git(&["commit", "--quiet", "-m", "second"]);
        short(&folder, "a.cxflow").exits(0).err_lacks("CX709");
    }
    // Comments alone are no settings that could be missed.
    let folder = Folder::of(CLEAN).with("cxflow.toml", "# policies = []\n").committed();
    folder.write("cxflow.toml", "");
    short(&folder, "a.cxflow").exits(0).err_lacks("CX709");
    let folder = Folder::of(CLEAN).with("cxflow.toml", "");
    short(&folder, "a.cxflow").exits(0).err_lacks("CX709");
}

#[test]
fn git_that_fails_is_no_answer_about_lost_settings() {
    let repository = || Folder::of(CLEAN).with("cxflow.toml", LAW).with("house.cxflow", HOUSE);
    for bytes in [Some(&b"junk\n"[..]), Some(b""), Some(b"DIRC\0\0\0\x02\0\0\0\x09"), None] {
        let folder = repository().committed();
        let outer = repository().with("in/b.cxflow", CLEAN).committed();
        outer.git(&["init", "--quiet", "in"]);
        std::fs::remove_file(folder.path("cxflow.toml")).unwrap();
        for broken in [&folder, &outer] {
            match bytes {
                Some(bytes) => std::fs::write(broken.path(".git/index"), bytes).unwrap(),
                None => std::fs::remove_file(broken.path(".git/index")).unwrap(),
            }
        }
        short(&folder, "a.cxflow").exits(2).err_has("cannot ask git whether it has a cxflow.toml");
        short(&outer, "in/b.cxflow").exits(2).err_has("cannot ask git whether the repository in ");
    }
    for object in ["HEAD", "HEAD^{tree}", "HEAD:cxflow.toml"] {
        let folder = repository().committed();
        folder.write("cxflow.toml", "");
        let mut git = std::process::Command::new("git");
        let asked = git.args(["rev-parse", object]).current_dir(folder.path(".")).output();
        let hash = String::from_utf8(asked.unwrap().stdout).unwrap();
        let (start, rest) = hash.trim().split_at(2);
        std::fs::remove_file(folder.path(&format!(".git/objects/{start}/{rest}"))).unwrap();
        short(&folder, "a.cxflow").exits(2).err_has("cannot ask git what cxflow.toml contained");
    }
    // Nothing is committed yet, or the file is not.
    let folder = Folder::of(CLEAN);
    folder.git(&["init", "--quiet", "."]);
    short(&folder, "a.cxflow").exits(0).err_lacks("git");
    folder.write("cxflow.toml", "");
    short(&folder, "a.cxflow").exits(0).err_lacks("git");
    let folder = Folder::of(CLEAN).committed();
    std::fs::remove_file(folder.path(".git/index")).unwrap();
    short(&folder, "a.cxflow").exits(0).err_lacks("git");
    folder.write("cxflow.toml", "");
    short(&folder, "a.cxflow").exits(0).err_lacks("git");
}

#[test]
fn a_list_that_only_takes_away_says_so() {
    let upper = "overridable = true\npolicies = [\"house.cxflow\", \"us_tsr\"]\n[env.prod]\noverridable = true\nrequire = [\"clean\", \"tests\"]\n";
    for (lower, codes) in [
        ("policies = [\"baseline\"]\n", 1),
        ("policies = [\"us_tsr\"]\n", 1),
        ("policies = [\"../house.cxflow\"]\n", 1),
        ("policies = [\".././s/../house.cxflow\", \"baseline\"]\n", 1),
        ("[env.prod]\nrequire = [\"clean\"]\n", 1),
        ("policies = [\"baseline\"]\n[env.prod]\nrequire = [\"tests\"]\n", 2),
        ("policies = [\"us_tsr\", \"../house.cxflow\"]\n", 0),
        ("policies = [\"uk_pecr\"]\n", 0),
        ("policies = [\"baseline\", \"uk_pecr\"]\n", 0),
        ("[env.test]\nrequire = [\"clean\"]\n", 0),
    ] {
        let folder = Folder::new().with("cxflow.toml", upper).with("house.cxflow", HOUSE);
        let folder = folder.with("s/cxflow.toml", lower).with("s/a.cxflow", CLEAN).committed();
        for source in ["s", "s/a.cxflow", "v1:s/a.cxflow"] {
            let run = short(&folder, source);
            assert_eq!(run.err.matches("warning[CX709").count(), codes, "{lower} {run:#?}");
        }
        // Where nothing may be replaced, nothing is taken away.
        folder.write("cxflow.toml", upper.replace("overridable = true", "overridable = false"));
        short(&folder, "s").err_lacks("CX709");
    }
}

#[test]
fn a_repository_made_by_mistake_does_not_cut_off_the_settings_in_silence() {
    for inner in ["flows", "flows/x", "my flows/[a]", "flows/ö"] {
        let folder = Folder::new().with("cxflow.toml", LAW).with("house.cxflow", HOUSE);
        let flow = format!("{inner}/a.cxflow");
        let folder = folder.with(&flow, CLEAN).with(&format!("{inner}/b.cxflow"), CLEAN).committed();
        folder.git(&["init", "--quiet", inner]);
        let run = short(&folder, ".").exits(0).err_has("cxflow.toml:1:1: warning[CX720 cut-off-settings]");
        assert_eq!(run.err.matches("CX720").count(), 1, "{inner} {run:#?}");
        let within = folder.path(inner);
        let check = |more: &str| {
            folder.command(&format!("check --message-format short a.cxflow{more}")).folder(&within).run()
        };
        check("").exits(0).err_has("CX720");
        check(" --deny warnings").exits(1);
        // A commit there makes it no submodule.
        folder.git(&["-C", inner, "add", "."]);
        folder.git(&["-C", inner, "commit", "--quiet", "-m", "first"]);
        check("").exits(0).err_has("CX720");
        let at = |source: &str| {
            folder.command(&format!("check --message-format short {source}")).folder(&within).run()
        };
        let run = at("HEAD:a.cxflow").exits(0).err_has("../cxflow.toml:1:1: warning[CX720");
        run.err_lacks("HEAD:/").err_lacks("HEAD:.");
        // What the outer repository has of it as one commit is a submodule.
        folder.git(&["rm", "--quiet", "-r", "--cached", inner]);
        check("").exits(0).err_lacks("CX720");
        folder.git(&["-c", "advice.addEmbeddedRepo=false", "add", inner]);
        check("").exits(0).err_lacks("CX720");
        check(" -v").exits(0).err_has("note[CX715");
    }
}

#[test]
fn a_library_needs_no_environment() {
    let folder = Folder::new().with("cxflow.toml", "policies = [\"lib/house.cxflow\"]\n");
    let folder = folder.with("lib/house.cxflow", HOUSE.replace("agent", "voicemail"));
    let folder = folder.with("team/cxflow.toml", "[env.prod.params]\nqueue = \"a\"\n");
    let folder = folder.with("team/a.cxflow", CLEAN).committed();
    for sources in [".", "team lib", "lib/house.cxflow team/a.cxflow", "v1:team v1:lib"] {
        short(&folder, &format!("--env prod {sources}")).exits(0).err_lacks("CX");
        folder.run(&format!("test --env prod {sources}")).exits(0);
    }
    folder.run("build --env prod .").exits(0);
    folder.run("submit --emulate --env prod team lib").exits(0);
    // One that nothing has is a slip, even beside libraries alone.
    for sources in [".", "lib", "lib/house.cxflow", "v1:lib"] {
        short(&folder, &format!("--env prdo {sources}")).exits(2).err_has("no environment `prdo`");
    }
    folder.write("other/b.cxflow", CLEAN);
    let run = short(&folder, "--env prod .").exits(2);
    run.err_has("cxflow.toml has no environment `prod` for ./other/b.cxflow");
    std::fs::remove_file(folder.path("cxflow.toml")).unwrap();
    folder.git(&["rm", "--quiet", "--cached", "cxflow.toml"]);
    short(&folder, "--env prod .").exits(2).err_has("`prod` for ./other/b.cxflow");
}
