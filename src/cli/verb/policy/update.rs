//! `cxflowc policy update`

mod changes;
mod locks;
mod show;

use std::path::Path;

use self::changes::LockChange;
use self::locks::LockFile;
use crate::cli::args::{CompileArgs, MessageArgs, PolicyUpdateArgs, ResultFormat};
use crate::cli::compilation::compile::{Purpose, compile_all, partition, print_failures};
use crate::cli::compilation::compile_job::CompileJob;
use crate::cli::compilation::report::Reporter;
use crate::cli::console::safe::shell_word;
use crate::cli::console::terminal::Terminal;
use crate::cli::files::output::{self, Replaced};
use crate::cli::source_files::input::Disk;
use crate::cli::source_files::sources::Selected;
use crate::cli::{ExitStatus, Failure, VerbResult};
use crate::diagnostics::{Diagnostic, Severity, counted};
use crate::resolve::Files;

pub fn run(args: &PolicyUpdateArgs, terminal: &mut Terminal) -> VerbResult {
    let locks = locks::find(args, terminal)?;
    // Before anything is compiled, so that a change meanwhile is noticed.
    let texts: Vec<Option<Vec<u8>>> = locks.iter().map(|lock| Disk.read(&lock.path).ok()).collect();
    let inputs = locks.iter().flat_map(|lock| lock.flows.iter().cloned()).collect();
    let selected = Selected { inputs, stray_settings: Vec::new() };
    // Which flows a lock counts for has nothing to do with their environments.
    let locked = CompileArgs { env_if_there: true, ..args.compile.clone() };
    let Some(before) = compiled(&selected, &locked, terminal)? else { return Ok(ExitStatus::Wanting) };
    if let Some(env) = &args.compile.env {
        before.iter().for_each(|job| warn_without_environment(job, env, terminal));
    }
    let unlocked = CompileArgs { unlocked: true, ..locked };
    let Some(after) = compiled(&selected, &unlocked, terminal)? else { return Ok(ExitStatus::Wanting) };
    let (mut before, mut after) = (before.as_slice(), after.as_slice());
    let mut is_weaker = false;
    for (lock, text) in locks.iter().zip(&texts) {
        let (own_before, rest_before) = before.split_at_checked(lock.flows.len()).unwrap_or_default();
        let (own_after, rest_after) = after.split_at_checked(lock.flows.len()).unwrap_or_default();
        (before, after) = (rest_before, rest_after);
        own_before.iter().for_each(|job| warn_if_incomplete(job, terminal));
        let change = LockChange::of(own_before, own_after);
        is_weaker |= change.is_weaker();
        let is_written = args.write && write(lock, text.as_deref(), &change.text)?;
        match args.format {
            ResultFormat::Text => terminal.result(&show::text(&lock.path, &change)),
            ResultFormat::Json => terminal.result(&show::json(&lock.path, &change, is_written)),
        }
        terminal.closing(&show::closing(&lock.path, &change, is_written, text.is_none()));
    }
    Ok(if is_weaker && !args.write { ExitStatus::Wanting } else { ExitStatus::Done })
}

/// The compiled flows. `None` if a lock has errors, which are reported.
fn compiled(
    selected: &Selected,
    args: &CompileArgs,
    terminal: &Terminal,
) -> Result<Option<Vec<CompileJob>>, Failure> {
    let (jobs, failures) = partition(compile_all(selected, args, Purpose::Check)?);
    if let Some(failure) = print_failures(failures, terminal) {
        return Err(failure);
    }
    let mut reporter = Reporter::new(&MessageArgs::default(), terminal, true, jobs.len() > 1);
    let mut is_broken = false;
    for job in &jobs {
        let Some(lock) = &job.lock else { continue };
        let is_of_lock = |finding: &&Diagnostic| {
            finding.severity == Severity::Error
                && finding.span.is_some_and(|span| span.file == lock.start.file)
        };
        let found: Vec<&Diagnostic> = job.compiled.diagnostics.iter().filter(is_of_lock).collect();
        is_broken |= !found.is_empty();
        reporter.report_all(&job.compiled.sources, found);
    }
    reporter.finish()?;
    if is_broken {
        terminal.closing("nothing is compared or written as long as the lock has errors");
    }
    Ok((!is_broken).then_some(jobs))
}

/// Warns that a flow with findings that hide parts of it is only compared in part.
fn warn_if_incomplete(job: &CompileJob, terminal: &Terminal) {
    if !job.compiled.flow.complete {
        let name = job.input.name();
        terminal.warning(&format!(
            "{name} has {}; what cannot be read is not compared: see `cxflowc check {}`",
            counted(job.compiled.diagnostics.iter().count(), "finding"),
            shell_word(&name)
        ));
    }
}

/// Warns that a flow whose settings lack the environment of the run is compared without it.
fn warn_without_environment(job: &CompileJob, env: &str, terminal: &Terminal) {
    let lacks_it = job.environment.is_none() && !job.settings.are_broken();
    if lacks_it && !job.compiled.flow.is_library() {
        let name = job.input.name();
        terminal.warning(&format!("{name} has no environment `{env}`, and is compared without one"));
    }
}

/// Writes a lock if its text changes. `read` is the text that it had, if it was there.
fn write(lock: &LockFile, read: Option<&[u8]>, text: &str) -> Result<bool, Failure> {
    let Some(read) = read else {
        output::write_new(&lock.path, |file| file.write_all(text.as_bytes()))?;
        return Ok(true);
    };
    // Git may have changed the line breaks.
    if String::from_utf8_lossy(read).replace("\r\n", "\n") == text {
        return Ok(false);
    }
    match output::replace_text(&lock.path, read, text.as_bytes())? {
        Replaced::Done => Ok(true),
        Replaced::ChangedMeanwhile => Err(changed_meanwhile(&lock.path)),
    }
}

fn changed_meanwhile(path: &Path) -> Failure {
    Failure::new(format!(
        "{} was changed while the flows were compared, and keeps that change",
        path.display()
    ))
    .help("update it again")
}
