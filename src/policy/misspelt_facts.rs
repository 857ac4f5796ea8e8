//! Names in rules that look like typos of facts that the flow states or that a policy expects.

use rustc_hash::FxHashSet;

use super::codes::MISSPELT_FACT;
use super::reported::Reported;
use crate::diagnostics::suggest::is_one_typo;
use crate::diagnostics::{Diagnostic, Diagnostics, Fix, quote};
use crate::flow::Flow;
use crate::flow::policy::{Comparison, Policy};
use crate::source::Span;

/// Reports each fact that only rules of the flow's own policies compare, that nobody states, and that is one typo away
/// from a fact that somebody knows. A fact that is stated and known to nobody is reported where it is stated.
pub fn report<'a>(flow: &'a Flow, reported: &mut Reported<'a>, diagnostics: &mut Diagnostics) {
    // An unreadable line may state it.
    if !flow.complete {
        return;
    }
    let expected: FxHashSet<&str> =
        flow.policies.iter().flat_map(Policy::expected_facts).map(|(name, _)| name).collect();
    let compares = |policy: &Policy, name: &str| policy.bundled && policy.knows_fact(name);
    let is_stated = |name: &str| flow.facts.iter().any(|fact| *fact.name == *name);
    let known = || {
        let stated = flow.facts.iter().filter(|fact| !fact.known_elsewhere.is_empty());
        expected.iter().copied().chain(stated.map(|fact| &*fact.name))
    };
    let mut seen: FxHashSet<(&str, Span)> = FxHashSet::default();
    // Of a policy that lists what it expects, `mismatch` says so.
    let own = flow.policies.iter().filter(|policy| !policy.bundled && policy.expects.is_empty());
    for comparison in own.flat_map(|policy| &policy.rules).flat_map(|rule| rule.comparisons()) {
        let name = &*comparison.fact;
        let is_known = is_stated(name)
            || expected.contains(name)
            || flow.policies.iter().any(|policy| compares(policy, name));
        // Instances of a policy share their rules.
        if is_known || !seen.insert((name, comparison.span)) {
            continue;
        }
        if let Some(near) = known().find(|known| is_one_typo(name, known)) {
            diagnostics.push(misspelt(comparison, near, is_stated(near)));
            reported.add(name, MISSPELT_FACT.severity);
            reported.meant.insert(near);
        }
    }
}

fn misspelt(comparison: &Comparison, near: &str, is_stated: bool) -> Diagnostic {
    let name = quote(&comparison.fact);
    let message = match is_stated {
        true => format!("no fact {name} is stated, but `{near}` is"),
        false => format!("nobody knows a fact {name}, but a policy expects `{near}`"),
    };
    let start = comparison.span.start;
    let end = start + u32::try_from(comparison.fact.len()).unwrap_or_default();
    let written = Span { end: end.min(comparison.span.end), ..comparison.span };
    Diagnostic::new(&MISSPELT_FACT, comparison.span, message)
        .here("perhaps a typo")
        .help(format!("did you mean `{near}`?"))
        .fix(Fix::write(written, near))
}
