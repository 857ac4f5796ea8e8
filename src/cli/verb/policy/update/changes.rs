//! How a lock differs from the bundled policies, and what that changes for the flows.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::bundled;
use crate::bundled::lock::{LockStanding, LockedPolicy, PolicyLock};
use crate::cli::compilation::compile_job::CompileJob;
use crate::diff::{ComplianceChange, Effect, FindingChange, VerdictChange, Version, compare};
use crate::resolve::codes::NOT_LOCKED;
use crate::settings::policy_lock;

/// What becomes of a policy in a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Fate {
    /// It was not in the lock.
    Added,
    /// The compiler has another text.
    Updated,
    /// No flow applies it any more.
    Removed,
    /// The compiler has the same text.
    Same,
    /// The compiler does not have it, so that its text stays.
    Gone,
    /// The lock has a newer version than the compiler, so that its text stays.
    Newer,
    /// No flow applies it, as far as the flows can be read.
    Kept,
}

/// A policy in a lock.
#[derive(Debug, Serialize)]
pub struct PolicyChange {
    /// Its name.
    pub name: String,
    /// What becomes of it.
    pub change: Fate,
    /// The version in the lock.
    pub before: Option<u32>,
    /// The version that the lock gets.
    pub after: Option<u32>,
    /// What differs of its rules and of what it expects.
    pub rules: Vec<ComplianceChange>,
}

/// What changes for a flow.
#[derive(Debug)]
pub struct FlowChange {
    /// Its name.
    pub file: String,
    /// The verdicts that change.
    pub verdicts: Vec<VerdictChange>,
    /// The findings that only one side has.
    pub findings: Vec<FindingChange>,
}

/// What an update of a lock changes.
#[derive(Debug)]
pub struct LockChange {
    /// The policies, in the order of the lock.
    pub policies: Vec<PolicyChange>,
    /// The flows for which something changes.
    pub flows: Vec<FlowChange>,
    /// The text that the lock gets.
    pub text: String,
}

impl LockChange {
    /// Compares flows, compiled with the lock and without it.
    pub fn of(before: &[CompileJob], after: &[CompileJob]) -> Self {
        let lock = before.iter().find_map(|job| job.lock.as_deref());
        let jobs = || before.iter().chain(after);
        // An `apply` in a file that no flow includes applies to nothing.
        let of_flows = jobs().filter(|job| !job.compiled.flow.is_library());
        let bundled = of_flows.flat_map(|job| &job.compiled.flow.policies).filter(|policy| policy.bundled);
        let applied: BTreeSet<&str> = bundled.map(|policy| &*policy.name).collect();
        // What cannot be read may apply any policy.
        let is_whole = jobs().all(|job| job.compiled.flow.complete && !job.compiled.flow.lacks_policies);
        let (mut flows, mut compliance) = (Vec::new(), Vec::new());
        for (before, after) in before.iter().zip(after) {
            let (flow, changes) = FlowChange::of(before, after);
            for change in changes {
                if !compliance.contains(&change) {
                    compliance.push(change);
                }
            }
            flows.push(flow);
        }
        flows.retain(|flow| !flow.verdicts.is_empty() || !flow.findings.is_empty());
        let (mut policies, mut texts) = (Vec::new(), Vec::new());
        let gone = lock.into_iter().flat_map(PolicyLock::gone).map(|policy| policy.name.as_str());
        for name in bundled::ALL.iter().map(|policy| policy.name).chain(gone) {
            let locked = lock.and_then(|lock| lock.find(name));
            let Some((change, text)) = fate(name, locked, applied.contains(name), is_whole) else { continue };
            let rules = compliance.iter().filter(|change| is_about(change, name) && !is_only_version(change));
            let rules = rules.cloned().collect();
            policies.push(PolicyChange {
                name: name.to_owned(),
                change,
                before: locked.and_then(LockedPolicy::version),
                after: text.and_then(bundled::version_of),
                rules,
            });
            texts.extend(text.map(|text| (name, text)));
        }
        Self { policies, flows, text: policy_lock::written(texts) }
    }

    /// Whether a flow would keep or be held to less, or have a new error.
    pub fn is_weaker(&self) -> bool {
        self.flows.iter().any(|flow| {
            flow.verdicts.iter().any(|verdict| verdict.effect == Effect::Weaker)
                || flow.findings.iter().any(|finding| finding.is_new && finding.severity == "error")
        })
    }
}

/// What becomes of a policy, and the text that the lock gets of it. `None` if it is and was not there.
fn fate<'l>(
    name: &str,
    locked: Option<&'l LockedPolicy>,
    is_applied: bool,
    is_whole: bool,
) -> Option<(Fate, Option<&'l str>)> {
    let own = || bundled::find(name).map(|policy| policy.text);
    Some(match locked {
        None => (Fate::Added, own().filter(|_| is_applied).map(Some)?),
        Some(_) if !is_applied && is_whole => (Fate::Removed, None),
        Some(locked) if !is_applied => (Fate::Kept, Some(locked.text.as_str())),
        Some(locked) => match locked.standing() {
            LockStanding::Current => (Fate::Same, Some(locked.text.as_str())),
            LockStanding::Differs(_) if locked.stays() => (Fate::Newer, Some(locked.text.as_str())),
            LockStanding::Differs(_) => (Fate::Updated, own()),
            LockStanding::Gone => (Fate::Gone, Some(locked.text.as_str())),
        },
    })
}

/// Whether nothing but the version of a policy differs, which is said of it anyway.
fn is_only_version(change: &ComplianceChange) -> bool {
    let without_version = |text: &Option<String>| {
        let parts = text.as_deref().unwrap_or_default().split(", ");
        parts.filter(|part| !part.starts_with("version ")).map(str::to_owned).collect::<Vec<_>>()
    };
    change.subject == "policy" && without_version(&change.before) == without_version(&change.after)
}

/// Whether a change is one of a policy or of its rules.
fn is_about(change: &ComplianceChange, policy: &str) -> bool {
    match change.subject {
        "policy" => change.name == policy,
        "rule" => change.name.strip_prefix(policy).is_some_and(|rest| rest.starts_with('/')),
        "expects" => change.name.strip_suffix(policy).is_some_and(|rest| rest.ends_with(" of ")),
        _ => false,
    }
}

impl FlowChange {
    /// What changes for a flow, and what differs of its policies.
    fn of(before: &CompileJob, after: &CompileJob) -> (Self, Vec<ComplianceChange>) {
        // Only the lock differs.
        let version = |job| Version { compiled: job, settings: &[] };
        let diff = compare(version(&*before.compiled), version(&*after.compiled));
        let mut findings = diff.findings;
        findings.retain(|finding| finding.code != NOT_LOCKED.id);
        let flow = Self { file: after.input.name(), verdicts: diff.verdicts, findings };
        (flow, diff.compliance)
    }
}
