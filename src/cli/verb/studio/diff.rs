//! `cxflowc studio diff`

use super::connect::opened;
use crate::cli::args::{CompileArgs, StudioDiffArgs};
use crate::cli::compilation::compile::{Purpose, compile_all, compile_text_with, partition, print_failures};
use crate::cli::compilation::compile_job::CompileJob;
use crate::cli::compilation::report::{Reporter, findings};
use crate::cli::config;
use crate::cli::console::terminal::Terminal;
use crate::cli::deployment::studio::StudioContext;
use crate::cli::process::signals::{self, EndSignals};
use crate::cli::source_files::input::{Allowed, Input};
use crate::cli::source_files::sources::{self, Selected};
use crate::cli::verb::diff;
use crate::cli::{ExitStatus, Failure, VerbResult};
use crate::cxone::ProgressListener;
use crate::cxone::studio::StudioClient;
use crate::diagnostics::Diagnostics;
use crate::emit::studio::{FACTS, StudioSettings};
use crate::import::studio::differences;
use crate::import::{Folder, import_into};
use crate::source::{Source, Sources};

pub fn run(args: &StudioDiffArgs, terminal: &mut Terminal) -> VerbResult {
    let terminal = &*terminal;
    signals::end(EndSignals::Saying("interrupted before anything was read"));
    let compile = CompileArgs { target: Some(FACTS.name.to_owned()), ..args.compile.clone() };
    let input = sources::find_one(&args.file, &compile, terminal)?;
    let selected = Selected { inputs: vec![input.clone()], stray_settings: Vec::new() };
    // What is wrong with calls is for `check` to say, and no matter of a comparison.
    let (mut jobs, failures) = partition(compile_all(&selected, &compile, Purpose::BuildAsIs)?);
    if let Some(failure) = print_failures(failures, terminal) {
        return Err(failure);
    }
    let Some(job) = jobs.pop() else { return Ok(ExitStatus::Wanting) };
    // Findings stand where they stand in the flow itself, as plain as `check` has them.
    let (own, _) = partition(compile_all(&selected, &compile, Purpose::Check)?);
    let own = own.first().unwrap_or(&job);
    let mut reporter = Reporter::new(&args.messages, terminal, true, false);
    if !job.compiled.is_complete() {
        reporter.report(&job.compiled);
        let found = findings(&job.compiled).unwrap_or_else(|| "a library, and no script".to_owned());
        terminal.closing(&format!("{}: {found}", job.input.name()));
        return reporter.conclude(ExitStatus::Wanting, Vec::new());
    }
    let environment = args.compile.env.as_deref();
    let context = StudioContext::at(&input, environment, &args.account, &args.messages, terminal)?;
    let context = match context {
        Ok(context) => context,
        Err(status) => return Ok(status),
    };
    let path = args.script.clone();
    let work = async |client: &StudioClient, deadline, listener: &dyn ProgressListener| {
        opened(client, &path, deadline, listener).await
    };
    let script = match context.ask(args.time.timeout, &args.messages, terminal, work)? {
        Ok(script) => script,
        Err(status) => return Ok(status),
    };
    let mut written = Vec::new();
    job.compiled
        .target
        .write(&job.compiled.flow, true, &mut written)
        .map_err(|error| Failure::new(format!("the script cannot be written: {error}")))?;
    let mut read = |content: Vec<u8>, name: &str| -> Result<Option<CompileJob>, Failure> {
        read_script(content, name, &input, &compile, &context.settings, &mut reporter)
    };
    let texts = [&script.content, &written].map(|text| String::from_utf8_lossy(text).into_owned());
    let (Some(before), Some(after)) = (read(script.content, &path)?, read(written, &input.name())?) else {
        return reporter.conclude(ExitStatus::Wanting, Vec::new());
    };
    let named = |name: &str| Some(name.to_owned());
    let versions = (before, after);
    let shown = diff::show_pair(
        versions,
        [named(&format!("{path} on the tenant")), named(&input.name())],
        &own.compiled,
        args.format,
        terminal,
    );
    // What no flow says, and what `status` compares all the same.
    let [before, after] = &texts;
    let is_shown = |label: &str, property: &str| {
        shown.details.iter().any(|(node, what)| node == label && what == property)
    };
    let others = differences(before, after, shown.have_changed, is_shown);
    if !others.is_empty() {
        terminal.closing("what the flows do not show, in the tenant's script before and in this one after:");
        others.iter().for_each(|line| terminal.closing(&format!("  {line}")));
    }
    let status = if (shown.have_changed || !others.is_empty()) && args.exit_code {
        ExitStatus::Wanting
    } else {
        ExitStatus::Done
    };
    reporter.conclude(status, Vec::new())
}

/// The flow of a script, compiled beside the flow that it is compared with.
fn read_script(
    content: Vec<u8>,
    name: &str,
    input: &Input,
    args: &CompileArgs,
    settings: &StudioSettings,
    reporter: &mut Reporter<'_>,
) -> Result<Option<CompileJob>, Failure> {
    let mut sources = Sources::default();
    let file = sources.add(Source::new(name, name, content));
    let mut diagnostics = Diagnostics::default();
    // Where a revision is compared, its script is compiled as what stands on the disk.
    let place = Input::Disk(input.path());
    let files = place.files(&Allowed::default())?;
    let around = config::without_flow(&*files, &place, None)?;
    let libraries = config::libraries(&around.settings, &around.sources, &place);
    let libraries: Vec<_> = libraries.into_iter().map(|(library, _)| library).collect();
    let folder = Folder { studio: settings, libraries: &libraries, files: &*files };
    let Some(imported) = import_into(&sources, file, &folder, &mut diagnostics) else {
        reporter.report_all(&sources, diagnostics.iter());
        return Ok(None);
    };
    let text = imported.text.into_bytes();
    // The params of the flow are none of the script's.
    let args = CompileArgs { env: args.env.clone(), target: args.target.clone(), ..CompileArgs::default() };
    compile_text_with(&place, Source::new(name, input.path(), text), &args, Purpose::CheckAsIs).map(Some)
}
