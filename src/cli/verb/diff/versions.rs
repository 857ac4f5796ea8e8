//! Which versions of which flows are compared.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Pair;
use crate::cli::Failure;
use crate::cli::args::DiffArgs;
use crate::cli::console::terminal::Terminal;
use crate::cli::files::output;
use crate::cli::git;
use crate::cli::source_files::input::{Git, Input};
use crate::cli::source_files::sources::{self, Parts, SourceLocation};
use crate::resolve::Files;

/// The revision that a single file is compared with by default.
const LAST_COMMIT: &str = "HEAD";

/// The pairs of versions to compare.
pub fn versions(args: &DiffArgs, terminal: &Terminal) -> Result<Vec<Pair<Input>>, Failure> {
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
    for file in files {
        if !matches!(Input::from_argument(file), Input::Disk(_)) {
            return Err(Failure::new(format!("{}: --base compares files on this disk", file.display()))
                .help("to compare two other versions, name both without --base"));
        }
    }
    look_at_repository_of(files)?;
    let at_base = Git::at(base, base)?;
    let top = git::top_of(git::place());
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

/// Reads revisions from the repository that the files are in, wherever the working folder is.
fn look_at_repository_of(files: &[PathBuf]) -> Result<(), Failure> {
    let folder = |file: &PathBuf| {
        let place = output::identity(file);
        if place.is_dir() { place } else { place.parent().map(Path::to_path_buf).unwrap_or_default() }
    };
    let Some(first) = files.first() else { return Ok(()) };
    let Some(top) = git::top_of(&folder(first)) else { return Ok(()) };
    if let Some(other) = files.iter().find(|file| git::top_of(&folder(file)).as_ref() != Some(&top)) {
        return Err(Failure::new(format!(
            "{} and {} are not in the same git repository",
            first.display(),
            other.display()
        ))
        .help("compare the flows of each repository in a run of its own"));
    }
    if git::top_of(git::place()).as_ref() != Some(&top) {
        git::look_at(top);
    }
    Ok(())
}
