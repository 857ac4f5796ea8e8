//! Decides what to do with a payload, based on the lock's entry for its flow.

use super::artifact::Artifact;
use crate::cli::deployment::flow_lock::{InPlace, Pending, Record, now};
use crate::cxone::{Problem, codes, sent_unknown_help};

/// The user's choices for unclear states.
#[derive(Debug, Clone, Copy, Default)]
pub struct Choice {
    /// `--force`: also sends unchanged flows.
    pub force: bool,
    /// `--overwrite`: saves over a script that is not from here.
    pub overwrite: bool,
    /// `--send-again`: sends a payload again that the platform accepted with unknown result.
    pub send_again: bool,
    /// `--give-up-pending`: does not wait for the jobs of earlier payloads.
    pub give_up_pending: bool,
}

/// What to do with a payload.
pub enum Plan {
    /// Nothing: the flow is in place.
    Nothing(InPlace),
    /// Nothing: the user must choose first.
    Ask(Problem),
    /// First follow the job of an earlier payload.
    Earlier(Pending),
    /// Send the payload; or follow its job, if there is one.
    Send(PlannedSend),
}

/// A payload to send.
pub struct PlannedSend {
    /// The idempotency key, which makes repetitions harmless if the platform supports it.
    pub key: String,
    /// The job that an earlier run started.
    pub job: Option<String>,
    /// The flow that is in place.
    pub replaces: Option<String>,
    /// Whether nothing was sent with the key before.
    pub is_new: bool,
    /// What was pending before, and is restored if this payload is refused.
    pub before: Option<Pending>,
    /// A note for the user.
    pub note: Option<String>,
}

impl PlannedSend {
    /// A payload without a history.
    pub fn new(pending: &Pending) -> Self {
        Self {
            key: pending.idempotency_key.clone(),
            job: pending.job.clone(),
            replaces: None,
            is_new: true,
            before: None,
            note: None,
        }
    }
}

/// Decides what to do, and records it before anything is sent: whatever fails from then on, a rerun repeats
/// the same request and no other.
pub fn plan(record: &mut Record, platform: &str, artifact: &Artifact, choice: Choice) -> Plan {
    let new = || Pending::new(&artifact.print, now());
    let Some(entry) = record.entry(platform, &artifact.flow) else {
        return Plan::Send(PlannedSend::new(&new()));
    };
    let is_this = |pending: &Pending| {
        artifact.print.matches(&pending.payload_sha256, pending.canonical_sha256.as_deref())
    };
    let mut note = None;
    if let Some(pending) = &entry.pending {
        if pending.is_unknown() && !choice.send_again {
            return Plan::Ask(sent_unknown(pending));
        }
        if !is_this(pending) && !pending.is_unknown() {
            match &pending.job {
                Some(_) if !choice.give_up_pending => return Plan::Earlier(pending.clone()),
                Some(job) => {
                    note = Some(format!(
                        "job {job} of an earlier version is given up; its flow may be put in place as well"
                    ));
                }
                None => {
                    note = Some(format!(
                        "an earlier version was sent at {} and not answered; it may be put in place as well",
                        pending.since
                    ));
                }
            }
        }
    }
    // Another payload was sent since and may be in place by now, so this one is sent again.
    let overtaken = entry.pending.as_ref().is_some_and(|pending| !is_this(pending));
    if let Some(in_place) = &entry.in_place
        && artifact.print.matches(&in_place.payload_sha256, in_place.canonical_sha256.as_deref())
        && !(choice.force || choice.overwrite)
        && !overtaken
    {
        return Plan::Nothing(in_place.clone());
    }
    artifact.file.clone_into(&mut entry.source);
    let replaces = entry.in_place.as_ref().map(|in_place| in_place.flow_id.clone());
    let (pending, is_new, before) = match entry.pending.take() {
        // Keeps the old key: if the platform supports keys, this is not a second request.
        Some(pending) if is_this(&pending) && pending.is_unknown() => {
            (Pending { state: None, job: None, ..pending }, false, None)
        }
        Some(pending) if is_this(&pending) => (pending, false, None),
        // The user looked for the unknown flow, and it does not exist.
        before => (new(), true, before.filter(|before| !before.is_unknown())),
    };
    let planned = PlannedSend { replaces, is_new, before, note, ..PlannedSend::new(&pending) };
    entry.pending = Some(pending);
    Plan::Send(planned)
}

/// The problem of a payload that was accepted with unknown result.
fn sent_unknown(pending: &Pending) -> Problem {
    let reason = match &pending.job {
        Some(job) => format!("the platform no longer knows its job {job}"),
        None => "the platform accepted it without naming a job".to_owned(),
    };
    Problem::new(
        &codes::SENT_UNKNOWN,
        format!("this flow was sent at {}, but {reason}: nothing is sent now", pending.since),
        sent_unknown_help(None),
    )
}

/// The problem of a job that the platform no longer knows, although it named it.
pub fn unknown_job_problem(job: &str) -> Problem {
    Problem::new(
        &codes::SENT_UNKNOWN,
        format!("the platform no longer knows job {job}, and it is not known whether the flow is in place"),
        sent_unknown_help(None),
    )
}
