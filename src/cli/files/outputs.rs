//! The files that a run writes, which replace neither what people wrote nor what a run keeps, nor each other.
//! It is looked at before anything is written or sent.

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

/// What becomes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputUse {
    /// It is replaced.
    Replaced,
    /// It is replaced by a payload. Of two sources whose names differ by letter case alone, the payloads do so too.
    Payload,
    /// It becomes a flow, which replaces another one only where that is asked for.
    Flow,
    /// Lines are added to it.
    Log,
}

/// The outputs of a run.
#[derive(Debug, Default)]
pub struct Outputs {
    outputs: Vec<Output>,
}

#[derive(Debug)]
struct Output {
    /// How messages call it: the option that names it.
    name: String,
    path: PathBuf,
    place: ResolvedPath,
    becomes: OutputUse,
}

/// A file that has to stay as it is.
#[derive(Debug)]
pub struct ProtectedFile {
    /// What it is: `a source of this run`.
    what: &'static str,
    place: ResolvedPath,
}

impl ProtectedFile {
    /// A file that a run reads.
    pub fn new(what: &'static str, path: &Path) -> Self {
        Self { what, place: ResolvedPath::of(path) }
    }

    /// The files that flows were made of, their settings, and the audit logs that those name.
    pub fn of_jobs<'j>(jobs: impl IntoIterator<Item = &'j CompileJob>) -> Vec<Self> {
        let mut seen: FxHashSet<PathBuf> = FxHashSet::default();
        let mut kept = Vec::new();
        let mut keep = |what, path: &Path| {
            if seen.insert(path.to_path_buf()) {
                kept.push(Self::new(what, path));
            }
        };
        for job in jobs {
            let sources = &job.compiled.sources;
            // At a revision nothing is on this disk, and standard input has no name.
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

impl Outputs {
    /// Adds an output by the option that names it, or by what is written to it.
    pub fn add(&mut self, name: impl Into<String>, path: &Path, becomes: OutputUse) {
        let place = ResolvedPath::of(path);
        self.outputs.push(Output { name: name.into(), path: path.to_path_buf(), place, becomes });
    }

    /// The same, if there is one.
    pub fn add_some(&mut self, name: &str, path: Option<&PathBuf>, becomes: OutputUse) {
        if let Some(path) = path {
            self.add(name, path, becomes);
        }
    }

    /// Refuses outputs that are each other, and those that are some file of a kind that people or runs keep.
    pub fn check(&self) -> Result<(), Failure> {
        let mut seen: Vec<&Output> = Vec::new();
        let mut folded_seen: FxHashSet<String> = FxHashSet::default();
        for output in &self.outputs {
            // What is no ordinary file, such as a terminal, takes several outputs one after the other.
            if output.place.is_special_file() {
                continue;
            }
            output.check()?;
            // There may be thousands of payloads, and each is compared with the others only if they share its name.
            // Those that are links to one file are files of their own once they are replaced.
            let is_new =
                folded_seen.insert(folded(&output.place.real)) && output.becomes == OutputUse::Payload;
            let clash = |other: &&&Output| match (other.becomes, output.becomes) {
                (OutputUse::Payload, OutputUse::Payload) => other.place.is_same_here(&output.place),
                _ => other.place.is_same(&output.place),
            };
            let others = seen.iter().filter(|other| !is_new || other.becomes != OutputUse::Payload);
            if let Some(other) = others.into_iter().find(clash) {
                return Err(other.clashes_with(output));
            }
            seen.push(output);
        }
        Ok(())
    }

    /// Refuses outputs that are one of the files that have to stay.
    pub fn refuse_protected(&self, kept: &[ProtectedFile]) -> Result<(), Failure> {
        for output in self.outputs.iter().filter(|output| !output.place.is_special_file()) {
            let is_own_log = |one: &ProtectedFile| output.becomes == OutputUse::Log && one.what == LOG;
            let replaced = kept.iter().find(|one| !is_own_log(one) && one.place.is_same(&output.place));
            if let Some(replaced) = replaced {
                return Err(output.refused(replaced.what));
            }
        }
        Ok(())
    }
}

impl Output {
    /// Whether it is some file of a kind that people or runs keep, by its name or by what is in it.
    fn check(&self) -> Result<(), Failure> {
        let may_be_flow = |what: &&str| self.becomes != OutputUse::Flow || *what != FLOW;
        let by_name = |path: &Path| kept_by_name(path).filter(may_be_flow);
        if let Some(what) = by_name(&self.place.real).or_else(|| by_name(&self.path)) {
            return Err(self.refused(what));
        }
        if self.becomes != OutputUse::Log
            && let Some(what) = kept_by_content(&self.place.real)
        {
            return Err(self.refused(what));
        }
        stays_inside(&self.path, &self.place)
    }

    fn refused(&self, what: &str) -> Failure {
        let Self { name, path, .. } = self;
        let does = if self.becomes == OutputUse::Log { "write into" } else { "replace" };
        let help = match self.becomes {
            OutputUse::Payload | OutputUse::Flow => "name another output with -o or --out-dir".to_owned(),
            _ => format!("name another file with {name}"),
        };
        Failure::new(format!("{name} would {does} {}, which is {what}", path.display()))
            .help(format!("{help}; nothing was written or sent"))
    }

    fn clashes_with(&self, other: &Self) -> Failure {
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
            "{} and {} name {} and {}, which are one file where upper case and lower case are the same",
            self.name,
            other.name,
            self.path.display(),
            other.path.display()
        ))
        .help(help)
    }
}

/// Refuses a file of a kind that people or runs keep, by what it is and not by who names it. What is no
/// regular file is none of them.
pub fn replaceable(name: &str, path: &Path) -> Result<(), Failure> {
    let mut outputs = Outputs::default();
    outputs.add(name, path, OutputUse::Replaced);
    outputs.check()
}

/// Refuses an audit log that is some other file of a kind that people or runs keep.
pub fn check_log_path(name: &str, path: &Path) -> Result<(), Failure> {
    let mut outputs = Outputs::default();
    outputs.add(name, path, OutputUse::Log);
    outputs.check()
}

/// Whether sources have a file of some place, with the name of the source.
pub fn source_at<'s>(sources: &'s Sources, place: &ResolvedPath) -> Option<&'s str> {
    let is_there = |path: &Path| {
        let found = ResolvedPath::of(path);
        !found.is_special_file() && found.is_same(place)
    };
    sources.iter().find(|(_, source)| is_there(source.path())).map(|(_, source)| source.name())
}

/// What a file of that name is.
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
    let is_git = |part: Component<'_>| folded(Path::new(part.as_os_str())) == ".git";
    path.components().any(is_git).then_some("a file of git")
}

/// Whether a file is what `submit` itself writes for good: the lock or the log of any environment.
pub fn is_record(path: &Path) -> bool {
    let is = |what| what == LOCK || what == LOG;
    path.is_file() && (kept_by_name(path).is_some_and(is) || kept_by_content(path).is_some_and(is))
}

/// Refuses a lock in place of an audit log.
pub fn is_no_lock(path: &Path) -> Result<(), Failure> {
    match kept_by_content(path) {
        Some(LOCK) => Err(Failure::new(format!("{} is a lock file, not an audit log", path.display()))),
        _ => Ok(()),
    }
}

/// Refuses what is surely no lock: an audit log, a flow, settings, a folder.
pub fn may_be_lock(path: &Path) -> Result<(), Failure> {
    let shown = path.display();
    let what = kept_by_content(path).or_else(|| kept_by_name(path)).filter(|what| *what != LOCK);
    match what {
        _ if path.is_dir() && kept_by_name(path) != Some(LOCK) => {
            Err(Failure::new(format!("{shown} is a folder, not a lock file"))
                .help(format!("name the lock in it: {}", path.join("cxflow.lock").display())))
        }
        Some(what) if path.is_file() => Err(Failure::new(format!("{shown} is {what}, not a lock file"))),
        _ => Ok(()),
    }
}

/// What a file is by what it begins with.
fn kept_by_content(path: &Path) -> Option<&'static str> {
    let found = path.metadata().ok().filter(std::fs::Metadata::is_file)?;
    let mut file = open_to_read(path).ok()?;
    let mut beginning = Vec::new();
    file.by_ref().take(64).read_to_end(&mut beginning).ok()?;
    if beginning.starts_with(flow_lock::BEGINNING.as_bytes()) {
        return Some(LOCK);
    }
    if found.len() == 0 || !audit::may_be_log(&beginning) {
        return None;
    }
    file.take(audit::MAX_LINE as u64 + 1).read_to_end(&mut beginning).ok()?;
    audit::begins_with_line(&beginning).then_some(LOG)
}
