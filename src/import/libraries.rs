//! What the libraries of the folder declare that a foreign flow is brought into: its kinds, which nodes can have, and its
//! names, which are not declared once more.

use std::path::Path;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::emit::studio::StudioSettings;
use crate::flow::DeclaredKind;
use crate::resolve::{BuildSettings, Files, LibraryChoice};
use crate::source::{Source, Sources};
use crate::spelling::display_string;
use crate::syntax::ast::{Declaration, Name};
use crate::syntax::text::name;
use crate::{Compiled, Options, compile_with};

/// The folder that a foreign flow is brought into.
#[derive(Clone, Copy)]
pub struct Folder<'f> {
    /// What is known of the tenant of a script.
    pub studio: &'f StudioSettings,
    /// The libraries of kinds that its settings name.
    pub libraries: &'f [LibraryChoice],
    /// How these are read.
    pub files: &'f dyn Files,
}

/// No file is included.
pub(super) struct NoFiles;

impl Files for NoFiles {
    fn read(&self, _: &Path) -> std::io::Result<Vec<u8>> {
        Err(std::io::ErrorKind::NotFound.into())
    }
}

impl<'f> Folder<'f> {
    /// A folder without libraries.
    pub fn without_libraries(studio: &'f StudioSettings) -> Self {
        Self { studio, libraries: &[], files: &NoFiles }
    }

    /// Compiles a text as a flow of this folder.
    pub(super) fn compile(&self, text: &str, options: Options) -> Compiled {
        let settings = BuildSettings { libraries: self.libraries.to_vec(), ..options.settings };
        let options = Options { settings, as_is: true, ..options };
        compile_with(Source::new("script", "script", text.as_bytes().to_vec()), self.files, &options)
    }
}

/// What the libraries of a folder declare.
#[derive(Debug, Default)]
pub struct Library {
    /// The kinds, in order.
    pub kinds: Vec<LibraryKind>,
    names: FxHashSet<String>,
}

/// A kind of a library.
#[derive(Debug)]
pub struct LibraryKind {
    /// What it declares.
    pub declared: DeclaredKind,
    /// The variables that its nodes set, in order.
    pub sets: Vec<String>,
}

impl Library {
    /// Reads the libraries of a folder. What is wrong with them is for the check of the flow to say.
    pub fn of(folder: &Folder<'_>) -> Self {
        if folder.libraries.is_empty() {
            return Self::default();
        }
        Self::of_flow(&folder.compile("flow \"Library\"\n", Options::default()))
    }

    /// Reads a library that comes with the compiler.
    pub fn bundled(name: &str) -> Self {
        let text = format!("flow \"Library\"\ninclude {}\n", display_string(name));
        let source = Source::new("library", "library", text.into_bytes());
        Self::of_flow(&compile_with(source, &NoFiles, &Options::default()))
    }

    /// What the files beside a flow declare.
    fn of_flow(compiled: &Compiled) -> Self {
        let spelled = |written: &Name| of_name(&compiled.sources, *written);
        let mut names: FxHashSet<String> = FxHashSet::default();
        let mut sets: FxHashMap<_, Vec<String>> = FxHashMap::default();
        for (_, ast) in compiled.trees.iter().skip(1) {
            for item in &ast.items {
                match &item.declaration {
                    Declaration::Contact(value) | Declaration::Var(value) => {
                        names.insert(spelled(&value.name));
                    }
                    Declaration::Kind(kind) => {
                        let mut set: Vec<String> =
                            kind.sets.iter().flat_map(|line| &line.variables).map(spelled).collect();
                        set.sort_unstable();
                        sets.insert(kind.name.span, set);
                    }
                    _ => {}
                }
            }
        }
        let usable = compiled.flow.kinds.rows().iter().filter(|kind| !kind.broken && kind.type_.is_some());
        let kinds = usable
            .map(|kind| LibraryKind {
                declared: kind.clone(),
                sets: sets.remove(&kind.span).unwrap_or_default(),
            })
            .collect();
        Self { kinds, names }
    }

    /// Whether it declares a kind of this word.
    pub fn has_kind(&self, word: &str) -> bool {
        self.kinds.iter().any(|kind| *kind.declared.word == *word)
    }

    /// Whether a contact field or a variable of this name is declared.
    pub fn declares(&self, name: &str) -> bool {
        self.names.contains(name)
    }
}

fn of_name(sources: &Sources, written: Name) -> String {
    name(sources.text(written.span)).into_owned()
}
