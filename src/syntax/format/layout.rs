//! Statements and comments to text.

use super::read::{EntryContent, File, LayoutEntry, Paragraph, Statement};

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

/// Where a list of entries stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum List {
    File,
    Node,
    Policy,
}

impl List {
    /// Whether doc comments belong to what stands below them.
    fn has_docs(self) -> bool {
        self != Self::Node
    }
}

/// What stands before an entry.
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
        for (entry, before) in entries.iter().zip(befores(entries, list)) {
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
                EntryContent::Statement(statement) => self.statement(statement),
            }
        }
    }

    fn statement(&mut self, statement: &Statement<'_>) {
        self.out.push_str(&statement.text);
        let Some(block) = &statement.block else { return };
        self.out.push_str(" {");
        self.entries(&block.entries, if block.of_policy { List::Policy } else { List::Node });
        self.out.push_str(self.line_break);
        self.out.push('}');
    }
}

/// What stands before each entry.
fn befores(entries: &[LayoutEntry<'_>], list: List) -> Vec<Before> {
    let mut befores: Vec<Before> = Vec::with_capacity(entries.len());
    let mut previous: Option<&LayoutEntry<'_>> = None;
    for (index, entry) in entries.iter().enumerate() {
        let after_nothing = if list == List::File { Before::Nothing } else { Before::Break };
        let before = if is_beside(entries, index, list) {
            Before::Space
        } else {
            let blank = match previous {
                None => None,
                // Whether there is a blank line decides whom the comment belongs to.
                Some(previous) if list.has_docs() && previous.is_doc() && entry.takes_doc() => {
                    Some(!entry.gap.continues_doc_comment())
                }
                // A block does not begin with a blank line, behind a comment beside its `{` either.
                Some(_) if list != List::File && befores.as_slice() == [Before::Space] => Some(false),
                Some(_) => Some(entry.gap.breaks > 1),
            };
            match blank {
                None => after_nothing,
                Some(true) => Before::BlankLine,
                Some(false) => Before::Break,
            }
        };
        befores.push(before);
        previous = Some(entry);
    }
    if list == List::File {
        part_paragraphs(entries, &mut befores);
    }
    befores
}

/// Whether an entry is a comment that stays beside what stands before it.
fn is_beside(entries: &[LayoutEntry<'_>], index: usize, list: List) -> bool {
    let Some(entry) = entries.get(index) else { return false };
    if !matches!(entry.what, EntryContent::Comment { .. })
        || entry.gap.breaks > 0
        || (index == 0 && list == List::File)
    {
        return false;
    }
    // One that documents the next line goes above it.
    let documents = |next: &LayoutEntry<'_>| next.takes_doc() && next.gap.continues_doc_comment();
    !(list.has_docs() && entry.is_doc() && entries.get(index + 1).is_some_and(documents))
}

/// Puts a blank line between declarations that are about different things, and around those whose
/// block goes over several lines. Comments directly above a declaration go with it.
fn part_paragraphs(entries: &[LayoutEntry<'_>], befores: &mut [Before]) {
    let mut above: Option<&Statement<'_>> = None;
    // The first of the comments above the next declaration.
    let mut first = 0;
    for (index, entry) in entries.iter().enumerate() {
        let before = befores.get(index).copied().unwrap_or(Before::Nothing);
        match before {
            Before::Space => {
                first = index + 1;
                continue;
            }
            // Comments above belong to nothing below.
            Before::BlankLine => first = index,
            Before::Nothing | Before::Break => {}
        }
        let EntryContent::Statement(statement) = &entry.what else {
            if first == index && before == Before::Break && above.is_some_and(|above| above.block.is_some()) {
                set(befores, index);
            }
            continue;
        };
        if above.is_some_and(|above| is_parted(above, statement)) {
            set(befores, first);
        }
        above = Some(statement);
        first = index + 1;
    }
}

/// Whether a blank line has to stand between two declarations.
fn is_parted(above: &Statement<'_>, below: &Statement<'_>) -> bool {
    let applied = above.paragraph == Paragraph::Policy && below.applies;
    above.paragraph != below.paragraph || below.block.is_some() || (above.block.is_some() && !applied)
}

fn set(befores: &mut [Before], index: usize) {
    if let Some(before) = befores.get_mut(index) {
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
