//! `cxflow.lock` records what was submitted to the platform and what is still pending.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use crate::audit::Hash;
use crate::cli::Failure;
use crate::cli::deployment::fingerprint::Fingerprint;
use crate::cli::files::disk::{open_to_change, open_to_read};
use crate::cli::files::output;
use crate::cli::files::place::{ResolvedPath, stays_inside};
use crate::cli::files::temporary::RunTurn;
use crate::cxone::{clean, id};
use crate::resolve::{ReadRefusal, why};

const VERSION: u32 = 1;
/// The beginning of every lock that `submit` wrote.
pub const BEGINNING: &str = "# What `cxflowc submit` handed over.";
const HEAD: &str = "# What `cxflowc submit` handed over. Commit this file: the next submission reads it.\n";
/// The maximum size in bytes, larger than any lock that is written.
const MAX_BYTES: u64 = 64 << 20;

/// The contents of a lock.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    version: u32,
    #[serde(default, rename = "flow", skip_serializing_if = "Vec::is_empty")]
    flows: Vec<LockedFlow>,
    #[serde(default, rename = "webhook", skip_serializing_if = "Vec::is_empty")]
    webhooks: Vec<LockedWebhook>,
    #[serde(default, rename = "recording", skip_serializing_if = "Vec::is_empty")]
    recordings: Vec<LockedRecording>,
    #[serde(default, rename = "audit", skip_serializing_if = "Vec::is_empty")]
    audit_heads: Vec<AuditHead>,
}

#[derive(Deserialize)]
struct Version {
    version: u32,
}

/// The state of one flow on one platform.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockedFlow {
    /// The flow's name.
    pub name: String,
    /// The platform's base address.
    pub platform: String,
    /// The source that it was last built from.
    pub source: String,
    /// The payload that is in place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_place: Option<InPlace>,
    /// The payload that is pending.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pending: Option<Pending>,
}

/// A payload that is in place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InPlace {
    /// The platform's id of the flow.
    pub flow_id: String,
    /// The payload's SHA-256, in hex; empty if it is not known what is in place.
    pub payload_sha256: String,
    /// The SHA-256 of the payload's canonical form, which does not depend on line ends and blanks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub canonical_sha256: Option<String>,
    /// When it was reported as completed (RFC 3339, UTC).
    pub since: String,
}

/// A payload that was sent, or is about to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pending {
    /// The payload's SHA-256, in hex.
    pub payload_sha256: String,
    /// The SHA-256 of the payload's canonical form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub canonical_sha256: Option<String>,
    /// The key that makes repeating the same request harmless.
    pub idempotency_key: String,
    /// The platform's job, once it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job: Option<String>,
    /// The state, if it is not just pending.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<Sent>,
    /// Since when it is pending (RFC 3339, UTC).
    pub since: String,
}

/// The state of a payload that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sent {
    /// The platform accepted it, but its result is unknown.
    #[serde(rename = "sent, unknown")]
    Unknown,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LockedWebhook {
    platform: String,
    url: String,
    /// The platform's id for it, if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
}

/// A recording that was uploaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LockedRecording {
    name: String,
    platform: String,
    /// The SHA-256 of its bytes, in hex.
    sha256: String,
}

/// The last line that was appended to an audit log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AuditHead {
    /// The log's path relative to the lock's folder.
    log: String,
    /// The SHA-256 of the line, in hex.
    audit_head: String,
}

impl Record {
    /// The recorded head of an audit log.
    pub fn audit_head(&self, log: &str) -> Option<&str> {
        self.audit_heads.iter().find(|head| head.log == log).map(|head| &*head.audit_head)
    }

    /// Records the head of an audit log.
    pub fn note_audit_head(&mut self, log: &str, head: &str) {
        self.audit_heads.retain(|head| head.log != log);
        self.audit_heads.push(AuditHead { log: log.to_owned(), audit_head: head.to_owned() });
    }

    /// The entry of a flow on a platform.
    pub fn flow(&self, platform: &str, name: &str) -> Option<&LockedFlow> {
        self.flows.iter().find(|entry| entry.platform == platform && entry.name == name)
    }

    /// The entries of a flow on all platforms.
    pub fn everywhere(&self, name: &str) -> impl Iterator<Item = &LockedFlow> {
        self.flows.iter().filter(move |entry| entry.name == name)
    }

    /// The entries of all flows that were built from a source, on all platforms.
    pub fn of_source_everywhere(&self, source: &str) -> impl Iterator<Item = &LockedFlow> {
        self.flows.iter().filter(move |entry| entry.source == source)
    }

    /// The entry of a flow on a platform; creates it if it does not exist.
    pub fn entry(&mut self, platform: &str, name: &str) -> Option<&mut LockedFlow> {
        if self.flow(platform, name).is_none() {
            self.flows.push(LockedFlow {
                name: name.to_owned(),
                platform: platform.to_owned(),
                ..LockedFlow::default()
            });
        }
        self.flows.iter_mut().find(|entry| entry.platform == platform && entry.name == name)
    }

    /// The entries of all flows that were built from a source, on a platform.
    pub fn of_source(&self, platform: &str, source: &str) -> impl Iterator<Item = &LockedFlow> {
        self.flows.iter().filter(move |entry| entry.platform == platform && entry.source == source)
    }

    /// Renames a flow.
    pub fn rename(&mut self, platform: &str, old: &str, new: &str) {
        self.flows.retain(|entry| entry.platform != platform || entry.name != new);
        let entry = self.flows.iter_mut().find(|entry| entry.platform == platform && entry.name == old);
        if let Some(entry) = entry {
            new.clone_into(&mut entry.name);
        }
    }

    /// The entry of the flow with this pending job.
    pub fn of_job(&mut self, platform: &str, job: &str) -> Option<&mut LockedFlow> {
        self.flows.iter_mut().find(|entry| {
            entry.platform == platform
                && entry.pending.as_ref().is_some_and(|pending| pending.job.as_deref() == Some(job))
        })
    }

    /// Whether a webhook is registered.
    pub fn has_webhook(&self, platform: &str, url: &str) -> bool {
        self.webhooks.iter().any(|webhook| webhook.platform == platform && webhook.url == url)
    }

    /// Records a registered webhook.
    pub fn add_webhook(&mut self, platform: &str, url: &str, id: Option<&str>) {
        self.webhooks.retain(|webhook| webhook.platform != platform || webhook.url != url);
        self.webhooks.push(LockedWebhook {
            platform: platform.to_owned(),
            url: url.to_owned(),
            id: id.map(str::to_owned),
        });
    }

    /// Removes a webhook.
    pub fn remove_webhook(&mut self, platform: &str, id: &str) {
        self.webhooks.retain(|webhook| webhook.platform != platform || webhook.id.as_deref() != Some(id));
    }

    /// The SHA-256 of the recording that was uploaded last under a name.
    pub fn recording(&self, platform: &str, name: &str) -> Option<&str> {
        let of_name = |entry: &&LockedRecording| entry.platform == platform && entry.name == name;
        self.recordings.iter().find(of_name).map(|entry| entry.sha256.as_str())
    }

    /// Records that a recording was uploaded.
    pub fn note_recording(&mut self, platform: &str, name: &str, sha256: &str) {
        self.recordings.retain(|entry| entry.platform != platform || entry.name != name);
        self.recordings.push(LockedRecording {
            name: name.to_owned(),
            platform: platform.to_owned(),
            sha256: sha256.to_owned(),
        });
    }

    /// Sorts the entries, so that diffs are small and merges easy.
    fn sort(&mut self) {
        self.flows.sort_by(|a, b| (&a.name, &a.platform).cmp(&(&b.name, &b.platform)));
        self.webhooks.sort_by(|a, b| (&a.platform, &a.url).cmp(&(&b.platform, &b.url)));
        self.recordings.sort_by(|a, b| (&a.name, &a.platform).cmp(&(&b.name, &b.platform)));
        self.audit_heads.sort_by(|a, b| a.log.cmp(&b.log));
    }
}

impl Pending {
    /// A payload that is about to be sent for the first time.
    pub fn new(print: &Fingerprint, since: String) -> Self {
        Self {
            payload_sha256: print.sha256.to_string(),
            canonical_sha256: Some(print.canonical.to_string()),
            idempotency_key: uuid::Uuid::new_v4().to_string(),
            job: None,
            state: None,
            since,
        }
    }

    /// Whether the platform accepted it but its result is unknown.
    pub fn is_unknown(&self) -> bool {
        self.state == Some(Sent::Unknown)
    }

    /// The record for this payload once it is in place.
    pub fn in_place(&self, flow_id: &str, since: String) -> InPlace {
        InPlace {
            flow_id: flow_id.to_owned(),
            payload_sha256: self.payload_sha256.clone(),
            canonical_sha256: self.canonical_sha256.clone(),
            since,
        }
    }
}

/// The lock of one environment in one folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FlowLock {
    path: PathBuf,
}

impl FlowLock {
    /// The lock in a folder: `cxflow.ENV.lock`, or `cxflow.lock` without an environment.
    pub fn within(folder: &Path, environment: Option<&str>) -> Self {
        let name = match environment {
            Some(environment) => format!("cxflow.{environment}.lock"),
            None => "cxflow.lock".to_owned(),
        };
        // Drops `.`, as people would write the path.
        let folder = folder.strip_prefix(".").unwrap_or(folder);
        Self { path: folder.join(name) }
    }

    /// The lock at a path.
    pub fn at(path: &Path) -> Self {
        Self { path: path.to_path_buf() }
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether there is a lock, or anything else at its path.
    pub fn exists(&self) -> bool {
        self.path.symlink_metadata().is_ok()
    }

    /// Reads it; a missing lock is empty.
    pub fn read(&self) -> Result<Record, Failure> {
        match open_to_read(&self.path) {
            Ok(file) => self.parse(&self.text(file)?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Record::default()),
            Err(error) => Err(self.unreadable(&error)),
        }
    }

    /// Takes the turn to submit a flow, which only one run can have at a time. `None` if another run has it.
    pub fn turn(&self, flow: &str) -> Result<Option<RunTurn>, Failure> {
        let place = output::identity(&self.path);
        let folder = place.parent().unwrap_or(Path::new("."));
        let name = place.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        let hash = Hash::of(format!("{name}\n{flow}").as_bytes()).to_string();
        RunTurn::take(folder, hash.get(..10).unwrap_or_default())
            .map_err(|error| output::unwritable(&self.path, &error))
    }

    /// Changes it while no other process can. The change is durable when this returns.
    pub fn change<T>(&self, change: impl FnOnce(&mut Record) -> T) -> Result<T, Failure> {
        let held = self.hold()?;
        let text = self.text(held.try_clone().map_err(|error| self.unreadable(&error))?)?;
        let mut record = self.parse(&text)?;
        let before = record.clone();
        let outcome = change(&mut record);
        if record != before || text.is_empty() {
            record.version = VERSION;
            // If the platform refused a flow, its entry is empty.
            record.flows.retain(|entry| entry.in_place.is_some() || entry.pending.is_some());
            record.sort();
            let body = toml::to_string(&record)
                .map_err(|error| Failure::new(format!("cannot write {}: {error}", self.path.display())))?;
            output::write_durable(&self.path, |out| write!(out, "{HEAD}{body}"))?;
        }
        // A waiting process notices that the file was replaced, and opens the new one.
        drop(held);
        Ok(outcome)
    }

    /// Opens the current file and locks it.
    fn hold(&self) -> Result<File, Failure> {
        stays_inside(&self.path, &ResolvedPath::of(&self.path))?;
        let attempt = || -> io::Result<Option<File>> {
            let file = open_to_change(&self.path)?;
            file.lock()?;
            // Another process may have replaced the file while this one waited.
            let held = same_file::Handle::from_file(file.try_clone()?)?;
            let current = match same_file::Handle::from_path(&self.path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                current => current?,
            };
            Ok((held == current).then_some(file))
        };
        loop {
            match attempt() {
                Ok(Some(file)) => return Ok(file),
                Ok(None) => {}
                Err(error) => {
                    let remedy = match error.kind() {
                        _ if ReadRefusal::of(&error).is_some() => {
                            "restore the lock from git, or remove what is in its place"
                        }
                        io::ErrorKind::NotFound => "create this folder, which is the flow's",
                        _ => "make it writable",
                    };
                    return Err(output::unwritable(&self.path, &error)
                        .help(format!("the lock keeps a rerun from creating a flow twice: {remedy}")));
                }
            }
        }
    }

    fn text(&self, file: File) -> Result<String, Failure> {
        let mut text = String::new();
        file.take(MAX_BYTES).read_to_string(&mut text).map_err(|error| self.unreadable(&error))?;
        Ok(text)
    }

    fn unreadable(&self, error: &io::Error) -> Failure {
        Failure::new(format!("cannot read {}: {}", self.path.display(), why(error)))
            .help("it records what is in place and what is pending, so nothing is done without it; restore it from git")
            .about(&self.path)
    }

    fn parse(&self, text: &str) -> Result<Record, Failure> {
        if text.trim().is_empty() {
            return Ok(Record { version: VERSION, ..Record::default() });
        }
        let path = self.path.display();
        let broken = |error: toml::de::Error| {
            let before = error.span().and_then(|span| text.get(..span.start));
            let line =
                before.map(|before| format!(":{}", before.matches('\n').count() + 1)).unwrap_or_default();
            Failure::new(format!("{path}{line}: {}", error.message()))
                .help("cxflowc writes the lock file: restore it from git, and after a merge keep the entries of both sides, each flow once")
        };
        // Another version may have other fields, so the version is read first.
        let Version { version } = toml::from_str(text).map_err(broken)?;
        if version != VERSION {
            return Err(Failure::new(format!(
                "{path} has version {version}, but this cxflowc reads version {VERSION}"
            ))
            .help("use the version of cxflowc that wrote it"));
        }
        let record: Record = toml::from_str(text).map_err(broken)?;
        self.check_unique(&record)?;
        // Ids become parts of addresses, and a lock may come from anywhere.
        let ids = record.flows.iter().flat_map(|entry| {
            let flow = entry.in_place.as_ref().map(|in_place| &in_place.flow_id);
            flow.into_iter().chain(entry.pending.as_ref().and_then(|pending| pending.job.as_ref()))
        });
        for id in ids.chain(record.webhooks.iter().filter_map(|webhook| webhook.id.as_ref())) {
            id::check(id).map_err(|reason| {
                Failure::new(format!("{path} has an id that {reason}: {}", crate::diagnostics::quote(id)))
                    .help("cxflowc writes the lock file: restore it from git")
            })?;
        }
        Ok(record)
    }

    /// Fails if a flow has two entries for one platform, as a merge may leave them: nobody can tell which one
    /// is right.
    fn check_unique(&self, record: &Record) -> Result<(), Failure> {
        let mut seen = FxHashSet::default();
        match record.flows.iter().find(|entry| !seen.insert((&entry.platform, &entry.name))) {
            None => Ok(()),
            Some(entry) => Err(Failure::new(format!(
                "{} has two entries of the flow {} on {}",
                self.path.display(),
                crate::diagnostics::quote(&entry.name),
                clean(&entry.platform, 200)
            ))
            .help("keep the one whose `in_place` has the later `since`; if either has a `pending` part, keep that as well")),
        }
    }
}

/// The current time in the format of locks: RFC 3339, UTC, whole seconds.
pub fn now() -> String {
    format!("{:.0}", Timestamp::now())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::disallowed_methods, reason = "a test")]

    use std::fs;

    use super::*;

    fn lock() -> (tempfile::TempDir, FlowLock) {
        let folder = tempfile::tempdir().unwrap();
        let lock = FlowLock::within(folder.path(), None);
        (folder, lock)
    }

    #[test]
    fn a_change_is_read_back() {
        let (folder, lock) = lock();
        assert_eq!(lock.read().unwrap().flow("p", "A"), None);
        lock.change(|record| {
            record.entry("p", "A").unwrap().pending =
                Some(Pending::new(&Fingerprint::of(b"{}"), "t".to_owned()));
            record.add_webhook("p", "https://hook.example", Some("sub-1"));
        })
        .unwrap();
        let record = lock.read().unwrap();
        let noted = &record.flow("p", "A").unwrap().pending.as_ref().unwrap().payload_sha256;
        assert_eq!(*noted, Fingerprint::of(b"{}").sha256.to_string());
        assert_eq!(record.flow("q", "A"), None);
        assert!(record.has_webhook("p", "https://hook.example"));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no other file is left behind");
    }

    #[test]
    fn concurrent_changes_are_all_kept() {
        let (_folder, lock) = lock();
        std::thread::scope(|scope| {
            for thread in 0..8 {
                let lock = &lock;
                scope.spawn(move || {
                    for number in 0..10 {
                        let pending = Pending::new(&Fingerprint::of(b"{}"), "t".to_owned());
                        lock.change(|record| {
                            record.entry("p", &format!("{thread}-{number}")).unwrap().pending = Some(pending);
                        })
                        .unwrap();
                    }
                });
            }
        });
        assert_eq!(lock.read().unwrap().flows.len(), 80);
    }

    #[test]
    fn a_merge_conflict_is_reported() {
        let (_folder, lock) = lock();
        fs::write(lock.path(), "version = 1\n<<<<<<< HEAD\n").unwrap();
        let failure = lock.read().unwrap_err();
        assert!(failure.message.contains("cxflow.lock:2: "), "{failure:?}");
        assert!(failure.help.unwrap().contains("merge"));
        let entry = |name: &str, platform: &str| {
            format!("[[flow]]\nname = \"{name}\"\nplatform = \"{platform}\"\nsource = \"a\"\n")
        };
        for (other, is_twice) in [(entry("A", "p"), true), (entry("A", "q"), false), (entry("B", "p"), false)]
        {
            fs::write(lock.path(), format!("version = 1\n{}{other}", entry("A", "p"))).unwrap();
            let read = lock.read();
            assert_eq!(read.is_err(), is_twice, "{read:?}");
            assert_eq!(lock.change(|_| ()).is_err(), is_twice);
        }
        fs::write(lock.path(), "version = 2\nnews = true\n").unwrap();
        assert!(lock.change(|_| ()).unwrap_err().message.contains("version 2"));
    }
}
