//! The tree that a flow is drawn as: each node below the one from which a call first comes to it.
//!
//! Branches stand in the order of the source, so that a node more or less moves no other one past a
//! third. What no call reaches makes trees of its own.

use super::branches::{Branch, branches};
use super::measure::Mask;
use crate::flow::{Flow, NodeId};
use crate::graph::CallTree;
use crate::source::Sources;
use crate::table::Table;

/// The tree of a flow, and for each node the branches that it has.
#[derive(Debug)]
pub struct FlowTree {
    /// The entry, if there is one, and then the nodes from which the rest is discovered.
    pub roots: Vec<NodeId>,
    /// The node that each is drawn below.
    pub parent: Table<NodeId, Option<NodeId>>,
    /// The branches of each node, in order.
    pub branches: Table<NodeId, Vec<Branch>>,
    /// Whether a call comes to each node.
    pub reached: Table<NodeId, bool>,
    /// All nodes in the order of their discovery.
    pub order: Vec<NodeId>,
    /// For each node the numbers of the first and the last node of its own tree, from left to right.
    within: Table<NodeId, (u32, u32)>,
}

impl FlowTree {
    /// The tree of a flow.
    pub fn of(flow: &Flow, sources: &Sources, mask: Mask) -> Self {
        let rows = flow.nodes.ids().map(|node| branches(flow, sources, node, mask)).collect();
        let CallTree { roots, parent, reached, order } = CallTree::of(flow);
        let within = Table::filled((0, 0), flow.nodes.len());
        let mut tree = Self { roots, parent, branches: Table::from_rows(rows), reached, order, within };
        tree.number();
        tree
    }

    fn number(&mut self) {
        let mut next = 0_u32;
        let mut stack: Vec<(NodeId, bool)> = self.roots.iter().rev().map(|&root| (root, false)).collect();
        while let Some((node, is_done)) = stack.pop() {
            if is_done {
                self.within[node].1 = next - 1;
                continue;
            }
            self.within[node].0 = next;
            next += 1;
            stack.push((node, true));
            let below: Vec<NodeId> = self.children(node).map(|(_, child)| child).collect();
            stack.extend(below.into_iter().rev().map(|child| (child, false)));
        }
    }

    /// The branches below which a node is drawn, each with that node.
    pub fn children(&self, node: NodeId) -> impl Iterator<Item = (&Branch, NodeId)> {
        self.branches[node].iter().filter_map(move |branch| Some((branch, self.child(node, branch)?)))
    }

    /// The node that is drawn at the end of this branch.
    pub fn child(&self, node: NodeId, branch: &Branch) -> Option<NodeId> {
        branch.node().filter(|&to| self.parent[to] == Some(node))
    }

    /// Whether a call that goes there has been there before: the node, or one that it is drawn behind.
    pub fn goes_back(&self, from: NodeId, to: NodeId) -> bool {
        let (first, last) = self.within[to];
        (first..=last).contains(&self.within[from].0)
    }

    /// The next node, if it is the only one and the transition has no condition.
    pub fn only_child(&self, node: NodeId) -> Option<NodeId> {
        let [only] = self.branches[node].as_slice() else { return None };
        self.child(node, only).filter(|_| only.label.is_empty())
    }

    /// The node that is drawn behind a node, if there is just one, and the branch to it.
    pub fn single_child(&self, node: NodeId) -> Option<(&Branch, NodeId)> {
        let mut children = self.children(node);
        children.next().filter(|_| children.next().is_none())
    }
}
