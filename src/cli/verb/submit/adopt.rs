//! `--adopt`: records a flow that the platform already has as the one in place. Sends nothing.

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
use crate::cxone::{Client, Deadline, FlowLookup, Problem, ProgressListener, clean, codes};

/// Records a flow in the lock, once the platform has confirmed that it exists, and how a pending job ended.
pub async fn adopt(
    run: &Run,
    client: &Client,
    submissions: &[Arc<Submission>],
    flow_id: &str,
    results: &mut ResultReporter<'_>,
) -> Result<(), Failure> {
    let [submission] = submissions else { return Err(several_sources()) };
    let Some(lock) = &submission.lock else { return Ok(()) };
    let began = Instant::now();
    let line = results.lines.line(&submission.artifact.name);
    let deadline = Deadline::after(run.timeout);
    let answer = query_platform(run, client, submission, lock, flow_id, deadline, &line).await;
    line.finish();
    let AdoptionCheck { shown, pending, sent } = match answer? {
        Ok(check) => check,
        Err(problem) => {
            results.result(submission, &Ending::Failed(problem));
            return Ok(());
        }
    };
    let print = &submission.artifact.print;
    let is_shown = shown.as_ref().map(|shown| print.matches("", Some(shown)));
    let platform = client.tenant().name();
    let changed = lock.change(|record| {
        let entry = record.entry(platform, &submission.artifact.flow)?;
        // Another run may have begun a submission while the platform was queried.
        if key(entry.pending.as_ref()) != key(pending.as_ref()) {
            return None;
        }
        submission.artifact.file.clone_into(&mut entry.source);
        entry.pending = None;
        let is_sent = |sent: &Pending| print.matches(&sent.payload_sha256, sent.canonical_sha256.as_deref());
        let is_this = is_shown.or_else(|| sent.as_ref().map(is_sent));
        let in_place = match (&shown, sent) {
            (None, Some(sent)) => sent.in_place(flow_id, now()),
            _ => InPlace {
                flow_id: flow_id.to_owned(),
                payload_sha256: if is_this == Some(true) { print.sha256.to_string() } else { String::new() },
                canonical_sha256: shown.clone(),
                since: now(),
            },
        };
        entry.in_place = Some(in_place);
        Some(is_this)
    })?;
    let Some(is_this) = changed else {
        results.result(submission, &Ending::Failed(begun_meanwhile(flow_id)));
        return Ok(());
    };
    let audit_line = run_log::entry(&submission.context, Action::Adopt, true, &submission.artifact)
        .metric("latency_ms", milliseconds(began.elapsed()))
        .flow_id(flow_id);
    run.run_log.write(&audit_line, Some(lock))?;
    results.result(submission, &Ending::Adopted { flow_id: flow_id.to_owned(), is_this });
    Ok(())
}

/// The failure if there is more than one flow to adopt.
pub fn several_sources() -> Failure {
    Failure::new("--adopt takes one flow, and there are several sources")
        .help("nothing was recorded: name the one source whose flow this is")
}

/// The answers of the platform before a flow is adopted.
struct AdoptionCheck {
    /// The hash of the flow's payload in canonical form, if the platform shows it.
    shown: Option<String>,
    /// What the lock has as pending.
    pending: Option<Pending>,
    /// What was sent last and may be the adopted flow.
    sent: Option<Pending>,
}

async fn query_platform(
    run: &Run,
    client: &Client,
    submission: &Submission,
    lock: &FlowLock,
    flow_id: &str,
    deadline: Deadline,
    listener: &dyn ProgressListener,
) -> Result<Result<AdoptionCheck, Problem>, Failure> {
    let platform = client.tenant().name();
    let record = lock.read()?;
    let pending = record.flow(platform, &submission.artifact.flow).and_then(|entry| entry.pending.clone());
    let sent = match &pending {
        Some(pending) if !run.choice.give_up_pending => {
            match may_be_result(client, pending, flow_id, deadline, listener).await {
                Ok(is_possible) => Some(pending.clone()).filter(|_| is_possible),
                Err(problem) => return Ok(Err(problem)),
            }
        }
        // It is unknown whether the flow is the result of the job.
        Some(pending) => Some(pending.clone()).filter(|pending| pending.job.is_none()),
        None => None,
    };
    Ok(match client.flow(flow_id, deadline, listener).await {
        Ok(FlowLookup::Shown(payload)) => {
            let shown = payload.map(|payload| canonical(payload).to_string());
            Ok(AdoptionCheck { shown, pending, sent })
        }
        // The platform has no such request, so the user's word counts.
        Ok(FlowLookup::NotShown) => Ok(AdoptionCheck { shown: None, pending, sent }),
        Ok(FlowLookup::Absent) => Err(absent(platform, flow_id)),
        Err(problem) => Err(problem),
    })
}

/// Whether the flow may be the result of a pending payload. Fails if that cannot be decided yet, or if the
/// result is another flow.
async fn may_be_result(
    client: &Client,
    pending: &Pending,
    flow_id: &str,
    deadline: Deadline,
    listener: &dyn ProgressListener,
) -> Result<bool, Problem> {
    let Some(id) = pending.job.as_deref() else { return Ok(true) };
    let job = match client.job(id, deadline, listener).await {
        Ok(job) => job,
        // The job can no longer be followed.
        Err(problem) if problem.is_absent => return Ok(true),
        Err(mut problem) => {
            problem.help = format!("{}; {GIVE_UP}", problem.help);
            return Err(problem.job(id));
        }
    };
    match job.state() {
        JobState::Running => Err(still_running(id)),
        JobState::Failed => Ok(false),
        JobState::Completed => match job.flow_id {
            Some(other) if other != flow_id => Err(created_another(id, &other, flow_id)),
            _ => Ok(true),
        },
    }
}

/// Identifies a pending submission.
fn key(pending: Option<&Pending>) -> Option<(&str, Option<&str>)> {
    pending.map(|pending| (&*pending.idempotency_key, pending.job.as_deref()))
}

const GIVE_UP: &str = "--give-up-pending adopts without asking for the job";

fn still_running(job: &str) -> Problem {
    let message =
        format!("job {job} of this flow is still running and may create another one: nothing was recorded");
    let help = format!("wait for it, then check whether adopting is still needed; {GIVE_UP}");
    Problem::new(&codes::JOB_TIMEOUT, message, help).job(job)
}

fn created_another(job: &str, created: &str, flow_id: &str) -> Problem {
    let (created, flow_id) = (clean(created, 200), clean(flow_id, 200));
    let message = format!(
        "job {job} of this flow is completed, and created {created}, not {flow_id}: nothing was recorded"
    );
    let help = format!("submit without --adopt, which records {created}; or adopt {created}; {GIVE_UP}");
    Problem::new(&codes::UNEXPECTED_ANSWER, message, help)
}

fn begun_meanwhile(flow_id: &str) -> Problem {
    let message = format!(
        "another run began a submission of this flow in the meantime: {} was not recorded",
        clean(flow_id, 200)
    );
    Problem::new(&codes::CONFLICT, message, "check `cxflowc status`, and run the same command again")
}

fn absent(platform: &str, flow_id: &str) -> Problem {
    Problem::new(
        &codes::UNEXPECTED_ANSWER,
        format!("{platform} has no flow with the id {flow_id}: nothing was recorded"),
        "check the id and the base URL; the id is the flow's, not the job's",
    )
}
