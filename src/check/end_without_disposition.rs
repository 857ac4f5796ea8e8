//! Where dispositions are declared, no call may end without one.

use std::collections::VecDeque;

use super::{Context, Rule};
use crate::diagnostics::{Area, Code, Diagnostic, Diagnostics, Example, Page, Severity};
use crate::flow::{CallFlow, NodeId, NodeType, TransitionId};
use crate::graph::found_on_calls;
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
    for (id, path) in found_on_calls(flow, |calls| Undecided::of(calls).ends(calls)) {
        if context.is_waived(&CODE, id) {
            continue;
        }
        let node = &flow.nodes[id];
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
    /// The transition to each on a shortest way.
    by: Table<NodeId, Option<TransitionId>>,
}

/// An end, and the nodes of a shortest way to it.
type Way = (NodeId, Vec<NodeId>);

impl Undecided {
    fn of(calls: CallFlow<'_>) -> Self {
        let flow = calls.flow();
        let mut found = Self { reached: Vec::new(), by: Table::filled(None, flow.nodes.len()) };
        // What a broken line gives is unknown.
        let is_open = |node: NodeId| flow.nodes[node].disposition.is_none() && !flow.nodes[node].broken;
        let Some(entry) = flow.entry.filter(|&entry| is_open(entry)) else { return found };
        let mut seen = Table::filled(false, flow.nodes.len());
        seen[entry] = true;
        let mut queue = VecDeque::from([entry]);
        while let Some(node) = queue.pop_front() {
            found.reached.push(node);
            for (id, transition) in
                flow.out_ids(node).filter(|(_, transition)| transition.disposition.is_none())
            {
                let Some(to) = transition.to.filter(|&to| is_open(to)) else { continue };
                if !std::mem::replace(&mut seen[to], true) {
                    found.by[to] = Some(id);
                    queue.push_back(to);
                }
            }
        }
        found
    }

    /// The ends among them with the nodes of a shortest way, each with its transitions.
    fn ends(&self, calls: CallFlow<'_>) -> Vec<(Way, Vec<TransitionId>)> {
        let flow = calls.source;
        let mut seen = Table::filled(false, flow.nodes.len());
        let mut ends = Vec::new();
        for &copy in &self.reached {
            let end = calls.node(copy);
            let is_end = flow.nodes[end].ends_call && flow.nodes[end].type_ != NodeType::Exit;
            if is_end && !std::mem::replace(&mut seen[end], true) {
                let (mut nodes, mut taken) = (vec![end], Vec::new());
                let mut at = copy;
                while let Some(by) = self.by[at] {
                    at = calls.flow().transitions[by].from;
                    nodes.push(calls.node(at));
                    taken.push(calls.transition(by));
                }
                nodes.reverse();
                taken.reverse();
                ends.push(((end, nodes), taken));
            }
        }
        ends
    }
}
