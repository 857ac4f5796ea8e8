//! The tree of a flow: each node below the one from which a call first comes to it.

use std::collections::VecDeque;

use crate::flow::{Flow, NodeId};
use crate::table::Table;

/// Each node of a flow below the one from which a call first comes to it.
///
/// The nodes below another one stand in the order of the source, so that a node more or less moves no other one past
/// a third. What no call reaches makes trees of its own.
#[derive(Debug)]
pub struct CallTree {
    /// The entry, if there is one, and then the nodes from which the rest is discovered.
    pub roots: Vec<NodeId>,
    /// The node that each stands below.
    pub parent: Table<NodeId, Option<NodeId>>,
    /// Whether a call comes to each node.
    pub reached: Table<NodeId, bool>,
    /// All nodes in the order of their discovery.
    pub order: Vec<NodeId>,
}

impl CallTree {
    /// The tree of a flow.
    pub fn of(flow: &Flow) -> Self {
        let mut tree = Self {
            roots: Vec::new(),
            parent: Table::filled(None, flow.nodes.len()),
            reached: Table::filled(false, flow.nodes.len()),
            order: Vec::with_capacity(flow.nodes.len()),
        };
        let mut found = Table::filled(false, flow.nodes.len());
        if let Some(entry) = flow.entry {
            tree.discover(flow, entry, &mut found);
            for &node in &tree.order {
                tree.reached[node] = true;
            }
        }
        // First where nothing leads, then what is left: cycles.
        let mut led_to = Table::filled(false, flow.nodes.len());
        for node in flow.nodes.ids().filter(|&node| !found[node]) {
            for to in flow.targets(node).filter(|&to| to != node) {
                led_to[to] = true;
            }
        }
        for node in flow.nodes.ids().filter(|&node| !led_to[node]).chain(flow.nodes.ids()) {
            if !found[node] {
                tree.discover(flow, node, &mut found);
            }
        }
        tree
    }

    /// Breadth first, so that a node stands where the fewest steps lead.
    fn discover(&mut self, flow: &Flow, root: NodeId, found: &mut Table<NodeId, bool>) {
        self.roots.push(root);
        found[root] = true;
        let mut queue = VecDeque::from([root]);
        while let Some(node) = queue.pop_front() {
            self.order.push(node);
            for to in flow.targets(node) {
                if !std::mem::replace(&mut found[to], true) {
                    self.parent[to] = Some(node);
                    queue.push_back(to);
                }
            }
        }
    }

    /// The nodes that stand below each node, in order.
    pub fn children(&self) -> Table<NodeId, Vec<NodeId>> {
        let mut children: Table<NodeId, Vec<NodeId>> = Table::filled(Vec::new(), self.parent.len());
        for &node in &self.order {
            if let Some(parent) = self.parent[node] {
                children[parent].push(node);
            }
        }
        children
    }
}
