//! Paths as calls: what is heard at each step and what the called party or the platform does next, for those
//! who dial and compare.

use std::collections::VecDeque;

use serde::Serialize;

use crate::Compiled;
use crate::flow::{Flow, NodeId, Transition, TransitionId};
use crate::graph::{Figures, Paths, reachable};
use crate::prompts::{as_text, is_prompt};
use crate::table::Table;

/// So many paths are listed all; of more, some are chosen that take every transition.
pub const ALL: u128 = 100;
/// So many steps are listed at most.
const STEPS: usize = 100_000;

/// Paths of a flow.
#[derive(Debug, Serialize)]
pub struct Sheet {
    /// Whether these are all paths. If not, they take every transition that calls can take, but for those that
    /// are left out.
    pub is_whole: bool,
    /// How many transitions no listed path takes, because the list would be too long.
    pub transitions_left_out: usize,
    /// The paths.
    pub paths: Vec<SheetPath>,
}

/// A path.
#[derive(Debug, Serialize)]
pub struct SheetPath {
    /// Its nodes in order.
    pub steps: Vec<SheetStep>,
}

/// A node on a path.
#[derive(Debug, Serialize)]
pub struct SheetStep {
    /// The node.
    pub node: String,
    /// Its kind, or the platform's type.
    pub kind: String,
    /// What is heard there, in order: texts, or the addresses of recordings.
    pub heard: Vec<String>,
    /// What happens then, `1` or `timeout | invalid`. `None` if the call goes on by itself, or ends.
    pub then: Option<String>,
}

/// The heads of the columns of [`rows`].
pub const FIELDS: [&str; 7] = ["path", "step", "node", "kind", "heard", "then", "next"];

/// The steps as rows of a table, of cells that no spreadsheet takes for formulas.
pub fn rows(sheet: &Sheet) -> impl Iterator<Item = [String; 7]> {
    sheet.paths.iter().enumerate().flat_map(|(path, calls)| {
        let next = calls.steps.iter().skip(1).map(|step| step.node.clone()).chain([String::new()]);
        calls.steps.iter().zip(next).enumerate().map(move |(at, (step, next))| {
            [
                (path + 1).to_string(),
                (at + 1).to_string(),
                step.node.clone(),
                step.kind.clone(),
                step.heard.join("\n"),
                step.then.clone().unwrap_or_default(),
                next,
            ]
            .map(|cell| as_text(&cell))
        })
    })
}

/// All paths where there are few; otherwise paths that take every transition that calls can take.
pub fn of(compiled: &Compiled) -> Sheet {
    let flow = &compiled.flow;
    let is_few = Figures::of(flow).paths.is_some_and(|(count, _)| count.less(ALL).is_zero());
    let (paths, transitions_left_out) = if is_few { (all(flow), 0) } else { covering(flow) };
    Sheet {
        is_whole: is_few,
        transitions_left_out,
        paths: paths.iter().map(|path| SheetPath { steps: steps(flow, path) }).collect(),
    }
}

/// A path: its nodes, each with the transition that is taken there.
type Taken<'f> = Vec<(NodeId, Option<&'f Transition>)>;

fn all(flow: &Flow) -> Vec<Taken<'_>> {
    let mut taken = Vec::new();
    let Some(mut paths) = Paths::of(flow) else { return taken };
    let entry = paths.entry();
    while let Some(path) = paths.advance() {
        let nodes = [entry].into_iter().chain(path.iter().map(|&(_, to)| to));
        let transitions = path.iter().map(|&(transition, _)| Some(transition)).chain([None]);
        taken.push(nodes.zip(transitions).collect());
    }
    taken
}

/// Paths that take every transition that is reachable and leads to an end: the nearest way to it, and on from
/// it to the nearest end. Also says how many transitions are left out.
fn covering(flow: &Flow) -> (Vec<Taken<'_>>, usize) {
    let Some(entry) = flow.entry else { return (Vec::new(), 0) };
    let to = ways_from(flow, entry);
    let on = ways_to_an_end(flow);
    let reached = reachable(flow, [entry]);
    let mut covered: Table<TransitionId, bool> = Table::filled(false, flow.transitions.len());
    let (mut paths, mut length, mut left_out) = (Vec::new(), 0, 0);
    for (id, transition) in flow.transitions.iter().filter(|(_, transition)| reached[transition.from]) {
        let Some(target) = transition.to.filter(|_| !covered[id]) else { continue };
        let mut transitions = vec![id];
        let mut node = transition.from;
        while let Some(before) = to[node] {
            transitions.push(before);
            node = flow.transitions[before].from;
        }
        transitions.reverse();
        node = target;
        while let Some(next) = on[node] {
            transitions.push(next);
            let Some(target) = flow.transitions[next].to else { break };
            node = target;
        }
        if length + transitions.len() > STEPS {
            left_out += 1;
            continue;
        }
        length += transitions.len();
        for &id in &transitions {
            covered[id] = true;
        }
        let last = (node, None);
        let steps = transitions.iter().map(|&id| (flow.transitions[id].from, Some(&flow.transitions[id])));
        paths.push(steps.chain([last]).collect());
    }
    if paths.is_empty() {
        paths.push(vec![(entry, None)]);
    }
    (paths, left_out)
}

/// For each node the last transition of a nearest way to it.
fn ways_from(flow: &Flow, entry: NodeId) -> Table<NodeId, Option<TransitionId>> {
    let mut ways: Table<NodeId, Option<TransitionId>> = Table::filled(None, flow.nodes.len());
    let mut queue = VecDeque::from([entry]);
    while let Some(node) = queue.pop_front() {
        for (id, transition) in flow.out_ids(node) {
            if let Some(to) = transition.to.filter(|&to| to != entry && ways[to].is_none()) {
                ways[to] = Some(id);
                queue.push_back(to);
            }
        }
    }
    ways
}

/// For each node that does not end the call the first transition of a nearest way to one that does.
fn ways_to_an_end(flow: &Flow) -> Table<NodeId, Option<TransitionId>> {
    let mut into: Table<NodeId, Vec<TransitionId>> = Table::filled(Vec::new(), flow.nodes.len());
    for (id, transition) in flow.transitions.iter() {
        if let Some(to) = transition.to {
            into[to].push(id);
        }
    }
    let mut ways: Table<NodeId, Option<TransitionId>> = Table::filled(None, flow.nodes.len());
    let mut queue: VecDeque<NodeId> = flow.nodes.ids().filter(|&node| flow.nodes[node].ends_call).collect();
    while let Some(node) = queue.pop_front() {
        for &id in &into[node] {
            let from = flow.transitions[id].from;
            if ways[from].is_none() && !flow.nodes[from].ends_call {
                ways[from] = Some(id);
                queue.push_back(from);
            }
        }
    }
    ways
}

fn steps(flow: &Flow, path: &Taken<'_>) -> Vec<SheetStep> {
    let step = |&(node, transition): &(NodeId, Option<&Transition>)| {
        let node = &flow.nodes[node];
        let heard = node.actions.iter().filter(|action| is_prompt(action)).filter_map(|action| {
            let text = action.text.as_ref().or(action.media.as_ref())?;
            text.value.as_deref().map(str::to_owned)
        });
        SheetStep {
            node: node.id.to_string(),
            kind: node.type_.word().to_owned(),
            heard: heard.collect(),
            then: transition.and_then(|transition| flow.written_condition(transition)),
        }
    };
    path.iter().map(step).collect()
}
