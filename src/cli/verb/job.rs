//! `cxflowc job`

use std::path::Path;
use std::sync::Arc;

use serde_json::json;

use crate::audit::{Action, EntryContext};
use crate::cli::args::{JobArgs, ResultFormat};
use crate::cli::console::terminal::Terminal;
use crate::cli::deployment::flow_lock::now;
use crate::cli::deployment::platform::{self, PlatformContext};
use crate::cli::deployment::progress::VerboseProgress;
use crate::cli::deployment::reached::StageTracker;
use crate::cli::verb::submit::{RerunArgs, RunLog, context, errors, follow_command, job_finding, plain};
use crate::cli::{ExitStatus, Failure, VerbResult};
use crate::cxone::answer::{Job, JobState};
use crate::cxone::{Deadline, Problem, codes};

pub fn run(args: &JobArgs, terminal: &mut Terminal) -> VerbResult {
    let terminal = &*terminal;
    let platform_context = match PlatformContext::new(&args.common, terminal)? {
        Ok(platform_context) => platform_context,
        Err(status) => return Ok(status),
    };
    let log = platform_context.environment.as_ref().and_then(|environment| environment.audit.clone());
    let locks = std::slice::from_ref(&platform_context.lock);
    let trail = RunLog::new(log.as_deref(), locks, tokio::time::Instant::now())?;
    let audit_context = match trail.has_log() {
        true => Arc::new(context(Path::new("."), "HEAD", args.common.env.as_deref())?),
        false => Arc::default(),
    };
    let work = async {
        let followed = follow(args, &platform_context, terminal).await;
        let ended = match &followed {
            Ok(job) if job.state() == JobState::Running => None,
            Ok(_) => Some(true),
            Err(problem) => (*problem.code == codes::JOB_FAILED).then_some(false),
        };
        if let Some(completed) = ended {
            record_end(args, &platform_context, &trail, &audit_context, &followed, completed)?;
        }
        // A failed job is an answer, too.
        if followed.is_ok() || ended.is_some() {
            terminal.result(&format!("{}\n", job_summary(args, &followed)));
        }
        Ok(followed.map(|_| ExitStatus::Done))
    };
    let outcome = platform::run(terminal, &args.common.messages, &StageTracker::default(), work, |problem| {
        vec![job_finding(problem, rerun_command(args))]
    });
    if let Ok(ExitStatus::Interrupted) = outcome {
        terminal.error(&format!("interrupted; `{}` continues to follow it\n", rerun_command(args)));
    }
    trail.print_repaired_tear(terminal);
    trail.print_log_head(terminal);
    outcome
}

/// The command that continues to follow the job.
fn rerun_command(args: &JobArgs) -> String {
    let environment = args.common.env.as_deref();
    follow_command(&args.id, RerunArgs { environment, account: &args.common.account })
}

async fn follow(
    args: &JobArgs,
    platform_context: &PlatformContext,
    terminal: &Terminal,
) -> Result<Job, Problem> {
    let client = platform_context.client()?;
    let deadline = Deadline::after(args.common.time.timeout);
    let listener = VerboseProgress { terminal };
    let job = client.job(&args.id, deadline, &listener).await?;
    match args.wait || job.state() != JobState::Running {
        true => client.follow(job, deadline, &listener).await,
        false => Ok(job),
    }
}

/// Records how the job ended, if the lock of this folder has it.
fn record_end(
    args: &JobArgs,
    platform_context: &PlatformContext,
    trail: &RunLog,
    context: &Arc<EntryContext>,
    followed: &Result<Job, Problem>,
    completed: bool,
) -> Result<(), Failure> {
    if !platform_context.lock.exists() {
        return Ok(());
    }
    let platform = platform_context.tenant.name();
    let flow_id = followed.as_ref().ok().and_then(|job| job.flow_id.clone()).unwrap_or_default();
    let known = platform_context.lock.change(|record| {
        let entry = record.of_job(platform, &args.id)?;
        let pending = entry.pending.take()?;
        if completed {
            entry.in_place = Some(pending.in_place(&flow_id, now()));
        }
        Some((entry.name.clone(), pending.payload_sha256))
    })?;
    let Some((name, payload)) = known else { return Ok(()) };
    let mut entry = plain(context, Action::Persist, completed).flow(name).job(args.id.clone());
    entry.payload_sha256 = payload.parse().ok();
    match followed {
        Ok(_) => entry.flow_id = Some(flow_id),
        Err(problem) => entry = entry.code(problem.code.id).detail(problem.message.clone()),
    }
    trail.write(&entry, Some(&platform_context.lock))
}

fn job_summary(args: &JobArgs, followed: &Result<Job, Problem>) -> String {
    let (status, message, flow_id, complaints) = match followed {
        Ok(job) => (&*job.status, &job.message, job.flow_id.as_ref(), job.refusal.complaints.as_slice()),
        Err(problem) => ("failed", &problem.message, None, &*problem.complaints),
    };
    let id = &args.id;
    let completed = followed.as_ref().is_ok_and(|job| job.state() == JobState::Completed);
    match (args.format, flow_id) {
        (ResultFormat::Json, _) => json!({
            "job": id,
            "status": status,
            "message": message,
            "flow_id": flow_id,
            "errors": errors(complaints, |_| None),
        })
        .to_string(),
        (ResultFormat::Text, Some(flow_id)) if completed => format!("{id}: {status}, in place as {flow_id}"),
        (ResultFormat::Text, _) => format!("{id}: {status}"),
    }
}
