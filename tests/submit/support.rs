//! Platforms that take submissions, and commands that know them.

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

/// An emulator whose jobs are done when the client first asks for them.
pub fn quick_emulator() -> Emulate {
    Emulate::start("-q --job-time 100ms")
}

impl Side for Emulate {
    fn base_url(&self) -> &str {
        self.is("CXONE_BASE_URL")
    }

    fn credentials(&self) -> (&str, &str) {
        (self.is("CXONE_CLIENT_ID"), self.is("CXONE_CLIENT_SECRET"))
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
