//! What sets the variables that a flow reads before any line of it has set them.
//!
//! A tenant's action may set any variable, and its script does not say which. Where a text has a name that nothing in the
//! script sets on the way, the action before it is taken to set it. If there is none, the value is there before the call,
//! and the name is that of a contact field.

use rustc_hash::FxHashMap;

use super::draft::{Draft, Line, Word};
use super::model::Script;
use super::nodes::{Nodes, is_unknown};
use super::text::Written;
use super::variables::Variables;
use crate::emit::studio::actions;
use crate::flow::{Flow, NodeId, VariableId};
use crate::graph::unknown_reads;
use crate::table::Table;

/// Learns from what the flow reads before anything in it has set it; the actions to keep for that. `None` if there is
/// nothing to learn.
pub fn learn(
    variables: &mut Variables,
    script: &Script,
    nodes: &Nodes,
    written: &Written,
    flow: &Flow,
) -> Option<Vec<usize>> {
    let mut readers: FxHashMap<VariableId, Vec<NodeId>> = FxHashMap::default();
    for read in unknown_reads(flow, |id| flow.variables[id].is_set_on_calls()) {
        if let Some(&node) = read.path.last() {
            readers.entry(read.variable).or_default().push(node);
        }
    }
    if readers.is_empty() {
        return None;
    }
    let mut readers: Vec<_> = readers.into_iter().collect();
    readers.sort_by_key(|(variable, _)| *variable);
    let ways = Ways::of(flow, nodes, written);
    let (mut is_news, mut more) = (false, Vec::new());
    for (variable, nodes_that_read) in readers {
        let name = &*flow.variables[variable].name;
        let before = ways.setters(script, variable, &nodes_that_read);
        if before.is_given || before.kept.is_empty() && before.inside.is_empty() {
            if let Some(assigning) = variables.give(script, name) {
                is_news = true;
                more.extend(assigning);
            }
            continue;
        }
        more.extend(before.inside);
        for action in before.kept {
            is_news |= variables.take_to_set(alike(script, nodes, action), name);
        }
    }
    (is_news || !more.is_empty()).then_some(more)
}

/// The actions that are kept and called the same as one of them: they are of one kind.
fn alike(script: &Script, nodes: &Nodes, action: usize) -> Vec<usize> {
    let called = |index: usize| script.actions.get(index).map(|one| one.name.as_str());
    let own = called(action);
    let kept = nodes.drafts.iter().filter_map(|draft| match draft.word {
        Word::Kept(index) => Some(index),
        _ => None,
    });
    kept.filter(|&index| called(index) == own).collect()
}

/// What may set a variable on the ways to some nodes.
#[derive(Default)]
struct Setters {
    /// Actions that are kept.
    kept: Vec<usize>,
    /// Actions that are steps of nodes.
    inside: Vec<usize>,
    /// Whether some way has none.
    is_given: bool,
}

/// The ways between the nodes of a flow, backwards.
struct Ways<'w> {
    flow: &'w Flow,
    /// The node of the script that each node of the flow is.
    drafts: Table<NodeId, Option<&'w Draft>>,
    before: Table<NodeId, Vec<NodeId>>,
}

impl<'w> Ways<'w> {
    fn of(flow: &'w Flow, nodes: &'w Nodes, written: &Written) -> Self {
        let mut drafts = Table::filled(None, flow.nodes.len());
        let by_id: FxHashMap<&str, &Draft> =
            written.ids.iter().map(String::as_str).zip(&nodes.drafts).collect();
        for (node, row) in flow.nodes.iter() {
            drafts[node] = by_id.get(row.id.as_str()).copied();
        }
        let mut before: Table<NodeId, Vec<NodeId>> = Table::filled(Vec::new(), flow.nodes.len());
        for transition in flow.transitions.rows() {
            if let Some(to) = transition.to {
                before[to].push(transition.from);
            }
        }
        Self { flow, drafts, before }
    }

    /// The actions next before some nodes that may set a variable.
    fn setters(&self, script: &Script, variable: VariableId, readers: &[NodeId]) -> Setters {
        let mut found = Setters::default();
        let mut is_seen = Table::filled(false, self.flow.nodes.len());
        let mut open = readers.to_vec();
        while let Some(at) = open.pop() {
            found.is_given |= self.flow.entry == Some(at);
            for &from in &self.before[at] {
                if std::mem::replace(&mut is_seen[from], true) {
                    continue;
                }
                if self.flow.nodes[from].assignments().any(|(_, set)| set.variable == variable) {
                    continue;
                }
                match self.drafts[from].and_then(|draft| may_set(script, draft)) {
                    Some(May::Kept(action)) => found.kept.push(action),
                    Some(May::Inside(action)) => found.inside.push(action),
                    None => open.push(from),
                }
            }
        }
        found
    }
}

/// An action of a node that may set variables.
enum May {
    Kept(usize),
    Inside(usize),
}

fn may_set(script: &Script, draft: &Draft) -> Option<May> {
    // Nobody knows what a tenant's own action sets, and a snippet may say it in other words.
    let may = |index: &usize| {
        script.actions.get(*index).is_some_and(|one| is_unknown(one) || one.is(&actions::SNIPPET))
    };
    let inside = draft.lines.iter().find_map(|line| match line {
        Line::Action(index) => Some(*index).filter(may),
        _ => None,
    });
    match draft.word {
        Word::Kept(index) => Some(index).filter(may).map(May::Kept),
        Word::Generic(Some(index)) => Some(index).filter(may).map(May::Inside),
        _ => None,
    }
    .or(inside.map(May::Inside))
}
