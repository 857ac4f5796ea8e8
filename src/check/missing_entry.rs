//! A flow must have an entry.

use super::{Context, Rule};
use crate::diagnostics::{Area, Code, Diagnostic, Diagnostics, Example, Fix, Page, Severity};
use crate::flow::NodeType;
use crate::source::Span;
use crate::spelling::display_id;
use crate::syntax::ast::Declaration;
use crate::syntax::place::{declare_below, declare_first};
use crate::table::Table;

pub static RULE: Rule = Rule { codes: &[&CODE], check };

static CODE: Code = Code {
    id: "CX102",
    area: Area::Declaration,
    name: "missing-entry",
    severity: Severity::Error,
    what: "The flow declares no `entry NODE`, the node where the call begins; or a library with exits none where a call enters it.",
    why: "Without it no path is known, so reachability, depth and disclosure are not checked.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
disclosure notice "https://cdn.example.com/notice.wav"
disconnect bye
notice -> bye
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
disconnect bye
notice -> bye
"#,
        ),
    },
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let flow = context.flow;
    if flow.has_entry || flow.is_empty || flow.is_library() && !flow.has_exits {
        return;
    }
    let Some((file, ast)) = context.files.first() else { return };
    let flow_line = ast.items.iter().position(|item| matches!(item.declaration, Declaration::Flow(_)));
    let span =
        flow_line.and_then(|index| ast.items.get(index)).map_or(Span::new(*file, 0, 0), |item| item.span);
    // The call most probably begins at a node that no transition leads to.
    let mut is_target = Table::filled(false, flow.nodes.len());
    for transition in flow.transitions.rows() {
        if let Some(to) = transition.to {
            is_target[to] = true;
        }
    }
    let named = || flow.nodes.iter().filter(|(_, node)| !node.id.is_empty() && node.type_ != NodeType::Exit);
    let first = named().find(|&(id, _)| !is_target[id]).or_else(|| named().next());
    let fix = first.and_then(|(_, node)| {
        let line = format!("entry {}", display_id(&node.id));
        let title = Fix::title(&line);
        match flow_line {
            Some(index) => declare_below(title, context.sources, ast, index, &line),
            None => Some(declare_first(title, context.sources, *file, ast, &line)),
        }
    });
    let help = match first {
        Some((_, node)) => {
            format!("write `entry {}`, or name the node where the call begins", display_id(&node.id))
        }
        None => "declare the node where the call begins and write `entry NODE`".to_owned(),
    };
    let (message, place) = match flow.has_exits {
        true => ("the library has no entry", "where does a call enter it?"),
        false => ("the flow has no entry", "where does the call begin?"),
    };
    diagnostics.push(Diagnostic::new(&CODE, span, message).here(place).help(help).fix(fix));
}
