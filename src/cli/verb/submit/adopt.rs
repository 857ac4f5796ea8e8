//! `--adopt`: a flow that the platform has already becomes what is in place, and nothing is sent.

use std::sync::Arc;

use tokio::time::Instant;

use super::ResultReporter;
use super::deliver::{Ending, Run, Submission};
use super::run_log::{self, milliseconds};
use crate::audit::Action;
use crate::cli::Failure;
use crate::cli::deployment::fingerprint::canonical;
use crate::cli::deployment::flow_lock::{FlowLock, InPlace, Pending, now};
use crate::cxone::answer::JobState;
use crate::cxone::{Deadline, FlowLookup, Problem, ProgressListener, clean, codes};

/// Takes a flow into the lock, once the platform has said that it is there, and how the job ended that is
/// pending, if one is.
pub async fn adopt(
    run: &Run,
    submissions: &[Arc<Submission>],
    flow_id: &str,
    told: &mut ResultReporter<'_>,
) -> Result<(), Failure> {
    let [submission] = submissions else { return Err(several_sources()) };
    let Some(lock) = &submission.lock else { return Ok(()) };
    let began = Instant::now();
    let line = told.lines.line(&submission.artifact.name);
    let deadline = Deadline::after(run.timeout);
    let found = look(run, submission, lock, flow_id, deadline, &line).await;
    line.finish();
    let AdoptionCheck { shown, pending, sent } = match found? {
        Ok(looked) => looked,
        Err(problem) => {
            told.result(submission, &Ending::Failed(problem));
            return Ok(());
        }
    };
    let print = &submission.artifact.print;
    let is_shown = shown.as_ref().map(|shown| print.is("", Some(shown)));
    let platform = run.client.tenant().name();
    let changed = lock.change(|record| {
        let entry = record.entry(platform, &submission.artifact.flow)?;
        // Another run may have begun something while the platform was asked.
        if key(entry.pending.as_ref()) != key(pending.as_ref()) {
            return None;
        }
        submission.artifact.file.clone_into(&mut entry.source);
        entry.pending = None;
        let is_sent = |sent: &Pending| print.is(&sent.payload_sha256, sent.canonical_sha256.as_deref());
        let is_this = is_shown.or_else(|| sent.as_ref().map(is_sent));
        let there = match (&shown, sent) {
            (None, Some(sent)) => sent.in_place(flow_id, now()),
            _ => InPlace {
                flow_id: flow_id.to_owned(),
                payload_sha256: if is_this == Some(true) { print.sha256.to_string() } else { String::new() },
                canonical_sha256: shown.clone(),
                since: now(),
            },
        };
        entry.in_place = Some(there);
        Some(is_this)
    })?;
    let Some(is_this) = changed else {
        told.result(submission, &Ending::Failed(begun_meanwhile(flow_id)));
        return Ok(());
    };
    let noted = run_log::entry(&submission.context, Action::Adopt, true, &submission.artifact)
        .metric("latency_ms", milliseconds(began.elapsed()))
        .flow_id(flow_id);
    run.run_log.write(&noted, Some(lock))?;
    told.result(submission, &Ending::Adopted { flow_id: flow_id.to_owned(), is_this });
    Ok(())
}

/// That there is more than one flow to adopt.
pub fn several_sources() -> Failure {
    Failure::new("--adopt takes one flow, and there are several sources")
        .help("nothing was noted: name the one source whose flow this is")
}

/// What the platform says before a flow is adopted.
struct AdoptionCheck {
    /// The flow's payload in canonical form, if the platform shows it.
    shown: Option<String>,
    /// What the lock had pending.
    pending: Option<Pending>,
    /// What was sent last, and may be what the flow is.
    sent: Option<Pending>,
}

async fn look(
    run: &Run,
    submission: &Submission,
    lock: &FlowLock,
    flow_id: &str,
    deadline: Deadline,
    listener: &dyn ProgressListener,
) -> Result<Result<AdoptionCheck, Problem>, Failure> {
    let platform = run.client.tenant().name();
    let record = lock.read()?;
    let pending = record.flow(platform, &submission.artifact.flow).and_then(|entry| entry.pending.clone());
    let sent = match &pending {
        Some(pending) if !run.choice.give_up_pending => {
            match made(run, pending, flow_id, deadline, listener).await {
                Ok(is_possible) => Some(pending.clone()).filter(|_| is_possible),
                Err(problem) => return Ok(Err(problem)),
            }
        }
        // Nobody knows whether the flow is what its job makes.
        Some(pending) => Some(pending.clone()).filter(|pending| pending.job.is_none()),
        None => None,
    };
    Ok(match run.client.flow(flow_id, deadline, listener).await {
        Ok(FlowLookup::Shown(payload)) => {
            let shown = payload.map(|payload| canonical(payload).to_string());
            Ok(AdoptionCheck { shown, pending, sent })
        }
        // The platform's description has no such request: somebody looked, and says so.
        Ok(FlowLookup::NotShown) => Ok(AdoptionCheck { shown: None, pending, sent }),
        Ok(FlowLookup::Absent) => Err(absent(platform, flow_id)),
        Err(problem) => Err(problem),
    })
}

/// Whether the flow may be what a pending payload became. An error where that is not to be told yet, or is
/// another flow.
async fn made(
    run: &Run,
    pending: &Pending,
    flow_id: &str,
    deadline: Deadline,
    listener: &dyn ProgressListener,
) -> Result<bool, Problem> {
    let Some(id) = pending.job.as_deref() else { return Ok(true) };
    let job = match run.client.job(id, deadline, listener).await {
        Ok(job) => job,
        // Nobody can follow it any more.
        Err(problem) if problem.is_absent => return Ok(true),
        Err(mut problem) => {
            problem.help = format!("{}; {GIVE_UP}", problem.help);
            return Err(problem.job(id));
        }
    };
    match job.state() {
        JobState::Running => Err(runs(id)),
        JobState::Failed => Ok(false),
        JobState::Completed => match job.flow_id {
            Some(other) if other != flow_id => Err(another(id, &other, flow_id)),
            _ => Ok(true),
        },
    }
}

/// What tells one order from another.
fn key(pending: Option<&Pending>) -> Option<(&str, Option<&str>)> {
    pending.map(|pending| (&*pending.idempotency_key, pending.job.as_deref()))
}

const GIVE_UP: &str = "--give-up-pending adopts without asking for the job";

fn runs(job: &str) -> Problem {
    let message = format!("job {job} of this flow goes on, and may make another one: nothing was noted");
    let help = format!("wait for it, then see whether there is still something to adopt; {GIVE_UP}");
    Problem::new(&codes::JOB_TIMEOUT, message, help).job(job)
}

fn another(job: &str, made: &str, flow_id: &str) -> Problem {
    let (made, flow_id) = (clean(made, 200), clean(flow_id, 200));
    let message =
        format!("job {job} of this flow is completed, and made {made}, not {flow_id}: nothing was noted");
    let help = format!("submit without --adopt, which notes {made}; or adopt {made}; {GIVE_UP}");
    Problem::new(&codes::UNEXPECTED_ANSWER, message, help)
}

fn begun_meanwhile(flow_id: &str) -> Problem {
    let message = format!(
        "another run began something with this flow in the meantime: {} was not noted",
        clean(flow_id, 200)
    );
    Problem::new(&codes::CONFLICT, message, "see what `cxflowc status` says, and run the same command again")
}

fn absent(platform: &str, flow_id: &str) -> Problem {
    Problem::new(
        &codes::UNEXPECTED_ANSWER,
        format!("{platform} lists flows, and has none with the id {flow_id}: nothing was noted"),
        "check the id and the base URL; the id is the flow's, not the job's",
    )
}
