//! A folder with a log.

use std::path::PathBuf;
use std::sync::Arc;

use cxflowc::audit::{
    Action, Appended, AuditEntry, EntryContext, Hash, Log, LogProblem, LogReport, Policy, SettingsFile,
    Status, verify,
};

use super::harness::{Folder, Run};

/// A folder whose log is `audit.jsonl`.
pub struct LogFolder(Folder);

impl LogFolder {
    pub fn new() -> Self {
        Self(Folder::new())
    }

    /// A folder with a log of some lines.
    pub fn of(lines: u64) -> Self {
        let folder = Self::new();
        (0..lines).for_each(|number| {
            folder.append(number);
        });
        folder
    }

    pub fn path(&self) -> PathBuf {
        self.0.path("audit.jsonl")
    }

    pub fn log(&self) -> Log {
        Log::open(self.path()).unwrap()
    }

    #[track_caller]
    pub fn append(&self, number: u64) -> Appended {
        self.log().append(&entry(number)).unwrap()
    }

    pub fn bytes(&self) -> Vec<u8> {
        std::fs::read(self.path()).unwrap()
    }

    pub fn write(&self, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path(), bytes).unwrap();
    }

    #[track_caller]
    pub fn holds(&self) -> LogReport {
        let verdict = check(&self.bytes());
        assert!(verdict.holds(), "{verdict:?}\n{}", String::from_utf8_lossy(&self.bytes()));
        verdict
    }

    /// Runs the command in this folder; arguments are separated by spaces.
    #[track_caller]
    pub fn run(&self, arguments: &str) -> Run {
        self.0.run(arguments)
    }
}

pub fn context() -> EntryContext {
    EntryContext {
        actor: "dana".to_owned(),
        commit: Some("5f0c1e2".to_owned()),
        environment: Some("prod".to_owned()),
        compiler: "0.1.0".to_owned(),
        as_of: None,
        policies: vec![Policy { name: "baseline".to_owned(), sha256: Hash::of(b"policy") }],
        waivers: vec!["baseline/depth".to_owned()],
        attestations: Vec::new(),
        facts: [("dialer".to_owned(), "manual".to_owned())].into(),
        params: [("queue".to_owned(), "sales".to_owned())].into(),
        settings: vec![SettingsFile { name: "cxflow.toml".to_owned(), sha256: Hash::of(b"settings") }],
    }
}

pub fn entry(number: u64) -> AuditEntry {
    let time = jiff::Timestamp::from_millisecond(1_790_000_000_000 + number as i64).unwrap();
    AuditEntry::new(time, Action::Create, Status::Ok, Arc::new(context()))
        .flow(format!("Flow \"{number}\""))
        .payload(Hash::of(b"{}"))
        .metric("latency_ms", number)
        .job(format!("job-{number}"))
}

pub fn check(bytes: &[u8]) -> LogReport {
    verify(bytes, None).unwrap()
}

#[track_caller]
pub fn problem(bytes: &[u8]) -> LogProblem {
    check(bytes).problem.unwrap_or_else(|| panic!("it holds: {}", String::from_utf8_lossy(bytes)))
}

/// The lines of a log, each with its newline.
pub fn lines(bytes: &[u8]) -> Vec<Vec<u8>> {
    bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
}
