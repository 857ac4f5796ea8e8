//! `every KIND on CONDITION -> NODE`: one line for a branch that many nodes have.

use rustc_hash::FxHashSet;

use super::conditions::Read;
use super::node_names::NodeUser;
use super::uses::NameTarget;
use super::{DeclRef, Resolver, ScopeId};
use crate::diagnostics::Diagnostic;
use crate::diagnostics::suggest::nearest;
use crate::flow::sorted;
use crate::flow::{
    EventId, EventKind, Every, EveryKind, IdleBecause, IdleEvery, Kind, Node, NodeId, Origin, Outcome,
    Transition,
};
use crate::source::Span;
use crate::syntax::ast::{self, Declaration, Pick};
use crate::syntax::codes::TOO_LARGE;
use crate::table::{Id, Table};

/// What nodes handle before any `every` of the same scope: a node's own branches come first, and so do those
/// of an `every` in its instance.
struct Handled {
    /// How many nodes, tags and transitions there are.
    size: usize,
    events: FxHashSet<(NodeId, EventId)>,
    /// Nodes with any transition.
    leaves: Table<NodeId, bool>,
    /// Nodes with an unconditional transition.
    unconditional: Table<NodeId, bool>,
}

/// What all `every` declarations together may still cost: lines times nodes.
struct EveryBudget {
    /// Visits of a node, a tag, a transition or one event of a node.
    steps: usize,
    /// Alternatives of the branches that are added.
    added: usize,
}

const MAX_BUDGET: EveryBudget = EveryBudget { steps: 1 << 28, added: 1 << 21 };

impl Resolver<'_> {
    /// Adds the branches of every `every`, those in instances before those of the including file.
    pub(super) fn apply_everys(&mut self, decls: &[DeclRef]) {
        let mut everys: Vec<(ScopeId, &ast::Every)> = Vec::new();
        for &decl in decls {
            if let Some(Declaration::Every(every)) = self.item(decl).map(|item| &item.declaration) {
                everys.push((decl.scope, every));
            }
        }
        if everys.is_empty() {
            return;
        }
        // An instance is created after the scope that includes it, so the innermost come last.
        everys.sort_by_key(|(scope, _)| std::cmp::Reverse(scope.index()));
        let reach = WrittenReach::new(&self.transitions, self.flow.nodes.len());
        let mut handled = self.handled();
        let mut budget = MAX_BUDGET;
        let mut rest = everys.as_slice();
        while let Some(&(scope, _)) = rest.first() {
            let (same, others) = rest.split_at(rest.partition_point(|&(other, _)| other == scope));
            let before = self.transitions.len();
            for &(_, every) in same {
                if self.apply(scope, every, &reach, &handled, &mut budget).is_none() {
                    self.report_too_many(every.condition.span);
                    return;
                }
            }
            let added: Vec<Transition> = self.transitions.get(before..).unwrap_or_default().to_vec();
            self.add_handled(&added, &mut handled);
            rest = others;
        }
    }

    fn handled(&self) -> Handled {
        let none = Table::filled(false, self.flow.nodes.len());
        let tags: usize = self.flow.nodes.rows().iter().map(|node| node.tags.len()).sum();
        let size = self.flow.nodes.len() + tags + self.transitions.len();
        let mut handled =
            Handled { size, events: FxHashSet::default(), leaves: none.clone(), unconditional: none };
        self.add_handled(&self.transitions, &mut handled);
        handled
    }

    fn add_handled(&self, transitions: &[Transition], handled: &mut Handled) {
        for transition in transitions {
            handled.leaves[transition.from] = true;
            if transition.is_unconditional() {
                handled.unconditional[transition.from] = true;
            }
            for alternative in self.flow.alternatives.get(transition.alternatives()).unwrap_or_default() {
                handled.events.insert((transition.from, alternative.event));
            }
        }
    }

    /// Adds the branches of one `every`. `None` if that exceeds the budget.
    fn apply(
        &mut self,
        scope: ScopeId,
        every: &ast::Every,
        reach: &WrittenReach,
        handled: &Handled,
        budget: &mut EveryBudget,
    ) -> Option<()> {
        let kind = match every.kind {
            ast::EveryKind::Kind(kind) => EveryKind::Kind(kind),
            ast::EveryKind::Declared(word) => match self.kinds.get(self.sources.text(word)) {
                Some(&id) => {
                    self.unused_kinds.remove(&id);
                    self.record_use(NameTarget::Kind, word, self.flow.kinds[id].span);
                    EveryKind::Declared(id)
                }
                // A line about a kind that nothing declares does not parse.
                None => return Some(()),
            },
        };
        let read = self.condition(&every.condition);
        let events = self.flow.nodes.len().saturating_mul(read.alternatives.len());
        budget.steps = budget.steps.checked_sub(events.saturating_add(handled.size))?;
        let number = u32::try_from(self.flow.everys.len()).unwrap_or(u32::MAX);
        self.flow.everys.push(Every {
            kind,
            alternatives: read.alternatives.clone(),
            raw: read.raw,
            condition_span: every.condition.span,
            idle: None,
            idle_again: None,
        });
        let target = self.node_named(scope, every.target, NodeUser::Every);
        let mut left_out = Table::filled(false, self.flow.nodes.len());
        let otherwise =
            every.again.as_ref().map(|again| self.node_named(scope, again.otherwise, NodeUser::Every));
        // A branch that a call may take again may lead back, and its `else` may not.
        if let Some(leads_on) = otherwise.unwrap_or(target) {
            reach.from(leads_on, &mut left_out);
        }
        let mut tags: FxHashSet<&str> = FxHashSet::default();
        for pick in &every.except {
            match *pick {
                Pick::Node(name) => {
                    if let Some(node) = self.node_named(scope, name, NodeUser::Exception) {
                        left_out[node] = true;
                    }
                }
                Pick::Tag(span) => {
                    tags.insert(self.sources.text(span));
                }
            }
        }
        let mut added = Vec::new();
        for (id, node) in self.flow.nodes.iter() {
            let is_excepted = || !tags.is_empty() && node.tags.iter().any(|tag| tags.contains(&*tag.name));
            if !kind.has(node)
                || left_out[id]
                || handled.unconditional[id]
                || !self.is_within(id, scope)
                || is_excepted()
            {
                continue;
            }
            let missing: Vec<_> = read
                .alternatives
                .iter()
                .filter(|alternative| !handled.events.contains(&(id, alternative.event)))
                // Digits are entered where a prompt takes them, and keys are pressed where it does not.
                .filter(|alternative| match self.conditions.events[alternative.event].kind() {
                    EventKind::Key => read.raw || !node.takes_digits(),
                    EventKind::Outcome(Outcome::Entered) => read.raw || node.takes_digits(),
                    _ => true,
                })
                .copied()
                .collect();
            // `every … on "always"` is unconditional, so only nodes without a transition get it.
            let takes_all = read.alternatives.is_empty() && !handled.leaves[id];
            if !missing.is_empty() || takes_all {
                budget.added = budget.added.checked_sub(missing.len().max(1))?;
                added.push((id, missing));
            }
        }
        // An outcome that the kind does not have is already reported.
        let can_happen =
            read.raw || read.alternatives.iter().all(|alternative| self.can_happen(kind, alternative.event));
        if target.is_some() && can_happen && !read.broken && every.condition.span.file.index() == 0 {
            let has_it = |id: NodeId| {
                let mut asked = read.alternatives.iter();
                !read.alternatives.is_empty()
                    && asked.all(|alternative| handled.events.contains(&(id, alternative.event)))
            };
            let idle = self.idle_every(scope, kind, every, added.is_empty().then_some(&has_it));
            if let Some(row) = self.flow.everys.get_mut(number as usize) {
                row.idle = idle;
            }
        }
        let again = every.again.as_ref().map(|again| (self.again(scope, again), again.otherwise));
        if let (Some((again, _)), Some(row)) = (again, self.flow.everys.get_mut(number as usize)) {
            row.idle_again = added.is_empty().then_some(again);
        }
        let disposition = self.disposition_on(&every.dispositions);
        let disposition_else =
            every.again.as_ref().and_then(|again| self.disposition_on(&again.dispositions));
        for (from, alternatives) in added {
            let mut transition = Transition::new(from, target, every.target.span);
            transition.disposition = disposition;
            transition.origin = Origin::Every(number);
            self.push_transition(transition, Some(Read { alternatives, raw: read.raw, broken: read.broken }));
            if let Some((again, name)) = again {
                self.bound(again, otherwise.flatten(), name, disposition_else);
            }
            self.bound_by_exit(scope, every.target, every.again.as_deref());
        }
        Some(())
    }

    /// Whether an event may happen at nodes of a kind.
    fn can_happen(&self, kind: EveryKind, event: EventId) -> bool {
        let event = &self.conditions.events[event];
        match (event.kind(), kind) {
            (EventKind::Key, EveryKind::Kind(kind)) => kind == Kind::Collect,
            (EventKind::Key, EveryKind::Declared(kind)) => {
                self.flow.kinds[kind].taken_for == Some(Kind::Collect)
            }
            (EventKind::Outcome(outcome), EveryKind::Kind(kind)) => kind.outcomes().contains(&outcome),
            (EventKind::Declared | EventKind::Raw | EventKind::Comparison(_), EveryKind::Kind(_)) => false,
            (_, EveryKind::Declared(kind)) => self.flow.kinds[kind].has_outcome(event.word()),
        }
    }

    /// The parts of an `every` of the root file that have no effect. If no node gets its branch, `has_it` says which
    /// ones have one of their own.
    fn idle_every(
        &self,
        scope: ScopeId,
        kind: EveryKind,
        every: &ast::Every,
        has_it: Option<&dyn Fn(NodeId) -> bool>,
    ) -> Option<IdleEvery> {
        let of_kind = || {
            let nodes = self.flow.nodes.iter();
            nodes.filter(|(id, node)| kind.has(node) && self.is_within(*id, scope))
        };
        if of_kind().next().is_none() {
            return Some(IdleEvery::Whole(IdleBecause::NoNode));
        }
        let is_excepted = |(id, node): (NodeId, &Node)| {
            every.except.iter().any(|pick| match *pick {
                Pick::Node(name) => self.node_ids.get(self.name(name).as_ref()) == Some(&id),
                Pick::Tag(span) => node.tags.iter().any(|tag| *tag.name == *self.sources.text(span)),
            })
        };
        if let Some(has_it) = has_it {
            let mut others = of_kind().filter(|one| !is_excepted(*one));
            return Some(IdleEvery::Whole(match others.next() {
                None => IdleBecause::AllLeftOut,
                Some((id, _)) if has_it(id) && others.all(|(id, _)| has_it(id)) => IdleBecause::AllHaveIt,
                Some(_) => IdleBecause::NoneTakesIt,
            }));
        }
        let borne: FxHashSet<&str> =
            of_kind().flat_map(|(_, node)| &node.tags).map(|tag| &*tag.name).collect();
        let mut idle: Vec<(Span, Option<Box<str>>)> = Vec::new();
        for pick in &every.except {
            match *pick {
                Pick::Node(name) => {
                    let node = self.node_ids.get(self.name(name).as_ref());
                    // An unknown node is already reported.
                    if node.is_some_and(|&node| !kind.has(&self.flow.nodes[node])) {
                        idle.push((name.span, None));
                    }
                }
                Pick::Tag(span) => {
                    let tag = self.sources.text(span);
                    if !borne.contains(tag) {
                        let mut borne: Vec<&str> = borne.iter().copied().collect();
                        borne.sort_unstable();
                        idle.push((span, nearest(tag, borne).map(Into::into)));
                    }
                }
            }
        }
        (!idle.is_empty()).then_some(IdleEvery::Exceptions(idle))
    }

    fn report_too_many(&mut self, span: Span) {
        self.diagnostics.push(
            Diagnostic::new(
                &TOO_LARGE,
                span,
                "the `every` declarations add more branches than a flow can have",
            )
            .here("this one and the ones after it are not added")
            .help("write one `every` for all conditions that lead to the same node"),
        );
    }

    /// Whether a node belongs to a scope or to an instance inside it.
    fn is_within(&self, node: NodeId, scope: ScopeId) -> bool {
        let mut of_node = self.node_scopes.find(node).copied();
        while let Some(id) = of_node {
            if id == scope {
                return true;
            }
            of_node = self.scopes[id].parent;
        }
        false
    }
}

/// The nodes that can be reached by written transitions without a bound: what leads back with one may be led to.
struct WrittenReach {
    transitions: Vec<Transition>,
    first_out: Vec<u32>,
}

impl WrittenReach {
    fn new(transitions: &[Transition], nodes: usize) -> Self {
        let (transitions, first_out) = sorted(transitions.to_vec(), nodes);
        Self { transitions, first_out }
    }

    fn from(&self, start: NodeId, reached: &mut Table<NodeId, bool>) {
        let mut stack = vec![start];
        while let Some(node) = stack.pop() {
            if std::mem::replace(&mut reached[node], true) {
                continue;
            }
            let at = |index: usize| self.first_out.get(index).map_or(0, |&at| at as usize);
            let out = self.transitions.get(at(node.index())..at(node.index() + 1)).unwrap_or_default();
            stack.extend(out.iter().filter(|one| !one.is_bounded()).filter_map(|transition| transition.to));
        }
    }
}
