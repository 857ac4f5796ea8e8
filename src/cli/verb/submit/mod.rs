//! `cxflowc submit`

mod adopt;
mod artifact;
mod deliver;
mod destination;
mod local_emulator;
mod outcome;
mod places;
mod plan;
mod prepare;
mod progress;
mod rehearsal;
mod rename;
mod run_log;
mod save;
mod script;
mod webhook;

use std::sync::{Arc, PoisonError};

use tokio::sync::OnceCell;
use tokio::task::JoinSet;

pub use artifact::{Artifact, folder};
pub use outcome::{RerunArgs, errors, follow_command, job_finding};
pub use run_log::{RunLog, context, plain};
pub use script::ScriptAction;

use self::deliver::{Ending, Run, Service, Submission};
use self::destination::Destination;
use self::local_emulator::LocalEmulator;
use self::plan::Choice;
use self::prepare::{NotSent, Submissions};
use self::progress::ProgressLines;
use crate::cli::args::{CompileArgs, ResultFormat, SubmitArgs};
use crate::cli::compilation::compile::allowed;
use crate::cli::compilation::report::Reporter;
use crate::cli::console::secrets;
use crate::cli::console::terminal::Terminal;
use crate::cli::files::output;
use crate::cli::process::runtime::{self, Stop};
use crate::cli::process::signals::{self, EndSignals};
use crate::cli::{ExitStatus, Failure, VerbResult};
use crate::cxone::studio::{StudioClient, StudioTenant};
use crate::cxone::{Client, Problem, Tenant};
use crate::diagnostics::Severity;
use crate::source::Sources;

pub fn run(args: &SubmitArgs, terminal: &mut Terminal) -> VerbResult {
    let terminal = &*terminal;
    signals::end(EndSignals::Saying("interrupted before anything was sent"));
    prepare::outputs(args, args.audit.as_deref()).check()?;
    // Errors of the command line come before what the environment lacks.
    if args.adopt.is_some() && args.files.iter().skip(1).any(|file| Some(file) != args.files.first()) {
        return Err(adopt::several_sources());
    }
    // Standard output is for results.
    let mut reporter = Reporter::new(&args.messages, terminal, true, true);
    let Submissions { submissions, destination, run_log } =
        match prepare::prepare(args, terminal, &mut reporter) {
            Ok(Ok(prepared)) => prepared,
            Ok(Err(NotSent { status, run_log })) => {
                return close(args, terminal, &run_log, &mut reporter, status);
            }
            Err(failure) => return reporter.conclude(ExitStatus::Done, vec![failure]),
        };
    let rerun_args = RerunArgs { environment: args.compile.env.as_deref(), account: &args.platform.account };
    let submissions: Vec<Arc<Submission>> = submissions.into_iter().map(Arc::new).collect();
    let lines = Arc::new(ProgressLines::new(
        terminal,
        submissions.iter().map(|submission| &*submission.artifact.name),
    ));
    let mut results = ResultReporter {
        args,
        terminal,
        reporter,
        lines: &lines,
        rerun_args,
        status: ExitStatus::Done,
        several: submissions.len() > 1,
        sign_in_failed: false,
        any_in_place: false,
    };
    let work = async |stop: Stop| {
        let (emulator, place, hook) = match destination {
            Destination::Platform { tenant, webhook } => (None, Place::Platform(tenant), webhook),
            Destination::Studio(tenant) => (None, Place::Studio(tenant), None),
            Destination::Emulator { is_studio } => {
                let artifacts = submissions.iter().map(|submission| &submission.artifact);
                let tenant = rehearsal::tenant(artifacts);
                let emulator = LocalEmulator::start(terminal, &lines, tenant).await?;
                let (place, webhook) = match is_studio {
                    true => (Place::Studio(Box::new(emulator.studio_tenant()?)), None),
                    false => (Place::Platform(Box::new(emulator.tenant()?)), emulator.webhook(args)?),
                };
                (Some(emulator), place, webhook)
            }
        };
        let secrets: Vec<_> =
            hook.iter().map(|hook| hook.secret.clone()).chain(secrets::known_secrets()).collect();
        let service = match place {
            Place::Platform(tenant) => Client::new(*tenant, &secrets).map(Service::Flows),
            Place::Studio(tenant) => StudioClient::new(*tenant, &secrets).map(Service::Studio),
        };
        let service = match service {
            Ok(service) => service,
            Err(problem) => return Ok(Some(problem)),
        };
        let run = Arc::new(Run {
            service,
            signed_in: OnceCell::new(),
            choice: Choice {
                force: args.force,
                overwrite: args.overwrite,
                send_again: args.send_again,
                give_up_pending: args.give_up_pending,
            },
            timeout: args.time.timeout,
            run_log: Arc::clone(&run_log),
        });
        if let (Some(flow_id), Service::Flows(client)) = (&args.adopt, &run.service) {
            tokio::select! {
                biased;
                adopted = adopt::adopt(&run, client, &submissions, flow_id, &mut results) => adopted?,
                () = stop.requested(1) => results.interrupted(&submissions),
            }
            return Ok(None);
        }
        send(&run, &submissions, &mut results, args.parallel, &stop).await?;
        if stop.is_requested() {
            results.interrupted(&submissions);
        }
        // If no flow is in place, there is nothing to notify about.
        let hook = hook.filter(|_| results.any_in_place && !stop.is_requested());
        if let (Some(hook), Service::Flows(client)) = (hook, &run.service) {
            webhook::register(&run, client, &submissions, &hook, &mut results, &stop).await?;
        }
        if let Some(emulator) = emulator {
            emulator.stop().await;
        }
        Ok::<_, Failure>(None)
    };
    let ended = runtime::drive(args.parallel, work)?;
    lines.clear();
    match ended {
        Ok(None) => {}
        Ok(Some(problem)) => {
            for submission in &submissions {
                results.result(submission, &Ending::SignInFailed(problem.clone()));
            }
        }
        Err(failure) => {
            // Flows that were sent already must be reported all the more.
            results.interrupted(&submissions);
            return close(args, terminal, &run_log, &mut results.reporter, results.status).and(Err(failure));
        }
    }
    close(args, terminal, &run_log, &mut results.reporter, results.status)
}

/// Where a run sends its flows.
enum Place {
    Platform(Box<Tenant>),
    Studio(Box<StudioTenant>),
}

/// Submits everything, a few flows at a time, and reports the results in the given order.
///
/// After a failure of this machine no further flow is started. Those under way are finished first, since what
/// was sent must be recorded.
async fn send(
    run: &Arc<Run>,
    submissions: &[Arc<Submission>],
    results: &mut ResultReporter<'_>,
    parallel: usize,
    stop: &Stop,
) -> Result<(), Failure> {
    let mut tasks = JoinSet::new();
    let mut waiting = submissions.iter().enumerate();
    let mut endings: Vec<Option<Ending>> = submissions.iter().map(|_| None).collect();
    let mut next = 0;
    let mut failure = None;
    loop {
        while tasks.len() < parallel
            && failure.is_none()
            && !stop.is_requested()
            && let Some((index, submission)) = waiting.next()
        {
            let line = results.lines.line(&submission.artifact.name);
            let (run, submission, stop) = (Arc::clone(run), Arc::clone(submission), stop.clone());
            tasks.spawn(async move {
                // The work is only interrupted at an await point.
                let ending = tokio::select! {
                    biased;
                    ending = run.deliver(&submission, &line) => ending,
                    () = submission.reached.until_interruptible(&stop, &line) => {
                        run.record_interruption(&submission).map(|()| Ending::Interrupted)
                    }
                };
                line.finish();
                (index, ending)
            });
        }
        let Some(done) = tasks.join_next().await else { return failure.map_or(Ok(()), Err) };
        let done = done.map_err(|error| Failure::new(format!("cannot continue: {error}")));
        match done.and_then(|(index, ending)| Ok((index, ending?))) {
            Ok((index, ending)) => {
                if let Some(slot) = endings.get_mut(index) {
                    *slot = Some(ending);
                }
            }
            Err(error) => failure = failure.or(Some(error)),
        }
        while let Some(Some(ending)) = endings.get(next) {
            if let Some(submission) = submissions.get(next) {
                results.result(submission, ending);
            }
            next += 1;
        }
    }
}

/// Reports results as they come.
struct ResultReporter<'a> {
    args: &'a SubmitArgs,
    terminal: &'a Terminal,
    reporter: Reporter<'a>,
    lines: &'a ProgressLines,
    rerun_args: RerunArgs<'a>,
    status: ExitStatus,
    /// Whether there are several flows, so that each finding must say which one it is about.
    several: bool,
    /// Whether the failed sign-in was reported, which is the same for all flows.
    sign_in_failed: bool,
    /// Whether any flow is in place.
    any_in_place: bool,
}

impl ResultReporter<'_> {
    fn result(&mut self, submission: &Submission, ending: &Ending) {
        let lines = self.lines;
        lines.print_above(|| {
            *submission.is_reported.lock().unwrap_or_else(PoisonError::into_inner) = true;
            self.findings(submission, ending);
            let line = match self.args.format {
                ResultFormat::Text => outcome::line(submission, ending, self.rerun_args),
                ResultFormat::Json => outcome::json(submission, ending).to_string(),
            };
            self.terminal.result(&format!("{line}\n"));
        });
    }

    fn findings(&mut self, submission: &Submission, ending: &Ending) {
        let none = Sources::default();
        let (sources, findings) = match ending {
            Ending::InPlace { .. } | Ending::Unchanged { .. } => {
                self.any_in_place = true;
                return;
            }
            Ending::Saved { warnings: None, .. } => {
                self.any_in_place = true;
                return;
            }
            Ending::Saved { warnings: Some(problem), .. } => {
                self.any_in_place = true;
                return self.warnings_of_script(submission, problem);
            }
            Ending::Interrupted => {
                self.status = ExitStatus::Interrupted;
                return;
            }
            Ending::Adopted { .. } => return,
            Ending::SignInFailed(_) if self.sign_in_failed => return,
            Ending::SignInFailed(problem) => {
                self.sign_in_failed = true;
                (&none, vec![problem.finding()])
            }
            Ending::Failed(problem) => {
                let sources = submission.artifact.job.as_ref().map_or(&none, |job| &job.compiled.sources);
                let mut findings = outcome::findings(submission, problem, self.rerun_args);
                for finding in findings.iter_mut().filter(|finding| self.several && finding.span.is_none()) {
                    finding.message = format!("{}: {}", submission.artifact.name, finding.message);
                }
                (sources, findings)
            }
        };
        self.status = self.status.max(ExitStatus::Platform);
        self.reporter.report_all(sources, &findings);
    }

    /// Reports what the platform warns of in a script that it saved.
    fn warnings_of_script(&mut self, submission: &Submission, problem: &Problem) {
        let CompileArgs { allow, deny, .. } = &self.args.compile;
        // What is no code was refused before anything was sent.
        if allow.iter().any(|name| allowed(name).is_ok_and(|code| code == problem.code)) {
            return;
        }
        let none = Sources::default();
        let sources = submission.artifact.job.as_ref().map_or(&none, |job| &job.compiled.sources);
        let mut findings = outcome::findings(submission, problem, self.rerun_args);
        if !deny.is_empty() {
            findings = findings.into_iter().map(|finding| finding.severity(Severity::Error)).collect();
            self.status = self.status.max(ExitStatus::Platform);
        }
        self.reporter.report_all(sources, &findings);
    }

    /// Reports a problem that leaves the flows in place, as a warning or by the run's options for warnings.
    fn warning(&mut self, problem: &Problem) -> Result<(), Failure> {
        let CompileArgs { allow, deny, .. } = &self.args.compile;
        for name in allow {
            if allowed(name)? == problem.code {
                return Ok(());
            }
        }
        let mut finding = problem.finding();
        if !deny.is_empty() {
            finding = finding.severity(Severity::Error);
            self.status = self.status.max(ExitStatus::Platform);
        }
        let lines = self.lines;
        lines.print_above(|| self.reporter.report_all(&Sources::default(), &[finding]));
        Ok(())
    }

    /// Reports an interruption.
    fn interruption(&mut self, line: &str) {
        let lines = self.lines;
        lines.print_above(|| self.terminal.warning(line));
        self.status = ExitStatus::Interrupted;
    }

    fn interrupted(&mut self, submissions: &[Arc<Submission>]) {
        for submission in submissions {
            if *submission.is_reported.lock().unwrap_or_else(PoisonError::into_inner) {
                continue;
            }
            self.result(submission, &Ending::Interrupted);
        }
        self.status = ExitStatus::Interrupted;
    }
}

/// Prints the figures and the audit log's head, and returns how the run ended.
fn close(
    args: &SubmitArgs,
    terminal: &Terminal,
    run_log: &RunLog,
    reporter: &mut Reporter<'_>,
    status: ExitStatus,
) -> VerbResult {
    let reported = reporter.finish();
    run_log.print_repaired_tear(terminal);
    terminal.closing(&run_log.with_metrics(|metrics| metrics.one_line(run_log.age())));
    run_log.print_log_head(terminal);
    if let Some(path) = &args.metrics {
        let text = run_log.with_metrics(|metrics| metrics.render(path));
        output::write_whole(path, |out| out.write_all(text.as_bytes()))?;
    }
    reported.map(|()| status)
}
