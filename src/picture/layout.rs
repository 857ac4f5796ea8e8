//! A page with everything in its place: boxes and the lines between them, without a format.
//!
//! Lines run only between a column and the next level, in the order of the boxes on both sides, so that
//! none crosses another line or a box.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Picture;
use super::branches::Branch;
use super::columns::{Boxes, Column, columns, level_count, place};
use super::measure::{cut, width};
use super::near::near;
use super::node_box::{BOX_WIDTH, ENTRY, NEXT_ENTRY, NodeBox};
use super::pages::Page;
use crate::flow::NodeId;

/// From the end of a level to where the labels of the next one begin.
const CHANNEL: i32 = 56;
/// The length of an arrow's head.
pub const TIP: i32 = 9;
/// Room on both sides of a label.
pub const LABEL_PAD: i32 = 5;
/// How wide a label is at most, between two levels and between two boxes of a column.
const LABEL: u32 = 150;
const STEP_LABEL: u32 = 150;
/// The room for the mark of where calls begin, left of its box.
pub const ENTRY_MARK: i32 = 22;
/// From a box's left side to the lines that go down.
const STEP_AT: i32 = 48;

/// A box in its place.
#[derive(Debug)]
pub struct PlacedBox {
    /// The node.
    pub node: NodeId,
    /// Its left side.
    pub x: i32,
    /// Its top.
    pub y: i32,
    /// Whether it stands for the page of that node.
    pub is_connector: bool,
    /// What it says.
    pub content: NodeBox,
}

/// A line between two boxes.
#[derive(Debug)]
pub struct Edge<'p> {
    /// The node that it leaves.
    pub from: NodeId,
    /// The branch that it draws.
    pub branch: &'p Branch,
    /// The branch's label, cut if it is long.
    pub label: String,
    /// The room that the label takes.
    pub label_width: i32,
    /// Where the curve ends, and the labels of the level begin.
    pub label_at: i32,
    /// Where it begins.
    pub start: (i32, i32),
    /// Where it ends.
    pub end: (i32, i32),
    /// Whether it goes down to the next box of the column.
    pub is_step: bool,
}

/// A page.
#[derive(Debug)]
pub struct Layout<'p> {
    /// The boxes, each after the one that it is drawn behind.
    pub boxes: Vec<PlacedBox>,
    /// The lines.
    pub edges: Vec<Edge<'p>>,
    /// How wide it is.
    pub width: i32,
    /// How high it is.
    pub height: i32,
}

/// The layout of a page.
pub fn layout<'p>(picture: &'p Picture<'_>, page: &Page) -> Layout<'p> {
    let mut columns = columns(picture, page);
    let mut boxes = contents(picture, &columns);
    place(&mut columns, &boxes);
    let near = near(picture, &columns, &boxes);
    if !near.is_empty() {
        // A branch that is a line is no row any more, and its box is smaller.
        let smaller: FxHashSet<NodeId> = near.iter().map(|&(from, _)| from).collect();
        boxes.extend(smaller.into_iter().map(|node| (node, NodeBox::of(picture, node, &near))));
        place(&mut columns, &boxes);
    }
    draw(picture, &columns, boxes, &near)
}

/// The boxes, before any branch is known to be a line to a node that is drawn elsewhere.
fn contents(picture: &Picture<'_>, columns: &[Column]) -> Boxes {
    let lines = FxHashSet::default();
    let content = |column: &Column, node| match column.is_connector {
        true => NodeBox::connector(picture, node),
        false => NodeBox::of(picture, node, &lines),
    };
    let nodes = columns.iter().flat_map(|column| column.nodes.iter().map(move |&node| (column, node)));
    nodes.map(|(column, node)| (node, content(column, node))).collect()
}

/// A line between two columns, before it has a place.
struct Line<'p> {
    column: usize,
    from: NodeId,
    branch: &'p Branch,
    target: usize,
    label: String,
}

fn lines<'p>(
    picture: &'p Picture<'_>,
    columns: &[Column],
    near: &FxHashSet<(NodeId, NodeId)>,
) -> Vec<Line<'p>> {
    let heads = columns.iter().enumerate();
    let heads: FxHashMap<NodeId, usize> =
        heads.filter_map(|(own, column)| Some((*column.nodes.first()?, own))).collect();
    let mut lines = Vec::new();
    for (own, column) in columns.iter().enumerate().filter(|(_, column)| !column.is_connector) {
        let Some(&from) = column.nodes.last() else { continue };
        for branch in &picture.tree.branches[from] {
            let Some(to) = branch.node() else { continue };
            let Some(&target) = heads.get(&to) else { continue };
            if picture.tree.child(from, branch).is_some() || near.contains(&(from, to)) {
                let label = label(&branch.label, LABEL);
                lines.push(Line { column: own, from, branch, target, label });
            }
        }
    }
    lines
}

/// A label in bold letters, in this room.
fn label(text: &str, room: u32) -> String {
    cut(text, 12, room * 100 / 108)
}

fn label_width(label: &str) -> i32 {
    if label.is_empty() {
        return 0;
    }
    i32::try_from(width(label, 12) * 108 / 100).unwrap_or(0) + 2 * LABEL_PAD
}

fn draw<'p>(
    picture: &'p Picture<'_>,
    columns: &[Column],
    mut contents: Boxes,
    near: &FxHashSet<(NodeId, NodeId)>,
) -> Layout<'p> {
    let lines = lines(picture, columns, near);
    let mut label_room = vec![0_i32; level_count(columns)];
    for line in &lines {
        let level = columns.get(line.target).map_or(0, |column| column.level);
        if let Some(room) = label_room.get_mut(level) {
            *room = (*room).max(label_width(&line.label));
        }
    }
    let mut lefts = Vec::with_capacity(label_room.len());
    let has_entry = |column: &Column| {
        !column.is_connector && column.nodes.iter().any(|&node| picture.flow().entry == Some(node))
    };
    let mut x = if columns.iter().any(has_entry) { ENTRY_MARK } else { 0 };
    for (level, label) in label_room.iter().enumerate() {
        x += if level == 0 { 0 } else { CHANNEL + label + TIP };
        lefts.push(x);
        x += BOX_WIDTH;
    }
    let left = |column: &Column| lefts.get(column.level).copied().unwrap_or(0);
    let height = columns.iter().map(Column::bottom).max().unwrap_or(0);
    let mut out = Layout { boxes: Vec::new(), edges: Vec::new(), width: x, height };
    let mut entries: FxHashMap<usize, i32> = FxHashMap::default();
    for line in lines {
        let (Some(column), Some(there)) = (columns.get(line.column), columns.get(line.target)) else {
            continue;
        };
        // Lines from further up come in further up.
        let entry = entries.entry(line.target).or_insert(0);
        let end = (left(there), there.y + ENTRY + *entry * NEXT_ENTRY);
        *entry += 1;
        let room = label_room.get(there.level).copied().unwrap_or(0);
        out.edges.push(Edge {
            from: line.from,
            branch: line.branch,
            label_width: label_width(&line.label),
            label: line.label,
            label_at: end.0 - TIP - room,
            start: (left(column) + BOX_WIDTH, column.exit(&contents)),
            end,
            is_step: false,
        });
    }
    for column in columns {
        let tops = column.tops(&contents);
        let x = left(column);
        for (at, (&node, &y)) in column.nodes.iter().zip(&tops).enumerate() {
            let Some(content) = contents.remove(&node) else { continue };
            if let (Some((branch, _)), Some(&below)) = (picture.tree.single_child(node), tops.get(at + 1)) {
                let step_at = x + STEP_AT;
                let label = label(&branch.label, STEP_LABEL);
                out.edges.push(Edge {
                    from: node,
                    branch,
                    label_width: label_width(&label),
                    label,
                    label_at: step_at,
                    start: (step_at, y + content.height),
                    end: (step_at, below),
                    is_step: true,
                });
            }
            out.boxes.push(PlacedBox { node, x, y, is_connector: column.is_connector, content });
        }
    }
    out
}
