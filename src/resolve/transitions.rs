//! Transitions: resolves names to nodes, drops duplicates, and keeps the order of the source.

use rustc_hash::FxHashSet;

use super::conditions::Read;
use super::node_names::NodeUser;
use super::{DeclRef, Resolver, ScopeId};
use crate::flow::{AgainArm, AgainId, DispositionId, EventId, Flow, Kind, NodeId, Transition};
use crate::syntax::ast::{self, Arm, Declaration, Name, Statement};
use crate::table::{Id, Table};

/// What is written behind the last target of a chain.
struct ChainEnd<'a> {
    disposition: Option<DispositionId>,
    again: Option<&'a ast::Again>,
}

impl Resolver<'_> {
    /// Collects the written transitions in source order.
    pub(super) fn add_transitions(&mut self, decls: &[DeclRef]) {
        // Most flows have about one transition per node. A list that grows by copying would touch twice
        // the memory.
        let guess = self.flow.nodes.len() + self.flow.nodes.len() / 4;
        self.transitions.reserve(guess);
        self.flow.alternatives.reserve(guess);
        let mut nodes = std::mem::take(&mut self.decl_nodes).into_iter();
        for &decl in decls {
            let Some(item) = self.item(decl) else { continue };
            match &item.declaration {
                Declaration::Node(node) => {
                    let Some(number) = nodes.next() else { continue };
                    for statement in node.block.iter().flatten() {
                        let Statement::Branch(branch) = statement else { continue };
                        if !self.may_have(number, branch) {
                            self.leave_out(decl.scope, number, branch);
                            continue;
                        }
                        let read = match branch.arm.as_deref() {
                            Some(arm) => self.arm(decl.scope, arm),
                            None => branch.condition.as_ref().map(|condition| self.condition(condition)),
                        };
                        let disposition = self.disposition_on(&branch.dispositions);
                        let end = ChainEnd { disposition, again: branch.again.as_deref() };
                        self.chain(decl.scope, Some(number), &branch.targets, read, end);
                    }
                }
                Declaration::Transition(transition) => {
                    let Some((&first, rest)) = transition.nodes.split_first() else { continue };
                    let read = transition.condition.as_ref().map(|condition| self.condition(condition));
                    let from = self.leaving_node(decl.scope, first);
                    let disposition = self.disposition_on(&transition.dispositions);
                    let end = ChainEnd { disposition, again: transition.again.as_deref() };
                    self.chain(decl.scope, from, rest, read, end);
                }
                Declaration::Broken(names) | Declaration::Ambiguous(names) => {
                    // The line may have been a transition from any of these.
                    for &name in names {
                        let Some(located) = self.locate(decl.scope, &self.name(name)) else { continue };
                        self.record_located(name, located, NodeUser::Transition);
                        if let Some(node) = self.node_behind(located) {
                            self.flow.nodes[node].broken = true;
                        }
                    }
                }
                _ => {}
            }
        }
        if self.broken_lines.every_is_lost {
            for node in self.flow.nodes.ids() {
                self.flow.nodes[node].broken = true;
            }
        }
        if self.broken_lines.chain_lacks_node {
            self.excuse_dead_ends();
        }
    }

    /// Whether a node may have a branch: `when` and `else` stand in a `decide`, and `on` in other nodes.
    fn may_have(&self, node: NodeId, branch: &ast::Branch) -> bool {
        let row = &self.flow.nodes[node];
        let is_decide = row.is(Kind::Decide) && !row.generic;
        if is_decide { branch.condition.is_none() } else { branch.arm.is_none() }
    }

    /// Leaves out a branch that its node cannot have, which is reported elsewhere.
    fn leave_out(&mut self, scope: ScopeId, node: NodeId, branch: &ast::Branch) {
        self.flow.nodes[node].broken = true;
        match branch.arm.as_deref() {
            Some(Arm::When(when)) => self.mark_used(scope, when.name),
            Some(Arm::Hours(asked)) => self.mark_used(scope, asked.name),
            Some(Arm::Else(_)) | None => {}
        }
        self.disposition_on(&branch.dispositions);
        let otherwise = branch.again.as_ref().map(|again| again.otherwise);
        for name in branch.targets.iter().copied().chain(otherwise) {
            let target = self.node_named(scope, name, NodeUser::Transition);
            self.flow.assumed_reachable.extend(target);
        }
    }

    /// Marks each node without a transition as broken: it may be the one that is missing in a broken chain.
    fn excuse_dead_ends(&mut self) {
        let mut has_transition = Table::filled(false, self.flow.nodes.len());
        for transition in &self.transitions {
            has_transition[transition.from] = true;
        }
        for node in self.flow.nodes.ids() {
            self.flow.nodes[node].broken |= !has_transition[node];
        }
    }

    /// Adds the transitions of `from -> a -> b`. The condition belongs to the first arrow, what is behind the last
    /// target to the last one.
    fn chain(
        &mut self,
        scope: ScopeId,
        mut from: Option<NodeId>,
        targets: &[Name],
        mut read: Option<Read>,
        ChainEnd { disposition, again }: ChainEnd<'_>,
    ) {
        for (index, &name) in targets.iter().enumerate() {
            let is_last = index + 1 == targets.len();
            let to = if is_last {
                self.node_named(scope, name, NodeUser::Transition)
            } else {
                self.leaving_node(scope, name)
            };
            match (from, to) {
                (Some(from), _) => {
                    // A branch may only be missing because its range is invalid.
                    self.flow.nodes[from].broken |= read.as_ref().is_some_and(|read| read.broken);
                    let mut transition = Transition::new(from, to, name.span);
                    transition.disposition = disposition.filter(|_| is_last);
                    self.push_transition(transition, read.take());
                    if let Some(binding) = self.binding_of(scope, name) {
                        self.flow.exit_bindings.insert((from, name.span), binding);
                    }
                    if let Some(again) = again.filter(|_| is_last) {
                        let mut otherwise = self.node_named(scope, again.otherwise, NodeUser::Transition);
                        if let Some(binding) = self.binding_of(scope, again.otherwise) {
                            self.flow.exit_bindings.insert((from, again.otherwise.span), binding);
                        }
                        if self.is_bound_by_exit(scope, again) {
                            self.flow.assumed_reachable.extend(otherwise.take());
                        }
                        let id = self.again(scope, again);
                        let disposition = self.disposition_on(&again.dispositions);
                        self.bound(id, otherwise, again.otherwise, disposition);
                    }
                    self.bound_by_exit(scope, name, again.filter(|_| is_last));
                }
                // The target may be reachable through the unknown node.
                (None, to) => {
                    self.flow.assumed_reachable.extend(to);
                    let otherwise = again.filter(|_| is_last).map(|again| again.otherwise);
                    let otherwise =
                        otherwise.and_then(|name| self.node_named(scope, name, NodeUser::Transition));
                    if let Some(again) = again.filter(|_| is_last) {
                        self.disposition_on(&again.dispositions);
                    }
                    self.flow.assumed_reachable.extend(otherwise);
                }
            }
            read = None;
            from = to;
        }
    }

    /// Bounds the last transition, and adds the one that a call takes from then on.
    pub(super) fn bound(
        &mut self,
        again: AgainId,
        otherwise: Option<NodeId>,
        name: Name,
        disposition: Option<DispositionId>,
    ) {
        let Some(back) = self.transitions.last_mut() else { return };
        back.again = Some(AgainArm::Back(again));
        let mut other = *back;
        other.to = otherwise;
        other.again = Some(AgainArm::Else(again));
        other.span = name.span;
        other.disposition = disposition;
        // Rules tell the two ways apart by their alternatives.
        if back.disposition != disposition {
            let start = self.flow.alternatives.len();
            self.flow.alternatives.extend_from_within(other.alternatives());
            other.set_alternatives(start, self.flow.alternatives.len());
        }
        self.transitions.push(other);
    }

    pub(super) fn push_transition(&mut self, mut transition: Transition, read: Option<Read>) {
        if let Some(read) = read {
            let start = self.flow.alternatives.len();
            self.flow.alternatives.extend(read.alternatives);
            transition.set_alternatives(start, self.flow.alternatives.len());
            transition.raw = read.raw;
        }
        self.transitions.push(transition);
    }

    /// Finishes the flow: sorts the transitions by the nodes that they leave, and drops repeated ones.
    pub(super) fn finish(mut self) -> Flow {
        self.flow.declared = self.declared();
        self.flow.declared.append(&mut self.declared_policies);
        self.flow.declared.extend(self.names_of_unused_kinds());
        self.flow.declared.extend(self.declared_disposition_names());
        self.flow.library_exits = self.library_exits();
        self.flow.idle_given = self.idle_in_tests();
        self.flow.params = self.params();
        self.flow.events = std::mem::take(&mut self.conditions.events);
        let mut flow = self.flow;
        flow.set_transitions(self.transitions);
        drop_repeated(&mut flow);
        put_others_last(&mut flow);
        flow
    }
}

/// Drops transitions that repeat an earlier one with the same nodes and condition.
fn drop_repeated(flow: &mut Flow) {
    let mut repeated: Vec<usize> = Vec::new();
    let mut index = 0;
    for node in flow.nodes.ids() {
        let out = flow.out(node);
        if out.len() > FEW {
            let mut seen: FxHashSet<(Option<NodeId>, Option<DispositionId>, Vec<EventId>)> =
                FxHashSet::default();
            let is_new = |transition: &Transition| {
                transition.again.is_some()
                    || seen.insert((
                        transition.to,
                        transition.disposition,
                        events(flow, transition).collect(),
                    ))
            };
            repeated.extend(repeated_among(out, is_new).map(|offset| index + offset));
        } else if out.len() > 1 {
            let mut rest = out.iter().enumerate();
            let is_new = |transition: &Transition| {
                let earlier = rest.next().map_or(0, |(at, _)| at);
                transition.again.is_some()
                    || !out.iter().take(earlier).any(|other| {
                        other.to == transition.to
                            && other.disposition == transition.disposition
                            && other.again.is_none()
                            && events(flow, other).eq(events(flow, transition))
                    })
            };
            repeated.extend(repeated_among(out, is_new).map(|offset| index + offset));
        }
        index += out.len();
    }
    if repeated.is_empty() {
        return;
    }
    let mut repeated = repeated.into_iter().peekable();
    let kept = flow.transitions.rows().iter().enumerate();
    let kept = kept
        .filter(|(index, _)| repeated.next_if_eq(index).is_none())
        .map(|(_, transition)| *transition)
        .collect();
    flow.set_transitions(kept);
}

/// Puts the transition for all other cases behind the others of its node, where the platform looks at it last.
fn put_others_last(flow: &mut Flow) {
    let is_early = |node: &NodeId| {
        let out = flow.out(*node);
        let last = out.last();
        let row = &flow.nodes[*node];
        // The order of conditions that nobody but the platform understands is left as it is.
        !(row.generic && row.declared.is_none() || out.iter().any(|one| one.raw))
            && last.is_some_and(|last| !last.is_unconditional())
            && flow.otherwise(*node).is_some()
    };
    let early: Vec<NodeId> = flow.nodes.ids().filter(is_early).collect();
    if early.is_empty() {
        return;
    }
    let mut rows = flow.transitions.rows().to_vec();
    for node in early {
        let at = |index: usize| flow.first_out.get(index).map_or(0, |&at| at as usize);
        if let Some(out) = rows.get_mut(at(node.index())..at(node.index() + 1)) {
            out.sort_by_key(Transition::is_unconditional);
        }
    }
    flow.transitions = Table::from_rows(rows);
}

/// Up to how many transitions of a node are compared pairwise.
const FEW: usize = 16;

fn events<'a>(flow: &'a Flow, transition: &Transition) -> impl Iterator<Item = EventId> + 'a {
    flow.alternatives(transition).iter().map(|alternative| alternative.event)
}

/// The transitions that are not new. Those to unknown nodes are already reported.
fn repeated_among<'a>(
    out: &'a [Transition],
    mut is_new: impl FnMut(&Transition) -> bool + 'a,
) -> impl Iterator<Item = usize> + 'a {
    out.iter()
        .enumerate()
        .filter(move |(_, other)| !is_new(other) && other.to.is_some())
        .map(|(offset, _)| offset)
}
