//! `cxflowc graph`

use std::path::Path;

use crate::cli::args::{GraphArgs, Theme as ThemeArg};
use crate::cli::compilation::compile::Purpose;
use crate::cli::compilation::compile_job::CompileJob;
use crate::cli::compilation::one_flow::{OneFlow, close_findings, compile_flow, report_flow};
use crate::cli::compilation::report::findings;
use crate::cli::console::terminal::Terminal;
use crate::cli::console::{locale, secrets};
use crate::cli::files::named_format::OutputFormats;
use crate::cli::files::output;
use crate::cli::files::outputs::{OutputUse, Outputs, ProtectedFile};
use crate::cli::{Failure, VerbResult};
use crate::diagnostics::counted;
use crate::picture::{DrawOptions, FORMATS, Picture, PictureFormat, Theme};

pub fn run(args: &GraphArgs, terminal: &mut Terminal) -> VerbResult {
    let target = args.output.as_deref().filter(|path| *path != Path::new("-"));
    let format = format(args, target)?;
    let mut outputs = Outputs::default();
    outputs.add_some("-o", args.output.as_ref().filter(|_| target.is_some()), OutputUse::Replaced);
    outputs.add_some("--message-file", args.messages.message_file.as_ref(), OutputUse::Replaced);
    outputs.check()?;
    let flow = OneFlow {
        file: &args.file,
        compile: &args.compile,
        purpose: if args.live.as_is { Purpose::CheckAsIs } else { Purpose::Check },
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
    draw(&job, args, format, target, terminal)?;
    Ok(status)
}

/// The format that was named, or that of the output's name.
fn format(args: &GraphArgs, target: Option<&Path>) -> Result<&'static PictureFormat, Failure> {
    let names: Vec<(&str, &'static str)> = FORMATS.iter().map(|format| (format.name, format.name)).collect();
    let formats = OutputFormats {
        subject: "the picture has",
        names: &names,
        printed: PictureFormat::of_terminals().name,
        of_ending: |ending| PictureFormat::of_ending(ending).map(|format| format.name),
        for_print: Some("a browser prints the `svg`, and `report` writes a page for print"),
    };
    let name = formats.choose(args.format.map(|format| format.name), target)?;
    Ok(PictureFormat::named(name).unwrap_or(PictureFormat::of_terminals()))
}

/// A picture is passed on, so no secret of this process belongs in it.
fn masked(text: &str) -> String {
    secrets::mask().text(text).into_owned()
}

fn draw(
    job: &CompileJob,
    args: &GraphArgs,
    format: &PictureFormat,
    target: Option<&Path>,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let name = job.input.name();
    let highlighted: Vec<&str> = args.highlight.iter().map(String::as_str).collect();
    let picture = Picture::new(&job.compiled, &highlighted, masked)
        .map_err(|error| Failure::new(format!("{name}: {}", error.message)).help(error.help))?;
    let theme = match args.theme {
        ThemeArg::Auto => Theme::Auto,
        ThemeArg::Light => Theme::Light,
        ThemeArg::Dark => Theme::Dark,
    };
    let options = match target {
        // A file is the same whatever terminal it is made at.
        Some(_) => DrawOptions { theme, ..DrawOptions::default() },
        None => DrawOptions { theme, ascii: locale::is_ascii(), columns: terminal.result_width() },
    };
    let drawn = (format.draw)(&picture, &options);
    let Some(path) = target else {
        terminal.result(&drawn);
        close_findings(job, terminal);
        return Ok(());
    };
    let drawn = masked(&drawn);
    output::write_whole(path, |out| out.write_all(drawn.as_bytes()))?;
    let nodes = counted(job.compiled.flow.nodes.len(), "node");
    let found = findings(&job.compiled).map(|found| format!("; {found}")).unwrap_or_default();
    terminal.closing(&format!("{}: {nodes}{found}", path.display()));
    Ok(())
}
