//! Compiles the sources with new words in them before anything is written.

use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;

use crate::cli::Failure;
use crate::cli::args::CompileArgs;
use crate::cli::compilation::compile::{Purpose, compile_again};
use crate::cli::compilation::compile_job::CompileJob;
use crate::diagnostics::{Diagnostic, Severity};
use crate::prompts::PlacedEdit;
use crate::resolve::Files;
use crate::source::{FileId, Source, Span};

/// A file with new words in it.
pub struct EditedFile {
    pub file: FileId,
    pub path: PathBuf,
    pub text: String,
    /// How many prompts it has new words for.
    pub changed: usize,
    pieces: Vec<Piece>,
}

/// A string that is replaced.
struct Piece {
    before: Range<usize>,
    after: Range<usize>,
    /// The number of the row that asks for it.
    row: usize,
}

/// The files that have new words, with the words in them.
pub fn edited_files(job: &CompileJob, edits: &[PlacedEdit]) -> Vec<EditedFile> {
    let mut edits: Vec<&PlacedEdit> = edits.iter().collect();
    edits.sort_by_key(|placed| placed.edit.span);
    let in_one_file = |one: &&PlacedEdit, other: &&PlacedEdit| one.edit.span.file == other.edit.span.file;
    let edited = edits.chunk_by(in_one_file).filter_map(|edits| {
        let file = edits.first()?.edit.span.file;
        let source = job.compiled.sources.get(file);
        let (mut text, mut pieces, mut at) = (String::new(), Vec::new(), 0);
        for placed in edits {
            let before = placed.edit.span.range();
            text.push_str(source.slice(at..before.start));
            let start = text.len();
            text.push_str(&placed.edit.text);
            at = before.end;
            pieces.push(Piece { before, after: start..text.len(), row: placed.index });
        }
        text.push_str(source.slice(at..source.text().len()));
        let path = source.path().to_path_buf();
        Some(EditedFile { file, path, text, changed: pieces.len(), pieces })
    });
    edited.collect()
}

/// The files of a flow, with new texts in some of them.
struct EditedFiles<'a> {
    files: &'a dyn Files,
    texts: FxHashMap<PathBuf, &'a str>,
}

impl Files for EditedFiles<'_> {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        // What may not be read may not be read with new words either.
        let bytes = self.files.read(path)?;
        Ok(match self.texts.get(&self.files.identity(path)) {
            Some(text) => text.as_bytes().to_vec(),
            None => bytes,
        })
    }

    fn name(&self, path: &Path) -> String {
        self.files.name(path)
    }

    fn list(&self, folder: &Path) -> Vec<String> {
        self.files.list(folder)
    }

    fn admit(&self, path: &Path) -> io::Result<()> {
        self.files.admit(path)
    }

    fn spelling(&self, path: &Path) -> Option<String> {
        self.files.spelling(path)
    }

    fn identity(&self, path: &Path) -> PathBuf {
        self.files.identity(path)
    }
}

/// A finding that only the sources with new words have.
pub struct NewFinding<'a> {
    pub finding: &'a Diagnostic,
    /// The number of the row whose words it is about, if it is about those of a single one.
    pub row: Option<usize>,
}

/// The flow with the new words.
pub struct Trial<'a> {
    before: &'a CompileJob,
    edited: &'a [EditedFile],
    pub after: CompileJob,
}

/// A finding's code, severity and place in the sources without the new words.
type FindingKey<'a> = (&'static str, Severity, Option<(&'a Path, usize)>);

impl<'a> Trial<'a> {
    /// Compiles the flow with the new words, in all else as it was compiled.
    pub fn run(
        before: &'a CompileJob,
        edited: &'a [EditedFile],
        args: &CompileArgs,
    ) -> Result<Self, Failure> {
        let files = before.input.files(&args.allowed_files())?;
        let texts = edited.iter().map(|one| (files.identity(&one.path), one.text.as_str())).collect();
        let files = EditedFiles { files: &*files, texts };
        let roots =
            before.compiled.sources.iter().next().ok_or_else(|| Failure::new("there is no source"))?;
        let (root, source) = roots;
        let text = edited.iter().find(|one| one.file == root).map_or(source.text(), |one| &one.text);
        let source = Source::new(source.name(), source.path(), text.as_bytes().to_vec());
        let after = compile_again(before, source, &files, args, Purpose::Check)?;
        Ok(Self { before, edited, after })
    }

    /// The findings that only the flow with the new words has.
    pub fn new_findings(&self) -> Vec<NewFinding<'_>> {
        let mut known: FxHashMap<FindingKey<'_>, usize> = FxHashMap::default();
        let sources = &self.before.compiled.sources;
        for finding in self.before.compiled.diagnostics.iter() {
            let place = finding.span.map(|span| {
                let path = sources.get(span.file).path();
                let start = span.range().start;
                let pieces = self.edited.iter().filter(|one| one.path == path).flat_map(|one| &one.pieces);
                let piece = pieces.into_iter().find(|piece| piece.before.contains(&start));
                (path, piece.map_or(start, |piece| piece.before.start))
            });
            *known.entry((finding.code.id, finding.severity, place)).or_default() += 1;
        }
        let mut new = Vec::new();
        for finding in self.after.compiled.diagnostics.iter() {
            let origin = finding.span.map(|span| self.origin(span));
            let key = (finding.code.id, finding.severity, origin.map(|(path, at, _)| (path, at)));
            if let Some(count) = known.get_mut(&key).filter(|count| **count > 0) {
                *count -= 1;
                continue;
            }
            let labels = finding.labels.iter().filter_map(|label| self.origin(label.span).2);
            let row = origin.and_then(|(_, _, row)| row).or_else(|| labels.into_iter().next());
            new.push(NewFinding { finding, row });
        }
        new
    }

    /// The place of a finding in the sources without the new words, and the row whose words it is in.
    fn origin(&self, span: Span) -> (&Path, usize, Option<usize>) {
        let path = self.after.compiled.sources.get(span.file).path();
        let start = span.range().start;
        let pieces = self.edited.iter().filter(|one| one.path == path).flat_map(|one| &one.pieces);
        let last = pieces.take_while(|piece| piece.after.start <= start).last();
        match last {
            Some(piece) if start < piece.after.end => (path, piece.before.start, Some(piece.row)),
            Some(piece) => (path, start - piece.after.end + piece.before.end, None),
            None => (path, start, None),
        }
    }

    /// The tags that a step has without the new words, but not with them.
    pub fn lost_tags(&self, node: &str, step: usize) -> Vec<&str> {
        let before = tags(self.before, node, step);
        let after = tags(&self.after, node, step);
        before.into_iter().filter(|tag| !after.contains(tag)).collect()
    }
}

/// The tags of a step, those of its contact fields included.
fn tags<'a>(job: &'a CompileJob, node: &str, step: usize) -> Vec<&'a str> {
    let node = job.compiled.flow.nodes.rows().iter().find(|one| &*one.id == node);
    let action = node.and_then(|node| node.actions.get(step.checked_sub(1)?));
    action.into_iter().flat_map(|action| &action.tags).map(|tag| &*tag.name).collect()
}
