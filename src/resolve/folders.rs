//! The folders that includes lead to. Each is listed once, even if many includes lead nowhere.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Files;
use crate::diagnostics::suggest::Index;

/// The folders that were listed.
#[derive(Default)]
pub struct Folders {
    known: FxHashMap<PathBuf, Rc<Folder>>,
}

impl Folders {
    /// A folder's names.
    pub fn get(&mut self, files: &dyn Files, path: PathBuf) -> Rc<Folder> {
        let list = |path: &Path| Rc::new(Folder::of(files.list(path)));
        Rc::clone(self.known.entry(path).or_insert_with_key(|path| list(path)))
    }
}

/// The names in a folder.
pub struct Folder {
    /// The flow files.
    flows: Vec<String>,
    /// The numbers of the flow files by their names in lower case.
    by_lower_case: FxHashMap<String, Vec<usize>>,
    /// The flow files by their names without the ending, which all of them share.
    near: Index,
    /// The folders in it.
    folders: Vec<String>,
    near_folders: Index,
    all: FxHashSet<String>,
}

impl Folder {
    fn of(names: Vec<String>) -> Self {
        let is_flow = |name: &&String| name.to_ascii_lowercase().ends_with(".cxflow");
        let flows: Vec<String> = names.iter().filter(is_flow).cloned().collect();
        let folders: Vec<String> =
            names.iter().filter_map(|name| name.strip_suffix('/')).map(str::to_owned).collect();
        let mut by_lower_case: FxHashMap<String, Vec<usize>> = FxHashMap::default();
        for (number, name) in flows.iter().enumerate() {
            by_lower_case.entry(name.to_ascii_lowercase()).or_default().push(number);
        }
        Self {
            near: Index::new(flows.iter().map(|name| without_ending(name))),
            near_folders: Index::new(folders.iter().map(String::as_str)),
            flows,
            by_lower_case,
            folders,
            all: names.into_iter().collect(),
        }
    }

    /// Whether the folder is empty or could not be listed.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Whether it has a file or folder of that name.
    pub fn has(&self, name: &str) -> bool {
        self.all.contains(name)
    }

    /// The folders in it.
    pub fn folders(&self) -> impl Iterator<Item = &str> {
        self.folders.iter().map(String::as_str)
    }

    /// The flow file of a name, whatever its capitals, among those that are wanted.
    pub fn in_other_capitals(&self, name: &str, is_wanted: impl Fn(&str) -> bool) -> Option<&str> {
        let alike = self.by_lower_case.get(&name.to_ascii_lowercase())?;
        let mut alike = alike.iter().filter_map(|&number| self.flows.get(number).map(String::as_str));
        alike.find(|name| is_wanted(name))
    }

    /// The flow file whose name is nearest to a name, among those that are wanted.
    pub fn nearest(&self, name: &str, is_wanted: impl Fn(&str) -> bool) -> Option<&str> {
        let is_candidate = |number: usize| self.flows.get(number).is_some_and(|name| is_wanted(name));
        let (number, _) = self.near.nearest_of(without_ending(name), is_candidate)?;
        self.flows.get(number).map(String::as_str)
    }

    /// The folder whose name is nearest to a name.
    pub fn nearest_folder(&self, name: &str) -> Option<&str> {
        let (number, _) = self.near_folders.nearest(name)?;
        self.folders.get(number).map(String::as_str)
    }
}

/// A file's name without its ending.
fn without_ending(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

#[cfg(test)]
mod tests {
    use core::cell::Cell;

    use super::*;
    use crate::diagnostics::Diagnostics;
    use crate::source::{Source, Sources};
    use crate::{Compiled, Options, compile_sources};

    /// Files that count how often a folder is listed.
    struct Counted {
        texts: FxHashMap<PathBuf, String>,
        lists: Cell<usize>,
    }

    impl Files for Counted {
        fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
            self.texts
                .get(path)
                .map(|text| text.clone().into_bytes())
                .ok_or(std::io::ErrorKind::NotFound.into())
        }

        fn list(&self, folder: &Path) -> Vec<String> {
            self.lists.set(self.lists.get() + 1);
            let inside = self.texts.keys().filter_map(|path| path.strip_prefix(folder).ok()?.to_str());
            let mut names: Vec<String> = inside.map(str::to_owned).collect();
            names.sort();
            names
        }
    }

    fn compiled(text: &str, texts: impl Iterator<Item = (String, String)>) -> (Compiled, usize) {
        let texts = texts.map(|(path, text)| (path.into(), text)).collect();
        let files = Counted { texts, lists: Cell::new(0) };
        let mut sources = Sources::default();
        sources.add(Source::new("a.cxflow", "a.cxflow", text.as_bytes().to_vec()));
        let compiled = compile_sources(sources, Diagnostics::default(), &files, &Options::default());
        (compiled, files.lists.get())
    }

    const FLOW: &str = "entry a\ndisclosure a { say \"Hi.\"; -> bye }\ndisconnect bye\n";

    #[test]
    fn lists_a_folder_once_for_any_number_of_missing_files() {
        let lists = [10, 100, 1000].map(|count| {
            let includes: String = (0..count).map(|n| format!("include \"missing_{n}.cxflow\"\n")).collect();
            let existing = (0..count).map(|n| (format!("here_{n}.cxflow"), "let x = \"x\"\n".to_owned()));
            let (compiled, lists) = compiled(&format!("flow \"A\"\n{FLOW}{includes}"), existing);
            assert_eq!(compiled.diagnostics.count(crate::diagnostics::Severity::Error), count);
            lists
        });
        assert_eq!(lists, [lists[0]; 3]);
        assert!(lists[0] <= 2, "{lists:?}");
    }

    #[test]
    fn allows_a_chain_of_a_thousand_includes() {
        let file = |n: usize| {
            let next = if n < 999 { format!("include \"f{}.cxflow\"\n", n + 1) } else { String::new() };
            (format!("f{n}.cxflow"), format!("{next}let x{n} = \"x\"\n"))
        };
        let (compiled, _) =
            compiled(&format!("flow \"A\"\n{FLOW}include \"f0.cxflow\"\n"), (0..1000).map(file));
        assert!(!compiled.diagnostics.has_errors());
        assert_eq!(compiled.trees.iter().filter(|(_, tree)| !tree.items.is_empty()).count(), 1002);
    }

    #[test]
    fn reports_instances_that_nest_too_deep_once() {
        let file = |n: usize| {
            let text =
                format!("include \"f{0}.cxflow\" as a\ninclude \"f{0}.cxflow\" as b\nlet x = \"x\"\n", n + 1);
            (format!("f{n}.cxflow"), if n < 99 { text } else { "let x = \"x\"\n".to_owned() })
        };
        let root = format!("flow \"A\"\n{FLOW}include \"f0.cxflow\" as a\n");
        let (compiled, _) = compiled(&root, (0..100).map(file));
        let too_large = compiled.diagnostics.iter().filter(|finding| finding.code.id == "CX005");
        let messages: Vec<&str> = too_large.map(|finding| &*finding.message).collect();
        assert_eq!(messages.len(), 2, "{messages:?}");
        assert!(messages.contains(&"instances are nested deeper than 64"), "{messages:?}");
    }
}
