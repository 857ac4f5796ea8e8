//! Decides rules where calls can come back in more ways than can be counted: soundly, with the bounds counted that a
//! verdict depends on.

use jiff::civil::Date;

use super::agent_calls::AgentCalls;
use super::evaluator::Evaluator;
use super::path_graph::PathGraph;
use super::{MissingFact, Path, RuleVerdict, Violation, Waived};
use crate::flow::policy::{Demand, Form, Rule};
use crate::flow::{AgainId, Flow, Kind, NodeId};
use crate::graph::{Refinement, beyond_bounds};
use crate::speech::Voice;

/// At how many nodes beside the first it is found out whether a call breaks a rule there. Each takes as long as the rule.
const MOST_PLACES: usize = 32;

/// What has come of a rule in a flow in which not each `again` is counted.
enum Outcome {
    /// It is so on calls as well.
    Decided(RuleVerdict),
    /// The answer rests on a path that this `again` does not allow; `None` if it is not known which ones matter.
    Beyond(Option<AgainId>),
}

/// Decides rules, each without what is broken at the nodes that are waived for it.
pub fn decide(flow: &Flow, on: Option<Date>, voice: Voice, asked: &[(&Rule, Waived)]) -> Vec<RuleVerdict> {
    let mut verdicts = by_bounds(flow, on, voice, asked);
    // What measures paths needs finite ones; anything else is decided sooner in a flow with fewer copies.
    for finite in [false, true] {
        let mut refinement = Refinement::new(flow, finite);
        let mut open: Vec<usize> = Vec::new();
        open.extend(
            (0..asked.len())
                .filter(|&at| asked.get(at).is_some_and(|(rule, _)| measures(rule) == finite))
                .filter(|&at| verdicts.get(at).is_some_and(Option::is_none)),
        );
        while !open.is_empty() {
            let Some(model) = refinement.next() else { break };
            let agents = AgentCalls::of(model.calls());
            let graph = PathGraph::of(&agents);
            let evaluator = Evaluator::new(flow, on, voice, graph.as_ref());
            let mut beyond: Vec<Option<AgainId>> = Vec::new();
            open.retain(|&at| {
                let (Some((rule, waived)), Some(verdict)) = (asked.get(at), verdicts.get_mut(at)) else {
                    return false;
                };
                match settle(flow, &evaluator, rule, waived) {
                    Outcome::Decided(decided) => *verdict = Some(decided),
                    Outcome::Beyond(again) => beyond.push(again),
                }
                verdict.is_none()
            });
            let next = refinement.first_uncounted();
            if !refinement.count(beyond.into_iter().filter_map(|again| again.or(next))) {
                break;
            }
        }
        let model = if open.is_empty() { None } else { refinement.some_calls() };
        let Some(model) = model else { continue };
        let agents = AgentCalls::of(model.calls());
        let graph = PathGraph::of(&agents);
        let evaluator = Evaluator::new(flow, on, voice, graph.as_ref());
        for at in open {
            let (Some((rule, waived)), Some(verdict)) = (asked.get(at), verdicts.get_mut(at)) else {
                continue;
            };
            let of_some = evaluator.decide(rule, waived);
            *verdict = Some(of_some).filter(|of_some| is_so_of_all(rule, of_some));
        }
    }
    verdicts
        .into_iter()
        .map(|verdict| verdict.unwrap_or_else(|| RuleVerdict::Unknown(too_many(flow))))
        .collect()
}

/// The limits that hold however calls come back, as often as they may.
fn by_bounds(
    flow: &Flow,
    on: Option<Date>,
    voice: Voice,
    asked: &[(&Rule, Waived)],
) -> Vec<Option<RuleVerdict>> {
    let agents = AgentCalls::as_written(flow);
    let graph = PathGraph::of(&agents);
    let evaluator = Evaluator::new(flow, on, voice, graph.as_ref());
    let decide = |(rule, waived): &(&Rule, Waived)| {
        let verdict = measures(rule).then(|| evaluator.decide(rule, waived))?;
        matches!(verdict, RuleVerdict::Holds { .. }).then_some(verdict)
    };
    asked.iter().map(decide).collect()
}

/// Whether a rule measures how long paths are.
fn measures(rule: &Rule) -> bool {
    matches!(&rule.demand, Demand::Paths(form) if form.measures())
}

/// Whether what is so of some calls decides a rule: one path is enough to break it, or to come to what it requires.
fn is_so_of_all(rule: &Rule, verdict: &RuleVerdict) -> bool {
    match &rule.demand {
        Demand::Paths(Form::Reachable { .. }) => false,
        Demand::Paths(Form::Require(_)) => matches!(verdict, RuleVerdict::Holds { .. }),
        _ => matches!(verdict, RuleVerdict::Violated(_)),
    }
}

/// Decides a rule in a flow that has the paths of all calls, and others.
fn settle(flow: &Flow, evaluator: &Evaluator<'_>, rule: &Rule, waived: &Waived) -> Outcome {
    let verdict = evaluator.decide(rule, waived);
    let Demand::Paths(form) = &rule.demand else { return Outcome::Decided(verdict) };
    let allowed =
        |path: &Path, verdict: RuleVerdict| match beyond_bounds(flow, path.transitions.iter().copied()) {
            None => Outcome::Decided(verdict),
            again => Outcome::Beyond(again),
        };
    match (form, verdict) {
        // A call is needed, so one path is not as good as another.
        (Form::Require(wanted), verdict @ RuleVerdict::Holds { .. }) => match evaluator.path_to(wanted) {
            Some(path) => allowed(&path, verdict),
            None => Outcome::Beyond(None),
        },
        (Form::Reachable { goal, from, within }, verdict @ RuleVerdict::Holds { .. }) => {
            match evaluator.is_surely_reachable((goal, from), *within, waived) {
                true => Outcome::Decided(verdict),
                false => Outcome::Beyond(None),
            }
        }
        // A `decide` leads somewhere if all of its arms do, so that further arms may break what is not broken.
        (Form::Reachable { .. }, RuleVerdict::Violated(_)) if decides_again(flow) => Outcome::Beyond(None),
        (_, RuleVerdict::Violated(violation)) => match violation.path.clone() {
            Some(path) => match beyond_bounds(flow, path.transitions.iter().copied()) {
                None => {
                    let at = places_on_calls(flow, evaluator, rule, waived, &violation);
                    Outcome::Decided(RuleVerdict::Violated(Violation { at, ..violation }))
                }
                again => Outcome::Beyond(again),
            },
            // Nothing on any path is to blame.
            None => Outcome::Decided(RuleVerdict::Violated(violation)),
        },
        (_, verdict) => Outcome::Decided(verdict),
    }
}

/// The nodes at which a rule is broken on a call: of those that are found, the ones with a path that the bounds allow.
fn places_on_calls(
    flow: &Flow,
    evaluator: &Evaluator<'_>,
    rule: &Rule,
    waived: &Waived,
    violation: &Violation,
) -> Vec<NodeId> {
    let [_, _, ..] = violation.at.as_slice() else { return violation.at.clone() };
    let mut at: Vec<NodeId> = violation.place.iter().map(|place| place.node).collect();
    let mut seen = waived.clone();
    seen.extend(at.iter().copied());
    for _ in 0..MOST_PLACES {
        let RuleVerdict::Violated(next) = evaluator.decide(rule, &seen) else { break };
        let (Some(path), Some(place)) = (next.path, next.place) else { break };
        if !seen.insert(place.node) {
            break;
        }
        let is_on_a_call = beyond_bounds(flow, path.transitions.iter().copied()).is_none();
        at.extend(is_on_a_call.then_some(place.node));
    }
    at.sort_unstable();
    at
}

/// Whether an arm of a `decide` leads back.
fn decides_again(flow: &Flow) -> bool {
    flow.transitions.rows().iter().any(|one| one.again.is_some() && flow.nodes[one.from].is(Kind::Decide))
}

/// What is said where the bounds that matter are too many to be counted.
fn too_many(flow: &Flow) -> MissingFact {
    let again = flow.most_copied.first();
    MissingFact {
        what: "calls can come back in so many ways that not all of them are counted, and it may be broken on one of those".to_owned(),
        remedy: "let them lead back together, so that one `again` counts: by one branch, by `every`, or through one node"
            .to_owned(),
        span: again.map(|&again| flow.agains[again].span),
        ..MissingFact::default()
    }
}
