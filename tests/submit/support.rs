//! Platforms that take submissions, and commands that know them.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

pub use super::harness::*;

/// The client that a [`Platform`] knows, and its secret.
pub const CLIENT: &str = "client-of-the-tests";
pub const SECRET: &str = "hunter2+the/clients secret";

/// A command in a folder that knows of no platform.
pub fn bare(folder: &Folder, arguments: &str) -> Cxflowc {
    folder.command(arguments).env("GITHUB_ACTOR", "dana")
}

/// Something that takes submissions.
pub trait Side {
    /// Its address.
    fn base_url(&self) -> &str;
    /// The client and its secret.
    fn credentials(&self) -> (&str, &str);

    /// A command that has the variables for it.
    fn command(&self, folder: &Folder, arguments: &str) -> Cxflowc {
        self.credentials_only(folder, arguments).env("CXONE_BASE_URL", self.base_url())
    }

    /// A command that has the variables for it but for its address.
    fn credentials_only(&self, folder: &Folder, arguments: &str) -> Cxflowc {
        let (id, secret) = self.credentials();
        bare(folder, arguments).env("CXONE_CLIENT_ID", id).env("CXONE_CLIENT_SECRET", secret)
    }

    fn run(&self, folder: &Folder, arguments: &str) -> Run {
        self.command(folder, arguments).run()
    }
}

impl Side for Platform {
    fn base_url(&self) -> &str {
        self.url()
    }

    fn credentials(&self) -> (&str, &str) {
        (CLIENT, SECRET)
    }
}

/// `cxflowc emulate`
pub struct Emulator {
    child: Child,
    base_url: String,
    id: String,
    secret: String,
}

impl Emulator {
    /// One whose jobs are done when the client first asks for them.
    pub fn start() -> Self {
        Self::with("--job-time 100ms")
    }

    pub fn with(arguments: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_cxflowc"))
            .args(["emulate", "-q"])
            .args(arguments.split_whitespace())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut export = |name: &str| {
            let line = lines.next().unwrap().unwrap();
            line.strip_prefix(&format!("export {name}=")).unwrap().to_owned()
        };
        let base_url = export("CXONE_BASE_URL");
        let id = export("CXONE_CLIENT_ID");
        let secret = export("CXONE_CLIENT_SECRET");
        Self { child, base_url, id, secret }
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Side for Emulator {
    fn base_url(&self) -> &str {
        &self.base_url
    }

    fn credentials(&self) -> (&str, &str) {
        (&self.id, &self.secret)
    }
}

/// A flow of this name.
pub fn flow(name: &str) -> String {
    CLEAN.replace("Reminder", name)
}

/// The flow ids that text results name.
pub fn flow_ids(out: &str) -> Vec<String> {
    let id = |line: &str| {
        let (_, rest) = line.split_once("in place as ")?;
        Some(rest.split_whitespace().next().unwrap().to_owned())
    };
    out.lines().filter_map(id).collect()
}

impl Folder {
    /// A lock, read as TOML.
    pub fn lock(&self, name: &str) -> toml::Table {
        self.read(name).parse().unwrap()
    }

    /// The lines of an audit log.
    pub fn log(&self, name: &str) -> Vec<Value> {
        self.read(name).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// Of every line the value of a field.
pub fn column<'a>(lines: &'a [Value], field: &str) -> Vec<&'a str> {
    lines.iter().map(|line| line[field].as_str().unwrap_or("-")).collect()
}
