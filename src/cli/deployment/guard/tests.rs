//! Tests the guards with real repositories.
#![allow(clippy::disallowed_methods, reason = "a test")]

use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::*;

struct Repository(TempDir);

impl Repository {
    /// A folder that is not a repository yet, with a flow in it.
    fn uninitialized() -> Self {
        let repository = Self(tempfile::tempdir().unwrap());
        repository.write("flows/a.cxflow", "flow \"A\"\n");
        repository
    }

    /// A repository on the branch `main` with one commit.
    fn new() -> Self {
        let repository = Self::uninitialized();
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

    /// Asserts that there is exactly one finding, with this text.
    #[track_caller]
    fn fails(&self, guard: &str, message: &str) -> Diagnostic {
        self.fails_at(guard, &self.flow(), message)
    }

    #[track_caller]
    fn fails_at(&self, guard: &str, input: &Input, message: &str) -> Diagnostic {
        let found = self.found(guard, input, &[]);
        let [finding] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(finding.code.id, "CX909");
        assert_eq!(finding.span, None);
        assert!(finding.help.is_some());
        assert!(finding.message.contains(message), "{message:?} is not in {:?}", finding.message);
        finding.clone()
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
    for (message, change) in changes {
        let repository = Repository::new();
        change(&repository);
        let found = repository.found("clean", &repository.flow(), &[]);
        assert!(found.iter().any(|finding| finding.message.contains(message)), "{message}: {found:?}");
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
    let help = repository.fails("clean", "`logs/test.jsonl` is not committed").help.unwrap();
    assert!(!help.contains("stash"), "{help}");
    repository.write("cxflow.lock.txt", "");
    repository.fails("clean", "are not committed");
}

#[test]
fn both_names_of_a_renamed_file_are_reported() {
    let repository = Repository::new();
    repository.write("b.txt", "enough text to be known again\n");
    repository.commit();
    repository.git("mv b.txt c.txt");
    repository.fails("clean", "`b.txt` and `c.txt` are not committed");
}

#[test]
fn the_first_files_are_named_and_the_rest_counted() {
    let repository = Repository::new();
    ["1", "2", "3", "4", "5"].iter().for_each(|name| repository.write(name, ""));
    repository.fails("clean", "`1`, `2`, `3` and 2 more are not committed");
}

/// Users set this to make `git status` fast.
#[test]
fn new_files_count_even_if_git_is_configured_to_hide_them() {
    let repository = Repository::new();
    repository.git("config status.showUntrackedFiles no");
    repository.write("new.txt", "");
    repository.fails("clean", "`new.txt`");
}

#[test]
fn exempt_files_may_change() {
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
    repository.fails_at("clean", &Input::Disk(repository.path("drafts/b.cxflow")), ".gitignore");
}

#[test]
fn a_change_that_git_is_told_to_ignore_is_found() {
    for flag in ["--assume-unchanged", "--skip-worktree"] {
        let repository = Repository::new();
        repository.git(&format!("update-index {flag} flows/a.cxflow"));
        repository.meets("clean");
        repository.write("flows/a.cxflow", "flow \"B\"\n");
        repository.fails("clean", "differs from what is committed");
    }
}

/// On Windows a work tree has other line ends than the commit.
#[test]
fn line_ends_that_git_converts_are_not_a_change() {
    let repository = Repository::new();
    repository.git("config core.autocrlf true");
    std::fs::remove_file(repository.path("flows/a.cxflow")).unwrap();
    repository.git("checkout -- flows/a.cxflow");
    let text = std::fs::read_to_string(repository.path("flows/a.cxflow")).unwrap();
    assert_eq!(text, "flow \"A\"\r\n");
    repository.meets("clean");
}

#[test]
fn a_source_outside_a_repository_fails_the_guards_of_git() {
    let folder = Repository::uninitialized();
    for guard in ["clean", "branch:main"] {
        let finding = folder.fails(guard, "is not in a git repository");
        assert!(finding.notes.iter().any(|note| note.starts_with("git says: ")), "{finding:?}");
    }
}

/// Only the source's own repository counts, not one around it.
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
fn standard_input_fails_the_guards_of_git() {
    let repository = Repository::new();
    for guard in ["clean", "branch:main"] {
        repository.fails_at(guard, &Input::Stdin, "standard input");
    }
}

#[test]
fn a_revision_is_clean_even_if_the_work_tree_is_not() {
    let repository = Repository::new();
    repository.write("new.txt", "");
    assert!(repository.found("clean", &at("HEAD"), &[]).is_empty());
}

#[test]
fn the_branch_must_be_checked_out() {
    let repository = Repository::new();
    repository.meets("branch:main");
    repository.git("checkout --quiet -b feature/x");
    repository.meets("branch:feature/x");
    // It is the same commit, but later commits would go to the other branch.
    let finding = repository.fails("branch:main", "on the branch `feature/x`");
    assert!(finding.help.unwrap().contains("submit from `main`"));
}

#[test]
fn a_detached_head_counts_as_the_branch_at_its_newest_commit() {
    let repository = Repository::new();
    repository.git("checkout --quiet --detach");
    repository.meets("branch:main");
    repository.git("checkout --quiet main");
    repository.commit();
    repository.git("checkout --quiet --detach HEAD~1");
    repository.fails("branch:main", "is not the newest of `main`");
    repository.fails("branch:release", "no branch `release` is known here");
}

#[test]
fn the_fetched_branch_counts_in_a_pipelines_clone() {
    let origin = Repository::new();
    let clone = Repository(tempfile::tempdir().unwrap());
    clone.git(&format!("clone --quiet {} .", origin.0.path().display()));
    clone.git("checkout --quiet --detach");
    clone.git("branch --quiet -D main");
    clone.meets("branch:main");
    // A tag of that name is not a branch.
    clone.git("update-ref -d refs/remotes/origin/main");
    clone.git("tag main");
    clone.fails("branch:main", "no branch `main` is known here");
}

#[test]
fn a_revision_must_be_part_of_the_branch() {
    let repository = Repository::new();
    repository.git("tag v1");
    repository.commit();
    repository.git("checkout --quiet -b feature");
    repository.commit();
    repository.git("tag v2");
    for revision in ["v1", "main", "HEAD~1"] {
        assert!(repository.found("branch:main", &at(revision), &[]).is_empty(), "{revision}");
    }
    repository.fails_at("branch:main", &at("v2"), "`v2` is not part of `main`");
    repository.fails_at("branch:release", &at("v1"), "no branch `release`");
}

/// The message of the guard for a flow with these tests.
fn tested(tests: &str) -> Option<String> {
    let text =
        format!("flow \"A\"\nentry a\ndisclosure a {{ say \"Hello\" }}\ndisconnect b\na -> b\n{tests}");
    let compiled = crate::compile("a.cxflow", text);
    let found = unmet_guards(&[Guard::Tests], &Input::Disk("a.cxflow".into()), Some(&compiled), &[]).unwrap();
    assert!(
        found.len() < 2 && found.iter().all(|finding| finding.code.id == "CX909" && finding.help.is_some())
    );
    found.into_iter().next().map(|finding| finding.message)
}

#[test]
fn passing_tests_meet_the_guard() {
    assert_eq!(tested("test \"it ends\" -> b\n"), None);
}

#[test]
fn missing_tests_failing_tests_and_errors_do_not_meet_the_guard() {
    assert_eq!(tested("").unwrap(), "`tests` is required: `a.cxflow` has no tests");
    assert_eq!(
        tested("test \"it ends\" -> b\ntest \"it stays\" -> a\ntest \"keys\" on 1 -> b\n").unwrap(),
        "`tests` is required: `it stays` and `keys` are failing in `a.cxflow`"
    );
    assert!(tested("test \"it ends\" -> c\n").unwrap().contains("has errors"));
}

#[test]
fn an_artifact_never_meets_the_guard_tests() {
    let finding = Repository::new().fails("tests", "is an artifact, but the tests are in its source");
    assert!(finding.help.unwrap().contains("submit the source"));
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
fn an_unknown_guard_is_answered_with_the_known_ones() {
    let help = |word: &str| Guard::parse(word).unwrap_err().help;
    assert_eq!(help("cleen"), "did you mean `clean`?");
    assert_eq!(help("branch"), "name the branch: write `branch:main`");
    assert_eq!(help("approved"), "write `clean`, `branch:NAME` or `tests`");
    for word in ["branch:", "branch:release/*", "branch:-x", "branch:a b", "branch:a..b"] {
        assert!(help(word).contains("the whole name of one branch"), "{word}");
    }
    assert_eq!(Guard::parse("branch:release/1.2").unwrap(), Guard::Branch("release/1.2".into()));
}
