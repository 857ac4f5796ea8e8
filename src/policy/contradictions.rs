//! Rules that contradict each other: one of them is broken, and whoever mends it breaks the other.

use rustc_hash::FxHashSet;

use super::codes::CONTRADICTORY_RULES;
use super::kept_by::{some_call_keeps, subject};
use super::spoken_tags::spoken_tags;
use super::wording::selector;
use super::{JudgedRule, RuleVerdict, VacuousKind, facts, never_met};
use crate::diagnostics::{Diagnostic, Diagnostics, quote};
use crate::flow::policy::{Demand, FactCondition, FactOp, Form, Op, Policy, Rule, Selector};
use crate::flow::{Flow, Node};
use crate::source::Span;

/// How many pairs of rules are compared: a flow with more broken rules has other worries.
const MOST_PAIRS: usize = 20_000;

/// Reports each broken rule with another one that applies, if no call keeps both. One partner of a rule is enough, and
/// none for the rules of two policies of which a conflict is `known`.
pub fn report(
    flow: &Flow,
    judged: &[JudgedRule],
    known: &FxHashSet<(usize, usize)>,
    diagnostics: &mut Diagnostics,
) {
    if judged.iter().all(|one| one.left.is_none()) {
        return;
    }
    let rules: Vec<(&JudgedRule, &Policy, &Rule, Names<'_>)> = judged
        .iter()
        .filter(|judged| applies(judged))
        .filter_map(|judged| {
            let policy = flow.policies.get(judged.policy)?;
            let rule = policy.rules.get(judged.rule)?;
            // Perhaps it does not bind the flow at all.
            facts::open_facts(flow, rule).is_empty().then(|| (judged, policy, rule, Names::of(rule)))
        })
        .collect();
    let heard = heard_tags(flow);
    let mut reported: FxHashSet<(usize, usize)> = FxHashSet::default();
    let mut left = MOST_PAIRS;
    for (number, (judged, policy, rule, names)) in rules.iter().enumerate() {
        if judged.left.is_none() {
            continue;
        }
        for (partner, (of_other, other_policy, other, other_names)) in rules.iter().enumerate() {
            let policies = (judged.policy.min(of_other.policy), judged.policy.max(of_other.policy));
            if partner == number
                || known.contains(&policies)
                || !names.share(other_names)
                || !share_a_day(rule, other)
            {
                continue;
            }
            if left == 0 {
                return;
            }
            left -= 1;
            let Some(why) = why_not_both(flow, (judged, rule), (of_other, other), &heard) else { continue };
            if reported.insert((number.min(partner), number.max(partner))) {
                diagnostics.push(finding((policy, rule), (other_policy, other), &why));
            }
            break;
        }
    }
}

/// The tags of spoken words, and those that the flow has only on steps that are heard.
fn heard_tags(flow: &Flow) -> FxHashSet<&str> {
    let nodes = flow.nodes.rows().iter();
    let is_silent = |node: &&Node| !node.is_heard();
    let headers = nodes.clone().filter(is_silent).flat_map(|node| &node.tags);
    let actions =
        nodes.clone().flat_map(|node| node.actions.iter().filter(|action| !node.is_heard_at(action)));
    let silent: FxHashSet<&str> =
        headers.chain(actions.flat_map(|action| &action.tags)).map(|tag| &*tag.name).collect();
    let mut heard = spoken_tags(flow);
    heard.extend(nodes.flat_map(Node::all_tags).map(|tag| &*tag.name).filter(|name| !silent.contains(name)));
    heard
}

/// Whether two rules are in force on one day.
fn share_a_day(one: &Rule, other: &Rule) -> bool {
    let is_over_before =
        |first: &Rule, then: &Rule| first.until.zip(then.from).is_some_and(|(until, from)| until < from);
    !is_over_before(one, other) && !is_over_before(other, one)
}

/// Whether a rule asks something of this flow, or would if the flow had what it is about.
fn applies(judged: &JudgedRule) -> bool {
    match &judged.verdict {
        RuleVerdict::Holds { .. } => true,
        RuleVerdict::Violated(_) => judged.left.is_some(),
        RuleVerdict::Vacuous(why) => {
            matches!(why.kind(), VacuousKind::NothingToCheck | VacuousKind::WithinOneStep)
        }
        RuleVerdict::Unknown(_) | RuleVerdict::Obligation | RuleVerdict::Withheld(_) => false,
    }
}

/// What a rule names, by which it is known which others it could contradict.
#[derive(Default)]
struct Names<'a> {
    facts: FxHashSet<&'a str>,
    ops: FxHashSet<&'a Op>,
    /// Whether it is about paths, and picks steps that it does not name.
    is_of_any_step: bool,
}

impl<'a> Names<'a> {
    fn of(rule: &'a Rule) -> Self {
        match &rule.demand {
            Demand::Fact(condition) => Self {
                facts: condition.comparisons().map(|comparison| &*comparison.fact).collect(),
                ..Self::default()
            },
            Demand::Paths(form) => {
                let ops = || form.selectors().flat_map(|selector| &selector.0);
                Self {
                    ops: ops().filter(|op| !matches!(op, Op::Not | Op::And | Op::Or)).collect(),
                    is_of_any_step: ops().any(|op| matches!(op, Op::Any | Op::Heard | Op::Not)),
                    ..Self::default()
                }
            }
            Demand::Oblige(_) => Self::default(),
        }
    }

    /// Whether two rules are about anything that both name, or may name.
    fn share(&self, other: &Self) -> bool {
        let are_paths = !self.ops.is_empty() && !other.ops.is_empty();
        are_paths && (self.is_of_any_step || other.is_of_any_step)
            || !self.ops.is_disjoint(&other.ops)
            || !self.facts.is_disjoint(&other.facts)
    }
}

/// Why two rules cannot both be kept, as a sentence without a full stop; `None` if they can, or if that is not known.
fn why_not_both(
    flow: &Flow,
    (judged, rule): (&JudgedRule, &Rule),
    (of_other, other): (&JudgedRule, &Rule),
    heard: &FxHashSet<&str>,
) -> Option<String> {
    match (&rule.demand, &other.demand) {
        (Demand::Fact(one), Demand::Fact(two)) => {
            let ops = one.ops.iter().chain(&two.ops).cloned().chain([FactOp::And]).collect();
            let both = FactCondition { ops, span: one.span };
            // What contradicts itself is another finding.
            if [one, two].into_iter().any(|alone| never_met::contradiction(alone).is_some()) {
                return None;
            }
            let (first, second) = never_met::contradiction(&both)?;
            Some(format!(
                "no value of `{}` keeps both `{}` and `{}`",
                first.fact,
                never_met::test(first),
                never_met::test(second)
            ))
        }
        (Demand::Paths(one), Demand::Paths(two)) => {
            let pairs = [(one, two, judged), (two, one, of_other)];
            pairs.into_iter().find_map(|(form, with, of)| {
                let about = subject(form)?;
                let is_asked_for = matches!(form, Form::Require(_) | Form::OnEveryPath(_));
                if !is_asked_for && !comes_to_subject(of) {
                    return None;
                }
                let keeps = |form: &Form<Selector>, with: &Form<Selector>| some_call_keeps(form, with, heard);
                // What contradicts itself is another finding. Where the other rule forbids what this one is about, a flow
                // without it keeps both.
                let alone = Form::Require(about.clone());
                let contradicts_itself = |form: &Form<Selector>| keeps(form, form) == Some(false);
                // A rule that forbids all of what it is about does not.
                let forbids = matches!(with, Form::Forbid(_) | Form::Count(0, _));
                if contradicts_itself(form)
                    || !forbids && contradicts_itself(with)
                    || !is_asked_for && !keeps(&alone, with)?
                {
                    return None;
                }
                let why = || format!("no call that comes to {} keeps both", quote(&selector(flow, about)));
                (!keeps(form, with)?).then(why)
            })
        }
        _ => None,
    }
}

/// Whether a call of the flow comes to what a rule is about.
fn comes_to_subject(judged: &JudgedRule) -> bool {
    match &judged.verdict {
        RuleVerdict::Holds { .. } => true,
        RuleVerdict::Violated(violation) => !violation.at.is_empty(),
        _ => false,
    }
}

fn finding(
    (policy, rule): (&Policy, &Rule),
    (other_policy, other): (&Policy, &Rule),
    why: &str,
) -> Diagnostic {
    let name = |policy: &Policy, rule: &Rule| format!("`{}/{}`", policy.name, rule.name);
    let place = |policy: &Policy, rule: &Rule| -> Option<Span> {
        if policy.bundled { policy.place() } else { Some(rule.span) }
    };
    let (own, of_other) = (place(policy, rule), place(other_policy, other));
    let message =
        format!("{} and {} contradict each other: {why}", name(policy, rule), name(other_policy, other));
    let mut finding = match own.or(of_other) {
        Some(span) => Diagnostic::new(&CONTRADICTORY_RULES, span, message),
        None => Diagnostic::unplaced(&CONTRADICTORY_RULES, message),
    };
    if let Some(span) = of_other.filter(|span| Some(*span) != own) {
        finding = finding.label(span, "the other rule");
    }
    finding.help(
        "whoever mends the flow for the one breaks the other: change one of them, say with `when` for which flows it is, or `waive` it where it is broken",
    )
}
