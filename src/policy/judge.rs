//! Decides every rule of every policy over all paths.

use core::cell::OnceCell;

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::path_graph::PathGraph;
use super::selection::{Index, Selection};
use super::step_time::{StepTime, times_of};
use super::time::TimeLimit;
use super::{
    JudgedRule, PathElement, RuleVerdict, Vacuous, Violation, Waived, facts, limits, order, time, vacuous,
    wording,
};
use crate::flow::decision::Waiver;
use crate::flow::policy::{Demand, Form, Op, Rule, Selector};
use crate::flow::{Flow, NodeId};
use crate::speech::Voice;

/// Decides every rule that applies to a flow, each in time linear in steps and transitions.
///
/// `on` is the day on which rules, waivers and attestations are judged; without it all of them are in force. `rate` is
/// how fast texts are spoken.
///
/// ```
/// use cxflowc::policy::{RuleVerdict, judge};
/// use cxflowc::speech::Voice;
///
/// let text = r#"flow "Survey"
/// entry menu
/// collect menu "Press 1 for an agent" { on 1 -> sales; on timeout | invalid -> bye }
/// agent sales "q"
/// disconnect bye
/// policy house "House rules" {
///   disclosed: require disclosure before agent
///   quiet: forbid @sales
/// }
/// apply house
/// "#;
/// let flow = cxflowc::compile("survey.cxflow", text).flow;
/// let judged = judge(&flow, None, Voice::default());
/// let house: Vec<&RuleVerdict> = judged.iter().filter(|one| one.policy == 1).map(|one| &one.verdict).collect();
/// let [RuleVerdict::Violated(violation), RuleVerdict::Holds { .. }] = house[..] else { panic!("{house:?}") };
/// assert_eq!(flow.path(&violation.path.as_ref().unwrap().nodes), "menu -> sales");
/// ```
pub fn judge(flow: &Flow, on: Option<Date>, voice: Voice) -> Vec<JudgedRule> {
    let graph = PathGraph::new(flow);
    let graph = graph.as_ref().map(|graph| (graph, Index::new(graph)));
    let mut waivers: FxHashMap<(&str, &str), Vec<usize>> = FxHashMap::default();
    for (number, waiver) in flow.waivers.iter().enumerate() {
        if let Some(rule) = waiver.subject.rule() {
            waivers.entry(rule).or_default().push(number);
        }
    }
    let mut attested: FxHashMap<(&str, &str), Vec<usize>> = FxHashMap::default();
    for (number, attestation) in flow.attestations.iter().enumerate() {
        if let Some(rule) =
            attestation.subject.rule().filter(|_| on.is_none_or(|day| day <= attestation.until))
        {
            attested.entry(rule).or_default().push(number);
        }
    }
    let evaluator = Evaluator { flow, on, voice, graph, times: OnceCell::new(), waivers };
    let mut judged = Vec::new();
    for (policy, of) in flow.policies.iter().enumerate() {
        for (number, rule) in of.rules.iter().enumerate() {
            let verdict = evaluator.decide(rule, &Waived::default());
            let (waivers, after) = evaluator.waive(&of.name, rule, &verdict);
            let attestations = match verdict {
                RuleVerdict::Obligation => attested.get(&(&*of.name, &*rule.name)).cloned(),
                _ => None,
            };
            let attestations = attestations.unwrap_or_default();
            let (left, open) = match after {
                RuleVerdict::Violated(left) => (Some(left), None),
                RuleVerdict::Unknown(open) => (None, Some(open)),
                _ => (None, None),
            };
            judged.push(JudgedRule { policy, rule: number, verdict, waivers, attestations, left, open });
        }
    }
    judged
}

/// What all rules are judged with.
struct Evaluator<'a> {
    flow: &'a Flow,
    on: Option<Date>,
    voice: Voice,
    graph: Option<(&'a PathGraph<'a>, Index<'a>)>,
    times: OnceCell<Vec<StepTime>>,
    /// The numbers of the waivers of each rule, by the names of its policy and its own.
    waivers: FxHashMap<(&'a str, &'a str), Vec<usize>>,
}

impl Evaluator<'_> {
    /// Decides one rule, ignoring what is broken at the waived nodes.
    fn decide(&self, rule: &Rule, waived: &Waived) -> RuleVerdict {
        if let Demand::Oblige(_) = rule.demand {
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
        match &rule.demand {
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
        }
    }

    /// Why a rule is not checked: something it depends on is already reported.
    fn withheld(&self, rule: &Rule) -> Option<&'static str> {
        let form = match &rule.demand {
            Demand::Paths(Form::Retries(_)) => return None,
            Demand::Paths(form) => form,
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
        if self.flow.too_many_copies.is_some() {
            return Some("the flow would have too many copies");
        }
        let Some((graph, _)) = &self.graph else { return Some("the flow has no entry") };

        let has_unknown_target =
            || self.flow.transitions.rows().iter().any(|transition| transition.to.is_none());
        match form {
            Form::Depth(_) | Form::Count(..) | Form::Time { .. } if graph.order.is_none() => {
                Some("the flow has a cycle")
            }
            // What the rule requires may be at or after the unknown node.
            Form::Require(_) | Form::Reachable { .. } if has_unknown_target() => {
                Some("a transition goes to an unknown node")
            }
            form if form.selectors().any(|selector| selector.0.contains(&Op::Nothing)) => {
                Some("it names an unknown node")
            }
            _ => None,
        }
    }

    fn decide_paths(&self, form: &Form<Selector>, waived: &Waived) -> RuleVerdict {
        let Some((graph, _)) = &self.graph else { return RuleVerdict::Withheld("the flow has no entry") };
        graph.in_source(self.decide_copies(form, &graph.with_copies(waived)))
    }

    /// The verdict on a form about the paths of calls, whose nodes may be copies.
    fn decide_copies(&self, form: &Form<Selector>, waived: &Waived) -> RuleVerdict {
        let Some((graph, index)) = &self.graph else { return RuleVerdict::Withheld("the flow has no entry") };
        let order = graph.order.as_deref().unwrap_or_default();
        let pick = |selector: &Selector| index.pick(selector);
        match form {
            Form::Require(wanted) => {
                let wanted = pick(wanted);
                if wanted.reached(graph).next().is_some() {
                    return RuleVerdict::HOLDS;
                }
                let place = PathElement { node: graph.entry, transition: None };
                let mut unreached: Vec<NodeId> =
                    wanted.all(graph).map(|occurrence| occurrence.node).collect();
                unreached.dedup();
                RuleVerdict::Violated(Violation { unreached, ..Violation::at(place, vec![graph.entry]) })
            }
            Form::OnEveryPath(wanted) => order::on_every_path(graph, waived, &pick(wanted)),
            Form::Before { first, then, since } => self.unless_absent(then, Some(first), |then| {
                order::before(graph, waived, &pick(first), then, since.as_ref().map(pick).as_ref())
            }),
            Form::After { later, earlier } => self.unless_absent(earlier, Some(later), |earlier| {
                order::after(graph, waived, &pick(later), earlier)
            }),
            Form::Reachable { goal, from, within } => self.unless_absent(from, Some(goal), |from| {
                order::reachable(graph, waived, &pick(goal), from, *within)
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
            Form::Time { most, from, to } => {
                let (picked_from, picked_to) = (from.as_ref().map(pick), to.as_ref().map(pick));
                let times = self.times.get_or_init(|| times_of(graph, self.voice));
                let way = wording::way(self.flow, from.as_ref(), to.as_ref());
                let limit = |from, to| {
                    let wanted = TimeLimit { most: *most, from, to, way: &way };
                    time::limit(graph, order, waived, times, wanted)
                };
                match limit(picked_from.as_ref(), picked_to.as_ref()) {
                    RuleVerdict::Vacuous(_) => {
                        let why = vacuous::of_time(graph, index, from.as_ref(), to.as_ref());
                        let is_reversed = why == Vacuous::NoneBetween
                            && picked_from.is_some()
                            && picked_to.is_some()
                            && !matches!(
                                limit(picked_to.as_ref(), picked_from.as_ref()),
                                RuleVerdict::Vacuous(_)
                            );
                        RuleVerdict::Vacuous(if is_reversed { Vacuous::OtherWayRound } else { why })
                    }
                    verdict => verdict,
                }
            }
        }
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

    /// Which waivers cover something that breaks the rule, and the verdict that remains.
    fn waive(&self, policy: &str, rule: &Rule, verdict: &RuleVerdict) -> (Vec<usize>, RuleVerdict) {
        let Some(of_rule) = self.waivers.get(&(policy, &*rule.name)) else {
            return (Vec::new(), verdict.clone());
        };
        let at: Waived = match verdict {
            RuleVerdict::Violated(violation) => violation.at.iter().copied().collect(),
            // An undecided rule can only be waived as a whole.
            RuleVerdict::Unknown(_) => Waived::default(),
            _ => return (Vec::new(), verdict.clone()),
        };
        let covers = |waiver: &Waiver| {
            self.on.is_none_or(|day| day <= waiver.until) && waiver.node.is_none_or(|node| at.contains(&node))
        };
        let known = of_rule.iter().filter_map(|&number| Some((number, self.flow.waivers.get(number)?)));
        let live: Vec<(usize, &Waiver)> = known.filter(|(_, waiver)| covers(waiver)).collect();
        let numbers = live.iter().map(|&(number, _)| number).collect();
        let nodes: Option<Waived> = live.iter().map(|(_, waiver)| waiver.node).collect();
        let after = match nodes {
            Some(nodes) if nodes.is_empty() => verdict.clone(),
            Some(nodes) => match self.decide(rule, &nodes) {
                // A violation by the whole flow is waived at its entry.
                RuleVerdict::Violated(left) if left.at.iter().all(|node| nodes.contains(node)) => {
                    RuleVerdict::HOLDS
                }
                after => after,
            },
            // One waiver is for the rule as a whole.
            None => RuleVerdict::HOLDS,
        };
        (numbers, after)
    }
}
