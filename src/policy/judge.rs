//! Decides every rule of every policy over all paths.

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::agent_calls::AgentCalls;
use super::decisions::counts;
use super::evaluator::Evaluator;
use super::path_graph::PathGraph;
use super::{JudgedRule, RuleVerdict, Waived, refined};
use crate::flow::Flow;
use crate::flow::decision::Waiver;
use crate::flow::policy::Rule;
use crate::speech::Voice;
use crate::threads;

/// How many rules times nodes are worth a second core.
const MANY: usize = 100_000;

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
    let has_open_bounds = flow.has_open_bounds();
    let agents = AgentCalls::new(flow);
    let graph = PathGraph::of(&agents).filter(|_| !has_open_bounds);
    let evaluator = Evaluator::new(flow, on, voice, graph.as_ref());
    let decide = |asked: &[(&Rule, Waived)]| -> Vec<RuleVerdict> {
        match has_open_bounds {
            true => refined::decide(flow, on, voice, asked),
            // Rules do not depend on each other. A short flow is done before a second core has begun.
            false if asked.len() * flow.nodes.len() > MANY => {
                threads::map(asked, |(rule, waived)| evaluator.decide(rule, waived))
            }
            false => asked.iter().map(|(rule, waived)| evaluator.decide(rule, waived)).collect(),
        }
    };
    let mut waivers: FxHashMap<(&str, &str), Vec<usize>> = FxHashMap::default();
    for (number, waiver) in flow.waivers.iter().enumerate() {
        if let Some(rule) = waiver.subject.rule() {
            waivers.entry(rule).or_default().push(number);
        }
    }
    let mut attested: FxHashMap<(&str, &str), Vec<usize>> = FxHashMap::default();
    for (number, attestation) in flow.attestations.iter().enumerate() {
        if let Some(rule) = attestation.subject.rule().filter(|_| counts(attestation, on)) {
            attested.entry(rule).or_default().push(number);
        }
    }
    let decisions = Decisions { flow, on, waivers, decide: &decide };
    let rules = flow.policies.iter().flat_map(|policy| &policy.rules);
    let asked: Vec<(&Rule, Waived)> = rules.map(|rule| (rule, Waived::default())).collect();
    let mut verdicts = decide(&asked).into_iter();
    let mut judged = Vec::new();
    for (policy, of) in flow.policies.iter().enumerate() {
        for (number, (rule, verdict)) in of.rules.iter().zip(verdicts.by_ref()).enumerate() {
            let (waivers, after) = decisions.waive(&of.name, rule, &verdict);
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

/// Decides rules, each without what is broken at some nodes.
type Decide<'a> = &'a dyn Fn(&[(&Rule, Waived)]) -> Vec<RuleVerdict>;

/// What was decided about rules by hand.
struct Decisions<'a> {
    flow: &'a Flow,
    on: Option<Date>,
    /// The numbers of the waivers of each rule, by the names of its policy and its own.
    waivers: FxHashMap<(&'a str, &'a str), Vec<usize>>,
    decide: Decide<'a>,
}

impl Decisions<'_> {
    /// The verdict on a rule without what is broken at the waived nodes.
    fn without(&self, rule: &Rule, waived: Waived) -> RuleVerdict {
        (self.decide)(&[(rule, waived)]).pop().unwrap_or(RuleVerdict::HOLDS)
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
            Some(nodes) => match self.without(rule, nodes.clone()) {
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
