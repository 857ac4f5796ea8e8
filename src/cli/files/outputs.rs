//! The output files of a run. They must not replace files that people wrote, records of earlier runs, or each
//! other, which is checked before anything is written or sent.

use std::io::Read;
use std::path::{Component, Path, PathBuf};

use rustc_hash::FxHashSet;

use crate::audit;
use crate::cli::Failure;
use crate::cli::compilation::compile_job::CompileJob;
use crate::cli::deployment::flow_lock;
use crate::cli::files::disk::open_to_read;
use crate::cli::files::place::{ResolvedPath, folded, stays_inside};
use crate::cli::source_files::input::Input;
use crate::settings;
use crate::source::Sources;

/// How an output file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputUse {
    /// It is replaced.
    Replaced,
    /// It is replaced by a payload. Payloads may differ by letter case only, if their sources do.
    Payload,
    /// It becomes a flow, which replaces another one only if that is asked for.
    Flow,
    /// Lines are appended to it.
    Log,
}

/// The outputs of a run.
#[derive(Debug, Default)]
pub struct Outputs {
    outputs: Vec<Output>,
}

#[derive(Debug)]
struct Output {
    /// The option that sets it, for messages.
    name: String,
    path: PathBuf,
    place: ResolvedPath,
    output_use: OutputUse,
}

/// A file that must not be replaced.
#[derive(Debug)]
pub struct ProtectedFile {
    /// Its description, such as `a source of this run`.
    description: &'static str,
    place: ResolvedPath,
}

impl ProtectedFile {
    /// A file that a run reads.
    pub fn new(description: &'static str, path: &Path) -> Self {
        Self { description, place: ResolvedPath::of(path) }
    }

    /// The source files of flows, their settings, and the audit logs that the settings name.
    pub fn of_jobs<'j>(jobs: impl IntoIterator<Item = &'j CompileJob>) -> Vec<Self> {
        let mut seen: FxHashSet<PathBuf> = FxHashSet::default();
        let mut kept = Vec::new();
        let mut keep = |description, path: &Path| {
            if seen.insert(path.to_path_buf()) {
                kept.push(Self::new(description, path));
            }
        };
        for job in jobs {
            let sources = &job.compiled.sources;
            // Sources at a revision are not on this disk, and standard input has no name.
            let is_on_disk = !matches!(job.input, Input::Git { .. });
            let skipped = usize::from(job.input == Input::Stdin);
            for (file, source) in sources.iter().skip(skipped).filter(|_| is_on_disk) {
                if source.is_bundled() {
                    continue;
                }
                let is_settings = job.settings.files().contains(&file);
                keep(if is_settings { SETTINGS } else { "a source of this run" }, source.path());
            }
            let environments = job.settings.environments();
            let read = environments.filter_map(|name| job.settings.environment(name, sources));
            for log in read.filter_map(|environment| environment.audit) {
                keep(LOG, &job.input.on_disk(&log));
            }
        }
        kept
    }
}

const FLOW: &str = "a flow";
const SETTINGS: &str = "a file with settings";
const LOG: &str = "an audit log";
const LOCK: &str = "a lock file";
const POLICY_LOCK: &str = "a lock of policies";

impl Outputs {
    /// Adds an output, named by its option or by its contents.
    pub fn add(&mut self, name: impl Into<String>, path: &Path, output_use: OutputUse) {
        let place = ResolvedPath::of(path);
        self.outputs.push(Output { name: name.into(), path: path.to_path_buf(), place, output_use });
    }

    /// Adds an output if it is given.
    pub fn add_some(&mut self, name: &str, path: Option<&PathBuf>, output_use: OutputUse) {
        if let Some(path) = path {
            self.add(name, path, output_use);
        }
    }

    /// Refuses outputs that clash with each other, and those that would replace a file of a protected kind.
    pub fn check(&self) -> Result<(), Failure> {
        let mut seen: Vec<&Output> = Vec::new();
        let mut folded_seen: FxHashSet<String> = FxHashSet::default();
        for output in &self.outputs {
            // Special files, such as a terminal, take several outputs one after the other.
            if output.place.is_special_file() {
                continue;
            }
            output.check()?;
            // There may be thousands of payloads, so each is compared with the others only if they share its
            // name. Payloads whose paths link to one file become separate files when they are replaced.
            let is_new =
                folded_seen.insert(folded(&output.place.real)) && output.output_use == OutputUse::Payload;
            let clash = |other: &&&Output| match (other.output_use, output.output_use) {
                (OutputUse::Payload, OutputUse::Payload) => other.place.is_same_here(&output.place),
                _ => other.place.is_same(&output.place),
            };
            let others = seen.iter().filter(|other| !is_new || other.output_use != OutputUse::Payload);
            if let Some(other) = others.into_iter().find(clash) {
                return Err(other.clash(output));
            }
            seen.push(output);
        }
        Ok(())
    }

    /// Refuses outputs that would replace a protected file.
    pub fn refuse_protected(&self, kept: &[ProtectedFile]) -> Result<(), Failure> {
        for output in self.outputs.iter().filter(|output| !output.place.is_special_file()) {
            let is_own_log =
                |file: &ProtectedFile| output.output_use == OutputUse::Log && file.description == LOG;
            let replaced = kept.iter().find(|file| !is_own_log(file) && file.place.is_same(&output.place));
            if let Some(replaced) = replaced {
                return Err(output.refusal(replaced.description));
            }
        }
        Ok(())
    }
}

impl Output {
    /// Refuses a file of a protected kind, by its name or its contents.
    fn check(&self) -> Result<(), Failure> {
        let may_be_flow = |description: &&str| self.output_use != OutputUse::Flow || *description != FLOW;
        let by_name = |path: &Path| kept_by_name(path).filter(may_be_flow);
        if let Some(description) = by_name(&self.place.real).or_else(|| by_name(&self.path)) {
            return Err(self.refusal(description));
        }
        if self.output_use != OutputUse::Log
            && let Some(description) = kept_by_content(&self.place.real)
        {
            return Err(self.refusal(description));
        }
        stays_inside(&self.path, &self.place)
    }

    fn refusal(&self, description: &str) -> Failure {
        let Self { name, path, .. } = self;
        let action = if self.output_use == OutputUse::Log { "write into" } else { "replace" };
        let help = match self.output_use {
            OutputUse::Payload | OutputUse::Flow => "name another output with -o or --out-dir".to_owned(),
            _ => format!("name another file with {name}"),
        };
        Failure::new(format!("{name} would {action} {}, which is {description}", path.display()))
            .help(format!("{help}; nothing was written or sent"))
    }

    fn clash(&self, other: &Self) -> Failure {
        let help = "give each output a file of its own";
        if self.place.is_same_here(&other.place) {
            return Failure::new(format!(
                "{} and {} both name {}",
                self.name,
                other.name,
                other.path.display()
            ))
            .help(help);
        }
        Failure::new(format!(
            "{} and {} name {} and {}, which are the same file on systems that ignore case",
            self.name,
            other.name,
            self.path.display(),
            other.path.display()
        ))
        .help(help)
    }
}

/// Refuses a file of a protected kind, whichever option names it. A special file is not of such a kind.
pub fn replaceable(name: &str, path: &Path) -> Result<(), Failure> {
    let mut outputs = Outputs::default();
    outputs.add(name, path, OutputUse::Replaced);
    outputs.check()
}

/// Refuses an audit log path where there is a file of another protected kind.
pub fn check_log_path(name: &str, path: &Path) -> Result<(), Failure> {
    let mut outputs = Outputs::default();
    outputs.add(name, path, OutputUse::Log);
    outputs.check()
}

/// The name of the source at a place, if one of these sources is there.
pub fn source_at<'s>(sources: &'s Sources, place: &ResolvedPath) -> Option<&'s str> {
    let is_at_place = |path: &Path| {
        let resolved = ResolvedPath::of(path);
        !resolved.is_special_file() && resolved.is_same(place)
    };
    sources.iter().find(|(_, source)| is_at_place(source.path())).map(|(_, source)| source.name())
}

/// The protected kind of a file, by its name.
pub fn kept_by_name(path: &Path) -> Option<&'static str> {
    let name = folded(Path::new(path.file_name()?));
    if name.ends_with(".cxflow") {
        return Some(FLOW);
    }
    if name == settings::NAME {
        return Some(SETTINGS);
    }
    if name == "cxflow.lock" || name.starts_with("cxflow.") && name.ends_with(".lock") {
        return Some(LOCK);
    }
    if name == crate::bundled::lock::FILE_NAME {
        return Some(POLICY_LOCK);
    }
    let is_git = |part: Component<'_>| folded(Path::new(part.as_os_str())) == ".git";
    path.components().any(is_git).then_some("a file of git")
}

/// Whether a file is a permanent record of `submit`: a lock or a log of any environment.
pub fn is_record(path: &Path) -> bool {
    let is_record = |kind| kind == LOCK || kind == LOG;
    path.is_file()
        && (kept_by_name(path).is_some_and(is_record) || kept_by_content(path).is_some_and(is_record))
}

/// Refuses a lock in place of an audit log.
pub fn is_no_lock(path: &Path) -> Result<(), Failure> {
    match kept_by_content(path) {
        Some(LOCK) => Err(Failure::new(format!("{} is a lock file, not an audit log", path.display()))),
        _ => Ok(()),
    }
}

/// Refuses what is certainly not a lock: an audit log, a flow, settings, a folder.
pub fn may_be_lock(path: &Path) -> Result<(), Failure> {
    let shown = path.display();
    let kind = kept_by_content(path).or_else(|| kept_by_name(path)).filter(|kind| *kind != LOCK);
    match kind {
        _ if path.is_dir() && kept_by_name(path) != Some(LOCK) => {
            Err(Failure::new(format!("{shown} is a folder, not a lock file"))
                .help(format!("name the lock in it: {}", path.join("cxflow.lock").display())))
        }
        Some(kind) if path.is_file() => Err(Failure::new(format!("{shown} is {kind}, not a lock file"))),
        _ => Ok(()),
    }
}

/// The protected kind of a file, by its first bytes.
fn kept_by_content(path: &Path) -> Option<&'static str> {
    let metadata = path.metadata().ok().filter(std::fs::Metadata::is_file)?;
    let mut file = open_to_read(path).ok()?;
    let mut beginning = Vec::new();
    file.by_ref().take(64).read_to_end(&mut beginning).ok()?;
    if beginning.starts_with(flow_lock::BEGINNING.as_bytes()) {
        return Some(LOCK);
    }
    if metadata.len() == 0 || !audit::may_be_log(&beginning) {
        return None;
    }
    file.take(audit::MAX_LINE as u64 + 1).read_to_end(&mut beginning).ok()?;
    audit::begins_with_line(&beginning).then_some(LOG)
}
