//! Flows of other programs to text of the language.
//!
//! A reader turns a file into a `graph`, and what comes after it is the same for all: which form a node takes
//! (`shape`), which placeholders are contact fields (`fields`), the text (`text`), the layout.

pub mod codes;
mod fields;
mod graph;
mod hours;
mod json;
mod libraries;
mod library_form;
mod payload;
mod payload_kinds;
mod shape;
pub mod studio;
mod text;

pub use self::libraries::{Folder, Library};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::emit::studio::StudioSettings;
use crate::source::{FileId, MAX_BYTES, Source, Sources, Span};
use crate::syntax::codes::TOO_LARGE;
use crate::syntax::format::format;
use crate::syntax::report_not_utf8;

/// The text of the flow that a payload was built from, or could have been, in the canonical layout. What is wrong
/// with the payload goes to `diagnostics`; where that has errors, there is no text.
///
/// ```
/// use cxflowc::{Diagnostics, Source, Sources, import::import};
///
/// let payload = r#"{"name": "Hi", "nodes": [{"id": "bye", "type": "disconnect", "actions": [{"directive": "disconnect"}]}],
///     "transitions": [], "entry_node": "bye"}"#;
/// let mut sources = Sources::default();
/// let file = sources.add(Source::new("hi.json", "hi.json", payload.into()));
/// let text = import(&sources, file, &mut Diagnostics::default());
/// assert_eq!(text.unwrap(), "flow \"Hi\"\nentry bye\n\ndisconnect bye\n");
/// ```
pub fn import(sources: &Sources, file: FileId, diagnostics: &mut Diagnostics) -> Option<String> {
    import_for(sources, file, &StudioSettings::default(), diagnostics).map(|imported| imported.text)
}

/// A foreign flow as text of the language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The text in the canonical layout.
    pub text: String,
    /// Whether it was a script of Studio, and not a payload.
    pub is_script: bool,
    /// The lines that `[studio]` needs for a script to come out as it is.
    pub settings: Vec<String>,
    /// The settings with these lines.
    pub needed: StudioSettings,
    /// The actions of a script that no construct stands for, each by its name and its label.
    pub kept: Vec<String>,
    /// The settings with which some of these would be a construct.
    pub advice: Vec<String>,
}

/// The same for a payload or a script of Studio, which is read with what is known of its tenant.
pub fn import_for(
    sources: &Sources,
    file: FileId,
    settings: &StudioSettings,
    diagnostics: &mut Diagnostics,
) -> Option<Imported> {
    import_into(sources, file, &Folder::without_libraries(settings), diagnostics)
}

/// The same for a folder whose libraries declare kinds and names that the flow can use.
pub fn import_into(
    sources: &Sources,
    file: FileId,
    folder: &Folder<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Imported> {
    let source = sources.get(file);
    if source.too_large() {
        let message = format!("the file holds more than {} MiB", MAX_BYTES >> 20);
        diagnostics.push(Diagnostic::new(&TOO_LARGE, Span::new(file, 0, 0), message));
        return None;
    }
    if source.not_utf8().is_some() {
        report_not_utf8(sources, file, diagnostics);
        return None;
    }
    let document = match json::Document::read(source.text()) {
        Ok(document) => document,
        Err(malformed) => {
            diagnostics.push(report(&malformed, file));
            return None;
        }
    };
    let library = Library::of(folder);
    let (is_script, lines, needed, kept, advice, text) = if studio::is_script(&document) {
        let read = studio::read(&document, file, folder, &library, diagnostics);
        diagnostics.sort();
        let read = read?;
        (true, read.settings, read.needed, read.kept, read.advice, read.text)
    } else {
        let graph = payload::read(&document, file, diagnostics);
        diagnostics.sort();
        let mut graph = graph?;
        hours::mark_unclear(&mut graph);
        let text = payload_kinds::write(&graph, folder, &library);
        (false, Vec::new(), folder.studio.clone(), Vec::new(), Vec::new(), text)
    };
    let mut written = Sources::default();
    let file = written.add(Source::new(source.name(), source.path(), text.clone().into_bytes()));
    // Text that cannot be laid out is larger than any file may be: compiling it says so.
    let text = format(&written, file).unwrap_or(text);
    Some(Imported { text, is_script, settings: lines, needed, kept, advice })
}

fn report(malformed: &json::Malformed, file: FileId) -> Diagnostic {
    let json::Malformed { place, message, label, help, opened } = malformed;
    let span = Span::new(file, place.start, place.end);
    let found = Diagnostic::new(&codes::NOT_JSON, span, message.as_str()).here(*label).help(*help);
    match *opened {
        Some(at) => found.label(Span::new(file, at, at + 1), "not closed yet"),
        None => found,
    }
}
