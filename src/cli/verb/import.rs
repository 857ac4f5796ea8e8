//! `cxflowc import`

use std::io::{ErrorKind, Write};
use std::path::Path;

use crate::cli::args::{CompileArgs, ImportArgs, ResultFormat};
use crate::cli::compilation::compile::{Purpose, compile_text_with};
use crate::cli::compilation::compile_job::CompileJob;
use crate::cli::compilation::report::{Reporter, figures, findings};
use crate::cli::config;
use crate::cli::console::safe::shell_word;
use crate::cli::console::terminal::{Terminal, printed};
use crate::cli::files::output;
use crate::cli::files::outputs::{OutputUse, Outputs, ProtectedFile};
use crate::cli::files::target::{Target, Wanted};
use crate::cli::files::temporary;
use crate::cli::source_files::input::{Allowed, Input, WantedFile};
use crate::cli::{ExitStatus, Failure, VerbResult};
use crate::diagnostics::{Diagnostic, Diagnostics, Severity, counted};
use crate::emit::studio::codes::TENANT_VALUE;
use crate::emit::studio::{FACTS, StudioSettings};
use crate::import::codes::{KEPT_ACTION, NOT_IN_FLOW};
use crate::import::{Folder, import_into};
use crate::resolve::declares_flow;
use crate::source::{Source, Sources};

/// How many actions that are kept are named.
const SHOWN: usize = 5;

/// What became of a payload or a script.
struct Imported {
    /// The payload, and what is wrong with it.
    sources: Sources,
    diagnostics: Diagnostics,
    /// The flow, where there is one.
    job: Option<CompileJob>,
    /// Whether it is a script of Studio.
    is_script: bool,
    /// What `[studio]` lacks for the script to come out as it is.
    settings: Vec<String>,
    /// The settings with that.
    needed: StudioSettings,
    /// The actions of a script that are kept, by their names.
    kept: Vec<String>,
    /// The settings with which some of them would not be.
    advice: Vec<String>,
}

/// What became of a flow.
pub struct Taken {
    pub status: ExitStatus,
    /// The settings with the lines that it was said they need.
    pub needed: Option<StudioSettings>,
    /// These lines.
    pub lines: Vec<String>,
}

/// Where a flow goes, and how.
pub struct Destination<'a> {
    pub target: &'a Target,
    /// Whether it replaces a flow that is there.
    pub is_forced: bool,
    /// Whether the errors CX2xx to CX4xx are warnings.
    pub is_as_is: bool,
    pub format: ResultFormat,
    /// What is known of the tenant of a script; without it, the settings at the target say it.
    pub settings: Option<&'a StudioSettings>,
    /// Whether it was said already that the settings need other lines.
    pub are_settings_said: bool,
    /// Whether these lines are printed with the flow; otherwise whoever asks prints them.
    pub says_settings: bool,
    /// The environment whose settings apply to a script.
    pub environment: Option<&'a str>,
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
        let destination = Destination {
            target,
            is_forced: args.force,
            is_as_is: args.live.as_is,
            format: ResultFormat::Text,
            settings: None,
            are_settings_said: false,
            says_settings: true,
            environment: None,
        };
        let taken = source_of(input)
            .and_then(|source| take(&input.name(), source, &destination, &mut reporter, terminal));
        match taken {
            Ok(taken) => status = status.max(taken.status),
            Err(failure) => failures.push(failure.about_source(input.name(), input.path())),
        }
    }
    reporter.conclude(status, failures)
}

/// Makes a flow of a payload or a script, reports what was found, and writes it.
pub fn take(
    name: &str,
    source: Source,
    destination: &Destination<'_>,
    reporter: &mut Reporter<'_>,
    terminal: &Terminal,
) -> Result<Taken, Failure> {
    let imported = import_one(source, destination)?;
    reporter.report_all(&imported.sources, imported.diagnostics.iter());
    let of_payload = said(&imported.diagnostics);
    let is_wanting = |diagnostics: &Diagnostics| match diagnostics.has_errors() {
        true => ExitStatus::Wanting,
        false => ExitStatus::Done,
    };
    let status = is_wanting(&imported.diagnostics);
    let Some(job) = &imported.job else {
        terminal.closing(&format!("{name}: {}; nothing written", of_payload.unwrap_or_default()));
        return Ok(Taken { status, needed: None, lines: Vec::new() });
    };
    reporter.report(&job.compiled);
    let status = status.max(is_wanting(&job.compiled.diagnostics));
    let text = job.compiled.sources.iter().next().map_or("", |(_, source)| source.text());
    match destination.target {
        Target::Stdout if destination.format == ResultFormat::Json => {}
        Target::Stdout => print(text)?,
        Target::File(path) if destination.is_forced => {
            output::write_whole(path, |out| out.write_all(text.as_bytes()))?;
        }
        Target::File(path) => output::write_new(path, |out| out.write_all(text.as_bytes()))?,
    }
    if destination.format == ResultFormat::Json {
        terminal.result(&format!("{}\n", json(name, text, &imported, destination.target)));
    }
    let shown =
        if *destination.target == Target::Stdout { name.to_owned() } else { destination.target.name() };
    // Beside those of the payload, it is said whose findings these are.
    let whose = if of_payload.is_some() { "in the flow " } else { "" };
    let read = if imported.is_script { "script" } else { "payload" };
    let not_imported = of_payload.map(|found| format!("; in the {read} {found}")).unwrap_or_default();
    let found = findings(&job.compiled).map(|found| format!("; {whose}{found}")).unwrap_or_default();
    terminal.closing(&format!("{shown}: {}{not_imported}{found}", figures(&job.compiled)));
    if let Some(kept) = kept(&imported.kept) {
        terminal.closing(&format!("{shown}: {kept}"));
    }
    for advice in &imported.advice {
        terminal.closing(&format!("{shown}: {advice}"));
    }
    if destination.says_settings && !imported.settings.is_empty() {
        terminal.closing(&format!(
            "{name}: for the same script to come out, write under `[studio]` in cxflow.toml:"
        ));
        imported.settings.iter().for_each(|line| terminal.closing(&format!("  {line}")));
    }
    let needed = Some(imported.needed).filter(|_| !imported.settings.is_empty());
    Ok(Taken { status, needed, lines: imported.settings })
}

/// How many actions of a script are kept, and the first ones.
fn kept(names: &[String]) -> Option<String> {
    let verb = if names.len() == 1 { "is" } else { "are" };
    let count = counted(names.len(), "action");
    let (first, more) = names.split_at_checked(SHOWN).unwrap_or((names, &[]));
    let more = if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
    (!names.is_empty()).then(|| format!("{count} {verb} kept, which -v lists: {}{more}", first.join(", ")))
}

/// What became of a script, as one line of JSON. The flow is in it where it is written nowhere else.
fn json(name: &str, text: &str, imported: &Imported, target: &Target) -> String {
    let kept = imported.diagnostics.iter().filter(|finding| finding.code.id == KEPT_ACTION.id);
    let left_out = imported.diagnostics.iter().filter(|finding| finding.code.id == NOT_IN_FLOW.id);
    let messages = |findings: &mut dyn Iterator<Item = &Diagnostic>| -> Vec<String> {
        findings.map(|finding| finding.message.to_string()).collect()
    };
    let (mut kept, mut left_out) = (kept, left_out);
    serde_json::json!({
        "script": name,
        "file": match target {
            Target::Stdout => None,
            Target::File(path) => Some(path.display().to_string()),
        },
        "flow": (*target == Target::Stdout).then_some(text),
        "kept": messages(&mut kept),
        "not_in_flow": messages(&mut left_out),
        "settings": imported.settings,
        "advice": imported.advice,
    })
    .to_string()
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

/// Reads a payload or a script.
fn source_of(input: &Input) -> Result<Source, Failure> {
    let files = input.files(&Allowed::default())?;
    let source = input.read_as(WantedFile::PAYLOAD, &*files)?;
    let is_json =
        source.text().trim_start_matches(['\u{FEFF}', ' ', '\t', '\r', '\n']).starts_with(['{', '[']);
    if !is_json && declares_flow(source.text()) {
        let name = input.name();
        let argument = if matches!(input, Input::Stdin) { "-".to_owned() } else { shell_word(&name) };
        return Err(Failure::new(format!("{name} is a flow already, and `import` reads payloads"))
            .help(format!("check it with `cxflowc check {argument}`")));
    }
    Ok(source)
}

/// Imports a payload or a script, and compiles its flow as what it becomes.
fn import_one(source: Source, destination: &Destination<'_>) -> Result<Imported, Failure> {
    let (becomes, name, path) = match destination.target {
        Target::Stdout => (Input::Stdin, "<stdout>".to_owned(), "<stdout>".into()),
        Target::File(path) => (Input::Disk(path.clone()), destination.target.name(), path.clone()),
    };
    let mut sources = Sources::default();
    let file = sources.add(source);
    let files = becomes.files(&Allowed::default())?;
    let around = config::without_flow(&*files, &becomes, None)?;
    let settings = destination.settings.cloned().unwrap_or_else(|| around.settings.studio(None));
    let libraries = config::libraries(&around.settings, &around.sources, &becomes);
    let libraries: Vec<_> = libraries.into_iter().map(|(library, _)| library).collect();
    let folder = Folder { studio: &settings, libraries: &libraries, files: &*files };
    let mut diagnostics = Diagnostics::default();
    let Some(imported) = import_into(&sources, file, &folder, &mut diagnostics) else {
        return Ok(Imported {
            sources,
            diagnostics,
            job: None,
            is_script: false,
            settings: Vec::new(),
            needed: settings,
            kept: Vec::new(),
            advice: Vec::new(),
        });
    };
    let purpose = if destination.is_as_is { Purpose::CheckAsIs } else { Purpose::Check };
    let environment = destination.environment.map(str::to_owned);
    let target = imported.is_script.then(|| FACTS.name.to_owned());
    let options = CompileArgs { env: environment, target, ..CompileArgs::default() };
    let text = Source::new(name, path, imported.text.into_bytes());
    let mut job = compile_text_with(&becomes, text, &options, purpose)?;
    if destination.are_settings_said || !imported.settings.is_empty() {
        // What the settings lack is said by the lines that belong there.
        job.compiled.diagnostics.retain(|one| *one.code != TENANT_VALUE);
    }
    Ok(Imported {
        sources,
        diagnostics,
        job: Some(job),
        is_script: imported.is_script,
        settings: imported.settings,
        needed: imported.needed,
        kept: imported.kept,
        advice: imported.advice,
    })
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
