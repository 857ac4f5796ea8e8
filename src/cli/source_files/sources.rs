//! Resolves the arguments of a verb to sources: files, the flows below folders, and for a part the flows that
//! include it.

use std::borrow::Cow;
use std::path::{Component, Path, PathBuf};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::cli::Failure;
use crate::cli::args::CompileArgs;
use crate::cli::config;
use crate::cli::config::stray_settings;
use crate::cli::console::terminal::Terminal;
use crate::cli::files::output;
use crate::cli::git;
use crate::cli::git::flow_files::Tree;
use crate::cli::git::repository::repository_top;
use crate::cli::process::threads;
use crate::cli::source_files::folders::{FlowsBelow, flows_below, is_flow_file, seen_from};
use crate::cli::source_files::hidden_flows;
use crate::cli::source_files::input::{Disk, Git, Input};
use crate::diagnostics::list_of;
use crate::resolve::{Files, IncludeGraph, Links, declares_flow};

/// How many folders are searched for flows that include a part.
const MAX_FOLDERS: usize = 100_000;

/// How many flows of a part are listed by name.
const MAX_LISTED: usize = 3;

/// How a part is resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parts {
    /// To the flows that include it.
    StandForFlows,
    /// Not at all: a verb that changes something beyond this disk only works on flows that are named.
    AreRefused,
}

/// The sources that arguments resolve to.
pub struct Selected {
    pub inputs: Vec<Input>,
    /// Settings files in the named folders that apply to no flow.
    pub stray_settings: Vec<Input>,
}

impl From<Input> for Selected {
    fn from(input: Input) -> Self {
        Self { inputs: vec![input], stray_settings: Vec::new() }
    }
}

/// A source found through an argument, before parts are resolved.
struct SourceArgument {
    input: Input,
    at: SourceLocation,
    /// Whether an argument names it, and not only a folder above it.
    by_name: bool,
}

/// The canonical location of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceLocation {
    /// `None` for a file on this disk.
    pub revision: Option<String>,
    /// At a revision, relative to the repository's top.
    pub path: PathBuf,
}

impl SourceLocation {
    /// The location of an input; `None` for standard input.
    pub fn of(input: &Input) -> Option<Self> {
        match input {
            Input::Disk(path) => Some(Self { revision: None, path: output::identity(path) }),
            Input::Stdin => None,
            Input::Git { revision, path } => {
                let path = git::within(&git::prefix(), path).map_or_else(|| path.clone(), PathBuf::from);
                Some(Self { revision: Some(revision.clone()), path })
            }
        }
    }

    pub fn input(&self) -> Input {
        match &self.revision {
            None => Input::Disk(from_here(&self.path)),
            Some(revision) => Input::Git { revision: revision.clone(), path: self.path.clone() },
        }
    }
}

/// The sources that arguments resolve to, each once: those named first, in their order, then the flows of
/// parts, sorted by path. Reports which arguments are parts.
pub fn find(
    arguments: &[PathBuf],
    args: &CompileArgs,
    parts: Parts,
    terminal: &Terminal,
) -> Result<Selected, Failure> {
    let mut trees = Trees::default();
    let mut stray_settings = Vec::new();
    let found_arguments = resolve_arguments(arguments, args, &mut trees, &mut stray_settings, terminal)?;
    let mut known = FxHashSet::default();
    stray_settings.retain(|settings| SourceLocation::of(settings).is_none_or(|at| known.insert(at)));
    let inputs = flows_of(found_arguments, parts, &mut trees, terminal)?;
    Ok(Selected { inputs, stray_settings })
}

/// The named sources and those below named folders, with parts replaced by their flows.
fn flows_of(
    given: Vec<SourceArgument>,
    parts: Parts,
    trees: &mut Trees,
    terminal: &Terminal,
) -> Result<Vec<Input>, Failure> {
    let maybe: Vec<SourceLocation> = given
        .iter()
        .filter(|argument| may_be_part(&argument.input))
        .map(|argument| argument.at.clone())
        .collect();
    if maybe.is_empty() {
        return Ok(given.into_iter().map(|argument| argument.input).collect());
    }
    let graphs = Graphs::around(&maybe, trees, Some(terminal));
    let mut inputs = Vec::new();
    let mut parts_found: Vec<(SourceArgument, Vec<SourceLocation>)> = Vec::new();
    let mut maybe: FxHashSet<SourceLocation> = maybe.iter().cloned().collect();
    for argument in given {
        let flows = if maybe.remove(&argument.at) { graphs.flows_of(&argument.at) } else { Vec::new() };
        if flows.is_empty() || flows.contains(&argument.at) {
            inputs.push(argument.input);
        } else {
            parts_found.push((argument, flows));
        }
    }
    let names: FxHashMap<SourceLocation, String> =
        inputs.iter().filter_map(|input| Some((SourceLocation::of(input)?, input.name()))).collect();
    let mut added: Vec<SourceLocation> = Vec::new();
    for (part, flows) in parts_found {
        // A part in a named folder is covered if one of its flows is in the run.
        let is_covered = flows.iter().any(|flow| names.contains_key(flow));
        if !part.by_name && (is_covered || parts == Parts::AreRefused) {
            continue;
        }
        let name = |flow: &SourceLocation| names.get(flow).cloned().unwrap_or_else(|| flow.input().name());
        let flow_names: Vec<String> = flows.iter().map(name).collect();
        let message = format!("{} is a part of {}", part.input.name(), some_of(&flow_names));
        if parts == Parts::AreRefused {
            return Err(
                Failure::new(message).help("name the flows themselves, or the folder that they are in")
            );
        }
        terminal.closing(&message);
        added.extend(flows.into_iter().filter(|flow| !names.contains_key(flow)));
    }
    added.sort();
    added.dedup();
    inputs.extend(added.iter().map(SourceLocation::input));
    Ok(inputs)
}

/// Lists the names of flows; if there are many, the first ones and the number of the rest.
pub fn some_of(names: &[String]) -> String {
    let mut listed: Vec<String> = names.iter().take(MAX_LISTED).cloned().collect();
    if names.len() > MAX_LISTED {
        listed.push(format!("{} more", names.len() - MAX_LISTED));
    }
    let listed: Vec<&str> = listed.iter().map(String::as_str).collect();
    list_of(&listed, "and")
}

/// The single flow that an argument resolves to, for verbs that take only one. A part must have exactly one
/// flow.
pub fn find_one(argument: &Path, args: &CompileArgs, terminal: &Terminal) -> Result<Input, Failure> {
    let input = Input::from_argument(argument);
    let (mut trees, mut stray) = (Trees::default(), Vec::new());
    if let Some(flows) = below(&input, args, &mut trees, &mut stray, terminal)? {
        return Err(is_folder(&input, &flows));
    }
    match &find(&[argument.to_path_buf()], args, Parts::StandForFlows, terminal)?.inputs[..] {
        [input] => Ok(input.clone()),
        flows => {
            let names: Vec<String> = flows.iter().map(Input::name).collect();
            Err(Failure::new(format!("{} belongs to {}", input.name(), some_of(&names)))
                .help("name one of these flows"))
        }
    }
}

/// The failure for a folder where a single flow is needed.
fn is_folder(folder: &Input, flows: &[Input]) -> Failure {
    let names: Vec<String> = flows.iter().map(Input::name).collect();
    let help = match names.as_slice() {
        [name] => format!("name the flow in it: {name}"),
        names if names.len() <= MAX_LISTED => format!("name one of its flows: {}", list_of(names, "or")),
        names => {
            let first: Vec<&str> = names.iter().take(MAX_LISTED).map(String::as_str).collect();
            format!("name one of its {} flows, such as {}", names.len(), list_of(&first, "or"))
        }
    };
    Failure::new(format!("{} is a folder, but one flow is needed", folder.name()))
        .help(help)
        .about_source(folder.name(), folder.path())
}

/// The sources that arguments name, and the files below named folders, each once. A link is kept beside its
/// target only if other settings apply to it.
fn resolve_arguments(
    arguments: &[PathBuf],
    args: &CompileArgs,
    trees: &mut Trees,
    stray: &mut Vec<Input>,
    terminal: &Terminal,
) -> Result<Vec<SourceArgument>, Failure> {
    let mut given: Vec<SourceArgument> = Vec::new();
    let mut seen: FxHashMap<(SourceLocation, Vec<PathBuf>), usize> = FxHashMap::default();
    let mut revisions: FxHashMap<String, Option<Git>> = FxHashMap::default();
    for argument in arguments {
        let input = Input::from_argument(argument);
        let below = below(&input, args, trees, stray, terminal)
            .map_err(|failure| failure.about_source(input.name(), input.path()))?;
        let by_name = below.is_none();
        for input in below.unwrap_or_else(|| vec![input]) {
            let mut at = SourceLocation::of(&input)
                .unwrap_or(SourceLocation { revision: None, path: PathBuf::from("-") });
            let mut added = Vec::new();
            match &at.revision {
                None => added = config::added_by_link(&Disk, &input),
                // A single source has no duplicate.
                Some(_) if arguments.len() == 1 && by_name => {}
                Some(revision) => {
                    let git = revisions.entry(revision.clone());
                    if let Some(git) = git.or_insert_with(|| Git::at(revision, revision).ok()) {
                        at.path = git.real(&at.path).unwrap_or(at.path);
                        added = config::added_by_link(git, &input);
                    }
                }
            }
            let key = (at.clone(), added);
            if let Some(known) = seen.get(&key).and_then(|&index| given.get_mut(index)) {
                if input == Input::Stdin {
                    return Err(Failure::new("standard input can be read only once"));
                }
                known.by_name |= by_name;
                continue;
            }
            seen.insert(key, given.len());
            given.push(SourceArgument { input, at, by_name });
        }
    }
    Ok(given)
}

/// The files below an input that is a folder.
fn below(
    input: &Input,
    args: &CompileArgs,
    trees: &mut Trees,
    stray: &mut Vec<Input>,
    terminal: &Terminal,
) -> Result<Option<Vec<Input>>, Failure> {
    match input {
        Input::Disk(path) if path.is_dir() => {
            let found = flows_below(path, Some(&args.allow_outside), terminal)?;
            stray.extend(stray_settings::on_disk(path, &found).into_iter().map(Input::Disk));
            Ok(Some(found.flows.into_iter().map(Input::Disk).collect()))
        }
        // A name with the extension of a flow is not checked for being a folder.
        Input::Git { revision, path }
            if !is_flow_file(path) && Git::at(revision, &input.name())?.is_folder(path) =>
        {
            let tree = trees.of(revision)?;
            let folder = tree.folder(path);
            let flows = tree.flows_below(&folder, &input.name(), terminal)?;
            let input = |path| Input::Git { revision: revision.clone(), path };
            stray.extend(tree.stray_settings(&folder).into_iter().map(input));
            Ok(Some(flows.into_iter().map(input).collect()))
        }
        _ => Ok(None),
    }
}

/// Whether a file declares no flow, so that it may be part of others.
fn may_be_part(input: &Input) -> bool {
    let bytes = match input {
        Input::Disk(path) => Disk.read(path).ok(),
        Input::Stdin => None,
        Input::Git { revision, path } => Git::at(revision, revision).ok().and_then(|git| git.read(path).ok()),
    };
    // Empty files and those that are not flows at all get their own findings.
    bytes.is_some_and(|bytes| {
        let is_text = bytes.len() <= crate::source::MAX_BYTES && !bytes.trim_ascii().is_empty();
        // Nearly all files are UTF-8, which is quicker to find out than to repair what is not.
        let text = || str::from_utf8(&bytes).map_or_else(|_| String::from_utf8_lossy(&bytes), Cow::Borrowed);
        is_text && !declares_flow(&text())
    })
}

/// The files of revisions, listed once per revision.
#[derive(Default)]
struct Trees(FxHashMap<String, Tree>);

impl Trees {
    fn of(&mut self, revision: &str) -> Result<&Tree, Failure> {
        if !self.0.contains_key(revision) {
            self.0.insert(revision.to_owned(), Tree::of(revision)?);
        }
        self.0.get(revision).ok_or_else(|| Failure::new(format!("{revision} is not a git revision here")))
    }
}

/// The include graphs of this disk and of revisions.
struct Graphs<'a> {
    disk: IncludeGraph,
    revisions: FxHashMap<&'a str, IncludeGraph>,
    trees: &'a FxHashMap<String, Tree>,
}

impl<'a> Graphs<'a> {
    /// Reads the include graphs around these files.
    fn around(files: &'a [SourceLocation], trees: &'a mut Trees, terminal: Option<&Terminal>) -> Self {
        let on_disk: Vec<PathBuf> =
            files.iter().filter(|at| at.revision.is_none()).map(|at| at.path.clone()).collect();
        let disk =
            if on_disk.is_empty() { IncludeGraph::default() } else { includes_around(&on_disk, terminal) };
        let mut revisions = FxHashMap::default();
        for revision in files.iter().filter_map(|at| at.revision.as_deref()) {
            if revisions.contains_key(revision) {
                continue;
            }
            let graph = trees.of(revision).and_then(Tree::includes).unwrap_or_else(|failure| {
                if let Some(terminal) = terminal {
                    terminal.warning(&format!(
                        "{}; flows that include a part are not searched for",
                        failure.message
                    ));
                }
                IncludeGraph::default()
            });
            revisions.insert(revision, graph);
        }
        Self { disk, revisions, trees: &trees.0 }
    }

    fn flows_of(&self, file: &SourceLocation) -> Vec<SourceLocation> {
        let Some(revision) = &file.revision else {
            let flows = self.disk.flows_of(&file.path);
            return flows.into_iter().map(|path| SourceLocation { revision: None, path }).collect();
        };
        let (Some(graph), Some(tree)) = (self.revisions.get(revision.as_str()), self.trees.get(revision))
        else {
            return Vec::new();
        };
        let real = tree.identity(&file.path);
        let flows = graph.flows_of(&real);
        // A link to a file that nothing includes stands for that file.
        if flows == [real] {
            return vec![file.clone()];
        }
        flows.into_iter().map(|path| SourceLocation { revision: Some(revision.clone()), path }).collect()
    }
}

/// For each file, the flows of its repository that include it or whose settings name it.
pub fn users_of(files: &[SourceLocation]) -> Vec<Vec<SourceLocation>> {
    let mut trees = Trees::default();
    let graphs = Graphs::around(files, &mut trees, None);
    let mut users: Vec<Vec<SourceLocation>> = Vec::new();
    for file in files {
        let mut of_file: Vec<SourceLocation> = Vec::new();
        let tree = file.revision.as_ref().and_then(|revision| graphs.trees.get(revision));
        let graph = match &file.revision {
            None => Some(&graphs.disk),
            Some(revision) => graphs.revisions.get(revision.as_str()),
        };
        let Some(graph) = graph else {
            users.push(of_file);
            continue;
        };
        let is_flow = |path: &Path| graph.links(path).is_some_and(|links| links.is_flow);
        // A link counts as its target.
        let real = tree.map_or_else(|| file.path.clone(), |tree| tree.identity(&file.path));
        let mut above = graph.above(&real);
        above.insert(&real);
        let mut flows: Vec<&Path> = above.iter().copied().filter(|path| is_flow(path)).collect();
        let settings = match tree {
            Some(tree) => tree.settings().to_vec(),
            None => settings_around(&real),
        };
        let read = |path: &Path| match tree {
            Some(tree) => tree.read(path).ok(),
            None => Disk.read(path).ok(),
        };
        for settings in settings {
            let Some(folder) = settings.parent() else { continue };
            let Some(bytes) = read(&settings) else { continue };
            if name_any(&String::from_utf8_lossy(&bytes), folder, &above) {
                let below = graph.files().map(PathBuf::as_path);
                flows.extend(below.filter(|path| path.starts_with(folder) && is_flow(path)));
            }
        }
        let flows = flows.into_iter().filter(|path| *path != real);
        of_file.extend(
            flows.map(|path| SourceLocation { revision: file.revision.clone(), path: path.to_path_buf() }),
        );
        of_file.sort();
        of_file.dedup();
        users.push(of_file);
    }
    users
}

/// The settings files in the repository of a file on this disk, else in its own folder.
fn settings_around(file: &Path) -> Vec<PathBuf> {
    let Some(folder) = file.parent() else { return Vec::new() };
    let area = repository_top(folder).unwrap_or_else(|| folder.to_path_buf());
    let mut below = FlowsBelow::new(&area);
    below.by_ref().take(MAX_FOLDERS).for_each(drop);
    let hidden = hidden_flows::tracked(&area, &below.hidden());
    below.settings().iter().cloned().chain(hidden.settings).collect()
}

/// Whether settings in a folder name one of these files. Searches the plain text, comments included.
fn name_any(settings: &str, folder: &Path, files: &FxHashSet<&Path>) -> bool {
    let names = settings.split(['"', '\'']).filter(|name| is_flow_file(Path::new(name)));
    names.into_iter().any(|name| {
        let mut path = PathBuf::new();
        for part in folder.join(name).components() {
            match part {
                Component::CurDir => {}
                Component::ParentDir => _ = path.pop(),
                part => path.push(part),
            }
        }
        files.contains(path.as_path())
    })
}

/// The folder that is searched for the flows of a folder's files.
fn area_of(folder: &Path, here: &Path) -> PathBuf {
    let outer = folder.starts_with(here).then(|| here.to_path_buf());
    repository_top(folder).or(outer).unwrap_or_else(|| folder.to_path_buf())
}

/// Whether the search for users of a file on this disk covers the flows in a folder.
pub fn is_searched(flows: &Path, file: &Path) -> bool {
    let area = file.parent().map(|folder| area_of(folder, &Disk.identity(Path::new("."))));
    area.is_some_and(|area| flows.starts_with(area))
}

/// Reads the includes of all files around these files: in their repository, else in the working folder if
/// they are in it, else in their own folder.
fn includes_around(files: &[PathBuf], terminal: Option<&Terminal>) -> IncludeGraph {
    let here = Disk.identity(Path::new("."));
    let mut areas: Vec<PathBuf> = Vec::new();
    let mut folders: Vec<&Path> = files.iter().filter_map(|file| file.parent()).collect();
    folders.sort();
    folders.dedup();
    for folder in folders {
        if areas.iter().any(|area| folder.starts_with(area)) {
            continue;
        }
        let area = area_of(folder, &here);
        areas.retain(|other| !other.starts_with(&area));
        areas.push(area);
    }
    let mut paths: Vec<PathBuf> = Vec::new();
    for area in areas {
        let mut searched = 0;
        let mut below = FlowsBelow::new(&area);
        for found in below.by_ref().take(MAX_FOLDERS) {
            searched += 1;
            // Unreadable folders are skipped: nobody could see what they include.
            paths.extend(found.into_iter().flatten());
        }
        paths.extend(hidden_flows::tracked(&area, &below.hidden()).flows);
        if let Some(terminal) = terminal.filter(|_| searched == MAX_FOLDERS) {
            terminal.warning(&format!(
                "{} holds more than {MAX_FOLDERS} folders; flows further down are not searched for includes of a part",
                area.display()
            ));
        }
    }
    let links_of = |path: &PathBuf| {
        let place = Disk.identity(path);
        let bytes = Disk.read(&place).ok()?;
        let links = Links::of(&place, bytes, &Disk);
        Some((place, links))
    };
    let links: Vec<(PathBuf, Links)> =
        threads::run_on_many_threads(|| paths.par_iter().filter_map(links_of).collect());
    let mut graph = IncludeGraph::default();
    for (path, links) in links {
        graph.insert(path, links);
    }
    graph
}

/// A path relative to the working folder.
fn from_here(path: &Path) -> PathBuf {
    seen_from(&Disk.identity(Path::new(".")), path)
}
