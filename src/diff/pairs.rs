//! Which node of one version is which node of the other.

use rustc_hash::FxHashMap;

use super::scripts::script_text;
use super::steps::step_text;
use crate::flow::{Flow, Node, NodeId, TransitionId};
use crate::table::{Id, Table};

/// How often matches are used to find further ones: each time looks at every node that is left.
const ROUNDS: usize = 32;

/// The transitions that lead to each node.
type Incoming = Table<NodeId, Vec<TransitionId>>;

/// The nodes of two versions, matched.
#[derive(Debug)]
pub struct Pairs {
    after: Table<NodeId, Option<NodeId>>,
    before: Table<NodeId, Option<NodeId>>,
}

impl Pairs {
    /// Matches nodes by name; the others by what they do, if that is all that they can be; then by
    /// where they are reached from and lead to.
    pub fn of(old: &Flow, new: &Flow) -> Self {
        let mut pairs = Self {
            after: Table::filled(None, old.nodes.len()),
            before: Table::filled(None, new.nodes.len()),
        };
        let by_id: FxHashMap<&str, NodeId> = new.nodes.iter().map(|(id, node)| (&*node.id, id)).collect();
        for (id, node) in old.nodes.iter() {
            if let Some(&other) = by_id.get(&*node.id).filter(|&&other| pairs.before[other].is_none()) {
                pairs.join(id, other);
            }
        }
        if pairs.left(old, new) {
            pairs.join_by(old, new, |_, flow, node, _| Some(content(&flow.nodes[node])));
        }
        if pairs.left(old, new) {
            let (old_ways, new_ways) = (incoming(old), incoming(new));
            // Each match may make neighbours of others known.
            for _ in 0..ROUNDS {
                let place = |pairs: &Self, flow: &Flow, node, is_new| {
                    place(pairs, flow, node, is_new, if is_new { &new_ways } else { &old_ways })
                };
                if !pairs.left(old, new) || !pairs.join_by(old, new, place) {
                    break;
                }
            }
        }
        pairs
    }

    /// The node of the new version that a node of the old one has become.
    pub fn after(&self, old: NodeId) -> Option<NodeId> {
        self.after.find(old).copied().flatten()
    }

    /// The node of the old version that a node of the new one was.
    pub fn before(&self, new: NodeId) -> Option<NodeId> {
        self.before.find(new).copied().flatten()
    }

    fn join(&mut self, old: NodeId, new: NodeId) {
        self.after[old] = Some(new);
        self.before[new] = Some(old);
    }

    /// Whether both versions have nodes that are not matched.
    fn left(&self, old: &Flow, new: &Flow) -> bool {
        old.nodes.ids().any(|node| self.after(node).is_none())
            && new.nodes.ids().any(|node| self.before(node).is_none())
    }

    /// Matches the nodes that have the same key, where one node of each version has it.
    fn join_by(
        &mut self,
        old: &Flow,
        new: &Flow,
        key: impl Fn(&Self, &Flow, NodeId, bool) -> Option<String>,
    ) -> bool {
        let mut by_key: FxHashMap<String, (Vec<NodeId>, Vec<NodeId>)> = FxHashMap::default();
        for node in old.nodes.ids().filter(|&node| self.after(node).is_none()) {
            if let Some(key) = key(self, old, node, false) {
                by_key.entry(key).or_default().0.push(node);
            }
        }
        for node in new.nodes.ids().filter(|&node| self.before(node).is_none()) {
            if let Some(key) = key(self, new, node, true) {
                by_key.entry(key).or_default().1.push(node);
            }
        }
        let mut joined = false;
        for (old, new) in by_key.values() {
            if let ([old], [new]) = (old.as_slice(), new.as_slice()) {
                self.join(*old, *new);
                joined = true;
            }
        }
        joined
    }
}

/// What a node does, without its name.
pub fn content(node: &Node) -> String {
    let mut text = format!("{} {} {}", node.type_.word(), node.generic, node.ends_call);
    for tag in &node.tags {
        text.extend([" @", &*tag.name]);
    }
    for action in &node.actions {
        text.push('\n');
        text.push_str(&step_text(action));
    }
    for script in &node.scripts {
        text.push('\n');
        text.push_str(&script_text(script));
    }
    text
}

fn incoming(flow: &Flow) -> Incoming {
    let mut incoming: Incoming = Table::filled(Vec::new(), flow.nodes.len());
    for (id, transition) in flow.transitions.iter() {
        if let Some(to) = transition.to {
            incoming[to].push(id);
        }
    }
    incoming
}

/// The kind of a node, and the matched nodes around it; `None` where there are none.
fn place(pairs: &Pairs, flow: &Flow, node: NodeId, is_new: bool, incoming: &Incoming) -> Option<String> {
    // Matched nodes are known by their number in the new version.
    let known = |node: NodeId| match is_new {
        true => pairs.before(node).map(|_| node),
        false => pairs.after(node),
    };
    let mut around: Vec<String> = Vec::new();
    for transition in flow.out(node) {
        let Some(to) = transition.to.and_then(known) else { continue };
        around.push(format!("{} -> {}", flow.written_condition(transition).unwrap_or_default(), to.index()));
    }
    // An end leads nowhere: who leads to it tells it from others.
    if around.is_empty() {
        for transition in incoming[node].iter().map(|&id| &flow.transitions[id]) {
            let Some(from) = known(transition.from) else { continue };
            let on = flow.written_condition(transition).unwrap_or_default();
            around.push(format!("{} {on} ->", from.index()));
        }
    }
    around.sort_unstable();
    (!around.is_empty()).then(|| format!("{}\n{}", flow.nodes[node].type_.word(), around.join("\n")))
}
