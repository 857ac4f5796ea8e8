//! Waivers that allow nothing beyond what another waiver of the same rule allows.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::JudgedRule;
use crate::diagnostics::{Diagnostic, Diagnostics, Fix, quote};
use crate::flow::policy::Waiver;
use crate::flow::{Flow, NodeId};
use crate::resolve::codes::UNUSED;
use crate::source::{Sources, Span};
use crate::spelling::display_id;
use crate::table::Id;

/// Reports the waivers that another one covers, together if the same one covers them. Returns their
/// numbers.
pub fn report(
    sources: &Sources,
    flow: &Flow,
    judged: &[JudgedRule],
    diagnostics: &mut Diagnostics,
) -> FxHashSet<usize> {
    let mut all = FxHashSet::default();
    for judged_rule in judged {
        let mut by_other: BTreeMap<usize, Vec<&Waiver>> = BTreeMap::new();
        for (number, other) in covered(flow, &judged_rule.waivers) {
            all.insert(number);
            let waivers = (flow.waivers.get(number), flow.waivers.get(other));
            let (Some(waiver), Some(covering)) = waivers else { continue };
            // Another flow that includes the waiver's file may lack the covering one.
            let file = waiver.span.file;
            if file.index() == 0 || file == covering.span.file {
                by_other.entry(other).or_default().push(waiver);
            }
        }
        for (other, waivers) in by_other {
            if let (Some(other), Some((first, more))) = (flow.waivers.get(other), waivers.split_first()) {
                diagnostics.push(covered_by(sources, flow, other, first, more));
            }
        }
    }
    all
}

/// How many waivers after the first get a label.
const LABELS: usize = 9;

/// The finding for a waiver, and others like it, that allow no more than another one.
fn covered_by(
    sources: &Sources,
    flow: &Flow,
    other: &Waiver,
    first: &Waiver,
    more: &[&Waiver],
) -> Diagnostic {
    let rule = format!("`{}/{}`", first.policy, first.rule);
    let subject = match more.len() {
        0 => format!("the waiver of {rule}{} adds nothing", place_of(flow, first)),
        more => format!("{} waivers of {rule} add nothing", more + 1),
    };
    let message = format!("{subject}: another one allows the same until {}", other.until);
    let fix = more.is_empty().then(|| Fix::take_out("Take the waiver out", sources, first.span));
    let diagnostic = Diagnostic::new(&UNUSED, first.span, message).here("this waiver has no effect");
    let spans: Vec<Span> = more.iter().map(|waiver| waiver.span).collect();
    diagnostic
        .label_each(&spans, LABELS, "nor has this one")
        .label(other.span, "this one counts")
        .help(if more.is_empty() { "take one of the two out" } else { "keep one of them" })
        .fix(fix)
}

/// The node to which a waiver is limited, as in `` at `menu` ``.
pub fn place_of(flow: &Flow, waiver: &Waiver) -> String {
    let node = waiver.node.map(|node| quote(&display_id(&flow.nodes[node].id)));
    node.map(|node| format!(" at {node}")).unwrap_or_default()
}

/// The waivers of one rule that another one covers: the number of each, and the number of the covering one.
fn covered(flow: &Flow, numbers: &[usize]) -> Vec<(usize, usize)> {
    let waivers = || numbers.iter().filter_map(|&number| Some((number, flow.waivers.get(number)?)));
    // The waiver that lasts longest, for the whole rule and for each node; the first of equal ones.
    let mut longest: FxHashMap<Option<NodeId>, (usize, &Waiver)> = FxHashMap::default();
    for (number, waiver) in waivers() {
        let best = longest.entry(waiver.node).or_insert((number, waiver));
        if waiver.until > best.1.until {
            *best = (number, waiver);
        }
    }
    let covering = |number: usize, waiver: &Waiver| {
        let lasts = |other: &&(usize, &Waiver)| other.0 != number && other.1.until >= waiver.until;
        let whole = longest.get(&None).filter(lasts);
        Some(whole.or_else(|| longest.get(&waiver.node).filter(lasts))?.0)
    };
    waivers().filter_map(|(number, waiver)| Some((number, covering(number, waiver)?))).collect()
}
