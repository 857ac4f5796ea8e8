//! Policies that say that they conflict, where both apply and a rule is broken that both have a part in.

use rustc_hash::FxHashSet;

use super::codes::POLICY_CONFLICT;
use super::{JudgedRule, RuleVerdict, Vacuous};
use crate::diagnostics::{Diagnostic, Diagnostics, Severity, list_of, quote};
use crate::flow::policy::{Demand, Form, Op, Policy, Rule};
use crate::flow::{Flow, Kind};

/// How many broken rules a finding names.
const MOST_NAMED: usize = 4;

/// What rules are about: their tags, kinds, nodes and names, without what selects almost anything.
fn about(rules: &[Rule]) -> FxHashSet<&Op> {
    let forms = rules.iter().filter_map(|rule| match &rule.demand {
        Demand::Paths(form) => Some(form),
        Demand::Fact(_) | Demand::Oblige(_) => None,
    });
    let ops = forms.flat_map(Form::selectors).flat_map(|selector| &selector.0);
    let says_little = |op: &&Op| {
        matches!(
            op,
            Op::Any
                | Op::Heard
                | Op::Key
                | Op::Not
                | Op::And
                | Op::Or
                | Op::Nothing
                | Op::Kind(Kind::Disconnect)
        )
    };
    ops.filter(|op| !says_little(op)).collect()
}

/// The rules of a policy that ask this flow for a fact of which another policy knows nothing.
fn asking_for_own_facts<'a>(
    judged: &'a [JudgedRule],
    number: usize,
    policy: &'a Policy,
    other: &'a Policy,
) -> impl Iterator<Item = String> + 'a {
    let asks =
        |verdict: &RuleVerdict| matches!(verdict, RuleVerdict::Holds { .. } | RuleVerdict::Violated(_));
    let rules = judged.iter().filter(move |one| one.policy == number && asks(&one.verdict));
    rules.filter_map(move |one| {
        let rule = policy.rules.get(one.rule).filter(|rule| rule.severity == Severity::Error)?;
        let Demand::Fact(condition) = &rule.demand else { return None };
        let is_own = condition.comparisons().all(|comparison| !other.knows_fact(&comparison.fact));
        is_own.then(|| format!("`{}/{}`", policy.name, rule.name))
    })
}

/// Reports two policies that apply, of which one says that it conflicts with the other, if a rule of either is broken
/// that is about something which rules of the other are about as well. A flow that keeps both has found its way.
/// Where their rules have no step in common, they conflict by what each asks of the campaign: a number cannot be from two
/// ranges, whatever facts a flow states.
/// Returns the pairs that it has reported, by the numbers of the policies.
pub fn report(
    flow: &Flow,
    judged: &[JudgedRule],
    diagnostics: &mut Diagnostics,
) -> FxHashSet<(usize, usize)> {
    let mut found: FxHashSet<(usize, usize)> = FxHashSet::default();
    let mut looked_at: FxHashSet<(usize, usize)> = FxHashSet::default();
    let is_for_flow = |one: &JudgedRule| !matches!(one.verdict, RuleVerdict::Vacuous(Vacuous::Facts(_)));
    let applies = |number: usize| judged.iter().any(|one| one.policy == number && is_for_flow(one));
    for (number, policy) in flow.policies.iter().enumerate() {
        for conflict in &policy.conflicts {
            let Some((other_number, other)) =
                flow.policies.iter().enumerate().find(|(_, other)| other.name == conflict.with)
            else {
                continue;
            };
            let pair = (number.min(other_number), number.max(other_number));
            if !looked_at.insert(pair) || !applies(number) || !applies(other_number) {
                continue;
            }
            let of_own = about(&policy.rules);
            let of_other = about(&other.rules);
            let broken: Vec<String> = judged
                .iter()
                .filter(|judged| judged.left.is_some())
                .filter_map(|judged| {
                    let (policy, others) = match judged.policy {
                        one if one == number => (policy, &of_other),
                        one if one == other_number => (other, &of_own),
                        _ => return None,
                    };
                    let rule = policy.rules.get(judged.rule)?;
                    let is_at_others = || {
                        let at = judged.left.iter().flat_map(|violation| &violation.at);
                        let tags = at.flat_map(|&node| {
                            let row = &flow.nodes[node];
                            row.all_tags()
                        });
                        tags.map(|tag| Op::Tag(tag.name.clone())).any(|tag| others.contains(&tag))
                    };
                    let is_shared = about(core::slice::from_ref(rule)).iter().any(|of| others.contains(of))
                        || is_at_others();
                    is_shared.then(|| format!("`{}/{}`", policy.name, rule.name))
                })
                .collect();
            let (mut rules, mut what) = (broken, "broken");
            if rules.is_empty() && of_own.is_disjoint(&of_other) {
                let own: Vec<String> = asking_for_own_facts(judged, number, policy, other).collect();
                let others: Vec<String> = asking_for_own_facts(judged, other_number, other, policy).collect();
                if !own.is_empty() && !others.is_empty() {
                    (rules, what) = ([own, others].concat(), "each asks for something else");
                }
            }
            if rules.is_empty() {
                continue;
            }
            let more = rules.len().saturating_sub(MOST_NAMED);
            let mut named: Vec<String> = rules.into_iter().take(MOST_NAMED).collect();
            if more > 0 {
                named.push(format!("{more} more"));
            }
            let other_place = other.place().filter(|other| Some(*other) != policy.place());
            let place = policy.place().or(other_place).unwrap_or(conflict.span);
            let here = match (policy.place(), other_place) {
                (Some(_), Some(_)) => format!("{} applies", quote(&policy.name)),
                _ => "both apply".to_owned(),
            };
            let mut finding = Diagnostic::new(
                &POLICY_CONFLICT,
                place,
                format!("the policies {} and {} conflict", quote(&policy.name), quote(&other.name)),
            )
            .here(here)
            .help(&*conflict.because);
            if let Some(other_place) = other_place.filter(|other| *other != place) {
                finding = finding.label(other_place, format!("{} applies", quote(&other.name)));
            }
            // The other policy may say more.
            let answer = other.conflicts.iter().find(|one| one.with == policy.name);
            if let Some(answer) = answer.filter(|answer| answer.because != conflict.because) {
                finding.notes.push(format!("{} says: {}", quote(&other.name), answer.because));
            }
            finding.notes.push(format!("{what}: {}", list_of(&named, "and")));
            found.insert(pair);
            diagnostics.push(finding);
        }
    }
    found
}
