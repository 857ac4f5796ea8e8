//! What is submitted: a payload, and the places of its nodes in the source.

use std::path::{Path, PathBuf};

use hyper::body::Bytes;
use rustc_hash::FxHashMap;

use super::places::{self, SourcePlace};
use super::script::ScriptHead;
use crate::audit::Hash;
use crate::cli::Failure;
use crate::cli::compilation::compile_job::CompileJob;
use crate::cli::deployment::fingerprint::Fingerprint;
use crate::cli::files::disk::read_named;
use crate::cli::source_files::input::Input;
use crate::cxone::refusal::Complaint;
use crate::emit::studio;
use crate::flow::Flow;
use crate::resolve::why;
use crate::source::MAX_BYTES;

/// A payload to submit.
pub struct Artifact {
    /// Its source.
    pub input: Input,
    /// The source's name in messages.
    pub name: String,
    /// The source's file name in the lock.
    pub file: String,
    /// The flow's name; for a script, its name with its folder.
    pub flow: String,
    /// What it says of itself if it is a script.
    pub script: Option<ScriptHead>,
    /// The version of the tenant's API that the settings name.
    pub api_version: Option<String>,
    /// The bytes that are sent, exactly those that `build` writes.
    pub payload: Bytes,
    /// The payload's fingerprint.
    pub print: Fingerprint,
    /// The lock's folder.
    pub folder: PathBuf,
    /// The compiled source; `None` for an artifact.
    pub job: Option<CompileJob>,
}

impl Artifact {
    /// The payload of a compiled flow.
    pub fn of(job: CompileJob) -> Result<Self, Failure> {
        let flow = &job.compiled.flow;
        let mut payload = Vec::new();
        job.compiled.target.write(flow, false, &mut payload).map_err(|error| {
            Failure::new(format!("cannot build the payload of {}: {error}", job.input.name()))
        })?;
        let script = match *job.compiled.target.facts() == studio::FACTS {
            true => serde_json::from_slice(&payload).ok().as_ref().and_then(ScriptHead::of),
            false => None,
        };
        Ok(Self {
            name: job.input.name(),
            file: file_name(&job.input),
            flow: script.as_ref().map_or_else(|| flow_name(flow), |head| head.path.clone()),
            script,
            api_version: job.settings.api_version(job.environment.as_ref().map(|one| one.name.as_str())),
            print: Fingerprint::of(&payload),
            payload: payload.into(),
            folder: folder(&job.input),
            input: job.input.clone(),
            job: Some(job),
        })
    }

    /// Reads an approved payload. `sha256` is the hash that it must have.
    pub fn read(path: &Path, sha256: Option<&str>) -> Result<Self, Failure> {
        let name = path.display().to_string();
        let unreadable = |reason: String| Failure::new(format!("cannot read {name}: {reason}")).about(path);
        let payload = read_named(path).map_err(|error| unreadable(why(&error)))?;
        if payload.len() > MAX_BYTES {
            return Err(unreadable(format!("it is larger than {} MiB", MAX_BYTES >> 20)));
        }
        let actual = Hash::of(&payload);
        if let Some(wanted) = sha256
            && !wanted.eq_ignore_ascii_case(&actual.to_string())
        {
            return Err(Failure::new(format!("{name} has the SHA-256 {actual}, but {wanted} was approved"))
                .help("nothing was sent: submit the approved file, or have this one approved"));
        }
        let no_payload = |reason: String| {
            Failure::new(format!("{name} is not a payload: {reason}")).help(
                "an artifact is a file that `cxflowc build` wrote; to submit a source, leave out --artifact",
            )
        };
        if payload.trim_ascii().is_empty() {
            return Err(no_payload("it is empty".to_owned()));
        }
        let value: serde_json::Value = serde_json::from_slice(&payload).map_err(|error| {
            no_payload(format!("it is not JSON from line {}, column {} on", error.line(), error.column()))
        })?;
        let script = ScriptHead::of(&value);
        let flow = match &script {
            Some(head) => head.path.as_str(),
            None => value
                .get("name")
                .and_then(serde_json::Value::as_str)
                .filter(|name| !name.trim().is_empty())
                .ok_or_else(|| no_payload("it has no `name`".to_owned()))?,
        };
        let input = Input::Disk(path.to_path_buf());
        Ok(Self {
            file: file_name(&input),
            flow: flow.to_owned(),
            script,
            api_version: None,
            print: Fingerprint::of(&payload),
            payload: payload.into(),
            folder: folder(&input),
            input,
            name,
            job: None,
        })
    }

    /// The nodes that parts of the payload belong to, by the ids under which the platform names the parts.
    pub fn nodes_of_ids(&self) -> FxHashMap<String, String> {
        let Some(job) = &self.job else { return FxHashMap::default() };
        let flow = &job.compiled.flow;
        let ids = job.compiled.target.node_ids(flow).into_iter();
        ids.map(|(id, node)| (id, flow.nodes[node].id.to_string())).collect()
    }

    /// The place in the source that a complaint is about.
    pub fn place(&self, complaint: &Complaint) -> Option<SourcePlace> {
        let flow = &self.job.as_ref()?.compiled.flow;
        let named = complaint.node.as_deref().and_then(|node| places::named(flow, node));
        let path = || places::at(flow, complaint.path.as_deref()?);
        match named {
            // A path is more precise than the node that it is in.
            Some(named) => Some(path().filter(|place| place.node == named.node).unwrap_or(named)),
            None => path(),
        }
    }
}

/// The flow's name in the payload.
pub fn flow_name(flow: &Flow) -> String {
    flow.name.as_ref().and_then(|name| name.value.as_deref()).unwrap_or_default().to_owned()
}

/// The folder of a source's lock: beside the source. For a git revision it is in the work tree.
pub fn folder(input: &Input) -> PathBuf {
    let folder = input.on_disk(&input.folder());
    if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder }
}

fn file_name(input: &Input) -> String {
    let path = input.path();
    path.file_name().map_or_else(|| input.name(), |name| name.to_string_lossy().into_owned())
}
