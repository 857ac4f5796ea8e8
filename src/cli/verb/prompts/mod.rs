//! `cxflowc prompts`

mod apply;
mod fetch;
mod media;
mod rows;
mod table;
mod text;
mod trial;

use std::path::Path;

use serde_json::json;

use crate::cli::args::{PromptsArgs, PromptsFormat};
use crate::cli::compilation::compile::Purpose;
use crate::cli::compilation::compile_job::CompileJob;
use crate::cli::compilation::one_flow::{OneFlow, close_findings, compile_flow, report_flow};
use crate::cli::console::secrets;
use crate::cli::console::terminal::Terminal;
use crate::cli::files::named_format::OutputFormats;
use crate::cli::files::output;
use crate::cli::files::outputs::{OutputUse, Outputs, ProtectedFile};
use crate::cli::{Failure, VerbResult};
use crate::diagnostics::counted;
use crate::prompts::{Prompt, prompts};

pub fn run(args: &PromptsArgs, terminal: &mut Terminal) -> VerbResult {
    let target = args.output.as_deref().filter(|path| *path != Path::new("-"));
    let format = format(args, target)?;
    if target.is_none() && format == PromptsFormat::Xlsx {
        return Err(Failure::new("a workbook is not printed").help("name its file: -o prompts.xlsx"));
    }
    if args.check_media && !matches!(format, PromptsFormat::Text | PromptsFormat::Json) {
        return Err(Failure::new("what is wrong with recordings is no table")
            .help("write it as --format text or json"));
    }
    let flow = OneFlow {
        file: &args.file,
        compile: &args.compile,
        purpose: Purpose::Check,
        messages: &args.messages,
        output: args.output.as_ref(),
        output_taken: true,
    };
    let job = match compile_flow(&flow, terminal) {
        Ok(job) => job,
        Err(ending) => return ending,
    };
    let mut outputs = Outputs::default();
    outputs.add_some("-o", args.output.as_ref().filter(|_| target.is_some()), OutputUse::Replaced);
    outputs.add_some("--message-file", args.messages.message_file.as_ref(), OutputUse::Replaced);
    outputs.check()?;
    outputs.refuse_protected(&ProtectedFile::of_jobs([&job]))?;
    let status = report_flow(&flow, &job, terminal)?;
    close_findings(&job, terminal);
    // A text that stops in the middle would be taken for the whole.
    if !job.compiled.flow.complete {
        let name = job.input.name();
        terminal.closing(&format!("{name}: what cannot be read has no prompts; nothing is written"));
        return Ok(status);
    }
    if args.check_media {
        return Ok(status.max(media::run(&job, args, format, terminal)?));
    }
    match &args.apply {
        Some(table) => Ok(status.max(apply::run(&job, table, &args.compile, terminal)?)),
        None => write(&job, format, target, terminal).map(|()| status),
    }
}

/// The format that was named, or that of the output's name.
fn format(args: &PromptsArgs, target: Option<&Path>) -> Result<PromptsFormat, Failure> {
    let formats = OutputFormats {
        subject: "the prompts have",
        names: &[
            ("text", PromptsFormat::Text),
            ("csv", PromptsFormat::Csv),
            ("xlsx", PromptsFormat::Xlsx),
            ("json", PromptsFormat::Json),
        ],
        printed: PromptsFormat::Text,
        of_ending: PromptsFormat::of_ending,
        for_print: None,
    };
    formats.refuse_contradiction(args.format, target)?;
    formats.choose(args.format, target)
}

/// Writes the prompts of a flow, in the order of its nodes.
fn write(
    job: &CompileJob,
    format: PromptsFormat,
    target: Option<&Path>,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let mut prompts = prompts(&job.compiled, job.settings.voice());
    for prompt in &mut prompts {
        let said = [&mut prompt.media, &mut prompt.prompt_id, &mut prompt.language, &mut prompt.text];
        for words in said.into_iter().flatten().chain([&mut prompt.node]) {
            *words = secrets::mask().text(words).into_owned();
        }
    }
    let bytes = match format {
        PromptsFormat::Text => text::text(&prompts).into_bytes(),
        PromptsFormat::Csv => table::csv(&prompts)?,
        PromptsFormat::Xlsx => table::workbook(&prompts)?,
        PromptsFormat::Json => json_of(job, &prompts).into_bytes(),
    };
    match target {
        Some(path) => {
            let mark = if format == PromptsFormat::Csv { table::MARK } else { "" };
            output::write_whole(path, |out| {
                out.write_all(mark.as_bytes())?;
                out.write_all(&bytes)
            })?;
            terminal.closing(&format!("{}: {}", path.display(), counted(prompts.len(), "prompt")));
        }
        None => terminal.result(&String::from_utf8_lossy(&bytes)),
    }
    Ok(())
}

fn json_of(job: &CompileJob, prompts: &[Prompt]) -> String {
    let flow = job.compiled.flow.name.as_ref().and_then(|name| name.value.as_deref());
    format!("{}\n", json!({ "file": job.input.name(), "flow": flow, "prompts": prompts }))
}
