//! Changes in what is promised of a flow: policies, rules, waivers, attestations, facts, tags, words behind tags, settings,
//! includes and tests.

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::pairs::Pairs;
use super::steps::step_text;
use super::{ComplianceChange, Effect, Version};
use crate::diagnostics::Severity;
use crate::flow::decision::{Decision, Subject};
use crate::flow::policy::{Policy, Rule, fact_value};
use crate::flow::{Flow, Kind, Node, NodeId, Test};
use crate::source::{FileId, Sources};
use crate::spelling::{display_id, display_string};

/// A name and what stands for it, in order; a name may stand several times.
type Entries = Vec<(String, String)>;

/// The changes, what is weaker first, each kind in the order of the versions.
pub fn changes(before: Version<'_>, after: Version<'_>, pairs: &Pairs) -> Vec<ComplianceChange> {
    let (old, new) = (&before.compiled.flow, &after.compiled.flow);
    let (old_sources, new_sources) = (&before.compiled.sources, &after.compiled.sources);
    // Old nodes go by the names that they have now, so that a new name alone changes nothing.
    let is_now = |node: NodeId| display_id(&new.nodes[node].id);
    let was_now = |node: NodeId| pairs.after(node).map_or_else(|| display_id(&old.nodes[node].id), is_now);
    let mut changes = Vec::new();
    compare("policy", policies(old), policies(new), &mut changes, |before, after| match (before, after) {
        (Some(_), None) => Effect::Weaker,
        (None, Some(_)) => Effect::Stricter,
        _ => Effect::Changed,
    });
    changes.extend(rules(old, old_sources, new, new_sources));
    // More waivers allow more, and more attestations prove more.
    changes.extend(decisions("waiver", &was_now, &is_now, waivers(old), waivers(new), Effect::Weaker));
    let attested = (attestations(old), attestations(new));
    changes.extend(decisions("attestation", &was_now, &is_now, attested.0, attested.1, Effect::Stricter));
    compare("fact", facts(old), facts(new), &mut changes, |_, after| match after {
        None => Effect::Weaker,
        Some(_) => Effect::Changed,
    });
    changes.extend(tags_and_words(old, new, pairs));
    let setting = |_: Option<&str>, _: Option<&str>| Effect::Changed;
    compare("setting", before.settings.to_vec(), after.settings.to_vec(), &mut changes, setting);
    compare("include", includes(before), includes(after), &mut changes, |_, _| Effect::Changed);
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
    let value = |policy: &Policy| match policy.bundled {
        true => "comes with the compiler".to_owned(),
        false => policy.title.as_deref().map_or_else(|| "applies".to_owned(), display_string),
    };
    flow.policies.iter().map(|policy| (display_id(&policy.name), value(policy))).collect()
}

/// The rules of the policies that apply in both versions.
fn rules(old: &Flow, old_sources: &Sources, new: &Flow, new_sources: &Sources) -> Vec<ComplianceChange> {
    let mut changes = Vec::new();
    for policy in &new.policies {
        let Some(before) = old.policies.iter().find(|one| one.name == policy.name) else { continue };
        let name = |rule: &Rule| format!("{}/{}", display_id(&policy.name), display_id(&rule.name));
        let texts = |policy: &Policy, sources: &Sources| -> Entries {
            let text = |rule: &Rule| sources.text(rule.span).split_whitespace().collect::<Vec<_>>().join(" ");
            policy.rules.iter().map(|rule| (name(rule), text(rule))).collect()
        };
        let severities = |policy: &Policy| -> FxHashMap<String, Severity> {
            policy.rules.iter().map(|rule| (name(rule), rule.severity)).collect()
        };
        let (was_severity, is_severity) = (severities(before), severities(policy));
        let mut found = Vec::new();
        let (was, is) = (texts(before, old_sources), texts(policy, new_sources));
        compare("rule", was, is, &mut found, |before, after| match (before, after) {
            (_, None) => Effect::Weaker,
            (None, _) => Effect::Stricter,
            _ => Effect::Changed,
        });
        for change in &mut found {
            if was_severity.get(&change.name) == Some(&Severity::Error)
                && is_severity.get(&change.name) == Some(&Severity::Warning)
            {
                change.effect = Effect::Weaker;
            }
        }
        changes.extend(found);
    }
    changes
}

fn waivers(flow: &Flow) -> Vec<Decision<'_>> {
    flow.waivers.iter().map(Decision::from).collect()
}

fn attestations(flow: &Flow) -> Vec<Decision<'_>> {
    flow.attestations.iter().map(Decision::from).collect()
}

/// The changes of what is decided about rules. `more` is what a new decision, or a longer one, does.
fn decisions(
    subject: &'static str,
    was_now: &dyn Fn(NodeId) -> String,
    is_now: &dyn Fn(NodeId) -> String,
    old: Vec<Decision<'_>>,
    new: Vec<Decision<'_>>,
    more: Effect,
) -> Vec<ComplianceChange> {
    let less = match more {
        Effect::Weaker => Effect::Stricter,
        Effect::Stricter => Effect::Weaker,
        Effect::Changed => Effect::Changed,
    };
    let name = |one: &Decision<'_>, node_name: &dyn Fn(NodeId) -> String| {
        let at = one.node.map(|node| format!(" at {}", node_name(node)));
        let what = match one.subject {
            Subject::Rule { policy, rule } => format!("{}/{}", display_id(policy), display_id(rule)),
            Subject::Finding(code) => code.to_string(),
        };
        format!("{what}{}", at.unwrap_or_default())
    };
    let text = |one: &Decision<'_>| {
        let (because, by) = (display_string(one.because), display_string(one.by));
        format!("until {} because {because} by {by}", one.until)
    };
    let entries = |all: &[Decision<'_>], node_name: &dyn Fn(NodeId) -> String| -> Entries {
        all.iter().map(|one| (name(one, node_name), text(one))).collect()
    };
    // Decisions with the same text end on the same day.
    let days: FxHashMap<String, Date> = old.iter().chain(&new).map(|one| (text(one), one.until)).collect();
    let mut changes = Vec::new();
    compare(subject, entries(&old, was_now), entries(&new, is_now), &mut changes, |before, after| {
        match (before, after) {
            (None, _) => more,
            (_, None) => less,
            (Some(before), Some(after)) => match days.get(before).cmp(&days.get(after)) {
                std::cmp::Ordering::Less => more,
                std::cmp::Ordering::Equal => Effect::Changed,
                std::cmp::Ordering::Greater => less,
            },
        }
    });
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
    let tags = node.tags.iter().chain(node.actions.iter().flat_map(|one| &one.tags));
    tags.map(|tag| (format!("@{} at {name}", tag.name), "tagged".to_owned())).collect()
}

/// Whether a node's words are what a policy may rest on.
fn is_promised(node: &Node) -> bool {
    node.is(Kind::Disclosure) || !node.tags.is_empty() || node.actions.iter().any(|one| !one.tags.is_empty())
}

/// What a node plays and says, in one line.
fn spoken(node: &Node) -> String {
    node.actions.iter().map(step_text).collect::<Vec<_>>().join("; ")
}

/// The files that a flow includes, as seen from its own folder.
fn includes(version: Version<'_>) -> Entries {
    let sources = &version.compiled.sources;
    let root = sources.iter().next().map(|(_, root)| root.path().to_path_buf()).unwrap_or_default();
    let folder = root.parent().map(Path::to_path_buf).unwrap_or_default();
    let is_include = |(file, source): &(FileId, &crate::source::Source)| {
        !source.is_bundled() && source.path() != root && !version.settings_files.contains(file)
    };
    let name = |path: &Path| -> PathBuf { path.strip_prefix(&folder).unwrap_or(path).to_path_buf() };
    let included = sources.iter().filter(is_include);
    included.map(|(_, source)| (name(source.path()).display().to_string(), "included".to_owned())).collect()
}

/// The tests with what they say, in which nodes have the names that they have now.
fn tests(flow: &Flow, name: impl Fn(NodeId) -> String) -> Entries {
    let text = |test: &Test| {
        let events: Vec<String> = test.events.iter().map(|one| one.event.display()).collect();
        let steps = test.steps.iter().map(|step| step.node.map_or_else(|| "…".to_owned(), &name));
        let on = if events.is_empty() { String::new() } else { format!("on {} ", events.join(", ")) };
        format!("{on}-> {}", steps.collect::<Vec<_>>().join(" -> "))
    };
    flow.tests.iter().map(|test| (display_string(&test.name), text(test))).collect()
}
