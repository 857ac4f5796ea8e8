//! Finds and loads `cxflow.toml`, and reads policies and environments from it.

pub mod lost_settings;
pub mod policy_lock;
pub mod stray_settings;

use std::io;
use std::path::{Path, PathBuf};

use crate::cli::Failure;
use crate::cli::files::output;
use crate::cli::files::read_scope::{self, ReadScope};
use crate::cli::git;
use crate::cli::source_files::displayed_files::DisplayedFiles;
use crate::cli::source_files::input::Input;
use crate::diagnostics::suggest::nearest;
use crate::diagnostics::{Diagnostic, Diagnostics, quote};
use crate::resolve::{Files, LibraryChoice, PolicyChoice};
use crate::settings::codes::BAD_SETTING;
use crate::settings::{self, Environment, NAME, Settings, SettingsReadError};
use crate::source::{Source, Sources, Span};
use lost_settings::Lookups;

/// Reads the settings for a source: those of its folder and of the folders above it.
pub fn load(
    files: &dyn Files,
    input: &Input,
    lookups: &Lookups,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Result<Settings, Failure> {
    let folders = folders(files, input);
    let is_on_disk = !matches!(input, Input::Git { .. });
    if is_on_disk {
        lost_settings::report_deleted(files, &input.folder(), &folders, lookups, sources, diagnostics)?;
    }
    let loaded = settings::load(&DisplayedFiles(files), &folders, &lookups.misnamed, sources, diagnostics);
    if let Ok(settings) = &loaded
        && is_on_disk
    {
        lost_settings::report_emptied(settings, lookups, sources, diagnostics)?;
    }
    if let Ok(settings) = &loaded {
        report_audit_outside(files, input, settings, sources, diagnostics);
    }
    if let Some(above) = lost_settings::settings_above(input, lookups, sources)? {
        diagnostics.push(above);
    }
    loaded.map_err(settings_failure)
}

/// Reports audit logs outside the repository: whoever changes its settings must not choose which file of this
/// machine is written.
fn report_audit_outside(
    files: &dyn Files,
    input: &Input,
    settings: &Settings,
    sources: &Sources,
    diagnostics: &mut Diagnostics,
) {
    for (path, span, folder) in settings.audits(sources) {
        let log = folder.join(path);
        let is_inside = match input {
            Input::Disk(_) | Input::Stdin => files.admit(&output::identity(&log)).is_ok(),
            Input::Git { .. } => {
                let top = git::top_of(git::place()).unwrap_or_default();
                let bounds = ReadScope::default().and_folders(std::slice::from_ref(&top));
                bounds.hold(&output::identity(&top.join(&log)))
            }
        };
        if !is_inside {
            diagnostics.push(
                Diagnostic::new(&BAD_SETTING, span, format!("the audit log {} lies outside the repository", quote(path)))
                    .here("outside")
                    .help("name a file in the repository, or give the log with `submit --audit PATH`; `--allow-outside DIR` allows its folder"),
            );
        }
    }
}

/// The failure for settings that could not be read.
pub fn settings_failure(unread: SettingsReadError) -> Failure {
    let failure = Failure { message: unread.message, help: unread.help, file: None };
    match unread.file {
        Some((name, path)) => failure.about_source(name, path),
        None => failure,
    }
}

/// The folders whose settings apply to a source, from the top down. For a symlink these are the folders
/// around its target, and then the folders around the link, which take precedence.
fn folders(files: &dyn Files, input: &Input) -> Vec<PathBuf> {
    let around_link = from_top(input, &input.folder());
    let Some(linked) = input.linked_folder(files) else { return around_link };
    let around_target = from_top(input, &linked);
    let shared = around_link.iter().zip(&around_target).take_while(|(left, right)| left == right).count();
    let (shared, around_link) = around_link.split_at_checked(shared).unwrap_or((&around_link, &[]));
    // If a tree of links also links the settings, they are read once.
    let place = |folder: &PathBuf| files.identity(&folder.join(NAME));
    let known: Vec<PathBuf> = around_link.iter().map(place).collect();
    let around_target =
        around_target.iter().skip(shared.len()).filter(|folder| !known.contains(&place(folder)));
    shared.iter().chain(around_target).chain(around_link).cloned().collect()
}

/// The settings that apply to a link, if they differ from those that apply to its target.
pub fn added_by_link(files: &dyn Files, input: &Input) -> Vec<PathBuf> {
    let Some(linked) = input.linked_folder(files) else { return Vec::new() };
    let places = |folders: Vec<PathBuf>| {
        let paths = folders.into_iter().map(|folder| folder.join(NAME));
        // A file that cannot be read still exists.
        let exists = |path: &PathBuf| {
            files.read(path).err().is_none_or(|error| error.kind() != io::ErrorKind::NotFound)
        };
        paths.filter(exists).map(|path| files.identity(&path)).collect::<Vec<PathBuf>>()
    };
    let of_link = places(folders(files, input));
    if of_link == places(from_top(input, &linked)) { Vec::new() } else { of_link }
}

/// A folder and its ancestors, from the repository's top down; outside a repository from the topmost that has settings or a
/// lock of policies.
fn from_top(input: &Input, folder: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = folder.ancestors().map(Path::to_path_buf).collect();
    // At a revision paths begin at the repository's top.
    if !matches!(input, Input::Git { .. }) {
        let top = read_scope::top(folder);
        folders.retain(|folder| folder.starts_with(&top));
    }
    folders.reverse();
    folders
}

/// The policies that the settings apply, and where they are named. A path is relative to the settings'
/// folder, read like the source, and displayed relative to the working folder.
pub fn policies(settings: &Settings, sources: &Sources, input: &Input) -> Vec<(PolicyChoice, Span)> {
    let choice = |(text, span, folder): (&str, Span, &Path)| {
        let choice = match policy_choice(text) {
            PolicyChoice::File(path) => PolicyChoice::File(beside_settings(input, folder, &path)),
            named => named,
        };
        (choice, span)
    };
    settings.policies(sources).map(choice).collect()
}

/// The libraries of kinds that the settings name, and where. Their paths are as those of policies.
pub fn libraries(settings: &Settings, sources: &Sources, input: &Input) -> Vec<(LibraryChoice, Span)> {
    let choice = |(text, span, folder): (&str, Span, &Path)| {
        let choice = match is_path(text) {
            true => LibraryChoice::File(beside_settings(input, folder, Path::new(text))),
            false => LibraryChoice::Name(text.to_owned()),
        };
        (choice, span)
    };
    settings.libraries(sources).map(choice).collect()
}

/// A path that settings in a folder name.
fn beside_settings(input: &Input, folder: &Path, path: &Path) -> PathBuf {
    match input {
        Input::Disk(_) | Input::Stdin => input.on_disk(folder).join(path),
        Input::Git { .. } => folder.join(path),
    }
}

/// The environment of this name; `None` if a broken file may define it.
pub fn environment(
    settings: &Settings,
    sources: &Sources,
    input: &Input,
    wanted: &str,
) -> Result<Option<Environment>, Failure> {
    if let Some(environment) = settings.environment(wanted, sources) {
        // Relative to the working folder; for a revision it lies in the work tree.
        let audit = environment.audit.map(|audit| input.on_disk(&audit));
        return Ok(Some(Environment { audit, ..environment }));
    }
    if settings.are_broken() {
        return Ok(None);
    }
    let of_flow = match input {
        Input::Stdin => String::new(),
        Input::Disk(_) | Input::Git { .. } => format!(" for {}", input.name()),
    };
    let Some(&file) = settings.files().last() else {
        return Err(Failure::new(format!(
            "there is no {NAME} that could define the environment `{wanted}`{of_flow}"
        ))
        .help(format!("write `[env.{wanted}]` into a {NAME} beside the flow or in a folder above it")));
    };
    let names: Vec<&str> = settings.environments().collect();
    let help = match nearest(wanted, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if names.is_empty() => format!("write `[env.{wanted}]` into it"),
        None => format!("it has {}", names.join(", ")),
    };
    let name = sources.get(file).name();
    Err(Failure::new(format!("{name} has no environment `{wanted}`{of_flow}")).help(help))
}

/// Settings without a flow, for verbs that compile nothing.
pub struct FolderSettings {
    pub sources: Sources,
    pub diagnostics: Diagnostics,
    /// The requested environment; `None` if none is requested, or a broken file may define it.
    pub environment: Option<Environment>,
    /// All of them.
    pub settings: Settings,
}

/// Reads the settings that apply at the place of `input`, and an environment from them.
pub fn without_flow(
    files: &dyn Files,
    input: &Input,
    wanted: Option<&str>,
) -> Result<FolderSettings, Failure> {
    let mut sources = Sources::default();
    // Findings are sorted by file, the flow's first.
    sources.add(Source::new(input.name(), input.path(), Vec::new()));
    let mut diagnostics = Diagnostics::default();
    let settings = load(files, input, &Lookups::default(), &mut sources, &mut diagnostics)?;
    let environment = match wanted {
        Some(wanted) => environment(&settings, &sources, input, wanted)?,
        None => None,
    };
    diagnostics.sort();
    Ok(FolderSettings { sources, diagnostics, environment, settings })
}

/// A policy's name, or the path of a file with policies.
pub fn policy_choice(text: &str) -> PolicyChoice {
    if is_path(text) { PolicyChoice::File(text.into()) } else { PolicyChoice::Name(text.to_owned()) }
}

/// Whether a text is the path of a file and no name.
fn is_path(text: &str) -> bool {
    text.contains(['/', '\\']) || text.ends_with(".cxflow")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::disallowed_methods, reason = "a test")]

    use super::*;

    #[test]
    fn an_audit_log_lies_beside_the_settings_and_not_beside_the_source() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("flows/spring");
        std::fs::create_dir_all(&inner).unwrap();
        std::fs::write(folder.path().join(NAME), "[env.prod]\naudit = \"logs/prod.jsonl\"\n").unwrap();
        let source = Input::Disk(inner.join("a.cxflow"));
        let read = without_flow(&*source.files(&Default::default()).unwrap(), &source, Some("prod")).unwrap();
        let audit = read.environment.unwrap().audit.unwrap();
        // Compares files, since the spelling of the path depends on where the tests run.
        std::fs::create_dir(folder.path().join("logs")).unwrap();
        std::fs::write(&audit, "").unwrap();
        assert!(folder.path().join("logs/prod.jsonl").exists(), "{}", audit.display());
    }
}
