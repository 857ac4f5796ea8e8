//! Facts that no rule uses: they are stated for policies that do not apply (often after an `apply` line was
//! removed), their text is a typo of one that rules compare with, or it states nothing.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::codes::{FACT_VALUE, UNKNOWN_FACT};
use super::reported::Reported;
use crate::diagnostics::suggest::is_one_typo;
use crate::diagnostics::{Diagnostic, Diagnostics, Fix, Severity, Unless, list_of};
use crate::flow::Flow;
use crate::flow::policy::{Fact, Policy, Rule, Value};
use crate::source::{FileId, Sources};
use crate::spelling::display_string;
use crate::table::Id;

/// How many names a message lists.
const SHOWN: usize = 4;

/// Reports the facts that only policies ask for which do not apply: one finding for the flow's own file,
/// and in an included file one for each set of policies, since another flow may need some of these facts
/// and not others.
pub fn report(flow: &Flow, reported: &Reported<'_>, diagnostics: &mut Diagnostics) {
    // An unreadable line may be the `apply`.
    if !flow.complete || flow.lacks_policies {
        return;
    }
    let is_idle = |fact: &&Fact| {
        let is_for_others = fact.shared && flow.is_library();
        let is_known = || flow.policies.iter().any(|policy| policy.knows_fact(&fact.name));
        let is_meant = reported.meant.contains(&*fact.name);
        !is_for_others && !is_meant && !fact.known_elsewhere.is_empty() && !is_known()
    };
    // By file and, in included files, by policies.
    type Group<'a> = (FileId, &'a [Box<str>]);
    let mut by_group: BTreeMap<Group, Vec<&Fact>> = BTreeMap::new();
    for fact in flow.facts.iter().filter(is_idle) {
        let file = fact.span.file;
        let policies = if file.index() == 0 { &[] } else { &*fact.known_elsewhere };
        by_group.entry((file, policies)).or_default().push(fact);
    }
    by_group.values().for_each(|idle| report_of(idle, diagnostics));
}

fn report_of(idle: &[&Fact], diagnostics: &mut Diagnostics) {
    let [first, others @ ..] = idle else { return };
    // Names the policies that ask for all of the facts; if there are none, some that ask for any.
    let of_all = first
        .known_elsewhere
        .iter()
        .filter(|name| others.iter().all(|fact| fact.known_elsewhere.contains(name)));
    let mut policies: Vec<&str> = of_all.map(|name| &**name).collect();
    if policies.is_empty() {
        for name in idle.iter().flat_map(|fact| &fact.known_elsewhere) {
            if policies.len() <= SHOWN && !policies.contains(&&**name) {
                policies.push(name);
            }
        }
    }
    let facts = shortened(idle.iter().map(|fact| &*fact.name));
    let (these, are, do_not) = match (idle.len(), policies.len()) {
        (1, 1) => ("the fact", "is stated for", "which does not apply"),
        (1, 2) => ("the fact", "is stated for", "neither of which applies"),
        (_, 2) => ("the facts", "are stated for", "neither of which applies"),
        (1, _) => ("the fact", "is stated for", "none of which applies"),
        (_, 1) => ("the facts", "are stated for", "which does not apply"),
        _ => ("the facts", "are stated for", "none of which applies"),
    };
    let message = format!("{these} {facts} {are} {}, {do_not}", shortened(policies.iter().copied()));
    let help = match policies.first() {
        Some(policy) => format!(
            "write `apply {policy}`, or take {} out",
            if idle.len() == 1 { "the fact" } else { "the facts" }
        ),
        None => return,
    };
    let mut diagnostic =
        Diagnostic::new(&UNKNOWN_FACT, first.span, message).here("no rule uses this").help(help);
    diagnostic =
        diagnostic.label_each(&others.iter().map(|fact| fact.span).collect::<Vec<_>>(), 5, "nor this");
    diagnostics.push(diagnostic.unless(Unless::Needed));
}

/// What rules compare a fact with.
#[derive(Default)]
struct FactComparisons<'f> {
    texts: Vec<&'f str>,
    policies: Vec<&'f Policy>,
}

/// Whether a text is blank, only punctuation, or a reminder to fill it in. `none` and `n/a` are statements.
fn states_nothing(text: &str) -> bool {
    let letters: String = text.chars().filter(|letter| letter.is_alphanumeric()).collect();
    matches!(letters.to_lowercase().as_str(), "" | "todo" | "tbd" | "tba" | "fixme" | "xxx" | "changeme")
}

/// Reports facts whose text states nothing, or is a typo of one that rules compare them with. If a policy
/// lists a fact's values, its comparisons are left to the check of that list; `reported` are the facts that
/// already have a finding.
pub fn report_values(
    sources: &Sources,
    flow: &Flow,
    reported: &FxHashSet<&str>,
    diagnostics: &mut Diagnostics,
) {
    let mut compared: FxHashMap<&str, FactComparisons<'_>> = FxHashMap::default();
    let mut listed: FxHashSet<&str> = FxHashSet::default();
    for policy in &flow.policies {
        let lists = policy.expected_facts().filter(|(_, values)| !values.is_empty()).map(|(name, _)| name);
        let own: FxHashSet<&str> = lists.collect();
        for comparison in policy
            .rules
            .iter()
            .flat_map(Rule::comparisons)
            .filter(|comparison| !own.contains(&*comparison.fact))
        {
            let Some((_, Value::Text(text))) = &comparison.test else { continue };
            let of_fact = compared.entry(&comparison.fact).or_default();
            of_fact.texts.push(text);
            if of_fact.policies.last().is_none_or(|last| last.name != policy.name) {
                of_fact.policies.push(policy);
            }
        }
        listed.extend(own);
    }
    for fact in flow.facts.iter().filter(|fact| !reported.contains(&*fact.name)) {
        let Some(Value::Text(stated)) = &fact.value else { continue };
        if states_nothing(stated) && !listed.contains(&*fact.name) {
            let asking: Vec<&Policy> =
                flow.policies.iter().filter(|policy| policy.knows_fact(&fact.name)).collect();
            // A fact that no policy knows is reported as such.
            if asking.is_empty() {
                continue;
            }
            let is_required = asking.iter().any(|policy| policy.is_required());
            let message = format!("the fact `{}` states nothing: {}", fact.name, display_string(stated));
            diagnostics.push(
                Diagnostic::new(&FACT_VALUE, fact.value_span.unwrap_or(fact.span), message)
                    .severity(if is_required { Severity::Error } else { Severity::Warning })
                    .here("rules count this as a statement")
                    .help("write what is true of the campaign, or take the fact out until it is known"),
            );
            continue;
        }
        let Some(of_fact) = compared.get(&*fact.name) else { continue };
        if of_fact.texts.contains(&&**stated) {
            continue;
        }
        let Some(near) = of_fact.texts.iter().find(|text| is_one_typo(stated, text)) else { continue };
        let near = display_string(near);
        let span = fact.value_span.unwrap_or(fact.span);
        let is_literal = !sources.text(span).contains("${");
        let is_required = of_fact.policies.iter().any(|policy| policy.is_required());
        let policies = shortened(of_fact.policies.iter().map(|policy| &*policy.name));
        let verb = if of_fact.policies.len() == 1 { "compares" } else { "compare" };
        let message = format!(
            "the fact `{}` is {}, and {policies} {verb} it with {near}",
            fact.name,
            display_string(stated)
        );
        diagnostics.push(
            Diagnostic::new(&FACT_VALUE, span, message)
                .severity(if is_required { Severity::Error } else { Severity::Warning })
                .here("perhaps a typo")
                .help(format!("did you mean {near}?"))
                .fix(is_literal.then(|| Fix::write(span, near))),
        );
    }
}

fn shortened<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    match names.len().saturating_sub(SHOWN) {
        0 | 1 => list_of(&names, "and"),
        more => {
            format!("{} and {more} more", names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", "))
        }
    }
}
