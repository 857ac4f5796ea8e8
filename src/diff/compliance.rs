//! Changes in what is promised of a flow: policies, rules, waivers, attestations, facts and their evidence, tags, words behind tags, settings,
//! includes and tests.

use rustc_hash::{FxHashMap, FxHashSet};

use super::demands::{condition_text, expectation, rule_text};
use super::includes::included;
use super::pairs::Pairs;
use super::scripts::script_text;
use super::steps::step_text;
use super::{ComplianceChange, Effect, Version, decisions};
use crate::compile::Compiled;
use crate::diagnostics::Severity;
use crate::flow::decision::DecisionKind;
use crate::flow::policy::{Policy, Rule, fact_value};
use crate::flow::{Flow, Kind, Node, NodeId, Test};
use crate::spelling::{display_id, display_string};

/// A name and what stands for it, in order; a name may stand several times.
type Entries = Vec<(String, String)>;

/// The changes, what is weaker first, each kind in the order of the versions.
pub fn changes(before: Version<'_>, after: Version<'_>, pairs: &Pairs) -> Vec<ComplianceChange> {
    let (old, new) = (&before.compiled.flow, &after.compiled.flow);
    // Old nodes go by the names that they have now, so that a new name alone changes nothing.
    let is_now = |node: NodeId| display_id(&new.nodes[node].id);
    let was_now = |node: NodeId| pairs.after(node).map_or_else(|| display_id(&old.nodes[node].id), is_now);
    let mut changes = Vec::new();
    compare("policy", policies(old), policies(new), &mut changes, |before, after| match (before, after) {
        (Some(_), None) => Effect::Weaker,
        (None, Some(_)) => Effect::Stricter,
        _ => Effect::Changed,
    });
    changes.extend(rules((old, &was_now), (new, &is_now)));
    for kind in [DecisionKind::Waiver, DecisionKind::Attestation, DecisionKind::Evidence] {
        let (was, is) =
            ((before.compiled, &was_now as &dyn Fn(NodeId) -> String), (after.compiled, &is_now as _));
        changes.extend(decisions::changes(kind, was, is));
    }
    compare("fact", facts(old), facts(new), &mut changes, |_, after| match after {
        None => Effect::Weaker,
        Some(_) => Effect::Changed,
    });
    changes.extend(tags_and_words(old, new, pairs));
    let setting = |_: Option<&str>, _: Option<&str>| Effect::Changed;
    compare("setting", before.settings.to_vec(), after.settings.to_vec(), &mut changes, setting);
    let files = |files: Vec<String>| files.into_iter().map(|file| (file, "included".to_owned())).collect();
    let (was_included, is_included) = included(before, after);
    compare("include", files(was_included), files(is_included), &mut changes, |_, _| Effect::Changed);
    compare("test", tests(old, was_now), tests(new, is_now), &mut changes, |before, after| {
        match (before, after) {
            (_, None) => Effect::Weaker,
            (None, _) => Effect::Stricter,
            _ => Effect::Changed,
        }
    });
    changes.sort_by_key(|one| one.effect);
    changes
}

/// The waivers of a flow that is new.
pub fn introduced(flow: &Compiled) -> Vec<ComplianceChange> {
    let name = |node: NodeId| display_id(&flow.flow.nodes[node].id);
    decisions::introduced(DecisionKind::Waiver, flow, &name)
}

/// Adds what only one side has, and what differs.
fn compare(
    subject: &'static str,
    old: Entries,
    new: Entries,
    changes: &mut Vec<ComplianceChange>,
    effect: impl Fn(Option<&str>, Option<&str>) -> Effect,
) {
    let mut there: FxHashMap<&str, Vec<&str>> = FxHashMap::default();
    for (name, value) in new.iter().rev() {
        there.entry(name).or_default().push(value);
    }
    let mut add = |name: &str, before: Option<&str>, after: Option<&str>| {
        if before != after {
            changes.push(ComplianceChange {
                effect: effect(before, after),
                subject,
                name: name.to_owned(),
                before: before.map(str::to_owned),
                after: after.map(str::to_owned),
            });
        }
    };
    let mut taken: FxHashMap<&str, usize> = FxHashMap::default();
    for (name, value) in &old {
        let after = there.get_mut(&**name).and_then(Vec::pop);
        if after.is_some() {
            *taken.entry(name).or_default() += 1;
        }
        add(name, Some(value), after);
    }
    for (name, value) in &new {
        match taken.get_mut(&**name) {
            Some(count) if *count > 0 => *count -= 1,
            _ => add(name, None, Some(value)),
        }
    }
}

fn policies(flow: &Flow) -> Entries {
    let value = |policy: &Policy| {
        let what = match policy.bundled {
            true => "comes with the compiler".to_owned(),
            false => policy.title.as_deref().map_or_else(|| "applies".to_owned(), display_string),
        };
        // What all its rules depend on is said once, and not at each of them.
        let when = policy.when.as_ref().map(|when| format!(" when {}", condition_text(when)));
        let version = policy.version.map(|version| format!(", version {version}"));
        let reviews =
            policy.reviews.iter().map(|review| format!(", reviewed by {} on {}", review.by, review.on));
        let conflicts = policy.conflicts.iter().map(|conflict| format!(", conflicts with {}", conflict.with));
        let covers = policy.covers_lines.iter().map(|line| format!(", covers {line}"));
        let parts = when.into_iter().chain(covers).chain(version).chain(reviews).chain(conflicts);
        parts.fold(what, |text, part| text + &part)
    };
    flow.policies.iter().map(|policy| (display_id(&policy.name), value(policy))).collect()
}

/// A version, and how its nodes are called now.
type Named<'a> = (&'a Flow, &'a dyn Fn(NodeId) -> String);

/// What the policies that apply in both versions demand and expect.
fn rules((old, was_now): Named<'_>, (new, is_now): Named<'_>) -> Vec<ComplianceChange> {
    let mut changes = Vec::new();
    for policy in &new.policies {
        let Some(before) = old.policies.iter().find(|one| one.name == policy.name) else { continue };
        let name = |rule: &Rule| format!("{}/{}", display_id(&policy.name), display_id(&rule.name));
        let texts = |policy: &Policy, (flow, node_name): Named<'_>| -> Entries {
            let text = |rule: &Rule| rule_text(flow, rule, rule.own_when(policy).as_ref(), node_name);
            policy.rules.iter().map(|rule| (name(rule), text(rule))).collect()
        };
        let severities = |policy: &Policy| -> FxHashMap<String, Severity> {
            policy.rules.iter().map(|rule| (name(rule), rule.severity)).collect()
        };
        let exempted = |policy: &Policy| -> FxHashMap<String, usize> {
            policy.rules.iter().map(|rule| (name(rule), rule.exempt.len())).collect()
        };
        let (was_exempted, is_exempted) = (exempted(before), exempted(policy));
        let (was_severity, is_severity) = (severities(before), severities(policy));
        let more_or_less = |before: Option<&str>, after: Option<&str>| match (before, after) {
            (_, None) => Effect::Weaker,
            (None, _) => Effect::Stricter,
            _ => Effect::Changed,
        };
        let mut found = Vec::new();
        let (was, is) = (texts(before, (old, was_now)), texts(policy, (new, is_now)));
        compare("rule", was, is, &mut found, more_or_less);
        for change in &mut found {
            if was_severity.get(&change.name) == Some(&Severity::Error)
                && is_severity.get(&change.name) == Some(&Severity::Warning)
            {
                change.effect = Effect::Weaker;
            }
            // Flows that the rule bound may be free of it.
            if was_exempted.get(&change.name) < is_exempted.get(&change.name) && change.before.is_some() {
                change.effect = Effect::Weaker;
            }
        }
        changes.extend(found);
        let expected = |policy: &Policy| -> Entries {
            let of_policy = |(name, value)| (format!("{name} of {}", display_id(&policy.name)), value);
            policy.expects.iter().map(expectation).map(of_policy).collect()
        };
        compare("expects", expected(before), expected(policy), &mut changes, more_or_less);
    }
    changes
}

fn facts(flow: &Flow) -> Entries {
    let value =
        |fact: &crate::flow::policy::Fact| fact.value.as_ref().map_or_else(|| "…".to_owned(), fact_value);
    flow.facts.iter().map(|fact| (display_id(&fact.name), value(fact))).collect()
}

/// The tags of nodes that both versions have or that are gone, and the words of their tagged steps and of
/// disclosures.
fn tags_and_words(old: &Flow, new: &Flow, pairs: &Pairs) -> Vec<ComplianceChange> {
    let mut changes = Vec::new();
    for (id, before) in old.nodes.iter() {
        let after = pairs.after(id).map(|after| &new.nodes[after]);
        let name = display_id(after.map_or(&before.id, |after| &after.id));
        let (had, left) = (tags(before, &name), after.map_or_else(Vec::new, |after| tags(after, &name)));
        if had != left {
            compare("tag", had, left, &mut changes, |before, after| match (before, after) {
                (Some(_), None) => Effect::Weaker,
                _ => Effect::Changed,
            });
        }
        let Some(after) = after.filter(|after| is_promised(before) && is_promised(after)) else { continue };
        let (was, is) = (spoken(before), spoken(after));
        if was != is {
            changes.push(ComplianceChange {
                effect: Effect::Changed,
                subject: "words",
                name,
                before: Some(was),
                after: Some(is),
            });
        }
    }
    let added = new.nodes.iter().filter(|(id, _)| pairs.before(*id).is_none());
    for (_, node) in added {
        compare("tag", Vec::new(), tags(node, &display_id(&node.id)), &mut changes, |_, _| Effect::Changed);
    }
    changes
}

/// The tags of a node and of its steps, under the node's name.
fn tags(node: &Node, name: &str) -> Entries {
    // Several texts or variables may have the same tag.
    let mut seen: FxHashSet<&str> = FxHashSet::default();
    let tags = node.all_tags();
    tags.filter(|tag| seen.insert(&tag.name))
        .map(|tag| (format!("@{} at {name}", tag.name), "tagged".to_owned()))
        .collect()
}

/// Whether a node's words are what a policy may rest on.
fn is_promised(node: &Node) -> bool {
    node.is(Kind::Disclosure) || node.all_tags().next().is_some()
}

/// What a node plays and says, and its agent, in one line.
fn spoken(node: &Node) -> String {
    let said = node.actions.iter().map(step_text).chain(node.scripts.iter().map(script_text));
    said.collect::<Vec<_>>().join("; ")
}

/// The tests with what they say, in which nodes have the names that they have now.
fn tests(flow: &Flow, name: impl Fn(NodeId) -> String) -> Entries {
    let text = |test: &Test| {
        let events: Vec<String> = test.events.iter().map(|one| one.event.display()).collect();
        let steps = test.steps.iter().map(|step| step.node.map_or_else(|| "…".to_owned(), &name));
        let on = if events.is_empty() { String::new() } else { format!("on {} ", events.join(", ")) };
        let known = test.with.iter().map(|(variable, value)| match flow.hours_of(*variable) {
            Some((_, hours)) => format!("{} is {value}", hours.name),
            None => format!("{} = {value}", flow.variables[*variable].name),
        });
        let known: Vec<String> = known.collect();
        let with = if known.is_empty() { String::new() } else { format!("with {} ", known.join(", ")) };
        let reported = test.reported.map(|given| format!(" = {}", flow.disposition(given.id)));
        let reported = reported.unwrap_or_default();
        format!("{with}{on}-> {}{reported}", steps.collect::<Vec<_>>().join(" -> "))
    };
    flow.tests.iter().map(|test| (display_string(&test.name), text(test))).collect()
}
