//! Records a submission: lines in the audit log, and the figures of the run.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use super::artifact::Artifact;
use crate::Compiled;
use crate::audit::{Action, AuditEntry, EntryContext, Hash, Log, Policy, SettingsFile, Status, Tear};
use crate::cli::Failure;
use crate::cli::compilation::compile_job::CompileJob;
use crate::cli::console::secrets;
use crate::cli::console::terminal::Terminal;
use crate::cli::deployment::actor;
use crate::cli::deployment::audit_head;
use crate::cli::deployment::flow_lock::FlowLock;
use crate::cli::files::outputs::check_log_path;
use crate::cli::git;
use crate::flow;
use crate::flow::decision::{Attestation, Waiver};
use crate::flow::policy::fact_value;
use crate::metrics::{Metrics, Stage};
use crate::source::FileId;
use crate::spelling::display_id;

/// The log of a run, shared by all its tasks.
pub struct RunLog {
    began: Instant,
    log: Option<Log>,
    state: Mutex<RunLogState>,
}

#[derive(Default)]
struct RunLogState {
    metrics: Metrics,
    head: Option<Hash>,
    tear: Option<Tear>,
}

impl RunLog {
    /// Opens the run log, with an audit log if there is a path for one. Fails before anything is sent if the
    /// audit log cannot be written or lacks a line that a lock records.
    pub fn new(log: Option<&Path>, locks: &[FlowLock], began: Instant) -> Result<Self, Failure> {
        let mut opened = None;
        if let Some(path) = log {
            check_log_path("the environment's `audit`", path)?;
            locks.iter().try_for_each(|lock| audit_head::check_log_exists(path, lock))?;
            let log = Log::open(path)?;
            log.check(None)?;
            locks.iter().try_for_each(|lock| audit_head::check(&log, lock))?;
            opened = Some(log);
        }
        Ok(Self { began, log: opened, state: Mutex::default() })
    }

    /// Whether there is an audit log.
    pub fn has_log(&self) -> bool {
        self.log.is_some()
    }

    /// The time since the run began.
    pub fn age(&self) -> Duration {
        self.began.elapsed()
    }

    /// Appends a line, and records it in the lock of the line's subject. The line is durable when this
    /// returns.
    pub fn write(&self, entry: &AuditEntry, lock: Option<&FlowLock>) -> Result<(), Failure> {
        let Some(log) = &self.log else { return Ok(()) };
        // A line is permanent, and any name in it may contain a secret.
        let entry = &with_masked_secrets(entry);
        let appended = match lock {
            Some(lock) => audit_head::append(log, lock, entry)?,
            None => log.append(entry)?,
        };
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.head = Some(appended.head);
        state.tear = state.tear.or(appended.repaired);
        Ok(())
    }

    /// Records the time of a stage.
    pub fn record_time(&self, stage: Stage, time: Duration) {
        self.with_metrics(|metrics| metrics.record(stage, time));
    }

    /// Changes or reads the figures.
    pub fn with_metrics<T>(&self, with: impl FnOnce(&mut Metrics) -> T) -> T {
        with(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner).metrics)
    }

    /// Warns of the remains of an earlier, broken write in the log, if this run found any.
    pub fn print_repaired_tear(&self, terminal: &Terminal) {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let (Some(log), Some(tear)) = (&self.log, state.tear) {
            terminal.warning(&format!("{}: {tear}; the next line reports it", log.path().display()));
        }
    }

    /// Prints the log's head, if this run wrote to it. If users note it down elsewhere, it reveals a
    /// truncated log.
    pub fn print_log_head(&self, terminal: &Terminal) {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let (Some(log), Some(head)) = (&self.log, state.head) {
            terminal.closing(&format!("{}: head {head}", log.path().display()));
        }
    }
}

/// The common context of the lines about one source: who submits which commit to which environment.
///
/// # Errors
///
/// Fails if there is a repository but git does not name the commit.
pub fn context(folder: &Path, revision: &str, environment: Option<&str>) -> Result<EntryContext, Failure> {
    let commit = git::commit(folder, revision).map_err(|error| {
        let error = error.to_string();
        let help = git::trust_remedy(&error).unwrap_or_else(|| "check `git status` there".to_owned());
        let message =
            format!("git does not name the commit of {} for the audit log: {error}", folder.display());
        Failure::new(message).help(help)
    })?;
    Ok(EntryContext {
        actor: actor::actor(),
        commit,
        environment: environment.map(str::to_owned),
        compiler: env!("CARGO_PKG_VERSION").to_owned(),
        ..EntryContext::default()
    })
}

/// The policies that apply to a flow, each with the hash of its own text.
pub fn policies(compiled: &Compiled) -> Vec<Policy> {
    let logged = |policy: &flow::policy::Policy| Policy {
        name: policy.name.to_string(),
        sha256: Hash::of(compiled.sources.text(policy.span).as_bytes()),
    };
    compiled.flow.policies.iter().map(logged).collect()
}

/// The waivers that were used: `house/near at q1 by j.lee until 2027-03-31: the scale uses 9`, `CX201 at …`.
pub fn waivers(compiled: &Compiled) -> Vec<String> {
    let flow = &compiled.flow;
    let of_rules = compiled.judged.iter().flat_map(|rule| &rule.waivers);
    let mut numbers: Vec<usize> = of_rules.chain(&compiled.waived_findings).copied().collect();
    numbers.sort_unstable();
    numbers.dedup();
    let text = |waiver: &Waiver| {
        let place = waiver.node.map(|node| format!(" at {}", display_id(&flow.nodes[node].id)));
        let Waiver { subject, by, until, because, .. } = waiver;
        format!("{subject}{} by {by} until {until}: {because}", place.unwrap_or_default())
    };
    numbers.into_iter().filter_map(|number| flow.waivers.get(number)).map(text).collect()
}

/// The attestations that count, and then the evidence of facts: `us_tsr/keep by k.roe until 2027-03-31: recorder policy 7`,
/// `fact consent by k.roe until 2027-03-31: signed web form v3`.
pub fn attestations(compiled: &Compiled) -> Vec<String> {
    let flow = &compiled.flow;
    let numbers: BTreeSet<usize> =
        compiled.judged.iter().flat_map(|rule| &rule.attestations).copied().collect();
    let text = |attestation: &Attestation| {
        let Attestation { subject, by, until, because, .. } = attestation;
        format!("{subject} by {by} until {until}: {because}")
    };
    let attested = numbers.into_iter().filter_map(|number| flow.attestations.get(number)).map(text);
    let evidence = flow.facts.iter().filter_map(|fact| fact.evidence.as_ref());
    let lasting = evidence.filter(|evidence| !evidence.has_ended(compiled.as_of));
    attested.chain(lasting.map(|evidence| format!("fact {}", text(evidence)))).collect()
}

/// The facts that the flow states, with their values.
pub fn facts(compiled: &Compiled) -> BTreeMap<String, String> {
    let named_value =
        |fact: &flow::policy::Fact| Some((fact.name.to_string(), masked(&unquoted(fact.value.as_ref()?))));
    compiled.flow.facts.iter().filter_map(named_value).collect()
}

/// A fact's value without quotation marks.
fn unquoted(value: &flow::policy::Value) -> String {
    match value {
        flow::policy::Value::Text(text) => text.to_string(),
        other => fact_value(other),
    }
}

/// The params that were set from outside the source.
pub fn params(job: &CompileJob) -> BTreeMap<String, String> {
    job.params.iter().map(|(name, value)| (name.clone(), masked(value))).collect()
}

/// An entry with secrets masked in its texts.
fn with_masked_secrets(entry: &AuditEntry) -> AuditEntry {
    let mut entry = entry.clone();
    let AuditEntry { flow, job, flow_id, detail, context, .. } = &mut entry;
    for text in [flow, job, flow_id, detail].into_iter().flatten() {
        *text = masked(text);
    }
    let context = Arc::make_mut(context);
    context.actor = masked(&context.actor);
    context.environment = context.environment.as_deref().map(masked);
    context.waivers.iter_mut().for_each(|waiver| *waiver = masked(waiver));
    context.attestations.iter_mut().for_each(|attestation| *attestation = masked(attestation));
    context.policies.iter_mut().for_each(|policy| policy.name = masked(&policy.name));
    context.settings.iter_mut().for_each(|settings| settings.name = masked(&settings.name));
    for names in [&mut context.facts, &mut context.params] {
        *names = names.iter().map(|(name, value)| (masked(name), masked(value))).collect();
    }
    entry
}

fn masked(text: &str) -> String {
    secrets::mask().text(text).into_owned()
}

/// The settings files that apply to a flow, each with the hash of its text.
pub fn settings(job: &CompileJob) -> Vec<SettingsFile> {
    let logged = |&file: &FileId| {
        let source = job.compiled.sources.get(file);
        SettingsFile { name: source.name().to_owned(), sha256: Hash::of(source.text().as_bytes()) }
    };
    job.settings.files().iter().map(logged).collect()
}

/// A line about an artifact.
pub fn entry(context: &Arc<EntryContext>, action: Action, ok: bool, artifact: &Artifact) -> AuditEntry {
    plain(context, action, ok).flow(artifact.flow.clone()).payload(artifact.print.sha256)
}

/// A line that is not about a payload.
pub fn plain(context: &Arc<EntryContext>, action: Action, ok: bool) -> AuditEntry {
    let status = if ok { Status::Ok } else { Status::Failed };
    AuditEntry::new(Timestamp::now(), action, status, Arc::clone(context))
}

/// Whole milliseconds, as the log counts time.
pub fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
