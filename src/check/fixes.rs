//! Where the fixes of rules write: branches of nodes, and the ends that they lead to.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::Context;
use crate::diagnostics::{Fix, line_break, margin};
use crate::flow::{EventKind, Kind, Node, NodeId, Origin, Outcome, Verb};
use crate::source::{FileId, Span};
use crate::syntax::ast::{Ast, Declaration, Item, OptionKind, Statement};
use crate::syntax::place::{declare_below, item_at, last_node};
use crate::table::Table;

/// Facts about the whole flow for fixes, computed once, and only if there is something to fix.
#[derive(Default)]
pub struct FixFacts {
    /// The end for people who do nothing; `None` where a file has several that it could be.
    ends: OnceLock<FxHashMap<FileId, Option<NodeId>>>,
    last_nodes: OnceLock<FxHashMap<FileId, usize>>,
    has_goodbye: OnceLock<bool>,
    incoming_count: OnceLock<Table<NodeId, u32>>,
}

/// How long a name may be, in bytes, to be written in many places by a fix.
const LONGEST_NAME: usize = 200;

/// A branch for a condition that the node does not handle, such as `on timeout -> goodbye`: in its block, or on
/// a line of its own. It leads to the end for people who do nothing; if the file has none, the fix
/// declares one, and if it has several of which none is usual, there is no fix.
pub fn branch(context: &Context<'_>, id: NodeId, condition: &str) -> Option<Fix> {
    let node = &context.flow.nodes[id];
    let file = node.name_span.file;
    let ast = tree(context, file)?;
    let (index, item) = item_at(ast, node.name_span)?;
    let (end, new_end) = match end_of(context, file) {
        Some(None) => return None,
        Some(Some(end)) => (context.sources.text(context.flow.nodes[end].name_span).to_owned(), None),
        None => ("goodbye".to_owned(), Some(goodbye(context, file, ast)?)),
    };
    let inside = match condition {
        "" => format!("-> {end}"),
        condition => format!("on {condition} -> {end}"),
    };
    let title = format!("Write `{inside}`");
    let fix = in_block(context, item, &title, &inside).or_else(|| {
        let from = context.sources.text(node.name_span);
        let outside = match condition {
            "" => format!("{from} -> {end}"),
            condition => format!("{from} -> {end} on {condition}"),
        };
        let last = context.flow.out(id).iter().rev().find(|transition| transition.origin == Origin::Written);
        let beside = last
            .filter(|transition| transition.span.file == file)
            .and_then(|transition| item_at(ast, transition.span));
        declare_below(&title, context.sources, ast, beside.map_or(index, |(index, _)| index), &outside)
    })?;
    match new_end {
        Some(new_end) => Some(Fix { title, ..new_end.and(fix) }),
        None => Some(fix),
    }
}

/// A branch after the last statement of a node's block, if it has any.
fn in_block(context: &Context<'_>, item: &Item, title: &str, branch: &str) -> Option<Fix> {
    let Declaration::Node(node) = &item.declaration else { return None };
    let last = node.block.as_ref()?.last()?.span();
    Some(below_statement(context, item, last, title, branch))
}

/// Moves the argument of a node's header into its block, as the last action `verb`.
pub fn argument_last(context: &Context<'_>, item: &Item, verb: &str) -> Option<Fix> {
    let Declaration::Node(node) = &item.declaration else { return None };
    let argument = node.argument?.span;
    // With these options, the header would still have an action of its own.
    if node.options.iter().any(|option| matches!(option.kind, OptionKind::Media(_) | OptionKind::Text(_))) {
        return None;
    }
    let is_action = |statement: &&Statement| matches!(statement, Statement::Action(action) if action.verb != Verb::Script);
    let last = node.block.iter().flatten().rfind(is_action)?.span();
    let line = format!("{verb} {}", context.sources.text(argument));
    let title = Fix::title(&line);
    let cut = Fix::take_from_list(&title, context.sources, argument, ',');
    Some(cut.and(below_statement(context, item, last, &title, &line)))
}

/// Moves a text of a node's header into its block, as the first action.
pub fn header_text_first(
    context: &Context<'_>,
    item: &Item,
    cut: Span,
    verb: &str,
    text: Span,
) -> Option<Fix> {
    let Declaration::Node(node) = &item.declaration else { return None };
    let line = format!("{verb} {}", context.sources.text(text));
    let title = Fix::title(&format!("{{ {line} }}"));
    let (at, text) = match &node.block {
        None => (item.span.after(), format!(" {{ {line} }}")),
        Some(block) => {
            let first = block.first()?.span();
            let source = context.sources.get(first.file);
            let margin = margin(source, first.range().start);
            let begins_line = source.position(first.range().start).column == margin.chars().count() + 1;
            let after = if begins_line { format!("{}{margin}", line_break(source)) } else { "; ".to_owned() };
            (Span { end: first.start, ..first }, format!("{line}{after}"))
        }
    };
    Some(Fix::take_from_list(&title, context.sources, cut, ',').and(Fix::new(&title, at, text)))
}

/// A statement after another one of a node's block.
fn below_statement(context: &Context<'_>, item: &Item, last: Span, title: &str, line: &str) -> Fix {
    let source = context.sources.get(item.span.file);
    let line_of = |offset: u32| source.line_of(offset as usize);
    let beside = [item.span.start, item.span.end].iter().any(|&at| line_of(at) == line_of(last.end));
    if beside || line_of(last.start) == line_of(item.span.start) {
        Fix::new(title, last.after(), format!("; {line}"))
    } else {
        Fix::add_below(title, context.sources, last, line)
    }
}

/// A file's tree.
pub fn tree<'a>(context: &Context<'a>, file: FileId) -> Option<&'a Ast> {
    context.files.iter().find(|(id, _)| *id == file).map(|(_, ast)| ast)
}

/// How many transitions lead to a node from nodes that a call can reach.
pub fn incoming_count(context: &Context<'_>, node: NodeId) -> u32 {
    let count = || {
        let mut counts = Table::filled(0u32, context.flow.nodes.len());
        for transition in context.flow.transitions.rows() {
            if let Some(to) = transition.to.filter(|_| context.reachable[transition.from]) {
                counts[to] += 1;
            }
        }
        counts
    };
    context.facts.incoming_count.get_or_init(count)[node]
}

/// The `disconnect` node of a file to which most `timeout` and `invalid` branches lead, or its only one: `Some(None)`
/// if it has several to which as many lead.
fn end_of(context: &Context<'_>, file: FileId) -> Option<Option<NodeId>> {
    let flow = context.flow;
    let ends = context.facts.ends.get_or_init(|| {
        let mut silence_counts: FxHashMap<NodeId, u32> = FxHashMap::default();
        for transition in flow.transitions.rows() {
            let is_silence = |event| {
                matches!(flow.events[event].kind(), EventKind::Outcome(Outcome::Timeout | Outcome::Invalid))
            };
            let takes_silence = |_: &NodeId| {
                flow.alternatives(transition).iter().any(|alternative| is_silence(alternative.event))
            };
            if let Some(to) = transition.to.filter(takes_silence) {
                *silence_counts.entry(to).or_default() += 1;
            }
        }
        let mut ends: FxHashMap<FileId, (u32, Option<NodeId>)> = FxHashMap::default();
        for (id, node) in flow.nodes.iter() {
            let is_end =
                node.is(Kind::Disconnect) && !node.generic && !node.broken && flow.out(id).is_empty();
            if is_end && node.name_span.range().len() <= LONGEST_NAME {
                let count = silence_counts.get(&id).copied().unwrap_or_default();
                match ends.get_mut(&node.name_span.file) {
                    None => {
                        ends.insert(node.name_span.file, (count, Some(id)));
                    }
                    Some(best) if count > best.0 => *best = (count, Some(id)),
                    Some(best) if count == best.0 => best.1 = None,
                    Some(_) => {}
                }
            }
        }
        ends.into_iter().map(|(file, (_, id))| (file, id)).collect()
    });
    ends.get(&file).copied()
}

/// Declares `disconnect goodbye` below a file's last node, unless some node has that name.
fn goodbye(context: &Context<'_>, file: FileId, ast: &Ast) -> Option<Fix> {
    let is_goodbye = |node: &Node| node.id == "goodbye" || node.id.ends_with(".goodbye");
    let has_goodbye = || context.flow.nodes.rows().iter().any(is_goodbye);
    if *context.facts.has_goodbye.get_or_init(has_goodbye) {
        return None;
    }
    let find = || context.files.iter().filter_map(|(file, ast)| Some((*file, last_node(ast)?))).collect();
    let last = context.facts.last_nodes.get_or_init(find).get(&file)?;
    declare_below("", context.sources, ast, *last, "disconnect goodbye")
}
