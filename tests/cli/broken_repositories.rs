//! Damaged repositories: the message quotes git, says what to do, and never says that a file is missing.

use std::fs;

use super::harness::*;

const LAW: &str = "policies = [\"baseline\"]\n";
const HASH: &str = "1234567890123456789012345678901234567890\n";

fn repository() -> Folder {
    Folder::of(CLEAN).with("cxflow.toml", LAW).committed()
}

/// What cannot be read at a revision, from a folder, and what is said of it.
fn refused(folder: &Folder, from: &str, said: &str, words: &str) {
    for arguments in [
        "check HEAD:a.cxflow",
        "check HEAD:./a.cxflow",
        "check HEAD:.",
        "check HEAD~0:a.cxflow",
        "build HEAD:a.cxflow -o -",
        "test HEAD:a.cxflow",
        "policy check HEAD:a.cxflow",
        "submit --emulate HEAD:a.cxflow",
    ] {
        let run = folder.command(arguments).folder(&folder.path(from)).run().exits(2).out_is("");
        let run = run.err_has(said).err_has("git says: ").err_has(words);
        run.err_lacks("there is no file").err_lacks("not found");
    }
}

#[test]
fn a_head_without_a_commit_is_said_to_have_none() {
    let unborn = Folder::of(CLEAN);
    unborn.git(&["init", "--quiet"]);
    let said = "git has no commit for ";
    refused(&unborn, ".", said, "does not have any commits yet");
    let folder = repository();
    let lost = "is not in this clone";
    for (head, said, words) in
        [("ref: refs/heads/nothing\n", said, "does not have any commits yet"), (HASH, lost, "bad ")]
    {
        folder.write(".git/HEAD", head);
        refused(&folder, ".", said, words);
        // Another revision and the disk are as they were.
        folder.run("check v1:a.cxflow").exits(0);
        folder.run("check a.cxflow").exits(0);
    }
    folder.write(".git/HEAD", "ref: refs/heads/broken\n");
    folder.write(".git/refs/heads/broken", "");
    refused(&folder, ".", said, "appears to be broken");
    folder.write(".git/refs/heads/broken", HASH);
    refused(&folder, ".", lost, "bad ");
    folder.run("check broken:a.cxflow").exits(2).err_has("the commit of broken is not in this clone");
    // A slip is one, and a detached head is a head.
    folder.run("check nothing:a.cxflow").exits(2).err_has("nothing is not a git revision here");
    let folder = repository();
    folder.git(&["checkout", "--quiet", "--detach"]);
    folder.run("check HEAD:a.cxflow").exits(0);
    folder.run("check HEAD~1:a.cxflow").exits(2).err_has("HEAD~1 is not a git revision here");
}

#[test]
fn a_repository_that_git_does_not_take_for_one_is_said_to_be_broken() {
    for head in ["", "junk\n", "ref: \n"] {
        let folder = repository();
        folder.write(".git/HEAD", head);
        refused(&folder, ".", "git does not accept the `.git` here as a repository", "not a git repository");
    }
}

#[test]
fn a_work_tree_whose_repository_is_gone_is_not_read_from_the_one_around_it() {
    let folder = repository();
    folder.git(&["worktree", "add", "--quiet", "tree"]);
    fs::remove_dir_all(folder.path(".git/worktrees")).unwrap();
    refused(&folder, "tree", "the `.git` here leads to no repository", "not a git repository: ");
    fs::create_dir_all(folder.path("tree/sub")).unwrap();
    refused(&folder, "tree/sub", "the `.git` here leads to no repository", "not a git repository: ");
    for text in ["gitdir: /nowhere/at/all\n", "gitdir: ../gone\n"] {
        folder.write("tree/.git", text);
        refused(&folder, "tree", "`git worktree repair`", "not a git repository: ");
        let alone = Folder::of(CLEAN).with(".git", text);
        refused(&alone, ".", "the `.git` here leads to no repository", "not a git repository: ");
    }
    folder.command("check a.cxflow").folder(&folder.path("tree")).run().exits(0);
}

#[test]
fn settings_are_missed_with_a_split_index() {
    let folder = repository();
    folder.git(&["update-index", "--split-index"]);
    folder.run("check a.cxflow").exits(0).err_lacks("CX");
    fs::remove_file(folder.path("cxflow.toml")).unwrap();
    folder.run("check a.cxflow").err_has("is missing, but git still has it");
    // Without its other half git does not know.
    for entry in fs::read_dir(folder.path(".git")).unwrap().flatten() {
        if entry.file_name().to_string_lossy().starts_with("sharedindex") {
            fs::remove_file(entry.path()).unwrap();
        }
    }
    folder.run("check a.cxflow").exits(2).err_has("cannot ask git whether it has a cxflow.toml");
}

#[test]
fn a_pointer_of_git_lfs_is_said_to_be_one() {
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n";
    let old = pointer.replace("git-lfs.github.com/spec", "hawser.github.com/spec");
    for text in [pointer.to_owned(), pointer.replace('\n', "\r\n"), format!("\u{FEFF}{pointer}"), old] {
        for name in ["cxflow.toml", "house.cxflow", "part.cxflow"] {
            let folder = Folder::of(&format!("{CLEAN}include \"part.cxflow\"\n"));
            let folder = folder
                .with("part.cxflow", "let x = \"1\"\n")
                .with("house.cxflow", "policy h \"H\" { r: limit depth 9 }\n");
            let folder =
                folder.with("cxflow.toml", "policies = [\"house.cxflow\"]\n").with(name, &text).committed();
            for source in ["a.cxflow", "v1:a.cxflow"] {
                let run = folder.run(&format!("check --message-format short {source}")).exits(1);
                let run = run.err_has(&format!("{name}:1:1: error[")).err_has("this is a Git LFS pointer");
                assert_eq!(run.err.matches(": error[").count(), 1, "{name} {run:#?}");
            }
        }
    }
}
