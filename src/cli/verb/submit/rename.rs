//! Finds flows that their sources have renamed.

use super::deliver::Submission;
use super::destination::Destination;
use crate::cli::Failure;
use crate::cli::deployment::flow_lock::{FlowLock, LockedFlow, Pending};
use crate::cxone::codes;
use crate::diagnostics::Diagnostic;

/// A source's flow under its former name.
struct FormerFlow {
    name: String,
    /// Its id, if it is in place.
    flow_id: Option<String>,
    /// What was sent of it, if the result is not known.
    pending: Option<Pending>,
}

/// The findings about flows that stay in place under their old name; with `carry_over` their ids are carried
/// over instead.
pub fn former(
    submissions: &[Submission],
    destination: &Destination,
    carry_over: bool,
) -> Result<Vec<Diagnostic>, Failure> {
    let mut findings = Vec::new();
    for submission in submissions {
        let Some(lock) = &submission.lock else { continue };
        let Some(platform) = destination.platform(&submission.artifact) else { continue };
        let platform = &*platform;
        let Some(former) = former_of(submission, submissions, lock, platform)? else {
            if carry_over && !is_known(submission, lock, platform)? {
                let name = &submission.artifact.name;
                return Err(Failure::new(format!(
                    "--rename: {} knows no other flow of {name}",
                    lock.path().display()
                ))
                .help("nothing was sent: leave --rename out, or record the flow with --adopt FLOW_ID"));
            }
            continue;
        };
        if is_known(submission, lock, platform)? {
            if carry_over {
                return Err(both_known(submission, lock, &former));
            }
            // This was reported when the new flow was first sent.
            continue;
        }
        if carry_over {
            lock.change(|record| record.rename(platform, &former.name, &submission.artifact.flow))?;
        }
        match &former.flow_id {
            Some(flow_id) if !carry_over => findings.push(old_flow_stays(submission, &former.name, flow_id)),
            Some(flow_id) if !destination.updates(flow_id) => {
                findings.push(created_anew(submission, &former.name, flow_id));
            }
            _ => {}
        }
        // With `--rename` it becomes an earlier version of the renamed flow.
        if let Some(pending) = former.pending.filter(|_| !carry_over) {
            findings.push(old_flow_pending(submission, &former.name, pending.job.as_deref()));
        }
    }
    Ok(findings)
}

fn old_flow_stays(submission: &Submission, name: &str, flow_id: &str) -> Diagnostic {
    let (new, source) = (&submission.artifact.flow, &submission.artifact.name);
    let message = format!(
        "{source}: was the flow \"{name}\", which stays in place as {flow_id}; to the platform \"{new}\" is another flow"
    );
    Diagnostic::unplaced(&codes::STAYS_IN_PLACE, message).help(match submission.artifact.script {
        Some(_) => "a script is known by its name: if calls no longer use the old one, delete it in Studio, and its entry in the lock file",
        None => "--rename instead carries the old flow's id over to the new name",
    })
}

fn created_anew(submission: &Submission, name: &str, flow_id: &str) -> Diagnostic {
    let (new, source) = (&submission.artifact.flow, &submission.artifact.name);
    let message =
        format!("{source}: \"{new}\" is created anew, and {flow_id}, which was \"{name}\", stays in place");
    Diagnostic::unplaced(&codes::STAYS_IN_PLACE, message).help(
        "this environment has no `update`, so flows are not changed in place: set it, or delete the old flow on the platform",
    )
}

fn old_flow_pending(submission: &Submission, name: &str, job: Option<&str>) -> Diagnostic {
    let (new, source) = (&submission.artifact.flow, &submission.artifact.name);
    let job = job.map(|job| format!(" as job {job}")).unwrap_or_default();
    let message = format!(
        "{source}: was the flow \"{name}\", which was sent{job} and may be put in place as well; to the platform \"{new}\" is another flow"
    );
    Diagnostic::unplaced(&codes::STAYS_IN_PLACE, message)
        .help("--rename treats it as an earlier version of the renamed flow")
}

/// The failure if `--rename` comes too late, since both flows are known.
fn both_known(submission: &Submission, lock: &FlowLock, former: &FormerFlow) -> Failure {
    let (new, old) = (&submission.artifact.flow, &former.name);
    Failure::new(format!("--rename: {} knows both \"{old}\" and \"{new}\"", lock.path().display())).help(format!(
        "nothing was sent: delete the unwanted flow on the platform; if that is \"{old}\", remove its entry from the lock; if it is \"{new}\", remove that entry and run this again"
    ))
}

/// The lock's former flow of this source, if no flow of the run has that name. If there are several, the one
/// that was sent last.
fn former_of(
    submission: &Submission,
    all: &[Submission],
    lock: &FlowLock,
    platform: &str,
) -> Result<Option<FormerFlow>, Failure> {
    let artifact = &submission.artifact;
    // Standard input may be any source, and an artifact any payload.
    if artifact.job.is_none() || artifact.file == "<stdin>" {
        return Ok(None);
    }
    let is_submitted = |name: &str| {
        all.iter().any(|other| other.artifact.flow == name && other.artifact.folder == artifact.folder)
    };
    let record = lock.read()?;
    let former = record.of_source(platform, &artifact.file);
    let former = former.filter(|entry| entry.name != artifact.flow && !is_submitted(&entry.name));
    let since = |entry: &LockedFlow| {
        let in_place = entry.in_place.as_ref().map(|in_place| in_place.since.clone());
        in_place.max(entry.pending.as_ref().map(|pending| pending.since.clone()))
    };
    Ok(former.max_by_key(|entry| since(entry)).map(|entry| FormerFlow {
        name: entry.name.clone(),
        flow_id: entry.in_place.as_ref().map(|in_place| in_place.flow_id.clone()),
        pending: entry.pending.clone(),
    }))
}

/// Whether the lock has the flow under its current name.
fn is_known(submission: &Submission, lock: &FlowLock, platform: &str) -> Result<bool, Failure> {
    let record = lock.read()?;
    let entry = record.flow(platform, &submission.artifact.flow);
    Ok(entry.is_some_and(|entry| entry.in_place.is_some() || entry.pending.is_some()))
}
