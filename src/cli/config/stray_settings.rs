//! Settings in a checked folder that have no flow in their folder or below it, and so apply to nothing.

use std::path::{Path, PathBuf};

use rustc_hash::FxHashSet;

use crate::Options;
use crate::cli::Failure;
use crate::cli::args::CompileArgs;
use crate::cli::compilation::compile_job::CompileJob;
use crate::cli::config;
use crate::cli::git::repository::repository_top;
use crate::cli::source_files::displayed_files::DisplayedFiles;
use crate::cli::source_files::folders::{FlowsBelow, FolderContents};
use crate::cli::source_files::input::{Disk, Input};
use crate::compile::apply_severity_options;
use crate::diagnostics::{Diagnostic, Diagnostics, quote};
use crate::resolve::{Files, declares_flow};
use crate::settings::codes::{CUT_OFF_SETTINGS, STRAY_SETTINGS};
use crate::settings::{self, Misnamed, NAME};
use crate::source::{MAX_BYTES, Span};

/// How many folders are searched for flows in a hidden folder.
const MAX_HIDDEN: usize = 10_000;

/// The settings in a folder that apply to no flow. At a repository's top there may be policies only, for
/// flows elsewhere; without a repository, the same goes for the requested folder.
pub fn on_disk(folder: &Path, found: &FolderContents) -> Vec<PathBuf> {
    let asked_for = Disk.identity(folder);
    let place = |path: &PathBuf| Disk.identity(path.parent().unwrap_or(Path::new("")));
    let is_top = |place: &Path| repository_top(place).map_or(place == asked_for, |top| top == place);
    let settings = found.settings.iter().map(|path| (path, place(path)));
    let settings: Vec<(&PathBuf, PathBuf)> = settings.filter(|(_, place)| !is_top(place)).collect();
    if settings.is_empty() {
        return Vec::new();
    }
    let mut covered: FxHashSet<PathBuf> = FxHashSet::default();
    for flow in &found.flows {
        // For a symlink both the folders around its target and those around the link count.
        let around = [Some(place(flow)), flow.canonicalize().ok().as_ref().map(place)];
        let around: Vec<PathBuf> =
            around.into_iter().flatten().filter(|folder| !covered.contains(folder)).collect();
        if around.is_empty() || !Disk.read(flow).map_or(true, |bytes| is_flow(&bytes)) {
            continue;
        }
        for folder in around {
            let top = repository_top(&folder);
            for above in folder.ancestors() {
                if !covered.insert(above.to_path_buf()) || top.as_deref() == Some(above) {
                    break;
                }
            }
        }
    }
    let holds_hidden = |place: &Path| {
        let below = found.hidden.iter().filter(|folder| Disk.identity(folder).starts_with(place));
        below
            .into_iter()
            .any(|folder| FlowsBelow::new(folder).take(MAX_HIDDEN).flatten().any(|files| !files.is_empty()))
    };
    let stray = settings.into_iter().filter(|(_, place)| !covered.contains(place) && !holds_hidden(place));
    stray.map(|(path, _)| path.clone()).collect()
}

/// Whether a file declares a flow. A file that is too large to read counts as one.
pub fn is_flow(bytes: &[u8]) -> bool {
    bytes.len() > MAX_BYTES || declares_flow(&String::from_utf8_lossy(bytes))
}

/// Reads stray settings like those of flows, and adds their findings to the first source; if they have
/// errors, to every source, since it is unknown which flows they were meant for.
pub fn report(
    stray: &[Input],
    jobs: &mut [Result<CompileJob, Failure>],
    args: &CompileArgs,
    base: &Options,
) -> Result<(), Failure> {
    for settings in stray {
        let folder = settings.folder();
        // The settings may be for a flow that could not be read completely.
        let may_count =
            |job: &CompileJob| !job.compiled.flow.complete && job.input.folder().starts_with(&folder);
        // It is already reported why they do not apply to the flows below.
        let is_cut_off = |job: &CompileJob| {
            let mut cut_off =
                job.compiled.diagnostics.iter().filter(|finding| finding.code.id == CUT_OFF_SETTINGS.id);
            let path = |span: Span| job.compiled.sources.get(span.file).path();
            cut_off.any(|finding| {
                finding.span.is_some_and(|span| Disk.identity(path(span)) == folder.join(NAME))
            })
        };
        if jobs.iter().flatten().any(|job| may_count(job) || is_cut_off(job)) {
            continue;
        }
        let files = settings.files(&args.allowed_files())?;
        for job in jobs.iter_mut().flatten() {
            let mut found = Diagnostics::default();
            let sources = &mut job.compiled.sources;
            let folders = std::slice::from_ref(&folder);
            let read =
                settings::load(&DisplayedFiles(&*files), folders, &Misnamed::default(), sources, &mut found)
                    .map_err(config::settings_failure)?;
            for &file in read.files().iter().filter(|file| !read.empty_files().contains(file)) {
                let name = quote(sources.get(file).name());
                let message = format!("no flow of this repository is in the folder of {name} or below it");
                found.push(
                    Diagnostic::new(&STRAY_SETTINGS, Span::new(file, 0, 0), message)
                        .here("what it sets applies to no flow")
                        .help("move it to a folder above the flows that it is for, or delete it"),
                );
            }
            let silenced = apply_severity_options(&mut found, base);
            let is_wrong = found.has_errors();
            job.compiled.diagnostics.append(found);
            job.compiled.diagnostics.sort();
            job.compiled.silenced.append(silenced);
            if !is_wrong {
                break;
            }
        }
    }
    Ok(())
}
