//! No files of `src` use each other in a cycle. A file may use the module that it is a part of, which
//! holds what its parts share.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A module's path below the crate: `["cli", "submit", "plan"]`; of the crate's root it is empty.
type ModulePath = Vec<String>;

/// What a file names.
#[derive(Debug, Default)]
struct Names {
    imports: Vec<Import>,
    /// Paths of two names and more outside of imports.
    paths: Vec<Vec<String>>,
}

/// One name that a `use` brings in.
#[derive(Debug)]
struct Import {
    path: Vec<String>,
    /// What it is called here.
    name: String,
    /// Whether others get it from here, too.
    is_public: bool,
}

/// The names in a file, tests aside.
fn names_in(text: &str) -> Names {
    let mut names = Names::default();
    collect(text.parse().unwrap(), &mut names);
    names
}

fn collect(tokens: TokenStream, names: &mut Names) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    let mut is_public = false;
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token {
            TokenTree::Punct(sign) if sign.as_char() == '#' && is_test(tokens.get(at)) => {
                // The item that is for tests alone ends with its block or its semicolon.
                while let Some(token) = tokens.get(at) {
                    at += 1;
                    let ends = match token {
                        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
                        other => is_sign(Some(other), ';'),
                    };
                    if ends {
                        break;
                    }
                }
            }
            TokenTree::Ident(word) if word == "use" => {
                let end = (at..tokens.len()).find(|&at| is_sign(tokens.get(at), ';')).unwrap_or(tokens.len());
                import(&tokens[at..end], &[], is_public, &mut names.imports);
                at = end;
            }
            TokenTree::Ident(word) => {
                is_public = word == "pub" || (is_public && word == "crate");
                let mut path = vec![word.to_string()];
                while is_sign(tokens.get(at), ':') && is_sign(tokens.get(at + 1), ':') {
                    let Some(TokenTree::Ident(word)) = tokens.get(at + 2) else { break };
                    path.push(word.to_string());
                    at += 3;
                }
                if path.len() > 1 {
                    names.paths.push(path);
                }
                continue;
            }
            TokenTree::Group(group) => {
                collect(group.stream(), names);
                // `pub(crate) use`
                if group.delimiter() == Delimiter::Parenthesis {
                    continue;
                }
            }
            _ => {}
        }
        is_public = false;
    }
}

/// Whether this is `[cfg(test)]`.
fn is_test(token: Option<&TokenTree>) -> bool {
    token.is_some_and(|token| token.to_string().replace(' ', "") == "[cfg(test)]")
}

fn is_sign(token: Option<&TokenTree>, sign: char) -> bool {
    matches!(token, Some(TokenTree::Punct(there)) if there.as_char() == sign)
}

/// What a tree of a `use` brings in: `a::{self, b::c, d as e}`.
fn import(tree: &[TokenTree], before: &[String], is_public: bool, imports: &mut Vec<Import>) {
    let mut path = before.to_vec();
    let mut name = None;
    let mut at = 0;
    while let Some(token) = tree.get(at) {
        at += 1;
        match token {
            TokenTree::Ident(word) if word == "as" => {
                name = tree.get(at).map(ToString::to_string);
                break;
            }
            TokenTree::Ident(word) if word == "self" && !path.is_empty() => {}
            TokenTree::Ident(word) => path.push(word.to_string()),
            TokenTree::Group(group) => {
                let inside: Vec<TokenTree> = group.stream().into_iter().collect();
                for tree in inside.split(|token| is_sign(Some(token), ',')) {
                    import(tree, &path, is_public, imports);
                }
                return;
            }
            _ => {}
        }
    }
    if let (Some(last), false) = (path.last(), tree.is_empty()) {
        let name = name.unwrap_or_else(|| last.clone());
        imports.push(Import { path, name, is_public });
    }
}

/// The files of a crate.
struct Crate(BTreeMap<ModulePath, Names>);

impl Crate {
    fn of(files: impl IntoIterator<Item = (ModulePath, String)>) -> Self {
        Self(files.into_iter().map(|(module, text)| (module, names_in(&text))).collect())
    }

    /// A path from the crate's root on; nothing for one that leads out of the crate.
    fn absolute(&self, module: &ModulePath, path: &[String]) -> Option<Vec<String>> {
        let (first, rest) = path.split_first()?;
        let mut start = match first.as_str() {
            "crate" | "cxflowc" => Vec::new(),
            "self" | "super" => module.clone(),
            _ => {
                let own = [module.as_slice(), std::slice::from_ref(first)].concat();
                return self.0.contains_key(&own).then(|| [module.as_slice(), path].concat());
            }
        };
        let ups = path.iter().take_while(|name| *name == "super").count();
        start.truncate(start.len().checked_sub(ups)?);
        start.extend_from_slice(&rest[ups.saturating_sub(1)..]);
        Some(start)
    }

    /// The file that has what a path names, through re-exports. Nothing if the path names a whole module.
    fn owner(&self, path: &[String], steps: usize) -> Option<ModulePath> {
        let length = (0..=path.len()).rev().find(|&length| self.0.contains_key(&path[..length]))?;
        let (module, rest) = path.split_at(length);
        let item = rest.first()?;
        let exported = self.0[module].imports.iter().find(|one| one.is_public && one.name == *item);
        let through = exported.filter(|_| steps > 0).and_then(|one| {
            let path = self.absolute(&module.to_vec(), &one.path)?;
            self.owner(&[path.as_slice(), &rest[1..]].concat(), steps - 1)
        });
        through.or_else(|| Some(module.to_vec()))
    }

    /// The other files that a file uses, but for the modules that it is a part of.
    fn used_by(&self, module: &ModulePath) -> BTreeSet<ModulePath> {
        let names = &self.0[module];
        let imported = |path: &[String]| {
            let import = names.imports.iter().find(|one| one.name == path[0])?;
            self.absolute(module, &[import.path.as_slice(), &path[1..]].concat())
        };
        let imports = names.imports.iter().filter_map(|one| self.absolute(module, &one.path));
        let paths =
            names.paths.iter().filter_map(|path| self.absolute(module, path).or_else(|| imported(path)));
        let owners = imports.chain(paths).filter_map(|path| self.owner(&path, 8));
        owners.filter(|used| !module.starts_with(used)).collect()
    }

    /// The shortest cycle through each file that is in one, each cycle once.
    fn cycles(&self) -> Vec<Vec<ModulePath>> {
        let used: BTreeMap<&ModulePath, BTreeSet<ModulePath>> =
            self.0.keys().map(|module| (module, self.used_by(module))).collect();
        let mut seen = BTreeSet::new();
        let mut cycles = Vec::new();
        for start in self.0.keys() {
            let Some(cycle) = way_back(start, &used) else { continue };
            let mut members = cycle.clone();
            members.sort();
            if seen.insert(members) {
                cycles.push(cycle);
            }
        }
        cycles
    }
}

/// The shortest way from a file back to itself, which the way begins with.
fn way_back(
    start: &ModulePath,
    used: &BTreeMap<&ModulePath, BTreeSet<ModulePath>>,
) -> Option<Vec<ModulePath>> {
    let mut ways = VecDeque::from([vec![start.clone()]]);
    let mut seen = BTreeSet::new();
    while let Some(way) = ways.pop_front() {
        for next in &used[way.last()?] {
            if next == start {
                return Some(way);
            }
            if seen.insert(next.clone()) {
                ways.push_back([way.as_slice(), std::slice::from_ref(next)].concat());
            }
        }
    }
    None
}

fn said(cycle: &[ModulePath]) -> String {
    let files: Vec<String> = cycle.iter().chain(cycle.first()).map(|module| module.join("/")).collect();
    format!("{}: move what they share into a file of its own", files.join(" uses "))
}

/// The module of a file below `src`; nothing for the program's own file.
fn module_of(file: &Path) -> Option<ModulePath> {
    let mut parts: ModulePath =
        file.with_extension("").iter().map(|part| part.to_str().unwrap().to_owned()).collect();
    match parts.last().map(String::as_str) {
        Some("main") => return None,
        Some("mod" | "lib") => {
            parts.pop();
        }
        _ => {}
    }
    Some(parts)
}

fn sources() -> Crate {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../src");
    let mut files = Vec::new();
    let mut folders: Vec<PathBuf> = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs")
                && let Some(module) = module_of(path.strip_prefix(&root).unwrap())
            {
                files.push((module, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    Crate::of(files)
}

#[test]
fn files_use_each_other_without_cycles() {
    let sources = sources();
    let uses: usize = sources.0.keys().map(|module| sources.used_by(module).len()).sum();
    assert!(uses > 1000, "only {uses} uses are seen");
    let cycles: Vec<String> = sources.cycles().iter().map(|cycle| said(cycle)).collect();
    assert!(cycles.is_empty(), "{}", cycles.join("\n"));
}

/// The cycles of a made-up crate, in words.
fn cycles_of(files: &[(&str, &str)]) -> Vec<String> {
    let files = files.iter().map(|(file, text)| (module_of(Path::new(file)).unwrap(), (*text).to_owned()));
    Crate::of(files).cycles().iter().map(|cycle| said(cycle)).collect()
}

#[test]
fn each_kind_of_cycle_is_seen() {
    let help = "move what they share into a file of its own";
    let one =
        [("lib.rs", "mod a; mod b;"), ("a.rs", "use crate::b::B;"), ("b.rs", "use super::a::{A, C as D};")];
    assert_eq!(cycles_of(&one), [format!("a uses b uses a: {help}")]);
    let in_a_body = [
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "fn a() { crate::b::b() }"),
        ("b.rs", "use super::a; fn b() { vec![a::a()]; }"),
    ];
    assert_eq!(cycles_of(&in_a_body), [format!("a uses b uses a: {help}")]);
    let through_a_re_export = [
        ("lib.rs", "mod a; mod b; mod c; pub use a::A;"),
        ("a.rs", "use crate::b::B;"),
        ("b.rs", "use crate::c::{self, C};"),
        ("c.rs", "use crate::A;"),
    ];
    assert_eq!(cycles_of(&through_a_re_export), [format!("a uses b uses c uses a: {help}")]);
    let of_parts = [
        ("lib.rs", "mod a;"),
        ("a/mod.rs", "mod x; mod y; pub(crate) use x::X;"),
        ("a/x.rs", "use super::y::Y;"),
        ("a/y.rs", "use super::X;"),
    ];
    assert_eq!(cycles_of(&of_parts), [format!("a/x uses a/y uses a/x: {help}")]);
}

#[test]
fn imports_without_a_cycle_pass() {
    let parts = [
        ("lib.rs", "mod a; mod b; pub struct Shared;"),
        ("a.rs", "mod x; pub struct Own; use x::X; use crate::Shared;"),
        ("a/x.rs", "use super::Own; use crate::Shared;"),
        ("b.rs", "use crate::a::Own; // use crate::c::C;\n"),
    ];
    assert!(cycles_of(&parts).is_empty());
    let in_tests = [
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "use crate::b::B; #[cfg(test)] mod tests { }"),
        ("b.rs", "#[cfg(test)] mod tests { use crate::a::A; }\n#[cfg(test)] use crate::a::A;"),
    ];
    assert!(cycles_of(&in_tests).is_empty());
}
