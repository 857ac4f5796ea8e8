//! `cxflowc emulate` in a process of its own.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

use super::Folder;

/// A running emulator, which ends with the test.
pub struct Emulate {
    pub child: Child,
    /// The rest of its standard output.
    pub out: BufReader<ChildStdout>,
    /// The variables that it exports.
    pub variables: BTreeMap<String, String>,
}

impl Emulate {
    /// Starts it with options that are separated by spaces, and reads its five lines.
    pub fn start(options: &str) -> Self {
        let mut command = Folder::command_in_repository(&format!("emulate {options}")).command;
        command.stderr(Stdio::piped());
        Self::of(command)
    }

    /// Starts it with a command.
    pub fn of(mut command: Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut variables = BTreeMap::new();
        for _ in 0..5 {
            let mut line = String::new();
            out.read_line(&mut line).unwrap();
            let (name, value) = line.trim_end().strip_prefix("export ").unwrap().split_once('=').unwrap();
            variables.insert(name.to_owned(), value.to_owned());
        }
        Self { child, out, variables }
    }

    /// The value of a variable.
    pub fn is(&self, name: &str) -> &str {
        &self.variables[name]
    }
}

impl Drop for Emulate {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
