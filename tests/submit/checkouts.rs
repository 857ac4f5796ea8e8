//! Git is asked about a checkout that would have it run programs: through its configuration, its attributes, a
//! folder laid out as a repository, a submodule, hooks, or names that look like options. None is run.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use super::support::*;

/// A checkout with a program that leaves a mark outside of it.
struct Checkout {
    folder: Folder,
    away: Folder,
}

impl Checkout {
    /// A committed flow in `flows`, in an environment that wants all clean.
    fn new() -> Self {
        let settings = "[env.prod]\nbase_url = \"http://127.0.0.1:1\"\naudit = \"audit/prod.jsonl\"\nrequire = [\"clean\", \"branch:main\"]\n";
        let folder = Folder::new()
            .with("flows/a.cxflow", CLEAN)
            .with("cxflow.toml", settings)
            .with("audit/.gitkeep", "")
            .with(".gitignore", "*.lock\naudit/*.jsonl\n");
        folder.git(&["init", "--quiet", "--initial-branch", "main"]);
        let away = Folder::new();
        let script = format!("#!/bin/sh\necho \"$0 $*\" >> {}\ntimeout 2 cat\n", away.path("mark").display());
        away.write("evil", script);
        std::fs::set_permissions(away.path("evil"), std::fs::Permissions::from_mode(0o755)).unwrap();
        Self { folder: folder.committed(), away }
    }

    fn evil(&self) -> String {
        self.away.path("evil").display().to_string()
    }

    fn git(&self, arguments: &[&str]) {
        self.folder.git(arguments);
    }

    fn config(&self, key: &str) {
        self.git(&["config", key, &self.evil()]);
    }

    /// Makes git look at every file again.
    fn touch(&self) {
        let flow = self.folder.read("flows/a.cxflow");
        std::fs::remove_file(self.folder.path("flows/a.cxflow")).unwrap();
        self.folder.write("flows/a.cxflow", flow);
    }

    fn marked(&self) -> bool {
        let marked = self.away.has("mark");
        let _ = std::fs::remove_file(self.away.path("mark"));
        marked
    }

    /// That git itself leaves the mark here: what is tried is not tried in vain.
    #[track_caller]
    fn git_itself_is_caught(&self, at: &str, arguments: &[&str]) {
        let _ = Command::new("git")
            .args(arguments)
            .current_dir(self.folder.path(at))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        assert!(self.marked(), "git {arguments:?} runs nothing");
    }

    /// Runs every verb that asks git, here and in the flow's folder.
    #[track_caller]
    fn runs_nothing(&self) {
        for (at, arguments) in [
            (".", "check HEAD:flows/a.cxflow"),
            (".", "build HEAD:flows/a.cxflow -o - --message-format github"),
            (".", "check main~0:./flows/none.cxflow"),
            ("flows", "check HEAD:./a.cxflow"),
            ("flows", "check flows/a.cxflow HEAD:./a.cxflow --format sarif"),
            (".", "status HEAD:flows/a.cxflow --env prod"),
            (".", "submit --env prod flows/a.cxflow --timeout 1s"),
            ("flows", "submit --env prod a.cxflow --timeout 1s"),
            (".", "submit --env prod HEAD:flows/a.cxflow --timeout 1s"),
            (".", "submit --emulate flows/a.cxflow --audit emulated.jsonl"),
        ] {
            let run = bare(&self.folder, arguments)
                .folder(&self.folder.path(at))
                .env("GITHUB_ACTOR", "")
                .env("CXONE_CLIENT_ID", "x")
                .env("CXONE_CLIENT_SECRET", "a secret of the client")
                .run();
            let marked = self.away.has("mark").then(|| self.away.read("mark"));
            assert!(!self.marked(), "{arguments} in {at} ran {marked:?}: {run:#?}");
            let _ = std::fs::remove_file(self.folder.path("emulated.jsonl"));
        }
    }

    /// What the guard says.
    fn submit(&self, at: &str) -> Run {
        bare(&self.folder, "submit --env prod --timeout 1s a.cxflow --message-format short")
            .folder(&self.folder.path(at))
            .env("CXONE_CLIENT_ID", "x")
            .env("CXONE_CLIENT_SECRET", "a secret of the client")
            .run()
    }
}

#[test]
fn a_monitor_of_the_file_system_is_not_asked() {
    let checkout = Checkout::new();
    checkout.config("core.fsmonitor");
    checkout.git_itself_is_caught(".", &["status"]);
    checkout.runs_nothing();
    // Git's own would stay behind as a process.
    checkout.git(&["config", "core.fsmonitor", "true"]);
    checkout.runs_nothing();
    assert!(!checkout.folder.has(".git/fsmonitor--daemon.ipc"));
}

#[test]
fn hooks_are_not_run() {
    let checkout = Checkout::new();
    for hook in ["post-index-change", "fsmonitor-watchman", "reference-transaction", "post-checkout"] {
        let path = checkout.folder.path(".git/hooks").join(hook);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::copy(checkout.away.path("evil"), path).unwrap();
    }
    checkout.touch();
    checkout.git_itself_is_caught(".", &["status"]);
    checkout.touch();
    checkout.runs_nothing();
    checkout.git(&["config", "core.hooksPath", ".git/hooks"]);
    checkout.touch();
    checkout.runs_nothing();
}

#[test]
fn filters_are_not_run_wherever_they_are_configured() {
    type Configure = fn(&Checkout);
    let ways: [(&str, Configure); 8] = [
        ("clean", |it| it.config("filter.evil.clean")),
        ("process", |it| it.config("filter.evil.process")),
        ("required", |it| {
            it.config("filter.evil.clean");
            it.git(&["config", "filter.evil.required", "true"]);
        }),
        ("other letters", |it| {
            let text = it.folder.read(".git/config") + &format!("[FILTER \"evil\"]\nCLEAN = {}\n", it.evil());
            it.folder.write(".git/config", text);
        }),
        ("included", |it| {
            it.folder.write(".git/more", format!("[filter \"evil\"]\nclean = {}\n", it.evil()));
            it.git(&["config", "include.path", "more"]);
        }),
        ("included where it lies here", |it| {
            it.folder.write(".git/more", format!("[filter \"evil\"]\nclean = {}\n", it.evil()));
            let key =
                format!("includeIf.gitdir:{}.path", it.folder.path(".git").canonicalize().unwrap().display());
            it.git(&["config", &key, "more"]);
        }),
        ("of this work tree", |it| {
            it.git(&["config", "extensions.worktreeConfig", "true"]);
            it.folder.write(".git/config.worktree", format!("[filter \"evil\"]\nclean = {}\n", it.evil()));
        }),
        ("included from the work tree", |it| {
            it.folder.write("shared.gitconfig", format!("[filter \"evil\"]\nclean = {}\n", it.evil()));
            it.git(&["add", "."]);
            it.git(&["commit", "--quiet", "-m", "shared"]);
            it.git(&["config", "include.path", "../shared.gitconfig"]);
        }),
    ];
    for (number, (way, configure)) in ways.into_iter().enumerate() {
        let attributes = [".gitattributes", ".git/info/attributes"][number % 2];
        {
            let checkout = Checkout::new();
            checkout.folder.write(attributes, "* filter=evil\n");
            if attributes == ".gitattributes" {
                checkout.git(&["add", "."]);
                checkout.git(&["commit", "--quiet", "-m", "attributes"]);
            }
            configure(&checkout);
            checkout.touch();
            checkout.git_itself_is_caught(".", &["status"]);
            checkout.touch();
            checkout.runs_nothing();
            let run = checkout.submit("flows").err_lacks("CX909");
            assert_eq!(run.status, Some(3), "{way}, {attributes}: {run:#?}");
        }
    }
}

#[test]
fn a_filter_of_the_machines_user_stays() {
    let checkout = Checkout::new();
    checkout.folder.write(".gitattributes", "*.cxflow filter=own\n");
    checkout.git(&["add", "."]);
    checkout.git(&["commit", "--quiet", "-m", "attributes"]);
    checkout.touch();
    checkout.away.write(".gitconfig", "[filter \"own\"]\nclean = sed s/HOME/x/\n[safe]\ndirectory = *\n");
    let run = bare(&checkout.folder, "submit --env prod --timeout 4s flows/a.cxflow")
        .env("HOME", checkout.away.root().to_str().unwrap())
        .env("CXONE_CLIENT_ID", "x")
        .env("CXONE_CLIENT_SECRET", "a secret of the client")
        .run();
    run.exits(3).err_lacks("CX909");
}

#[test]
fn a_filter_whose_name_cannot_be_set_to_nothing_is_an_error() {
    let checkout = Checkout::new();
    let text = checkout.folder.read(".git/config");
    checkout.folder.write(".git/config", format!("{text}[filter \"a=b\"]\nclean = {}\n", checkout.evil()));
    checkout.folder.write(".git/info/attributes", "* filter=a=b\n");
    checkout.touch();
    checkout.runs_nothing();
    checkout.submit("flows").exits(2).err_has("has a filter called `filter.a=b.clean`");
}

#[test]
fn programs_that_show_compare_and_transport_are_not_run() {
    let checkout = Checkout::new();
    for key in [
        "diff.external",
        "diff.x.textconv",
        "diff.x.command",
        "core.pager",
        "pager.status",
        "pager.show",
        "pager.config",
        "core.editor",
        "core.askPass",
        "core.sshCommand",
        "core.gitProxy",
        "core.alternateRefsCommand",
        "credential.helper",
        "gpg.program",
        "uploadpack.packObjectsHook",
        "interactive.diffFilter",
        "merge.x.driver",
        "trailer.x.command",
    ] {
        checkout.config(key);
    }
    for verb in ["status", "rev-parse", "cat-file", "ls-tree", "config", "hash-object", "symbolic-ref"] {
        checkout.git(&["config", &format!("alias.{verb}"), &format!("!{}", checkout.evil())]);
    }
    for setting in ["log.showSignature", "diff.submodule", "status.submoduleSummary"] {
        checkout.git(&["config", setting, "true"]);
    }
    checkout.folder.write(".git/info/attributes", "* diff=x merge=x\n");
    checkout.folder.write("flows/a.cxflow", format!("{CLEAN}// changed\n"));
    checkout.git_itself_is_caught(".", &["diff"]);
    checkout.runs_nothing();
    checkout.submit("flows").exits(1).err_has("`flows/a.cxflow` is not committed");
}

#[test]
fn a_folder_that_is_laid_out_as_a_repository_is_none() {
    let checkout = Checkout::new();
    for (at, name) in
        [("flows/HEAD", "ref: refs/heads/main\n"), ("flows/refs/x", ""), ("flows/objects/x", "")]
    {
        checkout.folder.write(at, name);
    }
    let config = format!(
        "[core]\nrepositoryformatversion = 0\nbare = false\nworktree = ..\nfsmonitor = {0}\n[alias]\nrev-parse = !{0}\n",
        checkout.evil()
    );
    checkout.folder.write("flows/config", config);
    checkout.git(&["add", "--force", "."]);
    checkout.git(&["commit", "--quiet", "-m", "bare"]);
    checkout.git_itself_is_caught("flows", &["status"]);
    checkout.runs_nothing();
    // The repository around it answers.
    let at_flows = |arguments: &str| bare(&checkout.folder, arguments).folder(&checkout.folder.path("flows"));
    at_flows("check HEAD:./a.cxflow").run().exits(0);
    at_flows("check HEAD:flows/a.cxflow").run().exits(0);
    assert_eq!(checkout.submit("flows").err_lacks("CX909").status, Some(3));
    // Where there is no repository around it, it is still none.
    std::fs::rename(checkout.folder.path(".git"), checkout.away.path("git")).unwrap();
    at_flows("check HEAD:a.cxflow").run().exits(2).err_has("not in a git repository");
    checkout.runs_nothing();
}

#[test]
fn a_bare_repository_is_read_where_it_is_named() {
    let checkout = Checkout::new();
    checkout.git(&["clone", "--quiet", "--bare", ".", "bare.git"]);
    let bare_one = checkout.folder.path("bare.git");
    std::fs::rename(&bare_one, checkout.away.path("bare.git")).unwrap();
    let at = checkout.away.path("bare.git");
    let check = || bare(&checkout.folder, "check HEAD:flows/a.cxflow").folder(&at);
    check().run().exits(2).err_has("GIT_DIR");
    check().env("GIT_DIR", ".").run().exits(0);
}

#[test]
fn a_work_tree_that_the_configuration_names_is_not_the_one_looked_at() {
    let checkout = Checkout::new();
    let other = Folder::new().with("flows/a.cxflow", CLEAN);
    for name in ["cxflow.toml", "audit/.gitkeep", ".gitignore"] {
        other.write(name, checkout.folder.read(name));
    }
    checkout.git(&["config", "core.worktree", other.root().to_str().unwrap()]);
    checkout.folder.write("flows/b.cxflow", "");
    checkout.submit("flows").exits(1).err_has("`flows/b.cxflow` is not committed");
    checkout.runs_nothing();
}

#[test]
fn submit_fetches_nothing_from_a_remote() {
    let origin = Checkout::new();
    origin.git(&["config", "uploadpack.allowFilter", "true"]);
    let clone = Checkout::new();
    let url = format!("file://{}", origin.folder.root().display());
    clone.git(&["clone", "--quiet", "--filter=blob:none", "--no-checkout", &url, "c"]);
    let at = clone.folder.path("c");
    let script = format!("{} ;", clone.evil());
    let check = || bare(&clone.folder, "check HEAD:flows/a.cxflow").folder(&at).run();
    for (key, value) in [
        ("remote.origin.uploadpack", script.as_str()),
        ("remote.origin.url", &format!("ext::{}", clone.evil())),
        ("protocol.ext.allow", "always"),
        ("remote.origin.vcs", "ext"),
    ] {
        clone.git(&["-C", "c", "config", key, value]);
        let run = check().exits(2).err_has("git cannot produce it").err_has("git show");
        assert!(!clone.marked(), "{key}: {run:?}");
    }
    clone.git(&["-C", "c", "config", "--unset", "remote.origin.vcs"]);
    clone.git_itself_is_caught("c", &["show", "HEAD:flows/a.cxflow"]);
}

/// A clone without the contents of files, whose remote runs a program, and the commit that came after it.
fn partial_clone() -> (Checkout, Checkout, String) {
    let origin = Checkout::new();
    origin.git(&["config", "uploadpack.allowFilter", "true"]);
    let clone = Checkout::new();
    let url = format!("file://{}", origin.folder.root().display());
    clone.git(&["clone", "--quiet", "--filter=blob:none", "--no-checkout", &url, "c"]);
    clone.git(&["-C", "c", "config", "remote.origin.uploadpack", &format!("{} ;", clone.evil())]);
    origin.git(&["commit", "--quiet", "--allow-empty", "-m", "later"]);
    let output = Command::new("git").args(["rev-parse", "HEAD"]).current_dir(origin.folder.root()).output();
    let later = String::from_utf8(output.unwrap().stdout).unwrap().trim_end().to_owned();
    (origin, clone, later)
}

#[test]
fn a_commit_that_a_partial_clone_lacks_is_not_fetched() {
    let (_origin, clone, later) = partial_clone();
    clone.git_itself_is_caught("c", &["show", &later]);
    clone.folder.write("c/cxflow.toml", clone.folder.read("cxflow.toml"));
    for arguments in [
        format!("check {later}:flows/a.cxflow"),
        format!("build {later}:flows/a.cxflow -o -"),
        format!("submit --env prod {later}:flows/a.cxflow --timeout 4s"),
        format!("status {later}:flows/a.cxflow --env prod"),
    ] {
        let run = bare(&clone.folder, &arguments)
            .folder(&clone.folder.path("c"))
            .env("CXONE_CLIENT_ID", "x")
            .env("CXONE_CLIENT_SECRET", "a secret of the client")
            .run()
            .exits(2)
            .err_has("is not in this clone");
        assert!(!clone.marked(), "{arguments}: {run:?}");
    }
}

#[test]
fn the_guard_needs_nothing_that_a_partial_clone_lacks() {
    let (origin, clone, _) = partial_clone();
    let names = ["flows/a.cxflow", "cxflow.toml", ".gitignore", "audit/.gitkeep"];
    // The work tree is as it is committed, and none of its contents has been fetched.
    clone.git(&["-C", "c", "read-tree", "HEAD"]);
    for name in names {
        clone.folder.write(&format!("c/{name}"), origin.folder.read(name));
    }
    clone.git_itself_is_caught("c", &["show", "HEAD:flows/a.cxflow"]);
    let submit = || {
        let run = clone.submit("c/flows");
        assert!(!clone.marked(), "{run:?}");
        run
    };
    assert_eq!(submit().err_lacks("CX909").status, Some(3));
    clone.folder.write("c/flows/a.cxflow", format!("{CLEAN}// changed\n"));
    submit().exits(1).err_has("`flows/a.cxflow` is not committed");
    // Git compares the contents of files to tell whether one has got another name.
    clone.folder.write("c/flows/a.cxflow", CLEAN);
    clone.folder.write("c/ignored", format!("{}x\n", origin.folder.read(".gitignore")));
    std::fs::remove_file(clone.folder.path("c/.gitignore")).unwrap();
    clone.git(&["-C", "c", "add", "--all", "--", ".gitignore", "ignored"]);
    submit().exits(1).err_has("`.gitignore` and `ignored` are not committed");
}

#[test]
fn a_submodule_runs_nothing_either_and_its_changes_count() {
    let inner = Checkout::new();
    let checkout = Checkout::new();
    let url = inner.folder.root().display().to_string();
    checkout.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &url, "parts"]);
    checkout.git(&["commit", "--quiet", "-m", "parts"]);
    for key in ["core.fsmonitor", "filter.evil.clean", "core.hooksPath"] {
        checkout.git(&["-C", "parts", "config", key, &checkout.evil()]);
    }
    checkout.folder.write(".git/modules/parts/info/attributes", "* filter=evil\n");
    let flow = checkout.folder.read("parts/flows/a.cxflow");
    std::fs::remove_file(checkout.folder.path("parts/flows/a.cxflow")).unwrap();
    checkout.folder.write("parts/flows/a.cxflow", &flow);
    checkout.git_itself_is_caught(".", &["status", "--ignore-submodules=none"]);
    checkout.runs_nothing();
    assert_eq!(checkout.submit("flows").err_lacks("CX909").status, Some(3));
    checkout.folder.write("parts/flows/a.cxflow", format!("{flow}// changed\n"));
    checkout.submit("flows").exits(1).err_has("`parts/flows/a.cxflow` is not committed");
    checkout.runs_nothing();
}

#[test]
fn a_program_that_the_checkout_calls_git_is_not_run() {
    let checkout = Checkout::new();
    for name in ["git", "flows/git", "bin/git"] {
        checkout.folder.write(name, checkout.away.read("evil"));
        let executable = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(checkout.folder.path(name), executable).unwrap();
    }
    let path = std::env::var("PATH").unwrap();
    for before in [".", "", "bin", "./bin", "../flows"] {
        let run =
            bare(&checkout.folder, "check HEAD:flows/a.cxflow").env("PATH", &format!("{before}:{path}"));
        run.run().exits(0);
        assert!(!checkout.marked(), "{before:?}");
    }
    let run = bare(&checkout.folder, "check HEAD:flows/a.cxflow").env("PATH", ".:bin").run();
    run.exits(2).err_has("cannot run git: there is no git in PATH");
    assert!(!checkout.marked());
}

#[test]
fn names_that_look_like_options_and_patterns_are_names() {
    let checkout = Checkout::new();
    let names = ["-a.cxflow", "--output=x.cxflow", ":(top)a.cxflow", "*.cxflow", "[a].cxflow", "ü b.cxflow"];
    for name in names {
        checkout.folder.write(&format!("flows/-o/{name}"), CLEAN);
    }
    checkout.git(&["add", "."]);
    checkout.git(&["commit", "--quiet", "-m", "names"]);
    for name in names {
        bare(&checkout.folder, "check").arg(format!("HEAD:flows/-o/{name}")).run().exits(0);
        let file = format!("flows/-o/{name}");
        let submit = |file: &str| {
            bare(&checkout.folder, "submit --env prod --timeout 1s")
                .arg(file)
                .env("CXONE_CLIENT_ID", "x")
                .env("CXONE_CLIENT_SECRET", "a secret of the client")
                .run()
        };
        submit(&file).exits(3).err_lacks("CX909");
        checkout.git(&["update-index", "--assume-unchanged", &format!("./{file}")]);
        checkout.folder.write(&file, format!("{CLEAN}// changed\n"));
        submit(&file).exits(1).err_has("differs from what is committed");
        checkout.folder.write(&file, CLEAN);
    }
    for revision in
        ["-p", "--output=mark", "--all", "-", "^HEAD", "HEAD..main", "@{-1}", ":/first", "--end-of-options"]
    {
        let run = bare(&checkout.folder, "check --").arg(format!("{revision}:flows/a.cxflow")).run();
        assert!(matches!(run.status, Some(0 | 2)), "{revision}: {run:?}");
        assert!(!checkout.folder.has("mark"));
    }
}

#[test]
fn included_files_must_be_committed_too() {
    let checkout = Checkout::new();
    checkout.folder.write("flows/a.cxflow", format!("include \"../lib/shared.cxflow\"\n{CLEAN}"));
    checkout.folder.write("lib/shared.cxflow", "let cdn = \"https://cdn.example.com\"\n");
    checkout.git(&["add", "flows"]);
    checkout.git(&["commit", "--quiet", "-m", "include"]);
    checkout.folder.write(".git/info/exclude", "lib\n");
    let submit = || {
        bare(
            &checkout.folder,
            "submit --env prod --timeout 1s flows/a.cxflow --allow unused --message-format short",
        )
        .env("CXONE_CLIENT_ID", "x")
        .env("CXONE_CLIENT_SECRET", "a secret of the client")
        .run()
    };
    submit().exits(1).err_has("shared.cxflow`, because of .gitignore or a similar file");
    checkout.git(&["add", "--force", "."]);
    checkout.git(&["commit", "--quiet", "-m", "all"]);
    submit().exits(3).err_lacks("CX909");
    for file in ["lib/shared.cxflow", "cxflow.toml"] {
        checkout.git(&["update-index", "--assume-unchanged", file]);
        let text = checkout.folder.read(file);
        checkout.folder.write(file, format!("{text}\n"));
        submit().exits(1).err_has("differs from what is committed");
        checkout.folder.write(file, text);
    }
}

#[test]
fn another_object_in_the_place_of_a_commits_file_is_not_taken() {
    let checkout = Checkout::new();
    checkout.folder.write("other", BROKEN);
    checkout.git(&["add", "other"]);
    checkout.git(&["commit", "--quiet", "-m", "other"]);
    checkout.git(&["replace", "HEAD:flows/a.cxflow", "HEAD:other"]);
    bare(&checkout.folder, "check HEAD:flows/a.cxflow").run().exits(0);
}

#[test]
fn a_failure_of_git_is_not_taken_for_an_answer() {
    type Break = fn(&Path);
    let ways: [(&str, Break); 4] = [
        ("configuration", |git| std::fs::write(git.join("config"), "[core\n").unwrap()),
        ("format", |git| {
            std::fs::write(git.join("config"), "[core]\nrepositoryformatversion = 99\n").unwrap()
        }),
        ("objects", |git| {
            std::fs::remove_dir_all(git.join("objects")).unwrap();
            std::fs::create_dir(git.join("objects")).unwrap();
        }),
        ("index", |git| std::fs::write(git.join("index"), "DIRC of nothing").unwrap()),
    ];
    for (way, breaks) in ways {
        let checkout = Checkout::new();
        breaks(&checkout.folder.path(".git"));
        let run = checkout.submit("flows");
        assert_eq!(run.status, Some(2), "{way}: {run:#?}");
        assert!(
            ["git does not", "cannot ask git"].iter().any(|one| run.err.contains(one)),
            "{way}: {}",
            run.err
        );
        if way != "index" {
            let run = bare(&checkout.folder, "check HEAD:flows/a.cxflow").run().exits(2);
            assert!(!run.err.contains("there is no such file"), "{way}: {}", run.err);
        }
    }
}
