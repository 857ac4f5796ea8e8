//! Some transition must lead to each exit of a library.

use super::{Context, Rule};
use crate::diagnostics::{Area, Code, Diagnostic, Diagnostics, Example, Page, Severity, quote};
use crate::flow::NodeType;
use crate::source::Span;
use crate::table::Table;

pub static RULE: Rule = Rule { codes: &[&CODE], check };

static CODE: Code = Code {
    id: "CX215",
    area: Area::Branching,
    name: "unused-exit",
    severity: Severity::Warning,
    what: "No transition of the library leads to the exit.",
    why: "Who includes the library binds the exit to a node, and waits for calls that never come.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"entry ask
exit verified
exit failed
collect ask "Please enter your four-digit number." {
  on "verified" -> verified
  on timeout | invalid -> verified
}
"#,
        ),
        right: Example::Text(
            r#"entry ask
exit verified
exit failed
collect ask "Please enter your four-digit number." {
  on "verified" -> verified
  on timeout | invalid -> failed
}
"#,
        ),
    },
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let flow = context.flow;
    // A broken line may be the transition that is missing.
    if !flow.complete || flow.transitions.rows().iter().any(|transition| transition.to.is_none()) {
        return;
    }
    let mut is_target = Table::filled(false, flow.nodes.len());
    for to in flow.transitions.rows().iter().filter_map(|transition| transition.to) {
        is_target[to] = true;
    }
    let is_exit = |node: &crate::flow::Node| node.type_ == NodeType::Exit && !node.broken;
    let alone = flow.nodes.iter().filter(|&(id, node)| is_exit(node) && !is_target[id]);
    let alone = alone.map(|(_, node)| node.name_span);
    // In several instances of one file, the same line is used or not in all of them.
    let of_instances = flow.library_exits.iter().filter(|exit| !exit.used).map(|exit| exit.span);
    let mut unused: Vec<Span> = alone.chain(of_instances).collect();
    unused.sort_unstable();
    unused.dedup();
    for span in unused {
        let name = context.sources.text(span);
        diagnostics.push(
            Diagnostic::new(&CODE, span, format!("nothing leads to the exit {}", quote(name)))
                .here("no transition leads here")
                .help(format!("lead a transition to it, as in `on timeout -> {name}`, or take it out")),
        );
    }
}
