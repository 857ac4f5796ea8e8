//! Which sources the arguments of a verb stand for: files, the flows below folders, and for a part
//! the flows that include it.

use std::path::{Path, PathBuf};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::folders::{FlowsBelow, flows_below, repository_top, seen_from};
use super::input::{Disk, Input};
use super::terminal::Terminal;
use super::{Failure, git, output};
use crate::diagnostics::list_of;
use crate::resolve::{Files, IncludeGraph, Links, declares_flow};

/// How many folders are looked into for flows that include a part.
const MAX_FOLDERS: usize = 100_000;

/// How many flows of a part are named.
const NAMED: usize = 3;

/// What a part stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parts {
    /// The flows that include it.
    StandForFlows,
    /// Nothing: a verb that changes something beyond this disk works on the flows that are named.
    AreRefused,
}

/// A source on the way to be one.
struct Given {
    input: Input,
    /// Whether an argument names it, and not only a folder above it.
    by_name: bool,
}

/// The sources that arguments stand for, each once: those named first, in their order, then the flows
/// of parts by path. Says of parts that they are parts.
pub fn find(arguments: &[PathBuf], parts: Parts, terminal: &Terminal) -> Result<Vec<Input>, Failure> {
    let given = given(arguments)?;
    let maybe: Vec<PathBuf> = given.iter().filter_map(|one| may_be_part(&one.input)).collect();
    if maybe.is_empty() {
        return Ok(given.into_iter().map(|one| one.input).collect());
    }
    let graph = includes_around(&maybe, terminal);
    let mut inputs = Vec::new();
    let mut found: Vec<(Given, Vec<PathBuf>)> = Vec::new();
    let mut maybe: FxHashSet<PathBuf> = maybe.into_iter().collect();
    for one in given {
        let place = output::identity(&one.input.path());
        let is_candidate = matches!(one.input, Input::Disk(_)) && maybe.remove(&place);
        let flows = if is_candidate { graph.flows_of(&place) } else { Vec::new() };
        if flows.is_empty() || flows.contains(&place) {
            inputs.push(one.input);
        } else {
            found.push((one, flows));
        }
    }
    let mut names: FxHashMap<PathBuf, String> = FxHashMap::default();
    for input in &inputs {
        if let Input::Disk(path) = input {
            names.insert(output::identity(path), input.name());
        }
    }
    let mut added: Vec<PathBuf> = Vec::new();
    for (part, flows) in found {
        // In a folder it is looked at in the flows that are there, if there are any.
        let is_covered = flows.iter().any(|flow| names.contains_key(flow));
        if !part.by_name && (is_covered || parts == Parts::AreRefused) {
            continue;
        }
        let mut called: Vec<String> = flows
            .iter()
            .take(NAMED)
            .map(|flow| names.get(flow).cloned().unwrap_or_else(|| from_here(flow).display().to_string()))
            .collect();
        if flows.len() > NAMED {
            called.push(format!("{} more", flows.len() - NAMED));
        }
        let called: Vec<&str> = called.iter().map(String::as_str).collect();
        let said = format!("{} is a part of {}", part.input.name(), list_of(&called, "and"));
        if parts == Parts::AreRefused {
            return Err(Failure::new(said).help("name the flows themselves, or the folder that they are in"));
        }
        terminal.closing(&said);
        added.extend(flows.into_iter().filter(|flow| !names.contains_key(flow)));
    }
    added.sort();
    added.dedup();
    inputs.extend(added.iter().map(|flow| Input::Disk(from_here(flow))));
    Ok(inputs)
}

/// What the arguments name, and the files below those that are folders, each once.
fn given(arguments: &[PathBuf]) -> Result<Vec<Given>, Failure> {
    let mut given: Vec<Given> = Vec::new();
    let mut seen: FxHashMap<(String, PathBuf), usize> = FxHashMap::default();
    for argument in arguments {
        let input = Input::from_argument(argument);
        let (files, by_name) = match &input {
            Input::Disk(path) if path.is_dir() => (flows_below(path)?, false),
            _ => (vec![argument.clone()], true),
        };
        for file in files {
            let input = if by_name { input.clone() } else { Input::Disk(file) };
            let place = match &input {
                Input::Disk(path) => (String::new(), output::identity(path)),
                Input::Stdin => ("-".to_owned(), PathBuf::new()),
                Input::Git { revision, path } => {
                    (format!("{revision}:"), git::from_top(&git::prefix(), path).into())
                }
            };
            if let Some(known) = seen.get(&place).and_then(|&index| given.get_mut(index)) {
                if input == Input::Stdin {
                    return Err(Failure::new("standard input can be read once"));
                }
                known.by_name |= by_name;
                continue;
            }
            seen.insert(place, given.len());
            given.push(Given { input, by_name });
        }
    }
    Ok(given)
}

/// The one path of a file of this disk that declares no flow, so that it may be part of others.
fn may_be_part(input: &Input) -> Option<PathBuf> {
    let Input::Disk(path) = input else { return None };
    let bytes = Disk.read(path).ok()?;
    // What is empty, or no flow at all, is told about as it is.
    let is_text = bytes.len() <= crate::source::MAX_BYTES && !bytes.trim_ascii().is_empty();
    (is_text && !declares_flow(&String::from_utf8_lossy(&bytes))).then(|| output::identity(path))
}

/// What the files around some files include: those of their repository, else of the working folder if
/// they are in it, else of their own folder.
fn includes_around(files: &[PathBuf], terminal: &Terminal) -> IncludeGraph {
    let here = Disk.identity(Path::new("."));
    let mut areas: Vec<PathBuf> = Vec::new();
    let mut folders: Vec<&Path> = files.iter().filter_map(|file| file.parent()).collect();
    folders.sort();
    folders.dedup();
    for folder in folders {
        if areas.iter().any(|area| folder.starts_with(area)) {
            continue;
        }
        let outer = folder.starts_with(&here).then(|| here.clone());
        let area = repository_top(folder).or(outer).unwrap_or_else(|| folder.to_path_buf());
        areas.retain(|other| !other.starts_with(&area));
        areas.push(area);
    }
    let mut paths: Vec<PathBuf> = Vec::new();
    for area in areas {
        let mut looked_into = 0;
        for found in FlowsBelow::new(&area).take(MAX_FOLDERS) {
            looked_into += 1;
            // What cannot be read includes nothing that anybody could see.
            paths.extend(found.into_iter().flatten());
        }
        if looked_into == MAX_FOLDERS {
            terminal.warning(&format!(
                "{} holds more than {MAX_FOLDERS} folders; flows further down that include a part are not looked for",
                area.display()
            ));
        }
    }
    let links: Vec<(PathBuf, Links)> = paths
        .par_iter()
        .filter_map(|path| {
            let place = Disk.identity(path);
            let bytes = Disk.read(&place).ok()?;
            let links = Links::of(&place, bytes, &Disk);
            Some((place, links))
        })
        .collect();
    let mut graph = IncludeGraph::default();
    for (path, links) in links {
        graph.insert(path, links);
    }
    graph
}

/// A path as it is seen from the working folder.
fn from_here(path: &Path) -> PathBuf {
    seen_from(&Disk.identity(Path::new(".")), path)
}
