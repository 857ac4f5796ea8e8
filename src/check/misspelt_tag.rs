//! Warns when an unused tag looks like a typo of a tag that a policy uses.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::{Context, Rule};
use crate::diagnostics::{Diagnostic, Diagnostics, Edit, Fix, quote};
use crate::flow::{Flow, Tag, policy};
use crate::policy::codes::MISSPELT_TAG;
use crate::policy::misspelt_tags;
use crate::source::Span;

pub static RULE: Rule = Rule { codes: &[], check };

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let flow = context.flow;
    let mut places = None;
    for (tag, near) in misspelt_tags(flow) {
        let message =
            format!("no policy uses the tag {}, but one uses `@{near}`", quote(&format!("@{}", tag.name)));
        let found = Diagnostic::new(&MISSPELT_TAG, tag.span, message);
        let spans = places.get_or_insert_with(|| places_of_tags(flow)).get(&*tag.name);
        let edits = spans.into_iter().flatten().map(|&span| Edit { span, text: near.to_owned() });
        let fix = Fix { title: format!("Write `@{near}`"), edits: edits.collect(), when: Default::default() };
        // Where no policy lists what it expects, the typo may be the rule's.
        let found = match only_rule_with(flow, near) {
            Some(rule) => found
                .here("one of the two is perhaps misspelt")
                .label(rule.span, format!("`@{near}` here"))
                .help(format!("did you mean `@{near}` here, or `@{}` in the rule?", tag.name)),
            None => found.here("perhaps misspelt").help(format!("did you mean `@{near}`?")),
        };
        diagnostics.push(found.fix(fix));
    }
}

/// The rule of the flow's own that has a tag, if that is the only one and no policy expects the tag.
fn only_rule_with<'f>(flow: &'f Flow, tag: &str) -> Option<&'f policy::Rule> {
    let is_expected = |own: &policy::Policy| own.expected_tags().any(|(expected, _)| expected == tag);
    if flow.policies.iter().any(is_expected) {
        return None;
    }
    let rules = flow.policies.iter().flat_map(|own| own.rules.iter().map(move |rule| (own, rule)));
    let mut with = rules.filter(|(_, rule)| rule.tags().any(|own| own == tag));
    let (own, rule) = with.next()?;
    (!own.bundled && with.next().is_none()).then_some(rule)
}

fn tags(flow: &Flow) -> impl Iterator<Item = &Tag> {
    flow.nodes.rows().iter().flat_map(|node| node.all_tags())
}

/// Where each tag is written, since the same typo may be in several places. The tags of a file that is
/// included several times count once.
fn places_of_tags(flow: &Flow) -> FxHashMap<&str, BTreeSet<Span>> {
    let mut places: FxHashMap<&str, BTreeSet<Span>> = FxHashMap::default();
    for tag in tags(flow) {
        places.entry(&tag.name).or_default().insert(tag.span);
    }
    places
}
