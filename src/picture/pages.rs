//! How a large flow is shared out among pages: a menu with what follows it on a page of its own, where
//! all together would be too much to read.

use super::tree::FlowTree;
use crate::flow::{Flow, NodeId};
use crate::table::Table;

/// From more nodes than this on there are several pages.
const NODES: u32 = 80;
/// And from more choices than this in a row.
const CHOICES: u32 = 12;

/// A page.
#[derive(Debug)]
pub struct Page {
    /// What it begins with: one node, or several that no call reaches.
    pub roots: Vec<NodeId>,
    /// Its nodes from left to right, as they are drawn below each other.
    pub nodes: Vec<NodeId>,
    /// The node of another page that leads here.
    pub from: Option<NodeId>,
}

/// The pages of a picture.
#[derive(Debug)]
pub struct Pages {
    /// The entry's page first, those that no call reaches last.
    pub pages: Vec<Page>,
    /// Which page each node is on.
    pub of: Table<NodeId, usize>,
    /// Whether they have numbers and an index. Not if there is one, and beside it only what no call reaches.
    pub are_numbered: bool,
    begins: Table<NodeId, bool>,
}

impl Pages {
    /// Shares out the nodes of a flow.
    pub fn of(flow: &Flow, tree: &FlowTree) -> Self {
        let mut begins = cuts(flow, tree);
        for &root in &tree.roots {
            begins[root] = true;
        }
        let of = Table::filled(0, flow.nodes.len());
        let mut this = Self { pages: Vec::new(), of, are_numbered: false, begins };
        for &node in tree.order.iter().filter(|&&node| this.begins[node]) {
            let mut nodes = Vec::new();
            let mut stack = vec![node];
            while let Some(next) = stack.pop() {
                nodes.push(next);
                let below: Vec<NodeId> = tree.children(next).map(|(_, child)| child).collect();
                stack.extend(below.into_iter().rev().filter(|&child| !this.begins[child]));
            }
            let from = tree.parent[node];
            // Small trees that no call reaches share a page.
            match this.pages.last_mut() {
                Some(last)
                    if !tree.reached[node]
                        && from.is_none()
                        && last.from.is_none()
                        && last.roots.first().is_some_and(|&root| !tree.reached[root])
                        && last.nodes.len() + nodes.len() <= NODES as usize =>
                {
                    last.roots.push(node);
                    last.nodes.append(&mut nodes);
                }
                _ => this.pages.push(Page { roots: vec![node], nodes, from }),
            }
        }
        for (number, page) in this.pages.iter().enumerate() {
            for &node in &page.nodes {
                this.of[node] = number;
            }
        }
        let is_reached = |page: &&Page| page.roots.iter().any(|&root| tree.reached[root]);
        let reached = this.pages.iter().filter(is_reached).count();
        this.are_numbered = reached > 1 || this.pages.len() > 1 + reached.min(1);
        this
    }

    /// Whether a node begins a page.
    pub fn begins(&self, node: NodeId) -> bool {
        self.begins[node]
    }
}

/// The nodes that are cut off from those they are drawn below. Of a menu's branches those that are alike
/// in size are treated alike.
fn cuts(flow: &Flow, tree: &FlowTree) -> Table<NodeId, bool> {
    let mut cut = Table::filled(false, flow.nodes.len());
    let mut size = Table::filled(1_u32, flow.nodes.len());
    let mut depth = Table::filled(1_u32, flow.nodes.len());
    // Whatever is drawn below a node was discovered after it.
    for &node in tree.order.iter().rev() {
        let mut below: Vec<NodeId> = tree.children(node).map(|(_, child)| child).collect();
        let step = u32::from(tree.single_child(node).is_none());
        let all = 1 + below.iter().map(|&child| size[child]).sum::<u32>();
        let deepest = below.iter().map(|&child| depth[child] + step).max().unwrap_or(1);
        if all <= NODES && deepest <= CHOICES {
            (size[node], depth[node]) = (all, deepest);
            continue;
        }
        below.sort_by_key(|&child| std::cmp::Reverse(size[child]));
        let mut left = all;
        for alike in below.chunk_by(|&a, &b| size[a] == size[b]) {
            let large = left > NODES && alike.first().is_some_and(|&one| size[one] > 1);
            for &child in alike {
                if large || depth[child] + step > CHOICES {
                    cut[child] = true;
                    left -= size[child] - 1;
                }
            }
        }
        size[node] = left;
        let kept = below.iter().map(|&child| if cut[child] { 1 + step } else { depth[child] + step });
        depth[node] = kept.max().unwrap_or(1);
    }
    cut
}
