//! `REV:PATH` in clones that lack a part of their history, and where git refuses.

use std::path::Path;
use std::process::Command;

use super::harness::*;

/// A repository of two commits.
fn origin() -> Folder {
    let folder = Folder::of(CLEAN).committed();
    folder.write("later.cxflow", CLEAN);
    folder.git(&["add", "."]);
    folder.git(&["commit", "--quiet", "-m", "later"]);
    folder.git(&["config", "uploadpack.allowFilter", "true"]);
    folder
}

/// A clone in the folder `c`.
fn cloned(origin: &Folder, how: &[&str]) -> Folder {
    let url = format!("file://{}", origin.root().display());
    let clone = Folder::new();
    let words: Vec<&str> =
        ["clone", "--quiet"].iter().chain(how).copied().chain([url.as_str(), "c"]).collect();
    clone.git(&words);
    clone
}

#[test]
fn a_shallow_clone_names_the_depth_that_it_lacks() {
    let clone = cloned(&origin(), &["--depth", "1"]);
    clone.command("check HEAD:a.cxflow").folder(&clone.path("c")).run().exits(0);
    for (revision, is_behind) in
        [("HEAD~1", true), ("HEAD^", true), ("HEAD~50", true), ("HEAD~1^{}", true), ("v1.0", false)]
    {
        let run =
            clone.command(&format!("check {revision}:a.cxflow")).folder(&clone.path("c")).run().exits(2);
        let run = run.err_has("shallow").err_has("`git fetch --unshallow").err_has("fetch-depth: 0");
        let run = run.err_has(&format!("git says: bad revision '{revision}'"));
        let not_here = format!("the commit of {revision} is not in this clone");
        if is_behind {
            run.err_has(&not_here).err_lacks("is not a git revision");
        } else {
            run.err_has("v1.0 is not a git revision here");
        }
    }
}

#[test]
fn a_parent_that_no_commit_has_is_not_behind_the_depth_of_a_clone() {
    let origin = origin();
    origin.git(&["checkout", "--quiet", "-b", "side", "HEAD~1"]);
    origin.write("side.cxflow", CLEAN);
    origin.git(&["add", "."]);
    origin.git(&["commit", "--quiet", "-m", "side"]);
    origin.git(&["merge", "--quiet", "-m", "merge", "-"]);
    // The newest commit is a merge, its first parent has one parent, and the first commit has none.
    let behind = [(1, "HEAD^2"), (1, "HEAD^"), (2, "HEAD~2"), (2, "HEAD^2^"), (2, "HEAD^^{commit}^")];
    let absent = [(1, "HEAD^3"), (2, "HEAD^1^2"), (2, "HEAD~1^2"), (3, "HEAD~3"), (3, "HEAD~2^")];
    let said = |depth: i32, revision: &str| {
        let clone = cloned(&origin, &["--depth", &depth.to_string()]);
        clone.command(&format!("check {revision}:a.cxflow")).folder(&clone.path("c")).run().exits(2)
    };
    for (depth, revision) in behind {
        let run = said(depth, revision).err_has(&format!("the commit of {revision} is not in this clone"));
        run.err_has("`git fetch --unshallow`").err_lacks("is not a git revision");
    }
    for (depth, revision) in absent {
        let run = said(depth, revision).err_has(&format!("{revision} is not a git revision here"));
        run.err_lacks("shallow");
    }
}

/// What a command of git prints in a folder, without its line break.
fn git_says(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git").args(arguments).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}

#[test]
fn names_of_commits_that_a_shallow_clone_lacks_are_revisions() {
    let origin = origin();
    let clone = cloned(&origin, &["--depth", "1"]);
    let first = git_says(origin.root(), &["rev-parse", "HEAD~1"]);
    // A branch and a tag whose commit is not there, as after a fetch that was broken off.
    clone.write("c/.git/refs/heads/old", &first);
    clone.write("c/.git/refs/tags/v0", &first);
    for revision in ["old", "v0", "refs/tags/v0", "heads/old", "old~1", "v0^{}", &first] {
        let run =
            clone.command(&format!("check {revision}:a.cxflow")).folder(&clone.path("c")).run().exits(2);
        let run = run.err_has(&format!("the commit of {revision} is not in this clone"));
        run.err_has("fetch-depth: 0").err_has("git says: bad ").err_lacks("is not a git revision");
    }
}

#[test]
fn a_commit_that_is_lost_or_damaged_is_not_an_unknown_revision() {
    let folder = origin();
    folder.write("third.cxflow", CLEAN);
    folder.git(&["add", "."]);
    folder.git(&["commit", "--quiet", "-m", "third"]);
    folder.git(&["tag", "-a", "v2", "-m", "second", "HEAD~1"]);
    let second = git_says(folder.root(), &["rev-parse", "HEAD~1"]);
    let object = format!(".git/objects/{}/{}", &second[..2], &second[2..]);
    let check = |revision: &str| folder.run(&format!("check {revision}:a.cxflow")).exits(2);
    for revision in ["HEAD~50", "HEAD^2", "nope", "HEAD^{tree}"] {
        check(revision).err_has(&format!("{revision} is not a git revision here")).err_lacks("shallow");
    }
    std::fs::remove_file(folder.path(&object)).unwrap();
    for revision in ["HEAD~1", "HEAD^", "v2", "v2~1", "HEAD~2", &second] {
        let run = check(revision).err_has(&format!("the commit of {revision} is not in this clone"));
        run.err_has("`git fsck`").err_has("git says: bad ").err_lacks("is not a git revision");
    }
    check("nope").err_has("nope is not a git revision here");
    folder.write(&object, "damaged");
    for revision in ["HEAD~1", "HEAD^", "v2", "HEAD~2"] {
        let run = check(revision).err_has("`git fsck`").err_has(&second).err_has("is corrupt");
        run.err_lacks("is not a git revision").err_lacks("there is no file");
    }
    folder.run("check HEAD:a.cxflow").exits(0);
}

#[test]
fn a_partial_clone_without_its_remote_says_what_git_says() {
    let origin = origin();
    let clone = cloned(&origin, &["--filter=blob:none", "--no-checkout"]);
    drop(origin);
    for arguments in ["check HEAD:a.cxflow", "build HEAD:a.cxflow", "check HEAD~1:a.cxflow"] {
        let run = clone.command(arguments).folder(&clone.path("c")).run().exits(2);
        run.err_has("git cannot produce it: ").err_has("run `git show` with that name once");
    }
}

#[test]
fn a_repository_of_another_user_names_the_setting_that_trusts_it() {
    let folder = origin();
    let refuses = Command::new("git")
        .args(["rev-parse", "HEAD"])
        .env("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
        .current_dir(folder.root())
        .output()
        .unwrap();
    assert!(!refuses.status.success());
    for arguments in ["check HEAD:a.cxflow", "build HEAD:a.cxflow", "check HEAD~1:a.cxflow"] {
        let run = folder.command(arguments).env("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1").run().exits(2);
        let run = run.err_has("git config --global --add safe.directory");
        run.err_has("git says: detected dubious ownership");
    }
}

#[test]
fn a_checkout_of_another_user_is_read_unless_settings_may_be_missing() {
    let folder = Folder::of(CLEAN)
        .with("b.cxflow", CLEAN)
        .with("cxflow.toml", "languages = [\"en\"]\n")
        .with("sub/cxflow.toml", "languages = [\"en\"]\n")
        .with("sub/c.cxflow", CLEAN)
        .committed();
    let run = |arguments: &str| folder.command(arguments).env("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1").run();
    // The settings above `more` are all there, so nobody needs git.
    folder.write("more/d.cxflow", CLEAN);
    run("check more/d.cxflow sub/c.cxflow").exits(0).err_lacks("git");
    run("build more/d.cxflow -o d.json").exits(0);
    std::fs::remove_file(folder.path("sub/cxflow.toml")).unwrap();
    folder.write("sub/e.cxflow", CLEAN);
    for arguments in ["check sub/c.cxflow sub/e.cxflow", "build sub/c.cxflow sub/e.cxflow", "check sub"] {
        let run =
            run(arguments).exits(2).err_has("cannot ask git whether it has a cxflow.toml that is not here");
        let run = run.err_has("help: run `git config --global --add safe.directory /");
        assert_eq!(run.err.matches("cannot ask git").count(), 1, "{}", run.err);
    }
}

#[test]
fn settings_that_a_sparse_checkout_leaves_out_are_not_passed_over() {
    let origin = Folder::new()
        .with("cxflow.toml", "policies = [\"us_tsr\"]\n")
        .with("sub/cxflow.toml", "")
        .with("sub/deep/a.cxflow", CLEAN)
        .committed();
    for version in ["2", "4"] {
        let clone = cloned(&origin, &["--no-checkout"]);
        let git = |arguments: &[&str]| {
            let status = Command::new("git").args(arguments).current_dir(clone.path("c")).status().unwrap();
            assert!(status.success(), "{arguments:?}");
        };
        let check = |file: &str| clone.command(&format!("check {file}")).folder(&clone.path("c")).run();
        git(&["config", "index.version", version]);
        git(&["sparse-checkout", "set", "--no-cone", "/sub/deep/"]);
        git(&["checkout", "--quiet", "HEAD"]);
        check("sub/deep/a.cxflow").exits(2).err_has("cannot read cxflow.toml").err_has("sparse-checkout add");
        // One that is there is not enough.
        git(&["sparse-checkout", "add", "/cxflow.toml"]);
        check("sub/deep/a.cxflow").exits(2).err_has("cannot read sub/cxflow.toml");
        git(&["sparse-checkout", "disable"]);
        check("sub/deep/a.cxflow").exits(1).err_has("us_tsr");
        // The same without a sparse checkout.
        git(&["update-index", "--skip-worktree", "cxflow.toml"]);
        std::fs::remove_file(clone.path("c/cxflow.toml")).unwrap();
        check("sub/deep/a.cxflow").exits(2).err_has("cannot read cxflow.toml");
    }
}

#[test]
fn settings_that_were_deleted_and_are_in_the_index_are_missed() {
    let origin = Folder::new()
        .with("cxflow.toml", "policies = [\"us_tsr\"]\n")
        .with("sub/cxflow.toml", "")
        .with("sub/deep/a.cxflow", CLEAN)
        .committed();
    let check = || origin.run("check sub/deep/a.cxflow --message-format short");
    std::fs::remove_file(origin.path("cxflow.toml")).unwrap();
    let said =
        "cxflow.toml:1:1: warning[CX717 deleted-settings]: `cxflow.toml` is missing, but git still has it";
    check().exits(0).err_has(said);
    origin.run("check sub/deep/a.cxflow --deny warnings").exits(1);
    // Who means it tells git.
    origin.git(&["rm", "--quiet", "--cached", "cxflow.toml"]);
    check().exits(0).err_lacks("CX717");
    std::fs::remove_file(origin.path("sub/cxflow.toml")).unwrap();
    check().exits(0).err_has("`sub/cxflow.toml` is missing");
    origin.git(&["checkout", "--quiet", "--", "sub/cxflow.toml"]);
    check().exits(0).err_lacks("CX717");
    // Git that does not answer is no git that has nothing.
    std::fs::remove_file(origin.path("sub/cxflow.toml")).unwrap();
    let index = std::fs::read(origin.path(".git/index")).unwrap();
    let mut broken = index.clone();
    broken[4..12].fill(0xFF);
    origin.write(".git/index", broken);
    check().exits(2).err_has("cannot ask git whether it has a cxflow.toml");
    origin.write(".git/index", index);
    check().exits(0).err_has("`sub/cxflow.toml` is missing");
}
