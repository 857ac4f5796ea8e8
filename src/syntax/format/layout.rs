//! Prints statements and comments as text.

use super::read::{EntryContent, File, LayoutEntry, Statement};
use crate::syntax::continued;
use crate::syntax::words::Paragraph;

/// Prints a file.
pub fn text(file: &File<'_>) -> String {
    let mut printer = Printer { out: String::new(), line_break: if file.crlf { "\r\n" } else { "\n" } };
    if file.mark {
        printer.out.push('\u{FEFF}');
    }
    printer.entries(&file.entries, List::File);
    if !file.entries.is_empty() {
        printer.out.push_str(printer.line_break);
    }
    printer.out
}

/// The place of a list of entries.
#[derive(Clone, Copy, PartialEq, Eq)]
enum List {
    File,
    Node,
    /// A policy or a declared kind.
    Documented,
}

impl List {
    /// Whether doc comments belong to the next line.
    fn has_docs(self) -> bool {
        self != Self::Node
    }
}

/// The white space before an entry.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Nothing,
    Space,
    Break,
    BlankLine,
}

struct Printer {
    out: String,
    line_break: &'static str,
}

impl Printer {
    fn entries(&mut self, entries: &[LayoutEntry<'_>], list: List) {
        let indentation = if list == List::File { "" } else { "  " };
        for (entry, before) in entries.iter().zip(spaces(entries, list)) {
            match before {
                Before::Nothing => {}
                Before::Space => self.out.push(' '),
                Before::Break | Before::BlankLine => {
                    let count = if before == Before::BlankLine { 2 } else { 1 };
                    (0..count).for_each(|_| self.out.push_str(self.line_break));
                    self.out.push_str(indentation);
                }
            }
            match &entry.what {
                EntryContent::Comment { text, .. } => self.out.push_str(text),
                EntryContent::Statement(statement) => self.statement(statement, indentation),
            }
        }
    }

    fn statement(&mut self, statement: &Statement<'_>, indentation: &str) {
        let mut done = 0;
        for &at in &statement.breaks {
            self.out.push_str(statement.text.get(done..at).unwrap_or_default());
            self.out.push_str(self.line_break);
            self.out.push_str(indentation);
            self.out.push_str(continued::INDENTATION);
            done = at;
        }
        self.out.push_str(statement.text.get(done..).unwrap_or_default());
        let Some(block) = &statement.block else { return };
        self.out.push_str(" {");
        self.entries(&block.entries, if block.has_docs { List::Documented } else { List::Node });
        self.out.push_str(self.line_break);
        self.out.push('}');
    }
}

/// The white space before each entry.
fn spaces(entries: &[LayoutEntry<'_>], list: List) -> Vec<Before> {
    let mut spaces: Vec<Before> = Vec::with_capacity(entries.len());
    let mut previous: Option<&LayoutEntry<'_>> = None;
    for (index, entry) in entries.iter().enumerate() {
        let after_nothing = if list == List::File { Before::Nothing } else { Before::Break };
        let before = if is_beside(entries, index, list) {
            Before::Space
        } else {
            let blank = match previous {
                None => None,
                // A blank line decides what the comment belongs to.
                Some(previous) if list.has_docs() && previous.is_doc() && entry.takes_doc() => {
                    Some(!entry.gap.continues_doc_comment())
                }
                // A block does not begin with a blank line, not even after a comment beside its `{`.
                Some(_) if list != List::File && spaces.as_slice() == [Before::Space] => Some(false),
                Some(_) => Some(entry.gap.breaks > 1),
            };
            match blank {
                None => after_nothing,
                Some(true) => Before::BlankLine,
                Some(false) => Before::Break,
            }
        };
        spaces.push(before);
        previous = Some(entry);
    }
    if list == List::File {
        separate_paragraphs(entries, &mut spaces);
    }
    spaces
}

/// Whether an entry is a comment that stays on the line of the entry before it.
fn is_beside(entries: &[LayoutEntry<'_>], index: usize, list: List) -> bool {
    let Some(entry) = entries.get(index) else { return false };
    if !matches!(entry.what, EntryContent::Comment { .. })
        || entry.gap.breaks > 0
        || (index == 0 && list == List::File)
    {
        return false;
    }
    // A doc comment of the next line goes above that line.
    let documents = |next: &LayoutEntry<'_>| next.takes_doc() && next.gap.continues_doc_comment();
    !(list.has_docs() && entry.is_doc() && entries.get(index + 1).is_some_and(documents))
}

/// Puts a blank line between paragraphs, and around declarations with a block on several lines. Comments directly
/// above a declaration stay with it.
fn separate_paragraphs(entries: &[LayoutEntry<'_>], spaces: &mut [Before]) {
    let mut above: Option<&Statement<'_>> = None;
    // The first of the comments above the next declaration.
    let mut first = 0;
    for (index, entry) in entries.iter().enumerate() {
        let before = spaces.get(index).copied().unwrap_or(Before::Nothing);
        match before {
            Before::Space => {
                first = index + 1;
                continue;
            }
            // Comments before a blank line do not belong to the declaration.
            Before::BlankLine => first = index,
            Before::Nothing | Before::Break => {}
        }
        let EntryContent::Statement(statement) = &entry.what else {
            if first == index && before == Before::Break && above.is_some_and(|above| above.block.is_some()) {
                set_blank_line(spaces, index);
            }
            continue;
        };
        if above.is_some_and(|above| needs_blank_line(above, statement)) {
            set_blank_line(spaces, first);
        }
        above = Some(statement);
        first = index + 1;
    }
}

/// Whether there must be a blank line between two declarations.
fn needs_blank_line(above: &Statement<'_>, below: &Statement<'_>) -> bool {
    let is_applied = above.paragraph == Paragraph::Policy && below.applies;
    above.paragraph != below.paragraph || below.block.is_some() || (above.block.is_some() && !is_applied)
}

fn set_blank_line(spaces: &mut [Before], index: usize) {
    if let Some(before) = spaces.get_mut(index) {
        *before = Before::BlankLine;
    }
}

impl LayoutEntry<'_> {
    fn is_doc(&self) -> bool {
        matches!(self.what, EntryContent::Comment { doc: true, .. })
    }

    /// Whether a doc comment directly above belongs to it.
    fn takes_doc(&self) -> bool {
        self.is_doc() || matches!(self.what, EntryContent::Statement(_))
    }
}
