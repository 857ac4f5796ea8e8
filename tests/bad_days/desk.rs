//! Somebody's folder with a flow in it, and the commands that are given there.
//!
//! Whatever a run prints and leaves behind is looked through: no secret, and nothing that moves a
//! terminal's cursor.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::Value;
use tempfile::TempDir;

use crate::server::Server;

/// A flow without any finding. Its nodes are declared in lines 4 and 5.
pub const FLOW: &str = r#"flow "Reminder"
entry notice
param queue = "sales_queue"
disclosure notice "https://cdn.example.com/notice.wav"
agent sales "${queue}"
notice -> sales
"#;

pub const CLIENT: &str = "client-1";
/// In each secret here there is `hush`, and in nothing else.
pub const SECRET: &str = "hush/4711+x=&\"quiet\"";
pub const WEBHOOK_SECRET: &str = "hook-hush+/4711";

/// What follows `Basic` in the header that asks for a token.
pub fn basic() -> String {
    let secret: String = url::form_urlencoded::byte_serialize(SECRET.as_bytes()).collect();
    BASE64_STANDARD.encode(format!("{CLIENT}:{secret}"))
}

/// How long any run may take.
const PATIENCE: Duration = Duration::from_secs(55);

/// Cases that have nothing to do with each other, all at once: most of their time they wait.
pub fn side_by_side<T: Send>(cases: impl IntoIterator<Item = T>, test: impl Fn(T) + Sync) {
    std::thread::scope(|scope| {
        let test = &test;
        let running: Vec<_> = cases.into_iter().map(|case| scope.spawn(move || test(case))).collect();
        for one in running {
            if let Err(panic) = one.join() {
                std::panic::resume_unwind(panic);
            }
        }
    });
}

pub struct Desk {
    folder: TempDir,
    settings: Vec<(String, String)>,
}

impl Desk {
    /// A folder with [`FLOW`] as `a.cxflow`, and the variables for this platform.
    pub fn at(server: &Server) -> Self {
        Self::before(&server.url())
    }

    pub fn before(url: &str) -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap(), settings: Vec::new() };
        desk.write("a.cxflow", FLOW);
        desk.with("CXONE_BASE_URL", url).with("CXONE_CLIENT_ID", CLIENT).with("CXONE_CLIENT_SECRET", SECRET)
    }

    /// With a variable.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.settings.retain(|(known, _)| known != name);
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.settings.retain(|(known, _)| known != name);
        self
    }

    /// With a webhook that is to be registered.
    pub fn with_webhook(self) -> Self {
        self.with("CXONE_WEBHOOK_URL", "https://hooks.example.com/cxone")
            .with("CXONE_WEBHOOK_SECRET", WEBHOOK_SECRET)
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// `cxflowc submit a.cxflow` with what else there is to say.
    pub fn submit(&self, arguments: &str) -> Run {
        self.run(&format!("submit a.cxflow {arguments}"))
    }

    /// A command, its arguments separated by spaces.
    pub fn run(&self, arguments: &str) -> Run {
        self.start(arguments).ends()
    }

    /// A command whose arguments may hold anything.
    pub fn say(&self, arguments: &[&str]) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cxflowc"));
        command.args(arguments);
        self.spawn(command).ends()
    }

    pub fn start(&self, arguments: &str) -> Running<'_> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cxflowc"));
        command.args(arguments.split_whitespace());
        self.spawn(command)
    }

    /// Gives a command as somebody does who copies it out of a message.
    #[cfg(unix)]
    pub fn paste(&self, command: &str) -> Run {
        let folder = Path::new(env!("CARGO_BIN_EXE_cxflowc")).parent().unwrap().to_path_buf();
        let path = std::env::join_paths([folder, "/usr/bin".into(), "/bin".into()]).unwrap();
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(command).env("PATH", path);
        self.spawn(shell).ends()
    }

    fn spawn(&self, mut command: Command) -> Running<'_> {
        for (name, _) in std::env::vars() {
            let is_proxy = name.to_ascii_lowercase().ends_with("_proxy");
            if is_proxy
                || name.starts_with("CXONE_")
                || name.starts_with("SSL_CERT_")
                || name.contains("COLOR")
            {
                command.env_remove(name);
            }
        }
        let child = command
            .envs(self.settings.iter().map(|(name, value)| (name, value)))
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Running::new(child, self.folder.path())
    }
}

/// A command that is under way.
pub struct Running<'a> {
    child: Child,
    folder: &'a Path,
    streams: Option<[std::thread::JoinHandle<Vec<u8>>; 2]>,
    began: Instant,
    peak: Option<u64>,
}

impl<'a> Running<'a> {
    fn new(mut child: Child, folder: &'a Path) -> Self {
        fn drain(mut from: impl Read + Send + 'static) -> std::thread::JoinHandle<Vec<u8>> {
            std::thread::spawn(move || {
                let mut bytes = Vec::new();
                from.read_to_end(&mut bytes).unwrap();
                bytes
            })
        }
        let streams = [drain(child.stdout.take().unwrap()), drain(child.stderr.take().unwrap())];
        Self { child, folder, streams: Some(streams), began: Instant::now(), peak: None }
    }

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
        let status = loop {
            self.peak = self.peak.max(peak(self.child.id()));
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            if self.began.elapsed() > PATIENCE {
                self.child.kill().unwrap();
                panic!("it does not end");
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        let [out, err] = self.streams.take().unwrap().map(|stream| stream.join().unwrap());
        let run = Run {
            status: status.code(),
            took: self.began.elapsed(),
            peak: self.peak,
            out: String::from_utf8(out).unwrap(),
            err: String::from_utf8(err).unwrap(),
        };
        run.is_harmless(self.folder);
        run
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
    pub took: Duration,
    pub peak: Option<u64>,
    pub out: String,
    pub err: String,
}

impl Run {
    #[track_caller]
    fn is_harmless(&self, folder: &Path) {
        for text in [&self.out, &self.err] {
            let raw = text.chars().find(|c| c.is_control() && *c != '\n');
            assert!(raw.is_none(), "{raw:?} reaches the terminal: {self:#?}");
            hides_secrets("the output", text);
        }
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            hides_secrets(&path.display().to_string(), &String::from_utf8_lossy(&bytes));
        }
    }

    #[track_caller]
    pub fn exits(self, status: i32) -> Self {
        assert_eq!(self.status, Some(status), "{self:#?}");
        self
    }

    /// Exit status 3, and the code of the platform's problem.
    #[track_caller]
    pub fn fails(self, code: &str) -> Self {
        self.exits(3).says(&format!("[{code} ")).out_has(code)
    }

    /// Standard error has it, wherever its lines are broken.
    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        assert!(self.told().contains(text), "{text:?} is not said: {self:#?}");
        self
    }

    #[track_caller]
    pub fn lacks(self, text: &str) -> Self {
        assert!(!self.told().contains(text) && !self.out.contains(text), "{text:?} is said: {self:#?}");
        self
    }

    #[track_caller]
    pub fn out_has(self, text: &str) -> Self {
        assert!(self.out.contains(text), "{text:?} is not in the results: {self:#?}");
        self
    }

    #[track_caller]
    pub fn took_less_than(self, time: Duration) -> Self {
        assert!(self.took < time, "{self:#?}");
        self
    }

    /// Standard error with its lines joined, as a reader takes it in.
    pub fn told(&self) -> String {
        let plain = self.err.replace(['│', '╰', '─', '╭', '×', '⚠'], " ");
        plain.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The command that the run says picks its job up.
    #[cfg(unix)]
    #[track_caller]
    pub fn pick_up(&self) -> String {
        let told = format!("{} {}", self.told(), self.out);
        let at = told.find("`cxflowc job ").unwrap_or_else(|| panic!("no command: {self:#?}"));
        told[at + 1..].split('`').next().unwrap().to_owned()
    }

    /// Standard output as JSON, one object a line.
    #[track_caller]
    pub fn lines(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

#[track_caller]
fn hides_secrets(place: &str, text: &str) {
    for needle in ["hush", &basic()] {
        assert!(!text.contains(needle), "a secret is in {place}: {text}");
    }
}
