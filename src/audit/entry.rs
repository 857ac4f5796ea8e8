//! The content of a line.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use super::hash::Hash;
use super::seal::seal;
use super::tear::Tear;

/// The longest text, in bytes; a longer one is cut and ends in `…`.
pub(super) const MAX_TEXT: usize = 256;
/// How many policies, and how many waivers, an entry lists; the others are only counted.
pub(super) const MAX_LISTED: usize = 200;
/// How many attestations an entry lists; the others are only counted.
pub(super) const MAX_ATTESTATIONS: usize = 50;
/// How many figures an entry has.
pub(super) const MAX_METRICS: usize = 64;
/// How many settings files an entry lists; the others are only counted.
pub(super) const MAX_SETTINGS: usize = 16;
/// The most bytes that the facts of an entry may take when written, and likewise its params; the others are
/// only counted.
const MAX_VALUES: usize = 64 * 1024;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Compiling and checking a flow.
    Validate,
    /// Counting or walking its paths.
    Simulate,
    /// Sending it to the platform.
    Create,
    /// The end of the platform's job.
    Persist,
    /// Making a subscription.
    Webhook,
    /// Adding a flow that was already on the platform to the lock.
    Adopt,
}

impl Action {
    /// All actions of entries.
    pub(super) const ALL: [Self; 6] =
        [Self::Validate, Self::Simulate, Self::Create, Self::Persist, Self::Webhook, Self::Adopt];

    /// Its name in the log.
    pub fn name(self) -> &'static str {
        match self {
            Self::Validate => "validate",
            Self::Simulate => "simulate",
            Self::Create => "create",
            Self::Persist => "persist",
            Self::Webhook => "webhook",
            Self::Adopt => "adopt",
        }
    }
}

/// Whether it succeeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It succeeded.
    Ok,
    /// It failed.
    Failed,
}

/// A policy that applied to the flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Its name.
    pub name: String,
    /// The hash of its text.
    pub sha256: Hash,
}

/// A settings file that applies to the flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsFile {
    /// Its name in the run.
    pub name: String,
    /// The hash of its text.
    pub sha256: Hash,
}

/// What the entries of one run, or of one flow in it, have in common.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EntryContext {
    /// Who ran the command.
    pub actor: String,
    /// The git commit that the sources are from.
    pub commit: Option<String>,
    /// The environment, as `--env` names it.
    pub environment: Option<String>,
    /// The compiler's version.
    pub compiler: String,
    /// The day as of which rules and waivers were judged, if it was given.
    pub as_of: Option<String>,
    /// The policies applied.
    pub policies: Vec<Policy>,
    /// The waivers that applied.
    pub waivers: Vec<String>,
    /// The attestations that applied.
    pub attestations: Vec<String>,
    /// The stated facts, by name.
    pub facts: BTreeMap<String, String>,
    /// The params that were set from outside the source, by name.
    pub params: BTreeMap<String, String>,
    /// The settings files, the uppermost first.
    pub settings: Vec<SettingsFile>,
}

impl EntryContext {
    /// The context for an entry that is not about a flow.
    pub fn about_no_flow(&self) -> Self {
        let Self { actor, commit, environment, compiler, .. } = self.clone();
        Self { actor, commit, environment, compiler, ..Self::default() }
    }
}

/// An entry for a log. It never contains a secret.
///
/// Texts are cut at 256 bytes. An entry lists up to 200 policies, 200 waivers, 50 attestations and 16 settings
/// files, and as many facts and params as fit into 64 KiB each. The others are only counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// The time; written in UTC with milliseconds.
    pub time: Timestamp,
    /// What was done.
    pub action: Action,
    /// Whether it succeeded.
    pub status: Status,
    /// Who did it, and with which inputs.
    pub context: Arc<EntryContext>,
    /// The flow's name.
    pub flow: Option<String>,
    /// The SHA-256 of the payload.
    pub payload_sha256: Option<Hash>,
    /// Figures: milliseconds, counts.
    pub metrics: BTreeMap<&'static str, u64>,
    /// The platform's id of the job.
    pub job: Option<String>,
    /// The platform's id of the flow.
    pub flow_id: Option<String>,
    /// The code of a failure, such as CX905.
    pub code: Option<String>,
    /// Further details, in words.
    pub detail: Option<String>,
}

impl AuditEntry {
    /// An entry with the fields that every entry has.
    pub fn new(time: Timestamp, action: Action, status: Status, context: Arc<EntryContext>) -> Self {
        Self {
            time,
            action,
            status,
            context,
            flow: None,
            payload_sha256: None,
            metrics: BTreeMap::new(),
            job: None,
            flow_id: None,
            code: None,
            detail: None,
        }
    }

    /// Names the flow.
    pub fn flow(mut self, name: impl Into<String>) -> Self {
        self.flow = Some(name.into());
        self
    }

    /// Sets the payload's hash.
    pub fn payload(mut self, sha256: Hash) -> Self {
        self.payload_sha256 = Some(sha256);
        self
    }

    /// Adds a figure.
    pub fn metric(mut self, name: &'static str, value: u64) -> Self {
        self.metrics.insert(name, value);
        self
    }

    /// Sets the job's id.
    pub fn job(mut self, id: impl Into<String>) -> Self {
        self.job = Some(id.into());
        self
    }

    /// Sets the platform's id of the flow.
    pub fn flow_id(mut self, id: impl Into<String>) -> Self {
        self.flow_id = Some(id.into());
        self
    }

    /// Sets the code of a failure.
    pub fn code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    /// Adds further details.
    pub fn detail(mut self, text: impl Into<String>) -> Self {
        self.detail = Some(text.into());
        self
    }

    /// The sealed line, without a newline.
    pub(super) fn line(&self, prev: Hash) -> io::Result<Vec<u8>> {
        self.written()?.line(prev)
    }

    fn written(&self) -> io::Result<WrittenEntry> {
        let context = &self.context;
        let (facts, facts_left_out) = fitting(&context.facts)?;
        let (params, params_left_out) = fitting(&context.params)?;
        Ok(WrittenEntry {
            flow: self.flow.as_deref().map(cut),
            policies: context.policies.iter().take(MAX_LISTED).map(WrittenFile::of_policy).collect(),
            as_of: context.as_of.as_deref().map(cut),
            waivers: context.waivers.iter().take(MAX_LISTED).map(|waiver| cut(waiver)).collect(),
            attestations: context.attestations.iter().take(MAX_ATTESTATIONS).map(|one| cut(one)).collect(),
            facts,
            params,
            settings: context.settings.iter().take(MAX_SETTINGS).map(WrittenFile::of_settings).collect(),
            payload_sha256: self.payload_sha256,
            metrics: self.metrics.iter().take(MAX_METRICS).map(|(name, value)| (cut(name), *value)).collect(),
            job: self.job.as_deref().map(cut),
            flow_id: self.flow_id.as_deref().map(cut),
            code: self.code.as_deref().map(cut),
            detail: self.detail.as_deref().map(cut),
            policies_left_out: context.policies.len().saturating_sub(MAX_LISTED),
            waivers_left_out: context.waivers.len().saturating_sub(MAX_LISTED),
            attestations_left_out: context.attestations.len().saturating_sub(MAX_ATTESTATIONS),
            facts_left_out,
            params_left_out,
            settings_left_out: context.settings.len().saturating_sub(MAX_SETTINGS),
            ..WrittenEntry::of(self, self.action.name(), self.status)
        })
    }

    /// The sealed line that reports what was torn before this entry, without a newline.
    pub(super) fn repair_line(&self, tear: &Tear, prev: Hash) -> io::Result<Vec<u8>> {
        let written = WrittenEntry {
            torn_bytes: Some(tear.bytes),
            torn_sha256: Some(tear.sha256),
            ..WrittenEntry::of(self, REPAIR, Status::Ok)
        };
        written.line(prev)
    }
}

/// The action of a line that reports what was torn before it.
pub(super) const REPAIR: &str = "repair";

/// The fields of a line in their order.
#[derive(Serialize)]
struct WrittenEntry {
    time: String,
    action: &'static str,
    flow: Option<String>,
    status: Status,
    actor: String,
    commit: Option<String>,
    environment: Option<String>,
    compiler: String,
    policies: Vec<WrittenFile>,
    #[serde(skip_serializing_if = "Option::is_none")]
    as_of: Option<String>,
    waivers: Vec<String>,
    // Lines of earlier versions lack it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attestations: Vec<String>,
    facts: BTreeMap<String, String>,
    params: BTreeMap<String, String>,
    settings: Vec<WrittenFile>,
    payload_sha256: Option<Hash>,
    metrics: BTreeMap<String, u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    job: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    flow_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    #[serde(skip_serializing_if = "is_zero")]
    policies_left_out: usize,
    #[serde(skip_serializing_if = "is_zero")]
    waivers_left_out: usize,
    #[serde(skip_serializing_if = "is_zero")]
    attestations_left_out: usize,
    #[serde(skip_serializing_if = "is_zero")]
    facts_left_out: usize,
    #[serde(skip_serializing_if = "is_zero")]
    params_left_out: usize,
    #[serde(skip_serializing_if = "is_zero")]
    settings_left_out: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    torn_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    torn_sha256: Option<Hash>,
}

#[derive(Serialize)]
struct WrittenFile {
    name: String,
    sha256: Hash,
}

impl WrittenFile {
    fn of_policy(policy: &Policy) -> Self {
        Self { name: cut(&policy.name), sha256: policy.sha256 }
    }

    fn of_settings(file: &SettingsFile) -> Self {
        Self { name: cut(&file.name), sha256: file.sha256 }
    }
}

impl WrittenEntry {
    fn of(entry: &AuditEntry, action: &'static str, status: Status) -> Self {
        let context = &entry.context;
        Self {
            time: format!("{:.3}", entry.time),
            action,
            flow: None,
            status,
            actor: cut(&context.actor),
            commit: context.commit.as_deref().map(cut),
            environment: context.environment.as_deref().map(cut),
            compiler: cut(&context.compiler),
            policies: Vec::new(),
            as_of: None,
            waivers: Vec::new(),
            attestations: Vec::new(),
            facts: BTreeMap::new(),
            params: BTreeMap::new(),
            settings: Vec::new(),
            payload_sha256: None,
            metrics: BTreeMap::new(),
            job: None,
            flow_id: None,
            code: None,
            detail: None,
            policies_left_out: 0,
            waivers_left_out: 0,
            attestations_left_out: 0,
            facts_left_out: 0,
            params_left_out: 0,
            settings_left_out: 0,
            torn_bytes: None,
            torn_sha256: None,
        }
    }

    fn line(&self, prev: Hash) -> io::Result<Vec<u8>> {
        let mut body = serde_json::to_vec(self)?;
        body.pop();
        Ok(seal(body, prev))
    }
}

/// The named values that fit, and how many do not.
fn fitting(values: &BTreeMap<String, String>) -> io::Result<(BTreeMap<String, String>, usize)> {
    let mut fitting = BTreeMap::new();
    let mut room = MAX_VALUES;
    for (name, value) in values {
        let (name, value) = (cut(name), cut(value));
        let size = serde_json::to_string(&name)?.len() + serde_json::to_string(&value)?.len() + 2;
        let Some(rest) = room.checked_sub(size) else { break };
        room = rest;
        fitting.insert(name, value);
    }
    let left_out = values.len() - fitting.len();
    Ok((fitting, left_out))
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

fn cut(text: &str) -> String {
    if text.len() <= MAX_TEXT {
        return text.to_owned();
    }
    let fits = |(at, character): &(usize, char)| at + character.len_utf8() <= MAX_TEXT - '…'.len_utf8();
    text.char_indices().take_while(fits).map(|(_, character)| character).chain(['…']).collect()
}

#[cfg(test)]
pub(super) mod every_field;
