//! Where fixes add declarations, and what they remove together with one.

use super::ast::{Ast, Declaration, Item, Node, Statement};
use crate::diagnostics::{Fix, line_break};
use crate::source::{FileId, Sources, Span};

/// How many declarations on one line are searched for the last one.
const MOST_ON_A_LINE: usize = 64;

/// The declaration that contains a place, with its index.
pub fn item_at(ast: &Ast, place: Span) -> Option<(usize, &Item)> {
    let index = ast.items.partition_point(|item| item.span.start <= place.start).checked_sub(1)?;
    let item = ast.items.get(index)?;
    (place.end <= item.span.end).then_some((index, item))
}

/// The statement of a node's block that contains a place.
pub fn statement_at(node: &Node, place: Span) -> Option<&Statement> {
    let block = node.block.as_ref()?;
    block.get(block.partition_point(|statement| statement.span().start <= place.start).checked_sub(1)?)
}

/// The last node of a file, below which another one can be added, or else the last declaration.
pub fn last_node(ast: &Ast) -> Option<usize> {
    let is_node = |item: &Item| matches!(item.declaration, Declaration::Node(_));
    // A broken line may be in the middle of something else.
    let is_unbroken = |item: &Item| {
        !matches!(
            item.declaration,
            Declaration::Broken(_)
                | Declaration::Ambiguous(_)
                | Declaration::Nameless(_)
                | Declaration::LostInclude(_)
        )
    };
    ast.items.iter().rposition(is_node).or_else(|| ast.items.iter().rposition(is_unbroken))
}

/// A fix that adds a declaration below another one, in the canonical layout.
pub fn declare_below(
    title: impl Into<String>,
    sources: &Sources,
    ast: &Ast,
    index: usize,
    line: &str,
) -> Option<Fix> {
    let mut rest = ast.items.get(index..)?.iter().take(MOST_ON_A_LINE);
    let mut above = rest.next()?;
    let source = sources.get(above.span.file);
    let line_of = |offset: u32| source.line_of(offset as usize);
    // Skip other declarations on the line where this one ends; the last may have a block that continues below.
    loop {
        match rest.next() {
            // A broken line inside the declaration.
            Some(next) if next.span.start < above.span.end => {}
            Some(next) if line_of(next.span.start) == line_of(above.span.end) => above = next,
            None if ast.items.len() - index > MOST_ON_A_LINE => return None,
            _ => break,
        }
    }
    let has_block = matches!(above.declaration, Declaration::Node(_) | Declaration::Policy(_))
        && line_of(above.span.start) != line_of(above.span.end);
    let end = source.line_range(line_of(above.span.end))?.end;
    let gap = line_break(source).repeat(if has_block && !line.starts_with("apply ") { 2 } else { 1 });
    Some(Fix::new(title, Span::new(above.span.file, end, end), format!("{gap}{line}")))
}

/// A fix that adds a line at the beginning of a file.
pub fn declare_first(
    title: impl Into<String>,
    sources: &Sources,
    file: FileId,
    ast: &Ast,
    line: &str,
) -> Fix {
    let source = sources.get(file);
    let at = if source.text().starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
    let is_head = |item: &Item| {
        matches!(
            item.declaration,
            Declaration::Flow(_) | Declaration::Description(_) | Declaration::Entry(_) | Declaration::Exit(_)
        )
    };
    let gap = line_break(source).repeat(if ast.items.first().is_none_or(is_head) { 1 } else { 2 });
    Fix::new(title, Span::new(file, at, at), format!("{line}{gap}"))
}

/// A fix that takes a declaration out, with its doc comment.
pub fn take_out(title: impl Into<String>, sources: &Sources, item: &Item) -> Fix {
    Fix::take_out(title, sources, item.doc.map_or(item.span, |doc| doc.to(item.span)))
}
