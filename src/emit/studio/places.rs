//! Where the actions of a script stand on the canvas: as the flow's picture has its nodes, from left to right.

use super::script::Script;
use crate::flow::{Flow, NodeId};
use crate::graph::CallTree;
use crate::table::Table;

/// Where the first action stands, and how far the next one is to the right and below (measured on public scripts).
const LEFT: u32 = 144;
const TOP: u32 = 112;
const RIGHT: u32 = 176;
const DOWN: u32 = 144;

/// Gives each action its place. A node stands right of the one from which a call first comes to it, and the
/// nodes below each other in the order of the source, so that a change moves only what is drawn below it.
pub fn place(script: &mut Script, flow: &Flow) {
    let tree = CallTree::of(flow);
    let children = tree.children();
    let mut widths: Table<NodeId, u32> = Table::filled(0, flow.nodes.len());
    let mut before = 0;
    for action in &mut script.actions {
        match action.node {
            Some(node) => {
                action.place.0 = widths[node];
                widths[node] += 1;
            }
            None => {
                action.place.0 = before;
                before += 1;
            }
        }
    }
    let mut columns: Table<NodeId, u32> = Table::filled(0, flow.nodes.len());
    let mut rows: Table<NodeId, u32> = Table::filled(0, flow.nodes.len());
    let mut next_row = 0;
    let mut stack: Vec<(NodeId, u32, bool)> =
        tree.roots.iter().rev().map(|&root| (root, before, true)).collect();
    while let Some((node, column, is_first_in_row)) = stack.pop() {
        // The first child stands in the row of its parent.
        if is_first_in_row {
            rows[node] = next_row;
            next_row += 1;
        } else {
            rows[node] = next_row.saturating_sub(1);
        }
        columns[node] = column;
        let right = column + widths[node];
        for (number, &child) in children[node].iter().enumerate().rev() {
            stack.push((child, right, number > 0));
        }
    }
    for action in &mut script.actions {
        let (column, row) = match action.node {
            Some(node) => (columns[node] + action.place.0, rows[node]),
            None => (action.place.0, 0),
        };
        action.place = (LEFT + column * RIGHT, TOP + row * DOWN);
    }
}
