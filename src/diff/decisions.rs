//! The waivers, attestations and evidence of facts that are new, gone or changed.

use std::cmp::Ordering;
use std::collections::VecDeque;

use jiff::civil::Date;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{ComplianceChange, Effect};
use crate::compile::Compiled;
use crate::flow::decision::{Decision, DecisionKind, Subject};
use crate::flow::policy::{Demand, fact_value};
use crate::flow::{Flow, NodeId};
use crate::policy::{names_nobody, says_nothing};
use crate::spelling::{display_id, display_string};

/// A waiver, an attestation or the evidence of a fact in one version.
struct Entry<'a> {
    decision: Decision<'a>,
    /// `POLICY/RULE`, the code of a finding or the name of a fact, and the node's name now.
    name: String,
    /// Whether it counts on the day of the run: it has not ended, and somebody's word says something.
    is_in_force: bool,
    /// What it attests: the words of a duty, or the value of a fact.
    attested: Option<String>,
}

impl Entry<'_> {
    /// The reason or the proof, and who gives it.
    fn grounds(&self) -> (&str, &str) {
        (self.decision.because, self.decision.by)
    }

    /// Whether it proves nothing, or nobody answers for it.
    fn is_empty(&self) -> bool {
        is_empty(&self.decision)
    }
}

fn is_empty(decision: &Decision<'_>) -> bool {
    says_nothing(decision.because) || names_nobody(decision.by)
}

/// The decisions of a kind that differ. `was_now` and `is_now` name the nodes of each version as they are called now.
pub fn changes(
    kind: DecisionKind,
    (before, was_now): (&Compiled, &dyn Fn(NodeId) -> String),
    (after, is_now): (&Compiled, &dyn Fn(NodeId) -> String),
) -> Vec<ComplianceChange> {
    let (old, new) = (entries(kind, before, was_now), entries(kind, after, is_now));
    let partners = partners(&old, &new);
    let taken: FxHashSet<usize> = partners.iter().copied().flatten().collect();
    let of_old = old
        .iter()
        .zip(&partners)
        .filter_map(|(one, partner)| change(kind, Some(one), partner.and_then(|partner| new.get(partner))));
    let added = new.iter().enumerate().filter(|(index, _)| !taken.contains(index));
    let of_new = added.filter_map(|(_, one)| change(kind, None, Some(one)));
    of_old.chain(of_new).collect()
}

/// The decisions of a kind in a flow that is new.
pub fn introduced(
    kind: DecisionKind,
    flow: &Compiled,
    name: &dyn Fn(NodeId) -> String,
) -> Vec<ComplianceChange> {
    entries(kind, flow, name).iter().filter_map(|one| change(kind, None, Some(one))).collect()
}

fn entries<'a>(
    kind: DecisionKind,
    compiled: &'a Compiled,
    node_name: &dyn Fn(NodeId) -> String,
) -> Vec<Entry<'a>> {
    let flow = &compiled.flow;
    let decisions: Vec<Decision<'a>> = match kind {
        DecisionKind::Waiver => flow.waivers.iter().map(Decision::from).collect(),
        DecisionKind::Attestation => flow.attestations.iter().map(Decision::from).collect(),
        DecisionKind::Evidence => {
            flow.facts.iter().filter_map(|fact| fact.evidence.as_ref()).map(Decision::from).collect()
        }
    };
    let entry = |decision: Decision<'a>| {
        let at = decision.node.map(|node| format!(" at {}", node_name(node))).unwrap_or_default();
        Entry {
            name: match decision.subject {
                Subject::Rule { policy, rule } => format!("{}/{}{at}", display_id(policy), display_id(rule)),
                Subject::Finding(code) => format!("{code}{at}"),
                Subject::Fact(name) => display_id(name),
            },
            is_in_force: compiled.as_of.is_none_or(|day| day <= decision.until)
                && (kind == DecisionKind::Waiver || !is_empty(&decision)),
            attested: attested(flow, decision.subject),
            decision,
        }
    };
    decisions.into_iter().map(entry).collect()
}

/// The words of the duty or the value of the fact that somebody's word is about.
fn attested(flow: &Flow, subject: &Subject) -> Option<String> {
    match subject {
        Subject::Rule { policy, rule } => {
            let policy = flow.policies.iter().find(|one| one.name == *policy)?;
            match &policy.rules.iter().find(|one| one.name == *rule)?.demand {
                Demand::Oblige(duty) => Some(display_string(duty)),
                Demand::Paths(_) | Demand::Fact(_) => None,
            }
        }
        Subject::Fact(name) => {
            flow.facts.iter().find(|fact| fact.name == *name)?.value.as_ref().map(fact_value)
        }
        Subject::Finding(_) => None,
    }
}

/// The rule and node of a decision, and what else tells it from others of the same rule.
type Key<'a> = (&'a str, Option<&'a str>, Option<&'a str>, Option<Date>);

/// By what two decisions are taken for the same one, the surest first.
const KEYS: [for<'a> fn(&'a Entry<'_>) -> Key<'a>; 5] = [
    |one| (&one.name, Some(one.decision.because), Some(one.decision.by), Some(one.decision.until)),
    |one| (&one.name, Some(one.decision.because), Some(one.decision.by), None),
    |one| (&one.name, None, Some(one.decision.by), None),
    |one| (&one.name, Some(one.decision.because), None, None),
    |one| (&one.name, None, None, None),
];

/// Which of the new decisions each of the old ones has become.
fn partners(old: &[Entry<'_>], new: &[Entry<'_>]) -> Vec<Option<usize>> {
    let mut partners: Vec<Option<usize>> = vec![None; old.len()];
    for key in KEYS {
        let taken: FxHashSet<usize> = partners.iter().copied().flatten().collect();
        let mut there: FxHashMap<Key<'_>, VecDeque<usize>> = FxHashMap::default();
        for (index, one) in new.iter().enumerate().filter(|(index, _)| !taken.contains(index)) {
            there.entry(key(one)).or_default().push_back(index);
        }
        for (partner, one) in partners.iter_mut().zip(old).filter(|(partner, _)| partner.is_none()) {
            *partner = there.get_mut(&key(one)).and_then(VecDeque::pop_front);
        }
    }
    partners
}

fn change(kind: DecisionKind, was: Option<&Entry<'_>>, is: Option<&Entry<'_>>) -> Option<ComplianceChange> {
    let name = &is.or(was)?.name;
    let (mut before, mut after) = (was.map(text), is.map(text));
    let effect = match was.zip(is) {
        // Somebody's word was given for other words than those that now stand there.
        Some((was, is)) if was.attested.is_some() && is.attested.is_some() && was.attested != is.attested => {
            let effect = if before == after && is.is_in_force { Effect::Weaker } else { Effect::Changed };
            for (text, attested) in [(&mut before, &was.attested), (&mut after, &is.attested)] {
                *text = text.take().zip(attested.as_ref()).map(|(text, what)| format!("of {what} {text}"));
            }
            effect.min(effect_of(kind, Some(was), Some(is)))
        }
        // Another proof, or the word of somebody else, has to be looked at, however long it lasts.
        Some((was, is)) if kind != DecisionKind::Waiver && was.grounds() != is.grounds() => {
            let effect = if is.is_empty() && !was.is_empty() { Effect::Weaker } else { Effect::Changed };
            effect.min(effect_of(kind, Some(was), Some(is)))
        }
        _ => effect_of(kind, was, is),
    };
    (before != after).then(|| ComplianceChange {
        effect,
        subject: kind.noun(),
        name: name.clone(),
        before,
        after,
    })
}

/// What a change of a decision does: more waivers allow more, and more attestations prove more. One that has ended
/// does neither.
fn effect_of(kind: DecisionKind, was: Option<&Entry<'_>>, is: Option<&Entry<'_>>) -> Effect {
    let last_day = |one: Option<&Entry<'_>>| one.filter(|one| one.is_in_force).map(|one| one.decision.until);
    match (last_day(was).cmp(&last_day(is)), kind) {
        (Ordering::Equal, _) => Effect::Changed,
        (Ordering::Less, DecisionKind::Waiver) => Effect::Weaker,
        (Ordering::Greater, DecisionKind::Waiver) => Effect::Stricter,
        (Ordering::Greater, DecisionKind::Attestation | DecisionKind::Evidence) => Effect::Weaker,
        (Ordering::Less, DecisionKind::Attestation | DecisionKind::Evidence) => Effect::Stricter,
    }
}

fn text(one: &Entry<'_>) -> String {
    let Decision { because, by, until, .. } = one.decision;
    format!("until {until} because {} by {}", display_string(because), display_string(by))
}
