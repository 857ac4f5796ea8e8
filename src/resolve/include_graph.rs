//! Which files include which, and thus which flows a file is part of.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Files, include_path::included};
use crate::source::{Source, Sources};

/// The includes of a file, and whether it is a flow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links {
    /// The files that it includes.
    pub includes: Vec<PathBuf>,
    /// Whether it declares a flow of its own, even if others include it.
    pub is_flow: bool,
}

impl Links {
    /// Reads a file's text. Most files include nothing, and are not parsed.
    pub fn of(path: &Path, bytes: Vec<u8>, files: &dyn Files) -> Self {
        let mut sources = Sources::default();
        let file = sources.add(Source::new("", path, bytes));
        let includes = included(&sources, file).iter().map(|path| files.identity(path)).collect();
        Self { includes, is_flow: declares_flow(sources.get(file).text()) }
    }
}

/// Whether a text declares a flow: it has a `flow` or an `entry`.
///
/// It only looks at how lines begin, so that a large flow is not parsed twice. A line of a string that begins
/// the same way makes the file a flow as well: it is then checked on its own, and nothing is missed.
pub fn declares_flow(text: &str) -> bool {
    let begins = |statement: &str| {
        let statement = statement.trim_start_matches(['\u{FEFF}', ' ', '\t']);
        let rest = statement.strip_prefix("flow").or_else(|| statement.strip_prefix("entry"));
        rest.is_some_and(|rest| rest.starts_with([' ', '\t', '"', '`']))
    };
    let has = |word: &str| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some();
    (has("flow") || has("entry")) && text.lines().flat_map(|line| line.split(';')).any(begins)
}

/// Files and their includes, by their canonical paths.
#[derive(Debug, Default)]
pub struct IncludeGraph {
    links: FxHashMap<PathBuf, Links>,
    includers: FxHashMap<PathBuf, BTreeSet<PathBuf>>,
}

impl IncludeGraph {
    /// Sets the links of a file, replacing earlier ones.
    pub fn insert(&mut self, file: PathBuf, links: Links) {
        self.remove(&file);
        for inner in &links.includes {
            self.includers.entry(inner.clone()).or_default().insert(file.clone());
        }
        self.links.insert(file, links);
    }

    /// Forgets a file.
    pub fn remove(&mut self, file: &Path) {
        for inner in self.links.remove(file).unwrap_or_default().includes {
            if let Some(includers) = self.includers.get_mut(&inner) {
                includers.remove(file);
            }
        }
    }

    /// The links of a file, if it is known.
    pub fn links(&self, file: &Path) -> Option<&Links> {
        self.links.get(file)
    }

    /// A file and everything that it includes, directly or not.
    pub fn below(&self, file: &Path) -> FxHashSet<PathBuf> {
        let mut seen = FxHashSet::from_iter([file.to_path_buf()]);
        let mut stack = vec![file];
        while let Some(file) = stack.pop() {
            for inner in self.links.get(file).map(|links| &links.includes).into_iter().flatten() {
                if seen.insert(inner.clone()) {
                    stack.push(inner);
                }
            }
        }
        seen
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.links.clear();
        self.includers.clear();
    }

    /// The known files, in no order.
    pub fn files(&self) -> impl Iterator<Item = &PathBuf> {
        self.links.keys()
    }

    /// The flows that a file is checked in, sorted: those that include it, directly or not, and the file
    /// itself if it is a flow. A file that no other file includes counts as a flow. If files include each
    /// other in a cycle and nothing else includes them, the first by name counts as one.
    pub fn flows_of(&self, file: &Path) -> Vec<PathBuf> {
        let above = self.above(file);
        let is_flow = |path: &&Path| {
            let declares = self.links.get(*path).is_some_and(|links| links.is_flow);
            declares || !self.is_included(path)
        };
        let mut flows: Vec<PathBuf> =
            above.iter().copied().chain([file]).filter(is_flow).map(Path::to_path_buf).collect();
        if flows.is_empty() {
            flows.push(self.first_of_cycle(file, above).to_path_buf());
        }
        flows.sort();
        flows.dedup();
        flows
    }

    /// The files that include a file, without the file itself.
    pub fn includers(&self, file: &Path) -> impl Iterator<Item = &PathBuf> {
        self.includers.get(file).into_iter().flatten().filter(move |other| *other != file)
    }

    fn is_included(&self, file: &Path) -> bool {
        self.includers.get(file).is_some_and(|includers| !includers.is_empty())
    }

    /// The files that include a file, directly or not. A file in a cycle is one of them itself.
    pub fn above<'a>(&'a self, file: &'a Path) -> FxHashSet<&'a Path> {
        let mut seen = FxHashSet::default();
        let mut stack = vec![file];
        while let Some(file) = stack.pop() {
            for other in self.includers.get(file).into_iter().flatten() {
                if seen.insert(other.as_path()) {
                    stack.push(other);
                }
            }
        }
        seen
    }

    /// The first file by name that is in a cycle, given that everything above leads into one.
    fn first_of_cycle<'a>(&'a self, file: &'a Path, mut above: FxHashSet<&'a Path>) -> &'a Path {
        loop {
            let first = above.iter().min().copied().unwrap_or(file);
            if above.contains(first) && self.above(first).contains(first) || above.is_empty() {
                return first;
            }
            // The set shrinks each time, since `first` is not above itself.
            above = self.above(first);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A graph of `file: included, included`, with a `!` before the name of a flow.
    fn graph(lines: &[&str]) -> IncludeGraph {
        let mut graph = IncludeGraph::default();
        for line in lines {
            let (name, inner) = line.split_once(':').unwrap();
            let includes = inner.split_whitespace().map(PathBuf::from).collect();
            let (name, is_flow) = name.strip_prefix('!').map_or((name, false), |name| (name, true));
            graph.insert(PathBuf::from(name), Links { includes, is_flow });
        }
        graph
    }

    fn flows(graph: &IncludeGraph, file: &str) -> Vec<String> {
        graph.flows_of(Path::new(file)).iter().map(|path| path.display().to_string()).collect()
    }

    #[test]
    fn finds_every_flow_that_includes_a_file() {
        let graph = graph(&["!a: menu", "!b: middle", "middle: menu", "menu:"]);
        assert_eq!(flows(&graph, "menu"), ["a", "b"]);
        assert_eq!(flows(&graph, "middle"), ["b"]);
        assert_eq!(flows(&graph, "a"), ["a"]);
        assert_eq!(flows(&graph, "unknown"), ["unknown"]);
    }

    #[test]
    fn counts_an_included_flow_as_a_flow() {
        let graph = graph(&["!outer: inner", "!inner: part", "part:"]);
        assert_eq!(flows(&graph, "inner"), ["inner", "outer"]);
        assert_eq!(flows(&graph, "part"), ["inner", "outer"]);
    }

    #[test]
    fn picks_the_first_file_of_a_cycle() {
        let cycle = graph(&["b: c", "c: b a", "a: z", "z:"]);
        for file in ["b", "c", "a", "z"] {
            assert_eq!(flows(&cycle, file), ["b"], "{file}");
        }
        assert_eq!(flows(&graph(&["a: a"]), "a"), ["a"]);
        assert_eq!(flows(&graph(&["a: b", "!b: a"]), "a"), ["b"]);
    }

    #[test]
    fn forgets_the_includes_of_a_removed_file() {
        let mut graph = graph(&["!a: part", "!b: part", "part:"]);
        graph.remove(Path::new("a"));
        assert_eq!(flows(&graph, "part"), ["b"]);
        graph.insert("b".into(), Links::default());
        assert_eq!(flows(&graph, "part"), ["part"]);
    }

    #[test]
    fn recognizes_a_flow_by_its_statements() {
        for text in [
            "flow \"A\"",
            "\u{FEFF}flow \"A\"",
            "// x\r\n  entry a\r\n",
            "let a = \"b\"; entry b",
            "flow\"A\"",
        ] {
            assert!(declares_flow(text), "{text}");
        }
        for text in ["", "let flow_name = \"x\"", "// flow \"A\"", "entrys a", "say \"a flow\"", "flowing a"]
        {
            assert!(!declares_flow(text), "{text}");
        }
    }
}
