//! What is to be done with a payload, by what the lock knows of its flow.

use super::artifact::Artifact;
use crate::cli::deployment::flow_lock::{InPlace, Pending, Record, now};
use crate::cxone::{Problem, codes, sent_unknown_help};

/// What somebody chose to do about what is not known.
#[derive(Debug, Clone, Copy, Default)]
pub struct Choice {
    /// `--force`: unchanged flows are sent as well.
    pub force: bool,
    /// `--send-again`: what the platform took without saying what became of it is sent once more.
    pub send_again: bool,
    /// `--give-up-pending`: jobs of earlier payloads are not waited for.
    pub give_up_pending: bool,
}

/// What is to be done.
pub enum Plan {
    /// The flow is in place.
    Nothing(InPlace),
    /// Somebody has to choose first.
    Ask(Problem),
    /// The job of an earlier payload is followed first.
    Earlier(Pending),
    /// The payload is sent; or its job is followed, if there is one.
    Send(PlannedSend),
}

/// One payload to be sent.
pub struct PlannedSend {
    /// What makes a repetition harmless, where the platform knows such keys.
    pub key: String,
    /// The job that an earlier run left.
    pub job: Option<String>,
    /// The flow that is in place.
    pub replaces: Option<String>,
    /// Whether nothing was sent under the key before.
    pub is_new: bool,
    /// What was pending until now, and is again if this order comes to nothing.
    pub before: Option<Pending>,
    /// What people should know.
    pub note: Option<String>,
}

impl PlannedSend {
    /// One that nothing is known about.
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

/// What is to be done, noted before anything is sent: whatever breaks from here on, a rerun
/// repeats the same order and not another.
pub fn plan(record: &mut Record, platform: &str, artifact: &Artifact, choice: Choice) -> Plan {
    let new = || Pending::new(&artifact.print, now());
    let Some(entry) = record.entry(platform, &artifact.flow) else {
        return Plan::Send(PlannedSend::new(&new()));
    };
    let is_this =
        |pending: &Pending| artifact.print.is(&pending.payload_sha256, pending.canonical_sha256.as_deref());
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
                        "job {job} of an earlier version is given up; what it makes may come into place as well"
                    ));
                }
                None => {
                    note = Some(format!(
                        "an earlier version was sent at {} and not answered; it may come into place as well",
                        pending.since
                    ));
                }
            }
        }
    }
    // Another payload that was sent since may be in place by now, so that this one is sent again.
    let overtaken = entry.pending.as_ref().is_some_and(|pending| !is_this(pending));
    if let Some(there) = &entry.in_place
        && artifact.print.is(&there.payload_sha256, there.canonical_sha256.as_deref())
        && !choice.force
        && !overtaken
    {
        return Plan::Nothing(there.clone());
    }
    artifact.file.clone_into(&mut entry.source);
    let replaces = entry.in_place.as_ref().map(|there| there.flow_id.clone());
    let (pending, is_new, before) = match entry.pending.take() {
        // Under its old key: where the platform knows such keys, it is no second order.
        Some(pending) if is_this(&pending) && pending.is_unknown() => {
            (Pending { state: None, job: None, ..pending }, false, None)
        }
        Some(pending) if is_this(&pending) => (pending, false, None),
        // Somebody looked for what was not known, and it is not there.
        before => (new(), true, before.filter(|before| !before.is_unknown())),
    };
    let order = PlannedSend { replaces, is_new, before, note, ..PlannedSend::new(&pending) };
    entry.pending = Some(pending);
    Plan::Send(order)
}

/// That a payload was taken, and nobody knows what became of it.
fn sent_unknown(pending: &Pending) -> Problem {
    let what = match &pending.job {
        Some(job) => format!("the platform does not know its job {job} any more"),
        None => "the platform took it and did not say which job".to_owned(),
    };
    Problem::new(
        &codes::SENT_UNKNOWN,
        format!("this flow was sent at {}, and {what}: nothing is sent now", pending.since),
        sent_unknown_help(None),
    )
}

/// That the platform does not know the job that it named itself.
pub fn unknown_job_problem(job: &str) -> Problem {
    Problem::new(
        &codes::SENT_UNKNOWN,
        format!(
            "the platform does not know job {job} any more, and whether the flow is in place is not known"
        ),
        sent_unknown_help(None),
    )
}
