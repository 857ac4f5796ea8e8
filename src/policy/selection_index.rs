//! Finds what a selector picks in a flow, by set operations on bit sets of nodes and steps.

use std::sync::{Arc, Mutex, PoisonError};

use fixedbitset::FixedBitSet;
use rustc_hash::FxHashMap;

use super::path_graph::PathGraph;
use super::selection::Selection;
use super::spoken_tags::{is_wordless, is_wordless_node, spoken_tags};
use crate::flow::policy::{Op, Selector};
use crate::flow::{Action, Directive, DispositionId, EventId, Kind, Node, NodeId, Script, Tag, VariableId};
use crate::speech::is_within;
use crate::table::Id;

/// How many selections are kept. Each takes some bits a step.
const MOST_KNOWN: usize = 64;

/// The nodes of each kind and the places of each tag, so that a selector need not visit every node.
pub struct Index<'a> {
    graph: &'a PathGraph<'a>,
    kinds: FxHashMap<Kind, Vec<NodeId>>,
    /// Nodes with a tag in their header.
    nodes: FxHashMap<&'a str, Vec<NodeId>>,
    /// Steps whose action has a tag.
    steps: FxHashMap<&'a str, Vec<usize>>,
    /// What was found before: rules share many selectors.
    known: Mutex<FxHashMap<(Selector, Picks), Arc<Selection>>>,
}

/// Which occurrences atoms pick.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Picks {
    /// Nodes as a whole, and single steps.
    Nodes,
    /// The same without agents who do not take the call.
    TakenNodes,
    /// The same with the actions that give nodes their kinds.
    NodesAndActions,
    /// The same without what agents say.
    WithoutScripts,
}

/// An intermediate result: the places that part of a selector picks.
struct Sets {
    /// Nodes that are one occurrence.
    whole: FixedBitSet,
    /// Steps that are an occurrence each.
    alone: FixedBitSet,
    /// Steps from which one goes to the end of the node: what hands the call over, with what the agent says.
    onward: FixedBitSet,
    /// All steps of these sets.
    steps: FixedBitSet,
    /// Ways of transitions, by their numbers in the graph; allocated only if needed.
    taken: FixedBitSet,
}

/// What part of a selector picks, and what it does not pick. Both are kept, so that `not (A & B)` picks the
/// same as `not A | not B`.
struct Sides {
    picked: Sets,
    others: Sets,
}

impl<'a> Index<'a> {
    /// Visits every node once.
    pub fn new(graph: &'a PathGraph<'a>) -> Self {
        let mut index = Self {
            graph,
            kinds: FxHashMap::default(),
            nodes: FxHashMap::default(),
            steps: FxHashMap::default(),
            known: Mutex::default(),
        };
        let spoken_tags = spoken_tags(graph.source);
        for (id, node) in graph.flow.nodes.iter() {
            for kind in node.counts_as() {
                index.kinds.entry(kind).or_default().push(id);
            }
            // A tag does not count at something that nobody hears.
            let counts =
                |tag: &&Tag| !(node.is_mute() || spoken_tags.contains(&*tag.name) && is_wordless_node(node));
            for tag in node.tags.iter().filter(counts) {
                index.nodes.entry(&tag.name).or_default().push(id);
            }
            let tagged = graph.steps_of(id).zip(&node.actions).filter(|(_, action)| !action.tags.is_empty());
            for (step, action) in tagged {
                let is_wordless = is_wordless(action) && !node.broken;
                let counts =
                    |tag: &&Tag| !(action.is_mute() || is_wordless && spoken_tags.contains(&*tag.name));
                for tag in action.tags.iter().filter(counts) {
                    index.steps.entry(&tag.name).or_default().push(step);
                }
            }
            for (step, script) in graph.scripts_of(id).filter(|(_, script)| script.is_heard()) {
                for tag in &script.tags {
                    index.steps.entry(&tag.name).or_default().push(step);
                }
            }
        }
        index
    }

    /// Finds what a selector picks.
    pub fn pick(&self, selector: &Selector) -> Arc<Selection> {
        self.pick_with(selector, Picks::Nodes)
    }

    /// Like [`Self::pick`], for what a rule asks to come with something else. Where no agent takes the call, there is no
    /// `agent` with which anything could come, and an agent's node of which nothing is heard is no occurrence.
    pub fn pick_taken(&self, selector: &Selector) -> Arc<Selection> {
        self.pick_with(selector, Picks::TakenNodes)
    }

    /// Like [`Self::pick`], for where a rule asks what keys lead to: whoever talks with an agent presses none.
    pub fn pick_without_scripts(&self, selector: &Selector) -> Arc<Selection> {
        self.pick_with(selector, Picks::WithoutScripts)
    }

    /// Like [`Self::pick`], for what a rule forbids before or after something else. A kind picks, besides
    /// each node, the action that gives the node its kind: what an `agent` node says before its `route`
    /// does not come after the call was handed over. What the agent says belongs to the action.
    pub fn pick_with_actions(&self, selector: &Selector) -> Arc<Selection> {
        self.pick_with(selector, Picks::NodesAndActions)
    }

    fn pick_with(&self, selector: &Selector, picks: Picks) -> Arc<Selection> {
        let key = (selector.clone(), picks);
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(selection) = known().get(&key) {
            return Arc::clone(selection);
        }
        let selection = Arc::new(self.find(selector, picks));
        let mut known = known();
        if known.len() < MOST_KNOWN {
            known.insert(key, Arc::clone(&selection));
        }
        selection
    }

    fn find(&self, selector: &Selector, picks: Picks) -> Selection {
        // Only `not` needs what is not picked.
        let has_not = selector.0.contains(&Op::Not);
        let mut stack: Vec<Sides> = Vec::with_capacity(4);
        for op in &selector.0 {
            let value = match op {
                Op::Not => {
                    stack.pop().map(|Sides { picked, others }| Sides { picked: others, others: picked })
                }
                Op::And => stack.pop().zip(stack.pop()).map(|(right, left)| Sides {
                    picked: left.picked.and(&right.picked),
                    others: left.others.or(&right.others),
                }),
                Op::Or => stack.pop().zip(stack.pop()).map(|(right, left)| Sides {
                    picked: left.picked.or(&right.picked),
                    others: left.others.and(&right.others),
                }),
                atom => Some(Sides {
                    picked: self.atom(atom, picks),
                    others: if has_not { self.others(atom) } else { self.empty() },
                }),
            };
            stack.extend(value);
        }
        let mut sets = stack.pop().map_or_else(|| self.empty(), |sides| sides.picked);
        if picks == Picks::WithoutScripts {
            for &node in &self.graph.nodes_of_several_steps {
                let is_whole = sets.whole.contains(node.index());
                for (step, _) in self.graph.scripts_of(node) {
                    sets.alone.remove(step);
                    sets.steps.set(step, is_whole);
                }
            }
        }
        self.picked(sets)
    }

    fn empty(&self) -> Sets {
        let steps = FixedBitSet::with_capacity(self.graph.steps());
        let whole = FixedBitSet::with_capacity(self.graph.flow.nodes.len());
        Sets { whole, alone: steps.clone(), onward: FixedBitSet::new(), steps, taken: FixedBitSet::new() }
    }

    fn atom(&self, op: &Op, picks: Picks) -> Sets {
        let mut sets = self.empty();
        match op {
            Op::Kind(kind) => {
                let nodes = self.kinds.get(kind).map_or(&[][..], Vec::as_slice);
                match picks {
                    Picks::TakenNodes if *kind == Kind::Agent => {
                        let taken = nodes.iter().copied().filter(|&node| !self.graph.is_untaken(node));
                        self.add_nodes(&mut sets, &taken.collect::<Vec<_>>());
                    }
                    _ => self.add_nodes(&mut sets, nodes),
                }
                if let Some(directive) = kind
                    .directive()
                    .filter(|directive| picks == Picks::NodesAndActions && **directive != Directive::Play)
                {
                    for &node in nodes {
                        let row = &self.graph.flow.nodes[node];
                        let gives_kind =
                            |action: &Action| action.directive == *directive || row.gives_kind(*kind, action);
                        let of_node = self.graph.steps_of(node).zip(&row.actions);
                        let gives = of_node.filter(|(_, action)| gives_kind(action)).map(|(step, _)| step);
                        match row.scripts.is_empty() {
                            true => sets.alone.extend(gives),
                            false => {
                                sets.onward.grow(self.graph.steps());
                                sets.onward.extend(gives);
                            }
                        }
                    }
                }
            }
            Op::Declared(_, kind) => {
                let of_kind = |node: &Node| kind.is_some() && node.declared_kind() == *kind;
                let nodes = self.graph.flow.nodes.iter().filter(|(_, node)| of_kind(node));
                let counts = |node: &NodeId| picks != Picks::TakenNodes || !self.graph.is_untaken(*node);
                let nodes: Vec<NodeId> = nodes.map(|(id, _)| id).filter(counts).collect();
                self.add_nodes(&mut sets, &nodes);
            }
            Op::Node(node) => {
                let copies: Vec<NodeId> = self.graph.copies_of(*node).collect();
                self.add_nodes(&mut sets, &self.said(&copies, picks));
            }
            Op::Tag(name) => {
                sets.alone.extend(self.tagged_steps(name).iter().copied());
                sets.steps.clone_from(&sets.alone);
                let nodes = self.said(self.tagged_nodes(name), picks);
                self.add_nodes(&mut sets, &nodes);
                // A tag in the header means the whole node, even if its actions have the tag too.
                for &node in &nodes {
                    sets.alone.remove_range(self.graph.steps_of(node));
                }
            }
            Op::Language(_) | Op::Heard => {
                sets.alone.extend(self.lone_steps(op));
                sets.steps.clone_from(&sets.alone);
            }
            Op::Key => {
                let flow = self.graph.flow;
                sets.taken.grow(self.graph.all_ways());
                for (_, transition) in flow.transitions.iter() {
                    let ways = transition.alternatives().zip(flow.alternatives(transition));
                    let keys = ways.filter(|(_, one)| flow.events[one.event].kind().is_entry());
                    sets.taken.extend(keys.map(|(number, _)| number));
                }
            }
            // Each step is one occurrence.
            Op::Any => {
                sets.alone.insert_range(..);
                sets.steps.insert_range(..);
            }
            Op::Taken(node, events) => {
                // A copy of a transition has the alternatives of the transition itself. Not every copy of the node has a
                // copy of each.
                let flow = self.graph.source;
                sets.taken.grow(self.graph.all_ways());
                for (_, transition) in flow.out_ids(*node) {
                    let alternatives = transition.alternatives().zip(flow.alternatives(transition));
                    let picked = alternatives.filter(|(_, alternative)| events.contains(&alternative.event));
                    sets.taken.extend(picked.map(|(number, _)| number));
                }
                self.add_otherwise(&mut sets.taken, *node, events);
            }
            Op::Set(_, variable) => {
                sets.alone.extend(self.lone_steps(op));
                sets.steps.clone_from(&sets.alone);
                if let Some(variable) = *variable {
                    self.add_set_behind(&mut sets.taken, variable);
                }
            }
            Op::With(_) => {
                sets.alone.extend(self.lone_steps(op));
                sets.steps.clone_from(&sets.alone);
            }
            Op::Disposition(name) => {
                let flow = self.graph.flow;
                let is_meant = |id: DispositionId| *flow.disposition(id) == **name;
                let nodes = flow
                    .nodes
                    .iter()
                    .filter(|(_, node)| node.disposition.is_some_and(|one| is_meant(one.id)));
                let nodes: Vec<NodeId> = nodes.map(|(id, _)| id).collect();
                self.add_nodes(&mut sets, &nodes);
                sets.taken.grow(self.graph.all_ways());
                for (id, transition) in flow.transitions.iter() {
                    if transition.disposition.is_some_and(is_meant) {
                        sets.taken.insert_range(self.graph.ways(id));
                    }
                }
            }
            Op::Nothing | Op::Not | Op::And | Op::Or => {}
        }
        sets
    }

    /// Nodes without those at which no agent takes the call and nothing is heard, where these do not count.
    fn said(&self, nodes: &[NodeId], picks: Picks) -> Vec<NodeId> {
        let is_silent = |node: NodeId| {
            let row = &self.graph.flow.nodes[node];
            self.graph.is_untaken(node) && !row.actions.iter().any(|action| row.is_heard_at(action))
        };
        let counts = |node: &NodeId| picks != Picks::TakenNodes || !is_silent(*node);
        nodes.iter().copied().filter(counts).collect()
    }

    /// Adds the ways of the plain arrow of a node that a call takes on some events.
    fn add_otherwise(&self, taken: &mut FixedBitSet, node: NodeId, events: &[EventId]) {
        let PathGraph { flow, source, .. } = *self.graph;
        let is_asked = |outcome: &str| events.iter().any(|&event| flow.events[event].word() == outcome);
        for copy in self.graph.copies_of(node) {
            for (id, _) in flow.out_ids(copy).filter(|(_, transition)| transition.is_unconditional()) {
                let of_source = &source.transitions[self.graph.source_transition(id)];
                let ways = self.graph.ways(id).zip(source.outcomes_behind(of_source));
                taken.extend(ways.filter(|(_, outcome)| is_asked(outcome)).map(|(way, _)| way));
            }
        }
    }

    /// Adds the ways of transitions behind which a node has set a variable.
    fn add_set_behind(&self, taken: &mut FixedBitSet, variable: VariableId) {
        let PathGraph { flow, source, .. } = *self.graph;
        taken.grow(self.graph.all_ways());
        for (id, transition) in flow.transitions.iter() {
            let from = self.graph.source_node(transition.from);
            let sets = source.sets_of(from).iter().filter(|set| set.variable == variable);
            if sets.clone().next().is_none() {
                continue;
            }
            if transition.is_unconditional() {
                let of_source = &source.transitions[self.graph.source_transition(id)];
                let ways = self.graph.ways(id).zip(source.sets_on_ways(of_source, variable));
                taken.extend(ways.filter(|(_, is_set)| *is_set).map(|(number, _)| number));
                continue;
            }
            let is_set = |event: EventId| sets.clone().any(|set| set.is_on(flow.events[event].word()));
            let ways = self.graph.ways(id).zip(flow.alternatives(transition));
            taken.extend(ways.filter(|(_, one)| is_set(one.event)).map(|(number, _)| number));
        }
    }

    /// The steps that an atom picks by what they have themselves.
    fn lone_steps(&self, op: &Op) -> Vec<usize> {
        let is_picked = |action: &Action| match op {
            Op::Set(_, variable) => action.set.as_ref().is_some_and(|set| Some(set.variable) == *variable),
            Op::With(name) => action.sends(name),
            _ => false,
        };
        match op {
            Op::Tag(name) => self.tagged_steps(name).to_vec(),
            Op::Language(language) => self.steps_in(language),
            Op::Heard => self.heard_steps(),
            Op::Set(..) | Op::With(_) => {
                let nodes = self.graph.flow.nodes.iter();
                let steps = nodes.flat_map(|(id, node)| self.graph.steps_of(id).zip(&node.actions));
                steps.filter(|(_, action)| is_picked(action)).map(|(step, _)| step).collect()
            }
            _ => Vec::new(),
        }
    }

    /// What an atom does not pick: whole nodes, except those with some picked steps.
    fn others(&self, op: &Op) -> Sets {
        let mut sets = self.empty();
        if matches!(op, Op::Any) {
            return sets;
        }
        let picked = self.atom(op, Picks::Nodes);
        sets.whole = picked.whole;
        sets.whole.toggle_range(..);
        sets.steps = picked.steps;
        sets.steps.toggle_range(..);
        if matches!(op, Op::Tag(_) | Op::Set(..) | Op::With(_) | Op::Language(_) | Op::Heard) {
            for step in self.lone_steps(op) {
                let node = self.graph.node_of(step);
                if sets.whole.contains(node.index()) {
                    sets.whole.remove(node.index());
                    sets.alone.insert_range(self.graph.steps_of(node));
                }
            }
            sets.alone.intersect_with(&sets.steps);
        }
        sets
    }

    /// The steps that are heard.
    fn heard_steps(&self) -> Vec<usize> {
        let mut steps = self.steps_that(|node, action| node.is_heard_at(action));
        steps.extend(self.scripts().filter(|(_, script)| script.is_heard()).map(|(step, _)| step));
        steps
    }

    /// What agents say.
    fn scripts(&self) -> impl Iterator<Item = (usize, &'a Script)> {
        self.graph.flow.nodes.ids().flat_map(|node| self.graph.scripts_of(node))
    }

    /// The steps that are heard in a language. That of a declared kind's own action is not known.
    fn steps_in(&self, language: &str) -> Vec<usize> {
        let is_in = |action: &Action| action.language().is_some_and(|own| is_within(own, language));
        let mut steps = self.steps_that(|_, action| action.is_heard() && is_in(action));
        let are_said = |(_, script): &(usize, &Script)| {
            script.is_heard() && script.language().is_some_and(|own| is_within(own, language))
        };
        steps.extend(self.scripts().filter(are_said).map(|(step, _)| step));
        steps
    }

    fn steps_that(&self, are_meant: impl Fn(&Node, &Action) -> bool) -> Vec<usize> {
        let nodes = self.graph.flow.nodes.iter();
        let steps = nodes.flat_map(|(id, node)| {
            self.graph.steps_of(id).zip(&node.actions).map(move |(step, action)| (step, node, action))
        });
        steps.filter(|(_, node, action)| are_meant(node, action)).map(|(step, ..)| step).collect()
    }

    fn tagged_nodes(&self, tag: &str) -> &[NodeId] {
        self.nodes.get(tag).map_or(&[], Vec::as_slice)
    }

    fn tagged_steps(&self, tag: &str) -> &[usize] {
        self.steps.get(tag).map_or(&[], Vec::as_slice)
    }

    fn add_nodes(&self, sets: &mut Sets, nodes: &[NodeId]) {
        for &node in nodes {
            sets.whole.insert(node.index());
            sets.steps.insert_range(self.graph.steps_of(node));
        }
    }

    fn picked(&self, sets: Sets) -> Selection {
        let Sets { mut whole, mut alone, onward, steps: begins, taken: alternatives } = sets;
        let (mut begins, mut ends) = (begins.clone(), begins);
        let mut whole_of_several = FixedBitSet::with_capacity(whole.len());
        for &node in self.graph.nodes_of_several_steps.iter().filter(|node| whole.contains(node.index())) {
            whole_of_several.insert(node.index());
            let steps = self.graph.steps_of(node);
            begins.remove_range(steps.start + 1..steps.end);
            ends.remove_range(steps.start..steps.end - 1);
        }
        // A node with one step counts as that step.
        whole.difference_with(&whole_of_several);
        alone.extend(whole.ones().map(|node| self.graph.steps_of(NodeId::from_index(node)).start));
        begins.union_with(&alone);
        ends.union_with(&alone);
        begins.union_with(&onward);
        ends.extend(onward.ones().filter_map(|step| self.graph.last_step(step)));
        let mut picked = Selection {
            begins,
            ends,
            alone,
            onward,
            whole: whole_of_several,
            alternatives,
            taken: FixedBitSet::new(),
            always: FixedBitSet::new(),
        };
        self.pick_transitions(&mut picked);
        picked
    }

    /// Finds the transitions whose alternatives are picked.
    fn pick_transitions(&self, picked: &mut Selection) {
        if picked.alternatives.is_clear() {
            return;
        }
        let transitions = &self.graph.flow.transitions;
        picked.taken.grow(transitions.len());
        picked.always.grow(transitions.len());
        for id in transitions.ids() {
            let mut alternatives = self.graph.ways(id);
            if alternatives.clone().any(|number| picked.alternatives.contains(number)) {
                picked.taken.insert(id.index());
                let all = alternatives.all(|number| picked.alternatives.contains(number));
                picked.always.set(id.index(), all);
            }
        }
    }
}

impl Sets {
    fn and(mut self, other: &Self) -> Self {
        // A single step on one side counts on both if the other side has it, too.
        self.alone.intersect_with(&other.steps);
        let mut theirs = other.alone.clone();
        theirs.intersect_with(&self.steps);
        self.alone.union_with(&theirs);
        let mut theirs = other.onward.clone();
        theirs.intersect_with(&self.steps);
        self.onward.intersect_with(&other.steps);
        self.onward.union_with(&theirs);
        self.whole.intersect_with(&other.whole);
        self.steps.intersect_with(&other.steps);
        self.taken.intersect_with(&other.taken);
        self
    }

    fn or(mut self, other: &Self) -> Self {
        self.whole.union_with(&other.whole);
        self.alone.union_with(&other.alone);
        self.onward.union_with(&other.onward);
        self.steps.union_with(&other.steps);
        self.taken.union_with(&other.taken);
        self
    }
}
