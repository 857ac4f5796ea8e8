//! `cxflowc import`

use std::io::{ErrorKind, Write};
use std::path::Path;

use crate::cli::args::ImportArgs;
use crate::cli::compilation::compile::{Purpose, compile_text};
use crate::cli::compilation::compile_job::CompileJob;
use crate::cli::compilation::report::{Reporter, figures, findings};
use crate::cli::console::safe::shell_word;
use crate::cli::console::terminal::{Terminal, printed};
use crate::cli::files::output;
use crate::cli::files::outputs::{OutputUse, Outputs, ProtectedFile};
use crate::cli::files::target::{Target, Wanted};
use crate::cli::files::temporary;
use crate::cli::source_files::input::{Allowed, Input, WantedFile};
use crate::cli::{ExitStatus, Failure, VerbResult};
use crate::diagnostics::{Diagnostics, Severity, counted};
use crate::import::import;
use crate::resolve::declares_flow;
use crate::source::{Source, Sources};

/// What became of a payload.
struct Imported {
    /// The payload, and what is wrong with it.
    sources: Sources,
    diagnostics: Diagnostics,
    /// The flow, where there is one.
    job: Option<CompileJob>,
}

pub fn run(args: &ImportArgs, terminal: &mut Terminal) -> VerbResult {
    let inputs: Vec<Input> = args.files.iter().map(|path| Input::from_argument(path)).collect();
    let targets = match prepare(args, &inputs) {
        Ok(targets) => targets,
        Err(failure) => {
            let kept: Vec<_> = args.files.iter().chain(&args.output).cloned().collect();
            return Reporter::stopped(&args.messages, terminal, true, &kept, failure);
        }
    };
    let output_taken = targets.contains(&Target::Stdout);
    let mut reporter = Reporter::new(&args.messages, terminal, output_taken, inputs.len() > 1);
    let (mut status, mut failures) = (ExitStatus::Done, Vec::new());
    for (input, target) in inputs.iter().zip(&targets) {
        let imported = match import_one(input, target, args) {
            Ok(imported) => imported,
            Err(failure) => {
                failures.push(failure.about_source(input.name(), input.path()));
                continue;
            }
        };
        reporter.report_all(&imported.sources, imported.diagnostics.iter());
        let of_payload = said(&imported.diagnostics);
        if imported.diagnostics.has_errors() {
            status = ExitStatus::Wanting;
        }
        let Some(job) = imported.job else {
            let errors = of_payload.unwrap_or_default();
            terminal.closing(&format!("{}: {errors}; nothing written", input.name()));
            continue;
        };
        reporter.report(&job.compiled);
        if job.compiled.diagnostics.has_errors() {
            status = ExitStatus::Wanting;
        }
        let text = job.compiled.sources.iter().next().map_or("", |(_, source)| source.text());
        let written = match target {
            Target::Stdout => print(text),
            Target::File(path) if args.force => {
                output::write_whole(path, |out| out.write_all(text.as_bytes()))
            }
            Target::File(path) => output::write_new(path, |out| out.write_all(text.as_bytes())),
        };
        match written {
            Ok(()) => {
                let name = if *target == Target::Stdout { input.name() } else { target.name() };
                // Beside those of the payload, it is said whose findings these are.
                let whose = if of_payload.is_some() { "in the flow " } else { "" };
                let not_imported =
                    of_payload.map(|found| format!("; in the payload {found}")).unwrap_or_default();
                let found = findings(&job.compiled).map(|found| format!("; {whose}{found}"));
                let found = found.unwrap_or_default();
                terminal.closing(&format!("{name}: {}{not_imported}{found}", figures(&job.compiled)));
            }
            Err(failure) => failures.push(failure),
        }
    }
    reporter.conclude(status, failures)
}

/// The place of each flow. Before anything is written it is looked at what would be replaced.
fn prepare(args: &ImportArgs, inputs: &[Input]) -> Result<Vec<Target>, Failure> {
    if let (None, None, [_, _, ..]) = (&args.output, &args.out_dir, inputs) {
        return Err(Failure::new(format!("{} flows cannot all go to standard output", inputs.len()))
            .help("name a folder for them with --out-dir"));
    }
    let wanted = Wanted { output: args.output.as_deref(), out_dir: args.out_dir.as_deref() };
    let targets = wanted.targets(inputs, &|_| Target::Stdout, "cxflow")?;
    let mut outputs = Outputs::default();
    for (target, input) in targets.iter().zip(inputs) {
        if let Target::File(path) = target {
            outputs.add(format!("the flow of {}", input.name()), path, OutputUse::Flow);
        }
    }
    outputs.add_some("--message-file", args.messages.message_file.as_ref(), OutputUse::Replaced);
    outputs.check()?;
    let read = inputs.iter().filter(|input| matches!(input, Input::Disk(_)));
    let read = read.map(|input| ProtectedFile::new("a source of this run", &input.path()));
    outputs.refuse_protected(&read.collect::<Vec<_>>())?;
    let files = targets.iter().filter_map(|target| match target {
        Target::Stdout => None,
        Target::File(path) => Some(path.as_path()),
    });
    if !args.force {
        files.clone().try_for_each(output::is_new)?;
    }
    if let Some(folder) = &args.out_dir {
        output::make_folder(folder)?;
    }
    let lacks_folder = |path: &&Path| path.parent().is_some_and(|folder| folder != "" && !folder.is_dir());
    if let Some(path) = files.clone().find(lacks_folder) {
        return Err(output::unwritable(path, &ErrorKind::NotFound.into()));
    }
    temporary::clear_beside(files);
    Ok(targets)
}

/// Imports a payload, and compiles its flow as what it becomes.
fn import_one(input: &Input, target: &Target, args: &ImportArgs) -> Result<Imported, Failure> {
    let files = input.files(&Allowed::default())?;
    let mut sources = Sources::default();
    let source = input.read_as(WantedFile::PAYLOAD, &*files)?;
    let is_json =
        source.text().trim_start_matches(['\u{FEFF}', ' ', '\t', '\r', '\n']).starts_with(['{', '[']);
    if !is_json && declares_flow(source.text()) {
        let name = input.name();
        return Err(Failure::new(format!("{name} is a flow already, and `import` reads payloads"))
            .help(format!("check it with `cxflowc check {}`", shell_word(&name))));
    }
    let file = sources.add(source);
    let mut diagnostics = Diagnostics::default();
    let Some(text) = import(&sources, file, &mut diagnostics) else {
        return Ok(Imported { sources, diagnostics, job: None });
    };
    let purpose = if args.live.as_is { Purpose::CheckAsIs } else { Purpose::Check };
    let (becomes, name, path) = match target {
        Target::Stdout => (Input::Stdin, "<stdout>".to_owned(), "<stdout>".into()),
        Target::File(path) => (Input::Disk(path.clone()), target.name(), path.clone()),
    };
    let job = compile_text(&becomes, Source::new(name, path, text.into_bytes()), purpose)?;
    Ok(Imported { sources, diagnostics, job: Some(job) })
}

/// `2 errors`, `1 warning`, or nothing.
fn said(diagnostics: &Diagnostics) -> Option<String> {
    let count = |severity, what| {
        let count = diagnostics.count(severity);
        (count > 0).then(|| counted(count, what))
    };
    let parts = [count(Severity::Error, "error"), count(Severity::Warning, "warning")];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    printed(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}
