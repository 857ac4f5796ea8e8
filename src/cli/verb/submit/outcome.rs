//! Reports how a submission ended: findings for people, lines for results.

use serde_json::{Value, json};

use super::deliver::{Ending, Submission};
use crate::cli::args::AccountArgs;
use crate::cli::console::safe::shell_word;
use crate::cli::deployment::reached::SubmissionStage;
use crate::cxone::refusal::Complaint;
use crate::cxone::{Problem, clean, codes};
use crate::diagnostics::Diagnostic;

/// The platform's options, repeated in the command that resumes following a job.
#[derive(Clone, Copy)]
pub struct RerunArgs<'a> {
    /// `--env`
    pub environment: Option<&'a str>,
    /// `--base-url` and `--client-id`
    pub account: &'a AccountArgs,
}

/// The command that resumes following a job, quoted for a shell.
pub fn follow_command(job: &str, rerun_args: RerunArgs<'_>) -> String {
    let quoted = |text: &str| shell_word(&clean(text, 200));
    let RerunArgs { environment, account } = rerun_args;
    let options = [
        ("--env", environment),
        ("--base-url", account.base.base_url.as_deref()),
        ("--client-id", account.client_id.as_deref()),
    ];
    let given = options.iter().filter_map(|(option, value)| Some(format!(" {option} {}", quoted((*value)?))));
    let given: String = given.collect();
    match job.starts_with('-') {
        true => format!("cxflowc job --wait{given} -- {}", quoted(job)),
        false => format!("cxflowc job {} --wait{given}", quoted(job)),
    }
}

/// The findings for a problem. A complaint about a node is placed at the node in the source.
pub fn findings(submission: &Submission, problem: &Problem, rerun_args: RerunArgs<'_>) -> Vec<Diagnostic> {
    let mut placed = Vec::new();
    let mut others = Vec::new();
    let command = problem.job.as_deref().map(|job| follow_command(job, rerun_args)).unwrap_or_default();
    for complaint in &problem.complaints {
        match submission.artifact.place(complaint) {
            Some(place) => placed.push(
                Diagnostic::new(problem.code, place.span, format!("the platform: {}", complaint.said()))
                    .here(place.label)
                    .help(help(problem, &command)),
            ),
            None => others.push(complaint.with_subject()),
        }
    }
    if placed.is_empty() || !others.is_empty() || problem.beside.is_some() {
        placed.push(whole(problem, &command, others));
    }
    placed
}

/// The finding for a problem with a job without a known source.
pub fn job_finding(problem: &Problem, command: String) -> Diagnostic {
    whole(problem, &command, problem.complaints.iter().map(Complaint::with_subject).collect())
}

/// What to do about a problem, and how to follow a job that is still running.
fn help(problem: &Problem, command: &str) -> String {
    if problem.job.is_none() || problem.has_ended {
        return problem.help.clone();
    }
    let separator = if *problem.code == codes::JOB_TIMEOUT { ": " } else { "; " };
    format!("{}{separator}`{command}` follows the job", problem.help)
}

/// A finding for a whole problem, with the complaints that have no place.
fn whole(problem: &Problem, command: &str, complaints: Vec<String>) -> Diagnostic {
    const SHOWN: usize = 20;
    let mut whole = problem.finding();
    whole.help = Some(help(problem, command));
    let more = complaints.len().saturating_sub(SHOWN);
    // Parts that were not understood come last.
    let beside = std::mem::take(&mut whole.notes);
    whole.notes.extend(complaints.into_iter().take(SHOWN));
    if more > 0 {
        whole.notes.push(format!("and {more} more"));
    }
    whole.notes.extend(beside);
    whole
}

/// A result in one line.
pub fn line(submission: &Submission, ending: &Ending, rerun_args: RerunArgs<'_>) -> String {
    let name = &submission.artifact.name;
    match ending {
        Ending::InPlace { flow_id, job } => format!("{name}: in place as {flow_id} (job {job})"),
        Ending::Saved { script_id, .. } => {
            format!("{name}: saved as {} ({script_id})", submission.artifact.flow)
        }
        Ending::Unchanged { flow_id, since } => {
            let asked = match &submission.artifact.script {
                Some(_) => "; the tenant was not asked, as `cxflowc studio status` does",
                None => "",
            };
            format!("{name}: unchanged, in place as {flow_id} since {since}{asked}")
        }
        Ending::Adopted { flow_id, is_this } => format!(
            "{name}: adopted {flow_id}, {}",
            match is_this {
                Some(true) => "which is this version",
                Some(false) => "which is a different version",
                None => "whose version is not known",
            }
        ),
        Ending::Failed(problem) | Ending::SignInFailed(problem) => {
            format!("{name}: not in place, {}", problem.code)
        }
        Ending::Interrupted => {
            let stage = match submission.reached.now() {
                SubmissionStage::Nothing => "before anything was sent".to_owned(),
                SubmissionStage::UnderWay | SubmissionStage::Unanswered
                    if submission.artifact.script.is_some() =>
                {
                    "after it was sent and before the answer; the same command saves it again".to_owned()
                }
                SubmissionStage::UnderWay | SubmissionStage::Unanswered => "after it was sent and before the answer; \
                    the same command sends it again with the same Idempotency-Key, unless the platform has the flow by then and \
                    you record it with --adopt"
                    .to_owned(),
                SubmissionStage::Job(job) => {
                    let command = follow_command(&job, rerun_args);
                    return format!(
                        "{name}: interrupted; the platform continues job {job}, and `{command}` follows it"
                    );
                }
            };
            format!("{name}: interrupted {stage}")
        }
    }
}

/// The platform's complaints, for scripts. `node` returns the id of the node that a complaint is about, if
/// the source tells it.
pub fn errors(complaints: &[Complaint], node: impl Fn(&Complaint) -> Option<String>) -> Vec<Value> {
    let error = |complaint: &Complaint| {
        let node = node(complaint).or_else(|| complaint.node.clone()).map(|node| clean(&node, 200));
        json!({ "code": complaint.code, "message": complaint.message, "node": node, "path": complaint.path })
    };
    complaints.iter().map(error).collect()
}

/// A result as JSON, for scripts.
pub fn json(submission: &Submission, ending: &Ending) -> Value {
    let (status, flow_id, job, problem) = match ending {
        Ending::InPlace { flow_id, job } => ("completed", Some(flow_id), Some(job), None),
        Ending::Saved { script_id, warnings } => ("completed", Some(script_id), None, warnings.as_ref()),
        Ending::Unchanged { flow_id, .. } => ("unchanged", Some(flow_id), None, None),
        Ending::Adopted { flow_id, .. } => ("adopted", Some(flow_id), None, None),
        Ending::Failed(problem) | Ending::SignInFailed(problem) => {
            ("failed", None, problem.job.as_ref(), Some(problem))
        }
        Ending::Interrupted => ("interrupted", None, None, None),
    };
    // A failed job is worth reporting like a running one.
    let known = match submission.reached.now() {
        SubmissionStage::Job(job) => Some(job),
        _ => None,
    };
    let job = job.or(known.as_ref());
    let complaints = problem.map(|problem| &*problem.complaints).unwrap_or_default();
    let errors = errors(complaints, |complaint| submission.artifact.place(complaint)?.node);
    json!({
        "file": submission.artifact.name,
        "flow": submission.artifact.flow,
        "status": status,
        "flow_id": flow_id,
        "job": job,
        "payload_sha256": submission.artifact.print.sha256.to_string(),
        "code": problem.map(|problem| problem.code.id),
        "message": problem.map(|problem| problem.message.clone()),
        "errors": errors,
    })
}
