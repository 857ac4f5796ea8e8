//! The flow files of a git revision, and their includes.

use std::path::{Path, PathBuf};

use rustc_hash::FxHashSet;

use crate::cli::Failure;
use crate::cli::config::stray_settings::is_flow;
use crate::cli::console::safe;
use crate::cli::console::terminal::Terminal;
use crate::cli::git;
use crate::cli::source_files::folders::{is_flow_file, is_misspelt};
use crate::cli::source_files::input::Git;
use crate::resolve::{Files, IncludeGraph, Links};
use crate::settings::NAME;

/// Git's mode for a symlink.
const LINK: &str = "120000";

/// A revision's files.
pub struct Tree {
    git: Git,
    /// Its flow files, sorted by path.
    flows: Vec<RevisionEntry>,
    /// The paths of its symlinks, to files and folders.
    links: FxHashSet<PathBuf>,
    /// Files whose names look like a typo of a flow file's.
    misnamed: Vec<PathBuf>,
    /// Its settings files.
    settings: Vec<PathBuf>,
    /// Submodules, whose files are not in this repository.
    submodules: Vec<PathBuf>,
}

struct RevisionEntry {
    /// From the repository's top.
    path: String,
    hash: String,
}

impl Tree {
    /// Lists the files of a revision.
    pub fn of(revision: &str) -> Result<Self, Failure> {
        let git = Git::at(revision, revision)?;
        let listed = git::run(git::place(), &["ls-tree", "-r", "-z", "--full-tree", revision]);
        let listed = match listed {
            Ok(Ok(bytes)) => bytes,
            Ok(Err(refused)) => {
                return Err(Failure::new(format!("cannot list the files of {revision}"))
                    .help(format!("git says: {}", refused.into_error())));
            }
            Err(error) => return Err(Failure::new(format!("cannot run git: {error}"))),
        };
        let (mut flows, mut links) = (Vec::new(), FxHashSet::default());
        let (mut misnamed, mut settings, mut submodules) = (Vec::new(), Vec::new(), Vec::new());
        for entry in listed.split(|&byte| byte == 0).map(String::from_utf8_lossy) {
            // `100644 blob HASH<tab>PATH`
            let Some((description, path)) = entry.split_once('\t') else { continue };
            let mut words = description.split(' ');
            let (mode, hash) = match (words.next(), words.next(), words.next()) {
                (Some(mode), Some("blob"), Some(hash)) => (mode, hash),
                (_, Some("commit"), _) => {
                    submodules.push(PathBuf::from(path));
                    continue;
                }
                _ => continue,
            };
            if mode == LINK {
                links.insert(PathBuf::from(path));
            }
            if is_flow_file(Path::new(path)) {
                flows.push(RevisionEntry { path: path.to_owned(), hash: hash.to_owned() });
            } else if Path::new(path).file_name().is_some_and(|name| name == NAME) {
                settings.push(PathBuf::from(path));
            } else if is_misspelt(path.rsplit('/').next().unwrap_or(path)) {
                misnamed.push(PathBuf::from(path));
            }
        }
        flows.sort_by(|a, b| Path::new(&a.path).cmp(Path::new(&b.path)));
        Ok(Self { git, flows, links, misnamed, settings, submodules })
    }

    /// The path of a folder from the repository's top, with links followed.
    pub fn folder(&self, path: &Path) -> PathBuf {
        self.git.real(path).unwrap_or_default()
    }

    /// Every flow file below a folder, sorted by path; at least one. Skips folders whose name begins with a
    /// dot. Warns of skipped files that may be flows.
    pub fn flows_below(
        &self,
        folder: &Path,
        name: &str,
        terminal: &Terminal,
    ) -> Result<Vec<PathBuf>, Failure> {
        let is_below = |path: &Path| path.strip_prefix(folder).is_ok_and(|inside| !is_hidden(inside));
        let displayed = |path: &Path| format!("{}:{}", self.git.revision(), path.display());
        for path in self.misnamed.iter().filter(|path| is_below(path)) {
            terminal.warning(&format!("{} is left out: the name of a flow ends in .cxflow", displayed(path)));
        }
        for path in self.submodules.iter().filter(|path| is_below(path)) {
            terminal.warning(&format!(
                "{} is left out: it is a submodule, and its flows are in its own repository",
                displayed(path)
            ));
        }
        let below = self.flows.iter().filter(|flow| is_below(Path::new(&flow.path)));
        let below: Vec<PathBuf> = below.map(|flow| PathBuf::from(&flow.path)).collect();
        if below.is_empty() {
            return Err(Failure::new(format!("there is no .cxflow file in {name}")));
        }
        Ok(below)
    }

    /// The settings below a folder that apply to no flow. At the top there may be policies only.
    pub fn stray_settings(&self, folder: &Path) -> Vec<PathBuf> {
        let flows_in = |place: &Path| {
            let flows = self.flows.iter().map(|flow| Path::new(&flow.path));
            flows.filter(|flow| flow.starts_with(place)).collect::<Vec<&Path>>()
        };
        let is_flow = |flow: &&Path| self.git.read(flow).map_or(true, |bytes| is_flow(&bytes));
        let is_stray = |path: &&PathBuf| {
            let Some(place) = path.parent().filter(|place| !place.as_os_str().is_empty()) else {
                return false;
            };
            path.strip_prefix(folder).is_ok_and(|inside| !is_hidden(inside))
                && !flows_in(place).iter().any(is_flow)
        };
        self.settings.iter().filter(is_stray).cloned().collect()
    }

    /// Its settings files.
    pub fn settings(&self) -> &[PathBuf] {
        &self.settings
    }

    /// Its include graph.
    pub fn includes(&self) -> Result<IncludeGraph, Failure> {
        let mut graph = IncludeGraph::default();
        self.read_flows(|path, bytes| graph.insert(path.clone(), Links::of(&path, bytes, self)))?;
        Ok(graph)
    }

    /// Reads its flow files and passes each to `take`.
    pub fn read_flows(&self, mut take: impl FnMut(PathBuf, Vec<u8>)) -> Result<(), Failure> {
        let hashes: Vec<&str> = self.flows.iter().map(|flow| flow.hash.as_str()).collect();
        let read = git::blobs(&hashes, |index, bytes| {
            let Some(flow) = self.flows.get(index) else { return };
            let path = PathBuf::from(&flow.path);
            // A link points to another file, which is in the list itself.
            if !self.links.contains(&path) {
                take(path, bytes);
            }
        });
        let reason = match read {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(refused)) => safe::one_line(&refused.into_error().to_string()),
            Err(error) => error.to_string(),
        };
        Err(Failure::new(format!("cannot read the flows of {}: {reason}", self.git.revision())))
    }
}

/// Whether a path leads through a folder whose name begins with a dot.
fn is_hidden(inside: &Path) -> bool {
    let parents = inside.parent().into_iter().flat_map(Path::components);
    parents.into_iter().any(|part| part.as_os_str().as_encoded_bytes().starts_with(b"."))
}

/// Identifies each file by its unique path from the repository's top.
impl Files for Tree {
    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        self.git.read(path)
    }

    fn identity(&self, path: &Path) -> PathBuf {
        // Most files are not links; the list shows that without asking git.
        if path.ancestors().any(|above| self.links.contains(above)) {
            self.git.real(path).unwrap_or_else(|_| path.to_path_buf())
        } else {
            path.to_path_buf()
        }
    }
}
