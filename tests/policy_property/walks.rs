//! The paths of a flow, each as a list of points.

use cxflowc::flow::{AgainArm, AgainId, Directive, EventKind, Flow, Node, NodeId, Transition, TransitionId};
use cxflowc::policy::{Path, PathElement};

/// The most paths that are worth going through.
const MOST: usize = 1500;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Point {
    /// A node's action, by number; 0 for a node without any. What its agent says has the numbers after these.
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
    /// The last point of the visit to a node that a point belongs to.
    pub fn end_of_visit(&self, at: usize) -> usize {
        let steps = self.points[at..].iter().take_while(|point| matches!(point, Point::Step(..)));
        at + steps.count() - 1
    }

    /// Whether the agent says something on the visit to a node that a point belongs to.
    pub fn is_said(&self, flow: &Flow, at: usize) -> bool {
        let end = self.end_of_visit(at);
        matches!(self.points[end], Point::Step(node, step) if step >= own_steps(&flow.nodes[node]))
    }

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
        "queue" => (true, "done busy failed"),
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

/// How many steps a node has without what its agent says.
pub fn own_steps(row: &Node) -> usize {
    row.actions.len().max(1)
}

/// Whether an agent who has talked to a call may leave it to a transition: for one of its ways at least it is not said
/// that nobody took the call.
fn may_follow_talk(flow: &Flow, row: &Transition) -> bool {
    let nobody: &[&str] = match flow.nodes[row.from].type_.word() {
        "agent" => &["busy", "no_answer", "timeout", "failed"],
        _ => &["busy", "no_answer"],
    };
    if row.is_unconditional() {
        let ways = ways(flow, row);
        return ways.is_empty() || ways.iter().any(|way| !nobody.contains(&&**way));
    }
    flow.alternatives(row).iter().any(|one| {
        let event = &flow.events[one.event];
        matches!(event.kind(), EventKind::Raw | EventKind::Key) || !nobody.contains(&event.word())
    })
}

/// Whether a call may end at a node of a declared kind by an outcome that no branch takes, and nobody has talked.
fn ends_without_talk(flow: &Flow, node: NodeId) -> bool {
    let own = match flow.nodes[node].type_.word() {
        "dial" => "busy lost",
        "queue" => "done busy failed",
        _ => return false,
    };
    let out = || flow.transitions.rows().iter().filter(|one| one.from == node);
    let words = out().flat_map(|one| flow.alternatives(one)).map(|one| flow.events[one.event].word());
    let named: Vec<&str> = words.collect();
    !out().any(Transition::is_unconditional) && own.split(' ').any(|outcome| !named.contains(&outcome))
}

/// In which ways a call may pass a node that it leaves by a transition, or where the walk stops: whether the agent there
/// says something.
fn talks(flow: &Flow, node: NodeId, left_by: Option<TransitionId>) -> Vec<bool> {
    let row = &flow.nodes[node];
    let has_ways = flow.transitions.rows().iter().any(|one| one.from == node);
    match left_by.map(|id| &flow.transitions[id]) {
        _ if row.scripts.is_empty() => vec![false],
        None if !has_ways && !ends_without_talk(flow, node) => vec![true],
        Some(by) if !may_follow_talk(flow, by) => vec![false],
        _ => vec![true, false],
    }
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
    let mut walks = Vec::new();
    for (path, alternatives) in paths {
        // The points so far, and whether the last agent has talked or cannot.
        let mut runs: Vec<(Vec<Point>, bool)> = vec![(Vec::new(), true)];
        for (number, &node) in path.nodes.iter().enumerate() {
            let talks = talks(flow, node, path.transitions.get(number).copied());
            let row = &flow.nodes[node];
            let before = number.checked_sub(1);
            let taken = before.map(|before| Point::Taken(path.transitions[before], alternatives[before]));
            let longer = |(points, _): &(Vec<Point>, bool), talks: bool| {
                let mut points = points.clone();
                points.extend(taken);
                let steps = own_steps(row) + if talks { row.scripts.len() } else { 0 };
                points.extend((0..steps).map(|step| Point::Step(node, step)));
                (points, talks || row.scripts.is_empty())
            };
            runs = runs.iter().flat_map(|run| talks.iter().map(move |&talks| longer(run, talks))).collect();
            if runs.len() + walks.len() > 4 * MOST {
                return None;
            }
        }
        let last = &flow.nodes[*path.nodes.last().unwrap()];
        walks.extend(runs.into_iter().map(|(points, is_taken)| Walk {
            path: path.clone(),
            points,
            complete: last.ends_call && (is_taken || ends_without_talk(flow, *path.nodes.last().unwrap())),
        }));
    }
    Some(walks)
}
