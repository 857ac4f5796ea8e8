//! Where the fixes of rules write: branches of nodes, and the ends that they lead to.

use std::cell::OnceCell;

use rustc_hash::FxHashMap;

use super::Context;
use crate::diagnostics::{Fix, line_break, margin};
use crate::flow::{EventKind, Kind, Node, NodeId, Origin, Outcome};
use crate::source::{FileId, Span};
use crate::syntax::ast::{Ast, Declaration, Item, OptionKind, Statement};
use crate::syntax::place::{declare_below, item_at, last_node};
use crate::table::Table;

/// What fixes ask of the whole flow, found out once, and only if there is something to fix.
#[derive(Default)]
pub struct FixFacts {
    ends: OnceCell<FxHashMap<FileId, NodeId>>,
    last_nodes: OnceCell<FxHashMap<FileId, usize>>,
    has_goodbye: OnceCell<bool>,
    incoming_count: OnceCell<Table<NodeId, u32>>,
}

/// The longest name that a fix writes in many places, in bytes.
const LONGEST_NAME: usize = 200;

/// The branch of a node that handles what it does not: `on timeout -> goodbye`, in its block or on a
/// line of its own, to the end where people are sent who do nothing. Where the file has none, that
/// is written as well.
pub fn branch(context: &Context<'_>, id: NodeId, condition: &str) -> Option<Fix> {
    let node = &context.flow.nodes[id];
    let file = node.name_span.file;
    let ast = tree(context, file)?;
    let (index, item) = item_at(ast, node.name_span)?;
    let (end, made) = match end_of(context, file) {
        Some(end) => (context.sources.text(context.flow.nodes[end].name_span).to_owned(), None),
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
        let written = context.flow.out(id).iter().rev().find(|one| one.origin == Origin::Written);
        let beside = written.filter(|one| one.span.file == file).and_then(|one| item_at(ast, one.span));
        declare_below(&title, context.sources, ast, beside.map_or(index, |(index, _)| index), &outside)
    })?;
    match made {
        Some(made) => Some(Fix { title, ..made.and(fix) }),
        None => Some(fix),
    }
}

/// A branch behind the last statement of a node's block, if it has any.
fn in_block(context: &Context<'_>, item: &Item, title: &str, branch: &str) -> Option<Fix> {
    let Declaration::Node(node) = &item.declaration else { return None };
    let last = node.block.as_ref()?.last()?.span();
    Some(below_statement(context, item, last, title, branch))
}

/// The argument of a node's header as its block's last action, where the node says more before it.
pub fn argument_last(context: &Context<'_>, item: &Item, own: &str) -> Option<Fix> {
    let Declaration::Node(node) = &item.declaration else { return None };
    let argument = node.argument?.span;
    // With these the header would still have an action of its own.
    if node.options.iter().any(|one| matches!(one.kind, OptionKind::Media(_) | OptionKind::Text(_))) {
        return None;
    }
    let is_action = |statement: &&Statement| matches!(statement, Statement::Action(_));
    let last = node.block.iter().flatten().rfind(is_action)?.span();
    let line = format!("{own} {}", context.sources.text(argument));
    let title = Fix::title(&line);
    let cut = Fix::take_from_list(&title, context.sources, argument, ',');
    Some(cut.and(below_statement(context, item, last, &title, &line)))
}

/// A text of a node's header, written as its block's first action.
pub fn said_in_block(context: &Context<'_>, item: &Item, cut: Span, verb: &str, text: Span) -> Option<Fix> {
    let Declaration::Node(node) = &item.declaration else { return None };
    let line = format!("{verb} {}", context.sources.text(text));
    let title = Fix::title(&format!("{{ {line} }}"));
    let (at, text) = match &node.block {
        None => (item.span.after(), format!(" {{ {line} }}")),
        Some(block) => {
            let first = block.first()?.span();
            let source = context.sources.get(first.file);
            let margin = margin(source, first.range().start);
            let of_line = source.position(first.range().start).column == margin.chars().count() + 1;
            let after = if of_line { format!("{}{margin}", line_break(source)) } else { "; ".to_owned() };
            (Span { end: first.start, ..first }, format!("{line}{after}"))
        }
    };
    Some(Fix::take_from_list(&title, context.sources, cut, ',').and(Fix::new(&title, at, text)))
}

/// A statement behind another one of a node's block.
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
    context.files.iter().find(|(one, _)| *one == file).map(|(_, ast)| ast)
}

/// How many transitions of nodes that a call can reach go to a node.
pub fn incoming_count(context: &Context<'_>, node: NodeId) -> u32 {
    let count = || {
        let mut ways = Table::filled(0u32, context.flow.nodes.len());
        for one in context.flow.transitions.rows().iter().filter(|one| context.reachable[one.from]) {
            if let Some(to) = one.to {
                ways[to] += 1;
            }
        }
        ways
    };
    context.known.incoming_count.get_or_init(count)[node]
}

/// The `disconnect` node of a file to which most people go who do nothing; else the first.
fn end_of(context: &Context<'_>, file: FileId) -> Option<NodeId> {
    let flow = context.flow;
    let ends = context.known.ends.get_or_init(|| {
        let mut gone_to: FxHashMap<NodeId, u32> = FxHashMap::default();
        for one in flow.transitions.rows() {
            let is_silence = |event| {
                matches!(flow.events[event].kind(), EventKind::Outcome(Outcome::Timeout | Outcome::Invalid))
            };
            if let Some(to) =
                one.to.filter(|_| flow.alternatives(one).iter().any(|one| is_silence(one.event)))
            {
                *gone_to.entry(to).or_default() += 1;
            }
        }
        let mut ends: FxHashMap<FileId, (u32, NodeId)> = FxHashMap::default();
        for (id, node) in flow.nodes.iter() {
            let is_end =
                node.is(Kind::Disconnect) && !node.generic && !node.broken && flow.out(id).is_empty();
            if is_end && node.name_span.range().len() <= LONGEST_NAME {
                let count = gone_to.get(&id).copied().unwrap_or_default();
                let best = ends.entry(node.name_span.file).or_insert((count, id));
                if count > best.0 {
                    *best = (count, id);
                }
            }
        }
        ends.into_iter().map(|(file, (_, id))| (file, id)).collect()
    });
    ends.get(&file).copied()
}

/// `disconnect goodbye`, below a file's last node.
fn goodbye(context: &Context<'_>, file: FileId, ast: &Ast) -> Option<Fix> {
    let is_goodbye = |node: &Node| node.id == "goodbye" || node.id.ends_with(".goodbye");
    let taken = || context.flow.nodes.rows().iter().any(is_goodbye);
    if *context.known.has_goodbye.get_or_init(taken) {
        return None;
    }
    let find = || context.files.iter().filter_map(|(file, ast)| Some((*file, last_node(ast)?))).collect();
    let last = context.known.last_nodes.get_or_init(find).get(&file)?;
    declare_below("", context.sources, ast, *last, "disconnect goodbye")
}
