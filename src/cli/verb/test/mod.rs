//! `cxflowc test`

mod json;
mod junit;
mod text;

use std::time::Duration;

use tokio::time::Instant;

use crate::cli::args::{TestArgs, TestFormat};
use crate::cli::compilation::compile::{Purpose, compile_all, no_flow, partition};
use crate::cli::compilation::compile_job::CompileJob;
use crate::cli::compilation::report::Reporter;
use crate::cli::console::terminal::Terminal;
use crate::cli::source_files::sources::{self, Parts};
use crate::cli::{ExitStatus, Failure, VerbResult};
use crate::simulate::{Coverage, TestRun, run_tests_with};

/// A source with the results of its tests.
struct Tested<'a> {
    /// The source's name in messages.
    name: String,
    job: &'a CompileJob,
    /// `None` if there is no flow to call.
    run: Option<TestRun<'a>>,
    /// The time of each test.
    took: Vec<Duration>,
    /// The required coverage of nodes and of transitions, in percent.
    min_coverage: Option<u8>,
}

impl Tested<'_> {
    fn is_library(&self) -> bool {
        self.run.is_none() && !self.job.compiled.diagnostics.has_errors()
    }

    /// What is covered less than required: nodes, transitions or both.
    fn insufficient_coverage(&self) -> Vec<&'static str> {
        let Some((run, min)) = self.run.as_ref().zip(self.min_coverage) else { return Vec::new() };
        let Coverage { nodes, transitions } = &run.coverage;
        let share = [("nodes", nodes.percent()), ("transitions", transitions.percent())];
        share.into_iter().filter(|&(_, percent)| percent < usize::from(min)).map(|(name, _)| name).collect()
    }

    /// The result in one word.
    fn status(&self) -> &'static str {
        match &self.run {
            None if self.is_library() => "library",
            None => "errors",
            Some(run) if run.failing().next().is_some() || !self.insufficient_coverage().is_empty() => {
                "failed"
            }
            Some(run) if run.tests.is_empty() => "no_tests",
            Some(_) => "passed",
        }
    }
}

/// The results for one source.
enum Suite<'a> {
    Tested(Tested<'a>),
    /// The source could not be read.
    Unread {
        name: String,
        failure: &'a Failure,
    },
}

pub fn run(args: &TestArgs, terminal: &mut Terminal) -> VerbResult {
    let compiled =
        sources::find(&args.files, &args.compile, Parts::StandForFlows, terminal).and_then(|selected| {
            let compiled = compile_all(&selected, &args.compile, Purpose::Check)?;
            Ok((selected.inputs, compiled))
        });
    let (inputs, compiled) = match compiled {
        Ok(compiled) => compiled,
        Err(failure) => return Reporter::stopped(&args.messages, terminal, true, &args.files, failure),
    };
    // Standard output is for results.
    let mut reporter = Reporter::new(&args.messages, terminal, true, compiled.len() > 1);
    let mut status = ExitStatus::Done;
    let mut suites = Vec::new();
    for (input, job) in inputs.iter().zip(&compiled) {
        let name = input.name();
        let job = match job {
            Ok(job) => job,
            Err(failure) => {
                suites.push(Suite::Unread { name, failure });
                continue;
            }
        };
        let (run, took) = timed(job);
        let findings = job.compiled.diagnostics.iter().chain(run.iter().flat_map(TestRun::findings));
        reporter.report_all(&job.compiled.sources, findings);
        let tested = Tested { name, job, run, took, min_coverage: args.min_coverage };
        match args.format {
            TestFormat::Text => terminal.result(&text::result(&tested)),
            TestFormat::Json => terminal.result(&format!("{}\n", json::line(&tested))),
            TestFormat::Junit => {}
        }
        terminal.closing(&text::closing(&tested));
        if matches!(tested.status(), "failed" | "errors") {
            status = ExitStatus::Wanting;
        }
        suites.push(Suite::Tested(tested));
    }
    let mut failures = Vec::new();
    if args.min_coverage.is_some()
        && suites.iter().all(|suite| matches!(suite, Suite::Tested(tested) if tested.is_library()))
    {
        failures.push(no_flow(&inputs, "there is nothing to cover"));
    }
    if args.format == TestFormat::Junit {
        terminal.result(&junit::document(&suites)?);
    }
    drop(suites);
    failures.extend(partition(compiled).1);
    reporter.conclude(status, failures)
}

/// Runs the tests of a flow or a library with exits that has no errors, and measures the time of each.
fn timed(job: &CompileJob) -> (Option<TestRun<'_>>, Vec<Duration>) {
    if !job.compiled.has_calls() {
        return (None, Vec::new());
    }
    let mut took = Vec::new();
    let mut began = Instant::now();
    let run = run_tests_with(&job.compiled.flow, || {
        took.push(began.elapsed());
        began = Instant::now();
    });
    (Some(run), took)
}
