//! `cxflowc build`

use std::path::{Path, PathBuf};

use crate::cli::args::BuildArgs;
use crate::cli::compilation::compile::{Purpose, compile_all, no_flow};
use crate::cli::compilation::compile_job::CompileJob;
use crate::cli::compilation::depfile::{self, DepfileRule};
use crate::cli::compilation::report::{Reporter, figures, findings, rules_line};
use crate::cli::compilation::rounds;
use crate::cli::console::terminal::{Terminal, printed};
use crate::cli::files::output;
use crate::cli::files::outputs::{OutputUse, Outputs, ProtectedFile};
use crate::cli::files::target::{Target, Wanted};
use crate::cli::files::temporary;
use crate::cli::process::threads;
use crate::cli::source_files::input::Input;
use crate::cli::source_files::sources::{self, Parts};
use crate::cli::{ExitStatus, Failure, VerbResult};

pub fn run(args: &BuildArgs, terminal: &mut Terminal) -> VerbResult {
    if args.watch {
        return rounds::run(&args.files, terminal, |terminal| run_once(args, terminal));
    }
    run_once(args, terminal)
}

fn run_once(args: &BuildArgs, terminal: &mut Terminal) -> VerbResult {
    let stopped = |failure| {
        let output_taken = args.output.as_deref() == Some(Path::new("-"));
        let kept: Vec<PathBuf> =
            args.files.iter().chain(&args.output).chain(&args.depfile).cloned().collect();
        Reporter::stopped(&args.messages, terminal, output_taken, &kept, failure)
    };
    let selected = match sources::find(&args.files, &args.compile, Parts::StandForFlows, terminal) {
        Ok(selected) => selected,
        Err(failure) => return stopped(failure),
    };
    let inputs = &selected.inputs;
    let wanted = Wanted { output: args.output.as_deref(), out_dir: args.out_dir.as_deref() };
    let targets = wanted.targets(
        inputs,
        &|input| match input {
            Input::Disk(_) => Target::File(input.path().with_extension("json")),
            // What is no file on this disk has no place beside it.
            Input::Stdin | Input::Git { .. } => Target::Stdout,
        },
        "json",
    )?;
    let mut outputs = Outputs::default();
    for (target, input) in targets.iter().zip(inputs) {
        if let Target::File(path) = target {
            outputs.add(format!("the payload of {}", input.name()), path, OutputUse::Payload);
        }
    }
    outputs.add_some("--message-file", args.messages.message_file.as_ref(), OutputUse::Replaced);
    outputs.add_some("--depfile", args.depfile.as_ref(), OutputUse::Replaced);
    outputs.check()?;
    if args.depfile.is_some() {
        check_depfile(inputs, &targets)?;
    }
    let purpose = if args.live.as_is { Purpose::BuildAsIs } else { Purpose::Build };
    let jobs = match compile_all(&selected, &args.compile, purpose) {
        Ok(jobs) => jobs,
        Err(failure) => return stopped(failure),
    };
    outputs.refuse_protected(&ProtectedFile::of_jobs(jobs.iter().flatten()))?;
    if let Some(folder) = &args.out_dir {
        output::make_folder(folder)?;
    }
    temporary::clear_beside(targets.iter().filter_map(|target| match target {
        Target::Stdout => None,
        Target::File(path) => Some(path.as_path()),
    }));
    let written: Vec<Option<Result<(), Failure>>> = match jobs.as_slice() {
        [Ok(job)] => targets.iter().map(|target| write(job, target, args.compact)).collect(),
        many => {
            use rayon::prelude::*;
            let write_one = |(job, target): (&Result<CompileJob, Failure>, &Target)| {
                job.as_ref().ok().and_then(|job| write(job, target, args.compact))
            };
            threads::run_on_many_threads(|| many.par_iter().zip(&targets).map(write_one).collect())
        }
    };
    let depfile_result =
        args.depfile.as_ref().map(|depfile| write_depfile(depfile, &jobs, &targets, &written));
    let output_taken = targets.contains(&Target::Stdout);
    let mut reporter = Reporter::new(&args.messages, terminal, output_taken, jobs.len() > 1);
    let mut status = ExitStatus::Done;
    let mut failures: Vec<Failure> = depfile_result.and_then(Result::err).into_iter().collect();
    let is_library = |job: &CompileJob| !job.compiled.flow.has_flow && !job.compiled.diagnostics.has_errors();
    let requested_file = args.output.as_ref().or(args.depfile.as_ref());
    if let Some(path) = requested_file.filter(|_| jobs.iter().all(|job| job.as_ref().is_ok_and(is_library))) {
        failures.push(no_flow(inputs, &format!("{} is not written", path.display())));
    }
    for ((job, target), written) in jobs.into_iter().zip(&targets).zip(written) {
        let job = match job {
            Ok(job) => job,
            Err(failure) => {
                failures.push(failure);
                continue;
            }
        };
        reporter.report(&job.compiled);
        let name = job.input.name();
        if job.compiled.diagnostics.has_errors() {
            status = ExitStatus::Wanting;
        }
        match written {
            Some(Err(failure)) => failures.push(failure),
            Some(Ok(())) => {
                let target = match target {
                    Target::Stdout => name.clone(),
                    Target::File(path) => path.display().to_string(),
                };
                let found = findings(&job.compiled).map(|found| format!("; {found}")).unwrap_or_default();
                terminal.closing_of(|| Some(format!("{target}: {}{found}", figures(&job.compiled))));
            }
            None if job.compiled.diagnostics.has_errors() => {
                let found = findings(&job.compiled).unwrap_or_default();
                terminal.closing(&format!("{name}: {found}; nothing written"));
            }
            None => terminal.closing(&format!("{name}: a library, nothing to build")),
        }
        terminal.closing_of(|| rules_line(&name, &job.compiled, args.compile.as_of));
    }
    reporter.conclude(status, failures)
}

/// Writes the payload of a source. `None` if it has none.
fn write(job: &CompileJob, target: &Target, compact: bool) -> Option<Result<(), Failure>> {
    if !job.compiled.is_complete() {
        return None;
    }
    let flow = &job.compiled.flow;
    Some(match target {
        Target::File(path) => output::write_whole(path, |out| job.compiled.target.write(flow, compact, out)),
        Target::Stdout => printed(job.compiled.target.write(flow, compact, &mut std::io::stdout().lock())),
    })
}

/// Writes the depfile, if at least one payload was written.
fn write_depfile(
    depfile: &Path,
    jobs: &[Result<CompileJob, Failure>],
    targets: &[Target],
    written: &[Option<Result<(), Failure>>],
) -> Result<(), Failure> {
    if !written.iter().any(|written| matches!(written, Some(Ok(())))) {
        return Ok(());
    }
    let jobs: Vec<(&CompileJob, &Path)> = jobs
        .iter()
        .zip(targets)
        .filter_map(|(job, target)| match (job, target) {
            (Ok(job), Target::File(path)) => Some((job, path.as_path())),
            _ => None,
        })
        .collect();
    // A library has no payload and so no rule. A flow with errors keeps its rule.
    let has_payload = |job: &CompileJob| job.compiled.is_complete() || job.compiled.diagnostics.has_errors();
    let rules: Vec<DepfileRule<'_>> = jobs
        .iter()
        .filter(|(job, _)| has_payload(job))
        .map(|(job, payload)| DepfileRule::of(job, payload))
        .collect();
    let text = depfile::text(&rules)?;
    output::write_whole(depfile, |out| out.write_all(text.as_bytes()))
}

/// Refuses a depfile for payloads or sources that are not files on this disk.
fn check_depfile(inputs: &[Input], targets: &[Target]) -> Result<(), Failure> {
    if targets.contains(&Target::Stdout) {
        return Err(Failure::new(
            "--depfile needs the name of a payload file, but this payload goes to standard output",
        )
        .help("name the payload's file with -o or --out-dir"));
    }
    match inputs.iter().find(|input| matches!(input, Input::Git { .. })) {
        Some(input) => Err(Failure::new(format!(
            "--depfile lists files on disk, but {} is at a git revision",
            input.name()
        ))
        .help("build it without --depfile: a file at a revision does not change")),
        None => Ok(()),
    }
}
