//! Where the actions of a script stand on the canvas: the nodes from left to right, as in the flow's picture.
//!
//! Only what the script itself has counts, so that a script stands as it stood when a flow that was read from it is
//! written again.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use super::script::Script;
use crate::flow::NodeId;

/// Where the first action stands, and how far the next one is to the right and below (measured on public scripts).
const LEFT: u32 = 144;
const TOP: u32 = 112;
const RIGHT: u32 = 176;
const DOWN: u32 = 144;

/// The actions of one node, which stand in a row.
#[derive(Default)]
struct Group {
    width: u32,
    to: Vec<usize>,
    is_led_to: bool,
    is_found: bool,
    children: Vec<usize>,
    column: u32,
    row: u32,
}

/// Gives each action its place. A node stands right of the one from which a call first comes to it, and what follows
/// a node stands in the order of its branches, so that a change moves only what is drawn below it.
pub fn place(script: &mut Script) {
    let mut numbers: FxHashMap<NodeId, usize> = FxHashMap::default();
    let mut groups: Vec<Group> = Vec::new();
    let mut before = 0;
    // Each action first gets the number of its group, and its own one within it.
    let mut of_actions: Vec<Option<usize>> = Vec::with_capacity(script.actions.len());
    for action in &mut script.actions {
        let group = action.node.map(|node| {
            let next = groups.len();
            let number = *numbers.entry(node).or_insert(next);
            if number == next {
                groups.push(Group::default());
            }
            number
        });
        let width =
            group.and_then(|group| groups.get_mut(group)).map_or(&mut before, |group| &mut group.width);
        action.place = (*width, 0);
        *width += 1;
        of_actions.push(group);
    }
    let mut entry = None;
    for (action, &group) in script.actions.iter().zip(&of_actions) {
        for branch in &action.branches {
            let Some(to) = of_actions.get(branch.to).copied().flatten() else { continue };
            match group {
                Some(from) if from == to => {}
                Some(from) => {
                    if let Some(from) = groups.get_mut(from) {
                        from.to.push(to);
                    }
                    if let Some(to) = groups.get_mut(to) {
                        to.is_led_to = true;
                    }
                }
                None => entry = entry.or(Some(to)),
            }
        }
    }
    let roots = discover(&mut groups, entry);
    stand(&mut groups, &roots, before);
    for (action, group) in script.actions.iter_mut().zip(&of_actions) {
        let (column, row) = match group.and_then(|group| groups.get(group)) {
            Some(group) => (group.column + action.place.0, group.row),
            None => (action.place.0, 0),
        };
        action.place = (LEFT + column * RIGHT, TOP + row * DOWN);
    }
}

/// Finds from where a call first comes to each group: from the entry, and else from where nothing leads. What is left
/// then are cycles.
fn discover(groups: &mut [Group], entry: Option<usize>) -> Vec<usize> {
    let free: Vec<usize> =
        groups.iter().enumerate().filter(|(_, group)| !group.is_led_to).map(|(number, _)| number).collect();
    let mut roots = Vec::new();
    for root in entry.into_iter().chain(free).chain(0..groups.len()) {
        if groups.get(root).is_none_or(|group| group.is_found) {
            continue;
        }
        roots.push(root);
        let mut queue = VecDeque::from([root]);
        groups.iter_mut().skip(root).take(1).for_each(|group| group.is_found = true);
        // Breadth first, so that a group stands where the fewest steps lead.
        while let Some(number) = queue.pop_front() {
            let Some(to) = groups.get_mut(number).map(|group| std::mem::take(&mut group.to)) else {
                continue;
            };
            for to in to {
                let is_new =
                    groups.get_mut(to).is_some_and(|group| !std::mem::replace(&mut group.is_found, true));
                if let (true, Some(group)) = (is_new, groups.get_mut(number)) {
                    group.children.push(to);
                    queue.push_back(to);
                }
            }
        }
    }
    roots
}

/// Gives each group its column and its row. The first that follows a group stands in the same row.
fn stand(groups: &mut [Group], roots: &[usize], first_column: u32) {
    let mut next_row = 0;
    let mut stack: Vec<(usize, u32, bool)> =
        roots.iter().rev().map(|&root| (root, first_column, true)).collect();
    while let Some((number, column, opens_row)) = stack.pop() {
        let Some(group) = groups.get_mut(number) else { continue };
        next_row += u32::from(opens_row);
        group.column = column;
        group.row = next_row - u32::from(next_row > 0);
        let right = column + group.width;
        let children = group.children.iter().enumerate().rev();
        stack.extend(children.map(|(place, &child)| (child, right, place > 0)));
    }
}
