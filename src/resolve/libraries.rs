//! Libraries of kinds that settings name: every flow knows their kinds, as if it included them.

use super::load::{Loader, NamedFile};
use super::{BuildSettings, LibraryChoice, codes};
use crate::bundled;
use crate::diagnostics::suggest::{did_you_mean, nearest};
use crate::diagnostics::{Diagnostic, Fix, quote};
use crate::source::Span;
use crate::syntax::ast::{Declaration, Item};

impl Loader<'_> {
    /// Reads the libraries, each with what it includes. A flow that is itself one does not need it.
    pub(super) fn add_libraries(&mut self, settings: &BuildSettings) {
        for choice in &settings.libraries {
            let named_at = settings.library_places.get(choice).copied();
            let Some(file) = self.library(choice, named_at) else { continue };
            if file == 0 || self.loaded.libraries.contains(&file) {
                continue;
            }
            self.report_no_kind(file, named_at);
            self.loaded.libraries.push(file);
        }
    }

    /// The index of a library's file. Reports one that cannot be found.
    fn library(&mut self, choice: &LibraryChoice, named_at: Option<Span>) -> Option<usize> {
        const LIBRARY: NamedFile = NamedFile {
            what: "the kinds",
            help: "`library` in cxflow.toml takes the path of a file, or the name of a bundled library",
        };
        let path = match choice {
            LibraryChoice::File(path) => path.clone(),
            LibraryChoice::Name(name) => match bundled::find_library(name) {
                Some(library) => library.source().path().to_path_buf(),
                None => {
                    self.report_unknown(name, named_at);
                    return None;
                }
            },
        };
        if let Some(&file) = self.by_path.get(&self.files.identity(&path)) {
            return Some(file);
        }
        let source = match choice {
            LibraryChoice::Name(name) => bundled::find_library(name)?.source(),
            LibraryChoice::File(_) => match self.read_named(&path, named_at, &LIBRARY) {
                Some(source) => source,
                None => {
                    self.loaded.lost_include.plain = true;
                    return None;
                }
            },
        };
        let file = self.sources.add(source);
        Some(self.read_all(file))
    }

    /// Reports the name of no bundled library.
    fn report_unknown(&mut self, name: &str, named_at: Option<Span>) {
        self.loaded.lost_include.plain = true;
        let names = bundled::LIBRARIES.iter().map(|library| library.name);
        let near = nearest(name, names.clone());
        let help = did_you_mean(name, names.clone()).unwrap_or_else(|| {
            let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
            format!(
                "write {} for what comes with the compiler, or the path of a file, such as `\"{name}.cxflow\"`",
                names.join(" or ")
            )
        });
        let fix = named_at.zip(near).map(|(span, near)| Fix::write(span, crate::spelling::toml_string(near)));
        let message = format!("there is no library {}", quote(name));
        self.diagnostics.push(about(named_at, message, "not a library").help(help).fix(fix));
    }

    /// Reports a library that declares no kind, unless a broken line or a lost file may declare one.
    fn report_no_kind(&mut self, file: usize, named_at: Option<Span>) {
        let mut files = vec![file];
        let mut next = 0;
        let mut is_unread = false;
        while let Some(&file) = files.get(next) {
            next += 1;
            let Some((_, ast)) = self.loaded.files.get(file) else { continue };
            is_unread |= ast.broken;
            for (at, item) in ast.items.iter().enumerate() {
                match (&item.declaration, self.loaded.target(file, at)) {
                    (Declaration::Kind(_), _) => return,
                    (Declaration::Include(_), Some(target)) if !files.contains(&target) => files.push(target),
                    (Declaration::Include(_), Some(_)) => {}
                    (Declaration::Include(_) | Declaration::LostInclude(_), None) => is_unread = true,
                    _ => {}
                }
            }
        }
        if is_unread {
            return;
        }
        let name = self.loaded.files.get(file).map_or("", |(file, _)| self.sources.get(*file).name());
        let message = format!("{} declares no kind", quote(name));
        self.diagnostics.push(
            about(named_at, message, "named here")
                .help("declare one in it, as in `kind NAME type \"TYPE\" { … }`, or name another file"),
        );
    }
}

/// A finding about a library, where settings name it.
fn about(named_at: Option<Span>, message: String, here: &'static str) -> Diagnostic {
    match named_at {
        Some(span) => Diagnostic::new(&codes::LIBRARY, span, message).here(here),
        None => Diagnostic::unplaced(&codes::LIBRARY, message),
    }
}

/// Whether a library may have a declaration.
pub fn takes(item: &Item) -> bool {
    match item.declaration {
        Declaration::Kind(_)
        | Declaration::Let(_)
        | Declaration::Param(_)
        | Declaration::Contact(_)
        | Declaration::Var(_)
        | Declaration::Hours(_)
        | Declaration::Dispositions(_)
        | Declaration::Include(_) => true,
        // Already reported.
        Declaration::LostInclude(_)
        | Declaration::Ambiguous(_)
        | Declaration::Nameless(_)
        | Declaration::Broken(_) => true,
        Declaration::Flow(_)
        | Declaration::Description(_)
        | Declaration::Entry(_)
        | Declaration::Exit(_)
        | Declaration::Speaker(_)
        | Declaration::Node(_)
        | Declaration::Transition(_)
        | Declaration::Every(_)
        | Declaration::Test(_)
        | Declaration::Policy(_)
        | Declaration::Apply(_)
        | Declaration::Fact(_)
        | Declaration::Waive(_)
        | Declaration::Attest(_) => false,
    }
}
