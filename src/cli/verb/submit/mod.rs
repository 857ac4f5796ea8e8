//! `cxflowc submit`

mod adopt;
mod artifact;
mod deliver;
mod local_emulator;
mod outcome;
mod places;
mod plan;
mod prepare;
mod progress;
mod rename;
mod run_log;
mod webhook;

use std::sync::{Arc, PoisonError};

use tokio::sync::OnceCell;
use tokio::task::JoinSet;

pub use artifact::{Artifact, folder};
pub use outcome::{RerunArgs, errors, job_finding, pick_up};
pub use run_log::{RunLog, context, plain};

use self::deliver::{Ending, Run, Submission};
use self::local_emulator::LocalEmulator;
use self::plan::Choice;
use self::prepare::{Destination, NotSent, Submissions};
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
use crate::cxone::Problem;
use crate::diagnostics::Severity;
use crate::source::Sources;

pub fn run(args: &SubmitArgs, terminal: &mut Terminal) -> VerbResult {
    let terminal = &*terminal;
    signals::end(EndSignals::Saying("interrupted before anything was sent"));
    prepare::outputs(args, args.audit.as_deref()).check()?;
    // What is wrong with the command line comes before what the environment lacks.
    if args.adopt.is_some() && args.files.iter().skip(1).any(|file| Some(file) != args.files.first()) {
        return Err(adopt::several_sources());
    }
    // Standard output is the results'.
    let mut reporter = Reporter::new(&args.messages, terminal, true, true);
    let Submissions { submissions, side, run_log } = match prepare::make(args, terminal, &mut reporter) {
        Ok(Ok(made)) => made,
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
    let mut told = ResultReporter {
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
        let (rehearsal, tenant, hook) = match side {
            Destination::Platform { tenant, webhook } => (None, *tenant, webhook),
            Destination::Emulator => {
                let rehearsal = LocalEmulator::start(terminal, &lines).await?;
                let (tenant, webhook) = (rehearsal.tenant()?, rehearsal.webhook(args)?);
                (Some(rehearsal), tenant, webhook)
            }
        };
        let secrets: Vec<_> =
            hook.iter().map(|hook| hook.secret.clone()).chain(secrets::known_secrets()).collect();
        let client = match crate::cxone::Client::new(tenant, &secrets) {
            Ok(client) => client,
            Err(problem) => return Ok(Some(problem)),
        };
        let run = Arc::new(Run {
            client,
            signed_in: OnceCell::new(),
            choice: Choice {
                force: args.force,
                send_again: args.send_again,
                give_up_pending: args.give_up_pending,
            },
            timeout: args.time.timeout,
            run_log: Arc::clone(&run_log),
        });
        if let Some(flow_id) = &args.adopt {
            tokio::select! {
                biased;
                adopted = adopt::adopt(&run, &submissions, flow_id, &mut told) => adopted?,
                () = stop.asked(1) => told.interrupted(&submissions),
            }
            return Ok(None);
        }
        send(&run, &submissions, &mut told, args.parallel, &stop).await?;
        if stop.is_asked() {
            told.interrupted(&submissions);
        }
        // Where no flow is in place there is nothing to be told of.
        if let Some(hook) = hook.filter(|_| told.any_in_place && !stop.is_asked()) {
            webhook::register(&run, &submissions, &hook, &mut told, &stop).await?;
        }
        if let Some(rehearsal) = rehearsal {
            rehearsal.stop().await;
        }
        Ok::<_, Failure>(None)
    };
    let ended = runtime::drive(args.parallel, work)?;
    lines.clear();
    match ended {
        Ok(None) => {}
        Ok(Some(problem)) => {
            for submission in &submissions {
                told.result(submission, &Ending::SignInFailed(problem.clone()));
            }
        }
        Err(failure) => {
            // What is on its way over there has to be known all the more.
            told.interrupted(&submissions);
            return close(args, terminal, &run_log, &mut told.reporter, told.status).and(Err(failure));
        }
    }
    close(args, terminal, &run_log, &mut told.reporter, told.status)
}

/// Hands everything over, a few at a time, and tells the results in the order given.
///
/// Where one fails because of this machine, no other is begun. Those under way come to their end first: what
/// was sent has to be noted.
async fn send(
    run: &Arc<Run>,
    submissions: &[Arc<Submission>],
    told: &mut ResultReporter<'_>,
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
            && !stop.is_asked()
            && let Some((index, submission)) = waiting.next()
        {
            let line = told.lines.line(&submission.artifact.name);
            let (run, submission, stop) = (Arc::clone(run), Arc::clone(submission), stop.clone());
            tasks.spawn(async move {
                // What is done between two waits is done to its end.
                let ending = tokio::select! {
                    biased;
                    ending = run.deliver(&submission, &line) => ending,
                    () = submission.reached.until_interruptible(&stop, &line) => {
                        run.note_interruption(&submission).map(|()| Ending::Interrupted)
                    }
                };
                line.finish();
                (index, ending)
            });
        }
        let Some(done) = tasks.join_next().await else { return failure.map_or(Ok(()), Err) };
        let done = done.map_err(|error| Failure::new(format!("cannot go on: {error}")));
        match done.and_then(|(index, ending)| Ok((index, ending?))) {
            Ok((index, ending)) => {
                if let Some(place) = endings.get_mut(index) {
                    *place = Some(ending);
                }
            }
            Err(error) => failure = failure.or(Some(error)),
        }
        while let Some(Some(ending)) = endings.get(next) {
            if let Some(submission) = submissions.get(next) {
                told.result(submission, ending);
            }
            next += 1;
        }
    }
}

/// Tells results as they come.
struct ResultReporter<'a> {
    args: &'a SubmitArgs,
    terminal: &'a Terminal,
    reporter: Reporter<'a>,
    lines: &'a ProgressLines,
    rerun_args: RerunArgs<'a>,
    status: ExitStatus,
    /// Whether there is more than one flow, so that each finding has to say which it is about.
    several: bool,
    /// Whether it was told that no flow gets as far as the platform.
    sign_in_failed: bool,
    /// Whether any flow is in place.
    any_in_place: bool,
}

impl ResultReporter<'_> {
    fn result(&mut self, submission: &Submission, ending: &Ending) {
        let lines = self.lines;
        lines.print_above(|| {
            *submission.told.lock().unwrap_or_else(PoisonError::into_inner) = true;
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
                for finding in findings.iter_mut().filter(|one| self.several && one.span.is_none()) {
                    finding.message = format!("{}: {}", submission.artifact.name, finding.message);
                }
                (sources, findings)
            }
        };
        self.status = self.status.max(ExitStatus::Platform);
        self.reporter.report_all(sources, &findings);
    }

    /// Tells a problem that leaves the flows in place, as much as warnings matter in this run.
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

    /// Tells that something was cut.
    fn cut(&mut self, line: &str) {
        let lines = self.lines;
        lines.print_above(|| self.terminal.warning(line));
        self.status = ExitStatus::Interrupted;
    }

    fn interrupted(&mut self, submissions: &[Arc<Submission>]) {
        for submission in submissions {
            if *submission.told.lock().unwrap_or_else(PoisonError::into_inner) {
                continue;
            }
            self.result(submission, &Ending::Interrupted);
        }
        self.status = ExitStatus::Interrupted;
    }
}

/// Figures, the audit log's head, and how it all ended.
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
