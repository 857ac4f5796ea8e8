//! `entry -> notice`, `start -> notice`: the node where the call begins, behind an arrow.

use smallvec::SmallVec;

use super::ast::{Ast, Declaration, Item, Transition};
use super::codes;
use super::foreign_words::{Place, own_word};
use super::text;
use crate::diagnostics::{Diagnostic, Diagnostics, Fix, line_break};
use crate::source::{FileId, Source, Span};
use crate::spelling::display_id;

/// Reads such a line as the entry, in a flow that has no other and no node of that name.
pub fn explain(source: &Source, file: FileId, ast: &mut Ast, found: &mut Diagnostics) {
    let may_be_elsewhere = |item: &Item| match &item.declaration {
        Declaration::Entry(_) | Declaration::LostInclude(_) | Declaration::Ambiguous(_) => true,
        Declaration::Include(include) => include.prefix.is_none(),
        _ => false,
    };
    let has_flow = ast.items.iter().any(|item| matches!(item.declaration, Declaration::Flow(_)));
    if !has_flow || ast.items.iter().any(may_be_elsewhere) {
        return;
    }
    let begins = |item: &Item| match &item.declaration {
        Declaration::Transition(chain) if chain.condition.is_none() => {
            let word = chain.nodes.first().filter(|name| !name.quoted);
            let word = word.map(|name| source.slice(name.span.range())).unwrap_or_default();
            word == "entry" || own_word(word, Place::Declaration) == Some("entry")
        }
        _ => false,
    };
    let mut places = ast.items.iter().enumerate().filter(|(_, item)| begins(item)).map(|(at, _)| at);
    let (Some(at), None) = (places.next(), places.next()) else { return };
    let Some(Item { declaration: Declaration::Transition(chain), span, .. }) = ast.items.get(at) else {
        return;
    };
    let (Some(&word), Some(&target)) = (chain.nodes.first(), chain.nodes.get(1)) else { return };
    let written = source.slice(word.span.range());
    let is_node = |item: &Item| match &item.declaration {
        Declaration::Node(node) => text::name(source.slice(node.name.span.range())) == written,
        Declaration::Exit(name) => source.slice(name.span.range()) == written,
        Declaration::Include(include) => {
            include.prefix.is_some_and(|prefix| source.slice(prefix.span.range()) == written)
        }
        _ => false,
    };
    if ast.items.iter().any(is_node) {
        return;
    }
    let name = display_id(&text::name(source.slice(target.span.range())));
    let mut entry = format!("entry {name}");
    // What stands behind it belongs to an arrow.
    if chain.nodes.len() == 2 && (!chain.dispositions.is_empty() || chain.again.is_some()) {
        return;
    }
    let leads_on = chain.nodes.len() > 2;
    if leads_on {
        entry.push_str(&format!("{}{name}", line_break(source)));
    }
    let range = Span::new(file, word.span.range().start, target.span.range().end);
    let arrow = Span::new(file, word.span.range().end, target.span.range().start);
    let message = "the node where the call begins is named without an arrow";
    let finding = Diagnostic::new(&codes::SYNTAX, trimmed(source, file, arrow), message)
        .here("not needed")
        .help(format!("write `entry {name}`"))
        .fix(Fix::write(range, entry));
    let span = *span;
    let rest: SmallVec<[_; 2]> = chain.nodes.iter().skip(1).copied().collect();
    let Some(item) = ast.items.get_mut(at) else { return };
    let read = std::mem::replace(&mut item.declaration, Declaration::Entry(Some(target)));
    if let (true, Declaration::Transition(chain)) = (rest.len() > 1, read) {
        let chain = Box::new(Transition { nodes: rest, ..*chain });
        ast.items.insert(at + 1, Item { span, doc: None, declaration: Declaration::Transition(chain) });
    }
    ast.broken = true;
    found.push(finding);
}

/// A piece without the blanks around it.
fn trimmed(source: &Source, file: FileId, span: Span) -> Span {
    let written = source.slice(span.range());
    let start = span.range().start + written.len() - written.trim_start().len();
    Span::new(file, start, start + written.trim().len())
}
