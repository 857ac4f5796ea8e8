//! The guards over real repositories.
#![allow(clippy::disallowed_methods, reason = "a test")]

use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::*;

struct Repository(TempDir);

impl Repository {
    /// A folder that is no repository yet, with a flow in it.
    fn none() -> Self {
        let repository = Self(tempfile::tempdir().unwrap());
        repository.write("flows/a.cxflow", "flow \"A\"\n");
        repository
    }

    /// A repository on the branch `main` with one commit.
    fn new() -> Self {
        let repository = Self::none();
        repository.git("init --quiet --initial-branch main");
        repository.commit();
        repository
    }

    fn git(&self, arguments: &str) {
        let status = Command::new("git")
            .args(["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"])
            .args(["-c", "protocol.file.allow=always"])
            .args(arguments.split(' '))
            .current_dir(self.0.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        assert!(status.unwrap().success(), "git {arguments}");
    }

    fn commit(&self) {
        self.git("add .");
        self.git("commit --quiet --allow-empty -m change");
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        std::fs::write(self.path(name), text).unwrap();
    }

    fn flow(&self) -> Input {
        Input::Disk(self.path("flows/a.cxflow"))
    }

    fn found(&self, guard: &str, input: &Input, exempt: &[&str]) -> Vec<Diagnostic> {
        let exempt: Vec<PathBuf> = exempt.iter().map(|name| self.path(name)).collect();
        unmet_from(self.0.path(), &[Guard::parse(guard).unwrap()], input, None, &exempt).unwrap()
    }

    #[track_caller]
    fn meets(&self, guard: &str) {
        let found = self.found(guard, &self.flow(), &[]);
        assert!(found.is_empty(), "{found:?}");
    }

    /// Exactly one finding, which says this.
    #[track_caller]
    fn lacks(&self, guard: &str, said: &str) -> Diagnostic {
        self.lacks_at(guard, &self.flow(), said)
    }

    #[track_caller]
    fn lacks_at(&self, guard: &str, input: &Input, said: &str) -> Diagnostic {
        let found = self.found(guard, input, &[]);
        let [one] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(one.code.id, "CX909");
        assert_eq!(one.span, None);
        assert!(one.help.is_some());
        assert!(one.message.contains(said), "{said:?} is not in {:?}", one.message);
        one.clone()
    }
}

fn at(revision: &str) -> Input {
    Input::Git { revision: revision.to_owned(), path: "flows/a.cxflow".into() }
}

#[test]
fn a_committed_work_tree_is_clean() {
    Repository::new().meets("clean");
}

#[test]
fn a_changed_a_staged_a_deleted_and_a_new_file_are_not_clean() {
    type Change = fn(&Repository);
    let changes: [(&str, Change); 5] = [
        ("`flows/a.cxflow` is not", |it| it.write("flows/a.cxflow", "flow \"B\"\n")),
        ("`flows/a.cxflow` is not", |it| {
            it.write("flows/a.cxflow", "flow \"B\"\n");
            it.git("add .");
        }),
        ("`flows/a.cxflow` is not", |it| it.git("rm --quiet --cached flows/a.cxflow")),
        ("`other/deep/new.txt` is not", |it| it.write("other/deep/new.txt", "")),
        ("`flows/b.cxflow` is not", |it| {
            it.write("flows/b.cxflow", "");
            it.commit();
            std::fs::remove_file(it.path("flows/b.cxflow")).unwrap();
        }),
    ];
    for (said, change) in changes {
        let repository = Repository::new();
        change(&repository);
        let found = repository.found("clean", &repository.flow(), &[]);
        assert!(found.iter().any(|one| one.message.contains(said)), "{said}: {found:?}");
    }
}

#[test]
fn locks_and_logs_of_other_flows_and_environments_do_not_count() {
    let repository = Repository::new();
    let line = "{\"v\":1,\"seq\":1";
    for name in ["cxflow.lock", "debt/cxflow.test.lock", "flows/cxflow.prod.lock"] {
        repository.write(name, "version = 1\n");
    }
    repository.meets("clean");
    repository.write("logs/test.jsonl", line);
    let help = repository.lacks("clean", "`logs/test.jsonl` is not committed").help.unwrap();
    assert!(!help.contains("stash"), "{help}");
    repository.write("cxflow.lock.txt", "");
    repository.lacks("clean", "are not committed");
}

#[test]
fn a_renamed_file_is_named_as_it_was_and_as_it_is() {
    let repository = Repository::new();
    repository.write("b.txt", "enough text to be known again\n");
    repository.commit();
    repository.git("mv b.txt c.txt");
    repository.lacks("clean", "`b.txt` and `c.txt` are not committed");
}

#[test]
fn the_first_files_are_named_and_the_rest_counted() {
    let repository = Repository::new();
    ["1", "2", "3", "4", "5"].iter().for_each(|name| repository.write(name, ""));
    repository.lacks("clean", "`1`, `2`, `3` and 2 more are not committed");
}

/// Users set this to make `git status` fast.
#[test]
fn new_files_count_even_where_git_is_told_not_to_show_them() {
    let repository = Repository::new();
    repository.git("config status.showUntrackedFiles no");
    repository.write("new.txt", "");
    repository.lacks("clean", "`new.txt`");
}

#[test]
fn exempt_files_may_change_whatever_their_names() {
    let repository = Repository::new();
    repository.write("cxflow.lock", "1");
    repository.commit();
    repository.write("cxflow.lock", "2");
    repository.write("audit/prüf ung.jsonl", "new");
    let exempt = ["flows/../cxflow.lock", "audit/prüf ung.jsonl"];
    assert!(repository.found("clean", &repository.flow(), &exempt).is_empty());
    repository.write("other.txt", "");
    let found = repository.found("clean", &repository.flow(), &exempt);
    assert!(found[0].message.contains("`other.txt` is not"), "{found:?}");
}

#[test]
fn a_source_that_git_ignores_is_not_clean() {
    let repository = Repository::new();
    repository.write(".gitignore", "drafts\n");
    repository.write("drafts/b.cxflow", "flow \"B\"\n");
    repository.commit();
    repository.meets("clean");
    repository.lacks_at("clean", &Input::Disk(repository.path("drafts/b.cxflow")), ".gitignore");
}

#[test]
fn a_change_that_git_is_told_to_overlook_is_a_change() {
    for flag in ["--assume-unchanged", "--skip-worktree"] {
        let repository = Repository::new();
        repository.git(&format!("update-index {flag} flows/a.cxflow"));
        repository.meets("clean");
        repository.write("flows/a.cxflow", "flow \"B\"\n");
        repository.lacks("clean", "differs from what is committed");
    }
}

/// On Windows a work tree has other line ends than the commit.
#[test]
fn line_ends_that_git_turns_itself_are_no_change() {
    let repository = Repository::new();
    repository.git("config core.autocrlf true");
    std::fs::remove_file(repository.path("flows/a.cxflow")).unwrap();
    repository.git("checkout -- flows/a.cxflow");
    let text = std::fs::read_to_string(repository.path("flows/a.cxflow")).unwrap();
    assert_eq!(text, "flow \"A\"\r\n");
    repository.meets("clean");
}

#[test]
fn a_source_of_no_repository_meets_nothing() {
    let folder = Repository::none();
    for guard in ["clean", "branch:main"] {
        let one = folder.lacks(guard, "is not in a git repository");
        assert!(one.notes.iter().any(|note| note.starts_with("git says: ")), "{one:?}");
    }
}

/// Another repository around it does not matter, the source's own does.
#[test]
fn the_sources_own_repository_counts() {
    let outer = Repository::new();
    outer.write("inner/a.cxflow", "");
    outer.write(".gitignore", "inner\n");
    outer.commit();
    let inner = outer.path("inner");
    for arguments in ["init --quiet --initial-branch main", "add .", "commit --quiet -m first"] {
        let who = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"];
        let mut git = Command::new("git");
        git.args(who).args(arguments.split(' ')).current_dir(&inner);
        assert!(git.status().unwrap().success());
    }
    outer.write("dirt.txt", "");
    assert!(outer.found("clean", &Input::Disk(inner.join("a.cxflow")), &[]).is_empty());
}

#[test]
fn standard_input_is_of_no_commit() {
    let repository = Repository::new();
    for guard in ["clean", "branch:main"] {
        repository.lacks_at(guard, &Input::Stdin, "standard input");
    }
}

#[test]
fn a_revision_is_clean_whatever_the_work_tree_has() {
    let repository = Repository::new();
    repository.write("new.txt", "");
    assert!(repository.found("clean", &at("HEAD"), &[]).is_empty());
}

#[test]
fn a_branch_is_the_one_checked_out() {
    let repository = Repository::new();
    repository.meets("branch:main");
    repository.git("checkout --quiet -b feature/x");
    repository.meets("branch:feature/x");
    // The same commit, and yet another branch: what comes next goes there.
    let one = repository.lacks("branch:main", "on the branch `feature/x`");
    assert!(one.help.unwrap().contains("submit from `main`"));
}

#[test]
fn a_detached_head_is_the_branch_where_it_is_its_newest_commit() {
    let repository = Repository::new();
    repository.git("checkout --quiet --detach");
    repository.meets("branch:main");
    repository.git("checkout --quiet main");
    repository.commit();
    repository.git("checkout --quiet --detach HEAD~1");
    repository.lacks("branch:main", "is not the newest of `main`");
    repository.lacks("branch:release", "no branch `release` is known here");
}

#[test]
fn a_pipelines_clone_knows_the_branch_as_it_was_fetched() {
    let origin = Repository::new();
    let clone = Repository(tempfile::tempdir().unwrap());
    clone.git(&format!("clone --quiet {} .", origin.0.path().display()));
    clone.git("checkout --quiet --detach");
    clone.git("branch --quiet -D main");
    clone.meets("branch:main");
    // A tag of that name is no branch.
    clone.git("update-ref -d refs/remotes/origin/main");
    clone.git("tag main");
    clone.lacks("branch:main", "no branch `main` is known here");
}

#[test]
fn a_revision_is_of_the_branch_that_holds_it() {
    let repository = Repository::new();
    repository.git("tag v1");
    repository.commit();
    repository.git("checkout --quiet -b feature");
    repository.commit();
    repository.git("tag v2");
    for revision in ["v1", "main", "HEAD~1"] {
        assert!(repository.found("branch:main", &at(revision), &[]).is_empty(), "{revision}");
    }
    repository.lacks_at("branch:main", &at("v2"), "`v2` is not part of `main`");
    repository.lacks_at("branch:release", &at("v1"), "no branch `release`");
}

/// What the guard says of a flow with these tests.
fn tested(tests: &str) -> Option<String> {
    let text =
        format!("flow \"A\"\nentry a\ndisclosure a {{ say \"Hello\" }}\ndisconnect b\na -> b\n{tests}");
    let compiled = crate::compile("a.cxflow", text);
    let found = unmet_guards(&[Guard::Tests], &Input::Disk("a.cxflow".into()), Some(&compiled), &[]).unwrap();
    assert!(found.len() < 2 && found.iter().all(|one| one.code.id == "CX909" && one.help.is_some()));
    found.into_iter().next().map(|one| one.message)
}

#[test]
fn tests_that_all_pass_are_met() {
    assert_eq!(tested("test \"it ends\" -> b\n"), None);
}

#[test]
fn no_tests_one_that_fails_and_a_flow_with_errors_are_not_met() {
    assert_eq!(tested("").unwrap(), "`tests` is required: `a.cxflow` has no tests");
    assert_eq!(
        tested("test \"it ends\" -> b\ntest \"it stays\" -> a\ntest \"keys\" on 1 -> b\n").unwrap(),
        "`tests` is required: `it stays` and `keys` are failing in `a.cxflow`"
    );
    assert!(tested("test \"it ends\" -> c\n").unwrap().contains("has errors"));
}

#[test]
fn an_artifact_never_meets_tests_and_says_why() {
    let one = Repository::new().lacks("tests", "is an artifact, but the tests are in its source");
    assert!(one.help.unwrap().contains("submit the source"));
}

#[test]
fn each_guard_has_its_own_finding() {
    let repository = Repository::new();
    repository.write("new.txt", "");
    let guards = [Guard::Clean, Guard::Branch("main".into()), Guard::Tests];
    let found = unmet_from(repository.0.path(), &guards, &repository.flow(), None, &[]).unwrap();
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn a_word_that_is_no_guard_says_which_there_are() {
    let help = |word: &str| Guard::parse(word).unwrap_err().help;
    assert_eq!(help("cleen"), "did you mean `clean`?");
    assert_eq!(help("branch"), "name the branch: write `branch:main`");
    assert_eq!(help("approved"), "write `clean`, `branch:NAME` or `tests`");
    for word in ["branch:", "branch:release/*", "branch:-x", "branch:a b", "branch:a..b"] {
        assert!(help(word).contains("the whole name of one branch"), "{word}");
    }
    assert_eq!(Guard::parse("branch:release/1.2").unwrap(), Guard::Branch("release/1.2".into()));
}
