//! The paths of a flow, each as a list of points.

use cxflowc::flow::{AgainArm, AgainId, Directive, EventKind, Flow, NodeId, Transition, TransitionId};
use cxflowc::policy::{Path, PathElement};

/// The most paths that are worth going through.
const MOST: usize = 1500;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Point {
    /// A node's action, by number; 0 for a node without any.
    Step(NodeId, usize),
    /// A transition, for one of its ways, by number; 0 for one that has none.
    Taken(TransitionId, usize),
}

/// A sequence of transitions from the entry.
#[derive(Debug)]
pub struct Walk {
    pub path: Path,
    pub points: Vec<Point>,
    pub complete: bool,
}

/// A run of points of a path, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occurrence {
    pub begin: usize,
    pub end: usize,
}

impl Walk {
    pub fn last(&self) -> PathElement {
        PathElement { node: *self.path.nodes.last().unwrap(), transition: None }
    }
}

impl Occurrence {
    pub fn is_before(self, other: Occurrence) -> bool {
        self.end < other.begin
    }
}

/// Whether the bounds allow a transition after a path.
fn may_take(flow: &Flow, path: &Path, transition: &Transition) -> bool {
    let is_spent = |again: AgainId| {
        let arms = path.transitions.iter().filter_map(|&id| flow.transitions[id].again);
        arms.filter(|&arm| arm == AgainArm::Back(again)).count() >= flow.agains[again].most as usize
    };
    match transition.again {
        None => true,
        Some(AgainArm::Back(again)) => !is_spent(again),
        Some(AgainArm::Else(again)) => is_spent(again),
    }
}

/// The words of what a transition is taken for, one for each way: its alternatives, or of a plain arrow the outcomes that no
/// branch names, where it stands beside outcomes or alone at a kind that declares some.
pub fn ways(flow: &Flow, row: &Transition) -> Vec<String> {
    let words = |row: &Transition| -> Vec<String> {
        flow.alternatives(row).iter().map(|one| flow.events[one.event].word().to_owned()).collect()
    };
    if !row.is_unconditional() {
        return words(row);
    }
    let node = &flow.nodes[row.from];
    let (declares, own) = match node.type_.word() {
        "web" => (true, "found missing failed"),
        "dial" => (true, "busy lost"),
        _ if node.generic => (false, ""),
        "answer" => (false, "human machine unknown failed"),
        "play" | "disclosure" => (false, "failed"),
        "agent" | "callback" | "voicemail" | "disconnect" => (false, "busy no_answer timeout failed"),
        _ => (false, ""),
    };
    let branches: Vec<&Transition> = flow.out(row.from).iter().filter(|one| !one.is_else()).collect();
    let is_key = |one: &&Transition| {
        flow.alternatives(one).iter().any(|one| flow.events[one.event].kind() == EventKind::Key)
    };
    let collects = node.actions.iter().any(|action| action.directive == Directive::Collect);
    let stands_for_others = match branches.len() {
        1 => declares,
        _ => {
            branches.iter().filter(|one| one.is_unconditional()).count() == 1
                && !branches.iter().any(is_key)
                && !collects
        }
    };
    if !stands_for_others {
        return Vec::new();
    }
    let named: Vec<String> = branches.iter().flat_map(|one| words(one)).collect();
    own.split_whitespace().map(str::to_owned).filter(|outcome| !named.contains(outcome)).collect()
}

/// Every sequence of transitions from the entry, each taken for one of its alternatives, and those that
/// stop midway included; none where there are too many.
pub fn walks(flow: &Flow) -> Option<Vec<Walk>> {
    let mut paths = vec![(Path { nodes: vec![flow.entry?], transitions: Vec::new() }, Vec::new())];
    let mut next = 0;
    while let Some((path, alternatives)) = paths.get(next).cloned() {
        next += 1;
        for (transition, row) in flow.transitions.iter() {
            if Some(&row.from) == path.nodes.last() && may_take(flow, &path, row) {
                let mut longer = path.clone();
                longer.nodes.push(row.to?);
                longer.transitions.push(transition);
                for number in 0..ways(flow, row).len().max(1) {
                    let mut alternatives = alternatives.clone();
                    alternatives.push(number);
                    paths.push((longer.clone(), alternatives));
                }
            }
        }
        if paths.len() > MOST {
            return None;
        }
    }
    let walk = |(path, alternatives): (Path, Vec<usize>)| {
        let mut points = Vec::new();
        for (number, &node) in path.nodes.iter().enumerate() {
            if let Some(before) = number.checked_sub(1) {
                points.push(Point::Taken(path.transitions[before], alternatives[before]));
            }
            points.extend((0..flow.nodes[node].actions.len().max(1)).map(|step| Point::Step(node, step)));
        }
        let complete = flow.nodes[*path.nodes.last().unwrap()].ends_call;
        Walk { path, points, complete }
    };
    Some(paths.into_iter().map(walk).collect())
}
