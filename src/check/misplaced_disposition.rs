//! Dispositions belong to nodes and transitions, and each of these has one.

use super::set_twice::twice;
use super::{Context, Rule};
use crate::diagnostics::{Area, Code, Diagnostic, Diagnostics, Example, Fix, Page, Severity};
use crate::source::{Sources, Span};
use crate::syntax::ast::{
    Action, Again, Declaration, Disposition, Node, NodeKind, Opt, OptionKind, Statement,
};

pub static RULE: Rule = Rule { codes: &[&CODE], check };

static CODE: Code = Code {
    id: "CX142",
    area: Area::Declaration,
    name: "misplaced-disposition",
    severity: Severity::Error,
    what: "An action of a block has a disposition. Only a node and a transition have one.",
    why: "A call is reported by where it has been, and it passes all actions of a node.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
dispositions HEARD
disclosure notice "https://cdn.example.com/notice.wav"
disconnect bye disposition HEARD {
  say "Goodbye." disposition HEARD
}
notice -> bye
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
dispositions HEARD
disclosure notice "https://cdn.example.com/notice.wav"
disconnect bye disposition HEARD {
  say "Goodbye."
}
notice -> bye
"#,
        ),
    },
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let sources = context.sources;
    for item in context.files.iter().flat_map(|(_, ast)| &ast.items) {
        match &item.declaration {
            Declaration::Node(node) => {
                for statement in node.block.iter().flatten() {
                    match statement {
                        Statement::Action(action) => check_action(sources, node, action, diagnostics),
                        Statement::Branch(branch) => {
                            check_ways(sources, &branch.dispositions, branch.again.as_deref(), diagnostics);
                        }
                        Statement::Set(_) => {}
                    }
                }
            }
            Declaration::Transition(transition) => {
                check_ways(sources, &transition.dispositions, transition.again.as_deref(), diagnostics);
            }
            Declaration::Every(every) => {
                check_ways(sources, &every.dispositions, every.again.as_deref(), diagnostics);
            }
            _ => {}
        }
    }
}

/// Reports all but the first disposition of each arrow.
fn check_ways(
    sources: &Sources,
    written: &[Disposition],
    again: Option<&Again>,
    diagnostics: &mut Diagnostics,
) {
    for written in [written, again.map_or(&[][..], |again| &again.dispositions)] {
        let Some((first, others)) = written.split_first() else { continue };
        for other in others {
            diagnostics.push(twice(sources, "disposition", other.span, first.span));
        }
    }
}

fn is_disposition(option: &&Opt) -> bool {
    matches!(option.kind, OptionKind::Disposition(_))
}

fn check_action(sources: &Sources, node: &Node, action: &Action, diagnostics: &mut Diagnostics) {
    let Some(option) = action.options.iter().find(is_disposition) else { return };
    let own = node.options.iter().find(is_disposition).map(|own| own.span);
    let taken_out = |title: &str| Fix::take_from_list(title, sources, option.span, ',');
    let diagnostic = Diagnostic::new(&CODE, option.span, "a disposition belongs to the whole node")
        .here("an action has none");
    let name = sources.text(node.name.span);
    diagnostics.push(match own {
        Some(own) => diagnostic
            .label(own, "the node's own")
            .help(format!("take it out: {name} has one already"))
            .fix(taken_out("Take it out")),
        None => {
            let text = sources.text(option.span);
            let moved = header_end(node).map(|end| {
                let end = Span { start: end.end, ..end };
                let title = "Move it to the node's header";
                taken_out(title).and(Fix::new(title, end, format!(" {text}")))
            });
            diagnostic.help(format!("write `{text}` in the header, as in `{name} {text} {{ … }}`")).fix(moved)
        }
    });
}

/// The last part of a header after which an option may stand. `None` if `ends` may follow it.
fn header_end(node: &Node) -> Option<Span> {
    let last = node.options.last().map(|option| option.span);
    match node.kind {
        Some(NodeKind::Generic { ends: true, .. }) => last,
        Some(NodeKind::Generic { type_, ends: false }) => last.or(Some(type_.span)),
        _ => last.or(node.argument.map(|argument| argument.span)).or(Some(node.name.span)),
    }
}
