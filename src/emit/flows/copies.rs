//! A payload has no cycles: a node to which calls come back is copied, and there is room for so many copies.

use crate::diagnostics::{Area, Cause, Code, Diagnostic, Diagnostics, Page, Severity, counted};
use crate::flow::Flow;
use crate::source::Span;

/// How many copies a payload may have for each node of the flow, how many in a small flow all in all, and how many more
/// than its nodes a large one may have.
const COPIES_PER_NODE: usize = 20;
const COPIES: usize = 1000;
const FURTHER_COPIES: usize = 500_000;

/// The payload would have too many copies.
pub static TOO_MANY_COPIES: Code = Code {
    id: "CX618",
    area: Area::OtherFormat,
    name: "too-many-copies",
    severity: Severity::Error,
    what: "The platform's flow API knows no `again`, so that the payload has a copy of a node for each time that a call comes back to it. Several `again`s in cycles that share a node multiply these copies, and there would be more than 20 for each node of the flow and more than 1000 in all. It concerns `--target flows` alone: scripts of Studio count.",
    why: "The platform would be asked for more nodes than anybody can look at. Rules are decided all the same.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "Each of several nodes leads back by itself",
                remedy: "Let them lead back together, so that one `again` counts: by one branch, as in `on 8 | 9 -> menu again 2 else bye`, by `every collect on * -> menu again 2 else bye`, or through one node, as in `play back { say \"Back to the menu.\"; -> menu again 2 else bye }`.",
            },
            Cause {
                sign: "The number of an `again` is large",
                remedy: "Lower it: few callers hear a menu five times.",
            },
        ],
    },
};

/// Reports a flow whose payload would have too many copies.
pub fn check(flow: &Flow, diagnostics: &mut Diagnostics) {
    let nodes = flow.nodes.len();
    let most = nodes.saturating_mul(COPIES_PER_NODE).max(COPIES).min(nodes.saturating_add(FURTHER_COPIES));
    if !flow.has_open_bounds() && flow.of_calls().nodes.len() <= most {
        return;
    }
    let mut agains = flow.most_copied.iter().map(|&again| &flow.agains[again]);
    let Some(first) = agains.next() else { return };
    let others: Vec<Span> = agains.map(|again| again.span).collect();
    let several = "let them lead back together, so that one `again` counts: by one branch, as in `on 8 | 9 -> NODE again 2 else NODE`, by `every collect on * -> NODE again 2 else NODE`, or through one node, as in `play back { say \"Back to the menu.\"; -> NODE again 2 else NODE }`";
    let help = match (first.most, others.is_empty()) {
        (1, _) => several.to_owned(),
        (_, true) => "lower this `again`".to_owned(),
        (_, false) => format!("lower this `again` or one of the others; or {several}"),
    };
    let message = format!(
        "the payload would have more than {}, with a copy for each time that a call comes back",
        counted(most, "node")
    );
    let help = format!("{help}; scripts of Studio count instead, as in `--target studio`");
    diagnostics.push(
        Diagnostic::new(&TOO_MANY_COPIES, first.span, message)
            .here("multiplies the nodes of its cycle")
            .label_each(&others, 5, "and so does this")
            .help(help),
    );
}
