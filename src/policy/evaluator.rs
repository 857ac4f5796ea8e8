//! Decides rules over the paths of one graph.

use std::sync::OnceLock;

use jiff::civil::Date;
use rustc_hash::FxHashSet;

use super::ahead::Keys;
use super::order::Before;
use super::path_graph::PathGraph;
use super::selection::Selection;
use super::selection_index::Index;
use super::step_time::{StepTime, times_of};
use super::time::TimeLimit;
use super::{
    Path, PathElement, RuleVerdict, Vacuous, Violation, Waived, facts, limits, order, time, vacuous, wording,
};
use crate::flow::policy::{Demand, Extent, Form, Op, Operator, Rule, Selector};
use crate::flow::{EventId, Flow, NodeId};
use crate::speech::Voice;

/// What rules are decided with.
pub struct Evaluator<'a> {
    flow: &'a Flow,
    on: Option<Date>,
    voice: Voice,
    graph: Option<(&'a PathGraph<'a>, Index<'a>)>,
    times: OnceLock<Vec<StepTime>>,
}

impl<'a> Evaluator<'a> {
    /// Prepares to decide the rules of a flow on a day over the paths of a graph.
    pub fn new(flow: &'a Flow, on: Option<Date>, voice: Voice, graph: Option<&'a PathGraph<'a>>) -> Self {
        let graph = graph.map(|graph| (graph, Index::new(graph)));
        Self { flow, on, voice, graph, times: OnceLock::new() }
    }

    /// Decides one rule, ignoring what is broken at the waived nodes.
    pub fn decide(&self, rule: &Rule, waived: &Waived) -> RuleVerdict {
        if let Demand::Oblige(_) = rule.demand {
            if facts::is_unread(self.flow, rule) {
                return RuleVerdict::Withheld("a fact has no value");
            }
            return facts::why_not_applicable(self.flow, rule, self.on).unwrap_or(RuleVerdict::Obligation);
        }
        if let Some(why) = self.withheld(rule) {
            return RuleVerdict::Withheld(why);
        }
        if facts::is_unread(self.flow, rule) {
            return RuleVerdict::Withheld("a fact has no value");
        }
        if let Some(verdict) = facts::why_not_applicable(self.flow, rule, self.on) {
            return verdict;
        }
        let verdict = match &rule.demand {
            Demand::Paths(Form::Retries(most)) => limits::retries(self.flow, waived, *most),
            Demand::Paths(form) => {
                let mut verdict = self.decide_paths(form, waived);
                if let RuleVerdict::Violated(violation) = &mut verdict {
                    violation.absent = self.is_absent(form);
                }
                verdict
            }
            Demand::Fact(comparison) => facts::require(self.flow, comparison),
            Demand::Oblige(_) => RuleVerdict::Obligation,
        };
        match verdict {
            RuleVerdict::Violated(_) => {
                facts::not_surely_binding(self.flow, rule).map_or(verdict, RuleVerdict::Unknown)
            }
            verdict => verdict,
        }
    }

    /// Why a rule is not checked: something it depends on is already reported.
    fn withheld(&self, rule: &Rule) -> Option<&'static str> {
        let form = match &rule.demand {
            Demand::Paths(Form::Retries(_)) => return None,
            Demand::Paths(form) => form,
            // Such a rule is an error, since nearly any times would keep it.
            Demand::Fact(condition)
                if condition.comparisons().any(|one| matches!(one.test, Some((Operator::NotWithin, _)))) =>
            {
                return Some("it asks only whether some time is outside");
            }
            Demand::Fact(_) | Demand::Oblige(_) => {
                return match self.graph {
                    _ if !self.flow.complete => Some("a line cannot be read"),
                    None => Some("the flow has no entry"),
                    Some(_) => None,
                };
            }
        };
        if !self.flow.complete {
            return Some("a line cannot be read");
        }
        if self.flow.lacks_ways {
            return Some("a transition leaves an unknown node");
        }
        let Some((graph, _)) = &self.graph else { return Some("the flow has no entry") };

        match form {
            form if form.measures() && self.has_endless_paths(graph) => Some(limits::ENDLESS),
            // What the rule requires may be at or after the unknown node.
            Form::Require(_) | Form::Reachable { .. } if graph.has_unknown_target() => {
                Some("a transition goes to an unknown node")
            }
            form if form.selectors().any(|selector| selector.0.contains(&Op::Nothing)) => {
                Some("it names an unknown node")
            }
            form if form.selectors().any(|selector| selector.0.iter().any(|op| self.is_never_taken(op))) => {
                Some("it names a condition that no branch takes")
            }
            _ => None,
        }
    }

    /// Whether an operation picks a transition by a condition that its node has no branch for, which is reported.
    fn is_never_taken(&self, op: &Op) -> bool {
        let Op::Taken(node, events) = op else { return false };
        let of_branches = self.flow.out(*node).iter().flat_map(|branch| self.flow.alternatives(branch));
        let taken: FxHashSet<EventId> = of_branches.map(|alternative| alternative.event).collect();
        let otherwise: Vec<&str> = self
            .flow
            .unless_something_happens(*node)
            .map(|(_, branch)| self.flow.outcomes_behind(branch))
            .unwrap_or_default();
        let is_taken =
            |event: &EventId| taken.contains(event) || otherwise.contains(&self.flow.events[*event].word());
        !events.iter().any(is_taken)
    }

    /// Whether paths have no length that could be measured, nor one that the bounds of `again` limit.
    fn has_endless_paths(&self, graph: &PathGraph<'_>) -> bool {
        graph.order.is_none() && (graph.counts_bounds() || !self.flow.has_open_bounds())
    }

    fn decide_paths(&self, form: &Form<Selector>, waived: &Waived) -> RuleVerdict {
        let Some((graph, _)) = &self.graph else { return RuleVerdict::Withheld("the flow has no entry") };
        graph.in_source(self.decide_copies(form, &graph.with_copies(waived)))
    }

    /// The verdict on a form about the paths of calls, whose nodes may be copies.
    fn decide_copies(&self, form: &Form<Selector>, waived: &Waived) -> RuleVerdict {
        let Some((graph, index)) = &self.graph else { return RuleVerdict::Withheld("the flow has no entry") };
        let pick = |selector: &Selector| index.pick(selector);
        if form.measures() && graph.order.is_none() {
            return self.decide_by_bounds(form, waived);
        }
        let order = graph.order.as_deref().unwrap_or_default();
        match form {
            Form::Require(wanted) => {
                let wanted = pick(wanted);
                if wanted.reached(graph).next().is_some() {
                    return RuleVerdict::HOLDS;
                }
                let entry = graph.entry();
                let place = PathElement { node: entry, transition: None };
                let mut unreached: Vec<NodeId> =
                    wanted.all(graph).map(|occurrence| occurrence.node).collect();
                unreached.dedup();
                RuleVerdict::Violated(Violation { unreached, ..Violation::at(place, vec![entry]) })
            }
            Form::OnEveryPath(wanted) => order::on_every_path(graph, waived, &pick(wanted)),
            Form::Before { first, then, since, or_with } => self.unless_absent(then, Some(first), |picked| {
                let since = since.as_ref().map(pick);
                let taken = or_with.then(|| index.pick_taken(then));
                let then = taken.as_deref().unwrap_or(picked);
                let wanted = Before { first: &pick(first), then, since: since.as_deref(), or_with: *or_with };
                order::before(graph, waived, wanted)
            }),
            Form::After { later, earlier } => self.unless_absent(earlier, Some(later), |earlier| {
                order::after(graph, waived, &pick(later), earlier)
            }),
            Form::Reachable { goal, from, within } => self.unless_absent(from, Some(goal), |_| {
                let from = index.pick_without_scripts(from);
                order::reachable(graph, waived, &pick(goal), &from, *within, Keys::All)
            }),
            Form::Forbid(forbidden) => order::forbid(graph, waived, &pick(forbidden)),
            Form::ForbidBefore { forbidden, then } => self.unless_absent(then, None, |_| {
                let (forbidden, then) = (index.pick_with_actions(forbidden), index.pick_with_actions(then));
                order::forbid_before(graph, waived, &forbidden, &then)
            }),
            Form::ForbidAfter { forbidden, earlier } => self.unless_absent(earlier, None, |_| {
                let (forbidden, earlier) =
                    (index.pick_with_actions(forbidden), index.pick_with_actions(earlier));
                order::forbid_after(graph, waived, &forbidden, &earlier)
            }),
            Form::Retries(most) => limits::retries(graph.flow, waived, *most),
            Form::Depth(most) => limits::depth(graph, order, *most),
            Form::Count(most, counted) => {
                self.unless_absent(counted, None, |counted| limits::count(graph, order, *most, counted))
            }
            Form::Time { most, from, to, extent } => {
                let of_time = self.decide_time(*most, (from.as_ref(), to.as_ref()), *extent, waived);
                match (self.occurs(form, waived), of_time) {
                    // What never comes is shown, and where it takes too long is broken, too.
                    (RuleVerdict::Violated(mut missing), RuleVerdict::Violated(late)) => {
                        missing.at.extend(late.at.into_iter().filter(|node| !waived.contains(node)));
                        missing.at.sort_unstable();
                        missing.at.dedup();
                        RuleVerdict::Violated(missing)
                    }
                    (occurs @ RuleVerdict::Violated(_), _) => occurs,
                    (_, of_time) => of_time,
                }
            }
        }
    }

    /// Whether the time of a limit that must end does so on every path.
    fn occurs(&self, form: &Form<Selector>, waived: &Waived) -> RuleVerdict {
        let Some((graph, index)) = &self.graph else { return RuleVerdict::Withheld("the flow has no entry") };
        let Form::Time { from, to: Some(to), extent: Extent { must_occur: true, from_start, .. }, .. } = form
        else {
            return RuleVerdict::HOLDS;
        };
        match from {
            None => order::on_every_path(graph, waived, &index.pick(to)),
            Some(from) => self.unless_absent(from, Some(to), |picked| {
                let to = index.pick(to);
                match *from_start {
                    true => order::from_start(graph, waived, &to, &index.pick_taken(from)),
                    false => order::after(graph, waived, &to, picked),
                }
            }),
        }
    }

    /// The verdict on how long it takes from one selector to another.
    fn decide_time(
        &self,
        most: u64,
        (from, to): (Option<&Selector>, Option<&Selector>),
        extent: Extent,
        waived: &Waived,
    ) -> RuleVerdict {
        let Some((graph, index)) = &self.graph else { return RuleVerdict::Withheld("the flow has no entry") };
        let order = graph.order.as_deref().unwrap_or_default();
        let pick = |selector: &Selector| index.pick(selector);
        let (picked_from, picked_to) = (from.map(pick), to.map(pick));
        let times = self.times.get_or_init(|| times_of(graph, self.voice));
        let way = wording::way(self.flow, from, to, extent);
        let limit = |from, to| {
            let wanted = TimeLimit { most, from, to, extent, way: &way };
            time::limit(graph, order, waived, times, wanted)
        };
        match limit(picked_from.as_deref(), picked_to.as_deref()) {
            RuleVerdict::Vacuous(_) => {
                let why = vacuous::of_time(graph, index, from, to);
                let is_reversed = why == Vacuous::NoneBetween
                    && picked_from.is_some()
                    && picked_to.is_some()
                    && !matches!(
                        limit(picked_to.as_deref(), picked_from.as_deref()),
                        RuleVerdict::Vacuous(_)
                    );
                RuleVerdict::Vacuous(if is_reversed { Vacuous::OtherWayRound } else { why })
            }
            verdict => verdict,
        }
    }

    /// Decides a form that measures paths where these have cycles, by how often `again` lets a call take each.
    fn decide_by_bounds(&self, form: &Form<Selector>, waived: &Waived) -> RuleVerdict {
        let Some((graph, _)) = &self.graph else { return RuleVerdict::Withheld("the flow has no entry") };
        match form {
            Form::Count(most, counted) => self.unless_absent(counted, None, |counted| {
                let of_node = |node| counted.count_occurrences(node, graph.steps_of(node));
                let of_transition = |id| u64::from(counted.takes(id));
                limits::by_bounds(graph, *most, of_node, of_transition)
            }),
            // The paths have more ways than calls, so that what they lack may be on every call.
            Form::Time { .. } if !matches!(self.occurs(form, waived), RuleVerdict::Holds { .. }) => {
                RuleVerdict::Withheld(limits::ENDLESS)
            }
            Form::Time { most, .. } => {
                let times = self.times.get_or_init(|| times_of(graph, self.voice));
                time::by_bounds(graph, times, *most)
            }
            Form::Depth(most) => limits::by_bounds(graph, *most, |_| 0, |_| 1),
            _ => RuleVerdict::Withheld(limits::ENDLESS),
        }
    }

    /// The shortest path to something that a selector picks.
    pub fn path_to(&self, wanted: &Selector) -> Option<Path> {
        let (graph, index) = self.graph.as_ref()?;
        let nearest = index.pick(wanted).reached(graph).min_by_key(|one| graph.distance(one.node))?;
        let mut path = graph.path_to(nearest.node);
        if let Some(id) = nearest.transition() {
            path.take(graph.flow, id);
        }
        Some(graph.path_in_source(path))
    }

    /// Whether what must be reachable is so on every call by keys that it can press there for sure, however often it
    /// has come back.
    pub fn is_surely_reachable(
        &self,
        (goal, from): (&Selector, &Selector),
        within: Option<u32>,
        waived: &Waived,
    ) -> bool {
        self.graph.as_ref().is_some_and(|(graph, index)| {
            let waived = graph.with_copies(waived);
            let (goal, from) = (index.pick(goal), index.pick_without_scripts(from));
            matches!(
                order::reachable(graph, &waived, &goal, &from, within, Keys::Unbounded),
                RuleVerdict::Holds { .. }
            )
        })
    }

    /// Whether the flow lacks what a form requires.
    fn is_absent(&self, form: &Form<Selector>) -> bool {
        let Some((graph, index)) = &self.graph else { return false };
        form.required().is_some_and(|required| index.pick(required).all(graph).next().is_none())
    }

    /// A rule is vacuous if no call reaches its subject. `required` is what it wants together with the
    /// subject.
    fn unless_absent(
        &self,
        of: &Selector,
        required: Option<&Selector>,
        decide: impl FnOnce(&Selection) -> RuleVerdict,
    ) -> RuleVerdict {
        let Some((graph, index)) = &self.graph else { return RuleVerdict::Withheld("the flow has no entry") };
        let picked = index.pick(of);
        if picked.reached(graph).next().is_none() {
            return RuleVerdict::Vacuous(vacuous::of_selector(graph, index, of, required));
        }
        decide(&picked)
    }
}
