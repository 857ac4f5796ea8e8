//! Where a rule's mend writes: branches of nodes, and the end that they go to.

use super::Context;
use crate::diagnostics::Mend;
use crate::flow::{Kind, Node};
use crate::source::Span;
use crate::syntax::ast::{self, Declaration, Item, Statement};

/// The branch of a node that handles what it does not: `on timeout -> goodbye`, in its block or on a
/// line of its own, to the end where callers are sent who do nothing. Where the file has none, that
/// is written as well.
pub fn branch(context: &Context<'_>, node: &Node, condition: &str) -> Option<Mend> {
    let (item, written) = declaration(context, node)?;
    let (end, made) = match end_in(context, item.span) {
        Some(end) => (end, None),
        None => {
            let taken = context.flow.nodes.rows().iter().any(|node| node.id == "goodbye");
            let file = context.files.iter().find(|(file, _)| *file == item.span.file);
            let last = file.filter(|_| !taken)?.1.items.last()?;
            let made = Mend::add_below("", context.sources, last.span, "", "disconnect goodbye");
            ("goodbye".to_owned(), Some(made))
        }
    };
    let on = if condition.is_empty() { String::new() } else { format!(" on {condition}") };
    let branch =
        format!("{}-> {end}", if condition.is_empty() { String::new() } else { format!("on {condition} ") });
    let title = format!("Write `{branch}`");
    let has_branches = |statement: &&Statement| matches!(statement, Statement::Branch(_));
    let last = written.block.iter().flatten().rfind(has_branches);
    let mend = match last {
        Some(Statement::Branch(last)) => {
            let source = context.sources.get(item.span.file);
            let own_line = source.line_of(last.span.range().start) != source.line_of(item.span.range().end);
            if own_line && source.line_of(item.span.range().start) != source.line_of(last.span.range().start)
            {
                Mend::add_below(title, context.sources, last.span, "", &branch)
            } else {
                let after = last.span.after();
                Mend::new(title, after, format!("; {branch}"))
            }
        }
        _ => {
            let from = context.sources.text(node.name_span);
            Mend::add_below(title, context.sources, item.span, "", &format!("{from} -> {end}{on}"))
        }
    };
    // Below the same line the edits would stand in each other's way.
    Some(match made {
        Some(made) if made.edits.iter().any(|one| mend.edits.iter().any(|other| one.span == other.span)) => {
            let both =
                made.edits.iter().chain(&mend.edits).map(|edit| edit.text.as_str()).collect::<String>();
            let at = mend.edits.first()?.span;
            Mend::new(mend.title, at, both)
        }
        Some(made) => mend.and(made),
        None => mend,
    })
}

/// A node's declaration.
fn declaration<'a>(context: &Context<'a>, node: &Node) -> Option<(&'a Item, &'a ast::Node)> {
    let (_, ast) = context.files.iter().find(|(file, _)| *file == node.name_span.file)?;
    let index = ast.items.partition_point(|item| item.span.start <= node.name_span.start).checked_sub(1)?;
    let item = ast.items.get(index)?;
    match &item.declaration {
        Declaration::Node(written) if written.name.span == node.name_span => Some((item, written)),
        _ => None,
    }
}

/// The first `disconnect` node of a file.
fn end_in(context: &Context<'_>, here: Span) -> Option<String> {
    let mut nodes = context.flow.nodes.rows().iter();
    let end = nodes.find(|node| node.is(Kind::Disconnect) && node.name_span.file == here.file)?;
    Some(context.sources.text(end.name_span).to_owned())
}
