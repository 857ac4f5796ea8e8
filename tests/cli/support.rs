//! A folder, a run in it, what came back.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A flow without any finding.
pub const CLEAN: &str = r#"flow "Reminder"
entry notice
param queue = "sales_queue"
disclosure notice "https://cdn.example.com/notice.wav"
agent sales "${queue}"
notice -> sales
"#;

/// A flow with one error, in line 6 from column 11 on.
pub const BROKEN: &str = r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
disconnect bye

notice -> bey
"#;

/// A flow with one warning.
pub const WARNED: &str = r#"flow "Reminder"
entry notice
let unused_one = "x"
disclosure notice "https://cdn.example.com/notice.wav"
disconnect bye
notice -> bye
"#;

/// A flow with one note.
pub const NOTED: &str = r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
node fax type "fax" ends
notice -> fax
"#;

pub struct Folder(pub TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A folder with one file, `a.cxflow`.
    pub fn of(text: &str) -> Self {
        Self::new().with("a.cxflow", text)
    }

    pub fn with(self, name: &str, text: impl AsRef<[u8]>) -> Self {
        self.write(name, text);
        self
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    pub fn has(&self, name: &str) -> bool {
        self.path(name).exists()
    }

    /// The names of what is in the folder.
    pub fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    pub fn git(&self, arguments: &[&str]) {
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
    pub fn committed(self) -> Self {
        self.git(&["init", "--quiet"]);
        self.git(&["add", "."]);
        self.git(&["commit", "--quiet", "-m", "first"]);
        self.git(&["tag", "v1"]);
        self
    }

    pub fn run(&self, arguments: &str) -> Run {
        self.command(arguments).run()
    }

    /// A command in this folder; arguments are separated by spaces.
    pub fn command(&self, arguments: &str) -> Cxflowc {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cxflowc"));
        command.args(arguments.split_whitespace()).current_dir(self.0.path());
        for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "FORCE_COLOR"] {
            command.env_remove(name);
        }
        Cxflowc { command, input: Vec::new() }
    }
}

pub struct Cxflowc {
    pub command: Command,
    pub input: Vec<u8>,
}

impl Cxflowc {
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    pub fn folder(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    pub fn input(mut self, text: impl AsRef<[u8]>) -> Self {
        self.input = text.as_ref().to_vec();
        self
    }

    pub fn run(mut self) -> Run {
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
pub struct Run {
    pub status: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Run {
    #[track_caller]
    pub fn exits(self, status: i32) -> Self {
        assert_eq!(self.status, Some(status), "{self:#?}");
        self
    }

    #[track_caller]
    pub fn out_is(self, text: &str) -> Self {
        assert_eq!(self.out, text, "standard output; standard error is {}", self.err);
        self
    }

    #[track_caller]
    pub fn err_is(self, text: &str) -> Self {
        assert_eq!(self.err, text, "standard error");
        self
    }

    #[track_caller]
    pub fn err_has(self, text: &str) -> Self {
        assert!(self.err.contains(text), "{text:?} is not in standard error: {}", self.err);
        self
    }

    #[track_caller]
    pub fn err_lacks(self, text: &str) -> Self {
        assert!(!self.err.contains(text), "{text:?} is in standard error: {}", self.err);
        self
    }

    #[track_caller]
    pub fn out_has(self, text: &str) -> Self {
        assert!(self.out.contains(text), "{text:?} is not in standard output: {}", self.out);
        self
    }

    /// Standard output as JSON, one object a line.
    #[track_caller]
    pub fn lines(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap()
    }
}

/// Whether a signal is ignored here, and so by what is started here: SIGHUP below `nohup`, SIGINT and
/// SIGQUIT in the background of a shell. Told on Linux only.
pub fn is_ignored(signal: u32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    ignored.is_some_and(|mask| u64::from_str_radix(mask.trim(), 16).unwrap() >> (signal - 1) & 1 == 1)
}
