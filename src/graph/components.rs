//! Strongly connected components: the nodes of a cycle, or of cycles that share nodes.

use crate::flow::{Flow, NodeId, Transition};
use crate::table::Table;

/// Nodes that reach each other.
#[derive(Debug, Clone)]
pub struct Component {
    /// Its nodes in order of declaration.
    pub nodes: Vec<NodeId>,
    /// Whether it has a cycle: more than one node, or a node that leads to itself.
    pub circular: bool,
}

/// A node being visited, and which of its transitions comes next.
struct Frame {
    node: NodeId,
    next: usize,
}

/// The components of the nodes that `within` selects, joined by the transitions that `follows` selects, each before
/// those that lead to it: Tarjan's algorithm
/// (SIAM Journal on Computing 1, 1972), with its own stack instead of recursion.
pub fn components(
    flow: &Flow,
    within: impl Fn(NodeId) -> bool,
    follows: impl Fn(&Transition) -> bool,
) -> Vec<Component> {
    const UNSEEN: u32 = 0;
    let mut number: Table<NodeId, u32> = Table::filled(UNSEEN, flow.nodes.len());
    let mut low: Table<NodeId, u32> = Table::filled(UNSEEN, flow.nodes.len());
    let mut open: Table<NodeId, bool> = Table::filled(false, flow.nodes.len());
    let mut members: Vec<NodeId> = Vec::new();
    let mut found = Vec::new();
    let mut count = 0;

    for start in flow.nodes.ids().filter(|&node| within(node)) {
        if number[start] != UNSEEN {
            continue;
        }
        let mut frames = vec![Frame { node: start, next: 0 }];
        while let Some(frame) = frames.last_mut() {
            let node = frame.node;
            if frame.next == 0 && number[node] == UNSEEN {
                count += 1;
                number[node] = count;
                low[node] = count;
                open[node] = true;
                members.push(node);
            }
            let next = flow.out(node).get(frame.next);
            let target = next.map(|transition| transition.to.filter(|_| follows(transition)));
            frame.next += 1;
            match target {
                Some(Some(to)) if within(to) => {
                    if number[to] == UNSEEN {
                        frames.push(Frame { node: to, next: 0 });
                    } else if open[to] {
                        low[node] = low[node].min(number[to]);
                    }
                }
                Some(_) => {}
                None => {
                    frames.pop();
                    if let Some(parent) = frames.last() {
                        low[parent.node] = low[parent.node].min(low[node]);
                    }
                    if low[node] == number[node] {
                        found.push(component(flow, node, &mut members, &mut open, &follows));
                    }
                }
            }
        }
    }
    found
}

fn component(
    flow: &Flow,
    root: NodeId,
    members: &mut Vec<NodeId>,
    open: &mut Table<NodeId, bool>,
    follows: impl Fn(&Transition) -> bool,
) -> Component {
    let start = members.iter().rposition(|&member| member == root).unwrap_or_default();
    let mut nodes = members.split_off(start);
    for &node in &nodes {
        open[node] = false;
    }
    nodes.sort_unstable();
    let leads_to_itself = |transition: &Transition| transition.to == Some(root) && follows(transition);
    let circular = nodes.len() > 1 || flow.out(root).iter().any(leads_to_itself);
    Component { nodes, circular }
}
