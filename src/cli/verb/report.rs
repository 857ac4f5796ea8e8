//! `cxflowc report`

use std::path::Path;

use crate::cli::args::{ReportArgs, ReportFormat};
use crate::cli::compilation::compile::Purpose;
use crate::cli::compilation::compile_job::CompileJob;
use crate::cli::compilation::one_flow::{OneFlow, close_findings, compile_flow, report_flow};
use crate::cli::compilation::report::findings;
use crate::cli::console::secrets;
use crate::cli::console::terminal::Terminal;
use crate::cli::files::named_format::OutputFormats;
use crate::cli::files::output;
use crate::cli::files::outputs::{OutputUse, Outputs, ProtectedFile};
use crate::cli::{Failure, VerbResult};
use crate::report::{Report, ReportOptions, html, sheet};

pub fn run(args: &ReportArgs, terminal: &mut Terminal) -> VerbResult {
    let target = args.output.as_deref().filter(|path| *path != Path::new("-"));
    let format = format(args, target)?;
    let mut outputs = Outputs::default();
    outputs.add_some("-o", args.output.as_ref().filter(|_| target.is_some()), OutputUse::Replaced);
    outputs.add_some("--message-file", args.messages.message_file.as_ref(), OutputUse::Replaced);
    outputs.check()?;
    let flow = OneFlow {
        file: &args.file,
        compile: &args.compile,
        // What is signed is what `build` writes, for which every param must be set.
        purpose: if args.live.as_is { Purpose::BuildAsIs } else { Purpose::Build },
        messages: &args.messages,
        output: args.output.as_ref(),
        output_taken: target.is_none(),
    };
    let job = match compile_flow(&flow, terminal) {
        Ok(job) => job,
        Err(ending) => return ending,
    };
    outputs.refuse_protected(&ProtectedFile::of_jobs([&job]))?;
    let status = report_flow(&flow, &job, terminal)?;
    write(&job, format, target, terminal)?;
    Ok(status)
}

/// The format that was named, or that of the output's name.
fn format(args: &ReportArgs, target: Option<&Path>) -> Result<ReportFormat, Failure> {
    let formats = OutputFormats {
        subject: "the report has",
        names: &[("html", ReportFormat::Html), ("csv", ReportFormat::Csv), ("json", ReportFormat::Json)],
        printed: ReportFormat::Html,
        of_ending: ReportFormat::of_ending,
        for_print: Some("a browser prints the `html` page, or saves it as PDF"),
    };
    formats.choose(args.format, target)
}

/// A report is passed on, so no secret of this process belongs in it.
fn masked(text: &str) -> String {
    secrets::mask().text(text).into_owned()
}

/// What a report says beside the flow.
pub fn options(job: &CompileJob) -> ReportOptions {
    ReportOptions {
        as_of: job.as_of,
        environment: job.environment.as_ref().map(|environment| environment.name.clone()),
        params: job.params.clone(),
        voice: job.settings.voice(),
        mask: masked,
    }
}

fn write(
    job: &CompileJob,
    format: ReportFormat,
    target: Option<&Path>,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let options = options(job);
    let report = Report::of(&job.compiled, &options);
    let text = match format {
        // Its texts are masked. Its script and style are not: the page runs them only as they are.
        ReportFormat::Html => html::page(&report, &job.compiled, &options),
        ReportFormat::Csv => masked(&csv(&report)?),
        ReportFormat::Json => masked(&(serde_json::to_string_pretty(&report).unwrap_or_default() + "\n")),
    };
    let Some(path) = target else {
        terminal.masked_result(&text);
        close_findings(job, terminal);
        return Ok(());
    };
    // By the mark spreadsheets tell that a file is UTF-8.
    let mark = if format == ReportFormat::Csv { "\u{FEFF}" } else { "" };
    output::write_whole(path, |out| {
        out.write_all(mark.as_bytes())?;
        out.write_all(text.as_bytes())
    })?;
    let found = findings(&job.compiled).map(|found| format!(": {found}")).unwrap_or_default();
    terminal.closing(&format!("{}{found}", path.display()));
    Ok(())
}

/// The calls to try.
fn csv(report: &Report) -> Result<String, Failure> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let written = writer
        .write_record(sheet::heads(report))
        .and_then(|()| sheet::rows(report).try_for_each(|row| writer.write_record(row)));
    written.map_err(|error| Failure::new(error.to_string()))?;
    let bytes = writer.into_inner().map_err(|error| Failure::new(error.to_string()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
