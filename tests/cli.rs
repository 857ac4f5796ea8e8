//! The command line as users meet it: real processes, real folders, real git repositories.
#![cfg(feature = "cli")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    reason = "a test"
)]

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A flow without any finding.
const CLEAN: &str = r#"flow "Reminder"
entry notice
param queue = "sales_queue"
disclosure notice "https://cdn.example.com/notice.wav"
agent sales "${queue}"
notice -> sales
"#;

/// A flow with one error, in line 6 from column 11 on.
const BROKEN: &str = r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
disconnect bye

notice -> bey
"#;

/// A flow with one warning.
const WARNED: &str = r#"flow "Reminder"
entry notice
let unused_one = "x"
disclosure notice "https://cdn.example.com/notice.wav"
disconnect bye
notice -> bye
"#;

/// A flow with one note.
const NOTED: &str = r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
node fax type "fax" ends
notice -> fax
"#;

// ── A folder, a run in it, what came back ───────────────────────────────────────────────────

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A folder with one file, `a.cxflow`.
    fn of(text: &str) -> Self {
        Self::new().with("a.cxflow", text)
    }

    fn with(self, name: &str, text: impl AsRef<[u8]>) -> Self {
        self.write(name, text);
        self
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    fn has(&self, name: &str) -> bool {
        self.path(name).exists()
    }

    /// The names of what is in the folder.
    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn git(&self, arguments: &[&str]) {
        let who = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"];
        let status = Command::new("git")
            .args(who)
            .args(arguments)
            .current_dir(self.0.path())
            .stdout(Stdio::null())
            .status();
        assert!(status.unwrap().success(), "git {arguments:?}");
    }

    /// Makes the folder a repository with all its files committed and tagged `v1`.
    fn committed(self) -> Self {
        self.git(&["init", "--quiet"]);
        self.git(&["add", "."]);
        self.git(&["commit", "--quiet", "-m", "first"]);
        self.git(&["tag", "v1"]);
        self
    }

    fn run(&self, arguments: &str) -> Run {
        self.command(arguments).run()
    }

    /// A command in this folder; arguments are separated by spaces.
    fn command(&self, arguments: &str) -> Cxflowc {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cxflowc"));
        command.args(arguments.split_whitespace()).current_dir(self.0.path());
        for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "FORCE_COLOR"] {
            command.env_remove(name);
        }
        Cxflowc { command, input: Vec::new() }
    }
}

struct Cxflowc {
    command: Command,
    input: Vec<u8>,
}

impl Cxflowc {
    fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    fn folder(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    fn input(mut self, text: impl AsRef<[u8]>) -> Self {
        self.input = text.as_ref().to_vec();
        self
    }

    fn run(mut self) -> Run {
        let mut child =
            self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // A command that does not read its input closes it.
        let _ = child.stdin.take().unwrap().write_all(&self.input);
        let output = child.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Run { status: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

#[derive(Debug)]
struct Run {
    status: Option<i32>,
    out: String,
    err: String,
}

impl Run {
    #[track_caller]
    fn exits(self, status: i32) -> Self {
        assert_eq!(self.status, Some(status), "{self:#?}");
        self
    }

    #[track_caller]
    fn out_is(self, text: &str) -> Self {
        assert_eq!(self.out, text, "standard output; standard error is {}", self.err);
        self
    }

    #[track_caller]
    fn err_is(self, text: &str) -> Self {
        assert_eq!(self.err, text, "standard error");
        self
    }

    #[track_caller]
    fn err_has(self, text: &str) -> Self {
        assert!(self.err.contains(text), "{text:?} is not in standard error: {}", self.err);
        self
    }

    #[track_caller]
    fn err_lacks(self, text: &str) -> Self {
        assert!(!self.err.contains(text), "{text:?} is in standard error: {}", self.err);
        self
    }

    #[track_caller]
    fn out_has(self, text: &str) -> Self {
        assert!(self.out.contains(text), "{text:?} is not in standard output: {}", self.out);
        self
    }

    /// Standard output as JSON, one object a line.
    #[track_caller]
    fn lines(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[track_caller]
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap()
    }
}

// ── build: where the payload goes ───────────────────────────────────────────────────────────

#[test]
fn build_writes_the_payload_beside_its_source() {
    let folder = Folder::new().with("flows/a.cxflow", CLEAN);
    folder.run("build flows/a.cxflow").exits(0).out_is("");
    let payload: Value = serde_json::from_str(&folder.read("flows/a.json")).unwrap();
    assert_eq!(payload["name"], "Reminder");
    assert_eq!(folder.names(), ["flows"]);
}

#[test]
fn build_closes_with_the_output_and_the_figures_on_standard_error() {
    Folder::of(CLEAN)
        .run("build a.cxflow")
        .exits(0)
        .out_is("")
        .err_is("a.json: 2 nodes, 1 transition, 1 path, the deepest of 1 transition\n");
}

#[test]
fn quiet_leaves_out_the_closing_line() {
    Folder::of(CLEAN).run("build -q a.cxflow").exits(0).out_is("").err_is("");
}

#[test]
fn quiet_leaves_the_findings() {
    Folder::of(BROKEN)
        .run("check -q --format short a.cxflow")
        .exits(1)
        .err_has("a.cxflow:6:11: error[CX103 unknown-node]");
}

#[test]
fn output_names_the_file() {
    let folder = Folder::of(CLEAN);
    folder.run("build a.cxflow -o other.json").exits(0);
    assert_eq!(folder.names(), ["a.cxflow", "other.json"]);
}

#[test]
fn output_of_a_dash_is_standard_output() {
    let folder = Folder::of(CLEAN);
    let run = folder.run("build a.cxflow -o -").exits(0).err_has("a.cxflow: 2 nodes");
    assert_eq!(run.json()["entry_node"], "notice");
    assert_eq!(folder.names(), ["a.cxflow"]);
}

#[test]
fn the_payload_is_the_same_on_standard_output_and_in_a_file() {
    let folder = Folder::of(CLEAN);
    let run = folder.run("build a.cxflow -o -");
    folder.run("build a.cxflow");
    assert_eq!(run.out, folder.read("a.json"));
    assert!(run.out.ends_with("}\n") && run.out.starts_with("{\n  \"name\""));
}

#[test]
fn compact_is_one_line() {
    let run = Folder::of(CLEAN).run("build --compact a.cxflow -o -").exits(0);
    assert_eq!(run.out.matches('\n').count(), 1);
    assert!(run.out.starts_with("{\"name\":\"Reminder\",\"description\":\"\",\"nodes\":["), "{}", run.out);
}

#[test]
fn the_output_folder_is_made_and_takes_every_payload() {
    let folder = Folder::new().with("x/a.cxflow", CLEAN).with("y/b.cxflow", CLEAN);
    folder.run("build x/a.cxflow y/b.cxflow --out-dir out/deep").exits(0);
    assert!(folder.has("out/deep/a.json") && folder.has("out/deep/b.json") && !folder.has("x/a.json"));
}

#[test]
fn an_output_folder_that_is_a_file_is_the_commands_fault() {
    let folder = Folder::of(CLEAN).with("out", "x");
    folder
        .run("build a.cxflow --out-dir out")
        .exits(2)
        .err_is("cxflowc: cannot make the folder out: there is a file of that name\n");
}

#[test]
fn two_sources_for_one_output_are_refused_before_anything_is_written() {
    let folder = Folder::new().with("x/a.cxflow", CLEAN).with("y/a.cxflow", CLEAN);
    let message = "cxflowc: two sources for one output: x/a.cxflow and y/a.cxflow would both be written to out/a.json\n";
    folder.run("build x/a.cxflow y/a.cxflow --out-dir out").exits(2).err_is(message);
    assert_eq!(folder.names(), ["x", "y"]);
}

#[test]
fn two_spellings_of_one_source_are_two_sources_for_one_output() {
    Folder::of(CLEAN).run("build a.cxflow ./a.cxflow").exits(2).err_has("two sources for one output");
}

#[test]
fn one_output_for_two_sources_is_refused() {
    let folder = Folder::of(CLEAN).with("b.cxflow", CLEAN);
    folder
        .run("build a.cxflow b.cxflow -o out.json")
        .exits(2)
        .err_has("-o names one output, and there are 2 sources")
        .err_has("--out-dir");
}

#[test]
fn a_source_is_never_overwritten_by_its_own_payload() {
    let folder = Folder::of(CLEAN);
    for output in ["a.cxflow", "./a.cxflow"] {
        folder
            .command("build a.cxflow -o")
            .arg(output)
            .run()
            .exits(2)
            .err_has("a.cxflow would be overwritten by its own payload");
    }
    assert_eq!(folder.read("a.cxflow"), CLEAN);
}

#[test]
fn a_file_that_the_flow_includes_is_never_overwritten_by_its_payload() {
    let library = "let cdn = \"https://cdn.example.com\"\n";
    let folder = Folder::of(&format!("include \"lib.cxflow\"\n{CLEAN}")).with("lib.cxflow", library);
    folder
        .run("build a.cxflow -o ./lib.cxflow")
        .exits(2)
        .err_has("./lib.cxflow would be overwritten by the payload of the flow that includes it");
    assert_eq!(folder.read("lib.cxflow"), library);
}

#[test]
fn output_and_output_folder_exclude_each_other() {
    Folder::of(CLEAN).run("build a.cxflow -o x.json --out-dir y").exits(2).err_has("cannot be used with");
}

#[test]
fn an_output_that_cannot_be_written_says_why() {
    let folder = Folder::of(CLEAN).with("taken.json/inside", "x");
    folder
        .run("build a.cxflow -o none/a.json")
        .exits(2)
        .err_is("cxflowc: cannot write none/a.json: its folder is not there\n");
    folder
        .run("build a.cxflow -o taken.json")
        .exits(2)
        .err_is("cxflowc: cannot write taken.json: it is a folder\n");
}

#[test]
fn a_write_protected_output_stays_as_it_was() {
    let folder = Folder::of(CLEAN).with("a.json", "older");
    let mut permissions = std::fs::metadata(folder.path("a.json")).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(folder.path("a.json"), permissions).unwrap();
    folder.run("build a.cxflow").exits(2).err_is("cxflowc: cannot write a.json: it may not be written\n");
    assert_eq!(folder.read("a.json"), "older");
    assert_eq!(folder.names(), ["a.cxflow", "a.json"], "no temporary file is left");
}

#[cfg(unix)]
#[test]
fn a_link_is_written_through() {
    let folder = Folder::of(CLEAN).with("real/a.json", "older");
    std::os::unix::fs::symlink("real/a.json", folder.path("a.json")).unwrap();
    folder.run("build a.cxflow").exits(0);
    assert!(folder.read("real/a.json").contains("Reminder"));
    assert!(folder.path("a.json").symlink_metadata().unwrap().is_symlink());
}

#[cfg(unix)]
#[test]
fn an_output_keeps_its_permissions() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::of(CLEAN).with("a.json", "older");
    std::fs::set_permissions(folder.path("a.json"), std::fs::Permissions::from_mode(0o640)).unwrap();
    folder.run("build a.cxflow").exits(0);
    assert_eq!(folder.path("a.json").metadata().unwrap().permissions().mode() & 0o777, 0o640);
}

#[cfg(unix)]
#[test]
fn what_is_no_ordinary_file_is_written_to_as_it_is() {
    Folder::of(CLEAN).run("build a.cxflow -o /dev/null").exits(0).err_has("/dev/null: 2 nodes");
}

#[test]
fn errors_leave_an_older_output_alone() {
    let folder = Folder::of(BROKEN).with("a.json", "older");
    folder.run("build a.cxflow").exits(1).err_has("a.cxflow: 1 error; nothing written");
    assert_eq!(folder.read("a.json"), "older");
}

#[test]
fn errors_put_nothing_on_standard_output() {
    Folder::of(BROKEN).run("build a.cxflow -o -").exits(1).out_is("");
}

#[test]
fn of_several_files_each_that_has_no_errors_is_built() {
    let folder = Folder::of(BROKEN).with("b.cxflow", CLEAN);
    folder.run("build a.cxflow b.cxflow").exits(1);
    assert_eq!(folder.names(), ["a.cxflow", "b.cxflow", "b.json"]);
}

#[test]
fn a_library_has_nothing_to_build() {
    let folder = Folder::of("let cdn = \"https://cdn.example.com\"\n");
    folder.run("build a.cxflow --allow unused").exits(0).err_is("a.cxflow: a library, nothing to build\n");
    assert_eq!(folder.names(), ["a.cxflow"]);
}

#[test]
fn as_is_builds_what_a_rule_of_the_graph_forbids() {
    let folder = Folder::of(&CLEAN.replace("disclosure notice", "play notice"));
    folder.run("build a.cxflow").exits(1).err_has("error[CX302 missing-disclosure]");
    folder
        .run("build --as-is a.cxflow")
        .exits(0)
        .err_has("warning[CX302 missing-disclosure]")
        .err_has("a.json: 2 nodes");
}

#[test]
fn as_is_does_not_build_what_names_nothing() {
    Folder::of(BROKEN).run("build --as-is a.cxflow").exits(1).err_has("error[CX103 unknown-node]");
}

// ── Sources: standard input, git revisions, what cannot be read ─────────────────────────────

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
    Folder::new().run("check - -").exits(2).err_is("cxflowc: standard input can be read once\n");
}

#[test]
fn standard_input_has_no_name_in_an_output_folder() {
    let folder = Folder::new();
    folder
        .command("build - --out-dir out")
        .input(CLEAN)
        .run()
        .exits(2)
        .err_has("<stdin> has no name for a file in --out-dir");
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
    Folder::of(CLEAN).committed().run("check v9:a.cxflow").exits(2).err_has("v9 is no git revision here");
}

#[test]
fn a_revision_outside_a_repository_says_so() {
    // `GIT_CEILING_DIRECTORIES` keeps git from looking above the folder.
    let folder = Folder::of(CLEAN);
    let ceiling = folder.0.path().parent().unwrap().display().to_string();
    folder
        .command("check HEAD:a.cxflow")
        .env("GIT_CEILING_DIRECTORIES", &ceiling)
        .run()
        .exits(2)
        .err_has("HEAD is no git revision here");
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
fn a_folder_is_no_source() {
    let folder = Folder::new().with("flows/a.cxflow", CLEAN);
    for verb in ["check", "build"] {
        let expected = "cxflowc: cannot read flows: it is a folder\n  help: name the files in it, as in flows/*.cxflow\n";
        folder.command(verb).arg("flows").run().exits(2).err_is(expected);
    }
    folder.run("build .").exits(2).err_has("cannot read .: it is a folder");
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_says_so() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::of(CLEAN);
    std::fs::set_permissions(folder.path("a.cxflow"), std::fs::Permissions::from_mode(0o000)).unwrap();
    // The superuser may read it all the same.
    if std::fs::read(folder.path("a.cxflow")).is_err() {
        folder.run("check a.cxflow").exits(2).err_is("cxflowc: cannot read a.cxflow: it may not be read\n");
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

// ── Exit status and order ───────────────────────────────────────────────────────────────────

#[test]
fn a_flow_without_findings_exits_0() {
    Folder::of(CLEAN)
        .run("check a.cxflow")
        .exits(0)
        .out_is("")
        .err_is("a.cxflow: no findings; 2 nodes, 1 transition, 1 path, the deepest of 1 transition\n");
}

#[test]
fn a_warning_exits_0() {
    Folder::of(WARNED).run("check a.cxflow").exits(0).err_has("a.cxflow: 1 warning\n");
}

#[test]
fn an_error_exits_1() {
    Folder::of(BROKEN).run("check a.cxflow").exits(1).err_has("a.cxflow: 1 error\n");
}

#[test]
fn of_several_statuses_the_highest_counts() {
    let folder = Folder::of(BROKEN).with("b.cxflow", CLEAN);
    folder.run("check a.cxflow b.cxflow").exits(1);
    folder.run("check b.cxflow nope.cxflow a.cxflow").exits(2);
}

#[test]
fn check_writes_nothing() {
    let folder = Folder::of(CLEAN);
    folder.run("check a.cxflow").exits(0);
    assert_eq!(folder.names(), ["a.cxflow"]);
}

#[test]
fn bad_usage_exits_2() {
    let folder = Folder::of(CLEAN);
    for arguments in
        ["", "biuld a.cxflow", "build", "check", "build --nope a.cxflow", "build --format xml a.cxflow"]
    {
        folder.run(arguments).exits(2).out_is("");
    }
}

#[test]
fn help_and_version_exit_0_on_standard_output() {
    let folder = Folder::new();
    folder.run("--help").exits(0).out_has("Usage: cxflowc").err_is("");
    folder.run("build --help").exits(0).out_has("Exit status: 0 done");
    folder.run("--version").exits(0).out_is(concat!("cxflowc ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn files_are_reported_in_the_order_given() {
    let names: Vec<String> = (0..20).map(|number| format!("f{}.cxflow", (number * 7) % 20)).collect();
    let folder = names.iter().fold(Folder::new(), |folder, name| folder.with(name, BROKEN));
    let run = folder.run(&format!("check -q --format short {}", names.join(" "))).exits(1);
    let reported: Vec<&str> = run.err.lines().map(|line| line.split(':').next().unwrap()).collect();
    assert_eq!(reported, names);
}

#[test]
fn a_finding_in_a_file_that_several_include_is_reported_once() {
    let folder = ["a.cxflow", "b.cxflow"]
        .into_iter()
        .fold(Folder::new(), |folder, name| folder.with(name, format!("{CLEAN}include \"lib.cxflow\"\n")));
    let run = folder.with("lib.cxflow", "let = 2\n").run("check --format short a.cxflow b.cxflow").exits(1);
    assert_eq!(run.err.matches("lib.cxflow:1:").count(), 1, "{}", run.err);
}

// ── Settings ────────────────────────────────────────────────────────────────────────────────

fn queue_of(run: &Run) -> String {
    run.json()["nodes"][1]["actions"][0]["text"].as_str().unwrap().to_owned()
}

#[test]
fn set_gives_a_param_its_value() {
    let run = Folder::of(CLEAN).run("build a.cxflow -o - --set queue=vip").exits(0);
    assert_eq!(queue_of(&run), "vip");
}

#[test]
fn a_value_may_hold_anything_and_is_not_interpolated_again() {
    let run =
        Folder::of(CLEAN).command("build a.cxflow -o - --set").arg("queue=a = ${b} \"c\"").run().exits(0);
    assert_eq!(queue_of(&run), "a = ${b} \"c\"");
}

#[test]
fn the_last_setting_of_a_name_counts() {
    let run = Folder::of(CLEAN).run("build a.cxflow -o - --set queue=one --set queue=two").exits(0);
    assert_eq!(queue_of(&run), "two");
}

#[test]
fn a_setting_without_a_sign_is_bad_usage() {
    Folder::of(CLEAN).run("build a.cxflow --set queue").exits(2).err_has("write NAME=VALUE");
}

#[test]
fn a_setting_that_no_file_declares_is_the_commands_fault() {
    let folder = Folder::of(CLEAN);
    let expected =
        "cxflowc: --set queu: no file declares a param of that name\n  help: did you mean `queue`?\n";
    folder.run("build a.cxflow --set queu=x").exits(2).err_is(expected);
    assert!(!folder.has("a.json"));
}

#[test]
fn a_setting_is_known_if_one_of_the_files_declares_it() {
    let folder = Folder::of(CLEAN).with("b.cxflow", CLEAN.replace("queue", "mailbox"));
    folder.run("check a.cxflow b.cxflow --set queue=x --set mailbox=y").exits(0);
}

#[test]
fn a_param_without_value_is_an_error_in_build_and_a_warning_in_check() {
    let folder = Folder::of(&CLEAN.replace(" = \"sales_queue\"", ""));
    folder.run("build --format short a.cxflow").exits(1).err_has("a.cxflow:3:7: error[CX110 unset-param]");
    folder.run("check --format short a.cxflow").exits(0).err_has("a.cxflow:3:7: warning[CX110 unset-param]");
}

#[test]
fn the_params_of_an_instance_are_set_with_its_prefix() {
    let folder = Folder::of("flow \"A\"\nentry es.notice\ninclude \"menu.cxflow\" as es\n")
        .with("menu.cxflow", CLEAN.split_once("param").map(|(_, rest)| format!("param{rest}")).unwrap());
    let run = folder.run("build a.cxflow -o - --set es.queue=vip").exits(0);
    assert_eq!(queue_of(&run), "vip");
}

const SETTINGS: &str = "[env.prod]\nparams = { queue = \"prod_queue\", tries = 3 }\n[env.dev]\nparams = {}\n";

#[test]
fn an_environment_sets_params() {
    let run = Folder::of(CLEAN).with("cxflow.toml", SETTINGS).run("build a.cxflow -o - --env prod").exits(0);
    assert_eq!(queue_of(&run), "prod_queue");
}

#[test]
fn the_settings_file_is_looked_for_upwards() {
    let folder = Folder::new().with("cxflow.toml", SETTINGS).with("x/y/a.cxflow", CLEAN);
    assert_eq!(queue_of(&folder.run("build x/y/a.cxflow -o - --env prod")), "prod_queue");
    let inside = folder.path("x/y");
    assert_eq!(
        queue_of(&folder.command("build a.cxflow -o - --env prod").folder(&inside).run()),
        "prod_queue"
    );
}

#[test]
fn the_nearest_settings_file_counts() {
    let nearer = SETTINGS.replace("prod_queue", "nearer");
    let folder =
        Folder::new().with("cxflow.toml", SETTINGS).with("x/cxflow.toml", nearer).with("x/y/a.cxflow", CLEAN);
    assert_eq!(queue_of(&folder.run("build x/y/a.cxflow -o - --env prod")), "nearer");
}

#[test]
fn a_setting_comes_before_the_environment() {
    let folder = Folder::of(CLEAN).with("cxflow.toml", SETTINGS);
    assert_eq!(queue_of(&folder.run("build a.cxflow -o - --env prod --set queue=mine")), "mine");
}

#[test]
fn an_unknown_environment_is_the_commands_fault() {
    let folder = Folder::of(CLEAN).with("cxflow.toml", SETTINGS);
    folder
        .run("build a.cxflow --env prd")
        .exits(2)
        .err_has("has no environment `prd`")
        .err_has("did you mean `prod`?");
}

#[test]
fn an_environment_without_settings_file_says_what_to_write() {
    Folder::of(CLEAN)
        .run("build a.cxflow --env prod")
        .exits(2)
        .err_has("there is no cxflow.toml")
        .err_has("[env.prod]");
}

#[test]
fn a_settings_file_that_does_not_parse_names_its_line() {
    let folder = Folder::of(CLEAN).with("cxflow.toml", "[platform]\ntypes = [\n\"a\" \"b\"]\n");
    folder.run("check a.cxflow").exits(2).err_has("cxflow.toml:3: ");
}

#[test]
fn a_key_that_is_not_read_is_a_warning_with_a_suggestion() {
    let folder = Folder::of(CLEAN).with("cxflow.toml", "[platfrom]\ntypes = []\n");
    folder
        .run("check a.cxflow")
        .exits(0)
        .err_has("`platfrom` is not read by this version; did you mean `platform`?");
}

#[test]
fn what_the_platform_is_said_to_take_raises_no_note() {
    let folder = Folder::of(NOTED);
    folder
        .run("check -v --format short a.cxflow")
        .exits(0)
        .err_has("a.cxflow:4:15: note[CX406 beyond-platform]");
    folder.write("cxflow.toml", "[platform]\ntypes = [\"fax\"]\n");
    folder.run("check -v --format short a.cxflow").exits(0).err_lacks("CX406");
}

#[test]
fn denied_warnings_are_errors() {
    let folder = Folder::of(WARNED);
    folder.run("build --deny warnings --format short a.cxflow").exits(1).err_has("error[CX403 unused]");
    assert!(!folder.has("a.json"));
}

#[test]
fn denied_warnings_leave_notes_alone() {
    Folder::of(NOTED)
        .run("build --deny warnings -v a.cxflow")
        .exits(0)
        .err_has("note[CX406 beyond-platform]");
}

#[test]
fn an_allowed_warning_is_silent_even_where_warnings_are_denied() {
    let folder = Folder::of(WARNED);
    for name in ["unused", "CX403", "cx403"] {
        folder
            .command("check --deny warnings --allow")
            .arg(name)
            .arg("a.cxflow")
            .run()
            .exits(0)
            .err_lacks("CX403");
    }
}

#[test]
fn an_error_cannot_be_allowed() {
    Folder::of(BROKEN)
        .run("check --allow unknown-node a.cxflow")
        .exits(1)
        .err_has("error[CX103 unknown-node]");
}

#[test]
fn allowing_an_unknown_name_is_the_commands_fault() {
    let expected =
        "cxflowc: --allow unusd: there is no diagnostic of that name\n  help: did you mean `unused`?\n";
    Folder::of(WARNED).run("check --allow unusd a.cxflow").exits(2).err_is(expected);
}

#[test]
fn notes_show_when_asked_for() {
    let folder = Folder::of(NOTED);
    folder.run("check a.cxflow").exits(0).err_lacks("CX406");
    folder.run("check -v a.cxflow").exits(0).err_has("note[CX406 beyond-platform]");
}

// ── Message formats ─────────────────────────────────────────────────────────────────────────

const MESSAGE: &str = "a transition names `bey`, and there is no such node";

#[test]
fn human_shows_the_line_the_place_and_the_help() {
    let expected = "\
error[CX103 unknown-node]

  × a transition names `bey`, and there is no such node
   ╭─[a.cxflow:6:11]
 6 │ notice -> bey
   ·           ─┬─
   ·            ╰── no such node
   ╰────
  help: did you mean `bye`?

a.cxflow: 1 error
";
    Folder::of(BROKEN).run("check a.cxflow").exits(1).out_is("").err_is(expected);
}

#[test]
fn short_is_one_line_on_standard_error() {
    let expected = format!("a.cxflow:6:11: error[CX103 unknown-node]: {MESSAGE}\na.cxflow: 1 error\n");
    Folder::of(BROKEN).run("check --message-format short a.cxflow").exits(1).out_is("").err_is(&expected);
}

#[test]
fn format_is_another_name_for_message_format_in_build_and_check() {
    let folder = Folder::of(BROKEN);
    for verb in ["build", "check"] {
        folder
            .command(verb)
            .arg("-q")
            .arg("--format")
            .arg("short")
            .arg("a.cxflow")
            .run()
            .exits(1)
            .err_is(&format!("a.cxflow:6:11: error[CX103 unknown-node]: {MESSAGE}\n"));
    }
}

#[test]
fn json_is_one_object_a_line_on_standard_output() {
    let run = Folder::of(BROKEN).run("check --format json a.cxflow").exits(1).err_is("a.cxflow: 1 error\n");
    let start = BROKEN.find("bey").unwrap();
    let span = serde_json::json!({ "start": start, "end": start + 3 });
    let expected = serde_json::json!({
        "code": "CX103",
        "name": "unknown-node",
        "severity": "error",
        "message": MESSAGE,
        "help": "did you mean `bye`?",
        "file": "a.cxflow",
        "span": span,
        "line": 6,
        "column": 11,
        "labels": [{ "message": "no such node", "file": "a.cxflow", "span": span, "line": 6, "column": 11 }],
        "notes": [],
    });
    assert_eq!(run.lines(), [expected]);
}

#[test]
fn json_keeps_its_fields_in_order() {
    let run = Folder::of(BROKEN).run("check --format json a.cxflow");
    let fields =
        ["code", "name", "severity", "message", "help", "file", "span", "line", "column", "labels", "notes"];
    let at: Vec<usize> = fields.iter().map(|field| run.out.find(&format!("\"{field}\":")).unwrap()).collect();
    assert!(at.is_sorted(), "{}", run.out);
}

#[test]
fn json_has_a_null_where_there_is_no_help() {
    let run = Folder::of(NOTED).run("check --format json a.cxflow").exits(0);
    let help = &run.lines()[0]["help"];
    assert!(help.is_null() || help.is_string(), "{help}");
}

#[test]
fn json_has_notes_without_being_asked() {
    let run = Folder::of(NOTED).run("check --format json a.cxflow").exits(0);
    assert_eq!(run.lines()[0]["severity"], "note");
    assert_eq!(run.lines()[0]["code"], "CX406");
}

#[test]
fn json_goes_to_standard_error_where_the_payload_takes_standard_output() {
    let run = Folder::of(WARNED).run("build -q --format json -o - a.cxflow").exits(0);
    assert_eq!(run.json()["name"], "Reminder");
    let finding: Value = serde_json::from_str(run.err.trim()).unwrap();
    assert_eq!(finding["code"], "CX403");
}

#[test]
fn json_of_a_flow_without_findings_is_empty() {
    Folder::of(CLEAN).run("check --format json a.cxflow").exits(0).out_is("");
}

#[test]
fn sarif_has_what_the_standard_requires() {
    let run = Folder::of(BROKEN).run("check --format sarif a.cxflow").exits(1).err_is("a.cxflow: 1 error\n");
    let log = run.json();
    assert_eq!(log["version"], "2.1.0");
    assert!(log["$schema"].as_str().unwrap().ends_with("sarif-schema-2.1.0.json"));
    let run = &log["runs"][0];
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["name"], "cxflowc");
    assert_eq!(driver["semanticVersion"], env!("CARGO_PKG_VERSION"));
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let result = &run["results"][0];
    assert_eq!(result["ruleId"], "CX103");
    assert_eq!(result["level"], "error");
    assert_eq!(result["message"]["text"], format!("{MESSAGE}\ndid you mean `bye`?"));
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "a.cxflow");
    assert_eq!(
        place["region"],
        serde_json::json!({ "startLine": 6, "startColumn": 11, "endLine": 6, "endColumn": 14 })
    );
}

#[test]
fn a_sarif_result_points_at_its_rule() {
    let log = Folder::of(BROKEN).run("check --format sarif a.cxflow").json();
    let run = &log["runs"][0];
    let index = usize::try_from(run["results"][0]["ruleIndex"].as_u64().unwrap()).unwrap();
    let rule = &run["tool"]["driver"]["rules"][index];
    assert_eq!(rule["id"], "CX103");
    assert_eq!(rule["defaultConfiguration"]["level"], "error");
    assert!(!rule["fullDescription"]["text"].as_str().unwrap().is_empty());
}

#[test]
fn sarif_is_one_log_for_all_files() {
    let log =
        Folder::of(BROKEN).with("b.cxflow", WARNED).run("check --format sarif a.cxflow b.cxflow").json();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let levels: Vec<&str> = results.iter().map(|result| result["level"].as_str().unwrap()).collect();
    assert_eq!(levels, ["error", "warning"]);
}

#[test]
fn sarif_of_a_flow_without_findings_is_a_log_without_results() {
    let log = Folder::of(CLEAN).run("check --format sarif a.cxflow").exits(0).json();
    assert_eq!(log["runs"][0]["results"], serde_json::json!([]));
}

#[test]
fn sarif_writes_odd_file_names_as_uris() {
    let folder = Folder::new().with("Menü 1%.cxflow", BROKEN);
    let log = folder.command("check --format sarif").arg("Menü 1%.cxflow").run().exits(1).json();
    let uri = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(uri, "Men%C3%BC%201%25.cxflow");
}

#[test]
fn sarif_shows_further_places_as_related_locations() {
    let text = CLEAN.replace("agent sales", "play notice \"https://cdn.example.com/b.wav\"\nagent sales");
    let log = Folder::of(&text).run("check --format sarif a.cxflow").json();
    let related = &log["runs"][0]["results"][0]["relatedLocations"][0];
    assert_eq!(related["physicalLocation"]["region"]["startLine"], 4);
    assert_eq!(related["message"]["text"], "first here");
}

#[test]
fn github_is_an_annotation_on_standard_error() {
    let expected = "::error file=a.cxflow,line=6,col=11,endColumn=14,title=CX103 unknown-node::\
                    a transition names `bey`, and there is no such node%0Ahelp: did you mean `bye`?\n";
    Folder::of(BROKEN).run("check -q --format github a.cxflow").exits(1).out_is("").err_is(expected);
}

#[test]
fn github_escapes_what_its_commands_are_made_of() {
    let folder = Folder::new().with("a,b:100%.cxflow", BROKEN.replace("bey", "`50% off`"));
    let run = folder.command("check -q --format github").arg("a,b:100%.cxflow").run().exits(1);
    assert!(run.err.contains("::error file=a%2Cb%3A100%25.cxflow,line=6,"), "{}", run.err);
    assert!(run.err.contains("names `50%25 off`, and"), "{}", run.err);
}

#[test]
fn github_calls_a_warning_warning_and_a_note_notice() {
    Folder::of(WARNED).run("check --format github a.cxflow").err_has("::warning file=a.cxflow,line=3,");
    Folder::of(NOTED).run("check -v --format github a.cxflow").err_has("::notice file=a.cxflow,line=4,");
}

#[test]
fn columns_count_characters_in_every_format() {
    let folder = Folder::of("flow \"Äöü 😀\"; entry bey\n");
    folder.run("check --format short a.cxflow").err_has("a.cxflow:1:21: error[CX103");
    folder.run("check a.cxflow").err_has("╭─[a.cxflow:1:21]");
    assert_eq!(folder.run("check --format json a.cxflow").lines()[0]["column"], 21);
    folder.run("check --format github a.cxflow").err_has("line=1,col=21,endColumn=24,");
}

// ── Colours and closed pipes ────────────────────────────────────────────────────────────────

#[test]
fn a_pipe_has_no_colours() {
    Folder::of(BROKEN).run("check a.cxflow").err_lacks("\u{1b}");
}

#[test]
fn colours_can_be_had_in_a_pipe() {
    Folder::of(BROKEN).run("check --color always a.cxflow").err_has("\u{1b}[");
    Folder::new().run("explain --color always dead-end").out_has("\u{1b}[1mCX201 dead-end");
}

#[test]
fn no_color_is_heeded() {
    Folder::of(BROKEN)
        .command("check a.cxflow")
        .env("NO_COLOR", "1")
        .env("CLICOLOR_FORCE", "1")
        .run()
        .err_lacks("\u{1b}");
}

#[test]
fn never_is_stronger_than_the_environment() {
    Folder::of(BROKEN)
        .command("check --color never a.cxflow")
        .env("CLICOLOR_FORCE", "1")
        .run()
        .err_lacks("\u{1b}");
}

#[test]
fn what_asks_for_colours_in_the_flow_gets_none() {
    let folder = Folder::of(&BROKEN.replace("bey", "`\u{1b}[31mbey`"));
    folder.run("check --color always a.cxflow").exits(1).err_lacks("\u{1b}[31mbey").err_has("\\u{1b}[31mbey");
}

#[test]
fn a_closed_standard_output_ends_quietly() {
    let folder = Folder::of(&format!("{CLEAN}{}", "// filler\n".repeat(100)));
    for arguments in [
        "build a.cxflow -o -",
        "check --format json a.cxflow",
        "check --format sarif a.cxflow",
        "explain",
        "man",
        "completions bash",
        "--help",
    ] {
        let mut command = folder.command(arguments).command;
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let err = String::from_utf8_lossy(&output.stderr);
        assert!(!err.contains("panicked") && !err.contains("roken pipe"), "{arguments}: {err}");
        assert_eq!(output.status.code(), Some(0), "{arguments}: {err}");
    }
}

// ── new, explain, completions, man ──────────────────────────────────────────────────────────

#[test]
fn a_new_flow_builds_without_findings() {
    let folder = Folder::new();
    folder
        .run("new spring-reminder")
        .exits(0)
        .out_is("")
        .err_is("spring-reminder.cxflow: a first flow; `cxflowc build spring-reminder.cxflow` compiles it\n");
    folder.run("build --deny warnings spring-reminder.cxflow").exits(0).err_has("spring-reminder.json: ");
    assert!(folder.read("spring-reminder.json").contains("\"name\": \"Spring reminder\""));
}

#[test]
fn new_takes_a_name_with_its_ending() {
    let folder = Folder::new();
    folder.run("new a.cxflow").exits(0);
    assert_eq!(folder.names(), ["a.cxflow"]);
}

#[test]
fn new_overwrites_nothing() {
    let folder = Folder::of(BROKEN);
    folder.run("new a").exits(2).err_has("a.cxflow is there already");
    assert_eq!(folder.read("a.cxflow"), BROKEN);
}

#[test]
fn new_takes_a_name_with_anything_in_it() {
    let folder = Folder::new();
    for name in ["say \"hi\" ${x}", "back\\slash", "Grüße 😀", "a\tb"] {
        let run = folder.command("new").arg(name).run().exits(0);
        assert!(!run.err.contains("cxflowc build"), "a command that no shell takes: {}", run.err);
        folder.command("build --deny warnings").arg(format!("{name}.cxflow")).run().exits(0);
    }
}

#[test]
fn new_says_when_a_name_is_none() {
    let folder = Folder::new();
    for name in ["", ".cxflow", "folder/", ".."] {
        folder.command("new").arg(name).run().exits(2);
    }
    folder.run("new nowhere/a").exits(2).err_has("its folder is not there");
    assert!(folder.names().is_empty(), "{:?}", folder.names());
}

#[test]
fn explain_finds_a_code_by_id_and_name_in_any_case() {
    let folder = Folder::new();
    for wanted in ["CX201", "cx201", "201", "dead-end", "Dead-End"] {
        folder
            .command("explain")
            .arg(wanted)
            .run()
            .exits(0)
            .out_has("CX201 dead-end: an error\n")
            .out_has("What the compiler says")
            .err_is("");
    }
}

#[test]
fn explain_lists_every_code() {
    let run = Folder::new().run("explain").exits(0);
    let listed: Vec<&str> = run.out.lines().map(|line| line.split(' ').next().unwrap()).collect();
    let all: Vec<&str> = cxflowc::diagnostics::codes::all().map(|code| code.id).collect();
    assert_eq!(listed, all);
}

#[test]
fn explain_has_a_page_for_every_code() {
    let folder = Folder::new();
    for code in cxflowc::diagnostics::codes::all() {
        folder.command("explain").arg(code.name).run().exits(0).out_has(code.id).out_has("\nRight\n");
    }
}

#[test]
fn explain_suggests_the_nearest_code() {
    let folder = Folder::new();
    folder
        .run("explain ded-end")
        .exits(2)
        .out_is("")
        .err_is("cxflowc: there is no diagnostic ded-end\n  help: did you mean `dead-end`?\n");
    folder.run("explain gibberish").exits(2).err_has("`cxflowc explain` lists them");
}

#[test]
fn every_shell_has_a_completion_script() {
    let folder = Folder::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        folder
            .command("completions")
            .arg(shell)
            .run()
            .exits(0)
            .out_has("cxflowc")
            .out_has("check")
            .err_is("");
    }
    folder.run("completions cmd").exits(2);
}

#[test]
fn the_manual_has_a_page_for_the_command_and_for_each_verb() {
    let folder = Folder::new();
    folder.run("man").exits(0).out_has(".TH cxflowc 1").out_has("build");
    for verb in ["build", "check", "explain", "new", "completions", "man"] {
        folder.command("man").arg(verb).run().exits(0).out_has(&format!(".TH cxflowc-{verb} 1"));
    }
    folder.run("man bild").exits(2).err_has("did you mean `build`?");
}

#[test]
fn a_payload_taken_for_a_flow_has_one_finding() {
    let folder = Folder::of(CLEAN);
    folder.run("build a.cxflow").exits(0);
    let run = folder.run("check -q --format short a.json").exits(1);
    assert_eq!(
        run.err,
        "a.json:1:1: error[CX001 syntax]: this is JSON, and a flow is written in the language of `.cxflow` files\n"
    );
}
