//! Flows whose sources call them something else than before.

use super::deliver::Submission;
use crate::cli::Failure;
use crate::cli::deployment::flow_lock::{FlowLock, LockedFlow, Pending};
use crate::cxone::{Tenant, codes};
use crate::diagnostics::Diagnostic;

/// The flow that a source was, under another name.
struct FormerFlow {
    name: String,
    /// Its id, if it is in place.
    flow_id: Option<String>,
    /// What was sent of it, if it is not known how that ended.
    pending: Option<Pending>,
}

/// What stays in place under its old name; with `--rename` its id is carried over instead.
pub fn former(
    submissions: &[Submission],
    tenant: &Tenant,
    carry_over: bool,
) -> Result<Vec<Diagnostic>, Failure> {
    let mut findings = Vec::new();
    for submission in submissions {
        let Some(lock) = &submission.lock else { continue };
        let Some(former) = former_of(submission, submissions, lock, tenant.name())? else {
            if carry_over && !is_known(submission, lock, tenant.name())? {
                let name = &submission.artifact.name;
                return Err(Failure::new(format!(
                    "--rename: {} knows no other flow of {name}",
                    lock.path().display()
                ))
                .help("nothing was sent: leave --rename out, or take the flow with --adopt FLOW_ID"));
            }
            continue;
        };
        if is_known(submission, lock, tenant.name())? {
            if carry_over {
                return Err(both_known(submission, lock, &former));
            }
            // That was said when the new flow was sent first.
            continue;
        }
        if carry_over {
            lock.change(|record| record.rename(tenant.name(), &former.name, &submission.artifact.flow))?;
        }
        match &former.flow_id {
            Some(flow_id) if !carry_over => findings.push(stays(submission, &former.name, flow_id)),
            Some(flow_id) if tenant.endpoints.update(flow_id).is_none() => {
                findings.push(anew(submission, &former.name, flow_id));
            }
            _ => {}
        }
        // With `--rename` it is the new name's earlier version from now on.
        if let Some(pending) = former.pending.filter(|_| !carry_over) {
            findings.push(on_its_way(submission, &former.name, pending.job.as_deref()));
        }
    }
    Ok(findings)
}

fn stays(submission: &Submission, name: &str, flow_id: &str) -> Diagnostic {
    let (new, source) = (&submission.artifact.flow, &submission.artifact.name);
    let message = format!(
        "{source}: was the flow \"{name}\", which stays in place as {flow_id}; to the platform \"{new}\" is another flow"
    );
    Diagnostic::unplaced(&codes::STAYS_IN_PLACE, message)
        .help("--rename instead carries the old flow's id over to the new name")
}

fn anew(submission: &Submission, name: &str, flow_id: &str) -> Diagnostic {
    let (new, source) = (&submission.artifact.flow, &submission.artifact.name);
    let message =
        format!("{source}: \"{new}\" is created anew, and {flow_id}, which was \"{name}\", stays in place");
    Diagnostic::unplaced(&codes::STAYS_IN_PLACE, message).help(
        "this environment has no `update`, so that no flow is changed in place: write one, or take the old flow away on the platform",
    )
}

fn on_its_way(submission: &Submission, name: &str, job: Option<&str>) -> Diagnostic {
    let (new, source) = (&submission.artifact.flow, &submission.artifact.name);
    let job = job.map(|job| format!(" as job {job}")).unwrap_or_default();
    let message = format!(
        "{source}: was the flow \"{name}\", which was sent{job} and may come into place as well; to the platform \"{new}\" is another flow"
    );
    Diagnostic::unplaced(&codes::STAYS_IN_PLACE, message)
        .help("--rename takes it for an earlier version of the flow under its new name")
}

/// That `--rename` comes too late.
fn both_known(submission: &Submission, lock: &FlowLock, former: &FormerFlow) -> Failure {
    let (new, old) = (&submission.artifact.flow, &former.name);
    Failure::new(format!("--rename: {} knows both \"{old}\" and \"{new}\"", lock.path().display())).help(format!(
        "nothing was sent: take the flow away on the platform that is not wanted; if that is \"{old}\", take its entry out of the lock, and if it is \"{new}\", take out that one and run this again"
    ))
}

/// The flow that the lock knows of this source, if no flow of the run has that name. Of several
/// the one that was sent last.
fn former_of(
    submission: &Submission,
    all: &[Submission],
    lock: &FlowLock,
    platform: &str,
) -> Result<Option<FormerFlow>, Failure> {
    let artifact = &submission.artifact;
    // Standard input may be anything, and so may a file of a payload.
    if artifact.job.is_none() || artifact.file == "<stdin>" {
        return Ok(None);
    }
    let is_submitted = |name: &str| {
        all.iter().any(|one| one.artifact.flow == name && one.artifact.folder == artifact.folder)
    };
    let record = lock.read()?;
    let former = record.of_source(platform, &artifact.file);
    let former = former.filter(|entry| entry.name != artifact.flow && !is_submitted(&entry.name));
    let since = |entry: &LockedFlow| {
        let there = entry.in_place.as_ref().map(|there| there.since.clone());
        there.max(entry.pending.as_ref().map(|pending| pending.since.clone()))
    };
    Ok(former.max_by_key(|entry| since(entry)).map(|entry| FormerFlow {
        name: entry.name.clone(),
        flow_id: entry.in_place.as_ref().map(|there| there.flow_id.clone()),
        pending: entry.pending.clone(),
    }))
}

/// Whether the lock knows the flow under its name of today.
fn is_known(submission: &Submission, lock: &FlowLock, platform: &str) -> Result<bool, Failure> {
    let record = lock.read()?;
    let entry = record.flow(platform, &submission.artifact.flow);
    Ok(entry.is_some_and(|entry| entry.in_place.is_some() || entry.pending.is_some()))
}
