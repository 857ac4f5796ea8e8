//! What a selector picks in a flow: its operations on sets, a machine word of nodes at a time.

use fixedbitset::FixedBitSet;
use rustc_hash::FxHashMap;

use super::Place;
use super::ground::Ground;
use crate::flow::policy::{Op, Selector};
use crate::flow::{Kind, NodeId, TransitionId};
use crate::table::Id;

/// The nodes of each kind and the places of each tag, so that no selector looks at every node.
pub struct Index<'a> {
    ground: &'a Ground<'a>,
    kinds: FxHashMap<Kind, Vec<NodeId>>,
    /// Nodes that bear a tag.
    nodes: FxHashMap<&'a str, Vec<NodeId>>,
    /// Steps whose action bears one.
    steps: FxHashMap<&'a str, Vec<usize>>,
}

/// What a selector picks, on the way.
struct Sets {
    /// Nodes of which it is decided that all steps are picked.
    whole: FixedBitSet,
    /// Nodes of which it is not decided that no step is.
    maybe: FixedBitSet,
    steps: FixedBitSet,
    /// Transitions; made only where some are picked.
    taken: FixedBitSet,
}

/// What a selector picks.
#[derive(Debug)]
pub struct Picked {
    /// Steps with which an occurrence begins.
    begins: FixedBitSet,
    /// Steps with which one ends.
    ends: FixedBitSet,
    taken: FixedBitSet,
}

/// Where on a path something that is picked lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// From one step of the node to another.
    Steps(usize, usize),
    /// On a transition.
    Taken(TransitionId),
}

/// Something that is picked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occurrence {
    /// Its node; that which the transition leaves.
    pub node: NodeId,
    /// Where it lies.
    pub extent: Extent,
}

impl Occurrence {
    /// The transition, where it is one.
    pub fn transition(self) -> Option<TransitionId> {
        match self.extent {
            Extent::Taken(id) => Some(id),
            Extent::Steps(..) => None,
        }
    }

    /// Its place.
    pub fn place(self) -> Place {
        Place { node: self.node, transition: self.transition() }
    }

    /// How many transitions it adds to a way to its node.
    pub fn length(self) -> u32 {
        u32::from(self.transition().is_some())
    }
}

impl<'a> Index<'a> {
    /// Looks at every node once.
    pub fn new(ground: &'a Ground<'a>) -> Self {
        let mut index = Self {
            ground,
            kinds: FxHashMap::default(),
            nodes: FxHashMap::default(),
            steps: FxHashMap::default(),
        };
        for (id, node) in ground.flow.nodes.iter() {
            for kind in node.counts_as() {
                index.kinds.entry(kind).or_default().push(id);
            }
            // What nobody hears is not what its tags say.
            for tag in node.tags.iter().filter(|_| !node.is_mute()) {
                index.nodes.entry(&tag.name).or_default().push(id);
            }
            for (step, action) in ground.steps_of(id).zip(&node.actions) {
                for tag in action.tags.iter().filter(|_| !action.is_mute()) {
                    index.steps.entry(&tag.name).or_default().push(step);
                }
            }
        }
        index
    }

    /// Finds what a selector picks.
    pub fn pick(&self, selector: &Selector) -> Picked {
        let mut stack: Vec<Sets> = Vec::with_capacity(4);
        for op in &selector.0 {
            let value = match op {
                Op::Not => stack.pop().map(|sets| self.not(sets)),
                Op::And => stack.pop().zip(stack.pop()).map(|(right, left)| left.and(&right)),
                Op::Or => stack.pop().zip(stack.pop()).map(|(right, left)| left.or(&right)),
                atom => Some(self.atom(atom)),
            };
            stack.extend(value);
        }
        let sets = stack.pop().unwrap_or_else(|| self.none());
        self.picked(sets)
    }

    fn none(&self) -> Sets {
        let nodes = FixedBitSet::with_capacity(self.ground.flow.nodes.len());
        let steps = FixedBitSet::with_capacity(self.ground.steps());
        Sets { whole: nodes.clone(), maybe: nodes, steps, taken: FixedBitSet::new() }
    }

    fn atom(&self, op: &Op) -> Sets {
        let mut sets = self.none();
        match op {
            Op::Kind(kind) => self.add_nodes(&mut sets, self.kinds.get(kind).map_or(&[], Vec::as_slice)),
            Op::Node(node) => self.add_nodes(&mut sets, &[*node]),
            Op::Tag(name) => {
                for &step in self.steps.get(&**name).map_or(&[][..], Vec::as_slice) {
                    sets.steps.insert(step);
                    sets.maybe.insert(self.ground.node_of(step).index());
                }
                self.add_nodes(&mut sets, self.nodes.get(&**name).map_or(&[], Vec::as_slice));
            }
            Op::Any => {
                // Each step is one occurrence: undecided of every node.
                sets.maybe.insert_range(..);
                sets.steps.insert_range(..);
            }
            Op::Taken(node, events) => {
                let flow = self.ground.flow;
                sets.taken.grow(flow.transitions.len());
                for (id, transition) in flow.out_ids(*node) {
                    if flow.alternatives(transition).iter().any(|one| events.contains(&one.event)) {
                        sets.taken.insert(id.index());
                    }
                }
            }
            Op::Nothing | Op::Not | Op::And | Op::Or => {}
        }
        sets
    }

    fn add_nodes(&self, sets: &mut Sets, nodes: &[NodeId]) {
        for &node in nodes {
            sets.whole.insert(node.index());
            sets.maybe.insert(node.index());
            sets.steps.insert_range(self.ground.steps_of(node));
        }
    }

    /// Three values, as Kleene has them: what was decided turns round, what was not stays open.
    fn not(&self, mut sets: Sets) -> Sets {
        sets.whole.toggle_range(..);
        sets.maybe.toggle_range(..);
        sets.steps.toggle_range(..);
        Sets { whole: sets.maybe, maybe: sets.whole, steps: sets.steps, taken: FixedBitSet::new() }
    }

    fn picked(&self, sets: Sets) -> Picked {
        let mut begins = sets.steps;
        let mut ends = begins.clone();
        for &node in self.ground.several.iter().filter(|node| sets.whole.contains(node.index())) {
            let steps = self.ground.steps_of(node);
            begins.remove_range(steps.start + 1..steps.end);
            ends.remove_range(steps.start..steps.end - 1);
        }
        Picked { begins, ends, taken: sets.taken }
    }
}

impl Sets {
    fn and(mut self, other: &Self) -> Self {
        self.whole.intersect_with(&other.whole);
        self.maybe.intersect_with(&other.maybe);
        self.steps.intersect_with(&other.steps);
        self.taken.intersect_with(&other.taken);
        self
    }

    fn or(mut self, other: &Self) -> Self {
        self.whole.union_with(&other.whole);
        self.maybe.union_with(&other.maybe);
        self.steps.union_with(&other.steps);
        self.taken.union_with(&other.taken);
        self
    }
}

impl Picked {
    /// Whether an occurrence begins with a step.
    pub fn begins(&self, step: usize) -> bool {
        self.begins.contains(step)
    }

    /// Whether one ends with a step.
    pub fn ends(&self, step: usize) -> bool {
        self.ends.contains(step)
    }

    /// Whether taking a transition is one.
    pub fn takes(&self, transition: TransitionId) -> bool {
        self.taken.contains(transition.index())
    }

    /// The first of some steps with which an occurrence begins.
    pub fn first_in(&self, steps: std::ops::Range<usize>) -> Option<usize> {
        steps.into_iter().find(|&step| self.begins(step))
    }

    /// How many occurrences begin in some steps.
    pub fn count_in(&self, steps: std::ops::Range<usize>) -> u64 {
        steps.into_iter().filter(|&step| self.begins(step)).count() as u64
    }

    /// What a call can come to of all that is picked.
    pub fn reached<'p>(&'p self, ground: &'p Ground<'_>) -> impl Iterator<Item = Occurrence> + 'p {
        self.all(ground).filter(|one| ground.reaches(one.node))
    }

    /// All that is picked, in the order of the nodes, steps first.
    pub fn all<'p>(&'p self, ground: &'p Ground<'_>) -> impl Iterator<Item = Occurrence> + 'p {
        let of_steps = self.begins.ones().map(|first| {
            let node = ground.node_of(first);
            let last = if self.ends(first) { first } else { ground.steps_of(node).end - 1 };
            Occurrence { node, extent: Extent::Steps(first, last) }
        });
        let of_transitions = self.taken.ones().map(TransitionId::from_index).filter_map(|id| {
            let transition = &ground.flow.transitions[id];
            // One that goes nowhere is never taken.
            transition.to.map(|_| Occurrence { node: transition.from, extent: Extent::Taken(id) })
        });
        of_steps.chain(of_transitions)
    }
}
