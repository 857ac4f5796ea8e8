//! Merges two versions of a file that come from a common one, statement by statement.
//!
//! Two people who each add a node, a branch or a rule at the same place have no conflict, which a merge by lines
//! sees there. Statements are told apart by what they declare ([`pieces`](self)), so that a statement may move
//! in one version and change in the other. What both have changed is merged line by line, and what cannot be
//! merged stands between conflict markers, as git writes them.

mod key;
mod order;
mod pieces;

use diffy::{ConflictStyle, MergeOptions};

use self::order::order;
use self::pieces::{Block, Piece, pieces};
use crate::diagnostics::Diagnostics;
use crate::source::{FileId, Source, Sources};
use crate::syntax::ast::Ast;
use crate::syntax::format::format;
use crate::syntax::parse;

/// The three versions of a file.
///
/// ```
/// let [base, ours, theirs] =
///     ["entry a\nplay a\n", "entry a\nplay a\nplay ours\n", "entry a\nplay a\nplay theirs\n"];
/// let merged = cxflowc::merge::Versions { base, ours, theirs }.merge(7);
/// assert_eq!(merged.text, "entry a\nplay a\nplay ours\nplay theirs\n");
/// assert!(merged.conflicts.is_empty());
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Versions<'t> {
    /// The version that both come from.
    pub base: &'t str,
    /// The version that the other one is merged into.
    pub ours: &'t str,
    /// The other one.
    pub theirs: &'t str,
}

/// A merged file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// Its text, with conflict markers where there are conflicts.
    pub text: String,
    /// What could not be merged, in the order of the text.
    pub conflicts: Vec<Conflict>,
}

/// Something that could not be merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The statement, as in ``collect `menu` ``. `None` for what is between statements, and for a file that
    /// was merged by lines.
    pub statement: Option<String>,
    /// What the versions do with it.
    pub kind: ConflictKind,
}

/// What two versions do that does not go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConflictKind {
    /// Both change the same lines.
    BothChanged,
    /// Both add it, and not with the same text.
    BothAdded,
    /// Ours changes what theirs removes.
    RemovedByTheirs,
    /// Theirs changes what ours removes.
    RemovedByOurs,
}

impl Conflict {
    /// What the conflict is, as a sentence without its full stop.
    pub fn message(&self) -> String {
        let statement = self.statement.as_deref().unwrap_or("the same lines");
        let what = match self.kind {
            ConflictKind::BothChanged if self.statement.is_none() => "are changed on both sides",
            ConflictKind::BothChanged => "is changed on both sides",
            ConflictKind::BothAdded => "is added on both sides, each time with another text",
            ConflictKind::RemovedByTheirs => "is changed on our side and removed on theirs",
            ConflictKind::RemovedByOurs => "is changed on their side and removed on ours",
        };
        format!("{statement} {what}")
    }
}

impl Versions<'_> {
    /// Merges them, with conflict markers of `marker` signs. A file with a syntax error is merged by lines.
    /// If our version is in the canonical layout, and there is no conflict, so is the result.
    pub fn merge(&self, marker: usize) -> Merged {
        let merged = self.merge_statements(marker);
        let merged = merged.unwrap_or_else(|| {
            let mut merger = Merger::new(marker);
            merger.lines(None, self.base, self.ours, self.theirs);
            merger.merged
        });
        if merged.conflicts.is_empty()
            && self.formatted_ours()
            && let Some(text) = formatted(&merged.text)
        {
            return Merged { text, conflicts: Vec::new() };
        }
        merged
    }

    /// `None` if one of the versions, or the result, has a syntax error.
    fn merge_statements(&self, marker: usize) -> Option<Merged> {
        let mut sources = Sources::default();
        let mut read = |text: &str| -> Option<(FileId, Ast)> {
            let file = sources.add(Source::new("", "", text.as_bytes().to_vec()));
            let mut diagnostics = Diagnostics::default();
            let tree = parse(&sources, file, &mut diagnostics);
            (!tree.broken && !diagnostics.has_errors()).then_some((file, tree))
        };
        let versions = [read(self.base)?, read(self.ours)?, read(self.theirs)?];
        let [base, ours, theirs] = versions.each_ref().map(|(file, tree)| pieces(&sources, *file, tree));
        let mut merger = Merger::new(marker);
        merger.blocks(&base, &ours, &theirs);
        let merged = merger.merged;
        let reads = || {
            let mut sources = Sources::default();
            let file = sources.add(Source::new("", "", merged.text.as_bytes().to_vec()));
            let mut diagnostics = Diagnostics::default();
            let tree = parse(&sources, file, &mut diagnostics);
            !tree.broken && !diagnostics.has_errors()
        };
        (!merged.conflicts.is_empty() || reads()).then_some(merged)
    }

    fn formatted_ours(&self) -> bool {
        formatted(self.ours).is_some_and(|text| text == self.ours)
    }
}

fn formatted(text: &str) -> Option<String> {
    let mut sources = Sources::default();
    let file = sources.add(Source::new("", "", text.as_bytes().to_vec()));
    format(&sources, file).ok()
}

/// The merged text as far as it is written.
struct Merger {
    marker: usize,
    /// Whether statements are separated by `;`.
    on_one_line: bool,
    merged: Merged,
}

impl Merger {
    fn new(marker: usize) -> Self {
        Self { marker, on_one_line: false, merged: Merged { text: String::new(), conflicts: Vec::new() } }
    }

    /// Merges files or blocks.
    fn blocks(&mut self, base: &Block<'_>, ours: &Block<'_>, theirs: &Block<'_>) {
        for key in order(base, ours, theirs) {
            let name = || Some(key.name.clone());
            match (base.find(&key), ours.find(&key), theirs.find(&key)) {
                (Some(base), Some(ours), Some(theirs)) => self.piece(name(), base, ours, theirs),
                (None, Some(one), None) | (None, None, Some(one)) => self.add(one.whole),
                (None, Some(ours), Some(theirs)) if ours.is_like(theirs) => self.add(ours.whole),
                (None, Some(ours), Some(theirs)) => {
                    self.conflict(name(), ConflictKind::BothAdded, ours.whole, theirs.whole);
                }
                (Some(base), Some(ours), None) if !base.is_like(ours) => {
                    self.conflict(name(), ConflictKind::RemovedByTheirs, ours.whole, "");
                }
                (Some(base), None, Some(theirs)) if !base.is_like(theirs) => {
                    self.conflict(name(), ConflictKind::RemovedByOurs, "", theirs.whole);
                }
                _ => {}
            }
        }
        if !self.on_one_line {
            self.separate();
        }
        self.lines(None, base.tail, ours.tail, theirs.tail);
    }

    /// Merges a statement that all versions have.
    fn piece(&mut self, name: Option<String>, base: &Piece<'_>, ours: &Piece<'_>, theirs: &Piece<'_>) {
        self.separate();
        let (Some(base_block), Some(ours_block), Some(theirs_block)) =
            (&base.block, &ours.block, &theirs.block)
        else {
            return self.lines(name, base.whole, ours.whole, theirs.whole);
        };
        if unchanged(base.whole, ours.whole, theirs.whole).is_some() {
            return self.lines(name, base.whole, ours.whole, theirs.whole);
        }
        let inner = self.inner(name.as_deref(), base_block, ours_block, theirs_block);
        let blocks = [base_block, ours_block, theirs_block];
        if !inner.conflicts.is_empty() && blocks.iter().all(|block| block.is_on_one_line()) {
            return self.lines(name, base.whole, ours.whole, theirs.whole);
        }
        self.lines(name.clone(), base.head, ours.head, theirs.head);
        if inner.text.contains('\n') && !inner.text.trim_start_matches([' ', '\t', '\r']).starts_with('\n') {
            self.merged.text.push('\n');
        }
        self.merged.text.push_str(&inner.text);
        self.merged.conflicts.extend(inner.conflicts);
        self.lines(name, base.end, ours.end, theirs.end);
    }

    /// The merged blocks of a statement. A block stands on the line of its `{`, or begins below it.
    fn inner(&self, outer: Option<&str>, base: &Block<'_>, ours: &Block<'_>, theirs: &Block<'_>) -> Merged {
        let mut inner = Self::new(self.marker);
        inner.on_one_line = [base, ours, theirs].iter().all(|block| block.is_on_one_line());
        inner.blocks(base, ours, theirs);
        let mut merged = inner.merged;
        for conflict in &mut merged.conflicts {
            conflict.statement = match (conflict.statement.take(), outer) {
                (Some(statement), Some(outer)) => Some(format!("{statement} in {outer}")),
                (statement, outer) => statement.or_else(|| outer.map(str::to_owned)),
            };
        }
        merged
    }

    /// Merges texts line by line.
    fn lines(&mut self, statement: Option<String>, base: &str, ours: &str, theirs: &str) {
        if let Some(text) = unchanged(base, ours, theirs) {
            return self.merged.text.push_str(text);
        }
        let mut options = MergeOptions::new();
        options.set_conflict_style(ConflictStyle::Merge).set_conflict_marker_length(self.marker);
        match options.merge(base, ours, theirs) {
            Ok(text) => self.merged.text.push_str(&text),
            Err(text) => {
                self.break_line();
                self.merged.text.push_str(&text);
                self.merged.conflicts.push(Conflict { statement, kind: ConflictKind::BothChanged });
            }
        }
    }

    /// Adds a statement that stands as it is.
    fn add(&mut self, text: &str) {
        self.separate();
        self.merged.text.push_str(text);
    }

    fn conflict(&mut self, statement: Option<String>, kind: ConflictKind, ours: &str, theirs: &str) {
        let [begin, middle, end] = ['<', '=', '>'].map(|sign| sign.to_string().repeat(self.marker));
        self.break_line();
        self.merged.text.push_str(&format!("{begin} ours\n"));
        for (text, marker) in [(ours, format!("{middle}\n")), (theirs, format!("{end} theirs\n"))] {
            self.merged.text.push_str(text);
            self.break_line();
            self.merged.text.push_str(&marker);
        }
        self.merged.conflicts.push(Conflict { statement, kind });
    }

    /// Makes sure that the next statement does not stand directly behind another.
    fn separate(&mut self) {
        let before = self.merged.text.trim_end_matches([' ', '\t']);
        if before.is_empty() || before.ends_with(['\n', ';', '{', '\u{FEFF}']) {
            return;
        }
        if self.on_one_line {
            self.merged.text.truncate(before.len());
            self.merged.text.push_str("; ");
        } else {
            self.merged.text.push('\n');
        }
    }

    /// Makes sure that the next sign begins a line.
    fn break_line(&mut self) {
        if !self.merged.text.is_empty() && !self.merged.text.ends_with('\n') {
            self.merged.text.push('\n');
        }
    }
}

/// The merged text where at most one version has changed it, or both alike.
fn unchanged<'t>(base: &str, ours: &'t str, theirs: &'t str) -> Option<&'t str> {
    match () {
        () if ours == theirs || base == theirs => Some(ours),
        () if base == ours => Some(theirs),
        () => None,
    }
}
