//! Paths as calls: what is heard at each step and what the called party or the platform does next, for those
//! who dial and compare.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::Report;
use super::shared_text::{SharedText, SharedTexts};
use crate::Compiled;
use crate::flow::{Flow, NodeId, Transition, TransitionId};
use crate::graph::{Figures, Paths, beyond_bounds, reachable};
use crate::prompts::{Prompt, as_text, seconds};
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
    /// What its calls are reported as.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disposition: Option<String>,
}

/// A node on a path. What is heard there is in the report's prompts.
#[derive(Debug, Serialize)]
pub struct SheetStep {
    /// The node.
    pub node: SharedText,
    /// Its kind, or the platform's type.
    pub kind: SharedText,
    /// What happens then, `1` or `timeout | invalid`. `None` if the call goes on by itself, or ends.
    pub then: Option<SharedText>,
}

impl SheetPath {
    /// What happens on the call, in order: `1, timeout`. Empty if it goes through by itself.
    pub fn events(&self) -> String {
        let events: Vec<&str> = self.steps.iter().filter_map(|step| step.then.as_deref()).collect();
        events.join(", ")
    }
}

/// The prompts of each node, in order.
pub fn prompts_by_node(prompts: &[Prompt]) -> FxHashMap<&str, Vec<&Prompt>> {
    let mut by_node: FxHashMap<&str, Vec<&Prompt>> = FxHashMap::default();
    for prompt in prompts {
        by_node.entry(&prompt.node).or_default().push(prompt);
    }
    by_node
}

/// The columns of [`rows`], of which `disposition` is there if the flow declares some.
const FIELDS: [&str; 12] = [
    "path",
    "events",
    DISPOSITION,
    "node",
    "kind",
    "step",
    "seconds_least",
    "seconds_most",
    "media",
    "text",
    "then",
    "next",
];

const DISPOSITION: &str = "disposition";

/// The heads of the columns of [`rows`].
pub fn heads(report: &Report) -> impl Iterator<Item = &'static str> {
    FIELDS.into_iter().filter(|field| *field != DISPOSITION || !report.dispositions.is_empty())
}

/// A row for each prompt that is heard on a path, and one for each node without any. The first row of a path has
/// all that happens on the call and what the call is reported as, the last row of a node where the call goes on. No spreadsheet takes a cell for a
/// formula.
pub fn rows(report: &Report) -> impl Iterator<Item = Vec<String>> {
    let by_node = prompts_by_node(&report.prompts);
    report.sheet.paths.iter().zip(1usize..).flat_map(move |(path, number)| {
        let mut rows: Vec<Vec<String>> = Vec::new();
        let next = path.steps.iter().skip(1).map(|step| &*step.node).chain([""]);
        for (step, next) in path.steps.iter().zip(next) {
            let prompts = by_node.get(&*step.node).map_or(&[][..], Vec::as_slice);
            for at in 0..prompts.len().max(1) {
                let prompt = prompts.get(at);
                let is_last = at + 1 >= prompts.len();
                let of = |cell: fn(&Prompt) -> Option<String>| {
                    prompt.and_then(|one| cell(one)).unwrap_or_default()
                };
                let row = [
                    number.to_string(),
                    if rows.is_empty() { path.events() } else { String::new() },
                    path.disposition.clone().filter(|_| rows.is_empty()).unwrap_or_default(),
                    step.node.to_string(),
                    step.kind.to_string(),
                    of(|prompt| Some(prompt.step.to_string())),
                    of(|prompt| Some(seconds(prompt.least))),
                    of(|prompt| Some(seconds(prompt.most))),
                    of(|prompt| prompt.media.clone().or_else(|| prompt.prompt_id.clone())),
                    of(|prompt| prompt.text.clone()),
                    step.then.as_deref().filter(|_| is_last).unwrap_or_default().to_owned(),
                    if is_last { next.to_owned() } else { String::new() },
                ];
                let cells = FIELDS.iter().zip(&row);
                let cells =
                    cells.filter(|(field, _)| **field != DISPOSITION || !report.dispositions.is_empty());
                rows.push(cells.map(|(_, cell)| as_text(cell)).collect());
            }
        }
        rows
    })
}

/// All paths where there are few; otherwise paths that take every transition that calls can take.
pub fn of(compiled: &Compiled) -> Sheet {
    let flow = &compiled.flow;
    let is_few = Figures::of(flow).paths.is_some_and(|(count, _)| count.less(ALL).is_zero());
    let (paths, transitions_left_out) = if is_few { (all(flow), 0) } else { covering(flow) };
    let mut texts = StepTexts::of(flow);
    let paths = paths
        .into_iter()
        .map(|path| SheetPath { disposition: disposition(flow, &path), steps: steps(&path, &mut texts) });
    Sheet { is_whole: is_few, transitions_left_out, paths: paths.collect() }
}

/// A path: its nodes, each with the transition that is taken there.
type Taken = Vec<(NodeId, Option<TransitionId>)>;

/// What the calls of a path are reported as: the last disposition on it.
fn disposition(flow: &Flow, path: &Taken) -> Option<String> {
    let passed = |&(node, transition): &(NodeId, Option<TransitionId>)| {
        let of_transition = transition.and_then(|id| flow.transitions[id].disposition);
        of_transition.or_else(|| flow.nodes[node].disposition.map(|given| given.id))
    };
    path.iter().rev().find_map(passed).map(|id| flow.disposition(id).to_owned())
}

fn all(flow: &Flow) -> Vec<Taken> {
    let id = |one: &Transition| flow.out_ids(one.from).find(|&(_, other)| std::ptr::eq(one, other));
    let mut taken = Vec::new();
    let Some(mut paths) = Paths::of(flow) else { return taken };
    let entry = paths.entry();
    while let Some(path) = paths.advance() {
        let nodes = [entry].into_iter().chain(path.iter().map(|&(_, to)| to));
        let transitions = path.iter().map(|&(one, _)| id(one).map(|(id, _)| id)).chain([None]);
        taken.push(nodes.zip(transitions).collect());
    }
    taken
}

/// Paths that take every transition that is reachable and leads to an end: the nearest way to it, and on from
/// it to the nearest end. Also says how many transitions are left out.
fn covering(source: &Flow) -> (Vec<Taken>, usize) {
    let flow = source.of_calls();
    let Some(entry) = flow.entry else { return (Vec::new(), 0) };
    let to = Ways::from_entry(flow, entry);
    let on = Ways::to_an_end(flow);
    let reached = reachable(flow, [entry]);
    let mut covered: Table<TransitionId, bool> = Table::filled(false, flow.transitions.len());
    let (mut paths, mut length) = (Vec::new(), 0);
    let taken = || flow.transitions.iter().filter(|(_, one)| reached[one.from] && one.to.is_some());
    for (id, transition) in taken() {
        let Some(target) = transition.to.filter(|_| !covered[id]) else { continue };
        // Counted before the path is made: there may be many that are too long.
        let steps = to.lengths[transition.from] + 1 + on.lengths[target];
        if length + steps > STEPS {
            continue;
        }
        let mut transitions = vec![id];
        let mut node = transition.from;
        while let Some(before) = to.by[node] {
            transitions.push(before);
            node = flow.transitions[before].from;
        }
        transitions.reverse();
        node = target;
        while let Some(next) = on.by[node] {
            transitions.push(next);
            let Some(target) = flow.transitions[next].to else { break };
            node = target;
        }
        let of_source = |&id: &TransitionId| source.source_transition(id);
        // Where the bounds of ways back are not worked in, no call may go so.
        if beyond_bounds(source, transitions.iter().map(of_source)).is_some() {
            continue;
        }
        length += steps;
        for &id in &transitions {
            covered[id] = true;
        }
        let steps = transitions.iter().map(of_source).map(|id| (source.transitions[id].from, Some(id)));
        paths.push(steps.chain([(source.source_node(node), None)]).collect());
    }
    if paths.is_empty() {
        paths.push(vec![(entry, None)]);
    }
    let left_out = taken().filter(|&(id, _)| !covered[id]).count();
    (paths, left_out)
}

/// Shortest ways between each node and somewhere else.
struct Ways {
    /// The transition next to the node. `None` where there is no way, or none is needed.
    by: Table<NodeId, Option<TransitionId>>,
    /// How many transitions there are.
    lengths: Table<NodeId, usize>,
}

impl Ways {
    /// No way yet.
    fn none(flow: &Flow) -> Self {
        let nodes = flow.nodes.len();
        Self { by: Table::filled(None, nodes), lengths: Table::filled(0, nodes) }
    }

    /// From the entry to each node.
    fn from_entry(flow: &Flow, entry: NodeId) -> Self {
        let mut ways = Self::none(flow);
        let mut queue = VecDeque::from([entry]);
        while let Some(node) = queue.pop_front() {
            for (id, transition) in flow.out_ids(node) {
                if let Some(to) = transition.to.filter(|&to| to != entry && ways.by[to].is_none()) {
                    ways.by[to] = Some(id);
                    ways.lengths[to] = ways.lengths[node] + 1;
                    queue.push_back(to);
                }
            }
        }
        ways
    }

    /// From each node that does not end the call to one that does.
    fn to_an_end(flow: &Flow) -> Self {
        let mut into: Table<NodeId, Vec<TransitionId>> = Table::filled(Vec::new(), flow.nodes.len());
        for (id, transition) in flow.transitions.iter() {
            if let Some(to) = transition.to {
                into[to].push(id);
            }
        }
        let mut ways = Self::none(flow);
        let mut queue: VecDeque<NodeId> =
            flow.nodes.ids().filter(|&node| flow.nodes[node].ends_call).collect();
        while let Some(node) = queue.pop_front() {
            for &id in &into[node] {
                let from = flow.transitions[id].from;
                if ways.by[from].is_none() && !flow.nodes[from].ends_call {
                    ways.by[from] = Some(id);
                    ways.lengths[from] = ways.lengths[node] + 1;
                    queue.push_back(from);
                }
            }
        }
        ways
    }
}

fn steps(path: &Taken, texts: &mut StepTexts<'_>) -> Vec<SheetStep> {
    let step = |&(node, transition): &(NodeId, Option<TransitionId>)| {
        let (node, kind) = texts.node(node);
        let then = transition.and_then(|transition| texts.condition(transition));
        SheetStep { node, kind, then }
    };
    path.iter().map(step).collect()
}

/// The texts of steps, each made when a path first comes to it: paths share most of their steps.
struct StepTexts<'f> {
    flow: &'f Flow,
    texts: SharedTexts,
    /// The name and the kind of each node.
    nodes: Table<NodeId, Option<(SharedText, SharedText)>>,
    conditions: Table<TransitionId, Option<Option<SharedText>>>,
}

impl<'f> StepTexts<'f> {
    fn of(flow: &'f Flow) -> Self {
        Self {
            flow,
            texts: SharedTexts::default(),
            nodes: Table::filled(None, flow.nodes.len()),
            conditions: Table::filled(None, flow.transitions.len()),
        }
    }

    fn node(&mut self, id: NodeId) -> (SharedText, SharedText) {
        let node = &self.flow.nodes[id];
        let texts = &mut self.texts;
        let made =
            self.nodes[id].get_or_insert_with(|| (texts.share(&node.id), texts.share(self.flow.word_of(id))));
        made.clone()
    }

    /// As the source spells it. `None` where the call goes on by itself.
    fn condition(&mut self, id: TransitionId) -> Option<SharedText> {
        let (flow, texts) = (self.flow, &mut self.texts);
        let made = self.conditions[id].get_or_insert_with(|| {
            flow.written_condition(&flow.transitions[id]).map(|condition| texts.share(&condition))
        });
        made.clone()
    }
}
