//! Waivers that allow, and attestations that attest, nothing beyond what another one of the same rule does.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::JudgedRule;
use crate::diagnostics::{Diagnostic, Diagnostics, Fix};
use crate::flow::decision::{Decision, DecisionKind};
use crate::flow::{Flow, NodeId};
use crate::resolve::codes::UNUSED;
use crate::source::{Sources, Span};
use crate::table::Id;

/// The decisions of one rule of the same kind, each with its number among those of its flow.
type Numbered<'a> = Vec<(usize, Decision<'a>)>;

/// Reports the waivers and attestations that another one covers, together if the same one covers them.
/// Returns their kinds and numbers.
pub fn report(
    sources: &Sources,
    flow: &Flow,
    judged: &[JudgedRule],
    diagnostics: &mut Diagnostics,
) -> FxHashSet<(DecisionKind, usize)> {
    let mut all = FxHashSet::default();
    for judged_rule in judged {
        for decisions in [waivers(flow, judged_rule), attestations(flow, judged_rule)] {
            let mut by_other: BTreeMap<usize, (Decision<'_>, Vec<Decision<'_>>)> = BTreeMap::new();
            for (number, decision, other, covering) in covered(&decisions) {
                all.insert((decision.kind, number));
                // Another flow that includes the file of this one may lack the covering one.
                let file = decision.span.file;
                if file.index() == 0 || file == covering.span.file {
                    by_other.entry(other).or_insert_with(|| (covering, Vec::new())).1.push(decision);
                }
            }
            for (other, decisions) in by_other.into_values() {
                if let Some((first, more)) = decisions.split_first() {
                    diagnostics.push(covered_by(sources, flow, &other, first, more));
                }
            }
        }
    }
    all
}

fn waivers<'a>(flow: &'a Flow, judged: &JudgedRule) -> Numbered<'a> {
    let known = judged.waivers.iter().map(|&number| Some((number, flow.waivers.get(number)?.into())));
    known.flatten().collect()
}

fn attestations<'a>(flow: &'a Flow, judged: &JudgedRule) -> Numbered<'a> {
    let known =
        judged.attestations.iter().map(|&number| Some((number, flow.attestations.get(number)?.into())));
    known.flatten().collect()
}

/// How many decisions after the first get a label.
const LABELS: usize = 9;

/// The finding for a decision, and others like it, that say no more than another one.
fn covered_by(
    sources: &Sources,
    flow: &Flow,
    other: &Decision<'_>,
    first: &Decision<'_>,
    more: &[Decision<'_>],
) -> Diagnostic {
    let noun = first.kind.noun();
    let rule = format!("`{}`", first.subject);
    let subject = match more.len() {
        0 => format!("the {noun} of {rule}{} adds nothing", first.place(flow)),
        more => format!("{} {noun}s of {rule} add nothing", more + 1),
    };
    let does = match first.kind {
        DecisionKind::Waiver => "allows",
        DecisionKind::Attestation | DecisionKind::Evidence => "attests",
    };
    let message = format!("{subject}: another one {does} the same until {}", other.until);
    let fix = more.is_empty().then(|| Fix::take_out(format!("Take the {noun} out"), sources, first.span));
    let diagnostic = Diagnostic::new(&UNUSED, first.span, message).here(format!("this {noun} has no effect"));
    let spans: Vec<Span> = more.iter().map(|decision| decision.span).collect();
    diagnostic
        .label_each(&spans, LABELS, "nor has this one")
        .label(other.span, "this one counts")
        .help(if more.is_empty() { "take one of the two out" } else { "keep one of them" })
        .fix(fix)
}

/// The decisions that another one covers: each with its number, then the covering one with its number.
fn covered<'a>(decisions: &Numbered<'a>) -> Vec<(usize, Decision<'a>, usize, Decision<'a>)> {
    // The one that lasts longest, for the whole rule and for each node; the first of equal ones.
    let mut longest: FxHashMap<Option<NodeId>, (usize, Decision<'a>)> = FxHashMap::default();
    for &(number, decision) in decisions {
        let best = longest.entry(decision.node).or_insert((number, decision));
        if decision.until > best.1.until {
            *best = (number, decision);
        }
    }
    let covering = |number: usize, decision: &Decision<'a>| {
        let lasts = |other: &&(usize, Decision<'a>)| other.0 != number && other.1.until >= decision.until;
        let whole = longest.get(&None).filter(lasts);
        whole.or_else(|| longest.get(&decision.node).filter(lasts)).copied()
    };
    let all = decisions.iter().filter_map(|&(number, decision)| {
        let (other, by) = covering(number, &decision)?;
        Some((number, decision, other, by))
    });
    all.collect()
}
