//! Where the boxes of a page stand: a column for each choice of a call, and nodes that follow each other
//! without a choice below each other in one column.

use rustc_hash::FxHashMap;

use super::Picture;
use super::node_box::{ENTRY, NodeBox};
use super::pages::Page;
use crate::flow::NodeId;

/// Between two columns of the same level.
const GAP: i32 = 12;
/// Between two boxes of a column.
const STEP: i32 = 22;
/// The same, where the line between them has a label.
const LABELLED_STEP: i32 = 30;

/// What a box says, by its node.
pub type Boxes = FxHashMap<NodeId, NodeBox>;

/// Boxes below each other, each the only one that is drawn behind the one above it.
#[derive(Debug)]
pub struct Column {
    /// Its nodes, from top to bottom.
    pub nodes: Vec<NodeId>,
    /// Whether it is one box that stands for another page.
    pub is_connector: bool,
    /// How many choices lead to it.
    pub level: usize,
    /// The column before it.
    pub parent: Option<usize>,
    /// The columns behind it, from top to bottom.
    pub children: Vec<usize>,
    /// Its top.
    pub y: i32,
    /// The distance from each box to the next one.
    steps: Vec<i32>,
    /// Its height.
    height: i32,
    /// How far it was moved down, and with it all columns behind it.
    shift: i32,
}

/// The columns of a page, each after its parent and after those above it.
pub fn columns(picture: &Picture<'_>, page: &Page) -> Vec<Column> {
    let tree = &picture.tree;
    let mut columns: Vec<Column> = Vec::new();
    let mut stack: Vec<(NodeId, usize, Option<usize>)> =
        page.roots.iter().rev().map(|&root| (root, 0, None)).collect();
    while let Some((node, level, parent)) = stack.pop() {
        let is_connector = parent.is_some() && picture.pages.begins(node);
        let (mut nodes, mut steps, mut last) = (vec![node], Vec::new(), node);
        while let Some((branch, next)) = tree.single_child(last)
            && !is_connector
            && !picture.pages.begins(next)
        {
            nodes.push(next);
            steps.push(if branch.label.is_empty() { STEP } else { LABELLED_STEP });
            last = next;
        }
        let own = columns.len();
        if let Some(parent) = parent.and_then(|parent| columns.get_mut(parent)) {
            parent.children.push(own);
        }
        if !is_connector {
            let children: Vec<NodeId> = tree.children(last).map(|(_, child)| child).collect();
            stack.extend(children.into_iter().rev().map(|child| (child, level + 1, Some(own))));
        }
        let children = Vec::new();
        columns.push(Column {
            nodes,
            is_connector,
            level,
            parent,
            children,
            y: 0,
            steps,
            height: 0,
            shift: 0,
        });
    }
    columns
}

/// How many levels there are.
pub fn level_count(columns: &[Column]) -> usize {
    columns.iter().map(|column| column.level + 1).max().unwrap_or(0)
}

fn height_of(boxes: &Boxes, node: NodeId) -> i32 {
    boxes.get(&node).map_or(0, |one| one.height)
}

impl Column {
    /// The top of each box.
    pub fn tops(&self, boxes: &Boxes) -> Vec<i32> {
        let mut y = self.y;
        let steps = self.steps.iter().copied().chain([0]);
        let place = |(&node, step): (&NodeId, i32)| {
            let top = y;
            y += height_of(boxes, node) + step;
            top
        };
        self.nodes.iter().zip(steps).map(place).collect()
    }

    /// The middle of the last box, where lines to the next level begin.
    pub fn exit(&self, boxes: &Boxes) -> i32 {
        self.y + self.exit_below_top(boxes)
    }

    fn exit_below_top(&self, boxes: &Boxes) -> i32 {
        self.height - self.nodes.last().map_or(0, |&last| height_of(boxes, last)) / 2
    }

    /// Its bottom.
    pub fn bottom(&self) -> i32 {
        self.y + self.height
    }
}

/// Places all columns: those behind a column first, then the column beside the middle of them, but below
/// what is above it on its level.
pub fn place(columns: &mut [Column], boxes: &Boxes) {
    let levels = level_count(columns);
    let mut free = vec![0_i32; levels];
    let mut deepest: Vec<usize> = columns.iter().map(|column| column.level).collect();
    for column in columns.iter_mut() {
        let heights: i32 = column.nodes.iter().map(|&node| height_of(boxes, node)).sum();
        column.height = heights + column.steps.iter().sum::<i32>();
        (column.y, column.shift) = (0, 0);
    }
    let is_root = |&one: &usize| columns.get(one).is_some_and(|column| column.parent.is_none());
    let mut stack: Vec<(usize, bool)> =
        (0..columns.len()).rev().filter(is_root).map(|one| (one, false)).collect();
    while let Some((own, is_ready)) = stack.pop() {
        let Some(column) = columns.get(own) else { continue };
        if !is_ready {
            stack.push((own, true));
            stack.extend(column.children.iter().rev().map(|&child| (child, false)));
            continue;
        }
        let entry =
            |child: Option<&usize>| child.and_then(|&child| columns.get(child)).map(|child| child.y + ENTRY);
        let ends = entry(column.children.first()).zip(entry(column.children.last()));
        let wanted = ends.map(|(first, last)| (first + last) / 2 - column.exit_below_top(boxes));
        let level = column.level;
        let least = free.get(level).copied().unwrap_or(0);
        let y = wanted.map_or(least, |wanted| wanted.max(least));
        let shift = wanted.map_or(0, |wanted| y - wanted);
        let bottom = y + column.height + GAP;
        let behind = column.children.iter().filter_map(|&child| deepest.get(child)).max().copied();
        let behind = behind.unwrap_or(level);
        if let Some(deepest) = deepest.get_mut(own) {
            *deepest = behind;
        }
        if let Some(free) = free.get_mut(level) {
            *free = bottom;
        }
        for free in free.iter_mut().take(behind + 1).skip(level + 1) {
            *free += shift;
        }
        if let Some(column) = columns.get_mut(own) {
            (column.y, column.shift) = (y, shift);
        }
    }
    for own in 0..columns.len() {
        let parent = columns.get(own).and_then(|column| column.parent);
        let shifted = parent.and_then(|parent| columns.get(parent)).map_or(0, |parent| parent.shift);
        if let Some(column) = columns.get_mut(own) {
            column.y += shifted;
            column.shift += shifted;
        }
    }
    let top = columns.iter().map(|column| column.y).min().unwrap_or(0);
    columns.iter_mut().for_each(|column| column.y -= top);
}
