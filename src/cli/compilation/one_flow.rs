//! The flow of a verb that is about a single one.

use std::path::PathBuf;

use super::compile::{Purpose, compile_all};
use super::compile_job::CompileJob;
use super::report::{Reporter, findings};
use crate::cli::args::{CompileArgs, MessageArgs};
use crate::cli::console::terminal::Terminal;
use crate::cli::source_files::sources;
use crate::cli::{ExitStatus, Failure, VerbResult};

/// Which flow a verb is about, and where its findings go.
#[derive(Clone, Copy)]
pub struct OneFlow<'a> {
    /// The flow as the command line names it.
    pub file: &'a PathBuf,
    pub compile: &'a CompileArgs,
    pub purpose: Purpose,
    pub messages: &'a MessageArgs,
    /// The file that the verb writes. The file for findings must not be the same.
    pub output: Option<&'a PathBuf>,
    /// Whether standard output has the verb's result.
    pub output_taken: bool,
}

/// Compiles the flow. If that fails before there are findings, the error is how the verb ends.
pub fn compile_flow(flow: &OneFlow<'_>, terminal: &Terminal) -> Result<CompileJob, VerbResult> {
    let compiled = sources::find_one(flow.file, flow.compile, terminal)
        .and_then(|input| compile_all(&input.into(), flow.compile, flow.purpose));
    let compiled = compiled.and_then(|jobs| {
        let nothing = || Err(Failure::new(format!("{} is no flow", flow.file.display())));
        jobs.into_iter().next().unwrap_or_else(nothing)
    });
    compiled.map_err(|failure| {
        let files: Vec<PathBuf> = [flow.file].into_iter().chain(flow.output).cloned().collect();
        Reporter::stopped(flow.messages, terminal, flow.output_taken, &files, failure)
    })
}

/// Reports the findings of the flow, without a closing line. Errors make the status [`ExitStatus::Wanting`].
pub fn report_flow(flow: &OneFlow<'_>, job: &CompileJob, terminal: &Terminal) -> Result<ExitStatus, Failure> {
    let mut reporter = Reporter::new(flow.messages, terminal, flow.output_taken, false);
    reporter.report(&job.compiled);
    reporter.finish()?;
    Ok(if job.compiled.diagnostics.has_errors() { ExitStatus::Wanting } else { ExitStatus::Done })
}

/// Prints how many findings the flow has, if it has any.
pub fn close_findings(job: &CompileJob, terminal: &Terminal) {
    if let Some(found) = findings(&job.compiled) {
        terminal.closing(&format!("{}: {found}", job.input.name()));
    }
}
