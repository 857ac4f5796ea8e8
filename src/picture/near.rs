//! Which branches to nodes that are drawn behind another node can be lines, since they cross nothing.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Picture;
use super::branches::Branch;
use super::columns::{Boxes, Column, level_count};
use super::node_box::NEXT_ENTRY;
use crate::flow::NodeId;

/// How far down or up such a line goes at most.
const LONGEST: i32 = 260;

/// The branches, each by the nodes at its ends. A line goes to the next level only, and keeps the order of
/// both levels.
pub fn near(picture: &Picture<'_>, columns: &[Column], boxes: &Boxes) -> FxHashSet<(NodeId, NodeId)> {
    let mut levels: Vec<Vec<usize>> = vec![Vec::new(); level_count(columns)];
    let mut positions = vec![0_usize; columns.len()];
    for (own, column) in columns.iter().enumerate() {
        if let (Some(level), Some(position)) = (levels.get_mut(column.level), positions.get_mut(own)) {
            *position = level.len();
            level.push(own);
        }
    }
    let position = |column: usize| positions.get(column).copied().unwrap_or(0);
    let is_target = |column: &&Column| !column.is_connector && column.parent.is_some();
    let heads = columns.iter().enumerate().filter(|(_, column)| is_target(column));
    let heads: FxHashMap<NodeId, usize> =
        heads.filter_map(|(own, column)| Some((*column.nodes.first()?, own))).collect();
    let mut near = FxHashSet::default();
    let mut lines_into: FxHashMap<usize, i32> = FxHashMap::default();
    for level in &levels {
        let firsts = first_targets_below(level, columns, &position);
        let mut last_above = 0;
        for (&own, &first_below) in level.iter().zip(&firsts) {
            let Some(column) = columns.get(own) else { continue };
            let mut last = column.children.iter().map(|&child| position(child)).max().unwrap_or(0);
            let Some(&from) = column.nodes.last().filter(|_| !column.is_connector) else { continue };
            for to in picture.tree.branches[from].iter().filter_map(Branch::node) {
                let Some(&target) = heads.get(&to) else { continue };
                let Some(there) = columns.get(target) else { continue };
                let keeps_order =
                    there.level == column.level + 1 && (last_above..=first_below).contains(&position(target));
                let lines = lines_into.entry(target).or_insert(1);
                let has_room = boxes.get(&to).is_some_and(|one| one.has_room_for(*lines + 1));
                let distance = (column.exit(boxes) - there.y - *lines * NEXT_ENTRY).abs();
                if there.parent != Some(own) && keeps_order && has_room && distance <= LONGEST {
                    *lines += 1;
                    last = last.max(position(target));
                    near.insert((from, to));
                }
            }
            last_above = last_above.max(last);
        }
    }
    near
}

/// For each column of a level the first child of all columns below it.
fn first_targets_below(
    level: &[usize],
    columns: &[Column],
    position: &impl Fn(usize) -> usize,
) -> Vec<usize> {
    let mut first = usize::MAX;
    let mut firsts: Vec<usize> = Vec::with_capacity(level.len());
    for &own in level.iter().rev() {
        firsts.push(first);
        let child = columns.get(own).and_then(|column| column.children.first());
        first = child.map_or(first, |&child| first.min(position(child)));
    }
    firsts.reverse();
    firsts
}
