//! A command, started or run to its end, and what came of it.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value;

/// What holds of every run in a folder: it ends in time, nothing that it prints moves a terminal's cursor, and
/// neither its output nor a file in the folder has a secret.
#[derive(Debug, Clone)]
pub struct Watch {
    /// How long any run may take.
    pub time: Duration,
    /// What no run may show.
    pub secrets: Vec<String>,
}

/// `cxflowc`, to be run.
pub struct Cxflowc {
    pub command: Command,
    pub input: Vec<u8>,
    output: Option<File>,
    root: PathBuf,
    watch: Option<Watch>,
}

impl Cxflowc {
    pub(super) fn new(command: Command, root: &Path, watch: Option<Watch>) -> Self {
        Self { command, input: Vec::new(), output: None, root: root.to_owned(), watch }
    }

    /// With one more argument.
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    /// With more arguments.
    pub fn args(mut self, arguments: impl IntoIterator<Item: AsRef<OsStr>>) -> Self {
        self.command.args(arguments);
        self
    }

    /// With an environment variable.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// In another folder.
    pub fn folder(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// With this as its standard input.
    pub fn input(mut self, text: impl AsRef<[u8]>) -> Self {
        self.input = text.as_ref().to_vec();
        self
    }

    /// With a file as its standard output, of which the run then has nothing.
    pub fn output(self, file: File) -> Self {
        Self { output: Some(file), ..self }
    }

    /// Runs it to its end.
    #[track_caller]
    pub fn run(self) -> Run {
        self.start().ends()
    }

    /// Starts it.
    #[track_caller]
    pub fn start(mut self) -> Running {
        let output = self.output.map_or_else(Stdio::piped, Stdio::from);
        self.command.stdin(Stdio::piped()).stdout(output).stderr(Stdio::piped());
        let began = Instant::now();
        let mut child = self.command.spawn().unwrap();
        let streams = [collect(child.stdout.take()), collect(child.stderr.take())];
        // A command that does not read its input closes it.
        let _ = child.stdin.take().unwrap().write_all(&self.input);
        Running { child, root: self.root, watch: self.watch, streams, began }
    }
}

fn collect(from: Option<impl Read + Send + 'static>) -> JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut from) = from {
            from.read_to_end(&mut bytes).unwrap();
        }
        bytes
    })
}

/// A command that is under way.
pub struct Running {
    child: Child,
    root: PathBuf,
    watch: Option<Watch>,
    streams: [JoinHandle<Vec<u8>>; 2],
    began: Instant,
}

impl Running {
    /// Presses Ctrl-C.
    #[cfg(unix)]
    pub fn interrupt(&self) {
        self.signal("-INT");
    }

    /// Sends a signal: `-TERM`.
    #[cfg(unix)]
    pub fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }

    /// Ends it at once, whatever it does.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits for its end.
    #[track_caller]
    pub fn ends(mut self) -> Run {
        let (status, peak) = match &self.watch {
            Some(watch) => watched(&mut self.child, self.began, watch.time),
            None => (self.child.wait().unwrap(), None),
        };
        let [out, err] = self.streams.map(|stream| String::from_utf8(stream.join().unwrap()).unwrap());
        let run = Run { status: status.code(), took: self.began.elapsed(), peak, out, err };
        if let Some(watch) = &self.watch {
            run.is_harmless(&self.root, &watch.secrets);
        }
        run
    }
}

/// How a process ended, and the most memory that it had.
#[track_caller]
fn watched(child: &mut Child, began: Instant, time: Duration) -> (ExitStatus, Option<u64>) {
    let mut most = None;
    loop {
        most = most.max(peak(child.id()));
        if let Some(status) = child.try_wait().unwrap() {
            return (status, most);
        }
        if began.elapsed() > time {
            child.kill().unwrap();
            panic!("it does not end");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The most memory that a process has had, in bytes, where the system says so.
fn peak(id: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()? * 1024)
}

/// What came of a command.
#[derive(Debug)]
pub struct Run {
    pub status: Option<i32>,
    pub out: String,
    pub err: String,
    pub took: Duration,
    /// The most memory that it had, in bytes, if it was watched.
    pub peak: Option<u64>,
}

impl Run {
    #[track_caller]
    fn is_harmless(&self, folder: &Path, secrets: &[String]) {
        let hides = |place: &str, text: &str| {
            for secret in secrets {
                assert!(!text.contains(secret), "a secret is in {place}: {text}");
            }
        };
        for text in [&self.out, &self.err] {
            let raw = text.chars().find(|c| c.is_control() && *c != '\n');
            assert!(raw.is_none(), "{raw:?} reaches the terminal: {self:#?}");
            hides("the output", text);
        }
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            hides(&path.display().to_string(), &String::from_utf8_lossy(&bytes));
        }
    }

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
    pub fn out_has(self, text: &str) -> Self {
        assert!(self.out.contains(text), "{text:?} is not in standard output: {self:#?}");
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
    pub fn out_lacks(self, text: &str) -> Self {
        assert!(!self.out.contains(text), "{text:?} is in standard output: {}", self.out);
        self
    }

    #[track_caller]
    pub fn err_lacks(self, text: &str) -> Self {
        assert!(!self.err.contains(text), "{text:?} is in standard error: {}", self.err);
        self
    }

    /// Standard output and, after it, standard error.
    pub fn all(&self) -> String {
        format!("{}{}", self.out, self.err)
    }

    /// Standard error as one line without the frames of findings, as a reader takes it in.
    pub fn message(&self) -> String {
        let plain = self.err.replace(['│', '╰', '─', '╭', '×', '⚠'], " ");
        plain.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Standard error has it, wherever its lines are broken.
    #[track_caller]
    pub fn message_has(self, text: &str) -> Self {
        assert!(self.message().contains(text), "{text:?} is not in the message: {self:#?}");
        self
    }

    /// Neither standard error, wherever its lines are broken, nor standard output has it.
    #[track_caller]
    pub fn lacks(self, text: &str) -> Self {
        assert!(!self.message().contains(text) && !self.out.contains(text), "{text:?} is there: {self:#?}");
        self
    }

    #[track_caller]
    pub fn took_less_than(self, time: Duration) -> Self {
        assert!(self.took < time, "{self:#?}");
        self
    }

    /// Standard output as JSON, one object a line.
    #[track_caller]
    pub fn lines(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Standard output as one JSON text.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap()
    }
}

/// Whether a signal is ignored here, and so by what is started here: SIGHUP below `nohup`, SIGINT and SIGQUIT in
/// the background of a shell. Known on Linux only.
pub fn is_ignored(signal: u32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    ignored.is_some_and(|mask| u64::from_str_radix(mask.trim(), 16).unwrap() >> (signal - 1) & 1 == 1)
}
