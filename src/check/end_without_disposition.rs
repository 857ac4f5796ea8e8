//! Where dispositions are declared, no call may end without one.

use std::collections::VecDeque;

use super::{Context, Rule};
use crate::diagnostics::{Area, Code, Diagnostic, Diagnostics, Example, Page, Severity};
use crate::flow::{Flow, NodeId, NodeType};
use crate::simulate::named;
use crate::table::Table;

pub static RULE: Rule = Rule { codes: &[&CODE], check };

static CODE: Code = Code {
    id: "CX220",
    area: Area::Branching,
    name: "end-without-disposition",
    severity: Severity::Warning,
    what: "A call can end at a node without having passed a disposition, though the flow declares some. A call is reported by the last disposition that it passes, at a node or on a transition.",
    why: "Nobody would know from the reports what came of such a call. An exit of a library that is compiled alone needs none: the including flow says how the call ends.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
dispositions OPT_OUT
disclosure notice "https://cdn.example.com/notice.wav"
collect menu "To stop these calls, press 9." {
  on 9 -> stopped
  on timeout | invalid -> bye
}
disconnect stopped disposition OPT_OUT { say "We will not call again." }
disconnect bye { say "Goodbye." }
notice -> menu
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
dispositions HEARD, OPT_OUT
disclosure notice "https://cdn.example.com/notice.wav"
collect menu "To stop these calls, press 9." {
  on 9 -> stopped
  on timeout | invalid -> bye disposition HEARD
}
disconnect stopped disposition OPT_OUT { say "We will not call again." }
disconnect bye { say "Goodbye." }
notice -> menu
"#,
        ),
    },
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let flow = context.flow;
    if context.entry.is_none() || !flow.has_calls() || !flow.has_dispositions() {
        return;
    }
    let without = Undecided::of(flow.of_calls());
    let mut reported = Table::filled(false, flow.nodes.len());
    for &copy in &without.reached {
        let id = flow.source_node(copy);
        let node = &flow.nodes[id];
        let is_end = node.ends_call && node.type_ != NodeType::Exit;
        if !is_end || std::mem::replace(&mut reported[id], true) {
            continue;
        }
        if context.is_waived(&CODE, id) {
            continue;
        }
        let path: Vec<NodeId> =
            without.path_to(copy).into_iter().map(|node| flow.source_node(node)).collect();
        let name = named(flow, id);
        let message = match path.as_slice() {
            [_] => format!("a call ends at {name} without a disposition"),
            path => format!("a call ends at {name} without a disposition: {}", flow.path(path)),
        };
        diagnostics.push(
            Diagnostic::new(&CODE, node.name_span, message)
                .here("nothing on this way says what the call is reported as")
                .help("write `disposition NAME` after the node's name and text, or after the target of a transition on the way"),
        );
    }
}

/// The nodes to which calls come without having passed a disposition.
struct Undecided {
    /// In the order of their distances.
    reached: Vec<NodeId>,
    /// The node before each on a shortest way.
    before: Table<NodeId, Option<NodeId>>,
}

impl Undecided {
    fn of(flow: &Flow) -> Self {
        let mut found = Self { reached: Vec::new(), before: Table::filled(None, flow.nodes.len()) };
        // What a broken line gives is unknown.
        let is_open = |node: NodeId| flow.nodes[node].disposition.is_none() && !flow.nodes[node].broken;
        let Some(entry) = flow.entry.filter(|&entry| is_open(entry)) else { return found };
        let mut seen = Table::filled(false, flow.nodes.len());
        seen[entry] = true;
        let mut queue = VecDeque::from([entry]);
        while let Some(node) = queue.pop_front() {
            found.reached.push(node);
            for transition in flow.out(node).iter().filter(|transition| transition.disposition.is_none()) {
                let Some(to) = transition.to.filter(|&to| is_open(to)) else { continue };
                if !std::mem::replace(&mut seen[to], true) {
                    found.before[to] = Some(node);
                    queue.push_back(to);
                }
            }
        }
        found
    }

    fn path_to(&self, node: NodeId) -> Vec<NodeId> {
        let mut path: Vec<NodeId> = std::iter::successors(Some(node), |&node| self.before[node]).collect();
        path.reverse();
        path
    }
}
