//! A file with several instances has a copy of its policies for each. Findings that all copies share are
//! reported once.

use rustc_hash::{FxHashMap, FxHashSet};

use super::names::shortened;
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::flow::Flow;
use crate::flow::policy::Policy;
use crate::source::Span;

/// Joins the findings of one policy's instances: the first one lists the others.
pub fn join(flow: &Flow, diagnostics: &mut Diagnostics) {
    let firsts = first_instances(flow);
    if firsts.is_empty() {
        return;
    }
    let rules: FxHashSet<Span> =
        flow.policies.iter().flat_map(|policy| &policy.rules).map(|rule| rule.span).collect();
    let key = |finding: &Diagnostic| {
        let span = finding.span.filter(|_| super::codes::ALL.contains(&finding.code))?;
        let rule = finding.labels.iter().map(|label| label.span).find(|span| rules.contains(span));
        // Messages about a broken rule name the nodes of each instance, so they are not compared.
        let message =
            if rule.is_none() { in_first_instance(&finding.message, &firsts).0 } else { String::new() };
        Some((finding.code.id, span, rule, message))
    };
    let mut others: FxHashMap<(Span, String), Vec<String>> = FxHashMap::default();
    diagnostics.join_alike(key, |first, other, _| {
        let Some(span) = first.span else { return };
        if let (_, Some(policy)) = in_first_instance(&other.message, &firsts) {
            let names = others.entry((span, first.message.to_string())).or_default();
            let name = format!("`{policy}`");
            if !names.contains(&name) {
                names.push(name);
            }
        }
    });
    for finding in diagnostics.iter_mut() {
        let Some(span) = finding.span else { continue };
        if let Some(names) = others.get(&(span, finding.message.to_string())) {
            finding.notes.push(format!("the same in {}", shortened(names)));
        }
    }
}

/// The policies, with only the first of several instances.
pub fn first_of_instances(flow: &Flow) -> impl Iterator<Item = &Policy> {
    let mut seen: FxHashSet<Span> = FxHashSet::default();
    flow.policies.iter().filter(move |policy| seen.insert(policy.span))
}

/// A note that lists the other instances of some policies.
pub fn other_instances<'p>(flow: &Flow, mut of: impl Iterator<Item = &'p Policy>) -> Option<String> {
    let firsts = first_instances(flow);
    if firsts.is_empty() {
        return None;
    }
    let first: FxHashSet<&str> = of.by_ref().map(|policy| &*policy.name).collect();
    let others = flow
        .policies
        .iter()
        .filter(|policy| firsts.get(&*policy.name).is_some_and(|first_name| first.contains(first_name)));
    let names: Vec<String> = others.map(|policy| format!("`{}`", policy.name)).collect();
    (!names.is_empty()).then(|| format!("the same in {}", shortened(&names)))
}

/// The name of the first instance, for each policy that is a later one.
fn first_instances(flow: &Flow) -> FxHashMap<&str, &str> {
    let mut of_place: FxHashMap<Span, &str> = FxHashMap::default();
    let mut firsts = FxHashMap::default();
    for policy in flow.policies.iter().filter(|policy| !policy.bundled) {
        let first = *of_place.entry(policy.span).or_insert(&policy.name);
        if first != &*policy.name {
            firsts.insert(&*policy.name, first);
        }
    }
    firsts
}

/// A message with the names of first instances, and the later instance that it named.
fn in_first_instance<'m>(message: &'m str, firsts: &FxHashMap<&str, &str>) -> (String, Option<&'m str>) {
    let is_of_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let (mut renamed, mut policy) = (String::with_capacity(message.len()), None);
    let mut rest = message;
    while !rest.is_empty() {
        let end = rest.find(|c| !is_of_name(c)).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        match firsts.get(name) {
            Some(first) => {
                renamed.push_str(first);
                policy = policy.or(Some(name));
            }
            None => renamed.push_str(name),
        }
        let between = after.find(is_of_name).unwrap_or(after.len());
        let (between, next) = after.split_at(between);
        renamed.push_str(between);
        rest = next;
    }
    (renamed, policy)
}
