//! `cxflowc diff`

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::cli::args::{DiffArgs, DiffFormat};
use crate::cli::compilation::compile::{Purpose, compile_all, partition, print_failures};
use crate::cli::compilation::compile_job::CompileJob;
use crate::cli::compilation::report::figures;
use crate::cli::console::safe;
use crate::cli::console::terminal::Terminal;
use crate::cli::files::output;
use crate::cli::git;
use crate::cli::source_files::input::{Git, Input};
use crate::cli::source_files::sources::{self, Parts, Selected, SourceLocation};
use crate::cli::{ExitStatus, Failure, VerbResult};
use crate::diagnostics::counted;
use crate::diff::{FlowDiff, Version, compare, markdown, text_with};
use crate::resolve::Files;

/// The revision that a single file is compared with by default.
const LAST_COMMIT: &str = "HEAD";

/// The two versions of a flow; one may be missing.
#[derive(Debug)]
struct Pair<T> {
    before: Option<T>,
    after: Option<T>,
}

impl<T> Default for Pair<T> {
    fn default() -> Self {
        Self { before: None, after: None }
    }
}

pub fn run(args: &DiffArgs, terminal: &mut Terminal) -> VerbResult {
    let pairs = versions(args, terminal)?;
    let inputs = pairs.iter().flat_map(|pair| pair.before.iter().chain(&pair.after)).cloned().collect();
    // Both versions are compiled together: a param may be declared by only one of them.
    let selected = Selected { inputs, stray_settings: Vec::new() };
    let (jobs, failures) = partition(compile_all(&selected, &args.compile, Purpose::Check)?);
    if let Some(failure) = print_failures(failures, terminal) {
        return Err(failure);
    }
    let mut jobs = jobs.into_iter();
    let mut has_changed = false;
    let mut shown_before = false;
    for pair in &pairs {
        let mut job = |input: &Option<Input>| input.as_ref().and_then(|_| jobs.next());
        let pair = Pair { before: job(&pair.before), after: job(&pair.after) };
        for job in pair.before.iter().chain(&pair.after) {
            warn_if_incomplete(job, terminal);
        }
        let result = match (&pair.before, &pair.after) {
            (Some(before), Some(after)) => compared(before, after, args.format),
            (before, Some(job)) | (before @ Some(job), None) => one_sided(job, before.is_none(), args.format),
            (None, None) => continue,
        };
        let Some((result, changed)) = result else {
            if let Some(job) = &pair.after {
                terminal.closing(&format!("{}: no changes", job.input.name()));
            }
            continue;
        };
        has_changed |= changed;
        let apart = if shown_before && args.format != DiffFormat::Json { "\n" } else { "" };
        terminal.result(&format!("{apart}{result}"));
        shown_before = true;
    }
    Ok(if has_changed && args.exit_code { ExitStatus::Wanting } else { ExitStatus::Done })
}

/// The pairs of versions to compare.
fn versions(args: &DiffArgs, terminal: &Terminal) -> Result<Vec<Pair<Input>>, Failure> {
    match (&args.base, args.files.as_slice()) {
        (Some(base), files) => with_base(base, files, args, terminal),
        (None, [before, after]) if !after.is_dir() && !before.is_dir() => {
            let find = |file: &Path| sources::find_one(file, &args.compile, terminal);
            Ok(vec![Pair { before: Some(find(before)?), after: Some(find(after)?) }])
        }
        (None, [file]) if matches!(Input::from_argument(file), Input::Disk(_)) => {
            with_base(LAST_COMMIT, args.files.as_slice(), args, terminal)
        }
        (None, [file]) => {
            Err(Failure::new(format!("{} is one version, and `diff` compares two", file.display()))
                .help("name the other version after it, or with --base REV"))
        }
        (None, _) => Err(Failure::new("two versions are compared, and neither may be a folder")
            .help("to compare several flows with a git revision, name it with --base REV")),
    }
}

/// Pairs each flow with the same one at a revision, sorted by path.
fn with_base(
    base: &str,
    files: &[PathBuf],
    args: &DiffArgs,
    terminal: &Terminal,
) -> Result<Vec<Pair<Input>>, Failure> {
    let at_base = Git::at(base, base)?;
    for file in files {
        if !matches!(Input::from_argument(file), Input::Disk(_)) {
            return Err(Failure::new(format!("{}: --base compares files on this disk", file.display()))
                .help("to compare two other versions, name both without --base"));
        }
    }
    let top = git::top_of(Path::new("."));
    let before: Vec<PathBuf> = files
        .iter()
        .map(|file| from_top(file, top.as_deref()))
        .filter(|path| at_base.is_folder(path) || at_base.read(path).is_ok())
        .map(|path| PathBuf::from(format!("{base}:{}", path.display())))
        .collect();
    let after: Vec<PathBuf> = files.iter().filter(|file| file.exists()).cloned().collect();
    if let Some(missing) = files.iter().find(|file| !after.contains(file) && before.is_empty()) {
        return Err(Failure::new(format!("{}: there is no such file, here or at {base}", missing.display())));
    }
    let mut pairs: BTreeMap<PathBuf, Pair<Input>> = BTreeMap::new();
    let place = |input: &Input| {
        let path = SourceLocation::of(input).map(|at| at.path).unwrap_or_default();
        let below = top.as_ref().and_then(|top| path.strip_prefix(top).ok()).map(Path::to_path_buf);
        below.unwrap_or(path)
    };
    let find = |files: &[PathBuf]| -> Result<Vec<Input>, Failure> {
        if files.is_empty() {
            return Ok(Vec::new());
        }
        Ok(sources::find(files, &args.compile, Parts::StandForFlows, terminal)?.inputs)
    };
    for input in find(&before)? {
        let place = place(&input);
        pairs.entry(place).or_default().before = Some(input);
    }
    for input in find(&after)? {
        let place = place(&input);
        pairs.entry(place).or_default().after = Some(input);
    }
    Ok(pairs.into_values().collect())
}

/// The path of a file or folder relative to the repository's top, as git expects it.
fn from_top(file: &Path, top: Option<&Path>) -> PathBuf {
    let place = output::identity(file);
    match top.and_then(|top| place.strip_prefix(top).ok()) {
        Some(path) if path.as_os_str().is_empty() => PathBuf::from("."),
        Some(path) => path.to_path_buf(),
        None => file.to_path_buf(),
    }
}

/// Warns that a version with findings that hide parts of it is only compared in part.
fn warn_if_incomplete(job: &CompileJob, terminal: &Terminal) {
    if !job.compiled.flow.complete {
        let found = job.compiled.diagnostics.iter().count();
        let name = job.input.name();
        terminal.warning(&format!(
            "{name} has {}; what cannot be read is not compared",
            counted(found, "finding")
        ));
    }
}

/// The text to print, and whether something has changed.
type Printed = (String, bool);

/// The changes from one version to the other; `None` if there is nothing to print.
fn compared(before: &CompileJob, after: &CompileJob, format: DiffFormat) -> Option<Printed> {
    let settings = (before.settings.named(), after.settings.named());
    let diff = compare(version(before, &settings.0), version(after, &settings.1));
    let (old, new) = (before.input.name(), after.input.name());
    match format {
        DiffFormat::Json => Some((line(Some(&old), Some(&new), Some(&diff)), !diff.is_empty())),
        _ if diff.is_empty() => None,
        DiffFormat::Text => {
            let (old, new) = (safe::one_line(&old), safe::one_line(&new));
            Some((format!("{old} -> {new}\n\n{}", text_with(&diff, &painted)), true))
        }
        DiffFormat::Markdown => {
            Some((format!("### {}\n\n{}", code(&safe::one_line(&new)), markdown(&diff)), true))
        }
    }
}

fn version<'a>(job: &'a CompileJob, settings: &'a [(String, String)]) -> Version<'a> {
    Version { compiled: &job.compiled, settings }
}

/// Reports a flow that only one version has; `None` for a library.
fn one_sided(job: &CompileJob, is_new: bool, format: DiffFormat) -> Option<Printed> {
    let name = job.input.name();
    if format == DiffFormat::Json {
        let (before, after) = if is_new { (None, Some(&*name)) } else { (Some(&*name), None) };
        return Some((line(before, after, None), true));
    }
    let change = match (is_new, job.compiled.flow.is_library()) {
        (_, true) => return None,
        (true, false) => format!("is new: {}", figures(&job.compiled)),
        (false, false) => "is gone".to_owned(),
    };
    let name = safe::one_line(&name);
    let printed = match format {
        DiffFormat::Markdown => format!("### {} {change}\n", code(&name)),
        _ => format!("{name} {change}\n"),
    };
    Some((printed, true))
}

/// One line of JSON. For a flow that only one version has, there are no changes and the other name is `null`.
fn line(before: Option<&str>, after: Option<&str>, diff: Option<&FlowDiff>) -> String {
    let weaker = diff.is_some_and(FlowDiff::is_weaker);
    format!("{}\n", json!({ "before": before, "after": after, "weaker": weaker, "changes": diff }))
}

fn painted(sign: char, text: &str) -> String {
    let color = match sign {
        '+' => 32,
        '-' => 31,
        '~' => 33,
        _ => return text.to_owned(),
    };
    format!("\u{1b}[{color}m{text}\u{1b}[0m")
}

/// A file's name as Markdown code, in as many backticks as needed.
fn code(name: &str) -> String {
    let longest = name.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let blank = if longest > 0 { " " } else { "" };
    format!("{fence}{blank}{name}{blank}{fence}")
}
